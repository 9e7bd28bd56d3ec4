"""Exact conversions: Unicode forms and legacy encodings."""
