"""How likely a word is printed with a capital: names nearly always, other words hardly ever inside a sentence.

The language model reads small letters only, so that without this "Le" is lễ as soon as Lê, and "Tr&n" a town (trấn).
One letter before a figure ("L0") says nothing: it may be a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from normalizers.noisy.model_files import FOLDER
from normalizers.words import UNKNOWN as UNKNOWN_WORD


class Case(IntEnum):
    """How a printed word begins."""

    ANY = 0
    """Nothing follows from it: all in capitals, at the beginning of a sentence, or no letter."""
    CAPITAL = 1
    SMALL = 2


SMALL, UNKNOWN = 0.005, 0.5
"""Share of capitals of words that ``case.tsv`` does not list, which are below 0.02, and of words outside the vocabulary."""

MISREAD = 0.03
"""Letters of a word's beginning that engines print in the other case."""


def case_logps(numbers: Mapping[str, int]) -> NDArray[np.float32]:
    """Log P(printed case | word) for the words of a model: cases × words, the last column for no word (-1)."""
    share = np.full(len(numbers) + 1, SMALL)
    for line in (FOLDER / "case.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        word, capital = line.split("\t")
        if word in numbers:
            share[numbers[word]] = float(capital)
    share[numbers[UNKNOWN_WORD]] = share[-1] = UNKNOWN
    printed = share * (1 - MISREAD) + (1 - share) * MISREAD
    logps = np.stack([np.zeros_like(printed), np.log(printed), np.log(1 - printed)]).astype(np.float32)
    logps[:, -1] = 0.0
    return logps


def case_of(printed: str, *, begins: bool) -> Case:
    """How a word is printed that ``begins`` a sentence or a line, or does not.

    >>> [case_of(word, begins=False).name for word in ("Le", "l0", "UBND", "6")], case_of("Trong", begins=True).name
    (['CAPITAL', 'SMALL', 'ANY', 'ANY'], 'ANY')
    """
    first = printed[:1]
    if first.islower():
        return Case.SMALL
    if not first.isupper() or begins or (len(printed) > 1 and printed.isupper()):
        return Case.ANY
    return Case.CAPITAL
