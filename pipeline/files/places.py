"""Where a file is: a path on this machine, or an address in a store that fsspec knows, such as ``s3://bucket/a.pdf``.

The corpus keeps places as text. A path whose name is no text (TCVN3 letters of an old file server) is kept as a
``file://`` address, which leads back to it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, unquote, unquote_to_bytes

from documents.outcome import Reason
from pipeline.errors import PathMissing, UnreadableFile, VanbanError
from pipeline.files import pdf
from pipeline.files.attached import Attachment
from pipeline.files.office import mail

_HERE = "file://"
_ATTACHED = "attached://"


@dataclass(frozen=True, slots=True)
class Remote:
    """A file or folder of a store behind fsspec. ``url`` begins with its protocol: s3, gs, http, sftp, memory …"""

    url: str

    @property
    def name(self) -> str:
        return self.url.rstrip("/").rsplit("/", 1)[-1]

    def __str__(self) -> str:
        return self.url


@dataclass(frozen=True, slots=True)
class Inside:
    """A file that hangs on the one at ``outer`` (a mail, a PDF), the ``number``-th from 1."""

    outer: Place
    number: int
    name: str

    def __str__(self) -> str:
        return f"{_ATTACHED}{quote(text_of(self.outer), safe='/')}#{self.number}/{quote(self.name)}"

    @property
    def depth(self) -> int:
        """1 for what hangs on a file, 2 for what hangs on that."""
        return 1 + (self.outer.depth if isinstance(self.outer, Inside) else 0)


Place = Path | Remote | Inside


class RemoteError(VanbanError):
    """A store can't be used at all; the message says what is missing."""


def place_of(text: str) -> Place:
    """The place that ``text`` names.

    >>> place_of("s3://archive/2020/05.pdf"), str(place_of("file:///srv/scans/a%20b.pdf"))
    (Remote(url='s3://archive/2020/05.pdf'), '/srv/scans/a b.pdf')
    >>> place_of(text_of(Inside(Path("/srv/a#1.eml"), 2, "qd.pdf")))
    Inside(outer=PosixPath('/srv/a#1.eml'), number=2, name='qd.pdf')
    """
    if text.startswith(_ATTACHED):
        outer, _, inner = text.removeprefix(_ATTACHED).partition("#")
        number, _, name = inner.partition("/")
        return Inside(place_of(unquote(outer)), int(number), unquote(name))
    if text.startswith(_HERE):
        return Path(unquote_to_bytes(text.removeprefix(_HERE)).decode("utf-8", "surrogateescape"))
    return Remote(text) if "://" in text else Path(text)


def text_of(place: Place) -> str:
    """How the corpus keeps a place; ``place_of`` leads back. Paths are absolute: two folders "scans" are two.

    >>> import os
    >>> text_of(Path("/srv/b.pdf")), text_of(Path(os.fsdecode(b"/srv/C\\xabng v\\xa8n.pdf")))
    ('/srv/b.pdf', 'file:///srv/C%ABng%20v%A8n.pdf')
    """
    if not isinstance(place, Path):
        return str(place)
    text = str(place.absolute())
    try:
        text.encode()
    except UnicodeEncodeError:
        return Path(text).as_uri()
    return text


def files_under(remote: Remote) -> Iterator[Remote]:
    """The remote file itself, or all files below it, in the order of their addresses; hidden ones left out as on disks.

    Raises ``PathMissing`` when there is nothing, ``RemoteError`` when the store can't be reached.
    """
    store, path = _store(remote)
    try:
        found = [path] if store.isfile(path) else sorted(store.find(path))
    except Exception as error:  # every store raises its own
        raise RemoteError(f"{remote}: {_message(error)}") from error
    base = path.rstrip("/")
    names = [name for name in found if not any(part.startswith(".") for part in name.removeprefix(base).split("/"))]
    if not names:
        raise PathMissing(str(remote))
    for name in names:
        yield Remote(str(store.unstrip_protocol(name)))


_fetched: tuple[Remote | Inside, IO[bytes]] | None = None


def at_hand(place: Place) -> Path:
    """A path under which the file can be opened now; others are fetched or unpacked, and kept until the next one is.

    It is fetched into a file without a name, so that nothing stays behind when this process is killed.
    Raises ``UnreadableFile`` when it can't be fetched, ``RemoteError`` when the store can't be used at all.
    """
    global _fetched
    if isinstance(place, Path):
        return place
    if _fetched is None or _fetched[0] != place:
        copy = _unpack(place) if isinstance(place, Inside) else _fetch(place)
        forget()
        _fetched = place, copy
    return Path(f"/proc/self/fd/{_fetched[1].fileno()}")


def attached_to(place: Place, media_type: str) -> list[Inside]:
    """The files that hang on the one at ``place``. Raises ``UnreadableFile`` when they can't be listed."""
    return [Inside(place, number, inner.name) for number, inner in enumerate(_attachments(at_hand(place), media_type), 1)]


def _attachments(path: Path, media_type: str) -> list[Attachment]:
    if media_type == mail.EML:
        return mail.attachments_of(path.read_bytes())
    return pdf.attachments_of(path) if media_type == "application/pdf" else []


def _unpack(place: Inside) -> IO[bytes]:
    path = at_hand(place.outer)
    with path.open("rb") as stream:
        is_pdf = b"%PDF-" in stream.read(1024)
    found = _attachments(path, "application/pdf" if is_pdf else mail.EML)
    if not 0 < place.number <= len(found):
        raise UnreadableFile(Reason.UNREADABLE, f"it no longer hangs on {place.outer}", name=place.name)
    copy = tempfile.TemporaryFile()  # noqa: SIM115 (kept open until the next file is fetched)
    copy.write(found[place.number - 1].data)
    copy.flush()
    return copy


def forget() -> None:
    """Let go of the file that was fetched last."""
    global _fetched
    if _fetched is not None:
        _fetched[1].close()
        _fetched = None


def _fetch(remote: Remote) -> IO[bytes]:
    store, path = _store(remote)
    copy = tempfile.TemporaryFile()  # noqa: SIM115 (kept open until the next file is fetched)
    try:
        with store.open(path, "rb") as stream:
            shutil.copyfileobj(stream, copy, 1 << 20)
        copy.flush()
    except Exception as error:  # every store raises its own
        copy.close()
        raise UnreadableFile(Reason.UNREADABLE, _message(error), name=remote.name) from error
    return copy


def _store(remote: Remote) -> tuple[Any, str]:
    """The file system of fsspec and the path in it."""
    try:
        from fsspec.core import url_to_fs  # type: ignore[import-untyped]
    except ImportError as error:
        raise RemoteError(
            f"{remote}: reading from other stores needs fsspec; install it with: pip install fsspec"
        ) from error
    try:
        store, path = url_to_fs(remote.url)
    except (ImportError, ValueError) as error:  # ImportError names the package that the protocol needs
        raise RemoteError(f"{remote}: {_message(error)}") from error
    return store, str(path)


def _message(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
