"""Lines of print that a stamp without colour lies over: on photocopies and black and white scans its frame and its dots run
through them.

The stamp is put down by hand on lines that go on beside it. So the lines are found where the stamp is not, prolonged into
it, and read in an image from which the stamp's own strokes are taken: its frame, its rows of dots, and all ink that stands
at other heights, or is of another size, than the letters of these lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from normalizers.fluency import known
from pipeline.image.boxes import PixelBox, share_inside, shifted, touching
from pipeline.image.components import connected
from pipeline.image.images import Pixels
from pipeline.layout.marginalia import INSIDE, MAX_STAMPS, is_stamp
from pipeline.ocr.base import Engine, ReadLine, line_of
from pipeline.ocr.vote import DISPUTED
from pipeline.tables.rules import erase_rules

BESIDE = 3.0
"""Line heights of a line outside a stamp from which it is believed to run on under it."""
NEAR = 2.0
"""Line heights of white between the stamp and the line beside it at most: the first word may be cut off by the frame."""
AROUND = 0.1
"""Inches around a frame that its strokes reach."""
WIDE = 0.5
"""Widths of the widest line from which a line tells where the column of print begins and ends."""
BETWEEN = 1.2
"""Heights of a line between two of its words at most; what stands farther off under the stamp was written into it."""
MARGIN = 0.15
"""Heights of a line that are white beside its first letter."""
STROKE = 0.03
"""Inches of the thickness of a frame's stroke at most; letters with ink on both sides of it go on across it."""
FITS = 0.7
"""Share of the height of a piece of ink that lies in a line when it belongs to that line."""
HIGHEST = 1.2
"""Heights of a line that a letter, or two that touch, are high at most."""
TIED = 0.6
"""Heights of a line that a piece of ink higher than the line shares with it when letters of the line are in it."""
DOT = 0.25, 5
"""Heights of a line that a dot of a dotted line measures at most, and how many stand in a row; full stops stand alone."""
LEVEL = 0.12
"""Heights of a line to within which the dots of a row stand at one height."""
APART = 0.6
"""Heights of a line between the dots of a row at most."""


@dataclass(frozen=True, slots=True)
class UnderStamps:
    """A page with stamps at ``places`` over its print: the ``lines`` that run on under them, the image ``print_alone`` to
    read them in, and all others (``left``), which are read as they are."""

    places: tuple[PixelBox, ...]
    lines: tuple[PixelBox, ...]
    print_alone: Pixels
    left: tuple[PixelBox, ...]


def over_print(
    frames: Sequence[PixelBox], lines: Sequence[PixelBox], grey: Pixels, dpi: float, engine: Engine
) -> list[PixelBox]:
    """The places of those of ``frames`` that are of stamps and have lines running out of them."""
    if len(frames) > MAX_STAMPS:
        return []
    around, (height, width) = round(AROUND * dpi), grey.shape
    places = []
    for frame in frames:
        x0, y0, x1, y1 = frame
        place = max(0, x0 - around), max(0, y0 - around), min(width, x1 + around), min(height, y1 + around)
        if any(_crosses(line, frame) for line in lines) and _is_stamp(place, grey, engine):
            places.append(place)
    return places


def _crosses(line: PixelBox, frame: PixelBox) -> bool:
    return _runs_out(line, frame) and min(line[2], frame[2]) - max(line[0], frame[0]) > line[3] - line[1]


def _runs_out(line: PixelBox, place: PixelBox) -> bool:
    height = line[3] - line[1]
    beside = max(line[2] - place[2], place[0] - line[0])
    near = line[0] < place[2] + NEAR * height and line[2] > place[0] - NEAR * height
    return near and beside > BESIDE * height and place[1] < (line[1] + line[3]) / 2 < place[3]


def _is_stamp(place: PixelBox, grey: Pixels, engine: Engine) -> bool:
    part = _cut(grey, place)
    return is_stamp((0, 0, part.shape[1], part.shape[0]), engine.recognise(part, engine.find_lines(part)))


def _cut(grey: Pixels, place: PixelBox) -> Pixels:
    left, top, right, bottom = place
    return np.ascontiguousarray(grey[top:bottom, left:right])


