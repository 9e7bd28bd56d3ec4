"""A run: folders of files in, a corpus out, whatever happens in between.

Files are examined, read page by page and finished in worker processes that can be killed; one writer, this process,
stores each document in one transaction. What a run has read before it was stopped is kept page by page, so that the
next run does what is missing: work is keyed by the file's hash, the page, and the versions that would read it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from db.codec import pack_page
from db.decisions import learned_decisions
from db.rows import DocumentRows
from db.staging import StoredFile, drop_pages, failures_of, keep_page, pages_at_hand, stored_files, stored_pages
from db.store import Corpus
from documents.outcome import Quarantined, Reason
from documents.page import Page, SourceFile
from pipeline.files.intake import TEXT, file_hash, printable, walk
from pipeline.files.places import Inside, Place, Remote, files_under, place_of, text_of
from pipeline.read import read_page
from pipeline.runs.jobs import Attached, ExamineFile, FileChanged, FinishDocument, PageOutcome, PageRead, ReadPages
from pipeline.runs.settling import settle_doubts
from pipeline.runs.versions import room_digest, versions
from pipeline.runs.workers import AnyCrew, Crew, Died, Job, Message

# Seconds a page may take before its worker is killed: the slowest good page of the development scans, a 300 dpi colour
# page with tables, took 20 s on a busy machine; ten times that is a hang. Text files and text layers share the limit.
PAGE_SECONDS = 180.0
# Repair and extraction of a whole document grow with the pages, and with the letters where a text file has no pages:
# garbled text takes 0.1 ms a letter, 0.2 s a page (benchmarks/ingest.py).
FINISH_SECONDS, FINISH_SECONDS_PER_PAGE, FINISH_SECONDS_PER_LETTER = 60.0, 10.0, 0.001
# Resident memory of one worker in bytes (issue: 1.5 GB per worker at most).
WORKER_MEMORY = 1_500_000_000
# Pages handed to a worker at a time: one, so that all workers share a long document to its last page (a scanned one takes
# seconds, and its file is opened anew for each); of text files more, whose pages take less time than a message.
PAGES_PER_JOB, TEXT_PAGES_PER_JOB = 1, 4


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run works; ``jobs`` is the number of worker processes."""

    jobs: int = 1
    ocr: str = "auto"
    engine: str | None = None
    retry_failed: bool = False
    page_seconds: float = PAGE_SECONDS
    memory: int = WORKER_MEMORY
    read: Callable[..., Page] = read_page
    cluster: str | None = None

    def crew(self) -> AnyCrew:
        """Workers on this machine, or on the hosts of a Dask cluster. Raises ``pipeline.runs.cluster.ClusterError``."""
        if self.cluster is None:
            return Crew(self.jobs, memory=self.memory)
        from pipeline.runs.cluster import ClusterCrew

        return ClusterCrew(self.cluster, memory=self.memory, ocr=self.ocr, engine=self.engine)


