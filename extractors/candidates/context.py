"""What can be seen around a candidate: the words beside it, the headings above it, the document it stands in."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import regex

from extractors.sense.aspect import default_kind
from extractors.structure.blocks import Block, Role, Structure
from extractors.structure.genre import looks_back
from extractors.words.folding import folded
from normalizers.forms import old_tone_style

_WORD = regex.compile(r"\p{L}+|\d[\d.,/]*|[;:().%]|[-–+]|,")


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """Lower-case words and marks, every number the same.

    >>> words_of("Giao Sở Y tế, 25% trước 30/6")
    ('giao', 'sở', 'y', 'tế', ',', '0', '%', 'trước', '0')
    """
    return tuple("0" if w[0].isdigit() else w for w in _WORD.findall(old_tone_style(text.lower())))


def before(text: str, at: int, name: str, count: int = 3, reach: int = 60) -> list[str]:
    """Features of the words before an offset: each alone by its distance, the last two and three together."""
    found = words_of(text[max(0, at - reach) : at])[-count:]
    out = [f"{name}-{len(found) - i}={w}" for i, w in enumerate(found)]
    if len(found) >= 2:
        out.append(f"{name}--2={' '.join(found[-2:])}")
    if len(found) >= 3:
        out.append(f"{name}--3={' '.join(found[-3:])}")
    if at == 0 or not text[:at].strip():
        out.append(f"{name}=start")
    return out


def behind(text: str, at: int, name: str, count: int = 4, reach: int = 70) -> list[str]:
    """Features of the words behind an offset."""
    found = words_of(text[at : at + reach])[:count]
    out = [f"{name}+{i + 1}={w}" for i, w in enumerate(found)]
    if len(found) >= 2:
        out.append(f"{name}++2={' '.join(found[:2])}")
    if len(found) >= 3:
        out.append(f"{name}++3={' '.join(found[:3])}")
    if not text[at:].strip(" .;"):
        out.append(f"{name}=end")
    return out


def bag(text: str, name: str, most: int = 30) -> list[str]:
    """The words and pairs of words of a short text, wherever they stand."""
    found = words_of(text)[:most]
    return [f"{name}={w}" for w in dict.fromkeys((*found, *(f"{a} {b}" for a, b in pairwise(found))))]


def of_document(structure: Structure, block: Block) -> list[str]:
    """Genre, part of the document, and how far down the block stands, which in a few blocks says nothing."""
    blocks = len(structure.blocks)
    return [
        f"genre={structure.genre.value}",
        f"type={structure.type_word}",
        f"zone={block.zone.value}",
        *([f"down={int(block.index / blocks * 5)}"] if blocks >= _FEW_BLOCKS else []),
    ]


_FEW_BLOCKS = 10
"""Of a page or a passage; the shortest document that the decisions learned from has more."""


def of_block(structure: Structure, block: Block) -> list[str]:
    """What the block is, and what the headings above it announce."""
    out = [
        f"role={block.role.value}",
        f"rank={_rank(block)}",
        f"kind={default_kind(structure, block)}",
        f"back={looks_back(block)}",
    ]
    heading = next((b for b in block.ancestors() if b.role is Role.HEADING), None)
    if heading is not None:
        out += bag(folded(heading.text[:120]), "head", 8)
    top = next((b for b in reversed([block, *block.ancestors()]) if b.role is Role.HEADING), None)
    if top is not None and top is not heading:
        out += bag(folded(top.text[:80]), "top", 6)
    return out


def _rank(block: Block) -> str:
    return "none" if block.label is None else str(min(block.rank, 16))
