"""Imported by the server from which workers are forked: all workers share what is loaded here.

Reading, repair and extraction load their models and build their grammars with the first document they see: two seconds
of a processor and 130 MB. Engines are left out: onnxruntime starts threads, and these do not survive a fork.
"""

from db.codec import pack_page
from documents.page import SourceFile
from pipeline.read import text_page
from pipeline.runs.jobs import FinishDocument

# Misread words and legacy letters wake the repair model, facts of each kind the grammars of extraction.
_PAGE = """UY BAN NHAN DAN
Số: 05/KH-UBND
Điều 1. Thyc hi¢n nghi quyét: phấn đấu đến ngày 31/12/2021 có 95% doanh nghiệp nộp thuế điện tử theo Nghị quyết số
76/NQ-CP; Sở Tài chính chủ trì, phối hợp với Cục Thuế tỉnh, báo cáo trước ngày 15 hằng tháng.
"""

for _ in FinishDocument(SourceFile("", "preload.txt", len(_PAGE), "text/plain"), (pack_page(text_page(_PAGE, 1)),), {})():
    pass
