"""Who has to do it: the units that a sentence, the ones before it or the headings above make responsible.

In the order of nearness: "giao Sở Nội vụ …" before the words in question; the subject of the sentence; the subject of
an earlier sentence of the block; a heading that is the name of a unit; a lead-in that addresses units.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import regex

from extractors.bodies.grammar import Body
from extractors.sense.reading import Reading, Readings
from extractors.structure.blocks import Block
from extractors.words.units import units_of_heading
from normalizers.case import first_capital

_ADDRESS = regex.compile(
    r"(?<!\w)(?:giao(?:\s+cho)?|yêu\s+cầu|đề\s+nghị|chỉ\s+đạo|phân\s+công)\s+(?!các\s+nhiệm)", regex.IGNORECASE
)
_BETWEEN = regex.compile(
    r"(?:[\s,;:()–-]|(?<!\w)(?:và|cùng|các|là|thủ trưởng|giám đốc|trưởng|chủ tịch|người đứng đầu|lãnh đạo"
    r"|tỉnh|thành phố|cấp|trực thuộc|thuộc|gồm|của)(?!\w))*",
    regex.IGNORECASE,
)
_SUBJECT_FRONT = regex.compile(
    r"(?:[\s\"“(–-]*|(?:trên cơ sở|căn cứ|theo(?!\s+dõi)|hàng|hằng|định kỳ|trong|trước|đến|tới|để|sau|từ|năm|khi|quý"
    r"|tháng|chậm nhất|ngoài ra|đồng thời|riêng|bên cạnh đó)(?!\w)[^.;]*,\s*)"
    r"(?:(?:đối với|các|thủ trưởng|giám đốc|lãnh đạo|người đứng đầu|chủ tịch)\s+)*",
    regex.IGNORECASE,
)
_NOT_A_DOER = regex.compile(
    r"\s*(?:là|của|được|phê duyệt|ban hành|báo cáo tình hình|xây dựng (?:kế hoạch|chương trình))(?!\w)", regex.IGNORECASE
)


def _run(text: str, bodies: Sequence[Body]) -> tuple[str, ...]:
    """The units of a coordination, from the first body on; units in parentheses say which of a class are meant."""
    names: list[str] = []
    end = bodies[0].start
    for body in bodies:
        between = text[end : max(end, body.start)]
        if not (body.member or _BETWEEN.fullmatch(between)):
            break
        if "(" in between and body.kind not in ("class", "generic"):
            names.clear()
        elif names and ")" in between:
            break
        names.append(body.name)
        end = body.end
    return tuple(dict.fromkeys(names))


def named_in(reading: Reading, until: int | None = None, start: int = 0) -> tuple[str, ...]:
    """The units that a sentence, read from ``start`` on, makes responsible for what stands before ``until``."""
    text = reading.text
    until = len(text) if until is None else until
    bodies = [b for b in reading.bodies if start <= b.start < until]
    if not bodies:
        return ()
    for address in reversed(list(_ADDRESS.finditer(text, start, until))):
        addressed = [b for b in bodies if b.start >= address.end()]
        if (
            addressed
            and _BETWEEN.fullmatch(between := text[address.end() : addressed[0].start])
            and not between.startswith("của")
        ):
            return _run(text, addressed)
    for i, body in enumerate(bodies):
        front = text[start : body.start].lstrip()
        if _SUBJECT_FRONT.fullmatch(front) and not (i and _RECEIVES.search(front)):
            return () if _NOT_A_DOER.match(text, body.end) else _run(text, bodies[i:])
        if body.start - start > _FRONT_LENGTH:
            break
    return ()


_RECEIVES = regex.compile(r"(?<!\w)(?:gửi|báo cáo|trình|về|qua|tham mưu|đề xuất)(?!\w)", regex.IGNORECASE)
_FRONT_LENGTH = 240
"""Characters before the subject of a sentence; "Trên cơ sở chức năng, nhiệm vụ …," of a directive has 118."""


def responsible_for(readings: Readings, reading: Reading, until: int | None = None) -> tuple[str, ...]:
    """The units responsible for what a sentence says before ``until`` (an offset in its text)."""
    if classes := conditional_classes(reading.text):
        return classes
    own = named_in(reading, until)
    return _specific(own) or _named_before(readings, reading) or own


_CONDITIONAL = regex.compile(
    r"Đối với\s+(?:các\s+)?(?P<classes>(?:cơ quan|đơn vị|địa phương|tập thể|tổ chức)(?!\w)[^;.]{12,400}?)"
    r",?\s+(?:thì\s+|phải\s+|có trách nhiệm\s+|khẩn trương\s+)*"
    r"(?:gửi|nộp|báo cáo|thực hiện|xây dựng|hoàn thành|tổ chức|kiểm điểm|giải trình|rà soát)(?!\w)"
)
_NEXT_CLASS = regex.compile(r"\s+và\s+(?:các\s+)?(?=(?:cơ quan|đơn vị|địa phương|tập thể|tổ chức)(?!\w))")


def conditional_classes(text: str) -> tuple[str, ...]:
    """The classes that a condition describes, written out ("Đối với cơ quan có chỉ số dưới 75% gửi báo cáo …").

    >>> conditional_classes("Đối với đơn vị xếp loại yếu và địa phương có hồ sơ trễ hạn phải báo cáo giải trình.")
    ('Đơn vị xếp loại yếu', 'Địa phương có hồ sơ trễ hạn')
    """
    match = _CONDITIONAL.match(text)
    if match is None:
        return ()
    return tuple(first_capital(name) for name in _NEXT_CLASS.split(match["classes"]))


def _named_before(readings: Readings, reading: Reading) -> tuple[str, ...]:
    for before in readings.before(reading, _SENTENCES_BACK):
        if names := _specific(named_in(before)):
            return names
    return _named_above(readings, reading.block)


_SENTENCES_BACK = 5  # a subject that is further up is not felt to go on


@lru_cache(maxsize=512)
def _heading(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.name for m in units_of_heading(text)))


def _named_above(readings: Readings, block: Block) -> tuple[str, ...]:
    for above in block.ancestors():
        if names := _heading(above.text):
            return names
        for reading in reversed(readings.of_block(above)[-_SENTENCES_BACK:]):
            if names := _specific(named_in(reading)):
                return names
    return ()


def _specific(names: tuple[str, ...]) -> tuple[str, ...]:
    """Without names that say no more than "they" ("các đơn vị")."""
    return tuple(n for n in names if not _ANYBODY.fullmatch(n))


_ANYBODY = regex.compile(
    r"(?:thủ trưởng\s+)?(?:các\s+)?(?:cơ quan|đơn vị|địa phương|ngành|cơ quan, đơn vị"
    r"|cơ quan, đơn vị, địa phương|các cấp)",
    regex.IGNORECASE,
)
