"""The lattice: every way the decoder may read the pieces of a text, as arcs between piece boundaries.

An arc covers one or more pieces and stands for no word (punctuation, specks), one word, or two (glued syllables).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from normalizers.case import first_small
from normalizers.forms import strip_marks
from normalizers.noisy.candidates import LONGEST_PRINTED, Candidates
from normalizers.noisy.case import case_of
from normalizers.noisy.pieces import Kind, Piece

Ints = NDArray[np.int64]
Floats32 = NDArray[np.float32]


class Rule(IntEnum):
    """What made an arc; the lower-case names stand in ``Edit.rule``."""

    KEEP = 0
    CHANNEL = 1
    JOIN = 2
    SPLIT = 3


@dataclass(frozen=True, slots=True)
class Costs:
    """Natural-log scores of what is neither channel nor language model; benchmarks/repair.md moves with each."""

    channel: float = 0.65
    """Weight of the channel against the language model."""
    unknown_letter: float = -4.0
    """Spelling a word outside the vocabulary, per character."""
    unknown: float = -1.0
    speck: float = -12.0
    """Leaving a piece as a speck that is no word, plus ``unknown_letter`` for each character after the first."""
    join: float = -5.0
    """Two pieces with a blank between them are one word."""
    split: float = -5.5
    """One piece is two words."""
    capitals: float = -5.0
    """A syllable for a word all in capitals among small letters: that is where abbreviations stand."""
    capital_letter: float = -1.3
    """Spelling such an abbreviation where it is unknown, per letter."""
    accent: float = -3.0
    """Leaving a mark that stands at a word and is hardly punctuation."""
    case: float = 0.5
    """Weight of what the case of a printed word says (``normalizers.noisy.case``)."""
    digit: float = -2.0
    """What one digit of a number costs."""


@dataclass(frozen=True, slots=True)
class Lattice:
    """Arcs sorted by ``end``; ``first[e]:first[e + 1]`` are those that end at boundary ``e``. Word -1 is no word.

    ``form`` numbers the printed form of ``Outline.forms`` that an arc of one word reads, -1 for all other arcs.
    """

    size: int
    start: Ints
    end: Ints
    word: NDArray[np.int32]
    second: NDArray[np.int32]
    score: Floats32
    rule: NDArray[np.int8]
    form: NDArray[np.int32]
    first: Ints


CERTAIN = 6.0
"""How many times dearer a syllable is for a word in capitals that is a known abbreviation as it stands."""

_QUOTES = frozenset("'’‘`´\"“”^~*")
"""Marks that engines print for pieces of a letter: accents, a hook ("tru'o'ng", "Ke^")."""
_INSIDE_ONLY = frozenset("[]{}?!|")
"""The same between the letters of a word; at its end they are what they look like ("n[ng", "khách!")."""
_ACCENTS = frozenset("^~*[{|")
"""Marks that are hardly punctuation behind a letter."""
MOST_GLUED, LONGEST_GLUED = 6, 9
"""Pieces and characters of one printed word: "tru'o'ng" is five and eight."""
_OLD_MARKS = _QUOTES | frozenset(".,/):;(^~-")
_FIGURES_AND_SIGNS = regex.compile(r"(?=.*\d)[^\p{L}¢]+|[!|]+")
"""A figure with signs about it ("$6", "1&") is never a word, nor is "!"; "¢" stands for a c or an ở."""


def form_of(text: str) -> str:
    """How the channel spells a printed string: capitals at the front and in words all in capitals mean nothing."""
    if text.islower():
        return text
    letters = [c for c in text if c.isalpha()]
    if len(letters) > 1 and all(c.isupper() for c in letters):
        return text.lower()
    return text if text[:1] == "I" else first_small(text)


class Alone(NamedTuple):
    """Arcs that no candidates are looked up for: what is kept, and what is cut in two."""

    start: Ints
    end: Ints
    word: NDArray[np.int32]
    second: NDArray[np.int32]
    score: Floats32
    rule: NDArray[np.int8]


def _joined(*parts: Alone) -> Alone:
    return Alone(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


@dataclass(frozen=True, slots=True)
class Outline:
    """What the lattice of some pieces is made of, whatever the channel: it is made once and read with every channel.

    Span ``i`` of pieces, ``start[i]:end[i]``, may be one printed word, whose form is ``forms[form[i]]``; ``dearer[i]`` says
    how many times ``Costs.capitals`` a syllable costs there. ``kept`` are the arcs that leave a piece as it is.
    """

    pieces: Sequence[Piece]
    forms: tuple[str, ...]
    form: Ints
    start: Ints
    end: Ints
    rule: NDArray[np.int8]
    dearer: Floats32
    case: NDArray[np.int8]
    """How each span is printed (``case.Case``)."""
    kept: Alone
    long: tuple[int, ...]
    """Pieces too long for one word, which may be two."""


def outline(
    pieces: Sequence[Piece], candidates: Candidates, numbers: dict[str, int], costs: Costs, *, old_marks: bool
) -> Outline:
    """The outline of ``pieces``. ``numbers`` gives the word numbers of ``<unk>`` and ``<num>``."""
    abbreviations = _abbreviations(pieces)
    known = [_is_known_abbreviation(p, candidates, numbers) for p in pieces]
    starts, ends, texts = _spans(pieces, known, _OLD_MARKS if old_marks else _QUOTES)
    distinct = {text: i for i, text in enumerate(dict.fromkeys(texts))}
    form_numbers: dict[str, int] = {}
    of_text = np.array([form_numbers.setdefault(form_of(t), len(form_numbers)) for t in distinct], np.int64)
    form = of_text[np.array([distinct[t] for t in texts], np.int64)]
    start, end = np.array(starts, np.int64), np.array(ends, np.int64)
    rule = _rules(pieces, start, end)
    settled = np.array([numbers.get(f, 0) for f in form_numbers], np.int64)
    certain = ((settled > 0) & (candidates.is_syllable[settled] == 0))[form]
    mute = _mute(pieces)
    inside = np.zeros(len(pieces), bool)
    inside[list(abbreviations | mute)] = True
    certain |= np.isin(start, list(mute))
    dearer = (inside[start] & (rule != Rule.JOIN)).astype(np.float32) * np.where(certain, np.float32(CERTAIN), np.float32(1))
    kept = _kept(pieces, abbreviations, numbers, costs)
    long = tuple(i for i, p in enumerate(pieces) if p.kind == Kind.WORD and LONGEST_PRINTED < len(p.text) <= LONGEST_TWO)
    case = _cases(pieces)[start]
    return Outline(pieces, tuple(form_numbers), form, start, end, rule, dearer, case, kept, long)


def _cases(pieces: Sequence[Piece]) -> NDArray[np.int8]:
    """How each piece is printed; a line of a list or a table begins like a sentence."""
    line = -1
    cases = np.zeros(len(pieces), np.int8)
    for i, piece in enumerate(pieces):
        if piece.kind == Kind.WORD:
            cases[i] = case_of(piece.text, begins=piece.opens or piece.line != line)
            line = piece.line
    return cases


def build(
    outline: Outline, candidates: Candidates, costs: Costs, cases: Floats32, *, bonus: Floats32 | None = None
) -> Lattice:
    """The lattice of an outline under a channel; ``bonus`` is added to the score of each word, and what ``cases``
    (``case_logps``) says of it as it is printed."""
    numbers = candidates.look_up(outline.forms)
    ids = numbers[outline.form]
    sizes = candidates.size[ids]
    likeliest = np.where(
        candidates.size[numbers] > 0, candidates.logps[candidates.start[numbers]], np.float32(-np.inf)
    )  # of each form
    # one row for each span, and one for each arc that stands alone
    alone = _joined(outline.kept, _splits(outline, likeliest, candidates, costs))
    start, end = np.concatenate([outline.start, alone.start]), np.concatenate([outline.end, alone.end])
    count = np.concatenate([sizes, np.ones(len(alone.start), np.int64)])
    source = np.concatenate([candidates.start[ids], np.arange(len(alone.start))])
    by_end = np.argsort(end, kind="stable")
    start, end, count, source = start[by_end], end[by_end], count[by_end], source[by_end]
    is_alone = by_end >= len(ids)
    ends = np.cumsum(count)
    at = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(source - (ends - count), count)
    place, own = (ends - count)[is_alone], source[is_alone]
    at[place] = 0
    word, score = candidates.words[at], candidates.logps[at] * np.float32(costs.channel)
    span = by_end[~is_alone]
    dearer, rules = np.zeros(len(by_end), np.float32), np.zeros(len(by_end), np.int8)
    case = np.zeros(len(by_end), np.int8)
    dearer[~is_alone], rules[~is_alone], case[~is_alone] = outline.dearer[span], outline.rule[span], outline.case[span]
    score += np.float32(costs.case) * cases.ravel()[np.repeat(case.astype(np.int64) * cases.shape[1], count) + word]
    dear = np.flatnonzero(np.repeat(dearer > 0, count))
    score[dear] += np.repeat(dearer, count)[dear] * np.float32(costs.capitals) * candidates.is_syllable[word[dear]]
    score += np.repeat(np.where(rules == Rule.JOIN, np.float32(costs.join), np.float32(0)), count)
    second = np.full(len(at), -1, np.int32)
    word[place], second[place], score[place] = alone.word[own], alone.second[own], alone.score[own]
    rules[is_alone] = alone.rule[own]
    forms = np.full(len(by_end), -1, np.int32)
    forms[~is_alone] = outline.form[span]
    if bonus is not None:
        of_word = np.append(bonus, np.float32(0))  # the last one is that of no word, -1
        score += of_word[word]
        score[place] += of_word[second[place]]
    first = np.concatenate(([0], ends))[np.searchsorted(end, np.arange(len(outline.pieces) + 2))]
    return Lattice(
        len(outline.pieces),
        np.repeat(start, count),
        np.repeat(end, count),
        word,
        second,
        score,
        np.repeat(rules, count),
        np.repeat(forms, count),
        first,
    )


def _is_known_abbreviation(piece: Piece, candidates: Candidates, numbers: dict[str, int]) -> bool:
    """Is the piece, as it stands, a word in capitals of the vocabulary that is no syllable?"""
    if not piece.text.isupper():
        return False
    number = numbers.get(piece.text.lower(), 0)
    return number > 0 and not candidates.is_syllable[number]


def _spans(
    pieces: Sequence[Piece], known: Sequence[bool], absorbed: frozenset[str]
) -> tuple[list[int], list[int], list[str]]:
    """Runs of pieces that may be one printed word: first pieces, ends, and what is printed.

    Two known abbreviations side by side ("UB MTTQ") are two, though there may be one that reads like both.
    """
    starts: list[int] = []
    ends: list[int] = []
    texts: list[str] = []

    def add(start: int, end: int, text: str) -> None:
        starts.append(start)
        ends.append(end)
        texts.append(text)

    for i, piece in enumerate(pieces):
        if piece.kind != Kind.WORD or _FIGURES_AND_SIGNS.fullmatch(piece.text):
            continue
        text = piece.text
        if len(text) <= LONGEST_PRINTED:
            add(i, i + 1, text)
        j = i + 1
        while j < len(pieces) and j - i < MOST_GLUED and not pieces[j].spaced and len(text) < LONGEST_GLUED:
            if not _goes_on(pieces, j, absorbed):
                break
            text += pieces[j].text
            j += 1
            if len(text) <= LONGEST_GLUED and not (pieces[j - 1].kind == Kind.MARK and pieces[j - 1].text in _INSIDE_ONLY):
                add(i, j, text)
        if i + 1 < len(pieces) and _may_join(piece, pieces[i + 1]) and not (known[i] and known[i + 1]):
            add(i, i + 2, piece.text + pieces[i + 1].text)
    return starts, ends, texts


def _goes_on(pieces: Sequence[Piece], j: int, absorbed: frozenset[str]) -> bool:
    """May piece ``j`` be a part of the printed word that the piece before it belongs to, no blank between them?

    Marks are where engines print them for parts of letters; a figure only between two of them ("k'6't").
    """
    piece, before = pieces[j], pieces[j - 1]
    after = pieces[j + 1] if j + 1 < len(pieces) and not pieces[j + 1].spaced else None
    if piece.kind == Kind.MARK:
        inside = after is not None and after.kind == Kind.WORD and not after.text.isupper()
        return piece.text in absorbed or (piece.text in _INSIDE_ONLY and inside)
    if piece.kind == Kind.NUMBER:
        return len(piece.text) == 1 and before.text in _QUOTES and after is not None and after.text in _QUOTES
    return piece.kind == Kind.WORD and before.kind != Kind.NUMBER


def _abbreviations(pieces: Sequence[Piece]) -> set[int]:
    """Words all in capitals in a line that is not, with no such word beside them."""
    upper = [p.kind == Kind.WORD and len(p.text) > 1 and p.text.isupper() and p.text.isalpha() for p in pieces]
    lines = {p.line for p, is_upper in zip(pieces, upper, strict=True) if is_upper}
    small: dict[int, int] = dict.fromkeys(lines, 0)  # small letters less capitals, by line
    for piece in pieces:
        if piece.line in lines:
            small[piece.line] += sum(map(str.islower, piece.text)) - sum(map(str.isupper, piece.text))
    return {
        i
        for i, p in enumerate(pieces)
        if upper[i] and small[p.line] > 0 and not (i and upper[i - 1]) and not (i + 1 < len(pieces) and upper[i + 1])
    }


def _may_join(left: Piece, right: Piece) -> bool:
    """Two pieces with a blank between them that may be one broken syllable: short, one of them very short."""
    return (
        right.spaced
        and left.line == right.line
        and left.kind == right.kind == Kind.WORD
        and not right.opens
        and len(left.text) + len(right.text) <= 7
        and min(len(left.text), len(right.text)) <= 2
    )


def _rules(pieces: Sequence[Piece], starts: Ints, ends: Ints) -> NDArray[np.int8]:
    blanks = np.cumsum([p.spaced for p in pieces])
    joined = blanks[ends - 1] > blanks[starts]
    return np.where(joined, Rule.JOIN, Rule.CHANNEL).astype(np.int8)


_MUTE = regex.compile(r"(?!.*[QV])[^\W\d_AEIOUYaeiouy]{3,}")


def _mute(pieces: Sequence[Piece]) -> set[int]:
    """Capitals without a vowel ("KHTH") in lines with small letters: abbreviations, though nobody knows them.

    Q and V are what engines print for ộ and ự.
    """
    small = {piece.line for piece in pieces if piece.kind == Kind.WORD and piece.text.islower() and len(piece.text) > 1}
    small |= {piece.line for piece in pieces if piece.kind == Kind.WORD and piece.text.istitle() and len(piece.text) > 2}
    return {
        i
        for i, piece in enumerate(pieces)
        if piece.kind == Kind.WORD
        and piece.line in small
        and piece.text.isupper()
        and _MUTE.fullmatch(strip_marks(piece.text))
    }


def _kept(pieces: Sequence[Piece], abbreviations: set[int], numbers: dict[str, int], costs: Costs) -> Alone:
    """Each piece as it stands: punctuation, a number, a word outside the vocabulary, a speck."""
    unknown, number = numbers["<unk>"], numbers["<num>"]
    start: list[int] = []
    word: list[int] = []
    then: dict[int, int] = {}
    score: list[float] = []
    for i, piece in enumerate(pieces):
        if piece.kind == Kind.MARK:
            start.append(i)
            word.append(-1)
            score.append(costs.accent if piece.text in _ACCENTS and not piece.spaced else 0.0)
        elif piece.kind == Kind.NUMBER:
            start.append(i)
            word.append(number)
            score.append(costs.digit * min(len(piece.text), 3))
        elif piece.kind == Kind.PROTECTED:
            start.append(i)
            parts = [numbers.get(part, unknown) for part in piece.text.lower().split("&")]  # as the model's text is cut
            word.append(parts[0])
            if len(parts) == 2:
                then[len(start) - 1] = parts[1]
            score.append(0.0)
        else:
            start += [i, i]
            word += [unknown, -1]
            letter = costs.capital_letter if i in abbreviations else costs.unknown_letter
            score += [
                costs.unknown + letter * len(piece.text),
                costs.speck + costs.unknown_letter * (len(piece.text) - 1),
            ]
    n = len(start)
    starts = np.array(start, np.int64)
    return Alone(
        starts,
        starts + 1,
        np.array(word, np.int32),
        np.array([then.get(i, -1) for i in range(n)], np.int32),
        np.array(score, np.float32),
        np.zeros(n, np.int8),
    )


LONGEST_TWO = 2 * LONGEST_PRINTED - 8
"""Characters of two glued syllables."""

POOR = -5.0
"""A printed string whose best syllable is less likely than this may be two glued ones."""


def _splits(outline: Outline, likeliest: Floats32, candidates: Candidates, costs: Costs) -> Alone:
    """Glued syllables: the best pairs of words for every cut of a form that is poorly explained by one (``likeliest``)."""
    places: dict[int, list[int]] = {}
    for span in np.flatnonzero((outline.end - outline.start == 1) & (likeliest[outline.form] <= POOR)).tolist():
        places.setdefault(int(outline.form[span]), []).append(int(outline.start[span]))
    for i in outline.long:
        places.setdefault(-1 - i, []).append(i)
    halves = candidates.halves()
    cuts: list[tuple[int, str, str]] = []
    for number in places:
        form = outline.forms[number] if number >= 0 else form_of(outline.pieces[-1 - number].text)
        if len(form) >= 4:
            cuts += ((number, form[:c], form[c:]) for c in range(2, len(form) - 1))
    left, right = halves.look_up([a for _, a, _ in cuts] + [b for _, _, b in cuts]).reshape(2, -1).tolist()
    rows: dict[int, list[tuple[float, int, int]]] = {}
    for (number, _, _), a, b in zip(cuts, left, right, strict=True):
        pairs = rows.setdefault(number, [])
        for x, first in halves.few(a):
            pairs += ((x + y, first, then) for y, then in halves.few(b))
    flat = [
        (i, *pair) for number, pairs in rows.items() for pair in sorted(pairs, reverse=True)[:12] for i in places[number]
    ]
    start = np.array([f[0] for f in flat], np.int64)
    score: Floats32 = np.array([f[1] for f in flat], np.float32) * np.float32(costs.channel) + np.float32(costs.split)
    word, second = np.array([f[2] for f in flat], np.int32), np.array([f[3] for f in flat], np.int32)
    return Alone(start, start + 1, word, second, score, np.full(len(flat), Rule.SPLIT, np.int8))
