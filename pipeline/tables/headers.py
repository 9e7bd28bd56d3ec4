"""Header rows of tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import regex

from documents.page import Line, Table
from normalizers.forms import fold

NUMBER_COLUMN = regex.compile(r"^(s\s*tt|tt|so tt|so thu tu|stt)\W*$")
_COLUMN_NUMBER = regex.compile(r"^\W{0,2}(\d{1,2}|[a-eA-E])\W{0,2}([-=]?\s?\d[\d/+x()=:-]*)?$")
_DATA = regex.compile(r"^\W*(\d[\d.,/ %-]*|[ivxl]{1,4}|[a-zđ])\W*$")
# A heading of a column is not longer than this; texts of cells are.
_HEADING = 70


def header_rows(table: Table, lines: Sequence[Line]) -> int:
    """How many rows at the top are headings: as deep as the cells of the first row go, and a row that numbers the columns.

    A first row is one when it names a column of numbers ("TT"), when a row of column numbers follows, or when all its cells
    hold a short text and none a figure.
    """
    texts = {(cell.row, cell.column): fold(" ".join(lines[i].text for i in cell.lines)).strip() for cell in table.cells}
    deep = _deep(table)
    numbered = deep < table.rows and _numbers_columns(table, deep, texts)
    first = [texts[cell.row, cell.column] for cell in table.cells if cell.row == 0]
    named = NUMBER_COLUMN.match(texts.get((0, 0), "")) is not None
    headings = len(first) >= 2 and all(text and len(text) <= _HEADING and not _DATA.match(text) for text in first)
    if not (named or numbered or (headings and table.rows > deep)):
        return 0
    return deep + numbered


def _deep(table: Table) -> int:
    """Rows that hang together from the first one down, and a row under cells that are divided."""
    deep, before = 1, 0
    while deep != before:
        before = deep
        deep = max([deep, *(cell.row + cell.row_span for cell in table.cells if cell.row < deep)])
    return deep if deep < table.rows else 1


def _numbers_columns(table: Table, row: int, texts: dict[tuple[int, int], str]) -> bool:
    """Whether ``row`` numbers the columns: 1, 2, 3 or (1), (2), (3) or A, B, 1, 2, 9=7/4; a few may be badly read."""
    own = [texts[cell.row, cell.column] for cell in table.cells if cell.row == row]
    matches = [_COLUMN_NUMBER.match(text) for text in own]
    numbers = [int(match[1]) for match in matches if match and match[1].isdigit() and not match[2]]
    told = sum(match is not None for match in matches)
    if len(own) < 3 or len(numbers) < 2 or told < 0.6 * len(own):
        return False
    if any(len(text) > 4 for text, match in zip(own, matches, strict=True) if match is None):
        return False
    rising = all(before < after for before, after in pairwise(numbers))
    return rising and numbers[-1] - numbers[0] < table.columns + 2
