"""The search page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import Response  # type: ignore[import-untyped]

from corpus.search.found import FACETS
from corpus.search.query import QueryError
from corpus.search.search import DocumentHit, SearchResult, search
from corpus.search.snippets import Snippet
from corpus.search.suggest import named_like
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
    wrong_words,
)
from corpus.web.form import SORTS, Form
from corpus.web.portions import at_line
from corpus.web.words import Words
from db.questions.overview import Row, count_by, dossiers_counted
from db.store import Corpus
from db.tags import all_tags

PER_PAGE = 10
SUGGESTED = 200
"""Values of a filter that a browser offers while somebody types."""


async def search_page(datasette: Anything, request: Anything) -> Response:
    """What a search finds; a search that can't be understood comes back with what was typed and what is wrong with it."""
    form = Form.of(request.args)
    problems = form.problems(request.args)
    words = Words(language(request))
    as_json = bool(request.url_vars["json"])
    result, complaints = SearchResult(form.q), [problem_text(one, words) for one in problems]
    named: list[Row] = []
    if problems and as_json:
        return await not_understood(datasette, request, problems)
    if not problems:
        try:
            result, named = await ask(datasette, lambda corpus: _found(corpus, form))
        except QueryError as error:
            if as_json:
                return await wrong_words(datasette, request, error)
            complaints = [words[query_word(error)]]
        except TooSlow:
            return await wrong(datasette, request, 503, "too_slow")
    if as_json:
        return json_answer({"ok": True, **asdict(result)})
    context = {
        "form": form,
        "result": result,
        "complaints": complaints,
        "chosen": form.conditions(),
        "sorts": SORTS,
        "facets": {name: result.facets.get(name, []) for name in FACETS},
        "facet_address": lambda name, value: form.address(
            **({"date_from": value, "date_to": value} if name == "year" else {name: value})
        ),
        "suggested": await ask_at_times(datasette, "suggested", suggested),
        "page_address": lambda hit, page: page_address(form, hit, page),
        "pieces": _pieces,
        "named": named,
        "next_page": form.address(p=str(form.page + 1)) if form.page * PER_PAGE < result.documents and result.hits else None,
        "previous_page": form.address(p=str(form.page - 1)) if form.page > 1 else None,
        "json_address": form.address("/search.json", p=form.p),
        "feed_address": form.address("/search.atom", sort=""),
        "did_you_mean_address": form.address(q=result.did_you_mean) if result.did_you_mean else None,
    }
    return await show(datasette, request, "room_search.html", context, 400 if complaints else 200)


def _found(corpus: Corpus, form: Form) -> tuple[SearchResult, list[dict[str, Any]]]:
    offset = (form.page - 1) * PER_PAGE
    result = search(corpus, form.q, limit=PER_PAGE, offset=offset, sort=form.sort or "relevance", **asdict(form.filters()))
    return result, [] if result.documents else named_like(corpus, form.q)


def suggested(corpus: Corpus) -> dict[str, list[Row]]:
    """What the fields of the filters suggest, with counts."""
    values = {name: count_by(corpus, name, SUGGESTED) for name in ("type", "issuer", "province", "signer")}
    return values | {"tag": all_tags(corpus, SUGGESTED), "hoso": dossiers_counted(corpus, SUGGESTED)}


def page_address(form: Form, hit: DocumentHit, page: Any) -> str:  # noqa: ANN401
    """The address of a page that answers, from which the way leads back to the results."""
    fields = {"q": form.q} if form.q else {}
    fields |= at_line(page.line)
    back = form.address("", p=form.p).removeprefix("?")
    if back and back != urlencode({"q": form.q} if form.q else {}):
        fields["results"] = back
    return f"/document/{hit.key}/page/{page.page}{f'?{urlencode(fields)}' if fields else ''}#L{page.line}"


def _pieces(text: str, marks: Any) -> list[tuple[str, bool]]:  # noqa: ANN401
    """A snippet as pieces of text, each marked or not, for the template to escape."""
    cut = Snippet(text, tuple(marks), 0)
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in cut.marks:
        pieces += [(cut.text[at:start], False), (cut.text[start:end], True)]
        at = end
    return [piece for piece in [*pieces, (cut.text[at:], False)] if piece[0]]
