"""Photographed and bent sheets: where their edges are, what is made of them, and what is left alone."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from pipeline.image.dewarp import find_bend, find_sheet, flatten
from pipeline.image.images import PageImage, measure_skew, straighten, unbent
from samples.draw import DrawnPage, Look, Paragraph, Sheet, draw_document
from samples.wear import Worn, bilevel, bordered, photographed, skewed

TEXT = "Ủy ban nhân dân tỉnh giao các sở, ban, ngành thực hiện nghiêm túc các nội dung sau đây. " * 7
SHEET = Sheet(body=tuple(Paragraph(TEXT) for _ in range(6)))


@cache
def drawn() -> DrawnPage:
    return draw_document(SHEET, Look(dpi=150))[0]


def grey(worn: Worn) -> np.ndarray:
    return worn.pixels if worn.pixels.ndim == 2 else worn.pixels.max(axis=2)


@pytest.mark.parametrize(("tilt", "shadow"), [(0.06, True), (0.16, False)])
def test_find_sheet_sees_the_four_edges_of_a_photographed_page(tilt, shadow):
    worn = photographed(drawn().pixels, 150, tilt=tilt, turn=-4, shadow=shadow, side=1300)
    sheet = find_sheet(grey(worn))
    assert sheet is not None
    assert sheet.framed
    flat, home = flatten(grey(worn), sheet)
    assert flat.shape[0] / flat.shape[1] == pytest.approx(2**0.5, rel=0.01)
    corners = home @ np.array([[0, flat.shape[1]], [0, flat.shape[0]], [1, 1]])
    assert pytest.approx(sheet.corners[[0, 2]], abs=1.5) == (corners[:2] / corners[2]).T
    inner = flat[20:-20, 20:-20]
    assert np.percentile(inner[:, :8], 20) > 90, "the desk is gone"


@pytest.mark.parametrize(
    "worn",
    [
        Worn(drawn().pixels, 150),
        skewed(drawn().pixels, 150, degrees=3),
        bilevel(drawn().pixels, 150, to=200, salt=0.01),
        bordered(drawn().pixels, 150),
    ],
    ids=["clean", "skewed", "bilevel", "black borders"],
)
def test_find_sheet_leaves_scans_alone(worn):
    assert find_sheet(grey(worn)) is None


def test_find_bend_levels_the_lines_of_a_bound_page():
    worn = photographed(drawn().pixels, 150, tilt=0.0, curl=0.03, dark=0.1, desk=False, side=1754)
    straight = straighten(PageImage(worn.pixels, worn.dpi))
    bend = find_bend(straight.grey, straight.dpi)
    assert bend is not None
    level = unbent(straight)
    left, right = level.grey[:, 200:600], level.grey[:, -600:-200]
    assert abs(measure_skew(left)) < 0.4
    assert abs(measure_skew(right)) < 0.4
    assert abs(measure_skew(straight.grey[:, 200:600])) > 0.8


def test_find_bend_leaves_flat_pages_alone():
    assert find_bend(straighten(PageImage(drawn().pixels, 150)).grey, 150) is None
    assert find_bend(np.full((1700, 1200), 255, np.uint8), 150) is None


def test_points_of_a_photographed_page_lie_on_its_print():
    worn = photographed(drawn().pixels, 150, tilt=0.12, turn=3, side=1700)
    straight = unbent(straighten(PageImage(worn.pixels, worn.dpi)))
    rows = np.flatnonzero((straight.grey[:, 200:-200] < 110).mean(axis=1) > 0.05)
    columns = np.flatnonzero((straight.grey[rows[0] : rows[0] + 12] < 110).any(axis=0))
    box = straight.points((int(columns[0]), int(rows[0]), int(columns[0]) + 10, int(rows[0]) + 12))
    x, y = round(box.left * worn.dpi / 72), round(box.top * worn.dpi / 72)
    around = grey(worn)[max(0, y - 8) : y + 22, max(0, x - 8) : x + 22]
    assert int(around.max()) - int(around.min()) > 60, "print, not white paper"
