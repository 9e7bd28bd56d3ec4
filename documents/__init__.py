"""The ground: what a document is, before anybody reads, repairs, extracts or stores one."""
