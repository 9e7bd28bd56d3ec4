"""Channel: distributions sum to one, EM learns from pairs, candidates agree with the letters they come from."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from normalizers.noisy.channel import anything
from normalizers.noisy.syllable_parts import LETTERS, parts_of
from normalizers.repair import packaged
from normalizers.training.em import expect, first_guess, fit_letters, smoothed
from normalizers.training.pairs import align, printed_form, word_pairs

PAIRS = Counter({("thực", "thyc"): 20, ("sự", "sy"): 10, ("của", "cua"): 15, ("một", "m6t"): 5, ("thực", "thuc"): 5})


def test_fit_letters_learns_what_is_printed_for_a_letter() -> None:
    counts = fit_letters(PAIRS, first_guess, rounds=4, strength=1.0)
    assert counts["ự"]["y"] > 25 > counts["ự"]["u"] > 3
    p = smoothed(counts, first_guess, 1.0)
    assert p("ự", "y") > p("ự", "u") > p("ự", "x")


def test_smoothing_gives_what_was_seen_its_share_of_one() -> None:
    counts = fit_letters(PAIRS, first_guess, rounds=3, strength=1.0)
    p = smoothed(counts, lambda letter, group: 1 / 4, 2.0)
    groups = ["y", "u", "x", "z"]
    counts["ự"] = Counter({g: counts["ự"][g] for g in groups})
    p = smoothed(counts, lambda letter, group: 1 / 4, 2.0)
    assert math.isclose(sum(p("ự", g) for g in groups), 1.0)


def test_expect_posteriors_share_the_printed_characters() -> None:
    total, posterior = expect("sự", "sy", first_guess)
    assert total > 0
    for letter in posterior:
        assert sum(sum(groups) for groups in letter) == pytest.approx(1.0)


def test_anything_leaves_room_for_other_groups() -> None:
    singles = sum(anything(c) for c in {*"abcdefghijklmnopqrstuvwxyz0123456789", *LETTERS})
    assert np.all(singles + anything("") < 1.0 + 0.15)


def test_channel_sums_to_one_with_what_is_left_for_groups_never_seen() -> None:
    """What a row lacks to one belongs to the groups never seen, which get theirs when they are first asked for."""
    for profile in ("english_neural", "old_scanner", "vietnamese", "stripped", "unknown"):
        letters = packaged()._make(profile).letters
        assert letters.matrix[: letters._used].sum(axis=0).max() < 1.001, profile


@pytest.mark.parametrize(
    ("profile", "printed", "word"),
    [
        ("english_neural", "thyc", "thực"),
        ("english_neural", "hi¢n", "hiện"),
        ("english_neural", "1y", "lý"),
        ("english_neural", "x3", "xã"),
        ("old_scanner", "h9i", "hội"),
        ("old_scanner", "nu&", "nước"),
        ("old_scanner", "dOng", "động"),
        ("stripped", "quyet", "quyết"),
        ("vietnamese", "sô", "số"),
        ("english_neural", "ubnd", "ubnd"),
    ],
)
def test_candidates_hold_the_word(profile: str, printed: str, word: str) -> None:
    repairer = packaged()
    assert word in [repairer.model.words[n] for n, _ in repairer.candidates(profile).of(printed)]


def test_candidates_do_not_depend_on_what_was_asked_before() -> None:
    repairer = packaged()
    first = repairer._make("english_neural").of("thyc")
    other = repairer._make("english_neural")
    other.look_up(["hi¢n", "1a", "thanh", "thyc", "ctia"])
    assert other.of("thyc") == first


def test_parts_of_makes_the_word_again() -> None:
    for word in ("thường", "quý", "giờ", "gì", "nghiệp", "ăn", "khuỷu"):
        parts = parts_of(word)
        assert parts is not None
        assert "".join(parts).strip("^$") == word


def test_align_pairs_broken_and_glued_tokens() -> None:
    assert list(align(["dữ", "liệu", "của", "tỉnh"], ["dulieu", "c", "ua", "tinh"])) == [
        ("dữ liệu", "dulieu"),
        ("của", "c ua"),
        ("tỉnh", "tinh"),
    ]


def test_word_pairs_leave_figures_and_shared_punctuation_out() -> None:
    pairs = word_pairs([("năm 2020, (tỉnh)", "nim 2O20, (tinh)")])
    assert pairs == Counter({("năm", "nim"): 1, ("tỉnh", "tinh"): 1})
    assert printed_form("THVC") == "thvc"
