"""Whether a passage speaks of what is to be done or of what was done.

A plan states what is to be reached, a report what was; a report's last part and a plan's first speak the other way.
Words of the sentence outweigh headings, headings outweigh the type of the document.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

import regex

from extractors.structure.blocks import Block, Genre, Role, Structure
from extractors.words.dates import Time

_FORWARD = regex.compile(
    r"(?<!\w)(?:phấn đấu|mục tiêu|dự kiến|sẽ|theo kế hoạch(?=,|\s+(?:sẽ|từ|trong|đến|đề ra))|kế hoạch giao"
    r"|chỉ tiêu giao|(?<!các )(?<!những )yêu cầu|quy hoạch(?: phát triển| xây dựng| thêm| mới)*(?=\s\d)"
    r"|đang (?:chỉ đạo )?(?:xây dựng|triển khai xây dựng)"
    r"|giao\s[^;.]{3,80}?(?:chủ trì|tổ chức|thực hiện|xây dựng)|phải đạt|cần đạt|hướng tới|trong thời gian tới)(?!\w)",
    regex.IGNORECASE,
)
_PAST = regex.compile(
    r"(?<!\w)(?:đã|đến nay|tính đến|hiện nay|(?<!thực )hiện có|hiện tại|ước đạt|ước|đạt được|qua kiểm tra"
    r"|so với cùng kỳ|cùng kỳ|vừa qua"
    r"|khối lượng hoàn thành|lũy kế|những năm gần đây|trong những năm qua|năm qua)(?!\w)",
    regex.IGNORECASE,
)
_RESULT_HEADING = regex.compile(
    r"^(?:(?:về|một số|những|các|phần|thứ|công tác|i|ii)\s+)*(?:kết quả|tình hình|ưu điểm"
    r"|hạn chế|tồn tại|khó khăn|thuận lợi|nguyên nhân"
    r"|nhận xét|bối cảnh|đặc điểm|mặt)(?!\w)"
    r"|thực trạng|kết quả (?:thực hiện|đạt được|nổi bật|triển khai)|đã đạt được",
    regex.IGNORECASE,
)
_PLAN_HEADING = regex.compile(
    r"mục tiêu|chỉ tiêu|nhiệm vụ|phương hướng|giải pháp|mục đích|yêu cầu|tổ chức thực hiện|kinh phí"
    r"|nội dung thực hiện|kế hoạch(?! hóa)"
    r"|định hướng|trọng tâm|thời gian tới",
    regex.IGNORECASE,
)
_PLAN_HEADING_OF_REPORT = regex.compile(
    r"nhiệm vụ|phương hướng|giải pháp|mục đích|yêu cầu|tổ chức thực hiện|định hướng|trọng tâm|thời gian tới|dự kiến"
    r"|^(?:\W*(?:về|các|một số) )*(?:mục tiêu|chỉ tiêu|kế hoạch(?! hóa))",
    regex.IGNORECASE,
)
"""A report's "Thực hiện kế hoạch đầu tư" tells what was done; its "Kế hoạch năm 2018" what comes."""
_LONG_LEAD_IN = 25
"""Syllables. A longer lead-in is a sentence on many things; its words do not label what comes below."""


def default_kind(structure: Structure, block: Block) -> str:
    """ "target" or "result" after the headings above a block and the type of the document; found once for a block."""
    kinds: dict[int, tuple[Block, str]] = structure.kept.setdefault("default kinds", {})
    if id(block) not in kinds:
        kinds[id(block)] = block, _kind_above(structure, block)
    return kinds[id(block)][1]


def _kind_above(structure: Structure, block: Block) -> str:
    for above in (block, *block.ancestors()):
        if not above.is_announcing:
            continue
        if above.role is Role.LEAD_IN:
            if spoken := spoken_kind(above.text, ""):
                return spoken
            if above.text.count(" ") > _LONG_LEAD_IN:
                continue
        if _RESULT_HEADING.search(above.text):
            return "result"
        if (_PLAN_HEADING_OF_REPORT if structure.genre is Genre.REPORT else _PLAN_HEADING).search(above.text):
            return "target"
    return "result" if structure.genre is Genre.REPORT else "target"


def spoken_kind(before: str, default: str) -> str:
    """ "target" or "result" after the words of the sentence up to a value; the last such word wins.

    >>> spoken_kind("Hiện nay đạt 80%, phấn đấu đạt 90%", "result"), spoken_kind("đến nay đã đạt 80%", "target")
    ('target', 'result')
    """
    forward = max((m.start() for m in _FORWARD.finditer(before)), default=-1)
    past = max((m.start() for m in _PAST.finditer(before)), default=-1)
    if forward == past:
        return default
    return "target" if forward > past else "result"


@lru_cache(maxsize=64)
def _cues(text: str) -> tuple[tuple[int, int, str], ...]:
    """(start, end, kind) of the words of a sentence that say whether it is to be done or was done, in order."""
    forward = [(m.start(), m.end(), "target") for m in _FORWARD.finditer(text)]
    return tuple(sorted(forward + [(m.start(), m.end(), "result") for m in _PAST.finditer(text)]))


