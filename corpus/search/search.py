"""Search: pages that answer a query, grouped by document, best first.

The index has two columns of text, one with the marks as printed and one without; a word typed with marks is looked for
in the first only. Ranking is BM25 with the exact column weighed ten times, plus fixed bonuses for pages where the words
stand side by side, for documents whose title has them, and for the document that bears the number asked for.

On a large corpus the price of a query is the length of the posting lists that must be walked to the end. Two rules
keep it bounded: no more than ``MOST_CANDIDATES`` pages are looked at (the newest in the corpus, and before them those
with the words side by side or in the title), and words so common that their BM25 weight says next to nothing are not
scored. A result for which the first rule mattered is marked ``estimated``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.search.candidates import CandidateSearch
from corpus.search.filters import Filters
from corpus.search.found import Found, preference
from corpus.search.known import known_number
from corpus.search.query import Query, QueryError, parse
from corpus.search.snippets import snippet
from corpus.search.suggest import did_you_mean
from db.questions.documents import same_original
from db.questions.words import page_found
from db.store import Corpus

__all__ = ["DocumentHit", "Filters", "PageHit", "QueryError", "SearchResult", "search"]


@dataclass(frozen=True, slots=True)
class PageHit:
    """A page that answers; ``line`` counts through the document, ``marks`` are the spans of ``snippet`` to highlight."""

    page: int
    line: int
    snippet: str
    marks: tuple[tuple[int, int], ...]
    score: float


@dataclass(frozen=True, slots=True)
class DocumentHit:
    """A document with its best pages, in page order; ``page_hits`` counts all its pages that answer.

    ``also`` names other scans of the same original (number, issuer and date), the better readings first.
    """

    key: str
    document: str
    name: str
    number: str | None
    type: str | None
    issuer: str | None
    province: str | None
    date: str | None
    title: str | None
    score: float
    page_hits: int
    pages: tuple[PageHit, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """``documents`` and ``pages`` count what answers in all; both are estimates when ``estimated``.

    ``facets`` maps a field to values with numbers of documents. ``did_you_mean`` is the query with words that the
    corpus does not have replaced by near ones that it has. ``seconds`` is the time the search took.
    """

    words: str
    hits: tuple[DocumentHit, ...] = ()
    documents: int = 0
    pages: int = 0
    estimated: bool = False
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    did_you_mean: str | None = None
    seconds: float = 0.0


def search(
    corpus: Corpus,
    words: str,
    *,
    limit: int = 10,
    offset: int = 0,
    type: str | None = None,
    issuer: str | None = None,
    province: str | None = None,
    signer: str | None = None,
    year_from: int | None = None,
    year_to: int | None = None,
    has: Sequence[str] = (),
    confidence_from: float | None = None,
    date_from: str | None = None,
    date_to: str | None = None,
    tag: str | None = None,
    hoso: Sequence[str] = (),
    sort: str = "relevance",
    pages_per_document: int = 3,
) -> SearchResult:
    """Search the corpus; see ``corpus.query`` for what ``words`` may hold. No words find all that passes the filters.

    ``sort`` is "relevance", "date" (the newest first), "oldest" or "number". Raises ``QueryError`` for words
    that can't be searched for.
    """
    started = time.perf_counter()
    filters = Filters(
        *(type, issuer, province, signer, year_from, year_to),
        *(tuple(has), confidence_from, date_from, date_to, tag, tuple(hoso)),
    )
    query = parse(words, lambda key: known_number(corpus, key))
    found = CandidateSearch(corpus, query, filters, sort).run()
    ranked = found.ranked(sort)
    hits = tuple(
        _document_hit(corpus, found, document, query, pages_per_document) for document in ranked[offset : offset + limit]
    )
    return SearchResult(
        words=words,
        hits=hits,
        documents=found.documents_total(),
        pages=found.pages_total(),
        estimated=found.capped,
        facets=found.facets(),
        did_you_mean=did_you_mean(corpus, words, query) if query is not None else None,
        seconds=time.perf_counter() - started,
    )


def _document_hit(corpus: Corpus, found: Found, document_id: int, query: Query | None, most_pages: int) -> DocumentHit:
    row = found.documents[document_id]
    pages = sorted(found.pages_by_document[document_id], key=lambda id_: (-found.scores[id_], found.page_of[id_][1]))
    shown = sorted(pages[:most_pages], key=lambda id_: found.page_of[id_][1])
    return DocumentHit(
        **{name: row[name] for name in ("key", "document", "name", "number", "type", "issuer", "province", "date", "title")},
        score=round(found.document_score(document_id), 4),
        page_hits=len(pages),
        pages=tuple(_page_hit(corpus, page_id, found.scores[page_id], query) for page_id in shown),
        also=_other_scans(corpus, document_id, row["legal_key"]),
    )


def _other_scans(corpus: Corpus, document_id: int, legal_key: str | None) -> tuple[str, ...]:
    rows = same_original(corpus, legal_key, document_id)
    return tuple(row["document"] for row in sorted(rows, key=preference))


def _page_hit(corpus: Corpus, page_id: int, score: float, query: Query | None) -> PageHit:
    page = page_found(corpus, page_id)
    if page is None:
        raise LookupError(f"page {page_id} is in the index but not in the corpus")
    cut = snippet(page["repaired"], query)
    at = cut.start + (cut.marks[0][0] if cut.marks else 0)
    line = page["first_line"] + page["repaired"].count("\n", 0, at)
    return PageHit(page["number"], line, cut.text, cut.marks, round(score, 4))
