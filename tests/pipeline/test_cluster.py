"""A run over a Dask cluster of several worker processes on loopback equals a run on one machine."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("distributed")

from db.store import Corpus, content_digest
from pipeline.cluster import ClusterError
from pipeline.ingest import Settings, ingest
from tests.pipeline import faults

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


def start(*command: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *map(str, command)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    about = tmp_path_factory.mktemp("cluster") / "scheduler.json"
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", about)
    process = start("distributed.cli.dask_scheduler", *options)
    deadline = time.monotonic() + START_SECONDS
    while not (about.exists() and about.read_text()) and time.monotonic() < deadline:
        time.sleep(0.1)
    yield json.loads(about.read_text())["address"]
    end(process)


@pytest.fixture
def hosts(scheduler: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    from distributed import Client

    processes = [start("pipeline.cli", "worker", scheduler, "--jobs", "1") for _ in range(2)]
    with Client(scheduler) as client:
        client.wait_for_workers(2, timeout=START_SECONDS)
    yield processes
    for process in processes:
        end(process)


def folder_of(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "b"):
        pages = [f"Điều {n}. Kế hoạch {name}: đến năm 20{n} đạt {n}% số hồ sơ.\n" for n in range(20, 32)]
        (folder / f"{name}.txt").write_text("\f".join(pages), encoding="utf-8")
    (folder / "empty.pdf").write_bytes(b"")
    return folder


def run(folder: Path, database: Path, settings: Settings) -> dict[str, str]:
    outcomes = {}
    with Corpus.open(database, create=True) as corpus:
        ingest([folder], corpus, settings, on_file=lambda done: outcomes.update({done.path.name: done.outcome}))
    return outcomes


@pytest.mark.slow
def test_cluster_run_survives_the_death_of_a_host_and_equals_a_local_run(
    tmp_path: Path, scheduler: str, hosts: list[subprocess.Popen[bytes]]
) -> None:
    folder = folder_of(tmp_path)
    killed: list[str] = []

    def kill_a_host_after_the_first_file(done: object) -> None:
        if not killed:
            killed.append("once")
            end(hosts[0])

    with Corpus.open(tmp_path / "cluster.db", create=True) as corpus:
        settings = Settings(cluster=scheduler, read=faults.slow)
        ingest([folder], corpus, settings, on_file=kill_a_host_after_the_first_file)
    local = run(folder, tmp_path / "local.db", Settings())
    assert local == {"a.txt": "stored", "b.txt": "stored", "empty.pdf": "quarantined"}
    assert content_digest(tmp_path / "cluster.db") == content_digest(tmp_path / "local.db")


def test_cluster_run_without_a_scheduler_says_how_to_start_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.cluster._CONNECT_SECONDS", 1)
    with pytest.raises(ClusterError, match="dask scheduler"):
        run(folder_of(tmp_path), tmp_path / "c.db", Settings(cluster="tcp://127.0.0.1:9"))
