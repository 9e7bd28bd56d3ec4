"""Damaged files by the hundred through a run: none may crash it, hang it, or vanish without a reason.

    python -m benchmarks.fuzz [--count N] [--seed S] [--jobs N]

Mutations of the samples, and of the real scans where the evaluation material is beside the checkout. Writes
``benchmarks/fuzz.md``; ends with status 1 when a file is not accounted for. The test suite runs a short form.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from db.store import Corpus
from pipeline.runs.ingest import FileDone, Settings, ingest

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "benchmarks" / "fuzz.md"
SOURCES = (ROOT / "samples" / "documents", ROOT.parent / "shared" / "scans")
# A mutated page that is not done in this time counts as hanging and is killed: four times the slowest sample page.
PAGE_SECONDS = 30.0
# Originals above this are left out: a thousand copies must fit on a disk.
LARGEST = 1_000_000


def flip_bytes(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 50)):
        data[chance.randrange(len(data))] = chance.randrange(256)


def cut_the_end(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def drop_a_piece(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.randint(1, 4096)]


def repeat_a_piece(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    data[start:start] = data[start : start + chance.randint(1, 4096)] * chance.randint(1, 20)


def swell_a_number(data: bytearray, chance: random.Random) -> None:
    """Lengths, offsets, sizes and page counts become absurd."""
    digits = [i for i, byte in enumerate(data) if 48 <= byte <= 57]
    if digits:
        at = chance.choice(digits)
        data[at : at + 1] = chance.choice([b"99999999", b"-1", b"0", b"2147483648", b"1e308"])


def point_elsewhere(data: bytearray, chance: random.Random) -> None:
    """References between objects form rings or lead nowhere."""
    marks = [i for i in range(len(data) - 4) if data[i : i + 4] == b" 0 R"]
    if marks:
        at = chance.choice(marks)
        data[at - 1 : at] = str(chance.randint(0, 40)).encode()


MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    flip_bytes,
    cut_the_end,
    drop_a_piece,
    repeat_a_piece,
    swell_a_number,
    point_elsewhere,
)


def mutants(folder: Path, count: int, seed: int, sources: Iterable[Path] = SOURCES) -> list[Path]:
    """``count`` damaged files, the same for the same seed and sources."""
    chance = random.Random(seed)
    originals = [
        path
        for source in sources
        if source.is_dir()
        for path in sorted(source.iterdir())
        if path.suffix in (".pdf", ".tif", ".png") and 0 < path.stat().st_size <= LARGEST
    ]
    made = []
    for number in range(count):
        original = originals[number % len(originals)]
        whole = original.read_bytes()
        data = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            if data:
                chance.choice(MUTATIONS)(data, chance)
        while data == whole:  # an image has no references to point elsewhere
            chance.choice(MUTATIONS)(data, chance)
        made.append(folder / f"{number:04}_{original.name}")
        made[-1].write_bytes(data)
    return made


def run(folder: Path, database: Path, *, jobs: int, ocr: str) -> tuple[list[FileDone], float]:
    """What became of every file, and the seconds it took."""
    done: list[FileDone] = []
    started = time.monotonic()
    with Corpus.open(database, create=True) as corpus:
        ingest([folder], corpus, Settings(jobs=jobs, ocr=ocr, page_seconds=PAGE_SECONDS), on_file=done.append)
    return done, time.monotonic() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--ocr", default="never", help="'auto' reads the images too, which takes hours")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "in"
        folder.mkdir()
        files = mutants(folder, args.count, args.seed)
        done, seconds = run(folder, Path(name) / "corpus.db", jobs=args.jobs, ocr=args.ocr)
        with Corpus.open(Path(name) / "corpus.db", read_only=True) as corpus:
            reasons = corpus.rows("SELECT reason, count(*) AS n FROM run_files WHERE reason IS NOT NULL GROUP BY reason")
            killed = corpus.rows(
                "SELECT path, detail FROM run_files WHERE reason IN ('crashed', 'time_limit', 'memory_limit') ORDER BY path"
            )
    lost = {path.name for path in files} - {one.path.name for one in done}
    outcomes = Counter(one.outcome for one in done)
    rows = [("files", len(files)), *sorted(outcomes.items()), *((f"reason {r['reason']}", r["n"]) for r in reasons)]
    rows += [("not accounted for", len(lost)), ("seconds", round(seconds))]
    body = "".join(f"| {label} | {value} |\n" for label, value in rows)
    TABLE.write_text(
        "## Damaged files\n\n"
        f"Made by `python -m benchmarks.fuzz --count {args.count} --seed {args.seed} --ocr {args.ocr}`.\n\n"
        f"| | |\n|---|---|\n{body}" + "".join(f"\n- {Path(row['path']).name}: {row['detail']}\n" for row in killed),
        encoding="utf-8",
    )
    print(TABLE.read_text(encoding="utf-8"))
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
