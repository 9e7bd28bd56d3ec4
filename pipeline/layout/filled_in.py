"""The blanks of "Số: …/" and "ngày … tháng … năm": found by the print around them, cut out of the scan, read by hand.

Engines made for print read figures of a pen as whatever print they resemble. Here the form itself says where they are, the
ink of the pen is told from the print by its colour where it has one and by its place where it has none, leaders are taken
off, and what is left is read as a number (``pipeline.ocr.figures``). The readings are suggestions: they stand beside the
text with their probabilities and never replace it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import regex

from documents.page import Blank, FilledIn, LineKind
from normalizers.forms import fold
from pipeline.image.boxes import PixelBox, enclosing
from pipeline.image.components import connected, labelled
from pipeline.image.images import PageImage, Pixels, Straight
from pipeline.layout.handwriting import handwritten_words
from pipeline.layout.placed import Placed
from pipeline.ocr.base import ReadLine, line_of
from pipeline.ocr.digits import Ink
from pipeline.ocr.figures import read_figures

HEAD = 0.45
"""Share of the page, from its top, in which a letterhead stands."""
LONGEST = 90
"""Letters of a line that is a number or date of a letterhead; longer ones are sentences."""
TALLEST = 0.2
"""Inches of a line of print at most (14 point with marks); what was read taller holds figures of a pen."""
OVER, UNDER, BESIDE = 1.1, 0.45, 0.3
"""Line heights that a pen goes beyond the line above it and under it, and the print beside the blank."""
CHROMA = 45
"""Largest less smallest channel from which ink is coloured (``pipeline.image.ink.COLOURED``: fringes of black print have
less)."""
COLOURED_INK = 0.04
"""Ink of a coloured pen in squares of the line's height at least; one stroke of a "1" has 0.06."""
EXACT = 0.12
"""Line heights to which the edges of a blank are known: letters of a word are taken to be as wide as one another."""
GUESSED = 0.3
"""The same where print and figures were read as one word."""
SAID = 0.26
"""Inches that a printed "Số:" of 13 or 14 point is wide."""
WIDEST = 9.0
"""Line heights between the two halves of a form's line."""
EVEN = 0.5
CORRECTED = 0.6
"""Share of belief for figures written over the line: they are mostly the correction, sometimes a note."""
STRAIGHT = -0.93
"""Correlation of columns and rows of a stroke that slants as "/" does; printed ones have -0.95 to -0.99, a "1" with its
upstroke about -0.5."""
LEADER = 0.3
"""Height and width of a dot of the leader, in line heights."""

_NUMBER = regex.compile(r"^\W{0,2}[Ss5]\w{1,2}(?:\s*[:;.,]+\s*|\s+(?=.{0,8}/\s?\p{Lu}))")
_NOTATION = regex.compile(r"[/\\|]\s*\p{Lu}|(?<=\W)\p{Lu}[\p{Lu}.]+\s?[-/]|\p{Lu}{2,}")
_DATE = regex.compile(
    r"^(?:[^,\d]{2,30}[,.]?\s*)?\bng[a-z]{1,2}?y?(?P<day>(?:[^a-z].{0,12}?|.{0,4}?))th[a-z]{1,2}ng(?P<month>.{0,14}?)n[a-z]m(?![a-z]).{0,8}$"
)
_DAYS, _MONTHS = regex.compile(r"0?[1-9]|[12]\d|3[01]"), regex.compile(r"0?[1-9]|1[0-2]")
_ORDINALS = regex.compile(r"\d{1,5}")
_PRINTED = regex.compile(r"\d{1,5}[a-zđ]?")
_FITS = {Blank.NUMBER: _ORDINALS, Blank.DAY: _DAYS, Blank.MONTH: _MONTHS}


@dataclass(frozen=True, slots=True)
class Place:
    """A blank between print that ends at ``left`` and print that begins at ``right``, in pixels."""

    blank: Blank
    left: float
    right: float
    line: PixelBox
    exact: float = EXACT
    """Line heights to which its edges are known."""


def read_filled_in(image: PageImage, straight: Straight, placed: Sequence[Placed]) -> tuple[FilledIn, ...]:
    """What is written into the blanks of the letterhead, where anything is."""
    found: list[FilledIn] = []
    for place in blanks_of(placed, straight):
        box = _around(place, straight)
        cut = _cut(image, straight, box)
        readings = _read(cut, place, box)
        if place.blank is Blank.NUMBER:
            readings = _corrected(readings, cut, place, box)
        if readings:
            found.append(FilledIn(place.blank, straight.points(box), readings))
    return tuple(found)


Readings = tuple[tuple[str, float], ...]


