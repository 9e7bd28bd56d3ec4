"""The letters of a PDF's text layer as words, as the eye sees them: no letter twice, a space where there is a gap.

Word processors fake bold type by printing a line twice, TeX moves the pen instead of printing spaces, and headings are set
wide ("Q U Y Ế T  Đ Ị N H"). Letters are those of MuPDF's ``rawdict``, with their spans; nothing else of it is known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor
from statistics import median
from typing import Any

from normalizers.syllables import is_syllable

# In font sizes. A printed space is 0.25 wide and shrinks to 0.18 in justified lines; kerning and rounding stay below 0.1.
_SPACE = 0.16
# In font sizes: the distance of a letter printed twice. Fake bold is off by 0.03, shadows by 1 pt or 0.1; the narrowest
# letter, printed twice in a row, is 0.25 wide.
_TWICE = 0.15
_SHADOW_POINTS = 1.1
# In font sizes: wider gaps between all letters of a line are columns of a table, narrower ones kerning.
_TRACKED = (0.05, 0.75)
# Letters of a line set wide: what is shorter may be a list of initials or a row of marks.
_FEWEST_SPACED = 5
_ALPHABETIC = 0.6
_WORD_GAP = 1.5
"""The gap between words set wide, as a multiple of that between letters: two spaces against one, or a space and two gaps."""


@dataclass(slots=True)
class Letter:
    """One printed letter: where it begins and ends along its line (points), and how far its feet are from the line's."""

    text: str
    span: dict[str, Any]
    rect: tuple[float, float, float, float]
    origin: tuple[float, float]
    start: float
    end: float
    made_up: bool = False

    @property
    def size(self) -> float:
        return float(self.span["size"]) or 1.0


TextLine = tuple[tuple[float, float], list[Letter]]
"""Direction (cosine, sine; y downwards) of a line and its letters, spaces among them."""


@dataclass(slots=True)
class Piece:
    """A word: its letters, and how far the pen was moved, beyond spaces that were printed, before it."""

    letters: list[Letter]
    jumped: float


def read_line(line: dict[str, Any]) -> TextLine:
    """A line of ``rawdict`` as letters."""
    cosine, sine = line["dir"]
    letters = [
        Letter(c["c"], span, c["bbox"], c["origin"], *_extent(c, span, cosine, sine), bool(c.get("synthetic")))
        for span in line["spans"]
        for c in span["chars"]
    ]
    return (cosine, sine), letters


def _extent(letter: dict[str, Any], span: dict[str, Any], cosine: float, sine: float) -> tuple[float, float]:
    """Where a letter begins and ends along its line. The box of a letter that stands aslant holds its height as well."""
    x0, y0, x1, y1 = letter["bbox"]
    if sine == 0:
        return (x0, x1) if cosine > 0 else (-x1, -x0)
    if cosine == 0:
        return (y0, y1) if sine > 0 else (-y1, -y0)
    start = letter["origin"][0] * cosine + letter["origin"][1] * sine
    height = (span["ascender"] - span["descender"]) * span["size"]
    along_x = abs(cosine) > abs(sine)
    wide = (x1 - x0 - height * abs(sine)) / abs(cosine) if along_x else (y1 - y0 - height * abs(cosine)) / abs(sine)
    return start, start + max(wide, 0.0)


def printed_once(lines: Sequence[TextLine]) -> list[TextLine]:
    """``lines`` without the second copies of letters, the darker copy kept; lines that were copies throughout are gone."""
    kept: dict[tuple[str, int, int], list[Letter]] = {}
    dropped: set[int] = set()
    for _, letters in lines:
        for letter in letters:
            if letter.text.isspace() or letter.span.get("alpha") == 0:
                continue  # layers of scanner software put words of one line upon another: nothing is printed twice there
            near = min(max(_TWICE * letter.size, _SHADOW_POINTS), 0.22 * letter.size)
            twin = next((other for other in _around(letter, near, kept) if _is_copy(letter, other, near)), None)
            if twin is None:
                x, y = letter.origin
                kept.setdefault((letter.text, floor(x / _CELL), floor(y / _CELL)), []).append(letter)
            elif _paler(twin, letter):
                twin.span = letter.span  # the place of the first, the ink of the second
                dropped.add(id(letter))
            else:
                dropped.add(id(letter))
    if not dropped:
        return list(lines)
    left = ((direction, [letter for letter in letters if id(letter) not in dropped]) for direction, letters in lines)
    return [line for line in left if any(not letter.text.isspace() for letter in line[1])]


_CELL = 4.0  # points; any size serves, about that of a letter looks at the fewest


def _around(letter: Letter, near: float, kept: dict[tuple[str, int, int], list[Letter]]) -> Iterator[Letter]:
    x, y = letter.origin
    for column in range(floor((x - near) / _CELL), floor((x + near) / _CELL) + 1):
        for row in range(floor((y - near) / _CELL), floor((y + near) / _CELL) + 1):
            yield from kept.get((letter.text, column, row), ())


def _is_copy(letter: Letter, other: Letter, near: float) -> bool:
    return (
        abs(letter.origin[0] - other.origin[0]) <= near
        and abs(letter.origin[1] - other.origin[1]) <= near
        and abs(letter.size - other.size) <= 0.1 * letter.size
    )


