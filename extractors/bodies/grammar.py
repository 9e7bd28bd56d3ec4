"""Bodies by the grammar of their names: a head noun and what follows it, alone or in a list.

A name begins with a head ("Sở", "Chi cục", "UBND", "các đơn vị"), with or without an office before it ("Giám đốc Sở …").
It goes on over capitals, "&", "-", and small letters that begin no verb, up to a mark or the next head. Lists share their
head ("các Sở: Xây dựng, Tài chính"), classes their attribute ("các sở, ban, ngành thành phố"). What was found is resolved
by the lexicon (:mod:`extractors.bodies.resolve`), which does not decide what exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import regex

from extractors.bodies import resolve
from extractors.bodies.words import (
    ATTRIBUTES,
    COMMON_HEADS,
    COMMUNES,
    DISTRICTS,
    NAMED_HEADS,
    OFFICES,
    ends_of_names,
)
from normalizers.case import first_capital
from normalizers.forms import old_tone_style

_TOKEN = regex.compile(r"\p{L}[\p{L}\p{M}\d]*(?:/c\b)?|\d+|[^\s]")
_MOST_WORDS = 16
"""Words of a name; "Lực lượng Cảnh sát điều tra tội phạm về ma túy" has nine, a company's may have more."""
_MOST_PLAIN = 7
"""Words in small letters in a row; "Sở Nông nghiệp và Phát triển nông thôn" has two, companies up to six."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body named in ``text[start:end]`` (its office and "các" included) under one ``name``.

    ``kind``: ``department`` (Sở), ``ministry`` (Bộ), ``authority`` (UBND, HĐND of one place), ``class`` (of such bodies),
    ``generic`` ("các đơn vị"), ``body`` (any other that has a name). ``id`` is that of the lexicon, if it knows the body.
    ``office`` is the printed office ("giám đốc"), ``member`` tells a later member of a list.
    """

    start: int
    end: int
    name: str
    kind: str
    id: str | None = None
    office: str = ""
    member: bool = False


