"""Conditions on documents and their pages, put together one by one, and the documents and pages that fulfil them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.codec import dump
from db.reading import CorpusFile


def distinct(corpus: CorpusFile, name: str) -> list[Any]:
    """The values of a column, each found from the one before: ``DISTINCT`` would read the index of all documents."""
    rows = corpus.tuples(
        f'WITH RECURSIVE v(value) AS (SELECT min("{name}") FROM documents UNION ALL'
        f' SELECT (SELECT min("{name}") FROM documents WHERE "{name}" > value) FROM v WHERE value IS NOT NULL)'
        " SELECT value FROM v WHERE value IS NOT NULL"
    )
    return [value for (value,) in rows]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What documents ``d`` and, where there is an FTS5 expression, pages must fulfil: SQL with its parameters.

    Every method gives conditions to which one more is added.
    """

    sql: str = "1"
    parameters: tuple[object, ...] = ()
    match: str | None = field(default=None, kw_only=True)

    def with_value(self, column: str, values: Sequence[object]) -> Conditions:
        return self._and(f'd."{column}" IN (SELECT value FROM json_each(?))', dump(list(values)))

    def with_tag(self, tag: str) -> Conditions:
        return self._and('d."key" IN (SELECT document_key FROM tags WHERE tag_key = ?)', tag)

    def in_dossiers(self, ids: Sequence[int]) -> Conditions:
        some = "SELECT document_key FROM dossier_documents WHERE dossier_id IN (SELECT value FROM json_each(?))"
        return self._and(f'd."key" IN ({some})', dump(list(ids)))

    def with_key(self, key: str) -> Conditions:
        return self._and('d."key" = ?', key)

    def in_years(self, first: int | None, last: int | None) -> Conditions:
        since = self if first is None else self._and("d.year >= ?", first)
        return since if last is None else since._and("d.year <= ?", last)

    def in_days(self, first: str | None, last: str | None) -> Conditions:
        """Days, months or years in ISO 8601, compared as far as both are known."""
        known = "coalesce(d.date, d.year)"
        within = self
        for sign, day in ((">=", first), ("<=", last)):
            if day is not None:
                within = within._and(f"substr({known}, 1, length(?)) {sign} substr(?, 1, length({known}))", day, day)
        return within

    def matching(self, match: str | None) -> Conditions:
        """With a page that answers."""
        if match is None:
            return self
        some = "d.id IN (SELECT document_id FROM pages WHERE id IN (SELECT rowid FROM page_index WHERE page_index MATCH ?))"
        narrower = self._and(some, match)
        return Conditions(narrower.sql, narrower.parameters, match=match)

    def _and(self, condition: str, *parameters: object) -> Conditions:
        return Conditions(f"{self.sql} AND {condition}", (*self.parameters, *parameters), match=self.match)

    def on_pages(self, documents: Sequence[int], number: str | None) -> tuple[str, Sequence[object]]:
        """SQL for rows of documents ``d`` on their chosen pages; ``number`` is the column of their page, if they have it."""
        of_documents = "d.id IN (SELECT value FROM json_each(?))"
        if self.match is None or number is None:
            return of_documents, [dump(list(documents))]
        chosen = (
            f"{of_documents} AND {number} IN (SELECT number FROM pages WHERE document_id = d.id"
            " AND EXISTS (SELECT 1 FROM page_index WHERE page_index MATCH ? AND rowid = pages.id))"
        )
        return chosen, [dump(list(documents)), self.match]


def documents_where(corpus: CorpusFile, conditions: Conditions, *, newest_first: bool) -> Iterator[dict[str, Any]]:
    """``id``, ``key`` and name of the documents, by name or by date of issue."""
    order = "d.date DESC, " if newest_first else ""
    return corpus.iterate(
        f'SELECT d.id, d."key", d.document FROM documents d WHERE {conditions.sql} ORDER BY {order}d.document, d."key"',
        conditions.parameters,
    )


def page_numbers_where(corpus: CorpusFile, conditions: Conditions, document: int) -> list[int]:
    """The chosen pages of a document, in their order."""
    condition, parameters = conditions.on_pages([document], "p.number")
    sql = f"SELECT p.number FROM documents d JOIN pages p ON p.document_id = d.id WHERE {condition} ORDER BY p.number"
    return [number for (number,) in corpus.tuples(sql, parameters)]
