"""Who stands above a block and may hand it its work: the levels of headings, lead-ins and sentences over it.

A lead-in hands on what it announces, at every depth; a heading that is the name of a body hands on what stands below it;
an inner one replaces an outer one, mostly. Which of them does, the decision says; here is what can be seen of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import regex

from extractors.bodies.grammar import OTHER_WORDS, Body
from extractors.bodies.words import COMMON_HEADS, NAMED_HEADS
from extractors.candidates.context import before, behind, words_of
from extractors.candidates.parts import STRONG, Chain, chains, is_duty
from extractors.sense.reading import Reading, Readings, Run
from extractors.structure.blocks import Block, Role
from extractors.structure.genre import is_past
from extractors.structure.labels import Rank
from extractors.words.folding import folded
from normalizers.case import first_capital

_HANDED = STRONG | {"partner", "directed", "for", "unknown"}
"""Parts of those who may be meant by what stands below their sentence."""
_MOST_LEVELS = 2
"""Levels with somebody who may hand on the work: an inner one replaces the outer one, mostly."""
_REPLACES = STRONG | {"whole"}
"""Parts in a heading or lead-in that end the reach of those above it."""
_MOST_CHAINS = 8


@dataclass(frozen=True, eq=False)
class Governor:
    """Bodies of one part in a sentence above, with what can be seen of how they are given the work."""

    chain: Chain
    part: str
    announces: str
    best: str
    seen: tuple[str, ...]
    place: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Level:
    """A block above with its governors; ``at`` counts those nearer that have any, ``topics`` are headings between."""

    governors: tuple[Governor, ...]
    at: int
    depth: int
    rank: str
    topics: tuple[str, ...]
    seen: tuple[str, ...]

    @property
    def part(self) -> str:
        return self.governors[0].part

    @property
    def announces(self) -> str:
        return self.governors[0].announces


class Governors:
    """The governors of each block of a document, each found once."""

    def __init__(self, readings: Readings) -> None:
        self.readings = readings
        self.genre = readings.structure.genre.value
        self._of: dict[int, tuple[Governor, ...]] = {}
        self._under: dict[int, tuple[str, ...]] = {}
        self._duty: dict[int, bool] = {}
        self._named: dict[int, bool] = {}
        self._chains: dict[tuple[int, int], tuple[Chain, ...]] = {}

    def chains(self, reading: Reading) -> tuple[Chain, ...]:
        key = (reading.block.index, reading.sentence.start)
        if key not in self._chains:
            self._chains[key] = chains(reading)
        return self._chains[key]

    def levels(self, block: Block) -> tuple[Level, ...]:
        """The blocks above with somebody who may hand on the work, the nearest first."""
        found: list[Level] = []
        topics: list[str] = []
        at = 0
        barred = block.role is Role.HEADING and _describes(block) != "work"
        for depth, above in enumerate(block.ancestors()):
            governors = self._governors_of(above)
            if above.role is Role.LEAD_IN and (barred or self._holds_description(above)):
                governors = ()
            if above.role is Role.TEXT and (depth or (block.label is not None and block.rank < Rank.DASH)):
                governors = ()  # a full sentence goes on in the paragraphs and dashes right below it, no further
            barred = barred or (above.role is Role.HEADING and _describes(above) != "work")
            if governors:
                rank = "none" if above.label is None else str(min(above.rank, 16))
                told = [
                    f"at={at}",
                    f"depth={min(depth, 4)}",
                    f"rank_gap={min(6, max(0, block.rank - above.rank))}",
                    *topics,
                    f"topics={len(topics)}",
                    f"labelled={block.label is not None}&{above.label is not None}",
                    *self._below(above),
                ]
                found.append(Level(governors, at, depth, rank, tuple(topics), tuple(told)))
                at += any(g.part in STRONG for g in governors)
            if at >= _MOST_LEVELS or (above.is_announcing and any(g.part in _REPLACES for g in governors)):
                break
            if above.is_announcing and not any(g.part in STRONG for g in governors):
                topics.append(f"topic{len(topics)}={' '.join(words_of(folded(above.text[:30]))[:2])}")
        return tuple(found)

    def of_siblings(self, block: Block) -> tuple[str, ...]:
        """How the items beside a block begin, and where it stands among them."""
        siblings = self._children.get(block.parent.index if block.parent is not None else -1, [])
        duty = sum(self._begins_duty(b) for b in siblings) / max(1, len(siblings))
        named = sum(self._names_own(b) for b in siblings) / max(1, len(siblings))
        place = next((i for i, b in enumerate(siblings) if b is block), 0)
        return (
            f"siblings={min(6, len(siblings))}",
            f"siblings_duty={int(duty * 4)}",
            f"siblings_named={int(named * 4)}",
            f"siblings_both={int(duty * 3)}{int(named * 3)}",
            f"place={min(3, place)}",
        )

    def _holds_description(self, block: Block) -> bool:
        """Whether what a lead-in announces begins with headings of description or goals: the contents of a plan."""
        heading = next((b for b in self._descendants.get(block.index, ()) if b.role is Role.HEADING), None)
        return heading is not None and _describes(heading) != "work"

    def _below(self, block: Block) -> tuple[str, ...]:
        """How much stands below a block, and how it begins: what covers a whole plan hands out no work of its own."""
        if block.index not in self._under:
            below = self._descendants.get(block.index, [])
            duty = sum(self._begins_duty(b) for b in below) / max(1, len(below))
            named = sum(self._names_own(b) for b in below) / max(1, len(below))
            size = min(7, len(below).bit_length())
            describing = next((_describes(b) for b in below if b.role is Role.HEADING), "none")
            some = any(b.role is Role.HEADING and _describes(b) in ("past", "goals") for b in below)
            contents = block.role is Role.LEAD_IN and _OF_CONTENTS.search(block.text[-260:]) is not None
            described = (
                f"below_first={describing}",
                f"below_some={some}&{contents}",
                f"below_contents={contents}&{size // 2}",
            )
            told = (*described, f"below={size}", f"below_duty={int(duty * 5)}", f"below_named={int(named * 5)}")
            self._under[block.index] = (*told, f"below_both={int(duty * 4)}{int(named * 4)}&{size // 2}")
        return self._under[block.index]

    @cached_property
    def _descendants(self) -> dict[int, list[Block]]:
        found: dict[int, list[Block]] = {}
        for block in self.readings.structure.body:
            for above in block.ancestors():
                found.setdefault(above.index, []).append(block)
        return found

    @cached_property
    def _children(self) -> dict[int, list[Block]]:
        found: dict[int, list[Block]] = {}
        for block in self.readings.structure.body:
            found.setdefault(block.parent.index if block.parent is not None else -1, []).append(block)
        return found

    def _begins_duty(self, block: Block) -> bool:
        if block.index not in self._duty:
            self._duty[block.index] = is_duty(words_of(block.text[:80]))
        return self._duty[block.index]

    def _names_own(self, block: Block) -> bool:
        if block.index not in self._named:
            readings = self.readings.of_block(block)
            self._named[block.index] = bool(readings) and any(c.part in STRONG for c in self.chains(readings[0])[:2])
        return self._named[block.index]

    def _governors_of(self, block: Block) -> tuple[Governor, ...]:
        if block.index not in self._of:
            self._of[block.index] = tuple(self._found(block))
        return self._of[block.index]

    def _found(self, block: Block) -> Iterator[Governor]:
        readings = self.readings.of_block(block)
        if not readings or _EXECUTES.search(block.text):
            return
        announcing = block.role is not Role.TEXT
        reading = readings[-1] if announcing else readings[0]
        if not announcing and (not reading.runs or reading.runs[0].start > _FAR):
            reading = readings[-1]
        named = _whole_heading(reading)
        made = [*self.chains(reading)[:_MOST_CHAINS], *([Chain((named,), "whole", "whole", "nothing")] if named else [])]
        for i, chain in enumerate(made):
            if block.role is Role.HEADING and chain.part == "unknown":
                continue
            if (chain.part in _HANDED or chain.part == "whole") and not _gives_itself(block, chain):
                earlier = next((c.part for c in reversed(made[:i]) if c.part in STRONG), "none")
                yield _governor(reading, chain, min(i, 3), earlier)


def _describes(block: Block) -> str:
    """What a heading announces: what was, what is aimed at, or (as far as can be seen) work."""
    text = folded(block.text[:120])
    if is_past(text):
        return "past"
    return "goals" if _GOALS.match(text) else "work"


# Headings of parts that hand nobody any work, over folded text.
_GOALS = regex.compile(
    r"(?:(?:mot so|cac|nhung|ve|danh gia|can cu|su)\s+)*(?:muc tieu|muc dich|quan diem|can cu|pham vi|doi tuong"
    r"|boi canh|co so|su can thiet|yeu cau$|kinh phi|ngu\w+ (?:luc|kinh phi)|thoi gian|chi tieu|du bao|dinh huong|tam nhin"
    r"|phuong cham|nguyen tac)"
)
_OF_CONTENTS = regex.compile(
    r"(?:xây dựng|lập|soạn thảo|kế hoạch|đề cương|đề án|báo cáo|dự toán|chương trình)(?!\w)[^.;]{0,160}"
    r"(?:nội dung|yêu cầu|mục tiêu|nhiệm vụ)[^.;:]{0,40}:\s*$",
    regex.IGNORECASE,
)
"""A lead-in that says what a plan or report is to hold, or what it holds."""

_EXECUTES = regex.compile(
    r"(?:thi hành|thực hiện|tổ chức thực hiện|triển khai)(?: nghiêm túc)? (?:Quyết định|Nghị quyết|Chỉ thị|Kế hoạch"
    r"|Nghị định|Thông tư|Quy định|Quy chế|Chương trình|Công văn|Đề án)(?: kèm theo)?(?: Quyết định)? này|có hiệu lực",
    regex.IGNORECASE,
)
"""Who carries out the document: the last article, below which a plan or regulation may be attached, hands out none of it."""
_GIVERS = frozenset(
    (
        "ubnd-tinh", "hdnd", "chinh-phu", "thu-tuong-chinh-phu", "tinh-uy", "thuong-truc-tinh-uy", "quoc-hoi",
        "uy-ban-thuong-vu-quoc-hoi", "bo-chinh-tri", "ban-bi-thu",
    )
)  # fmt: skip
"""Those who issue such documents: as the subject of a sentence they give work, they don't get it."""


