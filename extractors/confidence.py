"""Where a fact stands on paper and how sure the reading of its words is.

Extractors give a span of the repaired text and how sure the rule is. This module adds what the span says about
itself: page, enclosing box of the words under it, and the probability that they were read right.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from documents.edits import OffsetMap, Repaired, Span
from documents.facts import Found
from documents.page import Document, Word, enclosing_box

EVEN = 0.5
"""Below it a reading is more likely wrong than right; figures filled in by hand always are (``pipeline.handwriting``)."""


@dataclass(frozen=True, eq=False)
class Ground:
    """The words under a repaired text, by their offsets in the raw text."""

    offsets: OffsetMap
    starts: tuple[int, ...] = ()
    words: tuple[tuple[int, int, int, Word], ...] = ()
    """(start, end, page number, word), sorted; offsets in the raw text."""
    line_starts: tuple[int, ...] = ()
    line_pages: tuple[int, ...] = ()
    doubt_starts: tuple[int, ...] = ()
    doubts: tuple[tuple[int, int, float], ...] = ()
    edit_starts: tuple[int, ...] = ()
    edits: tuple[tuple[int, int, float], ...] = ()
    page_starts: tuple[int, ...] = (0,)

    @classmethod
    def of(cls, document: Document | None, repaired: Repaired | None) -> Ground:
        repaired = repaired or Repaired("", "")
        words: list[tuple[int, int, int, Word]] = []
        line_starts: list[int] = []
        line_pages: list[int] = []
        page_starts = [0, *(i + 1 for i, c in enumerate(repaired.raw) if c == "\f")] if document is None else [0]
        at = 0
        for page in document.pages if document else ():
            for line in page.lines:
                line_starts.append(at)
                line_pages.append(page.number)
                words += ((at + word.start, at + word.end, page.number, word) for word in line.words)
                at += len(line.text) + 1
            at += 1
        words.sort(key=lambda w: w[:2])
        return cls(
            repaired.offsets(),
            tuple(w[0] for w in words),
            tuple(words),
            tuple(line_starts),
            tuple(line_pages),
            tuple(d.start for d in repaired.doubts),
            tuple((d.start, d.end, d.confidence) for d in repaired.doubts),
            tuple(e.start for e in repaired.edits),
            tuple((e.start, e.end, e.score) for e in repaired.edits),
            tuple(page_starts),
        )

    def stand(self, fact: Found) -> Found:
        """The fact with its page, its box and the confidence of its reading."""
        raw = self.offsets.to_raw(fact.span)
        under = self._words_under(raw)
        page = self._page_of(raw.start)
        return replace(
            fact,
            page=page,
            box=enclosing_box(word.box for _, _, number, word in under if number == page),
            reading_confidence=self.reading_confidence(raw),
        )

    def is_doubtful(self, span: Span) -> bool:
        """Is what stands in a span of the repaired text more likely read wrong than right?"""
        return self.reading_confidence(self.offsets.to_raw(span)) < EVEN

    def reading_confidence(self, raw: Span) -> float:
        """The mean over the words of the span of the probability that each was read right, at most that of its figures.

        The mean, not the product: a long quote is not less readable than a short one. But a wrong figure makes the whole
        wrong, however well the words around it are read.
        """
        words = self._words_under(raw)
        sure = self._sure(words, raw)
        if not sure:
            return self.mean_confidence(raw)
        figures = (p for p, (_, _, _, word) in zip(sure, words, strict=True) if any(map(str.isdigit, word.text)))
        return max(0.0, min(1.0, sum(sure) / len(sure), *figures))

    def mean_confidence(self, raw: Span) -> float:
        """The share of the words of a span that are expected to be right; of its characters where no words are known."""
        sure = self._sure(self._words_under(raw), raw)
        if sure:
            return max(0.0, min(1.0, sum(sure) / len(sure)))
        lost = sum((min(end, raw.end) - max(start, raw.start)) * (1.0 - p) for start, end, p in self._changes(raw))
        return max(0.0, min(1.0, 1.0 - lost / max(1, raw.end - raw.start)))

    def _sure(self, words: Sequence[tuple[int, int, int, Word]], raw: Span) -> list[float]:
        """How sure each word is: by its doubt, or by the score of its edit, or as the engine says."""
        changes = self._changes(raw)
        sure: list[float] = []
        first = 0
        for start, end, _, word in words:
            while first < len(changes) and changes[first][1] <= start and changes[first][0] <= start:
                first += 1
            here = [p for a, b, p in changes[first : first + 8] if a < end and start < b]
            sure.append(min(here) if here else word.confidence * (EVEN if word.handwritten else 1.0))
        return sure

    def _changes(self, raw: Span) -> list[tuple[int, int, float]]:
        """Doubts and edits in a span, in order."""
        doubts, edits = _overlapping(self.doubts, self.doubt_starts, raw), _overlapping(self.edits, self.edit_starts, raw)
        return sorted([*doubts, *edits])

    def _words_under(self, raw: Span) -> tuple[tuple[int, int, int, Word], ...]:
        first = bisect_right(self.starts, raw.start) - 1
        if first < 0 or self.words[first][1] <= raw.start:
            first += 1
        return self.words[first : bisect_left(self.starts, raw.end)]

    def _page_of(self, offset: int) -> int:
        if self.line_starts:
            return self.line_pages[max(0, bisect_right(self.line_starts, offset) - 1)]
        return bisect_right(self.page_starts, offset)


def _overlapping(
    ranges: tuple[tuple[int, int, float], ...], starts: tuple[int, ...], raw: Span
) -> list[tuple[int, int, float]]:
    first = bisect_right(starts, raw.start) - 1
    if first < 0 or ranges[first][1] <= raw.start:
        first += 1
    return list(ranges[first : bisect_left(starts, raw.end)])
