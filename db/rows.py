"""A processed document as the rows that the store writes. Made by workers, so that the one writer only has to write.

Public names of things do not depend on the order or the run in which they came: a document's key is the start of its
SHA-256, a fact's id is made of key, kind and span.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

from db import codec
from documents.edits import Doubt, Edit
from documents.facts import FactKind, Found, Header, Part
from documents.outcome import Processed
from documents.page import PAGE_END, Page, SourceFile, Table
from normalizers.document_numbers import LEGAL_FIELDS, number_key, sure_legal_key, year_of_number

KEY_LENGTH = 16
"""Hexadecimal digits of the SHA-256 that name a document: 64 bits, a collision among ten million files has p < 10⁻⁵."""
_Spanned = TypeVar("_Spanned", Edit, Doubt)
_HEADER_FIELDS = tuple(f.name for f in fields(Header))


def document_key(sha256: str) -> str:
    return sha256[:KEY_LENGTH]


_OF_DOCUMENT = ("parts", "possible_starts", "tables", "failed_pages")


@dataclass(slots=True)
class PageRows:
    row: dict[str, Any]
    text: dict[str, Any]
    layout: dict[str, Any]


@dataclass(slots=True)
class DocumentRows:
    """A processed document as rows: what ``Corpus.save`` writes. ``run`` is its row in the report of a run."""

    source: SourceFile
    document: dict[str, Any]
    pages: list[PageRows]
    by_table: dict[str, list[dict[str, Any]]]
    run: dict[str, Any]

    @classmethod
    def of(cls, processed: Processed) -> DocumentRows:
        """Raises ``ValueError`` when the parts do not fit together (an edit across a page end, other text repaired)."""
        source = processed.document.source
        key = document_key(source.sha256)
        by_table: dict[str, list[dict[str, Any]]] = {table: [] for table in (*_OF_DOCUMENT, *FactKind)}
        by_table["parts"] = _part_rows(processed.facts.parts)
        by_table["possible_starts"] = [
            {"page": one.page, "score": codec.probability(one.score), "reasons": codec.dump(list(one.reasons))}
            for one in processed.facts.possible_starts
        ]
        for page in processed.document.pages:
            by_table["tables"] += _table_rows(key, page.number, page.tables)
        for found_id, found in fact_ids(key, processed.facts.found):
            by_table[found.kind.value].append(_fact_row(found_id, found))
        by_table["failed_pages"] = [
            {"page": number, "reason": reason.value, "detail": detail}
            for number, (reason, detail) in processed.failed_pages.items()
        ]
        return cls(source, _document_row(processed), _page_rows(processed), by_table, _run_row(processed))


def _document_row(processed: Processed) -> dict[str, Any]:
    header = processed.facts.header
    sha256 = processed.document.source.sha256
    return _header_row(header) | {
        "key": document_key(sha256),
        "sha256": sha256,
        "status": "partial" if processed.failed_pages else "complete",
        "pages": len(processed.document.pages),
        "year": _year(header),
        "number_key": number_key(header.number or "") or None,
        "legal_key": sure_legal_key({name: getattr(header, name) for name in LEGAL_FIELDS}, header.doubtful),
        "profile": processed.repaired.profile,
        "text_confidence": codec.probability(_text_confidence(processed.document.pages)),
        "header_spans": codec.dump({name: [s.start, s.end] for name, s in processed.facts.header_spans.items()}),
        "versions": codec.dump(processed.versions),
    }


def _header_row(header: Header) -> dict[str, Any]:
    """The fields of a header as columns; lists and tables of them as JSON."""
    row: dict[str, Any] = {name: getattr(header, name) for name in _HEADER_FIELDS}
    return {name: codec.dump(value) if isinstance(value, tuple | dict) else value for name, value in row.items()}


def _part_rows(parts: Iterable[Part]) -> list[dict[str, Any]]:
    return [
        _header_row(part.header)
        | {
            "ordinal": ordinal,
            "first_page": part.first_page,
            "last_page": part.last_page,
            "score": codec.probability(part.score),
            "reasons": codec.dump(list(part.reasons)),
            "number_key": number_key(part.header.number or "") or None,
        }
        for ordinal, part in enumerate(parts, 1)
    ]


def _year(header: Header) -> int | None:
    if header.date and header.date[:4].isdigit():
        return int(header.date[:4])
    return year_of_number(header.number or "")


def _text_confidence(pages: Sequence[Page]) -> float:
    """Mean confidence of the pages by the length of their text; 0 when there is none."""
    length = sum(len(page.text) for page in pages)
    return sum(page.confidence * len(page.text) for page in pages) / length if length else 0.0


def _page_rows(processed: Processed) -> list[PageRows]:
    """Edits and doubts are handed out to their pages; offsets then count from the start of the page."""
    pages = processed.document.pages
    raw, repaired = processed.document.raw, processed.repaired
    if repaired.raw != raw:
        raise ValueError(f"{processed.document.source.name}: the repaired text does not belong to the text that was read")
    repaired_pages = repaired.text.split(PAGE_END)
    if len(repaired_pages) != max(1, len(pages)):
        raise ValueError(f"{processed.document.source.name}: {len(pages)} pages became {len(repaired_pages)} by repair")
    edits, doubts = iter(repaired.edits), iter(repaired.doubts)
    rows: list[PageRows] = []
    edits_left, doubts_left = list(edits), list(doubts)
    raw_start = repaired_start = 0
    first_line = 1
    for page, text in zip(pages, repaired_pages, strict=False):
        raw_end = raw_start + len(page.text)
        its_edits, edits_left = _take(edits_left, raw_start, raw_end)
        its_doubts, doubts_left = _take(doubts_left, raw_start, raw_end)
        if text.count("\n") != len(page.lines):
            raise ValueError(f"page {page.number}: {len(page.lines)} lines became {text.count(chr(10))} by repair")
        rows.append(
            PageRows(
                row=_page_row(page) | {"first_line": first_line, "start": repaired_start},
                text={"repaired": text, "raw": page.text},
                layout={
                    "reasons": codec.dump(list(page.reasons)),
                    "lines": codec.pack_lines(page.lines),
                    "words": codec.pack_words(page.lines),
                    "marginalia": codec.pack_marginalia(page.marginalia),
                    "edits": codec.pack_edits(edit.shifted(-raw_start) for edit in its_edits),
                    "doubts": codec.pack_doubts(doubt.shifted(-raw_start) for doubt in its_doubts),
                },
            )
        )
        raw_start = raw_end + len(PAGE_END)
        repaired_start += len(text) + len(PAGE_END)
        first_line += len(page.lines)
    if edits_left or doubts_left:
        raise ValueError("an edit or doubt lies outside the pages")
    return rows


def _take(spans: list[_Spanned], start: int, end: int) -> tuple[list[_Spanned], list[_Spanned]]:
    """Those of the sorted ``spans`` that begin before ``end``, and the rest; raises when one crosses a page end."""
    cut = next((i for i, span in enumerate(spans) if span.start > end or (span.start == end and span.end > end)), len(spans))
    taken = spans[:cut]
    if any(span.start < start or span.end > end for span in taken):
        raise ValueError("an edit or doubt crosses a page end")
    return taken, spans[cut:]


def _page_row(page: Page) -> dict[str, Any]:
    return {
        "number": page.number,
        "width": codec.coordinate(page.width),
        "height": codec.coordinate(page.height),
        "rotation": page.rotation,
        "skew": round(page.skew, 3),
        "unread": codec.pack_boxes(page.unread),
        "filled_in": codec.pack_filled_in(page.filled_in),
        "source": page.source.value,
        "engine": page.engine,
        "profile": page.profile,
        "confidence": codec.probability(page.confidence),
    }


def _table_rows(key: str, page: int, tables: Iterable[Table]) -> list[dict[str, Any]]:
    return [
        {"id": f"{key}-table-{page}-{ordinal}", "page": page, "ordinal": ordinal} | codec.pack_table(table)
        for ordinal, table in enumerate(tables, 1)
    ]


def fact_ids(key: str, found: Iterable[Found]) -> Iterator[tuple[str, Found]]:
    """Ids that stay as long as a fact stands where it stands: key, kind and span, then a count among equals.

    "phấn đấu 50% cấp huyện, 40% cấp xã" may give several facts the same clause, hence the count.
    """
    seen: Counter[str] = Counter()
    for one in found:
        stem = f"{key}-{one.kind.value}-{one.span.start}-{one.span.end}"
        seen[stem] += 1
        yield (stem if seen[stem] == 1 else f"{stem}-{seen[stem]}"), one


def _fact_row(found_id: str, found: Found) -> dict[str, Any]:
    row = {
        name: codec.dump(list(value)) if isinstance(value, tuple) else value for name, value in asdict(found.value).items()
    }
    return row | {
        "id": found_id,
        "page": found.page,
        "line": found.line,
        "line_end": found.line_end,
        "start": found.span.start,
        "end": found.span.end,
        "quote": found.quote,
        "bbox": found.box and codec.dump(codec.pack_box(found.box)),
        "reading_confidence": codec.probability(found.reading_confidence),
        "confidence": codec.probability(found.confidence),
        "rule": found.rule,
    }


def _run_row(processed: Processed) -> dict[str, Any]:
    pages = processed.document.pages
    failures = [f"page {n}: {reason.value}: {detail}" for n, (reason, detail) in sorted(processed.failed_pages.items())]
    return {
        "sha256": processed.document.source.sha256,
        "outcome": "partial" if failures else "stored",
        "reason": min((reason.value for reason, _ in processed.failed_pages.values()), default=None),
        "detail": "; ".join(failures) or None,
        "pages": len(pages),
        "sources": codec.dump(Counter(page.source.value for page in pages)),
        "confidence": codec.probability(_text_confidence(pages)),
        "facts": codec.dump(Counter(found.kind.value for found in processed.facts.found)),
        "seconds": round(processed.seconds, 3),
    }