def _gives_itself(block: Block, chain: Chain) -> bool:
    """Whether those who issue the document say what it holds ("Ủy ban nhân dân huyện xây dựng Kế hoạch … như sau:")."""
    bodies = [b for run in chain.runs for b in run.bodies]
    if chain.part not in ("subject", "unknown", "doer", "for"):
        return False
    if all(b.id in _GIVERS for b in bodies):
        return True
    return (
        block.label is None
        and all(b.kind in ("authority", "ministry") for b in bodies)
        and bool(_OWN_DOCUMENT.search(block.text[chain.end : chain.end + 400]))
    )


_OWN_DOCUMENT = regex.compile(
    r"(?:xây dựng|ban hành|triển khai|thực hiện|đề ra|báo cáo|thông báo|lập)(?!\w)[^.;]{0,300}"
    r"(?:kế hoạch|chương trình|báo cáo|chỉ thị|đề án|phương án)",
    regex.IGNORECASE,
)

_FAR = 160
"""Code points before the first body of a sentence that still begins with it."""


_ANNOUNCES = regex.compile(
    r"(?:(?:nhiệm vụ|nội dung|công việc|giải pháp|biện pháp|trách nhiệm|việc|vấn đề|yêu cầu|công tác|hoạt động"
    r"|chỉ tiêu)[^:;.]{0,40}(?:sau(?: đây)?|dưới đây)|như sau|sau đây|sau|cụ thể(?: như sau)?|chỉ thị|trách nhiệm"
    r"|nhiệm vụ)\s*:\s*$",
    regex.IGNORECASE,
)


