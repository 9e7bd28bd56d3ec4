"""The door of the command line: every expected failure leaves it as one sentence and the exit status of the README.

Rooms raise; here it is said, in the language of the user. What is not expected is a defect: it goes into the log with
its traceback and onto the screen as it is.
"""

from __future__ import annotations

import errno
import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any

import click

from corpus.languages.forms import said_in_vietnamese
from db.errors import CorpusError
from pipeline.command.messages import Speaker, default_language
from pipeline.errors import ExitCode, VanbanError

_LOG = logging.getLogger("vanban")

_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EIO))
"""Errors of writing: without a file name they come from standard output."""

# Libraries that run out of memory say so in their own ways: the loader, the C++ runtime, onnxruntime.
_OUT_OF_MEMORY = ("bad_alloc", "failed to map segment", "Failed to allocate memory", "Insufficient memory")


def open_standard_streams() -> None:
    """See that descriptors 0, 1 and 2 are open: where one is not, the next file opened, perhaps the corpus, would take its
    place and be written to by whoever prints an error."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 (stays open to the end)


def leave_in_order() -> None:
    """Let an end asked for from outside (``kill``, a closed terminal) unwind as Ctrl-C does: transactions are rolled back,
    workers ended, temporary folders removed. The exit status is the shell's for that signal."""

    def leave(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_IGN)  # once is enough; the way out must not be left half way
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # `nohup` has its own mind about SIGHUP
            signal.signal(number, leave)


IN_AN_IMPORT = "<frozen importlib"
"""How frames of the import system are called."""

AGAIN = 0.02
"""Seconds after which an interrupt that came during an import is tried again."""


def hold_interrupts_in_imports() -> None:
    """Let Ctrl-C wait while a module is loaded: libraries catch what is raised there, or make another error of it."""

    def interrupt(_: int, frame: FrameType | None) -> None:
        while frame is not None:
            if frame.f_code.co_filename.startswith(IN_AN_IMPORT):
                signal.setitimer(signal.ITIMER_REAL, AGAIN)
                return
            frame = frame.f_back
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a job in the background ignores it
        signal.signal(signal.SIGALRM, interrupt)
        signal.signal(signal.SIGINT, interrupt)


class Door(click.Group):
    """A group of commands whose failures are said in one sentence each, and whose help speaks the user's language."""

    def main(  # type: ignore[override]  # click overloads it and takes anything more
        self,
        args: Sequence[str] | None = None,
        *,
        standalone_mode: bool = True,
        **extra: Any,  # noqa: ANN401 (as click)
    ) -> Any:  # noqa: ANN401 (as click)
        if not standalone_mode:
            return super().main(args, standalone_mode=False, **extra)
        try:
            status = super().main(args, standalone_mode=False, **extra)
        except click.ClickException as error:
            _say_usage(error)
            status = error.exit_code
        except click.Abort:
            status = ExitCode.INTERRUPTED
        sys.exit(int(status) if isinstance(status, int) else ExitCode.OK)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 (click's own signature)
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()  # here a full disk can still be told
            return done
        except BrokenPipeError:  # the reader of our output has gone, as `vanban … | head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(ExitCode.OK)
        except (click.ClickException, click.exceptions.Exit):
            raise  # click's own way out
        except (Exception, KeyboardInterrupt) as error:
            failure = _told(error, speaker_of(ctx))
            if failure is None:  # a defect: its traceback must be seen
                _LOG.exception("not expected")
                raise
            sentence, status = failure
            _LOG.info("%s", sentence, exc_info=error)
            click.echo(f"vanban: {sentence}", err=True)
            if isinstance(error, OSError) and error.filename is None:  # what is left in the buffer can't be written either
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(status)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _format_help(self, ctx, formatter)

    def format_command_names(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, one line each."""
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                rows.append((name, _translated(next(_paragraphs(command.help or ""), ""), ctx)))
        if rows:
            with formatter.section(speaker_of(ctx).say("commands")):
                formatter.write_dl(rows)


class Spoken(click.Command):
    """A command whose help speaks the user's language."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _format_help(self, ctx, formatter)


def speaker_of(ctx: click.Context) -> Speaker:
    """The speaker of this call, in the language asked for or that of the locale."""
    found = ctx.find_object(Speaker)
    return found if found is not None else Speaker(default_language())


def _told(error: BaseException, speaker: Speaker) -> tuple[str, ExitCode] | None:
    """The sentence and the status of a failure; ``None`` for what nobody expected."""
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return speaker.say("interrupted"), ExitCode.INTERRUPTED
    if isinstance(error, MemoryError) or any(sign in str(error) for sign in _OUT_OF_MEMORY):
        return speaker.say("out_of_memory"), ExitCode.FAILURE
    if isinstance(error, VanbanError):
        return speaker.translated(str(error)), error.exit_code
    if isinstance(error, CorpusError):
        return speaker.translated(str(error)), ExitCode.CORPUS
    if isinstance(error, OSError):
        return _told_of_system(error, speaker), ExitCode.INPUT_OUTPUT
    return (speaker.translated(str(error)), ExitCode.FAILURE) if _is_ours(error) else None


def _told_of_system(error: OSError, speaker: Speaker) -> str:
    why = error.strerror or str(error)
    if error.errno == errno.EADDRINUSE:
        return speaker.say("port_in_use")
    if error.filename is None and error.errno in _FULL:
        return speaker.say("cannot_write", path=speaker.say("standard_output"), why=why)
    return speaker.say("cannot_read", path=error.filename or speaker.say("standard_input"), why=why)


def _is_ours(error: BaseException) -> bool:
    """Is this one of the error classes of the rooms (QueryError, SampleError …), whose message is meant for the user?"""
    return type(error).__module__.split(".")[0] in ("corpus", "db", "documents", "extractors", "normalizers", "pipeline")


def _say_usage(error: click.ClickException) -> None:
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    speaker = speaker_of(ctx) if ctx is not None else Speaker(default_language())
    if ctx is not None:
        click.echo(f"{speaker.say('usage')}: {ctx.command_path} {' '.join(ctx.command.collect_usage_pieces(ctx))}", err=True)
        click.echo(speaker.say("try_help", command=ctx.command_path), err=True)
    click.echo(f"vanban: {speaker.translated(error.format_message())}", err=True)


def _translated(text: str, ctx: click.Context) -> str:
    return said_in_vietnamese(text) if speaker_of(ctx).language == "vi" else text


def _format_help(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """click's help in its own order, each text through the catalogue."""
    speaker = speaker_of(ctx)
    formatter.write_usage(ctx.command_path, " ".join(command.collect_usage_pieces(ctx)), f"{speaker.say('usage')}: ")
    formatter.write_paragraph()
    with formatter.indentation():
        for paragraph in _paragraphs(command.help or ""):
            formatter.write_text(_translated(paragraph, ctx))
            formatter.write_paragraph()
    rows = [record for parameter in command.get_params(ctx) if (record := parameter.get_help_record(ctx)) and record[1]]
    if rows:
        with formatter.section(speaker.say("options")):
            formatter.write_dl([(names, _translated(text, ctx)) for names, text in rows])
    if isinstance(command, Door):
        command.format_command_names(ctx, formatter)


def _paragraphs(text: str) -> Iterator[str]:
    """Paragraphs of a docstring as written; one that begins with a backspace keeps its lines (click's own convention)."""
    for paragraph in text.split("\n\n"):
        lines = [line.strip() for line in paragraph.strip().split("\n")]
        kept = lines[0] == "\b"
        yield "\n".join(lines) if kept else " ".join(lines)
