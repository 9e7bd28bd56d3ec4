"""Who does what ("phân công nhiệm vụ"): work given to named units and classes of units.

Work is given in four ways, each a rule of its own: by the heading over an item ("a) Sở Nội vụ"), by the lead-in over a
list ("yêu cầu Thủ trưởng các sở ... thực hiện các nội dung sau:"), by an order in the sentence ("giao Sở Nội vụ ...")
and by a unit as the subject of its sentence. Who is told to take part ("phối hợp với ...") coordinates.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex

from documents.facts import Assignment, Found
from extractors.in_tables.tasks import find_in_tables, loose_regions
from extractors.structure.blocks import Block, Role, Sentence, Structure
from extractors.structure.genre import looks_back
from extractors.structure.sentences import split_clauses
from extractors.words.folding import folded
from extractors.words.units import Mention, find_units, units_of_heading
from normalizers.case import first_capital

_TASK_SYLLABLES = 25
"""ANNOTATION.md: "the first 25 syllables or so"; a phrase end between 19 and 28 is preferred."""

_NEAR = 60
"""Code points before a unit in which the word that gives it work stands; the longest such phrase has 45."""
_REACH = 700
"""Code points that an adverbial before the subject or a task may take up; longer ones are not read to their end, so that a
text without any full stop is still read in linear time."""

_GAP = regex.compile(
    r"^[\s,;:()&–-]*(?:(?:và|va|vả|vã|các|cùng|cùng với|với|hoặc|của|cấp|tỉnh|là|trong tỉnh"
    r"|trên địa bàn(?: tỉnh| thành phố)?|(?:có )?liên quan|ch\p{L}{1,3} t\p{L}{1,3}ch)\b[\s,;:(–-]*)*$",
    regex.IGNORECASE,
)
_ORDER = regex.compile(
    r"(?:^|(?<!\bbàn|\bban|chuyển|được|phân)[\s(])(?:giao nhiệm vụ(?: cho)?"
    r"|giao(?: trách nhiệm)?(?: cho)?|yêu cầu|đề nghị|phân công|chỉ đạo"
    r"|ủy quyền(?: cho)?|ủy nhiệm)\s*:?\s*$",
    regex.IGNORECASE,
)
_WITH = regex.compile(
    r"phối\s?hợp(?:\s(?:chặt chẽ|thường xuyên|kịp thời|tốt|đồng bộ|thực hiện|tham mưu))*,?\s*(?:cùng với|cùng"
    r"|với|đối với)?\s*(?:các\s)?$",
    regex.IGNORECASE,
)
_MODAL = regex.compile(
    r"^(?:[\s,:;–-]|(?:chủ động(?=,? phối hợp)|tích cực(?=,? phối hợp)|chủ trì|phối hợp|có trách nhiệm"
    r"|chịu trách nhiệm(?= (?:chủ trì|tổ chức|xây dựng|tham mưu|hướng dẫn|triển khai))|phải|cần|là cơ quan"
    r" chủ trì|là đầu mối|có nhiệm vụ|cho|và|để|trong (?:công tác|việc)|thực hiện tốt các nhiệm vụ sau)\b)+",
    regex.IGNORECASE,
)
_NARRATIVE = regex.compile(
    r"^[\s,]*(?:(?:cũng|đều|còn|vẫn|cơ bản|luôn)\s)*(?:đã|đang|được|gồm|bao gồm|thuộc|của|chưa|vẫn|còn"
    r"|trực thuộc|và|hoặc|thì|mà|như|nếu|khác|bị|do|nào"
    r"|là(?! cơ quan|\s+đầu mối|\s+thường trực)|từ|đến|với nhau|tại|ở|về|cho)\b",
    regex.IGNORECASE,
)
_OWN_ACT = regex.compile(
    r"^\s*(?:ban hành (?:Thông tư|Quyết định|Nghị quyết|Nghị định|Kế hoạch|Chương trình|Chỉ thị|Quy định"
    r"|Quy chế)|quyết định\s*:|quyết nghị|kính|trân trọng|"
    r"thông báo(?: để|:| như)|báo cáo .{0,200}như sau)"
)
"""What the issuer says of itself in its own document."""
_ADVERBIAL = regex.compile(
    r"^(?:(?:Trên cơ sở|Căn cứ|Theo|Hàng năm|Hằng năm|Hàng quý|Hàng tháng|Định kỳ|Trong|Đến|Trước|Sau|Ngoài"
    r"|Khi|Ngay|Từ|Để|Nhằm|Thực hiện|Năm|Quý|"
    r"Đồng thời|Riêng|Bên cạnh|Chậm nhất|Giai đoạn|Tùy|Vào|Với|Thông qua|Qua|Về|Nếu|Trường hợp)\b.*,|trong đó"
    r"|theo đó|đồng thời|khi đó|riêng)[\s,:]*$",
    regex.IGNORECASE,
)
_LIABILITY = regex.compile(
    r"(?:cơ quan|đơn vị|địa phương|tập thể|cá nhân)(?:,? đơn vị)? nào\b|^Nếu\b.*chịu trách nhiệm"
    r"|^Trong quá trình (?:tổ chức |triển khai )?(?:thực hiện)?.{0,40}"
    r"(?:khó khăn|vướng mắc|phát sinh)",
    regex.IGNORECASE,
)
_PREAMBLE = regex.compile(
    r"(?:Chỉ thị|Quyết định|Kế hoạch|Nghị quyết|Thông tư|Quy định|Quy chế|Chương trình)(?: này)? (?:có hiệu lực|thay thế)"
    r"|(?:Căn cứ (?:Luật|Nghị|Quyết|Thông|Hiến|Chỉ|Pháp|Bộ luật|Kế hoạch số)|Theo đề nghị của|Xét )"
)
_CONDITIONAL = regex.compile(r"^(?:Đối với|Riêng|Trường hợp|Các trường hợp)\b", regex.IGNORECASE)
_INNER_LEAD = regex.compile(
    r"^(?:đồng thời,? )?(?:chủ trì,?(?: phối hợp[^,;]{0,80},)?|trực tiếp chủ trì)\s+", regex.IGNORECASE
)
_HANDS_OVER = regex.compile(
    r"\b(?:yêu cầu|giao|đề nghị|chỉ đạo|phân công|có trách nhiệm|chịu trách nhiệm|chủ trì|tập trung|thực hiện|cần)\b",
    regex.IGNORECASE,
)
_SAID_ROLE = regex.compile(
    r"^[(\s*]*(?:(?:các )?(?:cơ quan|đơn vị|bộ phận|tổ chức|cấp|bộ,? ngành)(?:,? (?:đơn vị|cơ quan"
    r"|địa phương))* )?(?P<role>chủ trì(?: thực hiện| tham mưu)?|phối hợp(?: thực hiện)?"
    r"|thực hiện|đầu mối|chịu trách nhiệm)\s*:\s*",
    regex.IGNORECASE,
)


@cache
def _duty() -> regex.Pattern[str]:
    """What the predicate of a duty begins with: an adverb or a verb of the list."""
    data = json.loads(files("extractors").joinpath("data/duty_verbs.json").read_text(encoding="utf-8"))
    words = sorted({*data["adverbs"], *data["verbs"]}, key=len, reverse=True)
    return regex.compile(
        rf"[\s,]*(?:(?:{'|'.join(regex.escape(w, literal_spaces=True) for w in words)})\b|:\s*\p{{Lu}})", regex.IGNORECASE
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """Units named in one breath: ``mentions`` of a list, with the range they take up in the sentence."""

    start: int
    end: int
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class _Duty:
    """Units and the role in which they are given what follows."""

    mentions: tuple[Mention, ...]
    role: str
    rule: str


# Precision of each rule on the restored evaluation texts and tests/gold (see benchmarks/extraction.md).
CONFIDENCE = {
    "heading": 0.95,
    "lead_in": 0.9,
    "order": 0.92,
    "subject": 0.85,
    "partner": 0.85,
    "inherited": 0.75,
    "said_role": 0.95,
}


def find(structure: Structure) -> list[Found]:
    """All assignments of body, appendices and tables, in the order of the text."""
    found: list[Found] = []
    governing: dict[int, _Duty | None] = {}
    lists: set[tuple[int, int]] = set()
    loose = loose_regions(structure)
    loose_starts = [region.start for region in loose]
    for block in structure.body:
        if bisect_right(loose_starts, block.line) and block.line in loose[bisect_right(loose_starts, block.line) - 1]:
            continue
        governing[block.index] = _governing(block, governing, lists)
        found += _in_block(structure, block, governing)
    found += find_in_tables(structure)
    return sorted(found, key=lambda f: (f.span.start, f.span.end))


# --------------------------------------------------------------------------------------------------------------------
# Who governs the items below a block


def _governing(block: Block, known: dict[int, _Duty | None], lists: set[tuple[int, int]]) -> _Duty | None:
    """The duty that items below this block inherit: that of the block itself, else of its parent.

    ``lists`` holds (parent, rank) of the lists that have had a unit as a heading; the other headings of such a list are
    units too, known or not ("10. Các cơ quan báo, đài thuộc Thành phố").
    """
    inherited = known.get(block.parent.index) if block.parent is not None else None
    if block.role is Role.TEXT:
        return inherited
    place = (block.parent.index if block.parent is not None else -1, block.rank)
    own = units_of_heading(block.text) if len(block.text) < 300 else []
    if own and not all(m.id in _GIVERS for m in own):
        lists.add(place)
        return _Duty(_named(own), "lead", "heading")
    if place in lists and (unknown := _unit_by_position(block.text)):
        return _Duty((unknown,), "lead", "heading")
    if block.role is Role.LEAD_IN:
        handed = _handed_over(block)
        if handed and (inherited is None or any(m.kind != "generic" for m in handed)):
            return _Duty(handed, "lead", "lead_in")
    if inherited is not None and inherited.rule == "lead_in" and _NOT_WORK.match(folded(block.text[:60])):
        return None
    return inherited


# Headings of parts that hand nobody any work, over folded text.
_NOT_WORK = regex.compile(
    r"(?:muc tieu|muc dich|quan diem|yeu cau$|kinh phi|ngu\w+ (?:luc|kinh phi)"
    r"|thoi gian|pham vi|doi tuong|boi canh|che do bao cao$)"
)


_ORDER_BEFORE_NAME = regex.compile(r"^(?:Giao|Đề nghị|Yêu cầu|Trách nhiệm của|Đối với)\s+")
_SEVERAL = regex.compile(r"^[Cc]ác\s+")
_SMALL_LETTER_NEXT = regex.compile(r"(?<=\p{L}) (?=\p{Ll})")


def _unit_by_position(text: str) -> Mention | None:
    """A heading in a list of units, taken as the name of one; what it is to do is cut off."""
    name = _ORDER_BEFORE_NAME.sub("", text.strip(" :.;"))
    name = _SEVERAL.sub("", name)
    cut = next(
        (m.start() for m in _SMALL_LETTER_NEXT.finditer(name) if m.start() > 8 and _duty().match(name, m.end())),
        None,
    )
    name = name[:cut].strip(" ,;")
    if not name or len(name) > 120 or _duty().match(name) or folded(name).startswith(_TOPICS):
        return None
    return Mention(0, len(text), first_capital(name), "open", None, 0.6)


_TOPICS = (
    "cong tac",
    "ve ",
    "noi dung",
    "nhiem vu",
    "kinh phi",
    "che do",
    "thoi gian",
    "mot so",
    "giai phap",
    "muc ",
    "viec ",
)


def _handed_over(block: Block) -> tuple[Mention, ...]:
    """The units to whom a lead-in hands the items below it."""
    if looks_back(block):
        return ()
    sentence = block.sentences[-1]
    text = sentence.text
    runs = _split_runs(text, find_units(text, tolerant=True))
    for run in runs:
        if _ORDER.search(text[max(0, run.start - _NEAR) : run.start]):
            return _held(text, run)
    for run in runs:
        if run.start > _REACH:
            break
        before, after = text[: run.start], text[run.end : run.end + _REACH]
        if (not before.strip() or _ADVERBIAL.match(before)) and _HANDS_OVER.search(after) and not _gives_orders(run):
            return _held(text, run)
    return ()


def _held(text: str, run: _Run) -> tuple[Mention, ...]:
    """The members of a run that can be held to something: "các đơn vị có liên quan" can't."""
    held = [m for m in _named(run.mentions) if m.kind != "generic" or "liên quan" not in text[m.start : m.end]]
    private = {
        "tổ chức",
        "doanh nghiệp",
        "hợp tác xã",
        "trường học",
    }  # whom a law binds, not whom an authority sends to work
    return tuple(held) if any(m.name not in private for m in held) else ()


