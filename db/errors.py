"""What can go wrong with a corpus file. Every message says what to do next."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CorpusError(Exception):
    """A corpus file can't be used as asked."""

    advice = "{path}: the corpus can't be used: {detail}"

    def __init__(self, path: Path | str, detail: str = "") -> None:
        self.path = Path(path)
        self.detail = detail
        super().__init__(self.advice.format(path=self.path, detail=detail))


class CorpusMissing(CorpusError):
    """There is no file at that path."""

    advice = "{path}: there is no corpus; make one with: vanban ingest PATH... --db {path}"


class NotACorpus(CorpusError):
    """The file is something else than a corpus."""

    advice = "{path}: this is not a vanban corpus; give the path of one, or of a file that does not exist yet"


class NewerSchema(CorpusError):
    """A newer version wrote the file."""

    advice = "{path}: written by a newer version ({detail}); update vanban to open it"


class OlderSchema(CorpusError):
    """The file lacks migrations and was opened for reading only."""

    advice = "{path}: written by an older version; bring it up to date once with: vanban ingest PATH... --db {path}"


class CorpusLocked(CorpusError):
    """Another process is writing."""

    advice = "{path}: another process is writing to the corpus; wait until it has finished and start again"


class DiskFull(CorpusError):
    """No room for the file or its journal."""

    advice = "{path}: no room left on the disk; make room and start again, finished documents are kept"


class NoRoomForCopy(DiskFull):
    """No room for a copy of the corpus, which itself is as it was."""

    advice = "{path}: no room for the copy; choose a place with more of it, the corpus itself is as it was"


class DiskFailed(CorpusError):
    """The disk refused to read or write, which says nothing about the corpus itself."""

    advice = (
        "{path}: the disk failed ({detail}); see that it has room and is sound and start again, finished documents are kept"
    )


class ReadOnlyCorpus(CorpusError):
    """The file or its folder can't be written."""

    advice = (
        "{path}: the corpus can't be written; check that its folder is there, and the rights on both (and on -wal, -shm)"
    )


class DamagedCorpus(CorpusError):
    """SQLite finds the file damaged."""

    advice = "{path}: the corpus file is damaged ({detail}); restore a copy, or ingest again into a new file"


_BY_SQLITE_NAME: dict[str, type[CorpusError]] = {
    "SQLITE_BUSY": CorpusLocked,
    "SQLITE_LOCKED": CorpusLocked,
    "SQLITE_FULL": DiskFull,
    "SQLITE_READONLY": ReadOnlyCorpus,
    "SQLITE_PERM": ReadOnlyCorpus,
    "SQLITE_CANTOPEN": ReadOnlyCorpus,
    "SQLITE_CORRUPT": DamagedCorpus,
    "SQLITE_NOTADB": NotACorpus,
    "SQLITE_IOERR": DiskFailed,
}


@contextmanager
def typed_errors(path: Path | str) -> Iterator[None]:
    """Turns what SQLite reports into one of the classes above; programming errors pass through as they are."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        known = _BY_SQLITE_NAME.get("_".join(name.split("_")[:2]))
        if known is None:
            raise
        raise known(path, str(error)) from error
