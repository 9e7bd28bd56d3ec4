"""Where one document of a file ends and the next begins ("ranh giới văn bản"): proposals with a probability, never cuts.

A signed tờ trình is kept with its draft decision, a decision with the plan that it issues, a whole box is scanned into
one PDF. A page begins a document when its head has what only a letterhead has, and when the page before it closes one;
forms, appendices and blank drafts have a letterhead too and begin none. The weights are those of a logistic regression
(``scripts/training/boundaries.py``); every feature is a yes or no that a person can check on the page.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex

from documents.edits import Repaired
from documents.page import PAGE_END, Document, LineKind
from extractors.header.issuer import group_bodies
from extractors.header.letterhead import Role, role_of
from extractors.header.pieces import Column, Piece, Sheet
from extractors.structure.labels import Rank, find_label
from extractors.structure.zones import type_word_of
from extractors.words.folding import folded
from normalizers.official_form import (
    APPENDIX_LINE,
    CAPACITY,
    RECIPIENTS_LINE,
    is_capitals,
    offices_in,
    read_dateline,
    read_number_line,
)

EVEN = 0.5
"""Above it a start is proposed. What it trades is in ``benchmarks/header.md``: starts missed against starts invented."""
LEAST = 0.05
"""From it on a page is kept as a possible start. Inner pages of one document have 0.01 and less in the mean; what a person
has to look through is one page in twenty that is none."""
TOP_PIECES = 16
"""Pieces from the top of a page among which a letterhead lies."""
TOP = 0.5
"""Share of the height in which it lies; a title may stand lower, a motto never."""
LAST_LINES = 14
"""Lines from the end of a page among which a sign-off is looked for."""
_ATTACHED = regex.compile(r"^\W*(?:ban hanh )?(?:kem theo|dinh kem)\b")
_FORM = regex.compile(r"^\W*(?:mau(?: so)?|bieu(?: mau| so)?|phu luc|phu bieu|danh muc|phieu kiem soat)\b")
_PRINTED_PAGE = regex.compile(r"^\W*(?:trang\s*)?(?P<number>\d{1,3})(?:\s*/\s*\d{1,3})?\W*$")
_DOTS = regex.compile(r"[.…_]{4,}")


@dataclass(frozen=True, slots=True)
class Start:
    """Page ``page`` (from 1) begins a document with probability ``score``."""

    page: int
    score: float
    reasons: tuple[str, ...]


def find_starts(sheets: Sequence[Sheet]) -> list[Start]:
    """A start for every page but the first, however unlikely."""
    return [score_start(sheets[i - 1], sheets[i]) for i in range(1, len(sheets))]


def score_start(before: Sheet, sheet: Sheet) -> Start:
    """How likely ``sheet`` begins a document when ``before`` is the page before it."""
    seen = features(before, sheet)
    weights = _weights()
    logit = weights["bias"] + sum(weights[name] for name, said in seen.items() if said)
    return Start(sheet.number, 1.0 / (1.0 + math.exp(-logit)), tuple(name for name, said in seen.items() if said))


@cache
def _weights() -> Mapping[str, float]:
    data = json.loads(files("extractors").joinpath("data/boundaries.json").read_text(encoding="utf-8"))
    weights: dict[str, float] = data["weights"]
    return weights


# --- what speaks for a start and against it ---------------------------------------------------------------------------


def features(before: Sheet, sheet: Sheet) -> dict[str, bool]:
    """Each feature by its name; names are what is stored as reasons."""
    top = _top(sheet)
    roles = [role_of(piece) for piece in top]
    numbers = [
        n
        for i, (p, r) in enumerate(zip(top, roles, strict=True))
        if r is Role.NUMBER and _heads_a_page(top, roles, i) and (n := read_number_line(p.text))
    ]
    blank = any(n.empty for n in numbers)
    motto = Role.MOTTO in roles
    date = any(
        r is Role.DATE and (d := read_dateline(p.text)) and d.place and d.year for p, r in zip(top, roles, strict=True)
    )
    bodies = _bodies(top, roles)
    known_type = any(type_word_of(p.text) for p in top)
    first = next((p for p, r in zip(top, roles, strict=True) if r is not Role.RULE), None)
    return {
        "motto": motto,
        "own number": bool(numbers) and not blank,
        "empty number": blank,
        "place and date": date,
        "issuing bodies": bodies > 0,
        "type": known_type,
        "motto alone": motto and not (numbers or bodies),
        "letterhead": motto and bodies > 0 and (bool(numbers) or date),
        "sign-off before": _closes(before),
        "text ended before": _ended(before),
        "attached": any(_ATTACHED.search(folded(p.text)) for p in top),
        "form": any(_FORM.match(folded(p.text)) for p in top[:4])
        or any(_FORM.match(folded(a.text)) for a in _top_asides(sheet)),
        "appendix": first is not None and bool(APPENDIX_LINE.match(first.text)),
        "dots to fill": sum(bool(_DOTS.search(p.text)) for p in sheet.pieces) >= 3,
        "goes on": first is not None and _goes_on(first),
        "numbered page": _page_number(sheet) >= 2,
        "no head": not (motto or numbers or date or bodies),
    }


def _heads_a_page(top: Sequence[Piece], roles: Sequence[Role], i: int) -> bool:
    """A number stands in the left column or, where columns are not known, before any text."""
    if top[i].column is Column.UNKNOWN:
        return Role.TEXT not in roles[:i]
    return top[i].column is Column.LEFT


def _top(sheet: Sheet) -> list[Piece]:
    pieces = sheet.pieces[:TOP_PIECES]
    return [p for p in pieces if p.box is None or not sheet.height or p.box.top < TOP * sheet.height]


def _top_asides(sheet: Sheet) -> list[Piece]:
    return [a for a in sheet.asides if a.box is not None and a.box.top < 0.15 * sheet.height]


def _bodies(top: Sequence[Piece], roles: Sequence[Role]) -> int:
    """Bodies named in capitals in the left column, or above the number where columns are not known."""
    lines = []
    for piece, role in zip(top, roles, strict=True):
        if role in (Role.TYPE, Role.TEXT, Role.ADDRESSEE):
            break
        if role is Role.CAPITALS and piece.column in (Column.LEFT, Column.UNKNOWN) and find_label(piece.text) is None:
            lines.append(piece.text)
    return len([b for b in group_bodies(lines) if _BODY.match(folded(b))])


_BODY = regex.compile(
    r"^(?:uy ban|ubnd|hoi dong|hdnd|so|bo|van phong|chi cuc|cuc|tong cuc|ban|trung tam|chinh phu|thu tuong|cong an|truong"
    r"|phong|thanh tra|quoc hoi|vien|toa an|benh vien|cong ty|tong cong ty|tinh uy|thanh uy|huyen uy|dang|kho bac|bao hiem"
    r"|hoi|lien|doan|tinh doan|mat tran|quy|ngan hang|dang uy|dang bo|chi bo|bch)\b"
)


def _closes(sheet: Sheet) -> bool:
    """The page ends in recipients or a signature."""
    last = sheet.pieces[-LAST_LINES:]
    signed = any(RECIPIENTS_LINE.match(p.text) or (CAPACITY.match(p.text) and is_capitals(p.text)) for p in last)
    kinds = any(p.kind in (LineKind.RECIPIENTS, LineKind.SIGNATURE) for p in last)
    office = any(is_capitals(p.text) and len(p.text) < 45 and offices_in(p.text) for p in last)
    return signed or kinds or office


_WORD = regex.compile(r"\p{L}{2}")


def _ended(sheet: Sheet) -> bool:
    """The text of the page is over: "./." or a last line that does not go on."""
    if any(p.text.rstrip().endswith(("./.", "/.")) for p in sheet.pieces[-30:]):
        return True
    last = next((p for p in reversed(sheet.pieces) if _WORD.search(p.text)), None)
    return last is None or (last.box is not None and sheet.height > 0 and last.box.bottom < 0.7 * sheet.height)


def _goes_on(piece: Piece) -> bool:
    """A first line that goes on the page before: small letters, an item, a numbered heading beyond the first."""
    text = piece.text.lstrip('“"( ')
    label = find_label(piece.text)
    if label is not None and label.rank != Rank.NONE and (label.rank >= Rank.DASH or label.ordinal > 1):
        return True
    return text[:1].islower()


def _page_number(sheet: Sheet) -> int:
    """The number printed at the top of the page, 0 when there is none."""
    edge = [*sheet.pieces[:1], *(a for a in sheet.asides if a.kind is LineKind.PAGE_NUMBER)]
    numbers = [
        int(m["number"])
        for p in edge
        if (m := _PRINTED_PAGE.match(p.text)) and (p.box is None or not sheet.height or p.box.top < 0.15 * sheet.height)
    ]
    return max(numbers, default=0)


# --- parts --------------------------------------------------------------------------------------------------------------


def propose_starts(scored: Sequence[Start]) -> list[Start]:
    """Of all pages (``find_starts``) those on which documents of the file seem to begin; the first always does."""
    return [Start(1, 1.0, ()), *(start for start in scored if start.score > EVEN)]


def possible_starts(scored: Sequence[Start]) -> list[Start]:
    """The pages on which a document may begin although more speaks against it."""
    return [start for start in scored if LEAST <= start.score <= EVEN]


def with_ends(starts: Sequence[Start], pages: int) -> list[tuple[Start, int]]:
    """Each start with the last page of its document.

    >>> [(start.page, end) for start, end in with_ends([Start(1, 1.0, ()), Start(3, 0.9, ("motto",))], 7)]
    [(1, 2), (3, 7)]
    """
    ends = [*(start.page - 1 for start in starts[1:]), pages]
    return list(zip(starts, ends, strict=True))


def pages_of(document: Document, repaired: Repaired, first: int, last: int) -> tuple[Document, Repaired]:
    """Pages ``first`` to ``last`` (from 1) as a document of their own, with their repair."""
    if first == 1 and last == len(document.pages):
        return document, repaired
    pages = document.pages[first - 1 : last]
    texts = repaired.text.split(PAGE_END)
    skipped = sum(len(page.text) + len(PAGE_END) for page in document.pages[: first - 1])
    raw = PAGE_END.join(page.text for page in pages)
    end = skipped + len(raw)
    edits = tuple(e.shifted(-skipped) for e in repaired.edits if skipped <= e.start and e.end <= end)
    doubts = tuple(d.shifted(-skipped) for d in repaired.doubts if skipped <= d.start and d.end <= end)
    text = PAGE_END.join(texts[first - 1 : last])
    return Document(document.source, pages), Repaired(raw, text, edits, doubts, repaired.profile)
