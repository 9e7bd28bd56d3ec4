"""What a reviewer's form asks for: read as people write it, changed in the corpus, shown again when it can't be.

Nothing typed is lost: a form that is refused, or that meets the change of somebody else, comes back with all its fields.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from corpus.export.fields import FIELDS
from corpus.export.records import record
from corpus.reports.acceptance import transcribe
from corpus.web.figures import time_text
from corpus.web.portions import at_line
from corpus.web.typed import NotTyped, day_of, day_typed, number_of
from corpus.web.words import LANGUAGES, Words
from db.codec import dump
from db.reviews import HEADER_FIELDS, ReviewConflict, ReviewError, correct_header, correct_line, decide_fact, fact_state
from db.store import Corpus

Result = TypeVar("Result")

FACT_FIELDS = {
    "targets": ("kind", "value", "value_max", "of", "unit", "comparator", "indicator", "scope", "due", "responsible"),
    "deadlines": ("type", "iso", "relation", "obligation", "responsible"),
    "assignments": ("unit", "role", "task", "output", "time"),
    "citations": ("number", "type", "issuer", "date", "relation"),
}
CHOICES = {
    "kind": ("target", "result", "reference"),
    "comparator": ("=", ">=", ">", "<=", "<", "~", "increase", "increase>=", "decrease", "decrease>="),
    "deadline_type": ("date", "year", "period", "recurring", "relative"),
    "deadline_relation": ("before", "by", "in", "from", "every"),
    "role": ("lead", "coordinate"),
}
"""Fields that have one of few values, with the words ``is_…`` for each (``corpus.web.words``)."""

_MUST = {"kind", "value", "comparator", "type", "iso", "relation", "role", "task", "number"}
_MAY_BE_EMPTY = {("citations", "type"), ("citations", "relation")}
_DAYS = {"due", "iso", "date"}


class BadInput(ReviewError):
    """A field holds what can't be taken; ``word`` says why (``corpus.web.words``), ``field`` and ``typed`` what."""

    def __init__(self, word: str, field: str = "", typed: str = "") -> None:
        self.word, self.field, self.typed = word, field, typed
        super().__init__(f"{field}: {typed}: {word}")


class FieldConflict(ReviewConflict):
    """A field of a form with several was changed by somebody else; ``form`` is the form for it alone."""

    def __init__(self, conflict: ReviewConflict, form: dict[str, str]) -> None:
        self.form = form
        super().__init__(conflict.current)


@dataclass(frozen=True, slots=True)
class Input:
    """A field of a form: its name there, the word for it, what is in it, and the values to choose from, if only these."""

    name: str
    word: str
    value: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Again:
    """A form that comes back: what it holds, hidden and to be changed, and what stands in the corpus now."""

    action: str
    hidden: dict[str, str]
    inputs: list[Input]
    now: list[tuple[str, str]] = field(default_factory=list)
    buttons: tuple[tuple[str, str], ...] = ()
    long: bool = False


async def write(path: Path, change: Callable[[Corpus], Result]) -> Result:
    """Make a change on a connection of its own, in a thread."""

    def in_thread() -> Result:
        with Corpus.open(path) as corpus:
            return change(corpus)

    return await asyncio.get_running_loop().run_in_executor(None, in_thread)


def change_of(what: str, form: Mapping[str, str], reviewer: str) -> Callable[[Corpus], None]:
    """The change that a form asks for. Raises ``BadInput`` when a field is missing or can't be understood."""
    try:
        match what:
            case "line":
                page, line, key, before, after = _line_fields(form)
                return lambda corpus: correct_line(corpus, key, page, line, before=before, after=after, reviewer=reviewer)
            case "header":
                key, name, before, after = form["key"], form["field"], form["before"], _header_value(form)
                return lambda corpus: correct_header(corpus, key, name, before=before, after=after, reviewer=reviewer)
            case "headers":
                return _headers_change(form, reviewer)
            case "transcript":
                sample, page = _whole(form["sample"]), _whole(form["page"])
                key, text, seen = form["key"], form["transcript"], form.get("before")
                return lambda corpus: transcribe(corpus, sample, key, page, text, reviewer, before=seen)
            case _:
                return _fact_change(form, reviewer)
    except KeyError as error:
        raise BadInput("problem_form", str(error)) from error


def _line_fields(form: Mapping[str, str]) -> tuple[int, int, str, str, str]:
    return _whole(form["page"]), _whole(form["line"]), form["key"], form["before"], form["after"]


