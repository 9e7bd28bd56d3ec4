"""A page image becomes a page: clean, straighten, find lines, read them, put them into reading order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from statistics import fmean

from corpus.model import Line, LineKind, Page, Source, Word
from pipeline.images import PageImage, Straight, straighten
from pipeline.layout import Placed, order_lines
from pipeline.ocr.base import Engine, ReadLine, ReadWord, line_of
from pipeline.stamps import find_frames
from pipeline.tables import TablePlan, plan_tables, settle, table_of


def read_scan(image: PageImage, engine: Engine, *, number: int) -> Page:
    """The page ``number`` (from 1) that ``image`` shows, in reading order.

    Boxes are points from the top left of the page turned upright; the lines of a table stand cell by cell. Raises
    ``pipeline.ocr.base.EngineError`` when the engine fails.
    """
    straight = straighten(image, engine.quarter_turns)
    plan = plan_tables(straight.grey, straight.dpi, engine.find_lines)
    read = engine.recognise(plan.grey, plan.boxes)
    height, width = straight.grey.shape
    frames = find_frames(straight.grey, straight.dpi)
    text, marginalia = order_lines(read[: len(plan.outside)], (width, height), frames, [grid.box for grid in plan.grids])
    text = _with_cells(text, plan, read[len(plan.outside) :])
    lines = tuple(_line(placed, straight) for placed in text)
    page = Page(
        number=number,
        lines=lines,
        tables=tuple(table_of(grid, straight.points) for grid in plan.grids),
        width=straight.width,
        height=straight.height,
        source=Source.OCR if lines else Source.EMPTY,
        engine=engine.version,
        profile="vietnamese",
        confidence=page_confidence(lines),
        rotation=straight.rotation,
        skew=straight.skew,
        marginalia=tuple(_line(placed, straight) for placed in marginalia),
    )
    return settle(page)


def _with_cells(text: Sequence[Placed], plan: TablePlan, read: Sequence[ReadLine]) -> list[Placed]:
    """``text`` with the lines of the tables' cells, ``read`` in the order of the plan, in place of each table."""
    waiting = iter(read)
    lines = {
        grid.box: [
            Placed(_sign(line, plan), LineKind.TABLE) for cell in cells for line in islice(waiting, len(cell)) if line.words
        ]
        for grid, cells in zip(plan.grids, plan.inside, strict=True)
    }
    return [line for placed in text for line in (lines[placed.box] if placed.kind is LineKind.TABLE else [placed])]


_PER_MILLE = frozenset({"%o", "%0", "%ọ", "96o", "9%o", "0/00", "0⁄00"})
"""What engines that lack the sign print for a cell that holds ‰ alone; a figure never ends in the letter o."""


def _sign(line: ReadLine, plan: TablePlan) -> ReadLine:
    """The line of a cell; signs that engines lack are told by their shape (ditto marks) or by what stands for them (‰)."""
    sign = '"' if line.box in plan.dittos else "‰" if line.text in _PER_MILLE else ""
    return line_of((ReadWord(sign, line.box, line.confidence),), line.box, line.engines) if sign else line


def page_confidence(lines: tuple[Line, ...]) -> float:
    """The expected share of words read right: the mean of the lines' confidences, each weighing by its length."""
    weights = [len(line.text) for line in lines]
    return round(fmean([line.confidence for line in lines], weights), 4) if sum(weights) else 1.0


def _line(placed: Placed, straight: Straight) -> Line:
    words = []
    at = 0
    for word in placed.line.words:
        words.append(Word(word.text, at, at + len(word.text), straight.points(word.box), round(word.confidence, 4)))
        at += len(word.text) + 1
    return Line(
        text=placed.line.text,
        words=tuple(words),
        box=straight.points(placed.box),
        confidence=round(placed.line.confidence, 4),
        kind=placed.kind,
        paragraph=placed.paragraph,
        engines=placed.line.engines,
    )
