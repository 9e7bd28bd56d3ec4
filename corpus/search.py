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
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import regex

from corpus.query import (
    All,
    Either,
    Number,
    NumberMatch,
    Phrase,
    Query,
    QueryError,
    Without,
    Word,
    leaves,
    parse,
    plain_words,
    to_match,
)
from corpus.snippets import snippet, stand_together
from db.codec import dump
from db.index import TOKEN, confidence_step, label
from db.migrations import FACT_TABLES
from db.store import Corpus
from normalizers.forms import fold
from normalizers.gazetteer import equivalents

__all__ = ["DocumentHit", "Filters", "PageHit", "QueryError", "SearchResult", "search"]

MOST_CANDIDATES = 2000
"""Pages ranked per query. Costs about 10 µs each (``benchmarks/search.py``); nobody reads further than this."""

COMMON = 10_000
"""Pages with a word above which it is not scored: FTS5 walks a scored word's whole list (``benchmarks/search.py``)."""

WEIGHTS = "10.0, 1.0, 5.0, 20.0, 0.0"
"""BM25 weights of exact, folded, title, numbers, labels: exact over folded ten times, as measured in the design."""

MOST_WALKED = 700_000
"""Entries of the words' lists up to which the index is asked where they are neighbours. It walks the lists to their ends,
ten thousand entries a millisecond (``benchmarks/search.py``); beyond, the texts of candidates are looked at."""

WALKED_ALONE = 300_000
"""Entries from which on the index is walked in two halves at once: a thread and a connection more cost two milliseconds."""

MOST_ENDINGS = 200
"""Words that a beginning stands for. FTS5 reads the lists of all of them before it gives the first page, but the lists of
words that it is told one by one only as far as they are wanted. Of more words the most frequent are taken."""

MOST_LOOKED_AT = 120
"""Candidates whose text is looked at for neighbours, the best first: some 100 µs each."""

BONUS = {"exact_phrase": 8.0, "folded_phrase": 4.0, "title": 6.0, "own_number": 50.0}
"""What being in a tier is worth in units of BM25, where a page rarely has more than 20 (``tests/corpus/test_search.py``)."""

FACETS = ("type", "issuer", "province", "year")
FACET_VALUES = 12

