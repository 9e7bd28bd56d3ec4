"""Deadlines from the time column of task tables: who leads a row has to finish it by what its last cell says."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from documents.facts import Deadline, Found
from extractors.in_tables.tasks import BY_REFERENCE, columns_of, task_rows, units_of_cell
from extractors.structure.blocks import Genre, Structure, TableCell
from extractors.words.dates import find_times

# A cell leaves out what a sentence would say: "10/2027", "2025", "IV/2024".
_BARE = (
    (regex.compile(r"^(?:T|t)?(\d{1,2}\s?/\s?\d{4})\.?$"), r"tháng \1"),
    (regex.compile(r"^((?:19|20)\d\d(?:\s?[-–]\s?(?:19|20)\d\d)?)\.?$"), r"năm \1"),
    (regex.compile(r"^(I{1,3}|IV)\s?/\s?(\d{4})\.?$"), r"quý \1/\2"),
    (regex.compile(r"^(\d{1,2}\s?/\s?\d{1,2}\s?/\s?\d{4})\.?$"), r"ngày \1"),
)
_CITED = regex.compile(
    r"(?i)số\s+\d[^\s,;]*/[^\s,;]+\s+(?:của\s[^,;.\d]{1,60}\s)?ngày\s+\d{1,2}(?:\s?[/.-]\s?|\s+tháng\s+)\d{1,2}"
    r"(?:\s?[/.-]\s?|\s+năm\s+)\d{4}"
)
"""The date of a document that a cell refers to: "Theo Nghị định số 52/2015/NĐ-CP ngày 28/5/2015"."""


def find(structure: Structure) -> list[Found]:
    """One deadline per time in the time cell of a row; a time without relation word is the end, as the column is headed."""
    found: list[Found] = []
    for row in task_rows(structure):
        cell = row.texts.get("time")
        if not cell:
            continue
        leads = tuple(m.name for m in units_of_cell(row.texts.get("lead", ""), "lead"))
        said = _sentence_of(cell)
        cited = [match.span() for match in _CITED.finditer(said)]
        for time in find_times(said):
            if BY_REFERENCE.match(said) and time.relation == "in":
                continue
            if not time.iso or any(start <= time.core < end for start, end in cited):
                continue
            relation = "by" if time.relation == "in" and time.type in ("date", "year", "period") else time.relation
            deadline = Deadline(time.type, time.iso, relation, row.task, leads)
            found.append(row.states(deadline, f"table.{time.form}", 0.95))
    return found + list(_of_schedules(structure))


_SCHEDULED = regex.compile(
    r"(?:thời gian|thời điểm|lịch|ngày)\s+(?P<work>(?:kiểm tra|thực hiện|tổ chức|làm việc|giám sát|khảo sát|họp"
    r"|tiếp|nộp|gửi|thanh tra|tập huấn|đánh giá|triển khai|hoàn thành|báo cáo|thẩm định|nghiệm thu)\b.*)",
    regex.IGNORECASE,
)
_NUMBERED = regex.compile(r"(?:stt|tt|số tt|số thứ tự)\.?", regex.IGNORECASE)
SCHEDULE_CONFIDENCE = 0.8


def _of_schedules(structure: Structure) -> Iterator[Found]:
    """Who or what is to be visited, checked or heard when: a column of times beside a column of names, no tasks."""
    if structure.genre is Genre.REPORT:
        return
    for table in structure.tables:
        roles, _ = columns_of(table)
        head = {c.column: c.text for c in table.row(0)}
        times = {column: work for column, text in head.items() if (work := _SCHEDULED.fullmatch(" ".join(text.split())))}
        names = [c for c, text in head.items() if c not in times and not _NUMBERED.fullmatch(text.strip())]
        if len(times) != 1 or not names or {"lead", "partner"} & set(roles.values()):
            continue
        [(column, work)] = times.items()
        for row in range(1, table.rows):
            cells = {c.column: c for c in table.row(row) if c.row == row}
            if column in cells and names[0] in cells:
                yield from _of_visit(structure, cells[column], cells[names[0]], work["work"], table.confidence)


def _of_visit(structure: Structure, when: TableCell, name: TableCell, work: str, sure: float) -> Iterator[Found]:
    for time in find_times(_sentence_of(when.text)):
        if not time.iso or time.type not in ("date", "period"):
            continue
        span = when.joined.to_document(0, len(when.text))
        deadline = Deadline(time.type, time.iso, time.relation, f"{work}: {name.text}", ())
        page = structure.index.page_of(span.start)
        confidence = round(sure * SCHEDULE_CONFIDENCE, 3)
        yield Found(
            deadline, span, f"{name.text} | {when.text}", name.line, when.line_end, "table.schedule", page, confidence
        )


def _sentence_of(cell: str) -> str:
    cell = cell.strip()
    for pattern, words in _BARE:
        if pattern.match(cell):
            return pattern.sub(words, cell)
    return cell
