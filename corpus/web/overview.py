"""Figures about the whole corpus."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from db.store import Corpus

LISTED = 30


@dataclass(frozen=True, slots=True)
class Overview:
    """What ``templates/room_overview.html`` shows."""

    totals: dict[str, int]
    sources: list[dict[str, Any]]
    types: list[dict[str, Any]]
    years: list[dict[str, Any]]
    provinces: list[dict[str, Any]]
    quarantined: list[dict[str, Any]]
    deadlines: list[dict[str, Any]]


def overview_of(corpus: Corpus, today: str) -> Overview:
    """``today`` is an ISO date; deadlines from then on are listed, the nearest first."""
    return Overview(
        totals=corpus.totals(),
        sources=corpus.rows(
            "SELECT source, count(*) AS pages, avg(confidence) AS confidence FROM pages GROUP BY source ORDER BY pages DESC"
        ),
        types=_count(corpus, "type"),
        years=_count(corpus, "year"),
        provinces=_count(corpus, "province"),
        quarantined=corpus.rows(
            "SELECT q.reason, q.detail, (SELECT min(name) FROM paths p WHERE p.sha256 = q.sha256) AS name"
            " FROM quarantine q ORDER BY name LIMIT ?",
            [LISTED],
        ),
        deadlines=_deadlines_ahead(corpus, today),
    )


def _count(corpus: Corpus, column: str) -> list[dict[str, Any]]:
    order = "value DESC" if column == "year" else "count DESC, value"
    return corpus.rows(
        f'SELECT "{column}" AS value, count(*) AS count FROM documents WHERE "{column}" IS NOT NULL'
        f' GROUP BY "{column}" ORDER BY {order} LIMIT {LISTED}'
    )


def _deadlines_ahead(corpus: Corpus, today: str) -> list[dict[str, Any]]:
    """Dates and years to come. The last day of a year's deadline is what counts, so a year compares as text with today's."""
    rows = corpus.rows(
        "SELECT f.id, f.iso, f.relation, f.obligation, f.quote, f.responsible, d.document, d.number FROM deadlines f"
        " JOIN documents d ON d.id = f.document_id"
        " WHERE f.type IN ('date', 'year') AND f.iso >= substr(:today, 1, length(f.iso)) AND f.review != 'rejected'"
        " ORDER BY f.iso, f.id LIMIT :most",
        {"today": today, "most": LISTED},
    )
    for row in rows:
        row["responsible"] = json.loads(row["responsible"])
    return rows
