"""Type and title ("tên loại, trích yếu"): where they begin, and above all where they end."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from documents.edits import Span
from extractors.header.draft import Draft
from extractors.header.issuer import heads_a_body
from extractors.header.letterhead import Head, Role
from extractors.header.pieces import Column, Piece
from extractors.structure.blocks import Structure, Zone
from extractors.structure.genre import TYPE_WORDS
from extractors.structure.labels import Rank, find_label
from extractors.structure.zones import type_word_of
from extractors.words.folding import folded
from normalizers.case import first_capital
from normalizers.document_numbers import document_types, notation_of, type_of_number
from normalizers.official_form import ABOUT, ADDRESSEE, is_capitals, offices_in

MOST_LINES = 14
"""Lines of the longest titles seen; a decree's amendments take eleven."""
MOST_WORDS_BEFORE_A_TITLE = 5
"""Words of a type over a title of its own ("Kế hoạch liên ngành")."""
MOST_WORDS_OF_TYPE = 6
"""Words of a type that calls itself so ("Hợp đồng trách nhiệm", "Bảng phân công nhiệm vụ"); longer lines are titles."""
_OPEN_TYPES = regex.compile(
    r"^(?:bang|don|danh sach|hop dong|phieu|tho moi|thu moi|thu ngo|thu cam on|thu|giay|bien ban|lich|to khai|ban(?! hanh)"
    r"|dieu le|noi quy|quy trinh|ket luan|thong tri|loi keu goi|muc luc|de cuong|tham luan|the le|van ban|to trinh|bao cao"
    r"|ke hoach|thong bao|quyet dinh|chuong trinh|huong dan|giay moi|cong dien|de an|phuong an|quy che|quy dinh)\b"
)
"""How types begin that Nghị định 30/2020/NĐ-CP does not know, or that stand in one line with their title."""
_SELF_CONTAINED = regex.compile(r"^(?:ban|thu|don|bang|lich|phieu|giay)$")
_CONNECTIVE = regex.compile(
    r"(?:[-,–/&(]|\b(?:của|và|về|các|với|theo|tại|cho|trong|số|ngày|tháng|năm|do|bởi|từ|đến|hoặc|những|một|là|để|trên|việc"
    r"|giữa|thuộc|đối|nhằm|cấp|trực|ban hành|tỉnh|huyện|thành phố|xã|phường|cùng|giao|bổ|bởi vì))$",
    regex.IGNORECASE,
)
_LEVEL_AT_END = regex.compile(r"\b(?:tỉnh|huyện|thành phố|xã|phường|cấp)$", regex.IGNORECASE)
"""Ends of a line behind which a name may follow, or nothing ("trên địa bàn tỉnh")."""
_AUTHORITY = regex.compile(
    r"^(?:(?:q\.? |quyen |pho )?chu tich|uy ban|hoi dong|bo truong|giam doc|tong giam doc|chanh|thu tuong|chinh phu|quoc hoi"
    r"|uy ban thuong vu|ban thuong vu|ban chap hanh|ban bi thu|bo chinh tri|thong doc|tong|cuc truong|chi cuc truong"
    r"|truong|hieu truong|vien truong|chu nhiem|doan chu tich|ban giam doc|ubnd|hdnd|so |van phong|bo |lien |ban )"
)
_REASONS = regex.compile(r"^\W*(?:can cu|xet|kho[ai]|khoa|ky hop|nhiem ky|theo de nghi|thuc hien)\b")
_SURE_OPENING = regex.compile(r"^\W*(?:can cu|xet de nghi|kinh gui|kinh trinh|theo de nghi|hom nay|cong hoa xa hoi)\b")
_OPENING = regex.compile(
    r"^(?:Thực hiện|Trong|Để|Nhằm|Triển khai|Ngày|Thi hành|Theo|Trên cơ sở|Sau khi|Qua|Từ ngày|Tiếp tục|Nhân dịp|Hiện nay"
    r"|Thời gian|Năm \d|Vừa qua|Ủy ban nhân dân|UBND|Hội đồng nhân dân|HĐND|Chủ tịch|Thủ tướng|Hôm nay|Tiếp theo|Được sự"
    r"|Phát huy|Những năm|Với|Tại|Tôi|Chúng tôi)\b"
)
_ASIDE = regex.compile(r"^\W*\((?:theo|ban hanh|kem theo|kem|dinh kem|dung cho|ap dung)\b")
_WIRED = regex.compile(r"\bdien\s*:?\s*$")
_PARTED = regex.compile(r"[_*=~|]{2,}|-{3,}|[-–]\s*[oO0]\s*[oO0]+\s*[-–]")


