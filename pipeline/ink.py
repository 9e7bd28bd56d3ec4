"""Coloured ink told from print: seals and stamps are lifted off the page, what is written with a pen stays.

Red is the colour of seals ("con dấu") and urgency stamps; nobody fills in a form with it. Blue and violet are the colours of
incoming-mail and copy stamps, and of every pen: they are lifted only where their shape is that of a stamp.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
WHITE = 255

RED_EXCESS = 60
"""Red over the larger of green and blue, of 255: a dry seal on a JPEG scan has 70 – 150, brownish old paper below 50."""
COLOURED = 55
"""Largest less smallest channel from which ink of another colour than red counts as coloured: ball pens and stamp pads have
90 – 130, the fringes that JPEG puts around black print below 45."""
COLOURED_SHARE = 0.0005
"""Share of the page that must be coloured before it counts as stamped: a small seal covers 0.5 %, JPEG noise 0.005 %."""
LEVELS = 70, 150
"""What stays black and what becomes white in the brightest channel near coloured ink: print has 0 – 80, ink 140 – 230."""
JOINED = 0.02
"""Inches that parts of one stamp are apart at most: grain of the ink, gaps in its ring."""
STAMP_SIDES = 0.45, 3.6
"""Inches of the shorter and of the longer side of a stamp: signatures and seals are larger than the first, words written by
hand are lower; forms printed in blue are larger than the second."""


@dataclass(frozen=True, slots=True)
class Separated:
    """A page without its stamps in grey, and the stamps alone as dark on white (``None`` where there are none)."""

    grey: Pixels
    stamps: Pixels | None


def separate_stamps(pixels: Pixels, dpi: float) -> Separated:
    """Coloured ink is as bright as paper in its own channel, black print is dark in all three: near the ink of stamps the
    brightest channel stands for the page, so that print under a seal survives.
    """
    if pixels.ndim == 2:
        return Separated(pixels, None)
    grey = _pixels(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
    brightest = cv2.max(cv2.max(pixels[:, :, 0], pixels[:, :, 1]), pixels[:, :, 2])
    excess = cv2.subtract(pixels[:, :, 0], cv2.max(pixels[:, :, 1], pixels[:, :, 2]))
    mask = (excess > RED_EXCESS).astype(np.uint8)
    if np.count_nonzero(mask) < COLOURED_SHARE * mask.size:
        mask[:] = 0
    darkest = cv2.min(cv2.min(pixels[:, :, 0], pixels[:, :, 1]), pixels[:, :, 2])
    mask |= _stamps_of_other_colours(_pixels(cv2.subtract(brightest, darkest)), mask, dpi)
    if not mask.any():
        return Separated(grey, None)
    near = cv2.dilate(mask, np.ones((7, 7), np.uint8)) > 0  # the pale rim of the ink goes with it
    dark, bright = LEVELS
    levels = np.clip((np.arange(256) - dark) * (WHITE / (bright - dark)), 0, WHITE).astype(np.uint8)
    faded = cv2.LUT(brightest, levels)
    stamps = np.where(mask > 0, np.minimum(darkest, WHITE // 2), WHITE).astype(np.uint8)
    return Separated(np.where(near, faded, grey).astype(np.uint8), stamps)


def _stamps_of_other_colours(chroma: Pixels, red: Pixels, dpi: float) -> Pixels:
    """1 where ink of any colour but red belongs to a stamp, told by its size; else 0."""
    coloured = ((chroma > COLOURED) & (red == 0)).astype(np.uint8)
    found: Pixels = np.zeros(coloured.shape, np.uint8)
    share = np.count_nonzero(coloured) / coloured.size
    if share < COLOURED_SHARE or share > 0.2:  # that much colour is the paper, or a picture
        return found
    reach = max(1, round(JOINED * dpi))
    joined = cv2.dilate(coloured, np.ones((reach, reach), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    for label in range(1, count):
        left, top, wide, high, _ = (int(value) for value in stats[label])
        if min(wide, high) < STAMP_SIDES[0] * dpi or max(wide, high) > STAMP_SIDES[1] * dpi:
            continue
        part = labels[top : top + high, left : left + wide] == label
        outline = cv2.convexHull(np.argwhere(part)[:, ::-1].astype(np.int32))
        inside = np.zeros((high, wide), np.uint8)
        cv2.fillConvexPoly(inside, outline, 1)
        found[top : top + high, left : left + wide] |= inside & coloured[top : top + high, left : left + wide]
    return found


def _pixels(array: Any) -> Pixels:  # noqa: ANN401 - what OpenCV gives back
    return np.asarray(array, np.uint8)
