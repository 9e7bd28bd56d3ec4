"""What a file really is, by content and never by name; and a reason for every file that can't be read."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import regex

from documents.outcome import Reason
from documents.page import PAGE_END, SourceFile
from pipeline.errors import PathMissing, UnreadableFile
from pipeline.files import pdf, pictures
from pipeline.files.office import files as office
from pipeline.files.texts import HEAD_BYTES, decode, looks_like_text, media_type_of_text, read_text

PDF, PNG, JPEG, TIFF, TEXT = "application/pdf", "image/png", "image/jpeg", "image/tiff", "text/plain"
GIF, WEBP, BMP, JP2 = "image/gif", "image/webp", "image/bmp", "image/jp2"
J2K, PNM, HEIC, AVIF = "image/j2c", "image/x-portable-anymap", "image/heic", "image/avif"
UNKNOWN = "application/octet-stream"

# A scanned document of a thousand colour pages at 300 dpi has 0.5 to 1 GB; beyond that something else was handed over.
MAX_BYTES = 2 * 1024**3
# The longest public documents (budget tables, Công báo issues) have some 1,500 pages; ten pages a second of born-digital
# text and one of OCR make that half an hour. A page tree can claim a billion pages in a hundred bytes.
MAX_PAGES = 3000
# A text file is decoded as a whole; the text of 3,000 pages has about 10 MB.
MAX_TEXT_BYTES = 64 * 1024**2

# ISO 32000 wants the header at offset 0; readers accept it within the first 1,024 bytes (Adobe's implementation note 13).
_PDF_HEADER_WITHIN = 1024

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),
    (b"MM\0+", TIFF),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"\0\0\0\x0cjP  \r\n\x87\n", JP2),
    (b"\xff\x4f\xff\x51", J2K),
)
# RIFF also holds sound and film; "BM" may begin a text ("BM01/KH"), but not with the zeros that are reserved in a BMP file.
_FORMATS_WITHIN = ((b"RIFF", b"WEBP", 8, WEBP), (b"BM", b"\0\0\0\0", 6, BMP))

# "P5 640 480 255", with comments between: what scanimage writes.
_PNM_HEADER = regex.compile(rb"P[1-6]\s+(?:#[^\n]*\n\s*)*\d{1,6}\s+(?:#[^\n]*\n\s*)*\d{1,6}\s")
# Major brands of files in the form of ISO 14496-12 that hold still pictures.
_BRANDS = {b"avif": AVIF, b"avis": AVIF} | dict.fromkeys(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), HEIC
)

# Written in plain characters, but not to be read as they stand. The binary ones below may begin like words ("BM01/KH").
_TEXT_OF_PROGRAMS = (b"%!PS",)

# Containers that people hand over by mistake: what to call them in the report.
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"RIFF", "application/x-riff", "sound or film"),
    (b"AT&TFORM", "image/vnd.djvu", "a DjVu file"),
    (b"Rar!", "application/vnd.rar", "a RAR archive"),
    (b"7z\xbc\xaf", "application/x-7z-compressed", "a 7-Zip archive"),
    (b"\x1f\x8b", "application/gzip", "a gzip archive"),
    (b"\x7fELF", "application/x-executable", "a program"),
    (b"%!PS", "application/postscript", "a PostScript file"),
    (b"SQLite format 3\0", "application/vnd.sqlite3", "an SQLite database"),
)


def walk(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named by ``paths``, folders walked: every file once, in an order that is the same on every machine.

    Within a folder names go by code point, files and folders together. Left out are hidden files and folders (leading
    dot: thumbnails, lock files and droppings of editors and sync programs), links that lead out of the folder that
    was named, linked folders (they can form rings), and what is no regular file (a pipe would never end). A path that
    is named itself is taken as it is. Raises ``PathMissing`` for a named path that is not there.
    """
    seen: set[str] = set()
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise PathMissing(printable(str(path)))
        for found in _files_under(path, path.resolve()) if path.is_dir() else (path,):
            key = os.path.realpath(found)
            if key not in seen:
                seen.add(key)
                yield found


def _files_under(folder: Path, root: Path) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield folder  # `examine` says why it can't be read
        return
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            if path.is_file() and path.resolve().is_relative_to(root):
                yield path
        elif entry.is_dir(follow_symlinks=False):
            yield from _files_under(path, root)
        elif entry.is_file(follow_symlinks=False):
            yield path


def examine(path: Path) -> SourceFile:
    """What ``path`` is: type by content, sha256, pages, encryption, signature.

    Raises ``UnreadableFile``, with all that is known of the file, when it can't be read as a document.
    """
    name = printable(path.name)
    try:
        size, sha256, head = _identity(path)
    except OSError as error:
        raise UnreadableFile(Reason.UNREADABLE, error.strerror or str(error), name=name) from error
    media_type = UNKNOWN
    try:
        if size == 0:
            raise UnreadableFile(Reason.EMPTY, "0 bytes")
        media_type = media_type_of(head)
        facts = _facts_of(path, media_type, size, head)
    except UnreadableFile as error:
        known = media_type if error.media_type == UNKNOWN else error.media_type
        raise UnreadableFile(
            error.reason, error.detail, name=name, sha256=sha256, size=size, media_type=known
        ) from error.__cause__
    return SourceFile(sha256, name, size, facts.media_type, facts.pages, facts.encrypted, facts.signed)


