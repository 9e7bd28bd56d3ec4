"""Catalogues ("biên mục") as files: Excel with a sheet of what is wrong, CSV, XML, and the 46-column sheet of an archive."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from corpus.archive.catalogue import PROBLEMS, Catalogue, Values, words_of
from corpus.archive.dossiers import Dossier
from corpus.archive.fields import DOCUMENT_FIELDS, DOSSIER_FIELDS, NOT_COMPARED, ArchiveField
from corpus.archive.forms import set_up_page
from corpus.export.writers import MissingLibrary, csv_text, save_whole

Made = Sequence[tuple[Dossier, Catalogue]]
_PROBLEM_HEADS = ("Mã hồ sơ", "Số thứ tự văn bản (0: hồ sơ)", "Trường", "Tên trường", "Vấn đề", "Chi tiết")
_DOUBT_COLOUR, _MISSING_COLOUR = "FFF2CC", "F8CBAD"

_D = {field.name: field for field in DOCUMENT_FIELDS}
_H = {field.name: field for field in DOSSIER_FIELDS}


def write_catalogue(made: Made, format: str, stream: BinaryIO) -> int:
    """Write catalogues; returns the number of documents. Raises ``MissingLibrary``."""
    {"xlsx": _write_xlsx, "csv": _write_csv, "xml": _write_xml}[format](made, stream)
    return sum(len(catalogue.documents) for _, catalogue in made)


def _write_csv(made: Made, stream: BinaryIO) -> None:
    """A row per document, the dossier's fields before its own; ``problems`` says what is wrong with it. UTF-8 with BOM."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    own = [field for field in DOCUMENT_FIELDS if field.name != "maintenance"]
    writer.writerow([*(f"hoso_{field.name}" for field in DOSSIER_FIELDS), *(field.name for field in own), "problems"])
    for _, catalogue in made:
        for item, values in zip(catalogue.items, catalogue.documents, strict=True):
            wrong = [p for p in catalogue.problems if p.ordinal in (0, item.ordinal)]
            said = "; ".join(f"{'hoso_' if p.ordinal == 0 else ''}{p.field}: {PROBLEMS[p.kind]}" for p in wrong)
            cells = [*(catalogue.dossier[field.name] for field in DOSSIER_FIELDS), *(values[field.name] for field in own)]
            writer.writerow([csv_text(cell) for cell in (*cells, said)])
    text.flush()
    text.detach()


