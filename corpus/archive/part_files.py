"""Documents of a dossier as PDF files: whole files or the pages a person cut out of them. Originals are never touched."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

import pymupdf as untyped_pymupdf
import regex

from corpus.archive.dossiers import Dossier, Item, items
from corpus.archive.fields import split_number, type_code
from corpus.export.layouts import file_name
from corpus.pages.originals import find_file
from corpus.pages.searchable import NoPageImages, one_at_a_time, to_pdfa, write_searchable_pdf
from db.store import Corpus
from normalizers.forms import strip_marks

pymupdf: Any = untyped_pymupdf

TEMPLATES = {
    "tt05": "{code}.{ordinal}",
    "tt05-3": "{code}.{ordinal:03}",
    "hd169": "{archive}-{fonds}-{inventory}-{dossier}-{sheet}",
    "cv7197": "{agency}_{type}_{ordinal:06}_V1_{day}",
}
"""File names: Thông tư 05/2025 Điều 8.1.d, the same with three digits as provincial archives write it, Hướng dẫn
169/HD-VTLTNN (archive, fonds, inventory, dossier, sheet), Công văn 7197 mục 2.4b (agency, type, number, version, day)."""

_ABBREVIATIONS = {"02": "QD", "01": "NQ", "03": "CT", "07": "TB", "10": "KH", "14": "BC", "15": "TTr", "22": "CV"}


class TemplateError(ValueError):
    """A template names something that there is not; the message says what there is."""


@dataclass(frozen=True, slots=True)
class Written:
    """One document: its old name (with pages where it is a part of a file) and the file made; ``reason`` why none was."""

    old: str
    new: Path | None
    reason: str = ""


_AGENCY_CODE = regex.compile(r"[\w.]+", regex.ASCII)
_NOTATION_SEPARATOR = regex.compile(r"[-/]")


def name_of(template: str, dossier: Dossier, item: Item) -> str:
    """The file name of a document by a template of ``TEMPLATES`` or one of the user's own, without suffix.

    What is not known leaves "00" or "KHONGSO", so that names stay sortable and the gap is seen. Raises ``TemplateError``.
    """
    form = TEMPLATES.get(template, template)
    _, notation = split_number(item.number)
    abbreviation = _NOTATION_SEPARATOR.split(notation)[0] or _ABBREVIATIONS.get(type_code(item.type), "VB")
    values: dict[str, object] = {
        "code": dossier.code,
        "ordinal": item.ordinal,
        "archive": dossier.archive or "00",
        "fonds": dossier.fonds or "00",
        "inventory": dossier.inventory or "00",
        "dossier": dossier.notation or dossier.code,
        "sheet": item.stated.get("sheet") or item.first,
        "agency": dossier.agency if _AGENCY_CODE.fullmatch(dossier.agency) else dossier.code.split(".")[0],
        "type": strip_marks(abbreviation),
        "number": item.number.replace("/", "-") or "KHONGSO",
        "day": item.date.replace("-", "") or "00000000",
        "title": item.subject[:80],
        "old": item.document,
    }
    try:
        unknown = [name for _, name, _, _ in Formatter().parse(form) if name is not None and name not in values]
        if unknown:
            raise KeyError(unknown[0])
        return file_name(form.format(**values))
    except (KeyError, ValueError) as error:
        raise TemplateError(
            f"the template {template} has {error}; there are {', '.join(values)}, or {', '.join(TEMPLATES)}"
        ) from error


def write_item_pdf(corpus: Corpus, item: Item, target: Path, *, pdfa: bool = False, keep_signed: bool = True) -> None:
    """One document as a searchable PDF. A file that is digitally signed is copied as it is: any change would break its
    signatures. Raises ``NoPageImages``, ``PdfaUnavailable`` and ``OSError``."""
    if item.signed and item.whole and keep_signed:
        original = find_file(corpus, item.sha256)
        if original is None:
            raise NoPageImages(f"{item.name} is not where it was read, or has changed: bring it back, or ingest it again")
        shutil.copyfile(original, target)
        return
    write_searchable_pdf(corpus, item.key, target)
    if not item.whole:
        with one_at_a_time, tempfile.TemporaryDirectory(dir=target.parent) as folder:
            cut = Path(folder) / "cut.pdf"
            with pymupdf.open(target, filetype="pdf") as pdf:
                pdf.select([page - 1 for page in item.pages])
                pdf.set_metadata({"title": " ".join(part for part in (item.number, item.subject) if part)})
                pdf.save(cut, garbage=3, deflate=True)
            cut.replace(target)
    if pdfa:
        to_pdfa(target)


def write_dossier_files(
    corpus: Corpus, chosen: Sequence[Dossier], folder: Path, template: str, *, pdfa: bool = False
) -> Iterator[Written]:
    """The documents of dossiers in a folder under names of a template; two that would share a name get their keys behind.

    Names are made before the first file is written. Raises ``TemplateError``, later ``PdfaUnavailable`` and ``OSError``.
    """
    plan: list[tuple[Item, str]] = []
    taken: set[str] = set()
    for dossier in chosen:
        for item in items(corpus, dossier):
            name = name_of(template, dossier, item)
            name = f"{name}-{item.key}-{item.pages[0]}" if name.casefold() in taken else name
            taken.add(name.casefold())
            plan.append((item, name))
    return _written(corpus, plan, folder, pdfa)


def _written(corpus: Corpus, plan: Sequence[tuple[Item, str]], folder: Path, pdfa: bool) -> Iterator[Written]:
    folder.mkdir(parents=True, exist_ok=True)
    for item, name in plan:
        old = item.name if item.whole else f"{item.name} [{', '.join(map(str, item.pages))}]"
        half = folder / f"{name}.part"
        try:
            write_item_pdf(corpus, item, half, pdfa=pdfa)
            half.replace(folder / f"{name}.pdf")
            yield Written(old, folder / f"{name}.pdf")
        except NoPageImages as error:
            yield Written(old, None, str(error))
        finally:
            half.unlink(missing_ok=True)
