"""Document numbers ("số hiệu văn bản"): found in text, and brought to one key however they are typed.

``76/NQ-CP``, ``76 nq cp`` and ``76nqcp`` share the key ``76nqcp``. Leading zeros do not count ("05/QĐ-UBND" is the
same as "5/QĐ-UBND"). People half remember numbers, so one with a year also has a short key without it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

import regex

from normalizers.forms import fold

_KEY_CHARACTERS = regex.compile(r"[^a-z0-9]+")
_YEAR = regex.compile(r"^(\d{1,6})((?:19|20)\d{2})(?=[a-z])")

# "76/NQ-CP", "03/2016/QĐ-UBND", "59/2020/QH14", "12-NQ/TU"; one stray space beside a separator, as scans have it.
# The code starts with a capital and has two at least, so that "1/2 người" and "15/Tháng" are no numbers.
_NUMBER = regex.compile(
    r"""
    (?<![\w/.,-])
    (?P<ordinal>\d{1,6}) [ ]?
    (?: / [ ]? (?P<year>(?:19|20)\d{2}) [ ]? / | (?P<separator>[/-]) ) [ ]?
    (?P<code>
        (?=\p{L}*\p{Lu}\p{L}*[\p{Lu}/-])
        \p{Lu}\p{L}{0,7} \d{0,2}
        (?: [ ]? [-/–] [ ]? \p{Lu}[\p{L}&]{0,11} \d{0,2} )*
    )
    (?![\w])
    """,
    regex.VERBOSE,
)


class PrintedNumber(NamedTuple):
    """A document number as printed, at ``start`` of the text."""

    number: str
    start: int


def number_key(number: str) -> str:
    """The key under which a number is indexed; empty when it has no digit at its start.

    >>> number_key("76/NQ-CP"), number_key("05 qđ ubnd"), number_key("107/2021/NĐ-CP")
    ('76nqcp', '5qdubnd', '1072021ndcp')
    """
    key = _KEY_CHARACTERS.sub("", fold(number)).lstrip("0")
    return key if key[:1].isdigit() else ""


def short_key(number: str) -> str:
    """The key without the year of promulgation.

    >>> short_key("107/2021/NĐ-CP"), short_key("76/NQ-CP")
    ('107ndcp', '76nqcp')
    """
    parts = regex.split(r"\s*/\s*", number)
    if len(parts) > 2 and regex.fullmatch(r"(?:19|20)\d{2}", parts[1].strip()):
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
    found = regex.search(r"/\s*((?:19|20)\d{2})\s*/", number)
    return int(found[1]) if found else None


def printed_numbers(text: str) -> Iterator[PrintedNumber]:
    """Every document number in ``text``, from the form alone.

    >>> [n.number for n in printed_numbers("Nghị quyết số 76/NQ-CP và 29-NQ/TW, Luật 59/2020/QH14; 1/2 số hộ, mức 3/Loại")]
    ['76/NQ-CP', '29-NQ/TW', '59/2020/QH14']
    """
    for match in _NUMBER.finditer(text):
        if match["separator"] == "-" and "/" not in match["code"]:
            continue  # "2021-NQ" is a span or a stray dash; party numbers have a stroke further on
        yield PrintedNumber(match[0], match.start())
