"""Bullets, dashes, a lone 1 and I told by their ink."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.layout.marks import one_or_i, with_marks
from pipeline.ocr.base import ReadLine, ReadWord, line_of
from samples.draw import font


def line(sign: str, size: int) -> tuple[np.ndarray, ReadLine]:
    picture = Image.new("L", (700, 3 * size), 255)
    draw = ImageDraw.Draw(picture)
    face = font("liberation", size)
    draw.text((30, 2 * size), f"{sign} Thu ngân sách", font=face, fill=0, anchor="ls")
    end = 30 + round(draw.textlength(sign, font=face))
    right = 30 + round(draw.textlength(f"{sign} Thu ngân sách", font=face))
    top, bottom = round(1.05 * size), round(2.3 * size)
    words = [ReadWord("*", (30, top, end, bottom), 0.9), ReadWord("Thu", (end + 8, top, right, bottom), 0.99)]
    return np.asarray(picture), line_of(words, (30, top, right, bottom), ())


@pytest.mark.parametrize("size", [26, 36, 48])
@pytest.mark.parametrize(("sign", "told"), [("•", "•"), ("*", "*"), (".", "*"), ("o", "*"), ("-", "-")])
def test_a_bullet_is_told_by_its_shape(sign, told, size):
    grey, read = line(sign, size)
    assert with_marks([read], grey)[0].text == f"{told} Thu"


def drawn(text: str, size: int, name: str = "liberation") -> tuple[np.ndarray, int, int]:
    """A line of print from x = 120 on, its first row of pixels and the one after its last."""
    picture = Image.new("L", (900, 3 * size), 255)
    ImageDraw.Draw(picture).text((120, 2 * size), text, font=font(name, size), fill=0, anchor="ls")
    return np.asarray(picture), round(1.05 * size), round(2.3 * size)


def words_at(text: str, size: int, top: int, bottom: int, left: int = 120) -> list[ReadWord]:
    face = font("liberation", size)
    found, at = [], float(left)
    for word in text.split():
        end = at + face.getlength(word)
        found.append(ReadWord(word, (round(at), top, round(end), bottom), 0.95))
        at = end + face.getlength(" ")
    return found


@pytest.mark.parametrize("size", [28, 40])
@pytest.mark.parametrize(("printed", "told"), [("•   ", "•"), ("-   ", "-"), ("–  ", "-")])
def test_a_mark_that_no_reader_saw_opens_its_item(printed, told, size):
    grey, top, bottom = drawn(f"{printed}Sinh viên lưu ý", size)
    start = 120 + round(font("liberation", size).getlength(printed))
    words = words_at("Sinh viên lưu ý", size, top, bottom, start)
    read = line_of(words, (start, top, words[-1].box[2], bottom), ())
    assert with_marks([read], grey)[0].text == f"{told} Sinh viên lưu ý"


def test_what_stands_behind_other_print_opens_nothing():
    grey, top, bottom = drawn("Độc lập –   Tự do", 36)
    start = 120 + round(font("liberation", 36).getlength("Độc lập –   "))
    whole = words_at("Tự do", 36, top, bottom, start)
    before = words_at("Độc lập", 36, top, bottom)
    lines = [line_of(part, (part[0].box[0], top, part[-1].box[2], bottom), ()) for part in (before, whole)]
    assert [one.text for one in with_marks(lines, grey)] == ["Độc lập", "Tự do"]


@pytest.mark.parametrize("size", [28, 40])
@pytest.mark.parametrize("dash", ["-", "–", "—"])
def test_a_dash_is_named_by_the_length_of_its_ink(dash, size):
    text = f"08h00 {dash} 11h00"
    grey, top, bottom = drawn(text, size)
    words = words_at(text, size, top, bottom)
    for misread in "-–—":
        read = line_of([words[0], ReadWord(misread, words[1].box, 0.9), words[2]], (120, top, words[2].box[2], bottom), ())
        assert with_marks([read], grey)[0].text == text


@pytest.mark.parametrize("name", ["liberation", "dejavu"])
@pytest.mark.parametrize("size", [28, 40])
@pytest.mark.parametrize("sign", ["1", "I"])
def test_a_lone_figure_is_told_from_a_numeral(sign, size, name):
    grey, top, bottom = drawn(sign, size, name)
    right = 120 + round(font(name, size).getlength(sign))
    assert one_or_i(grey, (120, top, right, bottom)) == sign
