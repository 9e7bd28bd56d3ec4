"""Other languages are left alone, and garbled Vietnamese is never taken for one."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from normalizers.foreign import is_foreign, mask_foreign
from normalizers.repair import repair

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = (
    "This project will support the provincial departments with training and information services.\n"
    "The World Bank and the Government have agreed that all documents should be published.\n"
    "Chapter One\n"
)


def test_no_line_of_garbled_vietnamese_is_taken_for_english() -> None:
    seeds = sorted((ROOT / "samples").rglob("00?_*.txt"))
    assert len(seeds) == 5
    taken = [line for seed in seeds for line in seed.read_text(encoding="utf-8").split("\n") if is_foreign(line)]
    assert taken == []


def test_repair_leaves_english_as_it_is() -> None:
    assert repair(ENGLISH).text == ENGLISH


def test_repair_mends_vietnamese_between_english_lines() -> None:
    garbled = "cong tac cdi cach hanh chinh trén dia ban tinh\n"
    assert repair(ENGLISH + garbled).text == ENGLISH + "công tác cải cách hành chính trên địa bàn tỉnh\n"


@given(st.text())
def test_masking_keeps_every_place(text: str) -> None:
    masked = mask_foreign(text)
    assert len(masked) == len(text)
    assert [i for i, c in enumerate(masked) if c in "\n\f"] == [i for i, c in enumerate(text) if c in "\n\f"]
