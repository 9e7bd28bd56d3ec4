"""Language model: distributions sum to one, packing keeps them, scoring in one go equals scoring word by word."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from normalizers.noisy.model_files import language_model
from normalizers.noisy.packed import HashTable, load_arrays, quantise, save_arrays
from normalizers.training.kneser_ney import Model, count, estimate

TEXT = np.array([0, 3, 4, 5, 3, 4, 6, 0, 3, 4, 5, 7, 0, 3, 4, 5, 3, 5, 0, 6, 7, 3, 4, 5, 7] * 3, np.uint16)
VOCABULARY = 8


@pytest.fixture(scope="module")
def model() -> Model:
    counts = [count([(TEXT, 1.0, True)], order) for order in (1, 2, 3)]
    return estimate(counts, VOCABULARY, [100, 100])


@pytest.mark.parametrize("context", [(3,), (4,), (3, 4), (4, 5), (7, 7), (0, 3), (1, 2)])
def test_estimate_sums_to_one(model: Model, context: tuple[int, ...]) -> None:
    packed = 0
    for word in context:
        packed = packed << 16 | word
    keys = np.array([packed << 16 | w for w in range(VOCABULARY)], np.uint64)
    assert np.exp(model.logp(keys, len(context) + 1)).sum() == pytest.approx(1.0, abs=1e-6)


def test_estimate_prefers_what_was_seen(model: Model) -> None:
    seen, unseen = (np.array([(3 << 32) | (4 << 16) | w], np.uint64) for w in (5, 7))
    assert model.logp(seen, 3)[0] > model.logp(unseen, 3)[0]


def test_hash_table_finds_every_key_and_few_others() -> None:
    rng = np.random.default_rng(5)
    keys = np.unique(rng.integers(0, 1 << 62, 20_000).astype(np.uint64))
    table, order = HashTable.build(keys)
    where = table.find(keys)
    assert np.array_equal(np.argsort(order)[np.arange(len(keys))], where)
    others = rng.integers(0, 1 << 62, 20_000).astype(np.uint64)
    assert np.mean(table.find(others) >= 0) < 0.002


def test_quantise_keeps_values_near() -> None:
    values = np.random.default_rng(1).normal(-5, 2, 10_000)
    codes, book = quantise(values)
    assert np.abs(book[codes] - values).mean() < 0.05


def test_arrays_survive_being_cut_into_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("normalizers.noisy.packed.LARGEST_FILE", 1_000)
    arrays = {"a": np.arange(700, dtype=np.uint32), "b": np.arange(12.0).reshape(4, 3), "none": np.zeros(0, np.uint8)}
    save_arrays(tmp_path, "lm", arrays)
    loaded = load_arrays(tmp_path, "lm")
    assert all(np.array_equal(loaded[k], v) for k, v in arrays.items())
    assert all(p.stat().st_size <= 1_000 for p in tmp_path.glob("*.bin"))


def test_sentence_scores_equal_scores_step_by_step() -> None:
    model = language_model()
    words = ["ủy", "ban", "nhân", "dân", "tỉnh", "ban", "hành", "kế", "hoạch"]
    together = model.sentence_logps(words)
    state, step = np.array([model.start], np.uint64), []
    for word in words:
        number = np.array([model.number[word]])
        step.append(float(model.logp(model.contexts(state), np.zeros(1, np.int64), number)[0]))
        state = model.advance(state, number)
    assert together.tolist() == pytest.approx(step, abs=1e-5)


def test_packaged_distributions_sum_to_nearly_one() -> None:
    """Nearly: eight bits a probability, and now and then a fingerprint that is another's."""
    model = language_model()
    numbers = np.arange(len(model.words))
    for context in (["nhân", "dân"], ["kế", "hoạch"], ["ngày", "<num>", "tháng"]):
        state = np.array([model.start], np.uint64)
        for word in context:
            state = model.advance(state, np.array([model.number[word]]))
        logp = model.logp(model.contexts(state), np.zeros(len(numbers), np.int64), numbers)
        assert np.exp(logp).sum() == pytest.approx(1.0, abs=0.05)
