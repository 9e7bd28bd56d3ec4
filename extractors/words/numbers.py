"""Vietnamese numbers: where they stand and what they are worth.

Figures group thousands with a point and part decimals with a comma ("1.234,5"); typists mix the two, so a point
before anything but three digits parts decimals ("93.4"). Number words ("bốn mươi lăm") are read where they can't be
an article. A number keeps the words it was printed with.

Roman numerals are list marks and ordinals in these documents, never amounts, and are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import regex

# Longer runs of digits are account numbers, bar codes or noise; a float holds 15 digits exactly.
MAX_DIGITS = 15

# "$6 lượng", "£10": readers put such signs beside letters they took for figures; amounts here are in đồng.
_SIGNS_OF_MISREADING = frozenset("$£¢©®°#~^|\\")

_FIGURE = regex.compile(r"\d++(?:[.,]\d++)*+")
_GROUPED = regex.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_GROUPED_ENGLISH = regex.compile(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?")
_DECIMAL = regex.compile(r"\d+(?:[.,]\d+)?")

_GLUED = [
    "đồng",
    "vnđ",
    "vnd",
    "đ",
    "usd",
    "km2",
    "km²",
    "km",
    "m2",
    "m²",
    "m3",
    "m³",
    "kg",
    "ha",
    "cm",
    "mm",
    "tấn",
    "tạ",
    "lít",
    "kwh",
    "mwh",
    "kw",
    "mw",
    "kv",
    "ml",
    "m",
]
"""Units that are printed against their figure ("12m2/người", "91.481.640.145đ"); "4G" and "06b" are names."""


@cache
def glued_unit() -> regex.Pattern[str]:
    """A unit right behind a figure, up to a space, a mark or "/"."""
    return regex.compile(rf"(?:{'|'.join(_GLUED)})(?=$|[\s/.,;:()–-])", regex.IGNORECASE)


_DIGIT_WORDS = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5,
    "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
_PLACE_WORDS = {"mươi": 10, "chục": 10, "trăm": 100}
_SCALE_WORDS = {"nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}
_WORDS_ONLY_IN_NUMBERS = {"mươi", "mười", "chục", "trăm", "lăm", "nhăm", "mốt"}
_NUMBER_WORD = "|".join([*_DIGIT_WORDS, *_SCALE_WORDS, "mười", "mươi", "chục", "trăm", "linh", "lẻ", "rưỡi"])
_NUMBER_WORDS = regex.compile(rf"(?<!\w)(?:{_NUMBER_WORD})(?:,?[ \n]+(?:{_NUMBER_WORD}))*+(?!\w)", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the text. ``text`` is as printed; ``value_max`` ends a range; ``of`` is the denominator of a fraction.

    ``confidence`` is lower where the figure looks misread or its grouping is in doubt.
    """

    start: int
    end: int
    text: str
    value: float
    value_max: float | None = None
    of: float | None = None
    in_words: bool = False
    confidence: float = 1.0


def parse_figure(text: str) -> float | None:
    """The value of digits with points and commas; ``None`` when they are no number.

    >>> parse_figure("1.234,5"), parse_figure("01"), parse_figure("93,4"), parse_figure("4.647")
    (1234.5, 1.0, 93.4, 4647.0)
    >>> parse_figure("93.4"), parse_figure("1,234,567"), parse_figure("1.1.2") is None
    (93.4, 1234567.0, True)
    """
    if sum(c.isdigit() for c in text[: MAX_DIGITS + 6]) > MAX_DIGITS or len(text) > MAX_DIGITS + 6:
        return None
    if _GROUPED.fullmatch(text) and not text.startswith("0"):
        return float(text.replace(".", "").replace(",", "."))
    if _GROUPED_ENGLISH.fullmatch(text):
        return float(text.replace(",", ""))
    if _DECIMAL.fullmatch(text):
        return float(text.replace(",", "."))
    return None


