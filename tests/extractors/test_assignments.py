"""Who does what: the ways of giving work, each on real wording; task tables with and without a grid."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.assignments import find
from extractors.in_tables.deadlines import find as deadlines_of_rows
from extractors.in_tables.tasks import GRID_CONFIDENCE, column_role, columns_of, loose_regions
from extractors.structure.analysis import TableLines, analyse

CASES = json.loads((Path(__file__).parent / "data" / "assignments.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_find_reads(case):
    found = [f.value for f in find(analyse(case["text"]))]
    assert [(v.unit, v.role) for v in found] == [(unit, role) for unit, role, _ in case["found"]]
    assert all(v.task.startswith(task) for v, (_, _, task) in zip(found, case["found"], strict=True))


SEEN_TO_FAIL = json.loads((Path(__file__).parent / "data" / "assignments_seen_to_fail.json").read_text(encoding="utf-8"))


@pytest.mark.xfail(strict=True, reason="known gaps, kept visible; move a case to assignments.json when it is closed")
@pytest.mark.parametrize("case", SEEN_TO_FAIL, ids=lambda c: c["name"])
def test_find_reads_what_was_seen_to_fail(case):
    found = {(f.value.unit, f.value.role) for f in find(analyse(case["text"]))}
    assert found == {(unit, role) for unit, role in case["found"]}


def test_task_is_about_25_syllables():
    text = "1. Sở Nội vụ:\n- " + "Xây dựng kế hoạch " + "một hai ba bốn năm " * 20 + ".\n"
    task = find(analyse(text))[0].value.task
    assert 19 <= len(task.split()) <= 28


def grid(rows, *, continues=False, header_rows=0, lines_before=0):
    """The text of a table, one line per cell line, and where its cells stand."""
    text, cells, at = "", [], lines_before + 1
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            count = len(cell.split("\n")) if cell else 0
            text += cell + "\n" if cell else ""
            cells.append((i, j, 1, 1, range(at, at + count)))
            at += count
    return text, TableLines(1, len(rows), len(rows[0]), tuple(cells), header_rows, continues)


HEADER = ["TT", "Nội dung thực hiện", "Đơn vị chủ trì", "Đơn vị phối\nhợp", "Sản phẩm đầu ra", "Thời gian hoàn thành"]


def test_task_table_is_read_cell_by_cell():
    text, table = grid(
        [
            HEADER,
            ["1", "2", "3", "4", "5", "6"],
            ["1", "Ban hành Kế hoạch\nCCHC hằng năm", "Sở Nội vụ", "Các sở: Tư pháp;\nTài chính", "Quyết định", "Quý IV"],
            ["2", "Kiểm tra công tác CCHC", "Sở Nội vụ", "", "Báo cáo", "Hằng năm"],
        ]
    )
    found = [f.value for f in find(analyse(text, tables=[table]))]
    assert [(v.unit, v.role) for v in found] == [
        ("Sở Nội vụ", "lead"), ("Sở Tư pháp", "coordinate"), ("Sở Tài chính", "coordinate"), ("Sở Nội vụ", "lead"),
    ]  # fmt: skip
    assert (found[0].task, found[0].output, found[0].time) == ("Ban hành Kế hoạch CCHC hằng năm", "Quyết định", "Quý IV")


def test_row_goes_on_over_a_page_end():
    first, table = grid([HEADER, ["1", "Xây dựng đề án phát", "Sở Y tế", "Sở Tài chính", "Đề án", "2025"]])
    rows = [["", "triển y tế cơ sở", "", "", "", ""], ["2", "Tập huấn cán bộ y tế", "Sở Nội vụ", "", "", "2026"]]
    second, more = grid(rows, continues=True, lines_before=first.count("\n"))
    found = [f.value for f in find(analyse(first + second, tables=[table, more]))]
    tasks = {v.task for v in found if v.unit == "Sở Y tế"}
    assert "Xây dựng đề án phát triển y tế cơ sở" in tasks
    assert {v.unit for v in found if v.time == "2026"} == {"Sở Nội vụ"}


@pytest.mark.parametrize(
    ("cell", "type_", "iso", "relation"),
    [
        ("10/2027", "date", "2027-10", "by"),
        ("2025", "year", "2025", "by"),
        ("Trước ngày 30/6/2025", "date", "2025-06-30", "before"),
        ("Hằng năm", "recurring", "FREQ=YEARLY", "every"),
        ("Giai đoạn 2021 - 2025", "period", "2021/2025", "by"),
        ("Thường xuyên", None, None, None),
        ("Theo Điều 17 Nghị định số 52/2015/NĐ-CP ngày 28/5/2015 của Chính phủ", None, None, None),
        ("Theo các mốc thời gian tại Quyết định số 1441/QĐ-UBND ngày 25 tháng 9 năm 2025", None, None, None),
        (
            "Theo Kế hoạch số 12/KH-UBND của UBND tỉnh ngày 5/2/2025, xong trước ngày 30/6/2025",
            "date",
            "2025-06-30",
            "before",
        ),
    ],
)
def test_time_of_a_row_is_a_deadline_of_its_leader(cell, type_, iso, relation):
    text, table = grid([HEADER, ["1", "Rà soát văn bản pháp luật", "Sở Tư pháp", "Sở Nội vụ", "Báo cáo", cell]])
    found = [f.value for f in deadlines_of_rows(analyse(text, tables=[table]))]
    expected = [(type_, iso, relation, "Rà soát văn bản pháp luật", ("Sở Tư pháp",))] if type_ else []
    assert [(d.type, d.iso, d.relation, d.obligation, d.responsible) for d in found] == expected


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Cơ quan chủ trì thực hiện", "lead"),
        ("Bộ, ngành đầu mối", "lead"),
        ("Đơn vị thực hiện", "lead"),
        ("Cơ quan phối hợp thực hiện", "partner"),
        ("Bộ, ngành, cơ quan phối hợp", "partner"),
        ("Thời hạn", "time"),
        ("Thời gian thực hiện", "time"),
        ("Tiến độ hoàn thành", "time"),
        ("Kết quả/sản phẩm", "output"),
        ("Nhiệm vụ, giải pháp", "task"),
        ("Công việc cần thực hiện", "task"),
        ("STT", "ordinal"),
        ("Đơn vị tính", None),
        ("Kế hoạch năm 2017", None),
    ],
)
def test_column_role_knows_headers_in_any_wording(header, role):
    assert column_role(header) == role


def test_two_rows_of_headers_are_read_by_the_lower():
    text, table = grid(
        [["TT", "Nhiệm vụ", "Đơn vị thực hiện", "Đơn vị thực hiện"], ["", "", "Chủ trì", "Phối hợp"],
         ["1", "Rà soát quy hoạch đất", "Sở Xây dựng", "UBND cấp xã"]]
    )  # fmt: skip
    roles, first = columns_of(analyse(text, tables=[table]).tables[0])
    assert (roles, first) == ({0: "ordinal", 1: "task", 2: "lead", 3: "partner"}, 2)


LOOSE = """PHỤ LỤC
TT Nội dung thực hiện Đơn vị chủ trì Đơn vị phối hợp Sản phẩm đầu ra Thời gian hoàn thành

