"""The header while it is being put together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from documents.edits import Span


@dataclass(slots=True)
class Draft:
    """Fields found so far, with the span of each, how each was found, and which contradict another."""

    fields: dict[str, str] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    notes: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    doubted: set[str] = field(default_factory=set)
    probabilities: dict[str, float] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    candidates: dict[str, dict[str, float]] = field(default_factory=dict)

    def put(self, name: str, value: str | None, span: Span | None = None) -> bool:
        """Fill a field that is still empty; says whether it did."""
        if not value or name in self.fields:
            return False
        self.fields[name] = value
        if span is not None:
            self.spans[name] = span
        return True

    def note(self, name: str, how: str) -> None:
        """Remember how a field was found, for its probability (``extractors.header.doubt``)."""
        if how:
            self.notes[name].add(how)

    def doubt(self, name: str) -> None:
        """Parts of the page contradict each other about this field."""
        self.doubted.add(name)
