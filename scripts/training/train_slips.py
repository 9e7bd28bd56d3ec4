"""Learn how surely a word is a misprint in right text (``normalizers.noisy.slips.WEIGHTS``), and print what it would do.

    python -m scripts.training.train_slips CACHE CLEAN

CACHE holds ``lm/held_out_*.txt`` and drawn pages read with Vietnamese data (``pairs/vie*.jsonl``); CLEAN is
``shared/eval/clean``. Slips are put into half of the official text; the rest of it teaches nothing, for what was read from
scans has misprints of its own. Every source is judged by weights learned from the others.
"""

from __future__ import annotations

import json
import random
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from documents.edits import Span
from normalizers.forms import TONES, nfc, old_tone_style
from normalizers.noisy.slips import Signs, find_slips

RATES = (0.008, 0.02, 0.05, 0.1, 0.16)
"""Share of words that lose a tone, text by text: between a good page of ABBYY's and a bad one."""
LINES = 25
"""Paragraphs of one text."""
_WORD = regex.compile(r"\p{L}+")


class Text(NamedTuple):
    source: str
    gold: str
    raw: str


class Case(NamedTuple):
    source: str
    signs: Signs
    right: bool


def slipped(text: str, rate: float, rng: random.Random) -> str:
    """``text`` with the tone lost from some words, mostly where it stands over a circumflex, a breve or a horn."""

    def lose(match: regex.Match[str]) -> str:
        letters = unicodedata.normalize("NFD", match.group())
        at = next((i for i, c in enumerate(letters) if c in TONES), None)
        if at is None or rng.random() >= rate:
            return str(match.group())
        stacked = any(c in "\u0302\u0306\u031b" for c in letters)
        return nfc(letters[:at] + letters[at + 1 :]) if stacked or rng.random() < 0.4 else str(match.group())

    return str(_WORD.sub(lose, text))


def texts(cache: Path, clean: Path) -> Iterator[Text]:
    rng = random.Random(5)
    for file in sorted((cache / "lm").glob("held_out_*.txt")):
        source = file.stem.removeprefix("held_out_")
        lines = [old_tone_style(line) for line in file.read_text(encoding="utf-8").splitlines() if len(line) > 20]
        for number, at in enumerate(range(0, len(lines), LINES)):
            gold = "\n".join(lines[at : at + LINES])
            if number % 2 and source != "encyclopedia":
                yield Text(source, gold, slipped(gold, rng.choice(RATES), rng))
            elif source not in ("official", "provincial"):
                yield Text(source, gold, gold)
    for file in sorted(clean.glob("*.txt")):
        gold = old_tone_style(file.read_text(encoding="utf-8"))
        yield Text(file.stem, gold, gold)
    for file in sorted((cache / "pairs").glob("vie*.jsonl")):
        by_page: dict[int, list[tuple[str, str]]] = {}
        for record in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            pair = tuple(old_tone_style(nfc(record[key])) for key in ("gold", "raw"))
            if len(_WORD.findall(pair[0])) == len(_WORD.findall(pair[1])):
                by_page.setdefault(record["page"], []).append((pair[0], pair[1]))
        for page, pairs in by_page.items():
            yield Text(f"{file.stem}.{page % 3}", *("\n".join(side) for side in zip(*pairs, strict=True)))


def cases(text: Text) -> Iterator[Case]:
    starts = [match.start() for match in _WORD.finditer(text.raw)]
    gold = _WORD.findall(text.gold)
    for slip in find_slips(text.raw, [Span(0, len(text.raw))]):
        yield Case(text.source, slip.signs, gold[bisect_right(starts, slip.start) - 1].lower() == slip.word)


def fit(
    signs: NDArray[np.float64], right: NDArray[np.float64], *, shares: NDArray[np.float64] | None = None, pull: float = 1.0
) -> NDArray[np.float64]:
    """Logistic regression by Newton's method, with a pull towards zero; ``shares`` weigh the cases."""
    share = np.ones(len(right)) if shares is None else shares
    weights = np.zeros(signs.shape[1])
    for _ in range(60):
        guess = 1 / (1 + np.exp(-signs @ weights))
        hessian = (signs * (share * guess * (1 - guess))[:, None]).T @ signs + pull * np.eye(len(weights))
        weights = weights + np.linalg.solve(hessian, signs.T @ (share * (right - guess)) - pull * weights)
    return weights


def main() -> None:
    found = [case for text in texts(Path(sys.argv[1]), Path(sys.argv[2])) for case in cases(text)]
    signs, right = np.array([case.signs for case in found]), np.array([float(case.right) for case in found])
    print("WEIGHTS =", tuple(float(w) for w in fit(signs, right).round(3)))
    guess = np.zeros(len(found))
    for source in {case.source for case in found}:
        own = np.array([case.source == source for case in found])
        guess[own] = 1 / (1 + np.exp(-signs[own] @ fit(signs[~own], right[~own])))
    for low, high in ((0.3, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.99), (0.99, 1.01)):
        inside = (guess >= low) & (guess < high)
        print(
            f"{low:.2f} – {min(high, 1):.2f}: {inside.sum()} of {guess[inside].mean():.3f}, right {right[inside].mean():.3f}"
        )


if __name__ == "__main__":
    main()