def _read(cut: Pixels, place: Place, box: PixelBox) -> Readings:
    ink, coloured = _pen(cut, place, box)
    if ink is None:
        return ()
    line = place.line[3] - place.line[1]
    edges = None if coloured else (place.left - box[0], place.right - box[0], place.exact * line)
    if edges is not None and place.blank is Blank.NUMBER:
        stroke = _printed_stroke(ink, edges[1], line)
        if stroke is not None:
            ink[:, stroke:] = 0
            edges = edges[0], stroke, EXACT * line
    return read_figures(ink, lambda text: bool(_FITS[place.blank].fullmatch(text)), edges)


def _printed_stroke(ink: Ink, right: float, line: int) -> int | None:
    """Left edge of the stroke before the notation: the last straight, slanting line about the end of the blank."""
    _, labels, stats = connected((ink > 0.35).astype(np.uint8))
    found: int | None = None
    for label in range(1, len(stats)):
        left, _, width, height, _ = (int(value) for value in stats[label])
        if not (0.45 * line < height < 1.2 * line and 0.12 * height < width < 0.75 * height):
            continue
        if not right - line < left + width / 2 < right + 0.8 * line:
            continue
        y, x = np.nonzero(labels == label)
        if np.corrcoef(x, y)[0, 1] < STRAIGHT and (found is None or left > found):
            found = left
    return found


def _corrected(readings: Readings, cut: Pixels, place: Place, box: PixelBox) -> Readings:
    """The readings with those of a number written over the line, where one was struck out."""
    over = _over_the_line(cut, place, box)
    if over is None:
        return readings
    above = read_figures(over, lambda text: bool(_ORDINALS.fullmatch(text)))
    if sum(chance for _, chance in above) < EVEN:
        return readings
    mixed: dict[str, float] = {}
    for its, share in ((readings, 1 - CORRECTED), (above, CORRECTED)):
        for text, chance in its:
            mixed[text] = mixed.get(text, 0.0) + share * chance
    return tuple(sorted(((text, round(chance, 3)) for text, chance in mixed.items()), key=lambda pair: -pair[1]))


# --- where blanks are -------------------------------------------------------------------------------------------------


def blanks_of(placed: Sequence[Placed], straight: Straight) -> list[Place]:
    """The blanks of the first line of a number and of the first of a date in the head of the page."""
    height = straight.grey.shape[0]
    head = [
        one.line
        for one in placed
        if one.kind is not LineKind.TABLE and one.line.box[1] < HEAD * height and len(one.line.text) < LONGEST
    ]
    found: dict[Blank, Place] = {}
    for line in _joined(head):
        for place in _places(line, straight.grey, straight.dpi):
            found.setdefault(place.blank, place)
    return list(found.values())


_GOES_ON = regex.compile(r"\W{0,2}[/-]\s*\p{Lu}|(?:\W*\d{0,2}\W*)?th[aáàăâ]ng\b|(?:\W*\d{0,2}\W*)?n[aă]m\b")


def _joined(lines: Sequence[ReadLine]) -> list[ReadLine]:
    """The lines, with those put together that a blank parts: "Số:" and "/QĐ-UBND", "… ngày" and "tháng … năm"."""
    joined: list[ReadLine] = []
    for line in sorted(lines, key=lambda line: line.box[0]):
        before = next((one for one in joined if _GOES_ON.match(line.text) and _is_parted(one.box, line.box)), None)
        if before is None:
            joined.append(line)
        else:
            whole = line_of([*before.words, *line.words], enclosing([before.box, line.box]), before.engines)
            joined[joined.index(before)] = whole
    return sorted(joined, key=lambda line: line.box[1])


def _is_parted(box: PixelBox, other: PixelBox) -> bool:
    """Whether ``other`` stands to the right of ``box`` on one level, no further than a blank is wide."""
    height = box[3] - box[1]
    shared = min(box[3], other[3]) - max(box[1], other[1])
    return shared > 0.5 * height and 0 <= other[0] - box[2] < WIDEST * height


def _places(line: ReadLine, grey: Pixels, dpi: float) -> Iterator[Place]:
    """The blanks of a line whose figures are not surely printed."""
    plain = fold(line.text)
    if len(plain) != len(line.text):
        return
    edges = _edges(line)
    doubted = _spans(line, handwritten_words(line, grey))
    number = _NUMBER.match(line.text)
    if number:
        notation = _NOTATION.search(line.text, number.end())
        end = notation.start() if notation else len(line.text)
        if _is_open(line, number.end(), end, doubted):
            said = len(number.group().rstrip())
            glued = not line.text[said : said + 1].isspace() or not line.text[end - 1 : end].isspace()
            left = edges[said] if line.text[said : said + 1].isspace() else min(edges[said], line.box[0] + SAID * dpi)
            yield Place(Blank.NUMBER, left, edges[end], line.box, GUESSED if glued else EXACT)
    date = _DATE.match(plain)
    if date:
        for blank in (Blank.DAY, Blank.MONTH):
            start, end = date.span(blank.value)
            if _is_open(line, start, end, doubted):
                glued = any(line.text[at - 1 : at + 1].strip() == line.text[at - 1 : at + 1] for at in (start, end))
                yield Place(blank, edges[start], edges[end], line.box, GUESSED if glued else EXACT)


