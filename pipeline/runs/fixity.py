"""Fixity: are the files that the corpus was made from still there, and still the same, byte for byte?

Holdings are to be checked at least every three years and broken files listed (Thông tư 05/2025/TT-BNV).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from db.store import Corpus
from pipeline.errors import UnreadableFile
from pipeline.files.intake import file_hash
from pipeline.files.places import at_hand, forget, place_of


@dataclass(frozen=True, slots=True)
class Fixity:
    """One path of the corpus: ``state`` is "same", "changed" or "missing"; hashes are sha256 in hexadecimal."""

    path: str
    state: str
    expected: str
    found: str


def verify(corpus: Corpus) -> Iterator[Fixity]:
    """Hash every file again that the corpus last saw at its path, in the order of the paths."""
    for row in corpus.iterate("SELECT path, sha256 FROM paths WHERE current ORDER BY path"):
        found = _hash_at(row["path"])
        state = "missing" if not found else "same" if found == row["sha256"] else "changed"
        yield Fixity(row["path"], state, row["sha256"], found)
    forget()


def _hash_at(path: str) -> str:
    try:
        return file_hash(at_hand(place_of(path)))
    except UnreadableFile:
        return ""