_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_UNIT_PREFIX = regex.compile(r"^(?:tinh|thanh pho|tp\.?)\s+")


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions on documents; ``None`` and empty mean any. Values are compared without marks, issuer and signer in part.

    ``has`` names kinds of facts that the page must have; ``confidence_from`` is the least reading confidence of the page
    (0 … 1), in tenths, rounded down.
    """

    type: str | None = None
    issuer: str | None = None
    province: str | None = None
    signer: str | None = None
    year_from: int | None = None
    year_to: int | None = None
    has: tuple[str, ...] = ()
    confidence_from: float | None = None


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
    sort: str = "relevance",
    pages_per_document: int = 3,
) -> SearchResult:
    """Search the corpus; see ``corpus.query`` for what ``words`` may hold. No words find all that passes the filters.

    Raises ``QueryError`` for words that can't be searched for.
    """
    started = time.perf_counter()
    filters = Filters(type, issuer, province, signer, year_from, year_to, tuple(has), confidence_from)
    query = parse(words, lambda key: known_number(corpus, key))
    found = _Search(corpus, query, filters, sort).run()
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


def known_number(corpus: Corpus, key: str) -> NumberMatch | None:
    """Whether the corpus has a document number with this key, or longer ones beginning so."""
    if corpus.row(
        'SELECT 1 FROM numbers WHERE "key" = ? UNION ALL SELECT 1 FROM numbers WHERE short = ? LIMIT 1', [key, key]
    ):
        return "exact"
    for column in ("key", "short"):
        if corpus.row(f'SELECT 1 FROM numbers WHERE "{column}" >= ? AND "{column}" < ? LIMIT 1', [key, key + "{"]):
            return "prefix"  # "{" follows "z"
    return None


def named_like(corpus: Corpus, words: str, limit: int = 10) -> list[dict[str, Any]]:
    """Documents whose file name has all the words, for when nothing is found: a number that could not be read may be there.

    Looks at every name; half a second for a million documents. Returns ``key``, ``name``, ``type``, ``number``, ``title``.
    """
    wanted = [fold(word) for word in TOKEN.findall(words)]
    if not wanted:
        return []
    names = corpus.iterate('SELECT "key", name FROM documents ORDER BY date DESC, name, "key"')
    found = islice((row["key"] for row in names if all(word in fold(row["name"]) for word in wanted)), limit)
    return corpus.rows(
        'SELECT "key", name, type, number, title FROM documents'
        ' WHERE "key" IN (SELECT value FROM json_each(?)) ORDER BY name',
        [dump(list(found))],
    )


# --- candidates and their scores ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Found:
    """Candidate pages with scores, their documents, and how many there are beyond the candidates."""

    scores: dict[int, float]
    page_of: dict[int, tuple[int, int]]
    documents: dict[int, dict[str, Any]]
    capped: bool
    estimate: int
    pages_by_document: dict[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for page_id, (document_id, _) in self.page_of.items():
            self.pages_by_document.setdefault(document_id, []).append(page_id)

    def document_score(self, document_id: int) -> float:
        """That of its best page; further pages break ties."""
        pages = self.pages_by_document.get(document_id, ())
        return max((self.scores[page] for page in pages), default=0.0) + 0.01 * min(len(pages), 50)

    def ranked(self, sort: str) -> list[int]:
        """Document ids, best first; equal ones by date, the newest first, then by key."""
        by_key = sorted(self.documents, key=lambda id_: self.documents[id_]["key"])
        by_date = sorted(by_key, key=lambda id_: self.documents[id_]["date"] or "", reverse=True)
        return self._better_first(by_date if sort == "date" else sorted(by_date, key=self.document_score, reverse=True))

    def _better_first(self, ranked: list[int]) -> list[int]:
        """Among scans of one original the better reading takes the place of the first."""
        scans: dict[str, list[int]] = {}
        for id_ in ranked:
            if self.documents[id_]["legal_key"]:
                scans.setdefault(self.documents[id_]["legal_key"], []).append(id_)
        swapped = {
            old: new
            for ids in scans.values()
            for old, new in zip(ids, sorted(ids, key=lambda id_: _preference(self.documents[id_])), strict=True)
        }
        return [swapped.get(id_, id_) for id_ in ranked]

    def pages_total(self) -> int:
        return max(self.estimate, len(self.scores)) if self.capped else len(self.scores)

    def documents_total(self) -> int:
        if not self.capped or not self.scores:
            return len(self.documents)
        return max(len(self.documents), self.pages_total() * len(self.documents) // len(self.scores))

    def facets(self) -> dict[str, list[tuple[str, int]]]:
        return {
            name: [
                (str(value), count)
                for value, count in sorted(
                    Counter(row[name] for row in self.documents.values() if row[name]).items(),
                    key=lambda item: (-item[1], str(item[0])),
                )[:FACET_VALUES]
            ]
            for name in FACETS
        }


def _preference(row: Mapping[str, Any]) -> tuple[bool, float, str]:
    """Sorts scans of one original as the view ``same_documents`` does: the better reading first."""
    return row["status"] != "complete", -row["text_confidence"], row["key"]


class _Search:
    def __init__(self, corpus: Corpus, query: Query | None, filters: Filters, sort: str) -> None:
        self._corpus, self._query, self._sort = corpus, query, sort
        self._labels = _label_match(corpus, filters)

    def run(self) -> _Found:
        if self._labels is None:
            return _Found({}, {}, {}, False, 0)
        asked, all_endings = (None, True) if self._query is None else self._spelled_out(self._query)
        match = self._match(None if asked is None else to_match(asked, ranked=False))
        if self._sort == "date":
            candidates = self._newest_by_date(match)
        elif isinstance(self._query, Phrase):
            candidates = self._neighbouring(match, self._query.words, MOST_CANDIDATES + 1)
        else:
            candidates = self._pages(match, MOST_CANDIDATES + 1)
        capped = len(candidates) > MOST_CANDIDATES or not all_endings
        scores = dict.fromkeys(candidates, 0.0)
        if self._query is not None:
            self._add_tiers(scores, capped)
            self._add_bm25(scores)
        page_of = self._places(scores)
        estimate = self._estimate() if capped else len(scores)
        return _Found(scores, page_of, self._documents(page_of), capped, estimate)

    def _match(self, expression: str | None) -> str:
        """The expression within the filters; every page has a label for its confidence."""
        labels = [f"{{labels}} : {part}" for part in self._labels or ()]
        if expression is None and not labels:
            labels = [f"{{labels}} : {label('confidence', '')} *"]
        return " AND ".join([*labels, *([expression] if expression else [])])

    def _pages(self, match: str, limit: int) -> list[int]:
        """The newest pages that answer."""
        rows = self._corpus.tuples(
            "SELECT rowid FROM page_index WHERE page_index MATCH ? ORDER BY rowid DESC LIMIT ?", [match, limit]
        )
        return [page for (page,) in rows]

    def _neighbouring(self, match: str, words: Sequence[Word], limit: int) -> list[int]:
        """The newest pages on which the words are neighbours, which ``match`` says.

        A phrase that stands nowhere is looked for to the end of the lists, and no bound on row numbers ends that walk. So
        the newer half is walked from the middle up and the older one from there down, at the same time.
        """
        if self._walked(words) <= WALKED_ALONE:
            return self._pages(match, limit)
        half = "SELECT rowid FROM page_index WHERE page_index MATCH ? AND rowid"
        middle = self._newest_page() // 2
        newer, older = self._corpus.both(
            (f"{half} > ? ORDER BY rowid LIMIT ?", [match, middle, limit]),
            (f"{half} <= ? ORDER BY rowid DESC LIMIT ?", [match, middle, limit]),
        )
        if len(newer) == limit:  # these are the oldest of the newer half; from the end it is not far to as many
            return self._pages(match, limit)
        return [page for (page,) in [*reversed(newer), *older][:limit]]

    def _walked(self, words: Iterable[Query]) -> int:
        """Entries of the lists that a search for neighbours walks."""
        return sum(map(self._frequency, words))

    def _spelled_out(self, query: Query) -> tuple[Query, bool]:
        """The query with frequent beginnings of words replaced by the words, and whether these are all that there are."""
        match query:
            case Word() if query.prefix and self._frequency(query) > COMMON:
                column, typed = ("word", query.text) if query.marked else ("folded", fold(query.text))
                words = self._corpus.tuples(
                    f"SELECT {column} FROM vocabulary WHERE {column} >= ? AND {column} < ? GROUP BY {column}"
                    " ORDER BY sum(pages) DESC LIMIT ?",
                    [typed, typed + "\uffff", MOST_ENDINGS + 1],
                )
                if words:
                    return Either(tuple(Word(word) for (word,) in words[:MOST_ENDINGS])), len(words) <= MOST_ENDINGS
            case All() | Either():
                parts, complete = zip(*map(self._spelled_out, query.parts), strict=True)
                return type(query)(tuple(parts)), all(complete)
            case Without():
                wanted, all_endings = self._spelled_out(query.wanted)
                return Without(wanted, query.unwanted), all_endings
        return query, True

    def _newest_page(self) -> int:
        return int(self._corpus.tuples("SELECT coalesce(max(id), 0) FROM pages")[0][0])

    def _newest_by_date(self, match: str) -> list[int]:
        """Candidates year by year from the newest, so that what the limit leaves out is the oldest."""
        candidates: dict[int, None] = {}
        for year in reversed(_distinct(self._corpus, "year")):
            of_year = f'({match}) AND {{labels}} : "{label("year", year)}"'
            candidates |= dict.fromkeys(self._pages(of_year, MOST_CANDIDATES + 1 - len(candidates)))
            if len(candidates) > MOST_CANDIDATES:
                return list(candidates)
        return list(candidates | dict.fromkeys(self._pages(match, MOST_CANDIDATES + 1)))

    def _add_tiers(self, scores: dict[int, float], capped: bool) -> None:
        """Bonuses; when there are more pages than candidates, those of a tier become candidates too.

        A page of a tier has all words of the query, for only queries of nothing but words, or one phrase, have tiers.
        """
        words = plain_words(self._query)
        if len(words) > 1 and not any(word.prefix for word in words):
            walked = self._walked(words)
            if walked > MOST_WALKED:
                self._look_at_texts(scores, words)
            else:
                tiers = list(_tiers(words))
                for name, tier in tiers if walked <= WALKED_ALONE else tiers[-1:]:
                    pages = self._neighbouring(self._match(tier), words, MOST_CANDIDATES // 3)
                    _add_bonus(scores, pages, BONUS[name], capped)
        _add_bonus(scores, self._titled(), BONUS["title"], capped)
        for leaf in leaves(self._query) if self._query is not None else ():
            if isinstance(leaf, Number):
                for page in self._own_pages(leaf):
                    if page in scores:
                        scores[page] += BONUS["own_number"]

    def _look_at_texts(self, scores: dict[int, float], words: Sequence[Word]) -> None:
        """The bonuses of ``_tiers``, from the texts of the best candidates instead of the index."""
        pages = sorted(scores, key=lambda page: (-scores[page], -page))
        texts = self._corpus.tuples(
            "SELECT page_id, repaired FROM page_texts WHERE page_id IN (SELECT value FROM json_each(?))",
            [dump(pages[:MOST_LOOKED_AT])],
        )
        for page, text in texts:
            together = stand_together(text, words)
            if together is not None:
                scores[page] += BONUS["folded_phrase"] + (BONUS["exact_phrase"] if together == "exact" else 0.0)

    def _titled(self) -> list[int]:
        """First pages of documents in whose title the words of the query are neighbours, within the filters."""
        match self._query:
            case Word():
                words: tuple[Word, ...] = (self._query,)
            case Phrase():
                words = self._query.words
            case _:
                words = plain_words(self._query)
        if not words or any(word.prefix for word in words[:-1]):
            return []
        rows = self._corpus.tuples(
            "SELECT rowid FROM title_index WHERE title_index MATCH ? ORDER BY rowid DESC LIMIT ?",
            [self._match(to_match(Phrase(words))), MOST_CANDIDATES // 3],
        )
        return [page for (page,) in rows]

    def _own_pages(self, number: Number) -> list[int]:
        sql = "SELECT page_id FROM numbers WHERE role = 'own' AND (\"key\" = :key OR short = :key)"
        if number.prefix:
            sql = "SELECT page_id FROM numbers WHERE role = 'own' AND \"key\" >= :key AND \"key\" < :key || '{'"
        return [row["page_id"] for row in self._corpus.iterate(sql, {"key": number.key})]

    def _add_bm25(self, scores: dict[int, float]) -> None:
        if self._query is None:
            return
        parts = tuple(leaves(self._query))
        scored = tuple(part for part in parts if self._walked(part.words if isinstance(part, Phrase) else (part,)) <= COMMON)
        if not scored:
            return
        match = to_match(Either(scored))
        if len(scored) == len(parts) and len(scores) <= MOST_CANDIDATES:
            match = self._match(to_match(self._query))
        sql = f"SELECT rowid, bm25(page_index, {WEIGHTS}) FROM page_index WHERE page_index MATCH ?"
        for page, score in self._corpus.tuples(sql, [match]):
            if page in scores:
                scores[page] -= score  # FTS5 gives better pages lower numbers

    def _frequency(self, query: Query) -> int:
        """About how many pages answer: exact for a word, too high for the rest."""
        match query:
            case Word() if query.prefix:
                column, typed = ("word", query.text) if query.marked else ("folded", fold(query.text))
                return self._count(f"{column} >= ? AND {column} < ?", [typed, typed + "\uffff"])
            case Word() if query.marked:
                return self._count("word = ?", [query.text])
            case Word():
                return self._count("folded = ?", [query.text])
            case Phrase():
                return min(map(self._frequency, query.words))
            case Number():
                row = self._corpus.row(
                    'SELECT count(*) AS n FROM (SELECT 1 FROM numbers WHERE "key" = ? LIMIT 20001)', [query.key]
                )
                return int(row["n"]) if row else 0
            case All():
                return min(map(self._frequency, query.parts))
            case Either():
                return sum(map(self._frequency, query.parts))
            case Without():
                return self._frequency(query.wanted)

    def _count(self, condition: str, parameters: Sequence[object]) -> int:
        row = self._corpus.row(f"SELECT coalesce(sum(pages), 0) AS n FROM vocabulary WHERE {condition}", parameters)
        return int(row["n"]) if row else 0

    def _estimate(self) -> int:
        everything = self._newest_page()
        return everything if self._query is None else min(everything, self._frequency(self._query))

    def _places(self, scores: Mapping[int, float]) -> dict[int, tuple[int, int]]:
        rows = self._corpus.tuples(
            "SELECT id, document_id, number FROM pages WHERE id IN (SELECT value FROM json_each(?))", [dump(list(scores))]
        )
        return {page: (document, number) for page, document, number in rows}

    def _documents(self, page_of: Mapping[int, tuple[int, int]]) -> dict[int, dict[str, Any]]:
        ids = sorted({document for document, _ in page_of.values()})
        rows = self._corpus.iterate(
            'SELECT id, "key", document, name, number, type, issuer, province, date, title, year, legal_key, status,'
            " text_confidence FROM documents WHERE id IN (SELECT value FROM json_each(?))",
            [dump(ids)],
        )
        return {row["id"]: row for row in rows}


def _tiers(words: Sequence[Word]) -> Iterator[tuple[str, str]]:
    """Expressions for pages on which the words are neighbours: as typed, then, for words without marks, with any."""
    if any(word.marked for word in words):
        yield "exact_phrase", to_match(Phrase(tuple(words)))
    else:
        yield "exact_phrase", f"{{exact}} : {to_match(Phrase(tuple(words)))}"
        yield "folded_phrase", f"{{folded}} : {to_match(Phrase(tuple(words)))}"


def _add_bonus(scores: dict[int, float], pages: Iterable[int], bonus: float, capped: bool) -> None:
    for page in pages:
        if capped or page in scores:
            scores[page] = scores.get(page, 0.0) + bonus


# --- filters -----------------------------------------------------------------------------------------------------------


def _label_match(corpus: Corpus, filters: Filters) -> list[str] | None:
    """One FTS5 expression over the labels per condition; ``None`` when a condition fits no document at all."""
    wanted: list[set[str]] = []
    for name in ("type", "issuer", "signer"):
        typed = getattr(filters, name)
        if typed:
            wanted.append({label(name, value) for value in _values(corpus, name, typed)})
    if filters.province:
        wanted.append({label("province", value) for value in _provinces(corpus, filters.province)})
    if filters.year_from is not None or filters.year_to is not None:
        wanted.append({label("year", year) for year in _years(corpus, filters)})
    if unknown := set(filters.has) - set(FACT_TABLES):
        raise QueryError(f"unknown kind of fact {min(unknown)}; there are {', '.join(FACT_TABLES)}")
    wanted += ({label("has", kind)} for kind in filters.has)
    if filters.confidence_from is not None:
        first = max(0, confidence_step(filters.confidence_from))
        wanted.append({label("confidence", step) for step in range(first, 10)})
    if not all(wanted):
        return None
    return ["(" + " OR ".join(f'"{token}"' for token in sorted(labels)) + ")" for labels in wanted]


def _values(corpus: Corpus, name: str, typed: str) -> list[str]:
    """The values in the corpus that are ``typed``, or, when none is, that contain it."""
    there = _distinct(corpus, name)
    same = [value for value in there if label("", value) == label("", typed)]
    return same or [value for value in there if fold(typed.strip()) in fold(value)]


def _provinces(corpus: Corpus, typed: str) -> list[str]:
    """Values of the corpus that name the same territory as ``typed``, today or before 1 July 2025."""
    names = {_bare(name) for name in (typed, *equivalents(typed), *equivalents(_bare(typed)))}
    return [value for value in _distinct(corpus, "province") if _bare(value) in names]


def _distinct(corpus: Corpus, name: str) -> list[Any]:
    """The values of a column, each found from the one before: ``DISTINCT`` would read the index of all documents."""
    rows = corpus.tuples(
        f'WITH RECURSIVE v(value) AS (SELECT min("{name}") FROM documents UNION ALL'
        f' SELECT (SELECT min("{name}") FROM documents WHERE "{name}" > value) FROM v WHERE value IS NOT NULL)'
        " SELECT value FROM v WHERE value IS NOT NULL"
    )
    return [value for (value,) in rows]


def _bare(province: str) -> str:
    return _UNIT_PREFIX.sub("", fold(province.strip()))


def _years(corpus: Corpus, filters: Filters) -> list[int]:
    first = filters.year_from if filters.year_from is not None else 0
    last = filters.year_to if filters.year_to is not None else 9999
    return [year for year in _distinct(corpus, "year") if first <= year <= last]


# --- results -----------------------------------------------------------------------------------------------------------


def _document_hit(corpus: Corpus, found: _Found, document_id: int, query: Query | None, most_pages: int) -> DocumentHit:
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
    rows = corpus.rows(
        'SELECT document, status, text_confidence, "key" FROM documents WHERE legal_key = ? AND id != ?',
        [legal_key, document_id],
    )
    return tuple(row["document"] for row in sorted(rows, key=_preference))


def _page_hit(corpus: Corpus, page_id: int, score: float, query: Query | None) -> PageHit:
    page = corpus.row(
        "SELECT number, first_line, repaired FROM pages JOIN page_texts ON page_id = pages.id WHERE pages.id = ?", [page_id]
    )
    if page is None:
        raise LookupError(f"page {page_id} is in the index but not in the corpus")
    cut = snippet(page["repaired"], query)
    at = cut.start + (cut.marks[0][0] if cut.marks else 0)
    line = page["first_line"] + page["repaired"].count("\n", 0, at)
    return PageHit(page["number"], line, cut.text, cut.marks, round(score, 4))


# --- did you mean ------------------------------------------------------------------------------------------------------


def did_you_mean(corpus: Corpus, words: str, query: Query) -> str | None:
    """``words`` with every word that the corpus lacks replaced by its nearest; ``None`` when it has all, or none is near."""
    better = words
    for leaf in leaves(query):
        for word in leaf.words if isinstance(leaf, Phrase) else (leaf,) if isinstance(leaf, Word) else ():
            near = None if word.prefix or not word.text.isalpha() or _has_word(corpus, word) else _nearest(corpus, word)
            if near is not None:
                better = regex.sub(rf"\b{regex.escape(word.text)}\b", near, better, count=1, flags=regex.IGNORECASE)
    return better if better != words else None


def _has_word(corpus: Corpus, word: Word) -> bool:
    column = "word" if word.marked else "folded"
    return corpus.row(f"SELECT 1 FROM vocabulary WHERE {column} = ? AND pages > 0 LIMIT 1", [word.text]) is not None


def _nearest(corpus: Corpus, word: Word) -> str | None:
    """For a marked word another with the same letters; else the most frequent one that is one letter away."""
    if word.marked:
        rows = corpus.rows(
            "SELECT word FROM vocabulary WHERE folded = ? ORDER BY pages DESC, word LIMIT 1", [fold(word.text)]
        )
        if rows:
            return str(rows[0]["word"])
    row = corpus.row(
        "SELECT word, folded, sum(pages) AS n FROM vocabulary WHERE folded IN (SELECT value FROM json_each(?))"
        " GROUP BY folded ORDER BY n DESC, folded LIMIT 1",
        [dump(sorted(_one_letter_away(fold(word.text))))],
    )
    if row is None:
        return None
    return str(_most_frequent(corpus, row["folded"]) if word.marked else row["folded"])


def _most_frequent(corpus: Corpus, folded: str) -> str:
    rows = corpus.rows("SELECT word FROM vocabulary WHERE folded = ? ORDER BY pages DESC, word LIMIT 1", [folded])
    return str(rows[0]["word"])


def _one_letter_away(word: str) -> set[str]:
    """Words made by one deletion, exchange of neighbours, replacement or insertion (Norvig's ``edits1``)."""
    halves = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    deleted = {a + b[1:] for a, b in halves if b and len(word) > 1}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1}
    replaced = {a + c + b[1:] for a, b in halves if b for c in _ALPHABET}
    inserted = {a + c + b for a, b in halves for c in _ALPHABET}
    return (deleted | swapped | replaced | inserted) - {word}


