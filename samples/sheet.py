"""What is to be drawn: the parts of an administrative document (Nghị định 30/2020/NĐ-CP, annex I)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from documents.page import LineKind

Alignment = Literal["left", "centre", "right", "justify"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. A newline in ``text`` is a line end that must stand there; other lines break by width."""

    text: str
    bold: bool = False
    italic: bool = False
    align: Alignment = "justify"
    indent: float = 36.0
    size: float = 0.0
    kind: LineKind = LineKind.BODY


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell as it is written down: row by row, spanned places left out as in HTML."""

    text: str = ""
    row_span: int = 1
    column_span: int = 1
    align: Alignment = "left"
    bold: bool = False
    italic: bool = False


Rules = Literal["all", "horizontal", "vertical", "open", "none"]


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table. ``widths`` are shares of the text width.

    ``rules``         "all"; "horizontal" only; "vertical" (and around, and under the header); "open" (no left and right
                      edge); "none"
    ``repeat_header`` the header rows stand again on each page that the table goes on to
    ``split_rows``    a row that does not fit goes on after the page end, as word processors do
    """

    widths: tuple[float, ...]
    rows: tuple[tuple[TableCell | str, ...], ...]
    header_rows: int = 1
    rules: Rules = "all"
    repeat_header: bool = True
    split_rows: bool = False
    size: float = 12.0
    rule_width: float = 0.75


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a new page."""


Block = Paragraph | TableBlock | PageBreak


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document. Figures in braces in ``number`` and ``place_date`` are written in by hand: ``"Số: {23}/BC-UBND"``.

    ``superior`` and ``issuer``: the bodies above the number ("cơ quan chủ quản", "cơ quan ban hành"); without an
    ``issuer`` there is no letterhead. ``subject``: "trích yếu". ``recipients``: "nơi nhận". ``sign_as``: the lines above the
    signature. ``seal``: the text around the seal. ``incoming``: the lines of the stamp "công văn đến".
    """

    superior: str = ""
    issuer: str = ""
    number: str = ""
    place_date: str = ""
    type: str = ""
    subject: str = ""
    addressed_to: tuple[str, ...] = ()
    body: tuple[Block, ...] = ()
    recipients: tuple[str, ...] = ()
    sign_as: tuple[str, ...] = ()
    signer: str = ""
    seal: str = ""
    incoming: tuple[str, ...] = ()
    urgency: str = ""
    running_head: str = ""
    footnote: str = ""
    margin_note: str = ""
    landscape: bool = False
    first_page: int = 1
    size: float = 13.5
