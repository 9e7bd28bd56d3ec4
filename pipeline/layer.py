"""The words of a PDF's text layer as lines in reading order. Pure geometry, in points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corpus.model import Box, Line, LineKind, Word, enclosing_box
from normalizers.legacy import to_unicode
from pipeline.layout import Placed, order_lines
from pipeline.ocr.base import ReadLine, ReadWord
from pipeline.pdf import LayerWord
from pipeline.quality import relined

# In font sizes. The pen moves on by up to a third of an em inside justified words, by a whole one at a tab stop; scanner
# software measures the gaps of the print instead of printing spaces.
_JUMP = 1.2
_JUMP_HIDDEN = 2.5
# Pieces of one line that the file stores apart (another font, a filled-in number) follow each other this closely.
_SAME_LINE_GAP = 0.6
_SAME_LINE_SHIFT = 0.35


def lines_of(words: Iterable[LayerWord]) -> list[list[LayerWord]]:
    """Words that a reader sees as one line, left to right, in the order of the file.

    A line of the file is cut where the pen jumps (columns, tab stops); pieces that go on in each other are joined.
    """
    pieces: list[list[LayerWord]] = []
    for word in words:
        last = pieces[-1][-1] if pieces else None
        if (
            last is not None
            and last.line == word.line
            and word.jumped <= (_JUMP_HIDDEN if word.hidden else _JUMP) * word.size
        ):
            pieces[-1].append(word)
        else:
            pieces.append([word])
    joined: list[list[LayerWord]] = []
    for piece in sorted(pieces, key=lambda piece: piece[0].box.left):
        before = next((line for line in joined if _goes_on(line[-1], piece[0])), None)
        if before is None:
            joined.append(list(piece))
        else:
            before += piece
    order = {id(word): number for number, word in enumerate(word for piece in pieces for word in piece)}
    return sorted(joined, key=lambda line: min(order[id(word)] for word in line))


def _goes_on(last: LayerWord, following: LayerWord) -> bool:
    if (last.hidden, last.origin) != (following.hidden, following.origin):
        return False  # printed over each other by different hands
    size = max(last.size, following.size)
    gap = following.box.left - last.box.right
    return abs(last.baseline - following.baseline) <= _SAME_LINE_SHIFT * size and -0.3 * size <= gap <= _SAME_LINE_GAP * size


def line_of(words: Sequence[LayerWord], *, confidence: float = 1.0, kind: LineKind = LineKind.BODY) -> Line:
    """A line of the model: words joined by single spaces, each with its box, its encoding and ``confidence``."""
    placed, at = [], 0
    for word in words:
        placed.append(Word(word.text, at, at + len(word.text), word.box, confidence, encoding=word.encoding))
        at += len(word.text) + 1
    text = " ".join(word.text for word in words)
    return Line(text, tuple(placed), enclosing_box(word.box for word in words), confidence, kind)


def in_reading_order(lines: Sequence[Line], size: tuple[float, float]) -> tuple[list[Line], list[Line]]:
    """The lines of a page of ``size`` (width, height in points) in reading order with their parts, and the marginalia.

    The same rules as for page images (``pipeline.layout``) see the lines in Unicode; the words keep what was stored.
    """
    words: dict[int, Word] = {}
    readable: list[ReadLine] = []
    for line in lines:
        pieces = [_readable(word) for word in line.words if word.box is not None]
        words.update((id(piece), word) for piece, word in zip(pieces, line.words, strict=True))
        if pieces and line.box is not None:
            readable.append(ReadLine(tuple(pieces), _scaled(line.box), line.confidence, line.engines))
    text, marginalia = order_lines(readable, (round(size[0] * _GRID), round(size[1] * _GRID)))
    return [_placed_line(p, words) for p in text], [_placed_line(p, words) for p in marginalia]


# Layout works in whole pixels; a tenth of a point is finer than any scan.
_GRID = 10


def _scaled(box: Box) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(side * _GRID) for side in box.as_tuple())
    return left, top, right, bottom


def _readable(word: Word) -> ReadWord:
    assert word.box is not None  # the caller leaves out words without boxes
    text = to_unicode(word.text, word.encoding) if word.encoding else word.text
    return ReadWord(text, _scaled(word.box), word.confidence)


def _placed_line(placed: Placed, words: dict[int, Word]) -> Line:
    """The line with its own words back; ``layout`` cuts and joins lines but hands every word through."""
    own = [words[id(word)] for word in placed.line.words]
    line = Line("", (), None, placed.line.confidence, placed.kind, placed.paragraph, placed.line.engines)
    return relined(line, own)
