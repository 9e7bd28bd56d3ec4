"""The READMEs tell the truth: each command with its options, and a tour that prints what they print."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from pipeline.cli import main
from scripts.readme import FOLDER, INGEST, READMES, STEPS, between, contract, run_step, tour, without_times


@pytest.mark.parametrize("language", READMES)
def test_the_contract_names_every_option(language: str) -> None:
    """Where this fails, ``scripts/tour`` writes the contract anew."""
    assert between(READMES[language].read_text(encoding="utf-8"), "commands") == contract(main)


@pytest.fixture(scope="session")
def tour_on_disk(samples_corpus: Path) -> None:
    """The corpus of the samples where the tour has it, so that it is made once for the whole suite."""
    folder = READMES["en"].parent / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for suffix in ("", "-wal", "-shm"):
        (folder / f"corpus.db{suffix}").unlink(missing_ok=True)
    shutil.copy(samples_corpus, folder / "corpus.db")


@pytest.mark.parametrize("language", READMES)
def test_the_tour_prints_what_the_commands_print(
    language: str, tour_on_disk: None, samples_ingested: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{Path('/usr/bin')}:{Path('/bin')}")
    told = between(READMES[language].read_text(encoding="utf-8"), "tour")
    outputs = {step.command: run_step(step.command, language) for step in STEPS if step.command != INGEST}
    outputs[INGEST] = samples_ingested if language == "en" else _output_of(INGEST, told)
    assert without_times(told) == without_times(tour(language, outputs))


def _output_of(command: str, told: str) -> str:
    return told.partition(f"$ {command}\n")[2].partition("\n```")[0]
