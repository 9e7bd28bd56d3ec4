"""What people type into the search box, as a tree, and that tree in the words of FTS5.

``cai cach "hành chính" OR 76/NQ-CP -dự* NOT thảo``: words stand for pages that have them all, ``"…"`` for neighbours,
``OR`` for either, ``-`` or ``NOT`` for none of it, ``*`` for any ending, brackets for grouping.

A word typed with marks is looked for with just these marks; one typed without is looked for without. What documents get
on their way in, queries get too: one width, one tone style, hyphens for dashes, đ for eth. "kĩ" finds "kỹ", and
"15/6/2020" that day however it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Literal

import regex

from db.index import TOKEN, exact_form
from documents.edits import replay
from normalizers.document_numbers import number_key
from normalizers.exact.unicode import unicode_edits
from normalizers.forms import fold, other_spelling

MOST_WORDS = 32
"""Longer queries are cut off with an error: nobody types one, and each word costs a posting list."""

MOST_NESTED = 20
"""Brackets within brackets: far more than anyone types, far less than would exhaust the stack."""

LONGEST_NUMBER = 7
"""Words that one document number may be typed in: "03 2016 qđ ubnd", "15 2021 nq hdnd tinh"."""

NumberMatch = Literal["exact", "prefix"]
KnownNumber = Callable[[str], "NumberMatch | None"]
"""Tells of a key (``db.numbers.number_key``) whether the corpus has that document number, or longer ones beginning so."""


class QueryError(ValueError):
    """The words can't be searched for; the message says what to change."""


class TooLong(QueryError):
    """The query has more words or more brackets within each other than are looked at."""


class NoWords(QueryError):
    """What was typed has not one word in it."""


class OnlyExcludes(QueryError):
    """The query says what a page must not have, and nothing that it must have."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as typed (``exact_form``), without its star."""

    text: str
    prefix: bool = False

    @property
    def marked(self) -> bool:
        return fold(self.text) != self.text


@dataclass(frozen=True, slots=True)
class Phrase:
    words: tuple[Word, ...]

    @property
    def marked(self) -> bool:
        return any(word.marked for word in self.words)


