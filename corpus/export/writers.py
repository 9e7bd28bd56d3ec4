"""Writers of records: CSV, JSON lines, Excel, Parquet and iCalendar. Each takes them one at a time.

All have one signature: kind, records, binary stream → number of records written.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import IO, Any, BinaryIO, Protocol

import regex

from corpus.export.calendar import calendar_lines
from corpus.export.fields import FIELDS, Field

Value = Any
"""What a field of a record may hold, after its type: str, int, float, list of str, list of float, None."""
Record = dict[str, Value]
Writer = Callable[[str, Iterable[Record], BinaryIO], int]

_BATCH = 2000
"""Records per Parquet row group: some megabytes of page text, a few hundred kilobytes of facts."""

# What Excel makes of text in a CSV file: "1/2" and "4-2021" dates, "007" and "12E4" numbers, "=…" "+…" "-…" "@…" formulas.
_EXCEL_REWRITES = regex.compile(
    r"\d{1,2}\s*[-/.]\s*\d{1,4}(?:\s*[-/.]\s*\d{1,4})?|0\d+|\d+[eE]\d+|\d{16,}|[=+\-@\t\r].+", regex.DOTALL
)
_NOT_IN_XML = regex.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_EXCEL_CELL = 32_767


class MissingLibrary(RuntimeError):
    """A format needs a library that is not installed; the message has the command that installs it."""


def write_csv(kind: str, records: Iterable[Record], stream: BinaryIO) -> int:
    """UTF-8 with byte order mark and CRLF. Text that Excel would turn into something else has a tab before it.

    Lists are joined by "; ", a box is "left top right bottom", what is unknown is empty.
    """
    fields = FIELDS[kind]
    rows = ([_csv_value(field, record[field.name]) for field in fields] for record in records)
    return write_csv_rows([field.name for field in fields], rows, stream, "utf-8-sig")


def write_csv_rows(heading: Sequence[str], rows: Iterable[Sequence[str]], stream: Any, encoding: str) -> int:  # noqa: ANN401
    """CSV of a heading and rows to a binary stream, which stays open; returns the number of rows below the heading."""
    text = io.TextIOWrapper(stream, encoding=encoding, newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(heading)
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    text.flush()
    text.detach()
    return count


def _csv_value(field: Field, value: Value) -> str:
    if value is None:
        return ""
    if field.type == "box":
        return " ".join(f"{number:g}" for number in value)
    text = "; ".join(value) if field.type == "list" else str(value)
    return csv_text(text) if field.type in ("string", "list") else text


def csv_text(text: str) -> str:
    """Text for a CSV cell, with a tab before it where Excel would make a date, a number or a formula of it.

    >>> csv_text("=cmd|'/c calc'!A1.pdf"), csv_text("Kế hoạch")
    ("\\t=cmd|'/c calc'!A1.pdf", 'Kế hoạch')
    """
    return "\t" + text if _EXCEL_REWRITES.fullmatch(text) else text


def write_jsonl(kind: str, records: Iterable[Record], stream: BinaryIO) -> int:
    """One JSON object per line, UTF-8."""
    count = 0
    for record in records:
        stream.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


class Saved(Protocol):
    """A workbook or a Word document."""

    def save(self, stream: IO[bytes], /) -> None: ...


def save_whole(made: Saved, stream: BinaryIO) -> None:
    """Save beside first and copy then: a ZIP that breaks off on a full disk complains again when it is thrown away."""
    with tempfile.TemporaryFile() as whole:
        made.save(whole)
        whole.seek(0)
        shutil.copyfileobj(whole, stream)


def write_xlsx(kind: str, records: Iterable[Record], stream: BinaryIO) -> int:
    """One sheet with typed columns, a frozen header and filters; texts too long for a cell go on in a second sheet."""
    try:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter
    except ImportError as error:
        raise MissingLibrary("xlsx needs openpyxl: pip install openpyxl") from error
    fields = FIELDS[kind]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(kind)
    sheet.freeze_panes = "A2"
    for i, field in enumerate(fields, 1):
        sheet.column_dimensions[get_column_letter(i)].width = _column_width(field)
    header = [WriteOnlyCell(sheet, value=field.name) for field in fields]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    rest = _Continued(book)
    count = 0
    for record in records:
        values = [_excel_value(field, record[field.name]) for field in fields]
        values = [rest.fitting(value, count + 2, field.name) for value, field in zip(values, fields, strict=True)]
        cells = [WriteOnlyCell(sheet, value=value) for value in values]
        for cell, field in zip(cells, fields, strict=True):
            if field.type in ("string", "list", "box"):
                cell.number_format = "@"
                cell.alignment = Alignment(wrap_text=_column_width(field) > 40, vertical="top")
                if cell.value is not None:
                    cell.data_type = "s"  # never a formula
        sheet.append(cells)
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(fields))}{count + 1}"
    save_whole(book, stream)
    return count


CONTINUED = "continued"
"""The sheet with texts that no cell holds, whole and in parts: row and field of the first sheet, part, text."""


class _Continued:
    """That sheet, made when the first text needs it."""

    def __init__(self, book: Value) -> None:
        self._book, self._sheet, self._rows = book, None, 1

    def fitting(self, value: Value, row: int, name: str) -> Value:
        """``value`` as a cell holds it: its beginning and where all of it stands, if it is a text too long for one."""
        if not isinstance(value, str) or _excel_length(value) <= _LONGEST_EXCEL_CELL:  # openpyxl would cut it
            return value
        if self._sheet is None:
            self._sheet = self._book.create_sheet(CONTINUED)
            self._append(["row", "field", "part", "text"])
        first, parts = self._rows, _parts(value)
        for number, part in enumerate(parts, 1):
            self._append([row, name, number, part])
        return f"{parts[0][:_BEGINNING]} … [{CONTINUED}: {first}–{self._rows - 1}]"

    def _append(self, values: Sequence[Value]) -> None:
        from openpyxl.cell import WriteOnlyCell

        cells = [WriteOnlyCell(self._sheet, value=value) for value in values]
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # never a formula
        self._sheet.append(cells)  # type: ignore[attr-defined]
        self._rows += 1


_PART, _BEGINNING = 16_000, 200
"""Code points; a letter beyond the basic plane counts as two to Excel."""


def _excel_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _parts(text: str) -> list[str]:
    return [text[at : at + _PART] for at in range(0, len(text), _PART)]


def _column_width(field: Field) -> int:
    if field.name in ("quote", "text", "raw", "title", "indicator", "obligation", "task", "recipients"):
        return 60
    return 24 if field.type in ("string", "list") else 12


def _excel_value(field: Field, value: Value) -> Value:
    if value is None or value == []:
        return None
    if field.type == "date":
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    if field.type in ("string", "list", "box"):
        text = (
            "; ".join(value) if field.type == "list" else " ".join(f"{n:g}" for n in value) if field.type == "box" else value
        )
        return _NOT_IN_XML.sub(" ", text)
    return value


def write_parquet(kind: str, records: Iterable[Record], stream: BinaryIO) -> int:
    """Typed columns; dates as dates, boxes as lists of numbers."""
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingLibrary("parquet needs pyarrow: pip install pyarrow") from error
    types = {
        "string": arrow.string(),
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "date": arrow.date32(),
        "list": arrow.list_(arrow.string()),
        "box": arrow.list_(arrow.float64()),
    }
    schema = arrow.schema([arrow.field(f.name, types[f.type], metadata={"meaning": f.meaning}) for f in FIELDS[kind]])
    count = 0
    with parquet.ParquetWriter(stream, schema) as writer:
        for batch in _batches(records):
            columns = [[_arrow_value(f, record[f.name]) for record in batch] for f in FIELDS[kind]]
            arrays = [arrow.array(values, type=types[f.type]) for values, f in zip(columns, FIELDS[kind], strict=True)]
            writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))
            count += len(batch)
    return count


def _arrow_value(field: Field, value: Value) -> Value:
    if value is not None and field.type == "date":
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return float(value) if field.type == "number" and value is not None else value


def _batches(records: Iterable[Record]) -> Iterator[Sequence[Record]]:
    iterator = iter(records)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def write_ics(kind: str, records: Iterable[Record], stream: BinaryIO) -> int:
    """One calendar of all deadlines (``corpus.calendar``)."""
    count = 0

    def counted() -> Iterator[Record]:
        nonlocal count
        for record in records:
            count += 1
            yield record

    for line in calendar_lines(counted()):
        stream.write(line.encode() + b"\r\n")
    return count


WRITERS: dict[str, Writer] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
    "xlsx": write_xlsx,
    "parquet": write_parquet,
    "ics": write_ics,
}
