"""Running text that has no page of its own yet: paragraphs and tables one after the other, as office files hold them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import regex

from documents.page import Cell, Line, LineKind, Page, Source, Table, Word
from normalizers.forms import fold
from pipeline.tables.headers import header_rows


@dataclass(slots=True)
class Paragraph:
    """Text with line breaks as ``"\\n"``; ``encodings`` are (start, end, legacy encoding) that fonts tell."""

    text: str = ""
    kind: LineKind = LineKind.BODY
    encodings: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, text: str, encoding: str = "") -> None:
        if encoding and text.strip():
            self.encodings.append((len(self.text), len(self.text) + len(text), encoding))
        self.text += text


@dataclass(slots=True)
class GridCell:
    """A cell at its place in a grid; what is merged is one cell."""

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """A table; ``framed`` says that its lines are drawn."""

    cells: list[GridCell] = field(default_factory=list)
    framed: bool = True


@dataclass(slots=True)
class PageBreak:
    """The next page begins here."""


Block = Paragraph | Grid | PageBreak


def cut_at_page_breaks(begun: Paragraph, pieces: Iterable[tuple[str, str] | PageBreak]) -> Iterator[Paragraph | PageBreak]:
    """What a paragraph that has begun becomes with these pieces of text and their encodings; page breaks end it."""
    paragraph = begun
    for piece in pieces:
        if isinstance(piece, PageBreak):
            if paragraph.text.strip():
                yield paragraph
            yield piece
            paragraph = Paragraph()
        else:
            paragraph.add(*piece)
    yield paragraph


@dataclass(slots=True)
class Flow:
    """What a file holds: its text, what stands in the margin (comments), and the names of files that hang on it."""

    blocks: list[Block] = field(default_factory=list)
    aside: list[Paragraph] = field(default_factory=list)
    reasons: tuple[str, ...] = ()
    unread: str = ""
    """What of the file may be text and is not read, in words."""


def pages_of(flow: Flow) -> list[Page]:
    """The pages of a file; empty ones only between others."""
    parts: list[list[Block]] = [[]]
    for block in flow.blocks:
        if isinstance(block, PageBreak):
            parts.append([])
        else:
            parts[-1].append(block)
    while len(parts) > 1 and not any(map(_has_text, parts[-1])):
        parts.pop()
    while len(parts) > 1 and not any(map(_has_text, parts[0])):
        parts.pop(0)
    pages = [_page(number, blocks, flow.reasons) for number, blocks in enumerate(parts, 1)]
    if flow.unread:
        missing = f"not in the text: {flow.unread}"
        pages = [replace(page, confidence=UNREAD_CONFIDENCE, reasons=(*page.reasons, missing)) for page in pages]
    notes = tuple(line for note in flow.aside for line in _lines(note, LineKind.MARGIN_NOTE))
    return [replace(pages[0], marginalia=notes), *pages[1:]]


UNREAD_CONFIDENCE = 0.5
"""Of pages of a file that holds more than is read: a person should look at it."""


def _has_text(block: Block) -> bool:
    if isinstance(block, Paragraph):
        return bool(block.text.strip())
    return isinstance(block, Grid) and any(_has_text(inner) for cell in block.cells for inner in cell.blocks)


def _page(number: int, blocks: Sequence[Block], reasons: tuple[str, ...]) -> Page:
    lines: list[Line] = []
    tables: list[Table] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            _append(lines, list(_lines(block, block.kind)))
        elif isinstance(block, Grid) and is_layout(block):
            for text in _paragraphs(block):
                _append(lines, list(_lines(text, text.kind)))
        elif isinstance(block, Grid):
            table = _set_table(block, lines)
            tables.append(replace(table, header_rows=header_rows(table, lines)))
    source = Source.TEXT_LAYER if lines else Source.EMPTY
    return Page(number, tuple(lines), tuple(tables), source=source, profile="clean", reasons=reasons)


def _append(lines: list[Line], new: list[Line]) -> None:
    """One paragraph more; its lines share a number."""
    paragraph = lines[-1].paragraph + 1 if lines else 0
    lines += [replace(line, paragraph=paragraph) for line in new]


_LINE_END = regex.compile(r"[\n\f\v\x1c-\x1e\x85\u2028\u2029]")
_WORD = regex.compile(r"[^\s\x1c-\x1f]+")
_LAYOUT = regex.compile(r"doc lap\s*[-–]?\s*tu do|noi nhan\s*:")


def is_layout(grid: Grid) -> bool:
    """Does the table only place text side by side: a letterhead, a block of signatures, a frame around text?"""
    rows, columns = {cell.row for cell in grid.cells}, {cell.column for cell in grid.cells}
    if len(columns) <= 1:
        return True
    text = fold(" ".join(paragraph.text for paragraph in _paragraphs(grid)))
    few = len(rows) <= 4
    return (few and _LAYOUT.search(text) is not None) or (not grid.framed and len(rows) == 1)


def _paragraphs(grid: Grid) -> Iterator[Paragraph]:
    for cell in sorted(grid.cells, key=lambda cell: (cell.row, cell.column)):
        yield from _texts(cell.blocks)


def _texts(blocks: Sequence[Block]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        elif isinstance(block, Grid):
            yield from _paragraphs(block)


def _set_table(grid: Grid, lines: list[Line]) -> Table:
    """The table of ``grid``, whose lines are added to ``lines`` cell by cell."""
    cells: list[Cell] = []
    for cell in sorted(grid.cells, key=lambda cell: (cell.row, cell.column)):
        start = len(lines)
        for paragraph in _texts(cell.blocks):
            _append(lines, list(_lines(paragraph, LineKind.TABLE)))
        cells.append(Cell(cell.row, cell.column, cell.row_span, cell.column_span, lines=range(start, len(lines))))
    rows = max((cell.row + cell.row_span for cell in cells), default=0)
    columns = max((cell.column + cell.column_span for cell in cells), default=0)
    return Table(rows, columns, tuple(cells))


def _lines(paragraph: Paragraph, kind: LineKind) -> Iterator[Line]:
    """The lines of a paragraph that are not blank, words with the encodings that their fonts tell."""
    at = 0
    for text in _LINE_END.split(paragraph.text):
        words = tuple(
            Word(m[0], m.start(), m.end(), encoding=_encoding(paragraph, at + m.start())) for m in _WORD.finditer(text)
        )
        if words:
            yield Line(text.rstrip(), words, kind=kind)
        at += len(text) + 1


def _encoding(paragraph: Paragraph, at: int) -> str:
    return next((encoding for start, end, encoding in paragraph.encodings if start <= at < end), "")
