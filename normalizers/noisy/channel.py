"""The noisy channel: how likely a profile's engines print a letter, an onset, vowels or a coda as some characters.

Probabilities come from counts (``normalizers.training.em``) drawn towards ever more general ones: what this profile
prints for this part of a syllable ← for its letters one by one ← what any engine prints for the letter ← for any letter
with the same base ← nearly anything (Dirichlet smoothing at each step).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from normalizers.forms import strip_marks
from normalizers.noisy.kept_rows import Adapted, KeptRows, longer
from normalizers.noisy.syllable_parts import CLOSE, LETTERS, OPEN, without_tone

Floats32 = NDArray[np.float32]

LONGEST_GROUP = 3
"""Printed characters one letter can stand for."""

STRENGTHS = (4.0, 3.0, 6.0, 6.0)
"""Imaginary counts drawn from the next more general level: base letter ← anything, letter ← base letter,
profile ← all profiles, part ← its letters. Found by held-out documents (benchmarks/repair.md)."""

ALPHABET = 120.0
"""Characters an engine chooses from when it prints nonsense."""


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """Sparse counts: ``letters[i]`` (index into ``LETTERS``) was printed as ``groups[texts[i]]`` ``counts[i]`` times."""

    groups: tuple[str, ...]
    letters: NDArray[np.int64]
    texts: NDArray[np.int64]
    counts: Floats32

    def dense(self, index: dict[str, int]) -> Floats32:
        """Counts as a matrix of groups by letters, rows as in ``index``."""
        matrix = np.zeros((len(index), len(LETTERS)), np.float32)
        rows = np.array([index[g] for g in self.groups], np.int64)
        np.add.at(matrix, (rows[self.texts], self.letters), self.counts)
        return matrix


_BASE = np.array([LETTERS.index(strip_marks(c)) if strip_marks(c) in LETTERS else i for i, c in enumerate(LETTERS)])
MIXED_IN = 0.02
"""Share of the more general channel that no amount of counts takes away: the next document's engine has its own quirks."""

_PLAIN = [strip_marks(c) for c in LETTERS]
_TONELESS = [without_tone(c) for c in LETTERS]
_EDGES = np.array([c in (OPEN, CLOSE) for c in LETTERS])
_VOWEL = np.array([c[:1] in "aeiouy" for c in _PLAIN])
_ALIKE = dict(
    pair.split(":")
    for pair in [
        "u:uiv",
        "i:ilt1",
        "o:oec06",
        "a:aeo",
        "e:eco",
        "y:yvg",
        "d:dcl",
        "c:ceo",
        "h:hlb",
        "n:nmru",
        "m:mnr",
        "t:tlfi",
        "l:li1ft",
        "g:gq9",
        "b:bh6",
        "r:rnt",
        "v:vy",
        "k:klh",
        "s:s5",
        "q:qg9",
    ]
)
"""Characters whose shape is near a letter's, as every reader of bad print knows them."""


def anything(group: str) -> Floats32:
    """P(group | letter) when nothing was ever seen, for all letters.

    Most to the letter itself or itself without marks; some to letters of like shape, to any vowel for a vowel, to
    nothing; a little to noise. An edge of a word is nearly always printed as nothing.
    """
    longer = max(len(group) - 1, 0)
    letter = 0.04 if not group else 0.08 * 0.15**longer / ALPHABET ** len(group)
    edge = 0.97 if not group else 0.01 * 0.1**longer / ALPHABET ** len(group)
    row = np.where(_EDGES, edge, letter).astype(np.float32)
    if len(group) == 1:
        lower = group.lower()
        for i, plain in enumerate(_PLAIN):
            if _EDGES[i]:
                continue
            if LETTERS[i] == lower:
                row[i] += 0.35
            if plain == lower != LETTERS[i]:
                row[i] += 0.25
            if _TONELESS[i] == lower != LETTERS[i]:
                row[i] += 0.1
            alike = _ALIKE.get(plain, "")
            if lower in alike:
                row[i] += 0.09 / len(alike)
            if _VOWEL[i] and lower in "aeiouy":
                row[i] += 0.015
    return row


INSERTED = 0.02
"""Probability that a stray character stands beside what a letter is printed as ("ty" for ự, which is printed "y")."""


