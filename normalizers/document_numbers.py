"""Document numbers ("số và ký hiệu văn bản"), in one place: their form, their correct writing, their type, one key.

A number is its figures, the year in normative acts, and the notation ("ký hiệu"): type and issuer of Nghị định 30/2020
(76/NQ-CP, 16/2015/NĐ-CP), issuer and unit in công văn (5710/UBND-SGDĐT, 3980/C04-P6), the Party's form after Hướng dẫn
36-HD/VPTW (12-NQ/TU, 156-CV/TĐTN-BCTĐ&TTN), a unit in parentheses (409/TTr-CAT(PC04)), dots and strokes of older offices
(30/TTr.SXD, 2740/QĐ/BNN-KL).

``76/NQ-CP``, ``76 nq cp`` and ``76nqcp`` share the key ``76nqcp``. Leading zeros do not count ("05/QĐ-UBND" is the
same as "5/QĐ-UBND"). People half remember numbers, so one with a year also has a short key without it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import regex

from normalizers.forms import fold

ETH = str.maketrans("\N{LATIN SMALL LETTER ETH}\N{LATIN CAPITAL LETTER ETH}", "đĐ")
"""Fonts and readers put the Icelandic letter for đ; both look alike and must compare alike."""
_SLASH = r"\s?/\s?"
# One piece of a notation: "QĐ", "TTg", "T.Tr", "BCTĐ&TTN", "QH14", "C04".
_PIECE = r"\p{Lu}\p{L}*+(?:\.(?=\p{Lu})\p{L}++)*+(?:\s?&\s?\p{Lu}\p{L}*+)*+\d{0,3}"
NOTATION = rf"{_PIECE}(?:\s?[-–/]\s?(?=\p{{Lu}}){_PIECE})*+(?:\s?\(\p{{Lu}}[\p{{L}}\d]*+\))?"
"""As a pattern; linear in the length of the text."""
PARTY_NOTATION = rf"\p{{Lu}}\p{{L}}{{1,5}}+{_SLASH}{_PIECE}(?:\s?[-–]\s?(?=\p{{Lu}}){_PIECE})*+"
NUMBER = regex.compile(
    rf"""
      (?<![\d/.,\p{{L}}-])
      (?P<ordinal>\d{{1,6}}[a-zđA-E]?)
      (?: (?P<year>{_SLASH}(?:19|20)\d\d)? {_SLASH} (?P<notation>{NOTATION})   # 76/NQ-CP 16/2015/NĐ-CP 33/2024/QH15
        | \s?[-–]\s? (?P<party>{PARTY_NOTATION})                               # 12-NQ/TU
      )
      (?![\d/])
    """,
    regex.VERBOSE,
)

_KEY_CHARACTERS = regex.compile(r"[^a-z0-9]+")
_SPACES = regex.compile(r"\s+")
_STROKE = regex.compile(r"\s*/\s*")
_YEAR = regex.compile(r"(?:19|20)\d{2}")
_YEAR_BETWEEN = regex.compile(r"/\s*((?:19|20)\d{2})\s*/")
_BEFORE_NOTATION = regex.compile(r"^(?:\d+\p{L}?|…)(?:/\d{4}(?=/))?[/-]")
_HEAD_OF_NOTATION = regex.compile(r"[\p{L}.]+")
_NATIONAL_ASSEMBLY = regex.compile(r"^Q[HI1l]{1,3}(?=\d\d$)")  # "QH14" misread


class PrintedNumber(NamedTuple):
    """A document number in correct form, how it is printed, and where that begins in the text."""

    number: str
    start: int
    printed: str


@cache
def document_types() -> dict[str, str]:
    """Type name by notation in capitals ("CTR" -> "Chương trình")."""
    data = json.loads(files("normalizers").joinpath("data/document_types.json").read_text(encoding="utf-8"))
    return {notation: entry["name"] for notation, entry in data["types"].items()}


# How readers misprint the Đ of the two commonest notations, seen before a hyphen: QD, Qb, Qð, QP, OĐ, ND, Nb, NB.
_MISREAD = ((regex.compile(r"^[QO0][DdbBPðÐđĐ]$"), "QĐ"), (regex.compile(r"^N[DdbBðÐđĐ]$"), "NĐ"))
# Which types an issuer gives, most frequent first: what a misread notation ("130/2005/NW-CP") can only have been.
_TYPES_OF_ISSUER = {
    "CP": ("NĐ", "NQ"),
    "TTg": ("QĐ", "CT", "CĐ"),
    "UBND": ("QĐ", "KH", "CT", "BC", "TB", "CTr"),
    "TU": ("NQ", "CT", "KH", "QĐ"),
}
_ISSUERS_WITH_D = {"HDND": "HĐND", "SGDDT": "SGDĐT", "BGDDT": "BGDĐT", "BLDTBXH": "BLĐTBXH", "SLDTBXH": "SLĐTBXH"}


def number_of(match: regex.Match[str]) -> str:
    """The number of a match of ``NUMBER`` in correct form."""
    return correct_number(match["ordinal"], match["year"], match["notation"] or "", match["party"])


def correct_number(ordinal: str, year: str | None, notation: str, party: str | None) -> str:
    """The number in correct form: no spaces, Đ where the notation has it.

    >>> correct_number("749", None, "Qb - TTg", None), correct_number("39", None, "", "NQ / TW")
    ('749/QĐ-TTg', '39-NQ/TW')
    """
    if party:
        head, _, tail = _tight(party).partition("/")
        return f"{ordinal}-{_right_type(head)}/{tail}"
    middle = f"/{_tight(year).strip('/')}" if year else ""
    return f"{ordinal}{middle}/{correct_notation(notation, has_year=bool(year))}"


def correct_notation(notation: str, *, has_year: bool = False) -> str:
    """A notation without spaces, the misread Đ of its type and of well-known issuers restored.

    >>> correct_notation("Qb - UBND"), correct_notation("T.Tr - CC"), correct_notation("NQ-HDND", has_year=True)
    ('QĐ-UBND', 'T.Tr-CC', 'NQ-HĐND')
    """
    head, *others = _tight(notation).split("-")
    if others:
        head = _type_given_by(_right_type(head), others[0], has_year)
    head = _NATIONAL_ASSEMBLY.sub("QH", head)
    return "-".join([head, *(_ISSUERS_WITH_D.get(o, o) for o in others)])


def _tight(part: str) -> str:
    return _SPACES.sub("", part.replace("–", "-")).translate(ETH)


def _type_given_by(head: str, issuer: str, has_year: bool) -> str:
    """A type that is none, one letter from a type that this issuer gives, is that type (normative acts bear the year)."""
    if head.upper() in document_types():
        return head
    candidates = _TYPES_OF_ISSUER.get(issuer, ())
    near = [
        c
        for c in candidates
        if len(c) == len(head) and sum(a != b for a, b in zip(c.upper(), head.upper(), strict=True)) == 1
    ]
    if issuer == "CP" and near:
        return "NĐ" if has_year else "NQ"
    return near[0] if len(near) == 1 else head


def _right_type(head: str) -> str:
    return next((right for pattern, right in _MISREAD if pattern.match(head)), head)


def notation_of(number: str) -> str:
    """What stands after figures and year.

    >>> notation_of("16/2015/NĐ-CP"), notation_of("12-NQ/TU"), notation_of("…/QĐ-CC")
    ('NĐ-CP', 'NQ/TU', 'QĐ-CC')
    """
    return _BEFORE_NOTATION.sub("", number)


def type_of_number(number: str) -> str | None:
    """The document type that the notation of a number tells; công văn have none of their own.

    >>> type_of_number("1348/KHPH-UBND"), type_of_number("12-NQ/TU"), type_of_number("5710/UBND-SGDĐT")
    ('Kế hoạch phối hợp', 'Nghị quyết', 'Công văn')
    >>> type_of_number("110/T.Tr-CC"), type_of_number("30/TTr.SXD"), type_of_number("2740/QĐ/BNN-KL")
    ('Tờ trình', 'Tờ trình', 'Quyết định')
    """
    notation = notation_of(number)
    match = _HEAD_OF_NOTATION.match(notation)
    if match is None or notation == number:
        return None
    types = document_types()
    whole = match.group().upper()
    for head in (whole.replace(".", ""), whole.split(".")[0]):
        if head in types:
            return types[head]
    return "Công văn" if "-" in notation else None


def number_key(number: str) -> str:
    """The key under which a number is indexed; empty when it has no digit at its start.

    >>> number_key("76/NQ-CP"), number_key("05 qđ ubnd"), number_key("107/2021/NĐ-CP")
    ('76nqcp', '5qdubnd', '1072021ndcp')
    """
    key = _KEY_CHARACTERS.sub("", fold(number.translate(ETH))).lstrip("0")
    return key if key[:1].isdigit() else ""


def short_key(number: str) -> str:
    """The key without the year of promulgation.

    >>> short_key("107/2021/NĐ-CP"), short_key("76/NQ-CP")
    ('107ndcp', '76nqcp')
    """
    parts = _STROKE.split(number)
    if len(parts) > 2 and _YEAR.fullmatch(parts[1].strip()):
        return number_key("/".join([parts[0], *parts[2:]]))
    return number_key(number)


def legal_key(number: str | None, issuer: str | None, date: str | None) -> str | None:
    """By what a document is known in law: number with notation, issuer, date. ``None`` when one of them is not known.

    Two scans of the same original share it; two bodies that use the same number on the same day do not.

    >>> legal_key("05/QĐ-UBND", "UBND tỉnh Hải Dương", "2023-01-05")
    '5qdubnd ubnd tinh hai duong 2023-01-05'
    """
    key = number_key(number or "")
    return f"{key} {' '.join(fold(issuer).split())} {date}" if key and issuer and date else None


LEGAL_FIELDS = ("number", "issuer", "date")


def sure_legal_key(header: Mapping[str, str | None], doubtful: Collection[str]) -> str | None:
    """``legal_key`` of header fields that are not in doubt: scans must not be called one document by a misread date."""
    return legal_key(*(None if name in doubtful else header[name] for name in LEGAL_FIELDS))


def year_of_number(number: str) -> int | None:
    """The year that a normative document carries in its number.

    >>> year_of_number("03/2016/QĐ-UBND"), year_of_number("76/NQ-CP")
    (2016, None)
    """
    found = _YEAR_BETWEEN.search(number)
    return int(found[1]) if found else None


def printed_numbers(text: str) -> Iterator[PrintedNumber]:
    """Every document number in ``text``, from the form alone: at least two capitals in the code, or a hyphen.

    >>> [n.number for n in printed_numbers("Nghị quyết số 76/NQ-CP và 29-NQ/TW, Luật 59/2020/QH14; 1/2 số hộ, mức 3/Loại")]
    ['76/NQ-CP', '29-NQ/TW', '59/2020/QH14']
    >>> [n.number for n in printed_numbers("Nghị định 33a/2024/NĐ-CP, Quyết định 749/Qb-TTg")]
    ['33a/2024/NĐ-CP', '749/QĐ-TTg']
    """
    for match in NUMBER.finditer(text):
        code = match["notation"] or match["party"]
        if "-" in code or "–" in code or sum(map(str.isupper, code)) > 1:
            yield PrintedNumber(number_of(match), match.start(), match[0])
