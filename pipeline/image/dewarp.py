"""Photographed and bent sheets made flat, so that lines of print are level all over the page.

``find_sheet``  the four corners of a sheet that lies on something darker, seen at an angle
``flatten``     the sheet as if seen from straight above
``find_bend``   how far the lines of print themselves climb and fall, whatever made them do so
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.sheets import A4_MM
from pipeline.image.components import connected

Pixels = NDArray[np.uint8]
Points = NDArray[np.float64]
"""Rows of x, y in pixels."""

# --- the edges of the sheet -------------------------------------------------------------------------------------------
THUMB = 400
"""Long side of the thumbnail on which edges are sought: a sheet's edge stays sharp, print is closed away."""
PRINT = 9
"""Thumbnail pixels that print and rules are thinner than (7 mm on A4)."""
DEEPEST = 0.38
"""How far into the picture a sheet's edge may lie, as a share of its width or height."""
STEP = 0.011
"""Steps in which the two ends of an edge are tried, as shares of the side."""
BRIGHTER = 10.0
"""Grey levels by which the sheet is brighter than what it lies on, measured across three thumbnail pixels."""
ALONG = 0.72
"""Share of an edge that must be seen; fingers and the shadows of the camera cover some of it."""
LEAN = 0.2
"""How far an edge leans at most, as a share of its length: what is askew further is not read by ``measure_skew`` either."""
EDGE = 0.012
"""An edge nearer to the border of the picture than this share of its width is not told from the border itself."""
CONVERGING = 0.012
"""Edges that come nearer to each other by this share of their distance were seen at an angle. Below it, turning the page is
enough, and leaves more of the print as it was scanned."""
LEAST = 0.3
"""Share of the picture that a sheet covers at least."""
A4 = A4_MM[1] / A4_MM[0]
"""Height by width."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Corners of a sheet: top left, top right, bottom right, bottom left, in pixels. ``framed`` when all four edges are
    seen, so that it can be taken for a whole sheet of paper.
    """

    corners: Points
    framed: bool


def find_sheet(grey: Pixels) -> Sheet | None:
    """The sheet in a picture taken at an angle; ``None`` for scans, which show their sheets square."""
    scale = THUMB / max(grey.shape)
    if scale > 0.5:
        return None
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = small.shape
    beyond = np.pad(small, PRINT, mode="edge")  # what is dark up to the border goes on there
    closed = cv2.morphologyEx(beyond, cv2.MORPH_CLOSE, np.ones((PRINT, PRINT), np.uint8))
    values = cv2.GaussianBlur(closed, (0, 0), 1.0)[PRINT:-PRINT, PRINT:-PRINT].astype(np.float32)
    left, right = _edge(values), _edge(values[:, ::-1])
    top, bottom = _edge(values.T), _edge(values[::-1].T)
    if not (left and right) and not (top and bottom):
        return None
    none = 0.0, 0.0
    sides = [
        np.cross((x0, y0, 1.0), (x1, y1, 1.0))
        for x0, y0, x1, y1 in (
            ((left or none)[0], 0.0, (left or none)[1], height),
            (width - (right or none)[0], 0.0, width - (right or none)[1], height),
            (0.0, (top or none)[0], width, (top or none)[1]),
            (0.0, height - (bottom or none)[0], width, height - (bottom or none)[1]),
        )
    ]
    corners = np.array([_crossing(sides[a], sides[b]) for a, b in ((0, 2), (1, 2), (1, 3), (0, 3))])
    upper, lower, near, far = _lengths(corners)
    converging = max(abs(upper / lower - 1) if left and right else 0, abs(near / far - 1) if top and bottom else 0)
    if converging < CONVERGING or cv2.contourArea(corners.astype(np.float32)) < LEAST * width * height:
        return None
    return Sheet(corners / scale, all((left, right, top, bottom)))


def _lengths(corners: Points) -> tuple[float, float, float, float]:
    """Of the upper, lower, left and right edge."""
    a, b, c, d = (float(np.hypot(*(corners[i] - corners[j]))) for i, j in ((0, 1), (3, 2), (0, 3), (1, 2)))
    return a, b, c, d


def _edge(values: NDArray[np.float32]) -> tuple[float, float] | None:
    """Where the left edge of the sheet crosses the top and the bottom of the picture; ``None`` when there is none.

    All straight lines are tried; the one along which most is darker on its left than on its right wins.
    """
    height, width = values.shape
    if np.median(values[:, :3]) > np.median(values) - BRIGHTER:  # white to the border, as most scans are
        return None
    rise = np.zeros_like(values)
    rise[:, 2:-1] = values[:, 3:] - values[:, :-3]
    rows = np.arange(round(0.15 * height), round(0.85 * height), 2)
    ends = np.arange(0.0, DEEPEST * width, STEP * width)
    tops, bottoms = np.meshgrid(ends, ends, indexing="ij")
    pairs = np.stack([tops.ravel(), bottoms.ravel()], axis=1)
    pairs = pairs[np.abs(pairs[:, 0] - pairs[:, 1]) < LEAN * height]
    where = pairs[int(np.argmax(_seen(_rises(rise, rows, pairs))))]
    for step in (2.0, 1.0, 0.5, 0.25):  # to where it is sharpest
        around = where + step * np.array(list(product((0, -1, 1), repeat=2)))
        where = around[int(np.argmax(_rises(rise, rows, around).mean(axis=1)))]
    is_edge = float(_seen(_rises(rise, rows, where[np.newaxis]))[0]) >= ALONG and where.min() >= EDGE * width
    return (float(where[0]), float(where[1])) if is_edge else None