def find_under(
    places: Sequence[PixelBox], boxes: Sequence[PixelBox], grey: Pixels, dpi: float, engine: Engine
) -> UnderStamps:
    """The lines under the stamps at ``places``; ``boxes`` are the lines of the page as they were found with the stamps."""
    hidden, print_alone = grey.copy(), grey.copy()
    for left, top, right, bottom in places:
        hidden[top:bottom, left:right] = 255
    beside = engine.find_lines(hidden)
    lines: list[PixelBox] = []
    for place in places:
        left, top, right, bottom = place
        clear = [line for line in beside if _runs_out(line, place)]
        run_on = [_prolonged(line, place, beside) for line in clear]
        part = _without_frame(_cut(grey, place), dpi)
        print_alone[top:bottom, left:right] = _of_lines(part, [shifted(line, -left, -top) for line in run_on])
        lines += [_joined(line, rest, print_alone) for line, rest in zip(run_on, clear, strict=True)]
    disturbed = [box for box in boxes if any(_is_in_row(box, place) for place in (*places, *lines))]
    apart = [line for line in beside if any(share_inside(line, box) > 1 - INSIDE for box in disturbed)]
    on_stamps = [_shared(box, place) for box in disturbed for place in places if _is_in_row(box, place)]
    left_over = [box for box in boxes if box not in disturbed] + apart + on_stamps
    left_over = [box for box in left_over if sum(share_inside(box, line) for line in lines) < 1 - INSIDE]
    return UnderStamps(tuple(places), tuple(lines), print_alone, tuple(left_over))


def _prolonged(line: PixelBox, place: PixelBox, lines: Sequence[PixelBox]) -> PixelBox:
    """``line`` as far into ``place`` as any wide line of the page that the stamp leaves alone begins, or ends."""
    width = max(box[2] - box[0] for box in lines)
    wide = [box for box in lines if box[2] - box[0] > WIDE * width and not touching(box, place)]
    if line[0] >= (place[0] + place[2]) / 2:  # the stamp is on its left
        begins = min((box[0] for box in wide), default=place[0])
        return max(place[0], min(line[0], begins)), line[1], line[2], line[3]
    ends = max((box[2] for box in wide), default=place[2])
    return line[0], line[1], min(place[2], max(line[2], ends)), line[3]


def _is_in_row(box: PixelBox, place: PixelBox) -> bool:
    return touching(box, place) and place[1] < (box[1] + box[3]) / 2 < place[3]


def _shared(box: PixelBox, other: PixelBox) -> PixelBox:
    return max(box[0], other[0]), max(box[1], other[1]), min(box[2], other[2]), min(box[3], other[3])


def _joined(line: PixelBox, clear: PixelBox, print_alone: Pixels) -> PixelBox:
    """``line`` as far as no white wider than between words parts its ink from ``clear``, its part beside the stamp."""
    left, top, right, bottom = line
    inked = (print_alone[top:bottom, left:right] < _level(print_alone)).any(axis=0)
    at = np.flatnonzero(inked) + left
    inside = at[(at >= clear[0]) & (at < clear[2])]
    if not inside.size:
        return line
    gaps = np.flatnonzero(np.diff(at) > BETWEEN * (bottom - top))
    starts, ends = at[np.append(0, gaps + 1)], at[np.append(gaps, len(at) - 1)]
    joined = [(s, e) for s, e in zip(starts.tolist(), ends.tolist(), strict=True) if s <= inside[-1] and e >= inside[0]]
    margin = round(MARGIN * (bottom - top))
    first, last = joined[0][0] - margin, joined[-1][1] + 1 + margin
    return max(left, min(first, clear[0])), top, min(right, max(last, clear[2])), bottom


def _without_frame(part: Pixels, dpi: float) -> Pixels:
    """The ink of a stamp without its straight strokes; letters keep what stands on both sides of a stroke."""
    bare = erase_rules(part, dpi, [(0, 0, part.shape[1], part.shape[0])])
    gone = (bare != part).astype(np.uint8)
    ink = (bare < _level(part)).astype(np.uint8)
    reach = round(STROKE * dpi) + 1
    kernels = (np.ones((reach, 1), np.uint8), np.ones((1, reach), np.uint8))
    crossing = [cv2.morphologyEx(ink, cv2.MORPH_CLOSE, kernel) for kernel in kernels]
    return np.where((gone > 0) & (cv2.max(*crossing) > 0), part, bare).astype(np.uint8)


