"""Exact repairs together: order, composition of edits, spans told by fonts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.edits import Edit, Span, replay
from normalizers.exact.exact import compose, exact_edits


def repaired(text: str, encodings: list[tuple[Span, str]] | None = None) -> str:
    return replay(text, exact_edits(text, encodings or []))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "b\xadíc tiÕn míi vÒ chÊt l\xadîng, khoa häc",
            "bước tiến mới về chất lượng, khoa học",
        ),  # no soft hyphen is dropped
        ("thuû lîi, ho¸ chÊt, QÐ-TTg", "thủy lợi, hóa chất, QĐ-TTg"),
        ("Quyáº¿t Ä‘á»‹nh vá»\x81 hoÃ¡ cháº¥t", "Quyết định về hóa chất"),
        ("Quyê\u0301t định, hoá\u200b chất", "Quyết định, hóa chất"),
    ],
)
def test_legacy_text_ends_in_one_form(text: str, expected: str) -> None:
    assert repaired(text) == expected


def test_fonts_go_before_detection() -> None:
    text = "B¸o c¸o cña ChÝnh phñ: café"
    told = [(Span(0, 7), "tcvn3_capitals"), (Span(4, 9), "vni"), (Span(23, 27), "tcvn3")]
    assert repaired(text, told) == "BÁO CÁO của Chính phủ: cafộ"


def test_unknown_encoding_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="unknown encoding"):
        exact_edits("abc", [(Span(0, 3), "ebcdic")])


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Edit], list[Edit]]:
    def edits(text: str, rule: str) -> list[Edit]:
        cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
        pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
        pairs = [p for i, p in enumerate(pairs) if i == 0 or pairs[i - 1][1] < p[0] or pairs[i - 1] != p]
        found = [Edit(a, b, text[a:b], draw(st.text("xyz", max_size=3)), rule, 0.5) for a, b in pairs]
        return [e for e in found if e.before != e.after]

    raw = draw(st.text("abcdef ", max_size=20))
    first = edits(raw, "one")
    return raw, first, edits(replay(raw, first), "two")


@given(edited())
def test_compose_does_both(case: tuple[str, list[Edit], list[Edit]]) -> None:
    raw, first, second = case
    both = compose(raw, first, second)
    assert replay(raw, both) == replay(replay(raw, first), second)
    assert all(a.end <= b.start for a, b in pairwise(both))
    assert all(edit.before != edit.after and 0 < edit.score <= 0.5 for edit in both)


@given(st.text(st.one_of(st.characters(), st.sampled_from("kÕ ho¹ch ®Þnh hoá ÐðñÃ¡»\u0301\xad\u200b\xa0\n-1")), max_size=60))
def test_second_pass_changes_nothing(text: str) -> None:
    once = repaired(text)
    if not exact_edits(text):
        assert once == text
    assert repaired(once) == once
    assert once.count("\n") == text.count("\n")
