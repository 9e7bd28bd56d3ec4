"""Forms to print and sign: a national heading, a title, a table, closing lines; as an Excel sheet or a Word document.

Cells whose content was read in doubt are shaded, and a line under the table says so: nobody can sign what looks sure and
is not. Page and letter follow Nghị định 30/2020/NĐ-CP: A4, Times New Roman, margins of 20 mm and 30 mm at the left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import regex

from corpus.export.writers import MissingLibrary, save_whole
from documents.sheets import A4_MM

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
_DOUBT_COLOUR = "FFF2CC"
_LEGEND = "Ô tô vàng: máy đọc chưa chắc, phải đối chiếu với bản gốc trước khi ký."
_FONT = "Times New Roman"
_NOT_IN_XML = regex.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MARGINS_MM = {"left": 30, "right": 15, "top": 20, "bottom": 20}
_LINE_HEIGHT, _LETTERS_IN_LINE = 16, 130
"""Of a sheet across the page: points, and letters of 12 points. Heights are stated: not every program grows rows."""

_WIDTH_MM = A4_MM[1] - 30 - 15
"""Of a page turned sideways between its margins: seven to ten columns do not fit upright."""


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """``agency`` is the name of the superior body and of the body (either may be empty); ``columns`` are headings with
    their share of the width; ``head`` are lines between title and table, ``foot`` lines below it."""

    name: str
    title: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Cell, ...], ...]
    agency: tuple[str, str] = ("", "")
    head: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()
    doubts: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "doubts", sum(cell.doubtful for row in self.rows for cell in row))

    @property
    def notes(self) -> tuple[str, ...]:
        return (*self.foot, *((_LEGEND,) if self.doubts else ()))


def write_forms(forms: Sequence[Form], format: str, stream: BinaryIO) -> int:
    """Write forms one after the other, a sheet or a section each; returns the number of rows. Raises ``MissingLibrary``."""
    if format == "docx":
        _write_docx(forms, stream)
    else:
        _write_xlsx(forms, stream)
    return sum(len(form.rows) for form in forms)


_NOT_IN_A_SHEET_NAME = regex.compile(r"[\[\]:*?/\\]+")


def sheet_names(forms: Iterable[Form]) -> list[str]:
    """Names that Excel takes: 31 characters, none of []:*?/\\, no two alike.

    >>> sheet_names([Form("a/b", "", (), ()), Form("a b", "", (), ())])
    ['a b', 'a b (2)']
    """
    names: list[str] = []
    for form in forms:
        plain = _NOT_IN_A_SHEET_NAME.sub(" ", form.name).strip("' ")[:31] or "Bảng"
        name, count = plain, 1
        while name.casefold() in {one.casefold() for one in names}:
            count += 1
            name = f"{plain[:26]} ({count})"
        names.append(name)
    return names


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub(" ", text)


def _write_xlsx(forms: Sequence[Form], stream: BinaryIO) -> None:
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise MissingLibrary("xlsx needs openpyxl: pip install openpyxl") from error
    book = Workbook()
    book.remove(book.active)
    for form, name in zip(forms, sheet_names(forms), strict=True):
        _fill_sheet(book.create_sheet(name), form)
    if not forms:
        book.create_sheet("Trống")
    save_whole(book, stream)


def _put(sheet: Any, row: int, first: int, last: int, text: str, *, left: bool = False, **font: Any) -> None:  # noqa: ANN401
    """A line of text over columns ``first`` to ``last``. openpyxl has no types."""
    from openpyxl.styles import Alignment, Font

    if last > first:
        sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
    cell = sheet.cell(row, first, _clean(text))
    cell.data_type = "s"  # never a formula, never a date of Excel's own making
    cell.font = Font(**({"name": _FONT, "size": 13} | font))
    cell.alignment = Alignment(horizontal="left" if left else "center", vertical="center", wrap_text=True)


def _fill_sheet(sheet: Any, form: Form) -> None:  # noqa: ANN401
    count = len(form.columns)
    middle = max(1, count // 2)
    for row, (left, right) in enumerate(zip(form.agency, MOTTO, strict=True), 1):
        _put(sheet, row, 1, middle, left.upper(), bold=row == 2)
        _put(sheet, row, middle + 1, count, right, bold=True)
    _put(sheet, 4, 1, count, form.title, bold=True, size=14)
    for row, line in enumerate(form.head, 5):
        _put(sheet, row, 1, count, line)
    at = _fill_table(sheet, form, 6 + len(form.head))
    for at, line in enumerate(form.notes, at + 1):  # noqa: B020
        _put(sheet, at, 1, count, line, left=True, italic=True, size=12)
        sheet.row_dimensions[at].height = _LINE_HEIGHT * (1 + len(line) // _LETTERS_IN_LINE)
    for i, signer in enumerate(form.signers):
        share = count // len(form.signers)
        _put(sheet, at + 2, 1 + i * share, (i + 1) * share, signer, bold=True)
    set_up_page(sheet)


def _fill_table(sheet: Any, form: Form, head: int) -> int:  # noqa: ANN401
    """The table with its headings in row ``head``, which is repeated on every page; returns its last row."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    total = sum(width for _, width in form.columns)
    widths = [max(6, _LETTERS_IN_LINE * width / total) for _, width in form.columns]
    border = Border(*(Side(style="thin") for _ in range(4)))
    sheet.row_dimensions[head].height = _row_height([name for name, _ in form.columns], widths)
    for i, (name, _) in enumerate(form.columns, 1):
        sheet.column_dimensions[get_column_letter(i)].width = widths[i - 1]
        _put(sheet, head, i, i, name, bold=True, size=12)
        sheet.cell(head, i).border = border
    shade = PatternFill("solid", start_color=_DOUBT_COLOUR)
    for row, cells in enumerate(form.rows, head + 1):
        sheet.row_dimensions[row].height = _row_height([cell.text for cell in cells], widths)
        for i, content in enumerate(cells, 1):
            cell = sheet.cell(row, i, _clean(content.text))
            cell.data_type = "s"
            cell.number_format = "@"
            cell.font = Font(name=_FONT, size=12)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = border
            if content.doubtful:
                cell.fill = shade
    sheet.print_title_rows = f"{head}:{head}"
    sheet.freeze_panes = sheet.cell(head + 1, 1)
    return head + len(form.rows)


