"""LibreOffice, where it is installed: old Word files and rich text as Word files that are read here."""

from __future__ import annotations

import codecs
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from documents.outcome import Reason
from pipeline.errors import UnreadableFile

INSTALL = "apt-get install libreoffice-writer-nogui"

# It starts in two seconds and converts a page in a hundredth; what takes longer hangs.
_SECONDS = 120


def program() -> str | None:
    """The path of LibreOffice; ``None`` where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


@contextmanager
def converted(path: Path, suffix: str, target: str = "docx") -> Iterator[Path]:
    """The file as ``target`` ("docx", "pdf"), for as long as the context lasts. ``suffix`` (".doc") says what it is.

    Raises ``UnreadableFile``: ``NEEDS_LIBREOFFICE`` where it is not installed, ``DAMAGED`` when it can't read the file.
    """
    found = program()
    if found is None:
        raise UnreadableFile(Reason.NEEDS_LIBREOFFICE, f"{suffix.removeprefix('.').upper()} is read through LibreOffice")
    with tempfile.TemporaryDirectory(prefix="office-") as folder:
        source = Path(folder, "source" + suffix)
        source.write_bytes(path.read_bytes().removeprefix(codecs.BOM_UTF8).lstrip())  # it takes no other beginning
        # A profile of its own: two runs on one profile end each other, and macros of the user's must not run.
        options = ["--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation=file://{folder}/profile"]
        command = [found, *options, "--convert-to", target, "--outdir", folder, str(source)]
        _run(command, folder)
        made = source.with_suffix("." + target)
        if not made.is_file():
            raise UnreadableFile(Reason.DAMAGED, "LibreOffice can't read the file")
        yield made


def _run(command: list[str], folder: str) -> None:
    environment = {**os.environ, "HOME": folder, "SAL_DISABLE_OPENCL": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, start_new_session=False
    ) as process:
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired as error:
            process.send_signal(signal.SIGKILL)
            raise UnreadableFile(Reason.DAMAGED, f"LibreOffice did not finish within {_SECONDS} s") from error
