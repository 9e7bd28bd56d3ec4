"""Which package is imported where: ``docs/dependencies.md`` and ``pyproject.toml`` say what the code does."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

import regex

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("corpus", "db", "documents", "extractors", "normalizers", "pipeline")
OURS = {*ROOMS, "tests", "benchmarks", "scripts", "samples"}
CALLED = {
    "PIL": "pillow", "cv2": "opencv-python-headless", "docx": "python-docx", "pillow_heif": "pillow-heif",
    "python_multipart": "python-multipart", "sqlite_utils": "sqlite-utils",
}  # fmt: skip
"""Modules that are not called like their package."""
COMES_WITH = {
    "confection": "spacy", "dask": "distributed", "jinja2": "datasette", "markupsafe": "datasette", "uvicorn": "datasette",
}  # fmt: skip
OPTIONAL = {"tesserocr", "asterocr"}
"""Engines that are used where somebody has put them, and no extra brings."""
_NAME = regex.compile(r"[\w.-]+")
_ROW = regex.compile(r"\| `(?P<package>[\w.-]+)` \| (?P<rooms>[^|]*?) \|")


def imported() -> dict[str, set[str]]:
    """The packages that the rooms import, with the rooms that do."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (one for room in ROOMS for one in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                names.append(node.module)
            for name in {one.split(".")[0] for one in names} - OURS - sys.stdlib_module_names:
                package = CALLED.get(name, COMES_WITH.get(name, name))
                found[package].add(path.relative_to(ROOT).parts[0])
    return found


def declared() -> dict[str, set[str]]:
    """Packages by extra; those of every installation under the empty name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    return {extra: {_NAME.match(one)[0] for one in listed} - {"vanban"} for extra, listed in groups.items()}  # type: ignore[index]


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    at_run_time = set().union(*(listed for extra, listed in declared().items() if extra not in ("compare", "test", "train")))
    assert set(imported()) - OPTIONAL == at_run_time


def test_the_table_says_who_imports_what() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    told = {row["package"]: set(row["rooms"].split(", ")) for row in _ROW.finditer(text)}
    assert told == dict(imported())
