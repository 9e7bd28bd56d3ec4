"""Processed documents made from plain text, for tests of the store and of what reads it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from db.index import TOKEN
from documents.edits import Doubt, Edit, LineIndex, Repaired, Span, replay
from documents.facts import Citation, Deadline, Facts, Found, Header, Value
from documents.outcome import Processed, Reason
from documents.page import Box, Cell, Document, Line, LineKind, Page, Source, SourceFile, Table, Word


def a_source(name: str = "01_quyet_dinh.pdf", content: str = "") -> SourceFile:
    sha256 = hashlib.sha256((content or name).encode()).hexdigest()
    return SourceFile(sha256, name, len(content), "application/pdf")


def a_line(text: str, top: float, *, kind: LineKind = LineKind.BODY) -> Line:
    words = tuple(
        Word(m.group(), m.start(), m.end(), Box(50 + 5.0 * m.start(), top, 50 + 5.0 * m.end(), top + 12), 0.9)
        for m in TOKEN.finditer(text)
    )
    return Line(text, words, Box(50, top, 550, top + 12), 0.9, kind, 0, ("tesseract",))


def a_page(number: int, text: str, *, tables: Sequence[Table] = ()) -> Page:
    lines = tuple(a_line(line, 60.0 + 14 * i) for i, line in enumerate(text.splitlines()))
    return Page(number, lines, tuple(tables), 595.0, 842.0, Source.OCR, "tesseract 5", None, 0.9, ("no text layer",))


def found(document: Processed | str, quote: str, value: Value, *, rule: str = "test") -> Found:
    """A fact whose clause is ``quote``, standing at the first place where the text has it."""
    text = document if isinstance(document, str) else document.repaired.text
    start = text.index(quote)
    index = LineIndex(text)
    end = start + len(quote)
    return Found(
        value,
        Span(start, end),
        quote.replace("\n", " "),
        index.line_of(start),
        index.line_of(end - 1),
        rule,
        page=index.page_of(start),
        confidence=0.8,
        reading_confidence=0.9,
        box=Box(50, 60, 550, 72),
    )


def a_document(
    *pages: str,
    name: str = "01_quyet_dinh.pdf",
    content: str = "",
    header: Header | None = None,
    edits: Sequence[Edit] = (),
    doubts: Sequence[Doubt] = (),
    facts: Iterable[tuple[str, Value]] = (),
    tables: Sequence[Table] = (),
    failed_pages: dict[int, tuple[Reason, str]] | None = None,
    versions: dict[str, str] | None = None,
) -> Processed:
    """A document of the given page texts; ``edits`` count from the start of the raw text, ``facts`` are (quote, value)."""
    made = tuple(a_page(i, text, tables=tables if i == 1 else ()) for i, text in enumerate(pages, 1))
    document = Document(a_source(name, content or "\f".join(pages)), made)
    repaired = Repaired(document.raw, replay(document.raw, edits), tuple(edits), tuple(doubts), "english_neural")
    return Processed(
        document,
        repaired,
        Facts(header or Header(), tuple(found(repaired.text, quote, value) for quote, value in facts)),
        failed_pages or {},
        versions or {"engine": "tesseract 5"},
        1.25,
    )


DECISION = """ỦY BAN NHÂN DÂN TỈNH HẢI DƯƠNG
Số: 05/QĐ-UBND
QUYẾT ĐỊNH
Về việc ban hành Kế hoạch cải cách hành chính năm 2023
Thực hiện Nghị quyết số 76/NQ-CP ngay 15 tháng 7 năm 2021 của Chính phủ
"""
DECISION_2 = """Phấn đấu giảm 20% thời gian giải quyết thủ tục hành chính.
Báo cáo trước ngày 01 tháng 4 năm 2023.
"""


def the_decision(name: str = "05_qd_ubnd.pdf") -> Processed:
    """A decision of two pages with one repair ("ngay" into "ngày"), a doubt, a table and a fact of three kinds."""
    at = DECISION.index("ngay 15")
    return a_document(
        DECISION,
        DECISION_2,
        name=name,
        header=Header(
            number="05/QĐ-UBND",
            type="Quyết định",
            issuer="UBND tỉnh Hải Dương",
            province="Hải Dương",
            date="2023-01-05",
            title="Về việc ban hành Kế hoạch cải cách hành chính năm 2023",
            signer="Triệu Thế Hùng",
            recipients=("Như Điều 3", "Lưu: VT"),
        ),
        edits=[Edit(at, at + 4, "ngay", "ngày", "channel", 0.97)],
        doubts=[Doubt(at + 5, at + 7, 0.4, "16")],
        facts=[
            ("Nghị quyết số 76/NQ-CP", Citation("76/NQ-CP", "Nghị quyết", "Chính phủ", "2021-07-15")),
            ("Báo cáo trước ngày 01 tháng 4 năm 2023", Deadline("date", "2023-04-01", "before", "Báo cáo", ("Sở Nội vụ",))),
        ],
        tables=[Table(1, 2, (Cell(0, 0, lines=range(2, 3)), Cell(0, 1, lines=range(3, 4))), box=Box(50, 60, 550, 90))],
    )


def stored_samples(database: Path) -> dict[str, Processed]:
    """Every document of a corpus by its file's name, as its pages and repaired texts are stored, with its facts found anew.

    Facts and headers of the store itself have been settled between documents; these are each document's own.
    """
    from db.staging import stored_files, stored_pages, stored_repair
    from db.store import Corpus
    from extractors.pipeline import extract

    with Corpus.open(database, read_only=True) as corpus:
        samples = {}
        for file in stored_files(corpus, {}):
            document = Document(file.source, tuple(stored_pages(corpus, file.source.sha256)))
            repaired = stored_repair(corpus, file.source.sha256)
            samples[file.source.name] = Processed(document, repaired, extract(document, repaired), file.failed_pages)
        return samples
