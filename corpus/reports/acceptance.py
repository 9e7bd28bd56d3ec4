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
from datetime import datetime, timedelta, timezone
from html import escape
from typing import Any

from rapidfuzz.distance import Levenshtein

from corpus.languages import catalogue
from db.index import confidence_step
from db.samples import DrawnPage, keep_fields, keep_sample, keep_transcript
from db.store import Corpus
from normalizers.forms import nfc

REQUIRED = 0.98
"""Share of right characters that the national rule asks for."""

CONFIDENCE = 0.95
LEAST_PAGES = 20
"""Transcribed pages before there is a verdict: with fewer, how pages differ can't be told from how these happen to be, and
the interval of the bootstrap is too narrow (Efron and Tibshirani, chapter 13). Fewer will do when they are all there are."""

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
    """``verdict`` is "pass" when the whole interval reaches ``REQUIRED``, "fail" when none of it does, else "undecided";
    that too while fewer than ``LEAST_PAGES`` are transcribed and not the whole sample either."""

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


def samples_drawn(corpus: Corpus) -> list[dict[str, Any]]:
    """All samples, the latest first: ``id``, ``at``, ``drawn``, ``done``, ``reviewers`` and ``last`` (who and when)."""
    return corpus.rows(
        "SELECT s.id, s.at, count(*) AS drawn, count(transcript) AS done, max(p.at) AS last,"
        " coalesce(group_concat(DISTINCT p.reviewer), '') AS reviewers"
        " FROM samples s JOIN sample_pages p ON p.sample_id = s.id GROUP BY s.id ORDER BY s.id DESC LIMIT 100"
    )


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


def transcribe(
    corpus: Corpus, sample: int, key: str, page: int, transcript: str, reviewer: str, *, before: str | None = None
) -> None:
    """Keep what a person read on a drawn page. Raises like ``keep_transcript``, and ``SampleError`` for a page not drawn."""
    if not keep_transcript(corpus, sample, key, page, transcript, reviewer, before=before):
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
    enough = total is not None and len(done) >= min(LEAST_PAGES, sum(weights.values()))
    verdict = _verdict(total.low, total.high, required) if total is not None and enough else "undecided"
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


FIELDS_JUDGED = ("number", "date", "type", "issuer", "title", "signer")
"""Header fields that people judge: those by which a document is looked for, and its signer."""

LEAST_DOCUMENTS = 20
"""Judged documents before there is a verdict on a field; as for pages (``LEAST_PAGES``)."""


@dataclass(frozen=True, slots=True)
class FieldEstimate:
    """How many of the judged values of a header field are right, with Wilson's interval and the verdict."""

    field: str
    judged: int
    right: int
    low: float
    high: float
    verdict: str


def field_estimates(corpus: Corpus, sample: int, *, required: float = REQUIRED) -> list[FieldEstimate]:
    """What people said of the header fields of the sampled documents."""
    counts = {
        row["field"]: (row["judged"], row["right"])
        for row in corpus.rows(
            'SELECT field, count(*) AS judged, sum(is_right) AS "right" FROM sample_fields'
            " WHERE sample_id = ? GROUP BY field",
            [sample],
        )
    }
    documents = len({page.key for page in sampled_pages(corpus, sample)})
    found = []
    for field in FIELDS_JUDGED:
        judged, right = counts.get(field, (0, 0))
        low, high = wilson(right / judged, judged) if judged else (0.0, 1.0)
        enough = judged >= LEAST_DOCUMENTS and judged > 0
        whole = judged == documents and judged == _documents_in_all(corpus)  # nothing is left to chance
        share = right / judged if judged else 0.0
        low, high = (share, share) if whole else (low, high)
        verdict = _verdict(low, high, required) if enough or whole else "undecided"
        found.append(FieldEstimate(field, judged, right, low, high, verdict))
    return found


def _documents_in_all(corpus: Corpus) -> int:
    return int(corpus.tuples("SELECT count(*) FROM documents")[0][0])


