"""Units: provincial bodies, ministries, classes of bodies and office-holders, each under one canonical name.

The lexicon (``data/units.json``) holds bodies with their spellings, abbreviations, validity and source; classes
("các sở, ban, ngành", "UBND các huyện, thị xã, thành phố") are a small grammar. An office-holder stands for the unit.
Matching knows case, tone style and abbreviations; with ``tolerant`` also lost and wrong marks, at lower confidence.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files

import regex
from rapidfuzz import fuzz, process

from extractors.words.folding import folded
from normalizers.case import first_capital
from normalizers.forms import fold, old_tone_style

DISTRICT = "UBND cấp huyện"
COMMUNE = "UBND cấp xã"
DEPARTMENTS = "Sở, ban, ngành tỉnh"
CITY_DEPARTMENTS = "Sở, ban, ngành thành phố"


def in_city(name: str) -> str:
    """What a body that the lexicon knows of a province is called in a city run by the centre ("thành phố trực thuộc").

    >>> in_city("Trung tâm Phục vụ hành chính công tỉnh"), in_city("Sở Nội vụ")
    ('Trung tâm Phục vụ hành chính công thành phố', 'Sở Nội vụ')
    """
    return f"{name.removesuffix('tỉnh')}thành phố" if name.endswith(" tỉnh") else name


@dataclass(frozen=True, slots=True)
class Unit:
    """An entry of the lexicon. Dates are ISO days, ``None`` = open; ``kind`` is department, ministry or body."""

    id: str
    name: str
    kind: str
    level: str
    forms: tuple[str, ...]
    abbreviations: tuple[str, ...]
    valid_from: str | None
    valid_to: str | None
    successors: tuple[str, ...]
    source: str
    examples: tuple[str, ...]

    def is_valid_on(self, day: str) -> bool:
        """Whether the body of this name existed on an ISO day."""
        return (self.valid_from or "") <= day <= (self.valid_to or "9999")


@dataclass(frozen=True, slots=True)
class Mention:
    """A unit named in ``text[start:end]``.

    ``kind``: department, ministry, body (lexicon), class, authority (UBND, HĐND), generic ("các đơn vị"), open (a name
    that has the form of a body but is not in the lexicon).
    """

    start: int
    end: int
    name: str
    kind: str
    id: str | None = None
    confidence: float = 1.0


@cache
def lexicon() -> dict[str, Unit]:
    """All units by id."""
    entries = json.loads(files("extractors").joinpath("data/units.json").read_text(encoding="utf-8"))
    return {
        e["id"]: Unit(
            e["id"],
            e["name"],
            e["kind"],
            e["level"],
            tuple(e.get("forms", ())),
            tuple(e.get("abbreviations", ())),
            e["valid_from"],
            e["valid_to"],
            tuple(e.get("successors", ())),
            e["source"],
            tuple(e["examples"]),
        )
        for e in entries
    }


def successors_on(unit_id: str, day: str) -> tuple[Unit, ...]:
    """The units that do the work of this one on an ISO day: itself while valid, else its successors in turn.

    >>> [u.name for u in successors_on("so-tai-nguyen-va-moi-truong", "2026-01-01")]
    ['Sở Nông nghiệp và Môi trường']
    """
    unit = lexicon()[unit_id]
    if unit.is_valid_on(day) or (unit.valid_to or "9999") >= day or not unit.successors:
        return (unit,)
    return tuple(later for successor in unit.successors for later in successors_on(successor, day))


# --------------------------------------------------------------------------------------------------------------------
# The grammar, over lower-case text of the old tone style

_UBND = "(?:ubnd|u ?ỷ ban nhân dân|ủy ban nhân dân|ủy ban)"
_HDND = "(?:hđnd|hội đồng nhân dân)"
_COMMA = "(?: ?[,;] ?(?:và )?| và | & )"
_OFFICE = (
    "(?:(?:phó )?(?:giám đốc|chánh án|chánh|thủ trưởng|viện trưởng|cục trưởng|chi cục trưởng|tổng giám đốc"
    "|hiệu trưởng|chủ tịch"
    "|tổng cục trưởng|tổng biên tập|chỉ huy trưởng|trưởng|bí thư|bộ trưởng|chủ nhiệm)|đồng chí|lãnh đạo|người đứng đầu|đ/c)"
)
_PLACE_TAIL = "(?: (?:tỉnh|thành phố|tp\\.?)(?! trực thuộc)(?! thuộc))?"
_DISTRICT_LEVEL = (
    "(?:huyện|quận|thị xã|thành phố thuộc tỉnh|thành phố thuộc thành phố|thành phố|thành(?=,? (?:và )?thị)|(?<=thành,? )thị)"
)
_COMMUNE_LEVEL = "(?:xã|phường|thị trấn|đặc khu)"
_AGENCY = "(?:ban|ngành|cơ quan ngang sở|đoàn thể|hội|cơ quan|đơn vị(?= thuộc tỉnh| cấp tỉnh))"
_CLASS_PATTERNS = {
    "specialised": f"(?:các )?cơ quan chuyên môn (?:trực )?(?:thuộc )?(?:{_UBND} )?(?:cấp )?(?:tỉnh|thành phố)",
    "specialised_district": f"(?:các )?(?:cơ quan chuyên môn|phòng,? ban(?: chuyên môn)?|phòng chuyên môn) "
    f"(?:trực )?(?:thuộc )?(?:{_UBND} )?(?:cấp )?huyện",
    "ministries": "(?:các )?bộ(?: trưởng)?(?:, (?:thủ trưởng )?(?:các )?(?:ban|ngành|cơ quan ngang bộ"
    "|cơ quan thuộc chính phủ)"
    "|,? và (?:các )?(?:ngành|cơ quan ngang bộ|cơ quan thuộc chính phủ)| ngành)+(?: trung ương| liên quan)?",
    "provinces": f"(?:chủ tịch )?{_UBND} (?:các )?(?:tỉnh(?:, | và )thành phố(?: trực thuộc trung ương)?|cấp tỉnh)",
    "departments": f"(?:các )?sở(?:{_COMMA}(?:(?:thủ )?trưởng (?:các )?|giám đốc (?:các )?|chủ tịch (?:các )?"
    f"|các )?{_AGENCY}"
    f"(?: ngành)?(?: đoàn thể)?)+(?: (?:và )?(?:thuộc |cấp |của )?(?:tỉnh|thành phố)(?! trực thuộc))?(?: liên quan)?",
    "agencies": "(?:các )?ban,? ngành(?:,? (?:và )?đoàn thể)?(?: (?:thuộc |cấp |của )?(?:tỉnh|thành phố))?",
    "districts": f"(?:(?:chủ tịch )?{_UBND} (?:và .{{0,30}}?)?)?(?:cấp huyện|(?:các )?{_DISTRICT_LEVEL}"
    f"(?:{_COMMA}(?:các )?{_DISTRICT_LEVEL})+|các (?:huyện|quận))"
    f"|(?:chủ tịch )?{_UBND} (?:các )?(?:huyện|quận)(?!\\s\\p{{L}}*ANYCAP)",
    "communes": f"(?:(?:chủ tịch )?{_UBND} )?(?:cấp xã"
    f"|(?:các )?{_COMMUNE_LEVEL}(?:{_COMMA}(?:các )?{_COMMUNE_LEVEL})+|các (?:xã|phường))"
    f"|(?:chủ tịch )?{_UBND} (?:các )?(?:xã|phường)(?!\\s\\p{{L}}*ANYCAP)",
    "all_levels": f"{_UBND} các cấp",
    "organisations": "(?:các )?tổ chức chính trị ?- ?xã hội(?: nghề nghiệp)?(?: (?:cấp )?tỉnh)?",
    "unions": "(?:các )?(?:hội, )?đoàn thể(?: chính trị ?- ?xã hội)?(?: (?:cấp )?tỉnh)?",
    "councils": f"(?:thường trực )?{_HDND} (?:tỉnh|thành phố|cấp huyện|cấp xã|các cấp)",
    "province": f"(?:chủ tịch )?{_UBND} (?:tỉnh|thành phố|tp\\.?)",
    "generic": "(?:các )?(?:cơ quan(?:, (?:đơn vị|tổ chức|ban,? ngành|địa phương))*|đơn vị(?:, (?:cơ quan"
    "|địa phương|doanh nghiệp))*"
    "|địa phương(?:, (?:cơ quan|đơn vị))*|cấp, (?:các )?ngành|ngành(?:, địa phương)?"
    "|lực lượng vũ trang)(?: (?:có )?liên quan)?"
    "|(?:lãnh đạo )?các (?:doanh nghiệp|tổ chức|hợp tác xã|trường học)",
}
_OPEN_HEADS = (
    "Ban Quản lý|Ban quản lý|Ban Chỉ đạo|Ban chỉ đạo|Ban|Sở|Bộ|Cục|Chi cục|Tổng cục|Vụ|Viện|Trung tâm|Trường"
    "|Học viện|Công ty|Tổng công ty"
    "|Tập đoàn|Hội đồng|Hội|Liên đoàn|Liên minh|Liên hiệp|Hiệp hội|Quỹ|Báo|Đài|Bệnh viện|Phòng|Tổ công tác"
    "|Đoàn|Ngân hàng|Tòa án"
    "|Viện kiểm sát|Chi nhánh|Văn phòng|Ủy ban|Uỷ ban|UBND|HĐND|Tòa soạn|Nhà xuất bản|Cảng vụ|Cơ quan|Điện lực|VNPT|Viettel"
)
_OPEN = regex.compile(
    rf"\b(?:{_OPEN_HEADS})(?P<run>(?:(?:,? (?:và|về|các)| [-–])? \p{{Lu}}[\p{{L}}\d]*+(?: (?!chủ|phối|có|và"
    rf"|tham|thực|xây|là|để)\p{{Ll}}+"
    rf"(?=(?: \p{{Lu}}| và \p{{Lu}})))?){{1,10}})(?:(?: \p{{Ll}}+){{0,3}} (?:tỉnh|thành phố|huyện)\b(?: \p{{Lu}}\p{{L}}*)*)?"
)


_HYPHEN_IN_PATTERN = regex.compile(r" ?(?:\\-|-) ?")


def _spread(form: str) -> str:
    """A spelling as a pattern: dashes, "và"/"&" and UBND/HĐND in any of their forms."""
    pattern = regex.escape(old_tone_style(form).lower(), special_only=True, literal_spaces=True)
    pattern = pattern.replace("ubnd", _UBND).replace("hđnd", _HDND)
    pattern = _HYPHEN_IN_PATTERN.sub(r" ?[-–,] ?", pattern)
    return pattern.replace(", ", " ?[,-]? ?").replace(" và ", " (?:và|&) ")


def _abbreviation(letters: str) -> str:
    return "[-&. ]?".join(regex.escape(c.lower()) for c in letters if c.isalpha())


@dataclass(frozen=True, eq=False, slots=True)
class _Grammar:
    """The compiled patterns over one form of the text (``fold`` or plain lower case)."""

    master: regex.Pattern[str]
    one_field: dict[str, regex.Pattern[str]]
    """What may follow "Sở" or "Bộ", longest first."""
    skip: dict[str, regex.Pattern[str]]
    fields: dict[str, list[tuple[regex.Pattern[str], Unit]]]
    bodies: list[tuple[regex.Pattern[str], Unit]]


def _alternation(patterns: Iterator[str] | list[str]) -> str:
    return "|".join(sorted(set(patterns), key=lambda p: (-len(p), p)))


def _field_patterns(unit: Unit) -> list[str]:
    """Spellings of what follows "Sở" or "Bộ"."""
    name = unit.name.split(" ", 1)[1]
    return [*(_spread(f) for f in (name, *unit.forms)), *(_abbreviation(a) for a in unit.abbreviations)]


@cache
def _grammar(without_marks: bool) -> _Grammar:
    shape = (lambda p: fold(p).replace("anycap", "ANYCAP")) if without_marks else (lambda p: p)
    fields: dict[str, list[tuple[regex.Pattern[str], Unit]]] = {"sở": [], "bộ": []}
    bodies: list[tuple[regex.Pattern[str], Unit]] = []
    spelled: dict[str, list[str]] = {"sở": [], "bộ": [], "body": []}
    for unit in lexicon().values():
        key = {"department": "sở", "ministry": "bộ"}.get(unit.kind, "body")
        patterns = _field_patterns(unit) if key != "body" else [_spread(f) for f in (unit.name, *unit.forms)]
        spelled[key] += patterns
        compiled = regex.compile(shape(f"(?:{_alternation(patterns)})"))
        (fields[key] if key != "body" else bodies).append((compiled, unit))
    parts = []
    for key, name in (("sở", "departments_named"), ("bộ", "ministries_named")):
        field = f"(?:{_alternation(spelled[key])})(?!\\p{{L}})"
        parts.append(f"(?P<{name}>(?:các )?{key} ?:? ?(?:{field})(?:{_COMMA}(?:các )?(?:{key} ?:? ?)?(?:{field}))*)")
    parts += [
        f"(?P<{name}>{pattern.replace('ANYCAP', '[@]')})(?!\\p{{L}})"
        for name, pattern in _CLASS_PATTERNS.items()
        if name != "generic"
    ]
    parts.append(f"(?P<body>(?:{_alternation(spelled['body'])}){_PLACE_TAIL})(?!\\p{{L}})")
    parts.append(f"(?P<generic>{_CLASS_PATTERNS['generic']})(?!\\p{{L}})")
    pattern = f"(?<!\\p{{L}})(?:(?:{_OFFICE} )+)?(?:" + "|".join(parts) + ")"
    one_field = {key: regex.compile(f"(?p)(?:{shape(_alternation(spelled[key]))})(?!\\p{{L}})") for key in ("sở", "bộ")}
    skip = {key: regex.compile(rf"(?:(?:các|cac) |(?:và|va) |& |[,;:] ?| |{key}\b|{fold(key)}\b)+") for key in ("sở", "bộ")}
    master = regex.compile(shape(pattern).replace("?p<", "?P<").replace("\\p{l}", "\\p{L}"))
    return _Grammar(master, one_field, skip, fields, bodies)


@lru_cache(maxsize=4096)
def _unit_of_field(head: str, spelled: str, without_marks: bool) -> Unit | None:
    return next((unit for pattern, unit in _grammar(without_marks).fields[head] if pattern.fullmatch(spelled)), None)


@lru_cache(maxsize=4096)
def _unit_of_body(spelled: str, without_marks: bool) -> Unit | None:
    """The body whose spelling is the longest beginning of the text."""
    matches = ((m.end(), unit.id, unit) for p, unit in _grammar(without_marks).bodies if (m := p.match(spelled)))
    best = max(matches, key=lambda t: t[:2], default=None)
    return best[2] if best else None


def _plain(text: str) -> str:
    """Lower case, old tone style, one dash, one space: same length as ``text`` or lower case only."""
    lowered = text.lower().replace("–", "-").replace("—", "-").replace("\u00a0", " ").replace("\n", " ").replace("\t", " ")
    styled = old_tone_style(lowered)
    return styled if len(styled) == len(text) else lowered


def _folded(text: str) -> str:
    return folded(text).replace("–", "-").replace("—", "-").replace("\n", " ")


def find_units(text: str, *, tolerant: bool = False) -> list[Mention]:
    """Units named in a joined text, in order, not overlapping; lists ("các Sở: Nội vụ, Tài chính") one mention each.

    >>> [m.name for m in find_units("Giám đốc các Sở: Nội vụ, Tư pháp; Chủ tịch UBND các huyện, thị xã, thành phố")]
    ['Sở Nội vụ', 'Sở Tư pháp', 'UBND cấp huyện']
    """
    return list(_found(text, tolerant) if len(text) <= _KEPT else _search(text, tolerant))


_KEPT = 2000
"""Texts up to this length keep their result: several extractors ask about the same sentences."""


@lru_cache(maxsize=2048)
def _found(text: str, tolerant: bool) -> tuple[Mention, ...]:
    return tuple(_search(text, tolerant))


_PROPER_TAIL = regex.compile(
    rf" (?!(?:{_OPEN_HEADS}|Chủ|Phối|Theo|Tham|Thực|Xây|Hướng|Triển|Tổ|Kiểm|Tiếp|Trong|Các"
    rf"|Và)\b)\p{{Lu}}\p{{Ll}}+(?: \p{{Lu}}\p{{Ll}}*){{1,4}}"
)
"""A proper name that belongs to the body before it: "Trường Chính trị Tôn Đức Thắng", "Báo và Đài ... An Giang"."""


def _with_proper_tail(mention: Mention, text: str) -> Mention:
    if mention.kind not in ("body", "department"):
        return mention
    tail = _PROPER_TAIL.match(text, mention.end)
    if tail is None:
        return mention
    name = mention.name if mention.kind == "department" else mention.name.removesuffix(" tỉnh") + tail.group()
    return replace(mention, name=name, end=tail.end())


def _search(text: str, tolerant: bool) -> list[Mention]:
    found = [_with_proper_tail(m, text) for m in _find(text, _plain(text), _grammar(False), 1.0)]
    if tolerant:
        found += _apart(_find(text, _folded(text), _grammar(True), 0.75), found)
    opened = _apart(_find_open(text), [m for m in found if m.kind != "generic"])
    if opened:
        found = [*(m for m in found if m.kind != "generic"), *_apart((m for m in found if m.kind == "generic"), opened)]
    return sorted([*found, *opened], key=lambda m: (m.start, m.end))


def _apart(mentions: Iterable[Mention], taken: Sequence[Mention]) -> list[Mention]:
    """Those of ``mentions`` that overlap none that is taken (which don't overlap one another)."""
    ordered = sorted(taken, key=lambda m: m.start)
    starts = [m.start for m in ordered]

    def is_free(mention: Mention) -> bool:
        at = bisect_left(starts, mention.end)
        return at == 0 or ordered[at - 1].end <= mention.start

    return [m for m in mentions if is_free(m)]


def _find(text: str, shaped: str, grammar: _Grammar, confidence: float) -> Iterator[Mention]:
    for match in grammar.master.finditer(shaped):
        group = match.lastgroup or ""
        for mention in _mentions(group, match, text, shaped, grammar):
            yield replace(mention, confidence=mention.confidence * confidence)


_COUNCIL = regex.compile("(?i)hội đồng nhân dân")


def _mentions(group: str, match: regex.Match[str], text: str, shaped: str, grammar: _Grammar) -> list[Mention]:
    start, end = match.span()
    if group in ("departments_named", "ministries_named"):
        return _named_list(match, text, shaped, grammar, "sở" if group.startswith("dep") else "bộ")
    if group == "body":
        a, b = match.span("body")
        unit = _unit_of_body(shaped[a:b], grammar is _grammar(True))
        return [Mention(start, end, _body_name(unit, text[a:b]), "body", unit.id)] if unit else []
    words = folded(match.group())
    if group == "departments":
        city = words.endswith("thanh pho")
        return [Mention(start, end, CITY_DEPARTMENTS if city else DEPARTMENTS, "class", "cac-so-ban-nganh")]
    if group == "districts":
        return _authority(start, end, text, words, DISTRICT, "ubnd-cap-huyen")
    if group == "communes":
        return _authority(start, end, text, words, COMMUNE, "ubnd-cap-xa")
    names = {
        "specialised": ("Cơ quan chuyên môn thuộc UBND tỉnh", "co-quan-chuyen-mon-tinh"),
        "specialised_district": ("Cơ quan chuyên môn thuộc UBND cấp huyện", "co-quan-chuyen-mon-huyen"),
        "ministries": ("Bộ, ngành", "bo-nganh"),
        "provinces": ("UBND cấp tỉnh", "ubnd-cap-tinh"),
        "all_levels": ("UBND các cấp", "ubnd-cac-cap"),
        "organisations": ("Tổ chức chính trị - xã hội", "to-chuc-chinh-tri-xa-hoi"),
        "unions": ("Đoàn thể", "doan-the"),
    }
    if group == "agencies":
        return [
            Mention(
                start, end, "Ban, ngành tỉnh" if "doan the" not in words else "Ban, ngành, đoàn thể", "class", "ban-nganh"
            )
        ]
    if group in names:
        return [Mention(start, end, names[group][0], "class", names[group][1])]
    if group == "province":
        head = "Chủ tịch UBND" if "chu tich" in words else "UBND"
        return _authority(
            start, end, text, words, f"{head} {'tỉnh' if words.endswith('tinh') else 'thành phố'}", "ubnd-tinh"
        )
    if group == "councils":
        return [
            Mention(
                start,
                end,
                first_capital(_COUNCIL.sub("HĐND", match_text(text, match))),
                "authority",
                "hdnd",
            )
        ]
    return [Mention(start, end, _generic_name(match_text(text, match)), "generic", confidence=0.7)]


def match_text(text: str, match: regex.Match[str]) -> str:
    return text[match.start() : match.end()]


def _named_list(match: regex.Match[str], text: str, shaped: str, grammar: _Grammar, head: str) -> list[Mention]:
    """One mention per field of "Sở A, B và C"; a field that is not capitalised ends the list."""
    a, b = match.span(match.lastgroup or 0)
    mentions: list[Mention] = []
    at = a
    without_marks = grammar is _grammar(True)
    while at < b:
        gap = grammar.skip[head].match(shaped, at, b)
        begin = gap.end() if gap else at
        spelled = grammar.one_field[head].match(shaped, begin)
        unit = _unit_of_field(head, spelled.group(), without_marks) if spelled else None
        if spelled is None or unit is None:
            break
        stop = spelled.end()
        field = text[begin:stop]
        if not field[:1].isupper() or (stop - begin < 6 and not _fits_short(field, unit)):
            break
        named = shaped.rfind(head if not without_marks else fold(head), at, begin) if mentions else match.start()
        mentions.append(Mention(named if named >= 0 else begin, stop, unit.name, unit.kind, unit.id))
        at = stop
    return mentions


def _fits_short(field: str, unit: Unit) -> bool:
    """A short field is the name itself or an abbreviation in capitals ("Y tế", "KHĐT"), not the start of another word."""
    return (
        field.isupper()
        or folded(field) in {fold(unit.name.split(" ", 1)[1]), *(fold(f) for f in unit.forms)}
        or len(field) > 3
    )


def _body_name(unit: Unit | None, printed: str) -> str:
    """The canonical name; a city's body keeps the city's word."""
    assert unit is not None
    if folded(printed).endswith("thanh pho") and unit.name.endswith("tỉnh"):
        return unit.name[: -len("tỉnh")] + "thành phố"
    return unit.name.replace("Tỉnh ủy", "Thành ủy") if folded(printed).endswith("thanh uy") else unit.name


_PLACE_NAME = regex.compile(r" (?!UBND|HĐND|Căn|Trong)\p{Lu}\p{L}+(?:[ -]\p{Lu}\p{L}*){0,4}")


_LEVEL_AT_END = regex.compile(r"(?:huyen|quan|thi xa|thanh pho|xa|phuong|thi tran|tinh|tp\.?)$")


def _authority(start: int, end: int, text: str, words: str, name: str, unit_id: str) -> list[Mention]:
    """UBND of a class of places, or of one place when a name follows ("UBND huyện Phú Vang", "UBND tỉnh Gia Lai")."""
    one = _LEVEL_AT_END.search(words)
    place = _PLACE_NAME.match(text, end) if one and "," not in words and "cac" not in words.split() else None
    if place and unit_id != "ubnd-tinh":
        level = text[start + one.start() : end] if one else ""
        return [Mention(start, place.end(), f"UBND {level.lower()}{place.group()}", "authority", None)]
    if place:
        return [Mention(start, place.end(), name, "authority", unit_id)]
    kind = "authority" if unit_id == "ubnd-tinh" else "class"
    if "," in words and (last := _PLACE_NAME.match(text, end)):
        end = last.end()  # "UBND huyện, thành phố Cà Mau"
    has_office = "ubnd" in words or "uy ban" in words
    return [Mention(start, end, name, kind, unit_id, 1.0 if has_office or kind == "authority" else 0.85)]


_ALL_BEFORE = regex.compile(r"^(?:.*\b)?(?:các|Các) ")
_CONCERNED = regex.compile(r" (?:có )?liên quan$")


def _generic_name(printed: str) -> str:
    name = _ALL_BEFORE.sub("", printed)
    return first_capital(_CONCERNED.sub("", name)) if "," in name else _CONCERNED.sub("", name).lower()


def _find_open(text: str) -> Iterator[Mention]:
    for match in _OPEN.finditer(text):
        if len(match.group()) <= 150:
            yield Mention(match.start(), match.end(), match.group(), "open", None, 0.7)


# --------------------------------------------------------------------------------------------------------------------
# Headings and cells: texts that hold nothing but units

_FILLER = regex.compile(
    r"[\s,;:.&()\-–+*/\d]|\b(?:và|các|của|cấp|tỉnh|thành phố|có|liên quan|đề nghị|yêu cầu|giao|trách nhiệm"
    r"|thuộc|đối với|tp)\b",
    regex.IGNORECASE,
)


@cache
def _spellings() -> dict[str, Unit]:
    spellings: dict[str, Unit] = {}
    for unit in lexicon().values():
        head = unit.name.split(" ", 1)[0]
        for form in (unit.name, *unit.forms):
            whole = form if unit.kind == "body" or form.startswith(head) else f"{head} {form}"
            spellings[fold(whole)] = unit
    return spellings


def units_of_heading(text: str) -> list[Mention]:
    """The units that a heading consists of ("Sở Y tế, Sở Giáo dục và Đào tạo:"); empty when it says anything else.

    >>> [m.name for m in units_of_heading("Các sở, ban, ngành cấp tỉnh và UBND cấp huyện:")]
    ['Sở, ban, ngành tỉnh', 'UBND cấp huyện']
    >>> units_of_heading("Tiếp tục cải cách hành chính")
    []
    """
    text = text.strip()
    if not text or len(text) > 300:
        return []
    mentions = find_units(text, tolerant=True)
    if mentions and _is_only(text, mentions):
        return mentions
    plain = fold(text.strip(" :.;-"))
    best = process.extractOne(plain, list(_spellings()), scorer=fuzz.ratio, score_cutoff=80) if 0 < len(plain) < 80 else None
    if best is not None and best[0].count(" ") == plain.count(" ") and best[0][0] == plain[0]:
        unit = _spellings()[best[0]]
        return [Mention(0, len(text), unit.name, unit.kind, unit.id, best[1] / 100 * 0.8)]
    return []


_ASIDE = regex.compile(r"\([^()]*\)")


def _is_only(text: str, mentions: list[Mention]) -> bool:
    """Whether nothing but joining words stands outside the mentions."""
    rest: list[str] = []
    at = 0
    for mention in mentions:
        rest.append(text[at : mention.start])
        at = max(at, mention.end)
    rest.append(text[at:])
    left = _FILLER.sub("", _ASIDE.sub("", " ".join(rest)))
    return len(left) <= max(2, 0.08 * len(text))
