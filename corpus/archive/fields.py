"""The fields by which Thông tư 05/2025/TT-BNV catalogues dossiers and documents: names, lengths, codes, what is required.

Source: a digest of the circular with a measured reference package and two public implementations, which agree but for the
type codes 04 to 06 (the order of Nghị định 30/2020/NĐ-CP is taken). **The official wording was not compared.**
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import regex

from normalizers.forms import fold

NOT_COMPARED = (
    "Theo Thông tư 05/2025/TT-BNV và Nghị định 30/2020/NĐ-CP qua bản sao công khai; "
    "chưa đối chiếu với văn bản chính thức. "
    "(Follows public copies of both texts; not compared with the official wording.)"
)

Obligation = Literal["required", "optional", "conditional"]
FieldKind = Literal["string", "number", "date", "boolean"]


class ArchiveField(NamedTuple):
    """``length`` counts code points; ``codes`` names the table of ``CODES`` that the value comes from."""

    name: str
    meaning: str
    kind: FieldKind
    length: int
    obligation: Obligation
    codes: str = ""


CODES: dict[str, dict[str, str]] = {
    "typeName": {
        f"{i:02}": name
        for i, name in enumerate(
            (
                *("Nghị quyết", "Quyết định", "Chỉ thị", "Quy chế", "Quy định", "Thông cáo", "Thông báo", "Hướng dẫn"),
                *("Chương trình", "Kế hoạch", "Phương án", "Đề án", "Dự án", "Báo cáo", "Tờ trình", "Giấy ủy quyền"),
                *("Phiếu gửi", "Phiếu chuyển", "Phiếu báo", "Biên bản", "Hợp đồng", "Công văn", "Công điện"),
                *("Bản ghi nhớ", "Bản thỏa thuận", "Giấy mời", "Giấy giới thiệu", "Giấy nghỉ phép", "Thư công"),
                *("Bản đồ", "Bản vẽ kỹ thuật", "Khác"),
            ),
            1,
        )
    },
    "maintenance": {
        **{"01": "Vĩnh viễn", "02": "70 năm", "03": "50 năm", "04": "30 năm", "05": "20 năm", "06": "10 năm"},
        "07": "Khác",
    },
    "mode": {"01": "Công khai", "02": "Sử dụng có điều kiện", "03": "Mật"},
    "language": {
        **{"01": "Tiếng Việt", "02": "Tiếng Anh", "03": "Tiếng Pháp", "04": "Tiếng Nga", "05": "Tiếng Trung"},
        **{"06": "Việt Anh", "07": "Việt Nga", "08": "Việt Pháp", "09": "Hán Nôm", "10": "Việt Trung", "11": "Khác"},
    },
    "confidenceLevel": {"01": "Gốc điện tử", "02": "Số hóa", "03": "Hỗn hợp"},
    "format": {"01": "Tốt", "02": "Bình thường", "03": "Hỏng"},
    "riskRecovery": {"1": "Có", "0": "Không"},
    "riskRecoveryStatus": {"01": "Đã dự phòng", "02": "Chưa dự phòng"},
}

_LANGUAGES = {"vi": "01", "en": "02", "fr": "03", "ru": "04", "zh": "05"}
"""Codes of the circular for ISO 639-1."""

_Field = ArchiveField
DOSSIER_FIELDS: tuple[ArchiveField, ...] = (
    _Field("fileCode", "Mã hồ sơ", "string", 100, "required"),
    _Field("title", "Tiêu đề hồ sơ", "string", 1000, "required"),
    _Field("maintenance", "Thời hạn bảo quản", "string", 100, "required", "maintenance"),
    _Field("mode", "Chế độ sử dụng", "string", 30, "required", "mode"),
    _Field("language", "Ngôn ngữ", "string", 100, "required", "language"),
    _Field("startDate", "Thời gian bắt đầu", "date", 10, "required"),
    _Field("endDate", "Thời gian kết thúc", "date", 10, "required"),
    _Field("keyword", "Từ khóa", "string", 100, "optional"),
    _Field("totalDoc", "Tổng số tài liệu trong hồ sơ", "number", 10, "required"),
    _Field("numberOfPaper", "Số lượng tờ", "number", 10, "required"),
    _Field("numberOfPage", "Số lượng trang", "number", 10, "required"),
    _Field("format", "Tình trạng vật lý", "string", 50, "optional", "format"),
    _Field("inforSign", "Ký hiệu thông tin", "string", 30, "optional"),
    _Field("confidenceLevel", "Mức độ tin cậy", "string", 40, "optional", "confidenceLevel"),
    _Field("paperFileCode", "Mã hồ sơ gốc giấy", "string", 100, "conditional"),
    _Field("riskRecovery", "Chế độ dự phòng", "boolean", 1, "required", "riskRecovery"),
    _Field("riskRecoveryStatus", "Tình trạng dự phòng", "string", 2, "conditional", "riskRecoveryStatus"),
    _Field("description", "Ghi chú", "string", 2000, "optional"),
)
"""The 18 of the XML frame of SIP_hoso; the circular's table numbers 17 and its schema 16."""

