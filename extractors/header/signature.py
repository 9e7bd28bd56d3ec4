"""The signature block: office, name and rank of the signer, who signs beside him."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import regex

from extractors.header.draft import Draft
from extractors.header.pieces import Column, Piece, Sheet
from extractors.structure.blocks import Zone
from extractors.words.folding import folded
from normalizers.case import first_capital
from normalizers.forms import fold
from normalizers.official_form import CAPACITY, RECIPIENTS_LINE, Office, is_capitals, offices_in

_RANK = (
    r"(?:(?:Đại|Thượng|Trung|Thiếu) (?:tướng|tá|úy|Tướng|Tá|Úy)|(?:GS|PGS|TSKH|TS|ThS|Ths|Th\.S|BSCK\s?I{1,2}|BS|Bs"
    r"|DSCK\s?I{1,2}|DS|Ds|KS|LS|CN|KTS|CVCC|CVC|BÁC SĨ|BSNT|NGƯT|NGND|TTƯT)\.?)"
)
_SYLLABLE = r"(?:\p{Lu}[\p{Ll}]*|[HYK]['’]\s?\p{Lu}\p{Ll}*|\p{Lu}{2}\p{Ll}+|\p{Lu}['’]\p{L}+|y)"
_NAME = regex.compile(
    rf"(?:(?P<rank>{_RANK}(?:[\s.,]+{_RANK})*)[\s.,]*)?(?<!\p{{L}})(?P<name>(?:{_SYLLABLE}|\p{{Ll}}{{2,6}}(?=\s\p{{Lu}}))"
    rf"(?:[\s-]{_SYLLABLE}){{1,5}})\W*$"
)
"""A name at the end of a line: two to six syllables with capitals, the first of which a reader may have made small; with
rank and degree before it. H'…, Y …, K'… of Ê Đê, M'Nông and K'Ho names count as syllables."""
_CAPITAL_NAME = regex.compile(
    rf"^(?:(?P<rank>{_RANK})[\s.,]*)?(?P<name>(?:\p{{Lu}}{{1,7}}|[HYK]['’]\s?\p{{Lu}}+)(?:\s\p{{Lu}}{{1,7}}){{1,4}})$"
)
_ONE_NAME = regex.compile(r"^(?P<rank>)(?P<name>[HYK]['’]\s?\p{Lu}\p{Ll}+)$")
"""A name of the K'Ho or Ê Đê that is one word ("K'Brêu")."""
_NO_NAME = regex.compile(
    r"^(?:noi nhan|van phong|luu (?:vt|van thu|ho so)|phong |ban |trung tam|uy ban|hoi dong|cong ty|nguoi|ky |da ky|dai dien"
    r"|cong bao|bo (?!bo )|chi cuc|tinh |huyen |xa |phuong |thanh pho|nhu |cac |ubnd|hdnd|cuc |vien |kinh |trang |dien thoai"
    r"|benh vien"
    r"|chu tich|giam doc|pho |truong |bi thu|thu ky|viet nam|ha noi|noi vu|nhan dan|ho so|cong an|bien ban)"
)
_ETHNIC = regex.compile(
    r"^(?:[HYK]['’]|Y |K['’]|Niê|A |Ka |Ha |Lơ|Bo Bo |Mùa |Sùng |Giàng |Thào |Vừ |Lầu |Cứ )"
    r"|\b(?:Niê|ÊBan|Êban|Mlô|Ksơr|Rmah|Kpă|Siu)\b"
)
_SIGNED_BY = regex.compile(r"^(?:Người ký|Ký bởi|Signed by)\s*:\s*(?P<name>\p{Lu}.{4,40})$", regex.IGNORECASE)


@cache
def surnames() -> frozenset[str]:
    """Folded surnames."""
    data = json.loads(files("extractors").joinpath("data/surnames.json").read_text(encoding="utf-8"))
    return frozenset(fold(name) for name in data["surnames"])


@dataclass(frozen=True, slots=True)
class _Name:
    piece: Piece
    name: str
    rank: str | None
    start: int
    end: int
    known: bool


