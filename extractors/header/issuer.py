"""Who issued the document, and for which province.

The letterhead names one body, or a superior and below it the issuer (Nghị định 30/2020/NĐ-CP, annex I). A name that only
its superior makes clear ("Hội đồng quản lý", "Ban Tổ chức", "Sở Y tế") takes the superior's place or name with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import regex

from documents.edits import Span
from documents.page import LineKind
from extractors.header.draft import Draft
from extractors.header.letterhead import Head, Role
from extractors.header.pieces import Column, Piece
from extractors.header.provinces import province_named, province_pattern, provinces
from extractors.structure.blocks import Structure, Zone
from extractors.words.folding import folded
from extractors.words.units import lexicon
from normalizers.case import first_capital, first_small
from normalizers.document_numbers import notation_of
from normalizers.forms import fold, old_tone_style
from normalizers.lexicon import gazetteer
from normalizers.lexicon.lexicon import NameKind, names
from normalizers.official_form import is_capitals

_ACTS = regex.compile(
    r"(?:^|[,;.]\s)(?P<issuer>(?:Chủ tịch\s)?(?:Ủy ban nhân dân|UBND|Hội đồng nhân dân|HĐND)\s(?:tỉnh"
    r"|thành phố|huyện|thị xã|quận|xã|phường)"
    r"(?:\s\p{Lu}\p{L}*(?:\s-)?){0,5}|Thủ tướng Chính phủ|Chính phủ|(?:Sở|Bộ|Thanh tra|Ban|Cục)\s\p{Lu}[^,;.]{2,60}?)"
    r"\s(?:kính |trân trọng )?(?:ban hành|báo cáo|thông báo|chỉ thị|yêu cầu|quyết định|hướng dẫn|xây dựng"
    r"|đề nghị|công bố|xin báo cáo|giao)\b"
)
_HEADS = (
    "uy ban", "ubnd", "ub mttq", "hoi dong", "hdnd", "so", "bo", "van phong", "vp", "chi cuc", "cuc", "tong cuc",
    "ban", "bch", "btv", "trung tam", "chinh phu", "thu tuong", "cong an", "truong", "chi nhanh", "phong",
    "thanh tra", "quoc hoi", "vien", "toa an", "benh vien", "cong ty", "tong cong ty", "tap doan", "tinh uy",
    "thanh uy", "huyen uy", "thi uy", "quan uy", "dang uy", "dang bo", "chi bo", "kho bac", "bao hiem", "chu tich",
    "hoi", "lien hiep", "lien minh", "lien doan", "cong doan", "tinh doan", "thanh doan", "huyen doan", "doan",
    "mat tran", "quy", "ngan hang", "bo chi huy", "bo tu lenh", "hat kiem lam", "doi", "tram", "dai", "bao", "tong",
    "nha", "thu vien", "bao tang", "hiep hoi", "xi nghiep", "nha may", "to", "vu", "hoc vien", "chi doi", "cang",
    "khu", "vuon quoc gia",
)  # fmt: skip
"""How the names of bodies begin, folded: state, Party, unions, associations, schools, companies."""
_BODY_HEAD = regex.compile(rf"^(?:{'|'.join(sorted(_HEADS, key=len, reverse=True))})(?![a-z])")
_LEVELS = r"tinh|thanh pho|tp\.?|huyen|quan|thi xa|thi tran|xa|phuong|dac khu"
_BARE_LEVEL = regex.compile(rf"(?<![a-z])(?:{_LEVELS})$")
_LOCAL = regex.compile(rf"(?<![a-z])(?P<level>{_LEVELS})\s+(?P<name>[a-z'].*)$")
_GENERIC = regex.compile(
    r"^(?:hoi dong(?! nhan dan)(?: [a-z]+){0,4}|ban (?:chi dao|to chuc|quan tri|chap hanh|phap che|kinh te|van hoa"
    r"|dan toc|noi chinh|tuyen giao|dan van|kiem tra|do thi|giam doc|thuong vu|quan ly|thuong truc)(?: [a-z -]+)?"
    r"|van phong|uy ban kiem tra|thanh tra|to (?:cong tac|giup viec).*|doan dai bieu quoc hoi)$"
)
"""Names that many bodies bear; only the superior tells which one it is."""
_LOCAL_OFFICE = regex.compile(r"^(?:so|phong|thanh tra|ban|chi cuc thue|kho bac|bao hiem xa hoi|cong an|van phong)\b")
_CENTRAL = regex.compile(
    r"^(?:bo (?!chi huy|doi)|chinh phu|thu tuong|quoc hoi|uy ban thuong vu quoc hoi"
    r"|van phong (?:chinh phu|quoc hoi|trung uong|chu tich nuoc)|chu tich nuoc|ban chap hanh trung uong|bo chinh tri"
    r"|ban bi thu|tong cuc|tong (?:lien doan|cong ty)|.*\btrung uong\b"
    r"|.*\bviet nam$|ngan hang nha nuoc|thanh tra chinh phu|toa an nhan dan toi cao|vien kiem sat nhan dan toi cao"
    r"|kiem toan nha nuoc)"
)
_CONNECTS = regex.compile(r"(?:[-,–&]|\b(?:VÀ|CỦA|VỀ|CÁC|CHO|TẠI|ĐẦU TƯ VÀ|THUỘC))$")


@dataclass(frozen=True, slots=True)
class Place:
    """A unit of territory as a letterhead names it: "tỉnh", "Kiên Giang"; ``level`` is empty where it is not said."""

    level: str
    name: str

    def __str__(self) -> str:
        return f"{self.level} {self.name}".strip()


_PLACE_FIRST = regex.compile(r"(?i)(?:tỉnh|thành phố|huyện|thị xã|quận|phường|xã|thị trấn)\s(?!ủy\b)")
_OF_THE_PEOPLE = regex.compile(r"nhân dân(?: (?:tỉnh|thành phố))?$")


def find_issuer(
    structure: Structure, head: Head, number_at: int | None, draft: Draft, authority: Piece | None = None
) -> None:
    """Fills issuer and province; ``authority`` is the line over the reasons, which names the issuer of a bare text."""
    pieces = body_pieces(head, number_at)
    if not pieces and authority is not None:
        pieces = [authority]
        draft.note("issuer", "authority")
    bodies = group_bodies([_clean(p.text) for p in pieces])
    if authority in pieces:
        bodies = [body.upper() for body in bodies]
    from_head = compose_issuer(bodies, structure)
    acting = _acting_issuer(structure)
    if from_head and _PLACE_FIRST.match(from_head):
        from_head = first_small(from_head)
        council = _council_of(draft.fields.get("number", ""), structure)
        from_head = f"{council} {from_head}" if council else acting
        draft.note("issuer", "first line lost")
    if from_head and _OF_THE_PEOPLE.search(from_head) and acting and folded(acting).startswith(folded(from_head)):
        from_head = acting
    issuer = from_head or acting
    spans = [p.span for p in pieces if p.span is not None]
    span = Span(min(s.start for s in spans), max(s.end for s in spans)) if spans and from_head else None
    draft.put("issuer", issuer, span)
    draft.note("issuer", "head" if from_head else "acting")
    draft.note("issuer", "two lines" if len(bodies) > 1 else "")
    draft.note("issuer", "many" if len(bodies) > 2 else "")
    if issuer:
        draft.note("issuer", "known" if is_known_body(issuer) else "")
        draft.note("issuer", "notation" if agrees_with_notation(issuer, draft.fields.get("number")) else "")
    find_province(bodies, draft)


def body_pieces(head: Head, number_at: int | None) -> list[Piece]:
    """The pieces that name issuing bodies: in the left column above the number, else capitals before type and addressee."""
    end = head.first(Role.TYPE, Role.ADDRESSEE, Role.ABOUT)
    stop = len(head.pieces) if end is None else end
    with_boxes = any(p.column is not Column.UNKNOWN for p in head.pieces)
    limit = _lowest(head, number_at)
    chosen = [
        i
        for i in range(min(len(head.pieces), stop if not with_boxes else len(head.pieces)))
        if _names_a_body(head, i) and (not with_boxes or _stands_left_above(head.at(i), limit))
    ]
    if not with_boxes and number_at is not None:
        before = [i for i in chosen if i < number_at]
        chosen = before or chosen
    if number_at is None and head.first(Role.MOTTO) is None:
        chosen = chosen[next((k for k, i in enumerate(chosen) if heads_a_body(head.at(i).text)), len(chosen)) :]
    if with_boxes:
        chosen.sort(key=lambda i: head.at(i).box.top if head.at(i).box else 0.0)  # type: ignore[union-attr]
    return [head.at(i) for i in chosen]


_DOES = regex.compile(
    r"^(?:ban hanh|so luoc|bao cao|truong hop|to chuc|bo sung|bao dam|bao ve|bo tri|doi moi|quy dinh|quy che)\b"
)
"""Titles whose first syllable is that of a body."""


def heads_a_body(text: str) -> bool:
    """Whether a line begins as the names of bodies do.

    >>> heads_a_body("BAN QUẢN LÝ DỰ ÁN"), heads_a_body("BAN HÀNH KẾ HOẠCH TRIỂN KHAI")
    (True, False)
    """
    plain = folded(text)
    return bool(_BODY_HEAD.match(plain)) and not _DOES.match(plain)


_NUMBER_BEHIND_NAME = regex.compile(r"^\p{Lu}{2,}.* S[ốo]\s*:")


def _names_a_body(head: Head, i: int) -> bool:
    role, text = head.roles[i], head.at(i).text
    if role is Role.CAPITALS:
        return len(text) > 2 and len(text) < 110
    if role is Role.TEXT and head.at(i).column is Column.LEFT and head.at(i).kind is not LineKind.TABLE:
        return len(text) < 60 and heads_a_body(text) and text[0].isupper()
    return role is Role.NUMBER and bool(_NUMBER_BEHIND_NAME.match(text))


def _lowest(head: Head, number_at: int | None) -> float | None:
    """How far down names of bodies may stand: to the number, else to the date, else some lines below the motto."""
    for at in (number_at, head.first(Role.DATE), head.first(Role.TYPE, Role.ABOUT, Role.ADDRESSEE)):
        box = head.at(at).box if at is not None else None
        if at is None or box is None:
            continue
        if head.at(at).column is not Column.MIDDLE or head.roles[at] in (Role.TYPE, Role.ADDRESSEE):
            return box.top + 2
    return None


def _stands_left_above(piece: Piece, limit: float | None) -> bool:
    if piece.box is None:
        return piece.column is Column.UNKNOWN
    mottoless_middle = piece.column is Column.MIDDLE
    return (piece.column is Column.LEFT or mottoless_middle) and (limit is None or piece.box.top < limit)


_NUMBER_PART = regex.compile(r"\s*\bS[ốóoồ]\s*[:.].*$|\s+\d+\s*/.*$")
_DIRT = regex.compile(r"[_*=~|“”\"«»]+|-{2,}|\s[-–.·]\s*$")
_SPACES = regex.compile(r"\s+")


def _clean(text: str) -> str:
    """Without the number and what reading makes of underlines and seals."""
    text = _NUMBER_PART.sub("", text)
    text = _DIRT.sub(" ", text)
    return _SPACES.sub(" ", text).strip(" :;.,-–'")


_TWO_LETTERS = regex.compile(r"\p{L}{2}")


def group_bodies(lines: Sequence[str]) -> list[str]:
    """Lines that name one body together.

    >>> group_bodies(["UBND TỈNH KIÊN GIANG", "SỞ Y TẾ"]), group_bodies(["CỤC CẢNH SÁT ĐIỀU TRA", "TỘI PHẠM VỀ MA TUÝ"])
    (['UBND TỈNH KIÊN GIANG', 'SỞ Y TẾ'], ['CỤC CẢNH SÁT ĐIỀU TRA TỘI PHẠM VỀ MA TUÝ'])
    """
    bodies: list[str] = []
    for line in lines:
        if not _TWO_LETTERS.search(line):
            continue
        goes_on = bodies and (not _BODY_HEAD.match(folded(line)) or _CONNECTS.search(bodies[-1]))
        if bodies and goes_on:
            bodies[-1] += " " + line
        else:
            bodies.append(line)
    return bodies


# --- one name of the bodies -------------------------------------------------------------------------------------------


def issuer_name(printed: str) -> str | None:
    """The name of the issuing body from the capitals of a letterhead in one line, superior body first.

    >>> issuer_name("ỦY BAN NHÂN DÂN TỈNH HẬU GIANG"), issuer_name("UBND TỈNH KIÊN GIANG SỞ Y TẾ")
    ('Ủy ban nhân dân tỉnh Hậu Giang', 'Sở Y tế tỉnh Kiên Giang')
    """
    return compose_issuer(split_bodies(printed), None)


def split_bodies(printed: str) -> list[str]:
    """A line that names superior and issuer, parted behind the superior's province."""
    found = province_pattern().search(folded(printed))
    if found is not None and _BODY_HEAD.match(folded(printed[found.end() :].strip())) and len(printed[found.end() :]) > 4:
        return [printed[: found.end()].strip(), printed[found.end() :].strip()]
    return [printed]


