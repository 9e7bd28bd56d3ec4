"""Bringing files in by the browser: they are kept beside the corpus and read by ``vanban ingest``, upload after upload."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import sys
import weakref
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from datasette.utils.asgi import Response  # type: ignore[import-untyped]

from corpus.web.asking import Anything, ask, corpus_of, in_language, show, wrong
from corpus.web.form import whole_number
from corpus.web.gate import body_of
from corpus.web.uploads import BadUpload, new_folder, receive_upload
from db.questions import overview as questions
from db.store import Corpus

RUNS_LISTED, FILES_LISTED = 20, 500
_log = logging.getLogger("vanban.web")


@dataclass
class Readers:
    """The reading that this server has started: at most one program at a time, for reading fills a machine by itself."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    reading: str = ""
    failed: str = ""
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self, corpus: Path, what: Path, *options: str) -> None:
        self.waiting += 1
        task = asyncio.ensure_future(self._read(corpus, what, options))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _read(self, corpus: Path, what: Path, options: tuple[str, ...]) -> None:
        async with self.lock:
            self.waiting -= 1
            self.reading = what.name
            command = (sys.executable, "-m", "pipeline.cli", "ingest", str(what), "--db", str(corpus), *options)
            quiet = asyncio.subprocess.DEVNULL
            program = await asyncio.create_subprocess_exec(
                *command, stdin=quiet, stdout=quiet, stderr=asyncio.subprocess.PIPE, start_new_session=True
            )
            _, said = await program.communicate()
            self.reading = ""
            self.failed = "" if program.returncode in (0, 1) else what.name
            if self.failed:
                _log.error("reading %s ended with %s: %s", what, program.returncode, said.decode("utf-8", "replace")[-2000:])


_readers: weakref.WeakKeyDictionary[Anything, Readers] = weakref.WeakKeyDictionary()


def _readers_of(datasette: Anything) -> Readers:
    return _readers.setdefault(datasette, Readers())


def intake_folder(corpus: Path) -> Path:
    """Where uploads are kept: beside the corpus, which refers to them as the originals from then on."""
    return corpus.with_name(f"{corpus.stem}-intake")


async def intake(datasette: Anything, request: Anything, receive: Anything) -> Response:
    """The form for files, what is being read, and the latest runs."""
    readers = _readers_of(datasette)
    if request.method == "POST":
        return await _take(datasette, request, receive, readers)
    context = {"runs": await ask(datasette, latest_runs), "readers": readers}
    return await show(datasette, request, "room_intake.html", context)


async def _take(datasette: Anything, request: Anything, receive: Anything, readers: Readers) -> Response:
    path = corpus_of(datasette)[1]
    try:
        folder = new_folder(intake_folder(path))
    except OSError:
        return await wrong(datasette, request, 503, "no_room_for_upload")
    try:
        files = await receive_upload(request.headers.get("content-type", ""), receive, folder)
    except BadUpload as error:
        shutil.rmtree(folder, ignore_errors=True)
        return await wrong(datasette, request, 400, error.word)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        return await wrong(datasette, request, 503, "no_room_for_upload")
    if not files:
        shutil.rmtree(folder, ignore_errors=True)
        return await wrong(datasette, request, 400, "no_files")
    readers.start(path, folder)
    return Response.redirect(in_language(request, "/intake"), status=303)


def latest_runs(corpus: Corpus) -> list[dict[str, Any]]:
    """``id``, ``started_at``, ``finished_at``, and how many files had each outcome."""
    runs = questions.latest_runs(corpus, RUNS_LISTED)
    return [row | {"outcomes": Counter(json.loads(row["outcomes"]))} for row in runs]


async def run(datasette: Anything, request: Anything, receive: Anything) -> Response:
    """What became of every file of a run; what could not be read can be tried again."""
    number = int(request.url_vars["run"])
    files = await ask(datasette, lambda corpus: files_of_run(corpus, number))
    if files is None:
        return await wrong(datasette, request, 404, "not_found")
    if request.method == "POST":
        fields = await body_of(receive) or {}
        at = whole_number(fields.get("file", ""))
        chosen = files[at] if at is not None and at < len(files) else None
        if chosen is None or not Path(chosen["path"]).exists():
            return await wrong(datasette, request, 400, "file_has_moved")
        _readers_of(datasette).start(corpus_of(datasette)[1], Path(chosen["path"]), "--retry", "failed")
        return Response.redirect(in_language(request, "/intake"), status=303)
    return await show(datasette, request, "room_run.html", {"run": number, "files": files})


def files_of_run(corpus: Corpus, run: int) -> list[dict[str, Any]] | None:
    rows = questions.files_of_run(corpus, run, FILES_LISTED)
    return None if rows is None else [row | {"name": Path(row["path"]).name} for row in rows]
