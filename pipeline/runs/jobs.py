"""The jobs that ``pipeline.runs.ingest`` hands to its workers: what is this file, read these pages, finish this document.

The process that hands them out never repairs nor extracts, so those rooms are imported where a job runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from db.codec import pack_page, unpack_page
from db.rows import DocumentRows
from documents.edits import Repaired
from documents.facts import Facts
from documents.outcome import Processed, Quarantined, Reason
from documents.page import Document, Page, Source, SourceFile
from pipeline.errors import PageFailed, UnreadableFile
from pipeline.files.intake import examine, is_unchanged, printable
from pipeline.files.places import Inside, Place, at_hand, attached_to
from pipeline.read import read_page

if TYPE_CHECKING:
    from extractors.decision.model import Decision

PageOutcome = str | tuple[Reason, str]
"""A page, packed as ``db.codec`` does it (the writer passes pages on and never looks into them), or why there is none."""


@dataclass(frozen=True, slots=True)
class ExamineFile:
    """Yields one ``SourceFile``, or one ``Quarantined`` when it can't be read, and ``Attached`` when files hang on it."""

    path: Place

    def __call__(self) -> Iterator[SourceFile | Quarantined | Attached]:
        name = printable(self.path.name)
        try:
            source = replace(examine(at_hand(self.path)), name=name)
            yield source
            attached = attached_to(self.path, source.media_type) if _depth(self.path) < MOST_NESTED else []
        except UnreadableFile as error:
            yield replace(error.quarantined(), name=name)
            return
        if attached:
            yield Attached(tuple(attached))


@dataclass(frozen=True, slots=True)
class Attached:
    """Files that hang on the one that was examined; each is a document of its own."""

    places: tuple[Inside, ...]


MOST_NESTED = 3
"""Mails forwarded within mails; what is packed deeper is a bomb."""


def _depth(place: Place) -> int:
    return place.depth if isinstance(place, Inside) else 0


@dataclass(frozen=True, slots=True)
class PageRead:
    """What came of one page, and the seconds it took."""

    number: int
    outcome: PageOutcome
    seconds: float


@dataclass(frozen=True, slots=True)
class FileChanged:
    """The file no longer holds the bytes that were examined: its pages belong to another file."""


@dataclass(frozen=True, slots=True)
class ReadPages:
    """Yields ``PageRead`` for each page number as soon as it has been read, or ``FileChanged`` and ends.

    ``read`` is ``pipeline.read.read_page``; fault tests put pages that hang or crash in its place.
    """

    path: Place
    source: SourceFile
    numbers: tuple[int, ...]
    ocr: str
    engine: str | None
    read: Callable[..., Page] = read_page

    def __call__(self) -> Iterator[PageRead | FileChanged]:
        for number in self.numbers:
            started = time.perf_counter()
            outcome = self._outcome(number)
            if outcome is None:
                yield FileChanged()
                return
            yield PageRead(number, outcome, time.perf_counter() - started)

    def _outcome(self, number: int) -> PageOutcome | None:
        """The page or why there is none; ``None`` when the file changed before or while it was read."""
        try:
            path = at_hand(self.path)
            if not is_unchanged(path, self.source):
                return None
            page = self.read(path, self.source, number, ocr=self.ocr, engine=self.engine)
            return pack_page(page) if is_unchanged(path, self.source) else None
        except PageFailed as error:
            return (error.reason, error.detail) if is_unchanged(path, self.source) else None
        except UnreadableFile as error:
            return error.reason, error.detail


@dataclass(frozen=True, slots=True)
class FinishDocument:
    """Yields one ``DocumentRows``: the document repaired, with its facts and with its tables joined over page ends.

    ``learned`` are the packed decisions of its corpus, by kind of fact.
    """

    source: SourceFile
    outcomes: tuple[PageOutcome, ...]
    versions: dict[str, str]
    learned: tuple[tuple[str, bytes], ...] = ()

    @property
    def failed_pages(self) -> dict[int, tuple[Reason, str]]:
        return {number: why for number, why in enumerate(self.outcomes, 1) if isinstance(why, tuple)}

    def document(self) -> Document:
        """The document as it was read; a failed page stands in it without lines."""
        return Document(self.source, tuple(_page(number, outcome) for number, outcome in enumerate(self.outcomes, 1)))

    def __call__(self) -> Iterator[DocumentRows]:
        from pipeline.process import finish
        from pipeline.tables.overleaf import join_continued

        read = self.document()
        whole = replace(read, pages=tuple(join_continued(read.pages)))
        decisions = _unpacked(self.learned)
        yield DocumentRows.of(finish(whole, self.failed_pages, versions=self.versions, decisions=decisions))

    def unfinished(self, reason: Reason, detail: str) -> DocumentRows:
        """The document as it was read, without repair and facts; page 0 stands for the whole of it."""
        read = self.document()
        failed = {0: (reason, f"repair and extraction: {detail}"), **self.failed_pages}
        return DocumentRows.of(Processed(read, Repaired(read.raw, read.raw), Facts(), failed, self.versions))


@lru_cache(1)  # one corpus at a time
def _unpacked(learned: tuple[tuple[str, bytes], ...]) -> dict[str, Decision]:
    from extractors.decision.model import unpacked

    return {kind: unpacked(model) for kind, model in learned}


def _page(number: int, outcome: PageOutcome) -> Page:
    return unpack_page(outcome) if isinstance(outcome, str) else Page(number, source=Source.FAILED, confidence=0.0)
