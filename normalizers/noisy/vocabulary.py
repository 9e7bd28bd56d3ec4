"""Which words candidates come from: the syllables of the language model as a grid, all other words by their shape."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from normalizers.noisy.candidates import Lexicon, skeleton, skeletons
from normalizers.noisy.lm import LanguageModel
from normalizers.noisy.syllable_parts import parts_of
from normalizers.syllables import is_syllable
from normalizers.words import CLASSES

RAREST = -16.5
"""Unigram log probability below which a well-formed syllable is no candidate."""


class Vocabulary(NamedTuple):
    lexicon: Lexicon
    others: Callable[[str], Sequence[tuple[str, int]]]
    """Words that are no syllables (abbreviations, foreign words) with the same shape as a printed string."""


def split_vocabulary(model: LanguageModel) -> Vocabulary:
    grid: dict[tuple[str, tuple[str, str]], int] = {}
    by_shape: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for number, word in enumerate(model.words):
        if word in CLASSES:
            continue
        parts = parts_of(word)
        if parts is not None and is_syllable(word):
            if model.unigram_logp[number] > RAREST:
                grid[parts[0], parts[1:]] = number
        else:
            for shape in skeletons(word):
                by_shape[shape].append((word, number))
    return Vocabulary(_lexicon(grid, model), lambda printed: by_shape.get(skeleton(printed), ()))


def _lexicon(grid: dict[tuple[str, tuple[str, str]], int], model: LanguageModel) -> Lexicon:
    onsets = sorted({o for o, _ in grid})
    rhymes = sorted({r for _, r in grid})
    vowels, codas = sorted({v for v, _ in rhymes}), sorted({c for _, c in rhymes})
    word_at = np.full((len(onsets), len(rhymes)), -1, np.int64)
    for (onset, rhyme), number in grid.items():
        word_at[onsets.index(onset), rhymes.index(rhyme)] = number
    logp_at = np.where(word_at >= 0, model.unigram_logp[np.maximum(word_at, 0)], -np.inf).astype(np.float32)
    return Lexicon(
        tuple(onsets),
        tuple(vowels),
        tuple(codas),
        np.array([vowels.index(v) for v, _ in rhymes]),
        np.array([codas.index(c) for _, c in rhymes]),
        word_at,
        logp_at,
    )
