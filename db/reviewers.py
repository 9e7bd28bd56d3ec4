"""Who may review: names with salted and stretched passwords (scrypt, RFC 7914)."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from db.reading import CorpusFile

SHORTEST_PASSWORD = 8
_COST = {"n": 1 << 14, "r": 8, "p": 1}
"""16 MB and some 50 ms per try, as RFC 7914 proposes for logins. A file that gets out gives no password away soon."""

_NOBODY = (b"0" * 16, b"0" * 64)


def add_reviewer(corpus: CorpusFile, name: str, password: str) -> None:
    """Add a reviewer, or give one a new password. Raises ``ValueError`` for a bad name or a short password."""
    if not name or ":" in name or not name.isprintable():
        raise ValueError("a reviewer's name has printable characters and no colon")
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"a password has {SHORTEST_PASSWORD} characters at least")
    salt = secrets.token_bytes(16)
    with corpus.transaction() as connection:
        connection.execute(
            "INSERT INTO reviewers(name, salt, hash) VALUES (?, ?, ?)"
            " ON CONFLICT(name) DO UPDATE SET salt = excluded.salt, hash = excluded.hash",
            [name, salt, _stretched(password, salt)],
        )


def remove_reviewer(corpus: CorpusFile, name: str) -> None:
    with corpus.transaction() as connection:
        connection.execute("DELETE FROM reviewers WHERE name = ?", [name])


def is_reviewer(corpus: CorpusFile, name: str, password: str) -> bool:
    """Takes the same time for a name that there is not."""
    rows = corpus.tuples("SELECT salt, hash FROM reviewers WHERE name = ?", [name])
    salt, stored = rows[0] if rows else _NOBODY
    return hmac.compare_digest(_stretched(password, salt), stored) and bool(rows)


def _stretched(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, **_COST)
