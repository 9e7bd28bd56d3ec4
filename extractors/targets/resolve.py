"""Kind and due of a value."""

from __future__ import annotations

import regex

from extractors.sense.aspect import default_kind, is_in_title, kind_spoken_before
from extractors.sense.reading import Reading, Readings
from extractors.structure.blocks import Structure
from extractors.targets.clauses import ValueClause
from extractors.words.dates import Time

_CONDITION = regex.compile(r"^(?:đối với|trường hợp|nếu|khi|những|các trường hợp)(?!\w)", regex.IGNORECASE)
_CONSEQUENCE = regex.compile(r"(?<!\w)(?:gửi|phải|thì|được|không|bị|có trách nhiệm|báo cáo)(?!\w)")
_LIMITS = (">", ">=", "<", "<=")
_THRESHOLD = regex.compile(
    r"[^,;.]*(?:\s(?=thì)|,\s*)(?:thì|phải|được|không được|bị|khai báo|đăng ký|nộp|xin phép|lập|do|có trách nhiệm)(?!\w)"
)
_AIM = regex.compile(
    r"(?<!\w)(?:đạt|phấn đấu|bảo đảm|đảm bảo|tối thiểu|ít nhất|tối đa|không quá|tỷ lệ|giảm|tăng)(?!\w)", regex.IGNORECASE
)
"""A limit with a duty behind it triggers a rule ("Nuôi từ 1.000 con trở lên, khai báo với …"), unless it is aimed at."""

_COMPARISON = regex.compile(
    r"(?:so với|cùng kỳ(?: năm trước)?(?: là)?|năm (?:trước"
    r"|ngoái)(?: là)?)\s*\(?\s*$",
    regex.IGNORECASE,
)
_CLASS_RANGE = regex.compile(r"(?:đến|tới)\s+dưới", regex.IGNORECASE)  # "từ 70% đến dưới 100%" defines a class
_PLANNED = regex.compile(
    r"(?:kế hoạch|chỉ tiêu|mục tiêu)(?:\s+(?:đề ra|giao|năm|của năm))?(?:\s+là"
    r"|:)?\s*$"
    r"|(?<!\w)(?:kế hoạch|chỉ tiêu|dự toán)(?:\s+vốn)?(?:\s+năm\s+\d{4})?(?:\s+được)?\s+giao\s*$",
    regex.IGNORECASE,
)


_SIZE = regex.compile(r"^[\s,]*(?:tổng\s+)?(?:vốn|mức)\s+đầu\s+tư[\s:]*$", regex.IGNORECASE)
"""The size of a thing in parentheses behind its name: "Bệnh viện Lao (Tổng vốn đầu tư 329,134 tỷ đồng)"."""


_MET = regex.compile(
    r"[^,;.]{0,40},?\s*đạt (?:\d[\d.,]*\s?% )?(?:chỉ tiêu|kế hoạch|mục tiêu)(?! đề ra là)", regex.IGNORECASE
)
"""A value that a report says to meet the plan was reached: "26.060 người, đạt chỉ tiêu kế hoạch"."""


def kind_of(structure: Structure, reading: Reading, clause: ValueClause) -> str:
    """Whether a value is a ``target``, a ``result`` or a ``reference``."""
    text, quantity = reading.text, clause.quantity
    if quantity.role == "base":
        return "result"  # where a change starts from was measured once
    if clause.inside and _SIZE.search(text[clause.start : quantity.start]):
        return "reference"
    if _CLASS_RANGE.search(quantity.number.text) or _COMPARISON.search(text[max(0, quantity.start - 40) : quantity.start]):
        return "reference"
    if _CONDITION.match(text) and quantity.stated and _CONSEQUENCE.search(text, quantity.end):
        return "reference"
    if quantity.comparator in _LIMITS and _THRESHOLD.match(text, quantity.end) and not _AIM.search(text[: quantity.start]):
        return "reference"
    if _PLANNED.search(text[max(0, quantity.start - 40) : quantity.start]):
        return "target"
    default = default_kind(structure, reading.block)
    if default == "result" and _MET.match(text[quantity.end :]):
        return "result"
    if default == "target":  # a plan's "đã" speaks of a value only in the same part of the sentence
        part = min(clause.start, text.rfind(";", 0, quantity.start) + 1)
        return kind_spoken_before(text, quantity.end, default, part=part, opening=_OPENING_LENGTH)
    return kind_spoken_before(text, quantity.end, default)


