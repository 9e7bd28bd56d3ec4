"""Vietnamese numbers, printed and spoken."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.words.numbers import find_figures, find_words, is_surely_a_number, parse_figure, parse_words

FIGURES = {
    "1.234,5": 1234.5,
    "01": 1,
    "0": 0,
    "23.525": 23525,
    "4.647": 4647,
    "17.000": 17000,
    "1.234.567": 1234567,
    "93,4": 93.4,
    "93.4": 93.4,
    "0,037": 0.037,
    "1,234,567": 1234567,
    "162.056.800": 162056800,
    "2490": 2490,
}


@pytest.mark.parametrize(("text", "value"), FIGURES.items())
def test_parse_figure_reads_vietnamese_grouping(text, value):
    assert parse_figure(text) == value


@pytest.mark.parametrize("text", ["1.1.2", "12.34.56", "1.2,3.4", "", "1" * 16, "1." * 50 + "1"])
def test_parse_figure_refuses_what_is_no_number(text):
    assert parse_figure(text) is None


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_parse_figure_reads_back_what_is_printed(whole, hundredths):
    printed = f"{whole:,}".replace(",", ".")
    assert parse_figure(printed) == whole
    assert parse_figure(f"{printed},{hundredths:02}") == pytest.approx(whole + hundredths / 100)


SPOKEN = {
    "một": 1,
    "mười": 10,
    "mười lăm": 15,
    "hai mươi mốt": 21,
    "bốn mươi lăm": 45,
    "một trăm linh năm": 105,
    "ba trăm": 300,
    "hai nghìn không trăm hai mươi": 2020,
    "năm mươi ngàn": 50000,
    "ba triệu rưỡi": 3500000,
    "một tỷ hai trăm triệu": 1200000000,
    "tám triệu sáu trăm chín mươi tám ngàn sáu trăm": 8698600,
    "năm trăm chín chục ngàn": 590000,
    "hai nghìn năm trăm tỷ": 2500000000000,
}


@pytest.mark.parametrize(("words", "value"), SPOKEN.items())
def test_parse_words_reads_number_words(words, value):
    assert parse_words(words) == value


@pytest.mark.parametrize("words", ["hai ba", "hai triệu ba triệu", "chục", "mươi", "trăm", "linh năm", "rưỡi", "", "nghìn"])
def test_parse_words_refuses_what_is_no_number(words):
    assert parse_words(words) is None


ONES = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def spoken(n):
    """Numbers under a thousand in words, as taught in school."""
    hundreds, rest = divmod(n, 100)
    tens, ones = divmod(rest, 10)
    words = [ONES[hundreds], "trăm"] if hundreds else []
    if tens == 0:
        return " ".join(words + (["linh", ONES[ones]] if hundreds and ones else [ONES[ones]] if not hundreds else []))
    words += ["mười"] if tens == 1 else [ONES[tens], "mươi"]
    if ones:
        words.append("lăm" if ones == 5 else "mốt" if ones == 1 and tens > 1 else ONES[ones])
    return " ".join(words)


@given(st.integers(0, 999))
def test_parse_words_reads_back_what_is_spoken(n):
    assert parse_words(spoken(n)) == n


@pytest.mark.parametrize(
    "text", ["Covid-19", "4G/5G", "06b", "m2", "mục 1.1.2", "$6 lượng", "dichvucong.haugiang.gov.vn/12", "L412758A"]
)
def test_find_figures_leaves_parts_of_names_alone(text):
    assert list(find_figures(text)) == []


def test_find_figures_keeps_the_printed_words():
    text = "đã tiếp nhận 23.525 hồ sơ (98%), trễ hẹn 375 hồ sơ."
    assert [(n.text, n.value, text[n.start : n.end]) for n in find_figures(text)] == [
        ("23.525", 23525, "23.525"),
        ("98", 98, "98"),
        ("375", 375, "375"),
    ]


def test_number_words_that_may_be_articles_are_not_sure():
    assert is_surely_a_number("hai mươi lăm")
    assert not any(is_surely_a_number(w) for w in ("một", "ba", "năm", "tư"))
    assert [n.value for n in find_words("mở hai mươi lăm lớp")] == [25]


@pytest.mark.parametrize("piece", ["1", "1.", "12 ", "một ", "hai mươi "])
def test_finding_numbers_in_endless_text_ends_soon(piece):
    text = piece * (300_000 // len(piece))
    start = time.process_time()
    list(find_figures(text))
    list(find_words(text))
    assert time.process_time() - start < 4


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Tám triệu, sáu trăm chín mươi tám ngàn sáu trăm đồng", [8698600]),
        ("một tỷ, hai trăm triệu, ba trăm nghìn đồng", [1200300000]),
        ("hai triệu, ba triệu đồng", [2000000, 3000000]),
        ("năm triệu, sáu xã", [5000000, 6]),
        ("hai mươi, ba trăm người", [20, 300]),
        ("một, hai, ba", [1, 2, 3]),
    ],
)
def test_commas_within_an_amount_are_told_from_those_of_a_list(text, values):
    assert [n.value for n in find_words(text)] == values
