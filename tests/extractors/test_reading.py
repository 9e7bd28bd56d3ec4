"""A sentence is read once: whoever asks for its times, quantities and bodies gets those that were found."""

from __future__ import annotations

import gc
import sys
import weakref
from collections import Counter
from pathlib import Path

import pytest

from extractors.bodies.grammar import find_bodies
from extractors.pipeline import extract_text
from extractors.sense.reading import in_pieces, readings_of
from extractors.structure.analysis import analyse
from extractors.words.dates import find_times, told_times
from extractors.words.quantities import find_quantities

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "samples" / "documents").glob("*.txt"))
TEXT = """KẾ HOẠCH
Phát triển nhà ở năm 2026

I. MỤC TIÊU
- Đến năm 2030, đạt 30 m2/người; hoàn thành 1.200 căn nhà ở xã hội trước ngày 30 tháng 6.
II. TỔ CHỨC THỰC HIỆN
1. Sở Xây dựng chủ trì, phối hợp với Sở Tài chính:
- Hằng năm, báo cáo UBND tỉnh trước ngày 15 tháng 12. Nâng tỷ lệ đô thị hóa lên 45% vào năm 2030.
"""


def _counted(monkeypatch, functions):
    """Counts, for each of the functions wherever a finder holds it, the texts it is called with."""
    calls = {function.__name__: Counter() for function in functions}
    for function in functions:

        def counting(text, *args, function=function, **named):
            calls[function.__name__][text] += 1
            return function(text, *args, **named)

        for name, module in list(sys.modules.items()):
            if name.startswith("extractors.") and vars(module).get(function.__name__) is function:
                monkeypatch.setattr(module, function.__name__, counting)
    return calls


@pytest.mark.parametrize("text", [TEXT, *(path.read_text(encoding="utf-8") for path in SAMPLES[1:3])])
def test_each_sentence_is_read_once(monkeypatch, text):
    sentences = Counter(s.text for block in analyse(text).body for s in block.sentences)
    calls = _counted(monkeypatch, (find_times, told_times, find_quantities, find_bodies))
    extract_text(text)
    for name in ("told_times", "find_quantities", "find_bodies"):
        again = {words: n for words, n in calls[name].items() if words in sentences and n > sentences[words]}
        assert again == {}, name
    assert sum(calls["told_times"][words] for words in sentences) > 0
    assert not calls["find_times"].keys() & {words for words in sentences if len(words.split()) > 5}


def test_readings_go_with_their_document():
    structure = analyse(TEXT)
    assert readings_of(structure) is readings_of(structure)
    assert any(reading.quantities for reading in readings_of(structure).body)
    held = weakref.ref(structure)
    del structure
    gc.collect()
    assert held() is None


def test_sentences_of_unusual_length_are_read_in_pieces():
    [sentence] = analyse("KẾ HOẠCH\nVề việc gì đó\n\n" + "đạt 12 hồ sơ và " * 1000 + "hết.\n").blocks[-1].sentences
    pieces = list(in_pieces(sentence))
    assert "".join(piece.text for piece in pieces) == sentence.text
    assert all(len(piece.text) <= 3000 and piece.text.endswith((" ", ".")) for piece in pieces)
