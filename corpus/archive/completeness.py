"""Is a dossier complete and sound? Everything that can be told without a person, each finding with its place.

Findings are suspicions for a person to look into; a dossier without any is not thereby proved complete.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import regex

from corpus.archive.dossiers import Dossier, Item, items, lost_keys
from corpus.archive.forms import Cell, Form
from corpus.archive.page_numbers import PrintedPage, number_faults, printed_page
from corpus.archive.reconciling import reconcile
from corpus.archive.registers import registers, spans
from corpus.archive.scans import BLANK_INK, PageScan, is_pdfa, page_scans
from corpus.archive.signatures import signatures
from corpus.pages.originals import find_file
from db import codec
from db.store import Corpus
from documents.page import LineKind
from normalizers.document_numbers import number_key
from normalizers.forms import fold

KINDS = {
    "gap": "khuyết số văn bản",
    "duplicate": "trùng văn bản",
    "blank_page": "trang trắng",
    "unread_page": "trang có chữ mà không đọc được",
    "low_resolution": "độ phân giải dưới 200 dpi",
    "not_colour": "quét xám hoặc đen trắng",
    "missing_page": "thiếu trang",
    "wrong_order": "sai thứ tự",
    "secrecy_mark": "có dấu độ mật",
    "signature": "chữ ký số không toàn vẹn",
    "several_documents": "nhiều văn bản trong một tệp",
    "changed_file": "tệp đã đổi so với lúc đọc",
    "missing_file": "không còn tệp gốc",
    "no_pdfa": "không phải PDF/A",
    "unchecked": "chưa kiểm tra trong ba năm",
    "listed_missing": "có trong mục lục, không có tài liệu",
}
"""What may be wrong, and how it is called."""

CHECK_YEARS = 3
"""Within which every file of an archive is to be checked (Thông tư 05/2025/TT-BNV, Điều 26 – 31)."""

_SORTED_SHARE = 0.7
"""Of neighbouring documents in order of date for a dossier to be kept by date: then the others are out of order. In one
that is kept otherwise (by matter, by office) half of them are in order by chance."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``ordinal`` is 0 for the dossier itself, ``page`` 0 for a whole document. ``page`` counts within the document."""

    kind: str
    dossier: str
    ordinal: int
    document: str
    page: int
    detail: str


_Maker = Callable[[str, int, str], Finding]


def completeness(corpus: Corpus, dossier: Dossier, *, today: datetime | None = None) -> list[Finding]:
    """All that can be found of one dossier, by document and page."""
    held = items(corpus, dossier)
    found = [
        *_numbers(dossier, held),
        *_duplicates(corpus, dossier, held),
        *_order(dossier, held),
        *_listed(corpus, dossier),
        *(Finding("missing_file", dossier.code, 0, key, 0, "không còn trong kho") for key in lost_keys(corpus, dossier)),
        *_unchecked(corpus, dossier, held, today or datetime.now(UTC)),
    ]
    for item in held:
        found += _of_document(corpus, dossier, item)
    return sorted(found, key=lambda one: (one.ordinal, one.page, list(KINDS).index(one.kind)))


def completeness_form(findings: Sequence[Finding], *, agency: tuple[str, str] = ("", "")) -> Form:
    """The findings as a report to print."""
    rows = tuple(
        (
            Cell(str(i)),
            Cell(one.dossier),
            Cell(str(one.ordinal) if one.ordinal else ""),
            Cell(one.document),
            Cell(str(one.page) if one.page else ""),
            Cell(KINDS[one.kind]),
            Cell(one.detail),
        )
        for i, one in enumerate(findings, 1)
    )
    counts: dict[str, int] = defaultdict(int)
    for one in findings:
        counts[one.kind] += 1
    foot = tuple(f"{KINDS[kind]}: {counts[kind]}" for kind in KINDS if counts[kind]) or ("Không phát hiện thiếu sót.",)
    columns = (("STT", 6), ("Hồ sơ", 18), ("Văn bản số", 9), ("Tệp", 20), ("Trang", 8), ("Vấn đề", 22), ("Chi tiết", 32))
    return Form(
        "Kiểm tra",
        "BÁO CÁO KIỂM TRA TÌNH TRẠNG HỒ SƠ, TÀI LIỆU SỐ HÓA",
        columns,
        rows,
        agency,
        (),
        foot,
        ("NGƯỜI KIỂM TRA",),
    )


def _numbers(dossier: Dossier, held: Sequence[Item]) -> Iterator[Finding]:
    for register in registers(held):
        if register.missing:
            detail = (
                f"{register.notation} năm {register.year or '…'}, từ số {register.span}: khuyết số {register.missing_text}"
            )
            yield Finding("gap", dossier.code, 0, "", 0, detail)


