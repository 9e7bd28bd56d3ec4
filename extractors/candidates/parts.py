"""Which part the bodies of a sentence play in it: who is given work, who has a duty, with whom, for whom, whose.

Bodies named in one breath play one part together, also where a word that no grammar knows stands between them ("các Vụ
Thị trường ngoài nước, Cục Hóa chất"). The part is read from what stands before the first and behind the last of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex

from extractors.candidates.context import words_of
from extractors.sense.reading import Reading, Run


@dataclass(frozen=True, slots=True)
class Chain:
    """Runs of a sentence that play one ``part``; ``cue`` is the word that shows it, ``follows`` what comes behind them.

    ``part``: given (giao Sở …), subject (of a duty), doer ("do Sở … thực hiện"), partner (phối hợp với …), issuer
    (… yêu cầu), teller (of what was done or is so), named (nothing else is said), receiver (trình, gửi …), attribute
    (của, tại, theo …), other.
    """

    runs: tuple[Run, ...]
    part: str
    cue: str
    follows: str

    @property
    def start(self) -> int:
        return self.runs[0].start

    @property
    def end(self) -> int:
        return self.runs[-1].end


STRONG = frozenset(("given", "subject", "doer", "named"))
"""Parts of those who may have to do what stands below."""

PREAMBLE = regex.compile(
    r"(?:Căn cứ (?:Luật|Nghị|Quyết|Thông|Hiến|Chỉ|Pháp|Bộ luật|Công văn|Kế hoạch số)|Theo đề nghị của|Xét )"
    r"|Trên cơ sở kết quả biểu"
)
"""What a decision rests on: it gives nobody any work."""
_LIST_GOES_ON = regex.compile(
    r"[^;.:]{0,60}?(?:,|;|/|\bvà|\bcùng(?: với)?|\bhoặc|\s[-–&])\s*(?:(?:các|những|một số|từng|toàn thể|của)\s+)*",
    regex.IGNORECASE,
)
_VERB_BETWEEN = regex.compile(
    r"(?<!\w)(?:đã|có|được|là|phải|theo|chịu|cần|để|nhằm|trong việc|tại|do|khi|trình|chủ trì|phối hợp|giao|yêu cầu)(?!\w)",
    regex.IGNORECASE,
)
_GIVES = (
    r"giao(?: nhiệm vụ| trách nhiệm)?|yêu cầu|đề nghị|phân công|chỉ thị|ủy quyền|uỷ quyền|ủy nhiệm|kiến nghị|nhắc nhở|lệnh"
)
_FRONTS = tuple(
    (part, regex.compile(pattern, regex.IGNORECASE))
    for part, pattern in (
        ("partner", r"(?<!\w)phối\s?hợp(?:[^;.]{0,45}?(?:với|cùng|giữa))?(?: cả)?(?: các| những)?\s*:?\s*$"),
        ("given", rf"(?<!\w)(?:{_GIVES})(?: cho)?(?: rằng)?\s*:?\s*(?:(?:các|những|đồng chí|từng)\s+)*$"),
        ("directed", r"(?<!\w)(?:chỉ đạo|đôn đốc|hướng dẫn|giúp|hỗ trợ|kiểm tra|mời|cử)\s*:?\s*(?:(?:các|những)\s+)*$"),
        (
            "receiver",
            r"(?<!\w)(?:trình|báo cáo|gửi|tham mưu(?: cho)?|đề xuất(?: với)?|kiến nghị(?: với)?|thông qua|xin ý kiến|cho|về)"
            r"\s*:?\s*(?:(?:các|những)\s+)*$",
        ),
        ("doer", r"(?<!\w)do\s+(?:(?:các|những)\s+)*$"),
        ("for", r"(?<!\w)(?:đối với|trách nhiệm của|nhiệm vụ của)\s*:?\s*(?:(?:các|những)\s+)*$"),
        (
            "attribute",
            r"(?<!\w)(?:của|thuộc|tại|ở|theo|từ|trên|bởi|trong|giữa|vào|là|với|và|cùng|bằng|qua|gồm|như|đến|trực thuộc"
            r"|nhất là)\s*:?\s*(?:(?:các|những)\s+)*$",
        ),
    )
)
_ADVERBIAL = regex.compile(
    r"[\s\"“(:–-]*(?:Trên cơ sở|Căn cứ|Theo|Hàng năm|Hằng năm|Hàng quý|Hàng tháng|Định kỳ|Trong|Đến|Trước|Sau|Ngoài|Khi|Ngay"
    r"|Từ|Để|Nhằm|Thực hiện|Năm|Quý|Đồng thời|Riêng|Bên cạnh|Chậm nhất|Giai đoạn|Tùy|Vào|Với|Thông qua|Qua|Về|Nếu"
    r"|Trường hợp|Đối với)(?!\w)",
    regex.IGNORECASE,
)
_BARE_FRONT = regex.compile(
    r"[\s\"“(:–,-]*(?:(?:trong đó|theo đó|đồng thời|khi đó|riêng|các|ngoài ra)[\s,:]*)*", regex.IGNORECASE
)
_NARRATIVE = regex.compile(
    r"[\s,]*(?:(?:cũng|đều|còn|vẫn|cơ bản|luôn)\s)*(?:đã|đang|được|gồm|bao gồm|thuộc|của|chưa|vẫn|còn|trực thuộc|thì|mà|như"
    r"|nếu|khác|bị|nào|là(?! cơ quan|\s+đầu mối|\s+thường trực)|từ|đến|với nhau|tại|ở|về)(?!\w)",
    regex.IGNORECASE,
)
_ISSUES = regex.compile(
    r"[\s,]*(?:yêu cầu|chỉ thị|đề nghị|giao|quyết định\s*:|quyết nghị|thông báo|kêu gọi"
    r"|ban hành (?:Chỉ thị|Kế hoạch|Quyết định))",
    regex.IGNORECASE,
)


@cache
def _duties() -> dict[str, list[tuple[str, ...]]]:
    data = json.loads(files("extractors").joinpath("data/duty_verbs.json").read_text(encoding="utf-8"))
    index: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted({*data["verbs"], *data["adverbs"]}, key=lambda p: -len(p)):
        index.setdefault(phrase.split()[0], []).append(tuple(phrase.split()))
    return index


def is_duty(words: tuple[str, ...]) -> bool:
    """Whether words (of ``words_of``) begin as the predicate of a duty does."""
    return any(words[: len(p)] == p for p in _duties().get(words[0], ())) if words else False


def chains(reading: Reading) -> tuple[Chain, ...]:
    """The bodies of a sentence by the part they play, in order."""
    text = reading.text
    made: list[Chain] = []
    for runs in _grouped(text, reading.runs):
        start, _ = reading.clause_around(runs[0].start)
        _, end = reading.clause_around(runs[-1].end)
        made.append(_chain(text, runs, start, end))
    return tuple(made)


def _grouped(text: str, runs: tuple[Run, ...]) -> Iterator[tuple[Run, ...]]:
    """Runs that one list holds, with words of their names that the grammar left between them."""
    group: list[Run] = []
    for run in runs:
        between = text[group[-1].end : run.start] if group else ""
        goes_on = len(between) < 90 and _LIST_GOES_ON.fullmatch(between)
        if group and not (goes_on and not _VERB_BETWEEN.search(between) and not _has_duty(between)):
            yield tuple(group)
            group = []
        group.append(run)
    if group:
        yield tuple(group)


def _has_duty(text: str) -> bool:
    words = words_of(text)
    return any(is_duty(words[i : i + 4]) for i in range(len(words)))


def _chain(text: str, runs: tuple[Run, ...], start: int, end: int) -> Chain:
    front, rest = text[start : runs[0].start], text[runs[-1].end : end]
    follows = follows_of(rest)
    for part, pattern in _FRONTS:
        found = pattern.search(front[-90:])
        if found:
            cue = " ".join(words_of(found.group())[:2])
            return Chain(runs, part, cue, follows)
    bare = _BARE_FRONT.fullmatch(front[-_FRONT_REACH:]) is not None
    if bare or front.rstrip().endswith((",", ":")):
        opens = "opens" if bare else "adverbial" if _ADVERBIAL.match(front) else "comma"
        return Chain(runs, _of_opening(rest, follows), opens, follows)
    return Chain(runs, "other", " ".join(words_of(front[-40:])[-1:]), follows)


_FRONT_REACH = 60
"""Code points of small words before the subject of a clause; more are no front but another clause."""


def _of_opening(rest: str, follows: str) -> str:
    """The part of those who open their clause."""
    if _ISSUES.match(rest):
        return "issuer"
    if follows == "nothing":
        return "named"
    if follows in ("duty", "lead", "with", "modal", "colon", "later"):
        return "subject"
    return "teller" if follows == "narrative" else "unknown"


_HELPS = regex.compile(
    r"[\s,;:–-]*(?:(?:có trách nhiệm|chịu trách nhiệm|có nhiệm vụ|phải|cần|chủ động|tích cực|thường xuyên|khẩn trương"
    r"|kịp thời|tiếp tục|tăng cường|cùng|căn cứ[^,;.]{0,120},|trong phạm vi[^,;.]{0,120},|theo[^,;.]{0,100},|đồng thời"
    r"|đầu mối|là đầu mối|tham gia)[\s,]+)*(?:phối\s?hợp|(?:cùng )?với)(?!\w)",
    regex.IGNORECASE,
)
_LEADS = regex.compile(r"chủ trì|(?<!\w)chủ động,|tổ chức thực hiện,? phối hợp", regex.IGNORECASE)


def is_helping(predicate: str) -> bool:
    """Whether a predicate begins with working together, without leading ("có trách nhiệm phối hợp với …").

    >>> is_helping(" chịu trách nhiệm phối hợp với Sở A kiểm tra"), is_helping(" chủ trì, phối hợp với Sở A kiểm tra")
    (True, False)
    """
    begun = _HELPS.match(predicate[:400])
    return bool(begun) and not _LEADS.search(begun.group()) if begun else False


_MODALS = ("có trách nhiệm", "chịu trách nhiệm", "có nhiệm vụ", "phải", "cần", "có kế hoạch")
_ATTRIBUTE_WORDS = 9


def follows_of(rest: str) -> str:
    """What stands behind bodies: nothing, colon, lead (chủ trì), with (phối hợp), modal, duty, narrative, later, other."""
    bare = rest.strip(' .;,)("”')
    if not bare:
        return "nothing"
    if bare == ":" or bare[0] == ":":
        return "colon"
    words = words_of(rest[:240])
    at = next((i for i in range(min(len(words), _ATTRIBUTE_WORDS)) if is_duty(words[i : i + 5])), None)
    if _NARRATIVE.match(rest) and (at is None or at > 0):
        return "narrative"
    if at is not None and not any(w in (";", ".", ":") for w in words[:at]):
        begun = " ".join(words[at : at + 3])
        if begun.startswith("chủ trì"):
            return "lead"
        if begun.startswith("phối hợp"):
            return "with"
        return "modal" if begun.startswith(_MODALS) else "duty"
    if any(words[i - 1] == "," and is_duty(words[i : i + 5]) for i in range(1, len(words))):
        return "later"
    return "other"
