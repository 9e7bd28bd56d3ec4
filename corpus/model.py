"""The ground floor: what a document is, in plain frozen values that every room above shares.

A source file becomes a ``Document`` of ``Page``s of ``Line``s of ``Word``s. Coordinates are PDF points
(1/72 inch) from the top left corner of the page as a person holds it (rotation applied). Confidences are
probabilities between 0 and 1. Spans are half-open and count code points of one *named* text layer:

``raw``       what the text layer or the OCR engine printed, kept for ever
``repaired``  ``raw`` with the edits of ``Repaired`` replayed

In both layers a line ends with ``"\\n"`` and pages are joined by ``"\\f"``, so one rule numbers the lines of a
text file and of a page image alike: the line of an offset is one more than the newlines before it.

This module imports nothing of ours.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate

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


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of code points in a named text layer."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"impossible span: {self.start}, {self.end}")

    def shifted(self, by: int) -> Span:
        return Span(self.start + by, self.end + by)


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


@dataclass(frozen=True, slots=True)
class Page:
    """One page in reading order. ``width``/``height`` in points, 0 for text files.

    ``profile`` names the family of OCR engines that printed the text where it is known (see
    ``normalizers.channel``); ``reasons`` says in plain words why this source was chosen. ``rotation`` (clockwise,
    degrees) and ``skew`` were undone before reading. ``marginalia`` are stamps and margin notes: kept, no part of ``text``.
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


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """One replacement: ``raw[start:end] == before`` becomes ``after``.

    ``score`` is the calibrated probability that the edit is right, ``rule`` the name of what proposed it.
    """

    start: int
    end: int
    before: str
    after: str
    rule: str
    score: float = 1.0

    def shifted(self, by: int) -> Edit:
        return Edit(self.start + by, self.end + by, self.before, self.after, self.rule, self.score)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A span of ``raw`` that was left as it stands although it is probably wrong.

    ``confidence`` is the probability that it is right; ``suggestion`` what the repair would have put there.
    """

    start: int
    end: int
    confidence: float
    suggestion: str = ""

    def shifted(self, by: int) -> Doubt:
        return Doubt(self.start + by, self.end + by, self.confidence, self.suggestion)


def replay(raw: str, edits: Sequence[Edit]) -> str:
    """``raw`` with all edits applied.

    Raises ``ValueError`` when edits overlap, are out of order or do not find their ``before``.

    >>> replay("thyc hi¢n", [Edit(0, 4, "thyc", "thực", "channel"), Edit(5, 9, "hi¢n", "hiện", "channel")])
    'thực hiện'
    """
    pieces: list[str] = []
    at = 0
    for edit in edits:
        if edit.start < at or raw[edit.start : edit.end] != edit.before:
            raise ValueError(f"edit does not fit its text at {edit.start}: {edit.before!r} -> {edit.after!r}")
        pieces += raw[at : edit.start], edit.after
        at = edit.end
    pieces.append(raw[at:])
    return "".join(pieces)


class OffsetMap:
    """Maps offsets between ``raw`` and ``repaired`` through the edits that lie between them.

    Inside a replaced piece offsets can't be told apart: a start maps to the start of the piece, an end to its end.
    """

    __slots__ = ("_raw_ends", "_raw_starts", "_repaired_ends", "_repaired_starts")

    def __init__(self, edits: Sequence[Edit]) -> None:
        shifts = [0, *accumulate(len(e.after) - (e.end - e.start) for e in edits)]
        self._raw_starts = [e.start for e in edits]
        self._raw_ends = [e.end for e in edits]
        self._repaired_starts = [e.start + s for e, s in zip(edits, shifts, strict=False)]
        self._repaired_ends = [e.end + s for e, s in zip(edits, shifts[1:], strict=True)]

    def to_raw(self, span: Span) -> Span:
        """The span of ``raw`` from which ``repaired[span]`` came.

        >>> OffsetMap([Edit(0, 4, "13 1", "là", "channel")]).to_raw(Span(0, 2))
        Span(start=0, end=4)
        """
        return _map_span(span, self._repaired_starts, self._repaired_ends, self._raw_starts, self._raw_ends)

    def to_repaired(self, span: Span) -> Span:
        """The span of ``repaired`` into which ``raw[span]`` went."""
        return _map_span(span, self._raw_starts, self._raw_ends, self._repaired_starts, self._repaired_ends)


def _map_span(span: Span, from_starts: list[int], from_ends: list[int], to_starts: list[int], to_ends: list[int]) -> Span:
    def one(offset: int, is_end: bool) -> int:
        i = bisect_right(from_starts, offset) - 1
        if i >= 0 and is_end and offset == from_starts[i] and from_ends[i] > offset:
            i -= 1  # an end that touches the next piece from the left is still before it
        if i < 0:
            return offset
        if offset < from_ends[i]:
            return to_ends[i] if is_end else to_starts[i]
        return offset - from_ends[i] + to_ends[i]

    start = one(span.start, False)
    return Span(start, max(start, one(span.end, span.end > span.start)))


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text and its repair. ``edits`` are sorted, do not overlap, and replay ``raw`` into ``text``."""

    raw: str
    text: str
    edits: tuple[Edit, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    profile: str = "clean"

    def offsets(self) -> OffsetMap:
        return OffsetMap(self.edits)


def join_repaired(parts: Sequence[Repaired], separator: str = PAGE_END) -> Repaired:
    """The repair of the joined raw texts, offsets shifted; the profile is that of the longest part."""
    edits: list[Edit] = []
    doubts: list[Doubt] = []
    at = 0
    for part in parts:
        edits += (edit.shifted(at) for edit in part.edits)
        doubts += (doubt.shifted(at) for doubt in part.doubts)
        at += len(part.raw) + len(separator)
    longest = max(parts, key=lambda part: len(part.raw), default=None)
    return Repaired(
        raw=separator.join(part.raw for part in parts),
        text=separator.join(part.text for part in parts),
        edits=tuple(edits),
        doubts=tuple(doubts),
        profile=longest.profile if longest else "clean",
    )


class LineIndex:
    """Line numbers (from 1) and spans of a text, after the one rule of this module.

    >>> index = LineIndex("một\\nhai\\n\\fba\\n")
    >>> index.line_of(4), index.line_of(9), index.page_of(9)
    (2, 3, 2)
    """

    __slots__ = ("_length", "_page_starts", "_starts")

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._starts = [0, *(i + 1 for i in _positions(text, LINE_END))]
        self._page_starts = [0, *(i + 1 for i in _positions(text, PAGE_END))]

    def __len__(self) -> int:
        return len(self._starts)

    def line_of(self, offset: int) -> int:
        return bisect_right(self._starts, offset)

    def page_of(self, offset: int) -> int:
        return bisect_right(self._page_starts, offset)

    def span_of(self, line: int) -> Span:
        """The span of line ``line`` (from 1) without its line end."""
        start = self._starts[line - 1]
        end = self._starts[line] - 1 if line < len(self._starts) else self._length
        return Span(start, end)


def _positions(text: str, character: str) -> Iterator[int]:
    at = text.find(character)
    while at >= 0:
        yield at
        at = text.find(character, at + 1)


class FactKind(StrEnum):
    TARGET = "targets"
    DEADLINE = "deadlines"
    ASSIGNMENT = "assignments"
    CITATION = "citations"


@dataclass(frozen=True, slots=True)
class Target:
    """A quantity to be reached, reached, or required ("chỉ tiêu")."""

    kind: str
    value: float
    unit: str
    comparator: str
    indicator: str | None = None
    value_max: float | None = None
    of: float | None = None
    scope: str | None = None
    due: str | None = None
    responsible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time limit of an obligation ("thời hạn")."""

    type: str
    iso: str
    relation: str
    obligation: str | None = None
    responsible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """Work given to a unit ("phân công")."""

    unit: str
    role: str
    task: str
    output: str | None = None
    time: str | None = None
    unit_id: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A document referred to by number ("viện dẫn")."""

    number: str
    type: str | None = None
    issuer: str | None = None
    date: str | None = None
    relation: str | None = None


Value = Target | Deadline | Assignment | Citation


@dataclass(frozen=True, slots=True)
class Found:
    """A fact where it stands: ``span`` in the repaired text of the document.

    ``quote`` is the clause with line ends as single spaces, ``confidence`` how sure the extraction is,
    ``reading_confidence`` how sure the text under it is. ``line``/``line_end`` count from 1 over the whole text.
    """

    value: Value
    span: Span
    quote: str
    line: int
    line_end: int
    rule: str
    page: int = 1
    confidence: float = 1.0
    reading_confidence: float = 1.0
    box: Box | None = None

    @property
    def kind(self) -> FactKind:
        return _KIND_OF_VALUE[type(self.value)]


_KIND_OF_VALUE: dict[type, FactKind] = {
    Target: FactKind.TARGET,
    Deadline: FactKind.DEADLINE,
    Assignment: FactKind.ASSIGNMENT,
    Citation: FactKind.CITATION,
}


@dataclass(frozen=True, slots=True)
class Header:
    """The document about itself (field names of the exported records). What it does not say is ``None``.

    ``doubtful`` names the fields whose words were more likely read wrong than right, such as a date filled in by hand.
    """

    number: str | None = None
    type: str | None = None
    issuer: str | None = None
    province: str | None = None
    place: str | None = None
    date: str | None = None
    title: str | None = None
    signer: str | None = None
    signer_title: str | None = None
    recipients: tuple[str, ...] = ()
    language: str = "vi"
    doubtful: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """All that extraction found in one document; ``spans`` tells where each header field stands."""

    header: Header = Header()
    found: tuple[Found, ...] = ()
    header_spans: dict[str, Span] = field(default_factory=dict)


class Reason(StrEnum):
    """Why a file or a page could not be read."""

    EMPTY = "empty"
    NOT_A_DOCUMENT = "not_a_document"
    ENCRYPTED = "encrypted"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    NO_TEXT = "no_text"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    TIME_LIMIT = "time_limit"
    MEMORY_LIMIT = "memory_limit"
    CRASHED = "crashed"
    UNREADABLE = "unreadable"
    ENGINE_FAILED = "engine_failed"


@dataclass(frozen=True, slots=True)
class Processed:
    """A document that went through all rooms, as the store takes it: all of it or none of it.

    ``failed_pages`` says why a page is missing; a document with any is stored as partial. ``versions`` names
    what made it (engine, data, repair model, extractors), so that a later run knows what is out of date.
    """

    document: Document
    repaired: Repaired
    facts: Facts
    failed_pages: dict[int, tuple[Reason, str]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file that can't be read, and why. Nothing disappears without one of these."""

    sha256: str
    name: str
    size: int
    media_type: str
    reason: Reason
    detail: str