DOCUMENT_FIELDS: tuple[ArchiveField, ...] = (
    _Field("docId", "Mã định danh tài liệu", "string", 25, "required"),
    _Field("docCode", "Mã lưu trữ của tài liệu", "string", 100, "required"),
    _Field("maintenance", "Thời hạn bảo quản", "string", 100, "required", "maintenance"),
    _Field("typeName", "Tên loại tài liệu", "string", 10, "required", "typeName"),
    _Field("codeNumber", "Số của tài liệu", "string", 11, "optional"),
    _Field("codeNotation", "Ký hiệu của tài liệu", "string", 30, "optional"),
    _Field("issuedDate", "Ngày, tháng, năm tài liệu", "date", 10, "required"),
    _Field("organName", "Tên cơ quan, tổ chức ban hành", "string", 200, "required"),
    _Field("subject", "Trích yếu nội dung", "string", 500, "required"),
    _Field("language", "Ngôn ngữ", "string", 100, "required", "language"),
    _Field("numberOfPage", "Số lượng trang", "number", 4, "required"),
    _Field("inforSign", "Ký hiệu thông tin", "string", 30, "optional"),
    _Field("keyword", "Từ khóa", "string", 100, "optional"),
    _Field("mode", "Chế độ sử dụng", "string", 20, "required", "mode"),
    _Field("confidenceLevel", "Mức độ tin cậy", "string", 30, "optional", "confidenceLevel"),
    _Field("autograph", "Bút tích", "string", 2000, "optional"),
    _Field("format", "Tình trạng vật lý", "string", 50, "optional", "format"),
    _Field("process", "Quy trình xử lý", "boolean", 1, "conditional"),
    _Field("riskRecovery", "Chế độ dự phòng", "boolean", 1, "required", "riskRecovery"),
    _Field("riskRecoveryStatus", "Tình trạng dự phòng", "string", 2, "conditional", "riskRecoveryStatus"),
    _Field("description", "Ghi chú", "string", 500, "optional"),
)
"""The 21 of the reference package of SIP_hoso; the circular's own schema has 19."""

_ARCHIVAL_DOCUMENT = (
    *("arcFileCode", "docCode", "docOrdinal", "typeName", "codeNumber", "codeNotation", "issuedDate", "organName"),
    *("subject", "language", "numberOfPage", "inforSign", "keyword", "mode", "confidenceLevel", "autograph", "format"),
    *("process", "description"),
)
_BY_NAME = {field.name: field for field in DOCUMENT_FIELDS} | {
    "arcFileCode": _Field("arcFileCode", "Mã hồ sơ lưu trữ", "string", 100, "required"),
    "docOrdinal": _Field("docOrdinal", "Số thứ tự tài liệu", "number", 10, "required"),
}
ARCHIVAL_DOCUMENT_FIELDS = tuple(_BY_NAME[name] for name in _ARCHIVAL_DOCUMENT)
"""The 19 of AIP_hoso."""

ARCHIVAL_DOSSIER_FIELDS = (
    DOSSIER_FIELDS[0]._replace(name="arcFileCode", meaning="Mã hồ sơ lưu trữ"),
    *DOSSIER_FIELDS[1:15],
    DOSSIER_FIELDS[17],
    *DOSSIER_FIELDS[15:17],
)
"""The 18 of AIP_hoso: the archive's code stands before the dossier's, the note before the two of backup."""


