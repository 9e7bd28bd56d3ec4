"""Other documents referred to by number ("viện dẫn"): number, type, issuer, date, relation.

Numbers follow Nghị định 30/2020/NĐ-CP (76/NQ-CP; with the year for normative documents: 16/2015/NĐ-CP), the Party's
Hướng dẫn 36-HD/VPTW (12-NQ/TU) and, for công văn, number/issuer-unit (5710/UBND-SGDĐT).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import regex

from documents.edits import Span
from documents.facts import Citation, Found
from extractors.structure.blocks import Block, Structure, TableCell, Zone
from extractors.structure.joined import Joined
from extractors.words.folding import folded
from extractors.words.units import find_units
from normalizers.document_numbers import NUMBER, document_types, number_key, number_of, type_of_number

_WINDOW = 220
"""Code points looked at on either side of a number: type, date and issuer of a real mention lie within 150."""

_DAY = (
    r"(?P<day>\d{1,2})\s*thang\s*(?P<month>\d{1,2})\s*nam\s*(?P<year>(?:19|20)\d\d)"
    r"|(?P<day>\d{1,2})\s?[/.-]\s?(?P<month>\d{1,2})\s?[/.-]\s?(?P<year>(?:19|20)\d\d)"
)
# Dates are looked for in folded text: readers lose the marks of "ngày" long before its figures.
_DATE_AFTER = regex.compile(
    r"^[\s,;()]*(?:(?:duoc\s)?(?:ban hanh|de|co hieu luc)\s+)?(?:c\S{1,4}\s+(?P<issuer>[^.;()\d]{3,90}?)[,\s]+)?"
    r"(?:hoi\s+\d{1,2}\s?(?:gio|h)\s?(?:\d{1,2}(?:\s?phut)?)?,?\s+)?"
    rf"(?:ky\s+)?ngay\s*(?:{_DAY})"
)
_DATE_BEFORE = regex.compile(rf"ngay\s*(?:{_DAY})[^;.]{{0,90}}?\b(?:ban hanh|ky|thong qua|phe duyet|co)\b[^;.\d]{{0,60}}$")
_ISSUER_AFTER = regex.compile(
    r"^[\s,)]*(?:do|của)\s+(?P<issuer>(?:Bộ trưởng, )?\p{L}[^.,;:()\"“]*?)"
    r"(?=\s+(?:về|ban hành|quy định|phê duyệt|v/v|sửa đổi|hướng dẫn|thực hiện|triển khai|trong|giai đoạn|nhằm"
    r"|để|ngày|được|công bố"
    r"|thông qua|Ban hành|Về|Quy định|Hướng dẫn|Phê duyệt|và\s(?:các|Quyết định|Nghị|Thông tư|Chỉ thị|Kế hoạch"
    r"|Chương trình|Công văn|Công điện|đáp"
    r"|tình|ý)|đến|là|có|tại|bổ sung|thành lập"
    r"|đối với|cho|số|theo|khi|như|đã|yêu cầu|chỉ đạo|tổ chức|giao|trên|từ|thay thế|kèm)\b|\s*[.,;:()\"“]|\s*$)"
)
_ISSUER_BEFORE = regex.compile(
    r"(?P<issuer>(?:UBND|HĐND|Ủy ban nhân dân|Hội đồng nhân dân|Chủ tịch UBND|Ban Thường vụ|Thường trực|Bộ"
    r"|Sở)\s?[^,;.()]{0,40}?|Chính phủ"
    r"|Thủ tướng Chính phủ|Tỉnh ủy|Thành ủy|Quốc hội)\s+(?:đã|vừa)?\s*(?:ban hành|phê duyệt|có|ký"
    r"|thông qua)\s+[^.;,]{0,40}$"
)
_ISSUER_AT = regex.compile(
    r"(?:của|được|do)\s+(?P<issuer>\p{Lu}[^,;.:()]{3,70}?)\s+(?:(?:phê duyệt|ban hành|thông qua|quy định"
    r"|giao)\s+)?tại\s+[^,;.:()\d]{3,25}$"
)
_LIST_GAP = regex.compile(r"^[\s,;]*(?:và\s+)?(?:(?:các|cùng)\s+)?(?:\p{Lu}[\p{Ll}]+(?:\s\p{Ll}+){1,4}\s*)?(?:số)?[\s:]*$")
_RELATIONS = (
    ("bãi bỏ", regex.compile(r"\b(?:bãi bỏ|hủy bỏ|hết hiệu lực)\b", regex.IGNORECASE)),
    ("thay thế", regex.compile(r"\bthay thế\b", regex.IGNORECASE)),
    ("sửa đổi", regex.compile(r"\b(?:sửa đổi|điều chỉnh|bổ sung)\b", regex.IGNORECASE)),
    ("căn cứ", regex.compile(r"\b(?:căn cứ)\b", regex.IGNORECASE)),
    ("thực hiện", regex.compile(r"\b(?:thực hiện|triển khai|thi hành|theo|quán triệt)\b", regex.IGNORECASE)),
)
_FORM = regex.compile(r"\b(?:mẫu|biểu|phụ lục|hồ sơ|mã)(?:\s+số)?\s*:?\s*$", regex.IGNORECASE)
_ATTACHED = regex.compile(r"kèm\s+theo\b[^.;]{0,40}$", regex.IGNORECASE)


@cache
def _type_before() -> regex.Pattern[str]:
    names = {
        *document_types().values(),
        "Công văn",
        "Văn bản",
        "Đề án",
        "Luật",
        "Bộ luật",
        "Kết luận",
        "Quy định",
        "Thông tri",
    }
    alternatives = "|".join(sorted((regex.escape(n, literal_spaces=True) for n in names), key=len, reverse=True))
    return regex.compile(
        rf"(?<!\p{{L}})(?P<type>{alternatives})(?:\s+(?:liên tịch))?(?:\s*\([^()]{{0,30}}\))?\s*(?:số)?\s*[:.]?\s*$",
        regex.IGNORECASE,
    )


@dataclass(frozen=True, slots=True)
class _Mention:
    """A number in a joined text, and what stands around it."""

    start: int
    end: int
    value: Citation
    phrase: tuple[int, int]
    rule: str
    notation: str
    """What stands after the number and year; lists of one notation share date and issuer."""
    series: str
    """The issuer's part of the notation."""
    after: int


