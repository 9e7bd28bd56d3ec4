"""What is to be taken out of the corpus: documents, and of their pages those that a search finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.search.filters import Filters, document_conditions, page_match
from corpus.search.query import QueryError
from db.questions.chosen import documents_where, page_numbers_where
from db.questions.documents import has_document
from db.store import Corpus


@dataclass(frozen=True, slots=True)
class Selection:
    """Words and filters select the pages that ``corpus.search.search`` finds by them, all of them, and their documents.

    ``document`` is a document's key. What is empty selects everything.
    """

    words: str = ""
    filters: Filters = field(default_factory=Filters)
    document: str | None = None


EVERYTHING = Selection()


@dataclass(frozen=True, slots=True)
class ChosenDocument:
    """``name`` is that of the source file without suffix."""

    id: int
    key: str
    name: str


class UnknownDocument(QueryError):
    """No document of the corpus has the key that was asked for."""


class Chosen:
    """A selection put to a corpus. Raises ``QueryError`` for words that can't be searched for and for unknown documents."""

    def __init__(self, corpus: Corpus, selection: Selection) -> None:
        self._corpus = corpus
        match = page_match(corpus, selection.words, selection.filters)
        conditions = document_conditions(corpus, selection.filters)
        if selection.document is not None:
            if not has_document(corpus, selection.document):
                raise UnknownDocument(
                    f"no document has the key {selection.document!r}; the keys are in: vanban export documents"
                )
            conditions = conditions.with_key(selection.document)
        self._conditions = conditions.matching(match)

    def documents(self, *, newest_first: bool = False) -> Iterator[ChosenDocument]:
        """By name, or by date of issue with the newest first."""
        rows = documents_where(self._corpus, self._conditions, newest_first=newest_first)
        return (ChosenDocument(row["id"], row["key"], row["document"]) for row in rows)

    def on_pages(self, documents: Sequence[int], number: str | None) -> tuple[str, Sequence[object]]:
        """SQL for rows of documents ``d`` on their chosen pages; ``number`` is the column of their page, if they have it."""
        return self._conditions.on_pages(documents, number)

    def page_numbers(self, document_id: int) -> list[int]:
        """The chosen pages of a document, in their order."""
        return page_numbers_where(self._corpus, self._conditions, document_id)
