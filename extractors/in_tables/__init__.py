"""Facts in tables."""
