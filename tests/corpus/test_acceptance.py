"""Acceptance by sampling: fair draws, honest intervals."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.reports.acceptance import (
    SampleError,
    acceptance,
    allocate,
    draw_sample,
    estimate,
    printable,
    sampled_pages,
    transcribe,
)
from db.store import Corpus
from tests.making import a_document

LINE = "Ủy ban nhân dân tỉnh ban hành Kế hoạch cải cách hành chính năm 2023 trên địa bàn"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    with Corpus.open(tmp_path_factory.mktemp("acceptance") / "a.db", create=True) as corpus:
        for i in range(8):
            corpus.save(a_document(*[f"{LINE} {i} {p}\n" * 5 for p in range(5)], name=f"{i}.pdf"), path=str(i))
        yield corpus


def transcribe_all(corpus, sample, damage):
    for page in sampled_pages(corpus, sample):
        transcribe(corpus, sample, page.key, page.page, damage(page.text), "Lan")


def test_the_same_seed_draws_the_same_pages_and_another_others(corpus):
    draws = [[(p.key, p.page) for p in sampled_pages(corpus, draw_sample(corpus, 12, seed))] for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2] and len(set(draws[0])) == 12


def test_a_corpus_without_errors_passes_and_one_with_many_fails(corpus):
    good, bad = draw_sample(corpus, 20, 1), draw_sample(corpus, 20, 1)
    transcribe_all(corpus, good, lambda text: text.replace("\n", "  \n"))
    transcribe_all(corpus, bad, lambda text: text.replace("ành", "anh"))
    assert acceptance(corpus, good).verdict == "pass"
    assert acceptance(corpus, good).total.accuracy == 1.0
    failed = acceptance(corpus, bad)
    assert failed.verdict == "fail" and failed.total.errors == 20 * 5 * 2


def test_a_corpus_at_the_border_is_not_decided_by_a_few_pages(corpus):
    sample = draw_sample(corpus, 4, 1)
    dice = random.Random(1)

    def damage(text: str) -> str:
        return text.replace("nhân", "nhan") if dice.random() < 0.5 else text.replace("tỉnh", "tinh").replace("Kế", "Ké")

    transcribe_all(corpus, sample, damage)
    assert acceptance(corpus, sample).verdict == "undecided"


def test_nothing_transcribed_decides_nothing(corpus):
    result = acceptance(corpus, draw_sample(corpus, 3, 1))
    assert (result.verdict, result.total, result.transcribed) == ("undecided", None, 0)


def test_the_interval_holds_the_truth_about_as_often_as_it_says(monkeypatch):
    """40 corpora of pages whose error rates differ: the 95 % interval misses the truth in few of them."""
    monkeypatch.setattr("corpus.reports.acceptance.RESAMPLES", 300)
    dice = random.Random(3)
    covered = 0
    for _ in range(40):
        rates = [dice.betavariate(1, 60) for _ in range(400)]
        truth = 1 - sum(rates) / len(rates)
        pages = [(round(rate * 2000), 2000) for rate in dice.sample(rates, 40)]
        found = estimate({"ocr": pages}, {"ocr": 400})
        covered += found.low <= truth <= found.high
    assert covered >= 34


def test_strata_count_by_their_pages_in_the_corpus():
    both = {"good": [(0, 1000)] * 5, "bad": [(100, 1000)] * 5}
    assert estimate(both, {"good": 90, "bad": 10}).accuracy == pytest.approx(0.99)
    assert estimate(both, {"good": 10, "bad": 90}).accuracy == pytest.approx(0.91)


@settings(deadline=None)
@given(
    st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 500), min_size=1, max_size=8), st.integers(1, 300)
)
def test_allocation_uses_the_whole_size_and_never_more_than_there_is(counts, size):
    quota = allocate(counts, size)
    assert sum(quota.values()) == min(size, sum(counts.values()))
    assert all(0 <= quota[name] <= counts[name] for name in counts)
    if size >= len(counts):
        assert all(quota.values())


def test_printable_report_escapes_and_tells_the_verdict(corpus):
    sample = draw_sample(corpus, 5, 1)
    for page in sampled_pages(corpus, sample):
        transcribe(corpus, sample, page.key, page.page, page.text, "<script>x</script>")
    html = printable(corpus, sample)
    assert "ĐẠT / pass" in html and "<script>" not in html


def test_pages_that_were_not_drawn_are_refused(corpus):
    sample = draw_sample(corpus, 5, 1)
    with pytest.raises(SampleError, match="not in sample"):
        transcribe(corpus, sample, "0" * 16, 1, "x", "Lan")
    with pytest.raises(SampleError, match="no sample 99"):
        acceptance(corpus, 99)
    with pytest.raises(SampleError, match="one page"):
        draw_sample(corpus, 0, 1)
