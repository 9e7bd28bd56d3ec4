"""The same run over many machines: a crew whose workers sit on the hosts of a Dask cluster.

Each slot runs its jobs in a process of its own on its host, which is killed when a job hangs or eats memory, as on one
machine. Results come back to the one writer; no more jobs are out than there are slots. A host that dies in mid-page
loses nothing: Dask gives its jobs to another, and after ``_TRIES`` deaths the page is recorded as failed.

Hosts read from a path that all of them see. What makes text and facts must be the same everywhere: versions of engine,
data and models are compared before the run begins.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from itertools import count
from queue import Empty, SimpleQueue
from typing import Any

import dask
from distributed import Client, Future, KilledWorker, Worker, get_worker

from documents.outcome import Reason
from pipeline.errors import VanbanError
from pipeline.runs.versions import versions
from pipeline.runs.workers import WATCH_INTERVAL, Crew, Died, Event, Finished, Job, Message, prepare

# Hosts that may die over the same job before the job is to blame; more only delays the report of a page that kills.
_TRIES = 3
_CONNECT_SECONDS = 20


class ClusterError(VanbanError):
    """The cluster can't be used; the message says why and what to do."""


class ClusterCrew:
    """The face of ``pipeline.workers.Crew`` over a Dask cluster. ``memory`` is bytes per job, as there."""

    def __init__(self, address: str, *, memory: int, ocr: str, engine: str | None) -> None:
        dask.config.set({"distributed.scheduler.allowed-failures": _TRIES})
        try:
            self._client = Client(address, timeout=_CONNECT_SECONDS)  # type: ignore[no-untyped-call]
        except (OSError, ValueError, TimeoutError) as error:
            raise ClusterError(f"no Dask scheduler at {address}: {error}; start one with: dask scheduler") from error
        self._memory = memory
        _check_versions(self._client, address, ocr=ocr, engine=engine)
        slots = sum(self._client.nthreads().values())  # type: ignore[no-untyped-call]
        self._jobs: list[Future[list[Event]] | None] = [None] * slots
        self._done: SimpleQueue[tuple[int, Future[list[Event]]]] = SimpleQueue()
        self._names = count()

    def __enter__(self) -> ClusterCrew:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.cancel([f for f in self._jobs if f is not None])  # type: ignore[no-untyped-call]
        self._client.close()  # type: ignore[no-untyped-call]

    def free(self) -> list[int]:
        return [number for number, future in enumerate(self._jobs) if future is None]

    def busy(self) -> bool:
        return any(future is not None for future in self._jobs)

    def start(self, number: int, job: Job, *, seconds: float) -> None:
        name = f"vanban-{os.getpid()}-{next(self._names)}"
        future = self._client.submit(run_here, job, seconds, self._memory, key=name, pure=False)
        self._jobs[number] = future
        future.add_done_callback(lambda done: self._done.put((number, done)))  # type: ignore[no-untyped-call]

    def events(self) -> list[Event]:
        try:
            number, future = self._done.get(timeout=WATCH_INTERVAL)
        except Empty:
            return []
        self._jobs[number] = None
        try:
            return [_numbered(event, number) for event in future.result()]
        except KilledWorker as error:
            return [Died(number, Reason.CRASHED, f"{_TRIES} hosts ended over it: {error.last_worker}")]
        except Exception as error:
            return [Died(number, Reason.CRASHED, f"{type(error).__name__}: {error}")]


def _numbered(event: Event, number: int) -> Event:
    if isinstance(event, Message):
        return Message(number, event.value)
    return Finished(number) if isinstance(event, Finished) else Died(number, event.reason, event.detail)


def _check_versions(client: Client, address: str, *, ocr: str, engine: str | None) -> None:
    """Raises ``ClusterError`` naming the first host that would read, repair or extract differently."""
    ours = versions(ocr=ocr, engine=engine)
    theirs: dict[str, Any] = client.run(versions, ocr=ocr, engine=engine, on_error="return")
    if not theirs:
        raise ClusterError(f"no workers at {address}; start some with: vanban worker {address}")
    for host, found in sorted(theirs.items()):
        if found != ours:
            raise ClusterError(f"{host} has other versions than this machine ({found} instead of {ours}); update it")


def work_for(address: str, jobs: int) -> None:
    """Be a host of the cluster: ``jobs`` pages at a time, each in a killable process, until the scheduler ends.

    The worker runs in this process, without Dask's nanny: processes under a nanny may not start processes of their own.
    Raises ``ClusterError`` when there is no scheduler at the address.
    """

    prepare()  # models load while the worker finds its scheduler

    async def serve() -> None:
        async with Worker(address, nthreads=jobs) as worker:
            await worker.finished()

    try:
        asyncio.run(serve())
    except (OSError, TimeoutError) as error:
        raise ClusterError(f"no Dask scheduler at {address}: {error}; start one with: dask scheduler") from error


def run_here(job: Job, seconds: float, memory: int) -> list[Event]:
    """On a host: run a job in a killable process and collect what it says."""
    crew = _crew_of_this_thread(memory)
    crew.start(0, job, seconds=seconds)
    return list(_until_over(crew))


def _until_over(crew: Crew) -> Iterator[Event]:
    while True:
        for event in crew.events():
            yield event
            if not isinstance(event, Message):
                return


def _crew_of_this_thread(memory: int) -> Crew:
    """One crew of one for each thread of the Dask worker: engines and models stay loaded between jobs."""
    worker = get_worker()
    crews: dict[int, Crew] = worker.__dict__.setdefault("vanban_crews", {})
    return crews.setdefault(threading.get_ident(), Crew(1, memory=memory))
