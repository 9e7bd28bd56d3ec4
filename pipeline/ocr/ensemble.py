"""Two or three engines and a language model together.

trueocr finds the lines, it and Tesseract read them, and where asterocr is installed too it is asked about those that remain
doubtful.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

from normalizers.fluency import fluency, known
from normalizers.words import words_of
from pipeline.image.boxes import PixelBox
from pipeline.image.images import Pixels
from pipeline.ocr.asterocr import AsterOcr
from pipeline.ocr.base import Engine, ReadLine
from pipeline.ocr.tesseract import Tesseract
from pipeline.ocr.trueocr import TrueOcr
from pipeline.ocr.vote import logit, merge


class Ensemble(Engine):
    """Tesseract and trueocr on the same lines; where they differ, ``pipeline.ocr.vote`` decides."""

    name = "ensemble"

    @classmethod
    def missing(cls) -> str | None:
        return Tesseract.missing() or TrueOcr.missing()

    @cached_property
    def _tesseract(self) -> Tesseract:
        return Tesseract()

    @cached_property
    def _trueocr(self) -> TrueOcr:
        return TrueOcr()

    @cached_property
    def _asterocr(self) -> AsterOcr | None:
        """The third opinion, where it is installed."""
        return AsterOcr() if AsterOcr.available() else None

    @property
    def version(self) -> str:
        engines = [self._tesseract, self._trueocr, *([self._asterocr] if self._asterocr else [])]
        return f"ensemble ({'; '.join(engine.version for engine in engines)})"

    def quarter_turns(self, grey: Pixels) -> int:
        return self._trueocr.quarter_turns(grey)

    def find_lines(self, grey: Pixels) -> list[PixelBox]:
        return self._trueocr.find_lines(grey)

    def read_lines(self, grey: Pixels, boxes: Sequence[PixelBox]) -> list[ReadLine]:
        pairs = zip(self._tesseract.recognise(grey, boxes), self._trueocr.recognise(grey, boxes), strict=True)
        lines = [merge(pair, logp, habits, word_confidence) for pair in pairs]
        if self._asterocr is None:
            return lines
        doubtful = [i for i, line in enumerate(lines) if is_doubtful(line)]
        for i, third in zip(doubtful, self._asterocr.recognise(grey, [boxes[i] for i in doubtful]), strict=True):
            lines[i] = merge((lines[i], third), logp, no_habits, word_confidence)
        return lines


DOUBTFUL = 0.2, 0.75
"""Confidence of a line that a third engine is asked about: below are scribbles, above it changes one letter in a thousand.
On the five single pages it takes the error from 1.0 to 0.8 %; a gate at 0.9 asks twice as often for 0.02."""
DOUBTFUL_LETTERS = 6
"""Shorter lines are specks, marks and page numbers."""


def is_doubtful(line: ReadLine) -> bool:
    """Whether a third engine is worth its time."""
    return DOUBTFUL[0] <= line.confidence < DOUBTFUL[1] and len(line.text) >= DOUBTFUL_LETTERS


def no_habits(_first: str, _second: str) -> float:
    """Nothing is known beforehand of the first two engines together against the third."""
    return 0.0


def logp(text: str) -> float:
    """Natural-log probability of ``text`` as a whole."""
    return fluency(text) * len(words_of(text))


SPACE, DIGIT, ALPHABET = 4.0, 2.0, 4.0
"""Nats, from 315 differences on the eight transcribed scans (which of two readings was right): the one with the space 29
: 3; trueocr where digits differ 13 : 0; Tesseract where it prints what trueocr's alphabet does not have."""
UNKNOWN_TO_TRUEOCR = frozenset("–—²³°½")
INVENTED_BY_TRUEOCR = frozenset("_`")
"""What it makes of rules, specks and apostrophes."""


def habits(tesseract: str, trueocr: str) -> float:
    """What the two engines are known to do, in nats for Tesseract's reading.

    >>> habits(" ", ""), habits("", " "), habits("l", "1"), habits("ể", "ề")
    (4.0, -4.0, -2.0, 0.0)
    """
    if tesseract.replace(" ", "") == trueocr.replace(" ", ""):  # both may lose a space, neither invents one
        return SPACE if len(tesseract) > len(trueocr) else -SPACE
    if not UNKNOWN_TO_TRUEOCR.isdisjoint(tesseract) or not INVENTED_BY_TRUEOCR.isdisjoint(trueocr):
        return ALPHABET
    return -DIGIT if any(letter.isdigit() for letter in tesseract + trueocr) else 0.0


BASE, AGREED, SURE, OTHER_AGREED, OTHER, DIGITS, STRANGE = 0.9, 2.2, 0.5, -0.14, 0.09, -1.28, -1.87
"""Weights of a logistic regression of "the word stands in the transcript" on 3,914 words of the eight transcribed scans;
fitted on four of them it gave the other four a log loss of 0.067 (0.120 for the mean alone), see benchmarks/ocr.md."""


def word_confidence(text: str, agreed: bool, sure: float, other: float) -> float:
    """Probability that a word is right from how sure each engine was, whether they agree, and what kind of word it is.

    >>> word_confidence("nhân", True, 0.99, 0.99) > 0.98 > word_confidence("nhân", False, 0.9, 0.9)
    True
    >>> word_confidence("thyc", False, 0.9, 0.9) < 0.6
    True
    """
    digits = any(letter.isdigit() for letter in text)
    core = text.strip('.,;:()“”"-–/')
    strange = not digits and any(letter.isalpha() for letter in core) and not known(core)
    nats = BASE + AGREED * agreed + SURE * logit(sure) + (OTHER_AGREED if agreed else OTHER) * logit(other)
    return 1 / (1 + math.exp(-(nats + DIGITS * digits + STRANGE * strange)))
