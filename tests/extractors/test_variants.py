"""Sentences in the many ways that people print them, with the facts that the rules read in each.

``data/variants/targets.tsv``: a text (⏎ is a line end) and its targets; ``deadlines.tsv``: a text and its deadlines.
``UPDATE_EXAMPLES=1`` writes the second column anew, to be read before it is committed; no test passes while it is set.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from documents.facts import Deadline, Target
from extractors import deadlines
from extractors.structure.analysis import analyse
from extractors.structure.blocks import Structure
from extractors.targets import finder

FOLDER = Path(__file__).parent / "data" / "variants"
UPDATE = "UPDATE_EXAMPLES"


def targets_of(structure: Structure) -> list[str]:
    said = []
    for fact in finder.find(structure):
        value = fact.value
        assert isinstance(value, Target)
        figure = f"{value.value:.15g}" + (f"–{value.value_max:.15g}" if value.value_max is not None else "")
        figure += f"/{value.of:.15g}" if value.of is not None else ""
        parts = [f"{value.kind} {value.comparator} {figure} {value.unit}".strip(), value.indicator or "–", value.due]
        said.append(" | ".join(filter(None, parts)))
    return said


def deadlines_of(structure: Structure) -> list[str]:
    said = []
    for fact in deadlines.find(structure):
        value = fact.value
        assert isinstance(value, Deadline)
        said.append(f"{value.relation} {value.type} {value.iso}".strip() + f" ({', '.join(value.responsible)})")
    return said


FINDERS: dict[str, Callable[[Structure], list[str]]] = {"targets": targets_of, "deadlines": deadlines_of}


def rows(kind: str) -> list[tuple[str, str]]:
    lines = (FOLDER / f"{kind}.tsv").read_text(encoding="utf-8").splitlines()
    return [(text, found) for text, _, found in (line.partition("\t") for line in lines)]


@pytest.mark.parametrize("kind", FINDERS)
def test_variants_are_read_as_they_are_meant(kind: str) -> None:
    found = {text: "; ".join(FINDERS[kind](analyse(text.replace(" ⏎ ", "\n") + "\n"))) for text, _ in rows(kind)}
    if os.environ.get(UPDATE):
        (FOLDER / f"{kind}.tsv").write_text("".join(f"{text}\t{what}\n" for text, what in found.items()), encoding="utf-8")
        pytest.fail(f"variants were written anew: read them and run again without {UPDATE}")
    assert [(text, found[text]) for text, _ in rows(kind)] == rows(kind)