_OPENING_LENGTH = 24  # characters in which a sentence says "Đến nay, …" or "Hiện nay …"


_EVERY_YEAR = regex.compile(r"\s?/\s?năm(?!\w)", regex.IGNORECASE)


def due_of(readings: Readings, reading: Reading, clause: ValueClause) -> str | None:
    """By when a value holds; a rate "/năm" holds every year of that time."""
    due = _due_of(readings, reading, clause)
    quantity = clause.quantity
    printed = reading.text[quantity.number.end : quantity.end + len("/năm ")]
    if quantity.unit.startswith("%") and _EVERY_YEAR.search(printed) and "P1Y" not in (due or ""):
        return f"{due};P1Y" if due else "P1Y"
    return due


def _due_of(readings: Readings, reading: Reading, clause: ValueClause) -> str | None:
    """By when (or for which period) a value holds: from its clause, else its sentence, else the heading or lead-in above.

    A time behind the value outweighs one in front. One in front counts when it opens the sentence or stands in the same
    part between semicolons.
    """
    text, value = reading.text, clause.quantity
    own = [t for t in reading.dated if t.due and not is_in_title(text, t)]
    own_clause = [t for t in own if clause.start <= t.start < clause.end]
    behind = [t for t in own_clause if t.start >= value.end]
    if behind:
        return behind[0].due
    if own_clause:
        return _joined(own_clause)
    part = text.rfind(";", 0, value.start) + 1
    in_front = [t for t in own if t.end <= value.start and (t.start >= part or _opens_sentence(text, t))]
    if in_front:
        return _joined(in_front[-2:])
    end = text.find(";", value.end)
    closing = [t for t in own if value.end <= t.start < (end if end >= 0 else len(text))]
    if closing:
        return closing[0].due
    return _inherited_due(readings, reading)


def _opens_sentence(text: str, time: Time) -> bool:
    return len(text[: time.start].split()) <= 3


def _joined(times: list[Time]) -> str | None:
    dues = list(dict.fromkeys(t.due for t in times if t.due))
    periods = [d for d in dues if not d.startswith("P")]
    every = [d for d in dues if d.startswith("P")]
    if periods and every:
        return f"{periods[-1]};{every[-1]}"
    return (periods or every)[-1] if dues else None


_PARALLEL = regex.compile(r"(?:Tại|Ở|Đối với|Cấp|Riêng|Trong đó|UBND)(?!\w)")
_SENTENCES_BACK = 6  # the longest row of sentences under one opening time seen has three


def _inherited_due(readings: Readings, reading: Reading) -> str | None:
    """The time of a lead-in sentence of the same block, else of the nearest heading or lead-in above.

    A sentence that goes on a row ("Tại UBND cấp xã: …") shares the time that the first of them opens with.
    """
    for before in readings.before(reading, _SENTENCES_BACK):
        opening = [t for t in before.times if t.due and _opens_sentence(before.text, t)]
        if opening and (before.text.endswith(":") or _PARALLEL.match(reading.text)):
            return _joined(opening)
    for above in reading.block.ancestors():
        if not above.is_announcing and not above.text.rstrip().endswith(":") and above.label is None:
            continue
        dues = [t for r in readings.of_block(above) for t in r.times if t.due and not is_in_title(r.text, t)]
        if dues:
            return _joined(dues)
    return None
