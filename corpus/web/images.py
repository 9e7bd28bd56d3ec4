"""Images of pages, drawn from the original file when they are asked for."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

WIDTH = 1400
"""Pixels across: twice the width that a page has beside its text on a wide screen, so that small print can be read."""

THUMBNAIL_WIDTH = 180
"""Pixels across of the small pictures of pages."""

MOST_PIXELS = 60_000_000
"""Larger images are refused: an A3 page at 600 dpi has 70 million, and no such page is drawn larger than ``WIDTH``."""

_KEPT = 200
"""Drawn images kept, the large ones of some 200 kB each: 40 MB."""
_one_at_a_time = threading.Lock()  # PDFium must not be entered twice
_drawn: OrderedDict[tuple[str, int, int, int], bytes] = OrderedDict()


def page_image(path: Path, sha256: str, media_type: str, page: dict[str, Any], width: int = WIDTH) -> bytes | None:
    """The page as JPEG of a width, upright; ``None`` for files that have no page images or can't be drawn.

    It is not levelled: boxes are stored in points of the page as it was scanned.
    """
    wanted = (sha256, page["number"], page["rotation"], width)
    with _one_at_a_time:
        if wanted in _drawn:
            _drawn.move_to_end(wanted)
            return _drawn[wanted]
        image = _draw(path, media_type, page["number"])
        if image is None:
            return None
        if page["rotation"]:
            image = image.rotate(-page["rotation"], expand=True)
        if image.width > width:
            image = image.resize((width, max(1, image.height * width // image.width)))
        jpeg = io.BytesIO()
        image.convert("RGB").save(jpeg, "JPEG", quality=80)
        _drawn[wanted] = jpeg.getvalue()
        while len(_drawn) > _KEPT:
            _drawn.popitem(last=False)
        return _drawn[wanted]


def _draw(path: Path, media_type: str, number: int) -> Image.Image | None:
    try:
        if media_type == "application/pdf":
            return _draw_pdf(path, number)
        if media_type.startswith("image/"):
            return _draw_image(path, number)
    except (OSError, ValueError, IndexError, RuntimeError, EOFError, Image.DecompressionBombError):
        return None  # damaged files were told of when they were read; here there is just no picture
    return None


def _draw_pdf(path: Path, number: int) -> Image.Image | None:
    import pypdfium2  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(path)
    try:
        page = document[number - 1]
        scale = min(WIDTH / page.get_width(), 10_000 / page.get_height())
        image: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil()
        return image
    finally:
        document.close()


def _draw_image(path: Path, number: int) -> Image.Image | None:
    with Image.open(path) as stored:
        if stored.width * stored.height > MOST_PIXELS:
            return None
        stored.seek(number - 1)
        stored.load()
        image = ImageOps.exif_transpose(stored).convert("RGB")
    if image.width > WIDTH:
        image = image.resize((WIDTH, max(1, image.height * WIDTH // image.width)))
    return image
