"""Where documents begin in a file: joined documents are parted, forms and appendices are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.archive.cutting import possible_starts as kept_starts
from corpus.archive.cutting import proposal
from db.store import Corpus
from documents.edits import Repaired
from documents.facts import Part, PossibleStart
from documents.page import Document, Line, Page, Source, SourceFile
from extractors.boundaries import Start, find_starts, pages_of, possible_starts, propose_starts
from extractors.header.pieces import sheets_of
from extractors.pipeline import extract
from extractors.structure.analysis import structure_of
from tests.making import a_document

REQUEST = """SỞ NỘI VỤ TỈNH BẮC HÀ
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 118/TTr-SNV
Bắc Hà, ngày 14 tháng 6 năm 2021
TỜ TRÌNH
Về việc ban hành Kế hoạch cải cách hành chính
Kính gửi: Ủy ban nhân dân tỉnh
Sở Nội vụ kính trình Ủy ban nhân dân tỉnh xem xét, ban hành./.
Nơi nhận:
- Như trên;
- Lưu: VT.
GIÁM ĐỐC

Trần Văn Em"""
DRAFT = """ỦY BAN NHÂN DÂN TỈNH BẮC HÀ
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: /QĐ-UBND
Bắc Hà, ngày tháng 6 năm 2021
QUYẾT ĐỊNH
Về việc ban hành Kế hoạch cải cách hành chính
CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH
Căn cứ Luật Tổ chức chính quyền địa phương;
Điều 1. Ban hành Kế hoạch kèm theo Quyết định này."""
MIDDLE = """các sở, ban, ngành và địa phương triển khai thực hiện tốt các nội dung sau:
2. Sở Tài chính bố trí kinh phí thực hiện theo phân cấp hiện hành.
3. Các sở báo cáo kết quả trước ngày 15 tháng 12 hằng năm."""
FORM = """Mẫu số 02
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
ĐƠN ĐỀ NGHỊ HỖ TRỢ
Kính gửi: ..........................................
Họ và tên: .........................................
Địa chỉ: ..........................................."""
BARE_FORM = FORM.removeprefix("Mẫu số 02\n").replace(".", "")
PLAN = """KẾ HOẠCH
Cải cách hành chính năm 2021
(Kèm theo Quyết định số 55/QĐ-UBND ngày 20/6/2021 của UBND tỉnh)
I. Mục tiêu
Giảm 20% thời gian giải quyết thủ tục."""


def document_of(*pages: str) -> tuple[Document, Repaired]:
    made = tuple(
        Page(i, tuple(Line(line) for line in text.split("\n")), source=Source.TEXT_FILE) for i, text in enumerate(pages, 1)
    )
    document = Document(SourceFile("0" * 64, "hop.pdf", 1, "application/pdf", len(pages)), made)
    return document, Repaired(document.raw, document.raw)


def scores(*pages: str) -> list[float]:
    document, repaired = document_of(*pages)
    return [start.score for start in find_starts(sheets_of(structure_of(document, repaired), document, repaired))]


@pytest.mark.parametrize("second", [REQUEST, DRAFT, REQUEST.replace("118", "1l8"), REQUEST.replace("Số: 118/", "Số: Z€/")])
def test_a_letterhead_after_a_sign_off_begins_a_document(second):
    assert scores(REQUEST, second)[0] > 0.9


@pytest.mark.parametrize("second", [MIDDLE, FORM, BARE_FORM, PLAN, "PHỤ LỤC I\nDanh mục nhiệm vụ\n" + MIDDLE])
def test_text_forms_and_appendices_begin_none(second):
    assert scores(REQUEST, second)[0] < 0.5


def test_an_empty_number_makes_a_start_less_likely():
    assert scores(REQUEST, DRAFT)[0] < scores(REQUEST, DRAFT.replace("Số: /", "Số: 55/"))[0]


def test_parts_have_their_own_headers_and_the_first_is_the_files():
    document, repaired = document_of(REQUEST, DRAFT, MIDDLE, FORM)
    facts = extract(document, repaired)
    assert [(p.first_page, p.last_page) for p in facts.parts] == [(1, 1), (2, 4)]
    assert facts.parts[0].header == facts.header and facts.header.number == "118/TTr-SNV"
    assert (facts.header.signer, facts.header.recipients) == ("Trần Văn Em", ("Như trên", "Lưu: VT"))
    draft = facts.parts[1]
    assert (draft.header.type, draft.header.number, draft.header.date) == ("Quyết định", "…/QĐ-UBND", "2021-06")
    assert 0.5 < draft.score < 1 and "empty number" in draft.reasons


def test_a_file_of_one_document_has_one_part():
    document, repaired = document_of(REQUEST)
    facts = extract(document, repaired)
    assert [(p.first_page, p.last_page, p.score, p.header) for p in facts.parts] == [(1, 1, 1.0, facts.header)]


def test_pages_of_keep_their_repair():
    document, repaired = document_of(REQUEST, DRAFT, MIDDLE)
    part, its_repair = pages_of(document, repaired, 2, 3)
    assert part.raw == its_repair.raw == its_repair.text == document.raw[len(REQUEST) + 2 :]


def test_pages_below_one_half_are_kept_as_possible_starts_and_are_no_parts(tmp_path):
    scored = [Start(2, 0.97, ("motto",)), Start(3, 0.3, ("type",)), Start(4, 0.01, ("goes on",)), Start(5, 0.5, ())]
    assert [start.page for start in propose_starts(scored)] == [1, 2]
    assert [(start.page, start.score) for start in possible_starts(scored)] == [(3, 0.3), (5, 0.5)]
    read = a_document("Một\n", "Hai\n", "Ba\n", name="hop.pdf")
    facts = replace(read.facts, parts=(Part(1, 3),), possible_starts=(PossibleStart(3, 0.3, ("type",)),))
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        corpus.save(replace(read, facts=facts), path="hop.pdf")
        key = corpus.tuples("SELECT key FROM documents")[0][0]
        assert kept_starts(corpus, key) == {3: 0.3}
        assert [(part.first_page, part.last_page) for part in proposal(corpus, key)] == [(1, 3)]
