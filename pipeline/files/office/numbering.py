"""Numbers that word processors put before paragraphs by themselves: 1., 1.1, a), IV."""

from __future__ import annotations

from dataclasses import dataclass, field

# Points of Vietnamese documents run a, b, c, d, đ, e, g in print, but word processors count in the Latin alphabet.
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Level:
    """How a level counts: ``form`` is that of WordprocessingML; ``pattern`` has %1 for the number of the first level."""

    form: str = "decimal"
    pattern: str = ""
    start: int = 1


@dataclass(slots=True)
class Counter:
    """The state of one list."""

    levels: dict[int, Level]
    counts: dict[int, int] = field(default_factory=dict)

    def next(self, depth: int) -> str:
        """The label of the next paragraph at ``depth`` (from 0); deeper levels begin anew."""
        level = self.levels.get(depth, Level())
        self.counts[depth] = self.counts.get(depth, level.start - 1) + 1
        for deeper in [d for d in self.counts if d > depth]:
            del self.counts[deeper]
        if level.form == "bullet":
            return "-" if level.pattern else ""
        label = level.pattern
        for d in range(depth + 1):
            own = self.levels.get(d, Level())
            label = label.replace(f"%{d + 1}", written(self.counts.get(d, own.start), own.form))
        return label


def written(number: int, form: str) -> str:
    """A number as a list prints it.

    >>> [written(4, form) for form in ("decimal", "lowerLetter", "upperRoman", "decimalZero", "none")]
    ['4', 'd', 'IV', '04', '']
    >>> written(28, "lowerLetter")
    'bb'
    """
    match form:
        case "none":
            return ""
        case "lowerLetter" | "upperLetter":
            letter = _LETTERS[(number - 1) % len(_LETTERS)] * ((number - 1) // len(_LETTERS) + 1)
            return letter if form == "lowerLetter" else letter.upper()
        case "lowerRoman" | "upperRoman":
            roman = _roman(number)
            return roman.lower() if form == "lowerRoman" else roman
        case "decimalZero":
            return f"{number:02}"
    return str(number)


_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"))
_ROMAN_DIGITS = (*_ROMAN, (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def _roman(number: int) -> str:
    written = ""
    for value, digits in _ROMAN_DIGITS:
        written += digits * (number // value)
        number %= value
    return written
