"""Like indicators: the targets of several provinces side by side, and the results of reports beside the targets they answer.

Two figures are of one indicator when they count in the same unit, for the same level of administration, and say it in
mostly the same words. Words weigh by how rare they are among the figures compared; words that turn the meaning round
("trễ", "chưa") and numbers ("mức độ 4") must be the same. It is a likeness, no identity: every figure keeps its own words
and its place, and whoever compares can read both.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import regex

from corpus.export.writers import Record
from db.index import TOKEN, exact_form
from normalizers.forms import fold
from normalizers.lexicon.lexicon import expand

LIKE = 0.5
"""Least share of weight that two indicators have in common. Lower joins what is different, higher leaves single what OCR
has damaged; the pairs in ``tests/corpus/test_indicators.py`` hold it in its place."""

MOST_COMPARED = 2000
"""Figures compared with each other at once, the first that come: some 150 ms."""

# Words that nearly every indicator has, and those of place, which the province says already.
_EMPTY = frozenset(
    TOKEN.findall(
        "tỷ tỉ lệ số tổng các của được và ở trên về cho tại theo với trong là có những mỗi một phấn đấu đạt để do từ đến"
        " địa bàn tỉnh toàn thành phố bình quân mức"
    )
)
_TURNING = frozenset(TOKEN.findall("trễ quá chưa không muộn chậm giảm tăng ngoài đang lại"))
_ABBREVIATION = regex.compile(r"\b[A-ZĐ]{3,8}\b")
_YEAR = regex.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a figure is of, fit to be compared; ``must`` are the words that have to be the same."""

    unit: str
    scope: str
    words: frozenset[str]
    must: frozenset[str]

    @classmethod
    def of(cls, fact: Record) -> Indicator:
        return _indicator(str(fact["unit"] or ""), str(fact["scope"] or ""), str(fact["indicator"] or ""))


@lru_cache(maxsize=20_000)
def _indicator(unit: str, scope: str, printed: str) -> Indicator:
    words = TOKEN.findall(exact_form(_ABBREVIATION.sub(_expanded, printed)))
    must = {word for word in words if word in _TURNING or (word.isdigit() and not _YEAR.fullmatch(word))}
    bag = frozenset(fold(word) for word in words if word not in _EMPTY and not word.isdigit())
    return Indicator(fold(unit), fold(scope), bag, frozenset(must))


def _expanded(match: regex.Match[str]) -> str:
    """The one thing that an abbreviation stands for, or itself."""
    meanings = {meaning.expansion for meaning in expand(match[0])}
    return meanings.pop() if len(meanings) == 1 else match[0]


def weights(indicators: Iterable[Indicator]) -> dict[str, float]:
    """How much each word says: the fewer of the indicators have it, the more."""
    counts: Counter[str] = Counter()
    total = 0
    for indicator in indicators:
        counts.update(indicator.words)
        total += 1
    return {word: math.log(1 + total / count) for word, count in counts.items()}


