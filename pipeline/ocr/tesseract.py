"""Tesseract, line by line.

Each line of print is cut out, brought to the size the network likes, and read in line mode (``--psm 7``): measured
better than whole-page mode by 5 points of error (docs/reading). With tesserocr installed this happens in this process;
otherwise one ``tesseract`` process, started by pytesseract, reads all lines of a page from a list of files.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import regex
from PIL import Image

from pipeline.image.boxes import PixelBox
from pipeline.image.images import Pixels, as_pixels
from pipeline.ocr.base import Engine, EngineError, ReadLine, ReadWord, line_of
from pipeline.ocr.calibration import Curve, calibrated
from pipeline.ocr.rows import find_rows
from pipeline.ocr.trueocr import TrueOcr

LANGUAGE = "vie"
"""``vie`` alone: ``vie+eng`` costs five points of marks (docs/reading)."""
LINE_HEIGHT = 60
"""Pixels that the usual line box of a page is scaled to: 13 pt print at 300 dpi, the x 1.5 of docs/reading."""
PAD = 0.1
"""Space kept around a line box, in line heights: 0.2 lets the neighbours' marks in and doubles the error, 0 cuts marks
off.
"""
QUIET = 10
"""White pixels around a crop: Tesseract loses letters that touch the edge."""
RAW_ABOVE = 4.0
"""Crops this many times as wide as high that line mode finds empty are read again as raw lines (mode 13): 5.5 takes some
full lines for noise. Shorter ones are mostly signatures and specks, from which raw mode would invent text."""
SECONDS_PER_PAGE = 300
"""A page that takes longer has a damaged image; ``EngineError`` then."""

CURVE: Curve = (
    (0.0, 0.05), (0.11, 0.2), (0.31, 0.28), (0.5, 0.36), (0.7, 0.44), (0.78, 0.5), (0.82, 0.65), (0.85, 0.77),
    (0.9, 0.86), (0.92, 0.91), (0.935, 0.945), (0.95, 0.957), (0.96, 0.976), (0.966, 0.989), (0.9695, 0.994), (0.97, 0.998),
)  # fmt: skip
"""Share of words right at Tesseract's own word confidence: 3,923 words of the eight transcribed scans, best_int data."""

INSTALL = "apt-get install tesseract-ocr tesseract-ocr-vie"


def data_folder() -> Path | None:
    """The folder with the Vietnamese data: ``$VANBAN_TESSDATA``, beside this Python, or ``None`` for Tesseract's own."""
    for folder in (os.environ.get("VANBAN_TESSDATA"), Path(sys.prefix) / "share" / "vanban" / "tessdata"):
        if folder and (Path(folder) / f"{LANGUAGE}.traineddata").is_file():
            return Path(folder)
    return None


_QUOTED = regex.compile(r'"(.+)"')


@lru_cache(maxsize=1)
def system_data_folder() -> Path | None:
    """Where the installed ``tesseract`` program has its own data; it says so in the first line of its list of languages."""
    if shutil.which("tesseract") is None:
        return None
    listing = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False)
    named = _QUOTED.search(listing.stdout.split("\n")[0])
    return Path(named[1]) if named else None


def data_name(folder: Path | None) -> str:
    """Which of the published data sets this is, by its size: best_int has 1.7 MB, Debian's fast 0.5 MB, best 6 – 12 MB."""
    if folder is None:
        return "system"
    size = (folder / f"{LANGUAGE}.traineddata").stat().st_size
    return "fast" if size < 1_000_000 else "best_int" if size < 3_000_000 else "best"


@lru_cache(maxsize=1)
def system_languages() -> tuple[str, ...]:
    """The languages that the installed ``tesseract`` program has data for; empty when there is no program."""
    if shutil.which("tesseract") is None:
        return ()
    listing = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False)
    return tuple(listing.stdout.split("\n")[1:])


