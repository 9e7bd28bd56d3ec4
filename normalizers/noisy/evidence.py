"""What each token of a text is evidence of: right Vietnamese, another language, lost marks, a misreading engine.

Damage is told by what no right text has (impossible syllables, signs and figures inside words, marks missing where every
neighbour has them), never by how unlike official prose a text reads: verse, farming and chat are right.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from importlib.resources import files

import numpy as np
import regex

from normalizers.forms import fold, old_tone_style, strip_marks
from normalizers.lexicon.lexicon import abbreviations
from normalizers.noisy.model_files import language_model
from normalizers.syllables import is_syllable


class Sign(IntEnum):
    """What kind of token this is; tokens that say nothing (figures, punctuation) have none."""

    MARKED = 0
    """A syllable in use, with marks."""
    MARKED_RARE = 1
    """A well-formed syllable with marks that texts hardly use."""
    MARKED_WRONG = 2
    """Letters with marks that are no syllable."""
    PLAIN = 3
    """A syllable without marks that is a word of its own as often as not ("trong", "cao")."""
    BARE = 4
    """A syllable without marks that mostly has some ("chinh", "hanh")."""
    BARE_ALWAYS = 5
    """The same, hardly ever met without them ("quyet", "nghia")."""
    ENGLISH = 6
    """An English word that is no Vietnamese syllable."""
    ENGLISH_SYLLABLE = 7
    """A frequent English word that reads as a Vietnamese syllable ("to", "can", "the")."""
    SMALL_WRONG = 8
    """Small letters without marks that are neither ("phwong")."""
    NAME = 9
    """The same with a capital: a name of another language, or a misreading."""
    CAPITALS_KNOWN = 10
    """An abbreviation that official texts know."""
    CAPITALS = 11
    """Other capitals that are no syllable."""
    FIGURE_IN_WORD = 12
    """A figure among small letters ("h6i", "16p")."""
    SIGN_IN_WORD = 13
    """A sign among letters ("hi¢n", "nu&", "n[ng")."""
    MODEL = 14
    """Capitals or a unit with figures ("C7", "QL1A", "m2", "16GB")."""
    CAPITAL_IN_WORD = 15
    """A capital among small letters ("dOng")."""
    CODE = 16
    """Two words run together in a code or a trade name ("soLuong", "ma_hs", "LaserJet")."""


MOST_FREQUENT_ENGLISH = 250
"""English words that also read as syllables are English down to this rank; rarer ones ("ban", "hang") are Vietnamese."""

OWN_WORD, HARDLY = 0.2, 0.02
"""Share of its unmarked form among all words with these letters from which on a bare syllable is a word of its own, or is
hardly ever one: between "cao" (0.4) and "chinh" (0.05), and "quyet" (0)."""

RARE_BESIDE_ENGLISH = 1e-5
"""An English word is taken for a syllable that lost its marks ("quit", "bet") from this probability of the syllable on."""

IN_USE = -14.0
"""Unigram log probability of a syllable in use (one in a million)."""

_TOKEN = regex.compile(r"""[^\s"“”()…,;:.\-/–—<>=*+•·″]+""")
_LETTER = regex.compile(r"\p{L}")
_PUNCTUATION = "'’‘`´!?%[]{}|~_^$#@&°″"
_UNIT = regex.compile(
    r"(?:[kdcm]?m[23²³]|\d+(?:kg|g|mg|ml|l|m|cm|mm|km|ha|h|h\d+|ppm|kv|kw|kwh|tr|x|s|p|w|v|t|đ|k)\d*)", regex.IGNORECASE
)
_SIGNED = regex.compile(r"[\p{L}\p{N}]+[¢€@$£§|\\©®°¥µ&^~'’`\[\]{}?!()]+[\p{L}\p{N}]|[¢€§©®¥µ]|\p{Ll}&|&\p{Ll}")
_FORMULA = regex.compile(r"\d?(?:(?:H|C|N|O|S|P|K|F|I|B|Na|Ca|Fe|Cl|Cu|Zn|Mg|Al|Si|Mn|Ba|Br|Pb|Ag|Hg)\d*){2,}")
_LATIN = regex.compile(r"(?:[\p{Latin}\p{M}\p{N}\p{P}\p{S}])*")
_CAMEL = regex.compile(r"\p{L}\p{Ll}+(?:\p{Lu}\p{Ll}{2,})+|\p{Lu}\p{Ll}+\p{Lu}+\d*|\w*\p{L}\w*_\w+")


@cache
def english() -> dict[str, int]:
    """English words with their rank by frequency, from 0."""
    lines = files("normalizers").joinpath("data", "english.txt").read_text(encoding="utf-8").split("\n")[1:]
    return {word: rank for rank, word in enumerate(lines) if word}


@cache
def _bare_forms() -> dict[str, tuple[float, float]]:
    """Of each syllable without marks: the probability of all words that lose their marks to it, and the share of the
    unmarked word among them."""
    model = language_model()
    total: dict[str, float] = {}
    for word, probability in zip(model.words, np.exp(model.unigram_logp).tolist(), strict=True):
        if is_syllable(word):
            bare = strip_marks(word)
            total[bare] = total.get(bare, 0.0) + probability

    def own(bare: str) -> float:
        return float(np.exp(model.unigram_logp[model.number[bare]])) if bare in model.number and is_syllable(bare) else 0.0

    return {bare: (probability, own(bare) / probability) for bare, probability in total.items()}


def bare_probability(bare: str) -> float:
    """The probability of all syllables that are spelt with these letters, marks aside; 0 where there are none."""
    return _bare_forms().get(bare, (0.0, 0.0))[0]


