"""Targets ("chỉ tiêu"): what is measured, by when, at which level, to be reached or reached already.

``locate`` takes the quantities of a sentence and cuts it into one clause per value, ``parse`` finds the indicator, scope and
unit of each, ``resolve`` takes kind and due from the sentence and from the headings above it. A plan states what is to be
reached, a report what was; words of the sentence outweigh headings, headings outweigh the type of the document.

Seen to fail, on documents these rules were not made from:

- what a value measures when it stands two sentences earlier ("… được quan tâm. Đạt 85%"), or when a phrase of place or
  cause comes between subject and value: the indicator is too long then, or only the verb;
- thresholds of regulations ("xã có từ 50% số thôn trở lên"), which are ``target`` unless a condition opens the sentence;
- tariffs and point scales ("cứ thêm 5% được tính 0,5 điểm"), taken as targets;
- sums in tables of money whose unit stands above the table ("ĐVT: triệu đồng");
- a misread word before a known noun ("13 tiêu chí" for "là tiêu chí");
- number words that may be articles, except after a comparator and in "mỗi … có một …".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from corpus.model import Found, Target
from extractors.aspect import default_kind, is_in_title, kind_spoken_before
from extractors.dates import Time, find_times
from extractors.quantities import Quantity, find_quantities
from extractors.responsibility import in_pieces, named_in, responsible_for, sentences_before
from extractors.statistics import find_cells, find_rows, sentences_of_cells
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
    r"(?:\s*(?:và|hoặc|trong đó|cụ thể|bao gồm|gồm|với|có|hiện có|phấn đấu|đảm bảo|bảo đảm|đạt|cho|tại|các"
    r"|đã|là|ít nhất|trên|dưới|hơn|từ|để|đến|nay|riêng|còn"
    r"|tỷ lệ|chiếm|tăng|giảm|vượt|tương ứng(?: là)?|lần lượt(?: là)?|khoảng|gần|tối thiểu|tối đa"
    r"|không quá)(?!\w)[\s,:]*)*\s*",
    re.IGNORECASE,
)
_BALANCED = re.compile(r"\([^()]*\)")
_MARK = re.compile(r"[;:()]|,(?!\d)|(?<=\s)(?:và|với|trong đó|đồng thời)(?=[\s,])", re.IGNORECASE)
_HEAD_NOUN = re.compile(
    r"(?:\s*(?:và|trong đó|,|riêng|đưa|nâng|giảm|tăng|phấn đấu|đảm bảo|bảo đảm|duy trì|có|đạt))*\s*"
    r"(?:tỷ lệ|tỉ lệ|chỉ số|mức độ|mức|số lượng|số|tổng|tỷ trọng|sự hài lòng|kết quả|doanh thu|giá trị"
    r"|sản lượng|diện tích|tốc độ|kinh phí|thu|chi|GRDP|các chỉ số)(?!\w)",
    re.IGNORECASE,
)


def locate(text: str, quantities: list[Quantity]) -> list[ValueClause]:
    """The clause of each value. Between two values the cut lies where the words of the second begin."""
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
        if opens and quantity.role == "amount" and not _NO_NOUN.match(text, behind, end) and not _BASE.match(text, behind):
            start = opening
        clauses.append(ValueClause(quantity, start, end, inside[i], opens))
    return clauses


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
        elif text[i] == ";" and depth == 0:
            return i
    return high


# --------------------------------------------------------------------------------------------------------------------
# Parse: the indicator and its level

_MEASURE = re.compile(
    r"(?<!\w)(?:các\s+)?(?:tỷ lệ|tỉ lệ|mức độ hài lòng|mức độ|chỉ số|tỷ trọng|sự hài lòng|tốc độ|tổng số"
    r"|tổng|số lượng|kết quả|giá trị|sản lượng|doanh thu|diện tích|thời gian|điểm số|điểm|GRDP|thu nhập"
    r"|kim ngạch|quy mô)(?!\w)",
    re.IGNORECASE,
)
_GOAL_VERB = re.compile(
    r"(?<!\w)(?:phấn đấu|đảm bảo|bảo đảm|nâng|đưa|nhằm|để|duy trì|mục tiêu|yêu cầu|phải|cần|giữ vững|giữ"
    r"|tăng|giảm|cắt giảm|rút ngắn)(?!\s+(?:cường|cao chất|cao hiệu|thiểu|tải))(?!\w)[\s:,]*",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:[\s,;:–-]+|(?:và|với|trong đó|theo đó|đồng thời|cụ thể|gồm|bao gồm|riêng|ngoài ra|hiện nay"
    r"|hiện tại|hiện|đến nay|tính đến nay|toàn tỉnh|tỉnh|cùng với|qua đó|từ đó|thì|có|phấn đấu|đảm bảo|bảo đảm|dự kiến"
    r"|tiếp tục|sẽ|năm|trong năm|những năm gần đây|cho|của|là|tương ứng|lần lượt)(?!\w))+",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:[\s,:;–-]+|(?<!\w)(?:đạt|đạt được|đạt mức|ước|mức|tỷ lệ|trung bình|bình quân|là|lên|xuống|còn|tăng"
    r"|giảm|vượt|chiếm|từ|đến|có|cho|với|tại|bằng|và|gồm|hiện có|tương ứng|lần lượt|vươn|xếp|thứ|các|khoảng"
    r"|được|phấn đấu|đảm bảo|bảo đảm|trong|nằm trong|thuộc|vào|vào năm|đều|ở|ở mức|cho khoảng|về|của|theo"
    r"|tối đa|tối thiểu|ít nhất|không quá|thêm))+$",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*\([^()]*(?:\)|$)")
_NO_NOUN = re.compile(
    r"\s*(?:[.,;:)(]|$|(?:vào|trong|trước|đến|so với|giai đoạn|mỗi|hàng|hằng|theo|và|nhất là|trở lên|năm"
    r"|của|tại|trên|từ|cho|với|bằng|để|qua|đối với|giữa|tương ứng|lần lượt)(?!\w))",
    re.IGNORECASE,
)
_AT_PLACE = re.compile(r"(?:^|\s)(?:tại|ở|đối với)\s", re.IGNORECASE)
_BASE = re.compile(
    r"(?:kế hoạch|năm trước|năm ngoái|dự toán|chỉ tiêu|nghị quyết|cùng kỳ|mục tiêu|so với"
    r"|kịch bản)(?!\w)",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"\s*(?:của|giữa|tại|trên|cho|đối với)(?!\w)", re.IGNORECASE)
_PLACE_LEAD = re.compile(r"(?:^|[,;.]\s*|\s)(?P<place>tại\s[^:;%]{3,120}):\s", re.IGNORECASE)
_STATED_LEVEL = re.compile(r"(?<!\w)cấp\s+(?P<level>tỉnh|thành phố|huyện|xã|cơ sở)(?!\w)", re.IGNORECASE)
_VERBAL = re.compile(
    r"(?<!\w)(?:đã|đang|sẽ|được|tổ chức|xây dựng|ban hành|triển khai|thực hiện|tiếp nhận|giải quyết|xử lý"
    r"|kiểm tra|thanh tra|thẩm định|góp ý|rà soát|công bố|cấp"
    r"|đào tạo|bồi dưỡng|tập huấn|tuyển dụng|bổ nhiệm|bổ nhiệm lại|nâng cấp|hỗ trợ|thành lập|giảm|tinh giản"
    r"|sắp xếp|hoàn thành|phê duyệt|trả kết quả|trả|trễ hẹn|quá hạn|đúng hạn"
    r"|trước hạn|áp dụng|duy trì|cung cấp|cử|phụ trách|mở|đăng tải|phát hành|thu hút|khởi công|trồng"
    r"|trồng mới|tạo việc làm|giải thể|sáp nhập|cắt giảm|đơn giản hóa|kết nối|tích hợp"
    r"|tại|cho|đối với)(?:\s+(?:các|cho|tại|đối với|được|mới|lại|thêm|thường xuyên|việc))*$"
    r"|^(?:đã|đang|sẽ|tổ chức|xây dựng|ban hành|triển khai|thực hiện|tiếp nhận|giải quyết|kiểm tra|duy trì"
    r"|áp dụng|hoàn thành|trả kết quả|xin ý kiến)(?!\w)",
    re.IGNORECASE,
)
_GIVEN_TO = re.compile(r".*(?<!\w)giao\s.*?(?<!\w)(?:chủ trì|thực hiện|tiếp tục)\s+(?=\w)", re.IGNORECASE)
_BACK_END = re.compile(
    r",\s*(?:nhất là|trong đó|qua đó|góp phần|từ đó|đồng thời|một số|thực hiện|đăng ký|triển khai|theo dõi"
    r"|có thể|giúp|tạo|bảo đảm|đảm bảo|phục vụ|nâng cao|đáp ứng|phấn đấu|đạt|tăng|giảm|chiếm"
    r"|tổ chức|xây dựng|hoàn thành)(?!\w)"
    r"|\s+(?:và một số|tạo thuận lợi|góp phần|so với|theo đúng|theo (?:quyết định|quy định|nghị quyết"
    r"|nghị định|kế hoạch|chương trình|đề án))(?!\w)",
    re.IGNORECASE,
)
_LOOSE_END = re.compile(
    r"(?:[\s.;,:/–-]+|\s(?:và|với|cho|của|tại|trên|theo|có|là|để|từ|đến|đạt|trong đó|gồm|vào|trong|xuống"
    r"|lên|còn|mức|xuống còn))$"
)
_LONG_INDICATOR = 32
"""Syllables; the longest of the annotated documents have 33. Longer ones are cut at their last comma before."""
_MAX_INDICATOR = 400
_TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Measured:
    """A value's clause with the words around it: ``pre`` before, ``post`` behind; ``indicator`` puts them together."""

    clause: ValueClause
    pre: str
    post: str
    indicator: str


