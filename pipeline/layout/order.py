"""Reading order of a Vietnamese administrative page, after the form of Decree 30/2020/NĐ-CP (and 01/2011/TT-BNV before it).

    issuing body  | national motto            letterhead: row by row of blocks, left before right
    number, about | place and date
             title block
    body … numbered items … footnotes
    recipients    | signature                 left block, then right block
    page number, running head, footer

Lines come as an engine read them, boxes in pixels of the straight page; each rule says which part of the form it knows.
Stamps (incoming mail, urgency), signature captions and notes in the margin are set apart as marginalia: kept, no part of
the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import regex

from documents.page import LineKind
from pipeline.image.boxes import PixelBox
from pipeline.layout.letterhead import find_letterhead, part_above, split_blocks, stands_above, take_letterhead
from pipeline.layout.marginalia import (
    MAX_STAMPS,
    NOISE,
    continues_column,
    cut_at_stamps,
    fills_in,
    goes_on_paragraph,
    in_stamp,
    is_noise,
    is_stamp,
    is_under,
    marginal_kind,
    page_numbers,
    with_surroundings,
)
from pipeline.layout.parts import name_parts, number_paragraphs
from pipeline.layout.placed import (
    TABLE_PLACE,
    Placed,
    Places,
    centre,
    join_row,
    part_by,
    rows_of,
    sorted_rows,
    with_list_marks,
)
from pipeline.layout.sign_off import is_pen_stroke, signers_side_by_side, take_sign_off
from pipeline.ocr.base import ReadLine, ReadWord, line_of


def order_lines(
    lines: Sequence[ReadLine], size: tuple[int, int], places: Places | None = None
) -> tuple[list[Placed], list[Placed]]:
    """``lines`` of a page of ``size`` (width, height in pixels) in reading order, and the marginalia.

    For each table a line ``TABLE_PLACE`` with its box stands where the table is read.
    """
    places = places or Places()
    pieces = split_blocks([line for line in lines if line.words], size)
    stamps = [frame for frame in places.frames if is_stamp(frame, pieces)] if len(places.frames) <= MAX_STAMPS else []
    stamps += places.stamps
    around = [with_surroundings(stamp, pieces) for stamp in stamps]
    placed = with_list_marks(
        [
            Placed(piece)
            for line in pieces
            for piece in ([line] if is_under(line, places) else cut_at_stamps(line, [*around, *places.coloured]))
        ]
    )
    head = find_letterhead(placed, size)
    stamped, placed = part_by(
        placed,
        lambda p: not is_under(p.line, places) and (in_stamp(p, stamps, around) or fills_in(p, places.coloured)),
    )
    numbers = page_numbers(placed, size)
    noise, rest = part_by(placed, lambda p: p in numbers or is_noise(p))
    rescued, noise = part_by(
        noise,
        lambda p: (
            p not in numbers
            and ((p.line.confidence < NOISE and continues_column(p, rest)) or goes_on_paragraph(p, rest, size[0]))
        ),
    )
    rest += rescued
    head_lines, rest = take_letterhead(rest, head) if head else ([], rest)
    above, rest = part_by(rest, lambda p: head is not None and stands_above(p, head))
    first, above = part_above(above, head) if head else ([], above)
    sign_off, before, after = take_sign_off(rest, size)
    sealed, sign_off = part_by(sign_off, lambda p: any(seal.holds(p.box) for seal in places.seals))
    scraps, sign_off = part_by(sign_off, is_pen_stroke)
    tables = [Placed(_place(box), LineKind.TABLE) for box in places.tables]
    tables_after, tables_before = part_by(tables, lambda p: bool(sign_off) and p.box[1] > max(q.box[1] for q in sign_off))
    text = [
        *_in_rows(first, size),
        *head_lines,
        *_in_rows([*before, *tables_before], size),
        *sign_off,
        *_in_rows([*after, *tables_after], size),
    ]
    marginalia = [replace(p, kind=marginal_kind(p)) for p in sorted_rows([*noise, *above, *scraps])]
    marginalia = [*(replace(p, kind=LineKind.STAMP) for p in sorted_rows([*stamped, *sealed])), *marginalia]
    return number_paragraphs(name_parts(text, size, head), size), marginalia


def _place(box: PixelBox) -> ReadLine:
    return line_of((ReadWord(TABLE_PLACE, box, 1.0),), box, ())


def _in_rows(lines: Sequence[Placed], size: tuple[int, int]) -> list[Placed]:
    """Row by row, pieces of one line joined; columns of print each by itself."""
    gutter = find_gutter(lines, size)
    if gutter is not None:
        ordered: list[Placed] = []
        pending: list[Placed] = []
        for row in rows_of(lines):
            if any(p.box[0] < gutter < p.box[2] for p in row):
                ordered += _columns(pending, gutter)
                pending = []
                ordered += row
            else:
                pending += row
        return ordered + _columns(pending, gutter)
    ordered = []
    above, blocks = _signers_apart(rows_of(lines), size[0])
    for rows in counted_columns(above):
        if len(rows) > 1:  # a list set in two columns
            ordered += [row[0] for row in rows] + [row[1] for row in rows if len(row) > 1]
        else:
            ordered += join_row(rows[0])
    return ordered + [replace(p, kind=LineKind.SIGNATURE) for block in blocks for p in block]


def _signers_apart(rows: list[list[Placed]], width: int) -> tuple[list[list[Placed]], list[list[Placed]]]:
    """``rows`` without the last ones, where those are the blocks of two signers, and these blocks."""
    for start, row in enumerate(rows):
        if len(row) == 2 and (blocks := signers_side_by_side(rows[start:], width)) is not None:
            return rows[:start], blocks
    return rows, []


_COUNTED = regex.compile(r"\W?(\d{1,3})\s?[.)]")
LEAST_COUNTED = 3
"""Rows of a list in two columns at least."""


def counted_columns(rows: Sequence[Sequence[Placed]]) -> list[list[Sequence[Placed]]]:
    """``rows``, those together in which two columns are counted on, each by itself: "1. …  32. …" above "2. …  33. …".

    The last rows may have nothing in the second column.
    """
    groups: list[list[Sequence[Placed]]] = []
    counted: list[int] = []
    for row in rows:
        numbers = [int(found[1]) for p in row if (found := _COUNTED.match(p.line.text))]
        two = len(numbers) == len(row) == 2
        one_more = len(numbers) == len(row) == 1 and counted[:1] == [numbers[0] - 1]
        if counted and ((two and counted == [number - 1 for number in numbers]) or one_more):
            groups[-1].append(row)
        else:
            groups.append([row])
        counted = numbers if two else [numbers[0], -1] if one_more else []
    return [part for group in groups for part in ([group] if len(group) >= LEAST_COUNTED else [[row] for row in group])]


def _columns(lines: Sequence[Placed], gutter: float) -> list[Placed]:
    left, right = part_by(lines, lambda p: centre(p) < gutter)
    return sorted_rows(left) + sorted_rows(right)


MIN_COLUMN_LINES = 8
COLUMN_SHARE = 0.85


def find_gutter(lines: Sequence[Placed], size: tuple[int, int]) -> float | None:
    """Where the white lies between two columns of print, or ``None`` for a page of one column.

    Columns are believed when both have many lines, each of a good width, and few lines cross: two lists side by side in a
    table don't have that.
    """
    width = size[0]
    wide = [p for p in lines if p.box[2] - p.box[0] > 0.25 * width]
    left, right = part_by(wide, lambda p: centre(p) < width / 2)
    left = [p for p in left if p.box[2] < 0.56 * width]
    right = [p for p in right if p.box[0] > 0.44 * width]
    if min(len(left), len(right)) < MIN_COLUMN_LINES or len(left) + len(right) < COLUMN_SHARE * len(wide):
        return None
    gutter = (max(p.box[2] for p in left) + min(p.box[0] for p in right)) / 2
    return gutter if 0.35 * width < gutter < 0.65 * width else None
