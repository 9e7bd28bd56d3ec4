"""Beam search through a lattice under the language model, stretch by stretch.

Posteriors follow from the search backwards over the edges that survived (forward filtering, backward smoothing), so they say
how sure the choice is among what the beam held. The search is done in C where the set-up could compile it
(``normalizers.noisy.compiled``) and in numpy elsewhere, with the same paths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from normalizers.noisy.compiled import search_compiled
from normalizers.noisy.lattice import Lattice
from normalizers.noisy.lm import Contexts, LanguageModel

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
States = NDArray[np.uint64]

LOOK = 0.7
"""Share of a word's own log probability in the guess that decides which arcs the language model is asked about."""


WON = 4.0
"""Natural log that an arc may score more after another hypothesis than after the best one at its start. The model is
asked about every arc after the best one first, and after the others only where so much more would keep them: a third of the
questions, and of the five seeds less than one word in a thousand changes."""


class Scorer(Protocol):
    """All that the search asks of a language model."""

    @property
    def unigram_logp(self) -> Floats32: ...

    @property
    def start(self) -> np.uint64: ...

    def advance(self, states: States, words: NDArray[np.integer]) -> States: ...

    def contexts(self, states: States) -> Contexts: ...

    def logp(self, contexts: Contexts, which: Ints, words: NDArray[np.integer]) -> Floats32: ...


