"""A file becomes a document, page by page: the text layer where it can be trusted, else the image, or both."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import regex

from documents.outcome import Reason
from documents.page import PAGE_END, Document, Line, Page, Source, SourceFile, Word
from pipeline.errors import EngineMissing, PageFailed, UnreadableFile
from pipeline.files import pictures
from pipeline.files.intake import PDF, TEXT
from pipeline.files.office.files import READERS, read_pages
from pipeline.files.pdf import open_page
from pipeline.files.texts import read_text
from pipeline.image.images import PageImage
from pipeline.layer.page import doubted, read_pdf_page
from pipeline.ocr.base import Engine, EngineError
from pipeline.scan import read_scan
from pipeline.tables.overleaf import join_continued


def read_document(
    path: Path, source: SourceFile, *, ocr: str = "auto", engine: str | None = None
) -> tuple[Document, dict[int, tuple[Reason, str]]]:
    """All pages of a file, and why those that failed did; a failed page stands in the document without lines.

    ``ocr``: "auto" looks at the image where the text layer can't be trusted, "always" at every page that has one,
    "never" takes what text there is. ``engine`` as ``--engine``; ``None`` is the best that is installed.
    Raises ``UnreadableFile`` when no page can be read, ``EngineMissing`` when the engine asked for is not there.
    """
    pages: list[Page] = []
    failed: dict[int, tuple[Reason, str]] = {}
    for number in range(1, source.pages + 1):
        try:
            pages.append(read_page(path, source, number, ocr=ocr, engine=engine))
        except PageFailed as error:
            failed[number] = (error.reason, error.detail)
            pages.append(Page(number=number, source=Source.FAILED, confidence=0.0, reasons=(error.detail,)))
    if len(failed) == source.pages:
        reason, detail = failed[1]
        raise UnreadableFile(
            reason, detail, name=source.name, sha256=source.sha256, size=source.size, media_type=source.media_type
        )
    return Document(source, join_continued(pages)), failed


def read_page(path: Path, source: SourceFile, number: int, *, ocr: str = "auto", engine: str | None = None) -> Page:
    """Page ``number`` (from 1) of the file. Raises ``PageFailed``, ``EngineMissing``."""
    try:
        if source.media_type == TEXT:
            return text_page(_parts_of_text(path, source.sha256)[number - 1], number)
        if source.media_type in READERS:
            return doubted(read_pages(path, source.media_type)[number - 1])
        if source.media_type == PDF:
            with open_page(path, number) as page:
                return read_pdf_page(page, ocr, lambda image: _scan(image, number, engine))
        image = pictures.load(path, number)
        if ocr == "never":
            reasons = ("a page image, and OCR is switched off",)
            return Page(number, width=image.width, height=image.height, source=Source.EMPTY, reasons=reasons)
        read = _scan(image, number, engine)
        return replace(read, reasons=("a page image", *read.reasons))
    except UnreadableFile as error:  # the file was whole when it was examined
        raise PageFailed(number, error.reason, error.detail) from error


@lru_cache(maxsize=1)
def _parts_of_text(path: Path, sha256: str) -> list[str]:
    """The pages of a text file, kept for the next page of it; a file of 3,000 pages would be read 3,000 times."""
    return read_text(path).split(PAGE_END)


def text_page(text: str, number: int) -> Page:
    """A part of a text file that holds somebody's OCR: its lines as they stand.

    >>> text_page("Số: 05\\n\\n Kính gửi", 1).text
    'Số: 05\\n\\n Kính gửi\\n'
    """
    lines = text.split("\n")
    if lines[-1] == "":  # the end of the last line, not a line more
        lines.pop()
    reasons = ("a text file: its own lines",)
    return Page(number, tuple(_text_line(line) for line in lines), source=Source.TEXT_FILE, reasons=reasons)


_WORD = regex.compile(r"[^\s\x1c-\x1f]+")


def _text_line(text: str) -> Line:
    return Line(text, tuple(Word(m[0], m.start(), m.end()) for m in _WORD.finditer(text)))


@lru_cache(maxsize=2)
def _engine(name: str | None) -> Engine:
    """The engine, loaded once per process. Raises ``EngineError``."""
    from pipeline.ocr import make_engine  # models of tens of megabytes, which text files and good layers do not need

    return make_engine(name)


def _scan(image: PageImage, number: int, engine: str | None) -> Page:
    """OCR of the page. An engine that was asked for must be there; when none is, only the pages that need one fail."""
    try:
        reader = _engine(engine)
    except EngineError as error:
        if engine is not None:
            raise EngineMissing(engine, str(error)) from error
        raise PageFailed(number, Reason.ENGINE_FAILED, str(error)) from error
    try:
        return read_scan(image, reader, number=number)
    except EngineError as error:
        raise PageFailed(number, Reason.ENGINE_FAILED, str(error)) from error
