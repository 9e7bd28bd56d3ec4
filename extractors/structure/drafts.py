"""Blocks drafted from lines and hung into a tree by their labels."""

from __future__ import annotations

from dataclasses import dataclass, field

import regex

from extractors.structure.blocks import Block, Role, Zone
from extractors.structure.joined import Joined, join_pieces
from extractors.structure.labels import Label, Rank, find_label
from extractors.structure.sentences import split_sentences
from extractors.structure.zones import Line, is_capitals, is_terminal


def _label_of_line(line: Line, previous: Line | None, expected: set[tuple[int, int]]) -> Label | None:
    """The label of a line that begins a block, ``None`` when it begins none or the mark belongs to the sentence above.

    ``expected`` holds (rank, ordinal) of the labels that would go on one of the open lists.
    """
    label = find_label(line.text)
    if label is None or previous is None or line.zone is not previous.zone:
        return label
    content = line.text[label.end :]
    ended = is_terminal(previous.text) or _VALUE_AT_END.search(previous.text) is not None
    room = _has_room(previous, line)
    if label.rank in (Rank.DASH, Rank.PLUS):
        if content[:1].islower():
            return label if ended or previous.text.endswith(",") else None
        return label if ended or room or line.blank_before or previous.text.endswith(",") else None
    if label.rank <= Rank.ARTICLE:
        return label if ended or room or line.blank_before or not content[:1].islower() else None
    if content[:1].islower() and label.rank != Rank.LETTER:
        return None
    if ended or line.blank_before or room or (label.rank, label.ordinal) in expected:
        return label
    return None


_VALUE_AT_END = regex.compile(r":\s*\d[\d.,]*\s?(?:[%‰đ]|(?:nghìn |ngàn |triệu |tỷ |tỉ )?(?:đồng|ha|tấn|người|hộ))$")
"""Lists of values often go without marks: "Vốn tỉnh quản lý: 537.740 triệu đồng"."""


def _has_room(previous: Line, line: Line, share: float = 0.93) -> bool:
    """Whether the first word of ``line`` would still have fitted on the line above, so that a paragraph ended there."""
    first = line.text.split(" ", 1)[0]
    return len(previous.text) + 1 + len(first) <= share * previous.width


# A line that ends in one of these is not the end of a paragraph, whatever white space follows it.
_GOES_ON = regex.compile(
    r"(?:[\p{L}\d][-/]|,|\b(?:của|và|về|các|với|theo|tại|cho|trong|số|ngày|tháng|do|bởi|từ|đến|hoặc|những|một"
    r"|là|để|trên|việc))$"
)
_OPENERS = regex.compile(r"^(?:Căn cứ|Thực hiện|Trong|Để|Nhằm|Trên cơ sở|Theo|Hàng năm|Hằng năm|Hiện nay|Tiếp tục|Đến)\b")


def _begins_block(line: Line, previous: Line, label: Label | None, labelled: Label | None) -> bool:
    """Whether ``line`` begins a block; ``labelled`` is the label of the block that is being read."""
    if label is not None or line.zone is not previous.zone:
        return True
    if " | " in line.text or " | " in previous.text:
        return True  # what is left of a table's rules
    if _GOES_ON.search(previous.text[-12:]):
        return False
    capitals, before = is_capitals(line.text), is_capitals(previous.text)
    if capitals != before and len(line.text) > 3 and len(previous.text) > 3:
        heading_ends = before and labelled is not None and line.text[0].isupper()
        if line.blank_before or heading_ends or _has_room(previous, line):
            return True
    ended = is_terminal(previous.text)
    if line.text[0].islower():
        return ended and line.blank_before
    if capitals and before:
        return line.blank_before and ended
    apart = line.blank_before or (line.paragraph != previous.paragraph and line.page == previous.page)
    numbered = labelled is not None and labelled.rank < Rank.DASH
    if apart:
        return ended or _has_room(previous, line, 0.97) or (numbered and bool(_OPENERS.match(line.text)))
    return _has_room(previous, line, 0.93 if ended or numbered else 0.72)


@dataclass(slots=True)
class _Draft:
    lines: list[Line]
    label: Label | None
    zone: Zone
    joined: Joined = field(default_factory=lambda: Joined(""))
    role: Role = Role.TEXT


