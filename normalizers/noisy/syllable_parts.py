"""A syllable as the channel sees it: onset, vowels with their tone, coda."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

_PLAIN_VOWELS = "aăâeêioôơuưy"
VOWELS = "".join(
    unicodedata.normalize("NFC", v + tone)
    for v in _PLAIN_VOWELS
    for tone in ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
)
"""The 72 vowel letters."""

CONSONANTS = "bcdđghklmnpqrstvxfjwz"
OPEN, CLOSE = "^", "$"
"""The edges of a word, which can print specks of their own; they count as letters of the channel."""

LETTERS = VOWELS + CONSONANTS + OPEN + CLOSE

_PARTS = regex.compile(
    rf"(ngh|ng|nh|ch|gh|gi(?=[{VOWELS}])|kh|ph|qu(?=[{VOWELS}])|th|tr|[bcdđghklmnpqrstvxfjwz])?([{VOWELS}]{{1,3}})(ng|nh|ch|[cmnpt])?"
)


@lru_cache(maxsize=1 << 16)
def parts_of(word: str) -> tuple[str, str, str] | None:
    """Onset, vowels and coda of a lower-case word with their edges; ``None`` for what has not the form of a syllable.

    >>> parts_of("thường"), parts_of("quý"), parts_of("ý"), parts_of("ubnd")
    (('^th', 'ườ', 'ng$'), ('^qu', 'ý', '$'), ('^', 'ý', '$'), None)
    """
    match = _PARTS.fullmatch(word)
    if match is None:
        return None
    return OPEN + (match[1] or ""), match[2], (match[3] or "") + CLOSE


@lru_cache(maxsize=4096)
def without_tone(text: str) -> str:
    """The letters with their own marks but without tone.

    >>> without_tone("ường"), without_tone("ậ")
    ('ương', 'â')
    """
    return unicodedata.normalize(
        "NFC", "".join(c for c in unicodedata.normalize("NFD", text) if c not in "\u0300\u0301\u0303\u0309\u0323")
    )
