"""Where sentences and clauses end."""

from __future__ import annotations

import regex

_SENTENCE_END = regex.compile(r"(?:[.!?…]++|\./\.)[\"”'’)\]]*+\s+(?=[\p{Lu}\p{N}\"“(])")
_ABBREVIATION = regex.compile(
    r"(?:^|[\s(])(?:TP|Tp|tp|TX|Tx|TT|Q|P|H|ThS|Ths|TS|PGS|GS|BS|CN|KS|Mr|Ms|No|tr|St|Số|số|TM|KT|TL|TUQ|Đ|ĐT|[A-Z])$"
)


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Ranges of the sentences of a joined text.

    >>> [("Một. Hai 3.5 TP. Huế. Ba")[a:b] for a, b in split_sentences("Một. Hai 3.5 TP. Huế. Ba")]
    ['Một.', 'Hai 3.5 TP. Huế.', 'Ba']
    """
    ranges: list[tuple[int, int]] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        before = text[max(start, match.start() - 8) : match.start()]
        if text[match.start()] == "." and match.group().strip() == "." and _ABBREVIATION.search(before):
            continue
        end = match.end() - (len(match.group()) - len(match.group().rstrip()))
        if end > start:
            ranges.append((start, end))
        start = match.end()
    if start < len(text):
        ranges.append((start, len(text)))
    return ranges


_BRACKET_OR_SEMICOLON = regex.compile(r"[();]")


def split_clauses(text: str) -> list[tuple[int, int]]:
    """Ranges between semicolons outside parentheses, without the semicolons and surrounding spaces.

    >>> [("a; b (c; d); e")[x:y] for x, y in split_clauses("a; b (c; d); e")]
    ['a', 'b (c; d)', 'e']
    """
    ranges: list[tuple[int, int]] = []
    start = depth = 0
    for match in _BRACKET_OR_SEMICOLON.finditer(text):
        mark = match.group()
        if mark == "(":
            depth += 1
        elif mark == ")":
            depth = max(0, depth - 1)
        elif depth == 0:
            ranges.append((start, match.start()))
            start = match.end()
    ranges.append((start, len(text)))
    trimmed = []
    for a, b in ranges:
        piece = text[a:b]
        a += len(piece) - len(piece.lstrip())
        b -= len(piece) - len(piece.rstrip())
        if b > a:
            trimmed.append((a, b))
    return trimmed
