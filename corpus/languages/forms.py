"""Finds the Vietnamese of a sentence that was made in English: help, advice, errors, details of what could not be read.

Rooms raise errors in English and know nothing of languages; here the sentence is found again by its form. What stands for
``{sentence}``, ``{detail}`` or ``{why}`` is a sentence of the catalogue itself, where it has it.
"""

from __future__ import annotations

from functools import cache

import regex

from corpus.languages import catalogue

_NAME = regex.compile(r"\{(\w+)\}")
# What click adds behind the help of an option.
_ADDED = regex.compile(r"(?P<text>.*?)(?P<added>\s+\[[^\[\]]*\])$", regex.DOTALL)
_ADDED_WORDS = (("default: ", "mặc định: "), ("required", "bắt buộc"), ("env var: ", "biến môi trường: "))


_SENTENCES = frozenset({"sentence", "detail", "why"})


@cache
def _sentences() -> dict[str, str]:
    """English to Vietnamese, of all rooms whose sentences are made elsewhere."""
    return {said.english: said.vietnamese for room in ("command", "detail", "system") for said in catalogue(room).values()}


def said_in_vietnamese(text: str) -> str:
    """``text`` in Vietnamese where the catalogue has it, else as it is.

    >>> said_in_vietnamese("Print JSON."), said_in_vietnamese("Worker processes.  [default: 2; x>=1]")
    ('In dạng JSON.', 'Số tiến trình làm việc.  [mặc định: 2; x>=1]')
    >>> said_in_vietnamese("Invalid value for '--jobs': 'x' is not a valid integer range.")
    "giá trị không hợp lệ cho '--jobs': 'x' không phải số nguyên"
    """
    if text in _sentences():
        return _sentences()[text]
    if added := _ADDED.fullmatch(text):
        rest = added["added"]
        for english, vietnamese in _ADDED_WORDS:
            rest = rest.replace(english, vietnamese)
        return said_in_vietnamese(added["text"]) + rest
    for form, vietnamese in _forms():
        if match := form.fullmatch(text):
            parts = match.groupdict()
            for name in _SENTENCES & parts.keys():
                parts[name] = said_in_vietnamese(parts[name])
            return vietnamese.format(**parts)
    return text


@cache
def _forms() -> tuple[tuple[regex.Pattern[str], str], ...]:
    """Sentences with names in them, as patterns: those that begin with words of their own first, then the longest."""
    named = [english for english in _sentences() if _NAME.search(english)]
    named.sort(key=lambda english: (english.startswith("{"), -len(_NAME.sub("", english))))
    return tuple((_form(english), _sentences()[english]) for english in named)


def _form(english: str) -> regex.Pattern[str]:
    pieces = _NAME.split(english)  # text, name, text, name, …
    parts = [
        f"(?P<{piece}>.+?)" if i % 2 else regex.escape(piece, special_only=True, literal_spaces=True)
        for i, piece in enumerate(pieces)
    ]
    return regex.compile("".join(parts), regex.DOTALL)
