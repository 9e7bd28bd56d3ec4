"""One function per address: reads the request, asks the corpus in a thread, fills a template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import regex
from datasette.utils.asgi import AsgiStream, Response  # type: ignore[import-untyped]
from markupsafe import Markup

from corpus.acceptance import SampleError, acceptance, printable, sampled_pages
from corpus.fields import FACT_KINDS
from corpus.originals import find_file
from corpus.query import QueryError
from corpus.search import FACETS, SearchResult, named_like, search
from corpus.searchable import makes_pdfa
from corpus.snippets import Snippet
from corpus.web import review as reviewing
from corpus.web.asking import (
    Anything,
    Form,
    TooSlow,
    ask,
    corpus_of,
    in_language,
    json_answer,
    language,
    show,
    whole_number,
    wrong,
    wrong_words,
)
from corpus.web.document import ShownLine, ShownPage, find_document, page_of_line, show_page
from corpus.web.downloads import download
from corpus.web.images import page_image as draw_page
from corpus.web.markup import lines_html
from corpus.web.overview import Month, Overview, month_of, overview_of
from corpus.web.words import Words
from db.errors import CorpusError
from db.reviews import HEADER_FIELDS, ReviewConflict, ReviewError, history, latest
from db.store import Corpus

PER_PAGE = 10
REVIEWS_LISTED = 200
DRAWING_MILLISECONDS = 60_000
"""Time limit of what draws a page or resamples a whole acceptance sample."""


_STATIC = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


async def static_file(request: Anything) -> Response:
    file: str = request.url_vars["file"]
    content = (resources.files("corpus.web") / "static" / file).read_text(encoding="utf-8")
    return Response(content, content_type=_STATIC[file.rpartition(".")[2]], headers={"cache-control": "max-age=3600"})


async def home(datasette: Anything, request: Anything) -> Response:
    totals = await ask(datasette, lambda corpus: corpus.totals())
    return await show(datasette, request, "room_home.html", {"totals": totals})


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


async def document_page(datasette: Anything, request: Anything) -> Response:
    key, number = request.url_vars["key"], int(request.url_vars.get("page") or 1)
    words = Form.of(request.args).q

    wants_review = bool(request.args.get("review")) and reviewing.enabled(datasette)

    def question(corpus: Corpus) -> tuple[ShownPage | None, bool, str | None, list[dict[str, Any]]]:
        page = show_page(corpus, key, number, words)
        has_file = page is not None and find_file(corpus, page.document["sha256"]) is not None
        reviewer = reviewing.reviewer_of(corpus, request) if wants_review else None
        return page, has_file, reviewer, history(corpus, key)

    try:
        shown, has_file, reviewer, said = await ask(datasette, question)
    except TooSlow:
        return await wrong(datasette, request, 503, "too_slow")
    if shown is None:
        return await wrong(datasette, request, 404, "not_found")
    if request.url_vars.get("json"):
        return json_answer({"ok": True, **asdict(shown)})
    if wants_review and reviewer is None:
        return reviewing.challenge(Words(language(request)))
    media_type = shown.document["media_type"]
    edited = whole_number(request.args.get("line") or "")
    at_hand = [line for line in shown.lines if line.number == edited] if reviewer else []
    cut = at_hand[0].number - shown.lines[0].number + 1 if at_hand else len(shown.lines)
    words_of_page = Words(language(request))

    def html_of(lines: Sequence[ShownLine]) -> Markup:
        return lines_html(lines, words_of_page, edit=f"/document/{key}/page/{number}" if reviewer else None)

    context = {
        "shown": shown,
        "lines_before": html_of(shown.lines[:cut]),
        "lines_after": html_of(shown.lines[cut:]),
        "reviewer": reviewer,
        "may_review": reviewing.enabled(datasette),
        "edited": at_hand[0] if at_hand else None,
        "edited_text": "".join(segment.text for segment in at_hand[0].segments) if at_hand else "",
        "header_fields": HEADER_FIELDS,
        "fact_inputs": reviewing.fact_inputs,
        "said": said,
        "number": number,
        "has_file": has_file,
        "has_image": has_file and (media_type == "application/pdf" or media_type.startswith("image/")),
        "pdfa": makes_pdfa(),
        "address": f"/document/{key}",
        "q": words,
        "page_address": lambda n: f"/document/{key}/page/{n}" + (f"?{urlencode({'q': words})}" if words else ""),
    }
    return await show(datasette, request, "room_document.html", context)


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


async def page_image(datasette: Anything, request: Anything) -> Response:
    key, number = request.url_vars["key"], int(request.url_vars["page"])

    def question(corpus: Corpus) -> bytes | None:
        document = find_document(corpus, key)
        page = document and corpus.row(
            "SELECT number, rotation, skew FROM pages WHERE document_id = ? AND number = ?", [document["id"], number]
        )
        path = find_file(corpus, document["sha256"]) if document and page else None
        if document is None or page is None or path is None:
            return None
        return draw_page(path, document["sha256"], document["media_type"], page)

    jpeg = await ask(datasette, question, DRAWING_MILLISECONDS)
    if jpeg is None:
        return await wrong(datasette, request, 404, "not_found")
    return Response(jpeg, content_type="image/jpeg", headers={"cache-control": "private, max-age=86400"})


async def line(datasette: Anything, request: Anything) -> Response:
    """The permanent address of a line leads to its place on its page."""
    key, number = request.url_vars["key"], int(request.url_vars["line"])

    def question(corpus: Corpus) -> int | None:
        document = find_document(corpus, key)
        return page_of_line(corpus, document["id"], number) if document else None

    page = await ask(datasette, question)
    if page is None:
        return await wrong(datasette, request, 404, "not_found")
    return Response.redirect(in_language(request, f"/document/{key}/page/{page}#L{number}"))


async def fact(datasette: Anything, request: Anything) -> Response:
    """The permanent address of a fact leads to its place on its page."""
    wanted = request.url_vars["id"]

    def question(corpus: Corpus) -> dict[str, Any] | None:
        for kind in FACT_KINDS:
            row = corpus.row(
                f'SELECT d."key", page FROM {kind} f JOIN documents d ON d.id = document_id WHERE f.id = ?', [wanted]
            )
            if row is not None:
                return row
        return None

    row = await ask(datasette, question)
    if row is None:
        return await wrong(datasette, request, 404, "not_found")
    return Response.redirect(in_language(request, f"/document/{row['key']}/page/{row['page']}#{wanted}"))


async def document_text(datasette: Anything, request: Anything) -> Response:
    """The whole text, pages parted by form feeds, as ``vanban text`` prints it."""
    column = "repaired" if request.url_vars["layer"] == "text" else "raw"

    def question(corpus: Corpus) -> str | None:
        document = find_document(corpus, request.url_vars["key"])
        if document is None:
            return None
        rows = corpus.tuples(
            f"SELECT {column} FROM page_texts JOIN pages ON pages.id = page_id WHERE document_id = ? ORDER BY number",
            [document["id"]],
        )
        return "\f".join(text for (text,) in rows)

    text = await ask(datasette, question)
    if text is None:
        return await wrong(datasette, request, 404, "not_found")
    return Response.text(text)


async def document_file(datasette: Anything, request: Anything) -> Response | AsgiStream:
    """The original file, always as a download: what strangers wrote is never shown as a page of ours."""

    def question(corpus: Corpus) -> tuple[Path, str] | None:
        document = find_document(corpus, request.url_vars["key"])
        path = find_file(corpus, document["sha256"]) if document else None
        return (path, document["name"]) if document and path else None

    found = await ask(datasette, question)
    if found is None:
        return await wrong(datasette, request, 404, "not_found")
    return download(found[0].open("rb"), found[1], "application/octet-stream")


async def overview(datasette: Anything, request: Anything) -> Response:
    """Figures of the corpus, and one month of its calendar."""
    today = date.today()
    asked = regex.fullmatch(r"([1-9]\d{3})-(0[1-9]|1[0-2])", request.args.get("month") or "", regex.ASCII)
    year, month = (int(asked[1]), int(asked[2])) if asked else (today.year, today.month)

    def question(corpus: Corpus) -> tuple[Overview, Month]:
        return overview_of(corpus), month_of(corpus, year, month, today)

    try:
        figures, sheet = await ask(datasette, question)
    except TooSlow:
        return await wrong(datasette, request, 503, "too_slow")
    context = {
        "figures": figures,
        "sheet": sheet,
        "today": today.isoformat(),
        "database": corpus_of(datasette)[0],
        "may_review": reviewing.enabled(datasette),
    }
    return await show(datasette, request, "room_overview.html", context)
