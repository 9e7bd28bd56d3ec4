"""What every OCR engine promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.image.boxes import PixelBox, enclosing
from pipeline.image.images import Pixels
from pipeline.ocr.evidence import Evidence

__all__ = ["Engine", "EngineError", "PixelBox", "ReadLine", "ReadWord", "enclosing", "has_ink", "line_of"]


class EngineError(RuntimeError):
    """An engine is missing or failed; the message says what to do."""


@dataclass(frozen=True, slots=True)
class ReadWord:
    """One word as an engine read it; ``box`` in pixels of the image handed over, ``confidence`` calibrated, 0 to 1.

    ``agreed`` says that two engines read the very same; ``None`` when only one was asked.
    """

    text: str
    box: PixelBox
    confidence: float
    agreed: bool | None = None


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line as read; ``engines`` are the names of those that agree on this text, ``evidence`` what is behind it, where
    an engine says so."""

    words: tuple[ReadWord, ...]
    box: PixelBox
    confidence: float
    engines: tuple[str, ...] = ()
    evidence: Evidence | None = field(default=None, compare=False, repr=False)

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


def line_of(words: Sequence[ReadWord], box: PixelBox, engines: tuple[str, ...]) -> ReadLine:
    """A line whose confidence is that of its letters: the mean of the words', each weighing by its length."""
    letters = sum(len(word.text) for word in words)
    confidence = sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0
    return ReadLine(tuple(words), box, confidence, engines)


CONTRAST = 40
"""Grey levels between the darkest and the lightest pixel of anything printed; engines invent letters on empty paper."""


def has_ink(grey: Pixels, box: PixelBox) -> bool:
    """Whether anything at all stands in ``box``."""
    left, top, right, bottom = box
    part = grey[max(0, top) : bottom, max(0, left) : right]
    return part.size > 0 and int(part.max()) - int(part.min()) >= CONTRAST


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
    def find_lines(self, grey: Pixels) -> list[PixelBox]:
        """Where the lines of print are on an upright, level, dark-on-light page."""

    def recognise(self, grey: Pixels, boxes: Sequence[PixelBox]) -> list[ReadLine]:
        """The text in each of ``boxes`` (one line of print each), one ``ReadLine`` for each; without words where nothing
        stands.
        """
        inked = [box for box in boxes if has_ink(grey, box)]
        read = dict(zip(inked, self.read_lines(grey, inked), strict=True)) if inked else {}
        return [read.get(box) or ReadLine((), box, 0.0, (self.name,)) for box in boxes]

    @abstractmethod
    def read_lines(self, grey: Pixels, boxes: Sequence[PixelBox]) -> list[ReadLine]:
        """The same for boxes with ink in them, of which there is at least one."""

    def quarter_turns(self, grey: Pixels) -> int:
        """Quarter turns counter-clockwise by which the content of a level page is turned; 0 when unsure."""
        return 0
