"""A PDF page read from its text layer, from its image, or from both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from documents.page import Box, Line, Page, Source, Table
from normalizers.forms import fold
from pipeline.errors import PageFailed
from pipeline.files.pdf import Origin, PdfPage
from pipeline.image.boxes import overlap
from pipeline.image.images import PageImage
from pipeline.layer.blanks import figures_in, pictures_in_blanks, set_in
from pipeline.layer.lines import Ordered, in_reading_order, in_typed_case
from pipeline.layer.parts import Parts, Sideways, parted, turned_box
from pipeline.layer.quality import (
    CAPTION_LETTERS,
    Judgement,
    Verdict,
    disagreement,
    has_hole,
    is_readable,
    is_unmapped,
    judge,
    weigh,
)
from pipeline.scan import page_confidence
from pipeline.tables.cells import cut_at_cells, settle

# A page is a scan when its images cover this share of it. Born-digital pages with a large picture stay below.
_SCAN_SHARE = 0.5
# So many vector paths of the size of letters, for each letter of the text layer, are text drawn without text.
_DRAWN_PER_LETTER = 0.5
_MANY_DRAWN = 40
# Pictures of this share of a born-digital page may be pasted scans with text; a seal and a signature cover 0.03 of A4.
_PICTURE_SHARE = 0.1
# What OCR finds beside a printed layer must be sure and readable: it looks at logos, photographs and seals there.
_FOUND_CONFIDENCE = 0.6
_FOUND_KNOWN = 0.7
# What a scanner's layer has and OCR does not is text where most of it is words; noise and stamps are left out.
_MISSED_KNOWN = 0.8
# A long line of the layer that OCR has read elsewhere is no line more: some layers are shifted against their image.
_ELSEWHERE = 85.0
_LONG = 20
# Of a layer that looks wrong OCR may read so many words otherwise before it is not used: OCR of drawn pages is wrong in two
# words of a hundred, more in names and foreign words; layers with shifted codes are wrong in half of them.
_DIFFERENT_WORDS, _DIFFERENT_SHARE = 3, 0.1
_Scan = Callable[[PageImage], Page]


def read_pdf_page(page: PdfPage, ocr: str, scan: _Scan) -> Page:
    """The page from its text layer where that can be trusted, else from its image, or from both. Raises ``PageFailed``."""
    scanned = _is_scan(page)
    parts = parted(page, scanned)
    verdict = _judgement(parts, scanned)
    if page.covers:
        cover = f"the cover of a portfolio; the files in it ({page.covers}) are documents of their own"
        verdict = replace(verdict, reasons=(cover, *verdict.reasons))
    printed = verdict.verdict in (Verdict.GOOD, Verdict.LEGACY)
    if verdict.verdict is Verdict.ABSENT and not page.has_marks:
        return _blank(page, parts)
    unread = _unread_print(page, parts.layer) if printed or verdict.verdict is Verdict.ABSENT else ""
    if ocr == "never" or (ocr == "auto" and printed and not unread and not verdict.suspect):
        return _from_layer(page, parts, verdict)
    try:
        read = _read_image(page, scan)
    except PageFailed as error:
        if not parts.layer:
            raise
        failure = f"the image can't be read ({error.detail}); the text layer is taken as it is"
        kept = _from_layer(page, parts, verdict)
        return replace(kept, reasons=(*kept.reasons, failure))
    if verdict.suspect:
        return _compared(page, read, parts, verdict)
    if unread:
        verdict = replace(verdict, reasons=(*verdict.reasons, unread))
    if ocr == "auto" and printed and read.rotation == 0:
        return _completed(page, read, parts, verdict)
    return _combined(read, parts, verdict)


def doubted(page: Page) -> Page:
    """A page of running text (an office file) with less confidence where its words look wrong: no image can tell better."""
    found = judge([line for line in page.lines if line.words], hidden=False)
    if not found.suspect:
        return page
    reason = found.reasons[0].replace("born-digital text layer", "its words look wrong")
    return replace(page, confidence=_SUSPECT_CONFIDENCE, reasons=(*page.reasons, reason.removesuffix("; it looks wrong")))


def _compared(page: PdfPage, read: Page, parts: Parts, verdict: Judgement) -> Page:
    """The printed layer that looks wrong where OCR reads the same words, else what OCR reads."""
    layer = [*parts.layer, *(line for block in parts.sideways for line in block.lines)]
    differ, words = disagreement(layer, (*read.lines, *read.marginalia))
    compared = f"OCR of the image reads {differ} of its {words} words otherwise"
    holes = sum(has_hole(word.text) for line in layer for word in line.words)
    if holes or differ > max(_DIFFERENT_WORDS, _DIFFERENT_SHARE * words):
        lost = replace(verdict, reasons=(*verdict.reasons, f"{compared}: the layer is not used"))
        return _combined(read, replace(parts, layer=[]), lost)
    kept = replace(verdict, suspect=False, reasons=(*verdict.reasons, f"{compared}: the layer is kept"))
    return _from_layer(page, parts, kept)


def _is_scan(page: PdfPage) -> bool:
    """Images cover the page, and no printed text of more than a caption's length stands on them (a background picture)."""
    if page.page_image_share < _SCAN_SHARE:
        return False
    own = [word for word in page.words if word.origin is Origin.CONTENT]
    hidden = sum(len(word.text) for word in own if word.hidden)
    return sum(len(word.text) for word in own) - hidden <= max(CAPTION_LETTERS, hidden)