def _verdict(low: float, high: float, required: float) -> str:
    return "pass" if low >= required else "fail" if high < required else "undecided"


@dataclass(frozen=True, slots=True)
class JudgedDocument:
    """A sampled document with the values of its fields now, and what people said of them (field → right or not)."""

    key: str
    document: str
    values: dict[str, str]
    said: dict[str, bool]


def judged_documents(corpus: Corpus, sample: int) -> list[JudgedDocument]:
    """The documents of a sample. Raises ``SampleError`` without such a sample."""
    documents = {page.key: page.document for page in sampled_pages(corpus, sample)}
    said: dict[str, dict[str, bool]] = defaultdict(dict)
    for row in corpus.rows("SELECT document_key, field, is_right FROM sample_fields WHERE sample_id = ?", [sample]):
        said[row["document_key"]][row["field"]] = bool(row["is_right"])
    found = []
    for key, name in documents.items():
        row = corpus.row('SELECT * FROM documents WHERE "key" = ?', [key]) or {}
        values = {field: str(row.get(field) or "") for field in FIELDS_JUDGED}
        found.append(JudgedDocument(key, name, values, said[key]))
    return found


def judge_fields(corpus: Corpus, sample: int, key: str, judged: Mapping[str, tuple[str, bool]], reviewer: str) -> None:
    """Keep what a person said of header fields. Raises ``SampleError`` for a document that was not drawn."""
    if not keep_fields(corpus, sample, key, judged, reviewer):
        raise SampleError(f"{key} is not in sample {sample}")


# --- the report ----------------------------------------------------------------------------------------------------------

_VERDICTS = {"pass": "ĐẠT", "fail": "KHÔNG ĐẠT", "undecided": "CHƯA ĐỦ ĐỂ KẾT LUẬN, cần đối chiếu thêm"}
_SOURCES = {
    "text_layer": "lớp chữ có sẵn",
    "converted": "chuyển mã từ phông cũ",
    "garbled_layer": "lớp chữ lỗi",
    "ocr": "nhận dạng ảnh",
    "mixed": "nhiều nguồn",
}
_STEPS = {"low confidence": "tin cậy thấp", "middling confidence": "tin cậy vừa", "high confidence": "tin cậy cao"}


def printable(corpus: Corpus, sample: int, *, required: float = REQUIRED) -> str:
    """The record of acceptance (biên bản nghiệm thu) as one HTML page without script or outside sources, to be signed."""
    result = acceptance(corpus, sample, required=required)
    about = corpus.row("SELECT at, size, seed FROM samples WHERE id = ?", [sample]) or {}
    pages = sampled_pages(corpus, sample)
    rows = [
        *((_stratum(name), one) for name, one in result.strata.items()),
        *([("Toàn bộ", result.total)] if result.total else []),
    ]
    fields = [one for one in field_estimates(corpus, sample, required=required) if one.judged]
    people = sorted({page.reviewer for page in pages if page.reviewer})
    last = corpus.row("SELECT max(at) AS at FROM sample_pages WHERE sample_id = ?", [sample]) or {}
    return f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>Biên bản nghiệm thu chất lượng số hóa, đợt {sample}</title>
