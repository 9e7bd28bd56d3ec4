"""Crops of page images that were read wrongly, each with what is printed; the kinds are in the tests of their rooms."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from documents.page import Page
from pipeline.files.pictures import load
from pipeline.ocr import make_engine
from pipeline.ocr.base import EngineError
from pipeline.scan import read_scan

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "reading"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.issue(17),
    pytest.mark.skipif(not CASES.is_dir(), reason="the evaluation material is not beside the checkout"),
]


@cache
def read(name: str) -> Page:
    try:
        engine = make_engine()
    except EngineError as missing:
        pytest.skip(str(missing))
    return read_scan(load(CASES / f"{name}.png"), engine, number=1)


def test_a_list_in_two_columns_is_read_down_each():
    numbers = [line.text.split(".")[0] for line in read("m10_two_columns").lines[1:]]
    assert numbers == [*map(str, range(1, 11)), *map(str, range(32, 42))]


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("m17_tham_nhung", "tội phạm về tham nhũng, kinh tế,"),
        ("r07_list_marks_quyen", "- Thời gian tổ chức:"),
        ("r07_list_marks_quyen", "Nộp 3 quyển báo cáo bìa mềm"),
        ("r15_m3_III_diagonals", "III.Chất thải rắn y tế"),
    ],
)
def test_what_is_printed_is_read(name, printed):
    assert printed in read(name).text


def test_the_strokes_through_empty_cells_are_no_text():
    lone = [line.text for line in read("r15_m3_III_diagonals").lines if not any(c.isalnum() for c in line.text)]
    assert len(lone) <= 2  # the dashes of two list items stand in cells of their own


@pytest.mark.xfail(reason="no reader has ³; superscripts are not told by their shape yet", strict=True)
def test_a_superscript_is_read():
    assert "m³" in read("r15_m3_III_diagonals").text


@pytest.mark.xfail(reason="a stamp of incoming mail in black lies over the lines beside it", strict=True)
def test_the_lines_under_a_stamp_are_read():
    assert "Thời gian qua, các cấp, các ngành đã có nhiều cố gắng" in read("r11_small").text
