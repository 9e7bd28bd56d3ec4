"""Tables of the document model: what stands in which cell, header rows, and tables that go on overleaf.

A page that has tables is built in three steps, the same for page images and for text layers:

``plan_tables`` / ``tables_of_pdf_page``  where the cells are, and which lines of print stand in each
``settle``          the lines of each cell stand together on the page, cell by cell, and each cell knows its lines
``join_continued``  the pages of a document: which table goes on that of the page before

``settle`` may be called again whenever lines were changed, put in or taken out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from corpus.model import Box, Cell, Line, LineKind, Page, Table, enclosing_box
from normalizers.forms import fold
from pipeline.grids import Grid, GridCell, find_grids, grids_of_rules
from pipeline.images import PixelBox, Pixels
from pipeline.ocr.base import enclosing
from pipeline.rules import dark_pixels, erase_rules

__all__ = [
    "Grid",
    "GridCell",
    "TablePlan",
    "cut_at_cells",
    "find_grids",
    "grids_of_rules",
    "header_rows",
    "join_continued",
    "plan_tables",
    "settle",
    "table_of",
    "tables_of_pdf_page",
]


# --- page images ------------------------------------------------------------------------------------------------------

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
    outside = [box for box in boxes if max(_inside(box, grid.box) for grid in grids) < 0.5]
    inside = tuple(
        tuple(_cell_lines(cell.box, [box for box in boxes if _touch(box, cell.box)], dark, dpi) for cell in grid.cells)
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
        x0, y0, x1, y1 = _shifted(cell.box, -left, -top)
        for y in (y0, y1):
            near[max(0, y - reach) : y + reach, max(0, x0) : x1] = 1
    count, labels, stats, _ = cv2.connectedComponentsWithStats(part)
    touching = np.bincount(labels[near > 0], minlength=count)
    wide, high, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    sliver = (high <= SLIVER[1] * dpi) & (wide >= SLIVER[0] * dpi) & (wide >= 2.5 * high) & (touching > 0.6 * area)
    sliver[0] = False
    mask = sliver[labels]
    part[mask] = 0
    page[cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 255


def _is_ditto(box: PixelBox, dark: Pixels, dpi: float) -> bool:
    """Two short upright strokes side by side and nothing else."""
    left, top, right, bottom = box
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark[top:bottom, left:right])
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
    pieces = [piece for box in boxes if (piece := _cut(box, cell, dark, dpi)) is not None]
    left, top, right, bottom = cell
    rest = dark[top:bottom, left:right].copy()
    margin = round(PADDING * dpi)
    for x0, y0, x1, y1 in pieces:
        rest[max(0, y0 - top - margin) : y1 - top + margin, max(0, x0 - left - margin) : x1 - left + margin] = 0
    overlooked = _ink_boxes(rest, dpi)
    if pieces:  # beside print that was found, only what is as high as a digit can be print that was not
        overlooked = [box for box in overlooked if box[3] - box[1] - 2 * margin >= OVERLOOKED * dpi]
    pieces += [_shifted(box, left, top) for box in overlooked]
    return tuple(_joined_rows(_snapped(pieces, cell, dark, dpi)))


def _snapped(pieces: Sequence[PixelBox], cell: PixelBox, dark: Pixels, dpi: float) -> list[PixelBox]:
    """``pieces`` of lines, those that white parts from the lines above and below made as high as their ink is."""
    left, top, right, bottom = cell
    margin = round(PADDING * dpi)
    rest, snapped = list(pieces), []
    if pieces:
        left, right = min(piece[0] for piece in pieces), max(piece[2] for piece in pieces)
    inked: NDArray[np.int8] = np.asarray(dark[top:bottom, left:right].any(axis=1), dtype=np.int8)
    changes = np.flatnonzero(np.diff(np.concatenate([[0], inked, [0]])))
    for low, high in zip(changes[::2], changes[1::2], strict=True):
        own = [piece for piece in rest if low <= (piece[1] + piece[3]) / 2 - top <= high]
        if own and high - low <= ONE_LINE * dpi:
            rest = [piece for piece in rest if piece not in own]
            around = enclosing(own)
            snapped.append(
                (around[0], max(0, int(low) - margin) + top, around[2], min(bottom - top, int(high) + margin) + top)
            )
            inked[low:high] = 0
    # pieces of the detector that reach into lines which are whole by now
    return snapped + [piece for piece in rest if inked[max(0, piece[1] - top) : piece[3] - top].any()]


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
    count, labels = cv2.connectedComponents(cv2.dilate(ink, np.ones((3, reach), np.uint8)))
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


def _shifted(box: PixelBox, right: int, down: int) -> PixelBox:
    return box[0] + right, box[1] + down, box[2] + right, box[3] + down


def _touch(box: PixelBox, other: PixelBox) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]


def _inside(box: PixelBox, other: PixelBox) -> float:
    """The share of ``box`` that lies within ``other``."""
    if not _touch(box, other):
        return 0.0
    width, height = min(box[2], other[2]) - max(box[0], other[0]), min(box[3], other[3]) - max(box[1], other[1])
    return width * height / max(1, (box[2] - box[0]) * (box[3] - box[1]))


def table_of(grid: Grid, points: Callable[[PixelBox], Box]) -> Table:
    """``grid`` as a table whose cells have no lines yet; ``points`` turns pixels into points of the page."""
    cells = tuple(
        Cell(cell.row, cell.column, cell.row_span, cell.column_span, points(cell.box))
        for cell in sorted(grid.cells, key=lambda cell: (cell.row, cell.column))
    )
    return Table(grid.rows, grid.columns, cells, box=points(grid.box), confidence=grid.confidence)


# --- born-digital pages -----------------------------------------------------------------------------------------------

_SCALE = 2.0


def tables_of_pdf_page(rules: Iterable[Box], size: tuple[float, float]) -> tuple[Table, ...]:
    """The tables of a born-digital page from its printed ``rules`` (thin boxes in points) and its ``size`` in points.

    Their cells have no lines yet: see ``cut_at_cells`` and ``settle``.
    """

    def points(box: PixelBox) -> Box:
        return Box(*(side / _SCALE for side in box))

    return tuple(table_of(grid, points) for grid in grids_of_rules(rules, size, _SCALE))


def cut_at_cells(lines: Iterable[Line], tables: Sequence[Table]) -> tuple[list[Line], list[Line]]:
    """Lines in cells, cut where they cross from one into the next, of kind ``TABLE``; and all other lines."""
    inside: list[Line] = []
    outside: list[Line] = []
    for line in lines:
        homes = [_home(word.box, tables) for word in line.words]
        if not homes or all(home is None for home in homes):
            outside.append(line)
            continue
        start = 0
        for i in range(1, len(homes) + 1):
            if i == len(homes) or homes[i] != homes[start]:
                piece = _piece(line, start, i)
                (outside if homes[start] is None else inside).append(
                    piece if homes[start] is None else replace(piece, kind=LineKind.TABLE)
                )
                start = i
    return inside, outside


def _home(box: Box | None, tables: Sequence[Table]) -> tuple[int, int] | None:
    """Table and cell, by number, in which the middle of ``box`` lies."""
    if box is None:
        return None
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    for number, table in enumerate(tables):
        if table.box is not None and _holds(table.box, x, y):
            for index, cell in enumerate(table.cells):
                if cell.box is not None and _holds(cell.box, x, y):
                    return number, index
    return None


def _holds(box: Box, x: float, y: float) -> bool:
    return box.left <= x <= box.right and box.top <= y <= box.bottom


def _piece(line: Line, start: int, end: int) -> Line:
    if (start, end) == (0, len(line.words)):
        return line
    words = line.words[start:end]
    shift, stop = words[0].start, words[-1].end
    moved = tuple(replace(word, start=word.start - shift, end=word.end - shift) for word in words)
    return replace(line, text=line.text[shift:stop], words=moved, box=enclosing_box(word.box for word in words))


# --- lines and cells --------------------------------------------------------------------------------------------------

_ITEM = re.compile(r"^\W*([-+•*–]\s|\d{1,2}[.)]\s|[a-zđ]\)\s)")


def settle(page: Page) -> Page:
    """``page`` with the lines of each table together, cell by cell, and each cell knowing its lines and its confidence.

    Lines of kind ``TABLE`` that lie in a table belong to the cell whose middle is nearest. A table stands where the first of
    its lines stood; one without lines, and lines put in by text layers, go by their height on the page. Paragraphs are
    numbered anew: each cell begins one, each item in a cell too.
    """
    if not page.tables:
        return page
    owned = [_owner(line, page) for line in page.lines]
    order: list[tuple[Line, tuple[int, int] | None]] = []
    placed: set[int] = set()

    def place(number: int) -> None:
        placed.add(number)
        for index in range(len(page.tables[number].cells)):
            own = [line for line, owner in zip(page.lines, owned, strict=True) if owner == (number, index)]
            order.extend((line, (number, index)) for line in sorted(own, key=_height_on_page))

    for line, owner in zip(page.lines, owned, strict=True):
        if owner is None:
            order.append((line, None))
        elif owner[0] not in placed:
            place(owner[0])
    lines = _renumbered(order)
    tables = tuple(_with_lines(table, number, order) for number, table in enumerate(page.tables))
    tables = tuple(replace(table, header_rows=header_rows(table, lines)) for table in tables)
    return replace(page, lines=tuple(lines), tables=tables)


def _owner(line: Line, page: Page) -> tuple[int, int] | None:
    """The cell of a table line: the one whose middle is nearest, measured in sizes of the cell, on the straightened page."""
    if line.kind is not LineKind.TABLE or line.box is None:
        return None
    x, y = _middle(line.box, page)
    best: tuple[float, tuple[int, int]] | None = None
    for number, table in enumerate(page.tables):
        for index, cell in enumerate(table.cells):
            if cell.box is None:
                continue
            cell_x, cell_y = _middle(cell.box, page)
            away = max(abs(x - cell_x) / max(1.0, cell.box.width), abs(y - cell_y) / max(1.0, cell.box.height))
            if best is None or away < best[0]:
                best = away, (number, index)
    return best[1] if best is not None and best[0] < 0.75 else None


def _middle(box: Box, page: Page) -> tuple[float, float]:
    """The middle of a box on the page turned by its skew around its middle, so that rows are level."""
    x, y = (box.left + box.right) / 2 - page.width / 2, (box.top + box.bottom) / 2 - page.height / 2
    angle = math.radians(page.skew)
    return x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)


def _height_on_page(line: Line) -> float:
    assert line.box is not None  # lines without boxes own no cell
    return line.box.top + line.box.bottom


def _renumbered(order: Sequence[tuple[Line, tuple[int, int] | None]]) -> list[Line]:
    lines: list[Line] = []
    paragraph = -1
    before: tuple[object, ...] | None = None
    for line, owner in order:
        mark: tuple[object, ...] = ("cell", owner) if owner is not None else ("text", line.paragraph)
        if mark != before or (owner is not None and _ITEM.match(line.text)):
            paragraph += 1
        before = mark
        lines.append(replace(line, paragraph=paragraph))
    return lines


def _with_lines(table: Table, number: int, order: Sequence[tuple[Line, tuple[int, int] | None]]) -> Table:
    cells = []
    at = next((i for i, (_, owner) in enumerate(order) if owner is not None and owner[0] == number), 0)
    for index, cell in enumerate(table.cells):
        end = at
        while end < len(order) and order[end][1] == (number, index):
            end += 1
        own = [line for line, _ in order[at:end]]
        letters = sum(len(line.text) for line in own)
        sure = sum(line.confidence * len(line.text) for line in own) / letters if letters else 1.0
        cells.append(replace(cell, lines=range(at, end), confidence=round(sure, 4)))
        at = end
    return replace(table, cells=tuple(cells))


# --- header rows ------------------------------------------------------------------------------------------------------

_NUMBER_COLUMN = re.compile(r"^(s\s*tt|tt|so tt|so thu tu|stt)\W*$")
_COLUMN_NUMBER = re.compile(r"^\W{0,2}(\d{1,2}|[a-eA-E])\W{0,2}([-=]?\s?\d[\d/+x()=:-]*)?$")
_DATA = re.compile(r"^\W*(\d[\d.,/ %-]*|[ivxl]{1,4}|[a-zđ])\W*$")
# A heading of a column is not longer than this; texts of cells are.
_HEADING = 70


def header_rows(table: Table, lines: Sequence[Line]) -> int:
    """How many rows at the top are headings: as deep as the cells of the first row go, and a row that numbers the columns.

    A first row is one when it names a column of numbers ("TT"), when a row of column numbers follows, or when all its cells
    hold a short text and none a figure.
    """
    texts = {(cell.row, cell.column): fold(" ".join(lines[i].text for i in cell.lines)).strip() for cell in table.cells}
    deep = _deep(table)
    numbered = deep < table.rows and _numbers_columns(table, deep, texts)
    first = [texts[cell.row, cell.column] for cell in table.cells if cell.row == 0]
    named = _NUMBER_COLUMN.match(texts.get((0, 0), "")) is not None
    headings = len(first) >= 2 and all(text and len(text) <= _HEADING and not _DATA.match(text) for text in first)
    if not (named or numbered or (headings and table.rows > deep)):
        return 0
    return deep + numbered


def _deep(table: Table) -> int:
    """Rows that hang together from the first one down, and a row under cells that are divided."""
    deep, before = 1, 0
    while deep != before:
        before = deep
        deep = max([deep, *(cell.row + cell.row_span for cell in table.cells if cell.row < deep)])
    return deep if deep < table.rows else 1


def _numbers_columns(table: Table, row: int, texts: dict[tuple[int, int], str]) -> bool:
    """Whether ``row`` numbers the columns: 1, 2, 3 or (1), (2), (3) or A, B, 1, 2, 9=7/4; a few may be badly read."""
    own = [texts[cell.row, cell.column] for cell in table.cells if cell.row == row]
    matches = [_COLUMN_NUMBER.match(text) for text in own]
    numbers = [int(match[1]) for match in matches if match and match[1].isdigit() and not match[2]]
    told = sum(match is not None for match in matches)
    if len(own) < 3 or len(numbers) < 2 or told < 0.6 * len(own):
        return False
    if any(len(text) > 4 for text, match in zip(own, matches, strict=True) if match is None):
        return False
    rising = all(before < after for before, after in pairwise(numbers))
    return rising and numbers[-1] - numbers[0] < table.columns + 2


# --- tables that go on overleaf ---------------------------------------------------------------------------------------

# Column edges of two parts of one table differ by this share of its width at most: scans are stretched, pages trimmed.
_SAME_COLUMNS = 0.03
_SAME_HEADER = 85
_FURNITURE = frozenset(
    {LineKind.PAGE_NUMBER, LineKind.RUNNING_HEAD, LineKind.FOOTNOTE, LineKind.STAMP, LineKind.MARGIN_NOTE, LineKind.CAPTION}
)


def join_continued(pages: Sequence[Page]) -> tuple[Page, ...]:
    """The pages of a document; a table that goes on that of the page before says so; its header rows are repeated ones only.

    It does when nothing but page numbers and the like stands between the two, when their columns are the same, and when it
    begins with the same header or with none.
    """
    joined: list[Page] = []
    header = ""
    for page in pages:
        before = joined[-1] if joined else None
        tables = list(page.tables)
        if before is not None and before.number == page.number - 1 and tables and _meet(before, page):
            first = tables[0]
            own = _header_text(first, page)
            repeats = bool(header) and bool(own) and fuzz.ratio(header, own) >= _SAME_HEADER
            if repeats or not own or not _is_header(first, page):
                tables[0] = replace(first, continues=True, header_rows=first.header_rows if repeats else 0)
        if tables and (not tables[-1].continues or len(tables) > 1):
            header = _header_text(tables[-1], page)
        joined.append(replace(page, tables=tuple(tables)) if tables else page)
    return tuple(joined)


def _meet(before: Page, page: Page) -> bool:
    """Whether the last table of a page and the first of the next can be one."""
    if not before.tables:
        return False
    last, first = before.tables[-1], page.tables[0]
    ends, starts = _range(last), _range(first)
    between = [*(before.lines[ends.stop :] if ends else ()), *(page.lines[: starts.start] if starts else ())]
    if any(line.kind not in _FURNITURE and not line.text.strip(" .-–").isdigit() for line in between):
        return False
    mine, theirs = _column_edges(first), _column_edges(last)
    return first.columns == last.columns and all(abs(a - b) <= _SAME_COLUMNS for a, b in zip(mine, theirs, strict=True))


def _range(table: Table) -> range:
    """The lines of a table on its page."""
    filled = [cell.lines for cell in table.cells if cell.lines]
    return range(min(r.start for r in filled), max(r.stop for r in filled)) if filled else range(0)


def _column_edges(table: Table) -> list[float]:
    """Left edges of the columns as shares of the width of the table."""
    if table.box is None:
        return [column / table.columns for column in range(table.columns)]
    lefts = [
        [cell.box.left for cell in table.cells if cell.column == column and cell.box is not None]
        for column in range(table.columns)
    ]
    return [(float(np.median(own)) - table.box.left) / max(1.0, table.box.width) if own else 0.0 for own in lefts]


def _header_text(table: Table, page: Page) -> str:
    cells = [cell for cell in table.cells if cell.row < table.header_rows]
    return fold(" ".join(page.lines[i].text for cell in cells for i in cell.lines))


def _is_header(table: Table, page: Page) -> bool:
    """Whether the first rows are headings beyond doubt, so that another table begins here."""
    corner = next((cell for cell in table.cells if (cell.row, cell.column) == (0, 0)), None)
    text = fold(" ".join(page.lines[i].text for i in corner.lines)) if corner else ""
    return _NUMBER_COLUMN.match(text.strip()) is not None
