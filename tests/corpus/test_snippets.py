"""The piece of a page that is shown: the window with most of what was asked, cut at words, marked in its own offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.search.query import All, Number, Phrase, Query, Word, parse
from corpus.search.snippets import MOST_SEARCHED, SNIPPET_LENGTH, highlights, snippet, stand_together

FILLER = "lời văn dài dòng của một văn bản hành chính "
A, B, C = Word("nghèo"), Word("rừng"), Word("thuế")


def marked(text: str, query: Query, length: int = SNIPPET_LENGTH) -> list[str]:
    """The words that are marked, after what every snippet has to keep."""
    shown = snippet(text, query, length)
    assert text[shown.start :].replace("\n", " ").replace("\f", " ").startswith(shown.text)
    assert all(0 <= start < end <= len(shown.text) for start, end in shown.marks)
    assert all(one[1] <= other[0] for one, other in zip(shown.marks, shown.marks[1:], strict=False))
    return [shown.text[start:end] for start, end in shown.marks]


def test_nothing_asked_shows_the_beginning():
    text = FILLER * 20
    for query in (None, A):
        shown = snippet(text, query)
        assert (shown.start, shown.marks) == (0, ())
        assert text.startswith(shown.text) and text[len(shown.text)] == " "
        assert SNIPPET_LENGTH <= len(shown.text) < SNIPPET_LENGTH + 10


def test_a_short_page_is_shown_whole_on_one_line():
    assert snippet("Giảm nghèo\nbền vững\fhết", None).text == "Giảm nghèo bền vững hết"
    assert snippet("", None).text == "" and snippet("", A).text == ""


@pytest.mark.parametrize(
    ("parts", "query", "words"),
    [
        # the window with the most different words, not the first and not the one with most places
        (["nghèo", "rừng thuế", "nghèo nghèo nghèo"], All((A, B, C)), ["rừng", "thuế"]),
        (["nghèo rừng", "nghèo rừng thuế", "rừng thuế"], All((A, B, C)), ["nghèo", "rừng", "thuế"]),
        (["nghèo", "rừng", "nghèo rừng"], All((A, B)), ["nghèo", "rừng"]),
        # of equal ones the first, but two places of a word tell more than one
        (["nghèo rừng", "rừng nghèo"], All((A, B)), ["nghèo", "rừng"]),
        (["nghèo", "nghèo nghèo", "nghèo nghèo nghèo"], A, ["nghèo", "nghèo"]),
        (["nghèo", "nghèo"], A, ["nghèo"]),
    ],
)
def test_the_window_has_the_most_of_what_was_asked(parts, query, words):
    text = (FILLER * 10).join(["", *(part + " " for part in parts), ""])
    assert marked(text, query) == words


def test_the_window_begins_shortly_before_its_first_word_and_reaches_to_its_length():
    text = FILLER * 10 + "nghèo " + FILLER * 10
    at = text.index("nghèo")
    shown = snippet(text, A, 120)
    assert at - 15 <= shown.start < at - 5 and text[shown.start - 1] == " "
    assert shown.start + 120 <= shown.start + len(shown.text) < shown.start + 130
    assert shown.marks == ((at - shown.start, at - shown.start + 5),)


@pytest.mark.parametrize(("gap", "together"), [(60, True), (81, True), (82, False), (120, False)])
def test_words_within_three_quarters_of_the_length_are_shown_together(gap, together):
    """The second ends ``gap`` behind the start of the first; without it another pair would be shown."""
    pair = "nghèo" + " " * (gap - 9) + "rừng "
    text = FILLER * 5 + pair + FILLER * 5 + "nghèo rừng " + FILLER * 5
    assert (snippet(text, All((A, B)), 108).start < text.index("nghèo")) is together


def test_a_word_without_end_is_cut():
    shown = snippet("nghèo " + "x" * 500, A, 100)
    assert len(shown.text) == 120 and marked("nghèo " + "x" * 500, A, 100) == ["nghèo"]
    assert snippet("x" * 500 + " nghèo", A, 100).text == "nghèo"


def test_a_hit_longer_than_the_window_is_shown_whole():
    long = Phrase((Word("giảm"), Word("nghèo"), Word("bền"), Word("vững")))
    assert marked(FILLER * 3 + "giảm nghèo bền vững " + FILLER, long, 10) == ["giảm nghèo bền vững"]


def test_marks_do_not_overlap():
    text = "giảm nghèo bền vững"
    query = All((Phrase((Word("giảm"), Word("nghèo"))), A, Word("bền")))
    assert marked(text, query) == ["giảm nghèo", "bền"]
    assert [text[s.start : s.end] for s in highlights(text, query)] == ["giảm nghèo", "bền"]


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("Giảm giám giảm", "giảm", ["Giảm", "giảm"]),
        ("Giảm giám giam", "giam", ["Giảm", "giám", "giam"]),
        ("đạt 20 % và 20% và 120%", "20%", ["20 %", "20%"]),
        ("kỹ thuật, kĩ thuật, ky thuat", "kỹ", ["kỹ", "kĩ"]),
        ("kỹ thuật, kĩ thuật, ky thuat", "ky", ["kỹ", "kĩ", "ky"]),
        ("hòa bình, hoà bình", "hoà", ["hòa", "hoà"]),
        ("hành chính, hành chánh, hànhchính", "hành ch*", ["hành", "chính", "hành", "chánh"]),
        ("cải-cách, cải\ncách cải và cách", '"cải cách"', ["cải-cách", "cải\ncách"]),
        ("Cải cách, cải cạch", '"cai cach"', ["Cải cách", "cải cạch"]),
        ("Nghị quyết 76/NQ-CP và 176/NQ-CP, 76 nq cp", "76/NQ-CP", ["76/NQ-CP", "76 nq cp"]),
        ("İĞỈİ GIẢM giảm", "giảm", ["GIẢM", "giảm"]),
    ],
)
def test_highlights_are_what_answers_the_query(text, typed, found):
    query = parse(typed, lambda key: "exact" if key == "76nqcp" else None)
    assert [text[span.start : span.end] for span in highlights(text, query)] == found


def test_the_beginning_of_a_number_finds_the_whole():
    text = "số 76/NQ-CP và 76/2021/NQ-CP, số 1/NQ-CP, 76 nq"
    found = highlights(text, Number("76nq", ("76", "nq"), prefix=True))
    assert [text[span.start : span.end] for span in found] == ["76/NQ-CP", "76/2021/NQ-CP"]


def test_only_the_beginning_of_an_endless_page_is_searched():
    text = "x " * (MOST_SEARCHED // 2) + "nghèo"
    assert highlights(text, A) == [] and len(highlights(text[2:], A)) == 0 and len(highlights(text[10:], A)) == 1


@pytest.mark.parametrize(
    ("text", "words", "how"),
    [
        ("Chương trình Cải cách", ["cải", "cách"], "exact"),
        ("Chương trình Cải cách", ["cai", "cach"], "folded"),
        ("cai cach, rồi cải cách", ["cải", "cách"], "exact"),
        ("cai cach", ["cai", "cach"], "exact"),
        ("cái cách", ["cải", "cách"], None),
        ("cải tổ và cách", ["cải", "cách"], None),
        ("cách cải", ["cải", "cách"], None),
    ],
)
def test_words_stand_together(text, words, how):
    assert stand_together(text, [Word(word) for word in words]) == how


@given(st.text("nghèo rừng\n\f.", max_size=400), st.integers(10, 120))
def test_a_snippet_never_loses_its_place(text, length):
    for word in marked(text, All((A, B)), length):
        assert word.lower() in ("nghèo", "rừng")


@pytest.mark.issue(18)
def test_only_what_was_meant_is_marked_where_the_words_stand_together():
    text = "Độc lập - Tự do - Hạnh phúc\nKế hoạch cải cách hành chính; một cách khác; chính quyền\n"
    query = parse("cai cach hanh chinh")
    assert [text[s.start : s.end] for s in highlights(text, query)] == ["cải", "cách", "hành", "chính"]
    cut = snippet(text, query)
    assert "Hạnh" not in [cut.text[start:end] for start, end in cut.marks]
    apart = parse("hanh phuc lap")  # "lap" stands beside neither: it keeps its place
    assert [text[s.start : s.end] for s in highlights(text, apart)] == ["lập", "Hạnh", "phúc"]
    assert [text[s.start : s.end] for s in highlights(text, parse("hanh quyen"))] == ["Hạnh", "hành", "quyền"]
