"""Round seals in black, and the print that they hide from the detector of lines."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.image.boxes import PixelBox
from pipeline.image.images import Pixels
from pipeline.layout.seals import Seal, find_seals, with_hidden
from samples.draw import Look, Paragraph, Sheet, draw_document
from samples.wear import BLACK, stamped
from tests.pipeline.pdfs import Reciter

DPI = 200
TEXT = "Ủy ban nhân dân tỉnh giao các sở, ban, ngành thực hiện nghiêm túc. " * 30


@pytest.fixture(scope="module")
def page() -> Pixels:
    return draw_document(Sheet(body=(Paragraph(TEXT),)), Look(dpi=DPI))[0].pixels


def test_find_seals_finds_a_worn_seal_over_print_and_none_in_print(page: Pixels) -> None:
    grey = page if page.ndim == 2 else page.min(axis=2)
    assert find_seals(grey, DPI) == []
    (seal,) = find_seals(stamped(page, DPI, colour=BLACK, at=(0.6, 0.4)).pixels, DPI)
    assert (seal.x / grey.shape[1], seal.y / grey.shape[0]) == pytest.approx((0.6, 0.4), abs=0.02)
    assert seal.radius / DPI == pytest.approx(18 / 25.4, rel=0.12)


class Shy(Reciter):
    """Finds ``hidden`` only when it sees no more than a piece of the page; ``cut`` runs out of that piece."""

    hidden: PixelBox = (450, 280, 700, 320)
    cut: PixelBox = (0, 500, 300, 540)

    def find_lines(self, grey: Pixels) -> list[PixelBox]:
        return [self.hidden, self.cut] if grey.shape[0] < 1000 else []


def test_with_hidden_adds_what_shows_around_a_seal_alone() -> None:
    seal = Seal(500, 600, 150)
    left, top = 200, 300  # where two radii around it begin
    title = (650, 580, 900, 620)
    scrap = (640, 590, 690, 615)
    body = (100, 200, 1500, 240)
    found = with_hidden([scrap, body], np.full((1000, 1600), 255, np.uint8), [seal], Shy())
    assert found == [body, title]
    assert title == (left + 450, top + 280, left + 700, top + 320)
    known = [(640, 575, 910, 625)]
    assert with_hidden(known, np.full((1000, 1600), 255, np.uint8), [seal], Shy()) == known
