"""Misread marks in right text: mended where the text shows that its engine misreads, left where an author may mean them."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.edits import Span
from normalizers.forms import TONES, nfc
from normalizers.noisy import compiled, slips
from normalizers.noisy.model_files import language_model
from normalizers.noisy.slips import find_slips
from normalizers.repair import repair

OFFICIAL = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015; theo đề nghị của Giám đốc Sở Tài nguyên và Môi "
    "trường tại Tờ trình số 3179/TTr-STNMT ngày 04 tháng 02 năm 2021 về việc ban hành Quy định quản lý chất thải rắn sinh "
    "hoạt trên địa bàn tỉnh. Thủ trưởng các sở, ban, ngành, Chủ tịch Ủy ban nhân dân các huyện, thành phố chịu trách nhiệm "
    "thi hành Quyết định này. Kinh phí thực hiện được bố trí từ ngân sách nhà nước theo phân cấp và các nguồn vốn hợp pháp "
    "khác. Trong quá trình thực hiện, nếu có khó khăn, vướng mắc, các cơ quan, đơn vị kịp thời phản ánh về Sở Tài nguyên và "
    "Môi trường để tổng hợp, báo cáo cấp có thẩm quyền xem xét, quyết định."
)


def without_tones(text: str, every: int) -> tuple[str, int]:
    """``text`` with the tone lost from every so manieth word with a tone over a circumflex or a horn, and their number."""
    words, lost, seen = text.split(" "), 0, 0
    for i, word in enumerate(words):
        letters = unicodedata.normalize("NFD", word)
        if any(c in TONES for c in letters) and any(c in "\u0302\u031b" for c in letters):
            seen += 1
            if seen % every == 0:
                words[i] = nfc("".join(c for c in letters if c not in TONES))
                lost += 1
    return " ".join(words), lost


@pytest.mark.parametrize("every", [2, 4, 8])
def test_lost_tones_of_official_text_come_back_and_nothing_else_changes(every: int) -> None:
    raw, lost = without_tones(OFFICIAL, every)
    repaired = repair(raw)
    wrong = [(a, b) for a, b in zip(repaired.text.split(" "), OFFICIAL.split(" "), strict=True) if a != b]
    assert lost >= 4
    assert len(wrong) <= lost * 0.15
    assert all(edit.rule == "slip" for edit in repaired.edits)
    assert all(a in raw.split(" ") for a, _ in wrong), "what is not mended stays as it was printed"


def test_what_is_too_unsure_is_pointed_out_with_what_it_may_be() -> None:
    raw, _ = without_tones(OFFICIAL, 2)
    for doubt in repair(raw).doubts:
        assert 0.0 < doubt.confidence < 1.0
        assert doubt.suggestion != raw[doubt.start : doubt.end]


def test_one_odd_word_in_a_right_text_is_its_author_s() -> None:
    text = OFFICIAL + " Tàu cập bên lúc nửa đêm."
    assert repair(text).text == text


def test_text_that_was_converted_exactly_is_not_guessed_about() -> None:
    raw = "Rép, d¶nh, t¸n, v¸ng lµ nh÷ng tõ cña nghÒ n«ng; bãn lãt ph©n chuång hoai môc cho c©y"
    repaired = repair(raw)
    assert all("slip" not in edit.rule and "channel" not in edit.rule for edit in repaired.edits)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(["sô", "Giám đôc", "2020", "m2", "Điều1", "12/QĐ-UBND", "thành phô", "!", "\n", "kết"]), max_size=25
    )
)
def test_slips_change_no_figure_and_no_sign(parts: list[str]) -> None:
    text = " ".join(parts)
    repaired = repair(text).text
    assert [c for c in repaired if not c.isalpha()] == [c for c in text if not c.isalpha()]


@pytest.mark.skipif(compiled.module() is None, reason="nothing was compiled (no compiler at set-up)")
def test_compiled_scores_are_those_of_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    model = language_model()
    windows = np.random.default_rng(3).integers(0, len(model.words), (500, 7))
    quick = slips.scores_of(model, windows)
    assert quick == pytest.approx(slips.scores_in_numpy(model, windows), abs=1e-3)
    raw, _ = without_tones(OFFICIAL, 2)
    found = find_slips(raw, [Span(0, len(raw))])
    monkeypatch.setattr(compiled, "module", lambda: None)
    assert [(s.start, s.word) for s in find_slips(raw, [Span(0, len(raw))])] == [(s.start, s.word) for s in found]
