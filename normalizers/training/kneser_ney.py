"""Interpolated modified Kneser-Ney estimation over packed n-grams (Chen & Goodman 1999), pruned and put into backoff form.

An n-gram is one ``uint64``: 16 bits per word number, the last word in the lowest bits. Counts are sorted arrays, so
forty million words need no dictionary and a few minutes.

Texts are weighed: ``seen`` is how often an n-gram occurs in all of them (what the discount goes by), ``weight`` the
weighed count (what the probability goes by).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]
BITS = np.uint64(16)
START = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """N-grams of one order: sorted keys, how often seen, weighed count."""

    keys: Keys
    seen: NDArray[np.int64]
    weight: Floats


def pack(ids: NDArray[np.uint16], order: int) -> Keys:
    """Every n-gram of a text of paragraphs, each opened by ``START``; none runs over a paragraph's start.

    >>> [hex(int(k)) for k in pack(np.array([0, 5, 6, 0, 7], np.uint16), 2)]
    ['0x5', '0x50006', '0x7']
    """
    if len(ids) < order:
        return np.zeros(0, np.uint64)
    last = len(ids) - order + 1
    keys = np.zeros(last, np.uint64)
    whole = np.ones(last, bool)
    for i in range(order):
        part = ids[i : last + i]
        keys = (keys << BITS) | part.astype(np.uint64)
        if i:
            whole &= part != START
    return keys[whole]


def count(texts: Sequence[tuple[NDArray[np.uint16], float, bool]], order: int) -> Counts:
    """Counts over ``(word numbers, weight, counts as seen)`` texts."""
    all_keys, all_seen, all_weight = [], [], []
    for ids, weight, is_seen in texts:
        keys, times = np.unique(pack(ids, order), return_counts=True)
        all_keys.append(keys)
        all_seen.append(times * int(is_seen))
        all_weight.append(times * weight)
    keys = np.concatenate(all_keys)
    by_key = np.argsort(keys, kind="stable")
    keys = keys[by_key]
    first = _firsts(keys)
    seen: NDArray[np.int64] = np.add.reduceat(np.concatenate(all_seen)[by_key], first)
    weighed: Floats = np.add.reduceat(np.concatenate(all_weight)[by_key], first)
    return Counts(keys[first], np.maximum(seen, 1), weighed)


def continuations(higher: Counts, order: int, own: Counts) -> Counts:
    """Kneser-Ney counts of order ``order``: in how many left contexts an n-gram occurs; openings keep their own count."""
    suffix = higher.keys & ((np.uint64(1) << np.uint64(16 * order)) - np.uint64(1))
    keys, times = np.unique(suffix, return_counts=True)
    where = np.searchsorted(own.keys, keys)
    seen, weight = own.seen.copy(), own.weight.copy()
    seen[where], weight[where] = times, times
    return Counts(own.keys, seen, weight)


def discounts(seen: NDArray[np.int64]) -> tuple[float, float, float]:
    """Discounts for n-grams seen once, twice, and more often, from the counts of counts.

    >>> discounts(np.array([1] * 100 + [2] * 40 + [3] * 20 + [4] * 10))
    (0.5555555555555556, 1.1666666666666665, 1.8888888888888888)
    """
    n1, n2, n3, n4 = (max(int(np.sum(seen == i)), 1) for i in (1, 2, 3, 4))
    y = n1 / (n1 + 2 * n2)
    raw = (1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3)
    return tuple(float(min(max(d, 0.1), i + 0.95)) for i, d in enumerate(raw))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Order:
    """Pruned n-grams of one order: sorted keys, natural-log probabilities, natural-log backoff weights."""

    keys: Keys
    logp: Floats
    backoff: Floats


@dataclass(slots=True)
class Model:
    """A backoff model with exact floats: what the packed tables of ``normalizers.noisy.lm`` are made from."""

    unigram_logp: Floats
    unigram_backoff: Floats
    orders: list[Order] = field(default_factory=list)

    def logp(self, keys: Keys, order: int) -> Floats:
        """Natural-log probability of the last word of each packed n-gram given the words before it."""
        if order == 1:
            return self.unigram_logp[keys.astype(np.int64)]
        if order - 2 < len(self.orders):
            table = self.orders[order - 2]
            at = np.minimum(np.searchsorted(table.keys, keys), max(len(table.keys) - 1, 0))
            hit = table.keys[at] == keys if len(table.keys) else np.zeros(len(keys), bool)
        else:
            hit = np.zeros(len(keys), bool)
        out = np.empty(len(keys))
        if hit.any():
            out[hit] = table.logp[at[hit]]
        rest = ~hit
        shorter = keys[rest] & ((np.uint64(1) << np.uint64(16 * (order - 1))) - np.uint64(1))
        out[rest] = self._backoff(keys[rest] >> BITS, order - 1) + self.logp(shorter, order - 1)
        return out

    def _backoff(self, contexts: Keys, order: int) -> Floats:
        if order == 1:
            return self.unigram_backoff[contexts.astype(np.int64)]
        if order - 2 >= len(self.orders):
            return np.zeros(len(contexts))
        table = self.orders[order - 2]
        if not len(table.keys):
            return np.zeros(len(contexts))
        at = np.minimum(np.searchsorted(table.keys, contexts), len(table.keys) - 1)
        return np.where(table.keys[at] == contexts, table.backoff[at], 0.0)


def estimate(
    counts: list[Counts], vocabulary: int, keep: Sequence[int], *, minimum_seen: int = 2, floor: Floats | None = None
) -> Model:
    """A model from ``counts[n - 1]`` of orders 1 .. N with at most about ``keep[n - 2]`` n-grams of order n.

    No n-gram seen fewer than ``minimum_seen`` times is kept. Those go first whose loss costs the training text least:
    weight times the difference of log probabilities (Seymore & Rosenfeld 1996). ``floor`` is the least unigram weight
    of each word: what is known to exist although the texts lack it.
    """
    highest = len(counts)
    kneser_ney = [continuations(counts[n], n, counts[n - 1]) for n in range(1, highest)] + [counts[-1]]
    full = [_unigrams(kneser_ney[0], vocabulary, floor)]
    gains: list[Floats] = []
    for n in range(2, highest + 1):
        logp, gain = _interpolate(kneser_ney[n - 1], n, kneser_ney[n - 2].keys if n > 2 else None, full[-1])
        full.append(logp)
        gains.append(np.where(counts[n - 1].seen >= minimum_seen, gain * counts[n - 1].weight, -np.inf))
    kept = _choose(counts, gains, keep)
    model = Model(full[0], np.zeros(vocabulary))
    for n in range(2, highest + 1):
        keys, logp = counts[n - 1].keys[kept[n - 2]], full[n - 1][kept[n - 2]]
        _set_backoffs(model, keys, logp, n)
        model.orders.append(Order(keys, logp, np.zeros(len(keys))))
    return model


def _unigrams(counts: Counts, vocabulary: int, floor: Floats | None) -> Floats:
    weight = np.full(vocabulary, 0.5)  # half a count for what was never seen
    weight[counts.keys.astype(np.int64)] = np.maximum(counts.weight, 0.5)
    weight[START] = 0.5
    if floor is not None:
        weight = np.maximum(weight, floor)
    logp: Floats = np.log(weight / weight.sum())
    return logp


def _interpolate(counts: Counts, order: int, lower_keys: Keys | None, lower_logp: Floats) -> tuple[Floats, Floats]:
    """Full log probabilities of the n-grams, and by how much each beats its backoff."""
    one, two, more = discounts(counts.seen)
    share = np.choose(np.minimum(counts.seen, 3) - 1, [one, two, more]) / np.maximum(counts.seen, 1)
    first = _firsts(counts.keys >> BITS)
    sizes = np.diff(np.append(first, len(counts.keys)))
    total = np.repeat(np.add.reduceat(counts.weight, first), sizes)
    freed = np.repeat(np.add.reduceat(counts.weight * share, first), sizes) / total
    suffix = counts.keys & ((np.uint64(1) << np.uint64(16 * (order - 1))) - np.uint64(1))
    at = suffix.astype(np.int64) if lower_keys is None else np.searchsorted(lower_keys, suffix)
    backed = freed * np.exp(lower_logp[at])
    p = counts.weight * (1 - share) / total + backed
    logp = np.log(p)
    gain: Floats = logp - np.log(backed)
    return logp, gain


def _choose(counts: list[Counts], gains: list[Floats], keep: Sequence[int]) -> list[NDArray[np.bool_]]:
    """Which n-grams stay: the ``keep`` most useful, and the contexts of those of the next order."""
    kept: list[NDArray[np.bool_]] = []
    needed: Keys | None = None
    for n in range(len(counts), 1, -1):
        gain = gains[n - 2]
        limit = np.partition(gain, -keep[n - 2])[-keep[n - 2]] if len(gain) > keep[n - 2] else -np.inf
        chosen = (gain >= limit) & np.isfinite(gain)
        if needed is not None:
            chosen[np.searchsorted(counts[n - 1].keys, needed)] = True
        kept.append(chosen)
        needed = np.unique(counts[n - 1].keys[chosen] >> BITS)
    return kept[::-1]


def _set_backoffs(model: Model, keys: Keys, logp: Floats, order: int) -> None:
    """Backoff weights of the contexts of ``keys`` such that each conditional distribution sums to one."""
    if not len(keys):
        return
    contexts = keys >> BITS
    first = _firsts(contexts)
    lower = model.logp(keys & ((np.uint64(1) << np.uint64(16 * (order - 1))) - np.uint64(1)), order - 1)
    left = 1 - np.add.reduceat(np.exp(logp), first)
    left_lower = 1 - np.add.reduceat(np.exp(lower), first)
    weights = np.log(np.maximum(left, 1e-6)) - np.log(np.maximum(left_lower, 1e-6))
    distinct = contexts[first]
    if order == 2:
        model.unigram_backoff[distinct.astype(np.int64)] = weights
    else:
        table = model.orders[order - 3]
        table.backoff[np.searchsorted(table.keys, distinct)] = weights


def _firsts(sorted_keys: Keys) -> NDArray[np.int64]:
    """Where each run of equal keys begins."""
    if not len(sorted_keys):
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], sorted_keys[1:] != sorted_keys[:-1])))
