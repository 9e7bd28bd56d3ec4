"""What hard pages cost: the transcribed scans turned, photographed, copied badly and stamped, beside plain Tesseract.

    python -m benchmarks.degraded [--cache FOLDER] [--keep-plain]

Writes ``benchmarks/degraded.md`` and ``benchmarks/reading_confidence.svg`` (expected against true character error, page by
page). Damage is done by ``samples/wear.py``. Half of the pages were looked at while reading was made robust, the other half
only scored. Readings are kept in FOLDER and made anew when reading, an engine or the damage changes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from statistics import correlation, fmean

import numpy as np
from PIL import Image
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from benchmarks.ocr import GOLD, SCANS, images
from pipeline.image.images import PageImage
from pipeline.ocr import make_engine
from pipeline.runs.versions import reading_digest
from pipeline.scan import read_scan
from samples import wear

ROOT = Path(__file__).resolve().parent.parent
TABLE, PLOT = ROOT / "benchmarks" / "degraded.md", ROOT / "benchmarks" / "reading_confidence.svg"
DEVELOPED = ("cv_3722_metro", "nq_115_ba_vi")
REPORTED = ("tt_21_bct_fuel", "qd_707_ttg")
OTHERS_DEVELOPED = ("14_quangngai_23-bc-ubnd_2025_cctthc", "14_quangngai_23-bc-ubnd_2025_cctthc:2")
OTHERS_REPORTED = (
    "hanoi_tb_453_flag", "02_binhduong_06-tb-ubnd_2016", "02_binhduong_06-tb-ubnd_2016:2", "26_dongnai_1219-vpdk_2025_96dpi"
)  # fmt: skip
ALL_DEVELOPED, ALL_REPORTED = (*DEVELOPED, *OTHERS_DEVELOPED), (*REPORTED, *OTHERS_REPORTED)
SPREAD, AS_THEY_ARE = "two pages on one scan", "other transcribed pages, as they are"


@dataclass(frozen=True, slots=True)
class Reading:
    """One page in one state: true character error of ours in reading order and regardless of it, what we expected, and the
    error of plain Tesseract in reading order.
    """

    page: str
    damage: str
    error: float
    order_free: float
    expected: float
    plain: float


def gold(name: str) -> str:
    stem, _, number = name.partition(":")
    return (GOLD / f"{stem}.txt").read_text(encoding="utf-8").split("\f")[int(number or 1) - 1]


def error(text: str, expected: str) -> float:
    """Character error rate, white space folded, as the scorer of the evaluation material counts it."""
    got, wanted = " ".join(text.split()), " ".join(expected.split())
    return min(1.0, Levenshtein.distance(got, wanted) / len(wanted))


def order_free(text: str, expected: str) -> float:
    """The same with each line of the transcript compared to its best place, so that only recognition counts."""
    got = " ".join(text.split())
    errors = letters = 0
    for line in (" ".join(line.split()) for line in expected.splitlines()):
        if line:
            place = fuzz.partial_ratio_alignment(line, got) if got else None
            best = got[place.dest_start : place.dest_end] if place else ""
            errors += min(len(line), Levenshtein.distance(line, best))
            letters += len(line)
    return errors / letters


@lru_cache(maxsize=2)
def scanned(name: str) -> tuple[wear.Pixels, float]:
    stem, _, number = name.partition(":")
    image = next(islice(images(stem), int(number or 1) - 1, None))
    return image.pixels, image.dpi


def worn_pages() -> Iterator[tuple[str, str, str]]:
    """Page, damage, and transcript of all that is read."""
    for names in (DEVELOPED, REPORTED):
        for damage in wear.DAMAGES:
            for name in names:
                yield name, damage, gold(name)
        yield names[0], SPREAD, gold(names[0]) + "\n" + gold(names[1])
    for name in (*OTHERS_DEVELOPED, *OTHERS_REPORTED):
        yield name, AS_THEY_ARE, gold(name)


def worn(name: str, damage: str) -> wear.Worn:
    pixels, dpi = scanned(name)
    if damage == AS_THEY_ARE:
        return wear.Worn(pixels, dpi)
    if damage != SPREAD:
        return wear.DAMAGES[damage](pixels, dpi)
    names = DEVELOPED if name in DEVELOPED else REPORTED
    return wear.spread(pixels, scanned(names[1])[0], dpi)


def plain_tesseract(page: wear.Worn) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.png"
        Image.fromarray(page.pixels).save(file, dpi=(page.dpi, page.dpi), compress_level=1)
        command = ["tesseract", str(file), "-", "-l", "vie"]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=ENVIRONMENT).stdout


ENVIRONMENT = {"OMP_THREAD_LIMIT": "1", "PATH": "/usr/local/bin:/usr/bin:/bin"}


def printed_plain() -> dict[tuple[str, bool], float]:
    """The errors of plain Tesseract in the table as it stands: by damage, and whether of the pages developed on."""
    found = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 7 and cells[1] in {*wear.DAMAGES, SPREAD, AS_THEY_ARE}:
            found[cells[1], True], found[cells[1], False] = float(cells[3]), float(cells[5])
    return found


def readings(folder: Path, known_plain: Mapping[tuple[str, bool], float]) -> list[Reading]:
    engine = make_engine()
    damage_code = hashlib.sha256(Path(wear.__file__).read_bytes()).hexdigest()
    found = []
    for name, damage, transcript in worn_pages():
        page: list[wear.Worn] = []  # made when it is needed, once

        def made(name: str = name, damage: str = damage, page: list[wear.Worn] = page) -> wear.Worn:
            if not page:
                page.append(worn(name, damage))
            return page[0]

        kept = folder / f"{key(name, damage, damage_code, 'plain', str(bool(known_plain)))}.json"
        if (before := known_plain.get((damage, name in ALL_DEVELOPED))) is not None:
            kept.write_text(json.dumps(before))
        if not kept.exists():
            kept.write_text(json.dumps(error(plain_tesseract(made()), transcript)))
        plain = float(json.loads(kept.read_text()))
        kept = folder / f"{key(name, damage, damage_code, reading_digest(), engine.version)}.json"
        if not kept.exists():
            read = read_scan(PageImage(made().pixels, made().dpi), engine, number=1)
            scored = error(read.text, transcript), order_free(read.text, transcript)
            kept.write_text(json.dumps(asdict(Reading(name, damage, *scored, 1 - read.confidence, plain))))
        found.append(Reading(**json.loads(kept.read_text())))
        print(f"{name:16} {damage:28} {found[-1].error:.4f} {found[-1].plain:.4f}", flush=True)
    return found


def key(*parts: str) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:20]


# --- what confidence says ---------------------------------------------------------------------------------------------


def slope(pages: Sequence[Reading]) -> float:
    """Characters wrong for each word expected wrong: least squares through the origin."""
    return sum(p.expected * p.order_free for p in pages) / sum(p.expected**2 for p in pages)


def expected_error(page: Reading, characters: float) -> float:
    return characters * page.expected


def plot(pages: Sequence[Reading], characters: float) -> str:
    """Expected (across) against true character error (up), both as square roots so that good pages can be told apart."""
    side, edge = 460, 50
    top = max(0.05, *(max(p.order_free, expected_error(p, characters)) for p in pages))

    def at(value: float) -> float:
        return math.sqrt(value / top) * side

    ticks = [value for value in (0.002, 0.01, 0.03, 0.1, 0.3) if value <= top]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side + 2 * edge} {side + 2 * edge}"'
        ' font-family="sans-serif" font-size="12">',
        f'<g transform="translate({edge},{edge})"><rect width="{side}" height="{side}" fill="none" stroke="#999"/>',
        f'<line x1="0" y1="{side}" x2="{side}" y2="0" stroke="#ccc"/>',
    ]
    for tick in ticks:
        x, y = at(tick), side - at(tick)
        parts.append(f'<text x="{x:.0f}" y="{side + 16}" text-anchor="middle">{100 * tick:g} %</text>')
        parts.append(f'<text x="-6" y="{y + 4:.0f}" text-anchor="end">{100 * tick:g} %</text>')
    for page in pages:
        colour = "#1f6fb2" if page.page in ALL_DEVELOPED else "#d1651a"
        x, y = at(expected_error(page, characters)), side - at(page.order_free)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}" fill-opacity="0.7">'
            f"<title>{page.page}, {page.damage}</title></circle>"
        )
    parts.append(f'<text x="{side / 2}" y="{side + 36}" text-anchor="middle">expected character error</text>')
    parts.append(f'<text transform="translate(-38,{side / 2}) rotate(-90)" text-anchor="middle">true character error</text>')
    parts.append(
        '<text x="8" y="18" fill="#1f6fb2">developed on</text><text x="8" y="34" fill="#d1651a">reported</text></g>'
    )
    return "\n".join([*parts, "</svg>", ""])


# --- the table --------------------------------------------------------------------------------------------------------

HEAD = """# Hard pages: the same scans worn in {count} ways

