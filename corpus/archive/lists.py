"""Lists of dossiers and their documents that archives keep in Excel or CSV, read by their headings.

The columns of the 46-column sheet of a provincial archive are known by name, wherever they stand; so are those of the
"Mục lục văn bản, tài liệu" of Nghị định 30/2020/NĐ-CP. A heading that comes twice ("Ngôn ngữ", "Ghi chú" …) belongs to
the dossier first and to the document then.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import regex

from corpus.archive.fields import code_of, iso_date
from normalizers.forms import fold

MOST_ROWS_ABOVE = 25
"""Rows among which the headings are looked for: titles and the national heading stand above them."""


class ListError(ValueError):
    """The list can't be read; the message says what is wrong and what would do."""


@dataclass(slots=True)
class ListedDossier:
    """A dossier as a list states it: ``values`` of ``db.migrations.DOSSIER_FIELDS``, ``documents`` row by row."""

    code: str
    values: dict[str, str] = field(default_factory=dict)
    documents: list[dict[str, str]] = field(default_factory=list)


# Heading (folded), field of the dossier, field of the document. What stands in both is the dossier's when it comes first.
_HEADINGS: tuple[tuple[str, str, str], ...] = (
    ("ma ho so", "code", "code"),
    ("ma ho so luu tru", "code", "code"),
    ("so va ky hieu ho so", "notation", ""),
    ("so, ky hieu ho so", "notation", ""),
    ("phong", "fonds", ""),
    ("ma phong/cong trinh/suu tap luu tru", "fonds", ""),
    ("ma co quan luu tru lich su", "archive", ""),
    ("muc luc", "inventory", ""),
    ("muc luc so hoac nam hinh thanh ho so", "inventory", ""),
    ("hop so", "box", ""),
    ("tieu de ho so", "title", ""),
    ("thoi han bao quan", "retention", ""),
    ("che do su dung", "access", "access"),
    ("ngon ngu", "language", "language"),
    ("ngay bat dau", "start_day", ""),
    ("thang bat dau", "start_month", ""),
    ("nam bat dau", "start_year", ""),
    ("ngay ket thuc", "end_day", ""),
    ("thang ket thuc", "end_month", ""),
    ("nam ket thuc", "end_year", ""),
    ("thoi gian bat dau", "start_date", ""),
    ("thoi gian ket thuc", "end_date", ""),
    ("chu giai", "description", ""),
    ("ghi chu", "description", "note"),
    ("ky hieu thong tin", "information_sign", "information_sign"),
    ("tu khoa", "keywords", "keywords"),
    ("so luong to", "sheets", ""),
    ("tinh trang vat ly", "physical", "physical"),
    ("muc do tin cay", "confidence_level", ""),
    ("ma ho so giay goc", "paper_code", ""),
    ("ma ho so goc giay", "paper_code", ""),
    ("so thu tu van ban trong ho so", "", "ordinal"),
    ("stt", "", "ordinal"),
    ("ten loai van ban", "", "type"),
    ("so cua van ban", "", "number_only"),
    ("ky hieu cua van ban", "", "notation"),
    ("so, ky hieu van ban", "", "number"),
    ("so ky hieu van ban", "", "number"),
    ("ngay van ban", "", "day"),
    ("thang van ban", "", "month"),
    ("nam van ban", "", "year"),
    ("ngay thang nam van ban", "", "date"),
    ("ngay, thang, nam van ban", "", "date"),
    ("ten co quan, to chuc ban hanh van ban", "", "author"),
    ("tac gia van ban", "", "author"),
    ("trich yeu noi dung", "", "subject"),
    ("ten loai va trich yeu noi dung", "", "about"),
    ("ten loai va trich yeu noi dung van ban", "", "about"),
    ("but tich", "", "autograph"),
    ("quy trinh xu ly", "", "process"),
    ("to so", "", "sheet"),
    ("to so/trang so", "", "sheet"),
    ("to/ trang so", "", "sheet"),
    ("duong dan file", "", "file"),
    ("ten tep", "", "file"),
    ("ten file", "", "file"),
)
_KNOWN = {heading: (of_dossier, of_document) for heading, of_dossier, of_document in _HEADINGS}

Table = list[list[str]]


def read_list(path: Path) -> list[ListedDossier]:
    """The dossiers of an Excel or CSV file. Raises ``ListError`` and ``OSError``.

    Cells of a dossier that are empty below its first row mean the same dossier.
    """
    tables = _sheets(path) if path.suffix.lower() in (".xlsx", ".xlsm") else [_csv_rows(path)]
    found = [dossier for table in tables for dossier in _dossiers(table)]
    if not found:
        raise ListError(
            f"{path.name}: no row of headings such as 'Mã hồ sơ', 'Tiêu đề hồ sơ' or 'Số, ký hiệu văn bản' was found"
        )
    return found


_SLASH = regex.compile(r"\s*/\s*")
_ASIDE_OR_SUFFIX = regex.compile(r"\(.*?\)|\.\d+$")


def heading(cell: str) -> str:
    """A heading as the table knows it.

    >>> heading("Quy trình xử lý ( nếu có )"), heading("Tờ số /Trang số"), heading("Ghi chú.1")
    ('quy trinh xu ly', 'to so/trang so', 'ghi chu')
    """
    plain = _ASIDE_OR_SUFFIX.sub("", fold(cell))
    return _SLASH.sub("/", " ".join(plain.split())).strip(" :.*")


