"""Labels of headings and list items (Phần, I., 1., a), -, +) and their rank."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import regex


class Rank(IntEnum):
    """How deep a label stands; smaller is higher. Numbers with dots stand one deeper per dot (``NUMBER`` + depth)."""

    PART = 1
    CHAPTER = 2
    SECTION = 3
    ARTICLE = 4
    CAPITAL = 5
    ROMAN = 6
    NUMBER = 7
    LETTER = 13
    DASH = 15
    PLUS = 16
    NONE = 20


@dataclass(frozen=True, slots=True)
class Label:
    """The number or mark a block begins with: ``text`` as printed, ``end`` where its content begins in the line."""

    text: str
    rank: int
    end: int
    ordinal: int = 0


_LABEL = regex.compile(
    r"""
      (?P<part>   (?:PHẦN|Phần)\s+(?:thứ\s+|THỨ\s+)?(?:[IVX]{1,5}|\d{1,2}|một|hai|ba|bốn|năm|nhất|nhì|tư|sáu|bảy
                                     |MỘT|HAI|BA|BỐN|NĂM|NHẤT|NHÌ|TƯ|SÁU|BẢY|[A-Đ])\b[.:]? )
    | (?P<chapter> (?:CHƯƠNG|Chương)\s+(?:[IVX]{1,6}|\d{1,3})\b[.:]? )
    | (?P<section> (?:MỤC|Mục)\s+(?:[IVX]{1,5}|\d{1,3})\b[.:]?(?=\s|$) )
    | (?P<article> (?:ĐIỀU|Điều)\s+\d{1,3}[a-zđ]?\s?[.:] )
    | (?P<roman>  [IVX][IVXl1]{0,5} (?: \s?[.)/] (?=\s*\p{Lu}) | \s[-–|]\s(?=\p{Lu})) )
    | (?P<capital> [A-HĐ]\s?[.)](?=\s+\p{Lu}) )
    | (?P<number> \d{1,2}(?:\.\d{1,2}){0,4} (?: \s?[.)] (?!\d) | (?<=\.\d{1,2})(?=\s+\p{Lu}) ) )
    | (?P<letter> [a-zđ] (?: \s?\) | \.(?=\s+(?:[\p{Lu}"“]|\d{1,2}\.\s)) ) )
    | (?P<plus>   (?:[~'`´_|°]{1,2}\s+)? [+](?!\d) | [o◦○](?=\s+\p{Lu}) )
    | (?P<dash>   (?:[~'`´_|°]{1,2}\s+)? [-–—−•●▪■*‒] (?=\s|\p{L}|\d|["“(]) )
    """,
    regex.VERBOSE,
)
_RANKS = {
    "part": Rank.PART,
    "chapter": Rank.CHAPTER,
    "section": Rank.SECTION,
    "article": Rank.ARTICLE,
    "capital": Rank.CAPITAL,
    "roman": Rank.ROMAN,
    "number": Rank.NUMBER,
    "letter": Rank.LETTER,
    "plus": Rank.PLUS,
    "dash": Rank.DASH,
}
_POINTS = "abcdđeghiklmnopqrstuvxy"  # the order of points in Vietnamese lists (Nghị định 30/2020, no f, j, w, z)
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "l": 1, "1": 1}


def roman_value(text: str) -> int:
    """The value of a Roman number; l and 1 are misread I.

    >>> roman_value("IV"), roman_value("I11")
    (4, 3)
    """
    values = [_ROMAN_DIGITS[c] for c in text]
    return sum(-v if i + 1 < len(values) and v < values[i + 1] else v for i, v in enumerate(values))


_ROMAN = regex.compile(r"[IVXl1]+")
_FIGURES = regex.compile(r"\d+")


def find_label(line: str) -> Label | None:
    """The label a (stripped) line begins with.

    >>> find_label("1.2. Mục tiêu"), find_label("23.525 hồ sơ")
    (Label(text='1.2.', rank=8, end=5, ordinal=2), None)
    """
    match = _LABEL.match(line)
    if match is None:
        return None
    group = match.lastgroup or ""
    text = match.group()
    rank, ordinal = int(_RANKS[group]), 0
    if group == "number":
        parts = [int(p) for p in _FIGURES.findall(text)]
        rank += len(parts) - 1
        ordinal = parts[-1]
    elif group == "roman":
        ordinal = roman_value(_ROMAN.match(text).group())  # type: ignore[union-attr]
    elif group == "letter":
        ordinal = _POINTS.find(text[0]) + 1
    elif group == "article":
        ordinal = int(_FIGURES.search(text).group())  # type: ignore[union-attr]
    elif group == "capital":
        ordinal = "ABCDĐEGH".find(text[0]) + 1
    end = match.end()
    while end < len(line) and line[end].isspace():
        end += 1
    return Label(text, rank, end, ordinal)
