"""The language model: interpolated Kneser-Ney over words, read from packed tables, asked for many words at once.

Estimated by ``normalizers.training.kneser_ney`` from the texts named in ``scripts/train``. Scores are natural logs.
A state is the packed numbers of the last words (``uint64``, 16 bits each, the latest lowest); ``START`` opens a paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from normalizers.noisy.packed import HashTable, load_arrays

States = NDArray[np.uint64]
Floats32 = NDArray[np.float32]
_BITS, _WORD = np.uint64(16), np.uint64(0xFFFF)


@dataclass(frozen=True, slots=True)
class Table:
    """N-grams of one order. ``logps``/``backoffs`` are the codebooks of the 8-bit codes."""

    hashed: HashTable
    codes: NDArray[np.uint8]
    logps: Floats32
    backoff_codes: NDArray[np.uint8] | None
    backoffs: Floats32


class Contexts(NamedTuple):
    """States and what all words after them share.

    ``depth`` is the length of the longest known context: no longer n-gram can be known, for the pruned model keeps the
    contexts of all it keeps. ``backed[:, n]`` is the summed log backoff weight when an n-gram answers.
    """

    states: States
    depth: NDArray[np.int8]
    backed: Floats32


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

    def contexts(self, states: States) -> Contexts:
        """What the scores after these states have in common, looked up once."""
        backoffs = np.zeros((len(states), self.order + 1), np.float32)
        depth = np.zeros(len(states), np.int8)
        backoffs[:, 1] = self.unigram_backoff[(states & _WORD).astype(np.int64)]
        depth[:] = 1
        alive = np.arange(len(states))
        for words in range(2, self.order):
            keys = states[alive] & np.uint64((1 << (16 * words)) - 1)
            alive, keys = alive[depth[alive] == words - 1], keys[depth[alive] == words - 1]
            table = self.tables[words - 2]
            at = table.hashed.find(keys)
            hit = at >= 0
            alive, at = alive[hit], at[hit]
            if table.backoff_codes is not None:
                backoffs[alive, words] = table.backoffs[table.backoff_codes[at]]
            depth[alive] = words
        backed = np.cumsum(backoffs[:, ::-1], axis=1)[:, ::-1]
        return Contexts(states, depth, np.ascontiguousarray(backed))

    def logp(self, contexts: Contexts, which: NDArray[np.int64], words: NDArray[np.integer]) -> Floats32:
        """log P(words[i] | state which[i]).

        Asked from the bottom: an n-gram is looked for only where its last n - 1 words were found. A pruned model may keep
        one without them; on the five seeds that is one trigram in twenty thousand, and half of all questions are spared.
        """
        numbers = words.astype(np.uint64)
        full = (contexts.states[which] << _BITS) | numbers
        out: Floats32 = self.unigram_logp[words] + contexts.backed[which, 1]
        asked = np.arange(len(full))
        for order in range(2, self.order + 1):
            asked = asked[contexts.depth[which[asked]] >= order - 1]
            if not len(asked):
                break
            table = self.tables[order - 2]
            at = table.hashed.find(full[asked] & np.uint64((1 << (16 * order)) - 1))
            hit = at >= 0
            asked, at = asked[hit], at[hit]
            out[asked] = table.logps[table.codes[at]] + contexts.backed[which[asked], order]
        return out

    def sentence_logps(self, words: list[str]) -> Floats32:
        """log P of each word of a paragraph given those before it."""
        return self.sentences_logps([words])[0]

    def sentences_logps(self, sentences: Sequence[Sequence[str]]) -> list[Floats32]:
        """The same for some paragraphs, looked up together."""
        if not sentences:
            return []
        unknown, before = self.number["<unk>"], self.order - 1
        ids: list[int] = []
        starts = []
        for words in sentences:
            ids += [0] * before
            starts.append(len(ids))
            ids += [self.number.get(word, unknown) for word in words]
        numbers = np.array(ids, np.uint64)
        at = np.concatenate([np.arange(start, start + len(words)) for start, words in zip(starts, sentences, strict=True)])
        at = at.astype(np.int64)
        states = np.zeros(len(at), np.uint64)
        for i in range(before):
            states = (states << _BITS) | numbers[at - before + i]
        scores = self.logp(self.contexts(states), np.arange(len(at)), numbers[at].astype(np.int64))
        return np.split(scores, np.cumsum([len(words) for words in sentences])[:-1])


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
