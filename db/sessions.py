"""Who is logged in to the reading room. A token is kept as its hash only, and ends with the password it was given for."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from db.reading import CorpusFile

IDLE = timedelta(hours=12)
"""A session that nobody used for so long is over: a working day at the desk, but not the next morning."""

LONGEST = timedelta(days=14)
"""A session ends after this however busy it was."""

SEEN_EVERY = timedelta(minutes=5)
"""How often a use is noted, so that reading does not write with every page."""


@dataclass(frozen=True, slots=True)
class Session:
    """A valid session: its row, whose it is, and whether that person may review or only read."""

    id: int
    name: str
    may_review: bool
    stale: bool


def begin_session(corpus: CorpusFile, name: str, *, address: str = "", agent: str = "") -> str:
    """A new session of an account; returns its token, which is kept nowhere. Sessions that are over are swept out."""
    token, now = secrets.token_urlsafe(32), _now()
    with corpus.transaction() as connection:
        connection.execute("DELETE FROM sessions WHERE seen < ? OR started < ?", [_text(now - IDLE), _text(now - LONGEST)])
        connection.execute(
            "INSERT INTO sessions(token, name, started, seen, address, agent) VALUES (?, ?, ?, ?, ?, ?)",
            [_hash(token), name, _text(now), _text(now), address[:100], agent[:200]],
        )
    return token


def session_of(corpus: CorpusFile, token: str) -> Session | None:
    """The session with this token; ``None`` when it is over, or its account was removed or has another password by now."""
    row = corpus.row(
        "SELECT s.id, s.name, s.started, s.seen, r.may_review FROM sessions s JOIN reviewers r ON r.name = s.name"
        " WHERE s.token = ?",
        [_hash(token)],
    )
    now = _now()
    if row is None or row["seen"] < _text(now - IDLE) or row["started"] < _text(now - LONGEST):
        return None
    return Session(row["id"], row["name"], bool(row["may_review"]), row["seen"] < _text(now - SEEN_EVERY))


def note_use(corpus: CorpusFile, session: int) -> None:
    with corpus.transaction() as connection:
        connection.execute("UPDATE sessions SET seen = ? WHERE id = ?", [_text(_now()), session])


def end_session(corpus: CorpusFile, session: int, name: str) -> None:
    """End one of the sessions of ``name``; those of others are left alone."""
    with corpus.transaction() as connection:
        connection.execute("DELETE FROM sessions WHERE id = ? AND name = ?", [session, name])


def sessions_of(corpus: CorpusFile, name: str) -> list[dict[str, Any]]:
    """``id``, ``started``, ``seen``, ``address`` and ``agent`` of the sessions of an account, the latest used first."""
    return corpus.rows(
        "SELECT id, started, seen, address, agent FROM sessions WHERE name = ? AND seen >= ? ORDER BY seen DESC, id DESC",
        [name, _text(_now() - IDLE)],
    )


def _hash(token: str) -> bytes:
    """A token has 256 random bits, so that stretching would add nothing."""
    return hashlib.sha256(token.encode()).digest()


def _now() -> datetime:
    return datetime.now(UTC)


def _text(time: datetime) -> str:
    return time.isoformat(timespec="seconds")
