"""Reading order of a Vietnamese administrative page, after the form of Decree 30/2020/NĐ-CP (and 01/2011/TT-BNV before it).

    issuing body  | national motto            letterhead: row by row of blocks, left before right
    number, about | place and date
             title block
    body … numbered items … footnotes
    recipients    | signature                 left block, then right block
    page number, running head, footer

Lines come as an engine read them, boxes in pixels of the straight page; each rule says which part of the form it knows.
Stamps (incoming mail, urgency), signature captions and notes in the margin are set apart as marginalia: kept, no part of
the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from rapidfuzz import fuzz

from corpus.model import LineKind
from normalizers.fluency import known
from normalizers.forms import fold
from pipeline.images import PixelBox, share_inside
from pipeline.ocr.base import ReadLine, ReadWord, enclosing, line_of
from pipeline.seals import Seal

MOTTOES = ("cong hoa xa hoi chu nghia viet nam", "dang cong san viet nam")
"""Quốc hiệu of the state, and the heading of party documents in the same place (Hướng dẫn 36-HD/VPTW)."""
MOTTO_RATIO = 84
"""Share of a motto's letters, marks ignored, that must be there: a seal over it costs up to five letters of 34."""
NOISE = 0.35
"""Lines below this calibrated confidence are scribbles and seals rather than print; they go to the marginalia.
Trades a badly printed line of the body now and then against inventions in the text; moves benchmarks/ocr.md."""

DATE = re.compile(r"\bngay.{0,14}thang.{0,14}nam\b")
NUMBER = re.compile(r"^\W*s\w\s*[:;]|^\W*s[o0]\s*[.]?\s*\d|^\W*s[o0]\s.{0,20}/")
PLACE = re.compile(r"^\W*[A-ZĐ]\w*( [A-ZĐ]\w*){1,3}\s*,?\s*ng")
"""How the line of place and date begins, which may be hard to read under a stamp and yet must not be lost."""
ADDRESSEE = re.compile(r"^\W*kinh (gui|trinh)\b")
RECIPIENTS = re.compile(r"^\W*\w{1,3}i\s?nhan\W*\w?$")
FIGURES = re.compile(r"^[\W_]*\d[\d.,/%|() -]+$|^\W*[(]?%+[)]?\W*$")
"""Figures and their units, which are no words and yet the most important thing on many pages."""
PAGE_NUMBER = re.compile(r"^[\W_]*(trang )?\d{1,4}(/\d{1,4})?[\W_]*$")
RUNNING_HEAD = re.compile(r"^\W*cong bao\b|^\W*\d*\s*cong bao/")
ABOVE_LETTERHEAD = re.compile(r"^\W*(mau|bieu|phu luc|du thao|cong bao|danh muc)\b")
SIGNATURE_CAPTION = re.compile(
    r"^\W*(nguoi ky|ky boi|co quan ?:|thoi gian ky|ngay ky|don vi ky|digitally signed|signed by|date ?: 20)|\+07[:.']?00"
)
INCOMING = re.compile(
    r"^\W*(c[oô]ng van )?den\W*$|\bcong van den\b|^\W*den\b.{0,12}(so|ngay|gio)\b"
    r"|^\W*(gio|chuyen|kinh chuyen|luu ho so)\b.{0,3}[.:]+"
)
STAMPED = ("congthongtindientuchinhphu", "congvanden", "vanbanden", "trungtamcongbao")
"""What stands alone on stamps of incoming mail, letters only; small print in a frame, so engines read it badly."""
STAMPED_CAPITALS = 0.7
"""Share of capitals: recipients and running text name the same portal in small letters."""
STAMPED_RATIO = 80
"""Share of the letters that must be there. Four of the portal's stamp on the evaluation scans read 84 – 96."""
SECRECY = re.compile(r"^\W*(hoa toc|thuong khan|hoa toc hen gio|khan|toi mat|tuyet mat|mat)\W*$")
NUMBERED = re.compile(
    r"^\W*((dieu|chuong|phan|muc|phu luc|khoan)\s+[\divxl]+\b|[ivx]{1,5}[.)]\s|\d{1,2}([.]\d{1,2})*[.)]\s?\D"
    r"|[a-zđ]\)|[-+•*–]\s)"
)
FOOTNOTE = re.compile(r"[\[(]?(\d{1,2}|\*)[\])]?\s*[A-ZĐÀ-Ỹ]")
TITLES = re.compile(
    r"^\W*(quyet dinh|nghi quyet|nghi dinh|thong tu( lien tich)?|chi thi|thong bao|bao cao|ke hoach|to trinh|cong dien"
    r"|huong dan|chuong trinh|quy che|quy dinh|phuong an|de an|du an|bien ban|giay moi|giay uy quyen|luat|lenh|sac lenh"
    r"|phap lenh|thong cao|phu luc.{0,8}|danh muc)\W*$"
)

