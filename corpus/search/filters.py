"""The conditions of a search (type, issuer, province, signer, years) as conditions on documents and pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from corpus.search.known import known_number
from corpus.search.query import NoWords, QueryError, parse, to_match
from db.index import confidence_step, label
from db.questions.chosen import Conditions, distinct
from db.questions.overview import dossiers_by_code
from db.store import Corpus
from documents.facts import FACT_KINDS
from normalizers.forms import fold
from normalizers.lexicon.gazetteer import equivalents

_UNIT_PREFIX = regex.compile(r"^(?:tinh|thanh pho|tp\.?)\s+")


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions on documents; ``None`` and empty mean any. Values are compared without marks, issuer and signer in part.

    ``date_from`` and ``date_to`` are days, months or years in ISO 8601; a document of which less is legible ("2020") passes
    when it may lie between them. ``tag`` is one that people put on documents. ``has`` names kinds of facts that the
    page must have; ``confidence_from`` is the least reading confidence of the page (0 … 1), in tenths, rounded down.
    ``hoso`` names dossiers by code, or by a part of code or title: documents of any of them pass.
    """

    type: str | None = None
    issuer: str | None = None
    province: str | None = None
    signer: str | None = None
    year_from: int | None = None
    year_to: int | None = None
    has: tuple[str, ...] = ()
    confidence_from: float | None = None
    date_from: str | None = None
    date_to: str | None = None
    tag: str | None = None
    hoso: tuple[str, ...] = ()

    def allows(self, date: str | None) -> bool:
        """Whether a document of this date, or of as much of it as is known, may lie between the days.

        >>> Filters(date_from="2020-06-15").allows("2020-06-14"), Filters(date_from="2020-06-15").allows("2020")
        (False, True)
        """
        if self.date_from is None and self.date_to is None:
            return True
        return date is not None and _reached(self.date_from, date) and _reached(date, self.date_to)

    @property
    def first_year(self) -> int | None:
        return self.year_from if self.date_from is None else max(self.year_from or 0, int(self.date_from[:4]))

    @property
    def last_year(self) -> int | None:
        return self.year_to if self.date_to is None else min(self.year_to or 9999, int(self.date_to[:4]))


def _reached(earlier: str | None, later: str | None) -> bool:
    """Whether a time is no later than another, as far as both are known."""
    if earlier is None or later is None:
        return True
    known = min(len(earlier), len(later))
    return earlier[:known] <= later[:known]


def label_match(corpus: Corpus, filters: Filters) -> list[str] | None:
    """One FTS5 expression over the labels per condition; ``None`` when a condition fits no document at all."""
    wanted: list[set[str]] = []
    for name in ("type", "issuer", "signer"):
        typed = getattr(filters, name)
        if typed:
            wanted.append({label(name, value) for value in _values(corpus, name, typed)})
    if filters.province:
        wanted.append({label("province", value) for value in _provinces(corpus, filters.province)})
    if filters.first_year is not None or filters.last_year is not None:
        wanted.append({label("year", year) for year in _years(corpus, filters)})
    if filters.tag:
        wanted.append({label("tag", filters.tag)})
    if unknown := set(filters.has) - set(FACT_KINDS):
        raise QueryError(f"unknown kind of fact {min(unknown)}; there are {', '.join(FACT_KINDS)}")
    wanted += ({label("has", kind)} for kind in filters.has)
    if filters.confidence_from is not None:
        first = max(0, confidence_step(filters.confidence_from))
        wanted.append({label("confidence", step) for step in range(first, 10)})
    if not all(wanted):
        return None
    return ["(" + " OR ".join(f'"{token}"' for token in sorted(labels)) + ")" for labels in wanted]


def dossier_ids(corpus: Corpus, hoso: Sequence[str]) -> list[int]:
    """Row numbers of the dossiers with these codes, or, for what is no code, of those that have it in code or title."""
    there = [(id, fold(code), fold(title or "")) for id, code, title in dossiers_by_code(corpus)]
    found: dict[int, None] = {}
    for typed in map(fold, map(str.strip, hoso)):
        same = [id for id, code, _ in there if code == typed]
        found |= dict.fromkeys(same or [id for id, code, title in there if typed in code or typed in title])
    return list(found)


UNMATCHED_SHOWN = 8
"""Values of the corpus that are named where one that was asked for is not there."""


def unmatched(corpus: Corpus, filters: Filters) -> list[tuple[str, str, list[str]]]:
    """Conditions that no document of the corpus can fulfil: name, what was typed, and some values that there are."""
    found = []
    for name in ("type", "issuer", "signer", "province"):
        typed = getattr(filters, name)
        if typed and not (_provinces(corpus, typed) if name == "province" else _values(corpus, name, typed)):
            found.append((name, typed, [str(value) for value in distinct(corpus, name)[:UNMATCHED_SHOWN]]))
    for typed in filters.hoso:
        if not dossier_ids(corpus, [typed]):
            found.append(("hoso", typed, [code for _, code, _ in dossiers_by_code(corpus)[:UNMATCHED_SHOWN]]))
    return found


def _values(corpus: Corpus, name: str, typed: str) -> list[str]:
    """The values in the corpus that are ``typed``, or, when none is, that contain it."""
    there = distinct(corpus, name)
    same = [value for value in there if label("", value) == label("", typed)]
    return same or [value for value in there if fold(typed.strip()) in fold(value)]


def _provinces(corpus: Corpus, typed: str) -> list[str]:
    """Values of the corpus that name the same territory as ``typed``, today or before 1 July 2025."""
    names = {_bare(name) for name in (typed, *equivalents(typed), *equivalents(_bare(typed)))}
    return [value for value in distinct(corpus, "province") if _bare(value) in names]


def _bare(province: str) -> str:
    return _UNIT_PREFIX.sub("", fold(province.strip()))


def _years(corpus: Corpus, filters: Filters) -> list[int]:
    first = filters.first_year if filters.first_year is not None else 0
    last = filters.last_year if filters.last_year is not None else 9999
    return [year for year in distinct(corpus, "year") if first <= year <= last]


def document_conditions(corpus: Corpus, filters: Filters) -> Conditions:
    """Those filters that speak of whole documents."""
    conditions = Conditions()
    for name in ("type", "issuer", "signer", "province"):
        typed = getattr(filters, name)
        if typed:
            values = _provinces(corpus, typed) if name == "province" else _values(corpus, name, typed)
            conditions = conditions.with_value(name, values)
    if filters.tag:
        conditions = conditions.with_tag(label("tag", filters.tag))
    if filters.hoso:
        conditions = conditions.in_dossiers(dossier_ids(corpus, filters.hoso))
    return conditions.in_years(filters.first_year, filters.last_year).in_days(filters.date_from, filters.date_to)


def page_match(corpus: Corpus, words: str, filters: Filters) -> str | None:
    """The words and those filters that speak of single pages, as an FTS5 expression; ``None`` when there are neither.

    Together with ``document_conditions`` it finds what ``search`` finds. Raises ``QueryError``, for words in which there is
    nothing to look for too: they must not mean everything.
    """
    query = parse(words, lambda key: known_number(corpus, key))
    if query is None and words:
        raise NoWords(f"no word to look for in {words!r}; add one, or leave the words out")
    of_pages = Filters(has=filters.has, confidence_from=filters.confidence_from)
    labels = [f"{{labels}} : {part}" for part in label_match(corpus, of_pages) or ()]
    return " AND ".join([*labels, *([] if query is None else [to_match(query, ranked=False)])]) or None
