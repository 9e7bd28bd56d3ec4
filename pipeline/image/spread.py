"""Two pages on one scan: found by the white between them, read one after the other."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.images import Pixels, Straight, levelled

DPI = 50.0
"""Looked at on a copy of this resolution: a letter is 5 pixels high."""
WIDER = 1.15
"""Two pages side by side are wider than high by this; A4 twice has 1.41, with a broad margin cut off 1.2."""
MIDDLE = 0.42, 0.58
"""Where the gutter may lie, as shares of the width."""
GUTTER = 0.3
"""Inches of white from top to bottom: binding margins have an inch and more, spaces between columns of a table a third."""
SPECKS = 0.01
"""Share of the height that may be dark in the gutter all the same."""
PRINTED = 0.35
"""Share of the height over which both halves must have print, so that a lone signature makes no page."""
ROWS = 8
"""Rows of print that each half must have."""


def facing_pages(straight: Straight) -> list[Straight]:
    """The page, or the two pages that it shows, left before right, each level by itself."""
    gutter = find_gutter(straight.grey, straight.dpi)
    if gutter is None:
        return [straight]
    return [levelled(straight.part(0, gutter)), levelled(straight.part(gutter, straight.grey.shape[1]))]


def find_gutter(grey: Pixels, dpi: float) -> int | None:
    """Where to cut a level scan of two facing pages, in pixels from the left; ``None`` for a single page."""
    height, width = grey.shape
    if width < WIDER * height:
        return None
    scale = DPI / dpi
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = (small.astype(np.int16) < cv2.blur(small, (25, 25)).astype(np.int16) - 25).astype(np.uint8)
    upright = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((round(0.5 * DPI), 1), np.uint8))
    ink[cv2.dilate(upright, np.ones((1, 3), np.uint8)) > 0] = 0  # the fold itself may have come out black
    dark = ink.mean(axis=0) > SPECKS
    low, high = (round(share * ink.shape[1]) for share in MIDDLE)
    start, end = _longest_run(~dark, low, high)
    if end - start < GUTTER * DPI:
        return None
    cut = (start + end) // 2
    if not (_is_page(ink[:, :cut]) and _is_page(ink[:, cut:])):
        return None
    return round(cut / scale)


def _longest_run(flags: NDArray[np.bool_], low: int, high: int) -> tuple[int, int]:
    """Start and end of the longest run of true ``flags`` whose middle lies between ``low`` and ``high``."""
    padded = np.concatenate([[False], flags, [False]]).astype(np.int8)
    changes = np.flatnonzero(np.diff(padded))
    runs = [(int(a), int(b)) for a, b in zip(changes[::2], changes[1::2], strict=True) if low <= (a + b) / 2 <= high]
    return max(runs, key=lambda run: run[1] - run[0], default=(0, 0))


def _is_page(ink: NDArray[np.uint8]) -> bool:
    rows = (ink.mean(axis=1) > 0.02).astype(np.int8)
    starts = np.flatnonzero(np.diff(rows, prepend=0) == 1)
    printed = np.flatnonzero(rows)
    return len(starts) >= ROWS and bool(printed[-1] - printed[0] > PRINTED * ink.shape[0])
