"""Pages of review and acceptance: log in, correct, history, samples, reports."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import AsgiStream, Response  # type: ignore[import-untyped]

from corpus.reports.acceptance import SampleError, acceptance, printable, sampled_pages
from corpus.web import review as reviewing
from corpus.web.asking import Anything, ask, corpus_of, in_language, language, show, wrong
from corpus.web.document_page import DRAWING_MILLISECONDS
from corpus.web.downloads import download
from corpus.web.words import Words
from db.errors import CorpusError
from db.reviews import ReviewConflict, ReviewError, latest
from db.store import Corpus

REVIEWS_LISTED = 200


async def reviews(datasette: Anything, request: Anything) -> Response:
    """Who corrected and judged what, and when: the latest of all documents."""
    said = await ask(datasette, lambda corpus: latest(corpus, REVIEWS_LISTED))
    return await show(datasette, request, "room_reviews.html", {"said": said})


async def log_in(datasette: Anything, request: Anything) -> Response:
    """Asks for name and password, then goes back to the document."""
    if not reviewing.enabled(datasette):
        return await wrong(datasette, request, 404, "not_found")
    name = await ask(datasette, lambda corpus: reviewing.reviewer_of(corpus, request))
    if name is None:
        return reviewing.challenge(Words(language(request)))
    return Response.redirect(in_language(request, reviewing.back_to(request.args)))


async def review(datasette: Anything, request: Anything, receive: Anything) -> Response:
    """Makes one correction and shows the document again."""
    if not reviewing.enabled(datasette):
        return await wrong(datasette, request, 404, "not_found")
    if request.method != "POST":
        return await wrong(datasette, request, 405, "refused")
    if not reviewing.from_own_page(request.headers, request.host):
        return await wrong(datasette, request, 403, "refused", "cross-site request")
    name = await ask(datasette, lambda corpus: reviewing.reviewer_of(corpus, request))
    if name is None:
        return reviewing.challenge(Words(language(request)))
    form = await reviewing.body_of(receive)
    if form is None:
        return await wrong(datasette, request, 413, "refused")
    try:
        change = reviewing.change_of(request.url_vars["what"], form, name)
        await reviewing.write(corpus_of(datasette)[1], change)
    except ReviewConflict as conflict:
        context = {
            "message": Words(language(request))["conflict"],
            "detail": "",
            "conflict": conflict.current,
            "form_sent": form,
            "action": request.path,
        }
        return await show(
            datasette, request, "room_error.html", context | {"back": in_language(request, reviewing.back_to(form))}, 409
        )
    except (ReviewError, SampleError) as error:
        return await wrong(datasette, request, 400, "refused", str(error))
    except CorpusError as error:
        return await wrong(datasette, request, 503, "went_wrong", str(error))
    return Response.redirect(in_language(request, reviewing.back_to(form)), status=303)


async def sample(datasette: Anything, request: Anything) -> Response:
    """The drawn pages of a sample, or one of them beside an empty field: what was read is not shown, so as not to sway."""
    if not reviewing.enabled(datasette):
        return await wrong(datasette, request, 404, "not_found")
    number = int(request.url_vars["sample"])

    def question(corpus: Corpus) -> tuple[str | None, list[Any], Any]:
        name = reviewing.reviewer_of(corpus, request)
        return name, sampled_pages(corpus, number), acceptance(corpus, number)

    try:
        name, pages, result = await ask(datasette, question)
    except SampleError:
        return await wrong(datasette, request, 404, "not_found")
    if name is None:
        return reviewing.challenge(Words(language(request)))
    key, page = request.url_vars.get("key"), request.url_vars.get("page")
    chosen = next((one for one in pages if (one.key, str(one.page)) == (key, page)), None)
    if key and chosen is None:
        return await wrong(datasette, request, 404, "not_found")
    context = {"sample": number, "pages": pages, "chosen": chosen, "result": result, "reviewer": name}
    return await show(datasette, request, "room_sample.html", context)


async def acceptance_report(datasette: Anything, request: Anything) -> Response | AsgiStream:
    """The printable report of a sample. Its inner style sheet is the one thing that needs a policy of its own."""
    try:
        html = await ask(datasette, lambda corpus: printable(corpus, int(request.url_vars["sample"])), DRAWING_MILLISECONDS)
    except SampleError:
        return await wrong(datasette, request, 404, "not_found")
    return download(html, f"acceptance-{request.url_vars['sample']}.html", "text/html; charset=utf-8")
