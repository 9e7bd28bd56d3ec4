"""Is this string a Vietnamese syllable?  Decided by the rules of the orthography, not by a word list.

A syllable (âm tiết) is onset + rhyme + tone. Some 7,000 of the 19,000 well-formed ones are in use; well-formed is
enough to tell a right reading of some bytes from a wrong one, and names and dialect words pass too.

Rules: Hội đồng "Quy định về chính tả tiếng Việt" (1984) and any school grammar; ``k gh ngh`` before ``i e ê y``,
``c g ng`` elsewhere; a rhyme that ends in a stop (p t c ch) has only the tones sắc and nặng.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from normalizers.forms import ACUTE, DOT, GRAVE, HOOK, TILDE, old_tone_style

_WRITTEN_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_FRONT = "ieêy"

# Rhymes (vần) without tone; each vowel nucleus with the codas it takes. "-" is no coda.
_CODAS = {
    "a": "- c ch i m n ng nh o p t u y",
    "ă": "c m n ng p t",
    "â": "c m n ng p t u y",
    "e": "- c m n ng o p t",
    "ê": "- ch m n nh p t u",
    "i": "- a ch m n nh p t u",
    "iê": "c m n ng p t u",
    "o": "- c i m n ng p t",
    "oo": "c n ng",
    "ô": "- c i m n ng p t",
    "ôô": "ng",
    "ơ": "- i m n p t u",
    "u": "- a c i m n ng p t y",
    "uô": "c i m n ng t",
    "ư": "- a c i m n ng t u",
    "ươ": "c i m n ng p t u",
    "y": "- nh t",
    "yê": "m n ng t u",
    "oa": "- c ch i m n ng nh o p t y",
    "oă": "c m n ng p t",
    "oe": "- n ng o t",
    "uâ": "n ng t y",
    "uê": "- ch n nh",
    "uơ": "-",
    "uy": "- a ch n nh p t u",
    "uyê": "n t",
    "uya": "-",
}
# "qu" already holds the glide, so after it the plain nuclei stand: quả, quyết, quốc, quê, quang, quăng, quân, quơ, quỳnh.
_AFTER_QU = {
    "a": "- c ch i m n ng nh o t u y",
    "ă": "c m n ng p t",
    "â": "n ng t y",
    "e": "- n o t",
    "ê": "- n nh t ch",
    "i": "- n t",
    "ơ": "- i t",
    "ô": "c",
    "y": "- nh t n ch t u p",
    "yê": "n t",
}
_STOPS = ("p", "t", "c", "ch")


def _marked(rhyme: str, tone: str) -> str:
    """``rhyme`` with ``tone`` on its main vowel (old style: hóa, thủy, but hoàn)."""
    vowels = [i for i, c in enumerate(rhyme) if unicodedata.normalize("NFD", c)[0] in "aeiouy"]
    bearing = [i for i in vowels if rhyme[i] in "ăâêôơư"]
    if bearing:
        at = bearing[-1]  # ươ, uyê, iê: the last one that has a mark of its own
    elif len(vowels) == 1:
        at = vowels[0]
    elif vowels[-1] == len(rhyme) - 1:
        at = vowels[-2]  # oa, oe, uy, ia, ua, oai, oao, uyu: the last vowel but one
    else:
        at = vowels[-1]  # oan, uynh
    return unicodedata.normalize("NFC", rhyme[: at + 1] + tone + rhyme[at + 1 :])


def _rhymes(codas: dict[str, str]) -> list[str]:
    return [nucleus + coda.replace("-", "") for nucleus, all_codas in codas.items() for coda in all_codas.split()]


def _fits(onset: str, rhyme: str) -> bool:
    if onset in ("k", "gh", "ngh"):
        return rhyme[0] in _FRONT
    if onset in ("c", "g", "ng") and rhyme[0] in _FRONT:
        return onset == "g" and rhyme in ("i", "in", "iêng", "iêc", "iêt")  # gì, gìn, giếng: "gi" with its i dropped
    return True


def _with_tones(onset: str, rhyme: str) -> list[str]:
    tones = (ACUTE, DOT) if rhyme.endswith(_STOPS) else ("", GRAVE, ACUTE, HOOK, TILDE, DOT)
    return [onset + _marked(rhyme, tone) for tone in tones]


@cache
def all_syllables() -> frozenset[str]:
    """Every well-formed syllable: lower case, NFC, old tone style. Built once, about 25 ms.

    >>> {"quyết", "định", "nghị", "gì", "giếng", "thủy", "của", "được", "khuỷu"} <= all_syllables()
    True
    >>> {"nghac", "quyêt", "bạp̉", "ơng", "kán"} & all_syllables()
    set()
    """
    plain, after_qu = _rhymes(_CODAS), _rhymes(_AFTER_QU)
    syllables: set[str] = set()
    for onset in ("", *_WRITTEN_ONSETS.split()):
        for rhyme in after_qu if onset == "qu" else plain:
            if _fits(onset, rhyme):
                syllables.update(_with_tones(onset, rhyme))
    return frozenset(syllables)


def is_syllable(word: str) -> bool:
    """Is ``word`` (any case, any tone style, NFC) one well-formed Vietnamese syllable?

    >>> [is_syllable(w) for w in ("Quyết", "ĐỊNH", "hoá", "kÕ", "été", "development")]
    [True, True, True, False, False, False]
    """
    lower = word.lower()
    return lower in all_syllables() or (not lower.isascii() and old_tone_style(lower) in all_syllables())
