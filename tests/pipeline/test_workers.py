"""A job that hangs, crashes or eats memory costs itself only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from documents.outcome import Reason
from pipeline.runs.workers import Crew, Died, Event, Finished, Message, resident_bytes

MEMORY = 400_000_000


def count(to: int) -> Iterator[int]:
    yield from range(to)


def hang_after(said: int) -> Iterator[int]:
    yield said
    time.sleep(3600)


def crash_after(said: int) -> Iterator[int]:
    yield said
    os.kill(os.getpid(), signal.SIGSEGV)


def raise_after(said: int) -> Iterator[int]:
    yield said
    raise ValueError("no such luck")


def fill_memory() -> Iterator[int]:
    held = []
    while True:
        held.append(b"x" * 20_000_000)
        time.sleep(0.02)
        if not held:
            yield 0


def hold_more_than_allowed() -> Iterator[int]:
    """Less than the kernel's limit, so that only the watch can notice it."""
    held = b"x" * (MEMORY + MEMORY // 2)
    time.sleep(3600)
    yield len(held)


def grab_memory_at_once() -> Iterator[int]:
    yield len(bytearray(10 * MEMORY))


def start_engine() -> Iterator[int]:
    yield subprocess.Popen(["sleep", "3600"]).pid


def start_engine_and_hang() -> Iterator[int]:
    yield from start_engine()
    time.sleep(3600)


def start_engine_and_crash() -> Iterator[int]:
    yield from start_engine()
    os.kill(os.getpid(), signal.SIGSEGV)


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    with Crew(1, memory=MEMORY) as crew:
        yield crew


def events_of(crew: Crew, *, until: float = 30) -> list[Event]:
    events: list[Event] = []
    deadline = time.monotonic() + until
    while crew.busy() and time.monotonic() < deadline:
        events += crew.events()
        if events and isinstance(events[-1], Died):
            break
    return events


def test_crew_passes_messages_in_order_and_frees_the_worker(crew: Crew) -> None:
    crew.start(0, partial(count, 3), seconds=20)
    assert events_of(crew) == [Message(0, 0), Message(0, 1), Message(0, 2), Finished(0)]
    assert crew.free() == [0]


@pytest.mark.parametrize(
    ("job", "seconds", "reason", "detail"),
    [
        (partial(hang_after, 7), 1.0, Reason.TIME_LIMIT, "nothing for 1 s"),
        (partial(crash_after, 7), 20.0, Reason.CRASHED, "SIGSEGV"),
        (partial(raise_after, 7), 20.0, Reason.CRASHED, "ValueError: no such luck (test_workers.py:"),
    ],
)
def test_crew_keeps_what_was_said_before_the_death(
    crew: Crew, job: partial[Iterator[int]], seconds: float, reason: Reason, detail: str
) -> None:
    crew.start(0, partial(count, 1), seconds=20)  # the worker is up: its start does not count against the limit
    events_of(crew)
    crew.start(0, job, seconds=seconds)
    first, died = events_of(crew)
    assert first == Message(0, 7)
    assert isinstance(died, Died) and died.reason is reason and detail in died.detail
    crew.start(0, partial(count, 1), seconds=20)
    assert events_of(crew) == [Message(0, 0), Finished(0)]


@pytest.mark.parametrize(
    ("job", "detail"),
    [(fill_memory, "MB "), (hold_more_than_allowed, "MB held, 400 MB allowed"), (grab_memory_at_once, "MB asked for")],
)
def test_crew_stops_a_job_that_outgrows_its_memory(crew: Crew, job: partial[Iterator[int]], detail: str) -> None:
    crew.start(0, job, seconds=60)
    (died,) = events_of(crew)
    assert isinstance(died, Died) and died.reason is Reason.MEMORY_LIMIT and detail in died.detail


def test_crew_kills_the_engines_of_a_worker_with_it(crew: Crew) -> None:
    crew.start(0, start_engine_and_hang, seconds=1)
    message, died = events_of(crew)
    assert isinstance(message, Message) and isinstance(died, Died)
    assert gone(message.value)


def gone(*pids: int, within: float = 5.0) -> bool:
    deadline = time.monotonic() + within
    while any(map(resident_bytes, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(map(resident_bytes, pids))


def test_crew_kills_the_engines_of_a_worker_that_dies_by_itself(crew: Crew) -> None:
    crew.start(0, start_engine_and_crash, seconds=20)
    message, died = events_of(crew)
    assert isinstance(message, Message) and isinstance(died, Died)
    assert gone(message.value)


def test_workers_and_their_engines_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    """In the middle of a job."""
    program = tmp_path / "parent.py"
    program.write_text(
        "from pipeline.runs.workers import Crew\n"
        "from tests.pipeline.test_workers import start_engine_and_hang\n"
        "if __name__ == '__main__':\n"
        "    crew = Crew(1, memory=400_000_000)\n"
        "    crew.start(0, start_engine_and_hang, seconds=3600)\n"
        "    while not (events := crew.events()):\n        pass\n"
        "    print(crew._workers[0].process.pid, events[0].value, flush=True)\n"
        "    while True:\n        crew.events()\n",
        encoding="utf-8",
    )
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2 and all(map(resident_bytes, pids))
        parent.kill()
    assert gone(*pids)


def look_at_the_server() -> Iterator[int]:
    yield len(list(Path(f"/proc/{os.getppid()}/task").iterdir()))
    yield sum(name in sys.modules for name in ("pipeline.process", "spacy"))


def test_server_of_workers_is_warm_and_has_no_threads_that_a_fork_would_lose(crew: Crew) -> None:
    crew.start(0, look_at_the_server, seconds=20)
    assert events_of(crew) == [Message(0, 1), Message(0, 2), Finished(0)]