TABLE_PLACE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""The text of the line that holds the place of a table."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A line and the part it plays; ``paragraph`` counts from 0 over the page."""

    line: ReadLine
    kind: LineKind = LineKind.BODY
    paragraph: int = 0

    @property
    def box(self) -> PixelBox:
        return self.line.box


@dataclass(frozen=True, slots=True)
class Places:
    """Where on a page other things are than lines: frames that may be those of stamps, stamps of coloured ink, round seals,
    and tables, whose lines are not among those of the page."""

    frames: Sequence[PixelBox] = ()
    coloured: Sequence[PixelBox] = ()
    seals: Sequence[Seal] = ()
    tables: Sequence[PixelBox] = ()


def order_lines(
    lines: Sequence[ReadLine], size: tuple[int, int], places: Places | None = None
) -> tuple[list[Placed], list[Placed]]:
    """``lines`` of a page of ``size`` (width, height in pixels) in reading order, and the marginalia.

    For each table a line ``TABLE_PLACE`` with its box stands where the table is read.
    """
    places = places or Places()
    pieces = split_blocks([line for line in lines if line.words], size)
    stamps = [frame for frame in places.frames if is_stamp(frame, pieces)] if len(places.frames) <= MAX_STAMPS else []
    around = [with_surroundings(stamp, pieces) for stamp in stamps]
    placed = [Placed(piece) for line in pieces for piece in cut_at_stamps(line, [*around, *places.coloured])]
    head = find_letterhead(placed, size)
    stamped, placed = _part(placed, lambda p: in_stamp(p, stamps, around) or fills_in(p, places.coloured))
    numbers = page_numbers(placed, size)
    noise, rest = _part(placed, lambda p: p in numbers or is_noise(p))
    rescued, noise = _part(noise, lambda p: p.line.confidence < NOISE and continues_column(p, rest))
    rest += rescued
    head_lines, rest = take_letterhead(rest, head) if head else ([], rest)
    above, rest = _part(rest, lambda p: head is not None and stands_above(p, head))
    first, above = _part(above, belongs_above)
    sign_off, before, after = take_sign_off(rest, size)
    sealed, sign_off = _part(sign_off, lambda p: any(seal.holds(p.box) for seal in places.seals))
    scraps, sign_off = _part(sign_off, is_pen_stroke)
    tables = [Placed(_place(box), LineKind.TABLE) for box in places.tables]
    tables_after, tables_before = _part(tables, lambda p: bool(sign_off) and p.box[1] > max(q.box[1] for q in sign_off))
    text = [
        *_in_rows(first, size),
        *head_lines,
        *_in_rows([*before, *tables_before], size),
        *sign_off,
        *_in_rows([*after, *tables_after], size),
    ]
    marginalia = [replace(p, kind=_marginal_kind(p)) for p in _sorted_rows([*noise, *above, *scraps])]
    marginalia = [*(replace(p, kind=LineKind.STAMP) for p in _sorted_rows([*stamped, *sealed])), *marginalia]
    return number_paragraphs(name_parts(text, size, head), size), marginalia


def _place(box: PixelBox) -> ReadLine:
    return line_of((ReadWord(TABLE_PLACE, box, 1.0),), box, ())


# --- geometry ---------------------------------------------------------------------------------------------------------


def _height(p: Placed) -> int:
    return p.box[3] - p.box[1]


