"""Deadlines as an iCalendar file (RFC 5545) that calendars load, the same bytes for the same deadlines.

A date, a year and a period become events of whole days (a year's deadline stands on its last day), a regularity an event
with a recurrence rule. What has no date ("ngay sau hội nghị") becomes a task without a due date, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import regex

_HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//vanban//deadlines//VI", "CALSCALE:GREGORIAN", "METHOD:PUBLISH")
_STAMP = "19700101T000000Z"
"""RFC 5545 wants a time of writing for each event. One that never changes keeps the file the same for the same facts."""

_FIRST_YEAR = 2000
"""Where a recurrence starts whose document has no date."""

_FREQUENCIES = {
    "YEARLY": "FREQ=YEARLY",
    "SEMIANNUAL": "FREQ=MONTHLY;INTERVAL=6",
    "QUARTERLY": "FREQ=MONTHLY;INTERVAL=3",
    "MONTHLY": "FREQ=MONTHLY",
    "WEEKLY": "FREQ=WEEKLY",
    "DAILY": "FREQ=DAILY",
}
_RELATIONS = {"before": "trước", "by": "chậm nhất", "in": "trong", "from": "từ", "every": "định kỳ"}
_REGULARITIES = {
    "YEARLY": "hằng năm",
    "SEMIANNUAL": "6 tháng một lần",
    "QUARTERLY": "hằng quý",
    "MONTHLY": "hằng tháng",
    "WEEKLY": "hằng tuần",
    "DAILY": "hằng ngày",
}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def calendar_lines(deadlines: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of the calendar, folded, without line ends. ``deadlines`` are exported records."""
    yield from _HEAD
    for deadline in deadlines:
        for line in _entries(deadline):
            yield from _folded(line)
    yield "END:VCALENDAR"


def _entries(deadline: Mapping[str, Any]) -> Iterator[str]:
    iso = str(deadline["iso"])
    rules = iso.split("|") if deadline["type"] == "recurring" else [iso]
    for i, one in enumerate(rules):
        when = _when(str(deadline["type"]), one, _year_of(deadline.get("document_date")))
        kind = "VTODO" if when is None else "VEVENT"
        yield f"BEGIN:{kind}"
        yield f"UID:{deadline['id']}{f'-{i + 1}' if i else ''}@vanban"
        yield f"DTSTAMP:{_STAMP}"
        yield from when or ()
        yield f"SUMMARY:{_text(_summary(deadline, one))}"
        yield f"DESCRIPTION:{_text(_description(deadline))}"
        if deadline["responsible"]:
            yield "CATEGORIES:" + ",".join(_text(unit) for unit in deadline["responsible"])
        yield "TRANSP:TRANSPARENT" if kind == "VEVENT" else "STATUS:NEEDS-ACTION"
        yield f"END:{kind}"


_YEAR_FIRST = regex.compile(r"(?:19|20)\d\d(?=-)")


def _year_of(iso: object) -> int:
    found = _YEAR_FIRST.match(str(iso or ""))
    return int(found[0]) if found else _FIRST_YEAR


_FREQUENCY = regex.compile(r"FREQ=(\w+).*")


def _summary(deadline: Mapping[str, Any], iso: str) -> str:
    words = _REGULARITIES.get(_FREQUENCY.sub(r"\1", iso))
    if words is None:
        words = f"{_RELATIONS.get(str(deadline['relation']), '')} {iso}".strip()
    return f"{deadline['obligation'] or deadline['quote']} ({words})"


def _description(deadline: Mapping[str, Any]) -> str:
    return f"{deadline['quote']}\n{deadline['document']}, trang {deadline['page']}, dòng {deadline['line']}"


def _when(type: str, iso: str, first_year: int) -> list[str] | None:
    if type == "recurring":
        return _recurrence(iso, first_year)
    days = _days(iso)
    if days is None:
        return None
    first, last = days
    if type in ("year", "period"):
        first = last if type == "year" else first
    return [f"DTSTART;VALUE=DATE:{first:%Y%m%d}", f"DTEND;VALUE=DATE:{last + timedelta(1):%Y%m%d}"]


def days_in_month(type: str, iso: str, year: int, month: int) -> list[date]:
    """The days of a month on which a deadline falls; a span falls due on its last day. Weekly and daily ones have none.

    >>> days_in_month("year", "2026", 2026, 12), days_in_month("recurring", "FREQ=QUARTERLY", 2026, 6)
    ([datetime.date(2026, 12, 31)], [datetime.date(2026, 6, 30)])
    """
    if type == "recurring":
        return sorted({day for rule in iso.split("|") for day in _recurs(rule, year, month)})
    last = last_day(iso)
    return [last] if last is not None and (last.year, last.month) == (year, month) else []


@lru_cache(maxsize=10_000)
def last_day(iso: str) -> date | None:
    """The last day of a date, month, quarter, year or interval of them, which may recur within ("2023/2025;P1Y")."""
    days = _days(iso.partition(";")[0])
    return days[1] if days else None


