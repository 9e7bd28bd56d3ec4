"""Two engines and a language model together: trueocr finds the lines and both it and Tesseract read them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

from normalizers.fluency import fluency, known
from normalizers.words import words_of
from pipeline.images import PixelBox, Pixels
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

    @property
    def version(self) -> str:
        return f"ensemble ({self._tesseract.version}; {self._trueocr.version})"

    def quarter_turns(self, grey: Pixels) -> int:
        return self._trueocr.quarter_turns(grey)

    def find_lines(self, grey: Pixels) -> list[PixelBox]:
        return self._trueocr.find_lines(grey)

    def read_lines(self, grey: Pixels, boxes: Sequence[PixelBox]) -> list[ReadLine]:
        pairs = zip(self._tesseract.recognise(grey, boxes), self._trueocr.recognise(grey, boxes), strict=True)
        return [merge(pair, logp, habits, word_confidence) for pair in pairs]


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
    >>> word_confidence("nhnn", False, 0.9, 0.9) < 0.6
    True
    """
    digits = any(letter.isdigit() for letter in text)
    core = text.strip('.,;:()“”"-–/')
    strange = not digits and any(letter.isalpha() for letter in core) and not known(core)
    nats = BASE + AGREED * agreed + SURE * logit(sure) + (OTHER_AGREED if agreed else OTHER) * logit(other)
    return 1 / (1 + math.exp(-(nats + DIGITS * digits + STRANGE * strange)))