def measure(text: str, clause: ValueClause, earlier: list[Measured]) -> Measured:
    """What the value of ``clause`` measures, in words of the sentence; ``earlier`` are the values before it.

    A value that goes on a list ("…, 50% đơn vị cấp huyện") shares the words in front of the first; one in parentheses
    takes what it lacks from the value outside.
    """
    quantity = clause.quantity
    pre = _clean_front(text[clause.start : quantity.start])
    behind = quantity.end if quantity.is_measured and quantity.unit not in ("%", "điểm %") else quantity.noun_start
    post = "" if quantity.role == "rank" else _clean_back(text[behind : clause.end], quantity)
    last = earlier[-1] if earlier else None
    shared = (
        last.pre
        if last and not pre and post and (clause.inside or (clause.opens and _goes_on_list(text, last.clause, clause)))
        else pre
    )
    return Measured(clause, shared, post, _indicator(text, clause, pre, post, last)[:_MAX_INDICATOR])


def _indicator(text: str, clause: ValueClause, pre: str, post: str, last: Measured | None) -> str:
    quantity = clause.quantity
    if clause.inside and last is not None and quantity.role == "change":
        return last.indicator
    if clause.inside and last is not None and not post and pre.lower() in ("", "tỷ lệ", "tỉ lệ", "chiếm"):
        return _rate_of(last.indicator) if quantity.unit == "%" else last.indicator
    if clause.inside and not pre and _fills_parentheses(text, clause) and (noun := _noun_before(text, clause, post)):
        return noun
    if clause.inside and last is not None and _BASE.match(pre):
        return last.indicator
    if not pre and last is not None and (quantity.role == "change" or _BASE.match(post)) and quantity.is_measured:
        return last.indicator
    if not post and last is not None and _AT_PLACE.match(pre):
        return f"{_AT_PLACE.split(last.indicator)[0].strip()} {pre}"
    if not post:
        return pre or (last.indicator if last else "")
    if pre and post in pre:
        return pre
    if pre:
        return f"{pre} {post}" if _MEASURE.match(pre) or not _is_verbal(pre) else f"{post} {pre}"
    if last is None:
        return post
    if _PREPOSITION.match(post):
        return f"{_head_of(last.post or last.indicator)} {post}"
    if clause.opens and last.pre and (clause.inside or _goes_on_list(text, last.clause, clause)):
        return f"{post} {last.pre}" if _is_verbal(last.pre) else f"{last.pre} {post}"
    return post


