"""The Datasette plugin: addresses, headers on every answer, and who is turned away. It is idle where no corpus is served.

Everything is read-only and only GET and HEAD are answered, unless people can log in. A server on a loopback address
answers to loopback names only, so that a web site that a visitor has open can't read the corpus by having its own name
point to 127.0.0.1.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import regex
from datasette import hookimpl  # type: ignore[import-untyped]
from jinja2 import FileSystemLoader

from corpus.web import asking
from corpus.web.routes import ELSEWHERE, ROUTES
from corpus.web.settings import Settings
from db.connection import marks_corpus

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
_FORMS = tuple(regex.compile(route.pattern) for route in ROUTES if route.posts)

_SECRET_COLUMNS = {"reviewers": ("salt", "hash"), "sessions": ("token", "address", "agent")}
"""What reads as nothing to visitors, whatever table or SQL they ask for."""

Scope = dict[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]


@hookimpl  # type: ignore[untyped-decorator]
def register_routes(datasette: Any) -> list[tuple[str, object]]:  # noqa: ANN401  # Datasette has no types
    if asking.served_corpus(datasette) is None:
        return []
    routes = ROUTES if not asking.settings_of(datasette).whole_server else (*ROUTES, ELSEWHERE)
    return [(route.pattern, route.guarded()) for route in routes]


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Any) -> None:  # noqa: ANN401
    env.loader.loaders.append(FileSystemLoader(Path(__file__).parent / "templates"))
    env.filters["from_json"] = lambda text: json.loads(text or "{}")


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:  # noqa: ANN401
    """What is kept of passwords and sessions can't be read on connections that answer visitors.

    ``corpus.web.accounts`` looks at them on a connection of its own.
    """
    if marks_corpus(conn):
        conn.set_authorizer(_without_secrets)


def _without_secrets(action: int, table: str | None, column: str | None, *_: str | None) -> int:
    secret = action == sqlite3.SQLITE_READ and column in _SECRET_COLUMNS.get(table or "", ())
    return sqlite3.SQLITE_IGNORE if secret else sqlite3.SQLITE_OK


@hookimpl  # type: ignore[untyped-decorator]
def skip_csrf(datasette: Any, scope: Scope) -> bool:  # noqa: ANN401  # Datasette has no types
    """Datasette's tokens are hidden fields of its own forms. Ours are checked by where they come from (``gate``)."""
    return asking.served_corpus(datasette) is not None and takes_forms(str(scope["path"]))


def takes_forms(path: str) -> bool:
    return any(pattern.match(path) for pattern in _FORMS)


@hookimpl  # type: ignore[untyped-decorator]
def handle_exception(datasette: Any, request: Any, exception: BaseException) -> Awaitable[object] | None:  # noqa: ANN401
    return asking.failure(datasette, request, exception) if asking.served_corpus(datasette) is not None else None


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Callable[[Application], Application]:  # noqa: ANN401  # Datasette has no types
    if asking.served_corpus(datasette) is None:
        return lambda application: application
    settings = asking.settings_of(datasette)

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

            refusal = _refusal(scope, settings)
            if refusal is not None:
                await _answer(send_with_headers, *refusal)
                return
            await application(scope, receive, send_with_headers)

        return guarded

    return wrap


def _refusal(scope: Scope, settings: Settings) -> tuple[int, str] | None:
    form = settings.accounts and scope["method"] == "POST" and takes_forms(scope["path"])
    if scope["method"] not in ("GET", "HEAD") and not form:
        return 405, "only GET and HEAD"
    if len(scope.get("query_string", b"")) > LONGEST_QUERY_STRING:
        return 414, "the address is too long"
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"]
    if settings.local_only and hosts and _name(hosts[0]) not in _LOOPBACK_NAMES:
        return 421, "this server answers to localhost only"
    return None


def _name(host: str) -> str:
    """The host without its port."""
    return host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.partition(":")[0].lower()


async def _answer(send: Callable[[dict[str, Any]], Awaitable[None]], status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode() + b"\n"})
