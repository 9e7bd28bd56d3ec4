"""The header told elsewhere than in a letterhead: over an appendix, in a gazette's one-sentence title, in the last line."""

from __future__ import annotations

import regex

from documents.edits import Span
from extractors.citations import is_reference_line
from extractors.header.draft import Draft
from extractors.header.letterhead import place_name
from extractors.structure.blocks import Structure, Zone
from extractors.structure.genre import TYPE_WORDS
from normalizers.case import first_capital
from normalizers.document_numbers import NUMBER, number_of
from normalizers.official_form import days_of, read_dateline

_ATTACHED = regex.compile(
    r"kèm\s+theo\s+(?P<type>[\p{L} ]{4,30}?)\s+số\s*:?\s*(?P<number>[^\s,;]+)\s+"
    r"ngày\s+(?P<date>[^;()]{6,40}?)\s+của\s+(?P<issuer>[^();]{3,80})",
    regex.IGNORECASE,
)
_DAY = regex.compile(
    r"(?P<day>\d{1,2})(?:\s*tháng\s*|\s?[/.-]\s?)(?P<month>\d{1,2})(?:\s*năm\s*|\s?[/.-]\s?)(?P<year>(?:19|20)\d\d)"
)
_OLD_TITLE = regex.compile(
    r"của (?P<issuer>\p{L}[^\d]{3,80}?) số (?P<number>\S+)\s+"
    r"(?P<date>ngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4})\s+(?P<title>(?:về|ban hành|quy định|phê duyệt).+)",
    regex.IGNORECASE,
)
"""The one-sentence title of the official gazette: "Quyết định của ... số ... ngày ... về việc ...". """


def read_gazette_title(draft: Draft) -> None:
    """Takes issuer, number and date out of a gazette's title."""
    titled = _OLD_TITLE.match(draft.fields.get("title", ""))
    if titled is None:
        return
    whole = draft.spans.get("title")
    own = NUMBER.search(titled["number"])
    draft.put("number", number_of(own) if own else None, whole)
    draft.put("issuer", titled["issuer"].strip(), whole)
    date = read_dateline(titled["date"])
    draft.put("date", date.iso if date else None, whole)
    draft.fields["title"] = titled["title"]


def read_attached(structure: Structure, draft: Draft) -> None:
    """ "(Kèm theo Báo cáo số 76/BC-UBND ngày 15/6/2020 của UBND tỉnh)" over an appendix."""
    for block in structure.blocks:
        if block.zone is not Zone.APPENDIX:
            continue
        match = _ATTACHED.search(block.text[:400])
        if match is None:
            if is_reference_line(structure, block) and (lone := NUMBER.search(block.text)):
                _put_attached(draft, "number", number_of(lone), block.joined.to_document(lone.start(), lone.end()))
                return
            continue
        number = NUMBER.search(match["number"].strip("./"))
        if number is not None:
            _put_attached(draft, "number", number_of(number), block.joined.to_document(*match.span("number")))
        _put_attached(draft, "date", iso_day(match["date"]), block.joined.to_document(*match.span("date")))
        if match["type"].lower() in TYPE_WORDS:
            draft.put("type", first_capital(match["type"].lower()), block.joined.to_document(*match.span("type")))
        return


def _put_attached(draft: Draft, name: str, value: str | None, span: Span) -> None:
    """In doubt always: the document that an appendix belongs to need not be this one."""
    if draft.put(name, value, span):
        draft.note(name, "attached")
        draft.doubt(name)


def iso_day(text: str) -> str | None:
    """The first day in figures of a text.

    >>> iso_day("15/6/2020"), iso_day("05 tháng 3 năm 2018"), iso_day("31/02/2020")
    ('2020-06-15', '2018-03-05', None)
    """
    found = _DAY.search(text)
    if found is None:
        return None
    day, month, year = int(found["day"]), int(found["month"]), int(found["year"])
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= days_of(year, month) else None


_ADOPTED = regex.compile(
    r"(?:Nghị\s+quyết|Luật|Pháp\s+lệnh)\s+này\s+(?:đã\s+)?được\s[^.;]{0,160}?thông\s+qua\s+(?:[^.;]{0,40}\s)?ngày\s+"
    r"(?P<date>\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4})"
)
"""The day on which a council adopted its resolution, said in its last sentence."""
END_OF_TEXT = 6000
"""Letters from the end in which that sentence stands; an appendix may follow."""


def read_closing_date(structure: Structure, draft: Draft) -> None:
    """Place and date over the signature, as reports and minutes of older offices have them."""
    if "date" in draft.fields:
        return
    adopted = _ADOPTED.search(structure.text, max(0, len(structure.text) - END_OF_TEXT))
    if adopted is not None and (day := iso_day(adopted["date"])):
        draft.put("date", day, Span(*adopted.span("date")))
        draft.fields.setdefault("date_precision", "day")
        draft.note("date", "closing")
        return
    lines = structure.lines_in(Zone.TAIL, Zone.BODY)[-40:]
    for number, line in reversed(lines):
        date = read_dateline(line) if len(line) < 90 else None
        if line.rstrip().endswith((";", ",")):
            continue  # the end of a reason that cites a law
        if date is None or date.iso is None or (date.place is None and date.date_start > 3) or len(line) - date.end > 5:
            continue
        start = structure.index.span_of(number).start + max(
            0, structure.text[structure.index.span_of(number).start :].find(line)
        )
        draft.put("date", date.iso, Span(start + date.date_start, start + date.end))
        draft.fields.setdefault("date_precision", date.precision or "day")
        draft.note("date", "closing")
        if date.place is not None:
            place = slice(*date.place)
            draft.put("place", place_name(line[place]), Span(start + date.place[0], start + date.place[1]))
        return
