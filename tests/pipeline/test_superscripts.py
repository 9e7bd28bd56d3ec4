"""Raised figures behind metres, drawn small and above the base line."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.image.boxes import PixelBox
from pipeline.layout.superscripts import raised_figure, with_superscripts
from pipeline.ocr import make_engine
from pipeline.ocr.base import ReadWord, line_of
from samples.draw import font


def drawn(before: str, raised: str, after: str, size: int) -> tuple[np.ndarray, PixelBox]:
    """A line of print with ``raised`` at two thirds of its size above the base line, and the box of its last word."""
    picture = Image.new("L", (900, 4 * size), 255)
    draw = ImageDraw.Draw(picture)
    big, small = font("liberation", size), font("liberation", round(0.66 * size))
    draw.text((40, 3 * size), before, font=big, fill=0, anchor="ls")
    word = 40 + draw.textlength(before.rpartition(" ")[0] + " ", font=big)
    end = 40 + draw.textlength(before, font=big)
    draw.text((end, 3 * size - round(0.35 * size)), raised, font=small, fill=0, anchor="ls")
    end += draw.textlength(raised, font=small)
    draw.text((end, 3 * size), after, font=big, fill=0, anchor="ls")
    end += draw.textlength(after, font=big)
    return np.asarray(picture), (round(word), 2 * size, round(end), round(3.25 * size))


@pytest.mark.parametrize("size", [28, 36])
@pytest.mark.parametrize(
    ("before", "raised", "after", "read", "told"),
    [
        ("diện tích 51.917,7m", "2", "", "51.917,7m2", "51.917,7m²"),
        ("khối lượng 12.500 m", "3", ";", "m2;", "m³;"),
        ("diện tích 34,6 km", "2", "", "km", "km²"),
        ("đất ở 250 m", "2", "/hộ", "m2/hộ", "m²/hộ"),
    ],
)
def test_a_raised_figure_is_told(size, before, raised, after, read, told):
    grey, box = drawn(before, raised, after, size)
    (line,) = with_superscripts([line_of([ReadWord(read, box, 0.95)], box, ())], grey, make_engine())
    assert line.text == told


@pytest.mark.parametrize("text", ["dài 25 m", "tổng 30 cm,", 'cao "12m"'])
def test_no_figure_is_put_behind_a_plain_metre(text):
    grey, box = drawn(text, "", "", 32)
    assert raised_figure(grey, box) is None


def test_a_figure_of_full_size_stays():
    grey, box = drawn("Lô đất m2", "", "", 32)
    (line,) = with_superscripts([line_of([ReadWord("m2", box, 0.95)], box, ())], grey, make_engine())
    assert line.text == "m2" and line.confidence == 0.95
