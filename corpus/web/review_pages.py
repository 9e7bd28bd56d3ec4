"""Pages of review and acceptance: correct, history, samples, reports."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import AsgiStream, Response  # type: ignore[import-untyped]

from corpus.reports.acceptance import (
    FIELDS_JUDGED,
    SampleError,
    acceptance,
    draw_sample,
    field_estimates,
    judge_fields,
    judged_documents,
    printable,
    sampled_pages,
    samples_drawn,
)
from corpus.web import review as reviewing
from corpus.web.asking import Anything, ask, corpus_of, in_language, language, show, visitor_of, wrong
from corpus.web.downloads import download
from corpus.web.form import whole_number
from corpus.web.gate import body_of
from corpus.web.words import Words
from db.errors import CorpusError
from db.reviews import NoSuchPlace, ReviewConflict, ReviewError, latest, undo_latest
from db.store import Corpus

REVIEWS_PER_PAGE = 50
RESAMPLING_MILLISECONDS = 60_000
"""Time limit of what resamples a whole acceptance sample."""

MOST_DRAWN = 2000
"""Pages of one sample: four working months of typing."""


async def reviews(datasette: Anything, request: Anything) -> Response:
    """Who corrected and judged what, and when, the latest first."""
    at = min(whole_number(request.args.get("p") or "") or 1, 500)
    offset = (at - 1) * REVIEWS_PER_PAGE
    found = await ask(datasette, lambda corpus: latest(corpus, REVIEWS_PER_PAGE + 1, offset))
    words = Words(language(request))
    context = {
        "said": lambda kind, name, value: reviewing.said(kind, name, value, words),
        "reviews": found[:REVIEWS_PER_PAGE],
        "previous_page": f"/reviews?p={at - 1}" if at > 1 else None,
        "next_page": f"/reviews?p={at + 1}" if len(found) > REVIEWS_PER_PAGE else None,
    }
    return await show(datasette, request, "room_reviews.html", context)


async def review(datasette: Anything, request: Anything, receive: Anything) -> Response:
    """Makes one correction and shows the document again; what can't be made comes back with all that was typed."""
    visitor = visitor_of(request)
    if request.method != "POST" or visitor is None:
        return await wrong(datasette, request, 405, "refused")
    form = await body_of(receive)
    if form is None:
        return await wrong(datasette, request, 413, "too_large_form")
    what, words = request.url_vars["what"], Words(language(request))
    path = corpus_of(datasette)[1]
    try:
        if what == "undo":
            await reviewing.write(path, lambda corpus: undo_latest(corpus, visitor.name))
        else:
            await reviewing.write(path, reviewing.change_of(what, form, visitor.name))
    except reviewing.FieldConflict as conflict:
        again = reviewing.again_of("/review/header", conflict.form, words, conflict)
        return await _again(datasette, request, 409, words["conflict"], again, form)
    except ReviewConflict as conflict:
        again = reviewing.again_of(request.path, form, words, conflict)
        return await _again(datasette, request, 409, words["conflict"], again, form)
    except reviewing.BadInput as error:
        message = words.say(error.word, field=words.get(error.field), typed=error.typed)
        return await _again(datasette, request, 400, message, reviewing.again_of(request.path, form, words), form)
    except (NoSuchPlace, SampleError):
        return await wrong(datasette, request, 400, "no_such_place")
    except ReviewError:
        again = reviewing.again_of(request.path, form, words)
        return await _again(datasette, request, 400, words["problem_form"], again, form)
    except CorpusError:
        return await _again(datasette, request, 503, words["busy"], reviewing.again_of(request.path, form, words), form)
    return Response.redirect(in_language(request, reviewing.back_to(form)), status=303)


async def _again(
    datasette: Anything, request: Anything, status: int, message: str, again: reviewing.Again, form: dict[str, str]
) -> Response:
    context = {"message": message, "again": again, "back": in_language(request, reviewing.back_to(form))}
    return await show(datasette, request, "room_again.html", context, status)


