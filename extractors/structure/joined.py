"""Lines joined into running text, with the way back to the document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

import regex

from documents.edits import Span


@dataclass(frozen=True, slots=True)
class Joined:
    """Text whose runs of white space and line ends became single spaces, with the way back.

    Piece ``i`` of ``text`` begins at ``starts[i]`` and stands in the document at ``origins[i]``. A code that a line end
    breaks after its hyphen or slash ("3373/QĐ-" | "UBND") is joined without a space.
    """

    text: str
    starts: tuple[int, ...] = ()
    origins: tuple[int, ...] = ()

    def to_document(self, start: int, end: int) -> Span:
        """The span of the document's text under ``text[start:end]``.

        >>> joined = join_pieces([(10, "Quyết  định"), (40, "số 5")])
        >>> joined.text, joined.to_document(6, 13)
        ('Quyết định số 5', Span(start=17, end=42))
        """
        if not self.starts:
            return Span(0, 0)
        first = self._origin(start)
        return Span(first, max(first, self._origin(end - 1) + 1) if end > start else first)

    def _origin(self, offset: int) -> int:
        piece = max(0, bisect_right(self.starts, offset) - 1)
        following = self.origins[piece + 1] if piece + 1 < len(self.origins) else None
        origin = self.origins[piece] + offset - self.starts[piece]
        return origin if following is None else min(origin, following)

    def cut(self, start: int, end: int | None = None) -> Joined:
        """The part ``text[start:end]``, still knowing where it came from."""
        end = len(self.text) if end is None else end
        first = max(0, bisect_right(self.starts, start) - 1)
        last = bisect_right(self.starts, max(start, end - 1))
        starts = [max(0, s - start) for s in self.starts[first:last]]
        origins = [o + max(0, start - s) for s, o in zip(self.starts[first:last], self.origins[first:last], strict=True)]
        return Joined(self.text[start:end], tuple(starts), tuple(origins))


_WORDS = regex.compile(r"\S+(?: \S+)*+")
_BROKEN_CODE = regex.compile(r"[\p{L}\d][-/]$")


def join_pieces(lines: Iterable[tuple[int, str]]) -> Joined:
    """Joins lines given as (offset in the document, text)."""
    text: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    length = 0
    for offset, line in lines:
        at_line_start = True
        for match in _WORDS.finditer(line):
            if text and not (at_line_start and _BROKEN_CODE.search(text[-1][-2:]) and not text[-1].endswith(" -")):
                text.append(" ")
                length += 1
            starts.append(length)
            origins.append(offset + match.start())
            text.append(match.group())
            length += len(match.group())
            at_line_start = False
    return Joined("".join(text), tuple(starts), tuple(origins))