Written by `python -m benchmarks.degraded`; reading {version}, {engine}.

Character error in reading order, texts as read, before repair; `plain` is `tesseract -l vie` on the same image. “Developed
on” are {developed}, which were looked at while reading was made robust; “reported” are {reported}, which were only scored;
the last row adds other pages to either half.
Damage is done by `samples/wear.py`.

| | developed on: ours | plain | reported: ours | plain |
|---|---|---|---|---|
"""
CONFIDENCE = """
## Expected and true character error

![expected against true character error](reading_confidence.svg)

Expected is the page's own confidence: the share of words expected wrong, times the characters wrong for each such word,
{slope:.2f}, fitted on the pages developed on. True is the error regardless of reading order.

| pages | correlation | mean true error | mean expected error | mean difference |
|---|---|---|---|---|
"""


def report(pages: Sequence[Reading], engine: str) -> str:
    head = HEAD.format(
        count=len({page.damage for page in pages}),
        version=reading_digest(),
        engine=engine,
        developed=" and ".join(DEVELOPED),
        reported=" and ".join(REPORTED),
    )
    rows = []
    for damage in dict.fromkeys(page.damage for page in pages):
        cells = []
        for names in (ALL_DEVELOPED, ALL_REPORTED):
            own = [page for page in pages if page.damage == damage and page.page in names]
            cells += [f"{fmean(page.error for page in own):.4f}", f"{fmean(page.plain for page in own):.4f}"]
        rows.append(f"| {damage} | {' | '.join(cells)} |")
    developed = [page for page in pages if page.page in ALL_DEVELOPED]
    reported = [page for page in pages if page.page not in ALL_DEVELOPED]
    characters = slope(developed)
    shares = []
    for label, group in (("developed on", developed), ("reported", reported), ("all", list(pages))):
        true, expected = [p.order_free for p in group], [expected_error(p, characters) for p in group]
        off = float(np.mean(np.abs(np.subtract(true, expected))))
        shares.append(
            f"| {label} | {correlation(true, expected):.2f} | {fmean(true):.4f} | {fmean(expected):.4f} | {off:.4f} |"
        )
    return head + "\n".join(rows) + "\n" + CONFIDENCE.format(slope=characters) + "\n".join(shares) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "vanban-degraded")
    parser.add_argument("--keep-plain", action="store_true", help="take the figures of plain Tesseract from the table")
    args = parser.parse_args()
    folder = args.cache
    if not SCANS.is_dir():
        print("the evaluation material is not beside the checkout", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    pages = readings(folder, printed_plain() if args.keep_plain else {})
    PLOT.write_text(plot(pages, slope([page for page in pages if page.page in ALL_DEVELOPED])), encoding="utf-8")
    TABLE.write_text(report(pages, make_engine().version), encoding="utf-8")
    print(TABLE.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
