"""Two readings of one line become one: aligned by character, and where they differ the engines' own confidence and the
language model decide together.

Each difference is a choice between the odds that one engine gives its word and those that the other gives its own; the
language model adds how much likelier the line becomes. Numbers are all alike to the model, so between two numbers only
the engines speak.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from pipeline.image.boxes import enclosing
from pipeline.ocr.base import PixelBox, ReadLine, ReadWord

Fluency = Callable[[str], float]
"""Natural-log probability of a whole text."""
Confidence = Callable[[str, bool, float, float], float]
"""The probability that a word is right: from its text, whether both engines read just that, how sure the engine is that has
most of the say (0 to 1), and how sure the other."""
Habits = Callable[[str, str], float]
"""What is known about a kind of difference, whatever the confidences: nats for the first reading (negative: for the
second)."""

MODEL_WEIGHT = 0.8
"""What a nat of the language model counts against a nat of the engines' odds. Fitted on half of the transcripts
(benchmarks/ocr.md): 0 loses the marks that both engines confuse, above 1.2 names and codes get lost."""
SURE = 0.995
"""No engine's word is believed more than this: calibration says nothing about one error in two hundred."""
DISPUTED = 0.5
"""No figure is held surer than this when the engines read different ones: no model tells one number from another."""
SWEEPS = 2
"""Times that each difference is looked at again, given the choices at the others."""

_FIGURES = re.compile(r"\d(.*\d)?")
"""From the first to the last figure of a word."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch of the aligned lines: ``texts`` are equal, or two readings of one stretch. ``starts`` are offsets in
    either line."""

    texts: tuple[str, str]
    starts: tuple[int, int]

    @property
    def agreed(self) -> bool:
        return self.texts[0] == self.texts[1]


def align(first: str, second: str) -> list[Difference]:
    """The stretches where two lines agree and where they differ, in order.

    >>> [d.texts for d in align("quyển hạn", "quyền hận")]
    [('quy', 'quy'), ('ể', 'ề'), ('n h', 'n h'), ('ạ', 'ậ'), ('n', 'n')]
    """
    stretches = []
    for _, group in groupby(Levenshtein.opcodes(first, second), key=lambda op: op.tag == "equal"):
        ops = list(group)  # neighbouring differences are one choice
        starts = ops[0].src_start, ops[0].dest_start
        texts = first[starts[0] : ops[-1].src_end], second[starts[1] : ops[-1].dest_end]
        stretches.append(Difference(texts, starts))
    return stretches


@dataclass(frozen=True, slots=True)
class _Letter:
    """A letter of the merged line: from which reading, and where it stands (or would stand) in either."""

    text: str
    source: int
    agreed: bool
    at: tuple[int, ...]


def logit(probability: float) -> float:
    """Natural-log odds, bounded by ``SURE``."""
    bounded = min(SURE, max(1 - SURE, probability))
    return math.log(bounded / (1 - bounded))


def choose(lines: tuple[ReadLine, ReadLine], stretches: Sequence[Difference], fluency: Fluency, habits: Habits) -> list[int]:
    """For each stretch of the aligned lines which reading (0 or 1) to take."""
    odds = [
        (_odds(lines[0], d.starts[0], len(d.texts[0])) + habits(*d.texts), _odds(lines[1], d.starts[1], len(d.texts[1])))
        for d in stretches
    ]
    chosen = [0 if d.agreed or first >= second else 1 for d, (first, second) in zip(stretches, odds, strict=True)]
    open_choices = [i for i, d in enumerate(stretches) if not d.agreed]

    def score(choice: Sequence[int]) -> float:
        text = "".join(d.texts[k] for d, k in zip(stretches, choice, strict=True))
        return MODEL_WEIGHT * fluency(text) + sum(odds[i][choice[i]] for i in open_choices)

    best = score(chosen)
    for _ in range(SWEEPS):
        before = best
        for i in open_choices:
            other = [*chosen[:i], 1 - chosen[i], *chosen[i + 1 :]]
            value = score(other)
            if value > best:
                chosen, best = other, value
        if best == before:
            break
    return chosen


