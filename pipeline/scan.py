"""A page image becomes a page: clean, straighten, find tables and lines, read them, put them into reading order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

import regex
from rapidfuzz import fuzz

from documents.page import Box, FilledIn, Line, LineKind, Page, Source, Table, Word
from pipeline.image.boxes import PixelBox, share_inside
from pipeline.image.images import PageImage, Straight, straighten, unbent
from pipeline.image.pale import strengthened
from pipeline.image.spread import facing_pages
from pipeline.layout.filled_in import read_filled_in
from pipeline.layout.handwriting import LIKELY, handwritten_words
from pipeline.layout.marginalia import NOISE, is_noise, is_stamp
from pipeline.layout.marks import with_marks
from pipeline.layout.order import order_lines
from pipeline.layout.placed import TABLE_PLACE, Placed, Places
from pipeline.layout.seals import Seal, find_seals, with_hidden
from pipeline.layout.stamps import find_frames, read_signers, read_stamps
from pipeline.layout.superscripts import with_superscripts
from pipeline.layout.under_stamps import find_under, over_print, read_under
from pipeline.layout.unread import letters_in, unread_rows
from pipeline.ocr.base import Engine, ReadLine, ReadWord, line_of
from pipeline.tables.cells import Grid, settle, table_of
from pipeline.tables.columns import second_look
from pipeline.tables.plan import TablePlan, plan_tables

FILLED_IN = (LineKind.LETTERHEAD, LineKind.TITLE, LineKind.BODY)
DITTO = '"'
"""How a ditto mark ("như trên") is printed."""
PER_MILLE = frozenset({"%o", "%0", "%ọ", "6o", "96o", "9%o", "0/00"})
"""What engines print for a cell that holds ‰ alone, which their alphabets lack."""


def read_scan(image: PageImage, engine: Engine, *, number: int) -> Page:
    """The page ``number`` (from 1) that ``image`` shows, in reading order.

    Boxes are points from the top left of the page turned upright. Where little is read, very pale print is looked for.
    Raises ``pipeline.ocr.base.EngineError`` when the engine fails.
    """
    page = _read_sheet(image, engine, number)
    letters = sum(len(line.text) for line in page.lines)
    stronger = strengthened(image) if letters < FEW_LETTERS else None
    if stronger is None:
        return page
    again = _read_sheet(stronger, engine, number)
    more = sum(len(line.text) for line in again.lines) - letters
    if more > PALE_MORE and again.confidence >= PALE_READ:
        return replace(again, reasons=("very pale print, strengthened before it was read", *again.reasons))
    if page.lines:
        return page
    reasons = (*page.reasons, "pale marks on it that can't be read as print")
    return replace(page, reasons=reasons, confidence=min(page.confidence, PALE_DOUBT))


FEW_LETTERS, PALE_MORE = 300, 4
"""A page with fewer letters (a last one, or one that looks empty) may have more that are very pale; so many more must be
read, which dust is not."""

PALE_READ, PALE_DOUBT = 0.6, 0.5
"""Expected share of words read right from which print that had to be strengthened is text: what shines through from the
other side of the sheet is read at 0.1 – 0.4. A page where it is not may be empty or may not."""


def _read_sheet(image: PageImage, engine: Engine, number: int) -> Page:
    sheet = straighten(image, engine.quarter_turns)
    papers = [unbent(page) for page in facing_pages(sheet)]
    pages = [_read_straight(page, engine, image) for page in papers]
    lines = _one_after_the_other(pages)
    whole = Page(
        number=number,
        lines=lines,
        tables=tuple(table for page in pages for table in page.tables),
        width=sheet.width,
        height=sheet.height,
        source=Source.OCR if lines else Source.EMPTY,
        engine=engine.version,
        profile="vietnamese",
        confidence=page_confidence(lines, sum(page.lost for page in pages)),
        rotation=sheet.rotation,
        skew=sheet.skew,
        reasons=tuple(_reasons(sheet, papers)),
        marginalia=tuple(line for page in pages for line in page.marginalia),
        unread=tuple(box for page in pages for box in page.unread),
        filled_in=tuple(one for page in pages for one in page.filled_in),
    )
    return settle(whole)


def _reasons(sheet: Straight, papers: Sequence[Straight]) -> Iterator[str]:
    """What was done to the image that the text depends on."""
    if sheet.photographed:
        yield "a sheet photographed at an angle was made flat"
    if len(papers) > 1:
        yield "two facing pages are read one after the other"
    if any(paper.bend for paper in papers):
        yield "bent lines of print were made level"
    if sheet.stamps is not None:
        yield "stamps of coloured ink are read apart from the text"


@dataclass(frozen=True, slots=True)
class _ReadPage:
    """What stands on one page of paper, boxes in points of the scan."""

    lines: tuple[Line, ...]
    tables: tuple[Table, ...]
    marginalia: tuple[Line, ...]
    unread: tuple[Box, ...]
    lost: int
    """Letters in ``unread``, about."""
    filled_in: tuple[FilledIn, ...]


def _read_straight(straight: Straight, engine: Engine, image: PageImage) -> _ReadPage:
    height, width = straight.grey.shape
    frames = find_frames(straight.grey, straight.dpi)
    seals = find_seals(straight.grey, straight.dpi)
    plan = plan_tables(straight.grey, straight.dpi, lambda grey: with_hidden(engine.find_lines(grey), grey, seals, engine))
    stamps = over_print(frames, plan.outside, plan.grey, straight.dpi, engine)
    plan, under = _under_stamps(plan, stamps, straight.dpi, engine) if stamps else (plan, [])
    outside, tables = _read(plan, engine, frames)
    outside += under
    signers = read_signers(straight, engine)
    outside = with_signers(outside, signers)
    stamped = [Placed(line, LineKind.STAMP) for line in read_stamps(straight, engine) if not is_said(line, signers)]
    coloured, ruled = [placed.box for placed in stamped], [grid.box for grid, _ in tables]
    places = Places(frames, coloured, seals, ruled, stamps, [line.box for line in under])
    ordered, marginalia = order_lines(outside, (width, height), places)
    unread, lost = _unread(plan, straight.dpi, seals, [*ordered, *marginalia, *stamped], tables)
    return _ReadPage(
        lines=tuple(_with_tables(ordered, tables, straight)),
        tables=tuple(table_of(grid, straight.points) for grid, _ in tables),
        marginalia=tuple(_line(placed, straight) for placed in (*stamped, *marginalia)),
        unread=tuple(straight.points(box) for box in unread),
        lost=lost,
        filled_in=read_filled_in(image, straight, [*ordered, *marginalia]),
    )


def _under_stamps(
    plan: TablePlan, stamps: Sequence[PixelBox], dpi: float, engine: Engine
) -> tuple[TablePlan, list[ReadLine]]:
    """``plan`` without the lines of print that run on under a stamp, and these lines, read without it."""
    under = find_under(stamps, plan.outside, plan.grey, dpi, engine)
    return replace(plan, outside=under.left), read_under(under, plan.grey, engine)


def _unread(
    plan: TablePlan,
    dpi: float,
    seals: Sequence[Seal],
    placed: Sequence[Placed],
    tables: Sequence[tuple[Grid, Sequence[ReadLine]]],
) -> tuple[list[PixelBox], int]:
    """Rows of print that are in no line, or only in one that was put away as unreadable; and about how many letters."""
    in_cells = [line for _, lines in tables for line in lines]
    kept = [p.line for p in placed if p.kind is not LineKind.MARGIN_NOTE or p.line.confidence >= NOISE]
    read = [*(line for line in kept if line.text != TABLE_PLACE), *in_cells]
    heights = [line.box[3] - line.box[1] for line in read]
    rows = unread_rows(plan.grey, dpi, (word.box for line in read for word in line.words), heights, seals)
    return rows, letters_in(rows, heights, dpi)


def with_signers(lines: Sequence[ReadLine], signers: Sequence[ReadLine]) -> list[ReadLine]:
    """``lines`` with those of signers in coloured ink, which stand for what was read of them on the page without it."""
    left = [line for line in lines if not any(share_inside(line.box, signer.box) > SAME_PLACE for signer in signers)]
    return [*left, *signers]


SAME_PLACE = 0.6
"""Share of a line's box within another's that makes them one line read twice."""


def is_said(line: ReadLine, signers: Sequence[ReadLine]) -> bool:
    """Whether a line read on a stamp is that of a signer, or a piece of it."""
    return any(
        fuzz.partial_ratio(line.text, signer.text) > ALIKE and share_inside(signer.box, line.box) for signer in signers
    )


ALIKE = 80
"""Share of letters that two readings of one line have in common at least."""


def _one_after_the_other(pages: Sequence[_ReadPage]) -> tuple[Line, ...]:
    """The lines of facing pages, paragraphs counted through."""
    lines: list[Line] = []
    for page in pages:
        first = lines[-1].paragraph + 1 if lines else 0
        lines += (replace(line, paragraph=line.paragraph + first) for line in page.lines)
    return tuple(lines)


def page_confidence(lines: Sequence[Line], lost: int = 0) -> float:
    """The expected share of words read right: the mean of the lines' confidences, each weighing by its length, and of
    nothing for about ``lost`` letters that nobody read.
    """
    weights = [*(len(line.text) for line in lines), lost]
    return round(fmean([*(line.confidence for line in lines), 0.0], weights), 4) if sum(weights) else 1.0


def _read(
    plan: TablePlan, engine: Engine, frames: Sequence[PixelBox]
) -> tuple[list[ReadLine], list[tuple[Grid, list[ReadLine]]]]:
    """The lines outside tables, and each table with its lines; a ruled stamp is no table, dirt in a cell no text of it."""
    lines = with_superscripts(engine.recognise(plan.grey, plan.boxes), plan.grey, engine)
    lines = with_marks(lines, plan.grey)
    read = iter([with_signs(line) for line in lines])
    outside = [next(read) for _ in plan.outside]
    tables = []
    for grid, boxes in zip(plan.grids, plan.inside, strict=True):
        cells = [[line for line in (_with_sign(next(read), plan) for _ in cell) if line.words] for cell in boxes]
        lines = [line for cell in second_look(grid, cells, plan.grey) for line in cell]
        if any(share_inside(grid.box, frame) > 0.6 and is_stamp(frame, lines) for frame in frames):
            outside += lines
            continue
        dirt = [line for line in lines if is_dirt(line)]
        outside += dirt
        tables.append((grid, [line for line in lines if line not in dirt]))
    return outside, tables


DIRT = 4
"""Letters of what engines make of specks and strokes of a seal in an empty cell; longer texts are print, badly read."""


def is_dirt(line: ReadLine) -> bool:
    """Whether a line in a cell is no text at all. Figures always are."""
    is_figure = all(c.isdigit() or c in ".,/%+-()" for c in line.text)
    return line.confidence < NOISE and len(line.text) <= DIRT and not is_figure and is_noise(Placed(line))


PER_MILLE_AT_END = regex.compile(r"(?<=\d)%[o0ọ](?=\W*$)")
"""What they print for it behind a figure."""

RUN_TOGETHER = regex.compile(r"(?<=ngày)(?=\d)|(?<=tháng)(?=\d)|(?<=năm)(?=\d)|(?<=\d)(?=(?:tháng|năm)(?!\w*[^\W\d]))")
"""Where a date loses its spaces, figures filled in by hand being wider than the dots: "ngày22tháng 4"."""


def with_signs(line: ReadLine) -> ReadLine:
    """Signs that engines read by half: ‰ after figures, the mark at the end of a document, spaces of a date. Figures stay as
    they are.

    >>> box = (0, 0, 9, 9)
    >>> with_signs(line_of([ReadWord("13,83%o;", box, 0.9), ReadWord("này./", box, 0.9)], box, ())).text
    '13,83‰; này./.'
    >>> with_signs(line_of([ReadWord("ngày22tháng", box, 0.9), ReadWord("02năm", box, 0.9)], box, ())).text
    'ngày 22 tháng 02 năm'
    """
    line = _with_list_mark(line)
    words = [replace(word, text=PER_MILLE_AT_END.sub("‰", word.text)) for whole in line.words for word in _parted(whole)]
    if len(words) > 1 and words[-1].text.endswith("./"):
        words[-1] = replace(words[-1], text=words[-1].text + ".")
    return replace(line, words=tuple(words)) if tuple(words) != line.words else line


LIST_MARK = regex.compile(r"[-–+•](?=\p{L}\p{L}*\p{Ll})")
"""A mark that opens an item of a list and runs into its first word: "-Lưu: VT". Codes that go on in the next line have
capitals behind it ("-UBND")."""


def _with_list_mark(line: ReadLine) -> ReadLine:
    """``line`` with the mark that opens it a word of its own, as it is printed.

    >>> box = (0, 0, 60, 9)
    >>> [word.text for word in _with_list_mark(line_of([ReadWord("-Lưu:", box, 0.9)], box, ())).words]
    ['-', 'Lưu:']
    """
    if not line.words or not LIST_MARK.match(line.words[0].text):
        return line
    first, *others = line.words
    left, top, right, bottom = first.box
    cut = left + (right - left) // len(first.text)
    mark = replace(first, text=first.text[0], box=(left, top, cut, bottom))
    rest = replace(first, text=first.text[1:], box=(cut, top, right, bottom))
    return replace(line, words=(mark, rest, *others))


def _parted(word: ReadWord) -> list[ReadWord]:
    """A word as the words of a date that it is made of."""
    pieces = RUN_TOGETHER.split(word.text)
    left, top, right, bottom = word.box
    at, parted = 0, []
    for piece in pieces:
        start, end = (round(left + (right - left) * i / len(word.text)) for i in (at, at + len(piece)))
        parted.append(replace(word, text=piece, box=(start, top, end, bottom)))
        at += len(piece)
    return parted if len(pieces) > 1 else [word]


def _with_sign(line: ReadLine, plan: TablePlan) -> ReadLine:
    """A line of a cell; a sign that engines lack is told by its shape or by what they print for it."""
    sign = DITTO if line.box in plan.dittos else "‰" if line.text in PER_MILLE else ""
    return line_of([ReadWord(sign, line.box, 0.9)], line.box, line.engines) if sign else line


def _with_tables(ordered: Sequence[Placed], tables: Sequence[tuple[Grid, list[ReadLine]]], straight: Straight) -> list[Line]:
    """The lines of the page, those of each table where its place is."""
    lines_of = {grid.box: lines for grid, lines in tables}
    lines: list[Line] = []
    for placed in ordered:
        if placed.kind is LineKind.TABLE and placed.line.text == TABLE_PLACE:
            lines += (_line(Placed(line, LineKind.TABLE), straight) for line in lines_of[placed.box])
        else:
            lines.append(_line(placed, straight))
    return lines


def _line(placed: Placed, straight: Straight) -> Line:
    by_hand: frozenset[int] = frozenset()
    if placed.kind in FILLED_IN:
        by_hand = handwritten_words(placed.line, straight.grey, heading=placed.kind is not LineKind.BODY)
    words = []
    at = 0
    for i, word in enumerate(placed.line.words):
        sure = min(word.confidence, LIKELY) if i in by_hand else word.confidence
        words.append(Word(word.text, at, at + len(word.text), straight.points(word.box), round(sure, 4), i in by_hand))
        at += len(word.text) + 1
    weights = [len(word.text) for word in words]
    return Line(
        text=placed.line.text,
        words=tuple(words),
        box=straight.points(placed.box),
        confidence=round(fmean([word.confidence for word in words], weights), 4) if words else placed.line.confidence,
        kind=placed.kind,
        paragraph=placed.paragraph,
        engines=placed.line.engines,
    )
