"""Who has to do it: the units that a sentence, the ones before it or the headings above make responsible.

In the order of nearness: "giao Sở Nội vụ …" before the words in question; the subject of the sentence; the subject of
an earlier sentence of the block; a heading that is the name of a unit; a lead-in that addresses units.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

import regex

from extractors.structure.blocks import Block, Sentence
from extractors.words.units import Mention, find_units, units_of_heading
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


@lru_cache(maxsize=512)
def _mentions(text: str) -> tuple[Mention, ...]:
    return tuple(find_units(text))


def _run(text: str, mentions: list[Mention]) -> tuple[str, ...]:
    """The units of a coordination, from the first mention on; units in parentheses say which of a class are meant."""
    names: list[str] = []
    end = mentions[0].start
    for mention in mentions:
        between = text[end : mention.start]
        if not _BETWEEN.fullmatch(between):
            break
        if "(" in between and mention.kind not in ("class", "generic"):
            names.clear()
        elif names and ")" in between:
            break
        names.append(mention.name)
        end = mention.end
    return tuple(dict.fromkeys(names))


def named_in(text: str, until: int | None = None) -> tuple[str, ...]:
    """The units that a sentence makes responsible for what stands before ``until``.

    >>> named_in("Giao Sở Nội vụ chủ trì, phối hợp với Sở Tài chính báo cáo UBND tỉnh")
    ('Sở Nội vụ',)
    >>> named_in("Hàng năm, báo cáo kết quả về UBND tỉnh")
    ()
    """
    until = len(text) if until is None else until
    mentions = [m for m in _mentions(text) if m.start < until]
    if not mentions:
        return ()
    for address in reversed(list(_ADDRESS.finditer(text, 0, until))):
        addressed = [m for m in mentions if m.start >= address.end()]
        if (
            addressed
            and _BETWEEN.fullmatch(between := text[address.end() : addressed[0].start])
            and not between.startswith("của")
        ):
            return _run(text, addressed)
    for i, mention in enumerate(mentions):
        front = text[: mention.start]
        if _SUBJECT_FRONT.fullmatch(front) and not (i and _RECEIVES.search(front)):
            return () if _NOT_A_DOER.match(text, mention.end) else _run(text, mentions[i:])
        if mention.start > _FRONT_LENGTH:
            break
    return ()


_RECEIVES = regex.compile(r"(?<!\w)(?:gửi|báo cáo|trình|về|qua|tham mưu|đề xuất)(?!\w)", regex.IGNORECASE)
_FRONT_LENGTH = 240
"""Characters before the subject of a sentence; "Trên cơ sở chức năng, nhiệm vụ …," of a directive has 118."""


def responsible_for(sentence: Sentence, until: int | None = None) -> tuple[str, ...]:
    """The units responsible for what a sentence says before ``until`` (an offset in its text)."""
    if classes := conditional_classes(sentence.text):
        return classes
    own = named_in(sentence.text, until)
    return _specific(own) or _named_before(sentence) or own


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


def _named_before(sentence: Sentence) -> tuple[str, ...]:
    for before in sentences_before(sentence, _SENTENCES_BACK):
        if names := _specific(named_in(before.text)):
            return names
    return _named_above(sentence.block)


_SENTENCES_BACK = 5  # a subject that is further up is not felt to go on


def sentences_before(sentence: Sentence, count: int) -> Iterator[Sentence]:
    """The last ``count`` sentences of the block before this one, the nearest first."""
    sentences = sentence.block.sentences
    at = bisect_right(sentences, sentence.start, key=lambda s: s.end)
    return reversed(sentences[max(0, at - count) : at])


_LONGEST = 3000
"""Characters. The longest sentence of the annotated documents has 1,400; longer ones are lists or tables that reading
has run together, and are read in pieces so that time grows with their length and not faster."""


def in_pieces(sentence: Sentence) -> Iterator[Sentence]:
    """The sentence, or parts of at most ``_LONGEST`` characters cut at spaces."""
    start = sentence.start
    while sentence.end - start > _LONGEST:
        cut = sentence.block.text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = cut + 1 if cut >= 0 else start + _LONGEST
        yield Sentence(sentence.block, start, cut)
        start = cut
    yield sentence if start == sentence.start else Sentence(sentence.block, start, sentence.end)


@lru_cache(maxsize=512)
def _heading(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.name for m in units_of_heading(text)))


def _named_above(block: Block) -> tuple[str, ...]:
    for above in block.ancestors():
        if names := _heading(above.text):
            return names
        for sentence in reversed(above.sentences[-_SENTENCES_BACK:]):
            if names := _specific(named_in(sentence.text)):
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