def _middle(p: Placed) -> float:
    return (p.box[1] + p.box[3]) / 2


def _centre(p: Placed) -> float:
    return (p.box[0] + p.box[2]) / 2


def _line_height(lines: Iterable[Placed]) -> float:
    return median([_height(p) for p in lines] or [40])


def _part(lines: Iterable[Placed], belongs: Callable[[Placed], bool]) -> tuple[list[Placed], list[Placed]]:
    chosen: list[Placed] = []
    others: list[Placed] = []
    for line in lines:
        (chosen if belongs(line) else others).append(line)
    return chosen, others


def _rows(lines: Iterable[Placed]) -> list[list[Placed]]:
    """Lines side by side together, rows from top to bottom, each from left to right.

    Two lines share a row when each one's middle lies within the other.
    """
    rows: list[list[Placed]] = []
    for line in sorted(lines, key=_middle):
        if rows and all(
            other.box[1] < _middle(line) < other.box[3] and line.box[1] < _middle(other) < line.box[3] for other in rows[-1]
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda p: p.box[0]) for row in rows]


def _sorted_rows(lines: Iterable[Placed]) -> list[Placed]:
    return [line for row in _rows(lines) for line in row]


JOIN_GAP = 3.5
"""Line heights of white between two pieces of one line: "Số:      /TB-UBND" has 3, columns and signatures have more than
5."""


def _in_rows(lines: Sequence[Placed], size: tuple[int, int]) -> list[Placed]:
    """Row by row, pieces of one line joined; columns of print each by itself."""
    gutter = find_gutter(lines, size)
    if gutter is not None:
        ordered: list[Placed] = []
        pending: list[Placed] = []
        for row in _rows(lines):
            if any(p.box[0] < gutter < p.box[2] for p in row):
                ordered += _columns(pending, gutter)
                pending = []
                ordered += row
            else:
                pending += row
        return ordered + _columns(pending, gutter)
    return [piece for row in _rows(lines) for piece in _join(row)]


def _columns(lines: Sequence[Placed], gutter: float) -> list[Placed]:
    left, right = _part(lines, lambda p: _centre(p) < gutter)
    return _sorted_rows(left) + _sorted_rows(right)


def _join(row: Sequence[Placed]) -> list[Placed]:
    joined: list[Placed] = []
    for piece in row:
        gap = piece.box[0] - joined[-1].box[2] if joined else 0
        if joined and gap < JOIN_GAP * min(_height(piece), _height(joined[-1])):
            joined[-1] = replace(joined[-1], line=join_lines(joined[-1].line, piece.line))
        else:
            joined.append(piece)
    return joined


def join_lines(first: ReadLine, second: ReadLine) -> ReadLine:
    """Two pieces of one physical line as one."""
    engines = tuple(name for name in first.engines if name in second.engines) or first.engines
    return line_of((*first.words, *second.words), enclosing([first.box, second.box]), engines)


MIN_COLUMN_LINES = 8
COLUMN_SHARE = 0.85


def find_gutter(lines: Sequence[Placed], size: tuple[int, int]) -> float | None:
    """Where the white lies between two columns of print, or ``None`` for a page of one column.

    Columns are believed when both have many lines, each of a good width, and few lines cross: two lists side by side in a
    table don't have that.
    """
    width = size[0]
    wide = [p for p in lines if p.box[2] - p.box[0] > 0.25 * width]
    left, right = _part(wide, lambda p: _centre(p) < width / 2)
    left = [p for p in left if p.box[2] < 0.56 * width]
    right = [p for p in right if p.box[0] > 0.44 * width]
    if min(len(left), len(right)) < MIN_COLUMN_LINES or len(left) + len(right) < COLUMN_SHARE * len(wide):
        return None
    gutter = (max(p.box[2] for p in left) + min(p.box[0] for p in right)) / 2
    return gutter if 0.35 * width < gutter < 0.65 * width else None


