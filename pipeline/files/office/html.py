"""Web pages: the text that a browser shows, with tables as tables."""

from __future__ import annotations

from html.parser import HTMLParser

import regex

from pipeline.files.office.flow import Block, Flow, Grid, GridCell, Paragraph

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "title",
        "tr",
        "ul",
    ]
)
_UNSEEN = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "iframe", "select"}
)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_MOST_SPANNED = 1000
_DEPTH = 50  # tables within tables

_CHARSET = regex.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", regex.IGNORECASE)
TAG = regex.compile(r"</?(?:[a-z][a-z0-9]*)(?:\s[^<>]{0,2000})?/?>", regex.IGNORECASE)
"""A tag of HTML, open or closed."""


def declared_charset(data: bytes) -> str | None:
    """The encoding that the page names in its first lines.

    >>> declared_charset(b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1258">')
    'windows-1258'
    """
    found = _CHARSET.search(data[:4096])
    return found[1].decode("ascii", "ignore") if found else None


def read_html(text: str) -> Flow:
    """The flow of a page or of a part of one."""
    reader = _Reader(unseen_selectors(text))
    reader.feed(text)
    reader.close()
    return Flow(reader.blocks(), reasons=("a web page: the text that it shows",))


_TITLE = regex.compile(r"<title[^>]*>\s*([^<]{1,120})", regex.IGNORECASE)
_FAILURE = regex.compile(
    r"\b(?:40[0134]|50[0234])\b|not found|forbidden|access denied|unauthorized|bad gateway|server error|unavailable"
    r"|log ?in\b|sign in"
    r"|không tìm thấy|không tồn tại|đăng nhập|từ chối truy cập",
    regex.IGNORECASE,
)
_LONGEST_FAILURE = 1500  # code points: pages of web servers say what went wrong in two sentences


def failure_told(text: str, flow: Flow) -> str:
    """What a web server says of a document that it did not send, from the page that it sent instead; empty for others."""
    shown = "\n".join(block.text for block in flow.blocks if isinstance(block, Paragraph))
    title = _TITLE.search(text)
    told = " ".join((title[1] if title else shown[:120]).split())
    return told if len(shown) < _LONGEST_FAILURE and _FAILURE.search(told) else ""


class _Table:
    """A table in the making: where its next cell goes, past those that reach down from above."""

    def __init__(self, framed: bool) -> None:
        self.grid = Grid(framed=framed)
        self.row, self.column = -1, 0
        self._taken: set[tuple[int, int]] = set()

    def begin_row(self) -> None:
        self.row, self.column = self.row + 1, 0

    def begin_cell(self, row_span: int, column_span: int) -> GridCell:
        self.row = max(self.row, 0)
        while (self.row, self.column) in self._taken:
            self.column += 1
        cell = GridCell(self.row, self.column, row_span, column_span)
        self._taken |= {(self.row + r, self.column + c) for r in range(row_span) for c in range(column_span)}
        self.column += column_span
        self.grid.cells.append(cell)
        return cell


_WHITE_SPACE = regex.compile(r"[ \t\r\n\f]+")


_UNSEEN_STYLE = regex.compile(r"display:none|visibility:hidden|font-size:0(?:px|pt|em|%)?(?:;|!|$)|opacity:0(?:;|!|$)")


def is_unseen(style: str) -> bool:
    """Do these declarations hide what they are put on?

    >>> is_unseen("color: red; display: none"), is_unseen("font-size: 0"), is_unseen("font-size: 0.9em")
    (True, True, False)
    """
    return _UNSEEN_STYLE.search("".join(style.split()).lower()) is not None


_STYLES = regex.compile(r"<style\b[^>]*>(.*?)</style>", regex.IGNORECASE | regex.DOTALL)
_COMMENT = regex.compile(r"/\*.*?\*/|<!--|-->|@media\s+print\s*\{(?:[^{}]*\{[^{}]*\})*\s*\}", regex.DOTALL)
_RULE = regex.compile(r"([^{}]{1,2000})\{([^{}]*)\}")
_SIMPLE = regex.compile(r"(?:[a-z][a-z0-9]*)?(?:[.#][\w-]+)?", regex.IGNORECASE)


