"""Page images that come as files of their own, of one page or many: PNG, JPEG, TIFF, GIF, WebP, PNM, JPEG 2000, HEIC …"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from documents.outcome import Reason
from documents.sheets import A4_INCHES, SCANNED_SHORT_SIDE_INCHES
from pipeline.errors import UnreadableFile
from pipeline.image.images import PageImage

pillow_heif.register_heif_opener()

# An A2 sheet (two A3 pages side by side) at 600 dpi has 139 million pixels. A PNG of 30 KB can claim a thousand times that.
MAX_PIXELS = 150_000_000
# Decoded colour of this many pixels takes 75 MB, and reading works on several copies within 1 GB a worker: an A3 page at
# 350 dpi passes, larger ones are reduced. A page of 600 dpi in colour held 680 MB before it was.
WORKING_PIXELS = 25_000_000
# Finer images are reduced by a whole number to 300 dpi or somewhat more before anything else: no engine reads them better.
FINEST_DPI = 400.0
READING_DPI = 300.0

OBLONG = 1.05, 3.0
"""Pixels that are so much longer than wide are made square: a fax has 204 dots an inch across, 98 or 196 down."""

NARROWEST = 100
"""Times as long as wide: a roll of forms is twenty. A longer column has no width left once it is reduced."""

# TIFF 6.0: a reduced copy (bit 0) or a mask (bit 2) of another page; the older tag calls a reduced copy 2.
_SUBFILE, _OLD_SUBFILE = 254, 255
_REDUCED, _MASK, _OLD_REDUCED = 1, 4, 2
_STRIP_OFFSETS, _STRIP_BYTES, _TILE_OFFSETS, _TILE_BYTES = 273, 279, 324, 325  # TIFF 6.0, sections 8 and 15


def count_frames(path: Path) -> int:
    """Pages of the image file. Raises ``UnreadableFile`` when it is damaged, cut short or impossibly large."""
    with _opened(path) as image:
        pages = _pages(image)
        for number in pages:
            image.seek(number)
            _check_whole(image, path)
        return len(pages)


def load(path: Path, number: int = 1) -> PageImage:
    """Page ``number`` (from 1), upright as the camera was held, on white; reduced when it is too large to work with.

    Raises ``UnreadableFile``.
    """
    with _opened(path) as image:
        image.seek(_pages(image)[number - 1])
        _check_size(image)
        across, down = (float(value) for value in image.info.get("dpi", (0, 0)))
        width, height = image.size
        taller = across / down if across > 0 and down > 0 else 1.0
        taller = taller if OBLONG[0] < max(taller, 1 / taller) < OBLONG[1] else 1.0
        dpi = resolution(width, round(height * taller), across or None)
        factor = int(dpi / READING_DPI) if dpi > FINEST_DPI else 1
        while width * height * taller > WORKING_PIXELS * factor**2:
            factor += 1
        if factor > 1:
            smaller = width // factor, height // factor
            image.draft(image.mode, smaller)  # a JPEG is decoded small at once, others ignore it
            image.thumbnail(smaller, Image.Resampling.BOX)
        dpi *= image.height / height
        ImageOps.exif_transpose(image, in_place=True)
        page = on_white(image)
        if taller != 1.0:
            page = page.resize((page.width, round(page.height * taller)), Image.Resampling.BICUBIC)
        return PageImage(np.array(page), dpi)


def resolution(width: int, height: int, stated: float | None) -> float:
    """Dots per inch of a page of ``width`` x ``height`` pixels: as stated where that can be, else as if it were A4.

    >>> resolution(1654, 2339, 200.0), round(resolution(3024, 4032, 72.0))
    (200.0, 345)
    """
    # A stated resolution that makes the page smaller or larger than what people scan is not a scanner's (72 dpi in phone
    # photographs, 1 dpi in drawings).
    if stated and SCANNED_SHORT_SIDE_INCHES[0] <= min(width, height) / stated <= SCANNED_SHORT_SIDE_INCHES[1]:
        return stated
    return max(width, height) / A4_INCHES[1]


def on_white(image: Image.Image) -> Image.Image:
    """As grey or red-green-blue; what is transparent shows the paper."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        values = np.asarray(image, dtype=np.float32)
        top = max(float(values.max(initial=0.0)), 1.0)
        return Image.fromarray((values * (255 / top)).clip(0, 255).astype(np.uint8))
    if image.mode in ("LA", "La", "RGBA", "RGBa", "PA") or "transparency" in image.info:
        layers = image.convert("RGBA")
        paper = Image.new("RGBA", layers.size, "white")
        paper.alpha_composite(layers)
        return paper.convert("RGB")
    return image if image.mode in ("L", "RGB") else image.convert("L" if image.mode == "1" else "RGB")


