"""Figures that a pen wrote into the blanks of the letterhead become number and date as suggestions, always in doubt.

Reading leaves with each blank what may stand in it (``documents.page.FilledIn``). What an engine for print made of the
same figures is a second, weaker opinion. Only a second source makes either sure (``second_source``, ``agreement``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import regex

from documents.page import Blank, Box, FilledIn
from extractors.header.draft import Draft
from extractors.header.pieces import Piece
from normalizers.official_form import BLANK, Dateline, days_of

PRINT_SAYS = 2.0
"""Times as likely as before that a reading is which the engines for print give too. On drawn forms they read a pen's figures
right less than half as often as the network does, and seldom make the same mistake."""
MOST = 8
"""Candidates of a field kept."""
SUREST = 0.95
"""No figures of a pen are held surer: of those on drawn forms that were held at 0.9 and more, about so many were right."""
FROM_PRINT = 0.05
"""Probability of what the engines for print read where the network does not have it among its readings."""
_FIGURES = regex.compile(rf"^(?:\d+|{BLANK})")

Chances = dict[str, float]


def readings_over(filled_in: Sequence[FilledIn], piece: Piece, blank: Blank) -> Chances:
    """The readings of the blank of this kind that lies in the line of the piece."""
    for one in filled_in:
        if one.blank is blank and piece.box is not None and _in_line(one.box, piece.box):
            return dict(one.readings)
    return {}


def _in_line(blank: Box, line: Box) -> bool:
    """Whether the middle of the line is at the blank's height, and the blank touches the line."""
    middle = (line.top + line.bottom) / 2
    return blank.top <= middle <= blank.bottom and blank.left < line.right and line.left < blank.right


def suggest_number(draft: Draft, readings: Chances, printed: str) -> None:
    """The number with the likeliest figures of the pen, the others beside it; ``printed`` is what print was read as."""
    if not readings:
        return
    own = printed[: match.end()] if (match := _FIGURES.match(printed)) else ""
    rest = printed[len(own) :]
    chances = _with_print(readings, own.removeprefix(BLANK))
    _suggest(draft, "number", {f"{figures}{rest}": chance for figures, chance in chances.items()})


def suggest_date(draft: Draft, day: Chances, month: Chances, printed: Dateline) -> None:
    """The date with the likeliest day and month of the pen where the year is printed."""
    year = printed.year
    if year is None or not (day or month):
        return
    days = _numbers(_with_print(day, _two(printed.day)) if day else {_two(printed.day): 1.0})
    months = _numbers(_with_print(month, _two(printed.month)) if month else {_two(printed.month): 1.0})
    chances = {
        f"{year:04}-{m:02}-{d:02}": p * q
        for (d, p), (m, q) in product(days.items(), months.items())
        if 1 <= m <= 12 and 1 <= d <= days_of(year, m)
    }
    if chances:
        draft.fields["date_precision"] = "day"
    _suggest(draft, "date", chances)


def _two(number: int | None) -> str:
    return "" if number is None else str(number)


def _numbers(chances: Mapping[str, float]) -> dict[int, float]:
    """Chances of the numbers that the readings stand for: "04" and "4" are one day."""
    summed: dict[int, float] = {}
    for text, chance in chances.items():
        if text:
            summed[int(text)] = summed.get(int(text), 0.0) + chance
    return summed


def _with_print(readings: Chances, printed: str) -> Chances:
    """The readings with what an engine for print says of the same figures; together never more than one."""
    alike = [text for text in readings if printed and text.lstrip("0") == printed.lstrip("0")]
    weights = {text: chance * (PRINT_SAYS if text in alike else 1.0) for text, chance in readings.items()}
    if printed and not alike:
        weights[printed] = FROM_PRINT
    whole = sum(weights.values()) + max(0.0, 1.0 - sum(readings.values()))
    return {text: weight / whole for text, weight in weights.items()}


def _suggest(draft: Draft, name: str, chances: Mapping[str, float]) -> None:
    """The likeliest becomes the field, in doubt; all stay as candidates."""
    kept = _likeliest(chances)
    if not kept:
        return
    draft.fields[name] = next(iter(kept))
    draft.candidates[name] = kept
    draft.note(name, "by hand")
    draft.doubt(name)


def _likeliest(chances: Mapping[str, float]) -> Chances:
    best: Iterable[tuple[str, float]] = sorted(chances.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]
    return {value: min(SUREST, round(chance, 3)) for value, chance in best if round(chance, 3) > 0}
