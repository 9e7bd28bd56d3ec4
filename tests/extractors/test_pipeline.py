"""The pipeline as a whole: components alone and together, places on paper, confidence, real documents."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from documents.edits import Doubt, Edit, Repaired, Span
from documents.facts import FACT_KINDS, FactKind
from documents.page import Box, Cell, Document, Line, LineKind, Page, Source, SourceFile, Table, Word
from extractors.confidence import Ground
from extractors.pipeline import blank, extract, extract_text

FILE = SourceFile("0" * 64, "mau.pdf", 1, "application/pdf")
TEXT = "Giao Sở Nội vụ tổng hợp, báo cáo kết quả thực hiện Quyết định số 5/QĐ-UBND ngày 01/02/2020 trước ngày 15/12/2020.\n"


def line_of(text, top, kind=LineKind.BODY, confidence=1.0):
    words, at = [], 0
    for word in text.split(" "):
        words.append(Word(word, at, at + len(word), Box(10 + at * 5, top, 10 + (at + len(word)) * 5, top + 10), confidence))
        at += len(word) + 1
    return Line(text, tuple(words), Box(10, top, 10 + len(text) * 5, top + 10), confidence, kind)


def document_of(*pages):
    return Document(
        FILE, tuple(Page(i, tuple(lines), tables, 595, 842, Source.OCR) for i, (lines, tables) in enumerate(pages, 1))
    )


@pytest.mark.parametrize("kind", FACT_KINDS)
def test_component_works_alone(kind):
    nlp = blank()
    nlp.add_pipe(f"vanban_{kind}")
    doc = nlp(TEXT)
    assert getattr(doc._, kind) or kind == "targets"
    assert doc.text == TEXT


def test_components_are_registered_by_name():
    nlp = blank()
    for name in ("structure", "header", *FACT_KINDS):
        nlp.add_pipe(f"vanban_{name}")
    doc = nlp(TEXT)
    assert doc._.structure.blocks and doc._.header.language == "vi"


def test_extract_text_finds_all_kinds_in_order():
    facts = extract_text(TEXT)
    assert {f.kind for f in facts.found} >= {FactKind.ASSIGNMENT, FactKind.CITATION, FactKind.DEADLINE}
    assert [f.span.start for f in facts.found] == sorted(f.span.start for f in facts.found)


def test_fact_knows_its_page_and_box():
    document = document_of(([line_of("Mở đầu.", 10)], ()), ([line_of("Thực hiện Quyết định số 5/QĐ-UBND.", 100)], ()))
    facts = extract(document, Repaired(document.raw, document.raw))
    citation = next(f for f in facts.found if f.kind is FactKind.CITATION)
    assert (citation.page, citation.line) == (2, 2)
    assert citation.box == Box(130, 100, 180, 110)


def test_box_and_span_survive_repair():
    document = document_of(([line_of("Thyc hi¢n Quyêt dinh so 5/QĐ-UBND.", 50)], ()))
    raw = document.raw
    edits = [
        Edit(0, 9, "Thyc hi¢n", "Thực hiện", "channel", 0.9),
        Edit(10, 23, "Quyêt dinh so", "Quyết định số", "channel", 0.8),
    ]
    text = "Thực hiện Quyết định số 5/QĐ-UBND.\n"
    facts = extract(document, Repaired(raw, text, tuple(edits)))
    citation = next(f for f in facts.found if f.kind is FactKind.CITATION)
    assert text[citation.span.start : citation.span.end] == "5/QĐ-UBND"
    assert citation.box == Box(130, 50, 180, 60)


def test_doubtful_reading_lowers_only_the_reading_confidence():
    document = document_of(([line_of("Thực hiện Quyết định số 5/QĐ-UBND.", 50)], ()))
    raw = document.raw
    at = raw.index("5/QĐ")
    sure = extract(document, Repaired(raw, raw)).found[0]
    unsure = extract(document, Repaired(raw, raw, (), (Doubt(at, at + 9, 0.3),))).found[0]
    assert sure.reading_confidence == 1.0
    assert unsure.reading_confidence == pytest.approx(0.3)
    assert sure.confidence == unsure.confidence


def test_word_confidence_is_the_reading_confidence():
    document = document_of(([line_of("Thực hiện Quyết định số 5/QĐ-UBND.", 50, confidence=0.6)], ()))
    assert extract(document, Repaired(document.raw, document.raw)).found[0].reading_confidence == pytest.approx(0.6)


def with_confidence(line, word, confidence):
    words = tuple(replace(w, confidence=confidence) if w.text == word else w for w in line.words)
    assert words != line.words
    return replace(line, words=words)


def test_a_doubtful_figure_is_not_hidden_by_sure_words():
    line = line_of("Đến năm 2025 bảo đảm 97% hồ sơ được giải quyết đúng hạn trên địa bàn toàn tỉnh.", 50)
    document = document_of(([with_confidence(line, "97%", 0.2)], ()))
    target = next(f for f in extract(document, Repaired(document.raw, document.raw)).found if f.kind is FactKind.TARGET)
    assert target.value.value == 97
    assert target.reading_confidence == pytest.approx(0.2)


def test_edits_before_many_doubts_count_too():
    words = [f"chữ{i}" for i in range(40)]
    text = " ".join(words)
    at = [text.index(word) for word in words]
    edits = tuple(Edit(at[i], at[i] + len(words[i]), words[i], words[i], "channel", 0.5) for i in range(10))
    doubts = tuple(Doubt(at[i], at[i] + len(words[i]), 0.5) for i in range(20, 40))
    document = document_of(([line_of(text, 50)], ()))
    ground = Ground.of(document, Repaired(document.raw, document.raw, edits, doubts))
    assert ground.mean_confidence(Span(0, len(text))) == pytest.approx(1 - 0.5 * 30 / 40)


def test_header_fields_read_badly_are_named():
    letterhead = [
        line_of("ỦY BAN NHÂN DÂN TỈNH HẢI DƯƠNG", 10),
        line_of("Số: 05/QĐ-UBND", 30),
        with_confidence(line_of("Hải Dương, ngày 02 tháng 7 năm 2025", 50), "02", 0.3),
        line_of("QUYẾT ĐỊNH", 70),
        line_of("Về việc ban hành kế hoạch", 90),
        line_of("Điều 1. Ban hành kế hoạch.", 110),
    ]
    document = document_of((letterhead, ()))
    header = extract(document, Repaired(document.raw, document.raw)).header
    assert (header.number, header.date, header.doubtful) == ("05/QĐ-UBND", "2025-07-02", ("date",))


def test_tables_of_pages_become_assignments():
    lines = [
        line_of(t, 10 * i) for i, t in enumerate(["Nội dung", "Cơ quan chủ trì", "Rà soát văn bản pháp luật", "Sở Tư pháp"])
    ]
    cells = tuple(Cell(i // 2, i % 2, lines=range(i, i + 1)) for i in range(4))
    document = document_of((lines, (Table(2, 2, cells),)))
    found = [f for f in extract(document, Repaired(document.raw, document.raw)).found if f.kind is FactKind.ASSIGNMENT]
    assert [(f.value.unit, f.value.task, f.line, f.line_end) for f in found] == [
        ("Sở Tư pháp", "Rà soát văn bản pháp luật", 3, 4)
    ]


def test_bodies_of_a_city_are_not_called_those_of_a_province():
    letterhead = (
        "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HÀ NỘI\nSố: 11/CT-UBND\nHà Nội, ngày 24 tháng 7 năm 2025\nCHỈ THỊ\nVề chuyển đổi số\n"
    )
    order = "Giao Trung tâm Phục vụ hành chính công hoàn thành trước ngày 01/8/2025.\n"

    def units(text):
        return [f.value.unit for f in extract_text(text).found if f.kind is FactKind.ASSIGNMENT]

    assert units(letterhead + order) == ["Trung tâm Phục vụ hành chính công thành phố"]
    assert units(letterhead.replace("THÀNH PHỐ HÀ NỘI", "TỈNH HÀ NAM") + order) == ["Trung tâm Phục vụ hành chính công tỉnh"]


def test_extract_refuses_a_repair_of_another_length():
    document = document_of(([line_of("Một dòng.", 10)], ()))
    with pytest.raises(ValueError, match="1 lines"):
        extract(document, Repaired("a\nb\n", "a\nb\n"))


def test_text_file_pages_are_counted_by_form_feeds():
    facts = extract_text("Mở đầu.\n\fThực hiện Quyết định số 5/QĐ-UBND.\n")
    assert facts.found[0].page == 2


def _export(folder, name, facts):
    for kind in FACT_KINDS:
        with (folder / f"{kind}.jsonl").open("a", encoding="utf-8") as out:
            for fact in facts.found:
                if fact.kind.value == kind:
                    fields = {f: getattr(fact.value, f) for f in fact.value.__dataclass_fields__}
                    fields |= {"document": name, "line": fact.line, "line_end": fact.line_end, "quote": fact.quote}
                    out.write(json.dumps(fields, ensure_ascii=False) + "\n")
    with (folder / "documents.jsonl").open("a", encoding="utf-8") as out:
        header = facts.header
        out.write(
            json.dumps({"document": name} | {f: getattr(header, f) for f in header.__dataclass_fields__}, ensure_ascii=False)
            + "\n"
        )


@pytest.mark.shared
def test_restored_documents_reach_the_figures(shared, tmp_path):
    """Restored lines among lines as the scanner printed them: what is found where nothing was repaired."""
    (tmp_path / "gold").mkdir()
    (tmp_path / "found").mkdir()
    for seed in sorted((shared / "seeds").glob("*.txt")):
        gold = shared / "eval" / "extract" / seed.stem.partition("_")[0]
        if not gold.is_dir():
            continue
        (tmp_path / "gold" / gold.name).symlink_to(gold)
        lines = seed.read_text(encoding="utf-8").split("\n")
        for record in (shared / "eval" / "restore" / f"{gold.name}.jsonl").read_text(encoding="utf-8").splitlines():
            restored = json.loads(record)
            lines[restored["line"] - 1] = restored["gold"]
        _export(tmp_path / "found", seed.stem, extract_text("\n".join(lines)))
    scorer = shared / "eval" / "score_extract.py"
    wanted = [
        "assignments=0.8",
        "deadlines=0.75",
        "assignments.task=0.85",
        "citations=0.99",
        "citations.date=0.97",
        "header=0.9",
    ]
    done = subprocess.run(
        [sys.executable, str(scorer), str(tmp_path / "gold"), str(tmp_path / "found"), "--min", *wanted],
        capture_output=True, text=True, check=False, cwd=Path(scorer).parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
