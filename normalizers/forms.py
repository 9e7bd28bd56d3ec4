"""One spelling for one word: Unicode NFC, the old tone style (hóa, thủy), and the folded form that search uses.

NFC alone does not unify ``hoà`` and ``hòa``. The corpus keeps the old style, which official documents use nine times
in ten; ``hoàn``, ``huỳnh`` and ``suýt`` have one form only and are never touched.
"""

from __future__ import annotations

import unicodedata

import regex

GRAVE, ACUTE, TILDE, HOOK, DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
TONES = GRAVE + ACUTE + TILDE + HOOK + DOT

# A final glide pair oa, oe, uy with the tone on its second vowel; q belongs to "qu", so "quý" keeps its mark on the y.
_NEW_STYLE = regex.compile(rf"(?<![qQ])([oO](?=[aAeE])|[uU](?=[yY]))([aAeEyY])([{TONES}])(?![\p{{L}}\p{{M}}])")


class _Unmarked(dict[int, str | None]):
    """A table for ``str.translate``, filled as letters are met: marks go, đ is no letter with a mark to Unicode.

    Nor is eth, which looks like Đ and stands for it in many a file.
    """

    def __missing__(self, code: int) -> str | None:
        self[code] = None if unicodedata.combining(chr(code)) else _STROKED.get(chr(code), chr(code))
        return self[code]


_STROKED = {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "Ɖ": "D"}


_UNMARKED = _Unmarked()


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def old_tone_style(text: str) -> str:
    """NFC with the tone mark on the first vowel of a final oa, oe, uy.

    >>> old_tone_style("hoá đơn, thuỷ lợi, hoàn thành, quý, Huỳnh, suýt")
    'hóa đơn, thủy lợi, hoàn thành, quý, Huỳnh, suýt'
    """
    if text.isascii():
        return text
    return nfc(_NEW_STYLE.sub(r"\1\3\2", unicodedata.normalize("NFD", text)))


def strip_marks(text: str) -> str:
    """Without any diacritic, case kept, one code point per code point of the NFC text where a letter has marks.

    >>> strip_marks("Quyết định, Đường")
    'Quyet dinh, Duong'
    """
    if text.isascii():
        return text
    return nfc(unicodedata.normalize("NFD", text).translate(_UNMARKED))


def fold(text: str) -> str:
    """The form in which text typed without marks is compared: marks stripped, lower case.

    >>> fold("ĐỀ ÁN Cải cách")
    'de an cai cach'
    """
    return strip_marks(text).lower()


# Final i and y sound alike after these; schools write i (kĩ, quí, lí), offices y (kỹ, quý, lý).
_Y_OR_I = regex.compile(r"(?P<head>[hklmst]|qu)(?P<vowel>[iyíýìỳỉỷĩỹịỵ])")
_OTHER_VOWEL = dict(zip("iyíýìỳỉỷĩỹịỵ", "yiýíỳìỷỉỹĩỵị", strict=True))


def other_spelling(word: str) -> str | None:
    """The word in lower case with y for i, or i for y, where both are written; ``None`` where there is one spelling.

    >>> other_spelling("kĩ"), other_spelling("quý"), other_spelling("ty"), other_spelling("đi")
    ('kỹ', 'quí', 'ti', None)
    """
    match = _Y_OR_I.fullmatch(word)
    return match["head"] + _OTHER_VOWEL[match["vowel"]] if match else None
