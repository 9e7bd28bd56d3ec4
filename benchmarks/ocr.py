"""What each OCR engine makes of the transcribed page images, and what it costs, beside OCRmyPDF.

    python -m benchmarks.ocr [--engine NAME ...] [--without-ocrmypdf] [--calibrate]

Writes ``benchmarks/ocr.md``. ``cer``, ``marks`` as the scorer of the evaluation material counts them; ``order-free``
compares each line of the transcript with its best place in the text, so that only recognition counts. Seconds are those of a
processor, one thread. ``--calibrate`` prints the isotonic curves that ``pipeline.ocr.tesseract`` and ``trueocr``
hold. Needs the evaluation material beside the checkout.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from documents.page import Page
from pipeline.files.pdf import examine, open_page
from pipeline.files.pictures import load
from pipeline.image.images import PageImage
from pipeline.ocr import ENGINES, make_engine
from pipeline.ocr import tesseract as tesseract_module
from pipeline.ocr import trueocr as trueocr_module
from pipeline.ocr.asterocr import AsterOcr
from pipeline.ocr.base import Engine
from pipeline.ocr.ensemble import Ensemble
from pipeline.scan import read_scan

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SCANS, GOLD = SHARED / "scans", SHARED / "scans" / "gold"
TABLE = ROOT / "benchmarks" / "ocr.md"
SINGLE = ("cv_3722_metro", "hanoi_tb_453_flag", "nq_115_ba_vi", "qd_707_ttg", "tt_21_bct_fuel")
OTHERS = ("02_binhduong_06-tb-ubnd_2016", "14_quangngai_23-bc-ubnd_2025_cctthc", "26_dongnai_1219-vpdk_2025_96dpi")
GROUPS = {"five single pages": SINGLE, "02 and 14": OTHERS[:2], "26": OTHERS[2:]}


@dataclass(slots=True)
class Reading:
    """What one engine made of one file."""

    text: str
    pages: list[Page] = field(default_factory=list)
    seconds: float = 0.0


def images(name: str) -> Iterator[PageImage]:
    path = SCANS / f"{name}.pdf"
    if path.read_bytes()[:4] != b"%PDF":
        yield load(path)
        return
    for number in range(1, examine(path).pages + 1):
        with open_page(path, number) as page:
            yield page.image()[0]


def processor_seconds() -> float:
    """Of this process and of those it started."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def read(name: str, engine: Engine) -> Reading:
    pages = []
    seconds = 0.0
    for number, image in enumerate(images(name), 1):
        started = processor_seconds()
        pages.append(read_scan(image, engine, number=number))
        seconds += processor_seconds() - started
    return Reading("\f".join(page.text for page in pages), pages, seconds)


def read_all(engine: Engine) -> dict[str, Reading]:
    return {file: read(file, engine) for file in (*SINGLE, *OTHERS)}


def without_third(engine: Engine) -> Engine:
    """The ensemble as it is where asterocr is not installed."""
    engine.__dict__["_third"] = None
    return engine


def read_with_ocrmypdf(name: str) -> Reading | None:
    """Its text and seconds; ``None`` for files that it refuses."""
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text.txt"
        command = ["ocrmypdf", "-q", "-l", "vie", "--force-ocr", "--jobs", "1", "--sidecar", str(text)]
        started = processor_seconds()
        environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
        done = subprocess.run(
            [*command, str(SCANS / f"{name}.pdf"), str(Path(folder) / "out.pdf")],
            capture_output=True,
            check=False,
            env=environment,
        )
        if done.returncode not in (0, 10) or not text.exists():
            return None
        return Reading(text.read_text(encoding="utf-8"), seconds=processor_seconds() - started)


def scores(readings: dict[str, Reading]) -> dict[str, tuple[float, float, int]]:
    """cer, marks and letters by name, from the scorer of the evaluation material."""
    with tempfile.TemporaryDirectory() as folder:
        for name, reading in readings.items():
            (Path(folder) / f"{name}.txt").write_text(reading.text, encoding="utf-8")
        command = [sys.executable, str(SHARED / "eval" / "score_ocr.py"), str(GOLD), folder]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = {}
    for line in printed.splitlines():
        match = re.match(r"(\S+) +cer ([\d.]+) .* marks ([\d.]+) +of (\d+)", line)
        if match and match[1] in readings:
            found[match[1]] = float(match[2]), float(match[3]), int(match[4])
    return found


