"""Targets ("chỉ tiêu"): what is measured, by when, at which level, to be reached or reached already.

``locate`` takes the quantities of a sentence and cuts it into one clause per value, ``parse`` finds the indicator, scope and
unit of each, ``resolve`` takes kind and due from the sentence and from the headings above it. A plan states what is to be
reached, a report what was; words of the sentence outweigh headings, headings outweigh the type of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from corpus.model import Found, Target
from extractors.aspect import default_kind, is_in_title, spoken_kind
from extractors.dates import Time, find_times
from extractors.quantities import Quantity, find_quantities
from extractors.structure import Sentence, Structure

# --------------------------------------------------------------------------------------------------------------------
# Locate: one clause per value


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
_FRAMING = re.compile(
    r"(?:\s*(?:và|hoặc|trong đó|cụ thể|bao gồm|gồm|với|có|hiện có|phấn đấu|đảm bảo|bảo đảm|đạt|cho|tại|các|đã|là|ít nhất|trên|dưới|hơn|từ|để|đến|nay|riêng|còn"
    r"|tỷ lệ|chiếm|tăng|giảm|tương ứng(?: là)?|lần lượt(?: là)?|khoảng|gần|tối thiểu|tối đa|không quá)(?!\w)[\s,:]*)*\s*",
    re.IGNORECASE,
)
_MARK = re.compile(r"[;:()]|,(?!\d)|(?<=\s)(?:và|với|trong đó|đồng thời)(?=[\s,])", re.IGNORECASE)
_HEAD_NOUN = re.compile(
    r"(?:\s*(?:và|trong đó|,|riêng|đưa|nâng|giảm|tăng|phấn đấu|đảm bảo|bảo đảm|duy trì|có|đạt))*\s*"
    r"(?:tỷ lệ|tỉ lệ|chỉ số|mức độ|mức|số lượng|số|tổng|tỷ trọng|sự hài lòng|kết quả|doanh thu|giá trị|sản lượng|diện tích|tốc độ|kinh phí|thu|chi|GRDP|các chỉ số)(?!\w)",
    re.IGNORECASE,
)


def locate(text: str, quantities: list[Quantity]) -> list[ValueClause]:
    """The clause of each value. Between two values the cut lies where the words of the second begin."""
    depths = _depths(text)
    cuts = [_cut(text, a, b) for a, b in zip(quantities, quantities[1:], strict=False)]
    clauses = []
    for i, quantity in enumerate(quantities):
        start = cuts[i - 1] if i else 0
        end = cuts[i] if i < len(cuts) else len(text)
        end = min(end, _clause_end(text, quantity.end, end))
        start = max(start, _clause_start(text, start, quantity.start))
        opens = _FRAMING.fullmatch(text[start : quantity.start]) is not None
        clauses.append(ValueClause(quantity, start, end, depths[i] if i < len(depths) else False, opens))
    return [replace(c, inside=d) for c, d in zip(clauses, _inside(text, quantities), strict=True)]


def _depths(text: str) -> list[bool]:
    return []


def _inside(text: str, quantities: list[Quantity]) -> list[bool]:
    """For each quantity whether it stands in parentheses."""
    marks = [(m.start(), m.group()) for m in re.finditer(r"[()]", text)]
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
    between = text[low:high]
    marks = list(_MARK.finditer(between))
    if not marks:
        return high
    strong = [m for m in marks if m.group() in ";("] or [m for m in marks if m.group() == ":"]
    if strong:
        return low + strong[-1].end()
    for mark in marks:
        if mark.group() == ")":
            return low + mark.end()
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
        elif text[i] == ";" and depth == 0:
            return i
    return high


# --------------------------------------------------------------------------------------------------------------------
# Parse: the indicator and its level

_MEASURE = re.compile(
    r"(?<!\w)(?:các\s+)?(?:tỷ lệ|tỉ lệ|mức độ hài lòng|mức độ|chỉ số|tỷ trọng|sự hài lòng|tốc độ|tổng số|tổng|số lượng|kết quả|giá trị|sản lượng|doanh thu|diện tích|thời gian|điểm số|điểm|GRDP|thu nhập|kim ngạch|quy mô)(?!\w)",
    re.IGNORECASE,
)
_GOAL_VERB = re.compile(
    r"(?<!\w)(?:phấn đấu|đảm bảo|bảo đảm|nâng|đưa|nhằm|để|duy trì|mục tiêu|yêu cầu|phải|cần|giữ vững|giữ|tăng|giảm|cắt giảm|rút ngắn)(?!\s+(?:cường|cao chất|cao hiệu|thiểu|tải))(?!\w)[\s:,]*",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:[\s,;:–-]+|(?:và|với|trong đó|theo đó|đồng thời|cụ thể|gồm|bao gồm|riêng|ngoài ra|hiện nay|hiện tại|hiện|đến nay|tính đến nay|toàn tỉnh|tỉnh|cùng với|qua đó|từ đó|thì|có|phấn đấu|đảm bảo|bảo đảm|dự kiến"
    r"|tiếp tục|sẽ|năm|trong năm|những năm gần đây|cho|của|là|tương ứng|lần lượt)(?!\w))+",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:[\s,:;–-]+|(?<!\w)(?:đạt|đạt được|đạt mức|ước|mức|tỷ lệ|trung bình|bình quân|là|lên|xuống|còn|tăng|giảm|chiếm|từ|đến|có|cho|với|tại|bằng|và|gồm|hiện có|tương ứng|lần lượt|vươn|xếp|thứ|các|khoảng|được|phấn đấu|đảm bảo|bảo đảm|trong|nằm trong|thuộc|vào|vào năm|đều|ở|ở mức|cho khoảng|về|của|theo))+$",
    re.IGNORECASE,
)
_TAIL_OF_POST = re.compile(r"\s*(?:[.;,:]|\./)+\s*$")
_ASIDE = re.compile(r"\s*\([^()]*(?:\)|$)")
_NO_NOUN = re.compile(
    r"\s*(?:[.,;:)(]|$|(?:vào|trong|trước|đến|so với|giai đoạn|mỗi|hàng|hằng|theo|và|nhất là|trở lên|năm|của|tại|trên|từ|cho|với|bằng|để|qua|đối với|giữa)(?!\w))",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"\s*(?:của|giữa|tại|trên|cho|đối với)(?!\w)", re.IGNORECASE)
_PLACE_LEAD = re.compile(r"(?:^|[,;.]\s*|\s)(?P<place>tại\s[^:;%]{3,120}):\s", re.IGNORECASE)
_LEVELS = (
    ("cấp tỉnh", re.compile(r"(?<!\w)(?:cấp\s+(?:tỉnh|thành phố)|sở, ban, ngành|sở, ngành|các sở|Sở)(?!\w)")),
    (
        "cấp huyện",
        re.compile(
            r"(?<!\w)(?:cấp\s+huyện|UBND\s+(?:các\s+)?(?:huyện|quận)|huyện, thị xã|huyện, thành phố)(?!\w)", re.IGNORECASE
        ),
    ),
    ("cấp xã", re.compile(r"(?<!\w)(?:cấp\s+(?:xã|cơ sở)|UBND\s+(?:các\s+)?xã|xã, phường)(?!\w)", re.IGNORECASE)),
)
_STATED_LEVEL = re.compile(r"(?<!\w)cấp\s+(?P<level>tỉnh|thành phố|huyện|xã|cơ sở)(?!\w)", re.IGNORECASE)
_MAX_INDICATOR = 400


def indicator_of(text: str, clause: ValueClause, before: list[tuple[ValueClause, str]]) -> str:
    """What the value of ``clause`` measures, in words of the sentence; ``before`` holds the earlier values' indicators."""
    quantity = clause.quantity
    pre = _clean_front(text[clause.start : quantity.start])
    post = _clean_back(text[quantity.noun_start if quantity.unit else quantity.end : clause.end], text, quantity)
    if quantity.role == "rank":
        post = ""
    last = before[-1][1] if before else ""
    if quantity.role == "change" and not post and (clause.inside or not pre) and last:
        return last
    if clause.inside and before and not pre and not post:
        return last
    if clause.inside and not post and pre.lower() in ("tỷ lệ", "tỉ lệ", "") and last:
        return last if last.lower().startswith("tỷ lệ") else f"tỷ lệ {last}"
    if clause.inside and post and not pre:
        outer = _outer_noun(text, clause, post)
        return outer or _join(post, _verb_before_parenthesis(text, clause))
    if not post:
        return pre or last
    if _PREPOSITION.match(post) and not pre and last:
        return _join(_head_of(last), post)
    return _join(pre, post) if _MEASURE.match(pre) or clause.opens or pre[:1].isupper() else _join(post, pre)


