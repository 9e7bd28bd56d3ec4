"""What every OCR engine promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.images import Pixels

PixelBox = tuple[int, int, int, int]
"""left, top, right, bottom in pixels, half-open."""


class EngineError(RuntimeError):
    """An engine is missing or failed; the message says what to do."""


@dataclass(frozen=True, slots=True)
class ReadWord:
    """One word as an engine read it; ``box`` in pixels of the image handed over, ``confidence`` calibrated, 0 to 1."""

    text: str
    box: PixelBox
    confidence: float


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line as read; ``engines`` are the names of those that agree on this text."""

    words: tuple[ReadWord, ...]
    box: PixelBox
    confidence: float
    engines: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


class Engine(ABC):
    """An OCR engine.

    ``name`` is what ``--engine`` takes. Instances load their models on first use and belong to one process.
    """

    name: str

    @property
    @abstractmethod
    def version(self) -> str:
        """Program, data and their versions; stored with every text."""

    @classmethod
    @abstractmethod
    def missing(cls) -> str | None:
        """``None`` when the engine can be used, else what to install, as a command."""

    @classmethod
    def available(cls) -> bool:
        return cls.missing() is None

    @abstractmethod
    def recognise(self, grey: Pixels, boxes: Sequence[PixelBox]) -> list[ReadLine]:
        """The text in each of ``boxes`` (one line of print each) of an upright, dark-on-light page image."""