def read_type_and_title(structure: Structure, head: Head, draft: Draft) -> int | None:
    """Fills type and title; returns the index of the piece with the type (or the "V/v")."""
    at = head.first(Role.TYPE)
    first_text = head.first(Role.ADDRESSEE)
    about = head.first(Role.ABOUT)
    if at is not None and at > 0 and _put_running_title(head, draft):
        return 0  # "QUYẾT ĐỊNH:" further down opens what is decided
    if at is not None and (first_text is None or at < first_text + 2):
        piece = head.at(at)
        word = type_word_of(piece.text) or ""
        draft.put("type", first_capital(word), piece.span_of(0, len(piece.text)))
        draft.note("type", "word")
        _put_title(head, draft, _title_lines(head, at + 1, at))
        if "title" not in draft.fields and about is not None:
            _put_title(head, draft, _about_lines(head, about))
        return at
    opened = _open_type(head)
    if opened is not None and (about is None or opened < about):
        _put_open_type(head, draft, opened)
        return opened
    if about is not None:
        _put_title(head, draft, _about_lines(head, about))
        draft.note("title", "about")
        return about
    if _put_running_title(head, draft):
        return 0
    _put_capital_title(head, draft)
    _zone_title(structure, draft)
    return None


def _put_capital_title(head: Head, draft: Draft) -> None:
    """A text without number and motto may begin with its title in capitals alone."""
    if head.first(Role.MOTTO, Role.NUMBER) is not None:
        return
    first = next((i for i, role in enumerate(head.roles) if role in (Role.CAPITALS, Role.TEXT, Role.ADDRESSEE)), None)
    if first is None or head.roles[first] is not Role.CAPITALS or heads_a_body(head.at(first).text):
        return
    _put_title(head, draft, [first, *_title_lines(head, first + 1, first)])
    draft.note("title", "zone")


def _open_type(head: Head) -> int | None:
    """A line in capitals, below number or date, that names its own type ("PHIẾU TRÌNH", "BÁO CÁO CÔNG TÁC THÁNG 5")."""
    known = [i for i, role in enumerate(head.roles) if role in (Role.NUMBER, Role.DATE, Role.MOTTO)]
    start = max(known, default=-1) + 1
    if not known:
        return None
    for i in range(start, len(head.pieces)):
        if head.roles[i] is Role.ADDRESSEE or head.roles[i] is Role.TEXT:
            return None
        if (
            head.roles[i] is Role.CAPITALS
            and head.at(i).column is not Column.LEFT
            and _OPEN_TYPES.match(folded(head.at(i).text))
        ):
            return i
    return None


def _put_open_type(head: Head, draft: Draft, at: int) -> None:
    piece = head.at(at)
    text = _PARTED.sub(" ", piece.text).strip(" .:-–")
    plain = folded(text)
    known = max((w for w in TYPE_WORDS if plain.startswith(folded(w) + " ")), key=len, default=None)
    words = text.split()
    titled = _title_lines(head, at + 1, at)
    if titled and len(words) <= MOST_WORDS_BEFORE_A_TITLE:
        draft.put("type", first_capital(text.lower()), piece.span_of(0, len(text)))
        _put_title(head, draft, titled)
    elif known is not None and known != "biên bản":
        draft.put("type", first_capital(known), piece.span_of(0, len(known)))
        _put_title(head, draft, [at, *titled], skip=len(known.split()))
    elif len(words) <= MOST_WORDS_OF_TYPE:
        draft.put("type", first_capital(text.lower()), piece.span_of(0, len(text)))
    else:
        count = 1 if not _SELF_CONTAINED.match(folded(words[0])) else 2
        count = 2 if folded(" ".join(words[:2])) in ("bien ban", "danh sach", "hop dong", "giay moi") else count
        draft.put("type", first_capital(" ".join(words[:count]).lower()), piece.span_of(0, len(text)))
        _put_title(head, draft, [at, *titled], skip=count)
    draft.note("type", "open")


