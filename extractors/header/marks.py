"""Stamps and marks as fields: secrecy, urgency, incoming mail, kind of copy, draft."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from extractors.header.draft import Draft
from extractors.header.pieces import Piece, Sheet
from extractors.words.folding import folded
from normalizers.official_form import COPIES, DRAFT, SECRECY, URGENCY, is_capitals, read_dateline

_ARRIVED = regex.compile(r"\b[ĐD][ẾEÊ]N\b")
_ARRIVED_NUMBER = regex.compile(
    r"(?:\bs[oố]\s*[:.…\s]*|\bđến\s*:?\s*)(?P<number>\d{1,6})\b(?!\s*[/-]\s*[\p{Lu}\d])", regex.IGNORECASE
)
_ARRIVED_DATE = regex.compile(
    r"\bng[aàá]y\s*[:.…\s]*(?P<day>\d{1,2})\s?[/.-]\s?(?P<month>\d{1,2})\s?[/.-]\s?(?P<year>(?:20|19)?\d\d)",
    regex.IGNORECASE,
)
_COPY = regex.compile(r"^\W*(?P<kind>sao y ban chinh|sao y ban luu|sao y|sao luc|trich sao)\b")
TOP = 0.45
"""Share of the height of a first page in which marks are stamped (under number or title; annex I, mục 10 and 11)."""


_NO_LETTER = regex.compile(r"[^a-z ]")


def read_marks(sheets: Sequence[Sheet], draft: Draft) -> None:
    """Fills the fields of the stamps, from the text and from what reading set aside as marginalia."""
    if not sheets:
        return
    for piece in _top_pieces(sheets[0]):
        plain = " ".join(_NO_LETTER.sub(" ", folded(piece.text)).split())
        if is_capitals(piece.text) or piece.span is None:
            draft.put("secrecy", SECRECY.get(plain), piece.span)
            draft.put("urgency", URGENCY.get(plain), piece.span)
        copy = _COPY.match(folded(piece.text))
        draft.put("copy_mark", COPIES[copy["kind"]] if copy and len(piece.text) < 90 else None, piece.span)
        made = DRAFT.match(folded(piece.text))
        if made:
            draft.put("draft_mark", f"Dự thảo lần {made['number'].upper()}" if made["number"] else "Dự thảo", piece.span)
    for sheet in sheets:
        for piece in sheet.asides:
            copy = _COPY.match(folded(piece.text))
            draft.put("copy_mark", COPIES[copy["kind"]] if copy and len(piece.text) < 90 else None)
    _read_arrival(sheets[0], draft)


def _top_pieces(sheet: Sheet) -> Iterator[Piece]:
    for piece in (*sheet.pieces[:40], *sheet.asides):
        if piece.box is None or not sheet.height or piece.box.top < TOP * sheet.height:
            yield piece


def _read_arrival(sheet: Sheet, draft: Draft) -> None:
    """The stamp of incoming mail ("dấu đến"): its number and date, where the stamp itself can be told by "ĐẾN"."""
    asides = [a for a in sheet.asides if len(a.text) < 80]
    at = next((i for i, a in enumerate(asides) if _ARRIVED.search(a.text) and is_capitals(a.text[:12])), None)
    if at is None:
        return
    for aside in asides[max(0, at - 1) : at + 6]:
        number = _ARRIVED_NUMBER.search(aside.text)
        draft.put("arrival_number", number["number"] if number else None)
        date = _ARRIVED_DATE.search(aside.text)
        if date is not None:
            year = int(date["year"]) + (2000 if len(date["year"]) == 2 else 0)
            day, month = int(date["day"]), int(date["month"])
            written = read_dateline(f"ngày {day} tháng {month} năm {year}")
            draft.put("arrival_date", written.iso if written and written.precision == "day" else None)
