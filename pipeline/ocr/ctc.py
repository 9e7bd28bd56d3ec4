"""From the time steps of a CTC recogniser to words with boxes (Graves et al. 2006, greedy decoding)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.ocr.base import PixelBox, ReadWord
from pipeline.ocr.calibration import Curve, calibrated

BLANK = 0


def words_of_steps(
    ids: NDArray[np.int64],
    confidences: NDArray[np.float32],
    alphabet: Sequence[str],
    box: PixelBox,
    pad: float,
    curve: Curve,
) -> list[ReadWord]:
    """The words in a line: repeats merged, blanks dropped, cut at spaces.

    ``ids`` and ``confidences`` are the best symbol of each time step, ``alphabet[id]`` its letter. The steps divide ``box``,
    widened by ``pad`` pixels at either end, evenly. A word is as sure as its least sure letter, after ``curve``.
    """
    keep = np.flatnonzero((ids != BLANK) & (np.diff(ids, prepend=-1) != 0))
    x0, y0, x1, y1 = box
    step = (x1 - x0 + 2 * pad) / max(len(ids), 1)
    words: list[ReadWord] = []
    letters: list[tuple[str, int, float]] = []

    def close() -> None:
        if letters:
            first, last = x0 - pad + (letters[0][1] - 0.5) * step, x0 - pad + (letters[-1][1] + 1.5) * step
            left = min(x1, max(x0, round(first)))
            where = left, y0, max(left, min(x1, round(last))), y1
            text = unicodedata.normalize("NFC", "".join(letter for letter, _, _ in letters))
            words.append(ReadWord(text, where, calibrated(min(sure for _, _, sure in letters), curve)))
            letters.clear()

    for at in keep:
        letter = alphabet[int(ids[at])]
        if letter.isspace():
            close()
        else:
            letters.append((letter, int(at), float(confidences[at])))
    close()
    return words
