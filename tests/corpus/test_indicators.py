"""Like indicators: the pairs that hold the threshold in its place, and what may be set beside what."""

from __future__ import annotations

import pytest

from corpus.reports.indicators import LIKE, MOST_COMPARED, Indicator, answers, likeness, reached, side_by_side, weights

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


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_indicator_in_other_words_is_like(one, other):
    assert likeness(Indicator.of(a_fact(one)), Indicator.of(a_fact(other)), weights(ALL)) >= LIKE


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_means_something_else_is_not_like(one, other):
    assert likeness(Indicator.of(a_fact(one)), Indicator.of(a_fact(other)), weights(ALL)) < LIKE


@pytest.mark.parametrize("changes", [{"unit": "hồ sơ"}, {"scope": "cấp xã"}])
def test_other_units_and_levels_are_not_like(changes):
    one = a_fact("hộ nghèo", scope="cấp huyện")
    other = one | changes
    assert likeness(Indicator.of(one), Indicator.of(one), {}) == 1.0
    assert likeness(Indicator.of(one), Indicator.of(other), {}) == 0.0


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
