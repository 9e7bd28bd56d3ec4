"""Stamps lifted off the page, pens left on it."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.image.ink import separate_stamps
from samples.draw import Look, Paragraph, Sheet, draw_document
from samples.wear import BLUE, PURPLE, RED, stamped

DPI = 150


def square(colour: tuple[int, int, int]) -> np.ndarray:
    rgb = np.full((600, 600, 3), 255, np.uint8)
    rgb[100:300, 100:300] = colour
    rgb[190:210, 50:350] = (20, 20, 20)  # a stroke of print, under it and beside it
    return rgb


@pytest.mark.parametrize("colour", [(200, 40, 50), (40, 60, 170), (112, 48, 160)], ids=["red", "blue", "violet"])
def test_separate_stamps_keeps_black_print_under_coloured_ink(colour):
    inks = separate_stamps(square(colour), DPI)
    assert inks.stamps is not None
    assert inks.grey[150, 150] > 240
    assert inks.grey[200, 200] < 60
    assert inks.grey[200, 60] < 60
    assert inks.stamps[150, 150] < 150
    assert inks.stamps[10, 10] == 255


@pytest.mark.parametrize("colour", [RED, BLUE, PURPLE], ids=["red", "blue", "violet"])
def test_separate_stamps_lifts_a_worn_seal_off_the_text(colour):
    text = "Ủy ban nhân dân tỉnh giao các sở, ban, ngành thực hiện nghiêm túc. " * 40
    clean = draw_document(Sheet(body=(Paragraph(text),)), Look(dpi=DPI))[0].pixels
    inks = separate_stamps(stamped(clean, DPI, colour=colour, at=(0.5, 0.3)).pixels, DPI)
    assert inks.stamps is not None
    left = (inks.grey < 150) & (np.asarray(clean).reshape(*clean.shape[:2], -1).min(axis=2) > 250)
    seal = inks.stamps < 150
    assert seal.sum() > 1000
    assert (left & seal).sum() < 0.12 * seal.sum()


def test_separate_stamps_leaves_what_is_written_with_a_pen():
    rgb = np.full((1000, 800, 3), 255, np.uint8)
    rgb[300:330, 200:260:8] = (30, 40, 160)  # a number of some figures, 5 mm high
    rgb[500:504, 100:700] = (30, 30, 30)
    inks = separate_stamps(rgb, DPI)
    assert inks.stamps is None
    assert inks.grey[310, 200] < 110


def test_separate_stamps_leaves_blue_print_that_lies_over_nothing():
    rgb = np.full((1000, 800, 3), 255, np.uint8)
    rgb[300:420:10, 200:400] = (30, 40, 160)
    inks = separate_stamps(rgb, DPI)
    assert inks.grey[300, 300] < 110


@pytest.mark.parametrize("colour", [(90, 70, 50), (226, 208, 170)], ids=["brown", "old paper"])
def test_separate_stamps_leaves_paper(colour):
    rgb = np.full((200, 200, 3), 255, np.uint8)
    rgb[50:150, 50:150] = colour
    assert separate_stamps(rgb, DPI).stamps is None
