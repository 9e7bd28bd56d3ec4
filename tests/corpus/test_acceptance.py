"""Acceptance by sampling: fair draws, honest intervals."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.reports.acceptance import (
    FIELDS_JUDGED,
    REQUIRED,
    SampleError,
    acceptance,
    allocate,
    draw_sample,
    estimate,
    field_estimates,
    judge_fields,
    judged_documents,
    printable,
    sampled_pages,
    transcribe,
    wilson,
)
from db.reviews import ReviewConflict
from db.store import Corpus
from documents.facts import Header
from documents.page import Source
from tests.making import a_document, a_page

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
    sample = draw_sample(corpus, 20, 1)
    for page in sampled_pages(corpus, sample):
        transcribe(corpus, sample, page.key, page.page, page.text, "<script>x</script>")
    html = printable(corpus, sample)
    assert "<strong>ĐẠT</strong>" in html and "<script>" not in html and "BIÊN BẢN NGHIỆM THU" in html


def test_one_page_gives_no_verdict_however_bad_and_no_share_below_nothing(corpus):
    sample = draw_sample(corpus, 20, 1)
    page = sampled_pages(corpus, sample)[0]
    transcribe(corpus, sample, page.key, page.page, "x", "Lan")
    result = acceptance(corpus, sample)
    assert result.verdict == "undecided" and result.total.accuracy == 0.0
    assert "-" not in printable(corpus, sample).partition("Trang nhiều lỗi nhất")[2].partition("</table>")[0]


def test_header_fields_have_verdicts_of_their_own(corpus):
    """All eight documents of the corpus are judged: chance has no part in it, and one wrong of eight is too many."""
    sample = draw_sample(corpus, 40, 1)
    for number, one in enumerate(judged_documents(corpus, sample)):
        judge_fields(corpus, sample, one.key, {"number": ("1", True), "date": ("2020", number > 0)}, "Lan")
    found = {one.field: one for one in field_estimates(corpus, sample)}
    assert (found["number"].verdict, found["date"].verdict, found["title"].verdict) == ("pass", "fail", "undecided")
    assert (found["date"].judged, found["date"].right) == (8, 7)
    with pytest.raises(SampleError, match="not in sample"):
        judge_fields(corpus, sample, "0" * 16, {"number": ("1", True)}, "Lan")


def test_a_transcript_that_changed_in_the_meantime_is_not_lost(corpus):
    sample = draw_sample(corpus, 5, 1)
    page = sampled_pages(corpus, sample)[0]
    transcribe(corpus, sample, page.key, page.page, "một\nhai", "Lan", before="")
    with pytest.raises(ReviewConflict, match="hai"):
        transcribe(corpus, sample, page.key, page.page, "ba", "Minh", before="")
    transcribe(corpus, sample, page.key, page.page, "ba", "Minh", before="một\r\nhai")
    assert sampled_pages(corpus, sample)[0].transcript == "ba"


def test_pages_that_were_not_drawn_are_refused(corpus):
    sample = draw_sample(corpus, 5, 1)
    with pytest.raises(SampleError, match="not in sample"):
        transcribe(corpus, sample, "0" * 16, 1, "x", "Lan")
    with pytest.raises(SampleError, match="no sample 99"):
        acceptance(corpus, 99)
    with pytest.raises(SampleError, match="one page"):
        draw_sample(corpus, 0, 1)


@pytest.mark.parametrize(("share", "count"), [(1.0, 100), (0.0, 100), (0.5, 10), (0.98, 500), (0.37, 3)])
def test_wilsons_interval_ends_where_the_share_is_just_not_surprising(share, count):
    """Its ends are the probabilities p from which the share is 1.96 standard deviations, sqrt(p (1 - p) / count), away."""
    low, high = wilson(share, count)
    assert 0.0 <= low <= share + 1e-15 and share - 1e-15 <= high <= 1.0
    for end in (low, high):
        if end != pytest.approx(share):
            assert abs(share - end) == pytest.approx(1.96 * (end * (1 - end) / count) ** 0.5, rel=1e-4)
    assert wilson(1.0, 100)[1] == 1.0 and wilson(0.0, 100)[0] == pytest.approx(0.0) and wilson(share, 0) == (0.0, 1.0)


def test_pages_without_an_error_are_not_certain():
    """Resampling knows nothing of errors that no drawn page has; the interval for the characters does."""
    found = estimate({"ocr": [(0, 100)] * 5}, {"ocr": 50})
    assert (found.accuracy, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(wilson(1.0, 500)[0]) and 0.99 < found.low < 0.993
    assert (found.pages, found.characters, found.errors) == (5, 500, 0)
    hopeless = estimate({"ocr": [(100, 100)] * 5}, {"ocr": 50})
    assert (hopeless.accuracy, hopeless.low) == (0.0, 0.0) and hopeless.high == pytest.approx(1 - found.low)


def test_more_errors_than_characters_are_no_accuracy_below_nothing():
    assert estimate({"ocr": [(300, 100)]}, {"ocr": 1}).accuracy == 0.0
    assert estimate({"ocr": [(0, 0)]}, {"ocr": 1}).accuracy == 0.0


def test_pages_that_differ_widen_the_interval_beyond_that_of_the_characters():
    pages = [(0, 1000)] * 8 + [(300, 1000)] * 2
    found, (low, high) = estimate({"ocr": pages}, {"ocr": 100}), wilson(0.94, 10_000)
    assert found.low < low - 0.02 and found.high > high + 0.02
    # of ten pages two are bad: in 95 of 100 draws none to four or five of ten
    assert found.low == pytest.approx(0.85, abs=0.021) and found.high == pytest.approx(1.0, abs=0.001)
    assert found == estimate({"ocr": pages}, {"ocr": 100})


def test_a_page_without_transcript_does_not_count(corpus):
    sample = draw_sample(corpus, 6, 3)
    first, second, *_ = sampled_pages(corpus, sample)
    transcribe(corpus, sample, first.key, first.page, first.text.replace("ành", "anh", 1), "Lan")
    transcribe(corpus, sample, second.key, second.page, " \n", "Lan")  # an empty page says nothing of its characters
    result = acceptance(corpus, sample)
    assert (result.sample, result.drawn, result.transcribed) == (sample, 6, 1)
    assert result.total.errors == 1 and result.total.characters == len(" ".join(first.text.split()))
    assert list(result.strata.values()) == [result.total]
    assert sampled_pages(corpus, sample)[2].errors == len(" ".join(sampled_pages(corpus, sample)[2].text.split()))


def test_the_verdict_goes_by_the_whole_interval(corpus):
    sample = draw_sample(corpus, 20, 4)
    transcribe_all(corpus, sample, lambda text: text.replace("hành", "hanh", 1))
    total = acceptance(corpus, sample).total
    assert total.low < total.accuracy < total.high
    for required, verdict in (
        (total.low - 1e-6, "pass"), (total.low, "pass"), (total.low + 1e-6, "undecided"), (total.high, "undecided"),
        (total.high + 1e-6, "fail"),
    ):  # fmt: skip
        assert acceptance(corpus, sample, required=required).verdict == verdict
    assert REQUIRED == 0.98 and "98 % ký tự đúng" in printable(corpus, sample)


def test_strata_are_sources_by_confidence(tmp_path):
    def page(number, confidence, source=Source.OCR):
        return replace(a_page(number, f"{LINE}\n"), confidence=confidence, source=source)

    made = a_document(*[f"{LINE}\n"] * 7)
    pages = (
        page(1, 0.79), page(2, 0.8), page(3, 0.949), page(4, 0.95), page(5, 1.0, Source.TEXT_LAYER),
        page(6, 0.9, Source.EMPTY), page(7, 0.9, Source.FAILED),
    )  # fmt: skip
    with Corpus.open(tmp_path / "s.db", create=True) as corpus:
        corpus.save(replace(made, document=replace(made.document, pages=pages)), path="a")
        drawn = sampled_pages(corpus, draw_sample(corpus, 9, 1))
    assert [(one.page, one.stratum) for one in drawn] == [
        (1, "ocr, low confidence"),
        (2, "ocr, middling confidence"),
        (3, "ocr, middling confidence"),
        (4, "ocr, high confidence"),
        (5, "text_layer, high confidence"),
    ]


def test_nothing_can_be_drawn_from_an_empty_corpus(tmp_path):
    with Corpus.open(tmp_path / "e.db", create=True) as corpus, pytest.raises(SampleError, match="nothing to draw from"):
        draw_sample(corpus, 5, 1)


def test_every_stratum_has_a_page_where_there_are_enough_and_the_rest_by_size():
    assert allocate({"a": 98, "b": 1, "c": 1}, 3) == {"a": 1, "b": 1, "c": 1}
    assert allocate({"a": 60, "b": 30, "c": 10}, 20) == {"a": 12, "b": 6, "c": 2}
    assert allocate({"a": 60, "b": 30, "c": 10}, 2) == {"a": 1, "b": 1, "c": 0}
    assert allocate({"a": 1, "b": 2}, 9) == {"a": 1, "b": 2}


def test_the_printed_report_shows_the_worst_pages_first_and_no_more_than_ten(corpus):
    sample = draw_sample(corpus, 12, 5)
    for i, page in enumerate(sampled_pages(corpus, sample)):
        transcribe(corpus, sample, page.key, page.page, page.text.replace("h", "H", i), "Lan")
    html = printable(corpus, sample)
    worst = html.split("Trang nhiều lỗi nhất")[1]
    assert re.findall(r"</td><td>\d+</td><td>(\d+)</td>", worst) == [str(i) for i in range(11, 1, -1)]
    page = sampled_pages(corpus, sample)[11]
    right = f"{100 - 1100 / page.characters:.2f}".rstrip("0").replace(".", ",")
    assert f"<td>{right} %</td>" in worst
    assert "đã đối chiếu\n12 trang" in html and html.count("<tr>") == 2 + len(acceptance(corpus, sample).strata) + 1 + 11


def test_fields_are_judged_by_document(tmp_path):
    """Below twenty documents there is no verdict, unless they are all that there are."""
    with Corpus.open(tmp_path / "f.db", create=True) as corpus:
        for i in range(21):
            header = Header(number=f"{i}/QĐ-UBND", title=None)
            corpus.save(a_document(f"{LINE} {i}\n", name=f"{i}.pdf", header=header), path=str(i))
        sample = draw_sample(corpus, 21, 1)
        drawn = judged_documents(corpus, sample)
        assert len(drawn) == 21 and {one.document for one in drawn} == {str(i) for i in range(21)}
        assert {one.values["number"] for one in drawn} == {f"{i}/QĐ-UBND" for i in range(21)}
        assert drawn[0].values["title"] == "" and drawn[0].said == {}

        def judged(field, documents, wrong=0):
            for number, one in enumerate(drawn[:documents]):
                judge_fields(corpus, sample, one.key, {field: ("x", number >= wrong)}, "Lan")

        judged("number", 19)
        judged("date", 20, wrong=20)
        judged("type", 21, wrong=1)
        judged("issuer", 21)
        found = {one.field: one for one in field_estimates(corpus, sample)}
        assert list(found) == list(FIELDS_JUDGED)
        assert {field: (one.judged, one.right, one.verdict) for field, one in found.items()} == {
            "number": (19, 19, "undecided"),
            "date": (20, 0, "fail"),
            "type": (21, 20, "fail"),
            "issuer": (21, 21, "pass"),
            "title": (0, 0, "undecided"),
            "signer": (0, 0, "undecided"),
        }
        assert (found["number"].low, found["number"].high) == wilson(1.0, 19)
        assert (found["type"].low, found["type"].high) == (20 / 21, 20 / 21)
        assert (found["title"].low, found["title"].high) == (0.0, 1.0)
        assert judged_documents(corpus, sample)[0].said == {"number": True, "date": False, "type": False, "issuer": True}
        html = printable(corpus, sample)
    for row in (
        "Số, ký hiệu</td><td>19</td><td>19",
        "Ngày ban hành</td><td>20</td><td>0",
        "Cơ quan ban hành</td><td>21</td>",
    ):
        assert f"<tr><td>{row}" in html
    assert "Trích yếu" not in html and "Người ký" not in html and "<td>95,24 % – 95,24 %</td><td>KHÔNG ĐẠT</td>" in html


def test_the_record_of_acceptance_names_strata_people_and_times_in_vietnamese(corpus):
    sample = draw_sample(corpus, 4, 6)
    for page in sampled_pages(corpus, sample):
        transcribe(corpus, sample, page.key, page.page, page.text, f"Người {page.page % 2}")
    html = printable(corpus, sample)
    assert "<tr><td>nhận dạng ảnh, tin cậy vừa</td><td>4</td>" in html and "<tr><td>Toàn bộ</td><td>4</td>" in html
    assert f"Đợt {sample}</h1>" in html and "4 trang trong\n40 trang có chữ (số hạt giống 6)" in html
    assert re.search(r"Rút thăm lúc \d\d:\d\d ngày \d+/\d+/20\d\d, ", html) and "Yêu cầu: 98 % ký tự đúng." in html
    names = sorted({f"Người {page.page % 2}" for page in sampled_pages(corpus, sample)})
    assert f"Người đối chiếu: {', '.join(names)}." in html


@pytest.mark.parametrize(
    ("source", "confidence", "stratum"),
    [
        (Source.TEXT_LAYER, 1.0, "lớp chữ có sẵn, tin cậy cao"),
        (Source.CONVERTED, 0.9, "chuyển mã từ phông cũ, tin cậy vừa"),
        (Source.GARBLED_LAYER, 0.5, "lớp chữ lỗi, tin cậy thấp"),
        (Source.MIXED, 0.99, "nhiều nguồn, tin cậy cao"),
        (Source.OCR, 0.85, "nhận dạng ảnh, tin cậy vừa"),
    ],
)
def test_the_record_of_acceptance_names_every_kind_of_page(tmp_path, source, confidence, stratum):
    made = a_document(f"{LINE}\n")
    pages = (replace(a_page(1, f"{LINE}\n"), source=source, confidence=confidence),)
    with Corpus.open(tmp_path / "s.db", create=True) as corpus:
        corpus.save(replace(made, document=replace(made.document, pages=pages)), path="a")
        sample = draw_sample(corpus, 1, 1)
        (page,) = sampled_pages(corpus, sample)
        transcribe(corpus, sample, page.key, page.page, page.text, "Lan")
        assert f"<tr><td>{stratum}</td><td>1</td>" in printable(corpus, sample)
