"""Pages as hOCR: text with boxes, as OCRmyPDF, hocr-tools and viewers read it (hOCR 1.2, kba.github.io/hocr-spec)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from documents.page import Box, Line, LineKind, Page, Word, enclosing_box

UNITS_PER_POINT = 10
"""hOCR boxes are whole numbers: tenths of a point, 720 dots per inch."""
CLASSES = {LineKind.TITLE: "ocr_header", LineKind.CAPTION: "ocr_caption", LineKind.RUNNING_HEAD: "ocr_header"}
CAPABILITIES = " ".join(
    ["ocr_page", "ocr_carea", "ocr_par", "ocr_line", *dict.fromkeys(CLASSES.values()), "ocrx_word", "ocrp_wconf"]
)
"""hOCR 1.2, section 8: every class and property that a document may use."""


def document_as_hocr(pages: Iterable[Page], *, title: str, engine: str) -> str:
    """A whole hOCR document; ``engine`` goes into its head as the system that read it."""
    body = "\n".join(page_as_hocr(page) for page in pages)
    return f"""<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="vi">
<head>
<meta charset="utf-8" />
<title>{escape(title)}</title>
<meta name="ocr-system" content="{escape(engine)}" />
<meta name="ocr-capabilities" content="{CAPABILITIES}" />
</head>
<body>
{body}
</body>
</html>
"""


def page_as_hocr(page: Page) -> str:
    """One ``ocr_page``: paragraphs, lines and words with boxes and confidences, marginalia in an area of their own."""
    frame = _box(Box(0, 0, page.width, page.height))
    about = f"{frame}; ppageno {page.number - 1}; scan_res {72 * UNITS_PER_POINT} {72 * UNITS_PER_POINT}"
    parts = [_area(page.lines, page.number, "text")]
    if page.marginalia:
        parts.append(_area(page.marginalia, page.number, "marginalia"))
    return f'<div class="ocr_page" id="page_{page.number}" title="{about}">\n' + "\n".join(parts) + "\n</div>"


def _area(lines: Sequence[Line], number: int, name: str) -> str:
    paragraphs = [list(group) for _, group in groupby(lines, key=lambda line: (line.kind, line.paragraph))]
    inside = "\n".join(_paragraph(group, f"{number}_{name}_{i}") for i, group in enumerate(paragraphs))
    box = _box(enclosing_box(line.box for line in lines))
    return f'<div class="ocr_carea" id="{name}_{number}" title="{box}">\n{inside}\n</div>'


def _paragraph(lines: Sequence[Line], name: str) -> str:
    inside = "\n".join(_line(line, f"{name}_{i}") for i, line in enumerate(lines))
    box = _box(enclosing_box(line.box for line in lines))
    return f'<p class="ocr_par" id="par_{name}" data-kind="{lines[0].kind}" title="{box}">\n{inside}\n</p>'


def _line(line: Line, name: str) -> str:
    if not line.words:
        return f'<span class="ocr_line" id="line_{name}" title="{_box(line.box)}">{escape(line.text)}</span>'
    words = " ".join(_word(word, f"{name}_{i}") for i, word in enumerate(line.words))
    return f'<span class="{CLASSES.get(line.kind, "ocr_line")}" id="line_{name}" title="{_box(line.box)}">{words}</span>'


def _word(word: Word, name: str) -> str:
    about = f"{_box(word.box)}; x_wconf {round(100 * word.confidence)}"
    return f'<span class="ocrx_word" id="word_{name}" title="{about}">{escape(word.text)}</span>'


def _box(box: Box | None) -> str:
    sides = box.as_tuple() if box else (0, 0, 0, 0)
    return "bbox " + " ".join(str(round(side * UNITS_PER_POINT)) for side in sides)
