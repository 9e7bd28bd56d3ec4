"""Stamps: where rectangular ones may be in print, and what is written in those of coloured ink.

A stamp is put down by hand: tilted, broken, over print. So a frame here is two upright strokes facing each other with
strokes across between them, not a closed contour; and each stamp of coloured ink is turned level by itself before it is
read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import cv2
import numpy as np
import regex

from normalizers.fluency import known
from normalizers.forms import fold
from pipeline.image.boxes import PixelBox, enclosing, share_inside
from pipeline.image.components import connected
from pipeline.image.images import Pixels, Straight, as_pixels
from pipeline.layout.seals import find_seals
from pipeline.ocr.base import Engine, ReadLine, ReadWord, line_of

DPI = 100.0
"""Frames are sought on a small copy: their strokes are 0.3 mm and more."""
UPRIGHT, ACROSS = 22, 40
"""Shortest strokes at ``DPI``: 5.6 mm and 10 mm, more than any letter and less than the sides of such a stamp."""
WIDTHS = 75, 370
"""Width of a stamp at ``DPI``: 2 to 9.5 cm; wider frames are tables and boxes of text."""
HEIGHTS = 18, 235
"""Height of a stamp at ``DPI``: half a centimetre to 6 cm."""
FACING = 0.35
"""Share of the upper and lower extent that two upright strokes have in common when they face each other; stamps have
gaps."""


def find_frames(grey: Pixels, dpi: float) -> list[PixelBox]:
    """Boxes of what may be the frame of a stamp, largest first; frames inside larger ones left out."""
    scale = DPI / dpi
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = (small < 170).astype(np.uint8)
    uprights = _strokes(as_pixels(cv2.dilate(ink, np.ones((1, 3), np.uint8))), (UPRIGHT, 1))
    across = _strokes(as_pixels(cv2.dilate(ink, np.ones((3, 1), np.uint8))), (1, ACROSS))
    frames: list[PixelBox] = []
    for a, b in combinations(sorted(uprights), 2):
        wide = b[2] - a[0]
        top, bottom = min(a[1], b[1]), max(a[3], b[3])
        shared = min(a[3], b[3]) - max(a[1], b[1])
        if not (WIDTHS[0] < wide < WIDTHS[1] and HEIGHTS[0] < bottom - top < HEIGHTS[1]):
            continue
        tall = bottom - top
        bars = [
            s for s in across if _overlap(s, (a[0], b[2])) > 0.5 * wide and top - 0.2 * tall < s[1] < bottom + 0.2 * tall
        ]
        if shared > FACING * tall and any(s[2] - s[0] < 1.3 * wide for s in bars):  # the rows of a table go on
            frames.append((a[0], min(top, *(s[1] for s in bars)), b[2], max(bottom, *(s[3] for s in bars))))
    frames += [frame for upright in uprights for frame in _open_frames(upright, across)]
    frames.sort(key=lambda f: -(f[2] - f[0]) * (f[3] - f[1]))
    outer: list[PixelBox] = []
    for frame in frames:
        if not any(_inside(frame, other) for other in outer):
            outer.append(frame)
    return [(round(x0 / scale), round(y0 / scale), round(x1 / scale), round(y1 / scale)) for x0, y0, x1, y1 in outer]


CORNER = 12, 0.25
"""How near, at ``DPI`` and in heights of the upright stroke, the strokes across must come to its end: stamps are worn at
their corners."""
SHORTER = 0.3
"""Length of the shorter one of them at least, in lengths of the longer."""


def _open_frames(upright: PixelBox, across: Sequence[PixelBox]) -> Iterator[PixelBox]:
    """Frames of which three sides are there: an upright stroke and one across at either end of it, to the same side. The
    fourth is worn off, or was cut off at the edge of the paper."""
    top, bottom = upright[1], upright[3]
    slack = CORNER[1] * (bottom - top)
    for side in (0, 2):  # the strokes end at it, or begin there
        ends = [s for s in across if abs(s[2 - side] - upright[2 - side]) <= CORNER[0]]
        upper = [s for s in ends if abs(s[1] - top) <= slack]
        lower = [s for s in ends if abs(s[3] - bottom) <= slack]
        if upper and lower:
            first, last = (max(some, key=lambda s: s[2] - s[0]) for some in (upper, lower))
            shorter, longer = sorted((first[2] - first[0], last[2] - last[0]))
            frame = enclosing([upright, first, last])
            wide, high = frame[2] - frame[0], frame[3] - frame[1]
            sized = WIDTHS[0] < wide < WIDTHS[1] and HEIGHTS[0] < high < HEIGHTS[1]
            if sized and shorter > SHORTER * longer and first is not last:
                yield frame


def _strokes(ink: Pixels, shape: tuple[int, int]) -> list[PixelBox]:
    """Bounding boxes of the straight strokes of at least ``shape`` (rows, columns)."""
    opened = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
    _, _, stats = connected(cv2.dilate(opened, np.ones((3, 3), np.uint8)))
    return [(int(x), int(y), int(x + w), int(y + h)) for x, y, w, h, _ in stats[1:]]


def _overlap(stroke: PixelBox, span: tuple[int, int]) -> int:
    return min(stroke[2], span[1]) - max(stroke[0], span[0])


def _inside(box: PixelBox, other: PixelBox) -> bool:
    x = (box[0] + box[2]) / 2
    y = (box[1] + box[3]) / 2
    return other[0] <= x <= other[2] and other[1] <= y <= other[3]


# --- coloured ink -----------------------------------------------------------------------------------------------------

TOGETHER = 0.08
"""Inches between the letters and frame of one stamp."""
SMALLEST = 0.3, 0.12
"""Inches of the longer and of the shorter side of anything written with a stamp: "KHẨN" without its frame."""
ROUND = 0.8
"""Seals are as wide as high, to within this: what runs around them is not read."""
READABLE = 0.5
"""Confidence, and share of known words, of what is believed of a stamp."""


def read_stamps(straight: Straight, engine: Engine) -> list[ReadLine]:
    """What is written in the stamps of coloured ink on a page, where it can be read; boxes are those of whole stamps.

    Urgency ("HỎA TỐC"), secrecy, "CÔNG VĂN ĐẾN", "SAO Y BẢN CHÍNH". Round seals are left out.
    """
    if straight.stamps is None:
        return []
    lines: list[ReadLine] = []
    for box in _stamp_boxes(straight.stamps, straight.dpi):
        crop = _upright(straight.stamps, box, straight.dpi)
        rows = _whole_rows(crop, [found for found in engine.find_lines(crop) if _height(found) < 0.5 * straight.dpi])
        read = [line for line in engine.recognise(crop, rows) if _is_readable(line)] if rows else []
        for line in read:
            words = [ReadWord(word.text, box, word.confidence, word.agreed) for word in line.words]
            lines.append(line_of(words, box, line.engines))
    return lines


SURE = 0.7
"""Confidence of a line in coloured ink that is taken for print."""
SIGNER = regex.compile(
    r"((p\.|pho|q\.|kt\.|tm\.|tl\.|tuq\.) ?)*(chu tich|giam doc|truong|hieu|chanh|cuc|bi thu|vien|bo|thu)\b.*"
)
"""How the office of a signer begins ("PHÓ GIÁM ĐỐC", "KT. CHỦ TỊCH"), folded."""
RIGHT_HALF = 0.45
"""Page widths from which the middle of a signature lies."""


def read_signers(straight: Straight, engine: Engine) -> list[ReadLine]:
    """Offices and names of signers in coloured ink, level with the page: stamped or printed, they are print of the sign-off.

    What stands in round seals, and stamps of incoming mail, urgency and copies, is none.
    """
    if straight.stamps is None:
        return []
    seals = find_seals(straight.stamps, straight.dpi)
    without = straight.stamps.copy()
    for seal in seals:
        cv2.circle(without, (round(seal.x), round(seal.y)), round(seal.radius), (255,), thickness=-1)
    # a name that a seal touches is found whole in one of the two
    lines = [line for ink in ([straight.stamps, without] if seals else [without]) for line in _signers_in(ink, engine)]
    longest: list[ReadLine] = []
    for line in sorted(lines, key=lambda line: -len(line.text)):
        inside = any(seal.holds(line.box) for seal in seals)
        if not inside and not any(share_inside(line.box, other.box) > 0 for other in longest):
            longest.append(line)
    return sorted(longest, key=lambda line: line.box[1])


def _signers_in(ink: Pixels, engine: Engine) -> list[ReadLine]:
    lines = engine.recognise(ink, engine.find_lines(ink))
    middle = RIGHT_HALF * ink.shape[1]
    return [line for line in lines if (line.box[0] + line.box[2]) / 2 > middle and is_signer(line)]


def is_signer(line: ReadLine) -> bool:
    """Whether a line is an office in capitals or the name of a person: two to five words with a capital each."""
    words = [word.text.strip(".,") for word in line.words]
    if line.confidence < SURE or not _is_readable(line):
        return False
    if line.text.isupper():
        return SIGNER.fullmatch(fold(line.text)) is not None
    return 2 <= len(words) <= 5 and all(word.istitle() and word.isalpha() for word in words)


def _stamp_boxes(stamps: Pixels, dpi: float) -> list[PixelBox]:
    reach = max(1, round(TOGETHER * dpi))
    joined = cv2.dilate((stamps < 200).astype(np.uint8), np.ones((reach, reach), np.uint8))
    _, _, stats = connected(joined)
    boxes = []
    for left, top, wide, high, _ in stats[1:].tolist():
        is_round = ROUND < wide / high < 1 / ROUND and min(wide, high) > 0.9 * dpi
        if max(wide, high) >= SMALLEST[0] * dpi and min(wide, high) >= SMALLEST[1] * dpi and not is_round:
            boxes.append((left, top, left + wide, top + high))
    return sorted(boxes, key=lambda box: (box[1], box[0]))


def _upright(stamps: Pixels, box: PixelBox, dpi: float) -> Pixels:
    """One stamp, turned so that its longer side is level, white around it, the grain of its ink smoothed."""
    left, top, right, bottom = box
    ink = (stamps[top:bottom, left:right] < 200).astype(np.uint8)
    points = np.argwhere(ink)[:, ::-1].astype(np.float32)
    (x, y), (wide, high), angle = cv2.minAreaRect(points)
    if high > wide:
        wide, high, angle = high, wide, angle - 90
    angle = (angle + 90) % 180 - 90  # a level stamp may come as -180 degrees, which would set it on its head
    margin = round(0.15 * dpi)
    size = round(wide) + 2 * margin, round(high) + 2 * margin
    turn = cv2.getRotationMatrix2D((x, y), angle, 1.0)
    turn[:, 2] += np.array([size[0] / 2 - x, size[1] / 2 - y])
    smooth = cv2.GaussianBlur(stamps[top:bottom, left:right], (0, 0), dpi / 250)
    return as_pixels(cv2.warpAffine(smooth, turn, size, flags=cv2.INTER_CUBIC, borderValue=(255,)))


def _whole_rows(crop: Pixels, found: Sequence[PixelBox]) -> list[PixelBox]:
    """The rows of letters that ``found`` of the detector lie in, from top to bottom; used to pages, it finds pieces here."""
    _, _, stats = connected((crop < 160).astype(np.uint8))
    pieces = [(x, y, x + w, y + h) for x, y, w, h, _ in stats[1:].tolist()]
    rows: list[PixelBox] = []
    for box in sorted(found, key=lambda box: (-_height(box), box[0])):
        if any(row[1] < (box[1] + box[3]) / 2 < row[3] for row in rows):
            continue
        slack = 0.3 * _height(box)
        letters = [p for p in pieces if p[1] > box[1] - slack and p[3] < box[3] + slack and _height(p) > slack]
        row = box
        for letter in sorted(letters, key=lambda p: abs(p[0] + p[2] - box[0] - box[2])):
            if letter[0] < row[2] + _height(box) and letter[2] > row[0] - _height(box):
                row = enclosing([row, letter])
        rows.append(row)
    return sorted(rows, key=lambda row: row[1])


def _height(box: PixelBox) -> int:
    return box[3] - box[1]


def _is_readable(line: ReadLine) -> bool:
    words = [word.text.strip(".,:;-()") for word in line.words]
    letters = sum(c.isalpha() for c in line.text)
    right = sum(len(word) for word in words if len(word) > 1 and known(word))
    return line.confidence >= READABLE and letters >= 3 and right >= READABLE * letters and fold(line.text).strip() != ""
