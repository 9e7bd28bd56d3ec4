"""The command line as a user meets it: right input, wrong input, and what it says about both."""

from __future__ import annotations

import json
import re
import shutil
import string
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from corpus.languages import catalogue
from db.store import Corpus
from documents.edits import replay
from pipeline.cli import main
from pipeline.command import messages
from pipeline.command.options import ENGINE_NAMES
from pipeline.command.progress import Progress
from pipeline.ocr import ENGINES
from pipeline.runs.ingest import FileDone, Settings, ingest

ROOT = Path(__file__).resolve().parents[2]
GARBLED = "Ve viéc tiep tuc tang cuwong, nang cao hi¢u qua\n\ncong tac cdi cach hanh chinh trén dia ban tinh\n"
TEXT = (
    "ỦY BAN NHÂN DÂN\nTỈNH QUẢNG NGÃI\nSố: 05/KH-UBND\nQuảng Ngãi, ngày 15 tháng 4 năm 2020\nKẾ HOẠCH\n"
    "Cải cách hành chính năm 2020\nThực hiện Nghị quyết số 76/NQ-CP ngày 15 tháng 7 năm 2021 của Chính phủ.\n"
    "- Phấn đấu đến năm 2021 có 95% doanh nghiệp nộp thuế điện tử.\n"
)


def vanban(*arguments: object, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=given, catch_exceptions=False)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("cli")
    (folder / "in").mkdir()
    (folder / "in" / "ke_hoach.txt").write_text(TEXT, encoding="utf-8")
    (folder / "in" / "empty.pdf").write_bytes(b"")
    with Corpus.open(folder / "c.db", create=True) as corpus:
        ingest([folder / "in"], corpus, Settings())
    yield folder / "c.db"


def test_repair_gives_one_line_for_each_line() -> None:
    done = vanban("repair", given=GARBLED)
    assert done.exit_code == 0
    assert done.stdout.split("\n") == [
        "Về việc tiếp tục tăng cường, nâng cao hiệu quả",
        "",
        "công tác cải cách hành chính trên địa bàn tỉnh",
        "",
    ]


def test_text_keeps_tone_marks_where_they_are_printed_when_asked(tmp_path: Path) -> None:
    file = tmp_path / "layer.txt"
    file.write_text(GARBLED + "UỶ BAN NHÂN DÂN giải quyết hoà giải cơ sở\n", encoding="utf-8")
    usual, verbatim = (vanban("text", *option, file).stdout for option in ((), ("--verbatim",)))
    assert "ỦY BAN NHÂN DÂN giải quyết hòa giải cơ sở" in usual
    assert "UỶ BAN NHÂN DÂN giải quyết hoà giải cơ sở" in verbatim
    assert usual.split("\n")[0] == verbatim.split("\n")[0] == "Về việc tiếp tục tăng cường, nâng cao hiệu quả"


def test_repair_explains_edits_that_replay_to_its_output() -> None:
    from documents.edits import Edit

    rows = [json.loads(line) for line in vanban("repair", "--explain", given=GARBLED).stdout.splitlines()]
    edits = [
        Edit(*(row[name] for name in ("start", "end", "before", "after", "rule", "score")))
        for row in rows
        if "before" in row
    ]
    assert replay(GARBLED, edits) == vanban("repair", given=GARBLED).stdout
    assert all(0 < edit.score <= 1 and edit.rule for edit in edits)


def test_repair_takes_nothing_and_gives_nothing() -> None:
    assert vanban("repair", given="").stdout == ""


def test_repair_of_bytes_that_are_no_utf8_says_what_to_do() -> None:
    done = vanban("repair", given=b"Quy\xd5t \xae\xdenh\n")
    assert done.exit_code == 2 and "UTF-8" in done.stderr


def test_text_prints_lines_and_pages_as_they_stand(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT + "\f" + "Trang hai.\n", encoding="utf-8")
    assert vanban("text", tmp_path / "a.txt").stdout == TEXT + "\fTrang hai.\n"


