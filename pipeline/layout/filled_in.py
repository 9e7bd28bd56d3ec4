"""The blanks of "Số: …/" and "ngày … tháng … năm": found by the print around them, cut out of the scan, read by hand.

Engines made for print read figures of a pen as whatever print they resemble. Here the form itself says where they are, the
ink of the pen is told from the print by its colour where it has one and by its place where it has none, leaders are taken
off, and what is left is read as a number (``pipeline.ocr.figures``). The readings are suggestions: they stand beside the
text with their probabilities and never replace it.
"""

from __future__ import annotations

import regex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from documents.page import Blank, FilledIn, LineKind
from normalizers.forms import fold
from pipeline.image.boxes import PixelBox
from pipeline.image.components import connected
from pipeline.image.images import PageImage, Pixels, Straight
from pipeline.layout.handwriting import handwritten_words
from pipeline.layout.placed import Placed
from pipeline.ocr.base import ReadLine
from pipeline.ocr.digits import Ink
from pipeline.ocr.figures import read_figures

HEAD = 0.45
"""Share of the page, from its top, in which a letterhead stands."""
LONGEST = 90
"""Letters of a line that is a number or date of a letterhead; longer ones are sentences."""
TALLEST = 0.2
"""Inches of a line of print at most (14 point with marks); what was read taller holds figures of a pen."""
OVER, UNDER, BESIDE = 0.75, 0.45, 0.3
"""Line heights that a pen goes beyond the line above it and under it, and the print beside the blank."""
CHROMA = 45
"""Largest less smallest channel from which ink is coloured (``pipeline.image.ink.COLOURED``: fringes of black print have
less)."""
COLOURED_INK = 0.04
"""Ink of a coloured pen in squares of the line's height at least; one stroke of a "1" has 0.06."""
LEADER = 0.3
"""Height and width of a dot of the leader, in line heights."""

_NUMBER = regex.compile(r"^\W{0,2}[Ss5]\w{1,2}\s*[:;.,]+")
_NOTATION = regex.compile(r"[/\\|]\s*[A-ZĐ]|(?<=[^\W\d_])?[A-ZĐ][A-ZĐ.]{1,}\s*[-/]|[A-ZĐ]{2,}")
_DATE = regex.compile(r"ng[a-z]{1,3}?(?=[^a-z]|z\W|.?\s)(?P<day>.{0,14}?)th[a-z]{1,2}ng(?P<month>.{0,14}?)n[a-z]m(?![a-z])")
_DAYS, _MONTHS = regex.compile(r"0?[1-9]|[12]\d|3[01]"), regex.compile(r"0?[1-9]|1[0-2]")
_ORDINALS = regex.compile(r"\d{1,5}")
_FITS = {Blank.NUMBER: _ORDINALS, Blank.DAY: _DAYS, Blank.MONTH: _MONTHS}


@dataclass(frozen=True, slots=True)
class _Place:
    """A blank between print that ends at ``left`` and print that begins at ``right``, in pixels."""

    blank: Blank
    left: float
    right: float
    line: PixelBox


def read_filled_in(image: PageImage, straight: Straight, placed: Sequence[Placed]) -> tuple[FilledIn, ...]:
    """What is written into the blanks of the letterhead, where anything is."""
    found: list[FilledIn] = []
    height = straight.grey.shape[0]
    for one in placed:
        line = one.line
        if one.kind is LineKind.TABLE or line.box[1] > HEAD * height or len(line.text) > LONGEST:
            continue
        for place in _places(line, straight.grey):
            box = _around(place, straight)
            ink = _pen(_cut(image, straight, box), place, box)
            readings = read_figures(ink, lambda text, fits=_FITS[place.blank]: bool(fits.fullmatch(text))) if ink is not None else ()  # type: ignore[misc]
            if readings:
                found.append(FilledIn(place.blank, straight.points(box), readings))
    return tuple(found)


# --- where blanks are -------------------------------------------------------------------------------------------------


def _places(line: ReadLine, grey: Pixels) -> Iterator[_Place]:
    """The blanks of a line whose figures are not surely printed."""
    plain = fold(line.text)
    if len(plain) != len(line.text):
        return
    doubted = [_edges(line)[a] for a in _starts(line, handwritten_words(line, grey))]
    number = _NUMBER.match(line.text)
    if number:
        notation = _NOTATION.search(line.text, number.end())
        end = notation.start() if notation else len(line.text)
        place = _Place(Blank.NUMBER, _edges(line)[number.end() - 1] , _edges(line)[end], line.box)
        if _is_open(line, number.end(), end, doubted):
            yield place
    date = _DATE.search(plain)
    if date:
        for blank in (Blank.DAY, Blank.MONTH):
            start, end = date.span(blank.value)
            if _is_open(line, start, end, doubted):
                yield _Place(blank, _edges(line)[start], _edges(line)[end], line.box)


