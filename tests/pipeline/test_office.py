"""Word, OpenDocument, Excel, web and mail files as documents: text, lists, tables, header and facts."""

from __future__ import annotations

import datetime
import subprocess
import zipfile
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from documents.outcome import Processed, Reason
from documents.page import LineKind
from pipeline.command.doctor import examine_installation
from pipeline.errors import UnreadableFile
from pipeline.files.intake import examine
from pipeline.files.office import libreoffice
from pipeline.files.office.html import read_html
from pipeline.files.places import attached_to
from pipeline.process import process
from tests.pipeline.office_files import paragraph, write_docx

needs_libreoffice = pytest.mark.skipif(libreoffice.program() is None, reason=f"needs LibreOffice: {libreoffice.INSTALL}")


def read(path: Path) -> Processed:
    return process(path, examine(path))


def refusal(path: Path) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        examine(path)
    return caught.value


def table_of(document: Processed, page: int) -> dict[tuple[int, int], str]:
    (table,) = document.document.pages[page - 1].tables
    lines = document.document.pages[page - 1].lines
    return {(c.row, c.column): " ".join(lines[i].text for i in c.lines) for c in table.cells}


TASKS = {
    **{(0, i): text for i, text in enumerate(("STT", "Nhiệm vụ", "Đơn vị chủ trì", "Thời hạn"))},
    **{(1, i): text for i, text in enumerate(("1", "Rà soát thủ tục", "Sở Nội vụ", "30/6/2024"))},
    **{(2, 0): "2", (2, 1): "Số hóa hồ sơ", (2, 3): "31/12/2025", (3, 0): "Tổng cộng", (3, 3): "2"},
}


def test_a_word_file_is_a_document_with_its_lists_tables_and_notes(tmp_path: Path) -> None:
    found = read(write_docx(tmp_path / "a.docx"))
    first = found.repaired.text.split("\f")[0].split("\n")
    body = ["Rà soát thủ tục", "Số hóa hồ sơ"]
    assert first[first.index("a) " + body[0]) :] == [
        *(f"{label} {text}" for label, text in zip(("a)", "b)", "-"), (*body, "Chi tiết"), strict=True)),
        *("Tỷ lệ 80% năm 2025²", "Quyết định của Ủy ban", "Mức độ", "HỎA TỐC", "12", "² Theo báo cáo", ""),
    ], "what was deleted or hidden is not there, a text box once, a font's encoding undone"
    assert found.document.pages[0].lines[-1].kind is LineKind.FOOTNOTE
    header = found.facts.header
    assert (header.number, header.date, header.issuer) == ("125/QĐ-UBND", "2024-03-05", "Ủy ban nhân dân tỉnh Bình Minh")
    assert any(line.startswith("Điều 2. Phấn đấu") for line in first)
    assert len(found.document.pages) == 2 and table_of(found, 2) == TASKS
    assert found.document.pages[1].tables[0].header_rows == 1
    assert {fact.kind for fact in found.facts.found} >= {"targets", "deadlines", "assignments"}


@needs_libreoffice
@pytest.mark.parametrize("form", ["odt", "doc"])
def test_other_word_processors_say_the_same(tmp_path: Path, form: str) -> None:
    source = write_docx(tmp_path / "a.docx")
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", form]
    subprocess.run([*command, "--outdir", tmp_path, source], check=True, capture_output=True)
    found = read(tmp_path / f"a.{form}")
    assert found.facts.header.number == "125/QĐ-UBND"
    table = table_of(found, len(found.document.pages))
    assert {at: text for at, text in table.items() if at[0] < 3} == {at: text for at, text in TASKS.items() if at[0] < 3}
    for piece in ("Phấn đấu đến năm 2025 có 95%", "b) Số hóa hồ sơ", "80% năm 2025"):
        assert piece in found.repaired.text
    assert "77%" not in found.repaired.text