def _judgement(parts: Parts, scanned: bool) -> Judgement:
    sideways = [line for block in parts.sideways for line in block.lines]
    if parts.layer or sideways or not scanned:
        own = [*parts.layer, *sideways]  # what was filled in says nothing about the fonts of the page
        found = judge(own or ([] if scanned else parts.typed), hidden=scanned)
        if parts.unseen:
            found = replace(found, reasons=(*found.reasons, f"{parts.unseen} words that can't be seen are put aside"))
        return found
    if parts.aside or parts.typed:
        return Judgement(Verdict.CAPTION, ("an image; its text layer holds captions and filled-in figures only",))
    return Judgement(Verdict.ABSENT, ("an image without text layer",))


def _unread_print(page: PdfPage, layer: Sequence[Line]) -> str:
    """Why a page may show more print than its text layer holds; empty when nothing hints at that."""
    letters = sum(not c.isspace() for line in layer for c in line.text)
    if page.drawn_glyphs >= max(_MANY_DRAWN, _DRAWN_PER_LETTER * letters):
        return "text drawn as lines, without letters, is read from the image"
    unmapped = sum(map(is_unmapped, layer))
    if unmapped:
        return f"{unmapped} lines in fonts without letters are read from the image"
    words = [word.box for line in layer for word in line.words if word.box is not None]
    pictures_alone = [image.box for image in page.images if not any(overlap(image.box, word) for word in words)]
    if sum(box.width * box.height for box in pictures_alone) > _PICTURE_SHARE * page.width * page.height:
        return "pictures on the page are looked at for text"
    return "pictures in the blanks of the page are looked at for figures" if pictures_in_blanks(page.images, layer) else ""


def _from_layer(page: PdfPage, parts: Parts, verdict: Judgement, found: Sequence[Line] = ()) -> Page:
    """The text layer as it is, with the tables that the page's printed rules make; ``found`` are lines that it lacks."""
    filled_in = set_in([*parts.layer, *found], parts.typed)
    rules = [rule for rule in page.rules if not any(overlap(block.frame, rule) for block in parts.sideways)]
    ordered = in_reading_order(filled_in, (page.width, page.height), rules)
    for block in parts.sideways:
        ordered = _with_sideways(ordered, block, page)
    sources = {
        Verdict.GOOD: Source.TEXT_LAYER,
        Verdict.MILD: Source.TEXT_LAYER,
        Verdict.LEGACY: Source.CONVERTED,
        Verdict.GARBLED: Source.GARBLED_LAYER,
    }
    read = settle(
        Page(
            number=page.number,
            lines=tuple(in_typed_case(ordered.lines)),
            tables=ordered.tables,
            width=page.width,
            height=page.height,
            source=sources.get(verdict.verdict, Source.TEXT_LAYER) if ordered.lines else Source.EMPTY,
            profile="clean"
            if verdict.verdict is Verdict.LEGACY or (verdict.verdict is Verdict.GOOD and not _is_scan(page))
            else None,
            confidence=_SUSPECT_CONFIDENCE if verdict.suspect else _LAYER_CONFIDENCE.get(verdict.verdict, 1.0),
            reasons=verdict.reasons,
            rotation=page.turn,
            marginalia=(*ordered.marginalia, *parts.aside),
        )
    )
    return replace(_with_boxes(read, page.aslant), skew=page.tilt) if page.tilt else read


