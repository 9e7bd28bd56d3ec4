"""The one catalogue of what people are told."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import regex

from corpus import languages

TEXT = (Path(languages.__file__).parent / "catalogue.tsv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(TEXT.splitlines(), delimiter="\t", quotechar="\0"))
_GAP = regex.compile(r"\{\w+\}")


def test_every_sentence_is_there_once_in_both_languages_with_the_same_gaps() -> None:
    for row in ROWS:
        assert row["english"].strip() and row["vietnamese"].strip(), row
        assert sorted(_GAP.findall(row["english"])) == sorted(_GAP.findall(row["vietnamese"])), row
    names = Counter((row["room"], row["name"] or row["english"]) for row in ROWS)
    assert [name for name, times in names.items() if times > 1] == []
    assert {row["room"] for row in ROWS} == {"web", "report", "report_value", "command"}
    assert {row["room"] for row in ROWS if not row["name"]} == {"command"}
