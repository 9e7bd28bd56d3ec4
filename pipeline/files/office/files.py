"""Which office file is it, and what pages does it have? One table says who reads what."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from documents.outcome import Reason
from documents.page import Page
from pipeline.errors import UnreadableFile
from pipeline.files.office import html, libreoffice, mail
from pipeline.files.office.docx import DOCX, document_part, read_docx
from pipeline.files.office.flow import Flow, pages_of
from pipeline.files.office.odt import ODT, read_odt
from pipeline.files.office.sheets import XLSX, read_xlsx

ZIP, OLE = "application/zip", "application/x-ole-storage"
CONTAINERS = (ZIP, OLE)
DOC, RTF, HTML = "application/msword", "application/rtf", "text/html"

_RTF = b"{\\rtf"
_BOM = b"\xef\xbb\xbf"


def container_of(head: bytes) -> str | None:
    """``ZIP``, ``OLE`` or ``RTF`` for a file that begins with ``head``, else ``None``."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")) and b"\0" in head:
        return ZIP
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return OLE
    return RTF if head.removeprefix(_BOM).lstrip(b" \t\r\n").startswith(_RTF) else None


def look_into(path: Path, container: str) -> str:
    """The media type of the document in a container. Raises ``UnreadableFile`` for what is none, or under a password."""
    return _in_package(path) if container == ZIP else _in_ole(path)


def _in_package(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
            kind = package.read("mimetype")[:100].decode("ascii", "replace").strip() if "mimetype" in names else ""
            main_part = document_part(package.read("_rels/.rels")) if "_rels/.rels" in names else ""
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFile(Reason.TRUNCATED, "the directory at the end of the package is missing or damaged") from error
    if "word/document.xml" in names or main_part in names:
        return DOCX
    if "xl/workbook.xml" in names:
        return XLSX
    if kind == ODT:
        return ODT
    if "ppt/presentation.xml" in names or "presentation" in kind:
        raise UnreadableFile(Reason.NOT_A_DOCUMENT, "slides; save them as PDF", media_type=ZIP)
    if kind.startswith("application/vnd.oasis.opendocument"):
        raise UnreadableFile(Reason.NOT_A_DOCUMENT, "an OpenDocument file that is no text; save it as PDF", media_type=kind)
    if "xl/workbook.bin" in names:
        raise UnreadableFile(Reason.NOT_A_DOCUMENT, "a binary Excel file; save it as XLSX or PDF", media_type=ZIP)
    raise UnreadableFile(Reason.NOT_A_DOCUMENT, f"a ZIP archive of {len(names)} files; unpack it", media_type=ZIP)


# Names of the streams in such files, as their directories hold them.
_STREAMS = {
    name: name.encode("utf-16-le")
    for name in (
        "EncryptedPackage",
        "WordDocument",
        "Workbook",
        "PowerPoint Document",
        "__substg1.0_",
        "__properties_version",
    )
}


def _in_ole(path: Path) -> str:
    data = path.read_bytes()
    found = next((name for name, stored in _STREAMS.items() if stored in data), "")
    if found == "WordDocument":
        return DOC
    if found == "EncryptedPackage":
        raise UnreadableFile(Reason.ENCRYPTED, "an office file that opens with a password only", media_type=OLE)
    outlook = "an Outlook message; save it as EML or PDF"
    what = {
        **{"Workbook": "an old Excel file; save it as XLSX or PDF", "PowerPoint Document": "old slides; save them as PDF"},
        **{"__substg1.0_": outlook, "__properties_version": outlook},
    }
    raise UnreadableFile(Reason.NOT_A_DOCUMENT, what.get(found, "an old office file or an installer"), media_type=OLE)


def _through_libreoffice(suffix: str) -> Callable[[Path], Flow]:
    def read(path: Path) -> Flow:
        with libreoffice.converted(path, suffix) as converted:
            flow = read_docx(converted)
        flow.reasons = (f"{suffix.removeprefix('.').upper()}, converted by LibreOffice",)
        return flow

    return read


def _read_html(path: Path) -> Flow:
    from pipeline.files.texts import decode  # which asks this room what markup is

    data = path.read_bytes()
    charset = html.declared_charset(data)
    text = decode(data)
    if charset and charset.lower().replace("-", "") not in ("utf8", "utf16") and "\ufffd" not in text and not _is_utf8(data):
        text = _decoded(data, charset, text)
    flow = html.read_html(text)
    if failure := html.failure_told(text, flow):
        raise UnreadableFile(
            Reason.NOT_A_DOCUMENT,
            f"an HTML page that a web server sends instead of a document: “{failure}”",
            media_type=HTML,
        )
    return flow


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(data: bytes, charset: str, otherwise: str) -> str:
    try:
        return data.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return otherwise


READERS: dict[str, Callable[[Path], Flow]] = {
    DOCX: read_docx,
    ODT: read_odt,
    XLSX: read_xlsx,
    HTML: _read_html,
    mail.EML: lambda path: mail.read_mail(path.read_bytes()),
    mail.MHT: lambda path: mail.read_saved_page(path.read_bytes()),
    DOC: _through_libreoffice(".doc"),
    RTF: _through_libreoffice(".rtf"),
}


def read_pages(path: Path, media_type: str) -> tuple[Page, ...]:
    """All pages of an office file, kept for the next one that is asked for. Raises ``UnreadableFile``."""
    seen = path.stat()
    return _read_pages(path, media_type, (seen.st_ino, seen.st_size, seen.st_mtime_ns))


@lru_cache(maxsize=1)
def _read_pages(path: Path, media_type: str, stamp: tuple[int, int, int]) -> tuple[Page, ...]:
    pages = tuple(pages_of(READERS[media_type](path)))
    if not any(page.lines or page.marginalia for page in pages):
        raise UnreadableFile(Reason.EMPTY, _empty_because(media_type))
    return pages


def _empty_because(media_type: str) -> str:
    if media_type == HTML:
        return "a web page without text: a script would fill it"
    return "no text in it; pages that are pictures are read from a PDF: save the file as one"