def _rate_of(indicator: str) -> str:
    return indicator if indicator.lower().startswith(("tỷ lệ", "tỉ lệ")) else f"tỷ lệ {indicator}"


def _goes_on_list(text: str, first: ValueClause, second: ValueClause) -> bool:
    """Whether nothing ends the clause between two values."""
    return not re.search(r"[;:.](?:\s|$)", text[first.quantity.end : second.quantity.start])


def _is_verbal(words: str) -> bool:
    """Whether the words in front of a value end in what is done to the counted things ("đã tiếp nhận 23.525 hồ sơ")."""
    return _VERBAL.search(words) is not None


def _clean_front(pre: str) -> str:
    pre = _ASIDE.sub("", pre)
    if ": " in pre:
        label, _, rest = pre.rpartition(": ")
        pre = rest if _bare(rest) else label.rpartition(": ")[2]
    pre = _without_times(pre)
    cut = 0
    for verb in _GOAL_VERB.finditer(pre):
        if not _bare(pre[verb.end() :]):
            break
        if _MEASURE.match(pre, verb.end()) or verb.group().lower().startswith(("phấn", "đảm bảo", "bảo đảm", "mục")):
            cut = verb.end()
    pre = pre[cut:]
    if given := _GIVEN_TO.match(pre):
        pre = pre[given.end() :]
    return _bare(pre)


