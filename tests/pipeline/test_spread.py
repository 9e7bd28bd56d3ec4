"""Two pages on one scan, told from wide pages and tables."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.image.images import PageImage, straighten
from pipeline.image.spread import facing_pages, find_gutter
from samples.draw import Look, Paragraph, Sheet, TableBlock, draw_document
from samples.wear import spread

DPI = 150
TEXT = "Ủy ban nhân dân tỉnh giao các sở, ban, ngành thực hiện nghiêm túc các nội dung sau đây. " * 6


def page(sheet: Sheet) -> np.ndarray:
    return draw_document(sheet, Look(dpi=DPI))[0].pixels


def test_facing_pages_are_cut_in_the_white_between_them():
    one = page(Sheet(body=tuple(Paragraph(TEXT) for _ in range(5))))
    both = spread(one, one, DPI)
    straight = straighten(PageImage(both.pixels, DPI))
    left, right = facing_pages(straight)
    assert left.grey.shape[1] == pytest.approx(one.shape[1], abs=0.1 * one.shape[1])
    box = right.points((0, 0, 10, 10))
    assert box.left == pytest.approx(left.grey.shape[1] * 72 / DPI, abs=2)
    assert box.right <= straight.width


def test_find_gutter_leaves_wide_pages_whole():
    rows = tuple((str(i), TEXT[:60], "Sở Nội vụ", "2025") for i in range(12))
    table = TableBlock((0.1, 0.5, 0.25, 0.15), rows, header_rows=0)
    for body in ((table,), tuple(Paragraph(TEXT) for _ in range(4))):
        assert find_gutter(page(Sheet(body=body, landscape=True)), DPI) is None
    assert find_gutter(page(Sheet(body=(Paragraph(TEXT),))), DPI) is None
    assert find_gutter(np.full((800, 1200), 255, np.uint8), DPI) is None
