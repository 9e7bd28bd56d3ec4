"""The command ``vanban``: parse, call the library, print. The only module that prints and exits."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, ParamSpec, TypeVar

import click

from db.errors import CorpusError
from pipeline.errors import ExitCode, Unwritable, VanbanError
from pipeline.messages import Speaker, default_language

if TYPE_CHECKING:  # commands import what they need, so that 'vanban --help' is there at once
    from corpus.search import Filters
    from corpus.selection import Selection
    from db.store import Corpus
    from pipeline.ingest import FileDone
    from pipeline.places import Place

P = ParamSpec("P")
R = TypeVar("R")

_FILE = click.Path(path_type=Path)
_EXISTING = click.Path(path_type=Path, exists=True)
_ENGINES = ("tesseract", "trueocr", "asterocr", "ensemble")
_KINDS = ("documents", "pages", "targets", "deadlines", "assignments", "citations", "tables")
_FACTS = ("targets", "deadlines", "assignments", "citations")
_PACKAGE = "package"  # all kinds in one Frictionless data package
_LAYOUTS = ("pdf", "alto", "hocr")  # files of documents rather than records


class _PlaceType(click.Path):
    """A path that exists, or an address such as s3://bucket/folder, which is looked up when the run begins."""

    def __init__(self) -> None:
        super().__init__(exists=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 (click)
        from pipeline.places import place_of

        if isinstance(value, str) and "://" in value:
            return place_of(value)
        return super().convert(value, param, ctx)


class _Commands(click.Group):
    """Turns every expected failure into one sentence and its exit status."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 (click's own signature)
        try:
            return super().invoke(ctx)
        except VanbanError as error:
            click.echo(f"vanban: {error}", err=True)
            ctx.exit(error.exit_code)
        except CorpusError as error:
            click.echo(f"vanban: {error}", err=True)
            ctx.exit(ExitCode.CORPUS)
        except KeyboardInterrupt:
            click.echo(f"vanban: {_speaker(ctx).say('interrupted')}", err=True)
            ctx.exit(ExitCode.INTERRUPTED)
        except BrokenPipeError:  # the reader of our output has gone, as `vanban … | head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(ExitCode.OK)
        except OSError as error:
            why = error.strerror or str(error)
            click.echo(f"vanban: {_speaker(ctx).say('cannot_read', path=error.filename or '-', why=why)}", err=True)
            ctx.exit(ExitCode.INPUT_OUTPUT)
        except (ValueError, RuntimeError) as error:
            if not _is_ours(error):  # a defect: its traceback must be seen
                raise
            click.echo(f"vanban: {error}", err=True)
            ctx.exit(ExitCode.FAILURE)


def _is_ours(error: Exception) -> bool:
    """Is this one of the error classes of the rooms (QueryError, SampleError …), whose message is meant for the user?"""
    return type(error).__module__.split(".")[0] in ("corpus", "db", "extractors", "normalizers", "pipeline")


def _speaker(ctx: click.Context) -> Speaker:
    found = ctx.find_object(Speaker)
    return found if found is not None else Speaker(default_language())


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--lang", type=click.Choice(["en", "vi"]), default=default_language, help="Language of the messages.")
@click.version_option(package_name="vanban")
@click.pass_context
def main(ctx: click.Context, lang: str) -> None:
    """Scanned Vietnamese provincial documents: text that can be trusted, facts that can be cited, a corpus to search."""
    ctx.obj = Speaker(lang)


def _database(must_exist: bool = True) -> Callable[[Callable[P, R]], Callable[P, R]]:
    kind = click.Path(path_type=Path, exists=must_exist, dir_okay=False)
    return click.option("--db", "database", type=kind, required=True, help="The corpus, one SQLite file.")


def _ocr_options(command: Callable[P, R]) -> Callable[P, R]:
    engine = click.option("--engine", type=click.Choice(_ENGINES), help="OCR engine; default: the best installed.")
    ocr = click.option(
        "--ocr", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to look at the image."
    )
    return engine(ocr(command))


def _jobs_option(command: Callable[P, R]) -> Callable[P, R]:
    cores = os.cpu_count() or 1
    kind = click.IntRange(1, 256)
    return click.option("--jobs", type=kind, default=cores, show_default=True, help="Worker processes.")(command)


def _json_option(command: Callable[P, R]) -> Callable[P, R]:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def _with_speaker(command: Callable[..., R]) -> Callable[..., R]:
    """Hands the command the ``Speaker`` of this call as ``speaker``."""

    @wraps(command)
    def with_speaker(*args: Any, **kwargs: Any) -> R:  # noqa: ANN401 (whatever the command takes)
        return command(*args, **kwargs, speaker=_speaker(click.get_current_context()))

    return with_speaker


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


@main.command()
@click.argument("paths", nargs=-1, required=True, type=_PlaceType())
@_database(must_exist=False)
@_jobs_option
@click.option("--report", type=_FILE, help="Write what became of every file as JSON.")
@click.option("--log", type=_FILE, help="Append a line of JSON for every file and every failed page.")
@click.option("--retry", type=click.Choice(["failed"]), help="Take up again what failed in documents already stored.")
@click.option("--page-seconds", type=click.FloatRange(min=1), default=180.0, show_default=True, help="Limit for one page.")
@click.option("--memory", type=click.IntRange(min=300), default=1500, show_default=True, help="Limit for one worker, in MB.")
@click.option("--cluster", metavar="ADDRESS", help="Read on the hosts of a Dask cluster, such as tcp://scheduler:8786.")
@_ocr_options
@_json_option
@_with_speaker
def ingest(
    paths: tuple[Any, ...],
    database: Path,
    jobs: int,
    report: Path | None,
    log: Path | None,
    retry: str | None,
    page_seconds: float,
    memory: int,
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
    from pipeline.workers import prepare

    if cluster is None:
        prepare()  # loads models on another core while this one imports the rest and counts files
    from corpus.report import whole_report
    from db.store import Corpus
    from pipeline.ingest import Settings, files_of, ingest

    quiet = as_json or not sys.stderr.isatty()
    # looking at 200,000 files takes ten seconds, reading them days
    progress = _Progress(speaker, quiet=quiet, total=None if quiet else sum(map(size_of, files_of(paths))))
    if report is not None:
        _write_text(report, "")  # that it can't be written is better known before the run than after it
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
        _write_text(report, json.dumps(done, ensure_ascii=False, indent=2) + "\n")
    if as_json:
        _print_json(done)
    else:
        click.echo(speaker.say("run_done", **progress.counts, pages=progress.pages, seconds=progress.seconds))
    if not done["files"]:
        click.echo(f"vanban: {speaker.say('nothing_to_ingest', paths=' '.join(map(str, paths)))}", err=True)
    if progress.counts["quarantined"]:
        sys.exit(ExitCode.QUARANTINED)


@contextlib.contextmanager
def _journal(log: Path | None) -> Iterator[Callable[[FileDone], None]]:
    """Called with every file that is done; writes to ``log`` where there is one."""
    if log is None:
        yield lambda _: None
        return
    from pipeline.journal import Journal

    try:
        stream = log.open("a", encoding="utf-8")
    except OSError as error:
        raise _unwritable(log, error) from error
    with stream:
        yield Journal(stream)


class _Progress:
    """Counts what became of the files; on a terminal shows rate and time left, otherwise names only what went wrong.

    ``total`` is the size of all files. Time goes by size: a scan of fifty pages takes a thousand times that of a text.
    """

    # The last so many files tell rate and time left: a run that is taken up again passes thousands of unchanged files in
    # seconds before it comes to the work.
    _WINDOW = 200
    # Seconds between two looks of a page's progress: pages of text come by the hundred a second.
    _SHOW_EVERY = 0.2

    def __init__(self, speaker: Speaker, *, quiet: bool, total: int | None = None) -> None:
        self._speaker, self._quiet, self._total, self._started = speaker, quiet, total, time.monotonic()
        self._ends = deque([(self._started, 0, 0)], maxlen=self._WINDOW)
        self._shown = self._started
        self.counts = dict.fromkeys(("stored", "unchanged", "duplicate", "partial", "quarantined"), 0)
        self.pages = self._bytes = 0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def __call__(self, done: FileDone) -> None:
        from pipeline.intake import printable

        self.counts[done.outcome] += 1
        self.pages += done.pages
        self._bytes += size_of(done.path)
        self._ends.append((time.monotonic(), self.pages, self._bytes))
        if done.outcome in ("quarantined", "partial"):
            self.clear()
            first = min(done.failed.items(), default=None)
            detail = done.detail if first is None else f"{first[0]} ({first[1][0]}: {first[1][1]})"
            sentence = self._speaker.say(
                done.outcome, path=printable(str(done.path)), failed=len(done.failed), detail=detail
            )
            click.echo(sentence, err=True)
        self._show(printable(done.path.name))

    def page(self, path: Place, done: int, pages: int) -> None:
        """A page of a file is read: a document of a thousand scanned pages takes hours."""
        from pipeline.intake import printable

        if time.monotonic() - self._shown >= self._SHOW_EVERY:
            self._show(f"{printable(path.name)} {done}/{pages}")

    def _show(self, what: str) -> None:
        if self._quiet:
            return
        (since, pages, size), (now, pages_now, size_now) = self._ends[0], self._ends[-1]
        seconds = max(now - since, 1e-9)
        left = ""
        if self._total is not None and size_now > size:
            seconds_left = max(self._total - size_now, 0) / (size_now - size) * seconds
            left = self._speaker.say("time_left", time=_clock(seconds_left))
        files, rate = sum(self.counts.values()), (pages_now - pages) / seconds
        line = self._speaker.say("reading_file", done=files, pages=self.pages, rate=rate, left=left, name=what)
        click.echo(f"\r\033[K{line[:110]}", err=True, nl=False)
        self._shown = time.monotonic()

    def clear(self) -> None:
        if not self._quiet:
            click.echo("\r\033[K", err=True, nl=False)


def size_of(place: Place) -> int:
    """Bytes of a file of this machine, at least one; one for any other."""
    try:
        return max(place.stat().st_size, 1) if isinstance(place, Path) else 1
    except OSError:
        return 1


def _clock(seconds: float) -> str:
    """Hours, minutes, seconds.

    >>> _clock(8000), _clock(360000)
    ('2:13:20', '100:00:00')
    """
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


@main.command()
@click.argument("file", type=_EXISTING)
@click.option("--raw", is_flag=True, help="As it was read, without repair.")
@click.option("--layout", type=click.Choice(["hocr", "alto"]), help="With a box for every line and word.")
@click.option("--explain", is_flag=True, help="Per page: which source, why, how sure.")
@_ocr_options
@_json_option
@_with_speaker
def text(
    file: Path,
    raw: bool,
    layout: str | None,
    explain: bool,
    ocr: str,
    engine: str | None,
    as_json: bool,
    speaker: Speaker,
) -> None:
    """Print the text of one file: lines as on the page, a form feed between pages."""
    from pipeline.intake import examine
    from pipeline.process import repair_document
    from pipeline.read import read_document

    source = examine(file)
    document, failed = read_document(file, source, ocr=ocr, engine=engine)
    for number, (reason, detail) in sorted(failed.items()):
        click.echo(f"vanban: {speaker.say('page_failed', number=number, reason=reason, detail=detail)}", err=True)
    if explain or as_json:
        rows = [
            {
                "page": page.number,
                "source": page.source,
                "engine": page.engine,
                "profile": page.profile,
                "confidence": round(page.confidence, 4),
                "rotation": page.rotation,
                "skew": round(page.skew, 2),
                "reasons": list(page.reasons),
            }
            for page in document.pages
        ]
        if as_json:
            repaired = document.raw if raw else repair_document(document).text
            _print_json({"file": file.name, "pages": rows, "text": repaired})
        else:
            for row in rows:
                click.echo(json.dumps(row, ensure_ascii=False))
    elif layout == "alto":
        from corpus.alto import alto
        from corpus.model import Repaired
        from corpus.placed import place_document

        as_told = Repaired(document.raw, document.raw) if raw else repair_document(document)
        click.echo(alto(place_document(document, as_told), source.name), nl=False)
    elif layout is not None:
        from pipeline.hocr import document_as_hocr

        engine_names = " ".join(sorted({page.engine for page in document.pages if page.engine}))
        click.echo(document_as_hocr(document.pages, title=source.name, engine=engine_names), nl=False)
    else:
        click.echo(document.raw if raw else repair_document(document).text, nl=False)
    if failed:
        sys.exit(ExitCode.QUARANTINED)


@main.command()
@click.argument("file", type=_FILE, required=False)
@click.option("--explain", is_flag=True, help="List the edits and doubts as JSON lines instead of the text.")
@click.option("--profile", help="Family of OCR engines; default: detected.")
@_with_speaker
def repair(file: Path | None, explain: bool, profile: str | None, speaker: Speaker) -> None:
    """Repair OCR text: one line out per line in, from FILE or standard input.

    \b
    echo 'thyc hi¢n nghi quyét' | vanban repair
    """
    from normalizers.repair import repair

    data = sys.stdin.buffer.read() if file is None or str(file) == "-" else file.read_bytes()
    try:
        raw = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.UsageError(speaker.say("not_utf8", path=file or "-")) from None
    repaired = repair(raw, profile=profile)
    if not explain:
        sys.stdout.buffer.write(repaired.text.encode("utf-8", "surrogatepass"))
        return
    from corpus.model import LineIndex

    lines = LineIndex(raw)
    for edit in repaired.edits:
        row = {"line": lines.line_of(edit.start), **asdict(edit)}
        click.echo(json.dumps({**row, "score": round(edit.score, 4)}, ensure_ascii=False))
    for doubt in repaired.doubts:
        row = {"line": lines.line_of(doubt.start), "doubt": raw[doubt.start : doubt.end], **asdict(doubt)}
        click.echo(json.dumps({**row, "confidence": round(doubt.confidence, 4)}, ensure_ascii=False))


def _unwritable(path: Path, error: OSError) -> Unwritable:
    sentence = _speaker(click.get_current_context()).say("cannot_write", path=path, why=error.strerror or error)
    return Unwritable(sentence)


def _write_text(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise _unwritable(path, error) from error


@contextlib.contextmanager
def _output(out: Path | None) -> Iterator[BinaryIO]:
    """The file to write, or standard output. A file stands under its name only when it is whole."""
    if out is None:
        yield sys.stdout.buffer
        return
    whole = not out.exists() or out.is_file()  # a device or a pipe takes bytes as they come
    half = out.with_name(f"{out.name}.part") if whole else out
    try:
        try:
            with half.open("wb") as stream:
                yield stream
            half.replace(out)
        finally:
            if whole:
                half.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(out, error) from error


@contextlib.contextmanager
def _open_corpus(database: Path) -> Iterator[Any]:
    from db.errors import OlderSchema
    from db.store import Corpus

    try:
        opened = Corpus.open(database, read_only=True)
    except OlderSchema:  # opening it for writing brings it up to date
        Corpus.open(database).close()
        opened = Corpus.open(database, read_only=True)
    with opened as corpus:
        yield corpus


def _print_rows(rows: Iterable[dict[str, Any]], columns: tuple[str, ...]) -> None:
    """Columns under each other, for a person."""
    table = [[("" if row.get(c) is None else str(row[c])) for c in columns] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(columns, *table, strict=True)]
    for cells in (list(columns), *table):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())


def _filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """Conditions on documents and pages; the command takes them as ``filters``, a ``corpus.search.Filters``."""

    @wraps(command)
    def with_filters(*args: Any, has: tuple[str, ...], **kwargs: Any) -> None:  # noqa: ANN401 (whatever the command takes)
        from corpus.search import Filters

        names = ("type", "issuer", "province", "signer", "year_from", "year_to", "confidence_from")
        command(*args, filters=Filters(**{name: kwargs.pop(name) for name in names}, has=has), **kwargs)

    options = [
        click.option("--type", help="Kind of document, such as 'Quyết định'."),
        click.option("--issuer", help="Issuing body."),
        click.option("--province", help="Province, by its old or new name."),
        click.option("--signer", help="Who signed."),
        click.option("--year-from", type=int),
        click.option("--year-to", type=int),
        click.option("--has", multiple=True, type=click.Choice(_FACTS), help="Pages with facts of this kind."),
        click.option(
            "--confidence-from", type=click.FloatRange(0, 1), help="Pages read with this confidence at least, in tenths."
        ),
    ]
    for option in reversed(options):
        with_filters = option(with_filters)
    return with_filters


@main.command()
@click.argument("words", nargs=-1, required=True)
@_database()
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Documents to show.")
@_filter_options
@click.option("--sort", type=click.Choice(["relevance", "date"]), default="relevance", show_default=True)
@_json_option
@_with_speaker
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
    from corpus.search import search

    with _open_corpus(database) as corpus:
        result = search(corpus, " ".join(words), limit=limit, sort=sort, **asdict(filters))
    if as_json:
        _print_json(asdict(result))
        return
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


@main.command()
@click.argument("kind", type=click.Choice((*_KINDS, _PACKAGE, *_LAYOUTS)))
@_database()
@click.option(
    "--format", "format_", type=click.Choice(["csv", "jsonl", "xlsx", "parquet", "ics"]), default="csv", show_default=True
)
@click.option("--out", type=_FILE, help="File to write, a folder for pdf, alto and hocr; default: standard output.")
@click.option("--pdfa", is_flag=True, help="With pdf: PDF/A through OCRmyPDF.")
@click.option("--words", default="", help="Only what stands on pages that a search for these words finds.")
@click.option("--document", help="Only the document with this key.")
@_filter_options
@_fact_options
@_with_speaker
def export(
    kind: str,
    database: Path,
    format_: str,
    out: Path | None,
    pdfa: bool,
    words: str,
    document: str | None,
    filters: Filters,
    conditions: dict[str, Any],
    speaker: Speaker,
) -> None:
    """Write records of one KIND, each with its document, page, line, box and printed words; or files of documents.

    \b
    vanban export targets --db archive.db --format csv --out targets.csv
    vanban export deadlines --db archive.db --format ics --due 2025 --responsible "Sở Nội vụ"
    vanban export pdf --db archive.db --out searchable --words "cải cách" --province "Quảng Ngãi"
    """
    from corpus.export import records, write
    from corpus.facts import FactQuery, matching_facts
    from corpus.package import write_package
    from corpus.selection import Selection

    if conditions and kind not in _FACTS:
        raise click.UsageError(speaker.say("no_fact_conditions", kind=kind))
    if pdfa and kind != "pdf":
        raise click.UsageError(speaker.say("pdfa_is_pdf", kind=kind))
    selection = Selection(words, filters, document)
    with _open_corpus(database) as corpus:
        if kind in _LAYOUTS:
            _export_layouts(corpus, kind, out, pdfa, selection, speaker)
        elif kind == _PACKAGE:
            with _output(out) as stream:
                write_package(corpus, stream, selection)
        else:
            rows = (
                matching_facts(corpus, FactQuery(kind, **conditions, with_rejected=True, within=selection))
                if conditions
                else records(corpus, kind, selection)
            )
            with _output(out) as stream:
                write(kind, format_, rows, stream)


def _export_layouts(corpus: Corpus, kind: str, out: Path | None, pdfa: bool, selection: Selection, speaker: Speaker) -> None:
    from corpus.layouts import write_layouts

    if out is None:
        raise click.UsageError(speaker.say("needs_folder", kind=kind))
    files = left_out = 0
    try:
        for made in write_layouts(corpus, kind, out, selection, pdfa=pdfa):
            files += len(made.files)
            if made.reason:
                left_out += 1
                click.echo(f"vanban: {made.reason}", err=True)
    except OSError as error:
        raise _unwritable(out, error) from error
    click.echo(speaker.say("layouts_done", files=files, folder=out, left_out=left_out), err=True)
    if left_out:
        sys.exit(ExitCode.QUARANTINED)


@main.command()
@click.argument("fact_id")
@_database()
@_json_option
@_with_speaker
def explain(fact_id: str, database: Path, as_json: bool, speaker: Speaker) -> None:
    """Why a fact is in the corpus: its rule, its words, its page and box. FACT_ID is the `id` of an exported record."""
    from corpus.export import record

    with _open_corpus(database) as corpus:
        found = record(corpus, fact_id)
    if found is None:
        raise VanbanError(speaker.say("no_such_fact", id=fact_id, db=database))
    if as_json:
        _print_json(found)
        return
    for name, value in found.items():
        if value not in (None, "", []):
            click.echo(f"{name:20} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")


@main.command()
@_database()
@click.option("--run", type=int, help="Number of the run; default: the last.")
@click.option("--format", "format_", type=click.Choice(["json", "csv", "html"]), help="Instead of columns on the screen.")
@click.option("--out", type=_FILE, help="File to write; default: standard output.")
@_json_option
@_with_speaker
def report(database: Path, run: int | None, format_: str | None, out: Path | None, as_json: bool, speaker: Speaker) -> None:
    """What became of every file of a run, and its worst pages; as HTML a page to print.

    \b
    vanban report --db archive.db --format html --out report.html
    """
    from corpus.report import whole_report, write_report

    with _open_corpus(database) as corpus:
        last = corpus.row("SELECT max(id) AS id FROM runs")
        number = run if run is not None else last["id"]
        if number is None or corpus.row("SELECT 1 FROM runs WHERE id = ?", [number]) is None:
            raise VanbanError(speaker.say("no_such_run", run=number if number is not None else "-", db=database))
        done = whole_report(corpus, number)
    if as_json or format_ is not None or out is not None:
        with _output(out) as stream:
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
    _print_rows(rows, ("file", "outcome", "pages", "read from", "confidence", "facts", "seconds", "reason"))


@main.command()
@_database()
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; the default is this machine only."
)
@click.option("--review", is_flag=True, help="Let reviewers correct and accept; see 'vanban reviewer'.")
@_with_speaker
def serve(database: Path, port: int, host: str, review: bool, speaker: Speaker) -> None:
    """Open the reading room: search and documents in a browser."""
    from corpus.web import serve

    with _open_corpus(database):
        pass  # brings it up to date
    serve(database, host=host, port=port, review=review, ready=lambda url: click.echo(speaker.say("serving", url=url)))


@main.command()
@click.argument("name")
@_database()
@click.option("--remove", is_flag=True, help="Take the reviewer away; what was reviewed stays.")
@click.password_option(required=False, prompt_required=False, help="Asked for when --password has no value.")
def reviewer(name: str, database: Path, remove: bool, password: str | None) -> None:
    """Give NAME a password for review (stored as a hash only), or take it away."""
    from db.reviewers import add_reviewer, remove_reviewer
    from db.store import Corpus

    with Corpus.open(database) as corpus:
        if remove:
            remove_reviewer(corpus, name)
        else:
            add_reviewer(corpus, name, password or click.prompt("Password", hide_input=True, confirmation_prompt=True))


@main.command()
@_database()
@click.option("--size", type=click.IntRange(min=1), required=True, help="Pages to draw.")
@click.option("--seed", type=int, required=True, help="The same seed draws the same pages of the same corpus.")
@_with_speaker
def sample(database: Path, size: int, seed: int, speaker: Speaker) -> None:
    """Draw pages by chance, by source and confidence, for a person to transcribe in the reading room."""
    from corpus.acceptance import draw_sample, sampled_pages
    from db.store import Corpus

    with Corpus.open(database) as corpus:
        number = draw_sample(corpus, size, seed)
        for page in sampled_pages(corpus, number):
            click.echo(f"{page.document}\t{speaker.say('page', number=page.page)}\t{page.stratum}")
    click.echo(speaker.say("sample_drawn", number=number, db=database), err=True)


@main.command()
@click.argument("number", type=int, metavar="SAMPLE")
@_database()
@click.option("--out", type=_FILE, help="Write the printable report there.")
@_json_option
@_with_speaker
def acceptance(number: int, database: Path, out: Path | None, as_json: bool, speaker: Speaker) -> None:
    """What the transcribed pages of SAMPLE say of the corpus: share of characters right, with its interval, pass or fail."""
    from corpus.acceptance import acceptance, printable

    with _open_corpus(database) as corpus:
        found = acceptance(corpus, number)
        if out is not None:
            _write_text(out, printable(corpus, number))
    if as_json:
        _print_json(asdict(found))
        return
    click.echo(speaker.say("acceptance", verdict=found.verdict, done=found.transcribed, drawn=found.drawn))
    if found.total is not None:
        values = {"accuracy": found.total.accuracy, "low": found.total.low, "high": found.total.high}
        click.echo(speaker.say("accuracy", **values))


@main.command()
@_json_option
@_with_speaker
def doctor(as_json: bool, speaker: Speaker) -> None:
    """Which engines, language data and versions are here, and what is missing with the command that installs it."""
    from pipeline.doctor import examine_installation

    rows = [asdict(finding) for finding in examine_installation()]
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        row["state"] = speaker.say("present" if row.pop("present") else "missing")
        row["to install"] = row.pop("install") if row["state"] == speaker.say("missing") else ""
    _print_rows(rows, ("part", "state", "version", "use", "to install"))


@main.command()
@_database()
@click.option(
    "--stage", type=click.Choice(["reading", "repair", "facts"]), required=True, help="Where to begin; the rest follows."
)
@click.option("--where", multiple=True, metavar="FIELD=VALUE", help="Only documents with this value, e.g. type='Báo cáo'.")
@_jobs_option
@_ocr_options
@_with_speaker
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
    from pipeline.ingest import Settings, reprocess

    conditions = {name: value for name, _, value in (part.partition("=") for part in where)}
    if unknown := sorted(set(conditions) - set(CONDITIONS)):
        raise click.UsageError(f"--where knows no {', '.join(unknown)}; it knows {', '.join(CONDITIONS)}")
    progress = _Progress(speaker, quiet=not sys.stderr.isatty())
    with Corpus.open(database) as corpus:
        settings = Settings(jobs=jobs, ocr=ocr, engine=engine)
        reprocess(corpus, stage, conditions, settings, on_file=progress, on_page=progress.page)
    progress.clear()
    click.echo(speaker.say("run_done", **progress.counts, pages=progress.pages, seconds=progress.seconds))


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@_database(must_exist=False)
@click.option("--finished", type=_FILE, help="Folder to move finished files to; default: they stay.")
@click.option("--quarantined", type=_FILE, help="Folder to move quarantined files to; default: they stay.")
@_jobs_option
@_ocr_options
@_with_speaker
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
    from pipeline.ingest import Settings
    from pipeline.watch import Folders
    from pipeline.watch import watch as watch_folder

    def say(done: FileDone) -> None:
        click.echo(f"{done.outcome}\t{done.path}\t{done.detail}".rstrip())

    click.echo(speaker.say("watching", folder=folder), err=True)
    with Corpus.open(database, create=True) as corpus:
        settings = Settings(jobs=jobs, ocr=ocr, engine=engine)
        watch_folder(Folders(folder, finished, quarantined), corpus, settings, on_file=say)


@main.command()
@_database()
@_json_option
@_with_speaker
def verify(database: Path, as_json: bool, speaker: Speaker) -> None:
    """Hash every source file again and list what is missing or changed; exit status 1 when anything is."""
    from pipeline.fixity import verify

    with _open_corpus(database) as corpus:
        found = list(verify(corpus))
    wrong = [asdict(one) for one in found if one.state != "same"]
    if as_json:
        _print_json(wrong)
    else:
        for one in wrong:
            click.echo(f"{one['state']}\t{one['path']}")
        click.echo(speaker.say("verified", same=len(found) - len(wrong), wrong=len(wrong)), err=True)
    if wrong:
        sys.exit(ExitCode.QUARANTINED)


@main.command()
@click.argument("target", type=_FILE)
@_database()
def backup(target: Path, database: Path) -> None:
    """Copy the corpus to TARGET while it is in use."""
    from db.backup import back_up

    with _open_corpus(database) as corpus:
        back_up(corpus, target)


@main.command()
@click.argument("scheduler")
@_jobs_option
def worker(scheduler: str, jobs: int) -> None:
    """Work for the Dask cluster at SCHEDULER (tcp://host:port) until it ends."""
    from pipeline.cluster import work_for

    work_for(scheduler, jobs)


if __name__ == "__main__":
    main()