def _join(first: str, second: str) -> str:
    return f"{first} {second}".strip() if second else first


def _clean_front(pre: str) -> str:
    pre = _ASIDE.sub("", pre)
    pre = pre[pre.rfind(": ") + 2 :] if ": " in pre else pre
    for time in reversed(find_times(pre)):
        pre = pre[: time.start] + " " + pre[time.end :]
    pre = " ".join(pre.split())
    cut = 0
    for verb in _GOAL_VERB.finditer(pre):
        rest = pre[verb.end() :]
        if _MEASURE.match(rest) or verb.group().lower().startswith(("phấn", "đảm bảo", "bảo đảm", "mục")):
            cut = verb.end()
    pre = pre[cut:]
    previous = None
    while previous != pre:
        previous = pre
        pre = _TRAILING.sub("", _LEADING.sub("", pre)).strip()
    return pre


def _clean_back(post: str, text: str, quantity: Quantity) -> str:
    if quantity.unit in ("%", "điểm %") or not quantity.unit:
        if _NO_NOUN.match(post) and not _PREPOSITION.match(post):
            return ""
    post = _ASIDE.sub("", post)
    for time in reversed(find_times(post)):
        post = post[: time.start] + " " + post[time.end :]
    post = re.split(
        r",\s*(?:nhất là|trong đó|qua đó|góp phần|từ đó|đồng thời)(?!\w)|\s+tạo thuận lợi|\s+góp phần|\s+so với(?!\w)", post
    )[0]
    return _TAIL_OF_POST.sub("", " ".join(post.split()))[:_MAX_INDICATOR].strip(" ,")