class _Words:
    """The words and marks of a text, their lower-case forms, and where they stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        matches = list(_TOKEN.finditer(text))
        self.printed = [m.group() for m in matches]
        self.lower = [_styled(w) for w in self.printed]
        self.starts = [m.start() for m in matches]
        self.ends = [m.end() for m in matches]

    def __len__(self) -> int:
        return len(self.printed)

    def is_word(self, i: int) -> bool:
        return i < len(self.printed) and self.printed[i][0].isalpha()

    def is_capital(self, i: int) -> bool:
        return i < len(self.printed) and self.printed[i][0].isupper()

    def mark(self, i: int) -> str:
        return self.lower[i] if i < len(self.lower) else ""

    def between(self, i: int, j: int) -> str:
        j = min(j, len(self.printed))
        return self.text[self.starts[i] : self.ends[j - 1]] if j > i else ""

    def longest(self, i: int, phrases: dict[str, list[tuple[str, ...]]]) -> int:
        """How many words the longest of the phrases has that begins at word ``i``; 0 when none does."""
        for phrase in phrases.get(self.mark(i), ()):
            if tuple(self.lower[i : i + len(phrase)]) == phrase:
                return len(phrase)
        return 0


@lru_cache(maxsize=8192)
def _styled(word: str) -> str:
    return old_tone_style(word.lower())


def _by_first(phrases: Sequence[str]) -> dict[str, list[tuple[str, ...]]]:
    index: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(phrases, key=lambda p: -len(p)):
        words = tuple(regex.findall(_TOKEN.pattern, phrase))
        index.setdefault(words[0], []).append(words)
    return index


@cache
def _phrases() -> dict[str, dict[str, list[tuple[str, ...]]]]:
    ends, within = ends_of_names()
    return {
        "named": _by_first(NAMED_HEADS),
        "common": _by_first(COMMON_HEADS),
        "office": _by_first(OFFICES),
        "attribute": _by_first(ATTRIBUTES),
        "end": _by_first([" ".join(e) for e in ends]),
        "within": _by_first([" ".join(w) for w in within]),
        "compound": _by_first([" ".join(p) for p in (*ends, *within) if len(p) > 1]),
        "ubnd": _by_first(["ubnd", "ủy ban nhân dân", "uỷ ban nhân dân", "ubnd"]),
        "hđnd": _by_first(["hđnd", "hội đồng nhân dân"]),
    }


_JOINS = {",", ";", "và", "-", "–", "—", "&", "/", "hoặc", "cùng"}
_DASHES = {"-", "–", "—", "&"}


def find_bodies(text: str) -> list[Body]:
    """The bodies named in a joined text, in order, not overlapping.

    >>> [b.name for b in find_bodies("Giao các Sở: Kế hoạch - Đầu tư, Nông nghiệp & PTNT; Chi cục Kiểm lâm chủ trì")]
    ['Sở Kế hoạch và Đầu tư', 'Sở Nông nghiệp và Phát triển nông thôn', 'Chi cục Kiểm lâm']
    >>> [b.name for b in find_bodies("các sở - ngành thành phố, Chủ tịch UBND các quận - huyện")]
    ['Sở, ngành thành phố', 'UBND cấp huyện']
    """
    return list(_find(text)) if len(text) <= _KEPT else list(_scan(text))


_KEPT = 2000
"""Texts up to this length keep their result: several readers ask about the same sentences."""


@lru_cache(maxsize=2048)
def _find(text: str) -> tuple[Body, ...]:
    return tuple(_scan(text))


def _scan(text: str) -> Iterator[Body]:
    words = _Words(text)
    i = 0
    while i < len(words):
        found, after = _at(words, i) if words.is_word(i) else ([], i + 1)
        yield from found
        i = max(after, i + 1)


def _at(words: _Words, i: int) -> tuple[list[Body], int]:
    """The bodies of the mention that begins at word ``i``, and the word behind it."""
    start = i
    office_from = i
    phrases = _phrases()
    office = ""
    plural = words.mark(i) in ("các", "những", "mọi", "một")
    i += plural
    while (n := words.longest(i, phrases["office"])) and i - office_from < 8:
        if words.longest(i, phrases["named"]) > n or words.longest(i, phrases["hđnd"]):
            break
        office = words.between(i, i + n).lower()
        i += n
        while words.mark(i) in ("các", "của"):
            plural = plural or words.mark(i) == "các"
            i += 1
    for reader in _READERS if i < len(words) else ():
        found, after = reader(words, i, plural)
        if found:
            first = found[0]
            found[0] = Body(words.starts[start], first.end, first.name, first.kind, first.id, office)
            return found, after
    if office in ("bộ trưởng",):
        return [Body(words.starts[start], words.ends[i - 1], "Bộ", "class", None, office)], i
    if office:
        found, after = _named(words, i, True)
        if found:
            first = found[0]
            return [Body(words.starts[start], first.end, first.name, first.kind, first.id, office)], after
    return [], start + 1


# --------------------------------------------------------------------------------------------------------------------
# Bodies that the lexicon knows by their whole name, and lists of departments and ministries


def _known(words: _Words, i: int, plural: bool) -> tuple[list[Body], int]:
    head = words.mark(i)
    if head in ("sở", "bộ"):
        return _fields(words, i, plural)
    entry, n = resolve.longest_name(words.printed, words.lower, i)
    if entry is None or not (words.is_capital(i) or plural):
        return [], i
    if len(words.between(i, i + n)) < 6 and not words.between(i, i + n).isupper():
        return [], i
    if _is_longer_name(words, i + n):
        return [], i
    return [_body_with_tail(words, i, i + n, entry)], _after_tail(words, i + n)


def _is_longer_name(words: _Words, j: int) -> bool:
    """Whether a name goes on over a capital that begins no place: "Công an Kinh tế", not "Công an Khánh Hòa"."""
    if not words.is_capital(j) or _begins_other(words, j):
        return False
    k = _after_tail(words, j)
    return (
        k == j + 1
        and words.is_word(k)
        and not words.is_capital(k)
        and not _ends(words, k, False)
        and not (words.mark(k) in _JOINS or words.longest(k, _phrases()["attribute"]))
    )


def _after_tail(words: _Words, j: int) -> int:
    """The word behind the place that follows a body ("… tỉnh Bắc Kạn", "Cục Thuế Khánh Hòa")."""
    if words.mark(j) == "cấp" and words.mark(j + 1) in ("tỉnh", "huyện", "xã"):
        return j + 2
    if words.mark(j) in ("quận", "huyện", "xã", "phường"):
        j += 1
    elif words.mark(j) in ("tỉnh", "thành") or (words.mark(j) == "của" and words.mark(j + 1) in ("tỉnh", "thành")):
        j += words.mark(j) == "của"
        j += 2 if words.mark(j) == "thành" and words.mark(j + 1) == "phố" else words.mark(j) == "tỉnh"
    k = j
    while k < j + 4 and words.is_capital(k) and not _begins_other(words, k):
        k += 1
    return k


_ENDS_WITH_CITY = regex.compile(r"(?i)thành phố$")
_IS_A_PLACE = regex.compile(r"\p{Lu}|quận|huyện|xã|phường")
_LEVEL_OF_A_PLACE = regex.compile(r"(?i)^(?:của )?(?:tỉnh|thành phố)")


def _body_with_tail(words: _Words, i: int, j: int, entry: resolve.Entry) -> Body:
    k = _after_tail(words, j)
    tail = words.between(j, k)
    name = entry.name
    if words.lower[i] != _styled(name.split(" ", 1)[0]) and not words.printed[i].isupper():
        name = resolve.written_out(words.between(i, j))  # "Chi cục Thuế" is no "Cục Thuế"
    if tail and _IS_A_PLACE.search(_LEVEL_OF_A_PLACE.sub("", tail)):
        name = f"{resolve.without_level(name)} {tail}"
    elif _ENDS_WITH_CITY.search(words.between(i, k)) and name.endswith("tỉnh"):
        name = f"{name.removesuffix('tỉnh')}thành phố"
    return Body(words.starts[i], words.ends[k - 1], name, "body", entry.id)


def _fields(words: _Words, i: int, plural: bool) -> tuple[list[Body], int]:
    """ "Sở A", "các Sở: A, B và C": one body per field, the lexicon's where it knows the field."""
    head = words.mark(i)
    kind = "department" if head == "sở" else "ministry"
    j = i + 1
    if words.mark(j) == ":":
        j += 1
    if not words.is_capital(j) or _begins_other(words, j, within=True):
        return [], i
    found: list[Body] = []
    begin = i
    while True:
        field = _field(words, j, head)
        if field is None:
            break
        name, unit_id, after = field
        after = _city_tail(words, after)
        found.append(Body(words.starts[begin], words.ends[after - 1], name, kind, unit_id, member=bool(found)))
        k = after
        while words.mark(k) in _JOINS or words.mark(k) == "các":
            k += 1
        if k == after or not words.is_word(k):
            break
        begin = k
        if words.mark(k) == head:
            k += 1
            if words.mark(k) == ":":
                k += 1
        if not words.is_capital(k) or _begins_other(words, k) or _is_no_field(words, k, head):
            break
        j = k
    return found, _index_at(words, found[-1].end) if found else i


