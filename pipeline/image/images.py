"""Page images: what a scanner or a camera gave us, and what is done to it before it is read.

``straighten`` is the whole way: a photographed sheet made flat, normal resolution, stamps apart, no specks, even paper, no
black borders, upright, level. Every step is a small function of its own; the way from the pixels that are read back to
points on the page as a person holds it is kept beside the pixels, so that each word can be outlined on the original.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.page import Box
from documents.sheets import A4_INCHES
from pipeline.image.boxes import PixelBox
from pipeline.image.components import connected
from pipeline.image.dewarp import Bend, find_bend, find_sheet, flatten
from pipeline.image.ink import brightest_channel, separate_stamps

Pixels = NDArray[np.uint8]
READING_DPI = (150.0, 300.0)
"""Sources inside these resolutions are read as they are (docs/reading: the embedded image beats any rendering)."""

NORMAL_DPI = 200.0
"""What others are brought to: 100 dpi sources are enlarged, 600 dpi ones reduced; moves benchmarks/ocr.md."""

LONGEST_SIDE = 3000
"""Pixels beyond which nothing is enlarged."""

WHITE = 255


def as_pixels(array: Any) -> Pixels:  # noqa: ANN401 - what OpenCV gives back
    """``array`` as pixels, without a copy when it is one of ``uint8``."""
    return np.asarray(array, np.uint8)


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as pixels: ``uint8``, height x width (grey) or height x width x 3 (red, green, blue); dots per inch.

    Raises ``ValueError`` for any other array and for a resolution that is not positive.

    >>> page = PageImage(np.full((1170, 827), 255, np.uint8), dpi=100)
    >>> round(page.width), round(page.height)
    (595, 842)
    """

    pixels: Pixels
    dpi: float

    def __post_init__(self) -> None:
        shape = self.pixels.shape
        if self.pixels.dtype != np.uint8 or not (len(shape) == 2 or (len(shape) == 3 and shape[2] == 3)) or 0 in shape:
            raise ValueError(f"not a page image: {self.pixels.dtype} {shape}")
        if not self.dpi > 0:
            raise ValueError(f"impossible resolution: {self.dpi} dpi")

    @property
    def width(self) -> float:
        """Width in points."""
        return float(self.pixels.shape[1] * 72 / self.dpi)

    @property
    def height(self) -> float:
        """Height in points."""
        return float(self.pixels.shape[0] * 72 / self.dpi)