def code_of(table: str, words: str) -> str:
    """The code of a table for words of it (or for the code itself); empty for what the table does not have.

    >>> code_of("typeName", "Quyết định"), code_of("maintenance", "vĩnh viễn"), code_of("mode", "02"), code_of("mode", "x")
    ('02', '01', '02', '')
    """
    codes = CODES[table]
    if words in codes:
        return words
    wanted = fold(words)
    return next((code for code, name in codes.items() if fold(name) == wanted), "")


def type_code(type_: str | None) -> str:
    """The code of a type of document; types that the table does not know are "Khác".

    >>> type_code("Kế hoạch"), type_code("Chương trình hành động"), type_code("Kết luận"), type_code(None)
    ('10', '09', '32', '')
    """
    if not type_:
        return ""
    exact = code_of("typeName", type_)
    if exact:
        return exact
    longer = [c for c, name in CODES["typeName"].items() if fold(type_).startswith(fold(name) + " ")]
    return longer[0] if longer else "32"


_BETWEEN_LANGUAGES = regex.compile(r"[;,\s]+")


def language_code(languages: str) -> str:
    """The code for one or several ISO 639-1 codes.

    >>> language_code("vi"), language_code("vi; en"), language_code("lo"), language_code("")
    ('01', '06', '11', '')
    """
    names = [one for one in _BETWEEN_LANGUAGES.split(languages) if one]
    both = {frozenset(("vi", "en")): "06", frozenset(("vi", "ru")): "07", frozenset(("vi", "fr")): "08"}
    both[frozenset(("vi", "zh"))] = "10"
    if not names:
        return ""
    if len(names) == 1:
        return names[0] if names[0] in CODES["language"] else _LANGUAGES.get(names[0], "11")
    return both.get(frozenset(names), "; ".join(sorted({_LANGUAGES.get(one, "11") for one in names})))


_ISO_DAY = regex.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


def vietnamese_date(iso: str | None) -> str:
    """An ISO day, month or year as it is written here; what is none stays as it is.

    >>> vietnamese_date("2023-01-05"), vietnamese_date("2010-03"), vietnamese_date("2010"), vietnamese_date(None)
    ('05/01/2023', '03/2010', '2010', '')
    """
    found = _ISO_DAY.fullmatch(iso or "")
    return "/".join(part for part in (found[3], found[2], found[1]) if part) if found else iso or ""


_ISO_WRITTEN = regex.compile(r"\s*(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:[ T][\d:.]+)?\s*")
_DAY_WRITTEN = regex.compile(r"\s*(?:(?:(\d{1,2})\s*[-/.]\s*)?(\d{1,2})\s*[-/.]\s*)?(\d{4})\s*")


def iso_date(written: str) -> str:
    """The reverse, for dates as people write them; empty for what is no date.

    >>> iso_date("5/1/2023"), iso_date("3/2010"), iso_date("2010"), iso_date("2023-01-05 00:00:00"), iso_date("hôm nay")
    ('2023-01-05', '2010-03', '2010', '2023-01-05', '')
    """
    iso = _ISO_WRITTEN.fullmatch(written)
    if iso:
        return iso[1]
    found = _DAY_WRITTEN.fullmatch(written)
    if not found or (found[2] and not 1 <= int(found[2]) <= 12) or (found[1] and not 1 <= int(found[1]) <= 31):
        return ""
    return "-".join([found[3], *(f"{int(part):02}" for part in (found[2], found[1]) if part)])


_ORDINAL_AND_NOTATION = regex.compile(r"\s*(\d+\p{L}?)?[….\s]*[-/]\s*(.+)")


def split_number(number: str | None) -> tuple[str, str]:
    """Number and notation apart, the number empty where it is not legible.

    >>> split_number("05/QĐ-UBND"), split_number("12-NQ/TU"), split_number("…/QĐ-CC"), split_number(None)
    (('05', 'QĐ-UBND'), ('12', 'NQ/TU'), ('', 'QĐ-CC'), ('', ''))
    """
    found = _ORDINAL_AND_NOTATION.match(number or "")
    if found:
        return found[1] or "", found[2].strip()
    return (number or "").strip(), ""