_BOARD = regex.compile(r"^Bch\b")
_PARTY_COMMITTEE = regex.compile(r"^(?:tinh|thanh|huyen|thi|quan|dang) uy\b")
_COUNCIL = regex.compile(r"^(?:hoi dong nhan dan|hdnd)\b")
_COMMITTEE = regex.compile(r"^uy ban nhan dan\b")
_IN_PARENTHESES = regex.compile(r"\s*\([^)]*\)$")


def compose_issuer(bodies: Sequence[str], structure: Structure | None) -> str | None:
    """The name of the last body, with what its superior adds where the name alone is not clear."""
    bodies = [part for body in bodies for part in split_bodies(_expanded(body))]
    if not bodies:
        return None
    own = bodies[-1]
    superior = bodies[-2] if len(bodies) > 1 else None
    plain = folded(own)
    name = _BOARD.sub("BCH", cased(own, structure))
    if superior is None:
        return _with_level(own, name)
    place = place_in(superior)
    above = folded(superior)
    if _BARE_LEVEL.search(plain) and place is not None:
        return f"{name} {place.name}"
    if place_in(own) is not None and not _GENERIC.match(plain):
        return name
    if _PARTY_COMMITTEE.match(above) or _COUNCIL.match(above):
        return f"{name} {cased(superior, structure)}" if _LOCAL_OFFICE.match(plain) or _GENERIC.match(plain) else name
    if "trung uong" in above and "trung uong" not in plain and _GENERIC.match(plain):
        return f"{name} Trung ương"
    if plain == "van phong" or (_GENERIC.match(plain) and not _CENTRAL.match(above)):
        council = _COMMITTEE.match(above) and plain != "van phong"
        return f"{name} {place}" if council and place is not None else f"{name} {cased(superior, structure)}"
    if place is not None and _COMMITTEE.match(above) and (_LOCAL_OFFICE.match(plain) or is_department(name)):
        aside = _IN_PARENTHESES.search(name)
        return f"{name[: aside.start()]} {place}{aside.group()}" if aside else f"{name} {place}"
    return name


