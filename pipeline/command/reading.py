"""Commands that read files into a corpus: ingest, reprocess, watch, worker."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.command.door import Spoken
from pipeline.command.messages import Speaker
from pipeline.command.options import (
    ANY_FILE,
    PlaceType,
    database_option,
    jobs_option,
    json_option,
    ocr_options,
    takes_speaker,
)
from pipeline.command.output import print_json, unwritable, write_out
from pipeline.command.progress import Progress, size_of
from pipeline.errors import ExitCode

if TYPE_CHECKING:
    from pipeline.runs.ingest import FileDone


def _folder_or_list(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """``folder`` or a list that is there: better known before reading for days than after it."""
    if value not in (None, "folder") and not Path(value).is_file():
        raise click.BadParameter(f"File {value!r} does not exist.")
    return value


@click.command(cls=Spoken)
@click.argument("paths", nargs=-1, required=True, type=PlaceType())
@database_option(must_exist=False)
@jobs_option
@click.option("--report", type=ANY_FILE, help="Write what became of every file as JSON.")
@click.option("--log", type=ANY_FILE, help="Append a line of JSON for every file and every failed page.")
@click.option("--retry", type=click.Choice(["failed"]), help="Take up again what failed in documents already stored.")
@click.option("--page-seconds", type=click.FloatRange(min=1), default=180.0, show_default=True, help="Limit for one page.")
@click.option("--memory", type=click.IntRange(min=300), default=1500, show_default=True, help="Limit for one worker, in MB.")
@click.option(
    "--hoso-from",
    metavar="folder|LIST",
    callback=_folder_or_list,
    help="Make dossiers afterwards: one of each folder, or those of an Excel or CSV list.",
)
@click.option("--cluster", metavar="ADDRESS", help="Read on the hosts of a Dask cluster, such as tcp://scheduler:8786.")
@ocr_options
@json_option
@takes_speaker
def ingest(
    paths: tuple[Any, ...],
    database: Path,
    jobs: int,
    report: Path | None,
    log: Path | None,
    retry: str | None,
    page_seconds: float,
    memory: int,
    hoso_from: str | None,
    cluster: str | None,
    ocr: str,
    engine: str | None,
    as_json: bool,
    speaker: Speaker,
) -> None:
    """Bring files and folders into the corpus. Started again, it does what is missing.

    \b
    vanban ingest scans/ --db archive.db --report report.json
    """
    from pipeline.runs.workers import prepare

    if cluster is None:
        prepare()  # loads models on another core while this one imports the rest and counts files
    from corpus.reports.runs import whole_report
    from db.store import Corpus
    from pipeline.runs.ingest import Settings, files_of, ingest

    quiet = as_json or not sys.stderr.isatty()
    # looking at 200,000 files takes ten seconds, reading them days
    progress = Progress(speaker, quiet=quiet, total=None if quiet else sum(map(size_of, files_of(paths))))
    if report is not None:
        write_out(report, "")  # that it can't be written is better known before the run than after it
    settings = Settings(
        jobs=jobs,
        ocr=ocr,
        engine=engine,
        retry_failed=retry == "failed",
        page_seconds=page_seconds,
        memory=memory * 1_000_000,
        cluster=cluster,
    )
    with Corpus.open(database, create=True) as corpus, _journal(log) as journal:

        def on_file(one: FileDone) -> None:
            journal(one)
            progress(one)

        try:
            run = ingest(paths, corpus, settings, on_file=on_file, on_page=progress.page)
        finally:
            progress.clear()  # also what Ctrl-C leaves on the line
        done = whole_report(corpus, run)
    if report is not None:
        write_out(report, json.dumps(done, ensure_ascii=False, indent=2) + "\n")
    if as_json:
        print_json(done)
    else:
        click.echo(speaker.say("run_done", **progress.counts, pages=progress.pages, seconds=progress.seconds))
    for one in done["secret_documents"]:
        click.echo(f"vanban: {speaker.say('secret', secrecy=one['secrecy'], document=one['document'])}", err=True)
    if not done["files"]:
        click.echo(f"vanban: {speaker.say('nothing_to_ingest', paths=' '.join(map(str, paths)))}", err=True)
    if hoso_from is not None:
        _make_dossiers(hoso_from, paths, database, speaker)
    if progress.counts["quarantined"]:
        sys.exit(ExitCode.QUARANTINED)


def _make_dossiers(hoso_from: str, paths: tuple[Any, ...], database: Path, speaker: Speaker) -> None:
    from pipeline.command.archive import make_dossiers

    if hoso_from == "folder":
        make_dossiers(database, speaker, folders=[path if path.is_dir() else path.parent for path in map(Path, paths)])
    else:
        make_dossiers(database, speaker, file=Path(hoso_from))


@contextlib.contextmanager
def _journal(log: Path | None) -> Iterator[Callable[[FileDone], None]]:
    """Called with every file that is done; writes to ``log`` where there is one."""
    if log is None:
        yield lambda _: None
        return
    from pipeline.command.journal import Journal

    try:
        stream = log.open("a", encoding="utf-8")
    except OSError as error:
        raise unwritable(log, error) from error
    with stream:
        yield Journal(stream)


@click.command(cls=Spoken)
@database_option()
@click.option(
    "--stage", type=click.Choice(["reading", "repair", "facts"]), required=True, help="Where to begin; the rest follows."
)
@click.option("--where", multiple=True, metavar="FIELD=VALUE", help="Only documents with this value, e.g. type='Báo cáo'.")
@jobs_option
@ocr_options
@takes_speaker
def reprocess(
    database: Path, stage: str, where: tuple[str, ...], jobs: int, ocr: str, engine: str | None, speaker: Speaker
) -> None:
    """Do stored documents over: read them again, or repair and extract again from what was read.

    Facts stand on repaired text and repair gives the same again for the same model, so 'repair' and 'facts' are one.

    \b
    vanban reprocess --stage repair --where year=2020 --db archive.db
    """
    from db.staging import CONDITIONS
    from db.store import Corpus
    from pipeline.runs.ingest import Settings, reprocess

    if without := [part for part in where if "=" not in part]:
        raise click.UsageError(speaker.say("where_needs_value", part=without[0]))
    conditions = {name: value for name, _, value in (part.partition("=") for part in where)}
    if unknown := sorted(set(conditions) - set(CONDITIONS)):
        raise click.UsageError(speaker.say("where_knows", unknown=", ".join(unknown), known=", ".join(CONDITIONS)))
    progress = Progress(speaker, quiet=not sys.stderr.isatty())
    with Corpus.open(database) as corpus:
        settings = Settings(jobs=jobs, ocr=ocr, engine=engine)
        reprocess(corpus, stage, conditions, settings, on_file=progress, on_page=progress.page)
    progress.clear()
    click.echo(speaker.say("run_done", **progress.counts, pages=progress.pages, seconds=progress.seconds))
    if progress.counts["quarantined"]:
        sys.exit(ExitCode.QUARANTINED)


@click.command(cls=Spoken)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@database_option(must_exist=False)
@click.option("--finished", type=ANY_FILE, help="Folder to move finished files to; default: they stay.")
@click.option("--quarantined", type=ANY_FILE, help="Folder to move quarantined files to; default: they stay.")
@jobs_option
@ocr_options
@takes_speaker
def watch(
    folder: Path,
    database: Path,
    finished: Path | None,
    quarantined: Path | None,
    jobs: int,
    ocr: str,
    engine: str | None,
    speaker: Speaker,
) -> None:
    """Bring what is put into FOLDER into the corpus, as soon as it is whole, until Ctrl-C."""
    from db.store import Corpus
    from pipeline.runs.ingest import Settings
    from pipeline.runs.watch import Folders
    from pipeline.runs.watch import watch as watch_folder

    def say(done: FileDone) -> None:
        click.echo(f"{done.outcome}\t{done.path}\t{done.detail}".rstrip())

    click.echo(speaker.say("watching", folder=folder), err=True)
    with Corpus.open(database, create=True) as corpus:
        settings = Settings(jobs=jobs, ocr=ocr, engine=engine)
        watch_folder(Folders(folder, finished, quarantined), corpus, settings, on_file=say)


@click.command(cls=Spoken)
@click.argument("scheduler")
@jobs_option
def worker(scheduler: str, jobs: int) -> None:
    """Work for the Dask cluster at SCHEDULER (tcp://host:port) until it ends."""
    from pipeline.runs.cluster import work_for

    work_for(scheduler, jobs)
