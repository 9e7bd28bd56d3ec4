"""Commands of the archivist: dossiers (hoso …), check, cut, verify-package; and the kinds of export that archives take."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from pipeline.command.door import Door, Spoken
from pipeline.command.messages import Speaker
from pipeline.command.options import ANY_FILE, EXISTING, database_option, json_option, takes_speaker
from pipeline.command.output import open_corpus, opened_output, print_json, print_rows, unwritable
from pipeline.errors import ExitCode, VanbanError

if TYPE_CHECKING:
    from corpus.archive.completeness import Finding
    from corpus.archive.dossiers import Dossier
    from corpus.search.selection import Selection
    from db.store import Corpus

FORMS = ("muc-luc", "muc-luc-ho-so", "so-van-ban-di", "so-van-ban-den")
CATALOGUES = ("bien-muc", "bien-muc-46")
PACKAGES = ("sip", "aip", "bagit")
ARCHIVE_KINDS = (*FORMS, *CATALOGUES, *PACKAGES)
FORMATS = {"muc-luc": ("xlsx", "docx"), "bien-muc": ("xlsx", "csv", "xml"), "bien-muc-46": ("xlsx",)}
"""Formats of each kind, the first when none is asked for; all forms have those of muc-luc."""

REPORT_FORMATS = ("xlsx", "docx")

_CODES = click.argument("codes", nargs=-1, metavar="[CODE]...")


@click.group(cls=Door)
def hoso() -> None:
    """Files of records (hồ sơ): make them from folders, from a list or by hand; show and change them."""


@hoso.command("from-folders", cls=Spoken)
@click.argument("folders", nargs=-1, type=ANY_FILE, metavar="[FOLDER]...")
@database_option()
@takes_speaker
def from_folders(folders: tuple[Path, ...], database: Path, speaker: Speaker) -> None:
    """One dossier of each folder that files were read from, or of those under the FOLDERs named."""
    make_dossiers(database, speaker, folders=folders)


@hoso.command("from-list", cls=Spoken)
@click.argument("file", type=EXISTING)
@database_option()
@takes_speaker
def from_list(file: Path, database: Path, speaker: Speaker) -> None:
    """The dossiers of an Excel or CSV list (46 columns, or a mục lục), with the documents that its rows name."""
    make_dossiers(database, speaker, file=file)


def make_dossiers(database: Path, speaker: Speaker, *, folders: Sequence[Path] = (), file: Path | None = None) -> None:
    """Make dossiers and say what was made; rows without a document are named on standard error."""
    from corpus.archive import making
    from db.store import Corpus

    with Corpus.open(database) as corpus:
        made = making.from_list(corpus, file) if file is not None else making.from_folders(corpus, folders)
    for row in made.not_found:
        click.echo(f"vanban: {speaker.say('not_in_corpus', row=row)}", err=True)
    click.echo(speaker.say("dossiers_made", dossiers=len(made.codes), documents=made.documents, left=len(made.not_found)))
    if made.not_found:
        sys.exit(ExitCode.QUARANTINED)


@hoso.command("set", cls=Spoken)
@click.argument("code")
@click.argument("values", nargs=-1, metavar="[FIELD=VALUE]...")
@database_option()
@takes_speaker
def set_(code: str, values: tuple[str, ...], database: Path, speaker: Speaker) -> None:
    """State fields of the dossier CODE, which is made where there is none.

    \b
    vanban hoso set H49.2024.01 title="Tập lưu quyết định" retention=01 access=01 backup=0 --db archive.db
    """
    from db.dossiers import keep_dossier
    from db.store import Corpus

    stated = _pairs(values, speaker)
    with Corpus.open(database) as corpus:
        keep_dossier(corpus, code, _as_codes(stated), made_from="")


def _pairs(values: Sequence[str], speaker: Speaker) -> dict[str, str]:
    for value in values:
        if "=" not in value:
            raise click.UsageError(speaker.say("field_value", given=value))
    return {name.strip(): stated for name, _, stated in (value.partition("=") for value in values)}


def _as_codes(values: dict[str, str]) -> dict[str, str]:
    """Words of the code tables as their codes ("Vĩnh viễn" is 01), dates in ISO form; anything else as it is."""
    from corpus.archive.fields import code_of, iso_date

    tables = {"retention": "maintenance", "access": "mode", "physical": "format", "confidence_level": "confidenceLevel"}
    coded = {name: (code_of(tables[name], said) or said) if name in tables else said for name, said in values.items()}
    return {name: (iso_date(said) or said) if name in ("start_date", "end_date") else said for name, said in coded.items()}


@hoso.command("put", cls=Spoken)
@click.argument("code")
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@click.option("--only", is_flag=True, help="These documents in this order, and no others; else they are added at the end.")
@database_option()
def put(code: str, documents: tuple[str, ...], only: bool, database: Path) -> None:
    """Put DOCUMENTs (their keys, or the names of their files) into the dossier CODE."""
    from corpus.archive.dossiers import document_keys, dossiers, items
    from db.dossiers import place_documents
    from db.store import Corpus

    with Corpus.open(database) as corpus:
        dossier = dossiers(corpus, [code])[0]
        there = [] if only else [item.key for item in items(corpus, dossier)]
        place_documents(corpus, dossier.id, [*there, *document_keys(corpus, documents)])


@hoso.command("state", cls=Spoken)
@click.argument("document")
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True, help="Page on which the document begins.")
@database_option()
@takes_speaker
def state(document: str, values: tuple[str, ...], page: int, database: Path, speaker: Speaker) -> None:
    """State what the header of a document does not hold: sheet, note, keywords, autograph, physical, access …"""
    from corpus.archive.dossiers import document_keys
    from db.dossiers import keep_catalogue_value
    from db.store import Corpus

    stated = _pairs(values, speaker)
    with Corpus.open(database) as corpus:
        key = document_keys(corpus, [document])[0]
        for name, value in stated.items():
            keep_catalogue_value(corpus, key, page, name, value)


@hoso.command("list", cls=Spoken)
@database_option()
@json_option
def list_(database: Path, as_json: bool) -> None:
    """The dossiers there are, with their documents and pages counted."""
    from corpus.archive.dossiers import dossiers, items

    rows = []
    with open_corpus(database) as corpus:
        for dossier in dossiers(corpus):
            held = items(corpus, dossier)
            counts = {"documents": len(held), "pages": sum(len(item.pages) for item in held)}
            rows.append({"code": dossier.code, **counts, "title": dossier.title, "made_from": dossier.made_from})
    if as_json:
        print_json(rows)
    else:
        print_rows(rows, ("code", "documents", "pages", "title"))


@hoso.command("show", cls=Spoken)
@click.argument("code")
@database_option()
@json_option
def show(code: str, database: Path, as_json: bool) -> None:
    """The fields of the dossier CODE, its documents, and what is missing or doubtful in its catalogue."""
    from corpus.archive.catalogue import catalogue
    from corpus.archive.dossiers import dossiers

    with open_corpus(database) as corpus:
        dossier = dossiers(corpus, [code])[0]
        made = catalogue(corpus, dossier)
    if as_json:
        stated = {"dossier": asdict(dossier), "catalogue": made.dossier, "documents": list(made.documents)}
        print_json(stated | {"problems": [asdict(problem) for problem in made.problems]})
        return
    for name, value in made.dossier.items():
        click.echo(f"{name:20} {value}")
    rows = [
        {"n": item.ordinal, "number": item.number, "date": item.date, "pages": len(item.pages), "title": item.about[:70]}
        for item in made.items
    ]
    print_rows(rows, ("n", "number", "date", "pages", "title"))
    for problem in made.problems:
        where = f"{problem.ordinal:>3}" if problem.ordinal else "  –"
        click.echo(f"{where}  {problem.field}: {_problem_words(problem.kind)} {problem.detail}".rstrip(), err=True)


def _problem_words(kind: str) -> str:
    from corpus.archive.catalogue import PROBLEMS

    return PROBLEMS[kind]


@hoso.command("remove", cls=Spoken)
@click.argument("code")
@database_option()
def remove(code: str, database: Path) -> None:
    """Take the dossier CODE away; its documents stay in the corpus."""
    from db.dossiers import remove_dossier
    from db.store import Corpus

    with Corpus.open(database) as corpus:
        remove_dossier(corpus, code)


@hoso.command("reconcile", cls=Spoken)
@click.argument("code")
@click.option("--scans", is_flag=True, help="First read the scanned mục lục in the folder of the dossier as lists.")
@database_option()
@json_option
@takes_speaker
def reconcile(code: str, scans: bool, database: Path, as_json: bool, speaker: Speaker) -> None:
    """Compare the lists of the dossier CODE with its documents: missing, extra, different; exit status 1 when any is."""
    from corpus.archive.dossiers import dossiers
    from corpus.archive.reconciling import lists_from_scans
    from corpus.archive.reconciling import reconcile as compare
    from db.store import Corpus

    if scans:
        with Corpus.open(database) as corpus:
            lists_from_scans(corpus, dossiers(corpus, [code])[0])
    with open_corpus(database) as corpus:
        compared = compare(corpus, dossiers(corpus, [code])[0])
    if as_json:
        print_json([asdict(one) for one in compared])
    else:
        for one in compared:
            if one.state != "same":
                said = "; ".join(f"{name}: {listed} ≠ {read}" for name, listed, read in one.differences)
                click.echo(f"{speaker.say(f'list_{one.state}')}\t{one.source}\t{one.listed or one.found}\t{said}".rstrip())
        click.echo(
            speaker.say("reconciled", rows=len(compared), same=sum(one.state == "same" for one in compared)), err=True
        )
    if any(one.state != "same" for one in compared):
        sys.exit(ExitCode.QUARANTINED)


@click.command(cls=Spoken)
@_CODES
@database_option()
@click.option("--format", "format_", type=click.Choice(REPORT_FORMATS), help="A report to print instead of lines.")
@click.option("--out", type=ANY_FILE, help="File to write; default: standard output.")
@json_option
@takes_speaker
def check(
    codes: tuple[str, ...], database: Path, format_: str | None, out: Path | None, as_json: bool, speaker: Speaker
) -> None:
    """Are dossiers complete and sound? Gaps, duplicates, blank, coarse, missing and misplaced pages, secrecy, signatures,
    joined documents, changed files; exit status 1 when anything was found.
    """
    from corpus.archive.completeness import completeness, completeness_form
    from corpus.archive.forms import write_forms

    found: list[Finding] = []
    with open_corpus(database) as corpus:
        chosen = chosen_dossiers(corpus, codes, database, speaker)
        for dossier in chosen:
            found += completeness(corpus, dossier)
    if as_json:
        print_json([asdict(one) for one in found])
    elif format_ is not None or out is not None:
        ending = out.suffix.lower().removeprefix(".") if out is not None else ""
        format_ = format_ or ending or "xlsx"
        if format_ not in REPORT_FORMATS:
            raise click.UsageError(speaker.say("archive_formats", kind="check", formats=", ".join(REPORT_FORMATS)))
        form = completeness_form(found, agency=(chosen[0].parent_agency, chosen[0].agency))
        with opened_output(out) as stream:
            write_forms([form], format_, stream)
    else:
        _print_findings(found)
        click.echo(speaker.say("checked_dossiers", dossiers=len(chosen), found=len(found)), err=True)
    if found:
        sys.exit(ExitCode.QUARANTINED)


def _print_findings(found: Sequence[Finding]) -> None:
    from corpus.archive.completeness import KINDS

    for one in found:
        place = "\t".join((one.dossier, str(one.ordinal or "–"), one.document or "–", str(one.page or "–")))
        click.echo(f"{place}\t{KINDS[one.kind]}\t{one.detail}".rstrip())


def chosen_dossiers(corpus: Corpus, codes: Sequence[str], database: Path, speaker: Speaker) -> list[Dossier]:
    """The dossiers named, or all; where there is none, a sentence says how to make some."""
    from corpus.archive.dossiers import dossiers

    chosen = dossiers(corpus, codes)
    if not chosen:
        raise VanbanError(speaker.say("no_dossiers", db=database))
    return chosen


def export_archive(
    corpus: Corpus,
    kind: str,
    format_: str | None,
    out: Path | None,
    codes: Sequence[str],
    selection: Selection,
    database: Path,
    speaker: Speaker,
) -> None:
    """Write one of ``ARCHIVE_KINDS``: forms, catalogues and packages of the dossiers named, or of all."""
    if kind in PACKAGES:
        _export_packages(corpus, kind, out, codes, selection, database, speaker)
        return
    formats = FORMATS.get(kind, FORMATS["muc-luc"])
    ending = out.suffix.lower().removeprefix(".") if out is not None else ""
    format_ = format_ or ending or formats[0]
    if format_ not in formats:
        raise click.UsageError(speaker.say("archive_formats", kind=kind, formats=", ".join(formats)))
    made = _maker(corpus, kind, format_, codes, selection, database, speaker)
    with opened_output(out) as stream:
        made(stream)


def _maker(
    corpus: Corpus,
    kind: str,
    format_: str,
    codes: Sequence[str],
    selection: Selection,
    database: Path,
    speaker: Speaker,
) -> Callable[[BinaryIO], object]:
    """What writes the file. Dossiers are looked up before the file is made, so that a wrong code leaves none."""
    from corpus.archive import inventories
    from corpus.archive.catalogue import catalogue
    from corpus.archive.catalogue_files import write_46_columns, write_catalogue
    from corpus.archive.forms import write_forms

    if kind in ("so-van-ban-di", "so-van-ban-den"):
        form_of = inventories.outgoing_form if kind == "so-van-ban-di" else inventories.incoming_form
        return lambda stream: write_forms([form_of(corpus, selection, selection.filters.issuer or "")], format_, stream)
    chosen = chosen_dossiers(corpus, codes, database, speaker)
    if kind == "muc-luc":
        return lambda stream: write_forms([inventories.documents_form(corpus, one) for one in chosen], format_, stream)
    if kind == "muc-luc-ho-so":
        return lambda stream: write_forms([inventories.dossiers_form(corpus, chosen)], format_, stream)
    made = [(one, catalogue(corpus, one)) for one in chosen]
    missing = sum(problem.kind == "missing" for _, of_one in made for problem in of_one.problems)
    if missing:
        click.echo(f"vanban: {speaker.say('fields_missing', count=missing)}", err=True)
    if kind == "bien-muc-46":
        return lambda stream: write_46_columns(made, stream)
    return lambda stream: write_catalogue(made, format_, stream)


def _export_packages(
    corpus: Corpus,
    kind: str,
    out: Path | None,
    codes: Sequence[str],
    selection: Selection,
    database: Path,
    speaker: Speaker,
) -> None:
    """A SIP or AIP of each dossier in the folder ``out``, or one bag there of what is selected."""
    from corpus.archive.packages import write_bag, write_dossier_package

    if out is None:
        raise click.UsageError(speaker.say("needs_folder", kind=kind))
    try:
        if kind == "bagit":
            made = [write_bag(corpus, out, selection)]
        else:
            chosen = chosen_dossiers(corpus, codes, database, speaker)
            made = [write_dossier_package(corpus, dossier, kind.upper(), out) for dossier in chosen]
    except OSError as error:
        raise unwritable(out, error) from error
    for packed in made:
        click.echo(speaker.say("packed", path=packed.path, documents=packed.documents))
        for note in packed.notes:
            click.echo(f"vanban: {note}", err=True)


def export_named(
    corpus: Corpus,
    out: Path | None,
    names: str,
    pdfa: bool,
    codes: Sequence[str],
    database: Path,
    speaker: Speaker,
) -> None:
    """The documents of dossiers as PDF files under names of a template; prints old name and new name, tab between."""
    from corpus.archive.part_files import write_dossier_files

    if out is None:
        raise click.UsageError(speaker.say("needs_folder", kind="pdf"))
    left_out = 0
    lines = []
    try:
        for written in write_dossier_files(corpus, chosen_dossiers(corpus, codes, database, speaker), out, names, pdfa=pdfa):
            if written.new is None:
                left_out += 1
                click.echo(f"vanban: {speaker.translated(written.reason)}", err=True)
            else:
                lines.append(f"{written.old}\t{written.new.name}")
                click.echo(lines[-1])
        (out / "ten_cu_ten_moi.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise unwritable(out, error) from error
    click.echo(speaker.say("layouts_done", files=len(lines), folder=out, left_out=left_out), err=True)
    if left_out:
        sys.exit(ExitCode.QUARANTINED)


@click.command("verify-package", cls=Spoken)
@click.argument("package", type=EXISTING)
@json_option
@takes_speaker
def verify_package(package: Path, as_json: bool, speaker: Speaker) -> None:
    """Check a SIP or AIP, a folder or a ZIP file: schemas, hashes, required fields; exit status 1 when it is refused."""
    from corpus.archive.verifying import verify_package

    found = verify_package(package)
    errors = sum(one.kind == "error" for one in found)
    if as_json:
        print_json([asdict(one) for one in found])
    else:
        for one in found:
            click.echo(f"{speaker.say(f'package_{one.kind}')}\t{one.place or '–'}\t{one.what}")
        click.echo(speaker.say("package_refused" if errors else "package_accepted", errors=errors), err=True)
    if errors:
        sys.exit(ExitCode.QUARANTINED)


@click.command(cls=Spoken)
@click.argument("document")
@click.argument("parts", nargs=-1, metavar="[PAGES]...")
@click.option("--accept", is_flag=True, help="Cut as proposed.")
@click.option("--undo", is_flag=True, help="Take the cut back: the file is one document again.")
@database_option()
@json_option
@takes_speaker
def cut(
    document: str, parts: tuple[str, ...], accept: bool, undo: bool, database: Path, as_json: bool, speaker: Speaker
) -> None:
    """Cut the file of DOCUMENT into documents by page ranges; without PAGES show where documents seem to begin.

    \b
    vanban cut hop01 1-3 4-7,9 8 --db archive.db
    """
    from corpus.archive.cutting import cut_as_proposed, pages_of, proposal
    from corpus.archive.dossiers import cut_of, document_keys
    from db.dossiers import keep_cut
    from db.store import Corpus

    if sum((bool(parts), accept, undo)) > 1:
        raise click.UsageError(speaker.say("cut_one_way"))
    if parts or accept or undo:
        with Corpus.open(database) as corpus:
            key = document_keys(corpus, [document])[0]
            if accept:
                cut_as_proposed(corpus, key, cut_by="")
            else:
                keep_cut(corpus, key, [pages_of(part) for part in parts], cut_by="")
    with open_corpus(database) as corpus:
        key = document_keys(corpus, [document])[0]
        decided, proposed = cut_of(corpus, key), proposal(corpus, key)
    if as_json:
        print_json({"decided": decided, "proposed": [asdict(one) for one in proposed]})
        return
    for pages in decided:
        click.echo(f"{speaker.say('part_decided')}\t{', '.join(map(str, pages))}")
    for one in proposed:
        about = " ".join(part for part in (one.number, one.type, one.title[:60]) if part)
        click.echo(f"{speaker.say('part_proposed')}\t{one.first_page}-{one.last_page}\t{one.score:.0%}\t{about}")
