"""Figures about the whole corpus, and what lies ahead in its calendar."""

from __future__ import annotations

import calendar
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from corpus.export.calendar import days_in_month, last_day
from corpus.export.facts import MOST_READ, FactQuery, matching_facts
from corpus.export.writers import Record
from corpus.reports.indicators import MOST_COMPARED, Answer, Group, answers, side_by_side
from corpus.search.selection import EVERYTHING, Selection
from db.questions import overview as questions
from db.store import Corpus

LISTED = 30
GLANCED_AT = 500
"""Figures compared for the overview; the pages of comparisons look at four times as many."""

SHOWN_GROUPS, SHOWN_FIGURES, SHOWN_ANSWERS = 3, 12, 6
MONTHS_AHEAD = 24
MOST_RECURRING = 500
"""Recurring deadlines looked at for a month, those of the newest documents: more than anyone has on one page."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Overview:
    """What ``templates/room_overview.html`` shows beside the calendar."""

    totals: dict[str, int]
    sources: list[Row]
    types: list[Row]
    years: list[Row]
    provinces: list[Row]
    quarantined: list[Row]
    groups: list[Group]
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class Month:
    """A sheet of the calendar.

    ``weeks`` have seven days from Monday, ``None`` outside the month; ``ahead`` are the months to come in which something
    falls due, with how much.
    """

    year: int
    month: int
    weeks: list[list[int | None]]
    due: dict[int, list[Row]]
    ahead: list[tuple[str, int]]

    @property
    def name(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    def next(self, step: int) -> str:
        """The name of a month before or after."""
        year, month = divmod(self.year * 12 + self.month - 1 + step, 12)
        return f"{year:04}-{month + 1:02}"


def overview_of(corpus: Corpus) -> Overview:
    targets = list(newest(corpus, "target", most=GLANCED_AT))
    return Overview(
        totals=corpus.totals(),
        sources=questions.sources_of_pages(corpus),
        types=questions.count_by(corpus, "type", LISTED),
        years=questions.count_by(corpus, "year", LISTED),
        provinces=questions.count_by(corpus, "province", LISTED),
        quarantined=questions.quarantined_files(corpus, LISTED),
        groups=[replace(group, facts=group.facts[:SHOWN_FIGURES]) for group in side_by_side(targets)[:SHOWN_GROUPS]],
        answers=answers(targets, newest(corpus, "result", most=GLANCED_AT))[:SHOWN_ANSWERS],
    )


def newest(
    corpus: Corpus, sort: str, *, words: str = "", unit: str = "", within: Selection = EVERYTHING, most: int = MOST_COMPARED
) -> Iterator[Record]:
    """Targets or results, at most as many as are compared, those of the newest documents."""
    query = FactQuery("targets", words, unit, sort_of=sort, within=within)
    return islice(matching_facts(corpus, query, most_read=MOST_READ), most)


def month_of(corpus: Corpus, year: int, month: int, today: date) -> Month:
    """The deadlines of one month, and the months from ``today`` on in which others fall due."""
    last_days = _last_days(corpus)
    here = [iso for iso, (last, _) in last_days.items() if (last.year, last.month) == (year, month)]
    due: dict[int, list[Row]] = {}
    recurring = questions.recurring_deadlines(corpus, f"{year:04}-{month:02}-31", MOST_RECURRING)
    for row in map(_unpacked, [*questions.deadlines_at(corpus, here), *recurring]):
        for day in days_in_month(row["type"], row["iso"], year, month):
            due.setdefault(day.day, []).append(row)
    ahead: Counter[str] = Counter()
    for last, count in last_days.values():
        if last >= today:
            ahead[f"{last:%Y-%m}"] += count
    weeks = [[day or None for day in week] for week in calendar.monthcalendar(year, month)]
    return Month(year, month, weeks, due, sorted(ahead.items())[:MONTHS_AHEAD])


def _last_days(corpus: Corpus) -> dict[str, tuple[date, int]]:
    """Every time that is a deadline, with its last day and how many deadlines have it."""
    return {iso: (last, count) for iso, count in questions.times_due(corpus) if (last := last_day(iso)) is not None}


def _unpacked(row: Row) -> Row:
    return row | {"responsible": json.loads(row["responsible"])}
