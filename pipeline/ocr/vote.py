"""Two readings of one line become one: aligned by character, and where they differ the engines and the language model decide
together.

Each engine is asked by how much it prefers its own spelling of a difference to the other's (``pipeline.ocr.evidence``; an
engine that keeps no steps speaks through the confidence of its word), and the language model adds how much likelier the line
becomes. Numbers are all alike to the model, so between two numbers only the engines speak. What is left over for the choice
is kept as its margin: a word is as sure as the closest choice in it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import regex
from rapidfuzz.distance import Levenshtein

from pipeline.image.boxes import enclosing
from pipeline.ocr.base import PixelBox, ReadLine, ReadWord, line_of
from pipeline.ocr.evidence import Question, preferences, same_but_marks

Fluency = Callable[[Sequence[str]], Sequence[float]]
"""Natural-log probability of each of some whole texts, asked about together: one by one takes five times as long."""
Confidence = Callable[[str, bool, float, float, float], float]
"""The probability that a word is right: from its text, whether both engines read just that, how sure the engine is that has
most of the say (0 to 1), how sure the other, and the nats by which the closest choice in it was made."""
Weigh = Callable[[tuple[str, ...], int, tuple[float, float]], float]
"""Nats for one of the texts of a stretch (that of the first engine, that of the second, others), from the nats by which
either engine prefers its own."""
Pair = tuple[ReadLine, ReadLine]

MODEL_WEIGHT = 0.45
"""Nats for a nat of the language model; fitted with the weights of the engines (``pipeline.ocr.ensemble``)."""
MODEL_MOST = 15.0
"""Nats of the language model that count: more says only that the rest of the line is strange to it."""
SURE = 0.995
"""No engine's word is believed more than this: calibration says nothing about one error in two hundred."""
DISPUTED = 0.5
"""No figure is held surer than this when the engines read different ones: no model tells one number from another."""
SWEEPS = 2
"""Times that each difference is looked at again, given the choices at the others."""

_FIGURES = regex.compile(r"\d(.*\d)?")
"""From the first to the last figure of a word."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the aligned lines: the text of the first, that of the second, then what else it may be. ``starts`` are
    offsets in either line."""

    texts: tuple[str, ...]
    starts: tuple[int, int]

    @property
    def agreed(self) -> bool:
        """Whether both lines have the same text here."""
        return self.texts[0] == self.texts[1]

    @property
    def options(self) -> list[int]:
        """Which of ``texts`` there are to choose from."""
        return [i for i, text in enumerate(self.texts) if text not in self.texts[:i]]


def align(first: str, second: str) -> list[Stretch]:
    """The stretches where two lines agree and where they differ, in order.

    >>> [d.texts for d in align("quyển hạn", "quyền hận")]
    [('quy', 'quy'), ('ể', 'ề'), ('n h', 'n h'), ('ạ', 'ậ'), ('n', 'n')]
    """
    stretches = []
    for _, group in groupby(Levenshtein.opcodes(first, second), key=lambda op: op.tag == "equal"):
        ops = list(group)  # neighbouring differences are one choice
        starts = ops[0].src_start, ops[0].dest_start
        texts = first[starts[0] : ops[-1].src_end], second[starts[1] : ops[-1].dest_end]
        stretches.append(Stretch(texts, starts))
    return stretches


def doubted(pair: Pair, stretches: Sequence[Stretch]) -> list[Stretch]:
    """``stretches``, cut where either reader leaves other marks on a letter a chance: both err on marks most of all, often
    both, and what neither likes best may be what the line needs."""
    return [piece for stretch in stretches for piece in _doubted(pair, stretch)]


def _doubted(pair: Pair, stretch: Stretch) -> Iterator[Stretch]:
    text, starts = stretch.texts[0], stretch.starts
    if not stretch.agreed:
        is_mark = len(text) == 1 == len(stretch.texts[1]) and stretch.texts[1] in same_but_marks(text)
        others = _others(pair, starts) if is_mark else []
        yield replace(stretch, texts=(*stretch.texts, *(other for other in others if other not in stretch.texts)))
        return
    done = 0
    for i in range(len(text)):
        if others := _others(pair, (starts[0] + i, starts[1] + i)):
            if i > done:
                yield Stretch((text[done:i],) * 2, (starts[0] + done, starts[1] + done))
            yield Stretch((text[i], text[i], *others), (starts[0] + i, starts[1] + i))
            done = i + 1
    if done < len(text):
        yield Stretch((text[done:],) * 2, (starts[0] + done, starts[1] + done))