def _is_open(line: ReadLine, start: int, end: int, doubted: Sequence[tuple[int, int]]) -> bool:
    """Whether nothing is printed between two letters of a line: no figures, or such as a pen may have written."""
    text = line.text[start:end].strip(" .…,_")
    return not _PRINTED.fullmatch(text) or any(a < end and start < b for a, b in doubted)


def _spans(line: ReadLine, words: frozenset[int]) -> list[tuple[int, int]]:
    """Where the words stand in the line's text."""
    spans, at = [], 0
    for i, word in enumerate(line.words):
        if i in words:
            spans.append((at, at + len(word.text)))
        at += len(word.text) + 1
    return spans


def _edges(line: ReadLine) -> list[float]:
    """Left edge of each letter of the line's text in pixels, letters of a word as wide as one another; and its end."""
    edges: list[float] = []
    for word in line.words:
        left, _, right, _ = word.box
        edges += [left + (right - left) * i / len(word.text) for i in range(len(word.text))]
        edges.append(float(right))  # the space behind it
    return [*edges, float(line.box[2])] if edges else [float(line.box[0])]


# --- cutting out --------------------------------------------------------------------------------------------------------


def _around(place: Place, straight: Straight) -> PixelBox:
    """The blank with what a pen goes beyond it."""
    _, top, _, bottom = place.line
    line = min(bottom - top, TALLEST * straight.dpi)
    beside = (1.0 + 2 * place.exact) * line
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


def _pen(cut: Pixels, place: Place, box: PixelBox) -> tuple[Ink | None, bool]:
    """The ink of the pen, ``None`` where there is none, and whether its colour tells it from print."""
    if min(cut.shape[:2]) < 8:
        return None, False
    ink = _ink(cut)
    if ink is None:
        return None, False
    line = float(place.line[3] - place.line[1])
    band = place.line[1] - box[1], place.line[3] - box[1]
    if cut.ndim == 3:
        pen = _coloured(cut, ink)
        kept = _crossing(pen, band, line)
        if np.count_nonzero(kept) > COLOURED_INK * line * line:
            return np.where(kept > 0, ink, 0).astype(np.float32), True
    ink = _without_rules(ink, line)
    mask = (ink > 0.35).astype(np.uint8)
    beside = (BESIDE + 2 * place.exact) * line
    kept = _crossing(mask, band, line, (place.left - box[0] - beside, place.right - box[0] + beside))
    return (np.where(kept > 0, ink, 0).astype(np.float32), False) if kept.any() else (None, False)


def _ink(cut: Pixels) -> Ink | None:
    """How dark each pixel is between paper and print, whatever the colour; ``None`` on empty paper."""
    darkest = cut if cut.ndim == 2 else cut.min(axis=2)
    paper, black = float(np.percentile(darkest, 85)), float(np.percentile(darkest, 1))
    if paper - black < 40:
        return None
    ink = np.clip((paper - 0.12 * (paper - black) - darkest) / (0.7 * (paper - black)), 0, 1)
    return np.asarray(ink, np.float32)


def _coloured(cut: Pixels, ink: Ink) -> Pixels:
    """1 where a coloured pen wrote: where its colour is strong, and its paler ink that touches that."""
    chroma = cut.max(axis=2).astype(np.int16) - cut.min(axis=2)
    strong = (chroma > CHROMA) & (ink > 0.3)
    pale = ((chroma > 0.45 * CHROMA) & (ink > 0.1)).astype(np.uint8)
    count, labels = labelled(pale)
    seeds = np.bincount(labels[strong], minlength=count)
    seeds[0] = 0
    return (seeds[labels] > 0).astype(np.uint8)


def _over_the_line(cut: Pixels, place: Place, box: PixelBox) -> Ink | None:
    """The ink of figures that stand free over the blank, as high as figures are; ``None`` where there are none."""
    ink = _ink(cut)
    if ink is None:
        return None
    line = float(place.line[3] - place.line[1])
    top = place.line[1] - box[1]
    _, labels, stats = connected((ink > 0.35).astype(np.uint8))
    kept = np.zeros(ink.shape, np.uint8)
    for label in range(1, len(stats)):
        left, upper, width, height, _ = (int(value) for value in stats[label])
        middle = left + width / 2 + box[0]
        free = upper > 0 and upper + height < top + 0.1 * line
        if free and 0.45 * line < height < 1.2 * line and place.left < middle < place.right + 0.5 * line:
            kept[labels == label] = 1
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
