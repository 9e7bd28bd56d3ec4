"""The first page: a place to start from. And the files that all pages need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib import resources

from datasette.utils.asgi import Response  # type: ignore[import-untyped]

from corpus.web.asking import Anything, ask_at_times, show
from db.questions.overview import Row, count_by, days_to_come, newest_documents
from db.store import Corpus

_STATIC = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
RECENT, AHEAD = 8, 8


@dataclass(frozen=True, slots=True)
class Start:
    """What ``templates/room_home.html`` shows: each of it leads on."""

    totals: dict[str, int]
    recent: list[Row]
    types: list[Row]
    issuers: list[Row]
    provinces: list[Row]
    years: list[Row]
    ahead: list[Row]


async def static_file(request: Anything) -> Response:
    file: str = request.url_vars["file"]
    content = (resources.files("corpus.web") / "static" / file).read_text(encoding="utf-8")
    return Response(content, content_type=_STATIC[file.rpartition(".")[2]], headers={"cache-control": "max-age=3600"})


async def home(datasette: Anything, request: Anything) -> Response:
    today = date.today().isoformat()
    start = await ask_at_times(datasette, "home", lambda corpus: start_of(corpus, today))
    return await show(datasette, request, "room_home.html", {"start": start})


def start_of(corpus: Corpus, today: str) -> Start:
    return Start(
        totals=corpus.totals(),
        recent=newest_documents(corpus, RECENT),
        types=count_by(corpus, "type", 12),
        issuers=count_by(corpus, "issuer", 8),
        provinces=count_by(corpus, "province", 12),
        years=count_by(corpus, "year", 12),
        ahead=days_to_come(corpus, today, AHEAD),
    )
