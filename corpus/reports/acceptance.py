"""Acceptance by sampling: are at least 98 % of the characters right, as the national rule for digitised documents asks?

Pages are drawn at random from strata (source of the text × confidence of the reading), somebody types what the page image
shows, and the share of right characters in the whole corpus is estimated from that with a confidence interval. Pages, not
characters, are what was drawn, so the interval comes from how pages differ: a stratified bootstrap over pages (Efron and
Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13). It knows nothing of errors that no drawn page has, so its
lower end is never above that of Wilson's interval for the characters.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from rapidfuzz.distance import Levenshtein

from db.index import confidence_step
from db.samples import DrawnPage, keep_sample, keep_transcript
from db.store import Corpus
from normalizers.forms import nfc

REQUIRED = 0.98
"""Share of right characters that the national rule asks for."""

CONFIDENCE = 0.95
RESAMPLES = 2000
"""Bootstrap rounds; the ends of the interval move by less than a tenth of its width between seeds."""

_WILSON_Z = 1.959963984540054


class SampleError(ValueError):
    """The sample can't be drawn or does not exist; the message says why."""


@dataclass(frozen=True, slots=True)
class SampledPage:
    """A drawn page: what the corpus said when it was drawn, and what a person typed (``None`` until then)."""

    key: str
    document: str
    page: int
    stratum: str
    text: str
    transcript: str | None
    reviewer: str | None

    @property
    def errors(self) -> int:
        """Insertions, deletions and replacements between the text and its transcript."""
        return Levenshtein.distance(plain(self.text), plain(self.transcript or ""))

    @property
    def characters(self) -> int:
        return len(plain(self.transcript or ""))


@dataclass(frozen=True, slots=True)
class Estimate:
    """An accuracy with its interval, and what it rests on."""

    accuracy: float
    low: float
    high: float
    pages: int
    characters: int
    errors: int


@dataclass(frozen=True, slots=True)
class Acceptance:
    """``verdict`` is "pass" when the whole interval reaches ``REQUIRED``, "fail" when none of it does, else "undecided"."""

    sample: int
    drawn: int
    transcribed: int
    total: Estimate | None
    strata: dict[str, Estimate]
    verdict: str


def plain(text: str) -> str:
    """Characters that count: NFC, runs of white space as one space, none at the ends of lines.

    >>> plain("Cải  cách \\n hành chính\\n")
    'Cải cách hành chính'
    """
    return " ".join(nfc(text).split())


def draw_sample(corpus: Corpus, size: int, seed: int) -> int:
    """Draw ``size`` pages with text and keep them as a sample; returns its number. The same seed draws the same pages.

    Every stratum gets its share of the pages, and one at least where ``size`` allows. Raises ``SampleError``.
    """
    pages = _strata(corpus)
    if size < 1 or not pages:
        raise SampleError("nothing to draw from" if not pages else "a sample has one page at least")
    dice = random.Random(seed)
    quota = allocate({stratum: len(its) for stratum, its in pages.items()}, size)
    drawn = [
        DrawnPage(key, number, stratum, len(pages[stratum]))
        for stratum in sorted(pages)
        for key, number in sorted(dice.sample(pages[stratum], quota[stratum]))
    ]
    return keep_sample(corpus, size, seed, drawn)


def _strata(corpus: Corpus) -> dict[str, list[tuple[str, int]]]:
    strata: dict[str, list[tuple[str, int]]] = defaultdict(list)
    rows = corpus.tuples(
        "SELECT d.key, p.number, p.source, p.confidence FROM pages p JOIN documents d ON d.id = p.document_id"
        " WHERE p.source NOT IN ('empty', 'failed', 'text_file') ORDER BY d.key, p.number"
    )
    for key, number, source, confidence in rows:
        step = "low" if confidence_step(confidence) < 8 else "middling" if confidence < 0.95 else "high"
        strata[f"{source}, {step} confidence"].append((key, number))
    return dict(strata)


def allocate(counts: Mapping[str, int], size: int) -> dict[str, int]:
    """``size`` shared out in proportion (largest remainders), at least one each where that is possible.

    >>> allocate({"a": 90, "b": 9, "c": 1}, 10)
    {'a': 8, 'b': 1, 'c': 1}
    """
    size = min(size, sum(counts.values()))
    quota = dict.fromkeys(counts, 1 if size >= len(counts) else 0)
    everything = sum(counts.values())
    while sum(quota.values()) < size:
        open_ = [name for name in counts if quota[name] < counts[name]]
        neediest = max(open_, key=lambda name: (counts[name] * size / everything - quota[name], name))
        quota[neediest] += 1
    return quota


def sampled_pages(corpus: Corpus, sample: int) -> list[SampledPage]:
    """The pages of a sample. Raises ``SampleError`` when there is no such sample."""
    if corpus.row("SELECT 1 FROM samples WHERE id = ?", [sample]) is None:
        raise SampleError(f"no sample {sample}")
    rows = corpus.rows(
        "SELECT s.document_key AS key, coalesce(d.document, s.document_key) AS document, s.page, stratum, text,"
        " transcript, reviewer"
        " FROM sample_pages s LEFT JOIN documents d ON d.key = s.document_key WHERE sample_id = ? ORDER BY document, s.page",
        [sample],
    )
    return [SampledPage(**row) for row in rows]


def transcribe(corpus: Corpus, sample: int, key: str, page: int, transcript: str, reviewer: str) -> None:
    """Keep what a person read on a drawn page. Raises ``SampleError`` when the page was not drawn."""
    if not keep_transcript(corpus, sample, key, page, transcript, reviewer):
        raise SampleError(f"page {page} of {key} is not in sample {sample}")


