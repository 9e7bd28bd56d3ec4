"""Doubt that means something: probabilities follow what the page says, contradictions are named."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from documents.edits import Repaired
from documents.page import Box, Document, Line, Page, Source, SourceFile, Word
from extractors.confidence import Ground
from extractors.header import find_header, read_draft
from extractors.header.doubt import FIELDS, evidence, latest_cited
from extractors.header.pieces import sheets_of
from extractors.structure.analysis import analyse, structure_of

LETTER = """SỞ NỘI VỤ TỈNH BẮC HÀ
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 118/TTr-SNV
Bắc Hà, ngày 14 tháng 6 năm 2021
TỜ TRÌNH
Về việc ban hành Kế hoạch cải cách hành chính
Kính gửi: Ủy ban nhân dân tỉnh
Căn cứ Nghị quyết số 76/NQ-CP ngày 15/5/2021 của Chính phủ, Sở Nội vụ kính trình./.
Nơi nhận:
- Lưu: VT.
GIÁM ĐỐC

Trần Văn Em
"""


def header_of(text: str):
    return find_header(analyse(text))[0]


def test_a_clean_letter_is_sure_of_all_that_it_states():
    header = header_of(LETTER)
    assert header.doubtful == ()
    stated = {name for name in FIELDS if getattr(header, name)}
    assert stated <= set(header.probabilities)
    assert all(0.5 < header.probabilities[name] <= 1 for name in stated)


@pytest.mark.parametrize(
    ("change", "doubtful"),
    [
        (("118/TTr-SNV", "118/QĐ-SNV"), {"number", "type"}),
        (("118/TTr-SNV", "118/2019/TTr-SNV"), {"number", "date"}),
        (("ngày 15/5/2021", "ngày 15/7/2021"), {"date"}),
        (("ngày 14 tháng 6", "ngày Z4 tháng 6"), {"date"}),
        (("118/TTr", "  /TTr"), {"number"}),
        (("Số: 118/", "Số: 1.1.8./"), {"number"}),
    ],
)
def test_parts_that_contradict_each_other_are_in_doubt(change, doubtful):
    assert set(header_of(LETTER.replace(*change)).doubtful) == doubtful


def test_a_cited_number_at_the_head_of_a_line_is_never_the_documents_own():
    text = LETTER.replace("Số: 118/TTr-SNV\n", "").replace(
        "Căn cứ Nghị quyết", "Căn cứ Quyết định\nsố 260/QĐ-BKH ngày 19 tháng 5 năm 2021 của Bộ, Nghị quyết"
    )
    assert header_of(text).number is None


def test_what_is_legible_is_kept_in_doubt():
    header = header_of(LETTER.replace("118/", "ZZ/").replace("ngày 14 tháng 6", "ngày C9 tháng 6"))
    assert (header.number, header.date, header.date_precision) == ("…/TTr-SNV", "2021-06", "month")


def test_figures_written_by_hand_are_never_sure():
    lines = []
    for text in LETTER.strip().split("\n"):
        words, at = [], 0
        for word in text.split(" "):
            by_hand = word in ("118/TTr-SNV", "14")
            words.append(Word(word, at, at + len(word), Box(at, 0, at + len(word), 10), 0.9, handwritten=by_hand))
            at += len(word) + 1
        lines.append(Line(text, tuple(words), Box(0, 0, at, 10)))
    document = Document(SourceFile("0" * 64, "a.pdf", 1, "application/pdf"), (Page(1, tuple(lines), source=Source.OCR),))
    repaired = Repaired(document.raw, document.raw)
    header, _ = find_header(structure_of(document, repaired), document, repaired, Ground.of(document, repaired))
    assert {"number", "date"} <= set(header.doubtful)
    assert header.number == "118/TTr-SNV" and header.probabilities["number"] < 0.5


def test_latest_cited_is_a_document_not_a_deadline():
    structure = analyse(LETTER.replace("Sở Nội vụ kính trình", "hoàn thành trước ngày 30/12/2021, Sở Nội vụ kính trình"))
    assert latest_cited(structure) == "2021-05-15"


def test_every_feature_has_a_weight():
    models = json.loads(files("extractors").joinpath("data/header_doubt.json").read_text(encoding="utf-8"))["fields"]
    structure = analyse(LETTER)
    said = evidence(structure, read_draft(structure, sheets_of(structure, None, None)), None)
    assert set(said) <= set(FIELDS) == set(models) and len(said) > 7
    assert all(
        set(features) | {"bias"} == set(models[name]["prior"]) == set(models[name]["weights"])
        for name, features in said.items()
    )
