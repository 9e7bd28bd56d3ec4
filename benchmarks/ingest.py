"""How fast a run is, beside OCRmyPDF on the same pages, with one worker and two, and what it holds in memory.

    python -m benchmarks.ingest [--pages N] [--text-pages N]

Needs the evaluation material beside the checkout and ``ocrmypdf``. Writes ``benchmarks/ingest.md``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pymupdf

from benchmarks.end_to_end import SHARED, run
from db.store import Corpus
from pipeline.ingest import Settings, ingest
from pipeline.workers import resident_bytes

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "benchmarks" / "ingest.md"
GOLD = SHARED / "scans" / "gold"

# Image-only scans, the transcribed ones first so that the character error is measured on pages of the same run.
SCANS = (
    *("cv_3722_metro", "hanoi_tb_453_flag", "nq_115_ba_vi", "qd_707_ttg", "tt_21_bct_fuel"),
    *("14_quangngai_23-bc-ubnd_2025_cctthc", "15_quangngai_07-ct-ubnd_2018", "17_quangngai_05-ct-ubnd_2020"),
    *("24_camau_01-2013-ct-ubnd", "12_hanoi_11-ct-ubnd_2025_cds", "23_phutho_kstthc_2011", "19_kiengiang_syt_2154-bc_2017"),
    "28_ttg_707-qd_2026",
)


@dataclass(frozen=True, slots=True)
class Timing:
    """Pages and seconds of one way of reading them; ``held`` is the most a worker held, in bytes."""

    label: str
    pages: int
    seconds: float
    held: int = 0


def first_pages(folder: Path, count: int) -> int:
    """Copy scans into ``folder`` until they have ``count`` pages; the last one is cut. Returns the pages."""
    pages = 0
    for name in SCANS:
        with pymupdf.open(SHARED / "scans" / f"{name}.pdf") as source:
            wanted = min(len(source), count - pages)
            if wanted <= 0:
                break
            if wanted < len(source):
                source.select(range(wanted))
                source.save(folder / f"{name}.pdf")
            else:
                shutil.copy(SHARED / "scans" / f"{name}.pdf", folder / f"{name}.pdf")
            pages += wanted
    return pages


def children_of(process: int) -> list[int]:
    """Process ids of the children; workers are children of the server that forks them."""
    try:
        return [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def timed_ingest(label: str, folder: Path, database: Path, settings: Settings) -> Timing:
    """One run, its workers' memory looked at twice a second."""
    most = 0
    over = threading.Event()

    def look() -> None:
        nonlocal most
        while not over.wait(0.5):
            most = max([most, *(resident_bytes(pid) for server in children_of(os.getpid()) for pid in children_of(server))])

    watcher = threading.Thread(target=look)
    watcher.start()
    started = time.monotonic()
    try:
        with Corpus.open(database, create=True) as corpus:
            number = ingest([folder], corpus, settings)
            seconds = time.monotonic() - started
            pages = corpus.report(number)["totals"]["pages"]
    finally:
        over.set()
        watcher.join()
    return Timing(label, pages, seconds, most)


def timed_ocrmypdf(folder: Path, texts: Path, pages: int) -> Timing:
    """OCRmyPDF file by file with two jobs, as its manual says to do batches; texts go to ``texts``."""
    texts.mkdir()
    started = time.monotonic()
    for path in sorted(folder.glob("*.pdf")):
        sidecar = texts / f"{path.stem}.txt"
        output = texts / path.name
        command = ["ocrmypdf", "--jobs", "2", "-l", "vie", "--force-ocr", "--quiet", "--sidecar", sidecar, path, output]
        subprocess.run(list(map(str, command)), check=False, capture_output=True)
    return Timing("ocrmypdf --jobs 2 -l vie", pages, time.monotonic() - started)


def our_texts(database: Path, texts: Path) -> None:
    texts.mkdir()
    with Corpus.open(database, read_only=True) as corpus:
        for document in corpus.rows("SELECT id, document FROM documents"):
            rows = corpus.rows(
                "SELECT repaired FROM page_texts JOIN pages ON pages.id = page_id WHERE document_id = ? ORDER BY number",
                [document["id"]],
            )
            text = "\f".join(row["repaired"] for row in rows)
            (texts / f"{document['document']}.txt").write_text(text, encoding="utf-8")


