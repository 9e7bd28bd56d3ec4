"""Cutting printed text into the pieces that the lattice is made of. Nothing is lost: pieces and gaps make the text."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

import regex

from normalizers.forms import fold, old_tone_style
from normalizers.noisy.evidence import has_syllable_letters
from normalizers.protect import code_spans, list_mark_spans
from normalizers.syllables import is_syllable


class Kind(IntEnum):
    WORD = 0
    """Letters, digits among letters, and the signs that engines print for letters (& ¢ @ € …)."""
    NUMBER = 1
    """Digits only, with their separators: 2020, 12.000, 5/6/2020."""
    MARK = 2
    """One character of punctuation."""
    PROTECTED = 3
    """A web or mail address, a document code, a list mark, an abbreviation with "&", a model or a measure: never touched."""


class Piece(NamedTuple):
    """``text`` stands at ``start:end``. ``spaced``: a blank or line end stands before it. ``opens``: a paragraph starts."""

    start: int
    end: int
    text: str
    kind: Kind
    spaced: bool
    opens: bool
    line: int


_SIGNS = r"&¢@€$£§|!\\©®°¥µﬁﬂ"
_PIECE = regex.compile(
    rf"""
    (?P<protected>  (?:https?:/|www\.)\S+ | [\w.+-]+@[\w-]+\.[\w.-]+\w
    | [a-zA-Z][\w-]*(?:\.[\w-]+)*\.(?:vn|com|org|net|gov)\b[\w/.?=&%-]*)
  | (?P<number>     \d+(?:[.,/:]\d+)*(?![\p{{L}}{_SIGNS}\p{{N}}]))
  | (?P<capitals>   (?<![\p{{L}}\p{{N}}])\p{{Lu}}{{1,5}}(?:&\p{{Lu}}{{1,6}})+(?![\p{{L}}\p{{N}}]))
  | (?P<word>       [\p{{L}}\p{{M}}\p{{N}}{_SIGNS}]+)
  | (?P<mark>       \S)
  | (?P<gap>        \s+)
    """,
    regex.VERBOSE,
)

LINE_END = regex.compile(r"\r\n|[\n\f\r\x0b\x1c-\x1e\x85\u2028\u2029]")
"""Everything that may end a line, in any system: no word reaches over one, so none is ever lost."""

_ENDS_PARAGRAPH = regex.compile(r"[.;:!?…]\s*$")
_OPENS_PARAGRAPH = regex.compile(r"\s*(?:[-–+•*]|\d{1,2}[.)]|[IVX]{1,4}[.)]|\p{L}[.)])\s")


@lru_cache(maxsize=1)
def pieces_of(text: str) -> tuple[Piece, ...]:
    """The pieces of a text in order.

    They are kept until the next text: repair cuts a text to find its family, to learn from it, and to read it.

    A paragraph starts after a blank line, at a list mark, and after a line that ends like a sentence.

    >>> [p.text for p in pieces_of("phwong hu&ng 1y, 12.000 d6ng (76/NQ-CP)")]
    ['phwong', 'hu&ng', '1y', ',', '12.000', 'd6ng', '(', '76', '/', 'NQ', '-', 'CP', ')']
    """
    closed = _closed(text)
    found: list[Piece] = []
    line, opens, spaced, line_start = 0, True, True, 0
    for match in _PIECE.finditer(text):
        kind = match.lastgroup
        if kind == "gap":
            spaced = True
            gap = match.group()
            ends = 0 if gap == " " else len(LINE_END.findall(gap))
            if ends:
                line += ends
                before = text[max(line_start, match.start() - 8) : match.start()]
                after = text[match.end() : match.end() + 8]
                opens = opens or ends > 1 or bool(_ENDS_PARAGRAPH.search(before)) or bool(_OPENS_PARAGRAPH.match(after))
                line_start = match.end()
            continue
        what = _KINDS[str(kind)]
        if what == Kind.WORD and (
            match.start() in closed or _LONE.fullmatch(match.group()) or _is_figure(text, *match.span())
        ):
            what = Kind.PROTECTED
        for start, end, part in _glued_figures(match.start(), match.group(), what):
            found.append(
                Piece(start, end, match.group()[start - match.start() : end - match.start()], part, spaced, opens, line)
            )
            spaced = opens = False
    return tuple(found)


_LONE = regex.compile(r"I")
"""Alone it is a numeral."""
_FIGURES_BEHIND = regex.compile(r"(\p{L}{2,})(\d{2,})")
_FIGURE_BEHIND = regex.compile(r"(\p{L}{2,})(\d)")
_FIGURES_BEFORE = regex.compile(r"(\d+)(\p{L}+)")
_NUMBERED = frozenset(
    regex.findall(
        r"\w+",
        """
        dieu khoan diem muc chuong phan quyen quy thang nam ngay phuong quan to khu cap lop loai nhom so ky dot lan bang
        hinh bieu tuyen tang lo vung duong buoc giai hang thua trang phu
        """,
    )
)
"""Words that take a number ("Điều 1", "quý 2"), without marks: a figure stuck to one of them is a number."""
_MODEL = regex.compile(r"\p{Lu}{2,}\d[\p{Lu}\d]*|\p{Lu}\d{2,}|\p{Lu}[1257]|\d{2,}\p{Lu}{1,3}")
"""Capitals with figures: "PHP5", "QL1A", "A40", "C7", "16GB". A lone capital with another figure may be a word ("S6"),
for vowels are printed as 0, 3, 4, 6, 8, 9."""
_UNIT = regex.compile(r"[kdcm]?m[23]|\d+(?:[kdcm]?m[23]?|kg|g|mg|ml|l|ha|kw|kwh|kv|ppm|h\d{0,2})", regex.IGNORECASE)


def _glued_figures(start: int, text: str, kind: Kind) -> list[tuple[int, int, Kind]]:
    """A word with a number stuck to it ("ngày13", "Điều1", "1tấn") in two, so that no figure is taken for letters.

    So is one with "!" behind it, which engines print for an ị too: "khách!" but "ngh!".

    One digit behind other words, and digits before what is no marked syllable ("10ng", "16p"), are the word's.

    >>> [(p.text, p.kind.name) for p in pieces_of("quy1 s6 PHP5 2020ng")]
    [('quy', 'WORD'), ('1', 'NUMBER'), ('s6', 'WORD'), ('PHP5', 'PROTECTED'), ('2020', 'NUMBER'), ('ng', 'WORD')]
    """
    whole = [(start, start + len(text), kind)]
    if kind != Kind.WORD or text.isalpha():
        return whole
    if text[-1] == "!" and has_syllable_letters(text[:-1]):
        return [(start, start + len(text) - 1, Kind.WORD), (start + len(text) - 1, start + len(text), Kind.MARK)]
    if _MODEL.fullmatch(text) and not text.isalpha():
        return [(start, start + len(text), Kind.PROTECTED)]
    behind = _FIGURES_BEHIND.fullmatch(text) or _FIGURE_BEHIND.fullmatch(text)
    if behind and (len(behind[2]) > 1 or fold(behind[1]) in _NUMBERED):
        cut = start + len(behind[1])
        return [(start, cut, Kind.WORD), (cut, start + len(text), Kind.NUMBER)]
    before = _FIGURES_BEFORE.fullmatch(text)
    if before and (len(before[1]) > 2 or (not before[2].isascii() and is_syllable(old_tone_style(before[2])))):
        cut = start + len(before[1])
        return [(start, cut, Kind.NUMBER), (cut, start + len(text), Kind.WORD)]
    return whole


def _is_figure(text: str, start: int, end: int) -> bool:
    """Is the word with figures at ``start:end`` part of a number or a measure: "I6.01", "85 m2", "đ/m3"?"""
    word = text[start:end]
    if not any(map(str.isdigit, word)):
        return False
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if _UNIT.fullmatch(word):
        return True
    beside = (after[:1] in ".,/" and after[1:2].isdigit()) or (before[1:] in ".,/" and before[:1].isdigit())
    return bool(before[1:] or after[:1]) and beside


def _closed(text: str) -> set[int]:
    """Offsets inside document codes and list marks."""
    closed: set[int] = set()
    for start, end in (*code_spans(text), *list_mark_spans(text)):
        closed.update(range(start, end))
    return closed


_KINDS = {
    "capitals": Kind.PROTECTED,
    "word": Kind.WORD,
    "number": Kind.NUMBER,
    "mark": Kind.MARK,
    "protected": Kind.PROTECTED,
}
