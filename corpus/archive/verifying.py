"""Is a package whole and right? Schemas, hashes, and Thông tư 05/2025's own rules, as far as its text is known here.

``error`` refuses the package; ``note`` tells what may be asked about. The schemas shipped with this program decide, not
those that a package brings along. XML is read without entities and without network.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

import regex
from lxml import etree

from corpus.archive.fields import (
    ARCHIVAL_DOCUMENT_FIELDS,
    ARCHIVAL_DOSSIER_FIELDS,
    CODES,
    DOCUMENT_FIELDS,
    DOSSIER_FIELDS,
    NOT_COMPARED,
    ArchiveField,
)
from corpus.archive.package_xml import CSIP, METS, XLINK, sha256_of
from corpus.archive.packages import REP
from corpus.archive.scans import is_pdfa

MOST_BYTES = 200_000_000_000
"""Of a ZIP file unpacked: a box of scans has some gigabytes; a bomb has more than any disk."""

_PARSER_OPTIONS: dict[str, Any] = {"resolve_entities": False, "no_network": True, "huge_tree": False}


class NotAPackage(ValueError):
    """What was given is no package at all; the message says what one looks like."""


@dataclass(frozen=True, slots=True)
class PackageFault:
    """``kind`` is "error" or "note"; ``place`` a path within the package."""

    kind: str
    place: str
    what: str


def verify_package(path: Path) -> list[PackageFault]:
    """Everything that is wrong with a package, a folder or a ZIP file. Raises ``NotAPackage`` and ``OSError``."""
    if path.is_dir():
        return list(_verify(path, path))
    if not zipfile.is_zipfile(path):
        raise NotAPackage(f"{path} is neither a folder nor a ZIP file; a package is a folder with METS.xml in it")
    with tempfile.TemporaryDirectory(prefix="vanban-") as folder, zipfile.ZipFile(path) as archive:
        if sum(one.file_size for one in archive.infolist()) > MOST_BYTES:
            raise NotAPackage(f"{path} would unpack to more than {MOST_BYTES // 10**9} GB")
        archive.extractall(folder)
        inside = [one for one in Path(folder).iterdir() if one.is_dir()]
        root = inside[0] if len(inside) == 1 and not (Path(folder) / "METS.xml").is_file() else Path(folder)
        return list(_verify(root, path))


def _verify(root: Path, given: Path) -> Iterator[PackageFault]:
    """Faults of the package unpacked at ``root``; ``given`` is what the user named."""
    if not (root / "METS.xml").is_file():
        raise NotAPackage(
            f"{given}: there is no METS.xml; a package is what 'vanban export sip' and 'vanban export aip' write"
        )
    top = _parsed(root, "METS.xml")
    inner = _parsed(root, f"{REP}/METS.xml")
    for place, tree in (("METS.xml", top), (f"{REP}/METS.xml", inner)):
        if tree is None:
            yield PackageFault("error", place, "không có, hoặc không phải XML")
        else:
            yield from _against(tree, "mets1_12.xsd", place)
            yield from _references(root, place, tree)
    header = top.getroot().find(f"{{{METS}}}metsHdr") if top is not None else None
    kind = header.get(f"{{{CSIP}}}OAISPACKAGETYPE", "") if header is not None else ""
    if top is not None:
        yield from _head(root, top, kind)
    yield from _descriptions(root, kind)
    yield from _preservation(root, kind)
    yield from _unnamed(root, [tree for tree in (top, inner) if tree is not None])
    yield PackageFault("note", "", NOT_COMPARED)


def _parsed(root: Path, place: str) -> Any:  # noqa: ANN401  # lxml has no types
    try:
        return etree.parse(root / place, etree.XMLParser(**_PARSER_OPTIONS))
    except (OSError, etree.XMLSyntaxError):
        return None


@cache
def _schema(name: str) -> Any:  # noqa: ANN401
    with resources.as_file(resources.files("corpus.archive") / "schemas" / name) as path:
        return etree.XMLSchema(etree.parse(path))


def _against(tree: Any, schema: str, place: str) -> Iterator[PackageFault]:  # noqa: ANN401
    checker = _schema(schema)
    if not checker.validate(tree):
        for error in list(checker.error_log)[:20]:
            yield PackageFault("error", place, f"dòng {error.line}: {error.message}")


def _head(root: Path, top: Any, kind: str) -> Iterator[PackageFault]:  # noqa: ANN401
    if kind not in ("SIP", "AIP"):
        yield PackageFault("error", "METS.xml", f"OAISPACKAGETYPE là {kind or 'trống'}, phải là SIP hoặc AIP")
    mets = top.getroot()
    if mets.get("OBJID", "").replace(":", "_") != root.name:
        yield PackageFault("note", "METS.xml", f"OBJID {mets.get('OBJID')} khác tên thư mục {root.name}")
    notes = mets.findall(f".//{{{METS}}}note")
    if not any(note.get(f"{{{CSIP}}}NOTETYPE") == "IDENTIFICATIONCODE" and note.text for note in notes):
        yield PackageFault("error", "METS.xml", "thiếu mã phông (note IDENTIFICATIONCODE)")
    if not mets.get("LABEL"):
        yield PackageFault("error", "METS.xml", "thiếu LABEL (tiêu đề hồ sơ)")
    if mets.find(f".//{{{METS}}}altRecordID") is None:
        yield PackageFault("note", "METS.xml", "không có altRecordID SUBMISSIONAGREEMENT")


def _referring(tree: Any) -> Iterator[tuple[str, dict[str, str]]]:  # noqa: ANN401
    """Every file that a METS names: its address and what is said of it."""
    for reference in tree.iter(f"{{{METS}}}mdRef"):
        yield reference.get(f"{{{XLINK}}}href", ""), dict(reference.attrib)
    for file in tree.iter(f"{{{METS}}}file"):
        location = file.find(f"{{{METS}}}FLocat")
        yield (location.get(f"{{{XLINK}}}href", "") if location is not None else ""), dict(file.attrib)


def _resolved(root: Path, place: str, href: str) -> Path | None:
    """The file within the package; ``None`` for an address that leads out of it."""
    path = (root / PurePosixPath(place).parent / unquote(href)).resolve()
    return path if path.is_relative_to(root.resolve()) else None


def _references(root: Path, place: str, tree: Any) -> Iterator[PackageFault]:  # noqa: ANN401
    for href, said in _referring(tree):
        path = _resolved(root, place, href)
        if path is None or not path.is_file():
            yield PackageFault("error", place, f"không có tệp {href or '(trống)'}")
            continue
        if said.get("SIZE") != str(path.stat().st_size):
            yield PackageFault("error", place, f"{href}: kích thước khác ({said.get('SIZE')} ≠ {path.stat().st_size})")
        if said.get("CHECKSUMTYPE") != "SHA-256":
            yield PackageFault("error", place, f"{href}: mã kiểm tra không phải SHA-256")
        elif said.get("CHECKSUM", "").upper() != sha256_of(path):
            yield PackageFault("error", place, f"{href}: mã kiểm tra SHA-256 không khớp, tệp đã đổi")


def _unnamed(root: Path, trees: Sequence[Any]) -> Iterator[PackageFault]:
    places = ("METS.xml", f"{REP}/METS.xml")
    named = {root.resolve() / "METS.xml"}
    for place, tree in zip(places, trees, strict=False):
        named |= {path for href, _ in _referring(tree) if (path := _resolved(root, place, href)) is not None}
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.resolve() not in named:
            yield PackageFault("error", path.relative_to(root).as_posix(), "không được METS nào nêu")


def _descriptions(root: Path, kind: str) -> Iterator[PackageFault]:
    archival = kind == "AIP"
    place = "metadata/descriptive/EAD.xml"
    fields = ARCHIVAL_DOSSIER_FIELDS if archival else DOSSIER_FIELDS
    dossier = _values(root, place)
    if dossier is None:
        yield PackageFault("error", place, "không có, hoặc không phải XML")
        return
    yield from _checked(dossier, fields, place)
    documents = sorted((root / REP / "metadata" / "descriptive").glob("EAD_DOC_*.xml"))
    if dossier.get("totalDoc", "") != str(len(documents)):
        yield PackageFault("error", place, f"totalDoc là {dossier.get('totalDoc')}, trong gói có {len(documents)} văn bản")
    pages = 0
    for path in documents:
        name = path.relative_to(root).as_posix()
        values = _values(root, name)
        if values is None:
            yield PackageFault("error", name, "không phải XML")
            continue
        yield from _document(root, name, values, dossier, archival)
        pages += int(values.get("numberOfPage") or 0) if values.get("numberOfPage", "").isdigit() else 0
    if dossier.get("numberOfPage", "") != str(pages):
        yield PackageFault("error", place, f"numberOfPage là {dossier.get('numberOfPage')}, cộng các văn bản là {pages}")


_CODE_OF_A_DOCUMENT = regex.compile(r".+\.\d{7}")


def _document(
    root: Path, name: str, values: dict[str, str], dossier: dict[str, str], archival: bool
) -> Iterator[PackageFault]:
    yield from _checked(values, ARCHIVAL_DOCUMENT_FIELDS if archival else DOCUMENT_FIELDS, name)
    stem = PurePosixPath(name).stem.removeprefix("EAD_DOC_")
    pdf = root / REP / "data" / f"{stem}.pdf"
    if not pdf.is_file():
        yield PackageFault("error", name, f"không có tệp data/{stem}.pdf")
    elif not is_pdfa(pdf):
        yield PackageFault("note", f"{REP}/data/{stem}.pdf", "không khai là PDF/A (văn bản ký số được giữ nguyên)")
    if not _CODE_OF_A_DOCUMENT.fullmatch(values.get("docCode", "")):
        yield PackageFault("error", name, f"docCode {values.get('docCode')} không kết thúc bằng số thứ tự 7 chữ số")
    code = dossier.get("arcFileCode" if archival else "fileCode", "")
    if code and not values.get("docCode", "").startswith(code) and not archival:
        yield PackageFault("note", name, f"docCode {values.get('docCode')} không bắt đầu bằng mã hồ sơ {code}")


def _values(root: Path, place: str) -> dict[str, str] | None:
    tree = _parsed(root, place)
    if tree is None:
        return None
    return {etree.QName(node).localname: (node.text or "").strip() for node in tree.getroot() if isinstance(node.tag, str)}


_SEPARATOR = regex.compile(r";\s*")
_DAY = regex.compile(r"(?:(?:\d\d/)?\d\d/)?\d{4}")


def _checked(values: dict[str, str], fields: Sequence[ArchiveField], place: str) -> Iterator[PackageFault]:
    for field in fields:
        if field.name not in values and field.obligation == "required":
            yield PackageFault("error", place, f"không có trường bắt buộc {field.name} ({field.meaning})")
            continue
        value = values.get(field.name, "")
        if not value:
            if field.obligation == "required" or _needed(field.name, values):
                yield PackageFault("error", place, f"trường bắt buộc {field.name} ({field.meaning}) còn trống")
            continue
        if len(value) > field.length:
            yield PackageFault("error", place, f"{field.name} dài {len(value)}, quá {field.length}")
        if field.codes and not set(_SEPARATOR.split(value)) <= set(CODES[field.codes]):
            yield PackageFault("error", place, f"{field.name}: {value} không có trong bảng mã")
        if field.kind == "date" and not _DAY.fullmatch(value):
            yield PackageFault("error", place, f"{field.name}: {value} không phải DD/MM/YYYY")
        if field.kind == "number" and not value.isdigit():
            yield PackageFault("error", place, f"{field.name}: {value} không phải số")
    for name in sorted(set(values) - {field.name for field in fields}):
        yield PackageFault("note", place, f"có trường {name} ngoài bảng")


def _needed(name: str, values: dict[str, str]) -> bool:
    return {
        "paperFileCode": values.get("confidenceLevel") == "02",
        "riskRecoveryStatus": values.get("riskRecovery") == "1",
        "process": values.get("confidenceLevel") in ("01", "03"),
    }.get(name, False)


def _preservation(root: Path, kind: str) -> Iterator[PackageFault]:
    if kind != "AIP":
        return
    for place in ("metadata/preservation/PREMIS.xml", f"{REP}/metadata/preservation/PREMIS_rep1.xml"):
        tree = _parsed(root, place)
        if tree is None:
            yield PackageFault("error", place, "không có, hoặc không phải XML")
            continue
        yield from _against(tree, "premis.xsd", place)