def _bare(words: str) -> str:
    """Words without what only leads to a value ("phấn đấu …", "… đạt mức")."""
    previous = None
    while previous != words:
        previous = words
        words = _TRAILING.sub("", _LEADING.sub("", words)).strip()
    return words


def _clean_back(post: str, quantity: Quantity) -> str:
    if (quantity.is_measured or not quantity.unit) and _NO_NOUN.match(post) and not _PREPOSITION.match(post):
        return ""
    post = _ASIDE.sub("", post)
    post = _without_times(post)
    if end := _BACK_END.search(post):
        post = post[: end.start()]
    previous = None
    while previous != post:
        previous = post
        post = _LOOSE_END.sub("", post)
    words = post.split()
    if len(words) > _LONG_INDICATOR and (commas := [i for i, w in enumerate(words[:_LONG_INDICATOR]) if w.endswith(",")]):
        post = " ".join(words[: commas[-1] + 1])
    return post.strip(" ,")


def _without_times(words: str) -> str:
    for time in reversed(find_times(words)):
        if time.type != "relative":
            words = words[: time.start] + " " + words[time.end :]
    return " ".join(words.split())


def _fills_parentheses(text: str, clause: ValueClause) -> bool:
    """Whether a parenthesis holds a value and nothing else: "(06 mô hình)"."""
    opening = text[: clause.quantity.start].rstrip().endswith("(")
    return opening and text[clause.quantity.end :].lstrip().startswith(")")


def _noun_before(text: str, clause: ValueClause, noun: str) -> str:
    """The phrase before a parenthesis from the last mention of the noun counted in it."""
    outer = text[: max(0, clause.start - 1)]
    at = outer.lower().rfind(noun.lower())
    return outer[at:].strip() if at >= 0 and noun and len(outer) - at < _TITLE_LENGTH else ""


def _head_of(indicator: str) -> str:
    """The noun of an indicator up to its first preposition."""
    return re.split(r"\s+(?:giữa|của|tại|trên|được|cho|đối với)\s", indicator)[0]


@dataclass(frozen=True, slots=True)
class Share:
    """What one of several values gets of a list of as many levels or years ("lần lượt là 50%, 40%, 35%")."""

    level: str | None = None
    year: str | None = None
    listed: str = ""


_RESPECTIVELY = re.compile(r"(?<!\w)(?:tương ứng|lần lượt)(?!\w)", re.IGNORECASE)
_LEVEL_LIST = re.compile(
    r"(?:(?:đối với|tại|ở|cho)\s+)?(?:UBND\s+)?(?:(?:các\s+)?cấp\s+)?(?:tỉnh|huyện|xã|cơ sở)"
    r"(?:(?:\s*,\s*(?:và\s+)?|\s+và\s+|\s*/\s*)(?:UBND\s+)?(?:cấp\s+)?(?:tỉnh|huyện|xã|cơ sở)(?!\w))+",
    re.IGNORECASE,
)
_YEAR_LIST = re.compile(
    r"(?:các\s+)?năm\s+(?:19|20)\d\d(?:(?:\s*,\s*|\s+và\s+)(?:năm\s+)?(?:19"
    r"|20)\d\d)+",
    re.IGNORECASE,
)


