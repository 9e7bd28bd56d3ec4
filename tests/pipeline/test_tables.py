"""Tables: every table here is drawn by the test itself, so that every cell is known."""

from __future__ import annotations

import itertools
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.page import Box, Cell, Line, LineKind, Page, Source, Table, Word
from pipeline.image.images import PageImage, straighten
from pipeline.tables.cells import Grid, cut_at_cells, find_grids, settle, tables_of_pdf_page
from pipeline.tables.headers import header_rows
from pipeline.tables.overleaf import join_continued
from pipeline.tables.plan import plan_tables
from samples.draw import DrawnPage, DrawnTable, Look, Paragraph, Sheet, TableBlock, TableCell, draw_document

BODY = Paragraph("Giao các sở, ban, ngành tỉnh và Ủy ban nhân dân các huyện, thành phố tổ chức thực hiện Kế hoạch này; " * 4)
HEAD = (
    (
        TableCell("STT", row_span=2, align="centre", bold=True),
        TableCell("Nội dung công việc", row_span=2, align="centre", bold=True),
        TableCell("Cơ quan thực hiện", column_span=2, align="centre", bold=True),
        TableCell("Thời hạn", row_span=2, align="centre", bold=True),
    ),
    (TableCell("Chủ trì", align="centre"), TableCell("Phối hợp", align="centre")),
)
ROWS = (
    (TableCell("I", align="centre"), TableCell("CẢI CÁCH THỂ CHẾ", bold=True, column_span=4)),
    (
        "1",
        "Ban hành kế hoạch rà soát văn bản quy phạm pháp luật hằng năm của tỉnh",
        "Sở Tư pháp",
        "Các sở, ngành",
        "Quý I/2020",
    ),
    ("2", "Kiểm tra, xử lý văn bản", "Sở Tư pháp", "", "30/6/2020"),
    (
        "3",
        "Báo cáo kết quả",
        TableCell("Các sở, ban, ngành; Ủy ban nhân dân cấp huyện", row_span=2),
        "Sở Nội vụ",
        "31/12/2020",
    ),
    ("4", "Tổng kết, đánh giá việc thực hiện kế hoạch", "-", "12/2020"),
)
TASKS = TableBlock((1, 5, 3, 3, 2), (*HEAD, *ROWS), header_rows=2)

SCANS = {
    "clean": Look(),
    "bilevel, worn rules": Look(mode="bilevel", skew=0.4, blur=0.7, noise=14, specks=40, rule_gaps=0.04, seed=1),
    "skewed by 2 degrees": Look(mode="grey", skew=-2.0, blur=0.6, noise=6, paper=244, ink=30, seed=2),
    "100 dpi": Look(dpi=100, skew=0.6, blur=0.4, noise=4, seed=3),
    "300 dpi, bilevel": Look(dpi=300, mode="bilevel", skew=-0.5, blur=1, noise=12, seed=4),
    "photographed": Look(dpi=150, skew=0.8, perspective=0.03, shade=0.35, blur=0.7, noise=4, seed=5),
    "other type": Look(font="sans", skew=0.3, mode="bilevel", blur=0.6, noise=12, seed=6),
}


def drawn(block: TableBlock, look: Look, *, landscape: bool = False, **parts) -> DrawnPage:
    (page,) = draw_document(Sheet(body=(BODY, block, BODY), landscape=landscape, **parts), look)
    return page


def grids_on(page: DrawnPage) -> tuple[list[Grid], np.ndarray]:
    grey = page.pixels if page.pixels.ndim == 2 else cv2.cvtColor(page.pixels, cv2.COLOR_RGB2GRAY)
    return find_grids(grey, page.dpi), grey


def shape(cells) -> list[tuple[int, int, int, int]]:
    return sorted((cell.row, cell.column, cell.row_span, cell.column_span) for cell in cells)


def assert_finds(page: DrawnPage, known: DrawnTable, off: float = 0.12) -> None:
    """One grid of the known shape, each cell within ``off`` inches of its place."""
    (grid,), _ = grids_on(page)
    assert (grid.rows, grid.columns) == (known.rows, known.columns)
    assert shape(grid.cells) == shape(known.cells)
    places = {(cell.row, cell.column): cell.box for cell in known.cells}
    for cell in grid.cells:
        far = max(abs(a - b) for a, b in zip(cell.box, places[cell.row, cell.column], strict=True))
        assert far <= off * page.dpi, (cell, places[cell.row, cell.column])


