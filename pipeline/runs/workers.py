"""Processes that can be killed: every job runs where a hang, a crash or a flood of memory costs that job only.

A ``Crew`` holds a fixed number of workers. A job is a picklable callable that yields messages; each message reaches
the caller as an event the moment it is made, so that what a job has finished before it dies is not lost. Engines
and models are loaded once per worker, by the first job that needs them.

Workers are forked from a server process that has loaded what jobs need (``pipeline.runs.preload``) and nothing else (no
threads, no engines): a replacement for a worker that died is there at once instead of after seconds of loading.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import multiprocessing
import multiprocessing.forkserver
import multiprocessing.resource_tracker
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Protocol

from documents.outcome import Reason

Job = Callable[[], Iterator[Any]]

# Thread pools of native libraries multiply with the processes: on two cores Tesseract with OpenMP costs 2 to 14 times
# the CPU (measured; benchmarks/ingest.py moves with it). One thread per worker, one worker per core.
_LOG = logging.getLogger("vanban.workers")

ONE_THREAD = dict.fromkeys(("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

# Resident memory is looked at this often (seconds): a worker can outgrow its limit by what it allocates in between,
# so the hard limit below stops what grows faster.
WATCH_INTERVAL = 0.5
# The kernel's own limit on private memory, as a multiple of the resident limit: virtual allocations that are never
# touched (onnxruntime arenas, numpy scratch) count here, so it must be generous.
_HARD_LIMIT_FACTOR = 4

# What the server process imports before the first worker is forked from it.
_PRELOADED = ["pipeline.runs.preload"]
# Seconds a worker may take until it can take a job, on top of the job's own limit: imports on a busy machine take six.
_START_SECONDS = 60.0

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


@dataclass(frozen=True, slots=True)
class Message:
    """Something a job yielded."""

    worker: int
    value: Any


@dataclass(frozen=True, slots=True)
class Finished:
    """The job ran to its end; the worker is free again."""

    worker: int


@dataclass(frozen=True, slots=True)
class Died:
    """The job raised what it should not, hung, or took its process down. The worker has been replaced."""

    worker: int
    reason: Reason
    detail: str


Event = Message | Finished | Died


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    scratch: str
    ready: bool = False
    busy: bool = False
    seconds: float = 0.0
    deadline: float = float("inf")


class AnyCrew(Protocol):
    """What a run needs of its workers, wherever they are: numbered slots that take one job at a time."""

    def __enter__(self) -> AnyCrew: ...

    def __exit__(self, *exception: object) -> None: ...

    def free(self) -> list[int]: ...

    def busy(self) -> bool: ...

    def start(self, number: int, job: Job, *, seconds: float) -> None: ...

    def events(self) -> list[Event]: ...


def prepare() -> None:
    """Start the server that workers are forked from, if it is not there yet; it loads models while the caller goes on.

    A terminal sends Ctrl-C to all processes of a command. It is this one's to handle; the server never hears of it.
    """
    multiprocessing.get_context("forkserver").set_forkserver_preload(_PRELOADED)
    multiprocessing.resource_tracker.ensure_running()  # it is asked for below, and clears the signal mask
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])  # which a process inherits
    try:
        with _environment(ONE_THREAD):
            multiprocessing.forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Crew:
    """``size`` workers. Use as a context manager; leaving it ends them all.

    ``memory`` is the resident memory in bytes that one worker may hold.
    """

    def __init__(self, size: int, *, memory: int) -> None:
        prepare()
        self._memory = memory
        self._context = multiprocessing.get_context("forkserver")
        self._looked = 0.0
        self._workers = [self._hire() for _ in range(size)]

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            _end(worker)

    def free(self) -> list[int]:
        """Numbers of the workers without a job."""
        return [number for number, worker in enumerate(self._workers) if not worker.busy]

    def busy(self) -> bool:
        return any(worker.busy for worker in self._workers)

    def start(self, number: int, job: Job, *, seconds: float) -> None:
        """Give worker ``number`` a job. ``seconds`` may pass before its first message, between two, and to its end."""
        worker = self._workers[number]
        with contextlib.suppress(OSError):  # a worker that died idle is noticed by `events`
            worker.connection.send(job)
        worker.busy, worker.seconds = True, seconds
        worker.deadline = time.monotonic() + seconds + (0 if worker.ready else _START_SECONDS)

    def events(self) -> list[Event]:
        """What happened since the last call; waits up to half a second for something to happen if anyone is at work."""
        by_connection = {worker.connection: number for number, worker in enumerate(self._workers) if worker.busy}
        if not by_connection:
            return []
        events: list[Event] = []
        for connection in wait(list(by_connection), timeout=WATCH_INTERVAL):
            assert isinstance(connection, Connection)  # `wait` also takes sockets and handles; none is passed here
            events += self._receive(by_connection[connection])
        if time.monotonic() - self._looked >= WATCH_INTERVAL:
            self._looked = time.monotonic()
            heard = {event.worker for event in events}
            events += [died for number in by_connection.values() if number not in heard for died in self._check(number)]
        return events

    def _receive(self, number: int) -> Iterator[Event]:
        worker = self._workers[number]
        try:
            tag, value = worker.connection.recv()
        except (EOFError, OSError):
            worker.process.join(5)
            yield self._replace(number, Reason.CRASHED, _how_it_ended(worker.process.exitcode))
            return
        worker.ready, worker.deadline = True, time.monotonic() + worker.seconds
        if tag == "message":
            yield Message(number, value)
        elif tag == "log":
            _LOG.error("worker %d met what was not expected\n%s", number, value)
        elif tag != "ready":
            worker.busy, worker.deadline = False, float("inf")
            yield Finished(number) if tag == "finished" else Died(number, *value)

    def _check(self, number: int) -> Iterator[Died]:
        worker = self._workers[number]
        if time.monotonic() > worker.deadline:
            yield self._replace(number, Reason.TIME_LIMIT, f"nothing for {worker.seconds:.0f} s")
            return
        held = resident_bytes(worker.process.pid)
        if held > self._memory:
            detail = f"{held / 1e6:.0f} MB held, {self._memory / 1e6:.0f} MB allowed"
            yield self._replace(number, Reason.MEMORY_LIMIT, detail)

    def _replace(self, number: int, reason: Reason, detail: str) -> Died:
        _end(self._workers[number])
        self._workers[number] = self._hire()
        return Died(number, reason, detail)

    def _hire(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        scratch = tempfile.mkdtemp(prefix="vanban-")
        process = self._context.Process(target=_work, args=(theirs, self._memory, scratch), daemon=True)
        with _no_main_module():
            process.start()
        theirs.close()
        return _Worker(process, ours, scratch)


def resident_bytes(pid: int | None) -> int:
    """Resident memory of a process; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 0


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _no_main_module() -> Iterator[None]:
    """Hide the program that runs: every worker would import it anew, with all that it imports, and needs none of it."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


def _end(worker: _Worker) -> None:
    """Kill the worker and the engines it started: they share its process group."""
    if worker.process.pid is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(worker.process.pid, signal.SIGKILL)
        worker.process.kill()
    worker.process.join(5)
    worker.connection.close()
    shutil.rmtree(worker.scratch, ignore_errors=True)


def _how_it_ended(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return f"ended by {signal.Signals(-exit_code).name}"
    return f"ended with status {exit_code}"


def _work(connection: Connection, memory: int, scratch: str) -> None:
    """The life of a worker: one job after another until the connection closes. Engines leave their files in ``scratch``."""
    _bind_to_parent()
    _take_engines_along(scratch)
    tempfile.tempdir = scratch
    limit = memory * _HARD_LIMIT_FACTOR
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    connection.send(("ready", None))
    for done in count():
        if done % JOBS_UNTIL_TRIM == JOBS_UNTIL_TRIM - 1:
            _give_back_memory()
        try:
            job: Job = connection.recv()
        except (EOFError, OSError):
            return
        try:
            for value in job():
                connection.send(("message", value))
            outcome: tuple[str, Any] = ("finished", None)
        except MemoryError:
            outcome = ("died", (Reason.MEMORY_LIMIT, f"more than {memory / 1e6:.0f} MB asked for"))
        except BrokenPipeError:
            return
        except Exception as error:
            connection.send(("log", traceback.format_exc()))
            outcome = ("died", (Reason.CRASHED, _one_line(error)))
        connection.send(outcome)


JOBS_UNTIL_TRIM = 16
"""Jobs after which freed memory goes back to the system: pages of many sizes leave gaps that glibc keeps, 200 MB after 25
pages, more with every size; giving them back takes 0.02 s."""


def _give_back_memory() -> None:
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):  # a C library without it keeps what it has
            ctypes.CDLL(None).malloc_trim(0)


def _bind_to_parent() -> None:
    """Lead a process group of our own, and die with those who started us even when they are killed without notice.

    The kernel ends us with the server that forked us. The server ends when nobody holds its pipe any more: the process
    that runs the crew does, and workers would, so that they could fork in turn, which ours never do.
    """
    os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.close(multiprocessing.forkserver._forkserver._forkserver_alive_fd)  # type: ignore[attr-defined]
    parent = multiprocessing.parent_process()
    if parent is None or not parent.is_alive():  # it died before the call above took hold
        os._exit(1)


def _take_engines_along(scratch: str) -> None:
    """Fork a watchman that ends our process group, and with it the engines we started, when we end in whatever way.

    What they left in ``scratch`` goes with them, even where the process that started us was killed without notice.

    The kernel tells only our own children's parent of our death; an engine would go on reading its page.
    """
    watched, held = os.pipe()  # the far end closes with this process; engines do not inherit it
    if os.fork():
        os.close(watched)
        return
    os.close(held)
    os.read(watched, 1)
    shutil.rmtree(scratch, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def _one_line(error: Exception) -> str:
    """What went wrong and where, for the report: an unexpected error is a defect of ours that must be findable."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno})".replace("\n", " ")
