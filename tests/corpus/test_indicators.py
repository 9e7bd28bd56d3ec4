"""Like indicators: the pairs that hold the threshold in its place, and what may be set beside what."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from corpus.reports.indicators import (
    LIKE,
    MOST_COMPARED,
    Indicator,
    Near,
    answers,
    reached,
    side_by_side,
    ticks,
    top_of,
    weights,
)

# Of plans and reports; each line is one indicator in other words.
SAME = [
    (
        "mức độ hài lòng của nhân dân và doanh nghiệp về thủ tục hành chính",
        "Mức độ hài lòng của người dân, doanh nghiệp về TTHC",
    ),
    (
        "Mức độ hài lòng do người dân, tổ chức với sự phục vụ của cơ quan hành chính nhà nước",
        "sự hài lòng của người dân và doanh nghiệp đối với sự phục vụ của các cơ quan hành chính nhà nước trong tỉnh",
    ),
    ("hồ sơ công việc được xử lý trên môi trường mạng", "Tỷ lệ hồ sơ công việc tại tỉnh được xử lý trên môi trường mạng"),
    ("hồ sơ trả kết quả trước hạn, đúng hạn", "tỷ lệ hồ sơ TTHC trả kết quả trước hạn, đúng hạn"),
]
DIFFERENT = [
    ("hồ sơ trả kết quả đúng hạn tại UBND cấp xã", "hồ sơ trễ hẹn trả kết quả tại UBND cấp xã"),
    ("dịch vụ công trực tuyến mức độ 3", "dịch vụ công trực tuyến mức độ 4"),
    ("hồ sơ đang giải quyết tại UBND cấp xã", "hồ sơ đã giải quyết tại UBND cấp xã"),
    ("trường hợp quyết định bổ nhiệm", "trường hợp quyết định bổ nhiệm lại"),
    ("người dân chưa sử dụng Internet", "người dân sử dụng Internet"),
    (
        "sự hài lòng của người dân đối với dịch vụ y tế, giáo dục công lập",
        "sự hài lòng của người dân đối với sự phục vụ của cơ quan hành chính nhà nước",
    ),
    ("hộ nghèo", "độ che phủ rừng"),
]


def a_fact(indicator: str, value: float = 90.0, **changes: object) -> dict[str, object]:
    fact: dict[str, object] = {
        "id": f"{indicator}-{value}",
        "kind": "target",
        "indicator": indicator,
        "value": value,
        "value_max": None,
        "of": None,
        "unit": "%",
        "comparator": ">=",
        "scope": None,
        "due": "2025",
        "document": "kh",
        "document_number": "1/KH",
        "document_date": "2021-01-01",
        "document_province": "Quảng Ngãi",
    }
    return fact | changes


ALL = [Indicator.of(a_fact(text)) for pair in (*SAME, *DIFFERENT) for text in pair]


def like(one: dict[str, object], other: dict[str, object]) -> float:
    """How like the other is to the one, 0.0 where it is not like at all; words weigh as among all pairs of this module."""
    indicators = Indicator.of(one), Indicator.of(other)
    near = Near(weights([*ALL, *indicators]))
    near.add(7, indicators[0])
    found = list(near.like(indicators[1]))
    assert [number for _, number in found] in ([], [7])
    return found[0][0] if found else 0.0


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_indicator_in_other_words_is_like(one, other):
    assert LIKE <= like(a_fact(one), a_fact(other)) <= 1.0


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_means_something_else_is_not_like(one, other):
    assert like(a_fact(one), a_fact(other)) == 0.0


@pytest.mark.parametrize(
    ("changes", "share"),
    [
        ({}, 1.0),
        ({"unit": "hồ sơ"}, 0.0),
        ({"scope": "cấp xã"}, 0.0),
        ({"scope": None}, 1.0),
        ({"scope": "Cấp huyện"}, 1.0),
        ({"indicator": "hộ nghèo 2025"}, 1.0),
        ({"indicator": "tỷ lệ hộ nghèo trên địa bàn tỉnh"}, 1.0),
        ({"indicator": "giảm hộ nghèo"}, 0.0),
    ],
)
def test_other_units_levels_and_turning_words_are_not_like(changes, share):
    one = a_fact("hộ nghèo", scope="cấp huyện")
    assert like(one, one | changes) == pytest.approx(share)
    assert like(one | changes, one) == pytest.approx(share)


EMPTY = """tỷ tỉ lệ số tổng các của được và ở trên về cho tại theo với trong là có những mỗi một phấn đấu đạt để do từ đến
    địa bàn tỉnh toàn thành phố bình quân mức"""


@pytest.mark.parametrize("word", EMPTY.split())
def test_words_that_nearly_every_indicator_has_say_nothing(word):
    assert like(a_fact("hộ nghèo"), a_fact(f"hộ nghèo {word}")) == pytest.approx(1.0)


@pytest.mark.parametrize("word", ["trễ", "quá", "chưa", "không", "muộn", "chậm", "giảm", "tăng", "ngoài", "đang", "lại"])
def test_words_that_turn_the_meaning_round_have_to_be_the_same(word):
    long = "hộ nghèo tiếp cận đa chiều được vay vốn ưu đãi giải quyết việc làm"
    assert like(a_fact(long), a_fact(f"{long} {word}")) == 0.0
    assert like(a_fact(f"{word} {long}"), a_fact(f"{long} {word}")) == pytest.approx(1.0)


def test_likeness_is_the_share_of_weight_in_common():
    rare, common, other = (Indicator("%", "", frozenset(words), frozenset()) for words in ({"a", "b"}, {"b", "c"}, {"b"}))
    weight = weights([rare, common, other])
    assert weight == {"a": pytest.approx(math.log(4)), "b": pytest.approx(math.log(2)), "c": pytest.approx(math.log(4))}
    near = Near({"a": 3.0, "b": 6.0, "c": 3.0})
    near.add(1, rare)
    near.add(2, other)
    assert {number: share for share, number in near.like(common)} == {
        1: pytest.approx(6 / 12),
        2: pytest.approx(6 / 9),
    }
    near = Near({"a": 3.1, "b": 6.0, "c": 3.0})
    near.add(1, rare)
    assert list(near.like(common)) == []


def test_like_words_of_two_levels_are_not_put_side_by_side():
    facts = [a_fact("hộ nghèo", scope="cấp xã"), a_fact("hộ nghèo", document_province="Hậu Giang", scope="cấp huyện")]
    assert side_by_side(facts) == []
    assert len(side_by_side([facts[0], facts[1] | {"scope": None}])) == 1


def test_each_figure_joins_the_group_it_is_most_like():
    facts = [
        a_fact("độ che phủ rừng phòng hộ đầu nguồn"),
        a_fact("độ che phủ rừng phòng hộ ven biển"),
        a_fact("độ che phủ rừng phòng hộ ven biển", 71.0, document_province="Hậu Giang"),
    ]
    (group,) = side_by_side(facts)
    assert group.name == "độ che phủ rừng phòng hộ ven biển" and group.places == 2


def test_groups_of_most_places_come_first_then_those_of_most_figures():
    def figures(name, provinces, each=1):
        return [a_fact(name, 10.0 * i, document_province=p) for p in provinces for i in range(1, each + 1)]

    facts = [
        *figures("trường đạt chuẩn quốc gia", ["A", "B"]),
        *figures("hộ nghèo", ["A", "B"]),
        *figures("độ che phủ rừng", ["A", "B"], 2),
        *figures("bác sĩ trạm y tế", ["A", "B", "C"]),
        *figures("lao động qua đào tạo", ["A"], 4),
    ]
    groups = side_by_side(facts)
    assert [group.name for group in groups] == [
        "bác sĩ trạm y tế",
        "độ che phủ rừng",
        "hộ nghèo",
        "trường đạt chuẩn quốc gia",
    ]
    assert [group.places for group in groups] == [3, 2, 2, 2] and groups[1].longest == 20.0


def test_a_place_without_province_is_its_document():
    facts = [a_fact("hộ nghèo", document_province=None), a_fact("hộ nghèo", 91.0, document_province=None, document="kh_2")]
    (group,) = side_by_side(facts)
    assert [fact["document"] for fact in group.facts] == ["kh", "kh_2"]


def test_the_upper_end_of_a_range_is_its_top():
    assert top_of(a_fact("x", 5.0)) == 5.0 and top_of(a_fact("x", 5.0, value_max=10.0)) == 10.0


@pytest.mark.parametrize(
    ("greatest", "last", "step"),
    [
        (5, 5, 1),
        (10, 10, 2),
        (25, 25, 5),
        (26, 30, 10),
        (98, 100, 20),
        (0.5, 0.5, 0.1),
        (1, 1, 0.2),
        (11, 15, 5),
        (50.1, 60, 20),
    ],
)
def test_ticks_are_round_and_reach_the_greatest(greatest, last, step):
    marks = list(ticks(greatest))
    assert marks[0] == 0 and marks[1] == pytest.approx(step) and marks[-1] == pytest.approx(last)
    assert all(b - a == pytest.approx(step) for a, b in pairwise(marks))


def test_nothing_has_an_axis_too():
    assert list(ticks(0)) == [0.0]


def test_provinces_stand_side_by_side():
    facts = [
        a_fact("mức độ hài lòng của nhân dân về thủ tục hành chính", 90.0),
        a_fact("mức độ hài lòng của nhân dân về TTHC", 95.0, document_province="Hải Dương"),
        a_fact("mức độ hài lòng của người dân về thủ tục hành chính", 80.0, document_province="Hậu Giang"),
        a_fact("độ che phủ rừng", 50.0),
        a_fact("độ che phủ rừng", 52.0, due="2030"),
        a_fact("", 1.0, document_province="Hậu Giang"),
    ]
    (group,) = side_by_side(facts)
    assert [(fact["document_province"], fact["value"]) for fact in group.facts] == [
        ("Hải Dương", 95.0),
        ("Hậu Giang", 80.0),
        ("Quảng Ngãi", 90.0),
    ]
    assert (group.name, group.places, group.longest) == ("mức độ hài lòng của nhân dân về TTHC", 3, 95.0)


def test_a_figure_that_two_scans_have_is_shown_once():
    facts = [
        a_fact("độ che phủ rừng", document="scan_1"),
        a_fact("độ che phủ rừng", document="scan_2"),
        a_fact("độ che phủ rừng", document_province="Hậu Giang"),
    ]
    (group,) = side_by_side(facts)
    assert len(group.facts) == 2


RESULT = {"kind": "result", "comparator": "=", "document": "bc", "document_number": "2/BC", "document_date": "2026-01-01"}


@pytest.mark.parametrize(
    ("target", "result", "found"),
    [
        ({}, {}, True),
        ({}, {"document_province": "Hải Dương"}, False),
        ({}, {"document": "kh"}, False),  # what a plan says of the past is no answer to itself
        ({}, {"document_date": "2020-06-01"}, False),
        ({}, {"document_date": None}, True),
        ({}, {"unit": "hồ sơ"}, False),
        ({}, {"indicator": "hộ nghèo"}, False),
    ],
)
def test_results_answer_earlier_targets_of_their_province(target, result, found):
    wanted = a_fact("độ che phủ rừng", 50.0) | target
    given = a_fact("tỷ lệ độ che phủ rừng", 51.0) | RESULT | result
    assert [(pair.target, pair.result) for pair in answers([wanted], [given])] == ([(wanted, given)] if found else [])


def test_a_result_answers_the_target_it_is_most_like():
    wanted = [a_fact("độ che phủ rừng tự nhiên"), a_fact("độ che phủ rừng")]
    (pair,) = answers(wanted, [a_fact("độ che phủ rừng", 51.0) | RESULT])
    assert pair.target["indicator"] == "độ che phủ rừng"


@pytest.mark.parametrize(
    ("target", "result", "expected"),
    [
        ({"comparator": ">="}, {"value": 90.0}, True),
        ({"comparator": ">"}, {"value": 90.0}, False),
        ({"comparator": "="}, {"value": 89.9}, False),
        ({"comparator": "<="}, {"value": 90.0}, True),
        ({"comparator": "<"}, {"value": 90.0}, False),
        ({"comparator": "<=", "value_max": 95.0}, {"value": 94.0}, True),
        ({"comparator": "decrease>="}, {"value": 90.0}, None),
        ({"comparator": ">="}, {"value": 90.0, "comparator": "~"}, None),
        ({"comparator": ">=", "of": 100.0}, {"value": 90.0}, None),
    ],
)
def test_reached_is_said_only_where_it_can_be_told(target, result, expected):
    assert reached(a_fact("x") | target, a_fact("x") | RESULT | result) is expected


def test_no_more_than_the_newest_are_compared():
    def endless():
        for i in range(MOST_COMPARED + 1):
            assert i < MOST_COMPARED
            yield a_fact(f"chỉ tiêu {i}")

    assert side_by_side(endless()) == []


def test_answers_are_sorted_by_place_and_say_how_like_they_are():
    wanted = [a_fact("độ che phủ rừng", id=f"t{p}", document_province=p) for p in ("B", "A")]
    given = [a_fact("độ che phủ rừng", 51.0, id=f"r{p}", document_province=p) | RESULT for p in ("B", "A")]
    found = answers(wanted, given)
    assert [(pair.target["id"], pair.result["id"], pair.likeness, pair.reached) for pair in found] == [
        ("tA", "rA", 1.0, False),
        ("tB", "rB", 1.0, False),
    ]


def test_of_two_targets_alike_the_first_is_answered():
    wanted = [a_fact("độ che phủ rừng", id="first"), a_fact("độ che phủ rừng", id="second")]
    (pair,) = answers(wanted, [a_fact("độ che phủ rừng", 51.0) | RESULT])
    assert pair.target["id"] == "first"
    (pair,) = answers(wanted, [a_fact("độ che phủ rừng", 51.0) | RESULT | {"document_date": "2021-01-01"}])
    assert pair.target["id"] == "first"  # of the same day: not younger
