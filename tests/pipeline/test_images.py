"""Page images: resolution, red ink, borders, light, skew, and the way back to points."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.image.images import (
    SHARP,
    PageImage,
    clear_borders,
    despeckle,
    even_paper,
    is_bilevel,
    measure_skew,
    normal_resolution,
    positive,
    rotate,
    sharpened,
    sharpness,
    smooth_fax,
    straighten,
    turn,
)
from samples.draw import Look, Paragraph, Sheet, draw_document

TEXT = "Ủy ban nhân dân tỉnh giao các sở, ban, ngành thực hiện nghiêm túc các nội dung sau đây. " * 8
SHEET = Sheet(body=tuple(Paragraph(TEXT) for _ in range(4)))


@cache
def page(look: Look) -> np.ndarray:
    return draw_document(SHEET, look)[0].pixels


@pytest.mark.parametrize(
    ("pixels", "dpi"),
    [
        (np.zeros((10, 10), np.float32), 200),
        (np.zeros((10, 10, 4), np.uint8), 200),
        (np.zeros((0, 10), np.uint8), 200),
        (np.zeros((10, 10), np.uint8), 0),
    ],
)
def test_page_image_refuses_what_is_no_page(pixels, dpi):
    with pytest.raises(ValueError):
        PageImage(pixels, dpi)


@pytest.mark.parametrize(("dpi", "expected"), [(100, 200), (150, 150), (300, 300), (600, 200)])
def test_normal_resolution_changes_only_what_engines_read_badly(dpi, expected):
    pixels, resolution = normal_resolution(np.full((dpi * 2, dpi), 255, np.uint8), dpi)
    assert resolution == expected
    assert pixels.shape == (expected * 2, expected)


def test_normal_resolution_does_not_blow_up_what_is_large_already():
    pixels, dpi = normal_resolution(np.full((3200, 2000), 255, np.uint8), 72)
    assert pixels.shape == (3200, 2000)
    assert dpi == 72


@settings(max_examples=6, deadline=None)
@given(st.floats(-12, 12))
def test_measure_skew_finds_the_angle(angle):
    crooked = rotate(page(Look(dpi=100)), -angle)
    assert measure_skew(crooked) == pytest.approx(angle, abs=0.15)


def test_measure_skew_leaves_blank_pages_alone():
    assert measure_skew(np.full((1000, 700), 255, np.uint8)) == 0.0


def test_clear_borders_removes_scan_edges_and_nothing_else():
    grey = page(Look(dpi=100))
    bordered = grey.copy()
    bordered[:, -12:] = 5
    bordered[-15:] = 10
    cleared = clear_borders(bordered)
    assert (cleared[-15:] > 200).mean() > 0.99
    assert np.array_equal(cleared[30:-40, 30:-40], grey[30:-40, 30:-40])
    assert np.array_equal(clear_borders(grey), grey)


@pytest.mark.parametrize(
    "look", [Look(), Look(dpi=100), Look(dpi=300, blur=1.2), Look(mode="bilevel"), Look(paper=215, ink=120, noise=4)]
)
def test_sharpness_of_pages_in_focus(look):
    assert sharpness(page(look)) > SHARP


def test_sharpened_mends_what_is_out_of_focus_only():
    blurred = page(Look(blur=3.6))
    assert sharpness(blurred) < SHARP
    assert sharpness(sharpened(blurred, 200)) > 1.25 * sharpness(blurred)
    clean = page(Look())
    assert np.array_equal(straighten(PageImage(clean, 200)).grey, clean)


def test_positive_turns_negatives_only():
    clean = page(Look(mode="bilevel"))
    assert np.array_equal(positive(255 - clean), clean)
    for other in (clean, page(Look(dpi=100)), np.full((300, 200), 60, np.uint8), page(Look(dpi=100, paper=70, ink=20))):
        assert np.array_equal(positive(other), other)


def test_positive_turns_negatives_with_greys_and_no_dark_desk():
    negative = 255 - page(Look(dpi=100, noise=3))
    assert np.array_equal(positive(negative), 255 - negative)
    desk = np.full((900, 1200), 45, np.uint8)
    desk[200:600, 300:800] = page(Look(dpi=100))[:400, :500]
    assert np.array_equal(positive(desk), desk)


def test_smooth_fax_takes_specks_off_coarse_pages_before_they_grow():
    fax = page(Look(dpi=100, mode="bilevel"))
    flipped = np.random.default_rng(3).random(fax.shape) < 0.005
    speckled = np.where(flipped, 255 - fax, fax).astype(np.uint8)
    smooth = smooth_fax(speckled, 100)
    assert ((smooth < 128) & (fax == 255)).mean() < 0.25 * flipped.mean()
    assert not is_bilevel(smooth)
    for other, dpi in ((speckled, 200), (page(Look(dpi=100)), 100)):
        assert np.array_equal(smooth_fax(other, dpi), other)


def test_despeckle_takes_specks_and_leaves_the_dots_of_letters():
    clean = page(Look(mode="bilevel"))
    random = np.random.default_rng(3)
    flipped = random.random(clean.shape) < 0.005
    speckled = np.where(flipped, 255 - clean, clean).astype(np.uint8)
    assert (despeckle(speckled) != clean).mean() < 0.25 * (speckled != clean).mean()
    assert np.array_equal(despeckle(clean), clean)
    assert np.array_equal(despeckle(page(Look(dpi=100))), page(Look(dpi=100)))


def test_even_paper_makes_a_shaded_page_white_and_keeps_an_even_one():
    grey = page(Look(dpi=100))
    assert np.array_equal(even_paper(grey), grey)
    light = np.linspace(1.0, 0.5, grey.shape[1])[np.newaxis, :]
    evened = even_paper((grey * light).astype(np.uint8))
    blank = grey > 250
    assert np.median(evened[:, -100:][blank[:, -100:]]) > 240


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_straighten_maps_pixels_back_to_points_of_the_upright_page(quarters):
    drawn = draw_document(SHEET, Look(dpi=150))[0]
    turned = turn(drawn.pixels, -quarters % 4)
    straight = straighten(PageImage(turned, 150), lambda grey: quarters)
    assert straight.rotation == 90 * quarters
    assert straight.width < straight.height
    box = drawn.lines[3].words[0].box
    points = straight.points(box)
    assert points.as_tuple() == pytest.approx([side * 72 / 150 for side in box], abs=1.5)


def test_straighten_boxes_of_a_crooked_page_lie_on_its_crooked_print():
    drawn = draw_document(SHEET, Look(dpi=150, skew=2.5))[0]
    straight = straighten(PageImage(drawn.pixels, 150))
    assert straight.skew == pytest.approx(-2.5, abs=0.15)
    rows = np.flatnonzero((straight.grey < 128).any(axis=1))
    columns = np.flatnonzero((straight.grey[rows[0] : rows[0] + 8] < 128).any(axis=0))
    point = straight.points((int(columns[0]), int(rows[0]), int(columns[0]) + 8, int(rows[0]) + 8))
    x, y = round(point.left * 150 / 72), round(point.top * 150 / 72)
    assert (drawn.pixels[max(0, y - 6) : y + 18, max(0, x - 6) : x + 18] < 140).any()


def test_straighten_keeps_within_memory_on_colour_at_600_dpi():
    pixels = np.full((6600, 5100, 3), 250, np.uint8)
    straight = straighten(PageImage(pixels, 600))
    assert straight.grey.shape == (2200, 1700)
    assert straight.width == pytest.approx(612)
