"""The letterhead: number, place and date line, title ("trích yếu")."""

from __future__ import annotations

import regex

from documents.edits import Span
from extractors.citations import is_reference_line, parse_date
from extractors.header.draft import Draft, first_capital, line_span
from extractors.header.provinces import provinces
from extractors.structure.blocks import Structure, Zone
from extractors.structure.genre import TYPE_WORDS
from extractors.structure.zones import is_capitals, type_word_of
from extractors.words.folding import folded
from normalizers.document_numbers import correct_number
from normalizers.forms import fold
from normalizers.official_form import LETTERHEAD_NUMBER, MOTTO

_DATE = regex.compile(
    r"(?P<place>\p{L}[\p{L} .–-]{2,40}?)?\s*,?\s*\bng[aàăâ]y\s*(?P<day>\d{1,2})\s*"
    r"(?:th[aáàăâ]ng)\s*(?P<month>\d{1,2})\s*(?:n[aăâ]m)\s*(?P<year>(?:19|20)\d\d)",
    regex.IGNORECASE,
)
_DATELINE = regex.compile(r"(?P<place>\p{Lu}[\p{L} .–-]{2,40}?)\s*,\s*(?=ng[aàăâ]y\b)")
# Figures and specks before "Về việc": the foot of a stamp that reading took for the first line of the title.
_BEFORE_ABOUT = regex.compile(r"^(?:[^\p{L}\s]+\s+)+(?=[Vv]ề việc\b)")
_ABOUT = regex.compile(r"(?:V\s?/\s?v\.?:?\s*|^(?=[Vv]ề việc\b))(?P<title>.+)", regex.IGNORECASE)
_ATTACHED = regex.compile(
    r"kèm\s+theo\s+(?P<type>[\p{L} ]{4,30}?)\s+số\s*:?\s*(?P<number>[^\s,;]+)\s+"
    r"ngày\s+(?P<date>[^;()]{6,40}?)\s+của\s+(?P<issuer>[^();]{3,80})",
    regex.IGNORECASE,
)
_OLD_TITLE = regex.compile(
    r"của (?P<issuer>\p{L}[^\d]{3,80}?) số (?P<number>\S+)\s+"
    r"(?P<date>ngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4})\s+(?P<title>(?:về|ban hành|quy định|phê duyệt).+)",
    regex.IGNORECASE,
)
"""The one-sentence title of the official gazette: "Quyết định của ... số ... ngày ... về việc ...". """


def read_letterhead(structure: Structure, draft: Draft, lines: list[tuple[int, str]]) -> list[str]:
    """Number, place and date; returns what is left of the lines: the names of the issuing bodies."""
    rest: list[str] = []
    for number, line in lines:
        nation = MOTTO.search(folded(line))
        left = line[: nation.start()] + " " * (nation.end() - nation.start()) + line[nation.end() :] if nation else line
        dateline = _DATE.search(left)
        if dateline is not None:
            draft.put(
                "date",
                parse_date(dateline),
                line_span(structure, number, line, dateline.start("day"), dateline.end("year")),
            )
        about = _ABOUT.search(left)
        if about is not None:
            draft.put("title", about["title"].strip(" ."), line_span(structure, number, line, *about.span("title")))
            rest.append("")
            continue
        if match := LETTERHEAD_NUMBER.search(left):
            value = _written(match)
            draft.put("number", value, line_span(structure, number, line, match.start("ordinal"), match.end()))
            left = left[: match.start()] + " " * (match.end() - match.start()) + left[match.end() :]
        place = _DATELINE.search(left)
        if place is not None:
            draft.put("place", _place_name(place["place"]), line_span(structure, number, line, *place.span("place")))
            left = left[: place.start()]
        elif dateline is not None:
            left = left[: dateline.start("day")]
        rest.append(regex.sub(r"\s+", " ", regex.sub(r"[_*=~|]+|-{2,}", " ", left)).strip(" :;.,-–"))
    return rest


def _written(match: regex.Match[str]) -> str:
    """The number of a match of ``LETTERHEAD_NUMBER`` in correct form."""
    return correct_number(match["ordinal"], match["year"], match["notation"] or "", match["party"])