def read_signature(sheets: Sequence[Sheet], draft: Draft) -> int | None:
    """Fills signer, office, rank and cosigners; returns the number of the page that bears them."""
    for sheet in _pages_to_search(sheets):
        block = _signature_pieces(sheet)
        offices = [(p, o) for p in block for o in offices_in(p.text) if not _is_recipient(p)]
        found = [n for p in block if (n := name_in(p, alone=p.span is None)) is not None]
        names = [n for n in found if _below_an_office(n, offices, sheet)]
        if not offices and not names:
            continue
        office = _office_of(offices)
        if office is not None:
            piece, chosen = office
            draft.put("signer_title", _full_office(piece, chosen), piece.span_of(chosen.start, chosen.end))
            draft.note("signer_title", "guessed" if chosen.signs_for or chosen.name not in _printed(piece, chosen) else "")
            draft.note("signer_title", "capacity" if any(o.signs_for for _, o in offices) else "")
            draft.note("signer_title", "several" if len([1 for _, o in offices if not o.signs_for]) > 1 else "")
        _put_names(names, office, draft)
        if names or office is not None:
            return sheet.number
    return None


_SPACES = regex.compile(r"\s+")


def _put_names(names: Sequence[_Name], office: tuple[Piece, Office] | None, draft: Draft) -> None:
    known = [n for n in names if n.known] or list(names)
    if not known:
        return
    right = [n for n in known if n.piece.column in (Column.RIGHT, Column.UNKNOWN, Column.MIDDLE)] or known
    signer = right[-1]
    if office is not None and office[0].box is not None:
        below = [n for n in right if n.piece.box is not None and n.piece.box.top > office[0].box.top - 4]
        signer = min(below, key=lambda n: _distance(n.piece, office[0])) if below else signer
    draft.put("signer", first_capital(signer.name), signer.piece.span_of(signer.start, signer.end))
    draft.note("signer", "surname" if signer.known else "")
    draft.note("signer", "alone" if signer.start == 0 or signer.rank else "")
    draft.note("signer", "caption" if signer.piece.span is None else "")
    if signer.rank:
        draft.fields.setdefault("signer_rank", _SPACES.sub(" ", signer.rank).strip(" .,"))
    others = [first_capital(n.name) for n in known if n is not signer and n.name != signer.name and n.known]
    if others:
        draft.fields.setdefault("cosigners", "|".join(dict.fromkeys(others)))


def _distance(piece: Piece, office: Piece) -> float:
    if piece.box is None or office.box is None:
        return 0.0
    across = abs((piece.box.left + piece.box.right) - (office.box.left + office.box.right)) / 2
    return across + abs(piece.box.top - office.box.bottom)


def _pages_to_search(sheets: Sequence[Sheet]) -> Iterator[Sheet]:
    """Pages with a sign-off in order, those the structure knows first; then the last one."""
    cued = [s for s in sheets if any(p.zone is Zone.TAIL for p in s.pieces)]
    yield from cued
    if not cued and sheets:
        yield sheets[-1]


_TWO_LETTERS = regex.compile(r"\p{L}{2}")


def _signature_pieces(sheet: Sheet) -> list[Piece]:
    """The pieces of the sign-off, from its first office or recipients on, captions and stamped names among them."""
    tail = [p for p in sheet.pieces if p.zone is Zone.TAIL]
    if not tail:
        at = next((i for i, p in enumerate(sheet.pieces) if CAPACITY.match(p.text) and is_capitals(p.text)), None)
        tail = list(sheet.pieces[at:]) if at is not None else list(sheet.pieces[-6:])
    tops = [p.box.top for p in tail if p.box is not None]
    asides = [
        a
        for a in sheet.asides
        if a.box is not None
        and (not tops or a.box.top > min(tops) - 60)
        and len(a.text) < 60
        and _TWO_LETTERS.search(a.text)
    ]
    block = [*tail, *asides]
    if asides and tops:
        block.sort(key=lambda p: p.box.top if p.box is not None else 0.0)
    return block


_CAPITALS = regex.compile(r"\p{Lu}{3} \p{Lu}{2}")


def _is_recipient(piece: Piece) -> bool:
    return piece.text.lstrip().startswith(("-", "–", "+", "•")) and not _CAPITALS.search(piece.text)


_MARKS_BEFORE = regex.compile(r"^[^\p{L}]+(?=\p{L})")
_SENTENCE_BEGINS = regex.compile(r"[.;]\s+\p{Lu}")
_NO_FAMILY_NAME = regex.compile(r"(?:Sở|Số|Tổ|Vụ|Cáo|Thế)\s")


