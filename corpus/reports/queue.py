"""What a person should look at next: doubtful header fields and words, unreviewed facts, what was not read; most gain first.

The gain of a look is how likely the thing is wrong times how much hangs on it. What hangs on it is an order of magnitude,
not a measurement: a wrong number or date hides a whole document from everybody who looks for it, a wrong figure misleads
those who cite it, a wrong word those who read the line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from db import codec
from db.passing import passed_over
from db.reviews import HEADER_FIELDS
from db.store import Corpus
from documents.edits import OffsetMap, Span
from documents.facts import FACT_KINDS

Kind = Literal["header", "failed", "unread", "fact", "doubt"]
KINDS: tuple[Kind, ...] = ("header", "failed", "unread", "fact", "doubt")

WEIGHT = {"header": 10.0, "failed": 10.0, "unread": 4.0, "fact": 3.0, "doubt": 1.0}
"""What hangs on one thing of each kind; see above."""

DOUBTFUL_FIELD = 0.5
"""How likely a header field is wrong that reading calls more likely wrong than right, where no probability is kept."""

LOOKED_AT = 300
"""Things of each kind that are weighed against each other; the queue is weighed anew after each."""

WORST_PAGES = 60
"""Pages whose doubtful words are looked at: those read worst."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at. ``name`` says it again; ``box`` is its place on the page, in points, where it is known."""

    name: str
    kind: Kind
    gain: float
    key: str
    document: str
    page: int
    confidence: float
    field: str = ""
    value: str = ""
    line: int = 0
    box: tuple[float, float, float, float] | None = None
    suggestion: str = ""


