"""Pages as hOCR (the hOCR 1.2 specification): the repaired text with the place and confidence of every line and word.

A word that was repaired keeps its box and carries what was read in ``data-raw``; a repair that changed the number of
words gets the box around all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

import regex

from corpus.model import Line, OffsetMap, Span, enclosing_box
from db import codec
from db.store import Corpus

_WORD = regex.compile(r"\S+")
_SCALE = 10
"""hOCR wants whole numbers: a tenth of a point, the precision that is stored."""


def page_hocr(corpus: Corpus, key: str, number: int) -> str | None:
    """One page of a document as an hOCR file; ``None`` when there is no such page."""
    page = corpus.row(
        "SELECT p.*, t.raw, t.repaired, l.lines, l.words, l.edits, d.document FROM pages p JOIN documents d"
        " ON d.id = p.document_id JOIN page_texts t ON t.page_id = p.id JOIN page_layouts l ON l.page_id = p.id"
        ' WHERE d."key" = ? AND p.number = ?',
        [key, number],
    )
    if page is None:
        return None
    body = "".join(_lines(page))
    size = f"bbox 0 0 {round(page['width'] * _SCALE)} {round(page['height'] * _SCALE)}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" lang="vi">\n<head>'
        f"<title>{_text(page['document'])}</title>\n"
        f'<meta name="ocr-system" content="{_text(page["engine"])}"/>\n'
        '<meta name="ocr-capabilities" content="ocr_page ocr_line ocrx_word"/></head>\n<body>\n'
        f'<div class="ocr_page" id="page_{number}" title="{size}; ppageno {number - 1}; scan_res 720 720">\n'
        f"{body}</div>\n</body></html>\n"
    )


def _lines(page: dict[str, Any]) -> Iterator[str]:
    raw_texts = page["raw"].split("\n")[:-1]
    texts = page["repaired"].split("\n")[:-1]
    lines = codec.unpack_lines(raw_texts, page["lines"], page["words"])
    offsets = OffsetMap(codec.unpack_edits(page["edits"], page["raw"]))
    raw_start = start = 0
    for i, (line, text) in enumerate(zip(lines, texts, strict=True)):
        words = " ".join(_words(line, text, start, raw_start, offsets))
        box = _box(line.box.as_tuple() if line.box else None)
        title = _title(box, line.confidence)
        yield f'<span class="ocr_line" id="line_{page["first_line"] + i}"{title}>{words}</span><br/>\n'
        raw_start += len(line.text) + 1
        start += len(text) + 1


def _words(line: Line, text: str, start: int, raw_start: int, offsets: OffsetMap) -> Iterator[str]:
    for match in _WORD.finditer(text):
        raw = offsets.to_raw(Span(start + match.start(), start + match.end()))
        under = [w for w in line.words if w.start < raw.end - raw_start and w.end > raw.start - raw_start]
        around = enclosing_box(word.box for word in under)
        confidence = min((word.confidence for word in under), default=line.confidence)
        printed = line.text[raw.start - raw_start : raw.end - raw_start]
        was = f' data-raw="{_text(printed)}"' if printed != match[0] else ""
        title = _title(_box(around.as_tuple() if around else None), confidence, "x_wconf")
        yield f'<span class="ocrx_word"{title}{was}>{_text(match[0])}</span>'


def _box(box: Sequence[float] | None) -> str:
    return "" if box is None else "bbox " + " ".join(str(round(value * _SCALE)) for value in box)


def _title(box: str, confidence: float, name: str = "x_conf") -> str:
    return f' title="{box}{"; " if box else ""}{name} {round(confidence * 100)}"'


def _text(text: str) -> str:
    """Escaped, without what XML can't hold."""
    return escape(regex.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", " ", text))
