"""Figures beside each other: one indicator in several provinces, and results beside the targets they answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import Response  # type: ignore[import-untyped]

from corpus.reports.indicators import MOST_COMPARED, Group, answers, side_by_side
from corpus.search.selection import Selection
from corpus.web.asking import Anything, TooSlow, ask, json_answer, not_understood, show, wrong
from corpus.web.form import Form
from corpus.web.overview import newest

MOST_SHOWN = 400
"""Groups or pairs that are kept; who wants others names words or a province."""

GROUPS_PER_PAGE, ANSWERS_PER_PAGE = 8, 20
ROWS_OF_A_GROUP = 12
"""Figures of a group shown among others; a group chosen alone shows all of them."""

_OWN = ("unit", "sort_of", "group")


@dataclass(frozen=True, slots=True)
class Asked:
    """The form above a comparison."""

    path: str
    form: Form
    own: dict[str, str]

    @classmethod
    def of(cls, request: Anything) -> Asked:
        path = request.path.removesuffix(".json")
        return cls(path, Form.of(request.args), {name: (request.args.get(name) or "").strip()[:300] for name in _OWN})

    def address(self, suffix: str = "", **changed: str) -> str:
        fields = {**asdict(self.form), "p": "", **self.own, **changed}
        filled = {name: value for name, value in fields.items() if value}
        return f"{self.path}{suffix}{f'?{urlencode(filled)}' if filled else ''}"

    def within(self) -> Selection:
        return Selection(filters=self.form.filters())

    def paging(self, count: int, per_page: int) -> dict[str, Any]:
        """What a template needs to show one page of ``count`` things."""
        at = self.form.page
        return {
            "total": count,
            "start": (at - 1) * per_page,
            "next_page": self.address(p=str(at + 1)) if at * per_page < count else None,
            "previous_page": self.address(p=str(at - 1)) if at > 1 else None,
        }


async def indicators(datasette: Anything, request: Anything) -> Response:
    """Targets, or results, of several provinces for the same indicator."""
    asked = Asked.of(request)
    if problems := asked.form.problems(request.args, _OWN):
        return await not_understood(datasette, request, problems)
    sort = "result" if asked.own["sort_of"] == "result" else "target"
    try:
        groups = await ask(
            datasette,
            lambda corpus: side_by_side(
                newest(corpus, sort, words=asked.form.q, unit=asked.own["unit"], within=asked.within())
            )[:MOST_SHOWN],
        )
    except TooSlow:
        return await wrong(datasette, request, 503, "too_slow")
    if request.url_vars["json"]:
        return json_answer({"ok": True, "groups": [asdict(group) for group in groups]})
    chosen = [group for group in groups if group.name == asked.own["group"]]
    paging = asked.paging(len(chosen or groups), GROUPS_PER_PAGE)
    shown = (chosen or groups)[paging["start"] : paging["start"] + GROUPS_PER_PAGE]
    context = {
        **paging,
        "form": asked.form,
        "own": asked.own,
        "sort_of": sort,
        "names": [group.name for group in groups[:100]],
        "groups": shown if chosen else [cut_short(group) for group in shown],
        "sizes": [len(group.facts) for group in shown],
        "group_address": lambda group: asked.address(group=group.name),
        "most": MOST_COMPARED,
        "json_address": asked.address(".json"),
    }
    return await show(datasette, request, "room_indicators.html", context)


def cut_short(group: Group) -> Group:
    return replace(group, facts=group.facts[:ROWS_OF_A_GROUP])


async def reported(datasette: Anything, request: Anything) -> Response:
    """Results of reports beside the targets of plans."""
    asked = Asked.of(request)
    if problems := asked.form.problems(request.args, _OWN):
        return await not_understood(datasette, request, problems)
    unit, within = asked.own["unit"], asked.within()
    try:
        pairs = await ask(
            datasette,
            lambda corpus: answers(
                newest(corpus, "target", unit=unit, within=within),
                newest(corpus, "result", words=asked.form.q, unit=unit, within=within),
            )[:MOST_SHOWN],
        )
    except TooSlow:
        return await wrong(datasette, request, 503, "too_slow")
    if request.url_vars["json"]:
        return json_answer({"ok": True, "answers": [asdict(pair) for pair in pairs]})
    paging = asked.paging(len(pairs), ANSWERS_PER_PAGE)
    context = {
        **paging,
        "form": asked.form,
        "own": asked.own,
        "answers": pairs[paging["start"] : paging["start"] + ANSWERS_PER_PAGE],
        "most": MOST_COMPARED,
        "json_address": asked.address(".json"),
    }
    return await show(datasette, request, "room_reported.html", context)
