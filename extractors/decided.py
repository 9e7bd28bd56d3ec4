"""Facts by decision: what the candidates of a document are, after the learned decisions, with probabilities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from documents.facts import Assignment, Deadline, Found, Target
from extractors import assignments as assignment_rules
from extractors import deadlines as deadline_rules
from extractors.bodies.same import body_key
from extractors.candidates import assignments, deadlines, targets
from extractors.decision.model import Decision, Reason, shipped
from extractors.sense.reading import Readings, readings_of
from extractors.sense.responsibility import responsible_for
from extractors.structure.blocks import Sentence, Structure
from extractors.targets.finder import in_tables


def find_targets(structure: Structure, decision: Decision | None = None) -> list[Found]:
    """Quantities to be reached, reached or required. Their kind is what the rules say: on documents left out these are
    right more often than the decision, which says how sure it is that anything is stated at all."""
    decision = decision or shipped("targets")
    found = []
    for candidate in targets.propose(readings_of(structure)):
        chance = 1.0 - decision.probabilities(candidate.features)["none"]
        if (candidate.plausible and chance >= _HARDLY) or (chance >= decision.threshold and not candidate.plausible):
            torn = candidate.found.confidence
            found.append(replace(candidate.found, confidence=round(min(chance, torn) if torn < _TORN else chance, 3)))
    return sorted([*found, *in_tables(structure)], key=lambda f: (f.span.start, f.span.end))


_HARDLY = 0.1
"""What the rules take for a quantity and the decision for nine in ten sure not to be one is left out."""
_TORN = 0.5
"""Below it the rules say that the words around were torn by reading, which the decision cannot see."""


@dataclass(frozen=True)
class Led:
    """Who leads what a sentence says, and how sure that is."""

    unit: str
    chance: float
    at: int


def find_assignments(structure: Structure, decision: Decision | None = None, *, rules: bool = True) -> list[Found]:
    """Who does what. One record per body and sentence. Without ``rules`` the decision does not hear what they say."""
    weighed = _weighed(structure, decision or shipped("assignments"), rules)
    threshold = (decision or shipped("assignments")).threshold
    found = [f for c, chances in weighed if (f := _assignment(structure, c, chances, threshold)) is not None]
    return sorted(_once(found), key=lambda f: (f.span.start, f.span.end))


Weighed = list[tuple[assignments.Candidate, dict[str, float]]]
_last: WeakKeyDictionary[Structure, tuple[Decision, bool, Weighed]] = WeakKeyDictionary()


def _weighed(structure: Structure, decision: Decision, rules: bool) -> Weighed:
    """The candidates of assignments with their chances; kept, since deadlines ask for them too."""
    kept = _last.get(structure)
    if kept is not None and kept[0] is decision and kept[1] == rules:
        return kept[2]
    candidates = assignments.with_rules(readings_of(structure), assignment_rules.find(structure) if rules else ())
    weighed = [(c, decision.probabilities(c.features)) for c in candidates]
    _last[structure] = (decision, rules, weighed)
    return weighed


_SURE_RULES = ("assignment.table",)
"""Rows of tables with a grid: what a column's head says is no guess, and no document to learn from has one."""


def _assignment(
    structure: Structure, candidate: assignments.Candidate, chances: dict[str, float], threshold: float
) -> Found | None:
    rule = candidate.by_rule
    if candidate.source == "rule" and rule is not None and rule.rule.startswith(_SURE_RULES):
        return rule
    if 1.0 - chances["none"] < threshold:
        return None
    role = max(("lead", "coordinate"), key=lambda r: chances[r])
    if candidate.source == "rule" and rule is not None:
        return _resure(rule, role, chances[role])
    sentence = candidate.sentence
    text = sentence.text[candidate.task_at : candidate.task_end]
    task = assignment_rules.task_of(text, candidate.source == "own") or assignment_rules.task_of(sentence.text)
    if not task:
        return None
    line, line_end = structure.lines_of(sentence.span)
    value = Assignment(candidate.body.name, role, task, unit_id=candidate.body.id)
    name = f"assignment.{candidate.source}"
    return Found(value, sentence.span, sentence.text[:_QUOTED], line, line_end, name, confidence=round(chances[role], 3))


_QUOTED = 2100
"""Code points of a quote; longer sentences are lists that reading has run together."""


def _resure(fact: Found, role: str, chance: float) -> Found:
    assert isinstance(fact.value, Assignment)
    return replace(fact, value=replace(fact.value, role=role), confidence=round(chance, 3))