def _is_no_field(words: _Words, k: int, head: str) -> bool:
    """Whether a list of departments goes on with a body of its own name ("Sở Tài chính, Công an tỉnh, Báo Hà Giang")."""
    if head != "sở":
        return False
    return words.mark(k) in ("đài", "báo") or resolve.longest_name(words.printed, words.lower, k)[1] > 1


def _city_tail(words: _Words, j: int) -> int:
    """Behind "… tỉnh [Bắc Kạn]", which adds nothing to the name of a department."""
    if words.mark(j) == "tỉnh" or (words.mark(j) == "thành" and words.mark(j + 1) == "phố"):
        return _after_tail(words, j)
    return j


def _index_at(words: _Words, end: int) -> int:
    from bisect import bisect_left

    return bisect_left(words.starts, end)


def _field(words: _Words, j: int, head: str) -> tuple[str, str | None, int] | None:
    entry, n = resolve.longest_field(head, words.printed, words.lower, j)
    if entry is not None:
        return entry.name, entry.id, j + n
    after = _name_end(words, j, joined=True)
    if after == j:
        return None
    printed = words.between(j, after)
    return f"{head.capitalize()} {resolve.written_out(printed)}", None, after


# --------------------------------------------------------------------------------------------------------------------
# UBND and HĐND


