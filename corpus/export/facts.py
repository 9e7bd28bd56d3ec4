"""Search among facts: targets by unit, year, value and kind; deadlines by month and responsible unit; and so on.

Words are compared without marks unless they are typed with marks, anywhere in the fact's own words and its clause. Facts
are some per cent of the words of a corpus and are read through within the other conditions, newest documents first.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import regex

from corpus.export.records import exported, fact_rows, facts_of
from corpus.export.writers import Record
from corpus.search.selection import EVERYTHING, Selection
from corpus.search.snippets import any_marks
from db.index import TOKEN, exact_form
from db.store import Corpus
from documents.facts import FACT_KINDS
from normalizers.forms import fold, other_spelling

MOST_READ = 10_000
"""Facts looked at for one answer, which takes a fifth of a second. Who needs more exports them."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FactQuery:
    """Conditions on facts within a selection of documents and pages; empty and ``None`` mean any.

    ``words`` must all be in the fact; ``unit`` is the unit of a target or the unit of an assignment; ``responsible`` a part
    of a responsible unit's name; ``due`` a year, month or day ("2025", "2025-06") in which a target or deadline falls due,
    with ``due_to`` the first of several until that; ``order`` one of ``ORDERS``, with "-" before it the other way round;
    ``value_from`` and ``value_to`` bound a target's value; ``sort_of`` is a target's kind, a deadline's type, an
    assignment's role.
    """

    kind: str = "targets"
    words: str = ""
    unit: str = ""
    responsible: str = ""
    due: str = ""
    value_from: float | None = None
    value_to: float | None = None
    sort_of: str = ""
    due_to: str = ""
    order: str = ""
    with_rejected: bool = False
    within: Selection = EVERYTHING


@dataclass(frozen=True, slots=True)
class FactResult:
    """``total`` counts what answers, among the first ``MOST_READ`` when ``capped``."""

    facts: tuple[Record, ...]
    total: int
    capped: bool


class FactQueryError(ValueError):
    """The conditions fit no fact of this kind; the message says which do."""


CONDITIONS = {
    "targets": ("words", "unit", "responsible", "due", "due_to", "value_from", "value_to", "sort_of"),
    "deadlines": ("words", "responsible", "due", "due_to", "sort_of"),
    "assignments": ("words", "unit", "responsible", "sort_of"),
    "citations": ("words", "sort_of"),
}
_OF_ALL = ("document_province", "document", "page", "confidence")
ORDERS = {
    "targets": ("value", "unit", "comparator", "indicator", "kind", "scope", "due", "responsible", *_OF_ALL),
    "deadlines": ("iso", "type", "relation", "obligation", "responsible", *_OF_ALL),
    "assignments": ("unit", "role", "task", "output", "time", *_OF_ALL),
    "citations": ("number", "type", "issuer", "date", "relation", *_OF_ALL),
}
"""Columns that facts can be sorted by."""

SORTS: dict[str, tuple[str, ...]] = {
    "targets": ("target", "result", "reference"),
    "deadlines": ("date", "year", "period", "recurring", "relative"),
    "assignments": ("lead", "coordinate"),
    "citations": (),
}
"""What ``sort_of`` may be; how a document is cited is said in words of its own."""

_DUE = regex.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_SORT_COLUMN = {"targets": "kind", "deadlines": "type", "assignments": "role", "citations": "relation"}
_WORDS_OF = {
    "targets": ("indicator", "scope", "unit", "quote"),
    "deadlines": ("obligation", "quote"),
    "assignments": ("unit", "task", "output", "time", "quote"),
    "citations": ("number", "type", "issuer", "quote"),
}
_DUE_COLUMN = {"targets": "due", "deadlines": "iso"}


