"""Office files that tests make: a Word file with all that letterheads, lists, tables and tracking bring, and others."""

from __future__ import annotations

import zipfile
from pathlib import Path

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMES = f'xmlns:w="{_MAIN}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_PARTS = {"document": "document.main", "numbering": "numbering", "footnotes": "footnotes"}


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def numbered(text: str, number: int, level: int = 0) -> str:
    return paragraph(text, f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{number}'/></w:numPr>")


def cell(content: str, properties: str = "") -> str:
    inner = content if content.startswith("<w:") else paragraph(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(c if c.startswith('<w:tc') else cell(c) for c in cells)}</w:tr>"


LETTERHEAD = (
    "<w:tbl><w:tblPr/>"
    + row(
        cell(paragraph("ỦY BAN NHÂN DÂN") + paragraph("TỈNH BÌNH MINH") + paragraph("Số: 125/QĐ-UBND")),
        cell(
            paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
            + paragraph("Độc lập - Tự do - Hạnh phúc")
            + paragraph("Bình Minh, ngày 05 tháng 3 năm 2024")
        ),
    )
    + "</w:tbl>"
)
TRACKED = (
    "<w:p><w:r><w:t xml:space='preserve'>Tỷ lệ </w:t></w:r><w:del><w:r><w:delText>70%</w:delText></w:r></w:del>"
    "<w:ins><w:r><w:t>80%</w:t></w:r></w:ins><w:r><w:t xml:space='preserve'> năm 2025</w:t></w:r>"
    "<w:r><w:footnoteReference w:id='2'/></w:r></w:p>"
)
_BOX = f"<w:txbxContent>{paragraph('HỎA TỐC')}</w:txbxContent>"
TEXT_BOX = (
    "<w:p><w:r><w:t>Mức độ</w:t></w:r><w:r><mc:AlternateContent>"
    f"<mc:Choice><w:drawing>{_BOX}</w:drawing></mc:Choice><mc:Fallback><w:pict>{_BOX}</w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r></w:p>"
)
FIELD = (
    "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
    "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>12</w:t></w:r>"
    "<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
)
TABLE = (
    "<w:tbl><w:tblPr><w:tblBorders><w:top w:val='single'/><w:insideH w:val='single'/></w:tblBorders></w:tblPr>"
    + row("STT", "Nhiệm vụ", "Đơn vị chủ trì", "Thời hạn")
    + row("1", "Rà soát thủ tục", cell("Sở Nội vụ", "<w:vMerge w:val='restart'/>"), "30/6/2024")
    + row("2", "Số hóa hồ sơ", cell("", "<w:vMerge/>"), "31/12/2025")
    + row(cell("Tổng cộng", "<w:gridSpan w:val='3'/>"), "2")
    + "</w:tbl>"
)
BODY = "".join(
    [
        LETTERHEAD,
        paragraph("QUYẾT ĐỊNH"),
        paragraph("Về việc giao nhiệm vụ cải cách hành chính năm 2024"),
        numbered("Sở Nội vụ chủ trì rà soát thủ tục, hoàn thành trước ngày 30 tháng 6 năm 2024.", 1),
        numbered("Phấn đấu đến năm 2025 có 95% hồ sơ được giải quyết đúng hạn.", 1),
        numbered("Rà soát thủ tục", 2),
        numbered("Số hóa hồ sơ", 2),
        numbered("Chi tiết", 2, 1),
        TRACKED,
        paragraph("Dòng ẩn 77%", run="<w:vanish/>"),
        paragraph("QuyÕt ®Þnh cña Uû ban", run="<w:rFonts w:ascii='.VnTime' w:hAnsi='.VnTime'/>"),
        TEXT_BOX,
        FIELD,
        "<w:p><w:r><w:br w:type='page'/></w:r></w:p>",
        paragraph("Phụ lục"),
        TABLE,
    ]
)
_LEVELS = """<w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='decimal'/>
<w:lvlText w:val='Điều %1.'/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'>
<w:start w:val='1'/><w:numFmt w:val='lowerLetter'/><w:lvlText w:val='%1)'/></w:lvl><w:lvl w:ilvl='1'>
<w:numFmt w:val='bullet'/><w:lvlText w:val='-'/></w:lvl></w:abstractNum>
<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num><w:num w:numId='2'>
<w:abstractNumId w:val='1'/></w:num>"""


def write_docx(path: Path, body: str = BODY) -> Path:
    """A Word file that LibreOffice opens as well."""
    overrides = "".join(
        f"<Override PartName='/word/{name}.xml' ContentType='{_TYPE}{kind}+xml'/>" for name, kind in _PARTS.items()
    )
    relations = "".join(
        f"<Relationship Id='r{i}' Type='{_RELATIONS}/{name}' Target='{name}.xml'/>"
        for i, name in enumerate(("numbering", "footnotes"))
    )
    parts = {
        "[Content_Types].xml": f"<Types xmlns='{_PACKAGE}/content-types'><Default Extension='rels' "
        "ContentType='application/vnd.openxmlformats-package.relationships+xml'/><Default Extension='xml' "
        f"ContentType='application/xml'/>{overrides}</Types>",
        "_rels/.rels": f"<Relationships xmlns='{_PACKAGE}/relationships'><Relationship Id='r' "
        f"Type='{_RELATIONS}/officeDocument' Target='word/document.xml'/></Relationships>",
        "word/_rels/document.xml.rels": f"<Relationships xmlns='{_PACKAGE}/relationships'>{relations}</Relationships>",
        "word/document.xml": f"<w:document {_NAMES}><w:body>{body}<w:sectPr/></w:body></w:document>",
        "word/numbering.xml": f"<w:numbering {_NAMES}>{_LEVELS}</w:numbering>",
        "word/footnotes.xml": f"<w:footnotes {_NAMES}><w:footnote w:id='2'>{paragraph('Theo báo cáo')}</w:footnote>"
        "</w:footnotes>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path
