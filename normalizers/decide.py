"""Which proposals become edits: every score is the probability that the edit is right, measured on held-out documents."""

from __future__ import annotations

import math
from collections.abc import Sequence

import regex

from documents.edits import Doubt, Edit, Span
from normalizers.forms import old_tone_style, strip_marks
from normalizers.syllables import is_syllable

CALIBRATION = {
    "english_neural": (0.69, 0.18),
    "old_scanner": (0.58, -0.12),
    "vietnamese": (0.69, 0.18),
    "stripped": (0.69, 0.18),
    "unknown": (0.58, -0.12),
}
"""Slope and shift of the log odds from the search's posterior to the share of right edits, by profile: logistic
regression on leave-one-document-out repairs of 001, 002, 003 and of 000, 004 (benchmarks/repair.md has the reliability
table). The other profiles have too few hand-restored lines and borrow from the nearest."""

THRESHOLD = 0.3
"""Edits less likely right become doubts. Low, because what stands there is nearly always wrong: garbled strings that no
word of the language explains. Raising it trades repaired syllables for fewer wrong guesses (benchmarks/repair.md)."""

THRESHOLD_ON_WORDS = 0.6
"""The same where what stands there is a marked Vietnamese syllable, which engines seldom print by accident: damage. The é
of engines with English data is no such mark, it stands for every e with one ("thé" thế, "nén" nên)."""


def calibrated(posterior: float, profile: str) -> float:
    """The probability that a choice with this posterior is right."""
    slope, shift = CALIBRATION[profile]
    p = min(max(posterior, 1e-6), 1 - 1e-6)
    return 1 / (1 + math.exp(-(slope * math.log(p / (1 - p)) + shift)))


THRESHOLD_ON_GOOD_PRINT = 0.8
"""The same, whatever stands there, under an engine that knows Vietnamese: 99 syllables in 100 are right before repair. On 30
drawn pages read with ``vie`` 0.6 damages 8 right syllables in ten thousand, 0.8 only 4, and repairs as much."""

THRESHOLD_ON_GOOD_CUTS = 0.9
"""The same where such an engine would have lost or invented a blank, which it seldom does."""


def _figures(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


_LETTER = regex.compile(r"[\p{L}¢]")

NEVER = 2.0
"""No score reaches it."""

_VOWEL_OR_FIGURE = regex.compile(r"[aeiouy\d]")


def threshold_for(edit: Edit, profile: str) -> float:
    """The score that an edit must reach.

    >>> threshold_for(Edit(0, 4, "HCTC", "HỌC", "channel", 0.99), "vietnamese") == NEVER
    True
    """
    before = edit.before
    if profile == "vietnamese":
        if _is_abbreviation(before) and is_syllable(edit.after):
            return NEVER
        if len(before) > len(edit.after) + 1:  # what would go may be a word or a figure of its own ("ngàya8")
            return NEVER
        return THRESHOLD_ON_GOOD_CUTS if edit.rule in ("join", "split") else THRESHOLD_ON_GOOD_PRINT
    if _figures(before) != _figures(edit.after) and not _LETTER.search(before):
        return NEVER
    if profile == "stripped" and not before.isascii() and is_syllable(old_tone_style(before)):
        return NEVER  # it has its marks
    told = before.replace("é", "e") if profile == "english_neural" else before
    if not told.isascii() and is_syllable(old_tone_style(before)):
        return THRESHOLD_ON_WORDS
    return THRESHOLD


def _is_abbreviation(printed: str) -> bool:
    """Two capitals or more, none of them a vowel: no syllable, even badly read by an engine that knows Vietnamese."""
    return len(printed) > 1 and printed.isupper() and not _VOWEL_OR_FIGURE.search(strip_marks(printed).lower())


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
            edits.append(Edit(edit.start, edit.end, edit.before, edit.after, edit.rule, score))
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
