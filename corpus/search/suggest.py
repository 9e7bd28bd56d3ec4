""" "Did you mean": words one letter away, and documents named like what was typed."""

from __future__ import annotations

from itertools import islice
from typing import Any

import regex

from corpus.search.query import Phrase, Query, Word, leaves
from db.index import TOKEN
from db.questions.documents import named, names_newest_first
from db.questions.words import has_word, most_frequent_of, most_frequent_spelling
from db.store import Corpus
from normalizers.forms import fold

_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def named_like(corpus: Corpus, words: str, limit: int = 10) -> list[dict[str, Any]]:
    """Documents whose file name has all the words, for when nothing is found: a number that could not be read may be there.

    Looks at every name; half a second for a million documents. Returns ``key``, ``name``, ``type``, ``number``, ``title``.
    """
    wanted = [fold(word) for word in TOKEN.findall(words)]
    if not wanted:
        return []
    names = names_newest_first(corpus)
    found = islice((row["key"] for row in names if all(word in fold(row["name"]) for word in wanted)), limit)
    return named(corpus, list(found))


def did_you_mean(corpus: Corpus, words: str, query: Query) -> str | None:
    """``words`` with every word that the corpus lacks replaced by its nearest; ``None`` when it has all, or none is near."""
    better = words
    for leaf in leaves(query):
        for word in leaf.words if isinstance(leaf, Phrase) else (leaf,) if isinstance(leaf, Word) else ():
            near = (
                None
                if word.prefix or not word.text.isalpha() or has_word(corpus, word.text, marked=word.marked)
                else _nearest(corpus, word)
            )
            if near is not None:
                better = regex.sub(rf"\b{regex.escape(word.text)}\b", near, better, count=1, flags=regex.IGNORECASE)
    return better if better != words else None


def _nearest(corpus: Corpus, word: Word) -> str | None:
    """For a marked word another with the same letters; else the most frequent one that is one letter away."""
    if word.marked and (same_letters := most_frequent_spelling(corpus, fold(word.text))):
        return same_letters
    near = most_frequent_of(corpus, _one_letter_away(fold(word.text)))
    return most_frequent_spelling(corpus, near) if near is not None and word.marked else near


def _one_letter_away(word: str) -> set[str]:
    """Words made by one deletion, exchange of neighbours, replacement or insertion (Norvig's ``edits1``)."""
    halves = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    deleted = {a + b[1:] for a, b in halves if b and len(word) > 1}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1}
    replaced = {a + c + b[1:] for a, b in halves if b for c in _ALPHABET}
    inserted = {a + c + b for a, b in halves for c in _ALPHABET}
    return (deleted | swapped | replaced | inserted) - {word}
