"""Ruled lines on a page image: where they run, and the edges of a table that they make up.

A rule is found as a run of dark pixels much longer than any stroke of print (morphological opening), and followed where the
paper is bent. All lengths are in inches times the resolution, so that 100 dpi and 300 dpi give the same tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.boxes import PixelBox
from pipeline.image.components import connected, labelled
from pipeline.image.images import Pixels

# Inches. A horizontal rule must be longer than any stroke or serif row of print (the bar of an 18 point "T" is 0.16); a
# vertical one longer than the letters of a table (11 to 14 point: 0.15 with marks, 0.18 when they touch a rule).
HORIZONTAL_RUN = 0.25
VERTICAL_RUN = 0.2
# A rule is not thicker than this; borders of the scanned sheet and black bars are.
THICKNESS = 0.07
# Breaks in a rule up to this length are closed; wider ones are left to the judgement of each cell's border.
BREAK = 0.012
# Two rules closer than this are one edge: a worn or double rule. The lowest rows are three times as high.
SAME_EDGE = 0.06
# A faint stretch lies in line with the rest of its rule to within this.
IN_LINE = 0.025
# Shorter rules than this (inches) must run as the others do, to within this slope (1.2 degrees), and be about as thick.
SURE = 0.6
ASLANT = 0.021
# A short rule is this thin (inches) over so much of its length.
STROKE, DRAWN = 0.045, 0.75
# Levels of grey by which a rule is darker than the paper around it.
CONTRAST = 28
# The same where a rule is known to run on: its faint stretches on photographs and pale scans.
FAINT = 12


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight piece of a rule. ``start``/``end`` along it, ``begins``/``ends`` where it lies across, all in pixels.

    For a horizontal rule: from ``(start, begins)`` to ``(end, ends)``; for a vertical one x and y are exchanged.
    """

    start: float
    end: float
    begins: float
    ends: float
    thickness: float = 1.0

    @property
    def slope(self) -> float:
        return (self.ends - self.begins) / max(1.0, self.length)

    @property
    def length(self) -> float:
        return self.end - self.start

    def at(self, along: float) -> float:
        """Where the rule, or its prolongation, lies at ``along``."""
        return self.begins + self.slope * (along - self.start)


@dataclass(slots=True)
class Edge:
    """The edge between two rows (or columns) of a table: rules that lie in one line. Without rules it is only supposed."""

    rules: list[Rule]
    supposed: tuple[float, float] | None = None
    _along: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    _across: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    def at(self, along: float) -> float:
        """Where the edge lies at ``along``; between and beyond its rules by straight lines."""
        if self.supposed is not None:
            return self.supposed[0] + self.supposed[1] * along
        if not self._along.size:
            points = sorted(p for rule in self.rules for p in ((rule.start, rule.begins), (rule.end, rule.ends)))
            self._along = np.array([p[0] for p in points])
            self._across = np.array([p[1] for p in points])
        if along < self._along[0] or along > self._along[-1]:
            return max(self.rules, key=lambda rule: rule.length).at(along) if self._is_straight() else self._clamped(along)
        return float(np.interp(along, self._along, self._across))

    def _is_straight(self) -> bool:
        longest = max(self.rules, key=lambda rule: rule.length)
        return longest.length >= 0.5 * (self.end - self.start)

    def _clamped(self, along: float) -> float:
        return float(np.interp(along, self._along, self._across))

    @property
    def start(self) -> float:
        return min(rule.start for rule in self.rules)

    @property
    def end(self) -> float:
        return max(rule.end for rule in self.rules)

    def coverage(self, start: float, end: float) -> float:
        """The share of ``start`` to ``end`` along which a rule is printed."""
        if self.supposed is not None:
            return 1.0
        covered, reached = 0.0, start
        for rule in sorted(self.rules, key=lambda rule: rule.start):
            low, high = max(reached, rule.start), min(end, rule.end)
            if high > low:
                covered += high - low
                reached = high
        return covered / max(1.0, end - start)

    def runs(self, bridge: float) -> list[tuple[float, float]]:
        """Stretches of the edge that are printed, breaks up to ``bridge`` closed."""
        merged: list[tuple[float, float]] = []
        for rule in sorted(self.rules, key=lambda rule: rule.start):
            if merged and rule.start - merged[-1][1] <= bridge:
                merged[-1] = merged[-1][0], max(merged[-1][1], rule.end)
            else:
                merged.append((rule.start, rule.end))
        return merged


@dataclass(frozen=True, slots=True)
class RuledGroup:
    """Rules that touch each other."""

    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]


