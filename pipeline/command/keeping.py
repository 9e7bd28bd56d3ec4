"""Commands that keep a corpus: report, verify, backup, doctor, serve, reviewer, sample, acceptance."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.command.door import Spoken
from pipeline.command.messages import Speaker
from pipeline.command.options import ANY_FILE, database_option, json_option, takes_speaker
from pipeline.command.output import open_corpus, opened_output, print_json, print_rows, write_out
from pipeline.errors import ExitCode, VanbanError

if TYPE_CHECKING:
    pass


@click.command(cls=Spoken)
@database_option()
@click.option("--run", type=int, help="Number of the run; default: the last.")
@click.option("--format", "format_", type=click.Choice(["json", "csv", "html"]), help="Instead of columns on the screen.")
@click.option("--out", type=ANY_FILE, help="File to write; default: standard output.")
@json_option
@takes_speaker
def report(database: Path, run: int | None, format_: str | None, out: Path | None, as_json: bool, speaker: Speaker) -> None:
    """What became of every file of a run, and its worst pages; as HTML a page to print.

    \b
    vanban report --db archive.db --format html --out report.html
    """
    from corpus.reports.runs import whole_report, write_report

    with open_corpus(database) as corpus:
        last = corpus.row("SELECT max(id) AS id FROM runs")
        number = run if run is not None else last["id"]
        if number is None or corpus.row("SELECT 1 FROM runs WHERE id = ?", [number]) is None:
            raise VanbanError(speaker.say("no_such_run", run=number if number is not None else "-", db=database))
        done = whole_report(corpus, number)
    if as_json or format_ is not None or out is not None:
        with opened_output(out) as stream:
            write_report(done, "json" if as_json else format_ or "json", stream, language=speaker.language)
        return
    rows = [
        {
            "file": Path(file["path"]).name[:48],
            "outcome": file["outcome"],
            "pages": file["pages"],
            "read from": " ".join(f"{source}:{count}" for source, count in sorted(file["sources"].items())),
            "confidence": "" if file["confidence"] is None else f"{file['confidence']:.3f}",
            "facts": sum(file["facts"].values()),
            "seconds": f"{file['seconds']:.1f}",
            "reason": f"{file['reason']}: {file['detail']}"[:70] if file["reason"] else "",
        }
        for file in done["files"]
    ]
    print_rows(rows, ("file", "outcome", "pages", "read from", "confidence", "facts", "seconds", "reason"))
    if any(model != "shipped" for model in done["decided_by"].values()):
        models = ", ".join(f"{kind} {model}" for kind, model in done["decided_by"].items())
        click.echo(speaker.say("decided_by", models=models), err=True)


@click.command(cls=Spoken)
@database_option()
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; the default is this machine only."
)
@click.option("--review", is_flag=True, help="Let reviewers correct and accept; see 'vanban reviewer'.")
@click.option("--readers", is_flag=True, help="Ask readers for a log-in too; see 'vanban reviewer --reader'.")
@takes_speaker
def serve(database: Path, port: int, host: str, review: bool, readers: bool, speaker: Speaker) -> None:
    """Open the reading room: search and documents in a browser."""
    from corpus.web import serve
    from pipeline.files.office import libreoffice

    with open_corpus(database):
        pass  # brings it up to date
    serve(
        database,
        host=host,
        port=port,
        review=review,
        readers=readers,
        render=libreoffice.printed if libreoffice.program() else None,
        ready=lambda url: click.echo(speaker.say("serving", url=url)),
    )
    raise KeyboardInterrupt  # it serves until it is told to end; the server takes the signal for itself


@click.command(cls=Spoken)
@click.argument("name")
@database_option()
@click.option("--remove", is_flag=True, help="Take the reviewer away; what was reviewed stays.")
@click.option("--reader", is_flag=True, help="NAME may read only, where 'vanban serve --readers' asks for a log-in.")
@click.password_option(required=False, prompt_required=False, help="Asked for when --password has no value.")
@takes_speaker
def reviewer(name: str, database: Path, remove: bool, reader: bool, password: str | None, speaker: Speaker) -> None:
    """Give NAME a password for review (stored as a hash only), or take it away; both end what sessions NAME has."""
    from db.reviewers import SHORTEST_PASSWORD, add_reviewer, remove_reviewer
    from db.store import Corpus

    with Corpus.open(database) as corpus:
        if remove:
            names = [row[0] for row in corpus.tuples("SELECT name FROM reviewers ORDER BY name")]
            if name not in names:
                raise VanbanError(speaker.say("no_such_reviewer", name=name, db=database, names=", ".join(names) or "-"))
            remove_reviewer(corpus, name)
            return
        if not name or ":" in name or not name.isprintable():
            raise click.UsageError(speaker.say("bad_reviewer_name", name=name))
        password = password or _asked_password(speaker)
        if len(password) < SHORTEST_PASSWORD:
            raise click.UsageError(speaker.say("short_password", least=SHORTEST_PASSWORD))
        add_reviewer(corpus, name, password, may_review=not reader)


def _asked_password(speaker: Speaker) -> str:
    try:
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    except click.Abort as error:
        if sys.stdin.isatty():
            raise  # Ctrl-C
        raise click.UsageError(speaker.say("password_ends")) from error


@click.command(cls=Spoken)
@database_option()
@click.option("--size", type=click.IntRange(min=1), required=True, help="Pages to draw.")
@click.option("--seed", type=int, required=True, help="The same seed draws the same pages of the same corpus.")
@takes_speaker
def sample(database: Path, size: int, seed: int, speaker: Speaker) -> None:
    """Draw pages by chance, by source and confidence, for a person to transcribe in the reading room."""
    from corpus.reports.acceptance import draw_sample, sampled_pages
    from db.store import Corpus

    with Corpus.open(database) as corpus:
        number = draw_sample(corpus, size, seed)
        for page in sampled_pages(corpus, number):
            click.echo(f"{page.document}\t{speaker.say('page', number=page.page)}\t{page.stratum}")
    click.echo(speaker.say("sample_drawn", number=number, db=database), err=True)


@click.command(cls=Spoken)
@click.argument("number", type=int, metavar="SAMPLE")
@database_option()
@click.option("--out", type=ANY_FILE, help="Write the printable report there.")
@json_option
@takes_speaker
def acceptance(number: int, database: Path, out: Path | None, as_json: bool, speaker: Speaker) -> None:
    """What the transcribed pages of SAMPLE say of the corpus: share of characters right, with its interval, pass or fail."""
    from corpus.reports.acceptance import acceptance, printable

    with open_corpus(database) as corpus:
        found = acceptance(corpus, number)
        if out is not None:
            write_out(out, printable(corpus, number))
    if as_json:
        print_json(asdict(found))
        return
    click.echo(speaker.say("acceptance", verdict=found.verdict, done=found.transcribed, drawn=found.drawn))
    if found.total is not None:
        values = {"accuracy": found.total.accuracy, "low": found.total.low, "high": found.total.high}
        click.echo(speaker.say("accuracy", **values))


@click.command(cls=Spoken)
@json_option
@takes_speaker
def doctor(as_json: bool, speaker: Speaker) -> None:
    """Which engines, language data and versions are here, and what is missing with the command that installs it."""
    from pipeline.command.doctor import examine_installation

    rows = [asdict(finding) for finding in examine_installation()]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        row["use"] = speaker.translated(row["use"])
        row["state"] = speaker.say("present" if row.pop("present") else "missing")
        row["to install"] = row.pop("install") if row["state"] == speaker.say("missing") else ""
    print_rows(rows, ("part", "state", "version", "use", "to install"))


@click.command(cls=Spoken)
@database_option()
@click.option("--compare", type=ANY_FILE, metavar="FOLDER", help="Compare a second copy of the files, in this folder.")
@click.option("--no-diary", is_flag=True, help="Don't write into the corpus that and when the files were checked.")
@json_option
@takes_speaker
def verify(database: Path, compare: Path | None, no_diary: bool, as_json: bool, speaker: Speaker) -> None:
    """Hash every source file again and list what is missing or changed; exit status 1 when anything is."""
    from db.errors import ReadOnlyCorpus
    from db.store import Corpus
    from pipeline.runs import fixity

    with open_corpus(database) as corpus:
        found = list(fixity.verify(corpus) if compare is None else fixity.compare(corpus, compare))
    if compare is None and not no_diary:
        try:
            with Corpus.open(database) as corpus:
                fixity.keep_in_diary(corpus, found)
        except ReadOnlyCorpus:
            click.echo(f"vanban: {speaker.say('no_diary', db=database)}", err=True)
    wrong = [asdict(one) for one in found if one.state != "same"]
    if as_json:
        print_json(wrong)
    else:
        for one in wrong:
            click.echo(f"{one['state']}\t{one['path']}")
        click.echo(speaker.say("verified", same=len(found) - len(wrong), wrong=len(wrong)), err=True)
    if wrong:
        sys.exit(ExitCode.QUARANTINED)


@click.command(cls=Spoken)
@click.argument("target", type=ANY_FILE)
@database_option()
def backup(target: Path, database: Path) -> None:
    """Copy the corpus to TARGET while it is in use."""
    from db.backup import back_up

    with open_corpus(database) as corpus:
        back_up(corpus, target)
