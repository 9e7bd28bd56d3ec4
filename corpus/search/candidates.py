"""Candidate pages of a query: which tiers of words are asked for, how far the index is walked, how pages are scored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from corpus.search.filters import Filters, dossier_ids, label_match
from corpus.search.found import Found
from corpus.search.query import All, Either, Number, Phrase, Query, Without, Word, leaves, plain_words, to_match
from corpus.search.snippets import stand_together
from db.index import label
from db.questions import words as index
from db.questions.chosen import distinct
from db.store import Corpus
from normalizers.forms import fold

MOST_CANDIDATES = 2000
"""Pages ranked per query. Costs about 10 µs each (``benchmarks/search.py``); nobody reads further than this."""

COMMON = 10_000
"""Pages with a word above which it is not scored: FTS5 walks a scored word's whole list (``benchmarks/search.py``)."""

MOST_WALKED = 700_000
"""Entries of the words' lists up to which the index is asked where they are neighbours. It walks the lists to their ends,
ten thousand entries a millisecond (``benchmarks/search.py``); beyond, the texts of candidates are looked at."""

WALKED_ALONE = 300_000
"""Entries from which on the index is walked in two halves at once: a thread and a connection more cost two milliseconds."""

MOST_ENDINGS = 200
"""Words that a beginning stands for. FTS5 reads the lists of all of them before it gives the first page, but the lists of
words that it is told one by one only as far as they are wanted. Of more words the most frequent are taken."""

MOST_COUNTED = 20_001
"""Pages with a document number up to which they are counted: twice ``COMMON`` and one, more changes no decision."""

MOST_LOOKED_AT = 120
"""Candidates whose text is looked at for neighbours, the best first: some 100 µs each."""

BONUS = {"exact_phrase": 8.0, "folded_phrase": 4.0, "title": 6.0, "own_number": 50.0}
"""What being in a tier is worth in units of BM25, where a page rarely has more than 20 (``tests/corpus/test_search.py``)."""


