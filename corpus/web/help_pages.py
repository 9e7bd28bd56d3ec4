"""How to search, and how programs ask: pages of examples that are links."""

from __future__ import annotations

from datasette.utils.asgi import Response  # type: ignore[import-untyped]

from corpus.export.fields import FIELDS
from corpus.web.asking import Anything, show

EXAMPLES = (
    ("cai cach hanh chinh", "help_unmarked"),
    ("cải cách hành chính", "help_marked"),
    ('"cải cách hành chính"', "help_phrase"),
    ("76/NQ-CP", "help_number"),
    ("76 nq cp", "help_number_loose"),
    ("15/6/2020", "help_date"),
    ("rừng OR biển", "help_or"),
    ("giảm -nghèo", "help_without"),
    ("số hó*", "help_prefix"),
    ("(tưới OR tiêu) lúa", "help_brackets"),
)

ADDRESSES = (
    ("/search.json?q=giam", "api_search"),
    ("/search.atom?q=giam", "api_feed"),
    ("/facts/targets.json?unit=%25", "api_facts"),
    ("/indicators.json", "api_indicators"),
    ("/reported.json", "api_reported"),
    ("/export/documents.jsonl", "api_export"),
    ("/export/datapackage.zip", "api_package"),
)


async def search_help(datasette: Anything, request: Anything) -> Response:
    return await show(datasette, request, "room_help.html", {"examples": EXAMPLES})


async def api(datasette: Anything, request: Anything) -> Response:
    return await show(datasette, request, "room_api.html", {"addresses": ADDRESSES, "fields": FIELDS})
