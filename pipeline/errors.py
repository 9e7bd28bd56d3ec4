"""What can go wrong in the pipeline, as classes whose messages say what to do next, and the exit status of each.

The library raises; only ``pipeline.cli`` turns an error into a line on the screen and an exit status.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

from documents.outcome import Quarantined, Reason


class ExitCode(IntEnum):
    """Exit status of the command; 3 and up are failures with a type of their own."""

    OK = 0
    QUARANTINED = 1
    """Finished, but some files or pages could not be read; the report says which."""
    USAGE = 2
    FAILURE = 3
    """An expected failure that has no number of its own."""
    UNREADABLE = 4
    """The one file asked for can't be read."""
    ENGINE_MISSING = 5
    CORPUS = 6
    """The corpus file can't be opened, is locked, or is no corpus."""
    INPUT_OUTPUT = 7
    """The reader of our output went away, or a file can't be written."""
    INTERRUPTED = 130
    """Ctrl-C: 128 + SIGINT, what every shell expects."""


# What a person can do about it, for each reason.
ADVICE: dict[Reason, str] = {
    Reason.EMPTY: "ask the sender for the file again: nothing is in it",
    Reason.NOT_A_DOCUMENT: "hand over a PDF, a page image, an office file (DOCX, ODT, XLSX, HTML, EML) or a plain text file",
    Reason.ENCRYPTED: "remove the password first, for example: qpdf --password=SECRET --decrypt IN.pdf OUT.pdf",
    Reason.TRUNCATED: "fetch or copy the file again: its end is missing",
    Reason.DAMAGED: "fetch the file again, or try to mend it, for example: qpdf IN.pdf OUT.pdf",
    Reason.NO_TEXT: "look at the page: it seems to have no text; read it with --ocr always",
    Reason.TOO_LARGE: "scan again at 300 dpi, or cut the file into smaller ones",
    Reason.TOO_MANY_PAGES: "cut the file into smaller ones, for example: qpdf --split-pages=500 IN.pdf OUT.pdf",
    Reason.TIME_LIMIT: "give it more time with --page-seconds, or look at the page",
    Reason.MEMORY_LIMIT: "allow more memory per worker with --memory, or scan again at 300 dpi",
    Reason.CRASHED: "report it with the file: reading it ended a worker",
    Reason.UNREADABLE: "check that the file exists and that you may read it",
    Reason.ENGINE_FAILED: "see 'vanban doctor' for what the OCR engine lacks",
    Reason.NEEDS_LIBREOFFICE: "install it (apt-get install libreoffice-writer-nogui), or save the file as DOCX or PDF",
}


class VanbanError(Exception):
    """An expected failure; its message is one line that says what to do next."""

    exit_code: ClassVar[ExitCode] = ExitCode.FAILURE


class PathMissing(VanbanError):
    """A path that was named is not there."""

    exit_code = ExitCode.USAGE

    def __init__(self, path: str) -> None:
        super().__init__(f"{path}: no such file or folder; check the spelling")


class Unwritable(VanbanError):
    """A file that was to be written can't be."""

    exit_code = ExitCode.INPUT_OUTPUT


class UnreadableFile(VanbanError):
    """A file that can't be read at all, with what quarantine wants to know of it.

    >>> print(UnreadableFile(Reason.EMPTY, "0 bytes", name="a.pdf"))
    a.pdf: empty: 0 bytes; ask the sender for the file again: nothing is in it
    """

    exit_code = ExitCode.UNREADABLE

    def __init__(
        self,
        reason: Reason,
        detail: str,
        *,
        name: str = "",
        sha256: str = "",
        size: int = 0,
        media_type: str = "application/octet-stream",
    ) -> None:
        self.reason, self.detail = reason, detail
        self.name, self.sha256, self.size, self.media_type = name, sha256, size, media_type
        super().__init__(f"{name + ': ' if name else ''}{reason}: {detail}; {ADVICE[reason]}")

    def quarantined(self) -> Quarantined:
        return Quarantined(self.sha256, self.name, self.size, self.media_type, self.reason, self.detail)


class PageFailed(VanbanError):
    """One page could not be read; the other pages are not touched by it."""

    exit_code = ExitCode.QUARANTINED

    def __init__(self, number: int, reason: Reason, detail: str) -> None:
        self.number, self.reason, self.detail = number, reason, detail
        super().__init__(f"page {number}: {reason}: {detail}; {ADVICE[reason]}")


class EngineMissing(VanbanError):
    """An OCR engine that was asked for, or any at all, is not installed."""

    exit_code = ExitCode.ENGINE_MISSING

    def __init__(self, engine: str, install: str) -> None:
        self.engine, self.install = engine, install
        super().__init__(f"the OCR engine {engine} is missing; install it with: {install}")
