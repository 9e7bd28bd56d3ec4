"""What every page needs: a question put to the corpus in a thread, a filled template, an error in words."""

from __future__ import annotations

import json
import logging
import sqlite3
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from datasette.utils import sqlite_timelimit  # type: ignore[import-untyped]
from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from sqlite_utils import Database

from corpus.export.fields import KINDS
from corpus.export.records import FORMATS
from corpus.reports.indicators import place_of, ticks, top_of
from corpus.search.query import OnlyExcludes, QueryError, TooLong
from corpus.web import QUERY_MILLISECONDS
from corpus.web.accounts import Visitor
from corpus.web.figures import fact_summary, figure, time_text
from corpus.web.form import Form, Problem
from corpus.web.navigation import navigation_for
from corpus.web.settings import Settings
from corpus.web.words import LANGUAGES, Words, choose_language
from db.connection import is_corpus
from db.errors import CorpusMissing
from db.store import Corpus
from documents.facts import FACT_KINDS

_log = logging.getLogger("vanban.web")
T = TypeVar("T")
Anything = Any
"""Datasette has no types."""


_served: weakref.WeakKeyDictionary[Anything, tuple[str, Path] | None] = weakref.WeakKeyDictionary()


def served_corpus(datasette: Anything) -> tuple[str, Path] | None:
    """Name and path of the first of Datasette's databases that is a corpus; looked up once, when the server starts."""
    if datasette not in _served:
        paths = {name: Path(database.path) for name, database in datasette.databases.items() if database.path}
        _served[datasette] = next(((name, path) for name, path in paths.items() if is_corpus(path)), None)
    return _served[datasette]


def corpus_of(datasette: Anything) -> tuple[str, Path]:
    """The same where there is one: pages have addresses only then (``corpus.web.plugin``)."""
    served = served_corpus(datasette)
    if served is None:
        raise CorpusMissing(Path())
    return served


class TooSlow(RuntimeError):
    """A query took longer than its limit."""


async def ask(datasette: Anything, question: Callable[[Corpus], T], milliseconds: int = QUERY_MILLISECONDS) -> T:
    """Put a question to the corpus on one of Datasette's read-only connections, in its thread. Raises ``TooSlow``."""
    name, path = corpus_of(datasette)

    def in_thread(connection: sqlite3.Connection) -> T:
        connection.row_factory = None
        corpus = Corpus(Database(connection, execute_plugins=False, recursive_triggers=False), path, read_only=True)
        try:
            with sqlite_timelimit(connection, milliseconds):
                return question(corpus)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname == "SQLITE_INTERRUPT":
                raise TooSlow from error
            raise
        finally:
            connection.row_factory = sqlite3.Row  # as Datasette's own pages expect it

    answer: T = await datasette.get_database(name).execute_fn(in_thread)
    return answer


_remembered: weakref.WeakKeyDictionary[Anything, dict[str, tuple[float, Any]]] = weakref.WeakKeyDictionary()
REMEMBERED_SECONDS = 20.0
"""How old the figures of first page and overview may be; on a million pages they take a second to count."""


async def ask_at_times(datasette: Anything, name: str, question: Callable[[Corpus], T]) -> T:
    """The answer to a question about the whole corpus, asked anew when it is older than ``REMEMBERED_SECONDS``."""
    answers = _remembered.setdefault(datasette, {})
    if name not in answers or time.monotonic() - answers[name][0] > REMEMBERED_SECONDS:
        answers[name] = time.monotonic(), await ask(datasette, question)
    answer: T = answers[name][1]
    return answer


def language(request: Anything) -> str:
    return choose_language(request.args.get("lang"), request.headers.get("accept-language", ""))


def _chosen(request: Anything) -> str:
    """The language that the address asks for."""
    asked = request.args.get("lang") or ""
    return asked if asked in LANGUAGES else ""


def in_language(request: Anything, address: str) -> str:
    """The address with the language that this one asks for carried on."""
    if not _chosen(request):
        return address
    path, hash_, place = address.partition("#")
    return f"{path}{'&' if '?' in path else '?'}{urlencode({'lang': _chosen(request)})}{hash_}{place}"


