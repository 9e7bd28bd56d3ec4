"""How fast a run is, beside OCRmyPDF on the same pages, with one worker and two, and what it holds in memory.

    python -m benchmarks.ingest [--pages N] [--scaling-pages N] [--text-pages N]

Needs the evaluation material beside the checkout and ``ocrmypdf`` (``apt-get install ocrmypdf tesseract-ocr-vie``), and for
the first two tables a machine that does nothing else. Writes ``benchmarks/ingest.md``.
"""

from __future__ import annotations

import argparse
import lzma
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from multiprocessing import forkserver
from pathlib import Path

import pymupdf

from benchmarks.end_to_end import SHARED, run
from db.store import Corpus
from pipeline.runs.ingest import Settings, ingest
from pipeline.runs.workers import ONE_THREAD, prepare, resident_bytes

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
LAYERS = ("31_angiang_102-kh-ubnd_2020", "11_hcm_1351-qd-ubnd_2025", "34_mpi_bao-cao-ktxh_2005_tcvn3")
PAGES_OF_A_FILE, LETTERS_OF_A_PAGE = 20, 1900


@dataclass(frozen=True, slots=True)
class Timing:
    """One way of reading pages. ``processor`` is seconds of all its processes, ``writer`` those of the one that stores;
    ``held`` is the memory of the largest worker, in bytes, each time it was looked at."""

    label: str
    pages: int
    seconds: float
    processor: float
    writer: float = 0.0
    held: tuple[int, ...] = ()


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


def processor_seconds(pid: int) -> float:
    """What a process and its children that have ended have used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def server_of_workers() -> int:
    prepare()
    pid = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
    assert isinstance(pid, int)
    return pid


def timed_ingest(label: str, folder: Path, database: Path, settings: Settings) -> Timing:
    """One run, its workers' memory looked at twice a second."""
    held: list[int] = []
    over = threading.Event()
    server = server_of_workers()

    def look() -> None:
        while not over.wait(0.5):
            held.append(max([0, *map(resident_bytes, children_of(server))]))

    watcher = threading.Thread(target=look)
    watcher.start()
    started, own, theirs = time.monotonic(), time.process_time(), processor_seconds(server)
    try:
        with Corpus.open(database, create=True) as corpus:
            number = ingest([folder], corpus, settings)
            seconds = time.monotonic() - started
            pages = corpus.report(number)["totals"]["pages"]
    finally:
        over.set()
        watcher.join()
    while children_of(server):  # until all are reaped, and their time counted as the server's
        time.sleep(0.05)
    writer = time.process_time() - own
    return told(Timing(label, pages, seconds, writer + processor_seconds(server) - theirs, writer, tuple(held)))


def told(timing: Timing) -> Timing:
    """The timing, which is also said at once: the whole takes long."""
    print(f"{timing.label}: {timing.pages} pages in {timing.seconds:.0f} s", file=sys.stderr, flush=True)
    return timing


