"""The texts of the annotated documents in ``tests/gold``, rebuilt from the corpus that they were read in.

The annotations may be kept beside the code, the texts may not. ``source.json`` of a document says where its text lies:
``{"corpus": "provincial.txt.xz", "first": 5036, "last": 5112, "wrap": 88, "sha256": "..."}``, the paragraphs ``first`` to
``last`` (from 1, both counted) of that file, each wrapped at ``wrap`` characters as ``eval/texts`` are.
"""

from __future__ import annotations

import hashlib
import json
import lzma
from functools import cache
from itertools import islice
from pathlib import Path
from textwrap import wrap

GOLD = Path(__file__).resolve().parents[2] / "tests" / "gold"


def sources() -> dict[str, Path]:
    """Name of each document that is annotated on a text of the corpus, with its ``source.json``."""
    return {path.parent.name: path for path in sorted(GOLD.glob("*/source.json"))}


@cache
def paragraphs(file: Path, first: int, last: int) -> tuple[str, ...]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        return tuple(line.rstrip("\n") for line in islice(lines, first - 1, last))


def wrapped(texts: tuple[str, ...], width: int) -> str:
    """One line end after every line, no word cut.

    >>> wrapped(("Điều 1. Ban hành kế hoạch", "giai đoạn 2026-2030"), 12)
    'Điều 1. Ban\\nhành kế\\nhoạch\\ngiai đoạn\\n2026-2030\\n'
    """
    lines = [line for text in texts for line in wrap(text, width, break_long_words=False, break_on_hyphens=False)]
    return "".join(f"{line}\n" for line in lines)


def text_of(source: Path, corpus: Path) -> str:
    """The text that the annotations beside ``source`` number the lines of.

    Raises FileNotFoundError where the corpus file is absent, ValueError where it is another edition of it.
    """
    place = json.loads(source.read_text(encoding="utf-8"))
    text = wrapped(paragraphs(corpus / place["corpus"], place["first"], place["last"]), place["wrap"])
    if hashlib.sha256(text.encode()).hexdigest() != place["sha256"]:
        raise ValueError(
            f"{place['corpus']} differs from what {source.parent.name} was annotated on; take the edition of then"
        )
    return text
