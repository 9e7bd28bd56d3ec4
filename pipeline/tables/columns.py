"""A second look at the short cells of a table: what the row, the column and the ink itself say about them.

An engine reads each cell by itself, and a cell of one or two letters gives its language model nothing to go by: "II" comes
out as "H", "9=7/4" as "97/4", "85,71" as "8571". Here a cell is corrected only where its place leaves one reading
(numbered columns, counted rows) or where its ink shows what is missing (decimal marks). What was corrected is held in doubt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import cv2
import numpy as np
import regex

from pipeline.image.boxes import PixelBox
from pipeline.image.components import connected
from pipeline.image.images import Pixels
from pipeline.ocr.base import ReadLine, ReadWord, line_of
from pipeline.tables.grids import Grid

Cells = list[list[ReadLine]]
"""The lines of each cell, in the order of ``Grid.cells``."""

CORRECTED = 0.6
"""No corrected cell is held surer than this: of 9 such cells in the transcribed tables of the evaluation scans all came out
right, which says little about the next one."""


def second_look(grid: Grid, cells: Cells, grey: Pixels) -> Cells:
    """``cells`` with their short texts corrected; as many lines, at the same places."""
    looked = [list(lines) for lines in cells]
    for correct in (_column_numbers, _ordinals, _repeated_words):
        for index, text in correct(grid, looked):
            looked[index] = [_with_text(looked[index][0], text)]
    return [[_with_marks(line, grey) for line in lines] for lines in looked]


def _with_text(line: ReadLine, text: str) -> ReadLine:
    sure = min([CORRECTED, *(word.confidence for word in line.words)])
    return line_of([ReadWord(text, line.box, sure, False)], line.box, line.engines)


def _text(lines: Sequence[ReadLine]) -> str:
    return lines[0].text if len(lines) == 1 else ""


def _in_columns(grid: Grid, cells: Cells) -> Iterator[list[tuple[int, str]]]:
    """For each column the cells that lie in it alone, from top to bottom: index and text, empty ones left out."""
    for column in range(grid.columns):
        own = sorted(
            (cell.row, index) for index, cell in enumerate(grid.cells) if cell.column == column and cell.column_span == 1
        )
        yield [(index, _text(cells[index])) for _, index in own if _text(cells[index])]


# --- the row that numbers the columns ---------------------------------------------------------------------------------

_FORMULA = regex.compile(r"[=\-–]?\s?(\d{1,2}[/x×+*:]\d{1,2}([/x×+*:]\d{1,3})?)")


_ONE_OR_TWO_FIGURES = regex.compile(r"\d{1,2}")


def _numbered(grid: Grid, cells: Cells) -> tuple[list[tuple[int, int]], int] | None:
    """The cells of the row that numbers the columns (index, column), and how far numbers are behind columns."""
    for row in range(grid.rows):
        own = [(i, cell.column) for i, cell in enumerate(grid.cells) if cell.row == row and cell.column_span == 1]
        offsets = Counter(
            column - int(_text(cells[i])) for i, column in own if _ONE_OR_TWO_FIGURES.fullmatch(_text(cells[i]))
        )
        offset, count = offsets.most_common(1)[0] if offsets else (0, 0)
        if count >= 3 and count >= len(own) / 2:
            return own, offset
    return None


_NO_FIGURE = regex.compile(r"\D")


def _column_numbers(grid: Grid, cells: Cells) -> Iterator[tuple[int, str]]:
    """ "1, 2, 3, 4), 97/4" under a header: the numbers are known by the place, formulas follow an equals sign."""
    own, offset = _numbered(grid, cells) or ([], 0)
    for i, column in own:
        text, number = _text(cells[i]), str(column - offset)
        formula = _FORMULA.fullmatch(text[len(number) :]) if text.startswith(number) else None
        if formula and text != f"{number}={formula[1]}":
            yield i, f"{number}={formula[1]}"
        elif text != number and len(text) <= len(number) + 1 and _NO_FIGURE.sub("", text) == number and column > offset:
            yield i, number


# --- counted rows -----------------------------------------------------------------------------------------------------

_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_ROMAN = {numeral: value for value, numeral in enumerate(_NUMERALS, 1)}
_LOOKS_LIKE = {
    "L": ("I", 1), "l": ("I", 1), "|": ("I", 1), "H": ("II", 2), "11": ("II", 2), "ll": ("II", 2), "Il": ("II", 2),
    "lI": ("II", 2), "n": ("II", 2), "111": ("III", 3), "IIl": ("III", 3), "lll": ("III", 3), "HI": ("III", 3),
    "IH": ("III", 3), "1V": ("IV", 4), "lV": ("IV", 4), "V1": ("VI", 6), "Vl": ("VI", 6), "VH": ("VII", 7), "1X": ("IX", 9),
    "lX": ("IX", 9),
}  # fmt: skip
"""What engines print for Roman numerals, the numeral and its value."""
_ORDINAL = regex.compile(r"[\divxlIVXLHn|]{1,4}[.)]?|\d{1,2}([.]\d{1,2})+[.]?|[a-zđA-EĐGHK][.)]?|[-+*•]")
_COUNTING = regex.compile(r"(s|số )?tt\W*", regex.IGNORECASE)
"""The header of a column that counts rows: "STT", "TT", "Số TT"."""
ORDINALS = 0.8
"""Share of ordinals among the short cells of a column that counts rows without such a header."""


def _ordinals(grid: Grid, cells: Cells) -> Iterator[tuple[int, str]]:
    """ "H" after "I", "L" where counting begins, "1" before another "1": Roman numerals of the parts of a table."""
    numbered = {i for i, _ in (_numbered(grid, cells) or ([], 0))[0]}
    for column in _in_columns(grid, cells):
        counted = [(i, text) for i, text in column if _ORDINAL.fullmatch(text) and i not in numbered]
        named = any(_COUNTING.fullmatch(text) for _, text in column)
        if len(counted) < 2 or not (named or len(counted) >= ORDINALS * sum(len(text) <= 12 for _, text in column)):
            continue
        last = 0
        before = ""
        for (i, text), following in pairwise([*counted, (-1, "")]):
            bare = text.rstrip(".")
            numeral, value = _LOOKS_LIKE.get(bare, ("", 0))
            if bare in _ROMAN:
                last = _ROMAN[bare]
            elif bare == "1" and following[1].rstrip(".") == "1" and last == 0:
                yield i, text.replace("1", "I")
                last = 1
            elif numeral and bare != "11" and _is_next(value, last, before, bare):
                # "I." runs together into an L
                yield i, numeral + ("." if text.endswith(".") or bare == "L" else "")
                last = value
            before = bare


def _is_next(value: int, last: int, before: str, text: str) -> bool:
    """Whether a numeral of ``value`` may follow the numeral ``last`` (0: none on this page) and the cell ``before``."""
    in_alphabet = len(before) == 1 == len(text) and ord(text) - ord(before) in (1, 2)
    return not in_alphabet and (value == last + 1 or last == 0)


# --- words that come again and again ----------------------------------------------------------------------------------

_LETTER_FOR = {"7": "T", "0": "O", "1": "I", "5": "S", "8": "B", "6": "G"}
REPEATED = 2
"""Cells of a column that must have the word."""


def _repeated_words(grid: Grid, cells: Cells) -> Iterator[tuple[int, str]]:
    """ "7E" among many "TE": a figure in a word of which the column is full without it."""
    for column in _in_columns(grid, cells):
        words = Counter(text for _, text in column if text.isalpha())
        for i, text in column:
            spelt = "".join(_LETTER_FOR.get(c, c) for c in text)
            if spelt != text and any(c.isalpha() for c in text) and words[spelt] >= REPEATED:
                yield i, spelt


# --- decimal marks ----------------------------------------------------------------------------------------------------

_DIGITS = regex.compile(r"\d{3,9}")
_LISTED = regex.compile(r"\d{1,2}([.,]\d{1,2}){2,}")
MARK = 0.45
"""Height of a comma or a full stop at most, in heights of a figure; measured 0.2 – 0.4."""
FIGURE = 0.75
"""Height of a figure at least, in heights of the highest."""
SPECK = 0.1
"""Height of anything printed at least, in the same."""


def _with_marks(line: ReadLine, grey: Pixels) -> ReadLine:
    """``line`` with the marks in its figures that ink shows and the engines left out, or mixed up in a list."""
    if len(line.words) != 1:
        return line
    text = line.words[0].text
    if _LISTED.fullmatch(text) and {".", ","} <= set(text):  # points part thousands: no number has groups of two
        return _with_text(line, text.replace(".", ","))
    if not _DIGITS.fullmatch(text):
        return line
    places = _marks_between(grey, line.box, len(text))
    if not places:
        return line
    groups = [text[a:b] for a, b in pairwise([0, *places, len(text)])]
    thousands = all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3
    if not thousands and len(groups) > 2:
        return line
    return _with_text(line, ("." if thousands else ",").join(groups))


def _marks_between(grey: Pixels, box: PixelBox, figures: int) -> list[int]:
    """After how many figures small ink stands on the base line; none where the figures can't be counted in the ink."""
    left, top, right, bottom = box
    crop = grey[top:bottom, left:right]
    if crop.size == 0:
        return []
    _, dark = cv2.threshold(crop, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, _, stats = connected(np.asarray(dark, np.uint8))
    pieces = sorted((x, y, w, h) for x, y, w, h, _ in stats[1:].tolist())
    high = max((h for _, _, _, h in pieces), default=0)
    tall = [piece for piece in pieces if piece[3] >= FIGURE * high]
    if len(tall) != figures:
        return []
    base = float(np.median([y + h for _, y, _, h in tall]))
    marks = [
        x + w / 2
        for x, y, w, h in pieces
        if SPECK * high <= h <= MARK * high and w <= MARK * high and y + h / 2 > base - 0.25 * high and y + h > base - 2
    ]
    places = [sum(x + w / 2 < mark for x, _, w, _ in tall) for mark in marks]
    inner = [place for place in places if 0 < place < figures]
    return inner if len(set(inner)) == len(inner) == len(places) else []
