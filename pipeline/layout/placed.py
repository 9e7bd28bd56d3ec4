"""Lines with their places on the page, in rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

import regex

from documents.page import LineKind
from pipeline.image.boxes import PixelBox, enclosing
from pipeline.layout.seals import Seal
from pipeline.ocr.base import ReadLine, ReadWord, line_of

TABLE_PLACE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""The text of the line that holds the place of a table."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A line and the part it plays; ``paragraph`` counts from 0 over the page."""

    line: ReadLine
    kind: LineKind = LineKind.BODY
    paragraph: int = 0

    @property
    def box(self) -> PixelBox:
        return self.line.box


@dataclass(frozen=True, slots=True)
class Places:
    """Where on a page other things are than lines: frames that may be those of stamps, stamps of coloured ink, round seals,
    tables, whose lines are not among those of the page, stamps known to lie over print, and the lines that run on under
    these."""

    frames: Sequence[PixelBox] = ()
    coloured: Sequence[PixelBox] = ()
    seals: Sequence[Seal] = ()
    tables: Sequence[PixelBox] = ()
    stamps: Sequence[PixelBox] = ()
    under: Sequence[PixelBox] = ()


def height_of(p: Placed) -> int:
    return p.box[3] - p.box[1]


def middle_of(p: Placed) -> float:
    return (p.box[1] + p.box[3]) / 2


def centre(p: Placed) -> float:
    return (p.box[0] + p.box[2]) / 2


def line_height(lines: Iterable[Placed]) -> float:
    return median([height_of(p) for p in lines] or [40])


def part_by(lines: Iterable[Placed], belongs: Callable[[Placed], bool]) -> tuple[list[Placed], list[Placed]]:
    chosen: list[Placed] = []
    others: list[Placed] = []
    for line in lines:
        (chosen if belongs(line) else others).append(line)
    return chosen, others


def rows_of(lines: Iterable[Placed]) -> list[list[Placed]]:
    """Lines side by side together, rows from top to bottom, each from left to right.

    Two lines share a row when each one's middle lies within the other.
    """
    rows: list[list[Placed]] = []
    top = bottom = first = last = 0.0  # of the row: the lowest top, the highest bottom, the highest and the lowest middle
    for line in sorted(lines, key=middle_of):
        middle = middle_of(line)
        if rows and top < middle < bottom and line.box[1] < first and last < line.box[3]:
            rows[-1].append(line)
            top, bottom, last = max(top, line.box[1]), min(bottom, line.box[3]), middle
        else:
            rows.append([line])
            top, bottom, first, last = line.box[1], line.box[3], middle, middle
    return [sorted(row, key=lambda p: p.box[0]) for row in rows]


def sorted_rows(lines: Iterable[Placed]) -> list[Placed]:
    return [line for row in rows_of(lines) for line in row]


JOIN_GAP = 3.5
"""Line heights of white between two pieces of one line: "Số:      /TB-UBND" has 3, columns and signatures have more than
5."""


def join_row(row: Sequence[Placed]) -> list[Placed]:
    joined: list[Placed] = []
    for piece in row:
        gap = piece.box[0] - joined[-1].box[2] if joined else 0
        if joined and gap < JOIN_GAP * min(height_of(piece), height_of(joined[-1])):
            joined[-1] = replace(joined[-1], line=join_lines(joined[-1].line, piece.line))
        else:
            joined.append(piece)
    return joined


def join_lines(first: ReadLine, second: ReadLine) -> ReadLine:
    """Two pieces of one physical line as one."""
    engines = tuple(name for name in first.engines if name in second.engines) or first.engines
    return line_of((*first.words, *second.words), enclosing([first.box, second.box]), engines)


LIST_MARK = regex.compile(r"[-–—][.,'_]?|•")


def with_list_marks(lines: Sequence[Placed]) -> list[Placed]:
    """``lines``, a mark that stands alone before one joined to it: it opens an item of a list, set off by a tabulator."""
    joined: list[Placed] = []
    for row in rows_of(lines):
        first, *others = row
        if others and LIST_MARK.fullmatch(first.line.text):
            height = height_of(others[0])
            if 0 <= others[0].box[0] - first.box[2] < JOIN_GAP * height:
                mark = replace(first.line.words[0], text="•" if first.line.text == "•" else "-")
                line = join_lines(line_of((mark,), first.box, first.line.engines), others[0].line)
                first, *others = [replace(others[0], line=line), *others[1:]]
        joined += [first, *others]
    return joined


def piece_of(line: ReadLine, words: Sequence[ReadWord]) -> ReadLine:
    left, _, right, _ = enclosing([word.box for word in words])
    return line_of(words, (left, line.box[1], max(left, right), line.box[3]), line.engines)


def joined_lines(lines: Sequence[Placed]) -> list[Placed]:
    return [piece for row in rows_of(lines) for piece in join_row(row)]
