"""What a scanned cover of a dossier ("bìa hồ sơ") says: title, dates, sheets, fonds, inventory, number, retention. Pure.

The form is that of provincial archives: labels are printed, what follows them often written by hand, so much of it is not
read. Only what stands legibly behind its label is taken, and a person's own statement is never replaced by it.
"""

from __future__ import annotations

import regex

from corpus.archive.fields import code_of
from normalizers.forms import fold

_DAY = r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})"
_LABELS: dict[str, str] = {
    "fonds": r"phông(?:\s+số)?\s*[:.]\s*(?P<v>\S[^\n.…]{0,60})",
    "inventory": r"mục lục(?:\s+số)?\s*[:.]\s*(?P<v>[\w./-]{1,20})",
    "notation": r"(?:hồ sơ|đvbq)(?:\s+số)?\s*[:.]\s*(?P<v>[\w./-]{1,20})",
    "box": r"hộp(?:\s+số)?\s*[:.]\s*(?P<v>[\w./-]{1,20})",
    "sheets": r"(?:gồm|số lượng)\s*[:.…]*\s*(?P<v>\d{1,4})\s*tờ",
    "retention": r"(?:thời hạn bảo quản|thbq)\s*[:.]?\s*(?P<v>vĩnh viễn|\d{1,2}\s*năm)",
}
"""Label and value of each field; dots that a form prints to be written on are no value."""

_SPAN = regex.compile(rf"từ(?:\s+ngày)?\s*[:.]?\s*{_DAY}\s*(?:đến|-|–)(?:\s+ngày)?\s*[:.]?\s*{_DAY}", regex.IGNORECASE)
_TITLE = regex.compile(r"^\s*(?:tập lưu|hồ sơ\s+(?:về|v/v|quản lý|thực hiện)|tập\s)\b.*", regex.IGNORECASE)
_LABEL = regex.compile(r"^\W*(?:phông|mục lục|hồ sơ số|hộp|từ|gồm|thời hạn|khuyết|số)\b", regex.IGNORECASE)
MOST_TITLE_LINES = 4


def read_cover(text: str) -> dict[str, str]:
    """The fields of ``db.migrations.DOSSIER_FIELDS`` that a cover states.

    >>> read_cover("TẬP LƯU QUYẾT ĐỊNH\\nnăm 2010\\nGồm: 135 tờ\\nThời hạn bảo quản: Vĩnh viễn")
    {'sheets': '135', 'retention': '01', 'title': 'TẬP LƯU QUYẾT ĐỊNH năm 2010'}
    >>> read_cover("Gồm ……… tờ\\nHộp số: ……")
    {}
    """
    found: dict[str, str] = {}
    for name, form in _LABELS.items():
        match = regex.search(form, text, regex.IGNORECASE)
        value = " ".join(match["v"].split()).strip(" .-") if match else ""
        if value:
            found[name] = value
    if "retention" in found:
        found["retention"] = code_of("maintenance", found["retention"]) or found["retention"]
    span = _SPAN.search(text)
    if span:
        found["start_date"], found["end_date"] = _iso(span.groups()[:3]), _iso(span.groups()[3:])
    title = _title(text.splitlines())
    return found | ({"title": title} if title else {})


def _iso(parts: tuple[str, ...]) -> str:
    day, month, year = map(int, parts)
    return f"{year}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else str(year)


def _title(lines: list[str]) -> str:
    """The lines from the one that begins like a title to the next label."""
    start = next((i for i, line in enumerate(lines) if _TITLE.match(line) and not fold(line).startswith("ho so so")), None)
    if start is None:
        return ""
    taken = [lines[start]]
    for line in lines[start + 1 : start + MOST_TITLE_LINES]:
        if not line.strip() or _LABEL.match(line):
            break
        taken.append(line)
    return " ".join(" ".join(taken).split())
