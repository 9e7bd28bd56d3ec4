"""What people take home: records, packages and files of documents, made in threads of their own and sent piece by piece.

A file is made whole before its first byte is sent, on disk beyond some megabytes: Excel and ZIP want to go back in it, and
whoever reads slowly holds up nobody, for neither a thread nor a connection waits for him.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, BinaryIO, cast
from urllib.parse import quote

from datasette.utils import sqlite_timelimit  # type: ignore[import-untyped]
from datasette.utils.asgi import AsgiStream, Response  # type: ignore[import-untyped]

from corpus.export.fields import KINDS
from corpus.export.layouts import file_name, zip_layouts
from corpus.export.package import write_package
from corpus.export.records import FORMATS, ExportError, export
from corpus.export.records import records as documents_of
from corpus.export.word_list import write_word_list
from corpus.pages.alto import page_alto
from corpus.pages.hocr import page_hocr
from corpus.pages.searchable import NoPageImages, PdfaUnavailable, write_searchable_pdf
from corpus.search.query import QueryError
from corpus.search.selection import Chosen, Selection
from corpus.web.asking import Anything, TooSlow, ask, corpus_of, language, not_understood, wrong, wrong_words
from corpus.web.document import find_document
from corpus.web.form import Form
from corpus.web.words import Words
from db.store import Corpus

EXPORT_MILLISECONDS = 600_000
"""Time limit of each query of an export: it may walk the whole corpus."""

MOST_LAYOUTS = 200
"""Documents whose files go into one ZIP file made by the reading room; ``vanban export`` makes any number."""

_IN_MEMORY = 1 << 22
_PIECE = 1 << 16
_exporting = ThreadPoolExecutor(2, thread_name_prefix="export")

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "ics": "text/calendar; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "application/zip",
    "pdf": "application/pdf",
    "alto": "application/xml; charset=utf-8",
    "hocr": "application/xhtml+xml; charset=utf-8",
}

Make = Callable[[Corpus, BinaryIO], object]


class TooManyFiles(ValueError):
    """More documents are selected than one ZIP file takes; the message is their number."""


async def made(datasette: Anything, make: Make) -> IO[bytes]:
    """The file that ``make`` writes. Raises what it raises, and ``TooSlow``."""
    path = corpus_of(datasette)[1]

    def in_thread() -> IO[bytes]:
        spooled = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # closed when it has been sent
        try:
            with Corpus.open(path, read_only=True) as corpus, sqlite_timelimit(corpus.db.conn, EXPORT_MILLISECONDS):
                make(corpus, cast(BinaryIO, spooled))
        except BaseException:
            spooled.close()
            raise
        spooled.seek(0)
        return spooled

    return await asyncio.get_running_loop().run_in_executor(_exporting, in_thread)


async def send(datasette: Anything, request: Anything, make: Make, name: str, format: str) -> Response | AsgiStream:
    """The file that ``make`` writes as a download, or what is wrong in words, with the conditions of the address too."""
    if not request.path.startswith("/facts/") and (problems := Form.of(request.args).problems(request.args, ("pdfa",))):
        return await not_understood(datasette, request, problems)
    try:
        return download(await made(datasette, make), name, CONTENT_TYPES[format])
    except QueryError as error:
        return await wrong_words(datasette, request, error)
    except ExportError:
        return await wrong(datasette, request, 404, "not_found")
    except TooManyFiles as error:
        return await wrong(datasette, request, 400, "too_many_files", str(error))
    except (NoPageImages, PdfaUnavailable) as error:
        return await wrong(datasette, request, 404, "no_searchable_pdf", str(error))
    except TooSlow:
        return await wrong(datasette, request, 503, "too_slow")


async def records(datasette: Anything, request: Anything) -> Response | AsgiStream:
    """Records of one kind that the search of the address finds, or those of one document."""
    kind, format = request.url_vars["kind"], request.url_vars["format"]
    if kind not in KINDS or format not in FORMATS:
        return await wrong(datasette, request, 404, "not_found")
    selection = selection_of(request)
    return await send(
        datasette,
        request,
        lambda corpus, stream: export(corpus, kind, format, stream, selection),
        f"{kind}.{format}",
        format,
    )


async def word_list(datasette: Anything, request: Anything) -> Response | AsgiStream:
    """The documents that the search of the address finds, as a table for Word in the language of the page."""
    selection, words = selection_of(request), Words(language(request))
    head = [words[name] for name in ("number", "type", "date", "issuer", "title")]

    def make(corpus: Corpus, stream: BinaryIO) -> None:
        rows = (
            [one["number"] or "", one["type"] or "", words.day(one["date"]), one["issuer"] or "", one["title"] or ""]
            for one in documents_of(corpus, "documents", selection)
        )
        write_word_list(words["documents"], head, rows, stream)

    return await send(datasette, request, make, "van-ban.docx", "docx")


async def package(datasette: Anything, request: Anything) -> Response | AsgiStream:
    """All that the search of the address finds, as one data package."""
    selection = selection_of(request)
    return await send(
        datasette, request, lambda corpus, stream: write_package(corpus, stream, selection), "datapackage.zip", "zip"
    )


async def layouts(datasette: Anything, request: Anything) -> Response | AsgiStream:
    """Searchable PDFs, or ALTO or hOCR files, of the documents that the search of the address finds."""
    kind = request.url_vars["kind"]
    selection = selection_of(request)

    def make(corpus: Corpus, stream: BinaryIO) -> None:
        count = sum(1 for _ in Chosen(corpus, selection).documents())
        if count > MOST_LAYOUTS:
            raise TooManyFiles(f"{count} > {MOST_LAYOUTS}: vanban export {kind} --out …")
        zip_layouts(corpus, kind, stream, selection)

    return await send(datasette, request, make, f"{kind}.zip", "zip")


async def searchable_pdf(datasette: Anything, request: Anything) -> Response | AsgiStream:
    """One document as a searchable PDF, or as PDF/A where OCRmyPDF is installed."""
    key, pdfa = request.url_vars["key"], bool(request.args.get("pdfa"))
    document = await ask(datasette, lambda corpus: find_document(corpus, key))
    if document is None:
        return await wrong(datasette, request, 404, "not_found")

    def make(corpus: Corpus, stream: BinaryIO) -> None:
        with tempfile.TemporaryDirectory(prefix="vanban-") as folder:
            target = Path(folder) / "made.pdf"
            write_searchable_pdf(corpus, key, target, pdfa=pdfa)
            with target.open("rb") as pdf:
                while piece := pdf.read(_PIECE):
                    stream.write(piece)

    return await send(datasette, request, make, f"{file_name(document['document'])}.pdf", "pdf")


async def page_layout(datasette: Anything, request: Anything) -> Response | AsgiStream:
    """One page as ALTO or hOCR."""
    key, number, kind = request.url_vars["key"], int(request.url_vars["page"]), request.url_vars["layout"]
    text = await ask(datasette, lambda corpus: (page_alto if kind == "alto" else page_hocr)(corpus, key, number))
    if text is None:
        return await wrong(datasette, request, 404, "not_found")
    return download(text, f"{key}-{number}.{'xml' if kind == 'alto' else kind}", CONTENT_TYPES[kind])


def selection_of(request: Anything) -> Selection:
    return Form.of(request.args).selection(request.args.get("document"))


def download(content: IO[bytes] | str, name: str, content_type: str) -> AsgiStream:
    """An answer that browsers keep as a file instead of showing it."""
    stream = io.BytesIO(content.encode()) if isinstance(content, str) else content

    async def pieces(writer: Anything) -> None:
        with stream:
            while piece := stream.read(_PIECE):
                await writer.write(piece)

    return _ByteStream(
        pieces,
        headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"},
        content_type=content_type,
    )


class _ByteStream(AsgiStream):  # type: ignore[misc]
    """Datasette's stream, for bytes: its writer takes text only."""

    async def asgi_send(self, send: Any) -> None:  # noqa: ANN401  # Datasette has no types
        headers = {**self.headers, "content-type": self.content_type}
        await send(
            {
                "type": "http.response.start",
                "status": self.status,
                "headers": [[name.encode(), value.encode()] for name, value in headers.items()],
            }
        )

        class Writer:
            async def write(self, piece: bytes) -> None:
                await send({"type": "http.response.body", "body": piece, "more_body": True})

        await self.stream_fn(Writer())
        await send({"type": "http.response.body", "body": b""})
