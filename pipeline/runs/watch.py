"""A folder that is watched: what is put there goes into the corpus once it is whole. Originals are never touched."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from db.store import Corpus
from documents.outcome import Reason
from pipeline.files.intake import file_hash, walk
from pipeline.files.places import text_of
from pipeline.runs.ingest import FileDone, Settings, ingest

# A file that is still being copied grows or is touched between two looks. Two seconds cover the pauses of network
# copies and scanners that write page by page; a longer pause only means that the file is taken up again when it changes.
SETTLE_SECONDS = 2.0

Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Folders:
    """Where files go when they are done; ``None`` leaves them where they are."""

    inbox: Path
    finished: Path | None = None
    quarantined: Path | None = None


def watch(
    folders: Folders,
    corpus: Corpus,
    settings: Settings,
    *,
    on_file: Callable[[FileDone], None] = lambda _: None,
    keep_going: Callable[[], bool] = lambda: True,
    settle_seconds: float = SETTLE_SECONDS,
) -> None:
    """Ingest what appears or changes in the inbox, until ``keep_going`` says no or ``KeyboardInterrupt`` comes."""
    before: dict[Path, Stamp] = {}
    done: dict[Path, Stamp] = {}
    while keep_going():
        now = dict(_stamps(folders))
        ready = sorted(path for path, stamp in now.items() if before.get(path) == stamp and done.get(path) != stamp)
        if ready:
            outcomes: list[FileDone] = []
            ingest(ready, corpus, settings, on_file=outcomes.append)
            for outcome in outcomes:
                on_file(outcome)
                _put_away(outcome, folders, corpus)
            done.update((path, now[path]) for path in ready)
        before = now
        time.sleep(settle_seconds)


def _stamps(folders: Folders) -> Iterator[tuple[Path, Stamp]]:
    """Size and time of change of every file in the inbox that is not in one of the folders for what is done."""
    away = [folder.resolve() for folder in (folders.finished, folders.quarantined) if folder is not None]
    for path in walk([folders.inbox]):
        if any(path.resolve().is_relative_to(folder) for folder in away):
            continue
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue
        yield path, (stat.st_size, stat.st_mtime_ns)


def _put_away(done: FileDone, folders: Folders, corpus: Corpus) -> None:
    """Move a file that is done; one that could not be opened, or of which pages failed, stays to be taken up again."""
    folder = folders.quarantined if done.outcome == "quarantined" else folders.finished
    assert isinstance(done.path, Path)  # the inbox is a folder of this machine
    if folder is None or done.outcome == "partial" or done.detail.startswith(Reason.UNREADABLE.value):
        return
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / done.path.name
    if target.exists():  # another file of the same name: both stay
        target = folder / f"{done.path.stem}-{file_hash(done.path)[:8]}{done.path.suffix}"
    if not target.exists():
        shutil.move(done.path, target)
        corpus.move_path(text_of(done.path), text_of(target))