def has_syllable_letters(word: str) -> bool:
    """Are these the letters of a syllable of the vocabulary, with its marks or without?

    >>> has_syllable_letters("khach"), has_syllable_letters("ngh")
    (True, False)
    """
    return fold(word) in _bare_forms()


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(abbreviations())


_CODE_MARK = regex.compile(
    r"[{}\\<>=;$#](?:(?<=[{}\\])|[{}\\<>=;$#])|\((?<=\w.)\w*\)|\s--?\w|://|\[(?<=\w.)\d|\)\s*;|=(?<=[^=].)=?[^=]"
)
"""Each begins with the rarest character, which is found first."""


def tokens(line: str) -> list[str]:
    """The strings between blanks and punctuation."""
    return _TOKEN.findall(line)


_ADDRESS = regex.compile(
    r"""
    (?:https?:/|www\.)\S+ | [\w.+-]+@[\w-]+\.[\w.-]+ | \b[\w-]+(?:\.[\w-]+)*\.(?:vn|com|org|net|gov)\b\S*
    | \b\p{Lu}:\\\S+  # a file of another system
    """,
    regex.VERBOSE,
)

_OF_ADDRESS = regex.compile(r"https?:/|www\.|@|\.(?:vn|com|org|net|gov)\b|:\\")
"""What every address holds."""


def signs_of(line: str) -> list[int]:
    """The signs of all tokens of a line, and one of code for every mark that only programs have; addresses say nothing."""
    if _OF_ADDRESS.search(line):
        line = _ADDRESS.sub(" ", line)
    tokens_here = _TOKEN.findall(line)
    known = list(map(_SIGNS.get, tokens_here))  # nearly all, and found without a call for each
    signs = map(sign_of, tokens_here) if None in known else known
    found = [sign for sign in signs if sign is not None and sign >= 0]
    found += [int(Sign.CODE)] * len(_CODE_MARK.findall(line))
    return found


_SIGNS: dict[str, int] = {}
_MOST_KEPT = 200_000


def sign_of(token: str) -> int:
    """The ``Sign`` of a token, -1 where it has none; remembered, for texts say the same again and again.

    >>> [Sign(sign_of(t)).name for t in ("Quyết", "quyet", "phwong", "hi¢n", "h6i")]
    ['MARKED', 'BARE_ALWAYS', 'SMALL_WRONG', 'SIGN_IN_WORD', 'FIGURE_IN_WORD']
    >>> [Sign(sign_of(t)).name for t in ("m2", "dOng", "whose", "UBND")]
    ['MODEL', 'CAPITAL_IN_WORD', 'ENGLISH', 'CAPITALS_KNOWN']
    """
    known = _SIGNS.get(token)
    if known is None:
        if len(_SIGNS) >= _MOST_KEPT:
            _SIGNS.clear()
        known = _SIGNS[token] = _classify(token)
    return known


def _classify(token: str) -> int:
    core = token.strip(_PUNCTUATION) if len(token) < 40 else ""
    if len(core) < 2 or not _LETTER.search(core):
        return -1
    if not _LATIN.fullmatch(core):
        return Sign.CODE
    if _UNIT.fullmatch(core):
        return Sign.MODEL
    if any(c.isdigit() for c in core):
        return _with_figure(core)
    if "&" in core and core.replace("&", "").isupper():
        return Sign.CAPITALS_KNOWN
    if not core.isalpha():
        if _CAMEL.fullmatch(core):
            return Sign.CODE
        return Sign.SIGN_IN_WORD if _SIGNED.search(token) else -1
    if token != core and _SIGNED.search(token):
        return Sign.SIGN_IN_WORD
    return _of_letters(core)


def _with_figure(core: str) -> int:
    if _SIGNED.search(core):
        return Sign.SIGN_IN_WORD
    letters = core.strip("0123456789")
    if letters.isalpha() and not letters.isascii() and is_syllable(old_tone_style(letters.lower())):
        return Sign.MARKED  # a footnote's mark, a lost blank
    figures = sum(map(str.isdigit, core))
    if _FORMULA.fullmatch(core) or (figures > 1 and any(map(str.isupper, core))):
        return Sign.MODEL
    small = sum(map(str.islower, core))
    if small and small >= figures and (core[:1].islower() or small > 1) and "_" not in core:
        return Sign.FIGURE_IN_WORD
    return Sign.MODEL


def _of_letters(core: str) -> int:
    word = old_tone_style(core.lower())
    syllable = is_syllable(word)
    if core.isupper() and len(core) > 1 and not syllable:
        return Sign.CAPITALS_KNOWN if core in _abbreviations() else Sign.CAPITALS
    if core[1:] != core[1:].lower() and not core.isupper():
        return (
            Sign.CODE
            if _CAMEL.fullmatch(core)
            else Sign.CAPITALS_KNOWN
            if core in _abbreviations()
            else Sign.CAPITAL_IN_WORD
        )
    model = language_model()
    in_use = bool(model.unigram_logp[model.number.get(word, 0)] > IN_USE)
    if not word.isascii():
        if not syllable:
            return Sign.MARKED if in_use and core[0].isupper() else Sign.MARKED_WRONG  # Đắk, Kạn
        return Sign.MARKED if in_use else Sign.MARKED_RARE
    rank = english().get(word)
    frequency, own = _bare_forms().get(word, (0.0, 0.0))
    if (not syllable and frequency < (RARE_BESIDE_ENGLISH if rank is not None else 0.0)) or not frequency:
        return Sign.ENGLISH if rank is not None else Sign.NAME if core[0].isupper() else Sign.SMALL_WRONG
    if rank is not None and rank < MOST_FREQUENT_ENGLISH:
        return Sign.ENGLISH_SYLLABLE
    return Sign.PLAIN if own > OWN_WORD else Sign.BARE if own > HARDLY else Sign.BARE_ALWAYS
