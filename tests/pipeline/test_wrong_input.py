"""Wrong input at every command: one sentence on standard error, the exit status that the README names, no traceback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from corpus.languages import catalogue
from corpus.languages.forms import said_in_vietnamese
from db.store import Corpus
from documents.outcome import Reason
from pipeline.cli import main
from pipeline.errors import ADVICE, ExitCode
from pipeline.runs.ingest import Settings, ingest

ROOT = Path(__file__).resolve().parents[2]
USAGE, FAILURE, UNREADABLE = ExitCode.USAGE, ExitCode.FAILURE, ExitCode.UNREADABLE
CORPUS, INPUT_OUTPUT, QUARANTINED = ExitCode.CORPUS, ExitCode.INPUT_OUTPUT, ExitCode.QUARANTINED


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("wrong")
    (made / "in").mkdir()
    (made / "in" / "ke_hoach.txt").write_text("Phấn đấu đến năm 2025 đạt 95% hồ sơ đúng hạn.\n", encoding="utf-8")
    (made / "empty.pdf").write_bytes(b"")
    (made / "text.db").write_text("this is no corpus", encoding="utf-8")
    with Corpus.open(made / "c.db", create=True) as corpus:
        ingest([made / "in"], corpus, Settings(jobs=1))
    yield made


# Arguments ({} is the folder), exit status, and a word that the sentence must have in English and in Vietnamese.
WRONG = (
    ("", USAGE, "Usage", "Cách dùng"),
    ("frobnicate", USAGE, "No such command", "không có lệnh"),
    ("ingest", USAGE, "Missing argument", "thiếu tham số"),
    ("ingest {}/nowhere --db {}/n.db", USAGE, "does not exist", "không tồn tại"),
    ("ingest {}/in", USAGE, "Missing option", "thiếu tuỳ chọn"),
    ("ingest {}/in --db {}/n.db --jobs many", USAGE, "not a valid integer", "không phải số nguyên"),
    ("ingest {}/in --db {}/n.db --jobs 0", USAGE, "not in the range", "không nằm trong khoảng"),
    ("ingest {}/in --db {}/text.db", CORPUS, "not a vanban corpus", "không phải kho"),
    ("ingest {}/in --db {}/nowhere/n.db", CORPUS, "can't be written", "không ghi được"),
    ("ingest {}/in --db {}/n.db --report {}/nowhere/r.json", INPUT_OUTPUT, "cannot write", "không ghi được"),
    ("ingest {}/empty.pdf --db {}/n.db", QUARANTINED, "quarantined", "cách ly"),
    ("reprocess --db {}/c.db --stage facts --where year", USAGE, "FIELD=VALUE", "TRƯỜNG=GIÁ_TRỊ"),
    ("reprocess --db {}/c.db --stage facts --where colour=red", USAGE, "knows no colour", "không có colour"),
    ("reprocess --db {}/c.db --stage everything", USAGE, "not one of", "không nằm trong số"),
    ("watch {}/nowhere --db {}/n.db", USAGE, "does not exist", "không tồn tại"),
    ("text {}/nowhere.pdf", UNREADABLE, "nowhere.pdf", "nowhere.pdf"),
    ("text {}/empty.pdf", UNREADABLE, "nothing is in it", "không có gì"),
    ("repair {}/nowhere.txt", UNREADABLE, "nowhere.txt", "nowhere.txt"),
    ("repair {}", UNREADABLE, "directory", "quyền đọc"),
    ("repair --profile finereader {}/in/ke_hoach.txt", USAGE, "no profile finereader", "không có họ bộ nhận dạng"),
    ("search --db {}/c.db", USAGE, "Missing argument", "thiếu tham số"),
    ("search dat --db {}/nowhere.db", USAGE, "does not exist", "không tồn tại"),
    ("search dat --db {}/text.db", CORPUS, "not a vanban corpus", "không phải kho"),
    ("search dat --db {}/c.db --limit 0", USAGE, "not in the range", "không nằm trong khoảng"),
    ("export nothing --db {}/c.db", USAGE, "not one of", "không nằm trong số"),
    ("export targets --db {}/c.db --format ics", FAILURE, "calendar", "lịch"),
    ("export pdf --db {}/c.db", USAGE, "a folder", "thư mục"),
    ("export targets --db {}/c.db --out {}/nowhere/t.csv", INPUT_OUTPUT, "cannot write", "không ghi được"),
    ("explain nothing --db {}/c.db", FAILURE, "no fact nothing", "không có dữ kiện nothing"),
    ("report --db {}/c.db --run 99", FAILURE, "no run 99", "không có đợt chạy 99"),
    ("serve --db {}/text.db", CORPUS, "not a vanban corpus", "không phải kho"),
    ("serve --db {}/c.db --port 70000", USAGE, "not in the range", "không nằm trong khoảng"),
    ("reviewer lan --db {}/c.db --password short", USAGE, "at least", "ít nhất"),
    ("reviewer a:b --db {}/c.db --password long-enough", USAGE, "no colon", "không có dấu hai chấm"),
    ("reviewer nobody --db {}/c.db --remove", FAILURE, "no reviewer nobody", "không có người duyệt nobody"),
    ("sample --db {}/c.db --size 0 --seed 1", USAGE, "not in the range", "không nằm trong khoảng"),
    ("acceptance 7 --db {}/c.db", FAILURE, "no sample 7", "không có mẫu 7"),
    ("learn --db {}/c.db", FAILURE, "40 of 5 documents are needed", "cần 40 lượt của 5 văn bản"),
    ("learn --db {}/text.db", CORPUS, "not a vanban corpus", "không phải kho"),
    ("verify --db {}/text.db", CORPUS, "not a vanban corpus", "không phải kho"),
    ("backup {}/nowhere/b.db --db {}/c.db", CORPUS, "can't be written", "không ghi được"),
    ("worker", USAGE, "Missing argument", "thiếu tham số"),
    ("hoso show nothing --db {}/c.db", FAILURE, "no dossier nothing", "không có hồ sơ nothing"),
    ("hoso from-folders {}/nowhere --db {}/c.db", FAILURE, "ingest it first", "đưa vào kho trước"),
    ("hoso from-list {}/text.db --db {}/c.db", FAILURE, "no row of headings", "không thấy dòng tiêu đề"),
    ("hoso set H1 colour=red --db {}/c.db", FAILURE, "no field colour", "không có trường colour"),
    ("hoso set H1 colour --db {}/c.db", USAGE, "FIELD=VALUE", "TRƯỜNG=GIÁ_TRỊ"),
    ("hoso state nothing sheet=1 --db {}/c.db", FAILURE, "names no document", "không có văn bản nothing"),
    ("verify-package {}/text.db", FAILURE, "neither a folder nor a ZIP", "không phải thư mục hay tệp ZIP"),
    ("verify-package {}/in", FAILURE, "no METS.xml", "không có METS.xml"),
    ("ingest {}/in --db {}/c.db --hoso-from {}/none.xlsx", USAGE, "none.xlsx' does not exist", "none.xlsx' không tồn tại"),
    ("cut ke_hoach.txt 2-9 --db {}/c.db", FAILURE, "must be in one part", "phải nằm trong một phần"),
    ("cut ke_hoach.txt x --db {}/c.db", FAILURE, "are no pages", "không phải các trang"),
    ("cut ke_hoach.txt --accept --undo --db {}/c.db", USAGE, "one of them", "một trong ba"),
    ("export sip --db {}/c.db", USAGE, "a folder", "thư mục"),
    ("export bagit --db {}/c.db --out {}/in", FAILURE, "is not empty", "không rỗng"),
    ("export alto --names tt05 --db {}/c.db", USAGE, "goes with pdf", "chỉ đi với pdf"),
    ("check --db {}/c.db", FAILURE, "no dossiers", "chưa có hồ sơ"),
    ("export muc-luc --db {}/c.db", FAILURE, "no dossiers", "chưa có hồ sơ"),
    ("export muc-luc --db {}/c.db --format csv", USAGE, "xlsx, docx", "xlsx, docx"),
    ("export muc-luc --db {}/c.db --out {}/x.txt", USAGE, "xlsx, docx", "xlsx, docx"),
    ("export targets --db {}/c.db --out {}/x.pdf", USAGE, "csv, jsonl", "csv, jsonl"),
    ("reviewer lan --db {}/c.db", USAGE, "the input ended", "đầu vào kết thúc"),
    ("search hồ --db {}/c.db --type foo", ExitCode.OK, "--type 'foo' fits nothing", "--type 'foo' không khớp"),
    ("search hồ --db {}/c.db --hoso H1", ExitCode.OK, "--hoso 'H1' fits nothing", "--hoso 'H1' không khớp"),
    ("doctor --nothing", USAGE, "No such option", "không có tuỳ chọn"),
)


def vanban(folder: Path, arguments: str, language: str) -> Result:
    words = [word.replace("{}", str(folder)) for word in arguments.split()]
    return CliRunner().invoke(main, ["--lang", language, *words], catch_exceptions=False)


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize(("arguments", "status", "english", "vietnamese"), WRONG, ids=[case[0] for case in WRONG])
def test_wrong_input_is_told_in_one_sentence(
    folder: Path, arguments: str, status: int, english: str, vietnamese: str, language: str
) -> None:
    done = vanban(folder, arguments, language)
    assert done.exit_code == status, done.output
    assert (vietnamese if language == "vi" else english) in done.stderr
    assert "Traceback" not in done.output


def test_every_command_has_a_case_of_wrong_input() -> None:
    assert set(main.commands) <= {case[0].split(" ")[0] for case in WRONG}


def said_by(command: click.Command) -> Iterator[str]:
    for paragraph in (command.help or "").split("\n\n"):
        if not paragraph.strip().startswith("\b"):
            yield " ".join(line.strip() for line in paragraph.strip().split("\n"))
    yield from (option.help for option in command.params if isinstance(option, click.Option) and option.help)


def all_commands(group: click.Group) -> Iterator[click.Command]:
    yield group
    for command in group.commands.values():
        yield from all_commands(command) if isinstance(command, click.Group) else (command,)


@pytest.mark.parametrize("command", list(all_commands(main)), ids=lambda command: command.name)
def test_help_speaks_vietnamese(command: click.Command) -> None:
    assert not [text for text in said_by(command) if text not in catalogue("command")]


@pytest.mark.parametrize("reason", list(Reason))
def test_advice_speaks_vietnamese(reason: Reason) -> None:
    assert said_in_vietnamese(f"a.pdf: {reason}: 3 bytes; {ADVICE[reason]}").endswith(
        catalogue("command")[ADVICE[reason]].vietnamese
    )


# --- what only a process of its own can show ---------------------------------------------------------------------------


def run_in_shell(command: str) -> subprocess.CompletedProcess[str]:
    vanban = f"{sys.executable} -m pipeline.cli --lang en"
    return subprocess.run(
        ["bash", "-c", command.replace("VANBAN", vanban)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_closed_standard_error_harms_nothing(folder: Path) -> None:
    done = run_in_shell(f"VANBAN ingest {folder}/in --db {folder}/closed.db --jobs 1 2>&-")
    assert done.returncode == 0 and "1 stored" in done.stdout
    with Corpus.open(folder / "closed.db", read_only=True) as corpus:
        assert corpus.totals()["documents"] == 1


def test_a_full_disk_behind_standard_output_is_named(folder: Path) -> None:
    done = run_in_shell(f"VANBAN text {folder}/in/ke_hoach.txt >/dev/full")
    assert done.returncode == INPUT_OUTPUT
    assert done.stderr.splitlines() == [
        "vanban: cannot write standard output: No space left on device; choose another place for it"
    ]


def test_a_port_in_use_is_named(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run_in_shell(f"VANBAN serve --db {folder}/c.db --port {taken.getsockname()[1]}")
    assert done.returncode == INPUT_OUTPUT and "choose another with --port" in done.stderr


@pytest.mark.parametrize("kilobytes", [400_000, 700_000])
def test_too_little_memory_is_said_so(kilobytes: int) -> None:
    done = run_in_shell(f"ulimit -v {kilobytes}; VANBAN text samples/documents/trang_cuoi_chi_thi.png")
    assert done.returncode == FAILURE
    sentence = "vanban: not enough memory; end other programs, or start fewer workers with --jobs 1"
    assert done.stderr.splitlines()[-1] == sentence and "Traceback" not in done.stderr  # OpenCV writes a line of its own


def test_a_run_ended_by_the_keyboard_says_130(folder: Path) -> None:
    command = f"VANBAN serve --db {folder}/c.db --port 0 >{folder}/out & sleep 0.1;"
    command += f" for i in $(seq 100); do grep -q http {folder}/out && break; sleep 0.2; done; kill -INT $!; wait $!"
    assert run_in_shell(f"set -m; {command}").returncode == ExitCode.INTERRUPTED


def test_the_log_keeps_the_traceback_and_the_screen_the_sentence(folder: Path) -> None:
    done = run_in_shell(f"VANBAN --log {folder}/v.log text {folder}/empty.pdf")
    assert done.stderr.count("\n") == 1
    log = (folder / "v.log").read_text(encoding="utf-8")
    assert "Traceback" in log and "nothing is in it" in log
