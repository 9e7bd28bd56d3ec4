"""Page images that come as files of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from documents.outcome import Reason
from pipeline.errors import UnreadableFile
from pipeline.files import pictures
from pipeline.files.pictures import load, resolution
from tests.pipeline.pdfs import corner_page, scanned_page

BAR = 300, 108  # a point inside the bar of `scanned_page`, in pixels at 80 dpi; 16 points below it is paper


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_load_gives_dark_print_on_white_from_every_mode(tmp_path: Path, mode: str) -> None:
    source = scanned_page(80)
    twelve_bits = Image.fromarray(np.asarray(source, np.uint16) * 16)  # as some scanners store them
    image = twelve_bits if mode == "I;16" else source.convert(mode)
    path = tmp_path / ("a.tif" if mode in ("CMYK", "I;16") else "a.png")
    image.save(path, dpi=(80, 80))
    page = load(path)
    assert page.pixels.dtype == np.uint8
    assert page.pixels[BAR[1], BAR[0]].max() < 50
    assert page.pixels[BAR[1] + 40, BAR[0]].min() > 225
    assert page.width == pytest.approx(595, abs=2)


def test_load_shows_paper_where_an_image_is_transparent(tmp_path: Path) -> None:
    Image.new("RGBA", (200, 300), (0, 0, 0, 0)).save(tmp_path / "a.png")
    assert load(tmp_path / "a.png").pixels.min() == 255


def test_load_turns_photographs_as_the_camera_was_held(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its right side
    corner_page().convert("RGB").save(tmp_path / "a.jpg", exif=exif, quality=95)
    page = load(tmp_path / "a.jpg")
    assert page.pixels.shape[:2] == (80, 120)
    assert page.pixels[5, 115].max() < 50, "the black corner comes to the top right"


def test_load_reduces_fine_and_large_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = scanned_page(600)
    for suffix in ("jpg", "png"):
        image.save(tmp_path / f"a.{suffix}", dpi=(600, 600))
        page = load(tmp_path / f"a.{suffix}")
        assert page.dpi == pytest.approx(300, abs=1)
        assert page.height == pytest.approx(842, abs=2)
    monkeypatch.setattr(pictures, "WORKING_PIXELS", 100_000)
    small = load(tmp_path / "a.png")
    assert small.pixels.size <= 100_000
    assert small.height == pytest.approx(842, abs=5)


def test_load_takes_the_page_that_is_asked_for(tmp_path: Path) -> None:
    pages = [Image.new("L", (200, 300), shade) for shade in (255, 128, 0)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    assert [int(load(tmp_path / "a.tif", number).pixels[0, 0]) for number in (1, 2, 3)] == [255, 128, 0]
    with pytest.raises(UnreadableFile) as caught:
        load(tmp_path / "a.tif", 4)
    assert caught.value.reason in (Reason.TRUNCATED, Reason.DAMAGED)


def test_load_makes_the_pixels_of_a_fax_square(tmp_path: Path) -> None:
    page = scanned_page(200)
    fax = page.convert("1").resize((page.width, page.height // 2))
    fax.save(tmp_path / "a.tif", dpi=(200, 100), compression="group4")
    read = load(tmp_path / "a.tif")
    assert (read.width, read.height) == pytest.approx((595, 842), abs=3)
    assert read.dpi == 200


@pytest.mark.parametrize(
    ("width", "height", "stated", "dpi"),
    [
        (1654, 2339, 200.0, 200.0),
        (710, 1035, 96.0, 96.0),  # a screenshot of a page: 7.4 inches wide can be
        (3024, 4032, 72.0, 345),  # a phone: 42 inches can't
        (2480, 3508, None, 300),
        (3508, 2480, 1.0, 300),  # landscape A4
    ],
)
def test_resolution_is_as_stated_where_that_can_be(width: int, height: int, stated: float | None, dpi: float) -> None:
    assert resolution(width, height, stated) == pytest.approx(dpi, abs=1)
