"""Expectation maximisation of the channel: how likely a letter is printed as each group of 0 to 3 characters.

Soft EM over distinct word pairs (Brill & Moore 2000 learn such groups from hard alignments). A second pass counts what
whole onsets, vowel clusters and codas are printed as, which catches what single letters can't ("ươ" → "w").
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from normalizers.forms import strip_marks
from normalizers.noisy.syllable_parts import CLOSE, OPEN, parts_of
from normalizers.training.pairs import WordPairs

LONGEST = 3
"""Printed characters one letter can stand for ("m" → "rrr", "ử" → "img")."""

LetterCounts = dict[str, Counter[str]]
PartCounts = dict[str, Counter[str]]
Probability = Callable[[str, str], float]


def first_guess(letter: str, group: str) -> float:
    """Where EM starts: a letter prints itself, or itself without marks, or anything else of like length."""
    plain = strip_marks(letter)
    if letter in (OPEN, CLOSE):
        return 0.95 if not group else 0.02 ** len(group)
    if group == letter:
        return 0.4
    if group == plain:
        return 0.4
    if plain in strip_marks(group).lower():
        return 0.03 * 0.1 ** (len(group) - 1)
    return 0.02 if not group else 0.01 * 0.1 ** (len(group) - 1)


def expect(letters: str, printed: str, p: Probability) -> tuple[float, list[list[list[float]]]]:
    """Total probability and, for each letter, the posterior of its printing ``printed[j:k]`` as ``[i][j][k - j]``."""
    n, m = len(letters), len(printed)
    emit = [
        [[p(letters[i], printed[j : j + g]) for g in range(min(LONGEST, m - j) + 1)] for j in range(m + 1)] for i in range(n)
    ]
    forward = [[0.0] * (m + 1) for _ in range(n + 1)]
    forward[0][0] = 1.0
    for i in range(n):
        row, following = forward[i], forward[i + 1]
        for j in range(m + 1):
            if row[j]:
                for g, e in enumerate(emit[i][j]):
                    following[j + g] += row[j] * e
    total = forward[n][m]
    if total <= 0.0:
        return 0.0, []
    backward = [[0.0] * (m + 1) for _ in range(n + 1)]
    backward[n][m] = 1.0
    for i in range(n - 1, -1, -1):
        for j in range(m + 1):
            backward[i][j] = sum(e * backward[i + 1][j + g] for g, e in enumerate(emit[i][j]))
    posterior = [
        [[forward[i][j] * e * backward[i + 1][j + g] / total for g, e in enumerate(emit[i][j])] for j in range(m + 1)]
        for i in range(n)
    ]
    return total, posterior


def smoothed(counts: LetterCounts, prior: Probability, strength: float) -> Probability:
    """Counts drawn towards ``prior`` as if ``strength`` more had been seen of it (Dirichlet)."""
    totals = {letter: sum(groups.values()) for letter, groups in counts.items()}

    def probability(letter: str, group: str) -> float:
        total = totals.get(letter, 0.0)
        seen = counts[letter][group] if total else 0.0
        return (seen + strength * prior(letter, group)) / (total + strength)

    return probability


def fit_letters(pairs: WordPairs, prior: Probability, *, rounds: int, strength: float) -> LetterCounts:
    """Expected counts of (letter, group) after ``rounds`` of EM that starts from ``prior``."""
    counts: LetterCounts = {}
    p = prior
    for _ in range(rounds):
        remembered: dict[tuple[str, str], float] = {}

        def cached(letter: str, group: str, p: Probability = p, memory: dict[tuple[str, str], float] = remembered) -> float:
            key = (letter, group)
            value = memory.get(key)
            if value is None:
                value = memory[key] = p(letter, group)
            return value

        counts = defaultdict(Counter)
        for (word, printed), times in pairs.items():
            letters = OPEN + word + CLOSE
            total, posterior = expect(letters, printed, cached)
            if total <= 0.0:
                continue
            for i, letter in enumerate(letters):
                into = counts[letter]
                for j, groups in enumerate(posterior[i]):
                    for g, share in enumerate(groups):
                        if share > 1e-4:
                            into[printed[j : j + g]] += times * share  # type: ignore[assignment]
        p = smoothed(counts, prior, strength)
    return dict(counts)


def count_parts(pairs: WordPairs, p: Probability) -> PartCounts:
    """Expected counts of what whole onsets ("^th"), vowels ("ườ") and codas ("ng$") are printed as."""
    counts: PartCounts = defaultdict(Counter)
    remembered: dict[tuple[str, str], float] = {}

    def cached(letter: str, group: str) -> float:
        key = (letter, group)
        value = remembered.get(key)
        if value is None:
            value = remembered[key] = p(letter, group)
        return value

    for (word, printed), times in pairs.items():
        parts = parts_of(word)
        if parts is None:
            continue
        for part, shares in zip(parts, _part_posteriors(parts, printed, cached), strict=True):
            for (start, end), share in shares.items():
                if share > 1e-3:
                    counts[part][printed[start:end]] += times * share  # type: ignore[assignment]
    return dict(counts)


def _part_posteriors(parts: tuple[str, str, str], printed: str, p: Probability) -> list[dict[tuple[int, int], float]]:
    """For each part the posterior of the span it was printed as."""
    m = len(printed)
    spans = [_span_probabilities(part, printed, p) for part in parts]
    found: list[dict[tuple[int, int], float]] = [defaultdict(float) for _ in parts]
    total = 0.0
    for k in range(m + 1):
        onset = spans[0].get((0, k), 0.0)
        if onset:
            for j in range(k, m + 1):
                share = onset * spans[1].get((k, j), 0.0) * spans[2].get((j, m), 0.0)
                if share:
                    total += share
                    found[0][0, k] += share
                    found[1][k, j] += share
                    found[2][j, m] += share
    return [{span: share / total for span, share in one.items()} for one in found] if total else [{}, {}, {}]


def _span_probabilities(part: str, printed: str, p: Probability) -> dict[tuple[int, int], float]:
    """P(printed[a:b] | letters of the part) for all spans of at most ``LONGEST`` characters a letter."""
    m = len(printed)
    reach = {(a, a): 1.0 for a in range(m + 1)}
    for letter in part:
        following: dict[tuple[int, int], float] = defaultdict(float)
        for (a, b), so_far in reach.items():
            for g in range(min(LONGEST, m - b) + 1):
                e = p(letter, printed[b : b + g])
                if e > 1e-9:
                    following[a, b + g] += so_far * e
        reach = dict(following)
    return reach


def pooled(counts: Iterable[LetterCounts]) -> LetterCounts:
    """The sum of several counts."""
    together: LetterCounts = defaultdict(Counter)
    for one in counts:
        for letter, groups in one.items():
            together[letter].update(groups)
    return dict(together)
