"""Two engines and a language model together: trueocr finds the lines and both it and Tesseract read them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from normalizers.fluency import fluency
from normalizers.words import words_of
from pipeline.images import PixelBox, Pixels
from pipeline.ocr.base import Engine, ReadLine
from pipeline.ocr.tesseract import Tesseract
from pipeline.ocr.trueocr import TrueOcr
from pipeline.ocr.vote import merge


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

    def recognise(self, grey: Pixels, boxes: Sequence[PixelBox]) -> list[ReadLine]:
        pairs = zip(self._tesseract.recognise(grey, boxes), self._trueocr.recognise(grey, boxes), strict=True)
        return [merge(pair, logp, habits, word_confidence) for pair in pairs]


def logp(text: str) -> float:
    """Natural-log probability of ``text`` as a whole."""
    return fluency(text) * len(words_of(text))


SPACE, DIGIT, ALPHABET = 4.0, 2.0, 4.0
"""Nats, from 315 differences on the eight transcribed scans (which of two readings was right): the one with the space 29 : 3;
trueocr where digits differ 13 : 0; Tesseract where it prints what trueocr's alphabet does not have."""
UNKNOWN_TO_TRUEOCR = frozenset("–—²³°½")


def habits(tesseract: str, trueocr: str) -> float:
    """What the two engines are known to do, in nats for Tesseract's reading.

    >>> habits(" ", ""), habits("", " "), habits("l", "1"), habits("ể", "ề")
    (4.0, -4.0, -2.0, 0.0)
    """
    if tesseract.replace(" ", "") == trueocr.replace(" ", ""):  # both may lose a space, neither invents one
        return SPACE if len(tesseract) > len(trueocr) else -SPACE
    if not UNKNOWN_TO_TRUEOCR.isdisjoint(tesseract):
        return ALPHABET
    return -DIGIT if any(letter.isdigit() for letter in tesseract + trueocr) else 0.0


def word_confidence(agreed: bool, first: float, second: float, takes_second: bool) -> float:
    """Probability that a word is right from how sure each engine was and whether they agree."""
    if agreed:
        return 1 - (1 - first) * (1 - second)
    return 0.6 * (second if takes_second else first)
