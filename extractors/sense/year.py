"""The year of a document, for the days and months that name none ("trong tháng 3")."""

from __future__ import annotations

from collections import Counter

import regex

from extractors.structure.blocks import Structure, Zone
from extractors.words.dates import Time, in_year

_DATED = regex.compile(r"ngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+((?:19|20)\d\d)", regex.IGNORECASE)
_YEAR = regex.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_OPENING = 600
"""Characters of a text without a letterhead in which its own date may stand."""


def year_of(structure: Structure) -> str | None:
    """The year of the dateline, else of the first date in full near the beginning, else the one named most often."""
    if "year" not in structure.kept:
        structure.kept["year"] = _find(structure)
    year: str | None = structure.kept["year"]
    return year


def _find(structure: Structure) -> str | None:
    head = "\n".join(line for _, line in structure.lines_in(Zone.LETTERHEAD))
    for text in (head, structure.text[:_OPENING]):
        if dated := _DATED.search(text):
            return str(dated[1])
    found = Counter(_YEAR.findall(structure.text))
    return found.most_common(1)[0][0] if found else None


def with_year(time: Time, year: str | None) -> Time:
    """A day or month that names no year, in the document's own."""
    if time.iso or not (time.month or time.day) or time.type == "recurring" or year is None:
        return time
    return in_year(time, year)
