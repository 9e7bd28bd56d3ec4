"""A page image becomes a page: clean, straighten, find lines, read them, put them into reading order."""

from __future__ import annotations

from statistics import fmean

from corpus.model import Line, Page, Source, Word
from pipeline.images import PageImage, Straight, straighten
from pipeline.layout import Placed, order_lines
from pipeline.ocr.base import Engine
from pipeline.stamps import find_frames


def read_scan(image: PageImage, engine: Engine, *, number: int) -> Page:
    """The page ``number`` (from 1) that ``image`` shows, in reading order.

    Boxes are points from the top left of the page turned upright. Raises ``pipeline.ocr.base.EngineError`` when the engine fails.
    """
    straight = straighten(image, engine.quarter_turns)
    boxes = engine.find_lines(straight.grey)
    read = engine.recognise(straight.grey, boxes)
    height, width = straight.grey.shape
    text, marginalia = order_lines(read, (width, height), find_frames(straight.grey, straight.dpi))
    lines = tuple(_line(placed, straight) for placed in text)
    return Page(
        number=number,
        lines=lines,
        width=straight.width,
        height=straight.height,
        source=Source.OCR if lines else Source.EMPTY,
        engine=engine.version,
        profile="vietnamese",
        confidence=page_confidence(lines),
        rotation=straight.rotation,
        skew=straight.skew,
        marginalia=tuple(_line(placed, straight) for placed in marginalia),
    )


def page_confidence(lines: tuple[Line, ...]) -> float:
    """The expected share of words read right: the mean of the lines' confidences, each weighing by its length."""
    weights = [len(line.text) for line in lines]
    return round(fmean([line.confidence for line in lines], weights), 4) if sum(weights) else 1.0


def _line(placed: Placed, straight: Straight) -> Line:
    words = []
    at = 0
    for word in placed.line.words:
        words.append(Word(word.text, at, at + len(word.text), straight.points(word.box), round(word.confidence, 4)))
        at += len(word.text) + 1
    return Line(
        text=placed.line.text,
        words=tuple(words),
        box=straight.points(placed.box),
        confidence=round(placed.line.confidence, 4),
        kind=placed.kind,
        paragraph=placed.paragraph,
        engines=placed.line.engines,
    )
