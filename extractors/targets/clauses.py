"""The clause around a value."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import regex

from extractors.words.quantities import Quantity


@dataclass(frozen=True, slots=True)
class ValueClause:
    """The part ``start:end`` of a sentence that belongs to one value; ``inside`` tells a value in parentheses."""

    quantity: Quantity
    start: int
    end: int
    inside: bool
    opens: bool
    """The value stands at the head of its clause ("100% cơ quan …"), so what it measures follows."""


# Words that may stand between the mark that ends a clause and a value that opens the next one.
_FRAMING = regex.compile(
    r"(?:\s*(?:và|hoặc|trong đó|cụ thể|bao gồm|gồm|với|có|hiện có|phấn đấu|đảm bảo|bảo đảm|đạt|cho|tại|các"
    r"|đã|là|ít nhất|trên|dưới|hơn|từ|để|đến|nay|riêng|còn"
    r"|tỷ lệ|chiếm|tăng|giảm|vượt|tương ứng(?: là)?|lần lượt(?: là)?|khoảng|gần|tối thiểu|tối đa"
    r"|không quá)(?!\w)[\s,:]*)*\s*",
    regex.IGNORECASE,
)
_BALANCED = regex.compile(r"\([^()]*\)")
_ONE_NOUN = "xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tỉnh|sở|ban|ngành|cán bộ|công chức|viên chức"
_ONE_NOUN = f"{_ONE_NOUN}|cơ quan|đơn vị|tổ chức|cá nhân|đoàn thể|địa phương|người lao động|hội viên"
_COORDINATED = regex.compile(
    rf"(?<!\w)(?:{_ONE_NOUN})(?:\s?,\s(?:và\s)?(?:{_ONE_NOUN})|\s(?:và|-)\s(?:{_ONE_NOUN}))+(?!\w)", regex.IGNORECASE
)
"""Nouns that are counted together ("xã, phường, thị trấn"): their commas end no clause."""
_MARK = regex.compile(r"[;:()]|,(?!\d)|(?<=\s)(?:và|với|trong đó|đồng thời|thì)(?=[\s,])", regex.IGNORECASE)
_HEAD_NOUN = regex.compile(
    r"(?:\s*(?:và|trong đó|,|riêng|đưa|nâng|giảm|tăng|phấn đấu|đảm bảo|bảo đảm|duy trì|có|đạt))*\s*"
    r"(?:tỷ lệ|tỉ lệ|chỉ số|mức độ|mức|số lượng|số|tổng|tỷ trọng|sự hài lòng|kết quả|doanh thu|giá trị"
    r"|sản lượng|diện tích|tốc độ|kinh phí|thu|chi|GRDP|các chỉ số)(?!\w)",
    regex.IGNORECASE,
)


def locate(text: str, quantities: list[Quantity]) -> list[ValueClause]:
    """The clause of each value. Between two values the cut lies where the words of the second begin."""
    text = _COORDINATED.sub(lambda m: "_" * len(m.group()), text)
    cuts = [_cut(text, a, b) for a, b in pairwise(quantities)]
    inside = _inside(text, quantities)
    clauses = []
    for i, quantity in enumerate(quantities):
        low, high = cuts[i - 1] if i else 0, cuts[i] if i < len(cuts) else len(text)
        end = _clause_end(text, quantity.end, high)
        start = _clause_start(text, low, quantity.start)
        marks = list(_MARK.finditer(text, start, quantity.start))
        opening = marks[-1].end() if marks else start
        opens = _FRAMING.fullmatch(text, opening, quantity.start) is not None
        behind = quantity.end if quantity.is_measured else quantity.noun_start
        if (
            opens
            and quantity.role == "amount"
            and not NO_NOUN.match(text, behind, end)
            and not BASE.match(text, behind)
            and not (marks and marks[-1].group() == ":" and _is_label(text[start : marks[-1].start()], text, quantity))
        ):
            start = opening
        clauses.append(ValueClause(quantity, start, end, inside[i], opens))
    return clauses


def _is_label(words: str, text: str, quantity: Quantity) -> bool:
    """Whether what stands before a colon names the value behind it: a measure, or the noun counted."""
    noun = text[quantity.noun_start : quantity.end].strip().lower()
    return bool(_HEAD_NOUN.match(words)) or (bool(noun) and noun in words.lower())


_BRACKET = regex.compile(r"[()]")


def _inside(text: str, quantities: list[Quantity]) -> list[bool]:
    """For each quantity whether it stands in parentheses."""
    marks = [(m.start(), m.group()) for m in _BRACKET.finditer(text)]
    out, depth, i = [], 0, 0
    for quantity in quantities:
        while i < len(marks) and marks[i][0] < quantity.number.start:
            depth = depth + 1 if marks[i][1] == "(" else max(0, depth - 1)
            i += 1
        out.append(depth > 0)
    return out


def _cut(text: str, first: Quantity, second: Quantity) -> int:
    """Where the clause of the second value begins."""
    low, high = first.end, second.start
    if high <= low:
        return low
    between = _BALANCED.sub(lambda m: "_" * len(m.group()), text[low:high])
    marks = list(_MARK.finditer(between))
    if not marks:
        return high
    strong = [m for m in marks if m.group() in ";("]
    strong = strong or [m for m in marks if m.group() == ":" and not _FRAMING.fullmatch(between, m.end())]
    if strong:
        return low + strong[-1].end()
    for mark in marks:
        if mark.group() == ")":
            return low + mark.end()
    marks = [m for m in marks if m.group() != ":"] or marks
    last = marks[-1]
    if _FRAMING.fullmatch(between, last.end()):
        while len(marks) > 1 and not between[marks[-2].end() : marks[-1].start()].strip():
            marks.pop()
        return low + marks[-1].end()
    for mark in marks:
        if _HEAD_NOUN.match(between, mark.end()):
            return low + mark.end()
    return low + marks[0].end()


def _clause_start(text: str, low: int, high: int) -> int:
    """Skips whole clauses between ``low`` and the one that ends at ``high``."""
    depth = 0
    for i in range(high - 1, low - 1, -1):
        if text[i] == ")":
            depth += 1
        elif text[i] == "(":
            if depth == 0:
                return i + 1
            depth -= 1
        elif text[i] == ";" and depth == 0:
            return i + 1
    return low


def _clause_end(text: str, low: int, high: int) -> int:
    depth = 0
    for i in range(low, high):
        if text[i] == "(":
            depth += 1
        elif text[i] == ")":
            if depth == 0:
                return i
            depth -= 1
        elif depth == 0 and (text[i] == ";" or text.startswith(" thì ", i)):
            return i
    return high


NO_NOUN = regex.compile(
    r"\s*(?:[.,;:)(]|$|(?:vào|trong|trước|đến|so với|giai đoạn|mỗi|hàng|hằng|theo|và|nhất là|trở lên|năm"
    r"|của|tại|trên|từ|cho|với|bằng|để|qua|đối với|giữa|tương ứng|lần lượt)(?!\w))",
    regex.IGNORECASE,
)
BASE = regex.compile(
    r"(?:kế hoạch|năm trước|năm ngoái|dự toán|chỉ tiêu|nghị quyết|cùng kỳ|mục tiêu|so với"
    r"|kịch bản)(?!\w)",
    regex.IGNORECASE,
)