def _with_sideways(ordered: Ordered, block: Sideways, page: PdfPage) -> Ordered:
    """``ordered`` with a block that stands sideways where it begins on the page, in its own order and with its tables."""
    size = (page.height, page.width) if block.turn % 180 else (page.width, page.height)
    own = [rule for rule in page.rules if overlap(block.frame, rule)]
    rules = [turned_box(rule, -block.turn, (page.width, page.height)) for rule in own]
    inner = in_reading_order(block.lines, size, rules)
    laid_back = _with_boxes(
        Page(page.number, inner.lines, inner.tables, marginalia=inner.marginalia),
        lambda box: turned_box(box, block.turn, size),
    )
    middle = (block.box.top + block.box.bottom) / 2
    below = (i for i, line in enumerate(ordered.lines) if line.box is not None and line.box.top > middle)
    at = next(below, len(ordered.lines))
    return Ordered(
        (*ordered.lines[:at], *laid_back.lines, *ordered.lines[at:]),
        (*ordered.marginalia, *laid_back.marginalia),
        (*ordered.tables, *laid_back.tables),
    )


# The expected share of words right in a layer that is taken as it is: garbled layers of the evaluation scans have a
# quarter of their words right, mildly wrong ones nine in ten.
_LAYER_CONFIDENCE = {Verdict.MILD: 0.9, Verdict.GARBLED: 0.3}
# Of a printed layer that looks wrong and could not be compared with the image: between 0.1 and 0.94 of its words are sound.
_SUSPECT_CONFIDENCE = 0.5
# Pages whose image has another size than they say, by more than rounding, are of another scale.
_ROUNDED = 0.01


def _blank(page: PdfPage, parts: Parts) -> Page:
    """A page on which nothing is seen; in doubt where there is text that can't be seen, whoever put it there."""
    reason, sure = "an empty page: no text, no image, nothing drawn", 1.0
    if parts.unseen:
        reason, sure = (
            f"nothing on it can be seen; {parts.unseen} words that can't be seen are put aside",
            _SUSPECT_CONFIDENCE,
        )
    return Page(
        page.number, width=page.width, height=page.height, confidence=sure, reasons=(reason,), marginalia=tuple(parts.aside)
    )


def _read_image(page: PdfPage, scan: _Scan) -> Page:
    """OCR of the page's image, boxes in points of the page."""
    image, shown = page.image()
    read = scan(image)
    if shown.left == 0 and shown.top == 0 and abs(shown.width - read.width) < 1:
        return read
    return _placed(read, shown, page) if read.rotation == 0 else read


def _placed(read: Page, shown: Box, page: PdfPage) -> Page:
    """``read`` with the boxes where ``shown``, the part of the page that the image shows, has them."""
    scale = shown.width / read.width if abs(shown.width / read.width - 1) > _ROUNDED else 1.0

    def place(box: Box) -> Box:
        left, top, right, bottom = (side * scale for side in box.as_tuple())
        return Box(left + shown.left, top + shown.top, right + shown.left, bottom + shown.top)

    return replace(_with_boxes(read, place), width=page.width, height=page.height)


