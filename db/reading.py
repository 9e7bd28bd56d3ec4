"""An open corpus file: questions to it, and transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlite_utils import Database

from db.connection import connect, open_reading
from db.errors import ReadOnlyCorpus, typed_errors

Question = tuple[str, Sequence[object]]
"""A query and its parameters."""


class CorpusFile:
    """An open corpus file; a context manager that closes it.

    All writing raises ``db.errors.CorpusError`` subclasses: locked, disk full, read only, damaged.
    """

    def __init__(self, db: Database, path: Path, *, read_only: bool) -> None:
        self.db = db
        self.path = path
        self.read_only = read_only

    @classmethod
    def open(cls, path: Path | str, *, create: bool = False, read_only: bool = False) -> Self:
        """Raises what ``db.connection.connect`` raises."""
        return cls(connect(Path(path), create=create, read_only=read_only), Path(path), read_only=read_only)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self.db.conn.close()

    def rows(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[dict[str, Any]]:
        """The rows of a query as dictionaries."""
        return list(self.iterate(sql, parameters))

    def iterate(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> Iterator[dict[str, Any]]:
        """The rows of a query one at a time."""
        with typed_errors(self.path):
            cursor = self.db.conn.execute(sql, parameters)
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield dict(zip(names, row, strict=True))

    def tuples(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query as they come: for thousands of rows, where dictionaries cost most of the time."""
        with typed_errors(self.path):
            return self.db.conn.execute(sql, parameters).fetchall()

    def both(self, one: Question, other: Question) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """The rows of two queries that are answered at the same time, the second on a connection of its own."""
        with typed_errors(self.path), closing(open_reading(self.path)) as beside, ThreadPoolExecutor(1) as thread:
            answer = thread.submit(lambda: beside.execute(*other).fetchall())
            return self.tuples(*one), answer.result()

    def row(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> dict[str, Any] | None:
        return next(self.iterate(sql, parameters), None)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all that is written within it or nothing. Waits for other writers, never nests."""
        if self.read_only:
            raise ReadOnlyCorpus(self.path)
        with typed_errors(self.path):
            self.db.conn.execute("PRAGMA synchronous = NORMAL")  # safe in WAL mode against any crash but a power cut
            self.db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield self.db.conn
            except BaseException:
                self.db.conn.rollback()
                raise
            self.db.conn.commit()
