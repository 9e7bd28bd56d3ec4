"""Questions about the whole corpus: how much of what it holds, what falls due, what the last runs did."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from db.codec import dump
from db.reading import CorpusFile

Row = dict[str, Any]


def count_by(corpus: CorpusFile, column: str, most: int) -> list[Row]:
    """The values of a column of documents with how many have each, years from the last, others from the most frequent."""
    order = "value DESC" if column == "year" else "count DESC, value"
    return corpus.rows(
        f'SELECT "{column}" AS value, count(*) AS count FROM documents WHERE "{column}" IS NOT NULL'
        f' GROUP BY "{column}" ORDER BY {order} LIMIT {most:d}'
    )


def newest_documents(corpus: CorpusFile, most: int) -> list[Row]:
    """The documents with the latest dates of issue."""
    return corpus.rows(
        'SELECT "key", document, type, number, title, issuer, date FROM documents WHERE date IS NOT NULL'
        ' ORDER BY date DESC, "key" LIMIT ?',
        [most],
    )


def sources_of_pages(corpus: CorpusFile) -> list[Row]:
    """How pages were read, with how many and how surely."""
    return corpus.rows(
        "SELECT source, count(*) AS pages, avg(confidence) AS confidence FROM pages GROUP BY source ORDER BY pages DESC"
    )


def quarantined_files(corpus: CorpusFile, most: int) -> list[Row]:
    """``reason`` and ``name`` of files that could not be read."""
    return corpus.rows(
        "SELECT q.reason, (SELECT min(name) FROM paths p WHERE p.sha256 = q.sha256) AS name"
        " FROM quarantine q ORDER BY name LIMIT ?",
        [most],
    )


def days_to_come(corpus: CorpusFile, today: str, most: int) -> list[Row]:
    """The next deadlines that are days."""
    return corpus.rows(
        "SELECT f.id, f.iso, f.obligation, f.quote, d.number, d.document FROM deadlines f JOIN documents d"
        " ON d.id = f.document_id WHERE f.iso >= ? AND f.type = 'date' AND f.review != 'rejected' ORDER BY f.iso LIMIT ?",
        [today, most],
    )


def times_due(corpus: CorpusFile) -> list[tuple[str, int]]:
    """Every time in ISO 8601 that is a deadline, with how many deadlines have it."""
    return corpus.tuples(
        "SELECT iso, count(*) FROM deadlines WHERE type IN ('date', 'year', 'period') AND review != 'rejected' GROUP BY iso"
    )


_DEADLINE = (
    "SELECT f.id, f.type, f.iso, f.relation, f.obligation, f.quote, f.responsible, d.document, d.number, d.date"
    " FROM deadlines f JOIN documents d ON d.id = f.document_id WHERE f.review != 'rejected' AND "
)


def deadlines_at(corpus: CorpusFile, times: Collection[str]) -> Iterator[Row]:
    """The deadlines that are one of some times."""
    wanted = "f.type != 'recurring' AND f.iso IN (SELECT value FROM json_each(?)) ORDER BY f.iso, d.document, f.start"
    return corpus.iterate(_DEADLINE + wanted, [dump(list(times))])


def recurring_deadlines(corpus: CorpusFile, until: str, most: int) -> Iterator[Row]:
    """Those of documents that are not younger than a day."""
    wanted = "f.type = 'recurring' AND coalesce(d.date, '') <= ? ORDER BY d.date DESC, d.document, f.start LIMIT ?"
    return corpus.iterate(_DEADLINE + wanted, [until, most])


def latest_runs(corpus: CorpusFile, most: int) -> list[Row]:
    """``id``, ``started_at``, ``finished_at``, and as JSON how many files had each outcome."""
    return corpus.rows(
        "SELECT id, started_at, finished_at,"
        " (SELECT json_group_object(outcome, n) FROM (SELECT outcome, count(*) AS n FROM run_files WHERE run_id = runs.id"
        " GROUP BY outcome)) AS outcomes FROM runs ORDER BY id DESC LIMIT ?",
        [most],
    )


def files_of_run(corpus: CorpusFile, run: int, most: int) -> list[Row] | None:
    """What became of the files of a run, those in quarantine first; ``None`` when there was no such run."""
    if corpus.row("SELECT 1 FROM runs WHERE id = ?", [run]) is None:
        return None
    return corpus.rows(
        'SELECT f.path, f.outcome, f.reason, f.pages, f.confidence, f.seconds, d."key" FROM run_files f'
        " LEFT JOIN documents d ON d.sha256 = f.sha256 WHERE run_id = ?"
        " ORDER BY f.outcome != 'quarantined', f.path LIMIT ?",
        [run, most],
    )


def dossiers_by_code(corpus: CorpusFile) -> list[tuple[int, str, str | None]]:
    """Row number, code and title of every dossier."""
    return corpus.tuples("SELECT id, code, title FROM dossiers ORDER BY code")


def dossiers_counted(corpus: CorpusFile, most: int) -> list[Row]:
    """Codes of dossiers with the number of their files."""
    return corpus.rows(
        "SELECT s.code AS value, count(m.document_key) AS count FROM dossiers s"
        " LEFT JOIN dossier_documents m ON m.dossier_id = s.id GROUP BY s.id ORDER BY s.code LIMIT ?",
        [most],
    )


def dossiers_with_sizes(corpus: CorpusFile) -> list[Row]:
    """All dossiers by code, with how many documents (a file that was cut is several) and pages each holds."""
    return corpus.rows(
        "SELECT s.id, s.code, s.title, s.made_from, coalesce(sum(d.pages), 0) AS pages, coalesce(sum("
        'CASE WHEN d.id IS NULL THEN 0 ELSE max(1, (SELECT count(*) FROM cuts c WHERE c.document_key = d."key")) END'
        "), 0) AS documents"
        " FROM dossiers s LEFT JOIN dossier_documents m ON m.dossier_id = s.id"
        ' LEFT JOIN documents d ON d."key" = m.document_key GROUP BY s.id ORDER BY s.code'
    )


def code_of_dossier(corpus: CorpusFile, id_: int) -> str | None:
    row = corpus.row("SELECT code FROM dossiers WHERE id = ?", [id_])
    return None if row is None else str(row["code"])
