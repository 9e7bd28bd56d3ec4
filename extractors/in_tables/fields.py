"""Blocks with fields ("Đơn vị thực hiện: …", "Thời gian: …") below what is to be done: rows of a table, typed as a list."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from extractors.in_tables.tasks import column_role, units_of_cell
from extractors.structure.blocks import Block, Structure

_FIELD = regex.compile(r"(?P<label>\p{Lu}[^:.;\d]{2,40}?)\s?:\s*(?P<text>\S.*)", regex.DOTALL)
_MOST_FIELDS = 6
"""Fields of one task: who leads, who helps, time, output, money, note."""
_LONGEST_LABEL = 7
"""Syllables; "Cơ quan, đơn vị phối hợp thực hiện" has seven."""


@dataclass(frozen=True, slots=True)
class TimeField:
    """What the field of a time belongs to: the task above its fields, and who leads it."""

    task: str
    leads: tuple[str, ...]


def role_of(block: Block) -> str | None:
    """What a block states as a field, in the roles of columns: "lead", "partner", "time", "output"; ``None`` for others."""
    match = _FIELD.fullmatch(block.text)
    if match is None or len(match["label"].split()) > _LONGEST_LABEL:
        return None
    role = column_role(match["label"])
    return role if role in ("lead", "partner", "time", "output") else None


def time_field(structure: Structure, block: Block) -> TimeField | None:
    """The task and leads of a block that is the field of a time; ``None`` where it is none, or stands among no fields."""
    if role_of(block) != "time":
        return None
    task, first = _task_above(structure, block)
    if task is None:
        return None
    leads: list[str] = []
    for other in structure.blocks[first : first + _MOST_FIELDS]:
        role = role_of(other)
        if role is None:
            break
        if role == "lead" and (match := _FIELD.fullmatch(other.text)):
            leads += [mention.name for mention in units_of_cell(match["text"].strip(" .;"), "lead")]
    return TimeField(task.text.strip(" .:;"), tuple(dict.fromkeys(leads)))


def _task_above(structure: Structure, block: Block) -> tuple[Block | None, int]:
    """The block above the fields of a time that stands higher than they, and the index of the first of them."""
    at = block.index
    while at > 0 and block.index - at < _MOST_FIELDS and role_of(structure.blocks[at - 1]) is not None:
        at -= 1
    above = structure.blocks[at - 1] if at > 0 else None
    is_task = above is not None and above.zone is block.zone and above.rank < block.rank
    return (above if is_task else None), at