def _announces(reading: Reading) -> str:
    """How a sentence announces what comes below it: work, colon, heading, nothing."""
    text = reading.text.rstrip()
    if found := _ANNOUNCES.search(text[-110:]):
        first = words_of(found.group())
        return "sau" if first[0] in ("như", "sau", "cụ") else " ".join(first[:2])
    if text.endswith(":"):
        return "colon"
    return "heading" if reading.block.role is Role.HEADING else "nothing"


_BEST = ("authority", "department", "ministry", "class", "body", "generic", "whole")


def _governor(reading: Reading, chain: Chain, at: int, earlier: str) -> Governor:
    whole, block = reading.text, reading.block
    front, rest = whole[: chain.start], whole[chain.end :]
    announces = _announces(reading)
    kinds = {b.kind for run in chain.runs for b in run.bodies}
    best = next((k for k in _BEST if k in kinds), "rule")
    members = sum(len(run.bodies) for run in chain.runs)
    part = chain.part
    seen = (
        f"part={part}",
        f"part&cue={part}&{chain.cue}",
        f"part&gfollows={part}&{chain.follows}",
        f"gblock={block.role.value}",
        f"announces={announces}",
        f"part&gblock={part}&{block.role.value}&{announces}",
        f"earlier={earlier}",
        f"part&earlier={part}&{earlier}",
        f"best={best}",
        f"part&best={part}&{best}",
        f"members={min(members, 4)}",
        f"chain={at}",
        f"length={min(5, len(whole) // 80)}",
        f"alone={len(words_of(front[-40:])) <= 3 and not words_of(rest.strip(_MARKS))}",
        *(f"g{f}" for f in before(whole, chain.start, "b", 2)),
        *(f"g{f}" for f in behind(whole, chain.end, "a", 2)),
        f"grank={'none' if block.label is None else min(block.rank, 16)}",
    )
    return Governor(chain, part, announces, best, seen, (block.index, reading.sentence.start + chain.start))


