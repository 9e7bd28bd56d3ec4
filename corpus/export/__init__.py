"""Records and files that leave a corpus."""
