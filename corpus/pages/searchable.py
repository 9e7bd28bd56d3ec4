"""Searchable PDFs: the original pages with the repaired text under them, unseen, each word at its place.

Pages and images stay as they are, byte for byte; to an image file a page is made for each of its images. Text is written in
a font without shapes (``scripts/blank_font``), scaled to the box of each word. What text a page had before must not be
found beside the repaired one: hidden text is taken out, and printed text that was repaired is said to stand for nothing
(``ActualText``, PDF 32000-1, 14.9.4). A page whose own text was right is left alone.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from itertools import groupby
from pathlib import Path
from struct import unpack
from typing import Any

import pymupdf as untyped_pymupdf
from PIL import Image, ImageOps, ImageSequence

from corpus.pages.originals import find_file
from corpus.pages.placed import PlacedLine, PlacedPage, placed_pages
from db.store import Corpus
from documents.page import Box

pymupdf: Any = untyped_pymupdf
Mu = Any

one_at_a_time = threading.Lock()
"""MuPDF must not be entered twice."""
_FONT = "VanbanBlank"
_WIDTH, _ASCENT, _DESCENT = 0.5, 0.8, 0.2
"""Of the blank glyph, in ems (``scripts/blank_font``)."""

_TOO_WIDE, _TOO_NARROW = 2000.0, 1.0
"""Per cent of horizontal scaling; a box beyond them is no place of a word, and its text is set at the nearer end."""

_HIDDEN = 3
"""The rendering mode of text that is neither filled nor stroked (PDF 32000-1, table 106)."""

_OCRMYPDF = "ocrmypdf"
_PDFA = ("--skip-text", "--tesseract-timeout=0", "--optimize=0", "--output-type=pdfa", "--pdfa-image-compression=lossless")
"""OCRmyPDF is to convert, neither to read nor to compress."""


class NoPageImages(ValueError):
    """A document has no pages to lay text under; the message says why."""


class PdfaUnavailable(RuntimeError):
    """PDF/A needs a program that is not installed, or it failed; the message says which."""


def write_searchable_pdf(corpus: Corpus, key: str, target: Path, *, pdfa: bool = False) -> int:
    """Write the document as a searchable PDF; returns its number of pages.

    ``pdfa`` makes PDF/A-2b of it through OCRmyPDF. Raises ``NoPageImages`` for text files and for documents whose file is
    gone, ``PdfaUnavailable``, and ``OSError``.
    """
    row = corpus.row(
        'SELECT name, sha256, media_type, title, number FROM documents JOIN files USING (sha256) WHERE "key" = ?', [key]
    )
    if row is None:
        raise NoPageImages(f"there is no document {key}")
    if row["media_type"] != "application/pdf" and not row["media_type"].startswith("image/"):
        raise NoPageImages(f"{row['name']} is a text file: there is no page to lay its text under")
    original = find_file(corpus, row["sha256"])
    if original is None:
        raise NoPageImages(f"{row['name']} is not where it was read, or has changed: bring it back, or ingest it again")
    with one_at_a_time:
        try:
            written = _write(original, row, placed_pages(corpus, key), target)
        except (pymupdf.FileDataError, pymupdf.mupdf.FzErrorBase, Image.DecompressionBombError) as error:
            raise NoPageImages(f"{row['name']}: {' '.join(str(error).split())}") from error
    if pdfa:
        to_pdfa(target)
    return written


def _write(original: Path, about: dict[str, Any], pages: Iterable[PlacedPage], target: Path) -> int:
    with _opened(original, about["media_type"]) as pdf:
        if pdf.needs_pass:
            raise NoPageImages(f"{about['name']} needs a password")
        font = _BlankFont(pdf)
        for page in pages:
            if page.number <= pdf.page_count:
                _lay_under(pdf, pdf[page.number - 1], page, font)
        font.finish()
        title = " ".join(part for part in (about["number"], about["title"]) if part)
        if title:
            pdf.set_metadata({**(pdf.metadata or {}), "title": title})
        pdf.set_language("vi")
        count: int = pdf.page_count
        pdf.save(target, no_new_id=True, encryption=pymupdf.PDF_ENCRYPT_NONE)
        return count


def _opened(original: Path, media_type: str) -> Mu:
    if media_type == "application/pdf":
        return pymupdf.open(original, filetype="pdf")
    pdf = pymupdf.open()
    with Image.open(original) as image:
        for frame in ImageSequence.Iterator(image):
            _add_image(pdf, frame, original if getattr(image, "n_frames", 1) == 1 else None)
    return pdf


def _add_image(pdf: Mu, image: Image.Image, original: Path | None) -> None:
    """A page of the size that the image says it has; JPEG goes in as it is, everything else without loss."""
    turned = ImageOps.exif_transpose(image)
    across, down = (float(value) or 300.0 for value in image.info.get("dpi", (300.0, 300.0)))
    page = pdf.new_page(width=turned.width * 72 / across, height=turned.height * 72 / down)
    if original is not None and image.format == "JPEG" and turned.size == image.size and image.mode in ("L", "RGB"):
        page.insert_image(page.rect, filename=original, keep_proportion=False)
        return
    stream = io.BytesIO()
    (turned if turned.mode in ("1", "L", "RGB") else turned.convert("RGB")).save(stream, "PNG")
    page.insert_image(page.rect, stream=stream.getvalue(), keep_proportion=False)


def _lay_under(pdf: Mu, page: Mu, placed: PlacedPage, font: _BlankFont) -> None:
    runs = list(_runs(placed.lines))
    if not runs or _is_right(page, placed):
        return
    _drop_hidden_text(page)
    text = " ".join(page.get_text().split())
    page.wrap_contents()
    contents = list(page.get_contents())
    if text:
        contents = [_stream(pdf, b"/Span <</ActualText <FEFF0020>>> BDC\n"), *contents, _stream(pdf, b"\nEMC\n")]
    contents.append(_stream(pdf, font.show(runs, _to_pdf_space(page, placed))))
    pdf.xref_set_key(page.xref, "Contents", f"[{' '.join(f'{xref} 0 R' for xref in contents)}]")
    _add_font(pdf, page, font.xref)
    if placed.rotation:
        page.set_rotation((page.rotation + placed.rotation) % 360)


def _is_right(page: Mu, placed: PlacedPage) -> bool:
    """Whether the page already holds just these words as text."""
    own = sorted(word[4] for word in page.get_text("words"))
    return own == sorted(word.text for line in placed.lines for word in line.words)


def _drop_hidden_text(page: Mu) -> None:
    """Text that nobody sees is what a scanner's software read. Where some is seen, nothing is taken out."""
    spans = page.get_texttrace()
    if spans and all(span["type"] == _HIDDEN for span in spans):
        page.add_redact_annot(page.rect, fill=False, cross_out=False)
        page.apply_redactions(images=0, graphics=0, text=0)


