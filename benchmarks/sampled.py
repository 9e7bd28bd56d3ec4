"""Vietnamese official prose by the million words, sampled from the packaged language model.

Words are proposed by the model's bigrams, all chains at once, and chosen among ``PROPOSED`` by what the whole model says of
them (sampling importance resampling): the frequencies are the model's, and longer n-grams are kept as far as the proposals
have them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from normalizers.noisy.lm import LanguageModel
from normalizers.noisy.model_files import language_model
from normalizers.words import CLASSES, NUMBER

PROPOSED = 8
"""Proposals per word: each costs one question to the model (0.3 µs); beyond eight the text reads no better."""

TOPICS, WORDS_OF_A_TOPIC, GAIN = 200, 300, 5.0
"""A page speaks of one thing and says its words again and again. Words of a sentence's topic gain this in log probability:
so much that a page of one topic has as many different words as the transcribed scans have, some 210 of 480 (157 in laws,
300 without topics). The size of the index depends on it."""

ROWS = 64
"""Contexts whose followers are listed together: 64 times eleven thousand questions fit into a few megabytes."""


class _Bigrams:
    """The followers of each word that the model lists, as cumulated probabilities, one row after the other."""

    def __init__(self, model: LanguageModel) -> None:
        words = np.arange(len(model.words), dtype=np.uint64)
        frequencies = np.exp(model.unigram_logp.astype(np.float64)) * _printable(words)
        self._any = np.cumsum(frequencies / frequencies.sum())
        self._any_logp, self._backoff = model.unigram_logp, model.unigram_backoff
        table = model.tables[0]
        followers, logps = [], []
        for first in range(0, len(words), ROWS):
            contexts = words[first : first + ROWS]
            pairs = (np.repeat(contexts, len(words)) << np.uint64(16)) | np.tile(words, len(contexts))
            for row in table.hashed.find(pairs).reshape(len(contexts), len(words)):
                listed = np.flatnonzero((row >= 0) & _printable(words))
                followers.append(listed)
                logps.append(table.logps[table.codes[row[listed]]])
        self._starts = np.concatenate(([0], np.cumsum([len(row) for row in followers])))
        self._followers, self._logps = np.concatenate(followers), np.concatenate(logps)
        self._before = np.concatenate(([0.0], np.cumsum(np.exp(self._logps.astype(np.float64)))))
        self._listed = self._before[self._starts[1:]] - self._before[self._starts[:-1]]

    def any_words(self, count: int, dice: np.random.Generator) -> NDArray[np.int64]:
        """Words by their own frequency."""
        return np.searchsorted(self._any, dice.random(count))

    def draw(self, contexts: NDArray[np.int64], dice: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """One word after each context and its log probability: a listed one, or any by its own frequency."""
        chance = dice.random(len(contexts)) * np.maximum(self._listed[contexts], 1.0)  # rounded, a row may be above one
        place = np.searchsorted(self._before, self._before[self._starts[contexts]] + chance, side="right") - 1
        place = np.minimum(place, len(self._followers) - 1)
        any_word = self.any_words(len(contexts), dice)
        listed = chance < self._listed[contexts]
        words = np.where(listed, self._followers[place], any_word)
        logps = np.where(listed, self._logps[place], self._any_logp[any_word] + self._backoff[contexts])
        return words, logps.astype(np.float32)


def _printable(words: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """All but paragraph starts and unknown words."""
    printable: NDArray[np.bool_] = (words >= len(CLASSES)) | (words == CLASSES.index(NUMBER))
    return printable


def sampled_words(sentences: int, length: int, dice: np.random.Generator) -> list[list[str]]:
    """``sentences`` runs of ``length`` words; sentence i speaks of topic i modulo ``TOPICS``.

    Numbers are drawn evenly from 1 to 999.
    """
    model = language_model()
    bigrams = _Bigrams(model)
    states = np.full(sentences, model.start, np.uint64)
    latest = np.zeros(sentences, np.int64)
    rows = np.repeat(np.arange(sentences), PROPOSED)
    gain = np.zeros((TOPICS, len(model.words)), np.float32)
    for topic in gain:
        topic[bigrams.any_words(WORDS_OF_A_TOPIC, dice)] = GAIN
    chosen = np.empty((sentences, length), np.int64)
    for position in range(length):
        proposed, logps = bigrams.draw(np.repeat(latest, PROPOSED), dice)
        gained = model.logp(model.contexts(states), rows, proposed) - logps
        gained += gain[rows % TOPICS, proposed]
        sums = np.cumsum(np.exp(np.clip(gained, -20.0, 20.0)).reshape(sentences, PROPOSED), axis=1)
        which = np.minimum((sums < (dice.random(sentences) * sums[:, -1])[:, None]).sum(axis=1), PROPOSED - 1)
        latest = proposed.reshape(sentences, PROPOSED)[np.arange(sentences), which]
        chosen[:, position] = latest
        states = model.advance(states, latest)
    words = np.array(model.words, dtype=object)[chosen]
    numbers = chosen == CLASSES.index(NUMBER)
    words[numbers] = dice.integers(1, 1000, int(numbers.sum())).astype(str)
    return [list(row) for row in words]
