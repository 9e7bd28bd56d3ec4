"""PDFs are programs. Damaged and malicious ones cost themselves only, and say why."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.fuzz import mutants, run


@pytest.mark.slow
def test_ingest_accounts_for_every_mutated_file(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    files = mutants(folder, 30, seed=1)
    done, _ = run(folder, tmp_path / "c.db", jobs=2, ocr="never")
    assert {one.path.name for one in done} == {path.name for path in files}
    assert all(one.detail for one in done if one.outcome == "quarantined")
