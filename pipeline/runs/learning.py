"""Learning from an archive's own review: the decisions of fact extraction fitted anew to one corpus."""

from __future__ import annotations

from db.decisions import drop_decision, keep_decision
from db.reviews import JudgedFact, judged_facts
from db.staging import stored_pages, stored_repair
from db.store import Corpus
from documents.edits import Span
from documents.page import Document, SourceFile
from extractors.decision.fit import Example
from extractors.decision.model import shipped
from extractors.decision.reviewed import Lesson, learn
from extractors.judged import CLASS_COLUMN, Judged, examples
from extractors.structure.analysis import structure_of
from extractors.structure.blocks import Structure
from pipeline.runs.versions import room_digest


def learn_from_reviews(corpus: Corpus) -> dict[str, Lesson]:
    """What each kind of fact came to. A decision that wins is kept in the corpus for its next extractions; for a kind
    where none wins over the shipped decision, the corpus goes back to that; too few reviews change nothing."""
    told: dict[str, list[Example]] = {kind: [] for kind in CLASS_COLUMN}
    for key, facts in sorted(judged_facts(corpus).items()):
        structure = _structure(corpus, key)
        if structure is None:
            continue
        for kind in CLASS_COLUMN:
            judged = [_judged(fact) for fact in facts if fact.kind == kind]
            told[kind] += examples(structure, kind, judged, key)
    lessons = {kind: learn(told[kind], shipped(kind), only_whether=kind == "targets") for kind in CLASS_COLUMN}
    for kind, lesson in lessons.items():
        if lesson.decision is not None:
            keep_decision(corpus, kind, lesson.decision.to_text(), room_digest("extractors"), lesson.reviews)
        elif lesson.outcome == "no_better":
            drop_decision(corpus, kind)
    return lessons


def _structure(corpus: Corpus, key: str) -> Structure | None:
    """Of a stored document as its text stands; ``None`` when it is not in the corpus any more."""
    row = corpus.row('SELECT sha256, name FROM documents WHERE "key" = ?', [key])
    if row is None:
        return None
    pages = tuple(stored_pages(corpus, row["sha256"]))
    document = Document(SourceFile(row["sha256"], row["name"], 0, "text/plain", len(pages)), pages)
    return structure_of(document, stored_repair(corpus, row["sha256"]))


def _judged(fact: JudgedFact) -> Judged:
    column = CLASS_COLUMN[fact.kind]
    as_corrected = {**fact.said, **fact.values}
    right = str(as_corrected.get(column)) if column else "deadline"
    return Judged(Span(fact.start, fact.end), fact.said, "none" if fact.decision == "rejected" else right)