@dataclass(frozen=True, slots=True)
class FileDone:
    """One file's end, for progress: ``outcome`` is stored, partial, unchanged, duplicate or quarantined.

    ``failed`` says why pages failed; 0 stands for repair and extraction of the whole document.
    """

    path: Place
    outcome: str
    pages: int = 0
    detail: str = ""
    failed: Mapping[int, tuple[Reason, str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Reading:
    """A document on its way: which pages are still to come. ``reader`` is the version that read them, if not today's."""

    path: Place
    source: SourceFile
    outcomes: dict[int, PageOutcome] = field(default_factory=dict)
    other_paths: list[Place] = field(default_factory=list)
    reader: str | None = None
    seconds: float = 0.0

    @property
    def complete(self) -> bool:
        return len(self.outcomes) == self.source.pages


OnFile = Callable[[FileDone], None]
OnPage = Callable[[Place, int, int], None]
"""Told after each page: the file, how many of its pages are done, how many there are."""


def _ignore(*_: object) -> None: ...


def ingest(
    paths: Iterable[Place], corpus: Corpus, settings: Settings, *, on_file: OnFile = _ignore, on_page: OnPage = _ignore
) -> int:
    """Bring every file under ``paths`` into the corpus; returns the number of the run, whose report the corpus holds.

    ``KeyboardInterrupt`` ends the run between two transactions; started again it does what is missing. Raises what
    ``db.errors`` names when the corpus can't be written.
    """
    paths = list(paths)
    arguments = {"paths": [text_of(path) for path in paths], "ocr": settings.ocr, "engine": settings.engine}
    drop_pages(corpus)  # of documents that were stored just before a run was killed
    return _run(files_of(paths), arguments, corpus, settings, on_file, on_page)


def reprocess(
    corpus: Corpus,
    stage: str,
    conditions: Mapping[str, str],
    settings: Settings,
    *,
    on_file: OnFile = _ignore,
    on_page: OnPage = _ignore,
) -> int:
    """Do stored documents over from ``stage`` on ("reading", "repair", "facts"); returns the number of the run.

    ``conditions`` are those of ``db.staging.stored_files``. Only reading needs the source files.
    """
    files = list(stored_files(corpus, conditions))
    if stage == "reading":
        again: Iterator[_Reading] = (_Reading(place_of(file.path), file.source) for file in files)
    else:
        again = (_stored_reading(corpus, file) for file in files)
    return _run(again, {"stage": stage, "where": dict(conditions)}, corpus, settings, on_file, on_page)


def _run(
    tasks: Iterable[Place | _Reading],
    arguments: Mapping[str, object],
    corpus: Corpus,
    settings: Settings,
    on_file: OnFile,
    on_page: OnPage,
) -> int:
    learned = learned_decisions(corpus, room_digest("extractors"))
    made_by = versions(ocr=settings.ocr, engine=settings.engine, learned=learned)
    run = corpus.begin_run(arguments, made_by)
    with settings.crew() as crew:
        ingestion = _Ingestion(corpus, settings, run, made_by, on_file, on_page)
        ingestion.learned = tuple((kind, one.model) for kind, one in learned.items())
        ingestion.work_off(tasks, crew)
    settle_doubts(corpus, run)
    corpus.finish_run(run)
    return run


def files_of(places: Iterable[Place]) -> Iterator[Place]:
    """Every file once: those of this machine first."""
    places = list(places)
    yield from walk(place for place in places if isinstance(place, Path))
    yield from dict.fromkeys(file for place in places if isinstance(place, Remote) for file in files_under(place))


def _stored_reading(corpus: Corpus, file: StoredFile) -> _Reading:
    """A stored document as if its pages had just been read, by the reader that did read them."""
    pages = stored_pages(corpus, file.source.sha256)
    outcomes: dict[int, PageOutcome] = {page.number: pack_page(page) for page in pages}
    outcomes |= {number: failure for number, failure in file.failed_pages.items() if number}
    return _Reading(place_of(file.path), file.source, outcomes, reader=file.versions.get("reading"))


class _Ingestion:
    """The state of one run: queues of jobs, documents on their way, and what each worker is at."""

    def __init__(
        self,
        corpus: Corpus,
        settings: Settings,
        run: int,
        made_by: dict[str, str],
        on_file: OnFile,
        on_page: OnPage,
    ) -> None:
        self._corpus, self._settings, self._run = corpus, settings, run
        self._on_file, self._on_page = on_file, on_page
        self._versions = made_by
        self.learned: tuple[tuple[str, bytes], ...] = ()
        self._readings: dict[str, _Reading] = {}
        self._queue: deque[Job] = deque()
        self._at_work: dict[int, Job] = {}
        self._changed: set[Place] = set()

    def work_off(self, tasks: Iterable[Place | _Reading], crew: AnyCrew) -> None:
        """Files to examine, or documents whose file is known, until all are stored or accounted for."""
        waiting = iter(tasks)
        more = True
        while more or self._queue or crew.busy():
            for worker in crew.free():
                # a new document only when nothing of the begun ones is left to start: few are in memory at a time
                while more and not self._queue:
                    task = next(waiting, None)
                    more = task is not None
                    self._take_up(task)
                if self._queue:
                    job = self._queue.popleft()
                    self._at_work[worker] = job
                    crew.start(worker, job, seconds=self._limit_of(job))
            for event in crew.events():
                job = self._at_work[event.worker]
                if isinstance(event, Message):
                    self._receive(job, event.value)
                elif isinstance(event, Died):
                    self._bury(job, event)

    def _take_up(self, task: Place | _Reading | None) -> None:
        if isinstance(task, Path | Remote | Inside):
            self._queue.append(ExamineFile(task))
        elif task is not None and task.source.sha256 not in self._readings:
            self._read_missing(task)

    def _limit_of(self, job: Job) -> float:
        if isinstance(job, FinishDocument):
            letters = job.source.size if job.source.media_type == TEXT else 0
            return FINISH_SECONDS + FINISH_SECONDS_PER_PAGE * len(job.outcomes) + FINISH_SECONDS_PER_LETTER * letters
        return self._settings.page_seconds

    def _receive(self, job: Job, value: object) -> None:
        if isinstance(job, ExamineFile):
            if isinstance(value, SourceFile):
                self._begin(job.path, value)
            elif isinstance(value, Quarantined):
                self._quarantine(job.path, value)
            elif isinstance(value, Attached):
                self._queue.extend(ExamineFile(place) for place in value.places)
        elif isinstance(value, PageRead):
            self._page_done(job, value)
        elif isinstance(value, FileChanged):
            self._start_over(job)
        elif isinstance(job, FinishDocument) and isinstance(value, DocumentRows):
            self._store(value, job.failed_pages)

    def _bury(self, job: Job, died: Died) -> None:
        """A worker died over a job: its current page is lost, the rest of the job goes on."""
        if isinstance(job, ExamineFile):
            self._quarantine(job.path, _unexamined(job.path, died))
        elif isinstance(job, ReadPages):
            reading = self._reading_of(job)
            left = [n for n in job.numbers if reading is not None and n not in reading.outcomes]
            if left:
                if left[1:]:
                    self._queue.appendleft(replace(job, numbers=tuple(left[1:])))
                self._page_done(job, PageRead(left[0], (died.reason, died.detail), 0.0))
        elif isinstance(job, FinishDocument) and job.source.sha256 in self._readings:  # it may have died after its answer
            # what was read is worth keeping without its repair and its facts
            unfinished = job.unfinished(died.reason, died.detail)
            failed = {0: (died.reason, died.detail), **job.failed_pages}
            self._store(unfinished, failed)

    def _begin(self, path: Place, source: SourceFile) -> None:
        begun = self._readings.get(source.sha256)
        if begun is not None:
            begun.other_paths.append(path)
            return
        if self._is_stored(source):
            self._corpus.record_path(source, path=text_of(path), run_id=self._run)
            self._report(path, "unchanged", source.pages)
            return
        self._read_missing(_Reading(path, source, {**pages_at_hand(self._corpus, source.sha256, self._versions["reading"])}))

    def _read_missing(self, reading: _Reading) -> None:
        self._readings[reading.source.sha256] = reading
        missing = [n for n in range(1, reading.source.pages + 1) if n not in reading.outcomes]
        at_once = TEXT_PAGES_PER_JOB if reading.source.media_type == TEXT else PAGES_PER_JOB
        for i in range(0, len(missing), at_once):
            self._queue.append(self._reading_job(reading.path, reading.source, tuple(missing[i : i + at_once])))
        if not missing:
            self._finish(reading)

    def _reading_job(self, path: Place, source: SourceFile, numbers: tuple[int, ...]) -> ReadPages:
        return ReadPages(path, source, numbers, self._settings.ocr, self._settings.engine, self._settings.read)

    def _is_stored(self, source: SourceFile) -> bool:
        stored = self._corpus.status_of(source.sha256)
        if stored is None or stored.versions != self._versions:
            return False
        if stored.status == "partial":
            # a page fails for good but for a disk or a share that was away while it was read
            return not self._settings.retry_failed and Reason.UNREADABLE not in failures_of(self._corpus, source.sha256)
        return stored.status == "complete"

    def _page_done(self, job: Job, read: PageRead) -> None:
        reading = self._reading_of(job)
        if reading is None or read.number in reading.outcomes:
            return
        outcome = read.outcome
        if isinstance(outcome, str) and reading.source.pages > 1:
            keep_page(self._corpus, reading.source.sha256, self._versions["reading"], read.number, outcome)
        reading.outcomes[read.number] = outcome
        reading.seconds += read.seconds
        self._on_page(reading.path, len(reading.outcomes), reading.source.pages)
        if reading.complete:
            self._finish(reading)

    def _reading_of(self, job: Job) -> _Reading | None:
        """The document that a job reads for; ``None`` when another worker noticed that its file has changed."""
        assert isinstance(job, ReadPages)
        reading = self._readings.get(job.source.sha256)
        return reading if reading is not None and reading.path == job.path else None

    def _start_over(self, job: Job) -> None:
        """A file was changed while its pages were read: what was read of it goes, and it is taken up as it is now."""
        reading = self._reading_of(job)
        if reading is None:
            return
        sha256 = reading.source.sha256
        del self._readings[sha256]
        self._queue = deque(j for j in self._queue if not (isinstance(j, ReadPages) and j.source.sha256 == sha256))
        drop_pages(self._corpus, sha256)
        for path in (reading.path, *reading.other_paths):
            if path in self._changed:
                gone = SourceFile("", printable(path.name), reading.source.size, reading.source.media_type)
                self._quarantine(path, _refused(gone, Reason.UNREADABLE, "it changes while it is read"))
            else:
                self._changed.add(path)
                self._queue.append(ExamineFile(path))

    def _finish(self, reading: _Reading) -> None:
        made_by = self._versions if reading.reader is None else {**self._versions, "reading": reading.reader}
        outcomes = tuple(outcome for _, outcome in sorted(reading.outcomes.items()))
        job = FinishDocument(reading.source, outcomes, made_by, self.learned)
        if len(job.failed_pages) == reading.source.pages:
            self._quarantine_document(reading.source, *job.failed_pages[1])
        else:
            self._queue.appendleft(job)  # finishing comes first: it frees the pages

    def _store(self, document: DocumentRows, failed: Mapping[int, tuple[Reason, str]]) -> None:
        source = document.source
        reading = self._readings.pop(source.sha256)
        document.run["seconds"] += round(reading.seconds, 3)
        self._corpus.save(document, path=text_of(reading.path), run_id=self._run)
        drop_pages(self._corpus, source.sha256)
        self._report(reading.path, "partial" if failed else "stored", source.pages, failed=failed)
        for path in reading.other_paths:
            copy = replace(source, name=printable(path.name))  # whichever was met first, each path keeps its own name
            self._corpus.record_path(copy, path=text_of(path), run_id=self._run)
            self._report(path, "duplicate", source.pages)

    def _quarantine_document(self, source: SourceFile, reason: Reason, detail: str) -> None:
        reading = self._readings.pop(source.sha256)
        for path in [reading.path, *reading.other_paths]:
            self._quarantine(path, _refused(replace(source, name=printable(path.name)), reason, detail))

    def _quarantine(self, path: Place, quarantined: Quarantined) -> None:
        self._corpus.quarantine(quarantined, path=text_of(path), run_id=self._run)
        self._report(path, "quarantined", detail=f"{quarantined.reason}: {quarantined.detail}")

    def _report(
        self,
        path: Place,
        outcome: str,
        pages: int = 0,
        detail: str = "",
        failed: Mapping[int, tuple[Reason, str]] | None = None,
    ) -> None:
        self._on_file(FileDone(path, outcome, pages, detail, failed or {}))


def _refused(source: SourceFile, reason: Reason, detail: str) -> Quarantined:
    return Quarantined(source.sha256, source.name, source.size, source.media_type, reason, detail)


def _unexamined(path: Place, died: Died) -> Quarantined:
    """The file killed its examiner: say so with what can be known of it from outside."""
    size = path.stat().st_size if isinstance(path, Path) and path.exists() else 0
    sha256 = file_hash(path) if isinstance(path, Path) else ""
    return Quarantined(sha256, printable(path.name), size, "application/octet-stream", died.reason, died.detail)
