"""Runs: everything in or accounted for, once, whatever interrupts them."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from db.digest import content_digest
from db.store import Corpus
from documents.outcome import Reason
from documents.page import Page
from pipeline.cli import main
from pipeline.files.places import Place
from pipeline.runs.fixity import verify
from pipeline.runs.ingest import FileDone, Settings, ingest, reprocess
from pipeline.runs.workers import Died, Event, Job, Message
from tests.pipeline import faults

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "ỦY BAN NHÂN DÂN\nTỈNH QUẢNG NGÃI\nSố: 05/CT-UBND\nQuảng Ngãi, ngày 15 tháng 4 năm 2020\nCHỈ THỊ\n",
    "Về việc mở rộng nộp thuế điện tử trên địa bàn tỉnh\n1. Sở Tài chính chủ trì, phối hợp với Cục Thuế tỉnh thực hiện.\n",
    "2. Phấn đấu đến năm 2021 có 95% doanh nghiệp nộp thuế điện tử theo Nghị quyết số 76/NQ-CP.\n",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three-page text, a duplicate of it, one page more, an empty file, and an HTML page that says it is a PDF."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "chi_thi.txt").write_text("\f".join(PAGES), encoding="utf-8")
    shutil.copy(folder / "chi_thi.txt", folder / "copy.txt")
    (folder / "one.txt").write_text("Kế hoạch số 12/KH-UBND ngày 02 tháng 3 năm 2021 của UBND tỉnh.\n", encoding="utf-8")
    (folder / "nothing.pdf").write_bytes(b"")
    (folder / "page.pdf").write_text("<!DOCTYPE html><html><title>404</title></html>", encoding="utf-8")
    return folder


def run_of(folder: Path, database: Path, settings: Settings | None = None) -> list[FileDone]:
    done: list[FileDone] = []
    with Corpus.open(database, create=True) as corpus:
        ingest([folder], corpus, settings or Settings(), on_file=done.append)
    return done


def outcomes(done: list[FileDone]) -> dict[str, str]:
    return {one.path.name: one.outcome for one in done}


def status(database: Path, path: Path) -> tuple[str, list[tuple[int, str]]]:
    with Corpus.open(database, read_only=True) as corpus:
        document = corpus.row("SELECT * FROM documents WHERE name = ?", [path.name])
        assert document is not None
        failed = corpus.rows("SELECT page, reason FROM failed_pages WHERE document_id = ?", [document["id"]])
        return document["status"], [(row["page"], row["reason"]) for row in failed]


def test_ingest_accounts_for_every_file(folder: Path, tmp_path: Path) -> None:
    done = outcomes(run_of(folder, tmp_path / "c.db", Settings(jobs=2)))
    same = {done.pop("chi_thi.txt"), done.pop("copy.txt")}
    assert same in ({"stored", "duplicate"}, {"stored", "unchanged"})
    assert done == {"one.txt": "stored", "nothing.pdf": "quarantined", "page.pdf": "quarantined"}
    with Corpus.open(tmp_path / "c.db", read_only=True) as corpus:
        assert corpus.totals()["documents"] == 2
        named = corpus.rows("SELECT path, name FROM paths")
        assert all(Path(row["path"]).name == row["name"] for row in named), "copies keep their own names"
        reasons = {row["reason"] for row in corpus.rows("SELECT reason FROM quarantine")}
        assert reasons == {Reason.EMPTY.value, Reason.NOT_A_DOCUMENT.value}
        report = corpus.report(1)
    assert len(report["files"]) == 5 and report["finished_at"]


def test_ingest_twice_adds_nothing(folder: Path, tmp_path: Path) -> None:
    run_of(folder, tmp_path / "c.db")
    before = content_digest(tmp_path / "c.db")
    again = outcomes(run_of(folder, tmp_path / "c.db", Settings(read=faults.never_called)))
    assert set(again.values()) == {"unchanged", "quarantined"}
    assert content_digest(tmp_path / "c.db") == before


def test_ingest_keeps_the_versions_of_a_file_and_knows_the_present_one(tmp_path: Path) -> None:
    path, database = tmp_path / "v.txt", tmp_path / "c.db"
    outcomes = []
    for text in (PAGES[0], PAGES[1], PAGES[0]):  # the third time the first version is put back
        path.write_text(text, encoding="utf-8")
        outcomes += [one.outcome for one in run_of(path, database)]
    assert outcomes == ["stored", "stored", "unchanged"]
    with Corpus.open(database, read_only=True) as corpus:
        rows = corpus.rows(
            "SELECT raw, current FROM paths JOIN documents d USING (sha256) JOIN pages p ON p.document_id = d.id"
            " JOIN page_texts t ON t.page_id = p.id ORDER BY d.id"
        )
    assert [(row["raw"], row["current"]) for row in rows] == [(PAGES[0], 1), (PAGES[1], 0)]


@pytest.mark.parametrize(
    ("read", "settings", "reason"),
    [
        (faults.hang, {"page_seconds": 1.0}, Reason.TIME_LIMIT),
        (faults.crash, {}, Reason.CRASHED),
        (faults.eat_memory, {}, Reason.MEMORY_LIMIT),
    ],
)
def test_ingest_loses_only_the_bad_page_and_retries_exactly_it(
    folder: Path, tmp_path: Path, read: Callable[..., Page], settings: dict[str, float], reason: Reason
) -> None:
    database, path = tmp_path / "c.db", folder / "chi_thi.txt"
    (folder / "copy.txt").unlink()
    bad = Settings(read=read, **settings)  # type: ignore[arg-type]
    assert outcomes(run_of(path, database, bad)) == {"chi_thi.txt": "partial"}
    assert status(database, path) == ("partial", [(faults.BAD_PAGE, reason.value)])
    assert outcomes(run_of(path, database)) == {"chi_thi.txt": "unchanged"}, "only when asked to"
    assert outcomes(run_of(path, database, Settings(retry_failed=True))) == {"chi_thi.txt": "stored"}
    assert status(database, path) == ("complete", [])
    run_of(path, tmp_path / "undisturbed.db")
    assert content_digest(database) == content_digest(tmp_path / "undisturbed.db")


def long_text(folder: Path, pages: int = 12) -> Path:
    folder.mkdir(exist_ok=True)
    for name in ("a", "b", "c"):
        texts = [f"Điều {n}. Nội dung {name} của trang {n}: đến năm 20{n:02} đạt {n}%.\n" for n in range(12, 12 + pages)]
        (folder / f"{name}.txt").write_text("\f".join(texts), encoding="utf-8")
    return folder


# Workers of a run that is killed soon load nothing beforehand: it would take longer than the run.
KILLED_RUN = """
import sys
from pathlib import Path
from db.store import Corpus
from pipeline.runs import workers
from pipeline.runs.fixity import verify
from pipeline.runs.ingest import Settings, ingest
from tests.pipeline import faults
if __name__ == "__main__":
    workers._PRELOADED[:] = ["pipeline.runs.jobs"]
    with Corpus.open(Path(sys.argv[2]), create=True) as corpus:
        ingest([Path(sys.argv[1])], corpus, Settings(jobs=2, read=faults.slow))
