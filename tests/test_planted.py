"""Faults that once survived all tests: ``scripts/mutate --planted tests/planted.json`` puts them in again, one by one."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FAULTS = json.loads((ROOT / "tests" / "planted.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("fault", FAULTS, ids=[one["fault"] for one in FAULTS])
def test_planted_faults_fit_the_code(fault: dict[str, object]) -> None:
    """Where code moved, the fault moves with it: its place stands once in the module, and what it becomes is a program."""
    text = (ROOT / str(fault["module"])).read_text(encoding="utf-8")
    assert text.count(str(fault["before"])) == 1
    ast.parse(text.replace(str(fault["before"]), str(fault["after"])))
    for tests in fault["tests"]:  # type: ignore[attr-defined]
        assert (ROOT / tests).exists()