def draft_blocks(lines: list[Line]) -> list[_Draft]:
    drafts: list[_Draft] = []
    open_lists: dict[int, int] = {}
    previous: Line | None = None
    for line in lines:
        expected = {(rank, ordinal + 1) for rank, ordinal in open_lists.items()}
        label = _label_of_line(line, previous, expected) if line.zone in (Zone.BODY, Zone.APPENDIX) else None
        if previous is None or _begins_block(line, previous, label, drafts[-1].label):
            drafts.append(_Draft([line], label, line.zone))
            if label is not None:
                open_lists = {rank: n for rank, n in open_lists.items() if rank < label.rank}
                open_lists[label.rank] = label.ordinal
        else:
            drafts[-1].lines.append(line)
        previous = line
    for draft in drafts:
        first, *others = draft.lines
        cut = draft.label.end if draft.label else 0
        draft.joined = join_pieces([(first.start + cut, first.text[cut:]), *((line.start, line.text) for line in others)])
    return drafts


_MAX_HEADING = 60  # syllables; the longest headings seen (section 3 of a directive) have 43


def role_of(draft: _Draft, following: _Draft | None) -> Role:
    text = draft.joined.text
    if text.endswith(":"):
        return Role.LEAD_IN
    if following is None or following.zone is not draft.zone:
        return Role.TEXT
    rank = draft.label.rank if draft.label else Rank.NONE
    syllables = text.count(" ") + 1
    if rank <= Rank.ARTICLE:
        return Role.HEADING if not is_terminal(text) or not text else Role.TEXT
    if text[:1].islower():
        return Role.TEXT
    if not is_terminal(text) and not text.endswith(","):
        if rank < Rank.DASH:
            return Role.HEADING if syllables <= _MAX_HEADING else Role.TEXT
        if rank == Rank.NONE:
            return Role.HEADING if syllables <= 15 or (is_capitals(text) and syllables <= _MAX_HEADING) else Role.TEXT
        return Role.TEXT
    deeper = following.label is not None and following.label.rank > rank
    if rank < Rank.DASH and text.endswith(".") and deeper and syllables <= 20 and len(split_sentences(text)) == 1:
        return Role.HEADING
    return Role.TEXT


def _stand_of(draft: _Draft, following: _Draft | None) -> float:
    """How deep a block stands in the tree: its rank, or for an unnumbered lead-in just above what it announces."""
    if draft.label is not None:
        return float(draft.label.rank)
    if draft.role is Role.HEADING and is_capitals(draft.joined.text):
        return Rank.CAPITAL
    if draft.role is Role.TEXT:
        return float(Rank.NONE)
    if following is not None and following.label is not None:
        return following.label.rank - 0.5
    return Rank.NONE - (2.0 if draft.role is Role.HEADING else 1.0)


def _is_closed_by(standing: float, stand: float) -> bool:
    """Whether a block at ``stand`` ends the reach of one at ``standing``; paragraphs end dashed items, not lead-ins."""
    return standing >= stand or (stand > Rank.PLUS and Rank.LETTER < standing <= Rank.PLUS)


def build_tree(drafts: list[_Draft]) -> list[Block]:
    blocks: list[Block] = []
    stack: list[tuple[float, Block]] = []
    for i, draft in enumerate(drafts):
        following = drafts[i + 1] if i + 1 < len(drafts) else None
        if i and draft.zone is not drafts[i - 1].zone:
            stack.clear()
        stand = _stand_of(draft, following)
        just_announced = blocks[-1] if blocks and blocks[-1].is_announcing and stand > Rank.PLUS else None
        while stack and _is_closed_by(stack[-1][0], stand) and (stack[-1][1] is not just_announced or stack[-1][0] >= stand):
            stack.pop()
        parent = stack[-1][1] if stack else None
        block = Block(
            i, draft.zone, draft.role, draft.label, draft.joined, draft.lines[0].number, draft.lines[-1].number, parent
        )
        blocks.append(block)
        if stand < Rank.NONE or draft.role is not Role.TEXT:
            stack.append((stand, block))
    return blocks
