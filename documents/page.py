"""A document as it was read: pages of lines of words with boxes, tables, and the source file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

LINE_END = "\n"
PAGE_END = "\f"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in PDF points from the top left of its page.

    >>> Box(10, 20, 30, 40).union(Box(5, 25, 12, 50))
    Box(left=5, top=20, right=30, bottom=50)
    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if not (self.left <= self.right and self.top <= self.bottom):
            raise ValueError(f"impossible box: {self.left}, {self.top}, {self.right}, {self.bottom}")

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def union(self, other: Box) -> Box:
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def as_tuple(self) -> tuple[float, float, float, float]:
        return self.left, self.top, self.right, self.bottom


def enclosing_box(boxes: Iterable[Box | None]) -> Box | None:
    """The smallest box around all that are there; ``None`` when none is."""
    enclosing: Box | None = None
    for box in boxes:
        if box is not None:
            enclosing = box if enclosing is None else enclosing.union(box)
    return enclosing


class LineKind(StrEnum):
    """What part a line plays on its page; extraction leaves the furniture (running heads …) out of sentences."""

    BODY = "body"
    LETTERHEAD = "letterhead"
    TITLE = "title"
    TABLE = "table"
    FOOTNOTE = "footnote"
    PAGE_NUMBER = "page_number"
    RUNNING_HEAD = "running_head"
    MARGIN_NOTE = "margin_note"
    STAMP = "stamp"
    RECIPIENTS = "recipients"
    SIGNATURE = "signature"
    CAPTION = "caption"


class Source(StrEnum):
    """Where the text of a page came from."""

    TEXT_LAYER = "text_layer"
    CONVERTED = "converted"
    GARBLED_LAYER = "garbled_layer"
    OCR = "ocr"
    MIXED = "mixed"
    TEXT_FILE = "text_file"
    EMPTY = "empty"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Word:
    """One printed word of a line. ``start``/``end`` count code points of the line's text.

    ``confidence`` is the probability that the word was read right; ``handwritten`` marks figures filled in
    by hand ("Số: …", "ngày … tháng …"), which are never presented as sure. ``encoding`` names the legacy encoding
    that the font of a PDF tells ("tcvn3", "tcvn3_capitals", "vni" …); the text itself stays as it was stored.
    """

    text: str
    start: int
    end: int
    box: Box | None = None
    confidence: float = 1.0
    handwritten: bool = False
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line in reading order. ``text`` has neither line end nor page end in it."""

    text: str
    words: tuple[Word, ...] = ()
    box: Box | None = None
    confidence: float = 1.0
    kind: LineKind = LineKind.BODY
    paragraph: int = 0
    engines: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if LINE_END in self.text or PAGE_END in self.text:
            raise ValueError(f"a line holds a line end: {self.text[:60]!r}")


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; ``lines`` are indexes (from 0) into the lines of its page, consecutive and possibly empty."""

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    box: Box | None = None
    lines: range = range(0)
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """A table on one page. ``continues`` says that its rows go on those of the last table of the page before."""

    rows: int
    columns: int
    cells: tuple[Cell, ...]
    header_rows: int = 0
    box: Box | None = None
    continues: bool = False
    confidence: float = 1.0


class Blank(StrEnum):
    """What a blank of the letterhead is for: "Số: …/", "ngày …", "tháng …"."""

    NUMBER = "number"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class FilledIn:
    """Figures that a pen wrote into a blank: ``readings`` with their probabilities, likeliest first. Suggestions only."""

    blank: Blank
    box: Box
    readings: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page in reading order. ``width``/``height`` in points, 0 for text files.

    ``profile`` names the family of OCR engines that printed the text where it is known (see
    ``normalizers.noisy.channel``); ``reasons`` says in plain words why this source was chosen. ``rotation`` (clockwise,
    degrees) and ``skew`` were undone before reading. ``marginalia`` are stamps and margin notes: kept, no part of ``text``.
    ``unread`` are rows of print that nobody read; ``confidence`` counts them as lost. ``filled_in`` are figures written by
    hand into the blanks of the letterhead, as suggestions.
    """

    number: int
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    width: float = 0.0
    height: float = 0.0
    source: Source = Source.EMPTY
    engine: str = ""
    profile: str | None = None
    confidence: float = 1.0
    reasons: tuple[str, ...] = ()
    rotation: int = 0
    skew: float = 0.0
    marginalia: tuple[Line, ...] = ()
    unread: tuple[Box, ...] = ()
    filled_in: tuple[FilledIn, ...] = ()

    @property
    def text(self) -> str:
        """Every line followed by its line end."""
        return "".join(line.text + LINE_END for line in self.lines)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file as it was handed over; ``media_type`` by content, never by name."""

    sha256: str
    name: str
    size: int
    media_type: str
    pages: int = 1
    encrypted: bool = False
    signed: bool = False

    @property
    def stem(self) -> str:
        """The name without its last suffix: what exported records call ``document``."""
        return self.name.rsplit(".", 1)[0] if "." in self.name[1:] else self.name


@dataclass(frozen=True, slots=True)
class Document:
    """A source file after reading."""

    source: SourceFile
    pages: tuple[Page, ...]

    @property
    def raw(self) -> str:
        """The raw text layer of the whole document."""
        return PAGE_END.join(page.text for page in self.pages)