def queue_of(corpus: Corpus, reviewer: str, kind: str = "", most: int = 1) -> list[Item]:
    """The next things for a reviewer, best first, without those passed over; of one ``kind``, or of all."""
    passed = passed_over(corpus, reviewer)
    finders = {"header": _headers, "failed": _failed, "unread": _unread, "fact": _facts, "doubt": _doubts}
    found: list[Item] = []
    for name, finder in finders.items():
        if not kind or kind == name:
            found += islice((item for item in finder(corpus) if item.name not in passed), LOOKED_AT)
    return sorted(found, key=lambda item: (-item.gain, item.name))[:most]


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of each kind is left, how much the reviewer did today and has passed over."""

    left: dict[str, int]
    today: int
    passed: int


def progress_of(corpus: Corpus, reviewer: str, today: str) -> Progress:
    """``today`` is the beginning of the day as a stored time. Doubtful words are counted by pages that have some."""
    facts = sum(
        corpus.tuples(f"SELECT count(*) FROM {table} WHERE review = ''")[0][0]
        for table in FACT_KINDS
        if table != "citations"
    )
    left = {
        "header": corpus.tuples(
            "SELECT coalesce(sum(json_array_length(doubtful)), 0) FROM documents WHERE doubtful != '[]'"
        ),
        "failed": corpus.tuples("SELECT count(*) FROM failed_pages"),
        "unread": corpus.tuples("SELECT count(*) FROM pages WHERE unread != '[]'"),
        "fact": [(facts,)],
    }
    done = (
        "SELECT count(*) FROM reviews WHERE reviewer = ?1 AND at >= ?2 AND kind != 'undone' AND id NOT IN"
        " (SELECT CAST(after AS INTEGER) FROM reviews WHERE reviewer = ?1 AND kind = 'undone')"
    )
    return Progress(
        {name: rows[0][0] for name, rows in left.items()},
        corpus.tuples(done, [reviewer, today])[0][0],
        len(passed_over(corpus, reviewer)),
    )


def _headers(corpus: Corpus) -> Iterator[Item]:
    rows = corpus.iterate("SELECT * FROM documents WHERE doubtful != '[]' ORDER BY id LIMIT ?", [LOOKED_AT])
    for row in rows:
        probabilities = json.loads(row["probabilities"])
        for field in json.loads(row["doubtful"]):
            if field in HEADER_FIELDS:
                wrong = 1 - probabilities.get(field, 1 - DOUBTFUL_FIELD)
                yield Item(
                    f"header {row['key']} {field}",
                    "header",
                    WEIGHT["header"] * wrong * (2.0 if field in ("number", "date", "type", "issuer") else 1.0),
                    row["key"],
                    row["document"],
                    _page_of_span(corpus, row, field),
                    1 - wrong,
                    field,
                    str(row[field] or ""),
                    box=None,
                )


def _page_of_span(corpus: Corpus, document: dict[str, Any], field: str) -> int:
    span = json.loads(document["header_spans"]).get(field)
    if span is None:
        return 1
    row = corpus.row(
        "SELECT number FROM pages WHERE document_id = ? AND start <= ? ORDER BY number DESC LIMIT 1",
        [document["id"], span[0]],
    )
    return int(row["number"]) if row else 1


def _failed(corpus: Corpus) -> Iterator[Item]:
    rows = corpus.iterate(
        'SELECT d."key", d.document, f.page, f.reason FROM failed_pages f JOIN documents d ON d.id = f.document_id'
        " ORDER BY d.id, f.page LIMIT ?",
        [LOOKED_AT],
    )
    for row in rows:
        name = f"failed {row['key']} {row['page']}"
        yield Item(name, "failed", WEIGHT["failed"], row["key"], row["document"], row["page"], 0.0, row["reason"])


def _unread(corpus: Corpus) -> Iterator[Item]:
    """Rows of print that nobody read."""
    rows = corpus.iterate(
        'SELECT d."key", d.document, p.number AS page, p.unread FROM pages p JOIN documents d ON d.id = p.document_id'
        " WHERE p.unread != '[]' ORDER BY p.document_id, p.number LIMIT ?",
        [LOOKED_AT],
    )
    for row in rows:
        for number, box in enumerate(json.loads(row["unread"])):
            name = f"unread {row['key']} {row['page']} {number}"
            yield Item(name, "unread", WEIGHT["unread"], row["key"], row["document"], row["page"], 0.0, box=tuple(box))


def _facts(corpus: Corpus) -> Iterator[Item]:
    """Targets, deadlines and assignments that nobody judged, the least sure first; citations ask nothing of anybody."""
    for table in FACT_KINDS:
        if table == "citations":
            continue
        rows = corpus.iterate(
            f'SELECT f.id, f.page, f.line, f.bbox, f.quote, f.confidence, f.reading_confidence, d."key", d.document'
            f" FROM {table} f JOIN documents d ON d.id = f.document_id WHERE f.review = ''"
            " ORDER BY f.confidence, f.id LIMIT ?",
            [LOOKED_AT],
        )
        for row in rows:
            sure = row["confidence"] * row["reading_confidence"]
            yield Item(
                f"fact {row['id']}",
                "fact",
                WEIGHT["fact"] * (1 - sure),
                row["key"],
                row["document"],
                row["page"],
                sure,
                row["id"],
                row["quote"],
                row["line"],
                tuple(json.loads(row["bbox"])) if row["bbox"] else None,
            )


def _doubts(corpus: Corpus) -> Iterator[Item]:
    """Lines with doubtful words, on the pages that were read worst."""
    pages = corpus.rows(
        'SELECT d."key", d.document, p.id, p.number AS page, p.first_line, t.raw, t.repaired, l.edits, l.doubts, l.lines'
        " FROM pages p JOIN documents d ON d.id = p.document_id JOIN page_texts t ON t.page_id = p.id"
        " JOIN page_layouts l ON l.page_id = p.id"
        " WHERE p.id IN (SELECT id FROM pages WHERE confidence > 0 ORDER BY confidence LIMIT ?) AND l.doubts != '[]'",
        [WORST_PAGES],
    )
    for page in pages:
        yield from _doubts_of(page)


def _doubts_of(page: dict[str, Any]) -> Iterable[Item]:
    offsets = OffsetMap(codec.unpack_edits(page["edits"], page["raw"]))
    lines, layout = page["repaired"].split("\n"), json.loads(page["lines"])
    by_line: dict[int, Item] = {}
    for doubt in codec.unpack_doubts(page["doubts"]):
        start = offsets.to_repaired(Span(doubt.start, doubt.end)).start
        at = page["repaired"].count("\n", 0, start)
        gain = WEIGHT["doubt"] * (1 - doubt.confidence)
        if at < len(layout) and (at not in by_line or by_line[at].gain < gain):
            box = layout[at][1]
            by_line[at] = Item(
                f"doubt {page['key']} {page['page']} {at + 1}",
                "doubt",
                gain,
                page["key"],
                page["document"],
                page["page"],
                doubt.confidence,
                str(at + 1),
                lines[at],
                page["first_line"] + at,
                tuple(box) if box else None,
                doubt.suggestion or "",
            )
    return by_line.values()
