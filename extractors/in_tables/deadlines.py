"""Deadlines from the time column of task tables: who leads a row has to finish it by what its last cell says."""

from __future__ import annotations

import regex

from documents.facts import Deadline, Found
from extractors.in_tables.tasks import task_rows, units_of_cell
from extractors.structure.blocks import Structure
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
            if not time.iso or any(start <= time.core < end for start, end in cited):
                continue
            relation = "by" if time.relation == "in" and time.type in ("date", "year", "period") else time.relation
            deadline = Deadline(time.type, time.iso, relation, row.task, leads)
            found.append(row.states(deadline, f"table.{time.form}", 0.95))
    return found


def _sentence_of(cell: str) -> str:
    cell = cell.strip()
    for pattern, words in _BARE:
        if pattern.match(cell):
            return pattern.sub(words, cell)
    return cell
