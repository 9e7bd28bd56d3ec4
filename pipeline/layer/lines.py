"""The words of a PDF's text layer as lines in reading order. Pure geometry, in points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from documents.page import Box, Line, LineKind, Table, Word, enclosing_box
from normalizers.exact.legacy import to_unicode
from pipeline.files.pdf import LayerWord, Origin
from pipeline.layer.quality import relined
from pipeline.layout.order import order_lines
from pipeline.layout.placed import Placed, Places
from pipeline.ocr.base import ReadLine, ReadWord
from pipeline.tables.cells import cut_at_cells, tables_of_pdf_page

# In font sizes. The pen moves on by up to a third of an em inside justified words, by a whole one at a tab stop; scanner
# software measures the gaps of the print instead of printing spaces.
_JUMP = 1.2
_JUMP_HIDDEN = 2.5
# Pieces of one line that the file stores apart (another font, a filled-in number) follow each other this closely.
_SAME_LINE_GAP = 0.6
_SAME_LINE_SHIFT = 0.35


def lines_of(words: Iterable[LayerWord]) -> list[list[LayerWord]]:
    """Words that a reader sees as one line, left to right, in the order of the file.

    A line of the file is cut where the pen jumps (columns, tab stops); pieces that go on in each other are joined.
    """
    pieces: list[list[LayerWord]] = []
    for word in words:
        last = pieces[-1][-1] if pieces else None
        if (
            last is not None
            and (last.line, *_hand(last)) == (word.line, *_hand(word))
            and word.jumped <= (_JUMP_HIDDEN if word.hidden else _JUMP) * word.size
        ):
            pieces[-1].append(word)
        else:
            pieces.append([word])
    joined: list[list[LayerWord]] = []
    ends: dict[int, dict[int, list[LayerWord]]] = {}  # lines by the height of their last word, in bands
    for piece in sorted(pieces, key=lambda piece: piece[0].box.left):
        band = round(piece[0].baseline / _BAND)
        near = (line for i in range(band - _REACH, band + _REACH + 1) for line in ends.get(i, {}).values())
        line = next((line for line in near if _goes_on(line[-1], piece[0])), None)
        if line is None:
            line = list(piece)
            joined.append(line)
        else:
            del ends[round(line[-1].baseline / _BAND)][id(line)]
            line += piece
        ends.setdefault(round(line[-1].baseline / _BAND), {})[id(line)] = line
    order = {id(word): number for number, word in enumerate(word for piece in pieces for word in piece)}
    return sorted(joined, key=lambda line: min(order[id(word)] for word in line))


# Points. Lines whose last words stand within ``_REACH`` bands are asked whether a piece goes on in them: up to the shift
# that one line may have at a font size of 70 points. Of 25,000 pieces on a page each is asked for a few others only.
_BAND, _REACH = 8.0, 3


def _hand(word: LayerWord) -> tuple[Origin, bool, bool]:
    """Who printed a word, and whether it is seen."""
    return word.origin, word.hidden, word.unseen


def _goes_on(last: LayerWord, following: LayerWord) -> bool:
    size = max(last.size, following.size)
    if abs(last.baseline - following.baseline) > _SAME_LINE_SHIFT * size:
        return False
    if _hand(last) != _hand(following):
        return False  # printed over each other by different hands
    return -0.3 * size <= following.box.left - last.box.right <= _SAME_LINE_GAP * size


def line_of(words: Sequence[LayerWord], *, confidence: float = 1.0, kind: LineKind = LineKind.BODY) -> Line:
    """A line of the model: words joined by single spaces, each with its box, its encoding and ``confidence``."""
    placed, at = [], 0
    for word in words:
        placed.append(Word(word.text, at, at + len(word.text), word.box, confidence, encoding=word.encoding))
        at += len(word.text) + 1
    text = " ".join(word.text for word in words)
    return Line(text, tuple(placed), enclosing_box(word.box for word in words), confidence, kind)


@dataclass(frozen=True, slots=True)
class Ordered:
    """A page's lines in reading order (those of its tables where the tables stand), its tables, and what lies beside."""

    lines: tuple[Line, ...]
    marginalia: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()


