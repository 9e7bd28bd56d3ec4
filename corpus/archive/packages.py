"""Packages of a dossier after Thông tư 05/2025/TT-BNV: SIP to hand in, AIP to keep; and BagIt bags of a selection.

What the packages follow, and that it was not compared with the official wording, is written into each (``documentation/``).
"""

from __future__ import annotations

import csv
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from corpus.archive.catalogue import Catalogue, Values, catalogue
from corpus.archive.dossiers import Dossier, items_of
from corpus.archive.fields import (
    ARCHIVAL_DOCUMENT_FIELDS,
    ARCHIVAL_DOSSIER_FIELDS,
    DOCUMENT_FIELDS,
    DOSSIER_FIELDS,
    NOT_COMPARED,
    ArchiveField,
)
from corpus.archive.package_xml import Head, PackedFile, PreservedFile, ead, ead_schema, mets, name_based, premis
from corpus.archive.part_files import write_item_pdf
from corpus.archive.scans import is_pdfa
from corpus.export.layouts import file_name
from corpus.pages.alto import page_alto
from corpus.pages.originals import find_file
from corpus.search.selection import Chosen, Selection
from db.store import Corpus

SCHEMAS = ("mets1_12.xsd", "xlink.xsd", "DILCISExtensionMETS.xsd", "DILCISExtensionSIPMETS.xsd", "premis.xsd")
REP = "representations/rep1"
SOFTWARE = "vanban"


class Incomplete(ValueError):
    """A package can't be made while required fields are empty; the message names them."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A package that was made: its folder or ZIP file, its documents, and what a person should know of it."""

    path: Path
    documents: int
    notes: tuple[str, ...]


def write_dossier_package(
    corpus: Corpus,
    dossier: Dossier,
    kind: str,
    folder: Path,
    *,
    pdfa: bool = True,
    zipped: bool = False,
    agreement: str = "",
    at: datetime | None = None,
) -> Packed:
    """Write the ``SIP`` or ``AIP`` of a dossier into ``folder``.

    ``pdfa`` makes PDF/A-2b of scans through OCRmyPDF; signed files go in as they are. Raises ``Incomplete``,
    ``NoPageImages``, ``PdfaUnavailable`` and ``OSError``; nothing is left behind then.
    """
    made = catalogue(corpus, dossier, archival=kind == "AIP")
    refuse_incomplete(made)
    objid = (
        f"uuid-{name_based(dossier.code, kind)}"
        if kind == "SIP"
        else f"urn:{_fonds(dossier)}:uuid-{name_based(dossier.code, kind)}"
    )
    target = folder / objid.replace(":", "_")
    folder.mkdir(parents=True, exist_ok=True)
    moment = at or datetime.now(UTC).astimezone()
    head = Head(objid, made.dossier["title"], kind, _fonds(dossier), f"{SOFTWARE} {_version()}", moment, agreement=agreement)
    with tempfile.TemporaryDirectory(dir=folder) as half:
        package = Path(half) / target.name
        notes = _Writer(corpus, made, head, package, pdfa).write()
        if zipped:
            return Packed(_zip(package, folder / f"{target.name}.zip"), len(made.items), notes)
        if target.exists():
            shutil.rmtree(target)
        package.replace(target)
    return Packed(target, len(made.items), notes)


def refuse_incomplete(made: Catalogue) -> None:
    """Raises ``Incomplete`` where a required field is empty, naming the first of them and how many there are."""
    missing = [p for p in made.problems if p.kind == "missing"]
    if not made.items:
        raise Incomplete(f"the dossier {made.code} has no documents")
    if missing:
        named = ", ".join(f"{p.field} ({p.meaning}{f', {p.ordinal}' if p.ordinal else ''})" for p in missing[:6])
        more = f" … {len(missing)}" if len(missing) > 6 else ""
        raise Incomplete(
            f"the dossier {made.code} can't be packed, required fields are empty: {named}{more};"
            f" state them with 'vanban hoso set' and 'vanban hoso state', or in review"
        )


def _fonds(dossier: Dossier) -> str:
    return "".join(c for c in dossier.fonds if c.isascii() and (c.isalnum() or c in ".-")) or dossier.code.split(".")[0]


def _version() -> str:
    try:
        return version("vanban")
    except PackageNotFoundError:
        return "0"


def _zip(package: Path, target: Path) -> Path:
    half = target.with_suffix(".part")
    with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(package.rglob("*")):
            archive.write(path, Path(package.name) / path.relative_to(package))
    half.replace(target)
    return target


