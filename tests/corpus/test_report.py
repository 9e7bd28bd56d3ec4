"""The report of a run: nothing left out, the worst first, and safe to open whatever files are called."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from corpus.languages import catalogue
from corpus.reports.runs import whole_report, write_report
from db.store import Corpus
from documents.facts import FactKind, Header, Part
from documents.outcome import Quarantined, Reason
from documents.page import Source
from tests.making import a_document, the_decision

NASTY = "=cmd|' /c calc'!A1 <script>alert(1)</script>\u202efdp.exe"
HEADER = Header(number="06/QĐ-UBND", issuer="UBND tỉnh Hải Dương", date="2023-01-05")


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    with Corpus.open(tmp_path_factory.mktemp("report") / "c.db", create=True) as corpus:
        run = corpus.begin_run({"paths": ["in"]}, {"engine": "x"})
        sure = a_document("một\n", "hai\n", name="sure.pdf", header=HEADER)
        pages = tuple(replace(page, confidence=c) for page, c in zip(sure.document.pages, (1.0, 0.2), strict=True))
        unsure = replace(sure, document=replace(sure.document, pages=pages))
        corpus.save(unsure, path="in/sure.pdf", run_id=run)
        corpus.save(a_document("ba\n", name="same.pdf", header=HEADER), path="in/same.pdf", run_id=run)
        corpus.save(the_decision(), path="elsewhere.pdf")
        nasty = Quarantined("f" * 64, NASTY, 0, "", Reason.EMPTY, "0 bytes")
        corpus.quarantine(nasty, path=NASTY, run_id=run)
        corpus.finish_run(run)
        return whole_report(corpus, run)


def written(report, format_: str, language: str = "en") -> str:
    stream = io.BytesIO()
    write_report(report, format_, stream, language=language)
    return stream.getvalue().decode("utf-8-sig")


def test_report_names_the_worst_pages_of_its_run_and_none_that_is_beyond_doubt(report):
    assert [(page["document"], page["page"]) for page in report["worst_pages"]] == [("sure", 2), ("same", 1)]


def test_report_to_print_has_a_word_in_each_language_for_every_reason_outcome_and_source():
    assert {*Reason, *Source, *FactKind, "stored", "unchanged", "partial", "quarantined"} <= set(catalogue("report_value"))


def test_report_lists_scans_of_one_original_the_better_first(report):
    assert [row["names"] for row in report["same_documents"]] == ["same.pdf; sure.pdf"]


def test_report_as_json_is_the_report(report):
    assert json.loads(written(report, "json")) == json.loads(json.dumps(report))


def test_report_as_csv_has_a_row_per_file_and_no_formulas(report):
    rows = list(csv.DictReader(io.StringIO(written(report, "csv"))))
    assert len(rows) == len(report["files"]) == 3
    assert not any(cell[:1] in "=+-@" for row in rows for cell in row.values() if cell)
    assert {row["path"].strip() for row in rows} == {file["path"] for file in report["files"]}


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.open += [tag] if tag != "meta" else []

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize(("language", "word"), [("en", "Worst pages first"), ("vi", "Các trang kém nhất")])
def test_report_as_a_page_is_whole_and_runs_nothing(report, language, word):
    page = written(report, "html", language)
    tags = Tags(page)
    assert tags.open == [] and not tags.seen & {"script", "img", "link", "iframe", "a"}
    assert word in page and "&lt;script&gt;" in page and "\u202e" not in page
    assert all(Path(file["path"]).name in page for file in report["files"] if file["path"] != NASTY)


def test_report_names_documents_with_a_mark_of_secrecy(tmp_path):
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        run = corpus.begin_run({"paths": ["in"]}, {"engine": "x"})
        corpus.save(a_document("một\n", name="open.pdf", header=HEADER), path="open.pdf", run_id=run)
        corpus.save(
            a_document("hai\n", name="closed.pdf", header=replace(HEADER, secrecy="Mật")), path="closed.pdf", run_id=run
        )
        inside = a_document("ba\n", "bốn\n", name="inside.pdf")
        parts = (Part(1, 1), Part(2, 2, 0.9, (), replace(HEADER, secrecy="Tối mật")))
        corpus.save(replace(inside, facts=replace(inside.facts, parts=parts)), path="inside.pdf", run_id=run)
        corpus.finish_run(run)
        secret = whole_report(corpus, run)["secret_documents"]
    assert [(row["document"], row["secrecy"]) for row in secret] == [("closed", "Mật"), ("inside", "Tối mật")]


def test_a_second_run_reports_what_the_corpus_holds_of_unchanged_files(tmp_path):
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        decision = the_decision()
        first, again = corpus.begin_run({}, {}), corpus.begin_run({}, {})
        corpus.save(decision, path="in/a.pdf", run_id=first)
        for path in ("in/a.pdf", "in/copy.pdf"):
            corpus.record_path(decision.document.source, path=path, run_id=again)
        stored, unchanged = corpus.report(first), corpus.report(again)
    (before,) = stored["files"]
    assert before["facts"] and before["sources"]
    for file in unchanged["files"]:
        assert file["outcome"] == "unchanged"
        assert {name: file[name] for name in ("facts", "sources", "confidence")} == {
            name: before[name] for name in ("facts", "sources", "confidence")
        }