# --- where a title ends ----------------------------------------------------------------------------------------------


def _title_lines(head: Head, start: int, type_at: int) -> list[int]:
    """Indexes of the pieces of the title that begins at ``start``, under the type at ``type_at``."""
    taken: list[int] = []
    for j in range(start, min(len(head.pieces), start + MOST_LINES + 8)):
        piece, role = head.at(j), head.roles[j]
        if role in (Role.RULE, Role.MARK, Role.ABOVE) or _is_beside(piece, head.at(type_at), role):
            continue
        if len(taken) >= MOST_LINES or _ends_title(head, taken, j, type_at):
            break
        taken.append(j)
    return taken


def _is_beside(piece: Piece, type_piece: Piece, role: Role) -> bool:
    """A piece of the letterhead that is read after the type although it stands beside or above it."""
    if piece.box is None or type_piece.box is None:
        return False
    above = piece.box.bottom < type_piece.box.top + 2
    return above or (role in (Role.NUMBER, Role.DATE, Role.MOTTO) and piece.column in (Column.LEFT, Column.RIGHT))


_STOP_AT_END = regex.compile(r"[.;:]\s*[”\"]?$")
_ABBREVIATED_AT_END = regex.compile(r"\b\p{Lu}{1,3}\.$")


def _ends_title(head: Head, taken: Sequence[int], j: int, type_at: int) -> bool:
    """Whether piece ``j`` belongs to what follows the title."""
    piece, role = head.at(j), head.roles[j]
    text, plain = piece.text, folded(piece.text)
    if role in (Role.ADDRESSEE, Role.MOTTO, Role.NUMBER, Role.DATE, Role.TYPE):
        return True
    if (
        _SURE_OPENING.match(plain)
        or _ASIDE.match(plain)
        or text.startswith(("Kèm theo", "STT", "TT "))
        or _WIRED.search(plain)
        or len(text) > 200
    ):
        return True
    if text.startswith(("Kèm theo", "STT", "TT ")):
        return True
    label = find_label(text)
    if label is not None and (label.rank < Rank.DASH or not taken or text[label.end :][:1].isupper()):
        return True
    previous = head.at(taken[-1]) if taken else head.at(type_at)
    if _is_far_below(previous, piece, first=not taken):
        return True
    if not taken:
        return (role is Role.CAPITALS and _is_authority(head, j)) or _is_paragraph(head, j)
    if _calls_for_more(previous, piece):
        return False
    if _STOP_AT_END.search(previous.text) and not _ABBREVIATED_AT_END.search(previous.text):
        return True
    if role is Role.CAPITALS:
        return not is_capitals(previous.text) or _is_authority(head, j)
    if is_capitals(previous.text) and not is_capitals(text) and text[:1].isupper():
        return True
    return text[:1].isupper() and (bool(_OPENING.match(text)) or _is_paragraph(head, j) or _begins_body(head, j))


def _calls_for_more(previous: Piece, piece: Piece) -> bool:
    """Whether the line before ends in a word that something must follow, and ``piece`` can be that."""
    text = previous.text.rstrip()
    if not _CONNECTIVE.search(text):
        return False
    return not (_LEVEL_AT_END.search(text) and _OPENING.match(piece.text))


