"""The house rules that a reader can't check by eye: imports run downwards, pure rooms stay pure, one door prints."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import regex

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("corpus", "db", "documents", "extractors", "normalizers", "pipeline")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))

# Which rooms a module of a room may import from; the first entry that fits its name counts.
MAY_IMPORT = {
    "documents": ("documents",),
    "normalizers": ("documents", "normalizers"),
    "extractors": ("documents", "normalizers", "extractors"),
    "db": ("documents", "normalizers", "db"),
    "corpus": ("documents", "normalizers", "extractors", "db", "corpus"),
    "pipeline.cli": ("documents", "normalizers", "extractors", "db", "corpus", "pipeline"),
    "pipeline.command": ("documents", "normalizers", "extractors", "db", "corpus", "pipeline"),
    "pipeline.runs": ("documents", "normalizers", "extractors", "db", "pipeline"),
    "pipeline": ("documents", "normalizers", "extractors", "pipeline"),
}
# Rooms that take values and give values: nothing of the world outside.
PURE = ("documents", "normalizers", "extractors")
WORLD = {"sqlite3", "sqlite_utils", "socket", "subprocess", "urllib", "requests", "http", "multiprocessing"}
MAY_PRINT = ("pipeline.cli", "pipeline.command")
WRITING_SQL = regex.compile(
    r"^\s*(INSERT (OR \w+ )?INTO|UPDATE \w+ SET|DELETE FROM|CREATE (TABLE|VIEW|INDEX|VIRTUAL)|DROP |ALTER )"
)


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def within(name: str, room: str) -> bool:
    return name == room or name.startswith(room + ".")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_run_downwards(path: Path) -> None:
    allowed = next((may for room, may in MAY_IMPORT.items() if within(name_of(path), room)), ())
    ours = {name for name in imports_of(path) if name.split(".")[0] in ROOMS}
    upwards = {name for name in ours if not any(within(name, room) for room in allowed)}
    assert not upwards, f"{name_of(path)} imports from above: {sorted(upwards)}"


@pytest.mark.parametrize("path", [p for p in MODULES if name_of(p).split(".")[0] in PURE], ids=name_of)
def test_pure_rooms_stay_away_from_the_world(path: Path) -> None:
    worldly = {name for name in imports_of(path) if name.split(".")[0] in WORLD}
    assert not worldly, f"{name_of(path)} is to be pure but imports {sorted(worldly)}"


@pytest.mark.parametrize(
    "path", [p for p in MODULES if not any(within(name_of(p), room) for room in MAY_PRINT)], ids=name_of
)
def test_only_the_command_line_prints(path: Path) -> None:
    calls = [
        n.func.id
        for n in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    ]
    assert "print" not in calls


@pytest.mark.parametrize("path", [p for p in MODULES if name_of(p).split(".")[0] != "db"], ids=name_of)
def test_only_the_store_writes_sql(path: Path) -> None:
    strings = [n.value for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Constant)]
    assert not [text for text in strings if isinstance(text, str) and WRITING_SQL.match(text)]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_one_engine_of_patterns(path: Path) -> None:
    r"""``regex`` everywhere: to ``re`` a combining mark is no ``\w`` and a raised figure is one, so rules differ."""
    assert not {"re"} & {name.split(".")[0] for name in imports_of(path)}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_patterns_have_names_at_the_top(path: Path) -> None:
    """A pattern that is a constant is compiled once, at module level, under a name that says what it finds."""
    inside = {
        call.lineno
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "regex"
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    assert not inside, f"patterns within functions of {name_of(path)}: lines {sorted(inside)}"


READING_SQL = regex.compile(r"^\s*(WITH (RECURSIVE )?\w+.* AS|SELECT)\s")
ASKING_ELSEWHERE = ("corpus.archive", "corpus.export", "corpus.pages", "corpus.reports", "pipeline.command", "pipeline.runs")
"""Rooms that still ask in SQL of their own."""


@pytest.mark.parametrize(
    "path", [p for p in MODULES if not any(within(name_of(p), room) for room in ("db", *ASKING_ELSEWHERE))], ids=name_of
)
def test_the_reading_rooms_ask_the_store(path: Path) -> None:
    """No question in SQL in search and web: ``db.questions`` has them all."""
    strings = [n.value for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Constant)]
    assert not [text for text in strings if isinstance(text, str) and READING_SQL.match(text)]


def test_no_module_imports_itself_round_about() -> None:
    """No ring of imports at the top of modules, whatever their length."""
    names = {name_of(path) for path in MODULES}
    imported = {name_of(path): _imported_at_start(path) & names for path in MODULES}
    while leaves := {name for name, needs in imported.items() if not needs & imported.keys()}:
        for name in leaves:
            del imported[name]
    assert not imported, f"rings among {sorted(imported)}"


def _imported_at_start(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found - {name_of(path)}


NAMES_NOT_TEXTS = {"name", "room", "length", "without_marks"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_keeps_the_text_of_documents_for_ever(path: Path) -> None:
    """``functools.cache`` has no limit: it may hold what a program knows, by its name, and not what documents say."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and any(ast.unparse(one) == "cache" for one in node.decorator_list):
            given = {argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
            assert given <= NAMES_NOT_TEXTS, f"line {node.lineno}: {node.name} keeps {sorted(given)}"
