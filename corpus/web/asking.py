"""What every page needs: the search form, a question put to the corpus in a thread, a filled template, an error in words."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import regex
from datasette.utils import sqlite_timelimit  # type: ignore[import-untyped]
from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from sqlite_utils import Database

from corpus.export.fields import FACT_KINDS, KINDS
from corpus.export.records import FORMATS
from corpus.reports.indicators import place_of, ticks, top_of
from corpus.search.filters import Filters
from corpus.search.query import OnlyExcludes, QueryError, TooLong
from corpus.search.selection import Selection
from corpus.web import QUERY_MILLISECONDS
from corpus.web.figures import fact_summary, figure, time_text
from corpus.web.words import LANGUAGES, Words, choose_language
from db.connection import is_corpus
from db.errors import CorpusMissing
from db.store import Corpus

_log = logging.getLogger("vanban.web")
T = TypeVar("T")
Anything = Any
"""Datasette has no types."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the search form holds; as parameters of an address it says the same search again."""

    q: str = ""
    type: str = ""
    issuer: str = ""
    province: str = ""
    signer: str = ""
    year_from: str = ""
    year_to: str = ""
    has: str = ""
    confidence: str = ""
    sort: str = ""
    p: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Form:
        return cls(**{name: (arguments.get(name) or "").replace("\x00", " ").strip()[:300] for name in cls.__slots__})

    def address(self, path: str = "/search", **changed: str) -> str:
        """The address of this form with some fields changed; a changed search starts at its first page."""
        form = replace(self, **({"p": ""} | changed))
        fields = {name: value for name, value in asdict(form).items() if value}
        return f"{path}?{urlencode(fields)}" if fields else path

    def filters(self) -> Filters:
        return Filters(
            type=self.type or None,
            issuer=self.issuer or None,
            province=self.province or None,
            signer=self.signer or None,
            year_from=whole_number(self.year_from),
            year_to=whole_number(self.year_to),
            has=(self.has,) if self.has in FACT_KINDS else (),
            confidence_from=decimal(self.confidence),
        )

    def selection(self, document: str | None = None) -> Selection:
        """What the search finds, for exports."""
        return Selection(self.q, self.filters(), document)

    def conditions(self) -> list[tuple[str, str]]:
        """The filters that are filled in."""
        return [(name, value) for name, value in asdict(self).items() if value and name not in ("q", "sort", "p")]

    @property
    def page(self) -> int:
        return max(1, min(whole_number(self.p) or 1, 500))


def whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def decimal(text: str) -> float | None:
    """A number as typed, with a decimal point or a decimal comma."""
    return float(text.replace(",", ".")) if regex.fullmatch(r"-?\d{1,15}([.,]\d{1,6})?", text, regex.ASCII) else None


def served_corpus(datasette: Anything) -> tuple[str, Path] | None:
    """Name and path of the first of Datasette's databases that is a corpus."""
    for name, database in datasette.databases.items():
        if database.path and is_corpus(Path(database.path)):
            return name, Path(database.path)
    return None


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


async def show(
    datasette: Anything, request: Anything, template: str, context: Mapping[str, object], status: int = 200
) -> Response:
    words = Words(language(request))
    other = LANGUAGES[1 - LANGUAGES.index(words.language)]
    kept = {name: request.args[name] for name in request.args if name != "lang"}
    everything = {
        "w": words,
        "at": lambda address: in_language(request, address),
        "lang": words.language,
        "chosen_language": _chosen(request),
        "other_language": f"{request.path}?{urlencode(kept | {'lang': other})}",
        "other": other,
        "kinds": KINDS,
        "fact_kinds": FACT_KINDS,
        "formats": FORMATS,
        "figure": figure,
        "time_text": lambda iso: time_text(iso, words),
        "summary": lambda kind, fact: fact_summary(kind, fact, words),
        "place_of": place_of,
        "ticks": ticks,
        "top_of": top_of,
        "form": Form(),
        **context,
    }
    html = await datasette.render_template([template], everything, request=request)
    return Response.html(html, status=status, headers={"vary": "accept-language"})


async def wrong(datasette: Anything, request: Anything, status: int, word: str, detail: str = "") -> Response:
    words = Words(language(request))
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "status": status, "error": detail or words[word]}, status=status)
    return await show(datasette, request, "room_error.html", {"message": words[word], "detail": detail}, status)


async def wrong_words(datasette: Anything, request: Anything, error: QueryError) -> Response:
    """The answer to words that can't be searched for."""
    word = {OnlyExcludes: "only_excludes", TooLong: "too_long"}.get(type(error), "bad_query")
    return await wrong(datasette, request, 400, word)


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