def test_old_word_files_wait_for_libreoffice_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "program", lambda: None)
    (tmp_path / "a.rtf").write_bytes(b"\xef\xbb\xbf{\\rtf1 Quyet dinh}")
    (tmp_path / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le"))
    for name in ("a.rtf", "a.doc"):
        error = refusal(tmp_path / name)
        assert error.reason is Reason.NEEDS_LIBREOFFICE and "apt-get install libreoffice" in str(error)
    (finding,) = [finding for finding in examine_installation() if finding.part == "libreoffice"]
    assert not finding.present and finding.install == libreoffice.INSTALL


def test_a_workbook_is_its_sheets_as_they_are_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["STT", "Nhiệm vụ", "Thời hạn", "Tỷ lệ"])
    sheet.append([1, "Rà soát thủ tục", datetime.date(2024, 6, 30), 0.955])
    sheet.append([2, "Số hóa hồ sơ", None, 1234567.5])
    sheet["D2"].number_format, sheet["D3"].number_format = "0.0%", "#,##0.0"
    sheet["A4"] = "Gộp"
    sheet.merge_cells("A4:C4")
    book.create_sheet("Ẩn")["A1"] = "bí mật 77%"
    book["Ẩn"].sheet_state = "hidden"
    book.create_sheet("Hai")["B2"] = "Trang hai"
    book.save(tmp_path / "a.xlsx")
    found = read(tmp_path / "a.xlsx")
    assert table_of(found, 1)[1, 2] == "30/6/2024" and table_of(found, 1)[1, 3] == "95,5%"
    assert table_of(found, 1)[2, 3] == "1.234.567,5"
    assert [cell.column_span for cell in found.document.pages[0].tables[0].cells if cell.row == 3] == [3]
    assert "Trang hai" in found.document.pages[1].text and "77%" not in found.document.raw


def test_a_web_page_is_what_it_shows() -> None:
    flow = read_html(
        "<title>x</title><style>p{}</style><div style='display: none'>ẩn</div><h1>QUYẾT\n ĐỊNH</h1><p>Số:&nbsp;1<br>hai"
        "<ul><li>Một<li>Hai</ul><table border=1><tr><th rowspan=2>STT<th>Việc<tr><td>A &amp; B</table><script>1</script>cuối"
    )
    texts = [block.text for block in flow.blocks if hasattr(block, "text")]
    assert texts == ["QUYẾT ĐỊNH", "Số:\xa01\nhai", "Một", "Hai", "cuối"]
    (grid,) = [block for block in flow.blocks if hasattr(block, "cells")]
    assert [(c.row, c.column, c.row_span, c.blocks[0].text) for c in grid.cells] == [
        (0, 0, 2, "STT"),
        (0, 1, 1, "Việc"),
        (1, 1, 1, "A & B"),
    ]


def test_a_web_page_in_an_old_encoding_is_decoded_as_it_says(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"<html><meta charset='windows-1258'><p>Quy\xea\xect \xf0i\xf2nh</p></html>")
    assert read(tmp_path / "a.html").repaired.text == "Quyết định\n"


def test_a_mail_lists_what_hangs_on_it_and_each_can_be_read(tmp_path: Path) -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "x@y.example", "Thư bên trong"
    inner.set_content("Nội dung")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@b.example", "c@d.example", "Gửi báo cáo"
    mail.set_content("Kính gửi Sở Nội vụ")
    mail.add_alternative("<p>Kính gửi <b>Sở</b></p>", subtype="html")
    mail.add_attachment(b"QUYET", maintype="application", subtype="octet-stream", filename="phụ lục/1.txt")
    mail.add_attachment(inner)
    path = tmp_path / "thư#1.eml"
    path.write_bytes(bytes(mail))
    found = read(path)
    assert found.document.raw.split("\n")[2:4] == ["Subject: Gửi báo cáo", "Kính gửi Sở Nội vụ"]
    assert [place.name for place in attached_to(path, "message/rfc822")] == ["phụ lục_1.txt", "mail-2.eml"]


PACKAGES = {
    "no document": ({"a.txt": "x"}, Reason.NOT_A_DOCUMENT),
    "slides": ({"ppt/presentation.xml": "<a/>"}, Reason.NOT_A_DOCUMENT),
    "broken XML": ({"word/document.xml": "<w:document><w:body>"}, Reason.DAMAGED),
    "no body": ({"word/document.xml": "<document/>"}, Reason.DAMAGED),
    "entities": ({"word/document.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}, Reason.DAMAGED),
    "nothing in it": ({"word/document.xml": "<document><body><p/></body></document>"}, Reason.EMPTY),
}


@pytest.mark.parametrize("name", PACKAGES)
def test_packages_without_a_document_are_refused_by_name(tmp_path: Path, name: str) -> None:
    parts, reason = PACKAGES[name]
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as package:
        for part, content in parts.items():
            package.writestr(part, content)
    assert refusal(tmp_path / "a.docx").reason is reason


def test_packages_that_are_cut_or_claim_too_much_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = write_docx(tmp_path / "a.docx").read_bytes()
    (tmp_path / "cut.docx").write_bytes(whole[:-200])
    assert refusal(tmp_path / "cut.docx").reason is Reason.TRUNCATED
    monkeypatch.setattr("pipeline.files.office.package.MAX_PART_BYTES", 1000)
    assert refusal(tmp_path / "a.docx").reason is Reason.TOO_LARGE
    monkeypatch.undo()
    nested = "<w:tbl><w:tr><w:tc>" * 60 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 60
    assert refusal(write_docx(tmp_path / "deep.docx", nested)).reason is Reason.DAMAGED
