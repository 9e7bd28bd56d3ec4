"""Parts and paragraphs of an ordered page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from documents.page import LineKind
from normalizers.forms import fold
from pipeline.layout.cues import DATE, FOOTNOTE, NUMBER, NUMBERED, RUNNING_HEAD, TITLES
from pipeline.layout.letterhead import Letterhead, is_motto
from pipeline.layout.marginalia import at_edge
from pipeline.layout.placed import Placed, centre, height_of, line_height


def name_parts(lines: Sequence[Placed], size: tuple[int, int], head: Letterhead | None) -> list[Placed]:
    """Kinds for the lines of the body: title block, page number, running head, footnotes."""
    height = line_height(lines)
    named: list[Placed] = []
    in_title = False
    for p in lines:
        text = fold(p.line.text)
        kind = p.kind
        if kind is LineKind.BODY:
            centred = abs(centre(p) - size[0] / 2) < 0.08 * size[0] and p.box[0] > 0.13 * size[0]
            beneath = bool(named) and abs(centre(p) - centre(named[-1])) < 0.03 * size[0]  # under it, on a page not centred
            follows = (
                in_title
                and (centred or beneath)
                and bool(named)
                and p.box[1] - named[-1].box[3] < 1.2 * height
                and not NUMBERED.match(text)
            )
            in_title = follows or (centred and bool(TITLES.match(text)) and p.line.text.isupper())
            if in_title:
                kind = LineKind.TITLE
            elif at_edge(p, size) and RUNNING_HEAD.match(text):
                kind = LineKind.RUNNING_HEAD
        named.append(replace(p, kind=kind))
    return name_footnotes(named, size, height)


def name_footnotes(lines: list[Placed], size: tuple[int, int], height: float) -> list[Placed]:
    """Small print at the foot, from a line that begins with a number or an asterisk to the end of the body."""
    large = (
        i for i in range(len(lines) - 1, -1, -1) if lines[i].kind is LineKind.BODY and height_of(lines[i]) >= 0.88 * height
    )
    for i in range(next(large, -1) + 1, len(lines)):  # small print only from here on
        p = lines[i]
        if p.kind is LineKind.BODY and p.box[1] > 0.6 * size[1] and FOOTNOTE.match(p.line.text):
            return lines[:i] + [replace(q, kind=LineKind.FOOTNOTE) if q.kind is LineKind.BODY else q for q in lines[i:]]
    return lines


INDENT = 0.6
"""Line heights: a first line is set in by 1 to 1.27 cm, two line heights; skew and ragged detection stay below half a
height."""


def number_paragraphs(lines: Sequence[Placed], size: tuple[int, int]) -> list[Placed]:
    """Paragraph numbers: a line goes on the one before unless it is set in, numbered, of another kind, or follows white
    or a short line.
    """
    body = [p for p in lines if p.kind is LineKind.BODY]
    height = line_height(body)
    right = sorted(p.box[2] for p in body)[int(0.8 * len(body))] if body else size[0]
    left = sorted(p.box[0] for p in body)[int(0.2 * len(body))] if body else 0
    numbered: list[Placed] = []
    paragraph = 0
    for i, p in enumerate(lines):
        if i and not _goes_on(lines[i - 1], p, height, left, right):
            paragraph += 1
        numbered.append(replace(p, paragraph=paragraph))
    return numbered


def _goes_on(before: Placed, p: Placed, height: float, left: float, right: float) -> bool:
    if (
        before.kind is not p.kind
        or p.kind in (LineKind.SIGNATURE, LineKind.PAGE_NUMBER)
        or (NUMBERED.match(fold(p.line.text)) and not _is_broken_off(before, p, height, left, right))
    ):
        return False
    gap = p.box[1] - before.box[3]
    if gap > 0.8 * height or gap < -0.7 * height:
        return False
    if p.kind is LineKind.BODY:
        return before.box[2] > right - 2.5 * height and p.box[0] < left + INDENT * height + 0.5 * height
    return p.kind is not LineKind.LETTERHEAD or not (
        NUMBER.match(fold(p.line.text)) or DATE.search(fold(p.line.text)) or is_motto(before.line.text)
    )


def _is_broken_off(before: Placed, p: Placed, height: float, left: float, right: float) -> bool:
    """Whether a dash at the beginning of a line goes on the one before ("Châu Á / - Thái Bình Dương") and begins no item."""
    full = before.box[2] > right - 2.5 * height and before.line.text[-1:].isalnum()
    return full and p.line.text.startswith(("-", "–")) and p.box[0] < left + 0.5 * height
