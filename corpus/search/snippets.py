"""Where on a page the words of a query stand, and the piece of text that shows them best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import regex

from corpus.search.query import Leaf, Number, Phrase, Query, Word, join_percent, leaves, plain_words
from db.index import TOKEN, exact_form
from documents.edits import Span
from normalizers.document_numbers import number_key, printed_numbers, short_key
from normalizers.forms import fold, other_spelling

SNIPPET_LENGTH = 240
"""Code points shown of a page: three lines of a results page at reading width."""

MOST_SEARCHED = 500_000
"""Code points of a page that are searched for the place to show; a printed page has some 3,000."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a page on one line; ``marks`` are spans in it that answer the query, ``start`` its place in the text."""

    text: str
    marks: tuple[tuple[int, int], ...]
    start: int


class _Hit(NamedTuple):
    start: int
    end: int
    leaf: int


def highlights(text: str, query: Query) -> list[Span]:
    """All places in ``text`` that answer the query, in order and without overlaps.

    >>> [("Giám sát, giảm nghèo"[s.start:s.end]) for s in highlights("Giám sát, giảm nghèo", Word("giám"))]
    ['Giám']
    """
    spans: list[Span] = []
    for hit in _meant(text, _hits(text, tuple(leaves(query))), query):
        if not spans or hit.start >= spans[-1].end:
            spans.append(Span(hit.start, hit.end))
    return spans


def snippet(text: str, query: Query | None, length: int = SNIPPET_LENGTH) -> Snippet:
    """The window of ``text`` with the most different words of the query in it; the beginning when it has none."""
    hits = _meant(text, _hits(text, tuple(leaves(query))), query) if query is not None else []
    start, end = _window(text, hits, length)
    marks: list[tuple[int, int]] = []
    for hit in hits:
        if start <= hit.start and hit.end <= end and (not marks or hit.start >= marks[-1][1] + start):
            marks.append((hit.start - start, hit.end - start))
    shown = text[start:end].replace("\n", " ").replace("\f", " ")
    return Snippet(shown, tuple(marks), start)


def stand_together(text: str, words: Sequence[Word]) -> str | None:
    """Whether the words are neighbours somewhere in ``text``: "exact" as typed, "folded" but for marks, or ``None``.

    >>> stand_together("Chương trình Cải cách", [Word("cai"), Word("cach")])
    'folded'
    """
    together = None
    for match in _pattern(tuple(words)).finditer(_lowered(text)):
        if _same_marks(text[match.start() : match.end()], words):
            return "exact"
        together = None if any(word.marked for word in words) else "folded"
    return together


def _hits(text: str, wanted: Sequence[Leaf]) -> list[_Hit]:
    text = text[:MOST_SEARCHED]
    lower = _lowered(text)
    hits: list[_Hit] = []
    for i, leaf in enumerate(wanted):
        match leaf:
            case Number():
                hits += (_Hit(start, end, i) for start, end in _number_places(text, lower, leaf))
            case Word():
                hits += (_Hit(start, end, i) for start, end in _phrase_places(text, lower, (leaf,), leaf.marked))
            case Phrase():
                hits += (_Hit(start, end, i) for start, end in _phrase_places(text, lower, leaf.words, leaf.marked))
    return sorted(hits)


def _meant(text: str, hits: list[_Hit], query: Query) -> list[_Hit]:
    """Without single words where the words stand side by side elsewhere: "cai cach hanh chinh" means no "Hạnh phúc".

    A word that never stands beside its neighbour of the query keeps all its places.
    """
    if len(plain_words(query)) < 2:
        return hits
    beside: set[_Hit] = set()
    for one, other in pairwise(hits):
        if other.leaf == one.leaf + 1 and not _IN_BETWEEN.search(text, one.end, other.start):
            beside |= {one, other}
    found = {hit.leaf for hit in beside}
    return [hit for hit in hits if hit in beside or hit.leaf not in found]


_IN_BETWEEN = regex.compile(r"[^\s,;:.“”\"()/–-]")
"""What parts two words from being neighbours: anything but space and punctuation."""


