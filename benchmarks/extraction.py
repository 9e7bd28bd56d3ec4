"""Measures extraction against hand annotation, and writes ``benchmarks/extraction.md``.

    python benchmarks/extraction.py [--shared ../shared] [--scans] [--write]

Three readings of each annotated document are scored: the raw OCR text through repair (what a user gets), the hand-restored
text (what extraction alone can do; lines that nobody restored go through repair), and this repository's own annotations in
``tests/gold``. Speed is pages of 2,800 characters per second on one core, all kinds together, spaCy included.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from documents.edits import Repaired, join_repaired
from documents.facts import Facts
from documents.page import Document
from extractors.pipeline import FACTS, extract, extract_text, full
from normalizers.repair import repair
from pipeline.files.intake import examine
from pipeline.read import read_page

ROOT = Path(__file__).resolve().parent.parent
PAGE_CHARACTERS = 2800  # mean of the pages of the five OCR texts and of the official corpus


def write_facts(folder: Path, name: str, facts: Facts) -> None:
    """Appends the facts of one document to the JSONL files that ``score_extract.py`` reads."""
    for kind in FACTS:
        with (folder / f"{kind}.jsonl").open("a", encoding="utf-8") as out:
            for fact in facts.found:
                if fact.kind.value == kind:
                    record = {field: getattr(fact.value, field) for field in fact.value.__dataclass_fields__}
                    place = {"document": name, "line": fact.line, "line_end": fact.line_end, "quote": fact.quote}
                    measures = {"rule": fact.rule, "confidence": fact.confidence}
                    print(json.dumps(record | place | measures, ensure_ascii=False), file=out)
    with (folder / "documents.jsonl").open("a", encoding="utf-8") as out:
        header = {field: getattr(facts.header, field) for field in facts.header.__dataclass_fields__}
        print(json.dumps({"document": name} | header, ensure_ascii=False), file=out)


def restored_text(raw: str, repaired: Repaired, restoration: Path) -> str:
    """The hand-restored lines where there are any, the repaired ones elsewhere."""
    lines = repaired.text.split("\n")
    if len(lines) != raw.count("\n") + 1:
        raise ValueError("repair changed the number of lines")
    for record in map(json.loads, restoration.read_text(encoding="utf-8").splitlines()):
        lines[record["line"] - 1] = record["gold"]
    return "\n".join(lines)


def annotated(gold: Path) -> list[str]:
    return sorted(folder.name for folder in gold.iterdir() if folder.is_dir())


def score(shared: Path, gold: Path, found: Path, only: list[str] | None = None) -> str:
    """What the scorer prints, of the documents named ``only`` where they are given."""
    scorer = shared / "eval" / "score_extract.py"
    done = subprocess.run(
        [sys.executable, str(scorer), str(gold), str(found), *(["--only", *only] if only else [])],
        capture_output=True,
        text=True,
        check=True,
        cwd=scorer.parent,
    )
    return done.stdout.rstrip()


def precision_by_rule(shared: Path, gold: Path, found: Path) -> Iterator[tuple[str, int, int]]:
    """(rule, right, found) over all kinds, with the scorer's own notion of right."""
    sys.path.insert(0, str(shared / "eval"))
    import score_extract as scorer  # type: ignore[import-not-found]

    counts: dict[str, list[int]] = {}
    for kind in FACTS:
        records = scorer.read_jsonl(found / f"{kind}.jsonl")
        for document in annotated(gold):
            mine = [r for r in records if r["document"].startswith(document)]
            right = {id(f) for _, f in scorer.match(kind, scorer.read_jsonl(gold / document / f"{kind}.jsonl"), mine)}
            for record in mine:
                count = counts.setdefault(record["rule"], [0, 0])
                count[0] += id(record) in right
                count[1] += 1
    yield from ((rule, right, total) for rule, (right, total) in sorted(counts.items()))


def scanned_facts(path: Path, numbers: list[int]) -> Facts:
    """The facts of some pages of a scan, read, repaired and extracted as ingest does it."""
    source = examine(path)
    pages = tuple(read_page(path, source, number) for number in numbers)
    repaired = join_repaired([repair(page.text, profile=page.profile) for page in pages])
    return extract(Document(source, pages), repaired)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument(
        "--scans", action="store_true", help="also read and score the scans annotated in tests/gold (a minute)"
    )
    parser.add_argument("--write", action="store_true", help="write benchmarks/extraction.md")
    args = parser.parse_args()
    gold = args.shared / "eval" / "extract"
    full()
    extract_text("Giao Sở Nội vụ tổng hợp, báo cáo trước ngày 15/12/2025.\n")  # compiles patterns and reads lexicons
    report = ["# Extraction", "", "Made by `python benchmarks/extraction.py --scans --write`.", ""]
    seconds, characters = 0.0, 0
    with tempfile.TemporaryDirectory() as made:
        folders = {name: Path(made) / name for name in ("repaired", "restored", "own")}
        for folder in folders.values():
            folder.mkdir()
        for document in annotated(gold):
            seed = next((args.shared / "seeds").glob(f"{document}_*.txt"))
            raw = seed.read_text(encoding="utf-8")
            repaired = repair(raw)
            for name, text in (
                ("repaired", repaired.text),
                ("restored", restored_text(raw, repaired, args.shared / "eval" / "restore" / f"{document}.jsonl")),
            ):
                start = time.process_time()
                facts = extract_text(text)
                seconds, characters = seconds + time.process_time() - start, characters + len(text)
                write_facts(folders[name], seed.stem, facts)
        for name, title in (("repaired", "Raw OCR text through repair"), ("restored", "Hand-restored text")):
            report += [f"## {title}", "", "```", score(args.shared, gold, folders[name]), "```", ""]
        report += ["### Precision by rule (raw OCR text through repair)", "", "| rule | right | found |", "|---|---|---|"]
        report += [
            f"| {rule} | {right} | {total} |"
            for rule, right, total in precision_by_rule(args.shared, gold, folders["repaired"])
        ]
        if args.scans:
            own = ROOT / "tests" / "gold"
            pages = json.loads((own / "pages.json").read_text(encoding="utf-8"))
            for name, numbers in pages.items():
                write_facts(folders["own"], name, scanned_facts(next((args.shared / "scans").glob(f"{name}_*")), numbers))
            report += ["", "## Own annotations (tests/gold), read from the scans", "", "```"]
            report += [score(args.shared, own, folders["own"], list(pages)), "```"]
    report += [
        "",
        f"Speed: {characters / PAGE_CHARACTERS / seconds:.0f} pages of {PAGE_CHARACTERS} characters per second of one core.",
        "",
    ]
    text = "\n".join(report)
    print(text)
    if args.write:
        (ROOT / "benchmarks" / "extraction.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
