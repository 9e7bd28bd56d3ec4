"""Numbers and dates that a page does not give surely, settled by what other documents say of it.

Other documents cite it, and the register of its file ("mục lục văn bản") lists number, date and title of every document.
Pure: what is known and what is sought go in, what is settled comes out; ``db.settling`` asks the corpus.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex

from normalizers.document_numbers import notation_of, number_key
from normalizers.forms import fold
from normalizers.official_form import BLANK

ALIKE = 0.8
"""Share of words (F1) that a title and a register's entry have in common when they are of one document; of the fifteen
documents of one office at hand the closest two different ones share 0.75."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A document whose number or date is in doubt. ``issuer`` and ``title`` may be empty."""

    key: str
    number: str
    date: str
    title: str
    issuer: str
    number_doubted: bool
    date_doubted: bool
    numbers: tuple[str, ...] = ()
    """What a pen's figures may be, where the number is written by hand; likewise ``dates``."""
    dates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What another document says of one: ``source`` is "citation" or "register"; ``by`` names who says it.

    A citation tells the ``issuer``, a register the ``title``.
    """

    number: str
    date: str
    source: str
    by: str
    title: str = ""
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """``number`` and ``date`` as they are now known; empty where nothing settles them."""

    key: str
    source: str
    by: str
    number: str = ""
    date: str = ""


def settle(sought: Sequence[Sought], said: Iterable[Said]) -> list[Settled]:
    """What the other documents settle, each thing said of one document only, each document by what agrees alone.

    >>> lost = Sought("d1", "…/TB-SYT", "2018-03", "tuyển dụng viên chức", "Sở Y tế", True, True)
    >>> settle([lost], [Said("17/TB-SYT", "2018-03-05", "register", "mục lục", title="V/v tuyển dụng viên chức")])
    [Settled(key='d1', source='register', by='mục lục', number='17/TB-SYT', date='2018-03-05')]
    """
    by_notation: dict[str, list[Said]] = {}
    for one in said:
        by_notation.setdefault(fold(notation_of(one.number)), []).append(one)
    found: list[tuple[Settled, str]] = []
    for document in sought:
        fitting = [s for s in by_notation.get(fold(notation_of(document.number)), ()) if _fits(document, s)]
        titled = [s for s in fitting if s.source == "register" and alike(document.title, s.title) >= ALIKE]
        fitting = titled or fitting
        numbers = {number_key(s.number) for s in fitting}
        dates = {s.date for s in fitting if s.date}
        if len(numbers) != 1:
            continue
        best = max(fitting, key=lambda s: (s.source == "register", s.by))
        number = best.number if document.number_doubted else ""
        date = next(iter(dates)) if document.date_doubted and len(dates) == 1 else ""
        if number or date:
            found.append((Settled(document.key, best.source, best.by, number, date), next(iter(numbers))))
    claims = Counter((one.source, claimed, one.date[:4]) for one, claimed in found)
    return [one for one, claimed in found if claims[one.source, claimed, one.date[:4]] == 1]


def _fits(document: Sought, said: Said) -> bool:
    """Whether what is said can be of this document: nothing sure contradicts it, and more than the notation agrees."""
    known = not document.number.startswith(BLANK)
    written = {number_key(number) for number in document.numbers}
    same_number = known and number_key(said.number) in {number_key(document.number), *written}
    if known and not document.number_doubted and not same_number:
        return False
    day = document.date if len(document.date) == 10 else ""
    if document.date and said.date and document.date[:4] != said.date[:4]:
        return False
    if day and said.date and not document.date_doubted and day != said.date:
        return False
    if len(document.date) == 7 and said.date and not said.date.startswith(document.date):
        return False
    both_written = number_key(said.number) in written and said.date in document.dates
    if said.source == "register":
        return alike(document.title, said.title) >= ALIKE or both_written
    same_day = bool(day) and not document.date_doubted and day == said.date
    agrees = same_number and bool(said.date) and (not document.dates or said.date in document.dates)
    return _same_body(document.issuer, said.issuer) and (same_day or agrees)


_COMMITTEE = regex.compile(r"\bUBND\b")


def _same_body(own: str, cited: str) -> bool:
    """Bodies of one name; a citation may leave out the province or write UBND."""
    own_words, cited_words = (fold(_COMMITTEE.sub("Ủy ban nhân dân", name)).split() for name in (own, cited))
    return len(cited_words) > 1 and own_words[: len(cited_words)] == cited_words


_WORD = regex.compile(r"\w+")
_ABOUT = regex.compile(r"^\W*(?:v/v|ve viec)\W*")


def alike(title: str, other: str) -> float:
    """F1 over the words of two titles, without "V/v".

    >>> alike("V/v xin mua xe mô tô", "xin mua xe mô tô"), alike("", "xin")
    (1.0, 0.0)
    """
    a, b = (Counter(_WORD.findall(_ABOUT.sub("", fold(t)))) for t in (title, other))
    shared = sum((a & b).values())
    return 2 * shared / (sum(a.values()) + sum(b.values())) if shared else 0.0
