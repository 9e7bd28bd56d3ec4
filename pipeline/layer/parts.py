"""The words of a PDF page, sorted: its own text, what was filled in later, what runs another way, what only lies upon it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import regex

from documents.page import Box, Line, LineKind
from normalizers.forms import fold
from pipeline.files.pdf import LayerWord, Origin, PdfPage
from pipeline.layer.lines import line_of, lines_of
from pipeline.layer.quality import is_readable

# Captions of signatures and copy marks stand in the outer strip of the page, as a share of its height.
_CAPTION_STRIP = 0.08
_CAPTION = regex.compile(
    r"ky boi|nguoi ky|ngay ky|thoi gian ky|gio ky|co quan:|to chuc:|chuc vu:|email:|@"
    r"|signed by|signature|date:|reason:|location:"
    r"|sao y|sao luc|trich sao|ban sao|sao dien tu|\d{1,2}:\d{2}(:\d{2})?|\+0?7[:.']00"
)
# What a signing program fills into a blank of the page: a number, a day, a month.
_FILLED_IN = regex.compile(r"[\d/.\-]{1,10}|[\d\s]{1,6}(tháng|năm)[\d\s]{1,8}")
# What stands sideways is text of the page (a table too wide for it) from this many lines and letters on; a line or two are
# stamps and captions in the margin.
_FRAME = 40.0  # points: the padding of a cell, and what is left of its column beside a short text
_SIDEWAYS_LINES, _SIDEWAYS_LETTERS, _SIDEWAYS_KNOWN = 3, 40, 0.4


@dataclass(slots=True)
class Sideways:
    """Lines that run at right angles to the page or upside down, in the frame of a page turned by ``-turn`` degrees."""

    turn: int
    lines: list[Line]
    box: Box
    """Around them on the page as it is held."""

    @property
    def frame(self) -> Box:
        """With the rules of a table around them."""
        left, top, right, bottom = self.box.as_tuple()
        return Box(left - _FRAME, top - _FRAME, right + _FRAME, bottom + _FRAME)


@dataclass(slots=True)
class Parts:
    """Lines of a page: ``layer`` its own (hidden or printed), ``typed`` filled in later, ``aside`` what only lies upon it.

    ``unseen`` counts the words that are put aside because nobody sees them.
    """

    layer: list[Line] = field(default_factory=list)
    typed: list[Line] = field(default_factory=list)
    aside: list[Line] = field(default_factory=list)
    sideways: list[Sideways] = field(default_factory=list)
    unseen: int = 0

    @property
    def printed(self) -> list[Line]:
        """All that a reader takes for the text of a born-digital page."""
        return [*self.layer, *self.typed]


def parted(page: PdfPage, scanned: bool) -> Parts:
    """The lines of ``page``; of a scan what is printed over the image was typed or stamped there."""
    parts = Parts()
    level = [word for word in page.words if word.level]
    for words in lines_of(level):
        _sort(line_of(words), words[0], page, scanned, parts)
    for turn in (90, 180, 270):
        turned = [word for word in page.words if word.turn == turn]
        if turned:
            _sort_sideways(turned, turn, page, parts)
    for words in lines_of([word for word in page.words if word.turn is None]):
        parts.aside.append(replace(line_of(words), kind=LineKind.STAMP))
    return parts


def _sort(line: Line, first: LayerWord, page: PdfPage, scanned: bool, parts: Parts) -> None:
    remark = first.origin is Origin.TYPED and scanned and not _FILLED_IN.fullmatch(line.text)
    if first.origin is Origin.NOTE or remark:  # what people type over scans are instructions and reminders
        parts.aside.append(replace(line, kind=LineKind.MARGIN_NOTE))
    elif first.origin is Origin.FORM or (first.origin in (Origin.VALUE, Origin.TYPED) and _CAPTION.search(fold(line.text))):
        filled_in = _FILLED_IN.fullmatch(line.text) is not None
        (parts.typed if filled_in else parts.aside).append(line if filled_in else replace(line, kind=LineKind.CAPTION))
    elif first.origin in (Origin.VALUE, Origin.TYPED):
        parts.typed.append(line)
    elif first.faint and first.size > _WATERMARK:
        parts.aside.append(replace(line, kind=LineKind.STAMP))
    elif scanned and not first.hidden:
        caption = _is_caption(line, page)
        (parts.aside if caption else parts.typed).append(replace(line, kind=LineKind.CAPTION) if caption else line)
    elif not scanned and (first.unseen or (first.hidden and not _on_an_image(line, page))):
        parts.aside.append(replace(line, kind=LineKind.MARGIN_NOTE))
        parts.unseen += len(line.words)
    else:
        parts.layer.append(line)


_WATERMARK = 30  # points


def _on_an_image(line: Line, page: PdfPage) -> bool:
    """Does the line lie on a picture, whose print it may spell out?"""
    assert line.box is not None  # lines of a PDF have boxes
    x, y = (line.box.left + line.box.right) / 2, (line.box.top + line.box.bottom) / 2
    return any(image.box.left <= x <= image.box.right and image.box.top <= y <= image.box.bottom for image in page.images)


def _sort_sideways(words: list[LayerWord], turn: int, page: PdfPage, parts: Parts) -> None:
    size = page.width, page.height
    seen = [word for word in words if word.origin is Origin.CONTENT and not word.hidden and not word.unseen]
    lines = [line_of(line) for line in lines_of(_levelled(seen, turn, size))]
    letters = sum(len(word.text) for word in seen)
    readable = sum(is_readable(line, _SIDEWAYS_KNOWN) for line in lines)
    captions = sum(bool(_CAPTION.search(fold(line.text))) for line in lines)
    if len(lines) < _SIDEWAYS_LINES or letters < _SIDEWAYS_LETTERS or not readable or 2 * captions > len(lines):
        lines, seen = [], []
    taken = set(map(id, seen))
    for line in lines_of([word for word in words if id(word) not in taken]):
        parts.aside.append(replace(line_of(line), kind=LineKind.STAMP))
    if lines:
        sides = zip(*(word.box.as_tuple() for word in seen), strict=True)
        left, top, right, bottom = sides
        parts.sideways.append(Sideways(turn, lines, Box(min(left), min(top), max(right), max(bottom))))


def _levelled(words: Sequence[LayerWord], turn: int, size: tuple[float, float]) -> list[LayerWord]:
    """Words that run at ``turn`` degrees, as they stand on the page turned so that they are level."""
    feet = 0.2  # of the height of a word's box lies under its baseline
    boxes = (turned_box(word.box, -turn, size) for word in words)
    return [
        replace(word, box=box, baseline=box.bottom - feet * box.height, turn=0)
        for word, box in zip(words, boxes, strict=True)
    ]


def turned_box(box: Box, angle: int, size: tuple[float, float]) -> Box:
    """``box`` on a page of ``size`` (width, height) that is turned clockwise by ``angle``, a multiple of 90 degrees.

    >>> turned_box(Box(10, 20, 30, 25), 90, (100, 200))
    Box(left=175, top=10, right=180, bottom=30)
    >>> turned_box(Box(175, 10, 180, 30), -90, (200, 100))
    Box(left=10, top=20, right=30, bottom=25)
    """
    width, height = size
    match angle % 360:
        case 90:
            return Box(height - box.bottom, box.left, height - box.top, box.right)
        case 180:
            return Box(width - box.right, height - box.bottom, width - box.left, height - box.top)
        case 270:
            return Box(box.top, width - box.right, box.bottom, width - box.left)
    return box


def _is_caption(line: Line, page: PdfPage) -> bool:
    assert line.box is not None  # lines of a PDF have boxes
    at_edge = line.box.bottom < _CAPTION_STRIP * page.height or line.box.top > (1 - _CAPTION_STRIP) * page.height
    return bool(_CAPTION.search(fold(line.text))) or (at_edge and _FILLED_IN.fullmatch(line.text) is None)
