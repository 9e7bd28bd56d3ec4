"""Where is that, and when?  The provinces, districts and communes of Viet Nam with the days between which each existed.

Old names stay in old documents: 63 provinces and their districts until 30 June 2025, 34 provinces and no districts since
(Nghị quyết 202/2025/QH15), a few provinces that were merged or split earlier. Districts and old communes are as of
June 2025; a date before an undated unit's beginning is taken to be covered.

The data is ``data/gazetteer.tsv``, made by ``scripts/gazetteer``, which names its source and licence; read on first use.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

import regex

from normalizers.forms import TONES, fold, nfc, old_tone_style, strip_marks


class Level(StrEnum):
    """Levels of territory (cấp tỉnh, cấp huyện, cấp xã)."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


MUNICIPALITY = "thành phố trực thuộc trung ương"

_LEVEL_OF_KIND = {
    "tỉnh": Level.PROVINCE,
    MUNICIPALITY: Level.PROVINCE,
    **dict.fromkeys(("huyện", "quận", "thị xã", "thành phố"), Level.DISTRICT),
    **dict.fromkeys(("xã", "phường", "thị trấn", "đặc khu"), Level.COMMUNE),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """One administrative unit. ``parent`` and ``successors`` are ids; both days count as within, ``None`` is open.

    Ids are the codes of the General Statistics Office, joined with dots below the province ("79.760.26734"); units made on
    1 July 2025 have "2025/" before theirs, extinct provinces an "x".
    """

    id: str
    kind: str
    name: str
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    successors: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        return _LEVEL_OF_KIND[self.kind]

    @property
    def full_name(self) -> str:
        """As in running text: "tỉnh Hậu Giang", "thành phố Cần Thơ", "quận 1".

        >>> get("92").full_name, get("79.760").full_name
        ('thành phố Cần Thơ', 'quận 1')
        """
        kind = "thành phố" if self.kind == MUNICIPALITY else self.kind
        return self.name.lower() if self.name.lower().startswith(kind + " ") else f"{kind} {self.name}"

    def existed(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def _units() -> dict[str, Unit]:
    table = files("normalizers").joinpath("data", "gazetteer.tsv").read_text(encoding="utf-8")
    units = {}
    for line in table.splitlines()[2:]:  # source and licence, column names
        identifier, kind, name, parent, first, last, successors, aliases = line.split("\t")
        units[identifier] = Unit(
            id=identifier,
            kind=kind,
            name=old_tone_style(name),
            parent=parent or None,
            valid_from=_day(first),
            valid_to=_day(last),
            successors=tuple(successors.split(";")) if successors else (),
            aliases=tuple(aliases.split(";")) if aliases else (),
        )
    return units


def get(identifier: str) -> Unit:
    """The unit with this id. Raises ``KeyError`` when there is none."""
    return _units()[identifier]


def units(level: Level | None = None, on: date | None = None) -> Iterator[Unit]:
    """All units, or those of a level, or those that existed on a day, by id.

    >>> len(list(units(Level.PROVINCE, date(2025, 6, 30)))), len(list(units(Level.PROVINCE, date(2025, 7, 1))))
    (63, 34)
    """
    for unit in _units().values():
        if (level is None or unit.level == level) and (on is None or unit.existed(on)):
            yield unit


# --- names -----------------------------------------------------------------------------------------------------------

# What stands before a name in running text. A dot ends an abbreviation, which may stick to the name ("TP.HCM").
_KIND_WORDS = {
    "tỉnh": ("tỉnh",),
    "thành phố": ("thành phố", MUNICIPALITY),
    "tp": ("thành phố", MUNICIPALITY),
    "t.p": ("thành phố", MUNICIPALITY),
    "quận": ("quận",),
    "huyện": ("huyện",),
    "thị xã": ("thị xã",),
    "tx": ("thị xã",),
    "xã": ("xã",),
    "phường": ("phường",),
    "thị trấn": ("thị trấn",),
    "tt": ("thị trấn",),
    "đặc khu": ("đặc khu",),
}
_KIND_PREFIX = regex.compile(
    r"^({})(?:\s*\.\s*|\s+)(?=\S)".format("|".join(sorted(map(regex.escape, _KIND_WORDS), key=len, reverse=True))),
    regex.IGNORECASE,
)
_DASH = regex.compile(r"\s*[-–]\s*")


def _key(name: str) -> str:
    """Names are compared in lower case and old tone style, with dashes and final i/y written one way.

    >>> _key("Phú  Quý") == _key("PHÚ QUÍ"), _key("Bà Rịa–Vũng Tàu")
    (True, 'bà rịa - vũng tàu')
    """
    name = _DASH.sub(" - ", " ".join(old_tone_style(name).lower().split()))
    return nfc(_FINAL_Y.sub("i", unicodedata.normalize("NFD", name))) if "y" in strip_marks(name) else name


_FINAL_Y = regex.compile(rf"(?:(?<=[hklmstv])|(?<=qu))y(?=[{TONES}]?(?!\w))")


@cache
def _by_name() -> tuple[dict[str, list[Unit]], dict[str, list[Unit]]]:
    """Units by name and by folded name; aliases and names with their kind ("quận 1") too."""
    exact: defaultdict[str, list[Unit]] = defaultdict(list)
    for unit in _units().values():
        for name in {_key(n) for n in (unit.name, *unit.aliases)}:
            exact[name].append(unit)
    folded: defaultdict[str, list[Unit]] = defaultdict(list)
    for name, found in exact.items():
        folded[fold(name)] += found
    return dict(exact), dict(folded)


def find(name: str, level: Level | None = None, on: date | None = None) -> list[Unit]:
    """Units of that name; with its kind before it ("TP. Cần Thơ", "xã Tân Lập") only of that kind.

    Higher levels come first, then what is in force longest. Capitals, tone style, i or y at the end (Phú Quí, Phú Quý) and
    spaces round dashes do not matter; a name without any mark finds those with marks ("hau giang"). An unknown name finds
    nothing.

    >>> [unit.full_name for unit in find("TỈNH HẬU GIANG")], [unit.id for unit in find("TP.HCM", on=date(2026, 1, 1))]
    (['tỉnh Hậu Giang'], ['2025/79'])
    """
    key = _key(name)
    found = _look_up(key)
    kinds: tuple[str, ...] = ()
    prefix = _KIND_PREFIX.match(key)
    if not found and prefix:
        found, kinds = _look_up(key[prefix.end() :]), _KIND_WORDS[prefix[1]]
    chosen = {
        unit.id: unit
        for unit in found
        if (not kinds or unit.kind in kinds) and (level is None or unit.level == level) and (on is None or unit.existed(on))
    }
    return sorted(chosen.values(), key=lambda unit: (-_RANK[unit.level], unit.valid_to or date.max), reverse=True)


def _look_up(key: str) -> list[Unit]:
    exact, folded = _by_name()
    return exact.get(key) or (folded.get(key, []) if key.isascii() else [])


_RANK = {Level.PROVINCE: 0, Level.DISTRICT: 1, Level.COMMUNE: 2}
# A name as it stands in text, and what stands before it: a smaller unit or a street has the name from elsewhere.
_BEFORE = regex.compile(
    r"(?:(tỉnh|thành phố|t\.?p\.?|nhân dân|ubnd|hđnd)|(huyện|quận|thị xã|xã|phường|thị trấn|đường|phố))[\s.:,]*$",
    regex.IGNORECASE,
)


@cache
def _province_names() -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    names = {name for unit in units(Level.PROVINCE) for name in (unit.name, *unit.aliases)}

    def pattern(some: set[str]) -> regex.Pattern[str]:
        longest_first = sorted(some | {name.upper() for name in some}, key=lambda n: (-len(n), n))
        spaced = "|".join(_DASH.sub(r"\\s*[-–]\\s*", n.replace(".", r"\.")).replace(" ", r"\s+") for n in longest_first)
        return regex.compile(rf"(?<!\w)(?:{spaced})(?!\w)")

    return pattern(names), pattern({_unmarked(name) for name in names})


def _unmarked(name: str) -> str:
    return " ".join(word.capitalize() for word in fold(name).split())


def province_of(text: str, on: date | None = None) -> Unit | None:
    """The province that ``text`` (a letterhead, an issuer, a line of an address) names, or ``None``.

    A name after "tỉnh", "thành phố", "UBND" … goes before one that stands alone, an earlier one before a later; names of
    smaller places and of streets are passed over. Without ``on`` the unit in force longest is meant.

    >>> province_of("ỦY BAN NHÂN DÂN TỈNH HẬU GIANG").id, province_of("Sở Y tế TT-Huế").name
    ('93', 'Thừa Thiên Huế')
    >>> province_of("xã Hòa Bình, huyện Tịnh Biên") is None
    True
    """
    text = old_tone_style(text)
    marked, unmarked = _province_names()
    alone: Unit | None = None
    for match in (unmarked if text.isascii() else marked).finditer(text):
        before = _BEFORE.search(text, max(match.start() - 16, 0), match.start())
        if before and before[2]:
            continue
        found = find(match[0], Level.PROVINCE, on)
        if found and before:
            return found[0]
        alone = alone or (found[0] if found else None)
    return alone


# --- what became of it -----------------------------------------------------------------------------------------------


@cache
def _children() -> dict[str, list[Unit]]:
    children: defaultdict[str, list[Unit]] = defaultdict(list)
    for unit in _units().values():
        if unit.parent:
            children[unit.parent].append(unit)
    return dict(children)


def children(unit: Unit) -> list[Unit]:
    """The units directly below, of all times: a lasting province has its former districts and its present communes."""
    return list(_children().get(unit.id, ()))


def province(unit: Unit) -> Unit:
    """The province in which a unit lies; a province itself."""
    while unit.parent:
        unit = get(unit.parent)
    return unit


def successors(unit: Unit) -> list[Unit]:
    """What holds the unit's land since it ended, the one that holds most of it first; empty while it exists.

    A district, which has no successor of its own level, is succeeded by the communes that its communes went to.

    >>> [s.full_name for s in successors(find("tỉnh Hậu Giang")[0])]
    ['thành phố Cần Thơ']
    """
    direct = [get(identifier) for identifier in unit.successors]
    if direct or unit.valid_to is None:
        return direct
    below = (successor for child in children(unit) for successor in successors(child))
    return list({successor.id: successor for successor in below}.values())


def successor(unit: Unit) -> Unit | None:
    """The one unit that holds most of the unit's land since it ended, or ``None`` while it exists."""
    return next(iter(successors(unit)), None)


@cache
def _predecessors() -> dict[str, list[Unit]]:
    predecessors: defaultdict[str, list[Unit]] = defaultdict(list)
    for unit in _units().values():
        for identifier in unit.successors:
            predecessors[identifier].append(unit)
    return dict(predecessors)


def predecessors(unit: Unit) -> list[Unit]:
    """The units of which it holds land."""
    return list(_predecessors().get(unit.id, ()))


def equivalents(name: str) -> frozenset[str]:
    """The names under which documents about a province may stand: its own, those before it, those after it.

    Empty for a name that is no province's.

    >>> sorted(equivalents("Hậu Giang")), sorted(equivalents("thành phố Cần Thơ"))
    (['Cần Thơ', 'Hậu Giang'], ['Cần Thơ', 'Hậu Giang', 'Sóc Trăng'])
    """
    names: set[str] = set()
    for unit in find(name, Level.PROVINCE):
        names.add(unit.name)
        for step in (successors, predecessors):
            line = [unit]
            while line:
                next_units = step(line.pop())
                names.update(u.name for u in next_units)
                line += next_units
    return frozenset(names)