_DEPARTMENT = regex.compile(r"^so\b")


def _with_level(own: str, name: str) -> str:
    """A provincial office under its province's bare name: "SỞ Y TẾ HẬU GIANG" is that of the tỉnh."""
    place = place_in(own)
    if place is None or place.level or not _DEPARTMENT.match(folded(own)):
        return name
    start = folded(name).rfind(folded(place.name))
    level = "thành phố" if place.name in _CITIES else "tỉnh"
    return f"{name[:start]}{level} {place.name}" if start > 0 else name


_CITIES = frozenset({"Hà Nội", "Hồ Chí Minh", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "Huế"})


_MISPRINTED_COMMITTEE = regex.compile(r"\b[UỦ][ỶỲYỷ]\s?BAN\b")
_UBND = regex.compile(r"^UBND\b")
_UBMTTQ = regex.compile(r"^(?:UB\s?MTTQ|UBMTTQ)\b")
_HDND = regex.compile(r"^HĐND\b")


def _expanded(printed: str) -> str:
    printed = old_tone_style(_MISPRINTED_COMMITTEE.sub("ỦY BAN", printed))
    printed = _UBND.sub("ỦY BAN NHÂN DÂN", printed)
    printed = _UBMTTQ.sub("ỦY BAN MẶT TRẬN TỔ QUỐC", printed)
    return _HDND.sub("HỘI ĐỒNG NHÂN DÂN", printed)


