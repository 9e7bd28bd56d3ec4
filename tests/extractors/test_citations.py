"""Citations in all forms, each a real case kept as data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.citations import find
from extractors.pipeline import extract_text
from extractors.structure.analysis import analyse
from normalizers.document_numbers import correct_number, document_types, number_key, type_of_number

CASES = json.loads((Path(__file__).parent / "data" / "citations.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["text"][:40])
def test_find_reads_every_form(case):
    found = [f.value for f in find(analyse(case["text"] + "\n"))]
    assert [[v.number, v.type, v.issuer, v.date, v.relation] for v in found] == case["found"]


@pytest.mark.parametrize(("notation", "name"), document_types().items())
def test_every_type_is_told_from_its_notation(notation, name):
    data = json.loads((Path(__file__).parents[2] / "normalizers/data/document_types.json").read_text(encoding="utf-8"))
    assert type_of_number(data["types"][notation]["example"]) == name


def test_own_number_is_no_citation():
    text = (
        "UBND TỈNH BẮC HÀ\nSố: 45/KH-UBND\n\nKẾ HOẠCH\nPhát triển du lịch\n\nThực hiện Kế hoạch số "
        "45/KH-UBND và Kế hoạch số 46/KH-UBND.\n"
    )
    assert [f.value.number for f in find(analyse(text))] == ["46/KH-UBND"]


def test_reference_line_of_an_appendix_is_no_citation():
    text = (
        "I. Nội dung\nThực hiện tốt các nhiệm vụ được giao trong năm./.\n\nNơi nhận:\n- Lưu: VT.\nPHỤ "
        "LỤC\n(Kèm theo Báo cáo số 76/BC-UBND ngày 15/6/2020 của UBND tỉnh)\n"
    )
    assert find(analyse(text)) == []


def test_what_an_attached_plan_cites_as_attached_to_others_is_cited():
    text = (
        "QUYẾT ĐỊNH\nVề việc ban hành Kế hoạch\n\nĐiều 1. Ban hành kèm theo Quyết định này Kế hoạch nước sạch.\n"
        "Điều 2. Quyết định này có hiệu lực kể từ ngày ký./.\n\nNơi nhận:\n- Lưu: VT.\n\nKẾ HOẠCH\nNước sạch nông thôn\n"
        "(Kèm theo Quyết định số 45/QĐ-UBND ngày 03/02/2025 của UBND tỉnh)\n\nI. MỤC TIÊU\n"
        "Thực hiện các tiêu chí ban hành kèm theo Quyết định số 318/QĐ-TTg ngày 08/3/2022 của Thủ tướng Chính phủ.\n"
    )
    assert [f.value.number for f in find(analyse(text))] == ["318/QĐ-TTg"]


def test_number_broken_over_lines_keeps_its_place():
    found = find(analyse("UBND tỉnh đã ban hành Quyết định số 3395/QĐ-\n\nUBND về Kế hoạch rà soát.\n"))[0]
    assert (found.value.number, found.line) == ("3395/QĐ-UBND", 1)


def test_found_span_covers_the_number():
    text = "Thực hiện Chỉ thị số\n23/CT-TTg ngày 02/9/2021.\n"
    found = find(analyse(text))[0]
    assert (text[found.span.start : found.span.end], found.line) == ("23/CT-TTg", 2)


def test_impossible_dates_are_left_out():
    assert find(analyse("Quyết định số 5/QĐ-UBND ngày 31/02/2020\n"))[0].value.date is None


def test_correct_number_writes_the_notation_right():
    assert correct_number("934", None, "QD- UBND", None) == "934/QĐ-UBND"
    assert correct_number("16", "/2015", "ND-CP", None) == "16/2015/NĐ-CP"
    assert number_key("39- NQ/TW") == number_key("39-NQ/TW")


@given(st.text(alphabet=st.sampled_from("0123456789/-QĐNCPTWUB số ngày."), max_size=80))
def test_find_takes_any_text(text):
    for found in find(analyse(text)):
        assert found.value.number
        assert found.line >= 1


def test_grounds_above_a_title_without_a_letterhead_are_cited():
    """A text that begins with its title has its grounds where a letterhead would stand."""
    text = (
        "Quyết định về việc phê duyệt đề án phát triển mạng lưới chợ trên địa bàn tỉnh đến năm 2010\n"
        "- Căn cứ Nghị định số 02/2003/NĐ-CP ngày 14 tháng 1 năm 2003 của Chính phủ về phát triển chợ;\n"
        "Căn cứ Quyết định số 311/QĐ-TTg ngày 20 tháng 3 năm 2003 của Thủ tướng Chính phủ;\n"
        "QUYẾT ĐỊNH:\nĐiều 1. Phê duyệt đề án.\n"
    )
    numbers = [f.value.number for f in extract_text(text).found if f.kind == "citations"]
    assert numbers == ["02/2003/NĐ-CP", "311/QĐ-TTg"]