def _runs(lines: Iterable[PlacedLine]) -> Iterator[tuple[str, Box]]:
    """Words with their boxes; words that share one (a repair made several of one) stay together."""
    for line in lines:
        if line.box is not None and not any(word.box for word in line.words):
            yield " ".join(word.text for word in line.words), line.box
            continue
        for box, words in groupby(line.words, key=lambda word: word.box):
            if box is not None:
                yield " ".join(word.text for word in words), box


def _to_pdf_space(page: Mu, placed: PlacedPage) -> Mu:
    """Matrix from points of the upright page to the page's own coordinates."""
    width, height = placed.width, placed.height
    unturned = {
        90: pymupdf.Matrix(0, -1, 1, 0, 0, width),
        180: pymupdf.Matrix(-1, 0, 0, -1, width, height),
        270: pymupdf.Matrix(0, 1, -1, 0, height, 0),
    }.get(placed.rotation % 360, pymupdf.Matrix(1, 0, 0, 1, 0, 0))
    if placed.rotation % 180:
        width, height = height, width
    fitted = pymupdf.Matrix(page.rect.width / width, page.rect.height / height) if width and height else pymupdf.Identity
    return unturned * fitted * page.derotation_matrix * ~page.transformation_matrix


def _stream(pdf: Mu, content: bytes) -> int:
    xref: int = pdf.get_new_xref()
    pdf.update_object(xref, "<<>>")
    pdf.update_stream(xref, content, new=True)
    return xref


def _add_font(pdf: Mu, page: Mu, font: int) -> None:
    """Into the page's resources, wherever these are kept: shared and inherited ones may have one font more."""
    holder, path = page.xref, "Resources"
    kind, value = pdf.xref_get_key(holder, path)
    while kind == "null":
        parent_kind, parent = pdf.xref_get_key(holder, "Parent")
        if parent_kind != "xref":
            holder = page.xref
            break
        holder = int(parent.split()[0])
        kind, value = pdf.xref_get_key(holder, path)
    if kind == "xref":
        holder, path = int(value.split()[0]), ""
    name = f"{path}/Font" if path else "Font"
    kind, value = pdf.xref_get_key(holder, name)
    if kind == "xref":
        holder, name = int(value.split()[0]), ""
    pdf.xref_set_key(holder, f"{name}/{_FONT}" if name else _FONT, f"{font} 0 R")


