"""Spreadsheets (XLSX): every sheet a page with one table, values as the sheet shows them."""

from __future__ import annotations

import datetime
import warnings
import zipfile
from pathlib import Path
from typing import Any

import regex

from documents.outcome import Reason
from pipeline.errors import UnreadableFile
from pipeline.files.office.flow import Block, Flow, Grid, GridCell, PageBreak, Paragraph

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# A sheet of 3,000 printed pages has some 200,000 cells with something in them.
MAX_CELLS = 300_000
MOST_COLUMNS = 16_384  # of a sheet (ECMA-376)


def read_xlsx(path: Path) -> Flow:
    """Hidden sheets, rows and columns left out. Raises ``UnreadableFile``."""
    import openpyxl  # half a second, which other files need not wait for

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parts of a sheet that openpyxl does not keep: nothing that is read here
            book = openpyxl.load_workbook(path, data_only=True)
    except zipfile.BadZipFile as error:
        raise UnreadableFile(Reason.TRUNCATED, "the directory at the end of the package is missing or damaged") from error
    except Exception as error:  # openpyxl raises whatever its parsers do
        raise UnreadableFile(Reason.DAMAGED, f"the workbook can't be read: {' '.join(str(error).split())[:150]}") from error
    not_reckoned = _formulas_without_value(path)
    unread = f"values of {not_reckoned} formulas, which the file lacks: open and save it once" if not_reckoned else ""
    blocks: list[Block] = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        grid = _grid_of(sheet)
        if grid.cells:
            blocks += [*([PageBreak()] if blocks else []), Paragraph(sheet.title), grid]
    return Flow(blocks, reasons=("a spreadsheet: its values",), unread=unread)


_FORMULA = regex.compile(rb"<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>|</c>)")


def _formulas_without_value(path: Path) -> int:
    """Programs that write workbooks leave it to Excel to reckon; until it has, a formula shows nothing."""
    with zipfile.ZipFile(path) as package:
        sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        return sum(len(_FORMULA.findall(package.read(name))) for name in sheets)


def _grid_of(sheet: Any) -> Grid:  # noqa: ANN401 (openpyxl has no types)
    merged = {
        (r.min_row, r.min_col): (r.max_row - r.min_row + 1, r.max_col - r.min_col + 1) for r in sheet.merged_cells.ranges
    }
    if len(sheet._cells) > MAX_CELLS:
        raise UnreadableFile(Reason.TOO_LARGE, f"{len(sheet._cells)} cells in one sheet, at most {MAX_CELLS} are read")
    unseen = {
        column
        for one in sheet.column_dimensions.values()
        if one.hidden
        for column in range(one.min or one.index_number, min(one.max or one.index_number, MOST_COLUMNS) + 1)
    }
    shown = [
        cell
        for cell in sheet._cells.values()
        if cell.value is not None and not sheet.row_dimensions[cell.row].hidden and cell.column not in unseen
    ]
    rows = {row: i for i, row in enumerate(sorted({cell.row for cell in shown}))}
    columns = {column: i for i, column in enumerate(sorted({cell.column for cell in shown}))}
    grid = Grid()
    for cell in shown:
        deep, wide = merged.get((cell.row, cell.column), (1, 1))
        spans = (
            sum(cell.row <= row < cell.row + deep for row in rows) if deep > 1 else 1,
            sum(cell.column <= column < cell.column + wide for column in columns) if wide > 1 else 1,
        )
        text = shown_value(cell.value, str(cell.number_format))
        grid.cells.append(GridCell(rows[cell.row], columns[cell.column], *spans, [Paragraph(text)]))
    return grid


def shown_value(value: object, form: str) -> str:
    """A value as Vietnamese print has it: comma before decimals, points in thousands where the sheet groups them.

    >>> shown_value(0.955, "0.0%"), shown_value(1234567.5, "#,##0.0"), shown_value(12, "General"), shown_value("a", "@")
    ('95,5%', '1.234.567,5', '12', 'a')
    >>> [shown_value(datetime.datetime(2024, 6, 30, 8, 5), form) for form in ("dd/mm/yyyy", "d/m/yyyy h:mm")]
    ['30/6/2024', '30/6/2024 08:05']
    >>> shown_value(1234, "000000"), shown_value(1234567, '#,##0" đồng"'), shown_value(3, '"Quý "0')
    ('001234', '1.234.567 đồng', 'Quý 3')
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime | datetime.date):
        day = f"{value.day}/{value.month}/{value.year}"
        timed = isinstance(value, datetime.datetime) and "h" in form.lower() and (value.hour or value.minute)
        return f"{day} {value:%H:%M}" if timed else day
    if isinstance(value, datetime.time | datetime.timedelta):
        return str(value)
    if not isinstance(value, int | float):
        return str(value)
    form = form.split(";")[0]
    before, form, after = _literals(form)
    return before + _number(value, form) + after


_DIGIT = regex.compile(r"[#0?]")
_QUOTED = regex.compile(r'"([^"]*)"|\\\\(.)')


def _literals(form: str) -> tuple[str, str, str]:
    """What a number format prints before and behind the number, and the format without it.

    >>> _literals('#,##0" đồng"'), _literals("0%")
    (('', '#,##0', ' đồng'), ('', '0%', ''))
    """
    first = _DIGIT.search(_QUOTED.sub(lambda m: " " * len(m[0]), form))
    at = first.start() if first else len(form)
    texts = [(m.start() >= at, m[1] or m[2]) for m in _QUOTED.finditer(form)]
    before, after = ("".join(text for behind, text in texts if behind is side and text) for side in (False, True))
    return before, _QUOTED.sub("", form), after


def _number(value: float, form: str) -> str:
    if form and not form.strip("0") and isinstance(value, int):
        return f"{value:0{len(form)}}"
    percent = "%" in form
    number = value * 100 if percent else value
    decimals = len(form.split(".")[1].rstrip("%_) ").replace("#", "0")) if "." in form else None
    if decimals is None:
        decimals = 0 if ("0" in form or percent) and form != "General" else None
    written = f"{number:,.{decimals}f}" if decimals is not None else f"{number:,.10g}" if abs(number) < 1e15 else str(number)
    whole, _, rest = written.partition(".")
    if decimals is None:
        rest = rest.rstrip("0")
    grouped = whole.replace(",", "." if "," in form else "")
    return grouped + ("," + rest if rest else "") + ("%" if percent else "")