# --- letterhead -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Where the letterhead is: ``gutter`` between its columns, ``top``, and the ``date`` line's bottom; ``line`` is a
    line height."""

    gutter: float
    top: int
    motto: PixelBox
    date: int
    line: float


def is_motto(text: str) -> bool:
    """Quốc hiệu, or the heading of a party document, even when badly read.

    >>> is_motto("CỌNG HOÀ XÃ HỘI CHÙ NGHĨA VIỆT NAM"), is_motto("nước Cộng hòa xã hội chủ nghĩa Việt Nam ngày 02 tháng 9")
    (True, False)
    """
    letters = [c for c in text if c.isalpha()]
    if sum(c.isupper() for c in letters) < 0.8 * len(letters) or not letters:
        return False
    return any(
        len(text) < 2.6 * len(motto) and fuzz.partial_ratio(motto, fold(text)) >= MOTTO_RATIO
        for motto in MOTTOES
        if len(text) > 16
    )


def split_blocks(lines: Sequence[ReadLine], size: tuple[int, int]) -> list[ReadLine]:
    """Lines that the detector drew across the two columns of letterhead or sign-off, cut into two."""
    return [piece for line in lines for piece in _split(line, size)]


_MOTTO_STARTS = ("cong hoa xa hoi", "dang cong san viet", "doc lap - tu do", "doc lap – tu do")
_BLOCK_STARTS = re.compile(r"(tm|kt|tl|tuq|q)\. ?[a-z]|giam doc|chu tich|pho |[^\d,]{3,30}, ?ngay.{0,14}thang")
WHITE = 1.5, 3.0
"""White before a right block: this many line heights, and this many usual gaps between words of the line."""
WIDE_WHITE = 3.0, 6.0
"""The same where nothing is known about the words that follow."""


def _split(line: ReadLine, size: tuple[int, int]) -> list[ReadLine]:
    """Cut before the words that begin a right block: a motto anywhere, other starts after white, anything after wide
    white.
    """
    words = line.words
    if len(words) < 3 or line.box[2] - line.box[0] < 0.3 * size[0]:
        return [line]
    height = line.box[3] - line.box[1]
    gaps = [after.box[0] - before.box[2] for before, after in pairwise(words)]
    usual = median(gaps)

    def is_white(i: int, least: tuple[float, float]) -> bool:
        return gaps[i - 1] > max(least[0] * height, least[1] * usual)

    for i in range(1, len(words)):
        rest = fold(" ".join(word.text for word in words[i:]))
        wide = i > 1 and len(rest) > 6 and words[i].box[0] > 0.35 * size[0] and is_white(i, WIDE_WHITE)
        if rest.startswith(_MOTTO_STARTS) or wide or (_BLOCK_STARTS.match(rest) and is_white(i, WHITE)):
            return [_piece(line, words[:i]), _piece(line, words[i:])]
    return [line]


def _piece(line: ReadLine, words: Sequence[ReadWord]) -> ReadLine:
    left, _, right, _ = enclosing([word.box for word in words])
    return line_of(words, (left, line.box[1], max(left, right), line.box[3]), line.engines)


def find_letterhead(lines: Sequence[Placed], size: tuple[int, int]) -> Letterhead | None:
    """The letterhead of a first page; ``None`` where there is no motto in the upper half."""
    mottoes = [p for p in lines if p.box[1] < 0.5 * size[1] and is_motto(p.line.text)]
    if not mottoes:
        return None
    motto = min(mottoes, key=lambda p: p.box[1])
    height = _line_height(lines)
    dates = [
        p
        for p in lines
        if DATE.search(fold(p.line.text))
        and motto.box[3] - height < p.box[1] < motto.box[3] + 8 * height
        and p.box[2] > _centre(motto)
    ]
    dates = [p for p in dates if p.box[2] - p.box[0] < 0.6 * size[0]]
    date = min(dates, key=lambda p: p.box[1]).box[3] if dates else round(motto.box[3] + 3.5 * height)
    return Letterhead(motto.box[0] - 0.2 * height, motto.box[1], motto.box, date, height)


def take_letterhead(lines: Sequence[Placed], head: Letterhead) -> tuple[list[Placed], list[Placed]]:
    """The lines of the letterhead in reading order, and all others.

    Order: issuing body, motto; number and subject, place and date.
    """
    right, others = _part(
        lines,
        lambda p: (
            head.top - head.line < _middle(p) < head.date
            and _centre(p) > head.gutter
            and p.box[0] > head.gutter - 4 * head.line
        ),
    )
    left: list[Placed] = []
    last = head.motto[3]
    for p in sorted((p for p in others if p.box[0] < head.gutter and _centre(p) < head.gutter), key=lambda p: p.box[1]):
        if p.box[1] < head.top - 2.5 * head.line:
            continue
        below_date = p.box[1] > head.date - 0.5 * head.line
        if ADDRESSEE.match(fold(p.line.text)) or p.box[2] > head.gutter + 4 * head.line:
            break
        if below_date and (p.box[1] - last > 1.2 * head.line or _beside(p, others, head)):
            break
        if p.box[1] > head.date + 10 * head.line:
            break
        left.append(p)
        last = max(last, p.box[3])
    taken = {id(p) for p in [*left, *right]}
    rest = [p for p in lines if id(p) not in taken]
    issuer, number = _before(left, lambda p: bool(NUMBER.match(fold(p.line.text))))
    motto, date = _before(
        right, lambda p: bool(DATE.search(fold(p.line.text))) or p.box[1] > head.motto[3] + 2.2 * head.line
    )
    ordered = [piece for block in (issuer, motto, number, date) for row in _rows(block) for piece in _join(row)]
    return [replace(p, kind=LineKind.LETTERHEAD) for p in ordered], rest


def _beside(p: Placed, lines: Sequence[Placed], head: Letterhead) -> bool:
    """Whether something right of the gutter stands in the row of ``p``: then this is the body, not the subject of the
    letter.
    """
    return (
        any(o is not p and o.box[0] > head.gutter and o.box[1] < _middle(p) < o.box[3] for o in lines)
        and p.box[0] > head.gutter * 0.6
    )


def _before(lines: Sequence[Placed], begins: Callable[[Placed], bool]) -> tuple[list[Placed], list[Placed]]:
    """``lines`` from top to bottom, cut before the first row that ``begins`` something."""
    rows = _rows(lines)
    for i, row in enumerate(rows):
        if any(begins(p) for p in row):
            return [p for r in rows[:i] for p in r], [p for r in rows[i:] for p in r]
    return [p for r in rows for p in r], []


# --- marginalia -------------------------------------------------------------------------------------------------------


STAMP_CAPITALS = re.compile(r"\b[ĐD][EÊẾ]N(?![A-ZĐÀ-Ỹ])")
"""In capitals, whatever was read of the handwriting that runs into it."""
STAMP_FIELDS = re.compile(r"^\W*(gio|chuyen|kinh chuyen|luu ho so( so)?|sao gui)\b\W*([.:]|$)")
DOTTED = re.compile(r"[.…]{3,}|[.…]{2,}.*[.…]{2,}")
"""Dots to be written on, as the fields of an incoming-mail stamp have them: "Giờ ...... Ngày ....", "Kính chuyển ......"."""
DOTTED_FIELDS = 2
"""Lines of dots in one small frame that make it a stamp, however its words were read."""
INSIDE = 0.6
"""Share of a line's box that lies in the frame of a stamp when the line is the stamp's."""
MAX_STAMPS = 3
"""More frames on a page than this are the cells of a table."""


def is_stamp(frame: PixelBox, lines: Sequence[ReadLine]) -> bool:
    """Whether what is written in a frame is what stands on an incoming-mail or urgency stamp."""
    inside = [line.text for line in lines if share_inside(line.box, frame) > INSIDE]
    dotted = sum(DOTTED.search(text) is not None for text in inside)
    return dotted >= DOTTED_FIELDS or any(
        STAMP_CAPITALS.search(text) or STAMP_FIELDS.match(fold(text)) or is_stamped(text) for text in inside
    )


def with_surroundings(stamp: PixelBox, lines: Sequence[ReadLine]) -> PixelBox:
    """``stamp`` with a line height above and below: worn frames are found too small, headings stand upon them."""
    height = round(median([line.box[3] - line.box[1] for line in lines] or [40]))
    return stamp[0], stamp[1] - height, stamp[2], stamp[3] + height


def in_stamp(p: Placed, stamps: Sequence[PixelBox], around: Sequence[PixelBox]) -> bool:
    """Whether a line is part of a stamp: in its frame, or at it and no better read than stamps are."""
    inside = any(share_inside(p.box, frame) > INSIDE for frame in stamps)
    return inside or (p.line.confidence < NOISE and any(share_inside(p.box, frame) > INSIDE for frame in around))


UNDER_STAMP = 0.6
"""Words in the frame of a stamp that are surer than this are print that the stamp was put over."""


def fills_in(p: Placed, stamps: Sequence[PixelBox]) -> bool:
    """Whether a line is what was written into a stamp of coloured ink, which is read apart from the page."""
    return p.line.confidence < UNDER_STAMP and any(share_inside(p.box, stamp) > INSIDE for stamp in stamps)


def cut_at_stamps(line: ReadLine, stamps: Sequence[PixelBox]) -> list[ReadLine]:
    """Cut where a line runs out of a stamp into the text beside it, or the other way round."""
    for stamp in stamps:
        if not 0.0 < share_inside(line.box, stamp) <= INSIDE:
            continue
        on_stamp = [share_inside(word.box, stamp) > 0.5 and word.confidence < UNDER_STAMP for word in line.words]
        changes = [i for i in range(1, len(on_stamp)) if on_stamp[i] != on_stamp[i - 1]]
        if len(changes) == 1:
            return [_piece(line, line.words[: changes[0]]), _piece(line, line.words[changes[0] :])]
    return [line]


def page_numbers(lines: Sequence[Placed], size: tuple[int, int]) -> list[Placed]:
    """Numbers that stand alone in the outermost row of the page, or beside its running head."""
    rows = _rows(p for p in lines if p.line.confidence > NOISE and any(c.isalnum() for c in p.line.text))
    alone = [row[0] for row in (rows[:1] + rows[-1:]) if len(row) == 1 and _is_page_number(row[0], size)]
    beside = [
        p
        for row in rows
        for p in row
        if _is_page_number(p, size) and len(row) > 1 and all(q is p or RUNNING_HEAD.match(fold(q.line.text)) for q in row)
    ]
    return [*alone, *beside]


def _is_page_number(p: Placed, size: tuple[int, int]) -> bool:
    return at_edge(p, size) and PAGE_NUMBER.match(p.line.text) is not None


def is_stamped(text: str) -> bool:
    """Whether a line is one of a stamp: of incoming mail, of urgency, of secrecy.

    >>> is_stamped("{ CỔNG THÔNG TNBỀNTỦ CHÍNH PHỦ |"), is_stamped("- Cổng Thông tin điện tử Chính phủ;")
    (True, False)
    """
    folded = fold(text)
    if INCOMING.search(folded) or SECRECY.match(folded):
        return True
    letters = [c for c in text if c.isalpha()]
    if sum(c.isupper() for c in letters) < STAMPED_CAPITALS * len(letters):
        return False
    capitals = "".join(c for c in folded if c.isalpha())
    return any(fuzz.ratio(capitals, phrase, score_cutoff=STAMPED_RATIO) for phrase in STAMPED)


def is_noise(p: Placed) -> bool:
    """Not the page's own text: unreadable, a stamp, or a caption of a digital signature."""
    text = fold(p.line.text)
    if SIGNATURE_CAPTION.search(text) or is_stamped(p.line.text):
        return True
    if FIGURES.match(text) or DATE.search(text) or NUMBER.match(text) or PLACE.match(p.line.text):
        return False
    if (NUMBERED.match(text) and len(text) > 4) or _known_share(p.line) >= 0.5:
        return False
    return p.line.confidence < NOISE or not any(c.isalnum() for c in p.line.text)


