"""Tesseract's recognising network in onnxruntime: all lines of a page in a few batches.

The letters are those that the network finds likeliest step by step, without Tesseract's dictionary, which changes next to
nothing for Vietnamese: its words are syllables, and the vote has a language model.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.boxes import PixelBox
from pipeline.image.images import Pixels, as_pixels
from pipeline.ocr.base import Engine, EngineError, ReadLine, ReadWord
from pipeline.ocr.calibration import Curve
from pipeline.ocr.ctc import Alphabet, line_of_steps
from pipeline.ocr.network_graph import IMAGE, LENGTHS, graph_of, steps_of
from pipeline.ocr.rows import find_rows
from pipeline.ocr.tesseract import INSTALL, LANGUAGE, data_folder, data_name, name_dash, system_data_folder
from pipeline.ocr.traineddata import Recogniser, UnknownNetwork, read_recogniser
from pipeline.ocr.trueocr import TrueOcr

HEIGHT = 36
MARGIN = 0.1
"""Of the line's height, looked at around its box: what sticks out of the box above and below."""
PAD = 4 / 28
"""White around the ink of a line, in heights of that ink: 4 pixels above and below where the network's 36 pixels hold 28 of
ink, as in the lines that Tesseract hands it."""
BATCH = 16
WIDEST = 1.25
"""Lines in a batch are at most this many times as wide as the narrowest: the rest is time spent on white."""

ALIKE = {"⁄": "/", "‚": ",", "ˆ": "^", "˜": "~"}
"""Signs of the alphabet that look like others and are not on documents."""
FLAT = 3
"""Rows or columns of ink; less is a rule or a speck, and is not trimmed."""
NARROWEST = 6
"""Columns of the network's image: two steps."""

CURVE: Curve = (
    (0.2, 0.05), (0.39, 0.2), (0.5, 0.25), (0.57, 0.345), (0.67, 0.44), (0.72, 0.53), (0.76, 0.615), (0.81, 0.655),
    (0.87, 0.675), (0.91, 0.79), (0.943, 0.85), (0.96, 0.885), (0.97, 0.92), (0.98, 0.944), (0.99, 0.957), (0.9945, 0.973),
    (0.9972, 0.981), (0.9986, 0.99), (0.9997, 0.995), (1.0, 0.997),
)  # fmt: skip
"""Share of words right at the confidence of their least sure letter: 24,648 words of the pages that the vote was fitted on
(``benchmarks/fit_vote.py``)."""


def data_file() -> Path | None:
    """The Vietnamese data that Tesseract itself reads, or ``None``."""
    for folder in (data_folder(), system_data_folder()):
        if folder and (folder / f"{LANGUAGE}.traineddata").is_file():
            return folder / f"{LANGUAGE}.traineddata"
    return None


class Network(Engine):
    """The network on the lines that trueocr finds, or our own detector."""

    name = "network"

    @classmethod
    def missing(cls) -> str | None:
        return INSTALL if data_file() is None else None

    @cached_property
    def version(self) -> str:
        file = data_file()
        runtime = importlib.metadata.version("onnxruntime")
        return f"network {LANGUAGE}/{data_name(file.parent) if file else 'missing'} onnxruntime {runtime}"

    @cached_property
    def _finder(self) -> TrueOcr | None:
        """The better detector of lines, where it is installed."""
        return TrueOcr() if TrueOcr.available() else None

    @cached_property
    def _recogniser(self) -> Recogniser:
        file = data_file()
        if file is None:
            raise EngineError(f"Tesseract's Vietnamese data is missing: {INSTALL}")
        try:
            return read_recogniser(file)
        except UnknownNetwork as error:
            raise EngineError(f"{file.name} is not read: {error}; install it again with {INSTALL}") from error

    def can_read(self) -> bool:
        """Whether the data holds a network of the kind that is read here."""
        try:
            return self._session is not None
        except EngineError:
            return False

    @cached_property
    def _alphabet(self) -> Alphabet:
        return Alphabet(tuple(ALIKE.get(c, c) for c in self._recogniser.letters), self._recogniser.blank)

    @cached_property
    def _session(self) -> Any:  # noqa: ANN401 - onnxruntime has no types
        import onnxruntime

        try:
            model, _ = graph_of(self._recogniser.network)
        except UnknownNetwork as error:
            raise EngineError(f"the Vietnamese data is not read: {error}; install it again with {INSTALL}") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # it grows with every new shape of a batch, and is no faster
        # processors without VNNI add up pairs of products in 16 bits, which overflow, unless told to take care
        options.add_session_config_entry("session.x64quantprecision", "1")
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def quarter_turns(self, grey: Pixels) -> int:
        return self._finder.quarter_turns(grey) if self._finder else 0

    def find_lines(self, grey: Pixels) -> list[PixelBox]:
        return self._finder.find_lines(grey) if self._finder else find_rows(grey)

    def read_lines(self, grey: Pixels, boxes: Sequence[PixelBox]) -> list[ReadLine]:
        crops = [trimmed(grey, box) for box in boxes]
        lines: list[ReadLine] = [ReadLine((), box, 0.0, (self.name,)) for box in boxes]
        for i, logps in self._logps([crop for crop, _ in crops]):
            crop, left = crops[i]
            step = self._recogniser.network.parts[2].window[0] * crop.shape[0] / HEIGHT
            line = line_of_steps(logps, self._alphabet, boxes[i], (left, left + step * len(logps)), CURVE, self.name)
            lines[i] = replace(line, words=tuple(_named(word) for word in line.words))
        return lines

    def _logps(self, crops: Sequence[Pixels]) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """For each crop its index and the natural-log probabilities (steps, letters)."""
        images = [normalised(crop) for crop in crops]
        for chosen in batches([image.shape[1] for image in images]):
            widest = max(images[i].shape[1] for i in chosen)
            batch = np.zeros((len(chosen), 1, HEIGHT, widest), np.float32)
            for row, i in enumerate(chosen):
                batch[row, 0, :, : images[i].shape[1]] = images[i]
            lengths = np.array([steps_of(images[i].shape[1], self._recogniser.network) for i in chosen], np.int32)
            (logps,) = self._session.run(None, {IMAGE: batch, LENGTHS: lengths})
            for row, i in enumerate(chosen):
                yield i, logps[: lengths[row], row]