def _is_authority(head: Head, j: int) -> bool:
    """A line in capitals that says who decides, before the reasons: "CHỦ TỊCH UBND THỊ TRẤN … / Căn cứ …"."""
    plain = folded(head.at(j).text)
    if not _AUTHORITY.match(plain) and not offices_in(head.at(j).text):
        return False
    for k in range(j + 1, min(len(head.pieces), j + 5)):
        if head.roles[k] is Role.RULE or head.roles[k] is Role.CAPITALS:
            continue
        return bool(_REASONS.match(folded(head.at(k).text)) or head.at(k).text.rstrip().endswith((";", ":")))
    return True


def _is_far_below(previous: Piece, piece: Piece, *, first: bool) -> bool:
    """More white above the line than lines of one title have between them."""
    if previous.box is None or piece.box is None or previous.page != piece.page:
        return False
    height = max(8.0, min(previous.box.height, piece.box.height))
    white = piece.box.top - previous.box.bottom
    return white > (3.0 if first else 0.75) * height and (first or not piece.text[:1].islower())


def _is_paragraph(head: Head, j: int) -> bool:
    """The first line of a paragraph: indented, and as far right as the line below it, which begins further left."""
    piece = head.at(j)
    below = head.at(j + 1) if j + 1 < len(head.pieces) else None
    if piece.box is None or below is None or below.box is None or below.page != piece.page:
        return False
    indented = below.box.left < piece.box.left - 12
    return indented and abs(below.box.right - piece.box.right) < 6 and piece.box.width > 250 and not is_capitals(piece.text)


def _begins_body(head: Head, j: int) -> bool:
    """A sentence that ends in a mark is no part of a title: the line that opens it ends the title if nothing else does."""
    piece = head.at(j)
    if piece.box is not None:
        return False
    words = piece.text.split()
    if len(words) < 4 or (len(words) > 1 and words[1][:1].isupper()):
        return False  # a name of two capitals goes on a title
    for k in range(j, min(len(head.pieces), j + 12)):
        text = head.at(k).text.rstrip()
        if head.roles[k] in (Role.ADDRESSEE, Role.CAPITALS) or _SURE_OPENING.match(folded(text)):
            return False
        if text.endswith((".", ";", ":", "./.")):
            return True
    return False


_QUOTE_AT_END = regex.compile(r"[”\")]\s*$")
_QUOTE_BEFORE_DIRT = regex.compile(r"[”\")]\W*$")


def _about_lines(head: Head, at: int) -> list[int]:
    """The lines of a "V/v …" under the number: as long as they stay in its column."""
    first = head.at(at)
    taken = [at]
    quoted = first.text.lstrip()[:1] in '“"(' and not _QUOTE_AT_END.search(first.text)
    for j in range(at + 1, min(len(head.pieces), at + 1 + MOST_LINES)):
        piece, role = head.at(j), head.roles[j]
        if role is Role.RULE or (
            piece.box is not None and piece.column is not first.column and piece.column is Column.RIGHT
        ):
            continue
        if role not in (Role.TEXT, Role.NUMBER) or ADDRESSEE.match(folded(piece.text)):
            break
        previous = head.at(taken[-1])
        if piece.text.startswith(("-", "–")) or _is_far_below_about(previous, piece) or _leaves_column(first, piece):
            break
        if piece.box is None and not quoted and len(piece.text) > 1.6 * max(len(head.at(t).text) for t in taken):
            break
        if _OPENING.match(piece.text) and not _calls_for_more(previous, piece):
            break
        if _STOP_AT_END.search(previous.text) and not quoted and piece.text[:1].isupper():
            break
        taken.append(j)
        if quoted and _QUOTE_BEFORE_DIRT.search(piece.text):
            break
    return taken


def _is_far_below_about(previous: Piece, piece: Piece) -> bool:
    if previous.box is None or piece.box is None:
        return False
    return piece.box.top - previous.box.bottom > 1.2 * max(8.0, previous.box.height) or piece.page != previous.page


def _leaves_column(first: Piece, piece: Piece) -> bool:
    """Far wider than the column in which the "V/v" stands."""
    return first.box is not None and piece.box is not None and piece.box.right > first.box.right + 90


# --- the words -------------------------------------------------------------------------------------------------------


