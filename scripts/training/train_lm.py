"""Estimate the language model from encoded texts and pack it: ``train_lm CACHE OUT ORDER KEEP2 KEEP3 [KEEP4]``."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from normalizers.lexicon.lexicon import abbreviations
from normalizers.noisy.packed import HashTable, quantise, save_arrays
from normalizers.training.kneser_ney import Model, count, estimate
from scripts.training.encode import SOURCES, vocabulary

# provincial text is what the scans hold; it stands in official once already (corpus/README.md: weigh it 5 to 10 times)
WEIGHTS = {"official": 1.0, "provincial": 6.0, "encyclopedia": 0.5, "policy_news": 1.0}
VOCABULARY = 28_000
MINIMUM = 6.0
KNOWN_ABBREVIATION = 40.0
"""Unigram weight of an abbreviation of the lexicon that the texts lack or spell out: about one word in thirty thousand."""


def pack(model: Model, words: list[str], folder: Path) -> None:
    arrays: dict[str, np.ndarray] = {
        "1.logp": model.unigram_logp.astype(np.float32),
        "1.backoff": model.unigram_backoff.astype(np.float32),
    }
    for n, order in enumerate(model.orders, 2):
        table, by_hash = HashTable.build(order.keys)
        arrays[f"{n}.starts"], arrays[f"{n}.prints"] = table.starts, table.prints
        arrays[f"{n}.codes"], arrays[f"{n}.logps"] = quantise(order.logp[by_hash])
        if n < len(model.orders) + 1:
            arrays[f"{n}.backoff_codes"], arrays[f"{n}.backoffs"] = quantise(order.backoff[by_hash])
    folder.mkdir(parents=True, exist_ok=True)
    save_arrays(folder, "lm", arrays)
    (folder / "words.tsv").write_text("\n".join(words), encoding="utf-8")


def train(cache: Path, folder: Path, order: int, keep: list[int]) -> Model:
    started = time.time()
    known = {short.lower() for short in abbreviations() if short.isalpha()}
    words, word_of_type = vocabulary(cache, WEIGHTS, MINIMUM, VOCABULARY, known)
    texts = [(word_of_type[np.load(cache / f"{s}.npy")], WEIGHTS[s], s != "provincial") for s in SOURCES]
    counts = []
    for n in range(1, order + 1):
        counts.append(count(texts, n))
        print(n, len(counts[-1].keys), f"{time.time() - started:.0f} s", flush=True)
    floor = np.array([KNOWN_ABBREVIATION if w in known else 0.0 for w in words])
    model = estimate(counts, len(words), keep, floor=floor)
    print("estimated", [len(o.keys) for o in model.orders], f"{time.time() - started:.0f} s", flush=True)
    pack(model, words, folder)
    return model


if __name__ == "__main__":
    train(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), [int(k) for k in sys.argv[4:]])
