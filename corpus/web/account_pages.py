"""Log-in, log-out, and the sessions that somebody has open."""

from __future__ import annotations

from datasette.utils.asgi import Response  # type: ignore[import-untyped]

from corpus.web.accounts import TryLater, accounts_of, give_session
from corpus.web.asking import Anything, corpus_of, in_language, language, settings_of, show, visitor_of, wrong
from corpus.web.gate import body_of, own_address
from corpus.web.words import Words


async def log_in(datasette: Anything, request: Anything, receive: Anything) -> Response:
    """The form, and what became of it: where the visitor wanted to go, or what is wrong with it."""
    if not settings_of(datasette).accounts:
        return await wrong(datasette, request, 404, "not_found")
    if request.method != "POST":
        return await _form(datasette, request, {"next": own_address(request.args.get("next") or "/")})
    fields = await body_of(receive)
    if fields is None:
        return await wrong(datasette, request, 413, "too_large_form")
    client = request.scope.get("client") or ("", 0)
    try:
        token = await accounts_of(datasette, corpus_of(datasette)[1]).log_in(
            fields.get("name", "").strip(),
            fields.get("password", ""),
            address=str(client[0]),
            agent=request.headers.get("user-agent", ""),
        )
    except TryLater as error:
        text = Words(language(request)).say("try_later", seconds=error.seconds)  # no page: a guesser must cost little
        return Response.text(text, status=429, headers={"retry-after": str(error.seconds)})
    if token is None:
        return await _form(datasette, request, fields | {"wrong": "1"}, 403)
    response = Response.redirect(in_language(request, own_address(fields.get("next", "/"))), status=303)
    give_session(response, request, token)
    return response


async def _form(datasette: Anything, request: Anything, fields: dict[str, str], status: int = 200) -> Response:
    context = {
        "name": fields.get("name", ""),
        "next": own_address(fields.get("next", "/")),
        "is_wrong": "wrong" in fields,
    }
    return await show(datasette, request, "room_log_in.html", context, status)


async def log_out(datasette: Anything, request: Anything) -> Response:
    visitor = visitor_of(request)
    if request.method != "POST":
        return await wrong(datasette, request, 405, "refused")
    if visitor is not None:
        await accounts_of(datasette, corpus_of(datasette)[1]).end(visitor.session, visitor.name)
    response = Response.redirect(in_language(request, "/"), status=303)
    give_session(response, request, "")
    return response


async def sessions(datasette: Anything, request: Anything, receive: Anything) -> Response:
    """The visitor's own sessions, each of which can be ended."""
    visitor = visitor_of(request)
    if visitor is None:
        return await wrong(datasette, request, 404, "not_found")
    accounts = accounts_of(datasette, corpus_of(datasette)[1])
    if request.method == "POST":
        fields = await body_of(receive) or {}
        ended = fields.get("session", "")
        if not ended.isascii() or not ended.isdigit() or len(ended) > 15:
            return await wrong(datasette, request, 400, "refused")
        await accounts.end(int(ended), visitor.name)
        return Response.redirect(in_language(request, "/sessions"), status=303)
    return await show(datasette, request, "room_sessions.html", {"sessions": await accounts.sessions(visitor.name)})