@pytest.mark.parametrize("name", SCANS)
def test_find_grids_finds_cells_and_spans(name: str):
    page = drawn(TASKS, SCANS[name])
    assert_finds(page, page.tables[0], 0.12 if abs(SCANS[name].skew) < 1 and not SCANS[name].perspective else 0.3)


def test_find_grids_follows_rules_through_a_pale_column():
    page = drawn(TASKS, Look())
    last = max(page.tables[0].cells, key=lambda cell: (cell.column, -cell.row_span))
    faded = page.pixels.copy()
    inside = slice(round(last.box[0]) + 8, round(last.box[2]) - 8)
    lower = round(last.box[1]) - 80  # the last two rows
    faded[lower:, inside] = 255 - (255 - faded[lower:, inside].astype(float)) * 0.08
    assert_finds(replace(page, pixels=faded), page.tables[0])


@pytest.mark.parametrize("name", ["clean", "bilevel, worn rules", "100 dpi"])
def test_find_grids_finds_tables_open_at_their_sides(name: str):
    page = drawn(replace(TASKS, rules="open"), SCANS[name])
    assert_finds(page, page.tables[0])


@pytest.mark.parametrize("name", ["clean", "bilevel, worn rules", "300 dpi, bilevel"])
def test_find_grids_finds_tables_with_horizontal_rules_only(name: str):
    block = TableBlock(
        (1, 5, 3, 2),
        (("TT", "Chỉ tiêu", "Đơn vị tính", "Kế hoạch"), *((str(i), f"Tỷ lệ thứ {i}", "%", f"{i},5") for i in range(1, 9))),
    )
    page = drawn(replace(block, rules="horizontal"), SCANS[name])
    (grid,), _ = grids_on(page)
    assert (grid.rows, grid.columns) == (9, 4)
    for cell in grid.cells:
        known = next(c for c in page.tables[0].cells if (c.row, c.column) == (cell.row, cell.column))
        for i in known.lines:
            left, top, right, bottom = page.lines[i].box
            assert cell.box[0] <= left and right <= cell.box[2] and cell.box[1] - 3 <= top and bottom <= cell.box[3] + 3


def test_find_grids_keeps_a_seal_over_the_table_out_of_the_grid():
    sheet = Sheet(body=(TASKS,), sign_as=("CHỦ TỊCH",), signer="Nguyễn Văn An", seal="ỦY BAN NHÂN DÂN TỈNH AN GIANG ")
    (page,) = draw_document(sheet, SCANS["bilevel, worn rules"])
    assert_finds(page, page.tables[0])


@pytest.mark.parametrize(
    "sheet",
    [
        Sheet(
            issuer="ỦY BAN NHÂN DÂN\nTỈNH AN GIANG",
            number="Số: {102}/KH-UBND",
            place_date="An Giang, ngày 03 tháng 3 năm 2020",
            type="KẾ HOẠCH",
            subject="Cải cách hành chính năm 2020",
            incoming=("CÔNG VĂN ĐẾN", "Số: {1234}", "Ngày: {5}/{3}/2020"),
            urgency="HỎA TỐC",
            footnote="1 Quyết định số 225/QĐ-TTg ngày 04/02/2016 của Thủ tướng Chính phủ.",
            body=(BODY, BODY, Paragraph("I. MỤC TIÊU", bold=True), BODY),
            sign_as=("CHỦ TỊCH",),
            signer="Nguyễn Văn An",
            seal="ỦY BAN NHÂN DÂN TỈNH AN GIANG ",
            recipients=("- Như trên;",),
        ),
        Sheet(body=tuple(Paragraph(f"{i}. ĐẨY MẠNH CẢI CÁCH HÀNH CHÍNH TỈNH", bold=True, size=16) for i in range(20))),
    ],
    ids=["first page", "headings"],
)
@pytest.mark.parametrize("name", ["clean", "bilevel, worn rules", "100 dpi"])
def test_find_grids_finds_none_where_there_is_none(sheet: Sheet, name: str):
    (page,) = draw_document(sheet, SCANS[name])
    assert grids_on(page)[0] == []


