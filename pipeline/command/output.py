"""Where output goes: standard output or a file, as text, rows or JSON."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from pipeline.command.door import speaker_of
from pipeline.errors import Unwritable

if TYPE_CHECKING:
    pass


def print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def unwritable(path: Path, error: OSError) -> Unwritable:
    sentence = speaker_of(click.get_current_context()).say("cannot_write", path=path, why=error.strerror or error)
    return Unwritable(sentence)


def write_out(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from error


@contextlib.contextmanager
def opened_output(out: Path | None) -> Iterator[BinaryIO]:
    """The file to write, or standard output. A file stands under its name only when it is whole."""
    if out is None:
        yield sys.stdout.buffer
        return
    whole = not out.exists() or out.is_file()  # a device or a pipe takes bytes as they come
    half = out.with_name(f"{out.name}.part") if whole else out
    try:
        try:
            with half.open("wb") as stream:
                yield stream
            half.replace(out)
        finally:
            if whole:
                half.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(out, error) from error


@contextlib.contextmanager
def open_corpus(database: Path) -> Iterator[Any]:
    from db.errors import OlderSchema
    from db.store import Corpus

    try:
        opened = Corpus.open(database, read_only=True)
    except OlderSchema:  # opening it for writing brings it up to date
        Corpus.open(database).close()
        opened = Corpus.open(database, read_only=True)
    with opened as corpus:
        yield corpus


def print_rows(rows: Iterable[dict[str, Any]], columns: tuple[str, ...]) -> None:
    """Columns under each other, for a person; their names in the language of the call."""
    speaker = speaker_of(click.get_current_context())
    names = [speaker.translated(column) for column in columns]
    table = [[("" if row.get(c) is None else str(row[c])) for c in columns] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(names, *table, strict=True)]
    for cells in (names, *table):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())
