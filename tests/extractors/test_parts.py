"""Which part bodies play in a sentence, and whom what stands above a block hands its work to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extractors.candidates import assignments
from extractors.candidates.parts import chains
from extractors.sense.reading import Readings
from extractors.structure.analysis import analyse

HEAD = "KẾ HOẠCH\nVề công tác năm 2025\n\nTrong thời gian qua, công tác quản lý còn hạn chế.\n"
CASES = json.loads((Path(__file__).parent / "data" / "parts.json").read_text(encoding="utf-8"))


def readings(text):
    return Readings(analyse(text))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_parts_of_a_sentence(case):
    *_, reading = readings(f"{HEAD}1. Sơ kết công tác.\n2. {case['text']}\n").body
    found = [[chain.part, [body.name for run in chain.runs for body in run.bodies]] for chain in chains(reading)]
    assert found == case["parts"]


def above(text):
    """Body and beginning of every block that may be handed to somebody above it."""
    return [(c.body.name, c.sentence.text[:20]) for c in assignments.propose(readings(text)) if c.source == "above"]


LEAD_IN = "Ủy ban nhân dân tỉnh yêu cầu Thủ trưởng các sở, ban, ngành tỉnh thực hiện các nội dung sau:\n"


def test_a_lead_in_hands_out_what_it_announces_at_every_depth():
    text = f"{HEAD}{LEAD_IN}1. Về tổ chức\na) Rà soát vị trí việc làm.\nb) Kiện toàn bộ máy.\n"
    assert ("Sở, ban, ngành tỉnh", "Rà soát vị trí việc ") in above(text)
    assert ("Sở, ban, ngành tỉnh", "Kiện toàn bộ máy.") in above(text)


def test_what_holds_description_is_no_work():
    """Contents of a plan to be written: "… với những nội dung sau: I. TÌNH HÌNH CHUNG …"."""
    text = (
        f"{HEAD}{LEAD_IN}I. TÌNH HÌNH CHUNG\nSự ổn định về chính trị tạo điều kiện phát triển kinh tế.\n"
        "II. NHỮNG NHIỆM VỤ CHỦ YẾU\nTiếp tục đẩy mạnh chuyển dịch cơ cấu kinh tế.\n"
    )
    assert above(text) == []


def test_an_inner_name_replaces_the_outer_lead_in():
    text = f"{HEAD}{LEAD_IN}1. Sở Y tế\na) Tăng cường kiểm tra an toàn thực phẩm.\nb) Báo cáo kết quả.\n"
    assert {name for name, _ in above(text)} == {"Sở Y tế"}


def test_those_who_carry_out_a_decision_are_not_handed_what_is_attached_to_it():
    text = (
        f"{HEAD}Điều 2. Chánh Văn phòng UBND tỉnh, Giám đốc Sở Y tế chịu trách nhiệm thi hành Quyết định này.\n"
        "1. Phát triển mạng lưới y tế cơ sở.\n2. Đào tạo nhân lực.\n"
    )
    assert above(text) == []


def test_what_says_who_is_to_do_it_belongs_to_nobody_above():
    text = f"{HEAD}{LEAD_IN}1. Giao Sở Nội vụ tổng hợp, báo cáo kết quả.\n2. Rà soát thủ tục hành chính.\n"
    assert [begun for _, begun in above(text)] == ["Rà soát thủ tục hành"]


def test_a_company_is_called_in_full():
    text = f"{HEAD}1. Tổng công ty Hàng hải Việt Nam tiếp thu ý kiến.\n2. Tổng công ty khẩn trương hoàn thiện Đề án.\n"
    names = [c.body.name for c in assignments.propose(readings(text)) if c.source == "own"]
    assert names == ["Tổng công ty Hàng hải Việt Nam"] * 2


@pytest.mark.parametrize(
    "text", ["Giao Sở Nội vụ (Ban Thi đua - Khen thưởng) tổng hợp.", "Cơ quan quản lý: Sở Nội vụ tổng hợp."]
)
def test_a_name_that_only_explains_is_no_second_body(text):
    names = [c.body.name for c in assignments.propose(readings(f"{HEAD}1. {text}\n")) if c.source == "own"]
    assert names == ["Sở Nội vụ"]
