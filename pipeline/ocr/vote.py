"""Two readings of one line become one: aligned by character, and where they differ the engines and the language model decide
together.

Each engine is asked by how much it prefers its own spelling of a difference to the other's (``pipeline.ocr.evidence``; an
engine that keeps no steps speaks through the confidence of its word), and the language model adds how much likelier the line
becomes. Numbers are all alike to the model, so between two numbers only the engines speak. What is left over for the choice
is kept as its margin: a word is as sure as the closest choice in it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from pipeline.image.boxes import enclosing
from pipeline.ocr.base import PixelBox, ReadLine, ReadWord, line_of
from pipeline.ocr.evidence import Question, preferences

Fluency = Callable[[str], float]
"""Natural-log probability of a whole text."""
Confidence = Callable[[str, bool, float, float, float], float]
"""The probability that a word is right: from its text, whether both engines read just that, how sure the engine is that has
most of the say (0 to 1), how sure the other, and the nats by which the closest choice in it was made."""
Weigh = Callable[[tuple[str, str], float, float], float]
"""Nats for the first of two texts (negative: for the second), from what either engine prefers its own by."""

MODEL_WEIGHT = 0.47
"""Nats for a nat of the language model; fitted with the weights of the engines (``pipeline.ocr.ensemble``)."""
MODEL_MOST = 15.0
"""Nats of the language model that count: more says only that the rest of the line is strange to it."""
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
    """A letter of the merged line: from which reading, where it stands (or would stand) in either, and by how much it was
    chosen."""

    text: str
    source: int
    agreed: bool
    at: tuple[int, ...]
    margin: float


def logit(probability: float) -> float:
    """Natural-log odds, bounded by ``SURE``."""
    bounded = min(SURE, max(1 - SURE, probability))
    return math.log(bounded / (1 - bounded))


@dataclass(frozen=True, slots=True)
class Choice:
    """Which reading (0 or 1) of a stretch is taken, and the nats by which it was better than the other."""

    taken: int
    margin: float


def choose(stretches: Sequence[Difference], nats: Sequence[float], fluency: Fluency) -> list[Choice]:
    """For each stretch of the aligned lines which reading to take; ``nats`` are what the engines say for the first."""
    taken = [0 if d.agreed or for_first >= 0 else 1 for d, for_first in zip(stretches, nats, strict=True)]
    open_choices = [i for i, d in enumerate(stretches) if not d.agreed]
    known: dict[tuple[int, ...], float] = {}

    def model(choice: Sequence[int]) -> float:
        key = tuple(choice)
        if key not in known:
            known[key] = fluency("".join(d.texts[k] for d, k in zip(stretches, choice, strict=True)))
        return known[key]

    def margin(i: int) -> float:
        other = [*taken[:i], 1 - taken[i], *taken[i + 1 :]]
        said = min(MODEL_MOST, max(-MODEL_MOST, model(taken) - model(other)))
        return MODEL_WEIGHT * said + (nats[i] if taken[i] == 0 else -nats[i])

    for _ in range(SWEEPS):
        before = list(taken)
        for i in open_choices:
            if margin(i) < 0:
                taken[i] = 1 - taken[i]
        if taken == before:
            break
    return [Choice(k, math.inf if d.agreed else margin(i)) for i, (d, k) in enumerate(zip(stretches, taken, strict=True))]


Pair = tuple[ReadLine, ReadLine]


def weighed(pairs: Sequence[Pair], aligned: Sequence[Sequence[Difference]], weigh: Weigh) -> list[list[float]]:
    """For each stretch of each pair of lines the nats that the engines have for the first line's text."""
    preferred: dict[tuple[int, int, int], float] = {}
    questions: dict[tuple[int, int, int], Question] = {}
    for at, (lines, stretches) in enumerate(zip(pairs, aligned, strict=True)):
        for i, d in enumerate(stretches):
            for k, line in enumerate(lines if not d.agreed else ()):
                if line.evidence is not None:
                    questions[at, i, k] = Question(line.evidence, d.starts[k], d.texts[k], d.texts[1 - k])
                else:
                    preferred[at, i, k] = _odds(line, d.starts[k], len(d.texts[k]))
    preferred |= zip(questions, preferences(list(questions.values())), strict=True)
    return [
        [0.0 if d.agreed else weigh(d.texts, preferred[at, i, 0], preferred[at, i, 1]) for i, d in enumerate(stretches)]
        for at, stretches in enumerate(aligned)
    ]


