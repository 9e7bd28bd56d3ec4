"""Commands that find and export: search, export, explain."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from documents.facts import FACT_KINDS
from pipeline.command.archive import ARCHIVE_KINDS, export_archive, export_named
from pipeline.command.door import Spoken
from pipeline.command.messages import Speaker
from pipeline.command.options import ANY_FILE, KINDS, LAYOUTS, PACKAGE, database_option, json_option, takes_speaker
from pipeline.command.output import open_corpus, opened_output, print_json, unwritable
from pipeline.errors import ExitCode, VanbanError

if TYPE_CHECKING:
    from corpus.search.filters import Filters
    from corpus.search.selection import Selection
    from db.store import Corpus


def _filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """Conditions on documents and pages; the command takes them as ``filters``, a ``corpus.search.Filters``."""

    @wraps(command)
    def with_filters(*args: Any, has: tuple[str, ...], **kwargs: Any) -> None:  # noqa: ANN401 (whatever the command takes)
        from corpus.search.filters import Filters

        names = ("type", "issuer", "province", "signer", "year_from", "year_to", "confidence_from", "hoso")
        command(*args, filters=Filters(**{name: kwargs.pop(name) for name in names}, has=has), **kwargs)

    options = [
        click.option("--type", help="Kind of document, such as 'Quyết định'."),
        click.option("--issuer", help="Issuing body."),
        click.option("--province", help="Province, by its old or new name."),
        click.option("--signer", help="Who signed."),
        click.option("--year-from", type=int),
        click.option("--year-to", type=int),
        click.option("--has", multiple=True, type=click.Choice(FACT_KINDS), help="Pages with facts of this kind."),
        click.option(
            "--confidence-from", type=click.FloatRange(0, 1), help="Pages read with this confidence at least, in tenths."
        ),
        click.option("--hoso", multiple=True, metavar="CODE", help="Only what belongs to this dossier."),
    ]
    for option in reversed(options):
        with_filters = option(with_filters)
    return with_filters


@click.command(cls=Spoken)
@click.argument("words", nargs=-1, required=True)
@database_option()
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Documents to show.")
@_filter_options
@click.option("--sort", type=click.Choice(["relevance", "date"]), default="relevance", show_default=True)
@json_option
@takes_speaker
def search(
    words: tuple[str, ...],
    database: Path,
    limit: int,
    filters: Filters,
    sort: str,
    as_json: bool,
    speaker: Speaker,
) -> None:
    """Find pages by words with or without marks, "phrases", OR, NOT, prefix*, or document numbers.

    \b
    vanban search "cai cach hanh chinh" --db archive.db
    vanban search 76 nq cp --db archive.db
    """
    from corpus.search.search import search

    with open_corpus(database) as corpus:
        result = search(corpus, " ".join(words), limit=limit, sort=sort, **asdict(filters))
    if as_json:
        print_json(asdict(result))
        return
    if not result.hits:
        with open_corpus(database) as corpus:
            _say_unmatched(corpus, filters, speaker)
    summary = speaker.say("search_summary", documents=result.documents, pages=result.pages, ms=result.seconds * 1000)
    click.echo(summary if result.hits else speaker.say("nothing_found"))
    if result.did_you_mean:
        click.echo(speaker.say("did_you_mean", words=result.did_you_mean))
    for hit in result.hits:
        about = (hit.number, hit.date, hit.title)
        click.echo(f"\n{click.style(hit.document, bold=True)}  {'  '.join(str(part) for part in about if part)}")
        if hit.also:
            click.echo(f"  {speaker.say('also', names=', '.join(hit.also))}")
        for page in hit.pages:
            click.echo(f"  {speaker.say('page', number=page.page)}: {page.snippet}")


def _say_unmatched(corpus: Corpus, filters: Filters, speaker: Speaker) -> None:
    """Name on standard error the conditions that nothing in the corpus can fulfil, and what there is instead."""
    from corpus.search.filters import unmatched

    for name, typed, there in unmatched(corpus, filters):
        values = ", ".join(there) or "–"
        click.echo(f"vanban: {speaker.say('unmatched', option='--' + name, typed=typed, there=values)}", err=True)


def _fact_options(command: Callable[..., None]) -> Callable[..., None]:
    """Conditions on facts; the command takes them as ``conditions``, by their names in ``corpus.facts.FactQuery``."""

    @wraps(command)
    def with_conditions(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (whatever the command takes)
        given = {name: kwargs.pop(option) for option, name in names.items()}
        command(*args, conditions={name: value for name, value in given.items() if value is not None}, **kwargs)

    names = {
        "saying": "words",
        **{name: name for name in ("unit", "responsible", "due", "value_from", "value_to", "sort_of")},
    }
    options = [
        click.option("--saying", help="Facts: words of the fact itself."),
        click.option("--unit", help="Unit of a target, or who is assigned."),
        click.option("--responsible", help="Part of the name of a unit that must do it."),
        click.option("--due", metavar="YYYY[-MM]", help="Falling due in this year or month."),
        click.option("--value-from", type=float, help="Least value of a target."),
        click.option("--value-to", type=float, help="Greatest value of a target."),
        click.option("--sort-of", help="target or result, date or recurring, lead or coordinate …"),
    ]
    for option in reversed(options):
        with_conditions = option(with_conditions)
    return with_conditions


@click.command(cls=Spoken)
@click.argument("kind", type=click.Choice((*KINDS, PACKAGE, *LAYOUTS, *ARCHIVE_KINDS)))
@database_option()
@click.option(
    "--format",
    "format_",
    type=click.Choice(["csv", "jsonl", "xlsx", "parquet", "ics", "docx", "xml"]),
    help="Default: csv for records, xlsx for lists and catalogues of dossiers.",
)
@click.option(
    "--out", type=ANY_FILE, help="File to write, a folder for pdf, alto, hocr and packages; default: standard output."
)
@click.option("--pdfa", is_flag=True, help="With pdf: PDF/A through OCRmyPDF.")
@click.option("--words", help="Only what stands on pages that a search for these words finds.")
@click.option("--document", help="Only the document with this key.")
@click.option(
    "--names",
    metavar="tt05|tt05-3|hd169|cv7197|FORM",
    help="With pdf: the documents of dossiers, cut apart, under names of this scheme or form.",
)
@_filter_options
@_fact_options
@takes_speaker
def export(
    kind: str,
    database: Path,
    format_: str | None,
    out: Path | None,
    pdfa: bool,
    words: str | None,
    document: str | None,
    names: str | None,
    filters: Filters,
    conditions: dict[str, Any],
    speaker: Speaker,
) -> None:
    """Write records of one KIND, each with its document, page, line, box and printed words; or files of documents.

    \b
    vanban export targets --db archive.db --format csv --out targets.csv
    vanban export deadlines --db archive.db --format ics --due 2025 --responsible "Sở Nội vụ"
    vanban export pdf --db archive.db --out searchable --words "cải cách" --province "Quảng Ngãi"
    vanban export muc-luc --db archive.db --hoso H49.2024.01 --out muc_luc.docx
    """
    from corpus.export.facts import FactQuery, matching_facts
    from corpus.export.package import write_package
    from corpus.export.records import records, write
    from corpus.search.selection import Selection

    if conditions and kind not in FACT_KINDS:
        raise click.UsageError(speaker.say("no_fact_conditions", kind=kind))
    if pdfa and kind != "pdf":
        raise click.UsageError(speaker.say("pdfa_is_pdf", kind=kind))
    if names is not None and kind != "pdf":
        raise click.UsageError(speaker.say("names_are_pdf", kind=kind))
    if words is not None and not words.strip():
        raise click.UsageError(speaker.say("no_words"))
    selection = Selection(words or "", filters, document)
    with open_corpus(database) as corpus:
        if names is None and kind not in ARCHIVE_KINDS:  # which refuse a dossier that there is not
            _say_unmatched(corpus, filters, speaker)
        if names is not None:
            export_named(corpus, out, names, pdfa, filters.hoso, database, speaker)
        elif kind in LAYOUTS:
            _export_layouts(corpus, kind, out, pdfa, selection, speaker)
        elif kind in ARCHIVE_KINDS:
            export_archive(corpus, kind, format_, out, filters.hoso, selection, database, speaker)
        elif kind == PACKAGE:
            with opened_output(out) as stream:
                write_package(corpus, stream, selection)
        else:
            rows = (
                matching_facts(corpus, FactQuery(kind, **conditions, with_rejected=True, within=selection))
                if conditions
                else records(corpus, kind, selection)
            )
            format_ = format_ or _format_of(kind, out, speaker)
            with opened_output(out) as stream:
                write(kind, format_, rows, stream)


PLAIN_ENDINGS = ("", "txt", "tmp")
"""Endings of files that get the first format, CSV; what another ending promises is kept or refused."""


def _format_of(kind: str, out: Path | None, speaker: Speaker) -> str:
    """The format that the ending of a file names. Raises ``click.UsageError`` for one that is not written."""
    ending = out.suffix.lower().removeprefix(".") if out is not None else ""
    if ending in RECORD_FORMATS or ending in PLAIN_ENDINGS:
        return ending if ending in RECORD_FORMATS else RECORD_FORMATS[0]
    raise click.UsageError(speaker.say("archive_formats", kind=kind, formats=", ".join(RECORD_FORMATS)))


RECORD_FORMATS = ("csv", "jsonl", "xlsx", "parquet", "ics")


def _export_layouts(corpus: Corpus, kind: str, out: Path | None, pdfa: bool, selection: Selection, speaker: Speaker) -> None:
    from corpus.export.layouts import write_layouts

    if out is None:
        raise click.UsageError(speaker.say("needs_folder", kind=kind))
    files = left_out = 0
    try:
        for made in write_layouts(corpus, kind, out, selection, pdfa=pdfa):
            files += len(made.files)
            if made.reason:
                left_out += 1
                click.echo(f"vanban: {speaker.translated(made.reason)}", err=True)
    except OSError as error:
        raise unwritable(out, error) from error
    click.echo(speaker.say("layouts_done", files=files, folder=out, left_out=left_out), err=True)
    if left_out:
        sys.exit(ExitCode.QUARANTINED)


@click.command(cls=Spoken)
@click.argument("fact_id")
@database_option()
@json_option
@takes_speaker
def explain(fact_id: str, database: Path, as_json: bool, speaker: Speaker) -> None:
    """Why a fact is in the corpus: its rule, its words, its page and box, and what spoke for it. FACT_ID is the `id` of an
    exported record."""
    from corpus.export.records import record
    from pipeline.command.why import reasons_of

    with open_corpus(database) as corpus:
        found = record(corpus, fact_id)
        if found is None:
            raise VanbanError(speaker.say("no_such_fact", id=fact_id, db=database))
        found["because"] = [f"{reason.feature} {reason.weight:+.2f}" for reason in reasons_of(corpus, found)]
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        if value not in (None, "", []):
            click.echo(f"{name:20} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
