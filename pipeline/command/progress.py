"""Progress of a run on a terminal."""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.command.messages import Speaker

if TYPE_CHECKING:
    from pipeline.files.places import Place
    from pipeline.runs.ingest import FileDone


class Progress:
    """Counts what became of the files; on a terminal shows rate and time left, otherwise names only what went wrong.

    ``total`` is the size of all files. Time goes by size: a scan of fifty pages takes a thousand times that of a text.
    """

    # The last so many files tell rate and time left: a run that is taken up again passes thousands of unchanged files in
    # seconds before it comes to the work.
    _WINDOW = 200
    # Seconds between two looks of a page's progress: pages of text come by the hundred a second.
    _SHOW_EVERY = 0.2

    def __init__(self, speaker: Speaker, *, quiet: bool, total: int | None = None) -> None:
        self._speaker, self._quiet, self._total, self._started = speaker, quiet, total, time.monotonic()
        self._ends = deque([(self._started, 0, 0)], maxlen=self._WINDOW)
        self._shown = self._started
        self.counts = dict.fromkeys(("stored", "unchanged", "duplicate", "partial", "quarantined"), 0)
        self.pages = self._bytes = 0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def __call__(self, done: FileDone) -> None:
        from pipeline.files.intake import printable

        self.counts[done.outcome] += 1
        self.pages += done.pages
        self._bytes += size_of(done.path)
        self._ends.append((time.monotonic(), self.pages, self._bytes))
        if done.outcome in ("quarantined", "partial"):
            self.clear()
            first = min(done.failed.items(), default=None)
            detail = done.detail if first is None else f"{first[0]} ({first[1][0]}: {first[1][1]})"
            sentence = self._speaker.say(
                done.outcome, path=printable(str(done.path)), failed=len(done.failed), detail=detail
            )
            click.echo(sentence, err=True)
        self._show(printable(done.path.name))

    def page(self, path: Place, done: int, pages: int) -> None:
        """A page of a file is read: a document of a thousand scanned pages takes hours."""
        from pipeline.files.intake import printable

        if time.monotonic() - self._shown >= self._SHOW_EVERY:
            self._show(f"{printable(path.name)} {done}/{pages}")

    def _show(self, what: str) -> None:
        if self._quiet:
            return
        (since, pages, size), (now, pages_now, size_now) = self._ends[0], self._ends[-1]
        seconds = max(now - since, 1e-9)
        left = ""
        if self._total is not None and size_now > size:
            seconds_left = max(self._total - size_now, 0) / (size_now - size) * seconds
            left = self._speaker.say("time_left", time=_clock(seconds_left))
        files, rate = sum(self.counts.values()), (pages_now - pages) / seconds
        line = self._speaker.say("reading_file", done=files, pages=self.pages, rate=rate, left=left, name=what)
        click.echo(f"\r\033[K{line[:110]}", err=True, nl=False)
        self._shown = time.monotonic()

    def clear(self) -> None:
        if not self._quiet:
            click.echo("\r\033[K", err=True, nl=False)


def size_of(place: Place) -> int:
    """Bytes of a file of this machine, at least one; one for any other."""
    try:
        return max(place.stat().st_size, 1) if isinstance(place, Path) else 1
    except OSError:
        return 1


def _clock(seconds: float) -> str:
    """Hours, minutes, seconds.

    >>> _clock(8000), _clock(360000)
    ('2:13:20', '100:00:00')
    """
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