def _odds(line: ReadLine, start: int, length: int) -> float:
    """Log odds of the words that a stretch touches (the least sure of them; a lone space touches both its neighbours)."""
    at, sure = 0, 1.0
    for word in line.words:
        if at <= start + length and start <= at + len(word.text):
            sure = min(sure, word.confidence)
        at += len(word.text) + 1
    return logit(sure)


def merge(pairs: Sequence[Pair], fluency: Fluency, weigh: Weigh, confidence: Confidence) -> list[ReadLine]:
    """One reading of each pair of lines; the engines are asked about all differences of a page at once."""
    aligned = [align(first.text, second.text) if first.words and second.words else [] for first, second in pairs]
    merged = []
    for pair, stretches, nats in zip(pairs, aligned, weighed(pairs, aligned, weigh), strict=True):
        if stretches:
            merged.append(_merged(pair, stretches, choose(stretches, nats, fluency), confidence))
            continue
        only = pair[0] if pair[0].words else pair[1]
        words = [ReadWord(w.text, w.box, confidence(w.text, False, w.confidence, 0.0, 0.0), False) for w in only.words]
        merged.append(line_of(words, only.box, only.engines))
    return merged


def _merged(pair: Pair, stretches: Sequence[Difference], choices: Sequence[Choice], confidence: Confidence) -> ReadLine:
    owners = tuple(_owners(line) for line in pair)
    words = [
        _word(list(group), owners, confidence)
        for is_space, group in groupby(_letters(stretches, choices), key=lambda letter: letter.text == " ")
        if not is_space
    ]
    whole = " ".join(w.text for w in words)
    engines = tuple(name for line in pair if line.text == whole for name in line.engines)
    return line_of(words, pair[0].box, engines)


def _letters(stretches: Sequence[Difference], choices: Sequence[Choice]) -> list[_Letter]:
    """The letters of the merged line. What was left out, or a space, leaves its margin with the letters beside it."""
    letters: list[_Letter] = []
    beside = math.inf
    for d, choice in zip(stretches, choices, strict=True):
        text = d.texts[choice.taken]
        if letters and not text.strip():
            letters[-1] = replace(letters[-1], margin=min(letters[-1].margin, choice.margin))
        for i, letter in enumerate(text):
            at = tuple(start + (i if choice.taken == n or d.agreed else 0) for n, start in enumerate(d.starts))
            letters.append(_Letter(letter, choice.taken, d.agreed, at, min(choice.margin, beside)))
            beside = math.inf
        if not text.strip():
            beside = choice.margin
    return letters


def _word(letters: Sequence[_Letter], owners: Sequence[list[ReadWord]], confidence: Confidence) -> ReadWord:
    """The word that ``letters`` make, with the box and the confidence that follow from the words they come from."""
    text = "".join(letter.text for letter in letters)
    sources = [
        _unique(owner[min(letter.at[k], len(owner) - 1)] for letter in letters if letter.agreed or letter.source == k)
        for k, owner in enumerate(owners)
    ]
    readings = ["".join(w.text for w in source) for source in sources]
    agreed = readings[0] == readings[1] == text
    sure = [min((w.confidence for w in source), default=0.0) for source in sources]
    leading = 1 if any(not letter.agreed and letter.source == 1 for letter in letters) else 0
    margin = min(letter.margin for letter in letters)
    trust = confidence(text, agreed, sure[leading], sure[1 - leading], 0.0 if math.isinf(margin) else margin)
    disputed = any(letter.isdigit() for letter in text) and is_disputed(*readings)
    return ReadWord(text, _box(text, sources), min(trust, DISPUTED) if disputed else trust, agreed)


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
