"""One function per address: reads the request, asks the corpus in a thread, fills a template."""

from __future__ import annotations

from datetime import date
from importlib import resources

import regex
from datasette.utils.asgi import Response  # type: ignore[import-untyped]

from corpus.web import review as reviewing
from corpus.web.asking import Anything, TooSlow, ask, corpus_of, show, wrong
from corpus.web.overview import Month, Overview, month_of, overview_of
from db.store import Corpus

_STATIC = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


async def static_file(request: Anything) -> Response:
    file: str = request.url_vars["file"]
    content = (resources.files("corpus.web") / "static" / file).read_text(encoding="utf-8")
    return Response(content, content_type=_STATIC[file.rpartition(".")[2]], headers={"cache-control": "max-age=3600"})


async def home(datasette: Anything, request: Anything) -> Response:
    totals = await ask(datasette, lambda corpus: corpus.totals())
    return await show(datasette, request, "room_home.html", {"totals": totals})


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
