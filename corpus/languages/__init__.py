"""All that people are told, in English and Vietnamese: one catalogue, ``catalogue.tsv``.

A row is a room (``web``, ``report``, ``report_value``: what stands in a report's columns, ``command``), a name, and the two
sentences. Sentences of the command line have no name: they stand in English where they are said. Names in braces stand for
what changes, and are the same on both sides.
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
