"""The beam against brute force, posteriors against enumeration, ties the same way every run."""

from __future__ import annotations

import itertools
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normalizers.noisy import compiled, native
from normalizers.noisy.candidates import Breadth
from normalizers.noisy.decoder import Stretch, search
from normalizers.noisy.lattice import Lattice
from normalizers.repair import Repairer, packaged, repair

narrow = partial(search, beam=10, width=11.0, slack=12.0)


class Bigrams:
    """A toy scorer: the state is the last word."""

    start = np.uint64(0)

    def __init__(self, words: int, seed: int) -> None:
        scores = np.random.default_rng(seed).normal(size=(words, words))
        self.unigram_logp = np.zeros(words, np.float32)
        self.table = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)

    def advance(self, states, words):
        return words.astype(np.uint64)

    def contexts(self, states):
        return states

    def logp(self, contexts, which, words):
        return self.table[contexts[which].astype(int), words]


def lattice_of(arcs: list[tuple[int, int, int, float]], size: int) -> Lattice:
    arcs = sorted(arcs, key=lambda a: a[1])
    start, end, word, score = (np.array(x) for x in zip(*arcs, strict=True))
    none = np.full(len(arcs), -1, np.int32)
    first = np.searchsorted(end, np.arange(size + 2))
    return Lattice(
        size, start, end, word.astype(np.int32), none, score.astype(np.float32), np.zeros(len(arcs), np.int8), none, first
    )


def all_paths(lattice: Lattice, at: int = 0) -> list[tuple[int, ...]]:
    if at == lattice.size:
        return [()]
    return [
        (a, *rest)
        for a in range(len(lattice.start))
        if lattice.start[a] == at
        for rest in all_paths(lattice, int(lattice.end[a]))
    ]


def score_of(path: tuple[int, ...], lattice: Lattice, model: Bigrams) -> float:
    words = [0, *(int(lattice.word[a]) for a in path)]
    return sum(float(lattice.score[a]) for a in path) + sum(float(model.table[x, y]) for x, y in itertools.pairwise(words))


@pytest.mark.parametrize("seed", range(8))
def test_unlimited_beam_equals_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = 5
    arcs = [(i, i + 1, int(rng.integers(1, 6)), float(rng.normal())) for i in range(size) for _ in range(3)]
    arcs += [(i, i + 2, int(rng.integers(1, 6)), float(rng.normal())) for i in range(size - 1)]
    lattice, model = lattice_of(arcs, size), Bigrams(6, seed)
    paths = all_paths(lattice)
    scores = np.array([score_of(p, lattice, model) for p in paths])
    found = search(lattice, [Stretch(0, size)], model, beam=1000, width=1e9, slack=1e9)[0]
    assert score_of(tuple(found.arcs.tolist()), lattice, model) == pytest.approx(scores.max())
    shares = np.exp(scores - np.logaddexp.reduce(scores))
    for arc, posterior in zip(found.arcs.tolist(), found.posteriors.tolist(), strict=True):
        assert posterior == pytest.approx(sum(s for p, s in zip(paths, shares, strict=True) if arc in p), abs=1e-6)


def test_stretches_do_not_disturb_each_other() -> None:
    arcs = [(i, i + 1, w, 0.1 * w) for i in range(6) for w in (1, 2, 3)]
    lattice, model = lattice_of(arcs, 6), Bigrams(4, 1)
    together = narrow(lattice, [Stretch(0, 3), Stretch(3, 6), Stretch(1, 5)], model)
    alone = [narrow(lattice, [s], model)[0] for s in (Stretch(0, 3), Stretch(3, 6), Stretch(1, 5))]
    assert [p.arcs.tolist() for p in together] == [p.arcs.tolist() for p in alone]


def test_equal_scores_break_ties_the_same_way() -> None:
    lattice = lattice_of([(0, 1, 1, 0.0), (0, 1, 1, 0.0)], 1)
    assert narrow(lattice, [Stretch(0, 1)], Bigrams(2, 0))[0].arcs.tolist() == [0]


MISREAD = """Tiép tuc ra soat, sip xép kién toan td chirc bd may cac co quan hanh chinh va don vi su nghiép cong lap;
co cau lai doi ngii cong chic, vién chirc. Quan tdm thuc hién c6 hi€u qua cong tac dao tao, b6i duGng.
phat trien kinh te - xa h9i cua dia phuong, hoat dOng cua co quan hanh chinh nha nu&, quan 1y nha nu6c
"""


@pytest.mark.skipif(compiled.module() is None, reason="the beam search was not compiled (no compiler at set-up)")
@pytest.mark.parametrize("profile", ["english_neural", "old_scanner", "unknown", "stripped", "vietnamese"])
def test_the_compiled_search_finds_what_numpy_finds(profile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = repair(MISREAD * 3, profile=profile)
    fresh = Repairer(packaged().model, packaged().vocabulary, packaged().counts)
    monkeypatch.setattr("normalizers.repair.packaged", lambda: fresh)
    for place in (compiled, native):
        monkeypatch.setattr(place, "module", lambda: None)
    slow = repair(MISREAD * 3, profile=profile)
    assert quick.text == slow.text
    assert [(e.start, e.end, e.rule) for e in quick.edits] == [(e.start, e.end, e.rule) for e in slow.edits]
    assert [e.score for e in quick.edits] == pytest.approx([e.score for e in slow.edits], abs=1e-6)


@pytest.mark.skipif(native.module() is None, reason="the candidates were not compiled (no compiler at set-up)")
@pytest.mark.parametrize(
    "breadth", [Breadth(400, 24.0, 400), Breadth(40, 8.5, 72), Breadth(3, 14.0, 120), Breadth(1, 0.5, 1)]
)
@given(st.lists(st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyquyếtđịnhươngtáp13&¢6l'", min_size=1, max_size=12), max_size=9))
@settings(max_examples=15, deadline=None)
def test_the_compiled_candidates_are_those_of_numpy(breadth: Breadth, texts: list[str]) -> None:
    candidates = packaged().candidates("unknown").widened(breadth)
    quick = [candidates.of(text) for text in texts]
    slow = candidates.widened(breadth)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "module", lambda: None)
        for text, found in zip(texts, quick, strict=True):
            other = slow.of(text)
            assert [logp for _, logp in found] == pytest.approx([logp for _, logp in other], abs=1e-4)
            assert len({word for word, _ in found} ^ {word for word, _ in other}) <= 2  # a tie at the end
