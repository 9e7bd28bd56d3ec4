"""A list of documents as a Word file (Office Open XML, ECMA-376): a table to go on writing in."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from typing import BinaryIO
from xml.sax.saxutils import escape

import regex

MOST_ROWS = 5000
"""Rows of one list: what Word opens in a few seconds, some 250 printed pages. Longer lists go into other formats."""

_NOT_IN_XML = regex.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)
# A4 lying, margins of 2 cm, in twentieths of a point
_SECTION = (
    '<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>'
    "</w:sectPr>"
)
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def write_word_list(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], stream: BinaryIO) -> int:
    """Write a heading and a table whose head is repeated on every page; returns the number of rows."""
    table = [_row(head, head=True)]
    for number, row in enumerate(rows):
        if number == MOST_ROWS:
            break
        table.append(_row(row))
    body = (
        f'{_paragraph(title, bold=True, size=28)}<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/>'
        f"<w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr>{''.join(table)}</w:tbl>{_paragraph('')}"
    )
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    document = f"{declaration}<w:document {_W}><w:body>{body}{_SECTION}</w:body></w:document>"
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in (("[Content_Types].xml", _TYPES), ("_rels/.rels", _RELATIONS), ("word/document.xml", document)):
            package.writestr(zipfile.ZipInfo(name), content)
    return len(table) - 1


def _row(cells: Sequence[str], *, head: bool = False) -> str:
    repeated = "<w:trPr><w:tblHeader/></w:trPr>" if head else ""
    return f"<w:tr>{repeated}{''.join(f'<w:tc>{_paragraph(cell, bold=head)}</w:tc>' for cell in cells)}</w:tr>"


def _paragraph(text: str, *, bold: bool = False, size: int = 24) -> str:
    """``size`` in half points."""
    fonts = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman"/>'
    style = f'<w:rPr>{fonts}{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/></w:rPr>'
    words = escape(_NOT_IN_XML.sub(" ", text))
    return f'<w:p><w:r>{style}<w:t xml:space="preserve">{words}</w:t></w:r></w:p>'
