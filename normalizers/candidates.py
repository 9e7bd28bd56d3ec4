"""What may have been meant by a printed string: words with their channel probability.

A syllable is onset × rhyme, so its probability is a sum over the few ways to cut the printed string in three; tables of
P(printed piece | onset, vowels, coda) make that a handful of array operations for many strings at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from normalizers.channel import LetterChannel, PartChannel, word_probability
from normalizers.forms import strip_marks

Ints = NDArray[np.int64]
Floats32 = NDArray[np.float32]

LONGEST_PRINTED = 12
"""No syllable of seven letters is printed as more; longer strings stay as they are (or are cut in two)."""

LONGEST_ONSET, LONGEST_VOWELS, LONGEST_CODA = 5, 6, 4
"""Printed characters of each part."""


class Breadth(NamedTuple):
    """How many candidates are looked at: the price of speed.

    ``best`` words at most, within ``margin`` (natural log, word prior included) of the best one; ``rhymes`` survive the
    first look at a printed string.
    """

    best: int
    margin: float
    rhymes: int


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


def cuts_of(length: int) -> list[tuple[int, int]]:
    """Every way to cut a printed string of this length into onset, vowels and coda: ends of the first two."""
    return [
        (k, m)
        for k in range(min(LONGEST_ONSET, length) + 1)
        for m in range(k, min(k + LONGEST_VOWELS, length) + 1)
        if length - m <= LONGEST_CODA
    ]


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
    number: dict[str, int] = field(default_factory=dict)
    start: Ints = field(default_factory=lambda: np.zeros(1024, np.int64))
    size: Ints = field(default_factory=lambda: np.zeros(1024, np.int64))
    words: NDArray[np.int32] = field(default_factory=lambda: np.zeros(1 << 15, np.int32))
    logps: Floats32 = field(default_factory=lambda: np.zeros(1 << 15, np.float32))
    used: int = 0
    is_syllable: Floats32 = field(init=False)

    def __post_init__(self) -> None:
        numbers = self.lexicon.word_at[self.lexicon.word_at >= 0]
        self.is_syllable = np.zeros(1 << 16, np.float32)
        self.is_syllable[numbers] = 1.0

    CACHE = 150_000

    def look_up(self, printed: Sequence[str]) -> Ints:
        """Numbers of the printed strings; those not seen before are searched now, all of one length at once."""
        if len(self.number) > self.CACHE:
            self.number.clear()
            self.used = 0
        new: dict[int, list[str]] = {}
        for text in dict.fromkeys(printed):
            if text not in self.number:
                new.setdefault(len(text), []).append(text)
        for length, texts in new.items():
            for at in range(0, len(texts), 256):
                self._search(texts[at : at + 256], length)
        return np.array([self.number[t] for t in printed], np.int64)

    def of(self, printed: str) -> list[tuple[int, float]]:
        """(word number, log P(printed | word)) of one string, likeliest first."""
        i = int(self.look_up([printed])[0])
        start, size = int(self.start[i]), int(self.size[i])
        return list(zip(self.words[start : start + size].tolist(), self.logps[start : start + size].tolist(), strict=True))

    def part_posteriors(self, word: tuple[int, int], printed: str) -> list[dict[str, float]]:
        """For onset, vowels and coda of the word at ``(onset, rhyme)`` of the lexicon: P(it was printed as this piece)."""
        onset, rhyme = word
        vowels, coda = int(self.lexicon.vowels_of[rhyme]), int(self.lexicon.coda_of[rhyme])
        cuts = cuts_of(len(printed))
        o = self.onsets.matrix[self.onsets.rows([printed[:k] for k, _ in cuts]), onset]
        v = self.vowels.matrix[self.vowels.rows([printed[k:m] for k, m in cuts]), vowels]
        c = self.codas.matrix[self.codas.rows([printed[m:] for _, m in cuts]), coda]
        shares = o * v * c
        shares = shares / max(float(shares.sum()), 1e-30)
        found: list[dict[str, float]] = [{}, {}, {}]
        for (k, m), share in zip(cuts, shares.tolist(), strict=True):
            if share > 0.01:
                for pieces, text in zip(found, (printed[:k], printed[k:m], printed[m:]), strict=True):
                    pieces[text] = pieces.get(text, 0.0) + share
        return found

    def _search(self, texts: list[str], length: int) -> None:
        if length > LONGEST_PRINTED:
            words, logps = np.zeros((len(texts), 0), np.int32), np.zeros((len(texts), 0), np.float32)
        else:
            words, logps = self._syllables(texts, length)
        for i, text in enumerate(texts):
            good = words[i] >= 0
            own_words, own_logps = words[i][good].tolist(), logps[i][good].tolist()
            for word, number in self.others(text):
                if number not in own_words:
                    own_words.append(number)
                    own_logps.append(float(np.log(max(word_probability(word, text, self.letters), 1e-30))))
            self._store(text, own_words, own_logps)

    def _store(self, text: str, words: list[int], logps: list[float]) -> None:
        i = len(self.number)
        self.number[text] = i
        if i >= len(self.start):
            self.start = np.concatenate([self.start, np.zeros_like(self.start)])
            self.size = np.concatenate([self.size, np.zeros_like(self.size)])
        while self.used + len(words) > len(self.words):
            self.words = np.concatenate([self.words, np.zeros_like(self.words)])
            self.logps = np.concatenate([self.logps, np.zeros_like(self.logps)])
        self.start[i], self.size[i] = self.used, len(words)
        self.words[self.used : self.used + len(words)] = words
        self.logps[self.used : self.used + len(words)] = logps
        self.used += len(words)

    def _syllables(self, texts: list[str], n: int) -> tuple[NDArray[np.int32], Floats32]:
        """The best syllables of strings of length ``n``: word numbers (-1 = none) and log probabilities, texts × best."""
        lexicon = self.lexicon
        for channel in (self.onsets, self.vowels, self.codas):
            channel.make_room()
        cuts = cuts_of(n)
        onset_ends = sorted({k for k, _ in cuts})
        onset_rows = {k: self.onsets.rows([t[:k] for t in texts]) for k in onset_ends}
        vowel_rows = {(k, m): self.vowels.rows([t[k:m] for t in texts]) for k, m in cuts}
        coda_rows = {m: self.codas.rows([t[m:] for t in texts]) for m in {m for _, m in cuts}}
        onset = np.stack([self.onsets.matrix[onset_rows[k]] for k in onset_ends], axis=1)  # texts × cuts × onsets
        coda = {m: self.codas.matrix[rows][:, lexicon.coda_of] for m, rows in coda_rows.items()}
        rhyme = np.zeros((len(texts), len(onset_ends), len(lexicon.vowels_of)), np.float32)
        for i, k in enumerate(onset_ends):
            for k_, m in cuts:
                if k_ == k:
                    rhyme[:, i] += self.vowels.matrix[vowel_rows[k, m]][:, lexicon.vowels_of] * coda[m]
        reach = np.max(onset.max(axis=2)[:, :, None] * rhyme, axis=1)
        few = min(self.breadth.rhymes, reach.shape[1])
        top = np.argpartition(reach, -few, axis=1)[:, -few:]
        chosen = np.take_along_axis(rhyme, top[:, None, :], axis=2)
        joint = np.matmul(onset.transpose(0, 2, 1), chosen)  # texts × onsets × rhymes
        words = lexicon.word_at[:, top].transpose(1, 0, 2)
        with np.errstate(divide="ignore"):
            logps = np.log(joint)
        ranks = np.where(words >= 0, logps + PRIOR * lexicon.logp_at[:, top].transpose(1, 0, 2), -np.inf)
        flat = ranks.reshape(len(texts), -1)
        best = min(self.breadth.best, flat.shape[1])
        pick = np.argpartition(flat, -best, axis=1)[:, -best:]
        picked = np.take_along_axis(flat, pick, axis=1)
        order = np.argsort(-picked, axis=1, kind="stable")
        pick, picked = np.take_along_axis(pick, order, axis=1), np.take_along_axis(picked, order, axis=1)
        good = picked > picked[:, :1] - self.breadth.margin
        out_words = np.where(good, np.take_along_axis(words.reshape(len(texts), -1), pick, axis=1), -1)
        out_logps = np.take_along_axis(logps.reshape(len(texts), -1), pick, axis=1)
        return out_words.astype(np.int32), out_logps.astype(np.float32)


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
