"""Pages as other programs want them: hOCR, ALTO, searchable PDF."""
