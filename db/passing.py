"""What a reviewer has passed over in the queue of review, to come back to later or leave to others."""

from __future__ import annotations

from datetime import UTC, datetime

from db.reading import CorpusFile


def pass_over(corpus: CorpusFile, reviewer: str, item: str) -> None:
    """Let somebody else look at an item (``corpus.reports.queue``), or oneself another time."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    with corpus.transaction() as connection:
        connection.execute("INSERT OR REPLACE INTO passed_over(reviewer, item, at) VALUES (?, ?, ?)", [reviewer, item, at])


def take_up(corpus: CorpusFile, reviewer: str) -> None:
    """Bring back all that a reviewer passed over."""
    with corpus.transaction() as connection:
        connection.execute("DELETE FROM passed_over WHERE reviewer = ?", [reviewer])


def passed_over(corpus: CorpusFile, reviewer: str) -> frozenset[str]:
    return frozenset(item for (item,) in corpus.tuples("SELECT item FROM passed_over WHERE reviewer = ?", [reviewer]))
