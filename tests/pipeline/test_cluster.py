"""A run over a Dask cluster equals a run on one machine, though a host dies in the middle of it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

pytest.importorskip("distributed")

from db.digest import content_digest
from db.store import Corpus
from pipeline.cli import main
from pipeline.runs.ingest import Settings, ingest

ROOT = Path(__file__).resolve().parents[2]
QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

# Arguments: address of the scheduler, folder, corpus. Prints the hosts, then what became of each file.
RUN = """
import sys
from pathlib import Path
from distributed import Client
from db.store import Corpus
from pipeline.runs.ingest import Settings, ingest
from tests.pipeline import faults
scheduler, folder, database = sys.argv[1:]
with Client(scheduler, timeout=60) as client:
    client.wait_for_workers(2, timeout=60)
    print(*sorted(address.split("/")[2].split(":")[0] for address in client.scheduler_info()["workers"]), flush=True)
with Corpus.open(Path(database), create=True) as corpus:
    settings = Settings(cluster=scheduler, read=faults.slow)
    ingest([Path(folder)], corpus, settings, on_file=lambda one: print(one.path.name, one.outcome, flush=True))
"""


class Cluster:
    """A scheduler and two hosts, as far apart as this machine allows: in network namespaces that reach the head over a
    cable each and nothing else, or, where these may not be made, all on loopback."""

    def __init__(self) -> None:
        self.spaces: list[str] = []
        self.processes: list[subprocess.Popen[bytes]] = []
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.apart = os.geteuid() == 0 and shutil.which("ip") is not None
        try:
            names = [f"vb{os.getpid()}n{n}" for n in range(3)] if self.apart else []
            for name in names:
                ip("netns", "add", name)
                self.spaces.append(name)
                ip("-n", name, "link", "set", "lo", "up")
        except subprocess.CalledProcessError:
            self.close()
            self.spaces, self.apart = [], False
        self.addresses = [self._cable(n) for n in (1, 2)] if self.apart else ["127.0.0.1"] * 2
        self.start(0, "-m", "distributed.cli.dask_scheduler", "--port", self.port, "--no-dashboard", **QUIET)
        self.hosts = [
            self.start(n, "-m", "pipeline.cli", "worker", f"tcp://{head}:{self.port}", "--jobs", 1, **QUIET)
            for n, head in enumerate(["10.77.1.1", "10.77.2.1"] if self.apart else self.addresses, 1)
        ]

    def _cable(self, n: int) -> str:
        head, host = self.spaces[0], self.spaces[n]
        ip("-n", head, "link", "add", f"to{n}", "type", "veth", "peer", "name", "up0", "netns", host)
        for where, cable, address in ((head, f"to{n}", f"10.77.{n}.1"), (host, "up0", f"10.77.{n}.2")):
            ip("-n", where, "addr", "add", f"{address}/24", "dev", cable)
            ip("-n", where, "link", "set", cable, "up")
        return f"10.77.{n}.2"

    def start(self, where: int, *command: object, **options: Any) -> subprocess.Popen[bytes]:
        inside = ["ip", "netns", "exec", self.spaces[where]] if self.apart else []
        self.processes.append(subprocess.Popen([*inside, sys.executable, *map(str, command)], cwd=ROOT, **options))
        return self.processes[-1]

    def close(self) -> None:
        for process in self.processes:
            end(process)
        for name in self.spaces:
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    made = Cluster()
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "b"):
        pages = [f"Điều {n}. Kế hoạch {name}: đến năm 20{n} đạt {n}% số hồ sơ.\n" for n in range(20, 32)]
        (folder / f"{name}.txt").write_text("\f".join(pages), encoding="utf-8")
    (folder / "empty.pdf").write_bytes(b"")
    return folder


@pytest.mark.slow
def test_cluster_run_survives_the_death_of_a_host_and_equals_a_local_run(tmp_path: Path, folder: Path, cluster: Cluster):
    command = ("-c", RUN, f"tcp://127.0.0.1:{cluster.port}", folder, tmp_path / "cluster.db")
    run = cluster.start(0, *command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert run.stdout is not None
    assert run.stdout.readline().decode().split() == cluster.addresses
    said = [run.stdout.readline().decode()]  # one file is done, two are to come
    end(cluster.hosts[0])
    said += run.communicate(timeout=120)[0].decode().splitlines()
    assert run.returncode == 0
    assert {tuple(line.split()) for line in said} == {("a.txt", "stored"), ("b.txt", "stored"), ("empty.pdf", "quarantined")}
    with Corpus.open(tmp_path / "local.db", create=True) as corpus:
        ingest([folder], corpus, Settings())
    assert content_digest(tmp_path / "cluster.db") == content_digest(tmp_path / "local.db")


def test_cluster_run_without_a_scheduler_says_how_to_start_one(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.runs.cluster._CONNECT_SECONDS", 1)
    arguments = ["ingest", str(folder), "--db", str(tmp_path / "c.db"), "--cluster", "tcp://127.0.0.1:9"]
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert done.exit_code == 3 and "dask scheduler" in done.stderr and len(done.stderr.splitlines()) == 1