def _joint_office(words: _Words, i: int) -> tuple[list[Body], int]:
    """ "Văn phòng HĐND và UBND tỉnh": the one office of both."""
    phrases = _phrases()
    j = i + 2
    n = words.longest(j, phrases["hđnd"])
    if not n or words.mark(j + n) not in ("và", "-", "–", "&"):
        return [], i
    m = words.longest(j + n + 1, phrases["ubnd"])
    if not m:
        return [], i
    level, after = _level(words, j + n + 1 + m)
    name = f"Văn phòng HĐND - UBND {level}".strip()
    return [Body(words.starts[i], words.ends[after - 1], name, "body", None)], after


def _authority(words: _Words, i: int, plural: bool) -> tuple[list[Body], int]:
    phrases = _phrases()
    if words.mark(i) == "văn" and words.mark(i + 1) == "phòng":
        return _joint_office(words, i)
    if n := words.longest(i, phrases["ubnd"]):
        return _committee(words, i, i + n, plural)
    j = i
    part = ""
    for prefix in (
        ("thường", "trực"),
        ("các", "ban"),
        ("ban",),
        ("đại", "biểu"),
        ("các", "đại", "biểu"),
        ("tổ", "đại", "biểu"),
    ):
        if tuple(words.lower[i : i + len(prefix)]) == prefix:
            part, j = " ".join(p for p in prefix if p != "các"), i + len(prefix)
            break
    while words.mark(j) == "của":
        j += 1
    n = words.longest(j, phrases["hđnd"])
    if not n:
        return [], i
    if words.mark(j + n) == "-" and words.longest(j + n + 1, phrases["ubnd"]):
        return [], i
    level, after = _level(words, j + n)
    name = f"{part} HĐND {level}".strip()
    name = first_capital(name)
    return [Body(words.starts[i], words.ends[after - 1], name, "authority", "hdnd")], after


def _level(words: _Words, j: int) -> tuple[str, int]:
    """The level and place behind "UBND" or "HĐND" of one place ("huyện Phú Vang"), and the word behind it."""
    k = j
    if words.mark(k) == "cấp":
        k += 1
    if words.mark(k) in ("thị", "thành") and words.mark(k + 1) in ("xã", "phố", "trấn"):
        k += 2
    elif words.mark(k) in ("tỉnh", "huyện", "xã", "quận", "phường"):
        k += 1
    elif words.mark(k) == "tp":
        k += 1 + (words.mark(k + 1) == ".")
    elif words.mark(k) == "đặc" and words.mark(k + 1) == "khu":
        k += 2
    else:
        return "", j
    level = words.between(j, k).lower()
    place = k
    while place < k + 5 and words.is_capital(place) and not _begins_other(words, place):
        place += 1
    return (f"{level} {words.between(k, place)}" if place > k else level), place


def _committee(words: _Words, i: int, j: int, plural: bool) -> tuple[list[Body], int]:
    many = plural
    levels: list[str] = []
    k = j
    if words.mark(k).isdigit():  # "UBND 15 phường"
        many, k = True, k + 1
    while True:
        at = k
        while words.mark(at) in _JOINS and levels:
            at += 1
        if words.longest(at, _phrases()["ubnd"]):
            break
        if words.mark(at) == "các":
            many = True
            at += 1
        level, after = _one_level(words, at)
        if not level or (words.mark(k) in ("",) and levels):
            break
        levels.append(level)
        k = after
    if not levels:
        if words.mark(j) == "các" and words.mark(j + 1) == "cấp":
            return [Body(words.starts[i], words.ends[j + 1], "UBND các cấp", "class", "ubnd-cac-cap")], j + 2
        return [], i
    if many and words.mark(k) == ":" and words.is_capital(k + 1):
        return _named_committees(words, i, k + 1, levels[0])
    return _of_levels(words, i, j, k, levels, many or len(levels) > 1)