class Stretch(NamedTuple):
    """Boundaries ``first`` to ``last`` of the lattice, searched as one."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Path:
    """The chosen arcs of one stretch in order, and the posterior of each."""

    arcs: Ints
    posteriors: Floats


@dataclass(slots=True)
class _Edges:
    """Edges that survived one step: from hypothesis ``source`` along ``arc`` to hypothesis ``target`` (flat numbers)."""

    source: Ints
    target: Ints
    arc: Ints
    stretch: Ints
    share: Floats
    """Probability that the target was reached by this edge."""


def search(
    lattice: Lattice,
    stretches: Sequence[Stretch],
    model: Scorer,
    *,
    beam: int,
    width: float,
    slack: float,
) -> list[Path]:
    """The best path through each stretch. Equal scores go to the earlier arc, so every run ends the same.

    ``beam`` hypotheses are kept at each boundary, those more than ``width`` (natural log) below the best are dropped, and an
    edge whose guess is ``slack`` below the best guess of its boundary is not asked about.
    """
    if not stretches:
        return []
    guess = _guesses(lattice, model)
    if isinstance(model, LanguageModel):
        found = search_compiled(lattice, guess, stretches, model, beam=beam, width=width, slack=slack, won=WON)
        if found is not None:
            return [Path(arcs, posteriors) for arcs, posteriors in found]
    return search_in_numpy(lattice, guess, stretches, model, beam=beam, width=width, slack=slack)


def search_in_numpy(
    lattice: Lattice,
    guess: Floats32,
    stretches: Sequence[Stretch],
    model: Scorer,
    *,
    beam: int,
    width: float,
    slack: float,
) -> list[Path]:
    """``search`` where nothing was compiled, for any model: all stretches side by side.

    Each step advances every stretch by one boundary; the arrays of a step hold the hypotheses of all of them. States that
    agree in the last words the model looks at are one (their probabilities added for the posteriors, the better one kept for
    the path).
    """
    first = np.array([s.first for s in stretches], np.int64)
    length = np.array([s.last - s.first for s in stretches], np.int64)
    steps = int(length.max())
    shape = (len(stretches), steps + 1, beam)
    score = np.full(shape, -np.inf)
    total = np.full(shape, -np.inf)
    state = np.zeros(shape, np.uint64)
    back_arc = np.full(shape, -1, np.int64)
    back = np.full(shape, -1, np.int64)
    score[:, 0, 0] = total[:, 0, 0] = 0.0
    state[:, 0, 0] = model.start
    kept: list[_Edges] = []
    for t in range(1, steps + 1):
        active = np.flatnonzero(length >= t)
        passing = _passing(lattice, active, first, t, score, guess, slack)
        if passing is None:
            continue
        stretch, arc, source, new_state, gain = _edges(lattice, passing, score, state, width, model)
        new_score = score.reshape(-1)[source] + gain
        best = np.full(len(stretches), -np.inf)
        np.maximum.at(best, stretch, new_score)
        good = np.flatnonzero(new_score > best[stretch] - width)
        stretch, arc, source = stretch[good], arc[good], source[good]
        new_state, new_score, gain = new_state[good], new_score[good], gain[good]
        order = np.lexsort((arc, -new_score, new_state, stretch))
        stretch, arc, source = stretch[order], arc[order], source[order]
        new_state, new_score, gain = new_state[order], new_score[order], gain[order]
        fresh = np.concatenate(([True], (new_state[1:] != new_state[:-1]) | (stretch[1:] != stretch[:-1])))
        heads = np.flatnonzero(fresh)
        group = np.cumsum(fresh) - 1
        new_total = total.reshape(-1)[source] + gain
        sums = np.add.reduceat(np.exp(new_total - new_score[heads][group]), heads)
        group_total = new_score[heads] + np.log(sums)
        ranking = np.lexsort((np.arange(len(heads)), -new_score[heads], stretch[heads]))
        ranked = stretch[heads][ranking]
        opening = np.concatenate(([True], ranked[1:] != ranked[:-1]))
        rank = np.arange(len(ranked)) - np.maximum.accumulate(np.where(opening, np.arange(len(ranked)), 0))
        slot = np.full(len(heads), -1, np.int64)
        slot[ranking] = np.where(rank < beam, rank, -1)
        target = np.where(slot >= 0, (stretch[heads] * (steps + 1) + t) * beam + slot, -1)
        in_beam = target >= 0
        into = target[in_beam]
        score.reshape(-1)[into] = new_score[heads][in_beam]
        total.reshape(-1)[into] = group_total[in_beam]
        state.reshape(-1)[into] = new_state[heads][in_beam]
        back_arc.reshape(-1)[into] = arc[heads][in_beam]
        back.reshape(-1)[into] = source[heads][in_beam]
        edge_target = target[group]
        alive = edge_target >= 0
        kept.append(
            _Edges(
                source[alive], edge_target[alive], arc[alive], stretch[alive], np.exp(new_total - group_total[group])[alive]
            )
        )
    return _trace(back_arc, back, score, length, _posteriors(lattice, kept, total, length))


def _guesses(lattice: Lattice, model: Scorer) -> Floats32:
    """What each arc may score, without asking what stands before it."""
    own = np.append(model.unigram_logp, np.float32(0.0))  # the last one is that of no word, -1
    guess: Floats32 = lattice.score + np.float32(LOOK) * (own[lattice.word] + own[lattice.second])
    return guess


def _passing(
    lattice: Lattice, active: Ints, first: Ints, t: int, score: Floats, guess: Floats32, slack: float
) -> tuple[Ints, Ints, Ints] | None:
    """The (stretch, arc, best hypothesis at its start) that lead to step ``t`` and look well enough, ordered by stretch."""
    ends = first[active] + t
    low, high = lattice.first[ends], lattice.first[ends + 1]
    count = high - low
    if not count.sum():
        return None
    stretch = np.repeat(active, count)
    arc = np.arange(len(stretch)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(low, count)
    local = lattice.start[arc] - first[stretch]
    steps, beam = score.shape[1], score.shape[2]
    at = (stretch * steps + np.maximum(local, 0)) * beam
    hope = np.where(local >= 0, score.reshape(-1)[at] + guess[arc], -np.inf)  # the best hypothesis stands first
    least = np.full(len(first), -np.inf)
    np.maximum.at(least, stretch, hope)
    some = np.flatnonzero((hope > least[stretch] - slack) & (hope > -np.inf))
    return (stretch[some], arc[some], at[some]) if len(some) else None


def _edges(
    lattice: Lattice, passing: tuple[Ints, Ints, Ints], score: Floats, state: States, width: float, model: Scorer
) -> tuple[Ints, Ints, Ints, States, Floats]:
    """Stretch, arc and source of the edges that may be kept, the states they lead to and what they score."""
    stretch, arc, source = passing
    flat, flat_state, beam = score.reshape(-1), state.reshape(-1), score.shape[2]
    new_state, gain = _follow(lattice, arc, source, flat_state, model)
    lead = np.full(len(score), -np.inf)
    np.maximum.at(lead, stretch, flat[source] + gain)
    # hypotheses stand best first, so those that may be kept are the first ones of each
    least = lead[stretch] - width - WON - gain
    others = np.flatnonzero(flat.reshape(-1, beam)[source // beam][:, 1:] > least[:, None])
    row, step = others // max(beam - 1, 1), others % max(beam - 1, 1) + 1
    more_state, more_gain = _follow(lattice, arc[row], source[row] + step, flat_state, model)
    return (
        np.concatenate([stretch, stretch[row]]),
        np.concatenate([arc, arc[row]]),
        np.concatenate([source, source[row] + step]),
        np.concatenate([new_state, more_state]),
        np.concatenate([gain, more_gain]),
    )


def _follow(lattice: Lattice, arc: Ints, source: Ints, state: States, model: Scorer) -> tuple[States, Floats]:
    """States after the words of the arcs that leave hypotheses ``source``, and what arcs and words score."""
    gain = lattice.score[arc].astype(np.float64)
    states = state[source]
    word = lattice.word[arc]
    some = np.flatnonzero(word >= 0)
    if len(some):
        used = np.zeros(len(state), bool)
        used[source[some]] = True
        hypotheses = np.flatnonzero(used)
        number = np.zeros(len(state), np.int64)
        number[hypotheses] = np.arange(len(hypotheses))
        gain[some] += model.logp(model.contexts(state[hypotheses]), number[source[some]], word[some])
        states[some] = model.advance(states[some], word[some])
    second = lattice.second[arc]
    some = np.flatnonzero(second >= 0)
    if len(some):
        gain[some] += model.logp(model.contexts(states[some]), np.arange(len(some)), second[some])
        states[some] = model.advance(states[some], second[some])
    return states, gain


@dataclass(frozen=True, slots=True)
class _Posteriors:
    """Posterior of every arc that survived in a stretch; ``keys`` are stretch number × arcs + arc, sorted."""

    keys: Ints
    values: Floats
    arcs: int

    def of(self, stretch: int, arcs: Ints) -> Floats:
        found: Floats = self.values[np.searchsorted(self.keys, stretch * self.arcs + arcs)]
        return found


def _posteriors(lattice: Lattice, kept: list[_Edges], total: Floats, length: Ints) -> _Posteriors:
    gamma = np.zeros(total.size)
    steps, beam = total.shape[1], total.shape[2]
    for s in range(len(length)):
        final = total[s, length[s]]
        if np.isfinite(final).any():
            at = (s * steps + int(length[s])) * beam
            gamma[at : at + beam] = np.exp(final - np.logaddexp.reduce(final))
    keys, values = [np.zeros(0, np.int64)], [np.zeros(0)]
    for edges in reversed(kept):
        posterior = gamma[edges.target] * edges.share
        np.add.at(gamma, edges.source, posterior)
        keys.append(edges.stretch * len(lattice.start) + edges.arc)
        values.append(posterior)
    key, inverse = np.unique(np.concatenate(keys), return_inverse=True)
    summed: Floats = np.bincount(inverse, weights=np.concatenate(values), minlength=len(key)).astype(np.float64)
    return _Posteriors(key, summed, len(lattice.start))


def _trace(back_arc: Ints, back: Ints, score: Floats, length: Ints, posterior: _Posteriors) -> list[Path]:
    paths: list[Path] = []
    steps, beam = score.shape[1], score.shape[2]
    flat_arc, flat_back = back_arc.reshape(-1), back.reshape(-1)
    for s in range(len(length)):
        final = score[s, length[s]]
        arcs: list[int] = []
        if np.isfinite(final).any():
            at = (s * steps + int(length[s])) * beam + int(np.argmax(final))
            while flat_arc[at] >= 0:
                arcs.append(int(flat_arc[at]))
                at = int(flat_back[at])
        chosen = np.array(arcs[::-1], np.int64)
        paths.append(Path(chosen, posterior.of(s, chosen)))
    return paths