def document_condition(corpus: Corpus, filters: Filters) -> tuple[str, list[object]]:
    """Those filters that speak of whole documents, as an SQL condition on ``documents d`` with its parameters."""
    conditions: list[str] = ["1"]
    parameters: list[object] = []
    for name in ("type", "issuer", "signer", "province"):
        typed = getattr(filters, name)
        if typed:
            values = _provinces(corpus, typed) if name == "province" else _values(corpus, name, typed)
            conditions.append(f'd."{name}" IN (SELECT value FROM json_each(?))')
            parameters.append(dump(values))
    if filters.year_from is not None:
        conditions.append("d.year >= ?")
        parameters.append(filters.year_from)
    if filters.year_to is not None:
        conditions.append("d.year <= ?")
        parameters.append(filters.year_to)
    return " AND ".join(conditions), parameters


def page_match(corpus: Corpus, words: str, filters: Filters) -> str | None:
    """The words and those filters that speak of single pages, as an FTS5 expression; ``None`` when there are neither.

    Together with ``document_condition`` it finds what ``search`` finds. Raises ``QueryError``.
    """
    query = parse(words, lambda key: known_number(corpus, key))
    of_pages = Filters(has=filters.has, confidence_from=filters.confidence_from)
    labels = [f"{{labels}} : {part}" for part in _label_match(corpus, of_pages) or ()]
    return " AND ".join([*labels, *([] if query is None else [to_match(query, ranked=False)])]) or None
