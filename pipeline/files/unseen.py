"""Text that a PDF page holds and the eye does not see: in the colour of its ground, under a box or newer text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.files.letters import Letter, TextLine
from pipeline.files.mupdf import Rect

LOOK_DPI = 100
"""Strokes of 6 pt type are a pixel wide at this resolution; a page is drawn in 5 to 20 ms."""

# Grey levels between the darkest and the lightest pixel of a word: light grey type (0xD0) has 47, type of 0.93 that a
# printer still shows 18, white on white none. On pictures, whose grain has some, it takes more.
_CONTRAST, _CONTRAST_ON_PICTURES = 8, 24
# Type smaller than this many points can't be read on paper or screen: it is there for machines.
_SMALLEST = 1.5
# Brightness from which type may not be seen on paper.
_LIGHT = 200.0
# What is painted with at least this opacity hides what is beneath it.
_OPAQUE = 0.95


@dataclass(frozen=True, slots=True)
class Cover:
    """Filled rectangles and images of a page: ``boxes`` (n x 4) with their place in the order of painting.

    ``opaque`` tells those that hide what was painted before; images may be transparent where they have no ink.
    """

    boxes: NDArray[np.float64]
    order: NDArray[np.int64]
    opaque: NDArray[np.bool_]
    may_hide_text: bool

    @classmethod
    def of(cls, drawings: Iterable[dict[str, Any]], painted: Sequence[tuple[str, Rect]]) -> Cover:
        """From the paths of a page (``get_cdrawings``) and all that is painted, in order."""
        found = [(box, int(path["seqno"]), True) for path in drawings if _hides(path) for box in _boxes(path)]
        found += [(rect, i, False) for i, (kind, rect) in enumerate(painted) if kind == "fill-image"]
        boxes = np.array([box for box, _, _ in found], float).reshape(-1, 4)
        order = np.array([i for _, i, _ in found], int)
        opaque = np.array([hides for _, _, hides in found], bool)
        texts = np.array([(*rect, i) for i, (kind, rect) in enumerate(painted) if kind.endswith("text")], float).reshape(
            -1, 5
        )
        may_hide = any(_meets(boxes[n], texts[texts[:, 4] < order[n]]) for n in np.flatnonzero(opaque))
        return cls(boxes, order, opaque, may_hide)

    def lies_at(self, x: float, y: float) -> bool:
        """Is a box or an image painted here, before or after the text?"""
        return bool(self._here(x, y).any())

    def shows_picture_at(self, x: float, y: float) -> bool:
        """Is an image painted here?"""
        return bool((self._here(x, y) & ~self.opaque).any())

    def _here(self, x: float, y: float) -> NDArray[np.bool_]:
        left, top, right, bottom = self.boxes.T
        return np.asarray((left <= x) & (x <= right) & (top <= y) & (y <= bottom))


def _hides(path: dict[str, Any]) -> bool:
    return "f" in (path.get("type") or "") and (path.get("fill_opacity") or 0.0) >= _OPAQUE


def _boxes(path: dict[str, Any]) -> list[Rect]:
    """The rectangles among the parts of a path; a box drawn with four lines is one."""
    boxes = [tuple(item[1]) for item in path["items"] if item[0] == "re"]
    lines = [item for item in path["items"] if item[0] == "l"]
    level = all(abs(a[0] - b[0]) < 0.1 or abs(a[1] - b[1]) < 0.1 for _, a, b in (item[:3] for item in lines))
    if len(lines) == len(path["items"]) and len(lines) in (3, 4) and level:
        boxes.append(tuple(path["rect"]))
    return [(float(x0), float(y0), float(x1), float(y1)) for x0, y0, x1, y1 in boxes]


def _meets(box: NDArray[np.float64], texts: NDArray[np.float64]) -> bool:
    left, top, right, bottom = box
    return bool(((texts[:, 0] < right) & (texts[:, 2] > left) & (texts[:, 1] < bottom - 1) & (texts[:, 3] > top + 1)).any())


def is_lost(word: Sequence[Letter], rect: Rect, cover: Cover, contrast: Callable[[Rect], int]) -> bool:
    """Can a word that is printed not be seen? ``contrast`` looks at the page; it is asked where there is a reason to."""
    if word[0].size < _SMALLEST:
        return True
    colour = int(word[0].span.get("color", 0))
    light = 0.299 * (colour >> 16 & 255) + 0.587 * (colour >> 8 & 255) + 0.114 * (colour & 255) > _LIGHT
    middle = (rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2
    if not light and not cover.lies_at(*middle):
        return False
    return contrast(rect) < (_CONTRAST_ON_PICTURES if cover.shows_picture_at(*middle) else _CONTRAST)


def contrast_at(shown: NDArray[np.uint8], rect: Rect, dpi: float) -> int:
    """Grey levels in the middle of ``rect`` (points) of the page that ``shown`` shows at ``dpi``; 0 beside the page."""
    left, top, right, bottom = (side * dpi / 72 for side in rect)
    margin = 0.2 * (bottom - top)
    part = shown[max(round(top + margin), 0) : round(bottom - margin) + 1, max(round(left), 0) : round(right) + 1]
    return int(np.ptp(part)) if part.size else 0


def without_replaced(lines: Sequence[TextLine], trace: Sequence[dict[str, Any]], cover: Cover) -> list[TextLine]:
    """``lines`` without the letters that lie under a box on which other letters were printed later.

    ``trace`` are the runs of letters in the order of painting (``get_texttrace``).
    """
    letters = [(chr(code), origin, box, run["seqno"]) for run in trace for code, _, origin, box in run["chars"]]
    if not letters:
        return list(lines)
    boxes = np.array([box for _, _, box, _ in letters], float)
    order = np.array([seqno for *_, seqno in letters])
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    replaced = np.zeros(len(letters), bool)
    for n in np.flatnonzero(cover.opaque):
        left, top, right, bottom = cover.boxes[n]
        inside = (left <= middle[:, 0]) & (middle[:, 0] <= right) & (top <= middle[:, 1]) & (middle[:, 1] <= bottom)
        under, upon = np.flatnonzero(inside & (order < cover.order[n])), np.flatnonzero(inside & (order > cover.order[n]))
        for i in under if len(upon) else ():
            x0, y0, x1, y1 = boxes[i]
            others = boxes[upon]
            over = (others[:, 0] < x1) & (others[:, 2] > x0) & (others[:, 1] < y1) & (others[:, 3] > y0)
            replaced[i] |= bool(over.any())
    gone = Counter(_key(text, origin) for (text, origin, *_), out in zip(letters, replaced, strict=True) if out)
    if not gone:
        return list(lines)
    return [(way, [letter for letter in line if not _takes_one(gone, letter)]) for way, line in lines]


def _takes_one(gone: Counter[tuple[str, float, float]], letter: Letter) -> bool:
    """Is this one of the letters that are gone? The same letter printed anew in its place comes later in the file."""
    key = _key(letter.text, letter.origin)
    if gone[key] > 0:
        gone[key] -= 1
        return True
    return False


def _key(text: str, origin: tuple[float, float]) -> tuple[str, float, float]:
    return text, round(origin[0], 1), round(origin[1], 1)
