"""What was filled into a page after it was printed goes to its place: a number into its blank, a line between two lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import regex

from documents.page import Box, Line, Page, Word
from pipeline.files.fields import TICK
from pipeline.files.pdf import PlacedImage
from pipeline.image.boxes import overlap
from pipeline.layer.quality import relined

# In heights of what was filled in: so near to the end of a line it belongs to it, and two pieces are one line.
_BESIDE = 3.0
_JOINED = 1.5
# "1187" stamped before "/QĐ-UBND" is one word with it.
_REST = regex.compile(r"[/-]\w|tháng\b|năm\b")
_CODE = regex.compile(r"[/-]\w")
_NUMBER = regex.compile(r"\d[\d.,]*")
_DOTS = regex.compile(r"[.…_·\s]+")


def set_in(lines: Sequence[Line], others: Sequence[Line], *, over_print: bool = False) -> list[Line]:
    """``lines`` with each of ``others`` in its place: in the line whose blank it fills, else before the first below.

    ``over_print`` says that ``lines`` were read from an image that shows ``others`` as well: what was read there goes.
    """
    placed = list(lines)
    for new in others:
        line = _line_for(new, placed)
        if line is None:
            assert new.box is not None
            middle = (new.box.top + new.box.bottom) / 2
            below = (i for i, line in enumerate(placed) if line.box is not None and line.box.top > middle)
            placed.insert(next(below, len(placed)), new)
            continue
        merged = _inserted(line, new, over_print)
        rest = [other for other in placed if other is not line and _goes_on(merged, other)]
        words = sorted((*merged.words, *(word for other in rest for word in other.words)), key=_middle)
        gone = set(map(id, rest))
        placed = [relined(merged, _glued(words)) if other is line else other for other in placed if id(other) not in gone]
    return placed


_ASKS = regex.compile(
    r"\bsố\s*:?$|\bsố\s*:?\s*[/-]|^[/-]\s?\p{Lu}|\bngày$|\bngày\s+tháng|^tháng\b|\btháng$|\btháng\s+năm", regex.I
)
"""A printed line that lacks its figures: "Số:", "/QĐ-UBND", "ngày    tháng    năm 2024"."""
_HIGHEST = 40.0  # points: two lines; a seal or a signature is higher
_FIGURES = regex.compile(r"\d{1,6}")


def pictures_in_blanks(images: Sequence[PlacedImage], layer: Sequence[Line]) -> list[Box]:
    """Small pictures level with a line that lacks its figures, and beside it: some programs stamp numbers as pictures."""
    asking = [line.box for line in layer if line.box is not None and _ASKS.search(line.text.strip())]
    return [
        image.box
        for image in images
        if image.box.height <= _HIGHEST
        and any(
            line.top < (image.box.top + image.box.bottom) / 2 < line.bottom
            and line.left - _HIGHEST <= (image.box.left + image.box.right) / 2 <= line.right + _HIGHEST
            for line in asking
        )
    ]


def figures_in(pictures: Sequence[Box], read: Page) -> list[Line]:
    """The figures that OCR of the page reads on each picture, as lines that fill its blank; on others nothing."""
    found = []
    words = [word for line in (*read.lines, *read.marginalia) for word in line.words if word.box is not None]
    for picture in pictures:
        here = [word for word in words if word.box is not None and overlap(word.box, picture)]
        figures = [(word, number) for word in here for number in _FIGURES.findall(word.text)]
        if len(figures) == 1:
            ((word, text),) = figures
            whole = Word(text, 0, len(text), picture, word.confidence)
            found.append(Line(text, (whole,), picture, word.confidence, engines=(read.engine,) if read.engine else ()))
    return found


def _line_for(new: Line, lines: Sequence[Line]) -> Line | None:
    """The line that ``new`` fills: the nearest at its height; from afar only one that asks for it, as ticks look for any."""
    assert new.box is not None
    middle, height = (new.box.top + new.box.bottom) / 2, new.box.height
    best, least = None, float("inf")
    for line in lines:
        if line.box is None or not line.box.top < middle < line.box.bottom:
            continue
        away = max(new.box.left - line.box.right, line.box.left - new.box.right, 0.0)
        asks = new.text == TICK or (line.text.endswith(":") and line.box.right <= new.box.left)
        if away < least and (away < _BESIDE * height or asks):
            best, least = line, away
    return best


def _inserted(line: Line, new: Line, over_print: bool) -> Line:
    """``line`` with the typed words at their places, instead of the dots that stood there or of what OCR made of them."""
    assert new.box is not None
    left, right = new.box.left, new.box.right
    kept = [
        word
        for word in (_without_dots(word, new) for word in line.words)
        if word.box is None
        or not left <= (word.box.left + word.box.right) / 2 <= right
        or not (over_print or _DOTS.fullmatch(word.text))
    ]
    return relined(line, _glued(sorted((*kept, *new.words), key=_middle)))


_DOTS_BEFORE = regex.compile(r"[.…_]{2,}(?=[/-]\w)")


def _without_dots(word: Word, new: Line) -> Word:
    """ "……/QĐ-UBND" without the dots on which ``new`` stands."""
    dots = _DOTS_BEFORE.match(word.text)
    if dots is None or word.box is None or new.box is None or not word.box.left <= _centre(new) <= word.box.right:
        return word
    box = replace(word.box, left=min(max(word.box.left, new.box.right), word.box.right))
    return replace(word, text=word.text[dots.end() :], box=box)


def _centre(line: Line) -> float:
    return (line.box.left + line.box.right) / 2 if line.box else 0.0


def _middle(word: Word) -> float:
    return word.box.left + word.box.right if word.box else 0.0


def _glued(words: Sequence[Word]) -> list[Word]:
    """A number and the code behind it as one word."""
    glued: list[Word] = []
    for word in words:
        last = glued[-1] if glued else None
        if last is not None and _CODE.match(word.text) and _NUMBER.fullmatch(last.text) and last.box and word.box:
            box = last.box.union(word.box)
            glued[-1] = replace(last, text=last.text + word.text, box=box, confidence=min(last.confidence, word.confidence))
        else:
            glued.append(word)
    return glued


def _goes_on(line: Line, other: Line) -> bool:
    """Is ``other`` the rest of ``line``, on the far side of the blank?"""
    if line.box is None or other.box is None or not _REST.match(other.text):
        return False
    level = other.box.top < (line.box.top + line.box.bottom) / 2 < other.box.bottom
    return level and -line.box.height <= other.box.left - line.box.right <= _JOINED * line.box.height
