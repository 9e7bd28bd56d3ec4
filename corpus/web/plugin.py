"""The Datasette plugin: addresses, headers on every answer, and who is turned away. It is idle where no corpus is served.

Everything is read-only and only GET and HEAD are answered, unless review is switched on. A server on a loopback address
answers to loopback names only, so that a web site that a visitor has open can't read the corpus by having its own name
point to 127.0.0.1.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from datasette import hookimpl  # type: ignore[import-untyped]
from jinja2 import FileSystemLoader

from corpus.web import asking, comparison, document_page, downloads, facts, review_pages, search_page, views
from db.connection import is_corpus

SECURITY_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self';"
        b" base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
LONGEST_QUERY_STRING = 4096
"""Bytes; a search form with every field filled in sends some 500."""

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")

_KEY = r"(?P<key>[0-9a-f]{16})"
Scope = dict[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]


@hookimpl  # type: ignore[untyped-decorator]
def register_routes(datasette: Any) -> list[tuple[str, object]]:  # noqa: ANN401  # Datasette has no types
    if asking.served_corpus(datasette) is None:
        return []
    return [
        (r"^/room/(?P<file>room\.css|room\.js|icon\.svg)$", views.static_file),
        (r"^/$", views.home),
        (r"^/search(?P<json>\.json)?$", search_page.search_page),
        (rf"^/document/{_KEY}(?P<json>\.json)?$", document_page.document_page),
        (rf"^/document/{_KEY}/page/(?P<page>[0-9]{{1,7}})(?P<json>\.json)?$", document_page.document_page),
        (rf"^/document/{_KEY}/page/(?P<page>[0-9]{{1,7}})/image$", document_page.page_image),
        (rf"^/document/{_KEY}/line/(?P<line>[0-9]{{1,9}})$", document_page.line),
        (rf"^/document/{_KEY}/(?P<layer>text|raw)$", document_page.document_text),
        (rf"^/document/{_KEY}/file$", document_page.document_file),
        (r"^/fact/(?P<id>[0-9a-z-]{1,120})$", document_page.fact),
        (r"^/overview$", views.overview),
        (r"^/indicators(?P<json>\.json)?$", comparison.indicators),
        (r"^/reported(?P<json>\.json)?$", comparison.reported),
        (rf"^/document/{_KEY}/page/(?P<page>[0-9]{{1,7}})/(?P<layout>alto|hocr)$", downloads.page_layout),
        (rf"^/document/{_KEY}/searchable\.pdf$", downloads.searchable_pdf),
        (r"^/export/datapackage\.zip$", downloads.package),
        (r"^/export/(?P<kind>pdf|alto|hocr)\.zip$", downloads.layouts),
        (r"^/facts/(?P<kind>targets|deadlines|assignments|citations)(\.(?P<format>[a-z]{1,10}))?$", facts.table),
        (r"^/reviews$", review_pages.reviews),
        (r"^/review$", review_pages.log_in),
        (r"^/review/(?P<what>line|header|fact|transcript)$", review_pages.review),
        (r"^/sample/(?P<sample>[0-9]{1,9})$", review_pages.sample),
        (rf"^/sample/(?P<sample>[0-9]{{1,9}})/{_KEY}/(?P<page>[0-9]{{1,7}})$", review_pages.sample),
        (r"^/sample/(?P<sample>[0-9]{1,9})/report$", review_pages.acceptance_report),
        (r"^/export/(?P<kind>[a-z]{1,20})\.(?P<format>[a-z]{1,10})$", downloads.records),
    ]


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Any) -> None:  # noqa: ANN401
    env.loader.loaders.append(FileSystemLoader(Path(__file__).parent / "templates"))


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:  # noqa: ANN401
    """What is kept of passwords reads as nothing on connections that answer visitors, whatever table or SQL they ask for.

    ``corpus.web.review`` checks passwords on a connection of its own.
    """
    path = getattr(datasette.databases.get(database), "path", None)
    if path and is_corpus(Path(path)):
        conn.set_authorizer(_without_passwords)


def _without_passwords(action: int, table: str | None, column: str | None, *_: str | None) -> int:
    secret = action == sqlite3.SQLITE_READ and table == "reviewers" and column in ("salt", "hash")
    return sqlite3.SQLITE_IGNORE if secret else sqlite3.SQLITE_OK


@hookimpl  # type: ignore[untyped-decorator]
def skip_csrf(datasette: Any, scope: Scope) -> bool:  # noqa: ANN401  # Datasette has no types
    """Datasette's tokens need a cookie. Our one kind of POST is checked by where it comes from (``review_pages.review``)."""
    return str(scope["path"]).startswith("/review/")


@hookimpl  # type: ignore[untyped-decorator]
def handle_exception(datasette: Any, request: Any, exception: BaseException) -> Awaitable[object] | None:  # noqa: ANN401
    return asking.failure(datasette, request, exception) if asking.served_corpus(datasette) is not None else None


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Callable[[Application], Application]:  # noqa: ANN401  # Datasette has no types
    if asking.served_corpus(datasette) is None:
        return lambda application: application
    configured = datasette.plugin_config("vanban") or {}
    local_only = bool(configured.get("local_only"))
    may_review = bool(configured.get("review"))

    def wrap(application: Application) -> Application:
        async def guarded(scope: Scope, receive: Any, send: Any) -> None:  # noqa: ANN401
            if scope["type"] != "http":
                await application(scope, receive, send)
                return

            async def send_with_headers(event: dict[str, Any]) -> None:
                if event["type"] == "http.response.start":
                    kept = [(name, value) for name, value in event.get("headers", ()) if name.lower() != b"x-frame-options"]
                    event = event | {"headers": [*kept, *SECURITY_HEADERS]}
                await send(event)

            refusal = _refusal(scope, local_only, may_review)
            if refusal is not None:
                await _answer(send_with_headers, *refusal)
                return
            await application(scope, receive, send_with_headers)

        return guarded

    return wrap


def _refusal(scope: Scope, local_only: bool, may_review: bool) -> tuple[int, str] | None:
    reviewing = may_review and scope["method"] == "POST" and scope["path"].startswith("/review/")
    if scope["method"] not in ("GET", "HEAD") and not reviewing:
        return 405, "only GET and HEAD"
    if len(scope.get("query_string", b"")) > LONGEST_QUERY_STRING:
        return 414, "the address is too long"
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"]
    if local_only and hosts and _name(hosts[0]) not in _LOOPBACK_NAMES:
        return 421, "this server answers to localhost only"
    return None


def _name(host: str) -> str:
    """The host without its port."""
    return host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.partition(":")[0].lower()


async def _answer(send: Callable[[dict[str, Any]], Awaitable[None]], status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode() + b"\n"})
