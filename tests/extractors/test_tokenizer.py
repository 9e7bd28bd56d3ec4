"""The tokenizer keeps every code point and cuts where administrative prose has its joints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.tokenizer import AdministrativeVietnamese, tokens

NLP = AdministrativeVietnamese()


@pytest.mark.parametrize(
    "code",
    ["76/NQ-CP", "16/2015/NĐ-CP", "12-NQ/TU", "1348/KHPH-UBNDTHG-TCTBĐVN", "33/2024/QH15", "93,4%", "23.525", "15/7/2021"],
)
def test_tokens_keep_codes_whole(code):
    assert tokens(f"số {code}, về") == ["số", " ", code, ",", " ", "về"]


@given(st.text(alphabet=st.sampled_from("ab đĐớẾ19 \n\t\f./-%,\u00a0\u0301"), max_size=80))
def test_doc_text_is_the_input(text):
    assert NLP(text).text == text


def test_offsets_point_into_the_text():
    text = "Sở  Nội vụ\n\nchủ trì 05%"
    assert all(text[t.idx : t.idx + len(t)] == t.text for t in NLP(text))


def test_endless_token_is_cut_and_kept():
    text = "7" * 5000
    assert NLP(text).text == text
