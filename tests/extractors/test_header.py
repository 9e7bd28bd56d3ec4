"""Headers from letterheads in any order and partly missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.header import find_header
from extractors.header.issuer import issuer_name
from extractors.structure.analysis import analyse

DATA = Path(__file__).parent / "data"
CASES = json.loads((DATA / "headers.json").read_text(encoding="utf-8"))
VARIANTS = json.loads((DATA / "header_variants.json").read_text(encoding="utf-8"))
"""One form each of bodies, titles, names, degrees, recipients, numbers and datelines; everything in them is invented."""


@pytest.mark.parametrize("case", [*CASES, *VARIANTS], ids=lambda c: c["name"])
def test_find_header_reads(case):
    header, _ = find_header(analyse(case["text"]))
    for field, value in case["header"].items():
        got = getattr(header, field)
        assert (list(got) if isinstance(got, tuple) else got) == value, field


def test_spans_cover_what_is_printed():
    text = CASES[0]["text"]
    header, spans = find_header(analyse(text))
    assert text[spans["number"].start : spans["number"].end] == "102/KH-UBND"
    assert text[spans["signer"].start : spans["signer"].end] == header.signer
    assert text[spans["type"].start : spans["type"].end] == "KẾ HOẠCH"


def test_issuer_name_of_lower_levels():
    assert issuer_name("ỦY BAN NHÂN DÂN HUYỆN PHÚ VANG") == "Ủy ban nhân dân huyện Phú Vang"
    assert issuer_name("BỘ CÔNG THƯƠNG") == "Bộ Công Thương"


@given(st.text(alphabet=st.sampled_from("ỦYBAN TỈNHSố:12/QĐ-ngàytháng2020năm.,\n-"), max_size=200))
def test_find_header_takes_any_text(text):
    header, spans = find_header(analyse(text))
    assert all(0 <= s.start <= s.end <= len(text) for s in spans.values())
    assert header.language == "vi"
