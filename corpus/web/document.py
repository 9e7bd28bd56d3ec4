"""A page of a document as the reading room shows it: lines cut where a repair, a doubt, a fact or a hit begins or ends."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from corpus.search.filters import Filters, page_match
from corpus.search.found import preference
from corpus.search.known import known_number
from corpus.search.query import QueryError, parse
from corpus.search.snippets import highlights
from db import codec
from db.questions import documents as questions
from db.questions.words import pages_of_document
from db.store import Corpus
from documents.edits import SURE, OffsetMap, Span
from documents.facts import FACT_KINDS
from normalizers.document_numbers import number_key

MOST_MARKED = 5000
"""Marks of each sort shown on one page; a page with more is no page, and its text is shown whole all the same."""

LISTED = 50
"""Citations and citing documents listed beside a page."""

MOST_HIT_PAGES = 1000
MOST_HIT_BOXES = 300
"""Places marked on a page image; a word that stands there more often needs no pointing at."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to show on a span of the page's repaired text."""

    kind: str
    start: int
    end: int
    note: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a line on which the same marks lie."""

    text: str
    repaired: str | None = None
    doubt: dict[str, Any] | None = None
    fact: str | None = None
    hit: bool = False


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line; one without marks has a single segment."""

    number: int
    kind: str
    segments: tuple[Segment, ...]
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell of a table with its lines."""

    lines: tuple[ShownLine, ...]
    row_span: int
    column_span: int
    heads: bool


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table in place of its lines; rows of cells from the left, without those that a cell above covers."""

    rows: tuple[tuple[ShownCell, ...], ...]


BoxOf = tuple[float, float, float, float]
Block = ShownLine | ShownTable


@dataclass(frozen=True, slots=True)
class ShownPage:
    """All of a document page's template: see ``templates/room_document.html``.

    ``blocks`` are the lines again, those of tables as tables. ``hit_boxes`` are the places of the words sought on the page
    image, in points; ``hit_pages`` the pages of the document that answer.
    """

    document: dict[str, Any]
    page: dict[str, Any]
    lines: tuple[ShownLine, ...]
    blocks: tuple[Block, ...]
    facts: list[dict[str, Any]]
    failed: dict[str, Any] | None
    marginalia: tuple[str, ...]
    hit_boxes: tuple[BoxOf, ...]
    hit_pages: list[int]
    parts: list[dict[str, Any]]
    cited: list[dict[str, Any]]
    cited_by: list[dict[str, Any]]
    related: list[dict[str, Any]]
    same: list[dict[str, Any]]

    @property
    def next_hit(self) -> int | None:
        return next((page for page in self.hit_pages if page > self.page["number"]), None)

    @property
    def previous_hit(self) -> int | None:
        return next((page for page in reversed(self.hit_pages) if page < self.page["number"]), None)


def find_document(corpus: Corpus, key: str) -> dict[str, Any] | None:
    document = questions.document(corpus, key)
    if document is not None:
        for name in ("recipients", "doubtful", "probabilities", "candidates"):
            document[name] = json.loads(document[name])
    return document


def page_of_line(corpus: Corpus, document_id: int, line: int) -> int | None:
    """The page on which a line of the document stands."""
    row = questions.page_at_line(corpus, document_id, line)
    if row is None or not 1 <= line < row["first_line"] + max(1, row["lines"]):
        return None
    return int(row["number"])


