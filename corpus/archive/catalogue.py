"""The catalogue of a dossier ("biên mục"): every field of the circular filled from what is known, or named as missing.

Nothing is made up: a required field that neither a person stated nor a document shows stays empty and is listed. Values too
long for their field are cut at a word and listed as well, since the whole abstract is in the document.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from corpus.archive.dossiers import Dossier, Item, items
from corpus.archive.fields import (
    ARCHIVAL_DOCUMENT_FIELDS,
    ARCHIVAL_DOSSIER_FIELDS,
    CODES,
    DOCUMENT_FIELDS,
    DOSSIER_FIELDS,
    ArchiveField,
    language_code,
    type_code,
    vietnamese_date,
)
from db.store import Corpus

_HEADER_OF = {
    **{"typeName": "type", "codeNumber": "number", "codeNotation": "number", "issuedDate": "date"},
    **{"organName": "issuer", "subject": "title", "language": "language", "mode": "secrecy"},
}
"""The header field that a field of the catalogue is taken from, for doubts."""

Values = dict[str, str]

PROBLEMS = {
    "missing": "bắt buộc mà còn trống",
    "too_long": "dài quá quy định, đã cắt",
    "no_code": "không có trong bảng mã",
    "no_date": "không phải ngày/tháng/năm đầy đủ",
    "doubtful": "máy đọc chưa chắc",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field: ``kind`` is one of ``PROBLEMS``; ``ordinal`` 0 is the dossier itself."""

    ordinal: int
    field: str
    meaning: str
    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The values of a dossier and of each of its documents by name of field, and what is wrong with them."""

    code: str
    dossier: Values
    documents: tuple[Values, ...]
    items: tuple[Item, ...]
    problems: tuple[Problem, ...]

    @property
    def doubtful_dossier(self) -> frozenset[str]:
        return frozenset(p.field for p in self.problems if p.ordinal == 0)

    def doubtful(self, ordinal: int) -> frozenset[str]:
        return frozenset(p.field for p in self.problems if p.ordinal == ordinal)


def catalogue(corpus: Corpus, dossier: Dossier, *, archival: bool = False) -> Catalogue:
    """The catalogue of a dossier for submission, or with the fields of an archive's own package."""
    held = items(corpus, dossier)
    values = _dossier_values(dossier, held)
    fields, document_fields = (
        (ARCHIVAL_DOSSIER_FIELDS, ARCHIVAL_DOCUMENT_FIELDS) if archival else (DOSSIER_FIELDS, DOCUMENT_FIELDS)
    )
    problems: list[Problem] = []
    checked = _checked(values, fields, 0, problems)
    problems += _dossier_doubts(dossier, held, checked)
    handwritten = _handwriting(corpus, held)
    documents = []
    for item in held:
        its = _checked(_document_values(dossier, item, values, handwritten), document_fields, item.ordinal, problems)
        documents.append(its)
        problems += _document_doubts(item, its, document_fields)
    return Catalogue(dossier.code, checked, tuple(documents), tuple(held), tuple(problems))


def _dossier_values(dossier: Dossier, held: Sequence[Item]) -> Values:
    days = sorted(item.date for item in held if item.date)
    secret = any(item.header.get("secrecy") for item in held)
    level = dossier.confidence_level or _origin(held)
    code = dossier.code
    return {
        "fileCode": code,
        "arcFileCode": f"{dossier.archive}.{code}" if dossier.archive and not code.startswith(dossier.archive) else code,
        "title": dossier.title or composed_title(dossier, held),
        "maintenance": dossier.retention,
        "mode": dossier.access or ("03" if secret else ""),
        "language": dossier.language
        or language_code("; ".join(sorted({str(i.header.get("language") or "") for i in held}))),
        "startDate": vietnamese_date(dossier.start_date or (days[0] if days else "")),
        "endDate": vietnamese_date(dossier.end_date or (days[-1] if days else "")),
        "keyword": dossier.keywords,
        "totalDoc": str(len(held)),
        "numberOfPaper": dossier.sheets or _sheets(held),
        "numberOfPage": str(sum(len(item.pages) for item in held)),
        "format": dossier.physical,
        "inforSign": dossier.information_sign,
        "confidenceLevel": level,
        "paperFileCode": dossier.paper_code or _paper_code(dossier),
        "riskRecovery": dossier.backup,
        "riskRecoveryStatus": dossier.backup_status,
        "description": "; ".join(
            part for part in (dossier.description, f"Người lập: {dossier.creator}" if dossier.creator else "") if part
        ),
    }


