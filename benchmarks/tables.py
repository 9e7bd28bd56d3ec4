"""Rows of ruled tables read with all their cells right, against tables counted and transcribed by eye.

    python -m benchmarks.tables [--engine NAME] [--out FILE.md]

Reads the pages named in ``tests/gold/tables.json`` from the scans of the evaluation material and writes
``benchmarks/tables.md``. A cell is right when its text is the transcript's but for white space, kinds of dashes and
quotation marks, and the style of tone marks; it is right to 98 % (the digitising rule of Công văn 7197/BKHCN-CĐSQG) when at
most 2 % of its characters differ.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

from benchmarks.ocr import processor_seconds
from documents.page import Page, Table
from normalizers.forms import old_tone_style
from pipeline.files.pdf import open_page
from pipeline.ocr import make_engine
from pipeline.scan import read_scan
from pipeline.tables.overleaf import join_continued

ROOT = Path(__file__).resolve().parent.parent
SCANS = ROOT.parent / "shared" / "scans"
GOLD = ROOT / "tests" / "gold" / "tables.json"
REPORT = ROOT / "benchmarks" / "tables.md"
NEARLY = 0.02

# Pages looked at while finding tables was built; the others were only counted and transcribed afterwards.
DEVELOPED_ON = {("19", "10"), ("19", "12"), ("28", "5"), ("28", "9")}

# row, column, row span, column span, text
GoldCell = tuple[int, int, int, int, str]


@dataclass(frozen=True, slots=True)
class Score:
    """One page: is the shape of the table right, and how many of the transcribed rows are."""

    file: str
    page: str
    shape: bool
    header: bool
    rows: int = 0
    exact: int = 0
    nearly: int = 0
    cells: int = 0
    exact_cells: int = 0
    seconds: float = 0.0
    wrong: tuple[tuple[str, str], ...] = ()


def canonical(text: str) -> str:
    """The text as it is compared.

    >>> canonical("Hoà  bình – “số 1”")
    'Hòa bình - "số 1"'
    """
    text = re.sub(r"[–—−]", "-", text)
    text = re.sub(r"[“”″]", '"', text)
    return " ".join(old_tone_style(text).split())


def gold_cells(entry: dict[str, Any]) -> list[GoldCell]:
    """The transcribed cells at their places in the grid."""
    taken: set[tuple[int, int]] = set()
    cells: list[GoldCell] = []
    for row, written in enumerate(entry.get("cells", ())):
        column = 0
        for cell in written:
            text, down, across = (cell, 1, 1) if isinstance(cell, str) else cell
            while (row, column) in taken:
                column += 1
            cells.append((row, column, down, across, text))
            taken |= {(row + i, column + j) for i in range(down) for j in range(across)}
    return cells


def score(file: str, number: str, entry: dict[str, Any], page: Page, seconds: float) -> Score:
    """The largest table of ``page`` against what was counted and transcribed."""
    table = max(page.tables, key=lambda table: len(table.cells), default=None)
    known = gold_cells(entry)
    if table is None:
        return Score(file, number, False, False, len({cell[0] for cell in known}), cells=len(known), seconds=seconds)
    shape = (table.rows, table.columns) == (entry["rows"], entry["columns"])
    header = table.header_rows == entry["header_rows"]
    found = texts_of(table, page)
    right: dict[int, list[tuple[bool, bool]]] = {}
    wrong = []
    for row, column, down, across, text in known:
        read = found.get((row, column, down, across))
        if read is None:
            right.setdefault(row, []).append((False, False))
            wrong.append((text, "(no such cell)"))
            continue
        same, far = canonical(text) == canonical(read), Levenshtein.distance(canonical(text), canonical(read))
        right.setdefault(row, []).append((same, far <= NEARLY * len(canonical(text))))
        if not same:
            wrong.append((text, read))
    return Score(
        file,
        number,
        shape,
        header,
        rows=len(right),
        exact=sum(all(same for same, _ in cells) for cells in right.values()),
        nearly=sum(all(near for _, near in cells) for cells in right.values()),
        cells=len(known),
        exact_cells=sum(same for cells in right.values() for same, _ in cells),
        seconds=seconds,
        wrong=tuple(wrong),
    )


def texts_of(table: Table, page: Page) -> dict[tuple[int, int, int, int], str]:
    return {
        (cell.row, cell.column, cell.row_span, cell.column_span): " ".join(page.lines[i].text for i in cell.lines)
        for cell in table.cells
    }


def scores(engine_name: str | None) -> Iterator[Score]:
    engine = make_engine(engine_name)
    for file, entries in json.loads(GOLD.read_text(encoding="utf-8")).items():
        if not isinstance(entries, dict):
            continue
        pages, seconds = [], {}
        for number in entries:
            with open_page(SCANS / f"{file}.pdf", int(number)) as page:
                image, _ = page.image()
            before = processor_seconds()
            pages.append(read_scan(image, engine, number=int(number)))
            seconds[number] = processor_seconds() - before
        for page, (number, entry) in zip(join_continued(pages), entries.items(), strict=True):
            yield score(file, number, entry, page, seconds[number])


def report(measured: list[Score], engine: str) -> str:
    total = [sum(getattr(s, name) for s in measured) for name in ("rows", "exact", "nearly", "cells", "exact_cells")]
    lines = [
        "# Ruled tables in scans",
        "",
        f"Generated by `python -m benchmarks.tables`. Engine: {engine}. Text as read, before repair.",
        "Rows and columns were counted, and cells transcribed, by eye (`tests/gold/tables.json`).",
        "A row is right when all its cells are; rows of headings are counted too.",
        "",
        f"- shape (rows and columns) right: **{sum(s.shape for s in measured)} of {len(measured)}** pages",
        f"- header rows right: {sum(s.header for s in measured)} of {len(measured)} pages",
        f"- rows with all cells right to the character: **{share(total[1], total[0])}**",
        f"- rows with all cells right to 98 % of their characters: **{share(total[2], total[0])}**",
        f"- cells right to the character: **{share(total[4], total[3])}**",
        "",
        "| file | page | shape | header | rows right | to 98 % | cells right | CPU s | developed on |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for s in measured:
        looked = "yes" if (s.file[:2], s.page) in DEVELOPED_ON else ""
        figures = f"{s.exact} of {s.rows} | {s.nearly} of {s.rows} | {s.exact_cells} of {s.cells}" if s.rows else "– | – | –"
        lines.append(
            f"| {s.file} | {s.page} | {mark(s.shape)} | {mark(s.header)} | {figures} | {s.seconds:.1f} | {looked} |"
        )
    lines += ["", "## Cells that are wrong", "", "| page | printed | read |", "|---|---|---|"]
    for s in measured:
        for printed, read in s.wrong:
            lines.append(f"| {s.file[:2]}:{s.page} | {cut(printed, read)} | {cut(read, printed)} |")
    return "\n".join(lines) + "\n"


def cut(text: str, other: str, around: int = 30) -> str:
    """The part of ``text`` where it begins to differ from ``other``."""
    text, other = canonical(text), canonical(other)
    at = next((i for i, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), min(len(text), len(other)))
    piece = text[max(0, at - around // 2) : at + around]
    return f"`{piece.replace('|', '¦').replace('`', '´')}`" if piece else "(nothing)"


def share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "no cases"


def mark(right: bool) -> str:
    return "yes" if right else "NO"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine")
    parser.add_argument("--out", type=Path, default=REPORT)
    options = parser.parse_args()
    text = report(list(scores(options.engine)), make_engine(options.engine).version)
    options.out.write_text(text, encoding="utf-8")
    print(text.split("| file")[0])


if __name__ == "__main__":
    main()
