"""Measures extraction against hand annotation, and writes ``benchmarks/extraction.md``.

    python -m benchmarks.extraction [--shared ../shared] [--left-out [--folds N]] [--scans] [--write]

Three readings of each annotated document are scored: the raw OCR text through repair (what a user gets), the hand-restored
text (what extraction alone can do; lines that nobody restored go through repair), and this repository's own annotations in
``tests/gold``. With ``--left-out`` the picture ``extraction_calibration.svg`` shows how often facts of a stated probability
are right. Speed is pages of 2,800 characters per second on one core, all kinds together, spaCy included.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.calibration_plot import plot
from benchmarks.left_out import calibration, facts_left_out, shipped_facts
from documents.edits import Repaired, join_repaired
from documents.facts import FACT_KINDS, Facts, Found
from documents.page import Document
from extractors.pipeline import extract, extract_text, full
from normalizers.repair import repair
from pipeline.files.intake import examine
from pipeline.read import read_page
from scripts.training.gold import sources, text_of

ROOT = Path(__file__).resolve().parent.parent
PAGE_CHARACTERS = 2800  # mean of the pages of the five OCR texts and of the official corpus


def write_facts(folder: Path, name: str, facts: Facts) -> None:
    """Appends the facts of one document to the JSONL files that ``score_extract.py`` reads."""
    write_found(folder, name, facts.found)
    with (folder / "documents.jsonl").open("a", encoding="utf-8") as out:
        header = {field: getattr(facts.header, field) for field in facts.header.__dataclass_fields__}
        print(json.dumps({"document": name} | header, ensure_ascii=False), file=out)


def write_found(folder: Path, name: str, found: Sequence[Found]) -> None:
    """The facts alone, without the header."""
    for kind in FACT_KINDS:
        with (folder / f"{kind}.jsonl").open("a", encoding="utf-8") as out:
            for fact in found:
                if fact.kind.value == kind:
                    record = {field: getattr(fact.value, field) for field in fact.value.__dataclass_fields__}
                    place = {"document": name, "line": fact.line, "line_end": fact.line_end, "quote": fact.quote}
                    measures = {"rule": fact.rule, "confidence": fact.confidence}
                    print(json.dumps(record | place | measures, ensure_ascii=False), file=out)


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
    for kind in FACT_KINDS:
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


PLOT = "extraction_calibration.svg"
OLD = ("001", "002", "004")
"""The documents that the rules were written with."""


def left_out_report(shared: Path, folds: int | None, made: Path) -> list[str]:
    """Each way on documents left out of training, how well probabilities are calibrated, and documents nobody trained on."""
    gold = shared / "eval" / "extract"
    names = annotated(gold)
    left = f"one of {folds} parts of {len(names)} documents" if folds else f"one of {len(names)} documents"
    told = f"Fitted without {left}; L2, scale and threshold chosen on what was left out."
    told += " Errors were read in 25 of the 44 new documents, never in the other 19."
    report = ["## Documents left out of training", "", told, ""]
    groups = (("the three old documents", list(OLD)), ("the forty-four new ones", [n for n in names if n not in OLD]))
    pairs: dict[str, list[tuple[float, bool]]] = {}
    for way, by_document in facts_left_out(shared, folds=folds).items():
        for title, only in groups:  # a folder each: the scorer tells documents by how their names begin
            folder = made / f"{way} {title}".replace(" ", "-")
            folder.mkdir()
            for name in only:
                write_found(folder, name, by_document[name])
            report += [f"### {way}, {title}", "", "```", without_header(score(shared, gold, folder, only)), "```", ""]
            if way == "rules and decision" and only != list(OLD):
                pairs = chances_and_right(shared, gold, folder)
    made.joinpath(PLOT).write_text(plot(pairs), encoding="utf-8")
    report += [f"![stated probability against the share that is right]({PLOT})", "", *at_least(pairs, 0.9), ""]
    for kind, told in pairs.items():
        head = ["| probability | facts | mean | right |", "|---|---|---|---|"]
        report += [f"### Calibration of {kind} (the new documents, left out)", "", *head, *calibration(told), ""]
    return report + others_report(shared, made)


def at_least(pairs: dict[str, list[tuple[float, bool]]], least: float) -> list[str]:
    """Rows of a table: of the facts of at least this probability how many there are, and the share that is right."""
    rows = [f"| facts at {least:g} and more (the new documents, left out) | number | right |", "|---|---|---|"]
    for kind, told in pairs.items():
        sure = [right for p, right in told if p >= least]
        rows.append(f"| {kind} | {len(sure)} | {sum(sure) / max(1, len(sure)):.2f} |")
    return rows


def others_report(shared: Path, made: Path) -> list[str]:
    """What is shipped on tests/gold, which was annotated by others and on which nothing was trained or chosen."""
    folder = made / "others"
    folder.mkdir()
    for name, source in sources().items():
        write_found(folder, name, shipped_facts(repair(text_of(source, shared / "corpus")).text))
    only = list(sources())
    figures = without_header(score(shared, ROOT / "tests" / "gold", folder, only))
    return [f"## {len(only)} other documents (tests/gold), trained and chosen on none", "", "```", figures, "```", ""]


def without_header(printed: str) -> str:
    return "\n".join(line for line in printed.split("\n") if not line.startswith("header"))


def chances_and_right(shared: Path, gold: Path, found: Path) -> dict[str, list[tuple[float, bool]]]:
    """For each kind the probability of every record and whether the scorer calls it right."""
    sys.path.insert(0, str(shared / "eval"))
    import score_extract as scorer  # type: ignore[import-not-found]

    pairs: dict[str, list[tuple[float, bool]]] = {kind: [] for kind in FACT_KINDS}
    for kind in FACT_KINDS:
        records = scorer.read_jsonl(found / f"{kind}.jsonl")
        for document in annotated(gold):
            mine = [r for r in records if r["document"] == document]
            right = {id(f) for _, f in scorer.match(kind, scorer.read_jsonl(gold / document / f"{kind}.jsonl"), mine)}
            pairs[kind] += [(r["confidence"], id(r) in right) for r in mine]
    return pairs


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument(
        "--scans", action="store_true", help="also read and score the scans annotated in tests/gold (a minute)"
    )
    parser.add_argument("--left-out", action="store_true", help="also score documents left out of training (minutes)")
    parser.add_argument("--folds", type=int, help="leave documents out in this many parts instead of one at a time")
    parser.add_argument("--write", action="store_true", help="write benchmarks/extraction.md")
    args = parser.parse_args()
    said = (("left_out", "--left-out"), ("folds", f"--folds {args.folds}"), ("scans", "--scans"), ("write", "--write"))
    flags = " ".join(flag for name, flag in said if getattr(args, name))
    gold = args.shared / "eval" / "extract"
    full()
    extract_text("Giao Sở Nội vụ tổng hợp, báo cáo trước ngày 15/12/2025.\n")  # compiles patterns and reads lexicons
    report = ["# Extraction", "", "Made by `python -m benchmarks.extraction " + flags + "`.", ""]
    seconds, characters, drawn = 0.0, 0, ""
    with tempfile.TemporaryDirectory() as made:
        folders = {name: Path(made) / name for name in ("repaired", "restored", "own")}
        for folder in folders.values():
            folder.mkdir()
        for document in OLD:
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
            report += [f"## {title}", "", "```", score(args.shared, gold, folders[name], list(OLD)), "```", ""]
        report += ["### Precision by rule (raw OCR text through repair)", "", "| rule | right | found |", "|---|---|---|"]
        report += [
            f"| {rule} | {right} | {total} |"
            for rule, right, total in precision_by_rule(args.shared, gold, folders["repaired"])
        ]
        if args.left_out:
            report += ["", *left_out_report(args.shared, args.folds, Path(made))]
            drawn = (Path(made) / PLOT).read_text(encoding="utf-8")
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
        if drawn:
            (ROOT / "benchmarks" / PLOT).write_text(drawn, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