def _level(grey: Pixels) -> float:
    return cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[0]


def _of_lines(bare: Pixels, lines: Sequence[PixelBox]) -> Pixels:
    """The ink of ``bare``, a stamp without its frame, that belongs to ``lines``; the rest is white."""
    count, labels, stats = connected((bare < _level(bare)).astype(np.uint8))
    kept = np.zeros(count, bool)
    tied = np.zeros(bare.shape, bool)
    for left, top, right, bottom in lines:
        height = bottom - top
        x, y, wide, high = (stats[:, i].astype(float) for i in range(4))
        shared = np.minimum(y + high, bottom) - np.maximum(y, top)
        fits = (shared >= FITS * high) & (high <= HIGHEST * height) & (x < right) & (x + wide > left)
        kept |= fits & ~_in_rows_of_dots(stats, height)
        # letters that handwriting or the line below is tied to: what lies in the line is kept
        ties = ~fits & (high > height) & (shared >= TIED * height)
        ties[0] = False
        here = slice(max(0, top), max(0, bottom)), slice(max(0, left), max(0, right))
        tied[here] |= ties[labels[here]]
    kept[0] = False
    near = cv2.dilate((kept[labels] | tied).astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.where(near > 0, bare, 255).astype(np.uint8)


def _in_rows_of_dots(stats: NDArray[np.int32], height: int) -> NDArray[np.bool_]:
    """Which pieces of ink are dots of a row to be written on."""
    x, y = stats[:, 0] + stats[:, 2] / 2, stats[:, 1] + stats[:, 3] / 2
    small = np.flatnonzero(np.maximum(stats[:, 2], stats[:, 3]) <= DOT[0] * height)
    in_row = np.zeros(len(stats), bool)
    for i in small:
        level = small[np.abs(y[small] - y[i]) <= LEVEL * height]
        level = level[np.argsort(x[level])]
        runs = np.split(level, np.flatnonzero(np.diff(x[level]) > APART * height) + 1)
        in_row[i] = any(i in run and len(run) >= DOT[1] for run in runs)
    return in_row


def read_under(under: UnderStamps, grey: Pixels, engine: Engine) -> list[ReadLine]:
    """The lines under stamps, each as it is read with the stamp in ``grey`` or without it, whichever has more right letters.

    Frames and dots may take letters with them when they are erased, and then the stamp does less harm.
    """
    alone, as_it_is = (engine.recognise(image, under.lines) for image in (under.print_alone, grey))
    best = (max(pair, key=_right_letters) for pair in zip(alone, as_it_is, strict=True))
    return [_held_in_doubt(_without_dots(line), under.places) for line in best]


def _held_in_doubt(line: ReadLine, places: Sequence[PixelBox]) -> ReadLine:
    """``line`` with no figure under a stamp surer than ``DISPUTED``: strokes make another number of it."""
    words = [
        replace(word, confidence=min(word.confidence, DISPUTED))
        if any(c.isdigit() for c in word.text) and any(touching(word.box, place) for place in places)
        else word
        for word in line.words
    ]
    return line_of(words, line.box, line.engines)


def _right_letters(line: ReadLine) -> float:
    """Letters expected right less those expected wrong."""
    return sum(len(word.text) * (2 * word.confidence - 1) for word in line.words)


def _without_dots(line: ReadLine) -> ReadLine:
    """``line`` with the words apart that dots of a stamp between them have tied: they are read as a hyphen.

    >>> from pipeline.ocr.base import ReadWord
    >>> word = ReadWord("Thời-gian", (0, 0, 90, 20), 0.7, False)
    >>> _without_dots(line_of([word], word.box, ())).text
    'Thời gian'
    """
    words = []
    for word in line.words:
        parts = word.text.split("-")
        tied = len(parts) > 1 and all(part.strip(",.;").isalpha() and known(part) for part in parts)
        if not tied or not parts[-1].islower():  # codes have hyphens of their own: "NĐ-CP"
            words.append(word)
            continue
        left, top, right, bottom = word.box
        at = 0
        for part in parts:
            start, end = (left + (right - left) * i // len(word.text) for i in (at, at + len(part)))
            words.append(replace(word, text=part, box=(start, top, end, bottom)))
            at += len(part) + 1
    return replace(line, words=tuple(words))
