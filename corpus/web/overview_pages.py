"""The overview of the corpus, and the calendar of what falls due."""

from __future__ import annotations

from datetime import date

import regex
from datasette.utils.asgi import Response  # type: ignore[import-untyped]

from corpus.web.asking import Anything, TooSlow, ask, ask_at_times, not_understood, show, wrong
from corpus.web.overview import month_of, overview_of


async def overview(datasette: Anything, request: Anything) -> Response:
    """Figures of the corpus."""
    try:
        figures = await ask_at_times(datasette, "overview", overview_of)
    except TooSlow:
        return await wrong(datasette, request, 503, "too_slow")
    return await show(datasette, request, "room_overview.html", {"figures": figures})


async def calendar(datasette: Anything, request: Anything) -> Response:
    """One month of the calendar."""
    today = date.today()
    month = month_asked(request.args.get("month") or "", today)
    if month is None:
        return await not_understood(datasette, request, [("month", request.args["month"])])
    try:
        sheet = await ask(datasette, lambda corpus: month_of(corpus, *month, today))
    except TooSlow:
        return await wrong(datasette, request, 503, "too_slow")
    return await show(datasette, request, "room_calendar.html", {"sheet": sheet, "today": today.isoformat()})


_MONTH = regex.compile(r"(?P<y>[1-9]\d{3})-(?P<m>0?[1-9]|1[0-2])|(?P<m>0?[1-9]|1[0-2])/(?P<y>[1-9]\d{3})", regex.ASCII)


def month_asked(typed: str, today: date) -> tuple[int, int] | None:
    """Year and month of "2025-12" or "12/2025", this month for nothing.

    >>> month_asked("2025-12", date(2026, 1, 1)), month_asked("2/2025", date(2026, 1, 1)), month_asked("x", date(2026, 1, 1))
    ((2025, 12), (2025, 2), None)
    """
    if not typed:
        return today.year, today.month
    found = _MONTH.fullmatch(typed)
    if found is None or not 1000 < int(found["y"]) < 9999:
        return None
    return int(found["y"]), int(found["m"])
