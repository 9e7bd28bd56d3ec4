"""Turn training text into arrays of word numbers: once, cached, every 400th paragraph (by hash) held out."""

from __future__ import annotations

import lzma
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
import regex

from normalizers.forms import nfc
from normalizers.words import CLASSES, word_of

SOURCES = ("official", "provincial", "encyclopedia", "policy_news")
HOLD_OUT_ONE_IN = 400
_TOKEN = regex.compile(r"\d+(?:[.,/:]\d+)*|[^\W\d_]+")


def held_out(paragraph: str) -> bool:
    """By the text itself, so that a paragraph that stands in two sources is held out of both."""
    return zlib.crc32(paragraph.strip().encode()) % HOLD_OUT_ONE_IN == 0


def paragraphs(file: Path) -> Iterator[str]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        yield from lines


def encode(corpus: Path, cache: Path) -> None:
    """Write ``types.txt`` (token types), ``{source}.npy`` (uint32 type numbers, 0 = paragraph start), ``held_out.txt``."""
    types: dict[str, int] = {"<s>": 0}
    kept_out: dict[str, list[str]] = {}
    for source in SOURCES:
        numbers: list[np.ndarray] = []
        chunk: list[int] = []
        for paragraph in paragraphs(corpus / f"{source}.txt.xz"):
            if held_out(paragraph):
                kept_out.setdefault(source, []).append(paragraph.strip())
                continue
            tokens = _TOKEN.findall(nfc(paragraph).lower())
            if not tokens:
                continue
            chunk.append(0)
            for token in tokens:
                if token[0].isdigit():
                    token = "0"
                number = types.get(token)
                if number is None:
                    number = types[token] = len(types)
                chunk.append(number)
            if len(chunk) > 1_000_000:
                numbers.append(np.array(chunk, np.uint32))
                chunk = []
        numbers.append(np.array(chunk, np.uint32))
        np.save(cache / f"{source}.npy", np.concatenate(numbers))
    (cache / "types.txt").write_text("\n".join(types), encoding="utf-8")
    for source, texts in kept_out.items():
        (cache / f"held_out_{source}.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")


def vocabulary(
    cache: Path, weights: dict[str, float], minimum: float, size: int, always: Collection[str]
) -> tuple[list[str], np.ndarray]:
    """The ``size`` most frequent words that occur ``minimum`` times or more and those of ``always``; each type's number."""
    types = (cache / "types.txt").read_text(encoding="utf-8").split("\n")
    counts = np.zeros(len(types))
    for source in SOURCES:
        counts += weights[source] * np.bincount(np.load(cache / f"{source}.npy"), minlength=len(types))
    frequency: Counter[str] = Counter()
    words = ["<s>"] + [word_of(t) for t in types[1:]]
    for word, count in zip(words, counts.tolist(), strict=True):
        frequency[word] += count
    chosen = [w for w, n in frequency.most_common(size + 10) if n >= minimum and w not in CLASSES][: size - len(CLASSES)]
    chosen += sorted(set(always) - set(chosen))
    number = {w: i for i, w in enumerate([*CLASSES, *chosen])}
    return [*CLASSES, *chosen], np.array([number.get(w, 1) for w in words], np.uint16)


if __name__ == "__main__":
    import sys

    encode(Path(sys.argv[1]), Path(sys.argv[2]))
