"""Rows of numbers that are computed once per string and kept: what channels and rhymes are asked for again and again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

Floats32 = NDArray[np.float32]


@dataclass(slots=True, kw_only=True)
class KeptRows(ABC):
    """A matrix with one row per string asked for so far."""

    MOST: ClassVar[int] = 40_000
    """Rows kept before all are forgotten: 44 MB of vowels. Twenty garbled pages have 8,000 distinct ones, so a stream of
    documents finds most of what it asks for; benchmarks/repair.md shows speed and memory."""

    AT_ONCE: ClassVar[int] = 128
    """Rows computed together: few enough for their intermediate values to stay in the cache of a core."""

    _rows: dict[str, int] = field(default_factory=dict)
    _matrix: Floats32 = field(default_factory=lambda: np.zeros((0, 0), np.float32))

    @property
    def matrix(self) -> Floats32:
        return self._matrix

    def open(self, width: int) -> None:
        """Set the width of the rows."""
        self._matrix = np.zeros((256, width), np.float32)

    def of(self, texts: Sequence[str]) -> Floats32:
        """The rows of the texts."""
        rows = self.prepare(texts)
        return self._matrix[rows]

    def prepare(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Compute the rows of the texts, which is faster for many at once than in small portions."""
        self.make_room()
        return self.rows(texts)

    def rows(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Row numbers into ``matrix`` of the texts; missing rows are computed, many of one length at once."""
        known = self._rows
        missing: dict[int, list[str]] = {}
        for text in texts:
            if text not in known:
                known[text] = -1
                missing.setdefault(len(text), []).append(text)
        for group in missing.values():
            for at in range(0, len(group), self.AT_ONCE):
                self._add(group[at : at + self.AT_ONCE])
        return np.array([known[t] for t in texts], np.int64)

    def make_room(self) -> None:
        """Forget all rows when there are too many; row numbers handed out before are void then."""
        if len(self._rows) > self.MOST:
            self._rows.clear()
            self._used = 0

    def _add(self, texts: list[str]) -> None:
        values = self._compute(texts)
        start = self._used
        while start + len(texts) > len(self._matrix):
            longer = np.zeros((2 * len(self._matrix), self._matrix.shape[1]), np.float32)
            longer[:start] = self._matrix[:start]
            self._matrix = longer
        self._matrix[start : start + len(texts)] = values
        self._rows.update(zip(texts, range(start, start + len(texts)), strict=True))
        self._used = start + len(texts)

    _used: int = 0

    @abstractmethod
    def _compute(self, texts: list[str]) -> Floats32:
        """The rows of texts of one length."""
