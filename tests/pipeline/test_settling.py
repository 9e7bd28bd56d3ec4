"""Headers in doubt are settled by citations and registers of the corpus, and by nothing less."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from db.store import Corpus
from documents.facts import Citation, Header
from documents.page import Cell, Table
from extractors.header.agreement import Said, Sought, settle
from pipeline.runs.settling import settle_doubts
from tests.making import a_document

LOST = Sought("d1", "…/TB-SYT", "2018-03-05", "tuyển dụng viên chức", "Sở Y tế tỉnh Hậu Giang", True, False)
CITED = Said("17/TB-SYT", "2018-03-05", "citation", "d2", issuer="Sở Y tế")


def test_a_citation_of_the_same_day_and_body_settles_the_number():
    assert [(s.number, s.date) for s in settle([LOST], [CITED])] == [("17/TB-SYT", "")]


@pytest.mark.parametrize(
    "said",
    [
        [replace(CITED, date="2018-03-06")],
        [replace(CITED, issuer="Sở Nội vụ")],
        [replace(CITED, number="17/QĐ-SYT")],
        [CITED, replace(CITED, number="18/TB-SYT")],
        [replace(CITED, source="register", title="xin mua xe mô tô")],
    ],
    ids=["another day", "another body", "another notation", "two numbers", "another title"],
)
def test_what_does_not_agree_settles_nothing(said):
    assert settle([LOST], said) == []


def test_one_number_is_given_to_one_document_only():
    assert settle([LOST, replace(LOST, key="d9")], [CITED]) == []


def test_a_register_gives_number_and_day_by_the_title():
    sought = replace(LOST, date="2018-03", date_doubted=True)
    said = Said("17/TB-SYT", "2018-03-05", "register", "muc_luc", title="Về việc tuyển dụng viên chức")
    assert [(s.number, s.date, s.source) for s in settle([sought], [said])] == [("17/TB-SYT", "2018-03-05", "register")]


def test_a_readable_number_in_doubt_is_confirmed_with_its_date():
    sought = replace(LOST, number="17/TB-SYT", date="2018", date_doubted=True)
    assert [(s.number, s.date) for s in settle([sought], [CITED])] == [("17/TB-SYT", "2018-03-05")]


HEADER = Header(
    number="…/TB-SYT", issuer="Sở Y tế tỉnh Hậu Giang", date="2018-03-05", doubtful=("number",), title="tuyển dụng"
)
CITING = "Căn cứ Thông báo số 17/TB-SYT ngày 05/3/2018 của Sở Y tế\n"
REGISTER = "Số, ký hiệu\nNgày tháng\nTrích yếu nội dung\n17/TB-SYT\n05/03/2018\nVề việc tuyển dụng\n"


def _run(path: Path, *documents) -> dict:
    with Corpus.open(path, create=True) as corpus:
        run = corpus.begin_run({}, {})
        for document in documents:
            corpus.save(document, path=document.document.source.name, run_id=run)
        settle_doubts(corpus, run)
        settle_doubts(corpus, run)  # a second time changes nothing
        found = corpus.row("SELECT * FROM documents WHERE name = 'a.pdf'")
        found["own"] = corpus.tuples("SELECT key FROM numbers WHERE role = 'own'")
        return found


def test_a_document_that_another_cites_is_settled_in_the_corpus_and_found_by_its_number(tmp_path):
    citing = a_document(
        CITING, name="b.pdf", facts=[("số 17/TB-SYT ngày", Citation("17/TB-SYT", "Thông báo", "Sở Y tế", "2018-03-05"))]
    )
    found = _run(tmp_path / "c.db", a_document("Thông báo\n", name="a.pdf", header=HEADER), citing)
    assert (found["number"], found["doubtful"], found["number_key"]) == ("17/TB-SYT", "[]", "17tbsyt")
    assert found["header_sources"] == '{"number":"citation: b"}' and ("17tbsyt",) in found["own"]
    assert found["legal_key"] is not None


def test_a_register_in_a_table_settles_it_too(tmp_path):
    cells = tuple(Cell(i // 3, i % 3, lines=range(i, i + 1)) for i in range(6))
    register = a_document(REGISTER, name="muc_luc.pdf", tables=[Table(2, 3, cells, header_rows=1)])
    found = _run(tmp_path / "c.db", a_document("Thông báo\n", name="a.pdf", header=HEADER), register)
    assert (found["number"], found["header_sources"]) == ("17/TB-SYT", '{"number":"register: muc_luc"}')


def test_what_is_sure_is_never_touched(tmp_path):
    sure = replace(HEADER, number="99/TB-SYT", doubtful=())
    citing = a_document(
        CITING, name="b.pdf", facts=[("số 17/TB-SYT ngày", Citation("17/TB-SYT", "Thông báo", "Sở Y tế", "2018-03-05"))]
    )
    assert _run(tmp_path / "c.db", a_document("Thông báo\n", name="a.pdf", header=sure), citing)["number"] == "99/TB-SYT"


def test_a_written_number_is_confirmed_by_a_register_that_has_one_of_its_readings():
    written = replace(
        LOST, number="58/TB-SYT", title="", date="2018-03-06", date_doubted=True,
        numbers=("58/TB-SYT", "53/TB-SYT"), dates=("2018-03-06", "2018-03-05"),
    )  # fmt: skip
    row = Said("53/TB-SYT", "2018-03-05", "register", "muc_luc", title="Về việc tuyển dụng viên chức")
    assert [(s.number, s.date) for s in settle([written], [row])] == [("53/TB-SYT", "2018-03-05")]
    assert settle([written], [replace(row, number="35/TB-SYT")]) == []
    assert settle([written], [replace(row, date="2018-03-15")]) == []


BODY = "Chi cục Văn thư tỉnh Bình An"


def _by_pen(name: str, numbers: dict[str, float], date: str, dates: dict[str, float] | None = None):
    header = Header(
        number=next(iter(numbers)), issuer=BODY, date=date, doubtful=("date", "number") if dates else ("number",),
        candidates={"number": numbers} | ({"date": dates} if dates else {}), probabilities={"number": 0.5},
    )  # fmt: skip
    return a_document("Thông báo\n", name=name, content=name, header=header)


def test_numbers_of_a_pen_are_decided_by_their_order_and_stay_in_doubt(tmp_path):
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        run = corpus.begin_run({}, {})
        documents = [
            _by_pen("1.pdf", {"12/TB-VT": 0.7}, "2010-03-01"),
            _by_pen("a.pdf", {"75/CV-VT": 0.5, "15/CV-VT": 0.3}, "2010-03-05"),
            _by_pen("3.pdf", {"19/TB-VT": 0.8}, "2010-03-09"),
            _by_pen("4.pdf", {"24/QĐ-VT": 0.6}, "2010-03-22", {"2010-03-22": 0.5, "2010-03-12": 0.3}),
            _by_pen("5.pdf", {"31/TB-VT": 0.9}, "2010-03-14"),
        ]
        for document in documents:
            corpus.save(document, path=document.document.source.name, run_id=run)
        assert settle_doubts(corpus, run) == 5
        assert settle_doubts(corpus, run) == 0  # decided anew from the same readings
        found = {row["name"]: row for row in corpus.rows("SELECT * FROM documents")}
        first = found["a.pdf"]
        assert (first["number"], first["doubtful"]) == ("15/CV-VT", '["number"]')
        assert first["header_sources"] == '{"number":"order in the series"}'
        assert '"75/CV-VT":0.5' in first["candidates"] and first["number_key"] == "15cvvt"
        assert found["4.pdf"]["date"] == "2010-03-12"
        assert corpus.tuples("SELECT count(*) FROM numbers WHERE key = '15cvvt' AND role = 'own'") == [(1,)]


def _issued_by(name: str, issuer: str, **more):
    return a_document("Thông báo\n", name=name, content=name, header=Header(issuer=issuer, **more))


def test_a_body_is_spelt_as_in_most_documents_but_never_renamed(tmp_path):
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        run = corpus.begin_run({}, {})
        for document in (
            _issued_by("1.pdf", BODY),
            _issued_by("2.pdf", BODY),
            _issued_by("3.pdf", "Chi cục văn thư  tỉnh Bình An", doubtful=("issuer",), probabilities={"issuer": 0.4}),
            _issued_by("4.pdf", "Chi cục Văn thủ tỉnh Bình An"),
        ):
            corpus.save(document, path=document.document.source.name, run_id=run)
        assert settle_doubts(corpus, run) == 1
        assert settle_doubts(corpus, run) == 0
        found = {row["name"]: row for row in corpus.rows("SELECT * FROM documents")}
        third = found["3.pdf"]
        assert third["issuer"] == BODY and third["header_sources"] == '{"issuer":"spelling in the corpus"}'
        assert (third["doubtful"], third["probabilities"]) == ('["issuer"]', '{"issuer":0.4}')  # spelling proves nothing
        assert found["4.pdf"]["issuer"] == "Chi cục Văn thủ tỉnh Bình An"


def test_the_spelling_of_a_person_outweighs_the_others(tmp_path):
    mine = "Chi Cục Văn Thư tỉnh Bình An"
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        run = corpus.begin_run({}, {})
        for document in (_issued_by("1.pdf", BODY), _issued_by("2.pdf", BODY)):
            corpus.save(document, path=document.document.source.name, run_id=run)
        corpus.save(_issued_by("3.pdf", mine, header_sources={"issuer": "reviewed"}), path="3.pdf", run_id=run)
        settle_doubts(corpus, run)
        assert {row["issuer"] for row in corpus.rows("SELECT issuer FROM documents")} == {mine}
