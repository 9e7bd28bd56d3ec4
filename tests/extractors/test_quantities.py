"""Values of a sentence; every entry of the lexicons is proved by its own example."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.words.quantities import find_quantities, read_table, read_unit


@pytest.mark.parametrize("row", read_table("comparators.tsv"), ids=lambda r: r["words"])
def test_comparator_is_read_from_its_example(row):
    assert row["words"] in row["example"].lower() and row["source"]
    [quantity] = find_quantities(row["example"])
    assert quantity.comparator.removeprefix("increase").removeprefix("decrease") == row["comparator"]


@pytest.mark.parametrize("row", read_table("measure_units.tsv"), ids=lambda r: r["unit"])
def test_unit_is_read_from_its_example(row):
    assert row["unit"].lower() in row["example"].lower() and row["source"]
    quantities = find_quantities(row["example"])
    assert any(q.unit.lower().startswith(row["unit"].lower()) for q in quantities), quantities


@pytest.mark.parametrize("row", read_table("not_quantities.tsv"), ids=lambda r: f"{r['position']} {r['words']}")
def test_example_holds_no_quantity(row):
    assert row["words"].lower() in row["example"].lower() and row["source"]
    assert find_quantities(row["example"]) == []


@pytest.mark.parametrize("name", ["comparators.tsv", "measure_units.tsv", "not_quantities.tsv"])
def test_lexicon_says_everything_once(name):
    rows = [tuple(v for k, v in row.items() if k not in ("source", "example", "comparator")) for row in read_table(name)]
    assert len({tuple(v.lower() for v in row) for row in rows}) == len(rows)


CASES = [
    ("tối đa 30 phút/lượt giao dịch", [(30, None, None, "phút/lượt giao dịch", "<=")]),
    ("từ 90% trở lên", [(90, None, None, "%", ">=")]),
    ("có từ 06 tiêu chí trở lên", [(6, None, None, "tiêu chí", ">=")]),
    ("không dưới 5 hồ sơ và không quá 7 hồ sơ", [(5, None, None, "hồ sơ", ">="), (7, None, None, "hồ sơ", "<=")]),
    ("7/21 sở, ban, ngành cấp tỉnh", [(7, None, 21, "sở, ban, ngành cấp tỉnh", "=")]),
    ("ít nhất 01 trong 02 tiêu chí", [(1, None, 2, "tiêu chí", ">=")]),
    ("từ 07 đến 09 thành viên", [(7, 9, None, "thành viên", "=")]),
    ("tăng 8 - 8,5%/năm", [(8, 8.5, None, "%", "increase")]),
    ("khoảng 708 - 710 nghìn tỷ đồng", [(708, 710, None, "nghìn tỷ đồng", "~")]),
    ("đạt 27.535 tỷ đồng", [(27535, None, None, "tỷ đồng", "=")]),
    ("gấp hai lần", [(2, None, None, "lần", "=")]),
    ("tổ chức hai mươi lăm lớp", [(25, None, None, "lớp", "=")]),
    ("ít nhất một sáng kiến", [(1, None, None, "sáng kiến", ">=")]),
    ("xếp thứ 13/63 tỉnh, thành phố", [(13, None, 63, "vị thứ", "=")]),
    ("xếp hạng 5 cả nước", [(5, None, None, "thứ hạng", "=")]),
    ("nằm trong nhóm 10 địa phương dẫn đầu", [(10, None, None, "địa phương", "<=")]),
    ("giảm xuống dưới 20%", [(20, None, None, "%", "<")]),
    ("giảm còn 15 ngày", [(15, None, None, "ngày", "=")]),
    ("tăng 1,2 điểm so với năm 2020", [(1.2, None, None, "điểm", "increase")]),
    ("(05 ngày làm việc = 40 giờ x 40.000 đồng/giờ)", []),
    ("Số: 04/CTr-UBND ngày 30 tháng 3 năm 2021", []),
    ("Điều 135, 136 và 139 của Luật; điểm a khoản 2", []),
    ("từ 8 giờ 00 đến 17 giờ 30, điện thoại 0293 387 8888", []),
    ("một cửa, một lần duy nhất, một số cơ quan, năm nay", []),
    ("4 tại chỗ, 3 cấp, 5 không, 6 rõ, trực 24/7", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[c[0] for c in CASES])
def test_find_quantities_of(text, expected):
    found = [(q.number.value, q.number.value_max, q.number.of, q.unit, q.comparator) for q in find_quantities(text)]
    assert found == expected


def test_comparator_reaches_over_its_list_only():
    text = "Ít nhất 90% hồ sơ cấp tỉnh, 80% hồ sơ cấp huyện; 12 lớp tập huấn được tổ chức và đạt 50% kế hoạch"
    assert [q.comparator for q in find_quantities(text)] == [">=", ">=", "=", "="]


def test_read_unit_stops_at_what_is_said_of_the_counted():
    assert read_unit("35 chuyến hàng được thông quan", 2)[0] == "chuyến hàng"


@given(st.text(alphabet="0123456789%/.,()- tăngđạthồsơtrên", max_size=100))
def test_find_quantities_stands_where_it_says(text):
    for quantity in find_quantities(text):
        assert 0 <= quantity.start <= quantity.number.start < quantity.number.end <= len(text)
        assert quantity.number.text == text[quantity.number.start : quantity.number.end]
        assert quantity.end <= len(text)


@pytest.mark.parametrize("piece", ["1", "12 ", "12% "])
def test_finding_quantities_grows_linearly(piece):
    def seconds(length):
        start = time.process_time()
        find_quantities(piece * (length // len(piece)))
        return time.process_time() - start

    small = min(seconds(5_000), seconds(5_000))
    assert seconds(20_000) < 4 * 3 * small + 0.3
