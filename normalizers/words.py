"""The words that language model, channel and decoder speak of.

A *word* here is a lower-case Vietnamese syllable ("âm tiết") in NFC and old tone style, an abbreviation or a foreign
word in lower case, or ``NUMBER`` for every run of digits. Punctuation is not a word: OCR loses and invents it too easily
to be a context worth having.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from normalizers.forms import old_tone_style

START, UNKNOWN, NUMBER = "<s>", "<unk>", "<num>"
CLASSES = (START, UNKNOWN, NUMBER)
"""The classes with the word numbers 0, 1, 2: paragraph start, any word outside the vocabulary, any number."""

_TOKEN = regex.compile(r"\d+(?:[.,/:]\d+)*|[^\W\d_]+")


@lru_cache(maxsize=1 << 14)  # the words of a few pages: they come again and again while their lines are weighed
def word_of(token: str) -> str:
    """The word that a token of clean text counts as.

    >>> word_of("Hoá"), word_of("2020")
    ('hóa', '<num>')
    """
    return NUMBER if token[0].isdigit() else old_tone_style(token.lower())


def words_of(text: str) -> list[str]:
    """All words of a clean text.

    >>> words_of("Ngày 5/6/2020, UBND tỉnh")
    ['ngày', '<num>', 'ubnd', 'tỉnh']
    """
    return [word_of(token) for token in _TOKEN.findall(text)]
