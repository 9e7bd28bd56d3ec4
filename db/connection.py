"""Opens corpus files: for writing in WAL mode with foreign keys, or for reading only."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from db.errors import CorpusMissing, NewerSchema, NotACorpus, OlderSchema, typed_errors
from db.migrations import migrations

APPLICATION_ID = 0x76626E31
"""Marks the file as ours ("vbn1") in its header, so that another SQLite file is never taken for a corpus."""

BUSY_SECONDS = 30.0
"""How long a writer waits for another: longer than one document's transaction takes by two orders of magnitude."""

CHECKPOINT_SECONDS = 5.0
"""How long a checkpoint waits for readers: a query of the reading room is stopped after as long (``corpus.web``)."""


def connect(path: Path, *, create: bool = False, read_only: bool = False) -> Database:
    """The corpus at ``path``, migrated to the present schema.

    Raises ``CorpusMissing``, ``NotACorpus``, ``NewerSchema``, ``OlderSchema`` (reading only), ``CorpusLocked``,
    ``ReadOnlyCorpus``, ``DiskFull`` or ``DamagedCorpus``.
    """
    path = Path(path)
    exists = path.is_file()
    if path.exists() and not exists:
        raise NotACorpus(path)
    if not exists and (read_only or not create):
        raise CorpusMissing(path)
    with typed_errors(path):
        connection = (
            open_reading(path) if read_only else sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            db = Database(connection, execute_plugins=False)
            _check_identity(db, path, fresh=not read_only)
            _bring_up_to_date(db, path, read_only=read_only)
        except BaseException:
            connection.close()
            raise
    return db


def is_corpus(path: Path) -> bool:
    """Whether the file is a corpus, asked through SQLite.

    Never by reading the file: POSIX drops all locks that a process has on a file when it closes any handle of it, and then
    the next program that finishes with the corpus takes ``-wal`` and ``-shm`` away under us (sqlite.org/howtocorrupt, 2.2).
    """
    if not path.is_file():
        return False
    try:
        with closing(open_reading(path)) as connection:
            return marks_corpus(connection)
    except sqlite3.Error:
        return False


def marks_corpus(connection: sqlite3.Connection) -> bool:
    """Whether what an open connection reads is a corpus."""
    try:
        return bool(connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)
    except sqlite3.DatabaseError:
        return False


def checkpoint(path: Path, *, wholly: bool = False) -> bool:
    """Bring what writers left in ``-wal`` into the one file; whether all of it is there now.

    ``wholly`` waits for readers and empties the journal, for when a server stops; without it nobody is held up. A corpus
    that can't be written, or is busy, is left as it is.
    """
    journal = path.with_name(path.name + "-wal")
    if not journal.is_file() or not journal.stat().st_size:
        return True
    try:
        with closing(sqlite3.connect(path, timeout=CHECKPOINT_SECONDS)) as connection:
            busy, pages, moved = connection.execute(
                f"PRAGMA wal_checkpoint({'TRUNCATE' if wholly else 'PASSIVE'})"
            ).fetchone()
            return not busy and pages == moved
    except sqlite3.Error:
        return False


def open_reading(path: Path) -> sqlite3.Connection:
    """A read-only connection. Where the folder can't be written either, a WAL file must be opened as immutable."""
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchall()
    except sqlite3.OperationalError:
        connection.close()
        if path.with_name(path.name + "-wal").exists():
            raise
        connection = sqlite3.connect(address + "&immutable=1", uri=True, check_same_thread=False)
    return connection


def _check_identity(db: Database, path: Path, *, fresh: bool) -> None:
    is_empty = not db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    if is_empty and fresh:
        return
    if is_empty or db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise NotACorpus(path)


def _bring_up_to_date(db: Database, path: Path, *, read_only: bool) -> None:
    known = {migration.name for migration in migrations._migrations}
    unknown = [migration.name for migration in migrations.applied(db) if migration.name not in known]
    if unknown:
        raise NewerSchema(path, ", ".join(unknown))
    if not migrations.pending(db):
        return
    if read_only:
        raise OlderSchema(path)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrations.apply(db)