def _gives_orders(run: _Run) -> bool:
    """Whether a run names those who issue such documents: as the subject of a sentence they give work, they don't get it."""
    return all(m.id in _GIVERS for m in run.mentions)


_GIVERS = {
    "ubnd-tinh",
    "hdnd",
    "chinh-phu",
    "thu-tuong-chinh-phu",
    "tinh-uy",
    "thuong-truc-tinh-uy",
    "quoc-hoi",
    "uy-ban-thuong-vu-quoc-hoi",
    "bo-chinh-tri",
    "ban-bi-thu",
}


def _named(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """The mentions that can be held to something: not "liên quan" generics, none twice; a class explained by its members
    ("các sở, ngành (Văn phòng ... và các Sở: ...)") gives way to them."""
    kept: list[Mention] = []
    for mention in mentions:
        if mention.name not in {m.name for m in kept}:
            kept.append(mention)
    return tuple(kept)


_ASIDE = regex.compile(r"\s*\([^()]{1,80}\)")


def _split_runs(text: str, mentions: list[Mention]) -> list[_Run]:
    """Lists of units: neighbours with nothing but commas and "và" between them."""
    runs: list[list[Mention]] = []
    for mention in mentions:
        gap = text[runs[-1][-1].end : mention.start] if runs else None
        if gap is not None and len(gap) < 40 and _GAP.match(gap):
            runs[-1].append(mention)
        else:
            runs.append([mention])
    found = []
    for run in runs:
        opened = next((i for i in range(1, len(run)) if "(" in text[run[i - 1].end : run[i].start]), None)
        members = run
        end = run[-1].end
        if opened is not None and run[opened - 1].kind == "class":
            members = [*run[: opened - 1], *run[opened:]]
        if opened is not None:
            closing = text.find(")", end, end + 40)
            end = closing + 1 if closing >= 0 else end
        else:
            aside = _ASIDE.match(text, end)
            end = aside.end() if aside else end
        found.append(_Run(run[0].start, end, tuple(members)))
    return found


# --------------------------------------------------------------------------------------------------------------------
# Sentences


def _in_block(structure: Structure, block: Block, governing: dict[int, _Duty | None]) -> Iterator[Found]:
    text = block.text
    said = _SAID_ROLE.match(text)
    if said and len(text) < 600:
        yield from _said_role(structure, block, said)
        return
    announced = block.role is Role.LEAD_IN
    if announced or (block.role is Role.HEADING and not _may_be_duty(block)):
        return
    if structure.genre.value == "report" and looks_back(block):
        duty: _Duty | None = None
        narrative = True
    else:
        duty = governing.get(block.parent.index) if block.parent is not None else None
        narrative = looks_back(block)
        if duty is None and block.parent is not None and block.label is None and not narrative:
            duty = _subject_of_parent(block.parent)
    for sentence in block.sentences:
        yield from _in_sentence(structure, sentence, duty, narrative)


_DUTY_WORDS = regex.compile(r"chủ trì|phối hợp|chịu trách nhiệm|có trách nhiệm")


def _may_be_duty(block: Block) -> bool:
    """A numbered heading without final mark may still say who does what ("7. Sở X chủ trì ...")."""
    return bool(_DUTY_WORDS.search(block.text))


def _subject_of_parent(parent: Block) -> _Duty | None:
    """A paragraph under a numbered sentence goes on about the units that the sentence began with."""
    if parent.role is not Role.TEXT:
        return None
    sentence = parent.sentences[0] if parent.sentences else None
    run = _subject(sentence.text, _split_runs(sentence.text, find_units(sentence.text))) if sentence else None
    return _Duty(_named(run.mentions), "lead", "inherited") if run else None


def _subject(text: str, runs: list[_Run]) -> _Run | None:
    """The run that is the subject of a clause that says what is to be done."""
    for run in runs:
        if run.start > _REACH:
            return None
        run = _with_attribute(text, run)
        before, after = text[: run.start], text[run.end : run.end + 2 * _NEAR]
        if _gives_orders(run) or (before.strip(' "“') and not _ADVERBIAL.match(before)):
            continue
        if (
            _NARRATIVE.match(after)
            or _OWN_ACT.match(after)
            or not _duty().match(after)
            or (run.mentions[0].kind == "generic" and (before.strip() or _COMMON_NOUN.match(after)))
            or all(m.kind == "open" and not m.name.startswith(_BODIES) for m in run.mentions)
        ):
            continue
        return run
    return None


_EVERY_SPACE = regex.compile(r" ")
_BREAK_OR_PREDICATE = regex.compile(r"[,;:.()]|\b(?:đã|đang|được|phải|có)\b")


def _with_attribute(text: str, run: _Run) -> _Run:
    """The run with what narrows its last, general member: "Thủ trưởng các cơ quan thông tin đại chúng của tỉnh"."""
    after = text[run.end : run.end + _NEAR]
    if run.mentions[-1].kind != "generic" or len(run.mentions) < 2 or _duty().match(after) or _NARRATIVE.match(after):
        return run
    for space in _EVERY_SPACE.finditer(after):
        if _duty().match(after, space.start()):
            between = after[: space.start()]
            plain = not _BREAK_OR_PREDICATE.search(between)
            return _Run(run.start, run.end + space.start(), run.mentions) if plain else run
    return run


_COMMON_NOUN = regex.compile(
    r"\s*(?:sự nghiệp|hành chính|nhà nước|chuyên môn|quản lý|dịch vụ|tổ chức|cá nhân)\b", regex.IGNORECASE
)
"""What makes a class of its own out of "cơ quan", "đơn vị"."""

_BODIES = (
    "Sở",
    "Ban",
    "Chi cục",
    "Cục",
    "Trung tâm",
    "Công ty",
    "Hội",
    "Đài",
    "Báo",
    "Trường",
    "Viện",
    "Liên",
    "Văn phòng",
    "Bảo hiểm",
    "Tổ",
    "UBND",
    "Phòng",
    "Quỹ",
    "Bệnh viện",
    "Ngân hàng",
    "Chi nhánh",
    "Đoàn",
    "VNPT",
    "Viettel",
    "Bưu điện",
    "Tập đoàn",
    "Tổng công ty",
    "Điện lực",
    "Kho bạc",
    "Học viện",
    "Tòa án",
    "Viện kiểm sát",
    "Cơ quan",
    "cơ quan",
    "Hiệp hội",
    "Vụ",
)


_DIRECTS_BEFORE = regex.compile(r"chỉ đạo\s*$", regex.IGNORECASE)


def _in_sentence(structure: Structure, sentence: Sentence, duty: _Duty | None, narrative: bool) -> Iterator[Found]:
    text = sentence.text
    if _LIABILITY.search(text[:250]) or _PREAMBLE.match(text):
        return
    runs = _split_runs(text, find_units(text))
    clauses = _clauses_around(split_clauses(text), runs)
    if duty is not None and runs and runs[0].start == 0 and _gives_orders(runs[0]):
        duty = None
    subject: _Run | None = None
    at = 0
    for start, end in clauses:
        while at < len(runs) and runs[at].start < start:
            at += 1
        first_run = at
        while at < len(runs) and runs[at].start < end:
            at += 1
        clause_runs = runs[first_run:at]
        ordered = [r for r in clause_runs if _is_ordered(text, r, end)]
        own = (
            _subject(text[start:end], [_Run(r.start - start, r.end - start, r.mentions) for r in clause_runs])
            if not narrative
            else None
        )
        for run in ordered:
            yield from _given(structure, sentence, run.mentions, run.end, end, "order", narrative)
        if ordered and duty is not None and _DIRECTS_BEFORE.search(text[: ordered[0].start][-20:]):
            # a unit that is to direct others has that for its own duty
            yield from _given(structure, sentence, duty.mentions, start, end, duty.rule, narrative)
        if own is not None and not ordered:
            subject = own
            yield from _given(structure, sentence, own.mentions, start + own.end, end, "subject", narrative)
        elif not ordered and duty is not None and not _CONDITIONAL.match(text[start:end]) and subject is None:
            first = start == clauses[0][0]
            inner = _INNER_LEAD.match(text[start:end])
            if first or inner:
                yield from _given(
                    structure,
                    sentence,
                    duty.mentions,
                    start,
                    end if inner and not first else len(text),
                    duty.rule,
                    narrative,
                )
        for run in clause_runs:
            if not narrative and _WITH.search(text[max(0, run.start - 60) : run.start]):
                yield from _partners(structure, sentence, run, end)


def _clauses_around(clauses: list[tuple[int, int]], runs: list[_Run]) -> list[tuple[int, int]]:
    """Clauses put together again where a list of units goes on over their semicolon."""
    merged: list[tuple[int, int]] = []
    at = 0
    for start, end in clauses:
        while at < len(runs) and runs[at].end <= start:
            at += 1
        if merged and at < len(runs) and runs[at].start < merged[-1][1] <= runs[at].end and start < runs[at].end:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _is_ordered(text: str, run: _Run, end: int) -> bool:
    """Whether the units of a run are told to do what follows in the clause."""
    after = text[run.end : min(end, run.end + _NEAR)]
    return (
        bool(_ORDER.search(text[max(0, run.start - _NEAR) : run.start]))
        and not _NARRATIVE.match(after)
        and bool(after.strip(" .;)"))
    )


_GIVES_BEFORE = regex.compile(r"giao\b", regex.IGNORECASE)


def _given(
    structure: Structure, sentence: Sentence, mentions: tuple[Mention, ...], start: int, end: int, rule: str, narrative: bool
) -> Iterator[Found]:
    """A record for each unit that is given ``sentence.text[start:end]``."""
    text = sentence.block.text[sentence.start + start : sentence.start + min(end, start + _REACH)]
    giving = rule == "order" and _GIVES_BEFORE.search(
        sentence.block.text[max(0, sentence.start + mentions[0].start - 30) : sentence.start + mentions[0].start]
    )
    role = "lead" if giving else _role(text, rule)
    task = task_of(text, rule == "order")
    if not task:
        return
    for mention in mentions:
        if mention.kind == "generic" and narrative:
            continue
        if (
            mention.kind == "generic"
            and "liên quan" in sentence.block.text[sentence.start + mention.start : sentence.start + mention.end]
            and rule != "heading"
        ):
            continue
        yield _found(structure, sentence, mention, role, task, rule)


_COORDINATES = regex.compile(
    r"[\s,]*(?:có trách nhiệm |chủ động |tích cực )*phối hợp\b(?!,? chặt chẽ trong)", regex.IGNORECASE
)
_TAKES_THE_LEAD = regex.compile(r"[\s,]*(?:có trách nhiệm )?chủ động,")


def _role(text: str, rule: str) -> str:
    """Coordinate when the unit is told to work with an unnamed leader; lead otherwise."""
    told = _COORDINATES.match(text)
    if told is None or (rule == "subject" and _TAKES_THE_LEAD.match(text)):
        return "lead"
    partner = _split_runs(text[:300], [m for m in find_units(text[:300]) if m.kind != "generic"])
    named = bool(partner) and bool(_WITH.search(text[: partner[0].start]))
    return "lead" if named and rule in ("heading", "subject", "order") else "coordinate"


def _partners(structure: Structure, sentence: Sentence, run: _Run, end: int) -> Iterator[Found]:
    """Named units that somebody is told to work with."""
    task = task_of(sentence.block.text[sentence.start + run.end : sentence.start + min(end, run.end + _REACH)], True)
    if not task:
        return
    for mention in _named(run.mentions):
        if mention.kind != "generic" or mention.name == "địa phương":
            yield _found(structure, sentence, mention, "coordinate", task, "partner")


def item_of_field(block: Block) -> Block | None:
    """The item of which a block says only who does it ("Cơ quan thực hiện: Sở Nội vụ chủ trì, …"), ``None`` for others."""
    return block.parent if block.parent is not None and _SAID_ROLE.match(block.text) else None


def _said_role(structure: Structure, block: Block, said: regex.Match[str]) -> Iterator[Found]:
    """ "Cơ quan chủ trì: ...; cơ quan phối hợp: ..." below the task it speaks of."""
    owner = block.parent
    if owner is None:
        return
    task = task_of(owner.text)
    text = block.text
    parts = [
        said,
        *(
            m
            for m in regex.finditer(r"(?<=[.;]\s)" + _SAID_ROLE.pattern.lstrip("^"), text, regex.IGNORECASE)
            if m.start() > said.start()
        ),
    ]
    for i, part in enumerate(parts):
        stop = parts[i + 1].start() if i + 1 < len(parts) else len(text)
        role = "coordinate" if part["role"].lower().startswith("phối hợp") else "lead"
        sentence = Sentence(block, part.start(), stop)
        for mention in find_units(text[part.end() : stop], tolerant=True):
            if mention.kind != "generic" or role == "lead":
                yield _found(structure, sentence, mention, role, task, "said_role")


_WITH_WHOM = regex.compile(r"(?:(?:chặt chẽ|thường xuyên|kịp thời|tốt)\s+)?(?:với|cùng|cùng với|đối với)?\s*")
_BEHIND_SPACE = regex.compile(r"(?<= )")
_ANY_MARK = regex.compile(r"[,;.:]")


def task_of(text: str, started: bool = False) -> str:
    """The first 25 syllables or so of what is to be done, without role words and partners in front.

    ``started`` says that units stood in front: only then may words before the first verb be their attribute.

    >>> task_of(" chủ trì, phối hợp với Sở Tài chính xây dựng kế hoạch; báo cáo")
    'xây dựng kế hoạch; báo cáo'
    """
    text = text.strip()
    for _ in range(3):
        modal = _MODAL.match(text)
        if modal:
            text = text[modal.end() :]
        partners = _WITH_WHOM.match(text)
        if partners is None or (not partners.group().strip() and not (modal and "hợp" in modal.group())):
            break
        runs = _split_runs(text, find_units(text[:600]))
        if not runs or runs[0].start > partners.end() + 4:
            break
        text = text[runs[0].end :]
        started = True
    if not _duty().match(text):
        begun = next((m.start() for m in _BEHIND_SPACE.finditer(text[:70]) if _duty().match(text, m.start())), None)
        if begun and not _ANY_MARK.search(text[:begun]) and started:
            text = text[begun:]
    words = text.strip(" ,;:./–-").split(" ")
    if len(words) > 30:
        ends = [i + 1 for i, w in enumerate(words[:28]) if i >= 18 and w.endswith((",", ";", "."))]
        words = words[: ends[-1] if ends else _TASK_SYLLABLES]
    return " ".join(words).strip(" ,;:./")


def _found(structure: Structure, sentence: Sentence, mention: Mention, role: str, task: str, rule: str) -> Found:
    span = sentence.span
    line, line_end = structure.lines_of(span)
    quote = sentence.block.text[sentence.start : min(sentence.end, sentence.start + 3 * _REACH)]
    return Found(
        value=Assignment(mention.name, role, task, unit_id=mention.id),
        span=span,
        quote=quote,
        line=line,
        line_end=line_end,
        rule=f"assignment.{rule}",
        confidence=round(CONFIDENCE[rule] * mention.confidence, 3),
    )
