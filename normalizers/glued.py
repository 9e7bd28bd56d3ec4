"""Capitals printed without blanks ("TINHDONGNAI", "TOAANNHAN"): letterheads are set tight, and engines lose the gaps.

The lattice reads two glued syllables; three and more are cut here, before it, into the likeliest syllables without marks.
"""

from __future__ import annotations

import math

import regex

from documents.edits import Edit
from normalizers.forms import strip_marks
from normalizers.noisy.evidence import bare_probability, english

_CAPITALS = regex.compile(r"(?<![\p{L}\p{N}&/-])\p{Lu}{7,}(?![\p{L}\p{N}&/-])")

LEAST = 3
"""Syllables of such a word."""

LONGEST = 7
"""Letters of the longest syllable, "nghiêng"."""

RARE, SHORT = -7.0, 2.5
"""Mean log probability of the syllables, marks aside, and mean number of their letters, below which a word is a name or a
foreign word. Headings have -5.7 to -6.9 and 2.5 to 4 ("DOCLAPTUDO"); "COMECON" and "VINASAT" come apart into shorter ones,
"PETROVIETNAM" into rarer ones. Of 34 words that come apart in the corpora four are left, three of them rightly."""


def glued_edits(text: str) -> list[Edit]:
    """Blanks put between the syllables of glued capitals.

    >>> [e.after for e in glued_edits("TOAANNHAN DAN TINHDONGNAI, UYBANNHANDAN, TECHCOMBANK, COMECON")]
    ['TOA AN NHAN', 'TINH DONG NAI', 'UY BAN NHAN DAN']
    """
    edits: list[Edit] = []
    for match in _CAPITALS.finditer(text):
        word = match.group()
        syllables = _syllables(strip_marks(word.lower()))
        if len(syllables) >= LEAST and word.lower() not in english():
            parts, at = [], 0
            for syllable in syllables:
                parts.append(word[at : at + len(syllable)])
                at += len(syllable)
            edits.append(Edit(match.start(), match.end(), word, " ".join(parts), "glued", 0.95))
    return edits


def _syllables(letters: str) -> list[str]:
    """The likeliest syllables that letters without marks are made of; none where there are none, or only rare ones."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(letters) + 1):
        ways = [
            (best[start][0] + math.log(p), start)
            for start in range(max(0, end - LONGEST), end)
            if (p := bare_probability(letters[start:end])) > 0
        ]
        best.append(max(ways, default=(-math.inf, 0)))
    found: list[str] = []
    end = len(letters)
    while end > 0 and best[end][0] > -math.inf:
        found.append(letters[best[end][1] : end])
        end = best[end][1]
    return found[::-1] if found and best[-1][0] > RARE * len(found) and len(letters) >= SHORT * len(found) else []
