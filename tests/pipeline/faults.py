"""Page readers that fail in the ways pages do, for the tests of runs; imported by worker processes by name."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from documents.outcome import Reason
from documents.page import Page, SourceFile
from pipeline.errors import UnreadableFile
from pipeline.read import read_page

BAD_PAGE = 2


def hang(path: Path, source: SourceFile, number: int, **options: Any) -> Page:
    if number == BAD_PAGE:
        time.sleep(3600)
    return read_page(path, source, number, **options)


def crash(path: Path, source: SourceFile, number: int, **options: Any) -> Page:
    if number == BAD_PAGE:
        os.kill(os.getpid(), signal.SIGSEGV)
    return read_page(path, source, number, **options)


def eat_memory(path: Path, source: SourceFile, number: int, **options: Any) -> Page:
    if number == BAD_PAGE:
        return bytearray(20_000_000_000)  # type: ignore[return-value]
    return read_page(path, source, number, **options)


def never_called(path: Path, source: SourceFile, number: int, **options: Any) -> Page:
    raise AssertionError(f"page {number} of {path.name} was read again")


def slow(path: Path, source: SourceFile, number: int, **options: Any) -> Page:
    time.sleep(0.05)
    return read_page(path, source, number, **options)


def touch_up(path: Path, source: SourceFile, number: int, **options: Any) -> Page:
    """Somebody writes to the file whenever a page has been read."""
    page = read_page(path, source, number, **options)
    with path.open("ab") as stream:
        stream.write(b"more\n")
    return page


def lose_the_share(path: Path, source: SourceFile, number: int, **options: Any) -> Page:
    if number == BAD_PAGE:
        raise UnreadableFile(Reason.UNREADABLE, "Stale file handle", name=path.name)
    return read_page(path, source, number, **options)
