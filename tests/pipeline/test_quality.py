"""Which text to trust: verdicts on layers, and two readings of one line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.page import Box, Line, Word
from pipeline.layer.quality import (
    AGREED_CONFIDENCE,
    DISPUTED_CONFIDENCE,
    Verdict,
    in_unicode,
    judge,
    measure,
    relined,
    weigh,
)
from tests.pipeline.pdfs import BODY, GARBLED

TCVN3 = [
    "Thùc hiÖn NghÞ quyÕt sè 76/NQ-CP ngµy 15 th¸ng 7 n¨m 2021 cña ChÝnh phñ ban hµnh",
    "Ch\xad¬ng tr×nh tæng thÓ c¶i c¸ch hµnh chÝnh nhµ n\xadíc giai ®o¹n 2021 - 2030, Uû ban",
    "nh©n d©n tØnh yªu cÇu c¸c së, ban, ngµnh, Uû ban nh©n d©n c¸c huyÖn, thµnh phè",
]
ABBYY = [
    "Thực hiện Nghị quyêt sô 76/NQ-CP ngày 15 tháng 7 năm 2021 của Chính phủ ban hành",
    "Chương trình tông thể cải cách hành chính nhà nước giai đoạn 2021 - 2030, ủy ban",
    "nhân dân tỉnh yêu câu các sở, ban, ngành, Ủy ban nhân dân các huyện, thành phô",
]


def line(text: str, *, top: float = 0, encoding: str = "", confidence: float = 1.0) -> Line:
    """Every letter ten points wide."""
    words, at = [], 0
    for word in text.split(" "):
        box = Box(10 * at, top, 10 * (at + len(word)), top + 12)
        words.append(Word(word, at, at + len(word), box, confidence, encoding=encoding))
        at += len(word) + 1
    return Line(text, tuple(words), Box(0, top, 10 * len(text), top + 12), confidence)


def lines(texts: list[str], encoding: str = "") -> list[Line]:
    return [line(text, top=15 * number, encoding=encoding) for number, text in enumerate(texts)]


# --- verdicts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "hidden", "verdict"),
    [
        (lines(BODY), False, Verdict.GOOD),
        (lines(BODY), True, Verdict.MILD),  # a scanner wrote it: worth a look at the image
        (lines(ABBYY), True, Verdict.MILD),
        (lines(GARBLED), True, Verdict.GARBLED),
        (lines(TCVN3, "tcvn3"), False, Verdict.LEGACY),
        (lines(TCVN3), False, Verdict.LEGACY),  # the letters tell even where the font does not
        (lines([text.replace("đ", "ñ").replace("Đ", "ð") for text in BODY]), False, Verdict.LEGACY),
        (lines(["\ue012\ue013\ue014 \ue015\ue016 \ufffd\ufffd"] * 9), False, Verdict.GARBLED),
        (lines(["Qwrtp xzkj bvcd ghjk lmnp qrst wxyz kjhg fdsa"] * 9), False, Verdict.GARBLED),
        (lines(["Số: 05/KH-UBND"]), False, Verdict.GOOD),  # too short to be judged by shares
        (lines(["12,5 13,7 100,0 2.345"] * 20), False, Verdict.GOOD),
        ([], False, Verdict.ABSENT),
        ([], True, Verdict.ABSENT),
    ],
)
def test_judge_gives_a_verdict_with_a_reason(layer: list[Line], hidden: bool, verdict: Verdict) -> None:
    judgement = judge(layer, hidden=hidden)
    assert judgement.verdict is verdict
    assert all(judgement.reasons)


def test_in_unicode_returns_one_text_per_line() -> None:
    assert in_unicode([]) == []
    assert in_unicode(lines(["", "ñất ñai ñược ñiều chỉnh ñịnh kỳ", ""])) == ["", "đất đai được điều chỉnh định kỳ", ""]


def test_measures_of_good_and_garbled_text_lie_far_apart() -> None:
    good, garbled = measure(BODY), measure(GARBLED)
    assert good.marked > 0.2 > 0.05 > garbled.marked
    assert good.known > 0.95 > garbled.known


def test_in_unicode_converts_words_of_legacy_fonts_only() -> None:
    mixed = Line("Õ QuyÕt café", (Word("Õ", 0, 1), Word("QuyÕt", 2, 7, encoding="tcvn3"), Word("café", 8, 12)), None)
    assert in_unicode([mixed]) == ["Õ Quyết café"]


# --- weighing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ocr", "layer", "expected"),
    [
        # each reader has one word wrong: the line gets the best of both
        (
            "Căn cứ Luật Tô chức Chính quyền địa phương ngày 16 tháng 6 năm 2025;",
            "Căn cứ Luật Tổ chức Chính quyên địa phương ngày 16 tháng 6 năm 2025;",
            "Căn cứ Luật Tổ chức Chính quyền địa phương ngày 16 tháng 6 năm 2025;",
        ),
        (
            "một số cơ chế trong tổ chức thì hành",
            "một sô cơ chê trong tô chức thi hành",
            "một số cơ chế trong tổ chức thi hành",
        ),
        ("CHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ HỔ CHÍ MINH",) + ("CHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH",) * 2,
        # figures stay as they were read, whatever the language model thinks
        ("ngày 18 tháng 6 năm 2025", "ngày 16 tháng 6 năm 2025", "ngày 18 tháng 6 năm 2025"),
        ("Luật số 58/2024/QII15", "Luật số 58/2024/QH15", "Luật số 58/2024/QII15"),
        # words that only one of them has stay as they are: the box of a skewed line reaches into its neighbours
        ("thực hiện nhiệm vụ", "thực hiện tốt các nhiệm vụ", "thực hiện nhiệm vụ"),
        ("thực hiện tốt các nhiệm vụ", "thực hiện nhiệm vụ", "thực hiện tốt các nhiệm vụ"),
        ("quy định củaBộ Tài chính", "quy định của Bộ Tài chính", "quy định của Bộ Tài chính"),
        # other print at the same place is not mixed in
        ("Nơi nhận: Như trên", "HỎA TỐC", "Nơi nhận: Như trên"),
    ],
)
def test_weigh_takes_the_better_words(ocr: str, layer: str, expected: str) -> None:
    weighed = weigh([line(ocr, confidence=0.8)], [line(layer)])
    assert weighed.lines[0].text == expected
    assert "".join(weighed.lines[0].text[w.start : w.end] for w in weighed.lines[0].words) == expected.replace(" ", "")


def test_weigh_shows_agreement_and_dispute() -> None:
    weighed = weigh([line("trước ngày 20 tháng 12", confidence=0.8)], [line("trước ngày 26 tháng 12")])
    confidences = {word.text: word.confidence for word in weighed.lines[0].words}
    assert confidences == {
        "trước": AGREED_CONFIDENCE,
        "ngày": AGREED_CONFIDENCE,
        "20": DISPUTED_CONFIDENCE,
        "tháng": AGREED_CONFIDENCE,
        "12": AGREED_CONFIDENCE,
    }
    alike = weigh([line("Kính gửi: Sở Nội vụ")], [line("Kính gửi: Sở Nội vụ")], name="layer")
    assert (alike.alike, alike.mended) == (1, 0)
    assert alike.lines[0].engines == ("layer",)


def test_weigh_never_raises_the_confidence_of_handwriting() -> None:
    written = Word("05", 0, 2, Box(0, 0, 20, 12), 0.2, handwritten=True)
    weighed = weigh([Line("05", (written,), Box(0, 0, 20, 12), 0.2)], [line("05")])
    assert weighed.lines[0].words[0].confidence == 0.2


_PRINT = ("số", "sô", "05", "16/2025/QĐ-UBND", "2,5%", "quyết", "quyêt", "ngày", "định", "đinh", ".", ";")
_WORDS = st.lists(st.sampled_from(_PRINT), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(_WORDS, _WORDS)
def test_weigh_never_changes_drops_or_adds_a_figure(ocr: list[str], layer: list[str]) -> None:
    weighed = weigh([line(" ".join(ocr))], [line(" ".join(layer))]).lines[0]
    assert [c for c in weighed.text if c.isdigit()] == [c for c in " ".join(ocr) if c.isdigit()]
    assert all(weighed.text[w.start : w.end] == w.text for w in weighed.words)


def test_relined_counts_offsets_anew() -> None:
    made = relined(line("a b"), [Word("Số:", 7, 9), Word("05", 0, 0, confidence=0.5)])
    assert made.text == "Số: 05"
    assert [(w.start, w.end) for w in made.words] == [(0, 3), (4, 6)]
    assert made.confidence == pytest.approx(0.8)
