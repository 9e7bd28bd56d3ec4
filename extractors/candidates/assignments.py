"""Candidates of assignments: every body of a sentence, and every body above a block to whom it may be handed.

A candidate has a body, the words of its task, and what can be seen; the decision says whether the body leads,
coordinates, or has nothing to do with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import regex

from documents.facts import Assignment, Found
from extractors.bodies.grammar import Body
from extractors.bodies.same import body_key
from extractors.bodies.words import COMMON_HEADS, NAMED_HEADS
from extractors.candidates.context import before, behind, of_block, of_document, words_of
from extractors.sense.reading import Reading, Readings, Run
from extractors.structure.blocks import Block, Role, Sentence, Zone
from extractors.structure.joined import Joined
from extractors.words.folding import folded
from normalizers.case import first_capital

CLASSES = ("none", "lead", "coordinate")
_NO_SENTENCE = Sentence(Block(-1, Zone.BODY, Role.TEXT, None, Joined(""), 0, 0, None), 0, 0)


@dataclass(frozen=True, eq=False)
class Candidate:
    """``body`` may have to do what ``sentence`` says. ``source``: ``own`` (named in it) or ``above``; the task begins at
    ``task_at`` of the sentence."""

    sentence: Sentence
    body: Body
    source: str
    task_at: int
    task_end: int
    features: tuple[str, ...]
    partner: bool = False
    by_rule: Found | None = None
    """What a rule found that no reading of the sentence proposes."""


def with_rules(readings: Readings, by_rules: Sequence[Found]) -> list[Candidate]:
    """All candidates, each with what the rules say of it, and what the rules alone found."""
    lines: dict[tuple[str, ...], list[tuple[int, int, Found]]] = {}
    for fact in by_rules:
        lines.setdefault(body_key(_unit_of(fact)), []).append((fact.line, fact.line_end, fact))
    out: list[Candidate] = []
    met: set[int] = set()
    for candidate in propose(readings):
        first, last = readings.structure.lines_of(candidate.sentence.span)
        same = [f for a, b, f in lines.get(body_key(candidate.body.name), ()) if a <= last and first <= b]
        met |= {id(f) for f in same}
        said = dict.fromkeys(_said(candidate.source, same))
        out.append(replace(candidate, features=(*candidate.features, *said), by_rule=same[0] if same else None))
    for fact in by_rules:
        if id(fact) not in met:
            value = fact.value
            assert isinstance(value, Assignment)
            body = Body(0, 0, value.unit, "rule", value.unit_id)
            features = ("ruleonly", f"ruleonly:{fact.rule}&{value.role}", f"r:{fact.rule}")
            out.append(Candidate(_NO_SENTENCE, body, "rule", 0, 0, features, by_rule=fact))
    return out


def _unit_of(fact: Found) -> str:
    return fact.value.unit if isinstance(fact.value, Assignment) else ""


def _said(source: str, facts: Sequence[Found]) -> Iterator[str]:
    """Features of what the rules say of a candidate."""
    for fact in facts:
        role = fact.value.role if isinstance(fact.value, Assignment) else ""
        yield from (f"rule={fact.rule}:{role}", f"rule:{role}", f"{source}&rule:{role}")
    if not facts:
        yield "norule"


_MOST_ABOVE = 2
"""Blocks with bodies above a block that may hand it their work: an inner lead-in replaces the outer one, mostly."""
_MOST_MEMBERS = 40
_MOST_SENTENCES = 8
"""Sentences of a block that may go on about who is named above it."""


def propose(readings: Readings) -> Iterator[Candidate]:
    """All candidates of body and appendices, in the order of the text."""
    structure = readings.structure
    memory = _Memory(readings)
    for block in structure.body:
        shared = (*of_block(structure, block), *of_document(structure, block))
        own, above = _of("o", shared), _of("u", shared)
        for i, reading in enumerate(readings.of_block(block)):
            candidates = list(_own(reading, i, own))
            if i < _MOST_SENTENCES:
                candidates += _from_above(memory, reading, i, above)
            yield from _one_per_body(candidates)


def _of(source: str, features: Sequence[str]) -> tuple[str, ...]:
    """Features under the name of the source they speak of; made once for all bodies that share them."""
    return tuple([f"{source}:{feature}" for feature in features])


def _one_per_body(candidates: list[Candidate]) -> Iterator[Candidate]:
    """Candidates of a sentence, those of the same body together: the nearest speaks, the others are noted."""
    by_name: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        by_name.setdefault(candidate.body.name.lower(), []).append(candidate)
    for first, *others in by_name.values():
        if not others:
            yield first
            continue
        also = []
        for other in others:
            also.append(f"also={other.source}")
            prefix = f"also:{other.source}:"
            also += [prefix + f for f in other.features if f[2:].startswith(_NOTED)]
        yield replace(first, features=(*first.features, *dict.fromkeys(f"{first.source}&{a}" for a in also)))


_NOTED = ("manner&level=", "manner=", "given=", "with=", "level=", "opens_follows=")


# --------------------------------------------------------------------------------------------------------------------
# Bodies that the sentence itself names


@cache
def _duties() -> dict[str, list[tuple[str, ...]]]:
    data = json.loads(files("extractors").joinpath("data/duty_verbs.json").read_text(encoding="utf-8"))
    index: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted({*data["verbs"], *data["adverbs"]}, key=lambda p: -len(p)):
        index.setdefault(phrase.split()[0], []).append(tuple(phrase.split()))
    return index


def _is_duty(words: tuple[str, ...]) -> bool:
    return any(words[: len(p)] == p for p in _duties().get(words[0], ())) if words else False


_PARTNERS = regex.compile(r"phối\s?hợp[^;.]{0,60}$", regex.IGNORECASE)


def _own(reading: Reading, number: int, shared: tuple[str, ...]) -> Iterator[Candidate]:
    text = reading.text
    for at, run in enumerate(reading.runs):
        start, end = reading.clause_around(run.start)
        around = [*_around(reading, run, at, start, end), f"sentence={min(number, 3)}"]
        crossed = [b for b in around if b.startswith(_CROSSED)]
        seen = (*_of("o", around), *shared)
        partner = bool(_PARTNERS.search(text[max(start, run.start - 90) : run.start]))
        for i, body in enumerate(run.bodies):
            own = _of_body(body, i, len(run.bodies))
            told = [f"{a}&{b}" for a in own[:2] for b in crossed]
            features = ("own", *_of("o", own), *seen, *_of("o", told))
            yield Candidate(reading.sentence, body, "own", run.end, end, features, partner)


_CROSSED = ("front=", "follows=", "given=", "b--2", "a+1", "opens", "with=")


def _of_body(body: Body, i: int, of: int) -> list[str]:
    return [
        f"is={body.kind}",
        f"id={body.id or ('-' + body.name.split(' ')[0].lower())}",
        f"office={body.office}",
        f"office={bool(body.office)}",
        f"member={min(i, 2)}/{min(of, 3)}",
        f"name={body.name.lower()[:40]}" if body.kind in ("generic", "class") else "named",
        f"related={body.name.endswith('liên quan')}",
    ]


def _around(reading: Reading, run: Run, at: int, start: int, end: int) -> list[str]:
    """What stands before and behind a run in its clause."""
    text = reading.text
    front, rest = text[start : run.start], text[run.end : end]
    words = words_of(rest[:80])
    follows = "duty" if _is_duty(words) else words[0] if words else "nothing"
    role_words = [
        w for w in ("chủ trì", "phối hợp", "thi hành", "trách nhiệm", "giao", "trình", "báo cáo") if w in rest[:160].lower()
    ]
    fronts = [
        w
        for w in ("chủ trì", "phối hợp", "giao", "yêu cầu", "đề nghị", "chỉ đạo", "của", "theo", "trình", "gửi")
        if w in front.lower()
    ]
    front_words = words_of(front[:200])
    opens = not front.strip(" ,:-–") or (front.rstrip().endswith(",") and len(front) < 160)
    given = next(
        (
            w
            for w in ("giao", "yêu cầu", "đề nghị", "chỉ đạo", "phân công", "chỉ thị")
            if front.lower().rstrip(" :").endswith((w, f"{w} cho"))
        ),
        "-",
    )
    with_ = bool(_PARTNERS.search(front))
    out = [
        *before(text, run.start, "b"),
        *behind(text, run.end, "a"),
        f"front={'start' if not front_words else front_words[0]}",
        f"front2={' '.join(front_words[:2])}",
        f"front_length={min(6, len(front_words) // 3)}",
        f"follows={follows}",
        f"given={given}",
        f"with={with_}",
        f"opens={opens}",
        f"run={min(at, 4)}",
        f"first_clause={start == reading.clauses[0][0] if reading.clauses else True}",
        f"sentence_ends={text.rstrip()[-1:]}",
        f"clause_ends={rest.rstrip()[-1:] if len(rest) < 2000 else ''}",
        f"rest_length={min(5, len(words_of(rest[:300])) // 4)}",
        f"opens_follows={opens}&{follows}",
        *(f"rest_has={w}" for w in role_words),
        *(f"front_has={w}" for w in fronts),
        f"given&follows={given}&{follows}",
        f"with&lead={with_}&{'chủ trì' in front.lower()}",
        f"start_of_block={reading.sentence.start == 0}",
    ]
    inside = rest[:70]
    if colon := inside.find(":") + 1:
        out.append(f"colon_at={min(4, len(words_of(inside[:colon])))}")
    return out


# --------------------------------------------------------------------------------------------------------------------
# Bodies above a block


@dataclass(frozen=True)
class _Governor:
    """A run in a block above, with what can be seen of how it is given the work."""

    block: Block
    run: Run
    seen: tuple[str, ...]
    manner: str


_LETTER = regex.compile(r"\p{L}")


class _Memory:
    """The governors of each block of a document, found once."""

    def __init__(self, readings: Readings) -> None:
        self.readings = readings
        self._of: dict[int, list[_Governor]] = {}
        self._in: dict[tuple[int, int], list[_Governor]] = {}

    def of(self, block: Block) -> list[_Governor]:
        if block.index not in self._of:
            self._of[block.index] = list(self._governors(block))
        return self._of[block.index]

    def _governors(self, block: Block) -> Iterator[_Governor]:
        readings = self.readings.of_block(block)
        if not readings:
            return
        announcing = block.role is not Role.TEXT
        reading = readings[-1] if announcing else readings[0]
        if not announcing and (not reading.runs or reading.runs[0].start > 160):
            reading = readings[-1]
        yield from self.in_sentence(reading)

    def in_sentence(self, reading: Reading) -> list[_Governor]:
        """The runs of a sentence, each as one that may hand on its work; found once."""
        key = (reading.block.index, reading.sentence.start)
        if key not in self._in:
            self._in[key] = self._governors_in(reading)
        return self._in[key]

    def _governors_in(self, reading: Reading) -> list[_Governor]:
        whole, block = reading.text, reading.block
        found: list[_Governor] = []
        runs = [*reading.runs[:8]]
        named = _whole_heading(reading)
        if named is not None:
            runs.append(named)
        for at, run in enumerate(runs):
            front, rest = whole[: run.start], whole[run.end :]
            only = len(words_of(front)) <= 3 and not _LETTER.search(rest.strip(" :.;)(,"))
            given = next(
                (w for w in ("giao", "yêu cầu", "đề nghị", "chỉ đạo", "phân công", "chỉ thị") if w in front[-25:].lower()),
                "-",
            )
            manner = (
                "only"
                if only
                else given
                if given != "-"
                else "subject"
                if not front.strip() or front.rstrip().endswith(",")
                else "other"
            )
            rest_words = words_of(rest[:60])
            seen = (
                f"manner={manner}",
                f"block={block.role.value}",
                f"length={min(5, len(whole) // 80)}",
                f"run={min(at, 3)}/{min(len(reading.runs), 4)}",
                *(f"g{f}" for f in before(whole, run.start, "b", 2)),
                *(f"g{f}" for f in behind(whole, run.end, "a", 3)),
                f"colon={whole.rstrip().endswith(':')}",
                f"sau={'sau' in whole[-25:].lower()}",
                f"manner&colon={manner}&{whole.rstrip().endswith(':')}",
                f"duty={_is_duty(rest_words)}",
                f"with={bool(_PARTNERS.search(front))}",
                f"whole={run is named}",
                f"grank={'none' if block.label is None else min(block.rank, 16)}",
            )
            found.append(_Governor(block, run, seen, manner))
        return found


_OPENING = regex.compile(
    r"(?:Giao(?: cho)?|Đề nghị|Yêu cầu|Trách nhiệm(?: của)?|Đối với|Nhiệm vụ(?: của)?)\s+", regex.IGNORECASE
)


@cache
def _first_words() -> frozenset[str]:
    return frozenset(h.split(" ")[0] for h in (*NAMED_HEADS, *COMMON_HEADS, "sở"))


_ALL_OF = regex.compile(r"^[Cc]ác ")


def _whole_heading(reading: Reading) -> Run | None:
    """A heading that begins with a body and says nothing to do is the name of the body as a whole
    ("Vụ Phổ biến, giáo dục pháp luật")."""
    text = reading.text
    if reading.block.role is Role.TEXT or len(text) > 200:
        return None
    opening = _OPENING.match(text)
    start = opening.end() if opening else 0
    name = _ALL_OF.sub("", text[start:].strip(" :.;"))
    words = words_of(name)
    if not words or words[0] not in _first_words() or any(name.lower() == b.name.lower() for b in reading.bodies):
        return None
    if len(words) > 25 or any(
        _is_duty(words[i : i + 3]) for i in range(2, len(words)) if words[i] not in ("giáo", "quản", "phát")
    ):
        return None
    return Run(start, len(text), (Body(start, len(text), first_capital(name), "whole", None),))


_GIVES_WORK = regex.compile(r"phối hợp|giao|yêu cầu", regex.IGNORECASE)


def _from_above(memory: _Memory, reading: Reading, number: int, shared: tuple[str, ...]) -> Iterator[Candidate]:
    sentence, block, text = reading.sentence, reading.block, reading.text
    words = words_of(text[:120])
    first_run = reading.runs[0] if reading.runs else None
    own = "none"
    if first_run is not None:
        ahead = text[: first_run.start]
        own = "subject" if not ahead.strip() else "later"
        if _GIVES_WORK.search(ahead):
            own = "given"
    duty = _is_duty(words)
    here = [
        *behind(text, 0, "t", 3),
        f"duty={duty}",
        f"own={own}",
        f"ends={text.rstrip()[-1:]}",
        f"words={min(6, len(words_of(text[:400])) // 5)}",
        f"duty&own={duty}&{own}",
        f"coop={words[:2] == ('phối', 'hợp')}",
        f"lead_in={block.role is Role.LEAD_IN}",
        f"sentence={min(number, 3)}",
        f"sentence&duty={min(number, 3)}&{duty}",
        f"sentence&own={min(number, 3)}&{own}",
        *(f"has={w}" for w in ("chủ trì", "phối hợp", "chịu trách nhiệm") if w in text[:300].lower()),
    ]
    common = (*_of("u", here), *shared)
    level = 0
    between: list[str] = []
    for depth, above in enumerate(block.ancestors()):
        governors = memory.of(above)
        strong = [g for g in governors if g.manner != "other"]
        level += bool(strong)
        for governor in governors:
            manner = governor.manner
            at = str(level) if manner != "other" else "weak"
            told = [
                f"level={at}",
                f"depth={min(depth, 4)}",
                f"rank_gap={min(6, max(0, block.rank - above.rank))}",
                *between,
                f"between={len(between)}",
                f"manner&level={manner}&{at}",
                f"manner&duty={manner}&{duty}",
                f"manner&own={manner}&{own}",
                f"manner&level&own={manner}&{at}&{own}",
                f"manner&level&duty={manner}&{at}&{duty}",
                f"manner&between={manner}&{len(between)}",
                f"manner&sentence={manner}&{min(number, 3)}",
                f"manner&rank={manner}&{'none' if block.label is None else min(block.rank, 16)}",
            ]
            yield from _handed(sentence, text, [governor], told, common)
        if level >= _MOST_ABOVE:
            break
        if above.is_announcing and not strong:
            between.append(f"between{len(between)}={' '.join(words_of(folded(above.text[:30]))[:2])}")
    earlier = memory.readings.of_block(block)[:number]
    prior = [g for r in reversed(earlier) for g in memory.in_sentence(r)[:3]][:6]
    yield from _handed(sentence, text, prior, ["level=prior", f"prior_own={own}", f"prior&duty={duty}"], common)


_OF_MEMBERS = ("is=", "office=True", "related=", "name=")
"""Those named in one breath are told the same: little of what tells one from the other counts."""


def _handed(
    sentence: Sentence, text: str, governors: Sequence[_Governor], seen: list[str], common: tuple[str, ...]
) -> Iterator[Candidate]:
    for governor in governors:
        told_all = (*_of("u", (*governor.seen, *seen)), *common)
        for i, body in enumerate(governor.run.bodies[:_MOST_MEMBERS]):
            told = [f"manner&kind={governor.manner}&{body.kind}", f"id&manner={body.id}&{governor.manner}"]
            of_body = [f for f in _of_body(body, i, len(governor.run.bodies)) if f.startswith(_OF_MEMBERS)]
            yield Candidate(sentence, body, "above", 0, len(text), ("above", *_of("u", (*of_body, *told)), *told_all))