RESCUED_LETTERS = 10
"""Shorter unreadable pieces are specks and strokes of the pen."""


def continues_column(p: Placed, lines: Sequence[Placed]) -> bool:
    """Whether an unreadable line stands flush under or over a line of print: then it is print too (a path, a code),
    badly read.
    """
    if len(p.line.text) < RESCUED_LETTERS:
        return False
    return any(
        abs(p.box[0] - o.box[0]) < 0.4 * _height(o)
        and 0.6 < _height(p) / _height(o) < 1.5
        and abs(_middle(p) - _middle(o)) < 1.8 * _height(o)
        for o in lines
    )


def at_edge(p: Placed, size: tuple[int, int]) -> bool:
    """In the upper or lower tenth of the page, where page numbers and running heads stand."""
    return p.box[3] < 0.1 * size[1] or p.box[1] > 0.9 * size[1]


def _known_share(line: ReadLine) -> float:
    """Share of the letters that stand in Vietnamese words of two letters and more."""
    letters = sum(c.isalpha() for c in line.text)
    right = sum(len(m) for w in line.words for m in re.findall(r"[^\W\d_]{2,}", w.text) if known(m))
    return right / letters if letters > 2 else 0.0


def stands_above(p: Placed, head: Letterhead) -> bool:
    """Higher than the letterhead."""
    return p.box[3] < head.top + 0.2 * head.line


