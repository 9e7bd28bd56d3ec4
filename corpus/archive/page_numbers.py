"""Printed page numbers of a document: which are missing, and which stand in the wrong order. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

_OF = regex.compile(r"(?:trang|page)\s*:?\s*(\d{1,4})\s*(?:/|trên|of)\s*(\d{1,4})", regex.IGNORECASE)
_ALONE = regex.compile(r"[-–—\s.]*(\d{1,3})[-–—\s.]*")


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """The number on a page, where it has one, and the number of all pages, where it says so ("trang 2/5")."""

    number: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class NumberFault:
    """``kind`` is "missing" or "disorder"; ``page`` the page (from 1) at which it shows, ``numbers`` the printed ones."""

    kind: str
    page: int
    numbers: tuple[int, ...]


def printed_page(number_lines: Iterable[str], other_lines: Iterable[str]) -> PrintedPage:
    """The number of a page from the lines that are known to be page numbers, and from "trang x/y" anywhere.

    >>> printed_page(["- 3 -"], []), printed_page([], ["Trang 2/5"]), printed_page([], ["2"])
    (PrintedPage(number=3, of=None), PrintedPage(number=2, of=5), PrintedPage(number=None, of=None))
    """
    lines = list(number_lines)
    for line in (*lines, *other_lines):
        found = _OF.search(line)
        if found and 0 < int(found[1]) <= int(found[2]):
            return PrintedPage(int(found[1]), int(found[2]))
    for line in lines:
        found = _ALONE.fullmatch(line)
        if found and int(found[1]):
            return PrintedPage(int(found[1]))
    return PrintedPage()


def number_faults(pages: Sequence[PrintedPage]) -> list[NumberFault]:
    """What the numbers say is wrong, numbering by numbering: an annex has numbers of its own.

    >>> number_faults([PrintedPage(n) for n in (None, 2, 4)])
    [NumberFault(kind='missing', page=3, numbers=(3,))]
    >>> number_faults([PrintedPage(n) for n in (None, 3, 2, 4)])
    [NumberFault(kind='disorder', page=3, numbers=(2,))]
    >>> number_faults([PrintedPage(n) for n in (None, 2, 3, None, 2)]), number_faults([PrintedPage(1, 3), PrintedPage(2, 3)])
    ([], [NumberFault(kind='missing', page=2, numbers=(3,))])
    """
    faults: list[NumberFault] = []
    for run in _runs(pages):
        faults += _disorder(run) + _missing(run)
    return faults


Run = list[tuple[int, PrintedPage]]


def _runs(pages: Sequence[PrintedPage]) -> list[Run]:
    """Pages numbered through: (page from 1, what it says). Unnumbered pages before a number that begins anew are its own."""
    runs: list[Run] = [[]]
    seen: set[int] = set()
    for at, page in enumerate(pages, 1):
        if page.number is not None and _begins_anew(page.number, runs[-1], seen):
            waiting: Run = []
            while runs[-1] and runs[-1][-1][1].number is None and len(waiting) < page.number - 1:
                waiting.insert(0, runs[-1].pop())
            runs.append(waiting)
            seen = set()
        if page.number is not None:
            seen.add(page.number)
        runs[-1].append((at, page))
    return [run for run in runs if any(page.number is not None for _, page in run)]


def _begins_anew(number: int, run: Run, seen: set[int]) -> bool:
    """Whether the number starts another numbering: it was there already, or it goes back and the pages that it counts
    before itself have no numbers, as the first page of a document or an annex has none."""
    if number in seen:
        return True
    if not seen or number > max(seen):
        return False
    return number == 1 or (len(run) >= number - 1 and all(page.number is None for _, page in run[-(number - 1) :]))


def _numbered(run: Run) -> list[tuple[int, int]]:
    return [(at, page.number) for at, page in run if page.number is not None]


def _disorder(run: Run) -> list[NumberFault]:
    numbered = _numbered(run)
    return [NumberFault("disorder", at, (number,)) for (_, before), (at, number) in pairwise(numbered) if number < before]


def _missing(run: Run) -> list[NumberFault]:
    """Numbers that no page bears, less the unnumbered pages that may bear them, told at the page after the gap."""
    numbered = sorted(_numbered(run), key=lambda one: one[1])
    unnumbered = sum(page.number is None for _, page in run)
    faults: list[NumberFault] = []
    previous = 0
    for at, number in numbered:
        gap = list(range(previous + 1, number))
        hidden = min(unnumbered, len(gap))
        unnumbered -= hidden
        if gap[hidden:]:
            faults.append(NumberFault("missing", at, tuple(gap[hidden:])))
        previous = number
    last = max((page.of or 0 for _, page in run), default=0)
    left = list(range(previous + 1, last + 1))[unnumbered:] if last else []
    if left:
        faults.append(NumberFault("missing", run[-1][0], tuple(left)))
    return faults
