"""What no model may touch, and the rules that mend it: letters in numbers, Đ in codes and abbreviations, list marks.

Protected by construction: these pieces never get candidates, so no probability can talk the decoder into changing them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache

import regex

from documents.edits import Edit, Span
from normalizers.forms import fold, strip_marks
from normalizers.glued import glued_edits
from normalizers.lexicon.lexicon import abbreviations

_CODE = regex.compile(
    r"(?<![\p{L}\p{N}])\d{1,5}(?:/\d{4})?[/-](?=\p{Lu})[\p{Lu}][\p{L}\d]{0,8}(?:[-/]\s?\n?[\p{Lu}][\p{L}\d]{0,8}){0,3}"
)
"""Document codes as Nghị định 30/2020 writes them: 76/NQ-CP, 16/2015/NĐ-CP, 12-NQ/TU, 5710/UBND-SGDĐT."""

_LIST_MARK = regex.compile(r"(?m)^[ \t\f]*(?:(\p{L})(?=\)|\.\s)|([IVX]{1,4})(?=\.\s))")
"""A lone letter or Roman numeral that opens a line: a), đ), II."""


def code_spans(text: str) -> list[tuple[int, int]]:
    """Spans of document codes.

    >>> [ "số 76/NQ-CP và 130/2005/ND-CP"[a:b] for a, b in code_spans("số 76/NQ-CP và 130/2005/ND-CP") ]
    ['76/NQ-CP', '130/2005/ND-CP']
    """
    return [match.span() for match in _CODE.finditer(text)]


def list_mark_spans(text: str) -> list[tuple[int, int]]:
    """Spans of list marks at line starts.

    >>> [ "a) Một\\nIV. Hai"[a:b] for a, b in list_mark_spans("a) Một\\nIV. Hai") ]
    ['a', 'IV']
    """
    return [match.span(1) if match[1] else match.span(2) for match in _LIST_MARK.finditer(text)]


@cache
def _notations() -> dict[str, str]:
    """Abbreviations with Đ by their form without marks, where that form is no abbreviation of its own (HD stays)."""
    shorts = set(abbreviations())
    lost = {strip_marks(short): short for short in sorted(shorts) if "Đ" in short}
    return {bare: short for bare, short in lost.items() if bare not in shorts}


_LETTERS = regex.compile(r"\p{L}+")


def notation_edits(text: str) -> list[Edit]:
    """Đ put back into the notation of document codes.

    >>> [(e.before, e.after) for e in notation_edits("số 3373/QD-UBND, 12/HD-SNV")]
    [('QD', 'QĐ')]
    """
    table = _notations()
    edits: list[Edit] = []
    for start, end in code_spans(text):
        for match in _LETTERS.finditer(text[start:end]):
            mended = table.get(match.group())
            if mended is not None:
                edits.append(Edit(start + match.start(), start + match.end(), match.group(), mended, "notation", 0.97))
    return edits


_ABBREVIATION = regex.compile(r"(?<![\p{L}\p{N}/&-])(?:\p{Lu}{1,6}(?:&\p{Lu}{1,6})+|\p{Lu}{3,})(?![\p{L}\p{N}&])")


def abbreviation_edits(text: str) -> list[Edit]:
    """Đ put back into abbreviations of three letters or more that official texts know with it only.

    >>> [(e.before, e.after) for e in abbreviation_edits("xây dựng CQDT, HDND tỉnh, ND, TTCB, Sở GD&DT")]
    [('CQDT', 'CQĐT'), ('HDND', 'HĐND'), ('GD&DT', 'GD&ĐT')]
    """
    table = _notations()
    closed = {at for start, end in code_spans(text) for at in range(start, end)}
    edits: list[Edit] = []
    for match in _ABBREVIATION.finditer(text):
        mended = _with_ampersands(match.group(), table.get(match.group().replace("&", "")))
        if mended is not None and match.start() not in closed:
            edits.append(Edit(match.start(), match.end(), match.group(), mended, "abbreviation", 0.95))
    return edits


def _with_ampersands(printed: str, mended: str | None) -> str | None:
    """The letters of ``mended`` with "&" where it was printed."""
    if mended is None or "&" not in printed:
        return mended
    letters = iter(mended)
    return "".join(c if c == "&" else next(letters) for c in printed)


_LETTERED = regex.compile(r"(?m)^[ \t\f]*([\p{L}¢@])(?=\))")
_SIGNS = {"¢": "c", "@": "a"}
"""What engines with English data print for the marks c) and a): on the five seeds always."""


def list_mark_edits(text: str) -> list[Edit]:
    """List marks c) and a) printed as signs, and the second of two d) in a row, which is đ).

    >>> [(e.before, e.after) for e in list_mark_edits("b) Hai\\n¢) Ba\\nd) Bốn\\nd) Năm\\ne) Sáu\\na) Một\\nd) Hai")]
    [('¢', 'c'), ('d', 'đ')]
    """
    edits: list[Edit] = []
    last = ""
    for match in _LETTERED.finditer(text):
        printed = match[1]
        letter = _SIGNS.get(printed, printed)
        if letter.lower() == last.lower() == "d":
            letter = "đ" if letter == "d" else "Đ"
        if letter != printed:
            edits.append(Edit(match.start(1), match.end(1), printed, letter, "list_mark", 0.95))
        last = letter
    return edits


def ruled_edits(text: str, misread: Sequence[Span]) -> list[Edit]:
    """What rules mend, in order: Đ in abbreviations, list marks and glued capitals only in the spans, in order, that are
    misread."""
    edits = [*number_edits(text), *notation_edits(text)]
    starts = [span.start for span in misread]
    for edit in (*abbreviation_edits(text), *list_mark_edits(text), *glued_edits(text)) if misread else ():
        at = bisect_right(starts, edit.start) - 1
        if at >= 0 and edit.end <= misread[at].end:
            edits.append(edit)
    return sorted(edits)


_AS_DIGITS = str.maketrans({"i": "1", "I": "1", "l": "1", "Ỉ": "1", "Ị": "1", "|": "1", "O": "0", "o": "0", "Ọ": "0"})
_MIXED = regex.compile(r"(?<![\p{L}\p{N}/.,&-])[\dIlỈỊOoỌ]{2,4}(?![\p{L}\p{N}])")
_GLUED_DAY = regex.compile(r"(?i)(?<![\p{L}])ng[àaá]y([ilo|][ilo|\d]|[ilo|\d][ilo|])(?=\s*th[áaà]ng(?!\p{L}))")
_BEFORE = regex.compile(r"(?:^|[^\p{L}])(ngay|thang|nam|so|dieu|khoan|trang|phut|gio)[\s:]*$")
_AFTER = regex.compile(r"^\s*(?:%|(?:thang|nam|ngay|gio|trieu|ty|dong)(?![\p{L}]))")


def number_edits(text: str) -> list[Edit]:
    """Letters that plainly stand in a number: a year, or two digits beside a word that wants a number.

    >>> [(e.before, e.after) for e in number_edits("Ỉ9 tháng 6 năm 20Ỉ5, 10ng, l6 trình, 1l tháng, ngàyio thang 10")]
    [('io', ' 10'), ('Ỉ9', '19'), ('20Ỉ5', '2015'), ('1l', '11')]
    """
    edits = [
        Edit(m.start(1), m.end(1), m[1], " " + m[1].lower().translate(_AS_DIGITS), "letter_in_number", 0.95)
        for m in _GLUED_DAY.finditer(text)
    ]
    for match in _MIXED.finditer(text):
        token = match.group()
        digits = sum(c.isdigit() for c in token)
        if digits == len(token) or not digits or digits * 2 < len(token):
            continue
        number = token.translate(_AS_DIGITS)
        beside = _BEFORE.search(fold(text[max(0, match.start() - 12) : match.start()])) or _AFTER.match(
            fold(text[match.end() : match.end() + 10])
        )
        year = len(number) == 4 and number[:2] in ("19", "20") and digits >= 3
        if year or (beside and len(number) <= 2):
            edits.append(Edit(match.start(), match.end(), token, number, "letter_in_number", 0.95))
    return edits
