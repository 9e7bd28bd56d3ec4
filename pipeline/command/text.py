"""Commands for one file or stream: text, repair."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from documents.outcome import Reason
from pipeline.command.door import Spoken
from pipeline.command.messages import Speaker
from pipeline.command.options import ANY_FILE, json_option, ocr_options, takes_speaker
from pipeline.command.output import print_json
from pipeline.errors import ExitCode, UnreadableFile


@click.command(cls=Spoken)
@click.argument("file", type=ANY_FILE)
@click.option("--raw", is_flag=True, help="As it was read, without repair.")
@click.option("--verbatim", is_flag=True, help="Repaired, with tone marks where they are printed: UỶ, HOÀ.")
@click.option("--layout", type=click.Choice(["hocr", "alto"]), help="With a box for every line and word.")
@click.option("--explain", is_flag=True, help="Per page: which source, why, how sure.")
@ocr_options
@json_option
@takes_speaker
def text(
    file: Path,
    raw: bool,
    verbatim: bool,
    layout: str | None,
    explain: bool,
    ocr: str,
    engine: str | None,
    as_json: bool,
    speaker: Speaker,
) -> None:
    """Print the text of one file: lines as on the page, a form feed between pages."""
    from pipeline.files.intake import examine
    from pipeline.process import repair_document
    from pipeline.process import verbatim as as_printed
    from pipeline.read import read_document

    source = examine(file)
    document, failed = read_document(file, source, ocr=ocr, engine=engine)
    for number, (reason, detail) in sorted(failed.items()):
        click.echo(f"vanban: {speaker.say('page_failed', number=number, reason=reason, detail=detail)}", err=True)

    def told() -> str:
        if raw:
            return document.raw
        repaired = repair_document(document)
        return as_printed(repaired) if verbatim else repaired.text

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
            print_json({"file": file.name, "pages": rows, "text": told()})
        else:
            for row in rows:
                click.echo(json.dumps(row, ensure_ascii=False))
    elif layout is not None:
        from corpus.pages.alto import alto
        from corpus.pages.hocr import hocr
        from corpus.pages.placed import place_document
        from documents.edits import Repaired

        pages = place_document(document, Repaired(document.raw, document.raw) if raw else repair_document(document))
        click.echo(alto(pages, source.name) if layout == "alto" else hocr(pages, source.name, as_read=raw), nl=False)
    else:
        click.echo(told(), nl=False)
    if failed:
        sys.exit(ExitCode.QUARANTINED)


@click.command(cls=Spoken)
@click.argument("file", type=ANY_FILE, required=False)
@click.option("--explain", is_flag=True, help="List the edits and doubts as JSON lines instead of the text.")
@click.option("--profile", help="Family of OCR engines; default: detected.")
@takes_speaker
def repair(file: Path | None, explain: bool, profile: str | None, speaker: Speaker) -> None:
    """Repair OCR text: one line out per line in, from FILE or standard input.

    \b
    echo 'thyc hi¢n nghi quyét' | vanban repair
    """
    from normalizers.detect import PROFILES
    from normalizers.repair import repair

    if profile is not None and profile not in (*PROFILES, "unknown"):
        raise click.UsageError(speaker.say("no_such_profile", profile=profile, profiles=", ".join((*PROFILES, "unknown"))))
    data = sys.stdin.buffer.read() if file is None or str(file) == "-" else _bytes_of(file)
    try:
        raw = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.UsageError(speaker.say("not_utf8", path=file or "-")) from None
    repaired = repair(raw, profile=profile)
    if not explain:
        sys.stdout.buffer.write(repaired.text.encode("utf-8", "surrogatepass"))
        return
    from documents.edits import LineIndex

    lines = LineIndex(raw)
    for edit in repaired.edits:
        row = {"line": lines.line_of(edit.start), **asdict(edit)}
        click.echo(json.dumps({**row, "score": round(edit.score, 4)}, ensure_ascii=False))
    for doubt in repaired.doubts:
        row = {"line": lines.line_of(doubt.start), "doubt": raw[doubt.start : doubt.end], **asdict(doubt)}
        click.echo(json.dumps({**row, "confidence": round(doubt.confidence, 4)}, ensure_ascii=False))


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UnreadableFile(Reason.UNREADABLE, error.strerror or str(error), name=str(file)) from error