def belongs_above(p: Placed) -> bool:
    """Above a letterhead stand running heads and form numbers, and otherwise only what others put there."""
    text = fold(p.line.text)
    return bool(ABOVE_LETTERHEAD.match(text) or RUNNING_HEAD.match(text) or PAGE_NUMBER.match(text))


def _marginal_kind(p: Placed) -> LineKind:
    text = fold(p.line.text)
    if PAGE_NUMBER.match(text):
        return LineKind.PAGE_NUMBER
    stamp = is_stamped(p.line.text) or SIGNATURE_CAPTION.search(text)
    return LineKind.STAMP if stamp else LineKind.MARGIN_NOTE


# --- sign-off ---------------------------------------------------------------------------------------------------------


def take_sign_off(lines: Sequence[Placed], size: tuple[int, int]) -> tuple[list[Placed], list[Placed], list[Placed]]:
    """Recipients, then signature; what stands before them; what stands after them."""
    width = size[0]
    starts = [p for p in lines if RECIPIENTS.match(fold(p.line.text)) and p.box[0] < 0.45 * width]
    if not starts:
        return [], list(lines), []
    start = min(starts, key=lambda p: p.box[1])
    height = _line_height(lines)
    gutter = start.box[0] + 0.25 * width
    begins = start.box[1] - 0.4 * height

    def in_signature(p: Placed) -> bool:
        lifted = p.box[1] > begins - 4 * height and p.line.text.isupper() and p.box[0] > 0.4 * width
        return p.box[0] > gutter and _centre(p) > 0.5 * width and (_middle(p) > begins or lifted)

    signature, others = _part(lines, in_signature)
    recipients, others = _part(others, lambda p: _middle(p) > begins)
    crossing = [p.box[1] for p in recipients if p.box[2] > 0.66 * width and p.box[0] < gutter]
    end = min(crossing, default=size[1] + 1)
    signature, late = _part(signature, lambda p: p.box[1] < end)
    recipients, later = _part(recipients, lambda p: p.box[1] < end)
    ordered = [replace(p, kind=LineKind.RECIPIENTS) for p in _joined(recipients)]
    ordered += [replace(p, kind=LineKind.SIGNATURE) for p in _joined(signature)]
    return ordered, others, [*late, *later]


