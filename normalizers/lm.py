"""The language model: interpolated Kneser-Ney over words, read from packed tables, asked for many words at once.

Estimated by ``normalizers.training.kneser_ney`` from the texts named in ``scripts/train``. Scores are natural logs.
A state is the packed numbers of the last words (``uint64``, 16 bits each, the latest lowest); ``START`` opens a paragraph.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from normalizers.tables import HashTable, load_arrays

States = NDArray[np.uint64]
Floats32 = NDArray[np.float32]
_BITS = np.uint64(16)


@dataclass(frozen=True, slots=True)
class Table:
    """N-grams of one order. ``logps``/``backoffs`` are the codebooks of the 8-bit codes."""

    hashed: HashTable
    codes: NDArray[np.uint8]
    logps: Floats32
    backoff_codes: NDArray[np.uint8] | None
    backoffs: Floats32


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """``order`` words at most in an n-gram; ``words[i]`` is the word with number ``i``."""

    words: tuple[str, ...]
    number: dict[str, int]
    unigram_logp: Floats32
    unigram_backoff: Floats32
    tables: tuple[Table, ...]

    @property
    def order(self) -> int:
        return len(self.tables) + 1

    @property
    def start(self) -> np.uint64:
        """The state at the start of a paragraph: ``<s>`` has the number 0, and so have the words that are not there."""
        return np.uint64(0)

    def advance(self, states: States, words: NDArray[np.integer]) -> States:
        """The states after ``words``."""
        keep = np.uint64((1 << (16 * (self.order - 1))) - 1)
        return ((states << _BITS) | words.astype(np.uint64)) & keep

    def logp(self, states: States, words: NDArray[np.integer]) -> Floats32:
        """log P(word | state) for each pair."""
        full = (states << _BITS) | words.astype(np.uint64)
        out = np.zeros(len(full), np.float32)
        todo = np.arange(len(full))
        for order in range(self.order, 1, -1):
            table = self.tables[order - 2]
            mask = np.uint64((1 << (16 * order)) - 1) if order < 4 else np.uint64(0xFFFFFFFFFFFFFFFF)
            keys = full[todo] & mask
            if order > 2:
                # "<s>" stands only at the front: an n-gram with two of them says no more than the shorter one
                short = (keys >> np.uint64(16 * (order - 2))) == 0
                asked = np.flatnonzero(~short)
            else:
                asked = np.arange(len(keys))
            at = np.full(len(keys), -1, np.int64)
            at[asked] = table.hashed.find(keys[asked])
            hit = at >= 0
            out[todo[hit]] += table.logps[table.codes[at[hit]]]
            todo, keys = todo[~hit], keys[~hit]
            if not len(todo):
                return out
            out[todo] += self._backoff(keys >> _BITS, order - 1)
        out[todo] += self.unigram_logp[(full[todo] & np.uint64(0xFFFF)).astype(np.int64)]
        return out

    def _backoff(self, contexts: States, order: int) -> Floats32:
        if order == 1:
            return self.unigram_backoff[contexts.astype(np.int64)]
        table = self.tables[order - 2]
        at = table.hashed.find(contexts)
        weights = np.zeros(len(contexts), np.float32)
        hit = at >= 0
        if table.backoff_codes is not None:
            weights[hit] = table.backoffs[table.backoff_codes[at[hit]]]
        return weights

    def sentence_logps(self, words: list[str]) -> Floats32:
        """log P of each word of a paragraph given those before it."""
        unknown = self.number["<unk>"]
        ids = np.array([0] * (self.order - 1) + [self.number.get(w, unknown) for w in words], np.uint64)
        states = np.zeros(len(words), np.uint64)
        for i in range(self.order - 1):
            states = (states << _BITS) | ids[i : i + len(words)]
        return self.logp(states, ids[self.order - 1 :].astype(np.int64))


def load(folder: Path) -> LanguageModel:
    """The model packed in ``folder`` (``lm.json`` and its parts, ``words.tsv``)."""
    arrays = load_arrays(folder, "lm")
    words = tuple((folder / "words.tsv").read_text(encoding="utf-8").split("\n"))
    tables = []
    for order in range(2, 6):
        if f"{order}.starts" not in arrays:
            break
        prints = cast(NDArray[np.uint16], arrays[f"{order}.prints"])
        starts = cast(NDArray[np.uint32], arrays[f"{order}.starts"])
        tables.append(
            Table(
                HashTable(starts, prints, 0),
                cast(NDArray[np.uint8], arrays[f"{order}.codes"]),
                cast(Floats32, arrays[f"{order}.logps"]),
                cast("NDArray[np.uint8] | None", arrays.get(f"{order}.backoff_codes")),
                cast(Floats32, arrays.get(f"{order}.backoffs", np.zeros(256, np.float32))),
            )
        )
    return LanguageModel(
        words,
        {w: i for i, w in enumerate(words)},
        cast(Floats32, arrays["1.logp"]),
        cast(Floats32, arrays["1.backoff"]),
        tuple(tables),
    )
