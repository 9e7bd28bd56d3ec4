"""What the command line says in Vietnamese: help, advice and errors, from the catalogue of ``corpus.languages``.

Rooms raise errors in English and know nothing of languages; here the sentence is found again by its form. ``{sentence}``
stands for a part that is a sentence of the catalogue itself.
"""

from __future__ import annotations

from functools import cache

import regex

from corpus.languages import catalogue

_NAME = regex.compile(r"\{(\w+)\}")
# What click adds behind the help of an option.
_ADDED = regex.compile(r"(?P<text>.*?)(?P<added>\s+\[[^\[\]]*\])$", regex.DOTALL)
_ADDED_WORDS = (("default: ", "mặc định: "), ("required", "bắt buộc"), ("env var: ", "biến môi trường: "))


def said_in_vietnamese(text: str) -> str:
    """``text`` in Vietnamese where the catalogue has it, else as it is.

    >>> said_in_vietnamese("Print JSON."), said_in_vietnamese("Worker processes.  [default: 2; x>=1]")
    ('In dạng JSON.', 'Số tiến trình làm việc.  [mặc định: 2; x>=1]')
    >>> said_in_vietnamese("Invalid value for '--jobs': 'x' is not a valid integer range.")
    "giá trị không hợp lệ cho '--jobs': 'x' không phải số nguyên"
    """
    if text in catalogue("command"):
        return catalogue("command")[text].vietnamese
    if added := _ADDED.fullmatch(text):
        rest = added["added"]
        for english, vietnamese in _ADDED_WORDS:
            rest = rest.replace(english, vietnamese)
        return said_in_vietnamese(added["text"]) + rest
    for form, vietnamese in _forms():
        if match := form.fullmatch(text):
            parts = match.groupdict()
            if "sentence" in parts:
                parts["sentence"] = said_in_vietnamese(parts["sentence"])
            return vietnamese.format(**parts)
    return text


@cache
def _forms() -> tuple[tuple[regex.Pattern[str], str], ...]:
    """Sentences with names in them, as patterns: those that begin with words of their own first, then the longest."""
    named = [english for english in catalogue("command") if _NAME.search(english)]
    named.sort(key=lambda english: (english.startswith("{"), -len(_NAME.sub("", english))))
    return tuple((_form(english), catalogue("command")[english].vietnamese) for english in named)


def _form(english: str) -> regex.Pattern[str]:
    pieces = _NAME.split(english)  # text, name, text, name, …
    parts = [
        f"(?P<{piece}>.+?)" if i % 2 else regex.escape(piece, special_only=True, literal_spaces=True)
        for i, piece in enumerate(pieces)
    ]
    return regex.compile("".join(parts), regex.DOTALL)
