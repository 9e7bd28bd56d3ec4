"""Quantities that are to be reached, were reached, or are required (chỉ tiêu)."""