def _others(pair: Pair, at: tuple[int, int]) -> list[str]:
    found = [other for line, i in zip(pair, at, strict=True) if line.evidence for other in line.evidence.alike(i)]
    return sorted(set(found))


@dataclass(frozen=True, slots=True)
class _Letter:
    """A letter of the merged line: from which reading (or in the place of a letter of both), where it stands (or would
    stand) in either, and by how much it was chosen."""

    text: str
    source: int
    shared: bool
    at: tuple[int, ...]
    margin: float


def logit(probability: float) -> float:
    """Natural-log odds, bounded by ``SURE``."""
    bounded = min(SURE, max(1 - SURE, probability))
    return math.log(bounded / (1 - bounded))


@dataclass(frozen=True, slots=True)
class Choice:
    """Which text of a stretch is taken, and the nats by which it was better than the next."""

    taken: int
    margin: float


def choose(
    aligned: Sequence[Sequence[Stretch]], nats: Sequence[Sequence[Sequence[float]]], fluency: Fluency
) -> list[list[Choice]]:
    """The choices for each of some lines. The model is asked about all lines with one change each at once, then about what
    further changes need."""
    taken = [
        [max(d.options, key=said.__getitem__) for d, said in zip(stretches, nats_of_line, strict=True)]
        for stretches, nats_of_line in zip(aligned, nats, strict=True)
    ]
    texts = {text: 0.0 for stretches, first in zip(aligned, taken, strict=True) for text in _one_change(stretches, first)}
    likelihoods = dict(zip(texts, fluency(list(texts)), strict=True))
    return [_choose(*line, likelihoods, fluency) for line in zip(aligned, nats, taken, strict=True)]


def _one_change(stretches: Sequence[Stretch], taken: Sequence[int]) -> Iterator[str]:
    """The line as ``taken``, and with each other text of each of its stretches; nothing where there is no choice."""
    parts = [d.texts[k] for d, k in zip(stretches, taken, strict=True)]
    for i, d in enumerate(stretches):
        if len(d.options) > 1:
            before, after = "".join(parts[:i]), "".join(parts[i + 1 :])
            yield from (before + d.texts[option] + after for option in d.options)


def _choose(
    stretches: Sequence[Stretch],
    nats: Sequence[Sequence[float]],
    first: Sequence[int],
    likelihoods: dict[str, float],
    fluency: Fluency,
) -> list[Choice]:
    """The choices for one line, of which ``first`` are taken at first."""
    taken = list(first)
    open_choices = [i for i, d in enumerate(stretches) if len(d.options) > 1]

    def model(choice: Sequence[int]) -> float:
        text = "".join([d.texts[k] for d, k in zip(stretches, choice, strict=True)])
        if text not in likelihoods:
            likelihoods[text] = fluency([text])[0]
        return likelihoods[text]

    def better(i: int, option: int) -> float:
        """Nats by which ``option`` is better than what is taken at stretch ``i``, all other choices as they are."""
        said = model([*taken[:i], option, *taken[i + 1 :]]) - model(taken)
        return MODEL_WEIGHT * min(MODEL_MOST, max(-MODEL_MOST, said)) + nats[i][option] - nats[i][taken[i]]

    for _ in range(SWEEPS):
        before = list(taken)
        for i in open_choices:
            taken[i] = max(stretches[i].options, key=lambda option, i=i: better(i, option))  # type: ignore[misc]
        if taken == before:
            break
    choices = [Choice(k, math.inf) for k in taken]
    for i in open_choices:
        choices[i] = Choice(taken[i], -max(better(i, option) for option in stretches[i].options if option != taken[i]))
    return choices


