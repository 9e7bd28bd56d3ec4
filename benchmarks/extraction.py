"""Measures extraction against hand annotation, and writes ``benchmarks/extraction.md``.

    python benchmarks/extraction.py [--shared ../shared] [--write]

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

from corpus.model import Facts, Repaired
from extractors.pipeline import FACTS, extract_text, full
from normalizers.repair import repair

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


def score(shared: Path, gold: Path, found: Path) -> str:
    """What the scorer prints."""
    scorer = shared / "eval" / "score_extract.py"
    done = subprocess.run(
        [sys.executable, str(scorer), str(gold), str(found)], capture_output=True, text=True, check=True, cwd=scorer.parent
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--write", action="store_true", help="write benchmarks/extraction.md")
    args = parser.parse_args()
    gold = args.shared / "eval" / "extract"
    full()
    report = ["# Extraction", "", "Made by `python benchmarks/extraction.py --write`.", ""]
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
                start = time.perf_counter()
                facts = extract_text(text)
                seconds, characters = seconds + time.perf_counter() - start, characters + len(text)
                write_facts(folders[name], seed.stem, facts)
        for name, title in (("repaired", "Raw OCR text through repair"), ("restored", "Hand-restored text")):
            report += [f"## {title}", "", "```", score(args.shared, gold, folders[name]), "```", ""]
        report += ["### Precision by rule (raw OCR text through repair)", "", "| rule | right | found |", "|---|---|---|"]
        report += [
            f"| {rule} | {right} | {total} |"
            for rule, right, total in precision_by_rule(args.shared, gold, folders["repaired"])
        ]
        own = ROOT / "tests" / "gold"
        texts = [(d, ROOT / "tests" / "gold" / d / "text.txt") for d in (annotated(own) if own.is_dir() else [])]
        if texts:
            for document, file in texts:
                write_facts(folders["own"], document, extract_text(file.read_text(encoding="utf-8")))
            report += ["", "## Own annotations (tests/gold)", "", "```", score(args.shared, own, folders["own"]), "```"]
    report += [
        "",
        f"Speed: {characters / PAGE_CHARACTERS / seconds:.0f} pages of {PAGE_CHARACTERS} characters a second, one core.",
        "",
    ]
    text = "\n".join(report)
    print(text)
    if args.write:
        (ROOT / "benchmarks" / "extraction.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