def _one_level(words: _Words, k: int) -> tuple[str, int]:
    w, after = words.mark(k), words.mark(k + 1)
    if w == "cấp" and after in ("tỉnh", "huyện", "xã"):
        return f"cấp {after}", k + 2
    if w in ("thị", "thành") and after in ("xã", "phố", "trấn"):
        two = f"{w} {after}"
        if two == "thành phố" and words.mark(k + 2) == "thuộc" and words.mark(k + 3) == "tỉnh":
            return two, k + 4
        return two, k + 2
    if w in ("tỉnh", "huyện", "xã", "quận", "phường", "thị", "thành"):
        return w, k + 1
    if w == "đặc" and after == "khu":
        return "đặc khu", k + 2
    if w == "tp":
        return "thành phố", k + 1 + (after == ".")
    if w == "các" and after == "cấp":
        return "các cấp", k + 2
    return "", k


def _of_levels(words: _Words, i: int, j: int, k: int, levels: list[str], many: bool) -> tuple[list[Body], int]:
    start, unique = words.starts[i], set(levels)
    if "các cấp" in unique:
        return [Body(start, words.ends[k - 1], "UBND các cấp", "class", "ubnd-cac-cap")], k
    if ("tỉnh" in unique and many) or "cấp tỉnh" in unique:
        after = k
        if words.mark(k) == "trực" and words.mark(k + 1) == "thuộc":
            after = min(len(words), k + (4 if words.mark(k + 2) == "trung" else 3))
        return [Body(start, words.ends[after - 1], "UBND cấp tỉnh", "class", "ubnd-cap-tinh")], after
    if not many and levels[0] in ("tỉnh", "thành phố"):
        level, after = _level(words, j)
        name = f"UBND {level}"
        return [Body(start, words.ends[after - 1], name, "authority", "ubnd-tinh" if level == levels[0] else None)], after
    if not many and not levels[0].startswith("cấp"):
        level, after = _level(words, j)
        if level != levels[0]:
            return [Body(start, words.ends[after - 1], f"UBND {level}", "authority", None)], after
    found = []
    if unique & {*DISTRICTS, "thành", "cấp huyện"}:
        found.append(Body(start, words.ends[k - 1], "UBND cấp huyện", "class", "ubnd-cap-huyen"))
    if unique & {*COMMUNES, "cấp xã"}:
        found.append(Body(start, words.ends[k - 1], "UBND cấp xã", "class", "ubnd-cap-xa", member=bool(found)))
    return found, k


def _named_committees(words: _Words, i: int, k: int, level: str) -> tuple[list[Body], int]:
    """ "UBND các xã: A, B": one body each."""
    found: list[Body] = []
    begin = i
    while words.is_capital(k) and not _begins_other(words, k):
        after = k
        while after < k + 5 and words.is_capital(after) and not _begins_other(words, after):
            after += 1
        name = f"UBND {level} {words.between(k, after)}"
        found.append(Body(words.starts[begin], words.ends[after - 1], name, "authority", None, member=bool(found)))
        k = after
        while words.mark(k) in _JOINS:
            k += 1
        begin = k
    return found, _index_at(words, found[-1].end) if found else i


# --------------------------------------------------------------------------------------------------------------------
# Classes: sở, ban, ngành; bộ, ngành; cơ quan, đơn vị

_MEMBERS = {
    "sở": ("sở", "ban", "ngành"),
    "bộ": ("bộ", "ban", "ngành"),
    "ban": ("ban", "ngành"),
    "phòng": ("phòng", "ban", "ngành"),
    "vụ": ("vụ", "cục"),
}


def _departments(words: _Words, i: int, plural: bool) -> tuple[list[Body], int]:
    """ "các sở, ban, ngành, đoàn thể thành phố": members of one class, then the classes beside it."""
    head = words.mark(i)
    if head not in _MEMBERS:
        return [], i
    members = [head]
    k = i + 1
    while True:
        at = k
        while words.mark(at) in _JOINS or (words.mark(at) in ("các", "thủ", "trưởng") and at > k):
            at += 1
        if words.mark(at) == "ban" and words.mark(at + 1) in ("quản", "chỉ", "chấp"):
            break
        if (
            words.mark(at) in _MEMBERS[head]
            and words.mark(at) not in members
            and not (words.is_capital(at) and words.is_capital(at + 1) and not words.is_capital(i))
        ):
            members.append(words.mark(at))
            k = at + 1
            continue
        break
    if len(members) == 1 and (head not in ("sở", "bộ") or not plural):
        return [], i
    attribute, after = _attribute(words, k)
    name = ", ".join(members)
    name = first_capital(name)
    unit_id = {"sở": "cac-so-ban-nganh", "bộ": "bo-nganh"}.get(head, "ban-nganh")
    return [Body(words.starts[i], words.ends[after - 1], f"{name} {attribute}".strip(), "class", unit_id)], after


