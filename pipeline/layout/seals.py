"""Round seals in black, as photocopies and black and white scans have them, and the print that they hide.

By custom a seal covers the first third of the signature. Its rings tie the letters under it together, and the detector of
lines may see no print there at all: "KT. CHỦ TỊCH" is lost. So it looks a second time at the place around each seal alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.image.boxes import PixelBox, share_inside
from pipeline.image.images import Pixels
from pipeline.ocr.base import Engine

DPI = 60.0
"""Circles are sought on a small copy, on which print is grey and no circle; it takes 0.02 s."""
RADII = 0.4, 0.9
"""Inches: seals of offices are 3 to 3.6 cm wide, those of the state 4.2."""
EDGE, VOTES, LOOKED_AT = 200, 28, 8
"""Gradient of an edge and accumulator threshold of the circle finder, and how many of its circles are looked at, the
likeliest first: they only propose, what is a seal is told by its ring (``ROUND``)."""
INK = 190
"""Level of grey of pale rings."""
ROUND = 0.8
"""Share of a circle that runs over ink where a ring is: 0.82 – 1.0 on eleven seals of the evaluation scans; 0.79 at most
elsewhere."""
SLACK = 0.025
"""Inches by which a ring runs in and out, worn or with its centre found beside the true one."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A round seal: centre and radius of its outer ring, in pixels."""

    x: float
    y: float
    radius: float

    def holds(self, box: PixelBox) -> bool:
        """Whether all of ``box`` lies in the seal.

        >>> Seal(100, 100, 50).holds((80, 90, 120, 110)), Seal(100, 100, 50).holds((80, 90, 180, 110))
        (True, False)
        """
        wide = max(abs(box[0] - self.x), abs(box[2] - self.x))
        high = max(abs(box[1] - self.y), abs(box[3] - self.y))
        return wide**2 + high**2 <= self.radius**2


def find_seals(grey: Pixels, dpi: float) -> list[Seal]:
    """The round seals on a page, the plainest first."""
    scale = DPI / dpi
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    least, most = (round(radius * DPI) for radius in RADII)
    if min(small.shape) < 2 * least:
        return []
    found = cv2.HoughCircles(
        small, cv2.HOUGH_GRADIENT, 1, 2 * RADII[0] * DPI, param1=EDGE, param2=VOTES, minRadius=least, maxRadius=most
    )
    circles = np.empty((0, 3)) if found is None else np.asarray(found).reshape(-1, 3)[:LOOKED_AT] / scale
    seals = (Seal(float(x), float(y), float(radius)) for x, y, radius in circles)
    return [seal for seal in seals if _runs_over_ink(seal, grey, dpi)]


def _runs_over_ink(seal: Seal, grey: Pixels, dpi: float) -> bool:
    angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)[:, np.newaxis]
    near = seal.radius + SLACK * dpi * np.linspace(-1, 1, 7)
    across = np.clip(np.rint(seal.x + np.cos(angles) * near), 0, grey.shape[1] - 1).astype(int)
    down = np.clip(np.rint(seal.y + np.sin(angles) * near), 0, grey.shape[0] - 1).astype(int)
    return bool((grey[down, across].min(axis=1) < INK).mean() >= ROUND)


# --- what a seal hides ------------------------------------------------------------------------------------------------

AROUND = 2.0, 4.0
"""Radii to the left, above and below, and to the right of a seal's centre that are looked at: titles and names are centred
right of it."""
SHORTEST = 4.0
"""Heights of the shortest title: pieces of a seal and of a signature are shorter."""
COVERED = 0.5
"""Share of a line that must be new; what was found of it at first then gives way."""


def with_hidden(found: Sequence[PixelBox], grey: Pixels, seals: Sequence[Seal], engine: Engine) -> list[PixelBox]:
    """``found``, the lines of a page, with those that the detector only sees when it looks at the place of a seal alone."""
    lines = list(found)
    for seal in seals:
        left, top = (max(0, round(middle - AROUND[0] * seal.radius)) for middle in (seal.x, seal.y))
        right, bottom = round(seal.x + AROUND[1] * seal.radius), round(seal.y + AROUND[0] * seal.radius)
        part = np.ascontiguousarray(grey[top:bottom, left:right])
        for x0, y0, x1, y1 in engine.find_lines(part) if part.size else []:
            box = left + x0, top + y0, left + x1, top + y1
            is_cut = x0 == 0 or y0 == 0 or x1 >= part.shape[1] or y1 >= part.shape[0]
            long = x1 - x0 > SHORTEST * (y1 - y0)
            if long and not is_cut and sum(share_inside(box, line) for line in lines) < COVERED:
                lines = [line for line in lines if share_inside(line, box) < COVERED]
                lines.append(box)
    return lines
