"""PDFs and images that tests draw: text layers, scans with hidden layers, signatures, notes, and damage of every kind."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pymupdf
from PIL import Image, ImageDraw

from pipeline.image.images import Pixels
from pipeline.ocr.base import Engine, PixelBox, ReadLine, ReadWord

INVISIBLE = 3  # text rendering mode, ISO 32000, table 104
A4 = (595.0, 842.0)
FONT = pymupdf.Font()  # Noto Serif, built in, has all Vietnamese letters

BODY = [
    "Thực hiện Nghị quyết số 76/NQ-CP ngày 15 tháng 7 năm 2021 của Chính phủ ban hành",
    "Chương trình tổng thể cải cách hành chính nhà nước giai đoạn 2021 - 2030, Ủy ban",
    "nhân dân tỉnh yêu cầu các sở, ban, ngành, Ủy ban nhân dân các huyện, thành phố",
    "tập trung chỉ đạo thực hiện tốt các nhiệm vụ được giao, bảo đảm hoàn thành đúng",
    "thời hạn, báo cáo kết quả về Ủy ban nhân dân tỉnh trước ngày 20 tháng 12 năm 2024.",
]
GARBLED = [
    "Thpc hien Nghi quyet so 76/NQ-CP ngay 15 thang 7 nam 2021 cua Chinh phil ban hanh",
    "Chuang trinh tong the cai each hanh chinh nha nuac giai down 2021 - 2030, Uy ban",
    "nhan dan tinh yeu cau cac so, ban, nganh, Uy ban nhan dan cac huyen, thanh pho",
    "tap trung chi dao thvc hien tot cac nhiem vu &roc giao, bao dam hoan thanh dung",
    "thai han, bao cao ket qua ve Uy ban nhan dan tinh truac ngay 20 thang 12 nam 2024.",
]
"""What an old scanner's software made of ``BODY``."""


class Drawing:
    """A PDF in the making. Positions are points from the top left of the page before its rotation."""

    def __init__(self) -> None:
        self.document = pymupdf.open()

    def page(self, size: tuple[float, float] = A4, rotation: int = 0) -> Drawing:
        self.current = self.document.new_page(width=size[0], height=size[1])
        self.current.set_rotation(rotation)
        return self

    def text(self, lines: Sequence[str], *, at: tuple[float, float] = (70, 100), size: float = 11, mode: int = 0) -> Drawing:
        writer = pymupdf.TextWriter(self.document[-1].mediabox)
        for number, line in enumerate(lines):
            writer.append((at[0], at[1] + 1.5 * size * number), line, font=FONT, fontsize=size)
        rotation = self.current.rotation
        self.current.set_rotation(0)
        writer.write_text(self.current, render_mode=mode)
        self.current.set_rotation(rotation)
        return self

    def image(self, image: Image.Image, rect: tuple[float, float, float, float] | None = None, rotate: int = 0) -> Drawing:
        box = pymupdf.Rect(rect or self.current.mediabox)
        self.current.insert_image(box, stream=png(image), rotate=rotate, keep_proportion=False)
        return self

    def bomb(self) -> Drawing:
        """An image of a few bytes that claims 400 million pixels."""
        self.image(corner_page())
        xref = self.current.get_images()[0][0]
        for key in ("Width", "Height"):
            self.document.xref_set_key(xref, key, "20000")
        return self

    def note(self, text: str, rect: tuple[float, float, float, float]) -> Drawing:
        self.current.add_freetext_annot(pymupdf.Rect(rect), text, fontsize=9)
        return self

    def field(self, text: str, rect: tuple[float, float, float, float]) -> Drawing:
        widget = pymupdf.Widget()
        widget.field_type, widget.field_name = pymupdf.PDF_WIDGET_TYPE_TEXT, f"field {len(text)} {rect}"
        widget.field_value, widget.rect, widget.text_fontsize = text, pymupdf.Rect(rect), 8
        self.current.add_widget(widget)
        return self

    def font_named(self, name: str) -> Drawing:
        """Rename every font: what a font is called is how a PDF tells a legacy encoding."""
        for xref in range(1, self.document.xref_length()):
            if self.document.xref_get_key(xref, "BaseFont")[0] == "name":
                self.document.xref_set_key(xref, "BaseFont", f"/{name}")
        return self

    def bytes(self, **options: object) -> bytes:
        return bytes(self.document.tobytes(**options))

    def save(self, path: Path, **options: object) -> Path:
        path.write_bytes(self.bytes(**options))
        return path


def png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def scanned_page(dpi: int = 100, bars: Iterable[tuple[float, float, float, float]] = ((70, 90, 500, 104),)) -> Image.Image:
    """An A4 page with dark bars (points) where print would be."""
    scale = dpi / 72
    image = Image.new("L", (round(A4[0] * scale), round(A4[1] * scale)), 255)
    for left, top, right, bottom in bars:
        ImageDraw.Draw(image).rectangle([left * scale, top * scale, right * scale, bottom * scale], fill=0)
    return image


def corner_page() -> Image.Image:
    """Three shades in three corners, so that every turn and every mirroring shows."""
    pixels = np.full((120, 80), 255, np.uint8)
    pixels[:20, :20], pixels[:20, 60:], pixels[100:, :20] = 0, 80, 160
    return Image.fromarray(pixels)


class Reciter(Engine):
    """An engine that finds and reads given lines wherever it looks; ``lines`` are text and box in pixels."""

    name = "reciter"

    def __init__(self, lines: Sequence[tuple[str, PixelBox]] = (), confidence: float = 0.9) -> None:
        self.lines, self.confidence, self.calls = list(lines), confidence, 0

    @property
    def version(self) -> str:
        return "reciter 1"

    @classmethod
    def missing(cls) -> str | None:
        return None

    def find_lines(self, grey: Pixels) -> list[PixelBox]:
        self.calls += 1
        return [box for _, box in self.lines]

    def recognise(self, grey: Pixels, boxes: Sequence[PixelBox]) -> list[ReadLine]:
        """Without looking for ink first: what is recited need not be drawn."""
        return self.read_lines(grey, boxes)

    def read_lines(self, grey: Pixels, boxes: Sequence[PixelBox]) -> list[ReadLine]:
        texts = {box: text for text, box in self.lines}
        return [self._read(texts.get(box, ""), box) for box in boxes]

    def _read(self, text: str, box: PixelBox) -> ReadLine:
        """Words spread over the box by their letters."""
        if not text:
            return ReadLine((), box, 0.0, (self.name,))
        left, top, right, bottom = box
        step = (right - left) / max(len(text), 1)
        words, at = [], 0
        for word in text.split(" "):
            words.append(
                ReadWord(
                    word, (round(left + at * step), top, round(left + (at + len(word)) * step), bottom), self.confidence
                )
            )
            at += len(word) + 1
        return ReadLine(tuple(words), box, self.confidence, (self.name,))


def recited(lines: Sequence[str], *, dpi: float, at: tuple[float, float] = (70, 100), size: float = 11) -> Reciter:
    """Reads ``lines`` where ``Drawing.text`` would have drawn them, as an image of ``dpi`` would show them."""
    scale = dpi / 72
    placed = []
    for number, line in enumerate(lines):
        bottom = at[1] + 1.5 * size * number + 0.3 * size
        box = at[0], bottom - 1.2 * size, at[0] + FONT.text_length(line, size), bottom
        left, top, right, foot = (round(side * scale) for side in box)
        placed.append((line, (left, top, right, foot)))
    return Reciter(placed)