def _whole(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise BadInput("problem_form", typed=typed)
    return int(typed)


def _header_value(form: Mapping[str, str]) -> str:
    after = form["after"].strip()
    if form["field"] != "date" or not after:
        return after
    try:
        return day_of(after)
    except NotTyped as error:
        raise BadInput("problem_day", "date", after) from error


def _headers_change(form: Mapping[str, str], reviewer: str) -> Callable[[Corpus], None]:
    """All fields of a header at once: those that were changed, and those that somebody calls right."""
    key, page = form["key"], form.get("page", "1")
    wanted = [
        (name, form[f"before_{name}"], _header_value({"field": name, "after": form[f"after_{name}"]}))
        for name in HEADER_FIELDS
        if f"after_{name}" in form
    ]
    changed = [(name, old, new) for name, old, new in wanted if new != old or form.get(f"right_{name}")]

    def change(corpus: Corpus) -> None:
        for name, before, after in changed:
            try:
                correct_header(corpus, key, name, before=before, after=after, reviewer=reviewer)
            except ReviewConflict as conflict:
                alone = {"key": key, "page": page, "field": name, "before": before, "after": after}
                raise FieldConflict(conflict, alone) from conflict

    return change


def _fact_change(form: Mapping[str, str], reviewer: str) -> Callable[[Corpus], None]:
    fact, decision, before, seen = form["id"], form["decision"], form["before"], form.get("seen")
    if decision != "corrected":
        return lambda corpus: decide_fact(corpus, fact, decision, before=before, seen=seen, reviewer=reviewer)
    return lambda corpus: decide_fact(
        corpus, fact, decision, before=before, seen=seen, reviewer=reviewer, values=_values(corpus, fact, form)
    )


def _values(corpus: Corpus, fact: str, form: Mapping[str, str]) -> dict[str, object]:
    """The corrected fields as they are stored."""
    there = record(corpus, fact)
    if there is None:
        raise BadInput("no_such_place")
    kind = there["record"]
    types = {field.name: field.type for field in FIELDS[kind]}
    return {
        name: _stored(kind, name, types[name], form[f"value_{name}"].strip())
        for name in FACT_FIELDS[kind]
        if f"value_{name}" in form and not _as_shown(name, there[name], form[f"value_{name}"])
    }


def _as_shown(name: str, stored: object, typed: str) -> bool:
    """Whether a field came back as it was shown, in whichever language: what nobody touched keeps all its digits."""
    return any(_shown(name, stored, Words(language)).strip() == typed.strip() for language in LANGUAGES)


def _stored(kind: str, name: str, type: str, typed: str) -> object:
    if type == "list":
        return dump([part.strip() for part in typed.split(";") if part.strip()])
    if not typed:
        if name in _MUST and (kind, name) not in _MAY_BE_EMPTY:
            raise BadInput("problem_empty", name)
        return "" if (kind, name) == ("targets", "unit") else None
    if type == "number":
        try:
            return number_of(typed)
        except NotTyped as error:
            raise BadInput("problem_number", name, typed) from error
    if name in _DAYS:
        try:
            return day_of(typed)
        except NotTyped:
            return typed  # a span, a regularity, or the words that are printed
    choices = _choices(kind, name)
    if choices and typed not in choices:
        raise BadInput("problem", name, typed)
    return typed


def _choices(kind: str, name: str) -> tuple[str, ...]:
    if kind == "citations":
        return ()
    return CHOICES.get(f"deadline_{name}" if kind == "deadlines" else name, ())


def again_of(action: str, form: Mapping[str, str], words: Words, conflict: ReviewConflict | None = None) -> Again:
    """The form once more, with what was typed; after a conflict it says what it would replace."""
    hidden, inputs, now = dict(form), [], []
    for name in [name for name in form if name in ("after", "transcript") or name.startswith(("value_", "after_"))]:
        word = form.get("field", "after") if name == "after" else name.removeprefix("value_").removeprefix("after_")
        inputs.append(Input(name, word, hidden.pop(name)))
    if conflict is not None:
        hidden["before"] = conflict.current
        if conflict.row is not None:
            hidden["seen"] = fact_state(conflict.row)
            kind = _kind_of(conflict.row)
            now = [(one.word, one.value) for one in fact_inputs(kind, conflict.row, words)]
            now.insert(0, ("review", words.get(conflict.row["review"]) if conflict.row["review"] else "–"))
        else:
            now = [(inputs[0].word if inputs else "after", conflict.current)]
    buttons = (("decision", hidden.pop("decision")),) if "decision" in hidden else ()
    return Again(action, hidden, inputs, now, buttons, long="transcript" in form)


def _kind_of(row: Mapping[str, Any]) -> str:
    return next(kind for kind, names in FACT_FIELDS.items() if all(name in row for name in names))


def back_to(form: Mapping[str, str]) -> str:
    """Where the page goes on after a change: its own document, never an address that the form brings along."""
    if form.get("from") == "queue":
        return "/queue"
    if form.get("sample", "").isdigit():
        return f"/sample/{form['sample']}"
    key, page, line = form.get("key", ""), form.get("page", "1"), form.get("show", "")
    page = page if page.isdigit() else "1"
    place = f"#L{line}" if line.isdigit() else ""
    fields = {"review": "1"} | (at_line(int(line)) if place else {})
    return f"/document/{key}/page/{page}?{urlencode(fields)}{place}" if key.isalnum() else "/"


def fact_inputs(kind: str, row: Mapping[str, Any], words: Words) -> list[Input]:
    """The fields of a fact that a reviewer may correct, as they are written here."""
    words_of = {"unit": "measured_in"} if kind == "targets" else {}
    return [
        Input(f"value_{name}", words_of.get(name, name), _shown(name, row[name], words), _choices(kind, name))
        for name in FACT_FIELDS[kind]
    ]


def _shown(name: str, value: object, words: Words) -> str:
    if isinstance(value, str) and name == "responsible":
        value = json.loads(value)
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, float | int):
        return words.number(value)
    if name in _DAYS and isinstance(value, str):
        return time_text(value, words) if "FREQ=" in value or "/" in value or ";" in value else day_typed(value)
    return str(value or "")


def said(kind: str, name: str, stored: object, words: Words) -> str:
    """A stored value of a fact as a history tells it."""
    if name == "responsible" and isinstance(stored, str):
        return "; ".join(json.loads(stored))
    if _choices(kind, name):
        return words.get(f"is_{stored}")
    if name in _DAYS and isinstance(stored, str):
        return time_text(stored, words)
    return words.number(stored) if isinstance(stored, float | int) else str(stored if stored is not None else "–")
