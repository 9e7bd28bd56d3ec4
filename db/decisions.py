"""Decisions of fact extraction that a corpus's own reviews taught, kept in the corpus file: a copy of it has them too."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass

from db.reading import CorpusFile
from db.writing import now

DIGITS = 12
"""Hexadecimal digits that tell two decisions of one corpus apart."""


@dataclass(frozen=True, slots=True)
class LearnedDecision:
    """``model`` is the packed table of the decision, ``reviews`` how many taught it."""

    model: bytes
    digest: str
    reviews: int


def learned_decisions(corpus: CorpusFile, extraction: str) -> dict[str, LearnedDecision]:
    """By kind of fact; only those that were fitted to this version of extraction, whose features they know."""
    rows = corpus.rows("SELECT * FROM learned_decisions WHERE extraction = ? ORDER BY kind", [extraction])
    return {row["kind"]: LearnedDecision(row["model"], row["model_digest"], row["reviews"]) for row in rows}


def keep_decision(corpus: CorpusFile, kind: str, table: str, extraction: str, reviews: int) -> None:
    """Keep the table of a decision, in place of what was learned for this kind before."""
    digest = hashlib.sha256(table.encode()).hexdigest()[:DIGITS]
    packed = gzip.compress(table.encode(), 9, mtime=0)
    with corpus.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO learned_decisions(kind, model, model_digest, extraction, reviews, learned_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [kind, packed, digest, extraction, reviews, now()],
        )


def drop_decision(corpus: CorpusFile, kind: str) -> None:
    """Go back to the shipped decision for this kind."""
    with corpus.transaction() as connection:
        connection.execute("DELETE FROM learned_decisions WHERE kind = ?", [kind])
