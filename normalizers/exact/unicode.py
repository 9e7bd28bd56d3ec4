"""One code for one letter: NFC, old tone style, and the characters that look like Vietnamese letters but are others.

Works on words without spaces: each is cleaned until nothing changes, and what changed becomes an edit. So a second pass
finds nothing, lines stay one to one, and clean text costs one regular-expression search.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

import regex

from documents.edits import Edit
from normalizers.forms import TONES, old_tone_style
from normalizers.syllables import is_syllable

# Zero width space, no-break space of zero width (byte order mark), word joiner: never seen, never meant.
_INVISIBLE = regex.compile("[\u200b\ufeff\u2060-\u2064\u00ad]")
# What is printed for a hyphen: fonts map its glyph to the soft hyphen, word processors make it a dash or a minus sign.
_SOFT_HYPHEN = "\u00ad"
_DASHES = "\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_HYPHEN_IN_CODE = regex.compile(
    rf"(?<=[\d%A-ZĐÐ])[{_DASHES}{_SOFT_HYPHEN}](?=[\dA-ZĐÐ])|(?<![^\W_])[\u2212\ufe63\uff0d](?=\d)"
)
_SOFT_HYPHENATED = regex.compile(rf"([^\W\d_]+){_SOFT_HYPHEN}(?=([^\W\d_]+))")
# Joiners and direction marks mean something in scripts that join or run right to left; beside those they stay.
_JOINER = regex.compile(
    "(?<![\u0590-\u1dff\u2c00-\U0010ffff])[\u200c-\u200f\u202a-\u202e]+(?![\u0590-\u1dff\u2c00-\U0010ffff])"
)

_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

# Letters of other scripts that print like a Latin one, Latin beside them (after Unicode's confusables.txt, kept to those
# that are the same shape in every text face).
_CYRILLIC = dict(zip("АВЕЅІЈКМНОРСТУХаеѕіјорсухԁһ", "ABESIJKMHOPCTYXaesijopcyxdh", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo", strict=True))
_LOOK_ALIKES = _CYRILLIC | _GREEK
_STROKED_D = {"Ð": "Đ", "Ɖ": "Đ", "ð": "đ", "Ñ": "Đ", "ñ": "đ"}  # eth, African D, and the ñ of fonts with shifted codes

_WORD = regex.compile(r"[^\W\d_]+")
_HAS_LOOK_ALIKE = regex.compile(f"[{''.join(_LOOK_ALIKES)}]")
_HAS_STROKED_D = regex.compile(f"[{''.join(_STROKED_D)}]")
_ABBREVIATION = regex.compile(r"[A-ZĐ]{2,8}")


def _without_invisible(token: str) -> str:
    return _JOINER.sub("", _INVISIBLE.sub("", token))


def _with_hyphens(token: str) -> str:
    """Dashes as hyphens in numbers, ranges and codes; soft hyphens there and between two syllables too.

    A soft hyphen within a syllable, or in a word that is not Vietnamese, marks where it may be broken and goes later.

    >>> _with_hyphens("125/QĐ\u00adUBND"), _with_hyphens("90–95%"), _with_hyphens("tế\u00adxã"), _with_hyphens("kinh–tế")
    ('125/QĐ-UBND', '90-95%', 'tế-xã', 'kinh–tế')
    """
    token = _HYPHEN_IN_CODE.sub("-", token)
    return _SOFT_HYPHENATED.sub(_soft_hyphen, token) if _SOFT_HYPHEN in token else token


def _soft_hyphen(match: regex.Match[str]) -> str:
    before, after = match[1], match[2]
    return before + ("-" if is_syllable(before) and is_syllable(after) and not is_syllable(before + after) else _SOFT_HYPHEN)


def _narrow(token: str) -> str:
    return token.translate(_FULL_WIDTH)


def _without_ligatures(token: str) -> str:
    """Ligatures spelt out in words that look English; Vietnamese has no f, and to an OCR engine "ﬁ" is often ấ or ẩ.

    >>> _without_ligatures("workﬂow,ﬁle"), _without_ligatures("tﬁng"), _without_ligatures("nﬁ")
    ('workflow,file', 'tﬁng', 'nﬁ')
    """
    return _LIGATURE_WORD.sub(lambda m: m[0].translate(_LIGATURES), token)


# Before f English has a vowel, k, l, n, r, s or the beginning of a word: that lets "hﬁng" stay and takes few others.
_LIGATURE_WORD = regex.compile(r"(?<![^\W\d_])(?:[A-Za-z]*[aeiouklnrsAEIOULNRS])?[\ufb00-\ufb06][a-z]{2,}(?![^\W\d_])")


def _latin(token: str) -> str:
    """Look-alikes of other scripts replaced in words that are otherwise Latin, stroked d in Vietnamese words.

    >>> _latin("Hộі"), _latin("Москва"), _latin("QÐ-UBND"), _latin("Garðar"), _latin("ñược"), _latin("señor")
    ('Hội', 'Москва', 'QĐ-UBND', 'Garðar', 'được', 'señor')
    """
    if _HAS_LOOK_ALIKE.search(token):
        token = _WORD.sub(lambda m: _latin_word(m[0]), token)
    if _HAS_STROKED_D.search(token):
        token = _WORD.sub(lambda m: _vietnamese_d(m[0]), token)
    return token


def _latin_word(word: str) -> str:
    others = {c for c in word if c in _LOOK_ALIKES or not (c.isascii() or _is_latin(c))}
    if len(others) == len(set(word)) or not others <= _LOOK_ALIKES.keys():
        return word  # a word of another script, or one that holds more than look-alikes
    return "".join(_LOOK_ALIKES.get(c, c) for c in word)


def _is_latin(character: str) -> bool:
    return "\u00c0" <= character <= "\u024f" or "\u1e00" <= character <= "\u1eff"


def _vietnamese_d(word: str) -> str:
    read = "".join(_STROKED_D.get(c, c) for c in word)
    if "ñ" in word or "Ñ" in word:  # a letter of Spanish: only beside another that Spanish does not have
        return read if is_syllable(read) and _VIETNAMESE_ONLY.search(unicodedata.normalize("NFD", word)) else word
    return read if is_syllable(read) or _ABBREVIATION.fullmatch(read) else word


_VIETNAMESE_ONLY = regex.compile("[\u0302\u0306\u0309\u031b\u0323]")  # circumflex, breve, hook, horn, dot below
_TONE = regex.compile(f"[{TONES}]")


def _tone_in_place(token: str) -> str:
    """Old tone style; a tone set on the wrong vowel ("tòan", "cuả") goes where it makes a syllable.

    >>> _tone_in_place("hoá"), _tone_in_place("tòan"), _tone_in_place("cuả"), _tone_in_place("Benoît")
    ('hóa', 'toàn', 'của', 'Benoît')
    """
    token = old_tone_style(token)
    return _WORD.sub(lambda m: _moved_tone(m[0]), token) if _MISPLACED.search(token) else token


def _moved_tone(word: str) -> str:
    if len(word) > _LONGEST_SYLLABLE or is_syllable(word):
        return word
    decomposed = unicodedata.normalize("NFD", word)
    tones = _TONE.findall(decomposed)
    if len(tones) != 1:
        return word
    bare = unicodedata.normalize("NFC", _TONE.sub("", decomposed))
    places = (unicodedata.normalize("NFC", bare[: i + 1] + tones[0] + bare[i + 1 :]) for i in range(len(bare)))
    right = [place for place in places if place == old_tone_style(place) and is_syllable(place)]
    return right[0] if len(right) == 1 else word


_LONGEST_SYLLABLE = 7  # nghiêng
# Where a tone may stand on the wrong vowel: on the glide of a closed rhyme, or after the vowel that should bear it.
_MISPLACED = regex.compile(
    r"[òóỏõọ][ae][^\W\d_]|[ùúủũụ][yâêôơ][^\W\d_]?|[ìíỉĩịỳýỷỹỵ]ê|[ừứửữự]ơ|[uưi][àáảãạ](?![^\W\d_])|[ôơâêăư][ìíỉĩịùúủũụ]",
    regex.IGNORECASE,
)


def _nfc(token: str) -> str:
    return unicodedata.normalize("NFC", token)


# In this order; the rule of an edit is the first that changed the word, NFC the last to be named.
_STEPS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("dash", _with_hyphens),
    ("zero_width", _without_invisible),
    ("width", _narrow),
    ("ligature", _without_ligatures),
    ("nfc", _nfc),
    ("look_alike", _latin),
    ("tone_style", _tone_in_place),
)


@lru_cache(maxsize=1 << 14)
def _cleaned(token: str) -> tuple[str, str]:
    """``token`` cleaned until nothing changes, and the rule that changed it most."""
    rules: list[str] = []
    while True:
        before = token
        for rule, step in _STEPS:
            after = step(token)
            if after != token:
                rules.append(rule)
                token = after
        if token == before:
            break
    return token, next((rule for rule in rules if rule != "nfc"), "nfc")


_SPACES = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"  # spaces that are not the plain one; line and page ends are none
_NEW_STYLE = r"[oO][àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸ](?![^\W\d_])|[uU][ỳýỷỹỵỲÝỶỸỴ](?![^\W\d_])"
# Whatever may need cleaning in NFC text.
_ODD = regex.compile(
    rf"[{_SPACES}\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufb00-\ufb06\ufeff\uff01-\uff5e"
    rf"{_DASHES}{''.join(_LOOK_ALIKES)}{''.join(_STROKED_D)}]"
)
_SUSPICIOUS = (_ODD, regex.compile(_NEW_STYLE), regex.compile(f"(?i:{_MISPLACED.pattern})"))
"""Each on its own is found in half the time of one pattern for all."""


def unicode_edits(text: str) -> list[Edit]:
    """The edits that bring ``text`` to NFC, the old tone style and plain Vietnamese letters.

    Rules: "unicode:nfc", "unicode:tone_style", "unicode:look_alike" (eth, Cyrillic, Greek), "unicode:width",
    "unicode:ligature", "unicode:dash", "unicode:zero_width" (soft hyphens within words too), "unicode:space". Digits keep
    their value; line ends, page ends, tabs and the number of spaces stay. Text in a legacy encoding goes through
    ``normalizers.legacy`` first: there the soft hyphen is a letter.

    >>> [(e.after, e.rule) for e in unicode_edits("Quyê\u0301t định hoá đơn, QÐ-TTg")]
    [('Quyết', 'unicode:nfc'), ('hóa', 'unicode:tone_style'), ('QĐ', 'unicode:look_alike')]
    """
    edits: list[Edit] = []
    for start, end in _suspicious_tokens(text):
        token = text[start:end]
        if token.isspace():
            edits.append(Edit(start, end, token, " " * len(token), "unicode:space"))
            continue
        # The cache is for words; a long run without spaces is rare and would fill it.
        after, rule = _cleaned(token) if len(token) <= _CACHED_LENGTH else _cleaned.__wrapped__(token)
        if after != token:
            edits.append(_trimmed(start, token, after, f"unicode:{rule}"))
    return edits


_CACHED_LENGTH = 64


def _suspicious_tokens(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the words, and of the odd spaces, that may need cleaning; each once, in order."""
    if not unicodedata.is_normalized("NFC", text):
        yield from (match.span() for match in regex.finditer(rf"[{_SPACES}]|\S+", text))
        return
    done = 0
    for start, end in sorted(match.span() for pattern in _SUSPICIOUS for match in pattern.finditer(text)):
        if start < done:
            continue
        if text[start].isspace():
            done = end
            yield start, done
            continue
        while start > done and not text[start - 1].isspace():
            start -= 1
        blank = _TOKEN_END.search(text, end)
        done = blank.start() if blank else len(text)
        yield start, done


_TOKEN_END = regex.compile(r"\s")


def _trimmed(start: int, before: str, after: str, rule: str) -> Edit:
    """The edit without the words that are the same at either end."""
    shorter = min(len(before), len(after))
    left = 0
    while left < shorter and before[left] == after[left]:
        left += 1
    right = 0
    while right < shorter - left and before[-right - 1] == after[-right - 1]:
        right += 1
    while left and (before[left - 1].isalpha() or unicodedata.combining(before[left - 1])):
        left -= 1
    while right and (before[-right].isalpha() or unicodedata.combining(before[-right])):
        right -= 1
    before = before[left : len(before) - right]
    return Edit(start + left, start + left + len(before), before, after[left : len(after) - right], rule)
