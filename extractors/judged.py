"""Reviewed facts as examples: the candidate that became a fact is found again, with what a person said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from documents.edits import Span
from documents.facts import Target
from extractors import assignments as assignment_rules
from extractors import deadlines as deadline_rules
from extractors.bodies.same import body_key
from extractors.candidates import assignments, deadlines, targets
from extractors.decision.fit import Example
from extractors.decision.model import shipped
from extractors.sense.reading import readings_of
from extractors.structure.blocks import Structure
from extractors.words.units import in_city

Said = Mapping[str, Any]
CLASS_COLUMN = {"targets": "kind", "deadlines": "", "assignments": "role"}
"""Where a record says of which class it is; all deadlines are of one."""


@dataclass(frozen=True)
class Judged:
    """A fact at ``span`` (code points of the document's text) that the program stated as ``said``; ``right`` is the class
    that a person says it is of, "none" where it was rejected."""

    span: Span
    said: Said
    right: str


@dataclass(frozen=True)
class _Candidate:
    span: Span
    features: tuple[str, ...]
    states: Callable[[Said], bool]


def examples(structure: Structure, kind: str, facts: Sequence[Judged], group: str) -> Iterator[Example]:
    """One for each fact whose candidate is found again; facts that rules alone decide (rows of tables) have none."""
    if not facts:
        return
    none = shipped(kind).classes[0]
    by_span: dict[Span, list[_Candidate]] = {}
    for candidate in _PROPOSED[kind](structure):
        by_span.setdefault(candidate.span, []).append(candidate)
    for fact in facts:
        fitting = [c.features for c in by_span.get(fact.span, ()) if c.states(fact.said)]
        if fitting:  # of those that say the same the likeliest was stated
            yield Example(group, min(fitting, key=lambda f: shipped(kind).probabilities(f)[none]), fact.right)


def _targets(structure: Structure) -> Iterator[_Candidate]:
    for candidate in targets.propose(readings_of(structure)):
        value = candidate.found.value
        assert isinstance(value, Target)
        wanted = (value.value, value.value_max, value.unit)
        yield _Candidate(candidate.found.span, candidate.features, _says(wanted, ("value", "value_max", "unit")))


def _deadlines(structure: Structure) -> Iterator[_Candidate]:
    for candidate in deadlines.with_rules(readings_of(structure), deadline_rules.find(structure)):
        wanted = (candidate.time.iso, candidate.time.type)
        yield _Candidate(candidate.sentence.span, candidate.features, _says(wanted, ("iso", "type")))


def _says(wanted: tuple[object, ...], columns: tuple[str, ...]) -> Callable[[Said], bool]:
    return lambda said: tuple(said.get(column) for column in columns) == wanted


def _assignments(structure: Structure) -> Iterator[_Candidate]:
    for candidate in assignments.with_rules(readings_of(structure), assignment_rules.find(structure)):
        rule = candidate.by_rule
        said = [sentence.span for sentence in candidate.sentences or (candidate.sentence,)]
        for span in [rule.span] if candidate.source == "rule" and rule is not None else said:
            yield _Candidate(span, candidate.features, _names(candidate.body.name))


def _names(body: str) -> Callable[[Said], bool]:
    keys = {body_key(body), body_key(in_city(body))}
    return lambda said: body_key(str(said.get("unit") or "")) in keys


_PROPOSED: dict[str, Callable[[Structure], Iterator[_Candidate]]] = {
    "targets": _targets,
    "deadlines": _deadlines,
    "assignments": _assignments,
}
