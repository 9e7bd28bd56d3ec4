"""Indicator tables of which every cell became a line of its own: number, indicator, unit, figures, and so on down.

Readers of scans leave such tables where the rules were lost; typists make them with tabulators. A row shows by its
number, which counts up, and by the bare figures that end it; the head above tells what its columns hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from documents.edits import Span
from documents.facts import Found, Target
from extractors.in_tables.statistics import due_of_head, kind_of_head
from extractors.sense.year import year_of
from extractors.structure.blocks import Genre, Structure, Zone
from extractors.words.numbers import parse_figure
from extractors.words.quantities import read_table
from normalizers.case import first_small

_ORDINAL = regex.compile(r"\d{1,3}\.?")
_FIGURE = regex.compile(r"\d[\d.,]*")
_DASH = regex.compile(r"[-–—]+")
_LEAST_ROWS = 3
"""Rows that must count up by one before lines are taken for a table."""
_MOST_LABEL = 8
"""Lines of an indicator; narrow columns break one into five."""
_MOST_HEAD = 40
TYPED = 0.7

Line = tuple[int, str]


@dataclass(frozen=True)
class Row:
    """A row of the table: the lines of its indicator, its unit, and its figures in order (``None`` for a dash)."""

    ordinal: int
    label: tuple[str, ...]
    unit: str
    figures: tuple[tuple[int, float | None], ...]
    first: int
    last: int


def find_typed(structure: Structure) -> Iterator[Found]:
    """Values of the rows of all such tables, kind and due from the head above them."""
    lines = structure.lines_in(Zone.BODY, Zone.APPENDIX)
    at = 0
    while at < len(lines):
        rows, after = _rows(lines, at)
        if len(rows) >= _LEAST_ROWS:
            heads = _heads(lines[max(0, at - _MOST_HEAD) : at], max(len(r.figures) for r in rows))
            for row in rows:
                yield from _values(structure, row, heads)
            at = after
        else:
            at += 1


def _rows(lines: Sequence[Line], at: int) -> tuple[list[Row], int]:
    """The rows that count up from the line at ``at``, and where they end."""
    rows: list[Row] = []
    while (row := _row(lines, at, rows[-1].ordinal + 1 if rows else None)) is not None:
        rows.append(row[0])
        at = row[1]
    return rows, at


def _row(lines: Sequence[Line], at: int, wanted: int | None) -> tuple[Row, int] | None:
    """The row whose number stands in the line at ``at``."""
    if at >= len(lines) or not _ORDINAL.fullmatch(lines[at][1]):
        return None
    ordinal = int(lines[at][1].rstrip("."))
    if wanted is not None and ordinal != wanted:
        return None
    k = at + 1
    label: list[str] = []
    while k < len(lines) and k - at <= _MOST_LABEL and not _FIGURE.fullmatch(lines[k][1]):
        label.append(lines[k][1])
        k += 1
    figures: list[tuple[int, float | None]] = []
    while k < len(lines) and (_FIGURE.fullmatch(lines[k][1]) or (_DASH.fullmatch(lines[k][1]) and figures)):
        if len(figures) >= 2 and _begins_row(lines, k, ordinal + 1):
            break
        figures.append((lines[k][0], parse_figure(lines[k][1])))
        k += 1
    unit = label.pop() if len(label) > 1 and _is_unit(label[-1]) else ""
    if not label or len(figures) < 2 or not any(c.isalpha() for c in label[0]):
        return None
    return Row(ordinal, tuple(label), unit, tuple(figures), lines[at][0], lines[k - 1][0]), k


def _begins_row(lines: Sequence[Line], k: int, ordinal: int) -> bool:
    """Whether the figure in a line is the number of the next row: words follow it."""
    return lines[k][1].rstrip(".") == str(ordinal) and k + 1 < len(lines) and not _FIGURE.fullmatch(lines[k + 1][1])


_UNITS = frozenset(row["unit"].lower() for row in read_table("measure_units.tsv"))


def _is_unit(line: str) -> bool:
    """A line of the column for units: a mark, a known unit, or one capitalised word."""
    return (
        line in ("%", "‰") or line.lower() in _UNITS or (len(line.split()) <= 2 and len(line) <= 12 and line[:1].isupper())
    )


def _heads(lines: Sequence[Line], count: int) -> list[str]:
    """The last ``count`` headings above the first row, each beginning with a capital or as a mark in parentheses.

    >>> _heads([(1, "Đơn vị"), (2, "tính"), (3, "Kế hoạch"), (4, "năm"), (5, "So với"), (6, "KH (%)")], 2)
    ['Kế hoạch năm', 'So với KH (%)']
    """
    heads: list[str] = []
    for _, line in lines:
        if line.endswith((".", ";", ":")):
            heads = []
        elif line[:1].isupper() and not line.isupper():
            heads.append(line)
        elif heads:
            heads[-1] = f"{heads[-1]} {line}"
    return heads[-count:] if len(heads) >= count else []


def _values(structure: Structure, row: Row, heads: Sequence[str]) -> Iterator[Found]:
    year = year_of(structure)
    columns = list(heads) if len(heads) == len(row.figures) else _short_row(heads, len(row.figures))
    indicator = " ".join(row.label)
    for (line, value), head in zip(row.figures, columns, strict=True):
        if value is None:
            continue
        span = structure.index.span_of(line)
        default = "result" if structure.genre is Genre.REPORT else "target"
        unit = "%" if "%" in head else first_small(row.unit) if row.unit[1:].islower() else row.unit
        target = Target(
            kind_of_head(head) or default, value, unit, "=", indicator, due=due_of_head(head) or _part_of_year(head, year)
        )
        quote = f"{indicator} {row.unit} " + " ".join(
            structure.text[structure.index.span_of(n).start :][:12].split("\n")[0] for n, _ in row.figures
        )
        place = Span(span.start, span.end)
        yield Found(
            target, place, quote, row.first, row.last, "statistics.typed", structure.index.page_of(span.start), TYPED
        )


_MONTHS = regex.compile(r"(?<!\d)(\d{1,2})\s+tháng(?!\s+cuối)", regex.IGNORECASE)


def _part_of_year(head: str, year: str | None) -> str | None:
    """The time of "Thực hiện 10 tháng" or "Ước cả năm" in the document's year.

    >>> _part_of_year("Thực hiện 10 tháng", "2017"), _part_of_year("Ước thực hiện cả năm", "2017")
    ('2017-01/2017-10', '2017')
    """
    if year is None:
        return None
    months = _MONTHS.search(head)
    if months and 1 <= int(months[1]) <= _MONTHS_OF_YEAR:
        return f"{year}-01/{year}-{int(months[1]):02}"
    return year if "cả năm" in head.lower() else None


_MONTHS_OF_YEAR = 12


def _short_row(heads: Sequence[str], count: int) -> list[str]:
    """Headings for a row with fewer figures than columns: the last compares, the others are taken from the left."""
    if len(heads) <= count:
        return [*heads, *[""] * (count - len(heads))]
    return [*heads[: count - 1], heads[-1]]