@dataclass(slots=True)
class _Spoken:
    """What the words of a number are worth so far.

    ``total`` of the groups that a scale word closed, the open ``group`` below a thousand, the ``digit`` that waits for its
    place, the last ``scale``. ``place`` is the last place or scale heard, 1 where a digit behind it stands for ones.
    """

    total: float = 0.0
    group: int = 0
    digit: int | None = None
    scale: int = 1
    place: int = 1

    def hear(self, word: str) -> bool:
        """Takes the next word in; false where it cannot follow what was said."""
        if word == "rưỡi":
            return self._add_half()
        if word in ("linh", "lẻ"):
            self.place = 1
            return self.digit is None and bool(self.group or self.total)
        if word in _PLACE_WORDS:
            return self._close_digit(_PLACE_WORDS[word])
        if word in _SCALE_WORDS:
            return self._close_group(_SCALE_WORDS[word])
        if self.digit is not None and not (self.digit and word in _DIGIT_WORDS and self.place == _HUNDRED):
            return False
        if self.digit is not None:  # sáu trăm chín tám
            self.group, self.place = self.group + self.digit * 10, 1
        if word == "mười":
            self.group, self.place = self.group + 10, 1
        else:
            self.digit = _DIGIT_WORDS[word]
        return True

    def _close_digit(self, place: int) -> bool:
        if self.digit is None:
            return False
        self.group, self.digit = self.group + self.digit * place, None
        self.place = place if place == _HUNDRED else 1
        return True

    def _close_group(self, scale: int) -> bool:
        self.group, self.digit = self.group + self._last_digit(), None
        if self.total and scale > self.scale:  # hai nghìn năm trăm tỷ: all that was said so far, times so much
            self.total = (self.total + self.group) * scale
        elif self.group and (not self.total or scale < self.scale):
            self.total += self.group * scale
        else:
            return False
        self.group, self.scale, self.place = 0, scale, scale
        return True

    def _add_half(self) -> bool:
        """Half of the last unit: ba triệu rưỡi, một trăm rưỡi triệu."""
        if not (self.total or self.group) or self.digit is not None:
            return False
        if self.group:
            self.group += _HUNDRED // 2 if self.group % _HUNDRED == 0 else 5
        else:
            self.total += self.scale / 2
        self.place = 1
        return True

    def _last_digit(self) -> int:
        """What the waiting digit is worth; right behind a hundred or a scale it tells tenths: một trăm hai, hai triệu ba."""
        return (self.digit or 0) * max(1, self.place // 10)

    def value(self) -> float | None:
        value = self.total + self.group + self._last_digit()
        return float(value) if self.digit is not None or self.group or self.total else None


_HUNDRED = 100


def parse_words(text: str) -> float | None:
    """The value of number words; ``None`` when they do not make a number.

    >>> parse_words("bốn mươi lăm"), parse_words("một trăm linh năm"), parse_words("hai nghìn không trăm hai mươi")
    (45.0, 105.0, 2020.0)
    >>> parse_words("mười hai"), parse_words("ba triệu rưỡi"), parse_words("hai ba") is None
    (12.0, 3500000.0, True)
    >>> parse_words("năm trăm chín chục ngàn"), parse_words("hai nghìn tỷ"), parse_words("hai triệu ba triệu") is None
    (590000.0, 2000000000000.0, True)
    >>> parse_words("sáu trăm chín tám"), parse_words("một trăm rưỡi triệu"), parse_words("hai triệu ba")
    (698.0, 150000000.0, 2300000.0)
    """
    words = text.lower().split()
    if not words or len(words) > 24:
        return None
    spoken = _Spoken()
    return spoken.value() if all(map(spoken.hear, words)) else None


def find_figures(text: str) -> Iterator[Number]:
    """Every run of digits that is a number by itself, in order; ranges and fractions are put together by the caller.

    >>> [n.value for n in find_figures("đạt 1,5-2 tin, Covid-19, 4G, 06b, 23.525 hồ sơ, mục 1.1.2")]
    [1.5, 2.0, 23525.0]
    """
    for match in _FIGURE.finditer(text):
        start, end = match.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        if before and (before.isalnum() or before == "_"):
            continue
        if after and (after.isalpha() or after == "_") and not glued_unit().match(text, end):
            continue
        if before in ("-", "–") and text[start - 2 : start - 1].isalpha():
            continue  # Covid-19
        if before and before in _SIGNS_OF_MISREADING:
            continue
        if before in ("/", ".") and text[start - 2 : start - 1].isalpha():
            continue  # file names and addresses
        value = parse_figure(match.group())
        if value is not None:
            yield Number(start, end, match.group(), value, confidence=_trust(match.group()))


def _trust(figure: str) -> float:
    """Readers of scans lose and invent points: lower where the grouping is not the official one."""
    return 0.8 if "," in figure and "." not in figure and len(figure.split(",")[-1]) == 3 else 1.0


def find_words(text: str) -> Iterator[Number]:
    """Runs of number words, single digits too: the caller decides whether "một" counts or is an article.

    >>> [(n.text, n.value) for n in find_words("tổ chức hai mươi lăm lớp, một lần; năm nay")]
    [('hai mươi lăm', 25.0), ('một', 1.0), ('năm', 5.0)]
    """
    for match in _NUMBER_WORDS.finditer(text):
        for start, end in _amounts(text, match.start(), match.end()):
            if years := _OF_YEARS.search(text, start, end):
                end = years.start()
            value = parse_words(text[start:end].replace(",", ""))
            if value is not None:
                yield Number(start, end, text[start:end], value, in_words=True, confidence=0.8)


_COMMA = regex.compile(r",[ \n]+")


_OF_YEARS = regex.compile(r"(?<=trăm|nghìn|ngàn|triệu)\s+năm$", regex.IGNORECASE)  # "một trăm năm": the noun, not a five


def _amounts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A run of number words as one amount ("Tám triệu, sáu trăm nghìn"), or where its commas part a list, each of them."""
    cuts = [start + m.end() for m in _COMMA.finditer(text[start:end])]
    parts = [(a, a + len(text[a:b].rstrip(" ,\n"))) for a, b in zip([start, *cuts], [*cuts, end], strict=True)]
    words = [text[a:b].lower().split() for a, b in parts]
    goes_on = all(before[-1] in _SCALE_WORDS and len(behind) > 1 for before, behind in pairwise(words))
    return [(start, end)] if goes_on and parse_words(text[start:end].replace(",", "")) is not None else parts


def is_surely_a_number(words: str) -> bool:
    """Whether number words can't be read as anything else ("bốn mươi lăm", but not "một" or "năm hai").

    >>> is_surely_a_number("bốn mươi lăm"), is_surely_a_number("một"), is_surely_a_number("ba triệu")
    (True, False, True)
    """
    spoken = words.lower().split()
    return len(spoken) > 1 and (
        not _WORDS_ONLY_IN_NUMBERS.isdisjoint(spoken) or not _SCALE_WORDS.keys().isdisjoint(spoken[1:])
    )
