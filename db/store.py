"""The corpus: one SQLite file. A document goes in whole or not at all, and goes in twice as if once.

Public names of things do not depend on the order or the run in which they came (``db.rows``). Row numbers are internal.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlite_utils import Database

from db import codec
from db.connection import connect, open_reading
from db.errors import ReadOnlyCorpus, typed_errors
from db.index import IndexRow, PageNumber, exact_form, index_row, page_numbers, title_of, words_of
from db.migrations import FACT_TABLES
from db.reviews import reapply
from db.rows import DocumentRows, document_key
from documents.outcome import Processed, Quarantined, Reason
from documents.page import SourceFile
from normalizers.document_numbers import short_key
from normalizers.forms import fold

Question = tuple[str, Sequence[object]]
"""A query and its parameters."""

UNREAD = "unread:"
"""Stands before the path, in place of a hash, of a file that could not even be opened, until it can."""


@dataclass(frozen=True, slots=True)
class FileStatus:
    """What the corpus knows of a file: ``status`` is "complete", "partial" or "quarantined"."""

    status: str
    versions: dict[str, str]
    reason: Reason | None = None


class Corpus:
    """An open corpus file; a context manager that closes it.

    All writing raises ``db.errors.CorpusError`` subclasses: locked, disk full, read only, damaged.
    """

    def __init__(self, db: Database, path: Path, *, read_only: bool) -> None:
        self.db = db
        self.path = path
        self.read_only = read_only

    @classmethod
    def open(cls, path: Path | str, *, create: bool = False, read_only: bool = False) -> Self:
        """Raises what ``db.connection.connect`` raises."""
        return cls(connect(Path(path), create=create, read_only=read_only), Path(path), read_only=read_only)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self.db.conn.close()

    def rows(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[dict[str, Any]]:
        """The rows of a query as dictionaries."""
        return list(self.iterate(sql, parameters))

    def iterate(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> Iterator[dict[str, Any]]:
        """The rows of a query one at a time."""
        with typed_errors(self.path):
            cursor = self.db.conn.execute(sql, parameters)
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield dict(zip(names, row, strict=True))

    def tuples(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query as they come: for thousands of rows, where dictionaries cost most of the time."""
        with typed_errors(self.path):
            return self.db.conn.execute(sql, parameters).fetchall()

    def both(self, one: Question, other: Question) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """The rows of two queries that are answered at the same time, the second on a connection of its own."""
        with typed_errors(self.path), closing(open_reading(self.path)) as beside, ThreadPoolExecutor(1) as thread:
            answer = thread.submit(lambda: beside.execute(*other).fetchall())
            return self.tuples(*one), answer.result()

    def row(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> dict[str, Any] | None:
        return next(self.iterate(sql, parameters), None)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all that is written within it or nothing. Waits for other writers, never nests."""
        if self.read_only:
            raise ReadOnlyCorpus(self.path)
        with typed_errors(self.path):
            self.db.conn.execute("PRAGMA synchronous = NORMAL")  # safe in WAL mode against any crash but a power cut
            self.db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield self.db.conn
            except BaseException:
                self.db.conn.rollback()
                raise
            self.db.conn.commit()

    # --- writing -----------------------------------------------------------------------------------------------------

    def save(self, document: Processed | DocumentRows, *, path: str, run_id: int | None = None) -> str:
        """Store one document and return its key. What the corpus held of the same bytes before is replaced.

        Raises ``ValueError`` when the parts do not fit together (an edit across a page end, other text than was repaired);
        rows are made before the transaction begins, so that what does not fit never reaches it.
        """
        rows = document if isinstance(document, DocumentRows) else DocumentRows.of(document)
        sha256 = rows.source.sha256
        with self.transaction() as connection:
            _insert(connection, "files", [_file_row(rows.source)], replace=True)
            connection.execute("DELETE FROM quarantine WHERE sha256 = ?", [sha256])
            document_id = self._forget(sha256)
            name = self._record_path(path, rows.source.name, sha256)
            row = rows.document | {"id": document_id, "name": name, "document": SourceFile(sha256, name, 0, "").stem}
            self._insert_document(connection, row, rows)
            if run_id is not None:
                _insert(connection, "run_files", [{"run_id": run_id, "path": path, **rows.run}], replace=True)
        return document_key(sha256)

    def quarantine(self, file: Quarantined, *, path: str, run_id: int | None = None) -> None:
        """Record that a file can't be read and why. A document that was read from the same bytes before stays."""
        sha256 = file.sha256 or UNREAD + path
        with self.transaction() as connection:
            source = SourceFile(sha256, file.name, file.size, file.media_type, pages=0)
            _insert(connection, "files", [_file_row(source)], ignore=True)
            self._record_path(path, file.name, sha256)
            if not connection.execute("SELECT 1 FROM documents WHERE sha256 = ?", [sha256]).fetchone():
                row = {"sha256": sha256, "reason": file.reason.value, "detail": file.detail}
                _insert(connection, "quarantine", [row], replace=True)
            if run_id is not None:
                outcome = {"outcome": "quarantined", "reason": file.reason.value, "detail": file.detail}
                _insert(
                    connection,
                    "run_files",
                    [{"run_id": run_id, "path": path, "sha256": sha256} | outcome],
                    replace=True,
                )

    def record_path(self, source: SourceFile, *, path: str, run_id: int | None = None) -> None:
        """Record that a file which the corpus already holds was met (again, or under another name) and left as it is."""
        with self.transaction() as connection:
            if not connection.execute("SELECT 1 FROM files WHERE sha256 = ?", [source.sha256]).fetchone():
                raise ValueError(f"{path}: not in the corpus: {source.sha256}")
            name = self._record_path(path, source.name, source.sha256)
            connection.execute(
                "UPDATE documents SET name = ?, document = ? WHERE sha256 = ? AND name != ?",
                [name, SourceFile("", name, 0, "").stem, source.sha256, name],
            )
            if run_id is not None:
                row = {
                    "run_id": run_id,
                    "path": path,
                    "sha256": source.sha256,
                    "outcome": "unchanged",
                    "pages": source.pages,
                }
                _insert(connection, "run_files", [row], replace=True)

    def move_path(self, old: str, new: str) -> None:
        """Note that the file at ``old`` lies at ``new`` now, with the same bytes."""
        with self.transaction() as connection:
            connection.execute("UPDATE OR REPLACE paths SET path = ? WHERE path = ? AND current", [new, old])

    def remove(self, sha256: str) -> None:
        """Take a document and its file out of the corpus."""
        with self.transaction() as connection:
            self._forget(sha256)
            connection.execute("DELETE FROM files WHERE sha256 = ?", [sha256])

    def _record_path(self, path: str, name: str, sha256: str) -> str:
        """Note that ``path`` holds these bytes now; returns the name of the document.

        Bytes that lie at several paths are named by the first name in order, whichever was met first.
        """
        connection = self.db.conn
        if sha256 != UNREAD + path:
            connection.execute("DELETE FROM files WHERE sha256 = ?", [UNREAD + path])
        connection.execute("UPDATE paths SET current = 0 WHERE path = ? AND sha256 != ?", [path, sha256])
        _insert(connection, "paths", [{"path": path, "sha256": sha256, "name": name, "current": 1}], replace=True)
        first: str = connection.execute("SELECT min(name) FROM paths WHERE sha256 = ?", [sha256]).fetchone()[0]
        return first

    def _forget(self, sha256: str) -> int:
        """Delete the stored document of these bytes; returns the row number that its successor takes."""
        connection = self.db.conn
        document = self.row("SELECT * FROM documents WHERE sha256 = ?", [sha256])
        if document is None:
            following: int = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM documents").fetchone()[0]
            return following
        self.unindex(document["id"])
        connection.execute("DELETE FROM documents WHERE id = ?", [document["id"]])
        id_: int = document["id"]
        return id_

    def _insert_document(self, connection: sqlite3.Connection, document: dict[str, Any], rows: DocumentRows) -> None:
        document_id = document["id"]
        _insert(connection, "documents", [document])
        first_page: int = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM pages").fetchone()[0]
        for page_id, page in enumerate(rows.pages, first_page):
            _insert(connection, "pages", [page.row | {"id": page_id, "document_id": document_id}])
            _insert(connection, "page_texts", [page.text | {"page_id": page_id}])
            _insert(connection, "page_layouts", [page.layout | {"page_id": page_id}])
        for table, its_rows in rows.by_table.items():
            _insert(connection, table, [row | {"document_id": document_id} for row in its_rows])
        reapply(self, document)
        self.index(document_id)

    # --- the full-text index -----------------------------------------------------------------------------------------

    def index(self, document_id: int) -> None:
        """Within a transaction: add the pages of a stored document to the index, to ``numbers`` and to ``vocabulary``."""
        connection = self.db.conn
        words: Counter[str] = Counter()
        title = title_of(self.row("SELECT * FROM documents WHERE id = ?", [document_id]) or {})
        for page, own, numbers, entry in self._entries(document_id):
            for role, its_numbers in (("own", own), ("cited", [n for n in numbers if n not in own])):
                _insert(connection, "numbers", [n._asdict() | {"page_id": page["id"], "role": role} for n in its_numbers])
            connection.execute(
                "INSERT INTO page_index(rowid, exact, folded, title, numbers, labels) VALUES (?, ?, ?, ?, ?, ?)",
                [page["id"], *entry],
            )
            if entry.title:
                connection.execute(
                    "INSERT INTO title_index(rowid, exact, folded, labels) VALUES (?, ?, ?, ?)",
                    [page["id"], exact_form(title), entry.title, entry.labels],
                )
            words.update(words_of(page["repaired"]))
        self._count_words(words)

    def unindex(self, document_id: int) -> None:
        """Within a transaction, before the document changes: take its pages out of the index again.

        A contentless index must be told the very values that it was given.
        """
        connection = self.db.conn
        words: Counter[str] = Counter()
        for page, _, _, entry in self._entries(document_id):
            connection.execute(
                "INSERT INTO page_index(page_index, rowid, exact, folded, title, numbers, labels)"
                " VALUES ('delete', ?, ?, ?, ?, ?, ?)",
                [page["id"], *entry],
            )
            connection.execute("DELETE FROM title_index WHERE rowid = ?", [page["id"]])
            connection.execute("DELETE FROM numbers WHERE page_id = ?", [page["id"]])
            words.subtract(words_of(page["repaired"]))
        self._count_words(words)

    def _entries(self, document_id: int) -> Iterator[tuple[dict[str, Any], list[PageNumber], list[PageNumber], IndexRow]]:
        """Each page with the document's own number (on the first), the numbers on it, and its entry in the index."""
        document = self.row("SELECT * FROM documents WHERE id = ?", [document_id])
        if document is None:
            raise ValueError(f"no document {document_id}")
        for page, numbers, kinds in self._pages_to_index(document):
            own = _own_number(document) if page["number"] == 1 else []
            yield page, own, numbers, index_row(document, page, page["repaired"], [*own, *numbers], kinds)

    def _pages_to_index(self, document: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], list[PageNumber], list[str]]]:
        """Each page with its text, the numbers on it and the kinds of its facts: all that its index entry is made of."""
        cited: dict[int, list[str]] = {}
        for row in self.iterate(
            "SELECT page, number FROM citations WHERE document_id = ? ORDER BY start, id", [document["id"]]
        ):
            cited.setdefault(row["page"], []).append(row["number"])
        kinds: dict[int, list[str]] = {}
        for table in FACT_TABLES:
            for row in self.iterate(f"SELECT DISTINCT page FROM {table} WHERE document_id = ?", [document["id"]]):
                kinds.setdefault(row["page"], []).append(table)
        pages = self.rows(
            "SELECT pages.*, repaired FROM pages JOIN page_texts ON page_id = pages.id"
            " WHERE document_id = ? ORDER BY number",
            [document["id"]],
        )
        for page in pages:
            number = page["number"]
            yield page, list(page_numbers(page["repaired"], cited.get(number, ())).values()), kinds.get(number, [])

    def _count_words(self, words: Counter[str]) -> None:
        connection = self.db.conn
        connection.executemany(
            "INSERT INTO vocabulary(word, folded, pages) VALUES (?, ?, ?)"
            " ON CONFLICT(word) DO UPDATE SET pages = pages + excluded.pages",
            [(word, fold(word), count) for word, count in words.items() if count],
        )
        gone = [(word,) for word, count in words.items() if count < 0]
        connection.executemany("DELETE FROM vocabulary WHERE word = ? AND pages <= 0", gone)

    # --- runs --------------------------------------------------------------------------------------------------------

    def begin_run(self, arguments: Mapping[str, object] | None = None, versions: Mapping[str, str] | None = None) -> int:
        """A run's row stays without an end when the run is killed."""
        with self.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO runs(started_at, arguments, versions) VALUES (?, ?, ?)",
                [_now(), codec.dump(dict(arguments or {})), codec.dump(dict(versions or {}))],
            )
            return int(cursor.lastrowid or 0)

    def finish_run(self, run_id: int) -> None:
        """Note the end and tidy the index a little (at most some hundred milliseconds)."""
        with self.transaction() as connection:
            connection.execute("UPDATE runs SET finished_at = ? WHERE id = ?", [_now(), run_id])
            connection.execute("INSERT INTO page_index(page_index, rank) VALUES ('merge', 500)")

    def report(self, run_id: int) -> dict[str, Any]:
        """What a run did: one row per file, and totals.

        ``{"run", "started_at", "finished_at", "files": [{"path", "sha256", "outcome", "reason", "detail", "pages",
        "sources", "confidence", "facts", "seconds"}], "totals": {...}}``; raises ``ValueError`` for an unknown run.
        """
        run = self.row("SELECT * FROM runs WHERE id = ?", [run_id])
        if run is None:
            raise ValueError(f"{self.path}: no run {run_id}")
        files = self.rows(
            "SELECT path, sha256, outcome, reason, detail, pages, sources, confidence, facts, seconds"
            " FROM run_files WHERE run_id = ? ORDER BY path",
            [run_id],
        )
        for file in files:
            file["sources"] = json.loads(file["sources"])
            file["facts"] = json.loads(file["facts"])
        return {
            "run": run_id,
            "started_at": run["started_at"],
            "finished_at": run["finished_at"],
            "arguments": json.loads(run["arguments"]),
            "versions": json.loads(run["versions"]),
            "files": files,
            "totals": _totals(files),
        }

    # --- looking up --------------------------------------------------------------------------------------------------

    def status_of(self, sha256: str) -> FileStatus | None:
        """What is known of a file with these bytes; ``None`` when nothing is."""
        stored = self.row("SELECT status, versions FROM documents WHERE sha256 = ?", [sha256])
        if stored:
            return FileStatus(stored["status"], json.loads(stored["versions"]))
        held = self.row("SELECT reason FROM quarantine WHERE sha256 = ?", [sha256])
        return FileStatus("quarantined", {}, Reason(held["reason"])) if held else None

    def totals(self) -> dict[str, int]:
        """How many documents, pages, quarantined files and facts of each kind there are."""
        names = ("documents", "pages", "quarantine", "tables", *FACT_TABLES)
        sql = "SELECT " + ", ".join(f'(SELECT count(*) FROM "{name}") AS "{name}"' for name in names)
        return self.row(sql) or {}


