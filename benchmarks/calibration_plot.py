"""How often facts of a stated probability are right, a panel for each kind, as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

EDGES = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)
"""Of the ranges whose facts are counted together: fine where probabilities are cited, at 0.9 and more."""
SIDE, GAP = 200, 56


def plot(pairs: Mapping[str, Sequence[tuple[float, bool]]]) -> str:
    """Stated probability (across) against the share that is right (up); the area of a dot is its number of facts."""
    width = len(pairs) * (SIDE + GAP) + GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {SIDE + 2 * GAP}"'
        ' font-family="sans-serif" font-size="12">'
    ]
    for i, (kind, told) in enumerate(pairs.items()):
        parts += _panel(kind, told, GAP + i * (SIDE + GAP))
    return "\n".join([*parts, "</svg>", ""])


def _panel(kind: str, told: Sequence[tuple[float, bool]], left: int) -> list[str]:
    parts = [
        f'<g transform="translate({left},{GAP})"><rect width="{SIDE}" height="{SIDE}" fill="none" stroke="#999"/>',
        f'<line x1="0" y1="{SIDE}" x2="{SIDE}" y2="0" stroke="#ccc"/>',
        f'<text x="{SIDE / 2}" y="-10" text-anchor="middle">{kind} ({len(told)})</text>',
        f'<text x="{SIDE / 2}" y="{SIDE + 34}" text-anchor="middle">stated</text>',
    ]
    for tick in (0.5, 0.9):
        parts.append(f'<text x="{tick * SIDE:.0f}" y="{SIDE + 16}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="-6" y="{SIDE - tick * SIDE + 4:.0f}" text-anchor="end">{tick:g}</text>')
    for low, high in pairwise(EDGES):
        inside = [(p, right) for p, right in told if low <= p < high]
        if not inside:
            continue
        mean = sum(p for p, _ in inside) / len(inside)
        share = sum(right for _, right in inside) / len(inside)
        radius = 2 + (len(inside) ** 0.5) / 2
        parts.append(
            f'<circle cx="{mean * SIDE:.1f}" cy="{SIDE - share * SIDE:.1f}" r="{radius:.1f}" fill="#1f6fb2"'
            f' fill-opacity="0.6"><title>{len(inside)} facts stated {mean:.2f}, {share:.2f} right</title></circle>'
        )
    return [*parts, "</g>"]
