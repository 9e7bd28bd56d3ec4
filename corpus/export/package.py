"""The whole corpus, or what passes the filters, as a Frictionless data package: a ZIP file of CSV tables with their schema.

Each record can be cited: ``citation`` says document, number, date, page and line in one sentence. The tables are plain CSV
(UTF-8, no tabs before codes, lists as JSON), for programs rather than for Excel; the same corpus gives the same bytes.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from typing import Any, BinaryIO

from corpus.export.fields import FIELDS, Field
from corpus.export.records import records
from corpus.export.writers import Record, write_csv_rows
from corpus.search.selection import EVERYTHING, Selection
from db.store import Corpus
from documents.facts import FACT_KINDS

PACKAGED = ("documents", *FACT_KINDS, "tables")
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time written into the ZIP file: the first that the format knows, so that equal contents are equal files."""

_TYPES = {"string": "string", "integer": "integer", "number": "number", "date": "string", "list": "array", "box": "array"}
_CITATION = Field("citation", "string", "how to cite the record")


def write_package(corpus: Corpus, stream: BinaryIO, selection: Selection = EVERYTHING) -> int:
    """Write the package of what is selected to a binary stream; returns the number of records. Raises ``QueryError``."""
    count = 0
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for kind in PACKAGED:
            with package.open(zipfile.ZipInfo(f"{kind}.csv", _EARLIEST), "w", force_zip64=True) as file:
                count += _write_table(kind, records(corpus, kind, selection), file)
        description = json.dumps(_description(), ensure_ascii=False, indent=2)
        package.writestr(zipfile.ZipInfo("datapackage.json", _EARLIEST), description)
    return count


def _write_table(kind: str, rows: Iterable[Record], stream: Any) -> int:  # noqa: ANN401  # zipfile's own file class
    fields = _fields(kind)
    whole = (row | {"citation": citation(kind, row)} for row in rows)
    cells = ([_plain(field, row[field.name]) for field in fields] for row in whole)
    return write_csv_rows([field.name for field in fields], cells, stream, "utf-8")


def _plain(field: Field, value: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if field.type in ("list", "box") else str(value)


def citation(kind: str, row: Record) -> str:
    """The record's place in words.

    >>> citation("targets", {"document": "05_qd", "document_number": "05/QĐ-UBND", "document_date": "2023-01-05", "page": 2,
    ...     "line": 7, "id": "d0-targets-1-2"})
    '05/QĐ-UBND (2023-01-05), 05_qd, trang 2, dòng 7 [d0-targets-1-2]'
    """
    number = row.get("document_number") if kind != "documents" else row.get("number")
    day = row.get("document_date") if kind != "documents" else row.get("date")
    named = f"{number} ({day})" if number and day else number or ""
    parts = [
        named,
        row["document"],
        f"trang {row['page']}" if "page" in row else "",
        f"dòng {row['line']}" if "line" in row else "",
    ]
    return f"{', '.join(part for part in parts if part)} [{row['id']}]"


def _fields(kind: str) -> tuple[Field, ...]:
    return (*FIELDS[kind], _CITATION)


def _description() -> dict[str, Any]:
    return {
        "profile": "tabular-data-package",
        "name": "vanban-corpus",
        "title": "Văn bản hành chính: chỉ tiêu, thời hạn, phân công, viện dẫn",
        "resources": [
            {
                "name": kind,
                "path": f"{kind}.csv",
                "profile": "tabular-data-resource",
                "encoding": "utf-8",
                "schema": {
                    "fields": [
                        {"name": field.name, "type": _TYPES[field.type], "description": field.meaning}
                        for field in _fields(kind)
                    ],
                    "primaryKey": "id",
                    "missingValues": [""],
                },
            }
            for kind in PACKAGED
        ],
    }
