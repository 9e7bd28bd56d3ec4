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
        sources=corpus.rows(
            "SELECT source, count(*) AS pages, avg(confidence) AS confidence FROM pages GROUP BY source ORDER BY pages DESC"
        ),
        types=count_by(corpus, "type"),
        years=count_by(corpus, "year"),
        provinces=count_by(corpus, "province"),
        quarantined=corpus.rows(
            "SELECT q.reason, (SELECT min(name) FROM paths p WHERE p.sha256 = q.sha256) AS name"
            " FROM quarantine q ORDER BY name LIMIT ?",
            [LISTED],
        ),
        groups=[replace(group, facts=group.facts[:SHOWN_FIGURES]) for group in side_by_side(targets)[:SHOWN_GROUPS]],
        answers=answers(targets, newest(corpus, "result", most=GLANCED_AT))[:SHOWN_ANSWERS],
    )


def newest(
    corpus: Corpus, sort: str, *, words: str = "", unit: str = "", within: Selection = EVERYTHING, most: int = MOST_COMPARED
) -> Iterator[Record]:
    """Targets or results, at most as many as are compared, those of the newest documents."""
    query = FactQuery("targets", words, unit, sort_of=sort, within=within)
    return islice(matching_facts(corpus, query, most_read=MOST_READ), most)


def count_by(corpus: Corpus, column: str, most: int = LISTED) -> list[Row]:
    """The values of a column of documents with how many have each, years from the last, others from the most frequent."""
    order = "value DESC" if column == "year" else "count DESC, value"
    return corpus.rows(
        f'SELECT "{column}" AS value, count(*) AS count FROM documents WHERE "{column}" IS NOT NULL'
        f' GROUP BY "{column}" ORDER BY {order} LIMIT {most:d}'
    )


def month_of(corpus: Corpus, year: int, month: int, today: date) -> Month:
    """The deadlines of one month, and the months from ``today`` on in which others fall due."""
    last_days = _last_days(corpus)
    here = [iso for iso, (last, _) in last_days.items() if (last.year, last.month) == (year, month)]
    due: dict[int, list[Row]] = {}
    for row in [*_dated(corpus, here), *_recurring(corpus, year, month)]:
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
    rows = corpus.tuples(
        "SELECT iso, count(*) FROM deadlines WHERE type IN ('date', 'year', 'period') AND review != 'rejected' GROUP BY iso"
    )
    return {iso: (last, count) for iso, count in rows if (last := last_day(iso)) is not None}


_DEADLINE = (
    "SELECT f.id, f.type, f.iso, f.relation, f.obligation, f.quote, f.responsible, d.document, d.number, d.date"
    " FROM deadlines f JOIN documents d ON d.id = f.document_id WHERE f.review != 'rejected' AND "
)


def _dated(corpus: Corpus, times: list[str]) -> Iterator[Row]:
    wanted = "f.type != 'recurring' AND f.iso IN (SELECT value FROM json_each(?)) ORDER BY f.iso, d.document, f.start"
    return map(_unpacked, corpus.iterate(_DEADLINE + wanted, [json.dumps(times)]))


def _recurring(corpus: Corpus, year: int, month: int) -> Iterator[Row]:
    """Those of documents that are not younger than the month."""
    wanted = "f.type = 'recurring' AND coalesce(d.date, '') <= ? ORDER BY d.date DESC, d.document, f.start LIMIT ?"
    return map(_unpacked, corpus.iterate(_DEADLINE + wanted, [f"{year:04}-{month:02}-31", MOST_RECURRING]))


def _unpacked(row: Row) -> Row:
    return row | {"responsible": json.loads(row["responsible"])}
