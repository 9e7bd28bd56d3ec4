"""Parts of a PDF page run through MuPDF's devices one by one: its own content, its notes, its form fields.

PyMuPDF's own calls run all of them together, so that what a field covers can't be told from what it paints. Coordinates
are points from the top left, the rotation of the page not applied.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

import pymupdf as untyped_pymupdf

Mu = Any
"""PyMuPDF has hardly any types; what it hands out goes no further than ``pipeline.files``."""
Rect = tuple[float, float, float, float]
"""Left, top, right, bottom."""
pymupdf: Mu = untyped_pymupdf
pymupdf.TOOLS.mupdf_display_errors(False)
pymupdf.TOOLS.mupdf_display_warnings(False)
_mu: Mu = pymupdf.mupdf

_TEXT_FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP | pymupdf.TEXT_CLIP


class Part(Enum):
    """What is drawn on a page, in this order. The names are those of MuPDF's calls."""

    CONTENT = "fz_run_page_contents"
    NOTES = "fz_run_page_annots"
    FIELDS = "fz_run_page_widgets"


def text_lines(page: Mu, part: Part) -> list[dict[str, Any]]:
    """The lines of ``rawdict``; letters that a clip path cuts off altogether are not in them.

    "ActualText" that a file states instead of its letters is taken where it has about as many.
    """
    lines = _lines(page, part, _TEXT_FLAGS)
    if part is Part.CONTENT and b"/ActualText" in page.read_contents():
        printed = _lines(page, part, _TEXT_FLAGS | pymupdf.TEXT_IGNORE_ACTUALTEXT)
        if not _ALIKE[0] <= (_letters(lines) + 1) / (_letters(printed) + 1) <= _ALIKE[1]:
            return printed
    return lines


_ALIKE = 0.7, 1.5
"""Letters stated for each that is printed: hyphens, ligatures and bullets change a few; a description of a page, or a joke
of its author, is of another length."""


def _letters(lines: list[dict[str, Any]]) -> int:
    return sum(not c["c"].isspace() for line in lines for span in line["spans"] for c in span["chars"])


def _lines(page: Mu, part: Part, flags: int) -> list[dict[str, Any]]:
    return [line for block in _text_page(page, part, flags).extractRAWDICT()["blocks"] for line in block.get("lines", ())]


def placed_images(page: Mu) -> list[dict[str, Any]]:
    """What ``get_image_info`` tells of the images of the page's content."""
    return list(_text_page(page, Part.CONTENT, pymupdf.TEXT_PRESERVE_IMAGES).extractIMGINFO())


def painted(page: Mu) -> list[tuple[str, Rect]]:
    """What the content paints, in order: kind ("fill-text", "fill-path" …) and rectangle."""
    log: list[tuple[str, Rect]] = []
    _run(page, Part.CONTENT, lambda: pymupdf.JM_new_bbox_device(log, False))
    return log


def text_trace(page: Mu) -> list[dict[str, Any]]:
    """The runs of letters of the content as ``get_texttrace`` has them; ``seqno`` is the place in ``painted``."""
    trace: list[dict[str, Any]] = []

    def device() -> Mu:
        made = pymupdf.extra.JM_new_texttrace_device(trace)
        made.ptm = _mu.FzMatrix(1, 0, 0, -1, 0, _mu.fz_bound_page(_fz_page(page)).y1)
        return made

    _run(page, Part.CONTENT, device)
    return trace


def _text_page(page: Mu, part: Part, flags: int) -> Mu:
    holder: list[Mu] = []

    def device() -> Mu:
        holder.append(_mu.FzStextPage(_mu.fz_bound_page(_fz_page(page))))
        options = _mu.FzStextOptions()
        options.flags = flags
        return _mu.fz_new_stext_device(holder[0], options)

    _run(page, part, device)
    return pymupdf.TextPage(holder[0])


def _run(page: Mu, part: Part, make_device: Callable[[], Mu]) -> None:
    with unrotated(page):
        device = make_device()
        getattr(_mu, part.value)(_fz_page(page), device, _mu.FzMatrix(), _mu.FzCookie())
        _mu.fz_close_device(device)


def _fz_page(page: Mu) -> Mu:
    return _mu.FzPage(page.this) if isinstance(page.this, _mu.PdfPage) else page.this


@contextlib.contextmanager
def unrotated(page: Mu) -> Iterator[None]:
    rotation = page.rotation
    if rotation:
        page.set_rotation(0)
    try:
        yield
    finally:
        if rotation:
            page.set_rotation(rotation)