def dark_pixels(grey: Pixels, dpi: float, contrast: int = CONTRAST) -> Pixels:
    """255 where a pixel is darker than the paper around it by ``contrast`` levels, else 0."""
    side = max(3, round(dpi / 2))
    paper = cv2.blur(grey, (side, side))
    deeper = cv2.subtract(paper, grey)  # 0 where the paper is darker
    return np.asarray(cv2.threshold(deeper, contrast, 255, cv2.THRESH_BINARY)[1], np.uint8)


def rule_masks(dark: Pixels, dpi: float) -> tuple[Pixels, Pixels]:
    """Pixels of horizontal and of vertical rules, a pixel thicker on either side than printed."""
    return _runs(dark, dpi, HORIZONTAL_RUN, across=True), _runs(dark, dpi, VERTICAL_RUN, across=False)


def _runs(dark: Pixels, dpi: float, shortest: float, *, across: bool) -> Pixels:
    def kernel(along: int, thick: int) -> Pixels:
        return np.ones((thick, along) if across else (along, thick), np.uint8)

    # A rule that climbs a pixel every 40 would be cut into pieces: a pixel of thickness more keeps them together.
    thick = cv2.dilate(dark, kernel(1, 3))
    closed = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, kernel(max(2, round(BREAK * dpi)), 1))
    opened: Any = cv2.morphologyEx(closed, cv2.MORPH_OPEN, kernel(max(3, round(shortest * dpi)), 1))
    return np.asarray(opened, dtype=np.uint8)


def find_groups(dark: Pixels, dpi: float) -> list[RuledGroup]:
    """All rules of a page, in groups of those that touch."""
    across, down = rule_masks(dark, dpi)
    sorted_rules = [(rule, False) for rule in _keep_rules(across, dark, dpi)]
    sorted_rules += [(rule, True) for rule in _keep_rules(down.T, dark.T, dpi)]
    reach = max(3, round(0.05 * dpi)) | 1
    together = cv2.dilate(cv2.max(across, down), np.ones((reach, reach), np.uint8))
    _, numbers = labelled(together)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for rule, flip in sorted_rules:
        along = (rule.start + rule.end) / 2
        y, x = (along, rule.at(along)) if flip else (rule.at(along), along)
        y, x = min(round(y), dark.shape[0] - 1), min(round(x), dark.shape[1] - 1)
        groups.setdefault(int(numbers[y, x]), ([], []))[flip].append(rule)
    return [RuledGroup(tuple(h), tuple(v)) for _, (h, v) in sorted(groups.items())]


def _keep_rules(mask: Pixels, dark: Pixels, dpi: float) -> list[Rule]:
    """The horizontal rules in ``mask``, from which all that is none is taken away."""
    count, labels, stats = connected(mask)
    kept: list[Rule] = []
    for label in range(1, count):
        left, top, width, height, area = (int(v) for v in stats[label])
        part = labels[top : top + height, left : left + width] == label
        rules: list[Rule] = []
        if area / max(1, width) <= THICKNESS * dpi + 2 and height <= 0.25 * width + THICKNESS * dpi:
            rules = list(_followed(part, left, top, dpi))
        if rules and (width >= SURE * dpi or all(_is_drawn(rule, dark, dpi) for rule in rules)):
            kept += rules
        else:
            mask[top : top + height, left : left + width][part] = 0
    return kept


def _is_drawn(rule: Rule, dark: Pixels, dpi: float) -> bool:
    """Whether a short rule is a stroke all along; serifs of letters in a row have stems upon them, and gaps."""
    half = round(0.08 * dpi)
    thin = 0
    alongs = np.arange(round(rule.start), round(rule.end))
    for along in alongs:
        middle = round(rule.at(float(along)))
        across = dark[max(0, middle - half) : middle + half + 1, min(along, dark.shape[1] - 1)] > 0
        at = middle - max(0, middle - half)
        near = np.flatnonzero(across[max(0, at - 1) : at + 2])
        if near.size:
            centre = max(0, at - 1) + int(near[0])
            white = np.flatnonzero(~across)
            above, below = white[white < centre], white[white > centre]
            run = (int(below[0]) if below.size else len(across)) - (int(above[-1]) if above.size else -1) - 1
            thin += run <= STROKE * dpi
    return thin >= DRAWN * len(alongs)


