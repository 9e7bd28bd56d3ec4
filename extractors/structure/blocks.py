"""The parts of a document: zones, roles, blocks, sentences, tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from documents.edits import LineIndex, Span
from extractors.structure.joined import Joined
from extractors.structure.labels import Label, Rank
from extractors.structure.sentences import split_clauses, split_sentences


class Zone(StrEnum):
    """Which part of the document a block belongs to."""

    LETTERHEAD = "letterhead"
    TITLE = "title"
    BODY = "body"
    TAIL = "tail"
    """Nơi nhận and the signature block."""
    APPENDIX = "appendix"
    """What follows the signature: annexes, tables, a plan attached to a decision. It is read as body text."""


class Role(StrEnum):
    """What a block does for the blocks below it."""

    HEADING = "heading"
    LEAD_IN = "lead_in"
    """Ends in ":" and announces the blocks below."""
    TEXT = "text"


class Genre(StrEnum):
    """Whether figures in the document are to be reached or were reached."""

    PLAN = "plan"
    """Kế hoạch, chương trình, chỉ thị, quyết định, đề án …: what is to be done."""
    REPORT = "report"
    """Báo cáo: what was done, with a part on what comes next."""
    OTHER = "other"


@dataclass(frozen=True, eq=False)
class Block:
    """A heading, paragraph or item. ``joined`` is its text without its label; lines count from 1."""

    index: int
    zone: Zone
    role: Role
    label: Label | None
    joined: Joined
    line: int
    line_end: int
    parent: Block | None

    @property
    def text(self) -> str:
        return self.joined.text

    @property
    def rank(self) -> int:
        return self.label.rank if self.label else int(Rank.NONE)

    @property
    def is_announcing(self) -> bool:
        """A topic label or a lead-in, as opposed to a full sentence."""
        return self.role is not Role.TEXT

    def ancestors(self) -> Iterator[Block]:
        """Parents from the nearest to the root. At most one per rank."""
        block = self.parent
        while block is not None:
            yield block
            block = block.parent

    @property
    def lead(self) -> Block | None:
        """The nearest heading or lead-in above ("right above it" of the annotation rules)."""
        return next((b for b in self.ancestors() if b.is_announcing), None)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(Sentence(self, start, end) for start, end in split_sentences(self.text))


@dataclass(frozen=True, eq=False, slots=True)
class Sentence:
    """``block.text[start:end]``, final mark included."""

    block: Block
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.block.text[self.start : self.end]

    @property
    def span(self) -> Span:
        """In the text of the document."""
        return self.block.joined.to_document(self.start, self.end)

    def span_of(self, start: int, end: int) -> Span:
        """The span in the document of ``self.text[start:end]``."""
        return self.block.joined.to_document(self.start + start, self.start + end)

    @property
    def clauses(self) -> tuple[tuple[int, int], ...]:
        """Ranges of ``text`` between semicolons that stand outside parentheses."""
        return tuple(split_clauses(self.text))


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell with its joined text; ``line``/``line_end`` count from 1 over the document, 0 when empty."""

    row: int
    column: int
    row_span: int
    column_span: int
    joined: Joined
    line: int
    line_end: int

    @property
    def text(self) -> str:
        return self.joined.text


@dataclass(frozen=True, slots=True)
class TableText:
    """A table of one page, its cells by row and column; ``after`` is the index of the block before it (-1 = none)."""

    page: int
    rows: int
    columns: int
    header_rows: int
    continues: bool
    cells: tuple[TableCell, ...]
    confidence: float = 1.0
    after: int = -1

    def row(self, number: int) -> list[TableCell]:
        """Cells that stand in row ``number``, from left to right, also those that span it from above."""
        return sorted((c for c in self.cells if c.row <= number < c.row + c.row_span), key=lambda c: c.column)


@dataclass(frozen=True, eq=False)
class Structure:
    """All blocks of a text in reading order, and its tables."""

    text: str
    index: LineIndex
    blocks: tuple[Block, ...]
    tables: tuple[TableText, ...] = ()
    genre: Genre = Genre.OTHER
    type_word: str | None = None
    zone_of_line: tuple[Zone | None, ...] = field(default=(), repr=False)
    """For each line (index 0 = line 1) its zone; ``None`` for furniture, table cells and empty lines."""
    kept: dict[str, Any] = field(default_factory=dict, repr=False)
    """What was found out about the text and is asked for again, by a name of what it is; it goes when the structure goes."""

    @property
    def body(self) -> Iterator[Block]:
        """Blocks of the body and of appendices."""
        return (b for b in self.blocks if b.zone in (Zone.BODY, Zone.APPENDIX))

    @property
    def sentences(self) -> Iterator[Sentence]:
        """Sentences of body and appendices in reading order, headings and lead-ins included."""
        return (s for b in self.body for s in b.sentences)

    def lines_of(self, span: Span) -> tuple[int, int]:
        """First and last line (from 1) of a span of the text."""
        return self.index.line_of(span.start), self.index.line_of(max(span.start, span.end - 1))

    def lines_in(self, *zones: Zone) -> list[tuple[int, str]]:
        """(line number, stripped text) of the non-empty lines in these zones."""
        found = []
        for number, zone in enumerate(self.zone_of_line, 1):
            if zone in zones:
                span = self.index.span_of(number)
                found.append((number, self.text[span.start : span.end].strip()))
        return found
