"""Values in a sentence: number, unit and comparator, and how far a comparator reaches.

``locate`` finds the numbers that are quantities (dates, document and list numbers, levels, standards and slogans are
not), ``parse`` reads unit and comparator around one, ``resolve`` spreads a comparator over the list that it opens
("ít nhất 30% …, 50% … và 40% …") and reads ranges. The word lists are data, each entry with a source and an example.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import regex
from rapidfuzz.distance import Levenshtein

from extractors.words.dates import Time, find_times
from extractors.words.numbers import Number, find_figures, find_words, glued_unit, is_surely_a_number, parse_figure
from normalizers.forms import fold

LOOK_BACK = 120  # characters in which the verb of a change ("giảm … 20%") is looked for: a long noun phrase
_UNIT_WORDS = 4  # syllables of a counted noun that no list knows; longer ones are descriptions


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value of a sentence. ``start`` counts its comparator words in, ``end`` its unit and "trở lên".

    ``number`` and ``unit`` keep the printed words; ``noun_start`` is where the counted noun begins ("10 | lớp bồi dưỡng"),
    equal to ``end`` of the number where there is none. ``role`` is "amount", "rank" (xếp thứ 13), "group" (trong nhóm 30),
    "change" (tăng 3 bậc), "base" (the value a change starts from), "share" (of a count, in parentheses behind a place) or
    "pair" (the first of two in parentheses behind a name: "Tả (7/29)").
    """

    start: int
    end: int
    number: Number
    unit: str
    noun_start: int
    comparator: str = "="
    role: str = "amount"
    confidence: float = 1.0
    stated: bool = False
    plausible: bool = True
    """False for a figure before a noun that nothing else makes a count: a candidate, not yet a quantity."""

    @property
    def is_measured(self) -> bool:
        """The unit measures (%, đồng, ha, phút), so what follows it is not the thing counted."""
        return _MEASURING.match(self.unit) is not None


