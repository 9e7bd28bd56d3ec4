"""Print so pale that a page looks empty: worn ribbons, toner saved, light grey type, thermal paper gone white."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.image.images import WHITE, PageImage, Pixels, as_pixels

ABOVE_GRAIN, LEAST = 5.0, 3.0
"""Ink is darker than its paper by so many standard deviations of the paper's grain, and by so many grey levels."""
DARK = 60
"""Grey levels below the paper from which ink is read as it is; its softened edges are no pale print."""
INKED = 0.0004, 0.2
"""Share of the page that such ink covers: a line of print covers 0.0008 of A4, a full page a tenth; more is a picture."""
PAPER = 0.125, 7, 21
"""The paper is looked for at this scale: the lightest within so many pixels (letters are narrower), then the median of so
many."""
SOFTENED = 0.8
"""Pixels (standard deviation) by which grain is smoothed before ink is told from it."""


def strengthened(image: PageImage) -> PageImage | None:
    """``image`` in grey with its pale ink as dark as print; ``None`` where it has none, or where that is a picture."""
    grey = image.pixels if image.pixels.ndim == 2 else as_pixels(cv2.cvtColor(image.pixels, cv2.COLOR_RGB2GRAY))
    if min(grey.shape) < PAPER[2] / PAPER[0]:
        return None
    darker = cv2.subtract(_paper(grey), as_pixels(cv2.GaussianBlur(grey, (0, 0), SOFTENED)))
    usual = float(np.median(darker))
    grain = 1.4826 * float(np.median(np.abs(darker.astype(np.int16) - usual)))  # standard deviation, whatever the ink
    least = usual + max(ABOVE_GRAIN * grain, LEAST)
    dark = (darker > DARK).astype(np.uint8)
    ink = (darker > least) & (cv2.dilate(dark, np.ones((7, 7), np.uint8)) == 0)
    if not INKED[0] <= ink.mean() <= INKED[1]:
        return None
    full = max(float(np.percentile(darker[ink], 75)), least + 1)
    levels = np.clip((full - np.arange(256)) * (WHITE / (full - usual)), 0, WHITE).astype(np.uint8)
    return PageImage(as_pixels(cv2.LUT(darker, levels)), image.dpi)


def _paper(grey: Pixels) -> Pixels:
    """The grey of the paper beneath the ink, everywhere on the page."""
    scale, reach, smooth = PAPER
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((reach, reach), np.uint8)), smooth)
    return as_pixels(cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR))
