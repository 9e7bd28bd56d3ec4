"""Electronically signed first pages: what the signing program typed stands in the blanks, under fields nothing is lost."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from documents.facts import Header
from pipeline.files.intake import examine
from pipeline.process import process
from samples.signed import Filling, make_signed

FIELDS = ("number", "date", "signer", "signer_title")
FORMS = 15


def _read(path: Path) -> Header:
    return process(path, examine(path)).facts.header


def test_signed_forms_keep_number_date_and_signer(tmp_path):
    drawn = random.Random(8)
    wrong, silent, seen = Counter(), [], set()
    for i in range(FORMS):
        said = make_signed(tmp_path / f"{i}.pdf", drawn)
        header = _read(tmp_path / f"{i}.pdf")
        seen.add(said.filling)
        for field in FIELDS:
            if getattr(header, field) != getattr(said, field):
                wrong[field] += 1
                silent += [] if field in header.doubtful or getattr(header, field) is None else [(field, said)]
    assert seen == set(Filling)
    assert sum(wrong.values()) <= 0.05 * FORMS * len(FIELDS), wrong
    assert silent == []


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("field_over_signer", {"signer": "Trần Văn Bình", "signer_title": "Phó Chủ tịch"}),
        ("fields_over_number_and_date", {"number": "125/QĐ-UBND", "date": "2025-03-05"}),
        ("number_and_date_stamped", {"number": "1187/QĐ-UBND", "date": "2025-10-15"}),
    ],
)
def test_signed_cases(shared, name, wanted):
    header = _read(shared / "cases" / "signed" / f"{name}.pdf")
    assert {field: getattr(header, field) for field in wanted} == wanted
    assert not set(wanted) & set(header.doubtful)
