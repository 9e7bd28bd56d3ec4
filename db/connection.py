"""Opens corpus files: for writing in WAL mode with foreign keys, or for reading only."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from db.errors import CorpusMissing, NewerSchema, NotACorpus, OlderSchema, typed_errors
from db.migrations import migrations

APPLICATION_ID = 0x76626E31
"""Marks the file as ours ("vbn1") in its header, so that another SQLite file is never taken for a corpus."""

_APPLICATION_ID_AT = 68
"""Where SQLite keeps it in the file (sqlite.org/fileformat, 1.3)."""

BUSY_SECONDS = 30.0
"""How long a writer waits for another: longer than one document's transaction takes by two orders of magnitude."""


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
    """Whether the file says in its header that it is a corpus; it is not opened as a database."""
    try:
        with path.open("rb") as stream:
            stream.seek(_APPLICATION_ID_AT)
            return stream.read(4) == APPLICATION_ID.to_bytes(4, "big")
    except OSError:
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
