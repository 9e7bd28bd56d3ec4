"""Words, their places and their kinds; page images, upright and unharmed."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from PIL import Image

from documents.outcome import Reason
from pipeline.errors import PageFailed, UnreadableFile
from pipeline.files import pdf
from pipeline.files.pdf import Origin, examine, open_page
from tests.pipeline.pdfs import BODY, INVISIBLE, Drawing, corner_page, scanned_page


def words_of(path: Path, number: int = 1) -> dict[str, pdf.LayerWord]:
    with open_page(path, number) as page:
        return {word.text: word for word in page.words}


# --- words ------------------------------------------------------------------------------------------------------------


def test_words_have_boxes_in_points_from_the_top_left(tmp_path: Path) -> None:
    words = words_of(Drawing().page().text(["Số: 05/KH-UBND", "KẾ HOẠCH"], at=(70, 100), size=12).save(tmp_path / "a.pdf"))
    assert list(words) == ["Số:", "05/KH-UBND", "KẾ", "HOẠCH"]
    assert words["Số:"].box.left == pytest.approx(70, abs=1)
    assert words["Số:"].box.top < 100 < words["Số:"].box.bottom
    assert words["Số:"].baseline == pytest.approx(100, abs=0.1)
    assert words["HOẠCH"].baseline == pytest.approx(118, abs=0.1)
    assert words["05/KH-UBND"].box.left > words["Số:"].box.right
    assert words["Số:"].line != words["KẾ"].line


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_words_and_page_come_upright_however_the_page_is_rotated(tmp_path: Path, rotation: int) -> None:
    """A page whose rotation is set lies on its side; if its text says so, it is turned back."""
    drawing = Drawing().page(rotation=rotation).text(BODY, at=(70, 100))
    with open_page(drawing.save(tmp_path / "a.pdf"), 1) as page:
        assert (page.width, page.height, page.turn) == (595, 842, -rotation % 360)
        first = page.words[0]
        assert first.level
        assert first.box.left == pytest.approx(70, abs=1)
        assert first.baseline == pytest.approx(100, abs=0.1)


def test_words_of_a_landscape_page_drawn_sideways_are_turned(tmp_path: Path) -> None:
    drawing = Drawing().page()
    for number, line in enumerate(BODY):
        drawing.current.insert_text((100 + 20 * number, 800), line.encode("ascii", "ignore").decode(), rotate=90)
    with open_page(drawing.save(tmp_path / "a.pdf"), 1) as page:
        assert (page.width, page.height, page.turn) == (842, 595, 90)
        assert all(word.level for word in page.words)
        assert page.words[0].box.left == pytest.approx(42, abs=1)
        assert page.words[0].baseline == pytest.approx(100, abs=1)


def test_words_that_run_aslant_or_faint_are_marked(tmp_path: Path) -> None:
    drawing = Drawing().page().text(BODY)
    at = pymupdf.Point(200, 500)
    drawing.current.insert_text(at, "COPY", fontsize=60, color=(0.8, 0.8, 0.8), morph=(at, pymupdf.Matrix(45)))
    word = words_of(drawing.save(tmp_path / "a.pdf"))["COPY"]
    assert not word.level
    assert word.faint


def test_invisible_and_covered_words_are_hidden_and_words_over_the_image_are_not(tmp_path: Path) -> None:
    drawing = Drawing().page().text(["phủ"], at=(70, 50)).image(scanned_page())
    drawing.text(["ẩn"], at=(70, 150), mode=INVISIBLE).text(["trên"], at=(70, 200))
    words = words_of(drawing.save(tmp_path / "a.pdf"))
    assert {text: word.hidden for text, word in words.items()} == {"phủ": True, "ẩn": True, "trên": False}


def test_words_tell_who_printed_them(tmp_path: Path) -> None:
    drawing = Drawing().page().text(["trang"], at=(70, 150))
    drawing.note("noted", (300, 40, 400, 60)).field("05", (100, 70, 140, 90))
    words = words_of(drawing.save(tmp_path / "a.pdf"))
    origins = {text: word.origin for text, word in words.items()}
    assert origins == {"trang": Origin.CONTENT, "noted": Origin.TYPED, "05": Origin.VALUE}


@pytest.mark.parametrize(
    ("font", "text", "encoding"),
    [
        (".VnTime", "QuyÕt", "tcvn3"),
        (".VnTime", "Quyet", "tcvn3"),
        ("ABCDEF+.VnTimeH,Bold", "Quyet", "tcvn3_capitals"),
        ("VNI-Times", "Quyeát", "vni"),
        ("TimesNewRoman", "QuyÕt", ""),
        (".VnTime", "Quyết", ""),
    ],
)
def test_fonts_tell_the_encoding_unless_the_text_is_unicode(tmp_path: Path, font: str, text: str, encoding: str) -> None:
    words = words_of(Drawing().page().text([text]).font_named(font).save(tmp_path / "a.pdf"))
    assert words[text].encoding == encoding


def test_text_drawn_as_paths_is_counted(tmp_path: Path) -> None:
    drawing = Drawing().page()
    for number in range(60):
        left, top = 60 + 7 * number % 400, 100 + 15 * (number // 50)
        drawing.current.draw_rect((left, top, left + 5, top + 9), fill=(0, 0, 0), width=0)
    with open_page(drawing.save(tmp_path / "a.pdf"), 1) as page:
        assert page.drawn_glyphs == 60
        assert page.words == ()


# --- images -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_image_of_a_one_image_page_is_the_embedded_one(tmp_path: Path, rotation: int) -> None:
    """At its own resolution, not resampled, turned as the page is shown."""
    drawing = Drawing().page((80, 120), rotation).image(corner_page())
    with open_page(drawing.save(tmp_path / "a.pdf"), 1) as page:
        image, box = page.image()
        shown = np.rot90(np.asarray(corner_page()), -rotation // 90)
        assert np.array_equal(image.pixels, shown)
        assert image.dpi == pytest.approx(72)
        assert (box.width, box.height) == (page.width, page.height)


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_image_placed_sideways_is_set_upright(tmp_path: Path, rotate: int) -> None:
    size = (120.0, 80.0) if rotate % 180 else (80.0, 120.0)
    path = Drawing().page(size).image(corner_page(), rotate=rotate).save(tmp_path / "a.pdf")
    with open_page(path, 1) as page:
        image, _ = page.image()
        rendered, _ = page._rendered(72)
        assert np.array_equal(image.pixels, rendered.pixels)


def test_image_in_a_corner_tells_where_it_is(tmp_path: Path) -> None:
    path = Drawing().page((100, 140)).image(corner_page(), (0, 0, 80, 120)).save(tmp_path / "a.pdf")
    with open_page(path, 1) as page:
        image, box = page.image()
        assert image.pixels.shape == (120, 80)
        assert box.as_tuple() == (0, 0, 80, 120)


@pytest.mark.parametrize("points", [1653, 8264, 59], ids=["a pixel taken for a point", "a poster", "a stamp"])
def test_image_of_a_page_of_impossible_size_has_the_resolution_of_a_sheet(tmp_path: Path, points: float) -> None:
    scan = scanned_page(200)
    path = Drawing().page((points, points * scan.height / scan.width)).image(scan).save(tmp_path / "a.pdf")
    with open_page(path, 1) as page:
        for image in (page.image()[0], page._rendered(200)[0]):
            assert image.dpi == pytest.approx(200, rel=0.02)
            assert (image.width, image.height) == pytest.approx((595, 842), abs=6)


def test_image_leaves_notes_and_fields_out(tmp_path: Path) -> None:
    drawing = Drawing().page().image(scanned_page(150, bars=()))
    drawing.note("noted over the page", (100, 100, 300, 130)).field("05", (100, 200, 140, 220))
    with open_page(drawing.save(tmp_path / "a.pdf"), 1) as page:
        assert page.image()[0].pixels.min() == 255
        assert page._rendered(100)[0].pixels.min() == 255


def test_image_is_rendered_when_the_page_is_more_than_one_image(tmp_path: Path) -> None:
    drawing = Drawing().page().image(scanned_page(100))
    drawing.current.draw_line((50, 400), (500, 400), width=3)
    with open_page(drawing.save(tmp_path / "a.pdf"), 1) as page:
        image, _ = page.image()
        assert image.dpi == pdf.RENDER_DPI
        assert image.pixels[round(400 * 200 / 72), round(300 * 200 / 72)].max() < 100


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "CMYK"])
def test_image_is_grey_or_colour_whatever_is_stored(tmp_path: Path, mode: str) -> None:
    source = scanned_page(80).convert(mode)
    if mode == "CMYK":
        source.save(tmp_path / "a.jpg", quality=95)
        drawing = Drawing().page()
        drawing.current.insert_image(drawing.current.rect, filename=tmp_path / "a.jpg", keep_proportion=False)
    else:
        drawing = Drawing().page().image(source)
    with open_page(drawing.save(tmp_path / "a.pdf"), 1) as page:
        pixels = page.image()[0].pixels
        assert pixels.ndim in (2, 3)
        assert pixels[110, 300].max() < 50, "the bar is dark"
        assert pixels[400, 300].min() > 225, "the paper is light"


def test_image_of_a_huge_page_or_picture_stays_within_limits(tmp_path: Path) -> None:
    with open_page(Drawing().page((14400, 14400)).save(tmp_path / "a.pdf"), 1) as page:
        assert page.image()[0].pixels.size <= pdf.WORKING_PIXELS * 1.01
    drawing = Drawing().page().bomb()
    with open_page(drawing.save(tmp_path / "b.pdf"), 1) as page, pytest.raises(PageFailed) as caught:
        page.image()
    assert caught.value.reason is Reason.TOO_LARGE


def test_fine_scans_are_rendered_not_decoded_whole(tmp_path: Path) -> None:
    drawing = Drawing().page((300, 450)).image(Image.new("L", (2550, 3825), 255))
    with open_page(drawing.save(tmp_path / "a.pdf"), 1) as page:
        image, _ = page.image()
        assert image.dpi <= 300
        assert image.pixels.shape[0] < 3825


# --- damage -----------------------------------------------------------------------------------------------------------


def test_a_damaged_image_stream_fails_its_page_only(tmp_path: Path) -> None:
    drawing = Drawing().page().text(BODY)
    data = drawing.bytes()
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    with pytest.raises(PageFailed), open_page(path, 2):
        pass
    assert words_of(path)["Thực"]


def test_a_page_of_broken_objects_fails_with_a_reason_or_reads_what_is_left(tmp_path: Path) -> None:
    """Every object of a page damaged in turn: never anything but a page or ``PageFailed``."""
    drawing = (
        Drawing()
        .page((300, 200))
        .text(BODY[:1])
        .image(scanned_page(30), (50, 100, 80, 140))
        .note("noted", (200, 40, 290, 60))
    )
    data = drawing.bytes(garbage=0, no_new_id=True)
    path = tmp_path / "a.pdf"
    for at in [match.start() for match in re.finditer(rb"<<", data)][:30]:
        path.write_bytes(data[:at] + b"\xff<<9" + data[at + 4 :])
        try:
            examine(path)
            with open_page(path, 1) as page:
                assert all(word.text for word in page.words)
                page.image()
                assert page.rules is not None
        except (UnreadableFile, PageFailed) as error:
            assert error.detail


def test_open_page_of_what_is_no_pdf_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"")
    with pytest.raises(UnreadableFile), open_page(path, 1):
        pass
    with pytest.raises(UnreadableFile):
        examine(path)
