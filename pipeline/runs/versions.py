"""What makes the text and the facts of a document: when one of these changes, the next run knows what is out of date."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from pipeline.errors import EngineMissing
from pipeline.ocr import make_engine
from pipeline.ocr.base import EngineError
from pipeline.read import VERSION as READING_VERSION

_ROOMS = Path(__file__).resolve().parent.parent
_DIGITS = 12


def versions(*, ocr: str = "auto", engine: str | None = None) -> dict[str, str]:
    """Stage name to version: ``reading`` with the OCR engine and its data, ``repair`` with its model, ``facts``.

    Reading costs hours, so its version is a number that is raised by hand when it is worth reading anew. Repair and facts
    cost minutes: theirs are digests of their rooms, which no one can forget to raise. Raises ``EngineMissing`` when an
    engine is asked for by name that is not installed.
    """
    return {
        "reading": f"{READING_VERSION}; ocr {ocr}; {_engine_version(ocr, engine)}",
        "repair": room_digest("normalizers"),
        "facts": room_digest("extractors"),
    }


@cache
def room_digest(room: str) -> str:
    """Start of the SHA-256 over the program and data files of a room (35 MB of model take 0.1 s)."""
    digest = hashlib.sha256()
    for path in sorted((_ROOMS / room).rglob("*")):
        if path.is_file() and path.suffix != ".pyc" and "training" not in path.parts:
            digest.update(path.relative_to(_ROOMS).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:_DIGITS]


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
