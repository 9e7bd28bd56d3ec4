"""What a CTC recogniser says of texts that it did not choose itself: how much likelier one spelling of a stretch is than
another.

A reader's confidence in its own word says little about the word that another reader has in the same place: "ề" at 0.6 may
leave 0.39 for "ể", or nothing. The sum over all paths through the steps that spell a text (the forward variable of Graves et
al. 2006) is asked instead, in a window around the difference, for all differences of a page at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

CONTEXT = 2
"""Letters on either side of a difference that the window holds: they are common to both spellings, and give way in time to
a spelling that is longer."""
MOST = 20.0
"""Nats that one reader may say for or against; of 6 to 30, what decided most differences of the fitted pages rightly."""
LEAST = -5.0
"""Natural-log probability at one step at least from which a letter with other marks is thought of: seven in a thousand."""
LOOKS_LIKE = {"–": "-", "—": "-", "“": '"', "”": '"', "‘": "'", "’": "'"}
"""Signs that not every alphabet has, and what is read in their place."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The steps behind a line: natural-log probabilities (steps, letters), the step at which each letter of ``text`` begins,
    and the output of each letter of the alphabet."""

    logps: NDArray[np.float32]
    text: str
    begins: tuple[int, ...]
    outputs: Mapping[str, int]
    blank: int
    _doubts: NDArray[np.bool_] | None = field(default=None, repr=False)

    def alike(self, at: int) -> list[str]:
        """Letters that letter ``at`` may be instead, once its marks are read anew: those with a share of its steps of at
        least ``LEAST``.
        """
        if not self.may_be_others[at]:
            return []
        others = [other for other in same_but_marks(self.text[at]) if other in self.outputs]
        if not others:
            return []
        stop = self.begins[at + 1] if at + 1 < len(self.begins) else len(self.logps)
        columns = [self.outputs[other] for other in others]
        best = self.logps[self.begins[at] : stop, columns].max(axis=0)
        return [other for other, logp in zip(others, best.tolist(), strict=True) if logp > LEAST]

    @property
    def may_be_others(self) -> NDArray[np.bool_]:
        """For each letter whether the letter itself and the blank leave ``LEAST`` to any other at one of its steps."""
        if self._doubts is None:
            owner = np.searchsorted(np.asarray(self.begins), np.arange(len(self.logps)), side="right") - 1
            own = np.array([self.outputs.get(LOOKS_LIKE.get(c, c), self.blank) for c in self.text], np.int64)
            steps = np.arange(len(self.logps))
            left = 1 - np.exp(self.logps[steps, own[owner]]) - np.exp(self.logps[:, self.blank]) * (own[owner] != self.blank)
            left[owner < 0] = 0.0
            doubts = np.zeros(len(self.text), bool)
            np.logical_or.at(doubts, np.maximum(owner, 0), left > np.exp(LEAST))
            object.__setattr__(self, "_doubts", doubts)
        assert self._doubts is not None
        return self._doubts


MARKED = ("aàáảãạăằắẳẵặâầấẩẫậ", "eèéẻẽẹêềếểễệ", "iìíỉĩị", "oòóỏõọôồốổỗộơờớởỡợ", "uùúủũụưừứửữự", "yỳýỷỹỵ", "dđ")
"""Letters of one base, which only their marks tell apart."""
_SAME = {letter: group.replace(letter, "") for group in (*MARKED, *(g.upper() for g in MARKED)) for letter in group}


def same_but_marks(letter: str) -> str:
    """The letters that differ from ``letter`` in their marks alone.

    >>> same_but_marks("đ"), same_but_marks("I"), same_but_marks("k")
    ('d', 'ÌÍỈĨỊ', '')
    """
    return _SAME.get(letter, "")


@dataclass(frozen=True, slots=True)
class Question:
    """Whether ``evidence`` is for ``own``, its text from ``start`` on, or for ``other`` in its place."""

    evidence: Evidence
    start: int
    own: str
    other: str


def preferences(questions: Sequence[Question]) -> list[float]:
    """For each question the nats by which its own spelling is likelier, within ``MOST``; 0.0 where the alphabet lacks a
    letter of the other, so that nothing can be said."""
    asked: list[tuple[int, NDArray[np.float32], list[int], int]] = []
    for i, question in enumerate(questions):
        window, spellings = _window(question)
        if all(spelling is not None for spelling in spellings):
            asked += ((i, window, spelling or [], question.evidence.blank) for spelling in spellings)
    found = [0.0] * len(questions)
    likelihoods = log_likelihoods([window for _, window, _, _ in asked], [(s, blank) for _, _, s, blank in asked])
    for (i, *_), own, other in zip(asked[::2], likelihoods[::2], likelihoods[1::2], strict=True):
        found[i] = float(np.clip(own - other, -MOST, MOST))
    return found


def _window(question: Question) -> tuple[NDArray[np.float32], list[list[int] | None]]:
    """The steps around the stretch, and the outputs that spell either text there."""
    evidence, start, end = question.evidence, question.start, question.start + len(question.own)
    first, last = max(0, start - CONTEXT), min(len(evidence.text), end + CONTEXT)
    begin = evidence.begins[first] if 0 < first < len(evidence.begins) else 0
    stop = evidence.begins[last] if last < len(evidence.begins) else len(evidence.logps)
    before, after = evidence.text[first:start], evidence.text[end:last]
    # its own letters as its steps have them: dashes may have been renamed since
    texts = (evidence.text[first:last], before + question.other + after)
    return evidence.logps[begin:stop], [_spelt(text, evidence.outputs) for text in texts]


def _spelt(text: str, outputs: Mapping[str, int]) -> list[int] | None:
    found = [outputs.get(letter, outputs.get(LOOKS_LIKE.get(letter, ""))) for letter in text]
    return [one for one in found if one is not None] if None not in found else None


SHORT = 9
"""Letters of the spellings that are computed together: two about a letter with ``CONTEXT`` on either side have five, and a
long one among them would make all as long."""
TINY = 1e-300
"""What stands for a probability of nothing, which has no logarithm."""


def log_likelihoods(
    windows: Sequence[NDArray[np.float32]], spellings: Sequence[tuple[Sequence[int], int]]
) -> NDArray[np.float64]:
    """The natural-log probability that each window of steps spells its text (outputs, blank); all are computed together.

    >>> steps = np.log(np.array([[0.5, 0.5], [0.5, 0.5]], np.float32))
    >>> round(float(np.exp(log_likelihoods([steps], [([1], 0)]))[0]), 6)  # "a-", "-a" and "aa", a quarter each
    0.75
    """
    found = np.full(len(windows), np.log(TINY))
    long = [len(text) > SHORT for text, _ in spellings]
    for is_long in (False, True):
        # the longest first, so that those which are done can be left behind
        chosen = sorted((i for i, one in enumerate(long) if one == is_long), key=lambda i: -len(windows[i]))
        if chosen and len(windows[chosen[0]]):
            found[chosen] = _log_likelihoods([windows[i] for i in chosen], [spellings[i] for i in chosen])
    return found


def _log_likelihoods(
    windows: Sequence[NDArray[np.float32]], spellings: Sequence[tuple[Sequence[int], int]]
) -> NDArray[np.float64]:
    """The same for windows of which none is longer than the one before it.

    Probabilities themselves are summed, brought to a sum of one after each step: half the time of sums of logarithms.
    """
    states = 2 * max(len(text) for text, _ in spellings) + 1
    emitted = np.zeros((len(windows[0]), len(windows), states))
    skips = np.zeros((len(windows), states))
    for i, (window, (text, blank)) in enumerate(zip(windows, spellings, strict=True)):
        path = np.full(2 * len(text) + 1, blank)
        path[1::2] = text
        np.exp(window[:, path], out=emitted[: len(window), i, : len(path)])
        changes = np.flatnonzero(path[3::2] != path[1:-2:2])
        skips[i, 2 * changes + 3] = 1.0  # past the blank between two different letters
    ends = np.array([2 * len(text) for text, _ in spellings])
    lengths = np.array([len(window) for window in windows])
    forward = np.zeros((len(windows), states))
    forward[:, 0] = 1.0
    logs = np.zeros(len(windows))
    for step in range(len(windows[0])):
        going = int(np.searchsorted(-lengths, -step))  # windows longer than this
        before = forward[:going]
        after = before.copy()
        after[:, 1:] += before[:, :-1]
        after[:, 2:] += before[:, :-2] * skips[:going, 2:]
        after *= emitted[step, :going]
        sums = np.maximum(after.sum(axis=1), TINY)
        forward[:going] = after / sums[:, np.newaxis]
        logs[:going] += np.log(sums)
    rows = np.arange(len(windows))
    last_letter = np.where(ends > 0, forward[rows, np.maximum(ends - 1, 0)], 0.0)
    ending: NDArray[np.float64] = logs + np.log(np.maximum(forward[rows, ends] + last_letter, TINY))
    return ending
