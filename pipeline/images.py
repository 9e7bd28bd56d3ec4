"""Page images: what a scanner or a camera gave us, and what is done to it before it is read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as pixels: ``uint8``, height x width (grey) or height x width x 3 (red, green, blue); dots per inch.

    Raises ``ValueError`` for any other array and for a resolution that is not positive.
    """

    pixels: Pixels
    dpi: float

    def __post_init__(self) -> None:
        shape = self.pixels.shape
        if self.pixels.dtype != np.uint8 or not (len(shape) == 2 or (len(shape) == 3 and shape[2] == 3)) or 0 in shape:
            raise ValueError(f"not a page image: {self.pixels.dtype} {shape}")
        if not self.dpi > 0:
            raise ValueError(f"impossible resolution: {self.dpi} dpi")

    @property
    def width(self) -> float:
        """Width in points."""
        return self.pixels.shape[1] * 72 / self.dpi

    @property
    def height(self) -> float:
        """Height in points."""
        return self.pixels.shape[0] * 72 / self.dpi