def timed_ocrmypdf(folder: Path, texts: Path, pages: int, *, one_thread: bool) -> Timing:
    """OCRmyPDF file by file with two jobs, as its manual says to do batches; texts go to ``texts``.

    It chooses the number of Tesseract's threads itself, which two cores suffer from; ``one_thread`` keeps it from that.
    """
    texts.mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in ONE_THREAD}
    environment |= ONE_THREAD if one_thread else {}
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    for path in sorted(folder.glob("*.pdf")):
        sidecar = texts / f"{path.stem}.txt"
        output = texts / path.name
        command = ["ocrmypdf", "--jobs", "2", "-l", "vie", "--force-ocr", "--quiet", "--sidecar", sidecar, path, output]
        made = subprocess.run(list(map(str, command)), check=False, capture_output=True, env=environment)
        if made.returncode:
            sys.exit(f"ocrmypdf failed on {path.name}: {made.stderr.decode(errors='replace')[-300:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    label = "OMP_THREAD_LIMIT=1 ocrmypdf --jobs 2 -l vie" if one_thread else "ocrmypdf --jobs 2 -l vie"
    return told(Timing(label, pages, time.monotonic() - started, processor))


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


def text_files(folder: Path, texts: Iterable[str], pages: int) -> None:
    """Pages of ``texts``, dealt out into files of twenty, until there are ``pages``; each page is another text."""
    folder.mkdir()
    chunks = list(texts)
    made = [f"Trang {n}\n{chunks[n % len(chunks)]}\n" for n in range(pages)]
    for i in range(0, pages, PAGES_OF_A_FILE):
        (folder / f"{i:06}.txt").write_text("\f".join(made[i : i + PAGES_OF_A_FILE]), encoding="utf-8")


def garbled_pages() -> Iterator[str]:
    """Forty lines a page of the raw seeds, as an English OCR engine left them."""
    lines = [line for seed in sorted((SHARED / "seeds").glob("*.txt")) for line in seed.read_text("utf-8").split("\n")]
    for i in range(0, len(lines), 40):
        yield "\n".join(lines[i : i + 40])


def clean_pages() -> Iterator[str]:
    """Clean official text in pages of the length that provincial documents have, in lines of a page's width."""
    with lzma.open(SHARED / "corpus" / "official.txt.xz", "rt", encoding="utf-8") as stream:
        text = stream.read(LETTERS_OF_A_PAGE * 2000)
    for i in range(0, len(text), LETTERS_OF_A_PAGE):
        paragraphs = text[i : i + LETTERS_OF_A_PAGE].split("\n")
        yield "\n".join(line for paragraph in paragraphs for line in textwrap.wrap(paragraph, 90))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=60, help="scanned pages, beside ocrmypdf")
    parser.add_argument("--scaling-pages", type=int, default=20, help="scanned pages, one worker beside two")
    parser.add_argument("--text-pages", type=int, default=2000)
    args = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit("needs the evaluation material beside the checkout")
    if shutil.which("ocrmypdf") is None:
        sys.exit("ocrmypdf, with which runs are compared, is absent; install it with: apt-get install ocrmypdf")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        scans, few, layers = work / "scans", work / "few", work / "layers"
        for folder in (scans, few, layers):
            folder.mkdir()
        pages, few_pages = first_pages(scans, args.pages), first_pages(few, args.scaling_pages)
        text_files(work / "clean", clean_pages(), args.text_pages)
        text_files(work / "garbled", garbled_pages(), args.text_pages // 10)
        for layer in LAYERS:
            shutil.copy(SHARED / "scans" / f"{layer}.pdf", layers)
        always, alone = Settings(jobs=2, ocr="always"), Settings(jobs=1)
        beside = [
            timed_ocrmypdf(scans, work / "default", pages, one_thread=False),
            timed_ocrmypdf(scans, work / "theirs", pages, one_thread=True),
            timed_ingest("vanban, two workers", scans, work / "two.db", always),
        ]
        scaling = [
            timed_ingest("two workers", few, work / "few2.db", always),
            timed_ingest("one worker", few, work / "few1.db", replace(always, jobs=1)),
        ]
        assert all(timing.pages == few_pages for timing in scaling)
        without_ocr = [
            timed_ingest("clean text files", work / "clean", work / "clean.db", alone),
            timed_ingest("garbled text files", work / "garbled", work / "garbled.db", alone),
            timed_ingest("good and legacy text layers", layers, work / "layers.db", replace(alone, ocr="never")),
        ]
        our_texts(work / "two.db", work / "ours")
        named = [path.stem for path in scans.glob("*.pdf") if (GOLD / f"{path.stem}.txt").exists()]
        errors = [character_error(work / side, named, work) for side in ("theirs", "ours")]
    TABLE.write_text(_table(beside, scaling, without_ocr, errors), encoding="utf-8")
    print(TABLE.read_text(encoding="utf-8"))


def _rows(timings: Iterable[Timing]) -> str:
    return "".join(
        f"| {t.label} | {t.pages} | {t.seconds:.0f} | {60 * t.pages / t.seconds:.1f} | {t.processor:.0f} |"
        f" {t.pages / t.processor:.1f} | {1000 * t.writer / t.pages:.0f} | {_held(t)} |\n"
        for t in timings
    )


def _held(timing: Timing) -> str:
    """The most that a worker held in the second tenth of a run, in the last tenth, and ever."""
    held = timing.held
    if len(held) < 10:
        return f"{max(held) / 1e6:.0f}" if held else ""
    tenth = len(held) // 10
    return " / ".join(f"{max(part) / 1e6:.0f}" for part in (held[tenth : 2 * tenth], held[-tenth:], held))


def _table(beside: list[Timing], scaling: list[Timing], without_ocr: list[Timing], errors: list[str]) -> str:
    head = (
        "| | pages | seconds | pages a minute | processor seconds | pages a processor second |"
        " writer, ms a page | MB of a worker: early / late / most |\n|---|---|---|---|---|---|---|---|\n"
    )
    default, theirs, ours = beside
    two, one = scaling
    return (
        "## Runs\n\nMade by `python -m benchmarks.ingest`, all in one run on one machine.\n\n"
        f"{head}{_rows(beside)}\n"
        f"Two workers against ocrmypdf: {default.seconds / ours.seconds:.2f} times the pages a minute, against ocrmypdf with"
        f" one thread to a page {theirs.seconds / ours.seconds:.2f} times at {ours.processor / theirs.processor:.2f} times"
        " the processor time.\n\n"
        f"{head}{_rows(scaling)}\n"
        f"Two workers against one on the same pages: {one.seconds / two.seconds:.2f} times.\n\n"
        f"Without OCR, one worker:\n\n{head}{_rows(without_ocr)}\n"
        f"Character error on the transcribed pages of the first table:\n\n"
        f"```\nocrmypdf  {errors[0]}\nvanban    {errors[1]}\n```\n"
    )


if __name__ == "__main__":
    main()
