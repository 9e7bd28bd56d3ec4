"""What happens in a run as lines of JSON, for programs that watch over it: one per file, one per failed page."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import IO

from pipeline.files.places import text_of
from pipeline.runs.ingest import FileDone


class Journal:
    """Writes an event per line, each complete on disk before the run goes on. Call it with every ``FileDone``."""

    def __init__(self, stream: IO[str], *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._stream, self._now = stream, now

    def __call__(self, done: FileDone) -> None:
        path = text_of(done.path)
        self.note("file", path=path, outcome=done.outcome, pages=done.pages, detail=done.detail)
        for page, (reason, detail) in sorted(done.failed.items()):
            self.note("page_failed", path=path, page=page, reason=reason.value, detail=detail)

    def note(self, event: str, **values: object) -> None:
        """One line: time (UTC), event, and the values."""
        row = {"time": self._now().isoformat(timespec="milliseconds"), "event": event, **values}
        self._stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._stream.flush()