def place_in(body: str) -> Place | None:
    """The unit of territory that a body's name ends in or holds.

    >>> str(place_in("UBND TỈNH KIÊN GIANG")), str(place_in("THỊ XÃ BỈM SƠN")), str(place_in("SỞ Y TẾ HẬU GIANG"))
    ('tỉnh Kiên Giang', 'thị xã Bỉm Sơn', 'Hậu Giang')
    """
    plain = folded(body)
    found = province_pattern().search(plain)
    if found is not None:
        return Place("tỉnh" if found["level"] == "tinh" else "thành phố", province_named(found))
    local = _LOCAL.search(plain)
    if local is not None and len(local["name"].split()) <= 5 and not local["name"].startswith("uy "):
        level = {"tp": "thành phố", "tp.": "thành phố"}.get(local["level"]) or _LEVEL_NAMES[local["level"]]
        return Place(level, _title_case(body[local.start("name") :]))
    bare = next((name for key, name in provinces().items() if plain.endswith(" " + key) or plain == key), None)
    return Place("", bare) if bare else None


_LEVEL_NAMES = {
    "tinh": "tỉnh",
    "thanh pho": "thành phố",
    "huyen": "huyện",
    "quan": "quận",
    "thi xa": "thị xã",
    "thi tran": "thị trấn",
    "xa": "xã",
    "phuong": "phường",
    "dac khu": "đặc khu",
}