def distribute(text: str, clauses: list[ValueClause]) -> list[Share]:
    """For each value what it gets of a list of levels or years that stands in its sentence.

    Values in a row, nothing but commas between them, get the items of a list of their number in order.
    """
    shares = [Share() for _ in clauses]
    if len(clauses) < 2 or _RESPECTIVELY.search(text) is None:
        return shares
    levels = [(m.start(), m.group(), _LEVEL_WORD.findall(m.group().lower())) for m in _LEVEL_LIST.finditer(text)]
    years = [(m.start(), m.group(), _YEAR.findall(m.group())) for m in _YEAR_LIST.finditer(text)]
    first = 0
    while first < len(clauses):
        last = first
        while last + 1 < len(clauses) and _are_in_row(text, clauses[last], clauses[last + 1]):
            last += 1
        at, count = clauses[first].quantity.start, last + 1 - first
        for i, (words, level) in enumerate(_nearest(levels, at, count), first):
            shares[i] = replace(shares[i], level="cấp xã" if level == "cơ sở" else f"cấp {level}", listed=words)
        for i, (_, year) in enumerate(_nearest(years, at, count), first):
            shares[i] = replace(shares[i], year=year)
        first = last + 1
    return shares


_LEVEL_WORD = re.compile(r"tỉnh|huyện|xã|cơ sở")
_YEAR = re.compile(r"(?:19|20)\d\d")


def _nearest(lists: list[tuple[int, str, list[str]]], at: int, count: int) -> list[tuple[str, str]]:
    """(its words, item) for the items of the nearest list that has ``count`` of them."""
    fitting = [found for found in lists if len(found[2]) == count > 1]
    if not fitting:
        return []
    _, words, items = min(fitting, key=lambda found: abs(found[0] - at))
    return [(words, item) for item in items]


def _are_in_row(text: str, first: ValueClause, second: ValueClause) -> bool:
    return _ROW.fullmatch(text, first.quantity.end, second.quantity.start) is not None


_ROW = re.compile(r"\s*(?:,|;|và|,\s*và)\s*(?:đạt\s+)?", re.IGNORECASE)


def _with_level(measured: list[Measured], share: Share) -> str:
    """The indicator of a value in a row, with its own level for the list of them."""
    indicator = next(
        (m.indicator for m in reversed(measured) if m.indicator and share.listed in m.indicator), measured[-1].indicator
    )
    bare = indicator.replace(share.listed, "").strip(" ,")
    return f"{bare} {share.level}".strip()


_LEVEL_OF_UNIT = (
    ("cấp tỉnh", re.compile(r"(?:các\s+)?sở(?!\w)|cơ quan chuyên môn", re.IGNORECASE)),
    ("cấp huyện", re.compile(r"(?:UBND\s+)?(?:các\s+)?(?:huyện|quận)(?!\w)", re.IGNORECASE)),
    ("cấp xã", re.compile(r"(?:UBND\s+)?(?:các\s+)?(?:xã, phường|phường, xã|xã)(?!\w)", re.IGNORECASE)),
)
_LEVEL_OF_PLACE = re.compile(r"(?<!\w)tại\s[^,;:]*?(?<!toàn )(?<!địa bàn )(?P<level>tỉnh|huyện|xã)$", re.IGNORECASE)


def scope_of(phrase: str, unit: str = "") -> str | None:
    """The one level of government that a phrase names or whose bodies are counted, else ``None``.

    >>> scope_of("hồ sơ công việc tại cấp cơ sở"), scope_of("chỉ số của các cấp tỉnh, huyện"), scope_of("", "Sở")
    ('cấp xã', None, 'cấp tỉnh')
    """
    if _LEVEL_LIST.search(phrase):
        return None
    levels = {m["level"].lower() for m in _STATED_LEVEL.finditer(phrase)}
    if not levels and (place := _LEVEL_OF_PLACE.search(phrase)):
        levels = {place["level"].lower()}
    if len(levels) == 1:
        level = levels.pop()
        return {"cơ sở": "cấp xã", "thành phố": "cấp tỉnh"}.get(level, f"cấp {level}")
    return next((level for level, of_unit in _LEVEL_OF_UNIT if of_unit.match(unit)), None) if not levels else None


# --------------------------------------------------------------------------------------------------------------------
# Resolve: kind and due

