"""Who issued the document, of which type it is and for which province."""

from __future__ import annotations

import regex

from extractors.header.draft import Draft, first_capital, line_span
from extractors.header.provinces import province_named, province_pattern, provinces
from extractors.structure.blocks import Structure, Zone
from extractors.structure.genre import TYPE_WORDS
from extractors.structure.zones import is_capitals, type_word_of
from extractors.words.folding import folded
from extractors.words.units import lexicon
from normalizers.document_numbers import type_of_number
from normalizers.forms import fold, old_tone_style

_ACTS = regex.compile(
    r"(?:^|[,;.]\s)(?P<issuer>(?:Chủ tịch\s)?(?:Ủy ban nhân dân|UBND|Hội đồng nhân dân|HĐND)\s(?:tỉnh"
    r"|thành phố|huyện|thị xã|quận|xã|phường)"
    r"(?:\s\p{Lu}\p{L}*(?:\s-)?){0,5}|Thủ tướng Chính phủ|Chính phủ|(?:Sở|Bộ|Thanh tra|Ban|Cục)\s\p{Lu}[^,;.]{2,60}?)"
    r"\s(?:kính |trân trọng )?(?:ban hành|báo cáo|thông báo|chỉ thị|yêu cầu|quyết định|hướng dẫn|xây dựng"
    r"|đề nghị|công bố|xin báo cáo|giao)\b"
)
_SELF = regex.compile(
    r"\b(?:nội dung|hiện|Trên đây là|ban hành|của"
    r"|ban hành kèm theo)\s+(?:các\s+)?(?P<type>[\p{L}]+(?:\s\p{L}+)?)(?:\s+này)?\b"
)
_THIS = regex.compile(r"\b(?P<type>\p{Lu}\p{L}+\s\p{L}+) này\b")
_BODY_HEAD = regex.compile(
    r"^(?:u[yỷ] ban|ubnd|hoi dong|hdnd|so |bo |van phong|chi cuc|cuc |tong cuc|ban |trung tam|chinh phu"
    r"|thu tuong|cong an|truong |chi nhanh|phong "
    r"|thanh tra|quoc hoi|vien |toa an|benh vien|cong ty|tinh uy|thanh uy|huyen uy|dang |kho bac|bao hiem|chu tich)"
)


def find_issuer(structure: Structure, draft: Draft, rest: list[str]) -> None:
    capitals = [r for r in rest if r and is_capitals(r) and len(r) > 2 and not type_word_of(r)]
    bodies: list[str] = []
    for line in capitals:
        if bodies and not _BODY_HEAD.match(folded(line)):
            bodies[-1] += " " + line
        else:
            bodies.append(line)
    from_head = (
        issuer_name(" ".join(bodies[-2:]))
        if len(bodies) == 1 or (bodies and province_pattern().search(folded(bodies[-2])))
        else None
    )
    if from_head is None and bodies:
        from_head = issuer_name(bodies[-1])
    acting = _acting_issuer(structure)
    if from_head and regex.match(r"(?:tỉnh|thành phố|huyện)\b", from_head):
        council = _council_of(draft.fields.get("number", ""), structure)
        from_head = f"{council} {from_head}" if council else acting
    if (
        from_head
        and regex.search(r"nhân dân(?: (?:tỉnh|thành phố))?$", from_head)
        and acting
        and folded(acting).startswith(folded(from_head))
    ):
        from_head = acting
    issuer = from_head or acting
    number, line = next(((n, t) for n, t in structure.lines_in(Zone.LETTERHEAD) if is_capitals(t)), (0, ""))
    draft.put("issuer", issuer, line_span(structure, number, line, 0, len(line)) if from_head and number else None)


def _council_of(number: str, structure: Structure) -> str | None:
    """Which council the notation or the signature names when the letterhead has lost its first line."""
    notation = number.rsplit("-", 1)[-1]
    signed = " ".join(fold(line) for _, line in structure.lines_in(Zone.TAIL) if is_capitals(line))
    if notation == "UBND" or "uy ban nhan dan" in signed:
        return "Ủy ban nhân dân"
    if notation == "HĐND" or "hoi dong nhan dan" in signed:
        return "Hội đồng nhân dân"
    return None


def _acting_issuer(structure: Structure) -> str | None:
    """Who acts in the sentence that carries the document: "UBND tỉnh Hậu Giang ban hành chương trình ..."."""
    blocks = [b for b in structure.blocks if b.zone is Zone.BODY]
    for block in [*blocks[:12], *blocks[-3:]]:
        match = _ACTS.search(block.text[:6000])
        if match:
            name = regex.sub(r"^(Chủ tịch )?UBND", r"\1Ủy ban nhân dân", match["issuer"])
            return regex.sub(r"^HĐND", "Hội đồng nhân dân", name).strip()
    return None