def _with_boxes(read: Page, place: Callable[[Box], Box]) -> Page:
    """``read`` with every box where ``place`` puts it."""

    def box(old: Box | None) -> Box | None:
        return None if old is None else place(old)

    def line(old: Line) -> Line:
        return replace(old, box=box(old.box), words=tuple(replace(word, box=box(word.box)) for word in old.words))

    def table(old: Table) -> Table:
        return replace(old, box=box(old.box), cells=tuple(replace(cell, box=box(cell.box)) for cell in old.cells))

    return replace(
        read,
        lines=tuple(map(line, read.lines)),
        tables=tuple(map(table, read.tables)),
        marginalia=tuple(map(line, read.marginalia)),
        unread=tuple(map(place, read.unread)),
        filled_in=tuple(replace(one, box=place(one.box)) for one in read.filled_in),
    )


def _completed(page: PdfPage, read: Page, parts: Parts, verdict: Judgement) -> Page:
    """The printed text layer, and what OCR finds where the layer has nothing."""
    mapped = replace(parts, layer=[line for line in parts.layer if not is_unmapped(line)])
    figures = figures_in(pictures_in_blanks(page.images, mapped.layer), read)
    mapped = replace(mapped, typed=[*mapped.typed, *figures])
    if not mapped.printed and not mapped.sideways:
        return replace(read, reasons=(*verdict.reasons, *read.reasons), marginalia=(*read.marginalia, *parts.aside))
    boxes = [word.box for line in mapped.printed for word in line.words if word.box is not None]
    boxes += [block.box for block in mapped.sideways]
    found = [
        line
        for line in read.lines
        if line.box is not None
        and line.confidence >= _FOUND_CONFIDENCE
        and not any(overlap(line.box, box) for box in boxes)
        and is_readable(line, _FOUND_KNOWN)
    ]
    whole = _from_layer(page, mapped, verdict, found)
    if not found and not figures:
        return replace(whole, reasons=(*whole.reasons, "OCR finds nothing more"))
    return replace(
        whole,
        source=Source.MIXED,
        engine=read.engine,
        profile=read.profile,
        filled_in=read.filled_in,
        confidence=page_confidence(whole.lines),
        reasons=(*whole.reasons, f"{len(found) + len(figures)} lines are read from the image"),
    )


def _combined(read: Page, parts: Parts, verdict: Judgement) -> Page:
    """OCR, what a scanner's layer does better, and what was typed into the page later."""
    reasons = [*verdict.reasons, *read.reasons]
    lines = read.lines
    upright = read.rotation == 0  # else the boxes of the layer are not those of the image
    if upright and parts.layer and verdict.verdict in (Verdict.MILD, Verdict.GOOD):
        lines, weighing = _weighed(read, parts.layer)
        reasons += weighing
    if upright and parts.typed:
        lines = tuple(set_in(lines, parts.typed, over_print=True))
        reasons.append(f"{len(parts.typed)} lines typed over the image are taken from the text layer")
    combined = replace(
        read,
        lines=lines,
        source=read.source if lines is read.lines else Source.MIXED,
        confidence=page_confidence(lines),
        reasons=tuple(reasons),
        marginalia=(*read.marginalia, *parts.aside),
    )
    return settle(combined)


def _weighed(read: Page, layer: Sequence[Line]) -> tuple[tuple[Line, ...], list[str]]:
    """The lines of OCR weighed against the layer, with lines that only the layer has; and what was done."""
    weighed = weigh(read.lines, layer)
    taken = [line.box for line in (*weighed.lines, *read.marginalia) if line.box is not None]
    text = fold(" ".join(line.text for line in weighed.lines))
    missed = [
        replace(line, confidence=_LAYER_CONFIDENCE[Verdict.MILD])
        for line in layer
        if line.box is not None
        and is_readable(line, _MISSED_KNOWN)
        and not any(overlap(line.box, box) for box in taken)
        and not _stands_in(text, fold(line.text))
    ]
    agreed = f"{weighed.alike} of {len(weighed.lines)} lines are read alike by OCR and the text layer"
    reasons = [f"{agreed}; {weighed.mended} took words from the layer"]
    if missed:
        reasons.append(f"{len(missed)} lines that OCR missed are taken from the layer")
    inside, outside = cut_at_cells(missed, read.tables)
    return (*set_in(weighed.lines, outside), *inside), reasons


def _stands_in(text: str, line: str) -> bool:
    return len(line) >= _LONG and fuzz.partial_ratio(line, text, score_cutoff=_ELSEWHERE) > 0