def unseen_selectors(text: str) -> frozenset[str]:
    """Selectors of one tag, class or identity ("p", ".x", "div.x", "#x") that the style sheets of a page hide."""
    rules = (rule for sheet in _STYLES.findall(text) for rule in _RULE.findall(_COMMENT.sub("", sheet)))
    names = (name.strip() for selectors, style in rules if is_unseen(style) for name in selectors.split(","))
    return frozenset(name for name in names if name and _SIMPLE.fullmatch(name))


class _Reader(HTMLParser):
    def __init__(self, unseen: frozenset[str] = frozenset()) -> None:
        super().__init__(convert_charrefs=True)
        self._hidden_by_style = unseen
        self._blocks: list[Block] = []
        self._targets: list[list[Block]] = [self._blocks]  # where paragraphs go: the page, or the cell that is open
        self._tables: list[_Table] = []
        self._cells: list[int] = []  # how many targets there were when each table began
        self._text = ""
        self._unseen: list[str] = []
        self._preformatted = 0

    def blocks(self) -> list[Block]:
        self._end_paragraph()
        return [b for b in self._blocks if not isinstance(b, Paragraph) or b.text.strip()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        hidden = "hidden" in values or is_unseen(values.get("style") or "") or self._is_styled_away(tag, values)
        if self._unseen or tag in _UNSEEN or (hidden and tag not in _VOID):
            if tag not in _VOID:
                self._unseen.append(tag)
            return
        match tag:
            case "br":
                self._text += "\n"
            case "table" if len(self._tables) < _DEPTH:
                self._end_paragraph()
                self._cells.append(len(self._targets))
                self._tables.append(_Table((values.get("border") or "0") != "0" or "border" in (values.get("style") or "")))
                self._targets[-1].append(self._tables[-1].grid)
            case "tr" if self._tables:
                self._end_cell()
                self._tables[-1].begin_row()
            case "td" | "th" if self._tables:
                self._end_cell()
                cell = self._tables[-1].begin_cell(_span(values.get("rowspan")), _span(values.get("colspan")))
                self._targets.append(cell.blocks)
            case "input" if values.get("type") in ("checkbox", "radio"):
                self._text += "☑ " if "checked" in values else "☐ "
            case "input" if values.get("type", "text") in ("text", "number", "date"):
                self._text += values.get("value") or ""
            case "sup":
                pass
            case _ if tag in _BLOCKS:
                self._end_paragraph()
                self._preformatted += tag == "pre"

    def _is_styled_away(self, tag: str, values: dict[str, str | None]) -> bool:
        if not self._hidden_by_style:
            return False
        marks = ["", *(f".{name}" for name in (values.get("class") or "").split()), f"#{values.get('id') or ''}"]
        return any(f"{one}{mark}" in self._hidden_by_style for one in ("", tag) for mark in marks if one or mark)

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            if tag in self._unseen:  # what was left open within it ends as well
                while self._unseen.pop() != tag:
                    pass
            return
        match tag:
            case "td" | "th" | "tr":
                self._end_cell()
            case "table" if self._tables:
                self._end_cell()
                self._tables.pop()
                self._cells.pop()
            case _ if tag in _BLOCKS:
                self._end_paragraph()
                self._preformatted -= tag == "pre" and self._preformatted > 0

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._preformatted:
            self._text += data
            return
        squeezed = _WHITE_SPACE.sub(" ", data)
        if squeezed.startswith(" ") and (not self._text or self._text[-1] in " \n"):
            squeezed = squeezed[1:]
        self._text += squeezed

    def _end_cell(self) -> None:
        self._end_paragraph()
        if self._cells:
            del self._targets[self._cells[-1] :]

    def _end_paragraph(self) -> None:
        text, self._text = self._text.strip(), ""
        if text:
            self._targets[-1].append(Paragraph(text))


def _span(text: str | None) -> int:
    return min(max(int(text), 1), _MOST_SPANNED) if text and text.strip().isdigit() else 1
