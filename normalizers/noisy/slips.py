"""Misread marks in text that is otherwise right: "sô" for số, "thâm quyền" for thẩm quyền.

Engines that know Vietnamese err in marks nearly alone. For every word that the language model does not expect, the words
with the same letters and other marks are tried in its place. Whether the best of them is right is a probability: a logistic
regression over a few readable signs (``WEIGHTS``), above all how much better the sentence reads and how many such words
the text has. A word is never changed for reading unlike official prose: right verse, farming and names have unexpected
words, but none for which one mark makes all the difference.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from documents.edits import Span
from normalizers.forms import strip_marks
from normalizers.noisy.compiled import score_windows_compiled
from normalizers.noisy.evidence import english
from normalizers.noisy.lm import LanguageModel
from normalizers.noisy.model_files import language_model
from normalizers.syllables import is_syllable
from normalizers.words import NUMBER, UNKNOWN, word_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

UNEXPECTED = -3.5
"""Log probability of a word in its place below which others are tried: one in thirty. Of slips put into official text 95 in
100 lie below it (at -5 two fewer), of right official text one word in six."""

IN_USE = -13.5
"""Unigram log probability of the rarest word that is tried: one in a million."""

AHEAD = 3
"""Words after the changed one whose probability changes with it: the model looks back so far."""


WEIGHTS = (-1.774, 0.276, 0.365, 1.32, -0.206, -2.448, 0.931, -0.56, 1.059, -0.838)
"""Log odds that each of ``Signs`` adds, learned by ``scripts/training/train_slips.py`` from official text into which slips
were put, drawn pages read with Vietnamese data, and right text of other fields."""


class Signs(NamedTuple):
    """What speaks for a misprint, and against it."""

    always: float
    gain: float
    """Log probability that the sentence gains by the other word, at most ``MOST_GAIN``."""
    lead: float
    """The same over the next best word, at most ``MOST_LEAD``."""
    lost: float
    """The print has marks of the word, and no other."""
    added: float
    """The print has more marks than the word, and all of its."""
    syllable: float
    """What is printed is a well-formed syllable."""
    frequency: float
    """Of what is printed: between -1.5 (unknown) and 2."""
    capital: float
    """It begins with a capital: it may be a name."""
    others: float
    """Log of the likely misprints in a hundred other words."""
    bare: float
    """What is printed has no marks."""


@dataclass(frozen=True, slots=True)
class Slip:
    """``text[start:end]`` may be a misprint of ``word`` (lower case)."""

    start: int
    end: int
    word: str
    signs: Signs

    @property
    def probability(self) -> float:
        odds = math.exp(sum(weight * sign for weight, sign in zip(WEIGHTS, self.signs, strict=True)))
        return odds / (1 + odds)

    @property
    def is_alone(self) -> bool:
        """Is it a syllable in use, in a text that shows hardly another misprint? Then it may be what the author wrote."""
        in_use = self.signs.syllable > 0 and self.signs.frequency > IN_USE / 4 + 2.5
        return in_use and self.signs.others < math.log(FEW + FLOOR)


FEW, FLOOR = 0.15, 0.05
"""Misprints in a hundred words below which a text is called free of them, and what is added before the logarithm. Sentences
of volunteers have 0.07, verse 0.1, official text with slips in 0.8 % of its words 0.5 and more."""


class Siblings(NamedTuple):
    """Words by their letters: those of group ``g`` are ``words[first[g]:first[g + 1]]``."""

    group: dict[str, int]
    first: Ints
    words: Ints


@cache
def _siblings() -> Siblings:
    model = language_model()
    by_letters: dict[str, list[int]] = {}
    for number, word in enumerate(model.words):
        if model.unigram_logp[number] > IN_USE and is_syllable(word):
            by_letters.setdefault(strip_marks(word), []).append(number)
    sizes = [len(words) for words in by_letters.values()]
    first = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    words = np.array([number for numbers in by_letters.values() for number in numbers], np.int64)
    return Siblings({letters: i for i, letters in enumerate(by_letters)}, first, words)


_TOKEN = regex.compile(r"\d+(?:[.,/:]\d+)*|[^\W\d_]+")
_GLUED = regex.compile(r"[\w&@\\^$#]")


def find_slips(text: str, spans: Sequence[Span], *, expected: float = 0.0) -> list[Slip]:
    """Words inside ``spans``, which are in order, that may be misprints, each with what it may be a misprint of.

    ``expected`` is the least number of misprints in a hundred words, where it is known that there are some.
    """
    tokens = [m.span() for span in spans for m in _TOKEN.finditer(text, span.start, span.end)]
    if not tokens:
        return []
    model = language_model()
    ids = _numbers_of([text[a:b] for a, b in tokens])
    unexpected = np.flatnonzero((_logps(model, ids) < UNEXPECTED) & (ids != model.number[NUMBER])).tolist()
    tried = [(place, group) for place in unexpected if (group := _group_of(text, *tokens[place])) is not None]
    if not tried:
        return []
    places, groups = (np.array(column, np.int64) for column in zip(*tried, strict=True))
    best, gain, lead = _better(model, ids, ids, places, groups)
    sure = (gain > SURE_GAIN) & (lead > SURE_LEAD)
    read = ids.copy()
    read[places[sure]] = best[sure]
    again = _beside(places, places[sure], model.order)
    best[again], gain[again], lead[again] = _better(model, ids, read, places[again], groups[again])
    found = [i for i in range(len(places)) if gain[i] > 0 and best[i] != ids[places[i]]]
    spans_of = [tokens[place] for place in places.tolist()]
    plain = [_Plain(spans_of[i][0], spans_of[i][1], int(best[i]), float(gain[i]), float(lead[i])) for i in found]
    return _weighed(text, plain, len(tokens), expected)


SURE_GAIN, SURE_LEAD = 4.0, 2.0
"""Gain and lead from which a word becomes the context of those beside it, which are then looked at again: slips come side
by side ("phô Hô Chí Minh")."""

WITNESS_GAIN, WITNESS_LEAD = 8.0, 5.0
"""Gain and lead from which a slip speaks for the others of the text."""

_NUMBERS: dict[str, int] = {}
_MOST_KEPT = 200_000


def _numbers_of(tokens: list[str]) -> Ints:
    known = list(map(_NUMBERS.get, tokens))  # nearly all, and found without a call for each
    return np.array(list(map(_number_of, tokens)) if None in known else known, np.int64)


def _number_of(token: str) -> int:
    number = _NUMBERS.get(token)
    if number is None:
        if len(_NUMBERS) >= _MOST_KEPT:
            _NUMBERS.clear()
        model = language_model()
        number = _NUMBERS[token] = model.number.get(word_of(token), model.number[UNKNOWN])
    return number


def _group_of(text: str, start: int, end: int) -> int | None:
    """The group of the words that the one at ``start:end`` may be a misprint of; none inside a code or an address."""
    if _GLUED.match(text, end) or (start and _GLUED.match(text, start - 1)):
        return None
    return _group(text[start:end])


@lru_cache(maxsize=_MOST_KEPT)
def _group(printed: str) -> int | None:
    """The same for the word alone; none for an abbreviation, an English word, a name of another language."""
    word = word_of(printed)
    letters = strip_marks(word)
    group = _siblings().group.get(letters)
    if group is None or len(printed) < 2:
        return None
    if not is_syllable(word) and (printed.isupper() or (word == letters and word in english())):
        return None
    return None if printed[1:] != printed[1:].lower() and not printed.isupper() else group


def _beside(places: Ints, changed: Ints, reach: int) -> NDArray[np.bool_]:
    """Which places stand less than ``reach`` words before or after one of those that changed, but are not it alone."""
    after = np.searchsorted(changed, places - reach, side="right")
    until = np.searchsorted(changed, places + reach, side="left")
    own = np.isin(places, changed)
    near: NDArray[np.bool_] = until - after - own > 0
    return near


def _windows(model: LanguageModel, ids: Ints, places: Ints, ahead: int) -> Ints:
    """The words before, at and after each place: places × (before + 1 + ahead)."""
    before = model.order - 1
    padded = np.concatenate([np.zeros(before, np.int64), ids, np.full(ahead, model.number[UNKNOWN], np.int64)])
    windows: Ints = padded[places[:, None] + np.arange(before + 1 + ahead)]
    return windows


def scores_of(model: LanguageModel, windows: Ints, floors: Floats | None = None) -> Floats:
    """Log probability of the last words of each window given those before each.

    What is below the floor of its window need not be looked at to the end: the score may then be any below the floor.
    """
    compiled = score_windows_compiled(model, windows, np.full(len(windows), -np.inf) if floors is None else floors)
    return scores_in_numpy(model, windows) if compiled is None else compiled


def scores_in_numpy(model: LanguageModel, windows: Ints) -> Floats:
    before = model.order - 1
    total = np.zeros(len(windows))
    for at in range(windows.shape[1] - before):
        states = np.zeros(len(windows), np.uint64)
        for word in windows[:, at : at + before].T:
            states = (states << np.uint64(16)) | word.astype(np.uint64)
        total += model.logp(model.contexts(states), np.arange(len(windows)), windows[:, at + before])
    return total


def _logps(model: LanguageModel, ids: Ints) -> Floats:
    """Log probability of each word given those before it."""
    return scores_of(model, _windows(model, ids, np.arange(len(ids)), 0))


def _better(model: LanguageModel, ids: Ints, read: Ints, places: Ints, groups: Ints) -> tuple[Ints, Floats, Floats]:
    """For each place the sibling that reads best there, its gain over what is printed, and its lead over the next one.

    ``read`` are the words of the context, ``ids`` the printed ones.
    """
    siblings = _siblings()
    sizes = siblings.first[groups + 1] - siblings.first[groups]
    which = np.repeat(np.arange(len(places)), sizes)
    words = siblings.words[
        np.arange(len(which)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + siblings.first[groups[which]]
    ]
    windows = _windows(model, read, places, AHEAD)
    before = model.order - 1
    windows[:, before] = ids[places]
    printed = scores_of(model, windows)
    tried = windows[which]
    tried[:, before] = words
    among = np.zeros(len(places), bool)
    among[which[words == ids[places][which]]] = True
    # where the print is one of them, none that reads worse is the best or the second of them
    scores = scores_of(model, tried, np.where(among, printed, -np.inf)[which])
    order = np.lexsort((-scores, which))
    starts = np.cumsum(sizes) - sizes
    best = order[starts]
    other = np.where(sizes > 1, order[np.minimum(starts + 1, len(order) - 1)], best)
    lead = np.where(sizes > 1, scores[best] - scores[other], MOST_LEAD)
    return words[best], scores[best] - printed, lead


UNSEEN = 150
"""Right words that a text is given beside its own: one misprint in a line of twenty words is no sign of a bad engine."""

MOST_GAIN, MOST_LEAD = 15.0, 12.0
"""More says no more; a word without a rival has the most lead."""


class _Plain(NamedTuple):
    """A misprint that may be, before it is weighed."""

    start: int
    end: int
    word: int
    gain: float
    lead: float


def _weighed(text: str, plain: Sequence[_Plain], tokens: int, expected: float) -> list[Slip]:
    model = language_model()
    marks = [_marks(text[p.start : p.end], model.words[p.word]) for p in plain]
    strong = [
        p.gain > WITNESS_GAIN and p.lead > WITNESS_LEAD and not added for p, (_, added) in zip(plain, marks, strict=True)
    ]
    many = sum(strong)
    slips = []
    for p, (lost, added), is_strong in zip(plain, marks, strong, strict=True):
        printed = text[p.start : p.end]
        word = word_of(printed)
        number = model.number.get(word)
        others = max((many - is_strong) / (tokens + UNSEEN) * 100, expected)
        signs = Signs(
            1.0,
            min(p.gain, MOST_GAIN),
            min(p.lead, MOST_LEAD),
            float(lost),
            float(added),
            float(is_syllable(word)),
            max(float(model.unigram_logp[number]) if number is not None else -16.0, -16.0) / 4 + 2.5,
            float(printed[:1].isupper()),
            math.log(others + FLOOR),
            float(word.isascii()),
        )
        slips.append(Slip(p.start, p.end, model.words[p.word], signs))
    return slips


def _marks(printed: str, word: str) -> tuple[bool, bool]:
    """Did the print lose marks of the word and gain none; did it gain some and lose none?"""
    a, b = (
        sorted(c for c in unicodedata.normalize("NFD", w.lower().replace("đ", "d\u0335")) if not c.isalpha())
        for w in (printed, word)
    )
    return _within(a, b), _within(b, a)


def _within(few: Sequence[str], many: Sequence[str]) -> bool:
    rest = list(many)
    for mark in few:
        if mark not in rest:
            return False
        rest.remove(mark)
    return True
