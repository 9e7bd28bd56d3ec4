"""Arithmetic of boxes in pixels and points, in one place."""

from __future__ import annotations

from collections.abc import Sequence

from documents.page import Box

PixelBox = tuple[int, int, int, int]
"""left, top, right, bottom in pixels, half-open."""


def shifted(box: PixelBox, right: int, down: int) -> PixelBox:
    return box[0] + right, box[1] + down, box[2] + right, box[3] + down


def touching(box: PixelBox, other: PixelBox) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]


def share_within(box: PixelBox, other: PixelBox) -> float:
    """The share of ``box`` that lies within ``other``."""
    if not touching(box, other):
        return 0.0
    width, height = min(box[2], other[2]) - max(box[0], other[0]), min(box[3], other[3]) - max(box[1], other[1])
    return width * height / max(1, (box[2] - box[0]) * (box[3] - box[1]))


def holds(box: Box, x: float, y: float) -> bool:
    return box.left <= x <= box.right and box.top <= y <= box.bottom


def share_inside(box: PixelBox, frame: PixelBox) -> float:
    """Share of ``box`` that lies in ``frame``.

    >>> share_inside((0, 0, 10, 10), (5, 0, 20, 20)), share_inside((0, 0, 10, 10), (10, 0, 20, 20))
    (0.5, 0.0)
    """
    wide = min(box[2], frame[2]) - max(box[0], frame[0])
    high = min(box[3], frame[3]) - max(box[1], frame[1])
    return max(0, wide) * max(0, high) / max(1, (box[2] - box[0]) * (box[3] - box[1]))


def overlap(one: Box, other: Box) -> bool:
    """Does the middle of the smaller box lie in the larger one?"""
    if one.width < other.width:
        one, other = other, one
    x, y = (other.left + other.right) / 2, (other.top + other.bottom) / 2
    return one.left <= x <= one.right and one.top <= y <= one.bottom


def enclosing(boxes: Sequence[PixelBox]) -> PixelBox:
    """The smallest box around ``boxes``, of which there is at least one."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
