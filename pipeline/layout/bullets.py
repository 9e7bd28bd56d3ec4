"""Bullets: round filled dots that open the items of a list. Readers lack them and print what is nearest, mostly "*"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from pipeline.image.boxes import PixelBox
from pipeline.image.components import connected
from pipeline.image.images import Pixels
from pipeline.ocr.base import ReadLine

BULLET = "•"
READ_AS = frozenset("*•.·eo0°®©¢«»s¬")
"""What readers print for a bullet that stands by itself before a line."""
SIZE = 0.12, 0.5
"""Heights of a line that a bullet measures."""
ROUND, FULL = 0.8, 0.7
"""Its shorter side in longer ones, and the share of its box that is ink: a disc fills 0.79, an asterisk half."""
MIDDLE = 0.25, 0.75
"""Heights of a line from its top between which the middle of a bullet lies; full stops stand lower."""


def with_bullets(lines: Sequence[ReadLine], grey: Pixels) -> list[ReadLine]:
    """``lines`` with their opening sign as a bullet where its ink is one."""
    return [_opened(line) if _may_have(line) and is_bullet(grey, line.words[0].box, line.box) else line for line in lines]


def _may_have(line: ReadLine) -> bool:
    return len(line.words) > 1 and line.words[0].text in READ_AS


def _opened(line: ReadLine) -> ReadLine:
    return replace(line, words=(replace(line.words[0], text=BULLET), *line.words[1:]))


def is_bullet(grey: Pixels, word: PixelBox, line: PixelBox) -> bool:
    """Whether the first ink at the place of ``word``, which opens ``line``, is a filled disc."""
    height = line[3] - line[1]
    left = max(0, word[0] - height // 4)
    crop = grey[max(0, line[1]) : line[3], left : word[2] + height // 4]
    if crop.size == 0:
        return False
    _, ink = cv2.threshold(crop, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, _, stats = connected(np.asarray(ink, np.uint8))
    pieces = [piece for piece in stats[1:].tolist() if max(piece[2:4]) >= SIZE[0] * height]
    if not pieces:
        return False
    _, y, wide, high, area = min(pieces)
    return bool(
        max(wide, high) <= SIZE[1] * height
        and min(wide, high) >= ROUND * max(wide, high)
        and area >= FULL * wide * high
        and MIDDLE[0] * height <= y + high / 2 <= MIDDLE[1] * height
    )