"""


def start_run(program: Path, folder: Path, database: Path) -> subprocess.Popen[bytes]:
    program.write_text(KILLED_RUN, encoding="utf-8")
    return subprocess.Popen([sys.executable, program, folder, database], env={**os.environ, "PYTHONPATH": str(ROOT)})


def pages_kept(database: Path) -> int:
    """Pages that a run has written so far, of documents that are finished and of others."""
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as reader:
            kept: int = reader.execute(
                "SELECT (SELECT count(*) FROM staged_pages) + (SELECT count(*) FROM pages)"
            ).fetchone()[0]
    except sqlite3.OperationalError:  # the file or its tables are not there yet
        return 0
    reader.close()
    return kept


def wait_for_pages(run: subprocess.Popen[Any], database: Path, pages: int) -> None:
    deadline = time.monotonic() + 60
    while pages_kept(database) < pages and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)


@pytest.mark.slow
def test_ingest_killed_at_random_moments_equals_an_undisturbed_run(tmp_path: Path) -> None:
    """Three kills, each after some pages more; then one run to the end."""
    folder = long_text(tmp_path / "in")
    chance = random.Random(20260701)
    for pages in sorted(chance.sample(range(1, 36), 3)):
        run = start_run(tmp_path / "run.py", folder, tmp_path / "killed.db")
        wait_for_pages(run, tmp_path / "killed.db", pages)
        time.sleep(chance.uniform(0, 0.05))
        assert run.poll() is None, "it was over before it was killed"
        run.kill()
        run.wait()
    assert 0 < pages_kept(tmp_path / "killed.db") <= 36
    run_of(folder, tmp_path / "killed.db", Settings(jobs=2))
    run_of(folder, tmp_path / "whole.db")
    assert content_digest(tmp_path / "killed.db") == content_digest(tmp_path / "whole.db")
    with Corpus.open(tmp_path / "killed.db", read_only=True) as corpus:
        assert corpus.rows("SELECT * FROM staged_pages") == []


def test_ingest_takes_up_the_pages_that_a_stopped_run_had_read(tmp_path: Path) -> None:
    """Pages kept by an earlier run are not read again: the reader that would read them raises."""
    from db.codec import pack_page
    from db.staging import keep_page
    from pipeline.files.intake import examine
    from pipeline.read import read_page
    from pipeline.runs.versions import versions

    path = tmp_path / "chi_thi.txt"
    path.write_text("\f".join(PAGES), encoding="utf-8")
    source = examine(path)
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        for number in (1, 2, 3):
            page = read_page(path, source, number, ocr="auto", engine=None)
            keep_page(corpus, source.sha256, versions()["reading"], number, pack_page(page))
    assert outcomes(run_of(path, tmp_path / "c.db", Settings(read=faults.never_called))) == {"chi_thi.txt": "stored"}


def vanban(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """This process can't let any file grow beyond ``size`` bytes: what a full disk is to SQLite."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))  # Python ignores the signal that comes with it
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_ingest_on_a_full_disk_says_so_and_finishes_when_there_is_room(tmp_path: Path) -> None:
    folder, database = long_text(tmp_path / "in"), tmp_path / "c.db"
    with largest_file(400_000):
        full = vanban("ingest", folder, "--db", database, "--jobs", 1)
    assert full.exit_code == 6 and "Traceback" not in full.stderr, full.stderr
    assert len(full.stderr.strip().splitlines()) == 1
    assert vanban("ingest", folder, "--db", database, "--jobs", 1).exit_code == 0
    run_of(folder, tmp_path / "undisturbed.db")
    assert content_digest(database) == content_digest(tmp_path / "undisturbed.db")


