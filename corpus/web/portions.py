"""Long pages in portions: a text file whose pages are not known, or a sheet of a workbook, has thousands of lines on one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.web.document import Block, ShownTable

MOST_LINES = 300
"""Lines shown at once: six printed pages, some 60 kB; a scanned page has 60."""


@dataclass(frozen=True, slots=True)
class Portion:
    """A run of blocks with the numbers of its first and last line."""

    blocks: tuple[Block, ...]
    first: int
    last: int


def portions(blocks: Sequence[Block], most: int = MOST_LINES) -> list[Portion]:
    """The blocks of a page in runs of at most ``most`` lines; tables are cut between rows, a single row never."""
    runs: list[list[Block]] = [[]]
    held = 0
    for block in _cut(blocks, most):
        count = len(_numbers(block))
        if held and held + count > most:
            runs.append([])
            held = 0
        runs[-1].append(block)
        held += count
    return [_portion(run) for run in runs]


def portion_with(parts: Sequence[Portion], line: int | None) -> int:
    """Which of the portions has this line; the first where none has."""
    return next((i for i, part in enumerate(parts) if line is not None and part.first <= line <= part.last), 0)


def at_line(line: int) -> dict[str, str]:
    """What an address says so that a long page shows this line; the first portion needs nothing."""
    return {"at": str(line)} if line > MOST_LINES else {}


def _cut(blocks: Sequence[Block], most: int) -> Iterator[Block]:
    for block in blocks:
        if not isinstance(block, ShownTable) or len(_numbers(block)) <= most:
            yield block
            continue
        start = size = 0
        for i, row in enumerate(block.rows):
            own = sum(len(cell.lines) for cell in row)
            if size and size + own > most:
                yield ShownTable(block.rows[start:i])
                start, size = i, 0
            size += own
        yield ShownTable(block.rows[start:])


def _portion(run: Sequence[Block]) -> Portion:
    numbers = [number for block in run for number in _numbers(block)]
    return Portion(tuple(run), min(numbers, default=0), max(numbers, default=0))


def _numbers(block: Block) -> list[int]:
    if isinstance(block, ShownTable):
        return [line.number for row in block.rows for cell in row for line in cell.lines]
    return [block.number]
