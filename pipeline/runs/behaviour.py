"""A digest of what programs do: another one when a statement changes, the same when only comments, lines or file names do.

Stored documents carry it as the version of what made them, so that no one can forget to raise it and no move reads an
archive again. It is taken over the syntax trees, statement by statement, whatever module they stand in: docstrings,
annotations and the imports of one's own modules left out.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_DIGITS = 12
_DATA = frozenset({".tsv", ".json", ".txt", ".bin", ".c", ".onnx"})


def digest(modules: Iterable[Path], data: Iterable[Path] = ()) -> str:
    """Start of the SHA-256 over the statements of modules, in any order, and over the bytes of data files.

    35 MB of model take 0.1 s, a hundred modules half a second.
    """
    sums = sorted({hashlib.sha256(text.encode()).digest() for module in modules for text in _statements(module)})
    whole = hashlib.sha256(b"".join(sums))
    for path in sorted(data, key=lambda path: path.name):
        whole.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:_DIGITS]


def files_of_room(room: str, root: Path = ROOT) -> tuple[list[Path], list[Path]]:
    """The modules and the data files of a room, those for training left out."""
    files = [path for path in (root / room).rglob("*") if path.is_file() and "training" not in path.parts]
    return [path for path in files if path.suffix == ".py"], [path for path in files if path.suffix in _DATA]


def modules_behind(module: str, root: Path = ROOT) -> list[Path]:
    """The files of a module and of all modules under ``root`` that it imports, at whatever step."""
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _file_of(name, root)
        if path is None or name in found:
            continue
        found[name] = path
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Import):
                waiting += [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                waiting += [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
    return sorted(found.values())


def _file_of(name: str, root: Path) -> Path | None:
    path = root.joinpath(*name.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


class _Bare(ast.NodeTransformer):
    """Takes away what can't change a result."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) and node.value.value is not ... else self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> ast.AST | None:
        own = all(_file_of(one.name, ROOT) is not None for one in node.names)
        return None if own else node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return None if node.module == "__future__" or _file_of(node.module or "", ROOT) is not None else node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node


def _statements(path: Path) -> Iterator[str]:
    for statement in _tree(path).body:
        bare = _Bare().visit(statement)
        if bare is not None:
            yield ast.unparse(ast.fix_missing_locations(bare))
