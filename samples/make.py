"""Draws the sample documents anew from their texts: ``python samples/make.py [FOLDER]``.

Each sample is ``texts/NAME.json`` (what stands in it) and a ``Look`` below (how it was scanned). Beside the documents their
transcripts are written to ``gold/NAME.txt``, pages separated by a form feed. The five OCR texts are real, not drawn.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from documents.page import LineKind  # noqa: E402
from samples.draw import DrawnPage, Look, draw_document  # noqa: E402
from samples.pdf import scan_to_pdf, scan_to_tiff, tcvn3_to_pdf  # noqa: E402
from samples.sheet import Block, PageBreak, Paragraph, Sheet, TableBlock, TableCell  # noqa: E402


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample document: its file name, its look, and what kind of file it becomes."""

    file: str
    look: str
    write: Callable[[Path, list[DrawnPage], dict[str, str]], None]

    @property
    def name(self) -> str:
        return self.file.rsplit(".", 1)[0]


def image_only(path: Path, pages: list[DrawnPage], hidden: dict[str, str]) -> None:
    scan_to_pdf(path, pages, quality=45)


def over_garbled_text(path: Path, pages: list[DrawnPage], hidden: dict[str, str]) -> None:
    scan_to_pdf(path, pages, [[hidden[line.text] for line in page.lines] for page in pages])


def as_tcvn3(path: Path, pages: list[DrawnPage], hidden: dict[str, str]) -> None:
    tcvn3_to_pdf(path, pages)


def as_tiff(path: Path, pages: list[DrawnPage], hidden: dict[str, str]) -> None:
    scan_to_tiff(path, pages)


def as_png(path: Path, pages: list[DrawnPage], hidden: dict[str, str]) -> None:
    (page,) = pages
    page.image.save(path, optimize=True, dpi=(page.dpi, page.dpi))


_FAX = Look(mode="bilevel", blur=0.7, noise=14, specks=25)
LOOKS = {
    "office scanner, colour": Look(mode="colour", skew=0.5, blur=0.7, noise=3, paper=248, ink=28, specks=12, seed=1),
    "bilevel, 300 dpi": replace(_FAX, dpi=300, skew=-0.3, blur=1.0, specks=40, seed=2),
    "not scanned": Look(dpi=144),
    "bilevel, worn rules": replace(_FAX, skew=0.4, rule_gaps=0.02, seed=4),
    "bilevel, black borders": replace(_FAX, skew=-0.7, specks=30, border=7, seed=5),
    "telephone": Look(dpi=120, skew=-0.8, perspective=0.03, blur=0.6, shade=0.25, paper=238, ink=40, seed=6),
}
SAMPLES = (
    Sample("chi_thi_cai_cach_hanh_chinh.pdf", "office scanner, colour", image_only),
    Sample("bao_cao_lop_van_ban_hong.pdf", "bilevel, 300 dpi", over_garbled_text),
    Sample("chuong_trinh_tcvn3.pdf", "not scanned", as_tcvn3),
    Sample("phu_luc_phan_cong.pdf", "bilevel, worn rules", image_only),
    Sample("bao_cao_cai_cach.tif", "bilevel, black borders", as_tiff),
    Sample("trang_cuoi_chi_thi.png", "telephone", as_png),
)


def read_sheets(path: Path) -> Iterator[Sheet]:
    """The sheets that ``path`` writes down."""
    for entries in json.loads(path.read_text(encoding="utf-8"))["sheets"]:
        fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entries.items()}
        yield Sheet(**fields | {"body": tuple(_block(entry) for entry in entries.get("body", ()))})


def _block(entry: dict[str, Any]) -> Block:
    if "rows" in entry:
        rows = tuple(
            tuple(TableCell(**cell) if isinstance(cell, dict) else TableCell(cell) for cell in row) for row in entry["rows"]
        )
        return TableBlock(**entry | {"rows": rows, "widths": tuple(entry["widths"])})
    if "text" in entry:
        return Paragraph(**entry | {"kind": LineKind(entry.get("kind", "body"))})
    return PageBreak()


def draw(sample: Sample) -> list[DrawnPage]:
    sheets = read_sheets(HERE / "texts" / f"{sample.name}.json")
    return [page for sheet in sheets for page in draw_document(sheet, LOOKS[sample.look])]


def make(folder: Path) -> None:
    for part in ("documents", "gold"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for sample in SAMPLES:
        pages = draw(sample)
        hidden = json.loads((HERE / "texts" / f"{sample.name}.json").read_text(encoding="utf-8")).get("hidden", {})
        sample.write(folder / "documents" / sample.file, pages, hidden)
        (folder / "gold" / f"{sample.name}.txt").write_text("\f".join(page.text for page in pages), encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
