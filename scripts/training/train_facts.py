"""Train the decisions of fact extraction from annotated documents (format of ANNOTATION.md).

Every candidate of a document is labelled by the annotation: right where a record says the same of the same lines,
out of count where the record is optional, wrong otherwise. Probabilities are measured with the document left out.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from documents.facts import FACT_KINDS, Target
from extractors import assignments as assignment_rules
from extractors import deadlines as deadline_rules
from extractors.bodies.same import body_key
from extractors.candidates import assignments, deadlines, targets
from extractors.decision.fit import Example, calibrated, fit, left_out
from extractors.decision.model import Decision, shipped
from extractors.sense.reading import readings_of
from extractors.structure.analysis import analyse
from extractors.structure.blocks import Structure
from normalizers.repair import repair

Record = dict[str, Any]
STRENGTH = {"assignments": 10.0, "deadlines": 8.0, "targets": 10.0}
"""Of L2, among 1, 3, 8, 12, 20: where F1 of documents left out is highest."""
THRESHOLDS = tuple(i / 50 for i in range(8, 35))
PLAUSIBLE = {"deadlines": 0.1}
"""What is less likely does not count when probabilities are measured: four of five times are plainly no deadlines, and
with them three of twenty of those at 0.9 were wrong on documents left out, without them one of twenty."""


@dataclass(frozen=True)
class Annotated:
    """A document with its records by kind."""

    name: str
    structure: Structure
    gold: dict[str, list[Record]]


def read(shared: Path, cache: Path | None = None) -> list[Annotated]:
    """The annotated documents of ``shared/eval/extract``, their texts through repair."""
    documents = []
    for folder in sorted(p for p in (shared / "eval" / "extract").iterdir() if p.is_dir()):
        source = shared / "eval" / "texts" / f"{folder.name}.txt"
        if not source.exists():
            source = next((shared / "seeds").glob(f"{folder.name}_*.txt"))
        text, gold = _repaired(source, folder.name, cache), gold_of(folder)
        documents.append(Annotated(folder.name, analyse(text), gold))
        restoration = shared / "eval" / "restore" / f"{folder.name}.jsonl"
        if restoration.exists():  # the same document as a person restored it: one group, seen twice
            documents.append(Annotated(folder.name, analyse(_restored(text, restoration)), gold))
    return documents


def _restored(text: str, restoration: Path) -> str:
    """A repaired text with the lines that were restored by hand."""
    lines = text.split("\n")
    for record in map(json.loads, restoration.read_text(encoding="utf-8").splitlines()):
        lines[record["line"] - 1] = record["gold"]
    return "\n".join(lines)


def _repaired(source: Path, name: str, cache: Path | None) -> str:
    kept = cache / f"{name}.txt" if cache else None
    if kept is not None and kept.exists():
        return kept.read_text(encoding="utf-8")
    text = repair(source.read_text(encoding="utf-8")).text
    if kept is not None:
        kept.write_text(text, encoding="utf-8")
    return text


def gold_of(folder: Path) -> dict[str, list[Record]]:
    gold = {}
    for kind in FACT_KINDS:
        path = folder / f"{kind}.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        gold[kind] = [{"line_end": None} | json.loads(line) for line in lines if line.strip()]
        for record in gold[kind]:
            record["line_end"] = record["line_end"] or record["line"]
    return gold


def _meets(record: Record, first: int, last: int, slack: int = 0) -> bool:
    return bool(record["line"] - slack <= last and first - slack <= record["line_end"])


def assignment_examples(document: Annotated) -> Iterator[Example]:
    structure = document.structure
    candidates = assignments.with_rules(readings_of(structure), assignment_rules.find(structure))
    lines = [_lines(structure, c) for c in candidates]
    keys = [body_key(c.body.name) for c in candidates]
    gold = [(body_key(g["unit"]), g) for g in document.gold["assignments"]]
    for candidate, (first, last), key in zip(candidates, lines, keys, strict=True):
        near = [g for k, g in gold if k == key and _meets(g, first, last, 1)]
        same = [g for g in near if _meets(g, first, last)]
        if not same:  # a line off: right only where nothing stands nearer
            same = [g for g in near if not any(k == key and _meets(g, a, b) for k, (a, b) in zip(keys, lines, strict=True))]
        yield Example(document.name, candidate.features, *_role(same, bool(near), candidate.part == "partner"))


def _lines(structure: Structure, candidate: assignments.Candidate) -> tuple[int, int]:
    if candidate.source == "rule" and candidate.by_rule is not None:
        return candidate.by_rule.line, candidate.by_rule.line_end
    return structure.lines_of(candidate.sentence.span)


def _role(same: Sequence[Record], near: bool, partner: bool) -> tuple[str, float]:
    firm = {g["role"] for g in same if not g.get("optional")}
    if firm:
        return (firm.pop() if len(firm) == 1 else "coordinate" if partner else "lead"), 1.0
    return "none", 0.0 if near else 1.0


def deadline_examples(document: Annotated) -> Iterator[Example]:
    structure = document.structure
    candidates = deadlines.with_rules(readings_of(structure), deadline_rules.find(structure))
    right = dict(_deadlines_of_gold(structure, candidates, document.gold["deadlines"]))
    for i, candidate in enumerate(candidates):
        label, weight = right.get(i, ("none", 1.0))
        yield Example(document.name, candidate.features, label, weight)


def _deadlines_of_gold(
    structure: Structure, candidates: Sequence[deadlines.Candidate], gold: Sequence[Record]
) -> Iterator[tuple[int, tuple[str, float]]]:
    """For each record the candidate that states it best; firm records choose first."""
    taken: set[int] = set()
    for record in sorted(gold, key=lambda g: bool(g.get("optional"))):
        fitting = []
        for i, candidate in enumerate(candidates):
            time = candidate.time
            span = candidate.sentence.span_of(time.start, time.end)
            line = structure.index.line_of(span.start)
            same = (
                time.iso == record["iso"] if record["iso"] and record["type"] != "relative" else time.type == record["type"]
            )
            if record["type"] == "relative":
                same = same and _alike(time.text, record["iso"] or "") > 0.3
            if same and i not in taken and record["line"] - 1 <= line <= record["line_end"] + 1:
                within = record["line"] <= line <= record["line_end"]
                fitting.append((_alike(candidate.sentence.text, record["quote"]) + within, -i))
        if fitting:
            best = -max(fitting)[1]
            taken.add(best)
            yield best, ("deadline", 0.0 if record.get("optional") else 1.0)


def target_examples(document: Annotated) -> Iterator[Example]:
    candidates = list(targets.propose(readings_of(document.structure)))
    right = dict(_targets_of_gold(candidates, document.gold["targets"]))
    for i, candidate in enumerate(candidates):
        label, weight = right.get(i, ("none", 1.0))
        yield Example(document.name, candidate.features, label, weight)


def _targets_of_gold(
    candidates: Sequence[targets.Candidate], gold: Sequence[Record]
) -> Iterator[tuple[int, tuple[str, float]]]:
    taken: set[int] = set()
    for record in sorted(gold, key=lambda g: bool(g.get("optional"))):
        fitting = []
        for i, candidate in enumerate(candidates):
            found, value = candidate.found, candidate.found.value
            if i in taken or not isinstance(value, Target) or not _meets(record, found.line, found.line_end, 1):
                continue
            if value.value == record["value"] and value.value_max == record["value_max"]:
                fitting.append((_alike(found.quote, record["quote"]) + _meets(record, found.line, found.line_end), -i))
        if fitting:
            best = -max(fitting)[1]
            taken.add(best)
            yield best, (record["kind"], 0.0 if record.get("optional") else 1.0)


def _alike(a: str, b: str) -> float:
    """Share of common words (Dice)."""
    x, y = set(a.lower().split()), set(b.lower().split())
    return 2 * len(x & y) / (len(x) + len(y)) if x or y else 0.0


EXAMPLES: dict[str, tuple[Callable[[Annotated], Iterator[Example]], tuple[str, ...]]] = {
    "assignments": (assignment_examples, assignments.CLASSES),
    "deadlines": (deadline_examples, deadlines.CLASSES),
    "targets": (target_examples, targets.CLASSES),
}


def train(documents: Sequence[Annotated], folder: Path, folds: int | None = 12) -> None:
    """Fits and calibrates every decision and writes it into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, (examples_of, classes) in EXAMPLES.items():
        examples = [e for d in documents for e in examples_of(d)]
        chances = left_out(examples, classes, folds=folds, strength=STRENGTH[kind])
        decision = fit(examples, classes, strength=STRENGTH[kind])
        decision = calibrated(decision, examples, chances, least=PLAUSIBLE.get(kind, 0.0))
        trained_on = f"{len({d.name for d in documents})} documents"
        threshold = best_threshold(decision, examples, chances)
        decision = replace(decision, threshold=threshold, trained_on=trained_on)
        write(decision, folder / f"{kind}.tsv.gz")