def _duplicates(corpus: Corpus, dossier: Dossier, held: Sequence[Item]) -> Iterator[Finding]:
    """The same number of the same year and issuer, the same day, issuer and title where the numbers don't say otherwise (one
    scan of two may have lost its number), or word for word the same text."""
    first_by: dict[tuple[str, ...], Item] = {}
    for item in held:
        marks: list[tuple[str, ...]] = []
        key = number_key(item.number) if item.number_parts[0] else ""
        if key:
            marks.append(("number", key, item.date[:4], fold(item.issuer)))
        text = _text_hash(corpus, item)
        if text:
            marks.append(("text", text))
        title = fold(item.subject)
        if len(title) >= _LEAST_TITLE and len(item.date) == len("2024-06-15"):
            marks.append(("title", title, item.date, fold(item.issuer)))
        earlier = next((first_by[mark] for mark in marks if mark in first_by and _may_be(item, first_by[mark], mark)), None)
        if earlier is not None:
            detail = f"như văn bản thứ {earlier.ordinal} ({earlier.document}): {item.number or 'cùng nội dung'}"
            yield Finding("duplicate", dossier.code, item.ordinal, item.document, 0, detail)
        for mark in marks:
            first_by.setdefault(mark, item)


_LEAST_TITLE = 15
"""Letters of a title that say what a document is about: "Về việc báo cáo" is the title of many of one day."""


def _may_be(item: Item, earlier: Item, mark: tuple[str, ...]) -> bool:
    """Decisions of one day may all be about the same matter: those with numbers of their own are not the same."""
    return mark[0] != "title" or not (item.number_parts[0] and earlier.number_parts[0])


_LEAST_TEXT = 200
"""Letters that two documents must share to be called the same by their text: forms without contents have fewer."""


_NO_LETTER_NOR_FIGURE = regex.compile(r"[^\p{L}\p{N}]+")


def _text_hash(corpus: Corpus, item: Item) -> str:
    rows = corpus.tuples(
        "SELECT p.number, t.repaired FROM page_texts t JOIN pages p ON p.id = t.page_id"
        ' JOIN documents d ON d.id = p.document_id WHERE d."key" = ?',
        [item.key],
    )
    by_page: dict[int, str] = dict(rows)
    letters = _NO_LETTER_NOR_FIGURE.sub("", fold("".join(by_page.get(page, "") for page in item.pages)))
    return hashlib.sha256(letters.encode()).hexdigest() if len(letters) >= _LEAST_TEXT else ""


def _order(dossier: Dossier, held: Sequence[Item]) -> Iterator[Finding]:
    dated = [item for item in held if len(item.date) == len("2000-01-01") and "date" not in item.doubtful]
    pairs = list(pairwise(dated))
    later = sum(a.date <= b.date for a, b in pairs)
    if not pairs or later == len(pairs) or later < _SORTED_SHARE * len(pairs):
        return
    for a, b in pairs:
        if b.date < a.date:
            detail = f"ngày {b.date} đứng sau văn bản ngày {a.date}"
            yield Finding("wrong_order", dossier.code, b.ordinal, b.document, 0, detail)


def _listed(corpus: Corpus, dossier: Dossier) -> Iterator[Finding]:
    for one in reconcile(corpus, dossier):
        if one.state == "missing":
            yield Finding("listed_missing", dossier.code, 0, "", 0, f"{one.source}, dòng {one.ordinal}: {one.listed}")


def _unchecked(corpus: Corpus, dossier: Dossier, held: Sequence[Item], now: datetime) -> Iterator[Finding]:
    limit = (now - timedelta(days=365 * CHECK_YEARS)).isoformat(timespec="seconds")
    sql = "SELECT max(c.at) AS at FROM paths p JOIN fixity_checks c USING (path) WHERE p.sha256 = ? AND c.state = 'same'"
    last = {item.key: (corpus.row(sql, [item.sha256]) or {}).get("at") or "" for item in held}
    old = sorted(key for key, at in last.items() if at < limit)
    if old:
        never = sum(not last[key] for key in old)
        detail = f"{len(old)} tệp, trong đó {never} chưa kiểm tra lần nào"
        yield Finding("unchecked", dossier.code, 0, "", 0, detail)