def issuer_name(printed: str) -> str | None:
    """The name of the issuing body from the capitals of the letterhead, superior body first.

    >>> issuer_name("ỦY BAN NHÂN DÂN TỈNH HẬU GIANG"), issuer_name("UBND TỈNH KIÊN GIANG SỞ Y TẾ")
    ('Ủy ban nhân dân tỉnh Hậu Giang', 'Sở Y tế tỉnh Kiên Giang')
    """
    printed = old_tone_style(regex.sub(r"\bU[ỶỲY] BAN", "ỦY BAN", printed))
    plain = folded(printed)
    place = province_pattern().search(plain)
    if place is None:
        return _body_without_province(printed, plain)
    level = "tỉnh" if place["level"] == "tinh" else "thành phố"
    where = f"{level} {province_named(place)}"
    below = plain[place.end() :].strip()
    if len(below) > 3 and not regex.match(r"(?:doc lap|so\s*[:\d])", below):
        named = _known_body(below)
        return f"{_without_level(named)} {where}" if named else _sentence_case(printed[place.end() :].strip())
    before = plain[: place.start()].strip()
    if not before:
        return where
    council = _council_in(before)
    named = council[0] if council else _known_body(before)
    return f"{_without_level(named)} {where}" if named else _sentence_case(printed)


def _body_without_province(printed: str, plain: str) -> str | None:
    """A council of a lower level, a body of the state, or whatever else stands there."""
    council = _council_in(plain)
    if council is not None:
        name, end = council
        level = regex.search(r"(?:tinh|thanh pho|huyen|quan|thi xa|xa|phuong|thi tran)\s.*$", plain[end:])
        return f"{name} {_sentence_case(printed[-len(level.group()) :], proper=True)}" if level else name
    return _known_body(plain) or (_sentence_case(printed) if len(printed) > 5 else None)


def _without_level(name: str) -> str:
    return regex.sub(r" (?:tỉnh|thành phố)$", "", name)


_COUNCILS = (
    (r"uy ban nhan dan|\bubnd\b|\buy ban\b", "Ủy ban nhân dân"),
    (r"hoi dong nhan dan|\bhdnd\b", "Hội đồng nhân dân"),
)


def _council_in(plain: str) -> tuple[str, int] | None:
    """The council that a folded text names, and where its name ends."""
    return next(((name, m.end()) for pattern, name in _COUNCILS if (m := regex.search(pattern, plain))), None)


def _known_body(plain: str) -> str | None:
    """The longest lexicon name that the plain text ends in or begins with."""
    names = {fold(form): unit.name for unit in lexicon().values() for form in (unit.name, *unit.forms)}
    best = max((n for n in names if plain.endswith(n) or plain.startswith(n)), key=len, default=None)
    return names[best] if best else None


def _sentence_case(printed: str, *, proper: bool = False) -> str:
    """Capitals of a letterhead as ordinary writing; ``proper`` capitalises all words after the first."""
    words = printed.lower().split()
    if proper:
        heads = 2 if fold(" ".join(words[:2])) in ("thanh pho", "thi xa", "thi tran") else 1
        return " ".join([*words[:heads], *(w[:1].upper() + w[1:] for w in words[heads:])])
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]]) if words else ""


def find_type(structure: Structure, draft: Draft) -> None:
    number = draft.fields.get("number")
    if "type" not in draft.fields and number:
        draft.put("type", type_of_number(number))
    if "type" not in draft.fields and any(
        folded(line).startswith("kinh gui") for _, line in structure.lines_in(Zone.LETTERHEAD)
    ):
        draft.put("type", "Công văn")
    if "type" in draft.fields:
        return
    counts: dict[str, int] = {}
    for block in structure.body:
        text = block.text[:8000]
        for match in (*_THIS.finditer(text), *_SELF.finditer(text)):
            word = match["type"].lower()
            word = word if word in TYPE_WORDS else " ".join(word.split()[:2])
            if word in TYPE_WORDS and match["type"][:1].isupper():
                counts[word] = counts.get(word, 0) + (
                    3 if match.group().endswith("này") or match.group().startswith(("nội dung", "Trên đây")) else 0
                )
        if regex.search(r"\bchỉ thị,? yêu cầu\b", text):
            counts["chỉ thị"] = counts.get("chỉ thị", 0) + 3
        if regex.search(
            r"kính báo cáo|^Trên đây là (?:tình hình|kết quả)|báo cáo (?:tình hình|kết quả)[^.;]{0,150}như sau:", text
        ):
            counts["báo cáo"] = counts.get("báo cáo", 0) + 3
    word, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
    if count:
        draft.put("type", first_capital(word))


def find_province(structure: Structure, draft: Draft) -> None:
    issuer = draft.fields.get("issuer", "")
    found = province_pattern().search(folded(issuer))
    if found:
        draft.put("province", province_named(found))
        return
    head = " ".join(line for _, line in structure.lines_in(Zone.LETTERHEAD) if is_capitals(line))
    found = province_pattern().search(folded(head))
    place = draft.fields.get("place", "")
    known = provinces().get(fold(regex.sub(r"^(?:Thành phố|TP\.?) ", "", place)))
    is_central = issuer.startswith(("Chính phủ", "Thủ tướng", "Bộ ", "Quốc hội", "Văn phòng Chính phủ"))
    if found and not is_central:
        draft.put("province", province_named(found))
    elif known and not is_central:
        draft.put("province", known)
