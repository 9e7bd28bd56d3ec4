"""The lexicon proves itself: every entry is found in its examples under its own name."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.words.units import DEPARTMENTS, find_units, lexicon, successors_on, units_of_heading


@pytest.mark.parametrize(("unit_id", "example"), [(u.id, e) for u in lexicon().values() for e in u.examples])
def test_example_is_found_as_its_entry(unit_id, example):
    assert unit_id in {m.id for m in find_units(example)}


@pytest.mark.parametrize("unit", lexicon().values(), ids=lambda u: u.id)
def test_entry_is_sound(unit):
    assert unit.source and unit.examples
    assert all(s in lexicon() for s in unit.successors)
    assert (unit.valid_from or "0") < (unit.valid_to or "9999")
    names = {u.name for u in lexicon().values() if u.id != unit.id}
    assert unit.name not in names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "các Sở: Nội vụ, Tài chính, Kế hoạch và Đầu tư, Y tế",
            ["Sở Nội vụ", "Sở Tài chính", "Sở Kế hoạch và Đầu tư", "Sở Y tế"],
        ),
        ("Giám đốc các sở; Thủ trưởng các ban, ngành tỉnh; Chủ tịch UBND cấp huyện", [DEPARTMENTS, "UBND cấp huyện"]),
        ("các sở, ban ngành, đoàn thể tỉnh", [DEPARTMENTS]),
        ("Chủ tịch Ủy ban nhân dân các huyện, thị xã, thành phố", ["UBND cấp huyện"]),
        ("UBND các xã, phường, thị trấn", ["UBND cấp xã"]),
        ("UBND các xã, phường, đặc khu", ["UBND cấp xã"]),
        ("UBND huyện Phú Vang", ["UBND huyện Phú Vang"]),
        ("các cơ quan chuyên môn thuộc UBND tỉnh", ["Cơ quan chuyên môn thuộc UBND tỉnh"]),
        ("Chánh Văn phòng Uỷ ban nhân dân tỉnh", ["Văn phòng UBND tỉnh"]),
        ("Sở GD&ĐT, Sở LĐTB&XH", ["Sở Giáo dục và Đào tạo", "Sở Lao động - Thương binh và Xã hội"]),
        ("Bộ trưởng, Thủ trưởng cơ quan ngang Bộ, Thủ trưởng cơ quan thuộc Chính phủ", ["Bộ, ngành"]),
        ("Trường Chính trị Tôn Đức Thắng", ["Trường Chính trị Tôn Đức Thắng"]),
        ("các tổ chức chính trị - xã hội", ["Tổ chức chính trị - xã hội"]),
        ("Văn hoá, Thể thao và Du lịch", []),
    ],
)
def test_find_units_names_bodies_classes_and_office_holders(text, names):
    assert [m.name for m in find_units(text) if m.kind != "generic"] == names


def test_mention_covers_the_printed_words():
    text = "giao Giám đốc Sở Nội vụ, Sở Y tế thực hiện"
    assert [text[m.start : m.end] for m in find_units(text)] == ["Giám đốc Sở Nội vụ", "Sở Y tế"]


def test_lost_marks_are_found_with_lower_confidence():
    assert find_units("S0 Noi vu") == []
    mention = find_units("So Noi vụ chủ trì", tolerant=True)[0]
    assert (mention.name, mention.confidence < 0.9) == ("Sở Nội vụ", True)


def test_heading_of_units_is_told_from_topics():
    assert [m.name for m in units_of_heading("Sở Y tế, Sở Giáo dục và Đào tạo:")] == ["Sở Y tế", "Sở Giáo dục và Đào tạo"]
    assert [m.name for m in units_of_heading("Trách nhiệm của Sở Tài chính")] == ["Sở Tài chính"]
    assert [m.name for m in units_of_heading("S&' Nội vụ")] == ["Sở Nội vụ"]
    assert units_of_heading("Khoa học và Công nghệ") == []
    assert units_of_heading("Cải cách tài chính công") == []
    assert units_of_heading("Sở Nội vụ đã hoàn thành tốt nhiệm vụ") == []


def test_departments_are_dated():
    assert [u.name for u in successors_on("so-thong-tin-va-truyen-thong", "2016-05-01")] == ["Sở Thông tin và Truyền thông"]
    assert [u.name for u in successors_on("so-thong-tin-va-truyen-thong", "2026-05-01")] == ["Sở Khoa học và Công nghệ"]
    assert [u.name for u in successors_on("so-cong-nghiep", "2026-05-01")] == ["Sở Công Thương"]


@given(st.text(alphabet=st.sampled_from("sởSở ộBbộ các,;:uUBNDhuyệnxãvà"), max_size=60))
def test_mentions_do_not_overlap(text):
    mentions = find_units(text, tolerant=True)
    assert all(a.end <= b.start for a, b in pairwise(mentions))
    assert all(0 <= m.start < m.end <= len(text) for m in mentions)


@pytest.mark.parametrize("unit", ["các sở, ", "Sở Nội vụ, ", "Ban Quản Lý ", "UBND huyện ", "SỞ ", "các "])
def test_time_grows_no_more_than_linearly(unit):
    def seconds(size):
        text = unit * (size // len(unit))
        start = time.perf_counter()
        find_units(text, tolerant=True)
        return time.perf_counter() - start

    seconds(500)
    small = min(seconds(10_000) for _ in range(2))
    assert seconds(40_000) < 10 * small + 0.3
