"""The corpus: one SQLite file. A document goes in whole or not at all, and goes in twice as if once.

Public names of things do not depend on the order or the run in which they came (``db.rows``). Row numbers are internal.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from db.fulltext import FullText
from db.reviews import reapply
from db.rows import DocumentRows, document_key
from db.runs import Runs
from db.writing import insert
from documents.facts import FACT_KINDS
from documents.outcome import Processed, Quarantined, Reason
from documents.page import SourceFile

UNREAD = "unread:"
"""Stands before the path, in place of a hash, of a file that could not even be opened, until it can."""


@dataclass(frozen=True, slots=True)
class FileStatus:
    """What the corpus knows of a file: ``status`` is "complete", "partial" or "quarantined"."""

    status: str
    versions: dict[str, str]
    reason: Reason | None = None


class Corpus(FullText, Runs):
    """An open corpus: documents go in whole, or not at all."""

    @classmethod
    def open(cls, path: Path | str, *, create: bool = False, read_only: bool = False) -> Self:
        """Raises what ``db.connection.connect`` raises. Opened for writing, its index is brought up to date as well."""
        corpus = super().open(path, create=create, read_only=read_only)
        if not read_only:
            try:
                corpus.keep_index_current()
            except BaseException:
                corpus.close()
                raise
        return corpus

    def save(self, document: Processed | DocumentRows, *, path: str, run_id: int | None = None) -> str:
        """Store one document and return its key. What the corpus held of the same bytes before is replaced.

        Raises ``ValueError`` when the parts do not fit together (an edit across a page end, other text than was repaired);
        rows are made before the transaction begins, so that what does not fit never reaches it.
        """
        rows = document if isinstance(document, DocumentRows) else DocumentRows.of(document)
        sha256 = rows.source.sha256
        with self.transaction() as connection:
            insert(connection, "files", [_file_row(rows.source)], replace=True)
            connection.execute("DELETE FROM quarantine WHERE sha256 = ?", [sha256])
            document_id = self._forget(sha256)
            name = self._record_path(path, rows.source.name, sha256)
            row = rows.document | {"id": document_id, "name": name, "document": SourceFile(sha256, name, 0, "").stem}
            self._insert_document(connection, row, rows)
            if run_id is not None:
                insert(connection, "run_files", [{"run_id": run_id, "path": path, **rows.run}], replace=True)
        return document_key(sha256)

    def quarantine(self, file: Quarantined, *, path: str, run_id: int | None = None) -> None:
        """Record that a file can't be read and why. A document that was read from the same bytes before stays."""
        sha256 = file.sha256 or UNREAD + path
        with self.transaction() as connection:
            source = SourceFile(sha256, file.name, file.size, file.media_type, pages=0)
            insert(connection, "files", [_file_row(source)], ignore=True)
            self._record_path(path, file.name, sha256)
            if not connection.execute("SELECT 1 FROM documents WHERE sha256 = ?", [sha256]).fetchone():
                row = {"sha256": sha256, "reason": file.reason.value, "detail": file.detail}
                insert(connection, "quarantine", [row], replace=True)
            if run_id is not None:
                outcome = {"outcome": "quarantined", "reason": file.reason.value, "detail": file.detail}
                insert(
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
                insert(connection, "run_files", [row], replace=True)

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
        insert(connection, "paths", [{"path": path, "sha256": sha256, "name": name, "current": 1}], replace=True)
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
        insert(connection, "documents", [document])
        first_page: int = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM pages").fetchone()[0]
        for page_id, page in enumerate(rows.pages, first_page):
            insert(connection, "pages", [page.row | {"id": page_id, "document_id": document_id}])
            insert(connection, "page_texts", [page.text | {"page_id": page_id}])
            insert(connection, "page_layouts", [page.layout | {"page_id": page_id}])
        for table, its_rows in rows.by_table.items():
            insert(connection, table, [row | {"document_id": document_id} for row in its_rows])
        reapply(self, document)
        self.index(document_id)

    def status_of(self, sha256: str) -> FileStatus | None:
        """What is known of a file with these bytes; ``None`` when nothing is."""
        stored = self.row("SELECT status, versions FROM documents WHERE sha256 = ?", [sha256])
        if stored:
            return FileStatus(stored["status"], json.loads(stored["versions"]))
        held = self.row("SELECT reason FROM quarantine WHERE sha256 = ?", [sha256])
        return FileStatus("quarantined", {}, Reason(held["reason"])) if held else None

    def totals(self) -> dict[str, int]:
        """How many documents, pages, quarantined files and facts of each kind there are."""
        names = ("documents", "pages", "quarantine", "tables", *FACT_KINDS)
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
