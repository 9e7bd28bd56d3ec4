"""What makes the text and the facts of a document: when one of these changes, the next run knows what is out of date."""

from __future__ import annotations

from extractors.pipeline import VERSION as FACTS_VERSION
from normalizers.repair import VERSION as REPAIR_VERSION
from pipeline.errors import EngineMissing
from pipeline.ocr import EngineError, make_engine
from pipeline.read import VERSION as READING_VERSION


def versions(*, ocr: str = "auto", engine: str | None = None) -> dict[str, str]:
    """Stage name to version: ``reading`` with the OCR engine and its data, ``repair`` with its model, ``facts``.

    Raises ``EngineMissing`` when an engine is asked for by name that is not installed.
    """
    return {
        "reading": f"{READING_VERSION}; ocr {ocr}; {_engine_version(ocr, engine)}",
        "repair": REPAIR_VERSION,
        "facts": FACTS_VERSION,
    }


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