def _attribute(words: _Words, k: int) -> tuple[str, int]:
    """What narrows a class ("liên quan", "thuộc thành phố", "tỉnh"), and the word behind it."""
    parts: list[str] = []
    while True:
        if n := words.longest(k, _phrases()["attribute"]):
            phrase = words.between(k, k + n).lower()
            parts.append("liên quan" if phrase.endswith("liên quan") else phrase)
            k += n
            continue
        at = k + (words.mark(k) in ("của", "thuộc", "cấp", "ở", "trong"))
        place = (
            1
            if words.mark(at) in ("tỉnh", "bộ", "quận", "huyện", "xã", "phường")
            else 2
            if words.between(at, at + 2).lower() in _PLACES
            else 0
        )
        if place and not (words.is_capital(at + place) and words.mark(at) != "bộ" and at == k):
            parts.append(words.between(k + (words.mark(k) == "của"), at + place).lower())
            k = at + place
            continue
        return " ".join(parts), k


_PLACES = {"thành phố", "trung ương", "cấp tỉnh", "cấp huyện", "cấp xã", "chính phủ", "địa phương", "cấp trên", "cấp ủy"}


_ONLY_OF_MANY = frozenset(
    ("ngành", "cấp", "tổ", "đội", "ban", "hội", "phòng", "cán bộ", "bộ phận", "cơ sở", "báo", "đài", "trường")
)
"""Common nouns that name a class of bodies only behind "các": alone they are parts of other words ("báo cáo")."""


_ALL_OF = regex.compile(r"^các ")


def _common(words: _Words, i: int, plural: bool) -> tuple[list[Body], int]:
    """Bodies by a common noun: "các cơ quan, đơn vị thuộc thành phố", "địa phương", "Chủ đầu tư"."""
    phrases = _phrases()
    if level := _plain_levels(words, i, plural):
        return level
    n = words.longest(i, phrases["common"])
    if not n:
        return [], i
    if words.is_capital(i) and words.is_capital(i + n) and not words.longest(i + n, phrases["attribute"]):
        return [], i
    head = words.between(i, i + n)
    k = i + n
    head, k = _with_like(words, head, k)
    if head.lower() == "tổ chức" and not (plural or (i and words.mark(i - 1) == ",")):
        return [], i
    if head.lower() in _ONLY_OF_MANY and not plural:
        return [], i
    attribute, after = _attribute(words, k)
    name = _ALL_OF.sub("", head.lower())
    name = f"{name} {attribute}".strip()
    return [Body(words.starts[i], words.ends[after - 1], first_capital(name), "generic")], after


def _with_like(words: _Words, head: str, k: int) -> tuple[str, int]:
    """A class with those named beside it as one: "cơ quan, đơn vị", "tổ chức, đoàn thể", "cơ quan, tổ chức, cá nhân"."""
    while head.lower().split(", ")[-1] in _ALIKE and (words.mark(k) in (",", "-", "và", "–") or words.mark(k) == "đơn"):
        at = k + (words.mark(k) != "đơn")
        at += words.mark(at) == "các"
        if words.mark(at) == "cá" and words.mark(at + 1) == "nhân":
            m = 2
        elif words.mark(at) in ("đơn", "tổ", "cơ") or (words.mark(at) == "đoàn" and head.lower() == "tổ chức"):
            m = words.longest(at, _phrases()["common"])
        else:
            m = 0
        if not m:
            break
        head, k = f"{head}, {words.between(at, at + m)}", at + m
    return head, k


_ALIKE = {"cơ quan", "tổ chức", "đơn vị"}