def _followed(part: NDArray[np.bool_], start: int, offset: int, dpi: float) -> Iterator[Rule]:
    """A rule as straight pieces of about two inches each, so that bent paper is followed."""
    length = part.shape[1]
    rows = np.arange(part.shape[0])[:, np.newaxis]
    weight = part.sum(axis=0)
    middle = (part * rows).sum(axis=0) / np.maximum(1, weight)
    # where print sits on the rule the run is thicker; its middle says nothing of the rule there
    usual = np.median(weight)
    sound = np.flatnonzero(weight <= usual + 2)
    pieces = max(1, round(length / (2 * dpi)))
    bounds = np.linspace(0, length - 1, pieces + 1)
    for low, high in pairwise(bounds):
        inside = sound[(sound >= low) & (sound <= high)]
        if inside.size < 2:
            inside = np.arange(int(low), int(high) + 1)
        slope, height = np.polyfit(inside, middle[inside], 1) if inside.size > 1 else (0.0, middle[inside[0]])
        yield Rule(start + low, start + high, offset + height + slope * low, offset + height + slope * high, float(usual))


def alike(rules: Sequence[Rule], dpi: float) -> list[Rule]:
    """``rules`` without short ones that run aslant or are much thicker than the others: arcs of seals, stems of headings."""
    if not rules:
        return []
    weights = np.array([rule.length for rule in rules])
    slope = _weighted_median(np.array([rule.slope for rule in rules]), weights)
    thickness = _weighted_median(np.array([rule.thickness for rule in rules]), weights)
    return [
        rule
        for rule in rules
        if rule.length >= SURE * dpi or (abs(rule.slope - slope) < ASLANT and rule.thickness < 1.35 * thickness + 1)
    ]


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def edges_of(rules: Sequence[Rule], dpi: float) -> list[Edge]:
    """Rules that lie in one line put together, edges in order from top to bottom (or left to right).

    The longest rules come first: they know best where an edge goes.
    """
    edges: list[Edge] = []
    for rule in sorted(rules, key=lambda rule: -rule.length):
        middle = (rule.start + rule.end) / 2
        near = min(edges, key=lambda edge: abs(_near(edge, middle) - rule.at(middle)), default=None)
        if near is not None and abs(_near(near, middle) - rule.at(middle)) < SAME_EDGE * dpi:
            near.rules.append(rule)
        else:
            edges.append(Edge([rule]))
    centre = _centre(rules)
    return sorted((Edge(edge.rules) for edge in edges), key=lambda edge: edge.at(centre))


def prolonged(edges: Sequence[Edge], rules: Sequence[Rule], dpi: float) -> list[Edge]:
    """``edges`` with those of ``rules`` that lie in line with their own."""
    found = [(rule, (rule.start + rule.end) / 2) for rule in rules]
    return [
        Edge([*edge.rules, *(rule for rule, middle in found if abs(edge.at(middle) - rule.at(middle)) < IN_LINE * dpi)])
        if edge.supposed is None
        else edge
        for edge in edges
    ]


def _near(edge: Edge, along: float) -> float:
    """Where the piece of ``edge`` that is closest to ``along`` lies there."""
    piece = min(edge.rules, key=lambda rule: max(rule.start - along, along - rule.end, 0.0))
    return piece.at(along)


def _centre(rules: Sequence[Rule]) -> float:
    return (min(rule.start for rule in rules) + max(rule.end for rule in rules)) / 2


def erase_rules(grey: Pixels, dpi: float, boxes: Sequence[PixelBox]) -> Pixels:
    """The page without the rules inside ``boxes``; strokes of print that cross a rule keep what lies outside it."""
    if not boxes:
        return grey
    dark = dark_pixels(grey, dpi)
    across, down = rule_masks(dark, dpi)
    _keep_rules(across, dark, dpi)
    _keep_rules(down.T, dark.T, dpi)
    inside = np.zeros_like(grey)
    margin = round(0.05 * dpi)
    for left, top, right, bottom in boxes:
        inside[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin] = 255
    mask = cv2.max(_thin(across, dpi, across=True), _thin(down, dpi, across=False))
    mask = cv2.bitwise_and(mask, inside)
    return np.where(mask > 0, 255, grey).astype(np.uint8)


def _thin(mask: Pixels, dpi: float, *, across: bool) -> Pixels:
    """``mask`` without what is thicker than a rule: letters that touch one another in a long run."""
    thick = max(3, round(THICKNESS * dpi) + 2)
    kernel = np.ones((thick, 1) if across else (1, thick), np.uint8)
    thin: Any = cv2.subtract(mask, cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel))
    return np.asarray(thin, dtype=np.uint8)
