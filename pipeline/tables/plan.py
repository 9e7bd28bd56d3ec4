"""A plan of the tables of a page image: cells, and which boxes of print lie in which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.boxes import PixelBox, enclosing, share_within, shifted, touching
from pipeline.image.components import connected, labelled
from pipeline.image.images import Pixels
from pipeline.tables.grids import Grid, find_grids
from pipeline.tables.rules import dark_pixels, erase_rules

# Inches. Ink smaller than this is dust: a hyphen in a cell is wider, a digit higher. Flat ink at an edge is a rule's.
DUST = 0.03
FLAT = 0.045
OVERLOOKED = 0.07
DUST_AREA = 0.0003
# Pieces of one line in a cell are this close; words are parted by 0.05 to 0.1.
WORD_GAP = 0.12
# A line box that sticks out of a cell by less than this share of its height belongs to the cell: letters touch the rules.
STICKS_OUT = 0.45
# Width at least, height at most of what is left of a rule, and how near to its place: a tilde is 0.05 wide.
SLIVER = 0.06, 0.03
NEAR_RULE = 0.035
# Height of the strokes of a ditto mark.
DITTO = 0.025, 0.07
# A line of print is not higher, marks included: 16 points.
ONE_LINE = 0.25
# White left around the ink of a line; in the tables of two scans (benchmarks/tables.md) 98 of 127 rows are right with 0.02,
# 94 with 0.035, 86 with 0.012.
PADDING = 0.02


@dataclass(frozen=True, slots=True)
class TablePlan:
    """What is to be read where. ``grey`` is the page without the rules of its tables.

    ``outside``: line boxes of the rest of the page; ``inside[t][c]``: those of cell ``c`` of table ``t``, top to bottom.
    ``dittos``: those among them that are ditto marks ("như trên"), which engines take for letters.
    """

    grey: Pixels
    grids: tuple[Grid, ...]
    outside: tuple[PixelBox, ...]
    inside: tuple[tuple[tuple[PixelBox, ...], ...], ...]
    dittos: frozenset[PixelBox] = frozenset()

    @property
    def boxes(self) -> list[PixelBox]:
        """All line boxes: those outside, then those of each cell of each table."""
        return [*self.outside, *(box for cells in self.inside for cell in cells for box in cell)]


def plan_tables(grey: Pixels, dpi: float, find_lines: Callable[[Pixels], list[PixelBox]]) -> TablePlan:
    """The tables of an upright, level page, and the lines of print inside and outside their cells.

    ``find_lines`` sees the page without rules. Its boxes are cut at the borders of cells; ink that it overlooks (a lone
    digit, a ditto mark) makes lines of its own.
    """
    grids = tuple(find_grids(grey, dpi))
    clean = erase_rules(grey, dpi, [grid.box for grid in grids])
    boxes = find_lines(clean)
    if not grids:
        return TablePlan(grey, (), tuple(boxes), ())
    dark = dark_pixels(clean, dpi)
    for grid in grids:
        _erase_remains(clean, dark, grid, dpi)
        _erase_diagonals(clean, dark, grid, dpi)
    outside = [box for box in boxes if max(share_within(box, grid.box) for grid in grids) < 0.5]
    inside = tuple(
        tuple(_cell_lines(cell.box, [box for box in boxes if touching(box, cell.box)], dark, dpi) for cell in grid.cells)
        for grid in grids
    )
    dittos = (box for cells in inside for lines in cells for box in lines if len(lines) == 1 and _is_ditto(box, dark, dpi))
    return TablePlan(clean, grids, tuple(outside), inside, frozenset(dittos))


def _erase_remains(clean: Pixels, dark: Pixels, grid: Grid, dpi: float) -> None:
    """Whitens what is left of worn and double rules: flat slivers at borders of cells, wider than any mark of a letter."""
    left, top, right, bottom = grid.box
    part, page = dark[top:bottom, left:right], clean[top:bottom, left:right]
    near = np.zeros_like(part)
    reach = round(NEAR_RULE * dpi)
    for cell in grid.cells:
        x0, y0, x1, y1 = shifted(cell.box, -left, -top)
        for y in (y0, y1):
            near[max(0, y - reach) : y + reach, max(0, x0) : x1] = 1
    count, labels, stats = connected(part)
    touching = np.bincount(labels[near > 0], minlength=count)
    wide, high, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    sliver = (high <= SLIVER[1] * dpi) & (wide >= SLIVER[0] * dpi) & (wide >= 2.5 * high) & (touching > 0.6 * area)
    sliver[0] = False
    mask = sliver[labels]
    part[mask] = 0
    page[cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 255


DIAGONAL = 0.3, 0.4
"""Share of a cell's width and of its height that a stroke through it takes up at least: it strikes an empty cell out."""
STRAIGHT = 0.03, 0.9
"""Inches from the line between two corners of its box within which so much of a straight stroke lies."""


