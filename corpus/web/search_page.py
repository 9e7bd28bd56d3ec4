"""The search page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from datasette.utils.asgi import Response  # type: ignore[import-untyped]

from corpus.search.found import FACETS
from corpus.search.query import QueryError
from corpus.search.search import SearchResult, search
from corpus.search.snippets import Snippet
from corpus.search.suggest import named_like
from corpus.web.asking import Anything, Form, TooSlow, ask, json_answer, show, wrong, wrong_words
from db.store import Corpus

PER_PAGE = 10


async def search_page(datasette: Anything, request: Anything) -> Response:
    form = Form.of(request.args)

    def question(corpus: Corpus) -> tuple[SearchResult, list[dict[str, Any]]]:
        sort = "date" if form.sort == "date" else "relevance"
        offset = (form.page - 1) * PER_PAGE
        result = search(corpus, form.q, limit=PER_PAGE, offset=offset, sort=sort, **asdict(form.filters()))
        return result, [] if result.documents else named_like(corpus, form.q)

    try:
        result, named = await ask(datasette, question)
    except QueryError as error:
        return await wrong_words(datasette, request, error)
    except TooSlow:
        return await wrong(datasette, request, 503, "too_slow")
    if request.url_vars["json"]:
        return json_answer({"ok": True, **asdict(result)})
    context = {
        "form": form,
        "result": result,
        "chosen": form.conditions(),
        "facets": {name: result.facets.get(name, []) for name in FACETS},
        "facet_address": lambda name, value: form.address(
            **({"year_from": value, "year_to": value} if name == "year" else {name: value})
        ),
        "pieces": _pieces,
        "named": named,
        "next_page": form.address(p=str(form.page + 1)) if form.page * PER_PAGE < result.documents and result.hits else None,
        "previous_page": form.address(p=str(form.page - 1)) if form.page > 1 else None,
        "json_address": form.address("/search.json", p=form.p),
        "did_you_mean_address": form.address(q=result.did_you_mean) if result.did_you_mean else None,
    }
    return await show(datasette, request, "room_search.html", context)


def _pieces(text: str, marks: Any) -> list[tuple[str, bool]]:  # noqa: ANN401
    """A snippet as pieces of text, each marked or not, for the template to escape."""
    cut = Snippet(text, tuple(marks), 0)
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in cut.marks:
        pieces += [(cut.text[at:start], False), (cut.text[start:end], True)]
        at = end
    return [piece for piece in [*pieces, (cut.text[at:], False)] if piece[0]]
