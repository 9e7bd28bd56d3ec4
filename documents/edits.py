"""Repair as edits on the raw text that can be replayed, undone, and mapped both ways."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from documents.page import LINE_END, PAGE_END


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


SURE = 0.9
"""Score of an edit below which the word is shown as doubtful: one in ten of those at it is wrong (benchmarks/repair.md)."""


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
    if len(parts) == 1:
        return parts[0]
    edits: list[Edit] = []
    doubts: list[Doubt] = []
    at = 0
    for part in parts:
        edits += (edit.shifted(at) for edit in part.edits) if at else part.edits
        doubts += (doubt.shifted(at) for doubt in part.doubts) if at else part.doubts
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