_CONDITION = re.compile(r"^(?:đối với|trường hợp|nếu|khi|những|các trường hợp)(?!\w)", re.IGNORECASE)
_CONSEQUENCE = re.compile(r"(?<!\w)(?:gửi|phải|thì|được|không|bị|có trách nhiệm|báo cáo)(?!\w)")
_LIMITS = (">", ">=", "<", "<=")
_THRESHOLD = re.compile(
    r"[^,;.]*,\s*(?:thì|phải|được|không được|bị|khai báo|đăng ký|nộp|xin phép|lập|do|có trách nhiệm)(?!\w)"
)
_AIM = re.compile(
    r"(?<!\w)(?:đạt|phấn đấu|bảo đảm|đảm bảo|tối thiểu|ít nhất|tối đa|không quá|tỷ lệ|giảm|tăng)(?!\w)", re.IGNORECASE
)
"""A limit with a duty behind it triggers a rule ("Nuôi từ 1.000 con trở lên, khai báo với …"), unless it is aimed at."""
_COMPARISON = re.compile(
    r"(?:so với|cùng kỳ(?: năm trước)?(?: là)?|năm (?:trước"
    r"|ngoái)(?: là)?)\s*\(?\s*$",
    re.IGNORECASE,
)
_CLASS_RANGE = re.compile(r"(?:đến|tới)\s+dưới", re.IGNORECASE)  # "từ 70% đến dưới 100%" defines a class
_PLANNED = re.compile(
    r"(?:kế hoạch|chỉ tiêu|mục tiêu)(?:\s+(?:đề ra|giao|năm|của năm))?(?:\s+là"
    r"|:)?\s*$",
    re.IGNORECASE,
)


def kind_of(structure: Structure, sentence: Sentence, clause: ValueClause) -> str:
    """Whether a value is a ``target``, a ``result`` or a ``reference``."""
    text, quantity = sentence.text, clause.quantity
    if (
        quantity.role == "base"
        or _CLASS_RANGE.search(quantity.number.text)
        or _COMPARISON.search(text[max(0, quantity.start - 40) : quantity.start])
    ):
        return "reference"
    if _CONDITION.match(text) and quantity.stated and _CONSEQUENCE.search(text, quantity.end):
        return "reference"
    if quantity.comparator in _LIMITS and _THRESHOLD.match(text, quantity.end) and not _AIM.search(text[: quantity.start]):
        return "reference"
    if _PLANNED.search(text[max(0, quantity.start - 40) : quantity.start]):
        return "target"
    default = default_kind(structure, sentence.block)
    if default == "target":  # a plan's "đã" speaks of a value only in the same part of the sentence
        part = min(clause.start, text.rfind(";", 0, quantity.start) + 1)
        return kind_spoken_before(text, quantity.end, default, part=part, opening=_OPENING_LENGTH)
    return kind_spoken_before(text, quantity.end, default)


_OPENING_LENGTH = 24  # characters in which a sentence says "Đến nay, …" or "Hiện nay …"


def due_of(sentence: Sentence, clause: ValueClause, times: list[Time]) -> str | None:
    """By when (or for which period) a value holds: from its clause, else its sentence, else the heading or lead-in above.

    A time behind the value outweighs one in front. One in front counts when it opens the sentence or stands in the same
    part between semicolons.
    """
    text, value = sentence.text, clause.quantity
    own = [t for t in times if t.due and not is_in_title(text, t)]
    own_clause = [t for t in own if clause.start <= t.start < clause.end]
    behind = [t for t in own_clause if t.start >= value.end]
    if behind:
        return behind[0].due
    if own_clause:
        return _joined(own_clause)
    part = text.rfind(";", 0, value.start) + 1
    in_front = [t for t in own if t.end <= value.start and (t.start >= part or _opens_sentence(text, t))]
    if in_front:
        return _joined(in_front[-2:])
    end = text.find(";", value.end)
    closing = [t for t in own if value.end <= t.start < (end if end >= 0 else len(text))]
    if closing:
        return closing[0].due
    return _inherited_due(sentence)


def _opens_sentence(text: str, time: Time) -> bool:
    return len(text[: time.start].split()) <= 3


def _joined(times: list[Time]) -> str | None:
    dues = list(dict.fromkeys(t.due for t in times if t.due))
    periods = [d for d in dues if not d.startswith("P")]
    every = [d for d in dues if d.startswith("P")]
    if periods and every:
        return f"{periods[-1]};{every[-1]}"
    return (periods or every)[-1] if dues else None


_PARALLEL = re.compile(r"(?:Tại|Ở|Đối với|Cấp|Riêng|Trong đó|UBND)(?!\w)")


_SENTENCES_BACK = 6  # the longest row of sentences under one opening time seen has three


