"""asterocr: a larger recogniser, slow and good on damaged print; optional.

Only the model and the alphabet of its wheel are used: the rest starts a web studio, notebook tunnels and downloads, so it is
never imported.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from pipeline.image.boxes import PixelBox
from pipeline.image.images import Pixels
from pipeline.ocr.base import Engine, EngineError, ReadLine
from pipeline.ocr.calibration import Curve
from pipeline.ocr.ctc import Alphabet, line_of_steps
from pipeline.ocr.trueocr import TrueOcr

HEIGHT = 32
WIDEST = 32 * HEIGHT
"""Pixels: the model has 256 positions of four pixels; longer lines are squeezed."""
MARGIN = 2
"""Pixels of the page kept at either end of a line."""

CURVE: Curve = ((0.0, 0.02), (0.4, 0.25), (0.6, 0.55), (0.8, 0.75), (0.95, 0.9), (0.99, 0.97), (1.0, 0.99))
"""Set by eye from its readings of the damaged lines among the transcribed scans; not fitted."""

INSTALL = "pip install --no-deps asterocr==1.0.2"


def assets_folder() -> Path:
    """Where the wheel keeps its model. Raises ``EngineError`` when it is not installed."""
    spec = importlib.util.find_spec("asterocr")
    if spec is None or spec.origin is None:
        raise EngineError(f"asterocr is not installed: {INSTALL}")
    return Path(spec.origin).parent / "assets"


class AsterOcr(Engine):
    """asterocr's recogniser on the lines that trueocr finds."""

    name = "asterocr"

    @classmethod
    def missing(cls) -> str | None:
        if importlib.util.find_spec("asterocr") is None or not (assets_folder() / "asternet.onnx").is_file():
            return INSTALL
        return TrueOcr.missing()

    @cached_property
    def version(self) -> str:
        return f"asterocr {importlib.metadata.version('asterocr')}"

    @cached_property
    def _finder(self) -> TrueOcr:
        return TrueOcr()

    @cached_property
    def _alphabet(self) -> Alphabet:
        vocabulary = json.loads((assets_folder() / "vocab.json").read_text(encoding="utf-8"))
        return Alphabet(tuple(vocabulary["chars"]), blank=0)

    @cached_property
    def _session(self) -> Any:  # noqa: ANN401 - onnxruntime has no types
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        model = str(assets_folder() / "asternet.onnx")
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def quarter_turns(self, grey: Pixels) -> int:
        return self._finder.quarter_turns(grey)

    def find_lines(self, grey: Pixels) -> list[PixelBox]:
        return self._finder.find_lines(grey)

    def read_lines(self, grey: Pixels, boxes: Sequence[PixelBox]) -> list[ReadLine]:
        return [self._read(grey, box) for box in boxes]

    def _read(self, grey: Pixels, box: PixelBox) -> ReadLine:
        left, top, right, bottom = box
        crop = grey[max(0, top) : bottom, max(0, left - MARGIN) : right + MARGIN]
        height, width = crop.shape
        wide = min(WIDEST, max(HEIGHT, -(-round(width * HEIGHT / height) // 4) * 4))
        how = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_LINEAR
        ink = cv2.resize(crop, (wide, HEIGHT), interpolation=how).astype(np.float32) / 255
        (logps,) = self._session.run(["log_probs"], {"images": np.repeat(ink[np.newaxis, np.newaxis], 3, axis=1)})
        steps = logps[:, 0]
        return line_of_steps(steps, self._alphabet, box, (left - MARGIN, right + MARGIN), CURVE, self.name)
