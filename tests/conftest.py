"""Fixtures that every room's tests share."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from documents.outcome import Processed
from tests.making import stored_samples

ROOT = Path(__file__).resolve().parent.parent

# Hypothesis fails a test whose example takes 200 ms; on a machine that does something else too any of them may.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def no_pause_for_garbage(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests of linear growth: late in a long session one collection takes longer than what they time."""
    if "linear" not in request.node.name:
        yield
        return
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The evaluation material beside the checkout; tests that use it are skipped where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder 'shared' is not beside the checkout")
    return folder


@pytest.fixture(scope="session")
def samples_ingest(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The corpus of ``samples/documents``, made once for the whole suite by the command, and what the command printed."""
    database = tmp_path_factory.mktemp("samples") / "corpus.db"
    command = [sys.executable, "-m", "pipeline.cli", "--lang", "en", "ingest", "samples/documents", "--db", str(database)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return database, (done.stdout + done.stderr).rstrip()


@pytest.fixture(scope="session")
def samples_corpus(samples_ingest: tuple[Path, str]) -> Path:
    """The corpus of ``samples/documents``; to be read only."""
    return samples_ingest[0]


@pytest.fixture(scope="session")
def samples_ingested(samples_ingest: tuple[Path, str]) -> str:
    """What ``vanban ingest samples/documents`` prints."""
    return samples_ingest[1]


@pytest.fixture(scope="session")
def samples_read(samples_corpus: Path) -> dict[str, Processed]:
    """Every file of ``samples/documents`` as it came through all rooms, by file name."""
    return stored_samples(samples_corpus)
