"""What people type into fields, read as people here write it: 17,45 %; 162.056.800; 30/3/2021."""

from __future__ import annotations

from datetime import date

import regex

_THOUSANDS = regex.compile(r"[+-]?\d{1,3}(?:([.\u00a0 ])\d{3})(?:\1\d{3})*(?:,\d+)?")
_COMMAS = regex.compile(r"[+-]?\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?")
_DECIMAL = regex.compile(r"[+-]?\d+(?:[.,]\d+)?")
LONGEST_NUMBER = 40
"""Characters: beyond 15 digits a stored number is rounded anyway, and a target with 20 digits is a slip of the finger."""

_DAY = regex.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})", regex.ASCII)
_MONTH = regex.compile(r"(\d{1,2})\s*[/.-]\s*(\d{4})", regex.ASCII)
_ISO = regex.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", regex.ASCII)
_SPOKEN = regex.compile(r"(?:ngày\s+(\d{1,2})\s+)?(?:tháng\s+(\d{1,2})\s+)?năm\s+(\d{4})", regex.ASCII | regex.IGNORECASE)


class NotTyped(ValueError):
    """What was typed is no number or no date; the message is what was typed."""


_GROUPING = regex.compile(r"[.\u00a0 ]")


def number_of(typed: str) -> float:
    """A number as it is written here: a point parts thousands, a comma decimals; a percent sign at the end is left out.

    A point that can't part thousands is a decimal point ("17.45"). Raises ``NotTyped``.

    >>> [number_of(typed) for typed in ("17,45 %", "162.056.800", "1.000", "17.45", "1,000,000", "-3,5")]
    [17.45, 162056800.0, 1000.0, 17.45, 1000000.0, -3.5]
    """
    text = typed.strip().removesuffix("%").strip()
    if len(text) <= LONGEST_NUMBER:
        if _COMMAS.fullmatch(text):
            return float(text.replace(",", ""))
        if _THOUSANDS.fullmatch(text):
            return float(_GROUPING.sub("", text).replace(",", "."))
        if text.isascii() and _DECIMAL.fullmatch(text):
            return float(text.replace(",", "."))
    raise NotTyped(typed)


def day_of(typed: str) -> str:
    """A day, month or year in ISO 8601 from the ways in which it is typed here. Raises ``NotTyped``.

    >>> [day_of(typed) for typed in ("30/3/2021", "3/2021", "2021", "2021-03-30", "ngày 5 tháng 12 năm 2020")]
    ['2021-03-30', '2021-03', '2021', '2021-03-30', '2020-12-05']
    """
    text = " ".join(typed.split())
    if found := _DAY.fullmatch(text):
        return _iso(typed, found[3], found[2], found[1])
    if found := _MONTH.fullmatch(text):
        return _iso(typed, found[2], found[1], None)
    if found := _ISO.fullmatch(text):
        return _iso(typed, found[1], found[2], found[3])
    if found := _SPOKEN.fullmatch(text):
        return _iso(typed, found[3], found[2], found[1])
    raise NotTyped(typed)


def _iso(typed: str, year: str, month: str | None, day: str | None) -> str:
    try:
        made = date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise NotTyped(typed) from error
    return made.isoformat()[: 4 if month is None else 7 if day is None else 10]


def day_typed(iso: str) -> str:
    """A stored day, month or year as people here write it; what is none of these stays as it is.

    >>> day_typed("2021-03-30"), day_typed("2021-03"), day_typed("2021"), day_typed("2021/2025")
    ('30/3/2021', '3/2021', '2021', '2021/2025')
    """
    found = _ISO.fullmatch(iso)
    if not found:
        return iso
    return "/".join(str(int(part)) for part in reversed(found.groups()) if part)