_MEASURING = regex.compile(
    r"[%‰]|điểm|(?:trăm |nghìn |ngàn |triệu |tỷ |tỉ )*(?:đồng|đ|usd|đô la|tấn|tạ|kg|ha|km|km2|cm|mm|m|m2|m3|lít"
    r"|kwh|kw|kv|mw|mwh|vnđ|vnd)(?:/|$|\s)|(?:nghìn |ngàn )?(?:triệu|tỷ|tỉ|nghìn|ngàn)$"
    r"|phút|giờ|ngày|bậc|lần|độ|mét",
    regex.IGNORECASE,
)


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a packaged lexicon."""
    text = files("extractors").joinpath("data", name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def _longest_first(words: list[str]) -> str:
    return "|".join(regex.escape(w).replace(r"\ ", r"\s+") for w in sorted(words, key=len, reverse=True))


_COMPARATORS = {row["words"]: row["comparator"] for row in read_table("comparators.tsv")}
_COMPARED = regex.compile(
    rf"(?<!\w)(?P<word>{_longest_first(list(_COMPARATORS))})(?:\s+(?:phải\s+|cần\s+)?(?:là|được|đạt|từ|mức|có))?\s+$",
    regex.IGNORECASE,
)
_ANNOUNCED = regex.compile(
    r"(?<!\w)(?P<word>tối thiểu|tối đa|ít nhất|nhiều nhất|không quá|không dưới)(?:\s[\p{L}\p{M}]+){0,8}\s*:\s*$",
    regex.IGNORECASE,
)
"""A comparator that stands in the label of its value: "Số phòng tối thiểu mỗi căn hộ: 4"."""
_BY_TIME = regex.compile(
    r"(?<!\w)(?P<word>tối thiểu|tối đa|ít nhất|không quá|không dưới)\s+(?:vào|đến|trong|trước)\s+(?:hết\s+)?"
    r"(?:năm|cuối năm|giai đoạn)\s[\d\s–-]+(?:phải\s+)?(?:đạt|có|là)\s+$",
    regex.IGNORECASE,
)
"""A comparator that a time parts from its value: "ít nhất vào năm 2025 đạt 40%"."""
_NOT_BEFORE = regex.compile(
    rf"(?<!\w)(?:{_longest_first([r['words'] for r in read_table('not_quantities.tsv') if r['position'] == 'before'])})"
    r"(?:\s*[:.]?\s*|[-–])$",
    regex.IGNORECASE,
)
_NOT_AFTER = regex.compile(
    rf"\s*(?:{_longest_first([r['words'] for r in read_table('not_quantities.tsv') if r['position'] == 'after'])})(?!\w)",
    regex.IGNORECASE,
)
_KNOWN_UNIT = regex.compile(
    rf"(?:{_longest_first([r['unit'] for r in read_table('measure_units.tsv')])})(?![\w²³])", regex.IGNORECASE
)
_PER = regex.compile(
    r"(?:\s?/\s?(?:\d+(?:\.\d{3})*\s?)?(?:phụ nữ|trẻ đẻ sống|trẻ sơ sinh|bé gái|lượt giao dịch"
    r"|giao dịch|hộ gia đình|gia đình|ngày làm việc|ngày đêm|vạn dân|nghìn dân|người dân|hồ sơ|đối tượng|học sinh"
    r"|học viên|sinh viên|cán bộ|thủ tục|văn bản|đơn vị|trường hợp|vị trí|dự án|nhiệm vụ|công trình|căn hộ"
    r"|hội nghị|giường bệnh|bệnh nhân|tháng/năm|[\p{L}\p{M}²³]+[23]?))+(?![\w²³])"
)
_OF_LAND = regex.compile(r"\s(?:sàn|đất)(?=\s?/)")  # "25 m2 sàn/người"
_PERCENT = regex.compile(r"\s?(?:%|‰|phần\s+trăm|phần\s+nghìn)")
_POINTS = regex.compile(r"(?:\s?điểm)?\s?%")

# A counted noun ends before these: prepositions, auxiliaries, conjunctions, verbs of state.
_UNIT_STOP = frozenset(
    """
    được đã có tại trên của trong với cho theo và để từ đến về do là ở bị đang sẽ thuộc đạt bằng so vào
    qua hoặc khi nếu mà thì chưa không phải còn gồm như nhằm trở lên mỗi đều này đó nói cả chiếm tăng
    giảm một hai ba bốn năm sáu bảy tám chín mười
    """.split()  # noqa: SIM905 - sixty one-word lines say less
)
_WORD = regex.compile(r"[\p{L}\p{M}²³]+(?:-[\p{L}\p{M}²³]+)*")

_CODE = regex.compile(
    r"""
      (?<![\w])(?:[Ss]ố\s*:?\s*)?\d[\d.]*+\s?[-/][-/\w&]{0,40}[A-ZĐƯ]{2}[-\w&]*   # 05/QĐ-UBND
    | (?<!\w)(?:ISO|TCVN|QCVN|TCXDVN)[\s/:-]*\d[\d.:/-]*(?::\d{4})?
    | (?<!\d)24\s?/\s?(?:7|24)(?!\d)
    | (?<!\w)\d{1,2}\s?(?:giờ|h|g)\s?\d{2}(?!\d)(?:\s?phút)?
    | (?<!\d)\d{1,2}\s?(?:giờ|h)\s?(?:-|–|đến)\s?\d{1,2}\s?(?:giờ|h)
    | (?<!\d)\d{1,2}/24(?=\s?(?:giờ|h|/7))
    | \(\s?0\d{2,4}\s?\)\s?[\d .]+ | (?<!\w)0\d{2,3}[ .]\d{3}[ .]\d{3,4}   # telephones
    | (?<!\w)[1-5]G(?:/[1-5]G)*(?!\w)
    """,
    regex.VERBOSE,
)
_ADDRESS = regex.compile(r"(?<!\S)(?:https?://\S+|www\.\S+|\S+\.(?:vn|com|gov|org|net)(?!\w)\S*|\S+@\S+)")
_MAY_BE_ADDRESS = regex.compile(r"https?:|www|@|\.(?:vn|com|gov|org|net)(?!\w)")  # a cheap look: most sentences hold none
_QUOTES = regex.compile(r"[“\"«]")
_NAME_IN_QUOTES = regex.compile(
    r"(?<!\w)(?:chiến dịch|phong trào|cuộc vận động|chương trình|đề án|dự án|kế hoạch|mô hình|chủ đề|khẩu hiệu|phương châm"
    r"|hội thi|cuộc thi|giải thưởng|danh hiệu|ngày hội|tuần lễ|tháng)\s+(?:“[^“”]*”|\"[^\"]*\"|«[^«»]*»)",
    regex.IGNORECASE,
)
"""The name of a campaign holds no quantity: Chiến dịch “45 ngày đêm hỗ trợ …” (Hà Nội 11/CT-UBND 2025)."""

_FRACTION_SIGN = regex.compile(r"\s?/\s?|\s+trong(?:\s+(?:số|tổng số))?\s+", regex.IGNORECASE)
_RANGE_SIGN = regex.compile(r"\s?%?\s?(?:[-\u2010-\u2015\u2212\u00ad÷]|(?:đến|tới)(?:\s+dưới)?)\s?")
_UNIT_TWICE = regex.compile(
    r"\s?(?P<unit>[\p{L}²³][\p{L}\p{M}²³]*\d?(?:\s[\p{L}\p{M}²³]+)?)\s?(?:(?P<dash>[-\u2010-\u2015\u2212\u00ad])"
    r"|(?<=\s)(?:đến|tới)(?:\sdưới)?(?=\s))\s?"
)
_FROM_REACH = 8  # "từ " and a space or two more
_OPENED_RANGE = regex.compile(r"(?<!tăng )(?<!nâng )(?<!\w)từ\s+$", regex.IGNORECASE)
"""Not "tăng từ 10 xã đến 15 xã", which tells of two states."""
_OR_MORE = regex.compile(r"(?:\s+[\p{L}\p{M}²³]+){0,6}?\s+trở\s+(?P<side>lên|xuống)(?!\w)", regex.IGNORECASE)
_FROM = regex.compile(r"(?<!\w)từ\s+$", regex.IGNORECASE)
_RANK_BEFORE = regex.compile(
    r"(?P<words>(?:vị\s+(?:trí\s+)?thứ|vị\s+trí|thứ\s+hạng|(?:xếp|đứng|lên|xuống)\s+(?:vị\s+)?(?:thứ|hạng)"
    r"|(?<!sắp )xếp|hạng))(?:\s+thứ)?\s+$",
    regex.IGNORECASE,
)
_GROUP_BEFORE = regex.compile(
    r"(?:(?:trong|vào|thuộc|nằm\s+trong|lọt\s+vào|duy\s+trì|giữ)\s+)?(?:nhóm|tốp|top)(?:\s+(?:đầu|của|các"
    r"|dẫn đầu))*\s+$",
    regex.IGNORECASE,
)
_AMONG = regex.compile(r"(?<!\w)(?:trong|vào)\s+(?:số\s+)?$")
_GROUP_AFTER = regex.compile(
    r"(?:\s+[\p{L}\p{M}²³]+,?){1,6}\s+(?:dẫn đầu|đứng đầu|đầu cả nước|tốt nhất|cao nhất|hàng đầu)", regex.IGNORECASE
)
_CHANGE = regex.compile(
    r"(?<!\w)(?P<verb>(?:cắt\s+)?giảm|rút\s+ngắn|tăng|nâng|vượt)(?!\s+(?:cường|tải|thiểu|nghèo|trưởng|tốc"
    r"|cao|cấp|giá|tính))(?!\w)",
    regex.IGNORECASE,
)
_LEVEL = regex.compile(
    r"(?<!\w)(?:đạt|lên|xuống|còn|tới|đến|là|chiếm|thành|bằng|có|được|trong|vào)(?!\w)|[;:()]", regex.IGNORECASE
)
_RATE_NOUN = regex.compile(r"(?:tỷ lệ|tỉ lệ|tốc độ|mức|hệ số|chỉ số|nhịp độ)\s+$", regex.IGNORECASE)
_CHANGES_TO = regex.compile(r"(?:\s+(?!và(?!\w))[^\s,;.%]+){0,5}?\s+(?:lên|xuống|còn|thành)(?!\w)", regex.IGNORECASE)
_OPERATOR_AFTER = regex.compile(r"\s*(?:[=×*+]|x\s?\d|/\s?\d)")
_SIGN_BEFORE = regex.compile(r"(?P<sign>[≥≤<>]|[<>]\s?=)\s?$")
_SIGNS = {"≥": ">=", ">=": ">=", "≤": "<=", "<=": "<=", "<": "<", ">": ">"}
_OPERATOR_BEFORE = regex.compile(r"(?:(?<![<>])(?<![<>]\s)[=×*+]|(?<=\s)x)\s*$")
_TIMES_AS_MUCH = regex.compile(r"gấp\s+$", regex.IGNORECASE)
_FLOAT_COMPARATORS = {">=", ">", "<=", "<", "~"}
_RATIO_OPENING = regex.compile(
    r"(?:^|[\s(“\"])m[ỗốồôổ]i\s(?:[\p{L}\p{M}²³]+,?\s){1,6}?(?:có|đạt|chọn|cử|bố trí|xây dựng|thành lập)\s$",
    regex.IGNORECASE,
)


def find_quantities(text: str, times: list[Time] | None = None, *, wide: bool = False) -> list[Quantity]:
    """The quantities of a sentence in order; ``wide``: also what only a decision can tell from a quantity.

    >>> [(q.number.value, q.comparator) for q in find_quantities("ít nhất 30% cấp xã, 50% cấp huyện và 40% cấp tỉnh")]
    [(30.0, '>='), (50.0, '>='), (40.0, '>=')]
    >>> [(q.number.value, q.unit, q.role) for q in find_quantities("Chỉ số ICT xếp vị thứ 2 (tăng 3 bậc so với năm 2018)")]
    [(2.0, 'vị thứ', 'rank'), (3.0, 'bậc', 'change')]
    >>> find_quantities("dịch vụ công trực tuyến mức độ 3, mức độ 4, tiêu chuẩn ISO 9001:2015, Nghị quyết số 17/NQ-CP")
    []
    """
    times = find_times(text) if times is None else times
    numbers = locate(text, times)
    read = [q for i, n in enumerate(numbers) if (q := parse(text, n, numbers[i - 1] if i else None)) is not None]
    found = resolve(mend_units(read, text), text)
    found = paired(found, text)
    return distributed(found, text) if wide else [q for q in found if q.plausible]


# --------------------------------------------------------------------------------------------------------------------
# Locate


def _mask(text: str, times: list[Time]) -> tuple[list[int], list[int]]:
    """Spans that hold no quantity: times, codes, addresses, standards. Starts sorted, ends as far as any before reaches."""
    spans = [(t.core, t.end) for t in times if t.form != "within"]
    spans += [m.span() for m in _CODE.finditer(text)]
    if _MAY_BE_ADDRESS.search(text):
        spans += [m.span() for m in _ADDRESS.finditer(text)]
    if _QUOTES.search(text):
        spans += [m.span() for m in _NAME_IN_QUOTES.finditer(text)]
    spans = sorted(spans + [(t.start, t.end) for t in times if t.form == "within"])
    starts, ends, furthest = [], [], 0
    for start, end in spans:
        furthest = max(furthest, end)
        starts.append(start)
        ends.append(furthest)
    return starts, ends


def locate(text: str, times: list[Time]) -> list[Number]:
    """Numbers that may be quantities, fractions and ranges put together."""
    starts, ends = _mask(text, times)

    def is_masked(number: Number) -> bool:
        i = bisect_right(starts, number.start) - 1
        return i >= 0 and ends[i] > number.start

    figures = [n for n in find_figures(text) if not is_masked(n)]
    numbers: list[Number] = []
    i = 0
    refused_until = -1
    while i < len(figures):
        number, taken = _put_together(text, figures, i)
        before = text[max(0, number.start - _REFUSAL_REACH) : number.start]
        if _is_refused(text, number, before) or _goes_on_refused(text, number, refused_until):
            refused_until = number.end
        elif _may_be(number, text):
            numbers.append(number)
        i += taken
    spoken = [n for n in find_words(text) if not is_masked(n) and _counts_in_words(text, n)]
    return sorted(numbers + spoken, key=lambda n: n.start)


def _may_be(number: Number, text: str) -> bool:
    """Whether a fraction is no torn code: part of a whole, few of few, or a pair in parentheses."""
    if number.of is None or number.of >= number.value > 0 or number.of < _LAST_DAY:
        return True
    return number.of in _BASES or text[: number.start].endswith("(")


_BASES = (100, 1_000, 10_000, 100_000, 1_000_000)
"""Of so many something is counted: "107 bé trai/100 bé gái", "25/100.000 trẻ đẻ sống" are rates, not parts of a whole."""
_REFUSAL_REACH = 32  # characters; the longest wording that refuses a number has 17
_LAST_DAY = 32  # a "fraction" above one with a larger denominator is a code torn in two


def _put_together(text: str, figures: list[Number], i: int) -> tuple[Number, int]:
    """Figure ``i``, or the fraction or range that it makes with the next; and how many figures that takes."""
    number = figures[i]
    following = figures[i + 1] if i + 1 < len(figures) else None
    if following is None or following.start - number.end >= _JOINT_LENGTH:
        return number, 1
    between = text[number.end : following.start]
    whole = text[number.start : following.end]
    if _FRACTION_SIGN.fullmatch(between) and number.value.is_integer() and following.value.is_integer():
        if following.value >= number.value or "/" in between:
            return replace(number, end=following.end, text=whole, of=following.value), 2
    elif _is_range(text, number, following, between):
        return replace(number, end=following.end, text=whole, value_max=following.value), 2
    return number, 1


_JOINT_LENGTH = 24  # " triệu đồng đến dưới " has 21 characters


def _goes_on_refused(text: str, number: Number, refused_until: int) -> bool:
    """Whether a number goes on a list of refused ones ("mức độ 3, 4", "Điều 5 và 6")."""
    if refused_until < 0 or number.start > refused_until + 6:
        return False
    if _REFUSED_LIST.fullmatch(text, refused_until, number.start) is None:
        return False
    return not (_KNOWN_UNIT.match(text, number.end + 1) or _PERCENT.match(text, number.end))


_REFUSED_LIST = regex.compile(r"\s*(?:,|và|-|–|/|hoặc|;)\s*")


def _is_range(text: str, first: Number, last: Number, between: str) -> bool:
    if last.value <= first.value:
        return False
    if repeated := _UNIT_TWICE.fullmatch(between):  # "từ 200 con đến dưới 1.000 con", "2.000m2 - 3.000 m2"
        opened = repeated["dash"] or _OPENED_RANGE.search(text[max(0, first.start - _FROM_REACH) : first.start])
        return opened is not None and text[last.end :].lstrip().startswith(repeated["unit"])
    if not _RANGE_SIGN.fullmatch(between):
        return False
    if between.strip(" %").split()[0] in (
        "đến",
        "tới",
    ):  # "giảm từ 10% đến …", "từ 5 đến 10 hồ sơ"; "tăng … đến" states a level
        return bool(_FROM.search(text[max(0, first.start - 6) : first.start])) or "%" not in between
    return True


def _is_refused(text: str, number: Number, before: str) -> bool:
    """Levels, ordinals, references and slogans; a percent sign or a rank outweighs the word in front."""
    if _PERCENT.match(text, number.end) or _RANK_BEFORE.search(before):
        return False
    after = text[number.end : number.end + 24]
    if _DAY_AFTER.match(after) or (number.value == 1 and number.of and _SCALE_BEFORE.search(before)):
        return True
    if _NOT_AFTER.match(after) and not _EXPERIENCE.match(after):
        return not _is_counted_after_all(after)
    if _LIST_MARK_END.match(after) and number.end - number.start <= 2 and not before.strip():
        return True
    if _NOT_BEFORE.search(before) is None:
        return False
    return not (_KNOWN_UNIT.match(after.lstrip()) and _MAY_BE_COUNTED.search(before))


_DAY_AFTER = regex.compile(r"\s*ngày\s+\d")  # "05 ngày 12/3"
_EXPERIENCE = regex.compile(r"\s*tháng\s+kinh nghiệm")
_LIST_MARK_END = regex.compile(r"\s?[.)](?:\s|$)")  # "1. …", "2) …" at the beginning of a text
_MAY_BE_COUNTED = regex.compile(
    r"(?:kế hoạch|chỉ tiêu|đường|số|loại|mức|mục tiêu|nhóm|tổ|cấp|điểm)\s*:?\s*$|:\s*$", regex.IGNORECASE
)  # "hoàn thành kế hoạch 12 xã": a measure behind them is counted after all
_SCALE_BEFORE = regex.compile(r"(?:tỷ lệ|tỉ lệ)\s+$", regex.IGNORECASE)  # "bản đồ tỷ lệ 1/500"


def _is_counted_after_all(after: str) -> bool:
    """ "giảm 05 cấp phó" counts; "3 cấp thông suốt" does not."""
    return _COUNTED_AFTER_ALL.match(after) is not None


_COUNTED_AFTER_ALL = regex.compile(
    r"\s*(?:cấp\s+(?:phó|trưởng)|nhà\s+(?:máy|ở|văn hóa|vệ sinh)|bên\s+liên quan|cửa\s+(?:hàng|khẩu))"
)


def _counts_in_words(text: str, number: Number) -> bool:
    """Number words are quantities where nothing else is possible, after a comparator, and in "mỗi hộ … có một mã"."""
    before, after = text[max(0, number.start - 64) : number.start], text[number.end : number.end + 24]
    if _ONE_OF_SOME.match(after) or _FIGURE_BEFORE.search(before):
        return _PERCENT.match(text, number.end) is not None
    if number.value == 0 or number.text.lower() in ("năm", "tư") or _NOT_AFTER.match(after):
        return False
    if not _NOUN_AFTER.match(after):
        return False
    if is_surely_a_number(number.text) and not _ORDINAL_BEFORE.search(before):
        return True
    compared = _COMPARED.search(before)
    if compared is not None:
        return compared["word"].lower() not in ("trên", "hơn", "dưới", "quá", "gần", "cao nhất", "thấp nhất", "cao hơn")
    if number.value > 1 and _VERB_BEFORE.search(before) and _KNOWN_UNIT.match(after.lstrip()):
        return True  # "tổ chức hai hội nghị"
    return bool(_TIMES_AS_MUCH.search(before) or (number.value == 1 and _RATIO_OPENING.search(before)))


_ONE_OF_SOME = regex.compile(r"\s*[\d(%]|\s+(?:số|vài|phần|cách|trong|cửa|lần nữa)(?!\w)")  # "một số cơ quan"
_FIGURE_BEFORE = regex.compile(r"\d[^()\d]{0,24}\((?:\s*(?:viết\s+)?bằng\s+chữ\s*:?)?\s*$|\d\s*$", regex.IGNORECASE)
"""What stands in figures before it is the same number: "02 (hai) bộ", "8.698.600đ (bằng chữ: Tám triệu …)"."""
_VERB_BEFORE = regex.compile(
    r"(?:tổ chức|thành lập|xây dựng|mở|cử|chọn|ban hành|tiến hành|phát hiện|xử lý|triển khai|hoàn thành)\s+(?:được\s+)?$",
    regex.IGNORECASE,
)
_NOUN_AFTER = regex.compile(r"\s+[\p{L}\p{M}²³]")
_ORDINAL_BEFORE = regex.compile(r"(?:thứ|ngày|tháng|khóa|điều)\s+$", regex.IGNORECASE)


# --------------------------------------------------------------------------------------------------------------------
# Parse


def parse(text: str, number: Number, previous: Number | None) -> Quantity | None:
    """Unit and comparator of a number; ``None`` when neither a unit nor the words around make it a quantity."""
    floor = previous.end if previous is not None else 0
    before = text[max(floor, number.start - LOOK_BACK) : number.start]
    rank = _RANK_BEFORE.search(before)
    if rank is not None and not _PERCENT.match(text, number.end):
        start = number.start - len(before) + rank.start()
        unit = _rank_unit(" ".join(rank["words"].split()).lower())
        return Quantity(start, number.end, number, unit, number.end, "=", "rank", number.confidence)
    counted = _counted(text, number)
    return _of_group(text, counted, before) or _amount(text, counted, before)


@dataclass(frozen=True, slots=True)
class _Counted:
    """A number with its unit, which ends at ``end``; ``is_rate``: of so many ("25/100.000 trẻ đẻ sống")."""

    number: Number
    unit: str
    noun_start: int
    end: int
    is_rate: bool


def _counted(text: str, number: Number) -> _Counted:
    """The number with the unit behind it, half a unit more and the base of a rate read into them."""
    unit, noun_start, end = read_unit(text, number.end)
    if half := _AND_A_HALF.match(text, number.end):
        unit, end = half["scale"] + (" đồng" if half["money"] else ""), half.end()
        number, noun_start = replace(number, value=number.value + 0.5), number.end + 1
        if per := _PER.match(text, end):
            unit, end = unit + per.group(), per.end()
    is_rate = number.of in _BASES and (number.of > _BASES[0] or number.value > number.of)
    if is_rate:
        unit = f"/{text[number.start : number.end].rpartition('/')[2].strip()} {unit}".strip()
        number = replace(number, of=None)
    return _Counted(number, unit, noun_start, end, is_rate)


def _of_group(text: str, counted: _Counted, before: str) -> Quantity | None:
    """A number that says how many are in a group to be reached ("trong nhóm 10 địa phương dẫn đầu")."""
    number, unit = counted.number, counted.unit
    group = _GROUP_BEFORE.search(before)
    among = unit and _AMONG.search(before) and _GROUP_AFTER.match(text, number.end)
    if unit == "%" or not (group or among):
        return None
    start = number.start - (len(before) - group.start() if group else 0)
    unit, confidence = unit or "vị trí", number.confidence
    return Quantity(start, counted.end, number, unit, counted.noun_start, "<=", "group", confidence, True)


def _is_no_quantity(text: str, counted: _Counted, before: str) -> bool:
    """Whether a number is part of a computation, a year, a nought that counts nothing, or stands before no noun."""
    number, unit = counted.number, counted.unit
    if (
        _OPERATOR_AFTER.match(text, counted.end)
        or _OPERATOR_AFTER.match(text, number.end)
        or _OPERATOR_BEFORE.search(before)
    ):
        return True
    if not unit and not _stands_alone(text, number, before):
        return True
    if "%" in unit:
        return False
    if _YEAR_LIKE.fullmatch(number.text) and _MEASURING.match(unit) is None:
        return True  # counts of thousands are grouped: "2.020 hồ sơ"
    return number.value == 0 and not _KNOWN_UNIT.match(text, counted.noun_start)


def _amount(text: str, counted: _Counted, before: str) -> Quantity | None:
    """An amount or a change, with what the words around say of its limits."""
    if _is_no_quantity(text, counted, before):
        return None
    number, unit, noun_start, end = counted.number, counted.unit, counted.noun_start, counted.end
    comparator, start, stated = _comparator(text, number, before, number.start)
    plausible = stated or counted.is_rate or _is_plausible(number, unit, text[noun_start:end], before)
    from_word = _FROM.search(before)
    if more := _OR_MORE.match(text, end):
        comparator, stated = (">=" if more["side"].lower() == "lên" else "<="), True
        if from_word:
            start = number.start - len(before) + from_word.start()
        if text[number.end : more.start()].strip() in ("", "%") or more.end() <= end + 12:
            end = max(end, more.end())
            noun_start = max(noun_start, end) if unit == "%" else noun_start
    if number.value_max is None and from_word and _CHANGES_TO.match(text, end):
        return Quantity(start, end, number, unit, noun_start, "=", "base", number.confidence, True)
    front = before[: len(before) - (number.start - start)]
    role, change = _change(front, number.value_max is not None)
    if change:
        comparator = change + (comparator if comparator in _FLOAT_COMPARATORS - {"~"} and stated else "")
    if _TIMES_AS_MUCH.search(before):
        unit = unit or "lần"
    return Quantity(start, end, number, unit, noun_start, comparator, role, number.confidence, stated, plausible)


def _rank_unit(words: str) -> str:
    if "vị thứ" in words or "vị trí" in words:
        return words[words.index("vị") :]
    return "thứ hạng" if "hạng" in words else "vị thứ"


_AND_A_HALF = regex.compile(r"\s(?P<scale>trăm|nghìn|ngàn|triệu|tỷ|tỉ)\s+rưỡi(?P<money>\s+đồng)?(?!\w)", regex.IGNORECASE)
"""Half of the unit more: "2 triệu rưỡi" is 2,5 triệu."""
_YEAR_LIKE = regex.compile(r"(?:19|20)\d\d")
_SPECK = regex.compile(r"[,.'’](?=[\p{L}\p{M}²³])")  # "80%,hồ sơ": a mark with no space behind it is dirt


_ASIDE = regex.compile(r"\s?\([^()]{1,40}\)(?=\s[\p{L}\p{M}²³])")  # "02 (hai) bộ"
_MAY_TOUCH = regex.compile(r"[a-z²³]")  # "5kg"


def read_unit(text: str, at: int) -> tuple[str, int, int]:
    """Unit, start of the counted noun and end of the unit for a number that ends at ``at``.

    >>> read_unit("10 lớp bồi dưỡng về kỹ năng", 2), read_unit("30 phút/lượt giao dịch", 2), read_unit("93,4% số hồ sơ", 4)
    (('lớp', 3, 6), ('phút/lượt giao dịch', 3, 22), ('%', 6, 5))
    """
    percent = _PERCENT.match(text, at) or _POINTS.match(text, at)
    if percent is not None:
        end = percent.end()
        if per := _PER.match(text, end):
            end = per.end()  # "8%/năm": the rate of every year stays a percentage
        noun = end + 1 if text[end : end + 1] == " " or _SPECK.match(text, end) else end
        said = percent.group()
        return ("điểm %" if "điểm" in said else "‰" if "‰" in said or "nghìn" in said else "%"), noun, end
    start = at
    aside = _ASIDE.match(text, at)
    if aside is not None and find_first_word(aside.group()):
        start = aside.end()
    while text[start : start + 1] == " ":
        start += 1
    if start == at and not _MAY_TOUCH.match(text, at) and not glued_unit().match(text, at):
        return "", at, at
    known = _KNOWN_UNIT.match(text, start)
    if known is not None:
        end = known.end()
        if _SCALE_ALONE.fullmatch(known.group()) and (counted := _KNOWN_UNIT.match(text, end + 1)):
            end = counted.end()  # "5 triệu cây"
        if land := _OF_LAND.match(text, end):
            end = land.end()
        if per := _PER.match(text, end):
            end = per.end()
        return " ".join(text[start:end].split()), start, end
    end, taken = start, 0
    while taken < _UNIT_WORDS:
        word = _WORD.match(text, end if not taken else end + 1)
        if word is not None and text[word.end() : word.end() + 1].isdigit():
            break  # "06 m8 hình": torn by reading
        if word is None or (taken and text[end : end + 1] != " ") or word.group().lower() in _UNIT_STOP:
            break
        end, taken = word.end(), taken + 1
    if not taken:
        return "", at, at
    if per := _PER.match(text, end):
        end = per.end()
    return text[start:end], start, end


_SCALE_ALONE = regex.compile(r"(?:triệu|tỷ|tỉ|nghìn|ngàn)", regex.IGNORECASE)


def find_first_word(text: str) -> bool:
    """Whether an aside in parentheses only spells the number out ("(hai)")."""
    return next(find_words(text), None) is not None


def _is_plausible(number: Number, unit: str, noun: str, before: str) -> bool:
    """Whether a figure before a noun that no list knows is a count, not a misread word ("phân công 10 trách nhiệm").

    Counts are typed with a leading zero or grouped, or follow a word of counting; a misread "rõ" or "là" is neither.
    """
    if not unit or number.in_words or number.of or number.value_max or _MEASURING.match(unit):
        return True
    is_typed_as_count = number.text.startswith("0") or "." in number.text
    follows_count = _COUNTING_BEFORE.search(before) or _IN_ENUMERATION.fullmatch(before)
    return bool(_KNOWN_UNIT.match(noun) or is_typed_as_count or follows_count)


_IN_ENUMERATION = regex.compile(r"\s*[\w²³/]+(?:\s[\w²³/]+){0,2},\s*")  # "48 xã, 16 phường, 1 đặc khu": right behind a count
_COUNTING_BEFORE = regex.compile(
    r"(?:^|[:(]|(?<!\w)(?:có|gồm|tổng|với|cho|được|đã|thêm|các|trong|tại|và|tổ chức|ban hành"
    r"|xây dựng|thành lập|hoàn thành|triển khai|mở"
    r"|tiếp nhận|giải quyết|xử lý|công bố|rà soát|kiểm tra|thẩm định|góp ý|đào tạo|tuyển dụng"
    r"|bổ nhiệm|cử|hỗ trợ|đầu tư|trồng|giảm|tăng|thu hút"
    r"|duy trì|phát triển|đạt|còn|hiện|toàn tỉnh|hình thành|quy mô|công suất|sức chứa))\s*$",
    regex.IGNORECASE,
)


def _stands_alone(text: str, number: Number, before: str) -> bool:
    """A number without a noun counts after "đạt", "là", ":" … and before a stop."""
    stops = _STOP_AFTER.match(text, number.end) is not None
    if _SCORE_BEFORE.search(before):
        return False
    return stops and _LEVEL_BEFORE.search(before) is not None and not number.in_words


_SCORE_BEFORE = regex.compile(r"điểm(?:\s[\p{L}\p{M}]+){0,3}\s+là\s+$", regex.IGNORECASE)  # "thì điểm đánh giá là 1": a rule
_STOP_AFTER = regex.compile(r"\s*(?:[.,;)]|$|\s\()")
_LEVEL_BEFORE = regex.compile(
    r"(?:đạt|là|số lượng|còn|lên|xuống|có|gấp)\s*(?:được|khoảng|trên|dưới|hơn|gần)?\s*:?\s*$", regex.IGNORECASE
)

_MISREAD_TERM = regex.compile(
    r"(?<!\w)(?:trước|đúng|dùng|trễ|quá|sớm)\s+$", regex.IGNORECASE
)  # "đúng hạn" read as "đúng hơn"


_GOES_ON_TO = regex.compile(r"\s?%?\s*(?:[\p{L}\p{M}²³]+\s){0,3}(?:lên|xuống|đến|tới|còn)(?!\w)")  # "từ 10% lên 20%"


def _comparator(text: str, number: Number, before: str, start: int) -> tuple[str, int, bool]:
    sign = _SIGN_BEFORE.search(before)
    if sign is not None:
        return _SIGNS[sign["sign"].replace(" ", "")], start - len(before) + sign.start(), True
    compared = _COMPARED.search(before) or _BY_TIME.search(text[max(0, number.start - LOOK_BACK) : number.start])
    if announced := _ANNOUNCED.search(before):
        return _COMPARATORS[announced["word"].lower()], start, True
    if compared is not None and compared.re is _BY_TIME:
        return _COMPARATORS[compared["word"].lower()], start, True
    if compared is None:
        if _FROM.search(before) and number.value_max is None:
            following = text[number.end : number.end + 30]
            if not _GOES_ON_TO.match(following):
                return ">=", start - len(before) + _FROM.search(before).start(), True  # type: ignore[union-attr]
        return "=", start, False
    word = " ".join(compared["word"].lower().split())
    if word == "hơn" and _MISREAD_TERM.search(before[: compared.start()]):
        return "=", start, False
    comparator = _COMPARATORS[word]
    at = start - len(before) + compared.start()
    earlier = text[max(0, at - 12) : at].lower()
    if word in ("trên", "dưới", "quá", "hơn") and earlier.rstrip().endswith("không"):
        return {"trên": "<=", "quá": "<=", "hơn": "<=", "dưới": ">="}[word], at, True
    return comparator, at, True


def _change(before: str, is_range: bool) -> tuple[str, str]:
    """("change", "increase"/"decrease") when a verb of change governs the value, not a level that is reached."""
    found = next(reversed(list(_CHANGE.finditer(before))), None)
    if found is None or _LEVEL.search(before, found.end()) or _RATE_NOUN.search(before[: found.start()]):
        return "amount", ""
    if before[found.end() :].strip().lower() == "từ":
        return ("base", "") if not is_range else ("change", "decrease" if "giảm" in found["verb"].lower() else "increase")
    verb = found["verb"].lower()
    if verb == "nâng":
        return "amount", ""
    return "change", "increase" if verb in ("tăng", "vượt") else "decrease"


# --------------------------------------------------------------------------------------------------------------------
# Resolve


def mend_units(quantities: list[Quantity], text: str) -> list[Quantity]:
    """Units that reading tore, told by the same unit elsewhere in the sentence, with a lower confidence.

    >>> words = "tiếp nhận 49.183 hồ sơ, trễ hẹn 2.842 hộ số, đang giải quyết 6.308 hồ sơ"
    >>> [q.unit for q in find_quantities(words)]
    ['hồ sơ', 'hồ sơ', 'hồ sơ']
    """
    known = {q.unit.lower() for q in quantities if q.unit.count(" ") == 1 and _KNOWN_UNIT.fullmatch(q.unit)}
    if not known or len(quantities) < 2:
        return quantities
    return [_mended(q, text, known) for q in quantities]


_PAIRS = regex.compile(r"(?<=[\p{L}\d]\s?)\((?P<figure>\d[\d.]*)\s?/\s?\d[\d.]*\)")
_SICK = regex.compile(r"(?<!\w)(?:mắc|tử vong|ca bệnh)(?!\w)", regex.IGNORECASE)


def paired(quantities: list[Quantity], text: str) -> list[Quantity]:
    """With the first figures of pairs behind names, which the lead-in explains: this year's beside last year's.

    >>> text = "Các bệnh khác số mắc/so với cùng kỳ như sau: Tả (7/29), Thương hàn (18/2)."
    >>> [(q.number.value, q.unit, q.role) for q in find_quantities(text, wide=True)]
    [(7.0, 'ca', 'pair'), (18.0, 'ca', 'pair')]
    """
    pairs = list(_PAIRS.finditer(text))
    if len(pairs) < _LEAST_SHARES:
        return quantities
    unit = "ca" if _SICK.search(text, 0, pairs[0].start()) else ""
    spans = [match.span() for match in pairs]
    kept = [q for q in quantities if not any(a < q.end and q.start < b for a, b in spans)]
    for match in pairs:
        value = parse_figure(match["figure"])
        if value is not None:
            start, end = match.span("figure")
            kept.append(Quantity(start, end, Number(start, end, match["figure"], value), unit, end, "=", "pair", 0.8))
    return sorted(kept, key=lambda q: q.start)


_SHARED_OUT = regex.compile(r"(?<=[\p{L}\p{M}²³])\s?\((?P<figure>\d{1,3}(?:\.\d{3})*)\)")
_LEAST_SHARES = 2


def distributed(quantities: list[Quantity], text: str) -> list[Quantity]:
    """With the shares of a count that stand in parentheses behind the places it is shared out to.

    >>> text = "xây 16 chợ: Việt Trì (05), Phú Thọ (11)"
    >>> [(q.number.value, q.unit) for q in distributed(find_quantities(text), text)]
    [(16.0, 'chợ'), (5.0, 'chợ'), (11.0, 'chợ')]
    """
    shares = [m for m in _SHARED_OUT.finditer(text) if not any(q.start < m.end() and m.start() < q.end for q in quantities)]
    counted = [q for q in quantities if q.role == "amount" and not q.is_measured and q.unit and "%" not in q.unit]
    if len(shares) < _LEAST_SHARES or not counted:
        return quantities
    added = []
    for share in shares:
        whole = next((q for q in reversed(counted) if q.end <= share.start()), None)
        value = parse_figure(share["figure"])
        if whole is not None and value is not None:
            start, end = share.span("figure")
            added.append(
                Quantity(start, end, Number(start, end, share["figure"], value), whole.unit, end, "=", "share", 0.8)
            )
    return sorted([*quantities, *added], key=lambda q: q.start)


def _mended(quantity: Quantity, text: str, known: set[str]) -> Quantity:
    words = _TWO_WORDS.match(text, quantity.noun_start)
    if words is None or quantity.number.in_words or quantity.role != "amount" or "%" in quantity.unit:
        return quantity
    printed = words.group()
    if printed.lower() in known or _KNOWN_UNIT.fullmatch(printed):
        return quantity
    for unit in sorted(known):
        if Levenshtein.distance(fold(printed), fold(unit), score_cutoff=1) <= 1:
            return replace(quantity, unit=unit, end=max(quantity.end, words.end()), confidence=quantity.confidence * 0.6)
    return quantity


_TWO_WORDS = regex.compile(r"[\p{L}\p{M}²³]+ [\p{L}\p{M}²³]+(?!\w)")


def resolve(quantities: list[Quantity], text: str) -> list[Quantity]:
    """Comparators spread over the list they open.

    A comparator reaches the next value when nothing but a coordination lies between (", 50% đơn vị …", "và 40% …") and the
    unit is the same. "trên" can't govern 100 %.
    """
    out: list[Quantity] = []
    for quantity in quantities:
        last = out[-1] if out else None
        if (
            last is not None
            and not quantity.stated
            and quantity.comparator == "="
            and quantity.role == "amount"
            and last.role == "amount"
            and last.comparator in _FLOAT_COMPARATORS
            and last.unit == quantity.unit
            and not (quantity.unit == "%" and quantity.number.value >= 100)
            and _is_coordinated(text, last, quantity)
        ):
            quantity = replace(quantity, comparator=last.comparator)
        out.append(quantity)
    return out


def _is_coordinated(text: str, first: Quantity, second: Quantity) -> bool:
    between = text[first.end : second.start]
    if not _COORDINATION.search(between) or _STOP_BETWEEN.search(between):
        return False
    if ";" in between:
        opening = text[first.noun_start : first.noun_start + 40].split()[:2]
        return bool(opening) and opening == text[second.noun_start : second.noun_start + 40].split()[:2]
    return not _LEVEL_BETWEEN.search(between)


_COORDINATION = regex.compile(r"(?:,|;|(?<!\w)và|(?<!\w)hoặc)\s*$", regex.IGNORECASE)
_STOP_BETWEEN = regex.compile(r"[().:]")
_LEVEL_BETWEEN = regex.compile(r"(?<!\w)(?:đạt|lên|xuống|còn)(?!\w)")