@st.composite
def blocks(draw) -> TableBlock:
    columns = draw(st.integers(2, 6))
    widths = tuple(draw(st.lists(st.integers(2, 6), min_size=columns, max_size=columns)))
    taken: set[tuple[int, int]] = set()
    rows = []
    n_rows = draw(st.integers(2, 7))
    for row in range(n_rows):
        cells, column = [], 0
        while column < columns:
            if (row, column) in taken:
                column += 1
                continue
            free = next((c for c in range(column, columns) if (row, c) in taken), columns) - column
            across = draw(st.integers(1, free)) if draw(st.integers(0, 5)) == 0 else 1
            down = draw(st.integers(1, n_rows - row)) if draw(st.integers(0, 5)) == 0 else 1
            if across == columns:
                down = 1
            taken |= {(row + i, column + j) for i in range(down) for j in range(across)}
            cells.append(
                TableCell(
                    draw(st.sampled_from(["Sở Y tế", "100,5", "", "Ủy ban nhân dân cấp huyện và cấp xã"])), down, across
                )
            )
            column += across
        rows.append(tuple(cells))
    return TableBlock(widths, tuple(rows))


def without_idle_edges(cells, rows: int, columns: int) -> list[tuple[int, int, int, int]]:
    """The shape of a table that was drawn with edges on which no cell begins or ends, as a reader sees it."""
    row_at = {e: i for i, e in enumerate(sorted({c.row for c in cells} | {rows}))}
    column_at = {e: i for i, e in enumerate(sorted({c.column for c in cells} | {columns}))}
    return sorted(
        (
            row_at[c.row],
            column_at[c.column],
            row_at[c.row + c.row_span] - row_at[c.row],
            column_at[c.column + c.column_span] - column_at[c.column],
        )
        for c in cells
    )


@settings(max_examples=12, deadline=None)
@given(blocks(), st.sampled_from(["clean", "bilevel, worn rules", "300 dpi, bilevel"]))
def test_find_grids_reads_any_table_as_drawn(block: TableBlock, name: str):
    page = draw_document(Sheet(body=(block,)), replace(SCANS[name], rule_gaps=0.0))[0]
    known = page.tables[0]
    expected = without_idle_edges(known.cells, known.rows, known.columns)
    columns = max(c + s for _, c, _, s in expected)
    rows = max(r + s for r, _, s, _ in expected)
    if columns < 2 or (rows < 2 and columns < 3) or len(expected) <= 4:
        return  # too little to be told from a frame
    (grid,), _ = grids_on(page)
    assert shape(grid.cells) == expected


