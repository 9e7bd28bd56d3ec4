"""Who may review, and who may read where reading asks for a name: salted and stretched passwords (scrypt, RFC 7914)."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from db.reading import CorpusFile

SHORTEST_PASSWORD = 8
_COST = {"n": 1 << 14, "r": 8, "p": 1}
"""16 MB and some 50 ms per try, as RFC 7914 proposes for logins. A file that gets out gives no password away soon."""

_NOBODY = (b"0" * 16, b"0" * 64)


def add_reviewer(corpus: CorpusFile, name: str, password: str, *, may_review: bool = True) -> None:
    """Add an account, or give one a new password, which ends its sessions. ``may_review`` false makes it a reader.

    Raises ``ValueError`` for a bad name or a short password.
    """
    if not name or ":" in name or not name.isprintable():
        raise ValueError("a reviewer's name has printable characters and no colon")
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"a password has {SHORTEST_PASSWORD} characters at least")
    salt = secrets.token_bytes(16)
    with corpus.transaction() as connection:
        connection.execute("DELETE FROM sessions WHERE name = ?", [name])
        connection.execute(
            "INSERT INTO reviewers(name, salt, hash, may_review) VALUES (?, ?, ?, ?) ON CONFLICT(name)"
            " DO UPDATE SET salt = excluded.salt, hash = excluded.hash, may_review = excluded.may_review",
            [name, salt, _stretched(password, salt), int(may_review)],
        )


def remove_reviewer(corpus: CorpusFile, name: str) -> None:
    """Take an account away, with its sessions."""
    with corpus.transaction() as connection:
        connection.execute("DELETE FROM sessions WHERE name = ?", [name])
        connection.execute("DELETE FROM reviewers WHERE name = ?", [name])


def is_reviewer(corpus: CorpusFile, name: str, password: str) -> bool:
    """Whether there is such an account with this password. Takes the same time for a name that there is not."""
    return fits(password, kept_of(corpus, name))


Kept = tuple[bytes, bytes] | None
"""Salt and stretched password of an account, or that there is none."""


def kept_of(corpus: CorpusFile, name: str) -> Kept:
    rows = corpus.tuples("SELECT salt, hash FROM reviewers WHERE name = ?", [name])
    return (rows[0][0], rows[0][1]) if rows else None


def fits(password: str, kept: Kept) -> bool:
    """Whether a password is the kept one: some 50 ms of processor time, without the corpus."""
    salt, stored = kept or _NOBODY
    return hmac.compare_digest(_stretched(password, salt), stored) and kept is not None


def _stretched(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, **_COST)
