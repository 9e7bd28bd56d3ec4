"""m² and m³: raised figures, which no reader's alphabet holds in full and which come out as "m2", "mŠ" or "m".

A small figure that stands above the base line right of an m is seen in the ink, and read once more by itself at the height
of a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import regex

from pipeline.image.boxes import PixelBox
from pipeline.image.components import connected
from pipeline.image.images import Pixels, as_pixels
from pipeline.ocr.base import Engine, ReadLine, ReadWord, line_of

UNIT = regex.compile(r"(?P<before>(^|.*[^\p{L}])[kcd]?m)(?P<raised>[\p{L}\d²³'\"*°?§®]?)(?P<after>([^\p{L}\d].*)?)$")
"""A word with a metre in it, and at most one sign for what is raised behind it: "m2", "1.250m3,", "m2/hộ"."""
SUPERSCRIPTS = {"2": "²", "3": "³", "²": "²", "³": "³"}
WIDE = 1.15
"""Width of an m in heights at least."""
RAISED = 0.3
"""Heights of the m by which a raised figure ends above the base line, at least."""
SIZE = 0.45, 1.1
"""Height of a raised figure in heights of the m: two thirds of a figure, which is half again as high as an m."""
SLIM = 0.45
"""Width of a 2 or 3 in its heights at least; strokes of quotation marks are slimmer."""
NEAR = 0.5
"""Heights of the m between it and the raised figure at most."""
FIGURE = 40
"""Pixels that it is enlarged to before it is read again, with as much white around it."""
TOLD = 0.6
"""No such word is held surer than this where the readers saw another figure, or none."""


def with_superscripts(lines: Sequence[ReadLine], grey: Pixels, engine: Engine) -> list[ReadLine]:
    """``lines`` with ² and ³ behind metres where the ink shows them."""
    return [_looked_at(line, grey, engine) if any(UNIT.match(word.text) for word in line.words) else line for line in lines]


def _looked_at(line: ReadLine, grey: Pixels, engine: Engine) -> ReadLine:
    words = [_word(word, grey, engine) for word in line.words]
    return line_of(words, line.box, line.engines) if tuple(words) != line.words else line


def _word(word: ReadWord, grey: Pixels, engine: Engine) -> ReadWord:
    found = UNIT.match(word.text)
    figure = raised_figure(grey, word.box) if found else None
    if found is None or figure is None:
        return word
    (again,) = engine.recognise(_enlarged(grey, figure), [(FIGURE // 2, FIGURE // 2, 2 * FIGURE, 3 * FIGURE // 2)])
    told = SUPERSCRIPTS.get(again.text) or SUPERSCRIPTS.get(found["raised"])
    if told is None:
        return replace(word, confidence=min(word.confidence, TOLD))
    agrees = SUPERSCRIPTS.get(found["raised"]) == told
    text = found["before"] + told + found["after"]
    return replace(word, text=text, confidence=word.confidence if agrees else min(word.confidence, TOLD))


def raised_figure(grey: Pixels, box: PixelBox) -> PixelBox | None:
    """The box of a small figure that stands raised right of an m in ``box``, or a little beside it."""
    left, top, right, bottom = box
    around = (bottom - top) // 2
    left, top = max(0, left - around), max(0, top - around // 3)
    crop = grey[top : bottom + around // 3, left : right + around]
    if crop.size == 0:
        return None
    _, ink = cv2.threshold(crop, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, _, stats = connected(np.asarray(ink, np.uint8))
    pieces = stats[1:, :4].tolist()
    for x, y, wide, high in sorted(pieces, reverse=True):
        if wide < WIDE * high or high < (bottom - top) / 5:
            continue
        for x1, y1, wide1, high1 in pieces:
            beside = -0.2 * high <= x1 - (x + wide) <= NEAR * high
            ends_above = y1 + high1 <= y + high - RAISED * high and y1 < y
            sized = SIZE[0] * high <= high1 <= SIZE[1] * high and SLIM * high1 <= wide1 <= high1
            if beside and ends_above and sized:
                return left + x1, top + y1, left + x1 + wide1, top + y1 + high1
    return None


def _enlarged(grey: Pixels, box: PixelBox) -> Pixels:
    left, top, right, bottom = box
    scale = FIGURE / (bottom - top)
    figure = cv2.resize(grey[top:bottom, left:right], None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    high, wide = figure.shape
    page = np.full((2 * FIGURE, 3 * FIGURE), 255, np.uint8)
    page[FIGURE // 2 : FIGURE // 2 + high, FIGURE : FIGURE + min(wide, FIGURE)] = figure[: 2 * FIGURE, :FIGURE]
    return as_pixels(page)
