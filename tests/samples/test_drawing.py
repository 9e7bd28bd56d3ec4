"""The drawing room: what it says about a page is what stands on the page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from documents.page import LineKind
from samples.draw import DrawnPage, Look, Paragraph, Sheet, TableBlock, TableCell, draw_document, draw_lines, font_file

TEXT = "Thực hiện Nghị quyết số 76/NQ-CP ngày 15 tháng 7 năm 2021 của Chính phủ về cải cách hành chính nhà nước. "
SHEET = Sheet(
    issuer="ỦY BAN NHÂN DÂN\nTỈNH AN GIANG",
    number="Số: {102}/KH-UBND",
    place_date="An Giang, ngày {03} tháng 3 năm 2020",
    type="KẾ HOẠCH",
    subject="Cải cách hành chính",
    body=(
        Paragraph(TEXT * 3),
        TableBlock(
            (1, 5, 3, 3),
            (
                (TableCell("TT", row_span=2), TableCell("Nội dung", row_span=2), TableCell("Đơn vị", column_span=2)),
                ("Chủ trì", "Phối hợp"),
                ("1", "Ban hành kế hoạch cải cách hành chính hằng năm", "Sở Nội vụ", "Các sở"),
                ("2", "Báo cáo", "", "Ủy ban nhân dân cấp huyện"),
            ),
            header_rows=2,
        ),
    ),
    recipients=("- Như trên;", "- Lưu: VT."),
    sign_as=("CHỦ TỊCH",),
    signer="Nguyễn Văn An",
    seal="ỦY BAN NHÂN DÂN TỈNH AN GIANG ",
)
LOOKS = [
    Look(),
    Look(mode="bilevel", skew=1.5, blur=0.7, noise=10),
    Look(mode="colour", skew=-2, dpi=150, turn=90),
    Look(perspective=0.05, turn=270, dpi=130),
    Look(turn=180, font="dejavu"),
    Look(font="freeserif", dpi=300),
]


def ink_outside(page: DrawnPage, kinds: set[LineKind]) -> int:
    """How many dark pixels stand outside the boxes of words of ``kinds``, by a margin of two pixels."""
    dark = (page.pixels if page.pixels.ndim == 2 else page.pixels.min(axis=2)) < 100
    for line in page.lines:
        for word in line.words:
            if line.kind in kinds:
                left, top, right, bottom = word.box
                dark[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2] = False
    return int(dark.sum())


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_draw_lines_boxes_hold_the_ink(look: Look):
    try:
        font_file(look.font)
    except FileNotFoundError as absent:
        pytest.skip(str(absent))
    page = draw_lines(["Thực hiện cải cách hành chính,", "giai đoạn 2021 - 2030; Ủy ban"], look)
    assert [line.text for line in page.lines] == ["Thực hiện cải cách hành chính,", "giai đoạn 2021 - 2030; Ủy ban"]
    assert ink_outside(page, {LineKind.BODY}) == 0
    for line in page.lines:
        for word in line.words:
            left, top, right, bottom = word.box
            part = page.pixels[top:bottom, left:right]
            assert part.min() < 110, f"no ink in the box of {word.text}"


def test_draw_document_is_the_same_every_time():
    look = Look(mode="colour", noise=5, specks=10, skew=1, seed=3)
    first, again = draw_document(SHEET, look), draw_document(SHEET, look)
    assert all(np.array_equal(a.pixels, b.pixels) and a.lines == b.lines for a, b in zip(first, again, strict=True))
    other = draw_document(SHEET, replace(look, seed=4))
    assert not np.array_equal(first[0].pixels, other[0].pixels)


def test_draw_document_sets_letterhead_in_two_columns():
    (page,) = draw_document(SHEET)
    heads = {line.text: line for line in page.lines if line.kind is LineKind.LETTERHEAD}
    assert list(heads)[:3] == ["ỦY BAN NHÂN DÂN", "TỈNH AN GIANG", "Số: 102/KH-UBND"]
    motto = heads["Độc lập - Tự do - Hạnh phúc"]
    assert heads["TỈNH AN GIANG"].box[2] < motto.box[0]
    assert [word.text for line in page.lines for word in line.words if word.handwritten] == ["102/KH-UBND", "03"]


def test_draw_document_justifies_all_but_the_last_line():
    (page,) = draw_document(SHEET)
    rights = [line.box[2] for line in page.lines if line.paragraph == 3]
    assert len(rights) >= 3
    assert max(rights[:-1]) - min(rights[:-1]) <= 4


def test_draw_document_places_spanning_cells():
    (page,) = draw_document(SHEET)
    (table,) = page.tables
    assert (table.rows, table.columns, table.header_rows) == (4, 4, 2)
    cells = {(cell.row, cell.column): cell for cell in table.cells}
    assert cells[0, 2].column_span == 2 and cells[0, 0].row_span == 2 and (1, 0) not in cells
    assert cells[2, 1].text.replace("\n", " ") == "Ban hành kế hoạch cải cách hành chính hằng năm"
    assert [page.lines[i].text for i in cells[2, 2].lines] == ["Sở Nội vụ"]
    assert cells[0, 2].box[0] == cells[1, 2].box[0] and cells[0, 2].box[2] == cells[1, 3].box[2]


@pytest.mark.parametrize("split", [False, True])
def test_draw_document_breaks_tables_over_pages_without_loss(split: bool):
    texts = [f"Việc thứ {i}: " + TEXT * 3 for i in range(12)]
    rows = ((TableCell("TT"), TableCell("Nội dung")), *((str(i), text) for i, text in enumerate(texts)))
    pages = draw_document(Sheet(body=(TableBlock((1, 6), rows, split_rows=split),)))
    assert len(pages) > 1
    said = " ".join(
        cell.text.replace("\n", " ") for page in pages for table in page.tables for cell in table.cells if cell.column
    )
    assert " ".join(said.replace("Nội dung ", "").split()) == " ".join(" ".join(texts).split())
    assert [page.tables[0].continues for page in pages] == [False] + [True] * (len(pages) - 1)
    assert all(page.tables[0].header_rows == 1 for page in pages)


def test_draw_document_refuses_a_row_higher_than_a_page():
    with pytest.raises(ValueError, match="higher than a page"):
        draw_document(Sheet(body=(TableBlock((1,), ((TEXT * 60,),), header_rows=0),)))
