"""What stands beside the text: stamps, page numbers, margin notes, noise."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import regex
from rapidfuzz import fuzz

from documents.page import LineKind
from normalizers.fluency import known
from normalizers.forms import fold
from pipeline.image.boxes import PixelBox, share_inside
from pipeline.layout.cues import (
    DATE,
    FIGURES,
    INCOMING,
    NUMBER,
    NUMBERED,
    PAGE_NUMBER,
    PLACE,
    RUNNING_HEAD,
    SECRECY,
    SIGNATURE_CAPTION,
)
from pipeline.layout.placed import Placed, Places, height_of, middle_of, piece_of, rows_of
from pipeline.ocr.base import ReadLine

NOISE = 0.35
"""Lines below this calibrated confidence are scribbles and seals rather than print; they go to the marginalia.
Trades a badly printed line of the body now and then against inventions in the text; moves benchmarks/ocr.md."""

STAMPED = ("congthongtindientuchinhphu", "congvanden", "vanbanden", "trungtamcongbao")
"""What stands alone on stamps of incoming mail, letters only; small print in a frame, so engines read it badly."""

STAMPED_CAPITALS = 0.7
"""Share of capitals: recipients and running text name the same portal in small letters."""

STAMPED_RATIO = 80
"""Share of the letters that must be there. Four of the portal's stamp on the evaluation scans read 84 – 96."""

STAMP_CAPITALS = regex.compile(r"\b[ĐD][EÊẾ]N(?![A-ZĐÀ-Ỹ])")
"""In capitals, whatever was read of the handwriting that runs into it."""

STAMP_FIELDS = regex.compile(r"^\W*(gio|chuyen|kinh chuyen|luu ho so( so)?|sao gui)\b\W*([.:]|$)")
DOTTED = regex.compile(r"[.…]{3,}|[.…]{2,}.*[.…]{2,}")
"""Dots to be written on, as the fields of an incoming-mail stamp have them: "Giờ ...... Ngày ....", "Kính chuyển ......"."""

FIELD = regex.compile(r"^\W*(so|ngay|gio|den|\w{1,3}uyen|kinh \w{1,3}uyen|\w{1,3} ho so( so)?)\b\s?([.:…]|$)")
"""The fields of such a stamp by their names alone, whatever was read of what is written behind them."""

HINT, HINT_FIELD = regex.compile(r"[EÊẾ]N(?!\p{Ll})"), regex.compile(r"^\W*(so|ngay|gio|kinh)\b")
"""What is left of "ĐẾN" and of the fields on a worn stamp. Print has it too, so that it only counts in a frame of which
little can be read."""
BADLY_READ = 0.6
"""Confidence of all that is written in such a frame at most: print in boxes has 0.9, four worn stamps 0.3 – 0.58."""

UNREADABLE = 12, 0.25, 0.8
"""Letters in a frame at least, the share of them in words in use at most, and their confidence at most, from which it is one
of which nothing at all can be read: the small print of a worn stamp, and what was written into it."""

DOTTED_FIELDS = 2
"""Lines of dots, or named fields, in one small frame that make it a stamp, however its words were read."""

INSIDE = 0.6
"""Share of a line's box that lies in the frame of a stamp when the line is the stamp's."""

MAX_STAMPS = 3
"""More frames on a page than this are the cells of a table."""


def is_stamp(frame: PixelBox, lines: Sequence[ReadLine]) -> bool:
    """Whether what is written in a frame is what stands on an incoming-mail or urgency stamp."""
    within = [line for line in lines if share_inside(line.box, frame) > INSIDE]
    inside = [line.text for line in within]
    dotted = sum(DOTTED.search(text) is not None for text in inside)
    fields = {found[1] for text in inside if (found := FIELD.match(fold(text)))}
    if max(dotted, len(fields)) >= DOTTED_FIELDS or any(
        STAMP_CAPITALS.search(text) or STAMP_FIELDS.match(fold(text)) or is_stamped(text) for text in inside
    ):
        return True
    letters = sum(map(len, inside))
    sure = sum(line.confidence * len(line.text) for line in within)
    hinted = any(HINT.search(text) or HINT_FIELD.match(fold(text)) for text in inside)
    if hinted and sure < BADLY_READ * letters:
        return True
    in_use = sum(_known_share(line) * len(line.text) for line in within)
    return letters >= UNREADABLE[0] and in_use < UNREADABLE[1] * letters and sure < UNREADABLE[2] * letters


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
    """Whether a line is what was written into a stamp of coloured ink, which is read apart from the page. Words in use are
    print that the stamp was put over."""
    by_hand = p.line.confidence < UNDER_STAMP and _known_share(p.line) < 0.5
    return by_hand and any(share_inside(p.box, stamp) > INSIDE for stamp in stamps)


def is_under(line: ReadLine, places: Places) -> bool:
    """Whether a line is print that was read under a stamp, without it."""
    return any(share_inside(line.box, under) > UNDER for under in places.under)