def _is_open(line: ReadLine, start: int, end: int, doubted: Sequence[float]) -> bool:
    """Whether nothing is printed between two letters of a line: no figures, or such as a pen may have written."""
    text = line.text[start:end].strip(" .…,_")
    edges = _edges(line)
    return not regex.fullmatch(r"\d{1,5}[a-zđ]?", text) or any(edges[start] - 1 <= x <= edges[end] for x in doubted)


def _starts(line: ReadLine, words: frozenset[int]) -> list[int]:
    """Where the words stand in the line's text."""
    starts, at = [], 0
    for i, word in enumerate(line.words):
        if i in words:
            starts.append(at)
        at += len(word.text) + 1
    return starts


def _edges(line: ReadLine) -> list[float]:
    """Left edge of each letter of the line's text in pixels, letters of a word as wide as one another; and its end."""
    edges: list[float] = []
    for word in line.words:
        left, _, right, _ = word.box
        edges += [left + (right - left) * i / len(word.text) for i in range(len(word.text))]
        edges.append(float(right))  # the space behind it
    return [*edges, float(line.box[2])] if edges else [float(line.box[0])]


# --- cutting out --------------------------------------------------------------------------------------------------------


def _around(place: _Place, straight: Straight) -> PixelBox:
    """The blank with what a pen goes beyond it."""
    _, top, _, bottom = place.line
    line = min(bottom - top, TALLEST * straight.dpi)
    beside = 3 * BESIDE * line
    left, right = place.left - beside, max(place.right, place.left + line) + beside
    height, width = straight.grey.shape
    return (
        max(0, round(left)),
        max(0, round(top - OVER * line)),
        min(width, round(right)),
        min(height, round(bottom + UNDER * line)),
    )


def _cut(image: PageImage, straight: Straight, box: PixelBox) -> Pixels:
    """The box of the upright page as it was scanned, in colour where the scan has it; else as it was made ready to read."""
    left, top, right, bottom = box
    if image.pixels.ndim == 2 or straight.rotation or straight.photographed:
        return straight.grey[top:bottom, left:right]
    x, y = np.meshgrid(np.arange(left, right, dtype=float), np.arange(top, bottom, dtype=float))
    shape = x.shape
    at = straight.home(x.ravel(), y.ravel()) * (image.dpi / 72)
    maps = (at[0].reshape(shape).astype(np.float32), at[1].reshape(shape).astype(np.float32))
    return np.asarray(cv2.remap(image.pixels, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _pen(cut: Pixels, place: _Place, box: PixelBox) -> Ink | None:
    """The ink of the pen alone, or ``None`` where there is none."""
    if min(cut.shape[:2]) < 8:
        return None
    darkest = cut if cut.ndim == 2 else cut.min(axis=2)
    paper, black = float(np.percentile(darkest, 85)), float(np.percentile(darkest, 1))
    if paper - black < 40:
        return None
    ink = np.clip((paper - 0.12 * (paper - black) - darkest) / (0.7 * (paper - black)), 0, 1).astype(np.float32)
    line = float(min(place.line[3] - place.line[1], box[3] - box[1]))
    band = place.line[1] - box[1], place.line[3] - box[1]
    if cut.ndim == 3:
        chroma = cut.max(axis=2).astype(np.int16) - cut.min(axis=2)
        pen = ((chroma > CHROMA) & (ink > 0.3)).astype(np.uint8)
        kept = _crossing(pen, band, line)
        if np.count_nonzero(kept) > COLOURED_INK * line * line:
            near = cv2.dilate(kept, np.ones((3, 3), np.uint8))
            return np.where((near > 0) & (chroma > 0.5 * CHROMA), ink, 0).astype(np.float32)
    ink = _without_rules(ink, line)
    mask = (ink > 0.35).astype(np.uint8)
    kept = _crossing(mask, band, line, (place.left - box[0] - BESIDE * line, place.right - box[0] + BESIDE * line))
    return np.where(kept > 0, ink, 0).astype(np.float32) if kept.any() else None


def _crossing(mask: Pixels, band: tuple[int, int], line: float, across: tuple[float, float] | None = None) -> Pixels:
    """The pieces that reach into the line, are larger than dots of a leader, and have their middle in ``across``."""
    kept = np.zeros(mask.shape, np.uint8)
    _, labels, stats = connected(mask)
    for label in range(1, len(stats)):
        left, top, width, height, _ = (int(value) for value in stats[label])
        if top > band[1] or top + height < band[0] + 0.2 * line or max(width, height) < LEADER * line:
            continue
        if height < 0.15 * line and width > line:
            continue
        if across is not None and not across[0] <= left + width / 2 <= across[1]:
            continue
        kept[labels == label] = 1
    return kept


def _without_rules(ink: Ink, line: float) -> Ink:
    """The ink without rules and underscores: level strokes longer than a digit is wide."""
    mask = (ink > 0.35).astype(np.uint8)
    rules = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, max(3, round(1.1 * line))), np.uint8))
    thin = cv2.morphologyEx(rules, cv2.MORPH_OPEN, np.ones((max(2, round(0.2 * line)), 1), np.uint8))
    return np.where((rules > 0) & (thin == 0), 0, ink).astype(np.float32)
