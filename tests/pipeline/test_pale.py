"""Print that is nearly as light as its paper: read all the same, or the page says that something is there."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from documents.page import Source
from pipeline.image.images import PageImage, Pixels, as_pixels
from pipeline.image.pale import strengthened
from pipeline.ocr import make_engine
from pipeline.ocr.base import Engine
from pipeline.scan import read_scan
from samples.draw import Look, Paragraph, Sheet, draw_document

SHEET = Sheet(
    issuer="TỈNH HÀ NAM",
    superior="ỦY BAN NHÂN DÂN",
    number="Số: 125/KH-UBND",
    place_date="Hà Nam, ngày 15 tháng 6 năm 2024",
    type="KẾ HOẠCH",
    subject="Cải cách hành chính năm 2024",
    body=(Paragraph("Đến hết năm 2024 tỷ lệ hồ sơ trực tuyến đạt 90%."),),
    recipients=(),
    sign_as=(),
    signer="",
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return make_engine()


@pytest.fixture(scope="module")
def drawn() -> Pixels:
    pixels = draw_document(SHEET, Look())[0].pixels
    return pixels if pixels.ndim == 2 else as_pixels(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))


def faded(drawn: Pixels, print_grey: int, paper: int, grain: float = 1.5) -> Pixels:
    levels = print_grey + (paper - print_grey) * (drawn.astype(float) / 255)
    return np.clip(levels + np.random.default_rng(7).normal(0, grain, drawn.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("print_grey", "paper"), [(237, 255), (190, 205)])
def test_pale_print_is_read_and_the_page_says_how(drawn: Pixels, engine: Engine, print_grey: int, paper: int) -> None:
    page = read_scan(PageImage(faded(drawn, print_grey, paper), 200), engine, number=1)
    text = page.text
    assert "Đến hết năm 2024 tỷ lệ hồ sơ trực tuyến đạt 90%." in text
    assert "125/KH-UBND" in text
    assert page.reasons[0] == "very pale print, strengthened before it was read"


def test_what_shines_through_is_not_text_and_the_page_is_in_doubt(drawn: Pixels, engine: Engine) -> None:
    through = cv2.GaussianBlur(np.fliplr(faded(drawn, 225, 245)), (0, 0), 2)
    page = read_scan(PageImage(as_pixels(through), 200), engine, number=1)
    assert page.source is Source.EMPTY
    assert page.confidence <= 0.5
    assert "pale marks on it that can't be read as print" in page.reasons


def test_an_empty_sheet_stays_one_and_dark_print_is_left_as_it_is(drawn: Pixels) -> None:
    assert strengthened(PageImage(faded(np.full_like(drawn, 255), 240, 240, 3.0), 200)) is None
    assert strengthened(PageImage(drawn, 200)) is None