_SPACES = regex.compile(r"\s+")
_DIRT_BEFORE_TITLE = regex.compile(r"^(?:[^\p{L}\d“\"(\s]+\s+)+(?=[Vv]ề việc\b)")
_TWO_LETTERS = regex.compile(r"\p{L}{2}")


def _put_title(head: Head, draft: Draft, lines: Sequence[int], skip: int = 0) -> None:
    """The title of these pieces; ``skip`` words of the first are the type."""
    words = [_PARTED.sub(" ", head.at(i).text).strip() for i in lines]
    if words and skip:
        words[0] = " ".join(words[0].split()[skip:])
    title = _SPACES.sub(" ", " ".join(w for w in words if w)).strip(" .;:-–_*")
    title = _DIRT_BEFORE_TITLE.sub("", title)
    if title[:1] in '“"(' and (title[-1:] in '”")' or ABOUT.match(title[1:])):
        inner = title[1:].rstrip('”") ') if ABOUT.match(title[1:]) else title[1:-1]
        title = inner.strip() if ABOUT.match(inner) else title
    about = ABOUT.match(title)
    if about is not None and "/" in about.group():
        title = title[about.end() :].strip()
    if not _TWO_LETTERS.search(title):
        return
    spans = [s for i in lines if (s := head.at(i).span_of(0, len(head.at(i).text))) is not None]
    draft.put("title", title, Span(min(s.start for s in spans), max(s.end for s in spans)) if spans else None)
    if is_capitals(title):
        draft.fields.setdefault("title_plain", first_capital(title.lower()))
    if len(lines) >= MOST_LINES:
        draft.note("title", "long")


_SMALL_LETTER_NEXT = regex.compile(r"\s+\p{Ll}")


def _put_running_title(head: Head, draft: Draft) -> bool:
    """A gazette's text begins with type and title in one sentence ("Chỉ thị về việc …"), small letters throughout."""
    if not head.pieces or head.first(Role.MOTTO, Role.NUMBER, Role.DATE) == 0:
        return False
    first = head.at(0)
    plain = folded(first.text)
    word = max((w for w in TYPE_WORDS if plain.startswith(folded(w) + " ")), key=len, default=None)
    word = "thông báo" if word == "thông báo kết luận" else word  # "Thông báo kết luận của …" names its subject
    if word is None or not _SMALL_LETTER_NEXT.match(first.text[len(word) :]) or not first.text[:1].isupper():
        return False
    lines = [0]
    while lines[-1] + 1 < min(len(head.pieces), MOST_LINES) and not head.at(lines[-1]).text.rstrip().endswith(
        (".", ";", ":")
    ):
        following = head.at(lines[-1] + 1).text
        if following[:1].isupper() or _SURE_OPENING.match(folded(following)) or find_label(following) is not None:
            break
        lines.append(lines[-1] + 1)
    if len(lines) >= MOST_LINES or len(first.text) > 300:
        return False
    draft.put("type", first_capital(word), first.span_of(0, len(word)))
    draft.note("type", "running")
    _put_title(head, draft, lines, skip=len(word.split()))
    draft.note("title", "running")
    return True


def authority_after(head: Head, at: int | None) -> Piece | None:
    """The line between title and reasons that says who decides; it names the issuer where the letterhead is missing."""
    for j in range((at or 0) + 1, min(len(head.pieces), (at or 0) + MOST_LINES)):
        text = head.at(j).text
        if _REASONS.match(folded(text)):
            return None
        if len(text) < 90 and text[:1].isupper() and _AUTHORITY.match(folded(text)) and j + 1 < len(head.pieces):
            following = next((k for k in range(j + 1, len(head.pieces)) if head.roles[k] is not Role.RULE), None)
            if following is not None and _REASONS.match(folded(head.at(following).text)):
                return head.at(j)
    return None


def _zone_title(structure: Structure, draft: Draft) -> None:
    """The title of a text without a letterhead, as the structure of the text has it."""
    lines = structure.lines_in(Zone.TITLE)
    words = [_PARTED.sub(" ", line).strip() for _, line in lines]
    title = _SPACES.sub(" ", " ".join(w for w in words if w)).strip(" .;:-–_")
    if title:
        draft.put(
            "title", title, Span(structure.index.span_of(lines[0][0]).start, structure.index.span_of(lines[-1][0]).end)
        )
        draft.note("title", "zone")


