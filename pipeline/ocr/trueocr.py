"""trueocr: a small network that finds lines of print, one that reads them, one that tells which way up a page is.

Its models come in the wheel. We use its own code for the geometry and the cropping, and decode its output ourselves,
since words need boxes and confidences of their own. Its alphabet has no "–", "?", "!", "=", quotation marks other than “ ”.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.image.boxes import PixelBox
from pipeline.image.images import Pixels
from pipeline.ocr.base import Engine, EngineError, ReadLine
from pipeline.ocr.calibration import Curve
from pipeline.ocr.ctc import Alphabet, line_of_steps
from pipeline.ocr.onnx_file import with_output
from pipeline.ocr.rows import find_rows

THREADS = 1
"""One worker has one core; more threads here starve the other workers."""
BATCH = 32
HIGHER = 1
"""Pixels by which a line is seen higher than its box, with the print above and below it: of 0, 1, 2 and two views averaged,
this errs least on the transcribed scans, with Tesseract's network (182, 171, 173, 173 letters)."""
LOG_PROBABILITIES = "/LogSoftmax_output_0"
"""Name of the value within the model."""

CURVE: Curve = (
    (0.2, 0.1), (0.32, 0.18), (0.41, 0.256), (0.49, 0.35), (0.53, 0.422), (0.585, 0.486), (0.65, 0.49), (0.71, 0.6),
    (0.78, 0.647), (0.835, 0.666), (0.87, 0.716), (0.92, 0.777), (0.945, 0.81), (0.96, 0.855), (0.973, 0.893), (0.98, 0.928),
    (0.99, 0.946), (0.9963, 0.957), (0.9988, 0.972), (0.9994, 0.986), (0.9998, 0.989), (1.0, 0.997),
)  # fmt: skip
"""Share of words right at the confidence of their least sure letter: 24,628 words of the pages that the vote was fitted on
(``benchmarks/fit_vote.py``)."""

INSTALL = "pip install trueocr==0.1.1"


def models_folder() -> Path:
    """Where the wheel keeps its models, without importing it. Raises ``EngineError`` when it is not installed."""
    spec = importlib.util.find_spec("trueocr")
    if spec is None or spec.origin is None:
        raise EngineError(f"trueocr is not installed: {INSTALL}")
    return Path(spec.origin).parent / "models"


def wants_own_detector() -> bool:
    """Whether lines are to be found without trueocr's detector, whose licence is not clear (README, "Licence")."""
    return os.environ.get("VANBAN_DETECTOR") == "own"


@dataclass(frozen=True, slots=True)
class Described:
    """What the models' own description says: their name, the letters of the recogniser, the width in pixels that it sees at
    most, the margins of a line in heights, and the longer side of a page as the detector sees it."""

    name: str
    letters: tuple[str, ...]
    max_width: int
    pad_y: float
    pad_x: float
    detector_side: int


def described(folder: Path) -> Described:
    """Raises ``EngineError`` when the description is missing or not of the kind that is known here."""
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        return Described(
            meta["name"], tuple(meta["charset"]), meta["max_width"], meta["pad_y"], meta["pad_x"], meta["det_long_side"]
        )
    except (OSError, ValueError, KeyError) as error:
        raise EngineError(f"trueocr's models are not whole ({error}); install it again: {INSTALL}") from error


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
        version = f"trueocr {importlib.metadata.version('trueocr')} {self._described.name}"
        return f"{version}, own detector" if wants_own_detector() else version

    @cached_property
    def _geometry(self) -> Any:  # noqa: ANN401 - trueocr has no types
        from trueocr.page import PageEngine
        from trueocr.recognizer import session

        # without its third network, of reading order, which is not used here: 3 MB less, and no question of its licence
        engine = PageEngine.__new__(PageEngine)
        engine.long_side = self._described.detector_side
        engine.det, engine.orient = (session(models_folder() / f"{name}.onnx", THREADS) for name in ("det", "orient"))
        engine.pool = None
        return engine

    @cached_property
    def _described(self) -> Described:
        return described(models_folder())

    @cached_property
    def _session(self) -> Any:  # noqa: ANN401
        """The recogniser, with the inner value that says how likely every letter is at every step."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = THREADS
        options.enable_cpu_mem_arena = False  # it grows with every new shape of a batch, and is no faster
        model = with_output((models_folder() / "rec.onnx").read_bytes(), LOG_PROBABILITIES)
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    @cached_property
    def _alphabet(self) -> Alphabet:
        return Alphabet(("", *self._described.letters), blank=0)

    def quarter_turns(self, grey: Pixels) -> int:
        turns = int(self._geometry.orientation(grey))
        return turns if turns < 4 else 0  # 4: vertical writing, which Vietnamese documents do not have

    def find_lines(self, grey: Pixels) -> list[PixelBox]:
        if wants_own_detector():
            return find_rows(grey)
        height, width = grey.shape
        boxes = []
        for x0, y0, x1, y1, _ in self._geometry.detect(grey):
            box = max(0, int(x0)), max(0, int(y0)), min(width, int(np.ceil(x1))), min(height, int(np.ceil(y1)))
            if box[2] - box[0] > 2 and box[3] - box[1] > 2:
                boxes.append(box)
        return boxes

    def read_lines(self, grey: Pixels, boxes: Sequence[PixelBox]) -> list[ReadLine]:
        seen = self._logps(grey, [(x0, y0 - HIGHER, x1, y1 - HIGHER) for x0, y0, x1, y1 in boxes])
        lines: list[ReadLine] = []
        for box, logps in zip(boxes, seen, strict=True):
            pad = self._described.pad_x * (box[3] - box[1])
            lines.append(line_of_steps(logps, self._alphabet, box, (box[0] - pad, box[2] + pad), CURVE, self.name))
        return lines

    def _logps(self, grey: Pixels, boxes: Sequence[PixelBox]) -> list[NDArray[np.float32]]:
        """For each box the natural-log probabilities (steps, letters); the print above and below is seen, too."""
        from trueocr.preprocess import WINDOW, crop_line, pad_batch, width_batches

        reader = self._described
        shape = {"max_width": reader.max_width, "pad_y": reader.pad_y, "pad_x": reader.pad_x, "window": WINDOW}
        crops = [crop_line(grey, box, **shape) for box in boxes]
        found: list[NDArray[np.float32]] = [np.empty((0, 0), np.float32)] * len(boxes)
        for chosen in width_batches([crop.shape[1] for crop in crops], max_batch=BATCH):
            tensor, widths = pad_batch([crops[i] for i in chosen])
            logps, lengths = self._session.run([LOG_PROBABILITIES, "lengths"], {"x": tensor, "widths": widths})
            for row, i in enumerate(chosen):
                found[i] = logps[row, : int(lengths[row])]
        return found