def composed_title(dossier: Dossier, held: Sequence[Item]) -> str:
    """A title made of what the documents are, after the practice "Tập … của … năm …"; a proposal, listed as doubtful.

    Types by how many there are, at most three of them, then the issuer of more than half and the years.
    """
    if not held:
        return ""
    types: dict[str, int] = {}
    for item in held:
        if item.type:
            types[item.type.lower()] = types.get(item.type.lower(), 0) + 1
    most = sorted(types, key=lambda name: (-types[name], name))[:3]
    issuers = [item.issuer for item in held if item.issuer]
    common = max(set(issuers), key=lambda name: (issuers.count(name), name)) if issuers else ""
    common = common if issuers.count(common) * 2 > len(held) else ""
    years = sorted({item.date[:4] for item in held if item.date})
    when = f"năm {'-'.join(dict.fromkeys((years[0], years[-1])))}" if years else ""
    what = ", ".join(most) or "văn bản"
    return " ".join(part for part in (f"Tập {what}", f"của {common}" if common else "", when) if part)


_NUMBERS = regex.compile(r"\d+")


def _sheets(held: Sequence[Item]) -> str:
    """The last sheet that a person or a list stated, since sheets are numbered through; empty where any is not stated."""
    stated = [_NUMBERS.findall(item.stated.get("sheet", "")) for item in held]
    return str(max(int(n) for numbers in stated for n in numbers)) if held and all(stated) else ""


def _paper_code(dossier: Dossier) -> str:
    """``[archive].[store/shelf/box].[number]`` where all three are known."""
    parts = (dossier.archive, dossier.box, dossier.notation)
    return ".".join(parts) if all(parts) else ""


def _origin(held: Sequence[Item]) -> str:
    """01 born digital, 02 scanned, 03 both: signed files that never were paper are born digital."""
    born = {item.signed for item in held}
    return "" if not held else "03" if len(born) == 2 else "01" if born == {True} else "02"


def _document_values(dossier: Dossier, item: Item, of_dossier: Values, handwritten: dict[tuple[str, int], int]) -> Values:
    number, notation = item.number_parts
    pages_by_hand = [page for page in item.pages if handwritten.get((item.key, page))]
    autograph = item.stated.get("autograph") or (
        f"Có bút tích ở trang {', '.join(str(item.pages.index(p) + 1) for p in pages_by_hand)}" if pages_by_hand else ""
    )
    return {
        "docId": f"{of_dossier['fileCode']}.{item.ordinal}",
        "docCode": f"{of_dossier['arcFileCode']}.{item.ordinal:07}",
        "arcFileCode": of_dossier["arcFileCode"],
        "docOrdinal": str(item.ordinal),
        "maintenance": of_dossier["maintenance"],
        "typeName": type_code(item.type),
        "codeNumber": number,
        "codeNotation": notation,
        "issuedDate": vietnamese_date(item.date),
        "organName": item.issuer,
        "subject": item.subject,
        "language": language_code(str(item.header.get("language") or "")),
        "numberOfPage": str(len(item.pages)),
        "inforSign": item.stated.get("information_sign", ""),
        "keyword": item.stated.get("keywords", ""),
        "mode": item.stated.get("access") or ("03" if item.header.get("secrecy") else dossier.access),
        "confidenceLevel": "01" if item.signed else "02",
        "autograph": autograph,
        "format": item.stated.get("physical", ""),
        "process": item.stated.get("process") or ("0" if item.signed else ""),
        "riskRecovery": dossier.backup,
        "riskRecoveryStatus": dossier.backup_status,
        "description": item.stated.get("note", ""),
    }