def search_facts(corpus: Corpus, query: FactQuery, *, limit: int = 50, offset: int = 0) -> FactResult:
    """The facts that answer, those of the newest documents first. Raises like ``matching_facts``."""
    read = 0
    answers: list[Row] = []
    for row in islice(_candidates(corpus, query, _looked_at(query)), MOST_READ):
        read += 1
        if _fits(row, query):
            answers.append(row)
    if query.order:
        answers.sort(
            key=lambda row: _place_in_order(row, query.order.removeprefix("-")), reverse=query.order.startswith("-")
        )
    shown = facts_of(corpus, query.kind, [row["id"] for row in answers[offset : offset + limit]])
    return FactResult(tuple(shown), len(answers), read >= MOST_READ)


def _looked_at(query: FactQuery) -> set[str]:
    """The columns that ``_fits`` and the order of a query look at: most queries look at few of them."""
    looked = {"id", *([query.order.removeprefix("-")] if query.order else [])}
    looked |= set(_WORDS_OF[query.kind]) if query.words else set()
    looked |= {"unit"} if query.unit else set()
    if query.responsible:
        looked.add("unit" if query.kind == "assignments" else "responsible")
    if query.due or query.due_to:
        looked |= {_DUE_COLUMN[query.kind]} if query.kind in _DUE_COLUMN else set()
    return looked


def matching_facts(corpus: Corpus, query: FactQuery, *, most_read: int | None = None) -> Iterator[Record]:
    """All facts that answer, or those among the first ``most_read``, one at a time, those of the newest documents first.

    Raises ``FactQueryError`` for an unknown kind and for conditions that its facts don't have, and ``QueryError``.
    """
    return (exported(query.kind, row) for row in islice(_candidates(corpus, query), most_read) if _fits(row, query))


def _candidates(corpus: Corpus, query: FactQuery, columns: Collection[str] = ()) -> Iterator[Row]:
    """Facts within all conditions that SQL can tell, as they are stored."""
    _check(query)
    if query.kind == "citations" and query.sort_of:
        _check_relation(corpus, query.sort_of)
    conditions = ["1"]
    parameters: list[object] = []
    if not query.with_rejected:
        conditions.append("f.review != 'rejected'")
    if query.sort_of:
        conditions.append(f'f."{_SORT_COLUMN[query.kind]}" = ?')
        parameters.append(query.sort_of)
    if query.value_from is not None:
        conditions.append("coalesce(f.value_max, f.value) >= ?")
        parameters.append(query.value_from)
    if query.value_to is not None:
        conditions.append("f.value <= ?")
        parameters.append(query.value_to)
    return fact_rows(corpus, query.kind, " AND ".join(conditions), parameters, query.within, columns)


def _place_in_order(fact: Row, column: str) -> tuple[bool, float, str]:
    """Numbers by their size, words without regard to marks, what is empty at the end."""
    value = fact[column]
    if isinstance(value, int | float):
        return False, float(value), ""
    return value in (None, "", "[]"), 0.0, fold(str(value or ""))


def _check(query: FactQuery) -> None:
    if query.kind not in FACT_KINDS:
        raise FactQueryError(f"{query.kind} are no facts; there are {', '.join(FACT_KINDS)}")
    for name in CONDITIONS["targets"]:
        if getattr(query, name) not in ("", None) and name not in CONDITIONS[query.kind]:
            fitting = [kind for kind in FACT_KINDS if name in CONDITIONS[kind]]
            raise FactQueryError(f"{query.kind} have no {name.replace('_', ' ')}; it goes with {' and '.join(fitting)}")
    for due in (query.due, query.due_to):
        if due and not _DUE.fullmatch(due):
            raise FactQueryError(f"{due!r} is no year, month or day; write 2026, 2026-12 or 2026-12-31")
    if query.sort_of and SORTS[query.kind] and query.sort_of not in SORTS[query.kind]:
        raise FactQueryError(f"{query.sort_of!r} is no sort of {query.kind}; there are {', '.join(SORTS[query.kind])}")
    if query.value_from is not None and query.value_to is not None and query.value_from > query.value_to:
        raise FactQueryError(f"no value is {query.value_from:g} at least and {query.value_to:g} at most; change places")


