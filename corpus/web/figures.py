"""Facts in a line for a person."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

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


def fact_summary(kind: str, fact: Mapping[str, Any]) -> str:
    """What the parsed values of a fact say."""
    if kind == "targets":
        parts = [figure(fact), fact["indicator"], fact["scope"], fact["due"]]
    elif kind == "deadlines":
        parts = [f"{fact['relation']} {fact['iso']}", fact["obligation"], ", ".join(fact["responsible"])]
    elif kind == "assignments":
        parts = [f"{fact['unit']} ({fact['role']})", fact["task"], fact["output"], fact["time"]]
    else:
        parts = [fact["number"], fact["type"], fact["issuer"], fact["date"]]
    return " · ".join(str(part) for part in parts if part)
