"""Time limits of obligations in whole documents. Cases are data; the negative ones matter as much."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from extractors.deadlines import find
from extractors.pipeline import blank
from extractors.structure.analysis import analyse

CASES = json.loads((Path(__file__).parent / "data" / "deadlines.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_deadlines_of_case(case):
    found = find(analyse(case["text"] + "\n"))
    assert [f.value.iso for f in found] == [e["iso"] for e in case["expect"]], [f.value for f in found]
    for fact, expected in zip(found, case["expect"], strict=True):
        for name, wanted in expected.items():
            got = getattr(fact.value, name)
            assert (list(got) if name == "responsible" else got) == wanted, fact.value


def test_deadlines_name_the_obligation_without_its_time():
    head = "KẾ HOẠCH\nCải cách hành chính nhà nước trên địa bàn tỉnh\n\n1. Sở Nội vụ\n"
    text = head + "- Tổng hợp, báo cáo UBND tỉnh trước ngày 15 tháng 12 hàng năm.\n"
    [fact] = find(analyse(text))
    assert fact.value.obligation == "Tổng hợp, báo cáo UBND tỉnh"
    assert text[fact.span.start : fact.span.end].startswith("Tổng hợp")


def test_deadlines_component_works_alone():
    nlp = blank()
    nlp.add_pipe("vanban_deadlines")
    doc = nlp("KẾ HOẠCH\nCải cách hành chính\n\n1. Sở Tư pháp\n- Hoàn thành trước ngày 30/6/2024.\n")
    assert [(f.value.iso, f.value.relation, f.value.responsible) for f in doc._.deadlines] == [
        ("2024-06-30", "before", ("Sở Tư pháp",))
    ]


@pytest.mark.parametrize(
    "piece", ["hàng quý, 6 tháng, ", "ngay sau khi a ", "Hàng năm báo cáo. ", "ngày 1 tháng 2 ", "năm 2021 "]
)
def test_deadlines_grow_linearly(piece):
    def seconds(length):
        structure = analyse(piece * (length // len(piece)))
        start = time.process_time()
        find(structure)
        return time.process_time() - start

    small = min(seconds(3_500), seconds(3_500))
    assert seconds(14_000) < 4 * 3 * small + 0.3
