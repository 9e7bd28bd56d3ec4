"""Says the sentences of the catalogue in the language of a call. Identifiers and data stay as they are."""

from __future__ import annotations

import locale
import os

from corpus.languages import catalogue
from corpus.languages.forms import said_in_vietnamese

_SENTENCES = frozenset({"detail", "why"})
"""Names of values that were said in English by the rooms below, or by the operating system."""


class Speaker:
    """Says sentences in one language.

    >>> Speaker("vi").say("nothing_found")
    'không tìm thấy'
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, sentence: str, **values: object) -> str:
        told = {name: self.translated(str(value)) if name in _SENTENCES else value for name, value in values.items()}
        return catalogue("message")[sentence].in_language(self.language).format(**told)

    def translated(self, sentence: str) -> str:
        """A sentence that was made in English, such as that of an error, in this language."""
        return said_in_vietnamese(sentence) if self.language == "vi" else sentence


def default_language() -> str:
    """``vi`` where the locale is Vietnamese, else ``en``."""
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "vi" if name.lower().startswith("vi") else "en"
