"""Fit the small models of the header: where a document begins in a file, and how likely a field is right.

    python -m scripts.training.train_header boundaries CASES.jsonl
    python -m scripts.training.train_header doubt CASES.jsonl

CASES come from ``benchmarks/header.py --cases FOLDER``: one object a line, ``{"group": …, "field": …, "features": {name: 0
or 1}, "right": 0 or 1}``. A logistic regression whose weights are drawn towards what is known beforehand (the table
``prior`` of the model's own file), so that a feature which the few real documents do not show keeps its sense. Prints the
log loss with and without training, and leaving out one group (a document) at a time.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

MODELS = Path(__file__).resolve().parents[2] / "extractors" / "data"
STRENGTH = 2.0
"""How strongly weights are drawn to their prior, in units of one case's log loss."""
ROUNDS = 25

Case = tuple[str, Mapping[str, float], int]


def fit(cases: Sequence[Case], prior: Mapping[str, float], strength: float = STRENGTH) -> dict[str, float]:
    """Weights with the least log loss plus squared distance from the prior, by Newton's method."""
    names = list(prior)
    start = np.array([prior[name] for name in names])
    table = np.array([[1.0 if name == "bias" else float(f.get(name, 0)) for name in names] for _, f, _ in cases])
    right = np.array([float(r) for _, _, r in cases])
    weights = start.copy()
    for _ in range(ROUNDS):
        p = 1.0 / (1.0 + np.exp(-np.clip(table @ weights, -30, 30)))
        slope = table.T @ (p - right) + strength * (weights - start)
        curve = (table * (p * (1 - p))[:, None]).T @ table + strength * np.eye(len(names))
        weights = weights - np.linalg.solve(curve, slope)
    return {name: round(float(w), 3) for name, w in zip(names, weights, strict=True)}


def probability(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """
    >>> probability({"bias": 0.0, "motto": 2.0}, {"motto": 0})
    0.5
    """
    logit = weights["bias"] + sum(weights[name] * value for name, value in features.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def log_loss(weights: Mapping[str, float], cases: Iterable[Case]) -> float:
    losses = [-math.log(max(1e-9, p if right else 1 - p)) for _, f, right in cases for p in [probability(weights, f)]]
    return sum(losses) / max(1, len(losses))


def left_out(cases: Sequence[Case], prior: Mapping[str, float]) -> float:
    """Mean log loss of each group under weights fitted without it."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case[0]].append(case)
    total = 0.0
    for name, its in groups.items():
        weights = fit([c for c in cases if c[0] != name], prior)
        total += log_loss(weights, its) * len(its)
    return total / max(1, len(cases))


def main() -> None:
    model, path = sys.argv[1], Path(sys.argv[2])
    file = MODELS / {"boundaries": "boundaries.json", "doubt": "header_doubt.json"}[model]
    data = json.loads(file.read_text(encoding="utf-8"))
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    tables = {"": data} if model == "boundaries" else data["fields"]
    for field, table in tables.items():
        prior = table["prior"]
        cases = [
            (r["group"], {k: v for k, v in r["features"].items() if k in prior}, r["right"])
            for r in rows
            if r.get("field", "") == field
        ]
        table["weights"] = fit(cases, prior)
        before, after = log_loss(prior, cases), log_loss(table["weights"], cases)
        apart = left_out(cases, prior)
        print(f"{field or model}: {len(cases)} cases; log loss {before:.3f} before, {after:.3f} after, {apart:.3f} left out")
    file.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