def best_threshold(decision: Decision, examples: Sequence[Example], chances: Sequence[dict[str, float]]) -> float:
    """The probability from which on candidates are facts: where F1 of those left out is highest, its mean over five
    neighbours, as one alone depends on how the documents were parted (0.22 to 0.38 for deadlines)."""
    none, *others = decision.classes
    counted = [(e, rescaled(p, decision.scale)) for e, p in zip(examples, chances, strict=True) if e.weight]

    def f1(threshold: float) -> float:
        right = wrong = missed = 0
        for example, chance in counted:
            found = 1.0 - chance[none] >= threshold and max(others, key=lambda c: chance[c])
            right += found == example.right
            wrong += bool(found) and found != example.right
            missed += example.right != none and found != example.right
        return 2 * right / max(1, 2 * right + wrong + missed)

    reached = [f1(threshold) for threshold in THRESHOLDS]
    means = [fmean(reached[max(0, i - 2) : i + 3]) for i in range(len(reached))]
    return THRESHOLDS[means.index(max(means))]


def rescaled(chances: dict[str, float], scale: float) -> dict[str, float]:
    """Probabilities under another scale of the scores."""
    powers = {name: max(p, 1e-9) ** scale for name, p in chances.items()}
    whole = sum(powers.values())
    return {name: p / whole for name, p in powers.items()}


def write(decision: Decision, path: Path) -> None:
    path.write_bytes(gzip.compress(decision.to_text().encode("utf-8"), 9, mtime=0))


def decisions_without(
    documents: Sequence[Annotated], held: set[str], examples: dict[str, list[Example]]
) -> dict[str, Decision]:
    """Decisions fitted without some documents; ``examples`` are those of all."""
    out = {}
    for kind, (_, classes) in EXAMPLES.items():
        rest = [e for e in examples[kind] if e.group not in held]
        fitted = fit(rest, classes, strength=STRENGTH[kind])
        out[kind] = replace(fitted, scale=shipped(kind).scale, threshold=shipped(kind).threshold)
    return out
