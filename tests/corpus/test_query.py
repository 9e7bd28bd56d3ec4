"""What is typed into the search box and what FTS5 is asked."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.search.query import All, Either, Number, Phrase, QueryError, Without, Word, parse, to_match
from corpus.search.snippets import highlights
from db.index import exact_form
from normalizers.forms import fold

KEYS = {"76nqcp", "32016qdubnd", "1072021ndcp"}


def known(key: str):
    return "exact" if key in KEYS else "prefix" if any(k.startswith(key) for k in KEYS) else None


NUMBER = Number("76nqcp", ("76", "nq", "cp"))


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("cải", Word("cải")),
        ("CẢI", Word("cải")),
        ("hoà", Word("hòa")),
        ("cai cach", All((Word("cai"), Word("cach")))),
        ('"cải cách"', Phrase((Word("cải"), Word("cách")))),
        ("“cải cách”", Phrase((Word("cải"), Word("cách")))),
        ('"cải cách', Phrase((Word("cải"), Word("cách")))),
        ("a OR b c", Either((Word("a"), All((Word("b"), Word("c")))))),
        ("(a OR b) c", All((Either((Word("a"), Word("b"))), Word("c")))),
        ("a -b", Without(Word("a"), Word("b"))),
        ("a NOT b", Without(Word("a"), Word("b"))),
        ("a -b -c", Without(Word("a"), Either((Word("b"), Word("c"))))),
        ("hanh* chinh", All((Word("hanh", prefix=True), Word("chinh")))),
        ("kinh tế-xã hội", All((Word("kinh"), Phrase((Word("tế"), Word("xã"))), Word("hội")))),
        ("2021 -2025", All((Word("2021"), Word("2025")))),
        ("76/NQ-CP", NUMBER),
        ("76 nq cp", NUMBER),
        ("76 NQ-CP", NUMBER),
        ("76nqcp", Number("76nqcp", ("76nqcp",))),
        ("076/nq-cp", Number("76nqcp", ("076", "nq", "cp"))),
        ("nghị quyết 76/NQ-CP", All((Word("nghị"), Word("quyết"), NUMBER))),
        ("76/NQ", Number("76nq", ("76", "nq"), prefix=True)),
        ("76 n", All((Word("76"), Word("n")))),
        ("99/QĐ-TTg", Phrase((Word("99"), Word("qđ"), Word("ttg")))),
        ("", None),
        ('" "', None),
        ("OR", None),
        (")(", None),
    ],
)
def test_parse_reads_what_people_type(typed, query):
    assert parse(typed, known) == query


@pytest.mark.parametrize("typed", ["-a", "NOT a", "a OR -b"])
def test_parse_refuses_to_only_leave_out(typed):
    with pytest.raises(QueryError, match="add one to look for"):
        parse(typed)


@pytest.mark.parametrize("typed", ["a " * 1000, "(" * 5000 + "a"])
def test_parse_refuses_endless_queries(typed):
    with pytest.raises(QueryError, match="leave some out"):
        parse(typed)


@pytest.fixture(scope="module")
def index():
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE page_index USING fts5(exact, folded, title, numbers, labels,"
        " tokenize=\"unicode61 remove_diacritics 0 tokenchars '%'\")"
    )
    yield connection
    connection.close()


@settings(deadline=None)
@given(typed=st.text(st.sampled_from("abđề76/-\"()*% \t\x00OR|NOT:^{}+~'\\;.,“"), max_size=40))
def test_whatever_is_typed_is_refused_or_understood_by_the_index(index, typed):
    try:
        query = parse(typed, known)
    except QueryError:
        return
    if query is not None:
        index.execute("SELECT rowid FROM page_index WHERE page_index MATCH ?", [to_match(query)]).fetchall()


@pytest.mark.parametrize(
    ("typed", "plainly"),
    [
        ("125/QÐ-UBND", "125/QĐ-UBND"),
        ("125/qð-ubnd", "125/qđ-ubnd"),
        ("76/NQ\u2013CP", "76/NQ-CP"),
        ("76/NQ\u00adCP", "76/NQ-CP"),
        ("90\u00ad95%", "90-95%"),
        ("２０２５ ｖà", "2025 và"),
        ("hoà", "hòa"),
        ("kinh tế \u2013 xã hội", "kinh tế xã hội"),
    ],
)
def test_queries_get_what_documents_get(typed, plainly):
    assert parse(typed, known) == parse(plainly, known)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("kĩ thuật", "Sở Kỹ thuật"),
        ("kỹ", "kĩ sư"),
        ('"lí luận chính trị"', "lý luận chính trị"),
        ("qui hoach", "Quy hoạch"),
        ("15/6/2020", "ngày 15 tháng 6 năm 2020"),
        ("15/06/2020", "ngày 15/6/2020"),
        ("5.6.2020", "ngày 05 tháng 6 năm 2020"),
    ],
)
def test_other_spellings_are_found_and_marked(index, typed, printed):
    query = parse(typed)
    index.execute("DELETE FROM page_index")
    index.execute("INSERT INTO page_index(exact, folded) VALUES (?, ?)", [exact_form(printed), fold(printed)])
    assert index.execute("SELECT rowid FROM page_index WHERE page_index MATCH ?", [to_match(query)]).fetchall()
    assert highlights(printed, query)


def test_what_is_no_day_is_no_date():
    assert parse("45/6/2020") == parse("45-6-2020")


def test_words_with_marks_go_to_the_exact_column_only():
    assert to_match(Word("giám")) == '"giám"'
    assert to_match(Word("giam")) == '{exact folded title} : "giam"'


@pytest.mark.parametrize("typed", ["rừng AND biển", "rừng & biển", "AND rừng biển", "rừng biển AND"])
def test_and_says_what_standing_side_by_side_says(typed):
    assert parse(typed) == parse("rừng biển")
    assert parse("rừng and biển") != parse("rừng biển")
