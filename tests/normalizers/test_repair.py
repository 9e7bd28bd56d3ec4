"""Repair as a whole: real cases, replay, second pass, odd input, linear time."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.edits import Repaired, Span, replay
from normalizers import repair as repair_module
from normalizers.decide import decide
from normalizers.noisy.pieces import LINE_END
from normalizers.repair import repair

CASES = json.loads((Path(__file__).parent / "repair_cases.json").read_text(encoding="utf-8"))


def sound(text: str, repaired: Repaired) -> None:
    """The promises that hold whatever the text."""
    assert repaired.raw == text
    assert replay(text, repaired.edits) == repaired.text
    assert [c for c in repaired.text if c in "\n\f"] == [c for c in text if c in "\n\f"]
    assert all(0.0 <= e.score <= 1.0 for e in repaired.edits)
    assert all(0 <= d.start <= d.end <= len(text) for d in repaired.doubts)


@pytest.mark.parametrize(
    "case",
    [pytest.param(c, id=c["label"], marks=[pytest.mark.xfail(strict=True)] if c["expect"] == "fail" else []) for c in CASES],
)
def test_repair_mends_real_cases(case: dict[str, str]) -> None:
    repaired = repair(case["original"], profile=case["profile"] or None)
    sound(case["original"], repaired)
    assert repaired.text == case["fixed"]


def test_repair_changes_nothing_on_a_second_pass(own_text: str) -> None:
    once = repair(own_text)
    assert once.edits
    assert repair(once.text).edits == ()


def test_repair_keeps_numbers_codes_and_addresses() -> None:
    text = (
        "Can ctr Quyét dinh s6 1234/2015/TT-BTC ngay 05/6/2020, chi 12.500.000 ddng (35,7%) tai https://abc.gov.vn/a?x=1&y=2"
    )
    repaired = repair(text, profile="english_neural").text
    for figure in ("1234/2015/TT-BTC", "05/6/2020", "12.500.000", "35,7%", "https://abc.gov.vn/a?x=1&y=2"):
        assert figure in repaired


def test_repair_of_stripped_text_leaves_syllables_that_have_their_marks() -> None:
    text = "lai suat danh nghia va kỳ bạn tra lai, tai sân"
    repaired = repair(text, profile="stripped").text
    assert "kỳ bạn" in repaired
    assert repaired.endswith("sân")
    assert repaired.startswith("lãi suất")


def test_repair_leaves_clean_text_as_it_is() -> None:
    text = "Ủy ban nhân dân tỉnh ban hành Kế hoạch cải cách hành chính năm 2020, gồm 5 nội dung.\nĐiều 1. Phạm vi điều chỉnh"
    repaired = repair(text)
    assert (repaired.text, repaired.edits, repaired.profile) == (text, (), "clean")


def test_repair_refuses_an_unknown_profile() -> None:
    with pytest.raises(ValueError, match="profile"):
        repair("x", profile="finereader")


def test_decide_believes_an_engine_that_is_sure() -> None:
    text = "thuc hién nhiém vu cai cach hanh chinh"
    sure = repair(text, profile="vietnamese", confidences=[(Span(0, len(text)), 0.99)])
    unsure = repair(text, profile="vietnamese")
    assert len(sure.edits) <= len(unsure.edits)
    assert decide([], "unknown") == ([], [])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_repair_survives_any_text(text: str) -> None:
    for profile in (None, "old_scanner"):
        sound(text, repair(text, profile=profile))


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="adeghinot0169&¢é'/.,- \n\f", max_size=80))
def test_repair_survives_text_that_looks_garbled(text: str) -> None:
    sound(text, repair(text, profile="unknown"))


LINE_ENDS = ["\r\n", "\n", "\r", "\f", "\x0b", "\x1c", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("end", LINE_ENDS)
def test_repair_joins_no_word_over_a_line_end_of_any_kind(end: str) -> None:
    """Without the line end "d 6ng" may well be one word."""
    text = end.join(["thyc hi¢n nhi¢m v", "y cai cach hanh chinh, 12 trieu d", "6ng cho ngudi dan", ""])
    repaired = repair(text, profile="english_neural")
    sound(text, repaired)
    assert len(repaired.edits) > 3
    assert repaired.text.count(end) == text.count(end)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*LINE_ENDS, "d", "6ng", "thyc", "hi¢n", " ", " ", "\0", "UB", "MTTQ"]), max_size=30))
def test_repair_keeps_every_line_end(parts: list[str]) -> None:
    text = "".join(parts)
    for profile in ("english_neural", "old_scanner", "vietnamese"):
        assert LINE_END.findall(repair(text, profile=profile).text) == LINE_END.findall(text)


def test_repair_restores_list_marks_and_abbreviations_that_lost_their_letter() -> None:
    text = "¢) Xay dung CQDT tai tinh\nd) Tiép tuc cai cach\nd) Kiém tra\ne) Bao cao\n"
    assert repair(text, profile="english_neural").text == (
        "c) Xây dựng CQĐT tại tỉnh\nd) Tiếp tục cải cách\nđ) Kiểm tra\ne) Báo cáo\n"
    )
    assert repair("d) Một\nd) Hai CQDT\n", profile="clean").edits == ()


@pytest.mark.parametrize(
    "text", ["Hà Nội, ngàya8 tháng 3", "- UB MTTQ Việt Nam tỉnh và các đoàn thể;", "- CV, QT, HCTC, TH, TTCB, Website tỉnh"]
)
def test_repair_of_good_print_loses_no_abbreviation_and_no_figure(text: str) -> None:
    assert repair(text, profile="vietnamese").text == text


@pytest.mark.parametrize("unit", ["thyc hi¢n nhi¢m vu ", "x", "& ", "1S,,"])
def test_repair_takes_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        started = time.process_time()
        repair(text, profile="english_neural")
        return time.process_time() - started

    seconds(2_000)
    small, large = seconds(4_000), seconds(16_000)
    assert large < 12 * small + 1.0


@pytest.mark.shared
def test_repair_reaches_the_floor_on_the_seeds(shared: Path) -> None:
    """The packaged channel has seen these documents: this guards the packing, benchmarks/repair.md the accuracy."""
    text = next((shared / "seeds").glob("001_*.txt")).read_text(encoding="utf-8")
    repaired = repair(text)
    sound(text, repaired)
    assert repaired.profile == "unknown"
    assert "Chủ tịch Ủy ban nhân dân tỉnh" in repaired.text


@pytest.fixture
def own_text() -> str:
    return (
        "Tiép tuc ra soat, sip xép kién toan td chirc bd may cac co quan hanh\n"
        "chinh va don vi su nghiép cong lap; co cau lai doi ngii cong chic, vién chirc\n\n"
        "Quan tdm thuc hién c6 hi€u qua cong tac dao tao.\n"
    )


FIGURES = [
    "2020",
    "12.500.000",
    "35,7%",
    "Điều1",
    "khoản2",
    "quy1",
    "85 m2",
    "m3",
    "PHP5",
    "C7",
    "QL1A",
    "16GB",
    "15",
    "5/6/2020",
]
GARBLED = [
    "thyc",
    "hi¢n",
    "nhi¢m",
    "c6",
    "xa",
    "h6i",
    "quan",
    "1y",
    "nu&",
    "dOng",
    "tru'o'ng",
    "n[ng",
    "kti",
    "(",
    ",",
    "\n",
    "khách!",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from([*FIGURES, *GARBLED]), min_size=4, max_size=30))
def test_repair_keeps_every_figure_in_garbled_text(parts: list[str]) -> None:
    text = " ".join(parts)
    for profile in (None, "unknown", "old_scanner", "english_neural", "stripped", "vietnamese"):
        repaired = repair(text, profile=profile)
        figures = "".join(c for part in parts if part in FIGURES for c in part if c.isdigit())
        left = iter(c for c in repaired.text if c.isdigit())
        assert all(c in left for c in figures), (profile, text, repaired.text)
        for edit in repaired.edits:
            before, after = ("".join(c for c in side if c.isdigit()) for side in (edit.before, edit.after))
            assert before == after or any(c.isalpha() or c == "¢" for c in edit.before), edit


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("Kinh gui: So GD&DT tinh, thyc hi¢n nhi¢m vu cai cach", "GD&ĐT"),
        ("ngàyio thang 10 näm 2017 cua Thu tudng Chinh phu", "ngày 10 tháng 10 năm 2017"),
        ("n[ng luc can bo, nhi¢m vu cai cach hanh chinh", "năng lực cán bộ"),
        ("tru'o'ng Dai hoc Nong Lam, thyc hi¢n nhi¢m vu", "trường Đại học Nông Lâm"),
        ("Thua so 215 to ban do 34 dien tich 85 m2", "diện tích 85 m2"),
    ],
)
def test_repair_keeps_abbreviations_measures_and_signs_within_words(printed: str, read: str) -> None:
    assert read in repair(printed).text


def test_what_engine_printed_a_text_is_told_by_its_words() -> None:
    neural = (
        "thyc hi¢n nhi¢m vu cai cach hanh chinh, x4c dinh két qua c6 hi€u qua cong tac quan 1y nha nudc cua dia phuong. " * 4
    )
    scanner = (
        "hoat dOng cua co quan hanh chinh nha nu&, phat trien kinh te - xa h9i, quan 15, nha nuac, cOng chirc, vien chirc. "
        * 4
    )
    assert repair(neural).profile == "english_neural"
    assert repair(scanner).profile == "old_scanner"


def test_a_long_text_is_repaired_window_by_window(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Tiép tuc thuc hién c6 hi€u qua cong tac dao tao, b6i dudng can b6, cong chirc. " * 60
    whole = repair(text)
    monkeypatch.setattr(repair_module, "WINDOW", 1_000)
    parts = repair(text)
    sound(text, parts)
    assert sum(a != b for a, b in zip(whole.text.split(), parts.text.split(), strict=True)) < 0.01 * len(text.split())


@pytest.mark.parametrize(
    ("profile", "text"),
    [
        (
            "stripped",
            "Uy ban nhan dan tinh yeu cau cac so ban nganh va Uy ban nhan dan cac huyen thanh pho tiep tuc thuc hien",
        ),
        (
            "english_neural",
            "Uy ban nhân dan tinh yeu cau cac s6, ban, nganh tiép tuc thuc hién c6 hi€u qua cong tac dao tao",
        ),
    ],
)
def test_where_a_stretch_begins_changes_no_word(monkeypatch: pytest.MonkeyPatch, profile: str, text: str) -> None:
    """What stands before a stretch is read for context: cut into stretches of three pieces a text comes out the same."""
    whole = repair(text, profile=profile).text
    monkeypatch.setattr(repair_module, "STRETCH", 3)
    assert repair(text, profile=profile).text == whole


@pytest.mark.parametrize(
    ("printed", "fixed"),
    [
        ("40 Baêng thun meùt", "40 Băng thun mét"),  # VNI, known by its pairs though it stands alone
        ("Où est le maïs? opiniões", "Où est le maïs? opiniões"),  # what other languages write
        ("Thong tu cua Bo GD&DT va Bo TT&TT", "Thông tư của Bộ GD&ĐT và Bộ TT&TT"),
    ],
)
def test_short_lines_on_their_own(printed: str, fixed: str) -> None:
    assert repair(printed).text == fixed
