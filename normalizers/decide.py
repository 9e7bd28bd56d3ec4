"""Which proposals become edits: every score is the probability that the edit is right, measured on documents left out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

import regex

from documents.edits import Doubt, Edit, Span
from normalizers.forms import old_tone_style
from normalizers.noisy.evidence import Sign, sign_of
from normalizers.syllables import is_syllable


class Signs(NamedTuple):
    """What speaks for an edit of a misread text, and against it."""

    always: float
    posterior: float
    """Log odds of the search's posterior."""
    around: float
    """Log of what the four words before and after are short of certainty (their mean negative log posterior): a speck among
    specks reads as anything."""
    join: float
    split: float
    english: float
    """What is printed is an English word that is no syllable."""
    marked: float
    """It is a syllable in use, with marks."""
    capital: float
    """It begins with a capital and is no syllable: it may be a name."""
    short: float
    """It has one character or two."""
    unknown: float
    """No known family of engines printed the text."""


WEIGHTS = Signs(-0.36, 0.632, -0.185, 1.174, -0.815, -0.941, 0.761, -1.275, -0.585, -0.426)
"""Log odds that each sign adds: logistic regression on the repairs of the five seeds and hospital_canon, each by a channel
learned without it and again by one without its whole family. Left out of both, what scores of 0.9 and more claim is
right within a point on every one of them (benchmarks/repair.md has the table and prints these weights)."""

STRIPPED = (0.57, -0.25)
"""Slope and shift of the log odds where marks were taken off: logistic regression on news, talk, verse, official text,
policy news and encyclopedia, each left out in turn; but for verse, scores of 0.9 and more are right within a point of what
they claim."""


def shortfalls(posteriors: Sequence[float]) -> list[float]:
    """Of each proposal of a text, how much the four before it and the four after it are short of certainty: the log of
    their mean negative log posterior (0 where it stands alone)."""
    sums = list(accumulate((-math.log(_inside(p)) for p in posteriors), initial=0.0))
    found = []
    for at in range(len(posteriors)):
        low, high = max(at - 4, 0), min(at + 5, len(posteriors))
        near = sums[high] - sums[low] - (sums[at + 1] - sums[at])
        found.append(math.log(max(near, 0.0) / (high - low - 1) + 0.01) if high - low > 1 else 0.0)
    return found


def signs_of_edit(before: str, rule: str, posterior: float, around: float, *, unknown: bool) -> Signs:
    """The signs of the edit of a proposal with this posterior, ``around`` being its shortfall (``shortfalls``)."""
    sign = sign_of(before)
    return Signs(
        1.0,
        _log_odds(posterior),
        around,
        float(rule == "join"),
        float(rule == "split"),
        float(sign == Sign.ENGLISH),
        float(sign == Sign.MARKED),
        float(sign in (Sign.NAME, Sign.CAPITALS)),
        float(len(before) <= 2),
        float(unknown),
    )


def probability(signs: Signs, profile: str) -> float:
    """The probability that an edit with these signs is right, in a text of this profile."""
    if profile == "stripped":
        slope, shift = STRIPPED
        return _of_log_odds(slope * signs.posterior + shift)
    return _of_log_odds(sum(weight * sign for weight, sign in zip(WEIGHTS, signs, strict=True)))


def _inside(p: float) -> float:
    return min(max(p, 1e-5), 1 - 1e-5)


def _log_odds(p: float) -> float:
    return math.log(_inside(p) / (1 - _inside(p)))


def _of_log_odds(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


THRESHOLD = 0.2
"""Edits less likely right become doubts. Low, because what stands there is nearly always wrong: garbled strings that no
word of the language explains. Raising it trades repaired syllables for fewer wrong guesses (benchmarks/repair.md)."""

THRESHOLD_ON_WORDS = 0.7
"""The same where what stands there is a marked Vietnamese syllable, which engines seldom print by accident: damage. The é of
engines with English data is no such mark, it stands for every e with one ("thé" thế, "nén" nên). So it is for an English
word of an engine that is not known; old scanners are known to print them ("host", "boat" for hoạt)."""

THRESHOLD_ON_OWN_WORDS = 0.6
"""The same where what stands there reads as a word of its own: an unmarked syllable that is one as often as not ("trang",
"qua"), a frequent English word, a name run together ("LaserJet"). On the seeds and hospital_canon, each left out, two in
five of such edits below it were right, and they were a quarter of all damage."""

NEVER = 2.0
"""No score reaches it."""

_LETTER = regex.compile(r"[\p{L}¢]")


def threshold_for(edit: Edit, profile: str) -> float:
    """The score that an edit must reach.

    >>> threshold_for(Edit(0, 2, "85", "mã", "channel", 0.99), "unknown") == NEVER
    True
    """
    before = edit.before
    if _figures(before) != _figures(edit.after) and not _LETTER.search(before):
        return NEVER
    if profile == "stripped" and not before.isascii() and is_syllable(old_tone_style(before)):
        return NEVER  # it has its marks
    told = before if profile == "old_scanner" else before.replace("é", "e")
    if not told.isascii() and is_syllable(old_tone_style(before)):
        return THRESHOLD_ON_WORDS
    sign = sign_of(before)
    if profile == "unknown" and sign == Sign.ENGLISH:
        return THRESHOLD_ON_WORDS
    if profile != "stripped" and before.isalpha() and sign in _OWN_WORDS:
        return THRESHOLD_ON_OWN_WORDS
    return THRESHOLD


_OWN_WORDS = (Sign.PLAIN, Sign.ENGLISH_SYLLABLE, Sign.CODE, Sign.CAPITALS_KNOWN)


def _figures(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def decide(
    proposed: Sequence[Edit], profile: str, confidences: Sequence[tuple[Span, float]] = ()
) -> tuple[list[Edit], list[Doubt]]:
    """Edits that are likely enough, and doubts about the rest.

    ``confidences``, sorted and apart, are the engine's own: one of 0.5 says nothing, a higher one speaks for the print.
    """
    edits: list[Edit] = []
    doubts: list[Doubt] = []
    at = 0
    for edit in proposed:
        while at < len(confidences) and confidences[at][0].end <= edit.start:
            at += 1
        score = edit.score
        if at < len(confidences) and confidences[at][0].start < edit.end:
            score = _weighed(score, confidences[at][1])
        if score >= threshold_for(edit, profile):
            edits.append(edit if score == edit.score else replace(edit, score=score))
        else:
            doubts.append(Doubt(edit.start, edit.end, 1 - score, edit.after))
    return edits, doubts


def _weighed(score: float, confidence: float) -> float:
    """``score`` after an engine said that it is this sure of what it printed.

    >>> round(_weighed(0.9, 0.5), 3), round(_weighed(0.9, 0.95), 3)
    (0.9, 0.321)
    """
    against = min(max(confidence, 0.05), 0.95)
    odds = score / max(1 - score, 1e-9) * (1 - against) / against
    return odds / (1 + odds)
