"""Word files (WordprocessingML, ECMA-376): paragraphs with the numbers of their lists, tables, notes and text boxes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import regex

from documents.outcome import Reason
from documents.page import LineKind
from normalizers.exact.legacy import encoding_of_font
from normalizers.forms import fold
from pipeline.errors import UnreadableFile
from pipeline.files.office.flow import Block, Flow, Grid, GridCell, PageBreak, Paragraph, cut_at_page_breaks
from pipeline.files.office.numbering import Counter, Level
from pipeline.files.office.package import Element, Package, attribute, child, children, local, opened

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SYMBOLS = {"F0FE": "☒", "F0FC": "✓", "F0A8": "☐", "F06F": "☐", "F052": "☑", "F0D8": "-", "F0B7": "-", "F0A7": "-"}
_HEAD, _FOOT = regex.compile(r"word/header\d*\.xml"), regex.compile(r"word/footer\d*\.xml")
_MOTTO = regex.compile(r"cong hoa xa hoi|doc lap\s*-\s*tu do")
_DEPTH = 40  # tables within tables: beyond it somebody wants to exhaust the stack


_DOCUMENT_PART = regex.compile(rb"<[^<>]*/officeDocument[\"'][^<>]*>")
_TARGET = regex.compile(rb"Target=[\"']/?(word/[\w.-]+\.xml)[\"']")


def document_part(relations: bytes) -> str:
    """The part that a package's relations (``_rels/.rels``) name as its Word document; empty when they name none.

    SharePoint and some converters call it "word/document2.xml".
    """
    named = _DOCUMENT_PART.search(relations)
    target = _TARGET.search(named[0]) if named else None
    return target[1].decode("ascii", "replace") if target else ""


def read_docx(path: Path) -> Flow:
    """Raises ``UnreadableFile``."""
    with opened(path) as package:
        root = package.part(document_part(package.bytes_of("_rels/.rels")) or "word/document.xml")
        root = package.part("word/document.xml") if root is None else root
        body = child(root, "body")
        if body is None:
            raise UnreadableFile(Reason.DAMAGED, "a Word file without word/document.xml")
        return _Reader(package).flow(body)


class _Reader:
    def __init__(self, package: Package) -> None:
        self._styles = {attribute(s, "styleId"): s for s in children(package.part("word/styles.xml"), "style")}
        defaults = child(package.part("word/styles.xml"), "docDefaults", "rPrDefault", "rPr")
        self._default_font = _font(defaults)
        self._lists = _lists_of(package.part("word/numbering.xml"))
        self._counters: dict[str, Counter] = {}
        self._notes = {
            kind: {attribute(note, "id"): note for note in children(package.part(f"word/{kind}s.xml"), kind)}
            for kind in ("footnote", "endnote")
        }
        self._comments = children(package.part("word/comments.xml"), "comment")
        self._heads = [package.part(name) for name in sorted(package.names) if _HEAD.fullmatch(name)]
        self._feet = [package.part(name) for name in sorted(package.names) if _FOOT.fullmatch(name)]
        self._page_notes: list[Paragraph] = []
        self._boxes: list[Block] = []
        self._depth = self._inserted = self._pictures = 0

    def flow(self, body: Element) -> Flow:
        blocks = [*self._furniture(self._heads)]
        for block in self._blocks(body):
            if isinstance(block, PageBreak):
                blocks += self._take_notes()
            blocks.append(block)
        blocks += self._take_notes()
        blocks += self._furniture(self._feet)
        aside = [p for comment in self._comments for p in self._blocks(comment) if isinstance(p, Paragraph)]
        unread = [f"inserted files ({self._inserted})"] if self._inserted else []
        unread += [f"pictures of half a page or more ({self._pictures})"] if self._pictures else []
        return Flow(blocks, aside, ("a Word file: its own text",), ", ".join(unread))

    def _furniture(self, parts: list[Element | None]) -> Iterator[Block]:
        """Heads and feet of pages, once each, but for page numbers; a letterhead may stand there."""
        seen: set[str] = set()
        for part in parts:
            if part is None:
                continue
            for block in self._blocks(part):
                if isinstance(block, Paragraph):
                    text = " ".join(block.text.split())
                    if not any(map(str.isalpha, text)) or text in seen:
                        continue
                    seen.add(text)
                    block.kind = LineKind.LETTERHEAD if _MOTTO.search(fold(text)) else LineKind.RUNNING_HEAD
                if not isinstance(block, PageBreak):
                    yield block

    def _take_notes(self) -> list[Block]:
        notes, self._page_notes = self._page_notes, []
        return [*notes]

    def _blocks(self, parent: Element) -> Iterator[Block]:
        if self._depth > _DEPTH:
            raise UnreadableFile(Reason.DAMAGED, f"more than {_DEPTH} tables within each other")
        self._depth += 1
        for element in parent:
            match local(element):
                case "p":
                    yield from self._paragraph(element)
                case "tbl":
                    yield self._table(element)
                case "sdt":
                    yield from self._blocks(sdt) if (sdt := child(element, "sdtContent")) is not None else ()
                case "ins" | "moveTo" | "smartTag" | "customXml":
                    yield from self._blocks(element)
                case "altChunk":
                    self._inserted += 1
        self._depth -= 1

    # --- paragraphs ---------------------------------------------------------------------------------------------------

    def _paragraph(self, element: Element) -> Iterator[Block]:
        properties = child(element, "pPr")
        style = attribute(child(properties, "pStyle"), "val")
        if child(properties, "pageBreakBefore") is not None and _is_on(child(properties, "pageBreakBefore")):
            yield PageBreak()
        paragraph = Paragraph()
        label = self._label(properties, style)
        if label:
            paragraph.add(label + " ", self._encoding(None, style))
        yield from cut_at_page_breaks(paragraph, self._pieces(element, style))
        boxes, self._boxes = self._boxes, []
        yield from boxes
        section = child(properties, "sectPr")
        if section is not None and attribute(child(section, "type"), "val", "nextPage") != "continuous":
            yield PageBreak()

    def _pieces(self, parent: Element, style: str) -> Iterator[tuple[str, str] | PageBreak]:
        """Text with its encoding, in order; what was deleted under tracking and codes of fields are left out."""
        for element in parent:
            match local(element):
                case "r":
                    yield from self._run(element, style)
                case "sdt":
                    content = child(element, "sdtContent")
                    yield from self._pieces(content, style) if content is not None else ()
                case "hyperlink" | "ins" | "moveTo" | "fldSimple" | "smartTag" | "dir" | "bdo" | "customXml":
                    yield from self._pieces(element, style)
                case "oMath" | "oMathPara":
                    yield "".join(t.text or "" for t in element.iter() if local(t) == "t"), ""

    def _run(self, run: Element, style: str) -> Iterator[tuple[str, str] | PageBreak]:
        properties = child(run, "rPr")
        if _is_on(child(properties, "vanish")):
            return
        encoding = self._encoding(properties, style)
        for element in run:
            match local(element):
                case "t":
                    yield element.text or "", encoding
                case "tab" | "ptab":
                    yield "\t", ""
                case "cr":
                    yield "\n", ""
                case "br":
                    yield PageBreak() if attribute(element, "type") == "page" else ("\n", "")
                case "lastRenderedPageBreak":
                    yield PageBreak()
                case "noBreakHyphen":
                    yield "-", ""
                case "sym":
                    yield _SYMBOLS.get(attribute(element, "char").upper(), "•"), ""
                case "footnoteReference" | "endnoteReference":
                    yield self._note(local(element).removesuffix("Reference"), attribute(element, "id")), ""
                case "AlternateContent":
                    choice = child(element, "Choice")
                    self._text_boxes(child(element, "Fallback") if choice is None else choice)
                case "drawing" | "pict" | "object":
                    self._pictures += _is_large(element)
                    self._text_boxes(element)
                case "ruby":
                    yield from self._pieces(base, style) if (base := child(element, "rubyBase")) is not None else ()

    def _text_boxes(self, element: Element | None) -> None:
        for inner in element.iter() if element is not None else ():
            if local(inner) == "txbxContent":
                within = list(self._blocks(inner))  # whose own boxes are taken up before
                self._boxes += within

    def _note(self, kind: str, number: str) -> str:
        """The raised number of a note, whose text goes to the foot of the page."""
        note = self._notes[kind].get(number)
        if note is None:
            return ""
        mark = number.translate(_SUPERSCRIPT)
        for block in self._blocks(note):
            if isinstance(block, Paragraph) and block.text.strip():
                block.kind = LineKind.FOOTNOTE
                block.text = f"{mark} {block.text.strip()}"
                block.encodings = [
                    (start + len(mark) + 1, end + len(mark) + 1, name) for start, end, name in block.encodings
                ]
                self._page_notes.append(block)
        return mark

    # --- fonts and lists ----------------------------------------------------------------------------------------------

    def _encoding(self, properties: Element | None, style: str) -> str:
        run_style = attribute(child(properties, "rStyle"), "val")
        font = _font(properties) or self._style_font(run_style) or self._style_font(style) or self._default_font
        return encoding_of_font(font) or "" if font else ""

    def _style_font(self, name: str) -> str:
        for _ in range(20):  # styles that are based on each other in a ring
            style = self._styles.get(name)
            if style is None:
                return ""
            if font := _font(child(style, "rPr")):
                return font
            name = attribute(child(style, "basedOn"), "val")
        return ""

    def _label(self, properties: Element | None, style: str) -> str:
        number = child(properties, "numPr")
        for _ in range(20):
            if number is not None or style not in self._styles:
                break
            number = child(self._styles[style], "pPr", "numPr")
            style = attribute(child(self._styles[style], "basedOn"), "val")
        identity = attribute(child(number, "numId"), "val")
        levels = self._lists.get(identity)
        if levels is None or identity == "0":
            return ""
        counter = self._counters.setdefault(identity, Counter(levels))
        depth = attribute(child(number, "ilvl"), "val", "0")
        return counter.next(int(depth) if depth.isdigit() else 0)

    # --- tables -------------------------------------------------------------------------------------------------------

    def _table(self, element: Element) -> Grid:
        grid = Grid(framed=self._is_framed(element))
        open_cells: dict[int, GridCell] = {}
        for row, tr in enumerate(_rows(element)):
            column = _whole(attribute(child(tr, "trPr", "gridBefore"), "val"), 0)
            for tc in _cells(tr):
                properties = child(tc, "tcPr")
                span = _whole(attribute(child(properties, "gridSpan"), "val"), 1)
                merged = child(properties, "vMerge")
                blocks: list[Block] = [block for block in self._blocks(tc) if not isinstance(block, PageBreak)]
                above = open_cells.get(column)
                if merged is not None and attribute(merged, "val", "continue") == "continue" and above is not None:
                    above.row_span += 1
                    above.blocks += [b for b in blocks if not isinstance(b, Paragraph) or b.text.strip()]
                else:
                    cell = GridCell(row, column, 1, span, blocks)
                    grid.cells.append(cell)
                    open_cells.pop(column, None)
                    if merged is not None:
                        open_cells[column] = cell
                column += span
        return grid

    def _is_framed(self, element: Element) -> bool:
        borders = child(element, "tblPr", "tblBorders")
        own = [attribute(side, "val") for side in borders] if borders is not None else []
        cells = [attribute(side, "val") for cell in element.iter() if local(cell) == "tcBorders" for side in cell]
        style = self._styles.get(attribute(child(element, "tblPr", "tblStyle"), "val"))
        inherited = child(style, "tblPr", "tblBorders")
        styled = [attribute(side, "val") for side in inherited] if inherited is not None and borders is None else []
        return any(val not in ("nil", "none", "") for val in (*own, *cells, *styled))


_HALF_A_PAGE = 7_560_000 * 10_690_000 / 2
"""Of A4, in square EMU (914,400 to an inch): a smaller picture is a seal, a logo or a chart."""


def _is_large(element: Element) -> bool:
    """Does a picture cover as much as a scanned page pasted into the text?"""
    extents = [inner for inner in element.iter() if local(inner) == "extent"]
    pictured = any(local(inner) in ("blip", "imagedata") for inner in element.iter())
    sides = [(attribute(e, "cx", "0"), attribute(e, "cy", "0")) for e in extents]
    return pictured and any(x.isdigit() and y.isdigit() and int(x) * int(y) >= _HALF_A_PAGE for x, y in sides)


def _rows(element: Element) -> Iterator[Element]:
    for inner in element:
        if local(inner) == "tr":
            yield inner
        elif local(inner) == "sdt" and (content := child(inner, "sdtContent")) is not None:
            yield from _rows(content)
        elif local(inner) in ("ins", "customXml"):
            yield from _rows(inner)


def _cells(row: Element) -> Iterator[Element]:
    for inner in row:
        if local(inner) == "tc":
            yield inner
        elif local(inner) == "sdt" and (content := child(inner, "sdtContent")) is not None:
            yield from _cells(content)


def _font(properties: Element | None) -> str:
    fonts = child(properties, "rFonts")
    return attribute(fonts, "ascii") or attribute(fonts, "hAnsi")


def _is_on(element: Element | None) -> bool:
    return element is not None and attribute(element, "val", "true") not in ("0", "false", "off")


def _whole(text: str, default: int) -> int:
    """A number of columns; a file can claim any."""
    return min(int(text), 1000) if text.isdigit() else default


def _lists_of(numbering: Element | None) -> dict[str, dict[int, Level]]:
    """The levels of every list, by its number."""
    abstract = {attribute(a, "abstractNumId"): _levels(a) for a in children(numbering, "abstractNum")}
    lists: dict[str, dict[int, Level]] = {}
    for num in children(numbering, "num"):
        levels = dict(abstract.get(attribute(child(num, "abstractNumId"), "val"), {}))
        for override in children(num, "lvlOverride"):
            depth = _whole(attribute(override, "ilvl"), 0)
            levels |= _levels(override)
            start = attribute(child(override, "startOverride"), "val")
            if start.isdigit() and depth in levels:
                levels[depth] = Level(levels[depth].form, levels[depth].pattern, int(start))
        lists[attribute(num, "numId")] = levels
    return lists


def _levels(parent: Element) -> dict[int, Level]:
    return {
        _whole(attribute(level, "ilvl"), 0): Level(
            attribute(child(level, "numFmt"), "val", "decimal"),
            attribute(child(level, "lvlText"), "val"),
            _whole(attribute(child(level, "start"), "val"), 1),
        )
        for level in children(parent, "lvl")
    }