def _write_xml(made: Made, stream: BinaryIO) -> None:
    """One ``hoSo`` per dossier with its fields, its ``taiLieu`` with theirs, and what is wrong as ``thieuSai``."""
    from lxml import etree

    root = etree.Element("bienMuc")
    root.append(etree.Comment(f" {NOT_COMPARED} "))
    for _, catalogue in made:
        dossier = etree.SubElement(root, "hoSo")
        fill(dossier, DOSSIER_FIELDS, catalogue.dossier)
        for values in catalogue.documents:
            fill(etree.SubElement(dossier, "taiLieu"), DOCUMENT_FIELDS, values)
        for problem in catalogue.problems:
            found = etree.SubElement(
                dossier, "thieuSai", taiLieu=str(problem.ordinal), truong=problem.field, vanDe=problem.kind
            )
            found.text = xml_text(f"{problem.meaning}: {PROBLEMS[problem.kind]} {problem.detail}".strip())
    stream.write(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def fill(parent: Any, fields: Sequence[ArchiveField], values: Values) -> None:  # noqa: ANN401  # lxml has no types
    """An element for each field, empty where nothing is known: a form shows what is missing."""
    from lxml import etree

    for field in fields:
        etree.SubElement(parent, field.name).text = xml_text(values[field.name])


def xml_text(text: str) -> str:
    """The text without what XML 1.0 can't hold."""
    return "".join(c for c in text if c in "\t\n\r" or (ord(c) >= 32 and ord(c) not in (0xFFFE, 0xFFFF)))


def _write_xlsx(made: Made, stream: BinaryIO) -> None:
    book, sheet = _book("Hồ sơ")
    _head(sheet, [f"{field.meaning}\n({field.name})" for field in DOSSIER_FIELDS])
    for _, catalogue in made:
        _row(sheet, [(catalogue.dossier[f.name], _colour(catalogue, 0, f)) for f in DOSSIER_FIELDS])
    sheet = book.create_sheet("Văn bản")
    _head(sheet, ["Mã hồ sơ", *(f"{field.meaning}\n({field.name})" for field in DOCUMENT_FIELDS), "Tệp gốc", "Trang"])
    for _, catalogue in made:
        for item, values in zip(catalogue.items, catalogue.documents, strict=True):
            cells = [(values[f.name], _colour(catalogue, item.ordinal, f)) for f in DOCUMENT_FIELDS]
            pages = "" if item.whole else ", ".join(map(str, item.pages))
            _row(sheet, [(catalogue.code, ""), *cells, (item.name, ""), (pages, "")])
    sheet = book.create_sheet("Thiếu và sai")
    _head(sheet, list(_PROBLEM_HEADS))
    for _, catalogue in made:
        for p in catalogue.problems:
            said = (catalogue.code, str(p.ordinal), p.field, p.meaning, PROBLEMS[p.kind], p.detail)
            _row(sheet, [(one, "") for one in said])
    sheet = book.create_sheet("Căn cứ")
    _row(sheet, [(NOT_COMPARED, "")])
    sheet.column_dimensions["A"].width = 120
    save_whole(book, stream)


def _colour(catalogue: Catalogue, ordinal: int, field: ArchiveField) -> str:
    kinds = {p.kind for p in catalogue.problems if p.ordinal == ordinal and p.field == field.name}
    return _MISSING_COLOUR if "missing" in kinds else _DOUBT_COLOUR if kinds else ""


def _book(name: str) -> tuple[Any, Any]:
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise MissingLibrary("xlsx needs openpyxl: pip install openpyxl") from error
    book = Workbook()
    sheet = book.active
    sheet.title = name
    return book, sheet


def _head(sheet: Any, names: Sequence[str], colours: Sequence[str] = ()) -> None:  # noqa: ANN401  # openpyxl has no types
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet.append(list(names))
    for i, cell in enumerate(sheet[1]):
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        if colours:
            cell.fill = PatternFill("solid", start_color=colours[i])
        wide = any(word in names[i] for word in ("Trích yếu", "Tiêu đề", "Chi tiết"))
        sheet.column_dimensions[get_column_letter(i + 1)].width = 50 if wide else 16
    sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
    set_up_page(sheet)


def _row(sheet: Any, cells: Sequence[tuple[str, str]]) -> None:  # noqa: ANN401
    """Text cells, never formulas or Excel's own dates; the second of each is a colour, or empty."""
    from openpyxl.styles import Alignment, PatternFill

    at = sheet.max_row + 1 if sheet.max_row > 1 or sheet["A1"].value is not None else 1
    for i, (text, colour) in enumerate(cells, 1):
        cell = sheet.cell(at, i, xml_text(text))
        cell.data_type = "s"
        cell.number_format = "@"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if colour:
            cell.fill = PatternFill("solid", start_color=colour)


def _part(value: str, at: int) -> str:
    """Day, month or year of DD/MM/YYYY, MM/YYYY or YYYY, without zeros before it: 0, 1, 2 from the left of a whole date."""
    parts = value.split("/") if value else []
    whole = ["", *parts] if len(parts) == 2 else ["", "", *parts] if len(parts) == 1 else parts
    return whole[at].lstrip("0") if len(whole) == 3 else ""


Column = tuple[str, str, Callable[[Dossier, Catalogue, int], str]]


def _of_dossier(name: str) -> Callable[[Dossier, Catalogue, int], str]:
    return lambda dossier, made, i: words_of(made.dossier, _H[name])


def _of_document(name: str) -> Callable[[Dossier, Catalogue, int], str]:
    return lambda dossier, made, i: words_of(made.documents[i], _D[name])


def _date_part(name: str, at: int) -> Callable[[Dossier, Catalogue, int], str]:
    return lambda dossier, made, i: _part((made.dossier if name != "issuedDate" else made.documents[i])[name], at)


_GREY, _YELLOW, _GREEN = "8EAADB", "FFFF00", "A9CD90"

COLUMNS_46: tuple[Column, ...] = (
    ("STT", _GREY, lambda dossier, made, i: str(i + 1)),
    ("Phông", _YELLOW, lambda dossier, made, i: dossier.fonds),
    ("Mục lục", _YELLOW, lambda dossier, made, i: dossier.inventory),
    ("Hộp số", _YELLOW, lambda dossier, made, i: dossier.box),
    ("Số và ký hiệu hồ sơ", _YELLOW, lambda dossier, made, i: dossier.notation),
    ("Tiêu đề hồ sơ", _YELLOW, _of_dossier("title")),
    ("Thời hạn bảo quản", _YELLOW, _of_dossier("maintenance")),
    ("Chế độ sử dụng", _YELLOW, _of_dossier("mode")),
    ("Ngôn ngữ", _YELLOW, _of_dossier("language")),
    ("Ngày bắt đầu", _YELLOW, _date_part("startDate", 0)),
    ("Tháng bắt đầu", _YELLOW, _date_part("startDate", 1)),
    ("Năm bắt đầu", _YELLOW, _date_part("startDate", 2)),
    ("Ngày kết thúc", _YELLOW, _date_part("endDate", 0)),
    ("Tháng kết thúc", _YELLOW, _date_part("endDate", 1)),
    ("Năm kết thúc", _YELLOW, _date_part("endDate", 2)),
    ("Tổng số văn bản trong hồ sơ", _YELLOW, _of_dossier("totalDoc")),
    ("Chú giải", _YELLOW, lambda dossier, made, i: dossier.description),
    ("Ký hiệu thông tin", _YELLOW, _of_dossier("inforSign")),
    ("Từ khóa", _YELLOW, _of_dossier("keyword")),
    ("Số lượng tờ", _YELLOW, _of_dossier("numberOfPaper")),
    ("Tình trạng vật lý", _YELLOW, _of_dossier("format")),
    ("Mức độ tin cậy", _YELLOW, _of_dossier("confidenceLevel")),
    ("Mã hồ sơ giấy gốc (nếu có)", _YELLOW, _of_dossier("paperFileCode")),
    ("Ghi chú", _YELLOW, lambda dossier, made, i: dossier.creator),
    ("Số thứ tự văn bản trong hồ sơ", _GREEN, lambda dossier, made, i: str(made.items[i].ordinal)),
    ("Tên loại văn bản", _GREEN, lambda dossier, made, i: made.items[i].type),
    ("Số của văn bản", _GREEN, _of_document("codeNumber")),
    ("Ký hiệu của văn bản", _GREEN, _of_document("codeNotation")),
    ("Ngày văn bản", _GREEN, _date_part("issuedDate", 0)),
    ("Tháng văn bản", _GREEN, _date_part("issuedDate", 1)),
    ("Năm văn bản", _GREEN, _date_part("issuedDate", 2)),
    ("Tên cơ quan, tổ chức ban hành văn bản", _GREEN, _of_document("organName")),
    ("Trích yếu nội dung", _GREEN, _of_document("subject")),
    ("Ngôn ngữ", _GREEN, _of_document("language")),
    ("Số lượng trang của văn bản", _GREEN, _of_document("numberOfPage")),
    ("Ghi chú", _GREEN, _of_document("description")),
    ("Ký hiệu thông tin", _GREEN, _of_document("inforSign")),
    ("Từ khóa", _GREEN, _of_document("keyword")),
    ("Chế độ sử dụng", _GREEN, _of_document("mode")),
    ("Mức độ tin cậy", _GREEN, _of_document("confidenceLevel")),
    ("Bút tích", _GREEN, _of_document("autograph")),
    ("Tình trạng vật lý", _GREEN, _of_document("format")),
    ("Quy trình xử lý (nếu có)", _GREEN, _of_document("process")),
    ("Tờ số", _GREEN, lambda dossier, made, i: made.items[i].stated.get("sheet", "")),
    ("Loại tài liệu", _GREEN, lambda dossier, made, i: "Văn bản"),
    ("Đường dẫn file", _GREEN, lambda dossier, made, i: f"{made.dossier['fileCode']}.{made.items[i].ordinal:03}.pdf"),
)
"""The sheet by which a provincial archive takes in metadata: STT, 23 columns of the dossier, 22 of the document (a public
packaging design describes it column by column). Codes are written in words, dates in three columns."""


def write_46_columns(made: Made, stream: BinaryIO) -> int:
    """The 46-column sheet, a row per document; returns how many. Shaded is what is missing or was read in doubt."""
    book, sheet = _book("Biên mục")
    _head(sheet, [name for name, _, _ in COLUMNS_46], [colour for _, colour, _ in COLUMNS_46])
    count = 0
    for dossier, catalogue in made:
        for i, item in enumerate(catalogue.items):
            shade = _shades(catalogue, item.ordinal)
            _row(sheet, [(value(dossier, catalogue, i), shade.get(at, "")) for at, (_, _, value) in enumerate(COLUMNS_46)])
            count += 1
    save_whole(book, stream)
    return count


_FIELDS_AT = {
    **{26: "codeNumber", 27: "codeNotation", 28: "issuedDate", 29: "issuedDate", 30: "issuedDate"},
    **{25: "typeName", 31: "organName", 32: "subject"},
}
"""Columns of the sheet (from 0) that show a field of the document whose doubts matter."""


def _shades(catalogue: Catalogue, ordinal: int) -> dict[int, str]:
    doubtful = catalogue.doubtful(ordinal)
    return {at: _DOUBT_COLOUR for at, name in _FIELDS_AT.items() if name in doubtful}
