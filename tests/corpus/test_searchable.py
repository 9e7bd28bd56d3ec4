"""Searchable PDFs: the repaired words at their boxes, found by every reader, and pages that are otherwise as they were."""

from __future__ import annotations

import hashlib
import runpy
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pdfplumber
import pymupdf
import pytest
from PIL import Image

from corpus.pages import searchable
from corpus.pages.placed import placed_page
from corpus.pages.searchable import NoPageImages, PdfaUnavailable, write_searchable_pdf
from db.store import Corpus
from documents.page import Source
from tests.making import DECISION, DECISION_2, the_decision

ROOT = Path(__file__).resolve().parents[2]
REPAIRED = DECISION.replace("ngay", "ngày")


@pytest.fixture
def corpus(tmp_path):
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        yield corpus


def stored(corpus, path: Path, media_type: str = "application/pdf", **page_changes) -> str:
    """The decision as if it had been read from this file."""
    made = the_decision(path.name)
    source = replace(made.document.source, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), media_type=media_type)
    pages = tuple(replace(page, **page_changes) for page in made.document.pages)
    return corpus.save(replace(made, document=replace(made.document, source=source, pages=pages)), path=str(path))


def a_scan(path: Path, *, hidden: str = "", seen: str = "", turned: int = 0) -> Path:
    """A PDF of two pages, each a picture, with a text layer."""
    pdf = pymupdf.open()
    noise = Image.effect_noise((120, 170), 80)
    noise.save(path.with_suffix(".jpg"), quality=90)
    for _ in range(2):
        page = pdf.new_page(width=595, height=842)
        page.insert_image(page.rect, filename=path.with_suffix(".jpg"), keep_proportion=False)
        for text, mode in ((hidden, 3), (seen, 0)):
            if text:
                page.insert_text((72, 100), text, render_mode=mode)
        page.set_rotation(turned)
    pdf.save(path)
    return path


def words_of(path: Path, number: int) -> list[str]:
    with pymupdf.open(path) as pdf:
        return pdf[number - 1].get_text().split()


def test_every_reader_finds_the_repaired_words_in_order(corpus, tmp_path):
    key = stored(corpus, a_scan(tmp_path / "a.pdf", hidden="thyc hi¢n nghi quyet"))
    out = tmp_path / "out.pdf"
    assert write_searchable_pdf(corpus, key, out) == 2
    assert words_of(out, 1) == REPAIRED.split() and words_of(out, 2) == DECISION_2.split()
    with pdfplumber.open(out) as pdf:
        assert " ".join(word["text"] for word in pdf.pages[0].extract_words()) == " ".join(REPAIRED.split())
    with pymupdf.open(out) as pdf:
        assert pdf[0].search_for("Nghị quyết số 76/NQ-CP ngày") and not pdf[0].search_for("hi¢n")


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("turned", [0, 90, 270])
def test_words_stand_at_their_boxes_however_the_page_was_turned(corpus, tmp_path, rotation, turned):
    sideways = (rotation + turned) % 180 != 0
    size = {"width": 842.0, "height": 595.0} if sideways else {"width": 595.0, "height": 842.0}
    key = stored(corpus, a_scan(tmp_path / "a.pdf", turned=turned), rotation=rotation, **size)
    out = tmp_path / "out.pdf"
    write_searchable_pdf(corpus, key, out)
    placed = [word for line in placed_page(corpus, key, 2).lines for word in line.words]
    with pymupdf.open(out) as pdf:
        page = pdf[1]
        assert page.rotation == (rotation + turned) % 360
        found = [(word[4], pymupdf.Rect(word[:4]) * page.rotation_matrix) for word in page.get_text("words")]
    assert [word for word, _ in found] == [word.text for word in placed]
    for (_, rect), word in zip(found, placed, strict=True):
        assert tuple(rect) == pytest.approx(word.box.as_tuple(), abs=1.0)


def test_pages_look_as_before_and_images_keep_their_bytes(corpus, tmp_path):
    original = a_scan(tmp_path / "a.pdf", hidden="thyc hi¢n")
    out = tmp_path / "out.pdf"
    write_searchable_pdf(corpus, stored(corpus, original), out)
    with pymupdf.open(original) as before, pymupdf.open(out) as after:
        assert before[0].get_pixmap(dpi=50).samples == after[0].get_pixmap(dpi=50).samples
        streams = [{pdf.xref_stream_raw(image[0]) for image in pdf[0].get_images()} for pdf in (before, after)]
        assert streams[0] == streams[1] == {(tmp_path / "a.jpg").read_bytes()}


def test_printed_text_stays_to_be_seen_and_is_no_longer_found(corpus, tmp_path):
    original = a_scan(tmp_path / "a.pdf", seen="QuyÕt ®Þnh")
    out = tmp_path / "out.pdf"
    write_searchable_pdf(corpus, stored(corpus, original, source=Source.CONVERTED), out)
    assert words_of(out, 1) == REPAIRED.split()
    with pymupdf.open(original) as before, pymupdf.open(out) as after:
        assert before[0].get_pixmap(dpi=50).samples == after[0].get_pixmap(dpi=50).samples