def _handwriting(corpus: Corpus, held: Sequence[Item]) -> dict[tuple[str, int], int]:
    """How many words of each page were seen to be written by hand. Where they stand is told, not what they say."""
    rows = corpus.tuples(
        'SELECT d."key", p.number, count(*) FROM documents d JOIN pages p ON p.document_id = d.id'
        ' JOIN words w ON w.page_id = p.id WHERE w.handwritten AND d."key" IN (SELECT value FROM json_each(?))'
        ' GROUP BY d."key", p.number',
        [json.dumps([item.key for item in held])],
    )
    return {(key, page): count for key, page, count in rows}


_SEPARATOR = regex.compile(r";\s*")
_DAY = regex.compile(r"\d\d/\d\d/\d{4}")


def _checked(values: Values, fields: Sequence[ArchiveField], ordinal: int, problems: list[Problem]) -> Values:
    """The values in the order of the fields, each checked and cut to its length; what is wrong is added to ``problems``."""
    checked: Values = {}
    for field in fields:
        value = values[field.name]
        if not value and _is_required(field, values):
            problems.append(Problem(ordinal, field.name, field.meaning, "missing"))
        if len(value) > field.length:
            problems.append(Problem(ordinal, field.name, field.meaning, "too_long", f"{len(value)} > {field.length}"))
            value = value[: field.length - 1].rsplit(" ", 1)[0] + "…" if field.kind == "string" else value
        codes = set(CODES[field.codes]) if field.codes else set()
        if value and codes and not set(_SEPARATOR.split(value)) <= codes:
            problems.append(Problem(ordinal, field.name, field.meaning, "no_code", value))
        if value and field.kind == "date" and not _DAY.fullmatch(value):
            problems.append(Problem(ordinal, field.name, field.meaning, "no_date", value))
        checked[field.name] = value
    return checked


def _is_required(field: ArchiveField, values: Values) -> bool:
    if field.obligation != "conditional":
        return field.obligation == "required"
    return {
        "paperFileCode": values.get("confidenceLevel") == "02",
        "riskRecoveryStatus": values.get("riskRecovery") == "1",
        "process": values.get("confidenceLevel") in ("01", "03"),
    }[field.name]


def _dossier_doubts(dossier: Dossier, held: Sequence[Item], values: Values) -> list[Problem]:
    doubts = []
    if values["title"] and not dossier.title:
        doubts.append(Problem(0, "title", "Tiêu đề hồ sơ", "doubtful", "máy soạn từ các văn bản"))
    if values["mode"] == "03" and not dossier.access:
        doubts.append(Problem(0, "mode", "Chế độ sử dụng", "doubtful", "suy từ dấu chỉ mức độ mật"))
    days = {item.date: "date" in item.doubtful for item in held if item.date}
    ends = (
        ("startDate", "Thời gian bắt đầu", dossier.start_date, min),
        ("endDate", "Thời gian kết thúc", dossier.end_date, max),
    )
    for name, meaning, stated, pick in ends:
        if days and not stated and days[pick(days)]:
            doubts.append(Problem(0, name, meaning, "doubtful", values[name]))
    return doubts


def _document_doubts(item: Item, values: Values, fields: Sequence[ArchiveField]) -> list[Problem]:
    named = {field.name: field.meaning for field in fields}
    return [
        Problem(item.ordinal, name, named[name], "doubtful", values[name])
        for name, header in _HEADER_OF.items()
        if name in values and values[name] and header in item.doubtful
    ]


def words_of(values: Values, field: ArchiveField) -> str:
    """A value in words where it is a code; several are joined.

    >>> from corpus.archive.fields import DOSSIER_FIELDS
    >>> words_of({"maintenance": "01"}, DOSSIER_FIELDS[2])
    'Vĩnh viễn'
    """
    value = values[field.name]
    if not field.codes:
        return value
    return "; ".join(CODES[field.codes].get(one, one) for one in _SEPARATOR.split(value))
