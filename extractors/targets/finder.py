"""Targets, results and references in running text and tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

import regex

from documents.facts import Found, Target
from extractors.in_tables.statistics import blocks_of_cells, find_cells, find_rows
from extractors.in_tables.typed import find_typed
from extractors.sense.reading import Reading, Readings, readings_of
from extractors.sense.responsibility import named_in, responsible_for
from extractors.structure.blocks import Structure
from extractors.targets.clauses import ValueClause, locate
from extractors.targets.indicator import Measured, measure
from extractors.targets.levels import Share, distribute, scope_of, with_level
from extractors.targets.resolve import due_of, kind_of
from extractors.words.quantities import Quantity
from normalizers.case import first_small

_PLACE_LEAD = regex.compile(r"(?:^|[,;.]\s*|\s)(?P<place>tại\s[^:;%]{3,120}):\s", regex.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Proposal:
    """A quantity that may be a target, with the sentence and clause it was read from, and the record it would be."""

    reading: Reading
    clause: ValueClause
    found: Found


def find(structure: Structure) -> list[Found]:
    """Every quantity of body and appendices, one record per value, by rules alone."""
    prose = [p.found for p in propose(readings_of(structure)) if p.clause.quantity.plausible]
    return sorted([*prose, *in_tables(structure)], key=lambda f: (f.span.start, f.span.end))


def in_tables(structure: Structure) -> list[Found]:
    """Values of tables, whose heads say what they are."""
    return [*find_rows(structure), *find_typed(structure), *find_cells(structure)]


def propose(readings: Readings) -> Iterator[Proposal]:
    """Every quantity that a sentence of the text or of a cell may state."""
    cells = (r for block in blocks_of_cells(readings.structure) for r in readings.of_block(block))
    last: Found | None = None
    for reading in chain(readings.body, cells):
        for proposal in _in_sentence(readings, reading, last):
            last = proposal.found
            yield proposal


def _in_sentence(readings: Readings, reading: Reading, before: Found | None) -> Iterator[Proposal]:
    text = reading.text
    quantities = [q for q in reading.figures if not _is_page_number(readings.structure, reading, q)]
    if not quantities:
        return
    clauses = locate(text, quantities)
    place = _PLACE_LEAD.search(text)
    measured: list[Measured] = []
    whole: Found | None = None
    for clause, share in zip(clauses, distribute(text, clauses), strict=True):
        measured.append(measure(reading, clause, measured))
        indicator = measured[-1].indicator
        if share.level:
            indicator = with_level(measured, share)
        if place is not None and place.end() <= clause.quantity.start:
            indicator = f"{indicator} {first_small(place['place'])}"
        indicator = indicator or _label_before(text, clause.quantity)
        indicator = _with_topic(indicator, reading) if _is_named(indicator) else _heading_of(reading) or indicator
        found = _found(readings, reading, clause, indicator, share)
        if _restates(clause.quantity, text, whole or before):
            continue
        if clause.quantity.role == "share" and whole is not None:
            found = _like_whole(found, whole)
        elif clause.quantity.role == "amount":
            whole = found
        yield Proposal(reading, clause, found)


_ONLY_TIME = regex.compile(
    r"(?:(?:đến|trong|vào|hết|cuối|đầu)\s+)*(?:năm|quý|tháng|giai đoạn|thời kỳ)[\s\d./–-]*", regex.IGNORECASE
)


def _is_named(indicator: str) -> bool:
    """Whether an indicator says more than a time ("Năm 2009: 1.300.000.000đ")."""
    return not _ONLY_TIME.fullmatch(indicator)


def _heading_of(reading: Reading) -> str:
    """What the heading or lead-in right above names ("Phân kỳ đầu tư:")."""
    lead = reading.block.lead
    return lead.text.strip(" .:;") if lead is not None and len(lead.text) <= _LONGEST_TOPIC else ""


_LONGEST_TOPIC = 90
_TOPIC = regex.compile(
    r"(?P<topic>(?:Dự án|Bệnh viện|Khoa|Công trình|Khu|Cụm|Tuyến|Đường|Cầu|Cảng|Trường|Trung tâm|Nhà máy|Hồ|Chợ"
    r"|Vùng|Tiểu dự án|Hạng mục|Gói thầu|Đề án|Quỹ|Hợp tác xã|Vườn|Trạm)\s[^:(;.]{1,90}?)\s?[:(]"
)
_OF_A_THING = regex.compile(
    r"(?:ước\s+|tổng\s+|lũy kế\s+|kế hoạch\s+|khối lượng\s+)*(?:diện tích|vốn|mức đầu tư|kinh phí|quy mô|công suất|chiều dài"
    r"|chiều rộng|giải ngân|hoàn thành|thời gian|sản lượng|dân số|số hộ|đạt|ước|lũy kế|khối lượng|kế hoạch)(?!\w)",
    regex.IGNORECASE,
)


def _with_topic(indicator: str, reading: Reading) -> str:
    """A measure of the thing that its paragraph opens with ("Dự án khu dân cư phường 10: khoảng …, diện tích 114 ha")."""
    opened = _TOPIC.match(reading.block.text)
    if opened is None or not _OF_A_THING.match(indicator) or opened["topic"].lower() in indicator.lower():
        return indicator
    return f"{indicator} {opened['topic']}"


_SPELLED = regex.compile(r"(?:^|[(:])\s*(?:(?:số tiền\s+)?(?:viết\s+)?bằng\s+chữ\s*:?\s*)?$", regex.IGNORECASE)


def _restates(quantity: Quantity, text: str, before: Found | None) -> bool:
    """Whether an amount in words is the one in figures before it: the same fact."""
    if before is None or not quantity.number.in_words or not _SPELLED.search(text[: quantity.start]):
        return False
    value = before.value
    return isinstance(value, Target) and value.value == quantity.number.value


_LABEL_END = regex.compile(r"[(:;]")
_LIST_MARK = regex.compile(r"^(?:\d{1,2}|[a-zđ])[.)]\s*")


def _label_before(text: str, quantity: Quantity) -> str:
    """The label of a value that nothing else names: what stands before its colon or parenthesis ("Dự phòng (2 %): …")."""
    label = _LABEL_END.split(text[: quantity.start])[0]
    return _LIST_MARK.sub("", label.strip(" .,-–+"))


_PLACE_OR_ASIDE = regex.compile(r"\s(?:tại|ở)\s|,")


def _like_whole(share: Found, whole: Found) -> Found:
    """A share is of the kind of the count that is shared out, by the same time."""
    value, of = share.value, whole.value
    assert isinstance(value, Target) and isinstance(of, Target)
    named = _PLACE_OR_ASIDE.split(of.indicator or "")[0]
    return replace(share, value=replace(value, kind=of.kind, due=value.due or of.due, indicator=named or value.indicator))


_TORN = regex.compile(r"\s\|(?:\s|$)|[{}\\]")  # rules of a table among the words: its columns were read across
_TORN_TRUST = 0.4  # by eye, some four in ten values found in such text of seed 003 were stated by it


def _responsible(readings: Readings, reading: Reading, quantity: Quantity, kind: str) -> tuple[str, ...]:
    """Who must reach a target, or who did what was counted."""
    if kind == "reference":
        return ()
    part = reading.text.rfind(";", 0, quantity.start) + 1
    own = named_in(reading, quantity.start, part) if part else ()
    if own or kind == "result":
        return own or named_in(reading, quantity.start)
    return responsible_for(readings, reading, quantity.start)


def _is_page_number(structure: Structure, reading: Reading, quantity: Quantity) -> bool:
    """A figure that stands alone on a line in the middle of a sentence."""
    number = quantity.number
    if quantity.unit.startswith("%") or len(number.text) > 3 or number.in_words:
        return False
    span = reading.sentence.span_of(number.start, number.end)
    line = structure.index.span_of(structure.index.line_of(span.start))
    return structure.text[line.start : line.end].strip() == number.text and reading.text.strip() != number.text


def _found(
    readings: Readings,
    reading: Reading,
    clause: ValueClause,
    indicator: str,
    share: Share,
) -> Found:
    quantity, structure = clause.quantity, readings.structure
    text, sentence = reading.text, reading.sentence
    start = clause.start + len(text[clause.start : clause.end]) - len(text[clause.start : clause.end].lstrip(" ,;"))
    span = sentence.span_of(min(start, quantity.start), max(clause.end, quantity.end))
    line, line_end = structure.lines_of(span)
    kind = kind_of(structure, reading, clause)
    target = Target(
        kind=kind,
        value=quantity.number.value,
        unit=quantity.unit,
        comparator=quantity.comparator,
        indicator=indicator or None,
        value_max=quantity.number.value_max,
        of=quantity.number.of,
        scope=share.level or scope_of(indicator, quantity.unit),
        due=share.year or due_of(readings, reading, clause),
        responsible=_responsible(readings, reading, quantity, kind),
    )
    return Found(
        value=target,
        span=span,
        quote=text[min(start, quantity.start) : max(clause.end, quantity.end)].strip(),
        line=line,
        line_end=line_end,
        rule=f"quantity.{quantity.role}",
        page=structure.index.page_of(span.start),
        confidence=quantity.confidence * (_TORN_TRUST if _TORN.search(text) else 1.0),
    )
