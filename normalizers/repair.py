"""Repair of OCR text: detect → propose → decide → apply, as edits on a raw text that is kept for ever."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from sys import intern
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from documents.edits import Doubt, Edit, OffsetMap, Repaired, Span, replay
from normalizers.case import restore
from normalizers.decide import Signs, decide, probability, shortfalls, signs_of_edit
from normalizers.detect import PROFILES, State, weigh
from normalizers.exact.exact import compose, exact_edits
from normalizers.forms import old_tone_style
from normalizers.letter_spaced import letter_spaced_edits
from normalizers.noisy import channel_file, model_files
from normalizers.noisy.adapt import Reading, adapt_channel, topic_bonus
from normalizers.noisy.candidates import LONGEST_PRINTED, Breadth, Candidates
from normalizers.noisy.case import case_logps
from normalizers.noisy.channel import STRENGTHS, mixture
from normalizers.noisy.channel_file import ChannelCounts
from normalizers.noisy.decoder import Stretch, search
from normalizers.noisy.lattice import Costs, Lattice, Outline, Rule, build, form_of, outline
from normalizers.noisy.lm import Floats32, LanguageModel
from normalizers.noisy.pieces import LINE_END, Kind, Piece, pieces_of
from normalizers.noisy.slips import find_slips
from normalizers.noisy.vocabulary import Vocabulary, split_vocabulary
from normalizers.protect import ruled_edits

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

STRETCH, LEAD, LOOK_AHEAD = 48, 6, 4
"""Pieces decided together, and how many before and after them are read for context only. Longer stretches leave
fewer to search side by side; the model looks back three words."""


class Reach(NamedTuple):
    """How far a search looks: at candidates of this breadth; the rest is what ``decoder.search`` asks for."""

    breadth: Breadth
    beam: int
    width: float
    slack: float


class Effort(NamedTuple):
    """The reach of the ``first`` readings, which teach what the engine of a document prints, and of the ``last``."""

    first: Reach
    last: Reach
    rounds: int = 1
    """First readings, each with the channel that the one before taught. A second one wins a sixth of a point on engines
    that no pairs were learned from (five documents, each without its family), and loses a quarter on known ones."""


QUICK = Effort(Reach(Breadth(40, 8.5, 72), 5, 9.0, 12.0), Reach(Breadth(120, 14.0, 160), 16, 12.0, 16.0))
THOROUGH = Effort(Reach(Breadth(400, 24.0, 400), 10, 12.0, 16.0), Reach(Breadth(400, 24.0, 400), 30, 12.0, 16.0))
MIDDLING = Effort(Reach(Breadth(120, 14.0, 160), 8, 10.0, 14.0), Reach(Breadth(200, 18.0, 240), 20, 12.0, 16.0))
EFFORTS = {"english_neural": MIDDLING, "old_scanner": THOROUGH, "unknown": THOROUGH._replace(rounds=2)}
"""Older engines confuse so much that the right word often stands hundreds of places down, and context alone brings it up:
twice the time wins two to three points there, and half as much again a fifth of a point elsewhere. A narrow first reading
would cost up to one and a half of them, for it teaches the channel what it takes for right (benchmarks/repair.md). Neural
engines lose three thousandths on one seed by a middling reach, and are read twice as fast."""

FAMILIES = ("english_neural", "old_scanner", "unknown")
MIXTURES = {
    "english_neural": {"english_neural": 0.6, "old_scanner": 0.2, "canon": 0.1, "legacy_engine": 0.1},
    "old_scanner": {"old_scanner": 1.0},
    "unknown": dict.fromkeys(("english_neural", "old_scanner", "canon", "legacy_engine", "stripped", "vietnamese"), 1 / 6),
}
"""Shares of what was learned from each engine in the channel of a profile; other profiles have their own only. A neural
engine's document gains by a little of the others (003: one point), an old scanner's loses (004: half a point), and one of an
engine that nothing was learned from is read best by all of them (hospital_canon: 0.832 and 0.871 by families, 0.884)."""

WITNESSES, UNEXPLAINED = 200, -25.0
"""Words that decide about the family, and the natural log that a word out of reach counts."""

DECIDED, DECIDED_A_WORD = 4.0, 0.16
"""Natural log by which a family must beat the mixture of all, in total and a word. On the seeds, each left out, the right
one wins by 0.22 to 0.36 a word; on hospital_canon, whose family is left out, none should, and the best has 0.11."""

ENOUGH_TO_ADAPT, SURE, SAMPLE = 250, 0.6, 5_000
"""A text of so many pieces is read twice: first ``SAMPLE`` of them, whose readings with at least this posterior teach the
channel and the topic (``normalizers.adapt``)."""

CHUNK = 5_000
"""Pieces whose lattice is held in memory at once: four times as many cost 350 MB and win no time."""


@dataclass(slots=True)
class Repairer:
    """Language model, vocabulary and channels put together. Candidates are kept from call to call."""

    model: LanguageModel
    vocabulary: Vocabulary
    counts: dict[str, ChannelCounts]
    costs: Costs = field(default_factory=Costs)
    strengths: Sequence[float] = STRENGTHS
    _candidates: dict[str, Candidates] = field(default_factory=dict)
    _wide: dict[str, Candidates] = field(default_factory=dict)
    _cases: Floats32 | None = None

    def cases(self) -> Floats32:
        """What the case of a printed word says of each word of the model."""
        if self._cases is None:
            self._cases = case_logps(self.model.number)
        return self._cases

    def candidates(self, profile: str) -> Candidates:
        """The candidates of a profile for the first reading."""
        if profile not in self._candidates:
            self._candidates[profile] = self._make(profile)
        return self._candidates[profile]

    def wide_candidates(self, profile: str) -> Candidates:
        """The candidates of a profile for texts that are read once, being too short to learn from."""
        if profile not in self._wide:
            self._wide[profile] = self.candidates(profile).widened(EFFORTS.get(profile, QUICK).last.breadth)
        return self._wide[profile]

    def _make(self, profile: str) -> Candidates:
        shares = {name: share for name, share in MIXTURES.get(profile, {profile: 1.0}).items() if name in self.counts}
        letters = mixture(channel_file.letters_of(self.counts), shares)
        lexicon = self.vocabulary.lexicon
        tables = [(self.counts[name].parts, share / max(shares.values())) for name, share in shares.items()]
        onsets, vowels, codas = (
            channel_file.part_channel(p, letters, tables, self.strengths[3])
            for p in (lexicon.onsets, lexicon.vowels, lexicon.codas)
        )
        breadth = EFFORTS.get(profile, QUICK).first.breadth
        return Candidates(lexicon, onsets, vowels, codas, letters, self.vocabulary.others, breadth)

    def family(self, text: str) -> str:
        """The mixture that explains the words of a misread text best: a family of engines, or ``"unknown"``."""
        words = [form_of(p.text) for p in pieces_of(excerpt(text)) if p.kind == Kind.WORD and len(p.text) <= LONGEST_PRINTED]
        words = words[:: max(1, len(words) // WITNESSES)][:WITNESSES]
        known = [name for name in FAMILIES if name in self.counts or name == "unknown"]
        likeliest = {name: self._likelihood(self.candidates(name), words) for name in known}
        best = max(known, key=likeliest.__getitem__)
        return best if likeliest[best] - likeliest["unknown"] > max(DECIDED, DECIDED_A_WORD * len(words)) else "unknown"

    def _likelihood(self, candidates: Candidates, forms: Sequence[str]) -> float:
        """Log probability of the printed forms, each as a word on its own."""
        total = 0.0
        for i in candidates.look_up(forms).tolist():
            start, end = int(candidates.start[i]), int(candidates.start[i] + candidates.size[i])
            logps = candidates.logps[start:end] + self.model.unigram_logp[candidates.words[start:end]]
            total += max(float(np.logaddexp.reduce(logps)) if end > start else UNEXPLAINED, UNEXPLAINED)
        return total

    def decode(self, text: str, profile: str) -> list[Proposal]:
        """What the best path through the lattice would put in place of each printed word."""
        return self.reader(text, profile).proposals(text)

    def reader(self, text: str, profile: str) -> Reader:
        """A reader of texts like this one: where it is long enough, it has learned from an excerpt what its engine prints
        and what it is about."""
        effort = EFFORTS.get(profile, QUICK)
        pieces = pieces_of(excerpt(text))
        if len(pieces) < ENOUGH_TO_ADAPT:
            return Reader(self, profile, self.wide_candidates(profile), None)
        part = self._outline(_sample(pieces, SAMPLE), profile)
        general = candidates = self.candidates(profile)
        bonus: Floats32 | None = None
        for _ in range(effort.rounds):
            readings = self._readings(part, candidates, effort.first)
            candidates = adapt_channel(general, readings, effort.last.breadth)
            bonus = topic_bonus(self.model.unigram_logp, readings)
        return Reader(self, profile, candidates, bonus)

    def _outline(self, pieces: Sequence[Piece], profile: str) -> Outline:
        old_marks = profile in ("old_scanner", "unknown")
        return outline(pieces, self.candidates(profile), self.model.number, self.costs, old_marks=old_marks)

    def _readings(self, outline: Outline, candidates: Candidates, reach: Reach) -> list[Reading]:
        """What can be learned from: the words that are read in one piece, and surely."""
        lattice = build(outline, candidates, self.costs, self.cases())
        arcs, posteriors = self._best(lattice, outline.pieces, reach)
        sure = (lattice.rule[arcs] == Rule.CHANNEL) & (posteriors > SURE)
        forms, words = lattice.form[arcs[sure]].tolist(), lattice.word[arcs[sure]].tolist()
        return [Reading(outline.forms[f], w, p) for f, w, p in zip(forms, words, posteriors[sure].tolist(), strict=True)]

    def _proposals(self, outline: Outline, candidates: Candidates, bonus: Floats32 | None, reach: Reach) -> list[Proposal]:
        lattice = build(outline, candidates, self.costs, self.cases(), bonus=bonus)
        arcs, posteriors = self._best(lattice, outline.pieces, reach)
        columns = (lattice.start, lattice.end, lattice.word, lattice.second, lattice.rule)
        rows = zip(*(column[arcs].tolist() for column in columns), posteriors.tolist(), strict=True)
        words, pieces = self.model.words, outline.pieces
        proposals: list[Proposal] = []
        for start, end, word, second, rule, posterior in rows:
            first, span = pieces[start], Span(pieces[start].start, pieces[end - 1].end)
            read = () if rule == Rule.KEEP else (words[word],) if second < 0 else (words[word], words[second])
            proposals.append(Proposal(span, read, Rule(rule), posterior, first.opens, first.line))
        return proposals

    def _best(self, lattice: Lattice, pieces: Sequence[Piece], reach: Reach) -> tuple[Ints, Floats]:
        """The arcs of the best paths through all stretches, each where it belongs, and their posteriors."""
        cores = _cores(pieces)
        stretches = [Stretch(max(a - lead, 0), min(b + LOOK_AHEAD, len(pieces))) for a, b, lead in cores]
        found = search(lattice, stretches, self.model, beam=reach.beam, width=reach.width, slack=reach.slack)
        arcs = np.concatenate([path.arcs for path in found])
        posteriors = np.concatenate([path.posteriors for path in found])
        lengths = [len(path.arcs) for path in found]
        low, high = (np.repeat(np.array([core[i] for core in cores], np.int64), lengths) for i in (0, 1))
        own = (lattice.start[arcs] >= low) & (lattice.start[arcs] < high)
        arcs, posteriors = arcs[own], posteriors[own]
        # what an arc over the end of one stretch covers is not read again by the next one
        done = np.maximum.accumulate(np.concatenate(([0], lattice.end[arcs])))[:-1]
        free = lattice.start[arcs] >= done
        return arcs[free], posteriors[free]


@dataclass(frozen=True, slots=True)
class Reader:
    """A repairer with the channel and the topic of one document."""

    repairer: Repairer
    profile: str
    candidates: Candidates
    bonus: Floats32 | None

    def proposals(self, text: str) -> list[Proposal]:
        """What the best path through the lattice would put in place of each printed word of ``text``."""
        reach, pieces = EFFORTS.get(self.profile, QUICK).last, pieces_of(text)
        return [
            proposal
            for at in range(0, len(pieces), CHUNK)
            for proposal in self.repairer._proposals(
                self.repairer._outline(pieces[at : at + CHUNK], self.profile), self.candidates, self.bonus, reach
            )
        ]


LONGEST_EXCERPT, WINDOW = 160_000, 200_000
"""Characters of a text that are looked at to learn from it (some thirty thousand words), and that are repaired at once: what
lies about for longer texts, a few hundred bytes a word, would not fit into a gigabyte for ten megabytes."""


def excerpt(text: str, most: int = LONGEST_EXCERPT) -> str:
    """``text``, or of a long one four runs from all over it."""
    if len(text) <= most:
        return text
    run = most // 4
    return "\n".join(text[at : at + run] for at in (i * (len(text) - run) // 3 for i in range(4)))


def windows(text: str, size: int | None = None) -> Iterator[tuple[int, str]]:
    """The text in parts of about ``size``, cut at blanks, each with where it starts.

    >>> list(windows("một hai ba bốn", 5))
    [(0, 'một hai'), (7, ' ba bốn')]
    """
    size = WINDOW if size is None else size
    at = 0
    while at < len(text):
        blank = _BLANK.search(text, at + size)
        end = blank.start() if blank and len(text) - at > size else len(text)
        yield at, text[at:end]
        at = end


_BLANK = regex.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Proposal:
    """``text[span]`` reads as ``words`` (none: leave it), in lower case."""

    span: Span
    words: tuple[str, ...]
    rule: Rule
    posterior: float
    opens: bool
    line: int


def _sample(pieces: Sequence[Piece], enough: int) -> Sequence[Piece]:
    """At most ``enough`` pieces: all, or four runs from all over the text."""
    if len(pieces) <= enough:
        return pieces
    run = enough // 4
    starts = [i * (len(pieces) - run) // 3 for i in range(4)]
    return [p for s in starts for p in pieces[s : s + run]]


def _cores(pieces: Sequence[Piece]) -> list[tuple[int, int, int]]:
    """Stretches of at most ``STRETCH`` pieces, cut at paragraph starts, with the pieces of context before them."""
    cores: list[tuple[int, int, int]] = []
    start = opened = 0
    for i in range(1, len(pieces) + 1):
        if i == len(pieces) or pieces[i].opens or i - start >= STRETCH:
            if i > start:
                cores.append((start, i, min(start - opened, LEAD)))
            start = i
            if i < len(pieces) and pieces[i].opens:
                opened = i
    return cores


@dataclass(frozen=True, slots=True)
class Damage:
    """What is to be mended, as spans in order.

    ``misread`` is to be read through ``channel``; in ``right`` a few marks may be misread; what is in neither stays.
    """

    channel: str
    misread: list[Span]
    right: list[Span]


ACT = 0.6
"""Probability of damage from which a unit is repaired. What lies between 0.4 and 0.8 is short lines of few letters, where
neither choice costs much; on right text of fourteen fields no line lies above it (benchmarks/repair.md)."""


def assess(text: str, profile: str | None = None) -> Damage:
    """Which parts of ``text`` are damaged, and how; a ``profile`` that is told settles how for all but foreign units."""
    if profile == "clean":
        return Damage(profile, [], [])
    units = weigh(text)
    if profile is not None:
        own = [Span(u.start, u.end) for u in units if u.probabilities[State.FOREIGN] < ACT]
        return Damage(profile, [], own) if profile == "vietnamese" else Damage(profile, own, [])
    total = [0.0] * len(State)
    for unit in units:
        for state, p in enumerate(unit.probabilities):
            total[state] += p * (unit.end - unit.start)
    misread = [Span(u.start, u.end) for u in units if u.damaged > ACT]
    right = [Span(u.start, u.end) for u in units if u.probabilities[State.RIGHT] > ACT]
    return Damage(_channel(total) if misread else "clean", misread, right)


MISREAD = "misread"
"""Stands for the channel of a misread text until its words have told the family of its engine (``Repairer.family``)."""

BOTH = 0.15
"""Share of the damaged text from which an engine is believed to have misread all of it: it strips some lines only, and a
keyboard misreads none."""


def _channel(total: Sequence[float]) -> str:
    """The channel for the damaged units of a document, from how much of it is in each state."""
    misread = total[State.NEURAL] + total[State.SCANNER]
    if misread < BOTH * (misread + total[State.STRIPPED]):
        return "stripped"
    return MISREAD


EXPECTED = 1.0
"""Misprints in a hundred words of an engine that knows Vietnamese, where one is told; Tesseract and ABBYY make about two."""


def slip_edits(text: str, damage: Damage) -> tuple[list[Edit], list[Doubt]]:
    """Misread marks in the right parts of a text: those that are likely enough, and doubts about others."""
    edits: list[Edit] = []
    doubts: list[Doubt] = []
    for slip in find_slips(text, damage.right, expected=EXPECTED if damage.channel == "vietnamese" else 0.0):
        before, p = text[slip.start : slip.end], slip.probability
        after = restore(slip.word, before, capitals_around=before.isupper(), opens=False)
        if p > THRESHOLD_ON_SLIPS and not slip.is_alone:
            edits.append(Edit(slip.start, slip.end, before, after, "slip", p))
        elif p > DOUBTED_SLIP:
            doubts.append(Doubt(slip.start, slip.end, 1 - p, after))
    return edits, doubts


THRESHOLD_ON_SLIPS, DOUBTED_SLIP = 0.8, 0.5
"""Probability from which a misread mark is mended, and from which it is pointed out. At 0.8 nine in ten of those put into
official text are mended; what is mended in right text are misprints of their authors (benchmarks/repair.md)."""


def masked(text: str, spans: Sequence[Span]) -> str:
    """``text`` with a blank in place of every letter outside ``spans``, which are in order: same length, same line ends."""
    parts: list[str] = []
    at = 0
    for span in (*spans, Span(len(text), len(text))):
        parts += [_LETTER_OF_LINE.sub(" ", text[at : span.start]), text[span.start : span.end]]
        at = span.end
    return "".join(parts)


_LETTER_OF_LINE = regex.compile(r"[^\r\n\f\x0b\x1c-\x1e\x85\u2028\u2029]")


@cache
def packaged() -> Repairer:
    """The repairer of the packaged model."""
    model = model_files.language_model()
    return Repairer(model, split_vocabulary(model), channel_file.read(model_files.FOLDER / "channel.tsv"))


def edits_of(proposals: Sequence[Proposal], text: str, profile: str) -> list[Edit]:
    """The proposals that change something, in the case of what they replace, with the probability that each is right."""
    return [edit for edit, _ in signed_edits(proposals, text, profile)]


def signed_edits(proposals: Sequence[Proposal], text: str, profile: str) -> Iterator[tuple[Edit, Signs]]:
    """The same, each with the signs that its probability comes from. Equal strings are one, which saves half the memory."""
    capitals = _capital_lines(text)
    for p, around in zip(proposals, shortfalls([p.posterior for p in proposals]), strict=True):
        if not p.words:
            continue
        before = text[p.span.start : p.span.end]
        if old_tone_style(before).lower() == " ".join(p.words):
            continue
        after = " ".join(
            restore(w, part, capitals_around=p.line in capitals, opens=p.opens) for w, part in _shares(p.words, before)
        )
        rule = _RULES[p.rule]
        signs = signs_of_edit(before, rule, p.posterior, around, unknown=profile == "unknown")
        yield Edit(p.span.start, p.span.end, intern(before), intern(after), rule, probability(signs, profile)), signs


_RULES = {rule: rule.name.lower() for rule in Rule}


def _shares(words: tuple[str, ...], printed: str) -> list[tuple[str, str]]:
    """Each word with the part of the print it came from (for two words, cut in proportion)."""
    if len(words) == 1:
        return [(words[0], printed)]
    cut = max(1, round(len(printed) * len(words[0]) / (len(words[0]) + len(words[1]))))
    return [(words[0], printed[:cut]), (words[1], printed[cut:])]


def _capital_lines(text: str) -> set[int]:
    """Numbers of the lines whose letters are mostly capitals."""
    lines: set[int] = set()
    for number, line in enumerate(LINE_END.split(text)):
        letters = [c for c in line if c.isalpha()]
        if len(letters) > 3 and sum(c.isupper() for c in letters) > 0.7 * len(letters):
            lines.add(number)
    return lines


def repair(
    text: str,
    *,
    profile: str | None = None,
    encodings: Sequence[tuple[Span, str]] = (),
    confidences: Sequence[tuple[Span, float]] = (),
) -> Repaired:
    """``text`` repaired: one line out per line in, numbers, codes and addresses untouched.

    Stages: what is certain (legacy encodings, Unicode forms: ``normalizers.exact``; headings set wide), what rules mend
    (``normalizers.protect``), then the model unless the text is clean; lines in English stay. ``encodings`` are spans
    whose encoding the fonts of a PDF tell, ``confidences`` spans with the engine's own confidence; both count code points
    of ``text``.

    Raises ``ValueError`` for a profile or an encoding that is not known.
    """
    if profile is not None and profile not in PROFILES:
        raise ValueError(f"unknown profile {profile!r}: one of {', '.join(PROFILES)}")
    certain = exact_edits(text, encodings)
    certain = compose(text, certain, letter_spaced_edits(replay(text, certain)))
    readable = replay(text, certain)
    damage = assess(readable, profile)
    ruled = ruled_edits(readable, damage.misread)
    mended = replay(readable, ruled)
    so_far = compose(text, certain, ruled)
    damage = _moved(damage, OffsetMap(ruled), OffsetMap(certain), certain)
    offsets = OffsetMap(so_far)
    channel = damage.channel
    chosen, doubted = slip_edits(mended, damage) if damage.right else ([], [])
    if damage.misread:
        own = masked(mended, damage.misread)
        channel = packaged().family(own) if channel == MISREAD else channel
        told = [(offsets.to_repaired(span), confidence) for span, confidence in confidences]
        reader, proposed = packaged().reader(own, channel), []
        for at, part in windows(own):
            edits = edits_of(reader.proposals(part), part, channel)
            proposed += [edit.shifted(at) for edit in edits] if at else edits
        edits, doubts = decide(proposed, channel, told)
        chosen, doubted = sorted(chosen + edits), sorted(doubted + doubts, key=lambda doubt: doubt.start)
    edits = compose(text, so_far, chosen) if so_far else chosen
    doubts = [_on_raw(doubt, offsets) for doubt in doubted]
    return Repaired(text, replay(text, edits), tuple(edits), tuple(doubts), channel)


def _moved(damage: Damage, ruled: OffsetMap, certain: OffsetMap, converted: Sequence[Edit]) -> Damage:
    """``damage`` in the text after the rules. What was converted exactly is not guessed about: it is not ``right``."""
    legacy = [certain.to_repaired(Span(e.start, e.end)) for e in converted if "legacy" in e.rule]
    starts = [span.start for span in legacy]
    right = [
        span for span in damage.right if (at := bisect_left(starts, span.start)) == len(legacy) or starts[at] >= span.end
    ]
    return Damage(damage.channel, [ruled.to_repaired(s) for s in damage.misread], [ruled.to_repaired(s) for s in right])


def _on_raw(doubt: Doubt, offsets: OffsetMap) -> Doubt:
    span = offsets.to_raw(Span(doubt.start, doubt.end))
    return Doubt(span.start, span.end, doubt.confidence, doubt.suggestion)
