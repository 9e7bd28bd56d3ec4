"""The last step of a run: headers are settled by what the corpus says of them, and bodies are spelt alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex

from db.settling import Entry, decide_series, settle_headers, spell_bodies
from db.store import Corpus
from extractors.header.agreement import Said, Sought, settle
from extractors.header.series import Written, decide, points_of
from normalizers.document_numbers import notation_of


def settle_doubts(corpus: Corpus, run: int) -> int:
    """Returns the number of documents that changed; a run that stored nothing settles nothing."""
    if not corpus.tuples("SELECT 1 FROM run_files WHERE run_id = ? AND outcome IN ('stored', 'partial') LIMIT 1", [run]):
        return 0
    return spell_bodies(corpus) + settle_headers(corpus, _settle) + decide_series(corpus, _decide)


def _settle(doubted: list[dict[str, Any]], entries: list[Entry]) -> Iterator[tuple[str, dict[str, str], str]]:
    sought = [
        Sought(
            row["key"],
            row["number"] or "",
            row["date"] or "",
            row["title"] or "",
            row["issuer"] or "",
            "number" in row["doubtful"],
            "date" in row["doubtful"] or not row["date"],
            tuple(row["candidates"].get("number", ())),
            tuple(row["candidates"].get("date", ())),
        )
        for row in doubted
    ]
    said = [Said(e.number, e.date, e.source, e.by, e.title, e.issuer) for e in entries]
    for one in settle(sought, said):
        values = {name: value for name, value in (("number", one.number), ("date", one.date)) if value}
        yield one.key, values, f"{one.source}: {one.by}"


_ORDINAL = regex.compile(r"\d+")


def _decide(documents: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, tuple[str, float]]]]:
    """Number and date of each document of one body and year that its series decides: one series, or one of each kind."""
    rows = {row["key"]: row for row in documents}
    written = [one for row in documents if (one := written_of(row)) is not None]
    decided = decide(written)
    if not decided:
        kinds: dict[str, list[Written]] = {}
        for one in written:
            kinds.setdefault(notation_of(rows[one.key]["number"]), []).append(one)
        decided = {key: point for its in kinds.values() for key, point in decide(its).items()}
    for key, point in decided.items():
        row = rows[key]
        values: dict[str, tuple[str, float]] = {}
        for name in ("number", "date"):
            for reading in row["candidates"].get(name, ()):
                same = reading == point.date if name == "date" else _ordinal(reading) == point.number
                if same:
                    values.setdefault(name, (reading, point.chance))
        yield str(key), values


def written_of(row: dict[str, Any]) -> Written | None:
    """The document as the series sees it; ``None`` where number or day is not legible and no pen wrote them."""
    read = row["candidates"]
    numbers = {n: chance for text, chance in read.get("number", {}).items() if (n := _ordinal(text)) is not None}
    dates = {day: chance for day, chance in read.get("date", {}).items() if len(day) == 10}
    own = _ordinal(row["number"])
    sure = not {"number", "date"} & set(row["doubtful"])
    if not numbers and own is not None and (sure or "number" not in row["doubtful"]):
        numbers = {own: 1.0}
    if not dates and len(row["date"] or "") == 10 and "date" not in row["doubtful"]:
        dates = {row["date"]: 1.0}
    points = points_of(numbers, dates)
    return Written(row["key"], points, sure) if points else None


def _ordinal(number: str) -> int | None:
    figures = _ORDINAL.match(number)
    return int(figures.group()) if figures else None
