"""Questions to the full-text index, the vocabulary and the numbers: which pages answer, how often a word stands there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from db.codec import dump
from db.reading import CorpusFile

WEIGHTS = "10.0, 1.0, 5.0, 20.0, 0.0"
"""BM25 weights of exact, folded, title, numbers, labels: exact over folded ten times, as measured in the design."""

_AFTER_ALL_LETTERS = "\uffff"
_AFTER_Z = "{"  # the character that follows "z"; keys of numbers are ASCII in lower case


def newest_pages(corpus: CorpusFile, match: str, limit: int) -> list[int]:
    """The newest pages that answer an FTS5 expression."""
    rows = corpus.tuples("SELECT rowid FROM page_index WHERE page_index MATCH ? ORDER BY rowid DESC LIMIT ?", [match, limit])
    return [page for (page,) in rows]


def newest_pages_of_dossiers(corpus: CorpusFile, match: str, dossiers: Collection[int], limit: int) -> list[int]:
    """The newest pages of documents in some dossiers that answer."""
    rows = corpus.tuples(
        "SELECT rowid FROM page_index WHERE page_index MATCH ? AND rowid IN (SELECT p.id FROM pages p"
        " JOIN documents d ON d.id = p.document_id JOIN dossier_documents m ON m.document_key"
        ' = d."key" WHERE m.dossier_id IN (SELECT value FROM json_each(?))) ORDER BY rowid DESC LIMIT ?',
        [match, dump(list(dossiers)), limit],
    )
    return [page for (page,) in rows]


def pages_from_both_ends(corpus: CorpusFile, match: str, middle: int, limit: int) -> tuple[list[int], list[int]]:
    """Pages after ``middle`` from the oldest on and those up to it from the newest down, asked for at the same time."""
    half = "SELECT rowid FROM page_index WHERE page_index MATCH ? AND rowid"
    newer, older = corpus.both(
        (f"{half} > ? ORDER BY rowid LIMIT ?", [match, middle, limit]),
        (f"{half} <= ? ORDER BY rowid DESC LIMIT ?", [match, middle, limit]),
    )
    return [page for (page,) in newer], [page for (page,) in older]


def titled_pages(corpus: CorpusFile, match: str, limit: int) -> list[int]:
    """The newest first pages of documents whose title answers."""
    rows = corpus.tuples(
        "SELECT rowid FROM title_index WHERE title_index MATCH ? ORDER BY rowid DESC LIMIT ?", [match, limit]
    )
    return [page for (page,) in rows]


def bm25(corpus: CorpusFile, match: str) -> list[tuple[int, float]]:
    """Every page that answers with its score: FTS5 gives better pages lower numbers."""
    return corpus.tuples(f"SELECT rowid, bm25(page_index, {WEIGHTS}) FROM page_index WHERE page_index MATCH ?", [match])


def pages_of_document(corpus: CorpusFile, document: int, match: str, limit: int) -> list[int]:
    """Numbers of the pages of one document that answer, in their order."""
    rows = corpus.tuples(
        "SELECT number FROM pages WHERE document_id = ?"
        " AND EXISTS (SELECT 1 FROM page_index WHERE page_index MATCH ? AND rowid = pages.id) ORDER BY number LIMIT ?",
        [document, match, limit],
    )
    return [number for (number,) in rows]


def newest_page(corpus: CorpusFile) -> int:
    """The highest number of a row of a page: about how many there are."""
    return int(corpus.tuples("SELECT coalesce(max(id), 0) FROM pages")[0][0])


def texts_of_pages(corpus: CorpusFile, pages: Collection[int]) -> list[tuple[int, str]]:
    """Repaired texts by page."""
    return corpus.tuples(
        "SELECT page_id, repaired FROM page_texts WHERE page_id IN (SELECT value FROM json_each(?))", [dump(list(pages))]
    )


def places_of_pages(corpus: CorpusFile, pages: Collection[int]) -> dict[int, tuple[int, int]]:
    """Document and number of each page."""
    rows = corpus.tuples(
        "SELECT id, document_id, number FROM pages WHERE id IN (SELECT value FROM json_each(?))", [dump(list(pages))]
    )
    return {page: (document, number) for page, document, number in rows}


def documents_found(corpus: CorpusFile, documents: Collection[int]) -> Iterator[dict[str, Any]]:
    """What a result says of a document."""
    return corpus.iterate(
        'SELECT id, "key", document, name, number, type, issuer, province, date, title, year, legal_key, status,'
        " text_confidence FROM documents WHERE id IN (SELECT value FROM json_each(?))",
        [dump(list(documents))],
    )


def page_found(corpus: CorpusFile, page: int) -> dict[str, Any] | None:
    """Number, first line and text of a page of the index."""
    return corpus.row(
        "SELECT number, first_line, repaired FROM pages JOIN page_texts ON page_id = pages.id WHERE pages.id = ?", [page]
    )


def beginning_with(corpus: CorpusFile, typed: str, *, marked: bool, limit: int) -> list[str]:
    """Words of the corpus with a beginning, the most frequent first; without regard to marks unless ``marked``."""
    column = _column(marked)
    rows = corpus.tuples(
        f"SELECT {column} FROM vocabulary WHERE {column} >= ? AND {column} < ? GROUP BY {column}"
        " ORDER BY sum(pages) DESC LIMIT ?",
        [typed, typed + _AFTER_ALL_LETTERS, limit],
    )
    return [word for (word,) in rows]


def pages_with_word(corpus: CorpusFile, word: str, *, marked: bool) -> int:
    """On how many pages a word stands; one that differs in marks only counts too unless ``marked``."""
    return _pages_with(corpus, f"{_column(marked)} = ?", [word])


def pages_with_beginning(corpus: CorpusFile, typed: str, *, marked: bool) -> int:
    """The sum over all words with a beginning."""
    return _pages_with(corpus, f"{_column(marked)} >= ? AND {_column(marked)} < ?", [typed, typed + _AFTER_ALL_LETTERS])


def _pages_with(corpus: CorpusFile, condition: str, parameters: Sequence[object]) -> int:
    row = corpus.row(f"SELECT coalesce(sum(pages), 0) AS n FROM vocabulary WHERE {condition}", parameters)
    return int(row["n"]) if row else 0


def _column(marked: bool) -> str:
    return "word" if marked else "folded"


def has_word(corpus: CorpusFile, word: str, *, marked: bool) -> bool:
    """Whether any page has the word."""
    condition = f"{_column(marked)} = ? AND pages > 0"
    return corpus.row(f"SELECT 1 FROM vocabulary WHERE {condition} LIMIT 1", [word]) is not None


def most_frequent_spelling(corpus: CorpusFile, folded: str) -> str | None:
    """The word with marks that is most often written so without."""
    row = corpus.row("SELECT word FROM vocabulary WHERE folded = ? ORDER BY pages DESC, word LIMIT 1", [folded])
    return None if row is None else str(row["word"])


def most_frequent_of(corpus: CorpusFile, folded: Collection[str]) -> str | None:
    """That of some words without marks which stands on most pages."""
    row = corpus.row(
        "SELECT folded, sum(pages) AS n FROM vocabulary WHERE folded IN (SELECT value FROM json_each(?))"
        " GROUP BY folded ORDER BY n DESC, folded LIMIT 1",
        [dump(sorted(folded))],
    )
    return None if row is None else str(row["folded"])


def pages_with_number(corpus: CorpusFile, key: str, most: int) -> int:
    """On how many pages a document number stands, as own or cited; counted up to ``most``."""
    row = corpus.row('SELECT count(*) AS n FROM (SELECT 1 FROM numbers WHERE "key" = ? LIMIT ?)', [key, most])
    return int(row["n"]) if row else 0


def pages_bearing_number(corpus: CorpusFile, key: str, *, beginning: bool) -> list[int]:
    """Pages on which a document begins that has this number itself, or one beginning so."""
    wanted = '("key" = :key OR short = :key)'
    if beginning:
        wanted = f'"key" >= :key AND "key" < :key || \'{_AFTER_Z}\''
    return [
        row["page_id"]
        for row in corpus.iterate(f"SELECT page_id FROM numbers WHERE role = 'own' AND {wanted}", {"key": key})
    ]


def has_number(corpus: CorpusFile, key: str) -> bool:
    """Whether a number stands anywhere, whole or without its year."""
    sql = 'SELECT 1 FROM numbers WHERE "key" = ? UNION ALL SELECT 1 FROM numbers WHERE short = ? LIMIT 1'
    return corpus.row(sql, [key, key]) is not None


def has_number_beginning(corpus: CorpusFile, key: str) -> bool:
    """Whether a number begins so."""
    return any(
        corpus.row(f'SELECT 1 FROM numbers WHERE "{column}" >= ? AND "{column}" < ? LIMIT 1', [key, key + _AFTER_Z])
        for column in ("key", "short")
    )
