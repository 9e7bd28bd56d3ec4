"""Print that nobody read is seen in the ink, listed, and lowers the page; what is no print is not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from db import codec
from documents.page import Box, Page
from pipeline.image.images import PageImage
from pipeline.layout.seals import Seal
from pipeline.layout.unread import letters_in, unread_rows
from pipeline.ocr import make_engine
from pipeline.ocr.base import EngineError, ReadLine
from pipeline.scan import page_confidence, read_scan
from samples.draw import Look, draw_lines

LINES = [
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
    "Ủy ban nhân dân tỉnh yêu cầu các sở, ban, ngành thực hiện nghiêm túc",
    "Quyết định số 1629/QĐ-UBND ngày 27/6/2025 của Chủ tịch Ủy ban nhân dân",
    "tỉnh về việc công bố danh mục thủ tục hành chính lĩnh vực nông nghiệp.",
]


@pytest.fixture(scope="module", params=[100, 200, 300])
def drawn(request):
    return draw_lines(LINES, Look(dpi=request.param, blur=0.5))


def heights(page):
    return [line.box[3] - line.box[1] for line in page.lines]


def words(page, lines):
    return [word.box for i in lines for word in page.lines[i].words]


def test_a_line_that_nobody_read_is_found(drawn):
    (row,) = unread_rows(drawn.pixels, drawn.dpi, words(drawn, (0, 1, 3)), heights(drawn), [])
    lost = drawn.lines[2].box
    assert abs(row[0] - lost[0]) < 0.05 * drawn.dpi and abs(row[2] - lost[2]) < 0.05 * drawn.dpi
    assert lost[1] - 0.03 * drawn.dpi <= row[1] < row[3] <= lost[3] + 0.03 * drawn.dpi
    assert letters_in([row], heights(drawn), drawn.dpi) == pytest.approx(len(LINES[2]), rel=0.3)


def test_words_lost_within_a_line_are_found(drawn):
    kept = [word.box for i, line in enumerate(drawn.lines) for j, word in enumerate(line.words) if i != 1 or j < 6]
    (row,) = unread_rows(drawn.pixels, drawn.dpi, kept, heights(drawn), [])
    assert row[0] > drawn.lines[1].words[5].box[2] - 2


def test_what_was_read_is_not_unread(drawn):
    assert unread_rows(drawn.pixels, drawn.dpi, words(drawn, range(4)), heights(drawn), []) == []


def test_signatures_seals_rules_and_specks_are_no_print():
    page = np.full((800, 1200), 255, np.uint8)
    x = np.arange(200, 600)
    pen = np.stack([x, 200 + 60 * np.sin(x / 13) * np.sin(x / 70)], axis=1).astype(np.int32)
    cv2.polylines(page, [pen], False, 0, 3)
    cv2.line(page, (100, 400), (1100, 400), 0, 3)
    specks = np.random.default_rng(0).integers(0, (800, 1200), (400, 2))
    page[specks[:, 0], specks[:, 1]] = 0
    for angle in np.linspace(0, 2 * np.pi, 40):
        cv2.putText(page, "A", (int(900 + 110 * np.cos(angle)), int(600 + 110 * np.sin(angle))), 0, 0.5, 0, 1)
    cv2.circle(page, (900, 600), 130, 0, 3)
    assert unread_rows(page, 200, [], [34], [Seal(900, 600, 130)]) == []


def test_lost_letters_lower_the_page():
    from documents.page import Line

    lines = [Line("mười chữ ạ", confidence=0.98), Line("mười chữ ạ", confidence=0.98)]
    assert page_confidence(lines) == 0.98
    assert page_confidence(lines, 20) == 0.49
    assert page_confidence([], 20) == 0.0
    assert page_confidence([]) == 1.0


@pytest.mark.slow
def test_a_line_lost_in_reading_is_listed_and_counted(monkeypatch):
    try:
        engine = make_engine()
    except EngineError as missing:
        pytest.skip(str(missing))
    known = draw_lines(LINES * 3, Look(dpi=200, blur=0.5))
    image = PageImage(known.pixels, known.dpi)
    whole = read_scan(image, engine, number=1)
    assert whole.unread == ()
    read_lines = engine.read_lines

    def forgetful(grey, boxes):
        lines = read_lines(grey, boxes)
        return [*lines[:5], ReadLine((), boxes[5], 0.0, ()), *lines[6:]]

    monkeypatch.setattr(engine, "read_lines", forgetful)
    torn = read_scan(image, engine, number=1)
    (box,) = torn.unread
    lost = known.lines[5].box
    assert box.top < (lost[1] + lost[3]) / 2 * 72 / known.dpi < box.bottom
    assert torn.confidence == pytest.approx(whole.confidence * 11 / 12, abs=0.03)


def test_unread_boxes_are_kept():
    page = Page(1, unread=(Box(1.0, 2.0, 30.5, 14.2),), width=595, height=842)
    assert codec.unpack_page(codec.pack_page(page)).unread == page.unread