class Tesseract(Engine):
    """Tesseract 5 with Vietnamese data."""

    name = "tesseract"

    @classmethod
    def missing(cls) -> str | None:
        if importlib.util.find_spec("tesserocr") and data_folder():
            return None
        if shutil.which("tesseract") is None or not (data_folder() or LANGUAGE in system_languages()):
            return INSTALL
        return None

    @cached_property
    def version(self) -> str:
        if self._api is not None:
            import tesserocr

            program = tesserocr.tesseract_version().split("\n")[0].removeprefix("tesseract ")
        else:
            import pytesseract

            program = str(pytesseract.get_tesseract_version())
        return f"tesseract {program} {LANGUAGE}/{data_name(data_folder())}"

    @cached_property
    def _api(self) -> Any:  # noqa: ANN401 - tesserocr has no types
        """tesserocr's engine, or ``None`` where tesserocr is not installed."""
        if importlib.util.find_spec("tesserocr") is None:
            return None
        import tesserocr

        folder = data_folder()
        try:
            return tesserocr.PyTessBaseAPI(path=str(folder), lang=LANGUAGE, psm=7) if folder else None
        except RuntimeError as error:
            raise EngineError(f"Tesseract does not load {folder}: {error}; install it again with {INSTALL}") from error

    @cached_property
    def _finder(self) -> TrueOcr | None:
        """The better detector of lines, where it is installed."""
        return TrueOcr() if TrueOcr.available() else None

    def quarter_turns(self, grey: Pixels) -> int:
        if self._finder is not None:
            return self._finder.quarter_turns(grey)
        return _orientation(grey) if "osd" in system_languages() else 0

    def find_lines(self, grey: Pixels) -> list[PixelBox]:
        """trueocr's lines; those of our own detector where trueocr is not installed (four times the error)."""
        return self._finder.find_lines(grey) if self._finder is not None else find_rows(grey)

    def read_lines(self, grey: Pixels, boxes: Sequence[PixelBox]) -> list[ReadLine]:
        if self.missing():
            raise EngineError(f"Tesseract or its Vietnamese data is missing: {INSTALL}")
        scale = line_scale(boxes)
        crops = [crop_line(grey, box, scale) for box in boxes]
        readings = self._read_here(crops) if self._api is not None else _read_in_process(crops)
        return [self._line(rows, box, scale) for rows, box in zip(readings, boxes, strict=True)]

    def _read_here(self, crops: Sequence[Pixels]) -> Iterator[list[list[Any]]]:
        for crop in crops:
            self._api.SetImage(Image.fromarray(crop))
            self._api.Recognize()
            rows = _rows(self._api.GetTSVText(0))
            if not any(row[0] == 5 for row in rows) and crop.shape[1] > RAW_ABOVE * crop.shape[0]:
                self._api.SetPageSegMode(13)
                self._api.Recognize()
                rows = _rows(self._api.GetTSVText(0))
                self._api.SetPageSegMode(7)
            yield rows

    def _line(self, rows: list[list[Any]], box: PixelBox, scale: float) -> ReadLine:
        left, top = _origin(box)
        words = []
        for row in rows:
            text = str(row[11]).strip()
            if row[0] != 5 or not text:
                continue
            x0, y0, x1, y1 = ((value - QUIET) / scale for value in _box(row))
            where = round(left + x0), round(top + y0), round(left + x1), round(top + y1)
            text = name_dash(text, (x1 - x0) / (box[3] - box[1]))
            words.append(ReadWord(text, where, calibrated(float(row[10]) / 100, CURVE)))
        return line_of(words, box, (self.name,))


EN_DASH, EM_DASH = 0.4, 0.75
"""Widths in line heights from which a dash is an en dash and an em dash: hyphens measure 0.19 – 0.33, en dashes 0.44 –
0.58."""


def name_dash(word: str, width: float) -> str:
    """A word of dashes as the dash of its ``width`` (in line heights): Tesseract mixes them up. Other words stay.

    >>> name_dash("—", 0.3), name_dash("-", 0.5), name_dash("--", 0.3), name_dash("a", 0.5)
    ('-', '–', '-', 'a')
    """
    if word.strip("-–—"):
        return word
    return "—" if width >= EM_DASH else "–" if width >= EN_DASH else "-"


