"""Bullets told from asterisks and full stops by their ink."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.layout.bullets import with_bullets
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
@pytest.mark.parametrize(("sign", "told"), [("•", "•"), ("*", "*"), (".", "*"), ("o", "*"), ("-", "*")])
def test_a_bullet_is_told_by_its_shape(sign, told, size):
    grey, read = line(sign, size)
    assert with_bullets([read], grey)[0].text == f"{told} Thu"
