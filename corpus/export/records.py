"""Records of the corpus on their way out: one stream of dictionaries per kind, and writers for it.

Nothing piles up in memory: records are read from the database as the writer takes them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, BinaryIO

from corpus.export.fields import FIELDS, KINDS
from corpus.export.writers import WRITERS, Record, Value
from corpus.search.selection import EVERYTHING, Chosen, Selection
from db.codec import dump
from db.store import Corpus
from documents.facts import FACT_KINDS

__all__ = ["FORMATS", "KINDS", "ExportError", "export", "record", "records", "write"]

FORMATS = tuple(WRITERS)


class ExportError(ValueError):
    """What was asked for can't be exported; the message says what can."""


def export(corpus: Corpus, kind: str, format: str, stream: BinaryIO, selection: Selection = EVERYTHING) -> int:
    """Write the selected records of a kind to a binary stream; returns how many. Raises like ``records`` and ``write``."""
    return write(kind, format, records(corpus, kind, selection), stream)


def write(kind: str, format: str, rows: Iterable[Record], stream: BinaryIO) -> int:
    """Write records of a kind to a binary stream; returns how many.

    Raises ``ExportError`` for a format that there is not or that does not go with the kind, and
    ``corpus.writers.MissingLibrary`` where a format needs a library that is not installed.
    """
    if format not in WRITERS:
        raise ExportError(f"unknown format {format}; there are {', '.join(FORMATS)}")
    if format == "ics" and kind != "deadlines":
        raise ExportError("only deadlines go into a calendar; choose another format, or the kind deadlines")
    return WRITERS[format](kind, rows, stream)


def records(corpus: Corpus, kind: str, selection: Selection = EVERYTHING) -> Iterator[Record]:
    """The selected records of a kind, by document name and place, with the fields of ``corpus.export.fields``.

    Raises ``ExportError`` for an unknown kind and ``QueryError`` for words that can't be searched for, both at once and
    not when the first record is taken.
    """
    if kind not in FIELDS:
        raise ExportError(f"unknown kind {kind}; there are {', '.join(KINDS)}")
    rows = _rows(corpus, kind, Chosen(corpus, selection))
    return _cells(rows) if kind == "tables" else (exported(kind, row) for row in rows)


def _rows(
    corpus: Corpus,
    kind: str,
    chosen: Chosen,
    condition: str = "1",
    parameters: Sequence[object] = (),
    *,
    newest_first: bool = False,
    columns: str = "",
) -> Iterator[dict[str, Any]]:
    """Some documents after the others: to sort all rows of a corpus would hold back the first until the last is found."""
    documents = (document.id for document in chosen.documents(newest_first=newest_first))
    order = "d.date DESC, " if newest_first else ""
    while some := list(islice(documents, _AT_ONCE.get(kind, _MOST_AT_ONCE))):
        on_pages, values = chosen.on_pages(some, _PAGE[kind])
        sql = _QUERIES[kind].format(condition=f"{on_pages} AND {condition}", order=order, columns=columns or _FACT)
        yield from corpus.iterate(sql, [*values, *parameters])


_MOST_AT_ONCE, _AT_ONCE = 200, {"pages": 1, "tables": 1}
"""Documents asked for at once: few enough that the first records come soon and memory stays small, enough that documents
without any cost little. Pages and tables come with whole texts."""


def record(corpus: Corpus, id: str) -> Record | None:
    """One fact by its id, with its kind; ``None`` when there is none."""
    for kind in FACT_KINDS:
        row = corpus.row(_QUERIES[kind].format(condition="f.id = ?", order="", columns=_FACT), [id])
        if row is not None:
            return {"record": kind} | exported(kind, row)
    return None


def fact_rows(
    corpus: Corpus,
    kind: str,
    condition: str,
    parameters: Sequence[object],
    selection: Selection,
    columns: Collection[str] = (),
) -> Iterator[dict[str, Any]]:
    """Selected facts of a kind as stored, under an SQL condition on ``f``, those of the newest documents first.

    ``columns`` names those that are wanted; without it all come, which takes several times as long.
    """
    chosen = ", ".join(_OF_DOCUMENT.get(name, f'f."{name}"') for name in columns)
    return _rows(corpus, kind, Chosen(corpus, selection), condition, parameters, newest_first=True, columns=chosen)


