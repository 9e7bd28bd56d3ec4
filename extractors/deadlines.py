"""Deadlines ("thời hạn"): by when an obligation is to be done.

``locate`` finds the times of a sentence that limit an obligation: not the dates of cited documents, not the years of
quantities, not periods inside the names of programmes, not regularities of things ("dự toán chi hàng năm"), not what
was done. ``parse`` cuts out the obligation, ``resolve`` finds who has to do it.

Seen to fail, on documents these rules were not made from:

- "hàng năm" behind a long noun phrase: the annotators themselves differ there;
- dates of conditions ("nhà ở xây dựng trước ngày 01/7/2006") in regulations, taken as deadlines;
- "thứ ba ngày 02/02/2016" of ceremonies and meetings, which are deadlines of nothing;
- who is meant by "Báo cáo gửi trước ngày …" after a sentence that guides others: the guide is given, not the guided.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from documents.facts import Deadline, Found
from extractors.in_tables.fields import TimeField, time_field
from extractors.sense.aspect import default_kind, is_in_title, opens_duty, spoken_kind
from extractors.sense.reading import Reading, readings_of
from extractors.sense.responsibility import responsible_for
from extractors.structure.blocks import Role, Structure
from extractors.targets.clauses import ValueClause
from extractors.targets.clauses import locate as value_clauses
from extractors.words.dates import Time

_PREAMBLE = regex.compile(
    r"(?:Căn cứ|Xét|Theo đề nghị|Trên đây là|Để|Nhằm|Trong thời gian qua|Thực hiện (?:Quyết|Nghị|Chỉ|Kế"
    r"|Chương|Công|Luật|Thông))(?!\w)"
)
_THING_OF_A_CYCLE = regex.compile(
    r"(?:dự toán(?: chi| thu| ngân sách)?|ngân sách|bình quân|tăng trưởng|thu nhập|chương trình công tác"
    r"|kế hoạch đầu tư công|kế hoạch|chi phí|định mức"
    r"|nhu cầu|lương|phép)\s+$|(?<!\w)theo(?:\s+[^\W\d_]+){1,6}\s+$|(?:^|[,;]\s*)(?:trước"
    r"|sau)?\s*khi(?:\s+[^\W\d_]+){1,9}\s+$|(?:dự toán|định mức|chi thường xuyên|ngân sách)(?:\s+[^\W\d_]+){1,7}\s+$",
    regex.IGNORECASE,
)
_CRITERION_AFTER = regex.compile(
    r"\s*(?:là (?:một|căn cứ|cơ sở|tiêu chí)|được công bố|đạt|của năm|trước đó)(?!\w)", regex.IGNORECASE
)
_CRITERION_BEFORE = regex.compile(
    r"(?:trên cơ sở|căn cứ|gắn với|theo kết quả|làm cơ sở|là một trong|tiêu chuẩn|tiêu chí)(?!\w)[^;.]*$", regex.IGNORECASE
)
_VERB_AFTER_AND = regex.compile(
    r"(?<!\w)và\s+(?:xem xét|tổ chức|báo cáo|thực hiện|xây dựng|tham mưu|ban hành|triển khai|rà soát"
    r"|kiểm tra|đánh giá|đề xuất|cử|công bố)(?!\w)"
)
_EVENT_BEFORE = regex.compile(
    r"(?:cấp|ký|ban hành|sinh|phê duyệt|thông qua|lập|của|số\s+\S+|tại|công bố|kỷ niệm|nhằm|tức)\s+$", regex.IGNORECASE
)
_CITED_BEFORE = regex.compile(r"số\s*:?\s*\d+\S*[/-]\S+(?:\s+của\s[^,;.\d]{2,60})?\s?,?\s*$", regex.IGNORECASE)
_CITED_REACH = 120
_TORN = regex.compile(r"\s\|(?:\s|$)|[{}]")  # rules of a table among the words: its columns were read across
_SINCE = regex.compile(r"\s+đến\s+nay", regex.IGNORECASE)
_VAGUE_YEAR = regex.compile(r"\s+và\s+(?:những năm tiếp theo|thời gian tới|các năm tiếp theo)", regex.IGNORECASE)


def locate(structure: Structure, reading: Reading) -> list[Time]:
    """The times of a sentence that limit an obligation."""
    if reading.block.role is Role.HEADING or not reading.times:
        return []
    default = default_kind(structure, reading.block)
    clauses = value_clauses(reading.text, list(reading.quantities))
    return [time for time in reading.dated if _limits_obligation(reading, time, clauses, default)]


_VERB_REACH = 40  # characters behind a time in which the verb of its clause comes


_VISION_BEFORE = regex.compile(r"(?:định hướng|tầm nhìn)\s*$", regex.IGNORECASE)
_EXPECTED = regex.compile(r"(?<!\w)(?:dự kiến|sẽ)(?!\w)", regex.IGNORECASE)
_REQUIRED = regex.compile(r"(?<!\w)(?:dự kiến|sẽ|phấn đấu|yêu cầu|giao)(?!\w)", regex.IGNORECASE)
_LONG_LEAD_IN = regex.compile(r"[:,]\s*\w[^:]{30,}:?$")
_TERM_OF_YEARS = regex.compile(r"\d{4}/\d{4}")


def _limits_obligation(reading: Reading, time: Time, clauses: list[ValueClause], default: str) -> bool:
    text = reading.text
    if _VISION_BEFORE.search(text[: time.start]) or _SINCE.match(text, time.end):
        return False
    if is_in_title(text, time) or (time.type == "relative" and time.form == "part"):
        return False
    if _is_of_a_name(text, time) or _was_held(text, time):
        return False
    strong = time.relation in ("before", "by") and time.type != "relative"
    if _PREAMBLE.match(text) and not (strong and time.type == "date"):
        return False
    before, after = text[: time.start], text[time.end :]
    last_clause = (before[max(before.rfind(";"), before.rfind("("), 0) :] + time.text + after[:_VERB_REACH]).split(";")[0]
    to_be_done = default != "result" and opens_duty(text, time)
    if spoken_kind(text[: time.end], default) == "result" and not (_EXPECTED.search(last_clause) or to_be_done):
        return False
    if default == "result" and not _REQUIRED.search(last_clause):
        return False
    if time.type == "recurring":
        return _is_duty_cycle(text, time, before, after, clauses)
    if time.type in ("year", "period", "date") and not time.iso:
        return False
    bare_day = time.type == "date" and time.relation == "in" and time.start == time.core
    if bare_day and (_EVENT_BEFORE.search(before) or _CITED_BEFORE.search(before[-_CITED_REACH:])):
        return False
    if "có hiệu lực" in last_clause.lower():
        return False
    if time.type == "year" and time.relation == "in" and time.start == time.core > 0 and before.strip(' (–-"“'):
        return False
    if time.type == "year" and _VAGUE_YEAR.match(after):
        return False
    if reading.block.role is Role.LEAD_IN and not _LONG_LEAD_IN.search(text[time.end : time.end + 400]):
        return False
    coarse = len(time.iso) == 4 or _TERM_OF_YEARS.fullmatch(time.iso)
    return not (coarse and _is_due_of_value(text, time, clauses) and not _OPENS_WORK.match(after))


_OPENS_WORK = regex.compile(r"\s*[:,]\s*(?:cơ bản\s+)?hoàn thành\s(?!đạt|vượt)", regex.IGNORECASE)
_LABEL_OF_TIME = regex.compile(r"(?:thời gian|thời hạn|tiến độ|giai đoạn)(?:\s[\p{L}\p{M}]+){0,3}\s*:\s*$", regex.IGNORECASE)
_BARE_WORDS = 3  # syllables before a period that opens its sentence


def _is_of_a_name(text: str, time: Time) -> bool:
    """Whether a period stands bare within a sentence, as in the name of a plan or of a statistic.

    Those that limit work open their sentence ("Giai đoạn 2011 - 2015: Tập trung …") or follow their label.
    """
    if time.form != "years" or time.start < time.core or _FROM.match(time.text):
        return False
    before, after = text[: time.start], text[time.end :]
    opens = len(before.split()) <= _BARE_WORDS and any(c.isalpha() for c in after)
    return not (opens or _LABEL_OF_TIME.search(before)) and _NAMES_WORK.search(before) is not None


_FROM = regex.compile(r"từ\s", regex.IGNORECASE)
_NAMES_WORK = regex.compile(
    r"(?<!\w)(?:tên|đề án|kế hoạch|chương trình|quy hoạch|qui hoạch|dự án|chiến lược|số liệu|thống kê|nhiệm vụ|mục tiêu"
    r"|kết quả|tình hình|điều chỉnh|phê duyệt|nghị quyết|\d\s+năm)(?!\w)",
    regex.IGNORECASE,
)
_HELD = regex.compile(
    r"\s*,?\s*(?:tại|ở)\s[^;:]{3,160}?(?:chủ trì|tổ chức|diễn ra|họp|làm việc|ký|khai mạc)(?!\w)", regex.IGNORECASE
)
_DID = regex.compile(
    r"\s*(?:\([^()]{0,60}\)\s*)?(?:,[^,;:]{2,80}?\s(?:ban hành|có)\s|,?[^,;:]{0,90}?(?<!\w)đã\s)", regex.IGNORECASE
)
_TO_COME = regex.compile(r"(?<!\w)(?:sẽ|phải|yêu cầu|giao|hoàn thành|báo cáo|gửi|trình)(?!\w)", regex.IGNORECASE)


def _was_held(text: str, time: Time) -> bool:
    """Whether a sentence opens with the day of what took place ("Ngày 12/11/2024, tại …, … chủ trì cuộc họp")."""
    is_day = time.type == "date" and len(time.iso) == len("2025-01-01") and time.relation in ("in", "by")
    if not (is_day or time.form in ("stretch", "days")):
        return False
    if len(text[text.rfind(": ", 0, time.start) + 1 : time.start].split()) > _BARE_WORDS:
        return False
    return bool(_HELD.match(text, time.end) or _DID.match(text, time.end)) and not _TO_COME.search(text, time.end)


def _is_due_of_value(text: str, time: Time, clauses: list[ValueClause]) -> bool:
    """Whether the semicolon clause around a time holds a value, whose due the time then is."""
    start = text.rfind(";", 0, time.start) + 1
    end = text.find(";", time.end)
    end = len(text) if end < 0 else end
    inside = [c for c in clauses if start <= c.quantity.start < end]
    return bool(inside)


_CLAUSE_BEGINS = regex.compile(r"(?:^|[,;:(]\s*)$")
_CYCLIC_VERB = regex.compile(
    r"(?<!\w)(?:kiểm tra|giám sát|rà soát|tuần tra|thanh tra|đánh giá|duy tu|bảo dưỡng|quan trắc|luân chuyển|cập nhật"
    r"|tập huấn)(?:\s+thường xuyên,?(?:\s+và)?)?\s+$",
    regex.IGNORECASE,
)
"""Work that is done again and again: "kiểm tra định kỳ, đột xuất"."""
_WORD_AFTER = regex.compile(r"\s+[^\W\d_]")
_BOTH_AFTER = regex.compile(r"\s*(?:vừa|cũng)")


def _is_duty_cycle(text: str, time: Time, before: str, after: str, clauses: list[ValueClause]) -> bool:
    """Whether a regularity stands on a duty."""
    if "DAY" not in time.iso and _TORN.search(text):
        return False
    if _THING_OF_A_CYCLE.search(before) or _CRITERION_AFTER.match(after) or _CRITERION_BEFORE.search(before):
        return False
    if not time.iso:  # "định kỳ" alone: on a verb at the head of its clause or behind it, not "báo cáo định kỳ"
        return bool(_CLAUSE_BEGINS.search(before) and _WORD_AFTER.match(after)) or bool(_CYCLIC_VERB.search(before))
    if _is_due_of_value(text, time, clauses):
        return bool(clauses and _VERB_AFTER_AND.search(text, clauses[-1].quantity.end)) or time.iso.count("=") > 1
    return not _BOTH_AFTER.match(after)


def _part_end(text: str, time: Time) -> int:
    end = text.find(";", time.end)
    return end if end >= 0 else len(text)


_SPACE_BEFORE_MARK = regex.compile(r"\s+([,.;)])")


def relation_of(time: Time, field: TimeField | None) -> str:
    """On which side of a time the work lies; a field states its end, as the column of a table does."""
    ends = field is not None and time.relation == "in" and time.type in ("date", "year", "period")
    return "by" if ends and time.form not in ("stretch", "months", "days", "years") else time.relation


def obligation_of(text: str, time: Time) -> str:
    """What is to be done: the semicolon clause around a time, the time taken out."""
    start = max(text.rfind(";", 0, time.start) + 1, 0)
    end = text.find(";", time.end)
    end = len(text) if end < 0 else end
    words = text[start : time.start] + " " + text[time.end : end]
    words = _SPACE_BEFORE_MARK.sub(r"\1", " ".join(words.split()))
    return words.strip(" ,;.:()-/")


def find(structure: Structure) -> list[Found]:
    """Every time limit of an obligation in body and appendices."""
    return list(_find(structure))


def _find(structure: Structure) -> Iterator[Found]:
    readings = readings_of(structure)
    for reading in readings.body:
        text = reading.text
        for time in locate(structure, reading):
            span = reading.sentence.span
            line, line_end = structure.lines_of(span)
            field = time_field(structure, reading.block)
            yield Found(
                value=Deadline(
                    type=time.type,
                    iso=time.iso,
                    relation=relation_of(time, field),
                    obligation=(field.task if field else obligation_of(text, time)) or None,
                    responsible=(field.leads if field else ()) or responsible_for(readings, reading, _part_end(text, time)),
                ),
                span=span,
                quote=text,
                line=line,
                line_end=line_end,
                rule=f"time.{time.form}",
                page=structure.index.page_of(span.start),
                confidence=0.7 if time.type == "recurring" else 0.85,
            )