@cache
def _noise(length: int) -> Floats32:
    """``anything`` of a group of two or more characters, which asks for its length only."""
    return anything("?" * length)


def _stray(character: str) -> float:
    """How often a stray character is this one: a small letter mostly."""
    return 0.03 if "a" <= character <= "z" else 0.015 if character in "'’.,;:10^~*`[]{}" else 0.004


def with_stray(group: str, singles: Mapping[str, Floats32]) -> Floats32:
    """P(group | letter) as one of its characters printed for the letter and strays around it."""
    if len(group) < 2:
        return anything(group)
    row = _noise(len(group))
    strays = [_stray(c) for c in group]
    for i, character in enumerate(group):
        if character in singles:
            others = math.prod(strays[:i] + strays[i + 1 :])
            row = row + singles[character] * np.float32(INSERTED ** (len(group) - 1) * others)
    return row


@dataclass(slots=True)
class LetterChannel:
    """P(group | letter) of one profile; rows of ``matrix`` are groups, columns ``LETTERS``.

    ``singles`` and ``left_over`` make the rows of groups never seen: those are added when first asked for.
    """

    index: dict[str, int]
    matrix: Floats32
    singles: Mapping[str, Floats32]
    left_over: Floats32
    _used: int = 0
    _learned: int = 0

    MOST: ClassVar[int] = 20_000
    """Groups never seen that are kept before all of them are forgotten: 10 MB of rows."""

    def __post_init__(self) -> None:
        self._used = self._learned = len(self.matrix)

    def rows(self, groups: Sequence[str]) -> NDArray[np.int64]:
        """Row numbers of groups of at most ``LONGEST_GROUP`` characters; they hold until the next question."""
        index = self.index
        if self._used > self._learned + self.MOST:
            self.index = index = {group: row for group, row in index.items() if row < self._learned}
            self._used = self._learned
        for group in groups:
            if group not in index:
                self._add(group)
        return np.array([index[g] for g in groups], np.int64)

    def of(self, groups: Sequence[str]) -> Floats32:
        """P(group | letter): groups × letters."""
        rows = self.rows(groups)
        return self.matrix[rows]

    def row(self, group: str) -> Floats32:
        if group not in self.index:
            self._add(group)
        row: Floats32 = self.matrix[self.index[group]]
        return row

    def _add(self, group: str) -> None:
        if self._used == len(self.matrix):
            self.matrix = np.concatenate([self.matrix, np.zeros_like(self.matrix)])
        self.matrix[self._used] = with_stray(group, self.singles) * self.left_over
        self.index[group] = self._used
        self._used += 1


def letter_channels(counts: dict[str, GroupCounts], *, strengths: Sequence[float] = STRENGTHS) -> dict[str, LetterChannel]:
    """Smoothed letter channels of all profiles; their rows are the same groups."""
    groups = sorted({g for c in counts.values() for g in c.groups} | set(LETTERS) | set(_PLAIN) | {""})
    index = {g: i for i, g in enumerate(groups)}
    dense = {name: c.dense(index) for name, c in counts.items()}
    # each profile weighs the same in the pool, however many pages were drawn for it
    nothing = np.zeros((len(groups), len(LETTERS)), np.float32)
    pool = sum(((m * (2000.0 / max(float(m.sum()), 1.0))) for m in dense.values()), nothing)
    base = np.zeros_like(pool)
    np.add.at(base.T, _BASE, pool.T)
    prior = np.stack([anything(g) for g in groups])
    by_letter = _by_letter(pool, base, prior, strengths)
    singles = {g: by_letter[i] for g, i in index.items() if len(g) == 1}
    by_letter = _by_letter(pool, base, np.stack([with_stray(g, singles) for g in groups]), strengths)
    channels = {}
    pooled = strengths[1] / (pool.sum(axis=0) + strengths[1])
    for name, m in dense.items():
        own = (1 - MIXED_IN) * strengths[2] / (m.sum(axis=0) + strengths[2]) + MIXED_IN
        left_over = (pooled * own).astype(np.float32)
        channels[name] = LetterChannel(dict(index), _blend(m, by_letter, strengths[2]), singles, left_over)
    return channels


