"""What is to be taken out of the corpus: documents, and of their pages those that a search finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.search.filters import Filters, document_condition, page_match
from corpus.search.query import QueryError
from db.codec import dump
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
        self._match = page_match(corpus, selection.words, selection.filters)
        self._condition, self._parameters = document_condition(corpus, selection.filters)
        if selection.document is not None:
            if corpus.row('SELECT 1 FROM documents WHERE "key" = ?', [selection.document]) is None:
                raise UnknownDocument(
                    f"no document has the key {selection.document!r}; the keys are in: vanban export documents"
                )
            self._condition += ' AND d."key" = ?'
            self._parameters.append(selection.document)
        if self._match is not None:
            self._condition += (
                " AND d.id IN (SELECT document_id FROM pages WHERE id IN"
                " (SELECT rowid FROM page_index WHERE page_index MATCH ?))"
            )
            self._parameters.append(self._match)

    def documents(self, *, newest_first: bool = False) -> Iterator[ChosenDocument]:
        """By name, or by date of issue with the newest first."""
        order = "d.date DESC, " if newest_first else ""
        sql = (
            f'SELECT d.id, d."key", d.document FROM documents d WHERE {self._condition} ORDER BY {order}d.document, d."key"'
        )
        return (
            ChosenDocument(row["id"], row["key"], row["document"]) for row in self._corpus.iterate(sql, self._parameters)
        )

    def on_pages(self, documents: Sequence[int], number: str | None) -> tuple[str, Sequence[object]]:
        """SQL for rows of documents ``d`` on their chosen pages; ``number`` is the column of their page, if they have it."""
        of_documents = "d.id IN (SELECT value FROM json_each(?))"
        if self._match is None or number is None:
            return of_documents, [dump(documents)]
        chosen = (
            f"{of_documents} AND {number} IN (SELECT number FROM pages WHERE document_id = d.id"
            " AND EXISTS (SELECT 1 FROM page_index WHERE page_index MATCH ? AND rowid = pages.id))"
        )
        return chosen, [dump(documents), self._match]

    def page_numbers(self, document_id: int) -> list[int]:
        """The chosen pages of a document, in their order."""
        condition, parameters = self.on_pages([document_id], "p.number")
        sql = f"SELECT p.number FROM documents d JOIN pages p ON p.document_id = d.id WHERE {condition} ORDER BY p.number"
        return [number for (number,) in self._corpus.tuples(sql, parameters)]
