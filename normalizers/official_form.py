"""The form of an official page, in one place: mottoes, number line, date line, recipients, capacities, offices.

Nghị định 30/2020/NĐ-CP, annex I; for older documents Thông tư 01/2011/TT-BNV. Patterns bear what reading makes of the marks.
"""

from __future__ import annotations

import regex

MOTTOES = ("cong hoa xa hoi chu nghia viet nam", "doc lap tu do hanh phuc", "dang cong san viet nam")
NUMBER_LINE = regex.compile(r"^(?:S[ốóôoồỗ6]|s[ốôo]|No)\s*[:.]?\s*[\w.…_-]{0,14}\s*[/-]")
PLACE_DATE = regex.compile(r"(?:^|\p{L}\s*,\s*)ng[aàăâ]y\s.{0,8}?th[aáàăâ]ng\s.{0,8}?n[aăâ]m", regex.IGNORECASE)
RECIPIENTS_LINE = regex.compile(r"^n[oơ0][il1]?\s*nh[aậâăạ][nm]\s*[:.;]?", regex.IGNORECASE)
CAPACITY = regex.compile(r"^(?:TM|KT|TL|TUQ|T/M|K/T|T/L|Q)\s*[.,/]?\s+\p{Lu}{2}")
OFFICE_LINE = regex.compile(
    r"^(?:PHÓ |QUYỀN )?(?:CHỦ TỊCH|CHỦ NHIỆM|GIÁM ĐỐC|BỘ TRƯỞNG|THỨ TRƯỞNG|THỦ TƯỚNG|CHÁNH VĂN PHÒNG"
    r"|TRƯỞNG BAN|BÍ THƯ|TỔNG GIÁM ĐỐC"
    r"|CỤC TRƯỞNG|VỤ TRƯỞNG|CHÁNH THANH TRA|HIỆU TRƯỞNG|VIỆN TRƯỞNG|CHI CỤC TRƯỞNG|TỔNG CỤC TRƯỞNG|TRƯỞNG PHÒNG)\b"
)
APPENDIX_LINE = regex.compile(r"^(?:PHỤ LỤC|Phụ lục|PHU LUC|BIỂU|MẪU|DANH MỤC|THỐNG KÊ)\b|^\(?(?:Ban hành )?[Kk]èm theo ", 0)

LETTERHEAD_NUMBER = regex.compile(
    r"(?:^|[\sSs][ốóôoồỗ6]\s*[:.]?\s*|\s)(?P<ordinal>\d{1,6}[a-zđ]?)\s?(?:(?P<year>/\s?(?:19|20)\d\d)?\s?/\s?"
    r"(?P<notation>\p{Lu}[\p{L}ðÐ]*(?:\s?[-–]\s?(?=\p{Lu})[\p{L}ðÐ&]+|[.&]\p{L}+)*)"
    r"|\s?-\s?(?P<party>\p{Lu}[\p{L}]{1,5}/\p{Lu}[\p{L}-]*))"
)
MOTTO = regex.compile(
    r"c.{0,2}ng\s*h.{0,2}a\s*x.\s*h.{0,2}i\s*ch.{0,2}\s*ngh.{0,2}a\s*vi.{0,2}t\s*nam"
    r"|d.{0,2}c\s*l.{0,2}p\s*[-–—.]?\s*t.{0,2}\s*do\s*[-–—.]?\s*h.{0,2}nh\s*ph.{0,2}c"
    r"|dang\s*cong\s*san\s*viet\s*nam"
)
OFFICES = (
    "Phó Chủ tịch Thường trực",
    "Phó Chủ tịch",
    "Chủ tịch",
    "Phó Chánh Văn phòng",
    "Chánh Văn phòng",
    "Phó Giám đốc",
    "Giám đốc",
    "Phó Tổng Giám đốc",
    "Tổng Giám đốc",
    "Bộ trưởng",
    "Thứ trưởng",
    "Phó Thủ tướng",
    "Thủ tướng",
    "Phó Cục trưởng",
    "Cục trưởng",
    "Phó Chi cục trưởng",
    "Chi cục trưởng",
    "Phó Trưởng ban",
    "Trưởng ban",
    "Phó Bí thư",
    "Bí thư",
    "Chánh Thanh tra",
    "Phó Chánh Thanh tra",
    "Vụ trưởng",
    "Phó Vụ trưởng",
    "Phó Trưởng phòng",
    "Trưởng phòng",
    "Hiệu trưởng",
    "Viện trưởng",
    "Phó Tổng cục trưởng",
    "Tổng cục trưởng",
    "Phó Chủ nhiệm",
    "Bộ trưởng, Chủ nhiệm",
    "Chủ nhiệm",
    "Chánh án",
)