def name_in(piece: Piece, *, alone: bool = False) -> _Name | None:
    """The name of a person that a piece ends in or consists of."""
    text = _MARKS_BEFORE.sub(lambda m: " " * len(m.group()), piece.text)
    if _is_recipient(piece) and not _SENTENCE_BEGINS.search(text):
        return None
    said = _SIGNED_BY.match(text.strip())
    if said is not None:
        text = said["name"]
    match = _NAME.search(text) or _CAPITAL_NAME.match(text.strip()) or _ONE_NAME.match(text.strip())
    if match is None or (RECIPIENTS_LINE.match(text) and match.start() < 9):
        return None
    name = " ".join(match["name"].split())
    plain = folded(name)
    if _NO_NAME.match(plain) or offices_in(match["name"]) or _NO_FAMILY_NAME.match(name):
        return None
    words = plain.split()
    known = words[0] in surnames() or bool(_ETHNIC.search(name))
    before = text[: match.start()].strip(" .;,:-–")
    if is_capitals(name) and len(name) > 4:
        if not known or before:
            return None
        name = " ".join(w[:1] + w[1:].lower() for w in name.split())
    if not known and (before or match["name"][0].islower() or alone):
        return None
    if len(before) > 40 or (len(before) > 3 and is_capitals(before) and len(before) > 40):
        return None
    return _Name(piece, name, match["rank"], match.start("name"), match.end("name"), known)


def _below_an_office(name: _Name, offices: Sequence[tuple[Piece, Office]], sheet: Sheet) -> bool:
    """A name stands below an office or, where lines have no place, after it; not among the recipients of the left column."""
    piece = name.piece
    if name.start > 3 and name.rank is None and piece.text[: name.start].strip(" -–.;,:") and not _follows_recipient(name):
        return False
    if not offices:
        return name.known
    if piece.box is None:
        return piece.span is None or any(p.span is not None and p.span.start <= (piece.span.start) for p, _ in offices)
    return any(p.box is not None and p.box.top <= piece.box.top + 6 for p, _ in offices)


_MARK_AT_END = regex.compile(r"[.;]\s*$")


def _follows_recipient(name: _Name) -> bool:
    return bool(_MARK_AT_END.search(name.piece.text[: name.start])) or name.piece.box is None


def _office_of(offices: Sequence[tuple[Piece, Office]]) -> tuple[Piece, Office] | None:
    """The office of who signs: the first that is not the one signed for, below the last that is."""
    last_for = max((i for i, (_, o) in enumerate(offices) if o.signs_for), default=-1)
    own = [pair for i, pair in enumerate(offices) if not pair[1].signs_for and i > last_for]
    if own:
        right = [pair for pair in own if pair[0].column in (Column.RIGHT, Column.UNKNOWN, Column.MIDDLE)]
        return _deputy((right or own)[0], offices)
    others = [pair for pair in offices if not pair[1].signs_for]
    if others:
        return _deputy(others[-1], offices)
    if not offices:
        return None
    piece, office = offices[-1]
    for_head = _FOR.search(piece.text[: office.start])
    return piece, replace(office, name=f"Phó {office.name}") if for_head else office


_FOR = regex.compile(r"(?:KT|K/T)\s*[.,/]?\s*$")


def _deputy(own: tuple[Piece, Office], offices: Sequence[tuple[Piece, Office]]) -> tuple[Piece, Office]:
    """Who signs for a head (KT.) is a deputy: an office equal to the head's has lost its "PHÓ"."""
    piece, office = own
    heads = {o.name for p, o in offices if o.signs_for and _FOR.search(p.text[: o.start])}
    bare = office.name.removeprefix("Quyền ")
    return (piece, replace(office, name=f"Phó {bare}", signs_for=True)) if bare in heads else own


def _printed(piece: Piece, office: Office) -> tuple[str, ...]:
    """The office as its line has it, with and without "Quyền"."""
    return office.name, office.name.removeprefix("Quyền ")


_OFFICE_OF_A_BODY = regex.compile(r"^(?:SỞ|PHÒNG|THƯỜNG TRỰC)\b")


def _full_office(piece: Piece, office: Office) -> str:
    """The office, with the body's name where the line goes on with it ("PHÓ GIÁM ĐỐC SỞ NỘI VỤ")."""
    rest = piece.text[office.end :].strip()
    if _OFFICE_OF_A_BODY.match(rest) and is_capitals(rest) and len(rest) < 40:
        words = rest.lower().split()
        tail = (
            " ".join(words) if words[0] == "thường" else " ".join([words[0].capitalize(), words[1].capitalize(), *words[2:]])
        )
        return f"{office.name} {tail if words[0] != 'thường' else 'Thường trực'}"
    return office.name
