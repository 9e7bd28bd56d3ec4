"""OCR engines behind one interface, by name."""

from __future__ import annotations

from pipeline.ocr.asterocr import AsterOcr
from pipeline.ocr.base import Engine, EngineError
from pipeline.ocr.ensemble import Ensemble
from pipeline.ocr.network import Network
from pipeline.ocr.tesseract import Tesseract
from pipeline.ocr.trueocr import TrueOcr

ENGINES: dict[str, type[Engine]] = {engine.name: engine for engine in (Ensemble, Tesseract, Network, TrueOcr, AsterOcr)}
"""All engines, best first; ``make_engine`` takes the first that is installed."""


def make_engine(name: str | None = None) -> Engine:
    """The engine called ``name``, or the best that is installed.

    Raises ``EngineError`` when there is no such engine or it is not installed; the message says which there are and what
    to install.
    """
    if name is None:
        for engine in ENGINES.values():
            if engine.available():
                return engine()
        raise EngineError(f"no OCR engine is installed: {Tesseract.missing()}")
    if name not in ENGINES:
        raise EngineError(f"no OCR engine is called {name!r}; there are {', '.join(ENGINES)}")
    missing = ENGINES[name].missing()
    if missing:
        raise EngineError(f"the OCR engine {name!r} is not installed: {missing}")
    return ENGINES[name]()