def line_scale(boxes: Sequence[PixelBox]) -> float:
    """What to enlarge line crops by, one figure for the page so that small print stays small."""
    height = float(np.median([bottom - top for _, top, _, bottom in boxes]))
    return min(4.0, max(0.4, LINE_HEIGHT / max(height, 1.0)))


def _origin(box: PixelBox) -> tuple[int, int]:
    pad = round(PAD * (box[3] - box[1]))
    return max(0, box[0] - pad), max(0, box[1] - pad)


def crop_line(grey: Pixels, box: PixelBox, scale: float) -> Pixels:
    """One line of print, ``scale`` times as large, with a quiet zone."""
    left, top = _origin(box)
    pad = round(PAD * (box[3] - box[1]))
    crop = grey[top : box[3] + pad, left : box[2] + pad]
    how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    crop = as_pixels(cv2.resize(crop, None, fx=scale, fy=scale, interpolation=how))
    return as_pixels(cv2.copyMakeBorder(crop, QUIET, QUIET, QUIET, QUIET, cv2.BORDER_CONSTANT, value=255))


def _read_in_process(crops: Sequence[Pixels]) -> list[list[list[Any]]]:
    """All crops through one ``tesseract`` process; its pages are the crops."""
    with tempfile.TemporaryDirectory(prefix="vanban-") as folder:
        files = [Path(folder) / f"{i:04}.png" for i in range(len(crops))]
        for file, crop in zip(files, crops, strict=True):
            Image.fromarray(crop).save(file, compress_level=1)
        listing = Path(folder) / "lines.txt"
        listing.write_text("".join(f"{file}\n" for file in files), encoding="utf-8")
        rows = _run(listing, psm=7)
    readings: list[list[list[Any]]] = [[] for _ in crops]
    for row in rows:
        readings[row[1] - 1].append(row)
    return readings


def _run(source: Path, *, psm: int) -> list[list[Any]]:
    import pytesseract

    folder = data_folder()
    config = f"--psm {psm} --oem 1" + (f' --tessdata-dir "{folder}"' if folder else "")
    os.environ["OMP_THREAD_LIMIT"] = "1"  # Debian's build loses 2 to 14 times the CPU to its threads (docs/reading)
    try:
        text = pytesseract.image_to_data(str(source), lang=LANGUAGE, config=config, timeout=SECONDS_PER_PAGE)
    except (pytesseract.TesseractError, pytesseract.TesseractNotFoundError, RuntimeError) as error:
        raise EngineError(f"Tesseract failed: {str(error)[:200]}; is it whole? {INSTALL}") from error
    return _rows(text)


ORIENTATION_SURE = 3.0
"""Orientation confidence (a log-likelihood ratio) from which Tesseract's script detection is believed: a wrong turn loses
the page, a missed one is seen by its low confidence."""


def _orientation(grey: Pixels) -> int:
    """Quarter turns counter-clockwise of the content after Tesseract's script detection; 0 when unsure."""
    import pytesseract

    try:
        found = pytesseract.image_to_osd(
            Image.fromarray(grey), output_type=pytesseract.Output.DICT, timeout=SECONDS_PER_PAGE
        )
    except (pytesseract.TesseractError, RuntimeError):  # too few letters to tell
        return 0
    return int(found["rotate"]) // 90 % 4 if float(found["orientation_conf"]) >= ORIENTATION_SURE else 0


def _rows(tsv: str) -> list[list[Any]]:
    """level, page, block, paragraph, line, word, left, top, width, height, confidence, text."""
    rows = []
    for line in tsv.split("\n"):
        fields = line.split("\t")
        if len(fields) >= 11 and fields[0].isdigit():
            rows.append([*(int(value) for value in fields[:10]), float(fields[10]), fields[11] if len(fields) > 11 else ""])
    return rows


def _box(row: Sequence[Any]) -> PixelBox:
    return row[6], row[7], row[6] + row[8], row[7] + row[9]
