"""Files made of documents, as archives and viewers take them: searchable PDFs, and a file of ALTO or hOCR per page."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import regex

from corpus.pages.alto import page_alto
from corpus.pages.hocr import page_hocr
from corpus.pages.searchable import NoPageImages, write_searchable_pdf
from corpus.search.selection import EVERYTHING, Chosen, ChosenDocument, Selection
from db.store import Corpus

_LONGEST_NAME = 200
"""Bytes of a file name: file systems take 255, and a key and a suffix may follow."""

_NOT_IN_NAMES = regex.compile(r'[/\\:*?"<>|\x00-\x1f]|^\.+')


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a document: the files written, or ``reason`` why not."""

    document: str
    files: tuple[Path, ...]
    reason: str = ""


def write_layouts(
    corpus: Corpus, kind: str, folder: Path, selection: Selection = EVERYTHING, *, pdfa: bool = False
) -> Iterator[Made]:
    """Write the files of each selected document into ``folder``; yields what became of it before going on.

    ``pdf`` is one file per document; ``alto`` and ``hocr`` are a folder per document with a file per selected page.
    Documents of equal names are told apart by their keys. Raises ``QueryError`` at once, later ``OSError`` and
    ``corpus.searchable.PdfaUnavailable``.
    """
    chosen = Chosen(corpus, selection)
    return _written(corpus, kind, folder, chosen, pdfa)


def _written(corpus: Corpus, kind: str, folder: Path, chosen: Chosen, pdfa: bool) -> Iterator[Made]:
    folder.mkdir(parents=True, exist_ok=True)
    names: set[str] = set()
    for document in chosen.documents():
        name = file_name(document.name)
        name = f"{name}-{document.key}" if name.casefold() in names else name
        if kind == "pdf":
            made = _pdf(corpus, document, folder / f"{name}.pdf", pdfa)
        else:
            pages = chosen.page_numbers(document.id)
            made = Made(document.name, tuple(_pages(corpus, kind, document.key, pages, folder / name)))
        if made.files:
            names.add(name.casefold())
        yield made


def zip_layouts(corpus: Corpus, kind: str, stream: BinaryIO, selection: Selection = EVERYTHING) -> int:
    """The files of ``write_layouts`` in one ZIP file, with a list of what was left out and why; returns their number."""
    count = 0
    left_out: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="vanban-") as made,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        for one in write_layouts(corpus, kind, Path(made), selection):
            for file in one.files:
                method = zipfile.ZIP_STORED if kind == "pdf" else zipfile.ZIP_DEFLATED  # PDFs are compressed within
                package.write(file, file.relative_to(made), method)
                file.unlink()
                count += 1
            if one.reason:
                left_out.append(f"{one.document}: {one.reason}\n")
        if left_out:
            package.writestr("left-out.txt", "".join(left_out))
    return count


def file_name(document: str) -> str:
    """A name that every file system takes.

    >>> file_name("05/QĐ-UBND: kế hoạch"), file_name("..")
    ('05_QĐ-UBND_ kế hoạch', '_')
    """
    return _NOT_IN_NAMES.sub("_", document).encode()[:_LONGEST_NAME].decode(errors="ignore").rstrip(". ") or "_"


def _pdf(corpus: Corpus, document: ChosenDocument, target: Path, pdfa: bool) -> Made:
    half = target.with_suffix(".part")
    try:
        write_searchable_pdf(corpus, document.key, half, pdfa=pdfa)
        half.replace(target)
    except NoPageImages as error:
        return Made(document.name, (), str(error))
    finally:
        half.unlink(missing_ok=True)
    return Made(document.name, (target,))


_FORMATS: dict[str, tuple[str, Callable[[Corpus, str, int], str | None]]] = {
    "alto": ("xml", page_alto),
    "hocr": ("hocr", page_hocr),
}


def _pages(corpus: Corpus, kind: str, key: str, numbers: Sequence[int], folder: Path) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    suffix, content_of = _FORMATS[kind]
    for number in numbers:
        content = content_of(corpus, key, number)
        if content is not None:
            file = folder / f"{number:04}.{suffix}"
            file.write_text(content, encoding="utf-8")
            yield file
