"""Of which genre a document is (plan, report, order, regulation), and whether a block looks back."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from extractors.structure.blocks import Block, Genre, Role, Zone
from extractors.structure.labels import Rank
from extractors.words.folding import folded

TYPE_WORDS: dict[str, Genre] = {
    "chương trình": Genre.PLAN,
    "chương trình hành động": Genre.PLAN,
    "kế hoạch": Genre.PLAN,
    "kế hoạch hành động": Genre.PLAN,
    "kế hoạch phối hợp": Genre.PLAN,
    "chỉ thị": Genre.PLAN,
    "quyết định": Genre.PLAN,
    "nghị quyết": Genre.PLAN,
    "đề án": Genre.PLAN,
    "dự án": Genre.PLAN,
    "phương án": Genre.PLAN,
    "hướng dẫn": Genre.PLAN,
    "thông báo": Genre.PLAN,
    "thông báo kết luận": Genre.PLAN,
    "công điện": Genre.PLAN,
    "quy chế": Genre.PLAN,
    "quy định": Genre.PLAN,
    "tờ trình": Genre.PLAN,
    "thông tư": Genre.PLAN,
    "thông tư liên tịch": Genre.PLAN,
    "nghị định": Genre.PLAN,
    "báo cáo": Genre.REPORT,
    "biên bản": Genre.REPORT,
    "thông cáo": Genre.OTHER,
    "giấy mời": Genre.OTHER,
    "giấy ủy quyền": Genre.OTHER,
    "hợp đồng": Genre.OTHER,
    "luật": Genre.PLAN,
    "pháp lệnh": Genre.PLAN,
}
"""Types of Nghị định 30/2020/NĐ-CP (annex III) and of the normative documents of Luật Ban hành VBQPPL."""

_REPORTS = regex.compile(
    r"báo cáo (?:tình hình|kết quả|sơ kết|tổng kết|công tác)[^.;]{0,200}như sau|kính báo cáo"
    r"|^Trên đây là (?:báo cáo|tình hình|kết quả)",
    regex.IGNORECASE | regex.MULTILINE,
)
_ORDERS = regex.compile(
    r"ban hành (?:Chương trình|Kế hoạch|Đề án|Chỉ thị)|chỉ thị,? yêu cầu|QUYẾT ĐỊNH\s*:|yêu cầu (?:Thủ trưởng"
    r"|Giám đốc|các sở)"
    r"|nội dung Chỉ thị|^Trên đây là (?:Kế hoạch|Chương trình)|Chương trình này|Kế hoạch này",
    regex.IGNORECASE | regex.MULTILINE,
)


def genre_of(type_word: str | None, blocks: Sequence[Block]) -> Genre:
    if type_word is not None:
        return TYPE_WORDS[type_word]
    prose = [b.text for b in blocks if b.zone is Zone.BODY]
    opening = "\n".join(t[:2000] for t in prose[:8])
    closing = "\n".join(t[:2000] for t in prose[-4:])
    text = opening + "\n" + closing
    if _REPORTS.search(text):
        return Genre.REPORT
    return Genre.PLAN if _ORDERS.search(text) else Genre.OTHER


# Over folded text. What looks back stands at the head of its heading: "khắc phục những hạn chế" does not.
_PAST = regex.compile(
    r"^(?:(?:mot so|nhung|cac|ve|danh gia(?: chung)?(?: ve)?|nhan xet|khai quat|phan tich|cong tac|tong quan"
    r"|dac diem)[ ,:]+)*"
    r"(?:ket qua|thuc trang|tinh hinh|danh gia (?:chung|tinh hinh|ket qua|thuc trang)|danh gia$|han che"
    r"|ton tai|nguyen nhan|boi canh|uu diem"
    r"|dac diem|nhan xet|kho khan|thuan loi|su can thiet|mat duoc|nhung mat|bai hoc)\b"
)
_FUTURE = regex.compile(
    r"\b(?:nhiem vu|phuong huong|giai phap|muc tieu|ke hoach|to chuc thuc hien|thoi gian toi|phan cong"
    r"|chi tieu|yeu cau|kien nghi|trach nhiem)\b"
)


def is_past(heading: str) -> bool:
    """Whether a folded heading announces results and conditions, not work to be done."""
    future, past = _FUTURE.search(heading), _PAST.search(heading)
    return bool(past) and (future is None or past.start() < future.start()) if past else False


def looks_back(block: Block) -> bool:
    """Whether the headings over a block announce results and conditions, not work to be done.

    The nearest heading that says either decides: "I. Kết quả thực hiện" looks back, "IV. Nhiệm vụ trọng tâm" does not.
    """
    for above in block.ancestors():
        if above.role is Role.HEADING or above.rank <= Rank.SECTION:
            text = folded(above.text[:200])
            future, past = _FUTURE.search(text), _PAST.search(text)
            if past and (future is None or past.start() < future.start()):
                return True
            if future:
                return False
    return False