def in_reading_order(lines: Sequence[Line], size: tuple[float, float], rules: Sequence[Box] = ()) -> Ordered:
    """The lines of a page of ``size`` (width, height in points) in reading order with their parts.

    ``rules`` are the printed lines of the page, from which its tables are found. The same rules of layout as for page images
    (``pipeline.layout``) see the lines in Unicode; the words keep what was stored.
    """
    tables = tables_of_pdf_page(rules, size) if rules else ()
    inside, outside = cut_at_cells(lines, tables)
    words: dict[tuple[int, int, int, int], list[Word]] = {}  # by their boxes: layout may make another mark of a dash
    readable: list[ReadLine] = []
    for line in outside:
        pieces = [_readable(word) for word in line.words if word.box is not None]
        for piece, word in zip(pieces, line.words, strict=True):
            words.setdefault(piece.box, []).append(word)
        if pieces and line.box is not None:
            readable.append(ReadLine(tuple(pieces), _scaled(line.box), line.confidence, line.engines))
    places = [_scaled(table.box) for table in tables if table.box is not None]
    page_size = round(size[0] * _GRID), round(size[1] * _GRID)
    text, marginalia = order_lines(readable, page_size, Places(tables=places))
    ordered: list[Line] = []
    for placed in text:
        if placed.kind is LineKind.TABLE:
            table = tables[places.index(placed.box)]
            ordered += _lines_of_table(table, inside)
        else:
            ordered.append(_placed_line(placed, words))
    return Ordered(tuple(ordered), tuple(_placed_line(p, words) for p in marginalia), tables)


def _lines_of_table(table: Table, inside: Sequence[Line]) -> Iterator[Line]:
    """The lines in the cells of ``table``, cell by cell; what stands at one height in a cell is one line.

    Narrow columns are justified with gaps as wide as those between columns elsewhere; in a cell there is nothing to part.
    """
    left = list(inside)
    for cell in table.cells:
        own = [line for line in left if cell.box is not None and _middle_in(line, cell.box)]
        taken = set(map(id, own))
        left = [line for line in left if id(line) not in taken]
        rows: list[list[Line]] = []
        for line in sorted(own, key=_middle):
            if rows and _same_height(rows[-1][0], line):
                rows[-1].append(line)
            else:
                rows.append([line])
        for row in rows:
            pieces = sorted(row, key=lambda line: line.box.left if line.box else 0.0)
            yield relined(replace(pieces[0], box=None), [word for piece in pieces for word in piece.words])


def _middle(line: Line) -> tuple[float, float]:
    """Height first, so that lines sort from top to bottom."""
    assert line.box is not None  # lines in cells were found by their boxes
    return (line.box.top + line.box.bottom) / 2, (line.box.left + line.box.right) / 2


def _middle_in(line: Line, box: Box) -> bool:
    y, x = _middle(line)
    return box.left <= x <= box.right and box.top <= y <= box.bottom


def _same_height(one: Line, other: Line) -> bool:
    assert one.box is not None
    return one.box.top < _middle(other)[0] < one.box.bottom


_CAPITALS = "_capitals"
# The capital letters of TCVN3: A … Z, and Ă Â Ê Ô Ơ Ư Đ at A1 to A7.
_STORED_CAPITAL = regex.compile(r"[A-Z¡-§]")
# Single initials in a font of capitals ("Ên §é") say nothing about how headings were typed.
_ENOUGH_CAPITALS = 8


def in_typed_case(lines: Sequence[Line]) -> list[Line]:
    """``lines`` with the words in fonts of capitals (.VnTimeH) marked as to be converted in the case that was typed.

    Such fonts draw small letters as capitals. Where their text was typed with capitals of its own ("QuyÕt ®Þnh cña Thñ
    t\xadíng"), the typed case says more than the drawn one and stays; text typed in small letters throughout ("uû ban nh©n
    d©n") was meant as capitals. One answer serves the whole page.
    """
    drawn = "".join(word.text for line in lines for word in line.words if word.encoding.endswith(_CAPITALS))
    if sum(map(str.isalpha, drawn)) >= _ENOUGH_CAPITALS and not _STORED_CAPITAL.search(drawn):
        return list(lines)
    return [
        replace(line, words=tuple(replace(word, encoding=word.encoding.removesuffix(_CAPITALS)) for word in line.words))
        for line in lines
    ]


# Layout works in whole pixels; a tenth of a point is finer than any scan.
_GRID = 10


def _scaled(box: Box) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(side * _GRID) for side in box.as_tuple())
    return left, top, right, bottom


def _readable(word: Word) -> ReadWord:
    assert word.box is not None  # the caller leaves out words without boxes
    text = to_unicode(word.text, word.encoding) if word.encoding else word.text
    return ReadWord(text, _scaled(word.box), word.confidence)


def _placed_line(placed: Placed, words: dict[tuple[int, int, int, int], list[Word]]) -> Line:
    """The line with its own words back; ``layout`` cuts and joins lines but hands every word through once."""
    own = [words[word.box].pop(0) for word in placed.line.words]
    line = Line("", (), None, placed.line.confidence, placed.kind, placed.paragraph, placed.line.engines)
    return relined(line, own)