@dataclass(frozen=True, slots=True)
class Straight:
    """A page ready to be read: dark print on white, upright and level.

    ``stamps`` shows the coloured ink of seals and stamps alone, dark on white, or is ``None`` where there is none.
    ``rotation`` (clockwise, degrees) and ``skew`` (counter-clockwise, degrees, in the middle of the page) are what was
    undone; ``photographed`` says that the sheet was seen at an angle. ``width`` and ``height`` are points of the upright
    page. The way back from pixels: print first goes down by ``bend``, then ``to_points``, a 3 x 3 homography, leads to the
    points of the page.
    """

    grey: Pixels
    dpi: float
    width: float
    height: float
    to_points: NDArray[np.float64]
    rotation: int = 0
    skew: float = 0.0
    stamps: Pixels | None = None
    bend: Bend | None = None
    photographed: bool = False

    def points(self, box: PixelBox) -> Box:
        """The upright box of points around ``box``, cut to the page."""
        left, top, right, bottom = box
        if self.bend is None:  # without arrays: a page has hundreds of words
            xs, ys = zip(*(self._back_to(x, y) for x in (left, right) for y in (top, bottom)), strict=True)
        else:
            x, y = self.home(np.array([left, right, left, right], float), np.array([top, top, bottom, bottom], float))
            xs, ys = tuple(x.tolist()), tuple(y.tolist())
        sides = (min(xs), self.width), (min(ys), self.height), (max(xs), self.width), (max(ys), self.height)
        return Box(*(round(min(max(value, 0.0), most), 2) for value, most in sides))

    def _back_to(self, x: float, y: float) -> tuple[float, float]:
        (a, b, c), (d, e, f), (g, h, i) = self.to_points.tolist()
        w = g * x + h * y + i
        return (a * x + b * y + c) / w, (d * x + e * y + f) / w

    def home(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points of the upright page (two rows: x, y) of the pixels ``x``, ``y``."""
        down = y + self.bend.shift(x, y) if self.bend else y
        mapped = self.to_points @ np.stack([x, down, np.ones_like(x)])
        return np.asarray(mapped[:2] / mapped[2])

    def slant(self) -> float:
        """Degrees by which a level line in the middle falls to the right on the page as it was handed in."""
        height, width = self.grey.shape
        (x0, x1), (y0, y1) = self.home(np.array([0.25, 0.75]) * width, np.array([0.5, 0.5]) * height)
        return round(float(np.degrees(np.arctan2(y1 - y0, x1 - x0))), 2) + 0.0

    def part(self, left: int, right: int) -> Straight:
        """The columns from ``left`` to ``right`` as a page of their own, whose points are those of the whole page."""

        def cut(pixels: Pixels) -> Pixels:
            return np.ascontiguousarray(pixels[:, left:right])

        aside = np.array([[1.0, 0.0, left], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
        stamps = cut(self.stamps) if self.stamps is not None else None
        return replace(self, grey=cut(self.grey), stamps=stamps, to_points=self.to_points @ aside)


def straighten(image: PageImage, quarter_turns: Callable[[Pixels], int] | None = None) -> Straight:
    """``image`` made ready for reading.

    ``quarter_turns`` tells how many quarter turns counter-clockwise the content of a level grey page is turned by.
    """
    pixels, dpi, home = _flat(image)
    photographed = pixels is not image.pixels
    taken, taken_dpi = pixels, dpi
    pixels, dpi = normal_resolution(smooth_fax(pixels, dpi), dpi)
    scale = taken.shape[1] / pixels.shape[1]
    # enlarging softens edges too: focus is judged on the smaller of the two
    in_focus = sharpness(taken if taken_dpi <= dpi else pixels) >= SHARP
    home = np.diag([72 / image.dpi, 72 / image.dpi, 1.0]) @ home @ np.diag([scale, scale, 1.0])
    inks = separate_stamps(pixels, dpi)
    grey, stamps = clear_borders(even_paper(despeckle(positive(inks.grey)))), inks.stamps
    grey = grey if in_focus else sharpened(grey, dpi)
    skew = measure_skew(grey)
    turns = quarter_turns(rotate(grey, skew)) % 4 if quarter_turns else 0
    page = image.width, image.height
    if turns:
        home = _turn_about(*page, turns) @ home @ np.linalg.inv(_turn_about(grey.shape[1], grey.shape[0], turns))
        page = (page[1], page[0]) if turns % 2 else page
        grey = turn(grey, turns)
        stamps = turn(stamps, turns) if stamps is not None else None
        skew = measure_skew(grey) if turns % 2 else skew
    size = round(page[0], 2), round(page[1], 2)
    straight = Straight(grey, dpi, *size, home, rotation=90 * turns, stamps=stamps, photographed=photographed)
    return levelled(straight, skew)


def levelled(straight: Straight, skew: float | None = None) -> Straight:
    """``straight`` turned by ``skew`` degrees counter-clockwise, or by what makes its rows level."""
    angle = measure_skew(straight.grey) if skew is None else skew
    height, width = straight.grey.shape
    back = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1.0), [0.0, 0.0, 1.0]])
    stamps = rotate(straight.stamps, angle) if straight.stamps is not None else None
    turned = replace(straight, grey=rotate(straight.grey, angle), stamps=stamps, to_points=straight.to_points @ back)
    return replace(turned, skew=turned.slant())


def _flat(image: PageImage) -> tuple[Pixels, float, NDArray[np.float64]]:
    """The sheet on a photograph, its resolution, and the homography back to the pixels of ``image``; scans as they are."""
    pixels = image.pixels
    sheet = find_sheet(pixels if pixels.ndim == 2 else brightest_channel(pixels))
    if sheet is None:
        return pixels, image.dpi, np.eye(3)
    flat, home = flatten(pixels, sheet)
    return flat, max(flat.shape[:2]) / A4_INCHES[1] if sheet.framed else image.dpi, home


def _turn_about(width: float, height: float, quarters: int) -> NDArray[np.float64]:
    """Where a point of a page of that size lies after so many quarter turns clockwise."""
    turned = {
        1: ((0, -1, height), (1, 0, 0), (0, 0, 1)),
        2: ((-1, 0, width), (0, -1, height), (0, 0, 1)),
        3: ((0, 1, 0), (-1, 0, width), (0, 0, 1)),
    }
    return np.array(turned[quarters], float)


def unbent(straight: Straight) -> Straight:
    """``straight`` with its lines of print level all over the page."""
    bend = find_bend(straight.grey, straight.dpi)
    if bend is None:
        return straight
    stamps = bend.level(straight.stamps) if straight.stamps is not None else None
    return replace(straight, grey=bend.level(straight.grey), stamps=stamps, bend=bend)


def normal_resolution(pixels: Pixels, dpi: float) -> tuple[Pixels, float]:
    """The pixels at a resolution that the engines read well, and that resolution.

    >>> normal_resolution(np.zeros((100, 50), np.uint8), 100)[0].shape
    (200, 100)
    """
    if READING_DPI[0] <= dpi <= READING_DPI[1]:
        return pixels, dpi
    scale = NORMAL_DPI / dpi
    if scale > 1:  # a resolution is easily stated too low; a page has its letters in 3,000 pixels
        scale = min(scale, LONGEST_SIDE / max(pixels.shape[:2]))
        if scale <= 1:
            return pixels, dpi
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    return as_pixels(cv2.resize(pixels, size, interpolation=how)), dpi * scale


BETWEEN = 0.05
"""Share of greys beyond which a page was not stored as black and white; faint print falls to specks at any threshold."""

NEGATIVE = 0.6
"""Share of black from which a black and white page is a negative (microfilm, a bit read the wrong way round): print covers
a tenth of a page, dark tables and pictures a third."""

ALONE = 0.0004
"""Share of the pixels that are dark with nothing dark around them from which a page is speckled; clean scans have 0.00002, a
fax with one point in a hundred flipped 0.004."""

SPECK = 2
"""Pixels of a speck at most. At 200 dpi a dot under a letter has nine and more."""


def is_bilevel(grey: Pixels) -> bool:
    """Whether a page was stored in black and white only."""
    return float(cv2.calcHist([grey], [0], None, [256], [0, 256])[40:216].sum()) <= BETWEEN * grey.size


LIGHT_PRINT = 2.0, 0.15
"""On a negative with greys the print is farther above the usual grey than anything is below it, so many times, and covers at
most this share of the page: a sheet on a dark desk covers more."""


def positive(grey: Pixels) -> Pixels:
    """A negative as dark print on white; others as they are."""
    black = np.count_nonzero(grey < WHITE // 2) / grey.size
    return as_pixels(WHITE - grey) if black > NEGATIVE and (is_bilevel(grey) or _has_light_print(grey)) else grey


def _has_light_print(grey: Pixels) -> bool:
    dark, usual, light = (float(level_at(grey, share)) for share in (0.01, 0.5, 0.99))
    print_share = float((grey > (usual + light) / 2).mean())
    return light - usual > max(60.0, LIGHT_PRINT[0] * (usual - dark)) and print_share < LIGHT_PRINT[1]


def despeckle(grey: Pixels) -> Pixels:
    """A speckled page without its specks, and without the pinholes in its letters; others as they are."""
    if not is_bilevel(grey):
        return grey
    dark = (grey < WHITE // 2).astype(np.uint8)
    around = cv2.filter2D(dark, cv2.CV_8U, np.ones((3, 3), np.uint8))
    if np.count_nonzero((around == 1) & (dark > 0)) < ALONE * dark.size:
        return grey
    clean = grey.copy()
    for ink, paint, neighbours in ((dark, WHITE, 8), (1 - dark, 0, 4)):
        _, labels, stats = connected(ink, connectivity=neighbours)
        speck = stats[:, cv2.CC_STAT_AREA] <= SPECK
        speck[0] = False
        clean[speck[labels]] = paint
    return clean


STAIRS = 0.5
"""Pixels (standard deviation) by which the stairs of coarse black and white letters are smoothed before they are enlarged:
two pages at 100 dpi, flecked, come to 1.4 % instead of 6.2; 0.8 is somewhat worse."""


def smooth_fax(pixels: Pixels, dpi: float) -> Pixels:
    """A coarse black and white page without specks, the stairs of its letters smoothed; others as they are.

    Once enlarged, specks are as large as dots under letters.
    """
    if dpi >= READING_DPI[0] or pixels.ndim != 2 or not is_bilevel(pixels):
        return pixels
    return as_pixels(cv2.GaussianBlur(despeckle(pixels), (0, 0), STAIRS))


SHARP = 0.2
"""Sharpness below which a picture was out of focus: scans have 0.36 – 0.56, photographs in focus 0.25 – 0.33, blurred by the
width of a stroke 0.06 – 0.12."""

LOOKED_AT = 2000
"""Pixels of the middle of a page on which focus is judged."""

HALO, AMOUNT = 70, 1.5
"""Unsharp masking: standard deviation as a part of an inch, and how strongly. On three pages out of focus the error falls
from 5.7 to 2.2 %; twice as strong or half as fine gains less."""


def sharpness(pixels: Pixels) -> float:
    """How steep the steepest hundredth of a page is, in its own contrast per pixel."""
    height, width = pixels.shape[:2]
    top, left = max(0, (height - LOOKED_AT) // 2), max(0, (width - LOOKED_AT) // 2)
    middle = pixels[top : top + LOOKED_AT, left : left + LOOKED_AT]
    grey = middle if middle.ndim == 2 else as_pixels(cv2.cvtColor(middle, cv2.COLOR_RGB2GRAY))
    steps = cv2.magnitude(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    dark, light = level_at(grey, 0.01), level_at(grey, 0.9)
    counts = np.cumsum(cv2.calcHist([steps], [0], None, [2048], [0, STEEPEST]))
    return float(np.searchsorted(counts, 0.99 * counts[-1]) * STEEPEST / 2048 / 8 / (light - dark + 1))


STEEPEST = 8 * 256
"""More than Sobel's operator finds anywhere, eight times a step from black to white along one side."""


def level_at(grey: Pixels, share: float) -> int:
    """The grey level below which ``share`` of the pixels lie; counted, since sorting millions of them takes twenty times as
    long."""
    counts = np.cumsum(cv2.calcHist([np.ascontiguousarray(grey)], [0], None, [256], [0, 256]))
    return int(np.searchsorted(counts, share * counts[-1]))


def sharpened(grey: Pixels, dpi: float) -> Pixels:
    """A page that was out of focus, its edges made steeper."""
    soft = cv2.GaussianBlur(grey, (0, 0), dpi / HALO)
    return as_pixels(cv2.addWeighted(grey, 1 + AMOUNT, soft, -AMOUNT, 0))


UNEVEN = 40
"""Grey levels between the darkest and the brightest patch of paper: flatbed scans stay below 25, photographs reach 60 –
120."""


def even_paper(grey: Pixels) -> Pixels:
    """The page with the same white everywhere when the light on it was uneven (photographs, book gutters)."""
    if min(grey.shape) < 128:
        return grey
    small = cv2.resize(grey, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 21)
    low, high = np.percentile(paper, (2, 98))
    if high - low < UNEVEN and high > 200:
        return grey
    # never brighten what is not paper at all: the dark desk around a sheet stays dark and is cleared as a border
    paper = np.maximum(paper, np.uint8(max(40.0, high * 0.35)))
    light = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return as_pixels(cv2.divide(grey, light, scale=WHITE))


def clear_borders(grey: Pixels) -> Pixels:
    """The page with black scan borders painted white: dark regions that touch the edge and are thicker than any print.

    Thick means that they survive an opening of 1/100 of the width: about 2 mm, against 0.6 mm for the strokes of a heading.
    """
    scale = 500 / max(grey.shape)
    small = as_pixels(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)) if scale < 1 else grey
    dark = (small < 110).astype(np.uint8)
    dark = as_pixels(cv2.morphologyEx(np.pad(dark, 5, mode="edge"), cv2.MORPH_OPEN, np.ones((4, 4), np.uint8)))[5:-5, 5:-5]
    count, labels, stats = connected(dark)
    border = np.zeros(count, np.uint8)
    height, width = small.shape
    for label in range(1, count):
        left, top, wide, high, area = stats[label]
        touches = left == 0 or top == 0 or left + wide == width or top + high == height
        border[label] = touches and area > 40 and max(wide / width, high / height) > 0.04
    if not border.any():
        return grey
    mask = cv2.dilate(border[labels], np.ones((5, 5), np.uint8))
    mask = cv2.resize(mask, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_NEAREST)
    return np.where(mask > 0, WHITE, grey).astype(np.uint8)


