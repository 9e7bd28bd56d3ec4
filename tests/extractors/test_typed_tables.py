"""Indicator tables typed as lines: one cell a line, rows told by their numbers."""

from __future__ import annotations

from extractors.pipeline import extract_text

TABLE = """BÁO CÁO
Kết quả thực hiện các chỉ tiêu y tế năm 2019

I. KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU:
TT
Chỉ tiêu
Đơn vị
tính
Kế hoạch
năm
Thực hiện 9
tháng
So với
KH (%)
1
Số giường bệnh/vạn dân
Giường
25,5
26,0
101,9
2
Tỷ lệ xã đạt tiêu chí
quốc gia về y tế
%
90
87,5
97,2
3
Tỷ suất sinh
‰
14,6
13,8
94,5
"""


def test_rows_become_plan_result_and_share():
    found = [f.value for f in extract_text(TABLE).found if f.rule == "statistics.typed"]
    assert [(t.value, t.unit, t.kind) for t in found[:3]] == [
        (25.5, "giường", "target"),
        (26.0, "giường", "result"),
        (101.9, "%", "result"),
    ]
    assert found[3].indicator == "Tỷ lệ xã đạt tiêu chí quốc gia về y tế"
    assert found[6].unit == "‰"


def test_lines_that_do_not_count_up_are_no_table():
    torn = TABLE.replace("\n2\nTỷ lệ xã", "\n7\nTỷ lệ xã")
    assert not [f for f in extract_text(torn).found if f.rule == "statistics.typed"]