def _odds(line: ReadLine, start: int, length: int) -> float:
    """Log odds of the words that a stretch touches (the least sure of them; a lone space touches both its neighbours)."""
    at, sure = 0, 1.0
    for word in line.words:
        if at <= start + length and start <= at + len(word.text):
            sure = min(sure, word.confidence)
        at += len(word.text) + 1
    return logit(sure)


def merge(
    lines: tuple[ReadLine, ReadLine],
    fluency: Fluency,
    habits: Habits,
    confidence: Confidence,
) -> ReadLine:
    """One reading of ``lines``."""
    if not lines[0].words or not lines[1].words:
        only = lines[0] if lines[0].words else lines[1]
        words = [ReadWord(w.text, w.box, confidence(w.text, False, w.confidence, 0.0), False) for w in only.words]
        return _line(words, only.box, only.engines)
    stretches = align(lines[0].text, lines[1].text)
    chosen = choose(lines, stretches, fluency, habits)
    letters = [
        _Letter(letter, k, d.agreed, tuple(start + (i if k == n or d.agreed else 0) for n, start in enumerate(d.starts)))
        for d, k in zip(stretches, chosen, strict=True)
        for i, letter in enumerate(d.texts[k])
    ]
    owners = tuple(_owners(line) for line in lines)
    words = []
    for is_space, group in groupby(letters, key=lambda item: item.text == " "):
        if is_space:
            continue
        part = list(group)
        text = "".join(letter.text for letter in part)
        sources = [
            _unique(owner[min(letter.at[k], len(owner) - 1)] for letter in part if letter.agreed or letter.source == k)
            for k, owner in enumerate(owners)
        ]
        readings = ["".join(w.text for w in source) for source in sources]
        agreed = readings[0] == readings[1] == text
        box = _box(text, sources)
        sure = [min((w.confidence for w in source), default=0.0) for source in sources]
        leading = 1 if any(not letter.agreed and letter.source == 1 for letter in part) else 0
        trust = confidence(text, agreed, sure[leading], sure[1 - leading])
        disputed = any(letter.isdigit() for letter in text) and is_disputed(*readings)
        words.append(ReadWord(text, box, min(trust, DISPUTED) if disputed else trust, agreed))
    whole = " ".join(w.text for w in words)
    engines = tuple(name for line in lines if line.text == whole for name in line.engines)
    return _line(words, lines[0].box, engines)


def is_disputed(first: str, second: str) -> bool:
    """Whether two readings of one word hold different figures; what stands around them may differ.

    >>> is_disputed("85,71", "8571"), is_disputed("85,71", "85,71."), is_disputed("l0", "10"), is_disputed("đê", "đề")
    (True, False, True, False)
    """
    figures = [_FIGURES.search(reading) for reading in (first, second)]
    return (figures[0] and figures[0][0]) != (figures[1] and figures[1][0])


def _owners(line: ReadLine) -> list[ReadWord]:
    """The word of each letter of the line; a space belongs to the word before it."""
    owners: list[ReadWord] = []
    for word in line.words:
        owners += [word] * (len(word.text) + 1)
    return owners[:-1] or owners


def _unique(words: Iterable[ReadWord]) -> list[ReadWord]:
    return list(dict.fromkeys(words))


def _box(text: str, sources: Sequence[list[ReadWord]]) -> PixelBox:
    """The box of the engine that read exactly this word, else one around all that went into it."""
    for source in sources:
        if len(source) == 1 and source[0].text == text:
            return source[0].box
    for source in sources:
        if "".join(w.text for w in source) == text:
            return enclosing([w.box for w in source])
    return enclosing([w.box for source in sources for w in source])


def _line(words: Sequence[ReadWord], box: PixelBox, engines: tuple[str, ...]) -> ReadLine:
    letters = sum(len(w.text) for w in words)
    sure = sum(w.confidence * len(w.text) for w in words) / letters if letters else 0.0
    return ReadLine(tuple(words), box, sure, engines)