def _title_case(text: str) -> str:
    return " ".join(first_capital(w.lower()) for w in text.split())


# --- capitals into ordinary writing ------------------------------------------------------------------------------------


_PARTY_COMMITTEE_IN_CAPITALS = regex.compile(r"(?:TỈNH|THÀNH|HUYỆN|THỊ|QUẬN) ỦY\b")
_BODY_BEHIND_DASH = regex.compile(r"\s*[-–]\s*(?=(?:BỘ|SỞ|CỤC|BAN|HỘI|ỦY BAN|VIỆN KIỂM SÁT|TÒA ÁN|CÔNG AN)\s)")


def cased(printed: str, structure: Structure | None) -> str:
    """The name as it is written in running text: as the document itself writes it, as the lexicon does, else by rule.

    >>> cased("CHI CỤC AN TOÀN VỆ SINH THỰC PHẨM", None), cased("HỘI ĐỒNG NHÂN DÂN TỈNH CAO BẰNG", None)
    ('Chi cục An toàn vệ sinh thực phẩm', 'Hội đồng nhân dân tỉnh Cao Bằng')
    """
    if not is_capitals(printed):
        return first_capital(printed)
    committee = _PARTY_COMMITTEE_IN_CAPITALS.match(printed)
    if committee is not None:
        return f"{committee.group().capitalize()} {_place_case(printed[committee.end() :].strip())}".strip()
    joint = _BODY_BEHIND_DASH.split(printed)
    if len(joint) > 1:
        return " - ".join(cased(body, structure) for body in joint)
    written = _as_written(printed, structure) if structure is not None else None
    return written or _by_lexicon(printed)


def _as_written(printed: str, structure: Structure) -> str | None:
    """How the body text spells the name, most often, when it does at all."""
    key = folded(printed)
    if len(key) < 12:
        return None
    text = structure.text
    plain = folded(text.replace("\n", " "))
    found: Counter[str] = Counter()
    at = plain.find(key)
    while at >= 0:
        there = text[at : at + len(key)].replace("\n", " ")
        if not is_capitals(there) and there[:1].isupper() and old_tone_style(there).lower() == printed.lower():
            found[there] += 1
        at = plain.find(key, at + 1)
    return max(found, key=lambda name: (found[name], sum(map(str.isupper, name)), name), default=None)


_LEVEL_OF_PARTY = regex.compile(r" (?:Tỉnh ủy|Trung ương)$")


