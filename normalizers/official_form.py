"""The form of an official page, in one place: mottoes, number line, date line, recipients, capacities, offices.

Nghị định 30/2020/NĐ-CP, annex I; for older documents Thông tư 01/2011/TT-BNV. Patterns bear what reading makes of the marks.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import regex

from normalizers.document_numbers import NOTATION, NUMBER, PARTY_NOTATION, correct_notation, document_types, number_of
from normalizers.forms import fold
from normalizers.lexicon.lexicon import NameKind, names

NATION_LINES = ("cong hoa xa hoi chu nghia viet nam", "dang cong san viet nam")
"""Quốc hiệu of the state, and the heading of party documents in the same place (Hướng dẫn 36-HD/VPTW), folded."""
MOTTOES = (*NATION_LINES, "doc lap tu do hanh phuc")
DATE_WORDS = regex.compile(r"\bngay.{0,14}thang.{0,14}nam\b")
"""The printed words of a dateline in folded text, whatever stands in its blanks."""
NUMBER_LINE = regex.compile(r"^(?:S[ốóôoồỗ6]|s[ốôo]|No)\s*[:.]?\s*[\w.…_-]{0,14}\s*[/-]")
PLACE_DATE = regex.compile(r"(?:^|\p{L}\s*,\s*)ng[aàăâ]y\s.{0,8}?th[aáàăâ]ng\s.{0,8}?n[aăâ]m", regex.IGNORECASE)
RECIPIENTS_LINE = regex.compile(r"^n[oơ0][il1]?\s*nh[aậâăạ][nm]\s*[:.;]?", regex.IGNORECASE)
CAPACITY = regex.compile(r"^(?:TM|KT|TL|TUQ|T/M|K/T|T/L|Q)\s*[.,/]?\s+\p{Lu}{2}")
APPENDIX_LINE = regex.compile(r"^(?:PHỤ LỤC|Phụ lục|PHU LUC|BIỂU|MẪU|DANH MỤC|THỐNG KÊ)\b|^\(?(?:Ban hành )?[Kk]èm theo ", 0)

MOTTO = regex.compile(
    r"c.{0,2}ng\s*h.{0,2}a\s*x.\s*h.{0,2}i\s*ch.{0,2}\s*ngh.{0,2}a\s*vi.{0,2}t\s*nam"
    r"|d.{0,2}c\s*l.{0,2}p\s*[-–—.]?\s*t.{0,2}\s*do\s*[-–—.]?\s*h.{0,2}nh\s*ph.{0,2}c"
    r"|dang\s*cong\s*san\s*viet\s*nam"
)
_OTHER_OFFICES = (
    "Phó Tổng Giám đốc", "Tổng Giám đốc", "Phó Vụ trưởng", "Phó Viện trưởng", "Phó Tổng cục trưởng",
    "Bộ trưởng, Chủ nhiệm", "Phó Chánh án", "Chủ tịch Hội đồng", "Tổng Thư ký", "Trưởng trạm", "Phó Trưởng trạm",
    "Đội trưởng", "Chi đội trưởng", "Hạt trưởng", "Phó Hạt trưởng", "Phó Chỉ huy trưởng", "Phụ trách phòng",
    "Tổng Biên tập", "Phó Tổng Biên tập", "Thư ký",
)  # fmt: skip
"""Offices that signature blocks have and ``names.tsv`` has not: deputies, heads of police, army and party units (Nghị
định 30/2020/NĐ-CP, annex I; Hướng dẫn 36-HD/VPTW)."""


@cache
def offices() -> tuple[str, ...]:
    """Offices ("chức vụ") that sign, the sourced lexicon's and those of deputies, longest first.

    >>> "Chủ tịch" in offices() and "Tổng Bí thư" in offices()
    True
    """
    known = {name.name for name in names(NameKind.TITLE)} | set(_OTHER_OFFICES)
    return tuple(sorted(known, key=lambda name: (-len(name), name)))


_NO_HEADS = frozenset(
    {"Chuyên viên", "Chuyên viên chính", "Chuyên viên cao cấp", "Văn thư", "Ủy viên", "Tổ phó", "Người đứng đầu"}
)
"""Titles of the lexicon that no signature block begins with."""


@cache
def office_line() -> regex.Pattern[str]:
    """How a line begins that names who signs: an office in capitals.

    >>> [bool(office_line().match(line)) for line in ("CHI CỤC TRƯỞNG", "PHÓ CHỦ TỊCH", "Chủ tịch")]
    [True, True, False]
    """
    heads = "|".join(regex.escape(name.upper(), literal_spaces=True) for name in offices() if name not in _NO_HEADS)
    return regex.compile(rf"^(?:PHÓ |QUYỀN |Q\. ?)?(?:{heads})\b")


@cache
def _office_patterns() -> tuple[tuple[regex.Pattern[str], str], ...]:
    return tuple(
        (regex.compile(rf"(?<!\p{{L}}){regex.escape(fold(name), literal_spaces=True)}(?!\p{{L}})"), name)
        for name in offices()
    )


@dataclass(frozen=True, slots=True)
class Office:
    """An office in a line; ``signs_for`` when it is named only as whom one signs for (KT., TL., TUQ.)."""

    start: int
    end: int
    name: str
    signs_for: bool


_SIGNS_FOR = regex.compile(r"(?:KT|TL|TUQ|T\.?M|K/T|T/L|T/M|THỪA LỆNH|THAY MẶT)\s*[.,/]?\s*$")


def _marked_as(printed: str, name: str) -> str:
    """The office whose marks are those printed, where several differ in marks alone (Thứ trưởng, Thủ trưởng)."""
    alike = [other for other in offices() if fold(other) == fold(name)]
    return next((other for other in alike if other.lower() == printed.lower()), name)


_ACTING_BEFORE = regex.compile(r"(?:\bQ\.?|QUYỀN)$")


def offices_in(line: str) -> list[Office]:
    """Offices in capitals in a line of a signature block.

    >>> [(o.name, o.signs_for) for o in offices_in("KT. CHỦ TỊCH")], [o.name for o in offices_in("Q. GIÁM ĐỐC")]
    ([('Chủ tịch', True)], ['Quyền Giám đốc'])
    """
    plain = fold(line)
    if len(plain) != len(line):
        return []
    found: list[Office] = []
    for pattern, name in _office_patterns():
        for match in pattern.finditer(plain):
            printed = line[match.start() : match.end()]
            name = _marked_as(printed, name)
            if not is_capitals(printed) or any(o.start < match.end() and match.start() < o.end for o in found):
                continue
            before = line[: match.start()].rstrip()
            acting = bool(_ACTING_BEFORE.search(before))
            found.append(
                Office(match.start(), match.end(), f"Quyền {name}" if acting else name, bool(_SIGNS_FOR.search(before)))
            )
    return sorted(found, key=lambda office: office.start)


def is_capitals(text: str) -> bool:
    """At least two letters in three of the text (and two letters at all) are capitals."""
    letters = sum(map(str.isalpha, text))
    return letters >= 2 and sum(map(str.isupper, text)) >= 0.67 * letters


# --- the line of the number -----------------------------------------------------------------------------------------

_SAYS_NUMBER = regex.compile(r"^\W*(?:[Ss][ốo]hiệu|[Ss]\s?[ốóôoồỗ06ÓỐỒÔOố]|[Ss]\p{L}(?=\s?:)|No)\s*[:;.]?\s*")
_UNREADABLE = regex.compile(
    rf"(?P<blank>.{{0,16}}?)\s*/+\s*(?P<notation>(?=\p{{Lu}}[.&]?\p{{L}}){NOTATION})"
    rf"|(?P<blank>[^/\p{{L}}]{{0,12}}?)\s*[-–]\s*(?P<notation>{PARTY_NOTATION})"
    rf"|(?P<blank>\d{{1,5}})\s?(?P<notation>(?=\p{{Lu}}{{2}}\p{{L}}{{0,2}}\s?-){NOTATION})"  # the stroke was not read
)
BLANK = "…"
"""Stands for the figures of a number that cannot be read: "…/QĐ-UBND"."""


@dataclass(frozen=True, slots=True)
class NumberLine:
    """The number that a line gives its document, where it stands, and whether its figures had to be put together."""

    number: str
    start: int
    end: int
    complete: bool
    mended: bool = False
    empty: bool = False
    """Nothing stands in the blank: a draft or a form, where garbled figures are a number that was written."""


_NOTHING_WRITTEN = regex.compile(r"[\s.:,…_-]*")
_LETTER = regex.compile(r"\p{L}")
_WORD_OF_LETTERS = regex.compile(r"\p{L}{4}")


def read_number_line(line: str, filled_in: Sequence[str] = ()) -> NumberLine | None:
    """The number of a line "Số: 12/QĐ-UBND"; ``filled_in`` are figures that stand over the line's blank.

    What is legible is kept: figures broken by the form's dots or spoilt by a mark are put together (``mended``), a
    notation without readable figures stays as "…/QĐ-UBND".

    >>> read_number_line("Số: /TB-UBND 11").number, read_number_line("Số:24.5./QĐ- CC").number
    ('11/TB-UBND', '245/QĐ-CC')
    >>> read_number_line("SỐ:/A?/T.Tr- CC").number, read_number_line("Số: €2 /TBATTP").number
    ('…/T.Tr-CC', '…/TBATTP')
    >>> read_number_line("sé:1/TTr- CC").number
    '1/TTr-CC'
    >>> read_number_line("Số: ZZ /ATTP-NĐTP").number, read_number_line("Số 38 - HD/BTCTW").number
    ('…/ATTP-NĐTP', '38-HD/BTCTW')
    >>> read_number_line("Số:07CT-UBND")
    NumberLine(number='07/CT-UBND', start=3, end=12, complete=True, mended=True, empty=False)
    """
    said = _SAYS_NUMBER.match(line)
    start = said.end() if said else 0
    exact = NUMBER.search(line, start)
    if exact is not None and (said is None or _NOTHING_WRITTEN.fullmatch(line[start : exact.start()])):
        if said is None and _LETTER.search(line[: exact.start()]):
            return None  # a number that the line cites
        return NumberLine(number_of(exact), exact.start(), exact.end(), complete=True)
    blank = _UNREADABLE.match(line, start) if said else None
    if blank is None or (_WORD_OF_LETTERS.search(blank["blank"])):
        return None
    return _from_blank(line, blank, filled_in)


_MARKS = regex.compile(r"[\s.,:_…·'\"`’-]+")
_ORDINAL_AND_YEAR = regex.compile(r"(\d{1,5})?((?:19|20)\d\d)")
_ORDINAL_BEHIND = regex.compile(r"\s*(\d{1,5})\s*[.]?\s*$")
_SPACES = regex.compile(r"\s+")
_ORDINAL = regex.compile(r"\d{1,6}\p{Ll}?")
_FIGURES_ONLY = regex.compile(r"\d{1,6}")


def _from_blank(line: str, match: regex.Match[str], filled_in: Sequence[str]) -> NumberLine:
    """A number whose figures stand in pieces, after the notation, over the blank, or nowhere."""
    inside = _MARKS.sub("", match["blank"])
    year = _ORDINAL_AND_YEAR.fullmatch(inside) if "/" in match["blank"] else None
    behind = _ORDINAL_BEHIND.match(line[match.end() :])
    over = "".join(filled_in)
    separator = "-" if "/" in match["notation"] and "/" not in line[match.start() : match.start("notation")] else "/"
    notation = correct_notation(match["notation"]) if separator == "/" else _SPACES.sub("", match["notation"])
    figures = inside if _ORDINAL.fullmatch(inside) and year is None else ""
    if not figures and _FIGURES_ONLY.fullmatch(over):
        figures = over
    if not figures and behind is not None:
        figures = behind[1]
    mended = bool(figures) and figures == inside
    end = match.end() if behind is None or figures != behind[1] else match.end() + behind.end(1)
    return NumberLine(
        f"{figures or BLANK}{separator}{notation}", match.start(), end, bool(figures), mended, not (figures or inside)
    )


# --- the line of place and date --------------------------------------------------------------------------------------

_DATELINE = regex.compile(
    r"(?:(?P<place>[a-z][a-z .–-]{1,40}?)\s*[,.]\s*)?\bng(?:a[a-z]|[a-z]y)(?P<day>[^,]{0,12}?),?\s*th[a-z]ng"
    r"(?P<month>[^,]{0,9}?),?\s*n[a-z]m\b\s*(?P<year>[\d. ]{0,11})"
)
_SHORT_DATELINE = regex.compile(
    r"^\W*(?P<place>[a-z][a-z .–-]{1,40}?)\s*,\s*(?:ng[a-z]{1,3}\s*)?"
    r"(?P<day>\d{1,2})\s?[/.-]\s?(?P<month>\d{1,2})\s?[/.-]\s?(?P<year>(?:19|20)\d\d)\W*$"
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """Place and date of a line: figures of what is legible, ``None`` for what is not; offsets in the line."""

    start: int
    end: int
    day: int | None
    month: int | None
    year: int | None
    place: tuple[int, int] | None
    date_start: int
    """Where "ngày" stands."""
    mended: bool = False

    @property
    def iso(self) -> str | None:
        """ISO day, month or year, as far as it is known."""
        if self.year is None:
            return None
        if self.month is None or not 1 <= self.month <= 12:
            return f"{self.year:04}"
        if self.day is None or not 1 <= self.day <= days_of(self.year, self.month):
            return f"{self.year:04}-{self.month:02}"
        return f"{self.year:04}-{self.month:02}-{self.day:02}"

    @property
    def precision(self) -> str | None:
        return {10: "day", 7: "month", 4: "year"}.get(len(self.iso or ""))


def days_of(year: int, month: int) -> int:
    """Days of a month.

    >>> days_of(2024, 2), days_of(1900, 2), days_of(2025, 4)
    (29, 28, 30)
    """
    return monthrange(year, month)[1]


_PLACE_ALONE = regex.compile(r"(?:\p{Lu}\p{Ll}+\s+){1,5}")
"""A place in capitals before "ngày", the comma between them left out."""
_FILLED_BEHIND = regex.compile(r"\s*(?P<year>(?:19|20)\d\d)(?P<figures>(?:\s+\d{1,2}){1,2})\s*")
"""Figures typed over the blanks that a text layer has behind the printed line."""
_DIGIT = regex.compile(r"\d")
_FIGURES_APART = regex.compile(r"\d\s+\d")


def read_dateline(line: str, day: str = "", month: str = "") -> Dateline | None:
    """The date of a line "…, ngày 05 tháng 3 năm 2018"; ``day`` and ``month`` are figures that stand over its blanks.

    >>> read_dateline("Lâm Đồng, ngày 04, tháng 9 năm 2025").iso, read_dateline("Vị Thanh, ngày C9 tháng 3 năm 2010").iso
    ('2025-09-04', '2010-03')
    >>> read_dateline("Bỉm Sơn, ngày tháng năm 2024", "09", "9").iso, read_dateline("Hà Nội, 12/5/2020").iso
    ('2024-09-09', '2020-05-12')
    >>> read_dateline("Bình An, ngày ..... tháng ... năm 2022 24 9").iso
    '2022-09-24'
    """
    plain = fold(line)
    if len(plain) != len(line):
        return None
    match = _DATELINE.search(plain) or _SHORT_DATELINE.match(plain)
    if match is None:
        return None
    behind = _FILLED_BEHIND.fullmatch(match["year"])
    if behind is not None:
        figures = iter(behind["figures"].split())
        day = day if _DIGIT.search(match["day"]) else next(figures, day)
        month = month if _DIGIT.search(match["month"]) else next(figures, month)
    year = _figures(behind["year"] if behind is not None else match["year"])
    printed_day, printed_month = _figures(match["day"]), _figures(match["month"])
    named = match.span("place") if match["place"] else None
    if named is None and _PLACE_ALONE.fullmatch(line[: match.start()]):
        named = (0, len(line[: match.start()].rstrip()))
    start = named[1] if named else match.start()
    return Dateline(
        match.start(),
        match.end(),
        printed_day if printed_day is not None else _figures(day),
        printed_month if printed_month is not None else _figures(month),
        year if year is not None and 1900 <= year < 2100 else None,
        named,
        plain.find("ng", start) if "ng" in plain[start:] else start,
        mended=bool(_FIGURES_APART.search(f"{match['day']}|{match['month']}")),
    )


_DOTS = regex.compile(r"[\s.,:_…]+")
_SHORT_FIGURE = regex.compile(r"\d{1,4}")


def _figures(text: str) -> int | None:
    """The number that figures make, parted by dots or white, or ``None`` when anything else is among them."""
    tight = _DOTS.sub("", text)
    return int(tight) if _SHORT_FIGURE.fullmatch(tight) else None


# --- marks -----------------------------------------------------------------------------------------------------------

SECRECY = {"mat": "Mật", "toi mat": "Tối mật", "tuyet mat": "Tuyệt mật"}
"""Độ mật (Luật Bảo vệ bí mật nhà nước 2018, điều 8), stamped in red in a frame."""
URGENCY = {"khan": "Khẩn", "thuong khan": "Thượng khẩn", "hoa toc": "Hỏa tốc", "hoa toc hen gio": "Hỏa tốc hẹn giờ"}
"""Độ khẩn (Nghị định 30/2020/NĐ-CP, annex I)."""
MARK_LINE = regex.compile(rf"^\W*(?:{'|'.join(sorted((*SECRECY, *URGENCY), key=len, reverse=True))})\W*$")
"""A line that is nothing but a mark of secrecy or urgency, folded."""
COPIES = {
    "sao y": "Sao y",
    "sao y ban chinh": "Sao y",
    "sao luc": "Sao lục",
    "trich sao": "Trích sao",
    "sao y ban luu": "Sao y",
}
DRAFT = regex.compile(r"^\W*du thao(?: lan (?:thu )?(?P<number>\d{1,2}|[ivx]{1,4}))?\W*(?:\d{1,2}/\d{1,2}/\d{4})?\W*$")
ADDRESSEE = regex.compile(r"^\W*kinh (?:gui|trinh|thua|moi)\b|^\W*tran trong kinh moi\b|^\W*noi gui\b")
ABOUT = regex.compile(r"^\W*(?:V\s?/\s?v|V[êề] việc)\b\s*[:.]?\s*", regex.IGNORECASE)
"""How a trích yếu opens under the number of a công văn, or under the type."""
_OTHER_TITLES = ("lenh", "sac lenh", "phu luc.{0,8}", "danh muc")
TYPE_LINE = regex.compile(rf"^\W*(?:{'|'.join(sorted((*map(fold, set(document_types().values())), *_OTHER_TITLES)))})\W*$")
"""A line that is nothing but the name of a type, or heads an annex, folded."""
