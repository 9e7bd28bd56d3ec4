"""The command ``vanban``: its commands wired together.

Only ``pipeline.command`` prints and exits.
"""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.command import archive, finding, keeping, learning, reading, text
from pipeline.command.door import Door, hold_interrupts_in_imports, leave_in_order, open_standard_streams
from pipeline.command.logs import log_to
from pipeline.command.messages import Speaker, default_language


def _choose_language(ctx: click.Context, _: click.Parameter, language: str) -> str:
    ctx.obj = Speaker(language)  # before anything else, so that even --help speaks it
    return language


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--lang",
    type=click.Choice(["en", "vi"]),
    default=default_language,
    callback=_choose_language,
    is_eager=True,
    expose_value=False,
    help="Language of the messages.",
)
@click.option("-v", "--verbose", count=True, help="Say more of what is done, on standard error; twice: with tracebacks.")
@click.option(
    "--log",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Append what is done, and the traceback of whatever fails, to this file.",
)
@click.version_option(package_name="vanban", message="%(prog)s %(version)s")
def main(verbose: int, log: Path | None) -> None:
    """Scanned Vietnamese provincial documents: text that can be trusted, facts that can be cited, a corpus to search."""
    log_to(log, verbose)


for _command in (
    *(reading.ingest, reading.reprocess, reading.watch, reading.worker),
    *(text.text, text.repair),
    *(finding.search, finding.export, finding.explain),
    *(keeping.report, keeping.verify, keeping.backup, keeping.doctor, keeping.serve, keeping.reviewer),
    *(keeping.sample, keeping.acceptance, learning.learn),
    *(archive.hoso, archive.check, archive.cut, archive.verify_package),
):
    main.add_command(_command)


def run() -> None:
    """The entry of the program."""
    open_standard_streams()
    leave_in_order()
    hold_interrupts_in_imports()
    main()


if __name__ == "__main__":
    run()
