"""Spreadsheets (XLSX): every sheet a page with one table, values as the sheet shows them."""

from __future__ import annotations

import datetime
import warnings
import zipfile
from pathlib import Path
from typing import Any

from documents.outcome import Reason
from pipeline.errors import UnreadableFile
from pipeline.files.office.flow import Block, Flow, Grid, GridCell, PageBreak, Paragraph

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# A sheet of 3,000 printed pages has some 200,000 cells with something in them.
MAX_CELLS = 300_000


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
    blocks: list[Block] = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        grid = _grid_of(sheet)
        if grid.cells:
            blocks += [*([PageBreak()] if blocks else []), Paragraph(sheet.title), grid]
    return Flow(blocks, reasons=("a spreadsheet: its values",))


def _grid_of(sheet: Any) -> Grid:  # noqa: ANN401 (openpyxl has no types)
    merged = {
        (r.min_row, r.min_col): (r.max_row - r.min_row + 1, r.max_col - r.min_col + 1) for r in sheet.merged_cells.ranges
    }
    if len(sheet._cells) > MAX_CELLS:
        raise UnreadableFile(Reason.TOO_LARGE, f"{len(sheet._cells)} cells in one sheet, at most {MAX_CELLS} are read")
    shown = [
        cell
        for cell in sheet._cells.values()
        if cell.value is not None
        and not sheet.row_dimensions[cell.row].hidden
        and not sheet.column_dimensions[cell.column_letter].hidden
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
    >>> shown_value(datetime.datetime(2024, 6, 30), "dd/mm/yyyy")
    '30/6/2024'
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime | datetime.date):
        return f"{value.day}/{value.month}/{value.year}"
    if isinstance(value, datetime.time | datetime.timedelta):
        return str(value)
    if not isinstance(value, int | float):
        return str(value)
    form = form.split(";")[0]
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
