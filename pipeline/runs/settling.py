"""The last step of a run: headers in doubt are settled by what the corpus says of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from db.settling import Entry, settle_headers
from db.store import Corpus
from extractors.header.agreement import Said, Sought, settle


def settle_doubts(corpus: Corpus, run: int) -> int:
    """Returns the number of documents of which number or date is known now; a run that stored nothing settles nothing."""
    if not corpus.tuples("SELECT 1 FROM run_files WHERE run_id = ? AND outcome IN ('stored', 'partial') LIMIT 1", [run]):
        return 0
    return settle_headers(corpus, _settle)


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
        )
        for row in doubted
    ]
    said = [Said(e.number, e.date, e.source, e.by, e.title, e.issuer) for e in entries]
    for one in settle(sought, said):
        values = {name: value for name, value in (("number", one.number), ("date", one.date)) if value}
        yield one.key, values, f"{one.source}: {one.by}"
