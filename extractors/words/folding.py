"""Folding that keeps offsets: marks and capitals away, one code point for one, by a table made once.

``normalizers.forms.fold`` decomposes and recomposes; patterns that must point back into the text need equal lengths,
and extraction folds every line several times.
"""

from __future__ import annotations

from normalizers.forms import fold

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyzAĂÂBCDĐEÊFGHIJKLMNOÔƠPQRSTUƯVWXYZ"
_MARKED = "".join(chr(c) for c in (*range(0xC0, 0x180), 0x1A0, 0x1A1, 0x1AF, 0x1B0, *range(0x1EA0, 0x1EFA)))
_TABLE = {ord(c): f for c in _LETTERS + _MARKED if len(f := fold(c)) == 1}


def folded(text: str) -> str:
    """The text without marks and capitals, code point by code point.

    >>> folded("QUYẾT ĐỊNH số 5"), len(folded("Ủy ban")) == len("Ủy ban")
    ('quyet dinh so 5', True)
    """
    return text.translate(_TABLE)