def _plain_levels(words: _Words, i: int, plural: bool) -> tuple[list[Body], int] | None:
    """ "các quận, huyện" without UBND."""
    levels: list[str] = []
    k = i
    while True:
        at = k
        while words.mark(at) in _JOINS and levels:
            at += 1
        level, after = _one_level(words, at)
        if not level or level in ("tỉnh", "các cấp", "thị", "thành"):
            break
        levels.append(level)
        k = after
    if not levels or (len(levels) == 1 and not (plural or levels[0].startswith("cấp"))):
        return None
    found, after = _of_levels(words, i, i, k, levels, True)
    return ([Body(b.start, b.end, b.name, "class", "plain", member=b.member) for b in found], after) if found else None


# --------------------------------------------------------------------------------------------------------------------
# Any other body with a name


def _named(words: _Words, i: int, plural: bool) -> tuple[list[Body], int]:
    if words.mark(i) == "mặt" and words.mark(i + 1) == "trận" and words.mark(i + 2) != "tổ" and words.is_capital(i):
        return [Body(words.starts[i], words.ends[i + 1], "Ủy ban Mặt trận Tổ quốc Việt Nam", "body", None)], i + 2
    n = words.longest(i, _phrases()["named"])
    if not n or not (words.is_capital(i) or (plural and words.is_capital(i + n))):
        return [], i
    if words.longest(i, _phrases()["compound"]) > n and not words.is_capital(i + n):
        return [], i  # "Ban hành kế hoạch …": a verb at the head of its sentence
    if words.mark(i + 1) in OTHER_WORDS.get(words.mark(i), ()):
        return [], i
    if words.mark(i) == "vụ" and i and words.mark(i - 1) in _BEFORE_WORK:
        return [], i
    if plural and (listed := _listed(words, i, n)):
        return listed
    after = _name_end(words, i + n, joined=False)
    if words.mark(i) in _NUMBERED and words.mark(after).isdigit():  # "Đội Quản lý thị trường 12 B"
        after += 1 + (len(words.mark(after + 1)) == 1 and words.is_capital(after + 1))
    attribute = ""
    if after == i + n:
        attribute, after = _attribute(words, i + n)
        if not attribute and n == 1 and words.mark(i) not in _ALONE:
            return [], i
    printed = words.between(i, after)
    unit_id = None
    return [Body(words.starts[i], words.ends[after - 1], resolve.written_out(printed), "body", unit_id)], after


OTHER_WORDS = {
    "phòng": {"ngừa", "chống", "cháy", "dịch", "bệnh", "thủ", "hộ", "tránh", "vệ"},
    "trường": {"hợp", "kỳ"},
    "báo": {"cáo", "động"},
    "hội": {"nghị", "thảo", "nhập", "họp"},
    "ban": {"hành", "đầu", "ngày", "đêm", "bố"},
    "khu": {"dân", "vực"},
}
"""Words that begin as the name of a body does and are none ("Phòng ngừa", "Trường hợp")."""
_BEFORE_WORK = {"nhiệm", "dịch", "phục", "nghĩa", "chức", "thương", "nghiệp", "công", "vô"}
"""What makes another word of "vụ" ("NHIỆM VỤ")."""
_NUMBERED = {"đội", "trạm", "tổ"}


def _listed(words: _Words, i: int, n: int) -> tuple[list[Body], int] | None:
    """ "các Vụ: Kế hoạch, Năng lượng": bodies that share their head."""
    head = words.between(i, i + n)
    k = i + n
    k += words.mark(k) == ":"
    if not words.is_capital(k) or _begins_other(words, k):
        return None
    found: list[Body] = []
    begin = i
    while words.is_capital(k) and not _begins_other(words, k):
        after = _name_end(words, k, joined=False)
        if after == k:
            break
        name = f"{first_capital(head)} {resolve.written_out(words.between(k, after))}"
        found.append(Body(words.starts[begin], words.ends[after - 1], name, "body", None, member=bool(found)))
        k = after
        while words.mark(k) in _JOINS or words.mark(k) == "các":
            k += 1
        if k == after:
            break
        begin = k
        if words.longest(k, {words.lower[i]: [tuple(words.lower[i : i + n])]}):
            k += n
    return (found, _index_at(words, found[-1].end)) if len(found) > 1 else None


