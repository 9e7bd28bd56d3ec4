"""Adaptation to one document: what its engine prints for what, and which words it is about.

The first reading of a document is mostly right where the model is sure. From those places the channel learns the quirks
of this one scan (unsupervised EM, one round), and the language model which words the document repeats (Kneser, Peters &
Klakow 1997 scale unigrams so).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from normalizers.noisy.candidates import LONGEST_PRINTED, Breadth, Candidates
from normalizers.noisy.channel import adapted
from normalizers.noisy.syllable_parts import without_tone

STRENGTHS = (30.0, 12.0, 30.0)
"""Imaginary counts of the general channel for onsets, vowels and codas against those of the document."""

SHARED = 0.15
"""Share of a count that a vowel cluster lends to those that differ in tone only."""

TOPIC = 0.5
"""Exponent of the document's own word frequencies against the general ones."""

TOPIC_PRIOR = 150.0
"""Imaginary words of general text mixed into the document's frequencies."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A printed form and the word number it was read as, with the posterior."""

    printed: str
    word: int
    posterior: float


def adapt_channel(general: Candidates, readings: Iterable[Reading], breadth: Breadth) -> Candidates:
    """Candidates of this breadth whose channel has learned from ``readings``."""
    lexicon = general.lexicon
    place = {int(lexicon.word_at[o, r]): (int(o), int(r)) for o, r in np.argwhere(lexicon.word_at >= 0)}
    pairs: Counter[tuple[str, int]] = Counter()
    for reading in readings:
        if reading.word in place and len(reading.printed) <= LONGEST_PRINTED:
            pairs[reading.printed, reading.word] += reading.posterior  # type: ignore[assignment]
    counts: list[dict[str, dict[int, float]]] = [defaultdict(lambda: defaultdict(float)) for _ in range(3)]
    family = _families(lexicon.vowels)
    for (printed, word), n in pairs.items():
        onset, rhyme = place[word]
        numbers = (onset, int(lexicon.vowels_of[rhyme]), int(lexicon.coda_of[rhyme]))
        for kind, (part, shares) in enumerate(zip(numbers, general.part_posteriors(place[word], printed), strict=True)):
            for text, share in shares.items():
                counts[kind][text][part] += n * share
                if kind == 1:
                    for sibling in family[part]:
                        counts[kind][text][sibling] += n * share * SHARED
    onsets, vowels, codas = (
        adapted(channel, seen, strength)
        for channel, seen, strength in zip((general.onsets, general.vowels, general.codas), counts, STRENGTHS, strict=True)
    )
    return Candidates(lexicon, onsets, vowels, codas, general.letters, general.others, breadth, general)


def _families(vowels: tuple[str, ...]) -> list[list[int]]:
    by_base: dict[str, list[int]] = defaultdict(list)
    for i, cluster in enumerate(vowels):
        by_base[without_tone(cluster)].append(i)
    return [[j for j in by_base[without_tone(c)] if j != i] for i, c in enumerate(vowels)]


def topic_bonus(unigram_logp: NDArray[np.float32], readings: Iterable[Reading]) -> NDArray[np.float32]:
    """What to add to the score of each word: the log ratio of its frequency here to that in general, tempered."""
    general = np.exp(unigram_logp.astype(np.float64))
    counts = np.zeros(len(general))
    for reading in readings:
        counts[reading.word] += reading.posterior
    here = (counts + TOPIC_PRIOR * general) / (counts.sum() + TOPIC_PRIOR)
    bonus = TOPIC * np.log(here / general)
    tempered: NDArray[np.float32] = np.clip(bonus, -1.5, 3.0).astype(np.float32)
    return tempered