def _of_document(corpus: Corpus, dossier: Dossier, item: Item) -> Iterator[Finding]:
    def finding(kind: str, page: int, detail: str) -> Finding:
        return Finding(kind, dossier.code, item.ordinal, item.document, page, detail)

    for secrecy in dict.fromkeys(_secrecy(corpus, item)):
        yield finding("secrecy_mark", 0, f"dấu {secrecy}: tài liệu mật không được ở trong kho này")
    if item.proposed_parts > 1:
        yield finding("several_documents", 0, _parts_detail(corpus, item))
    for fault in number_faults([_printed(corpus, item.key, page) for page in item.pages]):
        kind = "missing_page" if fault.kind == "missing" else "wrong_order"
        numbers = spans(fault.numbers)
        yield finding(kind, fault.page, f"số trang in: {'thiếu' if kind == 'missing_page' else 'lùi lại'} {numbers}")
    path = find_file(corpus, item.sha256)
    if path is None:
        yield _gone(corpus, finding, item)
        return
    yield from _of_pages(corpus, finding, item, path)
    if item.media_type == "application/pdf":
        if not is_pdfa(path):
            yield finding("no_pdfa", 0, "")
        if item.signed:
            for signature in signatures(path.read_bytes()):
                if signature.state != "intact":
                    said = {
                        "altered": "nội dung đã bị sửa sau khi ký",
                        "extended": "tệp có phần thêm vào sau chữ ký cuối",
                        "forged": "chữ ký không khớp với chứng thư",
                        "unreadable": "không kiểm tra được",
                    }[signature.state]
                    yield finding(
                        "signature", 0, "; ".join(part for part in (said, signature.signer, signature.detail) if part)
                    )


def _secrecy(corpus: Corpus, item: Item) -> Iterator[str]:
    if item.header.get("secrecy"):
        yield str(item.header["secrecy"])
    rows = corpus.tuples(
        'SELECT p.secrecy, p.first_page FROM parts p JOIN documents d ON d.id = p.document_id WHERE d."key" = ?'
        " AND p.secrecy IS NOT NULL",
        [item.key],
    )
    yield from (str(secrecy) for secrecy, page in rows if page in item.pages)


def _parts_detail(corpus: Corpus, item: Item) -> str:
    rows = corpus.rows(
        "SELECT p.first_page, p.score, p.number, p.type FROM parts p JOIN documents d ON d.id = p.document_id"
        ' WHERE d."key" = ? ORDER BY p.ordinal',
        [item.key],
    )
    starts = [row for row in rows if row["first_page"] in item.pages[1:]]
    return "; ".join(
        f"trang {row['first_page']}: {' '.join(part for part in (row['type'], row['number']) if part) or 'văn bản mới'}"
        f" ({row['score']:.0%})"
        for row in starts
    )


def _printed(corpus: Corpus, key: str, number: int) -> PrintedPage:
    row = corpus.row(
        "SELECT t.repaired, l.lines, l.marginalia FROM pages p JOIN documents d ON d.id = p.document_id"
        " JOIN page_texts t ON t.page_id = p.id JOIN page_layouts l ON l.page_id = p.id"
        ' WHERE d."key" = ? AND p.number = ?',
        [key, number],
    )
    if row is None:
        return printed_page((), ())
    texts = row["repaired"].split("\n")[:-1]
    kinds = [line[0] for line in json.loads(row["lines"])]
    marginal = codec.unpack_marginalia(row["marginalia"])
    numbered = [text for text, kind in zip(texts, kinds, strict=False) if kind == LineKind.PAGE_NUMBER]
    numbered += [note.text for note in marginal if note.kind is LineKind.PAGE_NUMBER]
    edges = [*texts[:3], *texts[-3:], *(note.text for note in marginal)]
    return printed_page(numbered, edges)


def _gone(corpus: Corpus, finding: _Maker, item: Item) -> Finding:
    paths = [Path(path) for (path,) in corpus.tuples("SELECT path FROM paths WHERE sha256 = ?", [item.sha256])]
    there = [p for path in paths for p in (path, corpus.path.parent / path) if p.is_file()]
    if there:
        return finding("changed_file", 0, str(there[0]))
    return finding("missing_file", 0, str(paths[0]) if paths else item.name)


def _of_pages(corpus: Corpus, finding: _Maker, item: Item, path: Path) -> Iterator[Finding]:
    scans = {scan.number: scan for scan in page_scans(path, item.media_type)}
    with_text = {
        number
        for number, text in corpus.tuples(
            "SELECT p.number, t.repaired FROM pages p JOIN page_texts t ON t.page_id = p.id JOIN documents d"
            ' ON d.id = p.document_id WHERE d."key" = ?',
            [item.key],
        )
        if text.strip()
    }
    coarse: list[PageScan] = []
    grey: list[int] = []
    for at, page in enumerate(item.pages, 1):
        scan = scans.get(page)
        if scan is None:
            continue
        if page not in with_text:
            kind = "blank_page" if scan.ink < BLANK_INK else "unread_page"
            yield finding(kind, at, f"{scan.ink * 100:.2f} % diện tích có mực".replace(".", ",", 1))
        if scan.too_coarse:
            coarse.append(scan)
        if scan.channels == 1:
            grey.append(at)
    if coarse:
        least = min(scan.dpi or 0 for scan in coarse)
        pages = spans([item.pages.index(scan.number) + 1 for scan in coarse])
        yield finding("low_resolution", 0, f"trang {pages}: thấp nhất {least:.0f} dpi")
    if grey:
        yield finding("not_colour", 0, f"trang {spans(grey)}")
