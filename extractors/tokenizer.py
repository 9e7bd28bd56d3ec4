"""A spaCy language for Vietnamese without a word segmenter: syllables, numbers, document codes, punctuation.

``spacy.blank("vi")`` wants pyvi, which is unmaintained. Nothing here needs words of several syllables: rules match
syllables. What matters is that offsets are exact (``doc.text`` is the input, every code point of it).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import regex
from confection import Config
from spacy.language import BaseDefaults, Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

TOKEN = regex.compile(
    r"""
      \d++ (?:/\d{4})?+ [/-] (?=\p{Lu}) [\p{Lu}\p{Ll}\d&]++ (?:[-./&] (?=[\p{L}\d]) [\p{L}\d&]++)*+  # 16/2015/NĐ-CP
    | \d++ (?:[.,/:-]\d++)*+ %?+                                                     # 1.234,5  15/7/2021  93,4%
    | \p{L}[\p{L}\p{M}]*+                                                            # a syllable
    | [ ]++ | \s                                                                     # white space other than one space
    | .                                                                              # any other mark
    """,
    regex.VERBOSE | regex.DOTALL,
)
_LONGEST = 1000
"""Longest token kept whole: spaCy hashes every token, and nothing meaningful is longer."""


def tokens(text: str) -> list[str]:
    """The text cut into tokens; joined they are the text again.

    >>> tokens("số 76/NQ-CP: 93,4%")
    ['số', ' ', '76/NQ-CP', ':', ' ', '93,4%']
    """
    found: list[str] = []
    for match in TOKEN.finditer(text):
        token = match.group()
        if len(token) <= _LONGEST:
            found.append(token)
        else:
            found += (token[i : i + _LONGEST] for i in range(0, len(token), _LONGEST))
    return found


class SyllableTokenizer:
    """Cuts a text into a ``Doc`` whose text is exactly the input."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        for token in tokens(text):
            if token == " " and words and not spaces[-1]:
                spaces[-1] = True
            else:
                words.append(token)
                spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_bytes(self, exclude: Sequence[str] = ()) -> bytes:
        """Nothing to store: the rules are code."""
        return b""

    def from_bytes(self, _data: bytes, exclude: Sequence[str] = ()) -> SyllableTokenizer:
        return self

    def to_disk(self, _path: str | Path, exclude: Sequence[str] = ()) -> None:
        """Nothing to store: the rules are code."""

    def from_disk(self, _path: str | Path, exclude: Sequence[str] = ()) -> SyllableTokenizer:
        return self


@registry.tokenizers("vanban.SyllableTokenizer.v1")  # type: ignore[untyped-decorator]
def make_tokenizer() -> Callable[[Language], SyllableTokenizer]:
    return lambda nlp: SyllableTokenizer(nlp.vocab)


class VietnameseDefaults(BaseDefaults):
    config = Config({"nlp": {"tokenizer": {"@tokenizers": "vanban.SyllableTokenizer.v1"}}})


@registry.languages("vi_vanban")
class AdministrativeVietnamese(Language):  # type: ignore[no-untyped-call]
    """Vietnamese administrative prose, without a word segmenter."""

    lang = "vi_vanban"
    Defaults = VietnameseDefaults
