"""Print in coloured ink: the signer's office and name are text, what stamps say is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from documents.page import LineKind
from pipeline.files.pictures import load
from pipeline.layout.stamps import is_signer
from pipeline.ocr import make_engine
from pipeline.ocr.base import EngineError, ReadWord, line_of
from pipeline.scan import read_scan

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "reading"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Huỳnh Thanh Nhã", True),
        ("PHÓ GIÁM ĐỐC", True),
        ("KT. CHỦ TỊCH", True),
        ("TRƯỞNG PHÒNG", True),
        ("HỎA TỐC", False),
        ("CÔNG VĂN ĐẾN", False),
        ("SAO Y BẢN CHÍNH", False),
        ("Ngày 12 tháng 3", False),
        ("Chuyển:", False),
    ],
)
def test_office_or_name_of_a_signer(text, expected):
    assert is_signer(line_of([ReadWord(word, (0, 0, 9, 9), 0.95) for word in text.split()], (0, 0, 9, 9), ())) is expected


def test_what_is_read_badly_is_no_signer():
    assert not is_signer(line_of([ReadWord(word, (0, 0, 9, 9), 0.5) for word in ("Thanh", "Nhã")], (0, 0, 9, 9), ()))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "wanted"), [("m12_red_signer", "PHÓ GIÁM ĐỐC|Hà Văn Phúc"), ("m15_red_signer", "Huỳnh Thanh Nhã")]
)
def test_red_signer_is_the_signer(name, wanted):
    if not CASES.is_dir():
        pytest.skip("the evaluation material is not beside the checkout")
    try:
        engine = make_engine()
    except EngineError as missing:
        pytest.skip(str(missing))
    page = read_scan(load(CASES / f"{name}.png"), engine, number=1)
    signed = [line.text for line in page.lines if line.kind is LineKind.SIGNATURE]
    assert [text for text in signed if re.fullmatch(wanted, text)] == wanted.split("|")
    assert not any(re.search(wanted, line.text) for line in page.marginalia)