class _BlankFont:
    """The font in a PDF: every code of two bytes is its own UTF-16 unit and shows the one blank glyph."""

    def __init__(self, pdf: Mu) -> None:
        self._pdf = pdf
        self._codes: set[int] = set()
        self.xref: int = pdf.get_new_xref()
        pdf.update_object(self.xref, "<<>>")

    def show(self, runs: Sequence[tuple[str, Box]], matrix: Mu) -> bytes:
        """The content that writes the runs; each ends with a space, so that words stay words whatever their distance."""
        return "\n".join(["q BT 3 Tr", *(self._run(text, box, matrix) for text, box in runs), "ET Q"]).encode()

    def _run(self, text: str, box: Box, matrix: Mu) -> str:
        codes = (text + " ").encode("utf-16-be", "replace")
        self._codes.update(unpack(f">{len(codes) // 2}H", codes))
        size = max(box.bottom - box.top, 0.1)
        scale = 100 * (box.right - box.left) / (_WIDTH * size * max(1, len(codes) // 2 - 1))
        a, b, c, d = matrix.a, matrix.b, -matrix.c, -matrix.d
        start = pymupdf.Point(box.left, box.bottom - _DESCENT * size) * matrix
        place = " ".join(f"{value:.4f}" for value in (a, b, c, d, start.x, start.y))
        scale = min(max(scale, _TOO_NARROW), _TOO_WIDE)
        return f"/{_FONT} {size:.2f} Tf {scale:.2f} Tz {place} Tm <{codes.hex()}> Tj"

    def finish(self) -> None:
        """Write the font: it maps the codes that were used."""
        if not self._codes:
            return
        pdf = self._pdf
        shapes = (resources.files("corpus") / "data" / "blank.ttf").read_bytes()
        file = _stream(pdf, shapes)
        pdf.xref_set_key(file, "Length1", str(len(shapes)))
        glyphs = _stream(pdf, b"\0\1" * 0x10000)
        letters = _stream(pdf, self._letters())
        descriptor, descendant = pdf.get_new_xref(), pdf.get_new_xref()
        pdf.update_object(
            descriptor,
            f"<</Type/FontDescriptor/FontName/{_FONT}/Flags 4/FontBBox[0 -200 500 800]/ItalicAngle 0/StemV 0"
            f"/Ascent {_ASCENT * 1000:.0f}/Descent {-_DESCENT * 1000:.0f}/CapHeight 800/FontFile2 {file} 0 R>>",
        )
        pdf.update_object(
            descendant,
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{_FONT}/DW {_WIDTH * 1000:.0f}/CIDToGIDMap {glyphs} 0 R"
            f"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor {descriptor} 0 R>>",
        )
        pdf.update_object(
            self.xref,
            f"<</Type/Font/Subtype/Type0/BaseFont/{_FONT}/Encoding/Identity-H/DescendantFonts[{descendant} 0 R]"
            f"/ToUnicode {letters} 0 R>>",
        )

    def _letters(self) -> bytes:
        """The ToUnicode map, code by code (Ghostscript gets ranges wrong), a hundred to a block as the format wants."""
        codes = sorted(self._codes)
        blocks = [codes[i : i + 100] for i in range(0, len(codes), 100)]
        mapped = "\n".join(
            f"{len(block)} beginbfchar\n" + "\n".join(f"<{code:04x}> <{code:04x}>" for code in block) + "\nendbfchar"
            for block in blocks
        )
        return (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
            "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
            f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{mapped}\n"
            "endcmap CMapName currentdict /CMap defineresource pop end end\n"
        ).encode()


def makes_pdfa() -> bool:
    """Whether the program that makes PDF/A is installed."""
    return shutil.which(_OCRMYPDF) is not None


def to_pdfa(pdf: Path) -> None:
    program = shutil.which(_OCRMYPDF)
    if program is None:
        raise PdfaUnavailable("PDF/A needs OCRmyPDF: apt-get install ocrmypdf")
    with tempfile.TemporaryDirectory(dir=pdf.parent) as folder:
        made = Path(folder) / "made.pdf"
        done = subprocess.run([program, *_PDFA, pdf, made], capture_output=True, text=True, check=False)
        if not made.is_file():
            said = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise PdfaUnavailable(f"OCRmyPDF could not make PDF/A (status {done.returncode}): {said}")
        made.replace(pdf)
