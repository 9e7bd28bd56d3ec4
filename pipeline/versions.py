"""What makes the text and the facts of a document: when one of these changes, the next run knows what is out of date."""

from __future__ import annotations

from extractors.pipeline import VERSION as FACTS_VERSION
from normalizers.repair import VERSION as REPAIR_VERSION
from pipeline.ocr import engine_version
from pipeline.read import VERSION as READING_VERSION


def versions(*, ocr: str = "auto", engine: str | None = None) -> dict[str, str]:
    """Stage name to version: ``reading`` with the OCR engine and its data, ``repair`` with its model, ``facts``."""
    return {
        "reading": f"{READING_VERSION}; ocr {ocr}; {engine_version(engine)}",
        "repair": REPAIR_VERSION,
        "facts": FACTS_VERSION,
    }
