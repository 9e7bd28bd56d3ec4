"""Electronically signed first pages: a printed form whose blanks the signing program filled in.

Signing programs type number, day and month into the blanks when a document is issued ("cấp số, ký số"): as the appearance
of signature fields, as text fields, as free text, as stamps, or straight into the page; a little too high or too low, over
leaders or white, and over the office and name they lay fields that show nothing. Names and bodies are invented.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pymupdf

from samples.draw import FONT_FILES, FONT_FOLDERS

A4 = 595, 842
SIZE = 13


class Filling(StrEnum):
    """How the signing program writes into a blank."""

    SIGNATURE = "appearance of a signature field"
    TEXT_FIELD = "text field"
    FREE_TEXT = "free text"
    STAMP = "stamp"
    CONTENT = "page content"


@dataclass(frozen=True, slots=True)
class SignedForm:
    """What the page says: ``number`` as cited, ``date`` as an ISO day, who signs, and how its blanks were filled."""

    number: str
    date: str
    signer: str
    signer_title: str
    filling: Filling
    leaders: str


_BODIES = (
    ("UBND TỈNH BÌNH AN", "SỞ TÀI CHÍNH", "STC", "GIÁM ĐỐC", "Giám đốc"),
    ("ỦY BAN NHÂN DÂN", "TỈNH AN ĐỊNH", "UBND", "CHỦ TỊCH", "Chủ tịch"),
    ("UBND HUYỆN LONG HÒA", "PHÒNG NỘI VỤ", "PNV", "TRƯỞNG PHÒNG", "Trưởng phòng"),
)
_TYPES = (("QĐ", "QUYẾT ĐỊNH"), ("TB", "THÔNG BÁO"), ("KH", "KẾ HOẠCH"), ("BC", "BÁO CÁO"))
_NAMES = ("Trần Văn Bình", "Lê Thị Hoa", "Nguyễn Hữu Phước", "Y Bhăm Niê", "Đặng Thị Kim Oanh")


def make_signed(path: Path, drawn: random.Random) -> SignedForm:
    """Write one such page to ``path``."""
    superior, body, code, office, title = drawn.choice(_BODIES)
    short, kind = drawn.choice(_TYPES)
    signer = drawn.choice(_NAMES)
    ordinal, day, month, year = drawn.randint(1, 4000), drawn.randint(1, 28), drawn.randint(1, 12), drawn.randint(2021, 2026)
    filling, leaders = drawn.choice(list(Filling)), drawn.choice(["", "", "…", "."])
    document = pymupdf.open()
    page = document.new_page(width=A4[0], height=A4[1])
    _print_frame(page, superior, body, office, signer, kind)
    blanks: list[tuple[pymupdf.Rect, str]] = []
    month_text = f"{month:02}" if month < 3 or drawn.random() < 0.5 else str(month)
    number = [("Số: ", f"{ordinal:02}"), (f"/{short}-{code}", "")]
    date = [("Bình An, ngày ", f"{day:02}"), (" tháng ", month_text), (f" năm {year}", "")]
    for parts, left, style in ((number, 70, "regular"), (date, 330, "italic")):
        _print_form(page, parts, left, style, leaders, blanks, drawn)
    for rect, text in blanks:
        _fill(document, page, rect, text, filling, drawn)
    if drawn.random() < 0.5:  # a field that shows nothing lies over office and name
        _signature_field(document, page, pymupdf.Rect(330, 410, 530, 530), "")
    document.save(path)
    document.close()
    return SignedForm(
        f"{ordinal:02}/{short}-{code}", f"{year:04}-{month:02}-{day:02}", signer, title, filling, leaders or "white"
    )


def _font(style: str) -> Path:
    file = FONT_FILES["liberation"][("regular", "bold", "italic").index(style)]
    return next(folder / file for folder in FONT_FOLDERS if (folder / file).exists())


def _print(page: pymupdf.Page, text: str, left: float, base: float, style: str = "regular") -> float:
    font = pymupdf.Font(fontfile=str(_font(style)))
    page.insert_text((left, base), text, fontname=f"F{style}", fontfile=str(_font(style)), fontsize=SIZE)
    return float(left + font.text_length(text, SIZE))


def _print_frame(page: pymupdf.Page, superior: str, body: str, office: str, signer: str, kind: str) -> None:
    _print(page, superior, 70, 70)
    _print(page, body, 80, 86, "bold")
    _print(page, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 280, 70, "bold")
    _print(page, "Độc lập - Tự do - Hạnh phúc", 330, 86, "bold")
    _print(page, kind, 260, 170, "bold")
    _print(page, "Về việc kiện toàn Ban Chỉ đạo chuyển đổi số", 170, 188, "bold")
    for i, line in enumerate(
        ("Căn cứ Luật Tổ chức chính quyền địa phương;", "Theo đề nghị của Chánh Văn phòng,",
         "Các đơn vị có liên quan chịu trách nhiệm thi hành văn bản này./.")
    ):  # fmt: skip
        _print(page, line, 90, 230 + 20 * i)
    _print(page, "Nơi nhận:", 70, 420, "italic")
    _print(page, "- Như trên;", 70, 436)
    _print(page, "- Lưu: VT.", 70, 452)
    _print(page, office, 380, 425, "bold")
    _print(page, signer, 375, 520, "bold")


def _print_form(
    page: pymupdf.Page,
    parts: list[tuple[str, str]],
    left: float,
    style: str,
    leaders: str,
    blanks: list[tuple[pymupdf.Rect, str]],
    drawn: random.Random,
) -> None:
    """Print and blanks in turn; a blank has room for its figures and a little more, and leaders where the form has them."""
    base, x = 122.0, left
    font = pymupdf.Font(fontfile=str(_font("regular")))
    for printed, figures in parts:
        x = _print(page, printed, x, base, style)
        if not figures:
            continue
        width = font.text_length(figures, SIZE) + drawn.uniform(4, 16)
        if leaders:
            _print(page, leaders * int(width / font.text_length(leaders, SIZE)), x, base, style)
        up = drawn.uniform(-2.5, 3.5)
        blanks.append((pymupdf.Rect(x, base - 13 - up, x + width, base + 4 - up), figures))
        x += width


def _fill(
    document: pymupdf.Document, page: pymupdf.Page, rect: pymupdf.Rect, text: str, filling: Filling, drawn: random.Random
) -> None:
    if filling is Filling.SIGNATURE:
        _signature_field(document, page, rect, text)
    elif filling is Filling.TEXT_FIELD:
        field = pymupdf.Widget()
        field.field_type, field.field_name = pymupdf.PDF_WIDGET_TYPE_TEXT, f"T{rect.x0:.0f}"
        field.rect, field.field_value, field.text_fontsize = rect, text, drawn.choice([12, 13])
        page.add_widget(field)
    elif filling is Filling.FREE_TEXT:
        page.add_freetext_annot(rect, text, fontsize=12, fontname="helv")
    elif filling is Filling.STAMP:
        _stamp(document, page, rect, text)
    else:
        page.insert_text(
            (rect.x0 + 2, rect.y1 - 4), text, fontname="helv", fontsize=13, color=drawn.choice([(0, 0, 0), (0, 0, 1)])
        )


def _appearance(document: pymupdf.Document, rect: pymupdf.Rect, text: str) -> int:
    """A form that shows the text in Helvetica; returns its number in the file."""
    font = document.get_new_xref()
    document.update_object(font, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
    form = document.get_new_xref()
    box = f"[0 0 {rect.width:.1f} {rect.height:.1f}]"
    document.update_object(form, f"<</Type/XObject/Subtype/Form/BBox{box}/Resources<</Font<</H {font} 0 R>>>>>>")
    document.update_stream(form, f"BT /H 13 Tf 2 4 Td ({text}) Tj ET".encode() if text else b"q Q")
    return int(form)


def _annotation(document: pymupdf.Document, page: pymupdf.Page, rect: pymupdf.Rect, form: int, what: str) -> int:
    xref = document.get_new_xref()
    top, bottom = page.rect.height - rect.y0, page.rect.height - rect.y1
    place = f"[{rect.x0:.1f} {bottom:.1f} {rect.x1:.1f} {top:.1f}]"
    document.update_object(xref, f"<</Type/Annot{what}/F 132/Rect{place}/P {page.xref} 0 R/AP<</N {form} 0 R>>>>")
    before = document.xref_get_key(page.xref, "Annots")
    others = before[1].strip("[]") if before[0] == "array" else ""
    document.xref_set_key(page.xref, "Annots", f"[{others} {xref} 0 R]")
    return int(xref)


def _signature_field(document: pymupdf.Document, page: pymupdf.Page, rect: pymupdf.Rect, text: str) -> None:
    name = f"S{rect.x0:.0f}"
    form = _appearance(document, rect, text)
    xref = _annotation(document, page, rect, form, f"/Subtype/Widget/FT/Sig/T({name})")
    catalog = document.pdf_catalog()
    fields = document.xref_get_key(catalog, "AcroForm/Fields")
    others = fields[1].strip("[]") if fields[0] == "array" else ""
    if document.xref_get_key(catalog, "AcroForm")[0] == "null":
        document.xref_set_key(catalog, "AcroForm", "<</SigFlags 3>>")
    document.xref_set_key(catalog, "AcroForm/Fields", f"[{others} {xref} 0 R]")


def _stamp(document: pymupdf.Document, page: pymupdf.Page, rect: pymupdf.Rect, text: str) -> None:
    _annotation(document, page, rect, _appearance(document, rect, text), "/Subtype/Stamp")