@cache
def _written_names() -> dict[str, str]:
    """Folded names of bodies and how they are written, of both lexicons."""
    known = {fold(form): unit.name for unit in lexicon().values() for form in (unit.name, *unit.forms) if " " in form}
    kinds = (NameKind.AGENCY, NameKind.DEPARTMENT, NameKind.PARTY, NameKind.MASS_ORGANISATION)
    known |= {fold(n.name): n.name for n in names() if n.kind in kinds and fold(n.name) not in known}
    for key, name in list(known.items()):
        whole = _LEVEL_OF_PARTY.sub("", name)
        known.setdefault(fold(whole) if len(whole) < len(name) else key, whole)
    return known | {"uy ban nhan dan": "Ủy ban nhân dân", "hoi dong nhan dan": "Hội đồng nhân dân"}


def _by_lexicon(printed: str) -> str:
    plain = folded(printed)
    starts = [k for k in _written_names() if plain == k or plain.startswith(k + " ")]
    key = max(starts, key=len, default="")
    name = _written_names().get(key, "")
    if key and old_tone_style(printed[: len(key)]).lower() != name.lower():
        name = printed[: len(key)].lower() if len(name) != len(key) else name
        name = first_capital(name)
    rest = printed[len(key) :].strip()
    if not key:
        return _by_rule(printed)
    return f"{name} {_inner(rest)}".strip()


def _by_rule(printed: str) -> str:
    """The head noun in small letters but its first, the word behind it with a capital."""
    plain = folded(printed)
    heads = _BODY_HEAD.match(plain)
    count = len(heads.group().split()) if heads else 1
    words = printed.split()
    head = " ".join(words[:count]).lower()
    rest = _inner(" ".join(words[count:]))
    joined = f"{head} {first_capital(rest)}" if _takes_capital(plain) else f"{head} {rest}"
    return first_capital(joined).strip()


_NAME_TAKES_CAPITAL = regex.compile(r"^(?:benh vien da khoa|quy|hoi dong|to|doi|cong ty|nha may|chi bo|dang bo)\b")


def _takes_capital(plain: str) -> bool:
    return not _NAME_TAKES_CAPITAL.match(plain)


_PROPER = {
    "viet nam": "Việt Nam",
    "trung uong": "Trung ương",
    "ho chi minh": "Hồ Chí Minh",
    "nha nuoc": "Nhà nước",
    "tncs": "TNCS",
}


_ABBREVIATION = regex.compile(r"[B-DF-HJ-NP-TV-XZĐ]{2,6}\d{0,2}")
_SMALL_BEHIND_PARENTHESIS = regex.compile(r"\((\p{Ll})")


def _inner(rest: str) -> str:
    """The further words of a name: small, but for places and what is always written with capitals."""
    plain = folded(rest)
    local = _LOCAL.search(plain)
    if local is not None:
        level = rest[local.start("level") : local.end("level")].lower()
        return f"{_inner(rest[: local.start()].strip())} {level} {_place_case(rest[local.start('name') :])}".strip()
    bare = next((k for k in provinces() if plain.endswith(" " + k) or plain == k), None)
    if bare is not None:
        before = rest[: len(rest) - len(bare)].strip()
        return f"{_inner(before)} {provinces()[bare]}".strip()
    words = rest.lower()
    for key, written in _PROPER.items():
        at = folded(words).find(key)
        if at >= 0:
            words = words[:at] + written + words[at + len(key) :]
    keeps = [w for w in rest.split() if "&" in w or _ABBREVIATION.fullmatch(w)]
    for word in keeps:
        words = regex.sub(rf"\b{regex.escape(word.lower())}\b", word, words)
    return _SMALL_BEHIND_PARENTHESIS.sub(lambda m: "(" + m[1].upper(), words)


def _place_case(text: str) -> str:
    known = provinces().get(folded(text))
    return known or _title_case(text)


# --- what confirms a name ----------------------------------------------------------------------------------------------


def is_known_body(name: str) -> bool:
    """Whether a lexicon knows the name, or what it begins with."""
    plain = fold(name)
    return any(plain == key or plain.startswith(key + " ") for key in _written_names())


@cache
def _departments() -> frozenset[str]:
    return frozenset(fold(n.name) for n in names(NameKind.DEPARTMENT))


def is_department(name: str) -> bool:
    return fold(name) in _departments()


_WORD = regex.compile(r"\p{L}+")
_BETWEEN_PARTS = regex.compile(r"[-/.&() ]+")


