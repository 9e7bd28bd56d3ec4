"""What a second source says of number and date: the file's name, an appendix of the same file, the digital signature.

Figures written by hand or lost are decided by it and stated with that source (``Header.header_sources``); where both can
be read and differ, both are kept as candidates and the field stays in doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from extractors.confidence import EVEN
from extractors.header.draft import Draft
from extractors.header.pieces import Sheet
from extractors.header.reference import iso_day
from extractors.structure.blocks import Structure, Zone
from normalizers.document_numbers import NUMBER, notation_of, number_key, number_of
from normalizers.forms import fold
from normalizers.official_form import BLANK

CONFIRMED = 0.97
"""Probability of a field that two sources give alike. Both were read wrong alike in none of the files at hand; kept below
what a printed number in a clean letterhead has."""
DECIDED = 0.9
"""The same where the page itself could not be read and the other source alone decides."""
FILE_NAME, APPENDIX, SIGNATURE = "file name", "appendix", "digital signature"

_ATTACHED_TO = regex.compile(r"\b[Kk]èm theo\b[^.;]{0,60}$")
_DAY_IN_NAME = regex.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-2]\d|3[01])(?!\d)")
_SIGNED_AT = regex.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})[./-]((?:19|20)\d\d)\s+\d{1,2}:\d{2}(?::\d{2})?\s*\+?")


def confirm(structure: Structure, draft: Draft, sheets: Sequence[Sheet], file_name: str) -> None:
    """Compares number and date with what other sources say; the first that speaks decides."""
    number = draft.fields.get("number")
    if number is not None:
        for said, source in _numbers(structure, number, file_name):
            _settle(
                draft, "number", said, source, alike=number_key(said) == number_key(number), lost=number.startswith(BLANK)
            )
            break
    date = draft.fields.get("date")
    if date is not None:
        for said, source in _dates(structure, draft.fields.get("number", ""), sheets, file_name):
            if not said.startswith(date) and source == SIGNATURE:
                continue  # a copy is signed later than its original
            _settle(draft, "date", said, source, alike=said == date, lost=len(date) < 10 and said.startswith(date))
            break
    if len(draft.fields.get("date", "")) == 10:
        draft.fields["date_precision"] = "day"


def _settle(draft: Draft, name: str, said: str, source: str, *, alike: bool, lost: bool) -> None:
    if alike:
        draft.candidates.pop(name, None)
        if name in draft.doubted:
            draft.doubted.discard(name)
            draft.sources[name] = source
        draft.probabilities[name] = max(CONFIRMED, draft.probabilities.get(name, 0.0))
    elif lost or said in draft.candidates.get(name, {}):
        draft.fields[name] = said
        draft.candidates.pop(name, None)
        draft.sources[name] = source
        draft.probabilities[name] = DECIDED
        draft.doubted.discard(name)
    elif name in draft.doubted:
        read = draft.candidates.get(name) or {draft.fields[name]: draft.probabilities.get(name, EVEN)}
        draft.candidates[name] = read | {said: round(1 - max(read.values()), 3)}


_ORDINAL = regex.compile(r"(?:\d+\p{L}?|…)")
_NOT_IN_A_KEY = regex.compile(r"[^a-z0-9]+")


def _numbers(structure: Structure, number: str, file_name: str) -> Iterator[tuple[str, str]]:
    """Numbers of the same notation in the file's name and over appendices."""
    notation = notation_of(number)
    key = _NOT_IN_A_KEY.sub("-", fold(notation)).strip("-")
    stem = _NOT_IN_A_KEY.sub("-", fold(file_name))
    named = regex.search(rf"(?<!\d)0*(?P<ordinal>\d{{1,6}})-(?:(?:19|20)\d\d-)?{regex.escape(key)}(?![a-z0-9])", stem)
    if named is not None and len(key) > 3:
        printed = _ORDINAL.match(number)
        yield _with_ordinal(number, named["ordinal"], len(printed.group()) if printed else 1), FILE_NAME
    for said, _ in _attached(structure):
        if fold(notation_of(said)) == fold(notation):
            yield said, APPENDIX


def _with_ordinal(number: str, ordinal: str, length: int) -> str:
    """The number with other figures; those below ten are written with a zero (Nghị định 30/2020, annex I)."""
    return f"{int(ordinal):02}{number[length:]}"


def _dates(structure: Structure, number: str, sheets: Sequence[Sheet], file_name: str) -> Iterator[tuple[str, str]]:
    named = _DAY_IN_NAME.search(file_name)
    if named is not None and (iso := iso_day(f"{named['day']}/{named['month']}/{named['year']}")):
        yield iso, FILE_NAME
    for said, day in _attached(structure):
        if day and fold(notation_of(said)) == fold(notation_of(number)):
            yield day, APPENDIX
    for sheet in sheets[:1]:
        for aside in sheet.asides:
            signed = _SIGNED_AT.search(aside.text)
            if signed is not None and (iso := iso_day("/".join(signed.groups()))):
                yield iso, SIGNATURE


def _attached(structure: Structure) -> Iterator[tuple[str, str | None]]:
    """Number and day of "(Kèm theo Quyết định số 55/QĐ-UBND ngày 20/6/2021 …)" over the appendices of this file."""
    for block in structure.blocks:
        if block.zone is not Zone.APPENDIX or len(block.text) > 400:
            continue
        for match in NUMBER.finditer(block.text):
            if _ATTACHED_TO.search(block.text[: match.start()]):
                yield number_of(match), iso_day(block.text[match.end() : match.end() + 45])
