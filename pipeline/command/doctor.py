"""What is installed and what is missing: the first thing to look at when a text is not as expected."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.files.office import libreoffice
from pipeline.ocr import ENGINES
from pipeline.ocr.tesseract import data_folder, data_name
from pipeline.runs.versions import room_digest

# The extras of pyproject.toml: module, what it is for, extra to install.
_EXTRAS = (
    ("datasette", "web page (vanban serve)", "web"),
    ("pyarrow", "export to parquet", "parquet"),
    ("distributed", "runs over many machines", "cluster"),
)
_OLDEST_SQLITE = (3, 38)  # JSON functions built in, which the views of the schema use


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the installation; ``install`` is the command that brings it."""

    part: str
    present: bool
    version: str
    use: str
    install: str = ""


def examine_installation() -> Iterator[Finding]:
    """Everything that vanban can use, in the order in which it matters."""
    yield Finding("vanban", True, importlib.metadata.version("vanban"), "this program")
    yield Finding("python", sys.version_info >= (3, 11), sys.version.split()[0], "3.11 or newer")
    fts5 = "fts5" in {row[0] for row in sqlite3.connect(":memory:").execute("SELECT name FROM pragma_module_list")}
    yield Finding(
        "sqlite", fts5 and sqlite3.sqlite_version_info >= _OLDEST_SQLITE, sqlite3.sqlite_version, "corpus and search"
    )
    yield Finding("repair model", True, room_digest("normalizers"), "repair of garbled text")
    chosen = next((name for name, engine in ENGINES.items() if engine.available()), None)
    for name, engine in ENGINES.items():
        missing = engine.missing()
        use = "OCR, used by default" if name == chosen else f"OCR (--engine {name})"
        yield Finding(name, missing is None, "" if missing else engine().version, use, missing or "")
    folder = data_folder()
    yield Finding(
        "Vietnamese data",
        True,
        data_name(folder),
        "for Tesseract; best_int reads better than Debian's (system)",
    )
    for module, use, extra in _EXTRAS:
        present = importlib.util.find_spec(module) is not None
        version = importlib.metadata.version(module) if present else ""
        yield Finding(module, present, version, use, f"pip install 'vanban[{extra}]'")
    office = libreoffice.program()
    yield Finding(
        "libreoffice", office is not None, office or "", "old Word files (DOC) and rich text (RTF)", libreoffice.INSTALL
    )
    yield _program("ocrmypdf", "searchable PDF/A", "apt-get install ocrmypdf")


def _program(name: str, use: str, install: str) -> Finding:
    if shutil.which(name) is None:
        return Finding(name, False, "", use, install)
    said = subprocess.run([name, "--version"], capture_output=True, text=True, check=False).stdout
    return Finding(name, True, said.split("\n")[0][:40], use, install)
