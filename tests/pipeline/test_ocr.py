"""Engines: what is promised of each, how their words are cut, and how two readings become one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normalizers.fluency import logps
from pipeline.ocr import ENGINES, make_engine, tesseract
from pipeline.ocr.base import Engine, EngineError, ReadLine, ReadWord, line_of
from pipeline.ocr.calibration import calibrated
from pipeline.ocr.ensemble import weigh, word_confidence
from pipeline.ocr.tesseract import Tesseract, data_folder, data_name, name_dash
from pipeline.ocr.trueocr import TrueOcr
from pipeline.ocr.vote import DISPUTED, align, merge
from samples.draw import DrawnPage, Look, draw_lines

LINES = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
    "Ủy ban nhân dân tỉnh yêu cầu các sở, ban, ngành thực hiện nghiêm túc",
    "Quyết định số 1629/QĐ-UBND ngày 27/6/2025 của Chủ tịch",
)
INSTALLED = [name for name, engine in ENGINES.items() if engine.available()]


@pytest.fixture(scope="module")
def drawn() -> DrawnPage:
    return draw_lines(LINES, Look(dpi=200, blur=0.7, noise=4))


@pytest.fixture(scope="module", params=INSTALLED)
def engine(request) -> Engine:
    return make_engine(request.param)


def read(text: str, *, confidence: float = 0.9, name: str = "tesseract") -> ReadLine:
    words, at = [], 0
    for word in text.split():
        words.append(ReadWord(word, (at * 10, 0, (at + len(word)) * 10, 30), confidence))
        at += len(word) + 1
    return line_of(words, (0, 0, 1000, 30), (name,))


def merged(first: str, second: str, sure: tuple[float, float] = (0.9, 0.9)) -> str:
    pair = read(first, confidence=sure[0]), read(second, confidence=sure[1], name="trueocr")
    return merge([pair], logps, weigh, word_confidence)[0].text


def test_engine_reads_each_box_and_nothing_else(engine, drawn):
    boxes = [line.box for line in drawn.lines]
    got = engine.recognise(drawn.pixels, boxes)
    assert [line.box for line in got] == boxes
    for line, expected in zip(got, LINES, strict=True):
        right = sum(word in expected.split() for word in line.text.split())
        assert right >= 0.7 * len(expected.split()), line.text
        assert all(0 <= word.confidence <= 1 for word in line.words)
        assert line.confidence > 0.6
    assert engine.recognise(drawn.pixels, []) == []


def test_engine_boxes_of_words_lie_on_the_words(engine, drawn):
    line = drawn.lines[0]
    got = engine.recognise(drawn.pixels, [line.box])[0]
    places = {word.text: word.box for word in line.words}
    found = [(word.box, places[word.text]) for word in got.words if word.text in places]
    assert len(found) > 6
    for box, expected in found:
        assert abs((box[0] + box[2]) - (expected[0] + expected[2])) / 2 < 20


def test_engine_finds_the_lines(engine, drawn):
    tops = sorted(box[1] for box in engine.find_lines(drawn.pixels))
    assert len(tops) == len(LINES)


def test_engine_reads_nothing_on_an_empty_page(engine):
    blank = np.full((600, 800), 255, np.uint8)
    assert engine.find_lines(blank) == []
    assert all(not line.words for line in engine.recognise(blank, [(50, 50, 600, 90)]))


def test_engine_version_names_program_and_data(engine):
    assert any(character.isdigit() for character in engine.version)
    if engine.name in ("tesseract", "ensemble"):
        assert f"vie/{data_name(data_folder())}" in engine.version


@pytest.mark.skipif(not TrueOcr.available(), reason=f"trueocr is not installed: {TrueOcr.missing()}")
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_trueocr_tells_which_way_up_a_page_is(quarters):
    page = draw_lines(LINES * 12, Look(dpi=150)).pixels
    assert TrueOcr().quarter_turns(np.ascontiguousarray(np.rot90(page, quarters))) == quarters


@pytest.mark.skipif(not tesseract.system_languages(), reason="the program tesseract is not installed")
def test_tesseract_reads_all_lines_of_a_page_in_one_process(drawn, monkeypatch):
    runs = []
    real = tesseract._run
    monkeypatch.setattr(tesseract, "_run", lambda source, **options: (runs.append(source), real(source, **options))[1])
    without_bindings = Tesseract()
    without_bindings.__dict__["_api"] = None
    got = without_bindings.recognise(drawn.pixels, [line.box for line in drawn.lines])
    assert len(runs) == 1
    assert sum(word in LINES[1] for word in got[1].text.split()) > 10


@pytest.mark.skipif("osd" not in tesseract.system_languages(), reason="the program tesseract or its osd data is missing")
def test_tesseract_does_without_trueocr(drawn, monkeypatch):
    monkeypatch.setattr(TrueOcr, "missing", classmethod(lambda cls: "pip install trueocr==0.1.1"))
    alone = Tesseract()
    assert len(alone.find_lines(drawn.pixels)) == len(LINES)
    page = draw_lines(LINES * 12, Look(dpi=150)).pixels
    assert alone.quarter_turns(np.ascontiguousarray(np.rot90(page))) == 1


def test_tesseract_takes_the_data_it_is_told_to_take(tmp_path, monkeypatch):
    (tmp_path / "vie.traineddata").write_bytes(b"x" * 1_700_000)
    monkeypatch.setenv("VANBAN_TESSDATA", str(tmp_path))
    assert data_folder() == tmp_path
    assert data_name(tmp_path) == "best_int"


def test_tesseract_reports_broken_data_as_one_clear_error(tmp_path, monkeypatch, drawn):
    (tmp_path / "vie.traineddata").write_bytes(b"no model")
    monkeypatch.setenv("VANBAN_TESSDATA", str(tmp_path))
    with pytest.raises(EngineError, match="Tesseract"):
        Tesseract().recognise(drawn.pixels, [drawn.lines[0].box])


def test_make_engine_says_which_engines_there_are():
    with pytest.raises(EngineError, match="tesseract"):
        make_engine("abbyy")


def test_make_engine_says_what_to_install(monkeypatch):
    monkeypatch.setattr(TrueOcr, "missing", classmethod(lambda cls: "pip install trueocr==0.1.1"))
    with pytest.raises(EngineError, match="pip install trueocr"):
        make_engine("trueocr")


def test_make_engine_falls_back_to_what_is_installed(monkeypatch):
    monkeypatch.setattr(TrueOcr, "missing", classmethod(lambda cls: "pip install trueocr==0.1.1"))
    assert make_engine().name == "tesseract"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("thẳm quyền giải quyết", "thẩm quyển giải quyết", "thẩm quyền giải quyết"),  # one letter from each
        ("Ủy ban nhân dân tình Đồng Nai", "Ủy ban nhân dân tỉnh Đổng Nai", "Ủy ban nhân dân tỉnh Đồng Nai"),
        ("Luật Phòng, chống tham nhũng", "Luật Phòng,chống tham nhũng", "Luật Phòng, chống tham nhũng"),
        ("ngày l6 tháng 6 năm 2010", "ngày 16 tháng 6 năm 2010", "ngày 16 tháng 6 năm 2010"),
        ("Độc lập – Tự do", "Độc lập - Tự do", "Độc lập – Tự do"),
        ("dân. CỘNG HÒA", "dân_CỘNG HÒA", "dân. CỘNG HÒA"),
    ],
)
def test_merge_takes_the_better_of_two_readings_letter_by_letter(first, second, expected):
    assert merged(first, second) == expected


def test_merge_leaves_numbers_to_the_engines():
    assert merged("Công văn số 5633/VPCP", "Công văn số 5683/VPCP", (0.99, 0.3)) == "Công văn số 5633/VPCP"
    assert merged("Công văn số 5633/VPCP", "Công văn số 5683/VPCP", (0.3, 0.99)) == "Công văn số 5683/VPCP"


def test_merge_is_surer_where_both_agree():
    pair = read("Công văn số 5633"), read("Công văn số 5688", name="trueocr")
    got = merge([pair], logps, weigh, word_confidence)[0]
    sure = {word.text: word.confidence for word in got.words}
    assert [word.agreed for word in got.words] == [True, True, True, False]
    assert sure["Công"] > 0.95 > sure[got.words[-1].text]


@pytest.mark.parametrize(("other", "doubted"), [("8571", True), ("85,77", True), ("85,71.", False), ("85,71", False)])
def test_merge_never_presents_a_disputed_figure_as_sure(other, doubted):
    lines = read("đạt 85,71 %", confidence=0.99), read(f"đạt {other} %", confidence=0.9, name="trueocr")
    figure = merge([lines], logps, weigh, lambda *_: 0.97)[0].words[1]
    assert (figure.confidence <= DISPUTED) is doubted


def test_merge_names_the_engines_that_agree_with_the_line():
    same = read("thực hiện"), read("thực hiện", name="trueocr")
    assert merge([same], logps, weigh, word_confidence)[0].engines == ("tesseract", "trueocr")
    other = read("thực hiện"), read("thục hiện", name="trueocr")
    assert merge([other], logps, weigh, word_confidence)[0].engines == ("tesseract",)


def test_merge_takes_what_one_engine_alone_reads_and_doubts_it():
    got = merge([(read(""), read("Phạm Mạnh Cường", name="trueocr"))], logps, weigh, word_confidence)[0]
    assert got.text == "Phạm Mạnh Cường"
    assert all(word.agreed is False for word in got.words)


TEXTS = st.lists(st.text(alphabet="aăâbcdđeêghiklmnoôơ0123456789.,/-", min_size=1, max_size=7), max_size=7).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS)
def test_merge_prints_only_what_an_engine_printed(first, second):
    got = merge([(read(first), read(second, name="trueocr"))], logps, weigh, word_confidence)[0]
    assert set(got.text) <= set(first + second + " ")
    if first == second:
        assert got.text == first
    for word in got.words:
        assert word.text
        assert word.box[0] <= word.box[2]


@given(TEXTS, TEXTS)
def test_align_covers_both_lines(first, second):
    stretches = align(first, second)
    assert "".join(d.texts[0] for d in stretches) == first
    assert "".join(d.texts[1] for d in stretches) == second


@given(st.floats(0, 1))
def test_calibrated_rises_and_stays_a_probability(raw):
    for curve in (tesseract.CURVE, ((0.2, 0.1), (0.9, 0.95))):
        assert 0 <= calibrated(raw, curve) <= 1
        assert calibrated(raw, curve) <= calibrated(min(1.0, raw + 0.1), curve)


def test_name_dash_goes_by_width():
    assert [name_dash("-", 0.27), name_dash("—", 0.5), name_dash("–", 0.9), name_dash("QĐ-UBND", 0.5)] == [
        "-",
        "–",
        "—",
        "QĐ-UBND",
    ]
