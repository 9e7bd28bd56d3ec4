"""Figures beside each other: one indicator in several provinces, and results beside the targets they answer."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import urlencode

from datasette.utils.asgi import Response  # type: ignore[import-untyped]

from corpus.reports.indicators import MOST_COMPARED, answers, side_by_side
from corpus.search.selection import Selection
from corpus.web.asking import Anything, Form, TooSlow, ask, json_answer, show, wrong
from corpus.web.overview import newest

MOST_SHOWN = 40
"""Groups or pairs on one page; who wants others names words or a province."""


async def indicators(datasette: Anything, request: Anything) -> Response:
    """Targets, or results, of several provinces for the same indicator."""
    form, unit = Form.of(request.args), (request.args.get("unit") or "").strip()[:100]
    sort = "result" if request.args.get("sort_of") == "result" else "target"
    within = Selection(filters=form.filters())
    try:
        groups = await ask(
            datasette,
            lambda corpus: side_by_side(newest(corpus, sort, words=form.q, unit=unit, within=within))[:MOST_SHOWN],
        )
    except TooSlow:
        return await wrong(datasette, request, 503, "too_slow")
    if request.url_vars["json"]:
        return json_answer({"ok": True, "groups": [asdict(group) for group in groups]})
    context = {
        "form": form,
        "unit": unit,
        "sort_of": sort,
        "groups": groups,
        "most": MOST_COMPARED,
        "json_address": _json_address(request),
    }
    return await show(datasette, request, "room_indicators.html", context)


async def reported(datasette: Anything, request: Anything) -> Response:
    """Results of reports beside the targets of plans."""
    form, unit = Form.of(request.args), (request.args.get("unit") or "").strip()[:100]
    within = Selection(filters=form.filters())
    try:
        pairs = await ask(
            datasette,
            lambda corpus: answers(
                newest(corpus, "target", unit=unit, within=within),
                newest(corpus, "result", words=form.q, unit=unit, within=within),
            )[:MOST_SHOWN],
        )
    except TooSlow:
        return await wrong(datasette, request, 503, "too_slow")
    if request.url_vars["json"]:
        return json_answer({"ok": True, "answers": [asdict(pair) for pair in pairs]})
    context = {
        "form": form,
        "unit": unit,
        "answers": pairs,
        "most": MOST_COMPARED,
        "json_address": _json_address(request),
    }
    return await show(datasette, request, "room_reported.html", context)


def _json_address(request: Anything) -> str:
    return f"{request.path}.json?{urlencode({name: request.args[name] for name in request.args})}"
