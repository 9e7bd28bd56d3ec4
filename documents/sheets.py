"""Sizes of sheets of paper ("khổ giấy"), portrait, width before height (ISO 216)."""

from __future__ import annotations

A4_MM = (210, 297)
A4_INCHES = (210 / 25.4, 297 / 25.4)
A4_POINTS = (595.0, 842.0)
"""In whole points, as page boxes have it."""

SCANNED_SHORT_SIDE_INCHES = (2.9, 17.0)
"""The short side of what people scan: an A7 card to A2."""
