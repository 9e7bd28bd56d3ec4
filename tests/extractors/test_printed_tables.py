"""Ruled tables as people print them: merged heads, rows that head a group, limits in cells, schedules, second leads.

``data/tables.json`` holds their cells; a list ``[text, rows, columns]`` is a cell that spans so many.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from documents.edits import Repaired
from documents.facts import Assignment, Deadline, Target
from documents.page import Cell, Document, Line, LineKind, Page, Source, SourceFile, Table
from extractors.pipeline import extract

CASES = json.loads((Path(__file__).parent / "data" / "tables.json").read_text(encoding="utf-8"))
FILE = SourceFile("0" * 64, "bang.pdf", 1, "application/pdf")


def document_of(case: dict) -> Document:
    lines = [Line(text) for text in case.get("above", ["KẾ HOẠCH", "Cải cách hành chính", "", "I. NỘI DUNG"])]
    cells: list[Cell] = []
    for row, texts in enumerate(case["rows"]):
        column = 0
        for cell in texts:
            while any(c.row <= row < c.row + c.row_span and c.column <= column < c.column + c.column_span for c in cells):
                column += 1
            text, rows, columns = cell if isinstance(cell, list) else (cell, 1, 1)
            cells.append(Cell(row, column, rows, columns, lines=range(len(lines), len(lines) + bool(text))))
            lines += [Line(text, kind=LineKind.TABLE)] if text else []
            column += columns
    width = max(c.column + c.column_span for c in cells)
    table = Table(len(case["rows"]), width, tuple(cells), header_rows=case.get("head", 1))
    return Document(FILE, (Page(1, tuple(lines), (table,), source=Source.TEXT_LAYER),))


def said(value: object) -> str | None:
    if isinstance(value, Target):
        figure = f"{value.value:.15g}" + (f"–{value.value_max:.15g}" if value.value_max is not None else "")
        return " ".join(filter(None, (value.kind, value.comparator, figure, value.unit, value.due)))
    if isinstance(value, Deadline):
        return f"{value.relation} {value.iso} ({', '.join(value.responsible)})"
    if isinstance(value, Assignment):
        return f"{value.unit} {value.role}"
    return None


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_facts_of_table(case):
    document = document_of(case)
    found = extract(document, Repaired(document.raw, document.raw)).found
    assert sorted(words for fact in found if (words := said(fact.value))) == sorted(case["expect"])