def weighed(pairs: Sequence[Pair], aligned: Sequence[Sequence[Stretch]], weigh: Weigh) -> list[list[list[float]]]:
    """For each text of each stretch of each pair of lines the nats that the engines have for it, 0 for the first."""
    preferred: dict[tuple[int, int, int, int], float] = {}
    questions: dict[tuple[int, int, int, int], Question] = {}
    for at, (lines, stretches) in enumerate(zip(pairs, aligned, strict=True)):
        for i, d in enumerate(stretches):
            asked = [
                (k, option) for option in d.options for k in (0, 1) if len(d.options) > 1 and d.texts[option] != d.texts[k]
            ]
            for k, option in asked:
                evidence = lines[k].evidence
                if evidence is not None:
                    questions[at, i, k, option] = Question(evidence, d.starts[k], d.texts[k], d.texts[option])
                else:
                    preferred[at, i, k, option] = _odds(lines[k], d.starts[k], len(d.texts[k]))
    preferred |= zip(questions, preferences(list(questions.values())), strict=True)

    def said(at: int, i: int, stretch: Stretch, option: int) -> float:
        against = (preferred.get((at, i, 0, option), 0.0), preferred.get((at, i, 1, option), 0.0))
        return weigh(stretch.texts, option, against)

    return [
        [[said(at, i, d, option) for option in range(len(d.texts))] for i, d in enumerate(stretches)]
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
    aligned = [
        doubted(pair, align(pair[0].text, pair[1].text)) if all(line.words for line in pair) else [] for pair in pairs
    ]
    merged = []
    choices = choose(aligned, weighed(pairs, aligned, weigh), fluency)
    for pair, stretches, chosen in zip(pairs, aligned, choices, strict=True):
        if stretches:
            merged.append(_merged(pair, stretches, chosen, confidence))
            continue
        only = pair[0] if pair[0].words else pair[1]
        words = [ReadWord(w.text, w.box, confidence(w.text, False, w.confidence, 0.0, 0.0), False) for w in only.words]
        merged.append(line_of(words, only.box, only.engines))
    return merged


def _merged(pair: Pair, stretches: Sequence[Stretch], choices: Sequence[Choice], confidence: Confidence) -> ReadLine:
    owners = tuple(_owners(line) for line in pair)
    words = [
        _word(list(group), owners, confidence)
        for is_space, group in groupby(_letters(stretches, choices), key=lambda letter: letter.text == " ")
        if not is_space
    ]
    whole = " ".join(w.text for w in words)
    engines = tuple(name for line in pair if line.text == whole for name in line.engines)
    return line_of(words, pair[0].box, engines)


def _letters(stretches: Sequence[Stretch], choices: Sequence[Choice]) -> list[_Letter]:
    """The letters of the merged line. What was left out, or a space, leaves its margin with the letters beside it."""
    letters: list[_Letter] = []
    beside = math.inf
    for d, choice in zip(stretches, choices, strict=True):
        text = d.texts[choice.taken]
        if letters and not text.strip():
            letters[-1] = replace(letters[-1], margin=min(letters[-1].margin, choice.margin))
        for i, letter in enumerate(text):
            shared = d.agreed or choice.taken > 1
            at = tuple(start + (i if shared or choice.taken == n else 0) for n, start in enumerate(d.starts))
            letters.append(_Letter(letter, choice.taken, shared, at, min(choice.margin, beside)))
            beside = math.inf
        if not text.strip():
            beside = choice.margin
    return letters


def _word(letters: Sequence[_Letter], owners: Sequence[list[ReadWord]], confidence: Confidence) -> ReadWord:
    """The word that ``letters`` make, with the box and the confidence that follow from the words they come from."""
    text = "".join(letter.text for letter in letters)
    sources = [
        _unique(owner[min(letter.at[k], len(owner) - 1)] for letter in letters if letter.shared or letter.source == k)
        for k, owner in enumerate(owners)
    ]
    readings = ["".join(w.text for w in source) for source in sources]
    agreed = readings[0] == readings[1] == text
    sure = [min((w.confidence for w in source), default=0.0) for source in sources]
    leading = 1 if any(not letter.shared and letter.source == 1 for letter in letters) else 0
    margin = min(letter.margin for letter in letters)
    trust = confidence(text, agreed, sure[leading], sure[1 - leading], margin)
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
