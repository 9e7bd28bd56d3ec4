"""The document about itself: number, type, trích yếu, issuer, place, date, signer, recipients.

The parts are those of Nghị định 30/2020/NĐ-CP, annex I. Letterheads come in any order and with both columns in one
line ("TỈNH HẬU GIANG Độc lập - Tự do - Hạnh phúc"), so each part is looked for by its own form and what is known is cut
away before the next is sought. What the letterhead lacks is taken from the line over an appendix ("Kèm theo Báo cáo số
... ngày ... của ..."), from the sentence in which the issuer acts, and from the signature block, in this order.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex

from corpus.model import Header, Span
from extractors.citations import correct_number, is_reference_line, parse_date, type_of_number
from extractors.folding import folded
from extractors.structure import TYPE_WORDS, Structure, Zone, is_capitals, type_word_of
from extractors.units import lexicon
from normalizers import gazetteer
from normalizers.forms import fold, old_tone_style

_NUMBER = regex.compile(
    r"(?:^|[\sSs][ốóôoồỗ6]\s*[:.]?\s*|\s)(?P<ordinal>\d{1,6}[a-zđ]?)\s?(?:(?P<year>/\s?(?:19|20)\d\d)?\s?/\s?"
    r"(?P<notation>\p{Lu}[\p{L}ðÐ]*(?:\s?[-–]\s?(?=\p{Lu})[\p{L}ðÐ&]+|[.&]\p{L}+)*)"
    r"|\s?-\s?(?P<party>\p{Lu}[\p{L}]{1,5}/\p{Lu}[\p{L}-]*))"
)
_DATE = regex.compile(
    r"(?P<place>\p{L}[\p{L} .–-]{2,40}?)?\s*,?\s*\bng[aàăâ]y\s*(?P<day>\d{1,2})\s*"
    r"(?:th[aáàăâ]ng)\s*(?P<month>\d{1,2})\s*(?:n[aăâ]m)\s*(?P<year>(?:19|20)\d\d)",
    regex.IGNORECASE,
)
_DATELINE = regex.compile(r"(?P<place>\p{Lu}[\p{L} .–-]{2,40}?)\s*,\s*(?=ng[aàăâ]y\b)")
_NATION = regex.compile(
    r"c.{0,2}ng\s*h.{0,2}a\s*x.\s*h.{0,2}i\s*ch.{0,2}\s*ngh.{0,2}a\s*vi.{0,2}t\s*nam"
    r"|d.{0,2}c\s*l.{0,2}p\s*[-–—.]?\s*t.{0,2}\s*do\s*[-–—.]?\s*h.{0,2}nh\s*ph.{0,2}c"
    r"|dang\s*cong\s*san\s*viet\s*nam"
)
# Figures and specks before "Về việc": the foot of a stamp that reading took for the first line of the title.
_BEFORE_ABOUT = regex.compile(r"^(?:[^\p{L}\s]+\s+)+(?=[Vv]ề việc\b)")
_ABOUT = regex.compile(r"(?:V\s?/\s?v\.?:?\s*|^(?=[Vv]ề việc\b))(?P<title>.+)", regex.IGNORECASE)
_ATTACHED = regex.compile(
    r"kèm\s+theo\s+(?P<type>[\p{L} ]{4,30}?)\s+số\s*:?\s*(?P<number>[^\s,;]+)\s+"
    r"ngày\s+(?P<date>[^;()]{6,40}?)\s+của\s+(?P<issuer>[^();]{3,80})",
    regex.IGNORECASE,
)
_OLD_TITLE = regex.compile(
    r"của (?P<issuer>\p{L}[^\d]{3,80}?) số (?P<number>\S+)\s+"
    r"(?P<date>ngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4})\s+(?P<title>(?:về|ban hành|quy định|phê duyệt).+)",
    regex.IGNORECASE,
)
"""The one-sentence title of the official gazette: "Quyết định của ... số ... ngày ... về việc ...". """
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
_OFFICES = (
    "Phó Chủ tịch Thường trực",
    "Phó Chủ tịch",
    "Chủ tịch",
    "Phó Chánh Văn phòng",
    "Chánh Văn phòng",
    "Phó Giám đốc",
    "Giám đốc",
    "Phó Tổng Giám đốc",
    "Tổng Giám đốc",
    "Bộ trưởng",
    "Thứ trưởng",
    "Phó Thủ tướng",
    "Thủ tướng",
    "Phó Cục trưởng",
    "Cục trưởng",
    "Phó Chi cục trưởng",
    "Chi cục trưởng",
    "Phó Trưởng ban",
    "Trưởng ban",
    "Phó Bí thư",
    "Bí thư",
    "Chánh Thanh tra",
    "Phó Chánh Thanh tra",
    "Vụ trưởng",
    "Phó Vụ trưởng",
    "Phó Trưởng phòng",
    "Trưởng phòng",
    "Hiệu trưởng",
    "Viện trưởng",
    "Phó Tổng cục trưởng",
    "Tổng cục trưởng",
    "Phó Chủ nhiệm",
    "Bộ trưởng, Chủ nhiệm",
    "Chủ nhiệm",
    "Chánh án",
)
_NAME = regex.compile(
    r"(?:(?:PGS|GS|TS|ThS|BS|KS|CN)\.?\s*)*(?<!\p{L})(?P<name>\p{L}[\p{Ll}']+(?:\s\p{Lu}[\p{Ll}']*){1,4})\s*$"
)
"""A name at the end of a line; readers lose the capital of its first syllable, so that one need not be one."""


@dataclass(slots=True)
class _Draft:
    """Fields found so far, with the span of each."""

    fields: dict[str, str]
    spans: dict[str, Span]

    def put(self, field: str, value: str | None, span: Span | None = None) -> None:
        if value and field not in self.fields:
            self.fields[field] = value
            if span is not None:
                self.spans[field] = span


@cache
def provinces() -> dict[str, str]:
    """Names of provinces by folded name or alias, those of all times."""
    found: dict[str, str] = {}
    for unit in gazetteer.units(gazetteer.Level.PROVINCE):
        for name in (unit.name, *unit.aliases):
            if len(name) > 3:
                found.setdefault(fold(name), unit.name)
    return found


@cache
def _surnames() -> frozenset[str]:
    """Folded surnames."""
    data = json.loads(files("extractors").joinpath("data/surnames.json").read_text(encoding="utf-8"))
    return frozenset(fold(name) for name in data["surnames"])


@cache
def _province_pattern() -> regex.Pattern[str]:
    names = sorted(
        (regex.escape(n, literal_spaces=True).replace(r" \- ", r"\s?[-–]\s?") for n in provinces()), key=len, reverse=True
    )
    return regex.compile(rf"(?<!\p{{L}})(?P<level>tinh|thanh pho|tp\.?)\s*(?P<name>{'|'.join(names)})(?!\p{{L}})")


def _province(match: regex.Match[str]) -> str:
    """The province of a match of ``_province_pattern``."""
    printed = match["name"].replace("–", "-")
    return provinces().get(printed) or provinces()[regex.sub(r"\s*-\s*", " - ", printed)]


def find_header(structure: Structure) -> tuple[Header, dict[str, Span]]:
    """The header and where each of its fields stands in the text."""
    draft = _Draft({}, {})
    lines = structure.lines_in(Zone.LETTERHEAD)
    rest = _read_letterhead(structure, draft, lines)
    _read_title(structure, draft, lines)
    _read_attached(structure, draft)
    _read_tail(structure, draft)
    _find_issuer(structure, draft, rest)
    _find_type(structure, draft)
    _find_province(structure, draft)
    fields = draft.fields
    recipients = tuple(_recipients(structure))
    header = Header(
        number=fields.get("number"),
        type=fields.get("type"),
        issuer=fields.get("issuer"),
        province=fields.get("province"),
        place=fields.get("place"),
        date=fields.get("date"),
        title=fields.get("title"),
        signer=fields.get("signer"),
        signer_title=fields.get("signer_title"),
        recipients=recipients,
    )
    return header, draft.spans


def _line_span(structure: Structure, number: int, line: str, start: int, end: int) -> Span:
    whole = structure.index.span_of(number)
    shift = whole.start + structure.text[whole.start : whole.end].find(line)
    return Span(shift + start, shift + end)


# --------------------------------------------------------------------------------------------------------------------
# Letterhead


def _read_letterhead(structure: Structure, draft: _Draft, lines: list[tuple[int, str]]) -> list[str]:
    """Number, place and date; returns what is left of the lines: the names of the issuing bodies."""
    rest: list[str] = []
    for number, line in lines:
        nation = _NATION.search(folded(line))
        left = line[: nation.start()] + " " * (nation.end() - nation.start()) + line[nation.end() :] if nation else line
        dateline = _DATE.search(left)
        if dateline is not None:
            draft.put(
                "date",
                parse_date(dateline),
                _line_span(structure, number, line, dateline.start("day"), dateline.end("year")),
            )
        about = _ABOUT.search(left)
        if about is not None:
            draft.put("title", about["title"].strip(" ."), _line_span(structure, number, line, *about.span("title")))
            rest.append("")
            continue
        if match := _NUMBER.search(left):
            value = _written(match)
            draft.put("number", value, _line_span(structure, number, line, match.start("ordinal"), match.end()))
            left = left[: match.start()] + " " * (match.end() - match.start()) + left[match.end() :]
        place = _DATELINE.search(left)
        if place is not None:
            draft.put("place", _place_name(place["place"]), _line_span(structure, number, line, *place.span("place")))
            left = left[: place.start()]
        elif dateline is not None:
            left = left[: dateline.start("day")]
        rest.append(regex.sub(r"\s+", " ", regex.sub(r"[_*=~|]+|-{2,}", " ", left)).strip(" :;.,-–"))
    return rest


def _written(match: regex.Match[str]) -> str:
    """The number of a match of ``_NUMBER`` in correct form."""
    return correct_number(match["ordinal"], match["year"], match["notation"] or "", match["party"])


def _place_name(printed: str) -> str:
    """The place of the dateline as printed, abbreviations of the city kept readable."""
    printed = regex.sub(r"^(?:Số|S[ốo6])\s*:?\s*", "", printed.strip(" .-–"))
    known = provinces().get(fold(printed))
    if known is None and regex.match(r"(?i)(?:tp\.?|thành phố)\s*", printed):
        known = provinces().get(fold(regex.sub(r"(?i)^(?:tp\.?|thành phố)\s*", "", printed)))
        return f"Thành phố {known}" if known else printed
    return known or printed


def _read_title(structure: Structure, draft: _Draft, letterhead: list[tuple[int, str]]) -> None:
    lines = structure.lines_in(Zone.TITLE)
    if lines and type_word_of(lines[0][1]):
        number, line = lines.pop(0)
        draft.put("type", _first_capital(structure.type_word or ""), _line_span(structure, number, line, 0, len(line)))
    words = [regex.sub(r"[_*=~]{2,}|-{3,}", " ", line).strip() for _, line in lines]
    title = regex.sub(r"\s+", " ", " ".join(w for w in words if w)).strip(" .;:-–_")
    title = _BEFORE_ABOUT.sub("", title)
    titled = _OLD_TITLE.match(title)
    if titled is not None:
        first = structure.index.span_of(lines[0][0])
        whole = Span(first.start, structure.index.span_of(lines[-1][0]).end)
        own = _NUMBER.search(" " + titled["number"])
        draft.put("number", _written(own) if own else None, whole)
        draft.put("issuer", titled["issuer"].strip(), whole)
        date = _DATE.search(titled["date"])
        draft.put("date", parse_date(date) if date else None, whole)
        title = titled["title"]
    if title and "title" in draft.fields and len(title) > len(draft.fields["title"]):
        del draft.fields["title"]
    if title:
        first, last = structure.index.span_of(lines[0][0]), structure.index.span_of(lines[-1][0])
        draft.put("title", title, Span(first.start, last.end))
    elif "title" in draft.fields:
        _continue_about(structure, draft, letterhead)


def _continue_about(structure: Structure, draft: _Draft, letterhead: list[tuple[int, str]]) -> None:
    """A "V/v" goes on over the lines below it as long as they are neither capitals nor a known part."""
    at = next((i for i, (_, line) in enumerate(letterhead) if _ABOUT.search(line)), None)
    if at is None:
        return
    words = [draft.fields["title"]]
    for _, line in letterhead[at + 1 : at + 8]:
        if is_capitals(line) or fold(line).startswith("kinh gui") or _DATE.search(line) or line.startswith("-"):
            break
        words.append(line.strip())
    draft.fields["title"] = " ".join(words).strip(" .;")


def _read_attached(structure: Structure, draft: _Draft) -> None:
    """ "(Kèm theo Báo cáo số 76/BC-UBND ngày 15/6/2020 của UBND tỉnh)" over an appendix."""
    for block in structure.blocks:
        if block.zone is not Zone.APPENDIX:
            continue
        match = _ATTACHED.search(block.text[:400])
        if match is None:
            if is_reference_line(structure, block) and (lone := _NUMBER.search(" " + block.text)):
                value = _written(lone)
                draft.put("number", value, block.joined.to_document(max(0, lone.start("ordinal") - 1), lone.end() - 1))
                return
            continue
        number = _NUMBER.search(" " + match["number"].strip("./"))
        if number is not None:
            span = block.joined.to_document(*match.span("number"))
            draft.put("number", _written(number), span)
        date = regex.search(
            r"(?P<day>\d{1,2})(?:\s*tháng\s*|\s?[/.-]\s?)(?P<month>\d{1,2})(?:\s*năm\s*|\s?[/.-]\s?)(?P<year>(?:19|20)\d\d)",
            match["date"],
        )
        if date is not None:
            draft.put("date", parse_date(date), block.joined.to_document(*match.span("date")))
        if match["type"].lower() in TYPE_WORDS:
            draft.put("type", _first_capital(match["type"].lower()), block.joined.to_document(*match.span("type")))
        return


# --------------------------------------------------------------------------------------------------------------------
# Issuer, type, province


_BODY_HEAD = regex.compile(
    r"^(?:u[yỷ] ban|ubnd|hoi dong|hdnd|so |bo |van phong|chi cuc|cuc |tong cuc|ban |trung tam|chinh phu"
    r"|thu tuong|cong an|truong |chi nhanh|phong "
    r"|thanh tra|quoc hoi|vien |toa an|benh vien|cong ty|tinh uy|thanh uy|huyen uy|dang |kho bac|bao hiem|chu tich)"
)


def _find_issuer(structure: Structure, draft: _Draft, rest: list[str]) -> None:
    capitals = [r for r in rest if r and is_capitals(r) and len(r) > 2 and not type_word_of(r)]
    bodies: list[str] = []
    for line in capitals:
        if bodies and not _BODY_HEAD.match(folded(line)):
            bodies[-1] += " " + line
        else:
            bodies.append(line)
    from_head = (
        issuer_name(" ".join(bodies[-2:]))
        if len(bodies) == 1 or (bodies and _province_pattern().search(folded(bodies[-2])))
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
    draft.put("issuer", issuer, _line_span(structure, number, line, 0, len(line)) if from_head and number else None)


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
    place = _province_pattern().search(plain)
    if place is None:
        return _body_without_province(printed, plain)
    level = "tỉnh" if place["level"] == "tinh" else "thành phố"
    where = f"{level} {_province(place)}"
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


def _find_type(structure: Structure, draft: _Draft) -> None:
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
        draft.put("type", _first_capital(word))


def _find_province(structure: Structure, draft: _Draft) -> None:
    issuer = draft.fields.get("issuer", "")
    found = _province_pattern().search(folded(issuer))
    if found:
        draft.put("province", _province(found))
        return
    head = " ".join(line for _, line in structure.lines_in(Zone.LETTERHEAD) if is_capitals(line))
    found = _province_pattern().search(folded(head))
    place = draft.fields.get("place", "")
    known = provinces().get(fold(regex.sub(r"^(?:Thành phố|TP\.?) ", "", place)))
    is_central = issuer.startswith(("Chính phủ", "Thủ tướng", "Bộ ", "Quốc hội", "Văn phòng Chính phủ"))
    if found and not is_central:
        draft.put("province", _province(found))
    elif known and not is_central:
        draft.put("province", known)


def _first_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --------------------------------------------------------------------------------------------------------------------
# Signature and recipients


def _read_tail(structure: Structure, draft: _Draft) -> None:
    lines = structure.lines_in(Zone.TAIL)
    offices = [(n, line, m) for n, line in lines for m in _offices_in(line)]
    if offices:
        own = [o for o in offices if not o[2][2]] or offices
        number, line, (start, end, _, title) = own[-1]
        draft.put("signer_title", title, _line_span(structure, number, line, start, end))
    for number, line in reversed(lines):
        line = regex.sub(r"^[^\p{L}]+(?=\p{L})", "", line) if len(line) < 40 and not line.endswith((";", ".")) else line
        if line.startswith(("-", "–", "+", "*")) and not regex.search(r"[.;]\s+\p{Lu}", line):
            continue
        match = _NAME.search(line)
        if match is None or (is_capitals(line.replace(match["name"], "")) and len(line) - len(match.group()) > 40):
            continue
        words = match["name"].split()
        if fold(words[0]) not in _surnames() and (len(line.strip()) > len(match.group()) or words[0][0].islower()):
            continue
        if fold(match["name"]).startswith(("noi nhan", "van phong", "so ", "luu")):
            continue
        draft.put("signer", _first_capital(match["name"]), _line_span(structure, number, line, *match.span("name")))
        return


_OFFICE_AT = [
    (regex.compile(rf"(?<!\p{{L}}){regex.escape(fold(o), literal_spaces=True)}(?!\p{{L}})"), o)
    for o in sorted(_OFFICES, key=len, reverse=True)
]


def _offices_in(line: str) -> list[tuple[int, int, bool, str]]:
    """Offices in capitals in a line of the signature block: (start, end, named only as whom one signs for, title)."""
    found: list[tuple[int, int, bool, str]] = []
    if line.lstrip().startswith(("-", "–", "+")) and not regex.search(r"\p{Lu}{3} \p{Lu}{2}", line):
        return []
    plain = folded(line)
    for pattern, office in _OFFICE_AT:
        for match in pattern.finditer(plain):
            printed = line[match.start() : match.end()]
            if not is_capitals(printed) or any(a < match.end() and match.start() < b for a, b, _, _ in found):
                continue
            prefix = line[: match.start()].rstrip()
            signs_for = bool(regex.search(r"(?:KT|TL|TUQ|K/T|T/L)\s*[.,/]?$", prefix))
            acting = bool(regex.search(r"(?:\bQ\.|QUYỀN)$", prefix))
            found.append((match.start(), match.end(), signs_for, f"Quyền {office}" if acting else office))
    return sorted(found)


def _recipients(structure: Structure) -> list[str]:
    """The lines of Nơi nhận: wrapped lines joined, without dash and final mark."""
    lines = structure.lines_in(Zone.TAIL)
    start = next(
        (i for i, (_, line) in enumerate(lines) if fold(line).startswith(("noi nhan", "not nhan", "noi nhin"))), None
    )
    if start is None:
        return []
    found: list[str] = []
    for _, line in lines[start:]:
        line = regex.sub(r"^n[oơ0][il1]?\s*nh[\p{L}]{1,3}\s*[:.;]?", "", line, flags=regex.IGNORECASE).strip()
        line = _without_signature(line)
        if not line:
            continue
        if regex.match(r"[-–—•+*]\s*\S", line):
            found.append(line.lstrip("-–—•+* "))
        elif found and not is_capitals(line) and not _closes(found[-1]) and not _is_name(line):
            found[-1] += " " + line
        elif found and _closes(found[-1]) and regex.match(r"(?:Như|Lưu|Các|UBND|Sở|Bộ)\b", line):
            found.append(line)
    return [
        regex.sub(r"\s+", " ", f).strip(" ;.,:")
        if not f.rstrip(";.").endswith(")")
        else regex.sub(r"\s+", " ", f).rstrip(" ;.,:")
        for f in found
    ]


def _closes(recipient: str) -> bool:
    return recipient.rstrip().endswith((";", "."))


def _is_name(line: str) -> bool:
    match = _NAME.fullmatch(line)
    return match is not None and fold(match["name"].split()[0]) in _surnames()


def _without_signature(line: str) -> str:
    """The line without an office or capacity in capitals that the other column put behind it."""
    cut = regex.search(r"(?:^|[;.,:]?\s+)(?:(?:KT|TM|TL|TUQ|Q)\s*[.,]\s*)?(?:PHÓ |QUYỀN )?(?:CHỦ TỊCH"
        r"|GIÁM ĐỐC|CHÁNH VĂN PHÒNG|ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN"
                       r"|BỘ TRƯỞNG|THỨ TRƯỞNG|THỦ TƯỚNG|CỤC TRƯỞNG|TRƯỞNG BAN)\b.*$", line)  # fmt: skip
    return line[: cut.start() + 1].strip() if cut and not line.startswith("- CHỦ") else line
