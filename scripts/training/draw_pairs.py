"""Draw clean text as scanned pages, read them with Tesseract, and keep the pairs (true line, printed line) as JSONL.

draw_pairs.py CORPUS_FOLDER LANGUAGE PAGES OUT.jsonl [SEED]
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

os.environ["OMP_THREAD_LIMIT"] = "1"

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from normalizers.forms import nfc
from scripts.training.encode import paragraphs

FONTS = Path("/usr/share/fonts/truetype")
# Times-like faces are what decrees prescribe (Thông tư 01/2011); the others stand for the rest of the world.
FACES = [
    *["liberation2/LiberationSerif-Regular.ttf"] * 10,
    *["liberation2/LiberationSerif-Bold.ttf"] * 2,
    *["liberation2/LiberationSerif-Italic.ttf"] * 2,
    "dejavu/DejaVuSans.ttf",
    "liberation2/LiberationSans-Regular.ttf",
]
LINES_ON_PAGE = 30


def sample_lines(corpus: Path, count: int, rng: random.Random) -> list[str]:
    """Lines of 60 to 90 letters, half of them provincial; one in fifteen in capitals."""
    pools = []
    for source in ("provincial", "official"):
        texts = [
            t.strip() for i, t in enumerate(paragraphs(corpus / f"{source}.txt.xz")) if i % 11 == 0 and 40 < len(t) < 600
        ]
        rng.shuffle(texts)
        pools.append(texts)
    lines: list[str] = []
    while len(lines) < count:
        text = nfc(rng.choice(pools[len(lines) % 2]))
        if rng.random() < 0.07:
            text = text[:80].upper()
        lines += textwrap.wrap(text, rng.randint(60, 88))
    return lines[:count]


def draw_page(lines: list[str], rng: random.Random) -> tuple[Image.Image, list[int], int]:
    """The page in grey, the middle of each line (y, pixels), and its resolution."""
    dpi = rng.choice((130, 150, 200, 200, 200, 250, 300, 300))
    size = int(rng.choice((11, 12, 13, 13, 14, 14)) * dpi / 72)
    font = ImageFont.truetype(str(FONTS / rng.choice(FACES)), size)
    leading = int(size * rng.uniform(1.25, 1.6))
    margin = size * 3
    width = max(int(font.getlength(line)) for line in lines) + 2 * margin
    page = Image.new("L", (width, leading * len(lines) + 2 * margin), rng.randint(235, 255))
    pen = ImageDraw.Draw(page)
    middles = []
    for i, line in enumerate(lines):
        y = margin + i * leading
        pen.text((margin, y), line, font=font, fill=rng.randint(0, 60))
        middles.append(y + size // 2)
    page = page.rotate(rng.uniform(-0.25, 0.25), fillcolor=250, resample=Image.Resampling.BICUBIC)
    page = page.filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 1.1) * dpi / 200))
    if rng.random() < 0.4:  # copied and scanned again: strokes break or run together
        small = rng.uniform(0.6, 0.85)
        page = page.resize((int(page.width * small), int(page.height * small))).resize(page.size)
    pixels = np.asarray(page, np.float32) + np.random.default_rng(rng.randint(0, 1 << 30)).normal(
        0, rng.uniform(0, 14), (page.height, page.width)
    )
    if rng.random() < 0.35:
        pixels = np.where(pixels > rng.uniform(120, 190), 255, 0)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)), middles, dpi


def read_lines(language: str, page: Image.Image, middles: list[int], dpi: int) -> Iterator[tuple[int, str]]:
    """(index of the drawn line, text read) for every line that can be matched by its height on the page."""
    command = ["tesseract", "-", "-", "-l", language.removesuffix("-legacy"), "--psm", "6", "--dpi", str(dpi)]
    command += ["--oem", "0" if language.endswith("-legacy") else "1", "tsv"]
    pixels = io.BytesIO()
    page.save(pixels, "PNG")
    table = subprocess.run(command, input=pixels.getvalue(), capture_output=True, check=True).stdout.decode("utf-8")
    words: dict[tuple[str, ...], list[tuple[int, int, str]]] = {}
    for row in list(csv.reader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE))[1:]:
        if row[0] == "5" and row[11].strip():
            words.setdefault(tuple(row[1:5]), []).append((int(row[7]), int(row[9]), row[11]))
    found: dict[int, str] = {}
    for line in words.values():
        middle = min(top for top, _, _ in line) + max(height for _, height, _ in line) / 2
        nearest = min(range(len(middles)), key=lambda i, middle=middle: abs(middles[i] - middle))
        # two pieces on one line are not a pair to learn from
        found[nearest] = "" if nearest in found else " ".join(text for _, _, text in line)
    yield from ((i, t) for i, t in found.items() if t)


def main() -> None:
    corpus, language, pages, out = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
    rng = random.Random(int(sys.argv[5]) if len(sys.argv) > 5 else 7)
    lines = sample_lines(corpus, pages * LINES_ON_PAGE, rng)
    with out.open("w", encoding="utf-8") as pairs:
        for at in range(0, len(lines), LINES_ON_PAGE):
            on_page = lines[at : at + LINES_ON_PAGE]
            page, middles, dpi = draw_page(on_page, rng)
            for i, text in read_lines(language, page, middles, dpi):
                pairs.write(
                    json.dumps({"page": at // LINES_ON_PAGE, "raw": text, "gold": on_page[i]}, ensure_ascii=False) + "\n"
                )
            pairs.flush()


if __name__ == "__main__":
    main()
