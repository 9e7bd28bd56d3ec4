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
from extractors.in_tables.fields import time_field
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
    """Who may lead what a sentence or a block says, and how sure that is; ``at`` is -1 for those named above."""

    unit: str
    chance: float
    at: int


Leaders = dict[tuple[int, int], dict[tuple[int, int], list[Led]]]
"""Those named in one breath, by where they stand, for each sentence (its block and start) or block (start -1)."""


def find_assignments(structure: Structure, decision: Decision | None = None, *, rules: bool = True) -> list[Found]:
    """Who does what. One record per body and sentence. Without ``rules`` the decision does not hear what they say."""
    decision = decision or shipped("assignments")
    return assignments_of(structure, _weighed(structure, decision, rules), decision.threshold)


Weighed = list[tuple[assignments.Candidate, dict[str, float]]]


def assignments_of(structure: Structure, weighed: Weighed, threshold: float) -> list[Found]:
    """What candidates whose chances are known state, where the chance of any part is at least ``threshold``."""
    found = [f for c, chances in weighed for f in _assignments(structure, c, chances, threshold)]
    return sorted(_once(found), key=lambda f: (f.span.start, f.span.end))


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


def _assignments(
    structure: Structure, candidate: assignments.Candidate, chances: dict[str, float], threshold: float
) -> Iterator[Found]:
    """The records of a candidate: one, or one for each sentence of a block that is handed to somebody above it."""
    rule = candidate.by_rule
    if candidate.source == "rule" and rule is not None and rule.rule.startswith(_SURE_RULES):
        yield rule
        return
    if 1.0 - chances["none"] < threshold:
        return
    role = max(("lead", "coordinate"), key=lambda r: chances[r])
    if candidate.source == "rule" and rule is not None:
        yield _resure(rule, role, chances[role])
        return
    for sentence in candidate.sentences or (candidate.sentence,):
        task = _task(candidate, sentence)
        if task:
            line, line_end = structure.lines_of(sentence.span)
            value = Assignment(candidate.body.name, role, task, unit_id=candidate.body.id)
            name, quote = f"assignment.{candidate.source}", sentence.text[:_QUOTED]
            yield Found(value, sentence.span, quote, line, line_end, name, confidence=round(chances[role], 3))


def _task(candidate: assignments.Candidate, sentence: Sentence) -> str:
    """What the body is to do: the words behind its name, or the sentence; above a line that says only who, the item."""
    named = candidate.source == "own"
    if named and (item := assignment_rules.item_of_field(sentence.block)) is not None:
        return assignment_rules.task_of(item.text)
    text = sentence.text[candidate.task_at : candidate.task_end] if named else sentence.text
    return assignment_rules.task_of(text, named) or assignment_rules.task_of(sentence.text)


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


def _led(structure: Structure, decision: Decision, rules: bool) -> Leaders:
    """Who may lead what is said, by the sentence that names them or the block that may be handed to them."""
    led: Leaders = {}
    for candidate, chances in _weighed(structure, decision, rules):
        if candidate.source != "rule":
            own = candidate.source == "own"
            key = (candidate.sentence.block.index, candidate.sentence.start if own else -1)
            who = Led(candidate.body.name, chances["lead"], candidate.body.start if own else -1)
            led.setdefault(key, {}).setdefault(candidate.breath, []).append(who)
    return led


def _deadline(structure: Structure, candidate: deadlines.Candidate, chance: float, led: Leaders) -> Found:
    sentence, time = candidate.sentence, candidate.time
    text = sentence.text
    line, line_end = structure.lines_of(sentence.span)
    field = time_field(structure, sentence.block)
    value = Deadline(
        type=time.type,
        iso=time.iso,
        relation=deadline_rules.relation_of(time, field),
        obligation=(field.task if field else deadline_rules.obligation_of(text, time)) or None,
        responsible=(field.leads if field else ()) or _responsible(readings_of(structure), sentence, time.end, led),
    )
    return Found(value, sentence.span, text, line, line_end, f"time.{time.form}", confidence=round(chance, 3))


_MAY_LEAD, _LIKE_THE_SUREST = 0.1, 0.3
"""Whose chance to lead is below the first is nobody's duty; those named in one breath with the likeliest are held too, if
their chance is at least this share of it. Of 0.1, 0.2, 0.3 and 0.3, 0.5 these are right most often on documents left out."""
_BEHIND, _NAMED_HERE = 0.5, 1.2
"""Those named behind the time count half; those whom the sentence itself names a little more than those above it."""
_SURELY = 0.8
"""Who leads by less is heard only where the rules name nobody. Of 0.2 to 0.9 it and 0.9 are right most often on documents
left out (0.81, chances first 0.78, rules first 0.79)."""


def _responsible(readings: Readings, sentence: Sentence, until: int, led: Leaders) -> tuple[str, ...]:
    """Those named in one breath who most likely lead: before the time, behind it, or above the sentence. Where that is not
    sure, those whom the rules name."""
    block = sentence.block.index
    best: list[Led] = []
    most = 0.0
    for key in ((block, sentence.start), (block, -1)):
        for together in led.get(key, {}).values():
            top = max(who.chance for who in together)
            liking = top * (1.0 if together[0].at < until else _BEHIND) * (_NAMED_HERE if together[0].at >= 0 else 1.0)
            if top >= _MAY_LEAD and liking > most:
                best, most = together, liking
    least = _LIKE_THE_SUREST * max((who.chance for who in best), default=0.0)
    held = (who.unit for who in best if who.chance >= least and not who.unit.endswith("liên quan"))
    likely, by_rules = tuple(dict.fromkeys(held)), responsible_for(readings, readings.of(sentence), until)
    return likely or by_rules if most >= _SURELY else by_rules or likely


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
        fitting = [c.features for c in told if body_key(c.body.name) == key and line in _first_lines(structure, c)]
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


def _first_lines(structure: Structure, candidate: assignments.Candidate) -> list[int]:
    """The lines on which the records of a candidate begin."""
    if candidate.source == "rule" and candidate.by_rule is not None:
        return [candidate.by_rule.line]
    return [structure.lines_of(sentence.span)[0] for sentence in candidate.sentences or (candidate.sentence,)]


def _is_target(found: Found, record: Mapping[str, Any]) -> bool:
    value = found.value
    return isinstance(value, Target) and value.value == record["value"] and found.line == record["line"]