def mixture(channels: Mapping[str, LetterChannel], shares: Mapping[str, float]) -> LetterChannel:
    """What is printed by one of several engines: the mean of their channels, weighed by ``shares``."""
    total = sum(shares.values())
    weighed = [(channels[name], np.float32(share / total)) for name, share in shares.items()]
    matrix = sum((c.matrix * share for c, share in weighed[1:]), weighed[0][0].matrix * weighed[0][1])
    left_over = sum((c.left_over * share for c, share in weighed[1:]), weighed[0][0].left_over * weighed[0][1])
    return LetterChannel(dict(weighed[0][0].index), matrix, weighed[0][0].singles, left_over)


def _blend(counts: Floats32, general: Floats32, strength: float) -> Floats32:
    blended: Floats32 = (1 - MIXED_IN) * _smooth(counts, general, strength) + MIXED_IN * general
    # the guesses of with_stray may add up to more than there is
    within_one: Floats32 = blended / np.maximum(blended.sum(axis=0), 1.0)
    return within_one


def _by_letter(pool: Floats32, base: Floats32, prior: Floats32, strengths: Sequence[float]) -> Floats32:
    by_base = 0.5 * _smooth(base, prior[:, _BASE], strengths[0])[:, _BASE] + 0.5 * prior
    return _smooth(pool, by_base, strengths[1])


def _smooth(counts: Floats32, prior: Floats32, strength: float) -> Floats32:
    smoothed: Floats32 = (counts + np.float32(strength) * prior) / (counts.sum(axis=0, keepdims=True) + np.float32(strength))
    return smoothed


@dataclass(slots=True)
class PartChannel(KeptRows):
    """P(printed | part) for a fixed list of parts (onsets, vowel clusters or codas) and any printed string.

    ``seen`` maps a printed string to the parts that were seen printed so and their counts; ``totals`` are counts by part.
    """

    parts: tuple[str, ...]
    letters: LetterChannel
    seen: dict[str, tuple[NDArray[np.int64], Floats32]]
    totals: Floats32
    strength: float = STRENGTHS[3]
    _letter_of: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), np.int64))

    def __post_init__(self) -> None:
        longest = max(map(len, self.parts))
        nothing = len(LETTERS)  # a letter that is always printed as nothing
        self._letter_of = np.array([[LETTERS.index(c) for c in p] + [nothing] * (longest - len(p)) for p in self.parts])
        self.open(len(self.parts))

    def complete(self, rows: NDArray[np.int64]) -> None:
        """See to it that these rows, known to the general channel, are there."""

    def _add_all(self, texts: list[str]) -> None:
        self._add(texts, self._compute(texts, self._used))

    def _compute(self, texts: list[str], first: int) -> Floats32:
        probabilities = self._from_letters(texts)
        strength = np.float32(self.strength)
        probabilities *= (1 - MIXED_IN) * strength / (self.totals + strength) + MIXED_IN
        self._add_seen(texts, probabilities, strength)
        return probabilities

    def _add_seen(self, texts: list[str], probabilities: Floats32, strength: np.float32) -> None:
        for i, text in enumerate(texts):
            seen = self.seen.get(text)
            if seen is not None:
                probabilities[i, seen[0]] += (1 - MIXED_IN) * seen[1] / (self.totals[seen[0]] + strength)

    def _from_letters(self, texts: list[str]) -> Floats32:
        """P(text | letters of part): texts × parts.

        ``state[s, i]`` is P(s | first i letters of each part). What is printed for one more letter is at most
        ``LONGEST_GROUP`` characters, so the state of a string follows from those of its prefixes, which many strings share.
        """
        prefixes = dict.fromkeys(text[:i] for text in texts for i in range(len(text) + 1))
        by_length: dict[int, list[str]] = {}
        for text in prefixes:
            by_length.setdefault(len(text), []).append(text)
        ordered = [text for n in sorted(by_length) for text in by_length[n]]
        number = {text: i for i, text in enumerate(ordered)}
        parts, longest = self._letter_of.shape
        state = np.zeros((len(ordered), longest + 1, parts), np.float32)
        state[0, 0] = 1.0
        silent = self._emitted([""], 1.0)[0]
        for n, group in sorted(by_length.items()):
            for at in range(0, len(group), self.AT_ONCE):
                some = group[at : at + self.AT_ONCE]
                own = state[number[some[0]] : number[some[0]] + len(some)]
                for b in range(min(LONGEST_GROUP, n), 0, -1):
                    before = np.fromiter((number[t[: n - b]] for t in some), np.int64, len(some))
                    own[:, 1:] += state[before, :longest] * self._emitted([t[n - b :] for t in some], 0.0)
                for i in range(longest):
                    own[:, i + 1] += own[:, i] * silent[i]
        found: Floats32 = state[np.fromiter(map(number.__getitem__, texts), np.int64, len(texts)), longest]
        return found

    def _emitted(self, groups: list[str], nothing: float) -> Floats32:
        """P(group | each letter of each part), ``nothing`` for a letter that is not there: groups × letters × parts."""
        matrix = self.letters.of(groups)
        padded = np.concatenate([matrix, np.full((len(groups), 1), nothing, np.float32)], axis=1)
        return padded.take(self._letter_of.T, axis=1)


