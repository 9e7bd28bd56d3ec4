"""Pages that have been read, and the way back from the store to the model.

A page that was read is kept, packed as ``db.codec`` does it, under the hash of its file and the version of its reader until
its document is stored. Afterwards the stored document itself gives its pages back: repair and extraction can be done anew
without reading anew. Whatever is computed from pages is computed from such, with their coordinates and probabilities
rounded, so that a run which was stopped and one which was not give the same corpus.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from db import codec
from db.store import Corpus
from documents.edits import Repaired, join_repaired
from documents.outcome import Reason
from documents.page import PAGE_END, Page, Source, SourceFile, Table

CONDITIONS = ("document", "type", "issuer", "province", "year", "number", "status", "profile")
"""Columns of ``documents`` by which documents can be chosen to be done over."""


def keep_page(corpus: Corpus, sha256: str, reading: str, number: int, page: str) -> None:
    """Keep a packed page until its document is stored. Raises what ``db.errors`` names."""
    with corpus.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO staged_pages(sha256, reading, number, page) VALUES (?, ?, ?, ?)",
            [sha256, reading, number, page],
        )


def drop_pages(corpus: Corpus, sha256: str | None = None) -> None:
    """Forget the kept pages of a file, or without ``sha256`` those of all files that are stored by now."""
    which = "sha256 = ?" if sha256 is not None else "sha256 IN (SELECT sha256 FROM documents)"
    if corpus.row(f"SELECT 1 FROM staged_pages WHERE {which}", [sha256] if sha256 is not None else []) is not None:
        with corpus.transaction() as connection:
            connection.execute(f"DELETE FROM staged_pages WHERE {which}", [sha256] if sha256 is not None else [])


def pages_at_hand(corpus: Corpus, sha256: str, reading: str) -> dict[int, str]:
    """Pages of a file that the reader of version ``reading`` has read already, kept or stored; failed ones left out."""
    sql = "SELECT number, page FROM staged_pages WHERE sha256 = ? AND reading = ?"
    kept = {row["number"]: row["page"] for row in corpus.iterate(sql, [sha256, reading])}
    status = corpus.status_of(sha256)
    if status is None or status.versions.get("reading") != reading:
        return kept
    stored = (page for page in stored_pages(corpus, sha256) if page.source is not Source.FAILED)
    return {page.number: codec.pack_page(page) for page in stored} | kept


def stored_pages(corpus: Corpus, sha256: str) -> list[Page]:
    """The pages of a stored document as they were read; empty when there is none."""
    tables: dict[int, list[Table]] = {}
    for row in corpus.iterate(
        "SELECT t.* FROM tables t JOIN documents d ON d.id = document_id WHERE sha256 = ? ORDER BY page, ordinal", [sha256]
    ):
        tables.setdefault(row["page"], []).append(codec.unpack_table(row))
    rows = corpus.iterate(
        "SELECT p.*, t.raw, l.* FROM pages p JOIN documents d ON d.id = p.document_id JOIN page_texts t ON t.page_id = p.id"
        " JOIN page_layouts l ON l.page_id = p.id WHERE sha256 = ? ORDER BY p.number",
        [sha256],
    )
    return [codec.page_of(row, row["raw"], tuple(tables.get(row["number"], ()))) for row in rows]


def stored_repair(corpus: Corpus, sha256: str) -> Repaired:
    """The text of a stored document as it stands, with what people corrected, and what was repaired to come to it."""
    rows = corpus.rows(
        "SELECT d.profile, t.raw, t.repaired, l.edits, l.doubts FROM pages p JOIN documents d ON d.id = p.document_id"
        " JOIN page_texts t ON t.page_id = p.id JOIN page_layouts l ON l.page_id = p.id WHERE sha256 = ? ORDER BY p.number",
        [sha256],
    )
    return join_repaired(
        [
            Repaired(
                row["raw"],
                row["repaired"],
                codec.unpack_edits(row["edits"], row["raw"]),
                codec.unpack_doubts(row["doubts"]),
                row["profile"],
            )
            for row in rows
        ],
        PAGE_END,
    )


def failures_of(corpus: Corpus, sha256: str) -> set[Reason]:
    """Why pages of a stored document failed."""
    sql = "SELECT DISTINCT reason FROM failed_pages JOIN documents d ON d.id = document_id WHERE sha256 = ?"
    return {Reason(row["reason"]) for row in corpus.iterate(sql, [sha256])}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The file of a stored document: where it was last seen, what intake found, and what made the document."""

    path: str
    source: SourceFile
    versions: dict[str, str]
    failed_pages: dict[int, tuple[Reason, str]]


def stored_files(corpus: Corpus, conditions: Mapping[str, str]) -> Iterator[StoredFile]:
    """The files of the documents that meet all ``conditions``: a column of ``documents`` and the value it must have.

    Raises ``ValueError`` for a name that is not one of ``CONDITIONS``.
    """
    unknown = sorted(set(conditions) - set(CONDITIONS))
    if unknown:
        raise ValueError(f"no condition {', '.join(unknown)}; there are {', '.join(CONDITIONS)}")
    where = "".join(f' AND d."{name}" = :{name}' for name in conditions)
    rows = corpus.rows(
        "SELECT f.*, d.id, d.name, d.versions, min(p.path) AS path FROM documents d JOIN files f USING (sha256)"
        f" JOIN paths p USING (sha256) WHERE p.current{where} GROUP BY d.id ORDER BY path",
        conditions,
    )
    for row in rows:
        flags = bool(row["encrypted"]), bool(row["signed"])
        source = SourceFile(row["sha256"], row["name"], row["size"], row["media_type"], row["pages"], *flags)
        failures = corpus.rows("SELECT page, reason, detail FROM failed_pages WHERE document_id = ?", [row["id"]])
        failed = {failure["page"]: (Reason(failure["reason"]), failure["detail"]) for failure in failures}
        yield StoredFile(row["path"], source, json.loads(row["versions"]), failed)