def test_ingest_writes_a_report_with_a_row_per_file(folder: Path, tmp_path: Path) -> None:
    written = ("--report", tmp_path / "r.json", "--log", tmp_path / "log.jsonl")
    done = vanban("ingest", folder, "--db", tmp_path / "c.db", "--jobs", 1, *written)
    assert done.exit_code == 1, done.stderr
    log = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {Path(line["path"]).name for line in log} == {path.name for path in folder.iterdir()}
    report = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert {Path(f["path"]).name for f in report["files"]} == {path.name for path in folder.iterdir()}
    assert report["totals"]["outcomes"]["quarantined"] == 2


@pytest.mark.parametrize("pages", [0, 1])
def test_ingest_stopped_by_ctrl_c_says_how_to_go_on(tmp_path: Path, pages: int) -> None:
    """A terminal tells all processes of a command; while models are loaded, and in the middle of a document."""
    folder, database = long_text(tmp_path / "in"), tmp_path / "c.db"
    command = [sys.executable, "-m", "pipeline.cli", "--lang", "en", "ingest", folder, "--db", database, "--jobs", "1"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True) as run:
        deadline = time.monotonic() + 60
        while not database.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        wait_for_pages(run, database, pages)
        os.killpg(run.pid, signal.SIGINT)
        _, said = run.communicate(timeout=30)
    assert run.returncode == 130 and len(said.strip().splitlines()) == 1, said
    run_of(folder, database)
    assert status(database, folder / "c.txt") == ("complete", [])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_no_temporary_folder(tmp_path: Path, number: int) -> None:
    folder, database, temporary = long_text(tmp_path / "in"), tmp_path / "c.db", tmp_path / "tmp"
    temporary.mkdir()
    command = [sys.executable, "-m", "pipeline.cli", "ingest", folder, "--db", database, "--jobs", "1"]
    environment = {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, env=environment) as run:
        wait_for_pages(run, database, 1)
        assert list(temporary.glob("vanban-*")), "it works in a folder of its own"
        run.send_signal(number)
        run.wait(timeout=30)
    assert run.returncode == (-number if number == signal.SIGKILL else 128 + number)
    deadline = time.monotonic() + 10
    while list(temporary.glob("vanban-*")) and time.monotonic() < deadline:
        time.sleep(0.05)  # who was killed has a watchman, which comes after
    assert not list(temporary.glob("vanban-*"))