class AdaptedChannel(PartChannel):
    """A part channel drawn towards what one document was seen to print: its counts, smoothed by the general channel."""

    __slots__ = ("_adapted", "_general", "_left", "_seen_at")

    def __init__(
        self,
        general: PartChannel,
        seen: dict[str, tuple[NDArray[np.int64], Floats32]],
        totals: Floats32,
        strength: float,
    ) -> None:
        super().__init__(general.parts, general.letters, seen, totals, strength)
        self._general, self._adapted = general, Adapted(general)
        self._left = (1 - MIXED_IN) * np.float32(strength) / (totals + np.float32(strength)) + MIXED_IN
        self._number_seen()

    def _number_seen(self) -> None:
        rows = self._general.rows(list(self.seen)).tolist()
        self._seen_at = dict(zip(rows, self.seen.values(), strict=True))

    def rows(self, texts: Sequence[str]) -> NDArray[np.int64]:
        rows = self._general.rows(texts)
        self.complete(rows)
        return rows

    def make_room(self) -> None:
        self._general.make_room()

    def complete(self, rows: NDArray[np.int64]) -> None:
        missing, void = self._adapted.missing(rows)
        if void:
            self._number_seen()
        self._matrix = longer(self._matrix, len(self._general.matrix))
        strength = np.float32(self.strength)
        for at in range(0, len(missing), self.AT_ONCE):
            some = missing[at : at + self.AT_ONCE]
            self._matrix[some] = self._general.matrix[some] * self._left
        for row in missing.tolist():
            if row in self._seen_at:
                parts, counts = self._seen_at[row]
                self._matrix[row, parts] += (1 - MIXED_IN) * counts / (self.totals[parts] + strength)


def adapted(general: PartChannel, counts: Mapping[str, Mapping[int, float]], strength: float) -> AdaptedChannel:
    """``counts[printed][part number]`` of one document on top of ``general``."""
    totals = np.zeros(len(general.parts), np.float32)
    seen = {}
    for text, by_part in counts.items():
        parts, numbers = np.array(list(by_part), np.int64), np.array(list(by_part.values()), np.float32)
        seen[text] = (parts, numbers)
        totals[parts] += numbers
    return AdaptedChannel(general, seen, totals, strength)


def word_probability(word: str, printed: str, letters: LetterChannel) -> float:
    """P(printed | letters of word), for words that are no syllables."""
    columns = [LETTERS.find(c) for c in (OPEN, *word, CLOSE)]
    if min(columns) < 0:
        return 1e-4 ** len(printed) if word != printed else 0.5
    n = len(printed)
    forward = [0.0] * (n + 1)
    forward[0] = 1.0
    rows = {(a, b): letters.row(printed[a:b]) for a in range(n + 1) for b in range(a, min(a + LONGEST_GROUP, n) + 1)}
    for column in columns:
        following = [0.0] * (n + 1)
        for a in range(n + 1):
            if forward[a]:
                for b in range(a, min(a + LONGEST_GROUP, n) + 1):
                    following[b] += forward[a] * float(rows[a, b][column])
        forward = following
    return forward[n]
