"""How likely each field of a header is right, and which fields contradict each other."""

from __future__ import annotations

from extractors.confidence import Ground
from extractors.header.draft import Draft
from extractors.structure.blocks import Structure


def weigh(structure: Structure, draft: Draft, ground: Ground | None) -> None:
    if ground is not None:
        draft.doubted |= {name for name, span in draft.spans.items() if name in draft.fields and ground.is_doubtful(span)}
