"""The channel's counts as a table anybody can read: profile, L(etter) or P(art), true, printed, count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from normalizers.noisy.channel import GroupCounts, LetterChannel, PartChannel, letter_channels
from normalizers.noisy.syllable_parts import LETTERS

LEAST = 0.3
"""Counts below this are left out of the file: EM leaves a dust of them."""


@dataclass(slots=True)
class ChannelCounts:
    """``letters[true][printed]`` and ``parts[true][printed]`` of one profile."""

    letters: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    parts: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))


def write(counts: dict[str, ChannelCounts], file: Path) -> None:
    lines = []
    for profile, both in sorted(counts.items()):
        for kind, table in (("L", both.letters), ("P", both.parts)):
            for true, printed in sorted(table.items()):
                lines += [f"{profile}\t{kind}\t{true}\t{text}\t{n:.4g}" for text, n in sorted(printed.items()) if n >= LEAST]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read(file: Path) -> dict[str, ChannelCounts]:
    counts: dict[str, ChannelCounts] = defaultdict(ChannelCounts)
    for line in file.read_text(encoding="utf-8").split("\n"):
        if line:
            profile, kind, true, text, n = line.split("\t")
            table = counts[profile].letters if kind == "L" else counts[profile].parts
            table[true][text] = float(n)
    return dict(counts)


def letters_of(counts: dict[str, ChannelCounts]) -> dict[str, LetterChannel]:
    """The smoothed letter channel of every profile."""
    sparse = {}
    for profile, both in counts.items():
        groups: dict[str, int] = {}
        entries = [
            (LETTERS.index(letter), groups.setdefault(text, len(groups)), n)
            for letter, printed in both.letters.items()
            if letter in LETTERS
            for text, n in printed.items()
        ]
        letters, texts, numbers = (np.array(x) for x in zip(*entries, strict=True)) if entries else (np.zeros(0),) * 3
        sparse[profile] = GroupCounts(
            tuple(groups), letters.astype(np.int64), texts.astype(np.int64), numbers.astype(np.float32)
        )
    return letter_channels(sparse)


def part_channel(
    parts: tuple[str, ...],
    letters: LetterChannel,
    tables: Sequence[tuple[dict[str, dict[str, float]], float]],
    strength: float,
) -> PartChannel:
    """P(printed | part) from the counts of one profile, or of several for a mixture, each with its weight."""
    index = {p: i for i, p in enumerate(parts)}
    seen: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    totals = np.zeros(len(parts), np.float32)
    for table, weight in tables:
        for part, printed in table.items():
            at = index.get(part)
            if at is not None:
                for text, n in printed.items():
                    seen[text][at] += n * weight
                    totals[at] += n * weight
    arrays = {t: (np.array(list(d), np.int64), np.array(list(d.values()), np.float32)) for t, d in seen.items()}
    return PartChannel(parts, letters, arrays, totals, strength)
