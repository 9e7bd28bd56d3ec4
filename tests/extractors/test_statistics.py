"""Figures in tables, ruled and torn."""

from __future__ import annotations

import pytest

from documents.edits import Repaired
from documents.facts import FactKind
from documents.page import Cell, Document, Line, LineKind, Page, Source, SourceFile, Table
from extractors.in_tables.statistics import find_rows
from extractors.pipeline import extract
from extractors.structure.analysis import analyse

FILE = SourceFile("0" * 64, "bang.pdf", 1, "application/pdf")


def targets_of_table(rows, numbered=False):
    """The targets of a ruled table; ``numbered``: the last word of each heading is a cell of a second header row."""
    if numbered:
        rows = [[head.rpartition(" ")[0] for head in rows[0]], [head.rpartition(" ")[2] for head in rows[0]], *rows[1:]]
    lines = [Line("KẾ HOẠCH"), Line("Cải cách hành chính năm 2022"), Line(""), Line("I. MỤC TIÊU")]
    cells = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            cells.append(Cell(r, c, lines=range(len(lines), len(lines) + bool(text))))
            lines += [Line(text, kind=LineKind.TABLE)] if text else []
    table = Table(len(rows), len(rows[0]), tuple(cells), header_rows=1 + numbered)
    document = Document(FILE, (Page(1, tuple(lines), (table,), source=Source.TEXT_LAYER),))
    facts = extract(document, Repaired(document.raw, document.raw))
    return [f.value for f in facts.found if f.kind is FactKind.TARGET]


def test_cells_take_kind_due_and_unit_from_their_heads():
    found = targets_of_table(
        [
            ["TT", "Chỉ tiêu", "Đơn vị tính", "Thực hiện năm 2021", "Kế hoạch năm 2022"],
            ["1", "Tỷ lệ hồ sơ giải quyết đúng hạn", "%", "97,5", "98"],
            ["2", "Số lớp bồi dưỡng", "lớp", "12", "15"],
        ]
    )
    assert [(t.kind, t.value, t.unit, t.due) for t in found] == [
        ("result", 97.5, "%", "2021"),
        ("target", 98.0, "%", "2022"),
        ("result", 12.0, "lớp", "2021"),
        ("target", 15.0, "lớp", "2022"),
    ]
    assert found[0].indicator.startswith("Tỷ lệ hồ sơ giải quyết đúng hạn")


def test_years_ordinals_and_column_numbers_are_no_figures():
    found = targets_of_table(
        [["TT", "Nhiệm vụ", "Năm", "Số lớp"], ["(1)", "(2)", "(3)", "(4)"], ["1", "Tổ chức bồi dưỡng", "2022", "15"]]
    )
    assert [(t.value, t.unit) for t in found] == [(15.0, "lớp")]


def test_figures_under_a_numbered_head_keep_unit_kind_and_year():
    """A health report of Kiên Giang (2017): columns numbered, units said once and repeated by ditto marks."""
    found = targets_of_table(
        [
            ["Số TT 1", "Chỉ tiêu 2", "ĐVT 3", "Thực hiện 2016 4", "Kế hoạch 2018 5", "So sánh (%) 6=5/4"],
            ["1", "Số người sử dụng biện pháp tránh thai", "Người", "147.916", "111.300", "75,25"],
            ["2", "Vòng tránh thai mới đặt", '"', "46.791", "40.000", "85,49"],
        ],
        numbered=True,
    )
    assert [(t.kind, t.value, t.unit, t.due) for t in found] == [
        ("result", 147916.0, "người", "2016"),
        ("target", 111300.0, "người", "2018"),
        ("result", 75.25, "%", None),
        ("result", 46791.0, "người", "2016"),
        ("target", 40000.0, "người", "2018"),
        ("result", 85.49, "%", None),
    ]


def test_a_head_that_runs_together_with_the_first_number_still_numbers_the_rows():
    """Where the cell of notes spans head and rows, "STT" and the first number of the column are one head."""
    found = targets_of_table(
        [["STT 4.1.3.", "Nội dung", "Số phiếu"], ["5", "Khảo sát sự hài lòng", "120"], ["5.1", "Phiếu giấy", "80"]]
    )
    assert [(t.value, t.unit) for t in found] == [(120.0, "phiếu"), (80.0, "phiếu")]


@pytest.mark.parametrize("head", ["STT |", "Nội dung công việc"], ids=["a rule beside it", "a head of another column"])
def test_a_column_that_counts_the_rows_holds_no_figures(head):
    rows = [[str(i), f"Khu dân cư số {i}", str(40 + i)] for i in (1, 2, 3, 4, 6)]
    found = targets_of_table([[head, "Vị trí", "Số lô"], *rows])
    assert [(t.value, t.unit) for t in found] == [(float(40 + i), "lô") for i in (1, 2, 3, 4, 6)]


def test_sentences_in_cells_are_read_as_sentences():
    found = targets_of_table([["TT", "Nội dung"], ["1", "Bảo đảm 100% TTHC được công bố trước ngày 30/6/2022"]])
    assert [(t.value, t.unit, t.due) for t in found] == [(100.0, "%", "2022-06-30")]


def test_bare_rows_without_a_telling_head_stay_unread():
    head = "BÁO CÁO\nKết quả cải cách hành chính\n\nI. KẾT QUẢ\n"
    assert list(find_rows(analyse(head + "Sở Nội vụ Hà Nội\n\n12 13 14\n"))) == []
    found = list(find_rows(analyse(head + "Tổng số\nđơn vị\n\nĐã thực hiện\n\n145 140\n")))
    assert [(f.value.value, f.value.unit) for f in found] == [(145.0, "đơn vị"), (140.0, "đơn vị")]
    assert all(f.confidence < 0.6 for f in found)
