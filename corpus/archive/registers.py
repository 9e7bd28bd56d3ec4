"""Numbers that are missing from a register ("Khuyết số …") or stand in it twice, reckoned from document numbers.

Offices number their documents through within a year, by type or all together; a dossier that keeps a whole register ("Tập
lưu văn bản đi") therefore tells by its numbers what is not in it. A dossier about a matter holds single numbers of many
registers and tells nothing: only a register of which half is there counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex

from corpus.archive.dossiers import Item
from normalizers.forms import fold

LEAST_NUMBERS = 3
"""Numbers of which a register can be told: of two, any two of one office would make one."""

LEAST_SHARE = 0.5
"""Share of a register's span that must be there. A mục lục of a provincial department that notes its own gaps lists 01, 11,
12, 14 … of a register of 135 with under a fifth missing; single letters of another office lie far apart."""


@dataclass(frozen=True, slots=True)
class Register:
    """Documents numbered through: ``missing`` and ``twice`` are numbers, ``by_number`` the ordinals that bear each."""

    issuer: str
    notation: str
    year: str
    by_number: dict[int, tuple[int, ...]]
    missing: tuple[int, ...]

    @property
    def twice(self) -> dict[int, tuple[int, ...]]:
        return {number: ordinals for number, ordinals in self.by_number.items() if len(ordinals) > 1}

    @property
    def span(self) -> str:
        return f"{min(self.by_number):02}-{max(self.by_number):02}"

    @property
    def missing_text(self) -> str:
        return spans(self.missing)


_LEADING_FIGURES = regex.compile(r"\d{1,5}")


def registers(items: Iterable[Item]) -> list[Register]:
    """The registers that a dossier keeps, by year and notation. Numbers that are in doubt count: they may fill a gap."""
    groups: dict[tuple[str, str, str], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    names: dict[tuple[str, str, str], tuple[str, str]] = {}
    for item in items:
        number, notation = item.number_parts
        figures = _LEADING_FIGURES.match(number)
        if not figures or not notation or not int(figures[0]):  # no register has a number 0: it was misread
            continue
        key = (fold(notation), item.date[:4], fold(item.issuer) if not notation else "")
        groups[key][int(figures[0])].append(item.ordinal)
        names.setdefault(key, (item.issuer, notation))
    found = []
    for key, numbers in sorted(groups.items()):
        low, high = min(numbers), max(numbers)
        if len(numbers) < LEAST_NUMBERS or len(numbers) < LEAST_SHARE * (high - low + 1):
            continue
        missing = tuple(sorted(set(range(low, high + 1)) - set(numbers)))
        by_number = {number: tuple(ordinals) for number, ordinals in sorted(numbers.items())}
        found.append(Register(*names[key], key[1], by_number, missing))
    return found


def spans(numbers: Sequence[int]) -> str:
    """Numbers as the trade writes them.

    >>> spans([3, 4, 5, 8, 10, 11])
    '03-05, 08, 10-11'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]:02}" if len(run) == 1 else f"{run[0]:02}-{run[-1]:02}" for run in runs)


def gap_notes(items: Sequence[Item]) -> dict[int, str]:
    """What the note of a document says: the numbers missing just before it ("Khuyết số 03-11"), by ordinal."""
    notes: dict[int, list[str]] = defaultdict(list)
    for register in registers(items):
        previous: int | None = None
        for number, ordinals in register.by_number.items():
            if previous is not None and number > previous + 1:
                notes[ordinals[0]].append(f"Khuyết số {spans(range(previous + 1, number))}")
            previous = number
    return {ordinal: "; ".join(said) for ordinal, said in notes.items()}
