"""Small signs told by their ink, which readers mix up or leave out: bullets and dashes that open the items of a list, dashes
between words, a lone 1 and a lone I, and the Roman numerals of headings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import regex

from pipeline.image.boxes import PixelBox
from pipeline.image.components import connected
from pipeline.image.images import Pixels
from pipeline.ocr.base import ReadLine, ReadWord, enclosing, line_of
from pipeline.ocr.tesseract import name_dash

BULLET, DASHES = "•", frozenset("-–—")
READ_AS = frozenset("*•.·eon0°®©¢«»s¬")
"""What readers print for a bullet that stands by itself before a line."""
DISC = 0.12, 0.5
"""Heights of a line that a bullet measures."""
ROUND, FULL = 0.8, 0.7
"""Its shorter side in longer ones, and the share of its box that is ink: a disc fills 0.79, an asterisk half."""
DASH = (0.15, 0.9), 0.14
"""Length and height of a dash in heights of a line, at least and at most."""
MIDDLE = 0.25, 0.75
"""Heights of a line from its top between which the middle of a bullet or a dash lies; full stops stand lower."""
BEFORE = 0.2, 2.2
"""Heights of a line of white between a mark and the first word of its item: tabulators have 1 – 2."""
ALONE = 3.0
"""Heights of a line left of a mark in which nothing else stands: what has print before it opens no item."""
UNSEEN = 0.6
"""Confidence of a mark that no reader saw."""

Piece = tuple[int, int, int, int, int]
"""Left, top, width, height and area of a piece of ink, in pixels of the page."""


def with_marks(lines: Sequence[ReadLine], grey: Pixels) -> list[ReadLine]:
    """``lines`` with the signs that open them, their dashes and lone figures as their ink shows them."""
    boxes = [line.box for line in lines if line.words]
    return [with_numeral(_with_signs(_opened(line, boxes, grey), grey)) if line.words else line for line in lines]


# --- what opens an item -----------------------------------------------------------------------------------------------


def _opened(line: ReadLine, boxes: Sequence[PixelBox], grey: Pixels) -> ReadLine:
    first, height = line.words[0], line.box[3] - line.box[1]
    if len(line.words) > 1 and first.text in READ_AS:
        left = first.box[0] - height // 4
        pieces = _pieces(grey, (left, line.box[1], first.box[2] + height // 4, line.box[3]), DISC[0] * height)
        mark = mark_of(min(pieces), line.box) if pieces else None
        return replace(line, words=(replace(first, text=mark), *line.words[1:])) if mark else line
    if len(line.text) <= SHORT:
        return _mark_alone(line, grey)
    if not first.text[0].isalpha():
        return line
    place = round(line.box[0] - ALONE * height), line.box[1], line.box[0] + 1, line.box[3]
    if any(box is not line.box and _shares_row(box, line.box) and box[2] > place[0] and box[0] < place[2] for box in boxes):
        return line
    pieces = _pieces(grey, place, DISC[0] * height)
    mark = mark_of(pieces[0], line.box) if len(pieces) == 1 else None
    if mark is None or not BEFORE[0] * height <= line.box[0] - (pieces[0][0] + pieces[0][2]) <= BEFORE[1] * height:
        return line
    x, y, wide, high, _ = pieces[0]
    opening = ReadWord(mark, (x, y, x + wide, y + high), UNSEEN, False)
    return line_of((opening, *line.words), enclosing([opening.box, line.box]), line.engines)


SHORT = 2
"""Letters of what readers make of a mark that the detector found apart from its item."""


def _mark_alone(line: ReadLine, grey: Pixels) -> ReadLine:
    """A line of a mark alone, which is joined to its item later."""
    left, top, right, bottom = line.box
    around = (bottom - top) // 3
    pieces = _pieces(grey, (left - around, top, right + around, bottom), DISC[0] * (bottom - top))
    mark = mark_of(pieces[0], line.box) if len(pieces) == 1 else None
    if mark is None or line.text == mark:
        return line
    return line_of((replace(line.words[0], text=mark, confidence=UNSEEN),), line.box, line.engines)


def _shares_row(box: PixelBox, other: PixelBox) -> bool:
    return min(box[3], other[3]) - max(box[1], other[1]) > 0.4 * min(box[3] - box[1], other[3] - other[1])


def mark_of(piece: Piece, line: PixelBox) -> str | None:
    """The bullet or the dash that a piece of ink is in ``line``, or ``None``."""
    _, y, wide, high, area = piece
    height = line[3] - line[1]
    if not MIDDLE[0] * height <= y + high / 2 - line[1] <= MIDDLE[1] * height or area < FULL * wide * high:
        return None
    (shortest, longest), highest = DASH
    if shortest * height <= wide <= longest * height and high <= highest * height and wide >= 2 * high:
        return "-"
    is_disc = DISC[0] * height <= max(wide, high) <= DISC[1] * height and min(wide, high) >= ROUND * max(wide, high)
    return BULLET if is_disc else None


def _pieces(grey: Pixels, place: PixelBox, least: float) -> list[Piece]:
    """The pieces of ink in ``place`` that measure ``least`` pixels and more."""
    left, top, right, bottom = max(0, place[0]), max(0, place[1]), place[2], place[3]
    crop = grey[top:bottom, left:right]
    if crop.size == 0 or int(crop.max()) - int(crop.min()) < INK:
        return []
    _, ink = cv2.threshold(crop, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, _, stats = connected(np.asarray(ink, np.uint8))
    return [(left + x, top + y, w, h, area) for x, y, w, h, area in stats[1:].tolist() if max(w, h) >= least]


INK = 60
"""Grey levels between paper and ink; the grain of paper is no mark."""

# --- dashes and lone figures ------------------------------------------------------------------------------------------

LONE = frozenset("1Il|")
TOP, FLAG = 0.2, 0.55
"""Share of a letter's height from its top in which the serif of an I stands to both sides of its stem, the flag of a 1 to
its left: on the right that reaches at most this share of what it does on the left."""
SERIF = 0.07
"""Heights of a letter that a serif or a flag sticks out to the left at least; letters without them tell nothing."""
COUNTED = regex.compile(r"(đợt|lần|quý|khóa|hạng|loại|khu vực|vùng|nhóm|mức|cấp|bậc)$", regex.IGNORECASE)
"""Words that are followed by figures and numerals alike, so that the shape of the sign decides."""


def _with_signs(line: ReadLine, grey: Pixels) -> ReadLine:
    words = list(line.words)
    for i, word in enumerate(words):
        if i and word.text in DASHES:
            words[i] = _dash(word, line.box, grey)
        elif i and word.text.rstrip(".,;") in LONE and COUNTED.search(words[i - 1].text):
            words[i] = _lone(word, grey)
    return replace(line, words=tuple(words))


def _dash(word: ReadWord, line: PixelBox, grey: Pixels) -> ReadWord:
    height = line[3] - line[1]
    around = height // 3
    pieces = _pieces(grey, (word.box[0] - around, line[1], word.box[2] + around, line[3]), DISC[0] * height)
    dashes = [piece for piece in pieces if mark_of(piece, line) == "-"]
    return replace(word, text=name_dash(word.text, dashes[0][2] / height)) if len(dashes) == 1 else word


def _lone(word: ReadWord, grey: Pixels) -> ReadWord:
    """A lone 1 or I as the top of its ink shows it."""
    told = one_or_i(grey, word.box)
    return word if told is None else replace(word, text=told + word.text[1:])


def one_or_i(grey: Pixels, box: PixelBox) -> str | None:
    """Whether the highest piece of ink in ``box`` is a "1" or an "I"; ``None`` where its top does not tell."""
    height = box[3] - box[1]
    pieces = _pieces(grey, (box[0] - height // 4, box[1], box[2] + height // 4, box[3]), DISC[0] * height)
    if not pieces:
        return None
    x, y, wide, high, _ = max(pieces, key=lambda piece: piece[3])
    if wide > high:
        return None
    crop = grey[y : y + high, x : x + wide]
    _, ink = cv2.threshold(crop, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    stem = np.flatnonzero(ink[round(0.4 * high) : round(0.7 * high)].mean(axis=0) > 0.6)
    head = np.flatnonzero(ink[: max(1, round(TOP * high))].any(axis=0))
    if not stem.size or not head.size:
        return None
    left, right = int(stem[0] - head[0]), int(head[-1] - stem[-1])
    if left < SERIF * high:
        return None
    return "1" if right <= FLAG * left else "I"


# --- numerals of headings ---------------------------------------------------------------------------------------------

NUMERALS = frozenset(
    (
        *("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"),
        *("XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII", "XVIII", "XIX", "XX"),
    )
)
MISREAD = regex.compile(r"(?=.*[Ll1H|])(?!1{1,2}[.]?$)[IVXLl1H|]{1,5}[.]?")
TOLD = 0.8
"""No numeral that was put right is held surer."""


def with_numeral(line: ReadLine) -> ReadLine:
    """A heading in capitals with the numeral that opens it: an L is "I." run together, an H is "II".

    >>> def heading(text: str) -> str:
    ...     words = tuple(ReadWord(word, (0, 0, 9, 9), 0.9) for word in text.split())
    ...     return with_numeral(line_of(words, (0, 0, 9, 9), ())).text
    >>> heading("L THỜI GIAN"), heading("111. CHẤT THẢI"), heading("VIL TỔ CHỨC"), heading("1. MỤC TIÊU"), heading("L Nam")
    ('I. THỜI GIAN', 'III. CHẤT THẢI', 'VII. TỔ CHỨC', '1. MỤC TIÊU', 'L Nam')
    """
    first, *others = line.words
    rest = "".join(word.text for word in others)
    if not MISREAD.fullmatch(first.text) or not rest.isupper() or sum(c.isalpha() for c in rest) < 4:
        return line
    bare = first.text.rstrip(".")
    runs_together = bare.endswith("L")
    spelt = (bare[:-1] + "I" if runs_together else bare).replace("H", "II")
    for alike in "l1|L":
        spelt = spelt.replace(alike, "I")
    if spelt not in NUMERALS:
        return line
    text = spelt + ("." if runs_together or first.text.endswith(".") else "")
    return replace(line, words=(replace(first, text=text, confidence=min(first.confidence, TOLD)), *others))
