"""Every word of a rule has an example that needs it, and every example is found: ``data/examples``, a file for each module.

A row is a text and what is found in it, short but readable. ``UPDATE_EXAMPLES=1`` writes the second column anew, to be read
before it is committed; no test passes while it is set.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from documents.facts import Citation
from extractors import citations
from extractors.sense import aspect
from extractors.structure import labels
from extractors.structure.analysis import analyse
from extractors.words import dates, numbers, quantities
from normalizers import official_form
from normalizers.forms import fold
from tests.rules import patterns_of, words_without_example

FOLDER = Path(__file__).parent / "data" / "examples"
UPDATE = "UPDATE_EXAMPLES"


def times_in(text: str) -> list[str]:
    found = []
    for time in dates.find_times(text):
        open_part = f" {time.month}/{time.day}" if not time.iso and time.month else ""
        found.append(f"«{time.text}» {time.relation} {' '.join(filter(None, (time.type, time.iso)))}{open_part}")
    return found


def quantities_in(text: str) -> list[str]:
    found = []
    for one in quantities.find_quantities(text):
        number = f"{one.number.value:.15g}"
        number += f"–{one.number.value_max:.15g}" if one.number.value_max is not None else ""
        number += f"/{one.number.of:.15g}" if one.number.of is not None else ""
        measured = " (measured)" if one.is_measured else ""
        found.append(f"«{text[one.start : one.end]}» {one.role} {one.comparator} {number} {one.unit}{measured}")
    return found


def numbers_in(text: str) -> list[str]:
    read = [*numbers.find_figures(text), *numbers.find_words(text)]
    return [f"{one.text} = {one.value:.15g}" for one in sorted(read, key=lambda one: one.start)]


def citations_in(text: str) -> list[str]:
    """A line end of the text is written ⏎."""
    said = [one.value for one in citations.find(analyse(text.replace("⏎", "\n") + "\n")) if isinstance(one.value, Citation)]
    return [" | ".join(part or "–" for part in (one.number, one.type, one.issuer, one.date, one.relation)) for one in said]


def aspects_in(text: str) -> list[str]:
    """What a sentence says of its values, what its words say as a heading, its times of a title and of a duty."""
    below = analyse(text.replace("⏎", "\n") + "\n\n1. Nội dung bên dưới.\n")
    times = dates.find_times(text)
    time = ", ".join(one.text for one in times if aspect.is_in_title(text, one))
    asked = ", ".join(one.text for one in times if aspect.opens_duty(text, one))
    return [
        aspect.spoken_kind(text, "–"),
        f"below {aspect.default_kind(below, below.blocks[-1])}",
        f"in a title: {time or '–'}",
        *([f"to be done: {asked}"] if asked else []),
    ]


def labels_in(text: str) -> list[str]:
    label = labels.find_label(text)
    return [] if label is None else [f"«{label.text.strip()}» {label.rank} {label.ordinal}"]


def forms_in(text: str) -> list[str]:
    """The parts of an official page that a line has the form of, with the number, date and offices on it."""
    found = [name.lower().strip("_") for name, pattern in patterns_of(official_form).items() if pattern.search(text)]
    number, date = official_form.read_number_line(text), official_form.read_dateline(text)
    found += [number.number] if number else []
    found += [str(date.iso)] if date else []
    return [*found, *(f"{office.name}{' (for)' if office.signs_for else ''}" for office in official_form.offices_in(text))]


class Rules(NamedTuple):
    file: str
    module: ModuleType
    find: Callable[[str], list[str]]
    lexicons: tuple[str, ...] = ()
    """Tables whose examples count as well."""


RULES = [
    Rules("times.tsv", dates, times_in),
    Rules("quantities.tsv", quantities, quantities_in, ("comparators.tsv", "measure_units.tsv", "not_quantities.tsv")),
    Rules("numbers.tsv", numbers, numbers_in),
    Rules("citations.tsv", citations, citations_in),
    Rules("aspect.tsv", aspect, aspects_in),
    Rules("labels.tsv", labels, labels_in),
    Rules("official_form.tsv", official_form, forms_in),
]


def rows(rules: Rules) -> list[tuple[str, str]]:
    lines = (FOLDER / rules.file).read_text(encoding="utf-8").splitlines()
    return [(text, found) for text, _, found in (line.partition("\t") for line in lines)]


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: rules.file)
def test_every_example_is_found(rules):
    found = {text: "; ".join(rules.find(text)) for text, _ in rows(rules)}
    if os.environ.get(UPDATE):
        (FOLDER / rules.file).write_text("".join(f"{text}\t{what}\n" for text, what in found.items()), encoding="utf-8")
        pytest.fail(f"examples were written anew: read them and run again without {UPDATE}")
    assert [(text, found[text]) for text, _ in rows(rules)] == rows(rules)


@pytest.mark.parametrize(
    ("rules", "name"),
    [(rules, name) for rules in RULES for name in patterns_of(rules.module)],
    ids=lambda value: value if isinstance(value, str) else value.file,
)
def test_every_word_of_a_rule_is_needed_by_an_example(rules, name):
    texts = [text for text, _ in rows(rules)]
    texts += [row["example"] for table in rules.lexicons for row in quantities.read_table(table)]
    if name == "TYPE_LINE":  # made of the sourced table of types, each of which is its own example
        texts += map(fold, official_form.document_types().values())
    caches = [held for held in vars(rules.module).values() if hasattr(held, "cache_clear")]

    def forget() -> None:
        for held in caches:
            held.cache_clear()

    assert words_without_example(rules.module, name, texts, rules.find, forget) == []


@pytest.mark.parametrize("office", official_form._OTHER_OFFICES)
def test_every_office_is_needed_by_itself(office, monkeypatch):
    """An office over a signature that is taken out of the list is not found, or found as another."""

    def found() -> list[str]:
        official_form.offices.cache_clear()
        official_form._office_patterns.cache_clear()
        return [one.name for one in official_form.offices_in(office.upper())]

    with monkeypatch.context() as patch:
        assert found() == [office]
        patch.setattr(official_form, "_OTHER_OFFICES", tuple(o for o in official_form._OTHER_OFFICES if o != office))
        without = found()
    assert found() == [office] != without
