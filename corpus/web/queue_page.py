"""The queue of review: one thing at a time, with the image of its place, to accept, correct, pass over or undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from datasette.utils.asgi import Response  # type: ignore[import-untyped]

from corpus.pages.originals import find_file
from corpus.reports.queue import KINDS, Item, Progress, progress_of, queue_of
from corpus.web.asking import Anything, ask, corpus_of, in_language, language, not_understood, show, visitor_of, wrong
from corpus.web.document import find_document
from corpus.web.document_page import is_drawn
from corpus.web.gate import body_of
from corpus.web.review import Input, fact_inputs, write
from corpus.web.typed import day_typed
from corpus.web.words import HERE, Words
from db.passing import pass_over, take_up
from db.questions.documents import fact, page_form
from db.reviews import fact_state
from db.store import Corpus
from documents.sheets import A4_POINTS

ROOM_ABOVE = 60.0
"""Points of the page shown above and below the place: three lines, enough to read it in its sentence."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An item with what its form needs; ``view`` is the part of the page image around it: left, top, width, height."""

    item: Item
    has_image: bool
    page_size: tuple[float, float]
    view: tuple[float, float, float, float]
    inputs: list[Input]
    table: str = ""
    review: str = ""
    state: str = ""


async def queue(datasette: Anything, request: Anything, receive: Anything) -> Response:
    visitor = visitor_of(request)
    if visitor is None:
        return await wrong(datasette, request, 404, "not_found")
    kind = request.args.get("kind") or ""
    if kind and kind not in KINDS:
        return await not_understood(datasette, request, [("kind", kind)])
    if request.method == "POST":
        fields = await body_of(receive) or {}
        await write(corpus_of(datasette)[1], lambda corpus: _note(corpus, visitor.name, fields))
        return Response.redirect(in_language(request, f"/queue?kind={kind}" if kind else "/queue"), status=303)
    words = Words(language(request))

    def question(corpus: Corpus) -> tuple[Shown | None, Progress]:
        items = queue_of(corpus, visitor.name, kind)
        return (_shown(corpus, items[0], words) if items else None), progress_of(corpus, visitor.name, _beginning_of_today())

    shown, progress = await ask(datasette, question)
    context = {"shown": shown, "progress": progress, "queue_kinds": KINDS, "kind": kind}
    return await show(datasette, request, "room_queue.html", context)


def _note(corpus: Corpus, reviewer: str, fields: dict[str, str]) -> None:
    if fields.get("item"):
        pass_over(corpus, reviewer, fields["item"][:200])
    else:
        take_up(corpus, reviewer)


def _beginning_of_today() -> str:
    midnight = datetime.now(HERE).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.astimezone(UTC).isoformat(timespec="seconds")


def _shown(corpus: Corpus, item: Item, words: Words) -> Shown:
    document = find_document(corpus, item.key)
    page = page_form(corpus, item.key, item.page)
    size = (page["width"] or A4_POINTS[0], page["height"] or A4_POINTS[1]) if page else A4_POINTS
    has_image = (
        document is not None and is_drawn(document["media_type"]) and find_file(corpus, document["sha256"]) is not None
    )
    if item.kind == "fact":
        table, row = _fact(corpus, item.field)
        inputs = fact_inputs(table, row, words)
        return Shown(item, has_image, size, _view(item, size), inputs, table, row["review"], fact_state(row))
    value = day_typed(item.value) if item.field == "date" else item.value
    inputs = [Input("after", item.field if item.kind == "header" else "line", value)]
    return Shown(item, has_image, size, _view(item, size), inputs)


def _fact(corpus: Corpus, id_: str) -> tuple[str, dict[str, Any]]:
    found = fact(corpus, id_)
    if found is None:
        raise LookupError(id_)
    kind, row, _ = found
    return kind, row


def _view(item: Item, size: tuple[float, float]) -> tuple[float, float, float, float]:
    """The strip of the page around the item over its whole width; the upper third where a place is not known."""
    width, height = size
    if item.box is None:
        return 0.0, 0.0, width, height / 3 if item.kind == "header" else height
    top = max(0.0, item.box[1] - ROOM_ABOVE)
    return 0.0, round(top, 1), width, round(min(height, item.box[3] + ROOM_ABOVE) - top, 1)
