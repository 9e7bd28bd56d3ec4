"""The header while it is being put together."""

from __future__ import annotations

from dataclasses import dataclass

from documents.edits import Span
from extractors.structure.blocks import Structure


@dataclass(slots=True)
class Draft:
    """Fields found so far, with the span of each."""

    fields: dict[str, str]
    spans: dict[str, Span]

    def put(self, field: str, value: str | None, span: Span | None = None) -> None:
        if value and field not in self.fields:
            self.fields[field] = value
            if span is not None:
                self.spans[field] = span


def line_span(structure: Structure, number: int, line: str, start: int, end: int) -> Span:
    whole = structure.index.span_of(number)
    shift = whole.start + structure.text[whole.start : whole.end].find(line)
    return Span(shift + start, shift + end)


def first_capital(text: str) -> str:
    return text[:1].upper() + text[1:]