def kind_spoken_before(text: str, until: int, default: str, *, part: int = 0, opening: int = 0) -> str:
    """As ``spoken_kind`` for a value at ``until``; only words before ``opening`` and from ``part`` on count.

    >>> kind_spoken_before("Đến nay đã đạt 80%, phấn đấu đạt 90%", 36, "result")
    'target'
    """
    cues = _cues(text)
    for start, end, kind in reversed(cues[: bisect_right(cues, until, key=lambda cue: cue[0])]):
        if end <= until and (start >= part or end <= opening):
            return kind
        if start < part:
            break
    return next((kind for _, end, kind in reversed(cues[:_FIRST_CUES]) if end <= min(opening, until)), default)


_DUTY_OPENS = regex.compile(r"\s*(?:và\s+)?(?:hoàn thành|báo cáo|gửi|trình|nộp|kết thúc)(?!\w)", regex.IGNORECASE)
"""After what was done ("… đã ban hành, hoàn thành trong năm 2025") its own part says that something is to be done."""


def opens_duty(text: str, time: Time) -> bool:
    """Whether the part of a sentence that a time stands in, from the last comma on, opens with what is to be done.

    >>> from extractors.words.dates import find_times
    >>> text = "Rà soát các chương trình đã ban hành, hoàn thành trong năm 2025."
    >>> [opens_duty(text, time) for time in find_times(text)]
    [True]
    """
    mark = max(text.rfind(",", 0, time.start), text.rfind(";", 0, time.start))
    return mark >= 0 and _DUTY_OPENS.match(text, mark + 1, time.core) is not None


_FIRST_CUES = 4  # more do not fit into the opening of a sentence
_TITLED_WORK = regex.compile(
    r"(?<!\w)(?:kế hoạch|chương trình|đề án|dự án|quyết định|nghị quyết|chỉ thị|chiến lược|quy hoạch"
    r"|thông tư|nghị định|luật|công văn|báo cáo|hướng dẫn"
    r"|so với|khóa|nhiệm kỳ|đại hội|dự toán)(?!\w)[^,;.()]*$",
    regex.IGNORECASE,
)
_COMPARED_WITH = regex.compile(r"so với[^,;.()]*$", regex.IGNORECASE)
_CODE_BEFORE = regex.compile(r"(?:/[-\wĐđƯư]*|[-–][A-ZĐƯ]{2,}|số\s+\S+)\s*,?\s*$")
_TITLE_REACH = 160  # characters; the longest title of a programme seen in one breath has 120
_NAMED_WORK = regex.compile(
    r"(?<!\w)(?:Đề án|Chương trình|Kế hoạch|Chiến lược|Quy hoạch|Dự án|Nghị quyết|Đại hội)(?!\w|\s+(?:này"
    r"|trên))[^,;.()]*$"
)
_CITED_WORK = regex.compile(
    r"số\s*:?\s*\d+\S*[-/]\S*[A-ZĐ]{2}[^;]*?(?<!\w)(?:về|ban hành|phê duyệt)\s[^;]*$"
    r"|(?<!\w)theo (?:Quyết định|Nghị quyết|Thông tư) này[^;]*$"
    r"|(?<!\w)ban hành (?:Chương trình|Kế hoạch|Đề án|Quy định|Danh mục|Quy chế)(?!\w)[^;]*$"
)


def _in_quotes(text: str, time: Time) -> bool:
    """Whether a time stands between quotation marks, as the names of campaigns and projects do."""
    for opening, closing in ("“”", "«»"):
        if text.rfind(opening, 0, time.start) > text.rfind(closing, 0, time.start) and closing in text[time.end :]:
            return True
    return text.count('"', 0, time.start) % 2 == 1 and '"' in text[time.end :]


def is_in_title(text: str, time: Time) -> bool:
    """Whether a time belongs to the name of a document or programme ("Kế hoạch … năm 2020") or to a comparison."""
    if time.type == "recurring" or time.form in ("stretch", "months") or time.relation in ("before", "from"):
        return False
    before = text[max(0, time.start - _TITLE_REACH) : time.start]
    if time.text.lower().startswith("nhiệm kỳ") or _in_quotes(text, time):
        return True
    if time.relation == "in" and time.start < time.core:
        return _COMPARED_WITH.search(before) is not None  # "trong năm 2020" stands on the verb, not in a name
    if time.relation == "by":
        return time.type == "year" and _NAMED_WORK.search(before) is not None
    if _TITLED_WORK.search(before) or _CODE_BEFORE.search(before):
        return True
    is_bare = time.start == time.core  # "giai đoạn 2016-2020", not "trong giai đoạn 2016-2020"
    return (
        is_bare
        and time.type in ("year", "period")
        and _CITED_WORK.search(text, max(0, time.start - 400), time.start) is not None
    )
