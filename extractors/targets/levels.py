"""Values shared out over levels and years ("tương ứng là 50%, 40%, 35%")."""

from __future__ import annotations

from dataclasses import dataclass, replace

import regex

from extractors.targets.clauses import ValueClause
from extractors.targets.indicator import Measured

_STATED_LEVEL = regex.compile(r"(?<!\w)cấp\s+(?P<level>tỉnh|thành phố|huyện|xã|cơ sở)(?!\w)", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Share:
    """What one of several values gets of a list of as many levels or years ("lần lượt là 50%, 40%, 35%")."""

    level: str | None = None
    year: str | None = None
    listed: str = ""


_RESPECTIVELY = regex.compile(r"(?<!\w)(?:tương ứng|lần lượt)(?!\w)", regex.IGNORECASE)
_LEVEL_LIST = regex.compile(
    r"(?:(?:đối với|tại|ở|cho)\s+)?(?:UBND\s+)?(?:(?:các\s+)?cấp\s+)?(?:tỉnh|huyện|xã|cơ sở)"
    r"(?:(?:\s*,\s*(?:và\s+)?|\s+và\s+|\s*/\s*)(?:UBND\s+)?(?:cấp\s+)?(?:tỉnh|huyện|xã|cơ sở)(?!\w))+",
    regex.IGNORECASE,
)
_YEAR_LIST = regex.compile(
    r"(?:các\s+)?năm\s+(?:19|20)\d\d(?:(?:\s*,\s*|\s+và\s+)(?:năm\s+)?(?:19"
    r"|20)\d\d)+",
    regex.IGNORECASE,
)


def distribute(text: str, clauses: list[ValueClause]) -> list[Share]:
    """For each value what it gets of a list of levels or years that stands in its sentence.

    Values in a row, nothing but commas between them, get the items of a list of their number in order.
    """
    shares = [Share() for _ in clauses]
    if len(clauses) < 2 or _RESPECTIVELY.search(text) is None:
        return shares
    levels = [(m.start(), m.group(), _LEVEL_WORD.findall(m.group().lower())) for m in _LEVEL_LIST.finditer(text)]
    years = [(m.start(), m.group(), _YEAR.findall(m.group())) for m in _YEAR_LIST.finditer(text)]
    first = 0
    while first < len(clauses):
        last = first
        while last + 1 < len(clauses) and _are_in_row(text, clauses[last], clauses[last + 1]):
            last += 1
        at, count = clauses[first].quantity.start, last + 1 - first
        for i, (words, level) in enumerate(_nearest(levels, at, count), first):
            shares[i] = replace(shares[i], level="cấp xã" if level == "cơ sở" else f"cấp {level}", listed=words)
        for i, (_, year) in enumerate(_nearest(years, at, count), first):
            shares[i] = replace(shares[i], year=year)
        first = last + 1
    return shares


_LEVEL_WORD = regex.compile(r"tỉnh|huyện|xã|cơ sở")
_YEAR = regex.compile(r"(?:19|20)\d\d")


def _nearest(lists: list[tuple[int, str, list[str]]], at: int, count: int) -> list[tuple[str, str]]:
    """(its words, item) for the items of the nearest list that has ``count`` of them."""
    fitting = [found for found in lists if len(found[2]) == count > 1]
    if not fitting:
        return []
    _, words, items = min(fitting, key=lambda found: abs(found[0] - at))
    return [(words, item) for item in items]


def _are_in_row(text: str, first: ValueClause, second: ValueClause) -> bool:
    return _ROW.fullmatch(text, first.quantity.end, second.quantity.start) is not None


_ROW = regex.compile(r"\s*(?:,|;|và|,\s*và)\s*(?:đạt\s+)?", regex.IGNORECASE)


def with_level(measured: list[Measured], share: Share) -> str:
    """The indicator of a value in a row, with its own level for the list of them."""
    indicator = next(
        (m.indicator for m in reversed(measured) if m.indicator and share.listed in m.indicator), measured[-1].indicator
    )
    bare = indicator.replace(share.listed, "").strip(" ,")
    return f"{bare} {share.level}".strip()


_LEVEL_OF_UNIT = (
    ("cấp tỉnh", regex.compile(r"(?:các\s+)?sở(?!\w)|cơ quan chuyên môn", regex.IGNORECASE)),
    ("cấp huyện", regex.compile(r"(?:UBND\s+)?(?:các\s+)?(?:huyện|quận)(?!\w)", regex.IGNORECASE)),
    ("cấp xã", regex.compile(r"(?:UBND\s+)?(?:các\s+)?(?:xã, phường|phường, xã|xã)(?!\w)", regex.IGNORECASE)),
)
_LEVEL_OF_PLACE = regex.compile(r"(?<!\w)tại\s[^,;:]*?(?<!toàn )(?<!địa bàn )(?P<level>tỉnh|huyện|xã)$", regex.IGNORECASE)


def scope_of(phrase: str, unit: str = "") -> str | None:
    """The one level of government that a phrase names or whose bodies are counted, else ``None``.

    >>> scope_of("hồ sơ công việc tại cấp cơ sở"), scope_of("chỉ số của các cấp tỉnh, huyện"), scope_of("", "Sở")
    ('cấp xã', None, 'cấp tỉnh')
    """
    if _LEVEL_LIST.search(phrase):
        return None
    levels = {m["level"].lower() for m in _STATED_LEVEL.finditer(phrase)}
    if not levels and (place := _LEVEL_OF_PLACE.search(phrase)):
        levels = {place["level"].lower()}
    if len(levels) == 1:
        level = levels.pop()
        return {"cơ sở": "cấp xã", "thành phố": "cấp tỉnh"}.get(level, f"cấp {level}")
    return next((level for level, of_unit in _LEVEL_OF_UNIT if of_unit.match(unit)), None) if not levels else None
