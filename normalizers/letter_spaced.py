"""Headings set with a space after every letter ("Q U Y Ế T   Đ Ị N H"), as typists and layout programs emphasise them."""

from __future__ import annotations

from itertools import pairwise
from math import inf

import regex

from documents.edits import Edit
from normalizers.forms import nfc, old_tone_style
from normalizers.noisy.model_files import language_model
from normalizers.syllables import is_syllable

_RUN = regex.compile(r"(?<![^\s\p{P}])\p{L}\p{M}*(?:[ \u00a0]{1,6}\p{L}\p{M}*(?![\p{L}\p{M}]))++(?![^\s\p{P}])")
"""Single letters, one to six spaces apart. What is wider apart are columns."""

_PART_OF_RUN = regex.compile(r"[ \u00a0][^\W\d_][ \u00a0]{1,6}[^\W\d_](?![^\W\d_])")
"""What every run of four letters holds: looked for first, for it is found missing in a tenth of the time."""

LEAST = 4
"""Letters of such a heading at least: "T Ự  D O". Fewer are the heads of columns and the answers of a form."""

LONGEST = 7
"""Letters of the longest syllable, "nghiêng"."""

UNKNOWN = -16.0
"""Natural log that a well-formed syllable outside the vocabulary counts: less than one in a million."""


def letter_spaced_edits(text: str) -> list[Edit]:
    """The words of such headings in one piece, where all their letters make Vietnamese syllables of two letters or more.

    Wider gaps part words where there are any; else the likeliest syllables do.

    >>> [e.after for e in letter_spaced_edits("Q U Y Ế T  Đ Ị N H, T H Ô N G B Á O, A B C D E, I V")]
    ['QUYẾT ĐỊNH', 'THÔNG BÁO']
    """
    edits: list[Edit] = []
    if not _PART_OF_RUN.search(text):
        return edits
    for match in _RUN.finditer(text):
        words = _words(match.group())
        if words:
            edits.append(Edit(match.start(), match.end(), match.group(), " ".join(words), "letter_spaced", 0.98))
    return edits


_WIDE_SPACE = regex.compile(r"[ \u00a0]{2,}")
_SPACE = regex.compile(r"\s")


def _words(run: str) -> list[str]:
    """The words of a run of single letters; empty where they make none."""
    if sum(map(str.isalpha, nfc(run))) < LEAST:
        return []
    parts = [nfc(_SPACE.sub("", part)) for part in _WIDE_SPACE.split(run)]
    words: list[str] = []
    for part in parts:
        found = [part] if _logp(part) > UNKNOWN and len(part) > 1 else _syllables(part)
        if not found:
            return []
        words += found
    return words


def _syllables(letters: str) -> list[str]:
    """``letters`` cut into the likeliest syllables; empty where that can't be done."""
    best = [0.0] + [-inf] * len(letters)
    begins = [0] * (len(letters) + 1)
    for end in range(2, len(letters) + 1):
        for start in range(max(0, end - LONGEST), end - 1):
            if best[start] == -inf or not is_syllable(letters[start:end]):
                continue
            logp = best[start] + _logp(letters[start:end])
            if logp > best[end]:
                best[end], begins[end] = logp, start
    if best[-1] == -inf:
        return []
    cuts = [len(letters)]
    while cuts[-1]:
        cuts.append(begins[cuts[-1]])
    return [letters[start:end] for start, end in pairwise(reversed(cuts))]


def _logp(syllable: str) -> float:
    model = language_model()
    number = model.number.get(old_tone_style(syllable).lower())
    return UNKNOWN if number is None or not is_syllable(syllable) else max(float(model.unigram_logp[number]), UNKNOWN)