def _erase_diagonals(clean: Pixels, dark: Pixels, grid: Grid, dpi: float) -> None:
    """Whitens the slanting strokes through cells that are meant to stay empty."""
    for cell in grid.cells:
        left, top, right, bottom = cell.box
        part, page = dark[top:bottom, left:right], clean[top:bottom, left:right]
        if not part.any():
            continue
        _, labels, stats = connected(part)
        for label, (x, y, wide, high, _) in enumerate(stats.tolist()):
            if label and wide >= DIAGONAL[0] * (right - left) and high >= DIAGONAL[1] * (bottom - top):
                here = slice(y, y + high), slice(x, x + wide)
                stroke = labels[here] == label
                if _is_straight(stroke, dpi):
                    part[here][stroke] = 0
                    page[here][cv2.dilate(stroke.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0] = 255


def _is_straight(stroke: NDArray[np.bool_], dpi: float) -> bool:
    """Whether ink runs from corner to corner of its box, in either direction."""
    high, wide = stroke.shape
    y, x = np.nonzero(stroke)
    far = np.abs(np.stack([x * high - y * wide, (wide - x) * high - y * wide])) / np.hypot(wide, high)
    return bool((far < STRAIGHT[0] * dpi).mean(axis=1).max() >= STRAIGHT[1])


def _is_ditto(box: PixelBox, dark: Pixels, dpi: float) -> bool:
    """Two short upright strokes side by side and nothing else."""
    left, top, right, bottom = box
    _, _, stats = connected(dark[top:bottom, left:right])
    strokes = sorted((int(x), int(y), int(w), int(h)) for x, y, w, h, area in stats[1:] if area >= 3)
    if len(strokes) != 2:
        return False
    (x0, y0, w0, h0), (x1, y1, w1, h1) = strokes
    return (
        all(DITTO[0] * dpi <= high <= DITTO[1] * dpi and wide <= 1.1 * high for wide, high in ((w0, h0), (w1, h1)))
        and abs(y0 - y1) <= 0.35 * max(h0, h1)
        and 0.6 <= h0 / h1 <= 1.7
        and x1 - x0 <= 0.11 * dpi
    )


def _cell_lines(cell: PixelBox, boxes: Sequence[PixelBox], dark: Pixels, dpi: float) -> tuple[PixelBox, ...]:
    """The lines of print in ``cell``, of which ``boxes`` of the detector tell most."""
    # boxes that run through two cells reach into lines above and below where the lines of the cells stand at other heights
    pieces = _snapped([piece for box in boxes if (piece := _cut(box, cell, dark, dpi)) is not None], cell, dark, dpi)
    left, top, right, bottom = cell
    rest = dark[top:bottom, left:right].copy()
    margin = round(PADDING * dpi)
    for x0, y0, x1, y1 in pieces:
        rest[max(0, y0 - top - margin) : y1 - top + margin, max(0, x0 - left - margin) : x1 - left + margin] = 0
    overlooked = _ink_boxes(rest, dpi)
    if pieces:  # beside print that was found, only what is as high as a digit can be print that was not
        overlooked = [box for box in overlooked if box[3] - box[1] - 2 * margin >= OVERLOOKED * dpi]
    pieces += [shifted(box, left, top) for box in overlooked]
    return tuple(_joined_rows(_snapped(pieces, cell, dark, dpi)))


def _snapped(pieces: Sequence[PixelBox], cell: PixelBox, dark: Pixels, dpi: float) -> list[PixelBox]:
    """``pieces`` of lines, those that white parts from the lines above and below made as high as their ink is."""
    left, top, right, bottom = cell
    margin = round(PADDING * dpi)
    rest, snapped = list(pieces), []
    if pieces:
        left, right = min(piece[0] for piece in pieces), max(piece[2] for piece in pieces)
    inked: NDArray[np.bool_] = np.asarray(dark[top:bottom, left:right].any(axis=1), dtype=np.bool_)
    for low, high in list(_runs(inked)):
        own = [piece for piece in rest if low <= (piece[1] + piece[3]) / 2 - top <= high]
        if own and high - low <= ONE_LINE * dpi:
            rest = [piece for piece in rest if piece not in own]
            around = enclosing(own)
            snapped.append((around[0], max(0, low - margin) + top, around[2], min(bottom - top, high + margin) + top))
            inked[low:high] = False
    # pieces of the detector that reach into lines which are whole by now
    open_rows = [(max(0, piece[1] - top), piece[3] - top) for piece in rest]
    has_print = [any(b - a >= OVERLOOKED / 2 * dpi for a, b in _runs(inked[low:high])) for low, high in open_rows]
    return snapped + [piece for piece, yes in zip(rest, has_print, strict=True) if yes]


def _runs(flags: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Where ``flags`` are true together: starts, and ends after the last."""
    changes = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8))).tolist()
    yield from zip(changes[::2], changes[1::2], strict=True)


def _cut(box: PixelBox, cell: PixelBox, dark: Pixels, dpi: float) -> PixelBox | None:
    """The part of a detected line that is printed in ``cell``; ``None`` when the line only grazes it."""
    left, top, right, bottom = max(box[0], cell[0]), max(box[1], cell[1]), min(box[2], cell[2]), min(box[3], cell[3])
    if bottom - top < STICKS_OUT * (box[3] - box[1]) or right <= left:
        return None
    columns = np.flatnonzero(dark[top:bottom, left:right].any(axis=0))
    if columns.size < 2 or np.count_nonzero(dark[top:bottom, left:right]) < DUST_AREA * dpi * dpi:
        return None
    ink = np.flatnonzero(dark[top:bottom, left:right].any(axis=1))
    low, high = top + int(ink[0]) - cell[1], cell[3] - top - int(ink[-1])
    if ink[-1] - ink[0] < FLAT * dpi and min(low, high) < NEAR_RULE * dpi:
        return None
    margin = round(PADDING * dpi)
    first, last = left + int(columns[0]) - margin, left + int(columns[-1]) + 1 + margin
    return max(left, first), top, min(right, last), bottom


def _ink_boxes(ink: Pixels, dpi: float) -> list[PixelBox]:
    """Boxes around the print in ``ink`` (255 where dark), dust left out."""
    reach = round(WORD_GAP / 2 * dpi) * 2 + 1
    count, labels = labelled(cv2.dilate(ink, np.ones((3, reach), np.uint8)))
    boxes = []
    for label in range(1, count):
        ys, xs = np.nonzero((labels == label) & (ink > 0))
        if not ys.size:
            continue
        left, top, right, bottom = int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1
        flat = bottom - top < FLAT * dpi
        at_edge = top < NEAR_RULE * dpi or bottom > ink.shape[0] - NEAR_RULE * dpi
        if max(right - left, bottom - top) >= DUST * dpi and ys.size >= DUST_AREA * dpi * dpi and not (flat and at_edge):
            margin = round(PADDING * dpi)
            box = (
                max(0, left - margin),
                max(0, top - margin),
                min(ink.shape[1], right + margin),
                min(ink.shape[0], bottom + margin),
            )
            boxes.append(box)
    return boxes


def _joined_rows(boxes: Iterable[PixelBox]) -> list[PixelBox]:
    """Boxes side by side put together: a cell has one column of print."""
    rows: list[PixelBox] = []
    for box in sorted(boxes, key=lambda box: (box[1] + box[3], box[0])):
        if rows and min(rows[-1][3], box[3]) - max(rows[-1][1], box[1]) > 0.5 * min(
            rows[-1][3] - rows[-1][1], box[3] - box[1]
        ):
            rows[-1] = enclosing([rows[-1], box])
        else:
            rows.append(box)
    return rows
