"""Tags and notes that people put on documents: tags gather documents and filter searches, notes are read."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import regex

from db.fulltext import FullText
from db.index import label
from db.reviews import NoSuchPlace, ReviewError
from db.writing import now

LONGEST_TAG, LONGEST_NOTE = 60, 4000
MOST_AT_ONCE = 500
"""Documents tagged at once: each is put into the index anew, some ten milliseconds, while other writers wait."""

_SPACE = regex.compile(r"[\s\p{C}]+")


class BadTag(ReviewError):
    """A tag has letters or digits, and not too many."""


def tag_key(tag: str) -> str:
    """What tags are compared by: "Đất đai" and "dat dai" are one.

    >>> tag_key("Đất đai")
    'xtagdatdai'
    """
    return label("tag", tag)


def put_tag(corpus: FullText, keys: Sequence[str], tag: str, reviewer: str) -> int:
    """Tag documents; returns how many did not have the tag yet. The spelling of a tag is that of its first use.

    Raises ``BadTag``, and ``ReviewError`` for more than ``MOST_AT_ONCE`` documents.
    """
    tag = _SPACE.sub(" ", unicodedata.normalize("NFC", tag)).strip()
    if not tag or len(tag) > LONGEST_TAG or tag_key(tag) == tag_key(""):
        raise BadTag(f"a tag has letters or digits, {LONGEST_TAG} characters at most")
    if len(keys) > MOST_AT_ONCE:
        raise ReviewError(f"more than {MOST_AT_ONCE} documents at once")
    put = 0
    with corpus.transaction() as connection:
        first = connection.execute("SELECT tag FROM tags WHERE tag_key = ? LIMIT 1", [tag_key(tag)]).fetchone()
        for key in keys:
            row = connection.execute('SELECT id FROM documents WHERE "key" = ?', [key]).fetchone()
            there = connection.execute(
                "SELECT 1 FROM tags WHERE document_key = ? AND tag_key = ?", [key, tag_key(tag)]
            ).fetchone()
            if row is None or there is not None:
                continue
            corpus.unindex(row[0])
            connection.execute(
                "INSERT INTO tags(document_key, tag_key, tag, reviewer, at) VALUES (?, ?, ?, ?, ?)",
                [key, tag_key(tag), first[0] if first else tag, reviewer, now()],
            )
            corpus.index(row[0])
            put += 1
    return put


def take_tag(corpus: FullText, key: str, tag: str) -> None:
    """Take a tag off a document. Raises ``NoSuchPlace``."""
    with corpus.transaction() as connection:
        row = connection.execute('SELECT id FROM documents WHERE "key" = ?', [key]).fetchone()
        if row is None:
            raise NoSuchPlace(f"no document {key}")
        corpus.unindex(row[0])
        connection.execute("DELETE FROM tags WHERE document_key = ? AND tag_key = ?", [key, tag_key(tag)])
        corpus.index(row[0])


def tags_of(corpus: FullText, key: str) -> list[str]:
    return [tag for (tag,) in corpus.tuples("SELECT tag FROM tags WHERE document_key = ? ORDER BY tag_key", [key])]


def all_tags(corpus: FullText, most: int = 500) -> list[dict[str, Any]]:
    """``value`` and ``count`` of every tag, the most frequent first."""
    return corpus.rows(
        "SELECT min(tag) AS value, count(*) AS count FROM tags GROUP BY tag_key ORDER BY count DESC, tag_key LIMIT ?", [most]
    )


def add_note(corpus: FullText, key: str, text: str, reviewer: str) -> None:
    """Keep a note on a document. Raises ``NoSuchPlace`` and ``ReviewError`` for an empty or too long one."""
    text = unicodedata.normalize("NFC", text).strip()
    if not text or len(text) > LONGEST_NOTE:
        raise ReviewError(f"a note has 1 to {LONGEST_NOTE} characters")
    with corpus.transaction() as connection:
        if connection.execute('SELECT 1 FROM documents WHERE "key" = ?', [key]).fetchone() is None:
            raise NoSuchPlace(f"no document {key}")
        connection.execute(
            "INSERT INTO notes(document_key, text, reviewer, at) VALUES (?, ?, ?, ?)", [key, text, reviewer, now()]
        )


def notes_of(corpus: FullText, key: str) -> list[dict[str, Any]]:
    """``text``, ``reviewer`` and ``at`` of the notes on a document, the first one first."""
    return corpus.rows("SELECT text, reviewer, at FROM notes WHERE document_key = ? ORDER BY id LIMIT 200", [key])
