"""What a scanner or a telephone does to a clean page: geometry, optics, paper, and the few bits that are kept.

Everything is seeded: the same ``Look`` and the same page give the same pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
PixelBox = tuple[int, int, int, int]
"""left, top, right, bottom in pixels, half-open."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is drawn and scanned.

    ``font``        "liberation" (cut like Times), "dejavu", "freeserif", "sans"
    ``dpi``         dots per inch of the finished image
    ``mode``        "colour" (height x width x 3), "grey", or "bilevel" (grey values 0 and 255 only)
    ``skew``        degrees by which the paper lay crooked, counter-clockwise
    ``turn``        quarter turns counter-clockwise: 0, 90, 180, 270
    ``perspective`` share of the width by which the far edge of a photographed page is narrower
    ``blur``        standard deviation of the lens, in pixels
    ``noise``       standard deviation of the sensor, in grey levels
    ``specks``      specks of dust per page
    ``paper``       grey level of the paper; ``ink`` that of the print
    ``shade``       share of light lost towards the darkest corner
    ``border``      black scanner border, in points
    ``threshold``   grey level below which a bilevel scanner prints black: low makes letters thin and broken
    ``rule_gaps``   share of the length of table rules that did not come through
    ``jpeg``        quality at which the page is stored in between, 0 for lossless
    ``seed``        of all that is random
    """

    font: str = "liberation"
    dpi: int = 200
    mode: Literal["colour", "grey", "bilevel"] = "grey"
    skew: float = 0.0
    turn: Literal[0, 90, 180, 270] = 0
    perspective: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    specks: int = 0
    paper: int = 255
    ink: int = 0
    shade: float = 0.0
    border: float = 0.0
    threshold: int = 150
    rule_gaps: float = 0.0
    jpeg: int = 0
    seed: int = 0


def scan(pixels: Pixels, look: Look, random: np.random.Generator) -> tuple[Pixels, NDArray[np.float64]]:
    """The clean RGB page as ``look`` sees it, and the 3 x 3 homography from clean to scanned pixels."""
    pixels, moved = _place(pixels, look)
    values: NDArray[Any] = _lit(pixels.astype(np.float32), look)
    if look.blur > 0:
        values = cv2.GaussianBlur(values, (0, 0), look.blur)
    if look.noise > 0:
        values += random.normal(0, look.noise, values.shape[:2]).astype(np.float32)[..., np.newaxis]
    pixels = np.clip(values, 0, 255).astype(np.uint8)
    pixels = _bordered(_dusted(pixels, look, random), look)
    if look.mode != "colour":
        pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    if look.jpeg:
        pixels = _stored(pixels, look.jpeg)
    if look.mode == "bilevel":
        pixels = np.where(pixels < look.threshold, 0, 255).astype(np.uint8)
    turns = look.turn // 90
    moved = _turned(turns, pixels.shape[1], pixels.shape[0]) @ moved
    return np.ascontiguousarray(np.rot90(pixels, turns)), moved


def move_box(box: tuple[float, float, float, float], homography: NDArray[np.float64]) -> PixelBox:
    """The upright box around a box that went through ``homography``."""
    left, top, right, bottom = box
    corners = np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]], dtype=np.float64)
    points = cv2.perspectiveTransform(corners, homography)[0]
    low, high = np.floor(points.min(axis=0) + 1e-6), np.ceil(points.max(axis=0) - 1e-6)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _place(pixels: Pixels, look: Look) -> tuple[Pixels, NDArray[np.float64]]:
    height, width = pixels.shape[:2]
    homography = np.eye(3)
    if look.skew:
        homography[:2] = cv2.getRotationMatrix2D((width / 2, height / 2), look.skew, 1.0)
    if look.perspective:
        inset = look.perspective * width / 2
        flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
        seen = np.array([[inset, inset], [width - inset, inset / 2], [width, height], [0, height - inset]], dtype=np.float32)
        homography = cv2.getPerspectiveTransform(flat, seen) @ homography
    if not (look.skew or look.perspective):
        return pixels, homography
    placed = cv2.warpPerspective(
        pixels,
        homography,
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255, 255, 255),
    )
    return np.asarray(placed, dtype=np.uint8), homography


def _lit(values: NDArray[np.float32], look: Look) -> NDArray[np.float32]:
    values = look.ink + values * ((look.paper - look.ink) / 255)
    if look.shade > 0:
        height, width = values.shape[:2]
        down = np.linspace(0, 1, height, dtype=np.float32)[:, np.newaxis]
        across = np.linspace(0, 1, width, dtype=np.float32)[np.newaxis, :]
        values *= (1 - look.shade * (0.6 * down + 0.4 * across))[..., np.newaxis]
    return values


def _dusted(pixels: Pixels, look: Look, random: np.random.Generator) -> Pixels:
    height, width = pixels.shape[:2]
    for _ in range(look.specks):
        at = int(random.integers(0, width)), int(random.integers(0, height))
        radius = int(random.integers(0, max(2, look.dpi // 100)))
        cv2.circle(pixels, at, radius, (int(random.integers(20, 120)),) * 3, -1)
    return pixels


def _bordered(pixels: Pixels, look: Look) -> Pixels:
    edge = round(look.border * look.dpi / 72)
    if edge:
        pixels[:edge] = pixels[:, :edge] = 12
        pixels[:, -max(1, edge // 3) :] = 12
    return pixels


def _stored(pixels: Pixels, quality: int) -> Pixels:
    ordered = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    _, packed = cv2.imencode(".jpg", ordered, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded: Any = cv2.imdecode(packed, cv2.IMREAD_UNCHANGED)
    return np.asarray(decoded if pixels.ndim == 2 else cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def _turned(turns: int, width: int, height: int) -> NDArray[np.float64]:
    """The homography of ``numpy.rot90(pixels, turns)`` for a page of that size."""
    rows: dict[int, Sequence[Sequence[float]]] = {
        0: ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
        1: ((0, 1, 0), (-1, 0, width), (0, 0, 1)),
        2: ((-1, 0, width), (0, -1, height), (0, 0, 1)),
        3: ((0, -1, height), (1, 0, 0), (0, 0, 1)),
    }
    return np.array(rows[turns % 4], dtype=np.float64)
