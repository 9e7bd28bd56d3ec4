"""Unicode forms: what is unified, what is not, and that the edits are exact."""

from __future__ import annotations

import re
import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from documents.edits import replay
from normalizers.exact.unicode import unicode_edits
from normalizers.forms import old_tone_style
from normalizers.syllables import all_syllables, is_syllable


def cleaned(text: str) -> str:
    return replay(text, unicode_edits(text))


@pytest.mark.parametrize(
    ("text", "expected", "rule"),
    [
        ("Quye\u0302\u0301t đi\u0323nh", "Quyết định", "nfc"),
        ("nghị quyê\u0301t", "nghị quyết", "nfc"),
        ("hoá đơn, thuỷ lợi, khoẻ", "hóa đơn, thủy lợi, khỏe", "tone_style"),
        (
            "tòan dân, cuả, ngòai, điạ, thơì, Nôị, khỏang, thưở nhỏ",
            "toàn dân, của, ngoài, địa, thời, Nội, khoảng, thưở nhỏ",
            "tone_style",
        ),
        ("QÐ-TTg, Ðiều, ðược, HÐND", "QĐ-TTg, Điều, được, HĐND", "look_alike"),
        ("ñược, Nghị ñịnh, Ñiều", "được, Nghị định, Điều", "look_alike"),
        ("Hộі đồng nhân dân, Вộ, tỉnһ", "Hội đồng nhân dân, Bộ, tỉnh", "look_alike"),
        ("ΒỘ TÀI CHÍΝΗ", "BỘ TÀI CHÍNH", "look_alike"),
        ("ＱＵＹẾＴ số １２／２０２４", "QUYẾT số 12/2024", "width"),
        ("ﬁle, oﬃce, workﬂow, eﬀect", "file, office, workflow, effect", "ligature"),
        ("phát\u200b triển\ufeff, thự\u00adc, kế\u200choạch", "phát triển, thực, kếhoạch", "zero_width"),
        ("infor\u00admation, thực\u00ad\nhiện", "information, thực\nhiện", "zero_width"),
        ("125/QĐ\u00adUBND, 90\u00ad95%, tế\u00adxã", "125/QĐ-UBND, 90-95%, tế-xã", "dash"),
        (
            "76/NQ\u2010CP, 12\u2013NQ/TU, 5%\u22127%, QĐ\uff0dUBND, 1\ufe582",
            "76/NQ-CP, 12-NQ/TU, 5%-7%, QĐ-UBND, 1-2",
            "dash",
        ),
        ("còn \u22125%", "còn -5%", "dash"),
        ("ngày\u00a030\u2003tháng\u202f9", "ngày 30 tháng 9", "space"),
    ],
)
def test_unicode_edits_mends(text: str, expected: str, rule: str) -> None:
    assert cleaned(text) == expected
    assert {edit.rule for edit in unicode_edits(text)} == {f"unicode:{rule}"}


@pytest.mark.parametrize(
    "text",
    [
        "Hoàn thành, quý, Huỳnh, suýt, quả, thuở, khuỷu, nguyên, giá, giày, quốc",
        "Москва и Владивосток, СССР, Ελλάδα, Ω = 5 µm, α, β",
        "señor Núñez, España, Garðar Þórsson, Benoît, été, Müller, naïve",
        "12 m² x² H₂O 5‰ № 5 ½ … – — “ngoặc” ‘đơn’ • ◦",
        "hﬁng, tﬁng, Bﬁy, nﬁ, ﬁ, thﬁt, ﬁ?‘%ﬂ, quﬁ",  # OCR noise
        "👨‍👩‍👧 می‌خواهم क्‍ष",
        "một\ttab\x0bhai\x85ba\u2028bốn\r\nnăm\f",
    ],
)
def test_unicode_edits_leaves_alone(text: str) -> None:
    assert cleaned(text) == text


