"""The structure of a text or document as a whole."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from documents.edits import LineIndex, Repaired
from documents.page import Document, LineKind
from extractors.structure.blocks import Block, Structure, TableCell, TableText, Zone
from extractors.structure.drafts import build_tree, draft_blocks, role_of
from extractors.structure.genre import genre_of
from extractors.structure.joined import join_pieces
from extractors.structure.zones import assign_zones, read_lines


@dataclass(frozen=True, slots=True)
class TableLines:
    """A table as lines of the whole text: for each cell the numbers (from 1) of its lines."""

    page: int
    rows: int
    columns: int
    cells: tuple[tuple[int, int, int, int, range], ...]
    """(row, column, row_span, column_span, lines)"""
    header_rows: int = 0
    continues: bool = False
    confidence: float = 1.0


def analyse(
    text: str,
    *,
    kinds: Sequence[LineKind] | None = None,
    paragraphs: Sequence[int] | None = None,
    tables: Sequence[TableLines] = (),
) -> Structure:
    """The structure of a text whose line ``i`` has kind ``kinds[i]`` and stands in paragraph ``paragraphs[i]``.

    Time grows linearly with the text.
    """
    index = LineIndex(text)
    in_tables = {number for table in tables for cell in table.cells for number in cell[4]}
    lines = read_lines(text, index, kinds, paragraphs, in_tables)
    type_word = assign_zones(lines)
    drafts = draft_blocks(lines)
    for i, draft in enumerate(drafts):
        draft.role = role_of(draft, drafts[i + 1] if i + 1 < len(drafts) else None)
    blocks = build_tree(drafts)
    zones: list[Zone | None] = [None] * len(index)
    for line in lines:
        zones[line.number - 1] = line.zone
    return Structure(
        text=text,
        index=index,
        blocks=tuple(blocks),
        tables=tuple(_table_text(text, index, table, blocks) for table in tables),
        genre=genre_of(type_word, blocks),
        type_word=type_word,
        zone_of_line=tuple(zones),
    )


def _table_text(text: str, index: LineIndex, table: TableLines, blocks: Sequence[Block]) -> TableText:
    cells = []
    first_line = min((c[4].start for c in table.cells if len(c[4])), default=0)
    for row, column, row_span, column_span, numbers in table.cells:
        spans = [index.span_of(n) for n in numbers]
        joined = join_pieces((s.start, text[s.start : s.end]) for s in spans)
        ends = (numbers.start, numbers.stop - 1) if len(numbers) else (0, 0)
        cells.append(TableCell(row, column, row_span, column_span, joined, *ends))
    after = bisect_right([b.line for b in blocks], first_line) - 1
    return TableText(
        table.page, table.rows, table.columns, table.header_rows, table.continues, tuple(cells), table.confidence, after
    )


def structure_of(document: Document, repaired: Repaired) -> Structure:
    """The structure of a repaired document, with the kinds of its lines and its tables."""
    kinds: list[LineKind] = []
    paragraphs: list[int] = []
    tables: list[TableLines] = []
    first = 1
    for page in document.pages:
        kinds += (line.kind for line in page.lines)
        paragraphs += (line.paragraph for line in page.lines)
        for table in page.tables:
            cells = tuple(
                (c.row, c.column, c.row_span, c.column_span, range(first + c.lines.start, first + c.lines.stop))
                for c in table.cells
            )
            tables.append(
                TableLines(
                    page.number, table.rows, table.columns, cells, table.header_rows, table.continues, table.confidence
                )
            )
        first += len(page.lines)
    return analyse(repaired.text, kinds=kinds, paragraphs=paragraphs, tables=tables)
