"""What a list of documents ("mục lục văn bản") says against what is there: missing, extra, different.

Lists come from Excel or CSV (``corpus.archive.lists``) or from a scanned mục lục, read as a table. Rows are matched by file
name, then by number and year, then by date with like words; a row that fits nothing is missing, and a document that no row
names is extra.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import regex
from rapidfuzz.fuzz import token_set_ratio

from corpus.archive.dossiers import Dossier, Item, items
from corpus.archive.fields import iso_date, vietnamese_date
from corpus.archive.lists import columns_of
from corpus.archive.making import role_of
from db.dossiers import LISTED_FIELDS, keep_list
from db.store import Corpus
from normalizers.document_numbers import number_key
from normalizers.forms import fold

LIKE = 80
"""Per cent of ``token_set_ratio`` (rapidfuzz) between a listed and a read abstract for them to be called the same: misread
marks and cut ends cost some ten points, another document of the same office shares its formulas and stays below 70."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One row of a list, or one document: ``state`` is "same", "different", "missing" or "extra".

    ``listed`` and ``found`` are short descriptions; ``differences`` names the fields with both values.
    """

    state: str
    source: str
    ordinal: int
    item: int
    listed: str
    found: str
    differences: tuple[tuple[str, str, str], ...] = ()


def reconcile(corpus: Corpus, dossier: Dossier) -> list[Compared]:
    """Every list of a dossier against its documents; nothing for a dossier without lists."""
    held = items(corpus, dossier)
    compared: list[Compared] = []
    sql = "SELECT * FROM listed_documents WHERE dossier_id = ? ORDER BY source, ordinal"
    by_source: dict[str, list[dict[str, Any]]] = {}
    for row in corpus.iterate(sql, [dossier.id]):
        by_source.setdefault(row["source"], []).append(row)
    for source, rows in by_source.items():
        matched = _matched(rows, held)
        for row in rows:
            item = matched.get(row["ordinal"])
            compared.append(_row_compared(source, row, item))
        named = {item.ordinal for item in matched.values()}
        compared += [
            Compared("extra", source, 0, item.ordinal, "", _short(item.number, item.date, item.about))
            for item in held
            if item.ordinal not in named
        ]
    return compared


def _matched(rows: Sequence[dict[str, Any]], held: Sequence[Item]) -> dict[int, Item]:
    """The document of each row, each document for one row only; the surest ways first."""
    left = list(held)
    matched: dict[int, Item] = {}
    for test in (_same_file, _same_number_and_year, _same_date_and_words):
        for row in rows:
            if row["ordinal"] in matched:
                continue
            fitting = [item for item in left if test(row, item)]
            if fitting:
                matched[row["ordinal"]] = fitting[0]
                left.remove(fitting[0])
    return matched


_PATH_SEPARATOR = regex.compile(r"[\\/]")


def _same_file(row: dict[str, Any], item: Item) -> bool:
    return bool(row["file"]) and _PATH_SEPARATOR.split(row["file"])[-1] == item.name and item.whole


def _same_number_and_year(row: dict[str, Any], item: Item) -> bool:
    key = number_key(row["number"] or "")
    if not key or key != number_key(item.number):
        return False
    return not row["date"] or not item.date or row["date"][:4] == item.date[:4]


def _same_date_and_words(row: dict[str, Any], item: Item) -> bool:
    return bool(row["date"]) and row["date"] == item.date and _alike(row["about"], item.about)


def _alike(listed: str | None, read: str) -> bool:
    return bool(listed) and bool(read) and token_set_ratio(fold(listed or ""), fold(read)) >= LIKE


def _row_compared(source: str, row: dict[str, Any], item: Item | None) -> Compared:
    listed = _short(row["number"] or "", row["date"] or "", row["about"] or "")
    if item is None:
        return Compared("missing", source, row["ordinal"], 0, listed, "")
    pairs = (
        ("number", row["number"], item.number, number_key(row["number"] or "") == number_key(item.number)),
        ("date", row["date"], item.date, row["date"] == item.date),
        ("about", row["about"], item.about, _alike(row["about"], item.about)),
        ("author", row["author"], item.issuer, _alike(row["author"], item.issuer)),
        ("sheet", row["sheet"], item.stated.get("sheet"), row["sheet"] == item.stated.get("sheet")),
    )
    different = tuple((name, str(said), str(read or "")) for name, said, read, same in pairs if said and not same)
    different = tuple(one for one in different if one[0] != "sheet" or one[2])
    found = _short(item.number, item.date, item.about)
    return Compared("different" if different else "same", source, row["ordinal"], item.ordinal, listed, found, different)


def _short(number: str, date: str, about: str) -> str:
    return "; ".join(part for part in (number, vietnamese_date(date), about[:100]) if part)


def lists_from_scans(corpus: Corpus, dossier: Dossier) -> int:
    """Read the scanned mục lục of a dossier (files MLVB… or MUCLUC… in its folder) as tables and keep them as lists.

    Returns the number of rows. Their tables are those that reading found; a table without the headings of a mục lục adds
    nothing, unless it goes on from one that has them.
    """
    count = 0
    for name, key in _files_of(corpus, dossier):
        if role_of(name.rpartition(".")[0]) != "list":
            continue
        rows = rows_of_tables(_tables(corpus, key))
        if rows:
            keep_list(corpus, dossier.id, name, rows)
            count += len(rows)
    return count


def _files_of(corpus: Corpus, dossier: Dossier) -> list[tuple[str, str]]:
    sql = (
        'SELECT p.name, d."key" FROM paths p JOIN documents d USING (sha256) WHERE p.current'
        " AND substr(p.path, 1, ?) = ? AND instr(substr(p.path, ? + 1), '/') = 0 ORDER BY p.name"
    )
    folder = dossier.made_from.rstrip("/") + "/"
    return [(name, key) for name, key in corpus.tuples(sql, [len(folder), folder, len(folder)])]


def _tables(corpus: Corpus, key: str) -> list[list[list[str]]]:
    """The tables of a document as rows of cell texts, in the order of the pages."""
    tables = []
    for row in corpus.iterate(
        "SELECT x.*, t.repaired FROM tables x JOIN documents d ON d.id = x.document_id JOIN pages p"
        " ON p.document_id = d.id AND p.number = x.page JOIN page_texts t ON t.page_id = p.id"
        ' WHERE d."key" = ? ORDER BY x.page, x.ordinal',
        [key],
    ):
        lines = row["repaired"].split("\n")
        grid = [["" for _ in range(row["columns"])] for _ in range(row["rows"])]
        for at, column, _rows, _columns, _box, first, end, _confidence in json.loads(row["cells"]):
            if at < row["rows"] and column < row["columns"]:
                grid[at][column] = " ".join(line.strip() for line in lines[first:end])
        tables.append(grid)
    return tables


def rows_of_tables(tables: Sequence[Sequence[Sequence[str]]]) -> list[dict[str, str]]:
    """The rows of a mục lục in tables that go on over pages, as ``db.dossiers.LISTED_FIELDS``.

    >>> rows_of_tables([[["STT", "Số, ký hiệu văn bản", "Ngày tháng năm văn bản", "Tờ số"],
    ...     ["1", "05/QĐ-CC", "4/1/2010", "01"]], [["2", "06/QĐ-CC", "5/1/2010", "03"]]])[1]["number"]
    '06/QĐ-CC'
    """
    rows: list[dict[str, str]] = []
    columns: dict[int, str] = {}
    for table in tables:
        for cells in table:
            named = {at: name for at, (_, name) in columns_of(cells).items()}
            if len(named) >= 3:
                columns = named
                continue
            values = {columns[at]: " ".join(cell.split()) for at, cell in enumerate(cells) if at in columns and cell.strip()}
            listed = {name: value for name, value in values.items() if name in LISTED_FIELDS}
            if listed.get("date"):
                listed["date"] = iso_date(listed["date"]) or listed["date"]
            if len(listed) >= 2:
                rows.append(listed)
    return rows
