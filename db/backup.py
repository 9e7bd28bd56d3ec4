"""A copy of a corpus while it is in use, through SQLite's own backup."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from db.errors import DiskFull, NoRoomForCopy, typed_errors
from db.store import Corpus

# Pages copied at a time; between two steps other processes may write (a step of 4 MB takes some ten milliseconds).
_PAGES_PER_STEP = 1024


def back_up(corpus: Corpus, target: Path) -> None:
    """Write a complete, consistent copy to ``target``; it appears under that name only when it is whole.

    Raises what ``db.errors`` names when the copy can't be written.
    """
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        with typed_errors(target):
            copy = sqlite3.connect(unfinished)
            try:
                corpus.db.conn.backup(copy, pages=_PAGES_PER_STEP)
            finally:
                copy.close()
        unfinished.replace(target)
    except DiskFull as error:
        raise NoRoomForCopy(target, error.detail) from error
    finally:
        unfinished.unlink(missing_ok=True)
