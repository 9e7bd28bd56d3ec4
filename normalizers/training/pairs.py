"""From pairs of lines (true, printed) to pairs of words: what the channel learns from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import regex
from rapidfuzz.distance import Levenshtein

from normalizers.case import first_small
from normalizers.forms import nfc, old_tone_style, strip_marks

_EDGES = regex.compile(r"^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$", regex.DOTALL)
_LETTERS = regex.compile(r"\p{L}+")

WordPairs = Counter[tuple[str, str]]
"""How often a true word (lower case) was printed as a string (in the form of ``printed_form``)."""


def printed_form(token: str) -> str:
    """How the channel spells a printed token: capitals mean nothing at the front and in words all in capitals,
    and are kept inside, where "dOng" and "mIc" tell of marks.

    >>> printed_form("Quyét"), printed_form("THVC"), printed_form("dOng"), printed_form("I")
    ('quyét', 'thvc', 'dOng', 'I')
    """
    letters = [c for c in token if c.isalpha()]
    if len(letters) > 1 and all(c.isupper() for c in letters):
        return token.lower()
    if token[:1] == "I":  # an l far more often than a capital
        return token
    return first_small(token)


def _cost(gold: str, raw: str) -> float:
    """Between 0 and 1.2: share of letters that differ once marks are off."""
    a, b = strip_marks(gold).lower(), strip_marks(raw).lower()
    return Levenshtein.distance(a, b) / max(len(a), len(b), 1) + (0.0 if gold == raw else 0.01)


def align(gold: Sequence[str], raw: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of tokens; a true token printed as two comes with both joined by a space, two glued ones as two by a space.

    Tokens that have no counterpart are left out.
    """
    n, m = len(gold), len(raw)
    best = np.full((n + 1, m + 1), np.inf)
    back: dict[tuple[int, int], tuple[int, int]] = {}
    best[0, 0] = 0.0
    for i in range(n + 1):
        for j in range(m + 1):
            here = best[i, j]
            if not np.isfinite(here):
                continue
            steps: list[tuple[int, int, float]] = []
            if i < n:
                steps.append((1, 0, 0.75))
            if j < m:
                steps.append((0, 1, 0.75 if len(raw[j]) > 1 else 0.4))
            if i < n and j < m:
                steps.append((1, 1, _cost(gold[i], raw[j])))
                if j + 1 < m:
                    steps.append((1, 2, 0.35 + _cost(gold[i], raw[j] + raw[j + 1])))
                if i + 1 < n:
                    steps.append((2, 1, 0.35 + _cost(gold[i] + gold[i + 1], raw[j])))
            for di, dj, cost in steps:
                if here + cost < best[i + di, j + dj]:
                    best[i + di, j + dj] = here + cost
                    back[i + di, j + dj] = (di, dj)
    i, j = n, m
    steps_back = []
    while (i, j) in back:
        di, dj = back[i, j]
        steps_back.append((i - di, i, j - dj, j))
        i, j = i - di, j - dj
    for i0, i1, j0, j1 in reversed(steps_back):
        if i1 > i0 and j1 > j0:
            yield " ".join(gold[i0:i1]), " ".join(raw[j0:j1])


def word_pairs(lines: Iterable[tuple[str, str]]) -> WordPairs:
    """Counts of (true word, printed form) over pairs of lines, one true word and one printed token at a time.

    Pairs with digits on the true side, with broken or glued tokens, and with nothing in common are left out.
    """
    pairs: WordPairs = Counter()
    for gold, raw in lines:
        for true, printed in align(nfc(gold).split(), nfc(raw).split()):
            if " " in true or " " in printed:
                continue
            for one, other in _inner_pairs(true, printed):
                pairs[old_tone_style(one.lower()), printed_form(other)] += 1
    return pairs


_CODE_SEPARATOR = regex.compile(r"[/-]")


def _inner_pairs(true: str, printed: str) -> Iterator[tuple[str, str]]:
    """The letters of a true token with what was printed for them, punctuation that both share taken away."""
    parts = _EDGES.match(true)
    if parts is None or not parts[2]:
        return
    front, core, end = parts[1], parts[2], parts[3]
    inner = printed
    if front and inner.startswith(front):
        inner = inner[len(front) :]
    elif front:
        inner = inner.lstrip("(\"'“”‘’[«-–—.")
    if end and inner.endswith(end):
        inner = inner[: -len(end)]
    elif end:
        inner = inner.rstrip(".,;:)\"'“”’]»-!?…")
    if not inner:
        return
    if _LETTERS.fullmatch(core):
        if _cost(core, inner) <= 1.0:
            yield core, inner
        return
    separators = [c for c in core if c in "/-"]
    if not separators or any(c.isdigit() for c in core):
        return
    cores, inners = _CODE_SEPARATOR.split(core), _CODE_SEPARATOR.split(inner)
    if len(cores) == len(inners):
        yield from ((a, b) for a, b in zip(cores, inners, strict=True) if b and _LETTERS.fullmatch(a))
