"""The one catalogue of what people are told."""

from __future__ import annotations

import ast
import csv
import errno
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import regex

from corpus import languages
from corpus.languages.forms import said_in_vietnamese

TEXT = (Path(languages.__file__).parent / "catalogue.tsv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(TEXT.splitlines(), delimiter="\t", quotechar="\0"))
ROOT = Path(languages.__file__).resolve().parents[2]
_GAP = regex.compile(r"\{\w+\}")


def test_every_sentence_is_there_once_in_both_languages_with_the_same_gaps() -> None:
    for row in ROWS:
        assert row["english"].strip() and row["vietnamese"].strip(), row
        assert sorted(_GAP.findall(row["english"])) == sorted(_GAP.findall(row["vietnamese"])), row
    names = Counter((row["room"], row["name"] or row["english"]) for row in ROWS)
    assert [name for name, times in names.items() if times > 1] == []
    assert {row["room"] for row in ROWS} == {"web", "report", "report_value", "message", "command", "detail", "system"}
    assert {row["room"] for row in ROWS if not row["name"]} == {"command", "detail"}


def details_in(path: Path) -> Iterator[str]:
    """What a module says of files and pages that it can't read; "7" stands for what changes."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("UnreadableFile", "PageFailed", "Died"):
            for argument in node.args[1:]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value
                elif isinstance(argument, ast.JoinedStr):
                    yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in argument.values)


DETAILS = sorted({detail for path in (ROOT / "pipeline").rglob("*.py") for detail in details_in(path)})


@pytest.mark.parametrize("detail", DETAILS)
def test_what_cannot_be_read_is_told_in_vietnamese(detail: str) -> None:
    known = {row["english"] for row in ROWS if row["room"] == "detail"}
    same_in_both = {"7 MB", "7: 7", "7"}
    assert detail in known | same_in_both or said_in_vietnamese(detail) != detail


def test_sentences_of_the_operating_system_are_told_in_vietnamese() -> None:
    system = [row for row in ROWS if row["room"] == "system"]
    assert system and all(row["english"] == os.strerror(getattr(errno, row["name"])) for row in system)
    told = said_in_vietnamese("a.pdf: unreadable: Permission denied; check that the file can be opened")
    assert "không có quyền" in told
