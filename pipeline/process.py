"""One document through all rooms: reading, repair, facts. The table of contents of the house."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from documents.edits import Repaired, Span, join_repaired, replay
from documents.facts import Facts
from documents.outcome import Processed, Reason
from documents.page import PAGE_END, Document, Page, Source, SourceFile
from extractors.confidence import Ground
from extractors.decision.model import Decision
from extractors.pipeline import extract
from normalizers.repair import repair
from pipeline.read import read_document


def process(path: Path, source: SourceFile, *, ocr: str = "auto", engine: str | None = None) -> Processed:
    """Read, repair and extract one file in this process.

    Raises ``pipeline.errors.UnreadableFile`` when nothing of the file can be read; pages that fail alone are in
    ``Processed.failed_pages``.
    """
    started = time.perf_counter()
    document, failed_pages = read_document(path, source, ocr=ocr, engine=engine)
    return finish(document, failed_pages, started=started)


def finish(
    document: Document,
    failed_pages: dict[int, tuple[Reason, str]],
    *,
    versions: dict[str, str] | None = None,
    started: float | None = None,
    decisions: Mapping[str, Decision] | None = None,
) -> Processed:
    """Repair and extract a document whose pages have been read; ``started`` is a ``time.perf_counter()`` value.

    ``decisions`` are those that a corpus learned, by kind of fact.
    """
    started = time.perf_counter() if started is None else started
    repaired = repair_document(document)
    document = weigh_text_files(document, repaired)
    facts = extract(document, repaired, decisions) if repaired.text.strip() else Facts()
    return Processed(document, repaired, facts, failed_pages, versions or {}, time.perf_counter() - started)


def repair_document(document: Document) -> Repaired:
    """Repair runs of pages that came from the same source together, so that the language model sees across page ends."""
    return join_repaired([_repair_run(run) for run in _runs_of_one_source(document.pages)], PAGE_END)


STYLE = "unicode:tone_style"
"""The rule of edits that change no word, only where its tone mark is written."""


def verbatim(repaired: Repaired) -> str:
    """The repaired text with tone marks where they are printed.

    >>> from normalizers.repair import repair
    >>> told = repair("UỶ BAN NHÂN DÂN phường Hoà Thuận")
    >>> told.text, verbatim(told)
    ('ỦY BAN NHÂN DÂN phường Hòa Thuận', 'UỶ BAN NHÂN DÂN phường Hoà Thuận')
    """
    return replay(repaired.raw, [edit for edit in repaired.edits if edit.rule != STYLE])


def weigh_text_files(document: Document, repaired: Repaired) -> Document:
    """The document with pages of text files as sure as their repair is: whoever read them left no word of it."""
    if not any(page.source is Source.TEXT_FILE for page in document.pages):
        return document
    ground = Ground.of(document, repaired)
    pages: list[Page] = []
    at = 0
    for page in document.pages:
        end = at + len(page.text)
        known = page.source is not Source.TEXT_FILE
        pages.append(page if known else replace(page, confidence=ground.mean_confidence(Span(at, end))))
        at = end + len(PAGE_END)
    return replace(document, pages=tuple(pages))


def _runs_of_one_source(pages: Sequence[Page]) -> Iterator[list[Page]]:
    for _, run in groupby(pages, key=lambda page: (page.source, page.profile)):
        yield list(run)


def _repair_run(pages: Sequence[Page]) -> Repaired:
    raw = PAGE_END.join(page.text for page in pages)
    return repair(raw, profile=pages[0].profile, encodings=_encodings(pages), confidences=_confidences(pages))


def _encodings(pages: Sequence[Page]) -> list[tuple[Span, str]]:
    """Neighbouring words of one line in the same legacy encoding make one span."""
    spans: list[tuple[Span, str]] = []
    for line_start, page, line_number in _line_starts(pages):
        for encoding, words in groupby(page.lines[line_number].words, key=lambda word: word.encoding):
            if encoding:
                run = list(words)
                spans.append((Span(line_start + run[0].start, line_start + run[-1].end), encoding))
    return spans


def _confidences(pages: Sequence[Page]) -> list[tuple[Span, float]]:
    """How sure the reader was of each word; only an OCR engine of ours measures that."""
    return [
        (Span(line_start + word.start, line_start + word.end), word.confidence)
        for line_start, page, line_number in _line_starts(pages)
        if page.source in (Source.OCR, Source.MIXED)
        for word in page.lines[line_number].words
    ]


def _line_starts(pages: Sequence[Page]) -> Iterator[tuple[int, Page, int]]:
    """Offset of every line in the joined text of the pages, with its page and index there."""
    at = 0
    for page in pages:
        for number, line in enumerate(page.lines):
            yield at, page, number
            at += len(line.text) + 1
        at += len(PAGE_END)
