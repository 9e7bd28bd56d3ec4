"""Candidates of assignments: every body of a sentence, and every body above a block to whom it may be handed.

A candidate has a body, the words of its task, and what can be seen; the decision says whether the body leads,
coordinates, or has nothing to do with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from documents.facts import Assignment, Found
from extractors.bodies.grammar import Body
from extractors.bodies.same import body_key
from extractors.candidates.context import before, behind, of_block, of_document, words_of
from extractors.candidates.governors import Governor, Governors, Level
from extractors.candidates.parts import PREAMBLE, STRONG, is_duty, is_helping
from extractors.sense.reading import Reading, Readings, Run
from extractors.structure.blocks import Block, Role, Sentence, Zone
from extractors.structure.joined import Joined

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
    part: str = ""
    breath: tuple[int, int] = (-1, -1)
    """Where those stand who are named in one breath with the body: their block and offset."""
    sentences: tuple[Sentence, ...] = ()
    """Of a block that is handed to somebody above it, the sentences that say what to do."""
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


_MOST_MEMBERS = 40


def propose(readings: Readings) -> Iterator[Candidate]:
    """All candidates of body and appendices, in the order of the text."""
    structure = readings.structure
    governors = Governors(readings)
    companies: dict[str, Body] = {}
    for block in structure.body:
        shared = (*of_block(structure, block), *of_document(structure, block), *governors.of_siblings(block))
        own, above = _of("o", shared), _of("u", shared)
        levels = governors.levels(block)
        candidates = [*_from_above(governors, block, levels, above)] if levels else []
        for i, reading in enumerate(readings.of_block(block)):
            candidates += _own(governors, reading, i, levels, own)
        yield from _one_per_body([_in_full(c, companies) for c in candidates])


_COMPANIES = ("tổng công ty", "công ty", "tập đoàn")


def _in_full(candidate: Candidate, companies: dict[str, Body]) -> Candidate:
    """A company that is called by its head alone, under the name that the document gave it before ("Tổng công ty")."""
    body = candidate.body
    if body.kind != "body" or not body.name.lower().startswith(_COMPANIES):
        return candidate
    head = next(h for h in _COMPANIES if body.name.lower().startswith(h))
    if body.name.lower() == head:
        full = companies.get(head)
        return candidate if full is None else replace(candidate, body=replace(body, name=full.name, id=full.id))
    companies.setdefault(head, body)
    return candidate


def _of(source: str, features: Sequence[str]) -> tuple[str, ...]:
    """Features under the name of the source they speak of; made once for all bodies that share them."""
    return tuple([f"{source}:{feature}" for feature in features])


def _one_per_body(candidates: list[Candidate]) -> Iterator[Candidate]:
    """Candidates of a block, those of one body knowing of each other: what is above a block may be named in it too."""
    by_name: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        by_name.setdefault(candidate.body.name.lower(), []).append(candidate)
    for same in by_name.values():
        nearest: set[str] = set()
        for candidate in same:
            if candidate.source == "above" and "above" in nearest:
                continue  # the nearest of those above speaks for the body
            nearest.add(candidate.source)
            also = [f"also={other.source}:{other.part}" for other in same if other is not candidate]
            yield replace(
                candidate, features=(*candidate.features, *(f"{candidate.source}&{a}" for a in dict.fromkeys(also)))
            )


# --------------------------------------------------------------------------------------------------------------------
# Bodies that the sentence itself names


def _own(
    governors: Governors, reading: Reading, number: int, levels: Sequence[Level], shared: tuple[str, ...]
) -> Iterator[Candidate]:
    made = governors.chains(reading)
    above = f"{levels[0].part}&{levels[0].announces}" if levels else "none"
    at = 0
    for place, chain in enumerate(made):
        start, _ = reading.clause_around(chain.start)
        _, end = reading.clause_around(chain.end)
        earlier = [c.part for c in made[:place] if c.start >= start]
        leader = next((p for p in reversed(earlier) if p in STRONG), "none")
        part = f"{chain.part}&{chain.follows}"
        helps = is_helping(reading.text[chain.end : end])
        told = [
            f"helps={helps}",
            f"part&helps={chain.part}&{helps}&{leader}",
            f"part={chain.part}",
            f"part&follows={part}",
            f"part&cue={chain.part}&{chain.cue}",
            f"leader={leader}",
            f"part&leader={chain.part}&{leader}",
            f"above={above}",
            f"part&above={chain.part}&{above}",
            f"before={earlier[-1] if earlier else 'none'}",
            f"part&number={chain.part}&{min(number, 2)}",
            f"part&role={chain.part}&{reading.block.role.value}",
            f"part&genre={part}&{governors.genre}",
            f"place={min(place, 4)}",
            f"runs={min(len(chain.runs), 4)}",
        ]
        members = sum(len(run.bodies) for run in chain.runs)
        position = 0
        for run in chain.runs:
            if PREAMBLE.match(reading.text):
                break
            around = [*_around(reading, run, at, start, end), f"sentence={min(number, 3)}"]
            at += 1
            seen = (*_of("o", around), *_of("o", told), *shared)
            for body in run.bodies:
                if _only_explains(reading, body):
                    continue
                own = _of_body(body, position, members)
                position += 1
                crossed = [f"{own[0]}&part={part}", f"{own[1]}&part={chain.part}", f"kind&genre={own[0]}&{governors.genre}"]
                features = ("own", *_of("o", own), *seen, *_of("o", crossed))
                breath = (reading.block.index, reading.sentence.start + chain.start)
                yield Candidate(reading.sentence, body, "own", chain.end, end, features, chain.part, breath)


def _only_explains(reading: Reading, body: Body) -> bool:
    """Whether a name stands in parentheses behind one body ("Sở Nội vụ (Ban Thi đua - Khen thưởng)"), or before the colon
    of a field ("Cơ quan quản lý: Sở Nông nghiệp"): it says of which part, or as what, the other is meant."""
    before_it = reading.text[: body.start].rstrip()
    if before_it.endswith("(") and body.kind == "body":
        owner = next((b for b in reversed(reading.bodies) if b.end <= len(before_it) - 1), None)
        apart = owner is None or reading.text[owner.end : len(before_it) - 1].strip()
        return not apart and owner is not None and owner.kind not in ("class", "generic")
    named = next((b for b in reading.bodies if b.start >= body.end), None)
    return (
        body.kind == "generic"
        and not before_it
        and named is not None
        and (_FIELD_COLON.fullmatch(reading.text[body.end : named.start]) is not None)
    )


_FIELD_COLON = regex.compile(r"\s*:\s*(?:các\s+)?")


def _of_body(body: Body, i: int, of: int) -> list[str]:
    return [
        f"is={body.kind}",
        f"id={body.id or ('-' + body.name.split(' ')[0].lower())}",
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
    follows = "duty" if is_duty(words) else words[0] if words else "nothing"
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
    with_ = bool(_PARTNERS.search(front[-90:]))
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


_PARTNERS = regex.compile(r"phối\s?hợp[^;.]{0,60}$", regex.IGNORECASE)


# --------------------------------------------------------------------------------------------------------------------
# Bodies above a block


def _from_above(governors: Governors, block: Block, levels: Sequence[Level], shared: tuple[str, ...]) -> Iterator[Candidate]:
    """The block as a whole as work of those who stand above it; its first sentence that begins as a duty is the task."""
    readings = governors.readings.of_block(block)
    if not readings or _says_who(governors, readings[0]) or PREAMBLE.match(block.text):
        return
    duties = [is_duty(words_of(r.text[:120])) for r in readings]
    first = duties.index(True) if True in duties else 0
    reading = readings[first]
    whole = Sentence(block, 0, len(block.text))
    said = tuple(r.sentence for i, r in enumerate(readings) if i == first or (duties[i] and not _has_doer(governors, r)))
    here = _of_begun(governors, readings, duties)
    common = (*_of("u", here), *shared)
    state = {name: value for name, _, value in (f.partition("=") for f in (*here, *(f[2:] for f in shared)))}
    for level in levels:
        for governor in level.governors:
            seen = (*governor.seen, *level.seen, *_crossed(governor, level, state))
            told = (*_of("u", seen), *common)
            bodies = [b for run in governor.chain.runs for b in run.bodies][:_MOST_MEMBERS]
            for i, body in enumerate(bodies):
                of_body = [f for f in _of_body(body, i, len(bodies)) if f.startswith(_OF_MEMBERS)]
                of_body += [f"part&kind={governor.part}&{body.kind}", f"kind&best={body.kind}&{governor.best}"]
                features = ("above", *_of("u", of_body), *told)
                begin, end = reading.sentence.start, reading.sentence.end
                yield Candidate(whole, body, "above", begin, end, features, governor.part, governor.place, said)


def _says_who(governors: Governors, reading: Reading) -> bool:
    """Whether a block begins with those who are to do what it says, or is the heading that names them: nobody above it is
    meant (ANNOTATION.md: a lead-in "governs the items below it that name no unit of their own")."""
    made = governors.chains(reading)
    if not made:
        return False
    first = made[0]
    if first.part == "named":
        return reading.block.role is not Role.TEXT
    opens = len(words_of(reading.text[: first.start])) <= _GIVING_WORDS
    return opens and first.part in ("subject", "issuer", "given")


_GIVING_WORDS = 4
"""Words before those whom a sentence gives work: "Giao nhiệm vụ cho", "Đề nghị"."""


def _has_doer(governors: Governors, reading: Reading) -> bool:
    """Whether a sentence names somebody of its own to do what it says."""
    return any(c.part in STRONG for c in governors.chains(reading)[:2])


_OF_MEMBERS = ("is=", "office=True", "related=", "name=")
"""Those named in one breath are told the same: little of what tells one from the other counts."""


def _of_begun(governors: Governors, readings: Sequence[Reading], duties: Sequence[bool]) -> list[str]:
    """How a block begins, and whether it names somebody of its own to do it."""
    first = readings[0]
    words = words_of(first.text[:120])
    own = governors.chains(first)
    opening = own[0].part if own and (own[0].part in ("subject", "teller", "issuer", "named")) else "none"
    given = any(c.part == "given" for c in own)
    leads = words[:2] == ("chủ", "trì")
    begins = "leads" if leads else "helps" if is_helping(first.text) else "duty" if duties[0] else "other"
    text = first.text
    return [
        f"begins={begins}",
        f"opening={opening}",
        f"given={given}",
        f"begins&opening={begins}&{opening}",
        f"duties={min(sum(duties), 2)}",
        f"sentences={min(len(readings), 3)}",
        f"ends={readings[-1].text.rstrip()[-1:]}",
        f"lead_in={first.block.role is Role.LEAD_IN}",
        f"words={min(6, len(words_of(text[:400])) // 5)}",
        f"partner={any(c.part == 'partner' for c in own)}",
        *behind(text, 0, "t", 3),
        *(f"has={w}" for w in ("chủ trì", "phối hợp", "chịu trách nhiệm") if w in text[:300].lower()),
    ]


def _crossed(governor: Governor, level: Level, state: dict[str, str]) -> list[str]:
    """What a governor is together with what the block begins with, and how far it is."""
    part, at = governor.part, f"{level.at}"
    begins, opening = state["begins"], state["opening"]
    return [
        f"part&at={part}&{at}",
        f"part&begins={part}&{begins}",
        f"part&opening={part}&{opening}",
        f"part&at&begins={part}&{at}&{begins}",
        f"part&at&opening={part}&{at}&{opening}",
        f"part&announces={part}&{governor.announces}",
        f"part&announces&at={part}&{governor.announces}&{at}",
        f"part&announces&begins={part}&{governor.announces}&{begins}",
        f"part&topics={part}&{len(level.topics)}",
        f"announces&rank={governor.announces}&{level.rank}",
        f"part&back={part}&{state['back']}&{state['kind']}",
        f"announces&back={governor.announces}&{state['back']}&{state['kind']}&{begins}",
        f"part&siblings={part}&{state['siblings_both']}",
        f"part&place={part}&{state['place']}&{begins}",
        *(f"part&{told}" for told in (f"{part}&{x}" for x in level.seen if x.startswith("below"))),
        *(f"announces&{told}" for told in (f"{governor.announces}&{x}" for x in level.seen if x.startswith("below"))),
    ]
