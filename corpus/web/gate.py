"""Who may open a page and who may send a form: asked once, before any page is made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qs, urlencode

import regex
from datasette.utils import async_call_with_supported_arguments  # type: ignore[import-untyped]
from datasette.utils.asgi import Response  # type: ignore[import-untyped]

from corpus.web.accounts import accounts_of
from corpus.web.asking import VISITOR, Anything, corpus_of, in_language, settings_of, wrong

Needs = Literal["nothing", "reader", "reviewer"]
View = Callable[..., Awaitable[Any]]

MOST_BODY = 1_000_000
"""Bytes of a form. The longest is that of a dossier: some 400 for each of its documents, which are hundreds."""

MOST_FIELDS = 20_000
"""Of a form: a dossier has ten for each document, a file to be cut two for each page; ``MOST_BODY`` bounds all."""


@dataclass(frozen=True, slots=True)
class Route:
    """A page: the pattern of its address, what makes it, who may open it, and whether forms may be sent to it.

    ``reader`` is anybody, or anybody who is logged in where the room asks readers for a name (``Settings.readers``).
    """

    pattern: str
    view: View
    needs: Needs = "reader"
    posts: bool = False

    def guarded(self) -> View:
        """The view behind the questions who is asking and where a form comes from."""

        async def answer(datasette: Anything, request: Anything, receive: Anything) -> object:
            refusal = await self._refusal(datasette, request)
            if refusal is not None:
                return refusal
            return await async_call_with_supported_arguments(
                self.view, datasette=datasette, request=request, receive=receive, scope=request.scope
            )

        return answer

    async def _refusal(self, datasette: Anything, request: Anything) -> Response | None:
        settings = settings_of(datasette)
        if self.needs == "reviewer" and not settings.review:
            return await wrong(datasette, request, 404, "not_found")
        visitor = await accounts_of(datasette, corpus_of(datasette)[1]).visitor(request) if settings.accounts else None
        request.scope[VISITOR] = visitor
        if request.method == "POST":
            if not self.posts:
                return await wrong(datasette, request, 405, "refused")
            if not from_own_page(request.headers, request.host):
                return await wrong(datasette, request, 403, "foreign_page")
        named = self.needs == "reviewer" or (self.needs == "reader" and settings.readers)
        if named and visitor is None:
            return await ask_for_name(datasette, request)
        if self.needs == "reviewer" and visitor is not None and not visitor.may_review:
            return await wrong(datasette, request, 403, "reviewers_only")
        return None


async def ask_for_name(datasette: Anything, request: Anything) -> Response:
    """Lead to the log-in and back again; a form or a program is told so instead, for its words would be lost."""
    if request.method == "POST" or request.path.endswith((".json", ".atom")):
        return await wrong(datasette, request, 401, "log_in_first")
    wanted = f"{request.path}?{request.query_string}" if request.query_string else request.path
    return Response.redirect(in_language(request, f"/log-in?{urlencode({'next': wanted})}"))


_OWN_ADDRESS = regex.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


def own_address(address: str) -> str:
    """An address of this server, or its first page: nobody is led elsewhere by what a form brings along.

    >>> own_address("/search?q=a"), own_address("//evil.example"), own_address("https://evil.example")
    ('/search?q=a', '/', '/')
    """
    return address if _OWN_ADDRESS.fullmatch(address) else "/"


def from_own_page(headers: Mapping[str, str], host: str) -> bool:
    """Whether a request that changes something was sent by a page of this server.

    Browsers say so in ``Sec-Fetch-Site`` or ``Origin``, and no foreign page can forge either.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin", "")
    return bool(host) and origin.partition("://")[2] == host


async def body_of(receive: Callable[[], Any]) -> dict[str, str] | None:
    """The fields of a posted form; ``None`` when it is too large or no form at all."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BODY:
            return None
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()}