def _file_row(source: SourceFile) -> dict[str, Any]:
    return {
        "sha256": source.sha256,
        "media_type": source.media_type,
        "size": source.size,
        "pages": source.pages,
        "encrypted": int(source.encrypted),
        "signed": int(source.signed),
    }


def _totals(files: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    sources: Counter[str] = Counter()
    facts: Counter[str] = Counter()
    for file in files:
        sources.update(file["sources"])
        facts.update(file["facts"])
    return {
        "files": len(files),
        "outcomes": dict(sorted(Counter(file["outcome"] for file in files).items())),
        "reasons": dict(sorted(Counter(file["reason"] for file in files if file["reason"]).items())),
        "pages": sum(file["pages"] for file in files),
        "sources": dict(sorted(sources.items())),
        "facts": dict(sorted(facts.items())),
        "seconds": round(sum(file["seconds"] for file in files), 3),
    }


def _own_number(document: Mapping[str, Any]) -> list[PageNumber]:
    if not document["number_key"]:
        return []
    return [PageNumber(document["number_key"], short_key(document["number"]), document["number"])]


def _insert(
    connection: sqlite3.Connection,
    table: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    replace: bool = False,
    ignore: bool = False,
) -> None:
    """Insert rows that all have the same columns. ``replace`` updates what is there, without deleting what refers to it."""
    if not rows:
        return
    columns = list(rows[0])
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join(f":{column}" for column in columns)
    conflict = ""
    if ignore:
        conflict = " ON CONFLICT DO NOTHING"
    elif replace:
        key = _PRIMARY_KEYS[table]
        conflict = f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET " + ", ".join(
            f'"{column}" = excluded."{column}"' for column in columns if column not in key
        )
    connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places}){conflict}', rows)


