"""What spoke for a stored fact: its document's candidates made again, and the features of the one that became the fact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db.decisions import learned_decisions
from db.staging import stored_pages
from db.store import Corpus
from documents.page import Document, SourceFile
from extractors import decided
from extractors.decision.model import Reason, unpacked
from extractors.structure.analysis import structure_of
from pipeline.process import repair_document
from pipeline.runs.versions import room_digest


def reasons_of(corpus: Corpus, record: Mapping[str, Any]) -> list[Reason]:
    """The strongest first; none where the document's text no longer states the fact, or rules alone decided."""
    key = str(record["id"]).split("-", 1)[0]
    row = corpus.row("SELECT sha256, name FROM documents WHERE sha256 LIKE ?", [f"{key}%"])
    if row is None:
        return []
    pages = tuple(stored_pages(corpus, row["sha256"]))
    document = Document(SourceFile(row["sha256"], row["name"], len(pages), "text/plain"), pages)
    structure = structure_of(document, repair_document(document))
    kind = str(record["record"])
    learned = learned_decisions(corpus, room_digest("extractors")).get(kind)
    return decided.reasons(structure, kind, record, unpacked(learned.model) if learned else None)
