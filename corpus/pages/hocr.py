"""Pages as hOCR (the hOCR 1.2 specification): the repaired text with the place and confidence of every line and word.

A word that was repaired carries what was read in ``data-raw``.
"""

from __future__ import annotations

from html import escape

import regex

from corpus.pages.placed import PlacedLine, PlacedPage, PlacedWord, placed_page
from db.store import Corpus
from documents.page import Box

_SCALE = 10
"""hOCR wants whole numbers: a tenth of a point, the precision that is stored."""


def page_hocr(corpus: Corpus, key: str, number: int) -> str | None:
    """One page of a document as an hOCR file; ``None`` when there is no such page."""
    page = placed_page(corpus, key, number)
    document = corpus.row('SELECT document FROM documents WHERE "key" = ?', [key])
    return hocr(page, document["document"]) if page and document else None


def hocr(page: PlacedPage, document: str) -> str:
    """The page as a file of its own; ``document`` is its title."""
    body = "".join(map(_line, page.lines))
    size = f"bbox 0 0 {round(page.width * _SCALE)} {round(page.height * _SCALE)}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" lang="vi">\n<head>'
        f"<title>{xml_text(document)}</title>\n"
        f'<meta name="ocr-system" content="{xml_text(page.engine)}"/>\n'
        '<meta name="ocr-capabilities" content="ocr_page ocr_line ocrx_word"/></head>\n<body>\n'
        f'<div class="ocr_page" id="page_{page.number}" title="{size}; ppageno {page.number - 1}; scan_res 720 720">\n'
        f"{body}</div>\n</body></html>\n"
    )


def _line(line: PlacedLine) -> str:
    words = " ".join(map(_word, line.words))
    title = _title(_box(line.box), line.confidence)
    return f'<span class="ocr_line" id="line_{line.number}"{title}>{words}</span><br/>\n'


def _word(word: PlacedWord) -> str:
    was = f' data-raw="{xml_text(word.raw)}"' if word.raw is not None else ""
    return f'<span class="ocrx_word"{_title(_box(word.box), word.confidence, "x_wconf")}{was}>{xml_text(word.text)}</span>'


def _box(box: Box | None) -> str:
    return "" if box is None else "bbox " + " ".join(str(round(value * _SCALE)) for value in box.as_tuple())


def _title(box: str, confidence: float, name: str = "x_conf") -> str:
    return f' title="{box}{"; " if box else ""}{name} {round(confidence * 100)}"'


def xml_text(text: str) -> str:
    """Escaped, without what XML can't hold."""
    return escape(regex.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", " ", text))
