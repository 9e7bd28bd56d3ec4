"""A sentence read once: its times, quantities, bodies and clauses, for every finder and feature that asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import regex

from extractors.bodies.grammar import Body, find_bodies
from extractors.sense.year import year_of
from extractors.structure.blocks import Block, Sentence, Structure
from extractors.words.dates import Time, find_times
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
    """What stands in a sentence. Each part is found when it is first asked for, and once."""

    sentence: Sentence

    @cached_property
    def text(self) -> str:
        return self.sentence.text

    @property
    def block(self) -> Block:
        return self.sentence.block

    @cached_property
    def times(self) -> tuple[Time, ...]:
        return tuple(find_times(self.text))

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        return tuple(find_quantities(self.text, list(self.times)))

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


@dataclass(frozen=True, eq=False)
class Readings:
    """The readings of a document, each made once."""

    structure: Structure

    @cached_property
    def _made(self) -> dict[tuple[int, int], Reading]:
        return {}

    def of(self, sentence: Sentence) -> Reading:
        key = (sentence.block.index, sentence.start)
        if key not in self._made:
            self._made[key] = Reading(sentence)
        return self._made[key]

    def of_block(self, block: Block) -> list[Reading]:
        return [self.of(s) for s in block.sentences]

    @property
    def year(self) -> str | None:
        return year_of(self.structure)

    @property
    def body(self) -> Iterator[Reading]:
        """The sentences of body and appendices in reading order."""
        return (self.of(s) for s in self.structure.sentences)