def parse_date(match: regex.Match[str]) -> str | None:
    """ISO day of a match of ``_DAY``; ``None`` when there is no such day."""
    day, month, year = int(match["day"]), int(match["month"]), int(match["year"])
    longest = (31, 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= longest[month - 1] else None


def _mentions(text: str) -> list[_Mention]:
    text = _SMALL_NOTATION.sub(_in_capitals, text)
    numbers = _numbers(text)
    mentions: list[_Mention] = []
    for i, printed in enumerate(numbers):
        before_from = max(printed.start - _WINDOW, numbers[i - 1].end if i else 0)
        before = text[before_from : printed.start]
        after_to = min(printed.end + _WINDOW, numbers[i + 1].start if i + 1 < len(numbers) else len(text))
        mentions.append(_mention(printed, text, before, text[printed.end : after_to]))
    return _share(mentions, text)


@dataclass(frozen=True, slots=True)
class _Printed:
    """A number at ``start:end`` in correct form; ``series`` is the issuer's part of its notation, "" where it has none."""

    start: int
    end: int
    number: str
    series: str
    rule: str = "number"


def _numbers(text: str) -> list[_Printed]:
    """Every number of a document in a text, in order: in full, sharing the notation of the next, or bare."""
    found: list[_Printed] = []
    for match in NUMBER.finditer(text):
        if _is_document(match, text):
            number = number_of(match)
            series = number.rsplit("-", 1)[-1] if match["notation"] else number.rsplit("/", 1)[-1]
            found += _sharing(match, text, number, series)
            found.append(_Printed(match.start(), match.end(), number, series))
    taken = [(one.start, one.end) for one in found]
    for match in _bare_number().finditer(text):
        for start, end in match.spans("ordinal"):
            if not any(a < end and start < b for a, b in taken):
                found.append(_Printed(start, end, text[start:end], "", "bare"))
    return sorted(found, key=lambda one: one.start)


_SHARING = regex.compile(r"(?<!\w)số\s*:?\s*(?:(?P<ordinal>\d{1,5})\s?(?:,|và)\s?)+(?:số\s)?$", regex.IGNORECASE)
_SHARING_REACH = 60


def _sharing(match: regex.Match[str], text: str, number: str, series: str) -> Iterator[_Printed]:
    """The numbers of a list before one in full, that gives them year and notation: "số 01, 02 và 03/NQ-CP"."""
    low = max(0, match.start() - _SHARING_REACH)
    listed = _SHARING.search(text[low : match.start()])
    if listed is not None:
        rest = number[len(match["ordinal"]) :]
        for start, end in listed.spans("ordinal"):
            yield _Printed(low + start, low + end, text[low + start : low + end] + rest, series)


@cache
def _bare_number() -> regex.Pattern[str]:
    """A number without a notation, behind the type of its document: "Nghị quyết số 57 của Bộ Chính trị"."""
    types = "|".join(regex.escape(t, literal_spaces=True) for t in _TYPES_WITH_BARE_NUMBERS)
    last = r"(?![\d\p{L}]|\s?[/-]|[.,]\d)"
    return regex.compile(
        rf"(?<!\p{{L}})(?i:{types})\s+(?:số\s*:?\s*(?P<ordinal>\d{{1,5}}){last}"
        rf"(?:\s?(?:,|và)\s?(?P<ordinal>\d{{1,5}}){last})*"
        rf"|(?P<ordinal>\d{{1,5}}){last}(?=\s+(?:của\s+\p{{Lu}}|ngày\s+\d)))(?!\s+(?:ngày(?!\s+\d)|tháng|năm(?!\s+\d)|%))"
    )


_TYPES_WITH_BARE_NUMBERS = (
    "Quyết định", "Nghị quyết", "Chỉ thị", "Kế hoạch", "Thông tư", "Nghị định", "Công văn", "Kết luận",
    "Công điện", "Hướng dẫn",
)  # fmt: skip
_SMALL_NOTATION = regex.compile(
    r"(?<=số\s{0,2}:?\s{0,2})\d{1,6}(?:/(?:19|20)\d\d)?/[a-zđ]{2,8}(?:-[a-zđ&]{1,10})*(?![\p{L}\d/])"
)
"""A notation in a title that was put into small letters: "quyết định số 1956/qđ-ttg"."""


def _in_capitals(match: regex.Match[str]) -> str:
    return match.group().upper().replace("TTG", "TTg").replace("CTR", "CTr").replace("TTR", "TTr")


_NUMBER_SIGN_BEFORE = regex.compile(r"\bs[ốo6]\s*:?\s*$")
_HYPHEN = regex.compile(r"[-–]")
_NO_LETTER = regex.compile(r"[^\p{L}]")
_NOTATION_WITHOUT_HYPHEN = regex.compile(r"QH\d{1,2}|UBTVQH\d{1,2}|NQLT|HĐBT|CP|TTg")


def _is_document(match: regex.Match[str], text: str) -> bool:
    """Whether a match is a document's number and not a rate, a form or a fraction."""
    before = text[max(0, match.start() - 40) : match.start()]
    if _FORM.search(before):
        return False
    if match["party"]:
        return match["party"].split("/")[0].strip().upper() in document_types()
    notation = match["notation"].replace(" ", "")
    said = bool(_NUMBER_SIGN_BEFORE.search(before) or _type_before().search(before))
    if _HYPHEN.search(notation):
        letters = _NO_LETTER.sub("", notation)
        return said or sum(c.isupper() for c in letters) >= 0.5 * len(letters)
    if "." in notation:  # 30/TTr.SXD
        return said
    return bool(_NOTATION_WITHOUT_HYPHEN.fullmatch(notation)) or (said and len(notation) >= 2 and notation.isupper())


_FIGURES_AND_YEAR = regex.compile(r"^\d+\w?(?:/\d{4})?")


def _mention(place: _Printed, text: str, before: str, after: str) -> _Mention:
    number = place.number
    printed = _type_before().search(before)
    date = _DATE_AFTER.search(folded(after))
    iso, issuer, stop = None, None, 0
    rule = place.rule
    if date is not None and (iso := parse_date(date)):
        stop, rule = date.end(), "number_date"
        issuer = after[slice(*date.span("issuer"))] if date["issuer"] else None
    elif earlier := _DATE_BEFORE.search(folded(before)):
        iso, rule = parse_date(earlier), "date_number"
    if issuer is None and (found := _ISSUER_AFTER.search(after[stop:])):
        issuer, stop = found["issuer"], stop + found.end()
    if issuer is not None:
        issuer = _only_issuer(issuer)
    if issuer is None and (found := _ISSUER_BEFORE.search(before) or _ISSUER_AT.search(before)):
        issuer = _only_issuer(found["issuer"])
    kind = _capitalised(printed["type"]) if printed else type_of_number(number)
    if kind == "Văn bản":
        kind = type_of_number(number)
    start = place.start - (len(before) - printed.start()) if printed else place.start
    return _Mention(
        place.start,
        place.end,
        Citation(number, kind, issuer.strip() if issuer else None, iso, _relation(before)),
        (start, place.end + stop),
        rule,
        _FIGURES_AND_YEAR.sub("", number),
        place.series,
        place.end + stop,
    )


_TERM = regex.compile(r"(?:,? (?:khóa|khoá|nhiệm kỳ) [\w\d]+| (?:tỉnh|thành phố|huyện|Trung ương)| \p{Lu}\p{L}*)+")


def _only_issuer(phrase: str) -> str | None:
    """The body that a phrase begins with; all of a short phrase when the lexicon does not know it."""
    phrase = phrase.strip()
    mentions = find_units(phrase)
    if mentions and mentions[0].start == 0:
        end = mentions[0].end
        for following in mentions[1:]:
            if phrase[end : following.start].strip() in ("và", "-", ",") or following.start <= end + 1:
                end = following.end
        tail = _TERM.match(phrase, end)
        return phrase[: tail.end() if tail else end]
    words = phrase.split(" ")
    return phrase if len(words) <= 14 and phrase[:1].isupper() else None


def _capitalised(words: str) -> str:
    words = " ".join(words.split())
    return words[:1].upper() + words[1:].lower()


_SENTENCE_END = regex.compile(r"[.]\s+(?=\p{Lu})")


def _relation(before: str) -> str | None:
    """The relation word nearest to the number in its sentence."""
    sentence = _SENTENCE_END.split(before)[-1]
    latest = [(max((m.end() for m in p.finditer(sentence)), default=-1), name) for name, p in _RELATIONS]
    at, name = max(latest)
    return name if at >= 0 else None


def _share(mentions: list[_Mention], text: str) -> list[_Mention]:
    """Gives members of a list what is said once for all: "số 99/CTr-UBND và số 100/CTr-UBND ngày 28/5/2018"."""
    shared = list(mentions)
    for i in range(len(shared) - 2, -1, -1):
        here, following = shared[i], shared[i + 1]
        if following.start - here.after > 60 or not _LIST_GAP.match(text[here.after : following.start]):
            continue
        value = here.value
        if value.date is None and here.series == following.series and here.notation == following.notation:
            value = replace(value, date=following.value.date)
        if value.issuer is None and here.series == following.series:
            value = replace(value, issuer=following.value.issuer)
        shared[i] = replace(here, value=value)
    for i in range(1, len(shared)):
        here, previous = shared[i], shared[i - 1]
        near = here.start - previous.after <= 60 and _LIST_GAP.match(text[previous.after : here.start])
        if near and not _type_before().search(text[max(0, here.start - 40) : here.start]):
            kind = previous.value.type if here.notation == previous.notation else here.value.type or previous.value.type
            shared[i] = replace(here, value=replace(here.value, type=kind, relation=previous.value.relation))
        elif near and here.value.relation is None:
            shared[i] = replace(here, value=replace(here.value, relation=previous.value.relation))
    return shared


# Precision measured on the restored evaluation texts (see benchmarks/extraction.md).
_CONFIDENCE = {"number_date": 0.99, "date_number": 0.95, "number": 0.97, "bare": 0.8}


def find(structure: Structure) -> list[Found]:
    """All citations of the title, the body, the appendices and the tables; the document's own number is none."""
    own = own_numbers(structure)
    found: list[Found] = []
    for block in structure.blocks:
        if block.zone in (Zone.BODY, Zone.APPENDIX, Zone.TITLE) or _states_grounds(block):
            found += _in_text(structure, block.joined, own, attached=_is_attached(block))
    for table in structure.tables:
        for cell in table.cells:
            found += _in_cell(structure, cell, own)
    return found


_GROUNDS = regex.compile(r"(?:Căn cứ|Xét|Theo|Thực hiện|Tiếp theo|Trên cơ sở|Sau khi|Chấp hành|Triển khai)\b")


def _states_grounds(block: Block) -> bool:
    """A ground ("Căn cứ …") that a text without a full letterhead has above its title: it cites, it does not name."""
    if block.zone is not Zone.LETTERHEAD:
        return False
    return _GROUNDS.match(block.text) is not None or (len(block.text) > _LONG_LINE and _NAMED.search(block.text) is not None)


_NAMED = regex.compile(r"\p{L}\s+số\s*:?\s*\d")
_LONG_LINE = 60
"""Characters; the line "Số: …" of a letterhead is shorter, a title that names a document ("… Công văn số …") longer."""


_REFERENCE_LINE = regex.compile(r"\W*(?:\(|(?:ban\s+hanh\s+)?kem\s+theo)")
_LONGEST_REFERENCE = 220
"""Characters of "(Kèm theo Quyết định số … ngày … của Ủy ban nhân dân tỉnh …)"."""


def _is_attached(block: Block) -> bool:
    """Whether a block is the line of an appendix that says what it is attached to: the document itself."""
    if block.zone is not Zone.APPENDIX or len(block.text) > _LONGEST_REFERENCE:
        return False
    opening = folded(block.text[:60])
    return _REFERENCE_LINE.match(opening) is not None and _ATTACHED_TO.search(opening) is not None


def _in_cell(structure: Structure, cell: TableCell, own: frozenset[str]) -> list[Found]:
    return _in_text(structure, cell.joined, own)


def _in_text(structure: Structure, joined: Joined, own: frozenset[str], *, attached: bool = False) -> list[Found]:
    found: list[Found] = []
    for mention in _mentions(joined.text):
        if number_key(mention.value.number) in own:
            continue
        if attached and _ATTACHED.search(joined.text[max(0, mention.start - 80) : mention.start]):
            continue
        span: Span = joined.to_document(mention.start, mention.end)
        line = structure.index.line_of(span.start)
        found.append(
            Found(
                value=mention.value,
                span=span,
                quote=joined.text[mention.phrase[0] : mention.phrase[1]].strip(" ,;"),
                line=line,
                line_end=line,
                rule=f"citation.{mention.rule}",
                confidence=_CONFIDENCE[mention.rule],
            )
        )
    return found


_ATTACHED_TO = regex.compile(r"kem\s+theo")
_OWN_NUMBER_SAID = regex.compile(r"(?:\p{Lu}\p{L}+ \p{L}+\s)?của\s.{3,90}?\ssố\s\S+\s+ngày")


def _is_cited(match: regex.Match[str], text: str) -> bool:
    """Whether the type of another document stands before a number of the letterhead; its own stands behind "Số:" alone."""
    return _type_before().search(text[max(0, match.start() - 40) : match.start()]) is not None


def own_numbers(structure: Structure) -> frozenset[str]:
    """Keys of the number that the letterhead (or "kèm theo ... số" over an appendix) gives to this document itself."""
    keys = set()
    for block in structure.blocks:
        if block.zone is Zone.TITLE and _OWN_NUMBER_SAID.match(block.text):
            keys |= {number_key(number_of(m)) for m in list(NUMBER.finditer(block.text))[:1]}
        if block.zone is Zone.LETTERHEAD and not _states_grounds(block):
            keys |= {number_key(number_of(m)) for m in NUMBER.finditer(block.text) if not _is_cited(m, block.text)}
        elif _is_attached(block) or (block.zone is Zone.APPENDIX and is_reference_line(structure, block)):
            keys |= {number_key(number_of(m)) for m in NUMBER.finditer(block.text[:200])}
    return frozenset(keys)


def is_reference_line(structure: Structure, block: Block) -> bool:
    """The line "(Kèm theo ... số ... của UBND tỉnh)" under the title of an appendix, its opening words lost."""
    previous = structure.blocks[block.index - 1] if block.index else None
    opens = previous is not None and (
        previous.zone is not Zone.APPENDIX or structure.blocks[block.index - 2].zone is not Zone.APPENDIX
    )
    return opens and block.text.rstrip(" .;").endswith(")") and len(block.text) < 120
