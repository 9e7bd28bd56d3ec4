"""A document number typed into the search box, where the corpus knows it."""

from __future__ import annotations

from corpus.search.query import NumberMatch
from db.questions.words import has_number, has_number_beginning
from db.store import Corpus


def known_number(corpus: Corpus, key: str) -> NumberMatch | None:
    """Whether the corpus has a document number with this key, or longer ones beginning so."""
    if has_number(corpus, key):
        return "exact"
    return "prefix" if has_number_beginning(corpus, key) else None
