"""The words of offices: abbreviations with their expansions, names of bodies and titles, each with its dates and source.

Data, not rules: ``data/abbreviations.tsv`` and ``data/names.tsv``, read on first use. What territory is called is in
``normalizers.lexicon.gazetteer``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

import regex


class AbbreviationKind(StrEnum):
    """What an abbreviation stands for: a type of document, a body, a title, authority to sign, or any other term."""

    DOCUMENT = "document"
    BODY = "body"
    TITLE = "title"
    SIGNING = "signing"
    TERM = "term"


class NameKind(StrEnum):
    """Central agency, provincial department (sở, ban, ngành), party body, mass organisation, title, fixed phrase."""

    AGENCY = "agency"
    DEPARTMENT = "department"
    PARTY = "party"
    MASS_ORGANISATION = "mass_organisation"
    TITLE = "title"
    MOTTO = "motto"


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """One reading of an abbreviation; both days count as within, ``None`` is open."""

    short: str
    expansion: str
    kind: AbbreviationKind
    valid_from: date | None
    valid_to: date | None
    source: str

    def existed(self, on: date) -> bool:
        return _within(on, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written in running text; both days count as within, ``None`` is open."""

    name: str
    kind: NameKind
    valid_from: date | None
    valid_to: date | None
    source: str

    def existed(self, on: date) -> bool:
        return _within(on, self.valid_from, self.valid_to)


def _within(on: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= on) and (last is None or on <= last)


def _rows(file: str) -> list[list[str]]:
    table = files("normalizers").joinpath("data", file).read_text(encoding="utf-8")
    return [line.split("\t") for line in table.splitlines()[2:]]  # after the comment and the column names


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def abbreviations() -> dict[str, tuple[Abbreviation, ...]]:
    """All abbreviations, as they are written ("CTr", "QyĐ"), each with its readings.

    >>> [reading.expansion for reading in abbreviations()["TTHC"]]
    ['thủ tục hành chính']
    """
    readings: defaultdict[str, list[Abbreviation]] = defaultdict(list)
    for short, expansion, kind, first, last, source in _rows("abbreviations.tsv"):
        readings[short].append(Abbreviation(short, expansion, AbbreviationKind(kind), _day(first), _day(last), source))
    return {short: tuple(found) for short, found in readings.items()}


@cache
def _by_capitals() -> dict[str, tuple[Abbreviation, ...]]:
    readings: defaultdict[str, tuple[Abbreviation, ...]] = defaultdict(tuple)
    for short, found in abbreviations().items():
        readings[short.upper()] += found
    return dict(readings)


_JOINTS = regex.compile(r"[\s.&]+")


def expand(short: str, on: date | None = None) -> list[Abbreviation]:
    """The readings of an abbreviation, whatever its case and its dots ("T.TTr", "GD&ĐT"), or none.

    >>> [(r.expansion, r.kind.value) for r in expand("BCT", date(2026, 1, 1))]
    [('Bộ Chính trị', 'body'), ('Bộ Công Thương', 'body')]
    """
    found = _by_capitals().get(_JOINTS.sub("", short).upper(), ())
    return [reading for reading in found if on is None or reading.existed(on)]


@cache
def _names() -> tuple[Name, ...]:
    return tuple(
        Name(name, NameKind(kind), _day(first), _day(last), source) for name, kind, first, last, source in _rows("names.tsv")
    )


def names(kind: NameKind | None = None, on: date | None = None) -> list[Name]:
    """All names, or those of a kind, or those in use on a day.

    >>> [n.name for n in names(NameKind.AGENCY, date(2025, 3, 1)) if "Nông nghiệp" in n.name]
    ['Bộ Nông nghiệp và Môi trường']
    """
    return [name for name in _names() if (kind is None or name.kind == kind) and (on is None or name.existed(on))]