1 | Thực hiện nghiêm túc chế độ báo cáo | Sở Nội vụ | Sở, ban, ngành tỉnh | Báo cáo

Công tác phổ biến, giáo dục pháp luật

Sở Tư pháp

Sở, ban, ngành tỉnh; UBND cấp huyện

Quyết định của UBND tỉnh
"""


def test_table_without_grid_is_guessed_with_low_confidence():
    structure = analyse(LOOSE)
    assert len(loose_regions(structure)) == 1
    found = find(structure)
    assert {(f.value.unit, f.value.role, f.value.task) for f in found} >= {
        ("Sở Nội vụ", "lead", "Thực hiện nghiêm túc chế độ báo cáo"),
        ("Sở Tư pháp", "lead", "Công tác phổ biến, giáo dục pháp luật"),
        ("UBND cấp huyện", "coordinate", "Công tác phổ biến, giáo dục pháp luật"),
    }
    assert all(f.confidence <= 0.5 < GRID_CONFIDENCE for f in found)


@given(st.text(alphabet=st.sampled_from("Sở Nội vụ,;.giaochủtrì:\n-1phốihợp với"), max_size=150))
def test_find_takes_any_text(text):
    for found in find(analyse(text)):
        assert found.value.task
        assert 0 < found.confidence <= 1


@pytest.mark.parametrize(
    "unit", ["Giao Sở Nội vụ thực hiện; ", "Sở Nội vụ chủ trì, phối hợp với Sở Y tế làm ", "Sở Y tế:\n", "như sau:\n",
             "PHỤ LỤC\nTT Nội dung Đơn vị chủ trì Thời gian\n1 Xây dựng kế hoạch Sở Nội vụ\n"]
)  # fmt: skip
def test_time_grows_no_more_than_linearly(unit):
    def seconds(size):
        structure = analyse(unit * (size // len(unit)))
        start = time.perf_counter()
        find(structure)
        return time.perf_counter() - start

    seconds(500)
    small = min(seconds(10_000) for _ in range(2))
    assert seconds(40_000) < 10 * small + 0.3
