"""The search form: what is in it, the address that says the same, and what in it can't be understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlencode

from corpus.search.filters import Filters
from corpus.search.selection import Selection
from corpus.web.typed import NotTyped, day_of, number_of
from documents.facts import FACT_KINDS

LONGEST = 300
"""Code points of one field that are kept; longer ones are told of by ``problems``."""

ON_EVERY_PAGE = frozenset({"lang", "p", "review", "line", "document"})
SORTS = ("relevance", "date", "oldest", "number")
Problem = tuple[str, str]
"""The name of a field, and what was typed into it."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the search form holds; as parameters of an address it says the same search again.

    ``date_from`` and ``date_to`` take days, months or years; ``year_from`` and ``year_to`` are the older names of the same.
    """

    q: str = ""
    type: str = ""
    issuer: str = ""
    province: str = ""
    signer: str = ""
    date_from: str = ""
    date_to: str = ""
    year_from: str = ""
    year_to: str = ""
    tag: str = ""
    hoso: str = ""
    has: str = ""
    confidence: str = ""
    sort: str = ""
    p: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Form:
        return cls(**{name: _clean(arguments.get(name))[:LONGEST] for name in cls.__slots__})

    def address(self, path: str = "/search", **changed: str) -> str:
        """The address of this form with some fields changed; a changed search starts at its first page."""
        form = replace(self, **({"p": ""} | changed))
        fields = {name: value for name, value in asdict(form).items() if value}
        return f"{path}?{urlencode(fields)}" if fields else path

    def filters(self) -> Filters:
        """What the filters ask for; those that can't be understood (``problems``) ask for nothing."""
        return Filters(
            type=self.type or None,
            issuer=self.issuer or None,
            province=self.province or None,
            signer=self.signer or None,
            year_from=whole_number(self.year_from),
            year_to=whole_number(self.year_to),
            has=(self.has,) if self.has in FACT_KINDS else (),
            confidence_from=_number(self.confidence),
            date_from=_iso(self.date_from),
            date_to=_iso(self.date_to),
            tag=self.tag or None,
            hoso=(self.hoso,) if self.hoso else (),
        )

    def selection(self, document: str | None = None) -> Selection:
        """What the search finds, for exports."""
        return Selection(self.q, self.filters(), document)

    def conditions(self) -> list[tuple[str, str]]:
        """The filters that are filled in."""
        return [(name, value) for name, value in asdict(self).items() if value and name not in ("q", "sort", "p")]

    @property
    def page(self) -> int:
        return max(1, min(whole_number(self.p) or 1, 500))

    def problems(self, arguments: Mapping[str, str], also: Iterable[str] = ()) -> list[Problem]:
        """What can't be understood; ``also`` are names of fields that the page has beside these."""
        known = {*self.__slots__, *ON_EVERY_PAGE, *also}
        wrong = [(name, _clean(arguments.get(name))) for name in arguments if name not in known]
        wrong += [(name, value) for name, value in asdict(self).items() if len(_clean(arguments.get(name))) > LONGEST]
        wrong += [(name, value) for name, value in asdict(self).items() if value and not _fits(name, value)]
        return list(dict.fromkeys(wrong))


def _fits(name: str, value: str) -> bool:
    match name:
        case "date_from" | "date_to":
            return _iso(value) is not None
        case "year_from" | "year_to":
            return whole_number(value) is not None and len(value) == 4
        case "has":
            return value in FACT_KINDS
        case "confidence":
            number = _number(value)
            return number is not None and 0 <= number <= 1
        case "sort":
            return value in SORTS
        case "p":
            return whole_number(value) not in (None, 0)
    return True


def whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def _clean(value: str | None) -> str:
    return (value or "").replace("\x00", " ").strip()


def _number(text: str) -> float | None:
    try:
        return number_of(text) if text else None
    except NotTyped:
        return None


def _iso(text: str) -> str | None:
    try:
        return day_of(text)
    except NotTyped:
        return None