UNDER = 0.9
"""Share of a line's box within that of a line under a stamp that makes it that line, or a piece of it."""


def cut_at_stamps(line: ReadLine, stamps: Sequence[PixelBox]) -> list[ReadLine]:
    """Cut where a line runs out of a stamp into the text beside it, or the other way round."""
    for stamp in stamps:
        if not 0.0 < share_inside(line.box, stamp) <= INSIDE:
            continue
        on_stamp = [share_inside(word.box, stamp) > 0.5 and word.confidence < UNDER_STAMP for word in line.words]
        changes = [i for i in range(1, len(on_stamp)) if on_stamp[i] != on_stamp[i - 1]]
        if len(changes) == 1:
            return [piece_of(line, line.words[: changes[0]]), piece_of(line, line.words[changes[0] :])]
    return [line]


def page_numbers(lines: Sequence[Placed], size: tuple[int, int]) -> list[Placed]:
    """Numbers that stand alone in the outermost row of the page, or beside its running head."""
    rows = rows_of(p for p in lines if p.line.confidence > NOISE and any(c.isalnum() for c in p.line.text))
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


LONGEST_STAMPED = 36
"""Letters of the longest line on a stamp, "CỔNG THÔNG TIN ĐIỆN TỬ CHÍNH PHỦ" and strokes of its frame. Running text that
speaks of incoming mail is longer, or goes on a paragraph."""

INDENTED = 3.5
"""Line heights that the first line of a paragraph is set in at most: 1 to 1.27 cm of Decree 30."""
WIDE_LINE = 0.5
"""Page widths of a line that can only be one of the body."""


def goes_on_paragraph(p: Placed, lines: Sequence[Placed], width: int) -> bool:
    """Whether a well-read line stands flush under a wide line of print, as the end of a paragraph does ("kể từ / ngày ký").
    What it says makes it no stamp then; stamps and captions of signatures stand by themselves.
    """
    return p.line.confidence >= NOISE and any(
        o.box[2] - o.box[0] > WIDE_LINE * width
        and -INDENTED * height_of(o) < p.box[0] - o.box[0] < height_of(o)
        and 0.7 < height_of(p) / height_of(o) < 1.4
        and 0 < middle_of(p) - middle_of(o) < 1.8 * height_of(o)
        for o in lines
    )


def is_noise(p: Placed) -> bool:
    """Not the page's own text: unreadable, a stamp, or a caption of a digital signature."""
    text = fold(p.line.text)
    if SIGNATURE_CAPTION.search(text) or (is_stamped(p.line.text) and len(p.line.text) <= LONGEST_STAMPED):
        return True
    if FIGURES.match(text) or DATE.search(text) or NUMBER.match(text) or PLACE.match(p.line.text):
        return False
    if (NUMBERED.match(text) and len(text) > 4) or _known_share(p.line) >= 0.5:
        return False
    return p.line.confidence < NOISE or not any(c.isalnum() for c in p.line.text)


_ITEM = regex.compile(r"[-–+•]\s?\p{L}{2,}")
"""A short item of a list, which others stand above: "- Lưu: VT"."""
RESCUED_LETTERS = 10
"""Shorter unreadable pieces are specks and strokes of the pen."""


def continues_column(p: Placed, lines: Sequence[Placed]) -> bool:
    """Whether an unreadable line stands flush under or over a line of print: then it is print too (a path, a code),
    badly read.
    """
    item = _ITEM.match(p.line.text) is not None
    if len(p.line.text) < RESCUED_LETTERS and not item:
        return False
    return any(
        (not item or len(p.line.text) >= RESCUED_LETTERS or _ITEM.match(o.line.text) is not None)
        and abs(p.box[0] - o.box[0]) < 0.4 * height_of(o)
        and 0.6 < height_of(p) / height_of(o) < 1.5
        and abs(middle_of(p) - middle_of(o)) < 1.8 * height_of(o)
        for o in lines
    )


def at_edge(p: Placed, size: tuple[int, int]) -> bool:
    """In the upper or lower tenth of the page, where page numbers and running heads stand."""
    return p.box[3] < 0.1 * size[1] or p.box[1] > 0.9 * size[1]


_WORD = regex.compile(r"[^\W\d_]{2,}")


def _known_share(line: ReadLine) -> float:
    """Share of the letters that stand in Vietnamese words of two letters and more."""
    letters = sum(c.isalpha() for c in line.text)
    right = sum(len(m) for w in line.words for m in _WORD.findall(w.text) if known(m))
    return right / letters if letters > 2 else 0.0


def marginal_kind(p: Placed) -> LineKind:
    text = fold(p.line.text)
    if PAGE_NUMBER.match(text):
        return LineKind.PAGE_NUMBER
    stamp = is_stamped(p.line.text) or SIGNATURE_CAPTION.search(text)
    return LineKind.STAMP if stamp else LineKind.MARGIN_NOTE