_PRIMARY_KEYS = {
    "files": ("sha256",),
    "paths": ("path", "sha256"),
    "quarantine": ("sha256",),
    "run_files": ("run_id", "path"),
}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


_DIGESTED = {
    "files": "SELECT * FROM files ORDER BY sha256",
    "paths": "SELECT * FROM paths ORDER BY path, sha256",
    "documents": "SELECT * FROM documents ORDER BY key",
    "pages": "SELECT key, p.* FROM pages p JOIN documents d ON d.id = document_id ORDER BY key, number",
    "page_texts": "SELECT key, p.number, t.* FROM page_texts t JOIN pages p ON p.id = page_id"
    " JOIN documents d ON d.id = document_id ORDER BY key, p.number",
    "page_layouts": "SELECT key, p.number, l.* FROM page_layouts l JOIN pages p ON p.id = page_id"
    " JOIN documents d ON d.id = document_id ORDER BY key, p.number",
    "failed_pages": "SELECT key, f.* FROM failed_pages f JOIN documents d ON d.id = document_id ORDER BY key, page",
    "tables": "SELECT * FROM tables ORDER BY id",
    **{table: f"SELECT * FROM {table} ORDER BY id" for table in FACT_TABLES},
    "quarantine": "SELECT * FROM quarantine ORDER BY sha256",
    "reviews": "SELECT document_key, reviewer, kind, page, line, field, before, after, raw, stale FROM reviews"
    " ORDER BY document_key, id",
    "numbers": "SELECT d.key AS document, p.number AS page, n.* FROM numbers n JOIN pages p ON p.id = page_id"
    " JOIN documents d ON d.id = document_id ORDER BY d.key, p.number, n.key, role",
    "vocabulary": "SELECT * FROM vocabulary ORDER BY word",
}
_INTERNAL = {"document_id", "page_id"}


def content_digest(path: Path | str) -> str:
    """SHA-256 over all content, without row numbers, runs and times.

    Two corpora with equal digests hold the same documents, texts, facts and quarantined files, whatever the order
    or the number of interrupted runs in which they were made.
    """
    digest = hashlib.sha256()
    with Corpus.open(path, read_only=True) as corpus:
        for table, sql in _DIGESTED.items():
            digest.update(f"\n{table}\n".encode())
            for row in corpus.iterate(sql):
                if table in ("documents", "pages"):
                    row.pop("id")
                digest.update(codec.dump({name: value for name, value in row.items() if name not in _INTERNAL}).encode())
    return digest.hexdigest()
