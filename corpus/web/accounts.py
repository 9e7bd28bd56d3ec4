"""Who is asking: log-in, log-out and sessions of the reading room.

A password is stretched in a thread of its own, one after the other and only a few in waiting, so that whoever tries
passwords keeps no reader waiting. The session lives in the corpus (``db.sessions``): a changed password ends it at once, a
restart of the server does not. Its token is in a cookie that no script can read and no foreign page can send along.
"""

from __future__ import annotations

import asyncio
import logging
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any, TypeVar

from corpus.web.tries import Tries
from db.errors import CorpusError
from db.reviewers import fits, kept_of
from db.sessions import begin_session, end_session, note_use, session_of, sessions_of
from db.store import Corpus

COOKIE = "vanban_session"
MOST_WAITING = 8
"""Passwords in waiting, some half a second; further ones are told to come again."""

LONGEST_PASSWORD = 1000
_log = logging.getLogger("vanban.web")
Anything = Any
"""Datasette has no types."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is logged in. ``session`` is the number of the session in the corpus."""

    name: str
    may_review: bool
    session: int


class TryLater(RuntimeError):
    """Too many wrong passwords, or too many in waiting; ``seconds`` from now on the next one is looked at."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, round(seconds))
        super().__init__(f"try again in {self.seconds} seconds")


class Accounts:
    """The accounts of one corpus, asked on a connection of their own: visitors' connections can't read passwords."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._corpus: Corpus | None = None
        self._asking = ThreadPoolExecutor(1, thread_name_prefix="accounts")
        self._stretching = ThreadPoolExecutor(1, thread_name_prefix="passwords")
        self._waiting = 0
        self._tries = Tries()

    async def visitor(self, request: Anything) -> Visitor | None:
        """Who sends the request; ``None`` for someone who is not logged in."""
        token = _token(request)
        if token is None:
            return None
        session = await self._ask(lambda corpus: session_of(corpus, token))
        if session is None:
            return None
        if session.stale:
            await self._note(session.id)
        return Visitor(session.name, session.may_review, session.id)

    async def log_in(self, name: str, password: str, *, address: str, agent: str) -> str | None:
        """The token of a new session, or ``None`` for a wrong name or password. Raises ``TryLater``."""
        wait = self._tries.wait(name, address)
        if wait > 0:
            raise TryLater(wait)
        if self._waiting >= MOST_WAITING:
            raise TryLater(2)
        self._waiting += 1
        try:
            kept = await self._ask(lambda corpus: kept_of(corpus, name))
            right = len(password) <= LONGEST_PASSWORD and await self._in(self._stretching, lambda: fits(password, kept))
        finally:
            self._waiting -= 1
        if not right:
            self._tries.wrong(name, address)
            return None
        self._tries.right(name, address)
        return await self._write(lambda corpus: begin_session(corpus, name, address=address, agent=agent))

    async def end(self, session: int, name: str) -> None:
        await self._write(lambda corpus: end_session(corpus, session, name))

    async def sessions(self, name: str) -> list[dict[str, Any]]:
        return await self._ask(lambda corpus: sessions_of(corpus, name))

    def close(self) -> None:
        """Let go of the corpus."""
        if self._corpus is not None:
            self._asking.submit(self._corpus.close).result()
            self._corpus = None
        self._asking.shutdown()
        self._stretching.shutdown(cancel_futures=True)

    async def _ask(self, question: Callable[[Corpus], T]) -> T:
        def in_thread() -> T:
            if self._corpus is None:
                self._corpus = Corpus.open(self._path, read_only=True)
            return question(self._corpus)

        return await self._in(self._asking, in_thread)

    async def _write(self, change: Callable[[Corpus], T]) -> T:
        """On a connection that is closed again, in a thread that nobody else waits for."""

        def in_thread() -> T:
            with Corpus.open(self._path) as corpus:
                return change(corpus)

        return await self._in(None, in_thread)

    async def _note(self, session: int) -> None:
        try:
            await self._write(lambda corpus: note_use(corpus, session))
        except CorpusError:
            _log.info("the use of a session could not be noted", exc_info=True)

    async def _in(self, executor: ThreadPoolExecutor | None, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(executor, work)


_accounts: weakref.WeakKeyDictionary[Anything, Accounts] = weakref.WeakKeyDictionary()


def accounts_of(datasette: Anything, path: Path) -> Accounts:
    """The accounts of the corpus that a Datasette serves."""
    if datasette not in _accounts:
        _accounts[datasette] = Accounts(path)
    return _accounts[datasette]


def close_accounts(datasette: Anything) -> None:
    accounts = _accounts.pop(datasette, None)
    if accounts is not None:
        accounts.close()


def _token(request: Anything) -> str | None:
    try:
        cookie = SimpleCookie(request.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return cookie.value if cookie is not None and 20 < len(cookie.value) < 100 else None


def give_session(response: Anything, request: Anything, token: str) -> None:
    """Let the browser keep a session until it is closed; an empty token takes it back."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=None if token else 0,
        path="/",
        secure=request.scheme == "https",
        httponly=True,
        samesite="lax",
    )
