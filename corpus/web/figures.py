"""Facts in a line for a person."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import regex

from corpus.web.words import Words

_SIGNS = {">=": "≥", "<=": "≤", "=": "", "~": "≈", "decrease": "↓", "increase": "↑"}


def plain_number(value: float) -> str:
    """All digits, no exponent.

    >>> plain_number(1234567.0), plain_number(93.4), plain_number(1e-05)
    ('1234567', '93.4', '0.00001')
    """
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def figure(fact: Mapping[str, Any]) -> str:
    """The quantity of a target or result.

    >>> figure({"comparator": "decrease>=", "value": 20.0, "value_max": None, "of": None, "unit": "%"})
    '↓ ≥ 20 %'
    """
    change = next((word for word in ("decrease", "increase") if str(fact["comparator"]).startswith(word)), "")
    rest = str(fact["comparator"]).removeprefix(change)
    value = plain_number(fact["value"])
    value += f"–{plain_number(fact['value_max'])}" if fact["value_max"] is not None else ""
    value += f"/{plain_number(fact['of'])}" if fact["of"] is not None else ""
    return " ".join(part for part in (_SIGNS.get(change, ""), _SIGNS.get(rest, rest), value, fact["unit"]) if part)


def time_text(iso: str, words: Words) -> str:
    """A time of a target or deadline; what is no ISO time stays as it is printed.

    >>> time_text("2023/2025;P1Y", Words("vi")), time_text("FREQ=YEARLY;MONTH=12;DAY=5", Words("en"))
    ('2023 – 2025, hằng năm', 'yearly (5/12)')
    """
    if "FREQ=" in iso:
        return ", ".join(_regularity(rule, words) for rule in iso.split("|"))
    span, _, period = iso.partition(";")
    parts = [words["each_" + part] if part in PERIODS else part.replace("/", " – ") for part in (span, period) if part]
    return ", ".join(parts) if regex.fullmatch(r"[\d/;PYMWQ-]+", iso) else iso


PERIODS = ("P1Y", "P6M", "P3M", "P1M", "P1W", "P1D")


def _regularity(rule: str, words: Words) -> str:
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    day = "/".join(parts[name] for name in ("DAY", "MONTH") if name in parts)
    return f"{words.get('each_' + parts.get('FREQ', rule))}{f' ({day})' if day else ''}"


def fact_summary(kind: str, fact: Mapping[str, Any], words: Words) -> str:
    """What the parsed values of a fact say."""
    if kind == "targets":
        parts = [figure(fact), fact["indicator"], fact["scope"], time_text(fact["due"] or "", words)]
    elif kind == "deadlines":
        relation = "" if fact["relation"] == "every" else words.get("rel_" + fact["relation"])
        parts = [f"{relation} {time_text(fact['iso'], words)}".strip(), fact["obligation"], ", ".join(fact["responsible"])]
    elif kind == "assignments":
        parts = [f"{fact['unit']} ({words.get(fact['role'])})", fact["task"], fact["output"], fact["time"]]
    else:
        parts = [fact["number"], fact["type"], fact["issuer"], fact["date"]]
    return " · ".join(str(part) for part in parts if part)
