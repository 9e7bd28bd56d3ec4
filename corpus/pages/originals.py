"""Original files: where the bytes that a document was read from lie now."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from db.codec import dump
from db.store import Corpus

_hashes: dict[tuple[str, int, int], str] = {}


def find_file(corpus: Corpus, sha256: str) -> Path | None:
    """Where the file with these very bytes lies now; ``None`` when it has moved or changed since it was read."""
    rows = corpus.rows("SELECT path FROM paths WHERE sha256 = ? ORDER BY current DESC, path", [sha256])
    for row in rows:
        for path in (Path(row["path"]), corpus.path.parent / row["path"]):
            if path.is_file() and _sha256(path) == sha256:
                return path
    return None


ATTACHED = "attached://"
"""How paths begin of files that hang on another: "attached://OUTER#NUMBER/NAME", the path of the outer one quoted."""


def attachments_of(corpus: Corpus, sha256: str) -> list[dict[str, Any]]:
    """The files that hang on a mail or a PDF: ``name``, and the ``key`` of the document that each became, else the
    ``reason`` why it became none."""
    found: dict[str, dict[str, Any]] = {}
    for (path,) in corpus.tuples("SELECT path FROM paths WHERE sha256 = ? ORDER BY path", [sha256]):
        begins = f"{ATTACHED}{quote(path, safe='/')}#"
        rows = corpus.rows(
            'SELECT p.path, d."key", q.reason FROM paths p LEFT JOIN documents d USING (sha256)'
            " LEFT JOIN quarantine q USING (sha256) WHERE p.path >= ? AND p.path < ? ORDER BY p.path",
            [begins, begins + "\U0010ffff"],
        )
        for row in rows:
            number, _, name = row["path"].removeprefix(begins).partition("/")
            found.setdefault(f"{int(number):06}{name}", {"name": unquote(name), "key": row["key"], "reason": row["reason"]})
    return [found[place] for place in sorted(found)]


def hangs_on(corpus: Corpus, sha256: str) -> list[dict[str, Any]]:
    """The documents that a file hangs on, by ``key`` and ``name``."""
    paths = [path for (path,) in corpus.tuples("SELECT path FROM paths WHERE sha256 = ?", [sha256])]
    outer = [unquote(path.removeprefix(ATTACHED).partition("#")[0]) for path in paths if path.startswith(ATTACHED)]
    return corpus.rows(
        'SELECT DISTINCT d."key", d.name FROM paths p JOIN documents d USING (sha256)'
        ' WHERE p.path IN (SELECT value FROM json_each(?)) ORDER BY d."key"',
        [dump(outer)],
    )


def _sha256(path: Path) -> str:
    status = path.stat()
    known = (str(path), status.st_size, status.st_mtime_ns)
    if known not in _hashes:
        with path.open("rb") as stream:
            _hashes[known] = hashlib.file_digest(stream, "sha256").hexdigest()
    return _hashes[known]
