"""Letterheads drawn as forms and filled in with handwriting that training never sees.

Print of the form in a serif face, "Số: …/" and "ngày … tháng …" left blank or with leaders, figures of held-out writers
(``draw_digits.held_out``) in red, blue or black, scanned in colour or grey with blur, noise and JPEG.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.ocr.digits import Ink
from scripts.training.draw_digits import distorted

DPI, WIDTH, HEIGHT = 200, 1654, 2339
FACE = "LiberationSerif-{}.ttf"
ISSUERS = (
    ("UBND TỈNH HẬU GIANG", "SỞ Y TẾ", "SYT"), ("SỞ NỘI VỤ BÌNH AN", "CHI CỤC VĂN THƯ LƯU TRỮ", "CCVTLT"),
    ("UBND HUYỆN LONG PHÚ", "PHÒNG TÀI CHÍNH", "PTC"), ("TỈNH AN ĐỊNH", "ỦY BAN NHÂN DÂN", "UBND"),
)  # fmt: skip
TYPES = (("QĐ", "QUYẾT ĐỊNH"), ("TB", "THÔNG BÁO"), ("KH", "KẾ HOẠCH"), ("BC", "BÁO CÁO"), ("TTr", "TỜ TRÌNH"))
PENS = ((190, 40, 40), (200, 60, 20), (30, 40, 150), (20, 60, 190), (25, 25, 30), (60, 60, 65))
BODY = (
    "Căn cứ Luật Tổ chức chính quyền địa phương;", "Xét đề nghị của Trưởng phòng Tổ chức cán bộ,",
    "Cơ quan ban hành văn bản này để các đơn vị trực thuộc thực hiện.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """A drawn page with what its writer meant; ``day`` and ``month`` as written ("04" or "4")."""

    image: NDArray[np.uint8]
    ordinal: str
    notation: str
    day: str
    month: str
    year: int

    @property
    def date(self) -> str:
        return f"{self.year:04}-{int(self.month):02}-{int(self.day):02}"


class _Sheet:
    def __init__(self, drawn: np.random.Generator) -> None:
        self.image = Image.new("RGB", (WIDTH, HEIGHT), (255, 255, 255))
        self.draw = ImageDraw.Draw(self.image)
        self.drawn = drawn

    def print(self, text: str, x: float, y: float, style: str = "Regular", size: int = 36, anchor: str = "ls") -> float:
        font = ImageFont.truetype(FACE.format(style), size)
        self.draw.text((x, y), text, font=font, fill=(30, 30, 30), anchor=anchor)
        return float(x + self.draw.textlength(text, font=font))

    def write(self, figures: Sequence[Ink], x: float, base: float, pen: tuple[int, int, int]) -> float:
        """Figures from ``x`` on, standing about the base line; returns where they end."""
        height, slant = self.drawn.uniform(30, 46), self.drawn.uniform(0.0, 0.4)
        canvas = np.asarray(self.image).astype(np.float32)
        for figure in figures:
            ink = distorted(figure, self.drawn, (slant - 0.05, slant + 0.05))
            rows, columns = np.flatnonzero(ink.max(axis=1) > 0.3), np.flatnonzero(ink.max(axis=0) > 0.3)
            if not len(rows) or not len(columns):
                ink = figure
                rows, columns = np.flatnonzero(ink.max(axis=1) > 0.3), np.flatnonzero(ink.max(axis=0) > 0.3)
            cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
            scale = height * self.drawn.uniform(0.9, 1.1) / cut.shape[0]
            size = max(3, round(cut.shape[1] * scale)), max(8, round(cut.shape[0] * scale))
            small = cv2.resize(cut, size, interpolation=cv2.INTER_CUBIC).clip(0, 1)[..., None]
            top, left = round(base - small.shape[0] + self.drawn.uniform(-3, 7)), round(x)
            there = canvas[top : top + small.shape[0], left : left + small.shape[1]]
            there[:] = np.minimum(there, there * (1 - small) + np.array(pen, np.float32) * small)
            x += small.shape[1] + self.drawn.uniform(-2, 6)
        self.image = Image.fromarray(canvas.astype(np.uint8))
        self.draw = ImageDraw.Draw(self.image)
        return x


def draw_form(
    known: Sequence[tuple[Ink, int]], drawn: np.random.Generator, numbered: tuple[int, int, int, int] | None = None
) -> Form:
    """A letterhead whose number, day and month a pen filled in with figures of ``known``.

    ``numbered`` gives number, day, month and year of a document of one body's series; else all are drawn.
    """
    of_digit: dict[int, list[Ink]] = {}
    for ink, digit in known:
        of_digit.setdefault(digit, []).append(ink)

    def by_pen(text: str) -> list[Ink]:
        return [of_digit[int(c)][int(drawn.integers(len(of_digit[int(c)])))] for c in text]

    superior, issuer, code = ISSUERS[0 if numbered else int(drawn.integers(len(ISSUERS)))]
    short, kind = TYPES[int(drawn.integers(len(TYPES)))]
    if numbered is None:
        number, day, month, year = int(10 ** drawn.uniform(0.5, 3.3)), *(int(drawn.integers(1, n)) for n in (29, 13)), 0
        year = int(drawn.integers(1999, 2025))
    else:
        number, day, month, year = numbered
    ordinal = str(number)
    day_text = f"{day:02}"
    month_text = f"{month:02}" if month < 3 or drawn.random() < 0.4 else str(month)
    pen = PENS[int(drawn.integers(len(PENS)))]
    leaders = ("", "", ".", "…")[int(drawn.integers(4))]
    sheet = _Sheet(drawn)
    sheet.print(superior, 420, 200, size=34, anchor="ms")
    sheet.print(issuer, 420, 244, "Bold", 34, "ms")
    sheet.print("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 1160, 200, "Bold", 34, "ms")
    sheet.print("Độc lập - Tự do - Hạnh phúc", 1160, 244, "Bold", 34, "ms")
    base = 330 + drawn.integers(0, 20)
    _fill(sheet, [("Số: ", by_pen(ordinal)), (f"/{short}-{code}", [])], 250, base, pen, leaders, "Regular")
    parts = [("Hậu Giang, ngày ", by_pen(day_text)), (" tháng ", by_pen(month_text)), (f" năm {year}", [])]
    _fill(sheet, parts, 860, base, pen, leaders, "Italic")
    sheet.print(kind, 827, 460, "Bold", 38, "ms")
    sheet.print("Về việc kiện toàn tổ chức năm sau", 827, 510, "Bold", 36, "ms")
    for i, line in enumerate(BODY):
        sheet.print(line, 250, 620 + 60 * i)
    return Form(_scanned(np.asarray(sheet.image), drawn), ordinal, f"{short}-{code}", day_text, month_text, year)


def _fill(
    sheet: _Sheet,
    parts: Sequence[tuple[str, list[Ink]]],
    x: float,
    base: float,
    pen: tuple[int, int, int],
    leaders: str,
    style: str,
) -> None:
    """Print and blanks in turn; a blank is as wide as what is written, or a little less."""
    for text, figures in parts:
        x = sheet.print(text, x, base, style)
        if not figures:
            continue
        start = x
        end = sheet.write(figures, x + sheet.drawn.uniform(0, 8), base, pen)
        if leaders:
            width = sheet.draw.textlength(leaders, font=ImageFont.truetype(FACE.format(style), 36))
            sheet.print(leaders * max(2, round((end - start) / width)), start, base, style)
        x = end + sheet.drawn.uniform(-3, 10)


def _scanned(page: NDArray[np.uint8], drawn: np.random.Generator) -> NDArray[np.uint8]:
    """The page as a scanner hands it over: blurred, noisy, compressed, in grey one time in three."""
    made: NDArray[Any] = cv2.GaussianBlur(page, (0, 0), drawn.uniform(0.4, 1.1)).astype(np.float32)
    made = made + drawn.normal(0, drawn.uniform(1, 7), page.shape) - drawn.uniform(0, 14)
    image = Image.fromarray(made.clip(0, 255).astype(np.uint8))
    if drawn.random() < 1 / 3:
        image = image.convert("L").convert("RGB")
    stored = BytesIO()
    image.save(stored, "JPEG", quality=int(drawn.integers(55, 92)))
    return np.asarray(Image.open(stored).convert("RGB"), np.uint8)
