"""Where the log goes: nowhere unless asked, to the screen with ``-v``, to a file with ``--log``."""

from __future__ import annotations

import logging
from pathlib import Path

from pipeline.errors import Unwritable

_FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _OneLine(logging.Formatter):
    """For the screen: the sentence without the traceback."""

    def formatException(self, ei: object) -> str:
        return ""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).rstrip("\n")


def log_to(file: Path | None, verbose: int = 0) -> None:
    """Send what the rooms log under ``vanban`` to ``file`` and, with ``verbose``, to standard error.

    Raises ``Unwritable`` when the file can't be opened.
    """
    log = logging.getLogger("vanban")
    log.propagate = False
    for handler in tuple(log.handlers):
        log.removeHandler(handler)
        handler.close()
    log.addHandler(logging.NullHandler())
    log.setLevel(logging.INFO)
    if verbose:
        screen = logging.StreamHandler()
        screen.setFormatter(logging.Formatter(_FORM) if verbose > 1 else _OneLine("vanban: %(message)s"))
        log.addHandler(screen)
    if file is not None:
        try:
            kept = logging.FileHandler(file, encoding="utf-8")
        except OSError as error:
            raise Unwritable(f"cannot write {file}: {error.strerror}; choose another place for it") from error
        kept.setFormatter(logging.Formatter(_FORM))
        log.addHandler(kept)
