"""Upper and lower case of a repaired word: as printed, where the print can be trusted."""

from __future__ import annotations

from normalizers.forms import strip_marks

# Small letters, or pieces of them, that engines print as capitals: these say nothing about case on their own.
_DOUBTFUL = frozenset("I1lJ|V&0O69")
# Capitals a true capital is printed as when the engine does not know it (Đ as P, B, D).
_LOOKS = {"đ": "dpbđ", "ư": "uư", "ơ": "oơ", "ô": "oô", "ă": "aă", "â": "aâ", "ê": "eê"}


def first_capital(text: str) -> str:
    """With a capital at the front, the rest as it is.

    >>> first_capital("ủy ban nhân dân tỉnh Lai Châu")
    'Ủy ban nhân dân tỉnh Lai Châu'
    """
    return text[:1].upper() + text[1:]


def first_small(text: str) -> str:
    """With a small letter at the front, the rest as it is.

    >>> first_small("Tỷ lệ UBND")
    'tỷ lệ UBND'
    """
    return text[:1].lower() + text[1:]


def restore(word: str, printed: str, *, capitals_around: bool, opens: bool) -> str:
    """``word`` in the case of ``printed``.

    >>> restore("thực", "THVC", capitals_around=True, opens=False)
    'THỰC'
    >>> restore("động", "dOng", capitals_around=False, opens=False)
    'động'
    >>> restore("đại", "Pai", capitals_around=False, opens=False), restore("khó", "Icho", capitals_around=False, opens=False)
    ('Đại', 'khó')
    """
    letters = [c for c in printed if c.isalpha()]
    upper = sum(c.isupper() for c in letters)
    if not letters:
        return word.upper() if capitals_around else first_capital(word) if opens else word
    if len(letters) > 1 and upper == len(letters):
        return word.upper()
    if capitals_around and upper * 2 > len(letters):
        return word.upper()
    if len(letters) >= 3 and upper * 4 >= len(letters) * 3 and printed[0].isupper():
        return word.upper()
    if _is_capital(word, printed, opens):
        return first_capital(word)
    return word


def _is_capital(word: str, printed: str, opens: bool) -> bool:
    start = printed.lstrip("'\"‘’“”.,")[:1]
    if not start.isupper():
        return False
    first = word[:1]
    if strip_marks(start).lower() in _LOOKS.get(first, strip_marks(first)):
        return start not in _DOUBTFUL or opens or start.lower() == strip_marks(first)
    return opens or (start in "PBDÐ" and first == "đ" and printed[1:2].islower())