def _outer_noun(text: str, clause: ValueClause, post: str) -> str:
    """ "(06 mô hình)" counts the noun that stands before the parenthesis."""
    outer = text[: max(0, clause.start - 1)]
    at = outer.lower().rfind(post.lower())
    return outer[at:].strip() if at >= 0 and len(post) > 2 and len(outer) - at < 200 else ""


def _verb_before_parenthesis(text: str, clause: ValueClause) -> str:
    return ""


def _head_of(indicator: str) -> str:
    """The noun of an indicator up to its first preposition."""
    return re.split(r"\s+(?:giữa|của|tại|trên|được|cho|đối với)\s", indicator)[0]


def scope_of(phrase: str) -> str | None:
    """The one level of government that a phrase names, else ``None``."""
    levels = {m["level"].lower() for m in _STATED_LEVEL.finditer(phrase)}
    if len(levels) == 1:
        level = levels.pop()
        return {"cơ sở": "cấp xã", "thành phố": "cấp tỉnh"}.get(level, f"cấp {level}")
    return None


# --------------------------------------------------------------------------------------------------------------------
# Resolve: kind and due

_CONDITION = re.compile(r"^(?:đối với|trường hợp|nếu|khi|những|các trường hợp)(?!\w)", re.IGNORECASE)
_CONSEQUENCE = re.compile(r"(?<!\w)(?:gửi|phải|thì|được|không|bị|có trách nhiệm|báo cáo)(?!\w)")
_COMPARISON = re.compile(r"(?:so với|bằng|cùng kỳ(?: năm trước)?(?: là)?)\s*\(?\s*$", re.IGNORECASE)


def kind_of(structure: Structure, sentence: Sentence, clause: ValueClause) -> str:
    """Whether a value is a ``target``, a ``result`` or a ``reference``."""
    text, quantity = sentence.text, clause.quantity
    if quantity.role == "base" or _COMPARISON.search(text[max(0, quantity.start - 40) : quantity.start]):
        return "reference"
    if _CONDITION.match(text) and quantity.stated and _CONSEQUENCE.search(text, quantity.end):
        return "reference"
    return spoken_kind(text[: quantity.end], default_kind(structure, sentence.block))


