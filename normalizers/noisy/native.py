"""What the set-up compiled (``beam.c``, ``candidates.c``): everything has a twin in numpy that needs no compiler."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Floats32 = NDArray[np.float32]


@cache
def module() -> ModuleType | None:
    """The compiled module, or none where nobody compiled it."""
    try:
        return import_module("normalizers.noisy._beam")
    except ImportError:
        return None


class Grid(NamedTuple):
    """Where ``best_syllables`` looks: rows of P(printed piece | onset) and P(printed tail | rhyme), and for every rhyme and
    onset the prior of their word (0 where there is none) and its number."""

    onset_rows: Floats32
    rhyme_rows: Floats32
    priors: Floats32
    words: Ints32


class Most(NamedTuple):
    """How many rhymes a string is tried with, how many words are kept, and the share of the best rank that they exceed."""

    rhymes: int
    best: int
    share: float


def best_syllables(grid: Grid, onsets: Ints, rhymes: Ints, most: Most) -> tuple[Ints, Ints32, Floats32] | None:
    """``syllables_in_numpy`` of ``candidates.py`` in C, or none without the compiled module.

    ``onsets`` and ``rhymes`` are rows of the grid: cuts × strings. Raises ``MemoryError``.
    """
    compiled = module()
    if compiled is None:
        return None
    ffi = compiled.ffi
    cuts, count = onsets.shape
    sizes = np.zeros(count, np.int64)
    words, logps = np.zeros(count * most.best, np.int32), np.zeros(count * most.best, np.float32)
    held = [
        ffi.from_buffer(f"{kind}[]", array) for kind, array in zip(("float", "float", "float", "int32_t"), grid, strict=True)
    ]
    total = compiled.lib.best_syllables(
        ffi.new("Grid *", [grid.onset_rows.shape[1], grid.rhyme_rows.shape[1], *held]),
        count,
        cuts,
        *(ffi.from_buffer("int64_t[]", np.ascontiguousarray(rows)) for rows in (onsets, rhymes)),
        *most,
        ffi.from_buffer("int64_t[]", sizes),
        ffi.from_buffer("int32_t[]", words),
        ffi.from_buffer("float[]", logps),
    )
    if total < 0:
        raise MemoryError("no memory for the candidates")
    return sizes, words[:total], logps[:total]
