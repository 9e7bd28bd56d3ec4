"""The Image API 3 at level 1 on one drawn page: regions and sizes, no rotation, JPEG. Pure functions of an image."""

from __future__ import annotations

import io

import regex
from PIL import Image

_REQUEST = regex.compile(
    r"(?P<region>full|square|\d{1,5},\d{1,5},\d{1,5},\d{1,5})/(?P<size>max|\d{1,5},|,\d{1,5}|!?\d{1,5},\d{1,5})/0/default\.jpg"
)


class NoSuchImage(ValueError):
    """The region or size can't be had: outside the image, empty, larger than it is, or not written as the API has it."""


def asked_image(jpeg: bytes, request: str) -> bytes:
    """The part of a page that ``{region}/{size}/0/default.jpg`` asks for. Raises ``NoSuchImage``.

    Nothing is enlarged, as level 1 has it; "max" of the whole page is the page as it was drawn, byte for byte.
    """
    found = _REQUEST.fullmatch(request)
    if not found:
        raise NoSuchImage(request)
    if found["region"] == "full" and found["size"] == "max":
        return jpeg
    with Image.open(io.BytesIO(jpeg)) as whole:
        part = whole.crop(_box(found["region"], *whole.size))
        sized = part.resize(_size(found["size"], *part.size))
    stream = io.BytesIO()
    sized.save(stream, "JPEG", quality=80)
    return stream.getvalue()


def _box(region: str, width: int, height: int) -> tuple[int, int, int, int]:
    if region == "full":
        return 0, 0, width, height
    if region == "square":
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        return left, top, left + side, top + side
    left, top, across, down = map(int, region.split(","))
    box = (left, top, min(left + across, width), min(top + down, height))
    if box[0] >= box[2] or box[1] >= box[3]:
        raise NoSuchImage(region)
    return box


def _size(size: str, width: int, height: int) -> tuple[int, int]:
    """
    >>> _size("96,", 1400, 1981), _size(",100", 1400, 1981), _size("!200,200", 1400, 1981), _size("max", 5, 6)
    ((96, 136), (71, 100), (141, 200), (5, 6))
    """
    if size == "max":
        return width, height
    across, down = (int(part) if part else 0 for part in size.lstrip("!").split(","))
    if size.startswith("!"):
        scale = min(across / width, down / height, 1.0)
        wanted = (round(width * scale), round(height * scale))
    else:
        wanted = (across or round(width * down / height), down or round(height * across / width))
    if not (0 < wanted[0] <= width and 0 < wanted[1] <= height + 1):
        raise NoSuchImage(size)
    return wanted
