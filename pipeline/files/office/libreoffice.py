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


SUFFIXES = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/msword": ".doc",
    "application/rtf": ".rtf",
}


def printed(path: Path, media_type: str) -> bytes | None:
    """The file as a PDF; ``None`` for what LibreOffice can't print."""
    try:
        with converted(path, SUFFIXES[media_type], "pdf") as made:
            return made.read_bytes()
    except (UnreadableFile, KeyError, OSError):
        return None


# Macros never run, and nothing that a file links to is fetched: it may tell a stranger who reads it.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item></oor:items>
"""


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
        content = path.read_bytes()
        if suffix == ".rtf":  # it takes no other beginning
            content = content.removeprefix(codecs.BOM_UTF8).lstrip()
        source.write_bytes(content)
        profile = Path(folder, "profile", "user")
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
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
