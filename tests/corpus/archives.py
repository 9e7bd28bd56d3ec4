"""An invented dossier for tests of the archive: scans drawn here, of an office and people that there are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pymupdf
from PIL import Image, ImageDraw

from db.store import Corpus
from documents.facts import Facts, Header, Part
from documents.outcome import Processed
from documents.page import Document, LineKind, SourceFile
from tests.making import a_document, a_line

AGENCY = "Chi cục Thủy sản Bình Lâm"
BODY = "Căn cứ chức năng, nhiệm vụ được giao; xét đề nghị của Phòng Hành chính, Chi cục thông báo như sau.\n" * 3


def a_header(number: int | None, day: str | None, title: str, type_: str = "Quyết định", **more: object) -> Header:
    short = {"Quyết định": "QĐ", "Công văn": "CV", "Báo cáo": "BC"}[type_]
    written = f"{number:02}/{short}-CCTS" if number is not None else f"…/{short}-CCTS"
    signer = {"signer": "Lò Văn Thử", "recipients": ("Như Điều 2", "Lưu: VT")}
    return Header(number=written, type=type_, issuer=AGENCY, date=day, title=title, **signer, **more)  # type: ignore[arg-type]


def a_scan(path: Path, pages: int = 1, *, dpi: int = 200, blank: Sequence[int] = (), grey: bool = False) -> Path:
    """A PDF of A4 page images with lines of ink; ``blank`` pages (from 1) have none."""
    pdf = pymupdf.open()
    for number in range(1, pages + 1):
        size = (round(8.27 * dpi), round(11.69 * dpi))
        image = Image.new("L" if grey else "RGB", size, 250 if grey else (250, 248, 240))
        if number not in blank:
            draw = ImageDraw.Draw(image)
            for i in range(25):
                top = size[1] // 8 + i * size[1] // 40
                draw.rectangle(
                    (size[0] // 8, top, size[0] * 7 // 8, top + size[1] // 150), fill=20 if grey else (20, 20, 20)
                )
        shown = path.with_suffix(".jpg")
        image.save(shown, quality=40, dpi=(dpi, dpi))
        page = pdf.new_page(width=595, height=842)
        page.insert_image(page.rect, filename=shown, keep_proportion=False)
        page.insert_text((20, 20), path.stem, fontsize=1)  # no two files are the same bytes
        shown.unlink()
    pdf.save(path)
    return path


def processed(
    path: Path,
    header: Header,
    texts: Sequence[str] = (BODY,),
    *,
    numbers: Sequence[int | None] = (),
    parts: tuple[Part, ...] = (),
    signed: bool = False,
) -> Processed:
    """The document that reading a file would give; ``numbers`` are printed at the foot of the pages."""
    made = a_document(*texts, name=path.name, header=header)
    pages = []
    for page, number in zip(made.document.pages, [*numbers, *[None] * len(texts)], strict=False):
        foot = (replace(a_line(f"- {number} -", 800.0), kind=LineKind.PAGE_NUMBER),) if number else ()
        pages.append(replace(page, marginalia=foot))
    content = path.read_bytes()
    source = SourceFile(sha256(content).hexdigest(), path.name, len(content), "application/pdf", len(texts), False, signed)
    return replace(made, document=Document(source, tuple(pages)), facts=Facts(header, (), {}, parts))


def keep(
    corpus: Corpus, folder: Path, name: str, header: Header, *, dpi: int = 200, grey: bool = False, **how: object
) -> Path:
    """Draw a file into the folder and store what reading it would give."""
    texts = tuple(how.pop("texts", (f"{header.title}\n{BODY}",)))  # type: ignore[arg-type, call-overload]
    blank = [number for number, text in enumerate(texts, 1) if not text]
    path = a_scan(folder / name, len(texts), dpi=dpi, blank=blank, grey=grey)
    corpus.save(processed(path, header, texts, **how), path=str(path))  # type: ignore[arg-type]
    return path


def a_dossier(corpus: Corpus, folder: Path) -> None:
    """Five sound documents of an office's register, numbered 01, 02, 05, 06 and 07, in files named after the circular."""
    folder.mkdir(parents=True, exist_ok=True)
    titles = ("Về việc ban hành Quy chế chi tiêu nội bộ", "Về việc phân công nhiệm vụ", "Về việc cử viên chức đi học")
    for ordinal, (number, day) in enumerate(((1, "04"), (2, "05"), (5, "11"), (6, "12"), (7, "20")), 1):
        header = a_header(
            number, f"2010-01-{day}", f"{titles[ordinal % 3]} đợt {ordinal}", doubtful=("date",) if number == 6 else ()
        )
        keep(corpus, folder, f"H99.2010.01.{ordinal:03}.pdf", header)
