"""Corrections by people: kept, found, carried over re-readings, never lost to another's."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.search.search import search
from db import codec
from db.digest import content_digest
from db.reviews import (
    LONGEST,
    ReviewConflict,
    ReviewError,
    correct_header,
    correct_line,
    decide_fact,
    fact_state,
    history,
    latest,
    line_edits,
    undo_latest,
)
from db.store import Corpus, document_key
from documents.edits import Doubt, Edit, Span, replay
from documents.facts import Header, Target
from tests.making import DECISION_2, a_document, the_decision

KEY = document_key(the_decision().document.source.sha256)
LINE_5 = "Thực hiện Nghị quyết số 76/NQ-CP ngày 15 tháng 7 năm 2021 của Chính phủ"
BETTER = "Thực hiện có hiệu quả Nghị quyết số 76/NQ-CP ngày 16 tháng 7 năm 2021 của Chính phủ"


@pytest.fixture
def corpus(tmp_path):
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        corpus.save(the_decision(), path="a")
        yield corpus


def correct(corpus, before=LINE_5, after=BETTER, reviewer="Lan"):
    correct_line(corpus, KEY, 1, 5, before=before, after=after, reviewer=reviewer)


def page_one(corpus):
    return corpus.row(
        "SELECT raw, repaired, edits, doubts FROM page_texts JOIN page_layouts USING (page_id)"
        " JOIN pages p ON p.id = page_id WHERE number = 1"
    )


def text_of(corpus) -> str:
    rows = corpus.tuples("SELECT repaired FROM page_texts JOIN pages ON pages.id = page_id ORDER BY number")
    return "\f".join(text for (text,) in rows)


def quotes_stand_where_they_are_said_to(corpus) -> bool:
    text = text_of(corpus)
    rows = [row for table in ("deadlines", "citations") for row in corpus.rows(f"SELECT * FROM {table}")]
    return all(text[row["start"] : row["end"]].replace("\n", " ") == row["quote"] for row in rows)


def test_a_corrected_line_is_found_at_once_and_raw_text_stays(corpus):
    assert search(corpus, '"có hiệu quả"').documents == 0
    correct(corpus)
    assert search(corpus, '"có hiệu quả"').documents == 1
    assert search(corpus, '"ngày 15"').documents == 0
    page = page_one(corpus)
    assert "ngay 15" in page["raw"] and BETTER in page["repaired"]
    edits = codec.unpack_edits(page["edits"], page["raw"])
    assert replay(page["raw"], edits) == page["repaired"]
    assert {(e.before, e.after): e.rule for e in edits}[("ngay", "ngày")] == "channel"
    assert {(e.before, e.after): e.rule for e in edits}[("15", "16")] == "review"
    assert codec.unpack_doubts(page["doubts"]) == ()
    corpus.db.execute("INSERT INTO page_index(page_index) VALUES ('integrity-check')")


def test_what_stands_behind_a_correction_moves_along(corpus):
    assert quotes_stand_where_they_are_said_to(corpus)
    correct(corpus)
    assert quotes_stand_where_they_are_said_to(corpus)
    assert corpus.row("SELECT start FROM pages WHERE number = 2")["start"] == text_of(corpus).index("\f") + 1


def test_reading_again_keeps_corrections(corpus):
    correct(corpus)
    correct_header(corpus, KEY, "signer", before="Triệu Thế Hùng", after="Triệu Thế Hưng", reviewer="Lan")
    fact = corpus.row("SELECT id FROM deadlines")["id"]
    decide_fact(corpus, fact, "accepted", before="", reviewer="Minh")
    before = content_digest(corpus.path)
    corpus.save(the_decision(), path="a")
    assert content_digest(corpus.path) == before
    corpus.save(replace(the_decision(), versions={"engine": "newer"}), path="a")
    assert BETTER in text_of(corpus)
    assert corpus.row("SELECT signer FROM documents")["signer"] == "Triệu Thế Hưng"
    assert corpus.row("SELECT review FROM deadlines")["review"] == "accepted"
    assert [(row["reviewer"], row["kind"], row["stale"]) for row in history(corpus, KEY)] == [
        ("Minh", "accepted", 0),
        ("Lan", "header", 0),
        ("Lan", "line", 0),
    ]


def test_a_field_that_a_person_vouches_for_is_not_in_doubt(tmp_path):
    read = the_decision()
    header = replace(read.facts.header, doubtful=("number", "date"))
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        corpus.save(replace(read, facts=replace(read.facts, header=header)), path="a")
        assert corpus.row("SELECT legal_key FROM documents")["legal_key"] is None
        correct_header(corpus, KEY, "number", before="05/QĐ-UBND", after="06/QĐ-UBND", reviewer="Lan")
        half = corpus.row("SELECT doubtful, legal_key FROM documents")
        correct_header(corpus, KEY, "date", before="2023-01-05", after="2023-01-05", reviewer="Lan")
        whole = corpus.row("SELECT doubtful, legal_key FROM documents")
    assert half == {"doubtful": '["date"]', "legal_key": None}
    assert whole == {"doubtful": "[]", "legal_key": "6qdubnd ubnd tinh hai duong 2023-01-05"}


@pytest.mark.parametrize("after", ["2023-01-05", "2023-01-15"])
def test_taking_back_what_was_said_of_a_doubtful_field_brings_the_doubt_back(tmp_path, after):
    read = the_decision()
    header = replace(read.facts.header, doubtful=("date",), probabilities={"date": 0.2})
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        corpus.save(replace(read, facts=replace(read.facts, header=header)), path="a")
        correct_header(corpus, KEY, "date", before="2023-01-05", after=after, reviewer="Lan")
        said = corpus.row("SELECT probabilities, header_sources FROM documents")
        assert said == {"probabilities": '{"date":1.0,"date as read":0.2}', "header_sources": '{"date":"reviewed"}'}
        undo_latest(corpus, "Lan")
        assert corpus.row("SELECT date, doubtful, probabilities, header_sources FROM documents") == {
            "date": "2023-01-05", "doubtful": '["date"]', "probabilities": '{"date":0.2}', "header_sources": "{}",
        }  # fmt: skip


def test_taking_back_the_second_correction_of_a_field_leaves_the_first_vouched_for(tmp_path):
    read = the_decision()
    header = replace(read.facts.header, doubtful=("date",), probabilities={"date": 0.2})
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        corpus.save(replace(read, facts=replace(read.facts, header=header)), path="a")
        correct_header(corpus, KEY, "date", before="2023-01-05", after="2023-01-15", reviewer="Lan")
        correct_header(corpus, KEY, "date", before="2023-01-15", after="2023-01-25", reviewer="Lan")
        undo_latest(corpus, "Lan")
        assert corpus.row("SELECT date, doubtful, header_sources FROM documents") == {
            "date": "2023-01-15", "doubtful": "[]", "header_sources": '{"date":"reviewed"}',
        }  # fmt: skip


def test_a_correction_whose_line_was_read_otherwise_is_kept_and_told(corpus):
    correct(corpus)
    other = a_document("ỦY BAN\nhoàn toàn khác\n", name="05_qd_ubnd.pdf")
    source = the_decision().document.source
    corpus.save(replace(other, document=replace(other.document, source=source)), path="a")
    assert [row["stale"] for row in history(corpus, KEY)] == [1]
    corpus.save(the_decision(), path="a")
    assert [row["stale"] for row in history(corpus, KEY)] == [0] and BETTER in text_of(corpus)


def test_two_reviewers_do_not_lose_each_others_work(corpus):
    correct(corpus, reviewer="Lan")
    with pytest.raises(ReviewConflict) as conflict:
        correct(corpus, after="Thực hiện thứ khác", reviewer="Minh")
    assert conflict.value.current == BETTER and BETTER in text_of(corpus)
    correct(corpus, before=BETTER, after=LINE_5, reviewer="Minh")
    assert [row["reviewer"] for row in history(corpus, KEY)] == ["Minh", "Lan"]
    fact = corpus.row("SELECT id FROM deadlines")["id"]
    decide_fact(corpus, fact, "accepted", before="", reviewer="Lan")
    with pytest.raises(ReviewConflict):
        decide_fact(corpus, fact, "rejected", before="", reviewer="Minh")


def test_a_corrected_number_is_found_as_the_documents_own(corpus):
    correct_header(corpus, KEY, "number", before="05/QĐ-UBND", after="06/QĐ-UBND", reviewer="Lan")
    assert [hit.key for hit in search(corpus, "6 qd ubnd").hits] == [KEY]
    correct_header(corpus, KEY, "date", before="2023-01-05", after="2022-12-31", reviewer="Lan")
    assert search(corpus, "cải cách", year_to=2022).documents == 1
    with pytest.raises(ReviewError, match="2023-04-01"):
        correct_header(corpus, KEY, "date", before="2022-12-31", after="mai", reviewer="Lan")


def test_a_corrected_fact_keeps_what_it_was(tmp_path):
    document = a_document("phấn đấu 20%\n", facts=[("20%", Target("target", 20.0, "%", "="))])
    with Corpus.open(tmp_path / "f.db", create=True) as corpus:
        corpus.save(document, path="a")
        fact = corpus.row("SELECT id FROM targets")["id"]
        decide_fact(corpus, fact, "corrected", before="", reviewer="Lan", values={"value": 25.0, "unit": "%"})
        assert corpus.row("SELECT value, review FROM targets") == {"value": 25.0, "review": "corrected"}
        said = history(corpus, fact.split("-")[0])[0]
        assert (said["before"], said["after"]) == ('{"value":20.0}', '{"value":25.0}')


@pytest.mark.parametrize(
    ("page", "line", "after", "message"),
    [(9, 1, "x", "no page 9"), (1, 0, "x", "no line 0"), (1, 99, "x", "no line 99"), (1, 5, "x" * 5000, "longer than")],
)
def test_impossible_corrections_are_refused_and_change_nothing(corpus, page, line, after, message):
    before = content_digest(corpus.path)
    with pytest.raises(ReviewError, match=message):
        correct_line(corpus, KEY, page, line, before=LINE_5, after=after, reviewer="Lan")
    assert content_digest(corpus.path) == before


def test_a_correction_never_adds_a_line(corpus):
    correct(corpus, after="một\nhai\fba\u2028bốn\x00")
    assert text_of(corpus).count("\n") == the_decision().repaired.text.count("\n")
    assert text_of(corpus).endswith(DECISION_2)


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_line_edits_lead_from_raw_to_corrected(raw, after):
    assert replay(raw, sorted(line_edits(raw, after))) == after


def reread(path, first: str, second: str, line: int, after: str = "đã sửa") -> list[str]:
    """The lines of a document read as ``second`` after its line ``line`` was corrected when it read ``first``."""
    source = the_decision().document.source

    def read(text):
        made = a_document(text, name="05_qd_ubnd.pdf")
        return replace(made, document=replace(made.document, source=source))

    with Corpus.open(path, create=True) as corpus:
        corpus.save(read(first), path="a")
        before = first.split("\n")[line - 1]
        correct_line(corpus, KEY, 1, line, before=before, after=after, reviewer="Lan")
        corpus.save(read(second), path="a")
        return text_of(corpus).split("\n")


@pytest.mark.parametrize(
    ("second", "corrected"),
    [
        ("Lưu: VT\nmột\nhai\nLưu: VT\nba\nbốn\nnăm\nsáu\nLưu: VT\n", 4),  # its own line stands where it stood
        ("Lưu: VT\nmột\nhai\nmới\nLưu: VT\nba\nbốn\nsáu\nLưu: VT\n", 5),  # pushed down: the nearest, not the first or last
        ("Lưu: VT\nhai\nLưu: VT\nba\nbốn\nnăm\nsáu\nLưu: VT\n", 3),  # pushed up
        ("một\nhai\nba\nbốn\nLưu: VT\n", 5),
        ("Lưu: VT\nhai\nba\nbốn\n", 1),
    ],
)
def test_a_correction_goes_to_the_nearest_line_that_reads_the_same(tmp_path, second, corrected):
    first = "Lưu: VT\nmột\nhai\nLưu: VT\nba\nbốn\nnăm\nsáu\nLưu: VT\n"
    lines = reread(tmp_path / "c.db", first, second, 4)
    assert [i for i, line in enumerate(lines, 1) if line == "đã sửa"] == [corrected]
    assert [line for line in lines if line != "đã sửa"] == [
        line for i, line in enumerate(second.split("\n"), 1) if i != corrected
    ]


FACTS = [
    ("đạt 20%", Target("target", 20.0, "%", "=")),
    ("giảm 15%", Target("target", 15.0, "%", "=")),
    ("trồng 30 ha", Target("target", 30.0, "ha", "=")),
    ("hai trang đầy đủ\n\fđạt 40%", Target("target", 40.0, "%", "=")),
    ("tăng 50%", Target("target", 50.0, "%", "=")),
]
PAGES = ("đạt 20%\nđề nghị giảm 15%, trồng 30 ha\nhai trang đầy đủ\n", "đạt 40%\nphải tăng 50%\n")


@pytest.mark.parametrize(
    ("line", "after", "changed"),
    [
        (2, "đề nghị giảm 15 phần trăm, trồng 30 ha", {15.0: "giảm 15 phần trăm,"}),
        (1, "đạt được 20%", {20.0: "đạt được 20%"}),
        (3, "hai trang rất đầy đủ", {40.0: "hai trang rất đầy đủ\n\fđạt 40%"}),
        (2, "", {15.0: "", 30.0: ""}),
    ],
)
def test_facts_before_in_and_behind_a_corrected_line_keep_their_places(tmp_path, line, after, changed):
    document = a_document(*PAGES, facts=FACTS)
    key = document_key(document.document.source.sha256)
    with Corpus.open(tmp_path / "f.db", create=True) as corpus:
        corpus.save(document, path="a")
        correct_line(corpus, key, 1, line, before=PAGES[0].split("\n")[line - 1], after=after, reviewer="Lan")
        text = text_of(corpus)
        places = {row["value"]: text[row["start"] : row["end"]] for row in corpus.rows("SELECT * FROM targets")}
    assert text.split("\n")[line - 1] == after
    assert places == {value.value: quote for quote, value in FACTS} | changed


def test_a_correction_ends_the_doubts_of_its_line_only(tmp_path):
    text = "một hai\nba bốn\nnăm sáu\n"
    doubts = [Doubt(text.index(word), text.index(word) + len(word), 0.4, word) for word in ("hai", "ba", "bốn", "năm")]
    edits = [Edit(0, 3, "một", "Một", "channel", 0.9), Edit(11, 14, "bốn", "Bốn", "channel", 0.9)]
    document = a_document(text, doubts=doubts, edits=edits)
    key = document_key(document.document.source.sha256)
    with Corpus.open(tmp_path / "f.db", create=True) as corpus:
        corpus.save(document, path="a")
        correct_line(corpus, key, 1, 2, before="ba Bốn", after="bà Bốn", reviewer="Lan")
        page = page_one(corpus)
    assert [doubt.suggestion for doubt in codec.unpack_doubts(page["doubts"])] == ["hai", "năm"]
    kept = codec.unpack_edits(page["edits"], page["raw"])
    assert [(edit.start, edit.after, edit.rule, round(edit.score, 2)) for edit in kept] == [
        (0, "Một", "channel", 0.9),
        (8, "bà", "review", 1.0),
        (11, "Bốn", "channel", 0.9),
    ]
    assert page["repaired"] == "Một hai\nbà Bốn\nnăm sáu\n"


def test_a_place_of_the_header_moves_with_the_page(tmp_path):
    read = a_document("Số: 05/QĐ-UBND\nmột hai\nngày 5\n", header=Header(number="05/QĐ-UBND"))
    read = replace(read, facts=replace(read.facts, header_spans={"date": Span(23, 29)}))
    with Corpus.open(tmp_path / "f.db", create=True) as corpus:
        corpus.save(read, path="a")
        key = document_key(read.document.source.sha256)
        correct_line(corpus, key, 1, 2, before="một hai", after="một", reviewer="Lan")
        spans = json.loads(corpus.row("SELECT header_spans FROM documents")["header_spans"])
    assert spans == {"date": [19, 25]}


@pytest.mark.parametrize("date", ["2022", "2022-12", "2022-12-31", ""])
def test_a_date_may_be_known_in_part(corpus, date):
    correct_header(corpus, KEY, "date", before="2023-01-05", after=date, reviewer="Lan")
    row = corpus.row("SELECT date, year FROM documents")
    assert row == {"date": date or None, "year": 2022 if date else None}


@pytest.mark.parametrize("date", ["31/12/2022", "2022-1", "2022-12-31x", "x2022", "22"])
def test_what_is_no_date_is_refused(corpus, date):
    with pytest.raises(ReviewError, match="2023-04-01"):
        correct_header(corpus, KEY, "date", before="2023-01-05", after=date, reviewer="Lan")


def test_an_emptied_number_is_no_number(corpus):
    correct_header(corpus, KEY, "number", before="05/QĐ-UBND", after="", reviewer="Lan")
    row = corpus.row("SELECT number, number_key, legal_key FROM documents")
    assert row == {"number": None, "number_key": None, "legal_key": None}
    correct_header(corpus, KEY, "number", before="", after="07/QĐ-UBND", reviewer="Lan")
    assert corpus.row("SELECT number_key FROM documents")["number_key"] == "7qdubnd"


def test_nothing_is_said_where_nothing_changes(corpus):
    line = page_one(corpus)["repaired"].split("\n")[1]
    correct_line(corpus, KEY, 1, 2, before=line, after=line, reviewer="Lan")
    correct_header(corpus, KEY, "signer", before="Triệu Thế Hùng", after=" Triệu Thế Hùng ", reviewer="Lan")
    fact = corpus.row("SELECT id FROM deadlines")["id"]
    decide_fact(corpus, fact, "corrected", before="", reviewer="Lan", values={"relation": "before", "nosuch": 1})
    assert history(corpus, KEY) == []


def test_what_is_not_there_can_not_be_decided(corpus):
    with pytest.raises(ReviewError, match="no field colour; there are number, type"):
        correct_header(corpus, KEY, "colour", before="", after="x", reviewer="Lan")
    with pytest.raises(ReviewConflict, match="changed in the meantime; now it reads: Triệu Thế Hùng"):
        correct_header(corpus, KEY, "signer", before="", after="x", reviewer="Lan")
    with pytest.raises(ReviewError, match="no document"):
        correct_header(corpus, "0" * 16, "signer", before="", after="x", reviewer="Lan")
    fact = corpus.row("SELECT id FROM deadlines")["id"]
    with pytest.raises(ReviewError, match="no decision maybe; there are accepted"):
        decide_fact(corpus, fact, "maybe", before="", reviewer="Lan")
    with pytest.raises(ReviewError, match="no fact"):
        decide_fact(corpus, fact + "9", "accepted", before="", reviewer="Lan")
    assert history(corpus, KEY) == []


def test_a_value_may_be_as_long_as_it_says_and_no_longer(corpus):
    correct_header(corpus, KEY, "title", before=the_decision().facts.header.title, after="x" * LONGEST, reviewer="Lan")
    with pytest.raises(ReviewError, match=f"longer than {LONGEST} characters"):
        correct_header(corpus, KEY, "title", before="x" * LONGEST, after="x" * (LONGEST + 1), reviewer="Lan")


def test_the_latest_reviews_of_all_documents_come_first(corpus):
    correct(corpus)
    for decision, before in (("accepted", ""), ("rejected", "accepted")):
        decide_fact(corpus, corpus.row("SELECT id FROM deadlines")["id"], decision, before=before, reviewer="Minh")
    assert [(row["kind"], row["document"], row["number"]) for row in latest(corpus, 2)] == [
        ("rejected", "05_qd_ubnd", "05/QĐ-UBND"),
        ("accepted", "05_qd_ubnd", "05/QĐ-UBND"),
    ]
    said = history(corpus, KEY)[-1]
    assert (said["page"], said["line"], said["before"], said["after"]) == (1, 5, LINE_5, BETTER)
    assert said["raw"] == LINE_5.replace("ngày", "ngay") and said["field"] is None
    assert datetime.fromisoformat(said["at"]).tzinfo is not None


def test_a_fact_that_is_found_no_more_leaves_its_review_stale(corpus):
    decide_fact(corpus, corpus.row("SELECT id FROM deadlines")["id"], "rejected", before="", reviewer="Lan")
    read = the_decision()
    corpus.save(replace(read, facts=replace(read.facts, found=read.facts.found[:1])), path="a")
    assert [row["stale"] for row in history(corpus, KEY)] == [1]


def test_an_inserted_word_is_an_edit_of_its_own_and_words_that_stay_none():
    assert line_edits("thực hiện", "thực hiện") == []
    assert [(e.start, e.end, e.before, e.after) for e in line_edits("báo cáo", "báo cáo ngay", 7)] == [(14, 14, "", " ngay")]
    assert [(e.before, e.after) for e in line_edits("a b c", "a x y c")] == [("b", "x y")]


def test_a_line_that_is_called_right_ends_its_doubts_and_is_told_of(corpus):
    assert codec.unpack_doubts(page_one(corpus)["doubts"])
    correct(corpus, after=LINE_5)
    page = page_one(corpus)
    assert codec.unpack_doubts(page["doubts"]) == () and LINE_5 in page["repaired"]
    assert [(said["before"], said["after"]) for said in history(corpus, KEY)] == [(LINE_5, LINE_5)]


def test_two_who_correct_one_fact_do_not_overwrite_each_other(corpus):
    row = corpus.row("SELECT * FROM deadlines")
    seen = fact_state(row)
    decide_fact(corpus, row["id"], "corrected", before="", seen=seen, reviewer="Lan", values={"iso": "2023-05-01"})
    with pytest.raises(ReviewConflict):
        decide_fact(corpus, row["id"], "corrected", before="", seen=seen, reviewer="Minh", values={"iso": "2023-06-01"})
    now = corpus.row("SELECT * FROM deadlines")
    with pytest.raises(ReviewConflict) as conflict:  # the decision is the one that was seen, the values are not
        decide_fact(
            corpus, row["id"], "corrected", before="corrected", seen=seen, reviewer="Minh", values={"iso": "2023-06-01"}
        )
    assert conflict.value.row["iso"] == "2023-05-01"
    correct(corpus)  # moves facts without touching what they say
    decide_fact(
        corpus,
        row["id"],
        "corrected",
        before="corrected",
        seen=fact_state(now),
        reviewer="Minh",
        values={"iso": "2023-06-01"},
    )
    assert corpus.row("SELECT iso FROM deadlines")["iso"] == "2023-06-01"


def test_undo_takes_back_the_latest_that_is_not_taken_back_yet(corpus):
    row = corpus.row("SELECT id, iso FROM deadlines")
    correct(corpus)
    decide_fact(corpus, row["id"], "corrected", before="", reviewer="Lan", values={"iso": "2030"})
    correct_header(corpus, KEY, "signer", before="Triệu Thế Hùng", after="Ai khác", reviewer="Lan")
    correct_header(corpus, KEY, "place", before="", after="Hải Dương", reviewer="Minh")
    kinds = [undo_latest(corpus, "Lan")["kind"] for _ in range(3)]
    assert kinds == ["header", "corrected", "line"] and undo_latest(corpus, "Lan") is None
    document = corpus.row("SELECT signer, place FROM documents")
    assert document == {"signer": "Triệu Thế Hùng", "place": "Hải Dương"}
    assert corpus.row("SELECT iso, review FROM deadlines") == {"iso": row["iso"], "review": ""}
    assert LINE_5 in page_one(corpus)["repaired"] and search(corpus, '"có hiệu quả"').documents == 0
    corpus.save(the_decision(), path="a")  # read anew: what was taken back stays so
    assert LINE_5 in page_one(corpus)["repaired"] and quotes_stand_where_they_are_said_to(corpus)
    assert corpus.row("SELECT signer, place FROM documents") == document


def test_undo_does_not_overwrite_what_another_did_since(corpus):
    correct(corpus)
    correct(corpus, before=BETTER, after="khác hẳn", reviewer="Minh")
    with pytest.raises(ReviewConflict):
        undo_latest(corpus, "Lan")
    assert "khác hẳn" in page_one(corpus)["repaired"]


def test_a_date_that_a_person_completes_is_known_to_the_day(corpus):
    for before, after, precision in (("2023-01-05", "2023-01-06", "day"), ("2023-01-06", "", None)):
        correct_header(corpus, KEY, "date", before=before, after=after, reviewer="Lan")
        assert corpus.row("SELECT date_precision FROM documents")["date_precision"] == precision
