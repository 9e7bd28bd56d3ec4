"""Reports on a corpus: runs, acceptance, indicators."""
