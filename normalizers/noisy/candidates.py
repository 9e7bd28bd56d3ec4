"""What may have been meant by a printed string: words with their channel probability.

A syllable is onset × rhyme, so its probability is a sum over the few ways to cut the printed string in three; tables of
P(printed piece | onset, vowels, coda) make that a handful of array operations for many strings at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from normalizers.forms import strip_marks
from normalizers.noisy.channel import LetterChannel, PartChannel, word_probability
from normalizers.noisy.kept_rows import Adapted, KeptRows, longer
from normalizers.noisy.native import Grid, Most, best_syllables

Ints = NDArray[np.int64]
Floats32 = NDArray[np.float32]

LONGEST_PRINTED = 12
"""No syllable of seven letters is printed as more; longer strings stay as they are (or are cut in two)."""

LONGEST_ONSET, LONGEST_VOWELS, LONGEST_CODA = 5, 5, 4
"""Printed characters of each part; with six for vowels not a word of the five seeds changes."""


class Breadth(NamedTuple):
    """How many candidates are looked at: the price of speed.

    ``best`` words at most, within ``margin`` (natural log, word prior included) of the best one; ``rhymes`` survive the
    first look at a printed string.
    """

    best: int
    margin: float
    rhymes: int


FEW, HALF_RHYMES = 3, 120
"""Words that are tried for each half of a glued word, and the rhymes that survive the first look for them: with 400 not a
word of the five seeds changes."""

AT_ONCE = 48
"""Strings searched together: their arrays fit into the cache of a core. 256 take half as long again."""

BLOCK = 2_000
"""Strings between which room is made in what is kept."""

PRIOR = 0.5
"""Exponent of the word's own probability when the best candidates are chosen: a frequent word needs less likeness."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The syllables candidates are made of: word numbers, log probabilities, and the grid they stand in.

    ``word_at[onset, rhyme]`` is a word number or -1; ``vowels_of``/``coda_of`` index the parts of each rhyme.
    """

    onsets: tuple[str, ...]
    vowels: tuple[str, ...]
    codas: tuple[str, ...]
    vowels_of: Ints
    coda_of: Ints
    word_at: Ints
    logp_at: Floats32


def fronts_of(length: int) -> range:
    """Where a printed string of this length may be cut into onset and rhyme."""
    return range(max(length - LONGEST_VOWELS - LONGEST_CODA, 0), min(LONGEST_ONSET, length) + 1)


def vowel_ends_of(length: int) -> range:
    """Where a printed tail of this length may be cut into vowels and coda."""
    return range(max(length - LONGEST_CODA, 0), min(length, LONGEST_VOWELS) + 1)


def cuts_of(length: int) -> list[tuple[int, int]]:
    """Every way to cut a printed string of this length into onset, vowels and coda: ends of the first two.

    >>> cuts_of(2)
    [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]
    """
    return [(k, k + m) for k in fronts_of(length) for m in vowel_ends_of(length - k)]


@dataclass(slots=True)
class Rhymes(KeptRows):
    """P(printed tail | rhyme): the sum over every way to cut the tail into vowels and coda."""

    MOST: ClassVar[int] = 15_000
    """34 MB of rows."""

    lexicon: Lexicon
    vowels: PartChannel
    codas: PartChannel
    vowel_rows: Ints = field(default_factory=lambda: np.zeros((256, LONGEST_CODA + 2), np.int64))
    """For each tail, the rows of what its cuts leave to the vowels; unused places hold -1."""
    coda_rows: Ints = field(default_factory=lambda: np.zeros((256, LONGEST_CODA + 2), np.int64))
    _epochs: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        self.open(len(self.lexicon.vowels_of))

    def make_room(self) -> None:
        epochs = (self.vowels.epoch, self.codas.epoch)
        if epochs != self._epochs or len(self._rows) > self.MOST:
            self._epochs = epochs
            self._forget()

    def _compute(self, texts: list[str], first: int) -> Floats32:
        n, end = len(texts[0]), first + len(texts)
        self.vowel_rows, self.coda_rows = longer(self.vowel_rows, end), longer(self.coda_rows, end)
        self.vowel_rows[first:end] = self.coda_rows[first:end] = -1
        for i, m in enumerate(vowel_ends_of(n)):
            self.vowel_rows[first:end, i] = self.vowels.rows([t[:m] for t in texts])
            self.coda_rows[first:end, i] = self.codas.rows([t[m:] for t in texts])
        return self._sum(self.vowel_rows[first:end], self.coda_rows[first:end])

    def _sum(self, vowel_rows: Ints, coda_rows: Ints) -> Floats32:
        """The rows of tails with these cuts: tails × cuts."""
        total = np.zeros((len(vowel_rows), len(self.lexicon.vowels_of)), np.float32)
        for vowels, codas in zip(vowel_rows.T, coda_rows.T, strict=True):
            cut = np.flatnonzero(vowels >= 0)
            if len(cut) == 0:
                break
            by_vowels = self.vowels.matrix[vowels[cut]][:, self.lexicon.vowels_of]
            total[cut] += by_vowels * self.codas.matrix[codas[cut]][:, self.lexicon.coda_of]
        return total


class AdaptedRhymes(Rhymes):
    """The same tails under channels adapted to a document."""

    __slots__ = ("_adapted", "_general")

    def __init__(self, general: Rhymes, vowels: PartChannel, codas: PartChannel) -> None:
        super().__init__(general.lexicon, vowels, codas)
        self._general, self._adapted = general, Adapted(general)

    def make_room(self) -> None:
        self._general.make_room()

    def rows(self, texts: Sequence[str]) -> Ints:
        rows = self._general.rows(texts)
        missing, _ = self._adapted.missing(rows)
        self._matrix = longer(self._matrix, len(self._general.matrix))
        for at in range(0, len(missing), self.AT_ONCE):
            some = missing[at : at + self.AT_ONCE]
            vowels, codas = self._general.vowel_rows[some], self._general.coda_rows[some]
            self.vowels.complete(vowels[vowels >= 0])
            self.codas.complete(codas[codas >= 0])
            self._matrix[some] = self._sum(vowels, codas)
        return rows


@dataclass(slots=True)
class Candidates:
    """Candidates of every printed string asked for so far, under one profile, in growing arrays.

    ``start[i]:start[i] + size[i]`` are those of string ``i`` in ``words`` and ``logps``.
    """

    lexicon: Lexicon
    onsets: PartChannel
    vowels: PartChannel
    codas: PartChannel
    letters: LetterChannel
    others: Callable[[str], Sequence[tuple[str, int]]]
    breadth: Breadth
    general: Candidates | None = None
    """The candidates whose channel this one's is adapted from."""
    number: dict[str, int] = field(default_factory=dict)
    start: Ints = field(default_factory=lambda: np.zeros(1024, np.int64))
    size: Ints = field(default_factory=lambda: np.zeros(1024, np.int64))
    words: NDArray[np.int32] = field(default_factory=lambda: np.zeros(1 << 15, np.int32))
    logps: Floats32 = field(default_factory=lambda: np.zeros(1 << 15, np.float32))
    used: int = 0
    is_syllable: Floats32 = field(init=False)
    _rhymes: Rhymes = field(init=False)
    _priors: Floats32 = field(init=False)
    """Of the words of each rhyme, by onset: their probability to the power of ``PRIOR``, 0 where there is no word."""
    _halves: Candidates | None = None
    _words: NDArray[np.int32] = field(init=False)
    """Their numbers."""

    def __post_init__(self) -> None:
        self._rhymes = (
            AdaptedRhymes(self.general._rhymes, self.vowels, self.codas)
            if self.general
            else Rhymes(self.lexicon, self.vowels, self.codas)
        )
        self._priors = np.ascontiguousarray(np.exp(PRIOR * self.lexicon.logp_at).T)
        self._words = np.ascontiguousarray(self.lexicon.word_at.T, np.int32)
        numbers = self.lexicon.word_at[self.lexicon.word_at >= 0]
        self.is_syllable = np.zeros(1 << 16, np.float32)
        self.is_syllable[numbers] = 1.0

    def widened(self, breadth: Breadth) -> Candidates:
        """The same channel looked through at another breadth."""
        return Candidates(self.lexicon, self.onsets, self.vowels, self.codas, self.letters, self.others, breadth)

    def halves(self) -> Candidates:
        """The same channel for the halves of glued words, of which the few likeliest words are tried."""
        if self._halves is None:
            breadth = Breadth(FEW, self.breadth.margin, min(HALF_RHYMES, self.breadth.rhymes))
            parts = (self.lexicon, self.onsets, self.vowels, self.codas, self.letters, self.others)
            self._halves = Candidates(*parts, breadth, self.general)
            self._halves._rhymes = self._rhymes
        return self._halves

    CACHE: ClassVar[int] = 60_000
    """Strings whose candidates are kept before all are forgotten: 30 MB."""

    def look_up(self, printed: Sequence[str]) -> Ints:
        """Numbers of the printed strings; those not seen before are searched now, all of one length at once."""
        if len(self.number) > self.CACHE:
            self.number.clear()
            self.used = 0
        unseen = [text for text in dict.fromkeys(printed) if text not in self.number]
        for at in range(0, len(unseen), BLOCK):
            self._search_block(unseen[at : at + BLOCK])
        return np.fromiter(map(self.number.__getitem__, printed), np.int64, len(printed))

    def of(self, printed: str) -> list[tuple[int, float]]:
        """(word number, log P(printed | word)) of one string, likeliest first."""
        i = int(self.look_up([printed])[0])
        start, size = int(self.start[i]), int(self.size[i])
        return list(zip(self.words[start : start + size].tolist(), self.logps[start : start + size].tolist(), strict=True))

    def few(self, number: int) -> list[tuple[float, int]]:
        """Log P(printed | word) and word number of the likeliest words of string ``number``."""
        start = int(self.start[number])
        end = start + min(FEW, int(self.size[number]))
        return list(zip(self.logps[start:end].tolist(), self.words[start:end].tolist(), strict=True))

    def part_posteriors(self, word: tuple[int, int], printed: str) -> list[dict[str, float]]:
        """For onset, vowels and coda of the word at ``(onset, rhyme)`` of the lexicon: P(it was printed as this piece)."""
        onset, rhyme = word
        vowels, coda = int(self.lexicon.vowels_of[rhyme]), int(self.lexicon.coda_of[rhyme])
        cuts = cuts_of(len(printed))
        o = self.onsets.of([printed[:k] for k, _ in cuts])[:, onset]
        v = self.vowels.of([printed[k:m] for k, m in cuts])[:, vowels]
        c = self.codas.of([printed[m:] for _, m in cuts])[:, coda]
        shares = o * v * c
        shares = shares / max(float(shares.sum()), 1e-30)
        found: list[dict[str, float]] = [{}, {}, {}]
        for (k, m), share in zip(cuts, shares.tolist(), strict=True):
            if share > 0.01:
                for pieces, text in zip(found, (printed[:k], printed[k:m], printed[m:]), strict=True):
                    pieces[text] = pieces.get(text, 0.0) + share
        return found

    def _search_block(self, texts: list[str]) -> None:
        for kept in (self.onsets, self.vowels, self.codas, self._rhymes):
            kept.make_room()
        new: dict[int, list[str]] = {}
        for text in texts:
            new.setdefault(len(text), []).append(text)
        self._prepare([text for text in texts if len(text) <= LONGEST_PRINTED])
        for length, own in new.items():
            for at in range(0, len(own), AT_ONCE):
                self._search(own[at : at + AT_ONCE], length)

    def _prepare(self, texts: list[str]) -> None:
        """Compute the parts of all texts together, which is faster than in small portions."""
        self.onsets.rows([t[:k] for t in texts for k in fronts_of(len(t))])
        tails = list(dict.fromkeys(t[k:] for t in texts for k in fronts_of(len(t))))
        if self.general is None:
            self.vowels.rows([t[:m] for t in tails for m in vowel_ends_of(len(t))])
            self.codas.rows([t[m:] for t in tails for m in vowel_ends_of(len(t))])
        self._rhymes.rows(tails)

    def _search(self, texts: list[str], length: int) -> None:
        if length > LONGEST_PRINTED:
            sizes, words, logps = np.zeros(len(texts), np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32)
        else:
            sizes, words, logps = self._syllables(texts, length)
        ends = np.cumsum(sizes).tolist()
        at = done = 0
        for i, text in enumerate(texts):
            others = self.others(text)
            if others:
                self._store(texts[at:i], sizes[at:i], words[done : ends[i] - sizes[i]], logps[done : ends[i] - sizes[i]])
                done, at = ends[i], i + 1
                self._store_with(text, others, words[done - sizes[i] : done], logps[done - sizes[i] : done])
        self._store(texts[at:], sizes[at:], words[done:], logps[done:])

    def _store_with(self, text: str, others: Sequence[tuple[str, int]], words: NDArray[np.int32], logps: Floats32) -> None:
        """Syllables of one string, and after them the other words that are no syllables."""
        more = [(number, word_probability(word, text, self.letters)) for word, number in others if number not in words]
        all_words = np.concatenate([words, np.array([n for n, _ in more], np.int32)])
        all_logps = np.concatenate([logps, np.log(np.maximum([p for _, p in more], 1e-30)).astype(np.float32)])
        self._store([text], np.array([len(all_words)]), all_words, all_logps)

    def _store(self, texts: list[str], sizes: Ints, words: NDArray[np.int32], logps: Floats32) -> None:
        first = len(self.number)
        last, end = first + len(texts), self.used + len(words)
        while last > len(self.start):
            self.start = np.concatenate([self.start, np.zeros_like(self.start)])
            self.size = np.concatenate([self.size, np.zeros_like(self.size)])
        while end > len(self.words):
            self.words = np.concatenate([self.words, np.zeros_like(self.words)])
            self.logps = np.concatenate([self.logps, np.zeros_like(self.logps)])
        self.number.update(zip(texts, range(first, last), strict=True))
        self.start[first:last], self.size[first:last] = self.used + np.cumsum(sizes) - sizes, sizes
        self.words[self.used : end], self.logps[self.used : end] = words, logps
        self.used = end

    def _syllables(self, texts: list[str], n: int) -> tuple[Ints, NDArray[np.int32], Floats32]:
        """The best syllables of strings of length ``n``, likeliest first: how many of each string, then all their word
        numbers and log probabilities one string after the other."""
        ends = fronts_of(n)
        onsets = self.onsets.rows([t[:k] for k in ends for t in texts]).reshape(len(ends), len(texts))
        rhymes = self._rhymes.rows([t[k:] for k in ends for t in texts]).reshape(len(ends), len(texts))
        grid = Grid(self.onsets.matrix, self._rhymes.matrix, self._priors, self._words)
        most = Most(self.breadth.rhymes, self.breadth.best, math.exp(-self.breadth.margin))
        return best_syllables(grid, onsets, rhymes, most) or syllables_in_numpy(grid, onsets, rhymes, most)


