"""The pieces that an official page is made of: runs of words that belong to one block, with their place where it is known.

A line of a text layer may run across both columns of the letterhead, and what a signing program put over the page lies
among the marginalia. So the letterhead and the signature are read from pieces: lines cut where a motto begins or a white
gap parts the columns, and captions added with their boxes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from statistics import median

import regex

from documents.edits import OffsetMap, Repaired, Span
from documents.page import Box, Document, FilledIn, Line, LineKind, enclosing_box
from extractors.structure.blocks import Structure, Zone
from extractors.words.folding import folded
from normalizers.official_form import MOTTO

WHITE = 3.0
"""Line heights of white that part two blocks on one line; "Số:      /TB-UBND" has 3 (``pipeline.layout.placed.JOIN_GAP``),
and what follows there is no block of its own."""


class Column(StrEnum):
    """Where a piece stands on its page; ``UNKNOWN`` where pages have no boxes."""

    LEFT = "left"
    RIGHT = "right"
    MIDDLE = "middle"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one line. ``line`` counts from 1 over the text, 0 for what stands outside the text (``span`` is ``None``)."""

    text: str
    page: int
    line: int
    span: Span | None
    box: Box | None = None
    column: Column = Column.UNKNOWN
    kind: LineKind = LineKind.BODY
    zone: Zone | None = None
    places: tuple[tuple[int, int, Box], ...] = ()
    """(start, end, box) of the words, offsets in ``text``."""

    def span_of(self, start: int, end: int) -> Span | None:
        """The span in the document of ``text[start:end]``."""
        return None if self.span is None else Span(self.span.start + start, self.span.start + end)

    def part(self, start: int, end: int) -> Piece:
        """The piece ``text[start:end]``, without white around it."""
        inner = self.text[start:end]
        start += len(inner) - len(inner.lstrip())
        end = max(start, end - (len(inner) - len(inner.rstrip())))
        places = tuple((a - start, b - start, box) for a, b, box in self.places if a < end and start < b)
        box = enclosing_box(place[2] for place in places) or self.box
        return Piece(
            self.text[start:end],
            self.page,
            self.line,
            self.span_of(start, end),
            box,
            self.column,
            self.kind,
            self.zone,
            places,
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """The pieces of one page in reading order, and where its columns part (in points; ``None`` where nothing tells)."""

    number: int
    pieces: tuple[Piece, ...]
    asides: tuple[Piece, ...] = ()
    """Captions of signature fields, stamps and margin notes: no part of the text."""
    gutter: float | None = None
    width: float = 0.0
    height: float = 0.0
    filled_in: tuple[FilledIn, ...] = ()
    """Figures of a pen in the blanks of the letterhead."""


def sheets_of(structure: Structure, document: Document | None, repaired: Repaired | None) -> list[Sheet]:
    """All pages as pieces; without a document the pages are those of the text."""
    if document is None or repaired is None or not document.pages:
        return [Sheet(number, tuple(pieces)) for number, pieces in _text_pages(structure)]
    offsets = repaired.offsets()
    sheets: list[Sheet] = []
    at, line_number = 0, 1
    for page in document.pages:
        pieces: list[Piece] = []
        for line in page.lines:
            if line_number <= len(structure.zone_of_line):
                pieces += _pieces_of_line(structure, line, line_number, page.number, at, offsets)
            at += len(line.text) + 1
            line_number += 1
        at += 1
        asides = [
            Piece(
                line.text.strip(),
                page.number,
                0,
                None,
                line.box,
                kind=line.kind,
                places=tuple((w.start, w.end, w.box) for w in line.words if w.box is not None),
            )
            for line in page.marginalia
            if line.text.strip()
        ]
        sheets.append(
            _with_columns(Sheet(page.number, tuple(pieces), tuple(asides), None, page.width, page.height, page.filled_in))
        )
    return sheets


def _text_pages(structure: Structure) -> Iterator[tuple[int, list[Piece]]]:
    pages: dict[int, list[Piece]] = {1: []}
    number = 1
    for line in range(1, len(structure.index) + 1):
        span = structure.index.span_of(line)
        whole = structure.text[span.start : span.end]
        number += whole.count("\f")
        text = whole.strip()
        zone = structure.zone_of_line[line - 1] if line <= len(structure.zone_of_line) else None
        if text:
            start = span.start + whole.index(text[0])
            piece = Piece(text, number, line, Span(start, start + len(text)), zone=zone)
            pages.setdefault(number, []).extend(_cut_at_mottoes(piece))
    yield from pages.items()


def _pieces_of_line(structure: Structure, line: Line, number: int, page: int, at: int, offsets: OffsetMap) -> list[Piece]:
    span = structure.index.span_of(number)
    whole = structure.text[span.start : span.end]
    text = whole.strip()
    if not text:
        return []
    start = span.start + whole.index(text[0])
    places = []
    for word in line.words:
        if word.box is not None:
            where = offsets.to_repaired(Span(at + word.start, at + word.end))
            places.append((max(0, where.start - start), max(0, min(len(text), where.end - start)), word.box))
    zone = structure.zone_of_line[number - 1]
    piece = Piece(
        text, page, number, Span(start, start + len(text)), line.box, kind=line.kind, zone=zone, places=tuple(places)
    )
    return [part for cut in _cut_at_white(piece) for part in _cut_at_mottoes(cut)]


def _cut_at_white(piece: Piece) -> list[Piece]:
    """Cut where wide white parts two blocks; figures behind "Số: … /" are no block."""
    if len(piece.places) < 2 or piece.box is None:
        return [piece]
    gaps = [after[2].left - before[2].right for before, after in pairwise(piece.places)]
    height = median([place[2].height for place in piece.places])
    usual = max(0.0, median(gaps))
    cuts = [
        piece.places[i + 1][0]
        for i, gap in enumerate(gaps)
        if gap > max(WHITE * height, 4 * usual) and _begins_a_block(piece.text[piece.places[i + 1][0] :])
    ]
    ends = [*cuts, len(piece.text)]
    return [piece.part(a, b) for a, b in zip([0, *cuts], ends, strict=True) if piece.text[a:b].strip()]


_DATE_WORD = regex.compile(r"\W*(?:ngay|thang|nam)\b")
_WORD = regex.compile(r"\p{L}{2}")


def _begins_a_block(rest: str) -> bool:
    """Words behind white begin a block, but for those of a dateline with blanks: "ngày      tháng      năm 2010"."""
    return bool(_WORD.search(rest)) and not _DATE_WORD.match(folded(rest))


_LETTER_OR_FIGURE = regex.compile(r"[\p{L}\d]")


def _cut_at_mottoes(piece: Piece) -> list[Piece]:
    """A motto as a piece of its own, whatever stands before and behind it."""
    motto = MOTTO.search(folded(piece.text)) if len(piece.text) < 160 else None
    if motto is None or (motto.start() == 0 and motto.end() >= len(piece.text) - 3):
        return [piece]
    bounds = [(0, motto.start()), motto.span(), (motto.end(), len(piece.text))]
    parts = [piece.part(a, b) for a, b in bounds if _LETTER_OR_FIGURE.search(piece.text[a:b])]
    return parts


def _with_columns(sheet: Sheet) -> Sheet:
    """The sheet with the columns of its pieces: by the motto's left edge, else by the middle of the page."""
    mottoes = [p.box.left for p in sheet.pieces if p.box is not None and MOTTO.search(folded(p.text)) and len(p.text) < 60]
    gutter = min(mottoes) if mottoes else None
    if gutter is None or not 0.25 * sheet.width < gutter < 0.75 * sheet.width:
        gutter = 0.46 * sheet.width if sheet.width else None
    if gutter is None:
        return sheet

    def placed(piece: Piece) -> Piece:
        return replace(piece, column=_column(piece.box, gutter, sheet.width))

    return replace(sheet, pieces=tuple(map(placed, sheet.pieces)), asides=tuple(map(placed, sheet.asides)), gutter=gutter)


def _column(box: Box | None, gutter: float, width: float) -> Column:
    if box is None:
        return Column.UNKNOWN
    slack = 0.03 * width
    if box.right < gutter + slack:
        return Column.LEFT
    return Column.RIGHT if box.left > gutter - slack else Column.MIDDLE


def lies_over(inner: Box, outer: Box, *, slack: float = 4.0) -> bool:
    """Whether the middle of ``inner`` lies in the row and the breadth of ``outer``."""
    x, y = (inner.left + inner.right) / 2, (inner.top + inner.bottom) / 2
    return outer.left - slack <= x <= outer.right + slack and outer.top - slack <= y <= outer.bottom + slack


_WORD_OR_FIGURE = regex.compile(r"\p{L}{2}|\d")


def is_rule(piece: Piece) -> bool:
    """A line of dashes, stars or specks without a word."""
    return not _WORD_OR_FIGURE.search(piece.text)