def test_a_page_whose_own_text_is_right_is_left_alone(corpus, tmp_path):
    key = stored(corpus, a_scan(tmp_path / "a.pdf", hidden="x"))
    first, second = tmp_path / "1.pdf", tmp_path / "2.pdf"
    write_searchable_pdf(corpus, key, first)
    again = stored(corpus, first)
    write_searchable_pdf(corpus, again, second)
    with pymupdf.open(first) as one, pymupdf.open(second) as two:
        assert one[0].read_contents() == two[0].read_contents()


@pytest.mark.parametrize(("suffix", "media_type"), [("tif", "image/tiff"), ("png", "image/png"), ("jpg", "image/jpeg")])
def test_images_become_pages(corpus, tmp_path, suffix, media_type):
    image = tmp_path / f"a.{suffix}"
    sheet = Image.effect_noise((595, 842), 60)
    more = {"save_all": True, "append_images": [sheet]} if suffix == "tif" else {}
    sheet.save(image, dpi=(72, 72), **more)
    out = tmp_path / "out.pdf"
    assert write_searchable_pdf(corpus, stored(corpus, image, media_type), out) == (2 if more else 1)
    assert words_of(out, 1) == REPAIRED.split()
    with pymupdf.open(out) as pdf:
        assert pdf[0].rect.width == pytest.approx(595, abs=1)
        xref = pdf[0].get_images()[0][0]
        if suffix == "jpg":
            assert pdf.xref_stream_raw(xref) == image.read_bytes()
        else:
            assert pymupdf.Pixmap(pdf, xref).samples == sheet.tobytes()


def test_a_repair_that_makes_two_words_of_one_is_found_as_two(corpus, tmp_path):
    path = a_scan(tmp_path / "a.pdf")
    key = stored(corpus, path)
    line = corpus.row("SELECT repaired FROM page_texts JOIN pages ON pages.id = page_id WHERE number = 2")["repaired"]
    from db.reviews import correct_line

    first = line.split("\n")[0]
    correct_line(corpus, key, 2, 1, before=first, after=first.replace("Phấn đấu", "Quyết tâm phấn đấu"), reviewer="Lan")
    write_searchable_pdf(corpus, key, tmp_path / "out.pdf")
    assert words_of(tmp_path / "out.pdf", 2)[:5] == ["Quyết", "tâm", "phấn", "đấu", "giảm"]


def test_what_has_no_pages_is_told(corpus, tmp_path):
    text = tmp_path / "a.txt"
    text.write_text("x")
    with pytest.raises(NoPageImages, match="text file"):
        write_searchable_pdf(corpus, stored(corpus, text, "text/plain"), tmp_path / "o.pdf")
    gone = a_scan(tmp_path / "b.pdf")
    key = stored(corpus, gone)
    gone.unlink()
    with pytest.raises(NoPageImages, match="bring it back"):
        write_searchable_pdf(corpus, key, tmp_path / "o.pdf")
    broken = tmp_path / "c.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing")
    with pytest.raises(NoPageImages, match=r"c\.pdf"):
        write_searchable_pdf(corpus, stored(corpus, broken), tmp_path / "o.pdf")
    with pytest.raises(NoPageImages, match="no document"):
        write_searchable_pdf(corpus, "0" * 16, tmp_path / "o.pdf")


def test_pdfa_says_what_it_needs(corpus, tmp_path, monkeypatch):
    monkeypatch.setattr(searchable.shutil, "which", lambda program: None)
    with pytest.raises(PdfaUnavailable, match="apt-get install ocrmypdf"):
        write_searchable_pdf(corpus, stored(corpus, a_scan(tmp_path / "a.pdf")), tmp_path / "o.pdf", pdfa=True)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("ocrmypdf") is None, reason="OCRmyPDF is not installed: apt-get install ocrmypdf")
def test_pdfa_keeps_words_and_images(corpus, tmp_path):
    out = tmp_path / "out.pdf"
    write_searchable_pdf(corpus, stored(corpus, a_scan(tmp_path / "a.pdf")), out, pdfa=True)
    assert words_of(out, 1) == REPAIRED.split()
    with pymupdf.open(out) as pdf:
        assert "pdfaid:part" in pdf.get_xml_metadata()


def test_the_blank_font_is_what_its_recipe_makes():
    recipe = runpy.run_path(str(ROOT / "scripts" / "blank_font"))
    assert recipe["blank_font"]() == (ROOT / "corpus" / "data" / "blank.ttf").read_bytes()


@pytest.mark.shared
def test_real_scans_become_searchable(corpus, tmp_path, shared):
    """The words of the layer are found again, whatever the file that was given is like inside."""
    for path in sorted((shared / "scans").glob("*_2025*.pdf"))[:2]:
        key = stored(corpus, path)
        write_searchable_pdf(corpus, key, tmp_path / "out.pdf")
        wanted = Counter(word.text for line in placed_page(corpus, key, 1).lines for word in line.words)
        assert not wanted - Counter(words_of(tmp_path / "out.pdf", 1))