def agrees_with_notation(issuer: str, number: str | None) -> bool:
    """Whether a piece of the notation is made of initials of the issuer ("SNV", "ATTP", "UBND", "BTCTW").

    >>> agrees_with_notation("Sở Nội vụ tỉnh Vĩnh Long", "05/BB-SNV"), agrees_with_notation("Sở Y tế", "05/BB-SNV")
    (True, False)
    """
    if not number:
        return False
    initials = "".join(w[0] for w in _WORD.findall(fold(issuer)))
    pieces = [fold(p) for p in _BETWEEN_PARTS.split(notation_of(number)) if len(p) > 1]
    return any(_runs_through(piece.replace("tw", "tu"), initials) for piece in pieces)


def _runs_through(letters: str, initials: str) -> bool:
    """Whether the letters come in this order among the initials, from the first three on."""
    at = -1
    for letter in letters:
        at = initials.find(letter, at + 1)
        if at < 0:
            return False
    return initials.find(letters[0]) <= 3


# --- where the letterhead is missing -----------------------------------------------------------------------------------


def _council_of(number: str, structure: Structure) -> str | None:
    """Which council the notation or the signature names when the letterhead has lost its first line."""
    notation = number.rsplit("-", 1)[-1]
    signed = " ".join(fold(line) for _, line in structure.lines_in(Zone.TAIL) if is_capitals(line))
    if notation == "UBND" or "uy ban nhan dan" in signed:
        return "Ủy ban nhân dân"
    if notation == "HĐND" or "hoi dong nhan dan" in signed:
        return "Hội đồng nhân dân"
    return None


_ACTING_UBND = regex.compile(r"^(Chủ tịch )?UBND")
_ACTING_HDND = regex.compile(r"^HĐND")


def _acting_issuer(structure: Structure) -> str | None:
    """Who acts in the sentence that carries the document: "UBND tỉnh Hậu Giang ban hành chương trình ..."."""
    blocks = [b for b in structure.blocks if b.zone is Zone.BODY]
    for block in [*blocks[:12], *blocks[-3:]]:
        match = _ACTS.search(block.text[:6000])
        if match:
            name = _ACTING_UBND.sub(r"\1Ủy ban nhân dân", match["issuer"])
            return _ACTING_HDND.sub("Hội đồng nhân dân", name).strip()
    return None


_CITY = regex.compile(r"^(?:Thành phố|TP\.?|Tp\.?) ")


_WITHIN = regex.compile(r"\btren dia ban (?=(?:tinh|thanh pho|tp))")
"""How a title says where its measures hold; bodies of the province issue such, where no other is named."""


def find_province(bodies: Sequence[str], draft: Draft) -> None:
    """The province of the issuer, of its superior, or of the place; central bodies have none."""
    issuer = draft.fields.get("issuer", "")
    for i, name in enumerate((issuer, *reversed(bodies))):
        place = place_in(name) if name else None
        province = _province_of(place) if place else None
        if province:
            draft.put("province", province)
            draft.note("province", "issuer" if i == 0 else "superior")
            break
    if "province" not in draft.fields and not any(_CENTRAL.match(folded(b)) for b in (issuer, *bodies) if b):
        where = _CITY.sub("", draft.fields.get("place", ""))
        province = provinces().get(fold(where)) or (_province_of(Place("", where)) if where else None)
        draft.put("province", province)
        draft.note("province", "place")
    if "issuer" not in draft.fields and (named := _WITHIN.search(folded(draft.fields.get("title", "")))):
        within = province_pattern().match(folded(draft.fields["title"]), named.end())
        draft.put("province", province_named(within) if within else None)
        draft.note("province", "title")
    place_name = fold(draft.fields.get("place", ""))
    if "province" in draft.fields and fold(draft.fields["province"]) in place_name:
        draft.note("province", "agrees")
        draft.note("place", "agrees")


def _province_of(place: Place) -> str | None:
    """The province itself, or the one that holds every unit of this name."""
    known = provinces().get(fold(place.name))
    if known and place.level in ("", "tỉnh", "thành phố"):
        return known
    units = gazetteer.find(f"{place.level} {place.name}".strip())
    found = {gazetteer.province(u).name for u in units}
    return next(iter(found)) if len(found) == 1 else None
