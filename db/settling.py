"""Headers in doubt settled by the rest of the corpus (``extractors.header.agreement`` says how; here is who is asked).

Run at the end of every run: what was stored later may settle what was stored before. What people corrected is no longer
in doubt and is never touched.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import regex

from db import codec
from db.fulltext import FullText
from db.reviews import REVIEWED
from documents.facts import date_precision
from normalizers.document_numbers import LEGAL_FIELDS, NUMBER, number_key, number_of, sure_legal_key
from normalizers.forms import fold, old_tone_style

SETTLED = 0.9
"""Probability of a field that another document settles: the page itself did not give it."""
_DAY = regex.compile(r"(?P<day>\d{1,2})\s?[/.-]\s?(?P<month>\d{1,2})\s?[/.-]\s?(?P<year>(?:19|20)\d\d)")
_COLUMNS = {
    "number": regex.compile(r"so\W{1,3}(?:va )?ky hieu"),
    "date": regex.compile(r"ngay\W{1,3}thang"),
    "title": regex.compile(r"trich yeu|noi dung"),
}
"""Heads of the columns of a "mục lục văn bản, tài liệu" (Nghị định 30/2020/NĐ-CP, annex V)."""
_REGISTER = 'folded : "ky hieu" AND folded : "trich yeu"'
"""Pages that may hold one, asked of the full-text index: the tables of a whole corpus are too many to look through."""


class Entry(NamedTuple):
    """What one document of the corpus says of another."""

    number: str
    date: str
    source: str
    by: str
    title: str
    issuer: str


def in_doubt(corpus: FullText) -> Iterator[dict[str, Any]]:
    """Documents whose number or date is in doubt."""
    for row in corpus.rows("SELECT * FROM documents WHERE doubtful != '[]' AND number IS NOT NULL ORDER BY \"key\""):
        doubtful = json.loads(row["doubtful"])
        if "number" in doubtful or "date" in doubtful:
            yield row | {"doubtful": doubtful, "candidates": json.loads(row["candidates"])}


def entries(corpus: FullText) -> Iterator[Entry]:
    """All citations with a date, and all rows of registers."""
    cited = corpus.rows(
        "SELECT DISTINCT c.number, c.date, c.issuer, d.document FROM citations c JOIN documents d ON d.id = c.document_id"
        " WHERE c.date IS NOT NULL AND c.issuer IS NOT NULL"
    )
    for row in cited:
        yield Entry(row["number"], row["date"], "citation", row["document"], "", row["issuer"])
    tables = corpus.rows(
        "SELECT x.cells, t.repaired, d.document FROM tables x JOIN documents d ON d.id = x.document_id"
        " JOIN pages p ON p.document_id = d.id AND p.number = x.page JOIN page_texts t ON t.page_id = p.id"
        " WHERE p.id IN (SELECT rowid FROM page_index WHERE page_index MATCH ?)",
        [_REGISTER],
    )
    for table in tables:
        yield from _register_rows(table)


def _register_rows(table: Mapping[str, Any]) -> Iterator[Entry]:
    """The rows of a table whose heads are those of a register."""
    lines = table["repaired"].split("\n")
    rows: dict[int, dict[int, str]] = {}
    for row, column, _, _, _, first, end, *_ in json.loads(table["cells"]):
        rows.setdefault(row, {})[column] = " ".join(lines[first:end]).strip()
    columns: dict[str, int] = {}
    for row in sorted(rows):
        heads = {name: c for c, text in rows[row].items() for name, head in _COLUMNS.items() if head.search(fold(text))}
        if len(heads) == len(_COLUMNS):
            columns = heads
            continue
        number = NUMBER.search(rows[row].get(columns["number"], "")) if columns else None
        day = _DAY.search(rows[row].get(columns["date"], "")) if columns else None
        if number is None:
            continue
        date = f"{day['year']}-{int(day['month']):02}-{int(day['day']):02}" if day else ""
        title = rows[row].get(columns["title"], "")
        yield Entry(number_of(number), date, "register", table["document"], title, "")


def put_settled(
    corpus: FullText,
    key: str,
    values: Mapping[str, str],
    source: str,
    chances: Mapping[str, float] | None = None,
    *,
    still_doubted: bool = False,
) -> None:
    """Within one transaction: give a document the settled values and their source, and index it again.

    ``chances``: the probability of each; ``SETTLED`` when not given. Settled values are no longer in doubt and have no
    other candidates, unless they are ``still_doubted``.
    """
    with corpus.transaction() as connection:
        document = corpus.row('SELECT * FROM documents WHERE "key" = ?', [key])
        if document is None:
            return
        corpus.unindex(document["id"])
        settled = () if still_doubted else values
        doubtful = [name for name in json.loads(document["doubtful"]) if name not in settled]
        candidates = {name: read for name, read in json.loads(document["candidates"]).items() if name not in settled}
        header = {name: values.get(name, document[name]) for name in LEGAL_FIELDS}
        changed = {
            **values,
            "number_key": number_key(header["number"] or "") or None,
            "year": int(header["date"][:4]) if header["date"] else document["year"],
            "legal_key": sure_legal_key(header, doubtful),
            "doubtful": codec.dump(doubtful),
            "header_sources": codec.dump(json.loads(document["header_sources"]) | dict.fromkeys(values, source)),
            "probabilities": codec.dump(
                json.loads(document["probabilities"]) | (dict.fromkeys(values, SETTLED) | dict(chances or {}))
            ),
            "candidates": codec.dump(candidates),
        }
        if "date" in values:
            changed["date_precision"] = date_precision(values["date"])
        names = ", ".join(f'"{name}" = :{name}' for name in changed)
        connection.execute(f"UPDATE documents SET {names} WHERE id = :id", changed | {"id": document["id"]})
        of_part = ", ".join(f'"{name}" = :{name}' for name in changed if name not in ("year", "legal_key"))
        connection.execute(
            f"UPDATE parts SET {of_part} WHERE document_id = :id AND ordinal = 1", changed | {"id": document["id"]}
        )
        corpus.index(document["id"])


Settle = Callable[[list[dict[str, Any]], list[Entry]], Iterator[tuple[str, dict[str, str], str]]]


def settle_headers(corpus: FullText, settle: Settle) -> int:
    """Settle what can be settled by ``settle``; returns the number of documents that changed."""
    doubted = list(in_doubt(corpus))
    settled = list(settle(doubted, list(entries(corpus)))) if doubted else []
    for key, values, source in settled:
        put_settled(corpus, key, values, source)
    return len(settled)


BY_SPELLING = "spelling in the corpus"
_SIGNS = regex.compile(r"[\s\p{P}]+")


def spell_bodies(corpus: FullText) -> int:
    """Spell each issuing body as most documents of the corpus do; returns how many documents changed.

    Spelling is capitals, blanks, signs and the place of tone marks; other letters make another name ("Tân Lập", "Tấn Lập").
    One that a person wrote outweighs all others and is never touched.
    """
    spellings: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row in corpus.rows('SELECT "key", issuer, header_sources, probabilities FROM documents WHERE issuer IS NOT NULL'):
        named = _SIGNS.sub(" ", old_tone_style(row["issuer"])).casefold().strip()
        spellings.setdefault(named, {}).setdefault(row["issuer"], []).append(row)
    changed = 0
    for its in spellings.values():
        best = max(its, key=lambda spelling: (any(map(_is_reviewed, its[spelling])), len(its[spelling]), spelling))
        for row in (row for spelling, rows in its.items() if spelling != best for row in rows if not _is_reviewed(row)):
            chance = {name: value for name, value in json.loads(row["probabilities"]).items() if name == "issuer"}
            put_settled(corpus, row["key"], {"issuer": best}, BY_SPELLING, chance, still_doubted=True)
            changed += 1
    return changed


def _is_reviewed(row: Mapping[str, Any]) -> bool:
    return bool(json.loads(row["header_sources"]).get("issuer") == REVIEWED)


Decide = Callable[[list[dict[str, Any]]], Iterator[tuple[str, dict[str, tuple[str, float]]]]]
BY_ORDER = "order in the series"


def decide_series(corpus: FullText, decide: Decide) -> int:
    """Give documents that a pen numbered what ``decide`` makes of all of one body and year; returns how many changed.

    They stay in doubt: their candidates stay as they were read, so that the next run decides anew from the same.
    """
    changed = 0
    for documents in _by_body_and_year(corpus):
        by_key = {row["key"]: row for row in documents}
        for key, decided in decide(documents):
            changed += _put_decided(corpus, by_key[key], decided)
    return changed


def _by_body_and_year(corpus: FullText) -> Iterator[list[dict[str, Any]]]:
    """All numbered documents of each body and year of which a pen numbered one."""
    groups = corpus.tuples(
        "SELECT DISTINCT issuer, substr(date, 1, 4) FROM documents"
        " WHERE candidates != '{}' AND issuer IS NOT NULL AND date IS NOT NULL ORDER BY 1, 2"
    )
    for issuer, year in groups:
        rows = corpus.rows(
            'SELECT * FROM documents WHERE issuer = ? AND substr(date, 1, 4) = ? AND number IS NOT NULL ORDER BY "key"',
            [issuer, year],
        )
        yield [row | {"doubtful": json.loads(row["doubtful"]), "candidates": json.loads(row["candidates"])} for row in rows]


def _put_decided(corpus: FullText, row: Mapping[str, Any], decided: Mapping[str, tuple[str, float]]) -> int:
    """Write what the series decides where it is not so written; 1 when anything changed."""
    doubted = {name: value for name, value in decided.items() if name in row["doubtful"]}
    known = json.loads(row["probabilities"])
    if all(row[name] == value and known.get(name) == chance for name, (value, chance) in doubted.items()):
        return 0
    values = {name: value for name, (value, _) in doubted.items()}
    chances = {name: chance for name, (_, chance) in doubted.items()}
    put_settled(corpus, row["key"], values, BY_ORDER, chances, still_doubted=True)
    return 1
