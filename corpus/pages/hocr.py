"""Pages as hOCR (the hOCR 1.2 specification), as OCRmyPDF, hocr-tools and viewers read it: text with places and confidences.

The head says whether the text is as it was read or repaired (``vanban-text``); a word that was repaired carries what was
read in ``data-raw``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

import regex

from corpus.pages.placed import PlacedLine, PlacedPage, PlacedWord, placed_page
from db.store import Corpus
from documents.page import Box, LineKind, enclosing_box

_SCALE = 10
"""hOCR wants whole numbers: a tenth of a point (720 dots an inch), the precision that is stored."""

_CLASSES = {LineKind.TITLE: "ocr_header", LineKind.CAPTION: "ocr_caption", LineKind.RUNNING_HEAD: "ocr_header"}
CAPABILITIES = " ".join(
    ["ocr_page", "ocr_carea", "ocr_par", "ocr_line", *dict.fromkeys(_CLASSES.values()), "ocrx_word", "ocrp_wconf"]
)
"""hOCR 1.2, section 8: every class and property that a document may use."""


def page_hocr(corpus: Corpus, key: str, number: int) -> str | None:
    """One page of a stored document as an hOCR file, repaired; ``None`` when there is no such page."""
    page = placed_page(corpus, key, number)
    document = corpus.row('SELECT document FROM documents WHERE "key" = ?', [key])
    return hocr([page], document["document"]) if page and document else None


def hocr(pages: Iterable[PlacedPage], title: str, *, as_read: bool = False) -> str:
    """The pages as one file. ``as_read`` says that what they hold was not repaired."""
    pages = list(pages)
    engines = " ".join(sorted({page.engine for page in pages if page.engine}))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" lang="vi">\n<head>'
        f"<title>{xml_text(title)}</title>\n"
        f'<meta name="ocr-system" content="{xml_text(engines)}"/>\n'
        f'<meta name="ocr-capabilities" content="{CAPABILITIES}"/>\n'
        f'<meta name="vanban-text" content="{"as read" if as_read else "repaired"}"/></head>\n<body>\n'
        f"{''.join(map(_page, pages))}</body></html>\n"
    )


def _page(page: PlacedPage) -> str:
    """An ``ocr_page``; what stands in margins and stamps is an area of its own behind the text."""
    about = f"{_box(Box(0, 0, page.width, page.height))}; ppageno {page.number - 1}; scan_res 720 720"
    areas = _area(page.lines, page.number, "text") + _area(page.marginalia, page.number, "marginalia")
    return f'<div class="ocr_page" id="page_{page.number}" title="{about}">\n{areas}</div>\n'


def _area(lines: Sequence[PlacedLine], number: int, name: str) -> str:
    if not lines:
        return ""
    paragraphs = [list(group) for _, group in groupby(lines, key=lambda line: (line.kind, line.paragraph))]
    inside = "".join(_paragraph(group, f"{number}_{name}_{i}") for i, group in enumerate(paragraphs))
    return f'<div class="ocr_carea" id="{name}_{number}"{_around(lines)}>\n{inside}</div>\n'


def _paragraph(lines: Sequence[PlacedLine], name: str) -> str:
    inside = "".join(_line(line, f"{name}_{i}") for i, line in enumerate(lines))
    return f'<p class="ocr_par" id="par_{name}" data-kind="{lines[0].kind}"{_around(lines)}>\n{inside}</p>\n'


def _line(line: PlacedLine, name: str) -> str:
    words = " ".join(map(_word, line.words))
    title = _title(_box(line.box), line.confidence)
    number = f' data-line="{line.number}"' if line.number else ""
    return f'<span class="{_CLASSES.get(line.kind, "ocr_line")}" id="line_{name}"{number}{title}>{words}</span><br/>\n'


def _word(word: PlacedWord) -> str:
    was = f' data-raw="{xml_text(word.raw)}"' if word.raw is not None else ""
    return f'<span class="ocrx_word"{_title(_box(word.box), word.confidence, "x_wconf")}{was}>{xml_text(word.text)}</span>'


def _around(lines: Sequence[PlacedLine]) -> str:
    box = _box(enclosing_box(line.box for line in lines))
    return f' title="{box}"' if box else ""


def _box(box: Box | None) -> str:
    return "" if box is None else "bbox " + " ".join(str(round(value * _SCALE)) for value in box.as_tuple())


def _title(box: str, confidence: float, name: str = "x_conf") -> str:
    return f' title="{box}{"; " if box else ""}{name} {round(confidence * 100)}"'


_NOT_IN_XML = regex.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Escaped, without what XML can't hold."""
    return escape(_NOT_IN_XML.sub(" ", text))