def show_page(corpus: Corpus, key: str, number: int, words: str = "") -> ShownPage | None:
    """The page ``number`` of a document, with what ``words`` find on it marked; ``None`` when there is none."""
    document = find_document(corpus, key)
    if document is None:
        return None
    page = questions.page(corpus, document["id"], number)
    if page is None:
        return None
    facts = list(_facts(corpus, document["id"], page))
    hits = list(_hits(corpus, page, words))
    lines = tuple(_lines(page, [*_repairs_and_doubts(page), *_fact_marks(facts, page), *hits]))
    page["reasons"], page["unread"] = json.loads(page["reasons"]), json.loads(page["unread"])
    return ShownPage(
        document=document,
        page=page,
        lines=lines,
        blocks=tuple(_blocks(lines, questions.tables_on(corpus, document["id"], number, LISTED))),
        facts=facts,
        failed=questions.failed_page(corpus, document["id"], number),
        marginalia=tuple(note.text for note in codec.unpack_marginalia(page["marginalia"])),
        hit_boxes=tuple(_hit_boxes(page, hits)),
        hit_pages=_hit_pages(corpus, document["id"], words),
        parts=_parts(corpus, document["id"]),
        cited=_cited(corpus, document),
        cited_by=_cited_by(corpus, document),
        related=questions.related(corpus, document["id"]),
        same=_same(corpus, document),
    )


def _hit_pages(corpus: Corpus, document_id: int, words: str) -> list[int]:
    """The pages of the document that the words find, in their order."""
    try:
        match = page_match(corpus, words, Filters()) if words else None
    except QueryError:
        match = None
    if match is None:
        return []
    return pages_of_document(corpus, document_id, match, MOST_HIT_PAGES)


def _hit_boxes(page: dict[str, Any], hits: Sequence[Mark]) -> Iterator[BoxOf]:
    """Where on the page image the words of a hit stand; hits are spans of the repaired text, words of the raw lines."""
    if not hits:
        return
    offsets = OffsetMap(codec.unpack_edits(page["edits"], page["raw"]))
    starts = [0]
    for line in page["raw"].split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    words = json.loads(page["words"])
    for hit in hits[:MOST_HIT_BOXES]:
        raw = offsets.to_raw(Span(hit.start, hit.end))
        at = bisect_right(starts, raw.start) - 1
        for line in range(at, min(bisect_right(starts, max(raw.start, raw.end - 1)), len(words))):
            for start, end, box, *_ in words[line]:
                if box and starts[line] + start < raw.end and starts[line] + end > raw.start:
                    yield tuple(box)


def _blocks(lines: Sequence[ShownLine], tables: Sequence[dict[str, Any]]) -> Iterator[Block]:
    """The lines with each table in the place of its first line. What is in no cell stays a line: nothing gets lost."""
    at_line: dict[int, ShownTable] = {}
    within: set[int] = set()
    for table in tables:
        cells = json.loads(table["cells"])
        its = [line for cell in cells for line in range(cell[5], min(cell[6], len(lines)))]
        if its and len(its) == len(set(its)) and not within.intersection(its):
            within.update(its)
            at_line[min(its)] = _table(lines, cells, table["header_rows"])
    for number, line in enumerate(lines):
        if number in at_line:
            yield at_line[number]
        elif number not in within:
            yield line


def _table(lines: Sequence[ShownLine], cells: Sequence[Sequence[Any]], header_rows: int) -> ShownTable:
    rows: dict[int, list[ShownCell]] = {}
    for row, _, row_span, column_span, _, first, end, *_ in sorted(cells, key=lambda cell: (cell[0], cell[1])):
        cell = ShownCell(tuple(lines[first:end]), row_span, column_span, row < header_rows)
        rows.setdefault(row, []).append(cell)
    return ShownTable(tuple(tuple(rows[row]) for row in sorted(rows)))


