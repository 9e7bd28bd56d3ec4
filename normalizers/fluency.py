"""How much like Vietnamese a line reads: for voting between OCR readings and for judging text layers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from normalizers.forms import nfc
from normalizers.noisy.model_files import language_model
from normalizers.syllables import is_syllable
from normalizers.words import NUMBER, words_of

NOTHING = -12.0
"""The fluency of a line without a word: about what one word outside the vocabulary costs."""

OUTSIDE = -4.0
"""What the spelling of a word outside the vocabulary costs beside its being unknown: two letters of the alphabet."""

RARE = -14.0
"""A unigram log probability below which even a word of the vocabulary is no evidence (one in a million)."""


def fluency(line: str) -> float:
    """Mean natural-log probability per word under the language model; higher is better.

    Clean official text lies near -2, garbled text below -6.

    >>> fluency("thực hiện nhiệm vụ cải cách hành chính") > -3 > fluency("thyc hi¢n nhi¢m vu cai cach") + 2
    True
    """
    words = words_of(nfc(line))
    if not words:
        return NOTHING
    model = language_model()
    logp = model.sentence_logps(words)
    outside = sum(w not in model.number for w in words)
    return float(np.mean(logp)) + OUTSIDE * outside / len(words)


def logps(lines: Sequence[str]) -> list[float]:
    """Natural-log probability of each of ``lines`` as a whole, in the measure of ``fluency``; all are asked about together.

    >>> first, second = logps(["thực hiện nhiệm vụ", "thyc hi¢n nhi¢m vu"])
    >>> round(first - 4 * fluency("thực hiện nhiệm vụ"), 4), first > second
    (0.0, True)
    """
    model = language_model()
    sentences = [words_of(nfc(line)) for line in lines]
    return [
        float(scores.sum()) + OUTSIDE * sum(word not in model.number for word in words)
        for words, scores in zip(sentences, model.sentences_logps(sentences), strict=True)
    ]


@lru_cache(maxsize=1 << 14)  # the words of a few pages, which are asked about by one rule after another
def known(word: str) -> bool:
    """Is ``word`` a Vietnamese syllable in use, or an abbreviation or name that official texts know?

    >>> known("Quyết"), known("UBND"), known("hi¢n"), known("thyc")
    (True, True, False, False)
    """
    words = words_of(nfc(word))
    if len(words) != 1 or (len(words[0]) != len(nfc(word).strip()) and words[0] != NUMBER):
        return False
    model = language_model()
    number = model.number.get(words[0])
    return number is not None and (bool(model.unigram_logp[number] > RARE) or is_syllable(words[0]))
