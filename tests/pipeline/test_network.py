"""Tesseract's network without Tesseract: its data is read right, its graph computes what the network is, and what it says of
other texts is the sum over all ways to spell them.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from normalizers.fluency import logps
from pipeline.ocr.base import EngineError
from pipeline.ocr.ctc import Alphabet, line_of_steps
from pipeline.ocr.ensemble import Ensemble, weigh, word_confidence
from pipeline.ocr.evidence import MOST, Question, log_likelihoods, preferences
from pipeline.ocr.network import Network, batches, data_file, levels, normalised, trimmed
from pipeline.ocr.network_graph import IMAGE, LENGTHS, graph_of, steps_of
from pipeline.ocr.onnx_file import varint
from pipeline.ocr.rows import find_rows
from pipeline.ocr.traineddata import Layer, Recogniser, UnknownNetwork, read_recogniser
from pipeline.ocr.trueocr import TrueOcr
from pipeline.ocr.vote import merge
from samples.draw import Look, draw_lines

needs_data = pytest.mark.skipif(data_file() is None, reason=f"no Vietnamese data: {Network.missing()}")
FLAT = ((0.0, 0.0), (1.0, 1.0))


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    file = data_file()
    assert file is not None
    return read_recogniser(file)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(steps: np.ndarray, layer: Layer) -> np.ndarray:
    """The layer of Hochreiter and Schmidhuber as Tesseract writes it, one step after the other."""
    state = output = np.zeros(layer.outputs, np.float32)
    outputs = []
    for step in steps:
        seen = np.concatenate([step, output, [1.0]])
        cell, let_in, forget, let_out = (gate.real @ seen for gate in layer.weights)
        state = sigmoid(forget) * state + sigmoid(let_in) * np.tanh(cell)
        output = sigmoid(let_out) * np.tanh(state)
        outputs.append(output)
    return np.array(outputs)


def computed_by_hand(image: np.ndarray, network: Layer) -> np.ndarray:
    """Natural-log probabilities of one line (height, width), layer after layer."""
    _, windows, pool, column, first, second, third, last = network.parts
    weights = windows.parts[1].weights[0].real
    padded = np.pad(image, 1)
    height, width = image.shape
    seen = np.stack([padded[y : y + height, x : x + width] for x in range(3) for y in range(3)], axis=-1)
    maps = np.tanh(seen @ weights[:, :-1].T + weights[:, -1])
    high, wide = pool.window[1], pool.window[0]
    rows, columns = height // high, width // wide
    pooled = maps[: rows * high, : columns * wide].reshape(rows, high, columns, wide, -1).max(axis=(1, 3))
    steps = np.array([lstm(pooled[:, x], column.parts[0])[-1] for x in range(columns)])
    steps = lstm(lstm(lstm(steps, first)[::-1], second.parts[0])[::-1], third)
    logits = steps @ last.weights[0].real[:, :-1].T + last.weights[0].real[:, -1]
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


@needs_data
def test_graph_computes_what_the_network_is(recogniser):
    page = draw_lines(["Quyết định số 1629"], Look(dpi=200))
    image = normalised(trimmed(page.pixels, page.lines[0].box)[0])
    model, output = graph_of(recogniser.network)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    steps = np.array([steps_of(image.shape[1], recogniser.network)], np.int32)
    (found,) = session.run([output], {IMAGE: image[np.newaxis, np.newaxis], LENGTHS: steps})
    expected = computed_by_hand(image, recogniser.network)
    assert found.shape == (steps[0], 1, len(recogniser.letters))
    # activations are quantised to eight bits: not equal, but no step is likely to print something else
    difference = np.abs(np.exp(found[:, 0]) - np.exp(expected)).max(axis=1)
    assert np.median(difference) < 0.02
    assert (found[:, 0].argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.95


@needs_data
def test_lines_read_together_are_read_as_alone():
    lines = ["Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;", "Điều 1.", "Nơi nhận:"]
    page = draw_lines(lines, Look(dpi=200))
    reader, boxes = Network(), [line.box for line in page.lines]
    together = [line.text for line in reader.recognise(page.pixels, boxes)]
    assert together == [reader.recognise(page.pixels, [box])[0].text for box in boxes] == lines


def test_data_that_is_not_read_leaves_the_lines_to_tesseract(tmp_path: Path, monkeypatch):
    (tmp_path / "vie.traineddata").write_bytes(b"another kind of data")
    monkeypatch.setenv("VANBAN_TESSDATA", str(tmp_path))
    assert not Network().can_read()
    with pytest.raises(EngineError, match=r"vie\.traineddata is not read"):
        Network().recognise(draw_lines(["Điều 1."], Look(dpi=200)).pixels, [(10, 10, 90, 90)])
    assert Ensemble()._first.name == "tesseract"


@needs_data
def test_network_does_without_trueocr(monkeypatch):
    monkeypatch.setattr(TrueOcr, "missing", classmethod(lambda cls: "pip install trueocr==0.1.1"))
    lines = ["Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;", "Điều 1. Phê duyệt kế hoạch"]
    page = draw_lines(lines, Look(dpi=200))
    alone = Network()
    assert [line.text for line in alone.recognise(page.pixels, alone.find_lines(page.pixels))] == lines


@pytest.mark.parametrize("dpi", [100, 200, 300])
def test_own_detector_finds_each_line_whole(dpi):
    lines = [
        "Ủy ban nhân dân tỉnh yêu cầu các sở, ban, ngành",
        "Điều 1.",
        "thực hiện nghiêm túc Kế hoạch này; gửi về Sở Nội vụ",
    ]
    page = draw_lines(lines, Look(dpi=dpi, blur=0.5))
    found = find_rows(page.pixels)
    assert len(found) == len(lines)
    for box, line in zip(found, page.lines, strict=True):
        left, top, right, bottom = line.box
        assert box[0] <= left + 0.03 * dpi and box[2] >= right - 0.03 * dpi
        assert top - 0.06 * dpi <= box[1] <= top + 0.03 * dpi and bottom - 0.03 * dpi <= box[3] <= bottom + 0.06 * dpi


def test_own_detector_finds_nothing_on_empty_paper():
    assert find_rows(np.full((400, 300), 240, np.uint8)) == []
    assert find_rows(np.random.default_rng(0).integers(225, 250, (400, 300)).astype(np.uint8)) == []


@needs_data
def test_alphabet_is_that_of_vietnamese(recogniser):
    letters = set(recogniser.letters)
    assert {*"aăâbcdđeêghiklmnoôơpqrstuưvxyỷỹợẫẵ", " ", "%", "/"} <= letters
    assert all(len(letter) <= 1 for letter in letters)
    assert recogniser.letters[recogniser.blank] == ""


@pytest.mark.parametrize("data", [b"", b"no table of parts", bytes(200), b"\x18\0\0\0" + b"\xff" * 192])
def test_other_files_are_refused(tmp_path: Path, data):
    (tmp_path / "vie.traineddata").write_bytes(data)
    with pytest.raises(UnknownNetwork, match=r"vie\.traineddata"):
        read_recogniser(tmp_path / "vie.traineddata")


@needs_data
def test_data_cut_short_is_refused(tmp_path: Path):
    file = data_file()
    assert file is not None
    (tmp_path / "vie.traineddata").write_bytes(file.read_bytes()[:100_000])
    with pytest.raises(UnknownNetwork):
        read_recogniser(tmp_path / "vie.traineddata")


@given(st.integers(0, 2**63 - 1))
def test_varint_is_seven_bits_a_byte(value):
    code = varint(value)
    assert sum((byte & 0x7F) << 7 * i for i, byte in enumerate(code)) == value
    assert all(byte >= 0x80 for byte in code[:-1]) and code[-1] < 0x80


@given(st.lists(st.integers(6, 3000), max_size=60))
def test_batches_hold_every_line_once_and_only_like_ones(widths):
    found = list(batches(widths))
    assert sorted(i for batch in found for i in batch) == list(range(len(widths)))
    for batch in found:
        assert max(widths[i] for i in batch) <= 1.25 * min(widths[i] for i in batch)


def test_levels_are_those_of_ink_and_paper():
    row = np.array([200, 210, 200, 30, 20, 30, 200, 210, 200, 30, 20, 30, 200], np.int16)
    assert levels(row) == (20.0, 210.0)
    assert levels(np.full(9, 7, np.int16)) == (0.0, 255.0)


STEPS = arrays(np.float32, st.tuples(st.integers(1, 5), st.just(3)), elements=st.floats(-4, 0, width=32))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(STEPS, st.lists(st.sampled_from([1, 2]), max_size=3)), min_size=1, max_size=4))
def test_likelihood_is_the_sum_over_all_paths(cases):
    windows = [steps - np.log(np.exp(steps).sum(axis=1, keepdims=True)) for steps, _ in cases]
    found = log_likelihoods(windows, [(text, 0) for _, text in cases])
    for likelihood, window, (_, text) in zip(found, windows, cases, strict=True):
        total = 0.0
        for path in product(range(3), repeat=len(window)):
            spelt = [one for i, one in enumerate(path) if one and (i == 0 or path[i - 1] != one)]
            total += np.exp(sum(window[i, one] for i, one in enumerate(path))) if spelt == text else 0.0
        assert np.exp(likelihood) == pytest.approx(total, abs=1e-5)


def line(probabilities: list[list[float]]):
    return line_of_steps(
        np.log(np.array(probabilities, np.float32)), Alphabet(("", "ề", "ể"), 0), (0, 0, 90, 9), (0, 90), FLAT, "n"
    )


def test_reader_prefers_its_own_text_by_what_its_steps_say():
    torn = line([[0.02, 0.58, 0.4]]).evidence
    sure = line([[0.0005, 0.999, 0.0005]]).evidence
    slightly, much = preferences([Question(torn, 0, "ề", "ể"), Question(sure, 0, "ề", "ể")])
    assert slightly == pytest.approx(np.log(0.58 / 0.4), abs=1e-4)
    assert much == pytest.approx(np.log(0.999 / 0.0005), abs=1e-3)
    assert preferences([Question(sure, 0, "ề", "²"), Question(sure, 0, "ề", "ểềể")]) == [0.0, MOST]


def test_letter_is_as_sure_as_its_surest_step():
    read = line([[0.1, 0.6, 0.3], [0.02, 0.9, 0.08], [0.9, 0.05, 0.05]])
    assert read.text == "ề" and read.words[0].confidence == pytest.approx(0.9)
    assert read.words[0].box[0] == 0 and read.words[0].box[2] == 45


LETTERS = ("", *" acdeghimnopstuvyđơưạảấầậắẵẽếềểệỉốồổộớờởợụủứừửữựũÊẾỂỀCHT")


def spelt(text: str, doubts: dict[int, dict[str, float]], name: str):
    """A line as a reader sees it that gives what stands in ``doubts`` a share of a letter."""
    steps = []
    for i, letter in enumerate(text):
        shares = doubts.get(i, {})
        row = np.full(len(LETTERS), 1e-6)
        row[LETTERS.index(letter)] = 1 - sum(shares.values())
        for other, share in shares.items():
            row[LETTERS.index(other)] = share
        steps += [np.log(row), np.log(np.eye(len(LETTERS))[0] * 0.999 + 1e-6)]
    box = (0, 0, 20 * len(text), 30)
    return line_of_steps(np.array(steps, np.float32), Alphabet(LETTERS, 0), box, (0, 20 * len(text)), FLAT, name)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("thế chế", {2: {"ể": 0.2}}), ("thế chế", {2: {"ể": 0.3}}), "thể chế"),  # both prefer the wrong one
        (("tham nhũng", {8: {"ữ": 0.4}}), ("tham những", {8: {"ũ": 0.3}}), "tham nhũng"),
        (("thế chế", {}), ("thế chế", {}), "thế chế"),  # never against both when they are sure
    ],
)
def test_letter_that_neither_reader_likes_best_is_taken_where_the_line_needs_it(first, second, expected):
    pair = spelt(*first, "network"), spelt(*second, "trueocr")
    (got,) = merge([pair], logps, weigh, word_confidence)
    assert got.text == expected
    if expected not in (first[0], second[0]):
        assert not all(word.agreed for word in got.words)


def test_lines_are_found_without_the_detector_of_unclear_licence_where_that_is_wished(monkeypatch):
    engine = TrueOcr()
    if not engine.available():
        pytest.skip("trueocr is not installed")
    grey = np.full((400, 900), 255, np.uint8)
    cv2.putText(grey, "van ban hanh chinh", (60, 200), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 0, 3)
    usual = engine.version
    monkeypatch.setenv("VANBAN_DETECTOR", "own")
    assert engine.find_lines(grey) == find_rows(grey) != []
    assert TrueOcr().version == f"{usual}, own detector"
    assert "_geometry" not in engine.__dict__
