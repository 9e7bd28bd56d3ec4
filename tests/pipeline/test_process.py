"""A document through all rooms."""

from __future__ import annotations

from pipeline.intake import examine
from pipeline.process import process


def test_text_file_is_as_sure_as_its_repair(tmp_path):
    clean, garbled = tmp_path / "clean.txt", tmp_path / "garbled.txt"
    clean.write_text("Ủy ban nhân dân tỉnh yêu cầu các sở, ban, ngành báo cáo kết quả thực hiện trước ngày 15/12/2025.\n")
    garbled.write_text(
        "Uy ban nhan din tinh yéu cdu cdc s&, ban, nganh bdo cdo két qua thyc hi¢n zq xv trwdc ngay 15/12/2025.\n"
    )
    sure = [process(path, examine(path)).document.pages[0].confidence for path in (clean, garbled)]
    assert sure[0] == 1.0 and 0.3 < sure[1] < 0.99
