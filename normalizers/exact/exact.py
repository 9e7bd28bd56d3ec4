"""All repairs that need no guessing, in one pass: legacy encodings, then Unicode forms, as edits on the text as it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from documents.edits import Edit, Span, replay
from normalizers.exact.legacy import detect_spans, to_unicode_edits
from normalizers.exact.unicode import unicode_edits


def exact_edits(text: str, encodings: Sequence[tuple[Span, str]] = ()) -> list[Edit]:
    """The edits that bring ``text`` to NFC Unicode in the old tone style, whatever it was stored in.

    ``encodings`` are the spans whose encoding is known, from the fonts of a PDF; elsewhere it is detected. Spans may come in
    any order; what overlaps an earlier one is left out. Raises ``ValueError`` for an encoding that is not in
    ``normalizers.legacy.ENCODINGS``.

    >>> text = "QuyÕt ®Þnh vÒ kho¸ häc"
    >>> edits = exact_edits(text)
    >>> replay(text, edits), edits[3].before, edits[3].after, edits[3].rule
    ('Quyết định về khóa học', 'kho¸', 'khóa', 'legacy:tcvn3+unicode:tone_style')
    """
    edits = _pass(text, encodings)
    for _ in range(_PASSES - 1):
        read = replay(text, edits)
        more = _pass(read, ()) if edits else []
        if not more:
            break
        edits = compose(text, edits, more)
    return edits


# What one pass converts can leave enough of another encoding visible for the next one to find. Two passes settle nearly
# all text (the second finds nothing); the bound keeps the time linear whatever comes.
_PASSES = 6


def _pass(text: str, encodings: Sequence[tuple[Span, str]]) -> list[Edit]:
    legacy = _legacy_edits(text, encodings)
    return compose(text, legacy, unicode_edits(replay(text, legacy)))


def _legacy_edits(text: str, encodings: Sequence[tuple[Span, str]]) -> list[Edit]:
    edits: list[Edit] = []
    at = 0
    for span, encoding in [*sorted(encodings, key=lambda told: told[0].start), (Span(len(text), len(text)), "")]:
        if span.start < at:
            continue
        between = text[at : span.start]
        for found, name in detect_spans(between):
            edits += (e.shifted(at + found.start) for e in to_unicode_edits(between[found.start : found.end], name))
        if encoding:
            edits += (e.shifted(span.start) for e in to_unicode_edits(text[span.start : span.end], encoding))
        at = span.end
    return edits


def compose(raw: str, first: Sequence[Edit], second: Sequence[Edit]) -> list[Edit]:
    """The edits on ``raw`` that do what ``first`` and then, on its result, ``second`` do.

    Both are in order and do not overlap. Where they meet they become one edit with both rules and the product of their
    scores; edits that cancel out disappear.

    >>> compose("ab cd", [Edit(0, 2, "ab", "x y", "one")], [Edit(2, 6, "y cd", "z", "two")])
    [Edit(start=0, end=5, before='ab cd', after='x z', rule='one+two', score=1.0)]
    """
    middle = replay(raw, first)
    # Every edit as (start, end) in the middle text; of equal starts the deletion of the first pass comes first.
    spans: list[tuple[int, int, int, Edit]] = []
    shift = 0
    for edit in first:
        start = edit.start + shift
        spans.append((start, start + len(edit.after), 0, edit))
        shift += len(edit.after) - (edit.end - edit.start)
    spans += ((edit.start, edit.end, 1, edit) for edit in second)
    spans.sort(key=lambda s: s[:3])

    composed: list[Edit] = []
    shift = 0  # of the raw text against the middle one, after the groups so far
    i = 0
    while i < len(spans):
        start, end = spans[i][:2]
        group = [spans[i]]
        i += 1
        while i < len(spans) and _meet(start, end, spans[i][0], spans[i][1]):
            end = max(end, spans[i][1])
            group.append(spans[i])
            i += 1
        of_first = [edit for _, _, turn, edit in group if turn == 0]
        of_second = [edit for _, _, turn, edit in group if turn == 1]
        raw_start = start + shift
        shift += sum((edit.end - edit.start) - len(edit.after) for edit in of_first)
        raw_end = end + shift
        if not of_first and len(of_second) == 1:  # nearly all of them: nothing is made anew but the offsets
            edit = of_second[0]
            if edit.after != edit.before:
                composed.append(replace(edit, start=raw_start, end=raw_end) if shift else edit)
            continue
        after = replay(middle[start:end], [edit.shifted(-start) for edit in of_second])
        if after != raw[raw_start:raw_end]:
            rules = dict.fromkeys(edit.rule for edit in (*of_first, *of_second))
            score = 1.0
            for edit in (*of_first, *of_second):
                score *= edit.score
            composed.append(Edit(raw_start, raw_end, raw[raw_start:raw_end], after, "+".join(rules), score))
    return composed


def _meet(start: int, end: int, next_start: int, next_end: int) -> bool:
    """Do two spans share text? An empty one (an insertion or a deletion) meets what it touches."""
    return next_start < end or (next_start == end and (start == end or next_start == next_end))