def syllables_in_numpy(grid: Grid, onsets: Ints, rhymes: Ints, most: Most) -> tuple[Ints, NDArray[np.int32], Floats32]:
    """The best syllables of some strings, given the rows of what every cut leaves to onset and rhyme (cuts × strings).

    First the rhymes within reach of any onset, then every word with one of them. What is compared is joined with its own
    number in one integer, so that one sort ranks it and ties fall the same way every time.
    """
    onset, count = grid.onset_rows[onsets], onsets.shape[1]
    top = _within_reach(grid.rhyme_rows, onset.max(axis=2), rhymes, most.rhymes)
    rhyme = grid.rhyme_rows.ravel()[rhymes[:, :, None] * grid.rhyme_rows.shape[1] + top]
    joint = np.matmul(rhyme.transpose(1, 2, 0), onset.transpose(1, 0, 2)).reshape(count, -1)
    ranks = joint * grid.priors[top].reshape(joint.shape)  # texts × (rhymes × onsets)
    least = ranks.max(axis=1) * np.float32(most.share)
    text, place = np.nonzero(ranks > least[:, None])
    bits = np.uint64(0xFFFFFFFF) - ranks[text, place].view(np.uint32)
    keys = np.sort((text.astype(np.uint64) << _TEXT) | (bits.astype(np.uint64) << _RANK) | place.astype(np.uint64))
    text = (keys >> _TEXT).astype(np.int64)
    number = np.arange(len(keys)) - np.searchsorted(text, np.arange(count))[text]
    few = number < most.best
    text, place = text[few], (keys[few] & np.uint64((1 << int(_RANK)) - 1)).astype(np.int64)
    width = grid.priors.shape[1]
    words = grid.words[top[text, place // width], place % width]
    return np.bincount(text, minlength=count), words, np.log(joint[text, place])


def _within_reach(matrix: Floats32, onset: Floats32, rows: Ints, most: int) -> Ints:
    """The likeliest rhymes of each string if its fronts (``onset``: cuts × texts) were read as likely as can be."""
    reach = matrix[rows[0]] * onset[0][:, None]
    for best, row in zip(onset[1:], rows[1:], strict=True):
        np.maximum(reach, matrix[row] * best[:, None], out=reach)
    mask = (1 << (reach.shape[1] - 1).bit_length()) - 1
    keys = (reach.view(np.int32) & ~mask) | np.arange(reach.shape[1], dtype=np.int32)
    few = min(most, reach.shape[1])
    return np.sort(np.partition(keys, -few, axis=1)[:, -few:] & mask, axis=1).astype(np.int64)


_TEXT, _RANK = np.uint64(48), np.uint64(16)
"""Where the number of the string and the rank stand in a key: the lowest 16 bits hold the place of the word."""

_SHAPES = str.maketrans(
    {"0": "o", "1": "l", "i": "l", "!": "l", "|": "l", "5": "s", "8": "b", "6": "o", "9": "g", "$": "s", "&": "o"}
)


def skeleton(text: str) -> str:
    """The rough shape of a word: marks off, look-alike characters one.

    >>> skeleton("CQĐT"), skeleton("1SO")
    ('cqdt', 'lso')
    """
    return strip_marks(text).lower().translate(_SHAPES)


def skeletons(word: str) -> set[str]:
    """The shapes a word is looked up by; Đ is also printed as B or P by engines that do not know it."""
    shapes = {skeleton(word)}
    for i, letter in enumerate(word):
        if letter == "đ":
            shapes |= {s[:i] + c + s[i + 1 :] for s in list(shapes) if len(s) == len(word) for c in "bp"}
    return shapes
