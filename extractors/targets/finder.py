"""Targets, results and references in running text and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from documents.facts import Found, Target
from extractors.in_tables.statistics import find_cells, find_rows, sentences_of_cells
from extractors.sense.responsibility import in_pieces, named_in, responsible_for
from extractors.structure.blocks import Sentence, Structure
from extractors.targets.clauses import ValueClause, locate
from extractors.targets.indicator import Measured, measure
from extractors.targets.levels import Share, distribute, scope_of, with_level
from extractors.targets.resolve import due_of, kind_of
from extractors.words.dates import Time, find_times
from extractors.words.quantities import Quantity, find_quantities

_PLACE_LEAD = re.compile(r"(?:^|[,;.]\s*|\s)(?P<place>tại\s[^:;%]{3,120}):\s", re.IGNORECASE)


def find(structure: Structure) -> list[Found]:
    """Every quantity of body and appendices, one record per value."""
    found = [*_find(structure), *find_rows(structure), *find_cells(structure)]
    return sorted(found, key=lambda f: (f.span.start, f.span.end))


def _find(structure: Structure) -> Iterator[Found]:
    sentences = chain(structure.sentences, sentences_of_cells(structure))
    for sentence in (piece for whole in sentences for piece in in_pieces(whole)):
        yield from _in_sentence(structure, sentence)


def _in_sentence(structure: Structure, sentence: Sentence) -> Iterator[Found]:
    text = sentence.text
    if not any(c.isdigit() for c in text) and "một" not in text and "mươi" not in text:
        return
    times = find_times(text)
    quantities = [q for q in find_quantities(text, times) if not _is_page_number(structure, sentence, q)]
    clauses = locate(text, quantities)
    place = _PLACE_LEAD.search(text)
    measured: list[Measured] = []
    for clause, share in zip(clauses, distribute(text, clauses), strict=True):
        measured.append(measure(text, clause, measured))
        indicator = measured[-1].indicator
        if share.level:
            indicator = with_level(measured, share)
        if place is not None and place.end() <= clause.quantity.start:
            indicator = f"{indicator} {place['place'][0].lower()}{place['place'][1:]}"
        yield _found(structure, sentence, clause, times, indicator, share)


_TORN = re.compile(r"\s\|(?:\s|$)|[{}\\]")  # rules of a table among the words: its columns were read across
_TORN_TRUST = 0.4  # by eye, some four in ten values found in such text of seed 003 were stated by it


def _responsible(sentence: Sentence, quantity: Quantity, kind: str) -> tuple[str, ...]:
    """Who must reach a target, or who did what was counted."""
    if kind == "reference":
        return ()
    part = sentence.text.rfind(";", 0, quantity.start) + 1
    own = named_in(sentence.text[part : quantity.start].lstrip()) if part else ()
    if own or kind == "result":
        return own or named_in(sentence.text, quantity.start)
    return responsible_for(sentence, quantity.start)


def _is_page_number(structure: Structure, sentence: Sentence, quantity: Quantity) -> bool:
    """A figure that stands alone on a line in the middle of a sentence."""
    number = quantity.number
    if quantity.unit.startswith("%") or len(number.text) > 3 or number.in_words:
        return False
    span = sentence.span_of(number.start, number.end)
    line = structure.index.span_of(structure.index.line_of(span.start))
    return structure.text[line.start : line.end].strip() == number.text and sentence.text.strip() != number.text


def _found(
    structure: Structure,
    sentence: Sentence,
    clause: ValueClause,
    times: list[Time],
    indicator: str,
    share: Share,
) -> Found:
    quantity = clause.quantity
    text = sentence.text
    start = clause.start + len(text[clause.start : clause.end]) - len(text[clause.start : clause.end].lstrip(" ,;"))
    span = sentence.span_of(min(start, quantity.start), max(clause.end, quantity.end))
    line, line_end = structure.lines_of(span)
    kind = kind_of(structure, sentence, clause)
    target = Target(
        kind=kind,
        value=quantity.number.value,
        unit=quantity.unit,
        comparator=quantity.comparator,
        indicator=indicator or None,
        value_max=quantity.number.value_max,
        of=quantity.number.of,
        scope=share.level or scope_of(indicator, quantity.unit),
        due=share.year or due_of(sentence, clause, times),
        responsible=_responsible(sentence, quantity, kind),
    )
    return Found(
        value=target,
        span=span,
        quote=text[min(start, quantity.start) : max(clause.end, quantity.end)].strip(),
        line=line,
        line_end=line_end,
        rule=f"quantity.{quantity.role}",
        page=structure.index.page_of(span.start),
        confidence=quantity.confidence * (_TORN_TRUST if _TORN.search(text) else 1.0),
    )
