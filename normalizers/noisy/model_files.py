"""The packaged model, opened once per process on first use."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from normalizers.noisy import lm

FOLDER = Path(__file__).parent.parent / "model"


@cache
def language_model() -> lm.LanguageModel:
    return lm.load(FOLDER)
