"""What archives hand over: dossiers ("hồ sơ"), registers and lists, catalogues, packages, checks of completeness.

Field tables and codes follow Thông tư 05/2025/TT-BNV and Nghị định 30/2020/NĐ-CP as public copies and implementations give
them; they have not been compared with the official wording, and every package says so (``fields.NOT_COMPARED``).
"""
