"""Questions about one document: its pages, tables, facts and parts, what it refers to and what is related to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from db.codec import dump
from db.reading import CorpusFile
from documents.facts import FACT_KINDS

Row = dict[str, Any]


def document(corpus: CorpusFile, key: str) -> Row | None:
    """All columns, with those of its file; lists and mappings are JSON."""
    return corpus.row('SELECT d.*, media_type, size FROM documents d JOIN files USING (sha256) WHERE d."key" = ?', [key])


def has_document(corpus: CorpusFile, key: str) -> bool:
    return corpus.row('SELECT 1 FROM documents WHERE "key" = ?', [key]) is not None


def page(corpus: CorpusFile, document_id: int, number: int) -> Row | None:
    """All columns of a page, its texts and its layout."""
    return corpus.row(
        "SELECT * FROM pages JOIN page_texts t ON t.page_id = pages.id JOIN page_layouts l ON l.page_id = pages.id"
        " WHERE document_id = ? AND number = ?",
        [document_id, number],
    )


def page_form(corpus: CorpusFile, key: str, number: int) -> Row | None:
    """``number``, ``width``, ``height`` (points), ``rotation`` and ``skew`` of a page."""
    return corpus.row(
        "SELECT p.number, p.width, p.height, p.rotation, p.skew FROM pages p JOIN documents d ON d.id = p.document_id"
        ' WHERE d."key" = ? AND p.number = ?',
        [key, number],
    )


def page_at_line(corpus: CorpusFile, document_id: int, line: int) -> Row | None:
    """``number``, ``first_line`` and number of ``lines`` of the last page that begins no later than a line."""
    return corpus.row(
        "SELECT number, first_line, (SELECT length(repaired) - length(replace(repaired, char(10), '')) FROM page_texts"
        " WHERE page_id = pages.id) AS lines FROM pages WHERE document_id = ? AND first_line <= ?"
        " ORDER BY first_line DESC, number DESC LIMIT 1",
        [document_id, line],
    )


def failed_page(corpus: CorpusFile, document_id: int, number: int) -> Row | None:
    return corpus.row("SELECT * FROM failed_pages WHERE document_id = ? AND page = ?", [document_id, number])


def text_of(corpus: CorpusFile, document_id: int, *, raw: bool) -> str:
    """The text of a document, as read or repaired, pages joined by form feeds."""
    rows = corpus.tuples(
        f"SELECT {'raw' if raw else 'repaired'} FROM page_texts JOIN pages ON pages.id = page_id WHERE document_id = ?"
        " ORDER BY number",
        [document_id],
    )
    return "\f".join(text for (text,) in rows)


def tables_on(corpus: CorpusFile, document_id: int, number: int, most: int) -> list[Row]:
    return corpus.rows(
        "SELECT header_rows, cells FROM tables WHERE document_id = ? AND page = ? ORDER BY ordinal LIMIT ?",
        [document_id, number, most],
    )


def facts_on(corpus: CorpusFile, kind: str, document_id: int, number: int, most: int) -> Iterator[Row]:
    """Facts of a kind on a page, in the order of the text."""
    return corpus.iterate(
        f"SELECT * FROM {kind} WHERE document_id = ? AND page = ? ORDER BY start LIMIT ?", [document_id, number, most]
    )


def fact(corpus: CorpusFile, id_: str) -> tuple[str, Row, str] | None:
    """The kind of the fact with an ID, its columns and no others (its state is made from them), and its document's key."""
    for kind in FACT_KINDS:
        row = corpus.row(f'SELECT f.*, d."key" FROM {kind} f JOIN documents d ON d.id = document_id WHERE f.id = ?', [id_])
        if row is not None:
            return kind, row, str(row.pop("key"))
    return None


def parts(corpus: CorpusFile, document_id: int, most: int) -> list[Row]:
    """The documents that a file seems to hold."""
    return corpus.rows(
        "SELECT ordinal, first_page, last_page, score, number, type, issuer, date, title FROM parts"
        " WHERE document_id = ? ORDER BY ordinal LIMIT ?",
        [document_id, most],
    )


def cited(corpus: CorpusFile, document_id: int, most: int) -> list[Row]:
    """Numbers that the document refers to, with the document of the corpus that bears each (``held``)."""
    return corpus.rows(
        "SELECT n.key AS number_key, n.number, min(p.number) AS page,"
        " (SELECT d.key FROM documents d WHERE d.number_key = n.key ORDER BY d.key LIMIT 1) AS held"
        " FROM numbers n JOIN pages p ON p.id = n.page_id WHERE p.document_id = ? AND role = 'cited'"
        " GROUP BY n.number ORDER BY page, n.number LIMIT ?",
        [document_id, most],
    )


def cited_by(corpus: CorpusFile, number_key: str, document_id: int, most: int) -> list[Row]:
    """Other documents that refer to a number, the newest first."""
    return corpus.rows(
        "SELECT d.key, d.document, d.number, d.title, min(p.number) AS page FROM numbers n JOIN pages p ON p.id = n.page_id"
        " JOIN documents d ON d.id = p.document_id WHERE n.key = ? AND role = 'cited' AND d.id != ?"
        " GROUP BY d.id ORDER BY d.date DESC, d.key LIMIT ?",
        [number_key, document_id, most],
    )


def same_original(corpus: CorpusFile, legal_key: str | None, document_id: int) -> list[Row]:
    """Other files of the same original."""
    return corpus.rows(
        'SELECT "key", document, name, status, text_confidence FROM documents WHERE legal_key = ? AND id != ?',
        [legal_key, document_id],
    )


def related(corpus: CorpusFile, document_id: int) -> list[Row]:
    """Documents that refer to the same documents, most of them in common first.

    Numbers that half the corpus cites relate nothing; only those with few pages are followed, which bounds the time too.
    """
    return corpus.rows(
        "WITH own AS (SELECT DISTINCT n.key FROM numbers n JOIN pages p ON p.id = n.page_id"
        " WHERE p.document_id = :id AND role = 'cited' LIMIT 100),"
        " rare AS (SELECT key FROM own"
        " WHERE (SELECT count(*) FROM (SELECT 1 FROM numbers m WHERE m.key = own.key LIMIT 201)) <= 200)"
        " SELECT d.key, d.document, d.number, d.title, count(DISTINCT n.key) AS shared"
        " FROM rare JOIN numbers n ON n.key = rare.key"
        " JOIN pages p ON p.id = n.page_id JOIN documents d ON d.id = p.document_id WHERE d.id != :id"
        " GROUP BY d.id ORDER BY shared DESC, d.date DESC, d.key LIMIT 8",
        {"id": document_id},
    )


def names_newest_first(corpus: CorpusFile) -> Iterator[Row]:
    """``key`` and file ``name`` of every document."""
    return corpus.iterate('SELECT "key", name FROM documents ORDER BY date DESC, name, "key"')


def named(corpus: CorpusFile, keys: Collection[str]) -> list[Row]:
    """What a list says of documents, by name."""
    return corpus.rows(
        'SELECT "key", name, type, number, title FROM documents'
        ' WHERE "key" IN (SELECT value FROM json_each(?)) ORDER BY name',
        [dump(list(keys))],
    )


def first_line(corpus: CorpusFile, document_id: int, number: int) -> str:
    """The first line with letters of a page, as it was read; empty where there is none."""
    rows = corpus.tuples(
        "SELECT raw FROM page_texts JOIN pages ON pages.id = page_id WHERE document_id = ? AND number = ?",
        [document_id, number],
    )
    return next((line for (text,) in rows for line in text.split("\n") if any(map(str.isalpha, line))), "")
