"""Facts of one kind as a table, under conditions of their own beside those of their documents, and the same as a file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

import regex
from datasette.utils.asgi import AsgiStream, Response  # type: ignore[import-untyped]

from corpus.export.facts import CONDITIONS, FactQuery, matching_facts, search_facts
from corpus.export.records import FORMATS, write
from corpus.search.selection import Selection
from corpus.web.asking import Anything, Form, TooSlow, ask, decimal, json_answer, show, wrong
from corpus.web.downloads import send

PER_PAGE = 50
SORTS = {
    "targets": ("target", "result", "reference"),
    "deadlines": ("date", "year", "period", "recurring", "relative"),
    "assignments": ("lead", "coordinate"),
    "citations": (),
}
_OWN = ("unit", "responsible", "due", "from", "to", "sort_of")


@dataclass(frozen=True, slots=True)
class FactForm:
    """The form above the table: ``own`` are conditions on facts, the others are on their documents."""

    kind: str
    form: Form
    own: dict[str, str]

    @classmethod
    def of(cls, request: Anything) -> FactForm:
        own = {name: (request.args.get(name) or "").strip()[:100] for name in _OWN}
        return cls(request.url_vars["kind"], replace(Form.of(request.args), has="", confidence="", sort=""), own)

    def query(self) -> FactQuery:
        own = self.own
        conditions: dict[str, Any] = {
            "words": self.form.q,
            "unit": own["unit"],
            "responsible": own["responsible"],
            "due": own["due"] if regex.fullmatch(r"\d{4}(-\d\d)?", own["due"]) else "",
            "value_from": decimal(own["from"]),
            "value_to": decimal(own["to"]),
            "sort_of": own["sort_of"],
        }
        fitting = {name: value for name, value in conditions.items() if name in CONDITIONS[self.kind]}
        return FactQuery(self.kind, **fitting, within=Selection(filters=self.form.filters()))

    def address(self, suffix: str = "", **changed: str) -> str:
        """The address of this table with some fields changed."""
        fields = {**asdict(self.form), "p": "", **self.own, **changed}
        filled = {name: value for name, value in fields.items() if value}
        path = f"/facts/{self.kind}{suffix}"
        return f"{path}?{urlencode(filled)}" if filled else path


async def table(datasette: Anything, request: Anything) -> Response | AsgiStream:
    asked = FactForm.of(request)
    query, at = asked.query(), asked.form.page
    format = request.url_vars["format"]
    if format in FORMATS:
        return await send(
            datasette,
            request,
            lambda corpus, stream: write(query.kind, format, matching_facts(corpus, query), stream),
            f"{query.kind}.{format}",
            format,
        )
    if format not in (None, "json"):
        return await wrong(datasette, request, 404, "not_found")
    try:
        result = await ask(datasette, lambda corpus: search_facts(corpus, query, limit=PER_PAGE, offset=(at - 1) * PER_PAGE))
    except TooSlow:
        return await wrong(datasette, request, 503, "too_slow")
    if format == "json":
        return json_answer({"ok": True, **asdict(result)})
    context = {
        "form": asked.form,
        "own": asked.own,
        "kind": asked.kind,
        "result": result,
        "conditions": CONDITIONS[asked.kind],
        "sorts": SORTS[asked.kind],
        "address": asked.address,
        "next_page": asked.address(p=str(at + 1)) if at * PER_PAGE < result.total else None,
        "previous_page": asked.address(p=str(at - 1)) if at > 1 else None,
    }
    return await show(datasette, request, "room_facts.html", context)
