"""The main job on real documents, through the commands a user has: ingest, text, repair, export, then the scorers.

    python -m benchmarks.end_to_end [--jobs N]

Writes ``benchmarks/end_to_end.md``. Needs the evaluation material beside the checkout.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
TABLE = ROOT / "benchmarks" / "end_to_end.md"
VANBAN = Path(sys.executable).parent / "vanban"

# Floors of the first issue; later issues raise them in their own benchmarks.
RESTORE_FLOOR, CER_FLOOR = 0.90, 0.08
EXTRACT_FLOORS = ("targets=0.6", "deadlines=0.5", "assignments=0.4", "citations=0.85", "header=0.7")
KINDS = ("documents", "targets", "deadlines", "assignments", "citations")


def run(*command: object, accept: tuple[int, ...] = (0,)) -> str:
    """Standard output of a command; ends the benchmark when its status is not one of ``accept``."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)
    if done.returncode not in accept:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def ingest_and_export(folder: Path, jobs: int) -> tuple[str, float]:
    """The report as ``vanban report`` prints it, and the seconds the run took."""
    database = folder / "corpus.db"
    started = time.perf_counter()
    command = (VANBAN, "ingest", SHARED / "seeds", SHARED / "scans", "--db", database, "--jobs", jobs)
    run(*command, accept=(1,))  # two of the files are not documents
    seconds = time.perf_counter() - started
    for kind in KINDS:
        run(VANBAN, "export", kind, "--db", database, "--format", "jsonl", "--out", folder / f"{kind}.jsonl")
    return run(VANBAN, "report", "--db", database), seconds


def score_repair(folder: Path) -> str:
    pairs: list[Path] = []
    for name in ("000", "001", "002", "004"):
        seed = next((SHARED / "seeds").glob(f"{name}_*.txt"))
        repaired = folder / f"{name}.txt"
        repaired.write_text(run(VANBAN, "repair", seed), encoding="utf-8")
        pairs += SHARED / "eval" / "restore" / f"{name}.jsonl", repaired
    return run(sys.executable, SHARED / "eval" / "score_restore.py", *pairs, "--min", RESTORE_FLOOR, accept=(0, 1))


def score_reading(folder: Path) -> str:
    texts = folder / "texts"
    texts.mkdir()
    for gold in sorted((SHARED / "scans" / "gold").glob("*.txt")):
        text = run(VANBAN, "text", next((SHARED / "scans").glob(f"{gold.stem}.*")))
        (texts / gold.name).write_text(text, encoding="utf-8")
    scorer = SHARED / "eval" / "score_ocr.py"
    return run(sys.executable, scorer, SHARED / "scans" / "gold", texts, "--max-cer", CER_FLOOR, accept=(0, 1))


def score_facts(folder: Path) -> str:
    """Of the annotated documents that were ingested: the seeds."""
    gold = folder / "gold"
    gold.mkdir()
    for seed in (SHARED / "seeds").glob("*.txt"):
        annotated = SHARED / "eval" / "extract" / seed.stem.partition("_")[0]
        if annotated.is_dir():
            (gold / annotated.name).symlink_to(annotated)
    scorer = SHARED / "eval" / "score_extract.py"
    return run(sys.executable, scorer, gold, folder, "--min", *EXTRACT_FLOORS, accept=(0, 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2)
    jobs = parser.parse_args().jobs
    if not SHARED.is_dir():
        sys.exit("the evaluation material is not beside the checkout")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report, seconds = ingest_and_export(folder, jobs)
        sections = {
            f"Ingest of the seeds and scans: {seconds:.0f} s with {jobs} workers": report,
            "Repair of the seeds (shipped model, trained on these documents too; leave-one-out: repair.md)": score_repair(
                folder
            ),
            "Reading: `vanban text` against the transcripts": score_reading(folder),
            "Facts: raw seeds through repair and extraction": score_facts(folder),
        }
    body = "\n".join(f"### {title}\n\n```\n{text.rstrip()}\n```\n" for title, text in sections.items())
    TABLE.write_text(f"## End to end\n\nMade by `python -m benchmarks.end_to_end`.\n\n{body}", encoding="utf-8")
    print(TABLE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