def facts_of(corpus: Corpus, kind: str, ids: Sequence[str]) -> list[Record]:
    """The facts with these ids, in this order."""
    sql = _QUERIES[kind].format(condition="f.id IN (SELECT value FROM json_each(?))", order="", columns=_FACT)
    there = {row["id"]: exported(kind, row) for row in corpus.iterate(sql, [dump(list(ids))])}
    return [there[id_] for id_ in ids if id_ in there]


_ORIGIN = "d.number AS document_number, d.date AS document_date, d.province AS document_province"
_FACT = f"f.*, d.document, {_ORIGIN}"
_OF_DOCUMENT = {"document": "d.document", "document_province": "d.province AS document_province"}
_QUERIES = {
    "documents": 'SELECT d.*, d."key" AS id, d.text_confidence AS reading_confidence, media_type, size,'
    " (SELECT json_group_array(code) FROM (SELECT s.code FROM dossiers s JOIN dossier_documents m ON m.dossier_id = s.id"
    ' WHERE m.document_key = d."key" ORDER BY s.code)) AS dossiers'
    ' FROM documents d JOIN files USING (sha256) WHERE {condition} ORDER BY {order}d.document, d."key"',
    "pages": "SELECT d.\"key\" || '-page-' || p.number AS id, d.document, p.number AS page, t.repaired AS text, t.raw,"
    " p.source, p.engine, p.confidence AS reading_confidence, l.reasons, p.width, p.height"
    " FROM documents d JOIN pages p ON p.document_id = d.id JOIN page_texts t ON t.page_id = p.id"
    " JOIN page_layouts l ON l.page_id = p.id WHERE {condition} ORDER BY p.number",
    **{
        kind: f"SELECT {{columns}} FROM {kind} f JOIN documents d ON d.id = f.document_id"
        ' WHERE {condition} ORDER BY {order}d.document, d."key", f.start, f."end", f.id'
        for kind in FACT_KINDS
    },
    "tables": "SELECT x.*, d.document, t.repaired FROM tables x JOIN documents d ON d.id = x.document_id"
    " JOIN pages p ON p.document_id = d.id AND p.number = x.page JOIN page_texts t ON t.page_id = p.id"
    " WHERE {condition} ORDER BY x.page, x.ordinal",
}

_PAGE: dict[str, str | None] = {
    "documents": None,
    "pages": "p.number",
    "tables": "x.page",
    **dict.fromkeys(FACT_KINDS, "f.page"),
}
"""The column of each query that has the number of the record's page."""


def exported(kind: str, row: Mapping[str, Any]) -> Record:
    """Stored values as exported ones: JSON unpacked, whole numbers without a decimal point."""
    return {field.name: _value(field.type, row[field.name]) for field in FIELDS[kind]}


def _value(type: str, stored: Value) -> Value:
    if type in ("list", "box"):
        value = json.loads(stored) if stored else ([] if type == "list" else None)
        return [f"{name}: {_words(said)}" for name, said in value.items()] if isinstance(value, dict) else value
    if type == "number" and isinstance(stored, float) and stored.is_integer():
        return int(stored)
    return stored


def _words(said: Value) -> str:
    return " | ".join(said) if isinstance(said, list) else str(said)


def _cells(tables: Iterator[dict[str, Any]]) -> Iterator[Record]:
    for table in tables:
        lines = table["repaired"].split("\n")
        for row, column, row_span, column_span, box, first, end, confidence in json.loads(table["cells"]):
            yield {
                "id": f"{table['id']}-{row + 1}-{column + 1}",
                "document": table["document"],
                "page": table["page"],
                "table": table["ordinal"],
                "row": row + 1,
                "column": column + 1,
                "row_span": row_span,
                "column_span": column_span,
                "header": int(row < table["header_rows"]),
                "text": " ".join(lines[first:end]),
                "bbox": box,
                "confidence": _value("number", confidence),
            }
