"""Learn the channel of every profile from hand-restored and drawn pairs, leaving out the documents under test."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from pathlib import Path

from normalizers.forms import strip_marks
from normalizers.noisy.channel_file import ChannelCounts
from normalizers.noisy.syllable_parts import without_tone
from normalizers.training.em import count_parts, first_guess, fit_letters, smoothed
from normalizers.training.pairs import WordPairs, word_pairs

HAND_RESTORED = {
    "000": "old_scanner",
    "001": "english_neural",
    "002": "english_neural",
    "003": "english_neural",
    "004": "old_scanner",
    "hospital_canon": "canon",
}
"""Profiles of the hand-restored documents of ``eval/restore``."""

DRAWN = {
    "eng": "english_neural",
    "eng2": "english_neural",
    "fra": "english_neural",
    "vie": "vietnamese",
    "legacy": "legacy_engine",
}
"""Profiles of the pairs made by ``draw_pairs``. Tesseract's legacy engine is a relative of older scanner engines: a profile
that no document has, which lends its counts to theirs through the pool."""

HAND_WEIGHT = 3.0
"""A real page tells more than a drawn one."""


def pairs_of(file: Path) -> WordPairs:
    """Word pairs of a JSONL file of lines, from a cache beside the drawn pairs when there is one."""
    records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return word_pairs((r["gold"], r["raw"]) for r in records if not r.get("unsure") and r["gold"].strip())


def gather(
    restore: Path, drawn: Path, leave_out: Collection[str] = (), memory: dict[Path, WordPairs] | None = None
) -> dict[str, WordPairs]:
    """Pairs by profile."""
    by_profile: dict[str, WordPairs] = {}
    memory = {} if memory is None else memory
    for name, profile in [*HAND_RESTORED.items(), *DRAWN.items()]:
        hand = name in HAND_RESTORED
        file = (restore if hand else drawn) / f"{name}.jsonl"
        if name in leave_out or not file.exists():
            continue
        if file not in memory:
            memory[file] = pairs_of(file)
        into = by_profile.setdefault(profile, Counter())
        for pair, n in memory[file].items():
            into[pair] += n * HAND_WEIGHT if hand else n  # type: ignore[assignment]
    return by_profile


def stripped_pairs(clean: WordPairs) -> WordPairs:
    """What a keyboard without marks makes of the same words."""
    pairs: WordPairs = Counter()
    for (word, _), n in clean.items():
        pairs[word, strip_marks(word)] += n
    return pairs


Fits = dict[frozenset[tuple[tuple[str, str], int]], ChannelCounts]
"""What was fitted to which pairs: leaving one document out changes the pairs of its own profile only."""


def fit(pairs: WordPairs) -> ChannelCounts:
    letters = fit_letters(pairs, first_guess, rounds=4, strength=3.0)
    counts = ChannelCounts(letters={k: dict(v) for k, v in letters.items()})
    counts.parts = {k: dict(v) for k, v in count_parts(pairs, smoothed(letters, first_guess, 3.0)).items()}
    return counts


def fit_all(
    restore: Path,
    drawn: Path,
    leave_out: Collection[str] = (),
    memory: dict[Path, WordPairs] | None = None,
    fits: Fits | None = None,
) -> dict[str, ChannelCounts]:
    """The channel of every profile, learned without the documents to leave out."""
    fits = {} if fits is None else fits
    pairs = gather(restore, drawn, leave_out, memory)
    pairs["stripped"] = stripped_pairs(pairs["english_neural"])
    if "vietnamese" in pairs:
        pairs["vietnamese"] = with_lost_tones(pairs["vietnamese"])
    counts: dict[str, ChannelCounts] = {}
    for profile, own in pairs.items():
        key = frozenset(own.items())
        if key not in fits:
            fits[key] = fit(own)
        counts[profile] = fits[key]
    return counts


TONES_LOST = 0.004
"""Share of words printed without their tone by engines with Vietnamese data other than the one drawn pages are read with
(ABBYY's layers: "sô", "đât"; docs/repair.md). A guess from two scans."""


def with_lost_tones(pairs: WordPairs) -> WordPairs:
    """The same pairs, and a few of every word without its tone."""
    more: WordPairs = Counter(pairs)
    for (word, _), n in pairs.items():
        if without_tone(word) != word:
            more[word, without_tone(word)] += n * TONES_LOST  # type: ignore[assignment]
    return more
