"""PDFs are programs. Damaged and malicious ones cost themselves only, and say why."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchmarks.fuzz import SOURCES, mutants, run
from db.store import Corpus
from documents.outcome import Reason
from pipeline.runs.ingest import FileDone, Settings, ingest
from tests.pipeline import hostile

# Real pages take a tenth of a second here, as far as the machine is ours; what is still at it after this is a bomb.
PAGE_SECONDS = 2.5 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
MEMORY = 500_000_000
ODD_NAMES = (
    b"a..%2f..%2fetc%2fpasswd",
    b"line\nend.txt",
    b"\x1b[2J\x1b]0;owned\x07.txt",
    b"\xe2\x80\xaefdp.exe",
    b"C\xabng v\xa8n s\xe8 5.txt",  # TCVN3 letters of an old file server: no UTF-8
    b"'; DROP TABLE documents; --.txt",
    b"-rf",
    b"x" * 255,
)


@dataclass
class Listener:
    """A server that notes who calls."""

    port: int
    calls: list[object] = field(default_factory=list)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        heard = Listener(server.getsockname()[1])

        def listen() -> None:
            while True:
                try:
                    connection, caller = server.accept()
                except OSError:
                    return
                heard.calls.append(caller)
                connection.close()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield heard
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@dataclass
class Ingested:
    """What a run over the hostile folder came to."""

    database: Path
    root: Path
    ends: dict[str, tuple[str, str]]
    seconds: float
    before: set[str]


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory, listener: Listener) -> Ingested:
    root = tmp_path_factory.mktemp("hostile")
    folder = root / "in"
    folder.mkdir()
    for name, (make, _) in hostile.FILES.items():
        (folder / name).write_bytes(make())
    (folder / "acting.pdf").write_bytes(hostile.acting(listener.port, str(root / "mark")))
    for number, odd in enumerate(ODD_NAMES):
        Path(os.fsdecode(bytes(folder) + b"/" + odd)).write_text(f"Công văn số {number}.\n", encoding="utf-8")
    before = files_below(root)
    done: list[FileDone] = []
    started = time.monotonic()
    with Corpus.open(root / "c.db", create=True) as corpus:
        settings = Settings(jobs=2, page_seconds=PAGE_SECONDS, memory=MEMORY)
        ingest([folder], corpus, settings, on_file=done.append)
    ends = {one.path.name: (one.outcome, one.detail.split(":")[0] if one.outcome == "quarantined" else "") for one in done}
    return Ingested(root / "c.db", root, ends, time.monotonic() - started, before)


@pytest.mark.slow
@pytest.mark.parametrize("name", hostile.FILES)
def test_hostile_file_is_read_or_refused_with_its_reason(ingested: Ingested, name: str) -> None:
    assert ingested.ends[name] in hostile.FILES[name][1]


@pytest.mark.slow
def test_hostile_files_take_no_longer_than_their_limits(ingested: Ingested) -> None:
    """A killed page may cost the limit once at examination and once at reading; the rest is start and honest work."""
    bombs = sum(hostile.TOO_LONG in ends for _, ends in hostile.FILES.values())
    assert ingested.seconds < 60 + 2 * PAGE_SECONDS * bombs
    assert Reason.CRASHED.value not in {reason for _, reason in ingested.ends.values()}


@pytest.mark.slow
def test_acting_pdf_is_read_and_reaches_nothing(ingested: Ingested, listener: Listener) -> None:
    assert ingested.ends["acting.pdf"] == hostile.READ
    assert listener.calls == []
    assert files_below(ingested.root) - ingested.before <= {"c.db", "c.db-wal", "c.db-shm"}
    with Corpus.open(ingested.database, read_only=True) as corpus:
        (row,) = corpus.rows(
            "SELECT raw FROM page_texts t JOIN pages p ON p.id = page_id JOIN documents d ON d.id = document_id"
            " WHERE d.name = 'acting.pdf'"
        )
    assert "Uy ban nhan dan tinh" in row["raw"] and "touch" not in row["raw"]


@pytest.mark.slow
def test_odd_names_are_kept_so_that_they_lead_back_and_show_no_commands(ingested: Ingested) -> None:
    from pipeline.runs.fixity import verify

    with Corpus.open(ingested.database, read_only=True) as corpus:
        assert {one.state for one in verify(corpus)} == {"same"}
        names = [row["name"] for row in corpus.rows("SELECT name FROM documents")]
        assert all(name.isprintable() for name in names)
        assert sum(row["raw"].startswith("Công văn số") for row in corpus.rows("SELECT raw FROM page_texts")) == len(
            ODD_NAMES
        )


@pytest.mark.slow
def test_ingest_accounts_for_every_mutated_file(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    files = mutants(folder, 12, seed=1, sources=SOURCES[:1])
    assert not any(path.read_bytes() == (SOURCES[0] / path.name[5:]).read_bytes() for path in files)
    done, _ = run(folder, tmp_path / "c.db", jobs=2, ocr="never")
    assert {one.path.name for one in done} == {path.name for path in files}
    assert all(one.detail for one in done if one.outcome == "quarantined")