_MONTHS_BETWEEN = {"YEARLY": 12, "SEMIANNUAL": 6, "QUARTERLY": 3, "MONTHLY": 1}


def _recurs(rule: str, year: int, month: int) -> Iterator[date]:
    parts = _parts(rule)
    between = _MONTHS_BETWEEN.get(parts.get("FREQ", ""))
    if between is None:
        return
    at, day = _number(parts, "MONTH", 12) or between, _number(parts, "DAY", 31)
    if (month - at) % between == 0:
        end = _month_end(year, month)
        yield end.replace(day=min(day, end.day)) if day else end


def _parts(rule: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in rule.split(";") if "=" in part)


def _days(iso: str) -> tuple[date, date] | None:
    """First and last day of a date, month, quarter, year or interval of them.

    >>> _days("2021/2025")
    (datetime.date(2021, 1, 1), datetime.date(2025, 12, 31))
    >>> _days("2023-02")
    (datetime.date(2023, 2, 1), datetime.date(2023, 2, 28))
    """
    first, _, last = iso.partition("/")
    start, end = _one(first), _one(last or first)
    return (start[0], end[1]) if start and end and start[0] <= end[1] else None


_QUARTER = regex.compile(r"(\d{4})-?Q([1-4])")
_DAY = regex.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


def _one(iso: str) -> tuple[date, date] | None:
    quarter = _QUARTER.fullmatch(iso)
    if quarter:
        year, month = int(quarter[1]), int(quarter[2]) * 3
        return date(year, month - 2, 1), _month_end(year, month)
    parts = _DAY.fullmatch(iso)
    if not parts or not 1 <= int(parts[1]) <= 9998:
        return None
    year = int(parts[1])
    if parts[2] is None:
        return date(year, 1, 1), date(year, 12, 31)
    month = int(parts[2])
    if not 1 <= month <= 12:
        return None
    if parts[3] is None:
        return date(year, month, 1), _month_end(year, month)
    day = int(parts[3])
    return (date(year, month, day),) * 2 if 1 <= day <= _month_end(year, month).day else None


def _month_end(year: int, month: int) -> date:
    return (date(year + month // 12, month % 12 + 1, 1)) - timedelta(1)


def _recurrence(words: str, year: int) -> list[str] | None:
    """``FREQ=YEARLY;MONTH=12;DAY=5`` as RFC 5545 has it; the standard knows neither quarters nor half years."""
    parts = _parts(words)
    frequency = parts.get("FREQ", "")
    if frequency not in _FREQUENCIES:
        return None
    rule = _FREQUENCIES[frequency]
    month, day = _number(parts, "MONTH", 12), _number(parts, "DAY", 31)
    weekday = parts.get("WEEKDAY") or parts.get("BYDAY")
    if frequency == "YEARLY" and month:
        rule += f";BYMONTH={month}"
    if frequency not in ("WEEKLY", "DAILY") and (day or month or frequency != "YEARLY"):
        rule += f";BYMONTHDAY={day or -1}"  # a rule for day 31 would leave June out
    if weekday in _WEEKDAYS:
        rule += f";BYDAY={weekday}"
    start = _first_day(year, frequency, month, day, weekday)
    return [f"DTSTART;VALUE=DATE:{start:%Y%m%d}", f"RRULE:{rule}"]


def _first_day(year: int, frequency: str, month: int | None, day: int | None, weekday: str | None) -> date:
    """The first time it falls due: a regularity without a day falls due on the last day of its period."""
    if frequency == "WEEKLY":
        first = date(year, 1, 1)
        wanted = _WEEKDAYS.index(weekday) if weekday in _WEEKDAYS else 4
        return first + timedelta((wanted - first.weekday()) % 7)
    if frequency == "DAILY":
        return date(year, 1, 1)
    at = month or {"YEARLY": 12, "SEMIANNUAL": 6, "QUARTERLY": 3}.get(frequency, 1)
    end = _month_end(year, at)
    return date(year, at, min(day, end.day)) if day else end


def _number(parts: Mapping[str, str], name: str, most: int) -> int | None:
    for key in (name, f"BY{name}", f"BYMONTH{name}"):
        if parts.get(key, "").isdigit() and 1 <= int(parts[key]) <= most:
            return int(parts[key])
    return None


_LINE_ENDS_AND_CONTROLS = regex.compile(r"\r\n|[\r\n\f\v\x00-\x08\x0e-\x1f]")


def _text(value: str) -> str:
    """A text value, escaped after RFC 5545 section 3.3.11."""
    value = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return _LINE_ENDS_AND_CONTROLS.sub(lambda m: "\\n" if m[0] in "\r\n" or m[0] == "\r\n" else " ", value)


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, the following ones begun with a space, no character cut."""
    piece = ""
    size = 0
    for character in line:
        width = len(character.encode())
        if size + width > 75:
            yield piece
            piece, size = " ", 1
        piece += character
        size += width
    yield piece