def _check_relation(corpus: Corpus, relation: str) -> None:
    there = [found for (found,) in corpus.tuples("SELECT DISTINCT relation FROM citations WHERE relation IS NOT NULL")]
    if relation not in there:
        raise FactQueryError(f"{relation!r} is no sort of citations; there are {', '.join(sorted(there)) or 'none'}")


def _fits(fact: Row, query: FactQuery) -> bool:
    return (
        (not query.words or _has_words(" ".join(str(fact[name] or "") for name in _WORDS_OF[query.kind]), query.words))
        and (not query.unit or _names(str(fact.get("unit") or ""), query.unit))
        and (not query.responsible or any(_names(unit, query.responsible) for unit in _responsible(fact)))
        and (not (query.due or query.due_to) or falls_due(_due(fact, query.kind), query.due, query.due_to))
    )


def _due(fact: Row, kind: str) -> str:
    return str(fact.get(_DUE_COLUMN.get(kind, ""), "") or "")


def _responsible(fact: Row) -> list[str]:
    """Who must do it: all of a target's or deadline's units, or the one of an assignment."""
    return json.loads(fact["responsible"]) if "responsible" in fact else [str(fact.get("unit") or "")]


@lru_cache(maxsize=4096)
def _names(unit: str, words: str) -> bool:
    """``_has_words`` for names of units, of which there are few."""
    return _has_words(unit, words)


def _has_words(text: str, words: str) -> bool:
    """Every word of ``words`` is in ``text``, with its marks if it has any; y and i are one where both are written."""
    wanted, lower = _wanted(words), text.lower()
    if not all(_somewhere(bare).search(lower) for _, bare in wanted):  # most are done with here, at a fifth of the price
        return False
    folded = set(TOKEN.findall(fold(text))) if any(word == bare for word, bare in wanted) else set()
    exact = set(TOKEN.findall(exact_form(text))) if any(word != bare for word, bare in wanted) else set()
    return all(
        not word.isalnum() or not {word, other_spelling(word)}.isdisjoint(exact if bare != word else folded)
        for word, bare in wanted
    )


@lru_cache(maxsize=256)
def _somewhere(bare: str) -> regex.Pattern[str]:
    """Finds the letters of a word in lower case with any marks, y for i as well where both are written."""
    return regex.compile("|".join(any_marks(word) for word in {bare, other_spelling(bare) or bare}))


@lru_cache(maxsize=64)
def _wanted(words: str) -> tuple[tuple[str, str], ...]:
    """The words as typed and without marks; signs such as "%" are words when there is nothing else."""
    typed = TOKEN.findall(exact_form(words)) or ([words.strip()] if words.strip() else [])
    return tuple((word, fold(word)) for word in typed)


_MONTH = regex.compile(r"(?<!\w)MONTH=(\d+)")
_DAY = regex.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_EVERY_YEAR = regex.compile(r"\bP1Y\b|FREQ=")


def falls_due(iso: str, wanted: str, until: str = "") -> bool:
    """Whether a due time lies in the wanted year, month or day, or between two of them; a year is due in all its months, a
    span in all its years. An empty end is open.

    >>> falls_due("2025-06-30", "2025"), falls_due("2021/2025", "2023"), falls_due("2025", "2025-06")
    (True, True, True)
    >>> falls_due("2025-06-30", "2025-07"), falls_due("ngay sau hội nghị", "2025")
    (False, False)
    """
    if _EVERY_YEAR.search(iso):
        month = _MONTH.search(iso)
        return len(wanted) < 6 or month is None or int(month[1]) == int(wanted[5:7] or 0)
    times = _DAY.findall(iso)
    if not times:
        return False
    return _no_later(times[0], until or wanted) and _no_later(wanted, times[-1])


def _no_later(one: str, other: str) -> bool:
    """As far as both are known; what is not said is no bound."""
    known = min(len(one), len(other))
    return one[:known] <= other[:known]
