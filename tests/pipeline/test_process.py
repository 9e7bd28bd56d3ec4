"""A document through all rooms."""

from __future__ import annotations

from pathlib import Path

from pipeline.files.intake import examine
from pipeline.process import process

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "documents"


def test_text_file_is_as_sure_as_its_repair(tmp_path):
    clean, garbled = tmp_path / "clean.txt", tmp_path / "garbled.txt"
    clean.write_text("Ủy ban nhân dân tỉnh yêu cầu các sở, ban, ngành báo cáo kết quả thực hiện trước ngày 15/12/2025.\n")
    lines = next(SAMPLES.glob("004_*.txt")).read_text(encoding="utf-8").splitlines(keepends=True)
    garbled.write_text("".join(lines[:60]), encoding="utf-8")
    sure = [process(path, examine(path)).document.pages[0].confidence for path in (clean, garbled)]
    assert sure[0] == 1.0 and 0.5 < sure[1] < 0.99
