"""Rows of dictionaries into tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any


def insert(
    connection: sqlite3.Connection,
    table: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    replace: bool = False,
    ignore: bool = False,
) -> None:
    """Insert rows that all have the same columns. ``replace`` updates what is there, without deleting what refers to it."""
    if not rows:
        return
    columns = list(rows[0])
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join(f":{column}" for column in columns)
    conflict = ""
    if ignore:
        conflict = " ON CONFLICT DO NOTHING"
    elif replace:
        key = _PRIMARY_KEYS[table]
        conflict = f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET " + ", ".join(
            f'"{column}" = excluded."{column}"' for column in columns if column not in key
        )
    connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places}){conflict}', rows)


_PRIMARY_KEYS = {
    "files": ("sha256",),
    "paths": ("path", "sha256"),
    "quarantine": ("sha256",),
    "run_files": ("run_id", "path"),
}


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
