"""What happens to pages on their way into an archive: photographed, copied, stamped, faxed, scanned two at a time.

``DAMAGES`` names them. Each takes a flat page (grey or red-green-blue) of some resolution and gives the pixels that a person
would hand in, and their resolution as far as it is known. Everything is seeded by the page's own shape.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from documents.sheets import A4_INCHES
from samples.draw import font

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Worn:
    """A page image and its dots per inch, as ``pipeline.image.images.PageImage`` takes them."""

    pixels: Pixels
    dpi: float


Damage = Callable[[Pixels, float], Worn]


def in_colour(pixels: Pixels) -> Pixels:
    return pixels if pixels.ndim == 3 else _pixels(np.repeat(pixels[:, :, np.newaxis], 3, axis=2))


def _grey(pixels: Pixels) -> Pixels:
    return pixels if pixels.ndim == 2 else _pixels(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))


def _pixels(array: Any) -> Pixels:  # noqa: ANN401 - what OpenCV gives back
    clipped: Pixels = np.clip(np.asarray(array), 0, 255).astype(np.uint8)
    return clipped


def _random(pixels: Pixels) -> np.random.Generator:
    return np.random.default_rng(pixels.shape[0] * 10_007 + pixels.shape[1])


def _resized(pixels: Pixels, scale: float) -> Pixels:
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return _pixels(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=how))


def _jpeg(pixels: Pixels, quality: int) -> Pixels:
    _, packed = cv2.imencode(".jpg", pixels[..., ::-1] if pixels.ndim == 3 else pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = _pixels(cv2.imdecode(packed, cv2.IMREAD_UNCHANGED))
    return _pixels(decoded[..., ::-1] if pixels.ndim == 3 else decoded)


# --- scanners ---------------------------------------------------------------------------------------------------------


def turned(pixels: Pixels, dpi: float, *, quarters: int) -> Worn:
    """Put on the glass sideways or upside down."""
    return Worn(np.ascontiguousarray(np.rot90(pixels, quarters)), dpi)


def skewed(pixels: Pixels, dpi: float, *, degrees: float) -> Worn:
    """Laid down crooked, on a glass large enough for all of it."""
    height, width = pixels.shape[:2]
    room = round(np.sin(np.radians(abs(degrees))) * max(height, width) / 2) + 4
    wide = cv2.copyMakeBorder(pixels, room, room, room, room, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    middle = wide.shape[1] / 2, wide.shape[0] / 2
    turn = cv2.getRotationMatrix2D(middle, degrees, 1.0)
    size = wide.shape[1], wide.shape[0]
    return Worn(_pixels(cv2.warpAffine(wide, turn, size, flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))), dpi)


def bilevel(pixels: Pixels, dpi: float, *, to: float, salt: float = 0.0, threshold: int = 150) -> Worn:
    """One bit for each point, as fax machines and CCITT files keep; ``salt`` is the share of points that flipped."""
    grey = _resized(_grey(pixels), to / dpi)
    random = _random(grey)
    grey = _pixels(grey + random.normal(0, 12, grey.shape))
    black = np.where(grey < threshold, 0, 255).astype(np.uint8)
    flipped = random.random(black.shape) < salt
    return Worn(np.where(flipped, 255 - black, black).astype(np.uint8), to)


def coarse(pixels: Pixels, dpi: float, *, to: float, quality: int = 70) -> Worn:
    """Kept small, as a JPEG for the web."""
    return Worn(_jpeg(_resized(pixels, to / dpi), quality), to)


def fine(pixels: Pixels, dpi: float) -> Worn:
    """Everything that the scanner can do: 600 dpi in colour, with the grain of the paper."""
    large = in_colour(_resized(pixels, 600 / dpi)).astype(np.int16)
    random = _random(pixels)
    for band in np.array_split(np.arange(large.shape[0]), 16):
        large[band] += random.integers(-14, 15, (len(band), large.shape[1], 1), dtype=np.int16)
    return Worn(_pixels(large - np.array([4, 8, 20], np.int16)), 600)


def bordered(pixels: Pixels, dpi: float) -> Worn:
    """Dark where the lid stood open, with the shadow of the sheet's edge."""
    room = round(0.45 * dpi)
    framed = cv2.copyMakeBorder(pixels, room // 2, room, room, room // 3, cv2.BORDER_CONSTANT, value=(18, 18, 18))
    return skewed_in_dark(_pixels(framed), dpi)


def skewed_in_dark(pixels: Pixels, dpi: float) -> Worn:
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 0.8, 1.0)
    return Worn(_pixels(cv2.warpAffine(pixels, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(18, 18, 18))), dpi)


