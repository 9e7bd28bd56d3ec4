"""The letterhead: what part of the form each piece is, number, place and date.

Letterheads come in any order, with both columns in one line, or with parts missing; each piece is told by its own form,
and its column only decides where forms leave a choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import regex

from documents.page import Blank, FilledIn
from extractors.header.by_hand import readings_over, suggest_date, suggest_number
from extractors.header.draft import Draft
from extractors.header.pieces import Column, Piece, Sheet, is_rule, lies_over
from extractors.header.provinces import provinces
from extractors.structure.labels import Rank, find_label
from extractors.structure.zones import type_word_of
from extractors.words.folding import folded
from normalizers.forms import fold
from normalizers.official_form import (
    ABOUT,
    ADDRESSEE,
    DRAFT,
    MOTTO,
    SECRECY,
    URGENCY,
    Dateline,
    is_capitals,
    read_dateline,
    read_number_line,
)

MOST_PIECES = 60
"""The letterhead and title of the longest real head (Party and government, two columns) take under 40 pieces."""


MOST_BEHIND_A_NUMBER = 12
"""Letters behind a number whose line does not say "Số": more, and the line is a sentence that cites it."""


class Role(StrEnum):
    """What a piece of the head is."""

    RULE = "rule"
    MOTTO = "motto"
    NUMBER = "number"
    DATE = "date"
    ABOUT = "about"
    TYPE = "type"
    ADDRESSEE = "addressee"
    MARK = "mark"
    ABOVE = "above"
    """Stands over the letterhead: "Mẫu số 01", "Phụ lục"."""
    CAPITALS = "capitals"
    TEXT = "text"


@dataclass(slots=True)
class Head:
    """The pieces of the head with their roles; ``body`` is the index of the first piece that is surely of the body."""

    pieces: list[Piece]
    roles: list[Role]
    fillers: list[Piece] = field(default_factory=list)
    """Figures and captions that lie over the blanks of the form."""
    filled_in: tuple[FilledIn, ...] = ()
    """Figures that a pen wrote into them."""

    def first(self, *roles: Role) -> int | None:
        return next((i for i, role in enumerate(self.roles) if role in roles), None)

    def at(self, index: int) -> Piece:
        return self.pieces[index]


_ABOVE = regex.compile(r"^\W*(?:mau(?: so)?|bieu(?: so)?|phu luc|cong bao)\b[^a-z]{0,12}[a-z0-9]{0,4}\W*$")
_YOUTH = regex.compile(r"^\W*doan (?:tncs|thanh nien cong san) ho chi minh\W*$")
_ALL_MOTTO = 0.6
"""Share of a piece's letters that a motto takes where the piece is the motto."""


_FIGURES = regex.compile(r"[\d\s.]{1,12}")


def read_head(sheets: Sequence[Sheet]) -> Head:
    """The pieces of the first sheet that may belong to the head, told apart."""
    first = next((sheet for sheet in sheets if sheet.pieces), None)
    if first is None:
        return Head([], [])
    pieces = list(first.pieces[:MOST_PIECES])
    roles = [role_of(piece) for piece in pieces]
    for i, piece in enumerate(pieces):
        label = find_label(piece.text)
        if label is not None and label.rank < Rank.DASH and roles[i] in (Role.TEXT, Role.CAPITALS):
            pieces, roles = pieces[:i], roles[:i]
            break
    asides = [a for a in first.asides if a.box is not None and a.box.top < 0.4 * first.height]
    head = Head(pieces, roles)
    lent = [a for a in asides if role_of(a) in (Role.DATE, Role.NUMBER) and head.first(role_of(a)) is None]
    for aside in lent:
        at = head.first(Role.TYPE, Role.ADDRESSEE)
        head.pieces.insert(len(head.pieces) if at is None else at, aside)
        head.roles.insert(len(head.roles) if at is None else at, role_of(aside))
    figures = [p for p in (*asides, *head.pieces) if _FIGURES.fullmatch(p.text) and p.box is not None]
    head.fillers, head.filled_in = figures, first.filled_in
    for i, piece in enumerate(head.pieces):
        if piece in figures:
            head.roles[i] = Role.RULE
    return head


_NO_SMALL_LETTER = regex.compile(r"[^a-z ]")
_NUMBER_SIGN = regex.compile(r"\W*S\s?\p{L}{1,2}\s*[:.\d]", regex.IGNORECASE)


def role_of(piece: Piece) -> Role:
    """What part of the form a piece is, by its own words."""
    text = piece.text
    plain = folded(text)
    words = _NO_SMALL_LETTER.sub(" ", plain).split()
    if is_rule(piece):
        return Role.RULE
    motto = MOTTO.search(plain)
    if (motto and len(motto.group()) > _ALL_MOTTO * len(plain)) or _YOUTH.match(plain):
        return Role.MOTTO
    if ABOUT.match(text) and not is_capitals(text[:9]):
        return Role.ABOUT
    if ADDRESSEE.match(plain):
        return Role.ADDRESSEE
    joined = " ".join(words)
    if (is_capitals(text) and (joined in SECRECY or joined in URGENCY)) or DRAFT.match(plain):
        return Role.MARK
    if _ABOVE.match(plain):
        return Role.ABOVE
    number = read_number_line(text) if len(text) < 110 else None
    said = bool(_NUMBER_SIGN.match(text))
    own = number is not None and not _is_cited(text, number.end)
    if number is not None and own and (said or len(text) - number.end < MOST_BEHIND_A_NUMBER or read_dateline(text)):
        return Role.NUMBER
    if text.endswith(";"):
        return Role.TEXT  # a reason that cites a law
    if len(text) < 90 and (date := read_dateline(text)) is not None and _is_dateline(text, date):
        return Role.DATE
    if type_word_of(text):
        return Role.TYPE
    return Role.CAPITALS if is_capitals(text) and len(words) else Role.TEXT


