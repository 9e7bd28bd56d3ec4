"""Times of Vietnamese administrative prose: dates, years, periods, quarters, recurrences and relative limits.

``locate`` finds the words, ``parse`` gives them their value, ``resolve`` puts together what the sentence says in two
places ("Năm 2023, … trước ngày 01 tháng 4"). ISO 8601 for dates and periods ("2020-04/2020-10"); recurrences in the words
of RFC 5545 as the corpus writes them ("FREQ=YEARLY;MONTH=12;DAY=5", several joined by "|").

The relation says on which side of the time the work lies: ``before`` trước, ``by`` đến, chậm nhất, ``in`` trong, vào,
``from`` từ, ``every`` hàng, mỗi, định kỳ.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import regex

_YEAR = r"(?:19|20)\d\d"
_NAM = r"n[ăaâàä]m"
_THANG = r"th[áaảàâ]ng"
_NGAY = r"ng[àaảá]y"
_QUY = r"qu[ýíỷ]"
_S = r"[ ]{1,3}"
_HANG = r"(?:h[àằ]ng|mỗi|từng)"
_DEN = r"(?:đến|tới|[^\W\d_]{1,4})"  # after "từ <time>" a short word before a second time can only be a misread "đến"
_D = r"\d{1,2}"
_ROMAN = r"(?:IV|I{1,3}|[1-4])"

# One kind of words per alternative; the first that fits wins, so the longer forms stand above the shorter.
_TIME = regex.compile(
    rf"""
    (?<![\w/.,-])(?:
      # a stretch of days or months: từ ngày 01/01/2020 đến ngày 30/5/2020, từ tháng 4/2020 đến tháng 10/2020
      (?P<stretch>từ{_S}(?:{_NGAY}{_S})?(?P<s1d>{_D})[/.-](?P<s1m>{_D})(?:[/.-](?P<s1y>{_YEAR}))?
         {_S}{_DEN}{_S}(?:hết{_S})?(?:{_NGAY}{_S})?(?P<s2d>{_D})[/.-](?P<s2m>{_D})[/.-](?P<s2y>{_YEAR}))
      # days of a schedule: ngày 06 - 08/12/2010, ngày 28/11 - 02/12/2025, từ ngày 15/11 đến ngày 15/12
    | (?P<days>(?:từ{_S})?{_NGAY}{_S}(?P<r1d>{_D})(?:/(?P<r1m>{_D})(?:/(?P<r1y>{_YEAR}))?)?
         (?:[ ]{{0,3}}[-–—][ ]{{0,3}}|{_S}(?:đến|tới){_S})(?:hết{_S})?
         (?:{_NGAY}{_S})?(?P<r2d>{_D})/(?P<r2m>{_D})(?:/(?P<r2y>{_YEAR})|{_S}{_NAM}{_S}(?P<r2y2>{_YEAR}))?(?![\d/]))
      # a day of a year that is told from another: ngày 31/01 năm liền kề, ngày 30 tháng 4 năm sau
    | (?P<nextyear>{_NGAY}{_S}(?P<xd>{_D})(?:/|{_S}{_THANG}{_S})(?P<xm>{_D}){_S}(?:của{_S})?{_NAM}{_S}
         (?:(?P<xsame>(?:trước{_S})?liền{_S}kề)
         |sau|kế{_S}tiếp|tiếp{_S}theo))
    | (?P<months>từ{_S}{_THANG}{_S}(?P<m1>{_D})(?:[/.-](?P<m1y>{_YEAR})|{_S}{_NAM}{_S}(?P<m1y2>{_YEAR}))?
         {_S}{_DEN}{_S}(?:hết{_S})?{_THANG}{_S}(?P<m2>{_D})(?:[/.-]|{_S}{_NAM}{_S})(?P<m2y>{_YEAR}))
      # a stretch of years: giai đoạn 2021 - 2025, từ năm 2021 đến năm 2025, 2021-2025
    | (?P<years>(?:(?P<yword>giai{_S}đoạn|nhiệm{_S}k[ỳì]|thời{_S}k[ỳì]|từ(?:{_S}{_NAM})?|(?:các{_S}
         |trong{_S})?{_NAM})(?:{_S}từ)?{_S})?
         (?P<y1>{_YEAR})(?:[ ]{{0,2}}[-–—][ ]{{0,2}}(?:{_NAM}{_S})?
         |{_S}đến{_S}(?:hết{_S})?(?:{_NAM}{_S})?)(?P<y2>{_YEAR}))
      # a day: ngày 05 tháng 12 năm 2020, ngày 05 tháng 12, 05/12/2020, ngày 05/12
    | (?P<day>(?:{_NGAY}{_S})?(?P<d>{_D}){_S}{_THANG}{_S}(?P<dm>{_D})(?:,?{_S}{_NAM}{_S}(?P<dy>{_YEAR}))?)
    | (?P<slash>(?:{_NGAY}[ ]{{0,3}})?(?P<sd>{_D})(?P<sep>[/.-])(?P<sm>{_D})(?P=sep)(?P<sy>{_YEAR}))
    | (?P<short>{_NGAY}{_S}(?P<hd>{_D})/(?P<hm>{_D})(?:{_S}{_NAM}{_S}(?P<hy>{_YEAR}))?)
      # the day of a recurring month: ngày 25 hàng tháng, ngày 15 của tháng cuối quý
    | (?P<monthday>{_NGAY}{_S}(?P<md>{_D}){_S}(?:(?:của{_S}|vào{_S})?(?P<every>{_HANG}{_S}{_THANG}
         |{_THANG}{_S}(?:đầu|cuối){_S}(?:của{_S})?(?:{_HANG}{_S})?{_QUY}(?:{_S}sau)?)))
      # part of a year: 6 tháng đầu năm 2020
    | (?P<part>(?P<pn>0?[369]){_S}{_THANG}{_S}(?P<pw>đầu|cuối){_S}{_NAM}(?:{_S}(?P<py>{_YEAR}))?)
    | (?P<part2>(?P<qn>0?[369]){_S}{_THANG}{_S}{_NAM}{_S}(?P<qy>{_YEAR}))
      # a quarter: quý IV năm 2020, quý I/2022; quý IV của năm trước
    | (?P<quarterof>{_QUY}{_S}(?P<qo>{_ROMAN})(?:{_S}của)?{_S}(?:{_NAM}{_S}(?:trước|sau|kế|liền
         |tiếp)(?:{_S}(?:trước|sau|liền|kề|đó|theo))*))
    | (?P<quarter>{_QUY}{_S}(?P<q>{_ROMAN})(?:[ ]?[,-][ ]?(?:{_QUY}{_S})?(?P<q2>{_ROMAN})|{_S}(?:và
         |đến){_S}(?:{_QUY}{_S})?(?P<q3>{_ROMAN}))?
         (?:[ ]?/[ ]?(?P<qqy>{_YEAR})|,?{_S}{_NAM}{_S}(?P<qqy2>{_YEAR})|{_S}(?P<qevery>{_HANG}{_S}{_NAM}))?(?!\w))
      # a month: tháng 4/2020, tháng 4 năm 2020, tháng 12 hàng năm, tháng 12
    | (?P<month>{_THANG}{_S}(?P<m>{_D})(?:[ ]?[/.-][ ]?(?P<my>{_YEAR})|,?{_S}{_NAM}{_S}(?P<my2>{_YEAR}))?(?![\d/]))
    | (?P<bare>(?P<bm>{_D})/(?P<by>{_YEAR})(?!\s?[/-]\s?[\w]))
      # recurrences: hàng quý, 6 tháng và hàng năm; định kỳ 6 tháng, năm; mỗi năm
    | (?P<hourly>{_D}(?:[ ]?(?:h|g|giờ)[ ]?(?:\d\d)?|:\d\d)(?:{_S}phút)?,?{_S}h[àằ]ng{_S}{_NGAY})
    | (?P<recur>(?:định{_S}k[ỳì]{_S}(?:{_HANG}{_S})?|{_HANG}{_S}|(?:qua{_S})?từng{_S})
         (?:0?[1369]{_S}{_THANG}|sáu{_S}{_THANG}|{_QUY}(?!{_S}{_ROMAN}\b)|{_THANG}|tuần|{_NAM}|{_NGAY})
         (?:(?:[ ]?,[ ]?|{_S}và{_S}|{_S}hoặc{_S}|[ ]?/[ ]?|[ ]-[ ])(?:{_S}?(?:và|hoặc){_S})?(?:(?:{_HANG}|cả){_S})?
            (?:(?:0?[369]|sáu){_S}{_THANG}(?!{_S}(?:đầu|cuối))|(?:0?1|một){_S}{_NAM}|{_QUY}|{_THANG}|tuần
         |{_NAM})(?!\w|{_S}(?:{_YEAR}|{_ROMAN}\b)))*)
    | (?P<recur2>(?:{_THANG}[ ]?,[ ]?)?(?:{_QUY}|(?:0?6|sáu){_S}{_THANG})(?:[ ]?,[ ]?(?:(?:0?[69]
         |sáu){_S}{_THANG}|{_QUY}))*
         (?:[ ]?,[ ]?|{_S}và{_S})(?:(?:{_HANG}|cả){_S})?{_NAM}(?!\w|{_S}{_YEAR}))
    | (?P<times>(?:(?:0?1|một){_S}lần[ ]?(?:/|trong{_S}|mỗi{_S})[ ]{{0,3}}(?P<tunit>{_NAM}|{_QUY}|{_THANG}|tuần)(?!\w)
         |(?P<tn>0?[1-9]|sáu|ba){_S}(?P<tunit2>{_THANG}|{_NAM}){_S}(?:một|1|01){_S}lần))
    | (?P<sometimes>định{_S}k[ỳì](?!\w))
      # a year: năm 2025, đến hết năm 2025
    | (?P<year>(?:(?P<edge>cuối|đầu|hết|giữa){_S})?{_NAM}{_S}(?P<y>{_YEAR})(?:{_S}trở{_S}(?:đi|về{_S}sau))?(?:[ ]?(?:,
         |và)[ ](?:{_NAM}{_S})?(?P<ynext>{_YEAR})(?!\d))?)
      # limits told by words
    | (?P<within>(?:(?:trong(?:{_S}(?:vòng|thời{_S}(?:hạn|gian)))?|chậm{_S}nhất(?:{_S}(?:là|trong|không{_S}quá
         |sau))?|thời{_S}hạn(?:{_S}là)?|sau|trước){_S}
         (?:không{_S}quá{_S}|tối{_S}đa{_S}
         |là{_S})?(?P<wn>\d{{1,3}}){_S}(?:\([^()]{{1,20}}\){_S})?(?P<wu>{_NGAY}{_S}làm{_S}việc|{_NGAY}|{_THANG}(?!{_S}\d)|tuần|giờ{_S}làm{_S}việc|giờ(?!{_S}(?:\d|h[àằ]ng))|{_NAM})(?!\w|{_S}(?:đầu|cuối|{_NAM}))
         |(?:(?:không{_S}quá|tối{_S}đa){_S})?\d{{1,3}}{_S}{_NGAY}(?:{_S}làm{_S}việc)?(?=,?{_S}(?:kể{_S})?từ{_S}))
         (?:,?{_S}(?:kể{_S})?từ{_S}(?:{_NGAY}|khi|lúc|thời{_S}điểm)(?:{_S}(?!(?:và|để|phải|thì|theo|có{_S}trách
         |trên|tại|của|hoặc|xem|trong|được{_S}thực)(?!\w))[^\W\d_]+){{1,8}})?)
    | (?P<after>ngay{_S}(?:sau|khi)(?:{_S}khi)?(?:{_S}(?!(?:và|để|phải|thì|theo|có{_S}trách)(?!\w))[^\W\d_]+){{1,8}})
    )(?![\w])
    """,
    regex.VERBOSE | regex.IGNORECASE,
)  # fmt: skip

# A cheap look, since most sentences tell no time.
_MAY_TELL = regex.compile(r"\d|[hH][àằ]ng|[mM]ỗi|[tT]ừng|[đĐ]ịnh\s+k|[nN]gay\s|[qQ]u[ýíÝÍ][ ,]|QUÝ|[lL]ần|HÀNG|HẰNG")

# What stands in front of a time says the relation; the longest wording first.
_RELATION = regex.compile(
    r"""(?:(?P<before>trước)
      | (?P<by>chậm\s+nhất(?:\s+(?:là|vào|đến|trong))*(?:\s+trước)?|muộn\s+nhất(?:\s+(?:là|vào))*
         |không\s+quá|tính\s+đến|đến(?:\s+(?:trước|nay\s+là))?|tới|hết|xong\s+(?:trong|vào)
         |hoàn\s+thành\s+(?:xong\s+)?(?:trong|vào))
      | (?P<from>(?:kể|bắt\s+đầu|tính)\s+từ|từ|ngay\s+từ)
      | (?P<in>trong|vào|dự\s+kiến(?:\s+vào)?)
      )(?:\s+(?:khoảng|tuần\s+đầu|tuần\s+cuối|giữa|đầu|cuối|hết|thời\s+điểm|thời\s+gian))*[ ]{1,3}$""",
    regex.VERBOSE | regex.IGNORECASE,
)
_FEAST = regex.compile(r"[Nn]gày\s+\p{Lu}\p{L}+(?:\s[\p{L}\p{M}]+){1,8}\s*[,(]?\s*$")
"""A day that is known by a name limits nothing: "Ngày Thế giới không thuốc lá 31 tháng 5"."""
_ENDS_BEFORE = regex.compile(r"(?:hoàn thành|xong|kết thúc)\s*$", regex.IGNORECASE)
_LOOK_BACK = 48  # the longest wording above with its words of measure

_QUARTERS = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_DUE_OF_FREQ = {"FREQ=YEARLY": "P1Y", "FREQ=SEMIANNUAL": "P6M", "FREQ=QUARTERLY": "P3M", "FREQ=MONTHLY": "P1M",
                "FREQ=WEEKLY": "P1W", "FREQ=DAILY": "P1D"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Time:
    """A time in a text. ``start`` counts the relation word in ("trước ngày …"), ``core`` is where the time itself starts.

    ``iso`` is "" where the words give no value of their own ("định kỳ", "ngày 05 tháng 12" before ``resolve``).
    ``month``/``day`` hold what such a day says.
    """

    start: int
    core: int
    end: int
    text: str
    type: str
    iso: str
    relation: str
    month: int = 0
    day: int = 0
    form: str = ""

    @property
    def due(self) -> str | None:
        """The value in the words of ``Target.due``; ``None`` for relative and open times."""
        if self.type == "relative" or not self.iso:
            return None
        if self.type == "recurring":
            return _DUE_OF_FREQ.get(self.iso.split("|")[0].split(";")[0])
        return self.iso


def find_times(text: str) -> list[Time]:
    """Every time of a sentence or clause, in order, relation words included.

    >>> [(t.type, t.iso, t.relation) for t in find_times("trước ngày 05 tháng 12 hàng năm; đến hết năm 2020")]
    [('recurring', 'FREQ=YEARLY;MONTH=12;DAY=5', 'before'), ('year', '2020', 'by')]
    >>> [t.iso for t in find_times("hàng quý, 6 tháng và hàng năm hoặc đột xuất")]
    ['FREQ=QUARTERLY|FREQ=SEMIANNUAL|FREQ=YEARLY']
    >>> [(t.iso, t.relation) for t in find_times("giai đoạn 2021 - 2025, quý IV/2022, từ tháng 4/2020 đến tháng 10/2020")]
    [('2021/2025', 'in'), ('2022-10/2022-12', 'in'), ('2020-04/2020-10', 'in')]
    >>> [t.iso for t in find_times("Năm 2023, hoàn thành đăng ký trước ngày 01 tháng 4")]
    ['2023-04-01']
    """
    return resolve(told_times(text), text)


def told_times(text: str) -> list[Time]:
    """The times as their own words tell them, before neighbours complete one another ("hàng năm … ngày 05 tháng 12")."""
    if _MAY_TELL.search(text) is None:
        return []
    return [parsed for match in locate(text) if (parsed := parse(match, text))]


def locate(text: str) -> Iterator[regex.Match[str]]:
    """The words that tell a time."""
    return _TIME.finditer(text)


def parse(match: regex.Match[str], text: str) -> Time | None:
    """The value of located words and the relation that the words before them state; ``None`` for impossible dates."""
    form = match.lastgroup or ""
    form = next((name for name in _PARSERS if match.group(name) is not None), form)
    value = _PARSERS[form](match)
    if value is None:
        return None
    kind, iso, relation, month, day = value
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
    if form == "day" and _FEAST.search(before):
        return None
    stated = _RELATION.search(before)
    start = match.start()
    if stated and form not in ("stretch", "days", "months", "recur", "recur2", "within", "after", "sometimes", "times"):
        start = match.start() - len(before) + stated.start()
        relation = next(name for name in ("before", "by", "from", "in") if stated.group(name) is not None)
        if relation == "in" and _ENDS_BEFORE.search(text[max(0, start - 24) : start]):
            relation = "by"
    words = text[start : match.end()]
    if form == "nextyear" and kind == "relative":
        iso = " ".join(words.split())
    return Time(start, match.start(), match.end(), words, kind, iso, relation, month, day, form)


_Value = tuple[str, str, str, int, int] | None


def _iso_day(day: str | int, month: str | int, year: str | int) -> str | None:
    d, m, y = int(day), int(month), int(year)
    return f"{y:04}-{m:02}-{d:02}" if 1 <= m <= 12 and 1 <= d <= monthrange(y, m)[1] else None


def _iso_month(month: str | int, year: str | int) -> str | None:
    return f"{int(year):04}-{int(month):02}" if 1 <= int(month) <= 12 else None


def _stretch(m: regex.Match[str]) -> _Value:
    first = _iso_day(m["s1d"], m["s1m"], m["s1y"] or m["s2y"])
    last = _iso_day(m["s2d"], m["s2m"], m["s2y"])
    return ("period", f"{first}/{last}", "in", 0, 0) if first and last else None


def _days(m: regex.Match[str]) -> _Value:
    year = m["r2y"] or m["r2y2"]
    if not year:
        return ("period", "", "in", *_open_days(m)) if _open_days(m) != (0, 0) else None
    first, last = _iso_day(m["r1d"], m["r1m"] or m["r2m"], m["r1y"] or year), _iso_day(m["r2d"], m["r2m"], year)
    if first and last and first > last:  # over the end of a year
        first = _iso_day(m["r1d"], m["r1m"] or m["r2m"], int(year) - 1)
    return ("period", f"{first}/{last}", "in", 0, 0) if first and last else None


def _open_days(m: regex.Match[str]) -> tuple[int, int]:
    """Months and days of a stretch without its year, two figures each: 1511, 1512 is kept as (1112, 1515)."""
    first_month = int(m["r1m"] or m["r2m"])
    stretch = ((first_month, int(m["r1d"])), (int(m["r2m"]), int(m["r2d"])))
    if not all(_iso_day(day, month, 2000) for month, day in stretch):
        return 0, 0
    return 100 * first_month + int(m["r2m"]), 100 * int(m["r1d"]) + int(m["r2d"])


def _next_year(m: regex.Match[str]) -> _Value:
    """A day of the year after that of a report comes back every year; of "the adjoining year" no more is known."""
    if _iso_day(m["xd"], m["xm"], 2000) is None:
        return None
    if m["xsame"]:
        return "relative", " ".join(m.group().split()), "in", 0, 0
    return "recurring", f"FREQ=YEARLY;MONTH={int(m['xm'])};DAY={int(m['xd'])}", "in", 0, 0


def _months(m: regex.Match[str]) -> _Value:
    first, last = _iso_month(m["m1"], m["m1y"] or m["m1y2"] or m["m2y"]), _iso_month(m["m2"], m["m2y"])
    return ("period", f"{first}/{last}", "in", 0, 0) if first and last else None


def _years(m: regex.Match[str]) -> _Value:
    return ("period", f"{m['y1']}/{m['y2']}", "in", 0, 0) if m["y1"] < m["y2"] else None


def _dated(day: str, month: str, year: str | None) -> _Value:
    if year:
        iso = _iso_day(day, month, year)
        return ("date", iso, "in", 0, 0) if iso else None
    return ("date", "", "in", int(month), int(day)) if _iso_day(day, month, 2000) else None  # 2000 has a 29 February


_QUARTER = regex.compile(_QUY, regex.IGNORECASE)


def _monthday(m: regex.Match[str]) -> _Value:
    freq = "QUARTERLY" if _QUARTER.search(m["every"]) else "MONTHLY"
    return ("recurring", f"FREQ={freq};DAY={int(m['md'])}", "every", 0, 0) if 1 <= int(m["md"]) <= 31 else None


def _part_of_year(months: str, word: str, year: str | None) -> _Value:
    n = int(months)
    if not year:
        return "relative", f"{n} tháng {word} năm", "in", 0, 0
    first, last = (1, n) if word == "đầu" else (13 - n, 12)
    return "period", f"{year}-{first:02}/{year}-{last:02}", "in", 0, 0


def _quarter(m: regex.Match[str]) -> _Value:
    first = _QUARTERS[m["q"].upper()]
    last = _QUARTERS[(m["q2"] or m["q3"] or m["q"]).upper()]
    if m["qevery"]:
        return "recurring", f"FREQ=YEARLY;MONTH={3 * last}", "in", 0, 0
    year = m["qqy"] or m["qqy2"]
    if not year:
        return "period", "", "in", 100 * first + last, 0
    return "period", _iso_quarters(first, last, year), "in", 0, 0


def _iso_quarters(first: int, last: int, year: str) -> str:
    return f"{year}-{3 * first - 2:02}/{year}-{3 * last:02}"


def _month(month: str, year: str | None) -> _Value:
    if not 1 <= int(month) <= 12:
        return None
    return ("date", _iso_month(month, year) or "", "in", 0, 0) if year else ("date", "", "in", int(month), 0)


def _year(m: regex.Match[str]) -> _Value:
    if m["ynext"] and m["ynext"] > m["y"]:
        return "period", f"{m['y']}/{m['ynext']}", "in", 0, 0
    return "year", m["y"], "in", 0, 0


_DAILY = regex.compile(_NGAY)
_WEEKLY = regex.compile(r"tuần")
_MONTHLY = regex.compile(rf"(?<!\d ){_THANG}")
_QUARTERLY = regex.compile(rf"{_QUY}|0?3 {_THANG}")
_SEMIANNUAL = regex.compile(rf"0?6\s+{_THANG}")
_YEARLY = regex.compile(_NAM)
_SIX_IN_WORDS = regex.compile(rf"sáu\s+(?={_THANG})")


def _cycles(words: str) -> Iterator[str]:
    for pattern, name in (
        (_DAILY, "DAILY"), (_WEEKLY, "WEEKLY"), (_MONTHLY, "MONTHLY"), (_QUARTERLY, "QUARTERLY"),
        (_SEMIANNUAL, "SEMIANNUAL"), (_YEARLY, "YEARLY"),
    ):  # fmt: skip
        if pattern.search(words):
            yield f"FREQ={name}"


def _recurring(m: regex.Match[str]) -> _Value:
    found = list(_cycles(_SIX_IN_WORDS.sub("6 ", m.group().lower())))
    return ("recurring", "|".join(found), "every", 0, 0) if found else None


def _times(m: regex.Match[str]) -> _Value:
    unit = (m["tunit"] or m["tunit2"] or "").lower()
    if m["tunit2"]:
        n = {"sáu": 6, "ba": 3}.get(m["tn"].lower()) or int(m["tn"])
        if unit.startswith("n"):
            return "recurring", "FREQ=YEARLY" + (f";INTERVAL={n}" if n > 1 else ""), "every", 0, 0
        name = {1: "FREQ=MONTHLY", 3: "FREQ=QUARTERLY", 6: "FREQ=SEMIANNUAL"}.get(n, f"FREQ=MONTHLY;INTERVAL={n}")
        return "recurring", name, "every", 0, 0
    name = {"n": "YEARLY", "q": "QUARTERLY"}.get(unit[0]) or ("WEEKLY" if unit.startswith("tu") else "MONTHLY")
    return "recurring", f"FREQ={name}", "every", 0, 0


def _within(m: regex.Match[str]) -> _Value:
    words = " ".join(m.group().split())
    return (
        "relative",
        words,
        "before" if words.lower().startswith("trước") else "from" if words.lower().startswith("sau") else "by",
        0,
        0,
    )


_PARSERS: dict[str, Callable[[regex.Match[str]], _Value]] = {
    "stretch": _stretch,
    "days": _days,
    "nextyear": _next_year,
    "months": _months,
    "years": _years,
    "day": lambda m: _dated(m["d"], m["dm"], m["dy"]),
    "slash": lambda m: _dated(m["sd"], m["sm"], m["sy"]),
    "short": lambda m: _dated(m["hd"], m["hm"], m["hy"]),
    "monthday": _monthday,
    "part": lambda m: _part_of_year(m["pn"], m["pw"].lower(), m["py"]),
    "part2": lambda m: _part_of_year(m["qn"], "đầu", m["qy"]),
    "quarterof": lambda m: ("relative", " ".join(m.group().split()), "in", 0, 0),
    "quarter": _quarter,
    "month": lambda m: _month(m["m"], m["my"] or m["my2"]),
    "bare": lambda m: _month(m["bm"], m["by"]),
    "hourly": lambda m: ("recurring", "FREQ=DAILY", "every", 0, 0),
    "recur": _recurring,
    "recur2": _recurring,
    "times": _times,
    "sometimes": lambda m: ("recurring", "", "every", 0, 0),
    "year": _year,
    "within": _within,
    "after": lambda m: ("relative", " ".join(m.group().split()), "from", 0, 0),
}  # fmt: skip


def resolve(times: list[Time], text: str) -> list[Time]:
    """Times completed from their neighbours: a day of every year, a day of the year that the sentence opens with.

    >>> [t.iso for t in find_times("Hàng năm, báo cáo kết quả trước ngày 05 tháng 12")]
    ['FREQ=YEARLY;MONTH=12;DAY=5']
    >>> words = "quý (trước ngày 05 của tháng cuối quý), 06 tháng (trước ngày 05/6), năm (trước ngày 05/12)"
    >>> [t.iso for t in find_times(words)]
    ['FREQ=QUARTERLY;DAY=5', 'FREQ=YEARLY;MONTH=6;DAY=5', 'FREQ=YEARLY;MONTH=12;DAY=5']
    """
    out: list[Time] = []
    used: set[int] = set()
    year: int | None = None
    yearly: int | None = None
    recurs = False
    for i, time in enumerate(times):
        if not time.iso and (time.month or time.day):
            after = times[i + 1] if i + 1 < len(times) else None
            if after and after.iso == "FREQ=YEARLY" and text[time.end : after.core].strip(" ,") in ("", "của"):
                used.add(i + 1)
                time = replace(_yearly(time), end=after.end, text=text[time.start : after.end])
            elif year is not None:
                time = in_year(time, times[year].iso)
                if times[year].relation == "in":
                    used.add(year)
            elif yearly is not None and _goes_with(times[yearly], time):
                used.add(yearly)
                time = _yearly(time)
            elif recurs or _CYCLE_BEFORE.search(text[max(0, time.start - 16) : time.start]):
                time = _yearly(time)
        if (
            time.type == "recurring"
            and i
            and times[i - 1].type == "recurring"
            and text[times[i - 1].end : time.start].strip() == "("
        ):
            used.add(i - 1)  # "hàng tháng (trước ngày 16 hàng tháng)": the second says more
        year = i if time.type == "year" else year
        yearly = i if times[i].iso == "FREQ=YEARLY" else yearly
        recurs = recurs or time.type == "recurring"
        out.append(time)
    return [t for i, t in enumerate(out) if i not in used]


def _goes_with(cycle: Time, time: Time) -> bool:
    """Whether a day belongs to the "hàng năm" before it: not that of a feast ("Ngày … 31 tháng 5")."""
    return time.relation != "in" or time.start < time.core or time.start - cycle.end < _NEAR_CYCLE


_NEAR_CYCLE = 40  # characters; "Hàng năm, ngày 15 tháng 6" and a few words between


_CYCLE_BEFORE = regex.compile(r"(?:th[áa]ng|n[ăa]m|qu[ýí])\s*\(\s*$", regex.IGNORECASE)


def _yearly(time: Time) -> Time:
    if time.form == "quarter":
        return replace(time, type="recurring", iso=f"FREQ=YEARLY;MONTH={3 * (time.month % 100)}")
    if time.form == "days":
        time = replace(time, month=time.month // 100, day=time.day // 100)
    day = f";DAY={time.day}" if time.day else ""
    return replace(time, type="recurring", iso=f"FREQ=YEARLY;MONTH={time.month}{day}")


def in_year(time: Time, year: str) -> Time:
    """``time`` with its year, which the words themselves leave open; unchanged when it does not exist in that year."""
    if time.form == "quarter":
        return replace(time, iso=_iso_quarters(time.month // 100, time.month % 100, year))
    if time.form == "days":
        first = _iso_day(time.day // 100, time.month // 100, year)
        return replace(time, iso=f"{first}/{_iso_day(time.day % 100, time.month % 100, year)}")
    iso = _iso_day(time.day, time.month, year) if time.day else _iso_month(time.month, year)
    return replace(time, iso=iso) if iso else time
