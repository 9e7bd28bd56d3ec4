"""Fixity: are the files that the corpus was made from still there, and still the same, byte for byte?

Holdings are to be checked at least every three years and broken files listed (Thông tư 05/2025/TT-BNV).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from db.dossiers import keep_checks
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


def keep_in_diary(corpus: Corpus, found: Iterable[Fixity]) -> None:
    """Write the results of a check into the corpus, with their time: the three-year rule is reckoned from these."""
    keep_checks(corpus, [(one.path, one.expected, one.found, one.state) for one in found])


def compare(corpus: Corpus, copy: Path) -> Iterator[Fixity]:
    """A second copy of the files in the folder ``copy``, against what the corpus was made from, in the order of the paths.

    Files lie in the copy as they lie below the folder that all paths of the corpus have in common.
    """
    rows = corpus.rows("SELECT path, sha256 FROM paths WHERE current ORDER BY path")
    top = os.path.commonpath([str(Path(row["path"]).parent) for row in rows]) if rows else ""
    for row in rows:
        place = copy / os.path.relpath(row["path"], top or ".")
        found = _hash_at(str(place))
        state = "missing" if not found else "same" if found == row["sha256"] else "changed"
        yield Fixity(str(place), state, row["sha256"], found)


def _hash_at(path: str) -> str:
    try:
        return file_hash(at_hand(place_of(path)))
    except UnreadableFile:
        return ""