_GOES_ON = regex.compile(r"^[\s,;]*(?:ngày|của|về|và|do|cùng|đã|quy định)\b")


def _is_cited(text: str, end: int) -> bool:
    """Whether the number that ends at ``end`` stands in a sentence: "số 260/QĐ-BKH ngày 19 tháng 11 năm 2008 của …"."""
    behind = text[end:]
    date = read_dateline(behind)
    return bool(_GOES_ON.match(behind)) and (date is None or date.place is None)


def _is_dateline(text: str, date: Dateline) -> bool:
    """A date with its place, or standing alone; not one in the midst of a sentence."""
    before = text[: date.start].strip()
    return len(text) - date.end < 6 and (date.place is not None or not before) and len(before) < 40


# --- number and date -------------------------------------------------------------------------------------------------


def read_number(head: Head, draft: Draft) -> int | None:
    """The document's own number from the first line that gives one; returns its index among the pieces."""
    title = head.first(Role.TYPE, Role.ADDRESSEE)
    for i, piece in enumerate(head.pieces):
        if head.roles[i] is not Role.NUMBER:
            continue
        if title is not None and i > title + 1 and piece.column in (Column.MIDDLE, Column.UNKNOWN):
            break  # the body has begun
        line = read_number_line(piece.text, _over(head, piece))
        if line is None:
            continue
        draft.put("number", line.number, piece.span_of(line.start, line.end))
        draft.note("number", "complete" if line.complete else "blank")
        draft.note("number", "mended" if line.mended else "")
        if line.mended or not line.complete:
            draft.doubt("number")
        suggest_number(draft, readings_over(head.filled_in, piece, Blank.NUMBER), line.number)
        return i
    return None


def _over(head: Head, piece: Piece) -> list[str]:
    """Figures that lie over a piece, from left to right."""
    if piece.box is None:
        return []
    over = [f for f in head.fillers if f.box is not None and f is not piece and lies_over(f.box, piece.box)]
    return [f.text.strip(" .") for f in sorted(over, key=lambda f: f.box.left if f.box else 0.0)]


_FAR_LEFT = regex.compile(r"^.*\s{3,}")


def read_date(head: Head, draft: Draft) -> int | None:
    """Place and date from the dateline; figures typed or written over its blanks go where the blanks are."""
    for i, piece in enumerate(head.pieces):
        if head.roles[i] is not Role.DATE and not (head.roles[i] is Role.NUMBER and read_dateline(piece.text)):
            continue
        day, month = _blanks_of_date(head, piece)
        date = read_dateline(piece.text, day, month)
        if date is None:
            continue
        draft.put("date", date.iso, piece.span_of(date.date_start, date.end))
        if date.precision:
            draft.fields.setdefault("date_precision", date.precision)
        if date.precision != "day" or date.mended:
            draft.doubt("date")
        day_by_pen, month_by_pen = (readings_over(head.filled_in, piece, blank) for blank in (Blank.DAY, Blank.MONTH))
        suggest_date(draft, day_by_pen, month_by_pen, date)
        if date.place is not None:
            start, end = date.place
            printed = _FAR_LEFT.sub("", piece.text[start:end])
            printed = _after_number(printed)
            start = end - len(printed)
            draft.put("place", place_name(printed), piece.span_of(start, end))
        return i
    return None


_NOTATION_BEFORE = regex.compile(r"^.*(?:/|-)\p{Lu}[\p{Lu}\p{L}&()\d]*\s+(?=\p{Lu})")


def _after_number(printed: str) -> str:
    """The place without a number that stands before it in the same line: "/CTr-UBND Hậu Giang"."""
    return _NOTATION_BEFORE.sub("", printed)


def _blanks_of_date(head: Head, piece: Piece) -> tuple[str, str]:
    """Figures over the blanks behind "ngày" and behind "tháng"."""
    if piece.box is None:
        return "", ""
    month_at = next((box for a, b, box in piece.places if folded(piece.text[a:b]).startswith("th")), None)
    over = [f for f in head.fillers if f.box is not None and lies_over(f.box, piece.box)]
    day, month = "", ""
    for filler in sorted(over, key=lambda f: f.box.left if f.box else 0.0):
        parts = filler.text.replace(".", " ").split()
        if len(parts) == 2:
            return parts[0], parts[1]
        if month_at is not None and filler.box is not None and filler.box.left > month_at.left:
            month = month or "".join(parts)
        else:
            day = day or "".join(parts)
    return day, month


_NUMBER_WORD = regex.compile(r"^(?:Số|S[ốo6])\s*:?\s*")
_CITY = regex.compile(r"(?i)(?:tp\.?|thành phố)\s*")


_CITY_BEFORE = regex.compile(r"(?i)^(?:tp\.?|thành phố)\s*")


def place_name(printed: str) -> str:
    """The place of the dateline as printed, abbreviations of the city kept readable."""
    printed = _NUMBER_WORD.sub("", printed.strip(" .-–,"))
    known = provinces().get(fold(printed))
    if known is None and _CITY.match(printed):
        known = provinces().get(fold(_CITY_BEFORE.sub("", printed)))
        return f"Thành phố {known}" if known else printed
    return known or printed
