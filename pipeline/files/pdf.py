"""PDF files: what they are, the words of their text layers, and the images of their pages.

Coordinates are points from the top left of the page as a person holds it: the page's own rotation applied, and a page
whose text runs up, down or aslant turned until most of it reads from left to right.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from math import atan2, cos, degrees, isfinite, radians, sin
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from documents.outcome import Reason
from documents.page import Box
from documents.sheets import A4_POINTS, SCANNED_SHORT_SIDE_INCHES
from normalizers.exact.legacy import encoding_of_font
from pipeline.errors import PageFailed, UnreadableFile
from pipeline.files import fields, letters, mupdf, structure, unseen
from pipeline.files.attached import Attachment
from pipeline.files.letters import Letter, TextLine
from pipeline.files.mupdf import Mu, Part, Rect, pymupdf
from pipeline.files.pictures import MAX_PIXELS, WORKING_PIXELS
from pipeline.image.images import PageImage, Pixels

# Rendering at 300 to 400 dpi reads worse than at 200, and costs twice the time (docs/reading.md of the evaluation
# material; benchmarks/reading.md moves with it).
RENDER_DPI = 200
# An embedded image is taken as it is up to this resolution; finer ones are rendered at half of it. 600 dpi in colour is
# 100 MB a page, and no engine reads it better.
MAX_EMBEDDED_DPI = 400.0
# Below this an embedded "page image" is a thumbnail or a background gradient.
MIN_EMBEDDED_DPI = 50.0
# Programs that take a pixel for a point make pages larger than what is scanned, of images with less than 100 dpi; others
# make stamps of pages, of images finer than any scanner's.
_COARSE_DPI = 100.0
# Horizontal and vertical resolution may differ by this before the image is rendered instead: half a pixel in a hundred
# comes from rounding the page box, a factor of two from fax machines.
_ANISOTROPY = 0.02
# A page image may stick out of its page by this many points: page boxes are rounded to whole points, and more.
_OVERHANG = 3.0
# A page image covers this share of the page: EPSON Scan puts a cropped page of 65 % into the corner of an A4 sheet.
PAGE_IMAGE_SHARE = 0.5
# An image is what the page shows when all but a few of so many patches of it are of the same grey on average: resampling and
# rounding move a patch of a scan by 5 levels, print that is cut off by 20 and more, a negative by 200.
_PATCHES, _PATCH = (24, 32), 20  # at most so many across and down, of so many pixels at least
_LOOKS_ALIKE, _LOOKS_SHARE = 14, 0.01
# Strips and tiles of a scan cover at least this share of the page each; logos, seals and signatures cover less.
_PIECE = 0.04
_COVER_GRID = 100
# Boxes of vector paths that are as high as letters are, in points: text drawn without text ("Print to PDF").
_GLYPH_HEIGHT = (2.0, 30.0)
_GLYPH_WIDTH = 40.0

# Watermarks ("BẢN SAO", "DỰ THẢO") are printed in light grey or light colours so that the text stays legible.
_FAINT_LUMA = 160.0
# Rules are at most this thick, in points; Word draws table borders as filled boxes of 0.5, title underlines are 1.
_RULE = 2.5

# ISO 32000-1, annex C.2: 14,400 units (200 inches) a side. A page box can claim a billion, of which no image can be drawn.
MAX_SIDE = 14_400.0

# Text that runs at one angle all over the page is a page that lies aslant; scanner software writes skews of a degree or two.
_LEAST_TILT = 2.0

_TAIL_BYTES = 2048

# A portfolio of a whole file has some hundred documents; what claims more, or a gigabyte in one, is a bomb.
MOST_ATTACHED, MAX_ATTACHED_BYTES = 1000, 1024**3


class Origin(StrEnum):
    """Which part of the PDF printed a word."""

    CONTENT = "content"
    NOTE = "note"
    """An annotation laid over the page: stamps, remarks."""
    FORM = "form"
    """The appearance of a signature or a button: captions, and numbers and dates filled in when the document was signed."""
    VALUE = "value"
    """What was filled into a form."""
    TYPED = "typed"
    """Free text that somebody typed over the page."""


@dataclass(frozen=True, slots=True)
class LayerWord:
    """A word of the text layer. ``hidden``: printed invisibly or painted over, as scanner software does;
    ``unseen``: printed, but lost on its ground or under what was painted later.

    ``baseline`` is the vertical position of its feet, ``size`` the font size, both in points. ``line`` numbers the lines
    of the file (what was printed without moving far), ``jumped`` how far (points) the pen was moved, beyond the spaces
    that were printed, before this word. ``turn`` says by how many degrees clockwise it runs against the page: 0, 90, 180,
    270, or ``None`` for words that run aslant. ``faint`` is true for light colours.
    """

    text: str
    box: Box
    baseline: float
    size: float
    font: str
    encoding: str = ""
    line: int = 0
    jumped: float = 0.0
    hidden: bool = False
    unseen: bool = False
    origin: Origin = Origin.CONTENT
    turn: int | None = 0
    faint: bool = False

    @property
    def level(self) -> bool:
        return self.turn == 0


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """An image on the page: where it is, and how many pixels it has."""

    box: Box
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class About:
    """What intake wants to know of a PDF."""

    pages: int
    encrypted: bool
    signed: bool


def examine(path: Path) -> About:
    """Pages, encryption and signature.

    Raises ``UnreadableFile``: ``ENCRYPTED`` when an empty password does not open it, ``TRUNCATED`` when its end is
    missing, ``DAMAGED`` when no page can be found in it.
    """
    with _opened(path) as document:
        structure.mend_page_tree(document)
        cut = document.is_repaired and not _has_end(path)
        if cut:
            raise UnreadableFile(Reason.TRUNCATED, "the end of the file is missing (no %%EOF)")
        try:
            pages = int(document.page_count)
        except Exception as error:
            raise UnreadableFile(Reason.DAMAGED, f"no page tree: {_message(error)}") from error
        if pages < 1:
            raise UnreadableFile(Reason.DAMAGED, "no pages in it")
        if structure.needs_acrobat(document):
            detail = "a dynamic XFA form: only Adobe Acrobat draws its pages; print it to PDF there"
            raise UnreadableFile(Reason.NOT_A_DOCUMENT, detail)
        encrypted = bool(document.metadata and document.metadata.get("encryption"))
        return About(pages, encrypted, _is_signed(document))


@contextlib.contextmanager
def open_page(path: Path, number: int) -> Iterator[PdfPage]:
    """Page ``number`` (from 1). Raises ``PageFailed`` when it can't be loaded, ``UnreadableFile`` when the file can't."""
    with _opened(path) as document:
        try:
            if number > document.page_count:
                structure.mend_page_tree(document)
            fields.keep_appearances(document, number)
            page = document.load_page(number - 1)
        except Exception as error:  # MuPDF's exceptions share no base but this
            raise PageFailed(number, Reason.DAMAGED, _message(error)) from error
        try:
            yield PdfPage(document, page, number)
        except pymupdf.mupdf.FzErrorBase as error:  # what is asked of a page is parsed when it is asked for
            raise PageFailed(number, Reason.DAMAGED, _message(error)) from error
        finally:
            pymupdf.TOOLS.store_shrink(100)  # decoded images would otherwise stay until 256 MB are full


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Mu]:
    try:
        document = pymupdf.open(path, filetype="pdf")
    except pymupdf.EmptyFileError as error:
        raise UnreadableFile(Reason.EMPTY, "0 bytes") from error
    except Exception as error:
        reason = Reason.DAMAGED if _has_end(path) else Reason.TRUNCATED
        raise UnreadableFile(reason, _message(error)) from error
    with document:
        if not document.is_pdf:  # MuPDF goes by content as well, and reads web pages, images and e-books
            raise UnreadableFile(Reason.NOT_A_DOCUMENT, "names PDF in its first lines but is something else")
        if document.needs_pass:
            raise UnreadableFile(Reason.ENCRYPTED, "opens with a password only")
        yield document


def _has_end(path: Path) -> bool:
    """Does an end-of-file mark stand near the end? Mail gateways and web servers append a little, tapes and disks zeros."""
    with path.open("rb") as stream:
        end = path.stat().st_size
        while end > 0:
            start = max(end - _TAIL_BYTES, 0)
            stream.seek(start)
            if any(stream.read(end - start)):
                break
            end = start
        stream.seek(max(end - 2 * _TAIL_BYTES, 0))
        return b"%%EOF" in stream.read(2 * _TAIL_BYTES)


def attachments_of(path: Path) -> list[Attachment]:
    """The files that a PDF carries: those of a portfolio, and those that hang on other ones. Raises ``UnreadableFile``."""
    with _opened(path) as document:
        found = []
        for number in range(min(document.embfile_count(), MOST_ATTACHED)):
            with contextlib.suppress(Exception):  # one that can't be unpacked costs itself only
                about = document.embfile_info(number)
                if int(about.get("size", 0) or 0) <= MAX_ATTACHED_BYTES:
                    name = about.get("ufilename") or about.get("filename") or about.get("name") or f"attachment-{number + 1}"
                    found.append(Attachment(name.replace("/", "_"), bytes(document.embfile_get(number))))
        return found


def _is_signed(document: Mu) -> bool:
    """Is there a signature field that holds a signature? Fields form a tree that a hostile file can close to a ring."""
    if document.get_sigflags() < 1:
        return False
    kind, roots = document.xref_get_key(document.pdf_catalog(), "AcroForm/Fields")
    waiting = fields.references(roots) if kind == "array" else []
    seen: set[int] = set()
    while waiting and len(seen) < 10_000:
        xref = waiting.pop()
        if xref in seen or not 0 < xref < document.xref_length():
            continue
        seen.add(xref)
        signed = document.xref_get_key(xref, "V")[0] in ("xref", "dict")
        if signed and document.xref_get_key(xref, "FT")[1] == "/Sig":
            return True
        kind, kids = document.xref_get_key(xref, "Kids")
        waiting += fields.references(kids) if kind == "array" else []
    return False


def _message(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


_ORIGINS = {
    fields.Kind.VALUE: Origin.VALUE,
    fields.Kind.TYPED: Origin.TYPED,
    fields.Kind.CAPTION: Origin.FORM,
    fields.Kind.NOTE: Origin.NOTE,
}
"""What boxes to tick show is no letter, whatever their font says."""


class PdfPage:
    """One open page. What is asked of it is computed once."""

    def __init__(self, document: Mu, page: Mu, number: int) -> None:
        self._document, self._page, self.number = document, page, number

    @property
    def width(self) -> float:
        """Width in points, as the page is held."""
        return float(self._page.rect.width if self._turn % 180 == 0 else self._page.rect.height)

    @property
    def height(self) -> float:
        """Height in points, as the page is held."""
        return float(self._page.rect.height if self._turn % 180 == 0 else self._page.rect.width)

    @cached_property
    def words(self) -> tuple[LayerWord, ...]:
        """All words of the text layer, in the order of the file, those of notes and fields last. Raises ``PageFailed``."""
        own = (word for number, line in enumerate(self._lines) for word in self._words_of(number, line, Origin.CONTENT))
        return (*own, *self._added_words)

    @cached_property
    def images(self) -> tuple[PlacedImage, ...]:
        """The images of the page itself (those of annotations and form fields left out), largest first."""
        if all(kind.endswith(("text", "path", "shade")) for kind, _ in self._painted):
            return ()  # asking for images lays the whole page out anew
        placed = [
            PlacedImage(self._box(rect), int(info["width"]), int(info["height"]))
            for info in self._placed_images
            if not (rect := pymupdf.Rect(info["bbox"]) & self._page_rect).is_empty
        ]
        return tuple(sorted(placed, key=lambda image: -image.box.width * image.box.height))

    @cached_property
    def _placed_images(self) -> list[dict[str, Any]]:
        return [info for info in mupdf.placed_images(self._page) if not pymupdf.Rect(info["bbox"]).is_empty]

    @cached_property
    def page_image_share(self) -> float:
        """The share of the page that images cover: one, several layers of one page, or strips side by side."""
        covered = np.zeros((_COVER_GRID, _COVER_GRID), bool)
        across, down = _COVER_GRID / max(self.width, 1.0), _COVER_GRID / max(self.height, 1.0)
        for box in (image.box for image in self.images):
            top, bottom = round(max(box.top, 0) * down), round(max(box.bottom, 0) * down)
            covered[top:bottom, round(max(box.left, 0) * across) : round(max(box.right, 0) * across)] = True
        return float(covered.mean())

    @cached_property
    def drawn_glyphs(self) -> int:
        """Vector paths as large as letters: print without text. MuPDF puts the letters of one path object together."""
        return sum(
            kind == "fill-path" and _GLYPH_HEIGHT[0] <= y1 - y0 <= _GLYPH_HEIGHT[1] and 0.5 <= x1 - x0 <= _GLYPH_WIDTH
            for kind, (x0, y0, x1, y1) in self._painted
        )

    @cached_property
    def rules(self) -> tuple[Box, ...]:
        """Printed lines, level or upright, as thin boxes: the rules of tables, underlines, frames."""
        if not any(kind in ("fill-path", "stroke-path") for kind, _ in self._painted):
            return ()
        pieces = [piece for path in self._drawings for piece in _straight_pieces(path)]
        boxes = [self._box(piece) for piece in pieces]
        return tuple(box for box in boxes if min(box.width, box.height) <= _RULE < max(box.width, box.height))

    @cached_property
    def _drawings(self) -> list[dict[str, Any]]:
        """The paths of the page's content, those of notes and fields left out."""
        with contextlib.suppress(Exception):  # odd paths are no reason to lose the page
            return [path for path in self._page.get_cdrawings() if path.get("seqno", 0) < len(self._painted)]
        return []

    @property
    def covers(self) -> int:
        """How many files a portfolio holds whose cover this page is; 0 for other pages."""
        return int(self._document.embfile_count()) if structure.is_portfolio(self._document) else 0

    @property
    def has_marks(self) -> bool:
        """Is anything painted that is not text? An empty page needs no OCR."""
        return any(not kind.endswith("text") for kind, _ in self._painted)

    @property
    def turn(self) -> int:
        """Degrees clockwise by which the page was turned, beyond its own rotation, to set its text upright."""
        return self._turn

    @property
    def tilt(self) -> float:
        """Degrees clockwise by which the text ran against the page before it was set level; 0 on nearly all pages."""
        return self._tilt

    def aslant(self, box: Box) -> Box:
        """Where ``box``, of text that was set level, lies on the page as it is."""
        m = _rotated(self._tilt, self.width / 2, self.height / 2)
        corners = [pymupdf.Point(x, y) * m for x in (box.left, box.right) for y in (box.top, box.bottom)]
        return Box(
            min(c.x for c in corners), min(c.y for c in corners), max(c.x for c in corners), max(c.y for c in corners)
        )

    def image(self) -> tuple[PageImage, Box]:
        """The page as pixels, upright, and the part of the page (points) that they show.

        The resolution is that of the sheet of paper, which may be of another size than the page says.
        The embedded image as it is where the page is one image, else the page rendered without annotations and form
        fields: their text is in ``words``. Raises ``PageFailed`` when there are too many pixels or they can't be decoded.
        """
        if max(self.width, self.height) > MAX_SIDE:
            raise PageFailed(self.number, Reason.TOO_LARGE, f"a page of {self.width:.0f} x {self.height:.0f} points")
        for image in self.images:
            if image.width * image.height > MAX_PIXELS:
                raise PageFailed(self.number, Reason.TOO_LARGE, f"an image of {image.width} x {image.height} pixels")
        embedded = self._embedded_image()
        return embedded if embedded is not None else self._rendered(RENDER_DPI)

    @cached_property
    def _sheet_scale(self) -> float:
        """What makes a sheet of paper of a scan whose page says a size that can't be; else 1."""
        short, long = sorted((self.width, self.height))
        if not self.images or SCANNED_SHORT_SIDE_INCHES[0] <= short / 72 <= SCANNED_SHORT_SIDE_INCHES[1]:
            return 1.0
        largest = self.images[0]
        dpi = 72 * (largest.width * largest.height / max(largest.box.width * largest.box.height, 1e-9)) ** 0.5
        impossible = dpi < _COARSE_DPI if short / 72 > SCANNED_SHORT_SIDE_INCHES[1] else dpi > MAX_EMBEDDED_DPI
        return A4_POINTS[1] / long if impossible else 1.0

    # --- words --------------------------------------------------------------------------------------------------------

    def _words_of(self, number: int, line: TextLine, origin: Origin) -> Iterator[LayerWord]:
        direction = line[0]
        turns = _quarter_turns(direction, self._to_upright)
        for piece in letters.words_in(line):
            rect = _around(piece.letters)
            if not all(map(isfinite, rect)):
                continue
            text = "".join(letter.text for letter in piece.letters)
            # a capital initial may be in a font of capitals: ties go to the end of the word, which is its body
            first = piece.letters[0]
            font = first.span["font"]
            if any(letter.span["font"] != font for letter in piece.letters):
                font = Counter(letter.span["font"] for letter in reversed(piece.letters)).most_common(1)[0][0]
            yield LayerWord(
                text=text,
                box=self._level_box(piece.letters) if self._tilt and turns == 0 else self._box(rect),
                baseline=self._upright_point(*first.origin)[1],
                size=first.size,
                font=font,
                encoding=_encoding(font, text),
                line=number,
                jumped=piece.jumped,
                hidden=origin is Origin.CONTENT and (first.span.get("alpha", 255) == 0 or self._is_painted_over(rect)),
                unseen=origin is Origin.CONTENT and self._is_lost(piece.letters, rect),
                origin=origin,
                turn=None if turns is None else 90 * turns,
                faint=_luma(int(first.span.get("color", 0))) > _FAINT_LUMA,
            )

    def _level_box(self, word: list[Letter]) -> Box:
        """Around a word that stands aslant on the page as it lies, from its feet and its font."""
        (left, feet), size = self._upright_point(*word[0].origin), word[0].size
        ascender, descender = float(word[0].span["ascender"]), float(word[0].span["descender"])
        right = left + max(word[-1].end - word[0].start, 0.0)
        return Box(left, feet - ascender * size, right, feet - min(descender, 0.0) * size)

    @cached_property
    def _lines(self) -> list[TextLine]:
        """The lines of the page's content as the eye sees them: no letter twice, none that another replaced."""
        return letters.set_wide_together(letters.printed_once(self._without_replaced(self._stored_lines)))

    @cached_property
    def _stored_lines(self) -> list[TextLine]:
        return [letters.read_line(line) for line in self._raw_lines(Part.CONTENT)]

    def _raw_lines(self, part: Part) -> list[dict[str, Any]]:
        try:
            return mupdf.text_lines(self._page, part)
        except Exception as error:
            raise PageFailed(self.number, Reason.DAMAGED, f"text layer: {_message(error)}") from error

    @cached_property
    def _turn(self) -> int:
        """Most of the letters decide; a page without text is turned by those who look at its image."""
        counted: Counter[int] = Counter()
        for direction, line in self._stored_lines:
            turns = _quarter_turns(direction, self._rotation)
            if turns is not None:
                counted[turns] += len(line)
        turns = counted.most_common(1)[0][0] if counted else 0
        return -90 * turns % 360

    @cached_property
    def _tilt(self) -> float:
        """The one angle, in whole tenths of a degree, at which most letters of the page run aslant."""
        angles: Counter[float] = Counter()
        for (cosine, sine), line in self._stored_lines:
            m = self._rotation
            x, y = cosine * m.a + sine * m.c, cosine * m.b + sine * m.d
            angle = round(degrees(atan2(y, x)), 1)
            seen = bool(line) and line[0].span.get("alpha", 255) != 0  # a scanner's layer is as skewed as its image
            angles[angle if seen and abs(angle - 90 * round(angle / 90)) >= _LEAST_TILT else 0.0] += len(line)
        angle, most = angles.most_common(1)[0] if angles else (0.0, 0)
        return angle if most > angles.total() / 2 else 0.0

    @cached_property
    def _rotation(self) -> Mu:
        return self._page.rotation_matrix

    @cached_property
    def _to_upright(self) -> Mu:
        """Matrix from the coordinates that PyMuPDF reports (rotation not applied) to ours."""
        matrix = self._rotation
        width, height = self._page.rect.width, self._page.rect.height
        turned = {
            0: pymupdf.Matrix(1, 0, 0, 1, 0, 0),
            90: pymupdf.Matrix(0, 1, -1, 0, height, 0),
            180: pymupdf.Matrix(-1, 0, 0, -1, width, height),
            270: pymupdf.Matrix(0, -1, 1, 0, 0, width),
        }
        return matrix * (_rotated(-self._tilt, width / 2, height / 2) if self._tilt else turned[self._turn])

    @property
    def _page_rect(self) -> Mu:
        """The page in the coordinates that PyMuPDF reports."""
        return self._page.rect * self._page.derotation_matrix

    def _upright_point(self, x: float, y: float) -> tuple[float, float]:
        m = self._to_upright
        return m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f

    def _box(self, rect: Rect) -> Box:
        x0, y0 = self._upright_point(rect[0], rect[1])
        x1, y1 = self._upright_point(rect[2], rect[3])
        return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    # --- what lies over what ------------------------------------------------------------------------------------------

    @cached_property
    def _painted(self) -> list[tuple[str, Rect]]:
        """What is painted, in order, with its rectangle."""
        try:
            return mupdf.painted(self._page)
        except Exception as error:
            raise PageFailed(self.number, Reason.DAMAGED, _message(error)) from error

    @cached_property
    def _text_over_image(self) -> list[Rect] | None:
        """Rectangles of the text painted after the last image that covers the page; ``None`` on pages that are no scan."""
        if self.page_image_share < PAGE_IMAGE_SHARE:
            return None
        area = self.width * self.height
        images = [i for i, (kind, rect) in enumerate(self._painted) if kind == "fill-image" and _area(rect) > _PIECE * area]
        last = max(images, default=-1)
        return [rect for kind, rect in self._painted[last + 1 :] if kind.endswith("text")]

    def _is_painted_over(self, rect: Rect) -> bool:
        over = self._text_over_image
        return over is not None and not any(_holds_middle(other, rect) for other in over)

    def _is_lost(self, word: list[Letter], rect: Rect) -> bool:
        return self._text_over_image is None and unseen.is_lost(word, rect, self._cover, self._contrast)

    @cached_property
    def _cover(self) -> unseen.Cover:
        return unseen.Cover.of(self._drawings, self._painted)

    def _without_replaced(self, lines: list[TextLine]) -> list[TextLine]:
        """``lines`` without letters that were painted over before others were printed in their place."""
        if not self._cover.may_hide_text or self._text_over_image is not None:
            return lines
        return unseen.without_replaced(lines, mupdf.text_trace(self._page), self._cover)

    def _contrast(self, rect: Rect) -> int:
        """Grey levels between the lightest and the darkest that the page shows at ``rect``."""
        return unseen.contrast_at(self._shown, rect, unseen.LOOK_DPI)

    @cached_property
    def _shown(self) -> Pixels:
        """The page's content as it is painted, grey, in the coordinates that PyMuPDF reports."""
        zoom = unseen.LOOK_DPI / 72
        with mupdf.unrotated(self._page):
            drawn = self._page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), colorspace=pymupdf.csGRAY, annots=False)
        return np.frombuffer(drawn.samples, np.uint8).reshape(drawn.height, drawn.stride)[:, : drawn.width]

    @cached_property
    def _added_words(self) -> tuple[LayerWord, ...]:
        """The words of notes and fields, ticks as marks. What can't be parsed there is no reason to lose the page."""
        found: list[LayerWord] = []
        for part in (Part.NOTES, Part.FIELDS):
            with contextlib.suppress(Exception):
                stated = fields.places(self._page, part)
                places = [(self._box(place.rect), place.kind) for place in stated]
                lines = letters.printed_once([letters.read_line(line) for line in self._raw_lines(part)]) if places else []
                for line in lines:
                    number = len(self._lines) + len(found)  # any that no other line has
                    found += self._added_line(number, line, places)
                found += [self._tick(box) for box, kind in places if kind is fields.Kind.TICKED]
                for (box, _), place in zip(places, stated, strict=True):
                    if place.value and not any(_has_middle(box, word.box) for word in found):
                        found += self._left_to_the_viewer(box, place.value, len(self._lines) + len(found))
        return tuple(found)

    def _added_line(self, number: int, line: TextLine, places: list[tuple[Box, fields.Kind]]) -> Iterator[LayerWord]:
        for word in self._words_of(number, line, Origin.NOTE):
            kind = next((kind for box, kind in places if _has_middle(box, word.box)), fields.Kind.NOTE)
            origin = _ORIGINS.get(kind)
            if origin is not None:
                yield replace(word, origin=origin)

    def _tick(self, box: Box) -> LayerWord:
        return LayerWord(fields.TICK, box, box.bottom, box.height, "", line=-1, jumped=MAX_SIDE, origin=Origin.VALUE)

    def _left_to_the_viewer(self, box: Box, value: str, number: int) -> Iterator[LayerWord]:
        """The words of a value that no appearance shows, set in its field as a viewer would: line by line from the left."""
        lines = [line.split() for line in value.splitlines() if line.strip()]
        high = box.height / max(len(lines), 1)
        for n, words in enumerate(lines):
            left, top = box.left, box.top + n * high
            step = min(box.width / sum(len(word) + 1 for word in words), 0.5 * high)
            for word in words:
                right = left + step * len(word)
                place = Box(left, top, right, top + high)
                yield LayerWord(word, place, top + 0.8 * high, high, "", line=number + n, jumped=step, origin=Origin.VALUE)
                left = right + step

    # --- pixels -------------------------------------------------------------------------------------------------------

    def _embedded_image(self) -> tuple[PageImage, Box] | None:
        """The one image that the page is, turned upright; ``None`` when the page is more than that, or less."""
        infos = self._placed_images
        if len(infos) != 1 or self.page_image_share < PAGE_IMAGE_SHARE:
            return None
        info = infos[0]
        placed = pymupdf.Matrix(info["transform"]) * self._to_upright
        orientation = _ORIENTATIONS.get(_signs(placed))
        if orientation is None or self._drawn_over_image():
            return None
        box = self._box(info["bbox"])
        width, height = info["width"], info["height"]
        if placed.a == 0:
            width, height = height, width
        horizontal, vertical = (side * 72 / self._sheet_scale for side in (width / box.width, height / box.height))
        if abs(horizontal / vertical - 1) > _ANISOTROPY or not MIN_EMBEDDED_DPI <= vertical <= MAX_EMBEDDED_DPI:
            return None
        outside = max(-box.left, -box.top, box.right - self.width, box.bottom - self.height)
        if outside > _OVERHANG:
            return None  # what the page's edge cuts off was not meant to be seen
        pixels = self._decoded(info)
        if pixels is None:
            return None
        turns, mirrored = orientation
        upright = np.ascontiguousarray(np.rot90(np.fliplr(pixels) if mirrored else pixels, turns))
        return (PageImage(upright, vertical), box) if self._looks_like(upright, box) else self._rendered(vertical)

    def _looks_like(self, pixels: Pixels, box: Box) -> bool:
        """Does the page show the image as it is stored? Inks, decoding tables and clip paths make something else of it."""
        drawn = self._rendered(unseen.LOOK_DPI)[0].pixels
        shown, stored = (Image.fromarray(image).convert("L") for image in (drawn, pixels))
        scale = drawn.shape[1] / self.width
        place = tuple(round(side * scale) for side in box.as_tuple())
        part = shown.crop(place)
        across, down = (max(min(side // _PATCH, most), 1) for side, most in zip(part.size, _PATCHES, strict=True))
        seen, meant = (np.asarray(image.resize((across, down), Image.Resampling.BOX), np.int16) for image in (part, stored))
        return bool((np.abs(seen - meant) > _LOOKS_ALIKE).mean() < _LOOKS_SHARE)

    def _decoded(self, info: dict[str, Any]) -> Pixels | None:
        """Grey or red-green-blue; ``None`` when the image is a mask, has one, or can't be told from others or decoded."""
        size = info["width"], info["height"]
        xrefs = {item[0] for item in self._page.get_images() if (item[2], item[3]) == size}
        if len(xrefs) != 1:
            return None
        xref = xrefs.pop()
        try:
            if self._document.xref_get_key(xref, "ImageMask")[1] == "true":
                return None
            if any(self._document.xref_get_key(xref, key)[0] not in ("null", "undefined") for key in ("SMask", "Mask")):
                return None
            return _pixels(pymupdf.Pixmap(self._document, xref))
        except Exception:
            return None

    def _drawn_over_image(self) -> bool:
        """Is anything but text painted over the last image?"""
        own = [kind for kind, _ in self._painted]
        last = max((i for i, kind in enumerate(own) if kind == "fill-image"), default=-1)
        return any(kind in ("fill-path", "stroke-path", "fill-shade", "fill-imgmask") for kind in own[last + 1 :])

    def _rendered(self, dpi: float) -> tuple[PageImage, Box]:
        area = self.width * self.height * self._sheet_scale**2 / 72**2
        dpi = min(dpi, (WORKING_PIXELS / max(area, 1e-9)) ** 0.5)
        zoom = dpi / 72 * self._sheet_scale
        matrix = pymupdf.Matrix(zoom, zoom) * pymupdf.Matrix(1, 0, 0, 1, 0, 0).prerotate(self._turn)
        try:
            colour = any(image.box.width > 0 for image in self.images)
            pixmap = self._page.get_pixmap(
                matrix=matrix, colorspace=pymupdf.csRGB if colour else pymupdf.csGRAY, alpha=False, annots=False
            )
        except Exception as error:
            raise PageFailed(self.number, Reason.DAMAGED, f"page can't be drawn: {_message(error)}") from error
        return PageImage(_pixels(pixmap), dpi), Box(0.0, 0.0, self.width, self.height)


def _around(word: list[Letter]) -> Rect:
    sides = list(zip(*(letter.rect for letter in word), strict=True))
    return min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])


def _rotated(angle: float, x: float, y: float) -> Mu:
    """The matrix that turns by ``angle`` degrees clockwise about a point."""
    cosine, sine = cos(radians(angle)), sin(radians(angle))
    return pymupdf.Matrix(cosine, sine, -sine, cosine, x - cosine * x + sine * y, y - sine * x - cosine * y)


def _widened(rect: Mu, by: float) -> Mu:
    return pymupdf.Rect(rect.x0 - by, rect.y0 - by, rect.x1 + by, rect.y1 + by)


def _straight_pieces(path: dict[str, Any]) -> Iterator[Mu]:
    """Rectangles around the straight strokes and the filled boxes of a path."""
    half = float(path.get("width") or 0) / 2
    stroked = path.get("type") in ("s", "fs")
    for kind, *points in path["items"]:
        if kind == "l" and stroked:
            rect = pymupdf.Rect(points[0], points[1])
            rect.normalize()
            yield _widened(rect, half)
        elif kind in ("re", "qu"):
            rect = pymupdf.Rect(points[0]) if kind == "re" else pymupdf.Quad(points[0]).rect
            if min(rect.width, rect.height) <= _RULE:
                yield rect
            elif stroked:
                x0, y0, x1, y1 = rect
                for side in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
                    yield _widened(pymupdf.Rect(side), half)


def _quarter_turns(direction: tuple[float, float], matrix: Mu) -> int | None:
    """Quarter turns clockwise in which text of ``direction`` runs after ``matrix``; ``None`` when it runs aslant.

    Scanner software writes the skew of the page into its layer: a few degrees are level.
    """
    x = direction[0] * matrix.a + direction[1] * matrix.c
    y = direction[0] * matrix.b + direction[1] * matrix.d
    along = [x, y, -x, -y]
    best = max(along)
    return along.index(best) if best > 0.98 * (x * x + y * y) ** 0.5 else None


def _encoding(font: str, text: str) -> str:
    """The legacy encoding that the font tells, unless the text is Unicode in spite of it.

    Newer PDF writers map the glyphs of .VnTime to the letters that they show.
    """
    if any("\u0100" <= c <= "\u01b0" or "\u1ea0" <= c <= "\u1ef9" for c in text):
        return ""
    return encoding_of_font(font) or ""


def _area(rect: Rect) -> float:
    return max(rect[2] - rect[0], 0.0) * max(rect[3] - rect[1], 0.0)


def _has_middle(outer: Box, inner: Box) -> bool:
    return _holds_middle(outer.as_tuple(), inner.as_tuple())


def _holds_middle(outer: Rect, inner: Rect) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _luma(colour: int) -> float:
    """Brightness, 0 to 255, of 0xRRGGBB (ITU-R BT.601)."""
    return 0.299 * (colour >> 16 & 255) + 0.587 * (colour >> 8 & 255) + 0.114 * (colour & 255)


# How an image lies on the page, by the signs of its transformation, and what sets it upright: quarter turns
# counter-clockwise after mirroring left to right. MuPDF's image space has its origin at the top left.
_ORIENTATIONS: dict[tuple[int, int, int, int], tuple[int, bool]] = {
    (1, 0, 0, 1): (0, False),
    (-1, 0, 0, 1): (0, True),
    (-1, 0, 0, -1): (2, False),
    (1, 0, 0, -1): (2, True),
    (0, 1, -1, 0): (3, False),
    (0, -1, 1, 0): (1, False),
    (0, 1, 1, 0): (1, True),
    (0, -1, -1, 0): (3, True),
}


def _signs(matrix: Mu) -> tuple[int, int, int, int]:
    """Signs of a, b, c, d, where what is small against the rest counts as nothing."""
    values = (matrix.a, matrix.b, matrix.c, matrix.d)
    small = 0.002 * max(abs(value) for value in values)
    a, b, c, d = (0 if abs(value) <= small else 1 if value > 0 else -1 for value in values)
    return a, b, c, d


def _pixels(pixmap: Mu) -> Pixels:
    """Height x width (grey) or height x width x 3. Raises ``ValueError`` for what has no colours."""
    if pixmap.colorspace is None:
        raise ValueError("a mask, no image")
    if pixmap.colorspace.n not in (1, 3):
        pixmap = pymupdf.Pixmap(pymupdf.csRGB, pixmap)
    rows = np.frombuffer(pixmap.samples, dtype=np.uint8).reshape(pixmap.height, pixmap.stride)
    colours = rows[:, : pixmap.width * pixmap.n].reshape(pixmap.height, pixmap.width, pixmap.n)
    grey = pixmap.colorspace.n == 1 or (np.ptp(colours[::8, ::8, :3], axis=2).max() == 0 and _is_grey(colours))
    return colours[:, :, 0].copy() if grey else colours[:, :, :3].copy()


def _is_grey(colours: Pixels) -> bool:
    """Grey pages that are stored as colour take a third of the memory as what they are."""
    return bool((colours[:, :, 0] == colours[:, :, 1]).all() and (colours[:, :, 0] == colours[:, :, 2]).all())
