"""Learn how often each word of the language model begins with a capital inside a sentence: names do, and little else.

    python -m scripts.training.train_case --shared ../shared

Counts the texts of ``shared/corpus`` and, once each, the words of the gazetteer. Writes ``normalizers/model/case.tsv``.
"""

from __future__ import annotations

import argparse
import lzma
from collections import Counter
from itertools import islice
from pathlib import Path

import regex

from normalizers.forms import old_tone_style
from normalizers.lexicon.gazetteer import units
from normalizers.noisy.model_files import FOLDER, language_model

SOURCES = ("official", "provincial", "policy_news", "encyclopedia")
MOST = 30_000
"""Lines of each source: a hundred times the vocabulary in words."""

SEEN, COMMON = 5, 0.02
"""Words seen less often, and words that are less often capital, are not written: they count as ``case.SMALL``."""

_INSIDE = regex.compile(r"(?<=[\p{Ll},] )\p{L}+")
"""A word after a small letter or a comma: not at the beginning of a sentence, nor in a heading in capitals."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    shared: Path = parser.parse_args().shared
    capital: Counter[str] = Counter()
    total: Counter[str] = Counter()

    def count(word: str) -> None:
        small = old_tone_style(word.lower())
        total[small] += 1
        capital[small] += word[0].isupper()

    for source in SOURCES:
        with lzma.open(shared / "corpus" / f"{source}.txt.xz", "rt", encoding="utf-8") as text:
            for line in islice(text, MOST):
                for word in _INSIDE.findall(line):
                    if len(word) == 1 or not word.isupper():
                        count(word)
    for unit in units():
        for word in unit.name.split():
            count(word)
    known = language_model().number
    shares = {word: capital[word] / n for word, n in total.items() if n >= SEEN and word in known}
    rows = [f"{word}\t{share:.3f}" for word, share in sorted(shares.items()) if share >= COMMON]
    (FOLDER / "case.tsv").write_text("word\tcapital\n" + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
