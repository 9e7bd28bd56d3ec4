"""How lines of an official page begin or look, in folded text that reading may have spoilt: what layout goes by."""

from __future__ import annotations

import regex

from normalizers.official_form import ADDRESSEE, DATE_WORDS, MARK_LINE, NATION_LINES, TYPE_LINE

MOTTOES = NATION_LINES
DATE = DATE_WORDS
SECRECY = MARK_LINE
TITLES = TYPE_LINE
__all__ = [
    "ABOVE_LETTERHEAD",
    "ADDRESSEE",
    "DATE",
    "FIGURES",
    "FOOTNOTE",
    "INCOMING",
    "MOTTOES",
    "NUMBER",
    "NUMBERED",
    "PAGE_NUMBER",
    "PLACE",
    "RECIPIENTS",
    "RUNNING_HEAD",
    "SECRECY",
    "SIGNATURE_CAPTION",
    "TITLES",
]
NUMBER = regex.compile(r"^\W*s\w\s*[:;]|^\W*s[o0]\s*[.]?\s*\d|^\W*s[o0]\s.{0,20}/")
PLACE = regex.compile(r"^\W*[A-ZĐ]\w*( [A-ZĐ]\w*){1,3}\s*,?\s*ng")
"""How the line of place and date begins, which may be hard to read under a stamp and yet must not be lost."""

RECIPIENTS = regex.compile(r"^\W*(n\w{0,2}|\w{1,3}i)\W{0,2}\s?nhan\W*\w?$")
FIGURES = regex.compile(r"^[\W_]*\d[\d.,/%|() -]+$|^\W*[(]?%+[)]?\W*$")
"""Figures and their units, which are no words and yet the most important thing on many pages."""

PAGE_NUMBER = regex.compile(r"^[\W_]*(trang )?\d{1,4}(/\d{1,4})?[\W_]*$")
RUNNING_HEAD = regex.compile(r"^\W*cong bao\b|^\W*\d*\s*cong bao/")
ABOVE_LETTERHEAD = regex.compile(r"^\W*(mau|bieu|phu luc|du thao|cong bao|danh muc)\b")
SIGNATURE_CAPTION = regex.compile(
    r"^\W*(nguoi ky|ky boi|co quan ?:|thoi gian ky|ngay ky|don vi ky|digitally signed|signed by|date ?: 20)|\+07[:.']?00"
)
INCOMING = regex.compile(
    r"^\W*(c[oô]ng van )?den\W*$|\bcong van den\b|^\W*den\b.{0,12}(so|ngay|gio)\b"
    r"|^\W*(gio|chuyen|kinh chuyen|luu ho so)\b.{0,3}[.:]+"
)
NUMBERED = regex.compile(
    r"^\W*((dieu|chuong|phan|muc|phu luc|khoan)\s+[\divxl]+\b|[ivx]{1,5}[.)]\s|\d{1,2}([.]\d{1,2})*[.)]\s?\D"
    r"|[a-zđ]\)|[-+•*–]\s)"
)
FOOTNOTE = regex.compile(r"[\[(]?(\d{1,2}|\*)[\])]?\s*[A-ZĐÀ-Ỹ]")
