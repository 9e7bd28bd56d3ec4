"""The two thresholds of ``vanban check`` that nothing prescribes: when a page is blank, when a dossier keeps a register.

    python -m benchmarks.archive_checks

Blank: the ink of sheets drawn without print (grain, stains, show-through, shadows, holes, folds), of drawn sheets with as
little as a page number or one line, and of all pages of the samples and, where the evaluation material is beside the
checkout, of its scans. Gaps: registers with numbers taken out at random, and dossiers about one matter whose numbers come
from many offices. Nothing is tuned here; the rows in use are marked. Writes ``benchmarks/archive_checks.md``.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from corpus.archive import registers as register_rules
from corpus.archive.dossiers import Item
from corpus.archive.registers import LEAST_NUMBERS, LEAST_SHARE, registers
from corpus.archive.scans import BLANK_INK, page_scans
from pipeline.image.images import as_pixels
from samples.draw import Look, draw_document
from samples.sheet import Paragraph, Sheet

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "benchmarks" / "archive_checks.md"
SOURCES = (ROOT / "samples" / "documents", ROOT.parent / "shared" / "scans")
SEED, OF_EACH = 20261201, 6
SIZE = 2339, 1654  # A4 at 200 dpi
Grey = NDArray[np.float64]

# --- blank pages ------------------------------------------------------------------------------------------------------


def paper(chance: np.random.Generator) -> Grey:
    """Paper of some grey with the grain of a scanner."""
    grain = chance.normal(0, chance.uniform(1, 5), SIZE)
    return np.asarray(np.full(SIZE, chance.uniform(205, 252)) + grain, np.float64)


def stained(chance: np.random.Generator) -> Grey:
    """A damp stain darker than the paper by up to 50 steps."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    reach = chance.uniform(100, 500)
    far = np.hypot(y - chance.uniform(0, SIZE[0]), x - chance.uniform(0, SIZE[1]))
    return paper(chance) - chance.uniform(15, 50) * np.exp(-((far / reach) ** 2))


def with_shine_through(chance: np.random.Generator) -> Grey:
    """The other side of the sheet, mirrored and soft, 15 to 40 steps darker."""
    print_ = cv2.GaussianBlur(np.fliplr(255.0 - written(20)), (0, 0), 2)
    return paper(chance) - print_ * chance.uniform(15, 40) / 255