def _row_height(texts: Sequence[str], widths: Sequence[float]) -> float:
    """Points for the cell with most lines. Words that don't fit whole cost a fifth of a line, hence the margin."""
    lines = max((1 + int(1.2 * len(text) / width) for text, width in zip(texts, widths, strict=True)), default=1)
    return _LINE_HEIGHT * lines


def set_up_page(sheet: Any) -> None:  # noqa: ANN401
    """A4 turned sideways, all columns on it, pages numbered."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P"
    for side, millimetres in _MARGINS_MM.items():
        setattr(sheet.page_margins, side, millimetres / 25.4)


def _write_docx(forms: Sequence[Form], stream: BinaryIO) -> None:
    try:
        from docx import Document
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm, Pt
    except ImportError as error:
        raise MissingLibrary("docx needs python-docx: pip install python-docx") from error
    document: Any = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(12)
    style.element.rPr.rFonts.set(_word("eastAsia"), _FONT)
    style.paragraph_format.space_after = Pt(0)
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(A4_MM[1]), Mm(A4_MM[0])
    for side, millimetres in _MARGINS_MM.items():
        setattr(section, f"{side}_margin", Mm(millimetres))
    _number_pages(section)
    for i, form in enumerate(forms):
        if i:
            document.add_page_break()
        _add_form(document, form)
    save_whole(document, stream)


def _add_form(document: Any, form: Form) -> None:  # noqa: ANN401  # python-docx's types are partial
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    def line(paragraph: Any, text: str, *, bold: bool = False, size: int = 13, italic: bool = False) -> None:  # noqa: ANN401
        run = paragraph.add_run(_clean(text))
        run.bold, run.italic, run.font.size = bold, italic, Pt(size)

    heading = document.add_table(rows=2, cols=2)
    heading.autofit = False
    for column, width in zip(heading.columns, (100, _WIDTH_MM - 100), strict=True):
        column.width = Mm(width)
    for row, (left, right) in enumerate(zip(form.agency, MOTTO, strict=True)):
        for column, (text, width) in enumerate(((left.upper(), 100), (right, _WIDTH_MM - 100))):
            cell = heading.cell(row, column)
            cell.width = Mm(width)
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            line(cell.paragraphs[0], text, bold=row == 1 or column == 1)
    for text, bold, size in (
        ("", False, 6),
        (form.title, True, 14),
        *((one, False, 13) for one in form.head),
        ("", False, 6),
    ):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line(paragraph, text, bold=bold, size=size)
    _add_table(document, form)
    for note in form.notes:
        line(document.add_paragraph(), note, italic=True, size=12)
    if form.signers:
        document.add_paragraph()
        table = document.add_table(rows=1, cols=len(form.signers))
        for cell, signer in zip(table.rows[0].cells, form.signers, strict=True):
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            line(cell.paragraphs[0], signer, bold=True)


def _add_table(document: Any, form: Form) -> None:  # noqa: ANN401
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Mm, Pt

    total = sum(width for _, width in form.columns)
    widths = [Mm(_WIDTH_MM * width / total) for _, width in form.columns]
    table = document.add_table(rows=1, cols=len(form.columns))
    table.style, table.autofit = "Table Grid", False
    for column, cell, (name, _), width in zip(table.columns, table.rows[0].cells, form.columns, widths, strict=True):
        column.width = cell.width = width  # Word goes by the cells, LibreOffice by the columns
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        cell.paragraphs[0].add_run(name).bold = True
    repeated = OxmlElement("w:tblHeader")
    repeated.set(_word("val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in form.rows:
        cells = table.add_row().cells
        for cell, content, width in zip(cells, row, widths, strict=True):
            cell.width = width
            run = cell.paragraphs[0].add_run(_clean(content.text))
            run.font.size = Pt(12)
            if content.doubtful:
                shade = OxmlElement("w:shd")
                for name, value in (("val", "clear"), ("color", "auto"), ("fill", _DOUBT_COLOUR)):
                    shade.set(_word(name), value)
                cell._tc.get_or_add_tcPr().append(shade)


def _number_pages(section: Any) -> None:  # noqa: ANN401
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field_ = OxmlElement("w:fldSimple")
    field_.set(_word("instr"), "PAGE")
    paragraph._p.append(field_)


def _word(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))
