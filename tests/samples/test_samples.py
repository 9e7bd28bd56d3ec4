"""The committed samples are what ``samples/make.py`` makes, and are hard in the ways that the README says."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from PIL import Image, ImageSequence

from samples.make import HERE, LOOKS, SAMPLES, Sample, draw
from samples.pdf import TCVN3


def page_images(path: Path) -> list[np.ndarray]:
    """The stored page images of a sample."""
    if path.suffix == ".pdf":
        with pymupdf.open(path) as document:
            stored = [document.extract_image(page.get_images()[0][0])["image"] for page in document]
        images = [Image.open(io.BytesIO(data)) for data in stored]
    else:
        with Image.open(path) as file:
            images = [frame.copy() for frame in ImageSequence.Iterator(file)]
    return [np.asarray(image.convert("L"), dtype=np.int16) for image in images]


@pytest.mark.parametrize(
    "sample", [sample for sample in SAMPLES if "tcvn3" not in sample.file], ids=lambda sample: sample.name
)
def test_make_draws_the_committed_pixels(sample: Sample):
    """JPEG loses a little; nothing else may differ but by the rounding of another FreeType."""
    stored, drawn = page_images(HERE / "documents" / sample.file), draw(sample)
    assert len(stored) == len(drawn)
    for kept, page in zip(stored, drawn, strict=True):
        made = np.asarray(page.image.convert("L"), dtype=np.int16)
        assert kept.shape == made.shape
        assert np.abs(kept - made).mean() < (4 if LOOKS[sample.look].mode == "colour" else 0.5)
    gold = (HERE / "gold" / f"{sample.name}.txt").read_text(encoding="utf-8")
    assert gold == "\f".join(page.text for page in drawn)


def test_samples_stay_small():
    assert sum(path.stat().st_size for path in HERE.rglob("*") if path.is_file() and path.suffix != ".pyc") < 4_000_000


def test_garbled_sample_has_a_text_layer_that_is_not_its_text():
    with pymupdf.open(HERE / "documents" / "bao_cao_lop_van_ban_hong.pdf") as document:
        layer = "".join(page.get_text() for page in document)
    gold = (HERE / "gold" / "bao_cao_lop_van_ban_hong.txt").read_text(encoding="utf-8")
    marked = {c for c in gold if ord(c) > 0x1E00}
    assert abs(len(layer) - len(gold)) < 0.1 * len(gold)
    assert "cai each hanh chinh" in layer
    assert sum(c in marked for c in layer) < 0.02 * sum(c in marked for c in gold)


def test_tcvn3_sample_copies_as_its_text_in_tcvn3():
    """Every word of the transcript stands in the PDF in TCVN3, headings as small letters of a font of capitals."""
    with pymupdf.open(HERE / "documents" / "chuong_trinh_tcvn3.pdf") as document:
        words = {word[4] for page in document for word in page.get_text("words")}
        fonts = {font[3].split("+")[-1] for page in document for font in page.get_fonts()}
    gold = (HERE / "gold" / "chuong_trinh_tcvn3.txt").read_text(encoding="utf-8").replace("\f", "")

    def coded(word: str) -> str:
        return bytes(TCVN3.get(c) or TCVN3[c.lower()] for c in word).decode("cp1252")

    for line in gold.splitlines():
        for word in line.split():
            assert coded(word.lower() if line.isupper() else word) in words, word
    assert {".VnTime", ".VnTimeH,Bold"} <= fonts


def test_tcvn3_sample_looks_like_vietnamese():
    """The embedded fonts show the letters that the codes mean: drawn pages and rendered pages agree."""
    drawn = draw(next(sample for sample in SAMPLES if "tcvn3" in sample.file))
    with pymupdf.open(HERE / "documents" / "chuong_trinh_tcvn3.pdf") as document:
        for page, known in zip(document, drawn, strict=True):
            seen = page.get_pixmap(dpi=known.dpi, colorspace=pymupdf.csGRAY)
            pixels = np.frombuffer(seen.samples, dtype=np.uint8).reshape(seen.height, seen.width)
            for line in known.lines:
                left, top, right, bottom = line.box
                ink = (
                    float((255 - pixels[top:bottom, left:right]).mean()),
                    float((255 - known.pixels[top:bottom, left:right]).mean()),
                )
                assert abs(ink[0] - ink[1]) < 0.15 * ink[1], line.text
