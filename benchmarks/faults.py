"""Runs that are killed, starved and blocked at random: nothing may be lost, nothing twice, and the corpus the same.

    python -m benchmarks.faults [--count N] [--seed S]

Each fault hits a run over the same folder into one corpus, which goes on where the last one was stopped. When all
documents are in, a last run takes up what failed, the content is compared with that of an undisturbed run, and the next
corpus begins. Writes ``benchmarks/faults.md``; ends with status 1 when anything was lost, doubled or different.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PIL import Image

from db.digest import content_digest
from db.errors import CorpusError
from db.store import Corpus
from pipeline.runs.ingest import Settings, ingest

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "benchmarks" / "faults.md"
# Small, so that three hundred faults fit into half an hour of a busy machine.
TEXTS, PAGES_OF_A_TEXT = 4, 8
# The texts, a PDF of two pages with a text layer in an old encoding, a strip of a scanned page.
DOCUMENTS, PAGES = TEXTS + 2, TEXTS * PAGES_OF_A_TEXT + 2 + 1
SAMPLES = ROOT / "samples" / "documents"
# Pages that hang are killed after this; real ones take a tenth of a second, slow ones on a busy machine a second.
PAGE_SECONDS = 3.0
# A run that is still going after this hangs itself, which counts as a loss.
RUN_SECONDS = 600.0

MEMORY = 600_000_000
# A process of its own for runs that are killed, as a power cut would, or starved. Arguments: folder, corpus. Its workers
# load nothing beforehand, which would take longer than the run.
RUN = """
import sys
from benchmarks.faults import read_folder
from pipeline.runs import workers
workers._PRELOADED[:] = ["pipeline.runs.jobs"]
read_folder(*sys.argv[1:])
"""


def read_folder(folder: str, database: str, reader: str = "slow", *, retry: bool = False) -> None:
    """A run: its pages are read by the function of ``tests.pipeline.faults`` that is called ``reader``."""
    from tests.pipeline import faults

    seconds = PAGE_SECONDS if reader == "hang" else 60.0
    settings = Settings(jobs=2, read=getattr(faults, reader), retry_failed=retry, page_seconds=seconds, memory=MEMORY)
    with Corpus.open(Path(database), create=True) as corpus:
        ingest([Path(folder)], corpus, settings)


class Here:
    """A run in a thread of this process, for all that is not about its end: starting a process takes most of a run."""

    def __init__(self, run: Callable[[], None]) -> None:
        self.said = "the run hangs"
        self.status = 1
        self.pid = os.getpid()
        self._thread = threading.Thread(target=self._run, args=[run], daemon=True)
        self._thread.start()

    def _run(self, run: Callable[[], None]) -> None:
        try:
            run()
            self.status, self.said = 0, ""
        except Exception as error:
            self.said = f"{type(error).__name__}: {error}"

    def poll(self) -> int | None:
        return None if self._thread.is_alive() else self.status

    def ended(self) -> tuple[int, str]:
        self._thread.join(RUN_SECONDS)
        return self.status, self.said


@dataclass
class Bench:
    """The folder that is read over and over, the program that reads it, and the corpus as it should be."""

    work: Path
    chance: random.Random
    start_seconds: float = 0.0
    wanted: str = ""
    happened: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.work / "in"

    @property
    def database(self) -> Path:
        return self.work / "corpus.db"

    def here(self, reader: str = "slow", *, retry: bool = False) -> Here:
        return Here(partial(read_folder, str(self.folder), str(self.database), reader, retry=retry))

    def apart(self, *, room: int | None = None) -> subprocess.Popen[str]:
        def confine() -> None:
            if room is not None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))

        return subprocess.Popen(
            [sys.executable, "-c", RUN, self.folder, self.database],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=confine,
        )

    def moment(self, run: subprocess.Popen[str] | Here) -> None:
        """Wait until the run has written some pages more, none to all that are left, and a little longer."""
        kept = pages_kept(self.database)
        wanted = kept + self.chance.randint(0, PAGES - kept) if kept < PAGES else 0
        deadline = time.monotonic() + RUN_SECONDS
        if wanted == kept:  # before the first page: while it starts
            time.sleep(self.chance.uniform(0.0, 1.0) * self.start_seconds)
        while pages_kept(self.database) < wanted and run.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(self.chance.uniform(0.0, 0.1))


def pages_kept(database: Path) -> int:
    """Pages that runs have written so far, of documents that are stored and of others."""
    if not database.exists():
        return 0
    reader = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        sql = "SELECT (SELECT count(*) FROM staged_pages) + (SELECT count(*) FROM pages)"
        kept: int = reader.execute(sql).fetchone()[0]
    except sqlite3.OperationalError:  # its tables are not there yet
        return 0
    finally:
        reader.close()
    return kept


def ended(run: subprocess.Popen[str] | Here) -> tuple[int, str]:
    """Status and the last line of what a run said; a run that hangs is killed and says so."""
    if isinstance(run, Here):
        return run.ended()
    try:
        _, said = run.communicate(timeout=RUN_SECONDS)
    except subprocess.TimeoutExpired:
        run.kill()
        return 1, "the run hangs"
    return run.returncode, said.strip().rsplit("\n", 1)[-1]


# --- faults -----------------------------------------------------------------------------------------------------------


def kill_the_run(bench: Bench) -> None:
    run = bench.apart()
    bench.moment(run)
    if run.poll() is not None:
        bench.happened["runs that were over before they were killed"] += 1
    run.kill()
    run.communicate()


def kill_a_worker(bench: Bench) -> None:
    """A worker is replaced and the page it was at fails; the run itself must end well."""
    run = bench.here()
    bench.moment(run)
    workers = [worker for server in children_of(run.pid) for worker in children_of(server)]
    if workers:
        os.kill(bench.chance.choice(workers), signal.SIGKILL)
    expect_end(bench, run, "a killed worker")


def fill_the_disk(bench: Bench) -> None:
    """A limit on the size of files stands for the end of the disk; SQLite calls it a failure to write, not a full disk."""
    at_hand = bench.database.stat().st_size if bench.database.exists() else 0
    run = bench.apart(room=max(at_hand, 300_000) + bench.chance.randrange(200_000))
    status, said = ended(run)
    if status not in (0, 1) or (status and "has room" not in said and "no room left" not in said):
        bench.wrong.append(f"full disk: status {status}, {said}")


def bad_pages(bench: Bench, reader: str) -> None:
    expect_end(bench, bench.here(reader), reader)


def write_protect(bench: Bench) -> None:
    """Root may write to anything, so it is the header of the file that forbids SQLite to write."""
    if not bench.database.exists() or bench.database.stat().st_size == 0:
        return
    checkpoint(bench.database)
    before = set_format(bench.database, 3)
    status, said = ended(bench.here())
    set_format(bench.database, before)
    if status == 0 or "can't be written" not in said:
        bench.wrong.append(f"read-only corpus: status {status}, {said}")


def hold_by_a_reader(bench: Bench) -> None:
    """Somebody reads the corpus all the while; a run must go on beside."""
    run = bench.here()
    reader = None
    if bench.database.exists():
        reader = sqlite3.connect(f"file:{bench.database}?mode=ro", uri=True)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
    expect_end(bench, run, "a reader")
    if reader is not None:
        reader.close()


FAULTS: tuple[Callable[[Bench], None], ...] = (
    kill_the_run,
    kill_the_run,
    kill_the_run,
    kill_a_worker,
    fill_the_disk,
    partial(bad_pages, reader="hang"),
    partial(bad_pages, reader="crash"),
    partial(bad_pages, reader="eat_memory"),
    write_protect,
    hold_by_a_reader,
)


def name_of(fault: Callable[[Bench], None]) -> str:
    if isinstance(fault, partial):
        return f"pages that {fault.keywords['reader'].replace('_', ' ')}"
    return fault.__name__.replace("_", " ")


def expect_end(bench: Bench, run: subprocess.Popen[str] | Here, what: str) -> None:
    status, said = ended(run)
    if status:
        bench.wrong.append(f"{what}: status {status}, {said}")


def children_of(process: int) -> list[int]:
    try:
        return [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def checkpoint(database: Path) -> None:
    """Everything from the journal into the file, as a run that ends well does."""
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def set_format(database: Path, version: int) -> int:
    """Set the file format write version (byte 18 of the header): above 2, SQLite only reads the file. Returns the old."""
    with database.open("r+b") as stream:
        stream.seek(18)
        old = stream.read(1)[0]
        stream.seek(18)
        stream.write(bytes([version]))
    return old


# --- the bench --------------------------------------------------------------------------------------------------------


def make_folder(folder: Path) -> None:
    """The documents, a copy of one, an empty file."""
    folder.mkdir()
    for name in range(TEXTS):
        numbers = range(20, 20 + PAGES_OF_A_TEXT)
        pages = [f"Điều {n}. Kế hoạch {name}: đến năm 20{n} đạt {n}% số hồ sơ.\n" for n in numbers]
        (folder / f"{name}.txt").write_text("\f".join(pages), encoding="utf-8")
    shutil.copy(SAMPLES / "chuong_trinh_tcvn3.pdf", folder)
    with Image.open(SAMPLES / "trang_cuoi_chi_thi.png") as scan:
        scan.crop((100, 200, scan.width - 100, 400)).save(folder / "scan.png", dpi=scan.info["dpi"])
    shutil.copy(folder / "0.txt", folder / "copy of 0.txt")
    (folder / "empty.pdf").write_bytes(b"")


def is_done(database: Path) -> bool:
    """Is every document in, complete or with pages that failed?"""
    if not database.exists():
        return False
    try:
        with Corpus.open(database, read_only=True) as corpus:
            return corpus.totals()["documents"] == DOCUMENTS
    except CorpusError:  # it was killed while it was made and has no schema yet
        return False


def check(bench: Bench) -> None:
    """Finish the corpus without faults, compare it with the undisturbed one, and put it away."""
    expect_end(bench, bench.here(retry=True), "the last run")
    with Corpus.open(bench.database, read_only=True) as corpus:
        names = [row["name"] for row in corpus.rows("SELECT name FROM paths")]
        staged = corpus.rows("SELECT sha256 FROM staged_pages")
        documents = corpus.totals()["documents"]
    expected = {path.name for path in bench.folder.iterdir()}
    bench.happened["corpora compared"] += 1
    bench.happened["documents lost"] += len(expected - set(names)) + max(DOCUMENTS - documents, 0)
    bench.happened["documents doubled"] += len(names) - len(set(names)) + max(documents - DOCUMENTS, 0)
    if staged:
        bench.wrong.append(f"{len(staged)} pages left over")
    if content_digest(bench.database) != bench.wanted:
        bench.happened["corpora different"] += 1
    remove(bench.database)


def remove(database: Path) -> None:
    for path in database.parent.glob(database.name + "*"):
        path.unlink()


def inject(count: int, seed: int, work: Path) -> Bench:
    """``count`` faults; what came of them."""
    bench = Bench(work, random.Random(seed))
    make_folder(bench.folder)
    started = time.monotonic()
    undisturbed = bench.apart()
    while pages_kept(bench.database) == 0 and undisturbed.poll() is None:
        time.sleep(0.01)
    bench.start_seconds = time.monotonic() - started
    expect_end(bench, undisturbed, "the undisturbed run")
    bench.wanted = content_digest(bench.database)
    remove(bench.database)
    # each kind as often as the others, in random order
    faults = [FAULTS[i % len(FAULTS)] for i in range(count)]
    bench.chance.shuffle(faults)
    for number, fault in enumerate(faults, 1):
        fault(bench)
        bench.happened[f"fault: {name_of(fault)}"] += 1
        print(
            f"{number} {name_of(fault)} {time.monotonic() - started:.0f} s", *bench.wrong[-1:], file=sys.stderr, flush=True
        )
        if is_done(bench.database) or number == count:
            check(bench)
    return bench


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=20261122)
    args = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        bench = inject(args.count, args.seed, Path(name))
    happened = bench.happened
    for label in ("documents lost", "documents doubled", "corpora different", "runs that were over before they were killed"):
        happened.setdefault(label, 0)
    rows = [*sorted(happened.items()), ("unexpected ends", len(bench.wrong)), ("seconds", round(time.monotonic() - started))]
    TABLE.write_text(
        "## Injected faults\n\n"
        f"Made by `python -m benchmarks.faults --count {args.count} --seed {args.seed}`.\n\n"
        "| | |\n|---|---|\n"
        + "".join(f"| {label} | {value} |\n" for label, value in rows)
        + "".join(f"\n- {line.replace(f'{bench.database.parent}/', '')}\n" for line in bench.wrong),
        encoding="utf-8",
    )
    print(TABLE.read_text(encoding="utf-8"))
    failed = bench.wrong or happened["documents lost"] or happened["documents doubled"] or happened["corpora different"]
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