def acceptance(corpus: Corpus, sample: int, *, required: float = REQUIRED) -> Acceptance:
    """What the transcribed pages of a sample say of the whole corpus. Raises ``SampleError`` without such a sample."""
    pages = sampled_pages(corpus, sample)
    done = [page for page in pages if page.transcript is not None and page.characters]
    weights = {
        row["stratum"]: row["stratum_pages"]
        for row in corpus.rows("SELECT DISTINCT stratum, stratum_pages FROM sample_pages WHERE sample_id = ?", [sample])
    }
    by_stratum: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for page in done:
        by_stratum[page.stratum].append((page.errors, page.characters))
    total = estimate(by_stratum, weights) if done else None
    verdict = (
        "undecided"
        if total is None
        else "pass"
        if total.low >= required
        else "fail"
        if total.high < required
        else "undecided"
    )
    strata = {name: estimate({name: its}, weights) for name, its in sorted(by_stratum.items())}
    return Acceptance(sample, len(pages), len(done), total, strata, verdict)


def estimate(strata: Mapping[str, Sequence[tuple[int, int]]], weights: Mapping[str, int]) -> Estimate:
    """Accuracy over pages of (errors, characters) by stratum; ``weights`` are the pages of each stratum in the corpus.

    >>> estimate({"ocr": [(2, 100), (0, 100)]}, {"ocr": 50}).accuracy
    0.99
    """
    dice = random.Random(0)
    rounds = sorted(
        _accuracy({name: dice.choices(pages, k=len(pages)) for name, pages in strata.items()}, weights)
        for _ in range(RESAMPLES)
    )
    tail = (1 - CONFIDENCE) / 2
    accuracy = _accuracy(strata, weights)
    characters = sum(count for pages in strata.values() for _, count in pages)
    low, high = wilson(accuracy, characters)
    return Estimate(
        accuracy=accuracy,
        low=max(0.0, min(low, rounds[int(RESAMPLES * tail)])),
        high=min(1.0, max(high, rounds[math.ceil(RESAMPLES * (1 - tail)) - 1])),
        pages=sum(len(pages) for pages in strata.values()),
        characters=characters,
        errors=sum(errors for pages in strata.values() for errors, _ in pages),
    )


def _accuracy(strata: Mapping[str, Sequence[tuple[int, int]]], weights: Mapping[str, int]) -> float:
    """One minus errors per character, each stratum's means counted by how many pages it has in the corpus."""
    errors = sum(weights[name] * sum(e for e, _ in pages) / len(pages) for name, pages in strata.items() if pages)
    characters = sum(weights[name] * sum(c for _, c in pages) / len(pages) for name, pages in strata.items() if pages)
    return max(0.0, 1 - errors / characters) if characters else 0.0


def wilson(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval for a share of ``count`` independent trials.

    >>> low, high = wilson(1.0, 1000)
    >>> round(low, 4), high
    (0.9962, 1.0)
    """
    if not count:
        return 0.0, 1.0
    z = _WILSON_Z
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def printable(corpus: Corpus, sample: int, *, required: float = REQUIRED) -> str:
    """The report as one HTML page without script or outside sources, to print or to file."""
    result = acceptance(corpus, sample, required=required)
    about = corpus.row("SELECT at, size, seed FROM samples WHERE id = ?", [sample]) or {}
    rows = [("Toàn bộ / all", result.total)] if result.total else []
    body = "".join(_row(name, one) for name, one in [*result.strata.items(), *rows])
    worst = sorted(
        (page for page in sampled_pages(corpus, sample) if page.characters), key=lambda page: -page.errors / page.characters
    )[:10]
    pages = "".join(
        f"<tr><td>{escape(page.document)}</td><td>{page.page}</td><td>{page.errors}</td><td>{page.characters}</td>"
        f"<td>{1 - page.errors / page.characters:.2%}</td><td>{escape(page.reviewer or '')}</td></tr>"
        for page in worst
    )
    verdicts = {
        "pass": "ĐẠT / pass",
        "fail": "KHÔNG ĐẠT / fail",
        "undecided": "CHƯA KẾT LUẬN ĐƯỢC, cần thêm trang / undecided",
    }
    return f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>Nghiệm thu chất lượng số hóa, mẫu {sample}</title>
<style>body{{font:12pt/1.4 serif;margin:2cm;max-width:18cm}}table{{border-collapse:collapse;width:100%}}
td,th{{border:1px solid #888;padding:.2em .5em;text-align:left}}strong{{font-size:1.3em}}</style></head><body>
<h1>Báo cáo nghiệm thu chất lượng số hóa</h1>
<p>Acceptance report. Yêu cầu / required: {required:.1%} ký tự đúng. Mẫu / sample {sample}: {result.drawn} trang,
{result.transcribed} đã đối chiếu; seed {escape(str(about.get("seed")))}, {escape(str(about.get("at")))}.</p>
<p><strong>{verdicts[result.verdict]}</strong></p>
<table><tr><th>Nhóm trang / stratum</th><th>Trang</th><th>Ký tự</th><th>Lỗi</th><th>Đúng</th>
<th>Khoảng tin cậy {CONFIDENCE:.0%}</th></tr>
{body}</table>
<h2>Trang nhiều lỗi nhất / worst pages</h2>
<table><tr><th>Văn bản</th><th>Trang</th><th>Lỗi</th><th>Ký tự</th><th>Đúng</th><th>Người đối chiếu</th></tr>{pages}</table>
</body></html>
"""


def _row(name: str, one: Estimate) -> str:
    return (
        f"<tr><td>{escape(name)}</td><td>{one.pages}</td><td>{one.characters}</td><td>{one.errors}</td>"
        f"<td>{one.accuracy:.2%}</td><td>{one.low:.2%} – {one.high:.2%}</td></tr>\n"
    )