class CandidateSearch:
    def __init__(self, corpus: Corpus, query: Query | None, filters: Filters, sort: str) -> None:
        self._corpus, self._query, self._sort = corpus, query, sort
        self._filters = filters
        self._labels = label_match(corpus, filters)

    def run(self) -> Found:
        if self._labels is None:
            return Found({}, {}, {}, False, 0)
        asked, all_endings = (None, True) if self._query is None else self._spelled_out(self._query)
        match = self._match(None if asked is None else to_match(asked, ranked=False))
        if self._filters.hoso:
            candidates = self._pages_of_dossiers(match)
        elif self._sort == "date":
            candidates = self._newest_by_date(match)
        elif isinstance(self._query, Phrase):
            candidates = self._neighbouring(match, self._query.words, MOST_CANDIDATES + 1)
        else:
            candidates = index.newest_pages(self._corpus, match, MOST_CANDIDATES + 1)
        capped = len(candidates) > MOST_CANDIDATES or not all_endings
        scores = dict.fromkeys(candidates, 0.0)
        if self._query is not None:
            self._add_tiers(scores, capped)
            self._add_bm25(scores)
        page_of = index.places_of_pages(self._corpus, scores)
        documents = self._documents(page_of)
        if len(documents) < len({document for document, _ in page_of.values()}):  # some are out of the range of days
            page_of = {page: place for page, place in page_of.items() if place[0] in documents}
            scores = {page: scores[page] for page in page_of}
        estimate = self._estimate() if capped else len(scores)
        return Found(scores, page_of, documents, capped, estimate)

    def _match(self, expression: str | None) -> str:
        """The expression within the filters; every page has a label for its confidence."""
        labels = [f"{{labels}} : {part}" for part in self._labels or ()]
        if expression is None and not labels:
            labels = [f"{{labels}} : {label('confidence', '')} *"]
        return " AND ".join([*labels, *([expression] if expression else [])])

    def _pages_of_dossiers(self, match: str) -> list[int]:
        """The newest pages of the dossiers asked for that answer."""
        ids = dossier_ids(self._corpus, self._filters.hoso)
        return index.newest_pages_of_dossiers(self._corpus, match, ids, MOST_CANDIDATES)

    def _neighbouring(self, match: str, words: Sequence[Word], limit: int) -> list[int]:
        """The newest pages on which the words are neighbours, which ``match`` says.

        A phrase that stands nowhere is looked for to the end of the lists, and no bound on row numbers ends that walk. So
        the newer half is walked from the middle up and the older one from there down, at the same time.
        """
        if self._walked(words) <= WALKED_ALONE:
            return index.newest_pages(self._corpus, match, limit)
        middle = index.newest_page(self._corpus) // 2
        newer, older = index.pages_from_both_ends(self._corpus, match, middle, limit)
        if len(newer) == limit:  # these are the oldest of the newer half; from the end it is not far to as many
            return index.newest_pages(self._corpus, match, limit)
        return [*reversed(newer), *older][:limit]

    def _walked(self, words: Iterable[Query]) -> int:
        """Entries of the lists that a search for neighbours walks."""
        return sum(map(self._frequency, words))

    def _spelled_out(self, query: Query) -> tuple[Query, bool]:
        """The query with frequent beginnings of words replaced by the words, and whether these are all that there are."""
        match query:
            case Word() if query.prefix and self._frequency(query) > COMMON:
                words = index.beginning_with(self._corpus, _typed(query), marked=query.marked, limit=MOST_ENDINGS + 1)
                if words:
                    return Either(tuple(map(Word, words[:MOST_ENDINGS]))), len(words) <= MOST_ENDINGS
            case All() | Either():
                parts, complete = zip(*map(self._spelled_out, query.parts), strict=True)
                return type(query)(tuple(parts)), all(complete)
            case Without():
                wanted, all_endings = self._spelled_out(query.wanted)
                return Without(wanted, query.unwanted), all_endings
        return query, True

    def _newest_by_date(self, match: str) -> list[int]:
        """Candidates year by year from the newest, so that what the limit leaves out is the oldest."""
        candidates: dict[int, None] = {}
        for year in reversed(distinct(self._corpus, "year")):
            of_year = f'({match}) AND {{labels}} : "{label("year", year)}"'
            candidates |= dict.fromkeys(index.newest_pages(self._corpus, of_year, MOST_CANDIDATES + 1 - len(candidates)))
            if len(candidates) > MOST_CANDIDATES:
                return list(candidates)
        return list(candidates | dict.fromkeys(index.newest_pages(self._corpus, match, MOST_CANDIDATES + 1)))

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
                for page in index.pages_bearing_number(self._corpus, leaf.key, beginning=leaf.prefix):
                    if page in scores:
                        scores[page] += BONUS["own_number"]

    def _look_at_texts(self, scores: dict[int, float], words: Sequence[Word]) -> None:
        """The bonuses of ``_tiers``, from the texts of the best candidates instead of the index."""
        pages = sorted(scores, key=lambda page: (-scores[page], -page))
        for page, text in index.texts_of_pages(self._corpus, pages[:MOST_LOOKED_AT]):
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
        return index.titled_pages(self._corpus, self._match(to_match(Phrase(words))), MOST_CANDIDATES // 3)

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
        for page, score in index.bm25(self._corpus, match):
            if page in scores:
                scores[page] -= score

    def _frequency(self, query: Query) -> int:
        """About how many pages answer: exact for a word, too high for the rest."""
        match query:
            case Word() if query.prefix:
                return index.pages_with_beginning(self._corpus, _typed(query), marked=query.marked)
            case Word():
                return index.pages_with_word(self._corpus, query.text, marked=query.marked)
            case Phrase():
                return min(map(self._frequency, query.words))
            case Number():
                return index.pages_with_number(self._corpus, query.key, MOST_COUNTED)
            case All():
                return min(map(self._frequency, query.parts))
            case Either():
                return sum(map(self._frequency, query.parts))
            case Without():
                return self._frequency(query.wanted)

    def _estimate(self) -> int:
        everything = index.newest_page(self._corpus)
        return everything if self._query is None else min(everything, self._frequency(self._query))

    def _documents(self, page_of: Mapping[int, tuple[int, int]]) -> dict[int, dict[str, Any]]:
        rows = index.documents_found(self._corpus, sorted({document for document, _ in page_of.values()}))
        return {row["id"]: row for row in rows if self._filters.allows(row["date"] or (row["year"] and str(row["year"])))}


def _typed(word: Word) -> str:
    return word.text if word.marked else fold(word.text)


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
