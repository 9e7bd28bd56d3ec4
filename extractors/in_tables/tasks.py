"""Task tables: Nội dung / Đơn vị chủ trì / Đơn vị phối hợp / Sản phẩm / Thời gian, with headers in any wording.

With a grid (from a page image or a born-digital page) columns are told by their headers and rows are read cell by cell,
over page ends where a table goes on. Without one (text that somebody else's OCR interleaved) rows are guessed from
their numbers, and the confidence says so.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import regex

from documents.edits import Span
from documents.facts import Assignment, Found, Value
from extractors.structure.blocks import Block, Structure, TableCell, TableText, Zone
from extractors.words.folding import folded
from extractors.words.units import Mention, find_units, units_of_heading

# Over folded text; the first role whose words a header has. "Cơ quan phối hợp thực hiện" is partner before lead.
_HEADERS = (
    ("ordinal", regex.compile(r"^(?:s[ốo]? ?tt|tt|stt|so thu tu|so tt|no)\.?$")),
    ("partner", regex.compile(r"phoi\s*hop|don vi lien quan|co quan lien quan|cung thuc hien")),
    ("time", regex.compile(r"thoi (?:gian|han|diem|ky)|tien do|hoan thanh|han hoan|lo trinh")),
    ("output", regex.compile(r"san pham|ket qua|dau ra|hinh thuc van ban")),
    (
        "lead",
        regex.compile(
            r"chu tri|dau moi|chiu trach nhiem|phu trach|chu quan|don vi thuc hien|co quan thuc hien|tham muu"
            r"|don vi,? ca nhan|don vi duoc giao"
            r"|(?:bo|so|co quan|don vi)[ ,].{0,25}thuc hien|phan cong|to chuc thuc hien|trach nhiem"
        ),
    ),
    (
        "task",
        regex.compile(
            r"noi dung|nhiem vu|cong viec|hoat dong|hanh dong|giai phap|viec can|ten de an|ten van ban|hang muc"
            r"|muc tieu|danh muc|dau viec|linh vuc"
        ),
    ),
)
_TASK_SYLLABLES = 25
GRID_CONFIDENCE = 0.9
LOOSE_CONFIDENCE = 0.3
"""What is found without a grid is a guess: rows are told by their numbers alone, so no row may look sure."""
CELLS_CONFIDENCE = 0.5
"""Better than a guess: each cell is whole, only its column is inferred from the order of the cells."""
_RELATED = regex.compile(r"(?:có )?liên quan", regex.IGNORECASE)


@lru_cache(maxsize=4096)  # headings are words of documents: a worker that lives for days must not keep them all
def column_role(header: str) -> str | None:
    """What a column holds, by its header in any wording.

    >>> [column_role(header) for header in ("Cơ quan, đơn vị phối hợp", "Bộ, ngành đầu mối", "Thời hạn", "ĐVT")]
    ['partner', 'lead', 'time', None]
    """
    words = " ".join(folded(header).split())
    return next((role for role, pattern in _HEADERS if pattern.search(words)), None) if words and len(words) < 120 else None


@dataclass(slots=True)
class TaskRow:
    """The texts of one row by the role of their column; ``cells`` are those that begin in it."""

    confidence: float
    texts: dict[str, str] = field(default_factory=dict)
    cells: list[TableCell] = field(default_factory=list)
    task_column: int = -1

    def add(self, role: str, cell: TableCell, number: int) -> None:
        """Of two columns that say what to do, the right one is the more specific ("Nội dung" | "Hành động cụ thể")."""
        if not cell.text:
            return
        if role == "task" and self.task_column not in (-1, cell.column):
            del self.texts["task"]
        if role == "task":
            self.task_column = cell.column
        self.texts[role] = f"{self.texts[role]} {cell.text}" if role in self.texts else cell.text
        if cell.row == number:
            self.cells.append(cell)

    def go_on(self, rest: TaskRow) -> None:
        """Takes in the second half of a row that a page end cut in two."""
        for role, text in rest.texts.items():
            self.texts[role] = f"{self.texts.get(role, '')} {text}".strip()
        self.cells += rest.cells

    def states(self, value: Value, rule: str, confidence: float) -> Found:
        """The fact with the whole row as its place; ``confidence`` beside that in the row itself."""
        sure = round(self.confidence * confidence, 3)
        return Found(value, self.span, self.quote, self.line, self.line_end, rule, confidence=sure)

    @property
    def line(self) -> int:
        return min(c.line for c in self.cells)

    @property
    def line_end(self) -> int:
        return max(c.line_end for c in self.cells)

    @property
    def span(self) -> Span:
        """From the first to the last letter of its cells, in the text of the document."""
        spans = [c.joined.to_document(0, len(c.text)) for c in self.cells]
        return Span(min(s.start for s in spans), max(s.end for s in spans))

    @property
    def quote(self) -> str:
        return " | ".join(c.text for c in self.cells)

    @property
    def task(self) -> str:
        """What is to be done, 25 syllables or so."""
        return _shortened(self.texts["task"])


def task_rows(structure: Structure) -> list[TaskRow]:
    """The rows of all task tables with a grid; a row that a page end cut in two is one row."""
    rows: list[TaskRow] = []
    roles: dict[int, str] = {}
    for table in structure.tables:
        own, first = columns_of(table)
        if _is_task_table(own):
            goes_on, roles = table.continues and own == roles, own
        elif roles and (table.continues or table.columns == max(roles) + 1):
            goes_on, first = True, 0
        else:
            roles = {}
            continue
        for number, row in enumerate(_rows(table, roles, first)):
            if number == 0 and goes_on and rows and _is_second_half(row, roles):
                rows[-1].go_on(row)
            elif row.texts.get("task") and (row.texts.get("lead") or row.texts.get("partner")):
                rows.append(row)
    return rows


def find_in_tables(structure: Structure) -> list[Found]:
    """Assignments of all task tables of the document, gridless ones last."""
    found = [fact for row in task_rows(structure) for fact in _of_row(row)]
    regions = loose_regions(structure)
    if regions:
        lines = structure.lines_in(Zone.BODY, Zone.APPENDIX)
        numbers = [number for number, _ in lines]
        blocks = list(structure.body)
        first_lines = [b.line for b in blocks]
        for region in regions:
            within_lines = lines[bisect_left(numbers, region.start) : bisect_left(numbers, region.stop)]
            within = blocks[bisect_left(first_lines, region.start) : bisect_left(first_lines, region.stop)]
            found += _of_region(structure, within_lines, within)
    return found


def _is_task_table(roles: dict[int, str]) -> bool:
    present = set(roles.values())
    return "task" in present and bool(present & {"lead", "partner"})


def columns_of(table: TableText) -> tuple[dict[int, str], int]:
    """Role by column, and the number of the first row below the header."""
    headers: dict[int, list[str]] = {}
    first = 0
    for number in range(min(table.rows, max(3, table.header_rows))):
        cells = table.row(number)
        hits = {column_role(c.text) for c in cells} - {None}
        is_header = number < table.header_rows or (len(hits) >= 2 and max((len(c.text) for c in cells), default=0) < 90)
        if not is_header and not (
            first and len(hits) >= 1 and all(len(c.text) < 40 for c in cells) and any(c.row < number for c in cells)
        ):
            break
        for cell in cells:
            for column in range(cell.column, cell.column + cell.column_span):
                if cell.text and cell.text not in headers.get(column, ()):
                    headers.setdefault(column, []).append(cell.text)
        first = number + 1
    roles: dict[int, str] = {}
    for column, texts in headers.items():
        # the lowest header is the most specific: "Đơn vị thực hiện" over "Chủ trì" | "Phối hợp"
        role = next((r for t in reversed(texts) if (r := column_role(t))), None)
        if role is not None:
            roles[column] = role
    if "task" not in roles.values() and "lead" in roles.values():
        free = [c for c in range(min(c for c, r in roles.items() if r == "lead")) if c not in roles]
        if free:
            roles[free[-1]] = "task"
    return roles, first


def _rows(table: TableText, roles: dict[int, str], first: int) -> list[TaskRow]:
    """The rows below the header; cells that span rows count in each of them."""
    by_row: dict[int, list[TableCell]] = {}
    for cell in table.cells:
        for number in range(max(first, cell.row), min(table.rows, cell.row + cell.row_span)):
            by_row.setdefault(number, []).append(cell)
    rows: list[TaskRow] = []
    for number in sorted(by_row):
        cells = sorted(by_row[number], key=lambda c: c.column)
        if _is_counting(cells) or _repeats_header(cells):
            continue
        row = TaskRow(table.confidence * GRID_CONFIDENCE)
        for cell in cells:
            role = roles.get(cell.column)
            if role is not None and cell.column_span < max(2, table.columns - 1):
                row.add(role, cell, number)
        if row.cells:
            rows.append(row)
    return rows


def _is_second_half(row: TaskRow, roles: dict[int, str]) -> bool:
    return "ordinal" in roles.values() and "ordinal" not in row.texts and "lead" not in row.texts


_COUNTING = regex.compile(r"\d{1,2}|[A-H]")


def _is_counting(cells: Sequence[TableCell]) -> bool:
    """The row "1 2 3 4" or "(1) (2) (3)" under a header."""
    texts = [c.text.strip("() .") for c in cells if c.text]
    return len(texts) >= 2 and all(_COUNTING.fullmatch(t) for t in texts)


def _repeats_header(cells: Sequence[TableCell]) -> bool:
    roles = [column_role(c.text) for c in cells if len(c.text) < 60]
    return len({r for r in roles if r}) >= 3 and len(roles) == len(cells)


def _of_row(row: TaskRow) -> Iterator[Found]:
    output, time = row.texts.get("output"), row.texts.get("time")
    for key, role in (("lead", "lead"), ("partner", "coordinate")):
        for mention in units_of_cell(row.texts.get(key, ""), role):
            assignment = Assignment(mention.name, role, row.task, output, time, mention.id)
            yield row.states(assignment, f"assignment.table_{key}", mention.confidence)


BY_REFERENCE = regex.compile(
    r"\s*theo\s+(?:các mốc|tiến độ|thời gian|phân công|phân cấp|quy định|quyết định"
    r"|kế hoạch|nghị quyết|chức năng|văn bản|công văn)(?!\w)",
    regex.IGNORECASE,
)
"""Who leads stands in another document: "Theo phân công tại Quyết định số … của Chủ tịch UBND tỉnh"."""


def units_of_cell(text: str, role: str) -> list[Mention]:
    """The units of a cell. A cell that names none the lexicon knows is a name itself, if it is short."""
    if BY_REFERENCE.match(text):
        return []
    mentions = [
        m
        for m in find_units(text, tolerant=True)
        if role == "lead" or not (m.kind == "generic" and _RELATED.search(text[m.start : m.end]))
    ]
    named = [m for m in mentions if m.kind != "generic" or ";" in text] or mentions
    if named:
        seen: set[str] = set()
        return [m for m in named if not (m.name in seen or seen.add(m.name))]  # type: ignore[func-returns-value]
    words = text.strip(" .;,-–")
    if role == "lead" and words and len(words) < 100 and words[:1].isupper():
        return [Mention(0, len(text), words, "open", None, 0.5)]
    return []


_LABEL = regex.compile(r"^(?:\d{1,2}[.)]|[a-zđ][.)]|[-+–])\s*")


def _shortened(task: str) -> str:
    words = _LABEL.sub("", task).split()
    return " ".join(words if len(words) <= 30 else words[:_TASK_SYLLABLES]).strip(" ;,.")


# --------------------------------------------------------------------------------------------------------------------
# Tables without a grid

_WINDOW_LINES = 14
_ROW_START = regex.compile(r"^(?P<number>\d{1,2})\s*(?:\|\s*|\s)(?P<text>\p{Lu}.*)$")


def loose_regions(structure: Structure) -> list[range]:
    """Line ranges (from 1) that hold a task table of which only the text is left.

    Such a table shows by its headers: at least three kinds of column within a few short lines. It lasts to the end of its
    appendix.
    """
    if "loose regions" not in structure.kept:
        structure.kept["loose regions"] = _find_loose_regions(structure)
    regions: list[range] = structure.kept["loose regions"]
    return regions


def _find_loose_regions(structure: Structure) -> list[range]:
    lines = structure.lines_in(Zone.BODY, Zone.APPENDIX)
    regions: list[range] = []
    seen: list[tuple[int, set[str]]] = []
    open_from: int | None = None
    previous = 0
    for number, line in lines:
        if open_from is not None and _ends_region(structure, line, number, previous):
            regions.append(range(open_from, previous + 1))
            open_from = None
        previous = number
        roles = _header_words(line) if open_from is None else set()
        if roles:
            seen = [*((n, r) for n, r in seen if number - n <= _WINDOW_LINES), (number, roles)]
            together = set().union(*(r for _, r in seen))
            if "lead" in together and together & {"time", "output"} and len(together) >= 3:
                open_from, seen = seen[0][0], []
    if open_from is not None:
        regions.append(range(open_from, previous + 1))
    return regions


_APPENDIX = regex.compile(r"(?:PHỤ LỤC|Phụ lục|PHU LUC)\b")


def _ends_region(structure: Structure, line: str, number: int, previous: int) -> bool:
    zones = structure.zone_of_line
    return zones[number - 1] is not zones[previous - 1] or bool(_APPENDIX.match(line))


_HEADER_PHRASES = (
    ("lead", regex.compile(r"\b(?:don vi|co quan|bo,? nganh)[ ,]*(?:co quan|don vi)?\s*(?:chu tri|dau moi|thuc hien)")),
    ("partner", regex.compile(r"\b(?:don vi|co quan)\s*(?:phoi\s*hop?|phoi$)")),
    ("output", regex.compile(r"\b(?:san pham|ket qua)(?: dau ra)?")),
    ("time", regex.compile(r"\bthoi gian(?: hoan thanh| thuc hien|$)|\bthoi han")),
    ("task", regex.compile(r"\bnoi dung(?: thuc hien| nhiem vu| cong viec|$)|\bnhiem vu(?:,? giai phap|$)|\bten nhiem vu")),
)


def _header_words(line: str) -> set[str]:
    """Kinds of column that a short line names without saying anything else."""
    if line.endswith((".", ";", ",")) or len(line) > 110:
        return set()
    plain = folded(line)
    found = {role for role, pattern in _HEADER_PHRASES if pattern.search(plain)}
    rest = plain
    for _, pattern in _HEADER_PHRASES:
        rest = pattern.sub(" ", rest)
    return found if len(rest.split()) <= 5 else set()


def _of_region(structure: Structure, lines: list[tuple[int, str]], blocks: list[Block]) -> Iterator[Found]:
    """Rows that begin with their number, and rows whose cells became blocks of their own, one after the other."""
    rows: list[list[tuple[int, str]]] = []
    for number, line in lines:
        if _ROW_START.match(line):
            rows.append([])
        if rows and (not rows[-1] or number == rows[-1][-1][0] + 1):  # an empty line ends a row
            rows[-1].append((number, line))
    for row in rows:
        yield from _of_loose_row(structure, row[:9])
    yield from _of_cell_blocks(structure, blocks)


def _of_cell_blocks(structure: Structure, blocks: list[Block]) -> Iterator[Found]:
    """Task, lead, partners as neighbouring blocks: OCR that read cell after cell leaves tables like this."""
    units = [tuple(units_of_heading(b.text)) if len(b.text) < 160 and b.label is None else () for b in blocks]
    for i in range(1, len(blocks)):
        task = blocks[i - 1]
        if (
            not units[i]
            or units[i - 1]
            or task.label is not None
            or not 3 <= len(task.text.split()) <= 80
            or _header_words(task.text)
        ):
            continue
        partners = units[i + 1] if i + 1 < len(blocks) else ()
        last = blocks[i + 1] if partners else blocks[i]
        for mentions, role in ((units[i], "lead"), (partners, "coordinate")):
            for mention in mentions:
                yield Found(
                    value=Assignment(mention.name, role, _shortened(task.text), None, None, mention.id),
                    span=Span(task.joined.to_document(0, 1).start, last.joined.to_document(0, len(last.text)).end),
                    quote=" | ".join(b.text for b in (task, blocks[i], *([last] if partners else []))),
                    line=task.line,
                    line_end=last.line_end,
                    rule=f"assignment.cells_{role}",
                    confidence=round(CELLS_CONFIDENCE * mention.confidence, 3),
                )


_ALL_OF = regex.compile(r"(?i)các\b")


def _of_loose_row(structure: Structure, row: list[tuple[int, str]]) -> Iterator[Found]:
    start = _ROW_START.match(row[0][1])
    if start is None:
        return
    units: list[tuple[Mention, str, int]] = []
    for number, line in row:
        for mention in find_units(line):
            if mention.kind in ("department", "body", "ministry", "class"):
                units.append((mention, line, number))
    text = start["text"]
    here = [m for m, line, _ in units if line == row[0][1]]
    stop = min((m.start - start.start("text") for m in here), default=len(text))
    task = text[: min(stop, text.find("|") if "|" in text else len(text))].strip(" |.;")
    if len(task.split()) < 3 or not units:
        return
    single = [u for u in units if not _ALL_OF.match(u[1][u[0].start :]) and u[0].kind != "class"]
    lead = single[0][0].name if single else None
    seen: set[str] = set()
    first, last = structure.index.span_of(row[0][0]), structure.index.span_of(max(n for _, _, n in units))
    for mention, _, number in units:
        if mention.name in seen:
            continue
        seen.add(mention.name)
        role = "lead" if mention.name == lead else "coordinate"
        yield Found(
            value=Assignment(mention.name, role, _shortened(task), None, None, mention.id),
            span=Span(first.start, max(last.end, first.end)),
            quote=" ".join(line for _, line in row if _ <= number),
            line=row[0][0],
            line_end=max(number, row[0][0]),
            rule=f"assignment.loose_{role}",
            confidence=round(LOOSE_CONFIDENCE * (1.0 if role == "lead" else 0.7), 3),
        )
