"""Samples of pages for acceptance: what was drawn, and what people typed. ``corpus.reports.acceptance`` does the sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from db.reviews import ReviewConflict
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


def keep_transcript(
    corpus: Corpus, sample: int, key: str, page: int, transcript: str, reviewer: str, *, before: str | None = None
) -> bool:
    """Keep what a person read on a drawn page; false when that page was not drawn.

    ``before`` is the transcript as that person found it ("" for none). Raises ``ReviewConflict`` when another one was kept
    in the meantime.
    """
    with corpus.transaction() as connection:
        there = connection.execute(
            "SELECT transcript FROM sample_pages WHERE sample_id = ? AND document_key = ? AND page = ?", [sample, key, page]
        ).fetchone()
        if there is None:
            return False
        if before is not None and _lines(there[0] or "") not in (_lines(before), _lines(transcript)):
            raise ReviewConflict(there[0])
        connection.execute(
            "UPDATE sample_pages SET transcript = ?, reviewer = ?, at = ?"
            " WHERE sample_id = ? AND document_key = ? AND page = ?",
            [nfc(transcript), reviewer, _now(), sample, key, page],
        )
        return True


def keep_fields(corpus: Corpus, sample: int, key: str, judged: Mapping[str, tuple[str, bool]], reviewer: str) -> bool:
    """Keep whether the header fields of a sampled document are right: field → (its value as judged, right or not).

    False when no page of that document was drawn.
    """
    with corpus.transaction() as connection:
        drawn = "SELECT 1 FROM sample_pages WHERE sample_id = ? AND document_key = ?"
        if connection.execute(drawn, [sample, key]).fetchone() is None:
            return False
        connection.executemany(
            "INSERT OR REPLACE INTO sample_fields(sample_id, document_key, field, value, is_right, reviewer, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(sample, key, field, value, int(right), reviewer, _now()) for field, (value, right) in judged.items()],
        )
        return True


def _lines(text: str) -> list[str]:
    """To compare what a form sends back: browsers end lines with CR LF and drop the first empty one."""
    return nfc(text).strip().splitlines()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
