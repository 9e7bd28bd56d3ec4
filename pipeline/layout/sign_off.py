"""The sign-off: recipients on the left, signature on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import regex

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


OFFICE = regex.compile(
    r"\W*((kt|tm|tl|tuq|q)\b\W*)*(pho |quyen )?(chu tich|(tong )?giam doc|chanh|bi thu|chu nhiem|nguoi lap|ke toan|"
    r"((bo|thu|vu|cuc|chi cuc|vien|hieu|hat|doi) )?truong)\b"
)
"""How the office of a signer begins, folded."""
SIDES = 0.48, 0.52
"""Page widths that blocks of signers left and right end before, and begin behind."""
LOWER = 3.0
"""Line heights from an office down to the name under it at least: signature and seal stand between."""


def signers_side_by_side(rows: Sequence[Sequence[Placed]], width: int) -> list[list[Placed]] | None:
    """The blocks of two signers of one document, left before right, where ``rows`` hold nothing else; ``None`` elsewhere.

    Each block has an office in capitals ("KT. GIÁM ĐỐC") and, lower, a name.
    """
    pieces = [p for row in rows for p in row]
    left, right = part_by(pieces, lambda p: centre(p) < width / 2)
    apart = all(p.box[2] < SIDES[0] * width for p in left) and all(p.box[0] > SIDES[1] * width for p in right)
    return [left, right] if apart and _is_signer_block(left) and _is_signer_block(right) else None


def _is_signer_block(block: Sequence[Placed]) -> bool:
    offices = [p for p in block if p.line.text.isupper() and OFFICE.match(fold(p.line.text))]
    names = [p for p in block if _is_name(p.line.text)]
    height = line_height(block)
    return bool(offices and names) and names[-1].box[1] - offices[0].box[3] > LOWER * height


def _is_name(text: str) -> bool:
    words = text.split()
    return 2 <= len(words) <= 6 and all(word[0].isupper() and word.strip(".,").isalpha() for word in words)


PEN_STROKE = 3, 6
"""Letters that the shortest title or name has ("Vũ Á" has three), and that an unreadable one must have to be kept."""


def is_pen_stroke(p: Placed) -> bool:
    """Whether a line of the signature is what an engine made of the signature itself, or of a piece of the seal."""
    letters = sum(c.isalpha() for c in p.line.text)
    if p.kind is not LineKind.SIGNATURE or DATE.search(fold(p.line.text)):
        return False
    return letters < PEN_STROKE[0] or (p.line.confidence < NOISE and letters < PEN_STROKE[1])