def test_plan_tables_gives_every_line_to_its_cell():
    """Lines come from a detector that joins what stands side by side and overlooks single figures."""
    page = drawn(TASKS, SCANS["bilevel, worn rules"])
    straight = straighten(PageImage(page.pixels, page.dpi))

    def careless(grey: np.ndarray) -> list[tuple[int, int, int, int]]:
        level = draw_document(Sheet(body=(BODY, TASKS, BODY)), replace(SCANS["bilevel, worn rules"], skew=0.0))[0]
        lines = [line for line in level.lines if len(line.text) > 2]
        rows = itertools.groupby(sorted(lines, key=lambda line: line.box[1]), key=lambda line: line.box[1] // 20)
        return [
            (min(b[0] for b in boxes), min(b[1] for b in boxes) - 2, max(b[2] for b in boxes), max(b[3] for b in boxes) + 2)
            for _, row in rows
            for boxes in [[line.box for line in row]]
        ]

    plan = plan_tables(straight.grey, straight.dpi, careless)
    (grid,) = plan.grids
    wanted = {(cell.row, cell.column): len(cell.lines) for cell in page.tables[0].cells}
    found = {(cell.row, cell.column): len(lines) for cell, lines in zip(grid.cells, plan.inside[0], strict=True)}
    assert found == wanted
    for cell, lines in zip(grid.cells, plan.inside[0], strict=True):
        for left, top, right, bottom in lines:
            assert cell.box[0] <= left and cell.box[1] <= top and right <= cell.box[2] and bottom <= cell.box[3]
    assert len(plan.outside) >= 6


def test_plan_tables_erases_rules_and_keeps_print():
    page = drawn(TASKS, SCANS["clean"])
    plan = plan_tables(page.pixels, page.dpi, lambda grey: [])
    for line in page.lines:
        left, top, right, bottom = line.box
        before, after = (page.pixels[top:bottom, left:right] < 128).sum(), (plan.grey[top:bottom, left:right] < 128).sum()
        assert after >= 0.97 * before, line.text
    left, top, right, bottom = page.tables[0].box
    ink = (plan.grey[top:bottom, left:right] < 128).copy()
    for line in page.lines:
        x0, y0, x1, y1 = line.box
        ink[max(0, y0 - top) : max(0, y1 - top), max(0, x0 - left) : max(0, x1 - left)] = False
    assert ink.sum() < 20


def test_plan_tables_knows_ditto_marks():
    rows = (("Chỉ tiêu", "ĐVT", "Số"), ("Dân số", "Người", "10"), ("Thành thị", '"', "11"), ("Nông thôn", '"', "-"))
    page = drawn(TableBlock((4, 2, 2), rows), Look(mode="bilevel", blur=0.5))
    plan = plan_tables(page.pixels, page.dpi, lambda grey: [])
    at = {(cell.row, cell.column): lines for cell, lines in zip(plan.grids[0].cells, plan.inside[0], strict=True)}
    assert plan.dittos == {at[2, 1][0], at[3, 1][0]}
    assert len(at[3, 2]) == 1  # the hyphen is no dust


@pytest.mark.slow
def test_read_scan_reads_each_cell_by_itself():
    from pipeline.ocr import make_engine
    from pipeline.ocr.base import EngineError
    from pipeline.scan import read_scan

    try:
        engine = make_engine()
    except EngineError as missing:
        pytest.skip(str(missing))
    known = drawn(TASKS, replace(SCANS["bilevel, worn rules"], font="liberation"))
    page = read_scan(PageImage(known.pixels, known.dpi), engine, number=1)
    (table,) = page.tables
    assert (table.rows, table.columns, table.header_rows) == (7, 5, 2)
    read = {(cell.row, cell.column): [page.lines[i].text for i in cell.lines] for cell in table.cells}
    wrong = {
        at: (cell.text, read[at])
        for cell in known.tables[0].cells
        if (at := (cell.row, cell.column)) and " ".join(cell.text.split()) != " ".join(read[at])
    }
    assert len(wrong) <= 2, wrong
    first = next(i for i, line in enumerate(page.lines) if line.kind is LineKind.TABLE)
    assert page.lines[first - 1].text.endswith(known.lines[5].text.split()[-1])  # the table stands after the first paragraph


# --- born-digital pages -----------------------------------------------------------------------------------------------


def vector_page(block: TableBlock) -> tuple[list[Box], list[Line], tuple[float, float], DrawnPage]:
    """The rules and lines of a drawn page as a born-digital file tells them, in points."""
    page = drawn(block, Look(dpi=144))
    rules = []
    for cell in page.tables[0].cells:
        left, top, right, bottom = (side / 2 for side in cell.box)
        rules += [Box(left, y - 0.25, right, y + 0.25) for y in (top, bottom)]
        rules += [Box(x - 0.25, top, x + 0.25, bottom) for x in (left, right)]
    lines = []
    for line in page.lines:
        words, at = [], 0
        for word in line.words:
            words.append(Word(word.text, at, at + len(word.text), Box(*(side / 2 for side in word.box))))
            at += len(word.text) + 1
        lines.append(Line(line.text, tuple(words), Box(*(side / 2 for side in line.box))))
    return rules, lines, (page.pixels.shape[1] / 2, page.pixels.shape[0] / 2), page


def test_tables_of_pdf_page_and_settle_put_lines_into_cells():
    rules, lines, size, page = vector_page(TASKS)
    (table,) = tables_of_pdf_page(rules, size)
    assert shape(table.cells) == shape(page.tables[0].cells)
    inside, outside = cut_at_cells(reversed(lines), [table])
    read = settle(Page(1, (*outside[::-1][:4], *inside, *outside[::-1][4:]), (table,), *size, source=Source.TEXT_LAYER))
    (settled,) = read.tables
    for cell in settled.cells:
        known = next(c for c in page.tables[0].cells if (c.row, c.column) == (cell.row, cell.column))
        assert "\n".join(read.lines[i].text for i in cell.lines) == known.text
    assert settled.header_rows == 2
    assert sorted(i for cell in settled.cells for i in cell.lines) == [
        i for i, line in enumerate(read.lines) if line.kind is LineKind.TABLE
    ]
    assert sorted(line.text for line in read.lines) == sorted(line.text for line in lines)


def test_cut_at_cells_cuts_a_line_that_runs_through_a_row():
    rules, lines, size, _ = vector_page(TASKS)
    (table,) = tables_of_pdf_page(rules, size)
    row = [line for line in lines if line.text in ("2", "Kiểm tra, xử lý văn bản", "Sở Tư pháp", "30/6/2020")][-4:]
    row = sorted(row, key=lambda line: line.box.left)
    words, text = [], ""
    for line in row:
        start = len(text) + bool(text)
        text = f"{text} {line.text}" if text else line.text
        words += [replace(word, start=word.start + start, end=word.end + start) for word in line.words]
    inside, outside = cut_at_cells([Line(text, tuple(words))], [table])
    assert outside == []
    assert [line.text for line in inside] == [line.text for line in row]
    assert all(line.text[word.start : word.end] == word.text for line in inside for word in line.words)


def test_settle_changes_nothing_the_second_time():
    rules, lines, size, _ = vector_page(TASKS)
    tables = tables_of_pdf_page(rules, size)
    inside, outside = cut_at_cells(lines, tables)
    once = settle(Page(1, (*outside, *inside), tables, *size))
    assert settle(once) == once


# --- header rows and tables that go on --------------------------------------------------------------------------------


def plain_table(rows: list[list[str]], left: float = 50, **table) -> tuple[Table, list[Line]]:
    lines, cells = [], []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            box = Box(left + 100 * c, 100 + 20 * r, left + 100 * (c + 1), 120 + 20 * r)
            here = (
                [Line(text, (), Box(box.left + 2, box.top + 2, box.right - 2, box.bottom - 2), kind=LineKind.TABLE)]
                if text
                else []
            )
            cells.append(Cell(r, c, box=box, lines=range(len(lines), len(lines) + len(here))))
            lines += here
    around = Box(left, 100, left + 100 * len(rows[0]), 100 + 20 * len(rows))
    return Table(len(rows), len(rows[0]), tuple(cells), box=around, **table), lines


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["TT", "Nội dung", "Thời hạn"], ["1", "Ban hành kế hoạch", "2020"]], 1),
        ([["STT", "Chỉ tiêu", ""], ["1", "2", "3"], ["I", "Dân số", ""]], 2),
        ([["Số TT", "Chỉ tiêu", "So sánh"], ["1", "2", "3=2/1"], ["I", "Dân số", "5"]], 2),
        ([["STT", "A", "B", "C", "D"], ["1", "4)", "5=4/3", "97/4", "11-8/7"], ["I", "Dân số", "", "", ""]], 2),
        ([["Tên đơn vị", "Số lượng", "Ghi chú"], ["Sở Y tế", "12", ""]], 1),
        ([["1", "Ban hành kế hoạch", "Quý I"], ["2", "Kiểm tra", "Quý II"]], 0),
        ([["", "thực hiện các yêu cầu", ""], ["2", "Kiểm tra", "Quý II"]], 0),
        ([["TT", "Nội dung", "Số lượng", "Ghi chú"], ["1", "Máy tính", "3", "4"], ["2", "Máy in", "1", "5"]], 1),
    ],
)
def test_header_rows_tells_headings_from_data(rows, expected):
    table, lines = plain_table(rows)
    assert header_rows(table, lines) == expected


