"""METS, EAD and PREMIS of a package after Thông tư 05/2025/TT-BNV: the shapes of E-ARK CSIP 2.0.4 as the circular's
reference package has them (``corpus.archive.fields.NOT_COMPARED``)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from corpus.archive.catalogue import Values
from corpus.archive.catalogue_files import fill, xml_text
from corpus.archive.fields import CODES, ArchiveField

METS = "http://www.loc.gov/METS/"
XLINK = "http://www.w3.org/1999/xlink"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
PREMIS = "http://www.loc.gov/premis/v3"
XS = "http://www.w3.org/2001/XMLSchema"
PROFILES = {"SIP": "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml", "AIP": "http://www.ra.ee/METS/v01/IP.xml"}

Element = Any
"""lxml has no types."""


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file of a package: ``href`` from the METS that names it, ``id`` there; ``kind`` is its media type."""

    href: str
    path: Path
    kind: str
    id: str

    @property
    def facts(self) -> dict[str, str]:
        """What METS wants to know of every file: size, time, hash (upper case, as the reference package writes it)."""
        status = self.path.stat()
        return {
            "MIMETYPE": self.kind,
            "SIZE": str(status.st_size),
            "CREATED": timestamp(datetime.fromtimestamp(status.st_mtime).astimezone()),
            "CHECKSUM": sha256_of(self.path),
            "CHECKSUMTYPE": "SHA-256",
        }


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a METS says: ``kind`` SIP or AIP, ``fonds`` the code of the fonds, ``status`` NEW, SUPPLEMENT …"""

    objid: str
    label: str
    kind: str
    fonds: str
    software: str
    at: datetime
    status: str = "NEW"
    agreement: str = ""


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest().upper()


def timestamp(at: datetime) -> str:
    """With milliseconds and offset, as the reference package writes times."""
    return at.isoformat(timespec="milliseconds")


def name_based(*parts: str) -> str:
    """An identifier that is the same for the same thing: upper case, of name-based UUIDs (RFC 9562, version 5)."""
    return str(uuid5(NAMESPACE_URL, "vanban:" + "\n".join(parts))).upper()


def ead(fields: Sequence[ArchiveField], values: Values) -> bytes:
    """EAD.xml or EAD_DOC.xml: a flat ``simpledc``, which the circular calls EAD."""
    root = etree.Element("simpledc")
    fill(root, fields, values)
    return serialised(root)


def ead_schema(fields: Sequence[ArchiveField]) -> bytes:
    """The schema of such a file, made from the table of its fields: presence, length, codes. Order is free (``xs:all``)."""
    root = etree.Element(f"{{{XS}}}schema", nsmap={"xs": XS})
    complex_type = etree.SubElement(etree.SubElement(root, f"{{{XS}}}element", name="simpledc"), f"{{{XS}}}complexType")
    everything = etree.SubElement(complex_type, f"{{{XS}}}all")
    for field in fields:
        element = etree.SubElement(everything, f"{{{XS}}}element", name=field.name)
        if field.obligation != "required":
            element.set("minOccurs", "0")
        restriction = etree.SubElement(
            etree.SubElement(element, f"{{{XS}}}simpleType"), f"{{{XS}}}restriction", base="xs:string"
        )
        if field.codes and field.name != "language":  # several languages are allowed
            allowed = [*CODES[field.codes], *([""] if field.obligation != "required" else [])]
            for code in allowed:
                etree.SubElement(restriction, f"{{{XS}}}enumeration", value=code)
        else:
            if field.obligation == "required":
                etree.SubElement(restriction, f"{{{XS}}}minLength", value="1")
            etree.SubElement(restriction, f"{{{XS}}}maxLength", value=str(field.length))
    return serialised(root)


def serialised(root: Element) -> bytes:
    content: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return content


def mets(
    head: Head,
    *,
    descriptive: Iterable[PackedFile],
    preservation: Iterable[PackedFile],
    groups: Iterable[tuple[str, Sequence[PackedFile]]],
    pointers: Sequence[tuple[str, PackedFile]] = (),
    links: Sequence[tuple[PackedFile, PackedFile]] = (),
) -> bytes:
    """A METS: descriptive and preservation metadata, groups of files by use, pointers to the METS of representations, and
    which description belongs to which file."""
    root = etree.Element(f"{{{METS}}}mets", nsmap={None: METS, "xlink": XLINK, "xsi": XSI, "csip": CSIP})
    for name, value in (
        ("OBJID", head.objid),
        ("LABEL", xml_text(head.label)),
        ("TYPE", "Mixed"),
        ("PROFILE", PROFILES[head.kind]),
        (f"{{{CSIP}}}CONTENTINFORMATIONTYPE", "MIXED"),
    ):
        root.set(name, value)
    _header(root, head)
    described = [(file, f"dmd-{file.id}") for file in descriptive]
    for file, id_ in described:
        _reference(
            etree.SubElement(root, f"{{{METS}}}dmdSec", ID=id_, CREATED=timestamp(head.at), STATUS="CURRENT"), file, "DC"
        )
    kept = list(preservation)
    if kept:
        administrative = etree.SubElement(root, f"{{{METS}}}amdSec", ID=f"amd-{_plain(head.objid)}")
        for file in kept:
            _reference(
                etree.SubElement(administrative, f"{{{METS}}}digiprovMD", ID=f"dpr-{file.id}", STATUS="CURRENT"),
                file,
                "PREMIS",
            )
    ids = {file.id: id_ for file, id_ in described}
    grouped = [(use, list(files)) for use, files in groups if files]
    section = etree.SubElement(root, f"{{{METS}}}fileSec", ID=f"fs-{_plain(head.objid)}")
    for use, files in (*grouped, *((use, [file]) for use, file in pointers)):
        group = etree.SubElement(section, f"{{{METS}}}fileGrp", ID=f"grp-{_plain(use)}-{_plain(head.objid)}", USE=use)
        for file in files:
            element = etree.SubElement(group, f"{{{METS}}}file", ID=file.id, **file.facts)
            etree.SubElement(element, f"{{{METS}}}FLocat", {"LOCTYPE": "URL", **_link(file.href)})
    _structure(root, head, described, kept, grouped, pointers, [(ids[a.id], b) for a, b in links])
    return serialised(root)


def _plain(name: str) -> str:
    """As part of an XML identifier, which takes neither colons nor slashes."""
    return name.replace("/", "-").replace(":", "-")


def _link(href: str) -> dict[str, str]:
    return {f"{{{XLINK}}}type": "simple", f"{{{XLINK}}}href": href}


def _header(root: Element, head: Head) -> None:
    header = etree.SubElement(root, f"{{{METS}}}metsHdr", CREATEDATE=timestamp(head.at), RECORDSTATUS=head.status)
    header.set(f"{{{CSIP}}}OAISPACKAGETYPE", head.kind)
    agent = etree.SubElement(header, f"{{{METS}}}agent", ROLE="CREATOR", TYPE="OTHER", OTHERTYPE="SOFTWARE")
    etree.SubElement(agent, f"{{{METS}}}name").text = head.software
    note = etree.SubElement(agent, f"{{{METS}}}note")
    note.set(f"{{{CSIP}}}NOTETYPE", "IDENTIFICATIONCODE")
    note.text = xml_text(head.fonds)
    if head.agreement:
        agreed = etree.SubElement(header, f"{{{METS}}}altRecordID", TYPE="SUBMISSIONAGREEMENT")
        agreed.text = xml_text(head.agreement)


def _reference(section: Element, file: PackedFile, kind: str) -> None:
    etree.SubElement(
        section, f"{{{METS}}}mdRef", {"ID": file.id, "LOCTYPE": "URL", "MDTYPE": kind, **_link(file.href), **file.facts}
    )


def _structure(
    root: Element,
    head: Head,
    described: Sequence[tuple[PackedFile, str]],
    kept: Sequence[PackedFile],
    grouped: Sequence[tuple[str, Sequence[PackedFile]]],
    pointers: Sequence[tuple[str, PackedFile]],
    links: Sequence[tuple[str, PackedFile]],
) -> None:
    def part(parent: Element, label: str, **more: str) -> Element:
        return etree.SubElement(
            parent, f"{{{METS}}}div", ID=f"div-{_plain(label)}-{_plain(head.objid)}", LABEL=label, **more
        )

    whole = etree.SubElement(root, f"{{{METS}}}structMap", ID=f"map-{_plain(head.objid)}", TYPE="PHYSICAL", LABEL="CSIP")
    top = etree.SubElement(whole, f"{{{METS}}}div", ID=f"div-{_plain(head.objid)}", LABEL=head.objid)
    metadata = part(top, "Metadata")
    if described:
        metadata.set("DMDID", " ".join(id_ for _, id_ in described))
    if kept:
        metadata.set("ADMID", " ".join(f"dpr-{file.id}" for file in kept))
    for use, files in grouped:
        division = part(top, use)
        for file in files:
            etree.SubElement(division, f"{{{METS}}}fptr", FILEID=file.id)
    for use, file in pointers:
        pointer = etree.SubElement(part(top, use), f"{{{METS}}}mptr", {"LOCTYPE": "URL", **_link(file.href)})
        pointer.set(f"{{{XLINK}}}title", file.id)
    if links:
        division = part(top, "MetadataLink")
        for id_, file in links:
            one = etree.SubElement(
                division,
                f"{{{METS}}}div",
                ID=f"uuid-{name_based(head.objid, file.id)}",
                LABEL="MetadataLink/File",
                DMDID=id_,
            )
            etree.SubElement(one, f"{{{METS}}}fptr", FILEID=file.id)


_PRONOM = {"pdfa": ("PDF/A-2b", "fmt/477"), "pdf": ("Portable Document Format", "fmt/276")}
"""Keys of the register PRONOM: Acrobat PDF/A - Portable Document Format 2b, and Acrobat PDF 1.7."""


@dataclass(frozen=True, slots=True)
class PreservedFile:
    file: PackedFile
    original: str
    is_pdfa: bool


def premis(files: Sequence[PreservedFile], *, software: str, version: str, at: datetime, objid: str) -> bytes:
    """PREMIS 3: each file with size, format and hash; digitising as ``transfer`` and packing as ``information package
    creation``, the two words that the circular fixes; the program as agent."""
    root = etree.Element(f"{{{PREMIS}}}premis", nsmap={"premis": PREMIS, "xsi": XSI}, version="3.0")
    for one in files:
        _object(root, one)
    agent = name_based("agent", software)
    for kind, detail in (
        ("transfer", "Số hóa tài liệu giấy; văn bản ký số được giữ nguyên tệp gốc."),
        ("information package creation", "Đóng gói theo Thông tư 05/2025/TT-BNV."),
    ):
        event = _sub(root, "event")
        _identifier(event, "event", f"uuid-{name_based(objid, kind)}")
        _sub(event, "eventType", kind)
        _sub(event, "eventDateTime", timestamp(at))
        _sub(_sub(event, "eventDetailInformation"), "eventDetail", detail)
        _sub(_sub(event, "eventOutcomeInformation"), "eventOutcome", "success")
        _identifier(event, "linkingAgent", f"uuid-{agent}")
        for one in files:
            _identifier(event, "linkingObject", one.file.id)
    described = _sub(root, "agent")
    _identifier(described, "agent", f"uuid-{agent}")
    _sub(described, "agentName", software)
    _sub(described, "agentType", "software")
    _sub(described, "agentVersion", version)
    return serialised(root)


def _object(root: Element, one: PreservedFile) -> None:
    element = _sub(root, "object")
    element.set(f"{{{XSI}}}type", "premis:file")
    _identifier(element, "object", one.file.id)
    characteristics = _sub(element, "objectCharacteristics")
    fixity = _sub(characteristics, "fixity")
    _sub(fixity, "messageDigestAlgorithm", "SHA-256")
    _sub(fixity, "messageDigest", sha256_of(one.file.path))
    _sub(characteristics, "size", str(one.file.path.stat().st_size))
    name, key = _PRONOM["pdfa" if one.is_pdfa else "pdf"]
    format_ = _sub(characteristics, "format")
    _sub(_sub(format_, "formatDesignation"), "formatName", name)
    registry = _sub(format_, "formatRegistry")
    _sub(registry, "formatRegistryName", "PRONOM")
    _sub(registry, "formatRegistryKey", key)
    _sub(element, "originalName", one.original)


def _sub(parent: Element, name: str, text: str | None = None) -> Element:
    element = etree.SubElement(parent, f"{{{PREMIS}}}{name}")
    if text is not None:
        element.text = xml_text(text)
    return element


def _identifier(parent: Element, what: str, value: str) -> None:
    identifier = _sub(parent, f"{what}Identifier")
    _sub(identifier, f"{what}IdentifierType", "local")
    _sub(identifier, f"{what}IdentifierValue", value)
