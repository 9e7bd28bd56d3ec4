"""Files that were once taken wrongly, each with what is right (``tests/data/cases/expected.json``)."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from documents.outcome import Processed
from pipeline.errors import UnreadableFile
from pipeline.files.intake import examine
from pipeline.files.office import libreoffice
from pipeline.files.places import attached_to
from pipeline.process import process

FOLDER = Path(__file__).parent.parent / "data" / "cases"
EXPECTED = json.loads((FOLDER / "expected.json").read_text("utf-8"))
LINES = EXPECTED["_lines"]
CASES = [(name, case) for name, case in EXPECTED.items() if not name.startswith("_")]


def names(cases: list[tuple[str, dict[str, object]]]) -> list[str]:
    return [name for name, _ in cases]


READ = [(name, case) for name, case in CASES if "refused" not in case]


@pytest.mark.parametrize(("name", "case"), READ, ids=names(READ))
def test_case_is_read_right(name: str, case: dict) -> None:
    started = time.process_time()
    source = examine(FOLDER / name)
    read = process(FOLDER / name, source)
    assert time.process_time() - started < case.get("seconds", 60)
    lines = [line.strip() for line in read.repaired.text.replace("\f", "\n").split("\n") if line.strip()]
    if "lines" in case:
        assert [line for line in lines if not line.startswith("Bình Minh, ngày")] == LINES
    for piece in case.get("holds", ()):
        assert piece in read.repaired.text
    for piece in case.get("lacks", ()):
        assert piece not in read.repaired.text
    assert len(read.document.pages) == source.pages == case.get("pages", source.pages)
    check_page(read, case)
    check_facts(read, case)
    assert [place.name for place in attached_to(FOLDER / name, source.media_type)] == case.get("attached", [])


def check_page(read: Processed, case: dict) -> None:
    first = read.document.pages[0]
    if "source" in case:
        assert first.source == case["source"]
    assert case.get("reason", "") in "; ".join(first.reasons)
    assert case.get("aside", "") in " ".join(line.text for line in first.marginalia)


def check_facts(read: Processed, case: dict) -> None:
    for field in ("number", "date", "signer", "signer_title"):
        if field in case:
            assert getattr(read.facts.header, field) == case[field]
    if "target" in case:
        values = [found.value for found in read.facts.found if found.kind == "targets"]
        assert case["target"] in [[value.value, value.value_max] for value in values]


REFUSED = [(name, case) for name, case in CASES if "refused" in case]


@pytest.mark.parametrize(("name", "case"), REFUSED, ids=names(REFUSED))
def test_case_is_refused_by_name(name: str, case: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "program", lambda: None)
    with pytest.raises(UnreadableFile) as caught:
        examine(FOLDER / name)
    assert caught.value.reason == case["refused"]
    assert caught.value.media_type != "application/octet-stream"
