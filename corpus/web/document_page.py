"""The page of a document: image beside text, its lines and facts, its files."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from datasette.utils.asgi import AsgiStream, Response  # type: ignore[import-untyped]

from corpus.archive.dossiers import dossiers_of
from corpus.pages.originals import attachments_of, find_file, hangs_on
from corpus.pages.searchable import makes_pdfa
from corpus.web import renderings
from corpus.web.asking import (
    Anything,
    TooSlow,
    ask,
    corpus_of,
    in_language,
    json_answer,
    language,
    not_understood,
    settings_of,
    show,
    visitor_of,
    wrong,
)
from corpus.web.document import ShownPage, ShownTable, find_document, page_of_line, show_page
from corpus.web.downloads import download
from corpus.web.form import Form, whole_number
from corpus.web.gate import ask_for_name
from corpus.web.images import THUMBNAIL_WIDTH, WIDTH
from corpus.web.images import page_image as draw_page
from corpus.web.markup import Editing, blocks_html
from corpus.web.portions import at_line, portion_with, portions
from corpus.web.renderings import RENDERED, Renderings, count_pages, printed_page, printing
from corpus.web.review import fact_inputs, said
from corpus.web.words import Words
from db.codec import dump
from db.questions import documents as questions
from db.questions.overview import dossiers_counted
from db.reviews import HEADER_FIELDS, fact_state, history
from db.store import Corpus
from db.tags import notes_of, tags_of
from documents.facts import FACT_KINDS

_drawing = ThreadPoolExecutor(1, thread_name_prefix="drawing")
"""Pages are drawn one at a time and not on the threads that answer searches."""

DOSSIERS_OFFERED = 200
"""Codes that a browser proposes while one is typed."""

FACTS_LISTED = 40
"""Facts listed at once: a printed page has fewer; a text file whose pages are not known has hundreds on its one."""

STRIP = 12
"""Small pictures of pages beside the one that is read; the others are reached by number."""


async def document_page(datasette: Anything, request: Anything) -> Response:
    """A page of a document; ``review`` turns on its forms, ``fact`` and ``outline`` say which facts are outlined."""
    key, number = request.url_vars["key"], int(request.url_vars.get("page") or 1)
    q = Form.of(request.args).q
    visitor = visitor_of(request)
    reviewing = bool(request.args.get("review")) and settings_of(datasette).review
    if reviewing and visitor is None:
        return await ask_for_name(datasette, request)
    if reviewing and visitor is not None and not visitor.may_review:
        return await wrong(datasette, request, 403, "reviewers_only")

    def question(corpus: Corpus) -> tuple[ShownPage | None, bool, dict[str, list[Any]]]:
        page = show_page(corpus, key, number, q)
        has_file = page is not None and find_file(corpus, page.document["sha256"]) is not None
        by_people: dict[str, list[Any]] = {
            "reviews": history(corpus, key),
            "tags": tags_of(corpus, key),
            "dossiers": dossiers_of(corpus, key),
            "dossier_codes": [one["value"] for one in dossiers_counted(corpus, DOSSIERS_OFFERED)],
            "notes": notes_of(corpus, key),
        }
        if page is not None:
            sha256 = page.document["sha256"]
            by_people |= {"attachments": attachments_of(corpus, sha256), "hangs_on": hangs_on(corpus, sha256)}
        return page, has_file, by_people

    try:
        shown, has_file, by_people = await ask(datasette, question)
    except TooSlow:
        return await wrong(datasette, request, 503, "too_slow")
    if shown is None:
        return await wrong(datasette, request, 404, "not_found")
    if request.url_vars.get("json"):
        return json_answer({"ok": True, **asdict(shown)})
    context = _context(request, shown, q, reviewing) | by_people
    context |= {"has_file": has_file, "has_image": has_file and is_drawn(shown.document["media_type"])}
    context["has_print"] = has_file and prints(datasette, shown.document["media_type"])
    return await show(datasette, request, "room_document.html", context)


def _context(request: Anything, shown: ShownPage, q: str, reviewing: bool) -> dict[str, Any]:
    """All that ``templates/room_document.html`` is filled with, but for what people said and the original file."""
    words = Words(language(request))
    number: int = shown.page["number"]
    address = f"/document/{shown.document['key']}"
    kept = {name: request.args.get(name) or "" for name in ("q", "results")}
    at = {"at": request.args.get("at") or ""}
    chosen = request.args.get("fact") or None
    first = _first_listed(shown, chosen, whole_number(request.args.get("facts") or "") or 0)
    editing = _editing(request, shown, address) if reviewing else None
    chosen_fact = next((fact for fact in shown.facts if fact["id"] == chosen), None)
    parts = portions(shown.blocks)
    asked = whole_number(request.args.get("at") or request.args.get("line") or "")
    here = portion_with(parts, chosen_fact["line"] if chosen_fact and asked is None else asked)
    return {
        "shown": shown,
        "text": blocks_html(parts[here].blocks, words, editing=editing, chosen=chosen),
        "portions": parts if len(parts) > 1 else [],
        "portion": here,
        "has_table": any(isinstance(block, ShownTable) for block in parts[here].blocks),
        "edits": [line for line in shown.lines if any(s.repaired is not None or s.doubt is not None for s in line.segments)],
        "listed": shown.facts[first : first + FACTS_LISTED],
        "earlier_facts": max(0, first - FACTS_LISTED) if first else None,
        "later_facts": first + FACTS_LISTED if first + FACTS_LISTED < len(shown.facts) else None,
        "chosen_fact": chosen_fact,
        "outlined": request.args.get("outline") if request.args.get("outline") in FACT_KINDS else "",
        "editing": reviewing,
        "header_fields": HEADER_FIELDS,
        "fact_inputs": lambda kind, row: fact_inputs(kind, row, words),
        "fact_state": lambda fact: fact_state(stored(fact)),
        "said": lambda kind, name, value: said(kind, name, value, words),
        "number": number,
        "strip": pages_beside(number, shown.document["pages"]),
        "pdfa": makes_pdfa(),
        "address": address,
        "q": q,
        "results_address": results_address(q, request.args.get("results") or ""),
        "page_address": lambda n, **more: page_address(address, n, {**kept, **(at if n == number else {}), **more}),
    }


def _first_listed(shown: ShownPage, chosen: str | None, asked: int) -> int:
    """The first fact of the list beside the page: the part of it that was asked for, or that has the chosen one."""
    at = next((i for i, fact in enumerate(shown.facts) if fact["id"] == chosen), asked)
    return min(at, max(0, len(shown.facts) - 1)) // FACTS_LISTED * FACTS_LISTED


def _editing(request: Anything, shown: ShownPage, address: str) -> Editing:
    """Where the forms for lines are sent, and what the form of the line that is being corrected sends along."""
    line, number = whole_number(request.args.get("line") or ""), str(shown.page["number"])
    on_page = (line or 0) - int(shown.page["first_line"]) + 1
    hidden = {"key": shown.document["key"], "page": number, "show": str(line), "line": str(on_page)}
    return Editing(f"{address}/page/{number}", line, in_language(request, "/review/line"), hidden)


def stored(fact: Mapping[str, Any]) -> dict[str, Any]:
    """The fact as it is stored, of what a page shows: without what was added, lists packed again."""
    row = {name: value for name, value in fact.items() if name not in ("fact", "box")}
    return row | ({"responsible": dump(row["responsible"])} if isinstance(row.get("responsible"), list) else {})


def prints(datasette: Anything, media_type: str) -> bool:
    """Can a word processor show how a file of this type is printed?"""
    return media_type in RENDERED and renderings.of(corpus_of(datasette)[1]) is not None


def is_drawn(media_type: str) -> bool:
    return media_type == "application/pdf" or media_type.startswith("image/")


def pages_beside(number: int, pages: int) -> list[int]:
    """The pages shown small: those around this one.

    >>> pages_beside(2, 3), pages_beside(50, 100)
    ([1, 2, 3], [44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55])
    """
    first = max(1, min(number - STRIP // 2, pages - STRIP + 1))
    return list(range(first, min(pages, first + STRIP - 1) + 1))


def page_address(address: str, number: int, fields: Mapping[str, str]) -> str:
    filled = {name: value for name, value in fields.items() if value}
    return f"{address}/page/{number}{f'?{urlencode(filled)}' if filled else ''}"


def results_address(q: str, results: str) -> str:
    """The way back to the results that the page was found among; only a search, whatever the address brings along."""
    try:
        fields = {name: values[0] for name, values in parse_qs(results, max_num_fields=30).items()}
    except ValueError:
        fields = {}
    form = Form.of(fields or {"q": q})
    return form.address("/search", p=form.p)


async def go_to_page(datasette: Anything, request: Anything) -> Response:
    """The page whose number was typed."""
    number = whole_number((request.args.get("n") or "").strip())
    if not number:
        return await not_understood(datasette, request, [("page", request.args.get("n") or "")])
    fields = {name: request.args.get(name) or "" for name in ("q", "results", "review")}
    return Response.redirect(in_language(request, page_address(f"/document/{request.url_vars['key']}", number, fields)))


async def page_image(datasette: Anything, request: Anything) -> Response:
    key, number = request.url_vars["key"], int(request.url_vars["page"])
    width = THUMBNAIL_WIDTH if request.url_vars["size"] == "thumbnail" else WIDTH

    def question(corpus: Corpus) -> tuple[Path, dict[str, Any], dict[str, Any]] | None:
        document = find_document(corpus, key)
        page = questions.page_form(corpus, key, number)
        path = find_file(corpus, document["sha256"]) if document and page else None
        if document is None or page is None or path is None:
            return None
        return path, document, page

    found = await ask(datasette, question)
    if found is None:
        return await wrong(datasette, request, 404, "not_found")
    path, document, page = found
    jpeg = await asyncio.get_running_loop().run_in_executor(
        _drawing, draw_page, path, document["sha256"], document["media_type"], page, width
    )
    if jpeg is None:
        return await wrong(datasette, request, 404, "not_found")
    return Response(jpeg, content_type="image/jpeg", headers={"cache-control": "private, max-age=86400"})


async def print_page(datasette: Anything, request: Anything) -> Response:
    """All printed pages of an office file, one below the other."""
    found = await _printed(datasette, request.url_vars["key"])
    if found is None:
        return await wrong(datasette, request, 404, "not_found")
    document, pdf = found
    pages = await asyncio.get_running_loop().run_in_executor(_drawing, count_pages, pdf)
    context = {"document": document, "pages": min(pages, MOST_PRINTED), "address": f"/document/{document['key']}"}
    return await show(datasette, request, "room_print.html", context)


MOST_PRINTED = 300
"""Printed pages shown below each other; the file itself has all of them."""


async def print_image(datasette: Anything, request: Anything) -> Response:
    """One printed page: by its own number, or (``of``) the one on which a page of the text begins."""
    number = int(request.url_vars["page"])
    found = await _printed(datasette, request.url_vars["key"])
    if found is None:
        return await wrong(datasette, request, 404, "not_found")
    document, pdf = found
    loop = asyncio.get_running_loop()
    if request.url_vars["by"] == "of":
        first = await ask(datasette, lambda corpus: questions.first_line(corpus, document["id"], number))
        number = await loop.run_in_executor(_drawing, printed_page, pdf, first, number)
    page = {"number": number, "rotation": 0}
    jpeg = await loop.run_in_executor(_drawing, draw_page, pdf, f"print {document['sha256']}", PDF, page, WIDTH)
    if jpeg is None:
        return await wrong(datasette, request, 404, "not_found")
    return Response(jpeg, content_type="image/jpeg", headers={"cache-control": "private, max-age=86400"})


PDF = "application/pdf"


async def _printed(datasette: Anything, key: str) -> tuple[dict[str, Any], Path] | None:
    """The document and its printed file; ``None`` where there is no word processor, no file, or none that prints."""
    kept: Renderings | None = renderings.of(corpus_of(datasette)[1])

    def question(corpus: Corpus) -> tuple[dict[str, Any], Path] | None:
        document = find_document(corpus, key)
        path = find_file(corpus, document["sha256"]) if document else None
        return (document, path) if document is not None and path is not None else None

    found = await ask(datasette, question) if kept is not None else None
    if kept is None or found is None or found[0]["media_type"] not in RENDERED:
        return None
    document, path = found
    loop = asyncio.get_running_loop()
    pdf = await loop.run_in_executor(printing, kept.pdf, path, document["sha256"], document["media_type"])
    return (document, pdf) if pdf is not None else None


async def line(datasette: Anything, request: Anything) -> Response:
    """The permanent address of a line leads to its place on its page."""
    key, number = request.url_vars["key"], int(request.url_vars["line"])

    def question(corpus: Corpus) -> int | None:
        document = find_document(corpus, key)
        return page_of_line(corpus, document["id"], number) if document else None

    page = await ask(datasette, question)
    if page is None:
        return await wrong(datasette, request, 404, "not_found")
    return Response.redirect(in_language(request, page_address(f"/document/{key}", page, at_line(number)) + f"#L{number}"))


async def fact(datasette: Anything, request: Anything) -> Response:
    """The permanent address of a fact leads to its place on its page."""
    wanted = request.url_vars["id"]

    found = await ask(datasette, lambda corpus: questions.fact(corpus, wanted))
    if found is None:
        return await wrong(datasette, request, 404, "not_found")
    _, row, key = found
    return Response.redirect(in_language(request, f"/document/{key}/page/{row['page']}?fact={wanted}#L{row['line']}"))


async def document_text(datasette: Anything, request: Anything) -> Response:
    """The whole text, pages parted by form feeds, as ``vanban text`` prints it."""
    column = "repaired" if request.url_vars["layer"] == "text" else "raw"

    def question(corpus: Corpus) -> str | None:
        document = find_document(corpus, request.url_vars["key"])
        return None if document is None else questions.text_of(corpus, document["id"], raw=column == "raw")

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