VISITOR = "vanban_visitor"
"""Where the scope of a request says who sends it (``corpus.web.gate``)."""


def visitor_of(request: Anything) -> Visitor | None:
    """Who is logged in, or nobody."""
    visitor: Visitor | None = request.scope.get(VISITOR)
    return visitor


def settings_of(datasette: Anything) -> Settings:
    return Settings(**(datasette.plugin_config("vanban") or {}))


async def show(
    datasette: Anything, request: Anything, template: str, context: Mapping[str, object], status: int = 200
) -> Response:
    """A page. Everything that its template may use beside ``context`` is made here."""
    words = Words(language(request))
    other = LANGUAGES[1 - LANGUAGES.index(words.language)]
    kept = {name: request.args[name] for name in request.args if name != "lang"}
    visitor, settings = visitor_of(request), settings_of(datasette)
    everything = {
        "w": words,
        "at": lambda address: in_language(request, address),
        "lang": words.language,
        "chosen_language": _chosen(request),
        "other_language": f"{request.path}?{urlencode(kept | {'lang': other})}",
        "other": other,
        "here": request.path,
        "navigation": navigation_for(visitor),
        "visitor": visitor,
        "accounts": settings.accounts,
        "log_in_address": in_language(request, f"/log-in?{urlencode({'next': _this_page(request)})}"),
        "reviewing": settings.review and visitor is not None and visitor.may_review,
        "may_review": settings.review,
        "kinds": KINDS,
        "fact_kinds": FACT_KINDS,
        "formats": FORMATS,
        "number": words.number,
        "percent": words.percent,
        "day": words.day,
        "moment": words.moment,
        "stratum": words.stratum,
        "figure": lambda fact: figure(fact, words),
        "time_text": lambda iso: time_text(iso, words),
        "summary": lambda kind, fact: fact_summary(kind, fact, words),
        "place_of": place_of,
        "ticks": ticks,
        "top_of": top_of,
        "form": Form(),
        **context,
    }
    html = await datasette.render_template([template], everything, request=request)
    return Response.html(html, status=status, headers={"vary": "accept-language, cookie", "cache-control": "no-cache"})


def _this_page(request: Anything) -> str:
    return f"{request.path}?{request.query_string}" if request.query_string else str(request.path)


async def wrong(datasette: Anything, request: Anything, status: int, word: str, detail: str = "") -> Response:
    words = Words(language(request))
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "status": status, "error": detail or words[word]}, status=status)
    return await show(datasette, request, "room_error.html", {"message": words[word], "detail": detail}, status)


async def not_understood(datasette: Anything, request: Anything, problems: Sequence[Problem]) -> Response:
    """The answer to conditions that mean nothing: one sentence for each, nothing is silently left out."""
    words = Words(language(request))
    return await wrong(datasette, request, 400, "not_understood", " ".join(problem_text(one, words) for one in problems))


def problem_text(problem: Problem, words: Words) -> str:
    name, typed = problem
    return words.say("problem_" + name if f"problem_{name}" in words else "problem", field=words.get(name), typed=typed[:60])


async def wrong_words(datasette: Anything, request: Anything, error: QueryError) -> Response:
    """The answer to words that can't be searched for."""
    return await wrong(datasette, request, 400, query_word(error))


def query_word(error: QueryError) -> str:
    """What to say of words that can't be searched for."""
    return {OnlyExcludes: "only_excludes", TooLong: "too_long"}.get(type(error), "bad_query")


async def failure(datasette: Anything, request: Anything, exception: BaseException) -> Response:
    """The answer to what went wrong. Visitors are told that it did; what exactly goes to the log."""
    status = int(getattr(exception, "status", 500))
    if status == 404:
        return await wrong(datasette, request, 404, "not_found")
    if status >= 500:
        _log.error("%s failed", request.path, exc_info=exception)
        return await wrong(datasette, request, status, "went_wrong")
    return await wrong(datasette, request, status, "refused", str(exception))


def json_answer(value: object) -> Response:
    body = json.dumps(value, ensure_ascii=False, default=str)
    return Response(body, content_type="application/json; charset=utf-8")
