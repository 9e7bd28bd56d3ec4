"""The structure of administrative prose: letterhead, title, numbered blocks, sign-off, appendices, sentences.

Lines of a page become *blocks* (a heading, a paragraph, a numbered or dashed item) whose text is joined over line
and page ends, with an exact way back to the text they came from. Blocks form a tree after their numbering
(Phần, Chương, Điều, I., 1., 1.1., a), -, +), and lead-ins ("... như sau:") govern the items below them.

The numbering and the parts of a document are those of Nghị định 30/2020/NĐ-CP (annex I) and, for older documents,
Thông tư 01/2011/TT-BNV. Nothing here looks at what the text means; that is the business of the extractors.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property

import regex

from corpus.model import Document, LineIndex, LineKind, Repaired, Span
from extractors.folding import folded

# --------------------------------------------------------------------------------------------------------------------
# Text joined over line ends


@dataclass(frozen=True, slots=True)
class Joined:
    """Text whose runs of white space and line ends became single spaces, with the way back.

    Piece ``i`` of ``text`` begins at ``starts[i]`` and stands in the document at ``origins[i]``. A code that a line end
    breaks after its hyphen or slash ("3373/QĐ-" | "UBND") is joined without a space.
    """

    text: str
    starts: tuple[int, ...] = ()
    origins: tuple[int, ...] = ()

    def to_document(self, start: int, end: int) -> Span:
        """The span of the document's text under ``text[start:end]``.

        >>> joined = join_pieces([(10, "Quyết  định"), (40, "số 5")])
        >>> joined.text, joined.to_document(6, 13)
        ('Quyết định số 5', Span(start=17, end=42))
        """
        if not self.starts:
            return Span(0, 0)
        first = self._origin(start)
        return Span(first, max(first, self._origin(end - 1) + 1) if end > start else first)

    def _origin(self, offset: int) -> int:
        piece = max(0, bisect_right(self.starts, offset) - 1)
        following = self.origins[piece + 1] if piece + 1 < len(self.origins) else None
        origin = self.origins[piece] + offset - self.starts[piece]
        return origin if following is None else min(origin, following)

    def cut(self, start: int, end: int | None = None) -> Joined:
        """The part ``text[start:end]``, still knowing where it came from."""
        end = len(self.text) if end is None else end
        first = max(0, bisect_right(self.starts, start) - 1)
        last = bisect_right(self.starts, max(start, end - 1))
        starts = [max(0, s - start) for s in self.starts[first:last]]
        origins = [o + max(0, start - s) for s, o in zip(self.starts[first:last], self.origins[first:last], strict=True)]
        return Joined(self.text[start:end], tuple(starts), tuple(origins))


_WORDS = regex.compile(r"\S+(?: \S+)*+")
_BROKEN_CODE = regex.compile(r"[\p{L}\d][-/]$")


def join_pieces(lines: Iterable[tuple[int, str]]) -> Joined:
    """Joins lines given as (offset in the document, text)."""
    text: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    length = 0
    for offset, line in lines:
        at_line_start = True
        for match in _WORDS.finditer(line):
            if text and not (at_line_start and _BROKEN_CODE.search(text[-1][-2:]) and not text[-1].endswith(" -")):
                text.append(" ")
                length += 1
            starts.append(length)
            origins.append(offset + match.start())
            text.append(match.group())
            length += len(match.group())
            at_line_start = False
    return Joined("".join(text), tuple(starts), tuple(origins))


# --------------------------------------------------------------------------------------------------------------------
# Labels


class Rank(IntEnum):
    """How deep a label stands; smaller is higher. Numbers with dots stand one deeper per dot (``NUMBER`` + depth)."""

    PART = 1
    CHAPTER = 2
    SECTION = 3
    ARTICLE = 4
    CAPITAL = 5
    ROMAN = 6
    NUMBER = 7
    LETTER = 13
    DASH = 15
    PLUS = 16
    NONE = 20


@dataclass(frozen=True, slots=True)
class Label:
    """The number or mark a block begins with: ``text`` as printed, ``end`` where its content begins in the line."""

    text: str
    rank: int
    end: int
    ordinal: int = 0


_LABEL = regex.compile(
    r"""
      (?P<part>   (?:PHẦN|Phần)\s+(?:thứ\s+|THỨ\s+)?(?:[IVX]{1,5}|\d{1,2}|một|hai|ba|bốn|năm|nhất|nhì|tư|sáu|bảy
                                     |MỘT|HAI|BA|BỐN|NĂM|NHẤT|NHÌ|TƯ|SÁU|BẢY|[A-Đ])\b[.:]? )
    | (?P<chapter> (?:CHƯƠNG|Chương)\s+(?:[IVX]{1,6}|\d{1,3})\b[.:]? )
    | (?P<section> (?:MỤC|Mục)\s+(?:[IVX]{1,5}|\d{1,3})\b[.:]?(?=\s|$) )
    | (?P<article> (?:ĐIỀU|Điều)\s+\d{1,3}[a-zđ]?\s?[.:] )
    | (?P<roman>  [IVX][IVXl1]{0,5} (?: \s?[.)/] (?=\s*\p{Lu}) | \s[-–|]\s(?=\p{Lu})) )
    | (?P<capital> [A-HĐ]\s?[.)](?=\s+\p{Lu}) )
    | (?P<number> \d{1,2}(?:\.\d{1,2}){0,4} (?: \s?[.)] (?!\d) | (?<=\.\d{1,2})(?=\s+\p{Lu}) ) )
    | (?P<letter> [a-zđ] (?: \s?\) | \.(?=\s+[\p{Lu}"“]) ) )
    | (?P<plus>   (?:[~'`´_|°]{1,2}\s+)? [+](?!\d) | [o◦○](?=\s+\p{Lu}) )
    | (?P<dash>   (?:[~'`´_|°]{1,2}\s+)? [-–—−•●▪■*‒] (?=\s|\p{L}|\d|["“(]) )
    """,
    regex.VERBOSE,
)
_RANKS = {
    "part": Rank.PART,
    "chapter": Rank.CHAPTER,
    "section": Rank.SECTION,
    "article": Rank.ARTICLE,
    "capital": Rank.CAPITAL,
    "roman": Rank.ROMAN,
    "number": Rank.NUMBER,
    "letter": Rank.LETTER,
    "plus": Rank.PLUS,
    "dash": Rank.DASH,
}
_POINTS = "abcdđeghiklmnopqrstuvxy"  # the order of points in Vietnamese lists (Nghị định 30/2020, no f, j, w, z)
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "l": 1, "1": 1}


def roman_value(text: str) -> int:
    """The value of a Roman number; l and 1 are misread I.

    >>> roman_value("IV"), roman_value("I11")
    (4, 3)
    """
    values = [_ROMAN_DIGITS[c] for c in text]
    return sum(-v if i + 1 < len(values) and v < values[i + 1] else v for i, v in enumerate(values))


def find_label(line: str) -> Label | None:
    """The label a (stripped) line begins with.

    >>> find_label("1.2. Mục tiêu"), find_label("23.525 hồ sơ")
    (Label(text='1.2.', rank=8, end=5, ordinal=2), None)
    """
    match = _LABEL.match(line)
    if match is None:
        return None
    group = match.lastgroup or ""
    text = match.group()
    rank, ordinal = int(_RANKS[group]), 0
    if group == "number":
        parts = [int(p) for p in regex.findall(r"\d+", text)]
        rank += len(parts) - 1
        ordinal = parts[-1]
    elif group == "roman":
        ordinal = roman_value(regex.match(r"[IVXl1]+", text).group())  # type: ignore[union-attr]
    elif group == "letter":
        ordinal = _POINTS.find(text[0]) + 1
    elif group == "article":
        ordinal = int(regex.search(r"\d+", text).group())  # type: ignore[union-attr]
    elif group == "capital":
        ordinal = "ABCDĐEGH".find(text[0]) + 1
    end = match.end()
    while end < len(line) and line[end].isspace():
        end += 1
    return Label(text, rank, end, ordinal)


# --------------------------------------------------------------------------------------------------------------------
# Blocks, sentences, tables


class Zone(StrEnum):
    """Which part of the document a block belongs to."""

    LETTERHEAD = "letterhead"
    TITLE = "title"
    BODY = "body"
    TAIL = "tail"
    """Nơi nhận and the signature block."""
    APPENDIX = "appendix"
    """What follows the signature: annexes, tables, a plan attached to a decision. It is read as body text."""


class Role(StrEnum):
    """What a block does for the blocks below it."""

    HEADING = "heading"
    LEAD_IN = "lead_in"
    """Ends in ":" and announces the blocks below."""
    TEXT = "text"


class Genre(StrEnum):
    """Whether figures in the document are to be reached or were reached."""

    PLAN = "plan"
    """Kế hoạch, chương trình, chỉ thị, quyết định, đề án …: what is to be done."""
    REPORT = "report"
    """Báo cáo: what was done, with a part on what comes next."""
    OTHER = "other"


@dataclass(frozen=True, eq=False)
class Block:
    """A heading, paragraph or item. ``joined`` is its text without its label; lines count from 1."""

    index: int
    zone: Zone
    role: Role
    label: Label | None
    joined: Joined
    line: int
    line_end: int
    parent: Block | None

    @property
    def text(self) -> str:
        return self.joined.text

    @property
    def rank(self) -> int:
        return self.label.rank if self.label else int(Rank.NONE)

    @property
    def is_announcing(self) -> bool:
        """A topic label or a lead-in, as opposed to a full sentence."""
        return self.role is not Role.TEXT

    def ancestors(self) -> Iterator[Block]:
        """Parents from the nearest to the root. At most one per rank."""
        block = self.parent
        while block is not None:
            yield block
            block = block.parent

    @property
    def lead(self) -> Block | None:
        """The nearest heading or lead-in above ("right above it" of the annotation rules)."""
        return next((b for b in self.ancestors() if b.is_announcing), None)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(Sentence(self, start, end) for start, end in split_sentences(self.text))


@dataclass(frozen=True, eq=False, slots=True)
class Sentence:
    """``block.text[start:end]``, final mark included."""

    block: Block
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.block.text[self.start : self.end]

    @property
    def span(self) -> Span:
        """In the text of the document."""
        return self.block.joined.to_document(self.start, self.end)

    def span_of(self, start: int, end: int) -> Span:
        """The span in the document of ``self.text[start:end]``."""
        return self.block.joined.to_document(self.start + start, self.start + end)

    @property
    def clauses(self) -> tuple[tuple[int, int], ...]:
        """Ranges of ``text`` between semicolons that stand outside parentheses."""
        return tuple(split_clauses(self.text))


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell with its joined text; ``line``/``line_end`` count from 1 over the document, 0 when empty."""

    row: int
    column: int
    row_span: int
    column_span: int
    joined: Joined
    line: int
    line_end: int

    @property
    def text(self) -> str:
        return self.joined.text


@dataclass(frozen=True, slots=True)
class TableText:
    """A table of one page, its cells by row and column; ``after`` is the index of the block before it (-1 = none)."""

    page: int
    rows: int
    columns: int
    header_rows: int
    continues: bool
    cells: tuple[TableCell, ...]
    confidence: float = 1.0
    after: int = -1

    def row(self, number: int) -> list[TableCell]:
        """Cells that stand in row ``number``, from left to right, also those that span it from above."""
        return sorted((c for c in self.cells if c.row <= number < c.row + c.row_span), key=lambda c: c.column)


@dataclass(frozen=True, eq=False)
class Structure:
    """All blocks of a text in reading order, and its tables."""

    text: str
    index: LineIndex
    blocks: tuple[Block, ...]
    tables: tuple[TableText, ...] = ()
    genre: Genre = Genre.OTHER
    type_word: str | None = None
    zone_of_line: tuple[Zone | None, ...] = field(default=(), repr=False)
    """For each line (index 0 = line 1) its zone; ``None`` for furniture, table cells and empty lines."""

    @property
    def body(self) -> Iterator[Block]:
        """Blocks of the body and of appendices."""
        return (b for b in self.blocks if b.zone in (Zone.BODY, Zone.APPENDIX))

    @property
    def sentences(self) -> Iterator[Sentence]:
        """Sentences of body and appendices in reading order, headings and lead-ins included."""
        return (s for b in self.body for s in b.sentences)

    def lines_of(self, span: Span) -> tuple[int, int]:
        """First and last line (from 1) of a span of the text."""
        return self.index.line_of(span.start), self.index.line_of(max(span.start, span.end - 1))

    def lines_in(self, *zones: Zone) -> list[tuple[int, str]]:
        """(line number, stripped text) of the non-empty lines in these zones."""
        found = []
        for number, zone in enumerate(self.zone_of_line, 1):
            if zone in zones:
                span = self.index.span_of(number)
                found.append((number, self.text[span.start : span.end].strip()))
        return found


# --------------------------------------------------------------------------------------------------------------------
# Sentences and clauses

_SENTENCE_END = regex.compile(r"(?:[.!?…]++|\./\.)[\"”'’)\]]*+\s+(?=[\p{Lu}\p{N}\"“(])")
_ABBREVIATION = regex.compile(
    r"(?:^|[\s(])(?:TP|Tp|tp|TX|Tx|TT|Q|P|H|ThS|Ths|TS|PGS|GS|BS|CN|KS|Mr|Ms|No|tr|St|Số|số|TM|KT|TL|TUQ|Đ|ĐT|[A-Z])$"
)


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Ranges of the sentences of a joined text.

    >>> [("Một. Hai 3.5 TP. Huế. Ba")[a:b] for a, b in split_sentences("Một. Hai 3.5 TP. Huế. Ba")]
    ['Một.', 'Hai 3.5 TP. Huế.', 'Ba']
    """
    ranges: list[tuple[int, int]] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        before = text[max(start, match.start() - 8) : match.start()]
        if text[match.start()] == "." and match.group().strip() == "." and _ABBREVIATION.search(before):
            continue
        end = match.end() - (len(match.group()) - len(match.group().rstrip()))
        if end > start:
            ranges.append((start, end))
        start = match.end()
    if start < len(text):
        ranges.append((start, len(text)))
    return ranges


def split_clauses(text: str) -> list[tuple[int, int]]:
    """Ranges between semicolons outside parentheses, without the semicolons and surrounding spaces.

    >>> [("a; b (c; d); e")[x:y] for x, y in split_clauses("a; b (c; d); e")]
    ['a', 'b (c; d)', 'e']
    """
    ranges: list[tuple[int, int]] = []
    start = depth = 0
    for match in regex.finditer(r"[();]", text):
        mark = match.group()
        if mark == "(":
            depth += 1
        elif mark == ")":
            depth = max(0, depth - 1)
        elif depth == 0:
            ranges.append((start, match.start()))
            start = match.end()
    ranges.append((start, len(text)))
    trimmed = []
    for a, b in ranges:
        piece = text[a:b]
        a += len(piece) - len(piece.lstrip())
        b -= len(piece) - len(piece.rstrip())
        if b > a:
            trimmed.append((a, b))
    return trimmed


# --------------------------------------------------------------------------------------------------------------------
# Lines into zones

TYPE_WORDS: dict[str, Genre] = {
    "chương trình": Genre.PLAN,
    "chương trình hành động": Genre.PLAN,
    "kế hoạch": Genre.PLAN,
    "kế hoạch hành động": Genre.PLAN,
    "kế hoạch phối hợp": Genre.PLAN,
    "chỉ thị": Genre.PLAN,
    "quyết định": Genre.PLAN,
    "nghị quyết": Genre.PLAN,
    "đề án": Genre.PLAN,
    "dự án": Genre.PLAN,
    "phương án": Genre.PLAN,
    "hướng dẫn": Genre.PLAN,
    "thông báo": Genre.PLAN,
    "thông báo kết luận": Genre.PLAN,
    "công điện": Genre.PLAN,
    "quy chế": Genre.PLAN,
    "quy định": Genre.PLAN,
    "tờ trình": Genre.PLAN,
    "thông tư": Genre.PLAN,
    "thông tư liên tịch": Genre.PLAN,
    "nghị định": Genre.PLAN,
    "báo cáo": Genre.REPORT,
    "biên bản": Genre.REPORT,
    "thông cáo": Genre.OTHER,
    "giấy mời": Genre.OTHER,
    "giấy ủy quyền": Genre.OTHER,
    "hợp đồng": Genre.OTHER,
    "luật": Genre.PLAN,
    "pháp lệnh": Genre.PLAN,
}
"""Types of Nghị định 30/2020/NĐ-CP (annex III) and of the normative documents of Luật Ban hành VBQPPL."""

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
_NATION = ("cong hoa xa hoi chu nghia viet nam", "doc lap tu do hanh phuc", "dang cong san viet nam")
_NUMBER_LINE = regex.compile(r"^(?:S[ốóôoồỗ6]|s[ốôo]|No)\s*[:.]?\s*[\w.…_-]{0,14}\s*[/-]")
_PLACE_DATE = regex.compile(r"(?:^|\p{L}\s*,\s*)ng[aàăâ]y\s.{0,8}?th[aáàăâ]ng\s.{0,8}?n[aăâ]m", regex.IGNORECASE)
_RECIPIENTS = regex.compile(r"^n[oơ0][il1]?\s*nh[aậâăạ][nm]\s*[:.;]?", regex.IGNORECASE)
_CAPACITY = regex.compile(r"^(?:TM|KT|TL|TUQ|T/M|K/T|T/L|Q)\s*[.,/]?\s+\p{Lu}{2}")
_OFFICE_LINE = regex.compile(
    r"^(?:PHÓ |QUYỀN )?(?:CHỦ TỊCH|CHỦ NHIỆM|GIÁM ĐỐC|BỘ TRƯỞNG|THỨ TRƯỞNG|THỦ TƯỚNG|CHÁNH VĂN PHÒNG"
    r"|TRƯỞNG BAN|BÍ THƯ|TỔNG GIÁM ĐỐC"
    r"|CỤC TRƯỞNG|VỤ TRƯỞNG|CHÁNH THANH TRA|HIỆU TRƯỞNG|VIỆN TRƯỞNG|CHI CỤC TRƯỞNG|TỔNG CỤC TRƯỞNG|TRƯỞNG PHÒNG)\b"
)
_APPENDIX = regex.compile(r"^(?:PHỤ LỤC|Phụ lục|PHU LUC|BIỂU|MẪU|DANH MỤC|THỐNG KÊ)\b|^\(?(?:Ban hành )?[Kk]èm theo ", 0)


@dataclass(slots=True)
class _Line:
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


def _read_lines(
    text: str,
    index: LineIndex,
    kinds: Sequence[LineKind] | None,
    paragraphs: Sequence[int] | None,
    skipped: set[int],
) -> list[_Line]:
    """Non-empty lines without furniture and without table cells."""
    lines: list[_Line] = []
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
        lines.append(_Line(number, start, stripped, kind, page, blank, paragraph, 0))
        blank = False
    lines = [line for i, line in enumerate(lines) if not _is_page_number(lines, i)]
    _measure(lines)
    return lines


def _is_page_number(lines: list[_Line], i: int) -> bool:
    """A line that is only a number, where a page begins or ends, apart from the text, or in the middle of a sentence."""
    line = lines[i]
    if line.kind is not LineKind.BODY or len(line.text) >= 12 or not _PAGE_NUMBER.match(line.text):
        return False
    before = lines[i - 1] if i else None
    after = lines[i + 1] if i + 1 < len(lines) else None
    at_edge = before is None or after is None or before.page != line.page or after.page != line.page
    interrupts = before is not None and after is not None and after.text[0].islower() and not _is_terminal(before.text)
    return line.blank_before or at_edge or interrupts


def _measure(lines: list[_Line]) -> None:
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


def _assign_zones(lines: list[_Line]) -> str | None:
    """Marks letterhead, title, tail and appendix; returns the type word of the title if there is one."""
    body_start, type_word = _find_head(lines)
    tail_start, tail_end = _find_tail(lines, body_start)
    for line in lines[tail_start:tail_end]:
        line.zone = Zone.TAIL
    for line in lines[tail_end:]:
        line.zone = Zone.APPENDIX
    return type_word


def _looks_like_letterhead(line: _Line) -> bool:
    plain = " ".join(_LETTERS.sub(" ", folded(line.text)).split())
    return (
        line.kind is LineKind.LETTERHEAD
        or any(nation in plain for nation in _NATION)
        or bool(_NUMBER_LINE.match(line.text))
        or bool(_PLACE_DATE.search(line.text) and len(line.text) < 75 and not line.text.endswith((".", ";")))
        or (is_capitals(line.text) and find_label(line.text) is None and len(line.text) < 90)
        or line.text.startswith(("V/v", "V/v:", "v/v"))
    )


def _is_sure_head(line: _Line) -> bool:
    """A line that only a letterhead has: the name of the nation, a number, a place with a date."""
    plain = " ".join(_LETTERS.sub(" ", folded(line.text)).split())
    return any(nation in plain for nation in _NATION) or bool(_NUMBER_LINE.match(line.text) or _PLACE_DATE.search(line.text))


def _find_head(lines: list[_Line]) -> tuple[int, str | None]:
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
            while end < len(head) and _looks_like_letterhead(head[end]) and not _APPENDIX.match(head[end].text):
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


def _title_end(lines: list[_Line], start: int, *, at_start: bool = False) -> int:
    """Index after the last line of the trích yếu that begins at ``start`` (at most eight lines)."""
    if at_start and not (start < len(lines) and regex.match(r"(?:V/v|Về việc|Về)\b", lines[start].text)):
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
        if end == start and (find_label(line.text) or regex.match(r"(?:Căn cứ|Kính gửi)\b", line.text)):
            break
        if line.text.rstrip("_-–. ") and line.text.endswith((".", ";")) and not line.text.endswith("..."):
            break
        end += 1
    return end


def _find_tail(lines: list[_Line], body_start: int) -> tuple[int, int]:
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
        if _APPENDIX.match(line.text) and not line.text.startswith("-"):
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


def _is_tail_cue(lines: list[_Line], i: int) -> bool:
    text = lines[i].text
    if _RECIPIENTS.match(text):
        return True
    if not _belongs_to_tail(lines[i]):
        return False
    ended = i > 0 and (lines[i - 1].text.rstrip("@y ").endswith(("/.", ".")) or lines[i].kind is LineKind.SIGNATURE)
    return ended and bool(_CAPACITY.match(text) or _OFFICE_LINE.match(text))


def _belongs_to_tail(line: _Line) -> bool:
    return (
        bool(_CAPACITY.match(line.text) or _OFFICE_LINE.match(line.text))
        or line.kind in (LineKind.RECIPIENTS, LineKind.SIGNATURE)
        or (
            is_capitals(line.text)
            and len(line.text) < 50
            and line.kind is not LineKind.TITLE
            and find_label(line.text) is None
            and "./." not in line.text
        )
    )


# --------------------------------------------------------------------------------------------------------------------
# Lines into blocks

_TERMINAL = regex.compile(r"(?:[.;:!?…]|\./\.)[\"”'’)\]]*$")


def _is_terminal(text: str) -> bool:
    return bool(_TERMINAL.search(text[-6:]))


def _label_of_line(line: _Line, previous: _Line | None, expected: set[tuple[int, int]]) -> Label | None:
    """The label of a line that begins a block, ``None`` when it begins none or the mark belongs to the sentence above.

    ``expected`` holds (rank, ordinal) of the labels that would go on one of the open lists.
    """
    label = find_label(line.text)
    if label is None or previous is None or line.zone is not previous.zone:
        return label
    content = line.text[label.end :]
    ended = _is_terminal(previous.text)
    room = _has_room(previous, line)
    if label.rank in (Rank.DASH, Rank.PLUS):
        if content[:1].islower():
            return label if ended or previous.text.endswith(",") else None
        return label if ended or room or line.blank_before or previous.text.endswith(",") else None
    if label.rank <= Rank.ARTICLE:
        return label if ended or room or line.blank_before or not content[:1].islower() else None
    if content[:1].islower() and label.rank != Rank.LETTER:
        return None
    if ended or line.blank_before or room or (label.rank, label.ordinal) in expected:
        return label
    return None


def _has_room(previous: _Line, line: _Line, share: float = 0.93) -> bool:
    """Whether the first word of ``line`` would still have fitted on the line above, so that a paragraph ended there."""
    first = line.text.split(" ", 1)[0]
    return len(previous.text) + 1 + len(first) <= share * previous.width


# A line that ends in one of these is not the end of a paragraph, whatever white space follows it.
_GOES_ON = regex.compile(
    r"(?:[\p{L}\d][-/]|,|\b(?:của|và|về|các|với|theo|tại|cho|trong|số|ngày|tháng|do|bởi|từ|đến|hoặc|những|một"
    r"|là|để|trên|việc))$"
)
_OPENERS = regex.compile(r"^(?:Căn cứ|Thực hiện|Trong|Để|Nhằm|Trên cơ sở|Theo|Hàng năm|Hằng năm|Hiện nay|Tiếp tục|Đến)\b")


def _begins_block(line: _Line, previous: _Line, label: Label | None, labelled: Label | None) -> bool:
    """Whether ``line`` begins a block; ``labelled`` is the label of the block that is being read."""
    if label is not None or line.zone is not previous.zone:
        return True
    if " | " in line.text or " | " in previous.text:
        return True  # what is left of a table's rules
    if _GOES_ON.search(previous.text[-12:]):
        return False
    capitals, before = is_capitals(line.text), is_capitals(previous.text)
    if capitals != before and len(line.text) > 3 and len(previous.text) > 3:
        heading_ends = before and labelled is not None and line.text[0].isupper()
        if line.blank_before or heading_ends or _has_room(previous, line):
            return True
    ended = _is_terminal(previous.text)
    if line.text[0].islower():
        return ended and line.blank_before
    if capitals and before:
        return line.blank_before and ended
    apart = line.blank_before or (line.paragraph != previous.paragraph and line.page == previous.page)
    numbered = labelled is not None and labelled.rank < Rank.DASH
    if apart:
        return ended or _has_room(previous, line, 0.97) or (numbered and bool(_OPENERS.match(line.text)))
    return _has_room(previous, line, 0.93 if ended or numbered else 0.72)


@dataclass(slots=True)
class _Draft:
    lines: list[_Line]
    label: Label | None
    zone: Zone
    joined: Joined = Joined("")
    role: Role = Role.TEXT


def _draft_blocks(lines: list[_Line]) -> list[_Draft]:
    drafts: list[_Draft] = []
    open_lists: dict[int, int] = {}
    previous: _Line | None = None
    for line in lines:
        expected = {(rank, ordinal + 1) for rank, ordinal in open_lists.items()}
        label = _label_of_line(line, previous, expected) if line.zone in (Zone.BODY, Zone.APPENDIX) else None
        if previous is None or _begins_block(line, previous, label, drafts[-1].label):
            drafts.append(_Draft([line], label, line.zone))
            if label is not None:
                open_lists = {rank: n for rank, n in open_lists.items() if rank < label.rank}
                open_lists[label.rank] = label.ordinal
        else:
            drafts[-1].lines.append(line)
        previous = line
    for draft in drafts:
        first, *others = draft.lines
        cut = draft.label.end if draft.label else 0
        draft.joined = join_pieces([(first.start + cut, first.text[cut:]), *((line.start, line.text) for line in others)])
    return drafts


_MAX_HEADING = 60  # syllables; the longest headings seen (section 3 of a directive) have 43


def _role_of(draft: _Draft, following: _Draft | None) -> Role:
    text = draft.joined.text
    if text.endswith(":"):
        return Role.LEAD_IN
    if following is None or following.zone is not draft.zone:
        return Role.TEXT
    rank = draft.label.rank if draft.label else Rank.NONE
    syllables = text.count(" ") + 1
    if rank <= Rank.ARTICLE:
        return Role.HEADING if not _is_terminal(text) or not text else Role.TEXT
    if text[:1].islower():
        return Role.TEXT
    if not _is_terminal(text) and not text.endswith(","):
        if rank < Rank.DASH:
            return Role.HEADING if syllables <= _MAX_HEADING else Role.TEXT
        if rank == Rank.NONE:
            return Role.HEADING if syllables <= 15 or (is_capitals(text) and syllables <= _MAX_HEADING) else Role.TEXT
        return Role.TEXT
    deeper = following.label is not None and following.label.rank > rank
    if rank < Rank.DASH and text.endswith(".") and deeper and syllables <= 20 and len(split_sentences(text)) == 1:
        return Role.HEADING
    return Role.TEXT


def _stand_of(draft: _Draft, following: _Draft | None) -> float:
    """How deep a block stands in the tree: its rank, or for an unnumbered lead-in just above what it announces."""
    if draft.label is not None:
        return float(draft.label.rank)
    if draft.role is Role.HEADING and is_capitals(draft.joined.text):
        return Rank.CAPITAL
    if draft.role is Role.TEXT:
        return float(Rank.NONE)
    if following is not None and following.label is not None:
        return following.label.rank - 0.5
    return Rank.NONE - (2.0 if draft.role is Role.HEADING else 1.0)


def _is_closed_by(standing: float, stand: float) -> bool:
    """Whether a block at ``stand`` ends the reach of one at ``standing``; paragraphs end dashed items, not lead-ins."""
    return standing >= stand or (stand > Rank.PLUS and Rank.LETTER < standing <= Rank.PLUS)


def _build_tree(drafts: list[_Draft]) -> list[Block]:
    blocks: list[Block] = []
    stack: list[tuple[float, Block]] = []
    for i, draft in enumerate(drafts):
        following = drafts[i + 1] if i + 1 < len(drafts) else None
        if i and draft.zone is not drafts[i - 1].zone:
            stack.clear()
        stand = _stand_of(draft, following)
        just_announced = blocks[-1] if blocks and blocks[-1].is_announcing and stand > Rank.PLUS else None
        while stack and _is_closed_by(stack[-1][0], stand) and (stack[-1][1] is not just_announced or stack[-1][0] >= stand):
            stack.pop()
        parent = stack[-1][1] if stack else None
        block = Block(
            i, draft.zone, draft.role, draft.label, draft.joined, draft.lines[0].number, draft.lines[-1].number, parent
        )
        blocks.append(block)
        if stand < Rank.NONE or draft.role is not Role.TEXT:
            stack.append((stand, block))
    return blocks


# --------------------------------------------------------------------------------------------------------------------
# Genre

_REPORTS = regex.compile(
    r"báo cáo (?:tình hình|kết quả|sơ kết|tổng kết|công tác)[^.;]{0,200}như sau|kính báo cáo"
    r"|^Trên đây là (?:báo cáo|tình hình|kết quả)",
    regex.IGNORECASE | regex.MULTILINE,
)
_ORDERS = regex.compile(
    r"ban hành (?:Chương trình|Kế hoạch|Đề án|Chỉ thị)|chỉ thị,? yêu cầu|QUYẾT ĐỊNH\s*:|yêu cầu (?:Thủ trưởng"
    r"|Giám đốc|các sở)"
    r"|nội dung Chỉ thị|^Trên đây là (?:Kế hoạch|Chương trình)|Chương trình này|Kế hoạch này",
    regex.IGNORECASE | regex.MULTILINE,
)


def _genre_of(type_word: str | None, blocks: Sequence[Block]) -> Genre:
    if type_word is not None:
        return TYPE_WORDS[type_word]
    prose = [b.text for b in blocks if b.zone is Zone.BODY]
    opening = "\n".join(t[:2000] for t in prose[:8])
    closing = "\n".join(t[:2000] for t in prose[-4:])
    text = opening + "\n" + closing
    if _REPORTS.search(text):
        return Genre.REPORT
    return Genre.PLAN if _ORDERS.search(text) else Genre.OTHER


# --------------------------------------------------------------------------------------------------------------------
# The whole


@dataclass(frozen=True, slots=True)
class TableLines:
    """A table as lines of the whole text: for each cell the numbers (from 1) of its lines."""

    page: int
    rows: int
    columns: int
    cells: tuple[tuple[int, int, int, int, range], ...]
    """(row, column, row_span, column_span, lines)"""
    header_rows: int = 0
    continues: bool = False
    confidence: float = 1.0


def analyse(
    text: str,
    *,
    kinds: Sequence[LineKind] | None = None,
    paragraphs: Sequence[int] | None = None,
    tables: Sequence[TableLines] = (),
) -> Structure:
    """The structure of a text whose line ``i`` has kind ``kinds[i]`` and stands in paragraph ``paragraphs[i]``.

    Time grows linearly with the text.
    """
    index = LineIndex(text)
    in_tables = {number for table in tables for cell in table.cells for number in cell[4]}
    lines = _read_lines(text, index, kinds, paragraphs, in_tables)
    type_word = _assign_zones(lines)
    drafts = _draft_blocks(lines)
    for i, draft in enumerate(drafts):
        draft.role = _role_of(draft, drafts[i + 1] if i + 1 < len(drafts) else None)
    blocks = _build_tree(drafts)
    zones: list[Zone | None] = [None] * len(index)
    for line in lines:
        zones[line.number - 1] = line.zone
    return Structure(
        text=text,
        index=index,
        blocks=tuple(blocks),
        tables=tuple(_table_text(text, index, table, blocks) for table in tables),
        genre=_genre_of(type_word, blocks),
        type_word=type_word,
        zone_of_line=tuple(zones),
    )


def _table_text(text: str, index: LineIndex, table: TableLines, blocks: Sequence[Block]) -> TableText:
    cells = []
    first_line = min((c[4].start for c in table.cells if len(c[4])), default=0)
    for row, column, row_span, column_span, numbers in table.cells:
        spans = [index.span_of(n) for n in numbers]
        joined = join_pieces((s.start, text[s.start : s.end]) for s in spans)
        ends = (numbers.start, numbers.stop - 1) if len(numbers) else (0, 0)
        cells.append(TableCell(row, column, row_span, column_span, joined, *ends))
    after = bisect_right([b.line for b in blocks], first_line) - 1
    return TableText(
        table.page, table.rows, table.columns, table.header_rows, table.continues, tuple(cells), table.confidence, after
    )


def structure_of(document: Document, repaired: Repaired) -> Structure:
    """The structure of a repaired document, with the kinds of its lines and its tables."""
    kinds: list[LineKind] = []
    paragraphs: list[int] = []
    tables: list[TableLines] = []
    first = 1
    for page in document.pages:
        kinds += (line.kind for line in page.lines)
        paragraphs += (line.paragraph for line in page.lines)
        for table in page.tables:
            cells = tuple(
                (c.row, c.column, c.row_span, c.column_span, range(first + c.lines.start, first + c.lines.stop))
                for c in table.cells
            )
            tables.append(
                TableLines(
                    page.number, table.rows, table.columns, cells, table.header_rows, table.continues, table.confidence
                )
            )
        first += len(page.lines)
    return analyse(repaired.text, kinds=kinds, paragraphs=paragraphs, tables=tables)


# Over folded text. What looks back stands at the head of its heading: "khắc phục những hạn chế" does not.
_PAST = regex.compile(
    r"^(?:(?:mot so|nhung|cac|ve|danh gia(?: chung)?(?: ve)?|nhan xet|khai quat|phan tich|cong tac|tong quan"
    r"|dac diem)[ ,:]+)*"
    r"(?:ket qua|thuc trang|tinh hinh|danh gia (?:chung|tinh hinh|ket qua|thuc trang)|danh gia$|han che"
    r"|ton tai|nguyen nhan|boi canh|uu diem"
    r"|dac diem|nhan xet|kho khan|thuan loi|su can thiet|mat duoc|nhung mat|bai hoc)\b"
)
_FUTURE = regex.compile(
    r"\b(?:nhiem vu|phuong huong|giai phap|muc tieu|ke hoach|to chuc thuc hien|thoi gian toi|phan cong"
    r"|chi tieu|yeu cau|kien nghi|trach nhiem)\b"
)


def looks_back(block: Block) -> bool:
    """Whether the headings over a block announce results and conditions, not work to be done.

    The nearest heading that says either decides: "I. Kết quả thực hiện" looks back, "IV. Nhiệm vụ trọng tâm" does not.
    """
    for above in block.ancestors():
        if above.role is Role.HEADING or above.rank <= Rank.SECTION:
            text = folded(above.text[:200])
            future, past = _FUTURE.search(text), _PAST.search(text)
            if past and (future is None or past.start() < future.start()):
                return True
            if future:
                return False
    return False
