"""The learned decision: it fits, leaves out, explains itself, and survives being written."""

from __future__ import annotations

import pytest

from extractors.candidates import assignments
from extractors.decided import find_deadlines, reasons
from extractors.decision.fit import Example, calibrated, fit, left_out
from extractors.decision.model import Decision, shipped
from extractors.structure.analysis import analyse

CLASSES = ("none", "fact")


def examples(groups=6, noise=0):
    out = []
    for g in range(groups):
        for i in range(10):
            yes = i % 2 == 0
            right = yes != (i < noise)
            out.append(Example(f"d{g}", ("sign" if yes else "no sign", f"other={i % 3}"), "fact" if right else "none"))
    return out


def test_a_decision_learns_what_tells_the_classes_apart():
    decision = fit(examples(), CLASSES)
    assert decision.best(("sign",))[0] == "fact"
    assert decision.best(("no sign",))[0] == "none"
    assert decision.reasons(("sign", "other=1"), "fact")[0].feature == "sign"


def test_probabilities_add_up_to_one_and_unknown_features_say_nothing():
    decision = fit(examples(), CLASSES)
    assert sum(decision.probabilities(("sign", "never seen")).values()) == pytest.approx(1.0)
    assert decision.probabilities(("never seen",)) == decision.probabilities(())


def test_examples_of_no_weight_teach_nothing():
    told = [*examples(), *(Example("x", ("sign",), "none", 0.0) for _ in range(200))]
    assert fit(told, CLASSES).weights == fit(examples(), CLASSES).weights


def test_probabilities_of_a_group_do_not_come_from_itself():
    alone = [Example("odd", ("only here",), "fact") for _ in range(5)]
    chances = left_out([*examples(), *alone], CLASSES)
    assert all(abs(c["fact"] - 0.5) < 0.2 for c in chances[-5:])


def test_too_sure_a_decision_is_softened_on_what_was_left_out():
    told = examples(noise=4)
    sure = [{"none": 0.001, "fact": 0.999} if "sign" in e.features else {"none": 0.999, "fact": 0.001} for e in told]
    assert calibrated(Decision(CLASSES, {}), told, sure).scale < 1.0


def test_what_is_plainly_nothing_does_not_set_the_scale():
    """Many that are rightly told to be nothing hide that half of the likely ones are wrong."""
    told = [Example("d", ("sign",), right) for right in ("fact", "none") * 5] + [Example("d", (), "none")] * 500
    sure = [{"none": 0.1, "fact": 0.9}] * 10 + [{"none": 0.99, "fact": 0.01}] * 500
    whole, plausible = (calibrated(Decision(CLASSES, {}), told, sure, least=least).scale for least in (0.0, 0.5))
    assert plausible < 0.5 < whole


def test_who_is_responsible_is_whom_the_rules_name_where_chances_are_not_sure():
    structure = analyse("Trên cơ sở báo cáo của Sở Tài chính, giao Sở Nội vụ tổng hợp trước ngày 15/12/2025.\n")
    unsure = Decision(assignments.CLASSES, {})
    assert [fact.value.responsible for fact in find_deadlines(structure, work=unsure)] == [("Sở Nội vụ",)]


def test_what_was_issued_is_no_past_of_what_is_to_be_done():
    text = "Sở Nội vụ rà soát các chương trình đã ban hành, hoàn thành trong năm 2025.\n"
    assert [fact.value.iso for fact in find_deadlines(analyse(text))] == ["2025"]


def test_a_decision_is_read_as_it_was_written():
    decision = fit(examples(), CLASSES)
    again = Decision.from_text(decision.to_text())
    assert again.classes == decision.classes
    assert again.probabilities(("sign",))["fact"] == pytest.approx(decision.probabilities(("sign",))["fact"], abs=0.01)


def test_a_torn_table_is_refused():
    with pytest.raises(ValueError, match="weights for 2 classes"):
        Decision.from_text("#classes=none|fact\tscale=1\tthreshold=0.5\nsign\t1.0\n")


@pytest.mark.parametrize("kind", ["assignments", "deadlines", "targets"])
def test_every_shipped_decision_can_say_why(kind):
    decision = shipped(kind)
    best = max(decision.weights, key=lambda f: decision.weights[f][1])
    assert decision.reasons((best,), decision.classes[1])[0].weight > 0
    assert 0 < decision.threshold < 1


def test_a_fact_is_explained_by_what_spoke_for_it():
    """ "phối hợp với" before a body speaks for its part; what nothing states any more has no reasons."""
    structure = analyse("1. Giao Sở Nội vụ chủ trì, phối hợp với Công an tỉnh kiểm tra, báo cáo trước ngày 15/12/2025.\n")
    partner = {"unit": "Công an tỉnh", "role": "coordinate", "line": 1}
    assert any("với" in reason.feature for reason in reasons(structure, "assignments", partner))
    assert reasons(structure, "deadlines", {"iso": "2025-12-15", "line": 1})
    assert not reasons(structure, "assignments", partner | {"unit": "Sở Y tế"})
    assert not reasons(structure, "citations", {"number": "1/QĐ-UBND", "line": 1})
