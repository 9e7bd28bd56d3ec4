"""A linear decision over named features, with probabilities measured on documents left out.

A model is a table: one row per feature, one column per class, and two numbers that make scores probabilities. It is
read from a text file that a person can read, and explains every decision by the features that spoke for it.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

Features = Sequence[str]


@dataclass(frozen=True, slots=True)
class Reason:
    """A feature of a candidate and what it added to the score of the class over the mean of the others."""

    feature: str
    weight: float


@dataclass(frozen=True, eq=False)
class Decision:
    """``weights[feature]`` holds one weight per class; ``scale`` sharpens or softens the scores (temperature)."""

    classes: tuple[str, ...]
    weights: Mapping[str, tuple[float, ...]]
    scale: float = 1.0
    threshold: float = 0.5
    trained_on: str = ""

    def scores(self, features: Iterable[str]) -> list[float]:
        rows = [row for row in map(self.weights.get, features) if row is not None]
        return [sum(column) for column in zip(*rows, strict=True)] if rows else [0.0] * len(self.classes)

    def probabilities(self, features: Iterable[str]) -> dict[str, float]:
        """The probability of each class; they add up to one."""
        scaled = [self.scale * s for s in self.scores(features)]
        top = max(scaled)
        shares = [math.exp(s - top) for s in scaled]
        whole = sum(shares)
        return {name: share / whole for name, share in zip(self.classes, shares, strict=True)}

    def best(self, features: Features) -> tuple[str, float]:
        """The likeliest class and its probability."""
        chances = self.probabilities(features)
        name = max(self.classes, key=lambda c: chances[c])
        return name, chances[name]

    def reasons(self, features: Features, of: str, most: int = 5) -> list[Reason]:
        """The features that spoke most for a class, strongest first."""
        column = self.classes.index(of)
        spoke = []
        for name in dict.fromkeys(features):
            row = self.weights.get(name)
            if row is not None:
                others = [w for i, w in enumerate(row) if i != column]
                spoke.append(Reason(name, self.scale * (row[column] - sum(others) / max(1, len(others)))))
        return sorted(spoke, key=lambda r: -r.weight)[:most]

    def to_text(self) -> str:
        """The table as text: a line that says what it is, then one line per feature."""
        head = [f"#classes={'|'.join(self.classes)}", f"scale={self.scale:.4f}", f"threshold={self.threshold:.3f}"]
        lines = ["\t".join([*head, f"trained_on={self.trained_on}"])]
        for name in sorted(self.weights):
            lines.append("\t".join([name, *(f"{w:.3f}" for w in self.weights[name])]))
        return "\n".join(lines) + "\n"

    @classmethod
    def from_text(cls, text: str) -> Decision:
        """Raises ``ValueError`` where the text is no such table."""
        first, *rest = text.splitlines()
        fields = dict(part.split("=", 1) for part in first.lstrip("#").split("\t"))
        classes = tuple(fields["classes"].split("|"))
        weights = {}
        for line in rest:
            name, *row = line.split("\t")
            if len(row) != len(classes):
                raise ValueError(f"a row of a decision has {len(row)} weights for {len(classes)} classes: {name!r}")
            weights[name] = tuple(map(float, row))
        return cls(classes, weights, float(fields["scale"]), float(fields["threshold"]), fields.get("trained_on", ""))


def unpacked(packed: bytes) -> Decision:
    """The decision of a packed table. Raises ``ValueError`` and ``gzip.BadGzipFile``."""
    return Decision.from_text(gzip.decompress(packed).decode("utf-8"))


@cache
def shipped(name: str) -> Decision:
    """The decision of this name that comes with the program."""
    return unpacked(files("extractors").joinpath(f"data/decisions/{name}.tsv.gz").read_bytes())
