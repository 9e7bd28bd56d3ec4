"""A document number typed into the search box, where the corpus knows it."""

from __future__ import annotations

from corpus.search.query import NumberMatch
from db.store import Corpus


def known_number(corpus: Corpus, key: str) -> NumberMatch | None:
    """Whether the corpus has a document number with this key, or longer ones beginning so."""
    if corpus.row(
        'SELECT 1 FROM numbers WHERE "key" = ? UNION ALL SELECT 1 FROM numbers WHERE short = ? LIMIT 1', [key, key]
    ):
        return "exact"
    for column in ("key", "short"):
        if corpus.row(f'SELECT 1 FROM numbers WHERE "{column}" >= ? AND "{column}" < ? LIMIT 1', [key, key + "{"]):
            return "prefix"  # "{" follows "z"
    return None
