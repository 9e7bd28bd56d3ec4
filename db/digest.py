"""One digest over everything that a corpus holds."""

from __future__ import annotations

import hashlib
from pathlib import Path

from db import codec
from db.migrations import DOSSIER_FIELDS
from db.reading import CorpusFile
from documents.facts import FACT_KINDS

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
    "parts": "SELECT key AS document, p.* FROM parts p JOIN documents d ON d.id = document_id ORDER BY key, ordinal",
    "possible_starts": "SELECT key AS document, s.* FROM possible_starts s JOIN documents d ON d.id = document_id"
    " ORDER BY key, page",
    "tables": "SELECT * FROM tables ORDER BY id",
    **{table: f"SELECT * FROM {table} ORDER BY id" for table in FACT_KINDS},
    "quarantine": "SELECT * FROM quarantine ORDER BY sha256",
    "tags": "SELECT document_key, tag_key, tag, reviewer FROM tags ORDER BY document_key, tag_key",
    "notes": "SELECT document_key, text, reviewer FROM notes ORDER BY document_key, id",
    "reviews": "SELECT document_key, reviewer, kind, page, line, field, before, after, raw, stale FROM reviews"
    " ORDER BY document_key, id",
    "learned_decisions": "SELECT kind, model_digest, extraction, reviews FROM learned_decisions ORDER BY kind",
    "dossiers": f"SELECT code, {', '.join(DOSSIER_FIELDS)} FROM dossiers ORDER BY code",
    "dossier_documents": "SELECT code, document_key FROM dossier_documents JOIN dossiers ON id = dossier_id"
    " ORDER BY code, position",
    "cuts": "SELECT document_key, ordinal, pages FROM cuts ORDER BY document_key, ordinal",
    "catalogue_values": "SELECT * FROM catalogue_values ORDER BY document_key, first_page, field",
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
    with CorpusFile.open(path, read_only=True) as corpus:
        for table, sql in _DIGESTED.items():
            digest.update(f"\n{table}\n".encode())
            for row in corpus.iterate(sql):
                if table in ("documents", "pages"):
                    row.pop("id")
                digest.update(codec.dump({name: value for name, value in row.items() if name not in _INTERNAL}).encode())
    return digest.hexdigest()
