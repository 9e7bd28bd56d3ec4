"""Facts of one kind as a table, under conditions of their own beside those of their documents, and the same as a file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import AsgiStream, Response  # type: ignore[import-untyped]

from corpus.export.facts import (
    CONDITIONS,
    ORDERS,
    SORTS,
    FactQuery,
    FactQueryError,
    FactResult,
    matching_facts,
    search_facts,
)
from corpus.export.records import FORMATS, write
from corpus.search.query import QueryError
from corpus.search.selection import Selection
from corpus.web.asking import (
    Anything,
    TooSlow,
    ask,
    ask_at_times,
    json_answer,
    language,
    not_understood,
    problem_text,
    query_word,
    show,
    wrong,
)
from corpus.web.downloads import send
from corpus.web.form import Form, Problem
from corpus.web.search_page import suggested
from corpus.web.typed import NotTyped, day_of, number_of
from corpus.web.words import Words

PER_PAGE = 30
_OWN = ("unit", "responsible", "due", "due_to", "from", "to", "sort_of", "order")


@dataclass(frozen=True, slots=True)
class FactForm:
    """The form above the table: ``own`` are conditions on facts, the others are on their documents."""

    kind: str
    form: Form
    own: dict[str, str]

    @classmethod
    def of(cls, request: Anything) -> FactForm:
        own = {name: (request.args.get(name) or "").replace("\x00", " ").strip()[:100] for name in _OWN}
        return cls(request.url_vars["kind"], replace(Form.of(request.args), has="", confidence="", sort=""), own)

    def problems(self, request: Anything) -> list[Problem]:
        """What in the form can't be understood."""
        wrong = [(name, self.own[name]) for name in ("from", "to") if self.own[name] and _number(self.own[name]) is None]
        wrong += [(name, self.own[name]) for name in ("due", "due_to") if self.own[name] and not _day(self.own[name])]
        if self.own["sort_of"] and self.own["sort_of"] not in SORTS[self.kind]:
            wrong.append(("sort_of", self.own["sort_of"]))
        if self.own["order"].removeprefix("-") not in ("", *ORDERS[self.kind]):
            wrong.append(("sort", self.own["order"]))
        return [*self.form.problems(request.args, _OWN), *wrong]

    def query(self) -> FactQuery:
        own = self.own
        conditions: dict[str, Any] = {
            "words": self.form.q,
            "unit": own["unit"],
            "responsible": own["responsible"],
            "due": _day(own["due"]),
            "due_to": _day(own["due_to"]),
            "value_from": _number(own["from"]),
            "value_to": _number(own["to"]),
            "sort_of": own["sort_of"],
        }
        fitting = {name: value for name, value in conditions.items() if name in CONDITIONS[self.kind]}
        return FactQuery(self.kind, **fitting, order=own["order"], within=Selection(filters=self.form.filters()))

    def address(self, suffix: str = "", **changed: str) -> str:
        """The address of this table with some fields changed."""
        fields = {**asdict(self.form), "p": "", **self.own, **changed}
        filled = {name: value for name, value in fields.items() if value}
        path = f"/facts/{self.kind}{suffix}"
        return f"{path}?{urlencode(filled)}" if filled else path

    def ordered_by(self, column: str) -> str:
        """The address of this table in the order of a column, or the other way round where it has that order already."""
        return self.address(order=f"-{column}" if self.own["order"] == column else column)


async def table(datasette: Anything, request: Anything) -> Response | AsgiStream:
    asked = FactForm.of(request)
    format = request.url_vars["format"]
    if format not in (None, "json", *FORMATS):
        return await wrong(datasette, request, 404, "not_found")
    problems = asked.problems(request)
    if problems and format is not None:
        return await not_understood(datasette, request, problems)
    query, at = asked.query(), asked.form.page
    if format in FORMATS:
        return await send(
            datasette,
            request,
            lambda corpus, stream: write(query.kind, format, matching_facts(corpus, query), stream),
            f"{query.kind}.{format}",
            format,
        )
    words = Words(language(request))
    result, complaints = FactResult((), 0, False), [problem_text(one, words) for one in problems]
    if not complaints:
        try:
            result = await ask(
                datasette, lambda corpus: search_facts(corpus, query, limit=PER_PAGE, offset=(at - 1) * PER_PAGE)
            )
        except TooSlow:
            return await wrong(datasette, request, 503, "too_slow")
        except QueryError as error:
            complaints = [words[query_word(error)]]
        except FactQueryError:  # what no single field is to blame for
            complaints = [words["problem_range"]]
    if complaints and format == "json":
        return await wrong(datasette, request, 400, "not_understood", " ".join(complaints))
    if format == "json":
        return json_answer({"ok": True, **asdict(result)})
    context = {
        "form": asked.form,
        "own": asked.own,
        "kind": asked.kind,
        "result": result,
        "complaints": complaints,
        "conditions": CONDITIONS[asked.kind],
        "orders": ORDERS[asked.kind],
        "ordered_by": asked.ordered_by,
        "sorts": SORTS[asked.kind],
        "suggested": await ask_at_times(datasette, "suggested", suggested),
        "address": asked.address,
        "next_page": asked.address(p=str(at + 1)) if at * PER_PAGE < result.total else None,
        "previous_page": asked.address(p=str(at - 1)) if at > 1 else None,
    }
    return await show(datasette, request, "room_facts.html", context, 400 if complaints else 200)


def _number(typed: str) -> float | None:
    try:
        return number_of(typed) if typed else None
    except NotTyped:
        return None


def _day(typed: str) -> str:
    try:
        return day_of(typed) if typed else ""
    except NotTyped:
        return ""
