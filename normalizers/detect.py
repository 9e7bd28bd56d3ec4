"""What happened to each paragraph of a text: is it right, in another language, without its marks, or misread, and by whom?

A hidden Markov model over units (lines, or pieces of long ones): each says by its tokens (``normalizers.noisy.evidence``)
what it is, and neighbours agree more often than not, so a short line goes with those around it. The answer is a probability
of each state for each unit (forward-backward), learned by ``scripts/training/train_evidence.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from itertools import chain

import numpy as np
import regex
from numpy.typing import NDArray

from normalizers.noisy.evidence import signs_of
from normalizers.noisy.model_files import FOLDER


class State(IntEnum):
    """What a unit is."""

    RIGHT = 0
    """Vietnamese with its marks, a misread letter here and there at most."""
    FOREIGN = 1
    """English, a programme, formulas."""
    STRIPPED = 2
    """Vietnamese whose marks were taken off."""
    NEURAL = 3
    """Vietnamese misread by a neural engine with English data."""
    SCANNER = 4
    """Vietnamese misread by an older engine that knows no Vietnamese letters."""


PROFILES = ("clean", "english_neural", "old_scanner", "vietnamese", "stripped", "unknown")
"""What ``repair`` can be told to take a text for; ``unknown`` is any misreading engine."""

_PRIOR = (0.84, 0.04, 0.04, 0.04, 0.04)
"""Of the first unit. Right text is what most files hold, and what must not be damaged."""

CHANGE = 0.02
"""Probability that a unit is in another state than the one before it: documents change once in some fifty lines (an English
title, a programme, a page from another scanner). With 0.1 short lines go astray, with 0.002 a quoted line goes unseen."""

TEMPER = 0.6
"""Exponent of the evidence of a token, for tokens of a line are no independent witnesses: the terms of one field come
together. Chosen so that the probabilities of lines alone are calibrated on the documents left out (train_evidence)."""

LONGEST_UNIT = 400
"""Characters from which a line is cut into units at blanks: some seventy syllables, a long paragraph's sentence or three."""


@dataclass(frozen=True, slots=True)
class Unit:
    """``text[start:end]`` and the probability of each ``State``."""

    start: int
    end: int
    probabilities: tuple[float, ...]

    @property
    def damaged(self) -> float:
        """The probability that repair has something to do here."""
        return self.probabilities[State.STRIPPED] + self.probabilities[State.NEURAL] + self.probabilities[State.SCANNER]


@cache
def _weights() -> NDArray[np.float64]:
    """Tempered log probability of each sign (row) under each state."""
    lines = (FOLDER / "evidence.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return np.array([[TEMPER * math.log(float(p)) for p in line.split("\t")[1:]] for line in lines])


_UNIT_END = regex.compile(rf"[^\n\f\r]{{1,{LONGEST_UNIT}}}(?:(?=\s)|$)|[^\n\f\r]{{1,{LONGEST_UNIT}}}")


def weigh(text: str) -> list[Unit]:
    """The units of ``text`` in order with the probabilities of their states.

    >>> [max(State, key=lambda s: unit.probabilities[s]).name for unit in weigh(
    ...     "Ủy ban nhân dân tỉnh ban hành kế hoạch\\nnhan, xu 1y va tra két qua tha tuc hanh chinh chua c6 su dot pha")]
    ['RIGHT', 'NEURAL']
    """
    spans = [match.span() for match in _UNIT_END.finditer(text)]
    evidence = _likelihoods([signs_of(text[start:end]) for start, end in spans])
    return [Unit(*span, p) for span, p in zip(spans, _smoothed(evidence), strict=True)]


def _likelihoods(signs: Sequence[Sequence[int]]) -> list[list[float]]:
    """Likelihood of the signs of each unit under each state, as a share of the greatest."""
    ends = np.cumsum([0, *map(len, signs)])
    each = _weights()[np.fromiter(chain.from_iterable(signs), np.int64)]
    sums = np.concatenate((np.zeros((1, len(State))), np.cumsum(each, axis=0)))
    logs = sums[ends[1:]] - sums[ends[:-1]]
    likelihoods: list[list[float]] = np.exp(np.maximum(logs - logs.max(axis=1, keepdims=True), -60.0)).tolist()
    return likelihoods


def _smoothed(evidence: Sequence[Sequence[float]]) -> list[tuple[float, ...]]:
    """State probabilities of every unit given all of them."""
    forward: list[tuple[float, ...]] = []
    state: tuple[float, ...] = _PRIOR
    for i, own in enumerate(evidence):
        state = _scaled(_moved(state) if i else state, own)
        forward.append(state)
    after: tuple[float, ...] = (1.0,) * len(State)
    smoothed: list[tuple[float, ...]] = []
    for here, own in zip(reversed(forward), reversed(evidence), strict=True):
        smoothed.append(_scaled(here, after))
        after = _moved(_scaled(after, own))
    return smoothed[::-1]


def _scaled(a: Sequence[float], b: Sequence[float]) -> tuple[float, ...]:
    products = [x * y for x, y in zip(a, b, strict=True)]
    total = sum(products)
    return tuple(x / total for x in products)


def _moved(state: Sequence[float]) -> tuple[float, ...]:
    """One step on: the same state, or with ``CHANGE`` any."""
    share = CHANGE * sum(state) / len(State)
    return tuple((1 - CHANGE) * x + share for x in state)
