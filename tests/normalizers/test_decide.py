"""Thresholds: what may be changed on which evidence."""

from __future__ import annotations

import pytest

from documents.edits import Doubt, Edit, Span
from normalizers.decide import CALIBRATION, calibrated, decide


def an_edit(before: str, after: str, score: float, rule: str = "channel", start: int = 0) -> Edit:
    return Edit(start, start + len(before), before, after, rule, score)


# the least score, in hundredths, at which an edit is made; None where it never is
@pytest.mark.parametrize(
    ("before", "after", "rule", "profile", "least"),
    [
        ("thyc", "thực", "channel", "old_scanner", 30),
        ("15/", "lý/", "channel", "old_scanner", None),  # figures are what documents are read for
        ("15", "lý", "channel", "english_neural", None),
        ("15", "16", "channel", "unknown", None),
        ("15.", "15,", "channel", "unknown", 30),
        ("l5", "lý", "channel", "unknown", 30),
        ("nén", "nên", "channel", "old_scanner", 60),  # a marked syllable is seldom printed by accident
        ("nén", "nên", "channel", "english_neural", 30),  # but for the é of engines with English data
        ("nêu", "nên", "channel", "english_neural", 60),
        ("thự", "thực", "channel", "english_neural", 60),
        ("ựthc", "thực", "channel", "english_neural", 30),
        ("nén", "nên", "channel", "stripped", None),  # it has its marks
        ("nen", "nên", "channel", "stripped", 30),
        ("hoàq", "hoà", "channel", "stripped", 30),
        ("hoà", "hòa", "channel", "stripped", None),
        ("thyc", "thực", "channel", "vietnamese", 80),
        ("thực hiện", "thực hiện", "join", "vietnamese", 90),
        ("th ực", "thực", "split", "vietnamese", 90),
        ("th ực", "thực", "split", "unknown", 30),
        ("15", "lý", "channel", "vietnamese", 80),
        ("ngàya8", "ngày", "channel", "vietnamese", None),  # what would go may be a figure of its own
        ("ngàya", "ngày", "channel", "vietnamese", 80),
        ("HCTC", "HỌC", "channel", "vietnamese", None),  # an abbreviation
        ("HĐ", "HỌ", "channel", "vietnamese", None),
        ("HDND", "HĐND", "channel", "vietnamese", 80),
        ("HOC", "HỌC", "channel", "vietnamese", 80),
        ("H", "Họ", "channel", "vietnamese", 80),
        ("Hn", "Họ", "channel", "vietnamese", 80),
    ],
)
def test_the_score_at_which_an_edit_is_made(before, after, rule, profile, least):
    for hundredth in range(100):
        score = hundredth / 100
        edits, doubts = decide([an_edit(before, after, score, rule)], profile)
        if least is not None and hundredth >= least:
            assert (edits, doubts) == ([an_edit(before, after, score, rule)], [])
        else:
            assert (edits, doubts) == ([], [Doubt(0, len(before), 1 - score, after)])


def test_calibration_is_monotone_and_ends_short_of_certainty():
    for profile, (slope, shift) in CALIBRATION.items():
        scores = [calibrated(posterior / 20, profile) for posterior in range(21)]
        assert scores == sorted(scores) and 0 < scores[0] < 0.01 < 0.99 < scores[-1] < 1
        assert calibrated(0.5, profile) == pytest.approx(1 / (1 + 2.718281828**-shift))
        odds = calibrated(0.9, profile) / (1 - calibrated(0.9, profile))
        assert odds == pytest.approx(9**slope * 2.718281828**shift)
        assert calibrated(1 - 1e-6, profile) == calibrated(1.0, profile) > calibrated(1 - 1e-5, profile)
        assert calibrated(1e-6, profile) == calibrated(0.0, profile) < calibrated(1e-5, profile)


def score_under(confidences, start=10):
    (edit,), _ = decide([an_edit("thyc", "thực", 0.9, start=start)], "unknown", confidences)
    return edit.score


def test_an_engine_that_is_sure_speaks_against_an_edit():
    assert score_under([(Span(10, 14), 0.5)]) == pytest.approx(0.9)
    assert score_under([(Span(10, 14), 0.8)]) == pytest.approx(9 / 4 / (1 + 9 / 4))
    assert score_under([(Span(10, 14), 0.2)]) == pytest.approx(36 / 37)
    assert (
        score_under([(Span(10, 14), 0.0)]) == pytest.approx(score_under([(Span(10, 14), 0.05)])) == pytest.approx(171 / 172)
    )
    edits, doubts = decide([an_edit("thyc", "thực", 0.8)], "unknown", [(Span(0, 4), 1.0)])
    assert edits == [] and doubts[0].confidence == pytest.approx(1 - 4 / 23)


def test_a_certain_edit_outlives_a_certain_engine():
    (edit,), _ = decide([an_edit("thyc", "thực", 1.0)], "unknown", [(Span(0, 4), 0.95)])
    assert 0.99 < edit.score < 1


@pytest.mark.parametrize(
    "confidences", [[], [(Span(0, 10), 0.8)], [(Span(14, 20), 0.8)], [(Span(0, 3), 0.8), (Span(20, 30), 0.8)]]
)
def test_the_engine_is_asked_only_about_the_place_of_the_edit(confidences):
    assert score_under(confidences) == 0.9


def test_each_edit_is_weighed_by_the_first_word_it_touches():
    confidences = [(Span(0, 4), 0.5), (Span(5, 9), 0.8), (Span(10, 14), 0.2)]
    edits, _ = decide([an_edit("thyc", "thực", 0.9, start=at) for at in (0, 5, 10)], "unknown", confidences)
    assert [round(edit.score, 3) for edit in edits] == [0.9, 0.692, 0.973]
