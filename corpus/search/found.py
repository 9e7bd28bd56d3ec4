"""What a search found before it is shown: documents in order of preference, facets and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import regex

FACETS = ("type", "issuer", "province", "year")
FACET_VALUES = 12


@dataclass(slots=True)
class Found:
    """Candidate pages with scores, their documents, and how many there are beyond the candidates."""

    scores: dict[int, float]
    page_of: dict[int, tuple[int, int]]
    documents: dict[int, dict[str, Any]]
    capped: bool
    estimate: int
    pages_by_document: dict[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for page_id, (document_id, _) in self.page_of.items():
            self.pages_by_document.setdefault(document_id, []).append(page_id)

    def document_score(self, document_id: int) -> float:
        """That of its best page; further pages break ties."""
        pages = self.pages_by_document.get(document_id, ())
        return max((self.scores[page] for page in pages), default=0.0) + 0.01 * min(len(pages), 50)

    def ranked(self, sort: str) -> list[int]:
        """Document ids by ``sort``, best first; equal ones by date, the newest first, then by key.

        Documents without a date or a number come last in these orders, for they are not the oldest nor the first.
        """
        by_key = sorted(self.documents, key=lambda id_: self.documents[id_]["key"])
        by_date = sorted(by_key, key=lambda id_: self.documents[id_]["date"] or "", reverse=True)
        match sort:
            case "date":
                ordered = by_date
            case "oldest":
                ordered = sorted(by_key, key=lambda id_: self.documents[id_]["date"] or "9999")
            case "number":
                ordered = sorted(by_date, key=lambda id_: _number_order(self.documents[id_]["number"]))
            case _:
                ordered = sorted(by_date, key=self.document_score, reverse=True)
        return self._better_first(ordered)

    def _better_first(self, ranked: list[int]) -> list[int]:
        """Among scans of one original the better reading takes the place of the first."""
        scans: dict[str, list[int]] = {}
        for id_ in ranked:
            if self.documents[id_]["legal_key"]:
                scans.setdefault(self.documents[id_]["legal_key"], []).append(id_)
        swapped = {
            old: new
            for ids in scans.values()
            for old, new in zip(ids, sorted(ids, key=lambda id_: preference(self.documents[id_])), strict=True)
        }
        return [swapped.get(id_, id_) for id_ in ranked]

    def pages_total(self) -> int:
        return max(self.estimate, len(self.scores)) if self.capped else len(self.scores)

    def documents_total(self) -> int:
        if not self.capped or not self.scores:
            return len(self.documents)
        return max(len(self.documents), self.pages_total() * len(self.documents) // len(self.scores))

    def facets(self) -> dict[str, list[tuple[str, int]]]:
        return {
            name: [
                (str(value), count)
                for value, count in sorted(
                    Counter(row[name] for row in self.documents.values() if row[name]).items(),
                    key=lambda item: (-item[1], str(item[0])),
                )[:FACET_VALUES]
            ]
            for name in FACETS
        }


_NUMBER = regex.compile(r"\s*(\d{1,9})(.*)")


def _number_order(number: str | None) -> tuple[bool, str, int, str]:
    """Numbers by their notation, then by their ordinal: 2/KH-UBND before 10/KH-UBND before 1/QĐ-UBND."""
    found = _NUMBER.match(number or "")
    return (False, found[2], int(found[1]), number or "") if found else (True, "", 0, number or "")


def preference(row: Mapping[str, Any]) -> tuple[bool, float, str]:
    """Sorts scans of one original as the view ``same_documents`` does: the better reading first."""
    return row["status"] != "complete", -row["text_confidence"], row["key"]
