"""Fitting a decision: multinomial logistic regression with L2, by L-BFGS in numpy.

Some ten thousand candidates with some fifty features each take a few seconds. The same code trains the model that is
shipped (``scripts/train --facts``) and the one that an archive's reviews teach (``vanban learn``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from extractors.decision.model import Decision

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A candidate of one document: its features, the class that is right, and how much it counts (0 = not at all)."""

    group: str
    features: tuple[str, ...]
    right: str
    weight: float = 1.0


@dataclass(frozen=True)
class Matrix:
    """Examples as numbers: ``columns`` of the features of row ``i`` lie between ``starts[i]`` and ``starts[i + 1]``."""

    columns: NDArray[np.int64]
    rows: NDArray[np.int64]
    labels: NDArray[np.int64]
    weights: Array
    size: int


def fit(
    examples: Sequence[Example],
    classes: Sequence[str],
    *,
    strength: float = 1.0,
    least: int = 2,
    steps: int = 80,
    prior: Decision | None = None,
) -> Decision:
    """The decision that fits the examples best. ``strength`` is that of L2; features of fewer than ``least`` examples are
    left out. With ``prior`` weights are drawn towards its weights instead of zero."""
    examples = [e for e in examples if e.weight > 0]
    counts = Counter(f for e in examples for f in set(e.features))
    names = sorted(f for f, n in counts.items() if n >= least)
    if prior is not None:
        names = sorted({*names, *prior.weights})
    index = {name: i for i, name in enumerate(names)}
    matrix = _matrix(examples, index, {c: i for i, c in enumerate(classes)})
    start = np.zeros((len(names), len(classes)))
    if prior is not None:
        for name, row in prior.weights.items():
            start[index[name]] = row
    weights = _minimise(matrix, start, strength, steps)
    table = {name: tuple(float(w) for w in weights[i]) for name, i in index.items() if np.abs(weights[i]).max() > _TINY}
    return Decision(tuple(classes), table)


_TINY = 0.002
"""Weights below it change no probability by a thousandth and are not stored."""


def _matrix(examples: Sequence[Example], index: dict[str, int], classes: dict[str, int]) -> Matrix:
    columns: list[int] = []
    rows: list[int] = []
    for i, example in enumerate(examples):
        known = {index[f] for f in example.features if f in index}
        columns += known
        rows += [i] * len(known)
    labels = np.array([classes[e.right] for e in examples], dtype=np.int64)
    weights = np.array([e.weight for e in examples])
    return Matrix(np.array(columns, dtype=np.int64), np.array(rows, dtype=np.int64), labels, weights, len(examples))


def _loss(flat: Array, matrix: Matrix, start: Array, strength: float) -> tuple[float, Array]:
    """Negative log likelihood with its penalty, and its gradient."""
    weights = flat.reshape(start.shape)
    count, classes = start.shape
    scores = np.empty((matrix.size, classes))
    for c in range(classes):
        scores[:, c] = np.bincount(matrix.rows, weights[matrix.columns, c], minlength=matrix.size)
    scores -= scores.max(axis=1, keepdims=True)
    chances = np.exp(scores)
    chances /= chances.sum(axis=1, keepdims=True)
    here = np.arange(matrix.size)
    loss = -float((matrix.weights * np.log(chances[here, matrix.labels] + 1e-12)).sum())
    chances[here, matrix.labels] -= 1.0
    chances *= matrix.weights[:, None]
    gradient = np.empty_like(weights)
    for c in range(classes):
        gradient[:, c] = np.bincount(matrix.columns, chances[matrix.rows, c], minlength=count)
    away = weights - start
    return loss + 0.5 * strength * float((away * away).sum()), (gradient + strength * away).ravel()


def _minimise(matrix: Matrix, start: Array, strength: float, steps: int) -> Array:
    """L-BFGS with a backtracking line search (Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 3.1)."""
    at = start.ravel().copy()
    loss, gradient = _loss(at, matrix, start, strength)
    past: list[tuple[Array, Array, float]] = []
    for _ in range(steps):
        direction = -_two_loops(gradient, past)
        slope = float(gradient @ direction)
        if slope > -_FLAT * max(1.0, abs(loss)):
            break
        step = 1.0 if past else min(1.0, 1.0 / float(np.abs(gradient).sum()))
        while True:
            there = at + step * direction
            new_loss, new_gradient = _loss(there, matrix, start, strength)
            if new_loss <= loss + 1e-4 * step * slope or step < 1e-9:
                break
            step *= 0.5
        moved, turned = there - at, new_gradient - gradient
        if (bend := float(moved @ turned)) > 1e-12:
            past = [*past[-9:], (moved, turned, 1.0 / bend)]
        at, loss, gradient = there, new_loss, new_gradient
    return at.reshape(start.shape)


_FLAT = 1e-6
"""A slope that promises less than a millionth of the loss ends the search."""


def _two_loops(gradient: Array, past: list[tuple[Array, Array, float]]) -> Array:
    q = gradient.copy()
    alphas: list[float] = []
    for moved, turned, inverse in reversed(past):
        alpha = inverse * float(moved @ q)
        alphas.append(alpha)
        q -= alpha * turned
    if past:
        moved, turned, inverse = past[-1]
        q *= 1.0 / (inverse * float(turned @ turned))
    for (moved, turned, inverse), alpha in zip(past, reversed(alphas), strict=True):
        q += (alpha - inverse * float(turned @ q)) * moved
    return q


def left_out(
    examples: Sequence[Example], classes: Sequence[str], *, folds: int | None = None, strength: float = 1.0
) -> list[dict[str, float]]:
    """The probabilities that each example gets from a decision that was fitted without its group.

    ``folds`` puts groups together, to be quick; ``None`` leaves out one at a time.
    """
    groups = sorted({e.group for e in examples})
    parts = [groups[i::folds] for i in range(folds)] if folds else [[g] for g in groups]
    out: list[dict[str, float]] = [{} for _ in examples]
    for part in parts:
        held = set(part)
        decision = fit([e for e in examples if e.group not in held], classes, strength=strength)
        for i, example in enumerate(examples):
            if example.group in held:
                out[i] = decision.probabilities(example.features)
    return out


def calibrated(
    decision: Decision, examples: Sequence[Example], chances: Sequence[dict[str, float]], *, least: float = 0.0
) -> Decision:
    """The decision with the scale under which probabilities given without an example's group fit what is right best.

    Examples that are something with a probability below ``least`` are not counted: where many are plainly nothing, these
    alone would set the scale.
    """
    none = decision.classes[0]
    pairs = [(c, e) for c, e in zip(chances, examples, strict=True) if e.weight > 0 and 1.0 - c[none] >= least]
    logs = np.log(np.array([[c[name] for name in decision.classes] for c, _ in pairs]) + 1e-9)
    labels = np.array([decision.classes.index(e.right) for _, e in pairs])

    def cost(scale: float) -> float:
        scaled = scale * logs
        scaled -= scaled.max(axis=1, keepdims=True)
        return float((np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(len(labels)), labels]).sum())

    return replace(decision, scale=min((0.3 + 0.02 * i for i in range(70)), key=cost))