def _place_name(printed: str) -> str:
    """The place of the dateline as printed, abbreviations of the city kept readable."""
    printed = regex.sub(r"^(?:Số|S[ốo6])\s*:?\s*", "", printed.strip(" .-–"))
    known = provinces().get(fold(printed))
    if known is None and regex.match(r"(?i)(?:tp\.?|thành phố)\s*", printed):
        known = provinces().get(fold(regex.sub(r"(?i)^(?:tp\.?|thành phố)\s*", "", printed)))
        return f"Thành phố {known}" if known else printed
    return known or printed


def read_title(structure: Structure, draft: Draft, letterhead: list[tuple[int, str]]) -> None:
    lines = structure.lines_in(Zone.TITLE)
    if lines and type_word_of(lines[0][1]):
        number, line = lines.pop(0)
        draft.put("type", first_capital(structure.type_word or ""), line_span(structure, number, line, 0, len(line)))
    words = [regex.sub(r"[_*=~]{2,}|-{3,}", " ", line).strip() for _, line in lines]
    title = regex.sub(r"\s+", " ", " ".join(w for w in words if w)).strip(" .;:-–_")
    title = _BEFORE_ABOUT.sub("", title)
    titled = _OLD_TITLE.match(title)
    if titled is not None:
        first = structure.index.span_of(lines[0][0])
        whole = Span(first.start, structure.index.span_of(lines[-1][0]).end)
        own = LETTERHEAD_NUMBER.search(" " + titled["number"])
        draft.put("number", _written(own) if own else None, whole)
        draft.put("issuer", titled["issuer"].strip(), whole)
        date = _DATE.search(titled["date"])
        draft.put("date", parse_date(date) if date else None, whole)
        title = titled["title"]
    if title and "title" in draft.fields and len(title) > len(draft.fields["title"]):
        del draft.fields["title"]
    if title:
        first, last = structure.index.span_of(lines[0][0]), structure.index.span_of(lines[-1][0])
        draft.put("title", title, Span(first.start, last.end))
    elif "title" in draft.fields:
        _continue_about(structure, draft, letterhead)


def _continue_about(structure: Structure, draft: Draft, letterhead: list[tuple[int, str]]) -> None:
    """A "V/v" goes on over the lines below it as long as they are neither capitals nor a known part."""
    at = next((i for i, (_, line) in enumerate(letterhead) if _ABOUT.search(line)), None)
    if at is None:
        return
    words = [draft.fields["title"]]
    for _, line in letterhead[at + 1 : at + 8]:
        if is_capitals(line) or fold(line).startswith("kinh gui") or _DATE.search(line) or line.startswith("-"):
            break
        words.append(line.strip())
    draft.fields["title"] = " ".join(words).strip(" .;")


def read_attached(structure: Structure, draft: Draft) -> None:
    """ "(Kèm theo Báo cáo số 76/BC-UBND ngày 15/6/2020 của UBND tỉnh)" over an appendix."""
    for block in structure.blocks:
        if block.zone is not Zone.APPENDIX:
            continue
        match = _ATTACHED.search(block.text[:400])
        if match is None:
            if is_reference_line(structure, block) and (lone := LETTERHEAD_NUMBER.search(" " + block.text)):
                value = _written(lone)
                draft.put("number", value, block.joined.to_document(max(0, lone.start("ordinal") - 1), lone.end() - 1))
                return
            continue
        number = LETTERHEAD_NUMBER.search(" " + match["number"].strip("./"))
        if number is not None:
            span = block.joined.to_document(*match.span("number"))
            draft.put("number", _written(number), span)
        date = regex.search(
            r"(?P<day>\d{1,2})(?:\s*tháng\s*|\s?[/.-]\s?)(?P<month>\d{1,2})(?:\s*năm\s*|\s?[/.-]\s?)(?P<year>(?:19|20)\d\d)",
            match["date"],
        )
        if date is not None:
            draft.put("date", parse_date(date), block.joined.to_document(*match.span("date")))
        if match["type"].lower() in TYPE_WORDS:
            draft.put("type", first_capital(match["type"].lower()), block.joined.to_document(*match.span("type")))
        return
