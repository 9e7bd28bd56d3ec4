"""Records of the corpus on their way out: one stream of dictionaries per kind, and writers for it.

Nothing piles up in memory: records are read from the database as the writer takes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from corpus.fields import FACT_KINDS, FIELDS, KINDS
from corpus.search import Filters, document_condition
from corpus.writers import WRITERS, Record, Value
from db.store import Corpus

__all__ = ["FACT_KINDS", "FORMATS", "KINDS", "ExportError", "export", "record", "records"]

FORMATS = tuple(WRITERS)


class ExportError(ValueError):
    """What was asked for can't be exported; the message says what can."""


def export(
    corpus: Corpus, kind: str, format: str, stream: BinaryIO, *, filters: Filters | None = None, document: str | None = None
) -> int:
    """Write all records of a kind to a binary stream; returns how many.

    Raises ``ExportError`` for an unknown kind or format, or one that does not go with the other, and
    ``corpus.writers.MissingLibrary`` where a format needs a library that is not installed.
    """
    if format not in WRITERS:
        raise ExportError(f"unknown format {format}; there are {', '.join(FORMATS)}")
    if format == "ics" and kind != "deadlines":
        raise ExportError("only deadlines go into a calendar; choose another format, or the kind deadlines")
    return WRITERS[format](kind, records(corpus, kind, filters=filters, document=document), stream)


def records(corpus: Corpus, kind: str, *, filters: Filters | None = None, document: str | None = None) -> Iterator[Record]:
    """The records of a kind, by document name and place, with the fields of ``corpus.fields``.

    ``document`` is a document's key; ``filters`` are conditions on documents. Raises ``ExportError`` for an unknown kind.
    """
    if kind not in FIELDS:
        raise ExportError(f"unknown kind {kind}; there are {', '.join(KINDS)}")
    condition, parameters = document_condition(corpus, filters or Filters())
    if document is not None:
        condition, parameters = f'{condition} AND d."key" = ?', [*parameters, document]
    rows = corpus.iterate(_QUERIES[kind].format(condition=condition), parameters)
    return _cells(rows) if kind == "tables" else (_in_order(kind, row) for row in rows)


def record(corpus: Corpus, id: str) -> Record | None:
    """One fact by its id, with its kind; ``None`` when there is none."""
    for kind in FACT_KINDS:
        row = corpus.row(_QUERIES[kind].format(condition="f.id = ?"), [id])
        if row is not None:
            return {"record": kind} | _in_order(kind, row)
    return None


def fact_records(
    corpus: Corpus, kind: str, condition: str, parameters: Sequence[object], *, newest_first: bool = False, limit: int = -1
) -> Iterator[Record]:
    """Facts of a kind under an SQL condition on ``f`` (the fact) and ``d`` (its document)."""
    sql = _QUERIES[kind].format(condition=condition)
    if newest_first:
        sql = sql.replace("ORDER BY", "ORDER BY d.date DESC,")
    return (_in_order(kind, row) for row in corpus.iterate(f"{sql} LIMIT {int(limit)}", parameters))


_ORIGIN = "d.number AS document_number, d.date AS document_date, d.province AS document_province"
_QUERIES = {
    "documents": 'SELECT d.*, d."key" AS id, d.text_confidence AS reading_confidence, media_type, size'
    ' FROM documents d JOIN files USING (sha256) WHERE {condition} ORDER BY d.document, d."key"',
    "pages": "SELECT d.\"key\" || '-page-' || p.number AS id, d.document, p.number AS page, t.repaired AS text, t.raw,"
    " p.source, p.engine, p.confidence AS reading_confidence, l.reasons, p.width, p.height"
    " FROM documents d JOIN pages p ON p.document_id = d.id JOIN page_texts t ON t.page_id = p.id"
    ' JOIN page_layouts l ON l.page_id = p.id WHERE {condition} ORDER BY d.document, d."key", p.number',
    **{
        kind: f"SELECT f.*, d.document, {_ORIGIN} FROM {kind} f JOIN documents d ON d.id = f.document_id"
        ' WHERE {condition} ORDER BY d.document, d."key", f.start, f."end", f.id'
        for kind in FACT_KINDS
    },
    "tables": "SELECT x.*, d.document, t.repaired FROM tables x JOIN documents d ON d.id = x.document_id"
    " JOIN pages p ON p.document_id = d.id AND p.number = x.page JOIN page_texts t ON t.page_id = p.id"
    ' WHERE {condition} ORDER BY d.document, d."key", x.page, x.ordinal',
}


def _in_order(kind: str, row: Mapping[str, Any]) -> Record:
    """Stored values as exported ones: JSON unpacked, whole numbers without a decimal point."""
    return {field.name: _value(field.type, row[field.name]) for field in FIELDS[kind]}


def _value(type: str, stored: Value) -> Value:
    if type in ("list", "box"):
        return json.loads(stored) if stored else ([] if type == "list" else None)
    if type == "number" and isinstance(stored, float) and stored.is_integer():
        return int(stored)
    return stored


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
