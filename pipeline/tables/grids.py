"""Grids of cells, found by their rules, on page images and on born-digital pages.

``find_grids``      ruled and half-ruled tables of a page image
``grids_of_rules``  the same from the rules of a PDF page
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.page import Box
from pipeline.image.boxes import PixelBox, share_inside
from pipeline.image.images import Pixels
from pipeline.tables.rules import FAINT, Edge, Rule, RuledGroup, alike, dark_pixels, edges_of, find_groups, prolonged

# Below this resolution rules are a pixel wide and letters run into them; the page is enlarged first.
LEAST_DPI, NORMAL_DPI = 140.0, 200.0
# Inches.
SMALLEST_TABLE = 1.2
# Frames of stamps have two or three fields and are up to three inches wide.
STAMP = 3.2
SMALLEST_ROW = 0.12
SMALLEST_COLUMN = 0.15
# A column edge must be printed in one piece of this length: in low rows the stems of letters reach from rule to rule.
SHORTEST_COLUMN_EDGE = 0.3
# How near a rule must come, at both ends together, to the rules it ends at: an underlined word in a cell stays further off
# at one of them, a worn rule loses a tenth of an inch.
TOUCH = 0.2
# Breaks of a rule that are bridged when it is asked whether it goes from rule to rule: across, where words part rules from
# underlines by their ends alone, more than down, where letters stand above each other.
BRIDGE_ACROSS, BRIDGE_DOWN = 0.3, 0.1
# A border of a cell counts when so much of it is printed; half-worn rules are in, the odd stroke of a letter is out.
PRINTED = 0.5
# A column edge over less than this share of the height of its table is the side of a seal, or a stem; a cell divided in
# one row of ten is lost by it.
LEAST = 0.12
# When cells would run together into no rectangle, borders printed this much count too.
FAINTLY_PRINTED = 0.2
# An edge that no rule bounds on both ends counts when it goes over so much of the table.
MOST = 0.6


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a grid; ``box`` from rule to rule."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: PixelBox


@dataclass(frozen=True, slots=True)
class Grid:
    """A table without its text, in pixels of the page image. ``confidence``: how much of its borders is printed."""

    rows: int
    columns: int
    cells: tuple[GridCell, ...]
    box: PixelBox
    confidence: float = 1.0


def find_grids(grey: Pixels, dpi: float) -> list[Grid]:
    """The tables of a page, from top to bottom. ``grey``: dark print on light paper, upright, level to three degrees."""
    if dpi < LEAST_DPI:
        scale = NORMAL_DPI / dpi
        finer = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        return [_scaled(grid, 1 / scale) for grid in find_grids(np.asarray(finer, dtype=np.uint8), NORMAL_DPI)]
    return _grids(dark_pixels(grey, dpi), dpi, lambda: dark_pixels(grey, dpi, FAINT))


def _grids(dark: Pixels, dpi: float, fainter: Callable[[], Pixels] | None = None) -> list[Grid]:
    """The tables that dark pixels rule. ``fainter`` finds pale print too, which is asked for only where cells span."""
    groups = find_groups(dark, dpi)
    grids = [grid for group in groups if (grid := _grid(group, dpi)) is not None]
    if fainter is not None and any(cell.row_span > 1 or cell.column_span > 1 for grid in grids for cell in grid.cells):
        faint = find_groups(fainter(), dpi)
        grids = [grid for group in groups if (grid := _grid(group, dpi, faint)) is not None]
    loose = [rule for group in groups if not group.vertical for rule in group.horizontal]
    grids += [
        grid for grid in _half_ruled(loose, dark, dpi) if not any(share_inside(grid.box, other.box) > 0.2 for other in grids)
    ]
    return sorted(_outermost(grids), key=lambda grid: (grid.box[1], grid.box[0]))


def grids_of_rules(rules: Iterable[Box], page: tuple[float, float], scale: float = 2.0) -> list[Grid]:
    """The tables of a born-digital page from its printed rules (thin boxes, in points). Boxes are points x ``scale``.

    The rules are drawn and found again: one way of reading tables for paper and for files.
    """
    width, height = (max(1, round(side * scale)) for side in page)
    dark = np.zeros((height, width), np.uint8)
    for box in rules:
        left, top = round(box.left * scale), round(box.top * scale)
        right, bottom = max(left + 1, round(box.right * scale)), max(top + 1, round(box.bottom * scale))
        dark[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = 255
    return _grids(dark, 72 * scale) if dark.any() else []


def _scaled(grid: Grid, scale: float) -> Grid:
    def box(old: PixelBox) -> PixelBox:
        left, top, right, bottom = (round(side * scale) for side in old)
        return left, top, right, bottom

    return replace(grid, box=box(grid.box), cells=tuple(replace(cell, box=box(cell.box)) for cell in grid.cells))


# --- ruled tables -----------------------------------------------------------------------------------------------------


def _grid(group: RuledGroup, dpi: float, faint: Sequence[RuledGroup] = ()) -> Grid | None:
    """The table that a group of touching rules makes, ``None`` when it makes none. Rules found ``faint`` make no table, but
    part its cells."""
    if len(group.horizontal) < 2 or not group.vertical:
        return None
    rows, columns = _sound_edges(edges_of(alike(group.horizontal, dpi), dpi), edges_of(alike(group.vertical, dpi), dpi), dpi)
    if len(rows) < 2 or not columns:
        return None
    rows, columns = _closed(rows, columns, dpi)
    if len(columns) < 3 or len(rows) < 2:
        return None
    rows = prolonged(rows, [rule for other in faint for rule in other.horizontal], dpi)
    columns = prolonged(columns, [rule for other in faint for rule in other.vertical], dpi)
    return _cells(rows, columns, dpi)


def _sound_edges(rows: list[Edge], columns: list[Edge], dpi: float) -> tuple[list[Edge], list[Edge]]:
    """Edges that belong to a table: they go from rule to rule, or over most of it. Underlines and tall letters do not."""
    for _ in range(3):
        before = len(rows), len(columns)
        height = rows[-1].at(rows[-1].start) - rows[0].at(rows[0].start) if rows else 0.0
        width = columns[-1].at(columns[-1].start) - columns[0].at(columns[0].start) if columns else 0.0
        new_rows = [
            edge for edge in rows if _is_sound(edge, columns, width, SMALLEST_COLUMN * dpi, BRIDGE_ACROSS * dpi, dpi)
        ]
        new_columns = [
            edge
            for edge in columns
            if _is_sound(edge, rows, height, max(SHORTEST_COLUMN_EDGE * dpi, LEAST * height), BRIDGE_DOWN * dpi, dpi)
        ]
        rows, columns = new_rows, new_columns
        if (len(rows), len(columns)) == before:
            break
    return rows, columns


def _is_sound(edge: Edge, crossing: Sequence[Edge], extent: float, shortest: float, bridge: float, dpi: float) -> bool:
    reach = BRIDGE_ACROSS * dpi
    if extent > 0 and edge.coverage(edge.start, edge.end) * (edge.end - edge.start) >= MOST * extent:
        return True

    def short_of(along: float) -> float:
        """How far the next crossing edge is."""
        across = edge.at(along)
        crossed = (other for other in crossing if other.start - reach < across < other.end + reach)
        return min((abs(other.at(across) - along) for other in crossed), default=reach)

    runs = edge.runs(bridge)
    return any(high - low >= shortest and short_of(low) + short_of(high) < TOUCH * dpi for low, high in runs)


def _closed(rows: list[Edge], columns: list[Edge], dpi: float) -> tuple[list[Edge], list[Edge]]:
    """Outer edges that are not printed (tables open at their sides) are supposed where the rules end."""
    reach = 0.15 * dpi
    columns = _with_outer(columns, [(edge.start, edge.end) for edge in rows], reach)
    rows = _with_outer(rows, [(edge.start, edge.end) for edge in columns if edge.supposed is None], reach)
    return rows, columns


def _with_outer(edges: list[Edge], extents: Sequence[tuple[float, float]], reach: float) -> list[Edge]:
    low = float(np.median([extent[0] for extent in extents]))
    high = float(np.median([extent[1] for extent in extents]))
    middle = (edges[0].start + edges[0].end) / 2
    slope = _slope(edges)
    closed = list(edges)
    if edges[0].at(middle) - low > reach:
        closed.insert(0, Edge([], (low - slope * middle, slope)))
    if high - edges[-1].at(middle) > reach:
        closed.append(Edge([], (high - slope * middle, slope)))
    return closed


def _slope(edges: Sequence[Edge]) -> float:
    longest = max((rule for edge in edges for rule in edge.rules), key=lambda rule: rule.length)
    return (longest.ends - longest.begins) / max(1.0, longest.length)


def _cells(rows: Sequence[Edge], columns: Sequence[Edge], dpi: float) -> Grid | None:
    """Elementary cells run together where no rule parts them."""
    corners = _corners(rows, columns)
    across = [
        [_printed(edge, corners[i][j][0], corners[i][j + 1][0]) for j in range(len(columns) - 1)]
        for i, edge in enumerate(rows)
    ]
    down = [
        [_printed(edge, corners[i][j][1], corners[i + 1][j][1]) for j, edge in enumerate(columns)]
        for i in range(len(rows) - 1)
    ]
    areas = _areas(across, down)
    row_at = _numbered({r for top, _, bottom, _ in areas for r in (top, bottom)})
    column_at = _numbered({c for _, left, _, right in areas for c in (left, right)})
    cells = tuple(
        GridCell(
            row_at[top],
            column_at[left],
            row_at[bottom] - row_at[top],
            column_at[right] - column_at[left],
            _box([corners[i][j] for i in (top, bottom) for j in (left, right)]),
        )
        for top, left, bottom, right in sorted(areas)
    )
    box = _box([corners[i][j] for i in (0, -1) for j in (0, -1)])
    n_rows, n_columns = len(row_at) - 1, len(column_at) - 1
    width = (box[2] - box[0]) / dpi
    if n_columns < 2 or (n_rows < 2 and n_columns < 3) or width < (SMALLEST_TABLE if len(cells) > 4 else STAMP):
        return None
    printed = [share for line in (*across, *down) for share in line if share >= PRINTED]
    return Grid(n_rows, n_columns, cells, box, round(float(np.mean(printed)) if printed else 0.0, 3))


def _corners(rows: Sequence[Edge], columns: Sequence[Edge]) -> list[list[tuple[float, float]]]:
    """Where each row edge (first index) meets each column edge: x and y."""
    corners = []
    for row in rows:
        line = []
        for column in columns:
            x, y = column.at(0.0 if column.supposed else column.start), 0.0
            for _ in range(3):  # both are nearly straight and nearly square to each other
                y = row.at(x)
                x = column.at(y)
            line.append((x, y))
        corners.append(line)
    return corners


def _printed(edge: Edge, start: float, end: float) -> float:
    margin = 0.1 * (end - start)  # corners are worn first
    return edge.coverage(start + margin, end - margin)


def _areas(across: list[list[float]], down: list[list[float]]) -> list[tuple[int, int, int, int]]:
    """Top, left, bottom, right edge of each cell, in numbers of edges."""
    sets = _joined(across, down, PRINTED)
    areas: list[tuple[int, int, int, int]] = []
    for cells in sets:
        if _is_rectangle(cells):
            areas.append(_bounds(cells))
            continue
        for part in _joined(across, down, FAINTLY_PRINTED, cells):
            areas += [_bounds(part)] if _is_rectangle(part) else _row_by_row(part, down)
    return areas


def _joined(
    across: list[list[float]], down: list[list[float]], printed: float, among: set[tuple[int, int]] | None = None
) -> list[set[tuple[int, int]]]:
    """Elementary cells (row, column) in sets of those with no border between them."""
    left = among or {(i, j) for i in range(len(down)) for j in range(len(across[0]))}
    left = set(left)
    sets = []
    while left:
        waiting, found = [min(left)], set()
        while waiting:
            cell = waiting.pop()
            if cell not in left:
                continue
            left.remove(cell)
            found.add(cell)
            i, j = cell
            if across[i][j] < printed:
                waiting.append((i - 1, j))
            if across[i + 1][j] < printed:
                waiting.append((i + 1, j))
            if down[i][j] < printed:
                waiting.append((i, j - 1))
            if down[i][j + 1] < printed:
                waiting.append((i, j + 1))
        sets.append(found)
    return sets


def _row_by_row(cells: set[tuple[int, int]], down: list[list[float]]) -> list[tuple[int, int, int, int]]:
    """Cells that make no rectangle, each row for itself."""
    areas = []
    for row in sorted({i for i, _ in cells}):
        columns = sorted(j for i, j in cells if i == row)
        first = columns[0]
        for column, following in pairwise([*columns, -1]):
            if following != column + 1 or down[row][following] >= FAINTLY_PRINTED:
                areas.append((row, first, row + 1, column + 1))
                first = following
    return areas


def _is_rectangle(cells: set[tuple[int, int]]) -> bool:
    top, left, bottom, right = _bounds(cells)
    return len(cells) == (bottom - top) * (right - left)


def _bounds(cells: set[tuple[int, int]]) -> tuple[int, int, int, int]:
    rows, columns = [i for i, _ in cells], [j for _, j in cells]
    return min(rows), min(columns), max(rows) + 1, max(columns) + 1


def _numbered(edges: set[int]) -> dict[int, int]:
    return {edge: number for number, edge in enumerate(sorted(edges))}


def _box(corners: Sequence[tuple[float, float]]) -> PixelBox:
    xs, ys = [max(0, round(x)) for x, _ in corners], [max(0, round(y)) for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _outermost(grids: Sequence[Grid]) -> list[Grid]:
    """Without grids that lie within another."""
    ordered = sorted(grids, key=lambda grid: -_area(grid.box))
    kept: list[Grid] = []
    for grid in ordered:
        if all(share_inside(grid.box, other.box) < 0.5 for other in kept):
            kept.append(grid)
    return kept


def _area(box: PixelBox) -> int:
    return max(0, box[2] - box[0]) * max(0, box[3] - box[1])


# --- tables with horizontal rules only --------------------------------------------------------------------------------

# Rules of one table begin and end at the same place, to within this share of their length; worn rules lose their ends.
SAME_END = 0.08
# Inches: such rules are at least this long, and white this wide parts columns (words are parted by half of it).
SHORTEST_RULE = 2.5
GUTTER = 0.1
# Columns have print in this share of the rows at least.
INKED = 0.3


def _half_ruled(rules: Sequence[Rule], dark: Pixels, dpi: float) -> list[Grid]:
    """Tables with rules between rows only: three or more of one length, one below the other, columns of print between."""
    edges = [edge for edge in edges_of(rules, dpi) if edge.end - edge.start >= SHORTEST_RULE * dpi] if rules else []
    stacks: list[list[Edge]] = []
    for edge in edges:
        for stack in stacks:
            off = SAME_END * (stack[0].end - stack[0].start)
            if abs(stack[0].start - edge.start) < off and abs(stack[0].end - edge.end) < off:
                stack.append(edge)
                break
        else:
            stacks.append([edge])
    grids = []
    for stack in stacks:
        if len(stack) < 3:
            continue
        columns = _gutters(stack, dark, dpi)
        if len(columns) >= 3 and (grid := _cells(stack, columns, dpi)) is not None:
            grids.append(grid)
    return grids


def _gutters(rows: Sequence[Edge], dark: Pixels, dpi: float) -> list[Edge]:
    """Supposed column edges: the outer ones, and the middles of white that goes down through nearly all rows."""
    left, right = round(rows[0].start), round(rows[0].end)
    margin = round(0.04 * dpi)
    bands = []
    for above, below in pairwise(rows):
        top = round(max(above.at(above.start), above.at(above.end))) + margin
        bottom = round(min(below.at(below.start), below.at(below.end))) - margin
        if bottom - top > SMALLEST_ROW * dpi / 2:
            band = dark[top:bottom, left:right]
            bands.append(cv2.dilate(band, np.ones((1, 2 * margin + 1), np.uint8)).any(axis=0))
    if not bands:
        return []
    inked = np.array(bands)
    share = inked.mean(axis=0)
    # the header may have cells over several columns, and one row may be a heading of its own
    gaps = [
        (start, end)
        for start, end in _stretches(share <= max(0.12, 1.01 / len(bands)))
        if start > 0 and end < share.size and end - start >= (GUTTER - 0.08) * dpi
    ]
    middles: list[int] = []
    from_here = 0
    for gap, following in pairwise([*gaps, (share.size, share.size)]):
        if inked[:, gap[1] : following[0]].any(axis=1).mean() < INKED:
            continue  # a heading that sticks out of its column, or dust
        whitest = max(_stretches(share[gap[0] : gap[1]] == share[gap[0] : gap[1]].min()), key=lambda s: s[1] - s[0])
        if inked[:, from_here : gap[0]].any(axis=1).mean() >= INKED:
            middles.append(gap[0] + (whitest[0] + whitest[1]) // 2)
            from_here = gap[1]
    return [Edge([], (left + float(x), 0.0)) for x in (0, *middles, right - left)]


def _stretches(flags: NDArray[Any]) -> list[tuple[int, int]]:
    padded = np.concatenate([[False], flags, [False]]).astype(np.int8)
    changes = np.flatnonzero(np.diff(padded))
    return [(int(a), int(b)) for a, b in zip(changes[::2], changes[1::2], strict=True)]
