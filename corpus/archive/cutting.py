"""Where the documents of a file seem to begin, and cutting it there: by a person, or as proposed when a person says so.

A cut is a list of pages for each document, in any order, of one original that stays as it is (``db.dossiers.keep_cut``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import regex

from db.dossiers import DossierError, keep_cut
from db.store import Corpus


@dataclass(frozen=True, slots=True)
class ProposedPart:
    """A document that a file seems to hold, with what speaks for its beginning and the header that was read of it."""

    first_page: int
    last_page: int
    score: float
    reasons: tuple[str, ...]
    number: str
    type: str
    date: str
    title: str


def proposal(corpus: Corpus, key: str) -> list[ProposedPart]:
    """The documents that a file seems to hold, in order; empty for files read before parts were looked for."""
    rows = corpus.rows(
        'SELECT p.* FROM parts p JOIN documents d ON d.id = p.document_id WHERE d."key" = ? ORDER BY p.ordinal', [key]
    )
    return [
        ProposedPart(
            row["first_page"],
            row["last_page"],
            row["score"],
            tuple(json.loads(row["reasons"])),
            *(str(row[name] or "") for name in ("number", "type", "date", "title")),
        )
        for row in rows
    ]


def possible_starts(corpus: Corpus, key: str) -> dict[int, float]:
    """Pages on which a document may begin although more speaks against it, each with its probability."""
    rows = corpus.tuples(
        "SELECT s.page, s.score FROM possible_starts s JOIN documents d ON d.id = s.document_id"
        ' WHERE d."key" = ? ORDER BY s.page',
        [key],
    )
    return {int(page): float(score) for page, score in rows}


def cut_as_proposed(corpus: Corpus, key: str, *, cut_by: str) -> int:
    """Cut a file where its documents seem to begin; returns their number. Raises ``DossierError`` where there is but one."""
    parts = proposal(corpus, key)
    if len(parts) < 2:
        raise DossierError(f"{key} seems to hold one document; cut it by pages if it holds more")
    keep_cut(corpus, key, [list(range(part.first_page, part.last_page + 1)) for part in parts], cut_by=cut_by)
    return len(parts)


_PAGES = regex.compile(r"\s*(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?\s*")


def pages_of(written: str) -> list[int]:
    """Pages as people write them, in that order. Raises ``DossierError``.

    >>> pages_of("4-7,9"), pages_of("3, 2")
    ([4, 5, 6, 7, 9], [3, 2])
    """
    pages: list[int] = []
    for part in written.split(","):
        found = _PAGES.fullmatch(part)
        if not found or (found[2] and int(found[2]) < int(found[1])) or int(found[2] or 0) - int(found[1]) > MOST_PAGES:
            raise DossierError(f"{written} are no pages; write 4-7,9")
        pages += range(int(found[1]), int(found[2] or found[1]) + 1)
    return pages


MOST_PAGES = 20_000
"""Of one range: more than any file has, few enough to be no burden."""