class _Writer:
    """Writes one package: data, descriptions, preservation metadata, schemas, and the METS that name them all."""

    def __init__(self, corpus: Corpus, made: Catalogue, head: Head, package: Path, pdfa: bool) -> None:
        self.corpus, self.made, self.head, self.package, self.pdfa = corpus, made, head, package, pdfa
        self.archival = head.kind == "AIP"
        self.notes: list[str] = []

    def write(self) -> tuple[str, ...]:
        data = self._data()
        described = [self._document_ead(values) for values in self.made.documents]
        pairs = list(zip(described, (one.file for one in data), strict=True))
        kept = [self._premis(REP, "PREMIS_rep1.xml", data)] if self.archival else []
        inner = Head(f"uuid-{name_based(self.head.objid, 'rep1')}", "rep1", *self._same())
        content = mets(
            inner, descriptive=described, preservation=kept, groups=[("Data", [f for _, f in pairs])], links=pairs
        )
        pointer = self._put(f"{REP}/METS.xml", content, "text/xml", f"{REP}/METS.xml")
        fields = ARCHIVAL_DOSSIER_FIELDS if self.archival else DOSSIER_FIELDS
        path = "metadata/descriptive/EAD.xml"
        whole = self._put(path, ead(fields, self.made.dossier), "text/xml", path)
        top_kept = [self._premis("", "PREMIS.xml", data)] if self.archival else []
        groups = [("Schemas", self._schemas(fields)), ("Documentation", [self._documentation()])]
        outer = mets(
            self.head,
            descriptive=[whole],
            preservation=top_kept,
            groups=groups,
            pointers=[("Representations/rep1", pointer)],
        )
        self._put("METS.xml", outer, "text/xml", "METS.xml")
        return tuple(self.notes)

    def _same(self) -> tuple[str, str, str, datetime]:
        return self.head.kind, self.head.fonds, self.head.software, self.head.at

    def _put(self, path: str, content: bytes, kind: str, href: str) -> PackedFile:
        target = self.package / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return PackedFile(href, target, kind, f"ID-{name_based(self.head.objid, path)}")

    def _name(self, values: Values) -> str:
        """``docId`` in a SIP; an AIP has no such field and names files by the same rule, code and ordinal."""
        return file_name(values.get("docId") or f"{values['arcFileCode']}.{values['docOrdinal']}")

    def _data(self) -> list[PreservedFile]:
        files = []
        for item, values in zip(self.made.items, self.made.documents, strict=True):
            href = f"data/{self._name(values)}.pdf"
            target = self.package / REP / href
            target.parent.mkdir(parents=True, exist_ok=True)
            write_item_pdf(self.corpus, item, target, pdfa=self.pdfa)
            declared = is_pdfa(target)
            if not declared:
                why = "ký số, giữ nguyên tệp gốc" if item.signed else "không phải PDF/A"
                self.notes.append(f"{href}: {why}")
            packed = PackedFile(href, target, "application/pdf", f"ID-{name_based(self.head.objid, href)}")
            files.append(PreservedFile(packed, item.name, declared))
        return files

    def _document_ead(self, values: Values) -> PackedFile:
        fields = ARCHIVAL_DOCUMENT_FIELDS if self.archival else DOCUMENT_FIELDS
        href = f"metadata/descriptive/EAD_DOC_{self._name(values)}.xml"
        return self._put(f"{REP}/{href}", ead(fields, values), "text/xml", href)

    def _premis(self, where: str, name: str, data: Sequence[PreservedFile]) -> PackedFile:
        href = f"metadata/preservation/{name}"
        content = premis(data, software=SOFTWARE, version=_version(), at=self.head.at, objid=self.head.objid + where)
        return self._put(f"{where}/{href}".lstrip("/"), content, "text/xml", href)

    def _schemas(self, fields: Sequence[ArchiveField]) -> list[PackedFile]:
        documents = ARCHIVAL_DOCUMENT_FIELDS if self.archival else DOCUMENT_FIELDS
        contents = {name: (resources.files("corpus.archive") / "schemas" / name).read_bytes() for name in SCHEMAS}
        contents |= {"ead.xsd": ead_schema(fields), "ead_doc.xsd": ead_schema(documents)}
        return [self._put(f"schemas/{name}", content, "text/xml", f"schemas/{name}") for name, content in contents.items()]

    def _documentation(self) -> PackedFile:
        text = "\n".join((NOT_COMPARED, *self.notes)) + "\n"
        return self._put("documentation/README.txt", text.encode(), "text/plain", "documentation/README.txt")


def write_bag(corpus: Corpus, folder: Path, selection: Selection) -> Packed:
    """A BagIt bag (RFC 8493) of the selected documents: original files, ALTO of their pages, Dublin Core for Archivematica.

    ``folder`` must be new or empty. Documents whose file is gone are named in the notes. Raises ``OSError`` and
    ``QueryError``.
    """
    import bagit

    keys = [document.key for document in Chosen(corpus, selection).documents()]
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Incomplete(f"{folder} is not empty; a bag needs a folder of its own")
    notes: list[str] = []
    rows: list[dict[str, str]] = []
    taken: set[str] = set()
    for item in items_of(corpus, keys):
        path = find_file(corpus, item.sha256)
        if path is None:
            notes.append(f"{item.name}: không còn tệp gốc")
            continue
        if item.key not in taken:
            _bag_file(corpus, folder, item.key, item.name, path, item.pages)
            taken.add(item.key)
        rows.append(
            _dublin_core(
                f"objects/{item.key}/{file_name(item.name)}", item.number, item.about, item.issuer, item.date, item.type
            )
        )
    (folder / "metadata").mkdir(exist_ok=True)
    with (folder / "metadata" / "metadata.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(_dublin_core("", "", "", "", "", "")))
        writer.writeheader()
        writer.writerows(rows)
    bagit.make_bag(
        str(folder), {"Source-Organization": SOFTWARE, "External-Description": NOT_COMPARED}, checksums=["sha256"]
    )
    return Packed(folder, len(rows), tuple(notes))


def _bag_file(corpus: Corpus, folder: Path, key: str, name: str, path: Path, pages: Sequence[int]) -> None:
    target = folder / "objects" / key
    target.mkdir(parents=True)
    shutil.copyfile(path, target / file_name(name))
    layout = folder / "metadata" / "OCRfiles" / key
    layout.mkdir(parents=True)
    for number in pages:
        content = page_alto(corpus, key, number)
        if content is not None:
            (layout / f"{number:04}.xml").write_text(content, encoding="utf-8")


def _dublin_core(name: str, number: str, title: str, creator: str, date: str, type_: str) -> dict[str, str]:
    return {
        "filename": name,
        "dc.identifier": number,
        "dc.title": title,
        "dc.creator": creator,
        "dc.date": date,
        "dc.type": type_,
        "dc.language": "vi",
    }
