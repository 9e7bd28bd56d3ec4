"""Headings set wide become words; columns, answers and list marks stay as they are."""

from __future__ import annotations

import time

import pytest

from documents.edits import replay
from normalizers.letter_spaced import letter_spaced_edits
from normalizers.repair import repair

WIDE = [
    ("Q U Y Ế T   Đ Ị N H", "QUYẾT ĐỊNH"),
    ("Q U Y Ế T Đ Ị N H", "QUYẾT ĐỊNH"),
    ("Q U Y Ế T Đ Ị N H :", "QUYẾT ĐỊNH :"),
    ("K Ế  H O Ạ C H", "KẾ HOẠCH"),
    ("K Ế H O Ạ C H", "KẾ HOẠCH"),
    ("C Ộ N G H Ò A X Ã H Ộ I C H Ủ N G H Ĩ A V I Ệ T N A M", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("Độc lập - T ự  d o - Hạnh phúc", "Độc lập - Tự do - Hạnh phúc"),
    ("Đ i ề u 1. Phê duyệt", "Điều 1. Phê duyệt"),
    ("B I Ê N   B Ả N", "BIÊN BẢN"),
    ("N G H Ị  Q U Y Ế T", "NGHỊ QUYẾT"),
    ("C Ô N G   Đ I Ệ N", "CÔNG ĐIỆN"),
    ("T Ờ   T R Ì N H", "TỜ TRÌNH"),
    ("C H Ỉ T H Ị", "CHỈ THỊ"),
    ("\u0054 H Ô N G \u00a0 B A\u0301 O", "THÔNG BÁO"),
]
"""``source``: headings of Decree 30/2020, annex III, set wide as typists do."""

RIGHT = [
    "A B C D",
    "Cột A B C 1 2 3",
    "a) b) c) d)",
    "I V X L",
    "Đáp án: A C B D A",
    "X Y Z",
    "x x x x",
    "M N P Q R",
    "ông A và bà B",
    "T T\tN A M",
]


@pytest.mark.parametrize(("wide", "words"), WIDE)
def test_a_heading_set_wide_is_words(wide: str, words: str) -> None:
    assert replay(wide, letter_spaced_edits(wide)) == words
    assert repair(wide).raw == wide


def test_repair_does_it_and_does_nothing_more_the_second_time() -> None:
    text = "ỦY BAN NHÂN DÂN TỈNH\nQ U Y Ế T   Đ Ị N H\nVề việc phê duyệt kế hoạch năm 2024"
    mended = repair(text)
    assert mended.text.splitlines()[1] == "QUYẾT ĐỊNH"
    assert [edit.rule for edit in mended.edits] == ["letter_spaced"]
    assert repair(mended.text).text == mended.text


@pytest.mark.parametrize("text", RIGHT)
def test_single_letters_that_make_no_words_stay(text: str) -> None:
    assert letter_spaced_edits(text) == []


def test_long_runs_take_linear_time() -> None:
    started = time.process_time()
    letter_spaced_edits("Q U Y Ế T Đ Ị N H " * 5_000)
    letter_spaced_edits("x y " * 50_000)
    assert time.process_time() - started < 2