def _once(found: Sequence[Found]) -> Iterator[Found]:
    """Of facts that say the same of the same lines the surest."""
    best: dict[tuple[object, ...], Found] = {}
    for fact in found:
        assert isinstance(fact.value, Assignment)
        key = (body_key(fact.value.unit), fact.value.role, fact.line, fact.line_end)
        if key not in best or best[key].confidence < fact.confidence:
            best[key] = fact
    return iter(best.values())


def find_deadlines(
    structure: Structure, decision: Decision | None = None, work: Decision | None = None, *, rules: bool = True
) -> list[Found]:
    """By when. Who is responsible is who leads what the sentence says (``work`` decides)."""
    decision = decision or shipped("deadlines")
    readings = readings_of(structure)
    led = _led(structure, work or shipped("assignments"), rules)
    found = []
    for candidate in deadlines.with_rules(readings, deadline_rules.find(structure) if rules else ()):
        chance = decision.probabilities(candidate.features)["deadline"]
        if chance >= decision.threshold:
            found.append(_deadline(structure, candidate, chance, led))
    return found


def _led(structure: Structure, decision: Decision, rules: bool) -> dict[tuple[int, int], list[Led]]:
    """Those who lead, by the sentence (its block and start) that gives them work."""
    led: dict[tuple[int, int], list[Led]] = {}
    for candidate, chances in _weighed(structure, decision, rules):
        if chances["lead"] >= decision.threshold and candidate.source != "rule":
            at = candidate.body.start if candidate.source == "own" else -1
            key = (candidate.sentence.block.index, candidate.sentence.start)
            led.setdefault(key, []).append(Led(candidate.body.name, chances["lead"], at))
    return led


def _deadline(
    structure: Structure, candidate: deadlines.Candidate, chance: float, led: dict[tuple[int, int], list[Led]]
) -> Found:
    sentence, time = candidate.sentence, candidate.time
    text = sentence.text
    line, line_end = structure.lines_of(sentence.span)
    value = Deadline(
        type=time.type,
        iso=time.iso,
        relation=time.relation,
        obligation=deadline_rules.obligation_of(text, time) or None,
        responsible=_responsible(readings_of(structure), sentence, time.end, led),
    )
    return Found(value, sentence.span, text, line, line_end, f"time.{time.form}", confidence=round(chance, 3))


def _responsible(
    readings: Readings, sentence: Sentence, until: int, led: dict[tuple[int, int], list[Led]]
) -> tuple[str, ...]:
    """Who leads in the sentence: those named before the time, else behind it, else above the sentence."""
    here = led.get((sentence.block.index, sentence.start), [])
    chosen = [u for u in here if 0 <= u.at < until] or [u for u in here if u.at >= 0] or here
    return tuple(dict.fromkeys(unit.unit for unit in chosen)) or responsible_for(readings, readings.of(sentence), until)


def reasons(
    structure: Structure, kind: str, record: Mapping[str, Any], decision: Decision | None = None, most: int = 8
) -> list[Reason]:
    """The features of a document's candidate that spoke most for a fact that was found in it, strongest first.

    ``record`` is the fact as it is exported; no reasons where no candidate of ``structure`` states it any more, and for
    kinds that rules alone decide.
    """
    readings = readings_of(structure)
    line = record["line"]
    if kind == "assignments":
        key = body_key(record["unit"])
        told = assignments.with_rules(readings, assignment_rules.find(structure))
        fitting = [c.features for c in told if body_key(c.body.name) == key and _first_line(structure, c) == line]
        of = record["role"]
    elif kind == "deadlines":
        times = deadlines.with_rules(readings, deadline_rules.find(structure))
        fitting = [
            c.features
            for c in times
            if c.time.iso == (record["iso"] or "") and structure.lines_of(c.sentence.span)[0] == line
        ]
        of = "deadline"
    elif kind == "targets":
        fitting = [c.features for c in targets.propose(readings) if _is_target(c.found, record)]
        of = record["kind"]
    else:
        return []
    decision = decision or shipped(kind)
    best = max(fitting, key=lambda features: decision.probabilities(features)[of], default=None)
    return decision.reasons(best, of, most) if best is not None else []


def _first_line(structure: Structure, candidate: assignments.Candidate) -> int:
    if candidate.source == "rule" and candidate.by_rule is not None:
        return candidate.by_rule.line
    return structure.lines_of(candidate.sentence.span)[0]


def _is_target(found: Found, record: Mapping[str, Any]) -> bool:
    value = found.value
    return isinstance(value, Target) and value.value == record["value"] and found.line == record["line"]
