"""Beam search and scoring of words in C (``beam.c``), where the set-up could compile it: the same answers, sooner."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from normalizers.noisy.lattice import Lattice
from normalizers.noisy.lm import LanguageModel
from normalizers.noisy.native import module

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Packed(NamedTuple):
    """The model as the C code sees it, and the arrays that must live as long."""

    pointer: Any
    arrays: tuple[Any, ...]


_PACKED: dict[int, tuple[LanguageModel, Packed]] = {}


def _packed(model: LanguageModel, beam: ModuleType) -> Packed:
    """The model's tables as C structures, made once a model."""
    known = _PACKED.get(id(model))
    if known is None or known[0] is not model:
        _PACKED[id(model)] = known = (model, _pack(model, beam))
    return known[1]


def _pack(model: LanguageModel, beam: ModuleType) -> Packed:
    arrays: list[Any] = []

    def pointer(kind: str, array: NDArray[np.generic]) -> Any:  # noqa: ANN401  what cffi returns has no type
        arrays.append(beam.ffi.from_buffer(f"{kind}[]", np.ascontiguousarray(array)))
        return arrays[-1]

    packed = beam.ffi.new("Model *")
    packed.order = model.order
    packed.unigram_logp = pointer("float", model.unigram_logp)
    packed.unigram_backoff = pointer("float", model.unigram_backoff)
    for into, table in zip(packed.tables, model.tables, strict=False):
        into.starts = pointer("uint32_t", table.hashed.starts)
        into.prints = pointer("uint16_t", table.hashed.prints)
        into.codes = pointer("uint8_t", table.codes)
        into.logps = pointer("float", table.logps)
        into.backoffs = pointer("float", table.backoffs)
        codes = table.backoff_codes
        into.backoff_codes = beam.ffi.NULL if codes is None else pointer("uint8_t", codes)
        into.shift = table.hashed.shift
    return Packed(packed, tuple(arrays))


def search_compiled(
    lattice: Lattice,
    guess: NDArray[np.float32],
    stretches: Sequence[tuple[int, int]],
    model: LanguageModel,
    *,
    beam: int,
    width: float,
    slack: float,
    won: float,
) -> list[tuple[Ints, Floats]] | None:
    """Arcs and posteriors of the best path through each stretch, or none where the compiled module is not there.

    Raises ``MemoryError`` when there is not enough of it.
    """
    compiled = module()
    if compiled is None:
        return None
    ffi = compiled.ffi
    firsts, lasts = (np.array([s[i] for s in stretches], np.int64) for i in (0, 1))
    room = np.cumsum(lasts - firsts)
    offset = room - (lasts - firsts)
    length, path, posteriors = np.zeros(len(firsts), np.int64), np.zeros(int(room[-1]), np.int64), np.zeros(int(room[-1]))
    arrays = [
        ffi.from_buffer(f"{kind}[]", np.ascontiguousarray(array))
        for kind, array in (
            ("int64_t", lattice.start),
            ("int32_t", lattice.word),
            ("int32_t", lattice.second),
            ("float", lattice.score),
            ("float", guess),
            ("int64_t", lattice.first),
        )
    ]
    arcs = ffi.new("Arcs *", arrays)
    outcome = compiled.lib.search_stretches(
        _packed(model, compiled).pointer,
        arcs,
        len(firsts),
        ffi.from_buffer("int64_t[]", firsts),
        ffi.from_buffer("int64_t[]", lasts),
        ffi.new("Reach *", (beam, width, slack, won)),
        ffi.from_buffer("int64_t[]", offset),
        ffi.from_buffer("int64_t[]", length),
        ffi.from_buffer("int64_t[]", path),
        ffi.from_buffer("double[]", posteriors),
    )
    if outcome:
        raise MemoryError("no memory for the beam search")
    ends = (offset + length).tolist()
    return [(path[a:b][::-1], posteriors[a:b][::-1]) for a, b in zip(offset.tolist(), ends, strict=True)]


def score_windows_compiled(model: LanguageModel, windows: Ints, floors: Floats) -> Floats | None:
    """Log probability of the words of each row after its first ``order - 1`` ones, or none without the compiled module.

    A row that falls below its floor ends there.
    """
    compiled = module()
    if compiled is None:
        return None
    windows, floors = np.ascontiguousarray(windows, np.int64), np.ascontiguousarray(floors, np.float64)
    scores = np.zeros(len(windows))
    from_buffer = compiled.ffi.from_buffer
    compiled.lib.score_windows(
        _packed(model, compiled).pointer,
        *windows.shape,
        from_buffer("int64_t[]", windows),
        from_buffer("double[]", floors),
        from_buffer("double[]", scores),
    )
    return scores
