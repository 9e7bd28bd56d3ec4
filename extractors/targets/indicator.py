"""What a value measures: the noun phrase of the text."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from extractors.sense.reading import Reading
from extractors.targets.clauses import BASE, NO_NOUN, ValueClause
from extractors.words.quantities import Quantity

_MEASURE = regex.compile(
    r"(?<!\w)(?:các\s+)?(?:tỷ lệ|tỉ lệ|mức độ hài lòng|mức độ|chỉ số|tỷ trọng|sự hài lòng|tốc độ|tổng số"
    r"|tổng|số lượng|kết quả|giá trị|sản lượng|doanh thu|diện tích|thời gian|điểm số|điểm|GRDP|thu nhập"
    r"|kim ngạch|quy mô)(?!\w)",
    regex.IGNORECASE,
)
_GOAL_VERB = regex.compile(
    r"(?<!\w)(?:phấn đấu|đảm bảo|bảo đảm|nâng|đưa|nhằm|để|duy trì|mục tiêu|yêu cầu|phải|cần|giữ vững|giữ"
    r"|tăng|giảm|cắt giảm|rút ngắn)(?!\s+(?:cường|cao chất|cao hiệu|thiểu|tải))(?!\w)[\s:,]*",
    regex.IGNORECASE,
)
_LEADING = regex.compile(
    r"^(?:[\s,;:–-]+|(?:và|với|trong đó|theo đó|đồng thời|cụ thể|gồm|bao gồm|riêng|ngoài ra|hiện nay"
    r"|hiện tại|hiện|đến nay|tính đến nay|toàn tỉnh|tỉnh|cùng với|qua đó|từ đó|thì|có|phấn đấu|đảm bảo|bảo đảm|dự kiến"
    r"|tiếp tục|sẽ|năm|trong năm|những năm gần đây|cho|của|là|tương ứng|lần lượt)(?!\w))+",
    regex.IGNORECASE,
)
_TRAILING = regex.compile(
    r"(?:[\s,:;–-]+|(?<!\w)(?:đạt|đạt được|đạt mức|ước|mức|tỷ lệ|trung bình|bình quân|là|lên|xuống|còn|tăng"
    r"|giảm|vượt|chiếm|từ|đến|có|cho|với|tại|bằng|và|gồm|hiện có|tương ứng|lần lượt|vươn|(?<!sắp )xếp|thứ|các|khoảng"
    r"|được|phấn đấu|đảm bảo|bảo đảm|trong|nằm trong|thuộc|vào|vào năm|đều|ở|ở mức|cho khoảng|về|của|theo"
    r"|tối đa|tối thiểu|ít nhất|không quá|thêm|chẵn))+$",
    regex.IGNORECASE,
)
_ASIDE = regex.compile(r"\s*\([^()]*(?:\)|$)")
_AT_PLACE = regex.compile(r"(?:^|\s)(?:tại|ở|đối với)\s", regex.IGNORECASE)
_PREPOSITION = regex.compile(r"\s*(?:của|giữa|tại|trên|cho|đối với)(?!\w)", regex.IGNORECASE)
_VERBAL = regex.compile(
    r"(?<!\w)(?:đã|đang|sẽ|được|tổ chức|xây dựng|ban hành|triển khai|thực hiện|tiếp nhận|giải quyết|xử lý"
    r"|kiểm tra|thanh tra|thẩm định|góp ý|rà soát|công bố|cấp"
    r"|đào tạo|bồi dưỡng|tập huấn|tuyển dụng|bổ nhiệm|bổ nhiệm lại|nâng cấp|hỗ trợ|thành lập|giảm|tinh giản"
    r"|sắp xếp|hoàn thành|phê duyệt|trả kết quả|trả|trễ hẹn|quá hạn|đúng hạn"
    r"|trước hạn|áp dụng|duy trì|cung cấp|cử|phụ trách|mở|đăng tải|phát hành|thu hút|khởi công|trồng"
    r"|trồng mới|tạo việc làm|giải thể|sáp nhập|cắt giảm|đơn giản hóa|kết nối|tích hợp"
    r"|tại|cho|đối với)(?:\s+(?:các|cho|tại|đối với|được|mới|lại|thêm|thường xuyên|việc))*$"
    r"|^(?:đã|đang|sẽ|tổ chức|xây dựng|ban hành|triển khai|thực hiện|tiếp nhận|giải quyết|kiểm tra|duy trì"
    r"|áp dụng|hoàn thành|trả kết quả|xin ý kiến)(?!\w)",
    regex.IGNORECASE,
)
_GIVEN_TO = regex.compile(r".*(?<!\w)giao\s.*?(?<!\w)(?:chủ trì|thực hiện|tiếp tục)\s+(?=\w)", regex.IGNORECASE)
_BACK_END = regex.compile(
    r",\s*(?:nhất là|trong đó|qua đó|góp phần|từ đó|đồng thời|một số|thực hiện|đăng ký|triển khai|theo dõi"
    r"|có thể|giúp|tạo|bảo đảm|đảm bảo|phục vụ|nâng cao|đáp ứng|phấn đấu|đạt|tăng|giảm|chiếm"
    r"|tổ chức|xây dựng|hoàn thành)(?!\w)"
    r"|\s+(?:và một số|tạo thuận lợi|góp phần|so với|theo đúng|theo (?:quyết định|quy định|nghị quyết"
    r"|nghị định|kế hoạch|chương trình|đề án))(?!\w)",
    regex.IGNORECASE,
)
_ON_PURPOSE = regex.compile(
    r"(?<=\p{L}\s\p{L}+)\s+(?:dự kiến|phù hợp với|nhằm|đặt tại|để (?:phục vụ|bảo đảm|đảm bảo)|phục vụ cho)(?!\w)",
    regex.IGNORECASE,
)
"""What is counted is named before it is said what for: "02 cơ sở chế biến mủ cao su | dự kiến đặt tại …"."""
_TO_PLACES = regex.compile(r",?\s+(?:(?:tại|ở|cho)\s[^:]{0,60})?(?:cụ thể|như sau|gồm|trong đó)\s*:.*$", regex.IGNORECASE)
"""The places that a count is shared out to: "… chợ tại các huyện, thị cụ thể: Việt Trì (05), …"."""
_LOOSE_END = regex.compile(
    r"(?:[\s.;,:/–-]+|(?:^|\s)(?:chẵn|và|với|cho|của|tại|trên|theo|có|là|để|từ|đến|đạt|trong đó|gồm|vào|trong|xuống"
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


def measure(reading: Reading, clause: ValueClause, earlier: list[Measured]) -> Measured:
    """What the value of ``clause`` measures, in words of the sentence; ``earlier`` are the values before it.

    A value that goes on a list ("…, 50% đơn vị cấp huyện") shares the words in front of the first; one in parentheses
    takes what it lacks from the value outside.
    """
    text, quantity = reading.text, clause.quantity
    if quantity.role == "pair":
        return _of_pair(text, clause)
    if quantity.role == "share":
        whole = next((m for m in reversed(earlier) if m.clause.quantity.role != "share"), None)
        return Measured(clause, "", "", whole.indicator if whole else quantity.unit)
    pre = _clean_front(reading.without_times(clause.start, quantity.start))
    behind = quantity.end if quantity.is_measured and quantity.unit not in ("%", "điểm %") else quantity.noun_start
    post = "" if quantity.role == "rank" else _clean_back(reading.without_times(behind, clause.end), quantity)
    last = earlier[-1] if earlier else None
    shared = (
        last.pre
        if last and not pre and post and (clause.inside or (clause.opens and _goes_on_list(text, last.clause, clause)))
        else pre
    )
    return Measured(clause, shared, post, _indicator(text, clause, pre, post, last)[:_MAX_INDICATOR])


_PAIR_NAME = regex.compile(r"(?P<name>[^,;:()/]+)\s?\($")
_PAIR_MEASURE = regex.compile(r"(?<!\w)số\s[\p{L}\p{M}]+(?:\s[\p{L}\p{M}]+)?(?=\s?/)", regex.IGNORECASE)


def _of_pair(text: str, clause: ValueClause) -> Measured:
    """The name before a pair, behind what the lead-in says that its first figure counts."""
    front = text[: clause.quantity.start]
    name, counted = _PAIR_NAME.search(front), _PAIR_MEASURE.search(front)
    words = [counted.group() if counted else "", name["name"].strip() if name else ""]
    return Measured(clause, "", "", " ".join(filter(None, words)))


def _indicator(text: str, clause: ValueClause, pre: str, post: str, last: Measured | None) -> str:
    quantity = clause.quantity
    if clause.inside and last is not None and quantity.role == "change":
        return last.indicator
    if clause.inside and last is not None and not post and pre.lower() in ("", "tỷ lệ", "tỉ lệ", "chiếm"):
        return _rate_of(last.indicator) if quantity.unit == "%" else last.indicator
    if clause.inside and not pre and _fills_parentheses(text, clause) and (noun := _noun_before(text, clause, post)):
        return noun
    if clause.inside and last is not None and BASE.match(pre):
        return last.indicator
    if not pre and last is not None and (quantity.role == "change" or BASE.match(post)) and quantity.is_measured:
        return last.indicator
    if not post and last is not None and _AT_PLACE.match(pre):
        return f"{_AT_PLACE.split(last.indicator)[0].strip()} {pre}"
    if not post:
        return pre or (last.indicator if last else "")
    if pre and post in pre:
        return pre
    if pre and clause.inside and last is not None and _counts_of(quantity, post, last):
        return post
    if pre:
        return f"{pre} {post}" if _MEASURE.match(pre) or not _is_verbal(pre) else f"{post} {pre}"
    if last is None:
        return post
    if _PREPOSITION.match(post):
        return f"{_head_of(last.post or last.indicator)} {post}"
    if clause.inside and _counts_of(quantity, post, last):
        return post
    if clause.opens and last.pre and (clause.inside or _goes_on_list(text, last.clause, clause)):
        return f"{post} {last.pre}" if _is_verbal(last.pre) else f"{last.pre} {post}"
    return post


def _counts_of(quantity: Quantity, noun: str, whole: Measured) -> bool:
    """Whether a value in parentheses counts a kind of what the value outside counts: 260 chợ (02 chợ đầu mối; …)."""
    return quantity.unit == whole.clause.quantity.unit and not quantity.is_measured and len(noun.split()) > 1


def _rate_of(indicator: str) -> str:
    return indicator if indicator.lower().startswith(("tỷ lệ", "tỉ lệ")) else f"tỷ lệ {indicator}"


_ENDS_A_PART = regex.compile(r"[;:.](?:\s|$)")


def _goes_on_list(text: str, first: ValueClause, second: ValueClause) -> bool:
    """Whether nothing ends the clause between two values."""
    return not _ENDS_A_PART.search(text[first.quantity.end : second.quantity.start])


def _is_verbal(words: str) -> bool:
    """Whether the words in front of a value end in what is done to the counted things ("đã tiếp nhận 23.525 hồ sơ")."""
    return _VERBAL.search(words) is not None


def _clean_front(pre: str) -> str:
    pre = _ASIDE.sub("", pre)
    if ": " in pre:
        label, _, rest = pre.rpartition(": ")
        pre = rest if _bare(rest) else label.rpartition(": ")[2]
    pre = _last_measure(" ".join(pre.split()))
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


_LONG_FRONT = 12
"""Syllables in front of a value. Longer fronts tell of other things first; the noun measured is in their last part."""
_WITH_MEASURE = regex.compile(
    r"(?<!\w)(?:với|và|có)\s+(?P<measure>(?:tổng\s+)?(?:diện tích|kinh phí|mức kinh phí|vốn|mức đầu tư"
    r"|số tiền|quy mô|công suất|chiều dài|số đối tượng|sản lượng|giá trị|số|trữ lượng|dung tích)(?:\s+[\p{L}\p{M}]+){0,8})$",
    regex.IGNORECASE,
)


def _last_measure(front: str) -> str:
    """Of a long front the measure that it ends in ("các xã: …, Nậm Hăn với diện tích"), else all of it."""
    if front.count(" ") < _LONG_FRONT:
        return front
    told = _WITH_MEASURE.search(front)
    return told["measure"] if told and front.count(" ", 0, told.start()) >= _LONG_FRONT // 2 else front


def _bare(words: str) -> str:
    """Words without what only leads to a value ("phấn đấu …", "… đạt mức")."""
    previous = None
    while previous != words:
        previous = words
        words = _TRAILING.sub("", _LEADING.sub("", words)).strip()
    return words


def _clean_back(post: str, quantity: Quantity) -> str:
    if (quantity.is_measured or not quantity.unit) and NO_NOUN.match(post) and not _PREPOSITION.match(post):
        return ""
    post = _ASIDE.sub("", post)
    post = " ".join(post.split())
    post = _TO_PLACES.sub("", post)
    for stop in (_BACK_END, _ON_PURPOSE):
        if end := stop.search(post):
            post = post[: end.start()]
    previous = None
    while previous != post:
        previous = post
        post = _LOOSE_END.sub("", post)
    words = post.split()
    if len(words) > _LONG_INDICATOR and (commas := [i for i, w in enumerate(words[:_LONG_INDICATOR]) if w.endswith(",")]):
        post = " ".join(words[: commas[-1] + 1])
    return post.strip(" ,")


def _fills_parentheses(text: str, clause: ValueClause) -> bool:
    """Whether a parenthesis holds a value and nothing else: "(06 mô hình)"."""
    opening = text[: clause.quantity.start].rstrip().endswith("(")
    return opening and text[clause.quantity.end :].lstrip().startswith(")")


def _noun_before(text: str, clause: ValueClause, noun: str) -> str:
    """The phrase before a parenthesis from the last mention of the noun counted in it."""
    outer = text[: max(0, clause.start - 1)]
    at = outer.lower().rfind(noun.lower())
    return outer[at:].strip() if at >= 0 and noun and len(outer) - at < _TITLE_LENGTH else ""


_TAIL_OF_HEAD = regex.compile(r"\s+(?:giữa|của|tại|trên|được|cho|đối với)\s")


def _head_of(indicator: str) -> str:
    """The noun of an indicator up to its first preposition."""
    return _TAIL_OF_HEAD.split(indicator)[0]
