"""What makes the text and the facts of a document: when one of these changes, the next run knows what is out of date."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from db.decisions import LearnedDecision
from pipeline.errors import EngineMissing
from pipeline.ocr import make_engine
from pipeline.ocr.base import EngineError
from pipeline.runs.behaviour import ROOT, digest, files_of_room, modules_behind

_READS = ("normalizers/model/lm.json", "normalizers/model/words.tsv")
"""What the language model is by which text layers are judged: its list of tables and its words."""


LEARNED = "; learned "
"""Stands in the version of facts before what a corpus's reviews taught, where they did."""


def versions(
    *, ocr: str = "auto", engine: str | None = None, learned: Mapping[str, LearnedDecision] | None = None
) -> dict[str, str]:
    """Stage name to version: ``reading`` with the OCR engine and its data, ``repair`` with its model, ``facts``.

    Each is a digest of what the stage does, so that nobody can forget to raise it, and a comment or a move reads no archive
    again. ``learned`` are the decisions of the corpus, by kind of fact.

    Raises ``EngineMissing`` when an engine is asked for by name that is not installed.
    """
    return {
        "reading": f"{reading_digest()}; ocr {ocr}; {_engine_version(ocr, engine)}",
        "repair": room_digest("normalizers"),
        "facts": room_digest("extractors") + _said_of(learned or {}),
    }


def _said_of(learned: Mapping[str, LearnedDecision]) -> str:
    """The kinds of fact that learned decisions decide, each with what tells the decision from another and its teachers."""
    parts = [f"{kind} {one.digest} ({one.reviews} reviews)" for kind, one in sorted(learned.items())]
    return LEARNED + ", ".join(parts) if parts else ""


@cache
def reading_digest() -> str:
    """Of all that ``pipeline.read`` is made of, by its imports."""
    return digest(modules_behind("pipeline.read"), [ROOT / name for name in _READS])


@cache
def room_digest(room: str) -> str:
    """Of the modules and the data of a room."""
    return digest(*files_of_room(room))


def _engine_version(ocr: str, name: str | None) -> str:
    """Without any engine, text files and good text layers can still be read; pages that need one fail by themselves."""
    if ocr == "never":
        return "no engine"
    try:
        return make_engine(name).version
    except EngineError as error:
        if name is not None:
            raise EngineMissing(name, str(error)) from error
        return "no engine"
