"""Pages a minute, processor seconds, memory and errors on the same scans, beside OCRmyPDF, in one run.

    python -m benchmarks.beside_ocrmypdf [--ocrmypdf PROGRAM] [--rounds N]

Writes ``benchmarks/beside_ocrmypdf.md``. The transcribed page images are bound into one PDF as they are; ``vanban ingest``
(reading, repair, facts, database) and ``ocrmypdf`` take turns on it with two workers each, OCRmyPDF with one thread to a
page and without that limit. Wall times are those of a machine that others use, too: compare them within a round; processor
seconds are user and system, children too. Needs the evaluation material beside the checkout.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pymupdf

from benchmarks.ocr import GOLD, SCANS, order_free

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "benchmarks" / "beside_ocrmypdf.md"
FILES = (
    "02_binhduong_06-tb-ubnd_2016", "14_quangngai_23-bc-ubnd_2025_cctthc", "cv_3722_metro", "hanoi_tb_453_flag",
    "nq_115_ba_vi", "qd_707_ttg", "tt_21_bct_fuel", "r07_uit_2014_faint", "r08_cantho_873_2023_table",
    "r10_kg_2128_2017_table",
    "r13_danang_pa83_margin",
)  # fmt: skip


EVERY = 0.1
"""Seconds between two looks at what runs."""
TIMES = 2
"""Each page stands twice in the PDF: a run has a start that a corpus does not notice."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one program took for all pages: seconds on the clock and of processors, MB of its largest process."""

    wall: float
    processor: float
    memory: float
    text: str


def bound(folder: Path) -> tuple[Path, int]:
    """The files as one PDF, and its pages."""
    whole = pymupdf.open()
    for name in FILES * TIMES:
        with pymupdf.open(SCANS / f"{name}.pdf") as part:
            whole.insert_pdf(part)
    whole.save(folder / "scans.pdf")
    return folder / "scans.pdf", len(whole)


def processes(session: int) -> dict[int, tuple[float, float]]:
    """Processor seconds and MB at most so far of each process of a session, the workers of a worker server too."""
    found = {}
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and os.getsid(int(folder.name)) == session:
                times = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                peak = re.search(r"VmHWM:\s+(\d+)", (folder / "status").read_text())
                ticks = sum(int(times[i]) for i in (11, 12))
                found[int(folder.name)] = ticks / os.sysconf("SC_CLK_TCK"), int(peak[1]) / 1024 if peak else 0.0
        except OSError:  # gone in the meantime
            continue
    return found


def timed(command: Sequence[str | Path], environment: dict[str, str]) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and the largest process in MB of a command and all processes of its session.

    What ended between two looks and was waited for is in its parent's own count.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    running = subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    seen: dict[int, tuple[float, float]] = {}
    while running.poll() is None:
        seen |= processes(running.pid)
        time.sleep(EVERY)
    wall = time.perf_counter() - started
    if running.returncode not in (0, 10):
        raise SystemExit(f"{command[0]} failed with status {running.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    waited = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    memory = max((peak for _, peak in seen.values()), default=0.0)
    return wall, max(waited, sum(seconds for seconds, _ in seen.values())), memory


def ours(pdf: Path, folder: Path) -> Run:
    database = folder / "corpus.db"
    database.unlink(missing_ok=True)
    program = [sys.executable, "-m", "pipeline.cli"]
    took = timed([*program, "ingest", pdf, "--db", database, "--jobs", "2"], os.environ | {"PYTHONPATH": str(ROOT)})
    import sqlite3

    with sqlite3.connect(database) as corpus:
        pages = corpus.execute("SELECT t.raw FROM pages p JOIN page_texts t ON t.rowid = p.id ORDER BY p.number").fetchall()
    return Run(*took, "\f".join(text for (text,) in pages))


def theirs(pdf: Path, folder: Path, program: str, *, one_thread: bool) -> Run:
    sidecar = folder / "text.txt"
    environment = os.environ | ({"OMP_THREAD_LIMIT": "1"} if one_thread else {})
    if not one_thread:
        environment.pop("OMP_THREAD_LIMIT", None)
    command = [
        program,
        "-q",
        "-l",
        "vie",
        "--force-ocr",
        "--invalidate-digital-signatures",
        "--jobs",
        "2",
        "--sidecar",
        sidecar,
        pdf,
        folder / "out.pdf",
    ]
    took = timed(command, environment)
    return Run(*took, sidecar.read_text(encoding="utf-8"))


def errors(text: str) -> float:
    """Letters wrong regardless of order, as a share of the transcripts'."""
    found = [order_free(name, text) for name in FILES if (GOLD / f"{name}.txt").is_file()]
    return sum(wrong for wrong, _ in found) / sum(letters for _, letters in found)


def row(label: str, runs: Sequence[Run], pages: int, rival: Sequence[Run]) -> str:
    wall, processor = median(run.wall for run in runs), median(run.processor for run in runs)
    against = median(other.wall / run.wall for run, other in zip(runs, rival, strict=True))
    cells = [f"{60 * pages / wall:.0f}", f"{against:.2f}", f"{processor / pages:.2f}"]
    cells += [f"{processor / median(run.processor for run in rival):.2f}", f"{max(run.memory for run in runs):.0f}"]
    return f"| {label} | " + " | ".join([*cells, f"{errors(runs[0].text):.4f}"]) + " |"


HEAD = """# Beside OCRmyPDF

Written by `python -m benchmarks.beside_ocrmypdf`: {pages} pages, transcribed page images bound into one PDF, each twice;
{rounds} rounds in turn, two workers each; medians. `vanban ingest` reads, repairs, finds facts and stores, `ocrmypdf
--force-ocr -l vie` reads. Errors: letters of the transcripts that are wrong, regardless of order, before repair.

| program | pages a minute | times ocrmypdf | processor s/page | times ocrmypdf | MB, largest process | errors |
|---|---|---|---|---|---|---|
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ocrmypdf", default=shutil.which("ocrmypdf") or "ocrmypdf")
    parser.add_argument("--rounds", type=int, default=2)
    args = parser.parse_args()
    if not SCANS.is_dir():
        print("the evaluation material is not beside the checkout", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pdf, pages = bound(folder)
        us: list[Run] = []
        limited: list[Run] = []
        free: list[Run] = []
        for _ in range(args.rounds):
            us.append(ours(pdf, folder))
            limited.append(theirs(pdf, folder, args.ocrmypdf, one_thread=True))
            free.append(theirs(pdf, folder, args.ocrmypdf, one_thread=False))
        table = HEAD.format(pages=pages, rounds=args.rounds)
        for label, runs in (("vanban", us), ("ocrmypdf, one thread a page", limited), ("ocrmypdf", free)):
            table += row(label, runs, pages, limited) + "\n"
        TABLE.write_text(table, encoding="utf-8")
        print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
