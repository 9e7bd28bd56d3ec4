"""The command ``vanban``: its commands wired together, and every expected failure turned into a sentence and a status.

Only this module and ``pipeline.command`` print and exit.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from db.errors import CorpusError
from pipeline.command import finding, keeping, reading, text
from pipeline.command.messages import Speaker, default_language
from pipeline.command.options import current_speaker
from pipeline.errors import ExitCode, VanbanError


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
            click.echo(f"vanban: {current_speaker(ctx).say('interrupted')}", err=True)
            ctx.exit(ExitCode.INTERRUPTED)
        except BrokenPipeError:  # the reader of our output has gone, as `vanban … | head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(ExitCode.OK)
        except OSError as error:
            why = error.strerror or str(error)
            click.echo(f"vanban: {current_speaker(ctx).say('cannot_read', path=error.filename or '-', why=why)}", err=True)
            ctx.exit(ExitCode.INPUT_OUTPUT)
        except (ValueError, RuntimeError) as error:
            if not _is_ours(error):  # a defect: its traceback must be seen
                raise
            click.echo(f"vanban: {error}", err=True)
            ctx.exit(ExitCode.FAILURE)


def _is_ours(error: Exception) -> bool:
    """Is this one of the error classes of the rooms (QueryError, SampleError …), whose message is meant for the user?"""
    return type(error).__module__.split(".")[0] in ("corpus", "db", "extractors", "normalizers", "pipeline")


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--lang", type=click.Choice(["en", "vi"]), default=default_language, help="Language of the messages.")
@click.version_option(package_name="vanban")
@click.pass_context
def main(ctx: click.Context, lang: str) -> None:
    """Scanned Vietnamese provincial documents: text that can be trusted, facts that can be cited, a corpus to search."""
    ctx.obj = Speaker(lang)


for _command in (
    *(reading.ingest, reading.reprocess, reading.watch, reading.worker),
    *(text.text, text.repair),
    *(finding.search, finding.export, finding.explain),
    *(keeping.report, keeping.verify, keeping.backup, keeping.doctor, keeping.serve, keeping.reviewer),
    *(keeping.sample, keeping.acceptance),
):
    main.add_command(_command)


if __name__ == "__main__":
    main()
