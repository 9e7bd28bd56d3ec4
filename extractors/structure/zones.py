"""Zones of a document, line by line: letterhead, title, body, tail, appendix, furniture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from documents.edits import LineIndex
from documents.page import LineKind
from extractors.structure.blocks import Zone
from extractors.structure.genre import TYPE_WORDS
from extractors.structure.labels import Rank, find_label
from extractors.words.folding import folded
from normalizers.official_form import APPENDIX_LINE, CAPACITY, MOTTOES, NUMBER_LINE, PLACE_DATE, RECIPIENTS_LINE, office_line

_FOLDED_TYPES = {folded(word): word for word in TYPE_WORDS}
_LETTERHEAD_LINES = 45  # the letterhead and title of the longest real head (Party + government, two columns) take under 30
_TAIL_LINES = 60
_FURNITURE = frozenset(
    {
        LineKind.PAGE_NUMBER,
        LineKind.RUNNING_HEAD,
        LineKind.FOOTNOTE,
        LineKind.STAMP,
        LineKind.MARGIN_NOTE,
    }
)
_PAGE_NUMBER = regex.compile(r"^[-–—\s]*(?:Trang\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?[-–—\s.]*$")
_ADDRESS = regex.compile(r"^(?:https?://|www\.)\S+$")
_LETTERS = regex.compile(r"[^a-z ]+")
_OPENING = regex.compile(
    r"^(?:Căn cứ|Thực hiện|Trong |Để |Nhằm |Triển khai|Ngày |Thi hành|Theo |Xét |Trên cơ sở|Sau khi|Qua |Từ |Kính gửi"
    r"|Kính trình|Tiếp tục|Nhân dịp|Hiện nay|Thời gian|Năm \d|Vừa qua|Ủy ban nhân dân|UBND|Hội đồng nhân dân"
    r"|HĐND|Chủ tịch|Thủ tướng"
    r"|I\.|1\.|Điều 1|Phần|(?:CHỦ TỊCH |CHÁNH VĂN PHÒNG )?(?:ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN"
    r"|HỘI ĐỒNG NHÂN DÂN)|CHÍNH PHỦ|THỦ TƯỚNG|BỘ TRƯỞNG|GIÁM ĐỐC)"
)


@dataclass(slots=True)
class Line:
    """A line on its way into a block."""

    number: int
    start: int
    text: str
    kind: LineKind
    page: int
    blank_before: bool
    paragraph: int
    width: int
    zone: Zone = Zone.BODY


def is_capitals(text: str) -> bool:
    """At least two letters in three of the text (and two letters at all) are capitals."""
    letters = sum(map(str.isalpha, text))
    return letters >= 2 and sum(map(str.isupper, text)) >= 0.67 * letters


def type_word_of(line: str) -> str | None:
    """The document type that a line consists of, one misread letter in five allowed.

    >>> type_word_of("CHU'ƠNG TRÌNH"), type_word_of("BÁO CÁO"), type_word_of("KẾ TOÁN")
    ('chương trình', 'báo cáo', None)
    """
    line = line.strip(" :.-–")
    if not line or len(line) > 40:
        return None
    if not is_capitals(line):  # capitals of .VnTimeH fonts are lost on conversion; then the word must stand as it is
        return line.lower() if line[0].isupper() and line.lower() in TYPE_WORDS and line[1:].islower() else None
    plain = " ".join(_LETTERS.sub("", folded(line)).split())
    exact = _FOLDED_TYPES.get(plain)
    if exact or len(plain) < 6:
        return exact
    for candidate, word in _FOLDED_TYPES.items():
        if abs(len(candidate) - len(plain)) <= 1 and len(candidate) >= 7 and _distance_at_most_one(candidate, plain):
            return word
    return None


def _distance_at_most_one(a: str, b: str) -> bool:
    if len(a) > len(b):
        a, b = b, a
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    return a[at + 1 :] == b[at + 1 :] if len(a) == len(b) else a[at:] == b[at + 1 :]


def read_lines(
    text: str,
    index: LineIndex,
    kinds: Sequence[LineKind] | None,
    paragraphs: Sequence[int] | None,
    skipped: set[int],
) -> list[Line]:
    """Non-empty lines without furniture and without table cells."""
    lines: list[Line] = []
    blank = True
    page = 1
    for number in range(1, len(index) + 1):
        span = index.span_of(number)
        whole = text[span.start : span.end]
        page += whole.count("\f")
        stripped = whole.strip()
        kind = kinds[number - 1] if kinds and number <= len(kinds) else LineKind.BODY
        if not stripped:
            blank = True
            continue
        if number in skipped:
            blank = True
            continue
        if kind in _FURNITURE or _ADDRESS.match(stripped):
            continue
        paragraph = paragraphs[number - 1] if paragraphs and number <= len(paragraphs) else 0
        start = span.start + whole.index(stripped[0])
        lines.append(Line(number, start, stripped, kind, page, blank, paragraph, 0))
        blank = False
    lines = [line for i, line in enumerate(lines) if not _is_page_number(lines, i)]
    _measure(lines)
    return lines


def _is_page_number(lines: list[Line], i: int) -> bool:
    """A line that is only a number, where a page begins or ends, apart from the text, or in the middle of a sentence."""
    line = lines[i]
    if line.kind is not LineKind.BODY or len(line.text) >= 12 or not _PAGE_NUMBER.match(line.text):
        return False
    before = lines[i - 1] if i else None
    after = lines[i + 1] if i + 1 < len(lines) else None
    at_edge = before is None or after is None or before.page != line.page or after.page != line.page
    interrupts = before is not None and after is not None and after.text[0].islower() and not is_terminal(before.text)
    return line.blank_before or at_edge or interrupts


def _measure(lines: list[Line]) -> None:
    """The full width in characters of the lines of each page, from its long lines; pages with few lines use all."""
    by_page: dict[int, list[int]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(len(line.text))
    everywhere = _upper_decile([len(line.text) for line in lines])
    widths = {page: _upper_decile(w) if len(w) >= 12 else everywhere for page, w in by_page.items()}
    for line in lines:
        line.width = widths[line.page]


def _upper_decile(lengths: list[int]) -> int:
    return sorted(lengths)[int(0.9 * (len(lengths) - 1))] if lengths else 0


def assign_zones(lines: list[Line]) -> str | None:
    """Marks letterhead, title, tail and appendix; returns the type word of the title if there is one."""
    body_start, type_word = _find_head(lines)
    tail_start, tail_end = _find_tail(lines, body_start)
    for line in lines[tail_start:tail_end]:
        line.zone = Zone.TAIL
    for line in lines[tail_end:]:
        line.zone = Zone.APPENDIX
    return type_word


def _looks_like_letterhead(line: Line) -> bool:
    plain = " ".join(_LETTERS.sub(" ", folded(line.text)).split())
    return (
        line.kind is LineKind.LETTERHEAD
        or any(nation in plain for nation in MOTTOES)
        or bool(NUMBER_LINE.match(line.text))
        or bool(PLACE_DATE.search(line.text) and len(line.text) < 75 and not line.text.endswith((".", ";")))
        or (is_capitals(line.text) and find_label(line.text) is None and len(line.text) < 90)
        or line.text.startswith(("V/v", "V/v:", "v/v"))
    )


def _is_sure_head(line: Line) -> bool:
    """A line that only a letterhead has: the name of the nation, a number, a place with a date."""
    plain = " ".join(_LETTERS.sub(" ", folded(line.text)).split())
    return any(nation in plain for nation in MOTTOES) or bool(NUMBER_LINE.match(line.text) or PLACE_DATE.search(line.text))


def _find_head(lines: list[Line]) -> tuple[int, str | None]:
    """Index of the first body line, and the type word. Marks what stands before."""
    head = lines[:_LETTERHEAD_LINES]
    for i, line in enumerate(head):
        if find_label(line.text) is not None and not line.text.startswith(("-", "–", "*")):
            head = head[:i]  # numbered text has begun: the title can't follow
            break
    at = next((i for i, line in enumerate(head) if type_word_of(line.text)), None)
    if at is None:
        greeting = next((i for i, line in enumerate(head) if folded(line.text).startswith("kinh gui")), None)
        end = 0
        if greeting is not None:
            end = greeting + 1
            while end < len(head) and (head[end].text.startswith(("-", "–", "+")) or head[end].text.endswith((";", ","))):
                end += 1
            if end < len(head) and end > greeting + 1 and head[end - 1].text.endswith((";", ",")):
                end += 1
        else:
            while end < len(head) and _looks_like_letterhead(head[end]) and not APPENDIX_LINE.match(head[end].text):
                end += 1
            title_end = _title_end(lines, end, at_start=not any(_is_sure_head(line) for line in head[:end]))
            for line in lines[end:title_end]:
                line.zone = Zone.TITLE
            for line in lines[:end]:
                line.zone = Zone.LETTERHEAD
            return title_end, None
        for line in lines[:end]:
            line.zone = Zone.LETTERHEAD
        return end, None
    for line in lines[:at]:
        line.zone = Zone.LETTERHEAD
    end = _title_end(lines, at + 1)
    for line in lines[at:end]:
        line.zone = Zone.TITLE
    return end, type_word_of(lines[at].text)


_BASIS_OR_ADDRESSEE = regex.compile(r"(?:Căn cứ|Kính gửi)\b")
_ABOUT = regex.compile(r"(?:V/v|Về việc|Về)\b")


def _title_end(lines: list[Line], start: int, *, at_start: bool = False) -> int:
    """Index after the last line of the trích yếu that begins at ``start`` (at most eight lines)."""
    if at_start and not (start < len(lines) and _ABOUT.match(lines[start].text)):
        return start
    end = start
    while end < min(len(lines), start + 8):
        line = lines[end]
        if end > start and (
            (_OPENING.match(line.text) and line.kind is not LineKind.TITLE)
            or find_label(line.text)
            or (line.blank_before and not line.text[0].islower() and line.kind is not LineKind.TITLE)
            or len(line.text) > 200  # a whole paragraph on one line
            or (len(lines[end - 1].text) < 0.6 * line.width < 0.9 * len(line.text) and line.text[0].isupper())
        ):
            break
        if end == start and (find_label(line.text) or _BASIS_OR_ADDRESSEE.match(line.text)):
            break
        if line.text.rstrip("_-–. ") and line.text.endswith((".", ";")) and not line.text.endswith("..."):
            break
        end += 1
    return end


def _find_tail(lines: list[Line], body_start: int) -> tuple[int, int]:
    """Range of the lines of Nơi nhận and the signature block; empty at the end when there is none."""
    cue = next((i for i in range(body_start, len(lines)) if _is_tail_cue(lines, i)), None)
    if cue is None:
        return len(lines), len(lines)
    start = cue
    while start > body_start and cue - start < 8 and _belongs_to_tail(lines[start - 1]):
        start -= 1
    end = cue + 1
    while end < len(lines) and end - cue < _TAIL_LINES:
        line = lines[end]
        if APPENDIX_LINE.match(line.text) and not line.text.startswith("-"):
            break
        if type_word_of(line.text) and end - cue > 2:
            break
        label = find_label(line.text)
        if label is not None and label.rank <= Rank.LETTER and len(line.text) > 30 and end - cue > 3:
            break
        if len(line.text) > 0.85 * line.width > 50 and not line.text.startswith("-") and end - cue > 6:
            break
        end += 1
    return start, end


def _is_tail_cue(lines: list[Line], i: int) -> bool:
    text = lines[i].text
    if RECIPIENTS_LINE.match(text):
        return True
    if not _belongs_to_tail(lines[i]):
        return False
    ended = i > 0 and (lines[i - 1].text.rstrip("@y ").endswith(("/.", ".")) or lines[i].kind is LineKind.SIGNATURE)
    return ended and bool(CAPACITY.match(text) or office_line().match(text))


def _belongs_to_tail(line: Line) -> bool:
    return (
        bool(CAPACITY.match(line.text) or office_line().match(line.text))
        or line.kind in (LineKind.RECIPIENTS, LineKind.SIGNATURE)
        or (
            is_capitals(line.text)
            and len(line.text) < 50
            and line.kind is not LineKind.TITLE
            and find_label(line.text) is None
            and "./." not in line.text
        )
    )


_TERMINAL = regex.compile(r"(?:[.;:!?…]|\./\.)[\"”'’)\]]*$")


def is_terminal(text: str) -> bool:
    return bool(_TERMINAL.search(text[-6:]))
