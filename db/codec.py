"""The JSON in which words, lines, edits, doubts and table cells of a page are stored, and the way back.

Coordinates are rounded to a tenth of a point (35 micrometres) and probabilities to four digits. All are arrays:

``lines``   one per line: ``[kind, box or null, confidence, paragraph]``, then the names of the engines if any
``words``   one array per line of ``[start, end, box or null, confidence]``, then, if any of them says something,
            ``handwritten`` (0, 1), ``encoding``, and the word's text where it is not ``line[start:end]``
``edits``   ``[start, end, after, rule, score]``; offsets count from the start of the page's raw text, in which
            ``before`` stands
``doubts``  ``[start, end, confidence, suggestion]``
``marginalia``  stamps and margin notes: ``[text, line as in lines, words as in words]`` each
``cells``   ``[row, column, row_span, column_span, box or null, first_line, end_line, confidence]``; lines from 0
A box is ``[left, top, right, bottom]``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from documents.edits import Doubt, Edit
from documents.page import LINE_END, Blank, Box, Cell, FilledIn, Line, LineKind, Page, Source, Table, Word

Json = Any


def dump(value: Json) -> str:
    """JSON without spaces and with readable Vietnamese, the same for equal values."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def probability(value: float) -> float:
    return round(float(value), 4)


def coordinate(value: float) -> float:
    return round(float(value), 1)


def pack_box(box: Box | None) -> list[float] | None:
    return None if box is None else [coordinate(value) for value in box.as_tuple()]


def unpack_box(packed: Sequence[float] | None) -> Box | None:
    return None if packed is None else Box(*packed)


def pack_lines(lines: Iterable[Line]) -> str:
    return dump(
        [
            [line.kind.value, pack_box(line.box), probability(line.confidence), line.paragraph, *line.engines]
            for line in lines
        ]
    )


def pack_words(lines: Iterable[Line]) -> str:
    return dump([[_pack_word(word, line.text) for word in line.words] for line in lines])


def _pack_word(word: Word, line: str) -> list[Json]:
    packed: list[Json] = [word.start, word.end, pack_box(word.box), probability(word.confidence)]
    rest: list[Json] = [int(word.handwritten), word.encoding]
    if word.text != line[word.start : word.end]:
        return [*packed, *rest, word.text]
    return [*packed, *rest] if any(rest) else packed


def unpack_lines(texts: Sequence[str], lines: str, words: str) -> tuple[Line, ...]:
    """The lines of a page; ``texts`` are the lines of its raw text."""
    return tuple(
        Line(
            text=text,
            words=tuple(_unpack_word(word, text) for word in its_words),
            box=unpack_box(box),
            confidence=confidence,
            kind=LineKind(kind),
            paragraph=paragraph,
            engines=tuple(engines),
        )
        for text, (kind, box, confidence, paragraph, *engines), its_words in zip(
            texts, json.loads(lines), json.loads(words), strict=True
        )
    )


def _unpack_word(packed: list[Json], line: str) -> Word:
    start, end, box, confidence, *rest = packed
    handwritten, encoding = rest[:2] if rest else (0, "")
    text = rest[2] if len(rest) > 2 else line[start:end]
    return Word(text, start, end, unpack_box(box), confidence, bool(handwritten), encoding)


def pack_marginalia(notes: Iterable[Line]) -> str:
    return dump(
        [[note.text, json.loads(pack_lines([note]))[0], [_pack_word(w, note.text) for w in note.words]] for note in notes]
    )


def unpack_marginalia(packed: str) -> tuple[Line, ...]:
    notes = json.loads(packed)
    return unpack_lines([note[0] for note in notes], dump([note[1] for note in notes]), dump([note[2] for note in notes]))


def pack_edits(edits: Iterable[Edit]) -> str:
    return dump([[e.start, e.end, e.after, e.rule, probability(e.score)] for e in edits])


def unpack_edits(packed: str, raw: str) -> tuple[Edit, ...]:
    return tuple(
        Edit(start, end, raw[start:end], after, rule, score) for start, end, after, rule, score in json.loads(packed)
    )


def pack_doubts(doubts: Iterable[Doubt]) -> str:
    return dump([[d.start, d.end, probability(d.confidence), d.suggestion] for d in doubts])


