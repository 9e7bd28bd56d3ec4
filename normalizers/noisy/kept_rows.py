"""Rows of numbers that are computed once per string and kept: what channels and rhymes are asked for again and again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats32 = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(slots=True, kw_only=True)
class KeptRows(ABC):
    """A matrix with one row per string asked for so far."""

    MOST: ClassVar[int] = 40_000
    """Rows kept before all are forgotten: 44 MB of vowels. Twenty garbled pages have 8,000 distinct ones, so a stream of
    documents finds most of what it asks for; benchmarks/repair.md shows speed and memory."""

    AT_ONCE: ClassVar[int] = 128
    """Rows computed together: few enough for their intermediate values to stay in the cache of a core."""

    epoch: int = 0
    """How often all rows were forgotten: row numbers hold as long as this does not change."""
    _rows: dict[str, int] = field(default_factory=dict)
    _matrix: Floats32 = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    _used: int = 0

    @property
    def matrix(self) -> Floats32:
        return self._matrix

    def open(self, width: int) -> None:
        """Set the width of the rows."""
        self._matrix = np.zeros((256, width), np.float32)

    def of(self, texts: Sequence[str]) -> Floats32:
        """The rows of the texts."""
        rows = self.rows(texts)
        return self._matrix[rows]

    def rows(self, texts: Sequence[str]) -> Ints:
        """Row numbers into ``matrix`` of the texts; missing rows are computed, many of one length at once."""
        known = self._rows
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            self._add_all(missing)
        return np.fromiter(map(known.__getitem__, texts), np.int64, len(texts))

    def make_room(self) -> None:
        """Forget all rows when there are too many."""
        if len(self._rows) > self.MOST:
            self._forget()

    def _forget(self) -> None:
        self._rows.clear()
        self._used = 0
        self.epoch += 1

    def _add_all(self, texts: list[str]) -> None:
        groups: dict[int, list[str]] = {}
        for text in texts:
            groups.setdefault(len(text), []).append(text)
        for group in groups.values():
            for at in range(0, len(group), self.AT_ONCE):
                some = group[at : at + self.AT_ONCE]
                self._add(some, self._compute(some, self._used))

    def _add(self, texts: list[str], values: Floats32) -> None:
        first, end = self._used, self._used + len(texts)
        self._matrix = longer(self._matrix, end)
        self._matrix[first:end] = values
        self._rows.update(zip(texts, range(first, end), strict=True))
        self._used = end

    @abstractmethod
    def _compute(self, texts: list[str], first: int) -> Floats32:
        """The rows of texts of one length; the first of them gets the number ``first``."""


_T = TypeVar("_T", bound=np.generic)


def longer(array: NDArray[_T], length: int) -> NDArray[_T]:
    """``array`` with room for ``length`` rows at least: itself, or twice as long and filled with zeros."""
    if length <= len(array):
        return array
    grown = np.zeros((max(length, 2 * len(array)), *array.shape[1:]), array.dtype)
    grown[: len(array)] = array
    return grown


class Adapted:
    """Which rows of a general matrix have been adapted: the adapted rows keep the numbers of the general ones."""

    __slots__ = ("_done", "_epoch", "_general")

    def __init__(self, general: KeptRows) -> None:
        self._general, self._epoch = general, general.epoch
        self._done = np.zeros(256, bool)

    def missing(self, rows: Ints) -> tuple[Ints, bool]:
        """The distinct rows of these that have not been asked for yet, and whether all older ones are void."""
        void = self._epoch != self._general.epoch
        if void:
            self._done[:] = False
            self._epoch = self._general.epoch
        self._done = longer(self._done, len(self._general.matrix))
        fresh: Ints = np.unique(rows[~self._done[rows]])
        self._done[fresh] = True
        return fresh, void
