"""The lines of Nơi nhận: wrapped lines joined, without dash and final mark."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from extractors.header.pieces import Column, Piece, Sheet, is_rule
from extractors.header.signature import name_in
from extractors.structure.labels import Rank, find_label
from extractors.words.folding import folded
from normalizers.forms import fold
from normalizers.official_form import CAPACITY, RECIPIENTS_LINE, is_capitals, offices, offices_in

MOST_LINES = 70
"""Lines of the longest list seen (a decree's, over two pages) are 46."""
_DASH = regex.compile(r"^[-–—•+*\N{EN DASH}]\s*(?=\S)")
_NEW = regex.compile(
    r"^(?:Như|Lưu|Các|UBND|HĐND|Sở|Bộ|Ban|Văn phòng|VP|TT|Thường trực|Công an|Chi cục|Phòng|Đảng ủy|Website|Cổng)\b"
)
_LAST = regex.compile(r"^Lưu\b", regex.IGNORECASE)
_INSIDE_DASH = regex.compile(r"(?<=[;,.])\s+[-–]\s+(?=\p{Lu})")
_OFFICE_TAIL = regex.compile(r"[\s,;.]+(?P<words>(?:\p{Lu}{2,}\s?){1,4})$")
_SIGNERS = "|".join(regex.escape(name.upper(), literal_spaces=True) for name in offices())
_CAPACITY_IN_LINE = regex.compile(
    rf"(?:^|[;.,:]?\s+)(?:(?:KT|TM|TL|TUQ|Q|K/T|T/M|T/L)\s*[.,]?\s*)?(?:PHÓ |QUYỀN )?"
    rf"(?:{_SIGNERS}|ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN)\b.*$"
)


def read_recipients(sheets: Sequence[Sheet]) -> list[str]:
    """All recipients; they go on over a page end only as long as the last of them ("Lưu: …") has not come."""
    for k, sheet in enumerate(sheets):
        at = next((i for i, p in enumerate(sheet.pieces) if _is_cue(p)), None)
        if at is None:
            continue
        lines = _column_below(sheet, at)
        found = _items(lines)
        if found and k + 1 < len(sheets) and not any(_LAST.match(item) for item in found):
            found = _items(lines + _goes_on(sheets[k + 1]))
        return [_plain(item) for item in found if _plain(item)]
    return []


def _is_cue(piece: Piece) -> bool:
    plain = fold(piece.text)
    return bool(RECIPIENTS_LINE.match(piece.text)) or plain.startswith(("noi nhan", "not nhan", "noi nhin"))


_RECIPIENTS_CUE = regex.compile(r"^n[oơ0][il1]?\s*nh[\p{L}]{1,3}\s*[:.;]?", regex.IGNORECASE)


_COLUMN_GAP = regex.compile(r"\s{3,}(?=\p{Lu})")
"""White between an item and what stands beside it in one line of a text without boxes."""


def _column_below(sheet: Sheet, at: int) -> list[str]:
    """The lines below the cue that stand in its column."""
    cue = sheet.pieces[at]
    first = _RECIPIENTS_CUE.sub("", cue.text).strip()
    lines = [first] if first and not CAPACITY.match(first) and not offices_in(first) else []
    previous = cue
    for piece in sheet.pieces[at + 1 : at + 1 + MOST_LINES]:
        if piece.box is not None and cue.box is not None:
            if piece.box.top < cue.box.top - 2 or piece.column is Column.RIGHT or is_rule(piece):
                continue
            if previous.box is not None and piece.box.top - previous.box.bottom > 3.0 * max(8.0, piece.box.height) and lines:
                break
        if _ends(piece, lines):
            if piece.box is None and (CAPACITY.match(piece.text) or offices_in(piece.text)) and not _closed(lines):
                continue
            if piece.box is None or not offices_in(piece.text):
                break
            continue
        lines.append(_COLUMN_GAP.split(piece.text)[0] if piece.box is None and _DASH.match(piece.text) else piece.text)
        previous = piece
    return lines


def _ends(piece: Piece, lines: Sequence[str]) -> bool:
    """An office, a name, a type, a numbered heading: no recipient."""
    text = piece.text
    if _DASH.match(text):
        return False
    if is_capitals(text) and len(text) > 3 and not (lines and lines[-1].rstrip().endswith((",", ":", "-", "–"))):
        return True
    label = find_label(text)
    if label is not None and label.rank < Rank.DASH:
        return True
    name = name_in(piece)
    return name is not None and name.known and not text[: name.start].strip(" -–.;,:") and piece.box is None


def _closed(lines: Sequence[str]) -> bool:
    return any(_LAST.match(_DASH.sub("", line)) for line in lines)


_PAGE_FIGURE = regex.compile(r"[-–\s]*\d{1,3}[-–\s]*")


def _goes_on(sheet: Sheet) -> list[str]:
    """Recipients at the top of the next page, up to "Lưu"."""
    lines: list[str] = []
    for piece in sheet.pieces[:40]:
        if piece.column is Column.RIGHT or is_rule(piece) or _PAGE_FIGURE.fullmatch(piece.text):
            continue
        if not _DASH.match(piece.text) and not lines:
            return []
        lines.append(piece.text)
        if _LAST.match(_DASH.sub("", piece.text)):
            return lines
    return []


_CHAIRMAN_NEXT = regex.compile(r"^[-–] CHỦ")


def _items(lines: Sequence[str]) -> list[str]:
    found: list[str] = []
    stray = ""
    for line in lines:
        line = _CAPACITY_IN_LINE.sub("", line).strip() if not _CHAIRMAN_NEXT.match(line) else line
        if stray and is_capitals(line):
            stray = ""
            continue
        tail = _OFFICE_TAIL.search(line)
        if tail is not None and folded(tail["words"]).strip() in ("pho", "chu tich", "kt", "tl", "tm", "quyen"):
            stray, line = tail["words"], line[: tail.start()]
        for piece in _INSIDE_DASH.split(line):
            _add(found, piece.strip())
        if found and _LAST.match(found[-1]) and found[-1].rstrip().endswith("."):
            break
    return found


def _add(found: list[str], line: str) -> None:
    if not line:
        return
    if _DASH.match(line):
        found.append(_DASH.sub("", line).strip())
    elif (
        found
        and found[-1].rstrip().endswith((";", "."))
        and (_NEW.match(line) or line[0].isupper())
        and not _abbreviates(found[-1])
    ):
        found.append(line)
    elif found:
        found[-1] += " " + line
    else:
        found.append(line)


_ABBREVIATED_PLACE = regex.compile(r"\b(?:TP|Tp|TX|TT|Q|P|H)\.$")


def _abbreviates(text: str) -> bool:
    return bool(_ABBREVIATED_PLACE.search(text))


_SPACES = regex.compile(r"\s+")
_RULE_AT_END = regex.compile(r"\s*[|_]+\s*$")


def _plain(item: str) -> str:
    item = _SPACES.sub(" ", item)
    item = _RULE_AT_END.sub("", item).strip()
    return item.rstrip(" ;.,:") if item.rstrip(";.,: ").endswith(")") else item.strip(" ;.,:")