def with_holes(chance: np.random.Generator) -> Grey:
    """Two punch holes at the left edge and a dark lid beyond one side of the sheet."""
    page = paper(chance)
    for y in (SIZE[0] // 2 - 315, SIZE[0] // 2 + 315):
        cv2.circle(page, (round(chance.uniform(30, 62)), y), 24, 40.0, -1)
    page[:, SIZE[1] - round(chance.uniform(5, 50)) :] = 60
    return page


def folded(chance: np.random.Generator) -> Grey:
    """A fold across the sheet and specks of dust."""
    page = paper(chance)
    y = round(chance.uniform(600, 1700))
    page[y : y + 2] -= chance.uniform(20, 90)
    for _ in range(round(chance.uniform(5, 60))):
        cv2.circle(page, (round(chance.uniform(100, 1550)), round(chance.uniform(100, 2200))), 2, 60.0, -1)
    return page


BLANKS: dict[str, Callable[[np.random.Generator], Grey]] = {
    "even paper": paper,
    "stained": stained,
    "the other side shines through": with_shine_through,
    "punch holes, lid of the scanner": with_holes,
    "fold and specks": folded,
}


def written(lines: int) -> Grey:
    """A drawn sheet with so many short paragraphs and nothing else, in grey."""
    body = tuple(Paragraph("Giao các phòng chuyên môn tổ chức thực hiện nhiệm vụ được giao.") for _ in range(lines))
    pixels = draw_document(Sheet(body=body), Look())[0].pixels
    grey = pixels if pixels.ndim == 2 else as_pixels(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
    return np.asarray(cv2.resize(grey, (SIZE[1], SIZE[0])), np.float64)


def page_number() -> Grey:
    page = np.full(SIZE, 255, np.uint8)
    cv2.putText(page, "- 2 -", (SIZE[1] // 2 - 40, SIZE[0] - 170), cv2.FONT_HERSHEY_COMPLEX, 1.0, (0,), 2)
    return np.asarray(page, np.float64)


def ink_of(page: Grey, folder: Path) -> float:
    path = folder / "page.png"
    Image.fromarray(np.clip(page, 0, 255).astype(np.uint8)).save(path, dpi=(200, 200))
    return page_scans(path, "image/png")[0].ink


def drawn(folder: Path) -> Iterator[tuple[str, bool, list[float]]]:
    """Kind of page, whether it is blank, and its ink as often as it was drawn."""
    for name, draw in BLANKS.items():
        yield name, True, [ink_of(draw(np.random.default_rng(SEED + i)), folder) for i in range(OF_EACH)]
    for name, print_ in (("a page number", page_number()), ("one line", written(1)), ("three lines", written(3))):
        found = []
        for i in range(OF_EACH):
            ground = paper(np.random.default_rng(SEED + i))
            found.append(ink_of(ground * print_ / 255, folder))
        yield name, False, found


def real() -> Iterator[tuple[str, bool, list[float]]]:
    for source in SOURCES:
        inks = [
            scan.ink
            for path in sorted(source.rglob("*.pdf"))
            for scan in page_scans(path, "application/pdf")
            if scan.dpi is not None
        ]
        if inks:
            yield f"scanned pages of {source.parent.name}/{source.name}", False, inks


def blank_table(rows: list[tuple[str, bool, list[float]]]) -> str:
    tried = (0.0002, 0.0004, BLANK_INK, 0.0012, 0.0016, 0.0024)
    head = " | ".join(f"{'**' if t == BLANK_INK else ''}{t:.2%}{'**' if t == BLANK_INK else ''}" for t in tried)
    lines = [f"| pages | number | least ink | most ink | {head} |", f"|---|---|---|---|{'---|' * len(tried)}"]
    for name, is_blank, inks in rows:
        called = " | ".join(f"{sum(ink < t for ink in inks) / len(inks):.2f}" for t in tried)
        kind = "blank: " if is_blank else "print: "
        lines.append(f"| {kind}{name} | {len(inks)} | {min(inks):.3%} | {max(inks):.2%} | {called} |")
    return "\n".join(lines)


# --- gaps in registers ------------------------------------------------------------------------------------------------


def an_item(number: int, notation: str, ordinal: int) -> Item:
    header = {"number": f"{number:02}/{notation}", "date": "2023-01-01", "issuer": notation}
    return Item(ordinal, str(ordinal), "", "", "", "", False, (1,), True, ordinal, header, frozenset())


def register_of(chance: random.Random) -> tuple[list[Item], int]:
    """The documents of one office's register, of which some numbers are not there; and how many of those lie within."""
    span = chance.randint(6, 140)
    gone = {n for n in range(2, span) if chance.random() < chance.choice((0.0, 0.05, 0.1, 0.2, 0.4))}
    numbers = [n for n in range(1, span + 1) if n not in gone]
    return [an_item(n, "QĐ-UBND", i) for i, n in enumerate(numbers, 1)], len(gone)


def matter_of(chance: random.Random) -> list[Item]:
    """Letters and decisions of several offices about one matter, each with whatever number it had."""
    offices = [f"CV-{letter}SNV" for letter in "ABCDEFGH"[: chance.randint(2, 8)]]
    papers = [(chance.randint(1, 600), chance.choice(offices)) for _ in range(chance.randint(4, 30))]
    return [an_item(number, office, i) for i, (number, office) in enumerate(papers, 1)]


def gap_rows(count: int = 300) -> Iterator[tuple[int, float, float, float]]:
    """Numbers needed, share needed, share of the planted gaps found, share of dossiers about a matter with a gap told."""
    chance = random.Random(SEED)
    kept = [register_of(chance) for _ in range(count)]
    matters = [matter_of(chance) for _ in range(count)]
    for least in (2, 3, 5):
        for share in (0.2, 0.35, 0.5, 0.65, 0.8):
            with patch.object(register_rules, "LEAST_NUMBERS", least), patch.object(register_rules, "LEAST_SHARE", share):
                found = sum(sum(len(one.missing) for one in registers(items)) for items, _ in kept)
                told = sum(any(one.missing for one in registers(items)) for items in matters)
            yield least, share, found / sum(gone for _, gone in kept), told / count


def gap_table() -> str:
    lines = ["| numbers at least | share at least | planted gaps found | matters with a gap told |", "|---|---|---|---|"]
    for least, share, found, told in gap_rows():
        mark = "**" if (least, share) == (LEAST_NUMBERS, LEAST_SHARE) else ""
        lines.append(f"| {mark}{least}{mark} | {mark}{share:.2f}{mark} | {found:.3f} | {told:.3f} |")
    return "\n".join(lines)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        rows = [*drawn(Path(name)), *real()]
    TABLE.write_text(
        "## Thresholds of the check of dossiers\n\nMade by `python -m benchmarks.archive_checks`; what is used is bold."
        " Nothing was tuned on these pages or registers.\n\n"
        "### Blank pages: share called blank at each least share of ink\n\n"
        "A page on which something was read is never called blank, whatever its ink.\n\n"
        f"{blank_table(rows)}\n\n### Gaps in registers\n\n300 registers with numbers taken out, 300 dossiers about one"
        f" matter.\n\n{gap_table()}\n",
        encoding="utf-8",
    )
    print(TABLE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
