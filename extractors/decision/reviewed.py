"""Learning from reviews: a decision drawn from the shipped one towards what people said, kept only where it wins.

Reviewers judge what was found, never what was missed; so the shipped weights are where learning starts from, and a
decision that the reviews teach must be better than the shipped one on documents whose reviews it has not seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.decision.fit import Example, fit
from extractors.decision.model import Decision

STRENGTH = 10.0
"""Of L2 towards the shipped weights: what documents left out chose for the shipped decisions (``scripts/training``)."""
LEAST_REVIEWS, LEAST_OF_EACH, LEAST_DOCUMENTS = 40, 8, 5
"""Fewer can't show a gain: of 40 reviews a share is known to 8 points in a hundred; with one answer only there is nothing
to tell apart; and the error of a difference is measured between documents, of which four say next to nothing."""
SURE = 2.13
"""Standard errors by which the gain must exceed nothing: Student's t at 95 %, one-sided, for ``LEAST_DOCUMENTS``."""
LEAST_GAIN = 0.02
"""Gain a review in log likelihood: chances that are truer by less than two in a hundred are not worth a re-extraction."""
FOLDS = 5


@dataclass(frozen=True)
class Lesson:
    """What the reviews of one kind of fact came to. ``outcome`` is learned, too_few or no_better.

    ``wrong_before`` and ``wrong_after`` count the reviews whose answer the shipped and the learned decision gave less than
    an even chance, each review held out when it was asked; ``decision`` is there where it was learned.
    """

    outcome: str
    reviews: int
    rejected: int
    documents: int
    wrong_before: int = 0
    wrong_after: int = 0
    decision: Decision | None = None


def learn(examples: Sequence[Example], shipped: Decision, *, only_whether: bool = False) -> Lesson:
    """Fits the decision anew to reviewed candidates and compares it with the shipped one, document by document.

    ``only_whether`` asks whether a fact is stated at all, where rules say of which kind (targets).
    """
    none = shipped.classes[0]
    rejected = sum(e.right == none for e in examples)
    documents = sorted({e.group for e in examples})
    lesson = Lesson("too_few", len(examples), rejected, len(documents))
    enough = len(examples) >= LEAST_REVIEWS and min(rejected, len(examples) - rejected) >= LEAST_OF_EACH
    if not enough or len(documents) < LEAST_DOCUMENTS:
        return lesson

    def chance(decision: Decision, example: Example) -> float:
        chances = decision.probabilities(example.features)
        return 1.0 - chances[none] if only_whether and example.right != none else chances[example.right]

    start = _sharpened(shipped)
    gains = dict.fromkeys(documents, 0.0)
    wrong_before = wrong_after = 0
    for fold in range(FOLDS):
        held = set(documents[fold::FOLDS])
        fitted = fit([e for e in examples if e.group not in held], start.classes, strength=STRENGTH, prior=start)
        for example in (e for e in examples if e.group in held):
            before, after = chance(shipped, example), chance(fitted, example)
            gains[example.group] += math.log(max(after, _LEAST)) - math.log(max(before, _LEAST))
            wrong_before += before < _EVEN
            wrong_after += after < _EVEN
    lesson = replace(lesson, outcome="no_better", wrong_before=wrong_before, wrong_after=wrong_after)
    total = sum(gains.values())
    if wrong_after > wrong_before or total < LEAST_GAIN * len(examples) or not _is_gain(list(gains.values())):
        return lesson
    told = f"{shipped.trained_on} and {len(examples)} reviews"
    best = replace(
        fit(examples, start.classes, strength=STRENGTH, prior=start), threshold=shipped.threshold, trained_on=told
    )
    return replace(lesson, outcome="learned", decision=best)


_LEAST, _EVEN = 0.001, 0.5
"""The chance below which being wrong costs no more, so that no single review decides; and an even chance."""


def _sharpened(decision: Decision) -> Decision:
    """The same decision with its scale in its weights, since fitting knows no scale."""
    weights = {name: tuple(decision.scale * w for w in row) for name, row in decision.weights.items()}
    return replace(decision, weights=weights, scale=1.0)


def _is_gain(gains: Sequence[float]) -> bool:
    """Do the documents, each with its gain in log likelihood, say for sure that there is any?

    >>> _is_gain([2.0, 3.0, 1.0, 2.0, 3.0]), _is_gain([9.0, 0.0, -1.0, 0.0, -1.0])
    (True, False)
    """
    mean = sum(gains) / len(gains)
    variance = sum((g - mean) ** 2 for g in gains) / (len(gains) - 1)
    return mean > SURE * math.sqrt(variance / len(gains))