def _named(word: ReadWord) -> ReadWord:
    left, top, right, bottom = word.box
    if len(word.text) > 1:
        return word
    return replace(word, text=name_dash(word.text, (right - left) / max(1, bottom - top)))


def trimmed(grey: Pixels, box: PixelBox) -> tuple[Pixels, int]:
    """The ink of a line with ``PAD`` around it, and where its left edge is on the page."""
    left, top, right, bottom = box
    around = round(MARGIN * (bottom - top))
    left, top = max(0, left - around), max(0, top - around)
    crop = grey[top : bottom + around, left : right + around]
    level, _ = cv2.threshold(crop, 0, 255, cv2.THRESH_OTSU)
    ink = crop < level
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if rows.size <= FLAT or columns.size <= FLAT:
        return crop, left
    first, last = int(rows[0]), int(rows[-1]) + 1
    begin, end = int(columns[0]), int(columns[-1]) + 1
    pad = max(1, round(PAD * (last - first)))
    inked = crop[max(0, first - pad) : last + pad, max(0, begin - pad) : end + pad]
    above, below = max(0, pad - first), max(0, last + pad - crop.shape[0])
    before, after = max(0, pad - begin), max(0, end + pad - crop.shape[1])
    padded = cv2.copyMakeBorder(inked, above, below, before, after, cv2.BORDER_CONSTANT, value=255)
    return as_pixels(padded), left + begin - pad


def normalised(crop: Pixels) -> NDArray[np.float32]:
    """``HEIGHT`` rows, black -1 and white 1 after the levels of the middle row (``ImageData::...ComputeBlackWhite``)."""
    scale = HEIGHT / crop.shape[0]
    size = max(NARROWEST, round(crop.shape[1] * scale)), HEIGHT
    small = cv2.resize(crop, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    black, white = levels(small[HEIGHT // 2].astype(np.int16))
    half = (white - black) / 2
    image: NDArray[np.float32] = (small.astype(np.float32) - black) / (half if half > 0 else 1.0) - 1
    return np.clip(image, -1, 1, out=image)


def levels(row: NDArray[np.int16]) -> tuple[float, float]:
    """Black and white: the lower quartile of the valleys of a row of pixels, the upper quartile of its peaks."""
    before, here, after = row[:-2], row[1:-1], row[2:]
    valleys = here[((here < before) & (here <= after)) | ((here <= before) & (here < after))]
    peaks = here[((here > before) & (here >= after)) | ((here >= before) & (here > after))]
    black = float(np.sort(valleys)[len(valleys) // 4]) if valleys.size else 0.0
    return black, float(np.sort(peaks)[3 * len(peaks) // 4]) if peaks.size else 255.0


def batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of lines of like width, narrowest first.

    >>> list(batches([900, 100, 110, 1000]))
    [[1, 2], [0, 3]]
    """
    batch: list[int] = []
    for i in sorted(range(len(widths)), key=lambda i: widths[i]):
        if batch and (len(batch) == BATCH or widths[i] > WIDEST * widths[batch[0]]):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch
