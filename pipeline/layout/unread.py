"""Print that nobody read: rows of letters in the ink of a page that no line of its text accounts for.

The detector may miss a line, an engine may read nothing in it, a line may be put away as noise, a word may be lost within
a line. All of these leave ink behind that looks like print, so the ink is asked, not the steps of reading. Signatures, rings
of seals and specks are no rows of letters; handwriting that runs as even as print does is, and nobody read it either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

import cv2
import numpy as np

from pipeline.image.boxes import PixelBox
from pipeline.image.components import connected
from pipeline.image.images import Pixels
from pipeline.layout.seals import Seal

AROUND = 0.35, 0.3
"""Line heights beside a word, and above and below it, that its ink may reach: boxes of words are exact to a letter."""
LETTER = (0.2, 1.1), (0.06, 1.6)
"""Height and width of a letter, or of two that touch, in line heights."""
APART = 0.45
"""Line heights of white between the letters of a row at most."""
ROW = 0.35, 1.5
"""Height of a row of letters in line heights; marks make lines higher than their letters, never so low."""
LETTERS = 5
"""Letters of a row at least. Fewer are dust, marks of the pen and the dots under a signature."""
FILLED = 0.12, 0.7
"""Share of ink in a row of print: dotted lines have less, bars and pictures more."""
ODD = 0.3
"""Share of the ink of a row at most that belongs to pieces larger than a letter: strokes of a signature run through all of
it."""
WIDE = 0.55
"""Line heights that a letter with its share of white takes; 0.5 – 0.6 on the transcribed pages."""
USUAL = 0.17
"""Inches of a line of 13 point with its marks, for pages on which nothing was read."""


def unread_rows(
    grey: Pixels, dpi: float, words: Iterable[PixelBox], heights: Sequence[int], seals: Sequence[Seal]
) -> list[PixelBox]:
    """The rows of print outside ``words``. ``heights`` are those of the lines that were read, in pixels."""
    line = float(median(heights)) if heights else USUAL * dpi
    ink = _ink(grey)
    for left, top, right, bottom in words:
        beside, over = round(AROUND[0] * line), round(AROUND[1] * (bottom - top))
        ink[max(0, top - over) : bottom + over, max(0, left - beside) : right + beside] = 0
    for seal in seals:
        cv2.circle(ink, (round(seal.x), round(seal.y)), round(1.05 * seal.radius), 0, thickness=-1)
    if not ink.any():
        return []
    _, labels, stats = connected(ink)
    wide, high = stats[:, cv2.CC_STAT_WIDTH] / line, stats[:, cv2.CC_STAT_HEIGHT] / line
    (lowest, highest), (narrowest, widest) = LETTER
    is_letter = (lowest <= high) & (high <= highest) & (narrowest <= wide) & (wide <= widest)
    is_letter[0] = False
    if is_letter.sum() < LETTERS:
        return []
    letters = is_letter[labels].astype(np.uint8)
    reach = max(1, round(APART * line))
    joined = cv2.dilate(letters, np.ones((1, 2 * reach + 1), np.uint8))
    _, rows, found = connected(joined)
    middles = stats[is_letter, :2] + stats[is_letter, 2:4] // 2
    counts = np.bincount(rows[middles[:, 1], middles[:, 0]], minlength=len(found))
    boxes = []
    for row in np.flatnonzero(counts >= LETTERS):
        left, top, width, height, _ = (int(value) for value in found[row])
        if row and ROW[0] * line <= height <= ROW[1] * line:
            box = left + reach, top, left + width - reach, top + height
            if _is_print(ink, letters, box):
                boxes.append(box)
    return sorted(boxes, key=lambda box: (box[1], box[0]))


def letters_in(boxes: Iterable[PixelBox], heights: Sequence[int], dpi: float) -> int:
    """About how many letters stand in rows of print."""
    line = float(median(heights)) if heights else USUAL * dpi
    return round(sum(right - left for left, _, right, _ in boxes) / (WIDE * line))


def _ink(grey: Pixels) -> Pixels:
    _, ink = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    return np.asarray(ink, np.uint8)


def _is_print(ink: Pixels, letters: Pixels, box: PixelBox) -> bool:
    left, top, right, bottom = box
    whole, of_letters = ink[top:bottom, left:right], letters[top:bottom, left:right]
    filled = np.count_nonzero(whole)
    is_filled = FILLED[0] * whole.size <= filled <= FILLED[1] * whole.size
    return bool(is_filled and filled - np.count_nonzero(of_letters) <= ODD * filled)