def character_error(texts: Path, names: list[str], folder: Path) -> str:
    gold = folder / f"gold-{texts.name}"
    gold.mkdir()
    for name in names:
        shutil.copy(GOLD / f"{name}.txt", gold)
    return run(sys.executable, SHARED / "eval" / "score_ocr.py", gold, texts, accept=(0, 1)).strip().split("\n")[-1]


def text_files(folder: Path, pages: int) -> None:
    """Pages of the raw seeds, dealt out into files of twenty, until there are ``pages``."""
    lines = [line for seed in sorted((SHARED / "seeds").glob("*.txt")) for line in seed.read_text("utf-8").split("\n")]
    chunks = ["\n".join(lines[i : i + 40]) for i in range(0, len(lines), 40)]
    made = [f"Trang {n}\n{chunks[n % len(chunks)]}\n" for n in range(pages)]
    for i in range(0, pages, 20):
        (folder / f"{i:06}.txt").write_text("\f".join(made[i : i + 20]), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--text-pages", type=int, default=2000)
    args = parser.parse_args()
    if not SHARED.is_dir() or shutil.which("ocrmypdf") is None:
        sys.exit("needs the evaluation material beside the checkout and ocrmypdf")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        scans, texts = work / "scans", work / "texts"
        scans.mkdir()
        texts.mkdir()
        pages = first_pages(scans, args.pages)
        text_files(texts, args.text_pages)
        layers = work / "layers"
        layers.mkdir()
        for layer in ("31_angiang_102-kh-ubnd_2020", "11_hcm_1351-qd-ubnd_2025", "34_mpi_bao-cao-ktxh_2005_tcvn3"):
            shutil.copy(SHARED / "scans" / f"{layer}.pdf", layers)
        always = Settings(jobs=2, ocr="always")
        timings = [
            timed_ocrmypdf(scans, work / "theirs", pages),
            timed_ingest("vanban, two workers", scans, work / "two.db", always),
            timed_ingest("vanban, one worker", scans, work / "one.db", Settings(jobs=1, ocr="always")),
            timed_ingest("text files, one worker", texts, work / "text.db", Settings(jobs=1)),
            timed_ingest(
                "good and legacy text layers, one worker", layers, work / "layers.db", Settings(jobs=1, ocr="never")
            ),
        ]
        our_texts(work / "two.db", work / "ours")
        named = [path.stem for path in scans.glob("*.pdf") if (GOLD / f"{path.stem}.txt").exists()]
        errors = [character_error(work / side, named, work) for side in ("theirs", "ours")]
    TABLE.write_text(_table(timings, errors), encoding="utf-8")
    print(TABLE.read_text(encoding="utf-8"))


def _table(timings: list[Timing], errors: list[str]) -> str:
    theirs, two, one, *_ = timings
    ratio: Callable[[Timing, Timing], float] = lambda a, b: (a.pages / a.seconds) / (b.pages / b.seconds)  # noqa: E731
    rows = "".join(
        f"| {t.label} | {t.pages} | {t.seconds:.0f} | {60 * t.pages / t.seconds:.1f} | {t.held / 1e6:.0f} |\n"
        for t in timings
    )
    return (
        "## Runs\n\nMade by `python -m benchmarks.ingest`, all in one run on one machine.\n\n"
        f"| | pages | seconds | pages a minute | most held by a worker, MB |\n|---|---|---|---|---|\n{rows}\n"
        f"Two workers against ocrmypdf: {ratio(two, theirs):.2f} times the pages a minute. "
        f"Two workers against one: {ratio(two, one):.2f} times.\n\n"
        f"Character error on the transcribed pages among them:\n\n```\nocrmypdf  {errors[0]}\nvanban    {errors[1]}\n```\n"
    )


if __name__ == "__main__":
    main()