def test_paths_are_kept_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "scans").mkdir(parents=True)
        (tmp_path / name / "scans" / "1.txt").write_text(f"Quyết định của sở {name}", encoding="utf-8")
        monkeypatch.chdir(tmp_path / name)
        run_of(Path("scans"), tmp_path / "c.db")
    with Corpus.open(tmp_path / "c.db", read_only=True) as corpus:
        paths = [row["path"] for row in corpus.rows("SELECT path FROM paths ORDER BY path")]
    assert paths == [str(tmp_path / name / "scans" / "1.txt") for name in ("a", "b")]


def test_what_hangs_on_a_mail_is_a_document_linked_to_it(tmp_path: Path) -> None:
    """Attachments have places within the mail's, and their bytes are found again there."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("files/200_mail.eml", "files/015_portfolio.pdf"):
        shutil.copy(ROOT / "tests" / "data" / "cases" / name, folder)
    run_of(folder, tmp_path / "c.db")
    with Corpus.open(tmp_path / "c.db", read_only=True) as corpus:
        paths = [row["path"] for row in corpus.rows("SELECT path FROM paths ORDER BY path")]
        states = {fixity.state for fixity in verify(corpus)}
        numbers = [row["number"] for row in corpus.rows("SELECT number FROM documents WHERE number IS NOT NULL")]
    assert paths == [
        str(folder / "015_portfolio.pdf"),
        str(folder / "200_mail.eml"),
        f"attached://{folder}/015_portfolio.pdf#1/quyet_dinh.pdf",
        f"attached://{folder}/200_mail.eml#1/qd.pdf",
    ]
    assert states == {"same"}
    assert numbers == ["125/QĐ-UBND"] * 2, "of the mail and of the file in the portfolio; the other one is cut short"


def rewrite(path: Path, text: str) -> None:
    """As an editor or a copy does it: the same name, other bytes."""
    path.write_text(text, encoding="utf-8")


def test_ingest_takes_up_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    """No page of the new file may stand under the hash of the old one; a copy of the old one is read as it is."""
    path, copy, database = tmp_path / "in" / "a.txt", tmp_path / "in" / "b.txt", tmp_path / "c.db"
    path.parent.mkdir()
    rewrite(path, "\f".join(f"Trang {n} của bản cũ.\n" for n in range(1, 9)))
    shutil.copy(path, copy)
    done: list[FileDone] = []

    def change_once(place: Place, read: int, pages: int) -> None:
        if (read, place) == (3, path):
            rewrite(path, "Trang 1 của bản mới.\n")

    with Corpus.open(database, create=True) as corpus:
        ingest([path, copy], corpus, Settings(), on_file=done.append, on_page=change_once)
        texts = corpus.rows(
            "SELECT name, raw FROM documents d JOIN pages p ON document_id = d.id JOIN page_texts ON page_id = p.id"
        )
        assert corpus.rows("SELECT * FROM staged_pages") == []
    assert outcomes(done) == {"a.txt": "stored", "b.txt": "stored"}
    assert {row["name"]: row["raw"].rsplit(" ", 2)[1:] for row in texts} == {
        "a.txt": ["bản", "mới.\n"],
        "b.txt": ["bản", "cũ.\n"],
    }
    assert len(texts) == 9


def test_ingest_keeps_no_page_of_a_file_that_changed_while_it_was_read(tmp_path: Path) -> None:
    """Some of them may be of the new bytes; under the old hash they would pass for the old file when it comes back."""
    path, database = tmp_path / "a.txt", tmp_path / "c.db"
    old = "\f".join(f"Trang {n} của bản cũ.\n" for n in range(1, 9))
    rewrite(path, old)
    staged: list[int] = []

    def change_once(place: Place, read: int, pages: int) -> None:
        if (read, pages) == (3, 8):
            staged.append(corpus.row("SELECT count(*) AS n FROM staged_pages")["n"])
            rewrite(path, "Trang 1 của bản mới.\n")

    with Corpus.open(database, create=True) as corpus:
        ingest([path], corpus, Settings(), on_page=change_once)
        assert staged and staged[0] >= 2, "nothing to drop: the test shows nothing"
        assert corpus.rows("SELECT * FROM staged_pages") == []


def test_ingest_refuses_a_file_that_never_stays_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    rewrite(path, "Trang 1.\n\fTrang 2.\n")
    done: list[FileDone] = []
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        settings = Settings(read=faults.touch_up)
        ingest([path], corpus, settings, on_file=done.append)
        assert corpus.totals()["documents"] == 0
    assert [(one.outcome, one.detail) for one in done] == [("quarantined", "unreadable: it changes while it is read")]


def test_ingest_takes_up_pages_again_that_a_disk_kept_from_it(tmp_path: Path) -> None:
    """A share that goes away in mid-run says nothing about the pages: the next run asks again without being told to."""
    path, database = tmp_path / "a.txt", tmp_path / "c.db"
    rewrite(path, "\f".join(PAGES))
    assert outcomes(run_of(path, database, Settings(read=faults.lose_the_share))) == {"a.txt": "partial"}
    assert status(database, path) == ("partial", [(faults.BAD_PAGE, "unreadable")])
    assert outcomes(run_of(path, database)) == {"a.txt": "stored"}


def made_by(database: Path) -> dict[str, dict[str, str]]:
    with Corpus.open(database, read_only=True) as corpus:
        return {row["document"]: json.loads(row["versions"]) for row in corpus.rows("SELECT * FROM documents")}


def test_ingest_with_another_repair_model_repairs_anew_and_reads_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_of(folder, tmp_path / "c.db")
    before = made_by(tmp_path / "c.db")
    monkeypatch.setattr("pipeline.runs.versions.room_digest", lambda room: f"another {room}")
    again = outcomes(run_of(folder, tmp_path / "c.db", Settings(read=faults.never_called)))
    assert list(again.values()).count("stored") == 2
    for document, versions in made_by(tmp_path / "c.db").items():
        assert versions["repair"] == "another normalizers" and versions["facts"] == "another extractors"
        assert versions["reading"] == before[document]["reading"]


def reprocessed(
    database: Path, stage: str, where: dict[str, str], settings: Settings | None = None
) -> tuple[dict[str, str], int]:
    """What became of each file, and how many pages were read."""
    done: list[FileDone] = []
    read: list[int] = []
    with Corpus.open(database) as corpus:
        reprocess(
            corpus, stage, where, settings or Settings(), on_file=done.append, on_page=lambda _, page, of: read.append(page)
        )
    return outcomes(done), len(read)


def test_reprocess_does_over_what_is_asked_for_and_no_more(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "c.db"
    run_of(folder, database)
    whole = content_digest(database)
    assert reprocessed(database, "repair", {"document": "one"}) == ({"one.txt": "stored"}, 0)
    assert reprocessed(database, "reading", {"document": "chi_thi"}) == ({"chi_thi.txt": "stored"}, 3)
    assert reprocessed(database, "facts", {"document": "nothing"}) == ({}, 0)
    assert content_digest(database) == whole, "done over, it is the same"
    monkeypatch.setattr("pipeline.runs.versions.room_digest", lambda room: f"another {room}")
    reprocessed(database, "repair", {"document": "one"})
    assert made_by(database)["one"]["repair"] == "another normalizers" != made_by(database)["chi_thi"]["repair"]


def test_reprocess_reads_a_changed_file_as_another_and_keeps_what_is_gone(folder: Path, tmp_path: Path) -> None:
    database = tmp_path / "c.db"
    run_of(folder, database)
    rewrite(folder / "one.txt", "Kế hoạch số 13/KH-UBND của UBND tỉnh.\n")
    assert reprocessed(database, "reading", {"document": "one"})[0] == {"one.txt": "stored"}
    (folder / "one.txt").unlink()
    (folder / "chi_thi.txt").unlink()
    (folder / "copy.txt").unlink()
    gone = reprocessed(database, "reading", {"document": "chi_thi"})[0]
    assert set(gone.values()) == {"quarantined"}
    with Corpus.open(database, read_only=True) as corpus:
        raws = [row["raw"] for row in corpus.rows("SELECT raw FROM page_texts")]
    assert len(raws) == 5 and sum("12/KH-UBND" in raw or "13/KH-UBND" in raw for raw in raws) == 2


def test_ingest_names_every_file_that_can_not_be_opened_and_forgets_that_when_it_can(tmp_path: Path) -> None:
    """Files that nobody could look into have no hash to be known by."""
    folder, database = tmp_path / "in", tmp_path / "c.db"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).symlink_to(folder / f"{name} to come")
    with Corpus.open(database, create=True) as corpus:
        ingest([folder / "a.txt", folder / "b.txt"], corpus, Settings())
        assert corpus.totals()["quarantine"] == 2
        for name in ("a.txt", "b.txt"):
            rewrite(folder / f"{name} to come", f"Trang 1 của {name}.\n")
        ingest([folder / "a.txt", folder / "b.txt"], corpus, Settings())
        assert (corpus.totals()["quarantine"], corpus.totals()["documents"]) == (0, 2)
    with Corpus.open(tmp_path / "whole.db", create=True) as corpus:
        ingest([folder / "a.txt", folder / "b.txt"], corpus, Settings())
    assert content_digest(database) == content_digest(tmp_path / "whole.db")


class DiesAfterItsAnswer:
    """A crew of one, in this process, whose worker is killed when it has answered and before it says that it is done."""

    def __init__(self) -> None:
        self.waiting: list[Event] = []

    def __enter__(self) -> DiesAfterItsAnswer:
        return self

    def __exit__(self, *_: object) -> None: ...

    def free(self) -> list[int]:
        return [] if self.waiting else [0]

    def busy(self) -> bool:
        return bool(self.waiting)

    def start(self, number: int, job: Job, *, seconds: float) -> None:
        self.waiting = [*(Message(number, value) for value in job()), Died(number, Reason.CRASHED, "ended by SIGKILL")]

    def events(self) -> list[Event]:
        events, self.waiting = self.waiting, []
        return events


def test_a_worker_that_dies_behind_its_answer_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Quyết định của Sở Nội vụ về kế hoạch năm 2024", encoding="utf-8")
    monkeypatch.setattr(Settings, "crew", lambda self: DiesAfterItsAnswer())
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        ingest([tmp_path / "in"], corpus, Settings())
        assert corpus.tuples("SELECT status FROM documents") == [("complete",)]
