"""Figures filled in by hand: number and date of a document ("Số: …", "ngày … tháng … năm …").

They are the facts that documents are cited by, and the engines read them as if they were printed. So every figure in
these places counts as written by hand unless it looks like the print beside it: as high, strokes as thick, read alike by
both engines and surely. Better a printed figure in doubt than a guessed one taken for sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import cv2
import numpy as np
import regex

from normalizers.forms import fold
from normalizers.official_form import DATE_WORDS as DATE
from pipeline.image.boxes import PixelBox
from pipeline.image.components import connected
from pipeline.image.images import Pixels
from pipeline.ocr.base import ReadLine, ReadWord

NUMBER = regex.compile(r"^\W*s\w\s*[:;.]")
ATTACHED = regex.compile(r"\bkem theo\b.{0,40}\bso\b|\bban hanh\b.{0,20}\btheo\b.{0,40}\bso\b")
BEGUN = regex.compile(r",\s*ng[a-z]{1,4}[.,:]?\s?\w?\d")
"""A date in a letterhead of which a stamp has taken the rest."""
SURE = 0.8
"""Printed figures in these places have calibrated confidences of 0.96 and more, codes like "3722/VPCP-CN" 0.87 and more."""
HEIGHT = 0.88, 1.12
"""Height of a figure in heights of the print beside it; printed ones measured 0.96 – 1.04, written ones 1.13 – 1.9 in
twelve of sixteen letterheads (the others were told by the engines)."""
STROKE = 0.78, 1.25
"""The same for the thickness of strokes: pens measured 0.7 and 1.3 – 1.7."""
LIKELY = 0.5
"""No figure written by hand is held surer than this: of 34 in the evaluation scans about half were read right."""
INK = 140
FINER = 3
"""Times that ink is enlarged before it is measured: a stroke of three pixels differs from one of two by a third."""
SMALLEST = 6
"""Pixels of height below which a piece of ink is a mark or a dot."""


def handwritten_words(line: ReadLine, grey: Pixels, *, heading: bool = True) -> frozenset[int]:
    """Indexes of the words of ``line`` that may be filled in by hand; none for lines where nothing is filled in.

    Outside letterhead and title (``heading``) that is only "kèm theo Quyết định số … ngày … tháng …" over an annex.
    """
    if not heading and not ATTACHED.search(fold(line.text)):
        return frozenset()
    places = _places(line.words, heading)
    if not places:
        return frozenset()
    print_ink = [
        ink for i, w in enumerate(line.words) if i not in places and (ink := measure_ink(grey, w.box)) and _is_tall(w.text)
    ]
    height = median([high for high, _ in print_ink]) if print_ink else 0.0
    stroke = median([thick for _, thick in print_ink]) if print_ink else 0.0
    return frozenset(i for i in places if not _looks_printed(line.words[i], grey, height, stroke))


_NUMBER_WORD = regex.compile(r"\W*s\w\b")


def _places(words: Sequence[ReadWord], heading: bool) -> list[int]:
    """Where something may be filled in: before the slash of the number, and around "tháng"."""
    folded = [fold(word.text) for word in words]
    text = " ".join(folded)
    places: list[int] = []
    if NUMBER.match(text) or ATTACHED.search(text):
        start = next((i for i, word in enumerate(folded) if _NUMBER_WORD.match(word)), 0)
        for i in range(start, len(words)):
            if _is_figure(words[i].text) and not words[i].text.startswith("/"):
                places.append(i)
            if "/" in words[i].text:
                break
    if DATE.search(text) or (heading and BEGUN.search(text)):
        start = next((i for i, word in enumerate(folded) if word.lstrip("(,.").startswith("ng")), len(words))
        places += [i for i in range(start, len(words)) if _is_figure(words[i].text)]
    return sorted(set(places))


def _is_figure(text: str) -> bool:
    """A figure, or what an engine made of one: anything but a printed word of the date."""
    return any(c.isdigit() for c in text) or fold(text).strip(".,:;()") not in {"so", "ngay", "thang", "nam", "cua", ""}


def _is_tall(text: str) -> bool:
    """Whether a word has a capital or an ascender, so that its height can be compared with that of figures."""
    return any(c.isupper() or c.isdigit() or c in "hlkbđt" for c in text)


def _looks_printed(word: ReadWord, grey: Pixels, height: float, stroke: float) -> bool:
    """Whether the figures of the word are as high and thick as the print beside them, and surely read.

    A figure that engines read differently is never sure (``pipeline.ocr.vote``), so what they do not agree about in a sure
    word are letters of its notation.
    """
    if word.confidence < SURE or (word.agreed is False and "/" not in word.text):
        return False
    ink = measure_ink(grey, _figures_box(word))
    if ink is None or not height:
        return False
    return HEIGHT[0] <= ink[0] / height <= HEIGHT[1] and STROKE[0] <= ink[1] / stroke <= STROKE[1]


def _figures_box(word: ReadWord) -> PixelBox:
    """Where the figures before the stroke of a number stand; the notation behind it may have a "Q" with its tail."""
    left, top, right, bottom = word.box
    figures, stroke, _ = word.text.partition("/")
    if not (figures and stroke):
        return word.box
    return left, top, left + round((right - left) * _ems(figures) / _ems(word.text)), bottom


def _ems(text: str) -> float:
    """Width of a text in the type that the form prescribes (Times), in ems: figures 0.5, signs 0.3, capitals 0.7."""
    return sum(0.5 if c.isdigit() else 0.7 if c.isalpha() else 0.3 for c in text)


def measure_ink(grey: Pixels, box: PixelBox) -> tuple[float, float] | None:
    """Height of the tallest letter in ``box`` and thickness of its strokes, in pixels; ``None`` where there is no ink."""
    left, top, right, bottom = box
    cut = grey[max(0, top - 2) : bottom + 2, max(0, left - 1) : right + 1]
    if cut.size == 0:
        return None
    dark = (cv2.resize(cut, None, fx=FINER, fy=FINER, interpolation=cv2.INTER_CUBIC) < INK).astype(np.uint8)
    _, _, stats = connected(dark)
    heights = [high for stat in stats[1:] if (high := int(stat[cv2.CC_STAT_HEIGHT])) > FINER * SMALLEST]
    if not heights:
        return None
    depths = cv2.distanceTransform(dark, cv2.DIST_L2, 3)[dark > 0]
    return max(heights) / FINER, 2 * float(np.percentile(depths, 90)) / FINER