def columns_of(row: Sequence[str]) -> dict[int, tuple[str, str]]:
    """What the columns of a row of headings hold: ("dossier" or "document", field)."""
    columns: dict[int, tuple[str, str]] = {}
    taken: set[str] = set()
    in_documents = False
    for i, cell in enumerate(row):
        of_dossier, of_document = _KNOWN.get(heading(cell), ("", ""))
        if of_document and not of_dossier and of_document != "ordinal":
            in_documents = True
        if of_dossier and of_dossier not in taken and not (in_documents and of_document):
            columns[i] = ("dossier", of_dossier)
            taken.add(of_dossier)
        elif of_document:
            columns.setdefault(i, ("document", of_document))
    return columns


def _dossiers(table: Table) -> Iterator[ListedDossier]:
    head, columns = max(
        ((i, columns_of(row)) for i, row in enumerate(table[:MOST_ROWS_ABOVE])), key=lambda one: len(one[1]), default=(0, {})
    )
    if len(columns) < 2:
        return
    by_code: dict[str, ListedDossier] = {}
    code = ""
    for row in table[head + 1 :]:
        of_dossier, of_document = _values(row, columns, "dossier"), _values(row, columns, "document")
        if not any(of_dossier.values()) and not any(of_document.values()):
            continue
        if _numbers_columns(row):
            continue
        code = of_dossier.pop("code", "") or _code_in_file(of_document) or _code_from(of_dossier) or code
        dossier = by_code.setdefault(code, ListedDossier(code))
        for name, value in _whole_dossier(of_dossier).items():
            dossier.values.setdefault(name, value)
        listed = _whole_document(of_document)
        if listed:
            dossier.documents.append(listed)
    yield from by_code.values()


def _values(row: Sequence[str], columns: Mapping[int, tuple[str, str]], whose: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for i, (owner, name) in columns.items():
        if owner == whose and i < len(row) and row[i].strip():
            values.setdefault(name, " ".join(row[i].split()))
    return values


def _numbers_columns(row: Sequence[str]) -> bool:
    """Whether a row only numbers the columns: (1), (2), (3) …"""
    cells = [cell.strip("() ") for cell in row if cell.strip()]
    return len(cells) > 2 and cells == [str(i) for i in range(1, len(cells) + 1)]


_PATH_SEPARATOR = regex.compile(r"[\\/]")
_FILE_OF_A_CODE = regex.compile(r"(.+\..+)\.\d{1,7}\.\w{3,4}")


def _code_in_file(document: Mapping[str, str]) -> str:
    """The code of the dossier in a file name ``{code}.{ordinal}.pdf``, as the circular and its practice name files."""
    name = _PATH_SEPARATOR.split(document.get("file", ""))[-1]
    found = _FILE_OF_A_CODE.fullmatch(name)
    return found[1] if found else ""


def _code_from(values: Mapping[str, str]) -> str:
    """A code made of what identifies a dossier on paper: fonds, inventory, box, notation."""
    named = [values.get(name, "") for name in ("archive", "fonds", "inventory", "box", "notation")]
    return ".".join(part for part in named if part) if values.get("notation") or values.get("fonds") else ""


def _whole_dossier(values: dict[str, str]) -> dict[str, str]:
    """Dates put together, words of code tables as their codes."""
    whole = dict(values)
    for end in ("start", "end"):
        parts = [whole.pop(f"{end}_{part}", "") for part in ("day", "month", "year")]
        together = "/".join(part for part in parts if part and part.strip("0"))
        stated = iso_date(together) or iso_date(whole.get(f"{end}_date", ""))
        if stated:
            whole[f"{end}_date"] = stated
        else:
            whole.pop(f"{end}_date", None)
    for name, table in (("retention", "maintenance"), ("access", "mode"), ("physical", "format")):
        if whole.get(name):
            whole[name] = code_of(table, whole[name]) or whole[name]
    if whole.get("confidence_level"):
        whole["confidence_level"] = code_of("confidenceLevel", whole["confidence_level"]) or whole["confidence_level"]
    if whole.get("language"):
        whole["language"] = code_of("language", whole["language"]) or whole["language"]
    return whole


def _whole_document(values: dict[str, str]) -> dict[str, str]:
    """A listed document as ``db.dossiers.LISTED_FIELDS`` have it, and what it states for the catalogue."""
    whole = {name: values[name] for name in ("author", "sheet", "note", "file", "autograph", "keywords") if name in values}
    parts = [values.get(part, "") for part in ("day", "month", "year")]
    day = iso_date(values.get("date", "")) or iso_date("/".join(part for part in parts if part and part.strip("0")))
    number = values.get("number") or "/".join(
        part for part in (values.get("number_only", ""), values.get("notation", "")) if part
    )
    about = values.get("about") or " ".join(part for part in (values.get("type", ""), values.get("subject", "")) if part)
    stated = {"number": number, "date": day or values.get("date", ""), "about": about}
    return whole | {name: value for name, value in stated.items() if value}


def _sheets(path: Path) -> list[Table]:
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise ListError("an Excel list needs openpyxl: pip install openpyxl") from error
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise ListError(f"{path.name} is no Excel file that can be read: {error}") from error
    with_rows = [[[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)] for sheet in book]
    book.close()
    return with_rows


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _csv_rows(path: Path) -> Table:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ListError(f"{path.name} is not UTF-8; save it as 'CSV UTF-8' or hand over the Excel file") from error
    dialect = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    return [[cell.removeprefix("\t") for cell in row] for row in csv.reader(io.StringIO(text), delimiter=dialect)]
