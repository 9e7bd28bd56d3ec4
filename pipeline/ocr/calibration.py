"""From what an engine says about itself to the probability that a word is right.

The tables are isotonic regressions of "word stands in the transcript" on the engine's own figure, fitted by
``benchmarks/ocr.py --calibrate`` on the transcribed pages; between their points the value is interpolated.
"""

from __future__ import annotations

from bisect import bisect_right

Curve = tuple[tuple[float, float], ...]
"""Points (engine's own figure, share of words right), both rising."""


def calibrated(raw: float, curve: Curve) -> float:
    """The value of ``curve`` at ``raw``.

    >>> calibrated(0.75, ((0.5, 0.2), (1.0, 0.8)))
    0.5
    """
    i = bisect_right(curve, (raw, 2.0))
    if i == 0:
        return curve[0][1]
    if i == len(curve):
        return curve[-1][1]
    (x0, y0), (x1, y1) = curve[i - 1], curve[i]
    return y0 + (y1 - y0) * (raw - x0) / (x1 - x0)
