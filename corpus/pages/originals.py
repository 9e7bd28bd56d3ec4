"""Original files: where the bytes that a document was read from lie now."""

from __future__ import annotations

import hashlib
from pathlib import Path

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


def _sha256(path: Path) -> str:
    status = path.stat()
    known = (str(path), status.st_size, status.st_mtime_ns)
    if known not in _hashes:
        with path.open("rb") as stream:
            _hashes[known] = hashlib.file_digest(stream, "sha256").hexdigest()
    return _hashes[known]