_RELATIVE = regex.compile(r"(?<=\w) (?:có|đang|được giao|tham gia|quản lý|sử dụng|cung cấp)(?! trách nhiệm| nhiệm vụ)(?!\w)")
"""Where a clause begins that says which of a class are meant ("các sở, ngành có hệ thống triển khai tới cấp xã")."""
_ALL_OF = regex.compile(r"^[Cc]ác ")
_MARKS = " :.;)(,"
_OPENING = regex.compile(
    r"(?:Giao(?: cho)?|Đề nghị|Yêu cầu|Trách nhiệm(?: của)?|Đối với|Nhiệm vụ(?: của)?)\s+", regex.IGNORECASE
)


@cache
def _heads() -> frozenset[tuple[str, ...]]:
    return frozenset(words_of(h) for h in (*NAMED_HEADS, *COMMON_HEADS, "sở") if h not in _NO_HEADING)


_NO_HEADING = ("cán bộ", "cấp", "khu", "hộ gia đình", "cơ sở")
"""Heads of classes of persons and places: a heading that begins with one tells of whom or where it speaks."""


def _begins_as_body(words: tuple[str, ...]) -> bool:
    if len(words) > 1 and words[1] in OTHER_WORDS.get(words[0], ()):
        return False
    return any(words[:n] in _heads() for n in range(1, 5))


def _is_covered(reading: Reading, start: int) -> bool:
    """Whether the bodies that the grammar found take up a heading but for marks and "và"."""
    at = start
    for body in reading.bodies:
        if body.start >= at and len(words_of(reading.text[at : body.start].strip(_MARKS))) > 1:
            return False
        at = max(at, body.end)
    return bool(reading.bodies) and not words_of(reading.text[at:].strip(_MARKS))


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
    if not _begins_as_body(words) or any(name.lower() == b.name.lower() for b in reading.bodies):
        return None
    if ":" in name or _is_covered(reading, start):
        return None
    told = _RELATIVE.search(name)
    said = words if told is None else words_of(name[: told.start()])
    if len(words) > 25 or any(
        is_duty(said[i : i + 3]) for i in range(2, len(said)) if said[i] not in ("giáo", "quản", "phát")
    ):
        return None
    return Run(start, len(text), (Body(start, len(text), first_capital(name), "whole", None),))
