"""The sign-off: recipients on the left, signature on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from documents.page import LineKind
from normalizers.forms import fold
from pipeline.layout.cues import DATE, RECIPIENTS
from pipeline.layout.marginalia import NOISE
from pipeline.layout.placed import Placed, centre, joined_lines, line_height, middle_of, part_by


def take_sign_off(lines: Sequence[Placed], size: tuple[int, int]) -> tuple[list[Placed], list[Placed], list[Placed]]:
    """Recipients, then signature; what stands before them; what stands after them."""
    width = size[0]
    starts = [p for p in lines if RECIPIENTS.match(fold(p.line.text)) and p.box[0] < 0.45 * width]
    if not starts:
        return [], list(lines), []
    start = min(starts, key=lambda p: p.box[1])
    height = line_height(lines)
    gutter = start.box[0] + 0.25 * width
    begins = start.box[1] - 0.4 * height

    def in_signature(p: Placed) -> bool:
        lifted = p.box[1] > begins - 4 * height and p.line.text.isupper() and p.box[0] > 0.4 * width
        return p.box[0] > gutter and centre(p) > 0.5 * width and (middle_of(p) > begins or lifted)

    signature, others = part_by(lines, in_signature)
    recipients, others = part_by(others, lambda p: middle_of(p) > begins)
    crossing = [p.box[1] for p in recipients if p.box[2] > 0.66 * width and p.box[0] < gutter]
    end = min(crossing, default=size[1] + 1)
    signature, late = part_by(signature, lambda p: p.box[1] < end)
    recipients, later = part_by(recipients, lambda p: p.box[1] < end)
    ordered = [replace(p, kind=LineKind.RECIPIENTS) for p in joined_lines(recipients)]
    ordered += [replace(p, kind=LineKind.SIGNATURE) for p in joined_lines(signature)]
    return ordered, others, [*late, *later]


PEN_STROKE = 3, 6
"""Letters that the shortest title or name has ("Vũ Á" has three), and that an unreadable one must have to be kept."""


def is_pen_stroke(p: Placed) -> bool:
    """Whether a line of the signature is what an engine made of the signature itself, or of a piece of the seal."""
    letters = sum(c.isalpha() for c in p.line.text)
    if p.kind is not LineKind.SIGNATURE or DATE.search(fold(p.line.text)):
        return False
    return letters < PEN_STROKE[0] or (p.line.confidence < NOISE and letters < PEN_STROKE[1])
