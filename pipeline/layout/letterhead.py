"""The letterhead of a page, in two columns, found and set apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from string import punctuation

import regex
from rapidfuzz import fuzz

from documents.page import LineKind
from normalizers.forms import fold
from pipeline.image.boxes import PixelBox
from pipeline.layout.cues import (
    ABOVE_LETTERHEAD,
    ADDRESSEE,
    DATE,
    MOTTOES,
    NUMBER,
    PAGE_NUMBER,
    RUNNING_HEAD,
    SIGNATURE_CAPTION,
)
from pipeline.layout.marginalia import is_stamped
from pipeline.layout.placed import Placed, centre, join_row, line_height, middle_of, part_by, piece_of, rows_of
from pipeline.ocr.base import ReadLine

MOTTO_RATIO = 84
"""Share of a motto's letters, marks ignored, that must be there: a seal over it costs up to five letters of 34."""


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
_BLOCK_STARTS = regex.compile(r"(tm|kt|tl|tuq|q)\. ?[a-z]|giam doc|chu tich|pho |[^\d,]{3,30}, ?ngay.{0,14}thang")
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
            return [piece_of(line, words[:i]), piece_of(line, words[i:])]
    return [line]


def find_letterhead(lines: Sequence[Placed], size: tuple[int, int]) -> Letterhead | None:
    """The letterhead of a first page; ``None`` where there is no motto in the upper half."""
    mottoes = [p for p in lines if p.box[1] < 0.5 * size[1] and is_motto(p.line.text)]
    if not mottoes:
        return None
    motto = min(mottoes, key=lambda p: p.box[1])
    height = line_height(lines)
    dates = [
        p
        for p in lines
        if DATE.search(fold(p.line.text))
        and motto.box[3] - height < p.box[1] < motto.box[3] + 8 * height
        and p.box[2] > centre(motto)
    ]
    dates = [p for p in dates if p.box[2] - p.box[0] < 0.6 * size[0]]
    date = min(dates, key=lambda p: p.box[1]).box[3] if dates else round(motto.box[3] + 3.5 * height)
    return Letterhead(motto.box[0] - 0.2 * height, motto.box[1], motto.box, date, height)


def take_letterhead(lines: Sequence[Placed], head: Letterhead) -> tuple[list[Placed], list[Placed]]:
    """The lines of the letterhead in reading order, and all others.

    Order: issuing body, motto; number and subject, place and date.
    """
    right, others = part_by(
        lines,
        lambda p: (
            head.top - head.line < middle_of(p) < head.date
            and centre(p) > head.gutter
            and p.box[0] > head.gutter - 4 * head.line
        ),
    )
    left: list[Placed] = []
    last = head.motto[3]
    for p in sorted((p for p in others if p.box[0] < head.gutter and centre(p) < head.gutter), key=lambda p: p.box[1]):
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
    ordered = [piece for block in (issuer, motto, number, date) for row in rows_of(block) for piece in join_row(row)]
    return [replace(p, kind=LineKind.LETTERHEAD) for p in ordered], rest


def _beside(p: Placed, lines: Sequence[Placed], head: Letterhead) -> bool:
    """Whether something right of the gutter stands in the row of ``p``: then this is the body, not the subject of the
    letter.
    """
    return (
        any(o is not p and o.box[0] > head.gutter and o.box[1] < middle_of(p) < o.box[3] for o in lines)
        and p.box[0] > head.gutter * 0.6
    )


def _before(lines: Sequence[Placed], begins: Callable[[Placed], bool]) -> tuple[list[Placed], list[Placed]]:
    """``lines`` from top to bottom, cut before the first row that ``begins`` something."""
    rows = rows_of(lines)
    for i, row in enumerate(rows):
        if any(begins(p) for p in row):
            return [p for r in rows[:i] for p in r], [p for r in rows[i:] for p in r]
    return [p for r in rows for p in r], []


def stands_above(p: Placed, head: Letterhead) -> bool:
    """Higher than the letterhead."""
    return p.box[3] < head.top + 0.2 * head.line


def part_above(lines: Sequence[Placed], head: Letterhead) -> tuple[list[Placed], list[Placed]]:
    """Of what stands above a letterhead the text of the page, and what others put there.

    Text are running heads, form numbers, and sentences ("This is an unofficial translation ...") with the lines on which
    they end.
    """
    text: list[Placed] = []
    aside: list[Placed] = []
    last: Placed | None = None
    for p in sorted(lines, key=lambda p: p.box[1]):
        goes_on = (
            last is not None
            and 0 <= p.box[1] - last.box[1] < 2 * head.line
            and abs(p.box[0] - last.box[0]) < 2 * head.line
            and p.line.confidence >= SENTENCE_SURE
        )
        if _is_sentence(p) or goes_on:
            last = p
        (text if last is p or _belongs_above(p) else aside).append(p)
    return text, aside


SENTENCE_WORDS, SENTENCE_SHARE, SENTENCE_SURE = 5, 0.75, 0.9
"""Words in small letters that a sentence above a letterhead has at least, their share of all, and how sure the reader is:
fax headers are in capitals and figures, handwriting is read at 0.3 – 0.8."""


def _is_sentence(p: Placed) -> bool:
    words = [word.text.strip(punctuation) for word in p.line.words]
    small = sum(word.isalpha() and word[1:] == word[1:].lower() for word in words)
    stamped = is_stamped(p.line.text) or SIGNATURE_CAPTION.search(fold(p.line.text))
    sure = p.line.confidence >= SENTENCE_SURE and not stamped
    return sure and small >= max(SENTENCE_WORDS, SENTENCE_SHARE * len(words))


def _belongs_above(p: Placed) -> bool:
    text = fold(p.line.text)
    return bool(ABOVE_LETTERHEAD.match(text) or RUNNING_HEAD.match(text) or PAGE_NUMBER.match(text))