def _paler(one: Letter, other: Letter) -> bool:
    return int(one.span.get("color", 0)) > int(other.span.get("color", 0))


def set_wide_together(lines: Sequence[TextLine]) -> list[TextLine]:
    """``lines`` with those joined that MuPDF cuts at the gaps between words set wide."""
    joined: list[TextLine] = []
    for line in lines:
        if joined and _is_wide(joined[-1][1]) and _is_wide(line[1]) and _follows(joined[-1], line):
            joined[-1] = (line[0], [*joined[-1][1], *line[1]])
        else:
            joined.append(line)
    return joined


def _is_wide(letters: Sequence[Letter]) -> bool:
    """Do the letters stand apart, as far as so few can tell?"""
    visible = [letter for letter in letters if not letter.text.isspace()]
    if not visible or not all(letter.text.isalpha() for letter in visible):
        return False
    gaps = [after.start - before.end for before, after in pairwise(visible)]
    return not gaps or _SPACE * visible[0].size <= median(gaps) <= _TRACKED[1] * visible[0].size


def _follows(line: TextLine, other: TextLine) -> bool:
    """Does ``other`` stand behind ``line`` on its baseline, no further than words set wide are apart?"""
    last, first = line[1][-1], other[1][0]
    level = abs(last.origin[1] - first.origin[1]) <= 0.1 * last.size if line[0][1] == 0 else False
    return line[0] == other[0] and level and 0 < first.start - last.end <= _WIDEST_WORD_GAP * last.size


_WIDEST_WORD_GAP = 2.5  # in font sizes: gaps of 0.75 between letters make one of 1.75 with a space


def words_in(line: TextLine) -> Iterator[Piece]:
    """The words of a line, in its order."""
    letters = line[1]
    wide = _set_wide(letters)
    if wide is not None:
        yield from wide
        return
    tracking = _tracking(letters)
    word: list[Letter] = []
    jumped, end = 0.0, None
    for letter in letters:
        step = 0.0 if end is None or letter.made_up else letter.start - end
        if letter.text.isspace():
            if word and not (letter.made_up and tracking):
                yield Piece(word, jumped)
                word, jumped = [], 0.0
            jumped += max(step, 0.0) if not word else 0.0
        else:
            if word and step > tracking + _SPACE * letter.size:
                yield Piece(word, jumped)
                word, jumped = [], 0.0
            if not word:
                jumped += max(step, 0.0)
            word.append(letter)
        if not letter.made_up:
            end = letter.end
    if word:
        yield Piece(word, jumped)


def _tracking(letters: Sequence[Letter]) -> float:
    """The gap between the letters of a line that is set wide, its spaces printed; 0 in any other line."""
    gaps: list[float] = []
    before: Letter | None = None
    alphabetic = visible = 0
    for letter in letters:
        if letter.text.isspace():
            before = before if letter.made_up else None
            continue
        visible += 1
        alphabetic += letter.text.isalpha()
        if before is not None:
            gaps.append(letter.start - before.end)
        before = letter
    if len(gaps) < _FEWEST_SPACED - 1 or alphabetic < _ALPHABETIC * visible:
        return 0.0
    usual, size = median(gaps), letters[0].size
    return usual if _TRACKED[0] * size <= usual <= _TRACKED[1] * size else 0.0


def _set_wide(letters: Sequence[Letter]) -> list[Piece] | None:
    """The words of a line whose letters stand apart; ``None`` for any other line."""
    visible = [letter for letter in letters if not letter.text.isspace()]
    if len(visible) < _FEWEST_SPACED or not all(letter.text.isalpha() for letter in visible):
        return None
    gaps = [after.start - before.end for before, after in pairwise(visible)]
    usual = median(gaps)
    if not _SPACE * visible[0].size <= usual <= _TRACKED[1] * visible[0].size:
        return None
    pieces = [Piece([visible[0]], 0.0)]
    for gap, letter in zip(gaps, visible[1:], strict=True):
        if gap > max(_WORD_GAP * usual, usual + 0.5 * _SPACE * letter.size):
            pieces.append(Piece([letter], max(gap - 3 * usual, 0.0)))
        else:
            pieces[-1].letters.append(letter)
    return [part for piece in pieces for part in _in_syllables(piece)]


_LONGEST_SYLLABLE = 7  # nghiêng


def _in_syllables(piece: Piece) -> list[Piece]:
    """A word set wide whose spaces are as wide as the gaps in it, cut into the fewest syllables; as it is if it has none."""
    text = "".join(letter.text for letter in piece.letters)
    if is_syllable(text) or len(text) != len(piece.letters):
        return [piece]
    fewest: list[tuple[int, int] | None] = [(0, 0), *[None] * len(text)]
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - _LONGEST_SYLLABLE), end):
            before = fewest[start]
            if before is not None and is_syllable(text[start:end]):
                best = fewest[end]
                if best is None or before[0] + 1 < best[0]:
                    fewest[end] = (before[0] + 1, start)
    cuts = [len(text)]
    while cuts[-1]:
        step = fewest[cuts[-1]]
        if step is None:
            return [piece]
        cuts.append(step[1])
    cuts.reverse()
    parts = (piece.letters[start:end] for start, end in pairwise(cuts))
    return [Piece(letters, piece.jumped if number == 0 else 0.0) for number, letters in enumerate(parts)]
