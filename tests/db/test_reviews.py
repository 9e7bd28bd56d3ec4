"""Corrections by people: kept, found, carried over re-readings, never lost to another's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.search.search import search
from db import codec
from db.digest import content_digest
from db.reviews import ReviewConflict, ReviewError, correct_header, correct_line, decide_fact, history, line_edits
from db.store import Corpus, document_key
from documents.edits import replay
from documents.facts import Target
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
