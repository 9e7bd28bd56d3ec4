"""Files of kinds that came out wrong once, each made here after a public report: what must, and must not, be in the text."""

from __future__ import annotations

import datetime
import io
import unicodedata
import zipfile
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pymupdf
import pytest

from documents.outcome import Reason
from documents.page import Page, Source
from pipeline.errors import UnreadableFile
from pipeline.files.intake import examine
from pipeline.read import read_document
from samples.draw import Look, draw_lines
from tests.pipeline.office_files import paragraph, write_docx
from tests.pipeline.pdfs import BODY, FONT, Drawing

TEXT = "\n".join(BODY)


def pages(path: Path) -> tuple[Page, ...]:
    return read_document(path, examine(path), ocr="never")[0].pages


def text(path: Path) -> str:
    return "\f".join(page.text for page in pages(path))


def refused(path: Path) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        examine(path)
    return caught.value


# --- PDF --------------------------------------------------------------------------------------------------------------


def test_a_value_that_the_form_leaves_to_the_viewer_is_text(tmp_path: Path) -> None:
    drawing = Drawing().page().text(BODY).field("Sở Tài chính 88%", (70, 400, 300, 420))
    (xref,) = [x for x in range(1, drawing.document.xref_length()) if drawing.document.xref_get_key(x, "AP")[0] == "dict"]
    drawing.document.xref_set_key(xref, "AP", "null")
    assert "Sở Tài chính 88%" in text(drawing.save(tmp_path / "a.pdf"))
    drawing.document.xref_set_key(xref, "F", "2")  # hidden
    assert "88%" not in text(drawing.save(tmp_path / "b.pdf"))


def with_actual_text(path: Path, stated: str) -> Path:
    drawing = Drawing().page().text(BODY)
    document = drawing.document
    content = drawing.current.read_contents()
    xref = document.get_new_xref()
    document.update_object(xref, "<<>>")
    said = ("\ufeff" + stated).encode("utf-16-be").hex().encode()
    document.update_stream(xref, b"/Span <</ActualText <" + said + b">>> BDC " + content + b" EMC")
    document.xref_set_key(drawing.current.xref, "Contents", f"{xref} 0 R")
    return drawing.save(path)


def test_a_stated_text_of_another_length_does_not_stand_for_what_is_printed(tmp_path: Path) -> None:
    assert text(with_actual_text(tmp_path / "a.pdf", "X")).split("\n")[:5] == BODY
    assert "GIỐNG" in text(with_actual_text(tmp_path / "b.pdf", "GIỐNG" * (len(TEXT) // 6)))


def test_letters_with_marks_apart_are_sound(tmp_path: Path) -> None:
    drawing = Drawing().page()
    writer = pymupdf.TextWriter(drawing.current.rect)
    for number, line in enumerate(BODY):
        writer.append((70, 100 + 20 * number), unicodedata.normalize("NFD", line), font=FONT, fontsize=11)
    writer.write_text(drawing.current)
    (page,) = pages(drawing.save(tmp_path / "a.pdf"))
    assert page.confidence == 1.0 and "looks wrong" not in "; ".join(page.reasons)


def stamped_as_pictures(path: Path, figures: dict[tuple[float, float], str]) -> Path:
    drawing = Drawing().page().text(["Số:", *BODY], at=(70, 100), size=13).text(["/KH-UBND"], at=(126, 100), size=13)
    drawing.text(["Hà Nam, ngày"], at=(300, 100), size=13).text(["tháng       năm 2024"], at=(410, 100), size=13)
    for (left, top), text in figures.items():
        drawn = draw_lines([text], Look(), size=13, margin=2).image
        wide = drawn.width * 72 / 200
        drawing.image(drawn, (left, top, left + wide, top + drawn.height * 72 / 200))
    return drawing.save(path)


def test_a_number_stamped_as_a_picture_fills_its_blank(tmp_path: Path) -> None:
    path = stamped_as_pictures(tmp_path / "a.pdf", {(97, 86): "1897", (386, 86): "20"})
    (page,) = read_document(path, examine(path))[0].pages
    assert "Số: 1897/KH-UBND" in page.text and "ngày 20 tháng" in page.text
    assert "pictures in the blanks of the page are looked at for figures" in page.reasons


def test_a_picture_elsewhere_is_not_looked_at(tmp_path: Path) -> None:
    path = stamped_as_pictures(tmp_path / "a.pdf", {(400, 600): "1897"})
    (page,) = read_document(path, examine(path))[0].pages
    assert page.source is Source.TEXT_LAYER and "1897" not in page.text


# --- text and mail ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("[InternetShortcut]\nURL=https://x.example/\n", "settings of a program"),
        ("[Desktop Entry]\nName=Văn bản\n", "settings of a program"),
        ('<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', "save it as DOCX"),
    ],
)
def test_what_is_no_document_is_called_what_it_is(tmp_path: Path, content: str, what: str) -> None:
    (tmp_path / "a.txt").write_text(content, encoding="utf-8")
    error = refused(tmp_path / "a.txt")
    assert error.reason is Reason.NOT_A_DOCUMENT and what in error.detail


def test_an_outlook_message_is_named(tmp_path: Path) -> None:
    streams = "__substg1.0_1000001F".encode("utf-16-le")
    (tmp_path / "a.msg").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + streams + bytes(100))
    assert refused(tmp_path / "a.msg").detail == "an Outlook message; save it as EML or PDF"