# --- the type where no line names it ----------------------------------------------------------------------------------

_SELF = regex.compile(
    r"\b(?:nội dung|hiện|Trên đây là|ban hành|của"
    r"|ban hành kèm theo)\s+(?:các\s+)?(?P<type>[\p{L}]+(?:\s\p{L}+)?)(?:\s+này)?\b"
)
_THIS = regex.compile(r"\b(?P<type>\p{Lu}\p{L}+\s\p{L}+) này\b")
_REPORTS = regex.compile(
    r"kính báo cáo|^Trên đây là (?:tình hình|kết quả)|báo cáo (?:tình hình|kết quả)[^.;]{0,150}như sau:"
)


def mend_notation(draft: Draft) -> None:
    """A notation that misses its type's hyphen, or has one letter of it wrong, by the type that the page names.

    "…/TBATTP" of a Thông báo is "…/TB-ATTP", "15/T.Ir-CC" of a Tờ trình "15/T.Tr-CC"; in doubt both.
    """
    number, named = draft.fields.get("number"), draft.fields.get("type")
    if not number or not named or "word" not in draft.notes["type"] or type_of_number(number) == named:
        return
    notation = notation_of(number)
    before = number[: len(number) - len(notation)]
    for short in (key for key, name in document_types().items() if name == named):
        if "-" not in notation and notation.upper().startswith(short) and len(notation) - len(short) >= 2:
            draft.fields["number"] = f"{before}{notation[: len(short)]}-{notation[len(short) :]}"
        elif "-" in notation:
            head, _, rest = notation.partition("-")
            bare = head.replace(".", "").upper()
            wrong = [i for i, (a, b) in enumerate(zip(bare, short, strict=False)) if a != b]
            if len(bare) == len(short) > 2 and len(wrong) == 1:
                at = [i for i, letter in enumerate(head) if letter != "."][wrong[0]]
                draft.fields["number"] = f"{before}{head[:at]}{short[wrong[0]]}{head[at + 1 :]}-{rest}"
        else:
            continue
        if draft.fields["number"] != number:
            draft.doubt("number")
            draft.note("number", "mended")
            return


def find_type(structure: Structure, head: Head, draft: Draft) -> None:
    """The type from the notation of the number, from an addressee (công văn), or from what the body calls itself."""
    number = draft.fields.get("number")
    told = type_of_number(number) if number else None
    addressed = head.first(Role.ADDRESSEE) is not None
    if told and addressed and told != "Công văn" and draft.fields.get("type") is None and head.first(Role.ABOUT) is None:
        draft.note("type", "notation")
    if draft.put("type", told):
        draft.note("type", "notation")
    if addressed and draft.put("type", "Công văn"):
        draft.note("type", "addressee")
    if "type" not in draft.fields:
        draft.put("type", _type_in_body(structure))
        draft.note("type", "body")


_ORDERS = regex.compile(r"\bchỉ thị,? yêu cầu\b")


def _type_in_body(structure: Structure) -> str | None:
    counts: dict[str, int] = {}
    for block in structure.body:
        text = block.text[:8000]
        for match in (*_THIS.finditer(text), *_SELF.finditer(text)):
            word = match["type"].lower()
            word = word if word in TYPE_WORDS else " ".join(word.split()[:2])
            sure = match.group().endswith("này") or match.group().startswith(("nội dung", "Trên đây"))
            if word in TYPE_WORDS and match["type"][:1].isupper() and sure:
                counts[word] = counts.get(word, 0) + 3
        for word, found in (("chỉ thị", _ORDERS.search(text)), ("báo cáo", _REPORTS.search(text))):
            if found:
                counts[word] = counts.get(word, 0) + 3
    word = max(counts, key=lambda w: counts[w], default=None)
    return first_capital(word) if word else None
