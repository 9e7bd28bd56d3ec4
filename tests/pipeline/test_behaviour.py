"""Versions of what makes a document: changed by what changes a result, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.runs.behaviour import ROOT, digest, files_of_room, modules_behind
from pipeline.runs.versions import reading_digest, room_digest, versions

MODULE = '''"""What it is for."""

from __future__ import annotations

import math
from pipeline.image.boxes import overlap

LIMIT = 0.5
"""Where it comes from."""


def area(width: float, height: float) -> float:
    """Of a box."""
    # in points
    return math.floor(width * height) if width > LIMIT else 0.0


class Box:
    """A box."""

    left: float = 0.0

    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self.left
'''


def written(folder: Path, **modules: str) -> list[Path]:
    paths = []
    for name, text in modules.items():
        paths.append(folder / f"{name}.py")
        paths[-1].parent.mkdir(parents=True, exist_ok=True)
        paths[-1].write_text(text, encoding="utf-8")
    return paths


@pytest.fixture
def before(tmp_path: Path) -> str:
    return digest(written(tmp_path / "before", boxes=MODULE))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# in points", "# in PDF points, from the top left"),
        ('"""Of a box."""', '"""Of a box, in square points."""'),
        ('"""Where it comes from."""', ""),
        ('"""What it is for."""\n', ""),
        ("\n\n\ndef area", "\n\n\n\n\ndef area"),
        ("(width: float, height: float) -> float", "(width, height: int)"),
        ("width * height", "(width\n        * height)"),
        ("pipeline.image.boxes", "pipeline.image.images"),
        ("from pipeline.image.boxes import overlap\n", ""),
    ],
)
def test_comments_lines_names_of_files_and_annotations_change_nothing(tmp_path, before, old, new):
    assert old in MODULE
    assert digest(written(tmp_path / "after", other_name=MODULE.replace(old, new))) == before


def test_moving_functions_between_modules_changes_nothing(tmp_path, before):
    at = MODULE.index("class Box")
    assert digest(written(tmp_path / "after", areas=MODULE[:at], boxes=MODULE[at:])) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 0.5", "LIMIT = 0.6"),
        ("width > LIMIT", "width >= LIMIT"),
        ("math.floor", "math.ceil"),
        ("import math", "import numpy as math"),
        ("not self.left", "self.left"),
        ("left: float = 0.0", "left: float = 1.0"),
        ("def is_empty", "def is_full"),
    ],
)
def test_whatever_may_change_a_result_changes_the_digest(tmp_path, before, old, new):
    assert digest(written(tmp_path / "after", boxes=MODULE.replace(old, new))) != before


def test_data_count_by_their_names_and_bytes(tmp_path):
    one, other = tmp_path / "a.tsv", tmp_path / "b.tsv"
    one.write_bytes(b"1")
    other.write_bytes(b"1")
    assert len({digest([], [one]), digest([], [other]), digest([], [one, other]), digest([])}) == 4
    before = digest([], [one])
    one.write_bytes(b"2")
    assert digest([], [one]) != before


def test_reading_is_made_of_all_rooms_that_a_page_goes_through():
    names = {path.relative_to(ROOT).as_posix() for path in modules_behind("pipeline.read")}
    for room in ("files", "image", "layer", "layout", "tables", "ocr"):
        held = {path.relative_to(ROOT).as_posix() for path in (ROOT / "pipeline" / room).rglob("*.py")}
        assert held & names, room
    assert {"pipeline/read.py", "pipeline/scan.py", "documents/page.py", "normalizers/exact/legacy.py"} <= names
    assert not {
        name for name in names if name.startswith(("db/", "corpus/", "extractors/", "pipeline/runs", "pipeline/command"))
    }


def test_a_room_is_its_modules_and_data_without_what_trains_it():
    modules, data = files_of_room("normalizers")
    names = {path.relative_to(ROOT).as_posix() for path in [*modules, *data]}
    assert {"normalizers/repair.py", "normalizers/model/lm.json", "normalizers/data/english.txt"} <= names
    assert not any("training" in name or name.endswith((".pyc", ".so")) for name in names)


def test_versions_are_digests(monkeypatch):
    made = versions(ocr="never")
    assert made == {
        "reading": f"{reading_digest()}; ocr never; no engine",
        "repair": room_digest("normalizers"),
        "facts": room_digest("extractors"),
    }
    assert len({reading_digest(), room_digest("normalizers"), room_digest("extractors")}) == 3