def _inherited_due(sentence: Sentence) -> str | None:
    """The time of a lead-in sentence of the same block, else of the nearest heading or lead-in above.

    A sentence that goes on a row ("Tại UBND cấp xã: …") shares the time that the first of them opens with.
    """
    block = sentence.block
    for before in sentences_before(sentence, _SENTENCES_BACK):
        opening = [t for t in find_times(before.text) if t.due and _opens_sentence(before.text, t)]
        if opening and (before.text.endswith(":") or _PARALLEL.match(sentence.text)):
            return _joined(opening)
    if block.lead is None:
        return None
    return _joined([t for t in find_times(block.lead.text) if t.due and not is_in_title(block.lead.text, t)])


def find(structure: Structure) -> list[Found]:
    """Every quantity of body and appendices, one record per value."""
    found = [*_find(structure), *find_rows(structure), *find_cells(structure)]
    return sorted(found, key=lambda f: (f.span.start, f.span.end))


def _find(structure: Structure) -> Iterator[Found]:
    sentences = chain(structure.sentences, sentences_of_cells(structure))
    for sentence in (piece for whole in sentences for piece in in_pieces(whole)):
        yield from _in_sentence(structure, sentence)


def _in_sentence(structure: Structure, sentence: Sentence) -> Iterator[Found]:
    text = sentence.text
    if not any(c.isdigit() for c in text) and "một" not in text and "mươi" not in text:
        return
    times = find_times(text)
    quantities = [q for q in find_quantities(text, times) if not _is_page_number(structure, sentence, q)]
    clauses = locate(text, quantities)
    place = _PLACE_LEAD.search(text)
    measured: list[Measured] = []
    for clause, share in zip(clauses, distribute(text, clauses), strict=True):
        measured.append(measure(text, clause, measured))
        indicator = measured[-1].indicator
        if share.level:
            indicator = _with_level(measured, share)
        if place is not None and place.end() <= clause.quantity.start:
            indicator = f"{indicator} {place['place'][0].lower()}{place['place'][1:]}"
        yield _found(structure, sentence, clause, times, indicator, share)


_TORN = re.compile(r"\s\|(?:\s|$)|[{}\\]")  # rules of a table among the words: its columns were read across
_TORN_TRUST = 0.4  # by eye, some four in ten values found in such text of seed 003 were stated by it


def _responsible(sentence: Sentence, quantity: Quantity, kind: str) -> tuple[str, ...]:
    """Who must reach a target, or who did what was counted."""
    if kind == "reference":
        return ()
    part = sentence.text.rfind(";", 0, quantity.start) + 1
    own = named_in(sentence.text[part : quantity.start].lstrip()) if part else ()
    if own or kind == "result":
        return own or named_in(sentence.text, quantity.start)
    return responsible_for(sentence, quantity.start)


def _is_page_number(structure: Structure, sentence: Sentence, quantity: Quantity) -> bool:
    """A figure that stands alone on a line in the middle of a sentence."""
    number = quantity.number
    if quantity.unit.startswith("%") or len(number.text) > 3 or number.in_words:
        return False
    span = sentence.span_of(number.start, number.end)
    line = structure.index.span_of(structure.index.line_of(span.start))
    return structure.text[line.start : line.end].strip() == number.text and sentence.text.strip() != number.text


def _found(
    structure: Structure,
    sentence: Sentence,
    clause: ValueClause,
    times: list[Time],
    indicator: str,
    share: Share,
) -> Found:
    quantity = clause.quantity
    text = sentence.text
    start = clause.start + len(text[clause.start : clause.end]) - len(text[clause.start : clause.end].lstrip(" ,;"))
    span = sentence.span_of(min(start, quantity.start), max(clause.end, quantity.end))
    line, line_end = structure.lines_of(span)
    kind = kind_of(structure, sentence, clause)
    target = Target(
        kind=kind,
        value=quantity.number.value,
        unit=quantity.unit,
        comparator=quantity.comparator,
        indicator=indicator or None,
        value_max=quantity.number.value_max,
        of=quantity.number.of,
        scope=share.level or scope_of(indicator, quantity.unit),
        due=share.year or due_of(sentence, clause, times),
        responsible=_responsible(sentence, quantity, kind),
    )
    return Found(
        value=target,
        span=span,
        quote=text[min(start, quantity.start) : max(clause.end, quantity.end)].strip(),
        line=line,
        line_end=line_end,
        rule=f"quantity.{quantity.role}",
        page=structure.index.page_of(span.start),
        confidence=quantity.confidence * (_TORN_TRUST if _TORN.search(text) else 1.0),
    )
