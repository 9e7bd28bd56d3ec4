"""Files that a browser sends (multipart/form-data, RFC 7578), written to disk as they come."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import regex

from corpus.web.words import HERE

MOST_BYTES = 1_000_000_000
"""Bytes of one upload: a day's work of a scanner. More goes in by ``vanban ingest``, from the folder where it lies."""

MOST_FILES = 500
_NOT_IN_NAMES = regex.compile(r"[\p{C}/\\:*?\"<>|]+")
LONGEST_NAME = 120


class BadUpload(ValueError):
    """The upload can't be taken; ``word`` says why (``corpus.web.words``)."""

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(word)


def safe_name(sent: str) -> str:
    """A file name as sent, without folders and without what names can't have.

    >>> safe_name("C:\\\\scan\\\\Báo cáo 1.pdf"), safe_name("../../etc/passwd"), safe_name("..")
    ('Báo cáo 1.pdf', 'passwd', 'tep')
    """
    name = _NOT_IN_NAMES.sub(" ", sent.replace("\\", "/").rpartition("/")[2]).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    cut = f"{stem[: LONGEST_NAME - len(suffix) - 1]}.{suffix}" if dot and len(suffix) < 10 else name[:LONGEST_NAME]
    return cut or "tep"


def new_folder(beside: Path) -> Path:
    """A folder of its own for one upload, named by the time of day here."""
    folder = beside / f"{datetime.now(HERE):%Y-%m-%d %H.%M.%S} {secrets.token_hex(2)}"
    folder.mkdir(parents=True)
    return folder


@dataclass(slots=True)
class _Part:
    """What is known of the part that is coming in."""

    headers: dict[str, bytes] = field(default_factory=dict)
    name: bytes = b""
    value: bytes = b""
    stream: IO[bytes] | None = None


class Upload:
    """Takes the body of a form piece by piece and writes its files into a folder. Raises ``BadUpload``."""

    def __init__(self, content_type: str, folder: Path) -> None:
        from python_multipart.multipart import MultipartParser, parse_options_header

        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or b"boundary" not in options:
            raise BadUpload("problem_form")
        self.files: list[Path] = []
        self._folder, self._options = folder, parse_options_header
        self._part, self._bytes = _Part(), 0
        self._parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._open,
                "on_part_data": self._data,
                "on_part_end": self._end,
            },
        )

    def write(self, piece: bytes) -> None:
        from python_multipart.exceptions import FormParserError

        self._bytes += len(piece)
        if self._bytes > MOST_BYTES:
            raise BadUpload("upload_too_large")
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise BadUpload("problem_form") from error

    def close(self) -> None:
        if self._part.stream is not None:
            self._part.stream.close()

    def _begin(self) -> None:
        self._part = _Part()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._part.name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._part.value += data[start:end]
        if len(self._part.value) > 4000:
            raise BadUpload("problem_form")

    def _header_end(self) -> None:
        self._part.headers[self._part.name.decode("latin-1").lower()] = self._part.value
        self._part.name = self._part.value = b""

    def _open(self) -> None:
        _, options = self._options(self._part.headers.get("content-disposition", b""))
        sent = options.get(b"filename", b"").decode("utf-8", "replace")
        if not sent:
            return
        if len(self.files) >= MOST_FILES:
            raise BadUpload("upload_too_many")
        path = self._folder / safe_name(sent)
        if path.exists():
            path = path.with_name(f"{len(self.files) + 1} {path.name}")
        self._part.stream = path.open("xb")
        self.files.append(path)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._part.stream is not None:
            self._part.stream.write(data[start:end])

    def _end(self) -> None:
        if self._part.stream is not None:
            self._part.stream.close()
            self._part.stream = None


async def receive_upload(content_type: str, receive: Callable[[], Any], folder: Path) -> list[Path]:
    """The files of a posted form, written into ``folder``. Raises ``BadUpload``; what had come is left to the caller."""
    upload, more = Upload(content_type, folder), True
    try:
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise BadUpload("problem_form")
            upload.write(message.get("body", b""))
            more = message.get("more_body", False)
    finally:
        upload.close()
    return [path for path in upload.files if path.stat().st_size]
