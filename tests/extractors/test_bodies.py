"""Bodies by the grammar of their names: lists, offices, classes, names that no lexicon knows."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.bodies.grammar import find_bodies
from extractors.bodies.same import body_key

CASES = json.loads((Path(__file__).parent / "data" / "bodies.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_bodies_are_named_in_full(case):
    assert [body.name for body in find_bodies(case["text"])] == case["bodies"]


def test_an_unknown_name_does_not_lose_the_rest_of_its_list():
    names = [b.name for b in find_bodies("Giám đốc các Sở: Tài chính, Hải dương, Xây dựng báo cáo")]
    assert names == ["Sở Tài chính", "Sở Hải dương", "Sở Xây dựng"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Giám đốc các Sở, ngành thành phố", "Sở, ban, ngành tỉnh"),
        ("Chủ tịch UBND các quận - huyện", "UBND cấp huyện"),
        ("Ủy ban Mặt trận Tổ quốc Việt Nam", "UBMTTQVN"),
    ],
)
def test_two_names_of_one_body_have_one_key(one, other):
    assert body_key(one) == body_key(other)


def test_two_bodies_have_two_keys():
    assert body_key("Sở Nội vụ") != body_key("Sở Tài chính")


_PIECES = st.sampled_from(
    [
        "các ",
        "Sở ",
        "sở, ",
        "UBND ",
        "huyện ",
        "xã: ",
        "Vụ ",
        "Kế hoạch",
        ", ",
        " và ",
        " - ",
        "Giám đốc ",
        "& PTNT",
        "15 ",
        ": ",
    ]
)


@given(st.lists(_PIECES, max_size=14).map("".join))
def test_bodies_stand_in_the_text_one_after_the_other(text):
    bodies = find_bodies(text)
    assert all(0 <= b.start < b.end <= len(text) and b.name for b in bodies)
    assert all(a.start <= b.start for a, b in itertools.pairwise(bodies))
