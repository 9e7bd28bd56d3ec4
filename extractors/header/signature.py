"""The signature block: signer, capacity, recipients ("Nơi nhận")."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import regex

from extractors.header.draft import Draft, first_capital, line_span
from extractors.structure.blocks import Structure, Zone
from extractors.structure.zones import is_capitals
from extractors.words.folding import folded
from normalizers.forms import fold
from normalizers.official_form import OFFICES

_NAME = regex.compile(
    r"(?:(?:PGS|GS|TS|ThS|BS|KS|CN)\.?\s*)*(?<!\p{L})(?P<name>\p{L}[\p{Ll}']+(?:\s\p{Lu}[\p{Ll}']*){1,4})\s*$"
)
"""A name at the end of a line; readers lose the capital of its first syllable, so that one need not be one."""


@cache
def _surnames() -> frozenset[str]:
    """Folded surnames."""
    data = json.loads(files("extractors").joinpath("data/surnames.json").read_text(encoding="utf-8"))
    return frozenset(fold(name) for name in data["surnames"])


def read_tail(structure: Structure, draft: Draft) -> None:
    lines = structure.lines_in(Zone.TAIL)
    offices = [(n, line, m) for n, line in lines for m in _offices_in(line)]
    if offices:
        own = [o for o in offices if not o[2][2]] or offices
        number, line, (start, end, _, title) = own[-1]
        draft.put("signer_title", title, line_span(structure, number, line, start, end))
    for number, line in reversed(lines):
        line = regex.sub(r"^[^\p{L}]+(?=\p{L})", "", line) if len(line) < 40 and not line.endswith((";", ".")) else line
        if line.startswith(("-", "–", "+", "*")) and not regex.search(r"[.;]\s+\p{Lu}", line):
            continue
        match = _NAME.search(line)
        if match is None or (is_capitals(line.replace(match["name"], "")) and len(line) - len(match.group()) > 40):
            continue
        words = match["name"].split()
        if fold(words[0]) not in _surnames() and (len(line.strip()) > len(match.group()) or words[0][0].islower()):
            continue
        if fold(match["name"]).startswith(("noi nhan", "van phong", "so ", "luu")):
            continue
        draft.put("signer", first_capital(match["name"]), line_span(structure, number, line, *match.span("name")))
        return


_OFFICE_AT = [
    (regex.compile(rf"(?<!\p{{L}}){regex.escape(fold(o), literal_spaces=True)}(?!\p{{L}})"), o)
    for o in sorted(OFFICES, key=len, reverse=True)
]


def _offices_in(line: str) -> list[tuple[int, int, bool, str]]:
    """Offices in capitals in a line of the signature block: (start, end, named only as whom one signs for, title)."""
    found: list[tuple[int, int, bool, str]] = []
    if line.lstrip().startswith(("-", "–", "+")) and not regex.search(r"\p{Lu}{3} \p{Lu}{2}", line):
        return []
    plain = folded(line)
    for pattern, office in _OFFICE_AT:
        for match in pattern.finditer(plain):
            printed = line[match.start() : match.end()]
            if not is_capitals(printed) or any(a < match.end() and match.start() < b for a, b, _, _ in found):
                continue
            prefix = line[: match.start()].rstrip()
            signs_for = bool(regex.search(r"(?:KT|TL|TUQ|K/T|T/L)\s*[.,/]?$", prefix))
            acting = bool(regex.search(r"(?:\bQ\.|QUYỀN)$", prefix))
            found.append((match.start(), match.end(), signs_for, f"Quyền {office}" if acting else office))
    return sorted(found)


def recipients_in(structure: Structure) -> list[str]:
    """The lines of Nơi nhận: wrapped lines joined, without dash and final mark."""
    lines = structure.lines_in(Zone.TAIL)
    start = next(
        (i for i, (_, line) in enumerate(lines) if fold(line).startswith(("noi nhan", "not nhan", "noi nhin"))), None
    )
    if start is None:
        return []
    found: list[str] = []
    for _, line in lines[start:]:
        line = regex.sub(r"^n[oơ0][il1]?\s*nh[\p{L}]{1,3}\s*[:.;]?", "", line, flags=regex.IGNORECASE).strip()
        line = _without_signature(line)
        if not line:
            continue
        if regex.match(r"[-–—•+*]\s*\S", line):
            found.append(line.lstrip("-–—•+* "))
        elif found and not is_capitals(line) and not _closes(found[-1]) and not _is_name(line):
            found[-1] += " " + line
        elif found and _closes(found[-1]) and regex.match(r"(?:Như|Lưu|Các|UBND|Sở|Bộ)\b", line):
            found.append(line)
    return [
        regex.sub(r"\s+", " ", f).strip(" ;.,:")
        if not f.rstrip(";.").endswith(")")
        else regex.sub(r"\s+", " ", f).rstrip(" ;.,:")
        for f in found
    ]


def _closes(recipient: str) -> bool:
    return recipient.rstrip().endswith((";", "."))


def _is_name(line: str) -> bool:
    match = _NAME.fullmatch(line)
    return match is not None and fold(match["name"].split()[0]) in _surnames()


def _without_signature(line: str) -> str:
    """The line without an office or capacity in capitals that the other column put behind it."""
    cut = regex.search(r"(?:^|[;.,:]?\s+)(?:(?:KT|TM|TL|TUQ|Q)\s*[.,]\s*)?(?:PHÓ |QUYỀN )?(?:CHỦ TỊCH"
        r"|GIÁM ĐỐC|CHÁNH VĂN PHÒNG|ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN"
                       r"|BỘ TRƯỞNG|THỨ TRƯỞNG|THỦ TƯỚNG|CỤC TRƯỞNG|TRƯỞNG BAN)\b.*$", line)  # fmt: skip
    return line[: cut.start() + 1].strip() if cut and not line.startswith("- CHỦ") else line
