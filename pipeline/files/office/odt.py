"""OpenDocument text (ODF 1.2): paragraphs with the numbers of their lists, tables, notes and text boxes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from documents.outcome import Reason
from documents.page import LineKind
from normalizers.exact.legacy import encoding_of_font
from pipeline.errors import UnreadableFile
from pipeline.files.office.flow import Block, Flow, Grid, GridCell, PageBreak, Paragraph, cut_at_page_breaks
from pipeline.files.office.numbering import Counter, Level
from pipeline.files.office.package import Element, attribute, child, inside, local, opened

ODT = "application/vnd.oasis.opendocument.text"

_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none"}
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MOST_REPEATED = 1000  # columns or spaces that one attribute can ask for


def read_odt(path: Path) -> Flow:
    """Raises ``UnreadableFile``."""
    with opened(path) as package:
        if b"encryption-data" in package.bytes_of("META-INF/manifest.xml"):
            raise UnreadableFile(Reason.ENCRYPTED, "opens with a password only")
        root = package.part("content.xml")
        body = child(root, "body", "text")
        if body is None:
            raise UnreadableFile(Reason.DAMAGED, "an OpenDocument file without text")
        return _Reader(root, package.part("styles.xml")).flow(body)


class _Reader:
    def __init__(self, *roots: Element | None) -> None:
        kinds = ("automatic-styles", "styles")
        styles = [style for root in roots for kind in kinds for style in inside(root, kind)]
        self._styles = {attribute(style, "name"): style for style in styles if local(style) == "style"}
        self._fonts = {
            attribute(face, "name"): attribute(face, "font-family").strip("'\"")
            for root in roots
            for face in inside(root, "font-face-decls")
        }
        self._lists = {attribute(style, "name"): _levels(style) for style in styles if local(style) == "list-style"}
        masters = [master for root in roots for master in inside(root, "master-styles")]
        self._heads = [part for master in masters for part in master if local(part) in ("header", "header-first")]
        self._counters: dict[str, Counter] = {}
        self._notes: list[Paragraph] = []
        self._boxes: list[Block] = []
        self._aside: list[Paragraph] = []

    def flow(self, body: Element) -> Flow:
        blocks: list[Block] = []
        for head in self._heads:
            for block in self._blocks(head):
                if isinstance(block, Paragraph) and any(map(str.isalpha, block.text)):
                    block.kind = LineKind.RUNNING_HEAD
                    blocks.append(block)
        for block in self._blocks(body):
            if isinstance(block, PageBreak):
                blocks += self._take_notes()
            blocks.append(block)
        blocks += self._take_notes()
        return Flow(blocks, self._aside, ("an OpenDocument file: its own text",))

    def _take_notes(self) -> list[Block]:
        notes, self._notes = self._notes, []
        return [*notes]

    def _blocks(self, parent: Element, label: str = "", depth: int = -1, style: str = "") -> Iterator[Block]:
        for element in parent:
            match local(element):
                case "p" | "h":
                    yield from self._paragraph(element, label)
                    label = ""
                case "list":
                    own = attribute(element, "style-name") or style
                    for item in element:
                        first = self._label(own, depth + 1) if local(item) == "list-item" and _begins_itself(item) else ""
                        yield from self._blocks(item, first, depth + 1, own)
                case "table":
                    yield self._table(element)
                case "section" if attribute(element, "display") == "none":
                    pass
                case "section" | "index-body" | "table-of-content" | "text-box" | "frame" | "list-header":
                    yield from self._blocks(element, label, depth, style)
                case "soft-page-break":
                    yield PageBreak()

    def _label(self, style: str, depth: int) -> str:
        levels = self._lists.get(style)
        return "" if levels is None else self._counters.setdefault(style, Counter(levels)).next(depth)

    def _paragraph(self, element: Element, label: str) -> Iterator[Block]:
        style = attribute(element, "style-name")
        if self._breaks_before(style):
            yield PageBreak()
        paragraph = Paragraph()
        if label:
            paragraph.add(label + " ")
        pieces = () if self._is_hidden(style) else self._pieces(element, self._encoding(style))
        yield from cut_at_page_breaks(paragraph, pieces)
        boxes, self._boxes = self._boxes, []
        yield from boxes

    def _pieces(self, element: Element, encoding: str) -> Iterator[tuple[str, str] | PageBreak]:
        yield _squeezed(element.text), encoding
        for inner in element:
            match local(inner):
                case "s":
                    yield " " * min(int(attribute(inner, "c", "1") or 1), _MOST_REPEATED), ""
                case "tab":
                    yield "\t", ""
                case "line-break":
                    yield "\n", ""
                case "soft-page-break":
                    yield PageBreak()
                case "note":
                    yield self._note(inner), ""
                case "annotation":
                    self._aside += [p for p in self._blocks(inner) if isinstance(p, Paragraph)]
                case "frame" | "text-box" | "custom-shape" | "g":
                    within = list(self._blocks(inner))  # whose own boxes are taken up before
                    self._boxes += within
                case "span" if self._is_hidden(attribute(inner, "style-name")):
                    pass
                case "hidden-text" | "hidden-paragraph" if attribute(inner, "is-hidden") == "true":
                    pass
                case "span":
                    yield from self._pieces(inner, self._encoding(attribute(inner, "style-name")) or encoding)
                case "tracked-changes" | "change" | "change-start" | "change-end" | "bookmark-start" | "bookmark-end":
                    pass
                case _:
                    yield from self._pieces(inner, encoding)
            yield _squeezed(inner.tail), encoding

    def _note(self, note: Element) -> str:
        citation = child(note, "note-citation")
        mark = (citation.text if citation is not None and citation.text else "").translate(_SUPERSCRIPT)
        body = child(note, "note-body")
        for block in self._blocks(body) if body is not None else ():
            if isinstance(block, Paragraph) and block.text.strip():
                self._notes.append(Paragraph(f"{mark} {block.text.strip()}", LineKind.FOOTNOTE))
        return mark

    def _encoding(self, style: str) -> str:
        for _ in range(20):  # styles that are based on each other in a ring
            found = self._styles.get(style)
            if found is None:
                return ""
            properties = child(found, "text-properties")
            name = attribute(properties, "font-name")
            font = self._fonts.get(name, name) or attribute(properties, "font-family")
            if font:
                return encoding_of_font(font) or ""
            style = attribute(found, "parent-style-name")
        return ""

    def _is_hidden(self, style: str) -> bool:
        return attribute(child(self._styles.get(style), "text-properties"), "display") == "none"

    def _breaks_before(self, style: str) -> bool:
        found = self._styles.get(style)
        if found is None:
            return False
        breaks = attribute(child(found, "paragraph-properties"), "break-before") == "page"
        return breaks or bool(attribute(found, "master-page-name"))

    def _table(self, element: Element) -> Grid:
        grid = Grid(framed=self._is_framed(element))
        row = 0
        for tr in _rows(element):
            column = 0
            for tc in tr:
                if local(tc) not in ("table-cell", "covered-table-cell"):
                    continue
                times = min(int(attribute(tc, "number-columns-repeated", "1") or 1), _MOST_REPEATED)
                for _ in range(times):
                    if local(tc) == "table-cell":
                        blocks: list[Block] = [b for b in self._blocks(tc) if not isinstance(b, PageBreak)]
                        spans = [
                            min(int(attribute(tc, f"number-{side}-spanned", "1") or 1), _MOST_REPEATED)
                            for side in ("rows", "columns")
                        ]
                        grid.cells.append(GridCell(row, column, spans[0], spans[1], blocks))
                    column += 1
            row += 1
        return grid

    def _is_framed(self, element: Element) -> bool:
        names = {attribute(cell, "style-name") for cell in element.iter() if local(cell) == "table-cell"}
        styles = (child(self._styles.get(name), "table-cell-properties") for name in names)
        borders = ("border", "border-top", "border-bottom", "border-left", "border-right")
        return any(attribute(style, side) not in ("", "none") for style in styles if style is not None for side in borders)


def _begins_itself(item: Element) -> bool:
    """Has the item text of its own, not only a list within it?"""
    return next((local(inner) in ("p", "h") for inner in item), False)


def _rows(element: Element) -> Iterator[Element]:
    for inner in element:
        if local(inner) == "table-row":
            yield inner
        elif local(inner) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(inner)


def _squeezed(text: str | None) -> str:
    """White space as ODF counts it: any run of it is one space."""
    if not text:
        return ""
    squeezed = " ".join(text.split())
    return (" " if text[0].isspace() else "") + squeezed + (" " if squeezed and text[-1].isspace() else "")


def _levels(style: Element) -> dict[int, Level]:
    levels: dict[int, Level] = {}
    for level in style:
        depth = attribute(level, "level", "1")
        depth_number = int(depth) - 1 if depth.isdigit() else 0
        if local(level) == "list-level-style-bullet":
            levels[depth_number] = Level("bullet", "-")
        elif local(level) == "list-level-style-number":
            shown = int(attribute(level, "display-levels", "1") or 1)
            numbers = ".".join(f"%{d + 1}" for d in range(max(depth_number - shown + 1, 0), depth_number + 1))
            pattern = attribute(level, "num-prefix") + numbers + attribute(level, "num-suffix")
            form = _FORMS.get(attribute(level, "num-format", "1"), "decimal")
            start = attribute(level, "start-value", "1")
            levels[depth_number] = Level(form, pattern if form != "none" else "", int(start) if start.isdigit() else 1)
    return levels
