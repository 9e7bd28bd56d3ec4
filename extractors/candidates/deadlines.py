"""Candidates of deadlines: every expression of time in body and appendices, with what can be seen around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from documents.facts import Deadline, Found
from extractors.candidates.context import bag, before, behind, of_block, of_document, words_of
from extractors.sense.aspect import default_kind, is_in_title, opens_duty, spoken_kind
from extractors.sense.reading import Reading, Readings
from extractors.sense.year import with_year
from extractors.structure.blocks import Sentence
from extractors.words.dates import Time

CLASSES = ("none", "deadline")


@dataclass(frozen=True, eq=False)
class Candidate:
    """A time that may limit an obligation of its sentence."""

    sentence: Sentence
    time: Time
    features: tuple[str, ...]


_EVENT = regex.compile(
    r"(?<!\w)(?:(?:(?P<in>cùng với|cùng|tại|vào|trong) (?:thời điểm|kỳ họp)|(?P<by>(?:cho )?(?:đến|tới) khi))"
    r"(?: (?!(?:và|để|phải|thì|theo|có trách)(?!\w))[\p{L}\d]+){2,14})",
    regex.IGNORECASE,
)
"""A limit that an event sets: "tại kỳ họp cuối năm 2009", "cùng với thời điểm lập dự toán", "cho đến khi …"."""
_MAY_TELL_OF_EVENT = regex.compile(r"thời điểm|kỳ họp|khi ", regex.IGNORECASE)


def _times_of(reading: Reading) -> list[Time]:
    """The times of a sentence, and the events that limit as a time does; what an event holds is no time of its own."""
    if _MAY_TELL_OF_EVENT.search(reading.text) is None:
        return list(reading.times)
    events = [
        Time(m.start(), m.start(), m.end(), m.group(), "relative", m.group(), "in" if m["in"] else "by", form="event")
        for m in _EVENT.finditer(reading.text)
    ]
    apart = [t for t in reading.times if all(t.end <= e.start or e.end <= t.start for e in events)]
    return sorted([*apart, *events], key=lambda t: t.start)


def propose(readings: Readings) -> Iterator[Candidate]:
    """All times, in the order of the text."""
    structure = readings.structure
    for block in structure.body:
        shared: tuple[str, ...] | None = None
        for number, reading in enumerate(readings.of_block(block)):
            times = _times_of(reading)
            if not times:
                continue
            if shared is None:
                lead = next((b for b in block.ancestors() if b.is_announcing), None)
                above = bag(lead.text[-60:], "lead", 8) if lead is not None else ["lead=none"]
                place = (told for told in of_document(structure, block) if not told.startswith(_OF_FEW))
                shared = (*of_block(structure, block), *place, *above)
            default = default_kind(structure, block)
            for i, time in enumerate(times):
                told = (*_seen(reading, times, i, number, default), *shared)
                yield Candidate(reading.sentence, with_year(time, readings.year), told)


_OF_FEW = ("genre=", "type=")
"""Not heard: with some documents of each genre they tell one document from another, and on documents left out the
decision is right more often without them."""


def with_rules(readings: Readings, by_rules: Sequence[Found]) -> list[Candidate]:
    """All candidates, each with whether the rules take it for a deadline."""
    out = []
    for candidate in propose(readings):
        first, last = readings.structure.lines_of(candidate.sentence.span)
        time = candidate.time
        said = any(
            isinstance(f.value, Deadline)
            and f.value.iso == time.iso
            and f.value.type == time.type
            and f.line <= last
            and first <= f.line_end
            for f in by_rules
        )
        out.append(replace(candidate, features=(*candidate.features, f"rule={said}", f"rule={said}&{time.form}")))
    return out


_DUTY = regex.compile(
    r"(?<!\w)(?:hoàn thành|báo cáo|gửi|trình|ban hành|xây dựng|tổ chức|thực hiện|triển khai|nộp|phải|tổng hợp|sơ kết"
    r"|tổng kết|rà soát|kiểm tra|đánh giá|lập|bố trí|phê duyệt|công bố|xong)(?!\w)",
    regex.IGNORECASE,
)
_DONE = regex.compile(r"(?<!\w)(?:đã|được|vừa qua|so với|cùng kỳ)(?!\w)", regex.IGNORECASE)
_CITED = regex.compile(r"\d+\S*[-/]\S*\p{Lu}{2}\S*\s*,?\s*$")
_NAMED_WORK = regex.compile(
    r"(?<!\w)(kế hoạch|chương trình|đề án|dự án|nghị quyết|quyết định|nhiệm vụ|mục tiêu|quy hoạch|dự toán|ngân sách"
    r"|chỉ thị|luật)(?!\w)[^,;.\d]{0,80}$",
    regex.IGNORECASE,
)


_OF_VALIDITY = regex.compile(r"(?i)hiệu lực|kể từ ngày|thay thế|bãi bỏ")
_YEARS = regex.compile(r"\d{4}(/\d{4})?")


def _seen(reading: Reading, times: Sequence[Time], i: int, number: int, default: str) -> list[str]:
    text, time = reading.text, times[i]
    start, end = reading.clause_around(time.start)
    front, rest = text[start : time.start], text[time.end : end]
    values = sum(start <= q.start < end for q in reading.quantities)
    near = min((abs(q.start - time.start) for q in reading.quantities if start <= q.start < end), default=999)
    asked = opens_duty(text, time)
    spoken = default if asked else spoken_kind(text[: time.end], default)
    rest_words = words_of(rest[:60])
    coarse = "year" if _YEARS.fullmatch(time.iso or "") else "fine" if time.iso else "open"
    duties_front = [m.group().lower() for m in _DUTY.finditer(front[-120:])]
    duties_rest = [m.group().lower() for m in _DUTY.finditer(rest[:120])]
    work = _NAMED_WORK.search(front)
    out = [
        f"type={time.type}",
        f"form={time.form}",
        f"relation={time.relation}",
        f"form&relation={time.form}&{time.relation}",
        f"coarse={coarse}",
        f"bare={time.start == time.core}",
        f"bare&form={time.start == time.core}&{time.form}",
        f"title={is_in_title(text, time)}",
        f"title&form={is_in_title(text, time)}&{time.form}",
        f"cited={bool(_CITED.search(front))}",
        f"spoken={spoken}",
        f"spoken&form={spoken}&{time.form}",
        f"default={default}",
        f"values={min(values, 3)}",
        f"values&coarse={min(values, 2)}&{coarse}",
        f"near={near < 40}&{coarse}",
        f"place={'start' if not front.strip(' ,:-') else 'end' if not rest.strip(' ,;.:)') else 'middle'}",
        f"place&form={'start' if not front.strip(' ,:-') else 'end' if not rest.strip(' ,;.:)') else 'middle'}&{time.form}",
        f"times={min(len(times), 4)}",
        f"number={min(i, 3)}",
        f"sentence={min(number, 3)}",
        f"inside={front.count('(') > front.count(')')}",
        f"quoted={(front.count('“') + front.count(chr(34))) % 2 == 1}",
        f"work={work.group(1).lower() if work else '-'}&{time.form}",
        f"work={bool(work)}",
        f"duty_front={duties_front[-1] if duties_front else '-'}",
        f"duty_rest={duties_rest[0] if duties_rest else '-'}",
        f"duty={bool(duties_front)}{bool(duties_rest)}&{time.form}",
        f"duty&spoken={bool(duties_front or duties_rest)}&{spoken}",
        f"follows={rest_words[0] if rest_words else 'nothing'}&{time.form}",
        f"bodies={min(len(reading.bodies), 2)}",
        f"colon={rest.lstrip().startswith(':')}",
        f"done={bool(_DONE.search(('' if asked else front[-80:]) + ' ' + rest[:60]))}",
        f"from_now={bool(_OF_VALIDITY.search(text))}",
        f"words={'figures' if any(map(str.isdigit, time.text)) else time.text.lower()[:24]}",
        *before(text, time.start, "b", 3, 50),
        *behind(text, time.end, "a", 3, 50),
    ]
    return [f"d:{f}" for f in out]