def file_hash(path: Path) -> str:
    """sha256 of the content in hexadecimal, read in pieces; empty when the file can't be read."""
    try:
        return _identity(path)[1]
    except OSError:
        return ""


def is_unchanged(path: Path, source: SourceFile) -> bool:
    """Does the file hold the very bytes that were examined? They are hashed anew only when its size or times are new.

    Raises ``UnreadableFile`` when it is gone.
    """
    try:
        seen = path.stat()
    except OSError as error:
        raise UnreadableFile(Reason.UNREADABLE, error.strerror or str(error), name=source.name) from error
    return _hash_when_stamped(path, (seen.st_ino, seen.st_size, seen.st_mtime_ns)) == source.sha256


@lru_cache(maxsize=2)
def _hash_when_stamped(path: Path, stamp: tuple[int, int, int]) -> str:
    return file_hash(path)


def printable(name: str) -> str:
    """The name as it may be shown and stored: bytes that are no text and control characters become U+FFFD.

    A file name can hold line ends, terminal commands and text direction overrides ("fdp.exe" shown as "exe.pdf").

    >>> printable("công văn\\x1b[2J.pdf")
    'công văn�[2J.pdf'
    """
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in name)


def media_type_of(head: bytes) -> str:
    """The type of a file that begins with ``head``; ``UNKNOWN`` when it is nothing that is read here.

    Packages of office files and old ones are looked into by ``pipeline.files.office``, text by ``pipeline.files.texts``.
    """
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    for start, within, at, media_type in _FORMATS_WITHIN:
        if head.startswith(start) and head[at:].startswith(within):
            return media_type
    if container := office.container_of(head):
        return container
    if _PNM_HEADER.match(head):
        return PNM
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], UNKNOWN)
    if b"%PDF-" in head[:_PDF_HEADER_WITHIN] and media_type_of_text(head.decode("latin-1")) == TEXT:
        return PDF  # and no web page or mail that writes about PDF
    other = any(head.startswith(signature) for signature, _, _ in _OTHERS)
    if other and (b"\0" in head or head.startswith(_TEXT_OF_PROGRAMS)):
        return UNKNOWN
    return media_type_of_text(decode(_whole_characters(head))) if looks_like_text(head) else UNKNOWN


def _whole_characters(head: bytes) -> bytes:
    """The beginning of a text without a letter that is cut in two at its end."""
    return head[: head.rfind(b"\n") + 1] or head if len(head) == HEAD_BYTES else head


@dataclass(frozen=True, slots=True)
class _Facts:
    pages: int
    media_type: str
    encrypted: bool = False
    signed: bool = False


def _facts_of(path: Path, media_type: str, size: int, head: bytes) -> _Facts:
    if media_type == UNKNOWN:
        raise _not_a_document(head)
    if size > (MAX_TEXT_BYTES if media_type == TEXT else MAX_BYTES):
        raise UnreadableFile(Reason.TOO_LARGE, f"{size / 1e6:.0f} MB")
    if media_type in office.CONTAINERS:
        return _facts_of(path, office.look_into(path, media_type), size, head)
    if media_type == TEXT:
        facts = _Facts(pages=read_text(path).count(PAGE_END) + 1, media_type=TEXT)
    elif media_type in office.READERS:
        facts = _Facts(pages=len(office.read_pages(path, media_type)), media_type=media_type)
    elif media_type == PDF:
        about = pdf.examine(path)
        facts = _Facts(about.pages, PDF, about.encrypted, about.signed)
    else:
        facts = _Facts(pictures.count_frames(path), media_type)
    if facts.pages > MAX_PAGES:
        raise UnreadableFile(Reason.TOO_MANY_PAGES, f"{facts.pages} pages, at most {MAX_PAGES} are read")
    return facts


def _identity(path: Path) -> tuple[int, str, bytes]:
    """Size, sha256 and the first bytes, in one pass. Raises ``OSError``."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        os.scandir(path).close()  # says why its files could not be listed
    if not stat.S_ISREG(mode):
        raise OSError(0, "not a regular file")
    digest, size, head = hashlib.sha256(), 0, b""
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            head = head or block[:HEAD_BYTES]
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest(), head


def _not_a_document(head: bytes) -> UnreadableFile:
    for signature, media_type, what in _OTHERS:
        if head.startswith(signature):
            return UnreadableFile(Reason.NOT_A_DOCUMENT, what, media_type=media_type)
    if not head.strip(b"\0"):
        return UnreadableFile(Reason.EMPTY, "nothing but zero bytes")
    return UnreadableFile(Reason.NOT_A_DOCUMENT, f"unknown content, begins with {head[:8].hex(' ')}")
