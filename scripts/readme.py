"""What the two READMEs say of the program, made from the program: the contract of its commands, and the tour.

``scripts/tour`` writes both anew; ``tests/test_readme.py`` fails where they differ from what the program does.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

ROOT = Path(__file__).resolve().parent.parent
READMES = {"en": ROOT / "README.md", "vi": ROOT / "README.vi.md"}
FOLDER = "out/tour"
"""Where the tour puts its corpus; git ignores it."""
MOST_LINES, MOST_COLUMNS = 24, 150
"""Of the output of one step: a screen."""


class Step(NamedTuple):
    """One step of the tour: what is said of it in both languages, and the command as a reader types it."""

    english: str
    vietnamese: str
    command: str


INGEST = f"mkdir -p {FOLDER} && vanban ingest samples/documents --db {FOLDER}/corpus.db --report {FOLDER}/report.json"
STEPS = (
    Step(
        "What happens to a line that an English OCR engine has read:",
        "Một dòng do bộ nhận dạng tiếng Anh đọc:",
        "head -n 3 samples/documents/001_*.txt | vanban repair",
    ),
    Step("Files in, with whatever they are:", "Đưa tệp vào kho, bất kể là loại gì:", INGEST),
    Step("How each was read:", "Từng tệp được đọc ra sao:", f"vanban report --db {FOLDER}/corpus.db"),
    Step(
        "A search without marks:",
        "Tìm không dấu:",
        f"vanban search 'cai cach hanh chinh' --db {FOLDER}/corpus.db --limit 2",
    ),
    Step(
        "A number half remembered:",
        "Số văn bản nhớ mang máng:",
        f"vanban search 76 nq cp --db {FOLDER}/corpus.db --limit 2",
    ),
    Step(
        "Targets as a table, here those of administrative procedures:",
        "Chỉ tiêu thành bảng, ở đây là về thủ tục hành chính:",
        f"vanban export targets --db {FOLDER}/corpus.db --unit % --saying 'thủ tục hành chính'"
        " | cut -d, -f2-9,12 | head -n 5",
    ),
)

_NO_LOCALE = "bash: warning: setlocale"
"""The shell of a machine without Vietnamese locales; the program needs none to speak Vietnamese."""

# Seconds and milliseconds, which are never the same twice.
_TIMES = re.compile(r"\b\d+(?:\.\d+)? ?(?:s|ms|giây)\b|(?<=  )\d+\.\d\b(?=\s|$)")


def without_times(output: str) -> str:
    """``output`` with its times left out, and columns one blank apart: what two runs have in common.

    >>> without_times("11 stored; 20 pages in 46 s"), without_times("a.pdf   stored  3  12.3")
    ('11 stored; 20 pages in …', 'a.pdf stored 3 …')
    """
    return re.sub(r"[ \t]+", " ", _TIMES.sub("…", output))


def run_step(command: str, language: str) -> str:
    """What a step prints, run from the checkout as its reader would, cut to a screen."""
    environment = {**os.environ, "LC_ALL": "vi_VN.UTF-8" if language == "vi" else "C.UTF-8"}
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    said = [line for line in (done.stdout + done.stderr).rstrip().split("\n") if not line.startswith(_NO_LOCALE)]
    return "\n".join(line[:MOST_COLUMNS].rstrip() for line in said[:MOST_LINES])


def tour(language: str, outputs: dict[str, str]) -> str:
    """The tour as the README has it; ``outputs`` by command."""
    told = ""
    for step in STEPS:
        said = step.vietnamese if language == "vi" else step.english
        told += f"{said}\n\n```\n$ {step.command}\n{outputs[step.command]}\n```\n\n"
    return told


def contract(main: click.Group) -> str:
    """Every command with every option of it, a paragraph each."""
    lines = [f"vanban {' '.join(_options(main))} COMMAND …"]
    for name, command in _commands(main, "vanban"):
        lines += _wrapped(name, list(_options(command)))
    return "```\n" + "\n".join(lines) + "\n```\n"


def _commands(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
    for own, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{name} {own}")
        else:
            yield f"{name} {own}", command


def _options(command: click.Command) -> Iterator[str]:
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    options = [p for p in command.params if isinstance(p, click.Option)]
    for argument in arguments:
        yield argument.make_metavar(click.Context(command))
    for option in sorted(options, key=lambda option: not option.required):
        name = max(option.opts, key=len)
        text = name if option.is_flag or option.count else f"{name} {_value(option)}"
        yield text if option.required else f"[{text}]"


def _value(option: click.Option) -> str:
    kind = option.type
    if option.metavar:
        return option.metavar
    if isinstance(kind, click.Choice):
        return "|".join(map(str, kind.choices))
    names = {click.IntRange: "N", click.FloatRange: "X", click.Path: "PATH"}
    plain = {"integer": "N", "float": "X"}
    return names.get(type(kind), plain.get(kind.name, "TEXT"))


def _wrapped(head: str, parts: list[str], width: int = 120) -> list[str]:
    lines = [head]
    for part in parts:
        if len(lines[-1]) + 1 + len(part) > width:
            lines.append("    " + part)
        else:
            lines[-1] += f" {part}"
    return lines


def between(text: str, name: str) -> str:
    """What stands between the marks ``<!-- name -->`` and ``<!-- /name -->``."""
    found = re.search(rf"(?s)<!-- {name} -->\n(.*)<!-- /{name} -->", text)
    if found is None:
        raise ValueError(f"no marks for {name}")
    return found[1]


def replaced(text: str, name: str, new: str) -> str:
    """``text`` with something else between the marks."""
    return re.sub(rf"(?s)(<!-- {name} -->\n).*(<!-- /{name} -->)", lambda m: m[1] + new + m[2], text)
