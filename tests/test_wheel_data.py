"""Every file of data that a room reads goes into the wheel."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("corpus", "db", "documents", "extractors", "normalizers", "pipeline")


def test_every_kind_of_data_is_packaged() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    kinds = project["tool"]["setuptools"]["package-data"]["*"]
    files = [
        path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    made = (".py", ".so", ".pyc")  # modules, and what the set-up compiles
    left_out = [path for path in files if path.suffix not in made and not any(fnmatch(path.name, kind) for kind in kinds)]
    assert files and not left_out