<style>body{{font:13pt/1.4 "Times New Roman",serif;margin:2cm auto;max-width:17cm}}
table{{border-collapse:collapse;width:100%}}
td,th{{border:1px solid #888;padding:.2em .5em;text-align:left}}h1,.motto{{text-align:center}}h1{{font-size:15pt}}
.signed{{display:flex;justify-content:space-around;margin-top:2em;height:6em;text-align:center}}</style></head><body>
<p class="motto"><strong>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc</strong></p>
<h1>BIÊN BẢN NGHIỆM THU CHẤT LƯỢNG SỐ HÓA<br>Đợt {sample}</h1>
<p>Yêu cầu: {_share(required, 1)} ký tự đúng. Rút thăm lúc {_moment(about.get("at"))}, {result.drawn} trang trong
{_pages_in_all(corpus, sample)} trang có chữ (số hạt giống {escape(str(about.get("seed")))}); đã đối chiếu
{result.transcribed} trang, lần cuối {_moment(last.get("at"))}. Người đối chiếu: {escape(", ".join(people)) or "…"}.</p>
<p>Kết luận về chữ: <strong>{_VERDICTS[result.verdict]}</strong></p>
<h2>1. Theo trang</h2>
<table><tr><th>Nhóm trang</th><th>Trang</th><th>Ký tự</th><th>Lỗi</th><th>Đúng</th>
<th>Khoảng tin cậy {_share(CONFIDENCE)}</th></tr>
{"".join(_row(name, one) for name, one in rows)}</table>
<h2>2. Theo trường thông tin</h2>
<table><tr><th>Trường</th><th>Đã xem</th><th>Đúng</th><th>Khoảng tin cậy {_share(CONFIDENCE)}</th><th>Kết luận</th></tr>
{"".join(map(_field_row, fields))}</table>
<h2>3. Trang nhiều lỗi nhất</h2>
<table><tr><th>Văn bản</th><th>Trang</th><th>Lỗi</th><th>Ký tự</th><th>Đúng</th><th>Người đối chiếu</th></tr>
{"".join(map(_page_row, _worst(pages)))}</table>
<div class="signed"><p>ĐẠI DIỆN BÊN GIAO<br><em>(ký, ghi rõ họ tên)</em></p>
<p>ĐẠI DIỆN BÊN NHẬN<br><em>(ký, ghi rõ họ tên)</em></p></div>
</body></html>
"""


WORST_LISTED = 10


def _worst(pages: Sequence[SampledPage]) -> list[SampledPage]:
    done = [page for page in pages if page.characters]
    return sorted(done, key=lambda page: -page.errors / page.characters)[:WORST_LISTED]


def _page_row(page: SampledPage) -> str:
    right = max(0.0, 1 - page.errors / page.characters)
    return (
        f"<tr><td>{escape(page.document)}</td><td>{page.page}</td><td>{page.errors}</td><td>{page.characters}</td>"
        f"<td>{_share(right)}</td><td>{escape(page.reviewer or '')}</td></tr>\n"
    )


def _field_row(one: FieldEstimate) -> str:
    return (
        f"<tr><td>{catalogue('web')[one.field].vietnamese}</td><td>{one.judged}</td><td>{one.right}</td>"
        f"<td>{_share(one.low)} – {_share(one.high)}</td><td>{_VERDICTS[one.verdict]}</td></tr>\n"
    )


def _row(name: str, one: Estimate) -> str:
    return (
        f"<tr><td>{escape(name)}</td><td>{one.pages}</td><td>{one.characters}</td><td>{one.errors}</td>"
        f"<td>{_share(one.accuracy)}</td><td>{_share(one.low)} – {_share(one.high)}</td></tr>\n"
    )


def _pages_in_all(corpus: Corpus, sample: int) -> int:
    rows = corpus.tuples("SELECT DISTINCT stratum, stratum_pages FROM sample_pages WHERE sample_id = ?", [sample])
    return sum(pages for _, pages in rows)


def _stratum(name: str) -> str:
    source, _, step = name.partition(", ")
    return f"{_SOURCES.get(source, source)}, {_STEPS.get(step, step)}"


def _share(share: float, digits: int = 2) -> str:
    """
    >>> _share(0.98765), _share(0.95)
    ('98,77 %', '95 %')
    """
    return f"{share * 100:.{digits}f}".rstrip("0").rstrip(".").replace(".", ",") + " %"


def _moment(stored: object) -> str:
    """A stored time as the clock in Viet Nam shows it."""
    if not stored:
        return "…"
    here = datetime.fromisoformat(str(stored)).astimezone(timezone(timedelta(hours=7)))
    return f"{here:%H:%M} ngày {here.day}/{here.month}/{here.year}"
