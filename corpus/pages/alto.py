"""Pages as ALTO 4.4 (loc.gov/standards/alto): the format in which libraries and archives keep text with its place.

The content is the repaired text; what was read there is an ``ALTERNATIVE`` of its string. Kinds of lines are layout tags.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from corpus.pages.hocr import xml_text
from corpus.pages.placed import PlacedLine, PlacedPage, PlacedWord, placed_page
from db.store import Corpus
from documents.page import Box, LineKind, enclosing_box

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_SCHEMA = "http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"
_UNITS = 1200 / 72
"""Of ALTO's units (pixels, tenths of millimetres, 1200ths of an inch) the one finer than the stored tenths of a point."""


def page_alto(corpus: Corpus, key: str, number: int) -> str | None:
    """One page of a stored document as an ALTO file; ``None`` when there is no such page."""
    page = placed_page(corpus, key, number)
    document = corpus.row('SELECT name FROM documents WHERE "key" = ?', [key])
    return alto([page], document["name"]) if page and document else None


def alto(pages: Iterable[PlacedPage], file_name: str) -> str:
    """Pages of the file called ``file_name`` as one ALTO document."""
    placed = list(pages)
    kinds = sorted({line.kind for page in placed for line in page.lines})
    engines = sorted({page.engine for page in placed if page.engine})
    tags = "".join(f'<LayoutTag ID="{kind}" LABEL="{kind}"/>' for kind in kinds)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<alto xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="{NAMESPACE} {_SCHEMA}" SCHEMAVERSION="4.4">\n'
        "<Description><MeasurementUnit>inch1200</MeasurementUnit>"
        f"<sourceImageInformation><fileName>{xml_text(file_name)}</fileName></sourceImageInformation>"
        f"{''.join(_processing(i, engine) for i, engine in enumerate(engines, 1))}</Description>\n"
        f"{f'<Tags>{tags}</Tags>' if tags else ''}\n<Layout>\n{''.join(map(_page, placed))}</Layout>\n</alto>\n"
    )


def _processing(number: int, engine: str) -> str:
    software = f"<processingSoftware><softwareName>{xml_text(engine)}</softwareName></processingSoftware>"
    category = "<processingCategory>contentGeneration</processingCategory>"
    return f'<Processing ID="processing_{number}">{category}{software}</Processing>'


def _page(page: PlacedPage) -> str:
    frame = Box(0, 0, page.width, page.height)
    width, height = (f'{name}="{_number(side)}"' for name, side in (("WIDTH", page.width), ("HEIGHT", page.height)))
    blocks = "".join(_block(lines, page.number, i) for i, lines in enumerate(page.paragraphs(), 1))
    return (
        f'<Page ID="page_{page.number}" PHYSICAL_IMG_NR="{page.number}" {width} {height} PC="{page.confidence:.4g}">'
        f"<PrintSpace{_place(frame)}>\n{blocks}</PrintSpace></Page>\n"
    )


def _block(lines: Sequence[PlacedLine], page: int, number: int) -> str:
    kind: LineKind = lines[0].kind
    inside = "".join(map(_line, lines))
    place = _place(enclosing_box(line.box for line in lines))
    return f'<TextBlock ID="block_{page}_{number}"{place} LANG="vi" TAGREFS="{kind}">\n{inside}</TextBlock>\n'


def _line(line: PlacedLine) -> str:
    return f'<TextLine ID="line_{line.number}"{_place(line.box)}>{"<SP/>".join(_strings(line))}</TextLine>\n'


def _strings(line: PlacedLine) -> Iterator[str]:
    for i, word in enumerate(line.words, 1):
        yield _string(word, f"word_{line.number}_{i}")
    if not line.words:  # a line must hold something
        yield f'<String ID="word_{line.number}_1" CONTENT=""/>'


def _string(word: PlacedWord, name: str) -> str:
    content = f'<String ID="{name}" CONTENT="{xml_text(word.text)}"{_place(word.box)} WC="{word.confidence:.4g}"'
    if word.raw is None:
        return content + "/>"
    return f'{content}><ALTERNATIVE PURPOSE="as read">{xml_text(word.raw)}</ALTERNATIVE></String>'


def _place(box: Box | None) -> str:
    if box is None:
        return ""
    sides = {"HPOS": box.left, "VPOS": box.top, "WIDTH": box.right - box.left, "HEIGHT": box.bottom - box.top}
    return "".join(f' {name}="{_number(side)}"' for name, side in sides.items())


def _number(points: float) -> str:
    return f"{points * _UNITS:.1f}"