def unsharp(pixels: Pixels, dpi: float) -> Worn:
    """Out of focus by the width of a letter's stroke."""
    return Worn(_jpeg(_pixels(cv2.GaussianBlur(_grey(pixels), (0, 0), dpi / 55)), 75), dpi)


def faint(pixels: Pixels, dpi: float) -> Worn:
    """Little toner on grey paper."""
    random = _random(pixels)
    grey = _grey(pixels).astype(np.float32)
    patchy = cv2.GaussianBlur(random.random(grey.shape).astype(np.float32), (0, 0), dpi / 40)
    patchy = (patchy - patchy.min()) / (np.ptp(patchy) + 1e-6)
    ink = (255 - grey) / 255 * (0.2 + 0.4 * patchy)
    return Worn(_jpeg(_pixels(226 * (1 - ink) + random.normal(0, 6, grey.shape)), 75), dpi)


def broken(pixels: Pixels, dpi: float) -> Worn:
    """A bilevel scan set too light: thin strokes have gaps."""
    softened = cv2.GaussianBlur(_grey(pixels), (0, 0), dpi / 220)
    return bilevel(_pixels(softened), dpi, to=200, threshold=95)


def smeared(pixels: Pixels, dpi: float) -> Worn:
    """A copy of a copy, set too dark: letters run into each other."""
    softened = cv2.GaussianBlur(_grey(pixels), (0, 0), dpi / 180)
    return bilevel(_pixels(softened), dpi, to=200, threshold=205)


def aged(pixels: Pixels, dpi: float) -> Worn:
    """Brown paper with stains, and the print of the other side showing through."""
    random = _random(pixels)
    colour = in_colour(pixels).astype(np.float32)
    other = cv2.GaussianBlur(_grey(pixels)[:, ::-1].astype(np.float32), (0, 0), dpi / 80)
    stains = cv2.GaussianBlur(random.random(colour.shape[:2]).astype(np.float32), (0, 0), dpi / 4)
    stains = (stains - stains.min()) / (np.ptp(stains) + 1e-6)
    paper = np.array([226, 208, 170], np.float32) * (0.82 + 0.18 * stains)[..., np.newaxis]
    paper *= (0.86 + 0.14 * other / 255)[..., np.newaxis]
    grain = random.normal(0, 5, colour.shape[:2])[..., np.newaxis]
    return Worn(_jpeg(_pixels(paper * (0.18 + 0.82 * colour / 255) + grain), 80), dpi)


# --- stamps -----------------------------------------------------------------------------------------------------------

RED, BLUE, PURPLE, BLACK = (205, 40, 52), (40, 60, 170), (112, 48, 150), (25, 25, 25)


def stamped(
    pixels: Pixels, dpi: float, *, colour: tuple[int, int, int], at: tuple[float, float], boxed: bool = False
) -> Worn:
    """A round seal, or a stamp of incoming mail, put down over what stands at ``at`` (shares of width and height)."""
    page = in_colour(pixels).astype(np.float32)
    mark = _box_stamp(dpi) if boxed else _round_stamp(dpi)
    random = _random(pixels)
    patchy = cv2.GaussianBlur(random.random(mark.shape).astype(np.float32), (0, 0), dpi / 35)
    mark = mark * np.clip(0.75 + (patchy - 0.5) * 7, 0.15, 0.95)
    top, left = round(at[1] * page.shape[0] - mark.shape[0] / 2), round(at[0] * page.shape[1] - mark.shape[1] / 2)
    top, left = max(0, min(top, page.shape[0] - mark.shape[0])), max(0, min(left, page.shape[1] - mark.shape[1]))
    part = page[top : top + mark.shape[0], left : left + mark.shape[1]]
    part *= 1 - mark[..., np.newaxis] * (1 - np.array(colour, np.float32) / 255)
    if colour == BLACK:
        return Worn(np.where(_pixels(page).min(axis=2) < 140, 0, 255).astype(np.uint8), dpi)
    return Worn(_jpeg(_pixels(page), 85), dpi)


