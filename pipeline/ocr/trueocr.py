"""trueocr: a small network that finds lines of print, one that reads them, one that tells which way up a page is.

Its models come in the wheel. We use its own code for the geometry and the cropping, and decode its output ourselves,
since words need boxes and confidences of their own. Its alphabet has no "–", "?", "!", "=", quotation marks other than “ ”.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.image.boxes import PixelBox
from pipeline.image.images import Pixels
from pipeline.ocr.base import Engine, EngineError, ReadLine, line_of
from pipeline.ocr.calibration import Curve
from pipeline.ocr.ctc import words_of_steps

THREADS = 1
"""One worker has one core; more threads here starve the other workers."""
BATCH = 32

CURVE: Curve = (
    (0.11, 0.06), (0.35, 0.2), (0.45, 0.35), (0.53, 0.6), (0.68, 0.73), (0.83, 0.745), (0.91, 0.87), (0.97, 0.9),
    (0.99, 0.935), (0.998, 0.96), (0.9995, 0.973), (0.9999, 0.981), (1.0, 0.998),
)  # fmt: skip
"""Share of words right at the confidence of their least sure letter: 3,892 words of the eight transcribed scans."""

INSTALL = "pip install trueocr==0.1.1"


def models_folder() -> Path:
    """Where the wheel keeps its models, without importing it. Raises ``EngineError`` when it is not installed."""
    spec = importlib.util.find_spec("trueocr")
    if spec is None or spec.origin is None:
        raise EngineError(f"trueocr is not installed: {INSTALL}")
    return Path(spec.origin).parent / "models"


class TrueOcr(Engine):
    """trueocr's detector, orientation and recogniser."""

    name = "trueocr"

    @classmethod
    def missing(cls) -> str | None:
        if importlib.util.find_spec("trueocr") is None or importlib.util.find_spec("onnxruntime") is None:
            return INSTALL
        return None

    @cached_property
    def version(self) -> str:
        return f"trueocr {importlib.metadata.version('trueocr')} {self._recogniser.name}"

    @cached_property
    def _geometry(self) -> Any:  # noqa: ANN401 - trueocr has no types
        from trueocr.page import PageEngine

        return PageEngine(models_folder(), threads=THREADS)

    @cached_property
    def _recogniser(self) -> Any:  # noqa: ANN401
        from trueocr.recognizer import Recognizer

        return Recognizer(models_folder(), threads=THREADS)

    @cached_property
    def _alphabet(self) -> list[str]:
        return ["", *self._recogniser.chars]  # id 0 is the blank

    def quarter_turns(self, grey: Pixels) -> int:
        turns = int(self._geometry.orientation(grey))
        return turns if turns < 4 else 0  # 4: vertical writing, which Vietnamese documents do not have

    def find_lines(self, grey: Pixels) -> list[PixelBox]:
        height, width = grey.shape
        boxes = []
        for x0, y0, x1, y1, _ in self._geometry.detect(grey):
            box = max(0, int(x0)), max(0, int(y0)), min(width, int(np.ceil(x1))), min(height, int(np.ceil(y1)))
            if box[2] - box[0] > 2 and box[3] - box[1] > 2:
                boxes.append(box)
        return boxes

    def read_lines(self, grey: Pixels, boxes: Sequence[PixelBox]) -> list[ReadLine]:
        from trueocr.preprocess import pad_batch, prepare_image, width_batches

        reader = self._recogniser
        lines: list[ReadLine] = [ReadLine((), box, 0.0, (self.name,)) for box in boxes]
        crops = [
            prepare_image(grey[y0:y1, x0:x1], max_width=reader.max_width, pad_y=reader.pad_y, pad_x=reader.pad_x)
            for x0, y0, x1, y1 in boxes
        ]
        for chosen in width_batches([crop.shape[1] for crop in crops], max_batch=BATCH):
            tensor, widths = pad_batch([crops[i] for i in chosen])
            ids, confidences, lengths = reader.session.run(["ids", "conf", "lengths"], {"x": tensor, "widths": widths})
            for row, i in enumerate(chosen):
                steps = int(lengths[row])
                pad = reader.pad_x * (boxes[i][3] - boxes[i][1])
                words = words_of_steps(ids[row, :steps], confidences[row, :steps], self._alphabet, boxes[i], pad, CURVE)
                lines[i] = line_of(words, boxes[i], (self.name,))
        return lines
