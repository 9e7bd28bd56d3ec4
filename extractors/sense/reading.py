"""A sentence read once: its times, quantities, bodies and clauses, for every finder and feature that asks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import regex

from extractors.bodies.grammar import Body, find_bodies
from extractors.sense.year import with_year, year_of
from extractors.structure.blocks import Block, Sentence, Structure
from extractors.words.dates import Time, resolve, told_times
from extractors.words.quantities import Quantity, find_quantities
from extractors.words.units import find_units

_GAP = regex.compile(
    r"[\s,;:()&/–-]*(?:(?:và|các|cùng với|cùng|với|hoặc|của|cấp|tỉnh|thành phố|là|gồm|thủ trưởng|giám đốc|ông|bà|đồng chí"
    r"|trong tỉnh|trên địa bàn(?: tỉnh| thành phố)?|(?:có )?liên quan|chủ tịch)\b[\s,;:()&/–-]*)*",
    regex.IGNORECASE,
)
"""What stands between two bodies that are named in one breath."""
_LONGEST_GAP = 45


_KINDS = {"open": "body", "generic": "generic"}


@dataclass(frozen=True, slots=True)
class Run:
    """Bodies named in one breath, and the range of the sentence that they take up."""

    start: int
    end: int
    bodies: tuple[Body, ...]


@dataclass(frozen=True, eq=False)
class Reading:
    """What stands in a sentence of a document of some ``year``. Each part is found when it is first asked for, and once."""

    sentence: Sentence
    year: str | None = None

    @cached_property
    def text(self) -> str:
        return self.sentence.text

    @property
    def block(self) -> Block:
        return self.sentence.block

    @cached_property
    def told(self) -> tuple[Time, ...]:
        """The times as their own words tell them."""
        return tuple(told_times(self.text))

    @cached_property
    def times(self) -> tuple[Time, ...]:
        """The times completed by one another."""
        return tuple(resolve(list(self.told), self.text))

    @cached_property
    def dated(self) -> tuple[Time, ...]:
        """The times, days and months that name no year in the document's own."""
        return tuple(with_year(time, self.year) for time in self.times)

    @cached_property
    def figures(self) -> tuple[Quantity, ...]:
        """Every figure that may be a quantity, those too that only a decision can tell from one."""
        return tuple(find_quantities(self.text, list(self.times), wide=True))

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """What the words themselves show to be quantities."""
        return tuple(q for q in self.figures if q.plausible and q.role != "share")

    @cached_property
    def bodies(self) -> tuple[Body, ...]:
        """What the grammar finds, and what the lexicon alone can read under damaged marks."""
        found = find_bodies(self.text)
        for known in find_units(self.text, tolerant=True):
            if known.kind not in ("open", "generic") and all(b.end <= known.start or known.end <= b.start for b in found):
                found.append(Body(known.start, known.end, known.name, _KINDS.get(known.kind, known.kind), known.id))
        return tuple(sorted(found, key=lambda b: b.start))

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """The bodies, those that are named in one breath together."""
        groups: list[list[Body]] = []
        for body in self.bodies:
            gap = self.text[groups[-1][-1].end : body.start] if groups else None
            if gap is not None and (body.member or (len(gap) < _LONGEST_GAP and _GAP.fullmatch(gap))):
                groups[-1].append(body)
            else:
                groups.append([body])
        return tuple(Run(g[0].start, max(b.end for b in g), tuple(g)) for g in groups)

    @cached_property
    def clauses(self) -> tuple[tuple[int, int], ...]:
        return self.sentence.clauses

    def clause_around(self, at: int) -> tuple[int, int]:
        """The range between semicolons in which an offset lies."""
        return next(((a, b) for a, b in self.clauses if a <= at <= b), (0, len(self.text)))

    def without_times(self, start: int, end: int) -> str:
        """The words of a range, the times in it taken out that a calendar could hold ("đến năm 2025")."""
        kept, at = [], start
        for time in self.told:
            if time.type != "relative" and start <= time.core and time.end <= end:
                kept.append(self.text[at : max(at, time.start)])
                at = max(at, time.end)
        return " ".join([*kept, self.text[at:end]])


_LONGEST = 3000
"""Characters. The longest sentence of the annotated documents has 1,400; longer ones are lists or tables that reading
has run together, and are read in pieces so that time grows with their length and not faster."""


def in_pieces(sentence: Sentence) -> Iterator[Sentence]:
    """The sentence, or parts of at most ``_LONGEST`` characters cut at spaces."""
    start = sentence.start
    while sentence.end - start > _LONGEST:
        cut = sentence.block.text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = cut + 1 if cut >= 0 else start + _LONGEST
        yield Sentence(sentence.block, start, cut)
        start = cut
    yield sentence if start == sentence.start else Sentence(sentence.block, start, sentence.end)


@dataclass(frozen=True, eq=False)
class Readings:
    """The readings of a document, each made once."""

    structure: Structure
    _of_block: dict[int, tuple[Block, list[Reading]]] = field(default_factory=dict)
    """By the identity of a block; the block is kept, so that no other can take its place."""

    def of_block(self, block: Block) -> list[Reading]:
        """One for each sentence of a block; a sentence of unusual length is read in pieces."""
        if id(block) not in self._of_block:
            pieces = (piece for sentence in block.sentences for piece in in_pieces(sentence))
            self._of_block[id(block)] = block, [Reading(piece, self.year) for piece in pieces]
        return self._of_block[id(block)][1]

    def of(self, sentence: Sentence) -> Reading:
        """That of a sentence, or of the piece of one that begins there."""
        readings = self.of_block(sentence.block)
        return readings[bisect_left(readings, sentence.start, key=lambda r: r.sentence.start)]

    def before(self, reading: Reading, count: int) -> Iterator[Reading]:
        """The last ``count`` sentences of the block before this one, the nearest first."""
        readings = self.of_block(reading.block)
        at = bisect_right(readings, reading.sentence.start, key=lambda r: r.sentence.end)
        return reversed(readings[max(0, at - count) : at])

    @cached_property
    def year(self) -> str | None:
        return year_of(self.structure)

    @property
    def body(self) -> Iterator[Reading]:
        """The sentences of body and appendices in reading order."""
        return (reading for block in self.structure.body for reading in self.of_block(block))


def readings_of(structure: Structure) -> Readings:
    """The readings of a document, shared by all finders."""
    if "readings" not in structure.kept:
        structure.kept["readings"] = Readings(structure)
    readings: Readings = structure.kept["readings"]
    return readings