def test_edit_holds_the_word_and_no_more() -> None:
    assert [(e.before, e.after) for e in unicode_edits("05/QÐ-UBND, tỉnh(hoá)học")] == [("QÐ", "QĐ"), ("hoá", "hóa")]


# Characters that the steps work on, so that random text meets them.
odd = st.sampled_from(
    "aàoóòúuyýýeqnñđÐðОоСΑі１２．ﬁﬃ\u0301\u0300\u0323\u0302\u031b\u200b\u200c\u200d\u00ad\ufeff\xa0\u2003 \n\f\t-/12\u0590ا"
)
text_of_all_kinds = st.text(st.one_of(st.characters(), odd, odd), max_size=40)


@given(text_of_all_kinds)
@example("a\u200b\u0301")
@example("о\u0301а Ð\u0301")
@example("\u1e9b\u0323 \u0958 \u212b")
def test_second_pass_changes_nothing(text: str) -> None:
    once = cleaned(text)
    assert unicode_edits(once) == []
    assert unicodedata.is_normalized("NFC", once) or "\u2028" in text


@given(text_of_all_kinds)
def test_edits_replay_and_keep_lines_and_digits(text: str) -> None:
    edits = unicode_edits(text)
    once = replay(text, edits)
    assert all(a.end <= b.start for a, b in pairwise(edits))
    assert all(edit.before != edit.after for edit in edits)
    for kept in ("\n", "\f", "\t", "\r"):
        assert once.count(kept) == text.count(kept)
    values = [[unicodedata.decimal(c) for c in t if unicodedata.decimal(c, None) is not None] for t in (text, once)]
    assert values[0] == values[1]


@given(st.lists(st.sampled_from(sorted(all_syllables())), max_size=12))
def test_syllables_pass_untouched(words: list[str]) -> None:
    text = " ".join(words)
    assert unicode_edits(text) == []
    assert cleaned(unicodedata.normalize("NFD", text)) == text


@given(st.lists(st.sampled_from(["hoá", "HOÀ", "thuỷ", "khoẻ", "quý", "hoàn", "Thuý", "quá", "loé", "xã"]), max_size=8))
def test_tone_style_is_that_of_forms(words: list[str]) -> None:
    assert cleaned(" ".join(words)) == old_tone_style(" ".join(words))


def test_speed_on_clean_text() -> None:
    text = "Ủy ban nhân dân tỉnh giao các sở, ban, ngành tổ chức thực hiện kế hoạch 05/KH-UBND năm 2021.\n" * 5_000
    started = time.process_time()
    assert unicode_edits(text) == []
    syllables = len(text.split())
    assert syllables / (time.process_time() - started) > 200_000


@pytest.mark.parametrize("text", ["hoá" * 100_000, "a\u0301" * 100_000, "\u00ad" * 100_000, "Ð" * 100_000, "ñ " * 100_000])
def test_time_is_linear_on_one_long_line(text: str) -> None:
    started = time.process_time()
    cleaned(text)
    assert time.process_time() - started < 8


WELL_FORMED = "nghiêng khuỷu quyết thuở gì giếng gìn kỷ nghỉ Đắc boong xoong oai uỷ yêu ý khuếch hoạch ngoẹo quẹo quốc giữa"
ILL_FORMED = "kán cế ngĩa bạp̉ quyêt phap đònh trình1 ơng hđ x development été báć"


@pytest.mark.parametrize("word", WELL_FORMED.split())
def test_is_syllable_accepts(word: str) -> None:
    assert is_syllable(word) and is_syllable(word.upper())


@pytest.mark.parametrize("word", ILL_FORMED.split())
def test_is_syllable_refuses(word: str) -> None:
    assert not is_syllable(word)


def test_stop_rhymes_bear_two_tones_only() -> None:
    stops = [s for s in all_syllables() if re.search(r"(p|t|c|ch)$", s)]
    assert stops
    assert all(any(c in "\u0301\u0323" for c in unicodedata.normalize("NFD", s)) for s in stops)
