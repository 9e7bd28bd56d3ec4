"""Office files as the pages that a word processor prints, for those who want to see more than the text.

Who serves the room hands in the word processor (``vanban serve`` LibreOffice, where it is installed); without one the text
stands alone. Printed pages are other than the pages of the text, which are parted where the file itself says so.
"""

from __future__ import annotations

import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from normalizers.forms import fold

Render = Callable[[Path, str], bytes | None]
"""Makes a PDF of a file of a media type; ``None`` for what it can't."""

RENDERED = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/msword",
        "application/rtf",
    }
)
"""Web pages and mails are left out: what they show comes from elsewhere, and nothing is asked of another host."""

KEPT = 50
"""Printed files that are kept while the room is open, a few hundred kilobytes each."""

SAME_PLACE = 40
"""Letters of the beginning of a page by which it is found among the printed ones: half a line."""

printing = ThreadPoolExecutor(1, thread_name_prefix="printing")
"""One file is printed at a time: it takes a word processor two seconds and a quarter of a gigabyte."""


class Renderings:
    """Files that were printed, as PDFs in a temporary folder, the one that was looked at last kept longest."""

    def __init__(self, render: Render) -> None:
        self._render = render
        self._folder = tempfile.TemporaryDirectory(prefix="vanban-print-")
        self._made: OrderedDict[str, Path | None] = OrderedDict()
        self._lock = threading.Lock()

    def pdf(self, path: Path, sha256: str, media_type: str) -> Path | None:
        """The printed file; ``None`` when it can't be printed, which is not tried twice."""
        with self._lock:
            if sha256 in self._made:
                self._made.move_to_end(sha256)
                return self._made[sha256]
            content = self._render(path, media_type)
            target = Path(self._folder.name, f"{sha256}.pdf") if content is not None else None
            if target is not None and content is not None:
                target.write_bytes(content)
            self._made[sha256] = target
            while len(self._made) > KEPT:
                _, old = self._made.popitem(last=False)
                if old is not None:
                    old.unlink(missing_ok=True)
            return target

    def close(self) -> None:
        self._folder.cleanup()


_open: dict[str, Renderings] = {}
"""By the path of the corpus: Datasette keeps nothing for its plugins but plain values."""


def begin(database: Path | str, render: Render) -> None:
    """Let the room of this corpus show printed pages."""
    end(database)
    _open[str(Path(database).resolve())] = Renderings(render)


def end(database: Path | str) -> None:
    """Forget what was printed for the room of this corpus."""
    kept = _open.pop(str(Path(database).resolve()), None)
    if kept is not None:
        kept.close()


def of(database: Path | str) -> Renderings | None:
    return _open.get(str(Path(database).resolve()))


def count_pages(pdf: Path) -> int:
    import pypdfium2  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def printed_page(pdf: Path, first_line: str, number: int) -> int:
    """On which printed page (from 1) the page ``number`` of the text, which begins with ``first_line``, begins.

    Where its words are not found, the page of that number, or the last.
    """
    import pypdfium2

    wanted = _letters(first_line)[:SAME_PLACE]
    document = pypdfium2.PdfDocument(pdf)
    try:
        for at, page in enumerate(document if wanted else (), 1):
            if wanted in _letters(page.get_textpage().get_text_range()):
                return at
        return min(number, len(document))
    finally:
        document.close()


def _letters(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalnum())