def page_of(
    number: int, rows: list[list[str]], before: tuple[Line, ...] = (), after: tuple[Line, ...] = (), left: float = 50
) -> Page:
    table, lines = plain_table(rows, left)
    page = Page(number, (*before, *lines, *after), (table,), 600, 840)
    return settle(page)


def widened(page: Page) -> Page:
    """The same table with a first column half as wide again."""
    (table,) = page.tables
    cells = tuple(
        replace(
            cell,
            box=Box(cell.box.left + 50 * (cell.column == 1), cell.box.top, cell.box.right + 50 * (not cell.column), 900),
        )
        for cell in table.cells
    )
    return replace(page, tables=(replace(table, cells=cells),))


HEADER = ["TT", "Nội dung thực hiện", "Đơn vị chủ trì"]
NUMBER = Line("2", (), Box(300, 30, 306, 42), kind=LineKind.PAGE_NUMBER)


def test_join_continued_knows_a_repeated_header():
    pages = join_continued(
        [
            page_of(1, [HEADER, ["1", "a", "b"]]),
            page_of(2, [["TT", "Nội dung thực hiên", "Đơn vị chủ trì"], ["2", "c", "d"]], (NUMBER,)),
        ]
    )
    assert [(p.tables[0].continues, p.tables[0].header_rows) for p in pages] == [(False, 1), (True, 1)]