def _round_stamp(dpi: float) -> NDArray[np.float32]:
    """36 mm across, as Thông tư 07/2010/TT-BCA has seals of state bodies."""
    scale = dpi / 72
    side = round(1.5 * dpi)
    stamp = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(stamp)
    middle = side / 2
    for share, thick in ((0.68, 1.6), (0.63, 0.7), (0.44, 0.8)):
        reach = share * dpi
        pen.ellipse(
            (middle - reach, middle - reach, middle + reach, middle + reach), outline=255, width=round(thick * scale)
        )
    turns = 5 * 2
    star = [
        (
            middle + (0.2 if i % 2 == 0 else 0.08) * dpi * np.sin(i * 2 * np.pi / turns),
            middle - (0.2 if i % 2 == 0 else 0.08) * dpi * np.cos(i * 2 * np.pi / turns),
        )
        for i in range(turns)
    ]
    pen.polygon(star, fill=255)
    face = font("liberation", 9 * scale, bold=True)
    text = "ỦY BAN NHÂN DÂN TỈNH QUẢNG NAM"
    for i, character in enumerate(text):
        angle = -90 + 300 * ((i + 0.5) / len(text) - 0.5)
        letter = Image.new("L", (round(16 * scale),) * 2, 0)
        ImageDraw.Draw(letter).text((8 * scale, 8 * scale), character, font=face, fill=255, anchor="mm")
        letter = letter.rotate(-(angle + 90), resample=Image.Resampling.BICUBIC)
        x = middle + 0.535 * dpi * np.cos(np.radians(angle)) - 8 * scale
        y = middle + 0.535 * dpi * np.sin(np.radians(angle)) - 8 * scale
        stamp.paste(255, (round(x), round(y)), letter)
    return np.asarray(np.asarray(stamp.rotate(-9, resample=Image.Resampling.BICUBIC)) / 255, np.float32)


def _box_stamp(dpi: float) -> NDArray[np.float32]:
    scale = dpi / 72
    stamp = Image.new("L", (round(2.3 * dpi), round(1.1 * dpi)), 0)
    pen = ImageDraw.Draw(stamp)
    wide, high = stamp.size
    edge = 0.12 * dpi
    pen.rectangle((edge, edge, wide - edge, high - edge), outline=255, width=round(1.4 * scale))
    face, bold = font("liberation", 10.5 * scale), font("liberation", 11 * scale, bold=True)
    pen.text((wide / 2, edge + 4 * scale), "CÔNG VĂN ĐẾN", font=bold, fill=255, anchor="ma")
    pen.text((2 * edge, edge + 22 * scale), "Số: .............", font=face, fill=255)
    pen.text((2 * edge, edge + 38 * scale), "Ngày: ... tháng ... năm ...", font=face, fill=255)
    return np.asarray(np.asarray(stamp.rotate(2, resample=Image.Resampling.BICUBIC)) / 255, np.float32)


# --- cameras ----------------------------------------------------------------------------------------------------------


def photographed(
    pixels: Pixels,
    dpi: float,
    *,
    tilt: float,
    turn: float = 0.0,
    dark: float = 0.3,
    shadow: bool = False,
    desk: bool = True,
    curl: float = 0.0,
    side: int = 2600,
) -> Worn:
    """Held under a telephone: ``tilt`` is the share of its width by which the far edge is narrower, ``turn`` degrees,
    ``dark`` the share of light lost across the page, ``curl`` the height of the bent sheet as a share of the page's;
    ``side`` pixels along the longer side of the picture; without ``desk`` the picture shows nothing but the sheet.
    """
    random = _random(pixels)
    sheet = in_colour(pixels)
    if curl:
        sheet = _curled(sheet, curl)
    height, width = sheet.shape[:2]
    room = (0.09 if desk else -0.012) * height
    frame = round(width + 2 * room), round(height + 2 * room)
    inset = tilt * width / 2
    corners = np.array([[inset, inset * 0.6], [width - inset, inset], [width, height], [0, height - inset / 2]], np.float32)
    angle = np.radians(turn)
    middle = np.array([width / 2, height / 2])
    spin = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    placed = ((corners - middle) @ spin.T + middle + room).astype(np.float32)
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    zoom = side / max(frame)
    size = round(frame[0] * zoom), round(frame[1] * zoom)
    lens = cv2.getPerspectiveTransform(flat, placed * np.float32(zoom))
    seen = cv2.warpPerspective(sheet, lens, size, flags=cv2.INTER_AREA).astype(np.float32)
    inside = cv2.warpPerspective(np.ones((height, width), np.float32), lens, size, flags=cv2.INTER_LINEAR)[..., np.newaxis]
    seen = 30 + seen * (205 / 255)  # paper is never white, ink never black, under a lamp
    seen = seen * inside + _desk(size, random) * (1 - inside)
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    light = 1 - dark * (0.65 * x / size[0] + 0.35 * y / size[1])
    if shadow:  # of the hand with the telephone: a soft edge across the sheet
        edge = (y - 0.55 * size[1] + 0.3 * x) / (0.02 * size[1])
        light *= 1 - 0.35 / (1 + np.exp(-np.clip(edge, -30, 30)))
    seen *= light[..., np.newaxis] * np.array([1.0, 0.97, 0.9], np.float32)
    seen = cv2.GaussianBlur(seen, (0, 0), 0.8) + random.normal(0, 4, seen.shape[:2])[..., np.newaxis]
    return Worn(_jpeg(_pixels(seen), 82), max(size) / A4_INCHES[1])