def _facts(corpus: Corpus, document_id: int, page: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for kind in FACT_KINDS:
        for row in questions.facts_on(corpus, kind, document_id, page["number"], MOST_MARKED):
            if "responsible" in row:
                row["responsible"] = json.loads(row["responsible"])
            box = json.loads(row["bbox"]) if row["bbox"] else None
            yield row | {"fact": kind, "box": box}


def _repairs_and_doubts(page: dict[str, Any]) -> Iterator[Mark]:
    """Both are stored on the raw text and shown on the repaired one. What was repaired and is not sure is doubtful too."""
    edits = codec.unpack_edits(page["edits"], page["raw"])
    offsets = OffsetMap(edits)
    for edit in edits[:MOST_MARKED]:
        span = offsets.to_repaired(Span(edit.start, edit.end))
        if edit.before.strip() != edit.after.strip():
            yield Mark("repaired", span.start, span.end, {"raw": edit.before})
        if edit.score < SURE:
            yield Mark("doubt", span.start, span.end, {"confidence": round(edit.score * 100), "suggestion": ""})
    for doubt in codec.unpack_doubts(page["doubts"])[:MOST_MARKED]:
        span = offsets.to_repaired(Span(doubt.start, doubt.end))
        yield Mark(
            "doubt", span.start, span.end, {"confidence": round(doubt.confidence * 100), "suggestion": doubt.suggestion}
        )


def _fact_marks(facts: Iterable[dict[str, Any]], page: dict[str, Any]) -> Iterator[Mark]:
    for fact in facts:
        yield Mark("fact", max(0, fact["start"] - page["start"]), max(0, fact["end"] - page["start"]), {"id": fact["id"]})


def _hits(corpus: Corpus, page: dict[str, Any], words: str) -> Iterator[Mark]:
    try:
        query = parse(words, lambda key: known_number(corpus, key))
    except QueryError:
        return
    if query is not None:
        for span in highlights(page["repaired"], query)[:MOST_MARKED]:
            yield Mark("hit", span.start, span.end)


def _lines(page: dict[str, Any], marks: Sequence[Mark]) -> Iterator[ShownLine]:
    texts = page["repaired"].split("\n")[:-1]
    layout = json.loads(page["lines"])
    waiting = sorted(marks, key=lambda mark: mark.start, reverse=True)
    active: list[Mark] = []
    at = 0
    for i, text in enumerate(texts):
        end = at + len(text)
        while waiting and waiting[-1].start <= end:
            active.append(waiting.pop())
        active = [mark for mark in active if mark.end > at]
        kind, box = (layout[i][0], layout[i][1]) if i < len(layout) else ("body", None)
        segments = tuple(_segments(text, at, [mark for mark in active if mark.start < end]))
        yield ShownLine(page["first_line"] + i, kind, segments, tuple(box) if box else None)
        at = end + 1


def _segments(text: str, at: int, marks: Sequence[Mark]) -> Iterator[Segment]:
    """The line cut at every place where a mark begins or ends."""
    if not marks:
        yield Segment(text)
        return
    end = at + len(text)
    cuts = sorted({at, end, *(p for mark in marks for p in (mark.start, mark.end) if at < p < end)})
    for left, right in pairwise(cuts):
        on = {mark.kind: mark for mark in marks if mark.start <= left and mark.end >= right}
        yield Segment(
            text=text[left - at : right - at],
            repaired=on["repaired"].note["raw"] if "repaired" in on else None,
            doubt=on["doubt"].note if "doubt" in on else None,
            fact=on["fact"].note["id"] if "fact" in on else None,
            hit="hit" in on,
        )


def _parts(corpus: Corpus, document_id: int) -> list[dict[str, Any]]:
    """The documents that the file seems to hold, where it seems to hold several."""
    rows = questions.parts(corpus, document_id, MOST_HIT_PAGES)
    return rows if len(rows) > 1 else []


def _cited(corpus: Corpus, document: dict[str, Any]) -> list[dict[str, Any]]:
    """Numbers that the document refers to, with the documents of the corpus that bear them."""
    rows = questions.cited(corpus, document["id"], LISTED)
    return [row for row in rows if row["number_key"] != document["number_key"]]


def _cited_by(corpus: Corpus, document: dict[str, Any]) -> list[dict[str, Any]]:
    if not document["number_key"]:
        return []
    return questions.cited_by(corpus, number_key(document["number"]), document["id"], LISTED)


def _same(corpus: Corpus, document: dict[str, Any]) -> list[dict[str, Any]]:
    """Other files of the same original, the better readings first."""
    return sorted(questions.same_original(corpus, document["legal_key"], document["id"]), key=preference)[:LISTED]
