"""Tables of page images and PDF pages."""
