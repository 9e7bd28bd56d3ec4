"""What the full-text index holds of a page, as pure functions of text.

Columns of ``page_index``:

``exact``    the repaired text, NFC with the old tone style (the tokenizer lowers case)
``folded``   the same without marks, đ as d; a query typed without marks looks here
``title``    title, type, number, issuer and date of the document, with marks and without, on its first page (of a part on
             the first of its own): what the header holds is found there even where the page was misread
``numbers``  keys of the document numbers printed on the page ("76nqcp"), the document's own on its first page
``labels``   one made-up token per filter value, so that a filter is one more posting list to intersect: a common word
             with a rare filter costs what the rare filter costs
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import regex

from normalizers.document_numbers import number_key, printed_numbers, short_key
from normalizers.forms import fold, old_tone_style

VERSION = 2
"""Goes up when ``index_row`` or ``page_numbers`` make other values of the same page. A contentless index can only be told to
forget what it was told, so that a corpus which other functions indexed is indexed anew (``db.fulltext``)."""

TOKEN = regex.compile(r"[\p{L}\p{N}\p{M}%]+")
"""A token as ``unicode61 remove_diacritics 0 tokenchars '%'`` cuts them."""

_NOT_IN_LABELS = regex.compile(r"[^a-z0-9]+")

VOCABULARY_WORD = regex.compile(r"\p{L}{1,12}")
"""What enters the vocabulary: letters only. The longest Vietnamese syllable ("nghiêng") has seven; twelve leaves room
for foreign words and abbreviations, and keeps the joined-up garbage of bad scans out."""


class IndexRow(NamedTuple):
    """The values of one page in ``page_index``, in its column order."""

    exact: str
    folded: str
    title: str
    numbers: str
    labels: str


class PageNumber(NamedTuple):
    """A document number on a page: its key, the key without its year, and how it is printed there."""

    key: str
    short: str
    number: str


def exact_form(text: str) -> str:
    return old_tone_style(text).lower()


def label(name: str, value: object) -> str:
    """The token for one filter value.

    >>> label("province", "Hải Dương"), label("year", 2023)
    ('xprovincehaiduong', 'xyear2023')
    """
    return f"x{name}" + _NOT_IN_LABELS.sub("", fold(str(value)))


def confidence_step(confidence: float) -> int:
    """Tenths, rounded down: the steps in which reading confidence can be filtered."""
    return min(9, int(confidence * 10))


def page_numbers(text: str, cited: Iterable[str] = ()) -> dict[str, PageNumber]:
    """The numbers printed in ``text`` and those that extraction found there, by key.

    A number that reading misprinted ("749/Qb-TTg") is found under both keys, and shown in its correct form.
    """
    found: dict[str, PageNumber] = {}
    printed = list(printed_numbers(text))
    forms = [(n, n) for n in (*cited, *(n.number for n in printed))] + [(n.number, n.printed) for n in printed]
    for number, form in forms:
        key = number_key(form)
        if key:
            found.setdefault(key, PageNumber(key, short_key(form), number))
    return found


def words_of(text: str) -> set[str]:
    """The distinct words of a page as they enter the vocabulary."""
    return {token for token in set(TOKEN.findall(exact_form(text))) if VOCABULARY_WORD.fullmatch(token)}


def title_of(document: Mapping[str, Any]) -> str:
    """What names a document (a row of that table) in the index; empty when nothing is known of it."""
    return " ".join(document[name] for name in ("type", "number", "title", "issuer") if document[name])


def names_of(document: Mapping[str, Any]) -> str:
    """The names of a document as they are looked for: with marks and without, its date as it is typed and as it is said.

    >>> names_of({"type": "Kế hoạch", "number": None, "title": None, "issuer": None, "date": "2020-06-15"})
    'ke hoach kế hoạch 15 6 2020 15 thang 6 nam 2020'
    """
    name, date = title_of(document), [str(int(part)) for part in (document["date"] or "").split("-") if part]
    said = [" ".join(reversed(date))] if date else []
    if len(date) == 3:
        said.append(f"{date[2]} thang {date[1]} nam {date[0]}")
    return " ".join(part for part in (fold(name), exact_form(name), *said) if part)


def index_row(
    document: Mapping[str, Any],
    page: Mapping[str, Any],
    repaired: str,
    numbers: Iterable[PageNumber],
    facts: Iterable[str],
    part: Mapping[str, Any] | None = None,
) -> IndexRow:
    """``document`` and ``page`` are rows of those tables; ``facts`` the kinds of facts that the page has.

    ``part`` is the row of the document that begins on this page where the file holds several.
    """
    named = part or (document if page["number"] == 1 else None)
    title = names_of(named) if named else ""
    keys = {key for number in numbers for key in (number.key, number.short)}
    return IndexRow(
        exact=exact_form(repaired),
        folded=fold(repaired),
        title=title,
        numbers=" ".join(sorted(keys)),
        labels=" ".join(sorted(_labels(document, page, facts))),
    )


def _labels(document: Mapping[str, Any], page: Mapping[str, Any], facts: Iterable[str]) -> set[str]:
    labels = {label("confidence", confidence_step(page["confidence"]))}
    labels |= {label(name, document[name]) for name in ("type", "issuer", "province", "signer", "year") if document[name]}
    labels |= {label("has", kind) for kind in facts}
    labels |= {label("tag", tag) for tag in document.get("tags", ())}
    return labels
