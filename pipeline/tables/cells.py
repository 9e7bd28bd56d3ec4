"""Tables of the document model: what stands in which cell, header rows, and tables that go on overleaf.

A page that has tables is built in three steps, the same for page images and for text layers:

``plan_tables`` / ``tables_of_pdf_page``  where the cells are, and which lines of print stand in each
``settle``          the lines of each cell stand together on the page, cell by cell, and each cell knows its lines
``join_continued``  the pages of a document: which table goes on that of the page before

``settle`` may be called again whenever lines were changed, put in or taken out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import regex

from documents.page import Box, Cell, Line, LineKind, Page, Table, enclosing_box
from pipeline.image.boxes import PixelBox, holds
from pipeline.tables.grids import Grid, GridCell, find_grids, grids_of_rules
from pipeline.tables.headers import header_rows
from pipeline.tables.overleaf import join_continued
from pipeline.tables.plan import TablePlan, plan_tables

__all__ = [
    "Grid",
    "GridCell",
    "TablePlan",
    "cut_at_cells",
    "find_grids",
    "grids_of_rules",
    "header_rows",
    "join_continued",
    "plan_tables",
    "settle",
    "table_of",
    "tables_of_pdf_page",
]


def table_of(grid: Grid, points: Callable[[PixelBox], Box]) -> Table:
    """``grid`` as a table whose cells have no lines yet; ``points`` turns pixels into points of the page."""
    cells = tuple(
        Cell(cell.row, cell.column, cell.row_span, cell.column_span, points(cell.box))
        for cell in sorted(grid.cells, key=lambda cell: (cell.row, cell.column))
    )
    return Table(grid.rows, grid.columns, cells, box=points(grid.box), confidence=grid.confidence)


_SCALE = 2.0


def tables_of_pdf_page(rules: Iterable[Box], size: tuple[float, float]) -> tuple[Table, ...]:
    """The tables of a born-digital page from its printed ``rules`` (thin boxes in points) and its ``size`` in points.

    Their cells have no lines yet: see ``cut_at_cells`` and ``settle``.
    """

    def points(box: PixelBox) -> Box:
        return Box(*(side / _SCALE for side in box))

    return tuple(table_of(grid, points) for grid in grids_of_rules(rules, size, _SCALE))


def cut_at_cells(lines: Iterable[Line], tables: Sequence[Table]) -> tuple[list[Line], list[Line]]:
    """Lines in cells, cut where they cross from one into the next, of kind ``TABLE``; and all other lines."""
    inside: list[Line] = []
    outside: list[Line] = []
    for line in lines:
        homes = [_home(word.box, tables) for word in line.words]
        if not homes or all(home is None for home in homes):
            outside.append(line)
            continue
        start = 0
        for i in range(1, len(homes) + 1):
            if i == len(homes) or homes[i] != homes[start]:
                piece = _piece(line, start, i)
                (outside if homes[start] is None else inside).append(
                    piece if homes[start] is None else replace(piece, kind=LineKind.TABLE)
                )
                start = i
    return inside, outside


def _home(box: Box | None, tables: Sequence[Table]) -> tuple[int, int] | None:
    """Table and cell, by number, in which the middle of ``box`` lies."""
    if box is None:
        return None
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    for number, table in enumerate(tables):
        if table.box is not None and holds(table.box, x, y):
            for index, cell in enumerate(table.cells):
                if cell.box is not None and holds(cell.box, x, y):
                    return number, index
    return None


def _piece(line: Line, start: int, end: int) -> Line:
    if (start, end) == (0, len(line.words)):
        return line
    words = line.words[start:end]
    shift, stop = words[0].start, words[-1].end
    moved = tuple(replace(word, start=word.start - shift, end=word.end - shift) for word in words)
    return replace(line, text=line.text[shift:stop], words=moved, box=enclosing_box(word.box for word in words))


_ITEM = regex.compile(r"^\W*([-+•*–]\s|\d{1,2}[.)]\s|[a-zđ]\)\s)")


def settle(page: Page) -> Page:
    """``page`` with the lines of each table together, cell by cell, and each cell knowing its lines and its confidence.

    Lines of kind ``TABLE`` that lie in a table belong to the cell whose middle is nearest. A table stands where the first of
    its lines stood; one without lines, and lines put in by text layers, go by their height on the page. Paragraphs are
    numbered anew: each cell begins one, each item in a cell too.
    """
    if not page.tables:
        return page
    owned = [_owner(line, page) for line in page.lines]
    order: list[tuple[Line, tuple[int, int] | None]] = []
    placed: set[int] = set()

    def place(number: int) -> None:
        placed.add(number)
        for index in range(len(page.tables[number].cells)):
            own = [line for line, owner in zip(page.lines, owned, strict=True) if owner == (number, index)]
            order.extend((line, (number, index)) for line in sorted(own, key=_height_on_page))

    for line, owner in zip(page.lines, owned, strict=True):
        if owner is None:
            order.append((line, None))
        elif owner[0] not in placed:
            place(owner[0])
    lines = _renumbered(order)
    tables = tuple(_with_lines(table, number, order) for number, table in enumerate(page.tables))
    tables = tuple(replace(table, header_rows=header_rows(table, lines)) for table in tables)
    return replace(page, lines=tuple(lines), tables=tables)


def _owner(line: Line, page: Page) -> tuple[int, int] | None:
    """The cell of a table line: the one whose middle is nearest, measured in sizes of the cell, on the straightened page."""
    if line.kind is not LineKind.TABLE or line.box is None:
        return None
    x, y = _middle(line.box, page)
    best: tuple[float, tuple[int, int]] | None = None
    for number, table in enumerate(page.tables):
        for index, cell in enumerate(table.cells):
            if cell.box is None:
                continue
            cell_x, cell_y = _middle(cell.box, page)
            away = max(abs(x - cell_x) / max(1.0, cell.box.width), abs(y - cell_y) / max(1.0, cell.box.height))
            if best is None or away < best[0]:
                best = away, (number, index)
    return best[1] if best is not None and best[0] < 0.75 else None


def _middle(box: Box, page: Page) -> tuple[float, float]:
    """The middle of a box on the page turned by its skew around its middle, so that rows are level."""
    x, y = (box.left + box.right) / 2 - page.width / 2, (box.top + box.bottom) / 2 - page.height / 2
    angle = math.radians(page.skew)
    return x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)


def _height_on_page(line: Line) -> float:
    assert line.box is not None  # lines without boxes own no cell
    return line.box.top + line.box.bottom


def _renumbered(order: Sequence[tuple[Line, tuple[int, int] | None]]) -> list[Line]:
    lines: list[Line] = []
    paragraph = -1
    before: tuple[object, ...] | None = None
    for line, owner in order:
        mark: tuple[object, ...] = ("cell", owner) if owner is not None else ("text", line.paragraph)
        if mark != before or (owner is not None and _ITEM.match(line.text)):
            paragraph += 1
        before = mark
        lines.append(replace(line, paragraph=paragraph))
    return lines


def _with_lines(table: Table, number: int, order: Sequence[tuple[Line, tuple[int, int] | None]]) -> Table:
    cells = []
    at = next((i for i, (_, owner) in enumerate(order) if owner is not None and owner[0] == number), 0)
    for index, cell in enumerate(table.cells):
        end = at
        while end < len(order) and order[end][1] == (number, index):
            end += 1
        own = [line for line, _ in order[at:end]]
        letters = sum(len(line.text) for line in own)
        sure = sum(line.confidence * len(line.text) for line in own) / letters if letters else 1.0
        cells.append(replace(cell, lines=range(at, end), confidence=round(sure, 4)))
        at = end
    return replace(table, cells=tuple(cells))
