"""A page image becomes a page: clean, straighten, find lines, read them, put them into reading order."""

from __future__ import annotations

from corpus.model import Page
from pipeline.images import PageImage
from pipeline.ocr.base import Engine


def read_scan(image: PageImage, engine: Engine, *, number: int) -> Page:
    """The page ``number`` (from 1) that ``image`` shows, in reading order.

    Boxes are points from the top left of the page turned upright. Raises ``pipeline.ocr.base.EngineError`` when the engine fails.
    """
    raise NotImplementedError
