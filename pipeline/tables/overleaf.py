"""Tables that go on overleaf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from rapidfuzz import fuzz

from documents.page import LineKind, Page, Table
from normalizers.forms import fold
from pipeline.tables.headers import NUMBER_COLUMN

# Column edges of two parts of one table differ by this share of its width at most: scans are stretched, pages trimmed.
_SAME_COLUMNS = 0.03
_SAME_HEADER = 85
_FURNITURE = frozenset(
    {LineKind.PAGE_NUMBER, LineKind.RUNNING_HEAD, LineKind.FOOTNOTE, LineKind.STAMP, LineKind.MARGIN_NOTE, LineKind.CAPTION}
)


def join_continued(pages: Sequence[Page]) -> tuple[Page, ...]:
    """The pages of a document; a table that goes on that of the page before says so; its header rows are repeated ones only.

    It does when nothing but page numbers and the like stands between the two, when their columns are the same, and when it
    begins with the same header or with none.
    """
    joined: list[Page] = []
    header = ""
    for page in pages:
        before = joined[-1] if joined else None
        tables = list(page.tables)
        if before is not None and before.number == page.number - 1 and tables and _meet(before, page):
            first = tables[0]
            own = _header_text(first, page)
            repeats = bool(header) and bool(own) and fuzz.ratio(header, own) >= _SAME_HEADER
            if repeats or not own or not _is_header(first, page):
                tables[0] = replace(first, continues=True, header_rows=first.header_rows if repeats else 0)
        if tables and (not tables[-1].continues or len(tables) > 1):
            header = _header_text(tables[-1], page)
        joined.append(replace(page, tables=tuple(tables)) if tables else page)
    return tuple(joined)


def _meet(before: Page, page: Page) -> bool:
    """Whether the last table of a page and the first of the next can be one."""
    if not before.tables:
        return False
    last, first = before.tables[-1], page.tables[0]
    ends, starts = _range(last), _range(first)
    between = [*(before.lines[ends.stop :] if ends else ()), *(page.lines[: starts.start] if starts else ())]
    if any(line.kind not in _FURNITURE and not line.text.strip(" .-–").isdigit() for line in between):
        return False
    mine, theirs = _column_edges(first), _column_edges(last)
    return first.columns == last.columns and all(abs(a - b) <= _SAME_COLUMNS for a, b in zip(mine, theirs, strict=True))


def _range(table: Table) -> range:
    """The lines of a table on its page."""
    filled = [cell.lines for cell in table.cells if cell.lines]
    return range(min(r.start for r in filled), max(r.stop for r in filled)) if filled else range(0)


def _column_edges(table: Table) -> list[float]:
    """Left edges of the columns as shares of the width of the table."""
    if table.box is None:
        return [column / table.columns for column in range(table.columns)]
    lefts = [
        [cell.box.left for cell in table.cells if cell.column == column and cell.box is not None]
        for column in range(table.columns)
    ]
    return [(float(np.median(own)) - table.box.left) / max(1.0, table.box.width) if own else 0.0 for own in lefts]


def _header_text(table: Table, page: Page) -> str:
    cells = [cell for cell in table.cells if cell.row < table.header_rows]
    return fold(" ".join(page.lines[i].text for cell in cells for i in cell.lines))


def _is_header(table: Table, page: Page) -> bool:
    """Whether the first rows are headings beyond doubt, so that another table begins here."""
    corner = next((cell for cell in table.cells if (cell.row, cell.column) == (0, 0)), None)
    text = fold(" ".join(page.lines[i].text for i in corner.lines)) if corner else ""
    return NUMBER_COLUMN.match(text.strip()) is not None
