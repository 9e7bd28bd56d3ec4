"""The queue of review: what gains most comes first, and what is done or passed over does not come again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.reports.queue import KINDS, progress_of, queue_of
from db.passing import pass_over, take_up
from db.reviews import correct_header, correct_line, decide_fact, undo_latest
from db.store import Corpus
from documents.edits import Doubt
from documents.facts import Header, Target
from documents.outcome import Reason
from documents.page import Box
from tests.making import a_document


@pytest.fixture
def corpus(tmp_path):
    """One document with something of every kind."""
    text = "Số: 05/QĐ-UBND\nphấn đấu đạt 90% hồ sơ\nchữ mờ nhòe\n"
    document = a_document(
        text,
        header=Header(number="05/QĐ-UBND", signer="Ai", doubtful=("number", "signer")),
        doubts=[Doubt(text.index("nhòe"), text.index("nhòe") + 4, 0.4, "nhoè")],
        facts=[("đạt 90%", Target("target", 90.0, "%", "="))],
        failed_pages={2: (Reason.TIME_LIMIT, "")},
    )
    page = replace(document.document.pages[0], unread=(Box(50, 700, 550, 712),))
    document = replace(document, document=replace(document.document, pages=(page,)))
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        corpus.save(document, path="a")
        yield corpus


def kinds(corpus, reviewer="Lan", kind=""):
    return [(item.kind, item.field) for item in queue_of(corpus, reviewer, kind, 99)]


def test_all_that_is_doubtful_is_there_and_what_gains_most_is_first(corpus):
    items = queue_of(corpus, "Lan", most=99)
    assert {item.kind for item in items} == set(KINDS) and [i.gain for i in items] == sorted(
        (i.gain for i in items), reverse=True
    )
    found = kinds(corpus)
    assert found.index(("header", "number")) < found.index(("header", "signer")) < found.index(("doubt", "3"))
    assert next(item for item in items if item.kind == "unread").box == (50.0, 700.0, 550.0, 712.0)
    doubt = next(item for item in items if item.kind == "doubt")
    assert (doubt.value, doubt.suggestion, doubt.line) == ("chữ mờ nhòe", "nhoè", 3)
    for kind in KINDS:
        assert {name for name, _ in kinds(corpus, kind=kind)} == {kind}


def test_what_is_done_leaves_the_queue_and_undone_comes_back(corpus):
    key = corpus.row('SELECT "key" FROM documents')["key"]
    fact = corpus.row("SELECT id FROM targets")["id"]
    correct_header(corpus, key, "number", before="05/QĐ-UBND", after="05/QĐ-UBND", reviewer="Lan")
    correct_line(corpus, key, 1, 3, before="chữ mờ nhòe", after="chữ mờ nhòe", reviewer="Lan")
    decide_fact(corpus, fact, "accepted", before="", reviewer="Lan")
    assert sorted({kind for kind, _ in kinds(corpus)}) == ["failed", "header", "unread"]
    assert ("header", "number") not in kinds(corpus)
    assert progress_of(corpus, "Lan", "2000-01-01").today == 3
    undo_latest(corpus, "Lan")
    assert progress_of(corpus, "Lan", "2000-01-01").today == 2
    assert ("fact", fact) in kinds(corpus) and progress_of(corpus, "Lan", "2000-01-01").left["fact"] == 1


def test_what_is_passed_over_waits_for_others_and_is_taken_up_again(corpus):
    first = queue_of(corpus, "Lan")[0]
    pass_over(corpus, "Lan", first.name)
    assert first.name not in [item.name for item in queue_of(corpus, "Lan", most=99)]
    assert queue_of(corpus, "Minh")[0] == first and progress_of(corpus, "Lan", "2000-01-01").passed == 1
    take_up(corpus, "Lan")
    assert queue_of(corpus, "Lan")[0] == first
