"""A run over a Dask cluster of several worker processes on loopback equals a run on one machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


class Hosts:
    """Machines in miniature: network namespaces that reach one, the head, over a cable each and nothing else.

    Raises ``subprocess.CalledProcessError`` where they may not be made.
    """

    def __init__(self, count: int) -> None:
        self.head, *self.others = (f"vb{os.getpid()}n{n}" for n in range(count + 1))
        self.processes: list[subprocess.Popen[bytes]] = []
        for name in (self.head, *self.others):
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        for n, name in enumerate(self.others, 1):
            ip("-n", self.head, "link", "add", f"to{n}", "type", "veth", "peer", "name", "up0", "netns", name)
            for where, cable, address in ((self.head, f"to{n}", f"10.77.{n}.1/24"), (name, "up0", f"10.77.{n}.2/24")):
                ip("-n", where, "addr", "add", address, "dev", cable)
                ip("-n", where, "link", "set", cable, "up")

    def start(self, host: str, *command: object, **options: Any) -> subprocess.Popen[bytes]:
        inside = ["ip", "netns", "exec", host, sys.executable, *map(str, command)]
        self.processes.append(subprocess.Popen(inside, cwd=ROOT, **options))
        return self.processes[-1]

    def close(self) -> None:
        for process in self.processes:
            end(process)
        for name in (self.head, *self.others):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@pytest.fixture
def network() -> Iterator[Hosts]:
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("hosts in network namespaces need root and iproute2")
    try:
        hosts = Hosts(2)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network namespaces here: {error.stderr.decode().strip()}")
    yield hosts
    hosts.close()


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


INGEST_FROM_TWO_HOSTS = """
import json, sys
from distributed import Client
from pipeline.cli import main
with Client("tcp://127.0.0.1:8786", timeout=60) as client:
    client.wait_for_workers(2, timeout=60)
    print(sorted(address.split("/")[2].split(":")[0] for address in client.scheduler_info()["workers"]), flush=True)
main(json.loads(sys.argv[1]))
"""


@pytest.mark.slow
def test_cluster_run_over_hosts_of_a_network_equals_a_local_run(tmp_path: Path, network: Hosts) -> None:
    folder = folder_of(tmp_path)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    network.start(network.head, "-m", "distributed.cli.dask_scheduler", "--port", 8786, "--no-dashboard", **quiet)
    for n, host in enumerate(network.others, 1):
        network.start(host, "-m", "pipeline.cli", "worker", f"tcp://10.77.{n}.1:8786", "--jobs", 1, **quiet)
    arguments = ["ingest", str(folder), "--db", str(tmp_path / "far.db"), "--cluster", "tcp://127.0.0.1:8786"]
    ingesting = network.start(
        network.head, "-c", INGEST_FROM_TWO_HOSTS, json.dumps(arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said, _ = ingesting.communicate(timeout=120)
    assert said.decode().splitlines()[0] == "['10.77.1.2', '10.77.2.2']"
    assert ingesting.returncode == 1, said.decode()  # one file is quarantined
    run(folder, tmp_path / "local.db", Settings())
    assert content_digest(tmp_path / "far.db") == content_digest(tmp_path / "local.db")


def test_cluster_run_without_a_scheduler_says_how_to_start_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.cluster._CONNECT_SECONDS", 1)
    with pytest.raises(ClusterError, match="dask scheduler"):
        run(folder_of(tmp_path), tmp_path / "c.db", Settings(cluster="tcp://127.0.0.1:9"))