def order_free(name: str, text: str) -> tuple[int, int]:
    """Errors and letters of the transcript's lines against their best places in ``text``."""
    got = " ".join(text.split())
    errors = letters = 0
    for line in (GOLD / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        line = " ".join(line.split())
        if line and got:
            place = fuzz.partial_ratio_alignment(line, got)
            best = got[place.dest_start : place.dest_end] if place else ""
            errors += min(len(line), Levenshtein.distance(line, best))
            letters += len(line)
    return errors, letters


def row(label: str, readings: dict[str, Reading]) -> str:
    scored = scores(readings)
    cells = [label]
    for names in GROUPS.values():
        present = [scored[name] for name in names if name in scored]
        letters = sum(count for _, _, count in present)
        if not letters:
            cells += ["–", "–"]
            continue
        cells.append(f"{sum(cer * count for cer, _, count in present) / letters:.4f}")
        cells.append(f"{sum(marks * count for _, marks, count in present) / letters:.4f}")
    counts = [order_free(name, readings[name].text) for name in readings]
    cells.append(f"{sum(errors for errors, _ in counts) / sum(letters for _, letters in counts):.4f}")
    both = [name for name in readings if name != OTHERS[2]]
    pages = sum(max(1, len(reading.text.rstrip("\f").split("\f"))) for name, reading in readings.items() if name in both)
    cells.append(f"{sum(readings[name].seconds for name in both) / pages:.2f}")
    return "| " + " | ".join(cells) + " |"


def isotonic(pairs: Sequence[tuple[float, bool]]) -> list[tuple[float, float, int]]:
    """Pool adjacent violators: (figure, share right, count) with rising shares."""
    blocks: list[list[float]] = []
    for figure, right in sorted(pairs):
        blocks.append([figure, float(right), 1])
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            figures, rights, count = blocks.pop()
            last = blocks[-1]
            last[0] = (last[0] * last[2] + figures * count) / (last[2] + count)
            last[1] += rights
            last[2] += count
    return [(round(figure, 4), round((right + 0.5) / (count + 1), 3), int(count)) for figure, right, count in blocks]


def calibrate() -> None:
    """Prints the curves of the single engines."""
    flat = ((0.0, 0.0), (1.0, 1.0))
    for name, module in (("tesseract", tesseract_module), ("trueocr", trueocr_module)):
        with patch.object(module, "CURVE", flat):
            engine = make_engine(name)
            pairs = []
            for file in (*SINGLE, *OTHERS):
                gold = (GOLD / f"{file}.txt").read_text(encoding="utf-8").split()
                words = [word for page in read(file, engine).pages for line in page.lines for word in line.words]
                right = [False] * len(words)
                for op in Levenshtein.opcodes([word.text for word in words], gold):
                    if op.tag == "equal":
                        right[op.src_start : op.src_end] = [True] * (op.src_end - op.src_start)
                pairs += [(word.confidence, ok) for word, ok in zip(words, right, strict=True)]
        print(name, len(pairs), isotonic(pairs))


HEAD = """# OCR engines on page images

Written by `python -m benchmarks.ocr`. Texts as read, before any repair. The curves, the weights of the vote and the rules of
layout were made looking at these same files: expect a little worse elsewhere.

| engine | five: cer | marks | 02, 14: cer | marks | 26: cer | marks | order-free, all | processor s/page |
|---|---|---|---|---|---|---|---|---|
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", action="append", choices=list(ENGINES))
    parser.add_argument("--without-ocrmypdf", action="store_true")
    parser.add_argument("--calibrate", action="store_true")
    args = parser.parse_args()
    if not SCANS.is_dir():
        print("the evaluation material is not beside the checkout", file=sys.stderr)
        return 2
    if args.calibrate:
        calibrate()
        return 0
    report = HEAD
    for name in args.engine or [name for name, engine in ENGINES.items() if engine.available()]:
        engine = make_engine(name)
        read_scan(next(images(SINGLE[0])), engine, number=1)  # models are loaded once, not per page
        readings = read_all(engine)
        report += row(f"{name}: {engine.version}", readings) + "\n"
        if isinstance(engine, Ensemble) and AsterOcr.available():
            alone = without_third(make_engine(name))
            report += row("ensemble without asterocr", read_all(alone)) + "\n"
    if shutil.which("ocrmypdf") and not args.without_ocrmypdf:
        theirs = {file: reading for file in (*SINGLE, *OTHERS) if (reading := read_with_ocrmypdf(file))}
        report += row("ocrmypdf -l vie --force-ocr", theirs) + "\n"
    TABLE.write_text(report, encoding="utf-8")
    print(report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