def unpack_doubts(packed: str) -> tuple[Doubt, ...]:
    return tuple(Doubt(*values) for values in json.loads(packed))


def pack_cells(cells: Iterable[Cell]) -> str:
    return dump(
        [
            [
                c.row,
                c.column,
                c.row_span,
                c.column_span,
                pack_box(c.box),
                c.lines.start,
                c.lines.stop,
                probability(c.confidence),
            ]
            for c in cells
        ]
    )


def unpack_cells(packed: str) -> tuple[Cell, ...]:
    return tuple(
        Cell(row, column, row_span, column_span, unpack_box(box), range(first, end), confidence)
        for row, column, row_span, column_span, box, first, end, confidence in json.loads(packed)
    )


def pack_table(table: Table) -> dict[str, Json]:
    """The columns of ``tables`` but for where the table stands."""
    return {
        "rows": table.rows,
        "columns": table.columns,
        "header_rows": table.header_rows,
        "bbox": table.box and dump(pack_box(table.box)),
        "continues": int(table.continues),
        "confidence": probability(table.confidence),
        "cells": pack_cells(table.cells),
    }


def unpack_table(packed: Mapping[str, Json]) -> Table:
    """The table that ``pack_table`` packed."""
    return Table(
        rows=packed["rows"],
        columns=packed["columns"],
        cells=unpack_cells(packed["cells"]),
        header_rows=packed["header_rows"],
        box=unpack_box(json.loads(packed["bbox"])) if packed["bbox"] else None,
        continues=bool(packed["continues"]),
        confidence=packed["confidence"],
    )


def pack_boxes(boxes: Iterable[Box]) -> str:
    return dump([[coordinate(side) for side in box.as_tuple()] for box in boxes])


def unpack_boxes(packed: str) -> tuple[Box, ...]:
    return tuple(Box(*sides) for sides in json.loads(packed))


def pack_filled_in(filled_in: Iterable[FilledIn]) -> str:
    """A JSON array of [blank, box, readings]."""
    return dump(
        [
            [one.blank.value, pack_box(one.box), [[text, probability(chance)] for text, chance in one.readings]]
            for one in filled_in
        ]
    )


def unpack_filled_in(packed: str) -> tuple[FilledIn, ...]:
    return tuple(
        FilledIn(Blank(blank), Box(*box), tuple((text, chance) for text, chance in readings))
        for blank, box, readings in json.loads(packed)
    )


def page_of(row: Mapping[str, Any], raw: str, tables: tuple[Table, ...]) -> Page:
    """The page of a row of ``pages`` joined with its layout."""
    texts = raw.split(LINE_END)[:-1]
    return Page(
        number=row["number"],
        lines=unpack_lines(texts, row["lines"], row["words"]),
        tables=tables,
        width=row["width"],
        height=row["height"],
        source=Source(row["source"]),
        engine=row["engine"],
        profile=row["profile"],
        confidence=row["confidence"],
        reasons=tuple(json.loads(row["reasons"])),
        rotation=row["rotation"],
        skew=row["skew"],
        marginalia=unpack_marginalia(row["marginalia"]),
        unread=unpack_boxes(row["unread"]),
        filled_in=unpack_filled_in(row["filled_in"]),
    )


def pack_page(page: Page) -> str:
    """A whole page, coordinates and probabilities rounded; what is unpacked is the page as the store gives it back."""
    packed = {
        "number": page.number,
        "raw": page.text,
        "lines": pack_lines(page.lines),
        "words": pack_words(page.lines),
        "tables": [pack_table(table) for table in page.tables],
        "width": coordinate(page.width),
        "height": coordinate(page.height),
        "source": page.source.value,
        "engine": page.engine,
        "profile": page.profile,
        "confidence": probability(page.confidence),
        "reasons": dump(list(page.reasons)),
        "rotation": page.rotation,
        "skew": round(page.skew, 3),
        "marginalia": pack_marginalia(page.marginalia),
        "unread": pack_boxes(page.unread),
        "filled_in": pack_filled_in(page.filled_in),
    }
    return dump(packed)


def unpack_page(packed: str) -> Page:
    """The page that ``pack_page`` packed."""
    row = json.loads(packed)
    return page_of(row, row["raw"], tuple(map(unpack_table, row["tables"])))
