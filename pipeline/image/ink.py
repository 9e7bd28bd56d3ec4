"""Coloured ink told from print: seals and stamps are lifted off the page, what is written with a pen stays.

Red is the colour of seals ("con dấu") and urgency stamps; nobody fills in a form with it. Blue and violet are the colours of
incoming-mail and copy stamps, and of every pen: they are lifted only where something of the size of a stamp lies over print.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.components import connected, labelled

Pixels = NDArray[np.uint8]
WHITE = 255

RED_EXCESS = 60
"""Red over the larger of green and blue, of 255: a dry seal on a JPEG scan has 70 – 150, brownish old paper below 50."""
COLOURED = 30, 55
"""Largest less smallest channel, of 255: from the second on ink of another colour than red is coloured (ball pens and stamp
pads have 90 – 130, the fringes that JPEG puts around black print below 45), from the first on what touches it is, too."""
COLOURED_SHARE = 0.0005
"""Share of the page that must be coloured before it counts as stamped: a small seal covers 0.5 %, JPEG noise 0.005 %."""
LEVELS = 70, 150
"""What stays black and what becomes white in the brightest channel near coloured ink: print has 0 – 80, ink 140 – 230."""
COLOURED_MOST = 0.2
"""More colour than this share is the paper, or a picture."""
STRENGTHENED = 2
"""Times that the colour of stamps is strengthened to be read: ink pads leave it pale, print has three times as much."""
JOINED = 0.08
"""Inches that parts of one stamp are apart at most: gaps in a worn ring, letters and frame."""
STAMP_SIDES = 0.45, 3.6
"""Inches of the shorter and of the longer side of a stamp: signatures and seals are larger than the first, words written by
hand are lower; forms printed in blue are larger than the second."""
OVER_PRINT = 0.05
"""Black ink within its outline, as a share of its own, from which a stamp lies over print. Others do no harm."""


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
    red, green, blue = cv2.split(pixels)
    others = cv2.max(green, blue)
    brightest, excess = cv2.max(red, others), cv2.subtract(red, others)
    mask = (excess > RED_EXCESS).astype(np.uint8)
    if np.count_nonzero(mask) < COLOURED_SHARE * mask.size:
        mask[:] = 0
    darkest = cv2.min(red, cv2.min(green, blue))
    chroma = _pixels(cv2.subtract(brightest, darkest))
    black = (brightest < LEVELS[0]).astype(np.uint8)
    mask |= _stamps_of_other_colours(chroma, mask, black, dpi)
    if not mask.any():
        return Separated(grey, None)
    near = cv2.dilate(mask, np.ones((7, 7), np.uint8)) > 0  # the pale rim of the ink goes with it
    dark, bright = LEVELS
    levels = np.clip((np.arange(256) - dark) * (WHITE / (bright - dark)), 0, WHITE).astype(np.uint8)
    faded = cv2.LUT(brightest, levels)
    stamps = np.where(near, WHITE - np.minimum(chroma.astype(np.uint16) * STRENGTHENED, WHITE), WHITE).astype(np.uint8)
    return Separated(np.where(near, faded, grey).astype(np.uint8), stamps)


def brightest_channel(pixels: Pixels) -> Pixels:
    """The largest of red, green and blue, in which coloured ink is pale and print is dark."""
    red, green, blue = cv2.split(pixels)
    return _pixels(cv2.max(red, cv2.max(green, blue)))


def _stamps_of_other_colours(chroma: Pixels, red: Pixels, black: Pixels, dpi: float) -> Pixels:
    """1 where ink of any colour but red belongs to a stamp over print, else 0. ``black`` is 1 where print is."""
    found: Pixels = np.zeros(chroma.shape, np.uint8)
    strong = ((chroma > COLOURED[1]) & (red == 0)).astype(np.uint8)
    share = np.count_nonzero(strong) / strong.size
    if not COLOURED_SHARE <= share <= COLOURED_MOST:
        return found
    coloured = ((chroma > COLOURED[0]) & (red == 0)).astype(np.uint8)
    touching = _with_seeds(coloured, strong)
    reach = max(1, round(JOINED * dpi))
    joined = cv2.dilate(touching, np.ones((reach, reach), np.uint8))
    count, labels, stats = connected(joined)
    for label in range(1, count):
        left, top, wide, high, _ = (int(value) for value in stats[label])
        if min(wide, high) - reach < STAMP_SIDES[0] * dpi or max(wide, high) - reach > STAMP_SIDES[1] * dpi:
            continue
        here = slice(top, top + high), slice(left, left + wide)
        outline = cv2.convexHull(np.argwhere(labels[here] == label)[:, ::-1].astype(np.int32))
        inside = np.zeros((high, wide), np.uint8)
        cv2.fillConvexPoly(inside, outline, 1)
        own = inside & coloured[here]
        if np.count_nonzero(inside & black[here]) > OVER_PRINT * np.count_nonzero(own):
            found[here] |= own
    return found


def _with_seeds(ink: Pixels, seeds: Pixels) -> Pixels:
    """The pieces of ``ink`` that have one of ``seeds`` in them."""
    count, labels = labelled(ink, connectivity=8)
    seeded = np.bincount(labels[seeds > 0], minlength=count) > 0
    seeded[0] = False
    return _pixels(seeded[labels])


def _pixels(array: Any) -> Pixels:  # noqa: ANN401 - what OpenCV gives back
    return np.asarray(array, np.uint8)
