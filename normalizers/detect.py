"""Which family of engines printed this text, and how bad is it? Cheap enough to ask for every page."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from normalizers.fluency import fluency

PROFILES = ("clean", "english_neural", "old_scanner", "vietnamese", "stripped")

ENOUGH = 6_000
"""Letters that are looked at: three pages' worth, spread over the text; more does not change the verdict."""


@dataclass(frozen=True, slots=True)
class Detection:
    """``profile`` is one of ``PROFILES``; ``badness`` the expected share of wrong syllables."""

    profile: str
    badness: float


_VIETNAMESE_ONLY = regex.compile(r"[ăắằẳẵặâấầẩẫậđếềểễệốồổỗộơớờởỡợưứừửữựạảịỉọỏụủẹẻẽỵỷỹĩũ]", regex.IGNORECASE)
_ENGLISH_NEURAL = regex.compile(r"[é¢€@]|\p{L}[0-9¢€@$]|[0-9¢€@$]\p{L}")
_OLD_SCANNER = regex.compile(r"\p{Ll}\p{Lu}\p{Ll}|\p{Ll}['&\\]|[&\\]\p{Ll}|\p{Ll}9|\p{Ll}\p{Lu}\b")
_LETTER = regex.compile(r"\p{L}")


def sample(text: str, enough: int = ENOUGH) -> str:
    """Whole lines from the whole text, about ``enough`` characters of them."""
    if len(text) <= enough:
        return text
    lines = [line for line in text.split("\n") if len(line) > 20] or [text[i : i + 2000] for i in range(0, len(text), 2000)]
    step = max(1, sum(map(len, lines)) // enough)
    return "\n".join(line[:2000] for line in lines[::step])[: 2 * enough]


def detect(text: str) -> Detection:
    """The profile of ``text`` and how much of it is wrong.

    >>> detect("Ủy ban nhân dân tỉnh ban hành kế hoạch cải cách hành chính năm 2020.").profile
    'clean'
    >>> detect("nhan, xu 1y va tra két qua tha tuc hanh chinh chua c6 su dot pha, chua c6 nhiéu").profile
    'english_neural'
    """
    part = sample(text)
    letters = max(len(_LETTER.findall(part)), 1)
    badness = badness_of(fluency(part))
    marked = len(_VIETNAMESE_ONLY.findall(part)) / letters
    if marked > 0.12:
        return Detection("clean" if badness < 0.08 else "vietnamese", badness)
    neural, old = len(_ENGLISH_NEURAL.findall(part)) / letters, len(_OLD_SCANNER.findall(part)) / letters
    if max(neural, old) < 0.002 and badness > 0.3:
        return Detection("stripped", badness)
    if badness < 0.08:
        return Detection("clean", badness)
    return Detection("english_neural" if neural > 0.06 or neural > 1.5 * old else "old_scanner", badness)


def badness_of(mean_logp: float) -> float:
    """The expected share of wrong syllables of a text with this fluency.

    A straight line between clean everyday prose (-4.5) and lines of which one syllable in six is right (-9),
    fitted by eye to ``eval/restore``.
    """
    return min(max((-mean_logp - 4.5) / 4.5, 0.0), 1.0) * 0.85
