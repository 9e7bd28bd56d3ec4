"""Packed, memory-mapped tables: an n-gram finds its quantised values through a hash and a 16-bit fingerprint.

The keys themselves are not kept. A wrong hit happens about once in ten thousand questions for n-grams that are not
there, costs a wrong probability for one word, and buys four fifths of the space (Talbot & Osborne 2007 has the idea).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LARGEST_FILE = 18_000_000
"""Bytes of one part file: what a repository host takes without complaint is 20 MB."""

AT_ONCE = 4_096
"""Keys looked up together: their intermediate values stay in the cache of a core, which halves the time."""

_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)  # splitmix64, Steele et al. 2014


def mix(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """64 well-stirred bits of each key."""
    h = keys ^ (keys >> np.uint64(30))
    h = h * _MIX_1
    h ^= h >> np.uint64(27)
    h *= _MIX_2
    h ^= h >> np.uint64(31)
    return h


@dataclass(frozen=True, slots=True)
class HashTable:
    """Buckets of fingerprints: those of bucket ``b`` are ``prints[starts[b]:starts[b + 1]]``."""

    starts: NDArray[np.uint32]
    prints: NDArray[np.uint16]
    longest: int

    @classmethod
    def build(cls, keys: NDArray[np.uint64]) -> tuple[HashTable, NDArray[np.int64]]:
        """The table, and the order in which values of ``keys`` must be stored beside it."""
        hashes = mix(keys)
        bits = max(int(np.ceil(np.log2(max(len(keys), 1) / 3 + 1))), 1)
        by_hash = np.argsort(hashes, kind="stable")
        buckets = (hashes[by_hash] >> np.uint64(64 - bits)).astype(np.int64)
        sizes = np.bincount(buckets, minlength=1 << bits)
        starts = np.concatenate(([0], np.cumsum(sizes))).astype(np.uint32)
        prints = (hashes[by_hash] & np.uint64(0xFFFF)).astype(np.uint16)
        return cls(starts, prints, int(sizes.max(initial=0))), by_hash

    @property
    def shift(self) -> int:
        """How many of the 64 bits of a hash are not the number of its bucket."""
        return 65 - (len(self.starts) - 1).bit_length()

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Where each key's values stand; -1 where the key is not in the table."""
        found = np.full(len(keys), -1, np.int64)
        for first in range(0, len(keys), AT_ONCE):
            which, at = self._hits(keys[first : first + AT_ONCE])
            found[first + which] = at
        return found

    def _hits(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which keys have their fingerprint in their bucket, and where; the first place in a bucket comes last."""
        hashes = mix(keys)
        bucket = (hashes >> np.uint64(self.shift)).astype(np.int64)
        at = self.starts[bucket].astype(np.int64)
        size = self.starts[bucket + 1] - at
        which = np.repeat(np.arange(len(keys)), size)
        place = np.arange(len(which)) + np.repeat(at - (np.cumsum(size) - size), size)
        hit = np.flatnonzero(self.prints[place] == hashes.astype(np.uint16)[which])[::-1]
        return which[hit], place[hit]


def quantise(values: NDArray[np.float64]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """8-bit codes and their codebook: bins of equal numbers, each standing for its mean."""
    if not len(values):
        return np.zeros(0, np.uint8), np.zeros(256, np.float32)
    edges = np.unique(np.quantile(values, np.linspace(0, 1, 257)[1:-1]))
    codes = np.searchsorted(edges, values, side="right").astype(np.uint8)
    sums = np.bincount(codes, weights=values, minlength=256)
    sizes = np.bincount(codes, minlength=256)
    return codes, np.where(sizes, sums / np.maximum(sizes, 1), 0.0).astype(np.float32)


def save_arrays(folder: Path, name: str, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Write arrays into ``name.json`` (what stands where) and ``name.N.bin`` parts of at most ``LARGEST_FILE`` bytes.

    An array that does not fit into one part is cut along its first axis into pieces.
    """
    for old in folder.glob(f"{name}.*bin"):
        old.unlink()
    index: dict[str, list[dict[str, object]]] = {}
    part, room, file = 0, LARGEST_FILE, (folder / f"{name}.0.bin").open("wb")
    try:
        for key, array in arrays.items():
            rest = np.ascontiguousarray(array)
            pieces: list[dict[str, object]] = []
            while True:
                row = max(rest[:1].nbytes, 1)
                fits = min(len(rest), room // row)
                if fits < len(rest) and fits < 1:
                    file.close()
                    part, room = part + 1, LARGEST_FILE
                    file = (folder / f"{name}.{part}.bin").open("wb")
                    continue
                pieces.append(
                    {"part": part, "offset": LARGEST_FILE - room, "dtype": rest.dtype.str, "shape": [fits, *rest.shape[1:]]}
                )
                data = rest[:fits].tobytes()
                padding = -len(data) % 8
                file.write(data + b"\0" * padding)
                room -= len(data) + padding
                rest = rest[fits:]
                if not len(rest):
                    break
            index[key] = pieces
    finally:
        file.close()
    (folder / f"{name}.json").write_text(json.dumps(index, indent=0), encoding="utf-8")


def load_arrays(folder: Path, name: str) -> dict[str, NDArray[np.generic]]:
    """The arrays of ``save_arrays``: memory-mapped, those that were cut joined in memory."""
    index = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    parts = {
        piece["part"]: np.memmap(folder / f"{name}.{piece['part']}.bin", np.uint8, "r")
        for pieces in index.values()
        for piece in pieces
        if (folder / f"{name}.{piece['part']}.bin").stat().st_size
    }

    def view(piece: dict[str, object]) -> NDArray[np.generic]:
        dtype = np.dtype(str(piece["dtype"]))
        shape: tuple[int, ...] = tuple(piece["shape"])  # type: ignore[arg-type]
        size = int(np.prod(shape)) * dtype.itemsize
        if not size:
            return np.zeros(shape, dtype)
        offset = int(piece["offset"])  # type: ignore[call-overload]
        array: NDArray[np.generic] = np.asarray(parts[piece["part"]][offset : offset + size]).view(dtype).reshape(shape)
        return array

    return {
        k: view(pieces[0]) if len(pieces) == 1 else np.concatenate([view(p) for p in pieces]) for k, pieces in index.items()
    }
