"""The jobs that ``pipeline.ingest`` hands to its workers: what is this file, read these pages, finish this document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.model import Document, Page, Processed, Quarantined, Reason, SourceFile
from pipeline.errors import PageFailed, UnreadableFile
from pipeline.intake import examine
from pipeline.process import finish
from pipeline.read import read_page
from pipeline.tables import join_continued

PageOutcome = Page | tuple[Reason, str]


@dataclass(frozen=True, slots=True)
class ExamineFile:
    """Yields one ``SourceFile``, or one ``Quarantined`` when it can't be read."""

    path: Path

    def __call__(self) -> Iterator[SourceFile | Quarantined]:
        try:
            yield examine(self.path)
        except UnreadableFile as error:
            yield error.quarantined()


@dataclass(frozen=True, slots=True)
class ReadPages:
    """Yields ``(number, page or reason)`` for each page number as soon as it has been read.

    ``read`` is ``pipeline.read.read_page``; fault tests put pages that hang or crash in its place.
    """

    path: Path
    source: SourceFile
    numbers: tuple[int, ...]
    ocr: str
    engine: str | None
    read: Callable[..., Page] = read_page

    def __call__(self) -> Iterator[tuple[int, PageOutcome]]:
        for number in self.numbers:
            try:
                page: PageOutcome = self.read(self.path, self.source, number, ocr=self.ocr, engine=self.engine)
            except PageFailed as error:
                page = error.reason, error.detail
            yield number, page


@dataclass(frozen=True, slots=True)
class FinishDocument:
    """Yields one ``Processed``, its tables joined over page ends."""

    document: Document
    failed_pages: dict[int, tuple[Reason, str]]
    versions: dict[str, str]

    def __call__(self) -> Iterator[Processed]:
        whole = replace(self.document, pages=tuple(join_continued(self.document.pages)))
        yield finish(whole, self.failed_pages, versions=self.versions)