def test_text_as_alto_holds_what_was_repaired_and_what_was_read(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(GARBLED, encoding="utf-8")
    read = {word for line in GARBLED.splitlines() for word in line.split()}
    repaired = _strings(vanban("text", "--layout", "alto", file).stdout)
    assert " ".join(repaired).startswith("Về việc tiếp tục tăng cường,")
    assert set(repaired.values()) - {None} <= read
    assert "hi¢u" in repaired.values()
    raw = _strings(vanban("text", "--raw", "--layout", "alto", file).stdout)
    assert set(raw) - {""} == read
    assert set(raw.values()) == {None}


def _strings(alto: str) -> dict[str, str | None]:
    """The words of an ALTO document, with what was read for those that were repaired."""
    strings = ElementTree.fromstring(alto).iter("{http://www.loc.gov/standards/alto/ns-v4#}String")
    return {string.attrib["CONTENT"]: string[0].text if len(string) else None for string in strings}


def test_text_of_what_is_no_document_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("<html><title>404</title></html>", encoding="utf-8")
    done = vanban("text", tmp_path / "a.pdf")
    assert done.exit_code == 4 and len(done.stderr.strip().splitlines()) == 1 and "HTML" in done.stderr


@pytest.mark.parametrize("typed", ["cai cach hanh chinh", "cải cách hành chính", "76/NQ-CP", "76 nq cp", "76nqcp"])
def test_search_finds_words_and_numbers_however_typed(database: Path, typed: str) -> None:
    found = json.loads(vanban("search", typed, "--db", database, "--json").stdout)
    assert [hit["document"] for hit in found["hits"]] == ["ke_hoach"]


def test_search_with_marks_does_not_find_other_marks(database: Path) -> None:
    done = vanban("--lang", "en", "search", "cãi", "--db", database)
    assert done.exit_code == 0 and "nothing found" in done.stdout


def test_export_and_explain_tell_where_a_fact_stands(database: Path) -> None:
    (row,) = [
        json.loads(line) for line in vanban("export", "targets", "--db", database, "--format", "jsonl").stdout.splitlines()
    ]
    assert (row["value"], row["unit"], row["due"], row["line"]) == (95, "%", "2021", 8)
    assert row["document"] == "ke_hoach" and "95%" in row["quote"]
    explained = vanban("explain", row["id"], "--db", database, "--json")
    assert json.loads(explained.stdout)["rule"] == row["rule"]


def test_export_follows_words_filters_and_conditions(database: Path) -> None:
    def exported(*arguments: str) -> int:
        return len(vanban("export", *arguments, "--db", database, "--format", "jsonl").stdout.splitlines())

    assert exported("targets", "--words", "cai cach", "--unit", "%", "--due", "2021", "--value-from", "90") == 1
    assert exported("targets", "--words", "cãi") == exported("targets", "--value-to", "90") == 0
    assert exported("documents", "--year-to", "1990") == 0
    assert exported("documents", "--has", "targets") == 1
    for wrong in (
        ("citations", "--due", "2021"),
        ("targets", "--words", "-x"),
        ("targets", "--words", "--- /"),
        ("targets", "--due", "12/2026"),
        ("targets", "--due", "2026-13"),
        ("targets", "--sort-of", "goal"),
        ("citations", "--sort-of", "hủy hoại"),
        ("targets", "--value-from", "9", "--value-to", "8"),
        ("documents", "--document", "0" * 16),
    ):
        done = vanban("export", *wrong, "--db", database)
        assert done.exit_code == 3 and len(done.stderr.strip().splitlines()) == 1 and not done.stdout


@pytest.mark.parametrize("words", ["", "  "])
def test_export_without_a_word_to_look_for_exports_nothing(database: Path, words: str) -> None:
    done = vanban("--lang", "en", "export", "targets", "--words", words, "--db", database)
    assert done.exit_code == 2 and not done.stdout and "nothing is exported" in done.stderr


def test_export_writes_files_of_documents_into_a_folder(database: Path, tmp_path: Path) -> None:
    assert vanban("export", "alto", "--db", database, "--out", tmp_path / "alto").exit_code == 0
    assert [path.name for path in (tmp_path / "alto").rglob("*.xml")] == ["0001.xml"]
    done = vanban("--lang", "en", "export", "pdf", "--db", database, "--out", tmp_path / "pdf")
    assert done.exit_code == 1 and "is a text file" in done.stderr and "1 documents left out" in done.stderr
    for wrong in (
        ("hocr",),
        ("alto", "--due", "2025", "--out", tmp_path),
        ("package", "--unit", "%"),
        ("targets", "--pdfa"),
    ):
        assert vanban("export", *wrong, "--db", database).exit_code == 2, wrong


def test_a_report_or_log_that_cannot_be_written_is_said_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Kế hoạch\n", encoding="utf-8")
    for option in ("--report", "--log"):
        done = vanban("ingest", tmp_path / "a.txt", "--db", tmp_path / "c.db", option, tmp_path / "none" / "r.json")
        assert done.exit_code == 7 and len(done.stderr.strip().splitlines()) == 1 and not done.stdout


def test_explain_of_an_unknown_fact_is_one_sentence(database: Path) -> None:
    done = vanban("explain", "nothing", "--db", database)
    assert done.exit_code == 3 and len(done.stderr.strip().splitlines()) == 1


def test_report_names_what_was_quarantined_and_why(database: Path) -> None:
    report = json.loads(vanban("report", "--db", database, "--json").stdout)
    reasons = {Path(file["path"]).name: file["reason"] for file in report["files"]}
    assert reasons == {"ke_hoach.txt": None, "empty.pdf": "empty"}


def test_report_is_written_in_the_format_asked_for(database: Path, tmp_path: Path) -> None:
    assert vanban("report", "--db", database, "--format", "csv").stdout_bytes.startswith(b"\xef\xbb\xbfpath,outcome")
    assert (
        vanban("--lang", "vi", "report", "--db", database, "--format", "html", "--out", tmp_path / "r.html").exit_code == 0
    )
    assert "ke_hoach.txt" in (tmp_path / "r.html").read_text(encoding="utf-8")
    lost = vanban("report", "--db", database, "--format", "html", "--out", tmp_path / "no" / "r.html")
    assert lost.exit_code == 7 and len(lost.stderr.strip().splitlines()) == 1


def test_progress_tells_the_time_left_by_the_last_files(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """A thousand unchanged files in a second say nothing about the two hundred read at six seconds each."""
    now = 0.0
    monkeypatch.setattr("pipeline.command.progress.time.monotonic", lambda: now)
    progress = Progress(messages.Speaker("en"), quiet=False, total=1300)
    for n in range(1200):
        now += 0.001 if n < 1000 else 6.0
        progress(FileDone(Path(f"{n}.pdf"), "unchanged" if n < 1000 else "stored", 3))
    now += 1.0
    progress.page(Path("long.pdf"), 7, 900)
    last = capsys.readouterr().err.split("\r")[-1]
    assert "0.5 pages/s, about 0:10:00 left  long.pdf 7/900" in last


def test_verify_tells_changed_and_missing_files(database: Path) -> None:
    assert vanban("verify", "--db", database).exit_code == 0
    path = database.parent / "in" / "ke_hoach.txt"
    before = path.read_bytes()
    path.write_bytes(before + b" ")
    done = vanban("verify", "--db", database, "--json")
    path.write_bytes(before)
    assert done.exit_code == 1 and [row["state"] for row in json.loads(done.stdout)] == ["changed"]


def test_checks_are_kept_in_the_diary_and_copies_compared(database: Path, tmp_path: Path) -> None:
    def checks() -> int:
        with Corpus.open(database, read_only=True) as corpus:
            return int(corpus.tuples("SELECT count(*) FROM fixity_checks WHERE state = 'same'")[0][0])

    before = checks()
    assert vanban("verify", "--db", database).exit_code == 0
    kept = checks()
    assert kept > before
    assert vanban("verify", "--db", database, "--no-diary").exit_code == 0
    copy = tmp_path / "copy"
    shutil.copytree(database.parent / "in", copy)
    assert vanban("verify", "--db", database, "--compare", copy).exit_code == 0
    (copy / "ke_hoach.txt").write_bytes(b"x")
    done = vanban("verify", "--db", database, "--compare", copy, "--json")
    assert done.exit_code == 1 and [row["state"] for row in json.loads(done.stdout)] == ["changed"]
    assert checks() == kept


def test_an_export_that_breaks_off_leaves_what_was_there(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(kind: str, format: str, rows: object, stream: BinaryIO) -> int:
        stream.write(b"half a re")
        raise OSError(28, "No space left on device")

    out = tmp_path / "targets.csv"
    assert vanban("export", "targets", "--db", database, "--out", out).exit_code == 0
    before = out.read_bytes()
    monkeypatch.setattr("corpus.export.records.write", torn)
    done = vanban("export", "targets", "--db", database, "--out", out)
    assert done.exit_code == 7 and "No space left" in done.stderr
    assert out.read_bytes() == before and list(tmp_path.glob("*.part")) == []


def test_backup_is_a_whole_corpus(database: Path, tmp_path: Path) -> None:
    from db.digest import content_digest

    assert vanban("backup", tmp_path / "copy.db", "--db", database).exit_code == 0
    assert content_digest(tmp_path / "copy.db") == content_digest(database)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("ingest", "no-such-folder", "--db", "x.db"), 2),
        (("ingest", "nonsense://bucket", "--db", "x.db"), 3),
        (("search", "x", "--db", "no-such.db"), 2),
        (("search", "x", "--db", "README.md"), 6),
        (("export", "poems", "--db", "README.md"), 2),
        (("reprocess", "--stage", "repair", "--where", "colour=red", "--db", "README.md"), 2),
    ],
)
def test_wrong_usage_ends_with_its_status_and_no_traceback(
    arguments: tuple[str, ...], status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "README.md").write_text("no corpus", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = vanban(*arguments)
    assert done.exit_code == status and done.stderr and "Traceback" not in done.stderr


def test_doctor_lists_engines_with_their_versions() -> None:
    rows = {row["part"]: row for row in json.loads(vanban("doctor", "--json").stdout)}
    assert rows["sqlite"]["present"] and set(ENGINES) <= set(rows)
    assert all(row["install"] for row in rows.values() if not row["present"])


def test_engine_names_of_the_command_line_are_those_of_the_library() -> None:
    assert set(ENGINE_NAMES) == set(ENGINES)


def test_every_message_has_two_languages_with_the_same_fields() -> None:
    fields = lambda sentence: {name for _, name, _, _ in string.Formatter().parse(sentence) if name}  # noqa: E731
    sentences = catalogue("message")
    for name, (english, vietnamese) in sentences.items():
        assert fields(english) == fields(vietnamese), name
    rooms = sorted((ROOT / "pipeline" / "command").glob("*.py"))
    program = "".join(path.read_text(encoding="utf-8") for path in rooms if path.name != "messages.py")
    assert set(re.findall(r"""say\(\s*["']([a-z_]+)["']""", program)) <= set(sentences)
    made = re.findall(r"""say\(\s*f["']([a-z_]+)\{""", program)  # say(f"list_{state}")
    unsaid = {name for name in sentences if not re.search(rf"""["']{name}["']""", program)}
    assert not {name for name in unsaid if not name.startswith(tuple(made))}


def test_ingest_of_an_empty_folder_says_that_there_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    done = vanban("--lang", "en", "ingest", tmp_path / "in", "--db", tmp_path / "c.db")
    assert done.exit_code == 0 and f"no files under {tmp_path / 'in'}" in done.stderr


def test_export_to_where_nothing_can_be_written_is_one_sentence(database: Path, tmp_path: Path) -> None:
    done = vanban("--lang", "vi", "export", "targets", "--db", database, "--out", tmp_path)
    assert done.exit_code == 7 and done.stderr.startswith(f"vanban: không ghi được {tmp_path}")


def test_sample_and_acceptance_begin_undecided(tmp_path: Path) -> None:
    from tests.making import a_document

    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        corpus.save(a_document("Cải cách hành chính\n", "Trang hai\n"), path="a.pdf")
    drawn = vanban("--lang", "en", "sample", "--size", 1, "--seed", 7, "--db", tmp_path / "c.db")
    assert drawn.exit_code == 0 and len(drawn.stdout.splitlines()) == 1, drawn.stderr
    done = vanban("--lang", "en", "acceptance", 1, "--db", tmp_path / "c.db", "--out", tmp_path / "report.html")
    assert done.stdout.strip() == "undecided: 0 of 1 pages transcribed"
    assert "nghiệm thu" in (tmp_path / "report.html").read_text(encoding="utf-8")
    unknown = vanban("acceptance", 9, "--db", tmp_path / "c.db")
    assert unknown.exit_code == 3 and unknown.stderr.strip() == "vanban: no sample 9"


def test_package_holds_every_kind_with_its_schema(database: Path, tmp_path: Path) -> None:
    import zipfile

    assert vanban("export", "package", "--db", database, "--out", tmp_path / "p.zip").exit_code == 0
    with zipfile.ZipFile(tmp_path / "p.zip") as package:
        described = json.loads(package.read("datapackage.json"))
        assert {r["path"] for r in described["resources"]} <= set(package.namelist())
