"""Thresholds: what may be changed on which evidence."""

from __future__ import annotations

import pytest

from documents.edits import Doubt, Edit, Span
from normalizers.decide import decide, probability, shortfalls, signs_of_edit


def an_edit(before: str, after: str, score: float, rule: str = "channel", start: int = 0) -> Edit:
    return Edit(start, start + len(before), before, after, rule, score)


# the least score, in hundredths, at which an edit is made; None where it never is
@pytest.mark.parametrize(
    ("before", "after", "rule", "profile", "least"),
    [
        ("thyc", "thực", "channel", "old_scanner", 20),
        ("15/", "lý/", "channel", "old_scanner", None),  # figures are what documents are read for
        ("15", "lý", "channel", "english_neural", None),
        ("15", "16", "channel", "unknown", None),
        ("15.", "15,", "channel", "unknown", 20),
        ("l5", "lý", "channel", "unknown", 20),
        ("nén", "nên", "channel", "old_scanner", 70),  # a marked syllable is seldom printed by accident
        ("nén", "nên", "channel", "english_neural", 20),  # but for the é of engines with English data
        ("nêu", "nên", "channel", "english_neural", 70),
        ("thự", "thực", "channel", "english_neural", 70),
        ("ựthc", "thực", "channel", "english_neural", 20),
        ("nén", "nên", "channel", "stripped", None),  # it has its marks
        ("nen", "nên", "channel", "stripped", 20),
        ("hoàq", "hoà", "channel", "stripped", 20),
        ("hoà", "hòa", "channel", "stripped", None),
        ("th ực", "thực", "split", "unknown", 20),
        ("whose", "thuộc", "channel", "unknown", 70),  # an English word
        ("trang", "tướng", "channel", "old_scanner", 60),  # a word of its own without marks
        ("do", "độ", "channel", "english_neural", 60),
        ("do", "độ", "channel", "stripped", 20),
        ("quyet", "quyết", "channel", "english_neural", 20),
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


@pytest.mark.parametrize("profile", ["english_neural", "old_scanner", "unknown", "stripped"])
def test_the_probability_grows_with_the_posterior_and_ends_short_of_certainty(profile):
    def of(posterior, before="thyc", rule="channel", around=0.99):
        posteriors = [around] * 4 + [posterior] + [around] * 4
        signs = signs_of_edit(before, rule, posterior, shortfalls(posteriors)[4], unknown=profile == "unknown")
        return probability(signs, profile)

    scores = [of(step / 20) for step in range(21)]
    assert scores == sorted(scores) and 0 < scores[0] < 0.05 < 0.97 < scores[-1] < 1
    if profile != "stripped":
        assert of(0.9, around=0.5) < of(0.9), "a speck among specks"
        assert of(0.9, before="whose") < of(0.9) and of(0.9, before="Latitude") < of(0.9), "a word of another language"
        assert of(0.9, rule="split") < of(0.9)


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
    "confidences", [[], [(Span(0, 10), 0.8)], [(Span(14, 20), 0.8)], [(Span(0, 3), 0.8), (Span(20, 20), 0.8)]]
)
def test_the_engine_is_asked_only_about_the_place_of_the_edit(confidences):
    assert score_under(confidences) == 0.9


def test_each_edit_is_weighed_by_the_first_word_it_touches():
    confidences = [(Span(0, 4), 0.5), (Span(5, 9), 0.8), (Span(10, 14), 0.2)]
    edits, _ = decide([an_edit("thyc", "thực", 0.9, start=at) for at in (0, 5, 10)], "unknown", confidences)
    assert [round(edit.score, 3) for edit in edits] == [0.9, 0.692, 0.973]
