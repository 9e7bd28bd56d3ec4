"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from documents.facts import FACT_KINDS
from pipeline.command.door import speaker_of

P = ParamSpec("P")
R = TypeVar("R")

ANY_FILE = click.Path(path_type=Path)
EXISTING = click.Path(path_type=Path, exists=True)
ENGINE_NAMES = ("tesseract", "network", "trueocr", "asterocr", "ensemble")
KINDS = ("documents", "pages", *FACT_KINDS, "tables")
PACKAGE = "package"  # all kinds in one Frictionless data package
LAYOUTS = ("pdf", "alto", "hocr")  # files of documents rather than records


class PlaceType(click.Path):
    """A path that exists, or an address such as s3://bucket/folder, which is looked up when the run begins."""

    def __init__(self) -> None:
        super().__init__(exists=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 (click)
        from pipeline.files.places import place_of

        if isinstance(value, str) and "://" in value:
            return place_of(value)
        return super().convert(value, param, ctx)


def database_option(must_exist: bool = True) -> Callable[[Callable[P, R]], Callable[P, R]]:
    kind = click.Path(path_type=Path, exists=must_exist, dir_okay=False)
    return click.option("--db", "database", type=kind, required=True, help="The corpus, one SQLite file.")


def ocr_options(command: Callable[P, R]) -> Callable[P, R]:
    engine = click.option("--engine", type=click.Choice(ENGINE_NAMES), help="OCR engine; default: the best installed.")
    ocr = click.option(
        "--ocr", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to look at the image."
    )
    return engine(ocr(command))


def jobs_option(command: Callable[P, R]) -> Callable[P, R]:
    cores = os.cpu_count() or 1
    kind = click.IntRange(1, 256)
    return click.option("--jobs", type=kind, default=cores, show_default=True, help="Worker processes.")(command)


def json_option(command: Callable[P, R]) -> Callable[P, R]:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def takes_speaker(command: Callable[..., R]) -> Callable[..., R]:
    """Hands the command the ``Speaker`` of this call as ``speaker``."""

    @wraps(command)
    def with_speaker(*args: Any, **kwargs: Any) -> R:  # noqa: ANN401 (whatever the command takes)
        return command(*args, **kwargs, speaker=speaker_of(click.get_current_context()))

    return with_speaker
