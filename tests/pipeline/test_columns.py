"""Short cells of tables, corrected by row, column and ink."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ocr.base import ReadLine, ReadWord, line_of
from pipeline.tables.columns import CORRECTED, second_look
from pipeline.tables.grids import Grid, GridCell
from samples.draw import Look, draw_lines

WIDE, HIGH = 200, 40


def table(rows: list[list[str]]) -> tuple[Grid, list[list[ReadLine]]]:
    cells, lines = [], []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            box = c * WIDE, r * HIGH, (c + 1) * WIDE, (r + 1) * HIGH
            cells.append(GridCell(r, c, 1, 1, box))
            lines.append([line_of([ReadWord(text, box, 0.9)], box, ("recorded",))] if text else [])
    return Grid(len(rows), len(rows[0]), tuple(cells), (0, 0, len(rows[0]) * WIDE, len(rows) * HIGH)), lines


def texts(rows: list[list[str]], grey: np.ndarray | None = None) -> list[list[str]]:
    grid, lines = table(rows)
    paper = np.full((grid.box[3], grid.box[2]), 255, np.uint8) if grey is None else grey
    found = second_look(grid, lines, paper)
    flat = [cell[0].text if cell else "" for cell in found]
    return [flat[i : i + grid.columns] for i in range(0, len(flat), grid.columns)]


def test_second_look_knows_the_row_that_numbers_the_columns():
    rows = [["TT", "Chỉ tiêu", "a", "b", "c", "d"], ["1", "2", "3", "4)", "54/3", "6-5/4"], ["1", "Số", "7", "85", "9", "3"]]
    assert texts(rows)[1] == ["1", "2", "3", "4", "5=4/3", "6=5/4"]
    assert texts(rows)[2] == rows[2]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["STT", "I", "1", "2", "H", "1", "2"], ["STT", "I", "1", "2", "II", "1", "2"]),
        (["TT", "L", "1.", "2."], ["TT", "I.", "1.", "2."]),
        (["TT", "1", "1", "2", "II", "1"], ["TT", "I", "1", "2", "II", "1"]),
        (["TT", "10", "11", "12"], ["TT", "10", "11", "12"]),
        (["TT", "A", "B", "G", "H", "I"], ["TT", "A", "B", "G", "H", "I"]),
        (["Tên", "Lan", "Hà", "L"], ["Tên", "Lan", "Hà", "L"]),
    ],
)
def test_second_look_counts_rows_in_roman_numerals(column, expected):
    rows = [[text, "nội dung"] for text in column]
    assert [row[0] for row in texts(rows)] == expected


def test_second_look_takes_a_figure_out_of_a_word_of_the_column():
    column = ["TE", "TE", "7E", "TE", "5", "70"]
    assert [row[0] for row in texts([[text, "x"] for text in column])] == ["TE", "TE", "TE", "TE", "5", "70"]


@pytest.mark.parametrize(
    ("printed", "read", "expected"),
    [
        ("85,71", "8571", "85,71"),
        ("111,11", "11111", "111,11"),
        ("16.808", "16808", "16.808"),
        ("4.128.270", "4128270", "4.128.270"),
        ("2025", "2025", "2025"),
        ("12,5", "125", "12,5"),
        ("7", "7", "7"),
    ],
)
@pytest.mark.parametrize("font", ["liberation", "dejavu"])
def test_second_look_sees_decimal_marks_in_the_ink(printed, read, expected, font):
    drawn = draw_lines([printed], Look(font=font, dpi=200, blur=0.6))
    pixels = drawn.pixels if drawn.pixels.ndim == 2 else drawn.pixels.min(axis=2)
    left, top, right, bottom = drawn.lines[0].box
    box = left - 6, top - 6, right + 6, bottom + 6
    grid = Grid(1, 2, (GridCell(0, 0, 1, 1, box), GridCell(0, 1, 1, 1, (0, 0, 1, 1))), box)
    (line,), _ = second_look(grid, [[line_of([ReadWord(read, box, 0.95)], box, ())], []], pixels)
    assert line.text == expected
    assert line.confidence <= CORRECTED or line.text == read


def test_second_look_lists_figures_with_commas():
    assert texts([["13,13.15,17", "4.500.000"], ["12.345,6", "1.2"]]) == [["13,13,15,17", "4.500.000"], ["12.345,6", "1.2"]]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.text("IVXLH1l|27TE.,)=/-abc ", max_size=5), min_size=3, max_size=3), min_size=1, max_size=6))
def test_second_look_loses_no_cell_and_no_line(rows):
    grid, lines = table([[text.strip() for text in row] for row in rows])
    found = second_look(grid, lines, np.full((grid.box[3], grid.box[2]), 255, np.uint8))
    assert [len(cell) for cell in found] == [len(cell) for cell in lines]
    assert all(line.text for cell in found for line in cell)
