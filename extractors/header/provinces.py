"""Names of provinces in header lines."""

from __future__ import annotations

from functools import cache

import regex

from normalizers.forms import fold
from normalizers.lexicon import gazetteer


@cache
def provinces() -> dict[str, str]:
    """Names of provinces by folded name or alias, those of all times."""
    found: dict[str, str] = {}
    for unit in gazetteer.units(gazetteer.Level.PROVINCE):
        for name in (unit.name, *unit.aliases):
            if len(name) > 3:
                found.setdefault(fold(name), unit.name)
    return found


@cache
def province_pattern() -> regex.Pattern[str]:
    names = sorted(
        (regex.escape(n, literal_spaces=True).replace(r" \- ", r"\s?[-–]\s?") for n in provinces()), key=len, reverse=True
    )
    return regex.compile(rf"(?<!\p{{L}})(?P<level>tinh|thanh pho|tp\.?)\s*(?P<name>{'|'.join(names)})(?!\p{{L}})")


_DASH = regex.compile(r"\s*-\s*")


def province_named(match: regex.Match[str]) -> str:
    """The province of a match of ``province_pattern``."""
    printed = match["name"].replace("–", "-")
    return provinces().get(printed) or provinces()[_DASH.sub(" - ", printed)]