SKEW_SIDE = 800
"""Long side of the thumbnail whose rows are judged: lines of print are 10 pixels apart on it."""

SMALLEST_SIDE = 16
"""Pixels: anything smaller holds no line of print."""

MAX_SKEW = 20.0
"""Degrees searched to either side; a page held further askew is a matter of ``quarter_turns``."""

MIN_SKEW = 0.08
"""Degrees below which turning blurs more than it helps: half a pixel row over a line of 7 inches at 100 dpi."""


def measure_skew(grey: Pixels) -> float:
    """Degrees, counter-clockwise, that make the rows of print level.

    The angle whose row profile changes most sharply from row to row (Postl 1986), searched from coarse to fine.
    """
    if min(grey.shape) < SMALLEST_SIDE:
        return 0.0
    scale = min(1.0, SKEW_SIDE / max(grey.shape))
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    ink = as_pixels(WHITE - cv2.resize(grey, size, interpolation=cv2.INTER_AREA))
    if ink.mean() < 0.003 * WHITE:  # blank: no rows to go by
        return 0.0
    coarse = as_pixels(cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    angle, step = 0.0, 2.0
    best = max(np.arange(-MAX_SKEW, MAX_SKEW + step, step), key=lambda a: _row_sharpness(coarse, float(a)))
    candidates = {0.0, float(best)}
    for step in (0.5, 0.1, 0.05):
        reach = 4 * step if step > 0.1 else 5 * step
        angles = {round(a + d, 3) for a in candidates for d in np.arange(-reach, reach + step / 2, step)}
        angle = max(sorted(angles, key=abs), key=lambda a: _row_sharpness(ink, a))
        candidates = {angle}
    return float(angle) if abs(angle) >= MIN_SKEW else 0.0


def _row_sharpness(ink: Pixels, angle: float) -> float:
    height, width = ink.shape
    turned = cv2.warpAffine(ink, cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), (width, height))
    profile = cv2.reduce(turned, 1, cv2.REDUCE_SUM, dtype=cv2.CV_64F)
    return float(np.square(np.diff(profile[:, 0])).sum())


def rotate(pixels: Pixels, angle: float) -> Pixels:
    """``pixels`` turned by ``angle`` degrees counter-clockwise around the centre; size kept, corners filled white."""
    if not angle:
        return pixels
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    white = (WHITE,) * 3
    return as_pixels(cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=white))


def turn(pixels: Pixels, quarters: int) -> Pixels:
    """``pixels`` turned by ``quarters`` quarter turns clockwise."""
    return np.ascontiguousarray(np.rot90(pixels, -quarters))
