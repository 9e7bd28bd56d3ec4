"""From the time steps of a CTC recogniser to words with boxes (Graves et al. 2006, greedy decoding)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.ocr.base import PixelBox, ReadLine, ReadWord, line_of
from pipeline.ocr.calibration import Curve, calibrated
from pipeline.ocr.evidence import Evidence


def line_of_steps(
    logps: NDArray[np.float32], alphabet: Alphabet, box: PixelBox, span: tuple[float, float], curve: Curve, engine: str
) -> ReadLine:
    """The line that ``logps``, natural-log probabilities (steps, outputs), spell: repeats merged, blanks dropped, cut at
    spaces.

    The steps divide ``span`` (left, right in pixels of the page) evenly. A letter is as sure as the surest of its steps, a
    word as its least sure letter, after ``curve``.
    """
    words: list[ReadWord] = []
    begins: list[int] = []
    step = (span[1] - span[0]) / max(1, len(logps))
    for is_space, group in groupby(_letters(logps, alphabet), key=lambda letter: letter.text.isspace()):
        letters = list(group)
        if is_space:
            continue
        if words:
            begins.append(letters[0].before)
        begins += (letter.step for letter in letters)
        first, last = (span[0] + at * step for at in (letters[0].step - 0.5, letters[-1].step + 1.5))
        left = min(box[2], max(box[0], round(first)))
        where = left, box[1], max(left, min(box[2], round(last))), box[3]
        text = "".join(letter.text for letter in letters)
        words.append(ReadWord(text, where, calibrated(min(letter.sure for letter in letters), curve)))
    line = line_of(words, box, (engine,))
    return replace(line, evidence=Evidence(logps, line.text, tuple(begins), alphabet.outputs, alphabet.blank))


@dataclass(frozen=True, slots=True, eq=False)
class Alphabet:
    """What each output of a network prints: one letter each, ``""`` for those that print nothing, as the blank."""

    letters: tuple[str, ...]
    blank: int

    @property
    def outputs(self) -> Mapping[str, int]:
        return _outputs(self.letters)


@lru_cache(maxsize=4)
def _outputs(letters: tuple[str, ...]) -> Mapping[str, int]:
    return {letter: i for i, letter in reversed(list(enumerate(letters))) if letter}


class _Letter(NamedTuple):
    """A letter, the step at which it begins, the step after the letter before it, and how sure it is at its surest step."""

    text: str
    step: int
    before: int
    sure: float


def _letters(logps: NDArray[np.float32], alphabet: Alphabet) -> Iterator[_Letter]:
    ids = logps.argmax(axis=1)
    starts = np.flatnonzero(np.diff(ids, prepend=-1))
    if not starts.size:
        return
    sure = np.exp(np.maximum.reduceat(logps[np.arange(len(ids)), ids], starts))
    before = 0
    for at, confidence in zip(starts.tolist(), sure.tolist(), strict=True):
        text = alphabet.letters[ids[at]]
        if text:
            yield _Letter(text, at, before, confidence)
            before = at + 1
