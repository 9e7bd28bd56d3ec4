"""Draws Vietnamese administrative pages: known text, known boxes, and the look of a scan.

``draw_lines``     a few lines of print, as training pairs and line tests need them
``draw_document``  whole pages: letterhead in two columns, body, tables, sign-off, seal, stamps

Fonts are those of Debian: ``fonts-liberation2`` (version 1 of Liberation has no Vietnamese letters), ``fonts-dejavu``,
``fonts-freefont-ttf``.
Layout is done in points, boxes are reported in pixels of the finished image.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from documents.page import LineKind
from documents.sheets import A4_POINTS as A4
from samples.scanner import Look, PixelBox, Pixels, move_box, scan
from samples.sheet import Alignment, Block, PageBreak, Paragraph, Rules, Sheet, TableBlock, TableCell

__all__ = [
    "DrawnCell",
    "DrawnLine",
    "DrawnPage",
    "DrawnTable",
    "DrawnWord",
    "Look",
    "PageBreak",
    "Paragraph",
    "Sheet",
    "TableBlock",
    "TableCell",
    "draw_document",
    "draw_lines",
]

FONT_FOLDERS = (Path("/usr/share/fonts/truetype"), Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
# regular, bold, italic, bold italic
FONT_FILES: dict[str, tuple[str, str, str, str]] = {
    "liberation": (
        "liberation2/LiberationSerif-Regular.ttf",
        "liberation2/LiberationSerif-Bold.ttf",
        "liberation2/LiberationSerif-Italic.ttf",
        "liberation2/LiberationSerif-BoldItalic.ttf",
    ),
    "dejavu": (
        "dejavu/DejaVuSerif.ttf",
        "dejavu/DejaVuSerif-Bold.ttf",
        "dejavu/DejaVuSerif-Italic.ttf",
        "dejavu/DejaVuSerif-BoldItalic.ttf",
    ),
    "freeserif": (
        "freefont/FreeSerif.ttf",
        "freefont/FreeSerifBold.ttf",
        "freefont/FreeSerifItalic.ttf",
        "freefont/FreeSerifBoldItalic.ttf",
    ),
    "sans": (
        "liberation2/LiberationSans-Regular.ttf",
        "liberation2/LiberationSans-Bold.ttf",
        "liberation2/LiberationSans-Italic.ttf",
        "liberation2/LiberationSans-BoldItalic.ttf",
    ),
}

# Annex I of Nghị định 30/2020/NĐ-CP: A4, 30 mm left, 20 mm elsewhere; single to one and a half line spacing.
MARGIN_LEFT, MARGIN_TOP, MARGIN_RIGHT, MARGIN_BOTTOM = 85.0, 57.0, 50.0, 54.0
LEADING = 1.28
PARAGRAPH_GAP = 4.0
CELL_PADDING = 4.0

BLACK, RED, BLUE = (0, 0, 0), (205, 40, 52), (38, 52, 150)
MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


@dataclass(frozen=True, slots=True)
class DrawnWord:
    """A word and the box of its ink; ``handwritten`` for figures filled in by hand."""

    text: str
    box: PixelBox
    handwritten: bool = False


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line of print. ``size`` in points; ``origin`` is where its base line begins, in pixels of the clean page."""

    text: str
    words: tuple[DrawnWord, ...]
    box: PixelBox
    kind: LineKind = LineKind.BODY
    paragraph: int = 0
    size: float = 0.0
    bold: bool = False
    italic: bool = False
    origin: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A cell; ``lines`` are the indexes of its lines on the page, ``box`` goes from rule to rule."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: PixelBox
    lines: range
    text: str


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """The part of a table that stands on one page."""

    rows: int
    columns: int
    header_rows: int
    cells: tuple[DrawnCell, ...]
    box: PixelBox
    continues: bool = False


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A finished page: ``pixels`` as ``Look.mode`` says, lines in reading order."""

    pixels: Pixels
    dpi: int
    lines: tuple[DrawnLine, ...]
    tables: tuple[DrawnTable, ...] = ()
    mode: str = "grey"

    @property
    def text(self) -> str:
        """What a transcript of the page says: its lines in reading order without stamps and margin notes."""
        left_out = (LineKind.STAMP, LineKind.MARGIN_NOTE)
        return "".join(line.text + "\n" for line in self.lines if line.kind not in left_out)

    @property
    def image(self) -> Image.Image:
        return Image.fromarray(self.pixels)


def draw_lines(
    lines: Sequence[str],
    look: Look | None = None,
    *,
    size: float = 13.0,
    bold: bool = False,
    italic: bool = False,
    width: float | None = None,
    align: Alignment = "left",
    margin: float = 18.0,
) -> DrawnPage:
    """``lines`` one under the other, each on a line of its own, on a page just large enough.

    ``size``, ``width`` (of the text) and ``margin`` in points. Lines longer than ``width`` break.
    """
    look = look or Look()
    ink = _Ink(look)
    if width is None:
        width = max((ink.width(text, size, bold, italic) for text in lines), default=0.0) + 2
    broken = [piece for text in lines for piece in ink.wrap(text, width, size, bold, italic)]
    page = _Canvas(ink, width + 2 * margin, max(1, len(broken)) * size * LEADING + 2 * margin)
    for i, text in enumerate(broken):
        page.line(
            text, margin, margin + i * size * LEADING, width, size=size, bold=bold, italic=italic, align=align, paragraph=i
        )
    return page.finish(look, np.random.default_rng(look.seed))


def draw_document(sheet: Sheet, look: Look | None = None) -> list[DrawnPage]:
    """The pages of ``sheet``. Raises ``ValueError`` when a table row is higher than a page and may not be split."""
    look = look or Look()
    setter = _Setter(sheet, look)
    setter.set_all()
    return [page.finish(look, np.random.default_rng((look.seed, number))) for number, page in enumerate(setter.pages)]


@lru_cache(maxsize=256)
def font(name: str, pixels: float, bold: bool = False, italic: bool = False) -> ImageFont.FreeTypeFont:
    """A face at a size in pixels. Raises ``FileNotFoundError`` naming the Debian package that is missing."""
    return ImageFont.truetype(font_file(name, bold, italic), pixels, layout_engine=ImageFont.Layout.BASIC)


def font_file(name: str, bold: bool = False, italic: bool = False) -> Path:
    relative = FONT_FILES[name][bold + 2 * italic]
    for folder in FONT_FOLDERS:
        if (folder / relative).is_file():
            return folder / relative
    raise FileNotFoundError(
        f"{relative}: install it with: apt-get install fonts-liberation2 fonts-dejavu fonts-freefont-ttf"
    )


@dataclass(frozen=True, slots=True)
class _Ink:
    """Measures and breaks text, in points, with the rounding of the pixels it will be drawn in."""

    look: Look

    @property
    def scale(self) -> float:
        return self.look.dpi / 72

    def face(self, size: float, bold: bool = False, italic: bool = False) -> ImageFont.FreeTypeFont:
        return font(self.look.font, size * self.scale, bold, italic)

    def width(self, text: str, size: float, bold: bool = False, italic: bool = False) -> float:
        return float(self.face(size, bold, italic).getlength(text.replace("{", "").replace("}", ""))) / self.scale

    def wrap(
        self, text: str, width: float, size: float, bold: bool = False, italic: bool = False, indent: float = 0.0
    ) -> list[str]:
        """``text`` in lines no wider than ``width``, the first one shorter by ``indent``; a word that is too long is cut."""
        lines: list[str] = []
        for hard in text.split("\n"):
            line = ""
            for word in hard.split():
                room = width - (0 if lines else indent)
                longer = f"{line} {word}" if line else word
                if self.width(longer, size, bold, italic) <= room:
                    line = longer
                    continue
                if line:
                    lines.append(line)
                while self.width(word, size, bold, italic) > width:
                    keep = max(n for n in range(1, len(word)) if n == 1 or self.width(word[:n], size, bold, italic) <= width)
                    lines.append(word[:keep])
                    word = word[keep:]
                line = word
            lines.append(line)
        return lines


@dataclass(slots=True)
class _Canvas:
    """A clean page under the pen. Positions in points; what is drawn is remembered in pixels."""

    ink: _Ink
    width: float
    height: float
    image: Image.Image = field(init=False)
    pen: ImageDraw.ImageDraw = field(init=False)
    lines: list[DrawnLine] = field(default_factory=list)
    tables: list[DrawnTable] = field(default_factory=list)
    rules: list[tuple[float, float, float, float, float]] = field(default_factory=list)
    seals: list[tuple[float, float, str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        scale = self.ink.scale
        self.image = Image.new("RGB", (round(self.width * scale), round(self.height * scale)), "white")
        self.pen = ImageDraw.Draw(self.image)

    def line(
        self,
        text: str,
        left: float,
        top: float,
        width: float,
        *,
        size: float,
        bold: bool = False,
        italic: bool = False,
        align: Alignment = "left",
        last: bool = True,
        kind: LineKind = LineKind.BODY,
        paragraph: int = 0,
        colour: tuple[int, int, int] = BLACK,
    ) -> None:
        """Draws one line of print; a justified one that is not the ``last`` of its paragraph is stretched to ``width``."""
        face, scale = self.ink.face(size, bold, italic), self.ink.scale
        base = (top + size) * scale
        words = text.split()
        if not words:
            return
        space = face.getlength(" ")
        lengths = [face.getlength(word.replace("{", "").replace("}", "")) for word in words]
        spare = width * scale - sum(lengths) - space * (len(words) - 1)
        at = left * scale
        if align == "centre":
            at += spare / 2
        elif align == "right":
            at += spare
        elif align == "justify" and not last and len(words) > 1:
            space += max(-0.3 * space, min(spare / (len(words) - 1), 3 * space))
        origin = (at, base)
        drawn: list[DrawnWord] = []
        for word, length in zip(words, lengths, strict=True):
            drawn += self._word(word, at, base, face, colour)
            at += length + space
        box = _around([word.box for word in drawn])
        plain = " ".join(words).replace("{", "").replace("}", "")
        self.lines.append(DrawnLine(plain, tuple(drawn), box, kind, paragraph, size, bold, italic, origin))

    def _word(
        self, word: str, at: float, base: float, face: ImageFont.FreeTypeFont, colour: tuple[int, int, int]
    ) -> Iterator[DrawnWord]:
        if "{" in word:
            yield self._filled_in(word, at, base, face)
            return
        self.pen.text((at, base), word, font=face, fill=colour, anchor="ls")
        left, top, right, bottom = face.getbbox(word, anchor="ls")
        yield DrawnWord(
            word, (math.floor(at + left), math.floor(base + top), math.ceil(at + right), math.ceil(base + bottom))
        )

    def _filled_in(self, word: str, at: float, base: float, face: ImageFont.FreeTypeFont) -> DrawnWord:
        """A word with figures in braces that are written by hand."""
        start, height, written = at, face.size * 0.8, False
        random = np.random.default_rng(abs(int(at * 7 + base)))
        for character in word:
            if character in "{}":
                written = character == "{"
                continue
            if written and character.isdigit():
                self._figure(character, at, base, height, random)
            else:
                self.pen.text((at, base), character, font=face, fill=BLACK, anchor="ls")
            at += face.getlength(character)
        plain = word.replace("{", "").replace("}", "")
        return DrawnWord(
            plain, (math.floor(start), math.floor(base - height * 1.1), math.ceil(at), math.ceil(base + height * 0.15)), True
        )

    def _figure(self, digit: str, at: float, base: float, height: float, random: np.random.Generator) -> None:
        for stroke in HAND_STROKES[digit]:
            points = np.array(stroke, dtype=np.float64) + random.normal(0, 0.04, (len(stroke), 2))
            xs = at + height * (0.05 + 0.5 * points[:, 0] + 0.2 * (1 - points[:, 1]))
            ys = base - height * (1.15 - 1.2 * points[:, 1])
            smooth = _smooth(np.stack([xs, ys], axis=1))
            self.pen.line(
                [(float(x), float(y)) for x, y in smooth], fill=BLUE, width=max(2, round(height * 0.09)), joint="curve"
            )

    def rule(self, left: float, top: float, right: float, bottom: float, width: float = 0.6) -> None:
        self.rules.append((left, top, right, bottom, width))

    def seal(self, centre_x: float, centre_y: float, text: str, seed: int) -> None:
        """A round seal ("con dấu") printed over what stands there, when the page is finished."""
        self.seals.append((centre_x, centre_y, text, seed))

    def signature(self, centre_x: float, centre_y: float, seed: int) -> None:
        """A few strokes of a pen."""
        random = np.random.default_rng((seed, 17))
        scale = self.ink.scale
        for _ in range(3):
            points = np.stack([np.linspace(-45, 45, 9), random.normal(0, 13, 9)], axis=1)
            points[:, 0] += random.normal(0, 7, 9)
            smooth = _smooth((points + np.array((centre_x, centre_y))) * scale)
            self.pen.line(
                [(float(x), float(y)) for x, y in smooth], fill=BLUE, width=max(1, round(1.3 * scale)), joint="curve"
            )

    def finish(self, look: Look, random: np.random.Generator) -> DrawnPage:
        for left, top, right, bottom, width in self.rules:
            self._draw_rule(left, top, right, bottom, width, random)
        for seal in self.seals:
            self._draw_seal(*seal)
        pixels, moved = scan(np.asarray(self.image, dtype=np.uint8).copy(), look, random)

        def at(box: PixelBox) -> PixelBox:
            return move_box(box, moved)

        lines = [
            replace(line, box=at(line.box), words=tuple(replace(word, box=at(word.box)) for word in line.words))
            for line in self.lines
        ]
        tables = [
            replace(table, box=at(table.box), cells=tuple(replace(cell, box=at(cell.box)) for cell in table.cells))
            for table in self.tables
        ]
        return DrawnPage(pixels, look.dpi, tuple(lines), tuple(tables), look.mode)

    def _draw_rule(
        self, left: float, top: float, right: float, bottom: float, width: float, random: np.random.Generator
    ) -> None:
        scale, gaps = self.ink.scale, self.ink.look.rule_gaps
        thick = max(1, round(width * scale))
        length = max(right - left, bottom - top)
        steps = max(1, round(length / 3))
        across = bottom == top
        for step in range(steps):
            if gaps and random.random() < gaps:
                continue
            low, high = length * step / steps, length * (step + 1) / steps
            begin = (left + low, top) if across else (left, top + low)
            end = (left + high, top) if across else (left, top + high)
            self.pen.line([(begin[0] * scale, begin[1] * scale), (end[0] * scale, end[1] * scale)], fill=BLACK, width=thick)

    def _draw_seal(self, centre_x: float, centre_y: float, text: str, seed: int) -> None:
        scale, random = self.ink.scale, np.random.default_rng((seed, 23))
        radius = 52 * scale
        side = round(2.2 * radius)
        stamp = Image.new("L", (side, side), 0)
        pen = ImageDraw.Draw(stamp)
        middle = side / 2
        for share, thick in ((1.0, 1.6), (0.93, 0.7), (0.66, 0.8)):
            reach = radius * share
            pen.ellipse(
                (middle - reach, middle - reach, middle + reach, middle + reach),
                outline=255,
                width=max(1, round(thick * scale)),
            )
        pen.polygon(_star(middle, middle, radius * 0.28), fill=255)
        face = self.ink.face(9, bold=True)
        for i, character in enumerate(text):
            angle = -90 + 300 * ((i + 0.5) / len(text) - 0.5)
            letter = Image.new("L", (round(16 * scale),) * 2, 0)
            ImageDraw.Draw(letter).text((8 * scale, 8 * scale), character, font=face, fill=255, anchor="mm")
            letter = letter.rotate(-(angle + 90), resample=Image.Resampling.BICUBIC)
            reach = radius * 0.79
            x = middle + reach * math.cos(math.radians(angle)) - 8 * scale
            y = middle + reach * math.sin(math.radians(angle)) - 8 * scale
            stamp.paste(255, (round(x), round(y)), letter)
        stamp = stamp.rotate(float(random.uniform(-12, 12)), resample=Image.Resampling.BICUBIC)
        patchy = cv2.GaussianBlur(random.random((side, side)).astype(np.float32), (0, 0), 2.2 * scale)
        strength = np.asarray(stamp, dtype=np.float32) / 255 * np.clip(0.75 + (patchy - 0.5) * 7, 0.15, 0.95)
        left, top = round(centre_x * scale - middle), round(centre_y * scale - middle)
        page = np.asarray(self.image, dtype=np.float32).copy()
        rows = slice(max(0, top), min(page.shape[0], top + side))
        columns = slice(max(0, left), min(page.shape[1], left + side))
        part = strength[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left, np.newaxis]
        page[rows, columns] *= 1 - part * (1 - np.array(RED, dtype=np.float32) / 255)
        self.image = Image.fromarray(page.astype(np.uint8))
        self.pen = ImageDraw.Draw(self.image)


@dataclass(slots=True)
class _Setter:
    """Sets a sheet into pages, from the top down."""

    sheet: Sheet
    look: Look
    ink: _Ink = field(init=False)
    pages: list[_Canvas] = field(default_factory=list)
    y: float = 0.0
    paragraph: int = 0

    def __post_init__(self) -> None:
        self.ink = _Ink(self.look)

    @property
    def page(self) -> _Canvas:
        return self.pages[-1]

    @property
    def paper(self) -> tuple[float, float]:
        return (A4[1], A4[0]) if self.sheet.landscape else A4

    @property
    def left(self) -> float:
        return MARGIN_TOP if self.sheet.landscape else MARGIN_LEFT

    @property
    def width(self) -> float:
        return self.paper[0] - self.left - MARGIN_RIGHT

    @property
    def bottom(self) -> float:
        return self.paper[1] - MARGIN_BOTTOM

    def set_all(self) -> None:
        self.new_page()
        self.letterhead()
        self.title()
        for block in self.sheet.body:
            self.block(block)
        self.sign_off()

    def new_page(self) -> None:
        sheet = self.sheet
        self.pages.append(_Canvas(self.ink, *self.paper))
        self.y = MARGIN_TOP
        number = sheet.first_page + len(self.pages) - 1
        if sheet.running_head:
            self.page.line(
                sheet.running_head, self.left, 30, self.width, size=11, italic=True, align="left", kind=LineKind.RUNNING_HEAD
            )
        if number > 1:
            self.page.line(str(number), self.left, 34, self.width, size=12.5, align="centre", kind=LineKind.PAGE_NUMBER)
        if len(self.pages) > 1:
            return
        if sheet.margin_note:
            for i, text in enumerate(self.ink.wrap(sheet.margin_note, self.left - 26, 8, italic=True)):
                self.page.line(
                    text, 18, 330 + 10 * i, self.left - 26, size=8, italic=True, kind=LineKind.MARGIN_NOTE, colour=BLUE
                )

    def letterhead(self) -> None:
        """Issuer and number on the left, name of the state, place and date on the right ("quốc hiệu, tiêu ngữ")."""
        sheet, page = self.sheet, self.page
        if not sheet.issuer:
            return
        split = self.left + 0.42 * self.width - 8
        columns = (
            (self.left - 14, split - self.left + 8, (sheet.superior, sheet.issuer, sheet.number)),
            (split + 2, self.left + self.width - split + 10, (*MOTTO, sheet.place_date)),
        )
        lowest = self.y
        for side, (left, width, texts) in enumerate(columns):
            y = self.y
            for part, text in enumerate(texts):
                if not text:
                    continue
                bold = (part == 1) if side == 0 else part < 2
                italic = side == 1 and part == 2
                size = 12.0 if side == 0 or part == 0 else 12.8
                for row in self.ink.wrap(text, width, size, bold, italic):
                    page.line(
                        row, left, y, width, size=size, bold=bold, italic=italic, align="centre", kind=LineKind.LETTERHEAD
                    )
                    y += size * LEADING
                if part == 1:
                    half = (0.18 if side == 0 else 0.31) * width
                    page.rule(left + width / 2 - half, y + 1.5, left + width / 2 + half, y + 1.5)
                    y += 7
            lowest = max(lowest, y)
        self.y = lowest + 10
        self.stamps(lowest)

    def stamps(self, top: float) -> None:
        page, sheet = self.page, self.sheet
        if sheet.urgency:
            page.pen.rectangle(
                _scaled((self.left + 20, top + 4, self.left + 110, top + 26), self.ink.scale), outline=RED, width=3
            )
            page.line(
                sheet.urgency,
                self.left + 20,
                top + 5,
                90,
                size=13,
                bold=True,
                align="centre",
                kind=LineKind.STAMP,
                colour=RED,
            )
        if sheet.incoming:
            y = top + (34 if sheet.urgency else 6)
            height = 14 * len(sheet.incoming) + 8
            frame = (self.left + 2, y, self.left + 132, y + height)
            page.pen.rectangle(_scaled(frame, self.ink.scale), outline=RED, width=max(2, round(1.2 * self.ink.scale)))
            for i, text in enumerate(sheet.incoming):
                page.line(
                    text, self.left + 8, y + 3 + 14 * i, 118, size=10.5, bold=i == 0, align="centre" if i == 0 else "left",
                    kind=LineKind.STAMP, colour=RED,
                )  # fmt: skip
            self.y = max(self.y, y + 4)

    def title(self) -> None:
        sheet = self.sheet
        if sheet.type:
            self.y += 10
            self.text(Paragraph(sheet.type, bold=True, align="centre", size=sheet.size + 0.5, kind=LineKind.TITLE))
        if sheet.subject:
            self.text(Paragraph(sheet.subject, bold=True, align="centre", kind=LineKind.TITLE))
            middle = self.left + self.width / 2
            self.page.rule(middle - 45, self.y + 1, middle + 45, self.y + 1)
            self.y += 12
        for i, text in enumerate(sheet.addressed_to):
            self.text(Paragraph(text, align="left", indent=90 if i == 0 else 130))

    def block(self, block: Block) -> None:
        if isinstance(block, PageBreak):
            self.new_page()
        elif isinstance(block, TableBlock):
            self.table(block)
        else:
            self.text(block)

    def text(self, paragraph: Paragraph) -> None:
        size = paragraph.size or self.sheet.size
        indent = paragraph.indent if paragraph.align in ("justify", "left") else 0.0
        lines = self.ink.wrap(paragraph.text, self.width, size, paragraph.bold, paragraph.italic, indent)
        self.paragraph += 1
        for i, text in enumerate(lines):
            if self.y + size * LEADING > self.bottom - self.footnote_height():
                self.new_page()
            inset = indent if i == 0 else 0.0
            self.page.line(
                text, self.left + inset, self.y, self.width - inset, size=size, bold=paragraph.bold, italic=paragraph.italic,
                align=paragraph.align, last=i == len(lines) - 1, kind=paragraph.kind, paragraph=self.paragraph,
            )  # fmt: skip
            self.y += size * LEADING
        self.y += PARAGRAPH_GAP

    def footnote_height(self) -> float:
        return 34.0 if self.sheet.footnote and len(self.pages) == 1 else 0.0

    def table(self, block: TableBlock) -> None:
        for part in _TableParts(block, self.ink, self.left, self.width).parts(self):
            part.draw(self.page, self.y, self.paragraph + 1)
            self.y += part.height
        self.paragraph += 1
        self.y += 10

    def sign_off(self) -> None:
        """Recipients on the left, who signs on the right, seal over the left third of the signature."""
        sheet = self.sheet
        if not (sheet.recipients or sheet.signer):
            self.footnote()
            return
        height = max(14 * (len(sheet.recipients) + 1), 15 * len(sheet.sign_as) + 96.0)
        if self.y + height > self.bottom:
            self.new_page()
        top = self.y + 8
        if sheet.recipients:
            self.page.line("Nơi nhận:", self.left, top, 200, size=12, bold=True, italic=True, kind=LineKind.RECIPIENTS)
            y = top + 16
            for text in sheet.recipients:
                for row in self.ink.wrap(text, 0.48 * self.width, 11):
                    self.page.line(row, self.left, y, 0.48 * self.width, size=11, kind=LineKind.RECIPIENTS)
                    y += 13.4
        left, width = self.left + 0.5 * self.width, 0.5 * self.width
        y = top
        for text in sheet.sign_as:
            self.page.line(text, left, y, width, size=13, bold=True, align="centre", kind=LineKind.SIGNATURE)
            y += 16.5
        if sheet.signer:
            self.page.signature(left + width / 2 + 10, y + 36, self.look.seed)
            self.page.line(sheet.signer, left, y + 72, width, size=13.5, bold=True, align="centre", kind=LineKind.SIGNATURE)
        if sheet.seal:
            self.page.seal(left + width * 0.28, y + 34, sheet.seal, self.look.seed)
        self.footnote()

    def footnote(self) -> None:
        sheet = self.sheet
        if not sheet.footnote:
            return
        page, top = self.pages[0], self.bottom - 28
        page.rule(self.left, top, self.left + 140, top)
        for i, text in enumerate(self.ink.wrap(sheet.footnote, self.width, 10)):
            page.line(text, self.left, top + 3 + 12.5 * i, self.width, size=10, kind=LineKind.FOOTNOTE)


@dataclass(slots=True)
class _Set:
    """A cell set in lines, at its place in the grid."""

    row: int
    column: int
    row_span: int
    column_span: int
    lines: list[str]
    cell: TableCell


@dataclass(slots=True)
class _Part:
    """Rows of a table that stand together on one page."""

    block: TableBlock
    edges: list[float]
    heights: list[float]
    cells: list[_Set]
    header_rows: int
    continues: bool

    @property
    def height(self) -> float:
        return sum(self.heights)

    def draw(self, page: _Canvas, top: float, paragraph: int) -> None:
        size, scale = self.block.size, page.ink.scale
        tops = [top]
        for height in self.heights:
            tops.append(tops[-1] + height)
        drawn: list[DrawnCell] = []
        for cell in sorted(self.cells, key=lambda cell: (cell.row, cell.column)):
            left, right = self.edges[cell.column], self.edges[cell.column + cell.column_span]
            cell_top, cell_bottom = tops[cell.row], tops[cell.row + cell.row_span]
            first = len(page.lines)
            y = cell_top + CELL_PADDING - 1
            if cell.row < self.header_rows:
                y += max(0.0, (cell_bottom - cell_top - len(cell.lines) * size * LEADING - 2 * CELL_PADDING) / 2)
            for i, text in enumerate(cell.lines):
                page.line(
                    text, left + CELL_PADDING, y, right - left - 2 * CELL_PADDING, size=size,
                    bold=cell.cell.bold, italic=cell.cell.italic, align=cell.cell.align,
                    last=i == len(cell.lines) - 1, kind=LineKind.TABLE, paragraph=paragraph,
                )  # fmt: skip
                y += size * LEADING
            box = (round(left * scale), round(cell_top * scale), round(right * scale), round(cell_bottom * scale))
            text = "\n".join(line.text for line in page.lines[first:])
            drawn.append(
                DrawnCell(cell.row, cell.column, cell.row_span, cell.column_span, box, range(first, len(page.lines)), text)
            )
            self._rules(page, cell, left, cell_top, right, cell_bottom)
        around = (round(self.edges[0] * scale), round(top * scale), round(self.edges[-1] * scale), round(tops[-1] * scale))
        table = DrawnTable(len(self.heights), len(self.edges) - 1, self.header_rows, tuple(drawn), around, self.continues)
        page.tables.append(table)

    def _rules(self, page: _Canvas, cell: _Set, left: float, top: float, right: float, bottom: float) -> None:
        rules: Rules = self.block.rules
        last_row, last_column = len(self.heights), len(self.edges) - 1
        ends_row, ends_column = cell.row + cell.row_span, cell.column + cell.column_span
        across = rules in ("all", "horizontal", "open")
        down = rules in ("all", "vertical", "open")
        under_header = rules == "vertical" and ends_row == self.header_rows
        width = self.block.rule_width
        if across or (rules == "vertical" and cell.row == 0):
            page.rule(left, top, right, top, width)
        if across or under_header or (rules == "vertical" and ends_row == last_row):
            page.rule(left, bottom, right, bottom, width)
        if down and (cell.column > 0 or rules != "open"):
            page.rule(left, top, left, bottom, width)
        if down and (ends_column < last_column or rules != "open"):
            page.rule(right, top, right, bottom, width)


class _TableParts:
    """Sets a table and breaks it over pages."""

    def __init__(self, block: TableBlock, ink: _Ink, left: float, width: float) -> None:
        self.block, self.ink = block, ink
        total = sum(block.widths)
        self.edges = [left]
        for share in block.widths:
            self.edges.append(self.edges[-1] + width * share / total)
        self.cells = self._placed()
        self.rows = len(block.rows)
        self.waiting: list[_Set] = []

    def _placed(self) -> list[_Set]:
        """Cells at their places, as HTML places them; raises ``ValueError`` when a row has too many."""
        taken: set[tuple[int, int]] = set()
        cells: list[_Set] = []
        for row, texts in enumerate(self.block.rows):
            column = 0
            for entry in texts:
                cell = TableCell(entry) if isinstance(entry, str) else entry
                while (row, column) in taken:
                    column += 1
                if column + cell.column_span > len(self.edges) - 1:
                    raise ValueError(f"row {row} of the table has more cells than columns")
                room = self.edges[column + cell.column_span] - self.edges[column] - 2 * CELL_PADDING
                lines = self.ink.wrap(cell.text, room, self.block.size, cell.bold, cell.italic) if cell.text else []
                cells.append(_Set(row, column, cell.row_span, cell.column_span, lines, cell))
                taken |= {(row + i, column + j) for i in range(cell.row_span) for j in range(cell.column_span)}
                column += cell.column_span
        return cells

    def _heights(self) -> list[float]:
        heights = [self._needed(0)] * self.rows
        for cell in sorted(self.cells, key=lambda cell: cell.row_span):
            rows = range(cell.row, min(self.rows, cell.row + cell.row_span))
            lacking = self._needed(len(cell.lines)) - sum(heights[row] for row in rows)
            if lacking > 0:
                heights[rows[-1]] += lacking
        return heights

    def _needed(self, lines: int) -> float:
        return max(1, lines) * self.block.size * LEADING + 2 * CELL_PADDING

    def parts(self, setter: _Setter) -> Iterator[_Part]:
        """The parts page by page; ``setter`` is put on a new page before each part but the first."""
        heights = self._heights()
        header = range(self.block.header_rows)
        row, first = 0, True
        while row < self.rows:
            repeated = list(header) if not first and self.block.repeat_header and row >= len(header) else []
            room = setter.bottom - setter.y - sum(heights[r] for r in repeated)
            end = row
            while end < self.rows and sum(heights[row : end + 1]) <= room:
                end += 1
            split = (
                self._split(end, room - sum(heights[row:end]), heights) if self.block.split_rows and end < self.rows else 0
            )
            end += split
            if end == row:
                if not first and setter.y == MARGIN_TOP:
                    raise ValueError(f"row {row} of the table is higher than a page")
                first = first and row > 0
                setter.new_page()
                continue
            shown = [*repeated, *range(row, end)]
            yield _Part(
                self.block,
                self.edges,
                [heights[r] for r in shown],
                self._shown(shown),
                len(repeated) or max(0, len(header) - row),
                row > 0,
            )
            if split:
                self._drop_first_half(end - 1, heights)
                row = end - 1
            else:
                row = end
            first = False
            if row < self.rows:
                setter.new_page()

    def _split(self, row: int, room: float, heights: list[float]) -> int:
        """1 when part of ``row`` still fits: its height becomes the room, and what does not fit waits for the next page."""
        fits = int((room - 2 * CELL_PADDING) // (self.block.size * LEADING))
        cells = [cell for cell in self.cells if cell.row == row]
        if fits < 2 or row < self.block.header_rows or any(cell.row_span > 1 for cell in cells):
            return 0
        self.waiting = [replace(cell, lines=cell.lines[fits:]) for cell in cells]
        self.cells = [replace(cell, lines=cell.lines[:fits]) if cell.row == row else cell for cell in self.cells]
        heights[row] = room
        return 1

    def _drop_first_half(self, row: int, heights: list[float]) -> None:
        self.cells = [cell for cell in self.cells if cell.row != row] + self.waiting
        heights[row] = self._needed(max(len(cell.lines) for cell in self.waiting))

    def _shown(self, shown: list[int]) -> list[_Set]:
        """The cells of these rows, numbered anew; a cell cut by the page end has its text on the first part only."""
        at = {row: i for i, row in enumerate(shown)}
        cells: list[_Set] = []
        for cell in self.cells:
            rows = [at[row] for row in range(cell.row, cell.row + cell.row_span) if row in at]
            if rows:
                lines = cell.lines if cell.row in at else []
                cells.append(_Set(rows[0], cell.column, len(rows), cell.column_span, lines, cell.cell))
        return cells


def _around(boxes: Sequence[PixelBox]) -> PixelBox:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _scaled(box: tuple[float, float, float, float], scale: float) -> tuple[float, float, float, float]:
    return box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for i in range(10):
        reach = radius if i % 2 == 0 else radius * 0.4
        angle = math.radians(-90 + 36 * i)
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return points


def _smooth(points: np.ndarray, per_piece: int = 8) -> np.ndarray:
    """A Catmull-Rom curve through ``points``."""
    padded = np.vstack([points[:1], points, points[-1:]])
    pieces = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        t = np.linspace(0, 1, per_piece, endpoint=False)[:, np.newaxis]
        pieces.append(
            0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
        )
    return np.vstack([*pieces, points[-1:]])


HAND_STROKES: dict[str, list[list[tuple[float, float]]]] = {
    "0": [[(0.5, 0.0), (0.1, 0.3), (0.1, 0.8), (0.5, 1.0), (0.9, 0.7), (0.9, 0.2), (0.5, 0.0)]],
    "1": [[(0.2, 0.3), (0.6, 0.0), (0.55, 0.5), (0.5, 1.0)]],
    "2": [[(0.1, 0.25), (0.5, 0.0), (0.9, 0.25), (0.5, 0.65), (0.1, 1.0), (0.5, 0.92), (1.0, 1.0)]],
    "3": [[(0.1, 0.1), (0.7, 0.02), (0.8, 0.3), (0.4, 0.48), (0.9, 0.65), (0.7, 0.95), (0.1, 0.95)]],
    "4": [[(0.6, 0.0), (0.1, 0.6), (0.95, 0.6)], [(0.7, 0.35), (0.65, 1.0)]],
    "5": [[(0.9, 0.0), (0.3, 0.02), (0.2, 0.45), (0.7, 0.4), (0.9, 0.7), (0.5, 1.0), (0.1, 0.9)]],
    "6": [[(0.8, 0.0), (0.3, 0.35), (0.1, 0.75), (0.5, 1.0), (0.85, 0.75), (0.5, 0.52), (0.15, 0.75)]],
    "7": [[(0.1, 0.05), (0.9, 0.02), (0.5, 0.5), (0.4, 1.0)], [(0.25, 0.5), (0.75, 0.48)]],
    "8": [
        [(0.8, 0.15), (0.4, 0.0), (0.2, 0.25), (0.7, 0.6), (0.7, 0.92), (0.3, 1.0), (0.15, 0.75), (0.7, 0.4), (0.8, 0.15)]
    ],
    "9": [[(0.85, 0.25), (0.5, 0.0), (0.15, 0.25), (0.5, 0.5), (0.85, 0.25), (0.75, 0.65), (0.5, 1.0)]],
}
