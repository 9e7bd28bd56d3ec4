"""The full-text index of a corpus, the numbers on its pages, and its vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from db.index import VERSION, IndexRow, PageNumber, exact_form, index_row, page_numbers, title_of, words_of
from db.reading import CorpusFile
from db.writing import insert
from documents.facts import FACT_KINDS
from normalizers.document_numbers import short_key
from normalizers.forms import fold


class FullText(CorpusFile):
    """A corpus file whose documents are put into the index and taken out of it."""

    def keep_index_current(self) -> None:
        """Index all documents anew where functions of another version did it; one transaction, a few ms a page."""
        if self.tuples("PRAGMA user_version")[0][0] == VERSION:
            return
        with self.transaction() as connection:
            if self.tuples("PRAGMA user_version")[0][0] == VERSION:  # another process was faster
                return
            connection.execute("INSERT INTO page_index(page_index) VALUES ('delete-all')")
            for table in ("title_index", "numbers", "vocabulary"):
                connection.execute(f"DELETE FROM {table}")
            for (document_id,) in self.tuples("SELECT id FROM documents ORDER BY id"):
                self.index(document_id)
            connection.execute(f"PRAGMA user_version = {VERSION:d}")

    def index(self, document_id: int) -> None:
        """Within a transaction: add the pages of a stored document to the index, to ``numbers`` and to ``vocabulary``."""
        connection = self.db.conn
        words: Counter[str] = Counter()
        for page, own, numbers, entry, title in self._entries(document_id):
            for role, its_numbers in (("own", own), ("cited", [n for n in numbers if n not in own])):
                insert(connection, "numbers", [n._asdict() | {"page_id": page["id"], "role": role} for n in its_numbers])
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
        for page, _, _, entry, _ in self._entries(document_id):
            connection.execute(
                "INSERT INTO page_index(page_index, rowid, exact, folded, title, numbers, labels)"
                " VALUES ('delete', ?, ?, ?, ?, ?, ?)",
                [page["id"], *entry],
            )
            connection.execute("DELETE FROM title_index WHERE rowid = ?", [page["id"]])
            connection.execute("DELETE FROM numbers WHERE page_id = ?", [page["id"]])
            words.subtract(words_of(page["repaired"]))
        self._count_words(words)

    def _entries(
        self, document_id: int
    ) -> Iterator[tuple[dict[str, Any], list[PageNumber], list[PageNumber], IndexRow, str]]:
        """Each page with its document's own number (where one begins), the numbers on it, its entry in the index, its title.

        A document begins on the first page, and wherever a part does.
        """
        document = self.row("SELECT * FROM documents WHERE id = ?", [document_id])
        if document is None:
            raise ValueError(f"no document {document_id}")
        document["tags"] = [tag for (tag,) in self.tuples("SELECT tag FROM tags WHERE document_key = ?", [document["key"]])]
        parts = {
            row["first_page"]: row
            for row in self.rows("SELECT * FROM parts WHERE document_id = ? AND first_page > 1", [document_id])
        }
        for page, numbers, kinds in self._pages_to_index(document):
            part = parts.get(page["number"])
            named = part or (document if page["number"] == 1 else None)
            own = _own_number(named) if named else []
            entry = index_row(document, page, page["repaired"], [*own, *numbers], kinds, part)
            yield page, own, numbers, entry, title_of(named) if named else ""

    def _pages_to_index(self, document: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], list[PageNumber], list[str]]]:
        """Each page with its text, the numbers on it and the kinds of its facts: all that its index entry is made of."""
        cited: dict[int, list[str]] = {}
        for row in self.iterate(
            "SELECT page, number FROM citations WHERE document_id = ? ORDER BY start, id", [document["id"]]
        ):
            cited.setdefault(row["page"], []).append(row["number"])
        kinds: dict[int, list[str]] = {}
        for table in FACT_KINDS:
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


def _own_number(document: Mapping[str, Any]) -> list[PageNumber]:
    if not document["number_key"]:
        return []
    return [PageNumber(document["number_key"], short_key(document["number"]), document["number"])]
