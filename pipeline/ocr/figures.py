"""A number written by hand, read digit by digit: slant undone, ink cut into pieces, pieces joined into digits.

Where one digit ends and the next begins is not decided beforehand: pieces of ink are cut finer than digits wherever a cut
may be, every joining of neighbours is a hypothesis, and the network (``pipeline.ocr.digits``) weighs them all
(over-segmentation with a beam; Casey and Lecolinet, *A survey of methods and strategies in character segmentation*, 1996).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from pipeline.image.components import connected
from pipeline.ocr.digits import NO_DIGIT, Ink, log_chances

DARK = 0.35
"""Ink from which a pixel belongs to a stroke."""
SLANTS = np.linspace(-0.1, 0.7, 9)
"""Slants tried, in pixels to the right per pixel up; pens at hand lean by 0.1 to 0.5."""
WIDE = 0.62
"""Width of a piece in heights of the tallest from which it may be more than one digit."""
MOST_PIECES, MOST_JOINED = 12, 3
HIGH = 0.4
"""Height of a digit in heights of the tallest piece at least; what is lower is a dot or a blot."""
BEAM = 24
SKIPPED = -2.5
"""Log chance of a piece that belongs to no digit: a blot, a slash, a letter at either end. Chosen on drawn forms."""
TEMPERATURE = 1.3
"""Divides the scores of whole readings. Chosen on drawn forms so that of readings held at 0.9 nine in ten are right."""
LEAST = 0.02
"""Readings less likely than this are not kept."""
KEPT = 6


@dataclass(frozen=True, slots=True)
class _Piece:
    """Ink that no hypothesis cuts further: columns ``left`` to ``right`` of the upright ink, itself alone in ``ink``."""

    left: int
    right: int
    top: int
    bottom: int
    ink: Ink


def read_figures(
    ink: Ink, fits: Callable[[str], bool], edges: tuple[float, float, float] | None = None
) -> tuple[tuple[str, float], ...]:
    """Readings of the ink that ``fits``, likeliest first, with their probabilities; empty where there is nothing to read.

    ``ink``: rows by columns, 0 for paper to 1 for ink, the figures alone or with print at their ends; then ``edges`` tell
    the columns about which the blank begins and ends, and how exactly that is known, in pixels.
    """
    upright, shift = _upright(ink)
    pieces = _pieces(upright)
    if not pieces:
        return ()
    readings = _decode(pieces, [_chance_inside(piece, shift, edges) for piece in pieces])
    fitting = [(text, score) for text, score in readings if fits(text)][: 4 * KEPT]
    if not fitting:
        return ()
    scores = np.array([score for _, score in fitting]) / TEMPERATURE
    nothing = len(pieces) * SKIPPED / TEMPERATURE
    whole = np.logaddexp.reduce(np.append(scores, nothing))
    chances = [(text, round(float(np.exp(score - whole)), 3)) for (text, _), score in zip(fitting, scores, strict=True)]
    return tuple((text, chance) for text, chance in chances[:KEPT] if chance >= LEAST)


def _chance_inside(piece: _Piece, shift: int, edges: tuple[float, float, float] | None) -> float:
    """The chance that a piece stands in the blank and is no print beside it."""
    if edges is None:
        return 1.0
    left, right, spread = edges
    middle = (piece.left + piece.right) / 2 - shift
    inside = [1 / (1 + math.exp(-max(-30.0, min(30.0, away / spread)))) for away in (middle - left, right - middle)]
    return max(LEAST, inside[0] * inside[1])


def _upright(ink: Ink) -> tuple[Ink, int]:
    """The ink sheared so that its strokes stand, and how far its columns moved: the slant whose columns differ most."""
    height, width = ink.shape
    reach = int(np.ceil(0.75 * height))
    padded = np.pad(ink, ((0, 0), (reach, reach)))

    def sheared(slant: float) -> Ink:
        matrix = np.array([[1.0, slant, -slant * height / 2], [0.0, 1.0, 0.0]])
        return np.asarray(cv2.warpAffine(padded, matrix, (width + 2 * reach, height)), np.float32)

    best = max((sheared(float(slant)) for slant in SLANTS), key=lambda made: float((made.sum(axis=0) ** 2).sum()))
    return best, reach


def _pieces(ink: Ink) -> list[_Piece]:
    """Pieces of ink from left to right: those over one another joined, wide ones cut where they may be two."""
    count, labels, stats = connected((ink > DARK).astype(np.uint8))
    tallest = int(stats[1:, cv2.CC_STAT_HEIGHT].max()) if count > 1 else 0
    if tallest < 5:
        return []
    groups: list[tuple[int, int, set[int]]] = []
    for label in sorted(range(1, count), key=lambda i: int(stats[i, 0])):
        left, _, width, height, area = (int(value) for value in stats[label])
        if area < 0.004 * tallest * tallest or max(width, height) < 0.12 * tallest:
            continue
        if groups:
            before_left, before_right, its = groups[-1]
            shared = min(before_right, left + width) - left
            if shared > 0.55 * min(width, before_right - before_left):
                groups[-1] = min(before_left, left), max(before_right, left + width), its | {label}
                continue
        groups.append((left, left + width, {label}))
    pieces: list[_Piece] = []
    for left, right, its in groups:
        own = np.where(np.isin(labels, list(its)) | (labels == 0), ink, 0.0).astype(np.float32)
        edges = [left, *_cuts(own[:, left:right], tallest, left), right]
        pieces += [piece for a, b in pairwise(edges) if (piece := _piece(own, a, b)) is not None]
    return pieces[:MOST_PIECES]


def _piece(ink: Ink, left: int, right: int) -> _Piece | None:
    rows = np.flatnonzero(ink[:, left:right].max(axis=1) > DARK)
    if not len(rows):
        return None
    return _Piece(left, right, int(rows[0]), int(rows[-1]) + 1, ink)


def _cuts(ink: Ink, tallest: int, offset: int) -> list[int]:
    """Columns in which a wide piece may be cut: the thinnest in reach, at most three."""
    width = ink.shape[1]
    if width < WIDE * tallest:
        return []
    profile = cv2.blur(ink.sum(axis=0)[None], (3, 1))[0]
    least = max(3, round(0.18 * tallest))
    cuts: list[int] = []
    for column in np.argsort(profile[least : width - least]) + least:
        if profile[column] > 0.3 * tallest or len(cuts) == 3:
            break
        if all(abs(column - other) >= least for other in cuts):
            cuts.append(int(column))
    return sorted(cut + offset for cut in cuts)


def _joined(pieces: list[_Piece]) -> Ink:
    """The ink of neighbouring pieces alone."""
    left, right = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    made = np.zeros((pieces[0].ink.shape[0], right - left), np.float32)
    for piece in pieces:
        at = slice(piece.left - left, piece.right - left)
        made[:, at] = np.maximum(made[:, at], piece.ink[:, piece.left : piece.right])
    return made


def _decode(pieces: list[_Piece], inside: list[float]) -> list[tuple[str, float]]:
    """The likeliest readings of the pieces from left to right; a chance counts once for each piece it explains."""
    used = [math.log(chance) for chance in inside]
    tallest = max(piece.bottom - piece.top for piece in pieces)
    spans = [
        (i, j)
        for i in range(len(pieces))
        for j in range(i + 1, min(i + MOST_JOINED, len(pieces)) + 1)
        if _may_be_one(pieces[i:j], tallest)
    ]
    chances = dict(zip(spans, log_chances([_joined(pieces[i:j]) for i, j in spans]), strict=True))
    outside = [float(chances[i, i + 1][NO_DIGIT]) if (i, i + 1) in chances else -0.5 for i in range(len(pieces))]
    left_out = [
        max(SKIPPED, math.log(max(1e-6, 1.0 - chance)) + min(-0.1, odd)) for chance, odd in zip(inside, outside, strict=True)
    ]
    beams: list[dict[str, float]] = [{} for _ in range(len(pieces) + 1)]
    beams[0][""] = 0.0
    for i in range(len(pieces)):
        best = sorted(beams[i].items(), key=lambda pair: -pair[1])[:BEAM]
        for text, score in best:
            _better(beams[i + 1], text, score + left_out[i])
            for j in range(i + 1, min(i + MOST_JOINED, len(pieces)) + 1):
                if (said := chances.get((i, j))) is not None:
                    for digit in np.argsort(-said[:NO_DIGIT])[:4]:
                        _better(beams[j], text + str(digit), score + (j - i) * float(said[digit]) + sum(used[i:j]))
    return sorted(((text, score) for text, score in beams[-1].items() if text), key=lambda pair: -pair[1])


def _better(beam: dict[str, float], text: str, score: float) -> None:
    if score > beam.get(text, -np.inf):
        beam[text] = score


def _may_be_one(pieces: list[_Piece], tallest: int) -> bool:
    """Whether pieces are as high as a digit and no wider than one."""
    height = max(p.bottom for p in pieces) - min(p.top for p in pieces)
    width = max(p.right for p in pieces) - pieces[0].left
    return height >= HIGH * tallest and (len(pieces) == 1 or width <= 1.2 * tallest)
