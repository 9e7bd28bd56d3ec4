"""Figures written by hand, told one by one by a small network of our own.

The network (``data/digits.onnx``, half a megabyte) was trained by ``scripts/training/train_digits.py`` on digits that ship
inside packages and on drawn ones; it knows the ten digits and "no digit": halves, neighbours grown together, slashes,
leaders, print. ``scripts/training/train_digits.py`` and this room cut and scale images by the same ``as_seen``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Ink = NDArray[np.float32]
"""Rows by columns, 0 for paper to 1 for ink."""
SIDE, INNER = 28, 20
"""Side of an image as the network sees it, and of the box that the figure is scaled into (as MNIST is)."""
NO_DIGIT = 10
"""Index of the eleventh class."""


def as_seen(ink: Ink) -> Ink:
    """The ink alone, scaled into ``INNER`` with its proportions and put in the middle of ``SIDE``.

    >>> seen = as_seen(np.pad(np.ones((40, 10), np.float32), 7))
    >>> seen.shape, int((seen.max(axis=0) > 0.5).sum()), int((seen.max(axis=1) > 0.5).sum())
    ((28, 28), 5, 20)
    """
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0.3), np.flatnonzero(ink.max(axis=0) > 0.3)
    seen = np.zeros((SIDE, SIDE), np.float32)
    if not len(rows) or not len(columns):
        return seen
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = INNER / max(cut.shape)
    height, width = (max(1, round(side * scale)) for side in cut.shape)
    small = cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    seen[top : top + height, left : left + width] = small
    return seen


@lru_cache(maxsize=1)
def _session() -> Any:  # noqa: ANN401 - onnxruntime has no types
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    model = files("pipeline.ocr").joinpath("data/digits.onnx").read_bytes()
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def log_chances(figures: Sequence[Ink]) -> NDArray[np.float64]:
    """For each figure as cut out the logarithms of its eleven chances: digits 0 to 9, and no digit."""
    if not figures:
        return np.zeros((0, NO_DIGIT + 1))
    seen = np.stack([as_seen(figure) for figure in figures])[:, None]
    scores = np.asarray(_session().run(None, {"seen": seen})[0], np.float64)
    scores -= scores.max(axis=1, keepdims=True)
    return np.asarray(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))