def _desk(size: tuple[int, int], random: np.random.Generator) -> NDArray[np.float32]:
    """Brown wood with a grain."""
    grain = cv2.GaussianBlur(random.random((size[1], size[0])).astype(np.float32), (0, 0), sigmaX=60, sigmaY=2)
    grain = (grain - grain.mean()) / (grain.std() + 1e-6)
    return np.asarray(np.array([98, 70, 48], np.float32) + 9 * grain[..., np.newaxis], np.float32)


def _curled(sheet: Pixels, curl: float) -> Pixels:
    """The lines bend, as on a page of a bound volume: most at the left."""
    height, width = sheet.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    bend = curl * height * np.exp(-x / (0.25 * width))
    return _pixels(cv2.remap(sheet, x, y - bend, cv2.INTER_CUBIC, borderValue=(255, 255, 255)))


def spread(left: Pixels, right: Pixels, dpi: float) -> Worn:
    """Two pages on the glass at once, the shadow of the binding between them."""
    height = max(left.shape[0], right.shape[0])

    def padded(page: Pixels) -> Pixels:
        return _pixels(
            cv2.copyMakeBorder(_grey(page), 0, height - page.shape[0], 0, 0, cv2.BORDER_CONSTANT, value=(255, 255, 255))
        )

    both = np.concatenate([padded(left), padded(right)], axis=1).astype(np.float32)
    away = np.abs(np.arange(both.shape[1]) - left.shape[1]) / (0.12 * dpi)
    both *= 1 - 0.6 * np.exp(-(away**2))[np.newaxis, :]
    return Worn(_jpeg(_pixels(both * 0.96), 80), dpi)


DAMAGES: dict[str, Damage] = {
    "as it is": Worn,
    "turned 90°": partial(turned, quarters=1),
    "turned 180°": partial(turned, quarters=2),
    "turned 270°": partial(turned, quarters=3),
    "skewed 1°": partial(skewed, degrees=1.0),
    "skewed -3.5°": partial(skewed, degrees=-3.5),
    "skewed 7°": partial(skewed, degrees=7.0),
    "600 dpi colour": fine,
    "bilevel 300 dpi, specks": partial(bilevel, to=300, salt=0.01),
    "bilevel 200 dpi, specks": partial(bilevel, to=200, salt=0.01),
    "bilevel, too light": broken,
    "bilevel, too dark": smeared,
    "100 dpi JPEG": partial(coarse, to=100),
    "72 dpi JPEG": partial(coarse, to=72),
    "40 dpi JPEG": partial(coarse, to=40),
    "fax, 100 dpi bilevel": partial(bilevel, to=100, salt=0.01),
    "out of focus": unsharp,
    "black borders": bordered,
    "faint print": faint,
    "old paper": aged,
    "red seal on text": partial(stamped, colour=RED, at=(0.5, 0.55)),
    "blue seal on text": partial(stamped, colour=BLUE, at=(0.5, 0.55)),
    "purple stamp on text": partial(stamped, colour=PURPLE, at=(0.3, 0.35), boxed=True),
    "black seal on text": partial(stamped, colour=BLACK, at=(0.5, 0.55)),
    "photograph": partial(photographed, tilt=0.05, turn=1.0),
    "photograph, tilted": partial(photographed, tilt=0.16, turn=-6.0, dark=0.45),
    "photograph, shadow": partial(photographed, tilt=0.08, turn=2.0, shadow=True, side=2000),
    "photograph, sheet fills it": partial(photographed, tilt=0.07, turn=1.5, dark=0.4, desk=False),
    "photograph, bound": partial(photographed, tilt=0.04, curl=0.02, dark=0.4),
}
"""Name to damage, from harmless to hard; spreads need two pages and stand apart (``spread``)."""