def a_mail(content: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@x.example", "b@x.example", "Về việc báo cáo"
    mail.set_content(content)
    return mail


def test_every_mail_of_a_mailbox_is_a_page(tmp_path: Path) -> None:
    begins = [b"From a@x Mon Jun  3 0%d:00:00 2024\n" % hour for hour in (8, 9)]
    mails = (bytes(a_mail(TEXT)), bytes(a_mail("Thư hai 66%")))
    (tmp_path / "a.mbox").write_bytes(b"\n".join(begin + mail for begin, mail in zip(begins, mails, strict=True)))
    first, second = pages(tmp_path / "a.mbox")
    assert BODY[0] in first.text and "Thư hai 66%" in second.text


def test_a_mail_whose_plain_text_says_little_is_read_from_its_formatted_one(tmp_path: Path) -> None:
    mail = a_mail("Xem thư trong trình duyệt.")
    mail.add_alternative("".join(f"<p>{line}</p>" for line in BODY), subtype="html")
    (tmp_path / "a.eml").write_bytes(bytes(mail))
    assert BODY[4] in text(tmp_path / "a.eml")
    mail = a_mail(TEXT)
    mail.add_alternative("".join(f"<p>{line}</p>" for line in BODY) + "<p>Chữ ký</p>", subtype="html")
    (tmp_path / "b.eml").write_bytes(bytes(mail))
    assert "Chữ ký" not in text(tmp_path / "b.eml")


@pytest.mark.parametrize("kind", ["multipart/encrypted; boundary=b", "application/pkcs7-mime; smime-type=enveloped-data"])
def test_a_closed_mail_says_so(tmp_path: Path, kind: str) -> None:
    head = f"From: a@x.example\nTo: b@x.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: {kind}\n\n"
    (tmp_path / "a.eml").write_text(head + "--b\nContent-Type: application/octet-stream\n\nx\n--b--\n", encoding="ascii")
    assert refused(tmp_path / "a.eml").reason is Reason.ENCRYPTED


# --- web pages --------------------------------------------------------------------------------------------------------

HIDDEN = [
    "<div style='visibility: hidden'>77%</div>",
    "<p style='font-size:0'>77%</p>",
    "<p class='x an'>77%</p>",
    "<p id=giau>77%</p>",
]
SHOWN = ["<p style='font-size:0.9em'>77%</p>", "<p class=hien>77%</p>", "<p class=in>77%</p>"]
STYLE = (
    "<style>.an, div.b { display : none } #giau{visibility:hidden}.hien{color:red}@media print{.in{display:none}}</style>"
)


@pytest.mark.parametrize(("piece", "seen"), [*((piece, False) for piece in HIDDEN), *((piece, True) for piece in SHOWN)])
def test_what_style_sheets_hide_is_not_read(tmp_path: Path, piece: str, seen: bool) -> None:
    shown = "".join(f"<p>{line}</p>" for line in BODY)
    (tmp_path / "a.html").write_text(f"<html><head>{STYLE}</head><body>{shown}{piece}</body></html>", encoding="utf-8")
    read = text(tmp_path / "a.html")
    assert BODY[4] in read and ("77%" in read) == seen


# --- office files -----------------------------------------------------------------------------------------------------

RUBY = (
    "<w:p><w:r><w:ruby><w:rt><w:r><w:t>chú</w:t></w:r></w:rt>"
    "<w:rubyBase><w:r><w:t>漢字</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"
)
PICTURE = (
    "<w:p><w:r><w:drawing><wp:inline xmlns:wp='http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing'>"
    "<wp:extent cx='{}' cy='{}'/><a:blip xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'/></wp:inline>"
    "</w:drawing></w:r></w:p>"
)


def test_the_base_of_an_annotated_word_is_text(tmp_path: Path) -> None:
    assert "漢字" in text(write_docx(tmp_path / "a.docx", paragraph(TEXT) + RUBY))


@pytest.mark.parametrize(
    ("body", "unread"),
    [
        ("<w:altChunk/>", "inserted files (1)"),
        (PICTURE.format(7_000_000, 9_900_000), "pictures of half a page or more (1)"),
        (PICTURE.format(900_000, 900_000), ""),
    ],
)
def test_a_word_file_says_what_it_holds_beside_its_text(tmp_path: Path, body: str, unread: str) -> None:
    (page,) = pages(write_docx(tmp_path / "a.docx", paragraph(BODY[0]) + body))
    assert page.reasons[1:] == ((f"not in the text: {unread}",) if unread else ())
    assert page.confidence == (0.5 if unread else 1.0)


def test_the_main_part_may_have_another_name(tmp_path: Path) -> None:
    whole = write_docx(tmp_path / "a.docx", paragraph(BODY[0]))
    with zipfile.ZipFile(whole) as package, zipfile.ZipFile(tmp_path / "b.docx", "w") as renamed:
        for name in package.namelist():
            content = package.read(name).replace(b"word/document.xml", b"word/document2.xml")
            renamed.writestr(name.replace("word/document.xml", "word/document2.xml"), content)
    assert BODY[0] in text(tmp_path / "b.docx")


ODF = "urn:oasis:names:tc:opendocument:xmlns"


def test_hidden_text_and_sections_of_opendocument_are_not_read(tmp_path: Path) -> None:
    body = (
        f"<text:p>{BODY[0]}<text:hidden-text text:is-hidden='true'>77%</text:hidden-text></text:p>"
        "<text:section text:display='none'><text:p>78%</text:p></text:section>"
        "<text:section><text:p>66%</text:p></text:section>"
    )
    with zipfile.ZipFile(tmp_path / "a.odt", "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr(
            "content.xml",
            f"<o:document-content xmlns:o='{ODF}:office:1.0' xmlns:text='{ODF}:text:1.0'><o:body><o:text>{body}</o:text>"
            "</o:body></o:document-content>",
        )
    assert text(tmp_path / "a.odt").split("\n")[:2] == [BODY[0], "66%"]


def workbook(path: Path, book: openpyxl.Workbook) -> Path:
    stream = io.BytesIO()
    book.save(stream)
    path.write_bytes(stream.getvalue())
    return path


def test_a_formula_whose_value_is_not_stored_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Tổng thu", 1000])
    book.active.append(["Tổng chi", "=B1*2"])
    (page,) = pages(workbook(tmp_path / "a.xlsx", book))
    assert page.confidence == 0.5
    assert page.reasons[-1] == "not in the text: values of 1 formulas, which the file lacks: open and save it once"


def test_columns_hidden_as_a_group_are_not_read_and_numbers_are_as_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.column_dimensions.group("C", "F", hidden=True)
    sheet["A1"], sheet["D1"], sheet["G1"] = "Mã", "ẩn 77%", "hiện"
    shown = [(1234, "000000"), (1234567, '#,##0" đồng"'), (datetime.datetime(2024, 6, 30, 8, 5), "dd/mm/yyyy hh:mm")]
    for row, (value, form) in enumerate(shown, 2):
        sheet.cell(row, 1, value).number_format = form
    read = text(workbook(tmp_path / "a.xlsx", book)).split("\n")
    assert read == ["Sheet", "Mã", "hiện", "001234", "1.234.567 đồng", "30/6/2024 08:05", ""]
