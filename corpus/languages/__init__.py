"""All that people are told, in English and Vietnamese: one catalogue, ``catalogue.tsv``.

A row is a room, a name, and the two sentences. ``web`` is the reading room, ``report`` the printed report and
``report_value`` what stands in its columns, ``message`` what the command line says. Sentences that are made in English by
others are found by their form (``corpus.languages.forms``) and have no name: ``command`` (help and errors), ``detail`` (of
what could not be read); those of the operating system (``system``) have that of their number. Names in braces stand for what
changes, and are the same on both sides.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Said(NamedTuple):
    """One thing in both languages."""

    english: str
    vietnamese: str

    def in_language(self, language: str) -> str:
        """Vietnamese for ``vi``, English for any other."""
        return self.vietnamese if language == "vi" else self.english


@cache
def catalogue(room: str) -> dict[str, Said]:
    """What a room says, by name; what has no name by its English.

    >>> catalogue("web")["page_of"]
    Said(english='Page {page} of {pages}', vietnamese='Trang {page} / {pages}')
    """
    text = (files("corpus.languages") / "catalogue.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quotechar="\0")
    return {row["name"] or row["english"]: Said(row["english"], row["vietnamese"]) for row in rows if row["room"] == room}
