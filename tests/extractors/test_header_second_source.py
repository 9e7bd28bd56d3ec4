"""Number and date decided by a second source: the file's name, an appendix, the signature."""

from __future__ import annotations

import pytest

from documents.edits import Repaired
from documents.page import Box, Document, Line, LineKind, Page, Source, SourceFile
from extractors.confidence import Ground
from extractors.header import find_header
from extractors.structure.analysis import structure_of

LETTER = """UBND TỈNH HẬU GIANG
SỞ Y TẾ
Số: {number}
Hậu Giang, ngày {date} năm 2018
THÔNG BÁO
Về việc tuyển dụng viên chức
Sở Y tế thông báo kế hoạch tuyển dụng./.
Nơi nhận:
- Lưu: VT.
GIÁM ĐỐC
Trần Văn Em
PHỤ LỤC
({attached})
Danh mục vị trí"""


def header_of(name: str, number: str, date: str, attached: str = "Danh mục vị trí", aside: str = ""):
    texts = LETTER.format(number=number, date=date, attached=attached).split("\n")
    lines = tuple(Line(text, box=Box(60, 60 + 20 * i, 60 + 6 * len(text), 72 + 20 * i)) for i, text in enumerate(texts))
    asides = (Line(aside, box=Box(300, 10, 500, 22), kind=LineKind.CAPTION),) if aside else ()
    page = Page(1, lines, width=595, height=842, source=Source.OCR, marginalia=asides)
    document = Document(SourceFile("0" * 64, name, 1, "application/pdf"), (page,))
    repaired = Repaired(document.raw, document.raw)
    return find_header(structure_of(document, repaired), document, repaired, Ground.of(document, repaired))[0]


@pytest.mark.parametrize("name", ["07-TB-SYT.pdf", "x_0007_tb_syt_2018.pdf", "7.TB-SYT.pdf", "TB 7-2018-TB-SYT.pdf"])
def test_lost_figures_are_taken_from_the_name_and_said_so(name):
    header = header_of(name, "ZZ/TB-SYT", "05 tháng 3")
    assert (header.number, header.header_sources.get("number")) == ("07/TB-SYT", "file name")
    assert "number" not in header.doubtful and 0.5 < header.probabilities["number"] < 0.97


def test_a_name_with_another_notation_decides_nothing():
    header = header_of("07-QD-UBND.pdf", "ZZ/TB-SYT", "05 tháng 3")
    assert (header.number, header.doubtful, header.header_sources) == ("…/TB-SYT", ("number",), {})


def test_sources_that_differ_leave_the_field_in_doubt_with_both_as_candidates():
    header = header_of("71-TB-SYT.pdf", "1.7./TB-SYT", "05 tháng 3")
    assert header.doubtful == ("number",)
    assert list(header.candidates["number"]) == ["17/TB-SYT", "71/TB-SYT"]


def test_a_confirmed_number_is_no_longer_in_doubt():
    header = header_of("17-TB-SYT.pdf", "1.7./TB-SYT", "05 tháng 3")
    assert (header.number, header.doubtful, header.header_sources) == ("17/TB-SYT", (), {"number": "file name"})


def test_an_appendix_of_the_same_file_gives_number_and_day():
    attached = "Kèm theo Thông báo số 17/TB-SYT ngày 05/3/2018 của Sở Y tế"
    header = header_of("scan.pdf", "ZZ/TB-SYT", "C5 tháng 3", attached)
    assert (header.number, header.date, header.date_precision) == ("17/TB-SYT", "2018-03-05", "day")
    assert header.header_sources == {"number": "appendix", "date": "appendix"} and header.doubtful == ()


def test_the_time_of_the_signature_gives_the_day_of_its_month_only():
    signed = header_of("scan.pdf", "17/TB-SYT", "tháng 3", aside="05.03.2018 10:21:11 +07:00")
    assert (signed.date, signed.header_sources) == ("2018-03-05", {"date": "digital signature"})
    copied = header_of("scan.pdf", "17/TB-SYT", "tháng 3", aside="SAO Y 05.09.2019 10:21:11 +07:00")
    assert (copied.date, copied.doubtful) == ("2018-03", ("date",))


@pytest.mark.parametrize(("printed", "number"), [("ZZ/TBSYT", "…/TB-SYT"), ("12/TB-SYT", "12/TB-SYT")])
def test_a_lost_hyphen_is_mended_by_the_named_type(printed, number):
    assert header_of("scan.pdf", printed, "05 tháng 3").number == number
