"""Task tables (placeholder for the first commit of the pipeline)."""

from __future__ import annotations

from corpus.model import Found
from extractors.structure import Structure


def find_in_tables(structure: Structure) -> list[Found]:
    return []
