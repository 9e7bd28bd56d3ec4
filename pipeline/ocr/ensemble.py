"""Two or three engines and a language model together.

trueocr finds the lines, it and Tesseract's network read them, and where asterocr is installed too it is asked about those
that remain doubtful.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

from normalizers.fluency import known, logps
from pipeline.image.boxes import PixelBox
from pipeline.image.images import Pixels
from pipeline.ocr.asterocr import AsterOcr
from pipeline.ocr.base import Engine, ReadLine
from pipeline.ocr.network import Network
from pipeline.ocr.tesseract import Tesseract
from pipeline.ocr.trueocr import TrueOcr
from pipeline.ocr.vote import logit, merge


class Ensemble(Engine):
    """Tesseract's network and trueocr on the same lines; where they differ, ``pipeline.ocr.vote`` decides."""

    name = "ensemble"

    @classmethod
    def missing(cls) -> str | None:
        return TrueOcr.missing() or (None if Network.available() else Tesseract.missing())

    @cached_property
    def _first(self) -> Engine:
        """Tesseract's network, or Tesseract itself where its data is not of the kind that is read."""
        network = Network()
        return network if Network.available() and network.can_read() else Tesseract()

    @cached_property
    def _trueocr(self) -> TrueOcr:
        return TrueOcr()

    @cached_property
    def _third(self) -> Engine | None:
        """The third opinion, where one is installed."""
        return AsterOcr() if AsterOcr.available() else None

    @property
    def version(self) -> str:
        engines = [self._first, self._trueocr, *([self._third] if self._third else [])]
        return f"ensemble ({'; '.join(engine.version for engine in engines)})"

    def quarter_turns(self, grey: Pixels) -> int:
        return self._trueocr.quarter_turns(grey)

    def find_lines(self, grey: Pixels) -> list[PixelBox]:
        return self._trueocr.find_lines(grey)

    def read_lines(self, grey: Pixels, boxes: Sequence[PixelBox]) -> list[ReadLine]:
        pairs = list(zip(self._first.recognise(grey, boxes), self._trueocr.recognise(grey, boxes), strict=True))
        lines = merge(pairs, logps, weigh, word_confidence)
        if self._third is None:
            return lines
        doubtful = [i for i, line in enumerate(lines) if is_doubtful(line)]
        third = self._third.recognise(grey, [boxes[i] for i in doubtful])
        again = merge([(lines[i], other) for i, other in zip(doubtful, third, strict=True)], logps, weigh, word_confidence)
        for i, line in zip(doubtful, again, strict=True):
            lines[i] = line
        return lines


DOUBTFUL = 0.2, 0.75
"""Confidence of a line that a third engine is asked about: below are scribbles, above it changes one letter in a thousand.
On the five single pages it takes the error from 1.0 to 0.8 %; a gate at 0.9 asks twice as often for 0.02."""
DOUBTFUL_LETTERS = 6
"""Shorter lines are specks, marks and page numbers."""


def is_doubtful(line: ReadLine) -> bool:
    """Whether a third engine is worth its time."""
    return DOUBTFUL[0] <= line.confidence < DOUBTFUL[1] and len(line.text) >= DOUBTFUL_LETTERS


FIRST, SECOND, SPACE, DIGIT, ODD = 0.27, 0.28, 2.9, 0.4, 2.9
"""Nats for a nat that the first and the second engine prefer their own text by, for the text with a space more, for the
second engine where figures differ, and against odd signs. A logistic regression of "the first is right" on 3,766
differences: 23 born-digital pages drawn anew and worn in 14 ways, and three transcribed scans (benchmarks/fit_vote.py)."""
DASHES = 2.0
"""Nats for the first engine where it prints what the alphabet of the second does not have; set, not fitted: too rare."""
UNKNOWN_TO_TRUEOCR = frozenset("–—²³°½")
ODD_SIGNS = frozenset("®‡ˆ~¬¡ƒ†¢¤Ÿ|\\^{}<>_`§©„«»£€¥•=#@$‹›")
"""What engines make of specks, rules and handwriting; documents print hardly any of them."""


NEW = 1.0
"""Nats against a letter that neither engine printed. On half of the fitted pages 826 letters are wrong without such letters,
637 with them (0: 601), on the transcribed scans 146, 132 (133)."""


def weigh(texts: tuple[str, ...], option: int, against: tuple[float, float]) -> float:
    """Nats for one of the texts of a stretch: the first is that of the first engine, the second that of the second, others
    are of neither. ``against`` are the nats by which either engine prefers its own.

    >>> weigh(("ể", "ề"), 0, (0.0, 1.0)) > weigh(("ể", "ề"), 1, (9.0, 0.0))
    True
    >>> weigh(("", " "), 0, (0.0, 1.0)) < weigh(("", " "), 1, (1.0, 0.0))
    True
    """
    nats = -FIRST * against[0] - SECOND * against[1]
    if option > 1:
        return nats - NEW
    own, other = texts[option], texts[1 - option]
    if own.replace(" ", "") == other.replace(" ", ""):  # both may lose a space, neither invents one
        return nats + SPACE * (len(own) > len(other))
    nats += DASHES * (option == 0 and not UNKNOWN_TO_TRUEOCR.isdisjoint(own)) - ODD * (not ODD_SIGNS.isdisjoint(own))
    return nats + DIGIT * (option == 1 and any(letter.isdigit() for letter in own + other))


BASE, AGREED, SURE, OTHER, KEPT, CHOSEN, DIGITS, STRANGE = -0.24, -2.45, 0.33, 0.12, 0.78, 0.54, -0.37, -3.09
"""Weights of a logistic regression of "the word stands in the transcript" on 27,744 words of the pages that the vote was
fitted on. On 3,635 words of the other scans: 97.8 % right, 97.6 % expected, log loss 0.070."""


CLEAR = 8.0
"""Nats of a choice that leave no doubt; where there was none to make, there is none either."""


def features(text: str, agreed: bool, sure: float, other: float, margin: float) -> tuple[float, ...]:
    """What the confidence in a word is computed from, each times its weight."""
    digits = any(letter.isdigit() for letter in text)
    core = text.strip('.,;:()“”"-–/')
    strange = not digits and any(letter.isalpha() for letter in core) and not known(core)
    chosen = min(margin, CLEAR)
    parts = agreed * logit(sure), agreed * logit(other), agreed * chosen, (not agreed) * chosen
    return 1.0, agreed, *parts, digits, strange


def word_confidence(text: str, agreed: bool, sure: float, other: float, margin: float) -> float:
    """Probability that a word is right from how sure each engine was, whether they agree, by how much the closest choice in
    it was made, and what kind of word it is.

    >>> word_confidence("nhân", True, 0.99, 0.99, 9.0) > 0.98 > word_confidence("nhân", False, 0.9, 0.9, 1.0)
    True
    >>> word_confidence("thyc", False, 0.9, 0.9, 1.0) < 0.6
    True
    """
    weights = BASE, AGREED, SURE, OTHER, KEPT, CHOSEN, DIGITS, STRANGE
    found = features(text, agreed, sure, other, margin)
    return 1 / (1 + math.exp(-sum(weight * value for weight, value in zip(weights, found, strict=True))))
