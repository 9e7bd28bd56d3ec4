"""What migrations computed when they were released, kept as it was: later changes of the index make no other history.

Copies, on purpose, of what ``normalizers.forms``, ``normalizers.document_numbers`` and ``db.index`` did then. What the index
holds by today's rules is written by ``db.fulltext``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import regex

_ETH = str.maketrans("\N{LATIN SMALL LETTER ETH}\N{LATIN CAPITAL LETTER ETH}", "đĐ")
_STROKED = str.maketrans("đĐðÐƉ", "dDdDD")
_NOT_IN_KEYS = regex.compile(r"[^a-z0-9]+")
# A final glide pair oa, oe, uy with the tone on its second vowel.
_NEW_STYLE = regex.compile(
    r"(?<![qQ])([oO](?=[aAeE])|[uU](?=[yY]))([aAeEyY])([\u0300\u0301\u0303\u0309\u0323])(?![\p{L}\p{M}])"
)


def _old_tone_style(text: str) -> str:
    return unicodedata.normalize("NFC", _NEW_STYLE.sub(r"\1\3\2", unicodedata.normalize("NFD", text)))


def _fold(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare.translate(_STROKED)).lower()


def legal_key(number: str | None, issuer: str | None, date: str | None) -> str | None:
    """Of ``m006``: number with notation, issuer and date; ``None`` when one of them is not known.

    >>> legal_key("05/QĐ-UBND", "UBND tỉnh Hải Dương", "2023-01-05")
    '5qdubnd ubnd tinh hai duong 2023-01-05'
    """
    key = _NOT_IN_KEYS.sub("", _fold((number or "").translate(_ETH))).lstrip("0")
    return f"{key} {' '.join(_fold(issuer).split())} {date}" if key[:1].isdigit() and issuer and date else None


def title_entry(document: Mapping[str, Any], confidence: float, facts: Iterable[str]) -> tuple[str, str, str] | None:
    """Of ``m007b``: the columns exact, folded and labels of a document whose first page was read with ``confidence`` and has
    these kinds of facts; ``None`` where nothing names it."""
    title = " ".join(document[name] for name in ("type", "number", "title", "issuer") if document[name])
    if not title:
        return None
    date = [str(int(part)) for part in (document["date"] or "").split("-") if part]
    said = [" ".join(reversed(date))] if date else []
    if len(date) == 3:
        said.append(f"{date[2]} thang {date[1]} nam {date[0]}")
    exact = _old_tone_style(title).lower()
    names = " ".join(part for part in (_fold(title), exact, *said) if part)
    values: list[tuple[str, object]] = [("confidence", min(9, int(confidence * 10)))]
    values += [(name, document[name]) for name in ("type", "issuer", "province", "signer", "year") if document[name]]
    values += [("has", kind) for kind in facts]
    labels = {f"x{name}" + _NOT_IN_KEYS.sub("", _fold(str(value))) for name, value in values}
    return exact, names, " ".join(sorted(labels))
