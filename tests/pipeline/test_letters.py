"""Letters as words: what is printed twice, set wide, or set without spaces; what the eye does not see."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from documents.page import Page
from pipeline.files.intake import examine
from pipeline.files.letters import Letter, printed_once, words_in
from pipeline.read import read_page
from tests.pipeline.pdfs import BODY, FONT, Drawing

SECRET = "Dòng bí mật đạt 77% đến năm 2030"
HEADINGS = ["QUYẾT ĐỊNH", "ỦY BAN NHÂN DÂN TỈNH BÌNH MINH", "KẾ HOẠCH"]


def page_of(drawing: Drawing, folder: Path, ocr: str = "never") -> Page:
    path = drawing.save(folder / "a.pdf")
    return read_page(path, examine(path), 1, ocr=ocr)


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def letter_by_letter(drawing: Drawing, lines: list[str], gap: float = 0.0, copies: tuple[float, ...] = (0.0,)) -> Drawing:
    """Every letter printed by itself, spaces not at all."""
    writer = pymupdf.TextWriter(drawing.current.rect)
    for number, line in enumerate(lines):
        x = 70.0
        for letter in line:
            for shift in copies if letter != " " else ():
                writer.append((x + shift, 100 + 20 * number), letter, font=FONT, fontsize=11)
            x += FONT.text_length(letter, 11) + gap
    writer.write_text(drawing.current)
    return drawing


@pytest.mark.parametrize("copies", [(0.0,), (0.0, 0.3), (0.0, 0.5, 1.0)])
def test_letters_without_spaces_and_with_copies_are_the_words_that_are_seen(
    tmp_path: Path, copies: tuple[float, ...]
) -> None:
    assert texts(page_of(letter_by_letter(Drawing().page(), BODY, copies=copies), tmp_path)) == BODY


@pytest.mark.parametrize("gap", [1.0, 2.0, 4.0, 6.0])
def test_headings_set_wide_are_words(tmp_path: Path, gap: float) -> None:
    assert texts(page_of(letter_by_letter(Drawing().page(), HEADINGS, gap), tmp_path)) == HEADINGS


@pytest.mark.parametrize("between", [" ", "  "])
def test_letters_typed_apart_are_words(tmp_path: Path, between: str) -> None:
    """With one space everywhere only the syllables tell the words."""
    typed = between.join(" ".join(word) for word in ("QUYẾT", "ĐỊNH"))
    assert texts(page_of(Drawing().page().text([typed, *BODY]), tmp_path))[0] == "QUYẾT ĐỊNH"


def test_figures_in_narrow_columns_stay_apart(tmp_path: Path) -> None:
    drawing = Drawing().page().text(BODY)
    for column in range(6):
        drawing.text([str(column)], at=(70 + 22 * column, 300))
    assert "012345" not in " ".join(texts(page_of(drawing, tmp_path)))


def image(drawing: Drawing) -> None:
    data = io.BytesIO()
    Image.new("RGB", (40, 10), (200, 220, 200)).save(data, "PNG")
    drawing.current.insert_image((60, 480, 420, 515), stream=data.getvalue(), keep_proportion=False)


COVERS = {
    "a white box": lambda d: d.current.draw_rect((60, 480, 500, 515), color=(1, 1, 1), fill=(1, 1, 1)),
    "an image": image,
    "a black box": lambda d: d.current.draw_rect((60, 480, 500, 515), color=(0, 0, 0), fill=(0, 0, 0)),
}


@pytest.mark.parametrize("cover", COVERS)
def test_text_under_what_was_painted_later_is_put_aside(tmp_path: Path, cover: str) -> None:
    drawing = Drawing().page().text(BODY).text([SECRET], at=(70, 500))
    COVERS[cover](drawing)
    page = page_of(drawing, tmp_path)
    assert texts(page) == BODY
    assert SECRET in [line.text for line in page.marginalia], "nothing is lost"
    assert "can't be seen" in "; ".join(page.reasons)


@pytest.mark.parametrize("colour", [(1, 1, 1), (0.99, 1, 0.99)])
def test_white_text_on_white_is_put_aside_and_on_a_dark_ground_is_read(tmp_path: Path, colour: tuple[float, ...]) -> None:
    drawing = Drawing().page().text(BODY)
    writer = pymupdf.TextWriter(drawing.current.rect)
    writer.append((70, 500), SECRET, font=FONT, fontsize=11)
    writer.write_text(drawing.current, color=colour)
    assert texts(page_of(drawing, tmp_path)) == BODY
    dark = Drawing().page().text(BODY)
    dark.current.draw_rect((60, 480, 500, 515), color=None, fill=(0, 0.1, 0.3))
    writer.write_text(dark.current, color=colour)
    assert texts(page_of(dark, tmp_path)) == [*BODY, SECRET]


@pytest.mark.parametrize("grey", [0.9, 0.93, 0.96])
def test_pale_type_is_read(tmp_path: Path, grey: float) -> None:
    drawing = Drawing().page()
    writer = pymupdf.TextWriter(drawing.current.rect)
    for number, line in enumerate(BODY):
        writer.append((70, 100 + 20 * number), line, font=FONT, fontsize=11)
    writer.write_text(drawing.current, color=(grey, grey, grey))
    assert texts(page_of(drawing, tmp_path)) == BODY


def test_a_page_of_text_that_nobody_sees_is_not_called_empty(tmp_path: Path) -> None:
    drawing = Drawing().page()
    writer = pymupdf.TextWriter(drawing.current.rect)
    writer.append((70, 500), SECRET, font=FONT, fontsize=11)
    writer.write_text(drawing.current, color=(1, 1, 1))
    page = page_of(drawing, tmp_path)
    assert page.confidence == 0.5
    assert page.reasons == (f"nothing on it can be seen; {len(SECRET.split())} words that can't be seen are put aside",)


def test_shades_and_translucent_marks_hide_nothing(tmp_path: Path) -> None:
    drawing = Drawing().page()
    drawing.current.draw_rect((60, 60, 560, 300), color=None, fill=(0.85, 0.9, 1))
    drawing.text(BODY).current.draw_rect((60, 60, 560, 300), color=None, fill=(1, 1, 0), fill_opacity=0.3)
    assert texts(page_of(drawing, tmp_path)) == BODY


@pytest.mark.parametrize("angle", [-20, -7, 30])
def test_text_that_runs_aslant_all_over_the_page_is_read(tmp_path: Path, angle: float) -> None:
    drawing = Drawing().page((800, 900))
    middle = pymupdf.Point(300, 400)
    writer = pymupdf.TextWriter(drawing.current.rect)
    for number, line in enumerate(BODY):
        writer.append((120, 300 + 20 * number), line, font=FONT, fontsize=11)
    writer.write_text(drawing.current, morph=(middle, pymupdf.Matrix(angle)))
    page = page_of(drawing, tmp_path)
    assert texts(page) == BODY
    assert page.skew == pytest.approx(-angle, abs=0.2)


def test_a_table_that_stands_sideways_is_text_with_its_table_and_a_caption_in_the_margin_is_none(tmp_path: Path) -> None:
    rows = [["STT", "Nhiệm vụ", "Đơn vị"], ["1", "Rà soát thủ tục", "Sở Nội vụ"], ["2", "Số hóa hồ sơ", "Sở Tài chính"]]
    drawing = Drawing().page().text(BODY)
    page = drawing.current
    columns = [0, 40, 180, 300]
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            writer = pymupdf.TextWriter(page.rect)
            at = pymupdf.Point(350 + 25 * row, 796 - columns[column])
            writer.append(at, text, font=FONT, fontsize=11)
            writer.write_text(page, morph=(at, pymupdf.Matrix(90)))
    for row in range(4):
        page.draw_line((333 + 25 * row, 800), (333 + 25 * row, 500))
    for column in columns:
        page.draw_line((333, 800 - column), (408, 800 - column))
    at = pymupdf.Point(30, 600)
    writer = pymupdf.TextWriter(page.rect)
    writer.append(at, "Ký bởi: Văn phòng UBND tỉnh", font=FONT, fontsize=8)
    writer.write_text(page, morph=(at, pymupdf.Matrix(90)))
    read = page_of(drawing, tmp_path)
    assert [line.text for line in read.marginalia] == ["Ký bởi: Văn phòng UBND tỉnh"]
    (table,) = read.tables
    cells = {(c.row, c.column): " ".join(read.lines[i].text for i in c.lines) for c in table.cells}
    assert cells == {(r, c): text for r, row in enumerate(rows) for c, text in enumerate(row)}


@given(st.lists(st.tuples(st.sampled_from("aềụ Đ1."), st.floats(0, 20), st.booleans()), min_size=1, max_size=40))
def test_words_hold_every_letter_that_is_seen_once_and_in_order(placed: list[tuple[str, float, bool]]) -> None:
    span = {"size": 12.0, "font": "x", "color": 0, "alpha": 255}
    letters, x = [], 0.0
    for text, gap, made_up in placed:
        x += gap
        letters.append(Letter(text, span, (x, 0, x + 6, 12), (x, 10), x, x + 6, made_up and text == " "))
        x += 6
    words = list(words_in(((1.0, 0.0), letters)))
    assert "".join(letter.text for word in words for letter in word.letters) == "".join(t for t, _, _ in placed if t != " ")
    assert all(word.letters and word.jumped >= 0 for word in words)
    once = printed_once([((1.0, 0.0), [*letters, *(replace(letter) for letter in letters)])])
    assert sum(letter.text != " " for _, line in once for letter in line) == sum(t != " " for t, _, _ in placed)


def test_a_dash_that_stands_alone_before_its_item_stays_as_it_was_printed(tmp_path: Path) -> None:
    """Layout joins the mark of a list to its item; the word of the layer is kept."""
    drawing = Drawing().page().text(BODY)
    drawing.text(["\u2013"], at=(70, 300)).text(["Sở Nội vụ báo cáo;"], at=(90, 300))
    assert "\u2013 Sở Nội vụ báo cáo;" in texts(page_of(drawing, tmp_path))


def test_a_number_filled_in_upon_the_dots_before_its_code_takes_their_place(tmp_path: Path) -> None:
    drawing = Drawing().page().text(["Số: ......./QĐ-UBND", *BODY])
    left = 70 + FONT.text_length("Số: ", 11)
    drawing.field("1187", (left, 88, left + FONT.text_length(".......", 11), 103))
    assert texts(page_of(drawing, tmp_path))[0] == "Số: 1187/QĐ-UBND"
