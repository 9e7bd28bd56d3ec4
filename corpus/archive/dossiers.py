"""Dossiers ("hồ sơ") as they are read: their fields, and their documents with ordinal, pages and sheets.

A file that a person has cut stands for several documents (``db.dossiers.keep_cut``); one that nobody has cut is one
document, however many it may hold: proposals never cut by themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from corpus.archive.fields import split_number
from db.dossiers import DossierError
from db.store import Corpus
from normalizers.case import first_small
from normalizers.forms import fold

_HEADER = (
    *("number", "type", "issuer", "province", "place", "date", "title", "title_plain", "signer", "signer_title"),
    *("language", "secrecy", "urgency", "arrival_number", "arrival_date", "draft_mark"),
)


@dataclass(frozen=True, slots=True)
class Dossier:
    """One dossier as a person stated it; what is empty is reckoned from its documents (``corpus.archive.catalogue``)."""

    id: int
    code: str
    title: str = ""
    retention: str = ""
    access: str = ""
    language: str = ""
    start_date: str = ""
    end_date: str = ""
    keywords: str = ""
    sheets: str = ""
    physical: str = ""
    information_sign: str = ""
    confidence_level: str = ""
    paper_code: str = ""
    backup: str = ""
    backup_status: str = ""
    creator: str = ""
    description: str = ""
    archive: str = ""
    agency: str = ""
    parent_agency: str = ""
    fonds: str = ""
    inventory: str = ""
    year: str = ""
    notation: str = ""
    box: str = ""
    made_from: str = ""
    made_at: str = ""


_DOSSIER_COLUMNS = tuple(one.name for one in fields(Dossier))


@dataclass(frozen=True)
class Item:
    """A document of a dossier: pages ``pages`` (in this order) of the file ``key``.

    ``first`` is the page of the dossier on which it begins, from 1; ``stated`` what a person said of it beside the header
    (``db.dossiers.CATALOGUE_FIELDS``). ``doubtful`` names the header fields that a person should look at.
    """

    ordinal: int
    key: str
    name: str
    document: str
    sha256: str
    media_type: str
    signed: bool
    pages: tuple[int, ...]
    whole: bool
    first: int
    header: Mapping[str, Any]
    doubtful: frozenset[str]
    recipients: tuple[str, ...] = ()
    confidence: float = 0.0
    stated: Mapping[str, str] = field(default_factory=dict)
    proposed_parts: int = 1

    @property
    def number(self) -> str:
        return str(self.header.get("number") or "")

    @property
    def type(self) -> str:
        return str(self.header.get("type") or "")

    @property
    def issuer(self) -> str:
        return str(self.header.get("issuer") or "")

    @property
    def date(self) -> str:
        return str(self.header.get("date") or "")

    @cached_property
    def subject(self) -> str:
        """The abstract, in sentence case where it is printed in capitals."""
        return str(self.header.get("title_plain") or self.header.get("title") or "")

    @property
    def about(self) -> str:
        """Type and abstract ("Tên loại và trích yếu nội dung")."""
        if not self.type or fold(self.subject).startswith(fold(self.type)):
            return self.subject
        lowered = first_small(self.subject) if self.subject.startswith(("Về ", "Ban hành")) else self.subject
        return f"{self.type} {lowered}".strip()

    @property
    def number_parts(self) -> tuple[str, str]:
        return split_number(self.number)

    @property
    def last(self) -> int:
        return self.first + len(self.pages) - 1

    @property
    def place(self) -> str:
        """Sheet where one is stated, else the pages within the dossier ("Tờ số/Trang số")."""
        return self.stated.get("sheet") or (f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}")


def dossiers(corpus: Corpus, codes: Sequence[str] = ()) -> list[Dossier]:
    """All dossiers by code, or those of these codes in their order. Raises ``DossierError`` for a code there is not."""
    rows = corpus.rows(f"SELECT {', '.join(_DOSSIER_COLUMNS)} FROM dossiers ORDER BY code")
    known = {row["code"]: Dossier(**row) for row in rows}
    missing = [code for code in codes if code not in known]
    if missing:
        raise DossierError(f"there is no dossier {missing[0]}; 'vanban hoso list' names those there are")
    return [known[code] for code in codes] if codes else list(known.values())


def items(corpus: Corpus, dossier: Dossier) -> list[Item]:
    """The documents of a dossier in its order. A key whose document is no longer in the corpus is left out."""
    keys = [
        key
        for (key,) in corpus.tuples(
            "SELECT document_key FROM dossier_documents WHERE dossier_id = ? ORDER BY position", [dossier.id]
        )
    ]
    return list(items_of(corpus, keys))


def dossiers_of(corpus: Corpus, key: str) -> list[dict[str, Any]]:
    """The dossiers that a document belongs to: row number, code and title."""
    return corpus.rows(
        "SELECT s.id, s.code, s.title FROM dossiers s JOIN dossier_documents m ON m.dossier_id = s.id"
        " WHERE m.document_key = ? ORDER BY s.code",
        [key],
    )


def lost_keys(corpus: Corpus, dossier: Dossier) -> list[str]:
    """Documents that belong to a dossier and are no longer in the corpus."""
    sql = (
        "SELECT document_key FROM dossier_documents WHERE dossier_id = ? AND document_key NOT IN"
        ' (SELECT "key" FROM documents) ORDER BY position'
    )
    return [key for (key,) in corpus.tuples(sql, [dossier.id])]


def items_of(corpus: Corpus, keys: Iterable[str]) -> Iterator[Item]:
    """Files as the documents they were cut into, numbered through."""
    ordinal, first = 1, 1
    for key in keys:
        row = corpus.row(
            'SELECT d.*, media_type, signed FROM documents d JOIN files USING (sha256) WHERE d."key" = ?', [key]
        )
        if row is None:
            continue
        proposed = corpus.rows("SELECT * FROM parts WHERE document_id = ? ORDER BY ordinal", [row["id"]])
        parts = cut_of(corpus, key) or [tuple(range(1, row["pages"] + 1))]
        for pages in parts:
            yield _item(corpus, row, pages, proposed, ordinal=ordinal, first=first, whole=len(parts) == 1)
            ordinal += 1
            first += len(pages)


def cut_of(corpus: Corpus, key: str) -> list[tuple[int, ...]]:
    """The pages of each document that a person cut a file into; empty where nobody has."""
    rows = corpus.tuples("SELECT pages FROM cuts WHERE document_key = ? ORDER BY ordinal", [key])
    return [tuple(json.loads(pages)) for (pages,) in rows]


def _item(
    corpus: Corpus,
    row: dict[str, Any],
    pages: Sequence[int],
    proposed: Sequence[dict[str, Any]],
    **place: Any,  # noqa: ANN401
) -> Item:
    begins = next((part for part in proposed if part["first_page"] == pages[0]), None)
    header = row if place["whole"] or pages[0] == 1 else begins or {}
    stated = corpus.tuples(
        "SELECT field, value FROM catalogue_values WHERE document_key = ? AND first_page = ?", [row["key"], pages[0]]
    )
    inside = [part for part in proposed if part["first_page"] in pages]
    return Item(
        key=row["key"],
        name=row["name"],
        document=row["document"],
        sha256=row["sha256"],
        media_type=row["media_type"],
        signed=bool(row["signed"]),
        pages=tuple(pages),
        header={name: header.get(name) for name in _HEADER},
        doubtful=frozenset(json.loads(header.get("doubtful") or "[]")),
        recipients=tuple(json.loads(header.get("recipients") or "[]")),
        confidence=row["text_confidence"],
        stated=dict(stated),
        proposed_parts=max(1, len(inside)),
        **place,
    )


def document_keys(corpus: Corpus, named: Sequence[str]) -> list[str]:
    """The keys of documents named by key, file name or number. Raises ``DossierError`` unless it is just one."""
    keys = []
    for name in named:
        sql = 'SELECT "key" FROM documents WHERE "key" = ? OR name = ? OR document = ? OR number = ? LIMIT 2'
        rows = corpus.tuples(sql, [name] * 4)
        if len(rows) != 1:
            raise DossierError(
                f"{name} names {'several documents' if rows else 'no document'}; 'vanban export documents' lists their ids"
            )
        keys.append(str(rows[0][0]))
    return keys
