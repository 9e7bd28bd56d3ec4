"""Files of records ("hồ sơ"): what is written of them, of their documents and of the files' checks.

``corpus.archive`` reads all of this; here it is written, each change in one transaction. Documents are named by key and
pages by number, so that a re-reading takes nothing away.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from db.migrations import DOSSIER_FIELDS
from db.reading import CorpusFile
from db.writing import now
from normalizers.forms import nfc

LISTED_FIELDS = ("number", "date", "about", "author", "sheet", "note", "file")
"""What a list of documents ("mục lục") says of each."""

CATALOGUE_FIELDS = ("sheet", "note", "keywords", "information_sign", "autograph", "physical", "access", "process")
"""What a person may state of one document of a dossier beside its header."""

LONGEST = 4000


class DossierError(ValueError):
    """The dossier can't be kept so; the message says why and what can be."""


def keep_dossier(corpus: CorpusFile, code: str, values: Mapping[str, str], *, made_from: str = "") -> int:
    """Make the dossier of this code, or change the fields that are given; returns its row number.

    An existing dossier keeps where it was made from. Raises ``DossierError`` for an empty code and unknown fields.
    """
    code = _plain(code)
    if not code:
        raise DossierError("a dossier needs a code (mã hồ sơ)")
    unknown = sorted(set(values) - set(DOSSIER_FIELDS))
    if unknown:
        raise DossierError(f"a dossier has no field {unknown[0]}; there are {', '.join(DOSSIER_FIELDS)}")
    with corpus.transaction() as connection:
        connection.execute(
            "INSERT INTO dossiers(code, made_from, made_at) VALUES (?, ?, ?) ON CONFLICT(code) DO NOTHING",
            [code, made_from, now()],
        )
        for name, value in values.items():
            connection.execute(f"UPDATE dossiers SET {name} = ? WHERE code = ?", [_plain(value), code])
        row: int = connection.execute("SELECT id FROM dossiers WHERE code = ?", [code]).fetchone()[0]
    return row


def remove_dossier(corpus: CorpusFile, code: str) -> None:
    """Take a dossier away; its documents stay in the corpus. Raises ``DossierError`` when there is none."""
    with corpus.transaction() as connection:
        if connection.execute("DELETE FROM dossiers WHERE code = ?", [code]).rowcount == 0:
            raise DossierError(f"there is no dossier {code}; 'vanban hoso list' names those there are")


def place_documents(corpus: CorpusFile, dossier_id: int, keys: Sequence[str]) -> None:
    """The documents of a dossier, in this order; those that were in it and are not named are taken out of it."""
    with corpus.transaction() as connection:
        connection.execute("DELETE FROM dossier_documents WHERE dossier_id = ?", [dossier_id])
        connection.executemany(
            "INSERT INTO dossier_documents(dossier_id, position, document_key) VALUES (?, ?, ?)",
            [(dossier_id, position, key) for position, key in enumerate(dict.fromkeys(keys), 1)],
        )


def keep_list(corpus: CorpusFile, dossier_id: int, source: str, rows: Iterable[Mapping[str, str]]) -> None:
    """What a list says of a dossier's documents; a list of the same source is replaced."""
    with corpus.transaction() as connection:
        connection.execute("DELETE FROM listed_documents WHERE dossier_id = ? AND source = ?", [dossier_id, source])
        connection.executemany(
            f"INSERT INTO listed_documents(dossier_id, ordinal, source, {', '.join(LISTED_FIELDS)})"
            f" VALUES (?, ?, ?, {', '.join('?' for _ in LISTED_FIELDS)})",
            [
                (dossier_id, ordinal, source, *(_plain(row.get(name, "")) or None for name in LISTED_FIELDS))
                for ordinal, row in enumerate(rows, 1)
            ],
        )


def keep_cut(corpus: CorpusFile, key: str, parts: Sequence[Sequence[int]], *, cut_by: str) -> None:
    """How a person cut a file into documents: the pages of each, in their order. No parts: the decision is taken back.

    Raises ``DossierError`` unless every page of the file is in just one part.
    """
    row = corpus.row('SELECT pages FROM documents WHERE "key" = ?', [key])
    if row is None:
        raise DossierError(f"there is no document {key}")
    if parts and sorted(page for part in parts for page in part) != list(range(1, row["pages"] + 1)):
        raise DossierError(f"each of the {row['pages']} pages of {key} must be in one part, and in one only")
    if any(not part for part in parts):
        raise DossierError("a part needs a page")
    with corpus.transaction() as connection:
        connection.execute("DELETE FROM cuts WHERE document_key = ?", [key])
        connection.executemany(
            "INSERT INTO cuts(document_key, ordinal, pages, cut_by, at) VALUES (?, ?, ?, ?, ?)",
            [(key, ordinal, json.dumps(list(part)), cut_by, now()) for ordinal, part in enumerate(parts, 1)],
        )


def keep_catalogue_value(corpus: CorpusFile, key: str, first_page: int, field: str, value: str) -> None:
    """What a person states of the document that begins on this page of a file; an empty value takes it back."""
    if field not in CATALOGUE_FIELDS:
        raise DossierError(f"a document has no field {field} to state; there are {', '.join(CATALOGUE_FIELDS)}")
    with corpus.transaction() as connection:
        where = "document_key = ? AND first_page = ? AND field = ?"
        connection.execute(f"DELETE FROM catalogue_values WHERE {where}", [key, first_page, field])
        if _plain(value):
            connection.execute(
                "INSERT INTO catalogue_values(document_key, first_page, field, value) VALUES (?, ?, ?, ?)",
                [key, first_page, field, _plain(value)],
            )


def keep_checks(corpus: CorpusFile, checks: Iterable[tuple[str, str, str, str]]) -> None:
    """Write checks (path, expected hash, found hash, state) into the diary of fixity, all under the present time."""
    at = now()
    with corpus.transaction() as connection:
        connection.executemany(
            "INSERT INTO fixity_checks(at, path, expected, found, state) VALUES (?, ?, ?, ?, ?)",
            [(at, *check) for check in checks],
        )


def _plain(value: str) -> str:
    """One line in NFC, of bounded length."""
    return " ".join(nfc(value).split())[:LONGEST]
