"""Crops of page images that were read wrongly, each with what is printed; the kinds are in the tests of their rooms."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from documents.page import LineKind, Page
from pipeline.files.pictures import load
from pipeline.ocr import make_engine
from pipeline.ocr.base import EngineError
from pipeline.scan import read_scan

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
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
    (image,) = CASES.glob(f"*/{name}.png")
    return read_scan(load(image), engine, number=1)


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


def test_superscripts_are_read():
    assert read("r15_m3_III_diagonals").text.count("m³") == 3


def test_a_widely_spaced_line_in_a_narrow_cell_is_read():
    text = read("spaced_line_in_cell").text
    assert text.count("Quyết định của\nChủ tịch UBND\ntỉnh") == 2


def test_a_title_under_a_seal_is_kept():
    assert "HIỆU TRƯỞNG" in read("m15_red_signer").text


def test_the_lines_under_a_stamp_are_read():
    text = read("r11_small").text
    assert "gian qua, các cấp, các ngành đã có nhiều cố gắng trong lãnh đạo, chỉ" in text
    assert "quản lý nhà nước về cải cách thủ tục hành chính, thu hút đầu tư" in text
    assert "đối với các dự án đầu tư bằng nguồn vốn ngoài ngân sách Nhà nước, tạo sự" in text
    assert "ĐẾN" not in text


@pytest.mark.xfail(reason="handwriting on the stamp is tied to the first letters of the line under it", strict=True)
def test_letters_under_handwriting_on_a_stamp_are_read():
    assert "Thời gian qua, các cấp" in read("r11_small").text


def test_a_stamp_beside_the_title_is_no_part_of_it():
    page = read("m11_stamp_in_title")
    title = [line.text for line in page.lines if line.kind is LineKind.TITLE]
    assert title[1:] == [
        "Ban hành hướng dẫn xây dựng và triển khai",
        "hệ thống thông tin quản lý Trạm Y tế xã, phường, thị trấn",
    ]
