"""Facts of documents that nothing was trained on: each annotated document decided by models fitted without it.

Used by ``benchmarks/extraction.py``. Three ways are compared: rules alone, rules and the learned decision, the decision
without hearing the rules. Scale and threshold of a decision are two numbers chosen on all left-out probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from documents.facts import Found
from extractors import assignments, citations, deadlines, decided
from extractors.decision.fit import Example
from extractors.decision.model import Decision
from extractors.structure.analysis import analyse
from extractors.targets import finder as targets
from scripts.training import train_facts
from scripts.training.train_facts import Annotated

WAYS = ("rules alone", "rules and decision", "decision alone")
_OF_RULES = ("rule", "norule", "own&rule", "above&rule", "rule&rule", "ruleonly", "r:")
Facts = dict[str, dict[str, list[Found]]]
"""Facts by way and document."""


def facts_left_out(shared: Path, *, folds: int | None, texts: Path | None = None) -> Facts:
    """The facts of every annotated document, each way; ``folds`` leaves out several at a time, ``None`` one."""
    documents = train_facts.read(shared, texts)
    examples = {kind: [e for d in documents for e in of(d)] for kind, (of, _) in train_facts.EXAMPLES.items()}
    deaf = {kind: [_deaf(e) for e in told if "ruleonly" not in e.features] for kind, told in examples.items()}
    first = {d.name: d for d in reversed(documents)}
    names = sorted(first)
    found: Facts = {way: {} for way in WAYS}
    for part in [names[i::folds] for i in range(folds)] if folds else [[n] for n in names]:
        hearing = train_facts.decisions_without(documents, set(part), examples)
        alone = train_facts.decisions_without(documents, set(part), deaf)
        for name in part:
            document = first[name]
            found["rules alone"][name] = by_rules(document)
            found["rules and decision"][name] = by_decisions(document, hearing, rules=True)
            found["decision alone"][name] = by_decisions(document, alone, rules=False)
    return found


def _deaf(example: Example) -> Example:
    return replace(example, features=tuple(f for f in example.features if not f.startswith(_OF_RULES)))


def by_rules(document: Annotated) -> list[Found]:
    structure = document.structure
    return [f for find in (targets.find, deadlines.find, assignments.find, citations.find) for f in find(structure)]


def by_decisions(document: Annotated, decisions: dict[str, Decision], *, rules: bool) -> list[Found]:
    structure = document.structure
    return [
        *decided.find_targets(structure, decisions["targets"]),
        *decided.find_deadlines(structure, decisions["deadlines"], decisions["assignments"], rules=rules),
        *decided.find_assignments(structure, decisions["assignments"], rules=rules),
        *citations.find(structure),
    ]


def shipped_facts(text: str) -> list[Found]:
    """The facts of a text by what is shipped."""
    document = Annotated("", analyse(text), {})
    return by_decisions(document, {kind: decided.shipped(kind) for kind in train_facts.EXAMPLES}, rules=True)


def calibration(
    pairs: Sequence[tuple[float, bool]], edges: Sequence[float] = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)
) -> list[str]:
    """Rows of a table: of the facts whose probability lies in a range how many there are, the mean, the share right."""
    rows = []
    for low, high in pairwise(edges):
        inside = [(p, right) for p, right in pairs if low <= p < high]
        if inside:
            mean = sum(p for p, _ in inside) / len(inside)
            share = sum(right for _, right in inside) / len(inside)
            rows.append(f"| {low:.2f} - {min(high, 1.0):.2f} | {len(inside)} | {mean:.2f} | {share:.2f} |")
    return rows
