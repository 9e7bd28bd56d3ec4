"""Cutting printed text into the pieces that the lattice is made of. Nothing is lost: pieces and gaps make the text."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import regex

from normalizers.forms import old_tone_style
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
    """A web or mail address, a document code, a list mark: never touched."""


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


def pieces_of(text: str) -> list[Piece]:
    """The pieces of a text in order.

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
        what = Kind.PROTECTED if kind == "word" and match.start() in closed else _KINDS[str(kind)]
        for start, end, part in _glued_figures(match.start(), match.group(), what):
            found.append(
                Piece(start, end, match.group()[start - match.start() : end - match.start()], part, spaced, opens, line)
            )
            spaced = opens = False
    return found


_FIGURES_BEHIND = regex.compile(r"(\p{L}{2,})(\d{2,})")
_FIGURES_BEFORE = regex.compile(r"(\d+)(\p{L}+)")


def _glued_figures(start: int, text: str, kind: Kind) -> list[tuple[int, int, Kind]]:
    """A word with a number stuck to it ("ngày13", "1tấn") in two, so that no figure is taken for letters.

    One digit behind a word, and digits before what is no marked syllable ("10ng", "16p"), are the word's.
    """
    whole = [(start, start + len(text), kind)]
    if kind != Kind.WORD:
        return whole
    behind, before = _FIGURES_BEHIND.fullmatch(text), _FIGURES_BEFORE.fullmatch(text)
    if behind:
        cut = start + len(behind[1])
        return [(start, cut, Kind.WORD), (cut, start + len(text), Kind.NUMBER)]
    if before and not before[2].isascii() and is_syllable(old_tone_style(before[2])):
        cut = start + len(before[1])
        return [(start, cut, Kind.NUMBER), (cut, start + len(text), Kind.WORD)]
    return whole


def _closed(text: str) -> set[int]:
    """Offsets inside document codes and list marks."""
    closed: set[int] = set()
    for start, end in (*code_spans(text), *list_mark_spans(text)):
        closed.update(range(start, end))
    return closed


_KINDS = {"word": Kind.WORD, "number": Kind.NUMBER, "mark": Kind.MARK, "protected": Kind.PROTECTED}
