"""What a scanned page is as an image: resolution, colours, ink. Measured on the original file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pymupdf as untyped_pymupdf
from PIL import Image, ImageSequence

from corpus.pages.searchable import one_at_a_time
from documents.sheets import A4_INCHES

pymupdf: Any = untyped_pymupdf

REQUIRED_DPI = 200
"""Of administrative papers (Thông tư 05/2025/TT-BNV, Điều 8); maps and drawings need 300."""

_TOLERANCE = 0.98
"""Scanners write 199 or 198.6 for 200: sizes in points are rounded."""

_SCAN_SHARE = 0.5
"""Of the page that an image must cover to be a scan of it, as ``pipeline.layer.page`` has it: less is a picture."""

_LOOKED_AT_DPI = 50
_EDGE = 0.04
"""Of width and height, left out when ink is measured: punch holes, edges of the sheet, shadows of the scanner's lid."""

_DARKER = 60
"""Steps of grey below the paper that count as ink. Show-through of the other side is 20 to 40 steps on office paper."""

_LEAST_STATED = 10.0
"""Image files often state 0, 1 or 2.5 dpi for "unknown"; they are taken for A4 sheets then, as reading takes them."""

BLANK_INK = 0.0008
"""Share of dark pixels below which a page without text is blank: specks of dust. A line of print at 50 dpi covers 0.002."""


@dataclass(frozen=True, slots=True)
class PageScan:
    """``dpi`` and ``channels`` are ``None`` where the page is no scan (born digital); ``channels`` is 1 for grey or black
    and white, 3 for colour; ``ink`` the share of dark pixels."""

    number: int
    dpi: float | None
    channels: int | None
    ink: float

    @property
    def too_coarse(self) -> bool:
        return self.dpi is not None and self.dpi < REQUIRED_DPI * _TOLERANCE


def page_scans(path: Path, media_type: str) -> list[PageScan]:
    """The pages of a PDF or image file. Empty for other files and for those that can't be opened."""
    try:
        if media_type == "application/pdf":
            with one_at_a_time:
                return _of_pdf(path)
        if media_type.startswith("image/"):
            return _of_image(path)
    except (pymupdf.FileDataError, pymupdf.mupdf.FzErrorBase, OSError, ValueError, Image.DecompressionBombError):
        return []  # what can't be opened was reported when it was read
    return []


def is_pdfa(path: Path) -> bool:
    """Whether a PDF says in its metadata that it is PDF/A. That it keeps to it is veraPDF's to say."""
    try:
        with one_at_a_time, pymupdf.open(path) as pdf:
            return "pdfaid:part" in (pdf.get_xml_metadata() or "")
    except (pymupdf.FileDataError, pymupdf.mupdf.FzErrorBase, OSError):
        return False


def _of_pdf(path: Path) -> list[PageScan]:
    scans = []
    with pymupdf.open(path, filetype="pdf") as pdf:
        for page in pdf:
            whole = abs(page.rect.width * page.rect.height) or 1.0
            dpi: float | None = None
            channels: int | None = None
            for image in page.get_image_info():
                box = pymupdf.Rect(image["bbox"])
                if abs(box.width * box.height) < _SCAN_SHARE * whole or not box.width:
                    continue
                across = max(image["width"], 1) * 72 / box.width
                down = max(image["height"], 1) * 72 / box.height
                dpi, channels = max(dpi or 0.0, min(across, down)), max(channels or 0, int(image["colorspace"] or 1))
            drawn = page.get_pixmap(dpi=_LOOKED_AT_DPI, colorspace=pymupdf.csGRAY, alpha=False)
            grey = np.frombuffer(drawn.samples, dtype=np.uint8).reshape(drawn.height, drawn.stride)[:, : drawn.width]
            scans.append(PageScan(page.number + 1, dpi, channels, ink(grey)))
    return scans


def _of_image(path: Path) -> list[PageScan]:
    scans = []
    with Image.open(path) as image:
        for number, frame in enumerate(ImageSequence.Iterator(image), 1):
            across = float(frame.info.get("dpi", (0.0, 0.0))[0])
            if across < _LEAST_STATED:
                across = min(frame.width, frame.height) / A4_INCHES[0]
            channels = 1 if frame.mode in ("1", "L", "LA", "I;16") else 3
            small = frame.convert("L")
            small.thumbnail((600, 600))
            scans.append(PageScan(number, across, channels, ink(np.asarray(small))))
    return scans


def ink(grey: np.ndarray[Any, np.dtype[np.uint8]]) -> float:
    """The share of pixels darker than the paper by ``_DARKER`` steps, away from the edges; 0 for what has no inside.

    >>> ink(np.full((100, 100), 250, np.uint8)), ink(np.zeros((0, 0), np.uint8))
    (0.0, 0.0)
    """
    rows, columns = int(grey.shape[0] * _EDGE), int(grey.shape[1] * _EDGE)
    inside = grey[rows : grey.shape[0] - rows, columns : grey.shape[1] - columns]
    if not inside.size:
        return 0.0
    paper = float(np.median(inside))
    return float((inside < paper - _DARKER).mean())