class Near:
    """Indicators that were added, by number, and how like others are to them: the share of weight in common, 0 … 1.

    Those of another unit, of another level or without the same ``must`` are not like at all.
    """

    def __init__(self, weight: Mapping[str, float]) -> None:
        self._weight = weight
        self._added: dict[int, tuple[Indicator, float]] = {}
        self._having: dict[tuple[str, frozenset[str], str], list[int]] = defaultdict(list)

    def add(self, number: int, indicator: Indicator) -> None:
        self._added[number] = indicator, self._whole(indicator)
        for word in indicator.words:
            self._having[indicator.unit, indicator.must, word].append(number)

    def like(self, indicator: Indicator) -> Iterator[tuple[float, int]]:
        """How like it is to each of those that share ``LIKE`` of the weight with it."""
        common: dict[int, float] = defaultdict(float)
        for word in indicator.words:
            for number in self._having.get((indicator.unit, indicator.must, word), ()):
                common[number] += self._weight[word]
        whole = self._whole(indicator)
        for number, shared in common.items():
            other, its_whole = self._added[number]
            found = shared / (whole + its_whole - shared)
            if found >= LIKE and not (indicator.scope and other.scope and indicator.scope != other.scope):
                yield found, number

    def _whole(self, indicator: Indicator) -> float:
        return sum(map(self._weight.__getitem__, indicator.words))


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of one indicator; ``name`` is the shortest of their indicators as printed."""

    name: str
    unit: str
    facts: tuple[Record, ...]

    @property
    def places(self) -> int:
        return len({place_of(fact) for fact in self.facts})

    @property
    def longest(self) -> float:
        """The greatest value, to draw the others against."""
        return max(top_of(fact) for fact in self.facts)


def top_of(fact: Record) -> float:
    """The upper end of a figure."""
    return float(fact["value"] if fact["value_max"] is None else fact["value_max"])


def place_of(fact: Record) -> str:
    """Whose figure it is: the province, or the document where no province is known."""
    return str(fact["document_province"] or fact["document"])


def side_by_side(facts: Iterable[Record]) -> list[Group]:
    """Groups of like figures from two places or more, those from most places first.

    Each figure joins the group whose first figure it is most like, or begins a group of its own.
    """
    groups: list[list[Record]] = []
    compared = _compared(facts)
    weight = weights(indicator for indicator, _ in compared)
    near = Near(weight)
    for indicator, fact in compared:
        _, best = max(near.like(indicator), key=lambda found: (found[0], -found[1]), default=(0.0, None))
        if best is not None:
            groups[best].append(fact)
        elif indicator.words:
            near.add(len(groups), indicator)
            groups.append([fact])
    made = [_group(members) for members in groups]
    return sorted(
        (group for group in made if group.places > 1), key=lambda group: (-group.places, -len(group.facts), group.name)
    )


def _compared(facts: Iterable[Record]) -> list[tuple[Indicator, Record]]:
    return [(Indicator.of(fact), fact) for fact in islice(facts, MOST_COMPARED) if fact["indicator"]]


def _group(members: Sequence[Record]) -> Group:
    name = min((str(fact["indicator"]) for fact in members), key=lambda text: (len(text), text))
    once = {tuple(str(fact[name]) for name in _SAID): fact for fact in reversed(members)}
    ordered = sorted(once.values(), key=lambda fact: (place_of(fact), str(fact["due"] or ""), str(fact["id"])))
    return Group(name, str(members[0]["unit"]), tuple(ordered))


_SAID = ("document_province", "document_number", "kind", "comparator", "value", "value_max", "of", "due")
"""A figure that a document repeats, or that two scans of it have, is shown once."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A target and a result that a later document of the same province reports; ``reached`` where that can be told."""

    target: Record
    result: Record
    reached: bool | None
    likeness: float


def answers(targets: Iterable[Record], results: Iterable[Record]) -> list[Answer]:
    """For each result the target it is most like: of the same province, in another document that is not younger."""
    wanted, given = _compared(targets), _compared(results)
    weight = weights(indicator for indicator, _ in [*wanted, *given])
    near: dict[str, Near] = defaultdict(lambda: Near(weight))
    for number, (indicator, target) in enumerate(wanted):
        near[fold(place_of(target))].add(number, indicator)
    found = []
    for indicator, result in given:
        like = near[fold(place_of(result))].like(indicator)
        pairs = [(share, -number) for share, number in like if _may_answer(wanted[number][1], result)]
        if pairs:
            share, number = max(pairs)
            target = wanted[-number][1]
            found.append(Answer(target, result, reached(target, result), share))
    return sorted(found, key=lambda pair: (place_of(pair.target), str(pair.target["id"]), str(pair.result["id"])))


def _may_answer(target: Record, result: Record) -> bool:
    planned, reported = target["document_date"], result["document_date"]
    return bool(target["document"] != result["document"] and not (planned and reported and planned > reported))


def reached(target: Record, result: Record) -> bool | None:
    """Whether the result reaches the target; ``None`` for changes ("giảm 20 %"), estimates and fractions.

    >>> reached({"comparator": ">=", "value": 95, "value_max": None, "of": None},
    ...         {"comparator": "=", "value": 98, "value_max": None, "of": None})
    True
    """
    if result["comparator"] != "=" or result["value_max"] is not None or (target["of"] or result["of"]):
        return None
    match target["comparator"]:
        case ">=" | "=":
            return bool(result["value"] >= target["value"])
        case ">":
            return bool(result["value"] > target["value"])
        case "<=":
            return bool(result["value"] <= top_of(target))
        case "<":
            return bool(result["value"] < top_of(target))
    return None


def ticks(greatest: float) -> Iterator[float]:
    """Round numbers from 0 to at least ``greatest``, five or so of them, for the axis of a chart.

    >>> list(ticks(98)), list(ticks(4647))
    ([0.0, 20.0, 40.0, 60.0, 80.0, 100.0], [0.0, 1000.0, 2000.0, 3000.0, 4000.0, 5000.0])
    """
    rough = max(greatest, 1e-9) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(step for step in (1 * power, 2 * power, 5 * power, 10 * power) if step >= rough * (1 - 1e-9))
    at = 0.0
    while at < greatest * (1 - 1e-9):
        yield at
        at += step
    yield at
