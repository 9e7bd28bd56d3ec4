"""The page of a document: image beside text, its lines and facts, its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import AsgiStream, Response  # type: ignore[import-untyped]
from markupsafe import Markup

from corpus.export.fields import FACT_KINDS
from corpus.pages.originals import find_file
from corpus.pages.searchable import makes_pdfa
from corpus.web import review as reviewing
from corpus.web.asking import Anything, Form, TooSlow, ask, in_language, json_answer, language, show, whole_number, wrong
from corpus.web.document import ShownLine, ShownPage, find_document, page_of_line, show_page
from corpus.web.downloads import download
from corpus.web.images import page_image as draw_page
from corpus.web.markup import lines_html
from corpus.web.words import Words
from db.reviews import HEADER_FIELDS, history
from db.store import Corpus

DRAWING_MILLISECONDS = 60_000
"""Time limit of what draws a page or resamples a whole acceptance sample."""


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
