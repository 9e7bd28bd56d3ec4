"""Document numbers: found by their form, one key however typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.index import page_numbers
from normalizers.document_numbers import number_key, printed_numbers, short_key


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Nghị quyết số 76/NQ-CP ngày 15/7/2021", ["76/NQ-CP"]),
        ("Quyết định số 03/2016/QĐ-UBND; số 1351/QĐ-UBND.", ["03/2016/QĐ-UBND", "1351/QĐ-UBND"]),
        ("Kết luận số 12-NQ/TU, số 05-CTr/TU và 09-KL/BCSĐ", ["12-NQ/TU", "05-CTr/TU", "09-KL/BCSĐ"]),
        ("Luật số 59/2020/QH14", ["59/2020/QH14"]),
        ("Công văn số 2154/SYT-NVY, 1635/SGDĐT-VP", ["2154/SYT-NVY", "1635/SGDĐT-VP"]),
        ("Kế hoạch số 102 / KH-UBND và 23/BC- UBND", ["102/KH-UBND", "23/BC-UBND"]),
        ("Nghị định 33a/2024/NĐ-CP, Quyết định 749/Qb-TTg", ["33a/2024/NĐ-CP", "749/QĐ-TTg"]),
        ("4214/BCA-C04, 3980/C04-P6 và 409/TTr-CAT(PC04)", ["4214/BCA-C04", "3980/C04-P6", "409/TTr-CAT(PC04)"]),
        ("số 156 -CV/TĐTN-BCTĐ&TTN; 1189/SNV-LĐVL&TN", ["156-CV/TĐTN-BCTĐ&TTN", "1189/SNV-LĐVL&TN"]),
        ("số 2740/QĐ/BNN-KL, 30/TTr.SXD, 110/T.Tr-CC", ["2740/QĐ/BNN-KL", "30/TTr.SXD", "110/T.Tr-CC"]),
        ("giai đoạn 2021-2025, 1/2 số hộ, 15/7/2021, 20/Tháng, tỷ lệ 3/4, mức 3, 4; 24/7", []),
        ("Quyết định số 1557/QĐ-TTg, Chỉ thị 23/CT-TTg", ["1557/QĐ-TTg", "23/CT-TTg"]),
    ],
)
def test_printed_numbers_finds_numbers_and_nothing_else(text, numbers):
    assert [printed.number for printed in printed_numbers(text)] == numbers


def test_printed_numbers_tell_where_they_stand():
    text = "theo 76/NQ-CP và 03/2016/QĐ-UBND"
    for printed in printed_numbers(text):
        assert text[printed.start :].startswith(printed.printed)


def test_eth_and_d_with_stroke_are_one_key():
    assert number_key("05/2020/Q\N{LATIN CAPITAL LETTER ETH}-UBND") == number_key("05/2020/QĐ-UBND") == "52020qdubnd"


def test_a_corrected_number_is_indexed_in_its_misread_form_too():
    found = page_numbers("Quyết định số 749/Qb-TTg", ["749/QĐ-TTg"])
    assert {key: number.number for key, number in found.items()} == {"749qdttg": "749/QĐ-TTg", "749qbttg": "749/QĐ-TTg"}


@settings(deadline=None)
@given(
    ordinal=st.integers(1, 99999),
    code=st.sampled_from(["QĐ-UBND", "NQ-CP", "KH-UBND", "CT-TTg", "NQ-HĐND", "SYT-NVY"]),
    separator=st.sampled_from(["/", " / ", " ", ""]),
    upper=st.booleans(),
    zeros=st.integers(0, 2),
)
def test_number_key_is_one_however_it_is_typed(ordinal, code, separator, upper, zeros):
    typed = f"{'0' * zeros}{ordinal}{separator}{code.replace('-', ' ') if separator != '/' else code}"
    assert number_key(typed if upper else typed.lower()) == number_key(f"{ordinal}/{code}")


def test_short_key_leaves_the_year_out():
    assert short_key("107/2021/NĐ-CP") == number_key("107 nd cp") == "107ndcp"
    assert short_key("2021/QĐ-UBND") == "2021qdubnd"
