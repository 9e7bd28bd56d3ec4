"""Samples of pages for acceptance: what was drawn, and what people typed. ``corpus.reports.acceptance`` does the sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from db.store import Corpus
from normalizers.forms import nfc


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page that chance chose: its document's key, its number, its stratum and how many pages that has."""

    key: str
    page: int
    stratum: str
    stratum_pages: int


def keep_sample(corpus: Corpus, size: int, seed: int, pages: Sequence[DrawnPage]) -> int:
    """Keep the drawn pages with the text that the corpus has of them now; returns the number of the sample."""
    with corpus.transaction() as connection:
        drawn = connection.execute("INSERT INTO samples(at, size, seed) VALUES (?, ?, ?)", [_now(), size, seed])
        sample = int(drawn.lastrowid or 0)
        connection.executemany(
            "INSERT INTO sample_pages(sample_id, document_key, page, stratum, stratum_pages, text)"
            " SELECT ?, d.key, p.number, ?, ?, t.repaired FROM documents d JOIN pages p ON p.document_id = d.id"
            " JOIN page_texts t ON t.page_id = p.id WHERE d.key = ? AND p.number = ?",
            [(sample, drawn.stratum, drawn.stratum_pages, drawn.key, drawn.page) for drawn in pages],
        )
    return sample


def keep_transcript(corpus: Corpus, sample: int, key: str, page: int, transcript: str, reviewer: str) -> bool:
    """Keep what a person read on a drawn page; false when that page was not drawn."""
    with corpus.transaction() as connection:
        changed = connection.execute(
            "UPDATE sample_pages SET transcript = ?, reviewer = ?, at = ?"
            " WHERE sample_id = ? AND document_key = ? AND page = ?",
            [nfc(transcript), reviewer, _now(), sample, key, page],
        )
        return changed.rowcount == 1


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
