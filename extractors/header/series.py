"""Numbers and dates that a pen wrote, decided together: within one series numbers rise with dates.

A body numbers what it issues from 1 on in each year, all kinds of documents in one series or each kind in its own (Nghị
định 30/2020/NĐ-CP, article 15; Thông tư 07/2012/TT-BNV). So of everything that the figures of many documents may be, most
contradicts the rest. What does not is found as the heaviest rising chain through all readings.

Order alone confirms nothing: what is decided here stays in doubt, with a better guess.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

FLOOR = 0.01
"""A reading less likely than this is worth nothing in a chain: any figures look a little like any others."""
FEWEST = 4
"""Documents that make a series; two or three rise by chance."""
MOST_POINTS = 16
"""Pairs of a number and a date looked at for each document."""
KEPT, FORCED = 0.75, 0.8
"""A set of documents is one series when three in four fit into a chain, at readings that are on the average less than
twice as unlikely as the best (a logarithm). Series thrown together lose half of their documents."""


@dataclass(frozen=True, slots=True)
class Point:
    """A number and an ISO day with the chance that a document bears both."""

    number: int
    date: str
    chance: float = 1.0

    def rises_to(self, other: Point) -> bool:
        """Whether ``other`` may be issued after this one; one number is given on one day only."""
        if self.number == other.number:
            return self.date == other.date
        return self.number < other.number and self.date <= other.date


@dataclass(frozen=True, slots=True)
class Written:
    """A document with what its number and date may be, likeliest first; ``sure`` where there is one point, and no doubt."""

    key: Hashable
    points: tuple[Point, ...]
    sure: bool = False


def points_of(numbers: Mapping[int, float], dates: Mapping[str, float]) -> tuple[Point, ...]:
    """All pairs, likeliest first."""
    pairs = (Point(n, d, p * q) for n, p in numbers.items() for d, q in dates.items())
    return tuple(sorted(pairs, key=lambda point: (-point.chance, point.number, point.date))[:MOST_POINTS])


def decide(documents: Sequence[Written]) -> dict[Hashable, Point]:
    """For each document in doubt that fits into the series, its number and date, with how likely they are beside what its
    neighbours leave possible; empty where the documents are no series.

    >>> a = Written("a", (Point(53, "2010-03-09"),), sure=True)
    >>> b = Written("b", (Point(14, "2010-03-26", 0.5), Point(74, "2010-03-26", 0.4)))
    >>> c = Written("c", (Point(89, "2010-04-22", 0.9),))
    >>> d = Written("d", (Point(94, "2010-05-07", 0.9),))
    >>> decide([a, b, c, d])["b"]
    Point(number=74, date='2010-03-26', chance=0.9)
    """
    if len(documents) < FEWEST:
        return {}
    chain = rising(documents)
    by_key = {one.key: one for one in documents}
    if len(chain) < KEPT * len(documents):
        return {}
    losses = [math.log(by_key[key].points[0].chance / point.chance) for key, point in chain]
    if sum(losses) > FORCED * len(chain):
        return {}
    decided: dict[Hashable, Point] = {}
    for i, (key, point) in enumerate(chain):
        if by_key[key].sure:
            continue
        before = chain[i - 1][1] if i else None
        behind = chain[i + 1][1] if i + 1 < len(chain) else None
        left = [p for p in by_key[key].points if _between(before, p, behind)]
        whole = sum(p.chance for p in left) + max(0.0, 1 - sum(p.chance for p in by_key[key].points)) * _share(
            left, by_key[key]
        )
        decided[key] = Point(point.number, point.date, round(point.chance / whole, 3))
    return decided


def _share(left: Sequence[Point], document: Written) -> float:
    """Of what no reading says, as much stays possible as of what the readings say."""
    return sum(p.chance for p in left) / sum(p.chance for p in document.points)


def _between(before: Point | None, point: Point, behind: Point | None) -> bool:
    return (before is None or before.rises_to(point)) and (behind is None or point.rises_to(behind))


def rising(documents: Sequence[Written]) -> list[tuple[Hashable, Point]]:
    """The heaviest chain: at most one point of each document, every point rising to the next.

    A document's second point in a chain is taken away and the chain sought again, until none has two.
    """
    points = {one.key: list(one.points) for one in documents}
    sure = {one.key for one in documents if one.sure}
    while True:
        chain = _heaviest([(key, point) for key, its in points.items() for point in its], sure)
        best: dict[Hashable, Point] = {}
        twice: list[tuple[Hashable, Point]] = []
        for key, point in chain:
            if key in best:
                loser = min(point, best[key], key=lambda p: p.chance)
                twice.append((key, loser))
                best[key] = point if loser is best[key] else best[key]
            else:
                best[key] = point
        if not twice:
            return chain
        for key, point in twice:
            points[key].remove(point)


def _heaviest(items: Iterable[tuple[Hashable, Point]], sure: set[Hashable]) -> list[tuple[Hashable, Point]]:
    """The rising chain of the greatest weight, by dynamic programming over days and a tree of maxima over numbers."""
    ordered = sorted(items, key=lambda item: (item[1].date, item[1].number, repr(item[0]), -item[1].chance))
    numbers = sorted({point.number for _, point in ordered})
    below = _Maxima(len(numbers))
    of_day: dict[tuple[int, str], int] = {}  # the heaviest chain that ends with a number on a day, for its doubles
    weights: list[float] = []
    before: list[int] = []
    for i, (key, point) in enumerate(ordered):
        own = 100.0 if key in sure else math.log(max(point.chance, FLOOR) / FLOOR)
        rank = bisect_right(numbers, point.number) - 1
        weight, at = below.best(rank)
        double = of_day.get((point.number, point.date), -1)
        if double >= 0 and weights[double] > weight:
            weight, at = weights[double], double
        weights.append(own + weight)
        before.append(at)
        below.put(rank, weights[i], i)
        if double < 0 or weights[i] > weights[double]:
            of_day[point.number, point.date] = i
    at = max(range(len(ordered)), key=lambda i: weights[i], default=-1)
    chain: list[tuple[Hashable, Point]] = []
    while at >= 0:
        chain.append(ordered[at])
        at = before[at]
    return chain[::-1]


class _Maxima:
    """A tree of maxima (Fenwick): the heaviest chain that ends below a rank."""

    def __init__(self, size: int) -> None:
        self.heaviest = [(0.0, -1)] * (size + 1)

    def best(self, rank: int) -> tuple[float, int]:
        """Of all ranks below ``rank``."""
        found = (0.0, -1)
        while rank > 0:
            found = max(found, self.heaviest[rank])
            rank &= rank - 1
        return found

    def put(self, rank: int, weight: float, index: int) -> None:
        rank += 1
        while rank < len(self.heaviest):
            self.heaviest[rank] = max(self.heaviest[rank], (weight, index))
            rank += rank & -rank
