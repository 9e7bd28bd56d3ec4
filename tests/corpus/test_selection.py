"""Exports take home what the search shows: the same documents, the same pages, and the facts on these."""

from __future__ import annotations

import io
import zipfile
from itertools import product

import pytest

from corpus.export.package import write_package
from corpus.export.records import export, records
from corpus.search.filters import Filters
from corpus.search.query import NoWords, QueryError
from corpus.search.search import search
from corpus.search.selection import Selection, UnknownDocument
from db.store import Corpus
from documents.facts import FACT_KINDS, Assignment, Header, Target
from tests.making import a_document, the_decision


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    plan = a_document(
        "Cải cách hành chính: phấn đấu 25% hồ sơ\n",
        "Giám sát thủ tục; Sở Nội vụ chủ trì, 10% hồ sơ\n",
        "Phụ lục không có gì\n",
        name="ke_hoach.pdf",
        header=Header(number="1/KH-UBND", type="Kế hoạch", province="Hậu Giang", date="2021-02-03", signer="Lê Văn B"),
        facts=[
            ("25% hồ sơ", Target("target", 25.0, "%", ">=", indicator="hồ sơ")),
            ("10% hồ sơ", Target("target", 10.0, "%", ">=", indicator="hồ sơ")),
            ("Sở Nội vụ chủ trì", Assignment("Sở Nội vụ", "lead", "giám sát")),
        ],
    )
    with Corpus.open(tmp_path_factory.mktemp("selection") / "c.db", create=True) as corpus:
        corpus.save(the_decision(), path="1")
        corpus.save(plan, path="2")
        corpus.save(a_document("Báo cáo giám sát\n", "giảm nghèo\n", name="bao_cao.pdf"), path="3")
        yield corpus


WORDS = ["", "giam", "giám", "giám OR nghèo", "ho so -cai", '"cải cách hành chính"', "76 nq cp", "1 kh ubnd", "không_có"]
FILTERS = [
    Filters(),
    Filters(type="ke hoach"),
    Filters(province="Cần Thơ"),  # Hậu Giang is in Cần Thơ since 2025-07-01
    Filters(province="Lào Cai"),
    Filters(year_from=2022),
    Filters(signer="Lê Văn B", year_to=2021),
    Filters(has=("targets",)),
    Filters(has=("targets", "assignments")),
    Filters(confidence_from=0.5),
    Filters(confidence_from=0.99),
]


@pytest.mark.parametrize(("words", "filters"), [*product(WORDS, FILTERS)])
def test_exports_hold_the_documents_and_pages_that_the_search_finds(corpus, words, filters):
    conditions = {name: getattr(filters, name) for name in Filters.__slots__}
    found = search(corpus, words, limit=100, pages_per_document=100, **conditions)
    chosen = Selection(words, filters)
    assert sorted(one["document"] for one in records(corpus, "documents", chosen)) == sorted(h.document for h in found.hits)
    pages = {(hit.document, page.page) for hit in found.hits for page in hit.pages}
    assert {(page["document"], page["page"]) for page in records(corpus, "pages", chosen)} == pages
    for kind in (*FACT_KINDS, "tables"):
        there = [one for one in records(corpus, kind) if (one["document"], one["page"]) in pages]
        assert list(records(corpus, kind, chosen)) == there


def test_a_document_narrows_an_export(corpus):
    key = next(one["id"] for one in records(corpus, "documents") if one["document"] == "ke_hoach")
    assert {one["page"] for one in records(corpus, "targets", Selection(document=key))} == {1, 2}
    assert {one["page"] for one in records(corpus, "targets", Selection("giám", document=key))} == {2}
    with pytest.raises(UnknownDocument, match="no document has the key"):
        list(records(corpus, "targets", Selection(document="' OR 1=1 --")))


def test_words_without_a_word_do_not_mean_everything(corpus):
    with pytest.raises(NoWords, match="no word to look for"):
        list(records(corpus, "targets", Selection("-- /")))


def test_a_package_holds_what_is_selected(corpus):
    stream = io.BytesIO()
    assert write_package(corpus, stream, Selection("giám", Filters(type="Kế hoạch"))) == 3  # document, target, assignment
    with zipfile.ZipFile(stream) as package:
        assert package.read("targets.csv").decode().count("ke_hoach") == 2  # the record and its citation
        assert len(package.read("documents.csv").decode().splitlines()) == 2


def test_words_that_cant_be_searched_for_are_told_before_anything_is_written(corpus):
    stream = io.BytesIO()
    with pytest.raises(QueryError, match="leave out"):
        export(corpus, "targets", "csv", stream, Selection("-giám"))
    assert stream.getvalue() == b""


@pytest.mark.parametrize("kind", ["documents", "pages", "deadlines", "citations", "tables"])
def test_records_stream_document_by_document(tmp_path, kind):
    with Corpus.open(tmp_path / "many.db", create=True) as corpus:
        for i in range(30):
            corpus.save(the_decision(f"{i:02}.pdf"), path=str(i))
        asked: list[str] = []
        rows = records(corpus, kind, Selection("cải cách OR báo cáo"))
        corpus.db.conn.set_trace_callback(asked.append)
        next(rows)
        corpus.db.conn.set_trace_callback(None)
        assert len([sql for sql in asked if not sql.startswith("--")]) == 2  # the documents, and the first one's records