PEN_STROKE = 3, 6
"""Letters that the shortest title or name has ("Vũ Á" has three), and that an unreadable one must have to be kept."""


def is_pen_stroke(p: Placed) -> bool:
    """Whether a line of the signature is what an engine made of the signature itself, or of a piece of the seal."""
    letters = sum(c.isalpha() for c in p.line.text)
    if p.kind is not LineKind.SIGNATURE or DATE.search(fold(p.line.text)):
        return False
    return letters < PEN_STROKE[0] or (p.line.confidence < NOISE and letters < PEN_STROKE[1])


def _joined(lines: Sequence[Placed]) -> list[Placed]:
    return [piece for row in _rows(lines) for piece in _join(row)]


# --- parts and paragraphs ---------------------------------------------------------------------------------------------


def name_parts(lines: Sequence[Placed], size: tuple[int, int], head: Letterhead | None) -> list[Placed]:
    """Kinds for the lines of the body: title block, page number, running head, footnotes."""
    height = _line_height(lines)
    named: list[Placed] = []
    in_title = False
    for p in lines:
        text = fold(p.line.text)
        kind = p.kind
        if kind is LineKind.BODY:
            centred = abs(_centre(p) - size[0] / 2) < 0.08 * size[0] and p.box[0] > 0.13 * size[0]
            beneath = (
                bool(named) and abs(_centre(p) - _centre(named[-1])) < 0.03 * size[0]
            )  # under it, on a page not centred
            follows = (
                in_title
                and (centred or beneath)
                and bool(named)
                and p.box[1] - named[-1].box[3] < 1.2 * height
                and not NUMBERED.match(text)
            )
            in_title = follows or (centred and bool(TITLES.match(text)) and p.line.text.isupper())
            if in_title:
                kind = LineKind.TITLE
            elif at_edge(p, size) and RUNNING_HEAD.match(text):
                kind = LineKind.RUNNING_HEAD
        named.append(replace(p, kind=kind))
    return name_footnotes(named, size, height)


