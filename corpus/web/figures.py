"""Facts in a line for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import regex

from corpus.web.words import Words

_SIGNS = {">=": "≥", "<=": "≤", "=": "", "~": "≈", "decrease": "↓", "increase": "↑"}


def figure(fact: Mapping[str, Any], words: Words) -> str:
    """The quantity of a target or result.

    >>> figure({"comparator": "decrease>=", "value": 20.5, "value_max": None, "of": None, "unit": "%"}, Words("vi"))
    '↓ ≥ 20,5 %'
    """
    change = next((word for word in ("decrease", "increase") if str(fact["comparator"]).startswith(word)), "")
    rest = str(fact["comparator"]).removeprefix(change)
    value = words.number(fact["value"])
    value += f"–{words.number(fact['value_max'])}" if fact["value_max"] is not None else ""
    value += f"/{words.number(fact['of'])}" if fact["of"] is not None else ""
    return " ".join(part for part in (_SIGNS.get(change, ""), _SIGNS.get(rest, rest), value, fact["unit"]) if part)


_IN_FIGURES = regex.compile(r"[\d/;PYMWDQ-]+")


def time_text(iso: str, words: Words) -> str:
    """A time of a target or deadline; what is no ISO time stays as it is printed.

    >>> time_text("2023/2025;P1Y", Words("vi")), time_text("FREQ=YEARLY;MONTH=12;DAY=5", Words("en"))
    ('2023 – 2025, hằng năm', 'yearly (5/12)')
    >>> time_text("2020-01/2020-06", Words("vi")), time_text("2023-04-01", Words("vi"))
    ('1/2020 – 6/2020', '1/4/2023')
    """
    if "FREQ=" in iso:
        return ", ".join(_regularity(rule, words) for rule in iso.split("|"))
    if not _IN_FIGURES.fullmatch(iso):
        return iso
    span, _, period = iso.partition(";")
    parts = [_span(part, words) for part in (span, period) if part]
    return ", ".join(parts)


def _span(part: str, words: Words) -> str:
    return words["each_" + part] if part in PERIODS else " – ".join(words.day(end) for end in part.split("/"))


PERIODS = ("P1Y", "P6M", "P3M", "P1M", "P1W", "P1D")


def _regularity(rule: str, words: Words) -> str:
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    day = "/".join(parts[name] for name in ("DAY", "MONTH") if name in parts)
    return f"{words.get('each_' + parts.get('FREQ', rule))}{f' ({day})' if day else ''}"


def fact_summary(kind: str, fact: Mapping[str, Any], words: Words) -> str:
    """What the parsed values of a fact say."""
    if kind == "targets":
        parts = [figure(fact, words), fact["indicator"], fact["scope"], time_text(fact["due"] or "", words)]
    elif kind == "deadlines":
        relation = "" if fact["relation"] == "every" else words.get("rel_" + fact["relation"])
        parts = [f"{relation} {time_text(fact['iso'], words)}".strip(), fact["obligation"], ", ".join(fact["responsible"])]
    elif kind == "assignments":
        parts = [f"{fact['unit']} ({words.get(fact['role'])})", fact["task"], fact["output"], fact["time"]]
    else:
        parts = [fact["number"], fact["type"], fact["issuer"], words.day(fact["date"])]
    return " · ".join(str(part) for part in parts if part)
