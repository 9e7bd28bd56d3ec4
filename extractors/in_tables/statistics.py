"""Figures in tables: each cell of figures is a value whose indicator stands in the headings of its column and row.

Two kinds: ruled tables with their grid, and rows of bare figures that OCR left under a torn column head. The second is
a guess from the order of the words, and says so in its confidence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import regex

from documents.edits import Span
from documents.facts import Found, Target
from extractors.sense.aspect import default_kind
from extractors.structure.blocks import Block, Genre, Role, Structure, TableCell, TableText, Zone
from extractors.words.dates import find_times
from extractors.words.numbers import find_figures
from extractors.words.quantities import read_table, read_unit
from normalizers.case import first_small

_BARE_ROW = regex.compile(r"\s*\d[\d.,]*(?:\s+\d[\d.,]*)+\s*")
_BARE_CELL = regex.compile(
    r"\s*(?P<sign>[≥≤<>]\s?=?|trên|dưới|khoảng)?\s*(?P<figure>\d[\d.,]*)(?:\s?[-–]\s?(?P<last>\d[\d.,]*))?\s*(?P<unit>[%‰])?\s*",
    regex.IGNORECASE,
)
"""A figure alone, a limit ("≥ 80") or a range ("8 - 10")."""
_SIGNS = {"≥": ">=", ">=": ">=", "≤": "<=", "<=": "<=", "<": "<", ">": ">", "trên": ">", "dưới": "<", "khoảng": "~"}
_ORDINAL_HEAD = regex.compile(
    r"(?:s?tt|số\s*tt|số thứ tự|tt\.?|stt\.?|mã.*|điện thoại|số điện thoại|ghi chú|năm sinh|số hiệu|tọa độ"
    r"|chương|loại|khoản|mục|tiểu mục|(?:số )?tờ(?: bản đồ)?(?: số)?|(?:số )?thửa(?: đất)?(?: số)?|(?:số )?trang(?: số)?"
    r"|số (?:hồ sơ lưu|văn bản|ký hiệu|quyết định|nhà|tài khoản))"
    r"(?:\s+\d[\d.]*)?\s*",
    regex.IGNORECASE,
)
_COLUMN_NUMBER = regex.compile(r"\s*\(?\d{1,2}\)?(?:\s*=\s*[\d(][\d\s()/+:x*%-]*)?\s*")
"""The row below a head that numbers the columns, and says which are computed: "7", "(7)", "9=7/4"."""
_COUNTED = regex.compile(r"(?:\S+\s+)?số\s+(?!liệu)(?:lượng\s+)?(?P<noun>.+)", regex.IGNORECASE)
_HEAD_WORDS = ("đã", "tổng", "đang")  # begin a heading also where all letters were read as capitals
_DONE = regex.compile(
    r"(?:đã|đang|chưa|được|trong đó|tỷ lệ|kết quả|đúng hạn|trước hạn|quá hạn|trễ hạn)(?!\w)", regex.IGNORECASE
)
_SHARE_HEAD = regex.compile(
    r"so (?:với|sánh)|(?:tỷ lệ|%)\s*(?:đạt|thực hiện|hoàn thành)|đạt (?:được )?(?:tỷ lệ|%)", regex.IGNORECASE
)
"""Compares what was reached with a plan or another year, so that it is a result whatever it is compared with."""
_YEAR = regex.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_GOAL_HEAD = regex.compile(r"kế hoạch|chỉ tiêu|mục tiêu|phấn đấu|dự kiến|giao", regex.IGNORECASE)
_WHO_OR_WHEN = r"(?<!đơn vị )(?<!cơ quan )(?<!thời gian )(?<!kinh phí )(?<!tổ chức )(?<!nội dung )(?<!trách nhiệm )"
_DONE_HEAD = regex.compile(rf"{_WHO_OR_WHEN}thực hiện|kết quả|đạt|ước|hiện trạng|đã", regex.IGNORECASE)
_UNIT_HEAD = regex.compile(r"(?:.*\s)?(?:đvt|đơn vị\s+tính|đv\s*tính)|đơn vị", regex.IGNORECASE)
_TIME_HEAD = regex.compile(
    r"(?:^|\s)(?:năm(?!\s+\d)|thời gian|thời hạn|tiến độ|hoàn thành|ngày|bắt đầu|kết thúc)(?!\w)", regex.IGNORECASE
)
_BULLET = regex.compile(r"\s*[-–+•*]\s")
_LEVEL_WORD = regex.compile(r"cấp\s+(tỉnh|huyện|xã)", regex.IGNORECASE)
_MAX_HEAD_LINES = 60
"""Lines of a torn column head; a head of six columns, one syllable a line, has 40."""
GUESSED, RULED = 0.5, 0.75


def find_rows(structure: Structure) -> Iterator[Found]:
    """Values of rows of bare figures whose column head can be taken apart into as many headings as there are figures."""
    lines = structure.lines_in(Zone.BODY, Zone.APPENDIX)
    for i, (number, text) in enumerate(lines):
        if not _BARE_ROW.fullmatch(text):
            continue
        figures = list(find_figures(text))
        heads = _torn_heads(_head_lines(lines, i), len(figures))
        if not heads or len(figures) != len(text.split()):
            continue
        span = _line_span(structure, number)
        kind = _kind_at(structure, number)
        noun = ""
        for figure, head in zip(figures, heads, strict=True):
            counted = _COUNTED.match(head)
            noun = counted["noun"] if counted else noun
            indicator = head if counted or not noun else f"{noun} {first_small(head)}"
            at = Span(span.start + figure.start, span.start + figure.end)
            target = Target(kind, figure.value, noun or head, "=", indicator, scope=_level_in(indicator))
            yield Found(target, at, text, number, number, "statistics.bare_row", structure.index.page_of(at.start), GUESSED)


def _head_lines(lines: list[tuple[int, str]], row: int) -> list[str]:
    """The lines between a row of figures and the one above it."""
    first = row
    while first > max(0, row - _MAX_HEAD_LINES) and not _BARE_ROW.fullmatch(lines[first - 1][1]):
        first -= 1
    return [text for _, text in lines[first:row]]


def _torn_heads(lines: list[str], count: int) -> list[str]:
    """The last ``count`` headings of a column head that OCR tore into lines, each beginning with a capital; [] if unsure.

    >>> _torn_heads(["Tổng số đơn", "vị cấp xã", "Đã thực hiện"], 2)
    ['Tổng số đơn vị cấp xã', 'Đã thực hiện']
    """
    words: list[str] = []
    in_bullet = False
    for line in lines:
        if line.endswith((".", ";")) or _BULLET.match(line):
            in_bullet = not line.endswith(".")
            continue
        if in_bullet and line[:1].islower():
            continue
        in_bullet = False
        words += line.split()
    heads: list[list[str]] = []
    for word in words:
        if word[:1].isupper() and (not (len(word) > 1 and word.isupper()) or word.casefold() in _HEAD_WORDS):
            heads.append([word])
        elif heads:
            heads[-1].append(word)
    found = [" ".join(h) for h in heads[-count:]]
    telling = [h for h in found if _COUNTED.match(h) or _DONE.match(h)]
    return found if len(found) == count and len(telling) * 2 > count else []


def _line_span(structure: Structure, number: int) -> Span:
    span = structure.index.span_of(number)
    text = structure.text[span.start : span.end]
    return Span(span.start + len(text) - len(text.lstrip()), span.end)


def _kind_at(structure: Structure, line: int) -> str:
    at = bisect_right(structure.blocks, line, key=lambda b: b.line) - 1
    if at >= 0:
        return default_kind(structure, structure.blocks[at])
    return "result" if structure.genre is Genre.REPORT else "target"


def _level_in(phrase: str) -> str | None:
    levels = {m.lower() for m in _LEVEL_WORD.findall(phrase)}
    return f"cấp {levels.pop()}" if len(levels) == 1 else None


def find_cells(structure: Structure) -> Iterator[Found]:
    """Values of ruled tables: cells that hold a figure and nothing else, under a head that names what is counted."""
    heads: dict[int, str] = {}
    for table in structure.tables:
        header_rows = _rows_of_head(table)
        if not (table.continues and heads and not table.header_rows):
            heads = {c: _head_of_column(table, c, header_rows) for c in range(table.columns)}
        above = structure.blocks[table.after] if 0 <= table.after < len(structure.blocks) else None
        ordinals = _ordinal_columns(table, heads)
        units = _stated_units(table, heads, header_rows, _unit_above(above))
        due: str | None = None
        for row in range(header_rows, table.rows):
            due = _due_of_group(table, row) or due
            yield from _cells_of_row(structure, table, row, heads, ordinals, units[row], above, due)


def _rows_of_head(table: TableText) -> int:
    """How many rows the head has: without rows that hold figures, with those that part a heading above them."""
    rows = table.header_rows or (0 if table.continues else 1)
    while rows > 1 and any(_BARE_CELL.fullmatch(c.text) for c in table.row(rows - 1) if c.row == rows - 1 and c.column):
        if _is_numbering([c for c in table.row(rows - 1) if c.row == rows - 1]):
            break
        rows -= 1
    while 0 < rows < table.rows - 1 and _parts_heading(table, rows):
        rows += 1
    return rows


def _parts_heading(table: TableText, row: int) -> bool:
    """Whether all that stands in a row stands below headings that span several columns."""
    spanned = {c for cell in table.row(row - 1) if cell.column_span > 1 for c in _columns_of(cell)}
    cells = [c for c in table.row(row) if c.row == row and c.text]
    return bool(cells) and all(c.column in spanned and not any(map(str.isdigit, c.text)) for c in cells)


def _columns_of(cell: TableCell) -> range:
    return range(cell.column, cell.column + cell.column_span)


def _due_of_group(table: TableText, row: int) -> str | None:
    """The time that a row says for those below it: "Đến năm 2030" over all columns, and no figures beside it."""
    cells = [c for c in table.row(row) if c.row == row and c.text]
    texts = [c.text for c in cells if _WORDS.search(c.text)]
    if (
        len(texts) != 1
        or len(texts[0].split()) > _LONGEST_GROUP
        or any(_BARE_CELL.fullmatch(c.text) for c in cells if c.column)
    ):
        return None
    return due_of_head(texts[0])


_WORDS = regex.compile(r"\p{Ll}{2,}")
_LONGEST_GROUP = 12
"""Syllables of a row that heads a group."""
_COUNTING_UP = 3
"""Rows that must follow one another by one before a column counts as numbering: two may do so by chance."""


def _ordinal_columns(table: TableText, heads: dict[int, str]) -> set[int]:
    """Columns that number the rows: by their head, or the first one where it counts up by one more often than not."""
    found = {c for c, head in heads.items() if _ORDINAL_HEAD.fullmatch(head)}
    figures = [int(c.text) for c in table.cells if c.column == 0 and c.text.isdecimal()]
    steps = [after - before for before, after in pairwise(figures)]
    if steps.count(1) >= _COUNTING_UP and 2 * steps.count(1) > len(steps):
        found.add(0)
    return found


_DITTO = regex.compile(r"[\"'“”’″〃,\s-]+|[-–\s]*nt[-–\s.]*", regex.IGNORECASE)


def _unit_above(block: Block | None) -> str:
    """The unit that the line above a table states for all its figures, "" where it states none."""
    stated = _UNIT_ABOVE.search(block.text) if block is not None else None
    return first_small(stated["unit"]) if stated and stated["unit"].lower() in _measures() else ""


def _stated_units(table: TableText, heads: dict[int, str], header_rows: int, default: str) -> dict[int, str]:
    """The unit that each row states in a column for units; a ditto mark repeats the one above ("-nt-": "như trên")."""
    columns = {c for c, head in heads.items() if _UNIT_HEAD.fullmatch(head)}
    units: dict[int, str] = {}
    above = default
    for row in range(header_rows, table.rows):
        printed = next((c.text.strip() for c in table.row(row) if c.row == row and c.column in columns), "")
        if not printed or not _DITTO.fullmatch(printed):
            above = (first_small(printed) if printed[1:].islower() else printed) or default
        units[row] = above
    return units


def blocks_of_cells(structure: Structure) -> list[Block]:
    """Table cells that say more than a figure, under the headings of the text above the table; made once."""
    if "cells" not in structure.kept:
        structure.kept["cells"] = list(_blocks_of_cells(structure))
    blocks: list[Block] = structure.kept["cells"]
    return blocks


def _blocks_of_cells(structure: Structure) -> Iterator[Block]:
    for table in structure.tables:
        parent = structure.blocks[table.after] if 0 <= table.after < len(structure.blocks) else None
        for cell in table.cells:
            if cell.row >= table.header_rows and any(c.isdigit() for c in cell.text) and not _BARE_CELL.fullmatch(cell.text):
                yield Block(-1, Zone.BODY, Role.TEXT, None, cell.joined, cell.line, cell.line_end, parent)


def _head_of_column(table: TableText, column: int, header_rows: int) -> str:
    cells = [c for c in table.cells if c.row < header_rows and c.column <= column < c.column + c.column_span and c.text]
    named = [c.text for c in sorted(cells, key=lambda c: c.row) if not _COLUMN_NUMBER.fullmatch(c.text)]
    return " ".join(dict.fromkeys(named)).strip(" |_")  # a rule of the table that was read as a letter


_WORD = regex.compile(r"[^\W\d_]{2,}")
_WORD_OR_PERCENT = regex.compile(r"[^\W\d_]{2,}|%")


def _cells_of_row(
    structure: Structure,
    table: TableText,
    row: int,
    heads: dict[int, str],
    ordinals: set[int],
    unit: str,
    above: Block | None,
    due: str | None,
) -> Iterator[Found]:
    cells = [c for c in table.row(row) if c.row == row]
    label = next((c.text for c in cells if len(_WORD.findall(c.text)) >= 2), "")
    bare = [c for c in cells if _BARE_CELL.fullmatch(c.text) and c.column not in ordinals]
    if not label or _is_numbering(cells):
        return
    for cell in bare:
        head = heads.get(cell.column, "")
        if (
            not _WORD_OR_PERCENT.search(head)
            or (found := _cell_value(structure, cell, label, head, unit, above, due)) is None
        ):
            continue
        yield found


_NO_FIGURE = regex.compile(r"\D")


def _is_numbering(cells: list[TableCell]) -> bool:
    """A row "(1) (2) (3)" that numbers the columns."""
    numbers = [_NO_FIGURE.sub("", c.text) for c in cells if c.text]
    return len(numbers) > 2 and numbers == [str(i) for i in range(1, len(numbers) + 1)]


def _cell_value(
    structure: Structure, cell: TableCell, label: str, head: str, stated: str, above: Block | None, due: str | None
) -> Found | None:
    match = _BARE_CELL.fullmatch(cell.text)
    figure = next(find_figures(match["figure"]), None) if match else None
    if match is None or figure is None or (1900 <= figure.value <= 2100 and _TIME_HEAD.search(head)):
        return None
    unit = match["unit"] or _unit_of_cell(label, head, stated)
    kind = "target" if _GIVEN_LABEL.match(label) else "result" if _DONE_LABEL.match(label) else kind_of_head(head)
    if kind is None:
        kind = (
            default_kind(structure, above)
            if above is not None
            else "result"
            if structure.genre is Genre.REPORT
            else "target"
        )
    span = cell.joined.to_document(0, len(cell.text))
    sign = (match["sign"] or "").replace(" ", "").lower()
    last = next(find_figures(match["last"]), None) if match["last"] else None
    target = Target(
        kind,
        figure.value,
        unit,
        _SIGNS.get(sign, "="),
        f"{label}: {head}",
        value_max=last.value if last is not None and last.value > figure.value else None,
        due=due_of_head(head) or due,
    )
    return Found(
        target, span, cell.text, cell.line, cell.line_end, "statistics.cell", structure.index.page_of(span.start), RULED
    )


_GIVEN_LABEL = regex.compile(r"(?:kế hoạch|chỉ tiêu|dự toán)\s+(?:được\s+)?giao(?!\w)", regex.IGNORECASE)
"""A row of what was given is an aim also below "Kết quả"."""


_DONE_LABEL = regex.compile(r"đã\s", regex.IGNORECASE)


def kind_of_head(head: str) -> str | None:
    """Whether the figures below a heading are aims or results; ``None`` where it does not tell.

    >>> kind_of_head("Kế hoạch năm 2022"), kind_of_head("So với kế hoạch (%)"), kind_of_head("Số lớp")
    ('target', 'result', None)
    >>> kind_of_head("Chỉ tiêu giảm nghèo")
    'target'
    """
    if _SHARE_HEAD.search(head):
        return "result"
    return "target" if _GOAL_HEAD.search(head) else "result" if _DONE_HEAD.search(head) else None


@cache
def _measures() -> frozenset[str]:
    return frozenset(row["unit"].lower() for row in read_table("measure_units.tsv"))


_UNIT_INSIDE = regex.compile(
    r"\((?:(?:đvt|đơn vị(?: tính)?)\s*:?\s*)?(?P<unit>[\p{L}\p{M}/²³23 ]{1,24})\)\s*$", regex.IGNORECASE
)
"""The unit behind a heading: "Dự toán (triệu đồng)"."""
_UNIT_ABOVE = regex.compile(
    r"(?:^|[\s(])(?:đvt|đơn vị tính|đơn vị)\s*:\s*(?P<unit>[^\s():;.][^():;.]{0,24}?)\s*\)?\s*$", regex.IGNORECASE
)
"""The unit of a whole table, in the line above it: "Đơn vị tính: Triệu đồng"."""
_SCORE_HEAD = regex.compile(r"(?:số\s+)?điểm(?!\w)(?!\s+(?:cầu|bán|trường|dân cư|đen))", regex.IGNORECASE)
_COUNTS = regex.compile(r"số(?:\s+lượng)?|lượng", regex.IGNORECASE)
"""Stated as a unit, they say that what the row names is counted."""


def _unit_of_cell(label: str, head: str, stated: str) -> str:
    """The unit of a figure: that of its column, of its row, or of what either counts; "" where none is said.

    >>> _unit_of_cell("Số lớp bồi dưỡng", "Kế hoạch", ""), _unit_of_cell("Sở Nội vụ", "Số hồ sơ", "")
    ('lớp', 'hồ sơ')
    >>> _unit_of_cell("Số bác sĩ", "So với kế hoạch (%)", "người"), _unit_of_cell("Bệnh viện", "Thực hiện", "")
    ('%', '')
    """
    if _SCORE_HEAD.match(head):
        return "điểm"
    if (inside := _UNIT_INSIDE.search(head)) and inside["unit"].lower() in _measures():
        return first_small(inside["unit"])
    if "%" in head or (stated and not _COUNTS.fullmatch(stated)):
        return "%" if "%" in head else stated
    if counted := _COUNTED.match(head) or _COUNTED.match(label):
        return read_unit(f"1 {counted['noun']}", 1)[0]
    if "%" in label and len(label.split()) <= _LONGEST_GROUP:
        return "%"
    return "" if kind_of_head(head) or _TIME_HEAD.search(head) else read_unit(f"1 {head.lower()}", 1)[0]


def due_of_head(head: str) -> str | None:
    """The time of a column: what its heading says, or the one year in it ("Kế hoạch 2018")."""
    times = [t.due for t in find_times(head) if t.due]
    years = set(_YEAR.findall(head))
    return times[-1] if times else years.pop() if len(years) == 1 else None
