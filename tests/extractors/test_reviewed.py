"""A decision learned from reviews is kept only where it wins on documents that it has not seen."""

from __future__ import annotations

from random import Random

import pytest

from extractors.decision.fit import Example, fit
from extractors.decision.reviewed import LEAST_OF_EACH, LEAST_REVIEWS, learn

CLASSES = ("none", "fact")
SHIPPED = fit([Example("d", (f"sign={i % 2}",), CLASSES[i % 2]) for i in range(40)], CLASSES)


def reviews(documents: int, right) -> list[Example]:
    return [Example(f"d{d}", (f"sign={i % 2}",), CLASSES[right(i)]) for d in range(documents) for i in range(8)]


def test_what_contradicts_the_shipped_decision_is_learned():
    lesson = learn(reviews(10, lambda i: 1 - i % 2), SHIPPED)
    assert lesson.outcome == "learned" and lesson.wrong_before == 80 and lesson.wrong_after == 0
    assert lesson.decision is not None and lesson.decision.best(("sign=0",))[0] == "fact"
    assert lesson.decision.threshold == SHIPPED.threshold


def test_what_documents_say_by_themselves_is_refused():
    """Each document adds a word of its own that tells its answers apart, and no other has: on documents held back there
    is nothing to win over a decision that is as often right as it says."""
    chance, dice = SHIPPED.probabilities(("sign=1",))["fact"], Random(1)
    told = []
    for d in range(12):
        for _ in range(25):
            right = "fact" if dice.random() < chance else "none"
            told.append(Example(f"d{d}", ("sign=1", f"only in {d}: {right}"), right))
    lesson = learn(told, SHIPPED)
    assert lesson.outcome == "no_better" and lesson.decision is None


@pytest.mark.parametrize(
    "few",
    [
        reviews(10, lambda i: 1 - i % 2)[: LEAST_REVIEWS - 1],
        reviews(4, lambda i: 1 - i % 2) * 2,
        reviews(10, lambda i: 0),
    ],
    ids=["reviews", "documents", "one answer"],
)
def test_too_few_are_refused(few):
    assert learn(few, SHIPPED).outcome == "too_few"


def test_the_bounds_can_be_met_together():
    assert 2 * LEAST_OF_EACH <= LEAST_REVIEWS