async def samples(datasette: Anything, request: Anything, receive: Anything) -> Response:
    """The samples that were drawn, and a form that draws another."""
    if request.method == "POST":
        fields = await body_of(receive) or {}
        typed = fields.get("size", "").strip()
        size = MOST_DRAWN if fields.get("all") else whole_number(typed.replace(".", "")) or 0
        if not 1 <= size <= MOST_DRAWN:
            return await wrong(datasette, request, 400, "bad_sample_size")
        try:
            await reviewing.write(corpus_of(datasette)[1], lambda corpus: _draw(corpus, size))
        except SampleError:
            return await wrong(datasette, request, 400, "nothing_to_draw")
        return Response.redirect(in_language(request, "/samples"), status=303)
    drawn = await ask(datasette, samples_drawn, RESAMPLING_MILLISECONDS)
    return await show(datasette, request, "room_samples.html", {"samples": drawn})


def _draw(corpus: Corpus, size: int) -> None:
    """The seed is the number of the sample: whoever doubts the draw can repeat it (``vanban sample --seed``)."""
    draw_sample(corpus, size, len(samples_drawn(corpus)) + 1)


async def sample(datasette: Anything, request: Anything) -> Response:
    """The drawn pages of a sample, or one of them beside an empty field: what was read is not shown, so as not to sway."""
    number = int(request.url_vars["sample"])

    def question(corpus: Corpus) -> tuple[list[Any], Any, list[Any], list[Any]]:
        pages, result = sampled_pages(corpus, number), acceptance(corpus, number)
        return pages, result, judged_documents(corpus, number), field_estimates(corpus, number)

    try:
        pages, result, documents, fields = await ask(datasette, question, RESAMPLING_MILLISECONDS)
    except SampleError:
        return await wrong(datasette, request, 404, "not_found")
    key, page = request.url_vars.get("key"), request.url_vars.get("page")
    chosen = next((one for one in pages if (one.key, str(one.page)) == (key, page)), None)
    if key and chosen is None:
        return await wrong(datasette, request, 404, "not_found")
    following = next((one for one in pages if one.transcript is None and one is not chosen), None)
    context = {
        "sample": number,
        "pages": pages,
        "chosen": chosen,
        "following": following,
        "result": result,
        "documents": documents,
        "fields": fields,
    }
    return await show(datasette, request, "room_sample.html", context)


async def sample_header(datasette: Anything, request: Anything, receive: Anything) -> Response:
    """The header fields of a sampled document beside its first page, each to be called right or wrong."""
    number, key, visitor = int(request.url_vars["sample"]), request.url_vars["key"], visitor_of(request)
    try:
        documents = await ask(datasette, lambda corpus: judged_documents(corpus, number))
    except SampleError:
        return await wrong(datasette, request, 404, "not_found")
    chosen = next((one for one in documents if one.key == key), None)
    if chosen is None or visitor is None:
        return await wrong(datasette, request, 404, "not_found")
    if request.method == "POST":
        sent = await body_of(receive) or {}
        judged = {
            name: (sent.get(f"value_{name}", "")[:4000], sent[f"right_{name}"] == "1")
            for name in FIELDS_JUDGED
            if sent.get(f"right_{name}") in ("0", "1")
        }
        try:
            await reviewing.write(
                corpus_of(datasette)[1], lambda corpus: judge_fields(corpus, number, key, judged, visitor.name)
            )
        except CorpusError:
            return await wrong(datasette, request, 503, "busy")
        return Response.redirect(in_language(request, f"/sample/{number}"), status=303)
    following = next((one.key for one in documents if not one.said and one is not chosen), None)
    context = {"sample": number, "chosen": chosen, "following": following}
    return await show(datasette, request, "room_sample_header.html", context)


async def acceptance_report(datasette: Anything, request: Anything) -> Response | AsgiStream:
    """The printable report of a sample. Its inner style sheet is the one thing that needs a policy of its own."""
    number = int(request.url_vars["sample"])
    try:
        html = await ask(datasette, lambda corpus: printable(corpus, number), RESAMPLING_MILLISECONDS)
    except SampleError:
        return await wrong(datasette, request, 404, "not_found")
    return download(html, f"nghiem-thu-{number}.html", "text/html; charset=utf-8")
