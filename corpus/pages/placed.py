"""Repaired words where they are printed: what hOCR, ALTO and searchable PDFs are made of.

A repaired word takes the place of what was read there; a repair that changed the number of words gives each of the new
ones the box around all of the old.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import regex

from db import codec
from db.store import Corpus
from documents.edits import OffsetMap, Repaired, Span
from documents.page import Box, Document, Line, LineKind, enclosing_box

_WORD = regex.compile(r"\S+")
_PAGE = (
    "SELECT p.*, t.raw, t.repaired, l.lines, l.words, l.marginalia, l.edits FROM pages p"
    " JOIN documents d ON d.id = p.document_id JOIN page_texts t ON t.page_id = p.id JOIN page_layouts l ON l.page_id = p.id"
    ' WHERE d."key" = ? AND p.number {condition} ORDER BY p.number'
)


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """``raw`` is what was read there, where that is something else."""

    text: str
    box: Box | None
    confidence: float
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """``number`` counts from 1 through the document."""

    number: int
    words: tuple[PlacedWord, ...]
    box: Box | None
    confidence: float
    kind: LineKind
    paragraph: int


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """Points from the top left of the page turned upright; ``rotation`` (clockwise, degrees) is what turned it."""

    number: int
    lines: tuple[PlacedLine, ...]
    width: float
    height: float
    rotation: int
    source: str
    engine: str
    confidence: float
    marginalia: tuple[PlacedLine, ...] = ()
    """What was read in margins and stamps, beside the text and not repaired; numbered 0."""

    def paragraphs(self) -> Iterator[list[PlacedLine]]:
        """Neighbouring lines of one kind and paragraph."""
        for _, lines in groupby(self.lines, key=lambda line: (line.kind, line.paragraph)):
            yield list(lines)


def placed_page(corpus: Corpus, key: str, number: int) -> PlacedPage | None:
    """One page of a stored document; ``None`` when there is no such page."""
    return next(_stored(corpus, _PAGE.format(condition="= ?"), [key, number]), None)


def placed_pages(corpus: Corpus, key: str) -> Iterator[PlacedPage]:
    """All pages of a stored document, one at a time."""
    return _stored(corpus, _PAGE.format(condition="> 0"), [key])


def _stored(corpus: Corpus, sql: str, parameters: Sequence[object]) -> Iterator[PlacedPage]:
    for page in corpus.iterate(sql, parameters):
        lines = codec.unpack_lines(page["raw"].split("\n")[:-1], page["lines"], page["words"])
        texts = page["repaired"].split("\n")[:-1]
        offsets = OffsetMap(codec.unpack_edits(page["edits"], page["raw"]))
        yield PlacedPage(
            number=page["number"],
            lines=tuple(_place(lines, texts, offsets, page["first_line"])),
            width=page["width"],
            height=page["height"],
            rotation=page["rotation"],
            source=page["source"],
            engine=page["engine"],
            confidence=page["confidence"],
            marginalia=tuple(map(_as_read, codec.unpack_marginalia(page["marginalia"]))),
        )


def place_document(document: Document, repaired: Repaired) -> Iterator[PlacedPage]:
    """The pages of a document that was read and repaired just now."""
    offsets = repaired.offsets()
    texts = repaired.text.split("\f")
    first_line, raw_start, start = 1, 0, 0
    for page, text in zip(document.pages, texts, strict=True):
        placed = _place(page.lines, text.split("\n")[:-1], offsets, first_line, raw_start, start)
        yield PlacedPage(
            number=page.number,
            lines=tuple(placed),
            width=page.width,
            height=page.height,
            rotation=page.rotation,
            source=page.source.value,
            engine=page.engine,
            confidence=page.confidence,
            marginalia=tuple(map(_as_read, page.marginalia)),
        )
        first_line += len(page.lines)
        raw_start += len(page.text) + 1
        start += len(text) + 1


def _place(
    lines: Sequence[Line], texts: Sequence[str], offsets: OffsetMap, first_line: int, raw_start: int = 0, start: int = 0
) -> Iterator[PlacedLine]:
    for i, (line, text) in enumerate(zip(lines, texts, strict=True)):
        words = tuple(_words(line, text, start, raw_start, offsets))
        yield PlacedLine(first_line + i, words, line.box, line.confidence, line.kind, line.paragraph)
        raw_start += len(line.text) + 1
        start += len(text) + 1


def _as_read(line: Line) -> PlacedLine:
    words = tuple(PlacedWord(word.text, word.box, word.confidence) for word in line.words)
    return PlacedLine(0, words, line.box, line.confidence, line.kind, line.paragraph)


def _words(line: Line, text: str, start: int, raw_start: int, offsets: OffsetMap) -> Iterator[PlacedWord]:
    for match in _WORD.finditer(text):
        raw = offsets.to_raw(Span(start + match.start(), start + match.end()))
        under = [w for w in line.words if w.start < raw.end - raw_start and w.end > raw.start - raw_start]
        confidence = min((word.confidence for word in under), default=line.confidence)
        printed = line.text[raw.start - raw_start : raw.end - raw_start]
        box = enclosing_box(word.box for word in under)
        yield PlacedWord(match[0], box, confidence, printed if printed != match[0] else None)