def test_join_continued_knows_rows_that_go_on_without_header():
    pages = join_continued(
        [
            page_of(1, [HEADER, ["1", "a", "b"]]),
            page_of(2, [["", "thực hiện", ""], ["2", "c", "d"]], (NUMBER,)),
            page_of(3, [["3", "e", "f"]]),
        ]
    )
    assert [(p.tables[0].continues, p.tables[0].header_rows) for p in pages] == [(False, 1), (True, 0), (True, 0)]


@pytest.mark.parametrize("case", ["text between", "other columns", "other widths", "another header", "page missing"])
def test_join_continued_keeps_other_tables_apart(case: str):
    text = (Line("II. Nội dung khác của kế hoạch", (), Box(50, 60, 400, 75)),)
    first = page_of(1, [HEADER, ["1", "a", "b"]])
    second = {
        "text between": page_of(2, [["2", "c", "d"]], text),
        "other columns": page_of(2, [["2", "c", "d", "e"]]),
        "other widths": widened(page_of(2, [["2", "c", "d"]])),
        "another header": page_of(2, [["STT", "Tên thủ tục", "Lĩnh vực"], ["1", "c", "d"]]),
        "page missing": page_of(3, [["2", "c", "d"]]),
    }[case]
    assert not join_continued([first, second])[1].tables[0].continues


def test_find_grids_finds_each_part_of_a_table_over_pages():
    rows = (*HEAD, *((str(i), BODY.text[:150], "Sở Nội vụ", "Các sở", "2020") for i in range(14)))
    pages = draw_document(
        Sheet(body=(TableBlock((1, 5, 3, 3, 2), rows, header_rows=2, split_rows=True),), landscape=True),
        SCANS["bilevel, worn rules"],
    )
    assert len(pages) > 1
    for page in pages:
        assert_finds(page, page.tables[0])


@pytest.mark.parametrize("down", [True, False])
def test_plan_tables_leaves_out_the_strokes_through_empty_cells(down):
    rows = (("Chất thải", "Lượng", "Lưu giữ"), ("Lây nhiễm", "10", ""), ("Sắc nhọn", "", "7"))
    page = drawn(TableBlock((4, 2, 2), rows), Look(mode="bilevel", blur=0.5))
    pixels = page.pixels.copy()
    empty = [cell.box for cell in page.tables[0].cells if not cell.text]
    for left, top, right, bottom in empty:
        ends = ((left + 2, top + 2), (right - 2, bottom - 2)) if down else ((left + 2, bottom - 2), (right - 2, top + 2))
        cv2.line(pixels, *ends, 0, 3)
    plan = plan_tables(pixels, page.dpi, lambda grey: [])
    at = {(cell.row, cell.column): lines for cell, lines in zip(plan.grids[0].cells, plan.inside[0], strict=True)}
    assert at[1, 2] == at[2, 1] == ()
    assert all(at[place] for place in ((1, 0), (1, 1), (2, 0), (2, 2)))