def _pages(image: Image.Image) -> list[int]:
    """The frames that are pages: of a TIFF neither thumbnails nor masks, of a photograph not the copies beside it."""
    frames = int(getattr(image, "n_frames", 1))
    if image.format in ("JPEG", "MPO"):
        return [0]
    if image.format != "TIFF":
        return list(range(frames))
    pages: list[int] = []
    for number in range(frames):
        image.seek(number)
        tags = getattr(image, "tag_v2", {})
        copy = int(tags.get(_SUBFILE, 0)) & (_REDUCED | _MASK) or tags.get(_OLD_SUBFILE) == _OLD_REDUCED
        pages += [] if copy else [number]
    return pages or [0]


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """The image, not yet decoded; what Pillow raises on bad files as ``UnreadableFile``."""
    try:
        with warnings.catch_warnings():
            # our own limit, checked before anything is decoded, is the one that counts
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)  # unknown TIFF tags, odd EXIF: nothing that is read here
            with Image.open(path) as image:
                yield image
    except Image.DecompressionBombError as error:
        raise UnreadableFile(Reason.TOO_LARGE, "more pixels than any page has") from error
    except UnidentifiedImageError as error:
        raise UnreadableFile(Reason.DAMAGED, "the image's own header is damaged") from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, KeyError, ZeroDivisionError) as error:
        # Pillow's readers raise all of these on broken files, and say in the text alone that the end is missing
        text = str(error) or type(error).__name__
        cut = isinstance(error, EOFError) or any(
            word in text.lower() for word in ("truncated", "not enough", "unexpected end")
        )
        raise UnreadableFile(Reason.TRUNCATED if cut else Reason.DAMAGED, text) from error


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if max(width, height) > NARROWEST * min(width, height):
        raise UnreadableFile(Reason.NOT_A_DOCUMENT, f"{width} x {height} pixels: no page is so narrow")
    if width * height > MAX_PIXELS:
        raise UnreadableFile(Reason.TOO_LARGE, f"{width} x {height} pixels, at most {MAX_PIXELS / 1e6:.0f} million are read")


def _check_whole(image: Image.Image, path: Path) -> None:
    """Is all of the current frame there? Without decoding where the format allows it."""
    _check_size(image)
    if image.format == "TIFF":
        _check_strips(image, path.stat().st_size)
        return
    if image.format == "JPEG":
        image.draft(image.mode, (image.width // 8, image.height // 8))  # a 64th of the pixels shows a missing end as well
    image.load()


def _check_strips(image: Image.Image, size: int) -> None:
    tags = getattr(image, "tag_v2", {})
    for offsets, counts in ((_STRIP_OFFSETS, _STRIP_BYTES), (_TILE_OFFSETS, _TILE_BYTES)):
        ends = [start + length for start, length in zip(tags.get(offsets, ()), tags.get(counts, ()), strict=False)]
        if ends and max(ends) > size:
            raise UnreadableFile(Reason.TRUNCATED, f"image data up to byte {max(ends)}, the file has {size}")
