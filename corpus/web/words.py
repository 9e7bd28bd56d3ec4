"""What the pages say, in Vietnamese and English. Vietnamese is the default; a browser that asks for English gets it."""

from __future__ import annotations

import calendar
import math
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import regex

from corpus.languages import catalogue
from corpus.web.typed import day_typed

LANGUAGES = ("vi", "en")
_MONTH_OR_DAY = regex.compile(r"\d{4}-\d\d(-\d\d)?")

WORDS = catalogue("web")

HERE = timezone(timedelta(hours=7))
"""The time of Viet Nam, which has no summer time."""


class Words:
    """The words of one language, and how numbers, shares, days and times are written in it.

    ``words["page"]``, ``words.say("page_of", page=1, pages=3)``.
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def __getitem__(self, name: str) -> str:
        return WORDS[name].in_language(self.language)

    def __contains__(self, name: str) -> bool:
        return name in WORDS

    def get(self, name: str) -> str:
        """The word, or the name itself for values that have none: those that come out of documents."""
        return self[name] if name in WORDS else name

    def say(self, name: str, /, **values: object) -> str:
        return self[name].format(**values)

    def number(self, value: float) -> str:
        """All digits, no exponent, thousands parted.

        >>> Words("vi").number(1234567.5), Words("en").number(1234567.5), Words("vi").number(1e-05), Words("vi").number(2020)
        ('1.234.567,5', '1,234,567.5', '0,00001', '2.020')
        """
        whole, _, rest = format(Decimal(repr(value)), ",f").partition(".")
        rest = rest.rstrip("0")
        if self.language == "vi":
            whole = whole.replace(",", ".")
        return f"{whole}{',' if self.language == 'vi' else '.'}{rest}" if rest else whole

    def percent(self, share: float, digits: int = 0) -> str:
        """A share of one, rounded down so that "100 %" says all.

        >>> Words("vi").percent(0.9996), Words("vi").percent(0.98765, 2)
        ('99 %', '98,76 %')
        """
        shift = 10**digits
        return f"{self.number(math.floor(share * 100 * shift + 1e-9) / shift)} %"

    def day(self, iso: str | None) -> str:
        """A stored day, month or year as it is written in this language.

        >>> Words("vi").day("2021-03-30"), Words("en").day("2021-03-30"), Words("vi").day(None)
        ('30/3/2021', '30 March 2021', '')
        """
        if not iso or self.language == "vi" or not _MONTH_OR_DAY.fullmatch(iso):
            return day_typed(iso or "")
        year, month, *day = iso.split("-")
        name = calendar.month_name[int(month)] if 1 <= int(month) <= 12 else month
        return " ".join([*(str(int(one)) for one in day), name, year])

    def vi_day(self, iso: str | None) -> str:
        """A stored day as it is typed here, whatever the language: in fields, and in citations, which are Vietnamese."""
        return day_typed(iso or "")

    def stratum(self, name: str) -> str:
        """What pages of an acceptance sample have in common ("ocr, high confidence").

        >>> Words("vi").stratum("ocr, high confidence")
        'nhận dạng ảnh, tin cậy cao'
        """
        source, _, step = name.partition(", ")
        return f"{self.get(source)}, {self.get('stratum_' + step.removesuffix(' confidence'))}"

    def moment(self, iso: str) -> str:
        """A stored time (UTC) as the clock here shows it.

        >>> Words("vi").moment("2026-11-30T20:05:00+00:00")
        '03:05 ngày 1/12/2026'
        """
        here = datetime.fromisoformat(iso).astimezone(HERE)
        return self.say("at_time", time=f"{here:%H:%M}", day=self.day(f"{here:%Y-%m-%d}"))


def choose_language(asked: str | None, accept: str) -> str:
    """``asked`` (the parameter ``lang``) decides, then the first of the browser's languages that there is.

    >>> choose_language(None, "en-US,en;q=0.9,vi;q=0.8"), choose_language("vi", "en"), choose_language("x", "")
    ('en', 'vi', 'vi')
    """
    if asked in LANGUAGES:
        return asked
    for one in accept.split(","):
        tag = one.split(";")[0].strip()[:2].lower()
        if tag in LANGUAGES:
            return tag
    return "vi"
