"""Stamps and marks become fields of the header."""

from __future__ import annotations

import pytest

from documents.edits import Repaired
from documents.page import Box, Document, Line, LineKind, Page, Source, SourceFile
from extractors.header import find_header
from extractors.structure.analysis import analyse, structure_of

HEAD = (
    "UBND TỈNH HẬU GIANG\nSỞ Y TẾ\nSố: 12/BC-SYT\n{mark}\nHậu Giang, ngày 05 tháng 3 năm 2018\n"
    "BÁO CÁO\nCông tác y tế\nI. Kết quả\n"
)


@pytest.mark.parametrize(
    ("mark", "field", "value"),
    [
        ("MẬT", "secrecy", "Mật"),
        ("TỐI MẬT", "secrecy", "Tối mật"),
        ("TUYỆT MẬT", "secrecy", "Tuyệt mật"),
        ("HỎA TỐC", "urgency", "Hỏa tốc"),
        ("HOẢ TỐC", "urgency", "Hỏa tốc"),
        ("THƯỢNG KHẨN", "urgency", "Thượng khẩn"),
        ("KHẨN", "urgency", "Khẩn"),
        ("DỰ THẢO", "draft_mark", "Dự thảo"),
        ("Dự thảo lần 2", "draft_mark", "Dự thảo lần 2"),
        ("SAO Y", "copy_mark", "Sao y"),
        ("SAO LỤC", "copy_mark", "Sao lục"),
        ("TRÍCH SAO", "copy_mark", "Trích sao"),
    ],
)
def test_a_mark_under_the_number_is_a_field_and_no_part_of_the_rest(mark, field, value):
    header, _ = find_header(analyse(HEAD.format(mark=mark)))
    assert getattr(header, field) == value
    assert (header.number, header.issuer, header.title) == ("12/BC-SYT", "Sở Y tế tỉnh Hậu Giang", "Công tác y tế")


def test_words_of_the_text_are_no_marks():
    header, _ = find_header(analyse(HEAD.format(mark="") + "Bảo vệ bí mật nhà nước là việc khẩn.\nTài liệu mật\n"))
    assert (header.secrecy, header.urgency, header.draft_mark, header.copy_mark) == (None,) * 4


def document_with(*asides: str) -> tuple[Document, Repaired]:
    texts = HEAD.format(mark="Kính gửi: Bộ Y tế").split("\n")
    lines = tuple(Line(t, box=Box(60, 60 + 20 * i, 200, 72 + 20 * i)) for i, t in enumerate(texts) if t)
    marginalia = tuple(
        Line(t, box=Box(60, 250 + 14 * i, 160, 262 + 14 * i), kind=LineKind.STAMP) for i, t in enumerate(asides)
    )
    page = Page(1, lines, width=595, height=842, source=Source.OCR, marginalia=marginalia)
    document = Document(SourceFile("0" * 64, "a.pdf", 1, "application/pdf"), (page,))
    return document, Repaired(document.raw, document.raw)


def test_the_stamp_of_incoming_mail_gives_number_and_date():
    document, repaired = document_with("SỞ NỘI VỤ", "ĐẾN Số: 1547", "Ngày: 12/3/2018", "Chuyển: ......")
    header, _ = find_header(structure_of(document, repaired), document, repaired)
    assert (header.arrival_number, header.arrival_date) == ("1547", "2018-03-12")


def test_a_caption_of_a_copy_and_a_red_stamp_are_read_from_the_marginalia():
    document, repaired = document_with("SAO Y; SỞ NỘI VỤ; 19/05/2018; 14:42:19; +07:00", "MẬT")
    header, _ = find_header(structure_of(document, repaired), document, repaired)
    assert (header.copy_mark, header.secrecy, header.arrival_number) == ("Sao y", "Mật", None)