def _lowered(text: str) -> str:
    """In lower case, without moving an offset: İ would become two letters."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c if len(c.lower()) > 1 else c.lower() for c in text)


def _letters() -> dict[str, str]:
    """For each letter a pattern of it with any marks. Folding the pages instead would take three times as long."""
    with_marks: dict[str, str] = {}
    for letter in map(chr, (*range(0xDF, 0x250), *range(0x1E00, 0x1F00))):
        folded = fold(letter)
        if letter.islower() and len(folded) == 1 and folded != letter:
            with_marks[folded] = with_marks.get(folded, folded) + letter
    return {letter: f"[{letters}]" for letter, letters in with_marks.items()}


_LETTERS = _letters()
_IN_TOKEN = r"[\p{L}\p{N}\p{M}%]"  # as db.index.TOKEN


@lru_cache(maxsize=512)
def _pattern(words: tuple[Word, ...]) -> regex.Pattern[str]:
    """The words next to each other, whatever stands between tokens and whatever marks they have; on text in lower case."""
    between = r"[^\p{L}\p{N}\p{M}%]+"
    body = between.join(any_marks(word.text) + (rf"{_IN_TOKEN}*+" if word.prefix else "") for word in words)
    return regex.compile(rf"(?<!{_IN_TOKEN}){body}(?!{_IN_TOKEN})")


def any_marks(word: str) -> str:
    """As a pattern; "20%" may be printed "20 %", "kĩ" "kỹ"."""
    if other := other_spelling(fold(word)):
        return f"(?:{_spelt(fold(word))}|{_spelt(other)})"
    return _spelt(fold(word))


def _spelt(word: str) -> str:
    letters = [_LETTERS.get(letter) or regex.escape(letter) for letter in word]
    return "".join([*letters[:-1], r"\s*+%"] if word[-1:] == "%" and len(word) > 1 else letters)


def _phrase_places(text: str, lower: str, words: tuple[Word, ...], marked: bool) -> Iterator[tuple[int, int]]:
    for match in _pattern(words).finditer(lower):
        if not marked or _same_marks(text[match.start() : match.end()], words):
            yield match.start(), match.end()


def _same_marks(printed: str, words: Sequence[Word]) -> bool:
    tokens = TOKEN.findall(exact_form(join_percent(printed)))
    return len(tokens) == len(words) and all(
        token.startswith(word.text) if word.prefix else word.text in (token, other_spelling(token))
        for token, word in zip(tokens, words, strict=True)
    )


def _number_places(text: str, lower: str, number: Number) -> Iterator[tuple[int, int]]:
    for printed in printed_numbers(text):
        keys = {form(text) for form in (number_key, short_key) for text in (printed.number, printed.printed)}
        if any(key.startswith(number.key) if number.prefix else key == number.key for key in keys):
            yield printed.start, printed.start + len(printed.printed)
    if not number.prefix:
        yield from _phrase_places(text, lower, tuple(Word(fold(word)) for word in number.typed), False)


def _window(text: str, hits: Sequence[_Hit], length: int) -> tuple[int, int]:
    """Start and end, at word ends, with a little context before the first hit."""
    if not hits:
        return 0, _word_end(text, min(length, len(text)))
    best, most = hits[0], (-1, -1)
    last = 0
    for i, first in enumerate(hits):
        last = max(last, i)
        while last < len(hits) and hits[last].end <= first.start + length * 3 // 4:
            last += 1
        within = hits[i:last] or [first]
        worth = (len({hit.leaf for hit in within}), len(within) > 1)
        if worth > most:
            best, most = first, worth
    start = max(0, best.start - length // 8)
    while 0 < start < best.start and not text[start - 1].isspace():
        start += 1
    return start, _word_end(text, min(len(text), max(start + length, best.end)))


def _word_end(text: str, end: int) -> int:
    limit = end + 20  # a run without spaces is cut in the middle rather than shown whole
    while end < len(text) and end < limit and not text[end].isspace():
        end += 1
    return end