def name_footnotes(lines: list[Placed], size: tuple[int, int], height: float) -> list[Placed]:
    """Small print at the foot, from a line that begins with a number or an asterisk to the end of the body."""
    for i, p in enumerate(lines):
        tail = [q for q in lines[i:] if q.kind is LineKind.BODY]
        small = tail and all(_height(q) < 0.88 * height for q in tail)
        if p.kind is LineKind.BODY and p.box[1] > 0.6 * size[1] and small and FOOTNOTE.match(p.line.text):
            return lines[:i] + [replace(q, kind=LineKind.FOOTNOTE) if q.kind is LineKind.BODY else q for q in lines[i:]]
    return lines


INDENT = 0.6
"""Line heights: a first line is set in by 1 to 1.27 cm, two line heights; skew and ragged detection stay below half a
height."""


def number_paragraphs(lines: Sequence[Placed], size: tuple[int, int]) -> list[Placed]:
    """Paragraph numbers: a line goes on the one before unless it is set in, numbered, of another kind, or follows white
    or a short line.
    """
    body = [p for p in lines if p.kind is LineKind.BODY]
    height = _line_height(body)
    right = sorted(p.box[2] for p in body)[int(0.8 * len(body))] if body else size[0]
    left = sorted(p.box[0] for p in body)[int(0.2 * len(body))] if body else 0
    numbered: list[Placed] = []
    paragraph = 0
    for i, p in enumerate(lines):
        if i and not _goes_on(lines[i - 1], p, height, left, right):
            paragraph += 1
        numbered.append(replace(p, paragraph=paragraph))
    return numbered


def _goes_on(before: Placed, p: Placed, height: float, left: float, right: float) -> bool:
    if (
        before.kind is not p.kind
        or p.kind in (LineKind.SIGNATURE, LineKind.PAGE_NUMBER)
        or (NUMBERED.match(fold(p.line.text)) and not _is_broken_off(before, p, height, left, right))
    ):
        return False
    gap = p.box[1] - before.box[3]
    if gap > 0.8 * height or gap < -0.7 * height:
        return False
    if p.kind is LineKind.BODY:
        return before.box[2] > right - 2.5 * height and p.box[0] < left + INDENT * height + 0.5 * height
    return p.kind is not LineKind.LETTERHEAD or not (
        NUMBER.match(fold(p.line.text)) or DATE.search(fold(p.line.text)) or is_motto(before.line.text)
    )


def _is_broken_off(before: Placed, p: Placed, height: float, left: float, right: float) -> bool:
    """Whether a dash at the beginning of a line goes on the one before ("Châu Á / - Thái Bình Dương") and begins no item."""
    full = before.box[2] > right - 2.5 * height and before.line.text[-1:].isalnum()
    return full and p.line.text.startswith(("-", "–")) and p.box[0] < left + 0.5 * height