_ALONE = {"vnpt", "viettel", "trung", "kiểm", "hải", "thanh"}


def _begins_other(words: _Words, k: int, *, within: bool = False) -> bool:
    """Whether a capital begins another body or an office, or a word that goes on the sentence."""
    phrases = _phrases()
    if words.mark(k) in ("ubnd", "hđnd", "sở", "bộ", "chủ", "giám", "thủ", "các", "căn", "trong", "theo", "đồng", "và"):
        return not (words.mark(k) in ("sở", "bộ", "thủ", "chủ") and words.mark(k + 1) in ("hữu", "đội", "đô", "nghĩa"))
    if words.longest(k, phrases["office"]) and words.mark(k) != "thường":
        return True
    if within:
        return False
    n = words.longest(k, phrases["named"])
    return bool(n) and words.mark(k) not in ("đoàn", "hội", "khu", "cảng", "báo", "đài", "trường", "viện", "công")


def _ends(words: _Words, k: int, first: bool) -> bool:
    """Whether a word in small letters ends the name."""
    phrases = _phrases()
    if k and words.is_capital(k - 1) and words.longest(k - 1, phrases["compound"]) > 1:
        return False
    if words.mark(k) == "trình" and words.mark(k - 1) in ("công", "chương", "quy", "lộ"):
        return False
    if words.mark(k) in ("trong", "ngoài") and words.mark(k + 1) == "nước":  # "Vụ Thị trường ngoài nước"
        return False
    if first and words.longest(k, phrases["within"]):
        return False
    return bool(words.longest(k, phrases["end"]) or (not first and words.longest(k, phrases["within"])))


def _name_end(words: _Words, j: int, *, joined: bool) -> int:
    """The word behind a name whose words begin at ``j``; ``joined``: "và" may stand inside."""
    k, plain, seen_capital = j, 0, False
    while words.is_word(k) and k - j < _MOST_WORDS:
        if words.is_capital(k):
            if k > j and _begins_other(words, k) and not _nests(words, k):
                break
            seen_capital, plain = True, 0
            k += 1
        elif words.mark(k) == "và":
            if (
                not (joined or seen_capital)
                or not words.is_capital(k + 1)
                or _begins_other(words, k + 1)
                or not _one_name(words, j, k)
            ):
                break
            k += 1
            continue
        elif _goes_on_plain(words, k, j, plain, seen_capital):
            plain += 1
            k += 1
        else:
            break
        k += _joins_by_dash(words, k, j)
    while k > j and (words.lower[k - 1] in ("và", "các", "về", "-", "–", "&", "cấp")):
        k -= 1
    return k


def _goes_on_plain(words: _Words, k: int, j: int, plain: int, seen_capital: bool) -> bool:
    """Whether a word in small letters goes on the name that began at ``j``."""
    if words.mark(k) in ("các", "về", "cấp") and words.mark(k + 1) in _INNER and seen_capital:
        return True
    return not (_ends(words, k, k == j) or plain >= _MOST_PLAIN or (words.mark(k) == "tỉnh" and words.mark(k + 1) == "và"))


def _joins_by_dash(words: _Words, k: int, j: int) -> bool:
    """Whether "-" or "&" at word ``k`` joins words of one name."""
    if words.mark(k) not in _DASHES or not words.is_word(k + 1) or _begins_other(words, k + 1):
        return False
    return words.is_capital(k + 1) or (not _ends(words, k + 1, False) and k - j <= _MOST_PLAIN)


_INNER = {"khu", "khối", "cơ", "dự", "quyền", "huyện", "xã", "tỉnh", "trật", "tội", "an", "công", "giá"}


def _nests(words: _Words, k: int) -> bool:
    """A body named within the name of another: "Văn phòng UBND tỉnh", "Thanh tra Sở Xây dựng"."""
    return words.mark(k - 1) not in (",", ";") and (
        words.mark(k) in ("ubnd", "hđnd", "sở", "bộ") or bool(words.longest(k, _phrases()["named"]))
    )


def _one_name(words: _Words, j: int, k: int) -> bool:
    """Whether "và" behind the name so far joins words of one name, not two bodies: its left side is short."""
    return k - j <= 4


_READERS = (_known, _authority, _departments, _common, _named)