@dataclass(frozen=True, slots=True)
class Number:
    """A document number, by its key; ``typed`` are the words it was typed in."""

    key: str
    typed: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Pages of ``wanted`` that are none of ``unwanted``."""

    wanted: Query
    unwanted: Query


Leaf = Word | Phrase | Number
Query = Leaf | All | Either | Without

_LEXER = regex.compile(
    r"""
    "(?P<phrase>[^"]*)"?          # an open quotation goes on to the end
    | (?P<bracket>[()])
    | (?P<or>(?:OR|\|)(?=[\s(]|$))
    | (?P<and>(?:AND|&)(?=[\s(]|$))  # says what standing side by side says already
    | (?P<not>NOT(?=[\s(]) | (?<![^\s(])-(?=[\p{L}"(]))   # "2021 -2025" leaves nothing out
    | (?P<run>[^\s"()]+)
    """,
    regex.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str = ""
    glued: bool = False


def parse(typed: str, known_number: KnownNumber = lambda key: None) -> Query | None:
    """The tree of a query; ``None`` when there is not one word in it.

    Raises ``QueryError`` for a query that only excludes, and for one that is too long.

    >>> parse('cải cách')
    All(parts=(Word(text='cải', prefix=False), Word(text='cách', prefix=False)))
    """
    if len(TOKEN.findall(typed)) > MOST_WORDS:
        raise TooLong(f"more than {MOST_WORDS} words; leave some out")
    return _Parser(_join_numbers(list(_tokens(typed)), known_number)).either()


def _tokens(typed: str) -> Iterator[_Token | Phrase]:
    for match in _LEXER.finditer(_plain(typed)):
        kind = match.lastgroup
        if kind == "phrase":
            words = tuple(_words(match["phrase"]))
            if words:
                yield Phrase(words)
        elif kind == "bracket":
            yield _Token(match["bracket"])
        elif kind == "run":
            yield from _run(match["run"])
        elif kind and kind != "and":
            yield _Token(kind)


_CONTROL = regex.compile(r"\p{Cc}|\p{Cs}")
_QUOTES = regex.compile(r"[“”„«»]")


def _plain(typed: str) -> str:
    """As documents are cleaned; typographic quotation marks as plain ones; "20 %" as "20%", which finds both."""
    typed = _CONTROL.sub(" ", typed).translate(_ETH)
    typed = replay(typed, unicode_edits(typed))
    return join_percent(_QUOTES.sub('"', typed))


_ETH = str.maketrans("ÐƉð", "ĐĐđ")  # nobody looks for Icelandic names here


_BLANK_BEFORE_PERCENT = regex.compile(r"(?<=\d)\s+%")


def join_percent(text: str) -> str:
    """
    >>> join_percent("12,5 % hồ sơ, %")
    '12,5% hồ sơ, %'
    """
    return _BLANK_BEFORE_PERCENT.sub("%", text)


def _words(text: str) -> Iterator[Word]:
    text = exact_form(text)
    for match in TOKEN.finditer(text):
        yield Word(match[0], prefix=text[match.end() : match.end() + 1] == "*")


def _run(run: str) -> Iterator[_Token | Phrase]:
    """A run without spaces. Parts joined by a stroke or hyphen ("kinh tế-xã hội", "76/NQ-CP") are neighbours."""
    if (date := _DATE.fullmatch(run)) and 1 <= int(date["day"]) <= 31 and 1 <= int(date["month"]) <= 12:
        yield _Token("date", run)
        return
    for i, word in enumerate(_words(run)):
        yield _Token("prefix" if word.prefix else "word", word.text, glued=i > 0)


_DATE = regex.compile(r"(?P<day>\d{1,2})(?P<between>[/.-])(?P<month>\d{1,2})(?P=between)(?P<year>(?:19|20)\d{2})[,.;:]?")


def _written_date(typed: str) -> Query:
    """A day in figures and in words, with and without leading zeros."""
    date = _DATE.fullmatch(typed)
    assert date is not None  # what the lexer called a date
    days, months = ({str(int(date[part])), f"{int(date[part]):02}"} for part in ("day", "month"))
    forms = ("{day} {month} {year}", "{day} thang {month} nam {year}")
    return Either(
        tuple(
            Phrase(tuple(map(Word, form.format(day=day, month=month, year=date["year"]).split())))
            for form in forms
            for day in sorted(days)
            for month in sorted(months)
        )
    )


def _join_numbers(tokens: list[_Token | Phrase], known: KnownNumber) -> list[_Token | Phrase]:
    """Words that together are a document number which the corpus has become one token; the longest such run wins.

    "76 nq cp" is a number because the corpus has 76/NQ-CP, "20 phần trăm" is not.
    """
    joined: list[_Token | Phrase] = []
    at = 0
    while at < len(tokens):
        number = _number_at(tokens, at, known)
        if number is None:
            joined.append(tokens[at])
            at += 1
        else:
            joined.append(number)
            at += len(number.text.split())
    return joined


def _number_at(tokens: Sequence[_Token | Phrase], at: int, known: KnownNumber) -> _Token | None:
    run: list[str] = []
    for token in tokens[at : at + LONGEST_NUMBER]:
        if not isinstance(token, _Token) or token.kind != "word":
            break
        run.append(token.text)
    if not run or not run[0][0].isdigit():
        return None
    for length in range(len(run), 0, -1):
        key = number_key(" ".join(run[:length]))
        if key.isdigit() or not key:
            continue
        match = known(key)
        ends_inside = at + length < len(tokens) and getattr(tokens[at + length], "glued", False)
        if match == "exact" or (match == "prefix" and not ends_inside and _looks_like_number(tokens[at : at + length])):
            return _Token("number" if match == "exact" else "number_prefix", " ".join(run[:length]))
    return None


def _looks_like_number(tokens: Sequence[_Token | Phrase]) -> bool:
    """Only what is typed in one go ("76/NQ", "76nq") stands for longer numbers: "2 k" must not find "2/KH-UBND"."""
    return all(getattr(token, "glued", False) for token in tokens[1:])


class _Parser:
    """Recursive descent: either → all → one."""

    def __init__(self, tokens: list[_Token | Phrase]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def either(self) -> Query | None:
        parts = [self._all()]
        while self._peek() == "or":
            self._at += 1
            parts.append(self._all())
        there = tuple(part for part in parts if part is not None)
        return there[0] if len(there) == 1 else Either(there) if there else None

    def _all(self) -> Query | None:
        wanted: list[Query] = []
        unwanted: list[Query] = []
        while (kind := self._peek()) is not None and kind != "or":
            if kind == ")":
                if self._depth:
                    break
                self._at += 1  # a bracket that closes nothing
                continue
            side = wanted
            while self._peek() == "not":
                self._at += 1
                side = unwanted if side is wanted else wanted
            part = self._one()
            if part is not None:
                side.append(part)
        if unwanted and not wanted:
            raise OnlyExcludes("only words to leave out; add one to look for")
        if not wanted:
            return None
        tree: Query = wanted[0] if len(wanted) == 1 else All(tuple(wanted))
        if unwanted:
            tree = Without(tree, unwanted[0] if len(unwanted) == 1 else Either(tuple(unwanted)))
        return tree

    def _one(self) -> Query | None:
        if self._peek() in (None, "or", ")"):
            return None
        token = self._tokens[self._at]
        self._at += 1
        if isinstance(token, Phrase):
            return token if len(token.words) > 1 else token.words[0]
        if token.kind == "(":
            return self._bracket()
        if token.kind == "date":
            return _written_date(token.text)
        if token.kind.startswith("number"):
            return Number(number_key(token.text), tuple(token.text.split()), token.kind == "number_prefix")
        return self._glued(token)

    def _bracket(self) -> Query | None:
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise TooLong(f"more than {MOST_NESTED} brackets within each other; leave some out")
        inner = self.either()
        self._depth -= 1
        if self._peek() == ")":
            self._at += 1
        return inner

    def _glued(self, token: _Token) -> Query:
        words = [Word(token.text, token.kind == "prefix")]
        while self._at < len(self._tokens):
            following = self._tokens[self._at]
            if not isinstance(following, _Token) or not following.glued:
                break
            words.append(Word(following.text, following.kind == "prefix"))
            self._at += 1
        return words[0] if len(words) == 1 else Phrase(tuple(words))

    def _peek(self) -> str | None:
        if self._at >= len(self._tokens):
            return None
        token = self._tokens[self._at]
        return "phrase" if isinstance(token, Phrase) else token.kind


def to_match(query: Query, *, ranked: bool = True) -> str:
    """The tree as an FTS5 expression over ``page_index``.

    A word without marks is in ``folded`` wherever it is in ``exact``; asking both columns (``ranked``) lets BM25 weigh the
    latter, asking one is twice as fast and finds the same pages. Only ``exact`` has marks, so that a word with marks needs
    no column; nor is a phrase tied to one, which would cost half as much again (``benchmarks/search.py``).

    >>> to_match(All((Word("giám"), Word("sat"))))
    '("giám" AND {exact folded title} : "sat")'
    """
    match query:
        case Word() if query.text.endswith("%") and len(query.text) > 1 and not query.prefix:
            return f"{_columns(query, ranked)}({quoted(query.text)} OR {quoted(query.text[:-1] + ' %')})"
        case Word() if not query.prefix and (other := other_spelling(query.text)):
            return f"{_columns(query, ranked)}({quoted(query.text)} OR {quoted(other)})"
        case Word():
            return f"{_columns(query, ranked)}{quoted(query.text)}{' *' if query.prefix else ''}"
        case Phrase():
            return _phrase(query)
        case Number():
            return _number_match(query)
        case All():
            return f"({' AND '.join(to_match(part, ranked=ranked) for part in query.parts)})"
        case Either():
            return f"({' OR '.join(to_match(part, ranked=ranked) for part in query.parts)})"
        case Without():
            return f"({to_match(query.wanted, ranked=ranked)} NOT {to_match(query.unwanted, ranked=ranked)})"


def _columns(word: Word, ranked: bool) -> str:
    if word.marked:
        return ""
    return "{exact folded title} : " if ranked else "{folded title} : "


_PERCENT = regex.compile(r"(?<=\d)%")


def _phrase(phrase: Phrase) -> str:
    """The words as neighbours, "20%" printed as one word or as two, "kĩ" as "kỹ"."""
    star = " *" if phrase.words[-1].prefix else ""
    spelt = islice(product(*map(_spellings, phrase.words)), MOST_SPELLINGS)
    spaced = (form for words in map(" ".join, spelt) for form in (words, _PERCENT.sub(" %", words)))
    printed = dict.fromkeys(quoted(form) + star for form in spaced)
    return next(iter(printed)) if len(printed) == 1 else f"({' OR '.join(printed)})"


MOST_SPELLINGS = 16
"""Of one phrase: four of its words may be written with i or y, which none of the evaluation queries comes near."""


def _spellings(word: Word) -> tuple[str, ...]:
    other = None if word.prefix else other_spelling(word.text)
    return (word.text,) if other is None else (word.text, other)


def _number_match(number: Number) -> str:
    if number.prefix:
        return f"{{numbers}} : {quoted(number.key)} *"
    return f"({{numbers}} : {quoted(number.key)} OR {{folded}} : {quoted(fold(' '.join(number.typed)))})"


def quoted(text: str) -> str:
    """An FTS5 string."""
    return '"' + text.replace('"', '""') + '"'


def leaves(query: Query) -> Iterator[Leaf]:
    """What a page should show highlighted: all leaves but the unwanted."""
    match query:
        case All() | Either():
            for part in query.parts:
                yield from leaves(part)
        case Without():
            yield from leaves(query.wanted)
        case _:
            yield query


def plain_words(query: Query | None) -> tuple[Word, ...]:
    """The words of a query that is nothing but words, in order; else nothing."""
    if isinstance(query, All) and all(isinstance(part, Word) for part in query.parts):
        return tuple(part for part in query.parts if isinstance(part, Word))
    return ()
