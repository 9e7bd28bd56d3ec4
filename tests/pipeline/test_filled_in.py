"""Figures of a pen in the blanks of a letterhead: cut out by the form's print, read as suggestions, stored, never sure."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import codec
from documents.page import Blank, Box, FilledIn, LineKind, Page
from pipeline.image.images import PageImage, straighten
from pipeline.layout.filled_in import blanks_of, read_filled_in
from pipeline.layout.placed import Placed
from pipeline.ocr.base import ReadWord, line_of
from pipeline.ocr.digits import SIDE, as_seen, log_chances
from pipeline.ocr.figures import read_figures
from scripts.training.draw_digits import draw_digit


@cache
def _written(text: str, seed: int, apart: int = 4) -> np.ndarray:
    """Figures beside each other as one pen writes them, dark on white."""
    drawn = np.random.default_rng(seed)
    pieces = []
    for digit in text:
        ink = draw_digit(int(digit), drawn)
        columns = np.flatnonzero(ink.max(axis=0) > 0.3)
        pieces += [ink[:, columns[0] : columns[-1] + 1], np.zeros((ink.shape[0], apart), np.float32)]
    return np.hstack(pieces)


def _any(text: str) -> bool:
    return bool(text)


@pytest.mark.parametrize("text", ["7", "24", "310", "1956", "88"])
def test_read_figures_reads_what_is_drawn_at_the_first_or_second_guess(text):
    right = [text in [t for t, _ in read_figures(_written(text, seed), _any)[:2]] for seed in range(6)]
    assert sum(right) >= 5


def test_readings_are_probabilities_and_fit():
    for seed in range(8):
        readings = read_figures(_written("31", seed), lambda text: text in ("31", "21", "3", "1"))
        assert readings and sum(chance for _, chance in readings) <= 1.001
        assert [chance for _, chance in readings] == sorted((chance for _, chance in readings), reverse=True)
        assert {text for text, _ in readings} <= {"31", "21", "3", "1"}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(8, 60), st.integers(8, 200))
def test_read_figures_takes_any_ink(seed, height, width):
    drawn = np.random.default_rng(seed)
    blots = cv2.GaussianBlur((drawn.random((height, width)) > 0.9).astype(np.float32), (0, 0), 1.5)
    readings = read_figures(np.clip(blots * 4, 0, 1).astype(np.float32), str.isdigit)
    assert all(text.isdigit() and 0 < chance <= 1 for text, chance in readings)


def test_nothing_is_read_where_nothing_is_written():
    assert read_figures(np.zeros((40, 90), np.float32), _any) == ()
    assert log_chances([]).shape == (0, 11)
    assert as_seen(np.zeros((5, 5), np.float32)).shape == (SIDE, SIDE)


# --- a whole form ---------------------------------------------------------------------------------------------------------

PEN = (200, 40, 30)
RIGHT_LINE = (860, 320, 1480, 356)


def _form(number: str, day: str, pen: tuple[int, int, int] = PEN) -> tuple[PageImage, list[Placed]]:
    """A sheet of 200 dpi with blocks for print, figures of a pen in the blanks, and its lines as engines give them."""
    sheet = np.full((2339, 1654, 3), 255, np.uint8)

    def block(text: str, x: int, width: int) -> ReadWord:
        for i in range(len(text)):
            left = x + i * width // len(text)
            cv2.rectangle(sheet, (left + 2, 326), (left + width // len(text) - 3, 350), (20, 20, 20), 3)
        return ReadWord(text, (x, 322, x + width, 354), 0.95)

    def write(text: str, x: int, seed: int) -> int:
        ink = cv2.resize(_written(text, seed), None, fx=0.9, fy=0.9)
        there = sheet[306 : 306 + ink.shape[0], x : x + ink.shape[1]]
        there[:] = (there * (1 - ink[..., None]) + np.array(pen) * ink[..., None]).astype(np.uint8)
        return x + ink.shape[1]

    said = block("Số:", 250, 50)
    notation = block("/QĐ-UBND", write(number, 306, 3) + 6, 150)
    date = [block("Hậu", 860, 60), block("Giang,", 930, 100), block("ngày", 1040, 70)]
    date.append(block("tháng", write(day, 1118, 5) + 6, 90))
    date += [block("12", 1300, 40), block("năm", 1350, 60), block("2010", 1410, 70)]
    lines = [
        Placed(line_of([said], said.box, ("a",)), LineKind.LETTERHEAD),
        Placed(line_of([notation], notation.box, ("a",)), LineKind.LETTERHEAD),
        Placed(line_of(date, RIGHT_LINE, ("a",)), LineKind.LETTERHEAD),
    ]
    return PageImage(sheet, 200), lines


@pytest.mark.parametrize("pen", [PEN, (30, 40, 160), (30, 30, 30)], ids=["red", "blue", "black"])
def test_the_blanks_of_a_form_are_found_and_read(pen):
    image, lines = _form("245", "27", pen)
    found = {one.blank: one for one in read_filled_in(image, straighten(image), lines)}
    assert "245" in [text for text, _ in found[Blank.NUMBER].readings[:3]]
    assert "27" in [text for text, _ in found[Blank.DAY].readings[:2]]
    assert Blank.MONTH not in found  # a printed figure
    box = found[Blank.NUMBER].box
    assert box.left < 310 * 0.36 < box.right and box.top < 340 * 0.36 < box.bottom


def test_a_date_in_a_sentence_is_no_blank():
    image, _ = _form("1", "2")
    text = "Căn cứ công văn số 334/ATTP ngày 02 tháng 03 năm 2010 của Cục"
    words = [ReadWord(w, (100 + 60 * i, 400, 155 + 60 * i, 430), 0.4) for i, w in enumerate(text.split())]
    assert blanks_of([Placed(line_of(words, (100, 400, 900, 430), ()), LineKind.BODY)], straighten(image)) == []


def test_what_a_pen_wrote_is_stored_with_its_page():
    one = FilledIn(Blank.DAY, Box(1.0, 2.0, 3.5, 4.0), (("24", 0.75), ("21", 0.125)))
    page = Page(1, filled_in=(one,))
    assert codec.unpack_page(codec.pack_page(page)).filled_in == (one,)