def due_of(sentence: Sentence, clause: ValueClause, clauses: list[ValueClause], times: list[Time]) -> str | None:
    """By when (or for which period) a value holds: from its clause, else its sentence, else the heading or lead-in above."""
    own = [t for t in times if t.due and not is_in_title(sentence.text, t)]
    inside = [t for t in own if clause.start <= t.start < clause.end]
    after = [t for t in inside if t.start >= clause.quantity.end]
    if after:
        return after[0].due
    if inside:
        return _joined(inside)
    shared = [
        t
        for t in own
        if t.start < clause.start and not any(c.start < t.start and c.quantity.end <= t.start for c in clauses)
    ]
    if shared:
        return _joined(shared[-2:])
    closing = [t for t in own if clauses and t.start >= clauses[-1].quantity.end]
    if closing and clause.end <= closing[0].start and ";" not in sentence.text[clause.quantity.end : closing[0].start]:
        return closing[0].due
    if own and any(t.start < clause.start for t in own):
        return [t for t in own if t.start < clause.start][-1].due
    return heading_due(sentence)


def _joined(times: list[Time]) -> str | None:
    dues = list(dict.fromkeys(t.due for t in times if t.due))
    periods = [d for d in dues if not d.startswith("P")]
    every = [d for d in dues if d.startswith("P")]
    if periods and every:
        return f"{periods[-1]};{every[-1]}"
    return (periods or every)[-1] if dues else None


def heading_due(sentence: Sentence) -> str | None:
    """The time of the nearest heading or lead-in above, or of a lead-in sentence of the same block."""
    block = sentence.block
    earlier = [s for s in block.sentences if s.end <= sentence.start and s.text.endswith(":")]
    leads = [s.text for s in reversed(earlier)]
    if block.lead is not None:
        leads.append(block.lead.text)
    for lead in leads:
        times = [t for t in find_times(lead) if t.due and not is_in_title(lead, t)]
        if times:
            return _joined(times)
        break
    return None


def find(structure: Structure) -> list[Found]:
    """Every quantity of body and appendices, one record per value."""
    return list(_find(structure))


def _find(structure: Structure) -> Iterator[Found]:
    for sentence in structure.sentences:
        text = sentence.text
        if not any(c.isdigit() for c in text) and "một" not in text and "mươi" not in text:
            continue
        times = find_times(text)
        quantities = find_quantities(text, times)
        if not quantities:
            continue
        clauses = locate(text, quantities)
        done: list[tuple[ValueClause, str]] = []
        place = _PLACE_LEAD.search(text)
        for clause in clauses:
            indicator = indicator_of(text, clause, done)
            done.append((clause, indicator))
            if place is not None and place.end() <= clause.quantity.start:
                indicator = _join(indicator, place["place"][0].lower() + place["place"][1:])
            yield _found(structure, sentence, clause, clauses, times, indicator)


def _found(
    structure: Structure,
    sentence: Sentence,
    clause: ValueClause,
    clauses: list[ValueClause],
    times: list[Time],
    indicator: str,
) -> Found:
    quantity = clause.quantity
    text = sentence.text
    start = clause.start + len(text[clause.start : clause.end]) - len(text[clause.start : clause.end].lstrip(" ,;"))
    span = sentence.span_of(min(start, quantity.start), max(clause.end, quantity.end))
    line, line_end = structure.lines_of(span)
    target = Target(
        kind=kind_of(structure, sentence, clause),
        value=quantity.number.value,
        unit=quantity.unit,
        comparator=quantity.comparator,
        indicator=indicator or None,
        value_max=quantity.number.value_max,
        of=quantity.number.of,
        scope=scope_of(indicator),
        due=due_of(sentence, clause, clauses, times),
    )
    return Found(
        value=target,
        span=span,
        quote=text[min(start, quantity.start) : max(clause.end, quantity.end)].strip(),
        line=line,
        line_end=line_end,
        rule=f"quantity.{quantity.role}",
        page=structure.index.page_of(span.start),
        confidence=quantity.confidence,
    )