def _rises(rise: NDArray[np.float32], rows: NDArray[np.int64], ends: NDArray[np.float64]) -> NDArray[np.float32]:
    """How much brighter it grows at each line from ``ends[i, 0]`` at the top to ``ends[i, 1]`` at the bottom, row by row."""
    xs = ends[:, :1] + (ends[:, 1:] - ends[:, :1]) * (rows / rise.shape[0])
    return np.asarray(rise[rows, np.clip(np.round(xs), 0, rise.shape[1] - 1).astype(int)])


def _seen(rises: NDArray[np.float32]) -> NDArray[np.float64]:
    """The share of rows with an edge, for each line; among equals the sharper one counts a little more."""
    return np.asarray((rises > BRIGHTER).mean(axis=1) + 1e-3 * np.minimum(rises, 60).mean(axis=1))


def _crossing(one: Points, other: Points) -> tuple[float, float]:
    x, y, w = np.cross(one, other)
    return float(x / w), float(y / w)


def flatten(pixels: Pixels, sheet: Sheet) -> tuple[Pixels, Points]:
    """The sheet seen from above, and the 3 x 3 homography from its pixels back to those of the picture.

    A whole sheet that may be A4 gets the proportions of A4, which the foreshortening took.
    """
    corners = sheet.corners
    upper, lower, left, right = _lengths(corners)
    width, height = max(upper, lower), max(left, right)
    if sheet.framed:
        for ratio in (A4, 1 / A4):
            if 0.82 < height / width / ratio < 1.22:
                width, height = max(width, height / ratio), max(height, width * ratio)
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = cv2.getPerspectiveTransform(corners.astype(np.float32), flat)
    size = round(width), round(height)
    straight = cv2.warpPerspective(pixels, seen, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(straight, np.uint8), np.linalg.inv(np.asarray(seen, np.float64))


# --- lines of print that are not level --------------------------------------------------------------------------------

LINE_DPI = 100.0
"""Lines of print are followed on a copy of this resolution: letters are 10 pixels high there."""
LONG = 0.12
"""Width of a line worth following, in page widths."""
WINDOW = 0.35
"""Inches over which the middle of a line is taken: five letters, so that marks above and tails below even out."""
FEW = 8
"""Lines below which a page tells nothing about its shape."""
DEGREES = tuple(product((1, 2, 3, 4), (0, 1, 2, 3)))
"""Powers of x and y of the surface that is fitted: lines bend up to twice, and differently down the page."""
RIDGE = 0.02
"""Holds the surface where no line tells of it; 0.3 keeps it from following a page that curls at one corner."""
HUBER = 1.5
"""Pixels at ``LINE_DPI`` beyond which a point pulls no harder: seals, columns that ran together."""
WORTH = 3.0
"""Pixels at ``LINE_DPI`` between the highest and lowest point of the worst line that make flattening worth its blur. Flatbed
scans of the evaluation material have 0.6 to 2.6, photographed pages 3.7 to 8."""
EXPLAINED = 0.35
"""Share of the lines' unevenness that the surface must take away."""


@dataclass(frozen=True, slots=True)
class Bend:
    """How far print lies below its level, as a polynomial of the place on the level page.

    ``powers`` of x and y in units of ``scale`` pixels from ``centre``; displacements in pixels.
    """

    centre: tuple[float, float]
    scale: float
    powers: tuple[tuple[int, int], ...]
    weights: tuple[float, ...]

    def shift(self, x: Points, y: Points) -> Points:
        """Pixels that the print of the level page's (x, y) lies further down on the bent one."""
        u, v = (x - self.centre[0]) / self.scale, (y - self.centre[1]) / self.scale
        total = np.zeros(np.broadcast(u, v).shape)
        for (i, j), weight in zip(self.powers, self.weights, strict=True):
            total = total + weight * u**i * v**j
        return total

    def level(self, pixels: Pixels) -> Pixels:
        """The page with its lines of print level."""
        height, width = pixels.shape[:2]
        coarse = 16  # the surface is smooth: its values on a grid, enlarged
        xs = np.linspace(0, width - 1, width // coarse + 2)
        ys = np.linspace(0, height - 1, height // coarse + 2)
        down = self.shift(xs[np.newaxis, :], ys[:, np.newaxis]).astype(np.float32)
        columns = np.linspace(0, len(xs) - 1, width, dtype=np.float32)
        rows = np.linspace(0, len(ys) - 1, height, dtype=np.float32)
        along = np.broadcast_to(columns[np.newaxis, :], (height, width))
        across = np.broadcast_to(rows[:, np.newaxis], (height, width))
        shift = cv2.remap(down, along, across, cv2.INTER_LINEAR)
        x = np.broadcast_to(np.arange(width, dtype=np.float32)[np.newaxis, :], (height, width))
        y = np.arange(height, dtype=np.float32)[:, np.newaxis] + shift
        levelled = cv2.remap(pixels, x, y, cv2.INTER_CUBIC, borderValue=(255, 255, 255))
        return np.asarray(levelled, np.uint8)


def find_bend(grey: Pixels, dpi: float) -> Bend | None:
    """The surface that the lines of print of an upright page lie on; ``None`` where they are level enough."""
    scale = min(1.0, LINE_DPI / dpi)
    small = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    tracks = _tracks(small)
    if len(tracks) < FEW or np.percentile([np.ptp(y) for _, y in tracks], 90) < WORTH:  # level, as most scans are
        return None
    height, width = small.shape
    x, y = (np.concatenate(part) for part in zip(*tracks, strict=True))
    owner = np.repeat(np.arange(len(tracks)), [len(track[0]) for track in tracks])
    u = (x - width / 2) / width
    weights = np.ones_like(u)
    starts = np.array([np.median(track[1]) for track in tracks])
    coefficients = np.zeros(len(DEGREES))
    for _ in range(6):
        v = (starts[owner] - height / 2) / width
        surface = np.stack([u**i * v**j for i, j in DEGREES], axis=1)
        lines = np.zeros((len(u), len(tracks)))
        lines[np.arange(len(u)), owner] = 1.0
        design = np.concatenate([surface, lines], axis=1)
        ridge = np.diag([RIDGE] * len(DEGREES) + [0.0] * len(tracks))
        root = np.sqrt(weights)[:, np.newaxis]
        solved, *_ = np.linalg.lstsq(
            np.concatenate([design * root, ridge]), np.concatenate([y * root[:, 0], np.zeros(len(ridge))]), rcond=None
        )
        coefficients, starts = solved[: len(DEGREES)], solved[len(DEGREES) :]
        off = np.abs(y - design @ solved)
        weights = np.minimum(1.0, HUBER / np.maximum(off, 1e-6))
    bend = Bend(
        (width / 2 / scale, height / 2 / scale), width / scale, DEGREES, tuple(float(c / scale) for c in coefficients)
    )
    if not _is_worth(bend, tracks, starts, scale):
        return None
    return bend


def _is_worth(bend: Bend, tracks: Sequence[tuple[Points, Points]], starts: Points, scale: float) -> bool:
    """Whether lines are uneven enough, and clearly less so on the surface."""
    before, after, worst = [], [], []
    for (x, y), start in zip(tracks, starts, strict=True):
        shift = bend.shift(x / scale, np.full_like(x, start / scale)) * scale
        before.append(float(np.abs(y - np.median(y)).mean()))
        after.append(float(np.abs(y - shift - np.median(y - shift)).mean()))
        worst.append(float(np.ptp(shift)))
    return float(np.percentile(worst, 90)) >= WORTH and sum(after) <= (1 - EXPLAINED) * sum(before)


def _tracks(grey: Pixels) -> list[tuple[Points, Points]]:
    """For each long line of print where its middle runs: xs and ys, a window apart."""
    paper = cv2.blur(grey, (51, 51))
    ink = (grey.astype(np.int16) < paper.astype(np.int16) - 30).astype(np.uint8)
    tall = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((round(0.25 * LINE_DPI), 1), np.uint8))
    ink[cv2.dilate(tall, np.ones((3, 3), np.uint8)) > 0] = 0  # rules down the page, and the sides of frames
    reach = round(0.16 * LINE_DPI)  # across the space between two words
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((2, reach), np.uint8))
    count, labels, stats = connected(joined)
    window = round(WINDOW * LINE_DPI)
    tracks = []
    for label in range(1, count):
        left, top, wide, high, area = (int(value) for value in stats[label])
        if wide < LONG * grey.shape[1] or high > 0.22 * wide + 0.2 * LINE_DPI or area < 0.25 * wide * 4:
            continue
        part = (labels[top : top + high, left : left + wide] == label).astype(np.float64)
        mass, moment = part.sum(axis=0), (part * np.arange(high)[:, np.newaxis]).sum(axis=0)
        pieces = max(2, wide // window)
        xs, ys = [], []
        for piece in np.array_split(np.arange(wide), pieces):
            if mass[piece].sum() > 0:
                xs.append(left + float(piece.mean()))
                ys.append(top + float(moment[piece].sum() / mass[piece].sum()))
        if len(xs) >= 3:
            tracks.append((np.array(xs), np.array(ys)))
    return tracks
