"""The annotations of ``tests/gold`` are well formed, and quote the lines that they name."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scripts.training.gold import GOLD, sources, text_of

FIELDS = {
    "targets": "kind value value_max of unit comparator indicator scope due responsible quote line line_end",
    "deadlines": "quote line line_end type iso relation obligation responsible",
    "assignments": "unit role task output time line line_end",
    "citations": "number type issuer date line",
}
DOCUMENT = "number type issuer province date title signer signer_title recipients place language"
CHOICES = {
    ("targets", "kind"): "target result reference",
    ("targets", "comparator"): "= >= > <= < ~ decrease decrease>= decrease> decrease<= decrease~"
    " increase increase>= increase> increase<= increase~",
    ("deadlines", "type"): "date year period recurring relative",
    ("deadlines", "relation"): "before by in from every",
    ("assignments", "role"): "lead coordinate",
}
DAY = r"\d{4}(-\d\d){0,2}"
RULE = r"FREQ=(YEARLY|SEMIANNUAL|QUARTERLY|MONTHLY|WEEKLY|DAILY)(;INTERVAL=\d+)?(;MONTH=\d+(,\d+)*)?(;DAY=-?\d+(,-?\d+)*)?"
ISO = {
    "date": rf"{DAY}(\|{DAY})*",
    "year": r"\d{4}",
    "period": rf"{DAY}/{DAY}",
    "recurring": rf"{RULE}(\|{RULE})*",
    "relative": r"\S.+",
}
DUE = rf"({DAY}(/{DAY})?)?;?(P1Y)?"

DOCUMENTS = sorted({path.parent.name for path in GOLD.glob("*/document.json")})


def records(name: str, kind: str) -> list[dict]:
    return [json.loads(line) for line in (GOLD / name / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("kind", FIELDS)
def test_records_have_the_fields_and_values_of_their_kind(name: str, kind: str):
    for record in records(name, kind):
        assert set(record) - {"optional"} == set(FIELDS[kind].split()), record
        assert record.get("optional", True) is True
        assert 1 <= record["line"] <= record.get("line_end", record["line"])
        for (of_kind, field), allowed in CHOICES.items():
            assert of_kind != kind or record[field] in allowed.split(), record


@pytest.mark.parametrize("name", DOCUMENTS)
def test_times_are_written_as_the_corpus_writes_them(name: str):
    for record in records(name, "deadlines"):
        unsaid = record["iso"] is None and record["type"] == "recurring"  # "định kỳ" does not say how often
        assert unsaid or re.fullmatch(ISO[record["type"]], record["iso"]), record
    for record in records(name, "targets"):
        assert record["due"] is None or (record["due"] and re.fullmatch(DUE, record["due"])), record
        assert isinstance(record["value"], int | float) and record["unit"] is not None
        assert record["value_max"] is None or record["value"] <= record["value_max"], record
    for record in records(name, "citations"):
        assert record["date"] is None or re.fullmatch(r"\d{4}-\d\d-\d\d", record["date"]), record


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_has_its_fields(name: str):
    document = json.loads((GOLD / name / "document.json").read_text(encoding="utf-8"))
    assert set(document) == set(DOCUMENT.split())
    assert document["date"] is None or re.fullmatch(r"\d{4}-\d\d-\d\d", document["date"])
    assert isinstance(document["recipients"], list)


@pytest.mark.shared
@pytest.mark.parametrize("name", sources())
def test_quotes_stand_at_their_lines(name: str, shared: Path):
    lines = text_of(sources()[name], shared / "corpus").splitlines()
    for kind in FIELDS:
        for record in records(name, kind):
            first, last = record["line"], record.get("line_end", record["line"])
            assert last <= len(lines)
            there = " ".join(lines[first - 1 : last])
            if "quote" in record:
                assert record["quote"] in there, record
            elif kind == "assignments":
                assert record["task"] in there, record
            else:  # a number is written without the blanks and dots that a text may put in, and may be cut by a line end
                plain = re.sub(r"\W", "", " ".join(lines[first - 1 : first + 1])).upper()
                assert re.sub(r"\W", "", record["number"]).upper() in plain, record
